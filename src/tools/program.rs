//! Programs and scripts of the repository itself: their sub-commands and options.

use crate::command::arguments::{Argument, Arguments, is_output_option};
use crate::command::call::Call;
use crate::command::name::ends_with;
use crate::command::path::{Claim, Evidence, claim};
use crate::command::sink::{Sink, Value};
use crate::command::words::Word;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::tools::{gradle_call, projects};

/// A script of the repository that is run, and its options.
pub(crate) fn script(call: &Call<'_>, word: &Word, arguments: &[Word], sink: &mut Sink) {
    sink.path(&call.site, &Value::of(word), Evidence::Operand, &call.directory);
    let claimed = claim(&word.text, Evidence::Operand);
    let is_gradle = word.text.ends_with("gradlew") || word.text.ends_with("gradlew.bat");
    if is_gradle {
        gradle_call::tasks(call, arguments, sink);
        return;
    }
    if word.text.ends_with("mvnw") {
        projects::maven(call, arguments, sink);
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
                // Parameters of PowerShell have one hyphen.
                let is_flag = name.starts_with("--") || name.len() > 2 && ends_with(&word.text, &["ps1"]);
                let (name, _) = name.split_once(':').unwrap_or((name, ""));
                if matches!(claimed, Some(Claim::Path(_))) && is_flag {
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

/// A folder that a program enters. A bare one may be the repository itself, and so claims nothing.
pub(crate) fn enters(call: &Call<'_>, value: &Value<'_>, directory: &Directory, sink: &mut Sink) {
    let is_name = value
        .text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if is_name && !value.text.starts_with('.') {
        sink.other(&call.site, &value.range, Kind::Folder, value.text, directory);
    } else if value.text.trim_matches(['.', '/']).is_empty() {
        // `cd ..` names nothing.
    } else {
        sink.path(&call.site, value, Evidence::Operand, directory);
    }
}

/// The value of an option: a path that is written or read.
pub(crate) fn written_or_read(call: &Call<'_>, option: &str, value: &Value<'_>, sink: &mut Sink) {
    if !is_output_option(option) {
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
    for word in arguments
        .iter()
        .take_while(|word| word.text != "--" && !call.knows(&word.text))
    {
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
pub(crate) fn own_program(call: &Call<'_>, sink: &mut Sink) {
    let program = call.program();
    let is_name = program.len() >= 2
        && program.starts_with(|char: char| char.is_ascii_lowercase())
        && program
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'));
    if is_name {
        verbs_and_flags(call, program, call.arguments(), sink);
    }
}
