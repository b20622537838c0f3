//! Routes of `net/http`, chi, gin and echo.

use crate::code::found::Found;
use crate::code::language::{Framework, has_any};
use crate::code::route::{ENDPOINT, MOUNT, add, mount};
use crate::code::tree::{Call, Source};

/// Routers of Go.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "go",
    uses: |_, text| text.contains("Handle") || has_any(text, &["gin", "chi", "echo", "fiber", "mux"]) && has_any(text, CALLS),
    words: &["Handle", ".GET", ".POST", ".Get", ".Post", ".Group", ".Route"],
    defines: &[ENDPOINT, MOUNT],
    read,
};

/// The calls that make routes and mount them, apart from `Handle`.
const CALLS: &[&str] = &[
    ".GET(", ".POST(", ".PUT(", ".PATCH(", ".DELETE(", ".HEAD(", ".Get(", ".Post(", ".Put(", ".Patch(", ".Delete(", ".Head(",
    ".Any(", ".Group(", ".Route(", ".Mount(", ".PathPrefix(",
];

const METHODS: &[&str] = &[
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "Get", "Post", "Put", "Patch", "Delete", "Head", "Any",
];

fn read(source: &Source<'_>, found: &mut Found) {
    let has_router = has_any(source.text, &["gin", "chi", "echo", "fiber", "mux"]);
    for call in source.calls().iter().filter(|call| call.owner.is_some()) {
        let Some(path) = call.first_literal() else { continue };
        match call.name() {
            "HandleFunc" | "Handle" => handle(call, &path, found),
            method if METHODS.contains(&method) && has_router && (path.is_empty() || path.starts_with('/')) => {
                registered(call, method, &path, found);
            }
            name @ ("Group" | "Route" | "Mount" | "PathPrefix") if has_router && path.starts_with('/') => {
                mount(found, &path, call.at(), &path);
                if matches!(name, "Mount" | "PathPrefix") {
                    add(found, "ANY", &format!("{}/*", path.trim_end_matches('/')), call.at(), &path);
                }
            }
            _ => {}
        }
    }
}

fn registered(call: &Call<'_>, method: &str, path: &str, found: &mut Found) {
    if call.arguments().len() > 1 {
        add(found, method, path, call.at(), path);
    }
}

fn handle(call: &Call<'_>, path: &str, found: &mut Found) {
    // `GET /x` since Go 1.22.
    let (method, path) = path.split_once(' ').unwrap_or(("ANY", path));
    if !path.starts_with('/') {
        return;
    }
    // A path with a slash at its end serves everything below.
    let below = format!("{path}*");
    let path = if path.len() > 1 && path.ends_with('/') { &below } else { path };
    add(found, method, path, call.at(), path);
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read};
    use crate::model::kind::Kind;

    #[test]
    fn routes_are_read() {
        let text = "package x\nimport \"github.com/gin-gonic/gin\"\nfunc f() {\n\tmux.HandleFunc(\"GET /healthz\", f)\n\thttp.Handle(\"/static/\", g)\n\tr.GET(\"/users/:id\", h)\n\t// r.GET(\"/gone\", h)\n\tv1 := r.Group(\"/api\")\n}\n";
        let file = read("x.go", text);
        assert_eq!(
            names(&file, Kind::Endpoint),
            ["GET /healthz:4", "ANY /static/*:5", "GET /users/{}:6"]
        );
        assert_eq!(names(&file, Kind::EndpointMount), ["/api:8"]);
    }
}
