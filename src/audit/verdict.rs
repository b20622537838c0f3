//! How a gate went, and a release as a whole. Fail-closed: green is a sentence with a subject, a measurement, a demand and a time, and
//! what lacks one of the four does not pass.
//!
//! Every step of the arithmetic is a sentence of the verdict, so that a reader can follow it with the file in hand.

mod artifacts;
mod bill;
mod breach;
mod call;
pub(crate) mod condition;
#[cfg(test)]
mod copies;
mod coverage;
mod declared;
mod demand;
mod denial;
mod facts;
mod file;
mod flaw;
mod limit;
mod material;
mod measure;
mod moment;
mod named;
mod numbers;
mod passing;
mod phases;
mod platform;
pub(crate) mod record;
mod reference;
mod runs;
mod scope;
mod severity;
mod signoff;
pub(crate) mod subject;
mod table;
mod time;
mod window;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::model::evidence::{CaseKind, Content, Evidence};
use crate::model::gate::{Gate, GateVerdict, Outcome, ReleaseState, ReleaseVerdict};
use crate::model::release::{self, Release};
use crate::tools::family;

use coverage::coverage;
use declared::gates_of;
pub(crate) use flaw::Digests;
use flaw::{Flaw, Surroundings};
use measure::{cases, findings, sbom};
use numbers::Measurement;
use record::standing;
use table::{Cause, Question};

/// The gates of a product: those that are declared in their order, then those that only records or evidence know, by id.
pub(crate) fn gates(declared: &[Gate], releases: &[Release]) -> Vec<Gate> {
    declared::gates(declared, releases)
}

/// The gates that a release itself knows, by id: those of its record and of its evidence.
pub(crate) fn asked_by(release: &Release) -> impl Iterator<Item = &str> {
    gates_of(release)
}

/// How every release of a product went, each by the gates that are given for it, as known on a day. Gates that neither a declaration nor
/// the release knows are left out: they came later.
pub(crate) fn verdicts(releases: &[Release], gates: &[Vec<Gate>], today: NaiveDate) -> Vec<ReleaseVerdict> {
    let digests = Digests::of(releases);
    let judged = releases.iter().zip(gates);
    judged
        .map(|(release, gates)| among(release, gates, &digests, today))
        .collect()
}

/// How one release went, beside the evidence of all.
pub(crate) fn among(release: &Release, gates: &[Gate], digests: &Digests<'_>, today: NaiveDate) -> ReleaseVerdict {
    let around = Surroundings { release, digests, today };
    verdict(gates, &around)
}

/// How one release would go by itself, such as one without the findings that an exception accepts.
pub(crate) fn again(release: &Release, gates: &[Gate], today: NaiveDate) -> ReleaseVerdict {
    among(release, gates, &Digests::default(), today)
}

fn verdict(gates: &[Gate], around: &Surroundings<'_>) -> ReleaseVerdict {
    let release = around.release;
    let known: BTreeSet<&str> = gates_of(release).collect();
    // Where there is neither a record nor evidence nothing is judged: a row of gaps for each gate would say no more.
    let gates: Vec<GateVerdict> = gates
        .iter()
        .filter(|gate| release.is_recorded() && (gate.is_declared || known.contains(gate.id.as_str())))
        .map(|gate| gate_verdict(gate, around))
        .collect();
    let let_through = gates.iter().filter(|gate| gate.outcome.lets_through()).count() as u64;
    let standing = standing(release, around.today);
    ReleaseVerdict {
        state: state(release, &gates, &standing),
        gates,
        let_through,
        contradictions: standing.contradictions,
        reasons: standing.doubts,
    }
}

/// Contradicted comes first: what disagrees with its record is not worth the word of the record, either.
fn state(release: &Release, gates: &[GateVerdict], standing: &record::Standing) -> ReleaseState {
    let outcome = release.record.as_ref().and_then(|record| record.outcome);
    let is_yanked = release.notes.iter().any(|notes| notes.is_yanked);
    let any = |outcomes: &[Outcome]| gates.iter().any(|gate| outcomes.contains(&gate.outcome));
    if !standing.contradictions.is_empty() {
        return ReleaseState::Contradicted;
    }
    match outcome {
        Some(release::Outcome::RolledBack) => ReleaseState::RolledBack,
        Some(release::Outcome::Withdrawn | release::Outcome::Abandoned) => ReleaseState::Withdrawn,
        _ if is_yanked => ReleaseState::Withdrawn,
        _ if release
            .undone
            .as_ref()
            .is_some_and(|undone| !record::is_out_again(release, undone)) =>
        {
            ReleaseState::RolledBack
        }
        _ if gates.is_empty() || release.record.is_none() => ReleaseState::Unproven,
        _ if any(&[Outcome::Failed, Outcome::AcceptedExpired]) => ReleaseState::Failed,
        _ if gates.iter().any(|gate| !gate.outcome.lets_through()) => ReleaseState::OpenGates,
        _ if !standing.doubts.is_empty() => ReleaseState::Unproven,
        _ if any(&[Outcome::Accepted]) => ReleaseState::Accepted,
        _ => ReleaseState::Proven,
    }
}

