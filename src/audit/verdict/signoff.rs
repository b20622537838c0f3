//! Who agreed: every role that a gate asks for, and everybody who signed.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::agreed::{approves, deploys};
use crate::audit::verdict::numbers::{Measurement, plural};
use crate::audit::verdict::time::moment;
use crate::model::attest::Signoff;
use crate::model::evidence::{Content, Evidence};
use crate::model::gate::{Demand, Outcome};
use crate::model::said::{is_same, is_somebody};

/// Decisions that refuse. Sorted.
const REFUSED: &[&str] = &[
    "blocked", "declined", "denied", "no", "no-go", "not approved", "refused", "rejected", "withheld",
];

/// Decisions that only ask. Sorted.
const ASKED: &[&str] = &["proposed", "requested", "submitted", "written"];

/// Words at the end of a role that add nothing. Sorted.
const FILLING: &[&str] = &["approval", "lead", "owner", "signoff"];

/// What the sign-offs of a gate say.
pub(super) fn measure(files: &[&Evidence], demand: &Demand) -> Option<Measurement> {
    let signoffs = signoffs(files);
    if signoffs.is_empty() {
        let mut empty = files
            .iter()
            .filter(|file| matches!(file.artifact.content, Content::Signoffs(_)));
        return empty.next().map(|file| Measurement {
            outcome: Outcome::Empty,
            value: "no sign-off".to_owned(),
            reasons: vec![format!("`{}` holds no sign-off.", file.path)],
        });
    }
    let mut outcome = Outcome::Passed;
    let mut reasons = Vec::new();
    let last = last_words(&signoffs);
    let mut agreed = 0_u64;
    // What keeps it open is said last, so that nobody reads who agreed as the reason.
    let mut decisive = Vec::new();
    let mut refused = Vec::new();
    for signoff in &last {
        let word = signoff.decision.to_lowercase();
        let who = if signoff.role.is_empty() { "Somebody" } else { &signoff.role };
        let is_asked = demand.roles.iter().any(|wanted| is_role(&signoff.role, wanted));
        if approves(&word) || (deploys(&word) && is_asked) {
            agreed += 1;
            reasons.push(format!("{who}: {word}, at {}.", signoff.at));
        } else if REFUSED.binary_search(&word.as_str()).is_ok() {
            outcome = Outcome::Failed;
            refused.push(format!("{who} did not agree: {word}, at {}.", signoff.at));
        } else if (ASKED.binary_search(&word.as_str()).is_ok() || deploys(&word)) && !is_asked {
            reasons.push(format!("{who} {word} it, which agrees to nothing."));
        } else {
            outcome = outcome.max(Outcome::Inconclusive);
            decisive.push(format!(
                "{who} wrote {}, which is no word that agrees.",
                written(&signoff.decision)
            ));
        }
        if moment(&signoff.at).is_none() {
            outcome = outcome.max(Outcome::Inconclusive);
            decisive.push(format!("{who} does not say when, or in words that are no moment."));
        }
        if signoff.role.is_empty() {
            outcome = outcome.max(Outcome::Inconclusive);
            decisive.push("A sign-off names no role.".to_owned());
        }
        if !signoff.identity.trim().is_empty() && !is_somebody(&signoff.identity) {
            outcome = outcome.max(Outcome::Inconclusive);
            decisive.push(format!("{who} is `{}`, which names nobody who can agree.", signoff.identity));
        }
    }
    if agreed == 0 && outcome == Outcome::Passed {
        outcome = outcome.max(Outcome::Missing);
        decisive.push("Nobody agreed.".to_owned());
    }
    for wanted in &demand.roles {
        if !last.iter().any(|signoff| is_role(&signoff.role, wanted)) {
            outcome = outcome.max(Outcome::Missing);
            decisive.push(format!("{wanted} must agree, and no sign-off is of that role."));
        }
    }
    reasons.extend(several_roles(&last));
    // A refusal is the last word, and what else is open stands with it where only one sentence is shown.
    let refusals = refused.len();
    if refusals > 0 {
        decisive.append(&mut refused);
        decisive = vec![decisive.join(" ")];
    }
    reasons.append(&mut decisive);
    // Who else agreed does not count where somebody who must is not among them.
    let is_there = |wanted: &&String| last.iter().any(|signoff| is_role(&signoff.role, wanted));
    let agrees = |signoff: &&&Signoff| {
        let word = signoff.decision.to_lowercase();
        approves(&word) || deploys(&word)
    };
    let has_agreed = |wanted: &&String| last.iter().filter(agrees).any(|signoff| is_role(&signoff.role, wanted));
    let mut value = if demand.roles.iter().filter(is_there).count() < demand.roles.len() {
        let asked = plural(demand.roles.len() as u64, "role that must agree", "roles that must agree");
        format!("{} of {asked} did", demand.roles.iter().filter(has_agreed).count())
    } else {
        format!("{agreed} of {} agreed", counted(&last))
    };
    if refusals > 0 {
        value.push_str(&format!(", {refusals} refused"));
    }
    Some(Measurement { outcome, value, reasons })
}

