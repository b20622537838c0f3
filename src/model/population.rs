//! What an auditor counts: changes of the branch, periods, and the lists that must agree about what was shipped.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use crate::model::history::CommitId;
use crate::model::separation::Separation;

/// Somebody that git names. Names and addresses are free text that the author of a commit chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Person {
    /// The name.
    pub(crate) name: String,
    /// The mail address: it tells persons apart and is shown nowhere.
    #[serde(skip)]
    pub(crate) mail: String,
}

impl Person {
    /// Whether two mentions are the same person, as far as names and addresses tell.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let same = |one: &str, other: &str| !one.trim().is_empty() && one.trim().eq_ignore_ascii_case(other.trim());
        same(&self.mail, &other.mail) || same(&self.name, &other.name)
    }
}

/// A line `Key: value` at the end of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Trailer {
    /// The key as written.
    pub(crate) key: String,
    /// The value as written.
    pub(crate) value: String,
}

/// What signed a commit, by its header. It is never checked here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SignatureKind {
    /// An `OpenPGP` signature.
    OpenPgp,
    /// An SSH signature.
    Ssh,
    /// An S/MIME signature.
    X509,
    /// A header that says signature and holds something else.
    Other,
}

/// How strong the word for a review is. The order is from weak to strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Strength {
    /// A line in the message of the commit: whoever wrote the commit could write it.
    TextInGit,
    /// The same, in a commit that carries a signature. Nobody checked the signature.
    TextInSignedCommit,
    /// A file that was exported from the forge and kept in the repository.
    ForgeExport,
    /// A signed statement about the commit, whose signature was checked and whose signer the settings name.
    VerifiedAttestation,
}

/// A review of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Review {
    /// Who, as the source names them.
    pub(crate) by: String,
    /// What they said: `approved`, `changes-requested`, `commented`, `acked`, `dismissed`.
    pub(crate) decision: String,
    /// When, where the source tells.
    pub(crate) at: Option<DateTime<FixedOffset>>,
    /// How strong the word is.
    pub(crate) strength: Strength,
    /// Whether whoever reviewed also wrote the change, in the names of the same source.
    pub(crate) is_author: bool,
}

impl Review {
    /// Whether somebody other than the author agreed.
    pub(crate) fn is_approval_of_another(&self) -> bool {
        self.decision == "approved" && !self.is_author
    }
}

/// A pull request or merge request, as an export of the forge tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct PullRequest {
    /// The number.
    pub(crate) number: u64,
    /// The title.
    pub(crate) title: String,
    /// The address.
    pub(crate) url: String,
    /// Who opened it: an account.
    pub(crate) author: String,
    /// Who merged it: an account; may be empty.
    pub(crate) merged_by: String,
    /// When it was merged; none when it was not.
    pub(crate) merged_at: Option<DateTime<FixedOffset>>,
    /// The commit that the merge made on the branch.
    pub(crate) merge_commit: Option<CommitId>,
    /// The branch that it went into; may be empty.
    pub(crate) base: String,
    /// The branch that it came from; may be empty.
    pub(crate) head: String,
    /// Its labels.
    pub(crate) labels: Vec<String>,
    /// What reviewers said, in the order of the export.
    pub(crate) reviews: Vec<Review>,
    /// Checks that had not passed, by name.
    pub(crate) failed_checks: Vec<String>,
    /// How many checks the export names.
    pub(crate) checks: usize,
    /// The file of the export.
    pub(crate) path: String,
}

/// A file that was exported from a forge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ForgeExport {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The SHA-256 digest, 64 hex digits.
    pub(crate) sha256: String,
    /// How many requests it holds.
    pub(crate) requests: usize,
    /// What could not be read or makes it less than the whole, one sentence each.
    pub(crate) problems: Vec<String>,
}

/// A signed statement about a commit that was verified: a signature that only holds, or that nobody checked, makes none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Attestation {
    /// What is stated, by type.
    pub(crate) kind: String,
    /// Who signed.
    pub(crate) by: String,
    /// The file, relative to the repository root.
    pub(crate) path: String,
}

