//! Items of lists: what is asked for under a heading of gates, in a box, or below words such as "Verify:".

use std::cell::LazyCell;
use std::ops::Range;

use crate::command::mapped::one_line;
use crate::model::declaration::DeclarationKind;
use crate::parse::runbook::gates::also::{archive, condition, is_path, is_waived, signoff};
use crate::parse::runbook::gates::bound::bounds;
use crate::parse::runbook::gates::code::{is_command, is_endpoint, is_title, is_workflow};
use crate::parse::runbook::gates::figure::{Bound, Purpose};
use crate::parse::runbook::gates::lead::Lead;
use crate::parse::runbook::gates::mode::Mode;
use crate::parse::runbook::gates::sink::{Says, Sink, Source};
use crate::parse::runbook::gates::words::{MEASURE, PREPARATION, STATE, TOOL, VAGUE, Words, is_step, is_tool, is_verify};
use crate::parse::runbook::outline::Block;

/// Where an item stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// What its heading says.
    pub(crate) mode: Mode,
    /// What the words in front of its list say.
    pub(crate) lead: Lead,
    /// Whether it has a box.
    pub(crate) is_box: bool,
    /// Whether it stands below an item with a box, or under a heading that is a gate itself: a number belongs to that gate.
    pub(crate) is_part: bool,
    /// Whether it is the row of a table.
    pub(crate) is_row: bool,
}

/// What an item says.
pub(crate) fn of_words(source: &Source<'_>, block: &Block, words: &Words<'_>, place: Place, sink: &mut Sink) {
    let text = words.text.trim();
    if text.is_empty() || place.lead == Lead::Off || begins_with_date(text) {
        return;
    }
    if let Some((range, paths)) = archive(words) {
        let says = Says {
            evidence: paths,
            ..Says::default()
        };
        sink.read(source.outline, block, range, DeclarationKind::Archive, says);
    }
    if text.ends_with(':') || place.mode == Mode::Procedure {
        return;
    }
    if place.mode == Mode::SignOff {
        role(source, block, words, sink);
        return;
    }
    if place.mode == Mode::Rollback || place.lead == Lead::Breach {
        let opening = words.opening().map_or("", |(_, word)| word);
        let is_action = is_step(opening) && !matches!(opening, "build" | "deploy" | "monitor") || place.is_box;
        if !is_action || !bounds(words, "", Purpose::Breach).is_empty() {
            breach(source, block, words, 0..words.text.len(), sink);
        }
        return;
    }
    if place.lead == Lead::Watches {
        watched(source, block, words, place, sink);
        return;
    }
    if is_waived(words) {
        return;
    }
    demand(source, block, words, place, sink);
}

/// What a paragraph says beside its sentences: what must be kept, who must agree.
pub(crate) fn beside(source: &Source<'_>, block: &Block, words: &Words<'_>, sink: &mut Sink) {
    if begins_with_date(words.text.trim()) {
        return;
    }
    if let Some((range, paths)) = archive(words) {
        let says = Says {
            evidence: paths,
            ..Says::default()
        };
        sink.read(source.outline, block, range, DeclarationKind::Archive, says);
    }
    if let Some((range, role)) = signoff(words) {
        sink.read(source.outline, block, range, DeclarationKind::Signoff, Says::name(&role));
    }
}

/// A past result.
pub(crate) fn begins_with_date(text: &str) -> bool {
    let bytes = text.trim_start_matches(['*', '_', '[', '(']).as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => matches!(byte, b'-' | b'/'),
            _ => byte.is_ascii_digit(),
        })
}

/// Labels in a list of those who sign that name nobody. Sorted.
const LABELS: [&str; 22] = [
    "approval", "approvals", "approved", "approved by", "decision", "email", "mandatory", "n/a", "name", "needed", "nobody",
    "none", "not", "required", "role", "sign-off", "signature", "signed", "signed by", "status", "user", "who",
];

