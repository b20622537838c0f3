//! What the words of one cell of a gate name: cases and jobs that must pass, files of evidence, and what no key stands for.

use std::ops::Range;

use crate::model::declaration::NamedFile;
use crate::parse::runbook::gates::also::is_path;
use crate::parse::runbook::gates::words::Words;
use crate::tools::family;

/// Words of demands that no key stands for as they are written: what says one of them and nothing that is understood is told, and never
/// taken for no demand.
const UNREAD: &[&str] = &[
    "disabled test", "dozen", "every test run", "first attempt", "first time", "first try", "five ", "flak", "four ", "gpl",
    "half ", "hundred", "ignored", "must be executed", "must include", "no disabled", "no pending", "no todo", "nothing pending",
    "per endpoint", "quarantin", "required:", "rerun", "retries", "skips", "skipped", "thousand", "three ", "twice", "two ",
    "xfail",
];

/// Words of a comparison: where none of it was read, nobody can compare anything.
const COMPARING: &[&str] = &[
    "at least", "at most", "exceed", "fewer than", "less than", "more than", "no less than", "no longer than", "no more than",
    "or better", "or fewer", "or less", "or more",
];

/// Words beside a bound that ask for something more, which no key stands for.
const MORE: &[&str] = &[
    "before release", "does not drop", "each file", "everywhere", "last release", "last time", "per endpoint", "per module",
    "per package", "per suite", "previous run", "must not drop", "no decrease", "no drop", "no regression", "not decrease",
    "not drop", "per file", "previous release", "release before",
];

/// What stands in place of a demand that is still to be written. Sorted.
const UNWRITTEN: [&str; 12] = [
    "?", "??", "???", "fixme", "tba", "tbc", "tbd", "to be agreed", "to be decided", "to be defined", "to be determined", "todo",
];

/// Words that only list names. Sorted.
const LISTING: [&str; 15] = [
    "and", "both", "component", "components", "each", "for", "image", "images", "of", "only", "or", "package", "packages",
    "subject", "the",
];

/// Endings of files that hold what a tool or a person measured. Sorted.
const EVIDENCE: [&str; 12] = [
    "csv", "info", "json", "jsonl", "ndjson", "out", "sarif", "tap", "trx", "xml", "yaml", "yml",
];

/// Names of gates whose evidence says by itself whether something is signed. Sorted.
const SIGNED: &[&str] = &["attest", "cosign", "image", "provenance", "sign", "sigstore", "slsa", "tag"];

/// Where workflows of the forge lie.
const WORKFLOWS: &str = ".github/workflows/";

/// Programs that run checks: that one of them passes names no case and no job. Sorted.
const PROGRAMS: &[&str] = &[
    "bandit", "biome", "cargo", "cd", "ci", "clippy", "codeql", "cypress", "eslint", "gitleaks", "go", "gradle", "grype", "jest",
    "just", "lighthouse", "main", "make", "master", "mocha", "mvn", "mypy", "nox", "npm", "playwright", "pnpm", "prettier",
    "pytest", "ruff", "semgrep", "snyk", "tox", "trivy", "tsc", "vitest", "yarn",
];

/// Words that name no job and no case, however they are listed. Sorted.
const GENERAL: &[&str] = &[
    "all", "any", "both", "build and test", "case", "cases", "check", "checks", "ci", "each", "every", "everything", "it", "job",
    "jobs", "no", "none", "nothing", "pipeline", "pipelines", "required", "run", "runs", "step", "steps", "suite", "suites",
    "they", "this", "workflow", "workflows",
];

/// What a list of names that must pass ends with.
const PASSING: &[&str] = &[
    "green", "pass", "passed", "passes", "passing", "succeed", "succeeded", "succeeds", "successful",
];

/// Whether a demand says of what it names that it must pass.
pub(super) fn passes(words: &Words<'_>) -> bool {
    words.says(&["pass", "green", "succe", "required", "incl", "must run"]) && !words.says(&["fail"])
}

