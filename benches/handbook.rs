//! What a handbook costs: `cargo bench --bench handbook`.
//!
//! Builds handbooks of generated repositories with the program itself, several times each, and prints the median CPU time (user and
//! system) and the ratios between the sizes. Times differ from machine to machine; the ratios are the claim.
//!
//! `-- --generate FOLDER NUMBER` only writes a repository of so many pages (with `--releases`: of 100 pages in so many releases), for a
//! comparison with other programs or a profile.

#![allow(clippy::print_stdout, reason = "a benchmark prints its numbers")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_runproof");
/// Clock ticks per second of `/proc/self/stat` on every Linux that people use.
const TICKS: f64 = 100.0;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--generate") {
        let folder = PathBuf::from(&arguments[at + 1]);
        let number = arguments[at + 2].parse().expect("the number is a number");
        if arguments.iter().any(|argument| argument == "--releases") {
            generate_releases(&folder, number);
        } else {
            generate_pages(&folder, number);
        }
        return;
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let scratch = Scratch::new();
    println!(
        "CPU seconds (user and system), median of the runs; files are written to {}",
        scratch.folder.display()
    );
    pages(&scratch, if quick { &[100, 1000] } else { &[100, 1000, 10_000] });
    releases(&scratch, if quick { &[1, 10] } else { &[1, 10, 100] });
}

fn pages(scratch: &Scratch, sizes: &[usize]) {
    println!(
        "\n{:>8} {:>10} {:>14} {:>12} {:>10}",
        "pages", "CPU s", "ms per page", "MB written", "ratio"
    );
    let mut first = None;
    for size in sizes {
        let repository = scratch.folder.join(format!("pages-{size}"));
        generate_pages(&repository, *size);
        let run = measure(&repository, &scratch.folder.join("site"), if *size > 5000 { 3 } else { 5 });
        let per_page = run.cpu * 1000.0 / *size as f64;
        let base = *first.get_or_insert(per_page);
        println!(
            "{size:>8} {:>10.3} {per_page:>14.3} {:>12.1} {:>10.2}",
            run.cpu,
            run.bytes as f64 / 1e6,
            per_page / base
        );
    }
    println!("ratio: cost per page against the smallest size; it must not grow");
}

fn releases(scratch: &Scratch, counts: &[usize]) {
    println!(
        "\n{:>8} {:>10} {:>10} {:>12} {:>22}",
        "releases", "CPU s", "writing s", "MB written", "(CPU - writing) ratio"
    );
    let mut first = None;
    for count in counts {
        let repository = scratch.folder.join(format!("releases-{count}"));
        generate_releases(&repository, *count);
        let site = scratch.folder.join("site");
        let run = measure(&repository, &site, 5);
        let writing = cost_of_writing(&site, &scratch.folder.join("copy"));
        let base = *first.get_or_insert(run.cpu);
        let ratio = (run.cpu - writing) / base;
        println!(
            "{count:>8} {:>10.3} {writing:>10.3} {:>12.1} {ratio:>22.2}",
            run.cpu,
            run.bytes as f64 / 1e6
        );
    }
    println!("ratio: what is left without writing the same bytes, against one release; 100 releases may cost 3");
}

/// One measured build.
struct Run {
    cpu: f64,
    bytes: u64,
}

fn measure(repository: &Path, site: &Path, runs: usize) -> Run {
    let mut seconds = Vec::new();
    for _ in 0..runs {
        let _ = fs::remove_dir_all(site);
        let before = cpu(Whose::Children);
        let status = Command::new(PROGRAM)
            .args(["build", "--quiet", "--today", "2026-11-21", "--repo"])
            .arg(repository)
            .arg("--out")
            .arg(site)
            .status()
            .expect("the program starts");
        assert!(status.success(), "the build of {} failed", repository.display());
        seconds.push(cpu(Whose::Children) - before);
    }
    seconds.sort_by(f64::total_cmp);
    let bytes = files(site)
        .iter()
        .map(|path| fs::metadata(path).map_or(0, |data| data.len()))
        .sum();
    Run {
        cpu: seconds[seconds.len() / 2],
        bytes,
    }
}

/// What it costs this program to write the files of a folder again from memory.
fn cost_of_writing(folder: &Path, copy: &Path) -> f64 {
    let contents: Vec<(PathBuf, Vec<u8>)> = files(folder)
        .into_iter()
        .map(|path| {
            let bytes = fs::read(&path).expect("the file of the site can be read");
            (
                copy.join(path.strip_prefix(folder).expect("the file lies in the folder")),
                bytes,
            )
        })
        .collect();
    let _ = fs::remove_dir_all(copy);
    let before = cpu(Whose::Own);
    for (path, bytes) in &contents {
        fs::create_dir_all(path.parent().expect("the file has a folder")).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
    }
    let seconds = cpu(Whose::Own) - before;
    let _ = fs::remove_dir_all(copy);
    seconds
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

#[derive(Clone, Copy)]
enum Whose {
    Own,
    Children,
}

/// CPU seconds of this process or of its ended children, from `/proc/self/stat`.
fn cpu(whose: Whose) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("the benchmark needs Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let (user, system) = match whose {
        Whose::Own => (11, 12),
        Whose::Children => (13, 14),
    };
    let ticks = |index: usize| fields[index].parse::<f64>().unwrap_or_default();
    (ticks(user) + ticks(system)) / TICKS
}

