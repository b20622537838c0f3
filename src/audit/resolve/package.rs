//! Scripts of packages: npm, pnpm, yarn, bun.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::audit::resolve::document::Document;
use crate::audit::resolve::package_filter::{Member, Selection, select};
use crate::audit::resolve::{Index, broken, claim, ignored, resolved, unverifiable};
use crate::config::nearest::nearest;
use crate::model::definition::DefinitionFile;
use crate::model::directory::Directory;
use crate::model::edition::Source;
use crate::model::kind::Kind;
use crate::model::package_manager::is_own_command;
use crate::model::reason::{Doubt, Reason};
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution};
use crate::tools::folder;

/// The packages of a tree and the workspaces that they belong to.
pub(super) struct Packages<'source> {
    /// The package of each folder.
    by_folder: BTreeMap<&'source str, &'source DefinitionFile>,
    /// The workspaces, by the folder of their root.
    workspaces: BTreeMap<&'source str, Workspace<'source>>,
}

/// A workspace and its packages.
struct Workspace<'source> {
    members: Vec<Member<'source>>,
    /// The file that could not be read, so that a name may be missing here for that reason.
    unread: Option<&'source str>,
}

impl<'source> Packages<'source> {
    pub(super) fn new(source: &'source Source) -> Self {
        let of_format = |format| source.definitions.values().filter(move |file| file.format == format);
        let by_folder: BTreeMap<&str, &DefinitionFile> = of_format("package-json")
            .map(|file| (folder::split(&file.path).0, file.as_ref()))
            .collect();
        let mut globs: BTreeMap<&str, &DefinitionFile> = by_folder
            .iter()
            .filter(|(_, file)| !file.includes.is_empty())
            .map(|(folder, file)| (*folder, *file))
            .collect();
        // pnpm reads its own file and not the field of the package.
        globs.extend(of_format("pnpm-workspace").map(|file| (folder::split(&file.path).0, file.as_ref())));
        let workspaces = globs
            .into_iter()
            .map(|(root, file)| (root, Workspace::new(root, file, &by_folder)))
            .collect();
        Self { by_folder, workspaces }
    }
}

impl<'source> Workspace<'source> {
    fn new(
        root: &'source str,
        file: &'source DefinitionFile,
        packages: &BTreeMap<&'source str, &'source DefinitionFile>,
    ) -> Self {
        let (excluded, included): (Vec<&str>, Vec<&str>) = file
            .includes
            .iter()
            .map(String::as_str)
            .partition(|glob| glob.starts_with('!'));
        let included = glob_set(&included);
        let excluded = glob_set(&excluded);
        let mut workspace = Self {
            members: Vec::new(),
            unread: (!file.problems.is_empty()).then_some(file.path.as_str()),
        };
        for (folder, package) in packages {
            let Some(inside) = folder.strip_prefix(root).map(|inside| inside.trim_start_matches('/')) else {
                continue;
            };
            let is_member =
                inside.is_empty() || folder::is_within(folder, root) && included.is_match(inside) && !excluded.is_match(inside);
            if !is_member {
                continue;
            }
            if !package.problems.is_empty() {
                workspace.unread.get_or_insert(package.path.as_str());
            }
            workspace.members.push(Member {
                folder,
                name: package.name.as_deref().unwrap_or_default(),
            });
        }
        workspace
    }
}

fn glob_set(globs: &[&str]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        let clean = glob.trim_start_matches('!').trim_start_matches("./").trim_end_matches('/');
        if let Ok(glob) = GlobBuilder::new(clean).literal_separator(true).build() {
            builder.add(glob);
        }
    }
    builder.build().unwrap_or_default()
}

/// Names of scripts that no package gives a binary, and words that another manager takes; sorted.
const SCRIPTS: &[&str] = &[
    "build",
    "clean",
    "deploy",
    "dev",
    "develop",
    "lint",
    "preview",
    "release",
    "start",
    "test",
    "typecheck",
    "watch",
    "workspace",
];

/// A script as a runbook calls it.
struct Call<'reference> {
    manager: &'static str,
    script: &'reference str,
    is_explicit: bool,
    context: ReferenceContext,
}

