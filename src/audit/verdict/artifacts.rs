//! Statements about artifacts, compared with what else the release knows of them: files that it holds, and digests that other files name.
//!
//! A digest that two files of different origin name is a measurement; a digest that stands in one file only is a claim. Who wrote a statement
//! stays open without a checked signature, and that is said.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::verdict::numbers::{Measurement, plural};
use crate::model::evidence::{Content, Evidence, Integrity};
use crate::model::gate::Outcome;
use crate::model::provenance::{Checked, Provenance, ProvenanceSubject};
use crate::model::release::Release;

/// Files that a reason names at most.
const MAX_NAMED: usize = 3;

/// What the other files of a release say about artifacts.
#[derive(Default)]
struct Others<'a> {
    /// The files that name a digest or have it, by digest.
    by_digest: BTreeMap<String, BTreeSet<&'a str>>,
    /// The digests that statements give to a name, with the file that does.
    by_name: BTreeMap<&'a str, Vec<(String, &'a str)>>,
}

impl<'a> Others<'a> {
    fn of(release: &'a Release, file: &Evidence) -> Self {
        let mut others = Self::default();
        let is_other = |other: &&Evidence| {
            other.integrity == Integrity::Recorded && other.path != file.path && other.sha256 != file.sha256 && other.bytes > 0
        };
        for other in release.evidence.iter().filter(is_other) {
            let path = other.path.as_str();
            let mut add = |digest: String| others.by_digest.entry(digest).or_default().insert(path);
            add(format!("sha256:{}", other.sha256.to_ascii_lowercase()));
            other
                .artifact
                .about
                .digests
                .iter()
                .filter_map(|text| digest_in(text))
                .for_each(|digest| {
                    add(digest);
                });
            let Content::Provenance(facts) = &other.artifact.content else {
                continue;
            };
            for subject in facts.statements.iter().flat_map(|statement| &statement.subjects) {
                for digest in digests(subject) {
                    others.by_digest.entry(digest.clone()).or_default().insert(path);
                    if !subject.name.is_empty() {
                        others.by_name.entry(&subject.name).or_default().push((digest, path));
                    }
                }
            }
        }
        others
    }

    /// The file that gives another digest of the same algorithm to the same name.
    fn contradicting(&self, subject: &ProvenanceSubject) -> Option<&'a str> {
        let own = digests(subject);
        let given = self.by_name.get(subject.name.as_str())?;
        let algorithm = |digest: &str| digest.split(':').next().unwrap_or_default().to_owned();
        let differs = |digest: &String| own.iter().any(|own| algorithm(own) == algorithm(digest)) && !own.contains(digest);
        given.iter().find(|(digest, _)| differs(digest)).map(|(_, path)| *path)
    }
}

/// The digests of a subject as `algorithm:value` in lower case.
fn digests(subject: &ProvenanceSubject) -> Vec<String> {
    subject.digests.iter().map(|digest| digest.to_ascii_lowercase()).collect()
}

/// The digest in a text such as `sha256:…`, `registry.example.org/app@sha256:…` or 64 hex digits.
fn digest_in(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.rsplit('@').next().unwrap_or_default();
    let (algorithm, value) = text.rsplit_once(':').unwrap_or(("sha256", text));
    let is_value = value.len() >= 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_algorithm = !algorithm.is_empty() && algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_value && is_algorithm).then(|| format!("{algorithm}:{value}"))
}

/// What is known of the signatures of a file.
struct Signed<'facts> {
    words: String,
    /// Every statement is signed by somebody whom the settings name.
    is_verified: bool,
    /// What does not hold.
    failed: BTreeSet<&'facts str>,
}

