//! Routes of `FastAPI`, Starlette and Flask.

use crate::code::found::Found;
use crate::code::language::{Framework, has_any};
use crate::code::python::{assigned, imports};
use crate::code::route::{ENDPOINT, MOUNT, UNKNOWN, add, include, joined, mount};
use crate::code::tree::{Call, Node, Source, named};

/// `FastAPI`, Starlette and Flask.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "python",
    uses: |_, text| {
        has_any(
            text,
            &[
                "APIRouter", "FastAPI", "fastapi", "Flask", "Blueprint", "starlette", "Sanic", "aiohttp", "flask", "Litestar",
                "router.",
            ],
        )
    },
    words: &[".get(", ".post(", ".put(", ".patch(", ".delete(", "route(", "include_router"],
    defines: &[ENDPOINT, MOUNT],
    read,
};

/// Methods that register a route.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "websocket"];

/// Names of constants that hold the prefix of everything.
const CONSTANTS: &[&str] = &["API_PREFIX", "API_V1_STR", "api_prefix", "API_V1_PREFIX", "api_v1_prefix"];

/// What makes a router, and the argument that gives its prefix.
const MAKERS: &[(&str, &str)] = &[("APIRouter", "prefix"), ("Blueprint", "url_prefix"), ("Router", "prefix")];

/// Addresses at which `FastAPI` serves its own documents.
const DOCUMENTS: &[(&str, &str)] = &[
    ("docs_url", "/docs"),
    ("redoc_url", "/redoc"),
    ("openapi_url", "/openapi.json"),
];

/// The prefixes of the routers of a file, by the name of the router.
type Prefixes<'source> = Vec<(&'source str, String)>;

fn read(source: &Source<'_>, found: &mut Found) {
    let calls = source.calls();
    let prefixes = prefixes(source, &calls);
    for call in &calls {
        match call.name() {
            method if METHODS.contains(&method) && call.owner.is_some() && is_decorator(call) => {
                let arguments = call.arguments();
                let path = arguments
                    .iter()
                    .find(|argument| argument.name.is_empty() || argument.name == "path")
                    .and_then(|argument| argument.value.literal());
                if let Some(path) = path {
                    add(
                        found,
                        method,
                        &joined(prefix_of(call, &prefixes), &path),
                        call.at(),
                        call.code(),
                    );
                }
            }
            "route" | "api_route" | "add_api_route" | "add_url_rule" | "add_route" if call.owner.is_some() => {
                route(call, &prefixes, found);
            }
            "Route" | "WebSocketRoute" => {
                if let Some(path) = call.first_literal() {
                    add(found, "ANY", &path, call.at(), call.code());
                }
            }
            "FastAPI" => documents(call, found),
            "include_router" => included(source, call, &prefixes, found),
            "register_blueprint" => mounted(source, call, "url_prefix", found),
            // What is mounted serves everything below its place: static files, another application.
            "mount" | "Mount" => {
                if let Some(path) = call.first_literal() {
                    add(found, "ANY", &joined(&path, "*"), call.at(), call.code());
                }
            }
            // The instrumentation of Prometheus registers its route itself.
            "expose" if call.owner.is_some() => {
                let path = call.named("endpoint").and_then(Node::literal);
                let path = path.as_deref().unwrap_or("/metrics");
                add(found, "GET", path, call.at(), path);
            }
            name => {
                if let Some((_, key)) = MAKERS.iter().find(|(maker, _)| *maker == name && name != "Router") {
                    mounted(source, call, key, found);
                }
            }
        }
    }
    for assignment in source.of_kind("assignment") {
        let name = assignment.field("left").map_or("", Node::text);
        let value = assignment.field("right").and_then(Node::literal);
        if let Some(path) = value.filter(|path| CONSTANTS.contains(&name) && path.starts_with('/')) {
            mount(found, &path, assignment.start(), &path);
        }
    }
}

fn is_decorator(call: &Call<'_>) -> bool {
    call.node.parent().is_some_and(|parent| parent.kind() == "decorator")
}

fn prefixes<'source>(source: &'source Source<'_>, calls: &[Call<'source>]) -> Prefixes<'source> {
    calls
        .iter()
        .filter_map(|call| {
            let (_, key) = MAKERS.iter().find(|(maker, _)| *maker == call.name())?;
            Some((assigned(call.node)?, evaluated(source, call.named(key)?)))
        })
        .collect()
}

/// The prefix of the router that a method is called on.
fn prefix_of<'found>(call: &Call<'_>, prefixes: &'found Prefixes<'_>) -> &'found str {
    let name = call.owner();
    prefixes
        .iter()
        .find(|(router, _)| *router == name)
        .map_or("", |(_, prefix)| prefix.as_str())
}

