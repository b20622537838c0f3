//! What keeps a file from being green, as data: one row per anomaly, under the question that it fails. `docs/verdicts.md` holds the same
//! table, and a test compares the two.

use crate::model::evidence::AnomalyKind;
use crate::model::gate::Outcome;

/// The five questions that each file of a gate must pass, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    /// Is it recorded, with this digest and length?
    Recorded,
    /// Can it be read, whole?
    Readable,
    /// Is it about this release?
    Subject,
    /// Is it of the right time?
    Time,
    /// Does it contradict itself, or another file of the same run?
    Contradiction,
}

impl Question {
    /// The question in words.
    #[cfg(test)]
    fn words(self) -> &'static str {
        match self {
            Self::Recorded => "is it recorded, with this digest and length?",
            Self::Readable => "can it be read, whole?",
            Self::Subject => "is it about this release?",
            Self::Time => "is it of the right time?",
            Self::Contradiction => "does it contradict itself, or another file of the same run?",
        }
    }
}

/// Why a file does not count as good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cause {
    /// No record names it.
    Unrecorded,
    /// Its digest or its length is not the recorded one.
    Altered,
    /// The record names it and it is not there.
    Removed,
    /// It has no bytes, or blanks only.
    Empty,
    /// It is of a known format and cannot be read.
    Unreadable,
    /// It is of another format than was declared.
    OtherFormat,
    /// No format knows it.
    NotRead,
    /// A commit that it names is not the released one.
    OtherCommit,
    /// A version that it names is not the released one.
    OtherVersion,
    /// It says that it is evidence of another gate.
    OtherGate,
    /// Another tool wrote it than the gate asks for.
    OtherTool,
    /// It is not about the subject that the gate asks for.
    OtherSubject,
    /// The same bytes are evidence of an older release.
    OtherRelease,
    /// It was made before the released commit existed.
    BeforeCommit,
    /// It is older than the gate allows.
    TooOld,
    /// The data that it was compared with is older than the gate allows.
    OldData,
    /// It was made after it was collected.
    AfterCollection,
    /// It was made after today.
    InFuture,
    /// A moment that it names cannot be read.
    UnreadTime,
    /// A file that belongs to it is not there, or is another one.
    AttachmentAbsent,
    /// Two files on one run disagree.
    FilesDisagree,
    /// The reader saw it.
    Document(AnomalyKind),
}

/// One row: an anomaly, the question that it fails, the state that it gives, and how it is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) question: Question,
    pub(crate) cause: Cause,
    pub(crate) outcome: Outcome,
    #[cfg_attr(not(test), allow(dead_code, reason = "the page of the documentation is made from it"))]
    pub(crate) told: &'static str,
}

const fn row(question: Question, cause: Cause, outcome: Outcome, told: &'static str) -> Row {
    Row {
        question,
        cause,
        outcome,
        told,
    }
}

