//! Routes of axum, actix and rocket.

use crate::code::found::Found;
use crate::code::language::{Framework, has_any};
use crate::code::route::{ENDPOINT, MOUNT, add, mount};
use crate::code::rust::{Part, attributes};
use crate::code::tree::{Call, Node, Source};

/// Routers of Rust.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "rust",
    uses: |_, text| {
        has_any(
            text,
            &[
                "Router", "web::", ".route(", "#[get(", "#[post(", "#[put(", "#[patch(", "#[delete(",
            ],
        )
    },
    words: &[".route", ".nest", "scope", "#[get", "#[post", "#[put", "#[patch", "#[delete"],
    defines: &[ENDPOINT, MOUNT],
    read,
};

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

fn read(source: &Source<'_>, found: &mut Found) {
    for call in source.calls() {
        match call.name() {
            "route" if call.owner.is_some() => route(&call, found),
            "nest" | "nest_service" | "scope" | "resource" => {
                let Some(path) = call.first_literal() else { continue };
                mount(found, &path, call.at(), &path);
                if call.name() == "resource" {
                    add(found, "ANY", &path, call.at(), &path);
                }
            }
            _ => {}
        }
    }
    for item in source.of_kind("attribute_item") {
        for attribute in attributes(item) {
            let path = attribute
                .parts
                .first()
                .filter(|part| part.name.is_empty())
                .and_then(Part::literal);
            if let Some(path) = path.filter(|_| METHODS.contains(&attribute.name)) {
                add(found, attribute.name, &path, attribute.at, attribute.code);
            }
        }
    }
}

/// `.route("/health", get(ok).post(other))`.
fn route(call: &Call<'_>, found: &mut Found) {
    let Some(path) = call.first_literal().filter(|path| path.starts_with('/') || path.is_empty()) else {
        return;
    };
    let arguments = call.arguments();
    let handler = arguments.get(1).map(|second| second.value);
    let mut methods: Vec<&str> = Vec::new();
    let mut next = handler.and_then(Node::as_call);
    while let Some(one) = next {
        if METHODS.contains(&one.name()) && !methods.contains(&one.name()) {
            methods.push(one.name());
        }
        next = one.owner.and_then(Node::as_call);
    }
    if methods.is_empty() {
        methods.push("ANY");
    }
    for method in methods.into_iter().rev() {
        add(found, method, &path, call.at(), call.code());
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read};
    use crate::model::kind::Kind;

    #[test]
    fn routes_are_read() {
        let text = "fn f() { let app = Router::new().route(\"/health\", get(ok).put(x)).nest(\"/api\", api); }\n#[post(\"/users/{id}\")]\nfn g() {}\n// .route(\"/gone\", get(x))\n";
        let file = read("x.rs", text);
        assert_eq!(
            names(&file, Kind::Endpoint),
            ["GET /health:1", "PUT /health:1", "POST /users/{}:2"]
        );
        assert_eq!(names(&file, Kind::EndpointMount), ["/api:1"]);
    }
}
