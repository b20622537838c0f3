//! Routes of `FastAPI`, Starlette, Flask and Django.

use crate::model::definition::DefinitionFile;
use crate::model::place::Lines;
use crate::parse::code::route::{UNKNOWN, add, include, joined, mount};
use crate::parse::code::scan::{arguments, calls, is_word, literal, named, strings};

/// Methods of `FastAPI` and Flask that register a route.
const METHODS: [&str; 8] = [
    ".get",
    ".post",
    ".put",
    ".patch",
    ".delete",
    ".head",
    ".options",
    ".websocket",
];

/// The routes of a Python file.
pub(super) fn routes(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    let knows = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if knows(&[
        "APIRouter",
        "FastAPI",
        "fastapi",
        "Flask",
        "Blueprint",
        "starlette",
        "Sanic",
        "aiohttp",
        "flask",
        "Litestar",
        "router.",
    ]) {
        decorated(text, lines, file);
        mounted(text, lines, file);
    }
    if knows(&["urlpatterns", "DefaultRouter", "SimpleRouter"]) {
        django(text, lines, file);
    }
}

/// The prefixes that routers of this file are made with, by the name of the router.
fn prefixes(text: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    for (maker, key) in [("APIRouter", "prefix"), ("Blueprint", "url_prefix"), ("Router", "prefix")] {
        for call in calls(text, maker) {
            let before = text[..call.at].trim_end();
            let Some(before) = before.strip_suffix('=') else { continue };
            // `router: APIRouter = APIRouter(...)`
            let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
            let name = line.split(':').next().unwrap_or_default().trim();
            if let Some(prefix) = named(&arguments(call.arguments), key) {
                found.push((name, evaluated(text, prefix)));
            }
        }
    }
    found
}

/// The prefix of the router that a method is called on.
fn prefix_at<'found>(text: &str, at: usize, prefixes: &'found [(&str, String)]) -> &'found str {
    let before = &text[..at];
    let length = before.bytes().rev().take_while(|byte| is_word(*byte)).count();
    let name = &before[at - length..];
    prefixes
        .iter()
        .find(|(router, _)| *router == name)
        .map_or("", |(_, prefix)| prefix.as_str())
}

/// What a prefix comes out as: a literal, a constant of the same file, a string with such a constant in it. A part that is not known
/// here is `UNKNOWN`.
fn evaluated(text: &str, value: &str) -> String {
    let value = value.trim();
    if let Some(words) = literal(value) {
        return words.to_owned();
    }
    let constant = |name: &str| {
        let name = name.trim();
        let is_name = !name.is_empty() && name.bytes().all(is_word);
        let found = is_name.then(|| assigned(text, name)).flatten();
        found.map_or_else(|| format!("/{UNKNOWN}"), str::to_owned)
    };
    let inner = value.strip_prefix('f').and_then(|value| {
        let value = value.strip_prefix(['"', '\''])?;
        value.strip_suffix(['"', '\''])
    });
    let Some(mut inner) = inner else {
        return constant(value);
    };
    let mut words = String::new();
    while let Some((before, rest)) = inner.split_once('{') {
        let Some((name, after)) = rest.split_once('}') else { break };
        words.push_str(before);
        words.push_str(&constant(name));
        inner = after;
    }
    words + inner
}

/// The literal that a name is given in a line of its own.
fn assigned<'text>(text: &'text str, name: &str) -> Option<&'text str> {
    text.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(name)?.trim_start();
        let rest = match rest.strip_prefix(':') {
            Some(typed) => &typed[typed.find('=')?..],
            None => rest,
        };
        literal(rest.strip_prefix('=')?.trim())
    })
}

/// The module that a name of the file comes from, with the name itself: `reports.router` is `app.routes.reports.router` after
/// `from app.routes import reports`. A name that is not imported is none.
fn imported(text: &str, expression: &str) -> Option<String> {
    let (base, rest) = expression
        .split_once('.')
        .map_or((expression, ""), |(base, rest)| (base, rest));
    for (at, _) in text.match_indices("import ") {
        let start = text[..at].rfind('\n').map_or(0, |start| start + 1);
        let head = text[start..at].trim();
        let module = match head.strip_prefix("from ") {
            Some(module) => module.trim().trim_start_matches('.'),
            None if head.is_empty() => "",
            None => continue,
        };
        let list = &text[at + "import ".len()..];
        let list = if let Some(inner) = list.strip_prefix('(') {
            inner.split(')').next().unwrap_or_default()
        } else {
            list.lines().next().unwrap_or_default()
        };
        for item in list.split(',') {
            let item = item.split('#').next().unwrap_or_default().trim();
            let (name, alias) = item.split_once(" as ").unwrap_or((item, item));
            if alias.trim() == base {
                let parts = [module, name.trim(), rest];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                return Some(parts.join("."));
            }
        }
    }
    None
}

