//! JSON, YAML and TOML as one canonical text: the keys sorted, the comments gone, the pinned versions as a class.

use serde_json::Value;

use crate::parse::normal::comments;
use crate::parse::normal::pins;
use crate::tools::yaml;

/// How deep values may nest; the readers stop before.
const MAX_DEPTH: u32 = 128;

/// Keys whose values are versions, in lower case.
const VERSION_KEYS: &[&str] = &["appversion", "digest", "packagemanager", "rev", "tag", "version", "versions"];

/// Keys of maps and lists of packages with their versions, in lower case.
const PACKAGE_KEYS: &[&str] = &[
    "build-dependencies", "dependencies", "dev-dependencies", "devdependencies", "engines", "optional-dependencies",
    "optionaldependencies", "overrides", "peerdependencies", "requires", "resolutions",
];

/// The canonical text; none when it is of another format or cannot be read as one value.
pub(crate) fn canonical(extension: &str, text: &str) -> Option<String> {
    let value = match extension {
        "json" | "jsonc" | "json5" | "webmanifest" => json(text)?,
        "yml" | "yaml" => yaml::read(text).ok()?,
        "toml" => serde_json::to_value(text.parse::<toml::Table>().ok()?).ok()?,
        _ => return None,
    };
    let mut canonical = String::with_capacity(text.len());
    write(&value, "", false, MAX_DEPTH, &mut canonical);
    Some(canonical)
}

/// JSON, also with the comments and the commas at the ends of lists that settings of editors and compilers have.
fn json(text: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let family = comments::family("", "json")?;
    let bare = comments::stripped(text, family);
    let mut strict = String::with_capacity(bare.len());
    let mut is_string = false;
    let mut is_escaped = false;
    let mut comma = None;
    for char in bare.chars() {
        if is_string {
            is_string = is_escaped || char != '"';
            is_escaped = !is_escaped && char == '\\';
        } else if matches!(char, '}' | ']') {
            if let Some(at) = comma {
                strict.truncate(at);
            }
        } else if char == '"' {
            is_string = true;
        }
        match char {
            ',' if !is_string => comma = Some(strict.len()),
            _ if char.is_whitespace() && !is_string => {}
            _ => comma = None,
        }
        strict.push(char);
    }
    serde_json::from_str(&strict).ok()
}

/// Writes a value that stands below a key.
fn write(value: &Value, key: &str, is_package: bool, depth: u32, canonical: &mut String) {
    match value {
        Value::Object(map) if depth > 0 => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            canonical.push('{');
            for (below, value) in entries {
                canonical.push_str(&quoted(below));
                canonical.push(':');
                let names_packages = PACKAGE_KEYS.contains(&key.to_ascii_lowercase().as_str());
                write(value, below, names_packages, depth - 1, canonical);
                canonical.push(',');
            }
            canonical.push('}');
        }
        Value::Array(elements) if depth > 0 => {
            canonical.push('[');
            for element in elements {
                write(element, key, is_package, depth - 1, canonical);
                canonical.push(',');
            }
            canonical.push(']');
        }
        Value::String(words) => canonical.push_str(&quoted(&classed(words, key, is_package))),
        Value::Number(number) if is_version_key(key) => {
            canonical.push_str(&quoted(&classed(&number.to_string(), key, is_package)));
        }
        other => canonical.push_str(&other.to_string()),
    }
}

fn quoted(words: &str) -> String {
    Value::String(words.to_owned()).to_string()
}

/// A value with a class in place of its version.
fn classed(words: &str, key: &str, is_package: bool) -> String {
    if is_package && pins::is_version(words) || is_version_key(key) && pins::is_version(words) {
        return "#".to_owned();
    }
    match key {
        "uses" => pins::without_revision(words).to_owned(),
        "image" => pins::without_tag(words).to_owned(),
        _ if PACKAGE_KEYS.contains(&key.to_ascii_lowercase().as_str()) => pins::without_requirement(words),
        _ => pins::in_words(words).into_owned(),
    }
}

fn is_version_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    VERSION_KEYS.contains(&key.as_str()) || key.ends_with("-version") || key.ends_with("_version")
}
