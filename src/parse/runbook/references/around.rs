//! What the words around inline code say about it: the name of a workflow, a job, an input, something that is made.

use std::ops::Range;

use crate::command::name::ends_with;
use crate::parse::runbook::outline::{Block, Outline};

/// Bytes of words on either side that are looked at; what stands further away is about something else.
const REACH: usize = 120;

/// Words that name branches, triggers and environments and never a workflow.
const NO_WORKFLOWS: &[&str] = &[
    "HEAD", "cron", "dev", "develop", "development", "main", "master", "production", "pull_request", "pull_request_target",
    "push", "release", "repository_dispatch", "schedule", "staging", "trunk", "true", "false", "workflow_call",
    "workflow_dispatch", "workflow_run", "on",
];

/// Verbs whose object is put somewhere.
const STORING: &[&str] = &[
    "archive", "archived", "archives", "archiving", "capture", "captured", "captures", "collect", "collected", "collects",
    "dump", "dumped", "dumps", "maintain", "maintained", "maintains", "publish", "published", "publishes", "record", "recorded",
    "records", "store", "stored", "stores", "storing", "upload", "uploaded", "uploading", "uploads", "land", "lands", "kept",
    "keep",
];

/// Verbs whose object is made.
const MAKING: &[&str] = &[
    "create", "created", "creates", "creating", "emit", "emits", "emitted", "export", "exported", "exports", "generate",
    "generated", "generates", "generating", "output", "outputs", "produce", "produced", "produces", "save", "saved", "saves",
    "saving", "write", "writes", "writing", "written",
];

/// Extensions of code, which a step of a runbook does not make.
const CODE: &[&str] = &[
    "c", "cpp", "cs", "go", "java", "js", "kt", "mjs", "php", "py", "rb", "rs", "sh", "swift", "ts", "tsx",
];

/// Words between a verb and the place that it puts something.
const PLACES: &[&str] = &["as", "at", "in", "inside", "into", "the", "to", "under"];

/// The words on both sides of inline code.
#[derive(Debug)]
pub(crate) struct Around {
    /// The words in front, in lower case.
    pub(crate) before: String,
    /// The words behind, in lower case; behind further code that is named in the same breath.
    pub(crate) after: String,
    /// The words right behind, in lower case.
    pub(crate) next: String,
    /// The block in front of the list that holds the code, in lower case.
    pub(crate) lead: String,
    /// Whether nothing stands in front of the code in its block.
    pub(crate) is_first: bool,
}

impl Around {
    /// The words around the code at an index of the codes of a block.
    pub(crate) fn of(outline: &Outline, block: &Block, codes: &[Range<usize>], index: usize) -> Self {
        let text = outline.plain.text.as_str();
        let code = &codes[index];
        let before = tail(&text[block.plain.start..code.start]);
        // `a`, `b` and `c` workflows: what stands behind the last is said of all.
        let mut last = index;
        while let Some(next) = codes.get(last + 1)
            && last < index + 12
            && is_list_sign(&text[codes[last].end..next.start])
        {
            last += 1;
        }
        Self {
            before: before.to_lowercase(),
            after: head(&text[codes[last].end..block.plain.end]).to_lowercase(),
            next: head(&text[code.end..block.plain.end]).to_lowercase(),
            lead: outline
                .lead(block)
                .map_or(String::new(), |lead| tail(outline.words(lead)).to_lowercase()),
            is_first: text[block.plain.start..code.start].trim().is_empty(),
        }
    }

    /// Whether the code is the name of a workflow for certain: a file, a name in capitals or one in a sentence about continuous
    /// integration. A "workflow" is often just a way of working.
    pub(crate) fn is_certain_workflow(&self, name: &str) -> bool {
        if ends_with(name, &["yml", "yaml"]) || name.starts_with(|char: char| char.is_ascii_uppercase()) {
            return true;
        }
        let says = |words: &str| {
            words.split(|char: char| !char.is_alphanumeric()).any(|word| {
                [
                    "actions", "ci", "github", "dispatch", "green", "pushed", "scan", "tag", "tags", "trigger", "triggers",
                ]
                .contains(&word)
            })
        };
        !name.contains('_') && (says(&self.before) || says(&self.after) || says(&self.lead))
    }

