//! How something was run: what the words of a gate say about branches, tries and repetitions, compared with what its evidence says of itself.
//!
//! Evidence that says nothing of these is taken as before.

use crate::audit::verdict::subject;
use crate::model::count::of_word;
use crate::model::evidence::{Content, Evidence};
use crate::model::gate::{Gate, Outcome};

/// Branches that people name without a mark.
const BRANCHES: [&str; 4] = ["develop", "main", "master", "trunk"];

/// Words in front of a branch on which something ran. Sorted.
const BEFORE: [&str; 6] = ["against", "at", "from", "of", "on", "to"];

/// Words that say that nothing was tried again.
const ONCE: [&str; 11] = [
    "first attempt", "first try", "pass first time", "passes first time", "no re-run", "no rerun", "no retries",
    "without re-run", "without rerun", "without retries", "zero retries",
];

/// Tools that read the form of sources and look neither for secrets nor for known vulnerabilities. Sorted.
const LINTERS: [&str; 16] = [
    "actionlint", "biome", "clippy", "eslint", "flake8", "hadolint", "markdownlint", "mypy", "prettier", "pylint", "rubocop",
    "ruff", "shellcheck", "stylelint", "tflint", "yamllint",
];

/// Words of the name of a gate that asks for a look for secrets or vulnerabilities. Sorted.
const HUNTS: [&str; 11] = [
    "cve", "cves", "gitleaks", "leak", "leaks", "secret", "secrets", "vuln", "vulnerabilities", "vulnerability", "vulns",
];

/// Words of the name of a gate that does so where it also scans. Sorted.
const SCANNED: [&str; 8] = [
    "container", "containers", "dependencies", "dependency", "image", "images", "package", "packages",
];

/// Words for a look at something. Sorted.
const SCANS: [&str; 5] = ["audit", "audits", "scan", "scanning", "scans"];

/// What the sound files of a gate say of how they came about that its words do not ask for, in sentences with the state of each.
pub(super) fn open(sound: &[&Evidence], gate: &Gate, words: &str, open: &mut Vec<(Outcome, String)>) {
    let asked = branches(words);
    let lower = words.to_lowercase();
    let is_once = ONCE.iter().any(|phrase| lower.contains(phrase));
    for file in sound {
        let about = &file.artifact.about;
        let own = about
            .facts
            .iter()
            .find(|(name, _)| name == "branch")
            .map(|(_, own)| plain(own));
        if let Some(own) = own.filter(|own| !asked.is_empty() && !is_version(own) && !asked.iter().any(|branch| branch == own)) {
            let sentence = format!(
                "`{}` is of the branch {own}, and the gate asks for {}.",
                file.path,
                asked.join(" or ")
            );
            open.push((Outcome::WrongSubject, sentence));
        }
        if let Some(attempt) = about.attempt.filter(|attempt| is_once && *attempt > 1) {
            let sentence = format!(
                "`{}` is of attempt {attempt}, and the gate asks for the first one.",
                file.path
            );
            open.push((Outcome::Failed, sentence));
        }
    }
    repeated(sound, &lower, open);
    linters(sound, gate, open);
}

/// The name of a branch without the place in which git keeps it.
fn plain(branch: &str) -> &str {
    let branch = branch.trim();
    let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    branch.strip_prefix("origin/").unwrap_or(branch)
}

/// Whether the name of a branch is that of a version: a run for a tag names the tag there.
fn is_version(branch: &str) -> bool {
    let last = branch.rsplit(['/', '@', '-']).next().unwrap_or(branch);
    let number = last.strip_prefix('v').unwrap_or(last);
    branch.starts_with("refs/tags/") || number.starts_with(|c: char| c.is_ascii_digit()) && number.contains('.')
}

