//! Which files of a tree are runbooks, by which pattern, and what came near.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock};

use foldhash::fast::RandomState;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::config::product::ProductPlan;
use crate::config::usual;
use crate::load::site;
use crate::load::unread::unreadable;
use crate::model::finding::Finding;
use crate::model::place::Span;
use crate::model::runbook::Runbook;
use crate::model::tree::{Entry, EntryKind, Listing};
use crate::parse::release_log;
use crate::source::tree::Tree;

/// How many links may stand one behind the other.
const LINK_DEPTH: usize = 8;

/// Words of file names that sound like a runbook.
const NEAR_WORDS: &[&str] = &[
    "deploy", "disaster", "failover", "handbook", "incident", "maintain", "on-call", "oncall", "operat", "playbook", "procedure",
    "publish", "recover", "releas", "restor", "rollback", "runbook",
];

/// A file that was taken for a runbook.
#[derive(Clone, Debug)]
pub(crate) struct Choice<'tree> {
    /// The file; of a symbolic link the file that it leads to.
    pub(crate) entry: &'tree Entry,
    /// The glob that takes it; empty where somebody named the file.
    pub(crate) pattern: String,
    /// The symbolic link that matched, where one did.
    pub(crate) by: Option<String>,
    /// Whether only the part about releasing counts.
    pub(crate) is_part: bool,
}

/// A file that was nearly taken for a runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Near {
    /// The path.
    pub(crate) path: String,
    /// Why it is none, in words.
    pub(crate) reason: String,
}

/// What became of the globs of a product in a tree.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    /// What was taken: the path and the glob, with words about links and parts behind it.
    pub(crate) taken: Vec<(String, String)>,
    /// What came near, sorted by path.
    pub(crate) near: Vec<Near>,
    /// Globs of the settings that match no file at all.
    pub(crate) idle: Vec<String>,
}

/// A plan as it fits a tree: a repository that is called like a collection of runbooks and holds a program has runbooks under the usual
/// names only.
fn fitting<'plan>(tree: &dyn Tree, plan: &'plan ProductPlan) -> Cow<'plan, ProductPlan> {
    const PROGRAM: usize = 100;
    if plan.is_named || plan.runbooks != usual::collection() {
        return Cow::Borrowed(plan);
    }
    let is_code = |path: &str| {
        let ending = path.rsplit('.').next().unwrap_or_default();
        matches!(
            ending,
            "c" | "cs" | "go" | "java" | "js" | "jsx" | "kt" | "php" | "py" | "rb" | "rs" | "swift" | "ts" | "tsx" | "vue"
        )
    };
    let entries = &tree.listing().entries;
    let code = entries.iter().filter(|entry| is_code(&entry.path)).count();
    let texts = entries.iter().filter(|entry| has_markdown_name(&entry.path)).count();
    if code < PROGRAM || code <= texts {
        return Cow::Borrowed(plan);
    }
    Cow::Owned(ProductPlan {
        runbooks: usual::runbooks(),
        exclude: usual::exclude(),
        ..plan.clone()
    })
}

/// The globs of a product, compiled.
struct Patterns {
    include: GlobSet,
    exclude: GlobSet,
    parts: GlobSet,
    /// The folders that generators of sites make their pages from; the usual globs see them as `docs`.
    sites: Vec<String>,
    /// Which of the globs takes each path, as far as somebody asked.
    taken: Arc<Taken>,
}

/// Which glob takes each path; none for a path that no glob takes.
type Taken = RwLock<HashMap<String, Option<usize>, RandomState>>;

/// The globs and the folders of sites that an answer depends on.
type Asked = (Vec<String>, Vec<String>, Vec<String>);

/// What was asked already. A tree is asked about each of its paths more than once, and the next edition holds nearly the same paths.
static TAKEN: LazyLock<Mutex<HashMap<Asked, Arc<Taken>>>> = LazyLock::new(Mutex::default);

