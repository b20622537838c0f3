//! Tables of gates whose columns are called like the keys of the settings: `id`, `format`, `min-tests`, `at-least`.

use crate::model::declaration::{DeclarationKind, Strength};
use crate::parse::recognise;
use crate::parse::runbook::gates::also::{is_path, is_turned};
use crate::parse::runbook::gates::mode::Mode;
use crate::parse::runbook::gates::sink::{Says, Sink, Source};
use crate::parse::runbook::outline::Block;

/// What the cell of a column becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// The name of the gate for people; the id names it here.
    Title,
    /// The format of its evidence.
    Format,
    /// The tool that must have written it.
    Tool,
    /// Where its files lie.
    Files,
    /// Who must agree.
    Roles,
    /// When it applies.
    When,
    /// A number: of what, its sign, its unit.
    Number(&'static str, &'static str, &'static str),
    /// Names with a number each: their sign.
    Numbers(&'static str),
    /// A key that only the settings can hold.
    Settings,
}

/// The keys by their names. Sorted.
const KEYS: [(&str, Key); 25] = [
    ("at-least", Key::Numbers(">=")),
    ("at-most", Key::Numbers("<=")),
    ("breaches", Key::Number("breaches", ">=", "consecutive")),
    ("checks", Key::Settings),
    ("class", Key::Settings),
    ("every", Key::Settings),
    ("expect", Key::Settings),
    ("files", Key::Files),
    ("format", Key::Format),
    ("max-age", Key::Number("age", "<=", "")),
    ("max-errors", Key::Number("errors", "<=", "")),
    ("max-findings", Key::Numbers("<=")),
    ("max-flaky", Key::Number("flaky", "<=", "")),
    ("max-skipped", Key::Number("skipped", "<=", "")),
    ("max-warnings", Key::Number("warnings", "<=", "")),
    ("min-tests", Key::Number("tests", ">=", "")),
    ("required", Key::Settings),
    ("roles", Key::Roles),
    ("security-severity-below", Key::Number("security severity", "<", "")),
    ("subject", Key::Settings),
    ("title", Key::Title),
    ("tolerance", Key::Settings),
    ("tool", Key::Tool),
    ("when", Key::When),
    ("window", Key::Settings),
];

/// Metrics of coverage, which are percentages.
const COVERAGE: [&str; 8] = [
    "branches", "classes", "functions", "instructions", "lines", "methods", "regions", "statements",
];

/// The columns of a table whose titles are keys of the settings.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyColumns {
    name: usize,
    /// Each with its place and its title; no key is one that is misspelt.
    keys: Vec<(usize, String, Option<Key>)>,
}

/// A title as a key is written: `Min tests` and `min_tests` are `min-tests`.
fn key_of(title: &str) -> String {
    title.trim().to_lowercase().replace([' ', '_'], "-")
}

fn find(name: &str) -> Option<Key> {
    let at = KEYS.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    Some(KEYS[at].1)
}

/// The columns, where the table is one of gates by its keys: an `id`, `gate` or `name`, and a key that only settings have, or under a
/// heading that speaks of gates any key beside an `id`.
pub(super) fn columns(titles: &[String], mode: Mode) -> Option<KeyColumns> {
    let titles: Vec<String> = titles.iter().map(|title| key_of(title)).collect();
    let at = |name: &str| titles.iter().position(|title| title == name);
    let name = at("id").or_else(|| at("gate")).or_else(|| at("name"))?;
    let mut columns = KeyColumns {
        name,
        ..KeyColumns::default()
    };
    let mut is_sure = false;
    let mut has_key = false;
    for (at, title) in titles.iter().enumerate().filter(|(at, _)| *at != name) {
        let key = find(title);
        let is_near = || title.contains('-') && KEYS.iter().any(|(known, _)| strsim::damerau_levenshtein(known, title) <= 2);
        if key.is_none() && !is_near() {
            continue;
        }
        is_sure |= title.contains('-') && key.is_some();
        has_key |= key.is_some_and(|key| !matches!(key, Key::Title | Key::When));
        columns.keys.push((at, title.clone(), key));
    }
    let is_of_gates = mode == Mode::Gates && titles[name] == "id";
    (has_key && (is_sure || is_of_gates)).then_some(columns)
}

