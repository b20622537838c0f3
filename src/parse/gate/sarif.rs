//! SARIF 2: what scanners and linters found. Version 2.0 is read as far as it is like 2.1.0; version 1 has another form.
//!
//! A run counts only when it says that it ended well and has a list of results, if only an empty one: tools move what stopped them
//! out of the results and into notifications.

use log::{Component, Found, Invocation, Log, Message, Rule, Run};
use runs::RunCounts;

use crate::model::about::About;
use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, Content, FindingFacts, ScannerFinding};
use crate::model::finding::Problem;
use crate::parse::artifact::json::{self, Text};
use crate::parse::artifact::{Format, Sniff, anomaly, broken, note};
use crate::parse::gate::call;
use crate::parse::gate::plain::first_line;

mod log;
mod older;
mod runs;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "sarif",
    title: "SARIF",
    recognizes,
    parse,
};

/// Findings that are listed.
const MAX_FINDINGS: usize = 50;

/// The severities, worst first, and the least score of each in hundredths.
const SEVERITIES: &[&str] = &["critical", "high", "medium", "low"];
const SCORES: &[u32] = &[900, 700, 400, 1];

/// The levels, worst first.
const LEVELS: &[&str] = &["error", "warning", "note", "none"];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("runs")
        && (sniff.text_at("version").is_some()
            || sniff.text_at("$schema").is_some_and(|schema| schema.contains("sarif"))
            || sniff.text.contains("\"driver\""))
}

fn parse(text: &str) -> Artifact {
    let mut log: Log<'_> = match json::read(text) {
        Ok(log) => log,
        Err(problem) => return broken(problem),
    };
    let problems = match version(&log) {
        Ok(remark) => remark.into_iter().collect(),
        Err(problem) => return broken(problem),
    };
    for run in &mut log.runs.list {
        older::renew(run);
    }
    let facts = FindingFacts {
        is_conclusive: true,
        ..FindingFacts::default()
    };
    let mut reading = Reading {
        facts,
        problems,
        ..Reading::default()
    };
    if log.runs.list.is_empty() || log.runs.others > 0 {
        reading.not_ended("the file holds no run, or one that is no object".to_owned());
    }
    for run in &log.runs.list {
        reading.run(run);
    }
    if log.beside.list.iter().any(|part| !part.results.list.is_empty()) {
        let message = "results stand beside the runs, in parts that are not joined to them";
        anomaly(&mut reading.anomalies, AnomalyKind::ResultsElsewhere, None, message);
    }
    let named = |names: &[&str], counts: &[u64]| {
        let counts = names.iter().zip(counts).filter(|(_, count)| **count > 0);
        counts.map(|(name, count)| ((*name).to_owned(), *count)).collect()
    };
    let mut facts = reading.facts;
    facts.levels = named(LEVELS, &reading.levels);
    facts.severities = named(SEVERITIES, &reading.severities);
    Artifact {
        content: Content::Findings(facts),
        about: reading.about,
        counts: runs::counts(log.version.words(), &reading.runs),
        anomalies: reading.anomalies,
        problems: reading.problems,
        ..Artifact::default()
    }
}

