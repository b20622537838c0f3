//! What a text names as evidence in words: files that must each be there, the tools that write them, and jobs by what stands in their names.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobBuilder;

use crate::audit::verdict::subject;
use crate::model::evidence::{CaseKind, CaseResult, Content, Evidence, NamedResult};
use crate::model::gate::{Gate, NamedEvidence, Outcome};
use crate::model::release::Release;
use crate::tools::format::file_name;

/// Words of the name of a gate whose evidence is a run of CI. Sorted.
const OF_CI: &[&str] = &[
    "actions", "build", "builds", "check", "checks", "ci", "jobs", "pipeline", "pipelines", "workflow", "workflows",
];

/// The last part of a path or glob, of a folder too.
fn name_of(path: &str) -> &str {
    file_name(path.trim_end_matches('/'))
}

/// Whether a file is one that a name or glob means: `collect` keeps the last part of each path.
fn is_meant(wanted: &str, file: &Evidence) -> bool {
    let (wanted, own) = (name_of(wanted), name_of(&file.path));
    let is_glob = || {
        GlobBuilder::new(wanted)
            .build()
            .is_ok_and(|glob| glob.compile_matcher().is_match(own))
    };
    own.eq_ignore_ascii_case(wanted) || is_glob()
}

/// Of several files that a text names each must be there, and what is written by a tool must be.
pub(super) fn files(sound: &[&Evidence], gate: &Gate, release: &Release, open: &mut Vec<(Outcome, String)>) {
    let named = &gate.demand.named;
    let is_folder = |named: &&NamedEvidence| named.path.ends_with('/') || name_of(&named.path) == "**";
    for wanted in named.iter().filter(|named| !is_folder(named)) {
        let meant: Vec<&&Evidence> = sound.iter().filter(|file| is_meant(&wanted.path, file)).collect();
        for file in &meant {
            open.extend(other_tool(wanted, file));
        }
        if named.len() < 2 {
            continue;
        }
        // Two files of one name stand in two folders, and one of them is not both.
        let same = named
            .iter()
            .filter(|other| name_of(&other.path).eq_ignore_ascii_case(name_of(&wanted.path)));
        let (asked, found) = (same.count(), meant.len());
        let is_of_gate = |file: &&Evidence| file.gate.as_deref().is_none_or(|own| own == gate.id);
        let kept: Vec<&Evidence> = release
            .evidence
            .iter()
            .filter(is_of_gate)
            .filter(|file| is_meant(&wanted.path, file))
            .collect();
        // What is there and does not count is told by what is wrong with it.
        let is_copy = |file: &&&Evidence| sound.iter().any(|sound| sound.sha256 == file.sha256);
        let flawed = kept.iter().filter(|file| !is_copy(file)).count();
        let reason = if kept.is_empty() {
            format!("The gate asks for `{}`, and no evidence of it is called so.", wanted.path)
        } else if kept.len() < asked {
            format!(
                "The gate asks for `{}` beside another file of that name, and there is one.",
                wanted.path
            )
        } else if found + flawed < asked {
            format!(
                "`{}` holds what another file of the gate holds, so it shows nothing of its own.",
                wanted.path
            )
        } else {
            continue;
        };
        open.push((Outcome::Missing, reason));
    }
}

/// Why a file is not of the tool that a text names beside it. What has no place for the name of a tool may be of any.
fn other_tool(wanted: &NamedEvidence, file: &Evidence) -> Option<(Outcome, String)> {
    let tool = wanted.tool.as_deref()?;
    let tools = subject::tools(&file.artifact);
    if tools.iter().any(|own| subject::is_tool(own, tool)) {
        return None;
    }
    let path = &file.path;
    if !tools.is_empty() {
        let sentence = format!(
            "`{path}` was written by {}, and the gate asks for `{tool}`.",
            tools.join(", ")
        );
        return Some((Outcome::WrongSubject, sentence));
    }
    let names_tools = matches!(file.artifact.content, Content::Findings(_) | Content::Sbom(_));
    names_tools.then(|| {
        let sentence = format!("`{path}` does not say which tool wrote it, and the gate asks for `{tool}`.");
        (Outcome::WrongSubject, sentence)
    })
}

