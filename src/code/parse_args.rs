//! Options of `parseArgs` of Node, and those that a script compares itself.

use crate::code::found::{FLAG, Found};
use crate::code::javascript::{imports, object_of};
use crate::code::language::{Framework, has_any};
use crate::code::scan::is_long_flag;
use crate::code::tree::{Call, Node, Source, arguments, named};

/// `parseArgs` and `process.argv`.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "javascript",
    uses: |_, text| has_any(text, &["parseArgs", "process.argv", "Deno.args", "Bun.argv"]),
    words: &["parseArgs", "argv", "'--", "\"--"],
    defines: &[FLAG],
    read,
};

/// Libraries that name their options in the file.
const LIBRARIES: &[&str] = &["@commander-js", "cac", "commander", "node:util", "sade", "util", "yargs"];

/// Calls that look for a word.
const COMPARING: &[&str] = &["endsWith", "find", "get", "has", "includes", "indexOf", "startsWith"];

/// Calls that run another program.
const RUNNING: &[&str] = &[
    "$", "exec", "execFile", "execFileSync", "execSync", "execa", "execaSync", "fork", "spawn", "spawnSync",
];

fn read(source: &Source<'_>, found: &mut Found) {
    let imports = imports(source);
    let has = |names: &[&str]| {
        imports.iter().any(|module| {
            names
                .iter()
                .any(|name| module == name || module.starts_with(&format!("{name}/")))
        })
    };
    let calls = source.calls();
    let mut has_parser = has(&LIBRARIES) && !has(&["util", "node:util"]);
    if has(&["util", "node:util"]) {
        for call in calls.iter().filter(|call| call.name() == "parseArgs") {
            has_parser = true;
            parse_args(source, call, found);
        }
    }
    if !has_any(source.text, &["process.argv", "Deno.args", "Bun.argv"]) {
        return;
    }
    for node in source.nodes().filter(|node| node.is_any(&["string", "template_string"])) {
        if !is_compared(node) {
            continue;
        }
        let Some(words) = node.literal() else { continue };
        let flag = words.split('=').next().unwrap_or_default();
        if is_long_flag(flag) && !found.has_flag(flag) {
            found.flag(flag.to_owned(), node.start(), flag);
        }
    }
    let hands_on = calls.iter().any(|call| {
        let is_running = RUNNING.contains(&call.name());
        is_running
            && call
                .arguments()
                .iter()
                .any(|argument| argument.value.text().contains("process.argv"))
    });
    if !has_parser || hands_on {
        found.open(FLAG);
    }
}

fn parse_args(source: &Source<'_>, call: &Call<'_>, found: &mut Found) {
    let config = call.first().and_then(|first| object_of(source, first));
    let fields = config.map(arguments).unwrap_or_default();
    let options = named(&fields, "options").and_then(|options| object_of(source, options));
    match options.map(arguments) {
        Some(options) if !options.is_empty() => {
            for option in options {
                if option.name.is_empty() {
                    found.open(FLAG);
                    continue;
                }
                found.flag(format!("--{}", option.name), call.at(), call.code());
            }
        }
        _ => found.open(FLAG),
    }
    if named(&fields, "strict").is_some_and(|strict| strict.kind() == "false") {
        found.open(FLAG);
    }
}

/// Whether a string is compared with something.
fn is_compared(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    match parent.kind() {
        "binary_expression" => parent
            .field("operator")
            .is_some_and(|sign| matches!(sign.text(), "==" | "===" | "!=" | "!==")),
        "switch_case" => node.is_field("value"),
        "arguments" => parent
            .parent()
            .and_then(Node::as_call)
            .is_some_and(|call| COMPARING.contains(&call.name())),
        // `['--a', '--b'].includes(argument)`
        "array" => parent.parent().is_some_and(|above| above.kind() == "member_expression"),
        "subscript_expression" => node.is_field("index"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read};
    use crate::model::kind::Kind;

    #[test]
    fn parse_args_is_read() {
        let text = "import { parseArgs } from 'node:util';\nconst {values} = parseArgs({ options: { out: { type: 'string' }, 'dry-run': { type: 'boolean' } } });\n";
        let file = read("x.mjs", text);
        assert_eq!(names(&file, Kind::ScriptFlag), ["--out:2", "--dry-run:2"]);
        assert!(file.knows_all(Kind::ScriptFlag));
        let text = "import { parseArgs } from 'util';\nconst options = { out: { type: 'string' } } as const;\nparseArgs({ options, strict: false });\n";
        let file = read("x.ts", text);
        assert_eq!(names(&file, Kind::ScriptFlag), ["--out:3"]);
        assert!(!file.knows_all(Kind::ScriptFlag));
    }

    #[test]
    fn what_is_compared_is_known_and_the_rest_is_not() {
        let text = "const dry = process.argv.includes('--dry-run')\nspawn('git', ['--gone'])\nconst usage = '--said'\nif (a === '--one') {}\n";
        let file = read("x.mjs", text);
        assert_eq!(names(&file, Kind::ScriptFlag), ["--dry-run:1", "--one:4"]);
        assert!(!file.knows_all(Kind::ScriptFlag));
    }
}
