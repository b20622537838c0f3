//! Where names of variables stand in any text of a repository, found in one pass for all names.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::code::scan::{is_word, literal, quoted};

/// Words that give names of variables a prefix, or read them in a form that no search finds.
const MARKERS: &[&str] = &[
    "env_prefix", "envprefix", "setenvprefix", "automaticenv", "basesettings", "env::prefixed", "envy::prefixed", "with_prefix(",
    "configurationproperties", "@springbootapplication", "envvar_prefix", "dynaconf", "environment::with_prefix", "envconfig",
    "addenvironmentvariables", "runtimeconfig",
];

/// Searches texts for the names of variables.
#[derive(Debug)]
pub(crate) struct Search {
    automaton: AhoCorasick,
    names: Vec<String>,
    /// How many of the names, at the end, also count as a part of a longer one.
    parts: usize,
}

/// What one text says of the names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    /// The name by its index in the search, the line, and the literal that stands in for it when it is not set.
    pub(crate) found: Vec<(usize, u32, Option<String>)>,
    /// Prefixes that a class of settings puts in front of its fields; an empty one where it is computed or anything may be read.
    pub(crate) prefixes: Vec<String>,
}

impl Search {
    /// A search for names, and for names that also count as a part of a longer one; none when there is nothing to search for.
    pub(crate) fn new(names: Vec<String>, parts: Vec<String>) -> Option<Self> {
        let count = parts.len();
        let names: Vec<String> = names.into_iter().chain(parts).collect();
        if names.is_empty() {
            return None;
        }
        let patterns = names.iter().map(String::as_str).chain(MARKERS.iter().copied());
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns)
            .ok()?;
        Some(Self {
            automaton,
            names,
            parts: count,
        })
    }

    /// What tells this search from another one.
    pub(crate) fn key(&self) -> (&[String], usize) {
        (&self.names, self.parts)
    }

    /// The names, in the order of their indices.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// What a text says of the names. A name in lower case counts in a class of settings, whose fields are read from the environment
    /// in any case.
    pub(crate) fn of(&self, path: &str, text: &str) -> Mentions {
        let mut mentions = Mentions::default();
        let mut lower = Vec::new();
        let mut has_settings = false;
        let bytes = text.as_bytes();
        let (mut line, mut counted) = (1_u32, 0);
        let has_fields = text.contains("BaseSettings");
        for found in self.automaton.find_iter(text) {
            let (start, end, index) = (found.start(), found.end(), found.pattern().as_usize());
            if index >= self.names.len() {
                let marker = MARKERS[index - self.names.len()];
                if !is_marker(marker, &text[..start]) {
                    continue;
                }
                has_settings |= marker == "basesettings" || marker == "envconfig";
                prefix(marker, &text[end..], &mut mentions.prefixes);
                continue;
            }
            let is_part = index + self.parts >= self.names.len();
            let is_free = is_part
                || !start.checked_sub(1).is_some_and(|before| is_word(bytes[before]))
                    && !bytes.get(end).is_some_and(|after| is_word(*after));
            if !is_free {
                continue;
            }
            line += bytes[counted..start].iter().filter(|byte| **byte == b'\n').count() as u32;
            counted = start;
            let name = &self.names[index];
            let default = || {
                let field = has_fields.then(|| field_default(&text[end..])).flatten();
                field.or_else(|| default(path, text, start, end))
            };
            if text[start..end] == *name {
                if !mentions
                    .found
                    .iter()
                    .any(|(known, _, value)| *known == index && value.is_some())
                {
                    mentions.found.push((index, line, default()));
                }
            } else if text[start..end].bytes().all(|byte| !byte.is_ascii_uppercase()) {
                // A field of a class may be part of the settings of another file.
                let lead = text[..start].rsplit('\n').next().unwrap_or_default();
                let is_field =
                    path.ends_with(".py") && lead.trim().is_empty() && !lead.is_empty() && text[end..].starts_with(':');
                if is_field {
                    mentions.found.push((index, line, field_default(&text[end..])));
                } else {
                    lower.push((index, line, None));
                }
            }
        }
        if has_settings {
            mentions.found.extend(lower);
        }
        mentions.found.sort();
        mentions
    }
}

