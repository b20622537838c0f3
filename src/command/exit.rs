//! What the exit code of a command tells: one that always succeeds tells nothing, and neither does one that hides how it went.

use crate::command::simple::WRAPPERS;

/// Whether a command does nothing that can fail: `true`, `exit 0`, `echo deployed`, also several of them and as a script of a shell.
pub(crate) fn is_always_zero(command: &str) -> bool {
    let script = script_of(unwrapped(command.trim()));
    let mut parts = script
        .split(['\n', ';'])
        .flat_map(|part| part.split("&&"))
        .flat_map(|part| part.split("||"))
        .map(|part| unwrapped(part.trim()))
        .filter(|part| !part.is_empty() && !part.starts_with('#') && !is_setting(part))
        .peekable();
    parts.peek().is_some() && parts.all(|part| always_succeeds(part) || only_prints(part) || only_waits(part))
}

/// What a wrapper runs, without it, its options and the variables that stand before a command: `timeout 5 true` runs `true`. What runs a
/// command many times, or for each line, is none here.
fn unwrapped(command: &str) -> &str {
    let mut rest = command;
    let mut words = command.split_whitespace().peekable();
    let after = |word: &str| -> &str {
        let at = word.as_ptr().addr() - command.as_ptr().addr() + word.len();
        command[at..].trim_start()
    };
    while let Some(word) = words.next() {
        let name = word.rsplit('/').next().unwrap_or_default();
        let wrapper = WRAPPERS.iter().find(|(known, _)| *known == name);
        if let Some((_, valued)) = wrapper.filter(|(known, _)| !matches!(*known, "then" | "watch" | "xargs")) {
            rest = after(word);
            while let Some(option) = words.next_if(|word| word.starts_with('-') && word.len() > 1) {
                rest = after(option);
                if valued.contains(&option) {
                    rest = words.next().map_or(rest, after);
                }
            }
            if name == "timeout" {
                let time = words.next_if(|word| word.starts_with(|c: char| c.is_ascii_digit()));
                rest = time.map_or(rest, after);
            }
        } else if is_assignment(word) {
            rest = after(word);
        } else {
            break;
        }
    }
    if rest.is_empty() { command } else { rest }
}

/// Whether a word sets a variable for the command behind it: `CI=1`. What it takes from another command may fail.
fn is_assignment(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    word.split_once('=').is_some_and(|(name, value)| {
        !name.is_empty()
            && name.chars().all(plain)
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && !value.contains(['$', '`', '"', '\''])
    })
}

/// Whether a part waits, or asks for nothing but the version or the help of a program, or compares two words that it writes itself.
fn only_waits(part: &str) -> bool {
    let words: Vec<&str> = part.split_whitespace().collect();
    match words.as_slice() {
        ["sleep", ..] => true,
        [_, "--version" | "--help"] => true,
        ["test", one, "=" | "==" | "-eq", other] | ["[" | "[[", one, "=" | "==" | "-eq", other, "]" | "]]"] => {
            one == other && !one.contains(['$', '`'])
        }
        _ => false,
    }
}

/// Whether a part calls make so that it prints what it would run: `make -n release`.
fn only_prints(part: &str) -> bool {
    let lists_tests = part.starts_with("pytest ")
        && ["--collect-only", "--co"]
            .iter()
            .any(|option| part.split(' ').any(|word| word == *option));
    lists_tests
        || options_of_make(part)
            .any(|option| matches!(option, "--dry-run" | "--just-print" | "--recon" | "--question") || is_short(option, 'n'))
}

/// What a shell is told to run: `sh -c 'true'` is `true`.
fn script_of(command: &str) -> &str {
    let command = command.trim();
    let Some((shell, rest)) = command.split_once(char::is_whitespace) else {
        return command;
    };
    let name = shell.rsplit('/').next().unwrap_or_default();
    let rest = rest.trim();
    let script = ["-c ", "-ec ", "-lc ", "-euc ", "-eu -c ", "-e -c "]
        .iter()
        .find_map(|option| rest.strip_prefix(option));
    match script {
        Some(script) if matches!(name, "sh" | "bash" | "dash" | "ash" | "zsh") => {
            let script = script.trim();
            let bare = ['\'', '"']
                .into_iter()
                .find_map(|quote| script.strip_prefix(quote)?.strip_suffix(quote));
            bare.unwrap_or(script)
        }
        _ => command,
    }
}