/// The cases, suites or jobs that a demand names in code and that must pass: "`verify` and `deploy` green".
pub(super) fn names(words: &Words<'_>) -> Vec<String> {
    if !passes(words) {
        return Vec::new();
    }
    // The jobs of a run stand under the name of its workflow, so that either is found. A workflow is named by its own name, which may be
    // any word, and not by its file.
    let of_workflow = words.says(&["workflow", "pipeline"]);
    let codes = words.codes.iter().map(|(_, code)| code.trim());
    let quoted = quoted(words).into_iter().filter(|_| of_workflow);
    codes
        .chain(quoted)
        .filter(|code| is_name(code) || of_workflow && is_title(code))
        .map(str::to_owned)
        .collect()
}

/// The files of workflows that the cells of a gate name, each once: that of a cell which says that something is a workflow by its whole path. None
/// where a cell leaves a choice.
pub(super) fn workflows(words: &Words<'_>) -> Vec<String> {
    if words
        .iter()
        .any(|word| matches!(word, "or" | "either" | "unless" | "if" | "when"))
    {
        return Vec::new();
    }
    let is_said = words.says(&["workflow"]);
    let bare = words
        .text
        .split([' ', ',', ';', '(', ')', '\n'])
        .filter(|_| words.codes.is_empty());
    let codes = words.codes.iter().map(|(_, code)| code.trim());
    let mut files: Vec<String> = Vec::new();
    for word in codes.chain(bare.map(|word| word.trim_end_matches('.'))) {
        let is_file = [".yml", ".yaml"]
            .iter()
            .any(|ending| word.len() > ending.len() && word.ends_with(ending));
        let is_elsewhere = word.contains('/') && !word.contains(WORKFLOWS);
        if !is_file || is_elsewhere || word.contains(['*', ' ', '<', '{']) || word.starts_with('.') && !word.contains('/') {
            continue;
        }
        let file = if is_said && !word.contains('/') {
            format!("{WORKFLOWS}{word}")
        } else {
            word.to_owned()
        };
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// The job that a demand names in plain words beside its workflow: "job lint of workflow ci.yml is green".
fn job<'text>(words: &Words<'text>) -> Option<&'text str> {
    let is_of_workflow = words.says(&["workflow", ".yml", ".yaml"]);
    let mut parts = words.text.split_whitespace().filter(|_| is_of_workflow);
    while let Some(part) = parts.next() {
        if !part.eq_ignore_ascii_case("job") {
            continue;
        }
        let name = parts.next()?.trim_matches(['"', '\'', '“', '”', ',']);
        // "job queue is empty" names none.
        let behind: Vec<String> = parts
            .clone()
            .take(3)
            .map(|word| word.trim_end_matches([',', '.', ';']).to_lowercase())
            .collect();
        let is_placed = matches!(behind.first().map(String::as_str), Some("and" | "from" | "in" | "of"));
        let goes_on = is_placed || behind.iter().any(|word| PASSING.contains(&word.as_str()));
        let is_job = words.codes.iter().all(|(_, code)| code.trim() != name)
            && is_name(name)
            && GENERAL.binary_search(&name.to_lowercase().as_str()).is_err();
        return (is_job && goes_on).then_some(name);
    }
    None
}

/// What a demand names in quotes: "workflow "Release" green".
fn quoted<'text>(words: &Words<'text>) -> Vec<&'text str> {
    let parts = words.text.split(['"', '“', '”']).enumerate();
    let inside = parts.filter(|(at, _)| at % 2 == 1).map(|(_, part)| part.trim());
    inside.filter(|part| !part.is_empty()).collect()
}

/// Whether code may be the name of a workflow: words, and neither a file nor a command.
fn is_title(code: &str) -> bool {
    let first = code.split_whitespace().next().unwrap_or_default().to_lowercase();
    let is_command = code.contains(' ') && PROGRAMS.binary_search(&first.as_str()).is_ok();
    !is_command
        && code.starts_with(char::is_alphabetic)
        && code
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '&'))
}