/// `@router.get("/x")`, `@app.route("/x", methods=["POST"])`, `app.add_api_route("/x", f)`.
fn decorated(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    let prefixes = prefixes(text);
    let prefix_of = |at: usize| prefix_at(text, at, &prefixes);
    let is_decorator = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |start| start + 1);
        text[start..at].trim_start().starts_with('@')
    };
    for method in METHODS {
        for call in calls(text, method).filter(|call| is_decorator(call.at)) {
            let found = arguments(call.arguments);
            let path = found
                .iter()
                .find(|argument| argument.name.is_empty() || argument.name == "path")
                .and_then(|argument| literal(argument.value));
            if let Some(path) = path {
                add(
                    file,
                    lines,
                    &method[1..],
                    &joined(prefix_of(call.at), path),
                    call.at,
                    call.arguments,
                );
            }
        }
    }
    for name in [".route", ".api_route", ".add_api_route", ".add_url_rule", ".add_route"] {
        for call in calls(text, name) {
            let found = arguments(call.arguments);
            let Some(path) = found.first().and_then(|argument| literal(argument.value)) else {
                continue;
            };
            let path = joined(prefix_of(call.at), path);
            let methods = named(&found, "methods").unwrap_or_default();
            let methods: Vec<&str> = strings(methods).map(|(_, method)| method).collect();
            for method in if methods.is_empty() { vec!["ANY"] } else { methods } {
                add(file, lines, method, &path, call.at, call.arguments);
            }
        }
    }
    for name in ["Route", "WebSocketRoute"] {
        for call in calls(text, name) {
            if let Some(path) = arguments(call.arguments).first().and_then(|argument| literal(argument.value)) {
                add(file, lines, "ANY", path, call.at, call.arguments);
            }
        }
    }
    // FastAPI serves its own documents.
    for call in calls(text, "FastAPI") {
        let found = arguments(call.arguments);
        for (key, usual) in [
            ("docs_url", "/docs"),
            ("redoc_url", "/redoc"),
            ("openapi_url", "/openapi.json"),
        ] {
            let path = named(&found, key).and_then(literal).unwrap_or(usual);
            add(file, lines, "GET", path, call.at, path);
        }
    }
}

/// `include_router(x, prefix="/api")`, `register_blueprint(x, url_prefix="/a")`, `app.mount("/static", ...)`.
fn mounted(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    let prefixes = prefixes(text);
    for call in calls(text, "include_router") {
        let found = arguments(call.arguments);
        let given = named(&found, "prefix").map_or(String::new(), |value| evaluated(text, value));
        let own = prefix_at(text, call.at - usize::from(text[..call.at].ends_with('.')), &prefixes);
        mount(file, lines, &given, call.at, call.arguments);
        let router = found.first().filter(|first| first.name.is_empty() || first.name == "router");
        if let Some(module) = router.and_then(|first| imported(text, first.value.trim())) {
            include(file, lines, &format!("{own}{given}"), module, call.at);
        }
    }
    for (name, key) in [
        ("register_blueprint", "url_prefix"),
        ("APIRouter", "prefix"),
        ("Blueprint", "url_prefix"),
    ] {
        for call in calls(text, name) {
            if let Some(path) = named(&arguments(call.arguments), key) {
                mount(file, lines, &evaluated(text, path), call.at, call.arguments);
            }
        }
    }
    // What is mounted serves everything below its place: static files, another application, an instrumentation.
    for name in [".mount", "Mount"] {
        for call in calls(text, name) {
            if let Some(path) = arguments(call.arguments).first().and_then(|argument| literal(argument.value)) {
                add(file, lines, "ANY", &joined(path, "*"), call.at, call.arguments);
            }
        }
    }
    // The instrumentation of Prometheus registers its route itself.
    for call in calls(text, ".expose") {
        let found = arguments(call.arguments);
        let path = named(&found, "endpoint").and_then(literal).unwrap_or("/metrics");
        add(file, lines, "GET", path, call.at, path);
    }
    let constants = ["API_PREFIX", "API_V1_STR", "api_prefix", "API_V1_PREFIX", "api_v1_prefix"];
    for name in constants {
        for (at, _) in text.match_indices(name) {
            let rest = text[at + name.len()..].trim_start();
            let rest = rest.strip_prefix(':').map_or(rest, |typed| {
                typed
                    .trim_start()
                    .trim_start_matches(|char: char| char.is_alphanumeric())
                    .trim_start()
            });
            if let Some(value) = rest.strip_prefix('=')
                && let Some(path) = literal(value.lines().next().unwrap_or_default().trim())
                && path.starts_with('/')
            {
                mount(file, lines, path, at, path);
            }
        }
    }
}