/// Whether a part of a script only sets how the shell runs.
fn is_setting(part: &str) -> bool {
    part.starts_with("set -") || part.starts_with("set +")
}

/// Whether the exit code of a command is that of a last one that always succeeds: `npm test || true`, `make check; exit 0`, the same in a
/// line of its own. A script that ends at the first failure (`set -e`) comes to its last line only when all before it succeeded.
pub(crate) fn is_hidden(command: &str) -> bool {
    if turns_around(command) {
        return true;
    }
    let lines = command.lines().map(str::trim);
    let code: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let stops = code.iter().any(|line| ends_at_failure(line) || is_stopping_shell(line));
    let last = code.last().copied().unwrap_or_default();
    if is_behind_filter(command, last) || ignores_errors(last) {
        return true;
    }
    if last.ends_with('&') && !last.ends_with("&&") {
        return true;
    }
    let or = last.rfind("||").map(|at| at + 2);
    let then = last.rfind(';').map(|at| at + 1);
    let (end, is_behind_or) = match (or, then) {
        (Some(or), then) if then.is_none_or(|then| then < or) => (&last[or..], true),
        (_, Some(then)) => (&last[then..], false),
        _ => (last, false),
    };
    // A command by itself hides nothing, whatever it is; behind another one it hides how that ended.
    let is_behind = code.len() > 1 || end.len() < last.len();
    is_behind && (is_behind_or || !stops) && always_succeeds(end)
}

/// Whether a command succeeds when what it runs fails: `! make test`, `if make test; then echo fine; fi`.
fn turns_around(command: &str) -> bool {
    let script = script_of(command).trim();
    let is_turned = script.starts_with("! ") && !script.contains("grep") && !script.contains(['\n', ';', '&', '|']);
    // Without an `else` that ends it, a condition that does not hold is no failure.
    let is_condition =
        script.starts_with("if ") && script.ends_with("fi") && !script.contains("else") && !script.contains("exit");
    is_turned || is_condition
}

/// Programs that pass on what they get and succeed whatever it is. Sorted.
const FILTERS: &[&str] = &[
    "cat", "column", "cut", "fmt", "fold", "head", "less", "logger", "more", "nl", "sort", "tail", "tee", "tr", "ts", "uniq",
    "wc",
];

/// Whether the exit code of a line is that of a filter behind a pipe: `make test | tee log`. With `pipefail` it is that of the command, and
/// who asks for `PIPESTATUS` knows of both.
fn is_behind_filter(command: &str, line: &str) -> bool {
    if command.contains("pipefail") || command.contains("PIPESTATUS") || command.contains("pipestatus") {
        return false;
    }
    let end = line.rsplit([';', '\n']).next().unwrap_or(line);
    let Some((before, after)) = end.rsplit_once('|') else {
        return false;
    };
    // `a || b` is no pipe, and what stands behind a `&&` in it is a command of its own.
    if before.ends_with('|') || after.contains("&&") || before.trim().is_empty() {
        return false;
    }
    let program = after.trim_start_matches('&').split_whitespace().next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    FILTERS.binary_search(&name.trim_end_matches(['"', '\''])).is_ok()
}

/// Whether a line calls make so that it goes on after errors and succeeds: `make -i test`.
fn ignores_errors(line: &str) -> bool {
    options_of_make(line).any(|option| option == "--ignore-errors" || is_short(option, 'i'))
}

/// The options of a call of make that stands alone.
fn options_of_make(line: &str) -> impl Iterator<Item = &str> {
    let mut words = line.split_whitespace();
    let is_make = matches!(words.next(), Some("make" | "gmake" | "/usr/bin/make")) && !line.contains(['|', ';', '&']);
    words.filter(move |word| is_make && word.starts_with('-'))
}

/// Whether a word is a short option, also among others: `-ni`. Options of make that take a value end such a word.
fn is_short(word: &str, letter: char) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.starts_with('-')) else {
        return false;
    };
    letters
        .chars()
        .take_while(|c| !matches!(c, 'C' | 'f' | 'I' | 'j' | 'l' | 'o' | 'O' | 'W' | 'E'))
        .any(|c| c == letter)
}

/// Whether a line tells the shell to end at the first failure: `set -e`, `set -euo pipefail`.
fn ends_at_failure(line: &str) -> bool {
    let mut words = line.split([' ', ';', '&']).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == "set" {
            let mut options = words
                .clone()
                .take_while(|word| word.starts_with(['-', '+']) || *word == "errexit");
            return options
                .any(|word| word == "errexit" || word.starts_with('-') && !word.starts_with("--") && word.contains('e'));
        }
    }
    false
}