/// A change: a commit on the line of first parents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// The commit.
    pub(crate) id: CommitId,
    /// When it came onto the line: the committer date, which is what counts.
    pub(crate) at: DateTime<FixedOffset>,
    /// When it was written: the author date.
    pub(crate) authored: DateTime<FixedOffset>,
    /// Who wrote it.
    pub(crate) author: Person,
    /// Who put it there; for merges on a forge that is often the forge.
    pub(crate) committer: Person,
    /// The first line of the message.
    pub(crate) subject: String,
    /// Whether it has more than one parent.
    pub(crate) is_merge: bool,
    /// The number of the pull request, as the message or the export tells.
    pub(crate) request: Option<u64>,
    /// What the export says of the pull request.
    pub(crate) pull_request: Option<PullRequest>,
    /// Tickets that the message names.
    pub(crate) tickets: Vec<String>,
    /// The trailers of the message.
    pub(crate) trailers: Vec<Trailer>,
    /// What signed it.
    pub(crate) signature: Option<SignatureKind>,
    /// Who reviewed it, as far as git and the export tell.
    pub(crate) reviews: Vec<Review>,
    /// The verified statement about it, where there is one.
    pub(crate) attested: Option<Attestation>,
    /// Why it counts as an emergency, in the words that say so; none when nothing says so.
    pub(crate) emergency: Option<String>,
    /// The version of the release that was the first to contain it; none while it is not released.
    pub(crate) release: Option<String>,
}

impl Change {
    /// The strongest source that anything about it is known from.
    pub(crate) fn strength(&self) -> Strength {
        match (&self.attested, &self.pull_request, self.signature) {
            (Some(_), _, _) => Strength::VerifiedAttestation,
            (None, Some(_), _) => Strength::ForgeExport,
            (None, None, Some(_)) => Strength::TextInSignedCommit,
            (None, None, None) => Strength::TextInGit,
        }
    }

    /// The first seven digits of the id.
    pub(crate) fn short_id(&self) -> &str {
        self.id.get(..7).unwrap_or(&self.id)
    }

    /// The day that counts, in UTC.
    pub(crate) fn day(&self) -> NaiveDate {
        self.at.to_utc().date_naive()
    }
}

/// Everything that is known of the changes of a product.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    /// Its changes, newest first by the line, those of release branches behind them.
    pub(crate) changes: Vec<Change>,
    /// Changes that touch nothing of the product, by their days.
    pub(crate) elsewhere: Vec<NaiveDate>,
    /// The folder that a change of the product touches; empty for the whole repository.
    pub(crate) folder: String,
    /// The exports of the forge.
    pub(crate) exports: Vec<ForgeExport>,
    /// The requests of all exports, by number.
    pub(crate) requests: Vec<PullRequest>,
    /// The commit that the line was followed from.
    pub(crate) head: Option<CommitId>,
    /// Whether the line was followed to its root: not so in a shallow clone.
    pub(crate) is_whole: bool,
}

/// A period with both of its days, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Period {
    /// What it is called: `2026-Q3`, or both days.
    pub(crate) id: String,
    /// The first day.
    pub(crate) from: NaiveDate,
    /// The last day, which belongs to it.
    pub(crate) to: NaiveDate,
}

impl Period {
    /// A period between two days. Where it is a quarter, a year or a month it is called so.
    pub(crate) fn between(from: NaiveDate, to: NaiveDate) -> Self {
        use chrono::Datelike;
        let is_whole = from.day() == 1 && to.succ_opt().is_none_or(|next| next.day() == 1) && from.year() == to.year();
        let id = match (is_whole, from.month(), to.month()) {
            (true, 1, 12) => from.year().to_string(),
            (true, first, last) if first == last => from.format("%Y-%m").to_string(),
            (true, first, last) if last == first + 2 && first % 3 == 1 => format!("{}-Q{}", from.year(), first / 3 + 1),
            _ => format!("{from}..{to}"),
        };
        Self { id, from, to }
    }

