//! Tasks in JSON files: Composer, Deno, Turborepo, Nx.
//!
//! <https://getcomposer.org/doc/articles/scripts.md>, <https://docs.deno.com/runtime/reference/cli/task/>,
//! <https://turborepo.com/docs/reference/configuration>, <https://nx.dev/reference/project-configuration>.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::placeholder::in_name;
use crate::command::sink::{self, Sink};
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::format;
use crate::model::kind::{Kind, Runner};
use crate::model::reason::Reason;
use crate::tools::format::{Format, file_name, file_of, fingerprint};
use crate::tools::interpreter::interpreter;
use crate::tools::package_filter::selected;
use crate::tools::task_call::{TaskCall, is_task_name};
use crate::tools::tasks::{Files, Names, TaskFiles};
use crate::tools::tool::{NONE, Tool};
use crate::tools::{folder, json, runner};

/// Options of Turborepo that select packages.
const FILTERS: &[&str] = &["--filter", "-F"];

/// Verbs behind which tasks stand.
const VERBS: &[&str] = &["run", "run-many", "affected"];

/// Scripts of Composer, which are run by `composer run`.
pub(crate) const COMPOSER: Tool = Tool {
    names: &["composer"],
    calls: |call, sink| TaskCall::with_arguments(runner::COMPOSER).behind(&["run", "run-script"], call, sink),
    formats: &[COMPOSER_FILE],
    tasks: Some(TaskFiles {
        runner: runner::COMPOSER,
        noun: "script",
        collect: |tree, folder, _| {
            let file = tree.file_above(folder, &["composer.json"], COMPOSER_FILE.name)?;
            let mut names = Names::of(&file.path);
            names.admit(file);
            names.add_all(file, Kind::Task(runner::COMPOSER));
            Some(names)
        },
        is_exact: |_, _| true,
    }),
    ..NONE
};

/// Tasks of Deno, which also runs the scripts of a package.
pub(crate) const DENO: Tool = Tool {
    names: &["deno"],
    calls: |call, sink| match call.verb() {
        "task" => TaskCall::with_arguments(runner::DENO).read(call, &call.arguments()[1..], sink),
        _ => interpreter(call, sink),
    },
    formats: &[DENO_FILE],
    tasks: Some(TaskFiles {
        runner: runner::DENO,
        noun: "task",
        collect: deno,
        is_exact: |_, _| true,
    }),
    ..NONE
};

fn deno(tree: Files<'_>, folder: &str, _: &[String]) -> Option<Names> {
    let mut names: Option<Names> = None;
    for above in folder::upward(folder) {
        let tasks = tree.file_in(above, &["deno.json", "deno.jsonc"], DENO_FILE.name);
        let package = tree.file_in(above, &["package.json"], format::PACKAGE_JSON);
        for file in tasks.into_iter().chain(package) {
            let names = names.get_or_insert_with(|| Names::of(&file.path));
            names.admit(file);
            names.add_all(file, Kind::Task(runner::DENO));
            names.add_all(file, Kind::PackageScript);
        }
    }
    names
}

/// Tasks of Turborepo: scripts of any package.
pub(crate) const TURBO: Tool = Tool {
    names: &["turbo"],
    calls: |call, sink| match call.verb() {
        "build" | "test" | "lint" => TaskCall::of(runner::TURBO)
            .filters(FILTERS)
            .read(call, call.arguments(), sink),
        "prune" => {
            for argument in Arguments::new(&call.arguments()[1..], &["--out-dir", "--scope"]) {
                if let Argument::Operand(word) = argument {
                    selected(call, &sink::Value::of(word), "turbo", &call.directory, sink);
                }
            }
        }
        _ => TaskCall::of(runner::TURBO).filters(FILTERS).behind(VERBS, call, sink),
    },
    formats: &[TURBO_FILE],
    tasks: Some(TaskFiles {
        runner: runner::TURBO,
        noun: "task",
        collect: |tree, folder, _| {
            let file = tree.file_above(folder, &["turbo.json", "turbo.jsonc"], TURBO_FILE.name)?;
            let mut names = Names::of(&file.path);
            names.admit(file);
            names.add_all(file, Kind::Task(runner::TURBO));
            add_scripts(tree, &mut names, true);
            Some(names)
        },
        // `web#build` is the task of one package.
        is_exact: |_, name| !name.contains('#'),
    }),
    ..NONE
};

