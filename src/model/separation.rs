//! Who did what for a release, so that one person in two seats is seen.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::model::quote::Quote;

/// Who did what for a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Separation {
    /// The version.
    pub(crate) version: String,
    /// Everything that somebody did, in the order of the work: wrote, reviewed, agreed, tagged, deployed, and the rest.
    pub(crate) acts: Vec<Act>,
    /// What can be said of it, one sentence each.
    pub(crate) said: Vec<Said>,
    /// What the runbooks of the release say about one person in two seats, with their place; looked for where one person sat in two.
    pub(crate) allowed: Vec<Quote>,
}

impl Separation {
    /// The sentences that tell of one person in several seats.
    pub(crate) fn shared(&self) -> impl Iterator<Item = &str> {
        let same = self.said.iter().filter(|said| said.standing == Apart::Same);
        same.map(|said| said.sentence.as_str())
    }

    /// Whoever sat in a seat, each once, as the sources name them.
    pub(crate) fn holders(&self, seat: Seat) -> Vec<&str> {
        self.each(|act| act.seat == seat)
    }

    /// Whoever a table shows in a seat: who agreed to the release in the role of a reviewer is shown as reviewer.
    pub(crate) fn shown_in(&self, seat: Seat) -> Vec<&str> {
        self.each(|act| {
            let shown = if act.seat == Seat::Approver && act.is_of_reviewer() {
                Seat::Reviewer
            } else {
                act.seat
            };
            shown == seat
        })
    }

    /// Whoever did what is asked for, each once, as the sources name them.
    fn each(&self, is_asked: impl Fn(&Act) -> bool) -> Vec<&str> {
        let mut holders: Vec<&str> = Vec::new();
        for act in self.acts.iter().filter(|act| is_asked(act)) {
            let holder = act.holder();
            if !holder.is_empty() && !holders.iter().any(|known| known.eq_ignore_ascii_case(holder)) {
                holders.push(holder);
            }
        }
        holders
    }
}

/// A seat. Those of one release belong to several people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Seat {
    /// Wrote a change.
    Author,
    /// Reviewed a change.
    Reviewer,
    /// Agreed to the release.
    Approver,
    /// Made the tag.
    Tagger,
    /// Brought the release out.
    Deployer,
    /// Did something else.
    Other,
}

impl Seat {
    /// The seats that have a name, in the order of the work.
    pub(crate) const NAMED: [Self; 5] = [Self::Author, Self::Reviewer, Self::Approver, Self::Tagger, Self::Deployer];

    /// The seat as tables call it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Reviewer => "reviewer",
            Self::Approver => "approver",
            Self::Tagger => "tagger",
            Self::Deployer => "deployer",
            Self::Other => "other",
        }
    }
}

/// Something that somebody did.
#[allow(clippy::struct_field_names, reason = "the act is what it is called in the twin of the page")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Act {
    /// The seat that it belongs to.
    pub(crate) seat: Seat,
    /// What it was: `wrote the released commit`, `approved`.
    pub(crate) act: String,
    /// In which role; empty where nothing says it.
    pub(crate) role: String,
    /// Who, as the file or git has it; empty where nothing says it.
    pub(crate) who: String,
    /// When, as written; empty where nothing says it.
    pub(crate) at: String,
    /// Where it is known from: a file, or `git`.
    pub(crate) from: String,
}

impl Act {
    /// When it was, where that is a moment.
    pub(crate) fn moment(&self) -> Option<DateTime<Utc>> {
        let at = DateTime::parse_from_rfc3339(self.at.trim()).ok()?;
        Some(at.to_utc())
    }

    /// Whether the role is that of a reviewer.
    fn is_of_reviewer(&self) -> bool {
        let role = self.role.to_lowercase();
        let mut words = role.split(|c: char| !c.is_alphanumeric());
        words.any(|word| matches!(word, "reviewer" | "reviewers"))
    }

    /// Whoever acted: the person where one is named, else the role.
    pub(crate) fn holder(&self) -> &str {
        match self.who.trim() {
            "" => self.role.trim(),
            who => who,
        }
    }
}

/// A sentence on the separation of duties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Said {
    /// How it stands.
    pub(crate) standing: Apart,
    /// The sentence.
    pub(crate) sentence: String,
}

/// Whether two seats were held by two people.
#[allow(clippy::enum_variant_names, reason = "the word stands in the twin of the page")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Apart {
    /// They were.
    Apart,
    /// One person held both.
    Same,
    /// Nothing can tell.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::{Act, Seat, Separation};

    fn act(seat: Seat, role: &str, who: &str) -> Act {
        Act {
            seat,
            act: "approved".to_owned(),
            role: role.to_owned(),
            who: who.to_owned(),
            at: String::new(),
            from: "signoffs.yaml".to_owned(),
        }
    }

    #[test]
    fn who_signed_as_reviewer_is_shown_as_reviewer() {
        let separation = Separation {
            acts: vec![
                act(Seat::Author, "", "Author"),
                act(Seat::Approver, "operations", "seat-2"),
                act(Seat::Approver, "Release reviewer", "seat-3"),
                act(Seat::Approver, "previewer", "seat-4"),
            ],
            ..Separation::default()
        };
        assert_eq!(separation.shown_in(Seat::Reviewer), ["seat-3"]);
        assert_eq!(separation.shown_in(Seat::Approver), ["seat-2", "seat-4"]);
        assert_eq!(
            separation.holders(Seat::Approver),
            ["seat-2", "seat-3", "seat-4"],
            "all of them agreed"
        );
    }
}