    /// Whether the code is the name of a workflow.
    pub(crate) fn is_workflow(&self, name: &str) -> bool {
        if NO_WORKFLOWS.contains(&name) || !is_workflow_name(name) {
            return false;
        }
        let after = self.after.trim_start_matches([' ', ')', '"', '\n']);
        let is_followed = begins_with_workflow(after);
        // "migration workflow (`x` by default)" remarks on a way of working.
        let before = self.before.trim_end_matches([' ', ':', '"', '\n']);
        let is_led = ["workflow", "workflows", "workflow named", "workflow called", "github actions"]
            .iter()
            .any(|word| before.ends_with(word));
        let lead = self.lead.trim_end();
        let is_listed = self.is_first
            && lead.strip_suffix(':').is_some_and(|lead| {
                let lead = lead.trim_end();
                (lead.ends_with("workflow") || lead.ends_with("workflows")) && !lead.contains("job") && !lead.contains("step")
            });
        is_followed || is_led || is_listed
    }

    /// Whether the code is the name of a job.
    pub(crate) fn is_job(&self) -> bool {
        let after = self.after.trim_start_matches([' ', '\n']);
        let before = self.before.trim_end_matches([' ', '(', ':', '\n']);
        let is_word = |words: &str| {
            ["job", "jobs"].iter().any(|word| {
                words
                    .strip_prefix(word)
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            })
        };
        is_word(after) || before.ends_with(" job") || before.ends_with(" jobs") || before == "job"
    }

    /// Whether the code is the name of an input of a workflow.
    pub(crate) fn is_input(&self) -> bool {
        let is_dispatch = |words: &str| {
            [
                "workflow dispatch", "workflow_dispatch", "dispatch with", "dispatch the", "workflow input",
            ]
            .iter()
            .any(|word| words.contains(word))
                || words.contains("inputs") && words.contains("workflow")
        };
        let is_listed = self.is_first && self.lead.trim_end().ends_with(':') && is_dispatch(&self.lead);
        let after = self.next.trim_start();
        let is_about_workflows = || {
            [&self.before, &self.next, &self.lead]
                .iter()
                .any(|words| words.contains("workflow"))
        };
        let before = self.before.trim_end_matches([' ', '"', ':']);
        let is_called = ["workflow input", "dispatch input", "the input"]
            .iter()
            .any(|word| before.ends_with(word));
        let is_called = is_called && ["of ", "in ", "on "].iter().any(|word| after.starts_with(word)) && is_about_workflows();
        is_listed || is_called || after.starts_with("workflow input") || after.starts_with("input") && is_about_workflows()
    }

    /// Whether the code is the name of a secret of the forge.
    pub(crate) fn is_secret(&self) -> bool {
        let says = |words: &str| {
            [
                "github secret", "repository secret", "actions secret", "ci secret", "secrets:", "environment secret",
            ]
            .iter()
            .any(|word| words.contains(word))
        };
        says(&self.lead) || says(&self.before) || self.next.trim_start().starts_with("secret")
    }

    /// Whether the code names something that is made by the step and not kept in the repository.
    pub(crate) fn is_made(&self, path: &str) -> bool {
        let extension = path.rsplit('.').next().unwrap_or_default();
        if CODE.contains(&extension) {
            return false;
        }
        let next = self.next.trim_start();
        let is_passive = ["is ", "are ", "gets ", "will be "].iter().any(|word| {
            next.strip_prefix(word).is_some_and(|rest| {
                rest.split_whitespace().take(2).any(|word| {
                    matches!(
                        word,
                        "created" | "generated" | "written" | "produced" | "emitted" | "built" | "gitignored"
                    )
                })
            })
        });
        if is_passive {
            return true;
        }
        let is_document = matches!(extension, "md" | "mdx" | "rst");
        let is_folder = path.ends_with('/');
        if self.is_listed_as_made() && !is_document {
            return true;
        }
        let sentence = self.before.rsplit([';', ':', '\n', '(']).next().unwrap_or_default();
        let sentence = sentence.rsplit(". ").next().unwrap_or(sentence);
        let mut words = sentence.split_whitespace().rev();
        let Some(last) = words.next() else { return false };
        if !is_document && (MAKING.contains(&last) || matches!(last, "stores" | "captures" | "dumps")) {
            return true;
        }
        if is_folder && matches!(last, "maintain" | "archive") {
            return true;
        }
        if !PLACES.contains(&last) && !matches!(last, "a" | "an") {
            return false;
        }
        words.take(5).any(|word| {
            let is_making = MAKING.contains(&word);
            if is_document {
                return is_making && (word.starts_with("creat") || word.starts_with("generat"));
            }
            is_making || (is_folder && STORING.contains(&word))
        })
    }