/// Parts of a run that was split, of which each must be there.
pub(super) fn parts(sound: &[&Evidence], open: &mut Vec<(Outcome, String)>) {
    let mut split: BTreeMap<u64, (&str, BTreeSet<u64>)> = BTreeMap::new();
    for file in sound {
        let told = file.artifact.about.part.or_else(|| part_of(name_of(&file.path)));
        if let Some((part, of)) = told.filter(|(_, of)| *of > 1) {
            split
                .entry(of)
                .or_insert_with(|| (&file.path, BTreeSet::new()))
                .1
                .insert(part);
        }
    }
    for (of, (path, parts)) in split {
        let found = parts.iter().filter(|part| (1..=of).contains(*part)).count() as u64;
        if found < of {
            let sentence = format!("`{path}` is a part of a run that was split into {of}, and {found} of them are here.");
            open.push((Outcome::Inconclusive, sentence));
        }
    }
}

/// Which part of a run a file is by its name, and of how many: `junit-shard-1-of-4.xml`.
fn part_of(name: &str) -> Option<(u64, u64)> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(4).find_map(|window| {
        let [word, part, "of", of] = window else { return None };
        let is_part = matches!(*word, "chunk" | "group" | "node" | "part" | "shard" | "split");
        is_part.then(|| Some((part.parse().ok()?, of.parse().ok()?))).flatten()
    })
}

/// Jobs that a text names in plain words: each must stand in the name of a job, and every job of that name must have passed.
pub(super) fn jobs(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    let spoken = &gate.demand.spoken;
    if spoken.is_empty() {
        return;
    }
    let of = |is_kind: fn(CaseKind) -> bool| -> Vec<NamedResult> {
        let results = sound.iter().filter_map(|file| match &file.artifact.content {
            Content::Tests(facts) if is_kind(facts.kind) => Some(facts.named.clone()),
            _ => None,
        });
        results.flatten().collect()
    };
    let jobs = of(|kind| kind == CaseKind::Job);
    if jobs.is_empty() {
        let others = of(|_| true);
        let is_there = |word: &String| {
            let mut others = others.iter();
            others.any(|other| stands_in(word, &other.name) || stands_in(word, &other.group))
                || sound.iter().any(|file| stands_in(word, &file.path))
        };
        if subject::is_named_by(gate, OF_CI) && !spoken.iter().all(is_there) {
            let sentence = format!(
                "The gate asks for {} to pass, and its evidence names no jobs.",
                spoken.join(", ")
            );
            open.push((Outcome::Inconclusive, sentence));
        }
        return;
    }
    for word in spoken {
        let worst = jobs
            .iter()
            .filter(|job| stands_in(word, &job.name))
            .max_by_key(|job| job.result);
        let (outcome, words) = match worst.map(|worst| worst.result) {
            Some(CaseResult::Passed) => continue,
            None => (Outcome::Missing, "is asked for, and no job of the run is called so"),
            Some(CaseResult::Skipped) => (Outcome::Skipped, "is asked for and did not run"),
            Some(CaseResult::Unknown) => (Outcome::Inconclusive, "is asked for, and how it went is not known"),
            Some(CaseResult::Failed) => (Outcome::Failed, "is asked for and failed"),
        };
        open.push((outcome, format!("`{word}` {words}.")));
    }
}