/// Whether a line calls a shell that ends at the first failure: `bash -ec '...'`.
fn is_stopping_shell(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let shell = words.next().and_then(|shell| shell.rsplit('/').next()).unwrap_or_default();
    let mut options = words.take_while(|word| word.starts_with('-'));
    matches!(shell, "sh" | "bash" | "dash" | "ash" | "zsh")
        && options.any(|option| !option.starts_with("--") && option.contains('e'))
}

/// Whether a command always succeeds. What it takes from another command, or pipes into one, may fail.
fn always_succeeds(command: &str) -> bool {
    let command = command.trim().trim_end_matches(['"', '\'', ')', '}', ' ']).trim();
    if command.contains("$(") || command.contains('`') || command.contains('|') || command.contains('>') {
        return false;
    }
    matches!(
        command,
        "true" | ":" | "exit 0" | "exit" | "/bin/true" | "/usr/bin/true" | "echo"
    ) || command.starts_with("echo ")
        || command.starts_with("printf ")
        || command.starts_with("true ")
}

#[cfg(test)]
mod tests {
    use super::{is_always_zero, is_hidden};

    #[test]
    fn a_last_command_that_always_succeeds_says_nothing() {
        for command in [
            "make test | tee log",
            "bash -c 'make test 2>&1 | tee test.log'",
            "make x; make y |& sort",
            "make -i test",
            "make --ignore-errors test",
            "npm test || true",
            "make x; exit 0",
            "! make test",
            "if make smoke; then echo ok; fi",
            "make x\ntrue",
            "make x\n# done\ntrue\n",
            "make x\necho done",
            "bash -c 'make x; true'",
            "set -e\nmake x || true",
            "make x &",
            "set -x\nmake x\ntrue",
        ] {
            assert!(is_hidden(command), "{command}");
            assert!(!is_always_zero(command), "{command}");
        }
        for command in [
            "make x",
            "rm x || true; make x",
            "make x && true",
            "set -e; make x",
            "set -e\nmake x\necho done",
            "set -euo pipefail; make x; echo done",
            "set -o errexit\nmake x\ntrue",
            "bash -ec 'make x; true'",
            "true\nmake x",
            "true",
            "a & b",
            "set -o pipefail; make test | tee log",
            "bash -eo pipefail -c 'make test | tee log'",
            "make test | tee log; test ${PIPESTATUS[0]} -eq 0",
            "curl -s localhost/health | grep ok",
            "make test | tee log | grep -q passed",
            "a || cat log",
            "! grep -r TODO src",
            "if make smoke; then echo ok; else exit 1; fi",
            "if [ -f x ]; then make x; fi; make test",
            "make -j4 ci",
            "make -C infra test",
            "make -finfra.mk test",
            "",
        ] {
            assert!(!is_hidden(command), "{command}");
        }
    }

    #[test]
    fn what_does_nothing_that_can_fail_measures_nothing() {
        for command in [
            "true",
            ":",
            "exit 0",
            "/bin/true",
            "echo deployed",
            "printf ok",
            "sh -c 'exit 0'",
            "bash -c \"echo a; true\"",
            "echo a && echo b",
            "set -e\n# nothing\ntrue\n",
            "true --strict",
            "make -n release",
            "pytest --collect-only",
            "make --just-print release",
            "env true",
            "nohup true",
            "timeout -k 2 5 true",
            "sudo -u app env CI=1 sh -c 'exit 0'",
            "CI=1 true",
            "sleep 0",
            "git --version",
            "test 1 = 1",
            "[ a == a ]",
        ] {
            assert!(is_always_zero(command), "{command}");
        }
        for command in [
            "make x", "test -f a", "true && make x", "echo start\nmake x", "echo $(make x)", "echo x | grep y",
            "echo x > /proc/a", "make nightly", "make -C n all", "helm upgrade --dry-run", "false", "exit 1", "sh -c 'make x'",
            "truecrypt", "", "env CI=1 make x", "timeout 5 make x", "X=$(make x) true", "test $A = $A", "test 1 = 2", "env",
            "xargs true", "app --version --check",
        ] {
            assert!(!is_always_zero(command), "{command}");
        }
    }
}
