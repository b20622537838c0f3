//! How fast history is read, against the `git` program, both sides in one run:
//!
//! ```text
//! cargo bench --bench history -- --repo PATH [--range OLD NEW] [--all]
//! ```
//!
//! It prints CPU seconds and their ratios, and how many answers differ: of the dates from those of `git log -1` for 50 paths (for every
//! path with `--all`), of the files at all tags, and of the renames. `--own JOB` runs our side of one job alone, for a profile.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints its numbers, and stops where it cannot go on"
)]

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use runproof::bench::{Fate, Measured, Moved, Touches};

/// As the program itself does it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many paths `git log -1` is asked for; the rest is extrapolated.
const SAMPLE: usize = 50;

/// The number of paths of the job that asks for single paths.
const PATHS: usize = 1_000;

/// A subject is measured again and again until it took so many CPU seconds: the clock of the system ticks in hundredths.
const ENOUGH: f64 = 1.0;

/// What the command line asks for.
struct Options {
    path: PathBuf,
    is_exhaustive: bool,
    range: Option<(String, String)>,
    own: Option<String>,
}

fn main() {
    // A run of all tests starts benches, too, without this word.
    if !std::env::args().any(|argument| argument == "--bench" || argument == "--repo") {
        return;
    }
    let mut options = Options {
        path: PathBuf::from("."),
        is_exhaustive: false,
        range: None,
        own: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("a value follows");
        match argument.as_str() {
            "--repo" => options.path = value().into(),
            "--range" => options.range = Some((value(), value())),
            "--own" => options.own = Some(value()),
            "--all" => options.is_exhaustive = true,
            // Cargo passes `--bench` to every bench.
            _ => {}
        }
    }
    let repository = open(&options.path);
    let head = repository.head().unwrap();
    let files = repository.files(&head).unwrap();
    let paths: Vec<String> = files.into_iter().map(|file| file.path).collect();
    let commits = git(&options.path, &["rev-list", "--count", "HEAD"]);
    println!("{}: {} files, {} commits", repository.name(), paths.len(), commits.trim());
    println!("CPU seconds");

    let is_asked = |job: &str| options.own.as_deref().is_none_or(|own| own == job);
    if is_asked("last") {
        last_of_all(&options, &head, &paths);
    }
    if is_asked("single") {
        last_of_some(&options, &head, &paths);
    }
    if is_asked("cache") {
        with_cache(&options, &head, &paths);
    }
    if is_asked("tags") {
        markdown_at_tags(&options);
    }
    if is_asked("renames") {
        renamed(&options);
    }
    if is_asked("gone") {
        removed(&options, &head);
    }
}

fn open(path: &Path) -> Measured {
    Measured::open(path).unwrap()
}

/// Prints what two sides took.
fn compare(own: (&str, f64), other: (&str, f64), goal: f64) {
    println!("  {:42} {:9.4}", own.0, own.1);
    println!(
        "  {:42} {:9.4}  ratio {:.5}, goal {goal:.5}",
        other.0,
        other.1,
        own.1 / other.1
    );
}

/// The last commit of every file, against one walk of git.
fn last_of_all(options: &Options, head: &str, paths: &[String]) {
    let own = measured(|| {
        open(&options.path).last_touches(head, paths).unwrap();
    });
    if options.own.is_some() {
        return println!("  last commit of every file {own:9.4}");
    }
    let log = measured(|| {
        git(&options.path, &["log", "--name-only", "--no-renames", "--format=%H"]);
    });
    compare(("last commit of every file", own), ("git log --name-only, once", log), 0.40);
    let all = measured(|| {
        open(&options.path).touches(head, paths).unwrap();
    });
    println!("  {:42} {all:9.4}", "every commit of every file");
    let history = open(&options.path).last_touches(head, paths).unwrap();
    let step = if options.is_exhaustive {
        1
    } else {
        paths.len().div_ceil(SAMPLE).max(1)
    };
    let asked: Vec<&String> = paths.iter().step_by(step).collect();
    let differing = asked
        .iter()
        .filter(|file| !is_same_last(&options.path, file, &history))
        .count();
    println!("  answers that differ from git log -1: {differing} of {}", asked.len());
    if options.is_exhaustive {
        let history = open(&options.path).touches(head, paths).unwrap();
        let differing = asked
            .iter()
            .filter(|file| !is_same_log(&options.path, file, &history))
            .count();
        println!("  answers that differ from git log: {differing} of {}", asked.len());
    }
}

