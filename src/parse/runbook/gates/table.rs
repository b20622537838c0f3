//! Tables of gates: one gate a row.

use std::ops::Range;

use crate::command::mapped::one_line;
use crate::model::declaration::{DeclarationKind, Strength};
use crate::parse::recognise;
use crate::parse::runbook::gates::also::{archive, condition, is_path, is_turned, is_waived, signoff};
use crate::parse::runbook::gates::bound::bounds;
use crate::parse::runbook::gates::cell;
use crate::parse::runbook::gates::figure::Purpose;
use crate::parse::runbook::gates::item;
use crate::parse::runbook::gates::keys;
use crate::parse::runbook::gates::mode::{Mode, of_block};
use crate::parse::runbook::gates::sink::{Says, Sink, Source};
use crate::parse::runbook::gates::unread::unread_number;
use crate::parse::runbook::gates::watch;
use crate::parse::runbook::gates::words::{MEASURE, VAGUE};
use crate::parse::runbook::outline::Block;

/// Bytes of a cell that is read.
const MAX_CELL: usize = 1_000;

/// What the columns of a table hold, as far as their titles say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Columns {
    name: Option<usize>,
    /// The title of the name column says that it measures, not that it gates.
    is_metric: bool,
    demand: Option<usize>,
    evidence: Option<usize>,
    when: Option<usize>,
    /// What the title of the demands says of their numbers: "minimum ", "maximum ".
    side: &'static str,
    /// What its evidence is: a format, or a step.
    kind: Option<usize>,
    cadence: bool,
    status: bool,
}

/// Reads all tables of a text.
pub(crate) fn read(source: &Source<'_>, sink: &mut Sink) {
    let mut columns = Columns::default();
    let mut key_columns = None;
    for row in &source.outline.rows {
        let cells = source.outline.blocks.get(row.cells.clone()).unwrap_or_default();
        if row.is_head {
            columns = columns_of(source, cells);
            let mode = cells.first().map_or(Mode::Off, |first| of_block(&source.modes, first));
            let titles: Vec<String> = cells.iter().map(|cell| source.outline.line(cell)).collect();
            key_columns = keys::columns(&titles, mode).filter(|_| columns.demand.is_none());
            continue;
        }
        let is_long = |cell: &Block| cell.plain.len() > MAX_CELL;
        let Some(first) = cells.first() else { continue };
        let mode = of_block(&source.modes, first);
        if mode == Mode::Off {
            continue;
        }
        if cells.iter().any(is_long) {
            // Prose in another column takes nothing away from a gate; a demand that long is none that anybody could compare.
            let asked = [columns.demand, columns.evidence, columns.when];
            let of_demand = asked.into_iter().flatten().filter_map(|at| cells.get(at));
            let is_unread = key_columns.is_some() || of_demand.into_iter().any(is_long);
            let name = columns
                .name
                .and_then(|at| cells.get(at))
                .or(cells.first().filter(|_| key_columns.is_some()));
            let Some(name) = name.filter(|name| !is_long(name)) else {
                continue;
            };
            if columns.demand.is_none() && columns.evidence.is_none() && key_columns.is_none() {
                continue;
            }
            sink.begin();
            if is_unread {
                let label = source.outline.line(name);
                gate(source, name, &label, sink, Vec::new());
                let whole = 0..source.outline.words(name).len();
                let unread = (DeclarationKind::Unread, Strength::Declared);
                sink.push(source.outline, name, whole, unread, Says::name(&label));
            } else {
                declared(source, cells, name, &columns, mode, sink);
            }
            continue;
        }
        if let Some(columns) = &key_columns {
            keys::row(source, cells, columns, sink);
            continue;
        }
        for cell in cells {
            if columns.cadence {
                let words = source.words(cell);
                watch::read(source, cell, &words, mode, true, sink);
            }
        }
        let Some(name) = columns.name.and_then(|name| cells.get(name)) else {
            continue;
        };
        if columns.demand.is_some() || columns.evidence.is_some() {
            sink.begin();
            declared(source, cells, name, &columns, mode, sink);
        } else if let Some(number) = bounded_name(source, cells, name, &columns) {
            sink.begin();
            demand(source, name, number, mode, sink, &columns);
        } else if columns.status && matches!(mode, Mode::Gates | Mode::Check | Mode::Titled) {
            sink.begin();
            item::of_words(
                source,
                name,
                &source.words(name),
                item::Place {
                    mode: Mode::Check,
                    is_row: true,
                    ..item::Place::default()
                },
                sink,
            );
        }
    }
}