/// A file with its flaws under the first question that it fails.
struct Judged<'a> {
    file: &'a Evidence,
    flaws: Vec<Flaw>,
}

impl Judged<'_> {
    /// Whether it may be measured: whatever contradicts itself still says what it says.
    fn is_sound(&self) -> bool {
        self.flaws.iter().all(|flaw| flaw.question() == Question::Contradiction)
    }

    /// Whether it is readable, so that what it measures can be shown although it does not count.
    fn is_readable(&self) -> bool {
        let is_shown = |flaw: &Flaw| {
            !matches!(flaw.question(), Question::Readable) && flaw.cause != Cause::Removed && flaw.cause != Cause::Altered
        };
        self.flaws.iter().all(is_shown)
    }
}

/// The files of a gate: its own, and what the release keeps for all of its gates, where the gate asks for that and has none.
fn evidence_of<'a>(gate: &Gate, release: &'a Release) -> Vec<&'a Evidence> {
    let mut files: Vec<&Evidence> = release
        .evidence
        .iter()
        .filter(|evidence| evidence.gate.as_deref() == Some(gate.id.as_str()))
        .collect();
    let kept = release.evidence.iter().filter(|file| !file.path.contains('/'));
    if files.is_empty() && !gate.demand.roles.is_empty() {
        let signed = kept
            .clone()
            .filter(|file| matches!(file.artifact.content, Content::Signoffs(_)));
        files.extend(signed);
    }
    let has_looks = |file: &&Evidence| !file.artifact.about.looks.is_empty();
    if window::is_asked(&gate.demand) && !files.iter().any(has_looks) {
        files.extend(kept.filter(|file| file.gate.is_none()).filter(has_looks));
    }
    files
}

fn gate_verdict(gate: &Gate, around: &Surroundings<'_>) -> GateVerdict {
    let release = around.release;
    let mut evidence = evidence_of(gate, release);
    let paths = evidence.iter().map(|file| file.path.clone()).collect();
    let mut reasons = Vec::new();
    let mut outcome = Outcome::Passed;
    let mut deciding = None;
    let mut decide = |worse: Outcome, sentence: Option<&String>, outcome: &mut Outcome| {
        if worse > *outcome {
            *outcome = worse;
            deciding = sentence.cloned();
        }
    };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut texts: BTreeSet<String> = BTreeSet::new();
    evidence.retain(|file| {
        let is_same = file.bytes > 0 && !seen.insert(&file.sha256);
        let is_alike = !is_same && text_of(file).is_some_and(|text| !texts.insert(text));
        if is_same || is_alike {
            let what = if is_same { "bytes" } else { "text, apart from its blanks," };
            reasons.push(format!(
                "`{}` has the {what} of another file of the gate and counts once.",
                file.path
            ));
        }
        !is_same && !is_alike
    });
    // One file of the declared format is what the gate asks for; what lies beside it is judged by its own content.
    let has_format = |file: &&Evidence, wanted: &str| file.artifact.format.is_some_and(|format| family::is_of(format, wanted));
    let wanted = gate.demand.format.as_deref();
    let wanted = wanted.filter(|wanted| !evidence.iter().any(|file| has_format(file, wanted)));
    // A gate called "SPDX" is not met by a bill of another family, and other evidence of it may show that there is one.
    let families = family::asked(&gate.title);
    let by_title = match families.as_slice() {
        [only] if gate.demand.format.is_none() && !evidence.iter().any(|file| has_format(file, only)) => Some(*only),
        _ => None,
    };
    let judged: Vec<Judged<'_>> = evidence
        .iter()
        .map(|file| {
            let by_title = by_title.filter(|_| matches!(file.artifact.content, Content::Sbom(_)));
            Judged {
                file,
                flaws: file::flaws(file, gate, wanted.or(by_title), around),
            }
        })
        .collect();
    let sound: Vec<&Evidence> = judged.iter().filter(|file| file.is_sound()).map(|file| file.file).collect();
    let mut flawed = Vec::new();
    for file in &judged {
        for flaw in &file.flaws {
            flawed.push(flaw.sentence.clone());
            let is_companion = flaw.cause == Cause::NotRead && !sound.is_empty() && is_prose(file.file);
            if !is_companion {
                decide(flaw.cause.row().outcome, Some(&flaw.sentence), &mut outcome);
            }
        }
    }
    if !sound.is_empty() {
        reasons.append(&mut flawed);
    }
    for file in sound.iter().filter(|file| file.bytes > subject::MAX_SAYING_NOTHING) {
        if let Some(newer) = around.digests.newer(&file.sha256, release) {
            reasons.push(format!(
                "`{}` is byte for byte the evidence of {} as well, which came later: there it is about something else.",
                file.path, newer.version
            ));
        }
    }
    if evidence.is_empty() {
        let (missing, reason) = demand::absent(release, gate);
        outcome = missing;
        reasons.push(reason);
    }
    let mut values = Vec::new();
    let shown: Vec<&Evidence> = if sound.is_empty() {
        judged
            .iter()
            .filter(|file| file.is_readable())
            .map(|file| file.file)
            .collect()
    } else {
        sound.clone()
    };
    let measured = measurements(&shown, gate, release);
    let is_measured = !measured.is_empty();
    for measurement in measured {
        if !sound.is_empty() {
            decide(measurement.outcome, measurement.reasons.last(), &mut outcome);
        }
        values.push(measurement.value);
        reasons.extend(measurement.reasons);
    }
    reasons.append(&mut flawed);
    if !sound.is_empty() {
        let mut open = demand::open(&sound, gate, around);
        if !is_measured && open.is_empty() {
            open.push((Outcome::Inconclusive, "Nothing in its evidence measures anything.".to_owned()));
        }
        open.sort_by_key(|(worse, _)| *worse);
        for (worse, reason) in open {
            decide(worse, Some(&reason), &mut outcome);
            reasons.push(reason);
        }
    }
    // What decides is said last.
    if let Some(at) = deciding.and_then(|deciding| reasons.iter().rposition(|reason| *reason == deciding)) {
        let deciding = reasons.remove(at);
        reasons.push(deciding);
    }
    values.retain(|value| !value.is_empty());
    if let Some(value) = window::instead(&sound, &gate.demand) {
        values = vec![value];
    }
    GateVerdict {
        gate: gate.id.clone(),
        outcome,
        value: values.join("; "),
        reasons,
        evidence: paths,
    }
}

