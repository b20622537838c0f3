//! Controls: questions that an auditor asks, what of the evidence answers them, and what it does not show. Nothing here says that one is
//! answered well.

use serde::Serialize;

/// Where the mapping of a control to evidence comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub(crate) enum Mapping {
    /// The settings of the repository declare it.
    Declared {
        /// Who answers for it; may be empty.
        owner: String,
    },
    /// A catalogue of the program proposes it, and nobody declared it.
    Proposed,
    /// The settings say that it does not apply.
    Declined {
        /// Why.
        reason: String,
    },
}

/// How far one release shows what a control asks for.
#[allow(clippy::enum_variant_names, reason = "the word that pages show")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Shown {
    /// Everything that is mapped is there, and let the release through.
    Shown,
    /// The same, with at least one exception.
    ByException,
    /// What is there let the release through, and nothing is there of a kind of check that is mapped.
    Part,
    /// Something that is mapped is open, or is not there.
    Open,
    /// Nothing that is mapped belongs to the release.
    Nothing,
}

impl Shown {
    /// How far some releases with a record show a control, in one sentence.
    pub(crate) fn summary(releases: &[Self]) -> String {
        let all = releases.len();
        let count = |shown: Self| releases.iter().filter(|one| **one == shown).count();
        let (open, accepted, nothing) = (count(Self::Open), count(Self::ByException), count(Self::Nothing));
        if nothing == all {
            return "What is mapped belongs to no single release; the facts are counted below.".to_owned();
        }
        let of = if all == 1 { "release" } else { "releases" };
        let mut text = format!("Evidence for {} of {all} {of} with a record", count(Self::Shown) + accepted);
        let parts = [
            (count(Self::Part), "in part"),
            (open, "open"),
            (accepted, "by exception"),
            (nothing, "with nothing mapped"),
        ];
        for (count, words) in parts.into_iter().filter(|(count, _)| *count > 0) {
            text.push_str(&format!("; {count} {words}"));
        }
        text.push('.');
        text
    }
}

/// What a release holds for a control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ControlCell {
    /// The version.
    pub(crate) version: String,
    /// How far it shows it.
    pub(crate) shown: Shown,
    /// What is there, one line for each thing that is mapped.
    pub(crate) there: Vec<String>,
    /// What is open or not there.
    pub(crate) open: Vec<String>,
    /// Whose mapping judged it: that of the commit of the release, or why another one did.
    pub(crate) mapping: String,
}

/// A row of a catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct CatalogRow {
    /// The id, such as `soc2:CC8.1`.
    pub(crate) id: String,
    /// The title, in own words.
    pub(crate) title: String,
    /// What an auditor asks.
    pub(crate) question: String,
    /// What evidence in a repository does not show of it.
    pub(crate) cannot: String,
    /// Where it was read.
    pub(crate) source: String,
    /// How: the text of its publisher, a copy, or a guide only.
    pub(crate) read: String,
    /// The catalogue, in words.
    pub(crate) catalog: String,
}

/// A fact that a control rests on, counted over the releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FactCount {
    /// The kind of fact.
    pub(crate) fact: String,
    /// What it is, in words.
    pub(crate) words: String,
    /// How much of it there is, in words.
    pub(crate) count: String,
    /// The page of the product that shows it, from the first page of the product; empty for none.
    pub(crate) page: &'static str,
}

/// A control with what the releases of a product hold for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct JudgedControl {
    /// The id.
    pub(crate) id: String,
    /// The title.
    pub(crate) title: String,
    /// Whether it is a control of the organisation.
    pub(crate) is_own: bool,
    /// Where its mapping comes from.
    pub(crate) mapping: Mapping,
    /// The rows of catalogues that it supports, or that it is.
    pub(crate) rows: Vec<CatalogRow>,
    /// What it says that it supports, and no catalogue has.
    pub(crate) unknown_rows: Vec<String>,
    /// The gates that are mapped today, by id.
    pub(crate) gates: Vec<String>,
    /// What it rests on.
    pub(crate) facts: Vec<FactCount>,
    /// The releases, newest first.
    pub(crate) cells: Vec<ControlCell>,
    /// How far they show it, in one sentence.
    pub(crate) summary: String,
}
