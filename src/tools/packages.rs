//! Scripts of packages: npm, pnpm, yarn, bun.

use crate::model::definition::DefinitionFile;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::package_manager::is_own_command;
use crate::model::reason::{Doubt, Reason};
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unread, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::packages::Workspace;
use crate::tools::lookup::resolver::Resolver;
use crate::tools::lookup::tree::Lookup;
use crate::tools::package_filter::{Member, Selection, select};

/// Names of scripts that no package gives a binary, and words that another manager takes; sorted.
const SCRIPTS: &[&str] = &[
    "build", "clean", "deploy", "dev", "develop", "lint", "preview", "release", "start", "test", "typecheck", "watch",
    "workspace",
];

/// A script as a runbook calls it.
struct Call<'reference> {
    manager: &'static str,
    script: &'reference str,
    is_explicit: bool,
    context: ReferenceContext,
}

/// Scripts of packages.
pub(crate) const RESOLVER: Resolver = Resolver::Reference {
    looks_up: |kind| matches!(kind, ReferenceKind::PackageScript { .. }),
    resolve: |lookup, document, reference| lookup.package_script(document, reference),
};

/// Packages that a command selects which runs no script of theirs by name.
pub(crate) const SELECTED: Resolver = Resolver::Named {
    kinds: &[Kind::WorkspacePackage],
    resolve: |lookup, document, _, named| lookup.selected(document, named),
};

impl Lookup<'_> {
    /// Looks up the package that a selector names.
    fn selected(&self, document: &Document<'_>, named: &Named) -> Resolution {
        let selector = named.name.as_str();
        if claim::has_placeholder(selector) && !is_selector(Some(selector)) {
            return ignored(Reason::Placeholder);
        }
        if named.directory == Directory::Unknown {
            return unverifiable(Reason::FolderUnknown);
        }
        let Some((root, workspace)) = self.workspace_of(&document.task_folders(self.source, &named.directory)) else {
            return unverifiable(Reason::NoWorkspaceHere);
        };
        let manager = named.within.first().map_or("", String::as_str);
        match select(manager, selector, root, &workspace.members) {
            Selection::Unknown => unverifiable(Reason::SelectsByPattern(selector.to_owned())),
            Selection::One(folder) => resolved(&self.packages().by_folder[folder].path, None, Reason::A("package")),
            Selection::Nothing => no_package(workspace, selector),
        }
    }

    /// The workspace around the first of some folders that has one, with the folder of its root.
    fn workspace_of(&self, folders: &[String]) -> Option<(&str, &Workspace<'_>)> {
        let workspaces = &self.packages().workspaces;
        let mut above = folders.iter().flat_map(|folder| folder::upward(folder));
        above
            .find_map(|above| workspaces.get_key_value(above))
            .map(|(root, workspace)| (*root, workspace))
    }

    /// Looks up a script.
    fn package_script(&self, document: &Document<'_>, reference: &Reference) -> Resolution {
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
                .find_map(|above| self.packages().by_folder.get(above).copied())
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
        let Some((root, workspace)) = self.workspace_of(folders) else {
            return unverifiable(Reason::NoWorkspaceHere);
        };
        match select(call.manager, selector, root, &workspace.members) {
            Selection::Unknown if selector == "*" => match workspace.unread {
                Some(file) => self.in_any(call, &workspace.members).unwrap_or_else(|| unread(file)),
                None => self
                    .in_any(call, &workspace.members)
                    .unwrap_or_else(|| self.in_none(call, root, &workspace.members)),
            },
            Selection::Unknown => unverifiable(Reason::SelectsByPattern(selector.to_owned())),
            Selection::One(folder) => {
                let package = self.packages().by_folder[folder];
                self.script_of(call, package).unwrap_or_else(|| self.missing(call, package))
            }
            Selection::Nothing => no_package(workspace, selector),
        }
    }

    /// A script that runs in every package that has it.
    fn in_any(&self, call: &Call<'_>, members: &[Member<'_>]) -> Option<Resolution> {
        let mut packages = members.iter().map(|member| self.packages().by_folder[member.folder]);
        packages.find_map(|package| self.script_of(call, package))
    }

    /// A script that no package of the workspace has: the managers fail, unless they may find none.
    fn in_none(&self, call: &Call<'_>, root: &str, members: &[Member<'_>]) -> Resolution {
        let unsure = unverifiable(Reason::PackagesLackScript);
        let is_certain = call.is_explicit && matches!(call.manager, "npm" | "pnpm") && call.context == ReferenceContext::Command;
        let at_root = self.packages().by_folder.get(root).copied();
        if !is_certain || members.is_empty() || at_root.is_some_and(|package| self.script_of(call, package).is_some()) {
            return unsure;
        }
        let packages = members.iter().map(|member| self.packages().by_folder[member.folder]);
        let names = packages.flat_map(|package| package.definitions.iter().map(|task| task.name.as_str()));
        let manifest = at_root.map_or_else(
            || folder::join(root, "pnpm-workspace.yaml"),
            |package| Some(package.path.clone()),
        );
        Resolution {
            target: manifest,
            ..broken(Reason::PackagesLackScript, nearest(call.script, names).map(str::to_owned))
        }
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
            .filter(|above| self.packages().workspaces.contains_key(*above));
        let roots = above.filter_map(|above| self.packages().by_folder.get(above).copied());
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
        let packages = self.packages().by_folder.values();
        let with = packages.filter(|package| package.definitions.iter().any(|task| task.name == script));
        with.map(|package| package.path.as_str()).take(3).collect()
    }
}

/// The outcome for a selector that names no package of its workspace.
fn no_package(workspace: &Workspace<'_>, selector: &str) -> Resolution {
    let plain = selector.trim_matches(['.', '^', '{', '}']);
    let missing = || {
        let names = workspace.members.iter().map(|member| member.name);
        let suggestion = nearest(plain, names).map(|near| selector.replacen(plain, near, 1));
        broken(Reason::NoPackageInWorkspace(plain.to_owned()), suggestion)
    };
    workspace.unread.map_or_else(missing, unread)
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