fn signed<'facts>(path: &str, facts: &'facts Provenance) -> Signed<'facts> {
    let all = || facts.statements.iter().map(|statement| &statement.checked);
    let signers: BTreeSet<&str> = all()
        .filter_map(|checked| match checked {
            Checked::Good { signer } | Checked::Verified { signer } => Some(signer.identity.as_str()),
            _ => None,
        })
        .collect();
    let who: Vec<&str> = signers.into_iter().take(MAX_NAMED).collect();
    let is_verified = all().count() > 0 && all().all(|checked| matches!(checked, Checked::Verified { .. }));
    let is_good = |checked: &Checked| matches!(checked, Checked::Good { .. } | Checked::Verified { .. });
    let words = if is_verified {
        format!("`{path}` is signed by {}", who.join(", "))
    } else if all().count() > 0 && all().all(is_good) {
        format!(
            "The signature of `{path}` holds, and the settings do not say whether {} may sign",
            who.join(", ")
        )
    } else if all().all(|checked| *checked == Checked::Unsigned) {
        format!("`{path}` has no signature")
    } else if all().any(is_good) {
        format!("Only some statements in `{path}` have a signature that holds")
    } else {
        format!("Nothing checked the signature of `{path}`")
    };
    let failed = all().filter_map(|checked| match checked {
        Checked::Failed { why } => Some(why.as_str()),
        _ => None,
    });
    Signed {
        words,
        is_verified,
        failed: failed.collect(),
    }
}

/// Provenance and checksums: each artifact that is named must be known to another file of the release by the same digest.
pub(super) fn provenance(file: &Evidence, facts: &Provenance, release: &Release) -> Measurement {
    let path = &file.path;
    let subjects: Vec<&ProvenanceSubject> = facts.statements.iter().flat_map(|statement| &statement.subjects).collect();
    let others = Others::of(release, file);
    let mut witnesses = BTreeSet::new();
    let mut alone = Vec::new();
    let mut outcome = Outcome::Passed;
    let mut reasons = Vec::new();
    // An attestation of a release names the commit beside the files.
    let commit = release.commit.as_ref().map(|commit| commit.to_ascii_lowercase());
    let is_commit = |digest: &String| {
        let given = digest.strip_prefix("sha1:").or_else(|| digest.strip_prefix("gitcommit:"));
        given.is_some() && given == commit.as_deref()
    };
    for subject in &subjects {
        if let Some(other) = others.contradicting(subject) {
            outcome = Outcome::Failed;
            reasons.push(format!(
                "`{path}` and `{other}` give different digests to `{}`.",
                subject.name
            ));
        }
        let known = digests(subject).iter().find_map(|digest| others.by_digest.get(digest));
        match known {
            Some(paths) => witnesses.extend(paths.iter().copied()),
            None if digests(subject).iter().any(is_commit) => {}
            None => alone.push(*subject),
        }
    }
    let signed = signed(path, facts);
    if subjects.is_empty() {
        outcome = Outcome::Empty;
        reasons.push(format!("`{path}` is about no artifact that it names."));
    } else if alone.len() == subjects.len() {
        outcome = outcome.max(Outcome::Inconclusive);
        reasons.push(if signed.failed.is_empty() {
            format!("{}, and nothing compared its digests with the artifacts.", signed.words)
        } else {
            format!("Nothing compared the digests of `{path}` with the artifacts.")
        });
    } else if let Some(first) = alone.first() {
        outcome = outcome.max(Outcome::Inconclusive);
        reasons.push(format!(
            "{} of {} in `{path}` stand nowhere else in the release, `{}` first.",
            alone.len(),
            plural(subjects.len() as u64, "digest", "digests"),
            first.name
        ));
    } else {
        let named: Vec<String> = witnesses.iter().take(MAX_NAMED).map(|path| format!("`{path}`")).collect();
        let more = witnesses.len().saturating_sub(MAX_NAMED);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let digests = plural(subjects.len() as u64, "digest", "digests");
        reasons.push(if named.is_empty() {
            format!("{digests} in `{path}`: the commit of the release.")
        } else {
            format!(
                "{digests} in `{path}`, each known to another file of the release: {}{more}.",
                named.join(", ")
            )
        });
        if signed.failed.is_empty() {
            let proven = if signed.is_verified {
                ""
            } else {
                ", so who wrote it is not proven"
            };
            reasons.push(format!("{}{proven}.", signed.words));
        }
    }
    for why in signed.failed {
        outcome = Outcome::Failed;
        reasons.push(format!("The signature of `{path}` does not hold: {why}."));
    }
    let failed = facts
        .statements
        .iter()
        .find(|statement| !statement.result.is_empty() && !statement.result.eq_ignore_ascii_case("PASSED"));
    if let Some(statement) = failed {
        outcome = Outcome::Failed;
        reasons.push(format!("`{path}` says that a verification came to `{}`.", statement.result));
    }
    Measurement {
        outcome,
        value: plural(subjects.len() as u64, "artifact", "artifacts"),
        reasons,
    }
}