fn is_name(code: &str) -> bool {
    !code.is_empty()
        && code.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        && code.chars().any(char::is_alphabetic)
        && PROGRAMS.binary_search(&code.to_lowercase().as_str()).is_err()
}

/// The jobs that a demand names in plain words, at least two of them and nothing else: "lint, test and build green". People write them so that
/// they stand in the names of the jobs, and are not the very names.
pub(super) fn spoken(words: &Words<'_>) -> Vec<String> {
    if let Some(job) = job(words).filter(|_| passes(words)) {
        return vec![job.to_owned()];
    }
    if !words.codes.is_empty() || words.text.len() > 200 || words.text.contains(['(', ':', '?', '=', '<', '>']) {
        return Vec::new();
    }
    let text = words.lower.trim().trim_end_matches(['.', '!', ' ']);
    let Some(listed) = PASSING.iter().find_map(|end| text.strip_suffix(end)).and_then(|rest| {
        let rest = rest.strip_suffix(char::is_whitespace)?.trim_end();
        let verb = [
            " all", " both", " are", " is", " must be", " must", " have", " must all", " must have", " to", " jobs", " checks",
        ];
        Some(
            verb.iter()
                .fold(rest, |rest, verb| rest.strip_suffix(verb).unwrap_or(rest).trim_end()),
        )
    }) else {
        return Vec::new();
    };
    let listed = listed
        .replace(" and ", ",")
        .replace(" & ", ",")
        .replace(" + ", ",")
        .replace(" plus ", ",");
    let names: Vec<&str> = listed
        .split([',', '/', '+', '&', ';'])
        .map(|name| {
            let name = name.trim();
            let name = name
                .strip_prefix("the ")
                .or(name.strip_prefix("jobs "))
                .or(name.strip_prefix("job "))
                .unwrap_or(name);
            name.strip_prefix("and ").unwrap_or(name).trim()
        })
        .filter(|name| !name.is_empty())
        .collect();
    let is_listed = |name: &&str| {
        name.split_whitespace().count() <= 2
            && name.starts_with(char::is_alphabetic)
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '))
            && name.split_whitespace().all(|word| GENERAL.binary_search(&word).is_err())
    };
    if names.len() < 2 || !names.iter().all(is_listed) {
        return Vec::new();
    }
    names.into_iter().map(str::to_owned).collect()
}

/// The paths in a cell of evidence: those in code, or, where nothing is, the words that end like a file.
pub(super) fn codes<'text>(words: &Words<'text>) -> Vec<(Range<usize>, &'text str)> {
    if !words.codes.is_empty() {
        let codes = words.codes.iter().filter(|(_, code)| is_path(code.trim()));
        return codes.cloned().collect();
    }
    let mut found = Vec::new();
    let mut at = 0;
    for part in words.text.split_inclusive([' ', ',', ';', '\n', '(', ')']) {
        let start = at;
        at += part.len();
        let word = part.trim_end_matches([' ', ',', ';', '\n', '(', ')']).trim_end_matches('.');
        let is_file = word
            .rsplit_once('.')
            .is_some_and(|(stem, _)| stem.ends_with(|c: char| c.is_alphanumeric() || c == '*'));
        if is_file && is_path(word) {
            found.push((start..start + word.len(), word));
        }
    }
    found
}

/// The families of formats that a cell asks for: its words, code left out that is more than such a name.
pub(super) fn formats(words: &Words<'_>) -> Vec<String> {
    let mut text = words.text.to_owned();
    for (range, code) in words.codes.iter().rev() {
        if family::formats(code).is_empty() {
            text.replace_range(range.clone(), &" ".repeat(range.len()));
        }
    }
    // The kind "step" of a table is what is recorded of a step.
    if text.trim().eq_ignore_ascii_case("step") {
        return vec!["step record".to_owned()];
    }
    family::asked(&text).into_iter().map(str::to_owned).collect()
}

/// Whether a demand that was understood asks for something more in words that no key stands for.
pub(super) fn asks_more(words: &Words<'_>) -> bool {
    words.says(MORE)
}

