//! Sections: headings with what stands under them, and what their words announce.

use crate::model::place::Span;
use crate::model::runbook::{Section, SectionKind};
use crate::parse::runbook::outline::Outline;
use crate::parse::runbook::pairs::Pairs;

/// The sections of a text.
pub(crate) fn sections(text: &str, outline: &Outline) -> Vec<Section> {
    let end = text.len() as u32;
    let mut sections: Vec<Section> = outline
        .headings
        .iter()
        .map(|heading| Section {
            level: heading.level,
            title: heading.title.clone(),
            anchor: heading.anchor.clone(),
            span: heading.span,
            body: Span {
                start: heading.span.start,
                end,
            },
            kind: kind(&heading.title),
        })
        .collect();
    // The sections that are still open, by level: each ends where the next one of its level or above begins.
    let mut open: Vec<usize> = Vec::new();
    for index in 0..sections.len() {
        while let Some(last) = open.last().copied()
            && sections[last].level >= sections[index].level
        {
            sections[last].body.end = sections[index].span.start;
            open.pop();
        }
        open.push(index);
    }
    sections
}

/// What a heading announces. The order decides: "Rollback verification" is about rolling back.
pub(crate) fn kind(title: &str) -> SectionKind {
    let title = title.to_lowercase();
    let pairs = Pairs::of(&title);
    let says = |words: &[&str]| words.iter().any(|word| pairs.may_hold(word) && title.contains(word));
    let is_rollback = says(&[
        "rollback", "roll back", "roll-back", "rolling back", "revert", "back out", "backout", "undo",
    ]);
    if (is_rollback || says(&["abort"]))
        && says(&[
            "criteria", "criterion", "trigger", "when to", "condition", "threshold", "decision",
        ])
    {
        return SectionKind::RollbackCriteria;
    }
    if is_rollback {
        return SectionKind::Rollback;
    }
    if says(&[
        "rotation", "rotate", "rotating", "restore", "drill", "backup", "back up", "renewal", "renew", "recurring", "maintenance",
    ]) {
        return SectionKind::Duty;
    }
    if says(&[
        "pre-", "preflight", "pre flight", "prerequisite", "pre requisite", "before ", "preparation", "prepare", "requirement",
        "gates", "gate ", "preconditions", "access needed",
    ]) || title.ends_with(" gate")
    {
        return SectionKind::Before;
    }
    if says(&[
        "verification", "verify", "verifying", "post-", "checks", "monitor", "validat", "smoke", "health", "after ", "acceptance",
    ]) {
        return SectionKind::Checks;
    }
    if says(&[
        "procedure", "step", "rollout", "roll out", "deploy", "sequence", "instructions", "how to", "checklist", "execution",
        "release flow", "release process", "cutting a release", "publish", "promotion", "migration", "run ", "mitigation",
        "resolution", "remediation", "tagging", "workflow",
    ]) {
        return SectionKind::Steps;
    }
    SectionKind::Other
}

#[cfg(test)]
mod tests {
    use super::{kind, sections};
    use crate::model::runbook::SectionKind;
    use crate::parse::runbook::document::outline;

    #[test]
    fn a_section_ends_where_the_next_of_its_level_begins() {
        let text = "# A\na\n## B\nb\n### C\nc\n## D\nd\n# E\n";
        let found: Vec<_> = sections(text, &outline(text, 0))
            .into_iter()
            .map(|section| (section.title, section.level, section.body.of(text).to_owned()))
            .collect();
        let expected = [
            ("A", 1, "# A\na\n## B\nb\n### C\nc\n## D\nd\n"),
            ("B", 2, "## B\nb\n### C\nc\n"),
            ("C", 3, "### C\nc\n"),
            ("D", 2, "## D\nd\n"),
            ("E", 1, "# E\n"),
        ];
        let found: Vec<_> = found
            .iter()
            .map(|(title, level, body)| (title.as_str(), *level, body.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn headings_announce_what_follows() {
        for (title, expected) in [
            ("Rollback Criteria", SectionKind::RollbackCriteria),
            ("When to roll back", SectionKind::RollbackCriteria),
            ("Rollback Procedures", SectionKind::Rollback),
            ("Webhook Secret Rotation Procedure", SectionKind::Duty),
            ("Backup and Restore Runbook", SectionKind::Duty),
            ("Pre-Release Checklist", SectionKind::Before),
            ("1) Local preflight", SectionKind::Before),
            ("CI & Supply-Chain Gates", SectionKind::Before),
            ("2) CI release gate", SectionKind::Before),
            ("Post-Deploy Verification", SectionKind::Checks),
            ("Real-Time Dashboard Checks", SectionKind::Checks),
            ("Deployment Sequence", SectionKind::Steps),
            ("Release Checklist", SectionKind::Steps),
            ("Overview", SectionKind::Other),
            ("Objective", SectionKind::Other),
        ] {
            assert_eq!(kind(title), expected, "{title}");
        }
    }
}
