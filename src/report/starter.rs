//! The files that `init` begins a handbook with: settings that say what was found, a first runbook, and a file for CI.

use std::fmt::Write as _;

use crate::model::gate::Gate;
use crate::report::gates;
use crate::report::visible::visible;

/// The version of the program, for the files that install it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The most files of one kind that the settings name.
const NAMED: usize = 12;

/// What was found in the repository.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found<'a> {
    /// The name of the repository.
    pub(crate) name: &'a str,
    /// The branch that is published.
    pub(crate) branch: &'a str,
    /// Where a source file can be read on the web, where that is known.
    pub(crate) source_url: Option<&'a str>,
    /// The runbooks, each with the glob that takes it.
    pub(crate) runbooks: &'a [(String, String)],
    /// Files that came near, each with the reason why it is none.
    pub(crate) near: Vec<(&'a str, &'a str)>,
    /// The gates that the runbooks ask for.
    pub(crate) gates: &'a [Gate],
    /// The changelogs.
    pub(crate) changelogs: &'a [String],
    /// How many tags are releases.
    pub(crate) tagged: usize,
    /// The lines of tags where there are several: what stands before the versions of each, and the folder that is called so.
    pub(crate) lines: &'a [(String, Option<String>)],
    /// The newest version.
    pub(crate) newest: Option<&'a str>,
    /// The repository that CI installs the program from; none where nobody said.
    pub(crate) install_from: Option<&'a str>,
}

/// A product for each line of tags: records and gates are kept for each product.
fn products(lines: &[(String, Option<String>)]) -> String {
    let mut out = String::from(
        "# The tags are of several lines. Records and gates are kept for each product, so that each line wants one of its own:\n",
    );
    for (line, folder) in lines {
        let name = line.trim_end_matches(|c: char| !c.is_alphanumeric());
        let _ = writeln!(
            out,
            "# [[products]]\n# id = {}\n# root = {}\n# tags = {}",
            quoted(&name.replace('/', "-")),
            quoted(folder.as_deref().unwrap_or(name)),
            quoted(&format!("{line}*"))
        );
    }
    out
}

/// The text of `runproof.toml`: what was found as comments, so that every line that has an effect is one that somebody chose.
pub(crate) fn settings(found: &Found<'_>) -> String {
    let mut out = format!(
        "# Settings of Runproof, begun by `runproof init`. Every key may be left out: `runproof config show` prints all of them with their\n\
         # values, and an unknown one is refused with a suggestion. What is found without settings stands here as comments.\n\
         \n\
         schema = \"runproof-settings/1\"\n\
         title = {}\n\
         # out = \"site\"\n",
        quoted(&format!("{} handbook", found.name))
    );
    if let Some(url) = found.source_url {
        let _ = writeln!(out, "# source-url = {}  # as `origin` tells", quoted(url));
    }
    out.push_str("\n# Runbooks.");
    if found.runbooks.is_empty() {
        out.push_str(" None was found under the usual names.\n");
    } else {
        out.push_str(" Found under the usual names:\n");
        list(
            &mut out,
            found.runbooks.iter().map(|(path, glob)| format!("{path}  (by {glob})")),
        );
    }
    if !found.near.is_empty() {
        out.push_str("# Not taken, though they came near:\n");
        list(&mut out, found.near.iter().map(|(path, reason)| format!("{path}: {reason}")));
    }
    out.push_str(
        "# With this key only what its globs take is a runbook.\n\
         # runbooks = [\"docs/runbooks/**/*.md\"]\n\
         # exclude = [\"docs/runbooks/drafts/**\"]\n\n",
    );
    match (found.newest, found.tagged) {
        (Some(newest), 0) => {
            let _ = writeln!(
                out,
                "# Releases. No tag is a version; the newest that anything tells of is {}.",
                shown(newest)
            );
        }
        (Some(newest), count) => {
            let tags = if count == 1 {
                "One tag is a version".to_owned()
            } else {
                format!("{count} tags are versions")
            };
            let _ = writeln!(out, "# Releases. {tags}, the newest {}.", shown(newest));
        }
        (None, _) => out.push_str("# Releases. None yet: a tag such as v1.0.0 makes the first.\n"),
    }
    out.push_str("# tags = \"v*\"\n# releases = \"releases\"  # one folder per version: record.json and evidence/<gate>/\n");
    if found.changelogs.is_empty() {
        out.push_str("# changelogs = [\"CHANGELOG.md\"]  # none was found\n");
    } else {
        let files: Vec<String> = found.changelogs.iter().take(NAMED).map(|path| quoted(path)).collect();
        let _ = writeln!(out, "# changelogs = [{}]  # found", files.join(", "));
    }
    out.push_str(
        "\n# Days that a review of a runbook lasts, by how critical it is.\n\
         # [freshness]\n\
         # critical-days = 90\n\
         # high-days = 180\n\
         # normal-days = 365\n\n",
    );
    let understood = gates::toml(found.gates);
    if understood.is_empty() {
        out.push_str(
            "# Gates: what a release must show before it counts as proven. No runbook asks for any yet; this is what two look like.\n\
             # [[gates]]\n\
             # id = \"tests\"\n\
             # title = \"Tests\"\n\
             # format = \"junit\"\n\
             # min-tests = 1\n\
             #\n\
             # [[gates]]\n\
             # id = \"coverage\"\n\
             # title = \"Coverage of lines\"\n\
             # at-least = { lines = 80 }\n",
        );
    } else {
        out.push_str("# Gates: what a release must show before it counts as proven. This is how the runbooks were understood; take away the `# `\n# of those that are right.\n");
        for line in understood.lines() {
            out.push_str(if line.is_empty() { "#" } else { "# " });
            out.push_str(line);
            out.push('\n');
        }
    }
    if !found.lines.is_empty() {
        out.push_str(&products(found.lines));
    }
    out
}