fn columns_of(source: &Source<'_>, cells: &[Block]) -> Columns {
    let mut columns = Columns::default();
    let titles: Vec<String> = cells.iter().map(|cell| source.outline.line(cell).to_lowercase()).collect();
    for (at, title) in titles.iter().enumerate() {
        let is = |words: &[&str]| words.contains(&title.as_str());
        let says = |words: &[&str]| words.iter().any(|word| title.contains(word));
        if says(&["evidence", "proof"]) {
            columns.evidence = columns.evidence.or(Some(at));
        } else if says(&[
            "pass criteria", "pass criterion", "acceptance", "success criteria", "success criterion", "exit criteria",
            "exit criterion", "pass condition", "pass/fail",
        ]) || is(&[
            "threshold", "thresholds", "demand", "needed", "expected", "expectation", "target", "targets", "limit", "slo",
            "must be", "required value", "objective",
        ]) || says(&["threshold", "expected result", "required result"])
            // When somebody is woken is no demand on a release.
            && !says(&["alert", "alarm", "paging", "warning"])
        {
            columns.demand = columns.demand.or(Some(at));
        } else if columns.demand.is_none() && is(&["min", "min.", "minimum", "max", "max.", "maximum"]) {
            columns.demand = Some(at);
            columns.side = if title.starts_with("min") { "minimum " } else { "maximum " };
        } else if is(&["when", "applies when", "applies", "condition", "scope when"]) {
            columns.when = columns.when.or(Some(at));
        } else if is(&["kind", "type", "format"]) {
            columns.kind = columns.kind.or(Some(at));
        } else if is(&["cadence", "frequency", "rotation", "interval"]) {
            columns.cadence = true;
        } else if is(&[
            "status", "done", "result", "✓", "complete", "completed", "checked", "pass?", "state",
        ]) {
            columns.status = true;
        } else if columns.name.is_none()
            && (is(&[
                "check", "checks", "item", "items", "requirement", "control", "test", "criterion", "criteria", "task",
                "verification",
            ]) || is(&["metric", "metrics", "kpi", "indicator", "sli", "signal", "measure"])
                || title
                    .split(|char: char| !char.is_alphanumeric())
                    .any(|word| matches!(word, "gate" | "gates")))
        {
            columns.name = Some(at);
            columns.is_metric = is(&["metric", "metrics", "kpi", "indicator", "sli", "signal", "measure"]);
        }
    }
    // Gate, Requirement and Check, Criteria: the second says what the first asks for.
    if columns.demand.is_none()
        && let Some(name) = columns.name
    {
        columns.demand = titles
            .iter()
            .enumerate()
            .find(|(at, title)| {
                *at != name
                    && matches!(
                        title.as_str(),
                        "requirement" | "requirements" | "criteria" | "criterion" | "rule" | "standard"
                    )
            })
            .map(|(at, _)| at);
    }
    columns
}

/// The cell with the number of a metric whose name says "Minimum" or "Maximum".
fn bounded_name<'a>(source: &Source<'_>, cells: &'a [Block], name: &Block, columns: &Columns) -> Option<&'a Block> {
    let title = source.outline.line(name).to_lowercase();
    let is_bounded = columns.is_metric
        && ["minimum", "maximum", "min ", "max "]
            .iter()
            .any(|word| title.starts_with(word));
    let is_number = |cell: &&Block| {
        let line = source.outline.line(cell);
        line.starts_with(|char: char| char.is_ascii_digit() || matches!(char, '<' | '>' | '≤' | '≥'))
    };
    is_bounded.then(|| cells.iter().find(is_number)).flatten()
}

/// A gate whose demand is the number of one cell.
fn demand(source: &Source<'_>, name: &Block, cell: &Block, mode: Mode, sink: &mut Sink, columns: &Columns) {
    let label = source.outline.line(name);
    let words = source.words(cell);
    // A table of metrics under a heading that speaks of no gate is a list of thresholds.
    if !columns.is_metric || matches!(mode, Mode::Gates | Mode::Check | Mode::Titled) {
        gate(source, name, &label, sink, Vec::new());
    }
    for bound in bounds(&words, &label, Purpose::Demand) {
        sink.push(
            source.outline,
            cell,
            bound.range.clone(),
            (DeclarationKind::Threshold, Strength::Declared),
            Says::bound(&label, &bound),
        );
    }
}

fn gate(source: &Source<'_>, name: &Block, label: &str, sink: &mut Sink, evidence: Vec<String>) {
    sink.push(
        source.outline,
        name,
        0..source.outline.words(name).len(),
        (DeclarationKind::Gate, Strength::Declared),
        Says {
            evidence,
            ..Says::name(label)
        },
    );
}

