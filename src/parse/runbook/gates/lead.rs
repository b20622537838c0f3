//! What the words in front of a list make of its items.

use crate::parse::runbook::gates::words::{Words, is_verify};

/// What the words in front of a list make of its items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lead {
    /// Nothing.
    #[default]
    None,
    /// "Validate after each release:": each is asked for.
    Asks,
    /// "Monitor every 15 minutes:": each is watched.
    Watches,
    /// "Roll back if any of:": each is a breach.
    Breach,
    /// "Optional:", "recorded with:": none is asked for.
    Off,
}

/// What words in front of a list announce.
pub(crate) fn lead(words: &Words<'_>) -> Lead {
    if !words.text.trim_end().ends_with(':') {
        return Lead::None;
    }
    let off = [
        "optional", "not yet", "future", "recorded", "example", "alerts for", " will:", " will ", "not implemented", "e.g.",
        "reviewed:", "how to fix", "tools:", "immediate action",
    ];
    if words.says(&off) {
        return Lead::Off;
    }
    let undoes = words.says(&[
        "roll back", "rollback", "revert", "abort", "no-go", "halt", "kill-switch", "stop the", "freeze",
    ]);
    if undoes && words.says(&[" if", "when", "any of", " any "]) || words.says(&["failure signals"]) {
        return Lead::Breach;
    }
    let opening = words.opening().map_or("", |(_, word)| word);
    // "If a check fails:" announces what to do then.
    if matches!(opening, "if" | "when") {
        return Lead::None;
    }
    if matches!(opening, "monitor" | "watch" | "metrics" | "observe" | "track")
        || words.says(&["telemetry:", "metrics:", "signals:"])
    {
        return Lead::Watches;
    }
    let asks = [
        "checks:", "check:", "must ", "required check", "required status", "required workflow", "required job", "requirements:",
        "criteria", "satisf", "gates:", "completion:", "validations:", "thresholds:", "checks enabled",
    ];
    // "must be set:" asks for the releaser's machine.
    let sets_up = words.says(&[
        "variable", "secret", "environment", "installed", "must be set", "must set", "configured", "credential", "flags",
    ]);
    if (is_verify(opening) || matches!(opening, "check" | "require") || words.says(&asks)) && !sets_up {
        return Lead::Asks;
    }
    Lead::None
}

#[cfg(test)]
mod tests {
    use super::{Lead, lead};
    use crate::parse::runbook::gates::words::Words;

    #[test]
    fn words_in_front_of_a_list_decide() {
        for (text, expected) in [
            ("Validate after each release:", Lead::Asks),
            ("Required checks enabled:", Lead::Asks),
            ("Monitor every 15 minutes:", Lead::Watches),
            ("Execute immediate rollback if ANY of:", Lead::Breach),
            ("Optional checks:", Lead::Off),
            ("Required variables:", Lead::None),
            ("If a check fails:", Lead::None),
            ("Use GitHub Actions workflow:", Lead::None),
            ("Validate after each release", Lead::None),
        ] {
            assert_eq!(lead(&Words::new(text, &[])), expected, "{text}");
        }
    }
}