/// The text of a first runbook, for a repository that has none.
pub(crate) fn runbook(found: &Found<'_>) -> String {
    let words: String = shown(found.name)
        .chars()
        .map(|char| {
            if char.is_alphanumeric() || " -_.".contains(char) {
                char
            } else {
                ' '
            }
        })
        .collect();
    include_str!("../../templates/starter/release.md")
        .replace("NAME_AS_YAML", &words)
        .replace("NAME_AS_TEXT", &words)
}

/// The workflow for GitHub.
pub(crate) fn github(found: &Found<'_>, out: &str) -> String {
    // A branch may hold what YAML takes for its own; JSON strings are YAML.
    include_str!("../../templates/starter/github.yml")
        .replace("[BRANCH]", &format!("[{}]", quoted(found.branch)))
        .replace("path: OUT", &format!("path: {}", quoted(out)))
        .replace("VERSION", VERSION)
        .replace(
            "INSTALL_FROM",
            &found
                .install_from
                .map_or_else(|| "${{ vars.RUNPROOF_REPOSITORY }}".to_owned(), quoted),
        )
}

/// The jobs for GitLab.
pub(crate) fn gitlab(found: &Found<'_>) -> String {
    let text = include_str!("../../templates/starter/gitlab.yml").replace("VERSION", VERSION);
    match found.install_from {
        Some(address) => text.replace("INSTALL_FROM", &quoted(address)),
        // The variable of the project is seen by itself; one here would hide it.
        None => text
            .lines()
            .filter(|line| !line.contains("INSTALL_FROM"))
            .fold(String::new(), |text, line| text + line + "\n"),
    }
}

/// Adds lines of a comment, and how many are left out.
fn list(out: &mut String, lines: impl ExactSizeIterator<Item = String>) {
    let more = lines.len().saturating_sub(NAMED);
    for line in lines.take(NAMED) {
        let _ = writeln!(out, "#   {}", shown(&line));
    }
    if more > 0 {
        let _ = writeln!(out, "#   and {more} more: `runproof lint --explain-choice`");
    }
}

/// Text of the repository on one line.
fn shown(text: &str) -> String {
    visible(text).into_owned()
}

/// A string of TOML and of YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(shown(text)).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Found, github, gitlab, runbook, settings};

    #[test]
    fn settings_about_a_hostile_repository_hold_a_title_and_nothing_else() {
        let found = Found {
            name: "x\"\nout = \"../elsewhere\"\n#",
            runbooks: &[("a\nout = \"/tmp\".md".to_owned(), "**\n/*".to_owned())],
            near: vec![("b\r\ntitle = 1", "c\n[rules]")],
            changelogs: &["CHANGELOG\n.md".to_owned()],
            newest: Some("v1\nout = \"y\""),
            tagged: 2,
            lines: &[("web\nout@".to_owned(), Some("apps/web".to_owned()))],
            branch: "main",
            ..Found::default()
        };
        let text = settings(&found);
        assert!(text.contains("# tags = \"web␊out@*\""), "{text}");
        let read: toml::Table = text.parse().expect("it is TOML");
        assert_eq!(read.keys().collect::<Vec<_>>(), ["schema", "title"], "{text}");
    }

    #[test]
    fn everything_that_is_proposed_can_be_read_when_its_marks_are_taken_away() {
        let found = Found {
            name: "shop",
            branch: "main",
            source_url: Some("https://example.org/shop/blob/{revision}/{path}"),
            ..Found::default()
        };
        let text = settings(&found);
        let proposed: String = text
            .lines()
            .filter_map(|line| line.strip_prefix("# ").or(Some(line)))
            .filter(|line| {
                line.is_empty() || line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
            })
            .map(|line| format!("{line}\n"))
            .collect();
        let read: toml::Table = proposed.parse().unwrap_or_else(|error| panic!("{error}\n{proposed}"));
        for key in ["title", "out", "source-url", "runbooks", "releases", "freshness", "gates"] {
            assert!(read.contains_key(key), "{key}\n{proposed}");
        }
    }

    #[test]
    fn the_files_for_ci_are_yaml_whatever_the_branch_is_called() {
        for branch in ["main", "release/1.x", "a: b #", "\"]", "*", "${{ x }}"] {
            let found = Found {
                branch,
                ..Found::default()
            };
            let read: serde_json::Value = serde_saphyr::from_str(&github(&found, "site")).expect("it is YAML");
            assert_eq!(read["on"]["push"]["branches"][0], branch);
        }
        let read: serde_json::Value = serde_saphyr::from_str(&gitlab(&Found::default())).expect("it is YAML");
        assert!(read["pages"].is_object());
    }

    #[test]
    fn a_first_runbook_keeps_its_front_matter_whatever_the_name_is() {
        let found = Found {
            name: "x: [\n---\n# y",
            ..Found::default()
        };
        let text = runbook(&found);
        assert_eq!(text.matches("\n---\n").count(), 1, "{text}");
    }
}