impl Patterns {
    fn of(tree: &dyn Tree, plan: &ProductPlan) -> Self {
        let sites = if plan.is_named { Vec::new() } else { site::folders(tree) };
        let asked = (plan.runbooks.clone(), plan.exclude.clone(), sites.clone());
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        Self {
            include: glob_set(&plan.runbooks),
            exclude: glob_set(&plan.exclude),
            parts: glob_set(&plan.parts),
            sites,
            taken: Arc::clone(taken.entry(asked).or_default()),
        }
    }

    /// The glob of the plan that takes a path, unless another one leaves it out.
    fn takes<'plan>(&self, plan: &'plan ProductPlan, path: &str) -> Option<&'plan str> {
        let known = self.taken.read().unwrap_or_else(PoisonError::into_inner).get(path).copied();
        let at = known.unwrap_or_else(|| {
            let at = self.taken_by(plan, path);
            let mut taken = self.taken.write().unwrap_or_else(PoisonError::into_inner);
            taken.insert(path.to_owned(), at);
            at
        });
        at.map(|at| plan.runbooks[at].as_str())
    }

    /// The same by the globs themselves.
    fn taken_by(&self, plan: &ProductPlan, path: &str) -> Option<usize> {
        if self.exclude.is_match(path) {
            return None;
        }
        if let Some(at) = self.include.matches(path).first() {
            return Some(*at);
        }
        let served = self.sites.iter().find_map(|site| site::as_docs(path, site))?;
        let at = *self.include.matches(&served).first()?;
        // How to deploy what one builds with a product, and what may go wrong then, are chapters of its manual.
        let is_manual = plan.runbooks[at].contains("deploy") || plan.runbooks[at].contains("troubleshoot");
        (!is_manual && !self.exclude.is_match(&served)).then_some(at)
    }
}

/// A set of globs that match regardless of case; `*` stays inside a folder. The settings checked them. A glob that cannot be compiled
/// matches nothing, and keeps its index.
pub(crate) fn glob_set(globs: &[String]) -> GlobSet {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = compiled.get(globs) {
        return known.clone();
    }
    let set = compile(globs);
    compiled.insert(globs.to_vec(), set.clone());
    set
}

/// The sets that were compiled already. Every edition asks for the same few, and compiling them costs more than looking through its tree.
static COMPILED: LazyLock<Mutex<HashMap<Vec<String>, GlobSet>>> = LazyLock::new(Mutex::default);

fn compile(globs: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        let compiled = |glob: &str| {
            // `{,v}` is nothing or a `v`.
            let mut builder = GlobBuilder::new(glob);
            builder
                .case_insensitive(true)
                .literal_separator(true)
                .empty_alternates(true)
                .build()
        };
        if let Ok(glob) = compiled(glob).or_else(|_| compiled("[!\u{0}-\u{10ffff}]")) {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}

/// Whether a file name has an ending of Markdown.
pub(crate) fn has_markdown_name(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".md", ".markdown", ".mdx", ".md.erb"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// The paths of the runbooks of a product in a tree.
pub(crate) fn runbook_paths(tree: &dyn Tree, plan: &ProductPlan) -> Vec<String> {
    choices(tree, plan, &mut Vec::new())
        .into_iter()
        .map(|choice| choice.entry.path.clone())
        .collect()
}

/// The runbooks of a product in a tree, sorted by path. What cannot be read is a finding.
pub(crate) fn choices<'tree>(tree: &'tree dyn Tree, plan: &ProductPlan, findings: &mut Vec<Finding>) -> Vec<Choice<'tree>> {
    let plan = &*fitting(tree, plan);
    let patterns = Patterns::of(tree, plan);
    let mut chosen: BTreeMap<&str, Choice<'tree>> = BTreeMap::new();
    let mut links: Vec<Choice<'tree>> = Vec::new();
    for entry in tree.listing().below(&plan.root) {
        if entry.kind == EntryKind::Symlink {
            links.extend(linked_choices(tree, plan, &patterns, entry, findings));
            continue;
        }
        let Some(pattern) = patterns.takes(plan, &entry.path) else {
            let is_part = entry.kind != EntryKind::Submodule && patterns.parts.is_match(&entry.path);
            if is_part
                && !patterns.exclude.is_match(&entry.path)
                && tree.read(entry).is_ok_and(|bytes| tells_how_to_release(&bytes))
            {
                let pattern = patterns.parts.matches(&entry.path).first().map(|at| plan.parts[*at].clone());
                chosen.insert(&entry.path, choice(entry, &pattern.unwrap_or_default(), true));
            }
            continue;
        };
        match entry.kind {
            EntryKind::Submodule => findings.push(unreadable(&entry.path, "a submodule is not read")),
            _ if not_a_runbook(tree, entry).is_some() => {}
            _ => {
                chosen.insert(&entry.path, choice(entry, pattern, false));
            }
        }
    }
    for link in links {
        // A link beside its file is another name of the same runbook.
        chosen.entry(&link.entry.path).or_insert(link);
    }
    chosen.into_values().collect()
}

