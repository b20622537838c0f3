//! The freshness of a runbook.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::place::{Place, Span};
use crate::model::stable::VERSION;

/// The freshness of a runbook. The order is from good to bad; only the first is good news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// Somebody reviewed it in time, and everything that it names and that can be checked is there.
    Fresh,
    /// A review is due soon, or something small changed.
    Due,
    /// Nothing that it names could be checked.
    NotChecked,
    /// Nobody has confirmed it: the last day that is known is that of an edit.
    NotReviewed,
    /// It cannot be told: no date and no history, or a text that is kept for the record.
    Unknown,
    /// The review is overdue, or what it names changed.
    Stale,
    /// Something that it names is not there.
    Broken,
}

impl State {
    /// Every state, the worst first.
    pub(crate) const WORST_FIRST: [Self; 7] = [
        Self::Broken,
        Self::Stale,
        Self::Unknown,
        Self::NotReviewed,
        Self::NotChecked,
        Self::Due,
        Self::Fresh,
    ];

    /// The word for it in data.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Due => "due",
            Self::NotChecked => "not-checked",
            Self::NotReviewed => "not-reviewed",
            Self::Unknown => "unknown",
            Self::Stale => "stale",
            Self::Broken => "broken",
        }
    }

    /// The word for it on pages.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fresh => "Fresh",
            Self::Due => "Due soon",
            Self::NotChecked => "Not checked",
            Self::NotReviewed => "Not reviewed",
            Self::Unknown => "Unknown",
            Self::Stale => "Stale",
            Self::Broken => "Broken",
        }
    }
}

/// The judgement on one runbook of one edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Freshness {
    /// The worst of the three signals.
    pub(crate) state: State,
    /// One sentence that says why.
    pub(crate) reason: String,
    /// Everything that is against it, and what was looked at without counting, the worst first.
    pub(crate) reasons: Vec<Reason>,
    /// When somebody last reviewed it.
    pub(crate) reviewed: Option<Review>,
    /// The day the next review is due.
    pub(crate) due: Option<NaiveDate>,
    /// How references came out.
    pub(crate) counts: ReferenceCounts,
    /// What the text asks for again and again, in writing order.
    pub(crate) duties: Vec<Duty>,
}

/// One thing that speaks against a runbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reason {
    /// Which of the three questions it answers.
    pub(crate) signal: Signal,
    /// The state that it would lead to by itself.
    pub(crate) state: State,
    /// What it is, as a sentence without full stop: "`make deploy` in `Makefile` changed: prerequisites".
    pub(crate) words: String,
    /// Where in the runbook, where it is about some words of it.
    pub(crate) place: Option<Place>,
    /// The file that it is about, from the root of the repository.
    pub(crate) target: Option<String>,
    /// What it weighs as evidence, 0 to 3; 0 for what is shown and never counted, and for the other signals.
    pub(crate) weight: u32,
}

/// The three questions that are asked of a runbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Signal {
    /// Is everything there that it names?
    Truth,
    /// Did something that it names change since the last review?
    Evidence,
    /// Did somebody review it in time?
    Clock,
}

/// Something that recurs for good: a drill, a rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Duty {
    /// What is to be done, in the words of the text: a heading, a row of a table, a sentence.
    pub(crate) what: String,
    /// How often, in the words of the text: `every 90 days`, `quarterly`.
    pub(crate) interval: String,
    /// The days between two times.
    pub(crate) days: u32,
    /// When it was last done, by the word of the text.
    pub(crate) last: Option<NaiveDate>,
    /// When it is to be done next: as the text says, else the interval after the last time; none when neither is known.
    pub(crate) due: Option<NaiveDate>,
    /// Where the words of the interval stand.
    pub(crate) place: Place,
}

/// What somebody reviewed, as the tool wrote it into the runbook. It holds fingerprints and never ids of commits, so it means the
/// same after a squash merge and in a clone without history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The day of the review.
    pub(crate) on: Option<NaiveDate>,
    /// Who reviewed it: a role or a name.
    pub(crate) by: Option<String>,
    /// What each reference named then, by its key: kind and words.
    pub(crate) refs: BTreeMap<String, Fingerprint>,
    /// The keys whose fingerprints an older version of the tool wrote, in a form that is compared no more. The next review renews them.
    pub(crate) outdated: BTreeSet<String>,
    /// Where the stamp stands.
    pub(crate) span: Span,
}

/// The fingerprint of a thing that a runbook names: 128 bits for all of it, and 128 for what its users see where that is told apart. Two
/// readings are compared by it, on any platform and with any compiler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint {
    /// Of what its users see: prerequisites, inputs, defaults. 0 where that is not told apart.
    pub(crate) interface: u128,
    /// Of all of it, apart from comments and form.
    pub(crate) body: u128,
}

/// A fingerprint as it stands in a runbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrittenFingerprint {
    /// One that can be compared.
    Current(Fingerprint),
    /// One that an older version of the tool wrote.
    Outdated,
    /// One that a newer version of the tool wrote, in the form of this number.
    Newer(u8),
}

/// How two readings of a thing differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// Something that its users do not see.
    Body,
    /// Something that its users see.
    Interface,
}

impl Fingerprint {
    /// How this later reading differs from an earlier one; none when it does not. Where one of them does not tell what users see, the
    /// whole decides.
    pub(crate) fn difference(self, earlier: Self) -> Option<Difference> {
        let is_told = self.interface != 0 && earlier.interface != 0;
        if is_told && self.interface != earlier.interface {
            Some(Difference::Interface)
        } else if self.body != earlier.body {
            Some(Difference::Body)
        } else {
            None
        }
    }
}

