//! JUnit XML in all its dialects: pytest, surefire, Gradle, Jest, Vitest, Playwright, mocha, node, nextest, Go, and others.
//!
//! The cases are recounted from the leaves, because what suites say of themselves is often wrong and nested suites repeat it.

mod case;

use crate::model::about::About;
use crate::model::evidence::{
    Anomaly, AnomalyKind, Artifact, CaseResult, Content, DeclaredCounts, FailedCase, NamedResult, TestFacts,
};
use crate::model::finding::Problem;
use crate::parse::artifact::xml::{XmlAttributes, XmlElement, XmlEvent, XmlReader};
use crate::parse::artifact::{Format, Sniff, anomaly, broken, note};
use crate::parse::gate::junit::case::{Case, Mark, case, mark};
use crate::parse::gate::plain::{MAX_MESSAGE, first_line};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "junit",
    title: "JUnit XML",
    recognizes,
    parse,
};

/// Moments of suites that are kept.
const MAX_TIMES: usize = 1_000;

/// Failed cases that are listed.
const MAX_FAILED: usize = 50;

/// Values of `status` and `result` that say that a case ran and did not fail. Whatever is in no list does not pass.
const PASSED: &[&str] = &[
    "complete", "completed", "executed", "expected", "fixed", "ok", "pass", "passed", "run", "succeeded", "success",
    "successful", "true",
];

/// Names of properties that hold the commit that was tested, without what is neither letter nor digit. Sorted.
const COMMIT: &[&str] = &[
    "bitbucketcommit",
    "buildcommit",
    "buildkitecommit",
    "buildsourceversion",
    "buildvcsnumber",
    "cicommit",
    "cicommitsha",
    "circlesha1",
    "codebuildresolvedsourceversion",
    "commit",
    "commithash",
    "commitid",
    "commitsha",
    "dronecommitsha",
    "gitcommit",
    "gitcommithash",
    "gitcommitid",
    "gitcommitsha",
    "githash",
    "githead",
    "githeadsha",
    "githubsha",
    "gitrev",
    "gitrevision",
    "gitsha",
    "headcommit",
    "headsha",
    "scmcommit",
    "scmrevision",
    "sourcecommit",
    "sourceversion",
    "traviscommit",
    "vcscommit",
    "vcsrevision",
];

/// Names of properties that hold the branch, as those of the commit. Sorted.
const BRANCH: [&str; 8] = [
    "branch", "branchname", "cicommitbranch", "cicommitrefname", "gitbranch", "gitbranchname", "githubrefname", "scmbranch",
];

/// Names of properties that hold which part of a split run it is: `1/4`. Sorted.
const PART: [&str; 5] = ["chunk", "part", "shard", "shardindex", "split"];

/// Words in front of the number of a part. Sorted.
const PARTS: [&str; 6] = ["chunk", "group", "node", "part", "shard", "split"];

/// Names that hold a commit where the value is one, and may hold something else. Sorted.
const MAYBE_COMMIT: [&str; 3] = ["rev", "revision", "sha"];

/// Values of `status` and `result` that say that a suite did not run to its end.
const NOT_ENDED: &[&str] = &[
    "aborted", "canceled", "cancelled", "crashed", "incomplete", "interrupted", "killed", "timedout", "timeout",
];

/// Scanners that write what they find as failed cases, and one case that passes where they find nothing.
const SCANNERS: &[&str] = &[
    "bandit", "checkov", "eslint", "flake8", "gitleaks", "golangci-lint", "hadolint", "mypy", "phpstan", "pylint", "rubocop",
    "ruff", "semgrep", "shellcheck", "stylelint", "tflint", "tfsec", "trivy",
];

/// Values of `status` and `result` that say that a case did not run.
const SKIPPED: &[&str] = &[
    "disabled", "ignored", "notrun", "pending", "skip", "skipped", "suppressed", "todo",
];

/// Values of `status` and `result` that say that a case failed, also where it has no `failure` element.
const FAILED: &[&str] = &["error", "errored", "fail", "failed", "failure", "timeout"];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff
        .xml()
        .is_some_and(|root| matches!(root.name.as_str(), "testsuites" | "testsuite"))
}

fn parse(text: &str) -> Artifact {
    let mut report = Report::default();
    let mut reader = XmlReader::new(text);
    loop {
        let step = match reader.next() {
            Ok(XmlEvent::Open(element)) => report.open(&element, reader.depth()),
            Ok(XmlEvent::Close) => {
                report.close();
                Ok(())
            }
            Ok(XmlEvent::Text(text)) => {
                report.text(&text);
                Ok(())
            }
            Ok(XmlEvent::End) => break,
            Err(problem) => Err(problem),
        };
        if let Err(problem) = step {
            return broken(problem);
        }
    }
    report.finish()
}

