//! `make TARGET`.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use globset::GlobBuilder;

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::command::words::assigned;
use crate::model::definition::DefinitionFile;
use crate::model::directory::Directory;
use crate::model::edition::Source;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::resolver::Resolver;
use crate::tools::lookup::tree::Lookup;
use crate::tools::makefile::{ASKED, FORMAT, SET};
use crate::tools::program::enters;
use crate::tools::tasks::{Files, INCLUDE_LIMIT, Names};
use crate::tools::tool::{NONE, Tool};

/// make.
pub(crate) const TOOL: Tool = Tool {
    names: &["make", "gmake"],
    calls: make,
    formats: &[FORMAT],
    reads,
    resolvers: &[RESOLVER],
    ..NONE
};

/// The includes of a Makefile, which count from the folder that make runs in: the one of the file, or the root.
fn reads(file: &DefinitionFile) -> Vec<String> {
    let (home, _) = folder::split(&file.path);
    let plain = file.includes.iter().filter(|include| !include.contains(['*', '?', '[']));
    plain
        .flat_map(|include| [home, ""].into_iter().filter_map(|folder| folder::join(folder, include)))
        .collect()
}

/// Options of make that take a value.
const VALUED: &[&str] = &[
    "-C", "--directory", "-f", "--file", "--makefile", "-I", "--include-dir", "-o", "--old-file", "-W", "--what-if", "-l",
    "--load-average", "--eval", "-E", "--max-load",
];

/// The targets that a call of make names.
fn make(call: &Call<'_>, sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut file = None;
    let mut targets = Vec::new();
    let mut arguments = Arguments::new(call.arguments(), VALUED).peekable();
    while let Some(argument) = arguments.next() {
        match argument {
            Argument::Option {
                name: "-C" | "--directory",
                value: Some(value),
                ..
            } => {
                enters(call, &value, &directory, sink);
                directory = entered(&directory, value.text);
            }
            // `make -Cinfra plan`.
            Argument::Option { name, value: None, word } if glued_folder(name).is_some() => {
                let folder = glued_folder(name).unwrap_or_default();
                enters(call, &Value::end_of(word, folder), &directory, sink);
                directory = entered(&directory, folder);
            }
            Argument::Option {
                name: "-f" | "--file" | "--makefile",
                value: Some(value),
                ..
            } => {
                sink.path(&call.site, &value, Evidence::Operand, &directory);
                file = Some(value.text.to_owned());
            }
            // `-j` may have its number behind it.
            Argument::Option {
                name: "-j" | "--jobs", ..
            } => {
                if let Some(Argument::Operand(word)) = arguments.peek()
                    && word.text.bytes().all(|byte| byte.is_ascii_digit())
                {
                    arguments.next();
                }
            }
            Argument::Operand(word) if assigned(&word.text).is_none() => targets.push(word),
            _ => {}
        }
    }
    let is_file_unknown = file.as_deref().is_some_and(in_name);
    for (index, word) in targets.into_iter().enumerate() {
        // The first target is named by the whole call, `make check`; the others by their word.
        let start = if index == 0 { call.start() } else { word.range.start };
        let range = start..word.range.end;
        let target = word.text.as_str();
        if in_name(target) || is_file_unknown || target == "..." {
            sink.other(&call.site, &range, Kind::Placeholder, target, &directory);
        } else if is_target(target) {
            let kind = ReferenceKind::MakeTarget {
                target: target.to_owned(),
                directory: directory.clone(),
                file: file.clone(),
            };
            sink.add(&call.site, &range, kind);
        }
    }
}

/// The folder behind `-C` in the same word.
fn glued_folder(option: &str) -> Option<&str> {
    option.strip_prefix("-C").filter(|folder| !folder.is_empty())
}

fn is_target(word: &str) -> bool {
    word.len() <= 100
        && word.starts_with(|char: char| char.is_alphanumeric() || matches!(char, '_' | '.' | '/'))
        && word
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | '/' | ':' | '+' | '%' | '@'))
}

/// Targets.
const RESOLVER: Resolver = Resolver::Reference {
    looks_up: |kind| matches!(kind, ReferenceKind::MakeTarget { .. }),
    resolve: |lookup, document, reference| match &reference.kind {
        ReferenceKind::MakeTarget { target, directory, file } => {
            lookup.make(document, reference, target, directory, file.as_deref())
        }
        _ => unverifiable(Reason::NoTask),
    },
};

/// The names that make looks for, in its order.
const NAMES: &[&str] = &["GNUmakefile", "makefile", "Makefile"];

/// Files that others make Makefiles from.
const MADE_FROM: &[&str] = &[
    "CMakeLists.txt", "Makefile.PL", "Makefile.am", "Makefile.in", "configure", "configure.ac", "configure.in", "extconf.rb",
    "meson.build", "premake5.lua",
];

