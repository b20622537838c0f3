//! Gates in the front matter of a text: `gates:` with one name a gate, in the words of the table.

use serde_json::Value;

use crate::model::declaration::{DeclarationKind, Strength};
use crate::model::place::Span;
use crate::parse::runbook::gates::bound::{Purpose, bounds};
use crate::parse::runbook::gates::sink::{Says, Sink};
use crate::parse::runbook::gates::words::Words;
use crate::parse::runbook::metadata::front_matter::FrontMatter;

/// Gates of front matter that are read at most.
const MAX_GATES: usize = 200;

/// Reads the gates of front matter.
pub(crate) fn read(text: &str, front: &FrontMatter, sink: &mut Sink) {
    let gates: Vec<(String, &Value)> = match &front.gates {
        Some(Value::Object(gates)) => gates.iter().map(|(name, gate)| (name.clone(), gate)).collect(),
        Some(Value::Array(gates)) => gates
            .iter()
            .filter_map(|gate| {
                let name = ["gate", "name", "id"]
                    .iter()
                    .find_map(|key| gate.get(key).and_then(Value::as_str))?;
                Some((name.to_owned(), gate))
            })
            .collect(),
        _ => return,
    };
    for (name, gate) in gates.into_iter().take(MAX_GATES) {
        sink.begin();
        of_gate(text, front, &name, gate, sink);
    }
}

fn of_gate(text: &str, front: &FrontMatter, name: &str, gate: &Value, sink: &mut Sink) {
    let span = line_of(text, front.span, name);
    let words_of = |keys: &[&str]| keys.iter().find_map(|key| gate.get(key)).map(words).unwrap_or_default();
    let evidence: Vec<String> = match ["evidence", "files"].iter().find_map(|key| gate.get(key)) {
        Some(Value::Array(files)) => files.iter().map(words).collect(),
        Some(file) => vec![words(file)],
        None => Vec::new(),
    };
    let demand = match gate {
        Value::String(demand) => demand.clone(),
        _ => words_of(&[
            "demand", "threshold", "requirement", "criteria", "expected", "target", "limit",
        ]),
    };
    let when = words_of(&["when", "condition"]);
    let says = Says {
        evidence: evidence.clone(),
        ..Says::name(name)
    };
    sink.push_at(span, span.of(text), (DeclarationKind::Gate, Strength::Declared), says);
    let found = bounds(&Words::new(&demand, &[]), name, Purpose::Demand);
    for bound in &found {
        let threshold = (DeclarationKind::Threshold, Strength::Declared);
        sink.push_at(span, &demand, threshold, Says::bound(name, bound));
    }
    if found.is_empty() && demand.bytes().any(|byte| byte.is_ascii_digit()) {
        sink.push_at(span, &demand, (DeclarationKind::Unread, Strength::Declared), Says::name(name));
    }
    if !when.is_empty() {
        let says = Says {
            condition: when.clone(),
            ..Says::name(name)
        };
        sink.push_at(span, &when, (DeclarationKind::Condition, Strength::Declared), says);
    }
    if !evidence.is_empty() {
        let says = Says {
            evidence,
            ..Says::name(name)
        };
        sink.push_at(span, span.of(text), (DeclarationKind::Archive, Strength::Declared), says);
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(words) => words.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The line of the front matter that names a gate; the front matter itself where none does.
fn line_of(text: &str, front: Span, name: &str) -> Span {
    let mut at = front.start as usize;
    for line in front.of(text).split_inclusive('\n') {
        let bare = line
            .trim_start()
            .trim_start_matches(['-', ' '])
            .trim_start_matches(['"', '\'']);
        let is_named = bare.starts_with(name) || bare.contains(&format!(": {name}")) || bare.contains(&format!("\"{name}\""));
        if is_named {
            let lead = line.len() - line.trim_start().len();
            return Span::new(at + lead, at + line.trim_end().len().max(lead));
        }
        at += line.len();
    }
    front
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::gates::tests::read;

    #[test]
    fn front_matter_declares() {
        let text = "---\ntitle: x\ngates:\n  Coverage: { demand: \"lines >= 80 %\", evidence: coverage/lcov.info }\n  Lint: \"warnings = 0\"\n---\n# T\n";
        assert_eq!(
            read(text),
            [
                "4 gate! Coverage [coverage/lcov.info]",
                "4 threshold! Coverage: lines >= 80 %",
                "4 archive! Coverage [coverage/lcov.info]",
                "5 gate! Lint",
                "5 threshold! Lint: warnings <= 0",
            ]
        );
        assert!(read("---\ngates: 3\n---\n# T\n").is_empty());
        assert!(read("---\ngates: [a, b]\n---\n# T\n").is_empty());
        assert_eq!(read("---\ngates:\n  X: 80ish\n---\n"), ["3 gate! X", "3 unread! X"]);
    }
}
