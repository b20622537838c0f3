//! Files and folders among the arguments of programs that have no file of their own here.

use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceKind;
use crate::parse::runbook::commands::folder::joined;
use crate::parse::runbook::commands::placeholder::in_name;
use crate::parse::runbook::commands::tools::is_tool;
use crate::parse::runbook::commands::words::Word;
use crate::parse::runbook::references::arguments::{Argument, Arguments, is_output_option};
use crate::parse::runbook::references::command::{Call, dispatch, program_flags, script, verbs_and_flags, written_or_read};
use crate::parse::runbook::references::path::Evidence;
use crate::parse::runbook::references::sink::{Sink, Value};

/// What the arguments of a program are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// None is a file of the repository: names of services, hosts, patterns, words to print.
    Nothing,
    /// Every operand is a file or folder.
    Files,
    /// The first operand is a pattern, an expression or a mode; the others are files.
    FilesAfterFirst,
    /// The values of these options are files; operands are not.
    Options(&'static [&'static str]),
    /// The values of these options are written.
    Written(&'static [&'static str]),
}

/// Programs and what their arguments are, sorted. Any other program: what looks like a path for certain is one.
const MANNERS: [(&str, Manner); 89] = [
    ("adb", Manner::Nothing),
    ("alembic", Manner::Options(&["-c", "--config"])),
    ("ansible", Manner::Options(&["-i", "--inventory"])),
    ("ansible-playbook", Manner::Files),
    ("apk", Manner::Nothing),
    ("apt", Manner::Nothing),
    ("apt-get", Manner::Nothing),
    ("argocd", Manner::Options(&["-f", "--file"])),
    ("awk", Manner::FilesAfterFirst),
    ("bandit", Manner::Files),
    ("black", Manner::Files),
    ("brew", Manner::Nothing),
    ("cat", Manner::Files),
    ("chmod", Manner::FilesAfterFirst),
    ("chown", Manner::FilesAfterFirst),
    ("cosign", Manner::Options(&["--key", "--predicate", "--policy"])),
    ("createdb", Manner::Nothing),
    ("crontab", Manner::Nothing),
    ("date", Manner::Nothing),
    ("diff", Manner::Files),
    ("dig", Manner::Nothing),
    ("dnf", Manner::Nothing),
    ("dropdb", Manner::Nothing),
    ("echo", Manner::Nothing),
    ("eslint", Manner::Files),
    ("exit", Manner::Nothing),
    ("export", Manner::Nothing),
    ("find", Manner::Nothing),
    ("fly", Manner::Options(&["-c", "--config", "--dockerfile"])),
    ("flyctl", Manner::Options(&["-c", "--config", "--dockerfile"])),
    ("grep", Manner::FilesAfterFirst),
    ("gunicorn", Manner::Options(&["-c", "--config"])),
    ("head", Manner::Files),
    ("heroku", Manner::Nothing),
    ("host", Manner::Nothing),
    ("jest", Manner::Files),
    ("journalctl", Manner::Nothing),
    ("jq", Manner::FilesAfterFirst),
    ("k6", Manner::Files),
    ("kill", Manner::Nothing),
    ("killall", Manner::Nothing),
    ("less", Manner::Files),
    ("lsof", Manner::Nothing),
    ("mypy", Manner::Files),
    ("mysqldump", Manner::Written(&["-r", "--result-file"])),
    ("nc", Manner::Nothing),
    ("nslookup", Manner::Nothing),
    ("pg_dump", Manner::Written(&["-f", "--file"])),
    ("pg_dumpall", Manner::Written(&["-f", "--file"])),
    ("pg_restore", Manner::Nothing),
    ("ping", Manner::Nothing),
    (
        "pip",
        Manner::Options(&["-r", "--requirement", "-c", "--constraint", "-e", "--editable"]),
    ),
    (
        "pip3",
        Manner::Options(&["-r", "--requirement", "-c", "--constraint", "-e", "--editable"]),
    ),
    ("pkill", Manner::Nothing),
    ("playwright", Manner::Files),
    ("pre-commit", Manner::Options(&["-c", "--config", "--files"])),
    ("printf", Manner::Nothing),
    ("prisma", Manner::Options(&["--schema"])),
    ("promtool", Manner::Files),
    ("ps", Manner::Nothing),
    ("psql", Manner::Options(&["-f", "--file"])),
    ("pytest", Manner::Files),
    ("redis-cli", Manner::Nothing),
    ("rg", Manner::FilesAfterFirst),
    ("rm", Manner::Nothing),
    ("ruff", Manner::Files),
    ("sed", Manner::FilesAfterFirst),
    ("service", Manner::Nothing),
    ("set", Manner::Nothing),
    ("shellcheck", Manner::Files),
    ("sleep", Manner::Nothing),
    ("sops", Manner::Files),
    ("ssh", Manner::Nothing),
    ("ssh-keygen", Manner::Written(&["-f"])),
    ("supabase", Manner::Options(&["--file", "-f"])),
    ("sysctl", Manner::Nothing),
    ("systemctl", Manner::Nothing),
    ("tail", Manner::Files),
    ("tar", Manner::Nothing),
    ("telnet", Manner::Nothing),
    ("test", Manner::Nothing),
    ("umask", Manner::Nothing),
    ("unset", Manner::Nothing),
    ("unzip", Manner::Nothing),
    ("vault", Manner::Nothing),
    ("vi", Manner::Files),
    ("vim", Manner::Files),
    ("vitest", Manner::Files),
    ("zip", Manner::Nothing),
];

