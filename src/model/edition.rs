//! Editions: everything known about a product at one revision, before it is judged.

use crate::model::kind::Kind;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::model::definition::DefinitionFile;
use crate::model::history::{Commit, CommitId, Gone, History};
use crate::model::owners::CodeOwners;
use crate::model::runbook::{Anchors, Runbook};
use crate::model::tree::{ContentId, Listing};

/// Everything known about a product at one release, or at the head of the branch.
#[derive(Clone, Debug)]
pub(crate) struct Edition {
    /// `next` for the head of the branch, else the slug of the release.
    pub(crate) id: String,
    /// The commit; none for a worktree or an in-memory tree.
    pub(crate) commit: Option<Arc<Commit>>,
    /// The commit that the texts are of, when they are judged against the tree of another one: what a release said, held against what is
    /// there today.
    pub(crate) texts_of: Option<Arc<Commit>>,
    /// The runbooks, sorted by path.
    pub(crate) runbooks: Vec<EditionRunbook>,
    /// What references resolve against.
    pub(crate) source: Arc<Source>,
}

/// A runbook at its place in an edition.
#[derive(Clone, Debug)]
pub(crate) struct EditionRunbook {
    /// The path from the root of the repository.
    pub(crate) path: String,
    /// Its part of a URL, unique in its edition and the same in all editions.
    pub(crate) slug: String,
    /// The id of its text.
    pub(crate) content: ContentId,
    /// The parsed text, shared by all editions that carry it.
    pub(crate) runbook: Arc<Runbook>,
}

/// What the references of an edition resolve against. All paths in it count from the root of the repository.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// The folder that names in runbooks count from: the root of the repository, or the `source` folder of a product.
    pub(crate) root: String,
    /// The folder of the product: links and paths may also count from here.
    pub(crate) product_root: String,
    /// The folder that keeps what releases leave behind: records, evidence.
    pub(crate) releases: String,
    /// Why nothing can be looked up, when the source tree is not available.
    pub(crate) unavailable: Option<String>,
    /// The files of the revision.
    pub(crate) listing: Arc<Listing>,
    /// The symbolic links that lead to a place of the tree where nothing stands, with that place.
    pub(crate) dangling: BTreeMap<String, String>,
    /// The symbolic links that lead to a folder of the tree, with that folder.
    pub(crate) linked: BTreeMap<String, String>,
    /// The files that define what can be called, by path.
    pub(crate) definitions: BTreeMap<String, Arc<DefinitionFile>>,
    /// What the source code says of the names that runbooks use.
    pub(crate) code: Arc<Code>,
    /// The anchors of Markdown files that links name, by path.
    pub(crate) anchors: HashMap<String, Arc<Anchors>>,
    /// The texts of the files of which runbooks cite lines, by path.
    pub(crate) cited: BTreeMap<String, Arc<str>>,
    /// The ignore patterns.
    pub(crate) ignores: Ignores,
    /// The name of the repository, as `git clone` would call its folder; empty when it is unknown.
    pub(crate) repository_name: String,
    /// Where the repository can be read on the web, such as `https://github.com/owner/name`; none when neither `origin` nor the
    /// documents tell.
    pub(crate) web_url: Option<String>,
    /// Who answers for which paths, by the word of the repository; none when it does not say.
    pub(crate) code_owners: Option<Arc<CodeOwners>>,
}

/// What the source code says of the names that runbooks use. Code is read only as far as some runbook asks for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    /// The files of code that were read for what they define, by path: flags, commands, routes.
    pub(crate) files: BTreeMap<String, Arc<DefinitionFile>>,
    /// Where names of variables stand in files that are no runbook, by name. A name that was asked for and stands nowhere has an empty
    /// list; a name that is not here was not asked for.
    pub(crate) mentions: BTreeMap<String, Vec<Mention>>,
    /// Beginnings of names that a class of settings puts together, so that no search finds them; the empty one where anything may be
    /// read.
    pub(crate) prefixes: Vec<String>,
    /// The programs that the repository defines, by name.
    pub(crate) programs: BTreeMap<String, Vec<Program>>,
}