/// Every anomaly, in the order of the questions.
pub(crate) const TABLE: [Row; 37] = {
    use AnomalyKind as Kind;
    use Cause::Document;
    use Outcome::{Altered, Empty, Inconclusive, Missing, Stale, Unreadable, Unrecorded, WrongSubject};
    use Question::{Contradiction, Readable, Recorded, Subject, Time};
    [
        row(Recorded, Cause::Unrecorded, Unrecorded, "no record names it"),
        row(
            Recorded,
            Cause::Altered,
            Altered,
            "its digest or its length is not the recorded one",
        ),
        row(Recorded, Cause::Removed, Missing, "the record names it and it is not there"),
        row(Readable, Cause::Empty, Empty, "it has no bytes, or blanks only"),
        row(
            Readable,
            Cause::Unreadable,
            Unreadable,
            "it is of a known format and cannot be read",
        ),
        row(
            Readable,
            Cause::OtherFormat,
            Unreadable,
            "it is of another format than the gate or the record declares",
        ),
        row(
            Readable,
            Cause::NotRead,
            Inconclusive,
            "no format knows it, so it is stored and measures nothing",
        ),
        row(Readable, Document(Kind::CutOff), Unreadable, "it stops before its end"),
        row(
            Readable,
            Document(Kind::ErrorDocument),
            Unreadable,
            "it is the error document of a tool",
        ),
        row(
            Readable,
            Document(Kind::UnreadPart),
            Inconclusive,
            "a part of it cannot be read",
        ),
        row(
            Readable,
            Document(Kind::NotWhole),
            Inconclusive,
            "a key that it needs is absent or not as it must be",
        ),
        row(
            Subject,
            Cause::OtherCommit,
            WrongSubject,
            "a commit that it names is not the released one",
        ),
        row(
            Subject,
            Cause::OtherVersion,
            WrongSubject,
            "a version that it names is not the released one",
        ),
        row(
            Subject,
            Cause::OtherGate,
            WrongSubject,
            "it says that it is evidence of another gate",
        ),
        row(
            Subject,
            Cause::OtherTool,
            WrongSubject,
            "another tool wrote it than the gate asks for",
        ),
        row(
            Subject,
            Cause::OtherSubject,
            WrongSubject,
            "it is not about the subject that the gate asks for",
        ),
        row(
            Subject,
            Cause::OtherRelease,
            WrongSubject,
            "the same bytes are evidence of an older release",
        ),
        row(
            Time,
            Cause::BeforeCommit,
            Stale,
            "it was made more than a day before the released commit existed",
        ),
        row(Time, Cause::TooOld, Stale, "it was older at the release than the gate allows"),
        row(
            Time,
            Cause::OldData,
            Stale,
            "the data that it compared with, such as a list of advisories, was older than the gate allows, or than 30 days",
        ),
        row(
            Time,
            Cause::AfterCollection,
            Inconclusive,
            "it was made after it was collected, which is impossible",
        ),
        row(
            Time,
            Cause::InFuture,
            Inconclusive,
            "it was made after today, which is impossible",
        ),
        row(
            Time,
            Cause::UnreadTime,
            Inconclusive,
            "a moment that it names is no moment, or nothing says when it was made or collected",
        ),
        row(Time, Document(Kind::TimesReversed), Inconclusive, "it ends before it begins"),
        row(
            Contradiction,
            Document(Kind::FewerThanDeclared),
            Inconclusive,
            "it declares more leaves than it lists",
        ),
        row(
            Contradiction,
            Document(Kind::WorseThanListed),
            Inconclusive,
            "it, or a part of it, declares more failures, errors or skips than it lists",
        ),
        row(
            Contradiction,
            Document(Kind::NoCount),
            Inconclusive,
            "a count is no number, or is negative",
        ),
        row(
            Contradiction,
            Document(Kind::RateBelowLines),
            Inconclusive,
            "a rate or a total says less than its lines give",
        ),
        row(
            Contradiction,
            Document(Kind::CoveredOverTotal),
            Inconclusive,
            "it says that more is covered than there is",
        ),
        row(
            Contradiction,
            Document(Kind::NothingOfNothing),
            Empty,
            "it measures nothing of nothing",
        ),
        row(
            Contradiction,
            Document(Kind::ResultsElsewhere),
            Inconclusive,
            "its results stand in another file",
        ),
        row(
            Contradiction,
            Document(Kind::NotEnded),
            Inconclusive,
            "the tool did not run to its end",
        ),
        row(
            Contradiction,
            Document(Kind::UnknownWord),
            Inconclusive,
            "a word for a state is not among those that pass",
        ),
        row(
            Contradiction,
            Document(Kind::Undecided),
            Inconclusive,
            "a result is still to be decided",
        ),
        row(
            Contradiction,
            Document(Kind::MeasuresNothing),
            Inconclusive,
            "what was run succeeds whatever happens, and the gate expects no fact of it",
        ),
        row(
            Contradiction,
            Cause::AttachmentAbsent,
            Inconclusive,
            "a file that belongs to it is not there, or is another one",
        ),
        row(
            Contradiction,
            Cause::FilesDisagree,
            Inconclusive,
            "two files on one run disagree",
        ),
    ]
};

impl Cause {
    /// The row of the table.
    pub(crate) fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.cause == self).unwrap_or(&TABLE[0])
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause, TABLE};
    use crate::model::blessed::holds;
    use crate::model::evidence::AnomalyKind;
    use crate::model::gate::Outcome;

    /// Where readers find the table.
    const PAGE: &str = "docs/verdicts.md";

    fn table() -> String {
        let mut text = "| question | state | how it is told |\n|---|---|---|\n".to_owned();
        for row in &TABLE {
            let state = serde_json::to_string(&row.outcome).expect("a word");
            text.push_str(&format!(
                "| {} | {} | {} |\n",
                row.question.words(),
                state.trim_matches('"').replace('-', " "),
                row.told
            ));
        }
        text
    }

    #[test]
    fn the_documentation_holds_the_same_table() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
        let page = std::fs::read_to_string(&path).unwrap_or_default();
        let start = page.find("| question |").unwrap_or(page.len());
        let end = page[start..].find("\n\n").map_or(page.len(), |end| start + end + 1);
        holds(PAGE, &format!("{}{}{}", &page[..start], table(), &page[end..]));
    }

    #[test]
    fn every_cause_has_one_row_and_no_row_lets_through() {
        use AnomalyKind as Kind;
        for kind in [
            Kind::FewerThanDeclared,
            Kind::WorseThanListed,
            Kind::NoCount,
            Kind::RateBelowLines,
            Kind::CoveredOverTotal,
            Kind::NothingOfNothing,
            Kind::ResultsElsewhere,
            Kind::NotEnded,
            Kind::UnknownWord,
            Kind::Undecided,
            Kind::UnreadPart,
            Kind::CutOff,
            Kind::TimesReversed,
            Kind::ErrorDocument,
            Kind::NotWhole,
        ] {
            assert_eq!(Cause::Document(kind).row().cause, Cause::Document(kind), "{kind:?}");
        }
        for (at, row) in TABLE.iter().enumerate() {
            assert!(
                TABLE[..at].iter().all(|other| other.cause != row.cause),
                "{row:?} stands once"
            );
            assert!(!row.outcome.lets_through() && row.outcome != Outcome::Failed, "{row:?}");
        }
        assert!(TABLE.is_sorted_by_key(|row| row.question));
    }
}