/// The files that a cell of evidence names, each with the words beside it; none where it leaves a choice.
pub(super) fn files(words: &Words<'_>) -> Vec<NamedFile> {
    if words.iter().any(|word| matches!(word, "or" | "either")) {
        return Vec::new();
    }
    let mut files: Vec<NamedFile> = Vec::new();
    let mut end = 0;
    for (range, code) in codes(words) {
        let before = words.text.get(end..range.start).unwrap_or_default();
        if !is_evidence(code.trim(), before) {
            continue;
        }
        // "`a.sarif` of Trivy, `b.sarif` of Grype": behind a file and before the comma is what wrote it.
        let (behind, before) = match (files.is_empty(), before.split_once([',', ';'])) {
            (false, Some((behind, before))) => (behind, before),
            _ => ("", before),
        };
        if let Some(last) = files.last_mut() {
            last.words.push(' ');
            last.words.push_str(behind.trim_matches(['`', ' ']));
        }
        files.push(NamedFile {
            path: code.trim().to_owned(),
            words: before.trim_matches(['`', ' ']).to_owned(),
        });
        end = range.end;
    }
    if let Some(last) = files.last_mut() {
        last.words.push(' ');
        last.words
            .push_str(words.text.get(end..).unwrap_or_default().trim_matches(['`', ' ']));
    }
    for file in &mut files {
        file.words = file.words.trim().to_owned();
    }
    files
}

/// Whether a path is that of evidence, and no text for people, no script, no folder and no definition of the run that leaves the evidence.
fn is_evidence(path: &str, before: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let is_definition = matches!(ending.as_str(), "yaml" | "yml")
        && (path.contains(".github/") || path.contains(".gitlab") || {
            let mut words = before.split(|c: char| !c.is_alphanumeric());
            words.any(|word| {
                matches!(
                    word.to_lowercase().as_str(),
                    "by" | "from" | "in" | "job" | "of" | "see" | "via" | "workflow"
                )
            })
        });
    EVIDENCE.binary_search(&ending.as_str()).is_ok() && !is_definition
}