/// Options whose next word is no file, whatever it looks like.
const NO_FILES: [&str; 26] = [
    "-k",
    "-m",
    "-e",
    "-p",
    "-t",
    "-n",
    "--tag",
    "--name",
    "--grep",
    "--message",
    "--image",
    "--user",
    "--role",
    "--project",
    "--region",
    "--namespace",
    "--branch",
    "--ref",
    "--title",
    "--label",
    "--key-id",
    "--regexp",
    "--url",
    "--host",
    "--format",
    "--select",
];

/// The files among the arguments of a program.
pub(crate) fn files(call: &Call<'_>, sink: &mut Sink) {
    let program = call.program();
    let manner = MANNERS
        .binary_search_by(|(name, _)| (*name).cmp(program))
        .ok()
        .map(|at| MANNERS[at].1);
    if program == "pytest" {
        markers(call, sink);
    }
    if program == "go" {
        return go(call, sink);
    }
    if program == "ssh" {
        return ssh(call, sink);
    }
    let mut previous = "";
    let mut operands = 0;
    for argument in Arguments::new(call.arguments(), &[]) {
        match argument {
            Argument::Option { name, value, .. } => {
                if let Some(value) = value {
                    with_option(call, manner, name, &value, sink);
                    previous = "";
                } else {
                    previous = name;
                }
            }
            Argument::Operand(word) => {
                let value = Value::of(word);
                let option = std::mem::take(&mut previous);
                if option.is_empty() {
                    operands += 1;
                    operand(call, manner, &value, operands, sink);
                } else {
                    with_option(call, manner, option, &value, sink);
                }
            }
            Argument::Break => previous = "",
        }
    }
}

fn operand(call: &Call<'_>, manner: Option<Manner>, value: &Value<'_>, count: usize, sink: &mut Sink) {
    let evidence = match manner {
        Some(Manner::Nothing | Manner::Options(_) | Manner::Written(_)) => return,
        Some(Manner::FilesAfterFirst) if count == 1 => return,
        Some(Manner::Files | Manner::FilesAfterFirst) => Evidence::Operand,
        None => Evidence::Code,
    };
    sink.path(&call.site, value, evidence, &call.directory);
}

/// The word behind an option: its value, or an operand behind a switch.
fn with_option(call: &Call<'_>, manner: Option<Manner>, option: &str, value: &Value<'_>, sink: &mut Sink) {
    match manner {
        Some(Manner::Nothing) => {}
        Some(Manner::Options(options)) => {
            if options.contains(&option) {
                sink.path(&call.site, value, Evidence::Operand, &call.directory);
            }
        }
        Some(Manner::Written(options)) => {
            if options.contains(&option) || is_output_option(option) {
                sink.output(&call.site, value, &call.directory);
            }
        }
        _ if NO_FILES.contains(&option) => {}
        _ => {
            // `file://x.json` is how some clients read a file.
            match value.text.split_once("://") {
                Some(("file" | "fileb", path)) => {
                    sink.path(&call.site, &value.tail(&call.site, path), Evidence::Operand, &call.directory);
                }
                _ => written_or_read(call, option, value, sink),
            }
        }
    }
}

/// `ssh -o ProxyCommand='./proxy.sh %h %p' host`: the command runs here.
fn ssh(call: &Call<'_>, sink: &mut Sink) {
    for word in call.arguments() {
        if let Some(command) = word
            .text
            .strip_prefix("ProxyCommand=")
            .or_else(|| word.text.strip_prefix("-oProxyCommand="))
        {
            let program = command.split_whitespace().next().unwrap_or_default();
            if program.contains('/') {
                sink.path(
                    &call.site,
                    &Value::of(word).tail(&call.site, program),
                    Evidence::Operand,
                    &call.directory,
                );
            }
        }
    }
}

