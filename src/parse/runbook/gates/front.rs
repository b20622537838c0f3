//! Gates in the front matter of a text: `gates:` with one name a gate, in the words of the table.

use serde_json::Value;

use crate::model::declaration::{Declaration, DeclarationKind, Strength};
use crate::model::place::Span;
use crate::model::runbook::{Schedule, ScheduleKind};
use crate::parse::runbook::document;
use crate::parse::runbook::gates::bound::bounds;
use crate::parse::runbook::gates::figure::Purpose;
use crate::parse::runbook::gates::keys;
use crate::parse::runbook::gates::mode::modes;
use crate::parse::runbook::gates::sink::{Says, Sink, Source};
use crate::parse::runbook::gates::table;
use crate::parse::runbook::gates::words::Words;
use crate::parse::runbook::metadata::front_matter::FrontMatter;
use crate::parse::runbook::structure::{schedule, step};

/// Gates of front matter that are read at most.
const MAX_GATES: usize = 200;

/// Bytes of one value that is read.
const MAX_VALUE: usize = 1_000;

/// Keys of a gate that hold its demand. Sorted.
const DEMAND: [&str; 8] = [
    "criteria", "demand", "expected", "limit", "must-be", "requirement", "target", "threshold",
];

/// Keys of a gate that ask for nothing: they are for people. Sorted.
const FOR_PEOPLE: [&str; 47] = [
    "about", "automated", "blocking", "by", "category", "command", "comment", "contact", "description", "doc", "docs",
    "environment", "gate", "how", "id", "kind", "label", "labels", "level", "link", "links", "mandatory", "name", "note",
    "notes", "order", "owner", "owners", "phase", "priority", "rationale", "reason", "responsible", "run", "severity", "since",
    "stage", "step", "steps", "summary", "tag", "tags", "ticket", "title", "type", "where", "why",
];

/// Reads the gates of front matter.
pub(crate) fn read(text: &str, front: &FrontMatter, sink: &mut Sink) {
    if front.has_unread_gates {
        let name = "Gates of the front matter";
        sink.begin();
        for kind in [DeclarationKind::Gate, DeclarationKind::Unread] {
            let says = "front matter that cannot be read";
            sink.push_at(front.span, says, (kind, Strength::Declared), Says::name(name));
        }
    }
    let gates: Vec<(String, &Value)> = match &front.gates {
        Some(Value::Object(gates)) => gates.iter().map(|(name, gate)| (name.clone(), gate)).collect(),
        Some(Value::Array(gates)) => gates
            .iter()
            .filter_map(|gate| {
                let name = ["gate", "name", "id"]
                    .iter()
                    .find_map(|key| gate.get(key).and_then(Value::as_str));
                Some((name.or_else(|| line_of_gate(gate))?.to_owned(), gate))
            })
            .collect(),
        Some(line) => line_of_gate(line).map(|name| (name.to_owned(), line)).into_iter().collect(),
        None => return,
    };
    for (name, gate) in gates.into_iter().take(MAX_GATES) {
        sink.begin();
        of_gate(text, front, &name, gate, sink);
    }
}

/// A line that asks for a number, "Coverage lines >= 80 %": it is a gate and its demand.
fn line_of_gate(gate: &Value) -> Option<&str> {
    let line = gate.as_str()?;
    let is_bound = !bounds(&Words::new(line, &[]), "", Purpose::Demand).is_empty();
    (is_bound && line.bytes().any(|byte| byte.is_ascii_digit())).then_some(line)
}

/// What a gate asks for, in the words of a row of a table, and what its other keys say.
#[derive(Default)]
struct Row {
    demand: Vec<String>,
    evidence: Vec<String>,
    when: Vec<String>,
    /// Keys of the settings with their values.
    keys: Vec<(String, String)>,
    required: Vec<String>,
    /// Keys that nobody knows, as they are written.
    unknown: Vec<String>,
}

impl Row {
    fn take(&mut self, gate: &Value) {
        match gate {
            Value::Object(members) => {
                for (key, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                    self.take_key(key, value);
                }
            }
            other => self.demand.extend(texts(other)),
        }
    }

    fn take_key(&mut self, key: &str, value: &Value) {
        let name = key.trim().to_lowercase().replace([' ', '_'], "-");
        let is_one_of = |names: &[&str]| names.binary_search(&name.as_str()).is_ok();
        if is_one_of(&DEMAND) {
            match value {
                Value::Object(_) => self.take(value),
                value => self.demand.extend(texts(value)),
            }
        } else if matches!(name.as_str(), "evidence" | "files") {
            self.evidence.extend(texts(value));
        } else if matches!(name.as_str(), "when" | "condition") {
            self.when.extend(texts(value));
        } else if name == "required" && !value.is_boolean() {
            self.required.extend(texts(value));
        } else if name != "required" && keys::is_key(&name) {
            self.keys.push((name, pairs(value)));
        } else if !is_one_of(&FOR_PEOPLE) && name != "required" {
            self.unknown.push(format!("{key}: {}", pairs(value)));
        }
    }
}

