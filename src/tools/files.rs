//! Files and folders among the arguments of programs that have no file of their own here.

use crate::command::arguments::{Argument, Arguments, is_output_option};
use crate::command::call::Call;
use crate::command::path::Evidence;
use crate::command::sink::{Sink, Value};
use crate::tools::program::written_or_read;

/// What the arguments of a program are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
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

/// What the arguments of programs are. Of any other program, what looks like a path for certain is one.
pub(crate) const MANNERS: &[(&str, Manner)] = &[
    (
        "ansible-playbook bandit black cat diff eslint head jest k6 less mypy playwright promtool pytest ruff shellcheck \
         sops tail vi vim vitest",
        Manner::Files,
    ),
    ("awk chmod chown grep jq rg sed", Manner::FilesAfterFirst),
    (
        "[ [[ adb apk apt apt-get brew chroot createdb date dig dnf dropdb echo exit export find heroku host journalctl kill \
         killall lsof lxc incus machinectl nc nslookup pg_restore ping pkill printf ps service set sleep sysctl systemctl tar \
         telnet test tsh umask unset unzip vagrant vault zip",
        Manner::Nothing,
    ),
    ("crontab pip-compile", Manner::Files),
    ("redis-cli", Manner::Options(&["--eval"])),
    ("tsc", Manner::Options(&["-p", "--project", "-b", "--build"])),
    ("supabase", Manner::Options(&["--file", "-f"])),
    ("cosign", Manner::Options(&["--key", "--predicate", "--policy"])),
    ("prisma", Manner::Options(&["--schema"])),
    ("fly flyctl", Manner::Options(&["-c", "--config", "--dockerfile"])),
    ("pre-commit", Manner::Options(&["-c", "--config", "--files"])),
    ("alembic gunicorn", Manner::Options(&["-c", "--config"])),
    ("argocd psql", Manner::Options(&["-f", "--file"])),
    ("ansible", Manner::Options(&["-i", "--inventory"])),
    (
        "pip pip3",
        Manner::Options(&["-r", "--requirement", "-c", "--constraint", "-e", "--editable"]),
    ),
    ("pg_dump pg_dumpall", Manner::Written(&["-f", "--file"])),
    ("ssh-keygen", Manner::Written(&["-f"])),
    ("mysqldump", Manner::Written(&["-r", "--result-file"])),
];

/// Options whose next word is no file, whatever it looks like.
const NO_FILES: &[&str] = &[
    "-k", "-m", "-e", "-p", "-t", "-n", "--tag", "--name", "--grep", "--message", "--image", "--user", "--role", "--project",
    "--region", "--namespace", "--branch", "--ref", "--title", "--label", "--key-id", "--regexp", "--url", "--host", "--format",
    "--select",
];

/// The files among the arguments of a program.
pub(crate) fn files(call: &Call<'_>, sink: &mut Sink) {
    let program = call.program();
    let manner = MANNERS.iter().find(|(names, _)| names.split(' ').any(|name| name == program));
    let manner = manner.map(|(_, manner)| *manner);
    let mut previous = "";
    let mut operands = 0;
    for argument in Arguments::new(call.arguments(), &[]) {
        match argument {
            Argument::Option { name, value, .. } => {
                if let Some(value) = value {
                    with_option(call, manner, name, &value, sink);
                    previous = "";
                } else if manner == Some(Manner::FilesAfterFirst) && is_switch(name) {
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

/// Whether an option of `sed`, `grep` and their like takes no value: `-i`, `-rn`.
fn is_switch(option: &str) -> bool {
    let letters = option.strip_prefix('-').unwrap_or_default();
    !letters.is_empty() && letters.chars().all(|letter| "EFHLPRachilnoqrsuvwxz".contains(letter))
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
        // `-i inventory/prod` is a file or a folder, `-i host,` a list, and a word alone may be one of the settings of the host.
        Some(Manner::Files)
            if call.program() == "ansible-playbook" && matches!(option, "-i" | "--inventory" | "--inventory-file") =>
        {
            if value.text.contains('/') && !value.text.contains(',') {
                sink.path(&call.site, value, Evidence::Operand, &call.directory);
            }
        }
        // `-e @vars/prod.yml` reads a file of variables.
        _ if matches!(option, "-e" | "--extra-vars") && value.text.starts_with('@') => {
            sink.path(
                &call.site,
                &value.tail(&call.site, &value.text[1..]),
                Evidence::Operand,
                &call.directory,
            );
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

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

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
    fn inventories_of_ansible_are_files() {
        assert_eq!(
            of_commands("ansible-playbook -i inventory/prod/hosts site.yml\nansible-playbook -i host, -i prod site.yml"),
            [
                "manifest inventory/prod/hosts of ansible-playbook",
                "manifest site.yml of ansible-playbook",
                "manifest site.yml of ansible-playbook"
            ]
        );
        assert_eq!(
            of_commands("ansible-playbook site.yml -e @vars/prod.yml -e env=prod --extra-vars=@vars/x.json"),
            [
                "manifest site.yml of ansible-playbook",
                "manifest vars/prod.yml of ansible-playbook",
                "manifest vars/x.json of ansible-playbook"
            ]
        );
    }

    #[test]
    fn switches_in_front_of_a_pattern_take_no_value() {
        assert_eq!(
            of_commands(
                "sed -i 's/a: b/c: d/' config/x.yaml\ngrep -rn needle src/y.rs\nchmod -R go-w deploy/z.sh\ngrep -f words.txt a/b.md"
            ),
            ["path config/x.yaml", "path src/y.rs", "path deploy/z.sh", "path words.txt"]
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
}
