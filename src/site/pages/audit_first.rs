//! What an auditor should look at first in a period: everything that went another way than planned, before anything that went well.

use serde::Serialize;

use crate::model::gate::{Outcome, ReleaseState};
use crate::model::handbook::JudgedRelease;
use crate::model::population::Population;
use crate::model::register::{AppliedException, DutyState};
use crate::site::gate_title::gate_title;
use crate::site::pages::as_released::{closed_in_short, closed_later, spelt};
use crate::site::shared::ProductSite;
use crate::site::words;

/// Something to look at.
#[derive(Serialize)]
pub(super) struct First {
    /// What it is, as a heading.
    title: String,
    /// The status that it is shown as.
    status: &'static str,
    /// The words of the status.
    words: String,
    /// What is known of it.
    pairs: Vec<Pair>,
}

/// A line of it.
#[derive(Serialize)]
struct Pair {
    term: &'static str,
    text: String,
    /// The page that it leads to, from the root of the site; empty for nowhere.
    url: String,
}

fn pair(term: &'static str, text: impl Into<String>) -> Pair {
    Pair {
        term,
        text: words::with_days(&text.into()),
        url: String::new(),
    }
}

fn see(text: impl Into<String>, url: impl Into<String>) -> Pair {
    Pair {
        term: "See",
        text: text.into(),
        url: url.into(),
    }
}

/// What to look at, the heaviest first.
pub(super) fn first(product: &ProductSite, population: &Population, releases: &[&JudgedRelease], changes: &str) -> Vec<First> {
    let mut found = Vec::new();
    for release in releases {
        of_release(product, population, release, &mut found);
    }
    // Heaviest first; releases keep their order.
    found.sort_by_key(|first| weight(first.status));
    about_changes(population, changes, &mut found);
    let overdue: Vec<String> = product
        .product
        .duties
        .iter()
        .filter(|judged| judged.state == DutyState::Overdue)
        .map(|judged| format!("{}: {}", judged.duty.title, judged.reason.trim_end_matches('.')))
        .collect();
    if !overdue.is_empty() {
        found.push(First {
            title: "What must recur and did not, as of today".to_owned(),
            status: "overdue",
            words: words::counted(overdue.len() as u64, "duty/duties"),
            pairs: vec![
                pair("Which", format!("{}.", overdue.join(". "))),
                see("the register of duties", format!("{}duties/index.html", product.base)),
            ],
        });
    }
    found
}

fn weight(status: &str) -> u8 {
    match status {
        "contradicted" => 0,
        "withdrawn" | "rolled-back" => 1,
        "failed" => 2,
        "open-gates" => 3,
        "unproven" => 4,
        "accepted" => 5,
        _ => 6,
    }
}

fn of_release(product: &ProductSite, population: &Population, judged: &JudgedRelease, found: &mut Vec<First>) {
    let version = &judged.release.version;
    let url = product.release(judged);
    let dossier = || see(format!("dossier of {version}"), format!("{url}index.html"));
    let open: Vec<String> = judged
        .verdict
        .gates
        .iter()
        .filter(|gate| !gate.outcome.lets_through())
        .map(|gate| gate_title(product, &gate.gate))
        .collect();
    let (status, title): (&'static str, String) = match judged.verdict.state {
        ReleaseState::Contradicted => ("contradicted", format!("{version} does not agree with its record")),
        ReleaseState::RolledBack => ("rolled-back", format!("{version} was rolled back")),
        ReleaseState::Withdrawn => ("withdrawn", format!("{version} was withdrawn")),
        ReleaseState::Failed => ("failed", format!("{version} went out with a failed gate")),
        ReleaseState::OpenGates => (
            "open-gates",
            format!("{version} has {} open", words::counted(open.len() as u64, "gate")),
        ),
        ReleaseState::Unproven if !judged.release.is_recorded() => ("unproven", format!("{version} was not judged")),
        ReleaseState::Unproven => ("unproven", format!("{version} is not proven")),
        ReleaseState::Accepted | ReleaseState::Proven => match closed_in_short(judged) {
            Some(closed) => ("open-gates", format!("{version}: {closed}")),
            None => ("accepted", String::new()),
        },
    };
    if !title.is_empty() {
        let mut pairs = Vec::new();
        if !judged.verdict.contradictions.is_empty() {
            pairs.push(pair("What does not agree", sentences(&judged.verdict.contradictions)));
        }
        if !judged.verdict.reasons.is_empty() {
            pairs.push(pair("Why", sentences(&judged.verdict.reasons)));
        }
        if !open.is_empty() {
            pairs.push(pair("Gates that did not let it through", spelt(&open)));
        }
        let closed = closed_later(product, judged);
        if !closed.is_empty() {
            pairs.push(pair("Open when it went out", format!("{}.", closed.join("; "))));
        }
        if let Some(undone) = &judged.release.undone {
            pairs.push(pair("Undone", words::sentence(&undone.to_string())));
        }
        let record = judged.release.record.iter();
        for event in record
            .flat_map(|record| &record.timeline)
            .filter(|event| event.event == "rolled-back")
        {
            let by = event.by.as_deref().map(|by| format!(", by {by}")).unwrap_or_default();
            let note = event.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
            pairs.push(pair("Undone", format!("{}{by}{note}", words::moment_in_words(event.at))));
        }
        if !judged.release.amendments.is_empty() {
            pairs.push(pair(
                "Afterwards",
                format!(
                    "{}; the first verdict stays as it was.",
                    words::counted(judged.release.amendments.len() as u64, "amendment")
                ),
            ));
        }
        pairs.push(dossier());
        found.push(First {
            title,
            status,
            words: words::look_of(status).map(|look| look.word).unwrap_or_default().to_owned(),
            pairs,
        });
    }
    for (had_ended, applied) in by_end(judged) {
        let mut pairs: Vec<Pair> = applied.iter().map(|applied| accepted(product, applied, had_ended)).collect();
        pairs.push(dossier());
        found.push(First {
            title: if had_ended {
                format!("{version}: what failed, and was accepted until a day that was over")
            } else {
                format!("{version}: what failed and was accepted")
            },
            status: if had_ended { "ended" } else { "accepted" },
            words: words::counted(applied.len() as u64, "exception"),
            pairs,
        });
    }
    let separation = population.separation.iter().find(|separation| separation.version == *version);
    if let Some(separation) = separation.filter(|separation| separation.shared().next().is_some()) {
        let mut pairs = vec![pair("What was found", separation.shared().collect::<Vec<_>>().join(" "))];
        for quote in &separation.allowed {
            pairs.push(pair(
                "The runbook says",
                format!("“{}” ({}, line {})", quote.text, quote.path, quote.line),
            ));
        }
        if separation.allowed.is_empty() {
            pairs.push(pair(
                "The runbook says",
                "Nothing about one person in two seats was found in the runbooks of the release.",
            ));
        }
        pairs.push(dossier());
        found.push(First {
            title: format!("{version}: one name in several seats"),
            status: "warning",
            words: "Look at who did what".to_owned(),
            pairs,
        });
    }
}

