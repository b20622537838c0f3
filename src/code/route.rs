//! Routes of services: one shape for all frameworks.
//!
//! A route is a definition of the kind `endpoint` with a name such as `GET /users/{}`; a parameter is `{}`, `*` is the rest of a path.
//! A prefix that is given where a router is mounted is a definition of the kind `endpoint-mount`, because it can rarely be joined with
//! the routes behind it; `endpoint-include` says which module is included with a prefix.

use crate::code::found::Found;
use crate::code::scan::fingerprint;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::place::Lines;

/// Routes.
pub(super) const ENDPOINT: Kind = Kind::Endpoint;

/// Prefixes that routers are mounted at.
pub(super) const MOUNT: Kind = Kind::EndpointMount;

/// Longest path that is a route.
const MAX_LENGTH: usize = 300;

/// Adds a route, if the path is one.
pub(super) fn add(found: &mut Found, method: &str, path: &str, at: usize, code: &str) {
    add_to(&mut found.file, &found.lines, method, path, at, code);
}

/// Adds a route to a file that is read as text.
pub(super) fn add_to(file: &mut DefinitionFile, lines: &Lines, method: &str, path: &str, at: usize, code: &str) {
    let Some(path) = plain(path) else { return };
    let method = method.to_ascii_uppercase();
    push(file, lines, ENDPOINT, format!("{method} {path}"), at, code);
}

/// Stands in a prefix for a part that the file does not tell.
pub(super) const UNKNOWN: &str = "…";

/// Adds a router of another file: the prefix that it is included with, and the module that it comes from.
pub(super) fn include(found: &mut Found, prefix: &str, module: String, at: usize) {
    let Some(prefix) = plain(prefix) else { return };
    push(&mut found.file, &found.lines, Kind::EndpointInclude, prefix, at, "");
    if let Some(definition) = found.file.definitions.last_mut() {
        definition.value = Some(module);
    }
}

/// Adds the prefix that routers are mounted at.
pub(super) fn mount(found: &mut Found, path: &str, at: usize, code: &str) {
    mount_to(&mut found.file, &found.lines, path, at, code);
}

/// Adds such a prefix to a file that is read as text. One without a word (`/:tenant`, `/*`) stands in front of every path, and so says
/// nothing of any.
pub(super) fn mount_to(file: &mut DefinitionFile, lines: &Lines, path: &str, at: usize, code: &str) {
    let has_word = |path: &String| path.split('/').any(|part| !matches!(part, "" | "{}" | "*"));
    if let Some(path) = plain(path).filter(|path| has_word(path) && !path.contains(UNKNOWN)) {
        push(file, lines, MOUNT, path, at, code);
    }
}

fn push(file: &mut DefinitionFile, lines: &Lines, kind: Kind, name: String, at: usize, code: &str) {
    file.definitions.push(Definition {
        kind,
        is_pattern: name.contains('{') || name.ends_with('*'),
        interface: fingerprint(&name),
        fingerprint: fingerprint(code),
        name,
        line: lines.line(at as u32),
        ..Definition::default()
    });
}

/// A path with its parameters as `{}` and without a slash at its end: `/users/:id`, `/users/<int:id>`, `/users/[id]`,
/// `/users/{id:path}`.
pub(super) fn plain(path: &str) -> Option<String> {
    let path = path.trim().trim_start_matches('^').trim_end_matches('$');
    if path.len() > MAX_LENGTH || path.contains([' ', '\n', '\\', '"', '\'']) || path.contains("://") {
        return None;
    }
    let mut plain = String::with_capacity(path.len() + 1);
    for part in path.split('/').filter(|part| !part.is_empty()) {
        // `(group)` of Next.js is no part of the path.
        if part.starts_with('(') && part.ends_with(')') && !part.contains('?') {
            continue;
        }
        plain.push('/');
        let is_rest = part.starts_with("[...")
            || part.starts_with("[[...")
            || part.starts_with("{*")
            || part.contains(":path}")
            || part.contains("path:")
            || part == "*"
            || part == "**"
            || (part.starts_with('*') && part.len() > 1)
            || part.contains("(.*)")
            || part.contains("...}");
        if is_rest {
            plain.push('*');
            break;
        }
        if part.contains([':', '<', '{', '[', '(', '$', '*', '?']) {
            plain.push_str("{}");
        } else {
            plain.push_str(part);
        }
    }
    if plain.is_empty() {
        plain.push('/');
    }
    Some(plain)
}

/// Two paths behind each other.
pub(super) fn joined(prefix: &str, path: &str) -> String {
    format!("{}/{}", prefix.trim_end_matches('/'), path.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::{joined, plain};

    #[test]
    fn parameters_of_all_frameworks_look_alike() {
        for path in [
            "/users/:id", "users/<int:id>/", "/users/[id]", "/users/{user_id}", "/users/(?P<id>)", "^users/{id}$",
        ] {
            assert_eq!(plain(path).as_deref(), Some("/users/{}"), "{path}");
        }
        for path in ["/files/{name:path}", "/files/[...rest]", "/files/*", "/files/{*rest}"] {
            assert_eq!(plain(path).as_deref(), Some("/files/*"), "{path}");
        }
        assert_eq!(plain("").as_deref(), Some("/"));
        assert_eq!(plain("a b"), None);
        assert_eq!(joined("/api/", "/x"), "/api/x");
    }
}
