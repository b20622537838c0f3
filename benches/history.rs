//! How fast the last commit of every file is found, against the `git` program, in one run:
//!
//! ```text
//! cargo bench --bench history -- --repo PATH [--all]
//! ```
//!
//! It prints CPU seconds and their ratios, and how many answers differ from those of `git log -1`: of 50 paths, or of all with `--all`.
//! The layers are compiled into the bench itself, since the crate has no other door than its command line.

// The layers are checked where they belong.
#![allow(
    dead_code,
    unused_imports,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

#[path = "../src/error.rs"]
mod error;
#[path = "../src/model/mod.rs"]
mod model;
#[path = "../src/source/mod.rs"]
mod source;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use source::history::{last_touches, touches};
use source::repository::{Repository, Trust};
use source::tree::Tree;

/// How many paths `git log -1` is asked for; the rest is extrapolated.
const SAMPLE: usize = 50;

/// A subject is measured again and again until it took so many CPU seconds: the clock of the system ticks in hundredths.
const ENOUGH: f64 = 1.0;

fn main() {
    // A run of all tests starts benches, too, without this word.
    if !std::env::args().any(|argument| argument == "--bench" || argument == "--repo") {
        return;
    }
    let mut arguments = std::env::args().skip(1);
    let mut path = PathBuf::from(".");
    let mut is_exhaustive = false;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--repo" => path = arguments.next().expect("a path follows `--repo`").into(),
            "--all" => is_exhaustive = true,
            // Cargo passes `--bench` to every bench.
            _ => {}
        }
    }
    let repository = Repository::open(&path, Trust::Anyone)
        .unwrap()
        .expect("there is a repository");
    let head = repository.head().unwrap().expect("there are commits").id;
    let tree = repository.tree(&head).unwrap();
    let paths: Vec<String> = tree.listing().entries.iter().map(|entry| entry.path.clone()).collect();
    let commits = git(&path, &["rev-list", "--count", "HEAD"]);
    println!("{}: {} files, {} commits", repository.name(), paths.len(), commits.trim());

    let step = paths.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<&String> = paths.iter().step_by(step).collect();
    let open = || Repository::open(&path, Trust::Anyone).unwrap().unwrap();
    let own = measured(|| {
        last_touches(&open(), &head, &paths).unwrap();
    });
    let own_all = measured(|| {
        touches(&open(), &head, &paths).unwrap();
    });
    let log = measured(|| {
        git(&path, &["log", "--name-only", "--no-renames", "--format=%H"]);
    });
    let singles = measured(|| {
        for file in &sample {
            git(&path, &["log", "-1", "--format=%H", "--", &format!(":(top,literal){file}")]);
        }
    }) / sample.len() as f64
        * paths.len() as f64;

    println!("CPU seconds");
    println!("  last commit of every file       {own:9.4}");
    println!("  every commit of every file      {own_all:9.4}");
    println!("  git log --name-only, once       {log:9.4}  ratio {:.4}", own / log);
    println!(
        "  {:6} x git log -1 (from {})   {singles:9.4}  ratio {:.6}",
        paths.len(),
        sample.len(),
        own / singles
    );

    let history = last_touches(&open(), &head, &paths).unwrap();
    let asked: Vec<&String> = if is_exhaustive { paths.iter().collect() } else { sample };
    let differing = asked
        .iter()
        .filter(|file| {
            let expected = git(&path, &["log", "-1", "--format=%H", "--", &format!(":(top,literal){file}")]);
            let found = history.last_commit(file).map_or("", |commit| commit.id.as_str());
            let differs = expected.trim() != found;
            if differs {
                println!("  differs: {file}: git {}, own {found}", expected.trim());
            }
            differs
        })
        .count();
    println!("answers that differ from git log -1: {differing} of {}", asked.len());
    if is_exhaustive {
        let history = touches(&open(), &head, &paths).unwrap();
        let differing = asked.iter().filter(|file| !is_same_log(&path, file, &history)).count();
        println!("answers that differ from git log: {differing} of {}", asked.len());
    }
}

/// Whether git names the same commits for a path, in any order.
fn is_same_log(repository: &Path, file: &str, history: &model::history::History) -> bool {
    let text = git(repository, &["log", "--format=%H", "--", &format!(":(top,literal){file}")]);
    let mut expected: Vec<&str> = text.lines().collect();
    let mut found: Vec<&str> = history
        .touches
        .get(file)
        .into_iter()
        .flatten()
        .map(|commit| commit.id.as_str())
        .collect();
    expected.sort_unstable();
    found.sort_unstable();
    if expected != found {
        println!("  differs: {file}: git {}, own {}", expected.len(), found.len());
    }
    expected == found
}

/// What git prints.
fn git(repository: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(repository)
        .args(["-c", "safe.directory=*"])
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .expect("there is a `git` program");
    assert!(output.status.success(), "git {arguments:?} failed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The CPU seconds of one run, child processes included; the wall clock where the system does not tell.
fn measured(mut subject: impl FnMut()) -> f64 {
    subject();
    let mut runs = 0;
    let (start, clock) = (cpu_seconds(), Instant::now());
    loop {
        subject();
        runs += 1;
        let spent = match (start, cpu_seconds()) {
            (Some(start), Some(now)) => now - start,
            _ => clock.elapsed().as_secs_f64(),
        };
        if spent >= ENOUGH || runs == 200 {
            return spent / f64::from(runs);
        }
    }
}

/// The CPU seconds of this process and of the children that have ended (`proc(5)`: fields 14 to 17 of `stat`, in hundredths).
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields = text.rsplit_once(')')?.1.split_whitespace().skip(11).take(4);
    let ticks: u64 = fields.map(|field| field.parse::<u64>().unwrap_or(0)).sum();
    Some(ticks as f64 / 100.0)
}
