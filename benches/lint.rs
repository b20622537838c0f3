//! What a check costs: `cargo bench --bench lint`.
//!
//! Builds one repository of 2,000 files, 40 runbooks and 5,000 commits, always the same one, and prints the wall time of the program on
//! it: without a cache, with one, and on a change. Beside it stands `git log --name-only` of the same run, since times differ from machine
//! to machine.
//!
//! `-- --generate FOLDER` only writes the repository, for a profile. `-- --runs N` sets how often each command runs.

#![allow(clippy::print_stdout, reason = "a benchmark prints its numbers")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const PROGRAM: &str = env!("CARGO_BIN_EXE_runproof");
const FILES: usize = 2000;
const RUNBOOKS: usize = 40;
const COMMITS: usize = 5000;
/// Lines of a runbook that name things, in rounds of seven.
const ROUNDS: usize = 6;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    if let Some(folder) = value("--generate") {
        generate(Path::new(folder));
        return;
    }
    let runs: usize = value("--runs").map_or(11, |text| text.parse().expect("the number of runs is a number"));
    let scratch = tempfile::tempdir().expect("a folder can be made");
    let repository = scratch.path().join("repository");
    generate(&repository);
    let cache = scratch.path().join("cache").to_string_lossy().into_owned();
    println!("{FILES} files, {RUNBOOKS} runbooks, {COMMITS} commits; wall milliseconds, median of {runs} runs (least to most)\n");
    let log = measure(runs, || {
        git(&repository, &["log", "--name-only", "--no-renames", "--format=%H"])
    });
    row("git log --name-only --no-renames", log, log.median, None);
    let lint = |options: &[&str]| {
        let mut all = vec!["lint", "--format", "json", "--exit-zero", "--quiet", "--today", "2026-06-15"];
        all.extend(options);
        run(PROGRAM, &repository, &all)
    };
    let checks: [(&str, &[&str], Option<f64>); 6] = [
        ("lint, cold", &["--no-cache"], Some(300.0)),
        ("lint, with its cache", &["--cache-dir", &cache], Some(60.0)),
        (
            "lint --base, a target deleted",
            &["--no-cache", "--base", "main~1", "--rev", "deleted"],
            Some(150.0),
        ),
        ("lint --base, ten commits", &["--no-cache", "--base", "main~10"], Some(150.0)),
        (
            "lint --base, a thousand commits",
            &["--no-cache", "--base", "main~1000"],
            None,
        ),
        ("lint --staged, nothing staged", &["--no-cache", "--staged"], None),
    ];
    let mut expected = None;
    for (name, options, limit) in checks {
        // The first run fills the cache and is not counted; its output must be that of every other run.
        let first = lint(options);
        let time = measure(runs, || lint(options));
        row(name, time, log.median, limit);
        assert_eq!(first, lint(options), "the same run says the same");
        if name.starts_with("lint, ") {
            let expected = expected.get_or_insert_with(|| first.clone());
            assert_eq!(*expected, first, "a cache changes nothing that is said");
        }
    }
}

#[derive(Clone, Copy)]
struct Time {
    least: f64,
    median: f64,
    most: f64,
}

fn row(name: &str, time: Time, log: f64, limit: Option<f64>) {
    let verdict = limit.map_or(String::new(), |limit| {
        let word = if time.median <= limit { "reached" } else { "NOT REACHED" };
        format!("  wanted {limit:.0}: {word}")
    });
    println!(
        "{name:<36} {:>8.1} ({:.1} to {:.1})  {:>5.2} of git log{verdict}",
        time.median,
        time.least,
        time.most,
        time.median / log
    );
}

fn measure(runs: usize, mut work: impl FnMut() -> String) -> Time {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    Time {
        least: times[0],
        median: times[times.len() / 2],
        most: times[times.len() - 1],
    }
}

fn git(repository: &Path, arguments: &[&str]) -> String {
    run("git", repository, arguments)
}