fn declared(source: &Source<'_>, cells: &[Block], name: &Block, columns: &Columns, mode: Mode, sink: &mut Sink) {
    let label = source.outline.line(name);
    if label.is_empty() {
        return;
    }
    let filled = |at: Option<usize>| {
        at.and_then(|at| cells.get(at))
            .filter(|cell| !source.outline.line(cell).is_empty())
    };
    let evidence = filled(columns.evidence)
        .map(|cell| named_evidence(source, cell))
        .unwrap_or_default();
    let asked = filled(columns.demand);
    let is_rollback = mode == Mode::Rollback;
    let kind = if is_rollback {
        DeclarationKind::Criterion
    } else {
        DeclarationKind::Threshold
    };
    let purpose = if is_rollback { Purpose::Breach } else { Purpose::Demand };
    let words = asked.map(|cell| source.words(cell));
    // What nobody has to do is no gate.
    if words.as_ref().is_some_and(is_waived) {
        return;
    }
    let measured = format!("{}{label}", columns.side);
    let found = words
        .as_ref()
        .map(|words| bounds(words, &measured, purpose))
        .unwrap_or_default();
    let signed = words.as_ref().and_then(signoff).or_else(|| signoff(&source.words(name)));
    // A row "Approval" whose demand names no number names who must agree.
    let is_approval = words.is_some()
        && matches!(
            label.to_lowercase().trim_end_matches(':'),
            "approval" | "approvals" | "approvers" | "approved by" | "sign-off" | "sign-offs" | "signoff" | "signoffs"
        );
    let signed = signed.or_else(|| is_approval.then(|| (0..0, String::new())));
    let is_list = columns.is_metric && !matches!(mode, Mode::Gates | Mode::Check | Mode::Titled);
    // Who must agree is not measured.
    let is_signoff = signed.is_some() && found.is_empty();
    if !is_rollback && !is_list && !is_signoff {
        gate(source, name, &label, sink, evidence.clone());
        // A cell that is the name of a format says what must be read.
        if let ([only], Some(gate)) = (evidence.as_slice(), sink.found.last_mut())
            && let Some(format) = recognise::format(only)
        {
            format.name.clone_into(&mut gate.format);
        }
        if let (Some(words), Some(gate)) = (&words, sink.found.last_mut()) {
            gate.said = one_line(&words.with_code());
            gate.required = cell::names(words);
            gate.spoken = cell::spoken(words);
            gate.formats = cell::formats(words);
            if cell::passes(words) {
                gate.workflows = cell::workflows(words);
                gate.workflows.extend(cell::workflows(&source.words(name)));
            }
        }
        if let (Some(named), Some(gate)) = (filled(columns.evidence), sink.found.last_mut()) {
            let words = source.words(named);
            gate.files = cell::files(&words);
            gate.workflows.extend(cell::workflows(&words));
        }
        for cell in [columns.evidence, columns.kind].into_iter().filter_map(filled) {
            let Some(gate) = sink.found.last_mut() else { continue };
            for format in cell::formats(&source.words(cell)) {
                if !gate.formats.contains(&format) {
                    gate.formats.push(format);
                }
            }
        }
    }
    if let Some((_, role)) = signed {
        let role = match (&asked, role.as_str()) {
            (Some(cell), "") => source.outline.line(cell),
            _ => role,
        };
        // "sign-off" asks for one and does not say whose.
        let is_nobody = matches!(
            role.to_lowercase().trim_end_matches('.'),
            "approval" | "approvals" | "needed" | "required" | "sign-off" | "sign-offs" | "signoff" | "yes"
        );
        let role = if is_nobody { String::new() } else { role };
        let says = Says {
            evidence: evidence.clone(),
            ..Says::name(&role)
        };
        let whole = 0..source.outline.words(name).len();
        sink.push(
            source.outline,
            name,
            whole,
            (DeclarationKind::Signoff, Strength::Declared),
            says,
        );
    }
    if let (Some(cell), Some(words)) = (asked, &words) {
        for bound in &found {
            let says = Says::bound(&label, bound);
            sink.push(source.outline, cell, bound.range.clone(), (kind, Strength::Declared), says);
        }
        let whole = 0..words.text.len();
        if found.is_empty() && words.says(VAGUE) && (words.has(MEASURE) || source.words(name).has(MEASURE)) {
            let says = Says {
                metric: label.to_lowercase(),
                ..Says::name(&label)
            };
            sink.push(source.outline, cell, whole.clone(), (kind, Strength::Declared), says);
        }
        if is_rollback && found.is_empty() {
            let says = Says {
                metric: label.to_lowercase(),
                ..Says::name(&label)
            };
            sink.push(source.outline, cell, whole.clone(), (kind, Strength::Declared), says);
        }
        watch::read(source, cell, words, mode, is_rollback, sink);
        let taken: Vec<Range<usize>> = found.iter().map(|bound| bound.range.clone()).collect();
        let has_names = !cell::names(words).is_empty() || !cell::spoken(words).is_empty();
        let unread = unread_number(source, cell, words.text, &taken);
        let is_bare = found.is_empty() && !is_signoff && !has_names && !is_rollback && condition(words).is_none();
        let asks_more = is_bare && cell::is_unread(words, &label) || !found.is_empty() && !is_rollback && cell::asks_more(words);
        if let Some(range) = unread.or_else(|| asks_more.then(|| whole.clone())) {
            sink.push(
                source.outline,
                cell,
                range,
                (DeclarationKind::Unread, Strength::Declared),
                Says::name(&label),
            );
        }
        if let Some(range) = condition(words) {
            condition_of(source, cell, range, &label, sink);
        }
    }
    if let Some(cell) = filled(columns.when) {
        let whole = 0..source.outline.words(cell).len();
        condition_of(source, cell, whole, &label, sink);
    }
    if let Some(cell) = filled(columns.evidence)
        && let paths = evidence.iter().filter(|name| is_path(name)).cloned().collect::<Vec<_>>()
        && (!paths.is_empty() || archive(&source.words(cell)).is_some())
    {
        let says = Says {
            evidence: paths,
            ..Says::name(&label)
        };
        let whole = 0..source.outline.words(cell).len();
        sink.push(
            source.outline,
            cell,
            whole,
            (DeclarationKind::Archive, Strength::Declared),
            says,
        );
    }
}

