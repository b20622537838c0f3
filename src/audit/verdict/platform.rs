//! Platforms that the words of a gate name: browsers, systems, machines. Test results count for one of them only where they speak of it.

use crate::model::evidence::{Content, Evidence};
use crate::model::gate::{Gate, Outcome};
use crate::tools::runtimes::RUNTIMES;

/// Platforms by the names that people and tools have for them, the first of which is told.
const PLATFORMS: [&[&str]; 13] = [
    &["chromium", "chrome"],
    &["firefox"],
    &["webkit", "safari"],
    &["edge", "msedge"],
    &["linux", "ubuntu", "debian", "alpine", "fedora"],
    &["macos", "mac", "darwin", "osx"],
    &["windows", "win32", "win64", "win"],
    &["ios", "iphone", "ipad"],
    &["android", "pixel"],
    &["amd64", "x86_64", "x64", "x86-64"],
    &["arm64", "aarch64"],
    &["freebsd"],
    &["wasm", "wasm32"],
];

/// Words behind a platform with which it is one on which something passes, and no part of another name. Sorted.
const BEHIND: [&str; 24] = [
    "all", "and", "are", "as", "both", "each", "green", "is", "must", "nodes", "or", "pass", "passed", "passes", "passing",
    "projects", "run", "runners", "runs", "succeed", "succeeds", "tests", "too", "with",
];

/// Words that ask for every platform there is.
const EVERY: [&str; 10] = [
    "all browsers", "all operating systems", "all platforms", "all targets", "each browser", "each platform", "every browser",
    "every operating system", "every platform", "every target",
];

/// What the test results of a gate do not tell of the platforms that its words name, in sentences with the state of each.
pub(super) fn open(sound: &[&Evidence], gate: &Gate, words: &str, open: &mut Vec<(Outcome, String)>) {
    let are_tests = !sound.is_empty() && sound.iter().all(|file| matches!(file.artifact.content, Content::Tests(_)));
    if !are_tests {
        return;
    }
    versions(sound, words, open);
    let (asked, is_choice) = asked(words, &gate.title);
    let lower = words.to_lowercase();
    let every = EVERY.iter().find(|phrase| lower.contains(**phrase));
    if asked.is_empty() && every.is_none() {
        return;
    }
    let told = told(sound);
    let missing: Vec<&str> = asked
        .iter()
        .filter(|kind| !told.contains(kind))
        .map(|kind| PLATFORMS[*kind][0])
        .collect();
    let is_met = missing.is_empty() || is_choice && missing.len() < asked.len();
    if !is_met {
        let sentence = format!("The gate asks for {}, and no result speaks of it.", missing.join(" and "));
        open.push((Outcome::Inconclusive, sentence));
    }
    if let Some(phrase) = every.filter(|_| told.len() < 2 && asked.len() < 2) {
        let sentence = format!("The gate asks for {phrase}, and its results do not say of which they are.");
        open.push((Outcome::Inconclusive, sentence));
    }
}

/// Versions of a program that words name, "on Node 18 and 20": each must stand in the name of a result.
fn versions(sound: &[&Evidence], words: &str, open: &mut Vec<(Outcome, String)>) {
    let lower = words.to_lowercase();
    let mut of: Option<&str> = None;
    let pieces = lower.split(|c: char| c.is_whitespace() || matches!(c, ',' | '/' | '&' | '`' | '(' | ')'));
    for word in pieces.filter(|word| !word.is_empty()) {
        let version = word.trim_end_matches(['.', '+', ';', ':']);
        let is_version = version.starts_with(|c: char| c.is_ascii_digit())
            && version.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'x'));
        let Some(runtime) = of.filter(|_| is_version) else {
            if !matches!(word, "and" | "or" | "both" | "to" | "through") {
                of = Some(word).filter(|word| RUNTIMES.binary_search(word).is_ok());
            }
            continue;
        };
        if !sound.iter().any(|file| speaks_of(file, version.trim_end_matches(".x"))) {
            let sentence = format!("The gate asks for {runtime} {version}, and no result speaks of it.");
            open.push((Outcome::Inconclusive, sentence));
        }
    }
}

/// Whether a version stands in the name of a result, a fact or the file: `test (3.11)`, `py3.11`, `node-18.x`.
fn speaks_of(file: &Evidence, version: &str) -> bool {
    let is_in = |text: &str| {
        text.match_indices(version).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let behind = text[at + version.len()..].chars().next();
            let is_number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            !is_number(before) && before != Some('.') && !is_number(behind)
        })
    };
    let named = match &file.artifact.content {
        Content::Tests(facts) => &facts.named[..],
        _ => &[],
    };
    is_in(file.path.rsplit('/').next().unwrap_or_default())
        || named.iter().any(|result| is_in(&result.name) || is_in(&result.group))
        || file.artifact.about.facts.iter().any(|(_, value)| is_in(value))
}

