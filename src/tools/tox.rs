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

/// The environments that a text names: its sections `[testenv:x]` and the list of the ones that run by default.
pub(crate) fn names(text: &str) -> Vec<Environment> {
    let mut names: Vec<Environment> = Vec::new();
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
        } else if section.starts_with("testenv:")
            && let Some(last) = names.last_mut()
        {
            last.body.push(words.to_owned());
        }
    }
    names
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
