//! What evidence costs: `cargo bench --bench evidence`.
//!
//! Builds handbooks of generated repositories with 50, 100 and 200 releases of 30 evidence files each, and prints the bytes of evidence, the
//! megabytes read per second, the peak of memory, and how long a second build takes that reads only what is new. Goals: the time grows with the
//! bytes, and 200 releases stay under 500 MB.
//!
//! `-- --generate FOLDER NUMBER` only writes a repository of so many releases; `-- --quick` measures 20 and 40 of them.

#![allow(clippy::print_stdout, reason = "a benchmark prints its numbers")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

const PROGRAM: &str = env!("CARGO_BIN_EXE_runproof");

/// The goal for the peak of memory, in MB.
const MEMORY: f64 = 500.0;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--generate") {
        let number = arguments[at + 2].parse().expect("the number is a number");
        generate(Path::new(&arguments[at + 1]), number);
        return;
    }
    let is_quick = arguments.iter().any(|argument| argument == "--quick");
    let scratch = tempfile::tempdir().expect("a folder for the work can be made");
    println!(
        "{:>8} {:>7} {:>9} {:>9} {:>8} {:>9} {:>10} {:>11}",
        "releases", "files", "MB", "seconds", "MB/s", "peak MB", "again s", "one more s"
    );
    for releases in if is_quick { [20, 40, 80] } else { [50, 100, 200] } {
        let repository = scratch.path().join(format!("releases-{releases}"));
        let (files, bytes) = generate(&repository, releases);
        let cache = scratch.path().join(format!("cache-{releases}"));
        let site = scratch.path().join("site");
        let first = build(&repository, &cache, &site);
        let again = build(&repository, &cache, &site);
        append(&repository);
        let more = build(&repository, &cache, &site);
        let megabytes = bytes as f64 / 1e6;
        println!(
            "{releases:>8} {files:>7} {megabytes:>9.1} {:>9.2} {:>8.1} {:>9.0} {:>10.2} {:>11.2}{}",
            first.seconds,
            megabytes / first.seconds,
            first.peak,
            again.seconds,
            more.seconds,
            if first.peak > MEMORY { "  over the goal" } else { "" }
        );
        let _ = fs::remove_dir_all(&site);
    }
}

/// One measured build.
struct Run {
    seconds: f64,
    /// The peak of memory in MB; 0 where the system does not tell.
    peak: f64,
}