/// How many people agreed, each counted once whatever roles they sit in; none where the files hold no sign-off.
pub(super) fn agreed(files: &[&Evidence]) -> Option<u64> {
    let signoffs = signoffs(files);
    let last = last_words(&signoffs);
    let agreeing = last.iter().filter(|signoff| approves(&signoff.decision.to_lowercase()));
    let people: BTreeSet<String> = agreeing
        .map(|signoff| match person(signoff) {
            person if person.is_empty() => signoff.role.to_lowercase(),
            person => person,
        })
        .collect();
    (!signoffs.is_empty()).then_some(people.len() as u64)
}

/// The sign-offs of records, and of steps whose facts name a role and a decision.
fn signoffs(files: &[&Evidence]) -> Vec<Signoff> {
    let mut found = Vec::new();
    for file in files {
        if let Content::Signoffs(signoffs) = &file.artifact.content {
            found.extend(signoffs.iter().cloned());
            continue;
        }
        let about = &file.artifact.about;
        let fact = |name: &str| {
            about
                .facts
                .iter()
                .find(|(fact, _)| fact == name)
                .map(|(_, value)| value.clone())
        };
        if let (Some(role), Some(decision)) = (fact("role"), fact("decision")) {
            found.push(Signoff {
                role,
                decision,
                identity: fact("identity").unwrap_or_default(),
                at: about.times.last().cloned().unwrap_or_default(),
                ..Signoff::default()
            });
        }
    }
    found
}

/// The last word of everybody: somebody who refused may agree later, and the other way round, but nobody takes back the word of another
/// person who sits in the same role. Where the sign-offs of a role do not tell persons apart, it is one. Of two words of one moment the
/// worse counts, and a word without a moment is neither older nor newer than another.
fn last_words(signoffs: &[Signoff]) -> Vec<&Signoff> {
    let at = |signoff: &Signoff| moment(&signoff.at).map(|moment| moment.at);
    let is_good = |signoff: &Signoff| approves(&signoff.decision.to_lowercase());
    let persons = |role: &str| -> BTreeSet<String> {
        let of_role = signoffs.iter().filter(|signoff| signoff.role.to_lowercase() == role);
        of_role.map(person).filter(|person| !person.is_empty()).collect()
    };
    let mut last: BTreeMap<(String, String, bool), &Signoff> = BTreeMap::new();
    for signoff in signoffs {
        let role = signoff.role.to_lowercase();
        let who = if persons(&role).len() > 1 {
            person(signoff)
        } else {
            String::new()
        };
        let key = (role, who, at(signoff).is_some());
        match last.get(&key) {
            Some(held) if (at(held), !is_good(held)) > (at(signoff), !is_good(signoff)) => {}
            _ => {
                last.insert(key, signoff);
            }
        }
    }
    last.into_values().collect()
}

/// Who signed, as far as it is told.
fn person(signoff: &Signoff) -> String {
    signoff.identity.trim().to_lowercase()
}

/// How many spoke, in roles, and in sign-offs where several persons sit in one.
fn counted(last: &[&Signoff]) -> String {
    let roles: BTreeSet<String> = last.iter().map(|signoff| signoff.role.to_lowercase()).collect();
    if roles.len() == last.len() {
        plural(last.len() as u64, "role", "roles")
    } else {
        plural(last.len() as u64, "sign-off", "sign-offs")
    }
}

