//! A sample of changes in the terminal, as JSON, and as rows of a table.

use std::fmt::Write as _;

use crate::model::population::{Change, Strength};
use crate::model::sample::{Sample, Traced, TracedRelease};
use crate::report::dossier;
use crate::report::visible::{escaped, visible_lines};
use crate::report::words::counted;

/// The heading of the table.
const HEADING: [&str; 19] = [
    "drawn", "commit", "committed", "author", "committer", "subject", "tickets", "pull_request", "reviewers", "remarks",
    "release", "release_state", "gates", "gates_open", "approved_by", "deployed", "way_back", "record", "record_sha256",
];

/// The sample for people.
pub(crate) fn text(sample: &Sample) -> String {
    let mut text = String::new();
    let of = if sample.product.is_empty() {
        String::new()
    } else {
        format!(" of {}", sample.product)
    };
    let _ = writeln!(
        text,
        "{} of {}{of}, {} to {}",
        sample.members.len(),
        counted(sample.population, "change"),
        sample.period.from,
        sample.period.to
    );
    if sample.members.len() < sample.size {
        let _ = writeln!(text, "{} were asked for; the period has no more", sample.size);
    }
    let _ = writeln!(
        text,
        "drawn in the order of SHA-256 of the seed `{}`, a NUL byte and the commit",
        sample.seed
    );
    let _ = writeln!(text, "population: SHA-256 of its inputs {}", sample.digest);
    if let Some(head) = &sample.head {
        let _ = writeln!(text, "line of first parents from {head}");
    }
    if !sample.is_whole {
        text.push_str("warning: this clone does not hold the whole line, so that changes may be missing\n");
    }
    for (number, traced) in sample.members.iter().enumerate() {
        let _ = write!(text, "\n{}. ", number + 1);
        one(&mut text, traced);
    }
    if !sample.emergencies.is_empty() {
        let _ = write!(
            text,
            "\nBeside the sample, every emergency of the period: {}\n",
            sample.emergencies.len()
        );
        for traced in &sample.emergencies {
            text.push_str("\n* ");
            one(&mut text, traced);
        }
    }
    visible_lines(&text)
}

fn one(text: &mut String, traced: &Traced) {
    let change = &traced.change;
    let _ = writeln!(text, "{} {}", change.short_id(), change.subject);
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "   {name:<13} {value}");
    };
    line("commit", &change.id);
    let at = change.at.to_utc().format("%Y-%m-%d %H:%M UTC");
    line(
        "put there",
        &format!("{at} by {}, written by {}", change.committer.name, change.author.name),
    );
    line("why", &why(change));
    line("reviewed", &reviewed(change));
    if let Some(attested) = &change.attested {
        line(
            "attested",
            &format!("{} by {} ({})", attested.kind, attested.by, attested.path),
        );
    }
    for remark in &traced.remarks {
        line("remark", remark);
    }
    match &traced.shipped_in {
        Some(release) => of_release(&mut line, release),
        None => line("release", "not released"),
    }
}

/// What came of a release, line by line.
pub(crate) fn of_release(line: &mut dyn FnMut(&str, &str), release: &TracedRelease) {
    let state = release.state.map_or_else(|| "unknown".to_owned(), dossier::state);
    line("release", &format!("{} on {}: {state}", release.version, release.day));
    let open = if release.open.is_empty() {
        String::new()
    } else {
        format!(", not: {}", release.open.join(", "))
    };
    line(
        "tests",
        &format!(
            "{} of {} let it through{open}",
            release.let_through,
            counted(release.gates, "gate")
        ),
    );
    if !release.exceptions.is_empty() {
        line("exceptions", &release.exceptions.join(", "));
    }
    let or_not_shown = |list: Vec<String>| {
        if list.is_empty() {
            vec!["not shown here".to_owned()]
        } else {
            list
        }
    };
    for approval in or_not_shown(release.approvals.clone()) {
        line("approved", &approval);
    }
    for deployment in or_not_shown(deployments(release)) {
        line("deployed", &deployment);
    }
    for way in or_not_shown(ways(release)) {
        line("way back", &way);
    }
    match (&release.record, &release.record_digest) {
        (Some(record), Some(digest)) => line(
            "record",
            &format!(
                "{record}, {} of {} as recorded, SHA-256 {digest}",
                release.evidence.0,
                counted(release.evidence.1, "file")
            ),
        ),
        _ => line("record", "none"),
    }
}