/// A folder for the work, on a memory file system where there is one; removed at the end.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new() -> Self {
        let base = Path::new("/dev/shm");
        let base = if base.is_dir() {
            base.to_path_buf()
        } else {
            std::env::temp_dir()
        };
        let folder = base.join(format!("runproof-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder for the work can be made");
        Self { folder }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn generate_pages(folder: &Path, pages: usize) {
    let mut import = Import::new(folder);
    import.commit(
        "Write the runbooks",
        (0..pages).map(|page| (page_path(page), page_text(page, 0))),
    );
    import.finish();
}

fn generate_releases(folder: &Path, releases: usize) {
    const RUNBOOKS: usize = 100;
    const CHANGED: usize = 5;
    let mut import = Import::new(folder);
    import.commit(
        "Write the runbooks",
        (0..RUNBOOKS).map(|page| (page_path(page), page_text(page, 0))),
    );
    import.tag("v1.0.0");
    for release in 1..releases {
        let changed = (0..CHANGED).map(|index| (release * CHANGED + index) % RUNBOOKS);
        import.commit(
            &format!("Change {CHANGED} runbooks"),
            changed.map(|page| (page_path(page), page_text(page, release))),
        );
        import.tag(&format!("v1.{release}.0"));
    }
    import.finish();
}

/// A repository that `git fast-import` writes.
struct Import {
    process: std::process::Child,
    folder: PathBuf,
    commits: usize,
}

impl Import {
    fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("the folder of the repository can be made");
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            command.arg("-C").arg(folder).args(arguments);
            command
        };
        assert!(
            git(&["init", "--quiet", "--initial-branch=main"])
                .status()
                .expect("git starts")
                .success()
        );
        let process = git(&["fast-import", "--quiet"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git starts");
        Self {
            process,
            folder: folder.to_path_buf(),
            commits: 0,
        }
    }

    fn write(&mut self, text: &str) {
        let input = self.process.stdin.as_mut().expect("git reads");
        input.write_all(text.as_bytes()).expect("git reads");
    }

    fn commit(&mut self, message: &str, files: impl Iterator<Item = (String, String)>) {
        let time = 1_760_000_000 + self.commits * 86_400;
        self.commits += 1;
        let mut text = format!(
            "commit refs/heads/main\ncommitter Bench <bench@example.org> {time} +0000\ndata {}\n{message}\n",
            message.len()
        );
        for (path, content) in files {
            let _ = write!(text, "M 100644 inline {path}\ndata {}\n{content}\n", content.len());
        }
        self.write(&text);
    }

    fn tag(&mut self, name: &str) {
        let time = 1_760_000_000 + self.commits * 86_400;
        self.write(&format!(
            "tag {name}\nfrom refs/heads/main\ntagger Bench <bench@example.org> {time} +0000\ndata 8\nRelease.\n"
        ));
    }

    fn finish(mut self) {
        drop(self.process.stdin.take());
        assert!(self.process.wait().expect("git ends").success());
        let reset = Command::new("git")
            .arg("-C")
            .arg(&self.folder)
            .args(["reset", "--quiet", "--hard", "main"])
            .status();
        assert!(reset.expect("git starts").success());
    }
}

fn page_path(page: usize) -> String {
    format!("runbooks/section-{:03}/page-{page:05}.md", page / 50)
}

/// A runbook of about 4.4 KB: headings, nested lists, a table, two shell blocks and one of YAML, a task list, an alert, three links.
fn page_text(page: usize, version: usize) -> String {
    const WORDS: [&str; 24] = [
        "queue", "worker", "snapshot", "replica", "rollout", "gateway", "ledger", "token", "cluster", "shard", "release",
        "window", "alert", "backup", "canary", "digest", "migration", "operator", "threshold", "topology", "verify", "drain",
        "promote", "restore",
    ];
    let mut state = (page * 7919 + version * 104_729 + 1) as u64;
    let mut sentence = |length: usize| {
        let words: Vec<&str> = (0..length)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                WORDS[(state >> 33) as usize % WORDS.len()]
            })
            .collect();
        words.join(" ") + "."
    };
    let neighbour = format!("page-{:05}.md", page / 50 * 50 + (page + 1) % 50);
    let mut text = format!(
        "# Operate component {page}\n\n**Owner:** Platform team\n**Last reviewed:** 2026-09-01\n\n{}\n\n",
        sentence(40)
    );
    for section in ["Before you start", "Steps", "Checks after the change", "Rollback"] {
        let _ = write!(text, "## {section}\n\n{} {}\n\n", sentence(28), sentence(24));
        for step in 1..=4 {
            let _ = write!(text, "{step}. {}\n   - {}\n   - {}\n", sentence(9), sentence(6), sentence(5));
        }
        text.push('\n');
    }
    let _ = write!(
        text,
        "```bash\n./deploy.sh --component {page} --wait\nmake verify\n```\n\n```bash\ncurl -sSf http://localhost:8000/health\n```\n\n"
    );
    let _ = write!(text, "```yaml\ncomponent: {page}\nversion: {version}\nreplicas: 3\n```\n\n");
    text.push_str("| metric | limit | window |\n|---|---|---|\n");
    for metric in ["error rate", "latency", "queue depth", "saturation"] {
        let _ = writeln!(text, "| {metric} | {} | 15 min |", sentence(3));
    }
    let _ = write!(
        text,
        "\n- [ ] {}\n- [ ] {}\n- [ ] {}\n\n> [!WARNING]\n> {}\n\n",
        sentence(8),
        sentence(8),
        sentence(8),
        sentence(20)
    );
    let _ = write!(
        text,
        "See [the next one]({neighbour}), [the steps](#steps) and [the site](https://example.org/{page}).\n\n"
    );
    for _ in 0..3 {
        let _ = write!(text, "{} {}\n\n", sentence(34), sentence(30));
    }
    text
}
