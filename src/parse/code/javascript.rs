//! JavaScript and TypeScript: options and commands of commander, yargs and `parseArgs`; routes stand in `web_routes`.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::place::Lines;
use crate::parse::code::Language;
use crate::parse::code::scan::{arguments, calls, fingerprint, is_word, kebab, literal, named, strings};
use crate::parse::code::web_routes::{file_route, routes};

/// JavaScript and TypeScript.
pub(super) const LANGUAGE: Language = Language {
    name: "javascript",
    recognizes: |path| {
        let ending = path.rsplit('.').next().unwrap_or_default();
        matches!(ending, "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "tsx" | "jsx")
            && !path.ends_with(".d.ts")
            && !path.ends_with(".min.js")
    },
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let lines = Lines::of(text);
    let mut file = DefinitionFile::complete(path, LANGUAGE.name);
    let add = |file: &mut DefinitionFile, kind: Kind, name: String, at: usize, code: &str| {
        file.definitions.push(Definition {
            kind,
            line: lines.line(at as u32),
            interface: fingerprint(&name),
            fingerprint: fingerprint(code),
            name,
            ..Definition::default()
        });
    };
    // Imports tell which library reads the arguments; each is known to name all its options in the file that makes the parser.
    let uses = |library: &str| text.contains(&format!("'{library}")) || text.contains(&format!("\"{library}"));
    let has_commander = uses("commander") || uses("@commander-js") || uses("cac\"") || uses("sade");
    let has_yargs = uses("yargs");
    let has_parse_args = text.contains("parseArgs") && (uses("node:util") || uses("util"));
    if has_commander || has_yargs {
        for name in [".option", ".requiredOption", "Option", ".options"] {
            for call in calls(text, name) {
                let found = arguments(call.arguments);
                let Some(first) = found.first() else { continue };
                let Some(words) = literal(first.value) else {
                    for field in fields(first.value) {
                        add(&mut file, Kind::ScriptFlag, format!("--{field}"), call.at, call.arguments);
                    }
                    continue;
                };
                for flag in words
                    .split([',', ' ', '|'])
                    .map(str::trim)
                    .filter(|flag| flag.starts_with('-'))
                {
                    add(&mut file, Kind::ScriptFlag, flag.to_owned(), call.at, call.arguments);
                    if let Some(positive) = flag.strip_prefix("--no-") {
                        add(&mut file, Kind::ScriptFlag, format!("--{positive}"), call.at, call.arguments);
                    }
                }
                if has_yargs && !words.starts_with('-') {
                    add(&mut file, Kind::ScriptFlag, format!("--{words}"), call.at, call.arguments);
                    add(&mut file, Kind::ScriptFlag, format!("--no-{words}"), call.at, call.arguments);
                    add(
                        &mut file,
                        Kind::ScriptFlag,
                        format!("--{}", kebab(words)),
                        call.at,
                        call.arguments,
                    );
                }
            }
        }
        for name in [".command", "Command", ".addCommand"] {
            for call in calls(text, name) {
                let found = arguments(call.arguments);
                match found.first().map(|first| (first.value, literal(first.value))) {
                    Some((_, Some(words))) => {
                        let command = words.split(' ').next().unwrap_or_default();
                        if !command.is_empty() && !command.starts_with(['$', '*', '<', '[']) {
                            add(&mut file, Kind::CliCommand, command.to_owned(), call.at, call.arguments);
                        }
                    }
                    // A command that is made elsewhere.
                    Some((value, None)) if !value.starts_with('[') && name != "Command" => open(&mut file, Kind::CliCommand),
                    _ => {}
                }
            }
        }
        for call in calls(text, ".alias") {
            if let Some(name) = arguments(call.arguments).first().and_then(|first| literal(first.value)) {
                add(&mut file, Kind::CliCommand, name.to_owned(), call.at, call.arguments);
            }
        }
        if text.contains(".commandDir(") || text.contains("executableDir") {
            open(&mut file, Kind::CliCommand);
        }
        if text.contains("allowUnknownOption") {
            open(&mut file, Kind::ScriptFlag);
        }
    }
    if has_parse_args {
        for call in calls(text, "parseArgs") {
            let config = call.arguments.trim().trim_start_matches('{');
            let found = arguments(config.strip_suffix('}').unwrap_or(config));
            match named(&found, "options").map(fields) {
                Some(names) if !names.is_empty() => {
                    for name in names {
                        add(&mut file, Kind::ScriptFlag, format!("--{name}"), call.at, call.arguments);
                    }
                }
                _ => open(&mut file, Kind::ScriptFlag),
            }
            if named(&found, "strict") == Some("false") {
                open(&mut file, Kind::ScriptFlag);
            }
        }
    }
    if text.contains("--") && text.contains("process.argv") {
        for (at, words) in strings(text) {
            let flag = words.split(['=', ' ']).next().unwrap_or_default();
            let is_flag = flag.len() > 3 && flag.starts_with("--") && flag[2..].bytes().all(|byte| is_word(byte) || byte == b'-');
            if is_flag && file.definition(Kind::ScriptFlag, flag).is_none() {
                add(&mut file, Kind::ScriptFlag, flag.to_owned(), at, flag);
            }
        }
        if !(has_commander || has_yargs || has_parse_args) {
            open(&mut file, Kind::ScriptFlag);
        }
    }
    file_route(path, text, &lines, &mut file);
    routes(text, &lines, &mut file);
    file.open_kinds.sort_unstable();
    file.open_kinds.dedup();
    file
}

fn open(file: &mut DefinitionFile, kind: Kind) {
    file.open_kinds.push(kind);
}

/// The names of the fields of an object literal.
fn fields(value: &str) -> Vec<&str> {
    let Some(inner) = value.trim().strip_prefix('{').and_then(|value| value.strip_suffix('}')) else {
        return Vec::new();
    };
    arguments(inner)
        .into_iter()
        .map(|field| field.name)
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    fn of(text: &str, kind: Kind) -> (Vec<String>, bool) {
        let file = parse("x.mjs", text);
        (
            file.of_kind(kind).map(|one| format!("{}:{}", one.name, one.line)).collect(),
            file.knows_all(kind),
        )
    }

    #[test]
    fn commander_is_read() {
        let text = "import { Command } from 'commander';\nconst p = new Command();\np.command('deploy <env>')\n .option('-f, --force', 'x')\n .option('--no-cache')\n";
        assert_eq!(of(text, Kind::CliCommand), (vec!["deploy:3".to_owned()], true));
        assert_eq!(
            of(text, Kind::ScriptFlag),
            (
                ["-f:4", "--force:4", "--no-cache:5", "--cache:5"].map(str::to_owned).to_vec(),
                true
            )
        );
    }

    #[test]
    fn yargs_and_parse_args_are_read() {
        let (found, is_complete) = of(
            "import yargs from 'yargs'\nyargs.option('dryRun', {type: 'boolean'})\n",
            Kind::ScriptFlag,
        );
        assert!(found.contains(&"--dry-run:2".to_owned()) && is_complete, "{found:?}");
        let text = "import { parseArgs } from 'node:util';\nconst {values} = parseArgs({ options: { out: { type: 'string' }, 'dry-run': { type: 'boolean' } } });\n";
        assert_eq!(
            of(text, Kind::ScriptFlag),
            (vec!["--out:2".to_owned(), "--dry-run:2".to_owned()], true)
        );
    }

    #[test]
    fn plain_arguments_are_known_as_far_as_they_are_compared() {
        let (found, is_complete) = of("const dry = process.argv.includes('--dry-run')\n", Kind::ScriptFlag);
        assert_eq!(found, ["--dry-run:1"]);
        assert!(!is_complete);
    }
}