/// Whether a demand of which nothing was understood asks for something all the same.
pub(super) fn is_unread(words: &Words<'_>, label: &str) -> bool {
    let label = label.to_lowercase();
    let says_signed = words.iter().any(|word| word == "signed") && !SIGNED.iter().any(|word| label.contains(word));
    let is_of_bill = ["sbom", "bill of materials", "bom"].iter().any(|word| label.contains(word));
    // "for `api` and `web`": names that nothing takes for a case, a command or a path, and no word that says what is asked of them.
    let is_list = words.iter().all(|word| LISTING.binary_search(&word).is_ok());
    let has_names = is_list && !is_of_bill && words.codes.iter().any(|(_, code)| is_name(code.trim()));
    let whole = words.text.trim().trim_end_matches('.').to_lowercase();
    // A bill of materials tells the licences, and nothing here judges them.
    let of_licences = is_of_bill && words.says(&["licence", "license", "licensing"]);
    of_licences
        || words.says(UNREAD)
        || words.says(MORE)
        || words.says(COMPARING)
        || says_signed
        || has_names
        || UNWRITTEN.binary_search(&whole.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{EVIDENCE, GENERAL, LISTING, PROGRAMS, SIGNED, UNWRITTEN, files, spoken};
    use crate::parse::runbook::gates::tests::{read, words};

    #[test]
    fn workflows_and_their_jobs_are_named_by_files_and_words() {
        let of = |demand: &str, evidence: &str| {
            let text = format!("## Gates\n\n| Gate | Demand | Evidence |\n|---|---|---|\n| CI | {demand} | {evidence} |\n");
            let found = crate::parse::runbook::parse(text.as_bytes()).declarations;
            let gate = found
                .into_iter()
                .find(|found| found.kind == crate::model::declaration::DeclarationKind::Gate);
            let gate = gate.expect("there is a gate");
            let jobs = [gate.required, gate.spoken].concat();
            (gate.workflows.join(" "), jobs.join(" "))
        };
        let told = |workflows: &str, jobs: &str| (workflows.to_owned(), jobs.to_owned());
        assert_eq!(of("`ci.yml` green", ""), told("ci.yml", ""));
        assert_eq!(of("workflow `ci.yml` green", ""), told(".github/workflows/ci.yml", ""));
        assert_eq!(
            of("job lint of workflow ci.yml is green", ""),
            told(".github/workflows/ci.yml", "lint")
        );
        assert_eq!(
            of("job `lint` of workflow `ci.yml` is green", ""),
            told(".github/workflows/ci.yml", "lint")
        );
        assert_eq!(of("workflow \"Release\" green", ""), told("", "Release"));
        assert_eq!(of("green", "`run.json` of `ci.yml`"), told("ci.yml", ""));
        for (demand, evidence) in [
            ("`ci.yml` or `other.yml` green", ""),
            ("`ci.yml` is reviewed", ""),
            ("the job queue is empty and all workflows green", ""),
            ("green if `ci.yml` changed", ""),
            ("green", "`deploy/values.yml`"),
            ("green", "`.gitlab-ci.yml`"),
        ] {
            assert_eq!(of(demand, evidence), told("", ""), "{demand}");
        }
    }

    #[test]
    fn words_for_formats_are_demands() {
        let of = |demand: &str, evidence: &str| {
            let text = format!("## Gates\n\n| Gate | Demand | Evidence |\n|---|---|---|\n| Parts | {demand} | {evidence} |\n");
            let found = crate::parse::runbook::parse(text.as_bytes()).declarations;
            let gate = found
                .iter()
                .find(|found| found.kind == crate::model::declaration::DeclarationKind::Gate);
            gate.expect("there is a gate").formats.clone()
        };
        assert_eq!(of("SPDX", "`bom.json`"), ["SPDX"]);
        assert_eq!(of("present", "SPDX `bom.json`"), ["SPDX"]);
        assert_eq!(of("`SARIF` without errors", ""), ["SARIF"]);
        assert_eq!(of("exit code 0", "step"), ["step record"]);
        assert!(of("present", "`bom.spdx.json`").is_empty(), "a path is no demand");
        assert!(of("each step passes", "step 3 of the log").is_empty());
        assert!(of("SPDX or CycloneDX", "").is_empty());
    }

    #[test]
    fn names_in_code_must_pass_and_what_no_key_stands_for_is_told() {
        assert!(PROGRAMS.is_sorted() && GENERAL.is_sorted() && SIGNED.is_sorted() && UNWRITTEN.is_sorted());
        assert!(EVIDENCE.is_sorted() && LISTING.is_sorted());
        let required = |demand: &str| {
            let text = format!("## Gates\n\n| Gate | Demand |\n|---|---|\n| CI | {demand} |\n");
            let found = crate::parse::runbook::parse(text.as_bytes()).declarations;
            found.into_iter().flat_map(|found| found.required).collect::<Vec<_>>()
        };
        assert_eq!(required("`verify` and `deploy-eu` green"), ["verify", "deploy-eu"]);
        assert_eq!(required("suite `payments` passes"), ["payments"]);
        assert_eq!(required("`Nightly` workflow green"), ["Nightly"]);
        assert_eq!(required("workflow `Build and push` green"), ["Build and push"]);
        assert!(required("workflow `other.yml` green").is_empty() && required("`make test` pipeline green").is_empty());
        for demand in [
            "`pytest` passes", "`make test` passes", "`ci.yml` green", "see `verify`", "all green", "no `x` fails, all pass",
        ] {
            assert!(required(demand).is_empty(), "{demand}");
        }
        for (demand, is_unread) in [
            ("no skipped tests", false),
            ("none flaky", false),
            ("at least two hundred", true),
            ("no pending migrations", true),
            ("for `api` and `web`", true),
            ("no quarantined tests", true),
            ("signed", true),
            ("TBD", true),
            ("at least seventeen scenarios", true),
            ("no more than the last time", true),
            ("dependencies up to date", false),
            ("all scenarios", false),
            ("To be agreed.", true),
            ("three jobs green", true),
            ("green on Linux and Windows", false),
            ("lines ≥ 70 % and not below the last release", true),
            ("lines ≥ 70 %", false),
            ("`api` and `web` are built", false),
            ("feature flag disabled", false),
            ("on `main`", false),
            ("see `verify`", false),
            ("lint, test and build green", false),
            ("all journeys pass", false),
            ("exit code 0", false),
        ] {
            let text = format!("## Gates\n\n| Gate | Demand |\n|---|---|\n| Thing | {demand} |\n");
            let found = read(&text);
            assert_eq!(
                found.iter().any(|line| line.contains("unread")),
                is_unread,
                "{demand}: {found:?}"
            );
        }
        let signed = read("## Gates\n\n| Gate | Demand |\n|---|---|\n| Attestation | signed |\n");
        assert!(!signed.iter().any(|line| line.contains("unread")), "{signed:?}");
    }

    #[test]
    fn jobs_in_plain_words_are_lists_of_names_and_nothing_else() {
        for (text, expected) in [
            ("lint, test and build green", &["lint", "test", "build"][..]),
            ("Lint/Test/Build must pass", &["lint", "test", "build"]),
            ("verify + deploy-eu green.", &["verify", "deploy-eu"]),
            ("the api and web jobs are green", &["api", "web"]),
            ("unit and integration tests pass", &["unit", "integration tests"]),
        ] {
            assert_eq!(spoken(&words(text)), expected, "{text}");
        }
        for text in [
            "green",
            "all checks and jobs pass",
            "lint green",
            "all journeys pass",
            "tests pass on every push and pull request",
            "`verify` and `deploy` green",
            "lint, test and build",
            "no errors, all pass",
            "pass",
            "both pass",
            "",
        ] {
            assert!(spoken(&words(text)).is_empty(), "{text}");
        }
    }

    #[test]
    fn files_are_named_with_the_words_beside_them() {
        let of =
            |text| -> Vec<(String, String)> { files(&words(text)).into_iter().map(|file| (file.path, file.words)).collect() };
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(path, words)| ((*path).to_owned(), (*words).to_owned()))
                .collect()
        };
        assert_eq!(of("`j.xml`, `k.xml`"), pairs(&[("j.xml", ""), ("k.xml", "")]));
        assert_eq!(
            of("`j.xml` and `reports/*.xml`"),
            pairs(&[("j.xml", ""), ("reports/*.xml", "and")])
        );
        assert_eq!(
            of("Trivy `t.sarif`, Grype `g.sarif`"),
            pairs(&[("t.sarif", "Trivy"), ("g.sarif", "Grype")])
        );
        assert_eq!(
            of("`t.sarif` of Trivy, `g.sarif`"),
            pairs(&[("t.sarif", "of Trivy"), ("g.sarif", "")])
        );
        assert_eq!(of("`t.sarif` (Trivy)"), pairs(&[("t.sarif", "(Trivy)")]));
        assert_eq!(of("j.xml, reports/k.xml"), pairs(&[("j.xml", ""), ("reports/k.xml", "")]));
        assert_eq!(of("Trivy r.sarif"), pairs(&[("r.sarif", "Trivy")]));
        for (text, only) in [
            ("`run.json` of `ci.yml`", "run.json"),
            ("`eval.json`, see `docs/evals.md`", "eval.json"),
            ("`a.json` by `scripts/scan.sh` in `artifacts/`", "a.json"),
            ("`r.json` from `.github/workflows/x.yml`", "r.json"),
        ] {
            let paths: Vec<String> = files(&words(text)).into_iter().map(|file| file.path).collect();
            assert_eq!(paths, [only], "{text}");
        }
        assert_eq!(files(&words("`a.json`, `signoffs.yaml`")).len(), 2);
        for text in ["`j.xml` or `k.xml`", "and/or", "e.g. a report", "Trivy", "`make test`", ""] {
            assert!(files(&words(text)).is_empty(), "{text}");
        }
    }
}
