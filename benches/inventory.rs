//! What bills of materials cost: `cargo bench --bench inventory`.
//!
//! Two CycloneDX files of 60 MB, made by scaling the one of 56 components that npm wrote for one of the example systems, are read and
//! compared in this process; beside that stands `serde_json::Value` on the same bytes in the same run, since times differ from machine to machine. Then the program looks for a
//! component in a repository with 200 releases of 1,000 components each, with edges and advisories: without a cache, and with one after one
//! release was added. Goals: 0.6 s of CPU and 250 MB; 1.5 s of CPU and 64 MB; 50 ms and what is new.
//!
//! `-- --quick` scales to a tenth.

#![allow(clippy::print_stdout, reason = "a benchmark prints its numbers")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use runproof::bench::Bill;
use serde_json::{Value, json};

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PROGRAM: &str = env!("CARGO_BIN_EXE_runproof");
const SAMPLE: &str = "runbooks/icupa/records/v1.1.1/evidence/sbom/agents-service.cdx.json";

fn main() {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let (megabytes, releases) = if is_quick { (6, 20) } else { (60, 200) };
    two_bills(megabytes);
    index(releases, 1_000);
}

fn two_bills(megabytes: usize) {
    let older = scaled(megabytes, 0);
    let newer = scaled(megabytes, 1);
    let size = (older.len() + newer.len()) as f64 / 1e6;
    println!("two bills of materials of {size:.1} MB together, CPU seconds\n");
    let started = memory_now();
    reset_peak();
    let before = cpu("self");
    let (one, other) = (
        Bill::read(older.as_bytes()).expect("it is a bill"),
        Bill::read(newer.as_bytes()).expect("it is a bill"),
    );
    let read = cpu("self") - before;
    let changes = one.changes(&other);
    let whole = cpu("self") - before;
    let peak = memory("VmHWM:") - started + size;
    println!("read                {read:>8.2}  {:>7.0} MB/s", size / read);
    println!(
        "read and compared   {whole:>8.2}  {} the goal of {:.2}",
        verdict(whole, 0.6 * size / 120.0),
        0.6 * size / 120.0
    );
    println!(
        "memory              {peak:>8.0} MB with both texts, {} the goal of {:.0}",
        verdict(peak, 250.0 * size / 120.0),
        250.0 * size / 120.0
    );
    println!(
        "{} and {} components: {} added, {} removed, {} changed, {} the same",
        one.components(),
        other.components(),
        changes[0],
        changes[1],
        changes[2],
        changes[3]
    );
    drop((one, other));
    let before = cpu("self");
    let value: Value = serde_json::from_str(&older).expect("it is JSON");
    let other: Value = serde_json::from_str(&newer).expect("it is JSON");
    let values = cpu("self") - before;
    assert!(value.is_object() && other.is_object());
    println!(
        "serde_json::Value   {values:>8.2}  {:>7.0} MB/s, {:.1} times as long (aim: 4)\n",
        size / values,
        values / read
    );
}

fn verdict(value: f64, goal: f64) -> &'static str {
    if value <= goal { "within" } else { "OVER" }
}

