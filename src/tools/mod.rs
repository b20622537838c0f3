//! What is known of each tool: one file per tool or family of tools, one entry per tool in one list.
//!
//! The list imports its entries, an entry never the list or another entry; what they share stands in files below both.

mod cargo;
mod cargo_manifest;
mod cargo_package;
mod cargo_xtask;
mod cdk;
mod compose;
mod coreutils;
pub(crate) mod curl;
mod docker;
mod earthly;
pub(crate) mod family;
mod files;
pub(crate) mod folder;
pub(crate) mod forge_address;
pub(crate) mod format;
mod gh;
mod git;
mod gitlab_ci;
mod go;
mod gradle;
mod gradle_call;
mod helm;
mod ini;
mod interpreter;
pub(crate) mod json;
mod just;
mod kubectl;
pub(crate) mod lookup;
pub(crate) mod make;
mod make_words;
mod makefile;
mod manifests;
mod mise;
mod npm;
mod package_filter;
mod package_json;
mod packages;
mod pnpm_workspace;
mod program;
mod programs;
mod projects;
mod pyproject;
mod pytest;
mod python;
mod python_apps;
mod python_programs;
mod python_tasks;
mod ruby;
pub(crate) mod runner;
pub(crate) mod runtimes;
mod script_map;
mod scripts;
pub(crate) mod site_address;
mod ssh;
mod task_call;
mod task_lookup;
mod taskfile;
pub(crate) mod tasks;
mod terraform;
mod test_filter;
#[cfg(test)]
mod testing;
pub(crate) mod toml;
pub(crate) mod tool;
mod tox;
mod workflow;
mod workflow_part;
mod workflows;
mod wrapped;
mod wrappers;
pub(crate) mod yaml;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::command::call::{Call, Programs};
use crate::command::name::ends_with;
use crate::command::path::Evidence;
use crate::command::simple::Simple;
use crate::command::sink::{Sink, Site, Value};
use crate::command::words::assigned;
use crate::model::definition::DefinitionFile;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceKind, Resolution};
use crate::tools::files::{MANNERS, files};
use crate::tools::format::Format;
use crate::tools::lookup::answer::unverifiable;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::tree::Lookup;
use crate::tools::program::{own_program, script};
use crate::tools::programs::{PLAIN, WORDS};
use crate::tools::tool::Tool;

/// Every tool. What another program is given is taken for files; the tasks of another runner are unverifiable.
pub(crate) const TOOLS: &[Tool] = &[
    cargo::TOOL,
    cdk::TOOL,
    coreutils::COPIES,
    coreutils::FOLDERS,
    coreutils::MAKERS,
    coreutils::REMOVERS,
    curl::TOOL,
    docker::COMPOSE,
    docker::TOOL,
    earthly::TOOL,
    gh::TOOL,
    git::TOOL,
    gitlab_ci::TOOL,
    go::TOOL,
    gradle::TOOL,
    helm::TOOL,
    just::TOOL,
    kubectl::TOOL,
    make::TOOL,
    manifests::TOOL,
    mise::TOOL,
    npm::BUN,
    npm::NPM,
    npm::PNPM,
    npm::YARN,
    projects::DOTNET,
    projects::MAVEN,
    pytest::TOOL,
    python::HATCH,
    python::INVOKE,
    python::NOX,
    python::PDM,
    python::POE,
    python::TOX,
    python_apps::OPTIONS,
    python_apps::SERVERS,
    ruby::FASTLANE,
    ruby::RAKE,
    script_map::COMPOSER,
    script_map::DENO,
    script_map::LERNA,
    script_map::NX,
    script_map::TURBO,
    scripts::TOOL,
    ssh::TOOL,
    taskfile::TOOL,
    terraform::TOOL,
    wrappers::BUNDLE,
    wrappers::EXEC,
    wrappers::PLAIN,
    wrappers::RUN,
    wrappers::UV,
];

/// Programs that run other programs may stand behind each other so often.
const MAX_INNER: u8 = 8;

/// The programs by their names, with their tool where they have one.
static PROGRAMS: LazyLock<HashMap<&str, Option<&Tool>>> = LazyLock::new(|| {
    let plain = PLAIN.split(' ').chain(MANNERS.iter().flat_map(|(names, _)| names.split(' ')));
    let mut programs: HashMap<&str, Option<&Tool>> = plain.map(|name| (name, None)).collect();
    programs.extend(
        TOOLS
            .iter()
            .flat_map(|tool| tool.names.iter().map(move |name| (*name, Some(tool)))),
    );
    programs
});