fn condition_of(source: &Source<'_>, cell: &Block, range: Range<usize>, label: &str, sink: &mut Sink) {
    let text = source.outline.words(cell).get(range.clone()).unwrap_or_default().to_owned();
    // "unless `docs/**` changed" is the opposite of what its path says.
    if is_turned(&text) {
        let unread = (DeclarationKind::Unread, Strength::Declared);
        sink.push(source.outline, cell, range, unread, Says::name(label));
        return;
    }
    let says = Says {
        condition: text,
        ..Says::name(label)
    };
    sink.push(
        source.outline,
        cell,
        range,
        (DeclarationKind::Condition, Strength::Declared),
        says,
    );
}

/// The code of a cell, and what it says where it holds none.
fn named_evidence(source: &Source<'_>, block: &Block) -> Vec<String> {
    let words = source.words(block);
    if words.codes.is_empty() {
        let files = cell::codes(&words);
        if files.len() > 1 || files.len() == 1 && files[0].1.len() < words.text.trim().len() {
            return files.into_iter().map(|(_, file)| file.to_owned()).collect();
        }
        return vec![source.outline.line(block)];
    }
    words.codes.iter().map(|(_, code)| (*code).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::gates::tests::read;

    #[test]
    fn a_column_says_on_which_side_its_numbers_are() {
        let of = |title: &str, cell: &str| {
            let text = format!(
                "## Release gates\n\n| Gate | {title} | Evidence |\n|---|---|---|\n| Line coverage | {cell} | `c.xml` |\n"
            );
            read(&text)
                .into_iter()
                .filter(|line| !line.contains("archive"))
                .skip(1)
                .collect::<Vec<_>>()
        };
        assert_eq!(of("Minimum", "80 %"), ["5 threshold! Line coverage: line coverage >= 80 %"]);
        assert_eq!(
            of("Exit criterion", "lines ≥ 80 %"),
            ["5 threshold! Line coverage: lines >= 80 %"]
        );
        assert_eq!(of("Max", "80 %"), ["5 threshold! Line coverage: line coverage <= 80 %"]);
        assert_eq!(
            of("Demand", "lines ≥ 80 %, aiming for 95 %"),
            ["5 threshold! Line coverage: lines >= 80 %"]
        );
        assert_eq!(of("Demand", "lines ≥ 80 %, 95 % of them twice").len(), 2, "the rest is told");
    }

    #[test]
    fn a_row_that_nobody_has_to_do_is_no_gate() {
        let text = "## Release gates\n\n| Gate | Demand |\n|---|---|\n| Docs | no sign-off needed |\n| Hotfix | never |\n| Chat | if you like |\n| Unit | all pass, no sign-off needed |\n| Merge | no approval missing |\n";
        let names: Vec<String> = read(text).into_iter().filter(|line| !line.contains("signoff")).collect();
        assert_eq!(names, ["8 gate! Unit", "9 gate! Merge"]);
    }

    #[test]
    fn who_signs_off_is_read_whatever_the_column_is_called() {
        let of = |needed: &str| {
            let text = format!("## Release gates\n\n| Gate | Needed |\n|---|---|\n| Approval | {needed} |\n");
            read(&text)
        };
        assert_eq!(of("QA lead signs off"), ["5 signoff! QA lead"]);
        assert_eq!(
            of("QA lead and security lead approve"),
            ["5 signoff! QA lead and security lead"]
        );
        assert_eq!(of("two approvals"), ["5 signoff! two"]);
        assert_eq!(of("sign-off"), ["5 signoff!"]);
    }

    #[test]
    fn a_row_is_a_gate_with_its_demand_and_evidence() {
        let text = "## Release gates\n\n| Gate | Demand | Evidence | When |\n|---|---|---|---|\n| Coverage | lines ≥ 80 % | `coverage/lcov.info` | |\n| Model | accuracy ≥ 0.92 | `eval.json` | `prompts/**` changed |\n| Scan | critical = 0, high = 0 | Trivy | |\n";
        assert_eq!(
            read(text),
            [
                "5 gate! Coverage [coverage/lcov.info]",
                "5 threshold! Coverage: lines >= 80 %",
                "5 archive! Coverage [coverage/lcov.info]",
                "6 gate! Model [eval.json]",
                "6 threshold! Model: accuracy >= 0.92",
                "6 archive! Model [eval.json]",
                "6 condition! Model if prompts/** changed",
                "7 gate! Scan [Trivy]",
                "7 threshold! Scan: critical <= 0",
                "7 threshold! Scan: high <= 0",
            ]
        );
    }

    #[test]
    fn bare_numbers_take_the_direction_of_the_metric() {
        let text = "# Gate\n\n| Metric | Env var | Default |\n|---|---|---|\n| Minimum throughput | `MIN` | 500 events/sec |\n\n| Check | Threshold |\n|---|---|\n| Bleed | 0 |\n| Widgets | 3 |\n";
        assert_eq!(
            read(text),
            [
                "5 gate! Minimum throughput",
                "5 threshold! Minimum throughput: throughput >= 500 events/sec",
                "9 gate! Bleed",
                "9 threshold! Bleed: bleed <= 0",
                "10 gate! Widgets",
                "10 threshold! Widgets: widgets ? 3",
            ]
        );
    }

    #[test]
    fn when_somebody_is_woken_is_no_demand_on_a_release() {
        let table =
            |column: &str| format!("## Metrics to watch\n\n| Metric | {column} |\n|---|---|\n| `error_rate` | > `max_rate` |\n");
        let none: [&str; 0] = [];
        assert_eq!(read(&table("Alert threshold")), none);
        assert_eq!(read(&table("Threshold")), ["5 unread! error_rate"]);
    }

    #[test]
    fn cells_that_nobody_understands_are_told() {
        let text = "## Gates\n\n| Gate | Threshold |\n|---|---|\n| Coverage | 80-ish % |\n| Flow | all journeys pass |\n";
        assert_eq!(read(text), ["5 gate! Coverage", "5 unread! Coverage", "6 gate! Flow"]);
    }

    #[test]
    fn long_cells_take_no_gate_away() {
        let prose = "because it matters ".repeat(80);
        let beside = format!("## Gates\n\n| Gate | Demand | Why |\n|---|---|---|\n| Coverage | lines ≥ 80 % | {prose} |\n");
        assert_eq!(read(&beside), ["5 gate! Coverage", "5 threshold! Coverage: lines >= 80 %"]);
        let demand = format!("## Gates\n\n| Gate | Demand |\n|---|---|\n| Coverage | lines ≥ 80 % {prose} |\n");
        assert_eq!(read(&demand), ["5 gate! Coverage", "5 unread! Coverage"]);
        let other = format!("## Notes\n\n| Word | Meaning |\n|---|---|\n| Coverage | {prose} |\n");
        assert!(read(&other).is_empty());
    }

    #[test]
    fn inventories_and_schedules_are_no_gates() {
        for text in [
            "| Parameter | Baseline value |\n|---|---|\n| CPU cores | 8 |\n",
            "| Version | Date | Owner |\n|---|---|---|\n| v1 | 2026-01-01 | x |\n",
            "| Env var | Default | Purpose |\n|---|---|---|\n| `X` | 5 | y |\n",
            "| Item | Price |\n|---|---|\n| x | 5 |\n",
        ] {
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
    }
}