/// The branches on which words want something to have run: "green on `main`", "on the branch `release`". None where they take it back.
fn branches(words: &str) -> Vec<String> {
    let lower = words.to_lowercase();
    let pieces: Vec<&str> = lower.split_whitespace().collect();
    let mut found: Vec<String> = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let name = piece.trim_matches(|c: char| matches!(c, '`' | ',' | ';' | '.' | ')' | '(' | '"'));
        let back = |count: usize| at.checked_sub(count).map_or("", |at| pieces[at]);
        let is_placed = |word: &str| BEFORE.binary_search(&word).is_ok();
        let is_article = matches!(back(1), "the" | "branch");
        let before = match (is_article, back(2)) {
            (true, "the") => back(3),
            (true, before) => before,
            (false, _) => back(1),
        };
        let next = pieces
            .get(at + 1)
            .map_or("", |next| next.trim_matches(|c: char| !c.is_alphanumeric()));
        let is_code = piece.starts_with('`') || piece.starts_with("(`");
        let is_end = piece.ends_with([',', ';', '.', ')']) || at + 1 == pieces.len();
        let is_branch = is_code && (back(1) == "branch" || next == "branch" && !is_end);
        let is_usual = BRANCHES.contains(&name)
            && (is_code || is_end || matches!(next, "and" | "after" | "before" | "branch" | "for" | "or" | "with"));
        let is_joined = matches!(back(1), "or") && !found.is_empty();
        let is_taken_back = pieces[..at]
            .iter()
            .rev()
            .take(4)
            .any(|word| matches!(*word, "not" | "no" | "never"));
        if (is_placed(before) || is_joined) && (is_usual || is_branch) && !is_taken_back && !name.contains(['*', '<']) {
            found.push(name.to_owned());
        }
    }
    found
}

/// Fewer measurements than a gate takes the middle of: "median of 3 runs".
fn repeated(sound: &[&Evidence], lower: &str, open: &mut Vec<(Outcome, String)>) {
    let are_figures = sound.iter().all(|file| matches!(file.artifact.content, Content::Metrics(_)));
    let is_of_many = |file: &&Evidence| file.artifact.format.is_some_and(|format| format.starts_with("lhci"));
    if !are_figures || sound.iter().any(is_of_many) {
        return;
    }
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    for window in words.windows(4) {
        let [kind, "of", count, noun] = window else { continue };
        let is_kind = matches!(*kind, "average" | "best" | "mean" | "median" | "worst");
        let is_noun = matches!(*noun, "audits" | "loads" | "measurements" | "passes" | "runs" | "samples");
        let count = count.parse().ok().or_else(|| of_word(count).map(|count| count as usize));
        if let Some(count) = count.filter(|count| is_kind && is_noun && sound.len() < *count) {
            let sentence = format!(
                "The gate asks for the {kind} of {count} {noun}, and {} of them {} here.",
                sound.len(),
                if sound.len() == 1 { "is" } else { "are" }
            );
            open.push((Outcome::Inconclusive, sentence));
        }
    }
}

/// Reports of linters for a gate that asks by its name for a look for secrets or vulnerabilities.
fn linters(sound: &[&Evidence], gate: &Gate, open: &mut Vec<(Outcome, String)>) {
    let named = |sorted: &[&str]| subject::is_named_by(gate, sorted);
    if !(named(&HUNTS) || named(&SCANNED) && named(&SCANS)) {
        return;
    }
    let linter = |file: &&Evidence| -> Option<&'static str> {
        if !matches!(file.artifact.content, Content::Findings(_)) {
            return None;
        }
        let tools = subject::tools(&file.artifact);
        let of = |tool: &str| LINTERS.iter().copied().find(|linter| subject::is_tool(tool, linter));
        match tools.as_slice() {
            [] => LINTERS.iter().copied().find(|linter| file.artifact.format == Some(linter)),
            [only] => of(only),
            _ => None,
        }
    };
    let linters: Option<Vec<&str>> = sound.iter().map(linter).collect();
    if let Some(linters) = linters.filter(|linters| !linters.is_empty()) {
        let sentence = format!(
            "`{}` is a report of {}, which looks for none of what the gate is called after.",
            sound[0].path, linters[0]
        );
        open.push((Outcome::WrongSubject, sentence));
    }
}

#[cfg(test)]
mod tests {
    use super::{BEFORE, HUNTS, LINTERS, SCANNED, SCANS, branches, open};
    use crate::audit::testing::evidence_file;
    use crate::model::about::About;
    use crate::model::evidence::{Artifact, Content, Evidence, FindingFacts, TestFacts};
    use crate::model::gate::{Gate, Outcome};
    use crate::model::measure::MetricFacts;

    fn told(files: &[Evidence], title: &str, words: &str) -> Vec<Outcome> {
        let gate = Gate {
            id: title.to_lowercase().replace(' ', "-"),
            title: title.to_owned(),
            ..Gate::default()
        };
        let sound: Vec<&Evidence> = files.iter().collect();
        let mut told = Vec::new();
        open(&sound, &gate, words, &mut told);
        told.into_iter().map(|(outcome, _)| outcome).collect()
    }