/// What a prefix comes out as: a literal, a constant of the same file, a string with such a constant in it. A part that is not known
/// here is `UNKNOWN`.
fn evaluated(source: &Source<'_>, value: Node<'_>) -> String {
    if let Some(words) = value.literal() {
        return words;
    }
    let constant = |name: &str| {
        let found = source
            .of_kind("assignment")
            .find(|assignment| assignment.field("left").is_some_and(|left| left.text() == name))
            .and_then(|assignment| assignment.field("right")?.literal());
        found.unwrap_or_else(|| format!("/{UNKNOWN}"))
    };
    if value.kind() != "string" {
        return constant(value.text());
    }
    let mut words = String::new();
    for part in value.children() {
        match part.kind() {
            "string_content" => words.push_str(part.text()),
            "interpolation" => words.push_str(&constant(part.field("expression").map_or("", Node::text))),
            _ => {}
        }
    }
    words
}

/// The module that a name of the file comes from, with the name itself: `reports.router` is `app.routes.reports.router` after
/// `from app.routes import reports`. A name that is not imported is none.
fn imported(source: &Source<'_>, expression: &str) -> Option<String> {
    let (base, rest) = expression.split_once('.').unwrap_or((expression, ""));
    let imports = imports(source);
    let import = imports.iter().find(|import| import.alias == base)?;
    let parts = [import.module, import.name, rest];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Some(parts.join("."))
}

/// `@app.route("/x", methods=["POST"])`, `app.add_api_route("/x", f)`.
fn route(call: &Call<'_>, prefixes: &Prefixes<'_>, found: &mut Found) {
    let Some(path) = call.first_literal() else { return };
    let path = joined(prefix_of(call, prefixes), &path);
    let methods = call.named("methods").map(Node::literals).unwrap_or_default();
    let methods = if methods.is_empty() { vec!["ANY".to_owned()] } else { methods };
    for method in methods {
        add(found, &method, &path, call.at(), call.code());
    }
}

fn documents(call: &Call<'_>, found: &mut Found) {
    for (key, usual) in DOCUMENTS {
        let path = call.named(key).and_then(Node::literal);
        let path = path.as_deref().unwrap_or(usual);
        add(found, "GET", path, call.at(), path);
    }
}

/// `include_router(x, prefix="/api")`.
fn included(source: &Source<'_>, call: &Call<'_>, prefixes: &Prefixes<'_>, found: &mut Found) {
    let arguments = call.arguments();
    let given = named(&arguments, "prefix").map_or(String::new(), |value| evaluated(source, value));
    mount(found, &given, call.at(), call.code());
    let router = named(&arguments, "router").or_else(|| call.first());
    if let Some(module) = router.and_then(|router| imported(source, router.text())) {
        let prefix = format!("{}{given}", prefix_of(call, prefixes));
        include(found, &prefix, module, call.at());
    }
}

fn mounted(source: &Source<'_>, call: &Call<'_>, key: &str, found: &mut Found) {
    if let Some(path) = call.named(key) {
        mount(found, &evaluated(source, path), call.at(), call.code());
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read, routes};
    use crate::model::kind::Kind;

    #[test]
    fn routers_of_fastapi_are_joined_with_their_prefix() {
        let text = "from fastapi import APIRouter\nrouter = APIRouter(prefix=\"/users\", tags=[\"a\"])\n@router.get(\"/{id}\", response_model=X)\nasync def f(): ...\n@router.post(\"\")\nasync def g(): ...\napp.include_router(router, prefix='/api/v1')\nclient.get('/not/a/route')\n# @router.get('/gone')\n";
        let file = read("x.py", text);
        assert_eq!(names(&file, Kind::Endpoint), ["GET /users/{}:3", "POST /users:5"]);
        assert_eq!(names(&file, Kind::EndpointMount), ["/users:2", "/api/v1:7"]);
    }

    #[test]
    fn routers_of_other_files_are_named_with_their_module() {
        let text = "from fastapi import FastAPI\nfrom app.api import users, items as things\nfrom .x import router as x_router\nV1 = \"/v1\"\napp = FastAPI(docs_url=None)\napp.include_router(users.router, prefix=f\"{V1}/users\")\napp.include_router(things.router, prefix=settings.prefix)\napp.include_router(x_router)\n";
        let found: Vec<String> = read("x.py", text)
            .of_kind(Kind::EndpointInclude)
            .map(|one| format!("{} {}", one.name, one.value.clone().unwrap_or_default()))
            .collect();
        assert_eq!(
            found,
            ["/v1/users app.api.users.router", "/… app.api.items.router", "/ x.router"]
        );
    }

    #[test]
    fn blueprints_of_flask_are_read() {
        let text = "from flask import Blueprint\nbp = Blueprint('x', __name__, url_prefix='/x')\n@bp.route('/<int:n>', methods=['GET', 'PUT'])\ndef f(n): ...\n";
        assert_eq!(routes(&read("x.py", text)), ["mount /x", "GET /x/{}", "PUT /x/{}"]);
    }

    #[test]
    fn what_is_mounted_serves_everything_below() {
        let text = "app = FastAPI(docs_url='/d', redoc_url=None)\napp.mount('/static', x)\nInstrumentator().expose(app)\n";
        assert_eq!(
            routes(&read("x.py", text)),
            ["GET /d", "GET /redoc", "GET /openapi.json", "ANY /static/*", "GET /metrics"]
        );
    }
}