#[cfg(test)]
mod tests {
    use super::{digest_in, provenance};
    use crate::audit::testing::evidence_file;
    use crate::audit::verdict::numbers::Measurement;
    use crate::model::about::About;
    use crate::model::evidence::{Artifact, Content, Evidence, Integrity};
    use crate::model::gate::Outcome;
    use crate::model::provenance::{Checked, Provenance, ProvenanceSubject, Signature, Statement};
    use crate::model::release::Release;

    fn digest(letter: char) -> String {
        format!("sha256:{}", letter.to_string().repeat(64))
    }

    fn statement(signature: Signature, subjects: &[(&str, char)], result: &str) -> Provenance {
        let subject = |(name, letter): &(&str, char)| ProvenanceSubject {
            name: (*name).to_owned(),
            digests: vec![digest(*letter)],
        };
        Provenance {
            signature,
            statements: vec![Statement {
                subjects: subjects.iter().map(subject).collect(),
                result: result.to_owned(),
                ..Statement::default()
            }],
            ..Provenance::default()
        }
    }

    fn file(path: &str, letter: char, content: Content, digests: &[String]) -> Evidence {
        Evidence {
            sha256: letter.to_string().repeat(64),
            ..evidence_file(
                path,
                Artifact {
                    content,
                    about: About {
                        digests: digests.to_vec(),
                        ..About::default()
                    },
                    ..Artifact::default()
                },
            )
        }
    }

    fn judged(facts: &Provenance, others: Vec<Evidence>) -> Measurement {
        let own = file("p.json", '9', Content::Provenance(Box::new(facts.clone())), &[]);
        let mut evidence = others;
        evidence.push(own.clone());
        let release = Release {
            evidence,
            ..Release::default()
        };
        provenance(&own, facts, &release)
    }

    #[test]
    fn a_digest_that_another_file_has_or_names_is_compared() {
        let facts = statement(Signature::Absent, &[("app.whl", 'a'), ("sbom.json", 'b'), ("image", 'c')], "");
        let sums = statement(Signature::Absent, &[("app.whl", 'a')], "");
        let others = || {
            vec![
                file("SHA256SUMS", '1', Content::Provenance(Box::new(sums.clone())), &[]),
                file("sbom.json", 'b', Content::Unread, &[]),
                file(
                    "scan.json",
                    '2',
                    Content::Unread,
                    &[format!("r.example.org/app@{}", digest('c'))],
                ),
            ]
        };
        let passed = judged(&facts, others());
        assert_eq!(passed.outcome, Outcome::Passed, "{:?}", passed.reasons);
        assert_eq!(
            passed.reasons,
            [
                "3 digests in `p.json`, each known to another file of the release: `SHA256SUMS`, `sbom.json`, `scan.json`.",
                "`p.json` has no signature, so who wrote it is not proven.",
            ]
        );
        let mut missing = others();
        missing.remove(1);
        let open = judged(&facts, missing);
        assert_eq!(open.outcome, Outcome::Inconclusive);
        assert_eq!(
            open.reasons,
            ["1 of 3 digests in `p.json` stand nowhere else in the release, `sbom.json` first."]
        );
    }

