//! One revision of a product -> `Edition`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::config::product::{ProductPlan, SourcePlan};
use crate::error::{Error, ErrorKind, Result};
use crate::load::address::told_by_documents;
use crate::load::cited;
use crate::load::code::code;
use crate::load::code::read::CodeCache;
use crate::load::discovery::{
    Choice, choices, followed, has_markdown_name, leads_to_folder, leads_to_nothing, release_part, runbook_paths,
};
use crate::load::learned::{Key, Learned, key_of};
use crate::load::memory::{lock, remember};
use crate::load::unread::unreadable;
use crate::load::version::slug;
use crate::model::attachment::Attachment;
use crate::model::definition::DefinitionFile;
use crate::model::digest::hex;
use crate::model::edition::{Code, Edition, EditionRunbook, Ignores, Source};
use crate::model::finding::Finding;
use crate::model::history::Commit;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::owners::CodeOwners;
use crate::model::reference::ReferenceKind;
use crate::model::runbook::Runbook;
use crate::model::tree::{ContentId, Entry, EntryKind, Listing};
use crate::parse::{code_owners, runbook};
use crate::source::repository::Repository;
use crate::source::tree::Tree;
use crate::tools::folder::beside;
use crate::tools::forge_address::{Place, page_of_forge, place};
use crate::tools::format::Format;
use crate::tools::lookup::pages::{Pages, sides};
use crate::tools::{self, folder, site_address};

/// How a pointer file of Git LFS begins: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>.
const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/";

/// What was parsed already: a text is parsed once, whatever the number of editions that carry it.
#[derive(Default)]
pub(crate) struct Cache {
    runbooks: Mutex<HashMap<ContentId, Arc<Runbook>>>,
    /// What earlier runs parsed.
    texts: RwLock<Learned>,
    definitions: Mutex<HashMap<(ContentId, String), Arc<DefinitionFile>>>,
    code: CodeCache,
    attachments: Mutex<HashMap<(ContentId, bool), Arc<Attachment>>>,
}

/// Which revision of a product to read.
pub(crate) struct Revision<'tree> {
    /// `next`, or the slug of a release.
    pub(crate) id: String,
    /// The commit; none for a worktree.
    pub(crate) commit: Option<Arc<Commit>>,
    /// Its files.
    pub(crate) tree: &'tree dyn Tree,
    /// The files of another checkout that references count from; an error text when it is not available.
    pub(crate) checkout: Option<Result<&'tree dyn Tree, String>>,
    /// The name of the repository.
    pub(crate) repository_name: String,
    /// Where the repository can be read on the web.
    pub(crate) web_url: Option<String>,
}

/// Reads an edition. With `files` only these runbooks are read, whether or not the settings call them runbooks. A folder stands for the
/// runbooks below it, and where the settings know none there for all Markdown files.
///
/// # Errors
///
/// When a file of `files` is not in the tree, or a runbook is not in this clone. Other files that cannot be read are findings.
pub(crate) fn edition(
    cache: &Cache,
    plan: &ProductPlan,
    revision: &Revision<'_>,
    files: Option<&[String]>,
    findings: &mut Vec<Finding>,
) -> Result<Edition> {
    let chosen = match files {
        Some(files) => named(revision.tree, plan, files, findings)?,
        None => choices(revision.tree, plan, findings),
    };
    let parsed: Vec<Option<Arc<Runbook>>> = chosen
        .par_iter()
        .map(|choice| {
            let runbook = cache.runbook(revision.tree, choice.entry)?;
            Some(if choice.is_part {
                Arc::new(release_part(&runbook))
            } else {
                runbook
            })
        })
        .collect();
    let mut runbooks = Vec::with_capacity(chosen.len());
    for (entry, parsed) in chosen.iter().map(|choice| choice.entry).zip(parsed) {
        match parsed {
            Some(runbook) if runbook.text.starts_with(LFS_POINTER) => {
                let message = "the file is a pointer of Git LFS, and its text is not in the repository";
                findings.push(unreadable(&entry.path, message));
            }
            Some(runbook) => runbooks.push(EditionRunbook {
                path: entry.path.clone(),
                slug: String::new(),
                content: entry.id,
                runbook,
            }),
            None => match revision.tree.read(entry) {
                // Without the text nothing can be said of a runbook, and silence would look like praise.
                Err(error) if error.kind == ErrorKind::Unjudged => return Err(error),
                _ => findings.push(unreadable(&entry.path, "the file cannot be read from the repository")),
            },
        }
    }
    give_slugs(&mut runbooks, &plan.root);
    let source = source(cache, plan, revision, &runbooks);
    Ok(Edition {
        id: revision.id.clone(),
        commit: revision.commit.clone(),
        texts_of: None,
        runbooks,
        source: Arc::new(source),
    })
}