    /// The period of the calendar that a text names: `2026`, `2026-Q3`, `2026-07`.
    pub(crate) fn named(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        let year: i32 = year.parse().ok().filter(|year| (1970..=9999).contains(year))?;
        let (first, months) = match rest.strip_prefix(['Q', 'q']) {
            Some(quarter) => {
                let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
                (quarter * 3 - 2, 3)
            }
            None if rest.is_empty() && !text.contains('-') => (1, 12),
            None => (rest.parse().ok().filter(|_| rest.len() == 2)?, 1),
        };
        let from = NaiveDate::from_ymd_opt(year, first, 1)?;
        let to = from.checked_add_months(chrono::Months::new(months))?.pred_opt()?;
        Some(Self::between(from, to))
    }

    /// Whether a day lies in it.
    pub(crate) fn holds(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// What is left out of a count, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LeftOut {
    /// Why, as a sentence.
    pub(crate) reason: String,
    /// How many.
    pub(crate) count: usize,
    /// The first of them, where they have names.
    pub(crate) names: Vec<String>,
}

/// A version as the lists of a period have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Shipped {
    /// The version.
    pub(crate) version: String,
    /// The day that counts, and where it is known from.
    pub(crate) day: Option<NaiveDate>,
    /// The name of the tag.
    pub(crate) tag: Option<String>,
    /// The file of the record.
    pub(crate) record: Option<String>,
    /// The file and the line of the section of the changelog.
    pub(crate) changelog: Option<String>,
    /// What says that it was deployed, one each.
    pub(crate) deployments: Vec<Deployment>,
    /// How many changes it was the first to contain.
    pub(crate) changes: usize,
    /// The lists that it is missing from, in words.
    pub(crate) missing: Vec<&'static str>,
    /// Whether it is a pre-release, which need not be deployed.
    pub(crate) is_prerelease: bool,
    /// Whether its record says that it was never shipped, so that nothing need have been deployed.
    pub(crate) is_abandoned: bool,
}

/// Something that says that a version was deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Deployment {
    /// What it is called by: the id that the forge gave it, else the version and its place among the deployments of the release.
    pub(crate) id: String,
    /// What happened, in the word of its source: `deployed`, `promoted`.
    pub(crate) what: String,
    /// Where it went; empty where nothing says it.
    pub(crate) environment: String,
    /// When, as written.
    pub(crate) at: String,
    /// Who, by role or account; may be empty.
    pub(crate) by: String,
    /// The commits that it says were deployed.
    pub(crate) commits: Vec<String>,
    /// The digests that it says were deployed.
    pub(crate) digests: Vec<String>,
    /// Where it is written: a file and what it is.
    pub(crate) source: String,
}

impl Deployment {
    /// Whether it is of a commit; none where it names none.
    pub(crate) fn is_of(&self, commit: &str) -> Option<bool> {
        let mut named = self.commits.iter().filter(|named| named.len() >= SHORTEST_COMMIT).peekable();
        named.peek()?;
        Some(named.any(|named| commit.starts_with(&named.to_ascii_lowercase())))
    }

    /// Whether some words name it: its id, a commit that it is of, or a digest, both of them also by their beginning.
    pub(crate) fn is_named(&self, words: &str) -> bool {
        let words = words.trim().to_ascii_lowercase();
        let digits = words.strip_prefix("sha256:").unwrap_or(&words);
        let is_hex = digits.len() >= SHORTEST_COMMIT && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let begins = |full: &String| {
            let full = full.to_ascii_lowercase();
            full.rsplit_once(':')
                .map_or(full.as_str(), |(_, digits)| digits)
                .starts_with(digits)
        };
        self.id.eq_ignore_ascii_case(&words) || is_hex && self.commits.iter().chain(&self.digests).any(begins)
    }
}

/// Fewer digits of a commit or a digest name nothing.
const SHORTEST_COMMIT: usize = 7;

/// A change that stands in a list, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Listed {
    /// The index into the changes of the trail.
    #[serde(skip)]
    pub(crate) change: usize,
    /// The commit.
    pub(crate) id: CommitId,
    /// Why, as a sentence.
    pub(crate) why: String,
}

/// A file that a count rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Input {
    /// What it is: `change`, `tag`, `record`, `changelog`, `export`, `log`.
    pub(crate) kind: &'static str,
    /// The name or the file.
    pub(crate) name: String,
    /// The commit or the digest.
    pub(crate) digest: String,
}

