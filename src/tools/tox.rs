//! The environments of tox, in its own settings and inside of a `pyproject.toml`.

/// An environment that a text names.
pub(crate) struct Environment {
    /// Its name, which may hold factors in braces.
    pub(crate) name: String,
    /// The line that names it, from 1.
    pub(crate) line: u32,
    /// The lines of its section.
    pub(crate) body: Vec<String>,
}

/// The most names that braces may stand for.
const MAX_NAMES: usize = 500;

/// The names that one with factors in braces stands for: `py{311,312}-{a,b}`, `py3{11-13}`. None where a part of it is computed.
pub(crate) fn spelled_out(name: &str) -> Option<Vec<String>> {
    let mut names = vec![String::new()];
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('{') {
        let (inner, after) = behind.split_once('}')?;
        if inner.contains(['{', '[', ':']) {
            return None;
        }
        let factors: Vec<String> = inner.split(',').flat_map(|factor| numbers(factor.trim())).collect();
        if names.len() * factors.len() > MAX_NAMES {
            return None;
        }
        names = names
            .iter()
            .flat_map(|name| factors.iter().map(move |factor| format!("{name}{before}{factor}")))
            .collect();
        rest = after;
    }
    let is_open = rest.contains(['}', '[']);
    // A factor that may be left out leaves its hyphen out as well.
    let clean = |name: String| name.trim_matches('-').replace("--", "-");
    let whole = names.into_iter().map(|name| clean(format!("{name}{rest}")));
    (!is_open).then(|| whole.filter(|name| !name.is_empty()).collect())
}

/// The numbers of `11-13`; any other factor is itself.
fn numbers(factor: &str) -> Vec<String> {
    let range = factor.split_once('-').and_then(|(first, last)| {
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last && last - first < 100).then_some(first..=last)
    });
    range.map_or_else(
        || vec![factor.to_owned()],
        |range| range.map(|number| number.to_string()).collect(),
    )
}

/// The environments that a text names: its sections `[testenv:x]` and the list of the ones that run by default.
pub(crate) fn names(text: &str) -> Vec<Environment> {
    let mut names: Vec<Environment> = Vec::new();
    let mut conditional: Vec<(String, u32)> = Vec::new();
    let mut section = "";
    let mut is_list = false;
    for (index, line) in text.lines().enumerate() {
        let number = index as u32 + 1;
        let words = line.split(['#', ';']).next().unwrap_or_default().trim();
        if words.is_empty() {
            continue;
        }
        if let Some(inner) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = inner;
            is_list = false;
            if let Some(name) = inner.strip_prefix("testenv:").or_else(|| inner.strip_prefix("env:")) {
                names.push(Environment {
                    name: name.trim().to_owned(),
                    line: number,
                    body: Vec::new(),
                });
            }
            continue;
        }
        let is_indented = line.starts_with([' ', '\t']);
        if matches!(section, "tox" | "tox:tox") {
            let (key, value) = words.split_once(['=', ':']).unwrap_or(("", words));
            if !is_indented {
                is_list = matches!(key.trim(), "envlist" | "env_list");
            }
            if is_list {
                let value = if is_indented { words } else { value };
                names.extend(listed(value).map(|name| Environment {
                    name,
                    line: number,
                    body: Vec::new(),
                }));
            }
        } else if section.starts_with("testenv") {
            let value = if is_indented {
                words
            } else {
                words.split_once('=').map_or("", |(_, value)| value)
            };
            conditional.extend(condition(value).map(|name| (name.to_owned(), number)));
            if section.starts_with("testenv:")
                && let Some(last) = names.last_mut()
            {
                last.body.push(words.to_owned());
            }
        }
    }
    names.extend(conditional.into_iter().map(|(name, line)| Environment {
        name,
        line,
        body: Vec::new(),
    }));
    names
}

/// The factors that a value holds for only: `docs,!py312: sphinx`.
fn condition(value: &str) -> impl Iterator<Item = &str> {
    let is_factor = |name: &&str| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            && !name.is_empty()
    };
    let names = value.trim_start().split_once(": ").map_or("", |(names, _)| names);
    names
        .split(',')
        .map(|name| name.trim().trim_start_matches('!'))
        .filter(is_factor)
}

/// The names of a list; a comma inside of braces is a part of a name.
fn listed(words: &str) -> impl Iterator<Item = String> {
    let mut names = vec![String::new()];
    let mut depth = 0_u32;
    for c in words.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (c == ',' || c.is_whitespace()) {
            names.push(String::new());
        } else if let Some(last) = names.last_mut() {
            last.push(c);
        }
    }
    names.into_iter().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{names, spelled_out};

    #[test]
    fn factors_of_conditions_are_names() {
        let text = "[tox]\nenvlist = py3\n[testenv]\ndeps =\n  django42: Django>=4.2\n  a,!b-c: x\ncommands = lint: ruff\n  python -c 'import x: y'\n";
        let found: Vec<String> = names(text).into_iter().map(|one| one.name).collect();
        assert_eq!(found, ["py3", "django42", "a", "b-c", "lint"]);
    }

    #[test]
    fn braces_stand_for_each_of_their_factors() {
        let of = |name: &str| spelled_out(name).unwrap_or_default().join(" ");
        assert_eq!(of("py{311, 312}-{a,b}"), "py311-a py311-b py312-a py312-b");
        assert_eq!(of("py3{11-13}"), "py311 py312 py313");
        assert_eq!(of("lint{,-fast}"), "lint lint-fast");
        assert_eq!(of("{,old-}docs-{x}"), "docs-x old-docs-x");
        for name in ["{[base]envs}", "{env:X}", "py{311", "a}"] {
            assert_eq!(spelled_out(name), None, "{name}");
        }
    }
}
