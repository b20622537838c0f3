//! Where on a host a text says that this repository is cloned.

use crate::command::directory::is_of_host;
use crate::model::directory::Directory;
use crate::model::runbook::Runbook;

/// The folders of a host that a text says are clones, in their order: it runs git there, or a sentence says so.
pub(super) fn homes(runbook: &Runbook) -> Vec<String> {
    const VERBS: &[&str] = &["checkout", "fetch", "log", "pull", "reset", "rev-parse", "status", "switch"];
    let mut homes = Vec::new();
    let commands = runbook.code_blocks.iter().flat_map(|block| &block.commands);
    for command in commands.filter(|command| command.text.contains("git ")) {
        let mut current = match &command.directory {
            Directory::Host(folder) => Some(folder.clone()),
            _ => None,
        };
        for part in command.text.split(['&', ';', '|']).map(str::trim) {
            let mut words = part.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
            match (words.next(), words.next()) {
                (Some("cd"), Some(folder)) => current = is_of_host(folder).then(|| folder.trim_end_matches('/').to_owned()),
                (Some("git"), Some("-C")) => {
                    let folder = words.next().filter(|folder| is_of_host(folder));
                    homes.extend(folder.map(|folder| folder.trim_end_matches('/').to_owned()));
                }
                (Some("git"), Some(verb)) if VERBS.contains(&verb) => homes.extend(current.clone()),
                _ => {}
            }
        }
    }
    if runbook.text.contains("`/") || runbook.text.contains("`~/") {
        homes.extend(runbook.text.lines().filter_map(home_in));
    }
    homes.sort();
    homes
}

/// The folder that a line says the repository is cloned into: "Clone the repo to `/opt/app`", "Repository directory: `/srv/app`".
fn home_in(line: &str) -> Option<String> {
    let (before, rest) = line.split_once('`')?;
    let (folder, _) = rest.split_once('`')?;
    let before = before.to_lowercase();
    let words: Vec<&str> = before
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let leads_in = matches!(words.last(), Some(&("to" | "into" | "in" | "at" | "under")));
    let is_cloned = leads_in
        && words
            .iter()
            .rev()
            .take(6)
            .any(|word| matches!(*word, "clone" | "cloned" | "clones" | "checkout" | "checked"));
    let is_named = before.trim_end_matches(['*', '_', ' ']).ends_with(':')
        && words
            .iter()
            .any(|word| matches!(*word, "repo" | "repository" | "checkout" | "clone"))
        && words.len() <= 4;
    ((is_cloned || is_named) && is_of_host(folder)).then(|| folder.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::home_in;

    #[test]
    fn a_line_says_where_the_clone_is() {
        for line in [
            "1. Clone the repo to `/opt/app`; copy `.env`.",
            "The repository is cloned into `/opt/app/` on each host.",
            "- Repository directory: `/opt/app`",
            "**Repo:** `/opt/app`",
        ] {
            assert_eq!(home_in(line).as_deref(), Some("/opt/app"), "{line}");
        }
        for line in [
            "Clone the repo and read `/opt/app`.",
            "Runtime directory: `/opt/app`",
            "Clone it to `$HOME/app`.",
            "Clone to `app`.",
            "The repository of packages is configured in a file of the host: `/etc/x`",
            "",
        ] {
            assert_eq!(home_in(line), None, "{line}");
        }
    }
}