/// The runbooks of a product in a tree, by path. What cannot be read is left out: whoever judges the edition tells it.
pub(crate) fn runbooks(cache: &Cache, tree: &dyn Tree, plan: &ProductPlan) -> Vec<(String, Arc<Runbook>)> {
    let chosen = choices(tree, plan, &mut Vec::new());
    let parsed = chosen.par_iter().filter_map(|choice| {
        let runbook = cache.runbook(tree, choice.entry)?;
        let runbook = if choice.is_part {
            Arc::new(release_part(&runbook))
        } else {
            runbook
        };
        Some((choice.entry.path.clone(), runbook))
    });
    parsed.collect()
}

/// Texts of one commit with the sources of another revision: what a release said, to be held against what is there today.
pub(crate) fn edition_of_texts(
    cache: &Cache,
    plan: &ProductPlan,
    revision: &Revision<'_>,
    texts_of: Arc<Commit>,
    runbooks: Vec<EditionRunbook>,
) -> Edition {
    let source = source(cache, plan, revision, &runbooks);
    Edition {
        id: revision.id.clone(),
        commit: revision.commit.clone(),
        texts_of: Some(texts_of),
        runbooks,
        source: Arc::new(source),
    }
}

/// The files that somebody named, whether or not they are runbooks by their names, and the runbooks of the folders.
fn named<'tree>(
    tree: &'tree dyn Tree,
    plan: &ProductPlan,
    files: &[String],
    findings: &mut Vec<Finding>,
) -> Result<Vec<Choice<'tree>>> {
    let listing = tree.listing();
    let choice = |entry| Choice {
        entry,
        pattern: String::new(),
        by: None,
        is_part: false,
    };
    let mut chosen: Vec<Choice<'tree>> = Vec::new();
    for file in files {
        let path = named_path(file);
        if let Some(entry) = listing.entry(path) {
            let entry = followed(tree, entry);
            if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
                let error = Error::usage(format!(
                    "`{path}` is a link that leads to no file of the tree, or a submodule"
                ));
                return Err(error.with_help("name the file that is meant"));
            }
            if !has_markdown_name(path) && !has_markdown_name(&entry.path) {
                let error = Error::usage(format!("`{path}` is no Markdown file, and only those are judged as runbooks"));
                return Err(error.with_help("name files that end in `.md`, `.markdown`, `.mdx` or `.md.erb`"));
            }
            chosen.push(choice(entry));
        } else if listing.has_folder(path) {
            let mut below = choices(tree, plan, findings);
            below.retain(|choice| is_below(&choice.entry.path, path));
            if below.is_empty() {
                let is_markdown = |entry: &&Entry| entry.kind != EntryKind::Submodule && has_markdown_name(&entry.path);
                let files = listing.below(path).iter().filter(is_markdown);
                below.extend(files.map(|entry| choice(followed(tree, entry))));
            }
            chosen.extend(below);
        } else {
            let error = Error::usage(format!("`{path}` is not in the tree that is judged"));
            return Err(error.with_help(where_texts_are(listing, path)));
        }
    }
    // A file that is named is read whole, whatever a folder around it says.
    chosen.sort_by(|left, right| (&left.entry.path, left.is_part).cmp(&(&right.entry.path, right.is_part)));
    chosen.dedup_by(|left, right| left.entry.path == right.entry.path);
    Ok(chosen)
}

