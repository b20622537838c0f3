//! Endpoints of the service against the routes in its code.

use std::collections::BTreeSet;

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::audit::resolve::routes::{is_open, parts};
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::{Reason, SeenFrom};
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;

/// Endpoints.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Endpoint),
    resolve,
};

/// Beginnings of paths that programs of others serve: Prometheus, Alertmanager, Grafana, Loki, Elasticsearch, Vault, Kubernetes,
/// `RabbitMQ`, Keycloak, actuators, profilers, cloud metadata.
const FOREIGN: &[&str] = &[
    "/-/", "/_cat", "/_cluster", "/_nodes", "/_next", "/_search", "/_snapshot", "/actuator", "/admin/realms", "/api/datasources",
    "/api/dashboards", "/api/health", "/api/overview", "/api/queues", "/api/tags", "/api/v1/alerts", "/api/v1/query",
    "/api/v1/rules", "/api/v1/series", "/api/v1/targets", "/api/v2/alerts", "/api/v2/silences", "/apis/", "/auth/realms",
    "/computeMetadata", "/d-solo/", "/d/", "/debug/pprof", "/latest/meta-data", "/livez", "/loki/", "/metrics", "/minio",
    "/nginx_status", "/readyz", "/realms/", "/rest/v1", "/v1/auth/token", "/v1/kv", "/v1/pki", "/v1/secret", "/v1/sys",
    "/v1/transit", "/.well-known",
];

/// Ports of programs of others.
const FOREIGN_PORTS: &[&str] = &[
    "2019", "2375", "2379", "3100", "3200", "4040", "4317", "4318", "4566", "5050", "5341", "5540", "5555", "5601", "6333",
    "8025", "8080", "8086", "8200", "8500", "9000", "9090", "9091", "9093", "9200", "11434", "16686",
];

/// Words of variables that stand for the address of the service itself.
const OWN_HOSTS: &[&str] = &[
    "ADDR", "ADDRESS", "API", "APP", "BACKEND", "BASE", "CANARY", "DEPLOYMENT", "DEPLOYED", "DEV", "DOMAIN", "ENDPOINT",
    "FRONTEND", "HOST", "HOSTNAME", "LIVE", "LOCAL", "NEW", "ORIGIN", "PORT", "PREVIEW", "PROD", "PRODUCTION", "PUBLIC", "ROOT",
    "SERVER", "SERVICE", "SITE", "STAGE", "STAGING", "TARGET", "URI", "URL", "WEB",
];

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let endpoints = &index.endpoints;
    // `/docs/x.md` of a sentence counts from the root of the repository where it is there.
    let file = reference
        .text
        .strip_prefix('/')
        .filter(|_| reference.context == ReferenceContext::Inline);
    if let Some(file) = file.and_then(|file| folder::join(&index.source.root, file.trim_end_matches('/')))
        && index.source.listing.has_file(&file)
    {
        return resolved(&file, None, Reason::FileThere(SeenFrom::Root));
    }
    if endpoints.routes.is_empty() {
        return unverifiable(Reason::NoRoutes);
    }
    let path = named.name.split(['?', '#']).next().unwrap_or_default();
    let mut asked = parts(path);
    // `/api/users/*` is everything below, and so the path itself.
    while asked.last().is_some_and(|last| last.starts_with('*') || *last == "...") {
        asked.pop();
    }
    if asked.is_empty() {
        return unverifiable(Reason::RootOfService);
    }
    let text = reference.text.as_str();
    if is_foreign_host(text) {
        return ignored(Reason::ServedByOther);
    }
    if let Some((route, how)) = endpoints.serving(&asked) {
        return resolved(route.file, Some(route.line), Reason::ServedAs(how, route.path.clone()));
    }
    if let Some(route) = endpoints.touches(&asked) {
        return resolved(route.file, Some(route.line), Reason::PartOfRoute(route.path.clone()));
    }
    // A file that a server hands out, or that a build makes.
    let last = asked.last().copied().unwrap_or_default();
    if last
        .rsplit_once('.')
        .is_some_and(|(stem, ending)| !stem.is_empty() && ending.len() <= 5 && !is_open(last))
    {
        return match index.source.listing.named(last).next() {
            Some(entry) => resolved(&entry.path, None, Reason::FileServed),
            None => unverifiable(Reason::FileMayBeServed),
        };
    }
    let is_below = |start: &&&str| {
        let rest = path.strip_prefix(**start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || start.ends_with('/'))
    };
    if document.is_example(reference) || expects_nothing(document, reference) {
        return unverifiable(Reason::Example);
    }
    let is_of_tool = || {
        let sentence = document.sentence(reference.span);
        ["alertmanager", "grafana", "jaeger", "kibana"]
            .iter()
            .any(|tool| sentence.contains(tool))
    };
    if FOREIGN.iter().any(|start| is_below(&start)) || reference.context != ReferenceContext::Command && is_of_tool() {
        return unverifiable(Reason::MayBeServedByOther);
    }
    if endpoints.is_open {
        return unverifiable(Reason::PrefixComputed);
    }
    if let Some(file) = unread_router(index) {
        return unverifiable(Reason::RoutesUnread(file));
    }
    if let Some(file) = compared_in(index, path) {
        return unverifiable(Reason::MentionedIn(file));
    }
    let is_answer = asked
        .last()
        .is_some_and(|last| last.contains("callback") || *last == "redirect");
    if let Some(file) = listened_on(index, reference).filter(|_| is_answer) {
        return unverifiable(Reason::MentionedIn(file));
    }
    if is_open(asked[0]) {
        return unverifiable(Reason::StartsWithPlaceholder);
    }
    if asked.iter().any(|part| part.contains('*')) {
        return unverifiable(Reason::PatternOfPaths);
    }
    let is_known = endpoints.knows_first(asked[0]);
    let has_method = text
        .split(' ')
        .next()
        .is_some_and(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()));
    let is_called = reference.context == ReferenceContext::Command
        || text.contains("localhost")
        || text.contains("127.0.0.1")
        || text.starts_with('$');
    let routes = endpoints.routes.iter().map(|route| route.path.as_str());
    let suggestion = nearest(path, routes).map(str::to_owned);
    if !(is_called || (has_method && (is_known || suggestion.is_some())) || endpoints.knows_parent(&asked)) {
        return unverifiable(Reason::NotServed);
    }
    // Without a word in common the address may be of another service.
    if !is_known && suggestion.is_none() && endpoints.routes.len() < 3 {
        return unverifiable(Reason::FewRoutes);
    }
    // Every server has one of these under one of these names.
    let is_of_every_server = matches!(
        asked.as_slice(),
        ["health" | "healthz" | "live" | "livez" | "ping" | "ready" | "readyz" | "status" | "version"]
    );
    if (suggestion.is_none() || is_of_every_server) && !is_home(index, document) {
        return unverifiable(Reason::EndpointsElsewhere);
    }
    broken(Reason::NoRouteServesIt, suggestion)
}