fn choice<'tree>(entry: &'tree Entry, pattern: &str, is_part: bool) -> Choice<'tree> {
    Choice {
        entry,
        pattern: pattern.to_owned(),
        by: None,
        is_part,
    }
}

/// The runbooks that a symbolic link leads to: the file, or the files below the folder whose names through the link are taken.
fn linked_choices<'tree>(
    tree: &'tree dyn Tree,
    plan: &ProductPlan,
    patterns: &Patterns,
    link: &Entry,
    findings: &mut Vec<Finding>,
) -> Vec<Choice<'tree>> {
    let taken = patterns.takes(plan, &link.path);
    let Some(target) = target_of(tree, link) else {
        if taken.is_some() {
            findings.push(unreadable(
                &link.path,
                "the symbolic link leads to nothing in the repository, and is not read as a runbook",
            ));
        }
        return Vec::new();
    };
    let listing = tree.listing();
    if let Some(entry) = listing.entry(&target) {
        let by = |pattern: &str| Choice {
            by: Some(link.path.clone()),
            ..choice(entry, pattern, false)
        };
        let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
        return taken.filter(|_| is_file).map(by).into_iter().collect();
    }
    let is_inside = |path: &str| path.strip_prefix(target.as_str()).is_some_and(|rest| rest.starts_with('/'));
    if target.is_empty() || is_inside(&link.path) {
        return Vec::new();
    }
    let below = listing.below(&target).iter();
    below
        .filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable))
        .filter_map(|entry| {
            let path = format!("{}{}", link.path, &entry.path[target.len()..]);
            let pattern = patterns.takes(plan, &path)?;
            Some(Choice {
                by: Some(path),
                ..choice(entry, pattern, false)
            })
        })
        .collect()
}

/// The file that a path leads to, through symbolic links of the repository; the entry itself when it is a file.
pub(crate) fn followed<'tree>(tree: &'tree dyn Tree, entry: &'tree Entry) -> &'tree Entry {
    let target = target_of(tree, entry).and_then(|target| tree.listing().entry(&target));
    target
        .filter(|target| matches!(target.kind, EntryKind::File | EntryKind::Executable))
        .unwrap_or(entry)
}

/// The path of the file or folder of the tree that a symbolic link leads to; none when it leads elsewhere, or in a circle.
fn target_of(tree: &dyn Tree, link: &Entry) -> Option<String> {
    let path = end_of(tree, link)?;
    let listing: &Listing = tree.listing();
    (listing.has_file(&path) || listing.has_folder(&path)).then_some(path)
}

/// The place of the tree that a symbolic link leads to although nothing stands there; none where that cannot be told.
pub(crate) fn leads_to_nothing(tree: &dyn Tree, link: &Entry) -> Option<String> {
    let path = end_of(tree, link)?;
    let listing: &Listing = tree.listing();
    let is_there = listing.has_file(&path) || listing.has_folder(&path);
    // Behind another link and in a submodule nobody sees anything.
    let is_hidden = || path.match_indices('/').any(|(at, _)| listing.has_file(&path[..at]));
    (!is_there && !is_hidden()).then_some(path)
}

