//! A case of JUnit XML: what its element and the elements inside say of it.

use crate::parse::artifact::xml::XmlAttributes;
use crate::parse::gate::plain::first_line;

/// A case, as far as it was read.
#[derive(Default)]
pub(super) struct Case {
    /// The name, with its class.
    pub(super) name: String,
    /// The class.
    pub(super) class: String,
    /// The name without the class.
    pub(super) title: String,
    /// The words of its attributes `result`, `status` and `outcome`.
    pub(super) statuses: Vec<String>,
    /// Whether it ended by an error.
    pub(super) has_error: bool,
    /// Whether it failed.
    pub(super) has_failure: bool,
    /// Whether a try of it failed before.
    pub(super) has_rerun: bool,
    /// Whether it was skipped.
    pub(super) is_skipped: bool,
    /// Whether it passed after it had failed.
    pub(super) is_flaky: bool,
    /// Why, in one line.
    pub(super) message: String,
}

/// What an element inside of a case says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It ended by an error.
    Error,
    /// It failed.
    Failure,
    /// A try failed.
    Rerun,
    /// A try failed, and a later one passed.
    Flaky,
    /// It was not run.
    Skipped,
}

impl Case {
    /// Takes what an element inside of it says.
    pub(super) fn add(&mut self, mark: Mark, message: &str) {
        match mark {
            Mark::Error => self.has_error = true,
            Mark::Failure => self.has_failure = true,
            Mark::Rerun => self.has_rerun = true,
            Mark::Flaky => self.is_flaky = true,
            Mark::Skipped => self.is_skipped = true,
        }
        let is_reason = matches!(mark, Mark::Error | Mark::Failure | Mark::Rerun);
        if is_reason && self.message.is_empty() {
            self.message = first_line(message);
        }
    }
}

/// A case by what its element says of itself.
pub(super) fn case(attributes: &XmlAttributes<'_>) -> Case {
    let class = attributes.text("classname").map(first_line).unwrap_or_default();
    let title = attributes.text("name").map(first_line).unwrap_or_default();
    let name = match (class.is_empty() || class == title, title.is_empty()) {
        (true, _) => title.clone(),
        (false, true) => class.clone(),
        (false, false) => format!("{class}: {title}"),
    };
    let statuses = ["result", "status", "outcome"].iter().filter_map(|key| attributes.text(key));
    // No attributes of the format; what uses them says with them that the case did not pass, or did not run.
    let denied = [("success", "failed"), ("passed", "failed"), ("executed", "skipped")].into_iter();
    let denied = denied.filter(|(key, _)| {
        attributes
            .text(key)
            .is_some_and(|word| word.trim().eq_ignore_ascii_case("false"))
    });
    Case {
        statuses: statuses.chain(denied.map(|(_, word)| word)).map(str::to_owned).collect(),
        class,
        title,
        name,
        ..Case::default()
    }
}

/// What an element inside of a case says about it, by its name, which some writers begin with a capital; none where it says nothing of how
/// the case went.
pub(super) fn mark(name: &str) -> Option<Mark> {
    let marks = [
        ("error", Mark::Error),
        ("failure", Mark::Failure),
        ("rerunError", Mark::Rerun),
        ("rerunFailure", Mark::Rerun),
        ("flakyError", Mark::Flaky),
        ("flakyFailure", Mark::Flaky),
        ("disabled", Mark::Skipped),
        ("ignored", Mark::Skipped),
        ("notrun", Mark::Skipped),
        ("pending", Mark::Skipped),
        ("skipped", Mark::Skipped),
        // No words of the format; what uses them says with them that the case did not come to its end.
        ("aborted", Mark::Error),
        ("blocked", Mark::Error),
        ("cancelled", Mark::Error),
        ("crashed", Mark::Error),
        ("failed", Mark::Failure),
        ("inconclusive", Mark::Error),
        ("incomplete", Mark::Error),
        ("timeout", Mark::Error),
    ];
    let (_, mark) = marks.into_iter().find(|(word, _)| name.eq_ignore_ascii_case(word))?;
    Some(mark)
}