impl Index<'_> {
    /// Looks up a script.
    pub(super) fn package_script(&self, document: &Document<'_>, reference: &Reference) -> Resolution {
        let ReferenceKind::PackageScript {
            manager,
            script,
            is_explicit,
            workspace,
            directory,
        } = &reference.kind
        else {
            return ignored(Reason::NoScript);
        };
        let call = Call {
            manager,
            script,
            is_explicit: *is_explicit,
            context: reference.context,
        };
        if claim::has_placeholder(script)
            || workspace.as_deref().is_some_and(claim::has_placeholder) && !is_selector(workspace.as_deref())
        {
            return ignored(Reason::Placeholder);
        }
        if !call.is_explicit && is_own_command(call.manager, call.script) {
            return ignored(Reason::ManagerCommand(manager));
        }
        if *directory == Directory::Unknown {
            return unverifiable(Reason::FolderUnknown);
        }
        let folders = document.task_folders(self.source, directory);
        if folders.is_empty() {
            return unverifiable(Reason::FolderNotInTree);
        }
        match workspace {
            // With a filter, pnpm runs scripts and no binaries.
            Some(selector) if *manager == "pnpm" => {
                let call = Call {
                    is_explicit: true,
                    ..call
                };
                self.filtered(&call, &folders, selector)
            }
            Some(selector) => self.filtered(&call, &folders, selector),
            None => self.unfiltered(document, reference, &call, &folders),
        }
    }

    /// A script of the nearest package.
    fn unfiltered(&self, document: &Document<'_>, reference: &Reference, call: &Call<'_>, folders: &[String]) -> Resolution {
        let mut nearest_package = None;
        for folder in folders {
            let above = folder::upward(folder).take_while(|above| folder::is_within(above, &self.source.root) || above == folder);
            let Some(package) = above
                .into_iter()
                .find_map(|above| self.packages.by_folder.get(above).copied())
            else {
                continue;
            };
            if let Some(found) = self.script_of(call, package) {
                return found;
            }
            nearest_package = nearest_package.or(Some(package));
        }
        if let Some(resolution) = self.spoken_of(document, reference, Kind::PackageScript, call.script) {
            return resolution;
        }
        match nearest_package {
            Some(package) => self.missing(call, package),
            None => self.packages_with(call.script).first().map_or_else(
                || unverifiable(Reason::NoPackageHere),
                |path| unverifiable(Reason::NoPackageWithScript((*path).to_owned())),
            ),
        }
    }

    /// A script of the package that a selector names.
    fn filtered(&self, call: &Call<'_>, folders: &[String], selector: &str) -> Resolution {
        let workspaces = &self.packages.workspaces;
        let root = folders
            .iter()
            .flat_map(|folder| folder::upward(folder))
            .find_map(|above| workspaces.get_key_value(above));
        let Some((root, workspace)) = root else {
            return unverifiable(Reason::NoWorkspaceHere);
        };
        match select(call.manager, selector, root, &workspace.members) {
            Selection::Unknown if selector == "*" => self.in_any(call, &workspace.members),
            Selection::Unknown => unverifiable(Reason::SelectsByPattern(selector.to_owned())),
            Selection::One(folder) => {
                let package = self.packages.by_folder[folder];
                self.script_of(call, package).unwrap_or_else(|| self.missing(call, package))
            }
            Selection::Nothing => workspace.unread.map_or_else(
                || {
                    let names = workspace.members.iter().map(|member| member.name);
                    let suggestion = nearest(selector, names).map(str::to_owned);
                    broken(Reason::NoPackageInWorkspace(selector.to_owned()), suggestion)
                },
                unread,
            ),
        }
    }

    /// A script that runs in every package that has it.
    fn in_any(&self, call: &Call<'_>, members: &[Member<'_>]) -> Resolution {
        let packages = members.iter().map(|member| self.packages.by_folder[member.folder]);
        let mut found = packages.filter_map(|package| self.script_of(call, package));
        found.next().unwrap_or_else(|| unverifiable(Reason::PackagesLackScript))
    }

    /// The script in a package, or why the package cannot tell; none when it does not have it.
    fn script_of(&self, call: &Call<'_>, package: &DefinitionFile) -> Option<Resolution> {
        if !package.problems.is_empty() {
            return Some(unread(&package.path));
        }
        if let Some(task) = package.definitions.iter().find(|task| task.name == call.script) {
            return Some(resolved(&package.path, Some(task.line), Reason::A("script")));
        }
        let has = |name: &str| package.definitions.iter().any(|task| task.name == name);
        let (folder, _) = folder::split(&package.path);
        let stands_in = match (call.manager, call.script) {
            ("npm" | "pnpm", "start") => {
                folder::join(folder, "server.js").is_some_and(|path| self.source.listing.has_file(&path))
            }
            ("npm", "restart") => has("start"),
            ("npm", "env") => true,
            ("pnpm", "t" | "tst") => has("test"),
            _ => false,
        };
        if stands_in {
            return Some(resolved(&package.path, None, Reason::DoneByManager(call.manager)));
        }
        let is_binary = call.may_be_binary() && self.binaries_of(package).any(|name| name == call.script);
        is_binary.then(|| resolved(&package.path, None, Reason::BinaryOfDependency))
    }

    /// The binaries of a package and of the workspace root above it, which its scripts see as well.
    fn binaries_of<'package>(&'package self, package: &'package DefinitionFile) -> impl Iterator<Item = &'package str> {
        let (folder, _) = folder::split(&package.path);
        let above = folder::upward(folder)
            .skip(1)
            .filter(|above| self.packages.workspaces.contains_key(*above));
        let roots = above.filter_map(|above| self.packages.by_folder.get(above).copied());
        std::iter::once(package)
            .chain(roots)
            .flat_map(|package| package.binaries.iter().map(String::as_str))
    }

    /// The outcome for a script that its package does not have.
    fn missing(&self, call: &Call<'_>, package: &DefinitionFile) -> Resolution {
        let script = call.script;
        let suggestion = nearest(script, package.definitions.iter().map(|task| task.name.as_str())).map(str::to_owned);
        let elsewhere = self.packages_with(script);
        // A name that could be a binary proves nothing; names of binaries have no colon.
        let may_be_binary = call.may_be_binary()
            && !script.contains(':')
            && SCRIPTS.binary_search(&script).is_err()
            && self.binaries_of(package).next().is_some();
        let may_be_elsewhere = call.context != ReferenceContext::Command && !elsewhere.is_empty();
        // `npm run --if-present x` does nothing without the script.
        let may_be_absent = call.manager == "npm" && !call.is_explicit;
        let doubt = if may_be_absent {
            Some(Doubt::IfPresent)
        } else {
            may_be_binary.then_some(Doubt::Binary)
        };
        let reason = Reason::NoSuch {
            name: script.to_owned(),
            noun: "script",
            file: package.path.clone(),
            elsewhere: elsewhere.first().map(|path| (*path).to_owned()),
            doubt,
        };
        let mut resolution = if doubt.is_some() || may_be_elsewhere {
            unverifiable(reason)
        } else {
            broken(reason, None)
        };
        resolution.suggestion = suggestion;
        resolution.target = Some(package.path.clone());
        resolution
    }

    /// The packages that have a script, at most a few.
    fn packages_with(&self, script: &str) -> Vec<&str> {
        let packages = self.packages.by_folder.values();
        let with = packages.filter(|package| package.definitions.iter().any(|task| task.name == script));
        with.map(|package| package.path.as_str()).take(3).collect()
    }
}

