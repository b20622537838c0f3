//! Targets of make.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::OnceLock;

use globset::GlobBuilder;

use crate::audit::nearest::nearest;
use crate::audit::resolve::document::Document;
use crate::audit::resolve::{Index, broken, claim, folder, ignored, resolved, unverifiable};
use crate::model::edition::Source;
use crate::model::reference::Resolution;
use crate::model::runbook::Directory;
use crate::model::task::TaskFile;

/// The names that make looks for, in its order.
const NAMES: &[&str] = &["GNUmakefile", "makefile", "Makefile"];
/// The most files that one Makefile may include.
const INCLUDE_LIMIT: usize = 200;
/// Sources that make turns into a program of the same name by its own rules.
const BUILT_IN: &[&str] = &[".c", ".cc", ".cpp", ".sh", ".go"];

/// The Makefiles of a tree. The targets of each are put together when they are first asked for.
pub(super) struct Makefiles<'source> {
    by_path: HashMap<&'source str, OnceLock<Targets>>,
}

/// The targets of a Makefile and of everything that it includes.
struct Targets {
    /// File and line of each name.
    by_name: HashMap<String, (String, u32)>,
    /// Patterns with their file and line.
    patterns: Vec<(String, String, u32)>,
    /// Why further names cannot be excluded.
    gap: Option<String>,
}

impl<'source> Makefiles<'source> {
    pub(super) fn new(source: &'source Source) -> Self {
        let makefiles = source.task_files.values().filter(|file| file.format == "make");
        Self {
            by_path: makefiles.map(|file| (file.path.as_str(), OnceLock::new())).collect(),
        }
    }
}

impl Index<'_> {
    /// Looks up a target.
    pub(super) fn make(&self, document: &Document<'_>, target: &str, directory: &Directory, file: Option<&str>) -> Resolution {
        if *directory == Directory::Unknown {
            return unverifiable("the folder that make runs in is not known");
        }
        let folders = document.task_folders(self.source, directory);
        if folders.is_empty() {
            return unverifiable("make runs in a folder that is not in the tree");
        }
        if claim::has_placeholder(target) {
            return ignored("a placeholder");
        }
        let mut missing: Option<(&str, &str)> = None;
        let mut gap = None;
        for folder in &folders {
            let Some(makefile) = self.makefile_of(folder, file) else {
                continue;
            };
            let targets = self.targets(makefile, folder);
            if let Some((path, line)) = find(targets, target) {
                return resolved(path, Some(*line), "a target");
            }
            if self.is_file_target(folder, target) {
                return resolved(makefile, None, "the target is a file that is there");
            }
            gap = gap.or_else(|| targets.gap.clone());
            missing = missing.or(Some((makefile, folder)));
        }
        match (missing, gap) {
            (_, Some(gap)) => unverifiable(gap),
            (Some((makefile, folder)), None) => {
                let names = self.targets(makefile, folder).by_name.keys().map(String::as_str);
                let mut resolution = broken(
                    format!("`{target}` is not in `{makefile}`"),
                    nearest(target, names).map(str::to_owned),
                );
                resolution.target = Some(makefile.to_owned());
                resolution
            }
            (None, None) => self.make_elsewhere(&folders, target, file),
        }
    }

    /// No Makefile stands where make runs. One above or elsewhere may be meant, so nothing is broken.
    fn make_elsewhere(&self, folders: &[String], target: &str, file: Option<&str>) -> Resolution {
        if let Some(file) = file {
            return unverifiable(format!("there is no Makefile `{file}` that could be read"));
        }
        for folder in folders.iter().flat_map(|folder| folder::upward(folder)) {
            let Some(makefile) = self.makefile_of(folder, None) else {
                continue;
            };
            if let Some((path, line)) = find(self.targets(makefile, folder), target) {
                return resolved(path, Some(*line), "a target of a Makefile further up");
            }
        }
        unverifiable("there is no Makefile in the folder that make runs in")
    }

    /// The Makefile that make would read in a folder.
    fn makefile_of(&self, folder: &str, file: Option<&str>) -> Option<&str> {
        let mut names = match file {
            Some(file) => vec![folder::join(folder, file)?],
            None => NAMES.iter().filter_map(|name| folder::join(folder, name)).collect(),
        };
        names.retain(|path| self.makefiles.by_path.contains_key(path.as_str()));
        let path = names.first()?;
        self.makefiles.by_path.get_key_value(path.as_str()).map(|(path, _)| *path)
    }

    fn targets(&self, makefile: &str, folder: &str) -> &Targets {
        let cell = self
            .makefiles
            .by_path
            .get(makefile)
            .expect("the path comes from the same map");
        cell.get_or_init(|| self.collect(makefile, folder))
    }

    /// Follows the includes of a Makefile. They count from the folder that make runs in.
    fn collect(&self, makefile: &str, folder: &str) -> Targets {
        let mut targets = Targets {
            by_name: HashMap::new(),
            patterns: Vec::new(),
            gap: None,
        };
        let mut seen = HashSet::from([makefile.to_owned()]);
        let mut queue = VecDeque::from([makefile.to_owned()]);
        while let Some(path) = queue.pop_front() {
            let Some(file) = self.source.task_files.get(&path) else {
                targets
                    .gap
                    .get_or_insert(format!("`{path}` is included by `{makefile}` and was not read"));
                continue;
            };
            targets.add(file);
            for include in &file.includes {
                let found = self.included(folder, include);
                if found.is_empty() && !sets_variables_only(include) {
                    targets
                        .gap
                        .get_or_insert(format!("`{makefile}` includes `{include}`, which is not in the tree"));
                }
                for path in found {
                    if seen.len() < INCLUDE_LIMIT && seen.insert(path.clone()) {
                        queue.push_back(path);
                    }
                }
            }
        }
        targets
    }

    /// The files that an include names.
    fn included(&self, folder: &str, include: &str) -> Vec<String> {
        let Some(path) = folder::join(folder, include) else {
            return Vec::new();
        };
        if !path.contains(['*', '?', '[']) {
            return self.source.listing.has_file(&path).then_some(path).into_iter().collect();
        }
        let Ok(glob) = GlobBuilder::new(&path).literal_separator(true).build() else {
            return Vec::new();
        };
        let matcher = glob.compile_matcher();
        let makefiles = self.source.task_files.values().filter(|file| file.format == "make");
        makefiles
            .map(|file| file.path.clone())
            .filter(|path| matcher.is_match(path))
            .collect()
    }

    /// Whether make would take a file that is there, or its own rules, for the target.
    fn is_file_target(&self, folder: &str, target: &str) -> bool {
        folder::join(folder, target).is_some_and(|path| {
            let listing = &self.source.listing;
            listing.has_file(&path) || BUILT_IN.iter().any(|ending| listing.has_file(&format!("{path}{ending}")))
        })
    }
}

