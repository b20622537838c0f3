//! Scripts of packages: npm, pnpm, yarn, bun.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::audit::nearest::nearest;
use crate::audit::resolve::document::Document;
use crate::audit::resolve::package_filter::{Member, Selection, select};
use crate::audit::resolve::{Index, broken, claim, folder, ignored, resolved, unverifiable};
use crate::model::edition::Source;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution};
use crate::model::runbook::Directory;
use crate::model::task::TaskFile;

/// Commands of pnpm that win over a script of the same name: <https://pnpm.io/pnpm-cli>.
const PNPM_COMMANDS: &[&str] = &[
    "add",
    "approve-builds",
    "audit",
    "bin",
    "c",
    "cache",
    "cat-file",
    "cat-index",
    "ci",
    "completion",
    "config",
    "create",
    "dedupe",
    "deploy",
    "dlx",
    "doctor",
    "env",
    "exec",
    "fetch",
    "find-hash",
    "help",
    "i",
    "ignored-builds",
    "import",
    "info",
    "init",
    "install",
    "install-test",
    "it",
    "la",
    "licenses",
    "link",
    "list",
    "ll",
    "ln",
    "login",
    "logout",
    "ls",
    "m",
    "multi",
    "outdated",
    "pack",
    "patch",
    "patch-commit",
    "patch-remove",
    "prune",
    "publish",
    "r",
    "rb",
    "rebuild",
    "recursive",
    "remove",
    "rm",
    "root",
    "run",
    "self-update",
    "server",
    "set",
    "setup",
    "show",
    "store",
    "un",
    "uninstall",
    "unlink",
    "up",
    "update",
    "upgrade",
    "version",
    "view",
    "whoami",
    "why",
];

/// Commands of yarn, version 1 and later.
const YARN_COMMANDS: &[&str] = &[
    "add",
    "audit",
    "autoclean",
    "bin",
    "cache",
    "check",
    "config",
    "constraints",
    "create",
    "dedupe",
    "dlx",
    "exec",
    "explain",
    "generate-lock-entry",
    "global",
    "help",
    "import",
    "info",
    "init",
    "install",
    "licenses",
    "link",
    "list",
    "login",
    "logout",
    "node",
    "npm",
    "outdated",
    "owner",
    "pack",
    "patch",
    "patch-commit",
    "plugin",
    "policies",
    "publish",
    "rebuild",
    "remove",
    "run",
    "search",
    "set",
    "stage",
    "tag",
    "team",
    "unlink",
    "unplug",
    "up",
    "upgrade",
    "upgrade-interactive",
    "version",
    "versions",
    "why",
    "workspace",
    "workspaces",
];

/// Commands of bun.
const BUN_COMMANDS: &[&str] = &[
    "a", "add", "audit", "build", "c", "create", "exec", "i", "info", "init", "install", "link", "outdated", "patch", "pm",
    "publish", "remove", "repl", "rm", "run", "test", "unlink", "up", "update", "upgrade", "why", "x",
];

/// Commands of npm that are no scripts.
const NPM_COMMANDS: &[&str] = &[
    "access",
    "add",
    "adduser",
    "audit",
    "bugs",
    "cache",
    "ci",
    "completion",
    "config",
    "create",
    "dedupe",
    "deprecate",
    "diff",
    "dist-tag",
    "docs",
    "doctor",
    "edit",
    "exec",
    "explain",
    "explore",
    "find-dupes",
    "fund",
    "help",
    "i",
    "info",
    "init",
    "install",
    "install-ci-test",
    "install-test",
    "link",
    "ll",
    "login",
    "logout",
    "ls",
    "org",
    "outdated",
    "owner",
    "pack",
    "ping",
    "pkg",
    "prefix",
    "profile",
    "prune",
    "publish",
    "query",
    "rebuild",
    "repo",
    "root",
    "run",
    "run-script",
    "sbom",
    "search",
    "shrinkwrap",
    "star",
    "stars",
    "team",
    "token",
    "undeprecate",
    "uninstall",
    "unpublish",
    "unstar",
    "update",
    "version",
    "view",
    "whoami",
];

