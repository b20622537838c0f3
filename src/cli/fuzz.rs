//! Any bytes for every reader, on the toolchain that builds the program: no reader may panic, and each must end soon.
//!
//! `RUNPROOF_FUZZ_SECONDS=600 cargo test --lib fuzz` runs for so long; without it, for a moment. `RUNPROOF_FUZZ_SEED` begins elsewhere. Inputs
//! come from `fuzz/seeds` and are changed at random; one that gives an outcome of a new kind is kept for the rest of the run, and written
//! to the folder that `RUNPROOF_FUZZ_KEEP` names.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::config;
use crate::parse::{artifact, code, code_owners, definition, normal, release_log, runbook};

/// A reader: its name, and what it makes of bytes, in words that tell kinds of outcomes apart.
type Reader = (String, Box<dyn Fn(&[u8]) -> String>);

/// The longest input, in bytes.
const LONGEST: usize = 8 << 10;

/// How long a reader may take for one input of that length, in a build without optimisation on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Words that readers look for.
const WORDS: [&str; 40] = [
    "---\n",
    "+++\n",
    "```sh\n",
    "```\n",
    "# ",
    "- [ ] ",
    "| a | b |\n|---|---|\n",
    "](",
    "<!--",
    "-->",
    "[^1]",
    "\u{202e}",
    "\u{0}",
    "\r",
    "\u{feff}",
    "{\"",
    "\":",
    "[",
    "]",
    "}",
    "null",
    "1e999",
    "\\ud800",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [",
    "<![CDATA[",
    "]]>",
    "&#x0;",
    "testsuite",
    "bomFormat",
    "CycloneDX",
    "spdxVersion",
    "$schema",
    "runs",
    "jobs:\n",
    "deploy:\n\t",
    "$(",
    "<<EOF\n",
    "2026-13-99",
    "🏴",
];

fn readers() -> Vec<Reader> {
    let mut readers: Vec<Reader> = vec![(
        "runbook".to_owned(),
        Box::new(|bytes| {
            runbook::soundness::check(bytes);
            let read = runbook::parse(bytes);
            format!("{} {}", read.references.len().min(9), read.problems.len().min(3))
        }),
    )];
    readers.push((
        "artifact".to_owned(),
        Box::new(|bytes| {
            let read = artifact::read(bytes, None);
            format!("{:?} {}", read.format, read.problems.len().min(3))
        }),
    ));
    for format in artifact::formats() {
        readers.push((
            format!("artifact as {}", format.name),
            Box::new(|bytes| artifact::read(bytes, Some(format.name)).problems.len().min(3).to_string()),
        ));
    }
    let definitions = definition::FORMATS.iter().map(|format| (format.name, format.parse));
    let languages = code::LANGUAGES.iter().map(|language| (language.name, language.parse));
    for (name, parse) in definitions.chain(languages) {
        readers.push((
            name.to_owned(),
            Box::new(move |bytes| {
                let read = parse("sub/x", &String::from_utf8_lossy(bytes));
                format!("{} {}", read.definitions.len().min(9), read.problems.len().min(3))
            }),
        ));
    }
    let text = |name: &str, read: fn(&str) -> String| -> Reader {
        (
            name.to_owned(),
            Box::new(move |bytes: &[u8]| read(&String::from_utf8_lossy(bytes))),
        )
    };
    readers.push(text("settings", |text| config::read::read(text, "x").is_ok().to_string()));
    readers.push(text("waivers", |text| config::waivers::read(text, "x").is_ok().to_string()));
    readers.push(text("baseline", |text| config::baseline::read(text, "x").is_ok().to_string()));
    readers.push(text("code owners", |text| {
        let _ = code_owners::parse("CODEOWNERS", text);
        String::new()
    }));
    readers.push(text("release log", |text| {
        let _ = (
            release_log::changelog("x", text),
            release_log::notes("x", text),
            release_log::tag_message(text),
            release_log::log_tables("x", text),
        );
        String::new()
    }));
    for path in ["record.json", "record.toml", "record.yml", "record.md"] {
        readers.push((
            path.to_owned(),
            Box::new(move |bytes| release_log::record(path, bytes).1.len().min(3).to_string()),
        ));
    }
    for path in ["x.py", "x.sh", "x.json", "x.yml", "x.toml", "x.rs", "Makefile", "x.md"] {
        readers.push((
            format!("normal form of {path}"),
            Box::new(move |bytes| {
                let _ = (
                    normal::normal(path, &String::from_utf8_lossy(bytes)),
                    normal::file_text(path, bytes),
                );
                String::new()
            }),
        ));
    }
    readers
}

/// Numbers without pattern, the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Changes an input in one to six places.
fn mutated(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(64)).min(bytes.len());
        match random.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.next() as u8,
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                for _ in 0..=random.below(12) {
                    bytes.splice(at..at, piece.iter().copied());
                }
            }
            4 => bytes.truncate(at),
            5 => {
                let other = &corpus[random.below(corpus.len())];
                let from = random.below(other.len() + 1);
                let to = (from + random.below(256)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            6 => {
                let word = WORDS[random.below(WORDS.len())].as_bytes();
                let many = [word]
                    .repeat(1 + if random.below(20) == 0 { 400 } else { random.below(3) })
                    .concat();
                bytes.splice(at..at, many);
            }
            _ => drop(bytes.splice(at..end, WORDS[random.below(WORDS.len())].bytes())),
        }
        bytes.truncate(LONGEST);
    }
    bytes
}