impl Targets {
    fn add(&mut self, file: &TaskFile) {
        for task in &file.tasks {
            match (task.is_pattern, task.name.as_str()) {
                // A rule for every name usually swallows the arguments of another target.
                (true, "%") => {
                    self.gap.get_or_insert(format!("`{}` has a rule for every name", file.path));
                }
                (true, _) => self.patterns.push((task.name.clone(), file.path.clone(), task.line)),
                (false, _) => {
                    self.by_name
                        .entry(task.name.clone())
                        .or_insert_with(|| (file.path.clone(), task.line));
                }
            }
        }
        if !file.is_complete {
            self.gap.get_or_insert(format!("`{}` computes names of targets", file.path));
        }
    }
}

/// File and line of a target, by its name or by a pattern.
fn find<'targets>(targets: &'targets Targets, target: &str) -> Option<(&'targets String, &'targets u32)> {
    let target = target.trim_start_matches("./");
    if let Some((path, line)) = targets.by_name.get(target) {
        return Some((path, line));
    }
    let matches = |pattern: &str| {
        let (before, after) = pattern.split_once('%')?;
        let long_enough = target.len() > before.len() + after.len();
        (long_enough && target.starts_with(before) && target.ends_with(after)).then_some(())
    };
    let pattern = targets.patterns.iter().find(|(pattern, _, _)| matches(pattern).is_some());
    pattern.map(|(_, path, line)| (path, line))
}

/// Whether an include that is not in the tree only sets variables or lists files that the compiler found.
fn sets_variables_only(include: &str) -> bool {
    let (_, name) = folder::split(include);
    name.starts_with(".env") || name.contains(".env") || name.to_lowercase().ends_with(".d")
}