/// Reads one row: a gate with what its cells ask for. What cannot be understood is told, and leaves the gate open.
pub(super) fn row(source: &Source<'_>, cells: &[Block], columns: &KeyColumns, sink: &mut Sink) {
    let Some(name) = cells.get(columns.name) else { return };
    let label = source.outline.line(name);
    if label.is_empty() {
        return;
    }
    sink.begin();
    let filled = || {
        let keys = columns.keys.iter();
        keys.filter_map(|(at, title, key)| {
            let cell = cells.get(*at)?;
            let text = source.outline.line(cell).trim().to_owned();
            (!text.is_empty() && !matches!(text.as_str(), "-" | "–" | "—")).then_some((cell, title.as_str(), *key, text))
        })
    };
    let mut says = Says::name(&label);
    let mut unread: Vec<&Block> = Vec::new();
    let mut found: Vec<(&Block, DeclarationKind, Says)> = Vec::new();
    for (cell, _, key, text) in filled() {
        let (said, is_unread) = says_of(key, &text, words_of(source, cell), &label, &mut says);
        found.extend(said.into_iter().map(|(kind, says)| (cell, kind, says)));
        if is_unread {
            unread.push(cell);
        }
    }
    let push = |sink: &mut Sink, cell: &Block, kind, says| {
        let whole = 0..source.outline.words(cell).len();
        sink.push(source.outline, cell, whole, (kind, Strength::Declared), says);
    };
    push(sink, name, DeclarationKind::Gate, says);
    for (cell, kind, says) in found {
        push(sink, cell, kind, says);
    }
    for cell in unread {
        push(sink, cell, DeclarationKind::Unread, Says::name(&label));
    }
}

/// Whether a word is a key of the settings.
pub(super) fn is_key(name: &str) -> bool {
    find(name).is_some()
}

/// What a key of the settings says with a value in words: what is declared, and whether something in it is not understood. What belongs to
/// the gate itself goes into `gate`.
pub(super) fn of_key(name: &str, text: &str, label: &str, gate: &mut Says) -> (Vec<(DeclarationKind, Says)>, bool) {
    let words = text
        .split(',')
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty());
    says_of(find(name), text, words.collect(), label, gate)
}

fn says_of(
    key: Option<Key>,
    text: &str,
    words: Vec<String>,
    label: &str,
    gate: &mut Says,
) -> (Vec<(DeclarationKind, Says)>, bool) {
    let bound = |metric: &str, sign: &'static str, value: &str, unit: &str| {
        let says = Says {
            metric: metric.to_owned(),
            comparison: sign,
            value: value.to_owned(),
            unit: unit.to_owned(),
            ..Says::name(label)
        };
        (DeclarationKind::Threshold, says)
    };
    let mut found = Vec::new();
    let mut is_unread = false;
    match key {
        None | Some(Key::Settings) => is_unread = true,
        Some(Key::Title) => {}
        Some(Key::Format) => match recognise::format(text) {
            Some(format) => format.name.clone_into(&mut gate.format),
            None if recognise::is_known(text) => text.trim().clone_into(&mut gate.format),
            None => is_unread = true,
        },
        Some(Key::Tool) => text.clone_into(&mut gate.tool),
        Some(Key::Files) => {
            let says = Says {
                evidence: words.iter().filter(|file| is_path(file)).cloned().collect(),
                ..Says::name(label)
            };
            gate.evidence.extend(words);
            found.push((DeclarationKind::Archive, says));
        }
        Some(Key::Number(metric, sign, unit)) => match number(text) {
            Some((value, own)) if is_unit(metric, own) => {
                found.push(bound(metric, sign, value, if own.is_empty() { unit } else { own }));
            }
            _ => is_unread = true,
        },
        Some(Key::Numbers(sign)) => {
            for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
                let pair = part.split_once(['=', ':']).or_else(|| part.rsplit_once(' '));
                let read = pair.and_then(|(metric, value)| Some((metric.trim().to_lowercase(), number(value.trim())?)));
                let Some((metric, (value, unit))) = read.filter(|(metric, _)| !metric.is_empty()) else {
                    is_unread = true;
                    continue;
                };
                let is_percentage = unit.is_empty() && sign == ">=" && COVERAGE.contains(&metric.as_str());
                found.push(bound(&metric, sign, value, if is_percentage { "%" } else { unit }));
            }
        }
        Some(Key::Roles) => {
            let roles = text.trim_matches(['[', ']']).replace(['"', '`'], "");
            found.push((DeclarationKind::Signoff, Says::name(&roles)));
        }
        Some(Key::When) if is_turned(text) => is_unread = true,
        Some(Key::When) => {
            let says = Says {
                condition: text.to_owned(),
                ..Says::name(label)
            };
            found.push((DeclarationKind::Condition, says));
        }
    }
    (found, is_unread)
}

