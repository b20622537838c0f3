//! Commands of runners of which the repository has no file at all: `make undo` where there is no Makefile.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::audit::resolve::elsewhere::is_about_another;
use crate::audit::resolve::index::Index;
use crate::model::directory::Directory;
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::model::tree::Entry;
use crate::tools::lookup::answer::broken;
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::make;
use crate::tools::runner::{COMPOSER, INVOKE, JUST, NOX, TASK, TOX};

/// Endings of files that are run or built; a tree without any of them is one of texts, whose commands may run anywhere.
const CODE: &[&str] = &[
    "c", "cc", "cjs", "cpp", "cs", "go", "java", "js", "jsx", "kt", "mjs", "php", "pl", "py", "rb", "rs", "scala", "svelte",
    "swift", "tf", "ts", "tsx", "vue",
];

/// Commands that write such a file where they run, or that build what was fetched from elsewhere.
const MAKERS: &[&str] = &[
    "./autogen.sh", "./bootstrap", "./configure", "autoreconf", "cmake", "composer create-project", "composer init",
    "just --init", "meson setup", "npm create", "npm init", "npx create-", "phpize", "pnpm create", "pnpm init", "qmake",
    "task --init", "yarn create", "yarn init",
];

/// A search for all of them.
static MAKER: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<String> = MAKERS.iter().map(|maker| regex::escape(maker)).collect();
    Regex::new(&words.join("|")).expect("a few short words are a sound expression")
});

impl Index<'_> {
    /// Whether a tree holds a program, and not only texts about others.
    pub(super) fn holds_program(&self) -> bool {
        let is_code = |entry: &Entry| claim::extension(&entry.path).is_some_and(|ending| CODE.contains(&ending));
        *self
            .has_program
            .get_or_init(|| self.source.listing.entries.iter().any(is_code))
    }

    /// The outcome for a command whose runner finds no file, not where it runs and nowhere else, so that it cannot but fail. Only a step of
    /// this repository proves that: nothing sends the reader to another place.
    pub(super) fn without_file(
        &self,
        document: &Document<'_>,
        reference: &Reference,
        resolution: &Resolution,
    ) -> Option<Resolution> {
        let is_at_root = self.source.root.is_empty()
            && reference.context == ReferenceContext::Command
            && reference.kind.directory() == Some(&Directory::Known(String::new()));
        if !is_at_root || resolution.status != Status::Unverifiable {
            return None;
        }
        let definitions = || self.source.definitions.values();
        let (runner, file) = match (&reference.kind, &resolution.reason) {
            (ReferenceKind::MakeTarget { .. }, Reason::NoMakefileHere) if make::is_nowhere(self.source) => ("make", "Makefile"),
            (
                ReferenceKind::PackageScript {
                    manager,
                    is_explicit: true,
                    workspace: None,
                    ..
                },
                Reason::NoPackageHere,
            ) if definitions().all(|file| file.format != format::PACKAGE_JSON) => (*manager, "package.json"),
            (
                ReferenceKind::Named(Named {
                    kind: kind @ Kind::Task(runner),
                    ..
                }),
                Reason::NoFileOf {
                    given, elsewhere: None, ..
                },
            ) if given.is_empty() && definitions().all(|file| file.of_kind(*kind).next().is_none()) => {
                let files = [
                    (COMPOSER, "composer.json"),
                    (INVOKE, "tasks.py"),
                    (JUST, "justfile"),
                    (NOX, "noxfile.py"),
                    (TASK, "Taskfile.yml"),
                    (TOX, "tox.ini"),
                ];
                files
                    .iter()
                    .find(|(known, _)| known == runner)
                    .map(|(known, file)| (known.word(), *file))?
            }
            _ => return None,
        };
        let is_made = document.written.paths.contains_key(file)
            || document.shows_file(file)
            || MAKER.is_match(document.runbook.text.as_bytes());
        let is_elsewhere =
            || document.is_remote(reference.span.start) || is_about_another(self.source, document.runbook, reference.span);
        if is_made || self.ignored.is_ignored(file) || is_elsewhere() {
            return None;
        }
        Some(Resolution {
            expected: Some(file.to_owned()),
            ..broken(Reason::NoFileInTree(runner), None)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, inline, make, makefile, script, task, tree};
    use crate::model::reference::Reference;

    /// The outcome of a command in a text that names a folder of the tree.
    fn outcome(fixture: Fixture, reference: Reference) -> String {
        let resolutions = fixture.naming(inline("src/x.rs")).naming(reference).resolutions();
        let last = resolutions.last().expect("there are two");
        format!("{:?} {}", last.status, last.reason)
    }

    #[test]
    fn a_command_whose_runner_has_no_file_anywhere_fails() {
        let plain = || tree(&["src/x.rs"]);
        assert_eq!(
            outcome(plain(), make("undo", "")),
            "Broken there is no file of `make` in the repository"
        );
        assert!(outcome(plain(), script("npm run undo", "")).starts_with("Broken"));
        assert!(outcome(plain(), task("just undo", &[], "")).starts_with("Broken"));
        assert!(outcome(plain(), task("task undo", &[], "")).starts_with("Broken"));
        // The file may be elsewhere, may be made, or the command may be a program of somebody else.
        assert!(outcome(plain().with(makefile("svc/Makefile", &["x"])), make("undo", "")).starts_with("Unverifiable"));
        assert!(outcome(tree(&["src/x.rs", "CMakeLists.txt"]), make("undo", "")).starts_with("Unverifiable"));
        let built = plain().says("Run `src/x.rs`.\n\n./configure && make install\n");
        assert!(outcome(built, make("install", "")).starts_with("Unverifiable"));
        assert!(outcome(plain().ignoring("Makefile\n"), make("undo", "")).starts_with("Unverifiable"));
        assert!(outcome(plain(), task("mise undo", &[], "")).starts_with("Unverifiable"));
        assert!(outcome(plain(), make("undo", "src")).starts_with("Unverifiable"));
    }

    #[test]
    fn a_tree_of_texts_alone_proves_nothing() {
        let status = |paths: &[&str]| {
            let resolutions = tree(paths).naming(make("undo", "")).resolutions();
            format!("{:?}", resolutions[0].status)
        };
        assert_eq!(status(&["src/x.rs"]), "Broken");
        assert_eq!(
            status(&["guides/x.md", "img/x.png", ".github/workflows/x.yml"]),
            "Unverifiable"
        );
    }
}