/// Everything of a product that belongs to a period, reconciled.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    /// The period.
    pub(crate) period: Period,
    /// The changes of the period, as indexes into the trail, newest first.
    pub(crate) changes: Vec<usize>,
    /// Changes, versions and tags that do not count, and why.
    pub(crate) left_out: Vec<LeftOut>,
    /// The versions of the period, newest first.
    pub(crate) shipped: Vec<Shipped>,
    /// What stands in one list and not in another, one sentence each.
    pub(crate) differences: Vec<String>,
    /// Changes that no pull request is known for.
    pub(crate) direct: Vec<Listed>,
    /// Changes that nobody but their author agreed to, where the source tells who did.
    pub(crate) self_approved: Vec<Listed>,
    /// Changes that went in while a check had not passed.
    pub(crate) bypassed: Vec<Listed>,
    /// Emergency changes, and who looked at them afterwards.
    pub(crate) emergencies: Vec<Listed>,
    /// Changes for which git and the exports name no reviewer.
    pub(crate) unreviewed: usize,
    /// Who did what, for each release of the period.
    pub(crate) separation: Vec<Separation>,
    /// What it was counted from, sorted.
    pub(crate) inputs: Vec<Input>,
    /// The SHA-256 digest of the inputs, 64 hex digits.
    pub(crate) digest: String,
}

#[cfg(test)]
mod tests {
    use super::{Deployment, Period, Person};

    #[test]
    fn periods_are_called_as_people_call_them() {
        for (from, to, id) in [
            ("2026-07-01", "2026-09-30", "2026-Q3"),
            ("2026-01-01", "2026-12-31", "2026"),
            ("2024-02-01", "2024-02-29", "2024-02"),
            ("2026-02-01", "2026-04-30", "2026-02-01..2026-04-30"),
            ("2026-07-01", "2026-09-29", "2026-07-01..2026-09-29"),
            ("2025-12-01", "2026-02-28", "2025-12-01..2026-02-28"),
        ] {
            let day = |text: &str| text.parse().expect("a day");
            let period = Period::between(day(from), day(to));
            assert_eq!(period.id, id);
            assert!(period.holds(day(from)) && period.holds(day(to)));
        }
    }

    #[test]
    fn periods_are_read_by_their_names() {
        for name in ["2026", "2026-Q1", "2026-Q4", "2024-02", "2026-12"] {
            assert_eq!(Period::named(name).map(|period| period.id).as_deref(), Some(name));
        }
        for name in [
            "", "-", "2026-", "26", "2026-Q5", "2026-13", "2026-1", "2026-07-01", "99999", "x",
        ] {
            assert_eq!(Period::named(name), None, "{name}");
        }
    }

    #[test]
    fn a_deployment_is_known_by_its_id_its_commit_and_its_digest() {
        let deployment = Deployment {
            id: "v1/2".to_owned(),
            commits: vec!["ABCDEF0123".to_owned() + &"0".repeat(30), "abc".to_owned()],
            digests: vec![format!("sha256:{}", "9".repeat(64))],
            ..Deployment::default()
        };
        for words in ["V1/2", " v1/2", "abcdef0", "sha256:9999999", "99999999"] {
            assert!(deployment.is_named(words), "{words}");
        }
        for words in ["", "v1", "abcdef", "abcdef1", "sha256:", "zzzzzzz", "9998888"] {
            assert!(!deployment.is_named(words), "{words}");
        }
        assert_eq!(deployment.is_of(&("abcdef0123".to_owned() + &"0".repeat(30))), Some(true));
        assert_eq!(deployment.is_of(&"1".repeat(40)), Some(false));
        assert_eq!(Deployment::default().is_of(&"1".repeat(40)), None);
    }

    #[test]
    fn a_person_without_a_name_is_nobody() {
        let person = |name: &str, mail: &str| Person {
            name: name.to_owned(),
            mail: mail.to_owned(),
        };
        assert!(person("A", "a@example.org").is(&person("Other", "A@example.org")));
        assert!(person("The Driver", "").is(&person("the driver ", "x")));
        assert!(!person("", "").is(&person("", "")));
    }
}
