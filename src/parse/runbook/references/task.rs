//! Task runners, and programs that run other programs in an environment.

use crate::model::directory::Directory;
use crate::model::kind::{Kind, Runner};
use crate::parse::runbook::commands::placeholder::in_name;
use crate::parse::runbook::commands::tools::is_tool;
use crate::parse::runbook::commands::words::Word;
use crate::parse::runbook::references::arguments::{Argument, Arguments};
use crate::parse::runbook::references::command::{Call, dispatch, program_flags, verbs_and_flags};
use crate::parse::runbook::references::make::entered;
use crate::parse::runbook::references::path::Evidence;
use crate::parse::runbook::references::sink::{Sink, Value};
use crate::tools::runner::{
    CARGO, COMPOSER, DENO, FASTLANE, GRADLE, HATCH, INVOKE, JUST, LERNA, MISE, NOX, NX, PDM, POE, RAKE, TASK, TOX, TURBO,
};

/// What `cargo` knows by itself, and subcommands that are installed on their own. Any other is an alias of the repository.
const CARGO_VERBS: [&str; 74] = [
    "about",
    "add",
    "audit",
    "auditable",
    "b",
    "bench",
    "binstall",
    "bloat",
    "build",
    "c",
    "check",
    "chef",
    "clean",
    "clippy",
    "config",
    "criterion",
    "cyclonedx",
    "d",
    "deny",
    "depgraph",
    "dist",
    "doc",
    "edit",
    "expand",
    "fetch",
    "fix",
    "flamegraph",
    "fmt",
    "fuzz",
    "generate",
    "geiger",
    "hack",
    "help",
    "info",
    "init",
    "insta",
    "install",
    "leptos",
    "llvm-cov",
    "locate-project",
    "login",
    "logout",
    "machete",
    "make",
    "metadata",
    "miri",
    "msrv",
    "mutants",
    "new",
    "nextest",
    "outdated",
    "owner",
    "package",
    "pkgid",
    "publish",
    "r",
    "release",
    "remove",
    "report",
    "run",
    "rustc",
    "rustdoc",
    "search",
    "semver-checks",
    "sqlx",
    "t",
    "tarpaulin",
    "test",
    "tree",
    "udeps",
    "uninstall",
    "update",
    "vendor",
    "vet",
];

/// Options of cargo that take a value.
const CARGO_VALUED: [&str; 12] = [
    "-p",
    "--package",
    "--bin",
    "--example",
    "--test",
    "--bench",
    "--features",
    "-F",
    "--manifest-path",
    "--target",
    "--profile",
    "-j",
];

/// Options of the programs that run others, which take a value.
const WRAPPER_VALUED: [&str; 26] = [
    "--with",
    "--with-requirements",
    "--python",
    "-p",
    "--package",
    "--extra",
    "--group",
    "--only-group",
    "--no-group",
    "--env-file",
    "--directory",
    "--project",
    "--from",
    "-e",
    "--env",
    "-n",
    "--name",
    "-f",
    "--config",
    "-c",
    "--prefix",
    "--spec",
    "-C",
    "--call",
    "--profile",
    "--index-url",
];

/// `just RECIPE` and its relatives.
pub(crate) fn task(call: &Call<'_>, sink: &mut Sink) {
    match call.program() {
        "just" => just(call, sink),
        "cargo" => cargo(call, sink),
        "mise" => match call.arguments().first().map(|word| word.text.as_str()) {
            Some("run" | "r") => named(call, MISE, &call.arguments()[1..], sink),
            Some("exec" | "x") => inner(call, &call.arguments()[1..], sink),
            _ => {}
        },
        "turbo" | "nx" | "lerna" => {
            let words = call.arguments();
            match words.first().map(|word| word.text.as_str()) {
                Some("run" | "run-many" | "affected") => {
                    if let Some(runner) = call.runner() {
                        named(call, runner, &words[1..], sink);
                    }
                }
                Some("build" | "test" | "lint") if call.program() == "turbo" => named(call, TURBO, words, sink),
                _ => {}
            }
        }
        "nox" => sessions(call, NOX, sink),
        "tox" => sessions(call, TOX, sink),
        "composer" => {
            let verb = call.arguments().first().map(|word| word.text.as_str());
            if matches!(verb, Some("run" | "run-script")) {
                named(call, COMPOSER, &call.arguments()[1..], sink);
            }
        }
        _ => {
            if let Some(runner) = call.runner() {
                named(call, runner, call.arguments(), sink);
            }
        }
    }
}