/// What there is to say of the version of the file, or why it cannot be read. Some tools name it in the schema only, and some nowhere:
/// a driver is what 2.1.0 has and none of its forerunners.
fn version(log: &Log<'_>) -> Result<Option<Problem>, Problem> {
    let Some(version) = log.version.words() else {
        let has_driver = |run: &Run<'_>| run.tool.0.as_ref().is_some_and(|tool| tool.driver.0.is_some());
        return if log.schema.as_str().contains("2.1") {
            Ok(None)
        } else if !log.runs.list.is_empty() && log.runs.list.iter().all(has_driver) {
            Ok(Some(Problem::of_file(
                "the file names no version of SARIF, and is read as 2.1.0",
            )))
        } else {
            Err(Problem::of_file("the file names no version of SARIF; version 2 is read"))
        };
    };
    let mut parts = version.split('.');
    let minor = (parts.next() == Some("2"))
        .then(|| parts.next()?.parse::<u32>().ok())
        .flatten();
    match minor {
        Some(0) => Ok(Some(Problem::of_file(format!(
            "SARIF {} is older than 2.1.0, and is read as far as it is like it",
            first_line(version)
        )))),
        Some(1) => Ok(None),
        Some(2..) => Ok(Some(Problem::of_file(format!(
            "SARIF {} is newer than what is known, and is read as 2.1.0",
            first_line(version)
        )))),
        _ => Err(Problem::of_file(format!(
            "SARIF {} is not read, only version 2 is",
            first_line(version)
        ))),
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    facts: FindingFacts,
    levels: [u64; LEVELS.len()],
    severities: [u64; SEVERITIES.len()],
    runs: Vec<RunCounts>,
    about: About,
    anomalies: Vec<Anomaly>,
    problems: Vec<Problem>,
}

impl Reading {
    fn not_ended(&mut self, message: String) {
        self.facts.is_conclusive = false;
        anomaly(&mut self.anomalies, AnomalyKind::NotEnded, None, message.clone());
        note(&mut self.problems, Problem::of_file(message));
    }

    fn run(&mut self, run: &Run<'_>) {
        let empty = Component::default();
        let driver = run.tool.0.as_ref().and_then(|tool| tool.driver.0.as_ref()).unwrap_or(&empty);
        let name = tool_name(driver);
        if driver.name.words().is_none() {
            let message = "a run names no tool, so nobody knows what looked at anything";
            anomaly(&mut self.anomalies, AnomalyKind::NotWhole, None, message);
        }
        if !self.facts.tools.contains(&name) {
            self.facts.tools.push(name.clone());
        }
        for provenance in &run.provenance.list {
            let commit = provenance.revision.words().map(first_line);
            self.about
                .commits
                .extend(commit.filter(|commit| !self.about.commits.contains(commit)));
        }
        if !run.results.is_present {
            self.not_ended(format!(
                "a run of {name} has no list of results, so it did not run to the end"
            ));
        }
        if run.results.others > 0 {
            self.facts.is_conclusive = false;
            let message = format!("{} results of {name} are no objects", run.results.others);
            anomaly(&mut self.anomalies, AnomalyKind::UnreadPart, None, message.clone());
            note(&mut self.problems, Problem::of_file(message));
        }
        if let Some(external) = run.external.0.as_ref().filter(|external| external.results.is_present) {
            let file = external.results.list.first().and_then(|file| file.location.0.as_ref());
            let file = file
                .and_then(|file| file.uri.words())
                .map_or_else(|| "another file".to_owned(), first_line);
            let message = format!("the results of {name} stand in {file}");
            anomaly(&mut self.anomalies, AnomalyKind::ResultsElsewhere, None, message);
        }
        self.runs.push(RunCounts {
            tool: driver.name.words().map(first_line).unwrap_or_default(),
            results: run.results.list.len() as u64 + run.results.others,
            ends: run
                .invocations
                .list
                .iter()
                .filter_map(|invocation| invocation.execution_successful.words().map(|word| word == "true"))
                .collect(),
            ..RunCounts::default()
        });
        let has_results = !run.results.list.is_empty();
        for invocation in &run.invocations.list {
            let words = invocation.arguments.0.iter().map(|word| &**word);
            let words = words.chain(invocation.command_line.as_str().split_whitespace());
            for fact in call::facts(&name, words) {
                if !self.about.facts.contains(&fact) {
                    self.about.facts.push(fact);
                }
            }
        }
        for invocation in &run.invocations.list {
            self.invocation(invocation, &name, has_results);
        }
        for found in &run.results.list {
            let state = found.baseline_state.as_str();
            if let Some(counts) = self.runs.last_mut().filter(|_| !state.is_empty()) {
                *counts.since_baseline.entry(first_line(state)).or_default() += 1;
            }
            if state != "absent" {
                self.found(found, run, driver);
            }
        }
    }

    fn invocation(&mut self, invocation: &Invocation<'_>, tool: &str, has_results: bool) {
        // Anything but `true`, also as a text, is no word for a good end.
        if invocation.execution_successful.words().is_some_and(|word| word != "true") {
            self.not_ended(format!("{tool} says that it did not end well"));
        }
        let signal = invocation.exit_signal_name.words().or(invocation.exit_signal_number.words());
        if let Some(signal) = signal.filter(|signal| *signal != "0") {
            self.not_ended(format!("{tool} was killed by the signal {}", first_line(signal)));
        }
        if let Some(failure) = invocation.process_start_failure_message.words() {
            self.not_ended(format!("{tool} could not be started: {}", first_line(failure)));
        }
        // Tools exit with another code than 0 when they find something; without findings it is an error of their own.
        if let Some(code) = invocation.exit_code.words().filter(|code| *code != "0" && !has_results) {
            self.not_ended(format!(
                "{tool} ended with the exit code {} and lists no results",
                first_line(code)
            ));
        }
        let times = [&invocation.start_time_utc, &invocation.end_time_utc].map(|time| time.words().map(first_line));
        if let [Some(start), Some(end)] = &times
            && let (Ok(started), Ok(ended)) = (
                chrono::DateTime::parse_from_rfc3339(start),
                chrono::DateTime::parse_from_rfc3339(end),
            )
            && ended < started
        {
            let message = format!("{tool} ended at {end}, before it began at {start}");
            anomaly(&mut self.anomalies, AnomalyKind::TimesReversed, None, message);
        }
        self.about.times.extend(times.into_iter().flatten());
        let notifications = invocation
            .tool_execution_notifications
            .list
            .iter()
            .chain(&invocation.tool_configuration_notifications.list);
        for notification in notifications.filter(|notification| notification.level.as_str() == "error") {
            let words = notification.message.0.as_ref().map(words).unwrap_or_default();
            self.not_ended(format!("{tool} met an error of its own: {words}"));
        }
    }

    fn found(&mut self, found: &Found<'_>, run: &Run<'_>, driver: &Component<'_>) {
        let rule = rule_of(found, run, driver);
        if is_suppressed(found) {
            self.facts.suppressed += 1;
            if let Some(counts) = self.runs.last_mut() {
                counts.suppressed += 1;
            }
            return;
        }
        let mut index = self.level(found, rule);
        if let Some(counts) = self.runs.last_mut() {
            *counts.levels.entry(LEVELS[index]).or_default() += 1;
        }
        if let Some(score) = score(found, rule).filter(|_| found.kind.words().is_none_or(|kind| kind == "fail")) {
            self.facts.security_severity = self.facts.security_severity.max(Some(score));
            if let Some(severity) = SCORES.iter().position(|least| score >= *least) {
                self.severities[severity] += 1;
                // Whatever level the author of a rule gave it: what is critical or high is an error, and what is medium a warning.
                index = index.min([0, 0, 1, 2][severity]);
            }
        } else if index < 2 {
            self.facts.unscored += 1;
        }
        self.levels[index] += 1;
        if self.facts.findings.len() < MAX_FINDINGS {
            self.facts.findings.push(finding(found, run, rule, LEVELS[index]));
        }
    }

    /// The level of a result as an index into [`LEVELS`]: its own, else that of its rule, else `warning`. A result of another kind than
    /// `fail` has none, unless somebody is still to look at it.
    fn level(&mut self, found: &Found<'_>, rule: Option<&Rule<'_>>) -> usize {
        let rule_id = found.rule_id.words().map(first_line).unwrap_or_default();
        match found.kind.words() {
            None | Some("fail") => {}
            Some("pass" | "notApplicable" | "informational") => return LEVELS.len() - 1,
            Some(kind @ ("open" | "review")) => {
                let message = format!("a result of `{rule_id}` is of the kind `{kind}`, so it is still to be decided");
                anomaly(&mut self.anomalies, AnomalyKind::Undecided, None, message);
                return LEVELS.len() - 1;
            }
            Some(kind) => {
                let message = format!("a result of `{rule_id}` is of the unknown kind `{}`", first_line(kind));
                anomaly(&mut self.anomalies, AnomalyKind::UnknownWord, None, message);
                return LEVELS.len() - 1;
            }
        }
        let default = rule.and_then(|rule| rule.default_configuration.0.as_ref()?.level.words());
        let level = found.level.words().or(default).unwrap_or("warning");
        LEVELS.iter().position(|known| *known == level).unwrap_or_else(|| {
            let message = format!("the level `{}` is unknown and counts as an error", first_line(level));
            note(&mut self.problems, Problem::of_file(message));
            0
        })
    }
}

/// The security severity of a result in hundredths: its own, else that of its rule.
fn score(found: &Found<'_>, rule: Option<&Rule<'_>>) -> Option<u32> {
    let own = found.properties.0.as_ref().and_then(|properties| properties.severity.words());
    let of_rule = || rule.and_then(|rule| rule.properties.0.as_ref()?.severity.words());
    let score: f64 = own.or_else(of_rule)?.parse().ok()?;
    (0.0..=10.0).contains(&score).then(|| (score * 100.0).round() as u32)
}

fn tool_name(driver: &Component<'_>) -> String {
    let name = driver
        .name
        .words()
        .map_or_else(|| "a tool without a name".to_owned(), first_line);
    match driver.semantic_version.words().or(driver.version.words()) {
        Some(version) => format!("{name} {}", first_line(version)),
        None => name,
    }
}

/// The rule of a result: by the component that it names, else by its index, else by its id; `CA1000/1` is a part of `CA1000`.
fn rule_of<'run>(found: &Found<'_>, run: &'run Run<'_>, driver: &'run Component<'run>) -> Option<&'run Rule<'run>> {
    let reference = found.rule.0.as_ref();
    let extension = reference
        .and_then(|rule| rule.tool_component.0.as_ref()?.index.0)
        .and_then(|index| run.tool.0.as_ref()?.extensions.list.get(index as usize));
    let rules = &extension.unwrap_or(driver).rules.list;
    let index = reference.and_then(|rule| rule.index.0).or(found.rule_index.0);
    if let Some(rule) = index.and_then(|index| rules.get(index as usize)) {
        return Some(rule);
    }
    let id = found.rule_id.words().or(reference.and_then(|rule| rule.id.words()))?;
    let whole = id.split('/').next().unwrap_or(id);
    rules
        .iter()
        .find(|rule| rule.id.as_str() == id)
        .or_else(|| rules.iter().find(|rule| rule.id.as_str() == whole))
}