/// What helps whoever named a text that is not there.
pub(crate) fn where_texts_are(listing: &Listing, path: &str) -> String {
    let near = near(listing, path).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    format!("{near}paths count from the root of the repository; `--worktree` judges files that are not committed")
}

/// The text that was probably meant by a path that is not there: one that is written almost the same, or the only one of its name.
fn near<'tree>(listing: &'tree Listing, path: &str) -> Option<&'tree str> {
    let texts = || {
        listing
            .entries
            .iter()
            .map(|entry| entry.path.as_str())
            .filter(|path| has_markdown_name(path))
    };
    nearest(path, texts()).or_else(|| {
        let name = folder::split(path).1;
        let mut same = texts().filter(|text| folder::split(text).1.eq_ignore_ascii_case(name));
        same.next().filter(|_| same.next().is_none())
    })
}

/// Whether something that was named is a folder with runbooks of a product below it.
pub(crate) fn has_runbooks_below(tree: &dyn Tree, plan: &ProductPlan, named: &str) -> bool {
    let path = named_path(named);
    let listing = tree.listing();
    listing.entry(path).is_none()
        && listing.has_folder(path)
        && runbook_paths(tree, plan).iter().any(|runbook| is_below(runbook, path))
}

/// A path from the root as people write it.
fn named_path(named: &str) -> &str {
    match named.trim_start_matches("./").trim_end_matches('/') {
        "." => "",
        path => path,
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
}

impl Cache {
    /// A cache that knows what earlier runs of a repository read.
    pub(crate) fn of(repository: Option<&Repository>) -> Self {
        let cache = Self::default();
        if let Some(repository) = repository {
            cache.recall(repository);
        }
        cache
    }

    /// Lets go of the texts that nobody holds any more.
    pub(crate) fn forget_unused(&self) {
        lock(&self.runbooks).retain(|_, runbook| Arc::strong_count(runbook) > 1);
    }

    /// Takes what earlier runs parsed, as long as nothing was parsed here.
    pub(crate) fn recall(&self, repository: &Repository) {
        if lock(&self.runbooks).is_empty() {
            *self.texts.write().unwrap_or_else(PoisonError::into_inner) = Learned::of(repository, "texts");
            self.code.recall(repository);
        }
    }

    /// Keeps what was parsed for later runs.
    pub(crate) fn keep(&self) {
        let texts = std::mem::take(&mut *self.texts.write().unwrap_or_else(PoisonError::into_inner));
        let parsed = lock(&self.runbooks);
        // Whether a text comes back as it was parsed is for tests to say: they are too many to look at again.
        texts.keep(parsed.iter().map(|(content, text)| (content.0, &**text)), |_, _| true);
        let definitions = lock(&self.definitions);
        let named = definitions
            .iter()
            .map(|((content, name), file)| (definition_key(*content, name), Arc::clone(file)));
        self.code.keep(named.collect());
    }

    fn parsed(&self, content: ContentId, read: impl FnOnce() -> Option<Vec<u8>>) -> Option<Arc<Runbook>> {
        remember(&self.runbooks, &content, || {
            let kept = self.texts.read().unwrap_or_else(PoisonError::into_inner).find(&content.0);
            Some(Arc::new(match kept {
                Some(kept) => kept,
                None => runbook::parse(&read()?),
            }))
        })
    }

    fn runbook(&self, tree: &dyn Tree, entry: &Entry) -> Option<Arc<Runbook>> {
        self.parsed(entry.id, || tree.read(entry).ok())
    }

    /// A text by its content, read only when it is not known yet. Of one that is a runbook in part only the part about releasing counts.
    pub(crate) fn text(&self, content: ContentId, is_part: bool, read: impl FnOnce() -> Option<Vec<u8>>) -> Option<Arc<Runbook>> {
        let runbook = self.parsed(content, read)?;
        Some(if is_part { Arc::new(release_part(&runbook)) } else { runbook })
    }

    /// Whether of a runbook that was read here only the part about releasing counts.
    pub(crate) fn is_part(&self, runbook: &EditionRunbook) -> bool {
        let whole = remember(&self.runbooks, &runbook.content, || None);
        whole.is_none_or(|whole| !Arc::ptr_eq(&whole, &runbook.runbook))
    }

    /// A file that pages show, by its content and whether it is shown as a picture.
    pub(crate) fn attachment(
        &self,
        id: ContentId,
        is_picture: bool,
        make: impl FnOnce() -> Option<Attachment>,
    ) -> Option<Arc<Attachment>> {
        remember(&self.attachments, &(id, is_picture), || Some(Arc::new(make()?)))
    }

    fn definition_file(&self, tree: &dyn Tree, entry: &Entry, format: &Format) -> Option<Arc<DefinitionFile>> {
        let key = (entry.id, format!("{}:{}", format.name, entry.path));
        remember(&self.definitions, &key, || {
            let known = self.code.known(&definition_key(key.0, &key.1));
            let read = || {
                let bytes = tree.read(entry).ok()?;
                Some((format.parse)(&entry.path, &String::from_utf8_lossy(&bytes)))
            };
            known.or_else(read).map(Arc::new)
        })
    }
}

/// What tells a file that a format reads from all others. `name` is that of the format with the path.
fn definition_key(content: ContentId, name: &str) -> Key {
    key_of(&[b"format", &content.0, name.as_bytes()])
}

fn source(cache: &Cache, plan: &ProductPlan, revision: &Revision<'_>, runbooks: &[EditionRunbook]) -> Source {
    let (tree, root, unavailable) = match (&plan.source, &revision.checkout) {
        (SourcePlan::Folder(folder), _) => (revision.tree, folder.clone(), None),
        (SourcePlan::Checkout(_), Some(Ok(tree))) => (*tree, String::new(), None),
        (SourcePlan::Checkout(path), Some(Err(reason))) => (revision.tree, String::new(), Some(format!("`{path}`: {reason}"))),
        (SourcePlan::Checkout(path), None) => (
            revision.tree,
            String::new(),
            Some(format!(
                "`{path}` is another checkout, whose state at this release is not known"
            )),
        ),
    };
    let listing = tree.listing();
    let below = listing.below(&root);
    let mut definitions: BTreeMap<String, Arc<DefinitionFile>> = below
        .par_iter()
        .filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable))
        .filter_map(|entry| {
            let format = tools::format_of(&entry.path)?;
            Some((entry.path.clone(), cache.definition_file(tree, entry, format)?))
        })
        .collect();
    take_in(cache, tree, &root, &mut definitions);
    let links = below.iter().filter(|entry| entry.kind == EntryKind::Symlink);
    let linked = links
        .clone()
        .filter_map(|link| Some((link.path.clone(), leads_to_folder(tree, link)?)))
        .collect();
    let dangling = links
        .filter_map(|link| Some((link.path.clone(), leads_to_nothing(tree, link)?)))
        .collect();
    let mut ignores: Vec<(String, Arc<str>)> = listing
        .named(".gitignore")
        .filter_map(|entry| {
            let text = String::from_utf8_lossy(&tree.read(entry).ok()?).into_owned();
            let folder = entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            Some((folder.to_owned(), Arc::from(text)))
        })
        .collect();
    ignores.sort_by(|left, right| (left.0.len(), &left.0).cmp(&(right.0.len(), &right.0)));
    let told = || told_by_documents(tree, runbooks);
    let web_url = revision.web_url.clone().or_else(told);
    let cited = cited::texts(tree, &[root.as_str(), plan.root.as_str()], web_url.as_deref(), runbooks);
    let mut targets = link_targets(listing, runbooks, web_url.as_deref());
    targets.extend(named_pages(listing, runbooks));
    let anchors = targets
        .into_iter()
        .filter_map(|path| {
            let entry = listing.entry(&path).map(|entry| followed(tree, entry))?;
            let is_file = matches!(entry.kind, EntryKind::File | EntryKind::Executable);
            Some((
                path,
                Arc::new(cache.runbook(tree, entry).filter(|_| is_file)?.anchors.clone()),
            ))
        })
        .collect();
    let code = if unavailable.is_none() {
        code(&cache.code, tree, &root, &definitions, runbooks)
    } else {
        Code::default()
    };
    Source {
        root,
        product_root: plan.root.clone(),
        releases: plan.releases.clone(),
        unavailable,
        listing: Arc::clone(listing),
        dangling,
        linked,
        definitions,
        code: Arc::new(code),
        anchors,
        cited,
        ignores: Ignores { files: ignores },
        repository_name: revision.repository_name.clone(),
        web_url,
        code_owners: code_owners(tree),
    }
}

