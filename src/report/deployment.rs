//! A deployment followed back, in the terminal and as JSON.

use std::fmt::Write as _;

use crate::model::sample::Backwards;
use crate::report::dossier;
use crate::report::sample::{of_release, why};
use crate::report::visible::{escaped, visible_lines};
use crate::report::words::counted;

/// Changes that are printed; the JSON has all of them.
const MOST_CHANGES: usize = 50;

/// The way back for people.
pub(crate) fn text(found: &Backwards) -> String {
    let mut text = String::new();
    for deployment in &found.deployments {
        let _ = writeln!(text, "{} {}", deployment.id, deployment.what);
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(text, "   {name:<13} {value}");
            }
        };
        line("environment", &deployment.environment);
        line("when", &dossier::in_words(&deployment.at));
        line("by", &deployment.by);
        line("written in", &deployment.source);
        let released = found.release.commit.as_deref().unwrap_or("no commit");
        line(
            "what",
            &match deployment.is_of(released) {
                None => "it names no commit, so that only its place ties it to the release".to_owned(),
                Some(true) => format!("the released commit {released}"),
                Some(false) => format!("{}, and {released} was released", deployment.commits.join(", ")),
            },
        );
        line("digests", &deployment.digests.join(", "));
    }
    let _ = writeln!(text, "\nThe release");
    of_release(
        &mut |name, value| {
            let _ = writeln!(text, "   {name:<13} {value}");
        },
        &found.release,
    );
    let changelog = found.release.changelog.as_deref().unwrap_or("none");
    let _ = writeln!(text, "   {:<13} {changelog}", "changelog");
    let _ = writeln!(
        text,
        "\n{} that it was the first to contain",
        counted(found.changes.len(), "change")
    );
    for change in found.changes.iter().take(MOST_CHANGES) {
        let _ = writeln!(
            text,
            "   {} {} ({}, by {})",
            change.short_id(),
            change.subject,
            why(change),
            change.author.name
        );
    }
    if found.changes.len() > MOST_CHANGES {
        let _ = writeln!(text, "   and {} more in `--format json`", found.changes.len() - MOST_CHANGES);
    }
    if !found.is_whole {
        text.push_str("warning: this clone does not hold the whole line, so that changes may be missing\n");
    }
    visible_lines(&text)
}

/// The way back for programs.
pub(crate) fn json(found: &Backwards) -> String {
    let value = serde_json::json!({
        "schema": "runproof-deployment-trace/1",
        "trace": found,
    });
    escaped(&format!("{value:#}\n"))
}