/// The exceptions of a release: those that had ended when it went out, so that they accepted nothing, and the others.
fn by_end(judged: &JudgedRelease) -> Vec<(bool, Vec<&AppliedException>)> {
    let had_ended = |applied: &&AppliedException| {
        let mut gates = judged.verdict.gates.iter();
        gates.any(|gate| gate.gate == applied.gate && gate.outcome == Outcome::AcceptedExpired)
    };
    let (ended, held): (Vec<_>, Vec<_>) = judged.exceptions.iter().partition(had_ended);
    let lists = [(true, ended), (false, held)];
    lists.into_iter().filter(|(_, list)| !list.is_empty()).collect()
}

fn accepted(product: &ProductSite, applied: &AppliedException, had_ended: bool) -> Pair {
    let last = applied
        .expires
        .map(|day| format!(", last day {}", words::day(day)))
        .unwrap_or_default();
    let over = match (had_ended, applied.is_over_today) {
        (true, _) => "; it had ended when the release went out, so that the failure counts",
        (false, true) => "; it has ended, so that the failure counts today",
        (false, false) => "",
    };
    pair(
        if had_ended { "Had ended" } else { "Accepted" },
        format!(
            "{} by {}: {} Owner {}, approved by {}{last}{over}.",
            gate_title(product, &applied.gate),
            applied.id,
            applied.rationale,
            applied.owner,
            applied.approved_by
        ),
    )
}

fn about_changes(population: &Population, changes: &str, found: &mut Vec<First>) {
    let mut add = |count: usize, title: String, anchor: &str, text: String, status: &'static str| {
        if count > 0 {
            found.push(First {
                title,
                status,
                words: words::counted(count as u64, "change"),
                pairs: vec![
                    pair("What is known", text),
                    see("the list", format!("{changes}index.html#{anchor}")),
                ],
            });
        }
    };
    let total = population.changes.len() as u64;
    add(
        population.emergencies.len(),
        "Emergencies".to_owned(),
        "rp-emergencies",
        "Each with who agreed to it afterwards, where that is known.".to_owned(),
        "warning",
    );
    add(
        population.self_approved.len(),
        "Changes that only their author agreed to".to_owned(),
        "rp-self",
        "Names of accounts and of authors are compared within one source.".to_owned(),
        "warning",
    );
    add(
        population.bypassed.len(),
        "Changes that went in with a check that had not passed".to_owned(),
        "rp-bypassed",
        "As the export of the forge tells it.".to_owned(),
        "warning",
    );
    add(
        population.direct.len(),
        "Changes that name no pull request".to_owned(),
        "rp-direct",
        format!("{} of {}.", population.direct.len(), words::counted(total, "change")),
        "unknown",
    );
    add(
        population.unreviewed,
        "No review visible in git".to_owned(),
        "rp-changes",
        format!(
            "{} of {}: neither the message nor an export of the forge names another reviewer. That is not the same as not reviewed.",
            population.unreviewed,
            words::counted(total, "change")
        ),
        "unknown",
    );
    if !population.differences.is_empty() {
        found.push(First {
            title: "The lists do not agree everywhere".to_owned(),
            status: "unknown",
            words: words::counted(population.differences.len() as u64, "difference"),
            pairs: vec![
                pair(
                    "What is known",
                    population.differences.iter().take(3).cloned().collect::<Vec<_>>().join(" "),
                ),
                see("all of them", format!("{changes}index.html#rp-differences")),
            ],
        });
    }
}

fn sentences(list: &[String]) -> String {
    list.iter()
        .map(|sentence| {
            let sentence = sentence.trim();
            if sentence.ends_with('.') {
                sentence.to_owned()
            } else {
                format!("{sentence}.")
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}
