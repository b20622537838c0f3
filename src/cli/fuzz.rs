//! Any bytes for every reader, on the toolchain that builds the program: no reader may panic, and each must end soon.
//!
//! `RUNPROOF_FUZZ_SECONDS=600 cargo test --lib fuzz` runs for so long; without it, for a moment. `RUNPROOF_FUZZ_SEED` begins elsewhere. Inputs
//! come from `fuzz/seeds` and the samples of artifacts, and are changed at random; one that gives an outcome of a new kind is kept for the rest of the run, and written
//! to the folder that `RUNPROOF_FUZZ_KEEP` names.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::code::{self, mention};
use crate::config;
use crate::model::freshness::Stamp;
use crate::parse::artifact::decode;
use crate::parse::register::{duty, exception};
use crate::parse::runbook::{encode, prose, stamping};
use crate::parse::{code_owners, normal, recognise, release_log, runbook};
use crate::tools;

/// A reader: its name, and what it makes of bytes, in words that tell kinds of outcomes apart.
type Reader = (String, Box<dyn Fn(&[u8]) -> String>);

/// The longest input, in bytes.
const LONGEST: usize = 8 << 10;

/// How long a reader may take for one input of that length, in a build without optimisation on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Words that readers look for.
const WORDS: &[&str] = &[
    "---\n", "+++\n", "```sh\n", "```\n", "# ", "- [ ] ", "| a | b |\n|---|---|\n", "](", "<!--", "-->", "[^1]", "\u{202e}",
    "\u{0}", "\r", "\u{feff}", "{\"", "\":", "[", "]", "}", "null", "1e999", "\\ud800", "<?xml version='1.0'?>", "<!DOCTYPE x [",
    "<![CDATA[", "]]>", "&#x0;", "testsuite", "bomFormat", "CycloneDX", "spdxVersion", "$schema", "runs", "jobs:\n",
    "deploy:\n\t", "$(", "<<EOF\n", "2026-13-99", "🏴",
];

/// A reader of text; what is not UTF-8 is mended first, as whoever calls it does.
fn of_text(name: impl Into<String>, read: impl Fn(&str) -> String + 'static) -> Reader {
    let read = move |bytes: &[u8]| read(&String::from_utf8_lossy(bytes));
    (name.into(), Box::new(read))
}

/// Every reader there is. What stands in a list is taken from the list.
fn readers() -> Vec<Reader> {
    let mut readers = of_runbooks();
    readers.extend(of_artifacts());
    readers.extend(of_definitions());
    readers.extend(of_records());
    readers.extend(of_settings());
    for path in [
        "x.py", "x.sh", "x.json", "x.yml", "x.toml", "x.rs", "Makefile", "x.md", "requirements.txt", "Dockerfile",
    ] {
        let read = move |bytes: &[u8]| {
            let whole = normal::normal(path, &String::from_utf8_lossy(bytes));
            let _ = normal::file_text(path, bytes);
            whole.is_empty().to_string()
        };
        readers.push((format!("normal form of {path}"), Box::new(read)));
    }
    readers
}

/// Runbooks with all that is read in them, gates among it; their words; and what `review` writes into them.
fn of_runbooks() -> Vec<Reader> {
    let whole = |bytes: &[u8]| {
        runbook::soundness::check(bytes);
        let read = runbook::parse(bytes);
        let counts = [read.references.len(), read.declarations.len(), read.problems.len()];
        format!("{:?}", counts.map(|count| count.min(5)))
    };
    let stamped = |bytes: &[u8]| {
        let read = runbook::parse(bytes);
        let stamp = Stamp {
            on: chrono::NaiveDate::from_ymd_opt(2026, 3, 1),
            by: Some("Driver".to_owned()),
            ..Stamp::default()
        };
        let text = stamping::stamped("x.md", &read, &stamp);
        let encoded = text.as_deref().map(|text| encode::encoded_like(bytes, text).is_some());
        format!("{encoded:?}")
    };
    let words = |bytes: &[u8]| {
        let _ = prose::read(bytes);
        String::new()
    };
    vec![
        ("runbook".to_owned(), Box::new(whole)),
        ("stamp".to_owned(), Box::new(stamped)),
        ("prose".to_owned(), Box::new(words)),
    ]
}

