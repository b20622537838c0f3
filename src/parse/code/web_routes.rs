//! Routes of Express, Fastify, Koa, Hono and Nest, and routes that are made of files: Next.js, `SvelteKit`, Nuxt.

use crate::model::definition::DefinitionFile;
use crate::model::place::Lines;
use crate::parse::code::route::{add, joined, mount};
use crate::parse::code::scan::{arguments, calls, is_word, literal, named};

const METHODS: [&str; 8] = [".get", ".post", ".put", ".patch", ".delete", ".head", ".options", ".all"];

/// Decorators of Nest.
const DECORATORS: [&str; 8] = ["@Get", "@Post", "@Put", "@Patch", "@Delete", "@Head", "@Options", "@All"];

/// The routes in the code of a file.
pub(super) fn routes(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    let knows = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if knows(&[
        "express", "fastify", "Fastify", "koa", "hono", "Hono", "Router", "router", "restify", "elysia", "server.",
    ]) {
        registered(text, lines, file);
    }
    if text.contains("@Controller") {
        nest(text, lines, file);
    }
}

/// Whether something that is called may have routes: `app`, `usersRouter`, `fastify`. A client is called in the same way.
fn is_router(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end();
    let length = before
        .bytes()
        .rev()
        .take_while(|byte| is_word(*byte) || *byte == b'$')
        .count();
    let name = &before[before.len() - length..];
    // A chain such as `router.route('/x').get(...)` has its path elsewhere.
    let lower = name.to_lowercase();
    let endings = [
        "app", "router", "server", "fastify", "routes", "route", "instance", "hono", "api", "koa",
    ];
    !name.is_empty() && endings.iter().any(|ending| lower.ends_with(ending))
}

fn registered(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    for method in METHODS {
        for call in calls(text, method).filter(|call| is_router(text, call.at)) {
            let found = arguments(call.arguments);
            // A setting is read with one argument: `app.get('env')`.
            if found.len() < 2 {
                continue;
            }
            let Some(first) = found.first() else { continue };
            let paths = first.value.strip_prefix('[').and_then(|list| list.strip_suffix(']'));
            let paths = paths.map_or_else(|| vec![first.value], |list| list.split(',').collect());
            for path in paths
                .into_iter()
                .filter_map(literal)
                .filter(|path| path.starts_with('/') || path.is_empty() || *path == "*")
            {
                add(file, lines, &method[1..], path, call.at, path);
            }
        }
    }
    for call in calls(text, ".route").filter(|call| is_router(text, call.at)) {
        let found = arguments(call.arguments);
        match found.first().and_then(|first| literal(first.value)) {
            // Hono mounts another application with two arguments.
            Some(path) if found.len() > 1 => mount(file, lines, path, call.at, call.arguments),
            Some(path) => add(file, lines, "ANY", path, call.at, call.arguments),
            None => {
                let inner = call.arguments.trim().trim_start_matches('{').trim_end_matches('}');
                let fields = arguments(inner);
                let path = named(&fields, "url").or_else(|| named(&fields, "path")).and_then(literal);
                let method = named(&fields, "method").and_then(literal).unwrap_or("ANY");
                if let Some(path) = path {
                    add(file, lines, method, path, call.at, path);
                }
            }
        }
    }
    for name in [".use", ".basePath", ".register"] {
        for call in calls(text, name).filter(|call| is_router(text, call.at)) {
            let found = arguments(call.arguments);
            match found.first().and_then(|first| literal(first.value)) {
                Some(path) if path.starts_with('/') => {
                    mount(file, lines, path, call.at, call.arguments);
                    // Files, a proxy or middleware serve what is below.
                    let rest = call.arguments;
                    if ["static", "proxy", "Proxy", "serve", "handler", "metrics"]
                        .iter()
                        .any(|word| rest.contains(word))
                    {
                        add(file, lines, "ANY", &joined(path, "*"), call.at, rest);
                    }
                }
                _ => {
                    let options = found.get(1).map_or("", |options| options.value);
                    let options = options.trim().trim_start_matches('{').trim_end_matches('}');
                    if let Some(path) = named(&arguments(options), "prefix").and_then(literal) {
                        mount(file, lines, path, call.at, call.arguments);
                    }
                }
            }
        }
    }
    for call in calls(text, "prefix").filter(|call| text[..call.at].ends_with('.')) {
        if let Some(path) = arguments(call.arguments).first().and_then(|first| literal(first.value)) {
            mount(file, lines, path, call.at, call.arguments);
        }
    }
    for call in calls(text, "setGlobalPrefix") {
        if let Some(path) = arguments(call.arguments).first().and_then(|first| literal(first.value)) {
            mount(file, lines, path, call.at, call.arguments);
        }
    }
}