/// Whether a word is a known program. One that is not may be the repository's own.
pub(crate) fn is_known(word: &str) -> bool {
    PROGRAMS.contains_key(word) && !WORDS.contains(&word)
}

/// The format of a file by its path; none when the file defines nothing that can be called.
pub(crate) fn format_of(path: &str) -> Option<&'static Format> {
    static ALL: LazyLock<Vec<&'static Format>> = LazyLock::new(formats);
    ALL.iter().copied().find(|format| (format.recognizes)(path))
}

/// The files that a file reads in, whatever they are called, with the format that it reads them in.
pub(crate) fn read_in(file: &DefinitionFile) -> Vec<(String, &'static Format)> {
    let format_of = |tool: &'static Tool| tool.formats.iter().find(|format| format.name == file.format);
    TOOLS
        .iter()
        .filter_map(|tool| Some((tool, format_of(tool)?)))
        .flat_map(|(tool, format)| (tool.reads)(file).into_iter().map(move |path| (path, format)))
        .collect()
}

/// Every format, sorted by name.
pub(crate) fn formats() -> Vec<&'static Format> {
    let mut formats: Vec<&Format> = TOOLS.iter().flat_map(|tool| tool.formats).collect();
    formats.sort_by_key(|format| format.name);
    formats
}

/// Looks up what a tool defines; none for what belongs to no tool.
pub(crate) fn resolve(lookup: &Lookup<'_>, document: &Document<'_>, reference: &Reference) -> Option<Resolution> {
    if let ReferenceKind::Named(named) = &reference.kind
        && let Kind::Task(runner) = named.kind
    {
        let mut tasks = TOOLS.iter().filter_map(|tool| tool.tasks.as_ref());
        let mut resolvers = TOOLS.iter().flat_map(|tool| tool.resolvers);
        return Some(match tasks.find(|files| files.runner == runner) {
            Some(files) => task_lookup::resolve(lookup, document, reference, named, files),
            None => resolvers
                .find_map(|resolver| resolver.resolve(lookup, document, reference))
                .unwrap_or_else(|| unverifiable(Reason::TasksNotLookedUp(runner.word()))),
        });
    }
    let mut resolvers = TOOLS.iter().flat_map(|tool| tool.resolvers);
    resolvers.find_map(|resolver| resolver.resolve(lookup, document, reference))
}

/// Gathers what a simple command names: its variables, its program with the arguments, its redirections.
pub(crate) fn gather(command: &Simple, site: Site<'_>, sink: &mut Sink) {
    if !command.words.is_empty() {
        for word in &command.assignments {
            if let Some(name) = assigned(&word.text) {
                sink.other(&site, &word.range, Kind::EnvVar, name, &command.directory);
            }
        }
    }
    let call = Call {
        words: &command.words,
        directory: command.directory.clone(),
        site,
        depth: 0,
        programs: Programs { run, is_known },
    };
    run(&call, sink);
    for word in &command.read {
        sink.path(&site, &Value::of(word), Evidence::Operand, &command.directory);
    }
    for word in &command.looped {
        sink.path(&site, &Value::of(word), Evidence::Code, &command.directory);
    }
    for word in &command.written {
        sink.output(&site, &Value::of(word), &command.directory);
    }
}

/// Whether a word is a program in a folder where those are installed or have a wrapper: `.venv/bin/python`, `bin/rake`.
fn is_installed(word: &str) -> bool {
    let Some((folder, _)) = word.rsplit_once('/') else {
        return false;
    };
    let folder = folder.trim_start_matches("./");
    matches!(folder, "bin" | "node_modules/.bin" | "vendor/bin")
        || folder.ends_with("venv/bin")
        || folder.ends_with("venv/Scripts")
}