/// The most files that others may read in.
const READ_IN_LIMIT: usize = 1_000;

/// Reads the files that others read in and that no name tells: `includes: {db: ./tasks/db.yml}`.
fn take_in(cache: &Cache, tree: &dyn Tree, root: &str, definitions: &mut BTreeMap<String, Arc<DefinitionFile>>) {
    let has_includes = |file: &&Arc<DefinitionFile>| !file.includes.is_empty();
    let mut queue: Vec<Arc<DefinitionFile>> = definitions.values().filter(has_includes).cloned().collect();
    let mut left = READ_IN_LIMIT;
    while let Some(file) = queue.pop() {
        for (path, format) in tools::read_in(&file) {
            let entry = tree.listing().entry(&path);
            let is_file = |entry: &&Entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable);
            // A name may be one of another format that the file is not of: `docker.yml`.
            let is_known = definitions
                .get(&path)
                .is_some_and(|known| known.format == format.name || !known.definitions.is_empty());
            let is_new = left > 0 && folder::is_within(&path, root) && !is_known;
            let Some(entry) = entry.filter(is_file).filter(|_| is_new) else {
                continue;
            };
            if let Some(read) = cache.definition_file(tree, entry, format) {
                left -= 1;
                queue.push(Arc::clone(&read));
                definitions.insert(path, read);
            }
        }
    }
}

