//! A release as a document for the terminal, and as JSON.

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::closing::{Closing, closing, word};
use crate::model::dossier::Dossier;
use crate::model::evidence::{Evidence, Integrity};
use crate::model::gate::{Demand, GateVerdict, Outcome, ReleaseState};
use crate::model::release::{Confirmation, Release};
use crate::report::visible::{escaped, visible};
use crate::report::words::counted;

/// The state of a release in words.
pub(crate) fn state(state: ReleaseState) -> String {
    state.word().to_lowercase()
}

/// The least width of the column of outcomes.
const LEAST_OUTCOME: usize = 14;

/// The outcome of a gate in words.
fn outcome(gate: &GateVerdict, release: &Release) -> String {
    word(gate, release).to_lowercase()
}

/// What closes a gate that does not let a release through.
fn closing_of(dossier: &Dossier, gate: &GateVerdict) -> Option<Closing> {
    let asked = dossier.judged.asked.gates.iter().find(|asked| asked.id == gate.gate);
    let roles = asked.map_or(&[][..], |asked| &asked.demand.roles);
    closing(gate, roles, &dossier.judged.release, dossier.is_preview)
}

/// What a gate asks for in words.
fn demand(demand: &Demand) -> String {
    demand.in_words().join("; ")
}

/// What confirms the record, in words.
fn confirmation(release: &Release) -> String {
    let short = |commit: &str| commit.get(..7).unwrap_or(commit).to_owned();
    match &release.confirmation {
        Confirmation::Next => "the record after it names its digest".to_owned(),
        Confirmation::Commit(commit) if commit.is_empty() && !release.amendments.is_empty() => {
            "its newest amendment is not committed yet".to_owned()
        }
        Confirmation::Commit(commit) if commit.is_empty() => "not committed yet".to_owned(),
        Confirmation::Commit(commit) => format!("as commit {} added it", short(commit)),
        Confirmation::Amended { commit } => format!("added by commit {}, rewritten later with a reason", short(commit)),
        Confirmation::Changed { commit, .. } => format!("not as commit {} added it", short(commit)),
        Confirmation::Unchecked(reason) => format!("not checked: {reason}"),
    }
}

/// When a file says that it was made; else when it was collected.
fn made(release: &Release, file: &Evidence) -> String {
    let about = &file.artifact.about;
    let collected = || {
        let record = release.record.as_ref()?;
        let recorded = record.files.iter().find(|recorded| recorded.path == file.path)?;
        let at = recorded.collected_at?.to_utc().format("%Y-%m-%d %H:%M UTC");
        Some(format!("collected {at}"))
    };
    let said = about.made.clone().or_else(|| about.times.last().cloned());
    said.map(|text| moment(&text)).or_else(collected).unwrap_or_default()
}

