//! Where a runbook stands in the tree, and from which folders its names may count.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use crate::model::directory::Directory;
use crate::model::edition::{EditionRunbook, Source};
use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind};
use crate::model::runbook::{CodeBlock, Runbook};
use crate::tools::folder;
use crate::tools::lookup::abroad::abroad;
use crate::tools::lookup::home::homes;
use crate::tools::lookup::output::{self, Written};
use crate::tools::lookup::shown::shown_files;

/// Bytes in front of a reference that may call it an example.
const EXAMPLE_REACH: usize = 60;

/// A runbook at its place, put in order for looking up its references.
pub(crate) struct Document<'edition> {
    /// The path of the runbook.
    pub(crate) path: &'edition str,
    /// The folder of the runbook.
    pub(crate) folder: &'edition str,
    /// What it says.
    pub(crate) runbook: &'edition Runbook,
    /// The folders that paths may count from, the likeliest first: source, product, the folder of the document, folders above it.
    pub(crate) roots: Vec<String>,
    /// What its own commands write.
    pub(crate) written: Written,
    /// The folders above what its commands make, with the place of the first that does.
    made: HashMap<String, u32>,
    /// The paths that its sentences tell the reader to make, as far as somebody asked.
    ordered: OnceLock<HashSet<&'edition str>>,
    /// The folders that its commands clone other repositories into.
    clones: HashSet<String>,
    /// The folders that its commands clone any repository into, this one as well.
    cloned: HashSet<String>,
    /// Where commands run in another repository.
    abroad: Vec<Span>,
    /// The names that its blocks without commands give a value, as far as somebody asked.
    shown: OnceLock<HashSet<&'edition str>>,
    /// The files that its blocks show the content of, as far as somebody asked.
    files: OnceLock<HashSet<&'edition str>>,
    /// Where the commands of each section first go to another host, as far as somebody asked.
    remote: OnceLock<BTreeMap<Option<u32>, u32>>,
    /// Whether it chooses Compose files by a variable, as far as somebody asked.
    chooses_compose_files: OnceLock<bool>,
    /// The folder of a host that this repository is cloned into, as far as somebody asked.
    home: OnceLock<Option<String>>,
}

/// The bytes in front of a place that are looked at for what they say about it.
const REACH: usize = 4_000;

/// How commands begin that open a shell on another host.
const REMOTE: &[&str] = &["ssh ", "gcloud compute ssh ", "aws ssm start-session"];

impl<'edition> Document<'edition> {
    pub(crate) fn new(source: &Source, runbook: &'edition EditionRunbook) -> Self {
        let (folder, _) = folder::split(&runbook.path);
        let mut roots = vec![source.root.clone(), source.product_root.clone()];
        let inside = folder::upward(folder).take_while(|above| folder::is_within(above, &source.product_root));
        roots.extend(inside.map(str::to_owned));
        let mut seen = HashSet::new();
        roots.retain(|root| seen.insert(root.clone()));
        let clones = clones(source, &runbook.runbook);
        Self {
            abroad: abroad(source, &runbook.runbook, &clones),
            path: &runbook.path,
            folder,
            runbook: &runbook.runbook,
            roots,
            written: Written::by(&runbook.runbook),
            made: output::folders_made(&runbook.runbook),
            ordered: OnceLock::new(),
            clones,
            cloned: clone_calls(&runbook.runbook).map(|(_, folder)| folder).collect(),
            shown: OnceLock::new(),
            files: OnceLock::new(),
            remote: OnceLock::new(),
            chooses_compose_files: OnceLock::new(),
            home: OnceLock::new(),
        }
    }