/// Names of properties, without what is no letter or digit, that hold the exit code of the run.
const EXIT: [&str; 3] = ["exitcode", "exitstatus", "returncode"];

/// What was read so far.
#[derive(Default)]
struct Report {
    facts: TestFacts,
    about: About,
    open: Vec<Frame>,
    root: DeclaredCounts,
    /// How many the element around all suites says are disabled.
    disabled: Option<u64>,
    suites: DeclaredCounts,
    /// The first and the last moment of cases, by their words.
    cases: Option<(String, String)>,
    anomalies: Vec<Anomaly>,
    problems: Vec<Problem>,
    /// Cases that list tries that failed.
    reruns: u64,
    /// Suites in which no test stands.
    hollow: u64,
}

/// An open element.
enum Frame {
    Suites,
    Suite(Box<Suite>),
    Case(Box<Case>),
    Mark {
        mark: Mark,
        message: String,
        /// The message is that of the attribute, so the text of the element is not asked for.
        is_whole: bool,
    },
    /// A property that names the commit in its text.
    Commit(String),
    Other,
}

/// A suite, as far as it was read, with the suites in it.
#[derive(Default)]
struct Suite {
    name: String,
    declared: DeclaredCounts,
    /// Cases that it calls disabled, which are skipped ones in another word.
    disabled: Option<u64>,
    /// What its leaves are, counted as the file counts them.
    counted: TestFacts,
    /// Whether suites stand in it.
    has_suites: bool,
}