/// Of each workflow that a text names by its file there must be a run.
pub(super) fn workflows(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    let runs: Vec<Vec<&str>> = sound
        .iter()
        .filter_map(|file| match &file.artifact.content {
            Content::Tests(facts) if facts.kind == CaseKind::Job => Some(facts),
            _ => None,
        })
        .map(|facts| facts.named.iter().map(|job| job.group.as_str()).collect())
        .collect();
    let mut called: Vec<&str> = runs.iter().flatten().copied().filter(|name| !name.is_empty()).collect();
    called.sort_unstable();
    called.dedup();
    // A report that the text itself names beside the workflow was left by a run of it.
    let is_definition = |file: &String| file.ends_with(".yml") || file.ends_with(".yaml");
    let names_report = gate.demand.files.iter().any(|file| !is_definition(file));
    let is_called = |name: &str| called.iter().any(|called| called.trim().eq_ignore_ascii_case(name.trim()));
    for workflow in &gate.demand.workflows {
        let file = &workflow.file;
        let stem = name_of(file).rsplit_once('.').map_or("", |(stem, _)| stem);
        let plain = |text: &str| -> String { text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect() };
        let is_there = match &workflow.name {
            Some(name) => {
                is_called(name)
                    || called
                        .iter()
                        .any(|called| called.ends_with(".yml") && name_of(called) == name_of(file))
            }
            // What is in no tree that is here may be called like its file.
            None => called.iter().any(|called| plain(called) == plain(stem)),
        };
        if is_there {
            continue;
        }
        let names = called.join(", ");
        let (outcome, reason) = match &workflow.name {
            _ if runs.is_empty() && (names_report || !subject::is_named_by(gate, OF_CI)) => continue,
            _ if runs.is_empty() => (
                Outcome::Inconclusive,
                format!("The gate asks for a run of `{file}`, and its evidence is no run."),
            ),
            _ if called.is_empty() => (
                Outcome::Inconclusive,
                format!("The gate asks for a run of `{file}`, and its evidence does not say of which workflow it is."),
            ),
            Some(name) if name != file => (
                Outcome::WrongSubject,
                format!("The gate asks for a run of `{file}`, which is called {name}, and its evidence is of {names}."),
            ),
            Some(_) => (
                Outcome::WrongSubject,
                format!("The gate asks for a run of `{file}`, and its evidence is of {names}."),
            ),
            None => (
                Outcome::Inconclusive,
                format!("The gate asks for a run of `{file}`, which is not in the repository, and its evidence is of {names}."),
            ),
        };
        open.push((outcome, reason));
    }
}

/// Whether the words of a demand stand in a name, in any order and with any ending: `test` in `Unit tests (ubuntu)`.
fn stands_in(spoken: &str, name: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let text = text.to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let own = words(name);
    let joined: String = own.concat();
    let wanted = words(spoken);
    let stem = |word: &str| {
        word.strip_suffix('s')
            .filter(|stem| stem.len() > 2)
            .unwrap_or(word)
            .to_owned()
    };
    // "typecheck" is the job "Type check".
    let is_joined = wanted.len() == 1 && own.len() > 1 && joined.starts_with(&stem(&wanted[0]));
    is_joined || !wanted.is_empty() && wanted.iter().all(|word| own.iter().any(|own| own.starts_with(&stem(word))))
}

#[cfg(test)]
mod tests {
    use super::{files, jobs, parts, stands_in, workflows};
    use crate::audit::testing::evidence_file;
    use crate::model::evidence::{Artifact, CaseKind, CaseResult, Content, Evidence, FindingFacts, NamedResult, TestFacts};
    use crate::model::gate::{Demand, Gate, NamedEvidence, NamedWorkflow, Outcome};
    use crate::model::release::Release;

    fn evidence(name: &str, sha256: &str, content: Content) -> Evidence {
        Evidence {
            sha256: sha256.to_owned(),
            ..evidence_file(
                &format!("evidence/g/{name}"),
                Artifact {
                    content,
                    ..Artifact::default()
                },
            )
        }
    }

    fn findings_of(name: &str, tools: &[&str]) -> Evidence {
        let facts = FindingFacts {
            tools: tools.iter().map(|tool| (*tool).to_owned()).collect(),
            ..FindingFacts::default()
        };
        evidence(name, "1", Content::Findings(facts))
    }

    fn gate(named: &[(&str, Option<&str>)], spoken: &[&str]) -> Gate {
        Gate {
            id: "g".to_owned(),
            title: "CI".to_owned(),
            demand: Demand {
                named: named
                    .iter()
                    .map(|(path, tool)| NamedEvidence {
                        path: (*path).to_owned(),
                        tool: tool.map(str::to_owned),
                    })
                    .collect(),
                spoken: spoken.iter().map(|name| (*name).to_owned()).collect(),
                ..Demand::default()
            },
            ..Gate::default()
        }
    }

    fn told(all: &[Evidence], sound: &[&Evidence], gate: &Gate) -> Vec<(Outcome, String)> {
        let release = Release {
            evidence: all.to_vec(),
            ..Release::default()
        };
        let mut open = Vec::new();
        files(sound, gate, &release, &mut open);
        jobs(sound, gate, &mut open);
        open
    }