/// `path("users/<int:id>/", view)`, `re_path`, `router.register("users", View)`.
fn django(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    for name in ["path", "re_path", "url"] {
        for call in calls(text, name) {
            let found = arguments(call.arguments);
            let Some(path) = found.first().and_then(|argument| literal(argument.value)) else {
                continue;
            };
            let is_included = found.get(1).is_some_and(|argument| argument.value.contains("include("));
            let is_site = found.get(1).is_some_and(|argument| argument.value.contains("site.urls"));
            if is_site {
                add(file, lines, "ANY", &joined(path, "*"), call.at, call.arguments);
            } else if is_included {
                mount(file, lines, path, call.at, call.arguments);
                let is_foreign = found[1].value.contains("include(\"") || found[1].value.contains("include('");
                let module = strings(found[1].value).next().map_or("", |(_, words)| words);
                // Routes of a package that is installed are not in the repository.
                if is_foreign && !module.is_empty() {
                    file.includes.push(format!("{path} {module}"));
                }
            } else {
                add(file, lines, "ANY", path, call.at, call.arguments);
            }
        }
    }
    for call in calls(text, ".register") {
        if let Some(path) = arguments(call.arguments).first().and_then(|argument| literal(argument.value)) {
            add(file, lines, "ANY", path, call.at, call.arguments);
            add(file, lines, "ANY", &joined(path, "*"), call.at, call.arguments);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::routes;
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;
    use crate::model::place::Lines;

    fn of(text: &str) -> Vec<String> {
        let mut file = DefinitionFile::default();
        routes(text, &Lines::of(text), &mut file);
        file.definitions
            .iter()
            .filter(|one| one.kind != Kind::EndpointInclude)
            .map(|one| {
                let mount = if one.kind == Kind::EndpointMount { "mount " } else { "" };
                format!("{mount}{}:{}", one.name, one.line)
            })
            .collect()
    }

    #[test]
    fn routers_of_fastapi_are_joined_with_their_prefix() {
        let text = "from fastapi import APIRouter\nrouter = APIRouter(prefix=\"/users\", tags=[\"a\"])\n@router.get(\"/{id}\", response_model=X)\nasync def f(): ...\n@router.post(\"\")\nasync def g(): ...\napp.include_router(router, prefix='/api/v1')\nclient.get('/not/a/route')\n";
        assert_eq!(
            of(text),
            ["GET /users/{}:3", "POST /users:5", "mount /api/v1:7", "mount /users:2"]
        );
    }

    #[test]
    fn routers_of_other_files_are_named_with_their_module() {
        let text = "from fastapi import FastAPI\nfrom app.api import users, items as things\nfrom .x import router as x_router\nV1 = \"/v1\"\napp = FastAPI(docs_url=None)\napp.include_router(users.router, prefix=f\"{V1}/users\")\napp.include_router(things.router, prefix=settings.prefix)\napp.include_router(x_router)\n";
        let mut file = DefinitionFile::default();
        routes(text, &Lines::of(text), &mut file);
        let found: Vec<String> = file
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
        assert_eq!(of(text), ["GET /x/{}:3", "PUT /x/{}:3", "mount /x:2"]);
    }

    #[test]
    fn urls_of_django_are_read() {
        let text = "urlpatterns = [\n  path('health/', view),\n  path('api/', include('app.api.urls')),\n  path('admin/', admin.site.urls),\n]\nrouter.register(r'users', V)\n";
        assert_eq!(
            of(text),
            [
                "ANY /health:2",
                "mount /api:3",
                "ANY /admin/*:4",
                "ANY /users:6",
                "ANY /users/*:6"
            ]
        );
    }

    #[test]
    fn what_is_mounted_serves_everything_below() {
        assert_eq!(
            of("app = FastAPI(docs_url='/d', redoc_url=None)\napp.mount('/static', x)\nInstrumentator().expose(app)\n"),
            [
                "GET /d:1",
                "GET /redoc:1",
                "GET /openapi.json:1",
                "ANY /static/*:2",
                "GET /metrics:3"
            ]
        );
    }
}
