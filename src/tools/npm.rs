//! Scripts of npm, pnpm, yarn and bun.
//!
//! What the verbs of each manager are decides whether `pnpm x` runs a script.

use std::ops::Range;

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::command::words::Word;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::package_manager::is_own_command;
use crate::model::reference::ReferenceKind;
use crate::tools::package_filter::selected;
use crate::tools::tool::{NONE, Tool};
use crate::tools::{package_json, packages, pnpm_workspace};

/// npm.
pub(crate) const NPM: Tool = Tool {
    names: &["npm"],
    calls: |call, sink| package(call, "npm", sink),
    formats: &[package_json::FORMAT],
    resolvers: &[packages::RESOLVER, packages::SELECTED],
    ..NONE
};

/// pnpm.
pub(crate) const PNPM: Tool = Tool {
    names: &["pnpm"],
    calls: |call, sink| package(call, "pnpm", sink),
    formats: &[pnpm_workspace::FORMAT],
    ..NONE
};

/// yarn.
pub(crate) const YARN: Tool = Tool {
    names: &["yarn"],
    calls: |call, sink| package(call, "yarn", sink),
    ..NONE
};

/// bun.
pub(crate) const BUN: Tool = Tool {
    names: &["bun"],
    calls: |call, sink| package(call, "bun", sink),
    ..NONE
};

/// Options of the managers that take a value. `-w` is one of npm only.
const VALUED: &[&str] = &[
    "--filter", "-F", "--filter-prod", "--workspace", "--prefix", "-C", "--dir", "--cwd", "--reporter", "--loglevel",
    "--registry", "--workspace-concurrency", "--userconfig", "--store-dir", "--use-node-version", "--config", "--script-shell",
    "--tag", "--include", "--from",
];

/// Options that select packages of the workspace.
const SELECTING: &[&str] = &["--filter", "-F", "--filter-prod", "--include", "--from", "--workspace", "-w"];

const NPM_VALUED: &[&str] = &[
    "--workspace", "-w", "--prefix", "--loglevel", "--registry", "--userconfig", "--script-shell", "--tag", "--cache",
];

/// Verbs of npm that run a script of the same name.
const NPM_SCRIPTS: &[(&str, &str)] = &[
    ("restart", "restart"),
    ("start", "start"),
    ("stop", "stop"),
    ("t", "test"),
    ("tst", "test"),
    ("test", "test"),
    ("run-test", "test"),
];

/// The script that a call runs.
struct Run<'word> {
    word: &'word Word,
    script: &'word str,
    is_explicit: bool,
}

/// The scripts that a call of a package manager names.
fn package(call: &Call<'_>, manager: &'static str, sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut workspace: Option<String> = None;
    let mut selector: Option<Value<'_>> = None;
    let mut run: Option<Run<'_>> = None;
    let mut is_run = false;
    let mut is_optional = false;
    let valued: &'static [&'static str] = if manager == "npm" { NPM_VALUED } else { VALUED };
    let mut arguments = Arguments::new(call.arguments(), valued);
    while let Some(argument) = arguments.next() {
        match argument {
            Argument::Option { name, value, .. } => {
                option(name, value.as_ref(), call, sink, &mut directory, &mut workspace);
                if SELECTING.contains(&name) {
                    selector = value;
                }
                is_optional |= name == "--if-present";
            }
            Argument::Break => break,
            Argument::Operand(word) => {
                if is_run {
                    run = Some(Run {
                        word,
                        script: &word.text,
                        is_explicit: !is_optional,
                    });
                } else if matches!(word.text.as_str(), "run" | "run-script" | "rum" | "urn") {
                    is_run = true;
                    continue;
                } else {
                    match verb(manager, word, &mut arguments, &mut workspace, &mut selector) {
                        Verb::Script(script) => {
                            run = Some(Run {
                                word,
                                script,
                                is_explicit: true,
                            });
                        }
                        Verb::Maybe(word) => {
                            run = Some(Run {
                                word,
                                script: &word.text,
                                is_explicit: false,
                            });
                        }
                        Verb::Run => {
                            is_run = true;
                            continue;
                        }
                        other => {
                            let is_new = matches!(word.text.as_str(), "init" | "create");
                            if let Some(value) = selector.filter(|_| !is_new) {
                                selected(call, &value, manager, &directory, sink);
                            }
                            return match other {
                                Verb::Inner => inner(call, manager, arguments.rest(), &directory, sink),
                                _ if is_new => {}
                                _ => own(call, manager, arguments, &directory, sink),
                            };
                        }
                    }
                }
                break;
            }
        }
    }
    let Some(mut run) = run else { return };
    if let Some(value) = selector.filter(|_| workspace.as_deref() == Some("*")) {
        selected(call, &value, manager, &directory, sink);
    }
    // Options of npm and pnpm may also stand behind the script, up to `--`.
    for argument in arguments {
        match argument {
            Argument::Option { name, value, .. } if matches!(manager, "npm" | "pnpm") => {
                let is_filter = matches!(
                    name,
                    "-w" | "--workspace" | "--prefix" | "--filter" | "-F" | "--workspaces" | "-ws"
                );
                if is_filter {
                    option(name, value.as_ref(), call, sink, &mut directory, &mut workspace);
                }
                // Of pnpm, what stands behind the script is for the script.
                if name == "--if-present" && manager == "npm" {
                    is_optional = true;
                    run.is_explicit = false;
                }
            }
            Argument::Option { .. } => {}
            Argument::Break | Argument::Operand(_) => break,
        }
    }
    if is_optional && manager == "pnpm" && workspace.is_some() {
        // The packages that have the script run it, be it none.
        return;
    }
    add(call, manager, &run, workspace, &directory, sink);
    if manager == "pnpm" && matches!(run.script, "turbo" | "nx" | "lerna") {
        // The runner is a binary; what it runs are scripts of packages.
        let at = call.words.iter().position(|word| word.range == run.word.range).unwrap_or(0);
        call.run(&call.words[at..], &directory, sink);
    }
}

