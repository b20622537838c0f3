//! The kinds of facts that controls rest on: what each is, whether a release has it, and how much of it a product has.

use crate::audit::controls::held::Held;
use crate::audit::deployments::deployments;
use crate::audit::population::approvals;
use crate::model::evidence::{Content, Integrity};
use crate::model::handbook::Product;
use crate::model::register::DutyState;
use crate::model::release::Confirmation;
use crate::model::support::SupportState;

/// A kind of fact: its name, what it is, and the page of a product that shows it. Sorted by name.
const FACTS: [(&str, &str, &str); 22] = [
    (
        "advisory",
        "advisories that came, stayed or went over the releases",
        "advisories/",
    ),
    (
        "change",
        "changes with author, pull request and reviewers, as far as git and exports tell",
        "audit/",
    ),
    ("changelog", "notes of the release", "releases/"),
    ("code-scan", "gates that scan code", "gates/"),
    ("component-scan", "gates that scan components", "gates/"),
    (
        "deployment",
        "records and events of deployments, with time and role",
        "releases/",
    ),
    ("duty", "what must recur: cadence, last done, due", "duties/"),
    (
        "exception",
        "accepted failures: rationale, owner, approver, last day",
        "exceptions/",
    ),
    ("gate", "every declared check with its verdict and its files", "gates/"),
    ("incident", "records of incidents", "logs/"),
    (
        "population",
        "tags, records, changelog, deployments and requests of a period, held against each other",
        "audit/",
    ),
    (
        "provenance",
        "attestations of how artifacts were built; whether a signature was checked stands beside them",
        "releases/",
    ),
    (
        "record",
        "the record of the release: commit, files, digests, chain",
        "releases/",
    ),
    ("review", "reviews of runbooks: who, when", "freshness/"),
    (
        "rollback",
        "sections of runbooks that tell the way back, and the logs of rollbacks",
        "releases/",
    ),
    (
        "runbook",
        "runbooks as they were at the release, and what is wrong with them today",
        "freshness/",
    ),
    (
        "sbom",
        "components of the release, and how they differ from the release before",
        "components/",
    ),
    ("secret-scan", "gates that scan for secrets", "gates/"),
    ("signature", "signatures of tags, which nobody checked here", "releases/"),
    ("signoff", "who agreed, in which role, when", "releases/"),
    ("support", "support periods of release lines", "audit/kept/"),
    ("test", "gates that test", "gates/"),
];

/// What a kind of fact is; none for a word that is no kind.
pub(super) fn words(fact: &str) -> Option<(&'static str, &'static str)> {
    let at = FACTS.binary_search_by(|(name, _, _)| (*name).cmp(fact)).ok()?;
    Some((FACTS[at].1, FACTS[at].2))
}

/// Every kind of fact by name.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FACTS.iter().map(|(name, _, _)| *name)
}

/// The class of gates that a kind of fact stands for.
pub(super) fn class(fact: &str) -> Option<&'static str> {
    Some(match fact {
        "code-scan" => "code-scan",
        "component-scan" => "component-scan",
        "provenance" => "provenance",
        "sbom" => "inventory",
        "secret-scan" => "secret-scan",
        "test" => "test",
        _ => return None,
    })
}

/// Whether a release has a fact: what is there, or what is not. None for facts that belong to no single release.
pub(super) fn of_release(fact: &str, held: &Held<'_>) -> Option<Result<String, String>> {
    let release = held.release;
    let found = match fact {
        "changelog" => match release.notes.iter().map(|notes| notes.groups.len()).sum::<usize>() {
            0 => Err("no notes".to_owned()),
            groups => Ok(counted(groups, "group of notes", "groups of notes")),
        },
        "deployment" => match deployments(release).len() {
            0 => Err("nothing says that it was deployed".to_owned()),
            count => Ok(counted(count, "record of a deployment", "records of deployments")),
        },
        "record" => match (&release.record, &release.confirmation) {
            (None, _) => Err("no record".to_owned()),
            (Some(_), Confirmation::Changed { .. }) => Err("its record was changed, and nothing says why".to_owned()),
            (Some(record), _) => Ok(format!("a record of {}", counted(record.files.len(), "file", "files"))),
        },
        "review" | "runbook" => match held.texts {
            None => Err("its runbooks are not kept".to_owned()),
            Some(texts) if fact == "runbook" => Ok(counted(texts.runbooks, "runbook", "runbooks")),
            Some(texts) => {
                let words = format!(
                    "{} of {} with a review",
                    texts.reviewed,
                    counted(texts.runbooks, "runbook", "runbooks")
                );
                if texts.reviewed == 0 { Err(words) } else { Ok(words) }
            }
        },
        "rollback" => match held.texts.map_or(0, |texts| texts.ways_back) {
            0 => Err("no section of its runbooks tells the way back".to_owned()),
            count => Ok(counted(
                count,
                "section that tells the way back",
                "sections that tell the way back",
            )),
        },
        "signature" => match release.tag.as_ref().filter(|tag| tag.has_signature) {
            Some(tag) => Ok(format!("the tag `{}` carries a signature, not checked", tag.name)),
            None => Err("no signed tag".to_owned()),
        },
        "signoff" => match approvals(release).len() {
            0 => Err("nobody is known to have agreed".to_owned()),
            count => Ok(counted(count, "sign-off", "sign-offs")),
        },
        "support" => match held.support {
            None => Err("no support period covers it".to_owned()),
            Some(support) => {
                let line = &support.period.line;
                Ok(match (support.period.until, support.state) {
                    (None, _) => format!("{line} is supported, without an end that is known"),
                    (Some(until), SupportState::Ended) => format!("{line} was supported until {until}"),
                    (Some(until), _) => format!("{line} is supported until {until}"),
                })
            }
        },
        _ => return None,
    };
    Some(found)
}

