//! Headings that are gates themselves: `Gate 2: Unit test coverage ≥ 80 %`, `3. Verify that the actions are passing`.

use std::collections::BTreeMap;

use crate::model::declaration::{DeclarationKind, Strength};
use crate::model::runbook::ScheduleKind;
use crate::parse::runbook::gates::bound::bounds;
use crate::parse::runbook::gates::figure::Purpose;
use crate::parse::runbook::gates::mode::Mode;
use crate::parse::runbook::gates::sink::{Says, Sink, Source};
use crate::parse::runbook::gates::words::{STATE, TOOL, WATCHING, Words, is_verify};
use crate::parse::runbook::outline::Block;

/// The sections that stand under a heading that is a gate: the group and the name of the gate.
#[derive(Debug, Default)]
pub(crate) struct GateSections(BTreeMap<usize, (u32, String)>);

impl GateSections {
    /// The group of the gate that a section belongs to.
    pub(crate) fn get(&self, section: usize) -> Option<u32> {
        self.0.get(&section).map(|(group, _)| *group)
    }

    /// The name of the gate that a section belongs to.
    fn name(&self, section: usize) -> &str {
        self.0.get(&section).map_or("", |(_, name)| name)
    }
}

/// Bytes of a heading that is read.
const MAX_TITLE: usize = 400;

/// Reads the headings of a text.
pub(crate) fn read(source: &Source<'_>, sink: &mut Sink) -> GateSections {
    let mut sections = GateSections::default();
    // The gate whose section is open: its level, group and name.
    let mut open: Option<(u8, u32, String)> = None;
    for (index, heading) in source.outline.headings.iter().enumerate() {
        if heading.title.len() > MAX_TITLE {
            continue;
        }
        if open.as_ref().is_some_and(|(level, _, _)| *level >= heading.level) {
            open = None;
        }
        if open.is_none()
            && let Some(name) = gate_name(&heading.title)
        {
            sink.begin();
            let words = Words::new(&heading.title, &[]);
            let gate = (DeclarationKind::Gate, Strength::Declared);
            sink.push_at(heading.span, &heading.title, gate, Says::name(&name));
            for bound in bounds(&words, "", Purpose::Demand) {
                let mut says = Says::bound(&name, &bound);
                says.metric = says
                    .metric
                    .split_once(": ")
                    .map_or(says.metric.clone(), |(_, metric)| metric.to_owned());
                sink.push_at(
                    heading.span,
                    &heading.title,
                    (DeclarationKind::Threshold, Strength::Declared),
                    says,
                );
            }
            open = Some((heading.level, sink.group, name));
        } else if open.is_none() && source.modes[index] != Mode::Off {
            other(source, heading, sink);
        }
        if let Some((_, group, name)) = &open {
            sections.0.insert(index, (*group, name.clone()));
        }
    }
    sections
}

/// A numbered heading that asks for a look, and one that names a window.
fn other(source: &Source<'_>, heading: &crate::parse::runbook::outline::Heading, sink: &mut Sink) {
    let words = Words::new(&heading.title, &[]);
    let opening = words
        .iter()
        .find(|word| !word.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or_default();
    let asks = is_verify(opening) && (words.has(TOOL | STATE) || words.says(&["without error", "no outstanding"]));
    if asks
        && words
            .iter()
            .next()
            .is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
    {
        sink.begin();
        let at = words.lower.find(opening).unwrap_or_default();
        let gate = (DeclarationKind::Gate, Strength::Read);
        sink.push_at(heading.span, &heading.title, gate, Says::name(&heading.title[at..]));
    }
    if words.has(WATCHING) && words.says(&["window", "first ", "watch"]) {
        let start = source
            .schedules
            .partition_point(|schedule| schedule.span.start < heading.span.start);
        for schedule in source.schedules[start..]
            .iter()
            .take_while(|schedule| schedule.span.start < heading.span.end)
        {
            if let ScheduleKind::Window(minutes) = schedule.kind {
                let (value, unit) = if minutes % 60 == 0 {
                    (minutes / 60, "h")
                } else {
                    (minutes, "min")
                };
                let says = Says {
                    value: value.to_string(),
                    unit: unit.to_owned(),
                    ..Says::default()
                };
                sink.push_at(schedule.span, &schedule.text, (DeclarationKind::Window, Strength::Read), says);
            }
        }
    }
}

/// The name of a heading `Gate N: name`.
fn gate_name(title: &str) -> Option<String> {
    let rest = title.trim_start_matches(|char: char| !char.is_alphanumeric());
    let head = rest.get(..4)?;
    let rest = rest.get(4..)?;
    if !head.eq_ignore_ascii_case("gate") || !rest.starts_with([' ', '-', '#']) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '-', '#']);
    let number = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
        .count();
    let is_number = rest[..number].bytes().any(|byte| byte.is_ascii_digit())
        || number == 1 && rest.starts_with(|char: char| char.is_ascii_uppercase());
    let behind = rest[number..].trim_start();
    let name = behind
        .trim_start_matches([':', '-', '–', '—', ')', '.', ' ', '('])
        .trim_end_matches(')');
    let is_marked = behind.starts_with([':', '-', '–', '—', ')', '.', '(']) || behind.is_empty();
    (number > 0 && number <= 4 && is_number && is_marked).then(|| {
        if name.is_empty() {
            title.trim().to_owned()
        } else {
            name.to_owned()
        }
    })
}

/// "**Threshold**: 60 % of critical routes" under such a heading.
pub(crate) fn threshold(source: &Source<'_>, block: &Block, sections: &GateSections, sink: &mut Sink) {
    let name = block.section.map_or("", |section| sections.name(section)).to_owned();
    let words = source.words(block);
    let label = words.text.split(':').next().unwrap_or_default().to_lowercase();
    let is_bound = [
        "threshold", "target", "limit", "requirement", "minimum", "maximum", "demand", "pass", "slo",
    ]
    .iter()
    .any(|word| label.contains(word));
    if !is_bound || label.len() > 40 {
        return;
    }
    for bound in bounds(&words, &name, Purpose::Demand) {
        let says = Says::bound(&name, &bound);
        sink.push(
            source.outline,
            block,
            bound.range.clone(),
            (DeclarationKind::Threshold, Strength::Declared),
            says,
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::gates::tests::read;

    #[test]
    fn a_numbered_gate_is_declared_with_what_stands_below() {
        assert_eq!(
            read(
                "# Quality Gates\n\n### Gate 1: Unit coverage ≥80%\n\n**Threshold**: 80% for lines\n\n### Gate 4: Accessibility\n\n**Threshold**:\n- Moderate violations: ≤5\n\n### Tools\n- axe-core\n"
            ),
            [
                "3 gate! Unit coverage ≥80%",
                "3 threshold! Unit coverage ≥80%: unit coverage >= 80 %",
                "5 threshold! Unit coverage ≥80%: unit coverage ≥80% >= 80 %",
                "7 gate! Accessibility",
                "10 threshold Moderate violations: moderate violations <= 5",
            ]
        );
    }

    #[test]
    fn headings_that_ask_for_a_look_are_read() {
        assert_eq!(
            read("#### 2. Verify that the Actions are all passing\n"),
            ["1 gate Verify that the Actions are all passing"]
        );
        for text in [
            "## Quality Gates\n",
            "## Gate keeping\n",
            "### Gateway 1: x\n",
            "## Verify it\n",
            "#### 4. Verify that it is nice\n",
        ] {
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(read("## 9) Monitoring window (first 24h)\n"), ["1 window : ? 24 h"]);
        assert!(read("### Phase 2: Ramp (2 hours monitoring)\n").is_empty());
    }
}