/// Gathers what a call names.
fn run(call: &Call<'_>, sink: &mut Sink) {
    let Some(first) = call.words.first().filter(|_| call.depth <= MAX_INNER) else {
        return;
    };
    if is_installed(&first.text)
        && let Some(Some(tool)) = PROGRAMS.get(call.program())
    {
        (tool.calls)(call, sink);
    }
    if first.text.contains('/') || ends_with(&first.text, &["sh", "py", "ps1"]) {
        return script(call, first, call.arguments(), sink);
    }
    match PROGRAMS.get(call.program()) {
        Some(Some(tool)) => (tool.calls)(call, sink),
        Some(None) => files(call, sink),
        None => {
            own_program(call, sink);
            files(call, sink);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{PLAIN, PROGRAMS, TOOLS, format_of, formats, is_known};
    use crate::tools::files::MANNERS;
    use crate::tools::testing::of_commands;

    #[test]
    fn formats_are_kebab_case_sorted_and_unique() {
        let names: Vec<&str> = formats().into_iter().map(|format| format.name).collect();
        assert!(names.is_sorted_by(|left, right| left < right), "{names:?}");
        for name in names {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
        }
    }

    #[test]
    fn each_file_has_one_format() {
        let format = |path| format_of(path).map(|format| format.name);
        assert_eq!(format("Makefile"), Some("make"));
        assert_eq!(format("build/rules.mk"), Some("make"));
        assert_eq!(format("web/package.json"), Some("package-json"));
        assert_eq!(format("pnpm-workspace.yaml"), Some("pnpm-workspace"));
        assert_eq!(format(".github/workflows/release.yml"), Some("workflow"));
        assert_eq!(format("systems/one/source/.github/workflows/ci.yaml"), Some("workflow"));
        assert_eq!(format("justfile"), Some("just"));
        assert_eq!(format("Taskfile.yml"), Some("taskfile"));
        assert_eq!(format(".cargo/config.toml"), Some("cargo-config"));
        assert_eq!(format("docs/Makefile.md"), None);
        assert_eq!(format(".github/dependabot.yml"), None);
        assert_eq!(format("package.json.bak"), None);
    }

    #[test]
    fn each_program_is_named_once() {
        let of_tools = TOOLS.iter().flat_map(|tool| tool.names.iter().copied());
        let plain = PLAIN.split(' ');
        let mut names: Vec<&str> = of_tools.chain(plain).collect();
        names.sort_unstable();
        let twice: Vec<&[&str]> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
        let manners = MANNERS.iter().flat_map(|(names, _)| names.split(' '));
        assert!(manners.clone().all(|name| !PLAIN.split(' ').any(|plain| plain == name)));
        assert!(PROGRAMS.keys().all(|name| !name.is_empty() && !name.contains(' ')));
        assert!(is_known("kubectl") && is_known("awk") && is_known("7z"));
        assert!(!is_known("starter-console") && !is_known("http") && !is_known("."));
    }

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
    fn targets_of_nx_are_named_with_their_project() {
        assert_eq!(
            of_commands(
                "npx nx run web:build --prod\nnx build web\nnx e2e\nnx run-many -t build,test\nnx affected --target=lint\nnx g @nx/react:app web\nnx run @acme/ui:lint\nnx show projects"
            ),
            [
                "task nx web:build", "task nx web:build", "task nx e2e", "task nx build", "task nx test", "task nx lint",
                "task nx @acme/ui:lint",
            ]
        );
    }

    #[test]
    fn features_of_cargo_are_named_with_the_package() {
        assert_eq!(
            of_commands(
                "cargo build --features tls,cli -p core\ncargo test -F \"a b\"\ncargo add serde --features derive\ncargo install x --features y\ncargo run --features $F"
            ),
            [
                "cargo-feature tls of core",
                "cargo-feature cli of core",
                "cargo-package core",
                "cargo-feature a",
                "cargo-feature b",
            ]
        );
    }

    #[test]
    fn values_of_options_are_no_tasks() {
        assert_eq!(
            of_commands("just --set os linux build\ntask -o prefixed -C 4 lint\ntask -d web test\ndeno task --cwd web dev"),
            [
                "just-recipe build", "task task lint", "task task test in web", "task deno dev in web"
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

    proptest! {
        #[test]
        fn no_text_stops_a_parser(text in any::<String>()) {
            for format in formats() {
                let file = (format.parse)("x", &text);
                assert_eq!(file.format, format.name);
            }
        }

        #[test]
        fn no_text_of_make_signs_stops_a_parser(text in "[a%:=&;#$(){}\t\n\\\\ .-]{0,80}") {
            for format in formats() {
                (format.parse)("x", &text);
            }
        }
    }
}