    /// The part of a folder of a host that lies in the clone of this repository there; none where it is no clone, or may be one of another
    /// repository.
    pub(crate) fn inside_clone<'place>(&self, place: &'place str) -> Option<&'place str> {
        let home = self.home.get_or_init(|| {
            let mut homes = homes(self.runbook);
            homes.dedup();
            let [_] = homes.as_slice() else { return None };
            homes.pop().filter(|_| self.clones.is_empty())
        });
        let rest = place.strip_prefix(home.as_deref()?)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_matches('/'))
    }

    /// Where its commands first make a folder, be it on the way to one below.
    pub(crate) fn makes(&self, folder: &str) -> Option<u32> {
        self.made.get(folder).copied()
    }

    /// Whether a sentence of it tells the reader to make a path, which others then only speak of.
    pub(crate) fn orders(&self, path: &str) -> bool {
        let ordered = self.ordered.get_or_init(|| {
            let references = self.runbook.references.iter();
            let paths = references.filter_map(|reference| match &reference.kind {
                ReferenceKind::Path { path, .. }
                    if reference.context != ReferenceContext::Command
                        && path.contains('/')
                        && output::is_ordered(&self.runbook.text, reference.span) =>
                {
                    Some(path.trim_start_matches("./").trim_end_matches('/'))
                }
                _ => None,
            });
            paths.collect()
        });
        ordered.contains(path)
    }

    /// Whether a command at a place runs in the clone of another repository.
    pub(crate) fn is_abroad(&self, place: Span) -> bool {
        self.abroad.iter().any(|span| span.contains(place))
    }

    /// Whether a command clones a repository into a folder.
    pub(crate) fn is_in_clone(&self, folder: &str) -> bool {
        self.cloned.contains(folder)
    }

    /// Whether its commands clone one repository and no other.
    pub(crate) fn clones_one(&self) -> bool {
        self.cloned.len() == 1
    }

    /// The folders of the tree that a command may run in, the likeliest first; empty when `cd` went somewhere that is not in the
    /// tree. The first `cd` into a fresh clone of this repository is its root.
    pub(crate) fn folders(&self, source: &Source, directory: &Directory) -> Vec<String> {
        let Directory::Known(written) = directory else {
            return Vec::new();
        };
        let (first, rest) = written.split_once('/').unwrap_or((written, ""));
        // A folder of the same name here is another one.
        if self.clones.contains(first) {
            return Vec::new();
        }
        let existing = |written: &str| {
            let joined = self.roots.iter().filter_map(|root| folder::join(root, written));
            joined.filter(|folder| source.listing.has_folder(folder)).collect::<Vec<_>>()
        };
        let mut folders = existing(written);
        let is_named = !source.repository_name.is_empty() && first.eq_ignore_ascii_case(&source.repository_name);
        // Where nobody knows the address of this repository, the only one that its text clones is it.
        let is_only_clone = source.web_url.is_none() && self.cloned.len() == 1 && self.cloned.contains(first);
        if folders.is_empty() && (is_named || is_only_clone) {
            folders = existing(rest);
        }
        // `cd api` in one place and `cd apps/web` in the next: the reader went back in between, since there is no `api/apps/web`.
        let mut tail = written.as_str();
        while let (true, Some((_, rest))) = (folders.is_empty(), tail.split_once('/')) {
            tail = rest;
            folders = existing(tail);
        }
        let mut seen = HashSet::new();
        folders.retain(|folder| seen.insert(folder.clone()));
        folders
    }

    /// The text in front of a place, as far as it may say something about it.
    pub(crate) fn before(&self, at: u32) -> &'edition str {
        let text: &str = &self.runbook.text;
        let end = (at as usize).min(text.len());
        let mut start = end.saturating_sub(REACH);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        text.get(start..end).unwrap_or_default()
    }

    /// The text behind a place, as far as it may say something about it.
    pub(crate) fn behind(&self, at: u32) -> &'edition str {
        let text: &str = &self.runbook.text;
        let start = (at as usize).min(text.len());
        let mut end = (start + REACH).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.get(start..end).unwrap_or_default()
    }

    /// The line in front of a place.
    pub(crate) fn line_before(&self, at: u32) -> &'edition str {
        self.before(at).rsplit('\n').next().unwrap_or_default()
    }

    /// The words in front of the block of code that holds a place, back to the last heading.
    pub(crate) fn lead(&self, at: u32) -> &'edition str {
        let Some(block) = self.block_at(at) else {
            return "";
        };
        let before = self.before(block.span.start);
        before.rfind("\n#").map_or(before, |heading| &before[heading..])
    }

    /// The block of code that holds a place.
    fn block_at(&self, at: u32) -> Option<&'edition CodeBlock> {
        let blocks = &self.runbook.code_blocks;
        let next = blocks.partition_point(|block| block.span.start <= at);
        let block = next.checked_sub(1).map(|index| &blocks[index])?;
        (at < block.span.end).then_some(block)
    }

    /// The references of the block of code that holds a reference.
    pub(crate) fn others_in_block(&self, reference: &Reference) -> impl Iterator<Item = &'edition Reference> {
        let span = self.block_at(reference.span.start).map_or(reference.span, |block| block.span);
        self.runbook.references.iter().filter(move |other| span.contains(other.span))
    }

    /// Whether the line of a block that holds a reference does not go to a folder by itself: the one that the reference counts from was
    /// entered on an earlier line.
    pub(crate) fn is_on_own_line(&self, reference: &Reference) -> bool {
        let before = self.line_before(reference.span.start);
        self.block_at(reference.span.start).is_some() && !["cd ", "pushd ", " -C "].iter().any(|word| before.contains(word))
    }

    /// Whether a reference is what `cd` goes to.
    pub(crate) fn is_entered(&self, reference: &Reference) -> bool {
        let before = self
            .line_before(reference.span.start)
            .trim_end()
            .trim_end_matches(['"', '\'']);
        ["cd", "pushd", "Set-Location"].iter().any(|verb| {
            before
                .strip_suffix(verb)
                .is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t', ';', '&', '(', '|']))
        })
    }

    /// Whether the folder that a command runs in was entered in an earlier block.
    pub(crate) fn is_carried(&self, reference: &Reference) -> bool {
        let at = reference.span.start;
        self.block_at(at).is_some_and(|block| {
            let mut earlier = block.commands.iter().take_while(|command| command.span.start <= at);
            let goes = |text: &str| {
                let mut parts = text.split(['&', ';', '(', '\n']);
                parts.any(|part| part.trim_start().starts_with("cd ") || part.trim_start().starts_with("pushd "))
            };
            !earlier.any(|command| {
                if command.span.end > at {
                    // Of the command that holds it, what is run before.
                    let before = self
                        .runbook
                        .text
                        .get(command.span.start as usize..at as usize)
                        .unwrap_or_default();
                    let done = before.rfind(['&', ';', '|', '\n']).map_or("", |end| &before[..end]);
                    return goes(done) || before.contains(" -C ");
                }
                goes(&command.text) || command.text.contains(" -C ")
            })
        })
    }

    /// Whether the lines of a block before a reference go to folders of their own and do something there, one after the other (`cd api &&
    /// make`, `cd web && make`): each line begins where the first one did.
    pub(crate) fn starts_each_line_anew(&self, reference: &Reference) -> bool {
        let at = reference.span.start;
        let Some(block) = self.block_at(at) else { return false };
        let earlier = block.commands.iter().take_while(|command| command.span.end <= at);
        let entered = earlier.filter_map(|command| {
            let (first, _) = command.text.trim_start().trim_start_matches('(').split_once("&&")?;
            let folder = first.trim().strip_prefix("cd ")?.trim();
            (!folder.starts_with(['.', '/', '~', '$', '-'])).then_some(folder)
        });
        entered.take(2).count() == 2
    }

    /// Whether the comment over the line of a reference says that what it runs was fetched or generated elsewhere.
    pub(crate) fn is_fetched(&self, reference: &Reference) -> bool {
        let before = self.before(reference.span.start);
        let mut above = before.lines().rev().skip(usize::from(!before.ends_with('\n')));
        let comment = above.next().map(str::trim).and_then(|line| line.strip_prefix('#'));
        comment.is_some_and(|comment| {
            let comment = comment.to_lowercase();
            ["downloaded", "generated", "obtained from", "you saved"]
                .iter()
                .any(|word| comment.contains(word))
        })
    }

    /// Whether a reference is a line of a block of its own, in a list of files that a comment tells the reader to make.
    pub(crate) fn is_listed_to_make(&self, reference: &Reference) -> bool {
        let before = self.before(reference.span.start);
        let is_alone = before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
            && self
                .behind(reference.span.end)
                .lines()
                .next()
                .is_none_or(|line| line.trim().is_empty());
        let above = before.trim_end().lines().rev().take(12);
        let comment = above
            .map(str::trim)
            .take_while(|line| !line.is_empty() && !line.starts_with("```"))
            .find_map(|line| line.strip_prefix('#'));
        is_alone
            && comment.is_some_and(|comment| {
                let comment = comment.trim().to_lowercase();
                ["add ", "create ", "new ", "write "]
                    .iter()
                    .any(|verb| comment.starts_with(verb))
            })
    }

    /// The sentence around a place, or the item of a list, or the cell of a table; in lower case and on one line.
    pub(crate) fn sentence(&self, span: Span) -> String {
        self.between(span, &["\n\n", ". ", ".\n", "|", "\n- ", "\n* "])
    }

    /// The words around a place up to the nearest marks, in lower case and on one line.
    pub(super) fn between(&self, span: Span, marks: &[&str]) -> String {
        let (before, after) = (self.before(span.start), self.behind(span.end));
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

    /// Whether a block without commands gives a name a value: the reader is to write a Compose file or a `package.json`, and then uses
    /// what it defines.
    pub(crate) fn shows(&self, name: &str) -> bool {
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

    /// Whether a block shows what the reader is to put into a file.
    pub(crate) fn shows_file(&self, path: &str) -> bool {
        let files = self.files.get_or_init(|| shown_files(self.runbook));
        files.contains(path.trim_start_matches("./"))
    }

    /// Whether an earlier command of the same section opens a shell on another host.
    pub(crate) fn is_remote(&self, at: u32) -> bool {
        let blocks = &self.runbook.code_blocks;
        let Some(section) = self.block_at(at).map(|block| block.section) else {
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
        remote.get(&section).is_some_and(|first| *first < at) && !self.is_in_home(at)
    }

    /// Whether the command at a place runs in the clone of this repository on a host.
    fn is_in_home(&self, at: u32) -> bool {
        let mut commands = self.block_at(at).into_iter().flat_map(|block| &block.commands);
        let command = commands.find(|command| command.span.start <= at && at < command.span.end);
        match command.map(|command| &command.directory) {
            Some(Directory::Host(folder)) => self.inside_clone(folder).is_some(),
            _ => false,
        }
    }

    /// Whether it sets the variable that tells Compose its files.
    pub(crate) fn chooses_compose_files(&self) -> bool {
        *self
            .chooses_compose_files
            .get_or_init(|| self.runbook.text.contains("COMPOSE_FILE"))
    }

    /// Whether the words in front of a place, back to the last heading of the first or second level, speak of a folder: by its path,
    /// or by its name in code or with a slash. "Build the frontend from the `frontend` directory" is how people say where to run
    /// what follows.
    pub(crate) fn speaks_of(&self, at: u32, folder: &str) -> bool {
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
            is_whole && (is_marked || !parent.is_empty() && before.ends_with(parent)) && !is_left_behind(before, after)
        })
    }

    /// Whether a reference is only an example: the words right in front say so.
    pub(crate) fn is_example(&self, reference: &Reference) -> bool {
        let text: &str = &self.runbook.text;
        let end = reference.span.start as usize;
        let Some(before) = text.get(..end) else { return false };
        let mut start = end.saturating_sub(EXAMPLE_REACH);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        let before = before[start..].to_lowercase();
        let last = before.rfind(['\n', '.']).map_or(before.as_str(), |at| &before[at + 1..]);
        before.contains("example:")
            || last.contains("for example")
            || before.contains("e.g.")
            || last.contains("for instance")
            || last.contains("given ")
    }

    /// The folders that tasks (make targets, scripts) may count from. A documentation folder often has a Makefile or a package for
    /// its own site, which is not what a runbook means.
    pub(crate) fn task_folders(&self, source: &Source, directory: &Directory) -> Vec<String> {
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

/// Whether a folder between two texts is one that a subshell enters, and leaves again: `(cd web && make)`.
fn is_left_behind(before: &str, after: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let Some((lead, path)) = line.rsplit_once("cd ") else {
        return false;
    };
    !path.trim_matches(['"', '\'']).contains([' ', '`']) && lead.trim_end().ends_with('(') && after.contains(')')
}

/// The folders that commands clone other repositories into: the name of the repository, or the folder that is given. Where it is not
/// known which repository this is, any of them may be this one.
fn clones(source: &Source, runbook: &Runbook) -> HashSet<String> {
    let mut folders = HashSet::new();
    let Some(own) = source.web_url.as_deref().map(str::to_lowercase) else {
        return folders;
    };
    for (address, folder) in clone_calls(runbook) {
        let name = address.rsplit(['/', ':']).next().unwrap_or_default();
        let plain = address.to_lowercase().replace(':', "/");
        let is_own = name.eq_ignore_ascii_case(&source.repository_name)
            || own.split_once("://").is_some_and(|(_, own)| plain.ends_with(own));
        if !is_own {
            folders.insert(folder);
        }
    }
    folders
}

/// The calls of `git clone` in the commands of a runbook: the address and the folder that it is cloned into.
fn clone_calls(runbook: &Runbook) -> impl Iterator<Item = (&str, String)> {
    let commands = runbook.code_blocks.iter().flat_map(|block| &block.commands);
    commands.filter_map(|command| {
        let (_, arguments) = command.text.split_once("git clone ")?;
        let mut words = arguments.split_whitespace().filter(|word| !word.starts_with('-'));
        let address = words.find(|word| word.contains(['/', ':']))?;
        let address = address
            .trim_matches(['"', '\''])
            .trim_end_matches('/')
            .trim_end_matches(".git");
        let name = address.rsplit(['/', ':']).next().unwrap_or_default();
        let folder = words
            .next()
            .filter(|word| !word.starts_with(['&', ';', '|', '#']))
            .unwrap_or(name);
        let is_plain = !folder.is_empty() && !folder.contains(['$', '<']) && folder != ".";
        is_plain.then(|| (address, folder.trim_start_matches("./").to_owned()))
    })
}