/// `pytest -m integration`.
fn markers(call: &Call<'_>, sink: &mut Sink) {
    for argument in Arguments::new(call.arguments(), &["-m"]) {
        if let Argument::Option {
            name: "-m",
            value: Some(value),
            ..
        } = argument
        {
            sink.other(&call.site, &value.range, Kind::PytestMarker, value.text, &call.directory);
        }
    }
}

/// `go run ./cmd/x`: packages are folders; `./...` is all of them.
fn go(call: &Call<'_>, sink: &mut Sink) {
    for word in call.arguments() {
        if word.text.starts_with("./") && !word.text.contains("...") {
            sink.path(&call.site, &Value::of(word), Evidence::Operand, &call.directory);
        }
    }
}

/// An interpreter and its script: `python x.py`, `bash x.sh`, `source .env`, `python -m pytest`.
pub(crate) fn interpreter(call: &Call<'_>, sink: &mut Sink) {
    let program = call.program();
    let words = call.arguments();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word.text.as_str() {
            "-m" if program.starts_with("python") => return module(call, &words[at + 1..], sink),
            // What follows is code, or comes from elsewhere.
            "-c" | "-e" | "-p" | "-s" | "-" if !matches!(program, "bash" | "sh" | "zsh") || word.text != "-e" => return,
            "--run" if program == "node" => return node_script(call, words.get(at + 1), sink),
            "-r" | "-W" | "-X" | "--require" | "--import" | "--loader" => at += 2,
            "run" | "task" | "test" if program == "deno" => at += 1,
            option if option.starts_with(['-', '+']) => at += 1,
            _ => break,
        }
    }
    let Some(word) = words.get(at) else { return };
    script(call, word, &words[at + 1..], sink);
}

/// `node --run SCRIPT`: a script of the package, as `npm run` runs it.
fn node_script(call: &Call<'_>, word: Option<&Word>, sink: &mut Sink) {
    let Some(word) = word.filter(|word| !in_name(&word.text) && !word.text.starts_with('-')) else {
        return;
    };
    let kind = ReferenceKind::PackageScript {
        manager: "npm",
        script: word.text.clone(),
        is_explicit: true,
        workspace: None,
        directory: call.directory.clone(),
    };
    sink.add(&call.site, &(call.start()..word.range.end), kind);
}

/// `python -m MODULE`.
fn module(call: &Call<'_>, words: &[Word], sink: &mut Sink) {
    let Some(name) = words.first() else { return };
    match name.text.as_str() {
        "venv" | "virtualenv" => {
            if let Some(folder) = words.iter().skip(1).find(|word| !word.text.starts_with('-')) {
                sink.output(&call.site, &Value::of(folder), &call.directory);
            }
        }
        "http.server" | "json.tool" | "pip" if name.text != "pip" => {}
        module => {
            if !module.contains('.') && is_tool(module) {
                return dispatch(&call.with(words, &call.directory), sink);
            }
            let range = call.start()..name.range.end;
            let program = format!("python -m {module}");
            sink.other(&call.site, &range, Kind::CliCommand, &program, &call.directory);
            let arguments = &words[1..];
            if arguments
                .first()
                .is_some_and(|word| word.text.starts_with(|char: char| char.is_ascii_lowercase()))
            {
                verbs_and_flags(call, &program, arguments, sink);
            } else {
                program_flags(call, &program, arguments, sink);
            }
        }
    }
}

/// `cd FOLDER`. A bare folder may be the repository itself, and so claims nothing.
pub(crate) fn folder(call: &Call<'_>, sink: &mut Sink) {
    let Some(word) = call.arguments().iter().find(|word| !word.text.starts_with('-')) else {
        return;
    };
    let value = Value::of(word);
    let is_name = word
        .text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if is_name && !word.text.starts_with('.') {
        sink.other(&call.site, &value.range, Kind::Folder, &word.text, &call.directory);
    } else if word.text.trim_matches(['.', '/']).is_empty() {
        // `cd ..` names nothing.
    } else {
        sink.path(&call.site, &value, Evidence::Operand, &call.directory);
    }
}