fn of_gate(text: &str, front: &FrontMatter, name: &str, gate: &Value, sink: &mut Sink) {
    let span = line_of(text, front.span, name);
    let mut row = Row::default();
    row.take(gate);
    let start = sink.found.len();
    sink.found.extend(of_row(name, &row, span, sink.group));
    let has_gate = |found: &[Declaration]| found.iter().any(|found| found.kind == DeclarationKind::Gate);
    let says_something = !row.keys.is_empty() || !row.required.is_empty();
    if !has_gate(&sink.found[start..]) && says_something {
        sink.push_at(
            span,
            span.of(text),
            (DeclarationKind::Gate, Strength::Declared),
            Says::name(name),
        );
    }
    if let Some(gate) = sink.found[start..]
        .iter_mut()
        .find(|found| found.kind == DeclarationKind::Gate)
    {
        gate.required.append(&mut row.required);
    }
    let mut unread = std::mem::take(&mut row.unknown);
    for (key, value) in &row.keys {
        let mut says = Says::default();
        let (found, is_unread) = keys::of_key(key, value, name, &mut says);
        if let Some(gate) = sink.found[start..]
            .iter_mut()
            .find(|found| found.kind == DeclarationKind::Gate)
        {
            let set = |own: &mut String, said: &str| {
                if !said.is_empty() {
                    said.clone_into(own);
                }
            };
            set(&mut gate.format, &says.format);
            set(&mut gate.tool, &says.tool);
        }
        for (kind, says) in found {
            sink.push_at(span, &format!("{key}: {value}"), (kind, Strength::Declared), says);
        }
        if is_unread {
            unread.push(format!("{key}: {value}"));
        }
    }
    for words in unread {
        sink.push_at(span, &words, (DeclarationKind::Unread, Strength::Declared), Says::name(name));
    }
}

/// What the row of a table with the same words declares: the same words, the same reader.
fn of_row(name: &str, row: &Row, span: Span, group: u32) -> Vec<Declaration> {
    let cell = |parts: &[String]| -> String {
        let words: String = parts
            .join(", ")
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let end = words
            .char_indices()
            .map(|(at, _)| at)
            .find(|at| *at > MAX_VALUE)
            .unwrap_or(words.len());
        words[..end].replace('|', "\\|")
    };
    let table = format!(
        "## Release gates\n\n| Gate | Demand | Evidence | When |\n|---|---|---|---|\n| {} | {} | {} | {} |\n",
        cell(std::slice::from_ref(&name.to_owned())),
        cell(&row.demand),
        cell(&row.evidence),
        cell(&row.when)
    );
    let outline = document::outline(&table, 0);
    let schedules = schedule::schedules(&outline);
    let source = Source {
        outline: &outline,
        modes: modes(&outline),
        leads: step::leads(&outline),
        schedules: &schedules,
    };
    let mut own = Sink::default();
    table::read(&source, &mut own);
    // How long and how often is told beside a table, and only here in words of its own.
    let mut found: Vec<Declaration> = own
        .found
        .into_iter()
        .filter(|found| found.kind != DeclarationKind::Window)
        .collect();
    if found
        .iter()
        .any(|found| found.strength == Strength::Declared && found.kind != DeclarationKind::Signoff)
    {
        let mut windows = Sink::default();
        for schedule in &schedules {
            window(schedule, name, &mut windows);
        }
        found.extend(windows.found);
    }
    for found in &mut found {
        found.span = span;
        found.group = group;
        if found.kind == DeclarationKind::Signoff {
            name.clone_into(&mut found.text);
        }
    }
    found
}

/// An interval or a length of watching as something that is declared.
fn window(schedule: &Schedule, name: &str, sink: &mut Sink) {
    let (metric, minutes) = match schedule.kind {
        ScheduleKind::Window(minutes) => ("window", minutes),
        ScheduleKind::Every(_, longest) => ("every", longest),
        _ => return,
    };
    let says = Says {
        metric: metric.to_owned(),
        value: minutes.to_string(),
        unit: "min".to_owned(),
        ..Says::name(name)
    };
    sink.push_at(
        schedule.span,
        &schedule.text,
        (DeclarationKind::Window, Strength::Declared),
        says,
    );
}

/// A value as the texts that it holds.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::String(words) => vec![words.trim().to_owned()],
        Value::Null => Vec::new(),
        other => vec![pairs(other)],
    }
}