    fn run(branch: &str, attempt: Option<u64>) -> Evidence {
        let mut about = About {
            attempt,
            ..About::default()
        };
        if !branch.is_empty() {
            about.facts.push(("branch".to_owned(), branch.to_owned()));
        }
        evidence_file(
            "evidence/ci/run.json",
            Artifact {
                content: Content::Tests(TestFacts::default()),
                about,
                ..Artifact::default()
            },
        )
    }

    #[test]
    fn branches_are_named_behind_words_that_place_something() {
        assert!(BEFORE.is_sorted() && HUNTS.is_sorted() && LINTERS.is_sorted() && SCANNED.is_sorted() && SCANS.is_sorted());
        for (words, expected) in [
            ("green on `main`", "main"),
            ("green on main", "main"),
            ("all pass on the main branch", "main"),
            ("green on the branch `release/2`", "release/2"),
            ("green on push to main", "main"),
            ("green on `main` or `develop`", "main develop"),
            ("the main path is tested", ""),
            ("green on main page load", ""),
            ("depends on the main database", ""),
            ("not on `main`", ""),
            ("`main` of the script returns 0", ""),
            ("runs on `staging`", ""),
        ] {
            assert_eq!(branches(words).join(" "), expected, "{words}");
        }
    }

    #[test]
    fn a_run_of_another_branch_is_none_of_what_is_asked_for() {
        for (branch, words, expected) in [
            ("feature/x", "green on `main`", &[Outcome::WrongSubject][..]),
            ("main", "green on `main`", &[]),
            ("refs/heads/main", "green on main", &[]),
            ("", "green on main", &[]),
            ("v1.2.0", "green on main", &[]),
            ("refs/tags/app-1.2", "green on main", &[]),
            ("feature/x", "green", &[]),
        ] {
            assert_eq!(told(&[run(branch, None)], "CI", words), expected, "{branch}: {words}");
        }
    }

    #[test]
    fn a_later_attempt_is_not_the_first_one() {
        for (attempt, words, expected) in [
            (Some(2), "`verify` green on the first attempt", &[Outcome::Failed][..]),
            (Some(1), "green on the first attempt", &[]),
            (None, "green without re-runs", &[]),
            (Some(2), "green", &[]),
        ] {
            assert_eq!(told(&[run("", attempt)], "CI", words), expected, "{words}");
        }
    }

    #[test]
    fn the_middle_of_several_runs_needs_as_many() {
        let figures = |name: &str| {
            evidence_file(
                &format!("evidence/lighthouse/{name}"),
                Artifact {
                    content: Content::Metrics(MetricFacts::default()),
                    ..Artifact::default()
                },
            )
        };
        let one = [figures("a.json")];
        let three = [figures("a.json"), figures("b.json"), figures("c.json")];
        assert_eq!(
            told(&one, "Lighthouse", "performance ≥ 90 (median of 3 runs)"),
            [Outcome::Inconclusive]
        );
        assert_eq!(
            told(&one, "Lighthouse", "the average of three runs ≥ 90"),
            [Outcome::Inconclusive]
        );
        assert!(told(&three, "Lighthouse", "performance ≥ 90 (median of 3 runs)").is_empty());
        assert!(told(&one, "Load test", "the median of 100 users is under 1 s").is_empty());
        assert!(told(&one, "Lighthouse", "performance ≥ 90").is_empty());
    }

    #[test]
    fn a_linter_looks_for_no_secrets() {
        let report = |tool: &str| {
            evidence_file(
                "evidence/g/r.sarif",
                Artifact {
                    content: Content::Findings(FindingFacts {
                        tools: vec![tool.to_owned()],
                        ..FindingFacts::default()
                    }),
                    ..Artifact::default()
                },
            )
        };
        for (title, tool, expected) in [
            ("Secret scan", "ESLint", &[Outcome::WrongSubject][..]),
            ("Secret scan", "gitleaks", &[]),
            ("Secret scan", "own-scanner", &[]),
            ("Image scan", "hadolint", &[Outcome::WrongSubject]),
            ("Dependency audit", "ruff", &[Outcome::WrongSubject]),
            ("Image lint", "hadolint", &[]),
            ("Lint", "ESLint", &[]),
        ] {
            assert_eq!(told(&[report(tool)], title, "none"), expected, "{title}: {tool}");
        }
    }
}