/// The folder of the tree that a symbolic link leads to; none where it leads to a file or out of the tree.
pub(crate) fn leads_to_folder(tree: &dyn Tree, link: &Entry) -> Option<String> {
    let path = end_of(tree, link)?;
    tree.listing().has_folder(&path).then_some(path)
}

/// The path in the tree at which a symbolic link ends, whether or not something stands there; none when it leads out of the tree, or in a
/// circle.
fn end_of(tree: &dyn Tree, link: &Entry) -> Option<String> {
    let listing: &Listing = tree.listing();
    let mut entry = link;
    for _ in 0..LINK_DEPTH {
        if entry.kind != EntryKind::Symlink {
            return None;
        }
        let bytes = tree.read(entry).ok()?;
        let target = std::str::from_utf8(&bytes).ok()?;
        if target.starts_with('/') {
            return None;
        }
        let folder = entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        let path = parts.join("/");
        match listing.entry(&path) {
            Some(next) if next.kind == EntryKind::Symlink => entry = next,
            _ => return Some(path),
        }
    }
    None
}

/// Why a text is no runbook although its name says so: release notes, or a list of links.
fn not_a_runbook(tree: &dyn Tree, entry: &Entry) -> Option<&'static str> {
    let name = entry.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    let is_index = matches!(stem, "index" | "_index" | "summary");
    if !is_index && !name.contains("releas") {
        return None;
    }
    let bytes = tree.read(entry).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    if name.contains("releas") && is_release_notes(&entry.path, &text) {
        return Some("its headings are versions, so it holds release notes");
    }
    (is_index && is_list_of_links(&text)).then_some("it is a list of links to other files")
}

/// Whether most headings below the title are versions.
fn is_release_notes(path: &str, text: &str) -> bool {
    let versions = release_log::changelog(path, text)
        .notes
        .iter()
        .filter(|notes| !notes.version.is_empty() || notes.date.is_some())
        .count();
    let mut is_code = false;
    let headings = text.lines().filter(|line| {
        is_code ^= line.trim_start().starts_with("```");
        !is_code && line.starts_with('#')
    });
    versions >= 2 && versions * 3 >= headings.count()
}

/// Whether a text has no commands, and nearly every item of its lists and row of its tables is a link.
fn is_list_of_links(text: &str) -> bool {
    if text.contains("```") || text.contains("~~~") {
        return false;
    }
    let items = text.lines().map(str::trim_start).filter(|line| {
        let is_row = line.starts_with('|') && line.contains(|c: char| c.is_alphanumeric());
        line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ") || is_row
    });
    let (links, all) = items.fold((0, 0), |(links, all), line| {
        let is_link = line.contains("](") || line.contains("[[");
        (links + usize::from(is_link), all + 1)
    });
    // The head of a table is no link.
    links >= 2 && links + 1 >= all
}

/// Whether a heading is about releasing, publishing or deploying.
fn is_about_releasing(title: &str) -> bool {
    let title = title.to_lowercase();
    ["releas", "publish", "deploy"].iter().any(|word| title.contains(word))
}

/// Whether a section of a Markdown file tells how to release: its heading says so, and commands or numbered steps stand under it.
fn tells_how_to_release(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut level = 0;
    let mut is_code = false;
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        is_code ^= is_fence;
        let own = line.bytes().take_while(|byte| *byte == b'#').count();
        if !is_code && own > 0 && line[own..].starts_with(' ') {
            if level > 0 && own <= level {
                level = 0;
            }
            if level == 0 && is_about_releasing(line) {
                level = own;
            }
            continue;
        }
        let number = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
        let is_step = number.len() < line.trim_start().len() && number.starts_with(['.', ')']);
        if level > 0 && (is_fence || is_step) {
            return true;
        }
    }
    false
}

