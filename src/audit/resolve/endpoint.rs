//! Endpoints of the service against the routes in its code.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::resolve::document::Document;
use crate::audit::resolve::{Index, Resolver, broken, ignored, resolved, unverifiable};
use crate::config::nearest::nearest;
use crate::model::edition::Source;
use crate::model::kind::Kind;
use crate::model::reason::{Below, Reason};
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution};
use crate::tools::folder;

/// Endpoints.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Endpoint),
    resolve,
};

/// Beginnings of paths that programs of others serve: Prometheus, Alertmanager, Grafana, Loki, Elasticsearch, Vault, Kubernetes,
/// `RabbitMQ`, Keycloak, actuators, profilers, cloud metadata.
const FOREIGN: [&str; 42] = [
    "/-/",
    "/_cat",
    "/_cluster",
    "/_nodes",
    "/_next",
    "/_search",
    "/_snapshot",
    "/actuator",
    "/admin/realms",
    "/api/datasources",
    "/api/dashboards",
    "/api/health",
    "/api/overview",
    "/api/queues",
    "/api/tags",
    "/api/v1/alerts",
    "/api/v1/query",
    "/api/v1/rules",
    "/api/v1/series",
    "/api/v1/targets",
    "/api/v2/alerts",
    "/api/v2/silences",
    "/apis/",
    "/auth/realms",
    "/computeMetadata",
    "/debug/pprof",
    "/latest/meta-data",
    "/livez",
    "/loki/",
    "/metrics",
    "/minio",
    "/nginx_status",
    "/readyz",
    "/realms/",
    "/rest/v1",
    "/v1/auth/token",
    "/v1/kv",
    "/v1/pki",
    "/v1/secret",
    "/v1/sys",
    "/v1/transit",
    "/.well-known",
];

/// Ports of programs of others.
const FOREIGN_PORTS: [&str; 27] = [
    "2019", "2375", "2379", "3100", "3200", "4040", "4317", "4318", "4566", "5050", "5341", "5540", "5555", "5601", "6333",
    "8025", "8080", "8086", "8200", "8500", "9000", "9090", "9091", "9093", "9200", "11434", "16686",
];

/// Words of variables that stand for the address of the service itself.
const OWN_HOSTS: [&str; 34] = [
    "ADDR",
    "ADDRESS",
    "API",
    "APP",
    "BACKEND",
    "BASE",
    "CANARY",
    "DEPLOYMENT",
    "DEPLOYED",
    "DEV",
    "DOMAIN",
    "ENDPOINT",
    "FRONTEND",
    "HOST",
    "HOSTNAME",
    "LIVE",
    "LOCAL",
    "NEW",
    "ORIGIN",
    "PORT",
    "PREVIEW",
    "PROD",
    "PRODUCTION",
    "PUBLIC",
    "ROOT",
    "SERVER",
    "SERVICE",
    "SITE",
    "STAGE",
    "STAGING",
    "TARGET",
    "URI",
    "URL",
    "WEB",
];

/// Stands in a prefix for a part that the code does not tell.
const UNKNOWN: &str = "…";

/// Files that include each other at most.
const MAX_INCLUDES: u8 = 8;

/// Prefixes of one file at most.
const MAX_PREFIXES: usize = 16;

/// A route, ready to be compared.
#[derive(Debug)]
struct Route<'source> {
    parts: Vec<String>,
    path: String,
    /// Whether the path is whole, so that nothing stands in front of it.
    is_whole: bool,
    file: &'source str,
    line: u32,
}

/// The routes of a tree.
#[derive(Debug, Default)]
pub(super) struct Endpoints<'source> {
    routes: Vec<Route<'source>>,
    /// The prefixes that routers are mounted at.
    mounts: Vec<Vec<&'source str>>,
    is_open: bool,
}

/// Which file includes the routes of a file, and with which prefix.
type Includes<'source> = BTreeMap<&'source str, Vec<(&'source str, &'source str)>>;

