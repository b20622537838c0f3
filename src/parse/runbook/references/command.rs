//! What a command names: the way from a program to those who know its arguments.

use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::parse::runbook::commands::simple::{Simple, assigned};
use crate::parse::runbook::commands::tools::is_tool;
use crate::parse::runbook::commands::words::Word;
use crate::parse::runbook::references::arguments::{Argument, Arguments};
use crate::parse::runbook::references::files::{copy, files, folder, interpreter, make_files};
use crate::parse::runbook::references::name::ends_with;
use crate::parse::runbook::references::path::{Claim, Evidence, claim};
use crate::parse::runbook::references::sink::{Sink, Site, Value};
use crate::parse::runbook::references::{container, forge, make, package, task, web};
use crate::tools::runner::{DENO, GRADLE};

/// Programs that run other programs may stand behind each other so often.
const MAX_INNER: u8 = 8;

/// A program with its arguments, where it stands and where it runs.
#[derive(Clone, Debug)]
pub(crate) struct Call<'word> {
    /// The program and its arguments.
    pub(crate) words: &'word [Word],
    /// The folder it runs in.
    pub(crate) directory: Directory,
    /// Where it stands.
    pub(crate) site: Site<'word>,
    /// How many programs run it.
    pub(crate) depth: u8,
}

impl<'word> Call<'word> {
    /// The name of the program without its folder.
    pub(crate) fn program(&self) -> &'word str {
        let program = self.words.first().map_or("", |word| word.text.as_str());
        program.rsplit('/').next().unwrap_or(program)
    }

    /// The arguments.
    pub(crate) fn arguments(&self) -> &'word [Word] {
        self.words.get(1..).unwrap_or_default()
    }

    /// Where the program begins.
    pub(crate) fn start(&self) -> usize {
        self.words.first().map_or(0, |word| word.range.start)
    }

    /// Another call inside this one.
    pub(crate) fn with(&self, words: &'word [Word], directory: &Directory) -> Self {
        Self {
            words,
            directory: directory.clone(),
            site: self.site,
            depth: self.depth + 1,
        }
    }
}

/// What a simple command names: its variables, its program with the arguments, its redirections.
pub(crate) fn simple(command: &Simple, site: Site<'_>, sink: &mut Sink) {
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
    };
    dispatch(&call, sink);
    for word in &command.read {
        sink.path(&site, &Value::of(word), Evidence::Operand, &command.directory);
    }
    for word in &command.written {
        sink.output(&site, &Value::of(word), &command.directory);
    }
}

/// What a call names.
pub(crate) fn dispatch(call: &Call<'_>, sink: &mut Sink) {
    let Some(first) = call.words.first() else { return };
    if call.depth > MAX_INNER {
        return;
    }
    if first.text.contains('/') || ends_with(&first.text, &["sh", "py"]) {
        return script(call, first, call.arguments(), sink);
    }
    match call.program() {
        "make" | "gmake" => make::make(call, sink),
        "npm" => package::package(call, "npm", sink),
        "pnpm" => package::package(call, "pnpm", sink),
        "yarn" => package::package(call, "yarn", sink),
        "bun" => package::package(call, "bun", sink),
        "npx" | "bunx" | "uvx" | "pipx" | "uv" | "poetry" | "pdm" | "rye" | "pipenv" | "hatch" | "conda" | "bundle"
        | "dotenv" | "doppler" | "op" | "aws-vault" | "infisical" | "direnv" | "chamber" => task::wrapper(call, sink),
        "just" | "task" | "mise" | "cargo" | "poe" | "nox" | "tox" | "invoke" | "inv" | "rake" | "gradle" | "turbo" | "nx"
        | "lerna" | "fastlane" | "composer" => task::task(call, sink),
        program @ ("alembic" | "ansible-playbook" | "skaffold" | "supabase") => {
            let before = sink.references.len();
            files(call, sink);
            sink.mark_manifests(before, program);
        }
        "docker" | "podman" | "nerdctl" => container::docker(call, sink),
        "docker-compose" | "podman-compose" => container::compose(call, call.arguments(), sink),
        "kubectl" | "oc" | "kustomize" => container::kubectl(call, sink),
        "helm" | "helmfile" => container::helm(call, sink),
        "terraform" | "tofu" | "terragrunt" => container::terraform(call, sink),
        "gh" => forge::gh(call, sink),
        "git" => forge::git(call, sink),
        "curl" | "wget" | "http" | "https" | "hey" | "grpcurl" => web::web(call, sink),
        "deno" if call.arguments().first().is_some_and(|word| word.text == "task") => {
            task::named(call, DENO, &call.arguments()[1..], sink);
        }
        "python" | "python3" | "node" | "tsx" | "ts-node" | "deno" | "ruby" | "perl" | "php" | "bash" | "sh" | "zsh"
        | "Rscript" | "source" | "." => interpreter(call, sink),
        "cd" | "pushd" => folder(call, sink),
        "cp" | "mv" | "ln" | "rsync" | "scp" => copy(call, sink),
        "mkdir" | "touch" | "tee" => make_files(call, sink),
        program if is_tool(program) => files(call, sink),
        _ => own_program(call, sink),
    }
}