/// The last commit of a thousand files, against as many single questions.
fn last_of_some(options: &Options, head: &str, paths: &[String]) {
    let count = PATHS.min(paths.len());
    let paths: Vec<String> = (0..count).map(|index| paths[index * paths.len() / count].clone()).collect();
    let own = measured(|| {
        open(&options.path).last_touches(head, &paths).unwrap();
    });
    if options.own.is_some() {
        return println!("  last commit of {} files {own:9.4}", paths.len());
    }
    let sample: Vec<&String> = paths.iter().step_by(paths.len().div_ceil(SAMPLE).max(1)).collect();
    let singles = measured(|| {
        for file in &sample {
            git(&options.path, &["log", "-1", "--format=%H", "--", &literal(file)]);
        }
    }) / sample.len() as f64
        * paths.len() as f64;
    compare(
        (&format!("last commit of {} files", paths.len()), own),
        (&format!("as many git log -1 (from {})", sample.len()), singles),
        1.0 / 150.0,
    );
}

/// Every commit of every file, when an earlier run was a hundred commits ago, and when it was at the same commit.
fn with_cache(options: &Options, head: &str, paths: &[String]) {
    let Ok(older) = open(&options.path).resolve("HEAD~100") else {
        return;
    };
    let place = std::env::temp_dir().join(format!("runproof-bench-{}", std::process::id()));
    let run = |head: &str, place: &Path| {
        open(&options.path)
            .with_cache(place.to_path_buf())
            .touches(head, paths)
            .unwrap()
    };
    let before = run(&older, &place);
    let files: Vec<(PathBuf, Vec<u8>)> = std::fs::read_dir(&place)
        .unwrap()
        .flatten()
        .map(|entry| (entry.path(), std::fs::read(entry.path()).unwrap()))
        .collect();
    let after_some = measured(|| {
        std::fs::remove_dir_all(&place).unwrap();
        std::fs::create_dir_all(&place).unwrap();
        for (path, bytes) in &files {
            std::fs::write(path, bytes).unwrap();
        }
        run(head, &place);
    });
    let found = run(head, &place);
    let after_none = measured(|| {
        run(head, &place);
    });
    std::fs::remove_dir_all(&place).unwrap();
    let plain = open(&options.path).touches(head, paths).unwrap();
    println!("  {:42} {after_some:9.4}", "every commit, 100 commits after the last run");
    println!("  {:42} {after_none:9.4}", "every commit, nothing new since");
    let differing = paths.iter().filter(|path| found.commits(path) != plain.commits(path)).count();
    println!(
        "  answers that differ with the cache: {differing} of {} ({} known before)",
        paths.len(),
        before.len()
    );
}

/// The Markdown files of every tag, each distinct content read once.
fn markdown_at_tags(options: &Options) {
    let own = measured(|| {
        own_markdown(&options.path);
    });
    if options.own.is_some() {
        return println!("  markdown at all tags {own:9.4}");
    }
    let other = measured(|| {
        git_markdown(&options.path);
    });
    compare(
        ("markdown at all tags", own),
        ("git ls-tree per tag, cat-file --batch", other),
        0.35,
    );
    let (own, other) = (own_markdown(&options.path), git_markdown(&options.path));
    println!(
        "  files at all tags: {} and {}; bytes of distinct ones: {} and {}",
        own.0, other.0, own.1, other.1
    );
}

/// How many Markdown files all tags have together, and how many bytes the distinct ones have.
fn own_markdown(path: &Path) -> (usize, usize) {
    let repository = open(path);
    let (mut files, mut bytes) = (0, 0);
    let mut seen: HashSet<[u8; 20]> = HashSet::new();
    for commit in repository.tags().unwrap() {
        for file in repository.files(&commit).unwrap() {
            if file.is_plain && file.path.ends_with(".md") {
                files += 1;
                if seen.insert(file.content) {
                    bytes += repository.content(file.content).unwrap().len();
                }
            }
        }
    }
    (files, bytes)
}

