//! `runproof verify`: whether records, evidence and a published site are what they were.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use clap::Args;
use serde_json::Value;

use crate::cli::common::Common;
use crate::cli::evidence::{Format, Reading};
use crate::cli::outcome::Outcome;
use crate::cli::progress::Progress;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::dossier::{known, named};
use crate::judge::handbook;
use crate::judge::verify::verify;
use crate::model::verification::{Difference, DifferenceKind, Verification};
use crate::output::verify as manifest;
use crate::report::verification;
use crate::site;

/// Check records, evidence and a published site against what they were, and name everything that differs
///
/// Without a target, or with a version: computes the digest and length of every file of the evidence store anew, follows the chain of
/// records and of amendments, and compares each newest record with the commit that added it. Records that history held and that are gone are
/// found as well.
///
/// With the unpacked folder of a pack: compares every file with its sums. With the folder of a site: compares every file with the manifest, and, in the repository that the site was built from, makes every
/// page anew and compares the bytes, so that a verdict that was edited together with its manifest is found. The exit code is 1 when
/// anything differs, and 3 when something could not be checked: a record that this clone has no history of, or pages of which there is no
/// repository to make them anew from.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof verify\n  runproof verify v1.4.0 --product api\n  runproof verify site\n  runproof verify --evidence-ref origin/evidence --format json"
)]
pub(crate) struct Arguments {
    /// A version, or the folder of a site or of a pack [default: the evidence of every release]
    #[arg(value_name = "VERSION|FOLDER")]
    target: Option<String>,
    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    // What an earlier run kept is no proof of anything.
    let common = Common {
        no_cache: true,
        cache_dir: None,
        ..common.clone()
    };
    let target = arguments.target.as_deref();
    if let Some(file) = target.filter(|target| Path::new(target).is_file()) {
        let error = Error::usage(format!("`{file}` is a file, and what is verified is a version or a folder"));
        return Err(error.with_help("unpack an archive first, and name the folder in which `SHA256SUMS` lies"));
    }
    let found = match target.filter(|target| Path::new(target).is_dir()) {
        Some(folder) => of_site(Path::new(folder), arguments, &common, terminal)?,
        None => of_store(target, arguments, &common)?,
    };
    terminal.print(&match arguments.reading.format {
        Format::Text => verification::text(&found),
        Format::Json => verification::json(&found),
    });
    let is_clean = found.differences.is_empty();
    if is_clean && found.unheld > 0 {
        let (records, verb) = if found.unheld == 1 {
            ("record", "was")
        } else {
            ("records", "were")
        };
        let error = Error::unjudged(format!("{} {records} {verb} not held against git", found.unheld));
        return Err(error.with_help(
            "fetch the whole history with `git fetch --unshallow --tags` (in CI: check out with a fetch depth of 0), and verify again",
        ));
    }
    if is_clean && !found.unchecked.is_empty() {
        let error = Error::unjudged("the files are those that are listed, and nothing more could be checked");
        return Err(error.with_help(if found.is_pack {
            "a list is as easily edited as a file: compare the digest of the archive with the one that `runproof pack` printed"
        } else {
            "a manifest is as easily edited as a page: verify in the repository, with the commit checked out that the site was built from"
        }));
    }
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}

fn of_store(version: Option<&str>, arguments: &Arguments, common: &Common) -> Result<Verification> {
    let context = common.open_with(arguments.reading.evidence.place())?;
    if version.is_none() && arguments.reading.product.is_none() {
        let found = verify(&context, arguments.reading.worktree, None)?;
        if found.releases.is_empty() && found.differences.is_empty() {
            let error = Error::unjudged("no release has a record or evidence, so there is nothing to verify");
            return Err(error.with_help("`runproof collect VERSION --from FOLDER` writes a record"));
        }
        return Ok(found);
    }
    let known = known(&context, arguments.reading.worktree)?;
    let (of, at) = named(&known, arguments.reading.product.as_deref(), version)?;
    let version = of.found.releases[at].version.clone();
    let found = verify(&context, arguments.reading.worktree, Some((&of.plan.id, &version)))?;
    if found.releases.is_empty() && found.differences.is_empty() {
        let error = Error::unjudged(format!(
            "{version} has no record and no evidence, so there is nothing to verify"
        ));
        return Err(error.with_help(format!("`runproof collect {version} --from FOLDER` writes its record")));
    }
    Ok(found)
}