/// A result is suppressed when every suppression was accepted, or does not say.
fn is_suppressed(found: &Found<'_>) -> bool {
    let suppressions = &found.suppressions.list;
    !suppressions.is_empty()
        && found.suppressions.others == 0
        && suppressions.iter().all(|suppression| {
            let status = suppression.status.words().or(suppression.state.words());
            status.is_none_or(|status| status == "accepted")
        })
}

fn finding(found: &Found<'_>, run: &Run<'_>, rule: Option<&Rule<'_>>, level: &str) -> ScannerFinding {
    let reference = found.rule.0.as_ref().and_then(|rule| rule.id.words());
    let id = found.rule_id.words().or(reference).or(rule.and_then(|rule| rule.id.words()));
    let own = found.message.0.as_ref().map(words).unwrap_or_default();
    let message = if own.is_empty() {
        let description = rule.and_then(|rule| rule.short_description.0.as_ref());
        description.map(words).unwrap_or_default()
    } else {
        own
    };
    let place = found
        .locations
        .list
        .first()
        .and_then(|location| location.physical_location.0.as_ref());
    let file = place.and_then(|place| place.artifact_location.0.as_ref());
    let path = file.and_then(|file| {
        file.uri.words().or_else(|| {
            let listed = run.artifacts.list.get(file.index.0? as usize)?;
            listed.location.0.as_ref()?.uri.words()
        })
    });
    let fingerprints = [&found.fingerprints, &found.partial_fingerprints];
    let fingerprints = fingerprints.into_iter().filter_map(|values| values.0.as_ref());
    let fingerprints = fingerprints.flat_map(|values| &values.0).filter_map(Text::words);
    ScannerFinding {
        fingerprints: fingerprints.map(first_line).collect(),
        rule: id.map(first_line).unwrap_or_default(),
        level: level.to_owned(),
        message,
        path: path.map(first_line).unwrap_or_default(),
        line: place.and_then(|place| place.region.0.as_ref()?.start_line.0),
    }
}

fn words(message: &Message<'_>) -> String {
    first_line(message.text.words().or(message.markdown.words()).unwrap_or_default())
}

#[cfg(test)]
mod tests;