fn option(
    name: &str,
    value: Option<&Value<'_>>,
    call: &Call<'_>,
    sink: &mut Sink,
    directory: &mut Directory,
    workspace: &mut Option<String>,
) {
    match (name, value) {
        ("--filter" | "-F" | "--filter-prod" | "--workspace" | "-w", Some(value)) => *workspace = Some(value.text.to_owned()),
        // `yarn run -T x` runs the script of the root.
        ("-r" | "--recursive" | "--workspaces" | "-ws" | "-T" | "--top-level", _) => {
            workspace.get_or_insert_with(|| "*".to_owned());
        }
        ("--prefix" | "-C" | "--dir" | "--cwd", Some(value)) => {
            sink.path(&call.site, value, Evidence::Operand, directory);
            *directory = entered(directory, value.text);
        }
        _ => {}
    }
}

/// What the first operand of a manager is.
enum Verb<'word> {
    /// It runs a script of this name.
    Script(&'static str),
    /// It runs a script or a binary of this name.
    Maybe(&'word Word),
    /// The script follows.
    Run,
    /// A program follows.
    Inner,
    /// Something else that the manager does itself.
    Own,
}

fn verb<'word>(
    manager: &str,
    word: &'word Word,
    arguments: &mut Arguments<'word>,
    workspace: &mut Option<String>,
    selector: &mut Option<Value<'word>>,
) -> Verb<'word> {
    let text = word.text.as_str();
    let script = NPM_SCRIPTS.iter().find(|(verb, _)| *verb == text).map(|(_, script)| *script);
    match manager {
        "npm" => match (script, text) {
            (Some(script), _) => Verb::Script(script),
            (_, "exec" | "x") => Verb::Inner,
            _ => Verb::Own,
        },
        "pnpm" => match (script, text) {
            (Some(script), _) => Verb::Script(script),
            (_, "exec" | "dlx") => Verb::Inner,
            (_, "recursive" | "m" | "multi") => {
                workspace.get_or_insert_with(|| "*".to_owned());
                match arguments.next() {
                    Some(Argument::Operand(next)) if matches!(next.text.as_str(), "run" | "run-script") => Verb::Run,
                    Some(Argument::Operand(next)) if !is_own_command("pnpm", next.text.as_str()) => Verb::Maybe(next),
                    _ => Verb::Own,
                }
            }
            _ if is_own_command("pnpm", text) => Verb::Own,
            _ => Verb::Maybe(word),
        },
        "yarn" => match text {
            "dlx" | "exec" | "node" => Verb::Inner,
            "workspace" => {
                let Some(Argument::Operand(name)) = arguments.next() else {
                    return Verb::Own;
                };
                *workspace = Some(name.text.clone());
                *selector = Some(Value::of(name));
                match arguments.next() {
                    Some(Argument::Operand(next)) if next.text == "run" => Verb::Run,
                    Some(Argument::Operand(next)) if !is_own_command("yarn", next.text.as_str()) => Verb::Maybe(next),
                    _ => Verb::Own,
                }
            }
            "workspaces" => {
                *workspace = Some("*".to_owned());
                let mut is_focus = false;
                for argument in arguments.by_ref() {
                    match argument {
                        Argument::Operand(next) if next.text == "run" => return Verb::Run,
                        Argument::Operand(next) if is_focus => *selector = selector.take().or(Some(Value::of(next))),
                        Argument::Operand(next) => is_focus = next.text == "focus",
                        Argument::Option {
                            name: "--include" | "--from",
                            value: value @ Some(_),
                            ..
                        } => *selector = value,
                        _ => {}
                    }
                }
                Verb::Own
            }
            _ if is_own_command("yarn", text) => Verb::Own,
            _ => Verb::Maybe(word),
        },
        _ => match text {
            "x" => Verb::Inner,
            _ if is_own_command("bun", text) => Verb::Own,
            _ => Verb::Maybe(word),
        },
    }
}