impl Call<'_> {
    /// The task runner that is called.
    fn runner(&self) -> Option<Runner> {
        Some(match self.program() {
            "task" => TASK,
            "poe" => POE,
            "invoke" | "inv" => INVOKE,
            "rake" => RAKE,
            "gradle" => GRADLE,
            "turbo" => TURBO,
            "nx" => NX,
            "nox" => NOX,
            "tox" => TOX,
            "lerna" => LERNA,
            "fastlane" => FASTLANE,
            "composer" => COMPOSER,
            _ => return None,
        })
    }
}

/// The tasks that a runner is asked for, one reference each. They belong to the file that is given, if one is.
pub(crate) fn named(call: &Call<'_>, runner: Runner, words: &[Word], sink: &mut Sink) {
    let mut is_first = true;
    let mut files: Vec<String> = Vec::new();
    let mut directory = call.directory.clone();
    for argument in Arguments::new(
        words,
        &[
            "-t",
            "--taskfile",
            "-d",
            "--dir",
            "-C",
            "--cd",
            "--cwd",
            "--directory",
            "--working-dir",
            "-c",
            "-o",
            "--output",
            "-I",
            "--interval",
            "--sort",
            "--concurrency",
            "-j",
            "--jobs",
            "-p",
            "--projects",
            "--filter",
            "-F",
            "--target",
            "-T",
        ],
    ) {
        let word = match argument {
            Argument::Operand(word) => word,
            Argument::Option {
                name: "-t" | "--taskfile",
                value: Some(value),
                ..
            } => {
                sink.path(&call.site, &value, Evidence::Operand, &call.directory);
                files.push(value.text.to_owned());
                continue;
            }
            Argument::Option {
                name: name @ ("-d" | "--dir" | "-C" | "--cd" | "--cwd" | "--directory" | "--working-dir"),
                value: Some(value),
                ..
                // With go-task this is how much runs at once.
            } if name != "-C" || runner != TASK => {
                directory = entered(&directory, value.text);
                continue;
            }
            // The tasks of the home of whoever runs it.
            Argument::Option {
                name: "-g" | "--global", ..
            } if runner == TASK => {
                directory = Directory::Unknown;
                continue;
            }
            Argument::Option {
                name: "--target" | "-T",
                value: Some(value),
                ..
            } if runner == NX => {
                sink.other(&call.site, &value.range, Kind::Task(NX), value.text, &call.directory);
                continue;
            }
            Argument::Option { .. } => continue,
            Argument::Break => break,
        };
        if word.text.contains('=') || !is_task_name(&word.text) {
            continue;
        }
        let start = if is_first { call.start() } else { word.range.start };
        sink.task(&call.site, &(start..word.range.end), runner, &word.text, &files, &directory);
        is_first = false;
        // What stands behind the first task of these is its argument.
        if matches!(runner, MISE | POE | RAKE | FASTLANE | COMPOSER | DENO | INVOKE | PDM) {
            break;
        }
    }
}

fn is_task_name(word: &str) -> bool {
    word.len() <= 100
        && word.starts_with(|char: char| char.is_alphanumeric() || matches!(char, ':' | '<' | '_'))
        && !word.contains(['/', '"', '\'', ';'])
}