/// Artifacts: by what the content says, and as every format whatever it says.
fn of_artifacts() -> Vec<Reader> {
    let mut readers: Vec<Reader> = vec![(
        "artifact".to_owned(),
        Box::new(|bytes| {
            let read = recognise::read(bytes, None);
            format!("{:?} {}", read.format, read.problems.len().min(3))
        }),
    )];
    for format in recognise::formats() {
        let read = |bytes: &[u8]| {
            let declared = recognise::read(bytes, Some(format.name)).problems.len();
            let parsed = (format.parse)(&decode::decode(bytes).0);
            format!("{} {}", declared.min(3), parsed.problems.len().min(3))
        };
        readers.push((format!("artifact as {}", format.name), Box::new(read)));
    }
    readers
}

/// Files that define what can be called by name, those of tools among them; source code, by every framework of its language.
fn of_definitions() -> Vec<Reader> {
    let mut readers = Vec::new();
    for format in tools::formats() {
        readers.push(of_text(format.name, |text| {
            let read = (format.parse)("sub/x", text);
            format!("{} {}", read.definitions.len().min(9), read.problems.len().min(3))
        }));
    }
    for language in code::LANGUAGES {
        for path in ["sub/x", "app/x/route.ts", "pages/api/[x].tsx", "routes/+server.js", "x.mjs"] {
            if path != "sub/x" && language.name != "javascript" {
                continue;
            }
            readers.push(of_text(format!("{} at {path}", language.name), move |text| {
                let read = code::parse_as_all(language, path, text);
                format!("{} {}", read.definitions.len().min(9), read.problems.len().min(3))
            }));
        }
    }
    readers.push(of_text("script", |text| {
        let read = code::parse_script("bin/x", text, code::Asked::Everything);
        read.map_or(String::new(), |read| read.format.to_owned())
    }));
    let names = ["PORT", "a", "null", "[", "DATABASE_URL"];
    readers.push(of_text("mentions", move |text| {
        let search = mention::Search::new(names.map(str::to_owned).to_vec(), Vec::new()).expect("there are names");
        let found = search.of("x.py", text);
        format!("{} {}", found.found.len().min(9), found.prefixes.len().min(3))
    }));
    readers
}

/// What tells of releases: logs, records, registers.
fn of_records() -> Vec<Reader> {
    let mut readers = vec![
        of_text("changelog", |text| {
            release_log::changelog("x", text).notes.len().min(9).to_string()
        }),
        of_text("release notes", |text| {
            let _ = (release_log::notes("x", text), release_log::tag_message(text));
            String::new()
        }),
        of_text("log tables", |text| {
            release_log::log_tables("x", text).len().min(9).to_string()
        }),
        of_text("exception", |text| {
            exception::parse("x", text).problems.len().min(5).to_string()
        }),
        of_text("duties", |text| {
            let (duties, problems) = duty::parse("x", text);
            format!("{} {}", duties.len().min(5), problems.len().min(5))
        }),
    ];
    for path in ["record.json", "record.toml", "record.yml", "record.md"] {
        let read = move |bytes: &[u8]| release_log::record(path, bytes).1.len().min(3).to_string();
        readers.push((path.to_owned(), Box::new(read)));
    }
    readers
}

/// What steers the program.
fn of_settings() -> Vec<Reader> {
    vec![
        of_text("settings", |text| {
            let _ = config::read::origins(text);
            config::read::read(text, "x", &[]).is_ok().to_string()
        }),
        of_text("waivers", |text| config::waivers::read(text, "x").is_ok().to_string()),
        of_text("baseline", |text| config::baseline::read(text, "x").is_ok().to_string()),
        of_text("code owners", |text| {
            let _ = code_owners::parse("CODEOWNERS", text);
            String::new()
        }),
    ]
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
    for folder in ["fuzz/seeds", "tests/fixtures/artifacts"] {
        seeds(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut corpus);
    }
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