/// The platforms that words ask for, and whether any of them will do. Of a title only what stands in brackets or behind "on" and "in".
fn asked(words: &str, title: &str) -> (Vec<usize>, bool) {
    let said = names(words);
    let mut found: Vec<usize> = Vec::new();
    for (at, word) in said.iter().enumerate() {
        let Some(kind) = kind_of(word) else { continue };
        let word_at = |at: usize| said.get(at).map_or("", String::as_str);
        let is_joint = |word: &str| matches!(word, "and" | "or" | ",");
        let behind = if is_joint(word_at(at + 1)) {
            word_at(at + 2)
        } else {
            word_at(at + 1)
        };
        let is_free = behind.is_empty() || kind_of(behind).is_some() || BEHIND.binary_search(&behind).is_ok();
        if is_free && !found.contains(&kind) {
            found.push(kind);
        }
    }
    let is_choice = said.iter().any(|word| word == "or" || word == "either");
    let in_brackets = title.rsplit_once('(').map(|(_, inner)| inner.trim_end_matches(')'));
    let behind = [" on ", " in "]
        .iter()
        .find_map(|word| title.split_once(word))
        .map(|(_, behind)| behind);
    let titled = names(in_brackets.or(behind).unwrap_or_default());
    if titled
        .iter()
        .all(|word| matches!(word.as_str(), "," | "and" | "the") || kind_of(word).is_some())
    {
        for kind in titled.iter().filter_map(|word| kind_of(word)) {
            if !found.contains(&kind) {
                found.push(kind);
            }
        }
    }
    (found, is_choice)
}

/// The platforms that results speak of: in the names of cases, suites and jobs, in their facts and in the names of files.
fn told(sound: &[&Evidence]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut take = |text: &str| {
        for word in parts(text) {
            let kind = kind_of(&word).or_else(|| {
                // `ubuntu-22.04` and `windows2022`
                let stem = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
                kind_of(stem)
            });
            found.extend(kind.filter(|kind| !found.contains(kind)));
        }
    };
    for file in sound {
        // The folder is called like the gate, which says what is asked for.
        take(file.path.rsplit('/').next().unwrap_or_default());
        let Content::Tests(facts) = &file.artifact.content else {
            continue;
        };
        for named in &facts.named {
            take(&named.name);
            take(&named.group);
        }
        // A branch may be called like anything.
        let facts = file.artifact.about.facts.iter().filter(|(name, _)| name != "branch");
        for (_, value) in facts {
            take(value);
        }
    }
    found
}

fn kind_of(word: &str) -> Option<usize> {
    PLATFORMS.iter().position(|names| names.contains(&word))
}

/// The words of a text in lower case, and its commas.
fn names(text: &str) -> Vec<String> {
    let spaced = text.to_lowercase().replace(',', " , ").replace(['/', '&', '+'], " and ");
    let words = spaced.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ',')));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The parts of a name in lower case: `test (ubuntu-latest, 3.12)` is `test`, `ubuntu`, `latest`, `3`, `12`.
fn parts(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace("x86_64", "amd64");
    let parts = lower.split(|c: char| !c.is_alphanumeric());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{BEHIND, PLATFORMS, asked, open};
    use crate::audit::testing::evidence_file;
    use crate::model::evidence::{Artifact, CaseResult, Content, NamedResult, TestFacts};
    use crate::model::gate::Gate;

    #[test]
    fn platforms_are_named_by_words_that_say_where_something_passes() {
        assert!(BEHIND.is_sorted());
        let of = |words: &str, title: &str| {
            let (kinds, is_choice) = asked(words, title);
            let names: Vec<&str> = kinds.iter().map(|kind| PLATFORMS[*kind][0]).collect();
            format!("{}{}", names.join(" "), if is_choice { " any" } else { "" })
        };
        for (words, title, expected) in [
            ("chromium and firefox pass", "E2E", "chromium firefox"),
            ("passes on Chrome, Firefox and Safari", "E2E", "chromium firefox webkit"),
            ("passes on Linux or macOS", "Unit tests", "linux macos any"),
            ("all pass", "E2E (Firefox)", "firefox"),
            ("all pass", "Unit tests on Windows", "windows"),
            ("Windows installer starts", "Smoke", ""),
            ("all pass", "Chrome extension", ""),
            ("all pass", "Smoke (Windows installer)", ""),
            ("edge cases pass", "Unit tests", ""),
            ("pass; windows and doors are tested", "Unit tests", ""),
            ("passes on Linux, macOS, and Windows", "Unit tests", "linux macos windows"),
        ] {
            assert_eq!(of(words, title), expected, "{words} {title}");
        }
    }

    #[test]
    fn results_count_for_the_platforms_that_they_speak_of() {
        let open = |words: &str, names: &[&str]| {
            let named = names.iter().map(|name| NamedResult {
                group: String::new(),
                name: (*name).to_owned(),
                result: CaseResult::Passed,
            });
            let facts = TestFacts {
                named: named.collect(),
                ..TestFacts::default()
            };
            let artifact = Artifact {
                content: Content::Tests(facts),
                ..Artifact::default()
            };
            let mut found = Vec::new();
            open(
                &[&evidence_file("evidence/g/a.xml", artifact)],
                &Gate::default(),
                words,
                &mut found,
            );
            found.len()
        };
        for (words, names, count) in [
            ("chromium and firefox pass", &["pays"][..], 1),
            ("chromium and firefox pass", &["chromium pays", "firefox pays"], 0),
            ("chromium and firefox pass", &["chromium pays"], 1),
            ("chromium or firefox passes", &["chromium pays"], 0),
            ("passes on Linux and macOS", &["test (ubuntu-22.04)", "test (macos-14)"], 0),
            ("passes on Linux and macOS", &["test (ubuntu-latest)"], 1),
            ("green in all browsers", &["pays"], 1),
            ("green in all browsers", &["chromium pays", "firefox pays"], 0),
            ("all pass", &["pays"], 0),
            ("passes on Node 18 and 20", &["test (18)", "test (20.x)"], 0),
            ("passes on Node 18 and 20", &["test (18)", "test 120"], 1),
            ("passes on Python 3.11, 3.12", &["py3.11"], 1),
            ("passes in 10 minutes", &["pays"], 0),
        ] {
            assert_eq!(open(words, names), count, "{words} {names:?}");
        }
    }
}