/// The packages of a tree and the workspaces that they belong to.
pub(super) struct Packages<'source> {
    /// The package of each folder.
    by_folder: BTreeMap<&'source str, &'source TaskFile>,
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
        let of_format = |format| source.task_files.values().filter(move |file| file.format == format);
        let by_folder: BTreeMap<&str, &TaskFile> = of_format("package-json")
            .map(|file| (folder::split(&file.path).0, file.as_ref()))
            .collect();
        let mut globs: BTreeMap<&str, &TaskFile> = by_folder
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
    fn new(root: &'source str, file: &'source TaskFile, packages: &BTreeMap<&'source str, &'source TaskFile>) -> Self {
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
            return ignored("no script of a package");
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
            return ignored("a placeholder");
        }
        if !call.is_explicit && is_command(&call) {
            return ignored(format!("a command of {manager} itself"));
        }
        if *directory == Directory::Unknown {
            return unverifiable("the folder that the command runs in is not known");
        }
        let folders = document.task_folders(self.source, directory);
        if folders.is_empty() {
            return unverifiable("the command runs in a folder that is not in the tree");
        }
        match workspace {
            Some(selector) => self.filtered(&call, &folders, selector),
            None => self.unfiltered(&call, &folders),
        }
    }

    /// A script of the nearest package.
    fn unfiltered(&self, call: &Call<'_>, folders: &[String]) -> Resolution {
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
        match nearest_package {
            Some(package) => self.missing(call, package),
            None => self.packages_with(call.script).first().map_or_else(
                || unverifiable("there is no package where the command runs"),
                |path| unverifiable(format!("there is no package where the command runs; `{path}` has the script")),
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
            return unverifiable("there is no workspace where the command runs");
        };
        match select(call.manager, selector, root, &workspace.members) {
            Selection::Unknown => unverifiable(format!("`{selector}` selects by a pattern or by what changed")),
            Selection::One(folder) => {
                let package = self.packages.by_folder[folder];
                self.script_of(call, package).unwrap_or_else(|| self.missing(call, package))
            }
            Selection::Nothing => workspace.unread.map_or_else(
                || {
                    let names = workspace.members.iter().map(|member| member.name);
                    let suggestion = nearest(selector, names).map(str::to_owned);
                    broken(format!("no package of the workspace is called `{selector}`"), suggestion)
                },
                unread,
            ),
        }
    }

    /// The script in a package, or why the package cannot tell; none when it does not have it.
    fn script_of(&self, call: &Call<'_>, package: &TaskFile) -> Option<Resolution> {
        if !package.problems.is_empty() {
            return Some(unread(&package.path));
        }
        if let Some(task) = package.tasks.iter().find(|task| task.name == call.script) {
            return Some(resolved(&package.path, Some(task.line), "a script"));
        }
        let has = |name: &str| package.tasks.iter().any(|task| task.name == name);
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
            return Some(resolved(&package.path, None, format!("{} does this itself", call.manager)));
        }
        let is_binary = call.may_be_binary() && self.binaries_of(package).any(|name| name == call.script);
        is_binary.then(|| resolved(&package.path, None, "a binary of a dependency"))
    }

    /// The binaries of a package and of the workspace root above it, which its scripts see as well.
    fn binaries_of<'package>(&'package self, package: &'package TaskFile) -> impl Iterator<Item = &'package str> {
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
    fn missing(&self, call: &Call<'_>, package: &TaskFile) -> Resolution {
        let script = call.script;
        let suggestion = nearest(script, package.tasks.iter().map(|task| task.name.as_str())).map(str::to_owned);
        let elsewhere = self.packages_with(script);
        let mut reason = format!("`{script}` is no script of `{}`", package.path);
        if let Some(path) = elsewhere.first() {
            reason = format!("{reason}; `{path}` has it");
        }
        // A name that could be a binary proves nothing; names of binaries have no colon.
        let may_be_binary = call.may_be_binary() && !script.contains(':') && self.binaries_of(package).next().is_some();
        let may_be_elsewhere = call.context != ReferenceContext::Command && !elsewhere.is_empty();
        let mut resolution = if may_be_binary {
            unverifiable(format!("{reason}, but it may be a binary of a dependency"))
        } else if may_be_elsewhere {
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
        let with = packages.filter(|package| package.tasks.iter().any(|task| task.name == script));
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

fn is_command(call: &Call<'_>) -> bool {
    let commands = match call.manager {
        "npm" => NPM_COMMANDS,
        "pnpm" => PNPM_COMMANDS,
        "yarn" => YARN_COMMANDS,
        _ => BUN_COMMANDS,
    };
    commands.binary_search(&call.script).is_ok()
}

/// Whether the signs in a selector are those of a filter rather than of a placeholder.
fn is_selector(selector: Option<&str>) -> bool {
    selector.is_some_and(|selector| selector.contains(['{', '.']) && !selector.contains(['<', '$']))
}

fn unread(path: &str) -> Resolution {
    Resolution {
        target: Some(path.to_owned()),
        ..unverifiable(format!("`{path}` could not be read"))
    }
}

#[cfg(test)]
mod tests {
    use super::{BUN_COMMANDS, NPM_COMMANDS, PNPM_COMMANDS, YARN_COMMANDS};

    #[test]
    fn the_lists_of_commands_are_sorted() {
        for commands in [BUN_COMMANDS, NPM_COMMANDS, PNPM_COMMANDS, YARN_COMMANDS] {
            assert!(commands.is_sorted_by(|left, right| left < right), "{commands:?}");
        }
    }
}
