//! Routes of Express, Fastify, Koa and Hono.

use crate::code::found::Found;
use crate::code::javascript::{Texts, object_of};
use crate::code::language::{Framework, has_any};
use crate::code::route::{ENDPOINT, MOUNT, UNKNOWN, add, joined, mount};
use crate::code::tree::{Call, Node, Source, arguments, named};

/// Express and what is written like it.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "javascript",
    uses: |_, text| has_any(text, LIBRARIES) && has_any(text, CALLS),
    words: &[".get(", ".post(", ".put(", ".patch(", ".delete(", ".route(", ".use("],
    defines: &[ENDPOINT, MOUNT],
    read,
};

/// Words of which one stands in each file that makes routes.
const LIBRARIES: &[&str] = &[
    "express", "fastify", "Fastify", "koa", "hono", "Hono", "Router", "router", "restify", "elysia", "server.",
];

/// The calls that make routes and mount them.
const CALLS: &[&str] = &[
    ".get", ".post", ".put", ".patch", ".delete", ".head", ".options", ".all", ".route", ".use", ".register", ".prefix",
    ".basePath", "setGlobalPrefix",
];

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "all"];

/// Endings of names that may have routes: `app`, `usersRouter`, `fastify`. A client is called in the same way.
const ROUTERS: &[&str] = &[
    "app", "router", "server", "fastify", "routes", "route", "instance", "hono", "api", "koa",
];

/// Words of what serves everything below its place: files, a proxy, an instrumentation.
const SERVING: &[&str] = &["static", "proxy", "Proxy", "serve", "handler", "metrics"];

fn read(source: &Source<'_>, found: &mut Found) {
    let texts = &Texts::of(source);
    for call in source.calls() {
        match call.name() {
            "prefix" if call.owner.is_some() => mounted(texts, &call, found),
            "setGlobalPrefix" => mounted(texts, &call, found),
            _ if !is_router(&call) => {}
            name if METHODS.contains(&name) => registered(texts, &call, name, found),
            "route" => route(source, texts, &call, found),
            "use" | "basePath" | "register" => used(source, texts, &call, found),
            _ => {}
        }
    }
}

/// Whether a call is one of something that may have routes. A chain such as `router.route('/x').get(...)` has its path elsewhere.
fn is_router(call: &Call<'_>) -> bool {
    let Some(owner) = call.owner else { return false };
    let name = match owner.kind() {
        "identifier" | "this" => owner.text(),
        "member_expression" => owner.field("property").map_or("", Node::text),
        // `new Hono().get(...)`, `express().get(...)`, and chains of them.
        "call_expression" | "new_expression" => {
            let mut node = owner;
            loop {
                let Some(call) = node.as_call() else { break node.text() };
                match call.owner {
                    Some(owner) if METHODS.contains(&call.name()) || call.name() == "use" => node = owner,
                    Some(_) => return false,
                    None => break call.name(),
                }
            }
        }
        _ => "",
    };
    let name = name.to_lowercase();
    ROUTERS.iter().any(|ending| name.ends_with(ending)) || name == "express"
}

/// The path that an argument is. A part that the file does not tell is a prefix where it comes first, and else a parameter.
fn path_of(texts: &Texts<'_>, node: Node<'_>) -> Option<String> {
    let path = texts.read(node, UNKNOWN)?;
    Some(match path.strip_prefix(UNKNOWN) {
        Some(rest) => format!("{UNKNOWN}{}", rest.replace(UNKNOWN, ":part")),
        None => path.replace(UNKNOWN, ":part"),
    })
}

fn registered(texts: &Texts<'_>, call: &Call<'_>, method: &str, found: &mut Found) {
    let arguments = call.arguments();
    // A setting is read with one argument: `app.get('env')`.
    let Some(first) = arguments.first().filter(|_| arguments.len() > 1) else {
        return;
    };
    let paths = match first.value.kind() {
        "array" => (first.value.children()).filter_map(|path| path_of(texts, path)).collect(),
        _ => path_of(texts, first.value).into_iter().collect::<Vec<_>>(),
    };
    for path in paths
        .iter()
        .filter(|path| path.starts_with('/') || path.starts_with(UNKNOWN) || path.is_empty() || *path == "*")
    {
        add(found, method, path, call.at(), path);
    }
}