/// A role in a list of those who sign.
fn role(source: &Source<'_>, block: &Block, words: &Words<'_>, sink: &mut Sink) {
    let is_field = words.says(&[
        "date", "time", "version", "tag", "recorded", "link", "comment", "note", "http",
    ]);
    let count = words.iter().count();
    let begins_otherwise = matches!(
        words.iter().next(),
        Some("if" | "never" | "no" | "not" | "optional" | "optionally")
    );
    if count == 0 || count > 8 || is_field || begins_otherwise || is_waived(words) {
        return;
    }
    let name = words.text.split([':', '(', '—', '–']).next().unwrap_or_default();
    let plain = name.trim().trim_matches(['*', '_', '.']).to_lowercase();
    if LABELS.binary_search(&plain.as_str()).is_ok() {
        return;
    }
    let whole = 0..words.text.len();
    sink.read(source.outline, block, whole, DeclarationKind::Signoff, Says::name(name));
}

/// A condition at which a release is undone, with or without a number.
pub(crate) fn breach(source: &Source<'_>, block: &Block, words: &Words<'_>, range: Range<usize>, sink: &mut Sink) {
    let found: Vec<Bound> = bounds(words, label(words), Purpose::Breach)
        .into_iter()
        .filter(|bound| range.contains(&bound.range.start))
        .collect();
    let name = one_line(&words.text[range.clone()]);
    if found.is_empty() {
        let mut says = Says::name(&name);
        says.metric = subject(words);
        sink.read(source.outline, block, range, DeclarationKind::Criterion, says);
        return;
    }
    for bound in &found {
        let says = Says::bound(&name, bound);
        sink.read(source.outline, block, bound.range.clone(), DeclarationKind::Criterion, says);
    }
}

/// What a condition without a number is about: the words in front of its verb.
fn subject(words: &Words<'_>) -> String {
    const VERBS: &[&str] = &[
        "exceeds", "exceed", "spikes", "stalls", "breaks", "regresses", "fails", "rises", "drops", "remains", "stays", "causes",
        "blocks", "is", "are", "increases", "triggered", "exceeded",
    ];
    let mut name: Vec<&str> = Vec::new();
    for word in words.lower.split_whitespace().take(10) {
        if VERBS.contains(&word.trim_end_matches(['.', ','])) {
            break;
        }
        if word.chars().any(char::is_alphanumeric) && !matches!(word, "any" | "the" | "a" | "if" | "all") {
            name.push(word);
        }
    }
    name.join(" ").trim_end_matches(['.', ',']).to_owned()
}

/// Something in a list of what is watched.
fn watched(source: &Source<'_>, block: &Block, words: &Words<'_>, place: Place, sink: &mut Sink) {
    let found = bounds(words, label(words), Purpose::Breach);
    for bound in &found {
        let says = Says::bound(label(words), bound);
        sink.read(source.outline, block, bound.range.clone(), DeclarationKind::Criterion, says);
    }
    let opening = words.opening().map_or("", |(_, word)| word);
    let is_metric = !place.is_box && words.iter().count() <= 10 && !is_step(opening) && !is_verify(opening);
    if found.is_empty() && is_metric {
        let metric = words.text.split(['(', ':', '.']).next().unwrap_or_default();
        let mut says = Says::name(metric);
        says.metric = one_line(metric).to_lowercase();
        let whole = 0..words.text.len();
        sink.read(source.outline, block, whole, DeclarationKind::Criterion, says);
    }
}

/// The name in front of a colon, where it is short.
fn label<'text>(words: &Words<'text>) -> &'text str {
    match words.text.split_once(':') {
        Some((label, _)) if label.len() <= 60 && !label.contains("//") => label.trim(),
        _ => "",
    }
}