/// A moment as people read it: some tools write seconds or milliseconds since 1970.
fn moment(text: &str) -> String {
    let number: Option<i64> = text.trim().parse().ok().filter(|number| *number >= 100_000_000);
    let millis = number.map(|number| if number >= 100_000_000_000 { number } else { number * 1000 });
    let at = millis.and_then(chrono::DateTime::from_timestamp_millis);
    at.map_or_else(|| text.to_owned(), |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A moment as the terminal writes all of them; what is none stays as it is written.
pub(super) fn in_words(text: &str) -> String {
    let at = chrono::DateTime::parse_from_rfc3339(text.trim());
    at.map_or_else(|_| text.to_owned(), |at| at.to_utc().format("%Y-%m-%d %H:%M UTC").to_string())
}

/// The sentence on the gates of a release.
fn gates_in_words(dossier: &Dossier) -> String {
    let gates = &dossier.judged.verdict.gates;
    let count = |outcome: Outcome| gates.iter().filter(|gate| gate.outcome == outcome).count();
    let open = gates.iter().filter(|gate| !gate.outcome.lets_through()).count();
    if gates.is_empty() {
        return if !dossier.judged.release.is_recorded() {
            let declared = dossier.judged.asked.gates.len();
            let next = if declared == 0 {
                String::new()
            } else {
                format!(
                    "; its commit declares {}, and `runproof collect {} --from FOLDER` takes their evidence",
                    counted(declared, "gate"),
                    dossier.judged.release.version
                )
            };
            format!("not judged: there is neither a record nor evidence of it{next}")
        } else if dossier.judged.release.record.is_none() {
            "nothing was recorded, so nothing was proven".to_owned()
        } else {
            "no gate is declared, and the record names none".to_owned()
        };
    }
    let mut text = format!("{} of {} passed", count(Outcome::Passed), counted(gates.len(), "gate"));
    let bare = dossier.judged.asked.passed_without_demand(&dossier.judged.verdict);
    if bare > 0 {
        text.push_str(&format!(", {bare} of them without a demand"));
    }
    for (outcome, words) in [
        (Outcome::Accepted, "accepted by exception"),
        (Outcome::NotApplicable, "not applicable"),
    ] {
        if count(outcome) > 0 {
            text.push_str(&format!(", {} {words}", count(outcome)));
        }
    }
    if open > 0 {
        text.push_str(&format!("; {open} {} open", if open == 1 { "is" } else { "are" }));
    }
    text
}

/// A release for people.
pub(crate) fn text(dossier: &Dossier) -> String {
    let judged = &dossier.judged;
    let release = &judged.release;
    let verdict = &judged.verdict;
    let mut lines: Vec<String> = Vec::new();
    let product = if dossier.product.is_empty() {
        String::new()
    } else {
        format!("{} ", dossier.product)
    };
    // Nothing confirms a record before it is committed: what reads it in between says that it is not proven.
    let is_committed = !matches!(&release.confirmation, Confirmation::Commit(commit) if commit.is_empty());
    let is_good = matches!(verdict.state, ReleaseState::Proven | ReleaseState::Accepted);
    let when = if is_committed || !is_good {
        ""
    } else {
        ", once its record is committed"
    };
    lines.push(format!("{product}{}: {}{when}", release.version, state(verdict.state)));
    lines.push(format!("  {}", gates_in_words(dossier)));
    lines.extend(judged.asked.from.as_ref().map(|from| format!("  {from}")));
    let then = judged.state_then();
    if then != verdict.state {
        let since = if release.amendments.is_empty() {
            "now"
        } else {
            "with what was amended"
        };
        lines.push(format!(
            "  at the release: {}; {since}: {}",
            state(then),
            state(verdict.state)
        ));
    }
    head(release, &mut lines);
    lines.extend(release.undone.as_ref().map(|undone| format!("  rolled back {undone}")));
    section(&mut lines, "Contradicted", verdict.contradictions.iter().cloned());
    // What is not judged is said already.
    let doubts = verdict.reasons.iter().filter(|_| release.is_recorded());
    section(&mut lines, "Not proven, because", doubts.cloned());
    let open = verdict
        .gates
        .iter()
        .filter_map(|gate| Some((gate, closing_of(dossier, gate)?)));
    let open = open.flat_map(|(gate, closing)| {
        [
            format!(
                "{}: {}. {}",
                gate.gate,
                outcome(gate, release),
                gate.reasons.last().map_or("", String::as_str)
            ),
            format!("  {}: {}", closing.who, closing.how),
        ]
    });
    section(&mut lines, "Open, and who closes it", open);
    gates(dossier, &mut lines);
    let exceptions = judged.exceptions.iter().flat_map(|applied| {
        let until = applied.expires.map(|day| format!(", until {day}")).unwrap_or_default();
        let over = if applied.is_over_today { ": OVER TODAY" } else { "" };
        [
            format!("{} accepts {}{until}{over}", applied.id, applied.gate),
            format!("  {}", applied.rationale),
            format!(
                "  owner {}, approved by {} ({})",
                applied.owner, applied.approved_by, applied.path
            ),
        ]
    });
    section(&mut lines, "Exceptions", exceptions);
    let seats = dossier.judged.separation.said.iter();
    let seats: Vec<String> = seats.map(|said| said.sentence.clone()).collect();
    let signed = dossier.sign_offs.iter().map(|one| {
        let note = if one.note.is_empty() {
            String::new()
        } else {
            format!(": {}", one.note)
        };
        format!("{}  {}  {}{note}", in_words(&one.at), one.role, one.decision)
    });
    section(&mut lines, "Sign-offs", signed);
    section(&mut lines, "Seats", seats.into_iter());
    let amended = release.amendments.iter().map(|one| {
        let at = one
            .at
            .map(|at| at.to_utc().format("%Y-%m-%d %H:%M UTC").to_string())
            .unwrap_or_default();
        let word = |text: &Option<String>| text.clone().unwrap_or_default();
        let files = match one.files.len() {
            0 => String::new(),
            count => format!(", {}", counted(count, "file")),
        };
        format!("{at}  {}{files}: {}", word(&one.by), word(&one.reason))
    });
    section(&mut lines, "Amended", amended);
    let today = judged.today.iter().map(|gate| {
        format!(
            "{}: {} by today's settings. {}",
            gate.gate,
            outcome(gate, release),
            gate.reasons.last().map_or("", String::as_str)
        )
    });
    section(&mut lines, "By today's settings otherwise", today);
    let files = &release.evidence;
    let intact = files.iter().filter(|file| file.integrity == Integrity::Recorded).count();
    if release.is_recorded() {
        lines.push(format!(
            "{intact} of {} as recorded",
            counted(files.len(), "file is/files are")
        ));
    }
    lines.iter().map(|line| format!("{}\n", visible(line).trim_end())).collect()
}

fn head(release: &Release, lines: &mut Vec<String>) {
    let short = |commit: &str| commit.get(..12).unwrap_or(commit).to_owned();
    let mut facts = Vec::new();
    if let Some(date) = &release.date {
        let at = date.at.map(|at| at.to_utc().format("%Y-%m-%d %H:%M UTC").to_string());
        facts.push(format!("released {}", at.unwrap_or_else(|| date.day.to_string())));
    }
    if let Some(commit) = &release.commit {
        facts.push(format!("commit {}", short(commit)));
    }
    match &release.tag {
        Some(tag) if tag.is_annotated => facts.push(format!("annotated tag {}", tag.name)),
        Some(tag) => facts.push(format!("lightweight tag {}", tag.name)),
        None if release.lacks_told_tag() => facts.push("no tag in this repository, though its record tells of one".to_owned()),
        None => facts.push("no tag".to_owned()),
    }
    lines.push(format!("  {}", facts.join(", ")));
    let Some(record) = &release.record else { return };
    let chain = if release.is_chained {
        "chained to the one before it"
    } else if release.is_chain_start {
        "the first of its chain"
    } else {
        "not chained"
    };
    lines.push(format!("  record {}: {chain}; {}", record.path, confirmation(release)));
}

fn gates(dossier: &Dossier, lines: &mut Vec<String>) {
    let verdict = &dossier.judged.verdict;
    if verdict.gates.is_empty() {
        return;
    }
    lines.push("Gates".to_owned());
    let width = verdict
        .gates
        .iter()
        .map(|gate| gate.gate.chars().count())
        .max()
        .unwrap_or_default()
        .min(40);
    let outcomes = verdict
        .gates
        .iter()
        .map(|gate| outcome(gate, &dossier.judged.release).chars().count());
    let outcomes = outcomes.max().unwrap_or_default().max(LEAST_OUTCOME);
    for gate in &verdict.gates {
        let asked = dossier
            .gates
            .iter()
            .find(|known| known.id == gate.gate)
            .map(|gate| demand(&gate.demand));
        let asked = asked
            .filter(|asked| !asked.is_empty())
            .map(|asked| format!("  (asks for {asked})"))
            .unwrap_or_default();
        lines.push(format!(
            "  {:<outcomes$}  {:<width$}  {}{asked}",
            outcome(gate, &dossier.judged.release),
            gate.gate,
            gate.value
        ));
        for path in &gate.evidence {
            let file = dossier.judged.release.evidence.iter().find(|file| file.path == *path);
            let made = file
                .map(|file| in_words(&made(&dossier.judged.release, file)))
                .unwrap_or_default();
            lines.push(format!("  {:<outcomes$}  {:<width$}  {path}  {made}", "", ""));
        }
    }
}

fn section(lines: &mut Vec<String>, title: &str, rows: impl Iterator<Item = String>) {
    let mut rows = rows.peekable();
    if rows.peek().is_some() {
        lines.push(title.to_owned());
        lines.extend(rows.map(|row| format!("  {row}")));
    }
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    sha256: &'a str,
    bytes: u64,
    gate: Option<&'a str>,
    format: Option<&'static str>,
    integrity: Integrity,
    time: String,
}

/// A release for programs, schema `runproof-release/1`.
pub(crate) fn json(dossier: &Dossier) -> String {
    escaped(&format!("{:#}\n", value(dossier)))
}

/// A release as a JSON value.
pub(crate) fn value(dossier: &Dossier) -> Value {
    let judged = &dossier.judged;
    let release = &judged.release;
    let gates: Vec<Value> = judged
        .verdict
        .gates
        .iter()
        .map(|gate| {
            let known = dossier.gates.iter().find(|known| known.id == gate.gate);
            let closing = closing_of(dossier, gate);
            json!({
                "id": gate.gate,
                "title": known.map_or("", |known| &known.title),
                "outcome": gate.outcome,
                "value": gate.value,
                "demand": known.map(|known| demand(&known.demand)).unwrap_or_default(),
                "reasons": gate.reasons,
                "evidence": gate.evidence,
                "closed_by": closing.as_ref().map(|closing| &closing.who),
                "closed_with": closing.as_ref().map(|closing| &closing.how),
            })
        })
        .collect();
    let files: Vec<File<'_>> = release
        .evidence
        .iter()
        .map(|file| File {
            path: &file.path,
            sha256: &file.sha256,
            bytes: file.bytes,
            gate: file.gate.as_deref(),
            format: file.artifact.format,
            integrity: file.integrity,
            time: made(release, file),
        })
        .collect();
    json!({
        "schema": "runproof-release/1",
        "product": dossier.product,
        "version": release.version,
        "state": judged.verdict.state,
        "state_at_release": judged.at_release.as_ref().map(|then| then.state),
        "is_preview": dossier.is_preview,
        "summary": gates_in_words(dossier),
        "released": release.date.as_ref().map(|date| date.at.map_or_else(|| date.day.to_string(), |at| at.to_rfc3339())),
        "commit": release.commit,
        "tag": release.tag.as_ref().map(|tag| &tag.name),
        "undone": release.undone,
        "record": release.record.as_ref().map(|record| json!({
            "path": record.path,
            "sha256": release.record_digest,
            "prev": record.prev,
            "outcome": record.outcome,
            "confirmed": confirmation(release),
        })),
        "contradictions": judged.verdict.contradictions,
        "doubts": judged.verdict.reasons,
        "gates": gates,
        "exceptions": judged.exceptions,
        "sign_offs": dossier.sign_offs,
        "amendments": release.amendments.iter().map(|one| json!({
            "path": one.path,
            "sha256": one.digest,
            "at": one.at.map(|at| at.to_rfc3339()),
            "by": one.by,
            "reason": one.reason,
            "outcome": one.outcome,
            "withdraws": one.withdraws,
            "files": one.files.iter().map(|file| &file.path).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "today": judged.today,
        "files": files,
    })
}

#[cfg(test)]
mod tests {
    use super::{json, text};
    use crate::model::dossier::{Dossier, SignOff};
    use crate::model::gate::{AsReleased, Asked, Demand, Gate, GateVerdict, Outcome, ReleaseState, ReleaseVerdict};
    use crate::model::handbook::JudgedRelease;
    use crate::model::release::Release;
    use crate::model::separation::Separation;

    fn dossier() -> Dossier {
        let gate = |id: &str, outcome, reason: &str| GateVerdict {
            gate: id.to_owned(),
            outcome,
            value: "2 passed".to_owned(),
            reasons: vec![reason.to_owned()],
            evidence: vec![format!("evidence/{id}/a.xml")],
        };
        let gates = vec![
            gate("unit", Outcome::Passed, ""),
            gate("scan", Outcome::Missing, "There is no evidence."),
        ];
        let asked = Gate {
            id: "unit".to_owned(),
            demand: Demand {
                min_tests: Some(2),
                ..Demand::default()
            },
            ..Gate::default()
        };
        Dossier {
            product: "Api".to_owned(),
            judged: JudgedRelease {
                today: Vec::new(),
                at_release: Some(AsReleased {
                    state: ReleaseState::Failed,
                    open: Vec::new(),
                }),
                release: Release {
                    version: "v1\u{1b}[2J".to_owned(),
                    record: Some(crate::model::release::Record::default()),
                    ..Release::default()
                },
                verdict: ReleaseVerdict {
                    gates,
                    let_through: 1,
                    state: ReleaseState::OpenGates,
                    contradictions: Vec::new(),
                    reasons: vec!["It has no record.".to_owned()],
                },
                asked: Asked {
                    gates: vec![asked.clone()],
                    ..Asked::default()
                },
                exceptions: Vec::new(),
                duties: Vec::new(),
                separation: Separation::default(),
                components: None,
                proofs: crate::model::proof::Proofs::default(),
                edition: None,
                edition_absent: None,
            },
            gates: vec![asked],
            sign_offs: vec![SignOff {
                role: "reviewer".to_owned(),
                decision: "approved".to_owned(),
                ..SignOff::default()
            }],
            is_preview: false,
        }
    }

    #[test]
    fn a_record_that_is_not_committed_proves_nothing_yet() {
        let head = |state, commit: &str| {
            let mut dossier = dossier();
            dossier.judged.verdict.state = state;
            dossier.judged.release.version = "v1".to_owned();
            dossier.judged.release.confirmation = crate::model::release::Confirmation::Commit(commit.to_owned());
            text(&dossier).lines().next().unwrap_or_default().to_owned()
        };
        assert_eq!(head(ReleaseState::Proven, ""), "Api v1: proven, once its record is committed");
        assert_eq!(head(ReleaseState::Proven, "abc"), "Api v1: proven");
        assert_eq!(
            head(ReleaseState::OpenGates, ""),
            "Api v1: shipped with open gates",
            "a commit closes no gate"
        );
    }

    #[test]
    fn a_dossier_says_what_is_open_and_who_closes_it() {
        let text = text(&dossier());
        assert!(
            text.starts_with("Api v1␛[2J: shipped with open gates\n  1 of 2 gates passed; 1 is open\n"),
            "{text}"
        );
        for part in [
            "at the release: failed",
            "scan: a part is missing. There is no evidence.",
            "whoever holds its evidence: `runproof amend",
            "No exception can close it",
            "(asks for at least 2 tests run)",
            "evidence/unit/a.xml",
            "reviewer  approved",
            "0 of 0 files are as recorded",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn a_long_word_moves_the_whole_column() {
        let mut dossier = dossier();
        dossier.judged.verdict.gates[1].outcome = Outcome::WrongSubject;
        let text = text(&dossier);
        let gates = text.split_once("Gates\n").expect("they are listed").1;
        let at = |name: &str| {
            let line = gates.lines().find(|line| line.contains(name)).expect("it is listed");
            line.find(name)
        };
        assert_eq!(at("unit "), at("scan "), "{gates}");
        assert_eq!(at("unit "), at("evidence/unit/a.xml").map(|at| at - 6), "{gates}");
    }

    #[test]
    fn the_json_says_the_same() {
        let json: serde_json::Value = serde_json::from_str(&json(&dossier())).expect("it is JSON");
        assert_eq!(json["schema"], "runproof-release/1");
        assert_eq!(
            (&json["state"], &json["state_at_release"]),
            (&"open-gates".into(), &"failed".into())
        );
        assert_eq!(json["gates"][1]["closed_by"], "whoever holds its evidence");
        assert!(json["gates"][0]["closed_by"].is_null());
    }
}
