//! `runproof lint --fix`: mends the files of the worktree, or shows how it would.

use similar::TextDiff;

use crate::audit::fix::fixed;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::{Terminal, visible};
use crate::error::{Error, Result};
use crate::judge::accept;
use crate::judge::context::Context;
use crate::judge::scope::Judged;
use crate::model::count::counted;
use crate::model::finding::{Finding, Safety};
use crate::model::handbook::JudgedRunbook;
use crate::output::file;
use crate::parse::runbook::encode;
use crate::source::disk;
use crate::source::tree::content_id;

/// How often files are judged and mended at most: a fix may bring another one to light, or stand in its way.
const ROUNDS: usize = 10;

/// Mends files until nothing is left to mend, and returns the judgement on what came out. `judge` judges the worktree.
pub(crate) fn mend(
    context: &Context,
    most: Safety,
    terminal: &Terminal,
    judge: &mut dyn FnMut() -> Result<Judged>,
) -> Result<Judged> {
    let mut judged = judge()?;
    let mut total = 0;
    for _ in 0..ROUNDS {
        let mut made = 0;
        for runbook in &judged.runbooks {
            let path = &runbook.runbook.path;
            let text = &runbook.runbook.runbook.text;
            if let Some((fresh, count)) = fixed(path, text, &runbook.findings, most) {
                match write(context, runbook, &fresh) {
                    Ok(()) => made += count,
                    Err(error) => terminal.note(&format!("warning: {}\n", visible(&error.message))),
                }
            }
        }
        if made == 0 {
            break;
        }
        total += made;
        judged = judge()?;
    }
    terminal.note(&summary(total, &judged, most));
    Ok(judged)
}

/// Shows how the files would be mended, and changes nothing.
pub(crate) fn show(judged: &Judged, most: Safety, terminal: &Terminal) -> Outcome {
    let mut total = 0;
    for runbook in &judged.runbooks {
        let path = &runbook.runbook.path;
        let text = &runbook.runbook.runbook.text;
        if let Some((fresh, count)) = fixed(path, text, &runbook.findings, most) {
            total += count;
            let diff = TextDiff::from_lines(text.as_ref(), &fresh);
            let mut diff = diff.unified_diff();
            terminal.print(&visible(
                &diff
                    .header(&format!("a/{path}"), &format!("b/{path}"))
                    .to_string()
                    .replace("\r\n", "\n"),
            ));
        }
    }
    if total > 0 {
        terminal.note(&format!("would make {}\n", counted(total as u64, "fix/fixes")));
        return Outcome::Findings;
    }
    terminal.note("there is nothing to fix\n");
    Outcome::Clean
}

/// Writes one file: its encoding, byte order mark and line ends stay.
fn write(context: &Context, runbook: &JudgedRunbook, text: &str) -> Result<()> {
    let path = &runbook.runbook.path;
    let failed = || Error::usage(format!("`{path}` was not fixed"));
    let place = disk::place_of(&context.root, path).ok_or_else(failed)?;
    let bytes = disk::file_bytes(&place).map_err(|error| failed().caused_by(&error))?;
    if content_id(&bytes) != runbook.runbook.content {
        return Err(failed().caused_by(&"it was changed in the meantime"));
    }
    let fresh = encode::encoded_like(&bytes, text)
        .ok_or_else(|| failed().caused_by(&"its bytes could not be kept as they are; save it as UTF-8 first"))?;
    file::replace(&place, &[&context.root], &bytes, &fresh)
}

/// What was done, and what is left.
fn summary(made: usize, judged: &Judged, most: Safety) -> String {
    let left: Vec<&Finding> = accept::all(judged).filter(|finding| finding.suppression.is_none()).collect();
    let is_open = |finding: &&&Finding| finding.fix.as_ref().is_some_and(|fix| fix.safety > most);
    let open = left.iter().filter(is_open).count();
    let verb = if left.len() == 1 { "remains" } else { "remain" };
    let needs = match open {
        0 => String::new(),
        1 => ", 1 needs --unsafe-fixes".to_owned(),
        open => format!(", {open} need --unsafe-fixes"),
    };
    format!("fixed {made}, {} {verb}{needs}\n", left.len())
}