impl<'source> Endpoints<'source> {
    pub(super) fn new(source: &'source Source) -> Self {
        let mut endpoints = Self::default();
        let includes = includes(source);
        for file in source.code.files.values() {
            let prefixes = prefixes(&file.path, &includes, 0);
            for definition in file.of_kind(Kind::Endpoint) {
                let path = definition
                    .name
                    .split_once(' ')
                    .map_or(definition.name.as_str(), |(_, path)| path);
                if path == "/*" {
                    // What serves everything tells nothing.
                    endpoints.is_open |= file.format != "proxy";
                    continue;
                }
                for prefix in &prefixes {
                    let whole = format!("{prefix}{path}");
                    let (path, is_whole) = match whole.rsplit_once(UNKNOWN) {
                        Some((_, behind)) => (behind.to_owned(), false),
                        None => (whole, includes.contains_key(file.path.as_str())),
                    };
                    endpoints.routes.push(Route {
                        parts: parts(&path).into_iter().map(str::to_owned).collect(),
                        path,
                        is_whole,
                        file: &file.path,
                        line: definition.line,
                    });
                }
            }
            endpoints
                .mounts
                .extend(file.of_kind(Kind::EndpointMount).map(|definition| parts(&definition.name)));
        }
        // The longest prefixes first, so that the deepest is taken off first.
        endpoints
            .mounts
            .sort_by(|left, right| right.len().cmp(&left.len()).then(left.cmp(right)));
        endpoints.mounts.dedup();
        endpoints.drop_covers();
        endpoints
    }

    /// Takes out what only hands on everything below a path, such as `/api/*` of a proxy, where the routes behind it are known.
    fn drop_covers(&mut self) {
        let begins = |parts: &[String], head: &[String]| parts.len() > head.len() && parts.starts_with(head);
        let plain: Vec<Vec<String>> = self
            .routes
            .iter()
            .filter(|route| route.parts.last().is_none_or(|last| last != "*"))
            .map(|route| route.parts.clone())
            .collect();
        let mounts: Vec<Vec<String>> = self
            .mounts
            .iter()
            .map(|mount| mount.iter().map(|part| (*part).to_owned()).collect())
            .collect();
        self.routes.retain(|route| match route.parts.split_last() {
            Some((last, head)) if last == "*" => {
                let is_known =
                    plain.iter().any(|parts| begins(parts, head)) || mounts.iter().any(|parts| parts.starts_with(head));
                !is_known
            }
            _ => true,
        });
    }

    /// The route that serves a path: the best is one without a prefix that is not known.
    fn serving(&self, asked: &[&str]) -> Option<(&Route<'source>, Below)> {
        let mut by_suffix: Option<(&Route<'source>, usize)> = None;
        for route in &self.routes {
            let has_words = route.parts.iter().any(|part| part != "{}" && part != "*");
            for skipped in 0..=asked.len() {
                let (head, tail) = asked.split_at(skipped);
                if route.is_whole && !head.is_empty() {
                    break;
                }
                let Some(literals) = matches(&route.parts, tail) else {
                    continue;
                };
                if head.is_empty() && (literals > 0 || (route.is_whole && !has_words) || route.parts.is_empty()) {
                    return Some((route, Below::Nothing));
                }
                let is_below = if has_words { literals > 0 } else { self.ends_with_mount(head) };
                if is_below && self.is_mounted(head) {
                    return Some((route, Below::Prefix));
                }
                if literals > 0 && by_suffix.is_none_or(|(_, most)| literals > most) {
                    by_suffix = Some((route, literals));
                }
            }
        }
        by_suffix.map(|(route, _)| (route, Below::Unknown))
    }

    /// Whether a path is a row of prefixes that routers are mounted at.
    fn is_mounted(&self, head: &[&str]) -> bool {
        let mut rest = head;
        let mut steps = 0;
        while !rest.is_empty() && steps < 8 {
            let Some(mount) = self
                .mounts
                .iter()
                .find(|mount| !mount.is_empty() && matches(mount, &rest[..mount.len().min(rest.len())]).is_some())
            else {
                return false;
            };
            rest = &rest[mount.len()..];
            steps += 1;
        }
        rest.is_empty()
    }

    fn ends_with_mount(&self, head: &[&str]) -> bool {
        self.mounts.iter().any(|mount| {
            !mount.is_empty() && mount.len() <= head.len() && matches(mount, &head[head.len() - mount.len()..]).is_some()
        })
    }

    /// Whether a path is the beginning of a route or a prefix, as `/api/v1` is; or the end of a route, where the text leaves a prefix
    /// out.
    fn touches(&self, asked: &[&str]) -> Option<&Route<'source>> {
        if self.is_mounted(asked) {
            return self.routes.first();
        }
        self.routes.iter().find(|route| {
            let length = route.parts.len();
            if length <= asked.len() {
                return false;
            }
            let begins = matches(&route.parts[..asked.len()], asked).is_some_and(|literals| literals == asked.len());
            let ends = matches(&route.parts[length - asked.len()..], asked).is_some_and(|literals| literals > 0);
            begins || ends
        })
    }

