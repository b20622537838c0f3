//! Interpreters and their scripts.

use crate::command::call::Call;
use crate::command::folders::Folders;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::simple::simple_commands;
use crate::command::sink::{Sink, Site, Value};
use crate::command::words::Word;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceKind;
use crate::tools::program::{program_flags, script, verbs_and_flags};

/// Texts of commands inside of one another that are read.
const MAX_INLINE: u8 = 3;

/// An interpreter and its script: `python x.py`, `bash x.sh`, `source .env`, `python -m pytest`.
pub(crate) fn interpreter(call: &Call<'_>, sink: &mut Sink) {
    let program = call.program();
    let words = call.arguments();
    let mut at = 0;
    let is_shell = matches!(program, "bash" | "sh" | "zsh" | "dash" | "ksh");
    while let Some(word) = words.get(at) {
        match word.text.as_str() {
            option if is_shell && is_letters(option) && option.ends_with('c') => return inline(call, words.get(at + 1), sink),
            // `bash -euo pipefail x.sh`.
            option if is_shell && is_letters(option) && option.ends_with('o') => at += 2,
            "-m" if program.starts_with("python") => return module(call, &words[at + 1..], sink),
            // What follows is code, or comes from elsewhere.
            "-c" | "-e" | "-p" | "-s" | "-" if !matches!(program, "bash" | "sh" | "zsh") || word.text != "-e" => return,
            "--run" if program == "node" => return node_script(call, words.get(at + 1), sink),
            option if matches!(program, "pwsh" | "powershell") && option.starts_with('-') => {
                match option.to_ascii_lowercase().as_str() {
                    "-c" | "-command" | "-encodedcommand" => return,
                    "-executionpolicy" | "-ep" | "-ex" | "-version" | "-workingdirectory" | "-wd" => at += 2,
                    _ => at += 1,
                }
            }
            "-r" | "-W" | "-X" | "--require" | "--import" | "--loader" => at += 2,
            "run" | "task" | "test" | "serve" | "check" | "compile" | "bench" | "cache" if program == "deno" => at += 1,
            "watch" if program == "tsx" => at += 1,
            "-P" | "--project" | "-O" if program == "ts-node" => at += 2,
            option if option.starts_with(['-', '+']) => at += 1,
            _ => break,
        }
    }
    let Some(word) = words.get(at) else { return };
    script(call, word, &words[at + 1..], sink);
}

/// Whether a word is a row of options of one letter each: `-euxc`.
fn is_letters(word: &str) -> bool {
    word.strip_prefix('-')
        .is_some_and(|letters| !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// `bash -c 'make x && ./y.sh'`: commands of their own, in the folder of the call.
fn inline(call: &Call<'_>, word: Option<&Word>, sink: &mut Sink) {
    let Some(word) = word.filter(|word| word.is_quoted && call.depth < MAX_INLINE) else {
        return;
    };
    // Where escapes hide the place of what is run, nothing could be pointed at.
    let site = Site {
        base: call.site.base + word.range.start + 1,
        ..call.site
    };
    let written = site.text.text.get(site.base..site.base + word.text.len());
    if written != Some(word.text.as_str()) {
        return;
    }
    let mut folders = Folders::in_folder(call.directory.clone());
    for simple in simple_commands(&word.text, &mut folders) {
        let inner = Call {
            words: &simple.words,
            directory: simple.directory.clone(),
            site,
            depth: call.depth + 1,
            programs: call.programs,
        };
        (call.programs.run)(&inner, sink);
        for file in &simple.read {
            sink.path(&site, &Value::of(file), Evidence::Operand, &simple.directory);
        }
        for file in &simple.written {
            sink.output(&site, &Value::of(file), &simple.directory);
        }
    }
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
        "json.tool" | "py_compile" => {
            if let Some(file) = words.iter().skip(1).find(|word| !word.text.starts_with('-')) {
                sink.path(&call.site, &Value::of(file), Evidence::Operand, &call.directory);
            }
        }
        "http.server" => {}
        module => {
            if !module.contains('.') && call.knows(module) {
                return call.run(words, &call.directory, sink);
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

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn commands_in_quotes_are_read() {
        assert_eq!(
            of_commands(
                "bash -c 'make test && ./ops/x.sh'\nsudo sh -euxc \"cd web; npm run build\"\nbash -euo pipefail ops/y.sh"
            ),
            [
                "make test", "path ./ops/x.sh", "folder web", "npm build in web", "path ops/y.sh"
            ]
        );
        assert_eq!(of_commands("cd api && bash -lc 'make up'"), ["folder api", "make up in api"]);
    }

    #[test]
    fn programs_where_they_are_installed_are_known() {
        assert_eq!(
            of_commands("bin/rake db:seed\n.venv/bin/python tools/x.py\nnode_modules/.bin/turbo run build\nbin/up db:seed"),
            [
                "path bin/rake",
                "task rake db:seed",
                "output .venv/bin/python",
                "path tools/x.py",
                "output node_modules/.bin/turbo",
                "task turbo build",
                "path bin/up"
            ]
        );
        assert_eq!(
            of_commands("deno serve a/x.ts\ntsx watch a/y.ts\nnodemon a/z.js\nts-node -P tsconfig.json a/b.ts"),
            ["path a/x.ts", "path a/y.ts", "path a/z.js", "path a/b.ts"]
        );
        assert_eq!(
            of_commands("elixir ops/a.exs\npython3 -m json.tool a/b.json\npython -m http.server 80"),
            ["path ops/a.exs", "path a/b.json"]
        );
    }

    #[test]
    fn code_of_other_languages_and_escaped_words_are_not() {
        assert_eq!(
            of_commands("python -c 'make test'\nbash -c \"echo \\\"make x\\\"\"\nbash -c make\nssh host bash -c 'make x'"),
            [""; 0]
        );
    }
}
