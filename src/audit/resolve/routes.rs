//! The routes in the code of a tree, ready to be compared.

use std::collections::BTreeMap;

use crate::model::edition::Source;
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::reason::Below;
use crate::tools::folder;

/// Stands in a prefix for a part that the code does not tell.
const UNKNOWN: &str = "…";

/// Files that include each other at most.
const MAX_INCLUDES: u8 = 8;

/// Prefixes of one file at most.
const MAX_PREFIXES: usize = 16;

/// A route, ready to be compared.
#[derive(Debug)]
pub(super) struct Route<'source> {
    pub(super) parts: Vec<String>,
    pub(super) path: String,
    /// Whether the path is whole, so that nothing stands in front of it.
    pub(super) is_whole: bool,
    pub(super) file: &'source str,
    pub(super) line: u32,
}

/// The routes of a tree.
#[derive(Debug, Default)]
pub(super) struct Endpoints<'source> {
    pub(super) routes: Vec<Route<'source>>,
    /// The prefixes that routers are mounted at.
    mounts: Vec<Vec<&'source str>>,
    /// Whether something serves everything.
    pub(super) is_open: bool,
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
                    endpoints.is_open |= file.format != format::PROXY;
                    continue;
                }
                for prefix in &prefixes {
                    let whole = format!("{prefix}{path}");
                    let (path, is_whole) = match whole.rsplit_once(UNKNOWN) {
                        Some((_, behind)) => (behind.to_owned(), false),
                        None => (whole, includes.contains_key(file.path.as_str())),
                    };
                    if path == "/*" && !is_whole {
                        // What serves everything below a prefix that is not known may serve anything.
                        endpoints.is_open = true;
                        continue;
                    }
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

    /// Takes out what only hands on everything below a path, such as `/api/*` of a proxy, where the routes behind it are known. A file
    /// that serves the rest of its own folder (`auth/[...nextauth]/route.ts`) has its neighbours beside it, not behind it.
    fn drop_covers(&mut self) {
        let begins = |parts: &[String], head: &[String]| parts.len() > head.len() && parts.starts_with(head);
        let plain: Vec<(Vec<String>, &str)> = self
            .routes
            .iter()
            .filter(|route| route.parts.last().is_none_or(|last| last != "*"))
            .map(|route| (route.parts.clone(), route.file))
            .collect();
        let mounts: Vec<Vec<String>> = self
            .mounts
            .iter()
            .map(|mount| mount.iter().map(|part| (*part).to_owned()).collect())
            .collect();
        self.routes.retain(|route| match route.parts.split_last() {
            Some((last, head)) if last == "*" => {
                let beside = route.file.split_once("[...").map(|(folder, _)| folder.trim_end_matches('['));
                let is_behind = |file: &str| beside.is_none_or(|folder| !file.starts_with(folder));
                let is_known = (plain.iter()).any(|(parts, file)| begins(parts, head) && is_behind(file))
                    || mounts.iter().any(|parts| parts.starts_with(head));
                !is_known
            }
            _ => true,
        });
    }

    /// The route that serves a path: the best is one without a prefix that is not known.
    pub(super) fn serving(&self, asked: &[&str]) -> Option<(&Route<'source>, Below)> {
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
            // A prefix that takes any rest may be longer than what is left.
            rest = rest.get(mount.len()..).unwrap_or_default();
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
    pub(super) fn touches(&self, asked: &[&str]) -> Option<&Route<'source>> {
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
    pub(super) fn knows_parent(&self, asked: &[&str]) -> bool {
        let Some((_, parent)) = asked.split_last().filter(|(_, parent)| parent.len() >= 2) else {
            return false;
        };
        self.routes.iter().any(|route| {
            let is_deep = route.is_whole && route.parts.len() > parent.len();
            is_deep && matches(&route.parts[..parent.len()], parent).is_some_and(|literals| literals >= 2)
        })
    }

    /// Whether a route or a prefix begins with a part.
    pub(super) fn knows_first(&self, first: &str) -> bool {
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

/// The parts of a path.
pub(super) fn parts(path: &str) -> Vec<&str> {
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
pub(super) fn is_open(part: &str) -> bool {
    part.contains(['{', '<', '$', '*', '[']) || part.starts_with(':') || part == "..." || part == "…"
}
