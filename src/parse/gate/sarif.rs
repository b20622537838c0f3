//! SARIF 2.1.0: what scanners and linters found.
//!
//! A run counts only when it says that it ended well and has a list of results, if only an empty one: tools move what stopped them
//! out of the results and into notifications.

use serde::Deserialize;

use crate::model::evidence::{Artifact, Content, FindingFacts, ScannerFinding};
use crate::model::finding::Problem;
use crate::parse::artifact::json::{self, Count, Flag, Items, One, Text};
use crate::parse::artifact::{Format, Sniff, broken, note};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "sarif",
    title: "SARIF",
    recognizes,
    parse,
};

/// Findings that are listed.
const MAX_FINDINGS: usize = 50;

/// The levels, worst first.
const LEVELS: [&str; 4] = ["error", "warning", "note", "none"];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("runs")
        && (sniff.text_at("version").is_some()
            || sniff.text_at("$schema").is_some_and(|schema| schema.contains("sarif"))
            || sniff.text.contains("\"driver\""))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Log<'text> {
    #[serde(borrow)]
    version: Text<'text>,
    #[serde(borrow, rename = "$schema")]
    schema: Text<'text>,
    #[serde(borrow)]
    runs: Items<Run<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Run<'text> {
    #[serde(borrow)]
    tool: One<Tool<'text>>,
    #[serde(borrow)]
    invocations: Items<Invocation<'text>>,
    #[serde(borrow)]
    results: Items<Found<'text>>,
    #[serde(borrow)]
    artifacts: Items<File<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tool<'text> {
    #[serde(borrow)]
    driver: One<Component<'text>>,
    #[serde(borrow)]
    extensions: Items<Component<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Component<'text> {
    #[serde(borrow)]
    name: Text<'text>,
    #[serde(borrow)]
    semantic_version: Text<'text>,
    #[serde(borrow)]
    version: Text<'text>,
    #[serde(borrow)]
    rules: Items<Rule<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Rule<'text> {
    #[serde(borrow)]
    id: Text<'text>,
    #[serde(borrow)]
    default_configuration: One<Configuration<'text>>,
    #[serde(borrow)]
    short_description: One<Message<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration<'text> {
    #[serde(borrow)]
    level: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Invocation<'text> {
    execution_successful: Flag,
    #[serde(borrow)]
    tool_execution_notifications: Items<Notification<'text>>,
    #[serde(borrow)]
    tool_configuration_notifications: Items<Notification<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Notification<'text> {
    #[serde(borrow)]
    level: Text<'text>,
    #[serde(borrow)]
    message: One<Message<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Message<'text> {
    #[serde(borrow)]
    text: Text<'text>,
    #[serde(borrow)]
    markdown: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Found<'text> {
    #[serde(borrow)]
    rule_id: Text<'text>,
    rule_index: Count,
    #[serde(borrow)]
    rule: One<RuleReference<'text>>,
    #[serde(borrow)]
    level: Text<'text>,
    #[serde(borrow)]
    kind: Text<'text>,
    #[serde(borrow)]
    message: One<Message<'text>>,
    #[serde(borrow)]
    locations: Items<Location<'text>>,
    #[serde(borrow)]
    suppressions: Items<Suppression<'text>>,
    #[serde(borrow)]
    baseline_state: Text<'text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RuleReference<'text> {
    #[serde(borrow)]
    id: Text<'text>,
    index: Count,
    tool_component: One<ComponentReference>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ComponentReference {
    index: Count,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Location<'text> {
    #[serde(borrow)]
    physical_location: One<PhysicalLocation<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PhysicalLocation<'text> {
    #[serde(borrow)]
    artifact_location: One<FileLocation<'text>>,
    region: One<Region>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FileLocation<'text> {
    #[serde(borrow)]
    uri: Text<'text>,
    index: Count,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Region {
    start_line: Count,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File<'text> {
    #[serde(borrow)]
    location: One<FileLocation<'text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Suppression<'text> {
    #[serde(borrow)]
    status: Text<'text>,
    #[serde(borrow)]
    state: Text<'text>,
}

fn parse(text: &str) -> Artifact {
    let log: Log<'_> = match json::read(text) {
        Ok(log) => log,
        Err(problem) => return broken(problem),
    };
    if let Some(problem) = wrong_version(&log) {
        return broken(problem);
    }
    let mut problems = Vec::new();
    let mut facts = FindingFacts {
        is_conclusive: true,
        ..FindingFacts::default()
    };
    let mut counts = [0; LEVELS.len()];
    if log.runs.list.is_empty() || log.runs.others > 0 {
        facts.is_conclusive = false;
        note(
            &mut problems,
            Problem::of_file("the file holds no run, or one that is no object"),
        );
    }
    for run in &log.runs.list {
        read_run(run, &mut facts, &mut counts, &mut problems);
    }
    facts.levels = LEVELS
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(level, count)| ((*level).to_owned(), count))
        .collect();
    Artifact {
        content: Content::Findings(facts),
        problems,
        ..Artifact::default()
    }
}

/// Why the version of the file cannot be read. Some tools name it in the schema only.
fn wrong_version(log: &Log<'_>) -> Option<Problem> {
    match log.version.words() {
        Some(version) if version == "2.1" || version.starts_with("2.1.") => None,
        Some(version) => Some(Problem::of_file(format!("SARIF {version} is not read, only 2.1.0 is"))),
        None if log.schema.as_str().contains("2.1") => None,
        None => Some(Problem::of_file("the file names no version of SARIF; 2.1.0 is read")),
    }
}

fn read_run(run: &Run<'_>, facts: &mut FindingFacts, counts: &mut [u64; LEVELS.len()], problems: &mut Vec<Problem>) {
    let empty = Component::default();
    let driver = run.tool.0.as_ref().and_then(|tool| tool.driver.0.as_ref()).unwrap_or(&empty);
    let name = tool_name(driver);
    if !facts.tools.contains(&name) {
        facts.tools.push(name.clone());
    }
    if !run.results.is_present {
        facts.is_conclusive = false;
        note(
            problems,
            Problem::of_file(format!(
                "a run of {name} has no list of results, so it did not run to the end"
            )),
        );
    }
    if run.results.others > 0 {
        facts.is_conclusive = false;
        let message = format!("{} results of {name} are no objects", run.results.others);
        note(problems, Problem::of_file(message));
    }
    for invocation in &run.invocations.list {
        read_invocation(invocation, &name, facts, problems);
    }
    for found in run
        .results
        .list
        .iter()
        .filter(|found| found.baseline_state.as_str() != "absent")
    {
        let rule = rule_of(found, run, driver);
        if is_suppressed(found) {
            facts.suppressed += 1;
            continue;
        }
        let index = level_of(found, rule, problems);
        counts[index] += 1;
        if facts.findings.len() < MAX_FINDINGS {
            facts.findings.push(finding(found, run, rule, LEVELS[index]));
        }
    }
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

fn read_invocation(invocation: &Invocation<'_>, tool: &str, facts: &mut FindingFacts, problems: &mut Vec<Problem>) {
    if invocation.execution_successful.0 == Some(false) {
        facts.is_conclusive = false;
        note(problems, Problem::of_file(format!("{tool} says that it did not end well")));
    }
    let notifications = invocation
        .tool_execution_notifications
        .list
        .iter()
        .chain(&invocation.tool_configuration_notifications.list);
    for notification in notifications.filter(|notification| notification.level.as_str() == "error") {
        facts.is_conclusive = false;
        let words = notification.message.0.as_ref().map(words).unwrap_or_default();
        note(problems, Problem::of_file(format!("{tool} met an error of its own: {words}")));
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

/// The level of a result as an index into [`LEVELS`]: its own, else that of its rule, else `warning`.
fn level_of(found: &Found<'_>, rule: Option<&Rule<'_>>, problems: &mut Vec<Problem>) -> usize {
    if found.kind.words().is_some_and(|kind| kind != "fail") {
        return LEVELS.len() - 1;
    }
    let default = rule.and_then(|rule| rule.default_configuration.0.as_ref()?.level.words());
    let level = found.level.words().or(default).unwrap_or("warning");
    LEVELS.iter().position(|known| *known == level).unwrap_or_else(|| {
        let message = format!("the level `{}` is unknown and counts as an error", first_line(level));
        note(problems, Problem::of_file(message));
        0
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
    ScannerFinding {
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
mod tests {
    use proptest::prelude::proptest;

    use super::parse;
    use crate::model::evidence::{Content, FindingFacts};

    fn facts(text: &str) -> (FindingFacts, Vec<String>) {
        let artifact = parse(text);
        let problems = artifact.problems.into_iter().map(|problem| problem.message).collect();
        match artifact.content {
            Content::Findings(facts) => (facts, problems),
            other => panic!("{other:?}: {problems:?}"),
        }
    }

    fn run(inside: &str) -> String {
        format!(
            r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "scan", "version": "1.2", "rules": [
                {{"id": "A", "defaultConfiguration": {{"level": "note"}}, "shortDescription": {{"text": "about A"}}}},
                {{"id": "B", "defaultConfiguration": {{"level": "error"}}}}]}},
              "extensions": [{{"name": "x", "rules": [{{"id": "C", "defaultConfiguration": {{"level": "none"}}}}]}}]}}, {inside}}}]}}"#
        )
    }

    fn levels(results: &str) -> String {
        let (facts, _) = facts(&run(&format!("\"results\": [{results}]")));
        let mut levels: Vec<_> = facts.levels.iter().map(|(level, count)| format!("{level} {count}")).collect();
        if facts.suppressed > 0 {
            levels.push(format!("suppressed {}", facts.suppressed));
        }
        levels.join(", ")
    }

    #[test]
    fn levels_come_from_the_result_then_from_its_rule() {
        for (result, expected) in [
            (r"{}", "warning 1"),
            (r#"{"level": "note"}"#, "note 1"),
            (r#"{"ruleId": "B"}"#, "error 1"),
            (r#"{"ruleId": "B/sub"}"#, "error 1"),
            (r#"{"ruleIndex": 0}"#, "note 1"),
            (r#"{"ruleIndex": -1, "ruleId": "B"}"#, "error 1"),
            (r#"{"rule": {"index": 0, "toolComponent": {"index": 0}}}"#, "none 1"),
            (r#"{"ruleId": "B", "level": "warning"}"#, "warning 1"),
            (r#"{"ruleId": "B", "kind": "pass"}"#, "none 1"),
            (r#"{"ruleId": "B", "kind": "fail"}"#, "error 1"),
            (r#"{"level": "critical"}"#, "error 1"),
            (r#"{"baselineState": "absent"}"#, ""),
            (r#"{"suppressions": [{"kind": "inSource"}]}"#, "suppressed 1"),
            (
                r#"{"suppressions": [{"status": "accepted"}, {"status": "rejected"}]}"#,
                "warning 1",
            ),
            (r#"{"suppressions": []}"#, "warning 1"),
            (r#"{"suppressions": [null]}"#, "warning 1"),
        ] {
            assert_eq!(levels(result), expected, "{result}");
        }
    }

    #[test]
    fn a_run_without_an_end_or_without_results_is_not_conclusive() {
        for (inside, is_conclusive) in [
            (r#""results": []"#, true),
            (r#""results": null"#, false),
            (r#""artifacts": []"#, false),
            (r#""results": {}"#, false),
            (r#""results": [3]"#, false),
            (r#""results": [], "invocations": [{"executionSuccessful": true}]"#, true),
            (r#""results": [], "invocations": [{"executionSuccessful": false}]"#, false),
            (
                r#""results": [], "invocations": [{"toolExecutionNotifications": [{"level": "note"}]}]"#,
                true,
            ),
            (
                r#""results": [], "invocations": [{"toolExecutionNotifications": [{"level": "error"}]}]"#,
                false,
            ),
            (
                r#""results": [], "invocations": [{"toolConfigurationNotifications": [{"level": "error"}]}]"#,
                false,
            ),
        ] {
            let (facts, problems) = facts(&run(inside));
            assert_eq!(facts.is_conclusive, is_conclusive, "{inside}");
            assert_eq!(problems.is_empty(), is_conclusive, "{inside}: {problems:?}");
        }
        assert!(!facts(r#"{"version": "2.1.0", "runs": []}"#).0.is_conclusive);
    }

    #[test]
    fn findings_are_listed_with_their_place() {
        let (facts, _) = facts(&run(r#""artifacts": [{"location": {"uri": "src/b.rs"}}], "results": [
              {"ruleId": "A", "message": {"text": "\u001b[31mfirst\u001b[0m line\nsecond"}, "locations": [{"physicalLocation":
                {"artifactLocation": {"uri": "src/a.rs"}, "region": {"startLine": 7}}}]},
              {"ruleId": "A", "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}}}]}]"#));
        assert_eq!(facts.tools, ["scan 1.2"]);
        let shown: Vec<_> = facts
            .findings
            .iter()
            .map(|finding| {
                format!(
                    "{} {} {}:{:?} {}",
                    finding.rule, finding.level, finding.path, finding.line, finding.message
                )
            })
            .collect();
        assert_eq!(shown, ["A note src/a.rs:Some(7) first line", "A note src/b.rs:None about A"]);
    }

    #[test]
    fn other_versions_and_other_json_are_refused() {
        for (text, expected) in [
            (
                r#"{"version": "2.0.0", "runs": []}"#,
                "SARIF 2.0.0 is not read, only 2.1.0 is",
            ),
            (r#"{"runs": []}"#, "the file names no version of SARIF; 2.1.0 is read"),
            (r#"{"version": "2.1.0", "runs": [],}"#, "not valid JSON: trailing comma"),
            (
                r#"{"version": "2.1.0", "runs": [], "runs": []}"#,
                "not as the format has it: duplicate field `runs`",
            ),
        ] {
            let artifact = parse(text);
            assert!(matches!(artifact.content, Content::Unread), "{text}");
            assert_eq!(artifact.problems[0].message, expected);
        }
    }

    proptest! {
        #[test]
        fn any_members_are_read(
            members in "(\"(results|invocations|tool|artifacts)\": ?(null|1|\"a\"|\\[\\]|\\{\\}|\\[(\\{\"(level|ruleIndex|suppressions|locations)\": ?(1e9|\"x\"|\\[null\\])\\}|null)\\]),? ?){0,3}"
        ) {
            let _ = parse(&format!("{{\"version\": \"2.1.0\", \"runs\": [{{{members}}}]}}"));
        }
    }
}
