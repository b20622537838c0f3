//! What a runbook names, and whether it is there.

use serde::{Deserialize, Serialize};

use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reason::Reason;

/// A thing in the repository that a runbook names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// What kind of thing, with what the resolver needs to know.
    pub(crate) kind: ReferenceKind,
    /// The words as written, such as `make check`.
    pub(crate) text: String,
    /// Where the words stand.
    pub(crate) span: Span,
    /// Where in the document it was found; the rules are stricter in a runnable fence than in prose.
    pub(crate) context: ReferenceContext,
}

/// Where in a document a reference was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReferenceContext {
    /// A command of a shell block.
    Command,
    /// A code block that is not a shell block.
    Block,
    /// Inline code.
    Inline,
    /// A link or an image.
    Link,
    /// Prose.
    Prose,
    /// Front matter.
    FrontMatter,
}

/// What kind of thing a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReferenceKind {
    /// A file or folder of the source tree.
    Path {
        /// The path as written, without a fragment such as `#L54`.
        path: String,
        /// The folder that a relative path counts from, for paths in commands.
        directory: Directory,
    },
    /// A pattern of paths.
    Glob {
        /// The pattern as written.
        pattern: String,
        /// The folder that it counts from.
        directory: Directory,
    },
    /// A link to another file of the repository, relative to the document.
    Link {
        /// The path as written, percent-decoded; empty for a link inside the document.
        path: String,
        /// The anchor without `#`, if any.
        anchor: Option<String>,
        /// Whether it is an image.
        is_image: bool,
    },
    /// `make TARGET`.
    MakeTarget {
        /// The target.
        target: String,
        /// The folder of the Makefile (`make -C`, `cd`).
        directory: Directory,
        /// `-f FILE`, if given.
        file: Option<String>,
    },
    /// `npm run SCRIPT` and its relatives.
    PackageScript {
        /// `npm`, `pnpm`, `yarn` or `bun`.
        manager: &'static str,
        /// The script.
        script: String,
        /// Whether the manager runs only scripts for it: `npm run x` is explicit, `pnpm x` and `yarn x` may be a binary as well.
        is_explicit: bool,
        /// `--filter` or `--workspace`, as written.
        workspace: Option<String>,
        /// The folder of the package (`--prefix`, `-C`, `cd`).
        directory: Directory,
    },
    /// A workflow of the forge, by file or by name.
    Workflow {
        /// The file, base name or display name, as written.
        name: String,
    },
    /// Any other thing with a name; `audit/resolve` has a list of who looks up which kind.
    Named(Named),
}

/// A thing that is known by a name: a task, a job, a service, a flag, a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// What kind of thing.
    pub(crate) kind: Kind,
    /// The name itself.
    pub(crate) name: String,
    /// What it belongs to, as written: the script of a flag, the workflow of a job or an input, the files of a compose service, the
    /// program of a command. Empty where the text does not say.
    pub(crate) within: Vec<String>,
    /// The folder that it counts from.
    pub(crate) directory: Directory,
}

impl Reference {
    /// The lines of a file that it cites, the first and the last: `src/main.rs:12`, `x.py#L10-L20`.
    pub(crate) fn cited_lines(&self) -> Option<(u32, u32)> {
        let place = match &self.kind {
            ReferenceKind::Link { anchor, .. } => anchor.as_deref().filter(|anchor| anchor.starts_with('L'))?,
            ReferenceKind::Path { .. } => {
                let name = self.text.rsplit('/').next().unwrap_or(&self.text);
                let (_, place) = name.split_once(':').or_else(|| name.split_once('#'))?;
                place
            }
            ReferenceKind::Named(named) if named.kind == Kind::CitedLine => named.name.as_str(),
            ReferenceKind::Named(named) if named.kind == Kind::Url => named
                .name
                .rsplit_once('#')
                .map(|(_, place)| place)
                .filter(|place| place.starts_with('L'))?,
            _ => return None,
        };
        let number = |part: &str| {
            let part = part.trim_start_matches('L');
            let part = part.split(['C', ':']).next().unwrap_or(part);
            part.parse::<u32>().ok().filter(|line| *line > 0)
        };
        match place.split_once('-') {
            Some((first, last)) => Some((number(first)?, number(last)?)).filter(|(first, last)| first <= last),
            None => number(place).map(|line| (line, line)),
        }
    }
}