    /// Whether whole routes stand beside a path: everything but its last part is known, and is deep enough to be no accident.
    fn knows_parent(&self, asked: &[&str]) -> bool {
        let Some((_, parent)) = asked.split_last().filter(|(_, parent)| parent.len() >= 2) else {
            return false;
        };
        self.routes.iter().any(|route| {
            let is_deep = route.is_whole && route.parts.len() > parent.len();
            is_deep && matches(&route.parts[..parent.len()], parent).is_some_and(|literals| literals >= 2)
        })
    }

    fn knows_first(&self, first: &str) -> bool {
        let is_route = |route: &Route<'_>| route.parts.first().is_some_and(|part| part == first);
        self.routes.iter().any(is_route) || self.mounts.iter().any(|mount| mount.first() == Some(&first))
    }
}

/// Who includes the routes of which file. A module is the file whose path ends like it, the nearest to the one that includes it.
fn includes(source: &Source) -> Includes<'_> {
    let mut by_stem: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for file in source.code.files.values() {
        if file.of_kind(Kind::Endpoint).next().is_none() && file.of_kind(Kind::EndpointInclude).next().is_none() {
            continue;
        }
        let module = file.path.trim_end_matches(".py").trim_end_matches("/__init__");
        let (_, stem) = folder::split(module);
        by_stem.entry(stem).or_default().push((module, &file.path));
    }
    let common = |left: &str, right: &str| {
        left.bytes()
            .zip(right.bytes())
            .take_while(|(left, right)| left == right)
            .count()
    };
    let mut includes = Includes::new();
    for file in source.code.files.values() {
        for definition in file.of_kind(Kind::EndpointInclude) {
            let words: Vec<&str> = definition.value.as_deref().unwrap_or_default().split('.').collect();
            // The last word is the router itself, or the module when the router is taken from a package.
            let found = [1, 0, 2].into_iter().find_map(|dropped| {
                let module = &words[..words.len() - dropped.min(words.len())];
                let stem = module.last()?;
                let ending = module.join("/");
                let candidates = by_stem.get(stem)?.iter().filter(|(path, _)| {
                    let is_end = path
                        .strip_suffix(ending.as_str())
                        .is_some_and(|before| before.is_empty() || before.ends_with('/'));
                    is_end && *path != file.path.trim_end_matches(".py")
                });
                candidates
                    .max_by_key(|(path, _)| (common(path, &file.path), std::cmp::Reverse(*path)))
                    .map(|(_, path)| *path)
            });
            if let Some(target) = found {
                includes.entry(target).or_default().push((&file.path, &definition.name));
            }
        }
    }
    includes
}

/// The prefixes of the routes of a file.
fn prefixes(path: &str, includes: &Includes<'_>, depth: u8) -> Vec<String> {
    let Some(includers) = includes.get(path).filter(|_| depth < MAX_INCLUDES) else {
        return vec![String::new()];
    };
    let mut found = Vec::new();
    for (file, prefix) in includers {
        for above in prefixes(file, includes, depth + 1) {
            let whole = format!("{above}{}", prefix.trim_end_matches('/'));
            if found.len() < MAX_PREFIXES && !found.contains(&whole) {
                found.push(whole);
            }
        }
    }
    found
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// How many parts of a route stand literally in a path that it serves; none when it does not serve the path.
fn matches<P: AsRef<str>>(route: &[P], asked: &[&str]) -> Option<usize> {
    let mut literals = 0;
    for (index, part) in route.iter().enumerate() {
        let part = part.as_ref();
        if part == "*" {
            return Some(literals);
        }
        let asked = asked.get(index)?;
        if part.eq_ignore_ascii_case(asked) {
            literals += 1;
        } else if part != "{}" && !is_open(asked) {
            return None;
        }
    }
    (route.len() == asked.len()).then_some(literals)
}

/// Whether a part of a path that was asked for is filled in by the reader: `{id}`, `:id`, `<id>`, `$ID`, `*`.
fn is_open(part: &str) -> bool {
    part.contains(['{', '<', '$', '*', '[']) || part.starts_with(':') || part == "..." || part == "…"
}

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let endpoints = &index.endpoints;
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
    if document.is_example(reference) {
        return unverifiable(Reason::Example);
    }
    if FOREIGN.iter().any(|start| is_below(&start)) {
        return unverifiable(Reason::MayBeServedByOther);
    }
    if endpoints.is_open {
        return unverifiable(Reason::PrefixComputed);
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
    if suggestion.is_none() && !is_home(index, document) {
        return unverifiable(Reason::EndpointsElsewhere);
    }
    broken(Reason::NoRouteServesIt, suggestion)
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
            "/health",
            "/users/7",
            "/users/{id}",
            "/api/v1/users",
            "/files/a/b",
            "/v2/health",
            "/api/v1",
            "/api/v1/orders/7/items",
            "/health?x=1",
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