/// A value in one line: `high = 0, critical = 0`.
fn pairs(value: &Value) -> String {
    match value {
        Value::String(words) => words.trim().to_owned(),
        Value::Array(list) => list.iter().map(pairs).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let pairs: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{key} = {}", pairs(value)))
                .collect();
            pairs.join(", ")
        }
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
        let is_named = bare.starts_with(name)
            || bare.contains(&format!(": {name}"))
            || bare.contains(&format!("\"{name}\""))
            || bare.starts_with(&format!("[gates.{name}]"));
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
    use super::{DEMAND, FOR_PEOPLE};
    use crate::model::declaration::DeclarationKind;
    use crate::parse::runbook::gates::tests::read;

    #[test]
    fn front_matter_declares() {
        assert!(DEMAND.is_sorted() && FOR_PEOPLE.is_sorted());
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
        assert!(read("---\ngates: see the 3 tables below\n---\n# T\n").is_empty());
        assert_eq!(read("---\ngates: Coverage lines >= 80 %\n---\n").len(), 2);
        let line = read("---\ngates:\n  - Coverage lines >= 80 %\n---\n");
        assert_eq!(line[0], "3 gate! Coverage lines >= 80 %");
        assert!(line[1].contains(">= 80 %"), "{line:?}");
    }

    #[test]
    fn the_words_of_front_matter_are_those_of_a_table() {
        let of = |gate: &str| read(&format!("---\ngates:\n  A: {gate}\n---\n"));
        assert_eq!(
            of("{ demand: \"Product lead and QA lead\" }"),
            ["3 gate! A"],
            "nobody agrees to a gate of that name"
        );
        let approval = read("---\ngates:\n  Approval: Product lead and QA lead\n---\n");
        assert_eq!(approval, ["3 signoff! Product lead and QA lead"]);
        assert_eq!(of("no skipped tests"), ["3 gate! A", "3 threshold! A: skipped <= 0"]);
        assert_eq!(of("no quarantined tests"), ["3 gate! A", "3 unread! A"]);
        assert_eq!(
            of("\"error rate <= 1 %, every 15 min for 2 h\""),
            [
                "3 gate! A",
                "3 threshold! A: error rate <= 1 %",
                "3 window! A: every ? 15 min",
                "3 window! A: window ? 120 min"
            ]
        );
        assert_eq!(
            of("{ min-tests: 200, max-findings: { high: 0 }, when: src/** }"),
            [
                "3 gate! A",
                "3 condition! A if src/**",
                "3 threshold! A: high <= 0",
                "3 threshold! A: tests >= 200"
            ]
        );
        assert_eq!(
            of("{ owner: QA lead, description: the quick ones, required: true, blocking: true }"),
            ["3 gate! A"]
        );
        assert_eq!(
            of("{ demnad: all pass }"),
            ["3 gate! A", "3 unread! A"],
            "a key that nobody knows is told"
        );
        assert_eq!(
            of("{ window: 2 h }"),
            ["3 gate! A", "3 unread! A"],
            "a key that only settings have"
        );
        let text = "---\ngates:\n  A: { demand: \"`x` passes\", required: [other], tool: Trivy }\n---\n";
        let found = crate::parse::runbook::parse(text.as_bytes()).declarations;
        let gate = found
            .iter()
            .find(|found| found.kind == DeclarationKind::Gate)
            .expect("there is a gate");
        assert_eq!(
            (gate.required.as_slice(), gate.tool.as_str()),
            (&["x".to_owned(), "other".to_owned()][..], "Trivy")
        );
    }

    #[test]
    fn toml_declares_as_yaml_does() {
        let text = "+++\ntitle = \"x\"\n\n[gates.Coverage]\ndemand = \"lines >= 80 %\"\nevidence = \"c.xml\"\n+++\n# T\n";
        assert_eq!(
            read(text),
            [
                "4 gate! Coverage [c.xml]",
                "4 threshold! Coverage: lines >= 80 %",
                "4 archive! Coverage [c.xml]"
            ]
        );
    }

    #[test]
    fn gates_in_front_matter_that_cannot_be_read_are_not_lost() {
        for text in [
            "---\ntitle: x\ngates:\n  A: { demand: \"lines >= 80 %\"\n---\n# T\n",
            "---\ntitle: x\ngates:\n\tA: lines >= 80 %\n---\n# T\n",
        ] {
            let found = read(text);
            assert_eq!(found.len(), 2, "{found:?}");
            assert!(found[0].contains("gate!") && found[1].contains("unread!"), "{found:?}");
        }
        assert!(
            read("---\ntitle: [x\nname: y\n---\n# T\n").is_empty(),
            "it never spoke of gates"
        );
    }
}