/// Compares a site with its manifest, and with what the repository gives.
fn of_site(folder: &Path, arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Verification> {
    let verified = manifest::verify(folder)?;
    let mut found = Verification {
        pages: verified.good + verified.wrong.len(),
        ..Verification::default()
    };
    for (url, wrong) in &verified.wrong {
        found.differences.push(Difference {
            kind: DifferenceKind::Manifest,
            version: String::new(),
            path: url.clone(),
            line: None,
            message: wrong.word().to_owned(),
            help: String::new(),
        });
    }
    if verified.is_pack {
        found.is_pack = true;
        let more =
            "whether the sums are those of the pack: hold the digest of the archive against the one that `runproof pack` printed";
        found.unchecked.push(more.to_owned());
        return Ok(found);
    }
    if verified.is_unfinished {
        found.differences.push(Difference {
            kind: DifferenceKind::Manifest,
            version: String::new(),
            path: "manifest.json".to_owned(),
            line: None,
            message: "a build did not end while it was publishing: `newer` files are of that one, the others of the one before"
                .to_owned(),
            help: "build again".to_owned(),
        });
    }
    let about = manifest::read(folder, "about/index.json")
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let facts = about.as_ref().map(|about| &about["facts"]);
    let commit = facts.and_then(|facts| facts["commit"]["id"].as_str()).map(str::to_owned);
    let today = facts.and_then(|facts| facts["today"].as_str()?.parse::<NaiveDate>().ok());
    let context = match common.open_with(arguments.reading.evidence.place()) {
        Ok(context) if context.repository.is_some() => context,
        _ => {
            found
                .unchecked
                .push("what stands on the pages: there is no repository here to make them anew from".to_owned());
            return Ok(found);
        }
    };
    let head = context.subject(None, false)?.commit.map(|head| head.id.clone());
    let (Some(commit), Some(today)) = (commit, today) else {
        found
            .unchecked
            .push("what stands on the pages: the site does not say what it was built from".to_owned());
        return Ok(found);
    };
    if head.as_deref() != Some(commit.as_str()) {
        let short = commit.get(..7).unwrap_or(&commit).to_owned();
        found.unchecked.push(format!(
            "what stands on the pages: the site was built from {short}; check that commit out, and verify again"
        ));
        return Ok(found);
    }
    let mut context = context;
    context.today = today;
    anew(folder, &context, terminal, &mut found)?;
    Ok(found)
}

/// Makes the site anew and compares every file of it.
fn anew(folder: &Path, context: &Context, terminal: &Terminal, found: &mut Verification) -> Result<()> {
    let progress = Progress::new(terminal);
    let handbook = handbook::read(context, false, &progress)?;
    let differing = Mutex::new(Vec::new());
    let rendered = site::render(&handbook, &|file| {
        let is_same = manifest::read(folder, &file.url).is_ok_and(|bytes| bytes == file.bytes);
        if !is_same {
            differing.lock().unwrap_or_else(PoisonError::into_inner).push(file.url);
        }
    });
    rendered.map_err(|failure| Error::usage("the handbook cannot be rendered").caused_by(&failure))?;
    drop(progress);
    let mut differing = differing.into_inner().unwrap_or_else(PoisonError::into_inner);
    differing.sort();
    // The manifest differs with every file that does, and what it knows to be wrong is told.
    let is_known = |url: &String| found.differences.iter().any(|known| known.path == *url);
    let unknown: Vec<String> = differing.into_iter().filter(|url| !is_known(url)).collect();
    let is_only_manifest = unknown.len() == 1 && !found.differences.is_empty();
    for url in unknown {
        if url == "manifest.json" && is_only_manifest {
            continue;
        }
        found.differences.push(Difference {
            kind: DifferenceKind::Page,
            version: String::new(),
            path: url,
            line: None,
            message: "the repository gives another file".to_owned(),
            help:
                "build the site again, and ask who wrote to the published one; another version of Runproof makes other pages, too"
                    .to_owned(),
        });
    }
    Ok(())
}