/// Whether a role is the one that is asked for, whatever its letters and filling words: `Product` signs for the product lead.
fn is_role(role: &str, wanted: &str) -> bool {
    let plain = |text: &str| -> Vec<String> {
        let words = text.to_lowercase().replace("sign-off", "signoff");
        let words: Vec<String> = words
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let bare: Vec<String> = words
            .iter()
            .filter(|word| FILLING.binary_search(&word.as_str()).is_err())
            .map(|word| word.trim_end_matches('s').to_owned())
            .collect();
        if bare.is_empty() { words } else { bare }
    };
    // "the QA lead or the CISO": either of them.
    let bare = |wanted: &str| -> String {
        let wanted = wanted.trim();
        let wanted = wanted.strip_prefix("either ").unwrap_or(wanted);
        wanted.strip_prefix("the ").unwrap_or(wanted).to_owned()
    };
    wanted.split(" or ").any(|wanted| plain(role) == plain(&bare(wanted)))
}

/// Whoever holds several of the roles is named: it is allowed, and no second pair of eyes.
fn several_roles(last: &[&Signoff]) -> Vec<String> {
    let mut persons: Vec<(&str, BTreeSet<&str>)> = Vec::new();
    for signoff in last.iter().filter(|signoff| !signoff.identity.is_empty()) {
        match persons.iter_mut().find(|(identity, _)| is_same(identity, &signoff.identity)) {
            Some((_, roles)) => {
                roles.insert(&signoff.role);
            }
            None => persons.push((&signoff.identity, [signoff.role.as_str()].into())),
        }
    }
    let several = persons.into_iter().filter(|(_, roles)| roles.len() > 1);
    several
        .map(|(identity, roles)| {
            let roles: Vec<&str> = roles.into_iter().collect();
            format!(
                "One person held several roles: {} signed as {}.",
                identity.to_lowercase(),
                roles.join(" and ")
            )
        })
        .collect()
}