    #[test]
    fn the_commit_that_an_attestation_of_a_release_names_is_that_of_the_release() {
        let mut facts = statement(Signature::Absent, &[("app.whl", 'a')], "");
        facts.statements[0].subjects.insert(
            0,
            ProvenanceSubject {
                name: "pkg:github/team/app@v1".to_owned(),
                digests: vec![format!("sha1:{}", "c".repeat(40))],
            },
        );
        let judged = |facts: &Provenance, commit: char, others: Vec<Evidence>| {
            let own = file("p.json", '9', Content::Provenance(Box::new(facts.clone())), &[]);
            let mut release = Release {
                commit: Some(commit.to_string().repeat(40)),
                evidence: others,
                ..Release::default()
            };
            release.evidence.push(own.clone());
            provenance(&own, facts, &release)
        };
        let whl = || vec![file("app.whl", 'a', Content::Unread, &[])];
        assert_eq!(judged(&facts, 'c', whl()).outcome, Outcome::Passed);
        let other = judged(&facts, 'd', whl());
        assert_eq!(other.outcome, Outcome::Inconclusive, "another commit");
        assert_eq!(
            other.reasons,
            ["1 of 2 digests in `p.json` stand nowhere else in the release, `pkg:github/team/app@v1` first."]
        );
        assert_eq!(
            judged(&facts, 'c', Vec::new()).outcome,
            Outcome::Inconclusive,
            "the file is not there"
        );
    }

    #[test]
    fn a_signature_that_does_not_hold_is_told_once() {
        let mut facts = statement(Signature::NotChecked, &[("app.whl", 'a')], "");
        facts.statements[0].checked = Checked::Failed { why: "no".to_owned() };
        assert_eq!(
            judged(&facts, Vec::new()).reasons,
            [
                "Nothing compared the digests of `p.json` with the artifacts.",
                "The signature of `p.json` does not hold: no."
            ]
        );
        let whl = vec![file("app.whl", 'a', Content::Unread, &[])];
        let known = judged(&facts, whl);
        assert_eq!(known.outcome, Outcome::Failed);
        assert_eq!(
            known.reasons,
            [
                "1 digest in `p.json`, each known to another file of the release: `app.whl`.",
                "The signature of `p.json` does not hold: no."
            ]
        );
    }

    #[test]
    fn a_claim_that_stands_alone_proves_nothing() {
        let facts = statement(Signature::NotChecked, &[("app.whl", 'a')], "");
        assert_eq!(judged(&facts, Vec::new()).outcome, Outcome::Inconclusive);
        let copy = file("copy.json", '9', Content::Provenance(Box::new(facts.clone())), &[]);
        assert_eq!(
            judged(&facts, vec![copy]).outcome,
            Outcome::Inconclusive,
            "a copy of itself is no witness"
        );
        let mut altered = file("app.whl", 'a', Content::Unread, &[]);
        altered.integrity = Integrity::Altered;
        assert_eq!(
            judged(&facts, vec![altered]).outcome,
            Outcome::Inconclusive,
            "what no record confirms is no witness"
        );
        assert_eq!(
            judged(&statement(Signature::Absent, &[], ""), Vec::new()).outcome,
            Outcome::Empty
        );
    }

    #[test]
    fn two_digests_of_one_name_and_a_verification_that_failed_are_failures() {
        let facts = statement(Signature::Absent, &[("app.whl", 'a')], "");
        let sums = statement(Signature::Absent, &[("app.whl", 'b')], "");
        let other = judged(
            &facts,
            vec![file("SHA256SUMS", '1', Content::Provenance(Box::new(sums)), &[])],
        );
        assert_eq!(other.outcome, Outcome::Failed);
        assert_eq!(
            other.reasons[0],
            "`p.json` and `SHA256SUMS` give different digests to `app.whl`."
        );
        let failed = statement(Signature::Absent, &[("app.whl", 'a')], "FAILED");
        let whl = file("app.whl", 'a', Content::Unread, &[]);
        assert_eq!(judged(&failed, vec![whl.clone()]).outcome, Outcome::Failed);
        assert_eq!(
            judged(&statement(Signature::Absent, &[("app.whl", 'a')], "passed"), vec![whl]).outcome,
            Outcome::Passed
        );
    }

    #[test]
    fn digests_are_read_from_what_records_and_scanners_write() {
        let hex = "a".repeat(64);
        for text in [hex.clone(), format!("SHA256:{hex}"), format!("ghcr.io/x/y@sha256:{hex}")] {
            assert_eq!(digest_in(&text), Some(format!("sha256:{hex}")), "{text}");
        }
        for text in ["", "sha256:", "latest", "ghcr.io/x/y:v1", "sha256:zz", "@"] {
            assert_eq!(digest_in(text), None, "{text}");
        }
    }
}