/// `@Controller('users')` with `@Get(':id')`.
fn nest(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    let controllers: Vec<(usize, &str)> = calls(text, "@Controller")
        .map(|call| {
            let found = arguments(call.arguments);
            let path = found.first().and_then(|first| {
                literal(first.value).or_else(|| {
                    let inner = first.value.trim_start_matches('{').trim_end_matches('}');
                    named(&arguments(inner), "path").and_then(literal)
                })
            });
            (call.at, path.unwrap_or_default())
        })
        .collect();
    for decorator in DECORATORS {
        for call in calls(text, decorator) {
            let prefix = controllers
                .iter()
                .rfind(|(at, _)| *at < call.at)
                .map_or("", |(_, path)| *path);
            let path = arguments(call.arguments)
                .first()
                .map_or(Some(""), |first| literal(first.value));
            if let Some(path) = path {
                add(file, lines, &decorator[1..], &joined(prefix, path), call.at, call.arguments);
            }
        }
    }
}

/// The route that a file is by its place.
pub(super) fn file_route(path: &str, text: &str, lines: &Lines, file: &mut DefinitionFile) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let below = |root: &str| {
        let start = if folder.starts_with(root) && folder[root.len()..].starts_with('/') || folder == root {
            Some(root.len())
        } else {
            let inner = format!("/{root}");
            folder
                .find(&format!("{inner}/"))
                .or_else(|| folder.ends_with(&inner).then(|| folder.len() - inner.len()))
                .map(|at| at + inner.len())
        };
        start.map(|start| &folder[start..])
    };
    match stem {
        "route" => {
            if let Some(below) = below("app") {
                let methods: Vec<&str> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
                    .into_iter()
                    .filter(|method| exports(text, method))
                    .collect();
                for method in if methods.is_empty() { vec!["ANY"] } else { methods } {
                    add(file, lines, method, below, 0, text);
                }
            }
        }
        "page" => {
            if let Some(below) = below("app") {
                add(file, lines, "GET", below, 0, below);
            }
        }
        "+server" | "+page" => {
            if let Some(below) = below("routes") {
                add(file, lines, "ANY", below, 0, below);
            }
        }
        _ => {
            if let Some(below) = below("pages").filter(|_| !matches!(stem, "_app" | "_document")) {
                let last = if stem == "index" { "" } else { stem };
                add(file, lines, "ANY", &joined(below, last), 0, last);
            }
            // `server/api/users.get.ts` of Nuxt.
            if let Some(below) = below("server/api") {
                let last = if stem == "index" { "" } else { stem };
                add(file, lines, "ANY", &joined(&joined("/api", below), last), 0, last);
            }
        }
    }
}

/// Whether a file exports a function or a value.
fn exports(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let start = text[..at].rfind('\n').map_or(0, |start| start + 1);
        let end = text.as_bytes().get(at + name.len());
        text[start..at].contains("export") && !end.is_some_and(|byte| is_word(*byte))
    })
}

#[cfg(test)]
mod tests {
    use super::{file_route, routes};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;
    use crate::model::place::Lines;

    fn names(file: &DefinitionFile) -> Vec<String> {
        file.definitions
            .iter()
            .map(|one| {
                if one.kind == Kind::Endpoint {
                    one.name.clone()
                } else {
                    format!("mount {}", one.name)
                }
            })
            .collect()
    }

    fn of(text: &str) -> Vec<String> {
        let mut file = DefinitionFile::default();
        routes(text, &Lines::of(text), &mut file);
        names(&file)
    }

    #[test]
    fn routers_are_told_from_clients() {
        let text = "const app = express();\napp.get('/health', ok);\nusersRouter.post<Q>('/:id', a, b);\naxios.get('/no', x);\napp.get('env');\napp.use('/api', usersRouter);\napp.use('/static', express.static('x'));\n";
        assert_eq!(
            of(text),
            ["GET /health", "POST /{}", "mount /api", "mount /static", "ANY /static/*"]
        );
        assert_eq!(
            of("fastify.route({ method: 'GET', url: '/x' }); fastify.register(routes, { prefix: '/v1' })"),
            ["GET /x", "mount /v1"]
        );
    }

    #[test]
    fn controllers_of_nest_are_joined() {
        assert_eq!(
            of("@Controller('users')\nclass A {\n  @Get(':id')\n  f() {}\n  @Post()\n  g() {}\n}\n"),
            ["GET /users/{}", "POST /users"]
        );
    }

    #[test]
    fn files_are_routes_by_their_place() {
        let of = |path: &str, text: &str| {
            let mut file = DefinitionFile::default();
            file_route(path, text, &Lines::of(text), &mut file);
            names(&file)
        };
        assert_eq!(
            of("apps/web/app/api/users/[id]/route.ts", "export async function GET() {}"),
            ["GET /api/users/{}"]
        );
        assert_eq!(of("src/app/(site)/login/page.tsx", ""), ["GET /login"]);
        assert_eq!(of("pages/api/health.ts", ""), ["ANY /api/health"]);
        assert_eq!(of("src/routes/x/+server.ts", ""), ["ANY /x"]);
        assert!(of("src/lib/x.ts", "").is_empty());
    }
}