/// The file of code owners that the forge would take.
fn code_owners(tree: &dyn Tree) -> Option<Arc<CodeOwners>> {
    let entry = code_owners::PLACES.iter().find_map(|place| tree.listing().entry(place))?;
    let bytes = tree.read(entry).ok()?;
    Some(Arc::new(code_owners::parse(&entry.path, &String::from_utf8_lossy(&bytes))))
}

/// The Markdown files that links with an anchor name, by path from the root of the tree.
fn link_targets(listing: &Listing, runbooks: &[EditionRunbook], web_url: Option<&str>) -> BTreeSet<String> {
    let mut targets = BTreeSet::new();
    for edition_runbook in runbooks {
        for reference in &edition_runbook.runbook.references {
            if let ReferenceKind::Named(named) = &reference.kind
                && named.kind == Kind::Url
                && let Some(Place::File { path, fragment: Some(_) }) = web_url.and_then(|own| place(&named.name, own))
                && has_markdown_name(&path)
            {
                targets.insert(path);
            }
            if let (Some(_), ReferenceKind::Path { path, .. }) = (reference.named_heading(), &reference.kind) {
                let (folder, _) = folder::split(&edition_runbook.path);
                let places = folder::upward(folder).filter_map(|above| folder::join(above, path));
                targets.extend(places.filter(|path| listing.has_file(path)));
            }
            if let ReferenceKind::Link {
                path, anchor: Some(_), ..
            } = &reference.kind
                && !path.is_empty()
            {
                targets.extend(file_of_link(listing, &edition_runbook.path, path, web_url));
            }
        }
    }
    targets
}

/// The text that a link of a document leads to: the file at the path, the README of the folder there, or what a site or a forge reads the
/// path as.
fn file_of_link(listing: &Listing, document: &str, path: &str, web_url: Option<&str>) -> Option<String> {
    let own = || match place(&page_of_forge(path, web_url)?, web_url?) {
        Some(Place::File { path, .. }) => Some(path),
        _ => None,
    };
    let target = site_address::place(listing, document, path)
        .or_else(|| beside(document, path).filter(|path| listing.has_file(path) || listing.has_folder(path)))
        .or_else(own)?;
    let readme = || folder::join(&target, "README.md").filter(|readme| listing.has_file(readme));
    let file = if listing.has_file(&target) { Some(target) } else { readme() };
    // Headings of other languages and names in code are not read.
    file.filter(|file| has_markdown_name(file) || file.ends_with(".html"))
}