fn route(source: &Source<'_>, texts: &Texts<'_>, call: &Call<'_>, found: &mut Found) {
    let all = call.arguments();
    let Some(first) = all.first() else { return };
    match path_of(texts, first.value) {
        // Hono mounts another application with two arguments.
        Some(path) if all.len() > 1 => mount(found, &path, call.at(), call.code()),
        Some(path) => add(found, "ANY", &path, call.at(), call.code()),
        None => {
            let fields = object_of(source, first.value).map(arguments).unwrap_or_default();
            let path = named(&fields, "url")
                .or_else(|| named(&fields, "path"))
                .and_then(|path| path_of(texts, path));
            let methods = named(&fields, "method").map(Node::literals).unwrap_or_default();
            let methods = if methods.is_empty() { vec!["ANY".to_owned()] } else { methods };
            for method in methods {
                if let Some(path) = &path {
                    add(found, &method, path, call.at(), path);
                }
            }
        }
    }
}

fn used(source: &Source<'_>, texts: &Texts<'_>, call: &Call<'_>, found: &mut Found) {
    let all = call.arguments();
    match call.first().and_then(|first| path_of(texts, first)) {
        Some(path) if path.starts_with('/') => {
            mount(found, &path, call.at(), call.code());
            if has_any(call.code(), SERVING) {
                add(found, "ANY", &joined(&path, "*"), call.at(), call.code());
            }
        }
        _ => {
            let options = all.get(1).and_then(|second| object_of(source, second.value));
            let prefix = options.and_then(|options| named(&arguments(options), "prefix"));
            if let Some(path) = prefix.and_then(|prefix| path_of(texts, prefix)) {
                mount(found, &path, call.at(), call.code());
            }
        }
    }
}

fn mounted(texts: &Texts<'_>, call: &Call<'_>, found: &mut Found) {
    if let Some(path) = call.first().and_then(|first| path_of(texts, first)) {
        mount(found, &path, call.at(), call.code());
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{read, routes};

    #[test]
    fn routers_are_told_from_clients() {
        let text = "const app = express();\napp.get('/health', ok);\nusersRouter.post('/:id', a, b);\naxios.get('/no', x);\napp.get('env');\napp.use('/api', usersRouter);\napp.use('/static', express.static('x'));\n// app.get('/gone', x)\n";
        assert_eq!(
            routes(&read("x.js", text)),
            ["GET /health", "POST /{}", "mount /api", "mount /static", "ANY /static/*"]
        );
        assert_eq!(routes(&read("x.ts", "usersRouter.post<Q>('/:id', a, b);")), ["POST /{}"]);
        assert_eq!(
            routes(&read(
                "x.js",
                "fastify.route({ method: 'GET', url: '/x' }); fastify.register(routes, { prefix: '/v1' })"
            )),
            ["GET /x", "mount /v1"]
        );
        assert_eq!(
            routes(&read("x.js", "const app = new Hono().get('/a', b).get('/c', d)")),
            ["GET /a", "GET /c"]
        );
    }

    #[test]
    fn a_prefix_without_a_word_is_none() {
        let text = "const app = new Hono();\napp.route(`/${spec.path}`, a);\napp.use('/:tenant', b);\napp.use('/*', c);\napp.route('/:tenant/users', d);\n";
        assert_eq!(routes(&read("x.ts", text)), ["mount /{}/users"]);
    }

    #[test]
    fn a_path_is_put_together_from_what_the_file_tells() {
        let text = "const app = express();\nconst PREFIX = '/api/auth';\napp.all(`${PREFIX}/*`, a);\napp.get(`/v1/${kind}/list`, b);\napp.use(PREFIX, c);\napp.get(`${base()}/x`, d);\napp.get(name, e);\n";
        assert_eq!(
            routes(&read("x.ts", text)),
            ["ALL /api/auth/*", "GET /v1/{}/list", "mount /api/auth", "GET /…/x"]
        );
        let twice =
            "const app = express();\nfunction a() { const P = '/a'; app.get(`${P}/x`, y) }\nfunction b() { const P = '/b'; }\n";
        assert_eq!(
            routes(&read("x.js", twice)),
            ["GET /…/x"],
            "which of the two is meant is not told"
        );
    }
}
