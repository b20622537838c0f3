//! Where a runbook stands in the tree, and from which folders its names may count.

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use crate::audit::resolve::{folder, output};
use crate::model::edition::{EditionRunbook, Source};
use crate::model::place::Span;
use crate::model::runbook::{Directory, Runbook};

/// A runbook at its place, put in order for looking up its references.
pub(super) struct Document<'edition> {
    /// The path of the runbook.
    pub(super) path: &'edition str,
    /// The folder of the runbook.
    pub(super) folder: &'edition str,
    /// What it says.
    pub(super) runbook: &'edition Runbook,
    /// The folders that paths may count from, the likeliest first: source, product, the folder of the document, folders above it.
    pub(super) roots: Vec<String>,
    /// What its own commands write.
    pub(super) written: HashSet<String>,
    /// The names that its blocks without commands give a value, as far as somebody asked.
    shown: OnceLock<HashSet<&'edition str>>,
    /// Where the commands of each section first go to another host, as far as somebody asked.
    remote: OnceLock<BTreeMap<Option<u32>, u32>>,
    /// Whether it chooses Compose files by a variable, as far as somebody asked.
    chooses_compose_files: OnceLock<bool>,
}

/// The bytes in front of a place that are looked at for what they say about it.
const REACH: usize = 4_000;

/// How sentences say that something is no longer there, or not yet.
const GONE: &[&str] = &[
    "deleted",
    "deprecated",
    "formerly",
    "no longer",
    "not yet",
    "removed",
    "replaced by",
    "retired",
    "used to be",
    "was renamed",
    "will be added",
];

/// How commands begin that open a shell on another host.
const REMOTE: &[&str] = &["ssh ", "gcloud compute ssh ", "aws ssm start-session"];

impl<'edition> Document<'edition> {
    pub(super) fn new(source: &Source, runbook: &'edition EditionRunbook) -> Self {
        let (folder, _) = folder::split(&runbook.path);
        let mut roots = vec![source.root.clone(), source.product_root.clone()];
        let inside = folder::upward(folder).take_while(|above| folder::is_within(above, &source.product_root));
        roots.extend(inside.map(str::to_owned));
        let mut seen = HashSet::new();
        roots.retain(|root| seen.insert(root.clone()));
        Self {
            path: &runbook.path,
            folder,
            runbook: &runbook.runbook,
            roots,
            written: output::written_paths(&runbook.runbook),
            shown: OnceLock::new(),
            remote: OnceLock::new(),
            chooses_compose_files: OnceLock::new(),
        }
    }

    /// The folders of the tree that a command may run in, the likeliest first; empty when `cd` went somewhere that is not in the
    /// tree. The first `cd` into a fresh clone of this repository is its root.
    pub(super) fn folders(&self, source: &Source, directory: &Directory) -> Vec<String> {
        let Directory::Known(written) = directory else {
            return Vec::new();
        };
        let existing = |written: &str| {
            let joined = self.roots.iter().filter_map(|root| folder::join(root, written));
            joined.filter(|folder| source.listing.has_folder(folder)).collect::<Vec<_>>()
        };
        let mut folders = existing(written);
        if folders.is_empty() && !source.repository_name.is_empty() {
            let (first, rest) = written.split_once('/').unwrap_or((written, ""));
            if first.eq_ignore_ascii_case(&source.repository_name) {
                folders = existing(rest);
            }
        }
        let mut seen = HashSet::new();
        folders.retain(|folder| seen.insert(folder.clone()));
        folders
    }