/// `just RECIPE ARGUMENTS`: what follows the recipe is for the recipe. The recipe belongs to the file that is given, if one is.
fn just(call: &Call<'_>, sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut files = Vec::new();
    let mut is_value = false;
    for argument in Arguments::new(
        call.arguments(),
        &[
            "-f",
            "--justfile",
            "-d",
            "--working-directory",
            "--set",
            "--shell",
            "--shell-arg",
            "--dotenv-filename",
            "-E",
            "--dotenv-path",
            "--chooser",
            "--color",
            "--command-color",
            "--dump-format",
            "--list-heading",
            "--list-prefix",
            "--tempdir",
            "--timestamp-format",
        ],
    ) {
        match argument {
            Argument::Option {
                name: "-f" | "--justfile",
                value: Some(value),
                ..
            } => {
                sink.path(&call.site, &value, Evidence::Operand, &call.directory);
                files.push(value.text.to_owned());
            }
            // `--set NAME VALUE`
            Argument::Option { name: "--set", .. } => is_value = true,
            Argument::Operand(_) if is_value => is_value = false,
            Argument::Option {
                name: "-c" | "--command",
                ..
            } => return,
            // The justfile of the home of whoever runs it.
            Argument::Option {
                name: "-g" | "--global-justfile",
                ..
            } => directory = Directory::Unknown,
            // Without a file this only says where recipes run.
            Argument::Option {
                name: "-d" | "--working-directory",
                value: Some(value),
                ..
            } if files.is_empty() => directory = entered(&directory, value.text),
            Argument::Operand(word) if !word.text.contains('=') => {
                let is_open = in_name(&word.text) || word.text == "...";
                if is_open || is_task_name(&word.text.replace('/', ":")) {
                    let range = call.start()..word.range.end;
                    // `just sub/build` runs `build` of the justfile in `sub`.
                    let (folder, recipe) = match word.text.rsplit_once('/') {
                        Some((folder, recipe)) if !is_open && files.is_empty() && !recipe.is_empty() => (folder, recipe),
                        _ => ("", word.text.as_str()),
                    };
                    if !folder.is_empty() {
                        directory = entered(&directory, folder);
                    }
                    sink.task(&call.site, &range, JUST, recipe, &files, &directory);
                }
                return;
            }
            _ => {}
        }
    }
}

/// `cargo xtask X`, aliases, `--manifest-path`, `-p`, `--bin`, and the arguments of the program that it runs.
fn cargo(call: &Call<'_>, sink: &mut Sink) {
    let mut verb: Option<&Word> = None;
    let mut program = "cargo run";
    let mut arguments = Arguments::new(call.arguments(), &CARGO_VALUED);
    while let Some(argument) = arguments.next() {
        match argument {
            Argument::Option {
                name: "--manifest-path",
                value: Some(value),
                ..
            } => sink.path(&call.site, &value, Evidence::Operand, &call.directory),
            Argument::Option {
                name,
                value: Some(value),
                ..
            } if !in_name(value.text) => {
                let verb = verb.map_or("", |verb| verb.text.as_str());
                // These verbs take packages of the registry as well.
                let is_own = !matches!(
                    verb,
                    "add" | "info" | "install" | "owner" | "pkgid" | "remove" | "tree" | "update" | "yank" | "clean" | "doc"
                );
                let kind = match name {
                    "-p" | "--package" if is_own => Kind::CargoPackage,
                    "--bin" if verb != "install" => Kind::CargoBin,
                    "--test" => Kind::CargoTest,
                    "--example" => Kind::CargoExample,
                    _ => continue,
                };
                if matches!(kind, Kind::CargoBin) || (kind == Kind::CargoPackage && program == "cargo run") {
                    program = value.text;
                }
                sink.other(&call.site, &value.range, kind, value.text, &call.directory);
            }
            Argument::Operand(word) if word.text.starts_with('+') => {}
            Argument::Operand(word) if verb.is_none() => {
                verb = Some(word);
                if word.text == "xtask" {
                    let task = arguments.rest().iter().find(|word| !word.text.starts_with('-'));
                    let end = task.unwrap_or(word).range.end;
                    let name = task.map_or_else(|| "xtask".to_owned(), |task| format!("xtask {}", task.text));
                    sink.task(&call.site, &(call.start()..end), CARGO, &name, &[], &call.directory);
                    return;
                }
                if !CARGO_VERBS.contains(&word.text.as_str()) && is_task_name(&word.text) {
                    let range = call.start()..word.range.end;
                    sink.task(&call.site, &range, CARGO, &word.text, &[], &call.directory);
                    return;
                }
            }
            Argument::Break => {
                if verb.is_some_and(|verb| matches!(verb.text.as_str(), "run" | "r")) && !in_name(program) {
                    let rest = arguments.rest();
                    let is_verb = rest
                        .first()
                        .is_some_and(|word| word.text.starts_with(|char: char| char.is_ascii_lowercase()));
                    if is_verb {
                        verbs_and_flags(call, program, rest, sink);
                    } else {
                        program_flags(call, program, rest, sink);
                    }
                }
                return;
            }
            _ => {}
        }
    }
}