/// The sample as often as it takes for so many megabytes, under names of their own. In a later one some components are new, gone, or newer.
fn scaled(megabytes: usize, later: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLE);
    let text = fs::read_to_string(path).expect("the sample can be read");
    let sample: Value = serde_json::from_str(&text).expect("the sample is JSON");
    let components = sample["components"].as_array().expect("it has components");
    let dependencies = sample["dependencies"].as_array().expect("it has dependencies");
    let root = sample["metadata"]["component"]["bom-ref"].as_str().expect("it has a subject");
    // The sample is written without blanks, as the scaled one is.
    let plain = sample.to_string();
    let copies = megabytes * 1_000_000 / plain.len();
    let mut all = Vec::new();
    let mut edges = Vec::new();
    let mut direct = Vec::new();
    for copy in 0..copies {
        let named = |text: &str| text.replacen("pkg:npm/", &format!("pkg:npm/c{copy}-"), 1);
        let reference = |text: &Value| json!(format!("{}|{copy}", text.as_str().unwrap_or_default()));
        for (at, component) in components.iter().enumerate() {
            if later == 1 && (copy + at) % 150 == 0 {
                continue;
            }
            let mut component = component.clone();
            let is_newer = later == 1 && (copy + at) % 30 == 1;
            component["name"] = json!(format!("c{copy}-{}", component["name"].as_str().unwrap_or_default()));
            component["purl"] = json!(named(component["purl"].as_str().unwrap_or_default()));
            component["bom-ref"] = reference(&component["bom-ref"]);
            if is_newer {
                component["version"] = json!("999.0.0");
            }
            all.push(component);
        }
        for record in dependencies {
            let needed: Vec<Value> = record["dependsOn"].as_array().into_iter().flatten().map(reference).collect();
            if record["ref"] == root {
                direct.extend(needed);
            } else {
                edges.push(json!({ "ref": reference(&record["ref"]), "dependsOn": needed }));
            }
        }
    }
    edges.push(json!({ "ref": root, "dependsOn": direct }));
    let mut bill = sample.clone();
    bill["components"] = Value::Array(all);
    bill["dependencies"] = Value::Array(edges);
    bill.to_string()
}

fn index(releases: usize, components: usize) {
    let scratch = tempfile::tempdir().expect("a folder can be made");
    let repository = scratch.path().join("repository");
    let cache = scratch.path().join("cache");
    let mut bytes = 0;
    fs::create_dir_all(&repository).expect("a folder can be made");
    fs::write(repository.join("RELEASING.md"), "# Release\n\n1. Ship it\n").expect("it can be written");
    for release in 0..releases {
        bytes += write_release(&repository, release, components);
    }
    git(&repository, &["init", "--quiet", "--initial-branch=main"]);
    commit(&repository);
    let megabytes = bytes as f64 / 1e6;
    println!(
        "{releases} releases of {components} components, {megabytes:.0} MB of bills and scans: `runproof component part-7`\n"
    );
    let ask = |name: &str, options: &[&str], goal: f64, memory_goal: Option<f64>| {
        let run = ask(&repository, options);
        let memory_words = memory_goal.map_or_else(String::new, |goal| {
            format!(", {} the goal of {goal:.0}", verdict(run.peak, goal))
        });
        println!(
            "{name:<22} {:>6.2} s of CPU, {} the goal of {goal:.2}; {:>5.0} MB{memory_words}",
            run.cpu,
            verdict(run.cpu, goal),
            run.peak
        );
    };
    let share = releases as f64 / 200.0;
    ask("cold, nothing kept", &["--no-cache"], 1.5 * share, Some(64.0));
    let folder = cache.to_string_lossy().into_owned();
    let kept = ["--cache-dir", folder.as_str()];
    ask("cold, everything kept", &kept, 1.5 * share, None);
    ask("warm", &kept, 0.05, None);
    write_release(&repository, releases, components);
    commit(&repository);
    ask("warm, one release more", &kept, 0.05 + 1.5 / 200.0, None);
}