fn seeds(folder: &Path, corpus: &mut Vec<Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            seeds(&path, corpus);
        } else if let Ok(bytes) = fs::read(&path) {
            corpus.push(bytes);
        }
    }
}

#[test]
fn no_reader_panics_or_stands_still() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let budget = Duration::from_secs(number("RUNPROOF_FUZZ_SECONDS").unwrap_or(2));
    let seed = number("RUNPROOF_FUZZ_SEED").unwrap_or(1);
    let keep = std::env::var_os("RUNPROOF_FUZZ_KEEP");
    let mut random = Random(seed);
    let mut corpus = vec![Vec::new()];
    seeds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds"), &mut corpus);
    let readers = readers();
    let mut known: BTreeSet<(usize, String)> = BTreeSet::new();
    let (begun, mut count) = (Instant::now(), 0_u64);
    // The seeds themselves come first, whatever the budget.
    let mut waiting = corpus.clone();
    loop {
        let is_seed = !waiting.is_empty();
        if !is_seed && begun.elapsed() > budget {
            break;
        }
        let input = waiting.pop().unwrap_or_else(|| mutated(&mut random, &corpus));
        let all = if is_seed {
            0..readers.len()
        } else {
            let one = random.below(readers.len());
            one..one + 1
        };
        for index in all {
            let (name, read) = &readers[index];
            let started = Instant::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| read(&input)));
            count += 1;
            let shown = || String::from_utf8_lossy(&input).escape_debug().to_string();
            let Ok(outcome) = outcome else {
                panic!("the reader `{name}` panics (seed {seed}) at: {}", shown());
            };
            assert!(
                started.elapsed() < PATIENCE,
                "the reader `{name}` takes {:?} for: {}",
                started.elapsed(),
                shown()
            );
            if known.insert((index, outcome)) && !is_seed {
                if let Some(folder) = &keep {
                    let name: String = Sha256::digest(&input)
                        .iter()
                        .take(8)
                        .map(|byte| format!("{byte:02x}"))
                        .collect();
                    fs::write(Path::new(folder).join(name), &input).expect("the input can be kept");
                }
                corpus.push(input.clone());
            }
        }
    }
    println!(
        "{count} readings by {} readers, {} kinds of outcomes, seed {seed}",
        readers.len(),
        known.len()
    );
}
