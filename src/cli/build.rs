//! `runproof build`: read everything, judge it, write the handbook.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::{Args, ValueEnum};

use crate::cli::choice;
use crate::cli::common::{self, Common};
use crate::cli::evidence::EvidenceAt;
use crate::cli::outcome::FailOn;
use crate::cli::outcome::Outcome;
use crate::cli::progress::Progress;
use crate::cli::remembered::{Remembered, Said};
use crate::cli::terminal::Terminal;
use crate::config::product::plans;
use crate::config::read::checked_base;
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::handbook;
use crate::judge::place::Place;
use crate::judge::watcher::Watcher;
use crate::model::closing::word;
use crate::model::count::{self, counted};
use crate::model::finding::{Finding, Severity};
use crate::model::freshness::State;
use crate::model::gate::ReleaseState;
use crate::model::handbook::{Handbook, JudgedRelease, JudgedRunbook, Product};
use crate::output;
use crate::site::frozen::Frozen;
use crate::site::{self, Given};
use crate::source::tracked::{is_ignored, is_tracked, uncommitted_records};

/// Read everything, judge it and write the handbook
///
/// Stale runbooks are published and say so; only --fail-on makes them stop the build. The folder is written atomically, and only what
/// changed; a folder that holds other files is never touched.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof build\n  runproof build --repo ../service --out /tmp/handbook\n  runproof build --fail-on error --today 2026-11-21\n  runproof build --evidence-ref origin/evidence"
)]
pub(crate) struct Arguments {
    /// The folder to write to [default: `out` of the settings, `site`]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// The address that the handbook will be published at [default: `base-url` of the settings]
    #[arg(long, value_name = "URL", value_parser = checked_base)]
    base_url: Option<String>,
    /// Exit with 1 when there are findings of this level or over in the current runbooks, or when a gate of a newest release is open
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Fail::Never)]
    fail_on: Fail,
    /// Read the files of the worktree in place of the head of the branch, to preview what is not committed
    #[arg(long)]
    worktree: bool,
    #[command(flatten)]
    evidence: EvidenceAt,
    /// Show which files are taken for runbooks by which glob, and what came near; write nothing
    #[arg(long)]
    explain_choice: bool,
}

/// What makes the build fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fail {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Everything.
    Info,
    /// A release that something contradicts, and a newest release that is not proven or accepted.
    Gates,
    /// Nothing: the exit code is 0 whatever is found.
    Never,
}