impl fmt::Display for Fingerprint {
    /// Writes the version, then what users see where it is told apart, then the whole: `2:1f…:9c…`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{VERSION}:")?;
        if self.interface != 0 {
            write!(formatter, "{:032x}:", self.interface)?;
        }
        write!(formatter, "{:032x}", self.body)
    }
}

impl FromStr for WrittenFingerprint {
    type Err = ();

    /// Reads a fingerprint of this version, and knows those of the first one, 16 hex digits, and newer ones, whatever they look like.
    fn from_str(text: &str) -> Result<Self, ()> {
        let is_hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hex(text, 16) {
            return Ok(Self::Outdated);
        }
        let (version, numbers) = text.split_once(':').ok_or(())?;
        let version: u8 = version.parse().map_err(|_| ())?;
        if version > VERSION {
            return Ok(Self::Newer(version));
        }
        let read = |text: &str| {
            let number = is_hex(text, 32).then(|| u128::from_str_radix(text, 16).ok());
            number.flatten().ok_or(())
        };
        let (interface, body) = match numbers.split_once(':') {
            Some((interface, body)) => (read(interface)?, read(body)?),
            None => (0, read(numbers)?),
        };
        Ok(if version == VERSION {
            Self::Current(Fingerprint { interface, body })
        } else {
            Self::Outdated
        })
    }
}

/// When somebody last reviewed a runbook, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Review {
    /// The day.
    pub(crate) on: NaiveDate,
    /// How it is known.
    pub(crate) source: ReviewSource,
}

/// How the last review is known, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReviewSource {
    /// A stamp of the tool in the text.
    Stamp,
    /// The text declares a review.
    Declared,
    /// A commit says in its trailer that the runbook was reviewed.
    Trailer,
    /// The text declares when it was edited.
    Updated,
    /// The last commit of the file: edited, not reviewed.
    Commit,
}

/// How the references of a runbook came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub(crate) struct ReferenceCounts {
    /// There.
    pub(crate) resolved: u32,
    /// Not there.
    pub(crate) broken: u32,
    /// Of those that are not there: the ones that a comment or a waiver accepts.
    #[serde(default)]
    pub(crate) accepted: u32,
    /// Cannot be told.
    pub(crate) unverifiable: u32,
    /// No claim about the repository.
    pub(crate) ignored: u32,
    /// Resolved ones whose target changed since the review.
    pub(crate) changed: u32,
}

impl ReferenceCounts {
    /// The counts of several runbooks, added up.
    pub(crate) fn sum(all: impl Iterator<Item = Self>) -> Self {
        all.fold(Self::default(), |sum, counts| Self {
            resolved: sum.resolved + counts.resolved,
            broken: sum.broken + counts.broken,
            accepted: sum.accepted + counts.accepted,
            unverifiable: sum.unverifiable + counts.unverifiable,
            ignored: sum.ignored + counts.ignored,
            changed: sum.changed + counts.changed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Difference, Fingerprint, WrittenFingerprint};

    #[test]
    fn fingerprints_are_written_and_read() {
        let fingerprint = Fingerprint {
            interface: 0x1a,
            body: 0xdead_beef,
        };
        let written = "2:0000000000000000000000000000001a:000000000000000000000000deadbeef";
        assert_eq!(fingerprint.to_string(), written);
        assert_eq!(written.parse(), Ok(WrittenFingerprint::Current(fingerprint)));
        let whole = Fingerprint { interface: 0, body: 7 };
        assert_eq!(whole.to_string(), "2:00000000000000000000000000000007");
        assert_eq!(whole.to_string().parse(), Ok(WrittenFingerprint::Current(whole)));
        for damaged in [
            "",
            "2:",
            "0000001adeadbee",
            "0000001adeadbeefa",
            "+000001adeadbeef",
            "2:0000000000000000000000000000000",
            "2:0000000000000000000000000000000g",
            "2:000000000000000000000000deadbeef:",
            "x:000000000000000000000000deadbeef",
        ] {
            assert_eq!(damaged.parse::<WrittenFingerprint>(), Err(()), "{damaged}");
        }
    }

    #[test]
    fn fingerprints_of_other_versions_are_known_for_what_they_are() {
        for outdated in ["0000001adeadbeef", "1:000000000000000000000000deadbeef"] {
            assert_eq!(outdated.parse(), Ok(WrittenFingerprint::Outdated), "{outdated}");
        }
        for newer in ["3:000000000000000000000000deadbeef", "3:", "3:b3-7xq"] {
            assert_eq!(newer.parse(), Ok(WrittenFingerprint::Newer(3)), "{newer}");
        }
    }

    #[test]
    fn the_interface_decides_only_where_both_readings_tell_it() {
        let of = |interface, body| Fingerprint { interface, body };
        assert_eq!(of(1, 2).difference(of(1, 2)), None);
        assert_eq!(of(1, 2).difference(of(3, 4)), Some(Difference::Interface));
        assert_eq!(of(1, 2).difference(of(1, 4)), Some(Difference::Body));
        assert_eq!(
            of(0, 2).difference(of(3, 2)),
            None,
            "an older version of the tool did not tell it"
        );
        assert_eq!(of(0, 2).difference(of(3, 4)), Some(Difference::Body));
    }
}