/// Whether a marker is one where it stands. Most are words of their own: `venv_prefix` and `publicRuntimeConfig` are others. And much
/// has a prefix that is no environment: `LocalFileSystem::new_with_prefix(path)`.
fn is_marker(marker: &str, before: &str) -> bool {
    const REACH: usize = 40;
    if matches!(
        marker,
        "basesettings" | "automaticenv" | "setenvprefix" | "addenvironmentvariables"
    ) {
        return true;
    }
    if before.bytes().next_back().is_some_and(is_word) {
        return false;
    }
    let near = before.char_indices().rev().nth(REACH).map_or(before, |(at, _)| &before[at..]);
    marker != "with_prefix(" || near.to_ascii_lowercase().contains("env")
}

/// The prefix that stands behind a marker.
fn prefix(marker: &str, rest: &str, prefixes: &mut Vec<String>) {
    let mut add = |prefix: &str| prefixes.push(prefix.to_owned());
    match marker {
        "basesettings" | "envconfig" => {}
        // Anything may be read.
        "automaticenv" | "configurationproperties" | "@springbootapplication" | "addenvironmentvariables" => add(""),
        "dynaconf" => add("DYNACONF_"),
        "runtimeconfig" => {
            for prefix in ["NUXT_", "NEXT_PUBLIC_"] {
                add(prefix);
            }
        }
        _ => {
            let rest = rest.lines().next().unwrap_or_default();
            let value = rest.trim_start_matches([' ', '=', ':', '(', '"', '\'']);
            let skipped = rest.len() - value.len();
            let start = rest[..skipped].rfind(['"', '\'']).unwrap_or(skipped);
            let value = &rest[start..];
            match quoted(value).and_then(|length| literal(&value[..length])) {
                Some(prefix) if !prefix.is_empty() => add(prefix.to_ascii_uppercase().as_str()),
                // `env_prefix = ""` is no prefix.
                Some(_) => {}
                None => add(""),
            }
        }
    }
}

/// The literal that stands in for a variable: `getenv("X", "30")`, `process.env.X || 'a'`, `${X:-30}`, `X=30` of an example.
fn default(path: &str, text: &str, start: usize, end: usize) -> Option<String> {
    let rest = text[end..].lines().next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let before = text[..start].lines().next_back().unwrap_or_default();
    if name.starts_with(".env") || name.ends_with(".env") || name.contains(".env.") || name == "env.example" {
        let is_line = text[..start].is_empty() || text[..start].ends_with('\n') || before.trim() == "export";
        let value = rest.strip_prefix('=').filter(|_| is_line)?;
        let value = value.split(" #").next().unwrap_or_default().trim();
        return Some(value.trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty());
    }
    if before.ends_with("${") {
        let value = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'))?;
        let value = &value[..value.find('}')?];
        return (!value.contains('$') && !value.is_empty()).then(|| value.to_owned());
    }
    // `getenv("X", "30")`, `env.int("X", 30)`; a literal behind the name in any other call is something else.
    let callee = before.trim_end_matches(['"', '\'']);
    let value = if let Some(callee) = callee.strip_suffix('(').filter(|_| before.len() > callee.len()) {
        let name = callee.rsplit([' ', '=', '(', ',']).next().unwrap_or_default().to_lowercase();
        let is_reading = name.contains("env") && !name.contains("set") && !name.contains("del");
        let rest = rest.strip_prefix(['"', '\''])?.trim_start().strip_prefix(',')?;
        rest.trim_start()
            .strip_prefix("default=")
            .filter(|_| is_reading)
            .or(is_reading.then_some(rest))?
    } else {
        // `process.env.X || 'a'`, `process.env["X"] ?? 'a'`.
        let object = before.trim_end_matches(['"', '\'', '[']).trim_end_matches('.');
        let rest = rest.trim_start_matches(['"', '\'', ']']).trim_start();
        let rest = rest.strip_prefix("||").or_else(|| rest.strip_prefix("??"))?;
        object.ends_with("env").then_some(rest)?
    }
    .trim_start();
    if value.starts_with(['"', '\'']) {
        return quoted(value).and_then(|length| literal(&value[..length])).map(str::to_owned);
    }
    let length = value
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
        .count();
    let word = &value[..length];
    // `30 * 60` is computed.
    let is_whole = value[length..].trim_start().starts_with([')', ',', ';']) || value[length..].trim().is_empty();
    let is_plain = word.parse::<f64>().is_ok() || matches!(word, "true" | "false" | "True" | "False");
    (is_plain && is_whole).then(|| word.to_owned())
}