/// The code of a cell, or its words where it holds none.
fn words_of(source: &Source<'_>, cell: &Block) -> Vec<String> {
    let words = source.words(cell);
    if words.codes.is_empty() {
        let line = source.outline.line(cell);
        return line
            .split(',')
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect();
    }
    words.codes.iter().map(|(_, code)| (*code).to_owned()).collect()
}

/// A number and the unit behind it.
fn number(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (value, unit) = text.split_at(end);
    value.parse::<f64>().ok()?;
    let unit = unit.trim();
    unit.chars().all(|c| c.is_alphabetic() || c == '%').then_some((value, unit))
}

/// Whether a number of a key may have a unit: ages do, counts do not.
fn is_unit(metric: &str, unit: &str) -> bool {
    unit.is_empty() != (metric == "age")
}

#[cfg(test)]
mod tests {
    use super::KEYS;
    use crate::parse::runbook::gates::tests::read;

    #[test]
    fn a_table_with_the_names_of_the_settings_declares() {
        assert!(KEYS.is_sorted_by(|one, other| one.0 < other.0));
        let text = "## Gates\n\n| id | format | min-tests |\n|---|---|---|\n| unit | junit | 10 |\n| scan | sarif | |\n";
        assert_eq!(read(text), ["5 gate! unit", "5 threshold! unit: tests >= 10", "6 gate! scan"]);
        let text = "## Notes\n\n| Gate | Max findings | At least | Roles | Files |\n|---|---|---|---|---|\n| a | high = 0, critical = 0 | lines 80 | lead | `x/a.json` |\n";
        assert_eq!(
            read(text),
            [
                "5 gate! a [x/a.json]",
                "5 threshold! a: high <= 0",
                "5 threshold! a: critical <= 0",
                "5 threshold! a: lines >= 80 %",
                "5 signoff! lead",
                "5 archive! a [x/a.json]",
            ]
        );
    }

    #[test]
    fn what_a_cell_does_not_say_is_told() {
        let text = "## Gates\n\n| id | format | min-tests | min-test |\n|---|---|---|---|\n| unit | junitt | many | 3 |\n";
        assert_eq!(
            read(text),
            ["5 gate! unit", "5 unread! unit", "5 unread! unit", "5 unread! unit"]
        );
    }

    #[test]
    fn other_tables_with_such_words_are_none() {
        for text in [
            "## Tools\n\n| id | format | tool |\n|---|---|---|\n| 1 | JSON | jq |\n",
            "## Gates\n\n| Tool | Format |\n|---|---|\n| jq | JSON |\n",
            "## Gates\n\n| id | title |\n|---|---|\n| a | A |\n",
            "# Fields\n\n| name | format | window |\n|---|---|---|\n| x | date | 2 h |\n",
        ] {
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
    }
}