/// A runbook of which only the part about releasing counts: what the rest names is left out, and the title begins with that of the part.
pub(crate) fn release_part(runbook: &Runbook) -> Runbook {
    let counted = || runbook.sections.iter().filter(|section| is_about_releasing(&section.title));
    let parts: Vec<Span> = counted().map(|section| section.body).collect();
    let mut part = runbook.clone();
    if let Some(section) = counted()
        .next()
        .filter(|section| runbook.title.as_ref() != Some(&section.title))
    {
        part.title = Some(match &runbook.title {
            Some(whole) => format!("{} ({whole})", section.title),
            None => section.title.clone(),
        });
    }
    part.references
        .retain(|reference| parts.iter().any(|part| part.contains(reference.span)));
    part
}

/// What was taken, by which glob, and what came near.
pub(crate) fn discover(tree: &dyn Tree, plan: &ProductPlan) -> Discovery {
    let choices = choices(tree, plan, &mut Vec::new());
    let plan = &*fitting(tree, plan);
    let patterns = Patterns::of(tree, plan);
    let unread = glob_set(&usual::unread(&plan.runbooks));
    let mut discovery = Discovery::default();
    for choice in &choices {
        let by = choice
            .by
            .as_ref()
            .map(|by| format!(", through the link {by}"))
            .unwrap_or_default();
        let part = if choice.is_part { ", the part about releasing" } else { "" };
        discovery
            .taken
            .push((choice.entry.path.clone(), format!("{}{by}{part}", choice.pattern)));
    }
    let is_taken = |path: &str| {
        choices
            .binary_search_by(|choice| choice.entry.path.as_str().cmp(path))
            .is_ok()
    };
    let mut met = vec![false; plan.runbooks.len()];
    for entry in tree.listing().below(&plan.root) {
        let matches = patterns.include.matches(&entry.path);
        for at in &matches {
            met[*at] = true;
        }
        if is_taken(&entry.path) || entry.kind == EntryKind::Submodule {
            continue;
        }
        let reason = if entry.kind == EntryKind::Symlink {
            None
        } else if let (false, Some(at)) = (matches.is_empty(), patterns.exclude.matches(&entry.path).first()) {
            let glob = &plan.exclude[*at];
            Some(match usual::kind_of_excluded(glob) {
                Some(kind) => format!("left out: {kind}"),
                None => format!("left out by `{glob}`"),
            })
        } else if !matches.is_empty() {
            not_a_runbook(tree, entry).map(str::to_owned)
        } else if unread.is_match(&entry.path) && !patterns.exclude.is_match(&entry.path) {
            let ending = entry.path.rsplit('.').next().unwrap_or_default();
            Some(format!("texts of the kind `.{ending}` are not read"))
        } else if patterns.parts.is_match(&entry.path) {
            Some("no section of it tells how to release".to_owned())
        } else {
            near_word(&entry.path).map(|word| format!("no glob of `runbooks` takes it, though its name says `{word}`"))
        };
        discovery.near.extend(reason.map(|reason| Near {
            path: entry.path.clone(),
            reason,
        }));
    }
    if plan.is_named {
        let idle = plan.runbooks.iter().zip(&met).filter(|(_, met)| !**met);
        discovery.idle = idle.map(|(glob, _)| glob.clone()).collect();
    }
    discovery
}

/// The word of a Markdown file's name that sounds like a runbook, whole.
fn near_word(path: &str) -> Option<String> {
    if !has_markdown_name(path) || path.contains("node_modules/") || path.contains("vendor/") {
        return None;
    }
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let (at, stem) = NEAR_WORDS.iter().find_map(|word| Some((name.find(word)?, *word)))?;
    let end = at + stem.len();
    let more = name[end..].find(|c: char| !c.is_alphabetic()).unwrap_or(name.len() - end);
    let word = &name[at..end + more];
    // An operator is a program that looks after others; texts about it are about it.
    (!word.starts_with("operator")).then(|| word.to_owned())
}

#[cfg(test)]
mod tests;