    /// The text in front of a place, as far as it may say something about it.
    pub(super) fn before(&self, at: u32) -> &'edition str {
        let text: &str = &self.runbook.text;
        let end = (at as usize).min(text.len());
        let mut start = end.saturating_sub(REACH);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        text.get(start..end).unwrap_or_default()
    }

    /// The text behind a place, as far as it may say something about it.
    pub(super) fn behind(&self, at: u32) -> &'edition str {
        let text: &str = &self.runbook.text;
        let start = (at as usize).min(text.len());
        let mut end = (start + REACH).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.get(start..end).unwrap_or_default()
    }

    /// The sentence around a place, or the item of a list, or the cell of a table; in lower case and on one line.
    pub(super) fn sentence(&self, span: Span) -> String {
        let (before, after) = (self.before(span.start), self.behind(span.end));
        let marks = ["\n\n", ". ", ".\n", "|", "\n- ", "\n* "];
        let begin = marks
            .iter()
            .filter_map(|mark| Some(before.rfind(mark)? + mark.len()))
            .max()
            .unwrap_or(0);
        let end = marks.iter().filter_map(|mark| after.find(mark)).min().unwrap_or(after.len());
        format!(" {} {} ", &before[begin..], &after[..end])
            .replace('\n', " ")
            .to_lowercase()
    }

    /// Whether the sentence around a place says that what it names is no longer there.
    pub(super) fn says_gone(&self, span: Span) -> bool {
        let words = self.sentence(span);
        GONE.iter().any(|word| words.contains(word))
    }

    /// Whether a block without commands gives a name a value: the reader is to write a Compose file or a `package.json`, and then uses
    /// what it defines.
    pub(super) fn shows(&self, name: &str) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.');
        let shown = self.shown.get_or_init(|| {
            let blocks = self.runbook.code_blocks.iter().filter(|block| block.commands.is_empty());
            let keys = blocks.flat_map(|block| block.text.lines()).filter_map(|line| {
                let key = line.trim_start_matches(|c: char| !is_part(c));
                let end = key.find(|c: char| !is_part(c)).unwrap_or(key.len());
                let behind = key[end..].trim_start_matches(['"', '\'']).trim_start();
                let word = &key[..end];
                let is_key = word.ends_with(':') || behind.starts_with([':', '=']);
                is_key.then(|| word.trim_end_matches(':'))
            });
            keys.collect()
        });
        shown.contains(name)
    }

    /// Whether an earlier command of the same section opens a shell on another host.
    pub(super) fn is_remote(&self, at: u32) -> bool {
        let blocks = &self.runbook.code_blocks;
        let next = blocks.partition_point(|block| block.span.start <= at);
        let own = next
            .checked_sub(1)
            .map(|index| &blocks[index])
            .filter(|block| at < block.span.end);
        let Some(section) = own.map(|block| block.section) else {
            return false;
        };
        let remote = self.remote.get_or_init(|| {
            let mut first = BTreeMap::new();
            for block in blocks {
                let mut commands = block.commands.iter();
                if let Some(command) = commands.find(|command| REMOTE.iter().any(|word| command.text.starts_with(word))) {
                    first.entry(block.section).or_insert(command.span.start);
                }
            }
            first
        });
        remote.get(&section).is_some_and(|first| *first < at)
    }

    /// Whether it sets the variable that tells Compose its files.
    pub(super) fn chooses_compose_files(&self) -> bool {
        *self
            .chooses_compose_files
            .get_or_init(|| self.runbook.text.contains("COMPOSE_FILE"))
    }

    /// Whether the words in front of a place, back to the last heading of the first or second level, speak of a folder: by its path,
    /// or by its name in code or with a slash. "Build the frontend from the `frontend` directory" is how people say where to run
    /// what follows.
    pub(super) fn speaks_of(&self, at: u32, folder: &str) -> bool {
        if folder.is_empty() {
            return false;
        }
        let before = self.before(at);
        let section = ["\n# ", "\n## "]
            .iter()
            .filter_map(|mark| before.rfind(mark))
            .max()
            .unwrap_or(0);
        let words = &before[section..];
        let (_, name) = folder::split(folder);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        words.match_indices(name).any(|(at, _)| {
            let before = &words[..at];
            let after = &words[at + name.len()..];
            let is_whole = !before.ends_with(is_part) && !after.starts_with(is_part);
            let parent = &folder[..folder.len() - name.len()];
            let is_marked = before.ends_with(['`', '/']) && after.starts_with('`') || after.starts_with('/');
            is_whole && (is_marked || !parent.is_empty() && before.ends_with(parent))
        })
    }

    /// The folders that tasks (make targets, scripts) may count from. A documentation folder often has a Makefile or a package for
    /// its own site, which is not what a runbook means.
    pub(super) fn task_folders(&self, source: &Source, directory: &Directory) -> Vec<String> {
        let mut folders = self.folders(source, directory);
        let is_site = |folder: &str| {
            let (_, name) = folder::split(folder);
            matches!(name, "docs" | "doc" | "documentation" | "website" | "site")
        };
        let is_home = |folder: &str| folder == source.root || folder == source.product_root;
        if *directory == Directory::Known(String::new()) {
            folders.retain(|folder| is_home(folder) || !is_site(folder));
        }
        folders
    }
}