/// `nox -s NAME`, `tox -e NAME`.
fn sessions(call: &Call<'_>, runner: Runner, sink: &mut Sink) {
    let mut files = Vec::new();
    for argument in Arguments::new(
        call.arguments(),
        &["-s", "--session", "--sessions", "-e", "-f", "--noxfile", "-c"],
    ) {
        if let Argument::Option {
            name,
            value: Some(value),
            ..
        } = argument
        {
            match name {
                "-s" | "--session" | "--sessions" | "-e" => {
                    sink.task(&call.site, &value.range, runner, value.text, &files, &call.directory);
                }
                _ => {
                    sink.path(&call.site, &value, Evidence::Operand, &call.directory);
                    files.push(value.text.to_owned());
                }
            }
        }
    }
}

/// `uv run PROGRAM`, `npx PROGRAM`, `poetry run PROGRAM`, `dotenv -- PROGRAM`.
pub(crate) fn wrapper(call: &Call<'_>, sink: &mut Sink) {
    let words = call.arguments();
    let program = call.program();
    let verb = words
        .iter()
        .position(|word| !word.text.starts_with('-'))
        .unwrap_or(words.len());
    let verb_text = words.get(verb).map_or("", |word| word.text.as_str());
    match (program, verb_text) {
        ("npx" | "bunx" | "uvx", _) => inner(call, words, sink),
        ("uv", "pip") => dispatch(&call.with(&words[verb..], &call.directory), sink),
        ("uv" | "poetry" | "pdm" | "rye" | "pipenv" | "hatch" | "conda" | "pipx" | "doppler" | "op" | "infisical", "run") => {
            inner(call, &words[verb + 1..], sink);
        }
        ("bundle" | "aws-vault" | "direnv" | "chamber", "exec") => {
            // The profile, folder or service stands first, except with bundle.
            let skip = if program == "bundle" { 1 } else { 2 };
            inner(call, words.get(verb + skip..).unwrap_or_default(), sink);
        }
        ("uv", "venv") => {
            if let Some(folder) = words.get(verb + 1).filter(|word| !word.text.starts_with('-')) {
                sink.output(&call.site, &Value::of(folder), &call.directory);
            }
        }
        ("dotenv", _) => inner(call, words, sink),
        _ => {
            for argument in Arguments::new(words, &["-r", "--requirement"]) {
                if let Argument::Option { value: Some(value), .. } = argument {
                    sink.path(&call.site, &value, Evidence::Code, &call.directory);
                }
            }
        }
    }
}