fn build(repository: &Path, cache: &Path, site: &Path) -> Run {
    let _ = fs::remove_dir_all(site);
    let begin = Instant::now();
    let mut child = Command::new(PROGRAM)
        .args(["build", "--quiet", "--today", "2026-11-21", "--repo"])
        .arg(repository)
        .arg("--cache-dir")
        .arg(cache)
        .arg("--out")
        .arg(site)
        .spawn()
        .expect("the program starts");
    let mut peak: f64 = 0.0;
    let status = loop {
        peak = peak.max(memory(&child));
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(status.success(), "the build of {} failed", repository.display());
    Run {
        seconds: begin.elapsed().as_secs_f64(),
        peak,
    }
}

/// The peak of memory of a process so far, in MB.
fn memory(child: &Child) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<f64> = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

/// Writes a repository with so many releases, and tells how many files of evidence there are, and their bytes.
fn generate(folder: &Path, releases: usize) -> (usize, usize) {
    let mut import = Import::new(folder);
    let settings = settings();
    let start = [
        ("RELEASING.md".to_owned(), "# Release\n\n1. Ship it\n".to_owned()),
        ("runproof.toml".to_owned(), settings),
    ];
    import.commit("Write it", &start);
    let (mut count, mut bytes) = (0, 0);
    let mut prev = "null".to_owned();
    for release in 0..releases {
        let (files, record) = release_files(&mut import, release, &prev);
        prev = format!("\"{}\"", digest(&record));
        count += files.len() - 1;
        bytes += files[..files.len() - 1].iter().map(|(_, text)| text.len()).sum::<usize>();
        import.commit("Record it", &files);
    }
    import.finish();
    (count, bytes)
}

/// Adds one release behind those that are there.
fn append(folder: &Path) {
    let release = fs::read_dir(folder.join("releases")).expect("it is there").count();
    let last = fs::read(folder.join(format!("releases/v1.{}.0/record.json", release - 1))).expect("it is there");
    let mut import = Import::new(folder);
    import.commits = 2 * release + 1;
    import.has_parent = true;
    let (files, _) = release_files(&mut import, release, &format!("\"{}\"", digest(last)));
    import.commit("Record it", &files);
    import.finish();
}

/// The files of a release, its record last, and the record.
fn release_files(import: &mut Import, release: usize, prev: &str) -> (Vec<(String, String)>, String) {
    let change = [("code.txt".to_owned(), format!("{release}\n"))];
    let commit = import.commit("Go on", &change);
    let base = format!("releases/v1.{release}.0");
    let mut files = Vec::new();
    let mut listed = Vec::new();
    for (gate, name, text) in evidence(release, &commit) {
        let path = format!("evidence/{gate}/{name}");
        listed.push(format!(
            "{{\"path\":\"{path}\",\"sha256\":\"{}\",\"bytes\":{},\"gate\":\"{gate}\"}}",
            digest(&text),
            text.len()
        ));
        files.push((format!("{base}/{path}"), text));
    }
    let gates: Vec<String> = gates().map(|(gate, _)| format!("\"{gate}\"")).collect();
    let record = format!(
        "{{\"schema\":\"runproof-record/1\",\"version\":\"v1.{release}.0\",\"commit\":\"{commit}\",\"released\":\"{}\",\"gates\":[{}],\"prev\":{prev},\n\"files\":[\n{}\n]}}\n",
        moment(release),
        gates.join(","),
        listed.join(",\n")
    );
    files.push((format!("{base}/record.json"), record.clone()));
    (files, record)
}

/// When a release went out: a day after the one before it.
fn moment(release: usize) -> String {
    let at = chrono::DateTime::from_timestamp(
        1_760_000_000 + (2 * i64::try_from(release).unwrap_or_default() + 2) * 43_200,
        0,
    )
    .expect("it is a moment");
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The gates: the name of each, and the format of its evidence.
fn gates() -> impl Iterator<Item = (String, &'static str)> {
    let formats = [
        ("junit", 12),
        ("cobertura", 4),
        ("sarif", 6),
        ("cyclonedx-json", 4),
        ("step-record", 4),
    ];
    formats.into_iter().flat_map(|(format, count)| {
        (0..count).map(move |number| (format!("{}-{number}", format.split('-').next().unwrap_or_default()), format))
    })
}

fn settings() -> String {
    let mut text = String::new();
    for (gate, format) in gates() {
        let _ = write!(text, "[[gates]]\nid = \"{gate}\"\nformat = \"{format}\"\n");
        match format {
            "cobertura" => text.push_str("at-least = { lines = 50 }\n"),
            "sarif" => text.push_str("max-warnings = 100\n"),
            _ => {}
        }
    }
    text
}

/// The evidence of a release: gate, name, text. 30 files, about 1 MB.
fn evidence(release: usize, commit: &str) -> Vec<(String, String, String)> {
    let mut files = Vec::new();
    for (gate, format) in gates() {
        let mark = format!("{gate}-{release}");
        let (name, text) = match format {
            "junit" => ("junit.xml", junit(&mark)),
            "cobertura" => ("coverage.xml", cobertura(&mark)),
            "sarif" => ("scan.sarif", sarif(&mark, commit)),
            "cyclonedx-json" => ("bom.cdx.json", bom(&mark, release)),
            _ => ("step.json", step(&gate, commit, &moment(release))),
        };
        files.push((gate, name.to_owned(), text));
    }
    files
}

fn junit(mark: &str) -> String {
    let mut text = format!("<testsuite name=\"{mark}\" tests=\"200\">\n");
    for case in 0..200 {
        let _ = writeln!(
            text,
            "  <testcase classname=\"suite.of.{mark}.Module{}\" name=\"case_{case}_does_what_it_should\" time=\"0.0{case}\"/>",
            case % 20
        );
    }
    text + "</testsuite>\n"
}

fn cobertura(mark: &str) -> String {
    let mut text = String::from(
        "<coverage line-rate=\"0.8\" lines-covered=\"1600\" lines-valid=\"2000\"><packages><package name=\"p\"><classes>\n",
    );
    for class in 0..20 {
        let _ = writeln!(
            text,
            "<class name=\"{mark}{class}\" filename=\"src/{mark}/{class}.py\" line-rate=\"0.8\"><lines>"
        );
        for line in 1..=100 {
            let _ = writeln!(text, "<line number=\"{line}\" hits=\"{}\"/>", u8::from(line % 5 != 0));
        }
        text.push_str("</lines></class>\n");
    }
    text + "</classes></package></packages></coverage>\n"
}

fn sarif(mark: &str, commit: &str) -> String {
    let results: Vec<String> = (0..60)
        .map(|at| {
            format!(
                "{{\"ruleId\":\"R{}\",\"level\":\"warning\",\"message\":{{\"text\":\"Something about {mark} that is worth a look\"}},\"locations\":[{{\"physicalLocation\":{{\"artifactLocation\":{{\"uri\":\"src/{at}.py\"}},\"region\":{{\"startLine\":{at}}}}}}}]}}",
                at % 7
            )
        })
        .collect();
    format!(
        "{{\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"scanner\",\"rules\":[]}}}},\"invocations\":[{{\"executionSuccessful\":true}}],\"versionControlProvenance\":[{{\"repositoryUri\":\"https://example.org/r\",\"revisionId\":\"{commit}\"}}],\"results\":[\n{}\n]}}]}}\n",
        results.join(",\n")
    )
}

fn bom(mark: &str, release: usize) -> String {
    let components: Vec<String> = (0..250)
        .map(|at| {
            let version = format!("1.{}.0", if at % 50 == release % 50 { release } else { 0 });
            format!(
                "{{\"type\":\"library\",\"name\":\"part-{at}\",\"version\":\"{version}\",\"purl\":\"pkg:npm/part-{at}@{version}\",\"licenses\":[{{\"license\":{{\"id\":\"MIT\"}}}}]}}"
            )
        })
        .collect();
    format!(
        "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"metadata\":{{\"component\":{{\"type\":\"application\",\"name\":\"{mark}\"}}}},\"components\":[\n{}\n]}}\n",
        components.join(",\n")
    )
}

fn step(gate: &str, commit: &str, at: &str) -> String {
    format!(
        "{{\"schema\":\"runproof-step/1\",\"gate\":\"{gate}\",\"subject\":{{\"commit\":\"{commit}\"}},\"command\":\"make {gate}\",\"exit_code\":0,\"started\":\"{at}\",\"finished\":\"{at}\"}}\n"
    )
}

fn digest(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A repository that `git fast-import` writes.
struct Import {
    process: Child,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
    commits: usize,
    /// Whether the branch is there already, written by another import.
    has_parent: bool,
}

impl Import {
    fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("the folder of the repository can be made");
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            command.arg("-C").arg(folder).args(arguments);
            command
        };
        let init = git(&["init", "--quiet", "--initial-branch=main"]).status();
        assert!(init.expect("git starts").success());
        let mut process = git(&["fast-import", "--quiet"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("git starts");
        let answers = BufReader::new(process.stdout.take().expect("git answers"));
        Self {
            process,
            answers,
            folder: folder.to_path_buf(),
            commits: 0,
            has_parent: false,
        }
    }

    /// Writes a commit, half a day after the one before it, and gives its id.
    fn commit(&mut self, message: &str, files: &[(String, String)]) -> String {
        let time = 1_760_000_000 + self.commits * 43_200;
        self.commits += 1;
        let mark = self.commits;
        let mut text = format!(
            "commit refs/heads/main\nmark :{mark}\ncommitter Bench <bench@example.org> {time} +0000\ndata {}\n{message}\n",
            message.len()
        );
        if std::mem::take(&mut self.has_parent) {
            text.push_str("from refs/heads/main^0\n");
        }
        for (path, content) in files {
            let _ = write!(text, "M 100644 inline {path}\ndata {}\n{content}\n", content.len());
        }
        let _ = writeln!(text, "\nget-mark :{mark}");
        let input = self.process.stdin.as_mut().expect("git reads");
        input.write_all(text.as_bytes()).expect("git reads");
        input.flush().expect("git reads");
        let mut id = String::new();
        self.answers.read_line(&mut id).expect("git answers");
        id.trim().to_owned()
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