/// Targets of Nx, some of which its plugins infer.
pub(crate) const NX: Tool = Tool {
    names: &["nx"],
    calls: nx,
    formats: &[NX_FILE],
    tasks: Some(TaskFiles {
        runner: runner::NX,
        noun: "target",
        collect: |tree, _, _| Some(targets(tree)),
        // A target that no project has is left out; the one of a project is asked for.
        is_exact: |_, name| name.contains(':'),
    }),
    ..NONE
};

/// Words behind `nx` that are no targets.
const NX_VERBS: &[&str] = &[
    "add", "configure-ai-agents", "connect", "connect-to-nx-cloud", "daemon", "dep-graph", "exec", "fix-ci", "format",
    "format:check", "format:write", "g", "generate", "graph", "import", "init", "list", "login", "logout", "mcp", "migrate",
    "new", "p", "print-affected", "record", "register", "release", "repair", "report", "reset", "show", "start-ci-run",
    "stop-all-agents", "sync", "sync:check", "view-logs", "watch", "workspace-generator", "workspace-lint",
];

/// `nx run web:build`, `nx build web`, `nx run-many -t build`.
fn nx(call: &Call<'_>, sink: &mut Sink) {
    let mut words = Arguments::new(
        call.arguments(),
        &["-t", "--target", "--targets", "-T", "-c", "--configuration", "-p"],
    );
    let Some(Argument::Operand(verb)) = words.next() else { return };
    let verb_name = verb.text.as_str();
    let mut operand = None;
    for argument in words {
        match argument {
            Argument::Option {
                name: "-t" | "--target" | "--targets" | "-T",
                value: Some(value),
                ..
            } if matches!(verb_name, "run-many" | "affected") => {
                for target in value.listed().iter().filter(|target| is_task_name(target.text)) {
                    sink.task(&call.site, &target.range, runner::NX, target.text, &[], &call.directory);
                }
            }
            Argument::Operand(word) if operand.is_none() => operand = Some(word),
            _ => {}
        }
    }
    let is_plain = |word: &str| !in_name(word) && !word.contains(['=', '"', '\'', ';']);
    let operand = operand.filter(|word| is_plain(&word.text));
    let name = match (verb_name, operand) {
        ("run", Some(task)) => task.text.clone(),
        ("run" | "run-many" | "affected", _) => return,
        (verb, _) if NX_VERBS.contains(&verb) || !is_task_name(verb) => return,
        (target, Some(project)) => format!("{}:{target}", project.text),
        (target, None) => target.to_owned(),
    };
    let end = operand.unwrap_or(verb).range.end;
    sink.task(&call.site, &(call.start()..end), runner::NX, &name, &[], &call.directory);
}

/// The targets of every project: its own, and the scripts of its package. Where a plugin infers others, nothing is certain.
fn targets(tree: Files<'_>) -> Names {
    let files = || tree.source.definitions.values();
    let settings = files().find(|file| file.format == NX_FILE.name && file_name(&file.path) == "nx.json");
    let mut names = Names::of(settings.map_or("nx.json", |file| file.path.as_str()));
    let listing = &tree.source.listing;
    let is_listed = ["angular.json", "workspace.json"]
        .iter()
        .any(|name| listing.named(name).next().is_some());
    if settings.is_none() || is_listed {
        names.hide(Reason::TasksFromOtherFiles(names.file.clone()));
    }
    for file in files().filter(|file| file.format == NX_FILE.name) {
        let infers_targets_only = file_name(&file.path) == "nx.json" && !file.open_kinds.contains(&Kind::WorkspacePackage);
        if !infers_targets_only || !file.problems.is_empty() {
            names.admit(file);
        }
        names.add_all(file, Kind::Task(runner::NX));
    }
    for file in files().filter(|file| file.format == format::PACKAGE_JSON) {
        if !file.problems.is_empty() || file.open_kinds.contains(&Kind::Task(runner::NX)) {
            names.hide(Reason::TasksFromOtherFiles(file.path.clone()));
        }
        for script in file.of_kind(Kind::PackageScript) {
            names.add(&script.name, &file.path, script.line);
            if let Some(package) = &file.name {
                names.add(&format!("{package}:{}", script.name), &file.path, script.line);
            }
        }
    }
    let infers = |file: &&std::sync::Arc<DefinitionFile>| file.format == NX_FILE.name && !file.is_complete;
    if names.gap.is_none()
        && let Some(open) = files().find(infers)
    {
        // Plugins infer targets of the projects that there are.
        for project in projects(tree) {
            names.hide_below(&format!("{project}:"), Reason::ComputesNames(open.path.clone()));
        }
    }
    // `web:build:production` is the target with a configuration.
    let configured: Vec<(String, String, u32)> = names
        .by_name
        .iter()
        .filter(|(name, _)| name.contains(':'))
        .map(|(name, (path, line))| (format!("{name}:*"), path.clone(), *line))
        .collect();
    names.patterns.extend(configured);
    names
}