/// The pages that links by a name and a heading lead to.
fn named_pages(listing: &Listing, runbooks: &[EditionRunbook]) -> BTreeSet<String> {
    let mut pages = None;
    let mut targets = BTreeSet::new();
    for edition_runbook in runbooks {
        let (beside, _) = folder::split(&edition_runbook.path);
        for reference in &edition_runbook.runbook.references {
            if let ReferenceKind::Named(named) = &reference.kind
                && named.kind == Kind::WikiLink
                && !named.within.is_empty()
            {
                let pages = pages.get_or_insert_with(|| Pages::new(listing));
                let found = sides(&named.name).find_map(|side| pages.find(side, beside));
                targets.extend(found.filter(|path| has_markdown_name(path)).map(str::to_owned));
            }
        }
    }
    targets
}

/// Gives every runbook its part of a URL: its own id, else its path below the usual folders. The same path has the same slug in
/// every edition; of two paths with one slug the second gets a piece of its hash.
fn give_slugs(runbooks: &mut [EditionRunbook], root: &str) {
    let mut taken = BTreeSet::new();
    for runbook in runbooks {
        let id = runbook
            .runbook
            .metadata
            .id
            .as_ref()
            .map(|id| slug(id.value.trim()))
            .filter(|id| !id.is_empty());
        let mut slug = id.unwrap_or_else(|| path_slug(&runbook.path, root));
        if !taken.insert(slug.clone()) {
            let digest = fingerprint(&runbook.path);
            slug = format!("{slug}-{digest}");
            taken.insert(slug.clone());
        }
        runbook.slug = slug;
    }
}

fn path_slug(path: &str, root: &str) -> String {
    let path = if root.is_empty() {
        path
    } else {
        path.strip_prefix(root).unwrap_or(path).trim_start_matches('/')
    };
    let mut parts: Vec<&str> = path.split('/').collect();
    while parts.len() > 1
        && matches!(
            parts[0].to_ascii_lowercase().as_str(),
            "docs" | "doc" | "runbooks" | "runbook"
        )
    {
        parts.remove(0);
    }
    let joined = parts.join("-");
    let stem = ["erb", "md", "markdown", "html"]
        .iter()
        .fold(joined.as_str(), |stem, extension| {
            let (name, last) = stem.rsplit_once('.').unwrap_or((stem, ""));
            if last.eq_ignore_ascii_case(extension) { name } else { stem }
        });
    let stem = stem
        .strip_suffix("-README")
        .or_else(|| stem.strip_suffix("-index"))
        .unwrap_or(stem);
    slug(&stem.replace([' ', '_', '.'], "-"))
}

/// A short fingerprint of a text, as eight hex digits.
fn fingerprint(text: &str) -> String {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(text.as_bytes());
    hex(&digest[..4])
}

/// The day of a commit in UTC.
pub(crate) fn day(commit: &Commit) -> NaiveDate {
    commit.date.to_utc().date_naive()
}

#[cfg(test)]
mod tests {
    use super::path_slug;

    #[test]
    fn slugs_leave_the_usual_folders_out() {
        assert_eq!(path_slug("docs/runbooks/db/Restore_Backup.md", ""), "db-restore-backup");
        assert_eq!(path_slug("RELEASING.md", ""), "releasing");
        assert_eq!(path_slug("runbooks/homeai/release.md", "runbooks/homeai"), "release");
        assert_eq!(path_slug("runbooks/README.md", ""), "readme");
        assert_eq!(path_slug("runbooks/oncall/README.md", ""), "oncall");
        assert_eq!(path_slug("docs/v1.2 notes.md", ""), "v1-2-notes");
        assert_eq!(path_slug("source/Testing/index.html.md.erb", ""), "source-testing");
    }
}
