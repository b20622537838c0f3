//! Programs that the repository defines, and their sub-commands.

use crate::audit::resolve::foreign::is_foreign_program;
use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::definition::Definition;
use crate::model::directory::Directory;
use crate::model::edition::Program;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::{Reason, SeenFrom};
use crate::model::reference::{Named, Reference, Resolution, Status};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Modules of Python that a program loads.
pub(super) const MODULE: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::PythonModule),
    resolve: |index, _, _, named| {
        let outcome = module_missing(index, &named.name, &named.directory);
        let file = format!("/{}.py", named.name.replace('.', "/"));
        let name = folder::split(&file).1;
        // An object of a module that is there: `celery -A app.worker.queue`.
        let parent = folder::split(&file).0;
        let mut files = index.source.listing.named(name).map(|entry| entry.path.as_str());
        if let (Status::Unverifiable, Some(path)) = (outcome.status, files.find(|path| format!("/{path}").ends_with(&file))) {
            return resolved(path, None, Reason::FileThere(SeenFrom::Here));
        }
        let module = format!("{parent}.py");
        let is_object = index
            .source
            .listing
            .named(folder::split(&module).1)
            .any(|entry| format!("/{}", entry.path).ends_with(&module));
        if outcome.status == Status::Broken && is_object {
            return unverifiable(Reason::ModuleUnread);
        }
        Resolution {
            suggestion: outcome.suggestion.map(|run| run.trim_start_matches("python -m ").to_owned()),
            ..outcome
        }
    },
};

/// Programs and their sub-commands.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::CliCommand),
    resolve,
};

fn resolve(index: &Index<'_>, _document: &Document<'_>, _reference: &Reference, named: &Named) -> Resolution {
    let owner = named.within.first().unwrap_or(&named.name);
    let code = &index.source.code;
    let Some(programs) = code.programs.get(owner) else {
        return match owner.strip_prefix("python -m ") {
            // The module is a reference of its own; what it would be told is no second finding.
            Some(_) if named.within.first().is_some_and(|_| named.name != *owner) => {
                unverifiable(Reason::PackageOfCommandUnknown(owner.to_owned()))
            }
            Some(module) => module_missing(index, module, &named.directory),
            None if owner.contains(' ') => unverifiable(Reason::PackageOfCommandUnknown(owner.to_owned())),
            None => ignored(Reason::ProgramNotDefined),
        };
    };
    let home = programs.first().map(|program| (program.manifest.as_str(), program.line));
    let (manifest, line) = home.unwrap_or_default();
    let Some(first) = named.within.first().and_then(|_| named.name.split(' ').next()) else {
        return resolved(manifest, Some(line), Reason::DefinedIn(manifest.to_owned()));
    };
    let files = || {
        programs
            .iter()
            .flat_map(|program| &program.files)
            .filter_map(|path| code.files.get(path))
    };
    let commands: Vec<(&str, &Definition)> = files()
        .flat_map(|file| file.of_kind(Kind::CliCommand).map(|one| (file.path.as_str(), one)))
        .collect();
    let walk = Commands(&commands).walk(&named.name);
    if let (Some((path, line)), None) = (walk.found, &walk.missing) {
        return resolved(path, Some(line), Reason::DefinedIn(path.to_owned()));
    }
    let names: Vec<&str> = walk.known.clone();
    if commands.is_empty() {
        return unverifiable(Reason::AskedForCommandsUnknown(owner.to_owned()));
    }
    if is_shared(index, owner, programs) {
        return unverifiable(Reason::SharedFile(owner.to_owned()));
    }
    if files().any(|file| !file.knows_all(Kind::CliCommand)) {
        return unverifiable(Reason::CommandsOpen(owner.to_owned()));
    }
    let (before, wrong) = walk.missing.unwrap_or(("", first));
    if wrong == "help" {
        return resolved(manifest, Some(line), Reason::EveryProgram);
    }
    let suggestion = nearest(wrong, names.iter().copied()).map(str::to_owned);
    let whole = if before.is_empty() {
        owner.clone()
    } else {
        format!("{owner} {before}")
    };
    broken(Reason::CommandMissing(whole, wrong.to_owned()), suggestion)
}

/// The commands of a program with the files that define them.
struct Commands<'source>(&'source [(&'source str, &'source Definition)]);

/// How far the words behind a program are commands.
struct Walk<'source> {
    /// The last one that is there.
    found: Option<(&'source str, u32)>,
    /// The words that are there, and the one behind them that is not, although a command must stand there.
    missing: Option<(&'source str, &'source str)>,
    /// The commands that could stand in its place.
    known: Vec<&'source str>,
}

impl<'source> Commands<'source> {
    /// Whether any command is registered with a name.
    fn has_holder(&self, name: &str) -> bool {
        self.0.iter().any(|(_, one)| one.nesting.holds.as_deref() == Some(name))
    }