impl Call<'_> {
    /// Whether the manager would also run a binary of this name: npm never, pnpm without `run`, yarn and bun always.
    fn may_be_binary(&self) -> bool {
        match self.manager {
            "npm" => false,
            "pnpm" => !self.is_explicit,
            _ => true,
        }
    }
}

/// Whether the signs in a selector are those of a filter rather than of a placeholder.
fn is_selector(selector: Option<&str>) -> bool {
    selector.is_some_and(|selector| selector.contains(['{', '.']) && !selector.contains(['<', '$']))
}

fn unread(path: &str) -> Resolution {
    Resolution {
        target: Some(path.to_owned()),
        ..unverifiable(Reason::CouldNotBeRead(path.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, package, script, tasks, tree, unread};
    use crate::model::definition::DefinitionFile;
    use crate::model::reference::ReferenceContext;

    /// A pnpm workspace with two packages and a root.
    fn workspace() -> Fixture {
        let globs = DefinitionFile {
            includes: vec!["apps/*".to_owned(), "!apps/legacy".to_owned()],
            ..tasks("pnpm-workspace", "pnpm-workspace.yaml", &[])
        };
        let root = DefinitionFile {
            binaries: vec!["turbo".to_owned()],
            ..package("package.json", "acme", &["build", "test"])
        };
        tree(&["apps/web/src/x.ts"])
            .with(globs)
            .with(root)
            .with(package("apps/web/package.json", "acme-web", &["dev", "test:e2e"]))
            .with(package("apps/agents/package.json", "@acme/agents-service", &["dev"]))
            .with(package("apps/legacy/package.json", "legacy", &["dev"]))
    }

    #[test]
    fn scripts_are_found_in_the_nearest_package() {
        let fixture = workspace();
        assert_eq!(
            fixture.look_up(script("npm run test", "")),
            "resolved package.json:2 (a script)"
        );
        assert_eq!(fixture.look_up(script("npm test", "")), "resolved package.json:2 (a script)");
        assert_eq!(
            fixture.look_up(script("npm run dev", "apps/web/src")),
            "resolved apps/web/package.json:1 (a script)"
        );
        assert_eq!(
            fixture.look_up(script("npm run test-e2e", "apps/web")),
            "broken apps/web/package.json (`test-e2e` is no script of `apps/web/package.json`) -> test:e2e"
        );
    }

    #[test]
    fn filters_follow_the_rules_of_pnpm() {
        let fixture = workspace();
        assert_eq!(
            fixture.look_up(script("pnpm --filter agents-service dev", "")),
            "resolved apps/agents/package.json:1 (a script)"
        );
        assert_eq!(
            fixture.look_up(script("pnpm --filter acme-web test:e2e", "apps/web")),
            "resolved apps/web/package.json:2 (a script)"
        );
        assert_eq!(
            fixture.look_up(script("pnpm --filter web dev", "")),
            "broken (no package of the workspace is called `web`)"
        );
        assert_eq!(
            fixture.look_up(script("pnpm --filter legacy dev", "")),
            "broken (no package of the workspace is called `legacy`)"
        );
        assert!(
            fixture
                .look_up(script("pnpm --filter @acme/* dev", ""))
                .starts_with("unverifiable ")
        );
        assert!(
            fixture
                .look_up(script("pnpm --filter ...web dev", ""))
                .starts_with("unverifiable ")
        );
        assert_eq!(
            fixture.look_up(script("pnpm --filter acme-web run gone", "")),
            "broken apps/web/package.json (`gone` is no script of `apps/web/package.json`)"
        );
    }

    #[test]
    fn a_name_may_be_a_command_or_a_binary() {
        let fixture = workspace();
        assert!(fixture.look_up(script("pnpm install", "")).starts_with("ignored "));
        assert_eq!(
            fixture.look_up(script("pnpm turbo", "")),
            "resolved package.json (a binary of a dependency)"
        );
        assert_eq!(
            fixture.look_up(script("pnpm turbo", "apps/web")),
            "resolved apps/web/package.json (a binary of a dependency)"
        );
        assert!(
            fixture
                .look_up(script("pnpm something", ""))
                .starts_with("unverifiable package.json ")
        );
        assert!(
            fixture
                .look_up(script("yarn run something", ""))
                .starts_with("unverifiable package.json ")
        );
        assert!(
            fixture
                .look_up(script("pnpm run something", ""))
                .starts_with("broken package.json ")
        );
        assert!(
            fixture
                .look_up(script("yarn no:binary", ""))
                .starts_with("broken package.json ")
        );
        assert!(
            fixture
                .look_up(script("npm run turbo", ""))
                .starts_with("broken package.json ")
        );
    }

    #[test]
    fn a_script_of_another_package_is_named() {
        let fixture = workspace();
        assert_eq!(
            fixture.look_up(script("npm run test:e2e", "")),
            "broken package.json (`test:e2e` is no script of `package.json`; `apps/web/package.json` has it)"
        );
        let mut inline = script("npm run test:e2e", "");
        inline.context = ReferenceContext::Inline;
        assert!(fixture.look_up(inline).starts_with("unverifiable package.json "));
    }

    #[test]
    fn a_package_that_cannot_be_read_tells_nothing() {
        let fixture = tree(&[]).with(unread("package-json", "package.json"));
        assert_eq!(
            fixture.look_up(script("npm run test", "")),
            "unverifiable package.json (`package.json` could not be read)"
        );
    }

    #[test]
    fn without_a_package_nothing_is_known() {
        assert!(tree(&[]).look_up(script("npm test", "")).starts_with("unverifiable "));
        let fixture = tree(&[]).with(package("web/package.json", "web", &["dev"]));
        assert_eq!(
            fixture.look_up(script("npm run dev", "")),
            "unverifiable (there is no package where the command runs; `web/package.json` has the script)"
        );
    }

    #[test]
    fn npm_starts_a_server_without_a_script() {
        let fixture = tree(&["server.js"]).with(package("package.json", "x", &[]));
        assert_eq!(
            fixture.look_up(script("npm start", "")),
            "resolved package.json (npm does this itself)"
        );
    }

    #[test]
    fn the_package_of_a_documentation_site_is_not_meant() {
        let fixture =
            tree(&[])
                .with(package("package.json", "x", &["test"]))
                .with(package("docs/package.json", "site", &["build"]));
        assert!(
            fixture
                .look_up(script("npm run build", ""))
                .starts_with("broken package.json ")
        );
    }
}