    fn run(jobs: &[(&str, CaseResult)]) -> Evidence {
        let named = jobs.iter().map(|(name, result)| NamedResult {
            group: "CI".to_owned(),
            name: (*name).to_owned(),
            result: *result,
        });
        let facts = TestFacts {
            kind: CaseKind::Job,
            named: named.collect(),
            ..TestFacts::default()
        };
        evidence("run.json", "r", Content::Tests(facts))
    }

    #[test]
    fn each_of_several_named_files_must_be_there() {
        let (j, k) = (
            evidence("j.xml", "1", Content::Tests(TestFacts::default())),
            evidence("k.xml", "2", Content::Tests(TestFacts::default())),
        );
        let both = gate(&[("out/j.xml", None), ("k.xml", None)], &[]);
        assert!(told(&[j.clone(), k.clone()], &[&j, &k], &both).is_empty());
        let one = told(std::slice::from_ref(&j), &[&j], &both);
        assert_eq!((one.len(), one[0].0), (1, Outcome::Missing));
        assert!(one[0].1.contains("`k.xml`"), "{}", one[0].1);
        let copy = Evidence {
            sha256: "1".to_owned(),
            ..k.clone()
        };
        assert_eq!(
            told(&[j.clone(), copy], &[&j], &both).len(),
            1,
            "a copy shows nothing of its own"
        );
        assert!(
            told(&[j.clone(), k.clone()], &[&j], &both).is_empty(),
            "what is wrong with the other one is told elsewhere"
        );
        let only = gate(&[("other.xml", None)], &[]);
        assert!(
            told(std::slice::from_ref(&j), &[&j], &only).is_empty(),
            "one name is where it lay"
        );
        let globs = gate(&[("reports/*.xml", None), ("logs/", None)], &[]);
        assert!(told(std::slice::from_ref(&j), &[&j], &globs).is_empty());
        let twice = gate(&[("a/j.xml", None), ("b/j.xml", None)], &[]);
        assert_eq!(told(std::slice::from_ref(&j), &[&j], &twice).len(), 2, "one file is not both");
        let second = Evidence {
            path: "evidence/g/b/j.xml".to_owned(),
            sha256: "3".to_owned(),
            ..j.clone()
        };
        assert!(told(&[j.clone(), second.clone()], &[&j, &second], &twice).is_empty());
    }

    #[test]
    fn the_tool_beside_a_file_must_have_written_it() {
        let wanted = gate(&[("r.sarif", Some("trivy"))], &[]);
        let by = |tools: &[&str]| findings_of("r.sarif", tools);
        let of = |file: &Evidence| told(std::slice::from_ref(file), &[file], &wanted).first().map(|told| told.0);
        assert_eq!(of(&by(&["Trivy 0.50"])), None);
        assert_eq!(of(&by(&["ruff"])), Some(Outcome::WrongSubject));
        assert_eq!(of(&by(&[])), Some(Outcome::WrongSubject));
        let tests = evidence("r.sarif", "1", Content::Tests(TestFacts::default()));
        assert_eq!(of(&tests), None, "a report of cases has no place for a tool");
        assert_eq!(of(&findings_of("other.sarif", &["ruff"])), None, "another file is not meant");
    }

    #[test]
    fn jobs_are_asked_for_by_the_words_of_their_names() {
        let wanted = gate(&[], &["lint", "tests", "build"]);
        let outcome = |file: &Evidence| {
            told(std::slice::from_ref(file), &[file], &wanted)
                .iter()
                .map(|told| told.0)
                .max()
        };
        let passed = CaseResult::Passed;
        assert_eq!(
            outcome(&run(&[
                ("Lint", passed),
                ("unit-test (3.12)", passed),
                ("Build image", passed)
            ])),
            None
        );
        assert_eq!(outcome(&run(&[("verify", passed)])), Some(Outcome::Missing));
        let skipped = [
            ("lint", passed),
            ("test a", passed),
            ("test b", CaseResult::Skipped),
            ("build", passed),
        ];
        assert_eq!(outcome(&run(&skipped)), Some(Outcome::Skipped));
        let cases = evidence("j.xml", "1", Content::Tests(TestFacts::default()));
        assert_eq!(outcome(&cases), Some(Outcome::Inconclusive), "no jobs at all");
    }