/// Why a change was made, as far as its message tells.
pub(crate) fn why(change: &Change) -> String {
    let request = change.request.map(|number| format!("pull request #{number}"));
    let tickets = (!change.tickets.is_empty()).then(|| change.tickets.join(", "));
    let found: Vec<String> = request.into_iter().chain(tickets).collect();
    if found.is_empty() {
        "no pull request and no ticket is named".to_owned()
    } else {
        found.join(", ")
    }
}

/// Who reviewed a change, and how strong the word for it is.
fn reviewed(change: &Change) -> String {
    if change.reviews.is_empty() {
        return "no review visible in git".to_owned();
    }
    let said = change.reviews.iter().map(|review| {
        let from = match review.strength {
            Strength::TextInGit => "text in git",
            Strength::TextInSignedCommit => "text in git, signature not checked",
            Strength::ForgeExport => "export of the forge",
            Strength::VerifiedAttestation => "verified attestation",
        };
        let author = if review.is_author { ", who wrote it" } else { "" };
        format!("{} {}{author} ({from})", review.by, review.decision)
    });
    said.collect::<Vec<_>>().join("; ")
}

fn deployments(release: &TracedRelease) -> Vec<String> {
    release
        .deployments
        .iter()
        .map(|deployment| {
            let by = if deployment.by.is_empty() {
                String::new()
            } else {
                format!(" by {}", deployment.by)
            };
            format!("{}{by} ({})", dossier::in_words(&deployment.at), deployment.source)
        })
        .collect()
}

fn ways(release: &TracedRelease) -> Vec<String> {
    release
        .way_back
        .iter()
        .map(|way| format!("{}:{}, “{}”", way.path, way.line, way.text))
        .collect()
}

/// The sample for programs.
pub(crate) fn json(sample: &Sample) -> String {
    let value = serde_json::json!({
        "schema": "runproof-sample/1",
        "order": "SHA-256 of the seed, a NUL byte and the commit id",
        "sample": sample,
    });
    escaped(&format!("{value:#}\n"))
}

/// The sample as rows of a table, the first being the heading.
pub(crate) fn rows(sample: &Sample) -> Vec<Vec<String>> {
    let mut rows = vec![HEADING.map(str::to_owned).to_vec()];
    let members = sample
        .members
        .iter()
        .enumerate()
        .map(|(at, traced)| ((at + 1).to_string(), traced));
    let emergencies = sample.emergencies.iter().map(|traced| ("emergency".to_owned(), traced));
    for (drawn, traced) in members.chain(emergencies) {
        let change = &traced.change;
        let release = traced.shipped_in.as_ref();
        let of_release = |of: fn(&TracedRelease) -> String| release.map(of).unwrap_or_default();
        rows.push(vec![
            drawn,
            change.id.clone(),
            change.at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            change.author.name.clone(),
            change.committer.name.clone(),
            change.subject.clone(),
            change.tickets.join(" "),
            change.request.map(|number| number.to_string()).unwrap_or_default(),
            reviewed(change),
            traced.remarks.join(" "),
            of_release(|release| release.version.clone()),
            of_release(|release| release.state.map(dossier::state).unwrap_or_default()),
            of_release(|release| format!("{} of {}", release.let_through, release.gates)),
            of_release(|release| release.open.join(" ")),
            of_release(|release| release.approvals.join("; ")),
            of_release(|release| deployments(release).join("; ")),
            of_release(|release| ways(release).join("; ")),
            of_release(|release| release.record.clone().unwrap_or_default()),
            of_release(|release| release.record_digest.clone().unwrap_or_default()),
        ]);
    }
    rows
}