fn add(call: &Call<'_>, manager: &'static str, run: &Run<'_>, workspace: Option<String>, directory: &Directory, sink: &mut Sink) {
    let range: Range<usize> = call.start()..run.word.range.end;
    let is_file = manager == "bun"
        && (run.script.starts_with("./")
            || run
                .script
                .rsplit_once('.')
                .is_some_and(|(_, end)| matches!(end, "ts" | "js" | "tsx" | "mjs")));
    if is_file {
        sink.path(&call.site, &Value::of(run.word), Evidence::Operand, directory);
        return;
    }
    if in_name(run.script) || run.script == "..." || workspace.as_deref().is_some_and(is_unreadable) {
        sink.other(&call.site, &range, Kind::Placeholder, run.script, directory);
        return;
    }
    let is_script = run
        .script
        .chars()
        .all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | ':' | '@' | '+'));
    // `pnpm run "/^lint/"` is a pattern, `pnpm lint/test` says two at once.
    if !is_script {
        return;
    }
    let kind = ReferenceKind::PackageScript {
        manager,
        script: run.script.to_owned(),
        is_explicit: run.is_explicit,
        workspace,
        directory: directory.clone(),
    };
    sink.add(&call.site, &range, kind);
}

/// Whether a filter holds a placeholder; `...` and braces are its syntax.
fn is_unreadable(filter: &str) -> bool {
    filter.contains(['<', '>', '$', '`'])
}

/// `pnpm exec PROGRAM`, `npm exec -- PROGRAM`.
fn inner(call: &Call<'_>, manager: &str, words: &[Word], directory: &Directory, sink: &mut Sink) {
    let valued: &'static [&'static str] = if manager == "npm" { NPM_VALUED } else { VALUED };
    let mut arguments = Arguments::new(words, valued);
    loop {
        let rest = arguments.rest();
        match arguments.next() {
            Some(Argument::Option {
                name,
                value: Some(value),
                ..
            }) if SELECTING.contains(&name) => selected(call, &value, manager, directory, sink),
            Some(Argument::Option { .. }) => {}
            Some(Argument::Break) => return call.run(arguments.rest(), directory, sink),
            Some(Argument::Operand(_)) => return call.run(rest, directory, sink),
            None => return,
        }
    }
}