/// `cp SOURCE... TARGET`: the last operand is written.
pub(crate) fn copy(call: &Call<'_>, sink: &mut Sink) {
    let operands: Vec<&Word> = Arguments::new(call.arguments(), &["-e", "-i", "-P", "-p", "--exclude", "--rsh"])
        .filter_map(|argument| match argument {
            Argument::Operand(word) => Some(word),
            _ => None,
        })
        .collect();
    let Some((target, sources)) = operands.split_last() else {
        return;
    };
    for source in sources {
        sink.path(&call.site, &Value::of(source), Evidence::Operand, &call.directory);
    }
    if sources.is_empty() || target.text == "." || target.text == "./" {
        return;
    }
    let target = Value::of(target);
    sink.output(&call.site, &target, &call.directory);
    // `cp a/x.env conf` may write `conf/x.env`.
    for source in sources {
        let name = source.text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if !in_name(name)
            && let Directory::Known(path) = joined(target.text, name)
        {
            let below = Value {
                text: &path,
                range: target.range.clone(),
            };
            if !target.text.starts_with(['/', '~', '$']) && !target.text.contains([':', '<']) {
                sink.made(&call.site, &below, &call.directory);
            }
        }
    }
}

/// `mkdir`, `touch`, `tee`: every operand is written.
pub(crate) fn make_files(call: &Call<'_>, sink: &mut Sink) {
    for argument in Arguments::new(call.arguments(), &["-m", "-d", "-t", "-r"]) {
        if let Argument::Operand(word) = argument {
            sink.output(&call.site, &Value::of(word), &call.directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MANNERS;
    use crate::parse::runbook::references::shown::of_commands;

    #[test]
    fn operands_and_options_of_known_programs_are_paths() {
        assert_eq!(
            of_commands(
                "bandit -c pyproject.toml -r src/\npsql $URL -f sql/a.sql < seed/b.sql\ncat Makefile docs/x\nsource .venv/bin/activate\n. ./env.sh\naws x --cli-input-json file://ops/x.json"
            ),
            [
                "path pyproject.toml",
                "path src/",
                "path sql/a.sql",
                "path seed/b.sql",
                "path Makefile",
                "path docs/x",
                "output .venv/bin/activate",
                "path ./env.sh",
                "path ops/x.json",
            ]
        );
    }

    #[test]
    fn scripts_are_named_with_their_options() {
        assert_eq!(
            of_commands(
                "python3 scripts/a.py --input x/y.json --output z.json --n 3\nbash -x ops/b.sh --go\npython -m app.cli x\npython -m pytest tests/\nnode -e 'x'"
            ),
            [
                "path scripts/a.py",
                "script-flag --input of scripts/a.py",
                "path x/y.json",
                "script-flag --output of scripts/a.py",
                "output z.json",
                "script-flag --n of scripts/a.py",
                "path ops/b.sh",
                "script-flag --go of ops/b.sh",
                "cli-command python -m app.cli",
                "cli-command x of python -m app.cli",
                "path tests/",
            ]
        );
    }

    #[test]
    fn what_is_written_is_an_output() {
        assert_eq!(
            of_commands(
                "pg_dump -f b/x.sql db\npytest --junitxml=out/j.xml\nfoo-scan --output r.json\ncp a/b.env ../c.env\ntee x.log < /dev/null"
            ),
            [
                "output b/x.sql",
                "output out/j.xml",
                "cli-command foo-scan",
                "script-flag --output of foo-scan",
                "output r.json",
                "path a/b.env",
                "output ../c.env",
                "output x.log",
            ]
        );
        assert!(
            of_commands("x > /dev/null 2>&1\necho hi > ~/x\ncat > /tmp/x <<EOF\nEOF")
                .iter()
                .all(|line| line.starts_with("cli"))
        );
    }

    #[test]
    fn quotes_around_blanks_name_nothing() {
        assert_eq!(of_commands("echo > ' '\ncat < \" \"\necho > '\n'"), Vec::<String>::new());
    }

    #[test]
    fn words_for_hosts_and_patterns_are_no_paths() {
        assert!(
            of_commands("ssh -i key.pem u@h docs/x.md\ngrep docs/x.md /etc/x\nsed -i 's/a/b.md/' /etc/y\necho see docs/x.md\nfind . -name '*.md'\nrm -rf build/x.md\nredis-cli get a/b.md\ngo test ./...")
                .is_empty()
        );
    }

    #[test]
    fn programs_of_the_repository_are_named_with_their_verbs() {
        assert_eq!(
            of_commands("app trends status --json\nstarter-console release db \\\n  --summary-path var/x.json"),
            [
                "cli-command trends status of app",
                "script-flag --json of app",
                "cli-command release db of starter-console",
                "script-flag --summary-path of starter-console",
                "output var/x.json"
            ]
        );
    }

    #[test]
    fn the_programs_are_sorted() {
        assert!(MANNERS.is_sorted_by(|one, two| one.0 < two.0));
    }
}