impl Report {
    fn open(&mut self, element: &XmlElement<'_>, depth: usize) -> Result<(), Problem> {
        let frame = match (element.name(), self.open.last()) {
            ("testsuites", None) => {
                let attributes = element.attributes()?;
                self.root = self.declared(&attributes, element.line());
                self.disabled = attributes.count("disabled");
                self.date(&attributes);
                self.whole(&attributes, element.line(), depth);
                Frame::Suites
            }
            ("testsuite", _) => {
                let attributes = element.attributes()?;
                self.facts.suites += 1;
                if let Some(Frame::Suite(around)) = self.open.last_mut() {
                    around.has_suites = true;
                }
                self.date(&attributes);
                self.whole(&attributes, element.line(), depth);
                self.project(&attributes);
                let declared = self.declared(&attributes, element.line());
                match depth {
                    1 => self.root = declared,
                    2 => add(&mut self.suites, declared),
                    _ => {}
                }
                Frame::Suite(Box::new(Suite {
                    name: attributes.text("name").map(first_line).unwrap_or_default(),
                    declared,
                    disabled: attributes.count("disabled"),
                    ..Suite::default()
                }))
            }
            ("testcase", _) => {
                let attributes = element.attributes()?;
                self.date_of_case(&attributes);
                Frame::Case(Box::new(case(&attributes)))
            }
            ("property", _) => {
                let attributes = element.attributes()?;
                let name = attributes.text("name").unwrap_or_default().to_ascii_lowercase();
                let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
                if attributes.text("value").is_none() && COMMIT.binary_search(&name.as_str()).is_ok() {
                    self.open.push(Frame::Commit(String::new()));
                    return Ok(());
                }
                let value = attributes.text("value").unwrap_or_default().trim();
                if EXIT.contains(&name.as_str()) && value.parse::<i64>().is_ok_and(|code| code != 0) {
                    let message = format!("the run says that it ended with the exit code {value}");
                    anomaly(&mut self.anomalies, AnomalyKind::NotEnded, Some(element.line()), message);
                }
                if BRANCH.binary_search(&name.as_str()).is_ok() {
                    self.tell("branch", first_line(value));
                }
                if PART.binary_search(&name.as_str()).is_ok() {
                    self.about.part = self.about.part.or(fraction(value));
                }
                let is_whole = value.len() == 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
                if (COMMIT.binary_search(&name.as_str()).is_ok() || is_whole && MAYBE_COMMIT.contains(&name.as_str()))
                    && let Some(commit) = attributes.text("value").map(first_line).filter(|commit| !commit.is_empty())
                    && !self.about.commits.contains(&commit)
                {
                    self.about.commits.push(commit);
                }
                Frame::Other
            }
            (name, Some(Frame::Case(_) | Frame::Suite(_) | Frame::Suites)) => match mark(name) {
                Some(mark) => {
                    let attributes = element.attributes()?;
                    let message = attributes.text("message").map(first_line).unwrap_or_default();
                    let is_whole = !message.is_empty();
                    Frame::Mark { mark, message, is_whole }
                }
                None => Frame::Other,
            },
            _ => Frame::Other,
        };
        self.open.push(frame);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(Frame::Mark { message, is_whole, .. }) = self.open.last_mut()
            && !*is_whole
            && message.len() < MAX_MESSAGE
        {
            message.extend(text.chars().take(MAX_MESSAGE));
        }
        if let Some(Frame::Commit(commit)) = self.open.last_mut()
            && commit.len() < MAX_MESSAGE
        {
            commit.extend(text.chars().take(MAX_MESSAGE));
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Frame::Case(case)) => self.count(*case),
            Some(Frame::Mark { mark, message, .. }) => match self.open.last_mut() {
                Some(Frame::Case(case)) => case.add(mark, &message),
                Some(Frame::Suite(suite)) if matches!(mark, Mark::Error | Mark::Failure) => {
                    // A suite that fails outside of its cases, as one that does not compile: nothing else would show it.
                    let name = suite.name.clone();
                    self.outside(&name, "the suite itself", &message);
                }
                Some(Frame::Suites) if matches!(mark, Mark::Error | Mark::Failure) => {
                    self.outside("", "the run itself", &message);
                }
                _ => {}
            },
            Some(Frame::Suite(suite)) => self.end_suite(*suite),
            Some(Frame::Commit(commit)) => About::add(&mut self.about.commits, &first_line(commit.trim())),
            Some(Frame::Suites | Frame::Other) | None => {}
        }
    }

    /// Counts a failure that stands outside of every case.
    fn outside(&mut self, name: &str, what: &str, message: &str) {
        self.count(Case {
            name: format!("{name} ({what})").trim().to_owned(),
            has_error: true,
            message: first_line(message),
            ..Case::default()
        });
    }

    /// Holds what a suite says of itself against its leaves, and hands them to the suite around it.
    fn end_suite(&mut self, suite: Suite) {
        let counted = &suite.counted;
        self.hollow += u64::from(counted.tests == 0 && !suite.has_suites);
        self.compare(suite.declared, counted, &format!("the suite `{}`", suite.name));
        if let Some(disabled) = suite.disabled.filter(|disabled| *disabled > counted.skipped) {
            let message = format!(
                "the suite `{}` declares {disabled} disabled tests and lists {}",
                suite.name, counted.skipped
            );
            anomaly(&mut self.anomalies, AnomalyKind::WorseThanListed, None, message);
        }
        if counted.tests > 0 && !suite.name.is_empty() {
            let result = if counted.failures + counted.errors > 0 {
                CaseResult::Failed
            } else if counted.unknown > 0 {
                CaseResult::Unknown
            } else if counted.skipped == counted.tests {
                CaseResult::Skipped
            } else {
                CaseResult::Passed
            };
            self.facts.named.push(NamedResult {
                group: String::new(),
                name: suite.name,
                result,
            });
        }
        if let Some(Frame::Suite(around)) = self.open.last_mut() {
            around.counted.tests += suite.counted.tests;
            around.counted.failures += suite.counted.failures;
            around.counted.errors += suite.counted.errors;
            around.counted.skipped += suite.counted.skipped;
            around.counted.unknown += suite.counted.unknown;
        }
    }

    /// What a part says of itself that its leaves do not show. That it lists more than it says is what real tools do.
    fn compare(&mut self, says: DeclaredCounts, counted: &TestFacts, what: &str) {
        if let Some(tests) = says.tests.filter(|tests| *tests > counted.tests) {
            let message = format!("{what} declares {tests} tests and lists {}", counted.tests);
            anomaly(&mut self.anomalies, AnomalyKind::FewerThanDeclared, None, message);
        }
        let bad = says
            .failures
            .unwrap_or_default()
            .saturating_add(says.errors.unwrap_or_default());
        let listed = counted.failures + counted.errors + counted.unknown;
        if bad > listed {
            let message = format!("{what} declares {bad} failures and errors and lists {listed}");
            anomaly(&mut self.anomalies, AnomalyKind::WorseThanListed, None, message);
        }
        if let Some(skipped) = says.skipped.filter(|skipped| *skipped > counted.skipped) {
            let message = format!("{what} declares {skipped} skipped tests and lists {}", counted.skipped);
            anomaly(&mut self.anomalies, AnomalyKind::WorseThanListed, None, message);
        }
    }

    /// The counts that an element declares. What is there and no count is told: nobody knows what it means.
    fn declared(&mut self, attributes: &XmlAttributes<'_>, line: u32) -> DeclaredCounts {
        for name in ["tests", "failures", "errors", "skipped", "disabled"] {
            let text = attributes.text(name).map(str::trim).unwrap_or_default();
            if !text.is_empty() && attributes.count(name).is_none() {
                let message = format!("`{name}` is `{}`, which is no count", first_line(text));
                anomaly(&mut self.anomalies, AnomalyKind::NoCount, Some(line), message);
            }
        }
        declared(attributes)
    }

    /// A fact, unless it is empty or known.
    fn tell(&mut self, name: &str, value: String) {
        let fact = (name.to_owned(), value);
        let facts = &mut self.about.facts;
        if !fact.1.is_empty() && facts.len() < 20 && !facts.contains(&fact) {
            facts.push(fact);
        }
    }

    /// The host of a suite, where Playwright writes the project: the browser, and no machine by its number.
    fn project(&mut self, attributes: &XmlAttributes<'_>) {
        let host = attributes.text("hostname").map(first_line).unwrap_or_default();
        let is_name = host.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '-'));
        if is_name && host != "localhost" {
            self.tell("host", host);
        }
    }

    /// What a suite, or the file, says of itself as a whole: how it ended, and whose it is.
    fn whole(&mut self, attributes: &XmlAttributes<'_>, line: u32, depth: usize) {
        let word = |name: &str| attributes.text(name).unwrap_or_default().trim().to_ascii_lowercase();
        for name in ["status", "result", "success", "aborted", "completed"] {
            let word = word(name);
            let kind = match name {
                "success" if matches!(word.as_str(), "false" | "no" | "0") => AnomalyKind::WorseThanListed,
                "completed" if matches!(word.as_str(), "false" | "no" | "0") => AnomalyKind::NotEnded,
                "aborted" if matches!(word.as_str(), "true" | "yes" | "1") => AnomalyKind::NotEnded,
                "status" | "result" if NOT_ENDED.contains(&word.as_str()) => AnomalyKind::NotEnded,
                "status" | "result" if FAILED.contains(&word.as_str()) => AnomalyKind::WorseThanListed,
                _ => continue,
            };
            let message = format!("a suite says of itself that its `{name}` is `{word}`");
            anomaly(&mut self.anomalies, kind, Some(line), message);
        }
        if depth == 1 {
            self.about.part = self.about.part.or_else(|| part(&word("name")));
        }
        for name in ["name", "package"] {
            let word = word(name);
            let tool = match word.strip_prefix("org.") {
                Some(tool) => tool,
                // A suite inside of others may be called like what it tests.
                None if depth == 1 => word.as_str(),
                None => continue,
            };
            if SCANNERS.contains(&tool) {
                About::add(&mut self.about.tools, tool);
            }
        }
    }

    /// The first and the last moment of cases; there may be very many.
    fn date_of_case(&mut self, attributes: &XmlAttributes<'_>) {
        let Some(time) = attributes.text("timestamp").map(str::trim).filter(|time| !time.is_empty()) else {
            return;
        };
        let (first, last) = self.cases.get_or_insert_with(|| (time.to_owned(), time.to_owned()));
        if time < first.as_str() {
            time.clone_into(first);
        }
        if time > last.as_str() {
            time.clone_into(last);
        }
    }

    fn date(&mut self, attributes: &XmlAttributes<'_>) {
        let time = attributes.text("timestamp").map(first_line).filter(|time| !time.is_empty());
        if let Some(time) = time
            && !self.about.times.contains(&time)
            && self.about.times.len() < MAX_TIMES
        {
            self.about.times.push(time);
        }
    }

    fn count(&mut self, case: Case) {
        self.reruns += u64::from(case.has_rerun);
        let statuses: Vec<String> = case
            .statuses
            .iter()
            .map(|status| status.trim().to_ascii_lowercase())
            .collect();
        let says = |list: &[&str]| statuses.iter().any(|status| list.contains(&status.as_str()));
        let odd = statuses
            .iter()
            .find(|status| !status.is_empty() && ![PASSED, SKIPPED, FAILED].iter().any(|list| list.contains(&status.as_str())));
        let result = if case.has_error || case.has_failure || says(FAILED) {
            CaseResult::Failed
        } else if let Some(odd) = odd {
            let message = format!(
                "the case `{}` has the status `{}`, which is no word that passes",
                case.name,
                odd.escape_default()
            );
            anomaly(&mut self.anomalies, AnomalyKind::UnknownWord, None, message);
            CaseResult::Unknown
        } else if case.is_skipped || says(SKIPPED) {
            CaseResult::Skipped
        } else if case.has_rerun {
            // Every try is listed as failed, and no result at all.
            CaseResult::Failed
        } else {
            CaseResult::Passed
        };
        let suite = match self.open.last_mut() {
            Some(Frame::Suite(suite)) => Some(&mut suite.counted),
            _ => None,
        };
        for facts in [Some(&mut self.facts), suite].into_iter().flatten() {
            facts.tests += 1;
            facts.flaky += u64::from(case.is_flaky);
            match result {
                CaseResult::Passed => {}
                CaseResult::Skipped => facts.skipped += 1,
                CaseResult::Unknown => facts.unknown += 1,
                CaseResult::Failed if case.has_error => facts.errors += 1,
                CaseResult::Failed => facts.failures += 1,
            }
        }
        if matches!(result, CaseResult::Failed | CaseResult::Unknown) && self.facts.failed.len() < MAX_FAILED {
            self.facts.failed.push(FailedCase {
                name: case.name,
                message: case.message,
            });
        }
        self.facts.named.push(NamedResult {
            group: case.class,
            name: case.title,
            result,
        });
    }

    fn finish(mut self) -> Artifact {
        self.facts.declared = DeclaredCounts {
            tests: self.root.tests.or(self.suites.tests),
            failures: self.root.failures.or(self.suites.failures),
            errors: self.root.errors.or(self.suites.errors),
            skipped: self.root.skipped.or(self.suites.skipped),
        };
        for time in self.cases.take().into_iter().flat_map(|(first, last)| [first, last]) {
            About::add(&mut self.about.times, &first_line(&time));
        }
        let counted = std::mem::take(&mut self.facts);
        self.compare(counted.declared, &counted, "the file");
        if let Some(disabled) = self.disabled.filter(|disabled| *disabled > counted.skipped) {
            let message = format!("the file declares {disabled} disabled tests and lists {}", counted.skipped);
            anomaly(&mut self.anomalies, AnomalyKind::WorseThanListed, None, message);
        }
        self.facts = counted;
        let facts = &self.facts;
        if self.hollow > 0 && facts.tests > 0 {
            let message = match self.hollow {
                1 => "1 suite holds no test".to_owned(),
                count => format!("{count} suites hold no test"),
            };
            note(&mut self.problems, Problem::of_file(message));
        }
        for (word, says, counted) in [
            ("tests", facts.declared.tests, facts.tests),
            ("failures", facts.declared.failures, facts.failures),
            ("errors", facts.declared.errors, facts.errors),
            ("skipped", facts.declared.skipped, facts.skipped),
        ] {
            if let Some(says) = says.filter(|says| *says != counted) {
                let message = format!("the file says {says} {word} of itself and lists {counted}");
                note(&mut self.problems, Problem::of_file(message));
            }
        }
        let mut artifact = Artifact {
            content: Content::Tests(self.facts),
            about: self.about,
            anomalies: self.anomalies,
            problems: self.problems,
            ..Artifact::default()
        };
        artifact.counts.insert("rerun_failures".to_owned(), self.reruns.into());
        artifact
    }
}

