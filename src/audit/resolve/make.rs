//! Targets of make.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::OnceLock;

use globset::GlobBuilder;

use crate::audit::resolve::document::Document;
use crate::audit::resolve::{Index, broken, claim, ignored, resolved, unverifiable};
use crate::config::nearest::nearest;
use crate::model::definition::DefinitionFile;
use crate::model::directory::Directory;
use crate::model::edition::Source;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, Resolution};
use crate::tools::folder;

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
    gap: Option<Reason>,
}

impl<'source> Makefiles<'source> {
    pub(super) fn new(source: &'source Source) -> Self {
        let makefiles = source.definitions.values().filter(|file| file.format == "make");
        Self {
            by_path: makefiles.map(|file| (file.path.as_str(), OnceLock::new())).collect(),
        }
    }
}

impl Index<'_> {
    /// Looks up a target.
    pub(super) fn make(
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
        let mut missing: Option<(&str, &str)> = None;
        let mut gap = None;
        for folder in &folders {
            let Some(makefile) = self.makefile_of(folder, file) else {
                continue;
            };
            let targets = self.targets(makefile, folder);
            if let Some((path, line)) = find(targets, target) {
                return resolved(path, Some(*line), Reason::A("target"));
            }
            if self.is_file_target(folder, target) {
                return resolved(makefile, None, Reason::TargetFile);
            }
            gap = gap.or_else(|| targets.gap.clone());
            missing = missing.or(Some((makefile, folder)));
        }
        if file.is_none()
            && let Some(resolution) = self.spoken_of(document, reference, Kind::MakeTarget, target)
        {
            return resolution;
        }
        match (missing, gap) {
            (_, Some(gap)) => unverifiable(gap),
            (Some((makefile, folder)), None) => {
                let names = self.targets(makefile, folder).by_name.keys().map(String::as_str);
                let mut resolution = broken(
                    Reason::NotOfMakefile(target.to_owned(), makefile.to_owned()),
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
            return Resolution {
                expected: folders.first().and_then(|folder| folder::join(folder, file)),
                ..unverifiable(Reason::MakefileUnread(file.to_owned()))
            };
        }
        for folder in folders.iter().flat_map(|folder| folder::upward(folder)) {
            let Some(makefile) = self.makefile_of(folder, None) else {
                continue;
            };
            if let Some((path, line)) = find(self.targets(makefile, folder), target) {
                return resolved(path, Some(*line), Reason::TargetFurtherUp);
            }
        }
        Resolution {
            expected: folders.first().and_then(|folder| folder::join(folder, "Makefile")),
            ..unverifiable(Reason::NoMakefileHere)
        }
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
            let Some(file) = self.source.definitions.get(&path) else {
                targets
                    .gap
                    .get_or_insert(Reason::IncludedUnread(path.clone(), makefile.to_owned()));
                continue;
            };
            targets.add(file);
            for include in &file.includes {
                let found = self.included(folder, include);
                if found.is_empty() && !sets_variables_only(include) {
                    targets
                        .gap
                        .get_or_insert(Reason::IncludeMissing(makefile.to_owned(), include.to_owned()));
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
        let makefiles = self.source.definitions.values().filter(|file| file.format == "make");
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
    fn add(&mut self, file: &DefinitionFile) {
        for task in &file.definitions {
            match (task.is_pattern, task.name.as_str()) {
                // A rule for every name usually swallows the arguments of another target.
                (true, "%") => {
                    self.gap.get_or_insert(Reason::RuleForEveryName(file.path.clone()));
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
            self.gap.get_or_insert(Reason::ComputesTargets(file.path.clone()));
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

#[cfg(test)]
mod tests {
    use crate::audit::testing::{make, makefile, reference, root, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::reference::{ReferenceContext, ReferenceKind};

    fn including(path: &str, targets: &[&str], includes: &[&str]) -> DefinitionFile {
        DefinitionFile {
            includes: includes.iter().map(|include| (*include).to_owned()).collect(),
            ..makefile(path, targets)
        }
    }

    #[test]
    fn targets_are_found_in_the_makefile_of_the_folder() {
        let fixture = tree(&["api/docs/x.md"])
            .with(makefile("Makefile", &["check", "test"]))
            .with(makefile("api/Makefile", &["run"]));
        assert_eq!(fixture.look_up(make("test", "")), "resolved Makefile:2 (a target)");
        assert_eq!(fixture.look_up(make("run", "api")), "resolved api/Makefile:1 (a target)");
        assert_eq!(
            fixture.look_up(make("test", "api")),
            "broken api/Makefile (`test` is not in `api/Makefile`)"
        );
        assert_eq!(
            fixture.look_up(make("tests", "")),
            "broken Makefile (`tests` is not in `Makefile`) -> test"
        );
    }

    #[test]
    fn the_names_of_makefiles_have_an_order() {
        let fixture = tree(&[])
            .with(makefile("Makefile", &["old"]))
            .with(makefile("GNUmakefile", &["new"]));
        assert_eq!(fixture.look_up(make("new", "")), "resolved GNUmakefile:1 (a target)");
        assert!(fixture.look_up(make("old", "")).starts_with("broken "));
    }

    #[test]
    fn a_runbook_of_a_part_means_the_makefile_of_its_part() {
        let mut fixture = tree(&[])
            .with(makefile("Makefile", &["check"]))
            .with(makefile("api/Makefile", &["migrate"]));
        fixture.path = "api/docs/runbook.md".to_owned();
        assert_eq!(fixture.look_up(make("migrate", "")), "resolved api/Makefile:1 (a target)");
    }

    #[test]
    fn includes_are_followed() {
        let fixture = tree(&[])
            .with(including("Makefile", &["check"], &["mk/*.mk", ".env"]))
            .with(including("mk/docker.mk", &["image"], &["mk/more.mk"]))
            .with(makefile("mk/more.mk", &["push-%"]));
        assert_eq!(fixture.look_up(make("image", "")), "resolved mk/docker.mk:1 (a target)");
        assert_eq!(fixture.look_up(make("push-api", "")), "resolved mk/more.mk:1 (a target)");
        assert!(fixture.look_up(make("gone", "")).starts_with("broken "));
    }

    #[test]
    fn an_include_that_is_not_there_hides_names() {
        let fixture = tree(&[]).with(including("Makefile", &["check"], &["generated.mk"]));
        assert_eq!(fixture.look_up(make("check", "")), "resolved Makefile:1 (a target)");
        assert_eq!(
            fixture.look_up(make("gone", "")),
            "unverifiable (`Makefile` includes `generated.mk`, which is not in the tree)"
        );
    }

    #[test]
    fn a_rule_for_every_name_proves_nothing() {
        let fixture = tree(&[]).with(makefile("Makefile", &["run", "%"]));
        assert_eq!(
            fixture.look_up(make("gone", "")),
            "unverifiable (`Makefile` has a rule for every name)"
        );
    }

    #[test]
    fn a_file_that_is_there_is_a_target() {
        let fixture = tree(&["README.md", "test/x.py"]).with(makefile("Makefile", &["check"]));
        assert!(fixture.look_up(make("README.md", "")).starts_with("resolved "));
        assert!(fixture.look_up(make("test", "")).starts_with("broken "));
    }

    #[test]
    fn another_makefile_may_be_named() {
        let fixture = tree(&[]).with(makefile("ci/Makefile.ci", &["lint"]));
        let target = |file: &str| {
            let kind = ReferenceKind::MakeTarget {
                target: "lint".to_owned(),
                directory: root(),
                file: Some(file.to_owned()),
            };
            reference("make lint", kind, ReferenceContext::Command)
        };
        assert_eq!(
            fixture.look_up(target("ci/Makefile.ci")),
            "resolved ci/Makefile.ci:1 (a target)"
        );
        assert!(fixture.look_up(target("gone.mk")).starts_with("unverifiable "));
    }

    #[test]
    fn without_a_makefile_nothing_is_known() {
        let fixture = tree(&["web/x.ts"]).with(makefile("Makefile", &["check"]));
        assert_eq!(
            fixture.look_up(make("check", "web")),
            "resolved Makefile:1 (a target of a Makefile further up)"
        );
        assert!(fixture.look_up(make("gone", "web")).starts_with("unverifiable "));
        assert!(tree(&[]).look_up(make("check", "")).starts_with("unverifiable "));
    }
}