/// A script of the repository that is run, and its options.
pub(crate) fn script(call: &Call<'_>, word: &Word, arguments: &[Word], sink: &mut Sink) {
    sink.path(&call.site, &Value::of(word), Evidence::Operand, &call.directory);
    let claimed = claim(&word.text, Evidence::Operand);
    let is_gradle = word.text.ends_with("gradlew");
    if is_gradle {
        task::named(call, GRADLE, arguments, sink);
        return;
    }
    // The operand behind an option that writes is written.
    let mut previous = "";
    for argument in Arguments::new(arguments, &[]) {
        match argument {
            Argument::Option {
                name,
                value,
                word: option,
            } => {
                if matches!(claimed, Some(Claim::Path(_))) && name.starts_with("--") {
                    let range = option.range.start..option.range.start + name.len().min(option.range.len());
                    let within = [word.text.clone()];
                    sink.named(&call.site, &range, Kind::ScriptFlag, name, &within, &call.directory);
                }
                previous = if value.is_some() { "" } else { name };
                if let Some(value) = value {
                    written_or_read(call, name, &value, sink);
                }
            }
            Argument::Operand(operand) => {
                let option = std::mem::take(&mut previous);
                written_or_read(call, option, &Value::of(operand), sink);
            }
            Argument::Break => previous = "",
        }
    }
}

/// The value of an option: a path that is written or read.
pub(crate) fn written_or_read(call: &Call<'_>, option: &str, value: &Value<'_>, sink: &mut Sink) {
    if !crate::parse::runbook::references::arguments::is_output_option(option) {
        sink.path(&call.site, value, Evidence::Code, &call.directory);
        return;
    }
    // `--cov-report=xml:coverage.xml`
    let path = value.text.rsplit(':').next().unwrap_or(value.text);
    let value = value.tail(&call.site, path);
    let is_path = claim(path, Evidence::Operand).is_some()
        || path.contains('/')
        || path.rsplit_once('.').is_some_and(|(_, end)| (2..=6).contains(&end.len()));
    if is_path {
        sink.output(&call.site, &value, &call.directory);
    }
}

/// Verbs of one command at most: `app db user add`.
const MAX_VERBS: usize = 3;

/// The sub-command of a program and its options; the program alone when there is no verb. `within` is the program as a resolver knows
/// it: its name, or `python -m MODULE`.
pub(crate) fn verbs_and_flags(call: &Call<'_>, within: &str, arguments: &[Word], sink: &mut Sink) {
    let is_verb = |word: &&Word| {
        let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b':');
        !word.is_quoted && word.text.starts_with(|char: char| char.is_ascii_lowercase()) && word.text.bytes().all(is_sign)
    };
    let verbs: Vec<&Word> = arguments.iter().take(MAX_VERBS).take_while(is_verb).collect();
    let end = match verbs.last() {
        Some(last) => last.range.end,
        // The word in front of the arguments is the program.
        None => call.words[..call.words.len() - arguments.len()]
            .last()
            .map_or(call.start(), |word| word.range.end),
    };
    let range = call.start()..end;
    if verbs.is_empty() {
        sink.other(&call.site, &range, Kind::CliCommand, within, &call.directory);
    } else {
        let name: Vec<&str> = verbs.iter().map(|word| word.text.as_str()).collect();
        sink.named(
            &call.site,
            &range,
            Kind::CliCommand,
            &name.join(" "),
            &[within.to_owned()],
            &call.directory,
        );
    }
    program_flags(call, within, arguments, sink);
}

/// The long options of a program of the repository.
pub(crate) fn program_flags(call: &Call<'_>, within: &str, arguments: &[Word], sink: &mut Sink) {
    // Behind `--`, or behind a program that it runs, the options belong to somebody else.
    for word in arguments.iter().take_while(|word| word.text != "--" && !is_tool(&word.text)) {
        let name = word.text.split('=').next().unwrap_or_default();
        let is_flag = !word.is_quoted
            && name.len() > 3
            && name.strip_prefix("--").is_some_and(|name| {
                name.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            });
        if is_flag {
            let range = word.range.start..word.range.start + name.len().min(word.range.len());
            sink.named(
                &call.site,
                &range,
                Kind::ScriptFlag,
                name,
                &[within.to_owned()],
                &call.directory,
            );
        }
    }
}

/// A program that is none of the known ones: the repository's own, or one that nobody knows.
fn own_program(call: &Call<'_>, sink: &mut Sink) {
    let program = call.program();
    let is_name = program.len() >= 2
        && program.starts_with(|char: char| char.is_ascii_lowercase())
        && program
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'));
    if is_name {
        verbs_and_flags(call, program, call.arguments(), sink);
    }
    files(call, sink);
}