/// Whether a tree has no Makefile at all, and nothing that one is made from.
pub(crate) fn is_nowhere(source: &Source) -> bool {
    let mut makefiles = source.definitions.values().filter(|file| file.format == FORMAT.name);
    let mut names = NAMES.iter().chain(MADE_FROM);
    makefiles.next().is_none() && names.all(|name| source.listing.named(name).next().is_none())
}

/// Sources that make turns into a program of the same name by its own rules.
const BUILT_IN: &[&str] = &[".c", ".cc", ".cpp", ".sh", ".go"];

impl Lookup<'_> {
    fn make(
        &self,
        document: &Document<'_>,
        reference: &Reference,
        target: &str,
        directory: &Directory,
        file: Option<&str>,
    ) -> Resolution {
        if *directory == Directory::Unknown {
            return unverifiable(Reason::MakeFolderUnknown);
        }
        let folders = document.task_folders(self.source, directory);
        if folders.is_empty() {
            return unverifiable(Reason::MakeFolderNotInTree);
        }
        if claim::has_placeholder(target) {
            return ignored(Reason::Placeholder);
        }
        let mut missing: Option<Arc<Names>> = None;
        let mut gap = None;
        for folder in &folders {
            let Some(targets) = self.targets(folder, file) else {
                continue;
            };
            if let Some((path, line)) = targets.find(target.trim_start_matches("./")) {
                return resolved(path, Some(line), Reason::A("target"));
            }
            if self.is_file_target(folder, target) {
                return resolved(&targets.file, None, Reason::TargetFile);
            }
            gap = gap.or_else(|| targets.gap.clone());
            missing = missing.or(Some(targets));
        }
        if file.is_none()
            && let Some(resolution) = self.spoken_of(document, reference, Kind::MakeTarget, target)
        {
            return resolution;
        }
        match (missing, gap) {
            (_, Some((gap, _))) => unverifiable(gap),
            (Some(targets), None) => {
                let names = targets.by_name.keys().map(String::as_str);
                let reason = Reason::NotOfMakefile(target.to_owned(), targets.file.clone());
                Resolution {
                    target: Some(targets.file.clone()),
                    ..broken(reason, nearest(target, names).map(str::to_owned))
                }
            }
            (None, None) if file.is_none() && is_told_folder(reference) => self.make_told(&folders),
            (None, None) => self.make_elsewhere(&folders, target, file),
        }
    }

    /// No Makefile stands where make runs. One above or elsewhere may be meant, so nothing is broken.
    fn make_elsewhere(&self, folders: &[String], target: &str, file: Option<&str>) -> Resolution {
        if let Some(file) = file {
            return Resolution {
                expected: folders.first().and_then(|folder| folder::join(folder, file)),
                ..unverifiable(Reason::MakefileUnread(file.to_owned()))
            };
        }
        let above = folders.iter().flat_map(|folder| folder::upward(folder));
        for targets in above.filter_map(|folder| self.targets(folder, None)) {
            if let Some((path, line)) = targets.find(target.trim_start_matches("./")) {
                return resolved(path, Some(line), Reason::TargetFurtherUp);
            }
        }
        Resolution {
            expected: folders.first().and_then(|folder| folder::join(folder, "Makefile")),
            ..unverifiable(Reason::NoMakefileHere)
        }
    }

    /// The call itself names the folder, `make -C docs`: make looks nowhere else. What writes Makefiles may have to run first.
    fn make_told(&self, folders: &[String]) -> Resolution {
        let expected = folders.first().and_then(|folder| folder::join(folder, "Makefile"));
        let has =
            |folder: &String, name: &&str| folder::join(folder, name).is_some_and(|path| self.source.listing.has_file(&path));
        let is_made = folders
            .iter()
            .any(|folder| MADE_FROM.iter().any(|name| has(folder, name)) || claim::built_folder(folder).is_some());
        let is_unread = NAMES.iter().any(|name| folders.iter().any(|folder| has(folder, name)));
        let outcome = if is_made || is_unread {
            unverifiable(Reason::NoMakefileHere)
        } else {
            broken(Reason::NoMakefileHere, None)
        };
        Resolution { expected, ..outcome }
    }

    /// The targets that make knows in a folder, or with the file that it is given.
    fn targets(&self, folder: &str, file: Option<&str>) -> Option<Arc<Names>> {
        let within: Vec<String> = file.map(str::to_owned).into_iter().collect();
        self.names(Kind::MakeTarget, folder, &within, || {
            let files = self.files();
            let first = file.map_or_else(
                || files.file_in(folder, NAMES, FORMAT.name),
                |file| files.file_in(folder, &[file], FORMAT.name),
            )?;
            Some(collect(files, first, folder))
        })
    }

    /// Whether make would take a file that is there, or its own rules, for the target.
    fn is_file_target(&self, folder: &str, target: &str) -> bool {
        folder::join(folder, target).is_some_and(|path| {
            let listing = &self.source.listing;
            listing.has_file(&path) || BUILT_IN.iter().any(|ending| listing.has_file(&format!("{path}{ending}")))
        })
    }
}