impl Reference {
    /// The heading of a text or the element of a page that inline code names behind its path: `docs/ops.md#roll-back`.
    pub(crate) fn named_heading(&self) -> Option<&str> {
        let ReferenceKind::Path { path, .. } = &self.kind else {
            return None;
        };
        let is_page = [".md", ".mdx", ".html"].iter().any(|ending| path.ends_with(ending));
        let (_, heading) = self.text.trim_matches('`').split_once('#')?;
        (is_page && self.context == ReferenceContext::Inline && self.cited_lines().is_none() && !heading.is_empty())
            .then_some(heading)
    }
}

impl ReferenceKind {
    /// The folder that it counts from, where it has one.
    pub(crate) fn directory(&self) -> Option<&Directory> {
        match self {
            Self::Path { directory, .. }
            | Self::Glob { directory, .. }
            | Self::MakeTarget { directory, .. }
            | Self::PackageScript { directory, .. } => Some(directory),
            Self::Named(named) => Some(&named.directory),
            Self::Link { .. } | Self::Workflow { .. } => None,
        }
    }

    /// The same, counted from another folder.
    pub(crate) fn counted_from(&self, folder: &Directory) -> Self {
        let mut kind = self.clone();
        match &mut kind {
            Self::Path { directory, .. }
            | Self::Glob { directory, .. }
            | Self::MakeTarget { directory, .. }
            | Self::PackageScript { directory, .. } => directory.clone_from(folder),
            Self::Named(named) => named.directory.clone_from(folder),
            Self::Link { .. } | Self::Workflow { .. } => {}
        }
        kind
    }

    /// The kind word of the JSON output.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Path { .. } => "path",
            Self::Glob { .. } => "glob",
            Self::Link { is_image: false, .. } => "link",
            Self::Link { is_image: true, .. } => "image",
            Self::MakeTarget { .. } => Kind::MakeTarget.word(),
            Self::PackageScript { .. } => Kind::PackageScript.word(),
            Self::Workflow { .. } => "workflow",
            Self::Named(named) => named.kind.word(),
        }
    }

    /// The path that the reference claims, with the folder that it counts from: a path, or the operand of a program that reads a
    /// manifest there (`kubectl apply -f`), which is a path that another rule reports.
    pub(crate) fn claimed_path(&self) -> Option<(&str, &Directory)> {
        match self {
            Self::Path { path, directory } => Some((path, directory)),
            Self::Named(named) if named.kind == Kind::Manifest => Some((&named.name, &named.directory)),
            _ => None,
        }
    }
}

/// Whether a reference is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// It is there.
    Resolved,
    /// It is not there.
    Broken,
    /// It cannot be told, and the reason is known.
    Unverifiable,
    /// It is not a claim about the repository: a placeholder, an output, a file of the host.
    Ignored,
}

impl Status {
    /// The word for it, as in the JSON output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Broken => "broken",
            Self::Unverifiable => "unverifiable",
            Self::Ignored => "ignored",
        }
    }
}

/// The outcome of looking a reference up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(crate) struct Resolution {
    /// Whether it is there.
    pub(crate) status: Status,
    /// The path in the repository that it means, where there is one: the file, the Makefile, the workflow.
    pub(crate) target: Option<String>,
    /// The line in the target where it is defined, from 1.
    pub(crate) target_line: Option<u32>,
    /// The path from the root of the repository at which it was expected, when it is not there; history is asked what became of it.
    pub(crate) expected: Option<String>,
    /// Why.
    pub(crate) reason: Reason,
    /// Words that would resolve, when one is near enough.
    pub(crate) suggestion: Option<String>,
    /// Whether the target changed since the runbook was last reviewed; none when it cannot be told.
    pub(crate) changed_since_review: Option<bool>,
}