/// The names of all projects: their own, those of their packages with and without a scope, and those of their folders.
fn projects(tree: Files<'_>) -> BTreeSet<String> {
    let mut projects = BTreeSet::new();
    for file in tree.source.definitions.values() {
        let (home, name) = folder::split(&file.path);
        let is_project = file.format == format::PACKAGE_JSON || file.format == NX_FILE.name && name == "project.json";
        if !is_project {
            continue;
        }
        if let Some(own) = &file.name {
            projects.extend(own.rsplit_once('/').map(|(_, name)| name.to_owned()));
            projects.insert(own.clone());
        }
        projects.insert(folder::split(home).1.to_owned());
    }
    projects.remove("");
    projects
}

/// Scripts that Lerna runs in every package that has them.
pub(crate) const LERNA: Tool = Tool {
    names: &["lerna"],
    calls: |call, sink| TaskCall::of(runner::LERNA).filters(&["--scope"]).behind(VERBS, call, sink),
    tasks: Some(TaskFiles {
        runner: runner::LERNA,
        noun: "script",
        collect: |tree, _, _| {
            let mut names = Names::of("lerna.json");
            add_scripts(tree, &mut names, false);
            Some(names)
        },
        is_exact: |_, _| false,
    }),
    ..NONE
};

/// Adds the scripts of every package.
fn add_scripts(tree: Files<'_>, names: &mut Names, is_strict: bool) {
    for file in tree
        .source
        .definitions
        .values()
        .filter(|file| file.format == format::PACKAGE_JSON)
    {
        if is_strict {
            names.admit(file);
        }
        names.add_all(file, Kind::PackageScript);
    }
}

/// Scripts of Composer: `composer lint`.
const COMPOSER_FILE: Format = Format {
    name: "composer",
    recognizes: |path| file_name(path) == "composer.json" && !path.contains("vendor/"),
    parse: |path, text| {
        read(
            COMPOSER_FILE.name,
            path,
            json::read(text),
            text,
            &["scripts"],
            runner::COMPOSER,
        )
    },
};

/// Tasks of Deno: `deno lint`.
const DENO_FILE: Format = Format {
    name: "deno",
    recognizes: |path| matches!(file_name(path), "deno.json" | "deno.jsonc"),
    parse: |path, text| {
        read(
            DENO_FILE.name,
            path,
            json::read_with_comments(text),
            text,
            &["tasks"],
            runner::DENO,
        )
    },
};

/// Targets of a project of Nx: `nx build`, and `nx web:build` with the name of the project. The settings of the workspace define none, and are
/// not complete where plugins infer some.
const NX_FILE: Format = Format {
    name: "nx",
    recognizes: |path| matches!(file_name(path), "nx.json" | "project.json"),
    parse: |path, text| {
        let mut file = read(
            NX_FILE.name,
            path,
            json::read_with_comments(text),
            text,
            &["targets"],
            runner::NX,
        );
        if file_name(path) == "nx.json" {
            // Plugins infer targets from other files.
            let plugins = json::read_with_comments(text)
                .ok()
                .and_then(|value| value.get("plugins").cloned());
            file.is_complete &= plugins
                .as_ref()
                .is_none_or(|plugins| plugins.as_array().is_some_and(Vec::is_empty));
            if plugins.is_some_and(|plugins| brings_projects(&plugins)) {
                file.open_kinds.push(Kind::WorkspacePackage);
            }
            file.definitions.clear();
            return file;
        }
        // A project without a name is called like its folder.
        let (folder, _) = folder::split(path);
        let name = file.name.clone().unwrap_or_else(|| folder::split(folder).1.to_owned());
        if let Some(project) = Some(name).filter(|name| !name.is_empty()) {
            let of_project = |target: &Definition| Definition {
                name: format!("{project}:{}", target.name),
                ..target.clone()
            };
            let qualified: Vec<Definition> = file.definitions.iter().map(of_project).collect();
            file.definitions.extend(qualified);
        }
        file
    },
};