/// Writes the bill of materials and the scan of a release, and tells their bytes.
fn write_release(repository: &Path, release: usize, components: usize) -> usize {
    let folder = repository.join(format!("releases/v1.{release}.0/evidence"));
    let mut list = Vec::new();
    let mut edges = Vec::new();
    for at in 0..components {
        // Each release changes some: a handful of versions, one component that comes and one that goes.
        let name = if at == 0 {
            format!("only-{release}")
        } else {
            format!("part-{at}")
        };
        let version = format!(
            "1.{}.{}",
            at % 7,
            if at % 97 == release % 97 { release } else { release / 97 }
        );
        let digest = format!("{:064x}", at * 7_919 + version.len());
        list.push(json!({
            "type": "library", "bom-ref": format!("{name}@{version}"), "name": name, "version": version,
            "purl": format!("pkg:npm/{name}@{version}"), "licenses": [{ "license": { "id": if at % 5 == 0 { "Apache-2.0" } else { "MIT" } } }],
            "hashes": [{ "alg": "SHA-256", "content": digest }],
            "externalReferences": [{ "type": "distribution", "url": format!("https://registry.example.org/{name}/-/{name}-{version}.tgz") }],
        }));
        let mut needed = String::new();
        let _ = write!(needed, "{name}@{version}");
        edges.push((needed, at));
    }
    let names: Vec<String> = edges.iter().map(|(name, _)| name.clone()).collect();
    let mut records: Vec<Value> = edges
        .iter()
        .map(|(name, at)| json!({ "ref": name, "dependsOn": names.iter().skip(at * 3 + 10).take(3).collect::<Vec<_>>() }))
        .collect();
    records.push(json!({ "ref": "app", "dependsOn": names.iter().take(10).collect::<Vec<_>>() }));
    let bill = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": { "component": { "type": "application", "bom-ref": "app", "name": "app", "version": format!("1.{release}.0") } },
        "components": list, "dependencies": records,
    });
    let found: Vec<Value> = (0..10)
        .map(|at| json!({ "VulnerabilityID": format!("CVE-2026-{}", 1_000 + release / 10 + at), "PkgName": format!("part-{}", at * 31 + 1), "InstalledVersion": "1.0.0", "Severity": "HIGH" }))
        .collect();
    let scan = json!({ "SchemaVersion": 2, "ArtifactName": "app", "Results": [{ "Target": "package-lock.json", "Class": "lang-pkgs", "Vulnerabilities": found }] });
    let mut bytes = 0;
    for (name, value) in [("sbom/app.cdx.json", bill), ("scan/trivy.json", scan)] {
        let text = serde_json::to_string_pretty(&value).expect("it is JSON");
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
        fs::write(path, &text).expect("it can be written");
        bytes += text.len();
    }
    bytes
}

fn git(repository: &Path, arguments: &[&str]) {
    let status = Command::new("git").arg("-C").arg(repository).args(arguments).status();
    assert!(status.expect("git starts").success());
}

fn commit(repository: &Path) {
    git(repository, &["add", "--all"]);
    let who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"];
    git(
        repository,
        &[&who[..], &["commit", "--quiet", "--message", "Record it"]].concat(),
    );
}

/// One measured run of the program.
struct Run {
    cpu: f64,
    /// The peak of memory in MB; 0 where the system does not tell.
    peak: f64,
}

fn ask(repository: &Path, options: &[&str]) -> Run {
    let before = cpu("children");
    let mut child = Command::new(PROGRAM)
        .args(["component", "part-7", "--quiet", "--today", "2026-11-21", "--repo"])
        .arg(repository)
        .args(options)
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut peak: f64 = 0.0;
    let status = loop {
        peak = peak.max(peak_of(&format!("/proc/{}/status", child.id()), "VmHWM:"));
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert_eq!(status.code(), Some(1), "it is found");
    Run {
        cpu: cpu("children") - before,
        peak,
    }
}

/// CPU seconds of this process, or of those that it waited for.
fn cpu(whose: &str) -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
    // Fields 14 to 17 of the line, counted from behind the name; a tick is a hundredth of a second.
    let first = if whose == "self" { 11 } else { 13 };
    (ticks(first) + ticks(first + 1)) / 100.0
}

fn peak_of(file: &str, name: &str) -> f64 {
    let status = fs::read_to_string(file).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes: Option<f64> = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

fn memory(name: &str) -> f64 {
    peak_of("/proc/self/status", name)
}

fn memory_now() -> f64 {
    memory("VmRSS:")
}

/// Lets the peak of memory begin anew, where the system can.
fn reset_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}
