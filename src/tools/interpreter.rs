//! Interpreters and their scripts.

use crate::command::call::Call;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::command::words::Word;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceKind;
use crate::tools::program::{program_flags, script, verbs_and_flags};

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
            option if matches!(program, "pwsh" | "powershell") && option.starts_with('-') => {
                match option.to_ascii_lowercase().as_str() {
                    "-c" | "-command" | "-encodedcommand" => return,
                    "-executionpolicy" | "-ep" | "-ex" | "-version" | "-workingdirectory" | "-wd" => at += 2,
                    _ => at += 1,
                }
            }
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