/// The default of a field: `: int = 30`, `: str = Field(default="x")`, also on the lines behind.
fn field_default(rest: &str) -> Option<String> {
    let (typed, value) = rest.strip_prefix(':')?.split_once('=')?;
    if typed.contains('\n') {
        return None;
    }
    let value = value.trim_start_matches(' ');
    let value = match value.strip_prefix("Field(") {
        Some(inner) => {
            let first = inner.trim_start().split([',', ')', '\n']).next().unwrap_or_default().trim();
            first.strip_prefix("default=").unwrap_or(first)
        }
        None => value.lines().next().unwrap_or_default(),
    };
    let value = value.split(" #").next().unwrap_or_default().trim();
    if let Some(words) = literal(value) {
        return Some(words.to_owned());
    }
    (value.parse::<f64>().is_ok() || matches!(value, "True" | "False")).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Search;

    fn search(names: &[&str], path: &str, text: &str) -> Vec<String> {
        let search = Search::new(names.iter().map(|name| (*name).to_owned()).collect(), Vec::new()).expect("there are names");
        let mentions = search.of(path, text);
        let found = mentions.found.iter().map(|(index, line, value)| {
            let value = value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
            format!("{}:{line}{value}", names[*index])
        });
        found
            .chain(mentions.prefixes.iter().map(|prefix| format!("prefix {prefix}")))
            .collect()
    }

    #[test]
    fn names_are_found_whole_with_what_stands_in() {
        assert_eq!(
            search(
                &["A_B", "C_D"],
                "x.py",
                "XA_B = 1\nos.getenv(\"A_B\", \"30\")\nos.environ['C_D']\nA_BC\n"
            ),
            ["A_B:2 = 30", "C_D:3"]
        );
        assert_eq!(search(&["A_B"], "x.ts", "process.env.A_B || 'x'"), ["A_B:1 = x"]);
        assert_eq!(search(&["A_B"], "x.sh", "echo ${A_B:-7}"), ["A_B:1 = 7"]);
        assert_eq!(search(&["A_B"], ".env.example", "# A\nA_B=\"x y\"\n"), ["A_B:2 = x y"]);
    }

    #[test]
    fn fields_of_settings_count_in_lower_case() {
        let text = "class S(BaseSettings):\n    a_b: int = 30\n";
        assert_eq!(search(&["A_B"], "x.py", text), ["A_B:2 = 30"]);
        assert!(search(&["A_B"], "x.py", "a_b = 30\n").is_empty());
    }

    #[test]
    fn only_what_reads_a_variable_has_a_default() {
        assert_eq!(
            search(
                &["A_B"],
                "x.py",
                "monkeypatch.setattr(settings, \"A_B\", 60)\nf(\"A_B\", 7)\n"
            ),
            ["A_B:1", "A_B:2"]
        );
        assert_eq!(search(&["A_B"], "x.py", "env.int('A_B', default=5)"), ["A_B:1 = 5"]);
        let text = "class S(BaseSettings):\n    A_B: int = Field(\n        default=600,\n    )\n";
        assert_eq!(search(&["A_B"], "x.py", text), ["A_B:2 = 600"]);
    }

    #[test]
    fn prefixes_are_found() {
        assert_eq!(
            search(&["A_B"], "x.py", "SettingsConfigDict(env_prefix=\"APP_\")"),
            ["prefix APP_"]
        );
        assert_eq!(
            search(&["A_B"], "x.go", "viper.SetEnvPrefix(\"app\")\nviper.AutomaticEnv()"),
            ["prefix APP", "prefix "]
        );
        assert_eq!(search(&["A_B"], "x.py", "env_prefix = name"), ["prefix "]);
        assert_eq!(
            search(&["A_B"], "x.rs", "Env::raw()\n    .with_prefix(\"APP_\")"),
            ["prefix APP_"]
        );
    }

    #[test]
    fn a_part_of_another_word_is_no_prefix_of_variables() {
        for text in [
            "LocalFileSystem::new_with_prefix(path)?;",
            "let store = Path::with_prefix(path);",
            "def test_venv_prefixed_file(tmp_path):",
            "module.exports = { publicRuntimeConfig: {} }",
        ] {
            assert!(search(&["A_B"], "x", text).is_empty(), "{text}");
        }
    }
}