/// Pages of one folder that are named one by one when they go.
const MOST_NAMED: usize = 3;
/// Lines about pages that go.
const MOST_LINES: usize = 20;

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open_with(arguments.evidence.place())?;
    common::warn_of_settings(&context, terminal);
    if arguments.explain_choice {
        return choice::explain(&context, &context.subject(None, arguments.worktree)?, terminal);
    }
    let out = arguments
        .out
        .clone()
        .unwrap_or_else(|| context.root.join(&context.config.out));
    let within = arguments.out.is_none().then_some(context.root.as_path());
    let remembered = (!arguments.worktree)
        .then(|| Remembered::of(&context, &out, within, arguments.base_url.as_deref()))
        .flatten();
    let lying = left_out(&context, arguments.worktree);
    if let Some(said) = remembered.as_ref().and_then(Remembered::recall) {
        terminal.note(&said.summary);
        terminal.note(&lying);
        terminal.note(&format!(
            "wrote 0 of {} to {}: nothing changed since the last build; open {}\n",
            counted(said.files as u64, "file"),
            out.display(),
            out.join("index.html").display()
        ));
        tell_failing(arguments.fail_on, &said, terminal);
        return judged(arguments.fail_on, &said);
    }
    let progress = Progress::new(terminal);
    let mut handbook = handbook::read(&context, arguments.worktree, &progress)?;
    if arguments.base_url.is_some() {
        handbook.base_url.clone_from(&arguments.base_url);
    }
    progress.begin("writing pages", 1);
    let rules = output::Rules {
        protected: &[&context.root],
        within,
        is_tracked: &is_tracked,
    };
    let mut writer = output::Writer::begin(&out, &rules)?;
    let known = remembered.as_ref().and_then(Remembered::pages);
    let spare = remembered.as_ref().and_then(Remembered::spare);
    let known = if let Some((pages, standing)) = known {
        writer.trust(standing, spare.as_deref(), &[&context.root])?;
        pages
    } else {
        if let Some(spare) = spare {
            output::forget(&spare, &[&context.root]);
        }
        Frozen::default()
    };
    let failed = Mutex::new(None);
    let rendered = site::render_with(&handbook, &known, &|given| {
        let taken = match given {
            Given::Made(file) => writer.put(&file.url, &file.bytes),
            Given::Kept { url, bytes } => writer.keep(&url, bytes),
        };
        if let Err(error) = taken {
            failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let (_, pages) = rendered.map_err(|failure| Error::usage("the handbook cannot be rendered").caused_by(&failure))?;
    let written = writer.finish()?;
    drop(progress);
    let said = Said {
        summary: summary(&handbook),
        files: written.written + written.unchanged,
        findings: [FailOn::Error, FailOn::Warning, FailOn::Info]
            .map(|level| level.outcome(current_findings(&handbook)) == Outcome::Findings),
        open: handbook.products.iter().flat_map(open_gates).collect(),
        has_gates: handbook.products.iter().any(has_gates),
    };
    terminal.note(&said.summary);
    terminal.note(&lying);
    terminal.note(&format!(
        "wrote {} of {} to {}{}; open {}\n",
        count::grouped(written.written as u64),
        counted(said.files as u64, "file"),
        out.display(),
        if written.removed.is_empty() {
            String::new()
        } else {
            format!(", removed {}", written.removed.len())
        },
        out.join("index.html").display()
    ));
    terminal.note(&removed_pages(&written.removed));
    terminal.note(&seen_by_git(&context, &out));
    tell_failing(arguments.fail_on, &said, terminal);
    let outcome = judged(arguments.fail_on, &said)?;
    let current = handbook.products.iter().filter_map(|product| product.editions.first());
    let runbooks: usize = current.map(|edition| edition.runbooks.len()).sum();
    if outcome == Outcome::Clean {
        choice::require(&context, arguments.worktree, runbooks)?;
    }
    if let Some(remembered) = remembered.filter(|_| runbooks > 0 && is_whole(&handbook)) {
        remembered.keep(said, pages, written.standing);
    }
    // The process ends here, and its memory goes as a whole.
    std::mem::forget(handbook);
    Ok(outcome)
}

/// What to say of records that lie in the worktree and that the head of the branch does not hold as they are: the handbook tells of none of
/// that. Where evidence is read from elsewhere, what lies here is not looked at.
fn left_out(context: &Context, is_worktree: bool) -> String {
    if is_worktree || context.repository.is_none() || !matches!(context.evidence, Place::Tree) {
        return String::new();
    }
    let plans = plans(&context.config, &context.name());
    let folders: Vec<String> = plans.into_iter().map(|plan| plan.releases).collect();
    let records = uncommitted_records(&context.root, &folders);
    let Some(first) = records.first() else {
        return String::new();
    };
    let more = match records.len() {
        1 => "is not committed as it lies in the worktree, so the handbook does not know it".to_owned(),
        count => format!(
            "and {} more are not committed as they lie in the worktree, so the handbook does not know them",
            count - 1
        ),
    };
    format!("note: {first} {more}: commit first, or build with `--worktree`\n")
}

/// The pages that are published no more, by name: a link that somebody kept leads nowhere now. Where a folder lost many it is named for all
/// of them.
fn removed_pages(removed: &[String]) -> String {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for page in removed.iter().filter_map(|file| file.strip_suffix("index.html")) {
        let folder = page.split_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().push(page);
    }
    let mut lines: Vec<String> = Vec::new();
    for (folder, pages) in &folders {
        if pages.len() > MOST_NAMED {
            lines.push(format!("{folder}/ ({} pages)", pages.len()));
        } else {
            lines.extend(pages.iter().map(|page| (*page).to_owned()));
        }
    }
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    let mut text: String = lines.iter().map(|line| format!("  no longer published: {line}\n")).collect();
    if more > 0 {
        text.push_str(&format!("  and {more} more\n"));
    }
    text
}

/// What a build has to say, as long as anything was there to be judged: no gate fails where no release has one.
fn judged(fail_on: Fail, said: &Said) -> Result<Outcome> {
    if matches!(fail_on, Fail::Gates) && !said.has_gates {
        let error = Error::unjudged("no release has a gate, so `--fail-on gates` judged nothing");
        return Err(
            error.with_help("`runproof gates` shows which gates are understood, `runproof collect` records what CI left behind")
        );
    }
    Ok(outcome(fail_on, said))
}

/// Whether any release of a product has gates.
fn has_gates(product: &Product) -> bool {
    product.releases.iter().any(has_gates_of)
}

/// What a build has to say means for the exit code.
fn outcome(fail_on: Fail, said: &Said) -> Outcome {
    let [errors, warnings, any] = said.findings;
    let fails = match fail_on {
        Fail::Error => errors,
        Fail::Warning => warnings,
        Fail::Info => any,
        Fail::Gates => !said.open.is_empty(),
        Fail::Never => false,
    };
    if fails { Outcome::Findings } else { Outcome::Clean }
}

/// Whether every commit that a release names is there: one that is not may come without anything else changing.
fn is_whole(handbook: &Handbook) -> bool {
    let releases = handbook.products.iter().flat_map(|product| &product.releases);
    releases
        .into_iter()
        .all(|release| release.release.commit.is_none() || release.release.commit_is_present)
}

/// Whether gates are asked of a release. Of what has neither a record nor evidence only the newest is asked, and one that is only known from
/// a changelog has no gates to be open.
fn has_gates_of(release: &JudgedRelease) -> bool {
    !release.verdict.gates.is_empty() || (!release.release.is_recorded() && !release.asked.gates.is_empty())
}

/// Why the gates of a product are not in order: releases that something contradicts, and the newest one where it is not proven.
fn open_gates(product: &Product) -> Vec<String> {
    let newest = product.releases.iter().position(has_gates_of);
    let is_good = |release: &JudgedRelease| matches!(release.verdict.state, ReleaseState::Proven | ReleaseState::Accepted);
    let told = product.releases.iter().enumerate().filter(|(at, release)| {
        release.verdict.state == ReleaseState::Contradicted || (Some(*at) == newest && !is_good(release))
    });
    told.map(|(_, release)| {
        let version = &release.release.version;
        let state = release.verdict.state.word().to_lowercase();
        let open: Vec<String> = release
            .verdict
            .gates
            .iter()
            .filter(|gate| !gate.outcome.lets_through())
            .map(|gate| format!("{} ({})", gate.gate, word(gate, &release.release).to_lowercase()))
            .collect();
        let why = match (release.verdict.contradictions.first(), open.is_empty()) {
            (Some(first), _) => first.trim_end_matches('.').to_owned(),
            (None, false) => format!("{}: {}", counted(open.len() as u64, "open gate"), open.join(", ")),
            (None, true) => release
                .verdict
                .reasons
                .first()
                .map_or_else(String::new, |why| why.trim_end_matches('.').to_owned()),
        };
        let why = if why.is_empty() { why } else { format!("; {why}") };
        format!("{} {version}: {state}{why}", product.name)
    })
    .collect()
}

/// Says what makes a build fail.
fn tell_failing(fail_on: Fail, said: &Said, terminal: &Terminal) {
    let level = match fail_on {
        Fail::Gates => {
            for line in &said.open {
                terminal.note(&format!("fails on gates: {line}\n"));
            }
            return;
        }
        Fail::Error => "error: at least one error was found",
        Fail::Warning => "warning: at least one error or warning was found",
        Fail::Info => "info: at least one thing was found",
        Fail::Never => return,
    };
    if outcome(fail_on, said) == Outcome::Findings {
        terminal.note(&format!("fails on {level}; `runproof lint` names what is wrong\n"));
    }
}

/// That git sees the folder of the site, which the next `git add` would take in. Empty where it lies elsewhere, or is ignored.
fn seen_by_git(context: &Context, out: &Path) -> String {
    let (Ok(out), Ok(root)) = (out.canonicalize(), context.root.canonicalize()) else {
        return String::new();
    };
    let below = out.strip_prefix(&root).ok().filter(|below| !below.as_os_str().is_empty());
    match below {
        Some(below) if context.repository.is_some() && !is_ignored(&root, below) => format!(
            "  the pages lie in the repository and git does not ignore them: add `/{}/` to `.gitignore`\n",
            below.to_string_lossy().replace('\\', "/")
        ),
        _ => String::new(),
    }
}

/// The findings about the present: those of releases are history.
fn current_findings(handbook: &Handbook) -> impl Iterator<Item = &Finding> {
    let runbooks = handbook
        .products
        .iter()
        .filter_map(|product| product.editions.first())
        .flat_map(|edition| &edition.runbooks);
    let products = handbook.products.iter().flat_map(|product| &product.findings);
    runbooks
        .flat_map(|runbook| &runbook.findings)
        .chain(products)
        .chain(&handbook.findings)
}

/// What was found, in words: one line per product, and what needs attention.
fn summary(handbook: &Handbook) -> String {
    let mut text = String::new();
    for product in &handbook.products {
        let releases = product.releases.iter();
        for release in releases.filter(|release| release.verdict.state == ReleaseState::Contradicted) {
            let why = release
                .verdict
                .contradictions
                .first()
                .map_or("a file is not as it was recorded", String::as_str);
            text.push_str(&format!(
                "{} {} is contradicted: {}\n",
                product.name, release.release.version, why
            ));
        }
    }
    for product in &handbook.products {
        text.push_str(&format!("{}: {}\n", product.name, product_summary(product)));
    }
    let errors = current_findings(handbook)
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let warnings = current_findings(handbook)
        .filter(|finding| finding.severity == Severity::Warning)
        .count();
    if errors + warnings > 0 {
        text.push_str(&format!(
            "{} and {} about the present; `runproof lint` shows those of runbooks\n",
            counted(errors as u64, "error"),
            counted(warnings as u64, "warning")
        ));
    }
    for finding in &handbook.findings {
        text.push_str(&format!("{}\n", finding.message));
        if let Some(help) = &finding.help {
            text.push_str(&format!("  {help}\n"));
        }
    }
    text
}

fn product_summary(product: &Product) -> String {
    let runbooks = product
        .editions
        .first()
        .map(|edition| edition.runbooks.as_slice())
        .unwrap_or_default();
    if runbooks.is_empty() && product.releases.is_empty() {
        return "no runbooks under the usual names and no releases; `runbooks` in runproof.toml names them".to_owned();
    }
    let mut parts = Vec::new();
    match runbooks.len() {
        0 => parts.push("no runbooks under the usual names".to_owned()),
        total => parts.push(format!("on main {} ({})", counted(total as u64, "runbook"), states(runbooks))),
    }
    // Pages lead to the version in use, judged today: what they count is told beside what main holds.
    if let Some(in_use) = product.in_use().and_then(|edition| product.editions.get(edition))
        && product.today.len() == in_use.runbooks.len()
        && !in_use.runbooks.is_empty()
    {
        parts.push(format!(
            "in {} {} ({} today)",
            in_use.version,
            counted(in_use.runbooks.len() as u64, "runbook"),
            states(&product.today)
        ));
    }
    match product.releases.len() {
        0 => parts.push("no releases".to_owned()),
        total => {
            // What contradicts itself comes first, and by name.
            let open: String = [
                (ReleaseState::Contradicted, "contradicted"),
                (ReleaseState::Failed, "failed"),
                (ReleaseState::OpenGates, "with open gates"),
                (ReleaseState::RolledBack, "rolled back"),
                (ReleaseState::Withdrawn, "withdrawn"),
                (ReleaseState::Unproven, "not proven"),
                (ReleaseState::Accepted, "accepted by exception"),
                (ReleaseState::Proven, "proven"),
            ]
            .into_iter()
            .map(|(state, words)| {
                let releases = product.releases.iter().filter(|release| release.verdict.state == state);
                let versions: Vec<&str> = releases.map(|release| release.release.version.as_str()).collect();
                match (versions.len(), state) {
                    (0, _) => String::new(),
                    (count, ReleaseState::Contradicted) => format!(", {count} {words}: {}", versions.join(" ")),
                    (count, _) => format!(", {count} {words}"),
                }
            })
            .collect();
            let editions = product.editions.len().saturating_sub(1);
            parts.push(format!(
                "{} ({}{open})",
                counted(total as u64, "release"),
                counted(editions as u64, "edition")
            ));
        }
    }
    if !product.left_out_tags.is_empty() {
        parts.push(format!("{} left out", counted(product.left_out_tags.len() as u64, "tag")));
    }
    parts.join(", ")
}

/// How many runbooks are in each state, the worst first.
fn states(runbooks: &[JudgedRunbook]) -> String {
    let states = State::WORST_FIRST.map(|state| {
        let count = runbooks.iter().filter(|runbook| runbook.freshness.state == state).count();
        (count > 0).then(|| format!("{count} {}", state.word().to_lowercase()))
    });
    let states: Vec<String> = states.into_iter().flatten().collect();
    states.join(", ")
}