    /// "which publishes:", "Build output from:": the last words in front of a list say that its items are made.
    fn is_listed_as_made(&self) -> bool {
        let Some(lead) = self.lead.trim_end().strip_suffix(':') else {
            return false;
        };
        lead.split(|char: char| !char.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .rev()
            .take(4)
            .any(|word| MAKING.contains(&word) || matches!(word, "publishes" | "uploads" | "artifact" | "artifacts"))
    }
}

/// Whether words between two names only list them.
fn is_list_sign(words: &str) -> bool {
    matches!(words.trim(), "," | "and" | "or" | "/" | "&" | "+" | ", and" | ", or")
}

fn is_workflow_name(name: &str) -> bool {
    let is_file = ends_with(name, &["yml", "yaml"]);
    let is_word = name.len() <= 80
        && name.starts_with(|char: char| char.is_alphabetic())
        && name
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_' | '.' | '&' | '(' | ')' | '/' | ':'));
    // `TASK-303` is a ticket, `v2` a version, `DATABASE_URL` a variable.
    let is_code = name
        .chars()
        .all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || matches!(char, '_' | '-' | '='));
    // `headSha` is a field, `onDeploy` a function.
    let is_field = name.starts_with(|char: char| char.is_ascii_lowercase())
        && name.bytes().any(|byte| byte.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_version = name.len() <= 4 && name.bytes().skip(1).all(|byte| byte.is_ascii_digit() || byte == b'.');
    matches!(name, "CI" | "CD")
        || (is_word && (is_file || !name.contains(['/', ':', '.'])) && !is_code && !is_field && !is_version)
}

/// Whether words begin with the word for a workflow, and not with something that only concerns workflows ("workflow owners").
fn begins_with_workflow(words: &str) -> bool {
    const SPELLINGS: &[&str] = &[
        "workflow", "github actions workflow", "actions workflow", "ci workflow", "github workflow", "pipeline",
    ];
    SPELLINGS
        .iter()
        .filter_map(|spelling| words.strip_prefix(spelling))
        .any(|rest| {
            let rest = rest.strip_prefix('s').unwrap_or(rest);
            if rest.starts_with(|char: char| char.is_alphanumeric() || matches!(char, '-' | '_')) {
                return false;
            }
            let next = rest
                .trim_start()
                .split(|char: char| !char.is_alphanumeric())
                .next()
                .unwrap_or_default();
            let is_modifier = [
                "owner", "owners", "ownership", "dispatch", "input", "inputs", "package", "layer", "code", "boundary", "engine",
                "state", "command", "commands",
            ]
            .contains(&next);
            !(rest.starts_with(char::is_whitespace) && is_modifier)
        })
}

/// The last bytes of words, from a character on.
fn tail(words: &str) -> &str {
    let mut start = words.len().saturating_sub(REACH);
    while !words.is_char_boundary(start) {
        start += 1;
    }
    &words[start..]
}

/// The first bytes of words, up to a character.
fn head(words: &str) -> &str {
    let mut end = words.len().min(REACH);
    while !words.is_char_boundary(end) {
        end -= 1;
    }
    &words[..end]
}

#[cfg(test)]
mod tests {
    use super::{begins_with_workflow, is_workflow_name};

    #[test]
    fn names_of_workflows_are_words() {
        for name in ["CI", "Release Readiness", "build-images", "ci.yml", "Build & Test (Linux)"] {
            assert!(is_workflow_name(name), "{name}");
        }
        for name in [
            "TASK-303", "DATABASE_URL", "v2", "a/b", "--flag", ".yml", "x.py", "1st", "headSha",
        ] {
            assert!(!is_workflow_name(name), "{name}");
        }
    }

    #[test]
    fn the_word_must_stand_for_a_workflow() {
        for words in [
            "workflow", "workflows.", "workflow run", "github actions workflow)", "pipeline is green",
        ] {
            assert!(begins_with_workflow(words), "{words}");
        }
        for words in [
            "workflow owners", "workflow-owned", "workflow dispatch", "the workflow", "pipelined",
        ] {
            assert!(!begins_with_workflow(words), "{words}");
        }
    }
}