/// Something that must be good.
fn demand(source: &Source<'_>, block: &Block, words: &Words<'_>, place: Place, sink: &mut Sink) {
    let whole = 0..words.text.len();
    let when = condition(words);
    let is_conditional = when.as_ref().is_some_and(|when| when.start <= 4);
    let rest = match when.as_ref().filter(|_| is_conditional) {
        Some(when) => {
            let mut behind = words.lower[when.end..].split(|char: char| !char.is_alphanumeric());
            behind.find(|word| !word.is_empty()).unwrap_or_default()
        }
        None => words.opening().map_or("", |(_, word)| word),
    };
    // Most items ask for nothing, and looking for numbers costs most.
    let found: LazyCell<Vec<Bound>, _> = LazyCell::new(|| {
        let bounds = bounds(words, label(words), Purpose::Demand).into_iter();
        let is_outside = |bound: &Bound| !when.as_ref().is_some_and(|when| when.contains(&bound.range.start));
        bounds.filter(is_outside).collect()
    });
    let is_action = is_step(rest) || is_conditional && matches!(rest, "require" | "continue" | "skip" | "proceed" | "consider");
    // Where only the title speaks of gates, a tool that is named is not asked for yet.
    let is_said = place.mode == Mode::Titled && (!found.is_empty() || words.has(STATE));
    let asks = matches!(place.mode, Mode::Gates | Mode::Check) || place.lead == Lead::Asks || place.is_box || is_said;
    let is_vague = words.says(VAGUE) && words.has(MEASURE | TOOL);
    let is_gate = !is_action
        && !place.is_part
        && (asks && is_asked_for(words, place, &found) || is_vague && (asks || words.has(TOOL)) || looks(words, place));
    let name = LazyCell::new(|| name_of(words));
    if is_gate {
        let evidence = words
            .codes
            .iter()
            .map(|(_, code)| (*code).to_owned())
            .filter(|code| is_path(code) || is_command(code))
            .collect();
        let says = Says {
            evidence,
            ..Says::name(&name)
        };
        sink.read(source.outline, block, whole.clone(), DeclarationKind::Gate, says);
    }
    let holds_numbers = is_gate || place.is_part && (asks || !is_action);
    if holds_numbers {
        for bound in &*found {
            let says = Says::bound(&name, bound);
            sink.read(source.outline, block, bound.range.clone(), DeclarationKind::Threshold, says);
        }
        if found.is_empty() && is_gate && is_vague {
            let says = Says {
                metric: subject(words),
                ..Says::name(&name)
            };
            sink.read(source.outline, block, whole.clone(), DeclarationKind::Threshold, says);
        }
    }
    let signed = signoff(words);
    if let Some(when) = when.clone().filter(|_| is_gate || signed.is_some()) {
        let says = Says {
            condition: one_line(&words.text[when.clone()]),
            ..Says::name(&name)
        };
        sink.read(source.outline, block, when, DeclarationKind::Condition, says);
    }
    if let Some((range, role)) = signed {
        sink.read(source.outline, block, range, DeclarationKind::Signoff, Says::name(&role));
    }
}

/// Whether an item that may ask for something does: a number, a tool, a command, a state; and nobody only prepares something.
fn is_asked_for(words: &Words<'_>, place: Place, found: &[Bound]) -> bool {
    if !found.is_empty() {
        return true;
    }
    let prepares = words.has(PREPARATION);
    let has_state = words.has(STATE) || words.says(&["without error", "without failure", "no open", "returns"]);
    if has_state && !is_role_at_work(words) {
        return !prepares
            || words
                .iter()
                .any(|word| matches!(word, "green" | "pass" | "passes" | "passed" | "passing"));
    }
    if prepares {
        return false;
    }
    let opening = words.opening().map_or("", |(_, word)| word);
    let code = words
        .codes
        .iter()
        .any(|(_, code)| is_command(code) || is_endpoint(code) || is_workflow(code));
    let is_setting = |code: &str| {
        code.bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
            && code.contains('_')
    };
    if words
        .codes
        .first()
        .is_some_and(|(code, words)| code.start <= 1 && is_setting(words))
    {
        return false;
    }
    let named = place.lead == Lead::Asks && !words.codes.is_empty();
    let alone = words.codes.first().is_some_and(|(code, _)| code.start <= 1);
    let is_described = alone
        && words
            .iter()
            .next()
            .is_some_and(|word| word.ends_with('s') && !is_tool(word) && words.iter().count() > 2);
    let is_named_check = place.mode == Mode::Gates && alone && is_title(words.codes[0].1) && !is_described;
    words.has(TOOL)
        || code && !is_described
        || named
        || is_named_check
        || place.lead == Lead::Asks
        || place.is_row && is_verify(opening)
        || words.says(&["must "]) && place.mode == Mode::Gates
}

/// "Technical Lead approves": somebody does something, and nothing is measured.
fn is_role_at_work(words: &Words<'_>) -> bool {
    words.says(&[" approves", " reviews ", " provides "])
}

/// "Verify `/healthz`", "Validate that linting is successful", also where no heading speaks of gates.
fn looks(words: &Words<'_>, place: Place) -> bool {
    let opening = words.opening().map_or("", |(_, word)| word);
    let asks = is_verify(opening) && matches!(place.mode, Mode::Silent | Mode::Gates | Mode::Check | Mode::Titled);
    asks && (words.has(TOOL)
        || words.codes.iter().any(|(_, code)| is_endpoint(code))
        || words.says(&["successful", "are passing", "is green"]))
}

