//! `signoffs.yaml` of a release: who said what, for the list of sign-offs. How they are judged is not decided here.

use serde_json::Value;

use crate::model::dossier::SignOff;
use crate::parse::artifact::json;
use crate::tools::yaml;

/// The most sign-offs that are listed.
const MOST: usize = 200;

/// Reads the list `signoffs` of a text in YAML or JSON; a text that is neither has none.
pub(crate) fn read(path: &str, text: &str) -> Vec<SignOff> {
    let value: Option<Value> = if text.trim_start().starts_with('{') {
        json::read(text).ok()
    } else {
        yaml::read(text).ok()
    };
    let list = value
        .as_ref()
        .and_then(|value| value.get("signoffs"))
        .and_then(Value::as_array);
    let entries = list.into_iter().flatten().filter(|entry| entry.is_object()).take(MOST);
    let word = |entry: &Value, keys: &[&str]| {
        let text = keys.iter().find_map(|key| entry.get(*key)?.as_str());
        text.map(|text| text.lines().next().unwrap_or_default().trim().to_owned())
            .unwrap_or_default()
    };
    entries
        .map(|entry| SignOff {
            role: word(entry, &["role", "by", "name"]),
            decision: word(entry, &["decision", "state"]),
            at: word(entry, &["at", "date"]),
            note: word(entry, &["note"]),
            path: path.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn sign_offs_are_read_from_yaml_and_json() {
        let yaml = "schema: runproof-signoffs/1\nsignoffs:\n  - role: product lead\n    decision: approved\n    at: \"2026-11-20T09:00:00Z\"\n    note: |\n      Good.\n      Go.\n  - nothing\n";
        let found = read("signoffs.yaml", yaml);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].role.as_str(), found[0].note.as_str()), ("product lead", "Good."));
        assert_eq!(
            read("s.json", "{\"signoffs\": [{\"role\": \"a\", \"decision\": \"rejected\"}]}")[0].decision,
            "rejected"
        );
        for other in ["", "{", "signoffs: 3", "[1]", "signoffs: [1, [2]]"] {
            assert!(read("s", other).is_empty(), "{other}");
        }
    }
}