/// Runs a program and returns what it prints.
fn run(program: &str, folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .current_dir(folder)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GITHUB_EVENT_NAME")
        .output()
        .expect("the program starts");
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Writes the repository: the same commits on every machine.
fn generate(folder: &Path) {
    fs::create_dir_all(folder).expect("the folder can be made");
    git(folder, &["init", "--quiet", "--initial-branch=main", "."]);
    let mut child = Command::new("git")
        .current_dir(folder)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git starts");
    let mut input = child.stdin.take().expect("the input is piped");
    input.write_all(history().as_bytes()).expect("git reads the history");
    drop(input);
    assert!(child.wait().expect("git ends").success());
    git(folder, &["reset", "--quiet", "--hard", "main"]);
    git(folder, &["gc", "--quiet"]);
}

/// The stream of `git fast-import`.
fn history() -> String {
    let mut stream = String::new();
    let mut numbers = Numbers(1);
    let paths: Vec<PathBuf> = (0..FILES - RUNBOOKS - 52).map(source_path).collect();
    commit(&mut stream, "main", 0, "Begin", |stream| {
        for (index, path) in paths.iter().enumerate() {
            file(stream, &path.to_string_lossy(), &source_text(index, 0));
        }
        for index in 0..RUNBOOKS {
            file(stream, &runbook_path(index), &runbook_text(index, 0));
        }
        file(stream, "Makefile", &makefile(true));
        for index in 0..20 {
            file(stream, &format!("packages/p{index}/package.json"), &package(index));
        }
        for index in 0..12 {
            file(stream, &format!(".github/workflows/w{index}.yml"), &workflow(index));
        }
        for index in 0..18 {
            let script = format!("#!/bin/sh\n# Does step {index}.\necho {index}\n");
            file(stream, &format!("scripts/s{index}.sh"), &script);
        }
        file(stream, ".gitignore", "artifacts/\n*.log\n");
    });
    for number in 1..COMMITS {
        commit(&mut stream, "main", number, &format!("Change {number}"), |stream| {
            for _ in 0..3 {
                let index = numbers.next(paths.len());
                file(stream, &paths[index].to_string_lossy(), &source_text(index, number));
            }
            if number % 25 == 0 {
                let index = numbers.next(RUNBOOKS);
                file(stream, &runbook_path(index), &runbook_text(index, number));
            }
        });
    }
    stream.push_str("reset refs/heads/deleted\nfrom refs/heads/main\n\n");
    commit(&mut stream, "deleted", COMMITS, "Delete a target", |stream| {
        file(stream, "Makefile", &makefile(false));
    });
    stream
}

fn commit(stream: &mut String, branch: &str, number: usize, message: &str, files: impl FnOnce(&mut String)) {
    let seconds = 1_600_000_000 + number * 3600;
    let _ = write!(
        stream,
        "commit refs/heads/{branch}\ncommitter Author <author@example.org> {seconds} +0000\ndata {}\n{message}\n",
        message.len()
    );
    files(stream);
    stream.push('\n');
}

fn file(stream: &mut String, path: &str, text: &str) {
    let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
}

fn source_path(index: usize) -> PathBuf {
    PathBuf::from(format!("src/area{}/part{}/module{index}.py", index % 12, index % 7))
}

fn source_text(index: usize, version: usize) -> String {
    let mut text = format!("# Module {index}.\nVERSION = {version}\n");
    for line in 0..60 {
        let _ = writeln!(text, "def step_{line}(value):\n    return value * {line} + {index}");
    }
    text
}

fn runbook_path(index: usize) -> String {
    format!("docs/runbooks/runbook-{index}.md")
}

fn runbook_text(index: usize, version: usize) -> String {
    let mut text = format!("# Runbook {index}\n\n**Last reviewed:** 2026-03-01\n\nEdited in change {version}.\n");
    for round in 0..ROUNDS {
        let number = index * ROUNDS + round;
        let source = source_path(number * 13 % (FILES - RUNBOOKS - 52));
        let _ = write!(
            text,
            "\n## Step {round}\n\nRead `{}` and [the other one](runbook-{}.md#step-{round}). When the error rate is above 5 % for 10 minutes, stop.\n\n\
             1. Call the team and wait until the queue is empty; the numbers are kept in `artifacts/report-{round}.json`.\n\
             2. Run the commands, and read what they say.\n\n\
             ```bash\nmake target-{}\n./scripts/s{}.sh --quiet\nnpm --prefix packages/p{} run build\n```\n\n\
             The workflow `w{}.yml` does the same on every push.\n",
            source.display(),
            (index + 1) % RUNBOOKS,
            number % 60,
            number % 18,
            number % 20,
            number % 12,
        );
    }
    text
}

fn makefile(has_all: bool) -> String {
    (0..60)
        .filter(|index| has_all || *index != 7)
        .fold(String::new(), |mut text, index| {
            let _ = write!(text, "target-{index}: FORCE\n\techo {index}\n\n");
            text
        })
}

fn package(index: usize) -> String {
    format!("{{\n  \"name\": \"p{index}\",\n  \"scripts\": {{ \"build\": \"tsc\", \"test\": \"node --test\" }}\n}}\n")
}

fn workflow(index: usize) -> String {
    format!(
        "name: Workflow {index}\non: push\njobs:\n  verify:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: make target-{index}\n"
    )
}

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}