/// What the manager does itself names no file, except where an option does.
fn own(call: &Call<'_>, manager: &str, arguments: Arguments<'_>, directory: &Directory, sink: &mut Sink) {
    for argument in arguments {
        match argument {
            Argument::Option {
                name,
                value: Some(value),
                ..
            } if SELECTING.contains(&name) => selected(call, &value, manager, directory, sink),
            Argument::Option { value: Some(value), .. } => sink.path(&call.site, &value, Evidence::Code, &call.directory),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn scripts_are_told_from_verbs() {
        assert_eq!(
            of_commands("npm ci\nnpm run lint\nnpm test -- --grep x\nnpm install x\nnpm audit --audit-level=high"),
            ["npm lint", "npm test"]
        );
        assert_eq!(
            of_commands("pnpm install\npnpm lint\npnpm test\npnpm security:lint\npnpm audit\npnpm deploy x\npnpm -r build"),
            ["pnpm lint?", "pnpm test", "pnpm security:lint?", "pnpm build? of *"]
        );
        assert_eq!(
            of_commands("yarn\nyarn build\nyarn run e2e\nyarn add x\nyarn workspace web dev"),
            ["yarn build?", "yarn e2e", "yarn dev? of web"]
        );
        assert_eq!(
            of_commands("bun install\nbun run build\nbun run scripts/x.ts\nbun test\nbun lint"),
            ["bun build", "path scripts/x.ts", "bun lint?"]
        );
    }

    #[test]
    fn workspaces_and_folders_are_kept_as_written() {
        assert_eq!(
            of_commands(
                "pnpm --filter web build\npnpm --filter=@a/b... run x\npnpm run x --filter web\nnpm run y -w api\nnpm run z --workspace=api"
            ),
            [
                "pnpm build? of web", "pnpm x of @a/b...", "pnpm x of web", "npm y of api", "npm z of api"
            ]
        );
        assert_eq!(
            of_commands(
                "npm --prefix apps/web run build\npnpm -C apps/web lint\nyarn --cwd apps/web lint\ncd apps/web && npm start"
            ),
            [
                "npm build in apps/web", "path apps/web", "pnpm lint? in apps/web", "path apps/web", "yarn lint? in apps/web",
                "path apps/web", "path apps/web", "npm start in apps/web",
            ]
        );
    }

    #[test]
    fn packages_are_selected_for_other_commands_as_well() {
        assert_eq!(
            of_commands(
                "npm install x -w web\nnpm exec -w api -- tsc\npnpm deploy --filter=api out\npnpm --filter web add x\nyarn workspace web add x\nyarn workspaces foreach -p --include web run build\nnpm init -w new"
            ),
            [
                "workspace-package web of npm",
                "workspace-package api of npm",
                "workspace-package api of pnpm",
                "workspace-package web of pnpm",
                "workspace-package web of yarn",
                "yarn build of *",
                "workspace-package web of yarn",
            ]
        );
        assert_eq!(
            of_commands("turbo build --filter=web\nturbo prune web --docker\nlerna run x --scope=web\nturbo build --filter=$APP"),
            [
                "task turbo build",
                "workspace-package web of turbo",
                "workspace-package web of turbo",
                "task lerna x",
                "workspace-package web of lerna",
                "task turbo build",
            ]
        );
    }

    #[test]
    fn programs_behind_a_manager_are_no_scripts() {
        assert_eq!(
            of_commands(
                "pnpm exec playwright test tests/a.spec.ts\nnpm exec -- eslint src/\nnpx prisma migrate deploy --schema=db/schema.prisma\nyarn dlx xyz"
            ),
            [
                "path tests/a.spec.ts", "path src/", "path db/schema.prisma", "cli-command xyz"
            ]
        );
    }

    #[test]
    fn placeholders_and_patterns_are_not_looked_up() {
        assert_eq!(
            of_commands("npm run <script>\npnpm --filter <app> build\nnpm run ...\npnpm run \"/^lint/\"\nnpm run x --if-present"),
            ["placeholder <script>", "placeholder build", "placeholder ...", "npm x?"]
        );
        assert_eq!(of_commands("npm run --if-present x"), ["npm x?"]);
    }

    #[test]
    fn a_script_that_need_not_be_there_claims_nothing() {
        assert_eq!(of_commands("npm run x --if-present"), ["npm x?"]);
        // Behind `--`, and behind the script of pnpm, it is for the script.
        assert_eq!(of_commands("npm run x -- --if-present"), ["npm x"]);
        assert_eq!(of_commands("pnpm run x --if-present"), ["pnpm x"]);
        assert_eq!(of_commands("pnpm -r run --if-present x"), [""; 0]);
        assert_eq!(of_commands("pnpm -r run x"), ["pnpm x of *"]);
    }

    #[test]
    fn a_runner_behind_the_manager_names_its_tasks() {
        assert_eq!(
            of_commands("pnpm turbo run lint test"),
            ["pnpm turbo?", "task turbo lint", "task turbo test"]
        );
    }
}