/// A word as it stands, with the numbers of letters that only look like those around them: `аpproved` (U+0430).
fn written(word: &str) -> String {
    let is_mixed = word.chars().any(|c| c.is_ascii_alphabetic());
    let others: Vec<String> = word
        .chars()
        .filter(|c| is_mixed && !c.is_ascii() && c.is_alphabetic())
        .map(|c| format!("U+{:04X}", u32::from(c)))
        .collect();
    if others.is_empty() {
        return format!("`{word}`");
    }
    format!("`{word}` ({})", others.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{ASKED, FILLING, REFUSED, is_role, measure};
    use crate::audit::testing::evidence_file;
    use crate::model::attest::Signoff;
    use crate::model::evidence::{Artifact, Content, Evidence};
    use crate::model::gate::{Demand, Outcome};

    fn file(signoffs: &[(&str, &str, &str, &str)]) -> Evidence {
        let signoffs = signoffs.iter().map(|(role, decision, identity, at)| Signoff {
            role: (*role).to_owned(),
            decision: (*decision).to_owned(),
            identity: (*identity).to_owned(),
            at: format!("2026-01-02T{at}:00Z"),
            ..Signoff::default()
        });
        evidence_file(
            "signoffs.yaml",
            Artifact {
                content: Content::Signoffs(signoffs.collect()),
                ..Artifact::default()
            },
        )
    }

    fn outcome(signoffs: &[(&str, &str, &str, &str)], roles: &[&str]) -> (Outcome, String) {
        let demand = Demand {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..Demand::default()
        };
        let measured = measure(&[&file(signoffs)], &demand).expect("somebody signed");
        (measured.outcome, measured.reasons.join(" "))
    }

    #[test]
    fn a_list_without_signoffs_is_empty() {
        assert_eq!(
            outcome(&[], &[]),
            (Outcome::Empty, "`signoffs.yaml` holds no sign-off.".to_owned())
        );
        assert!(measure(&[], &Demand::default()).is_none());
    }

    #[test]
    fn who_did_not_sign_is_not_counted_away() {
        let demand = Demand {
            roles: vec!["product owner".to_owned(), "security".to_owned()],
            ..Demand::default()
        };
        let value = |signoffs: &[(&str, &str, &str, &str)]| measure(&[&file(signoffs)], &demand).map(|measured| measured.value);
        assert_eq!(
            value(&[("intern", "approved", "a", "10:00")]).as_deref(),
            Some("0 of 2 roles that must agree did")
        );
        assert_eq!(
            value(&[
                ("product owner", "approved", "a", "10:00"),
                ("security", "approved", "b", "10:00")
            ])
            .as_deref(),
            Some("2 of 2 roles agreed")
        );
    }

    #[test]
    fn every_role_must_agree() {
        assert!(REFUSED.is_sorted() && FILLING.is_sorted() && ASKED.is_sorted());
        let lead = ("Product lead", "approved", "a", "10:00");
        assert_eq!(outcome(&[lead], &["product lead"]).0, Outcome::Passed);
        assert_eq!(outcome(&[lead], &["product lead", "engineering lead"]).0, Outcome::Missing);
        assert_eq!(outcome(&[("Product lead", "rejected", "a", "10:00")], &[]).0, Outcome::Failed);
        let driver = ("driver", "proposed", "b", "09:00");
        assert_eq!(outcome(&[lead, driver], &["product lead"]).0, Outcome::Passed);
        assert_eq!(outcome(&[lead, driver], &["driver"]).0, Outcome::Inconclusive);
        assert_eq!(outcome(&[driver], &[]).0, Outcome::Missing, "nobody agreed");
        assert_eq!(
            outcome(&[("Product lead", "seen", "a", "10:00")], &[]).0,
            Outcome::Inconclusive
        );
        assert_eq!(outcome(&[("", "approved", "a", "10:00")], &[]).0, Outcome::Inconclusive);
    }

    #[test]
    fn the_last_word_of_a_role_counts() {
        let (no, yes) = (("QA", "rejected", "a", "09:00"), ("qa", "approved", "a", "10:00"));
        assert_eq!(outcome(&[no, yes], &["qa"]).0, Outcome::Passed);
        assert_eq!(
            outcome(&[yes, no], &["qa"]).0,
            Outcome::Passed,
            "the order of the lines decides nothing"
        );
        let later_no = ("QA", "rejected", "a", "11:00");
        assert_eq!(outcome(&[yes, later_no], &["qa"]).0, Outcome::Failed);
    }

    #[test]
    fn nobody_takes_back_the_word_of_another_and_the_worse_of_one_moment_counts() {
        let no = ("QA", "rejected", "seat-1", "09:00");
        assert_eq!(outcome(&[no, ("QA", "approved", "seat-1", "10:00")], &[]).0, Outcome::Passed);
        assert_eq!(outcome(&[no, ("QA", "approved", "seat-2", "10:00")], &[]).0, Outcome::Failed);
        assert_eq!(
            outcome(&[no, ("QA", "approved", "", "10:00")], &[]).0,
            Outcome::Passed,
            "one seat"
        );
        for list in [
            [no, ("QA", "approved", "seat-1", "09:00")],
            [("QA", "approved", "seat-1", "09:00"), no],
        ] {
            assert_eq!(outcome(&list, &[]).0, Outcome::Failed, "at one moment");
        }
        let timeless = ("QA", "rejected", "seat-1", "later");
        assert_eq!(
            outcome(&[("QA", "approved", "seat-1", "10:00"), timeless], &[]).0,
            Outcome::Failed
        );
    }

    #[test]
    fn bringing_it_out_and_machines_agree_to_nothing() {
        let shipped = ("driver", "shipped", "seat-1", "10:00");
        assert_eq!(outcome(&[shipped], &[]).0, Outcome::Missing);
        assert_eq!(
            outcome(&[shipped], &["driver"]).0,
            Outcome::Passed,
            "the gate asks for that role"
        );
        for identity in ["TBD", "github-actions[bot]", "-"] {
            assert_eq!(
                outcome(&[("QA", "approved", identity, "10:00")], &[]).0,
                Outcome::Inconclusive,
                "{identity}"
            );
        }
    }

    #[test]
    fn one_person_in_several_roles_is_named_and_not_refused() {
        let (outcome, told) = outcome(
            &[
                ("QA", "approved", "seat-1", "09:00"),
                ("driver", "shipped", "seat-1", "10:00"),
            ],
            &[],
        );
        assert_eq!(outcome, Outcome::Passed);
        assert!(told.contains("One person held several roles: seat-1"), "{told}");
    }

    #[test]
    fn roles_are_the_same_apart_from_filling_words() {
        assert!(is_role("product-lead", "Product lead") && is_role("QA sign-off", "QA"));
        assert!(is_role("Product", "product lead") && is_role("Engineering lead", "engineering lead"));
        assert!(!is_role("Product lead", "engineering lead") && !is_role("lead", "owner"));
        assert!(!is_role("", "lead"));
    }
}