/// How much of a fact a product has over all its releases, in words.
pub(super) fn of_product(fact: &str, product: &Product, held: &[Held<'_>]) -> String {
    let evidence = || held.iter().flat_map(|held| &held.release.evidence);
    let having = |fact: &str| {
        let with = held
            .iter()
            .filter(|held| matches!(of_release(fact, held), Some(Ok(_))))
            .count();
        format!("in {with} of {}", counted(product.releases.len(), "release", "releases"))
    };
    let format = |format: &str| evidence().filter(|file| file.artifact.format == Some(format)).count();
    match fact {
        "advisory" => counted(product.inventory.scans.len(), "scan", "scans"),
        "change" => counted(product.trail.changes.len(), "change", "changes"),
        "duty" => {
            let overdue = product
                .duties
                .iter()
                .filter(|judged| judged.state == DutyState::Overdue)
                .count();
            format!("{}, {overdue} overdue today", counted(product.duties.len(), "duty", "duties"))
        }
        "exception" => counted(product.exceptions.len(), "exception", "exceptions"),
        "gate" => counted(product.gates.len(), "gate", "gates"),
        "incident" => counted(format("incident"), "record of an incident", "records of incidents"),
        "population" => counted(product.populations.len(), "period", "periods"),
        "provenance" => {
            let statements = evidence()
                .filter(|file| matches!(file.artifact.content, Content::Provenance(_)))
                .count();
            counted(statements, "file of statements", "files of statements")
        }
        "sbom" => counted(product.inventory.bills.len(), "bill of materials", "bills of materials"),
        "support" => {
            let ended = product
                .support
                .iter()
                .filter(|judged| judged.state == SupportState::Ended)
                .count();
            format!(
                "{}, {ended} ended",
                counted(product.support.len(), "release line", "release lines")
            )
        }
        "code-scan" | "component-scan" | "secret-scan" | "test" => {
            let altered = evidence().filter(|file| file.integrity == Integrity::Altered).count();
            let words = counted(evidence().count(), "file of evidence", "files of evidence");
            if altered == 0 {
                format!("{words} over all gates")
            } else {
                format!("{words} over all gates, {altered} altered")
            }
        }
        fact => having(fact),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::{FACTS, of_release, words};
    use crate::audit::controls::held::Held;
    use crate::model::gate::{ReleaseState, ReleaseVerdict};
    use crate::model::release::Release;

    #[test]
    fn kinds_are_sorted_and_a_release_without_anything_shows_nothing() {
        assert!(FACTS.is_sorted_by(|one, other| one.0 < other.0));
        assert!(words("signoff").is_some() && words("no-such-fact").is_none());
        let (release, verdict) = (
            Release::default(),
            ReleaseVerdict {
                gates: Vec::new(),
                let_through: 0,
                state: ReleaseState::Unproven,
                contradictions: Vec::new(),
                reasons: Vec::new(),
            },
        );
        let held = Held {
            release: &release,
            verdict: &verdict,
            texts: None,
            support: None,
        };
        for fact in [
            "changelog", "deployment", "record", "review", "rollback", "runbook", "signature", "signoff", "support",
        ] {
            assert!(matches!(of_release(fact, &held), Some(Err(_))), "{fact}");
        }
        assert!(of_release("duty", &held).is_none());
    }
}
