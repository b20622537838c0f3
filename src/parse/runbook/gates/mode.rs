//! What a heading makes of the items below it.

use crate::parse::runbook::outline::{Block, Outline};
use crate::parse::runbook::pairs::Pairs;

/// How the words below a heading are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Gates, criteria, prerequisites: items ask for something.
    Gates,
    /// Checklists, verification: items may ask for something.
    Check,
    /// Only the title of the text speaks of gates or checks.
    Titled,
    /// When to roll back: items are breaches.
    Rollback,
    /// Who must agree.
    SignOff,
    /// How to roll back, rotate, restore: steps, but duties and archives count.
    Procedure,
    /// Contents, background, policies: nothing is asked for.
    Off,
    /// The heading says nothing.
    #[default]
    Silent,
}

/// The mode of every heading: its own words, else those of the heading above it. A title of level 1 counts last, and can only add.
pub(crate) fn modes(outline: &Outline) -> Vec<Mode> {
    let mut modes: Vec<Mode> = Vec::with_capacity(outline.headings.len());
    // A report tells what was measured, and asks for nothing.
    let is_report = outline.headings.first().is_some_and(|heading| {
        let title = heading.title.to_lowercase();
        [
            "report", "packet", "summary", "assessment", "retrospective", "results", "postmortem", "post-mortem",
        ]
        .iter()
        .any(|word| title.contains(word))
    });
    // The open headings above, by index.
    let mut open: Vec<usize> = Vec::new();
    for (index, heading) in outline.headings.iter().enumerate() {
        while open
            .last()
            .is_some_and(|above| outline.headings[*above].level >= heading.level)
        {
            open.pop();
        }
        let own = of_title(&heading.title);
        let is_title = heading.level == 1;
        let mode = match own {
            Mode::Off | Mode::Procedure | Mode::SignOff if is_title => Mode::Silent,
            own => below(own, open.last().map(|above| (modes[*above], outline.headings[*above].level))),
        };
        modes.push(match mode {
            Mode::Gates | Mode::Check | Mode::Titled if is_report => Mode::Silent,
            mode => mode,
        });
        open.push(index);
    }
    modes
}

/// The mode of a heading whose own words say something or nothing, below another one.
fn below(own: Mode, above: Option<(Mode, u8)>) -> Mode {
    match (own, above) {
        (Mode::Silent, Some((Mode::Gates | Mode::Check, 1))) => Mode::Titled,
        (Mode::Silent, Some((above, _))) => above,
        // "After the release" in a plan of communication is about messages.
        (Mode::Check, Some((Mode::Off, _))) => Mode::Off,
        (own, _) => own,
    }
}

/// The mode of a block.
pub(crate) fn of_block(modes: &[Mode], block: &Block) -> Mode {
    block
        .section
        .and_then(|section| modes.get(section).copied())
        .unwrap_or(Mode::Silent)
}

/// What the words of a heading announce.
pub(crate) fn of_title(title: &str) -> Mode {
    let title = title.to_lowercase();
    let pairs = Pairs::of(&title);
    let says = |needles: &[&str]| needles.iter().any(|needle| pairs.may_hold(needle) && title.contains(needle));
    let mut words = title.split(|char: char| !char.is_alphanumeric() && char != '-');
    let undoes = says(&[
        "rollback", "roll back", "roll-back", "rolling back", "revert", "abort", "halt", "stop ", "kill ", "freeze", "hold ",
    ]);
    let is_no_go =
        says(&["no-go", "no go", "nogo"]) && !says(&["go/no-go", "go / no-go", "go/no go", "go/nogo", "go-no-go", "go or no-go"]);
    let is_condition = says(&["criteri", "trigger", "when to", "condition", "threshold", "signal"]);
    if is_condition && (undoes || is_no_go || says(&["failure", "incident", "escalation"])) {
        return Mode::Rollback;
    }
    if says(&["sign-off", "signoff", "sign off", "approvals", "approvers"]) || title.trim().ends_with("approval") {
        return Mode::SignOff;
    }
    if says(&[
        "contents", "overview", "goal", "objective", "purpose", "background", "introduction", "future", "roadmap", "assumption",
        "snapshot", "troubleshoot", "communication", "announce", "contacts", "reference", "changelog", "how to fix", "example",
        "glossary", "non-goal", "known issue", "limitation", "lessons", "triage", "not yet", "out of scope", "related",
        "appendix", "architecture", "faq",
    ]) || words.any(|word| matches!(word, "rule" | "rules" | "meta" | "metadata"))
        || ["policy", "policies"].iter().any(|end| title.trim().ends_with(end))
        || says(&["change history", "revision history", "version history", "document history"])
        || (says(&["status"]) && !says(&["status check"]))
    {
        return Mode::Off;
    }
    if undoes
        || says(&[
            "rotat", "restore", "backup", "undo", "recovery", "mitigation", "immediate action",
        ])
    {
        return Mode::Procedure;
    }
    if is_gates(&title, &pairs) {
        return Mode::Gates;
    }
    if says(&[
        "checklist", "pre-release", "post-release", "prerelease", "pre-deploy", "post-deploy", "pre-launch", "post-launch",
        "before ", "validat", "verif", "checks", "smoke", "pre-check", "post-check", "acceptance", "sanity",
        "definition of done",
    ]) {
        return Mode::Check;
    }
    Mode::Silent
}

/// Whether a heading speaks of gates themselves.
fn is_gates(title: &str, pairs: &Pairs) -> bool {
    let says = |needles: &[&str]| needles.iter().any(|needle| pairs.may_hold(needle) && title.contains(needle));
    let mut words = title.split(|char: char| !char.is_alphanumeric());
    says(&[
        "criteria", "criterion", "prerequisite", "pre-requisite", "preflight", "pre-flight", "readiness", "go/no-go", "go-no-go",
        "go / no-go", "threshold", "requirement", "slo target", "precondition", "quality bar",
    ]) || words.any(|word| matches!(word, "gate" | "gates" | "gating"))
}

#[cfg(test)]
mod tests {
    use super::{Mode, modes, of_title};
    use crate::parse::runbook::document::outline;

    #[test]
    fn headings_say_how_to_read() {
        for (title, mode) in [
            ("2) CI release gate", Mode::Gates),
            ("🟢 GO Criteria", Mode::Gates),
            ("Go/No-Go Decision Criteria", Mode::Gates),
            ("🔴 NO-GO Criteria", Mode::Rollback),
            ("Rollback Triggers", Mode::Rollback),
            ("When to roll back", Mode::Rollback),
            ("Abort criteria", Mode::Rollback),
            ("Rollback Procedure", Mode::Procedure),
            ("Sign-off", Mode::SignOff),
            ("Table of Contents", Mode::Off),
            ("Failure Policy", Mode::Off),
            ("Gate Rule", Mode::Off),
            ("Post-Deploy Verification", Mode::Check),
            ("Deployment Sequence", Mode::Silent),
            ("Required status checks", Mode::Check),
            ("Current status", Mode::Off),
            ("Navigate the site", Mode::Silent),
        ] {
            assert_eq!(of_title(title), mode, "{title}");
        }
    }

    #[test]
    fn the_nearest_heading_that_says_something_decides() {
        let text = "# Release gates overview\n## Pre-release\n### Code\n## Status\n### Pre-release\n# Release Gates\n## Other\n";
        assert_eq!(
            modes(&outline(text, 0)),
            [
                Mode::Silent,
                Mode::Check,
                Mode::Check,
                Mode::Off,
                Mode::Off,
                Mode::Gates,
                Mode::Titled
            ]
        );
    }
}