/// Whether one of some plugins of Nx may make projects of other files than `project.json` and `package.json`.
fn brings_projects(plugins: &Value) -> bool {
    const OF_TARGETS: &[&str] = &[
        "cypress", "detox", "docker", "esbuild", "eslint", "expo", "jest", "js", "next", "nuxt", "playwright", "react",
        "react-native", "remix", "rollup", "rsbuild", "rspack", "storybook", "vite", "vitest", "webpack",
    ];
    let infers_targets = |plugin: &Value| {
        let name = plugin.as_str().or_else(|| plugin.get("plugin")?.as_str()).unwrap_or_default();
        let name = name.strip_prefix("@nx/").unwrap_or_default();
        OF_TARGETS.contains(&name.split('/').next().unwrap_or_default())
    };
    !plugins.as_array().is_some_and(|plugins| plugins.iter().all(infers_targets))
}

/// Tasks of Turborepo: `turbo build`. Its scripts stand in the packages.
const TURBO_FILE: Format = Format {
    name: "turbo",
    recognizes: |path| matches!(file_name(path), "turbo.json" | "turbo.jsonc"),
    parse: |path, text| {
        let value = json::read_with_comments(text);
        let mut file = read(TURBO_FILE.name, path, value, text, &["tasks", "pipeline"], runner::TURBO);
        for task in &mut file.definitions {
            // `web#build` is the task `build` of one package.
            if let Some((_, name)) = task.name.rsplit_once('#') {
                task.name = name.to_owned();
            }
        }
        file
    },
};

fn read(
    format: &'static str,
    path: &str,
    value: Result<Value, crate::model::finding::Problem>,
    text: &str,
    parents: &[&str],
    runner: Runner,
) -> DefinitionFile {
    file_of(path, format, value, |value, file| {
        file.is_complete = true;
        file.name = value.get("name").and_then(Value::as_str).map(str::to_owned);
        for parent in parents {
            for (name, line, task) in json::entries(&value, text, parent) {
                let part = |key: &str| task.get(key).map(ToString::to_string);
                file.definitions.push(Definition {
                    interface: fingerprint(["dependsOn", "dependencies"].map(part)),
                    ..Definition::task(runner, name, line, fingerprint(task.to_string()))
                });
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{COMPOSER_FILE, DENO_FILE, NX_FILE, TURBO_FILE};

    #[test]
    fn each_format_names_its_tasks() {
        let of = |format: super::Format, text: &str| {
            let file = (format.parse)("x", text);
            file.definitions
                .into_iter()
                .map(|task| task.kind.called(&task.name))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(COMPOSER_FILE, r#"{"scripts": {"lint": ["a", "b"]}}"#), ["composer lint"]);
        assert_eq!(of(DENO_FILE, "{\n// why\n\"tasks\": {\"dev\": \"x\",}}"), ["deno dev"]);
        assert_eq!(
            of(NX_FILE, r#"{"name": "web", "targets": {"build": {}}}"#),
            ["nx build", "nx web:build"]
        );
        let nameless = (NX_FILE.parse)("apps/api/project.json", r#"{"targets": {"build": {}}}"#);
        assert_eq!(nameless.definitions[1].name, "api:build");
        let settings = |text: &str| (NX_FILE.parse)("nx.json", text).is_complete;
        assert!(settings(r#"{"plugins": []}"#) && settings("{}"));
        assert!(!settings(r#"{"plugins": ["@nx/vite/plugin"]}"#));
        assert_eq!(
            of(TURBO_FILE, r#"{"tasks": {"build": {}, "web#test": {}}}"#),
            ["turbo build", "turbo test"]
        );
    }

    #[test]
    fn a_broken_file_is_a_problem() {
        assert_eq!((COMPOSER_FILE.parse)("composer.json", "{").problems.len(), 1);
    }
}