/// A program that the repository defines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    /// The file that gives it its name: `pyproject.toml`, `Cargo.toml`, `package.json`.
    pub(crate) manifest: String,
    /// The line in it, from 1.
    pub(crate) line: u32,
    /// The files that may define its commands and flags, as far as they were read. Sorted.
    pub(crate) files: Vec<String>,
}

/// A place where a name stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mention {
    /// The file.
    pub(crate) path: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The literal that stands in for the variable when it is not set, where the line tells: `30` of `getenv("X", "30")`.
    pub(crate) default: Option<String>,
}

/// The `.gitignore` files of a tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ignores {
    /// Folder and content of each file, the shortest folder first.
    pub(crate) files: Vec<(String, Arc<str>)>,
}

/// What is needed from history to judge an edition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past {
    /// The commits that touched the runbooks of the edition.
    pub(crate) history: History,
    /// For each commit that a runbook was reviewed at: what the paths it names held then. A path that did not exist is `None`.
    pub(crate) contents: HashMap<CommitId, HashMap<String, Option<ContentId>>>,
    /// What the same paths hold now; folders count by the id of their tree.
    pub(crate) now: HashMap<String, Option<ContentId>>,
    /// Files that define what can be called, as they were at the review, by the id of their content: those among `contents`
    /// that hold something else now. They tell whether the very task changed; without one the file as a whole decides.
    pub(crate) definitions: HashMap<ContentId, Arc<DefinitionFile>>,
    /// The fingerprint of the text of files apart from comments and form, by path and content: those that a stamp or a changed file asks for.
    pub(crate) texts: HashMap<(String, ContentId), FileText>,
    /// How the runbooks were edited, newest first, by path; as far as the evidence asks for it.
    pub(crate) edits: HashMap<String, Vec<Edit>>,
    /// What was done to runbooks in the worktree and is not committed yet, by path.
    pub(crate) uncommitted: HashMap<String, Uncommitted>,
    /// The newest commit whose trailer says that a runbook was reviewed, by the path of the runbook.
    pub(crate) trailers: HashMap<String, Arc<Commit>>,
    /// The commits that changed the very thing that a reference names, newest first, by the runbook and the key of
    /// the reference.
    pub(crate) changes: HashMap<(String, String), Vec<Arc<Commit>>>,
    /// Files that so many commits change that a change of one of them says nothing.
    pub(crate) churning: HashSet<String>,
    /// What became of the paths at which something was looked for in vain (`Resolution::expected`). A path that is not here is there or
    /// never was; in a shallow clone it may also have gone before the history that is here.
    pub(crate) gone: BTreeMap<String, Gone>,
    /// Those of the same paths that the whole history does not know; none in a shallow clone.
    pub(crate) never: BTreeSet<String>,
    /// The commits that took the definition of a missing name out of a file, by file, kind and name.
    pub(crate) undefined: BTreeMap<(String, Kind, String), Arc<Commit>>,
    /// The newest commit that changed the words of a runbook after its declared day was written, by path; only where there is one more
    /// than three days later than that day.
    pub(crate) edited: BTreeMap<String, Arc<Commit>>,
    /// The lines on which what cited lines held when the words were written stands now, by the runbook and where the citation begins.
    pub(crate) moved_lines: BTreeMap<(String, u32), u32>,
    /// The names of all tags, where a runbook may name one; empty where they are not known.
    pub(crate) tags: Vec<String>,
    /// The day that counts as today.
    pub(crate) today: NaiveDate,
}

/// The fingerprint of the text of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileText {
    /// Equal for two texts that differ in comments, form and pinned versions only.
    pub(crate) fingerprint: u128,
    /// Whether the text says that a program wrote it.
    pub(crate) is_generated: bool,
}

/// What was done to a runbook and is not committed yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uncommitted {
    /// The anchors of the sections whose words were changed, the empty one for what stands before the first heading.
    pub(crate) sections: BTreeSet<String>,
    /// Whether a date of review or update was moved, or the stamp.
    pub(crate) moved_date: bool,
}

/// What one commit did to a runbook.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// The commit.
    pub(crate) commit: Arc<Commit>,
    /// The anchors of the sections whose words it changed, the empty one for what stands before the first heading. Empty when it changed
    /// form and dates only.
    pub(crate) sections: BTreeSet<String>,
    /// Whether it moved a date of review or update, or the stamp.
    pub(crate) moved_date: bool,
}