/// The program behind the options of the one that runs it.
fn inner(call: &Call<'_>, words: &[Word], sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut arguments = Arguments::new(words, &WRAPPER_VALUED);
    loop {
        let rest = arguments.rest();
        match arguments.next() {
            None => return,
            Some(Argument::Option { name, value, .. }) => match (name, value) {
                ("-m" | "--module", _) if matches!(call.program(), "uv" | "pdm" | "rye") => {
                    let words = arguments.rest();
                    if words.first().is_some_and(|word| is_tool(&word.text)) {
                        dispatch(&call.with(words, &directory), sink);
                    }
                    return;
                }
                ("--env-file" | "--with-requirements", Some(value)) => {
                    sink.path(&call.site, &value, Evidence::Operand, &directory);
                }
                ("--directory" | "--project", Some(value)) => directory = entered(&directory, value.text),
                _ => {}
            },
            Some(Argument::Break) => {
                let rest = arguments.rest();
                return run(call, rest, &directory, sink);
            }
            Some(Argument::Operand(_)) => return run(call, rest, &directory, sink),
        }
    }
}

fn run(call: &Call<'_>, words: &[Word], directory: &Directory, sink: &mut Sink) {
    let Some(first) = words.first() else { return };
    // `hatch run serve` runs a script of the project, `hatch run pytest` a program.
    let is_script = call.program() == "hatch" && !first.text.contains('/') && !is_tool(&first.text);
    if is_script {
        let name = first.text.rsplit(':').next().unwrap_or(&first.text);
        if is_tool(name) {
            return dispatch(&call.with(words, directory), sink);
        }
        let range = call.start()..first.range.end;
        sink.task(&call.site, &range, HATCH, &first.text, &[], directory);
        return;
    }
    let is_word = !first.text.contains('/') && !is_tool(&first.text) && !first.text.ends_with(".py");
    if call.program() == "pdm" && is_word && is_task_name(&first.text) && !in_name(&first.text) {
        let range = call.start()..first.range.end;
        sink.task(&call.site, &range, PDM, &first.text, &[], directory);
        return;
    }
    dispatch(&call.with(words, directory), sink);
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::references::shown::of_commands;

    #[test]
    fn runners_name_their_tasks() {
        assert_eq!(
            of_commands(
                "just migrate prod\njust -f ops/justfile up\ntask build test\nmise run lint\npoe check\ntox -e py312\nnox -s docs"
            ),
            [
                "just-recipe migrate",
                "just-recipe up of ops/justfile",
                "path ops/justfile",
                "task task build",
                "task task test",
                "task mise lint",
                "task poe check",
                "task tox py312",
                "task nox docs",
            ]
        );
        assert_eq!(
            of_commands("./gradlew bundleRelease"),
            ["path ./gradlew", "task gradle bundleRelease"]
        );
    }

    #[test]
    fn values_of_options_are_no_tasks() {
        assert_eq!(
            of_commands("just --set os linux build\ntask -o prefixed -C 4 lint\ntask -d web test\ndeno task --cwd web dev"),
            [
                "just-recipe build",
                "task task lint",
                "task task test in web",
                "task deno dev in web"
            ]
        );
    }

    #[test]
    fn aliases_of_cargo_are_told_from_its_verbs() {
        assert_eq!(
            of_commands(
                "cargo build --release\ncargo test -p core\ncargo xtask dist\ncargo ship\ncargo run --manifest-path tools/a/Cargo.toml -- x"
            ),
            [
                "cargo-package core",
                "task cargo xtask dist",
                "task cargo ship",
                "cli-command x of cargo run",
                "path tools/a/Cargo.toml"
            ]
        );
    }

    #[test]
    fn environments_run_programs() {
        assert_eq!(
            of_commands(
                "hatch run serve\nhatch run alembic -c a/alembic.ini heads\nuv run scripts/x.py --dry\ndotenv -e .env.prod -- make up"
            ),
            [
                "task hatch serve",
                "manifest a/alembic.ini of alembic",
                "path scripts/x.py",
                "script-flag --dry of scripts/x.py",
                "make up",
            ]
        );
        assert_eq!(
            of_commands("uv pip install -r requirements.txt\nuv venv .venv\nuv sync"),
            ["path requirements.txt", "output .venv"]
        );
    }
}