/// The text of a file without its blanks, as far as all of it is kept: a copy that is only laid out anew is no second report.
fn text_of(file: &Evidence) -> Option<String> {
    let text = file.excerpt.as_deref().filter(|text| text.len() as u64 == file.bytes)?;
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (!text.is_empty()).then_some(text)
}

/// Endings of files that hold what a tool measured, so that text in one is no log. Sorted.
const REPORTS: [&str; 11] = [
    "info", "json", "jsonl", "ndjson", "sarif", "tap", "trx", "xml", "xunit", "yaml", "yml",
];

/// How a pointer of Git LFS begins, which stands for a file that is elsewhere.
const LFS: &str = "version https://git-lfs.github.com/spec/";

/// Whether a file that no format reads is text for people by its name and its words, such as a log. XML and JSON may hold results that nobody
/// looked at, and what stands in place of a report, such as a pointer of Git LFS or the words of an error, is no companion of one.
fn is_prose(file: &Evidence) -> bool {
    let start = file.excerpt.as_deref().map(str::trim_start);
    let is_text = start.is_some_and(|start| !start.starts_with(['{', '[', '<', '\u{feff}']) && !start.starts_with(LFS));
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    is_text && REPORTS.binary_search(&ending.as_str()).is_err()
}

/// What the files of a gate say. Test results are taken together, because many tools write one file per class.
fn measurements(files: &[&Evidence], gate: &Gate, release: &Release) -> Vec<Measurement> {
    let mut measurements = Vec::new();
    let demand = &gate.demand;
    for kind in CaseKind::ALL {
        let results: Vec<_> = files
            .iter()
            .filter_map(|file| match &file.artifact.content {
                Content::Tests(facts) if facts.kind == kind => Some((file.path.as_str(), facts)),
                _ => None,
            })
            .collect();
        if !results.is_empty() {
            measurements.push(cases(kind, &results, demand));
        }
    }
    let at_least = demand.at_least.iter().filter(|(metric, _)| limit::is_of_coverage(metric));
    let of_coverage: Vec<(String, f64)> = at_least.cloned().collect();
    let limits = limit::limits(demand);
    // "coverage ≥ 80 %" is of lines, or of statements where a format counts nothing else.
    let says_lines = demand.said.is_empty() || demand.said.iter().any(|said| said.to_lowercase().contains("line"));
    for file in files {
        let of_coverage = of_coverage.clone().into_iter().map(|(metric, least)| {
            let is_of_statements = match &file.artifact.content {
                Content::Coverage(facts) => coverage::counts_statements_only(facts),
                _ => false,
            };
            let is_default = metric == "lines" && !says_lines && is_of_statements;
            (if is_default { "statements".to_owned() } else { metric }, least)
        });
        let of_coverage: Vec<(String, f64)> = of_coverage.collect();
        measurements.extend(match &file.artifact.content {
            Content::Coverage(facts) => Some(coverage(&file.path, facts, &of_coverage, &limits)),
            Content::Findings(facts) => Some(findings(&file.path, facts, demand)),
            Content::Sbom(facts) => Some(sbom(&file.path, facts)),
            Content::Metrics(metrics) => Some(facts::metrics(&file.path, metrics, &limits)),
            Content::Provenance(statements) => Some(artifacts::provenance(file, statements, release)),
            Content::Advisories(statements) => Some(facts::advisories(&file.path, statements)),
            Content::Phases(phases) => Some(phases::measure(&file.path, phases)),
            Content::Series(series) => {
                let breaches = breach::breaches(&series.points, demand);
                Some(facts::series(&file.path, series, breaches))
            }
            Content::Tests(_) | Content::Signoffs(_) | Content::Unread => None,
        });
    }
    measurements.extend(signoff::measure(files, demand));
    measurements
}

#[cfg(test)]
mod tests;