/// The part of a split run that a name tells: `shard 2 of 4`, `e2e (part 1/3)`.
fn part(name: &str) -> Option<(u64, u64)> {
    let mut words = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '/'));
    words.find(|word| PARTS.binary_search(word).is_ok())?;
    let rest: Vec<&str> = words.filter(|word| !word.is_empty()).take(3).collect();
    match rest.as_slice() {
        [part, "of", of] => fraction(&format!("{part}/{of}")),
        [both, ..] => fraction(both),
        [] => None,
    }
}

/// A number of a whole: `1/4`, `1 of 4`.
fn fraction(text: &str) -> Option<(u64, u64)> {
    let (part, of) = text.split_once('/').or_else(|| text.split_once(" of "))?;
    let (part, of): (u64, u64) = (part.trim().parse().ok()?, of.trim().parse().ok()?);
    (part > 0 && part <= of).then_some((part, of))
}

fn declared(attributes: &XmlAttributes<'_>) -> DeclaredCounts {
    DeclaredCounts {
        tests: attributes.count("tests"),
        failures: attributes.count("failures"),
        errors: attributes.count("errors"),
        skipped: attributes.count("skipped"),
    }
}

fn add(sum: &mut DeclaredCounts, counts: DeclaredCounts) {
    for (sum, count) in [
        (&mut sum.tests, counts.tests),
        (&mut sum.failures, counts.failures),
        (&mut sum.errors, counts.errors),
        (&mut sum.skipped, counts.skipped),
    ] {
        if let Some(count) = count {
            *sum = Some(sum.unwrap_or_default().saturating_add(count));
        }
    }
}

#[cfg(test)]
mod tests;