    #[test]
    fn a_run_must_be_of_the_workflow_that_is_asked_for() {
        let outcome = |file: &str, name: Option<&str>, evidence: &Evidence| {
            let mut wanted = gate(&[], &[]);
            wanted.demand.workflows = vec![NamedWorkflow {
                file: file.to_owned(),
                name: name.map(str::to_owned),
            }];
            let mut open = Vec::new();
            workflows(&[evidence], &wanted, &mut open);
            open.pop().map(|(outcome, _)| outcome)
        };
        let of_ci = run(&[("verify", CaseResult::Passed)]);
        assert_eq!(outcome("ci.yml", Some("CI"), &of_ci), None);
        assert_eq!(outcome("other.yml", Some("Other"), &of_ci), Some(Outcome::WrongSubject));
        let path = ".github/workflows/other.yml";
        assert_eq!(outcome("other.yml", Some(path), &of_ci), Some(Outcome::WrongSubject));
        assert_eq!(
            outcome(".github/workflows/gone.yml", None, &of_ci),
            Some(Outcome::Inconclusive)
        );
        assert_eq!(
            outcome(".github/workflows/ci.yml", None, &of_ci),
            None,
            "a workflow of another repository may be called like its file"
        );
        let mut by_path = of_ci;
        if let Content::Tests(facts) = &mut by_path.artifact.content {
            facts.named[0].group = path.to_owned();
        }
        assert_eq!(
            outcome("other.yml", Some(path), &by_path),
            None,
            "one without a name goes by its path"
        );
        let cases = evidence("j.xml", "1", Content::Tests(TestFacts::default()));
        assert_eq!(outcome("ci.yml", Some("CI"), &cases), Some(Outcome::Inconclusive));
        let mut wanted = gate(&[], &[]);
        wanted.demand.files = vec!["j.xml".to_owned()];
        wanted.demand.workflows = vec![NamedWorkflow {
            file: "ci.yml".to_owned(),
            name: Some("CI".to_owned()),
        }];
        let mut open = Vec::new();
        workflows(&[&cases], &wanted, &mut open);
        assert!(open.is_empty(), "the text names the report that the run leaves: {open:?}");
    }

    #[test]
    fn every_part_of_a_split_run_must_be_there() {
        let part = |part, of| {
            let mut file = evidence("r.json", "1", Content::Tests(TestFacts::default()));
            file.artifact.about.part = Some((part, of));
            file
        };
        let told = |files: &[&Evidence]| {
            let mut open = Vec::new();
            parts(files, &mut open);
            open.len()
        };
        let (one, two, whole) = (part(1, 2), part(2, 2), part(1, 1));
        assert_eq!(
            (told(&[&one]), told(&[&one, &one]), told(&[&one, &two]), told(&[&whole])),
            (1, 1, 0, 0)
        );
    }

    #[test]
    fn the_name_of_a_file_may_say_which_part_of_a_run_it_is() {
        let told = |names: &[&str]| {
            let files: Vec<Evidence> = names
                .iter()
                .map(|name| evidence(name, name, Content::Tests(TestFacts::default())))
                .collect();
            let sound: Vec<&Evidence> = files.iter().collect();
            let mut open = Vec::new();
            parts(&sound, &mut open);
            open.len()
        };
        assert_eq!(told(&["junit-shard-1-of-4.xml"]), 1);
        assert_eq!(told(&["junit-shard-1-of-2.xml", "junit-shard-2-of-2.xml"]), 0);
        assert_eq!(told(&["junit-1.xml"]), 0);
        assert_eq!(told(&["3-of-4-suites.xml"]), 0);
    }

    #[test]
    fn words_stand_in_names_as_words() {
        for (spoken, name, expected) in [
            ("lint", "Lint (ubuntu-latest)", true),
            ("tests", "test", true),
            ("test", "Testing", true),
            ("typecheck", "Type check", true),
            ("integration tests", "Tests / integration", true),
            ("test", "latest", false),
            ("build", "rebuild", false),
            ("deploy", "verify", false),
        ] {
            assert_eq!(stands_in(spoken, name), expected, "{spoken} in {name}");
        }
    }
}