/// The name of what an item asks for: its label, its strong words, its code, or its first words.
fn name_of(words: &Words<'_>) -> String {
    let own = label(words);
    if !own.is_empty() {
        return one_line(own);
    }
    let text = words
        .text
        .trim_start_matches(|char: char| !char.is_alphanumeric() && char != '`');
    let text = if text.starts_with(char::is_alphanumeric) || !words.codes.is_empty() {
        text
    } else {
        words.text
    };
    let end = text.find([',', ';', '(', '\n']).filter(|end| *end > 3).unwrap_or(text.len());
    let name: String = text[..end].chars().take(80).collect();
    one_line(name.trim_end_matches(['.', ' ']))
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::gates::tests::read;

    #[test]
    fn labels_and_what_nobody_has_to_do_are_no_roles() {
        assert!(super::LABELS.is_sorted());
        let text = "## Sign-off\n\n- Needed\n- User\n- Release manager\n- None\n- Never\n- Not needed for patch releases\n- QA lead (optional)\n- If you like, ping the team\n- Product owner: ______\n";
        assert_eq!(read(text), ["5 signoff Release manager", "11 signoff Product owner"]);
        let text = "## Pre-release checklist\n\n- [ ] CI green if you like\n- [ ] No sign-off needed for docs\n- [ ] CI green\n- [ ] Signed off by the release manager\n";
        assert_eq!(read(text), ["5 gate CI green", "6 signoff release manager"]);
    }

    #[test]
    fn items_that_can_be_proved_are_gates() {
        for (text, expected) in [
            ("- [ ] Security scan passed\n", "1 gate Security scan passed"),
            ("- [ ] `npm run lint`\n", "1 gate npm run lint [npm run lint]"),
            ("## Pre-launch gates\n- CodeQL on main\n", "2 gate CodeQL on main"),
            ("## CI gate\n- `Release Ready` (on `v*`)\n", "2 gate Release Ready"),
            (
                "## Deploy\n1. Verify `/healthz` and more.\n",
                "2 gate Verify /healthz and more",
            ),
            ("Validate after each release:\n- checkout works\n", "2 gate checkout works"),
            (
                "1. Wait for `x` completion:\n1. `npm test x`\n2. done\n2. Go on\n",
                "2 gate npm test x [npm test x]",
            ),
        ] {
            assert_eq!(read(text).first().map(String::as_str), Some(expected), "{text}");
        }
        assert_eq!(
            read("- [ ] No P0 issues open\n- [ ] Latency within SLA\n"),
            [
                "1 gate No P0 issues open",
                "1 threshold No P0 issues open: p0 issues <= 0",
                "2 gate Latency within SLA",
                "2 threshold Latency within SLA: latency within sla",
            ]
        );
    }

    #[test]
    fn what_only_looks_like_a_gate_is_none() {
        for text in [
            "- [ ] Smoke target selected (`url`)\n",
            "- [ ] Rollback owner assigned\n",
            "- [ ] Required checks enabled:\n",
            "- [ ] **9:15** - Configure routing (10% to blue, 90% to green)\n",
            "## Pre-release gates\n- 2026-02-20: `make check` passed\n",
            "## Pre-release gates\n- Trigger `Release` from the tag\n",
            "## Container\n- `Backend Image` builds `x`\n",
            "## Failure policy\n- A failed gate passes to `x`\n",
            "Not yet implemented:\n- Verify that tests are green\n",
            "## Rollback procedure\n1. Verify `/healthz`\n",
            "- Coverage was 80 % and more than 70 %\n",
            "# Readiness report\n## Readiness\n- Tests passed\n",
            "Required variables:\n- `API_KEY` for tests\n",
        ] {
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn breaches_are_criteria() {
        assert_eq!(
            read("## Rollback triggers\n- Entropy < 0.8\n- Any checkout failure.\n- [ ] Tell the others\n- Notify on-call\n"),
            [
                "2 criterion Entropy < 0.8: entropy < 0.8",
                "3 criterion Any checkout failure.: checkout failure",
            ]
        );
        assert_eq!(
            read("## Sign-off\n- [ ] Product owner\n- [ ] Date and tag recorded\n"),
            ["2 signoff Product owner"]
        );
    }
}