/// Whether a command names the folder that make runs in.
fn is_told_folder(reference: &Reference) -> bool {
    let mut words = reference.text.split_whitespace();
    reference.context == ReferenceContext::Command && words.any(|word| word.starts_with("-C") || word.starts_with("--directory"))
}

/// The targets of a Makefile and of all that it includes. Includes count from the folder that make runs in.
fn collect(files: Files<'_>, first: &DefinitionFile, folder: &str) -> Names {
    let mut names = Names::of(&first.path);
    let (mut set, mut asked) = (HashMap::new(), Vec::new());
    let mut seen = HashSet::from([first.path.clone()]);
    let mut queue = VecDeque::from([first.path.clone()]);
    while let Some(path) = queue.pop_front() {
        let Some(file) = files.source.definitions.get(&path) else {
            names.hide(Reason::IncludedUnread(path.clone(), first.path.clone()));
            continue;
        };
        for task in &file.definitions {
            let place = (file.path.clone(), task.line);
            match (task.is_pattern, task.name.as_str()) {
                // A rule for every name usually swallows the arguments of another target.
                (true, "%") => names.hide(Reason::RuleForEveryName(file.path.clone())),
                (true, name) => names.patterns.push((name.replacen('%', "*", 1), place.0, place.1)),
                (false, name) => {
                    names.by_name.entry(name.to_owned()).or_insert(place);
                }
            }
        }
        if !file.is_complete {
            names.hide(Reason::ComputesTargets(file.path.clone()));
        }
        for word in &file.binaries {
            if let Some(name) = word.strip_prefix(ASKED) {
                asked.push((name, &file.path));
            } else if let Some(name) = word.strip_prefix(SET) {
                set.entry(name).or_insert_with(Vec::new).push(&file.path);
            }
        }
        for include in &file.includes {
            let found = included(files, folder, include);
            if found.is_empty() && !sets_variables_only(include) {
                names.hide(Reason::IncludeMissing(first.path.clone(), include.to_owned()));
            }
            for path in found {
                if seen.len() < INCLUDE_LIMIT && seen.insert(path.clone()) {
                    queue.push_back(path);
                }
            }
        }
    }
    // `MODULES += x` of an included file makes more names in the one that includes it.
    for (name, file) in asked {
        if set.get(name).is_some_and(|files| files.iter().any(|other| *other != file)) && name != "CURDIR" {
            names.hide(Reason::ComputesTargets(file.clone()));
        }
    }
    names
}

/// The files that an include names.
fn included(files: Files<'_>, folder: &str, include: &str) -> Vec<String> {
    let Some(path) = folder::join(folder, include) else {
        return Vec::new();
    };
    if !path.contains(['*', '?', '[']) {
        return files.source.listing.has_file(&path).then_some(path).into_iter().collect();
    }
    let Ok(glob) = GlobBuilder::new(&path).literal_separator(true).build() else {
        return Vec::new();
    };
    let matcher = glob.compile_matcher();
    let makefiles = files.source.definitions.values().filter(|file| file.format == FORMAT.name);
    makefiles
        .map(|file| file.path.clone())
        .filter(|path| matcher.is_match(path))
        .collect()
}

/// Whether an include that is not in the tree only sets variables or lists files that the compiler found.
fn sets_variables_only(include: &str) -> bool {
    let (_, name) = folder::split(include);
    name.starts_with(".env") || name.contains(".env") || name.to_lowercase().ends_with(".d")
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn each_target_is_a_reference() {
        assert_eq!(
            of_commands("make check test\nmake gate DB=\"x\"\nmake -j 4 -k lint\nSKIP_X=1 make all"),
            [
                "make check", "make test", "make gate", "make lint", "env-var SKIP_X", "make all"
            ]
        );
    }

    #[test]
    fn folder_and_file_are_followed() {
        assert_eq!(
            of_commands("make -C infra plan\nmake -f ops/deploy.mk up\ncd app && make x\nmake -C $DIR y"),
            [
                "make plan in infra", "folder infra", "make up of ops/deploy.mk", "path ops/deploy.mk", "folder app",
                "make x in app", "make y in ?",
            ]
        );
    }

    #[test]
    fn a_folder_in_the_word_of_its_option_is_followed() {
        assert_eq!(
            of_commands("make -Cinfra plan\nmake -C infra/prod plan"),
            [
                "make plan in infra", "folder infra", "make plan in infra/prod", "path infra/prod"
            ]
        );
    }

    #[test]
    fn placeholders_and_prose_are_no_targets() {
        assert_eq!(
            of_commands("make deploy-<env>\nmake $TARGET\nmake"),
            ["placeholder deploy-<env>", "placeholder $TARGET"]
        );
    }
}