fn git_markdown(path: &Path) -> (usize, usize) {
    let mut files = 0;
    let mut blobs: BTreeSet<String> = BTreeSet::new();
    for line in git(
        path,
        &[
            "for-each-ref",
            "--format=%(objecttype) %(*objecttype) %(refname)",
            "refs/tags",
        ],
    )
    .lines()
    {
        let words: Vec<&str> = line.split(' ').collect();
        if words[0] != "commit" && words[1] != "commit" {
            continue;
        }
        let names = git(path, &["ls-tree", "-r", "-z", words[2]]);
        for entry in names
            .split('\0')
            .filter(|entry| entry.starts_with("100") && entry.ends_with(".md"))
        {
            files += 1;
            blobs.insert(entry.split([' ', '\t']).nth(2).unwrap().to_owned());
        }
    }
    let mut process = Command::new("git")
        .arg("-C")
        .arg(path)
        .args(["-c", "safe.directory=*", "cat-file", "--batch=%(objectsize)"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    let list: String = blobs.iter().map(|id| format!("{id}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(list.as_bytes()).unwrap());
    let output = process.wait_with_output().unwrap().stdout;
    writer.join().unwrap();
    let (mut rest, mut bytes) = (output.as_slice(), 0);
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let size: usize = std::str::from_utf8(&rest[..end]).unwrap().parse().unwrap();
        bytes += size;
        rest = &rest[end + 1 + size + 1..];
    }
    (files, bytes)
}

/// The renames between two revisions.
fn renamed(options: &Options) {
    let Some((older, newer)) = &options.range else { return };
    let ids = |repository: &Measured| (repository.resolve(older).unwrap(), repository.resolve(newer).unwrap());
    let run = || {
        let repository = open(&options.path);
        let (older, newer) = ids(&repository);
        repository.renames(&older, &newer).unwrap()
    };
    let own = measured(|| {
        run();
    });
    if options.own.is_some() {
        return println!("  renames {own:9.4}");
    }
    let arguments = ["diff", "-M", "--name-status", "-z", "--diff-filter=R", older, newer];
    let other = measured(|| {
        git(&options.path, &arguments);
    });
    compare(
        (&format!("renames {older}..{newer}"), own),
        ("git diff -M --name-status", other),
        1.0,
    );
    let printed = git(&options.path, &arguments);
    let fields: Vec<&str> = printed.split('\0').collect();
    let expected: HashMap<&str, &str> = fields.chunks_exact(3).map(|fields| (fields[1], fields[2])).collect();
    let found = run();
    let is_same = |rename: &&Moved| expected.get(rename.from.as_str()) == Some(&rename.to.as_str());
    let same = found.iter().filter(is_same).count();
    println!("  renames: own {}, git {}, the same {same}", found.len(), expected.len());
    if options.is_exhaustive {
        for rename in found.iter().filter(|rename| !is_same(rename)) {
            let git = expected.get(rename.from.as_str());
            println!(
                "  differs: {} -> {} ({} %), git {git:?}",
                rename.from, rename.to, rename.similarity
            );
        }
    }
}

/// What became of fifty files that were removed, against one question for each.
fn removed(options: &Options, head: &str) {
    let printed = git(
        &options.path,
        &[
            "log", "--diff-filter=D", "--no-renames", "--name-only", "-z", "--format=", "-n", "2000",
        ],
    );
    let files = open(&options.path).files(head).unwrap();
    let there: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let folders: HashSet<&Path> = files
        .iter()
        .flat_map(|file| Path::new(&file.path).ancestors().skip(1))
        .collect();
    let all: BTreeSet<&str> = printed
        .split(['\0', '\n'])
        .filter(|path| !path.is_empty() && !there.contains(path) && !folders.contains(Path::new(path)))
        .collect();
    let step = all.len().div_ceil(SAMPLE).max(1);
    let mut paths: Vec<String> = all.iter().step_by(step).map(|path| (*path).to_owned()).collect();
    let removed = paths.len();
    paths.push("no/such/file.md".to_owned());
    let own = measured(|| {
        open(&options.path).gone(head, &paths).unwrap();
    });
    if options.own.is_some() {
        return println!("  fate of {} files {own:9.4}", paths.len());
    }
    let ask = |path: &str| {
        let question = [
            "log", "-1", "--full-history", "--diff-filter=D", "--no-renames", "--format=%H", "--",
        ];
        git(&options.path, &[question.as_slice(), &[literal(path).as_str()]].concat())
    };
    let other = measured(|| {
        for path in &paths {
            ask(path);
        }
    });
    let found = open(&options.path).gone(head, &paths).unwrap();
    println!("  {:42} {own:9.4}", format!("fate of {} files", paths.len()));
    println!(
        "  {:42} {other:9.4}  ratio {:.5}",
        "as many git log -1 --diff-filter=D",
        own / other
    );
    let is_other = |(path, gone): &(&String, &Fate)| {
        let expected = ask(path);
        let is_other = expected.trim() != gone.commit;
        if is_other && options.is_exhaustive {
            println!("  differs: {path}: git {}, own {}", expected.trim(), gone.commit);
        }
        is_other
    };
    let differing = found.iter().filter(is_other).count();
    let moved = found.values().filter(|gone| gone.is_moved).count();
    println!(
        "  found {} of {removed}, {differing} differ from git, {moved} were moved",
        found.len()
    );
}

/// A path as a pathspec.
fn literal(file: &str) -> String {
    format!(":(top,literal){file}")
}

/// Whether git names the same last commit for a path.
fn is_same_last(repository: &Path, file: &str, history: &Touches) -> bool {
    let expected = git(repository, &["log", "-1", "--format=%H", "--", &literal(file)]);
    let found = history.commits(file).first().copied().unwrap_or_default();
    if expected.trim() != found {
        println!("  differs: {file}: git {}, own {found}", expected.trim());
    }
    expected.trim() == found
}

/// Whether git names the same commits for a path, in any order.
fn is_same_log(repository: &Path, file: &str, history: &Touches) -> bool {
    let text = git(repository, &["log", "--format=%H", "--", &literal(file)]);
    let mut expected: Vec<&str> = text.lines().collect();
    let mut found = history.commits(file);
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
        .stderr(Stdio::null())
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