    /// Whether a command may stand directly behind the program: it is registered with the program, with something that no command
    /// stands for, or with a command that is registered nowhere itself.
    fn is_top(&self, one: &Definition) -> bool {
        let Some(within) = one.nesting.within.as_deref() else {
            return true;
        };
        let mut holders = self
            .0
            .iter()
            .filter(|(_, other)| other.nesting.holds.as_deref() == Some(within));
        within.is_empty() || !self.has_holder(within) || holders.any(|(_, holder)| holder.nesting.within.is_none())
    }

    /// The commands that may stand behind a command.
    fn below(&self, parents: &[(&str, &Definition)]) -> Vec<(&'source str, &'source Definition)> {
        let holds: Vec<&str> = parents.iter().filter_map(|(_, one)| one.nesting.holds.as_deref()).collect();
        let is_registered = |one: &Definition| one.nesting.within.as_deref().is_some_and(|within| holds.contains(&within));
        let is_known = self.0.iter().any(|(_, one)| is_registered(one));
        // Where nobody says what stands in a command, anything may.
        let mut below = self.0.to_vec();
        below.retain(|(_, one)| !is_known || is_registered(one) || one.nesting.within.is_none());
        below
    }

    fn walk(&self, words: &'source str) -> Walk<'source> {
        let mut level: Vec<(&'source str, &'source Definition)> = self.0.to_vec();
        level.retain(|(_, one)| self.is_top(one));
        let mut walk = Walk {
            found: None,
            missing: None,
            known: Vec::new(),
        };
        let mut must_follow = true;
        let mut at = 0;
        for word in words.split(' ') {
            let here: Vec<(&str, &Definition)> = level.iter().copied().filter(|(_, one)| one.name == word).collect();
            if here.is_empty() {
                // What follows a command that is no group may be its argument.
                if must_follow {
                    walk.missing = Some((words[..at].trim_end(), word));
                    walk.known = level.iter().map(|(_, one)| one.name.as_str()).collect();
                }
                return walk;
            }
            walk.found = here.first().map(|(path, one)| (*path, one.line));
            must_follow = here.iter().all(|(_, one)| one.nesting.is_group);
            level = self.below(&here);
            at += word.len() + 1;
        }
        walk
    }
}

/// Whether another program begins in the same file: its commands may all be those of the other, and the word an argument.
fn is_shared(index: &Index<'_>, owner: &str, programs: &[Program]) -> bool {
    let others = index.source.code.programs.iter();
    others
        .filter(|(name, _)| name.as_str() != owner && is_foreign_program(name))
        .flat_map(|(_, others)| others)
        .any(|other| programs.iter().any(|own| own.files == other.files && !own.files.is_empty()))
}

/// A module that is not there: of a package of the repository it is missing, of any other it is installed.
fn module_missing(index: &Index<'_>, module: &str, directory: &Directory) -> Resolution {
    let parts: Vec<&str> = module.split('.').collect();
    let (first, rest) = parts.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    if rest.is_empty() || parts.iter().any(|part| part.is_empty()) {
        return ignored(Reason::ModuleNotDefined);
    }
    let folders = index.folders_by_name.get(first).map(Vec::as_slice).unwrap_or_default();
    let packages: Vec<&&str> = folders
        .iter()
        .filter(|folder| is_importable(index, folder) || is_where_it_runs(folder, directory))
        .filter(|folder| {
            let below = index.source.listing.below(folder);
            below
                .iter()
                .any(|entry| entry.path.ends_with(".py") && !entry.path[folder.len() + 1..].contains('/'))
        })
        .collect();
    if packages.is_empty() {
        return ignored(Reason::ModuleNotDefined);
    }
    let inner = rest.join("/");
    let is_there = packages.iter().any(|package| {
        let path = format!("{package}/{inner}");
        index.source.listing.has_file(&format!("{path}.py")) || index.source.listing.has_file(&format!("{path}/__main__.py"))
    });
    // A package without `__main__` cannot be run, but who reads code of other folders?
    if is_there
        || packages
            .iter()
            .any(|package| index.source.listing.has_folder(&format!("{package}/{inner}")))
    {
        return unverifiable(Reason::ModuleUnread);
    }
    let siblings = packages.iter().flat_map(|package| {
        let folder = rest[..rest.len() - 1]
            .iter()
            .fold((**package).to_owned(), |folder, part| format!("{folder}/{part}"));
        let below = index.source.listing.below(&folder);
        below
            .iter()
            .filter_map(move |entry| entry.path.get(folder.len() + 1..)?.strip_suffix(".py").map(str::to_owned))
            .filter(|name| !name.contains('/'))
            .collect::<Vec<_>>()
    });
    let siblings: Vec<String> = siblings.collect();
    let last = rest.last().copied().unwrap_or_default();
    let suggestion = nearest(last, siblings.iter().map(String::as_str)).map(|name| {
        let head = &parts[..parts.len() - 1];
        format!("python -m {}.{name}", head.join("."))
    });
    broken(Reason::ModuleMissing(module.to_owned()), suggestion)
}

/// Whether a package lies in the folder where a command runs.
fn is_where_it_runs(package: &str, directory: &Directory) -> bool {
    matches!(directory, Directory::Known(written) if !written.is_empty() && folder::split(package).0 == written.trim_matches('/'))
}

/// Whether Python finds a package by its name alone: at the root, in `src` or `lib`, or beside the file of a project.
fn is_importable(index: &Index<'_>, package: &str) -> bool {
    let listing = &index.source.listing;
    let is_home = |folder: &str| {
        let file = |name: &str| {
            if folder.is_empty() {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            }
        };
        folder == index.source.root
            || ["pyproject.toml", "setup.py", "setup.cfg"]
                .iter()
                .any(|name| listing.has_file(&file(name)))
    };
    let (parent, _) = folder::split(package);
    let (above, last) = folder::split(parent);
    is_home(parent) || (matches!(last, "src" | "lib" | "python") && is_home(above))
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{called, code, tree};
    use crate::model::kind::Kind;

    #[test]
    fn commands_of_own_programs_are_looked_up() {
        let fixture = tree(&[])
            .with_code(code("python", "app/cli.py", Kind::CliCommand, &["trends", "status"]))
            .with_program("app", &["app/cli.py"]);
        assert_eq!(
            fixture.look_up(called(Kind::CliCommand, "trends status", &["app"])),
            "resolved app/cli.py:2 (defined in `app/cli.py`)"
        );
        assert_eq!(
            fixture.look_up(called(Kind::CliCommand, "trend status", &["app"])),
            "broken (`app` has no command `trend`) -> trends"
        );
        assert!(
            fixture
                .look_up(called(Kind::CliCommand, "trends x", &["app"]))
                .starts_with("resolved app/cli.py:1")
        );
        assert!(
            fixture
                .look_up(called(Kind::CliCommand, "app", &[]))
                .starts_with("resolved pyproject.toml:1")
        );
        assert!(
            fixture
                .look_up(called(Kind::CliCommand, "x", &["other"]))
                .starts_with("ignored")
        );
    }

    #[test]
    fn commands_are_looked_up_in_their_group() {
        let mut file = code("python", "app/cli.py", Kind::CliCommand, &["db", "migrate", "run"]);
        file.definitions[0].nesting.holds = Some("db".to_owned());
        file.definitions[0].nesting.within = Some(String::new());
        file.definitions[0].nesting.is_group = true;
        file.definitions[1].nesting.within = Some("db".to_owned());
        file.definitions[2].nesting.within = Some(String::new());
        let fixture = tree(&[]).with_code(file).with_program("app", &["app/cli.py"]);
        let of = |words: &str| fixture.look_up(called(Kind::CliCommand, words, &["app"]));
        assert!(of("db migrate").starts_with("resolved app/cli.py:2"));
        assert_eq!(of("db migrat"), "broken (`app db` has no command `migrat`) -> migrate");
        assert!(of("db").starts_with("resolved"));
        assert!(of("run anything").starts_with("resolved"));
        assert!(of("migrate").starts_with("broken (`app` has no command `migrate`)"));
        assert!(of("db run").starts_with("broken (`app db` has no command `run`)"));
    }

    #[test]
    fn a_word_after_one_of_several_programs_in_a_file_may_be_its_argument() {
        let fixture = tree(&[])
            .with_code(code("python", "app/cli.py", Kind::CliCommand, &["generate"]))
            .with_program("app-catalog", &["app/cli.py"])
            .with_program("app-new", &["app/cli.py"]);
        assert!(
            fixture
                .look_up(called(Kind::CliCommand, "billing", &["app-new"]))
                .starts_with("unverifiable")
        );
        assert!(
            fixture
                .look_up(called(Kind::CliCommand, "generate", &["app-catalog"]))
                .starts_with("resolved")
        );
    }

    #[test]
    fn modules_of_own_packages_must_exist() {
        let fixture = tree(&["src/pkg/__init__.py", "src/pkg/tool.py"]);
        assert_eq!(
            fixture.look_up(called(Kind::CliCommand, "python -m pkg.tools", &[])),
            "broken (there is no module `pkg.tools`) -> python -m pkg.tool"
        );
        assert!(
            fixture
                .look_up(called(Kind::CliCommand, "python -m other.tools", &[]))
                .starts_with("ignored")
        );
        assert!(
            fixture
                .look_up(called(Kind::CliCommand, "python -m build", &[]))
                .starts_with("ignored")
        );
    }
}