/// Whether the words around a block of commands say that the call is answered with 404: the error is what is shown.
fn expects_nothing(document: &Document<'_>, reference: &Reference) -> bool {
    const AROUND: usize = 300;
    let lead = document.lead(reference.span.start);
    let behind = document.behind(reference.span.end);
    let behind: &str = behind.char_indices().nth(AROUND).map_or(behind, |(at, _)| &behind[..at]);
    let behind = behind.split("\n#").next().unwrap_or_default();
    reference.context == ReferenceContext::Command
        && [lead, behind]
            .iter()
            .flat_map(|words| words.split(|c: char| !c.is_alphanumeric()))
            .any(|word| word == "404")
}

/// A file that routes of a framework stand in which is not read: Rails, Laravel, Phoenix, Play, Symfony, ASP.NET.
fn unread_router(index: &Index<'_>) -> Option<String> {
    const ROUTERS: &[(&str, &str)] = &[
        ("routes.rb", "config/routes.rb"),
        ("api.php", "routes/api.php"),
        ("web.php", "routes/web.php"),
        ("router.ex", "router.ex"),
        ("routes", "conf/routes"),
        ("routes.yaml", "config/routes.yaml"),
        ("appsettings.json", "appsettings.json"),
    ];
    ROUTERS.iter().find_map(|(name, ending)| {
        let mut files = index.source.listing.named(name).map(|entry| entry.path.as_str());
        let is_router = |path: &&str| *path == *ending || path.ends_with(&format!("/{ending}"));
        files
            .find(|path| is_router(path) && folder::is_within(path, &index.source.root))
            .map(str::to_owned)
    })
}

/// The code of a server that holds the very path, although no framework is told of it: `if self.path == "/debug/queue":`. Pages of a
/// browser and tests name what they call as well.
fn compared_in(index: &Index<'_>, path: &str) -> Option<String> {
    const SERVERS: &[&str] = &["cs", "ex", "go", "java", "kt", "php", "py", "rb", "rs", "scala"];
    let mentions = index.source.code.mentions.get(path.trim_end_matches('/'))?;
    let mut files = mentions.iter().map(|mention| mention.path.as_str());
    let is_server = |file: &&str| {
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
        SERVERS.contains(&ending) && !is_test(file)
    };
    files.find(is_server).map(str::to_owned)
}

/// Whether a file is a test, which calls what it likes.
fn is_test(file: &str) -> bool {
    file.split(['/', '_', '-', '.'])
        .any(|part| matches!(part, "test" | "tests" | "spec" | "smoke"))
}

/// The code that holds the very address that a sentence names, which a program may wait at for a moment, as for the answer of a login.
/// What a command calls is a service.
fn listened_on(index: &Index<'_>, reference: &Reference) -> Option<String> {
    if reference.context == ReferenceContext::Command {
        return None;
    }
    let mentions = index.source.code.mentions.get(claim::address_of(&reference.text)?)?;
    let mut files = mentions.iter().map(|mention| mention.path.as_str());
    files.find(|file| !is_test(file)).map(str::to_owned)
}

/// Whether a text is about a service of this repository: most of the endpoints that it calls are served, or it calls one alone.
fn is_home(index: &Index<'_>, document: &Document<'_>) -> bool {
    let mut called = BTreeSet::new();
    for reference in &document.runbook.references {
        if let ReferenceKind::Named(named) = &reference.kind
            && named.kind == Kind::Endpoint
            && !is_foreign_host(&reference.text)
        {
            called.insert(named.name.split(['?', '#']).next().unwrap_or_default());
        }
    }
    let is_served = |path: &&&str| {
        let asked = parts(path);
        index.endpoints.serving(&asked).is_some() || index.endpoints.touches(&asked).is_some()
    };
    called.len() == 1 || called.iter().filter(is_served).count() * 2 >= called.len()
}

/// Whether the host of an address is not the service itself, by its port or by the name of its variable.
fn is_foreign_host(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest
        .split_once(' ')
        .map_or(rest, |(_, rest)| rest.split_once("://").map_or(rest, |(_, rest)| rest));
    let host = rest.split('/').next().unwrap_or_default();
    if let Some((_, port)) = host.rsplit_once(':')
        && FOREIGN_PORTS.contains(&port)
    {
        return true;
    }
    if !host.contains(['$', '<', '{']) {
        return false;
    }
    let host = host.trim_start_matches("localhost").trim_start_matches("127.0.0.1");
    let name: String = host
        .chars()
        .map(|char| {
            if char.is_ascii_alphanumeric() {
                char.to_ascii_uppercase()
            } else {
                ' '
            }
        })
        .collect();
    !name
        .split(' ')
        .filter(|word| !word.is_empty())
        .all(|word| OWN_HOSTS.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_foreign_host;
    use crate::audit::testing::{called, code, named_in, tree};
    use crate::model::kind::Kind;
    use crate::model::reference::ReferenceContext::{Command, Inline};

    fn fixture() -> crate::audit::testing::Fixture {
        tree(&[])
            .with_code(code(
                "python",
                "app/api.py",
                Kind::Endpoint,
                &["GET /health", "GET /users/{}", "POST /users", "GET /files/*", "GET /{}/items"],
            ))
            .with_code(code("python", "app/main.py", Kind::EndpointMount, &["/api/v1", "/orders"]))
    }

    #[test]
    fn routes_serve_paths_with_parameters_and_prefixes() {
        for path in [
            "/health", "/users/7", "/users/{id}", "/api/v1/users", "/files/a/b", "/v2/health", "/api/v1",
            "/api/v1/orders/7/items", "/health?x=1",
        ] {
            let found = fixture().look_up(called(Kind::Endpoint, path, &[]));
            assert!(found.starts_with("resolved app/api.py"), "{path}: {found}");
        }
    }

    #[test]
    fn what_nothing_serves_is_missing_where_it_is_called() {
        let url = |url: &str, path: &str| fixture().look_up(named_in(Command, url, Kind::Endpoint, path));
        assert_eq!(
            url("http://localhost:8000/healht", "/healht"),
            "broken (no route serves it) -> /health"
        );
        assert!(url("$BASE_URL/orders2", "/orders2").starts_with("broken"));
        assert!(url("http://localhost:9090/-/ready", "/-/ready").starts_with("ignored"));
        assert!(url("$GRAFANA_URL/x", "/x").starts_with("ignored"));
        let words = |text: &str, path: &str| fixture().look_up(named_in(Inline, text, Kind::Endpoint, path));
        assert!(words("GET /users/7/gone", "/users/7/gone").starts_with("broken"));
        assert!(words("/login", "/login").starts_with("unverifiable"));
        assert!(words("GET /repos", "/repos").starts_with("unverifiable"));
        assert!(words("GET /metrics", "/metrics").starts_with("unverifiable"));
    }

    #[test]
    fn a_file_that_serves_the_rest_of_its_folder_serves_it_beside_its_neighbours() {
        let rest = "web/app/api/auth/[...all]/route.ts";
        let of = |path: &str, routes: &[&str]| code("javascript", path, Kind::Endpoint, routes);
        let fixture = |neighbour: &str| {
            tree(&[])
                .with_code(of(rest, &["GET /api/auth/*"]))
                .with_code(of(neighbour, &["POST /api/auth/login"]))
                .look_up(named_in(
                    Command,
                    "$BASE_URL/api/auth/callback/x",
                    Kind::Endpoint,
                    "/api/auth/callback/x",
                ))
        };
        assert!(fixture("web/app/api/auth/login/route.ts").starts_with("resolved web/app/api/auth/[...all]"));
        assert!(
            fixture("server/auth.ts").starts_with("broken"),
            "it hands on to routes that are known"
        );
    }

    #[test]
    fn what_serves_all_below_an_unknown_prefix_may_serve_anything() {
        let fixture = |routes: &[&str]| {
            tree(&[])
                .with_code(code("javascript", "app/x.ts", Kind::Endpoint, routes))
                .look_up(named_in(Command, "$BASE_URL/api/gone", Kind::Endpoint, "/api/gone"))
        };
        assert!(fixture(&["GET /api/here", "ALL /…/*"]).starts_with("unverifiable"));
        assert!(fixture(&["GET /api/here", "GET /…/x"]).starts_with("broken"));
    }

    #[test]
    fn a_router_that_is_not_read_may_serve_it() {
        let look_up = |paths: &[&str]| {
            let routes = ["GET /health", "GET /users/{}", "POST /users"];
            tree(paths)
                .with_code(code("javascript", "web/server.js", Kind::Endpoint, &routes))
                .look_up(named_in(Inline, "GET /users/7/gone", Kind::Endpoint, "/users/7/gone"))
        };
        assert!(look_up(&["api/config/routes.rb"]).starts_with("unverifiable"));
        assert!(look_up(&["lib/app_web/router.ex"]).starts_with("unverifiable"));
        assert!(look_up(&["src/routes.rb", "docs/api.php"]).starts_with("broken"));
    }

    #[test]
    fn an_address_that_the_code_holds_is_one_that_it_listens_on() {
        let address = "http://localhost:1455/auth/callback";
        let look_up = |context, file: &str| {
            tree(&[])
                .with_code(code(
                    "javascript",
                    "web/server.js",
                    Kind::Endpoint,
                    &["GET /auth/login", "GET /x", "GET /y"],
                ))
                .mentioning(address, &[file])
                .look_up(named_in(context, address, Kind::Endpoint, "/auth/callback"))
        };
        assert!(look_up(Inline, "src/auth/host.ts").starts_with("unverifiable"));
        assert!(
            look_up(Inline, "tests/auth.test.ts").starts_with("broken"),
            "a test calls what it likes"
        );
        assert!(
            look_up(Command, "src/auth/host.ts").starts_with("broken"),
            "a command calls a service"
        );
    }

    #[test]
    fn a_file_from_the_root_is_no_endpoint() {
        let fixture = tree(&["Makefile", "docs/x.md"]);
        let look_up = |path: &str| fixture.look_up(named_in(Inline, path, Kind::Endpoint, path));
        assert!(look_up("/Makefile").starts_with("resolved Makefile"));
        assert!(look_up("/docs/x.md").starts_with("resolved docs/x.md"));
        assert!(look_up("/docs").starts_with("unverifiable"));
        assert!(look_up("/docs/y.md").starts_with("unverifiable"));
    }

    #[test]
    fn nothing_is_said_without_routes() {
        assert!(
            tree(&[])
                .look_up(called(Kind::Endpoint, "/x", &[]))
                .starts_with("unverifiable")
        );
    }

    #[test]
    fn hosts_of_the_service_are_told_from_others() {
        for text in [
            "$BASE_URL/x",
            "https://${STAGING_HOST}/x",
            "http://localhost:8000/x",
            "https://<host>/x",
            "/x",
        ] {
            assert!(!is_foreign_host(text), "{text}");
        }
        for text in [
            "$PROMETHEUS_URL/x",
            "http://localhost:9200/x",
            "https://<project-ref>.supabase.co/x",
            "http://localhost:${OTEL_PORT:-13133}/x",
            "GET http://localhost:9090/x",
        ] {
            assert!(is_foreign_host(text), "{text}");
        }
    }
}
