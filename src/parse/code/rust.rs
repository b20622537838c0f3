//! Rust: options and sub-commands of clap, routes of axum, actix and rocket.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::place::Lines;
use crate::parse::code::Language;
use crate::parse::code::route::{add, mount};
use crate::parse::code::scan::{arguments, bracketed, calls, fingerprint, is_word, kebab, literal, named, parts};

/// Rust.
pub(super) const LANGUAGE: Language = Language {
    name: "rust",
    recognizes: |path| path.ends_with(".rs"),
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let lines = Lines::of(text);
    let mut file = DefinitionFile::complete(path, LANGUAGE.name);
    let derives = text.contains("clap") || text.contains("Subcommand") || text.contains("Parser") || text.contains("structopt");
    if derives {
        derived(text, &lines, &mut file);
        built(text, &lines, &mut file);
    }
    if derives
        && ["trailing_var_arg", "external_subcommand", "allow_hyphen_values"]
            .iter()
            .any(|word| text.contains(word))
    {
        file.open_kinds.extend([Kind::CliCommand, Kind::ScriptFlag]);
    }
    routes(text, &lines, &mut file);
    file.open_kinds.sort_unstable();
    file.open_kinds.dedup();
    file
}

fn push(file: &mut DefinitionFile, lines: &Lines, kind: Kind, name: String, at: usize, code: &str) {
    file.definitions.push(Definition {
        kind,
        line: lines.line(at as u32),
        interface: fingerprint(&name),
        fingerprint: fingerprint(code),
        name,
        ..Definition::default()
    });
}

/// Structures and enumerations with a derive of clap: fields with `long` are flags, variants of a `Subcommand` are commands.
fn derived(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    for (at, _) in text.match_indices("#[derive(") {
        let rest = &text[at..];
        let Some(end) = rest.find(")]").filter(|end| *end < 400) else {
            continue;
        };
        let derives = &rest[..end];
        let is_subcommand = derives.contains("Subcommand");
        let is_arguments = derives.contains("Parser") || derives.contains("Args") || derives.contains("StructOpt");
        if !is_subcommand && !is_arguments {
            continue;
        }
        let Some(open) = rest.find('{').filter(|open| *open < 3_000) else {
            continue;
        };
        let Some(length) = block(&rest[open..]) else { continue };
        let head = &rest[end..open];
        let body = &rest[open + 1..open + length - 1];
        let is_enum = head.split_whitespace().any(|word| word == "enum");
        if is_enum {
            variants(body, at + open + 1, lines, file);
        }
        flags(text, body, at + open + 1, lines, file);
    }
}

/// The length of a block in braces; unlike `bracketed` it may be long, and lifetimes are no quotes.
fn block(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += bytes[at..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - at) - 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The variants of an enumeration, in kebab case or by their `name`.
fn variants(body: &str, start: usize, lines: &Lines, file: &mut DefinitionFile) {
    let mut depth = 0_usize;
    let mut given: Option<String> = None;
    let mut at = start;
    for line in body.split_inclusive('\n') {
        let offset = at;
        at += line.len();
        let code = line.trim();
        if code.starts_with("//") {
            continue;
        }
        if depth == 0 {
            if code.starts_with("#[") {
                let inside = code.find('(').and_then(|open| code.get(open + 1..code.rfind(')')?));
                let found = arguments(inside.unwrap_or_default());
                if let Some(name) = named(&found, "name").and_then(literal) {
                    given = Some(name.to_owned());
                }
                for key in ["alias", "visible_alias"] {
                    if let Some(name) = named(&found, key).and_then(literal) {
                        push(file, lines, Kind::CliCommand, name.to_owned(), offset, code);
                    }
                }
                if ["aliases", "visible_aliases"].iter().any(|key| named(&found, key).is_some()) {
                    for (_, name) in crate::parse::code::scan::strings(code) {
                        push(file, lines, Kind::CliCommand, name.to_owned(), offset, code);
                    }
                }
                if code.contains("flatten") {
                    file.open_kinds.push(Kind::CliCommand);
                }
            } else if code.starts_with(|char: char| char.is_ascii_uppercase()) {
                let length = code.bytes().take_while(|byte| is_word(*byte)).count();
                let name = given.take().unwrap_or_else(|| kebab(&code[..length]));
                push(file, lines, Kind::CliCommand, name, offset, code);
            }
        }
        let count = |signs: &[char]| line.matches(signs).count();
        depth = (depth + count(&['{', '(', '['])).saturating_sub(count(&['}', ')', ']']));
    }
}

/// Fields with `#[arg(long)]`, `#[clap(long = "x")]` and their aliases.
fn flags(text: &str, body: &str, start: usize, lines: &Lines, file: &mut DefinitionFile) {
    for name in ["#[arg", "#[clap", "#[structopt"] {
        for call in calls(body, name) {
            let found = arguments(call.arguments);
            let Some(length) = body[call.end..].find(']') else { continue };
            let rest = &body[call.end + length + 1..];
            let offset = start + call.at;
            for key in ["alias", "visible_alias"] {
                if let Some(alias) = named(&found, key).and_then(literal) {
                    push(file, lines, Kind::ScriptFlag, format!("--{alias}"), offset, call.arguments);
                }
            }
            let long = found
                .iter()
                .find(|argument| argument.name == "long" || argument.value == "long");
            if let Some(long) = long {
                let name = if long.name == "long" {
                    literal(long.value).map(str::to_owned)
                } else {
                    field(rest).map(kebab)
                };
                match name {
                    Some(name) => push(file, lines, Kind::ScriptFlag, format!("--{name}"), offset, call.arguments),
                    None => file.open_kinds.push(Kind::ScriptFlag),
                }
            }
            if let Some(kind) = found
                .iter()
                .find_map(|argument| (argument.value == "flatten").then(|| field_type(rest)).flatten())
            {
                // The fields of a type of another crate are not seen here.
                let name = kind.rsplit("::").next().unwrap_or(kind);
                let is_ours = |line: &str| {
                    line.contains(name)
                        && (line.contains("struct ") || line.contains("use crate::") || line.contains("use super::"))
                };
                if !text.lines().any(is_ours) && !kind.starts_with("crate::") {
                    file.open_kinds.push(Kind::ScriptFlag);
                }
            }
        }
    }
}

/// The name of the field that attributes stand in front of.
fn field(text: &str) -> Option<&str> {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with(['#', '/']))?;
    let name = line.split(':').next()?.split_whitespace().last()?;
    Some(name.trim_start_matches("r#"))
}

fn field_type(text: &str) -> Option<&str> {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with(['#', '/']))?;
    Some(line.split_once(':')?.1.trim().trim_end_matches(','))
}

/// `Arg::new("x").long("x")`, `Command::new("x")`.
fn built(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    for call in calls(text, ".long") {
        match literal(call.arguments) {
            Some(name) => push(file, lines, Kind::ScriptFlag, format!("--{name}"), call.at, call.arguments),
            None => file.open_kinds.push(Kind::ScriptFlag),
        }
    }
    for call in calls(text, "Command::new") {
        match literal(call.arguments) {
            Some(name) => push(file, lines, Kind::CliCommand, name.to_owned(), call.at, call.arguments),
            None => file.open_kinds.push(Kind::CliCommand),
        }
    }
}

fn routes(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    if text.contains("Router") || text.contains("web::") || text.contains(".route(") {
        for call in calls(text, ".route") {
            let found = parts(call.arguments);
            let Some(path) = found
                .first()
                .and_then(|path| literal(path.trim()))
                .filter(|path| path.starts_with('/') || path.is_empty())
            else {
                continue;
            };
            let handler = found.get(1).map_or("", |handler| handler.trim());
            let method = ["get", "post", "put", "patch", "delete"]
                .into_iter()
                .find(|method| handler.contains(&format!("{method}(")));
            add(file, lines, method.unwrap_or("ANY"), path, call.at, call.arguments);
        }
        for name in [".nest", "scope", ".nest_service", "web::resource", "web::scope"] {
            for call in calls(text, name) {
                if let Some(path) = parts(call.arguments).first().and_then(|path| literal(path.trim())) {
                    mount(file, lines, path, call.at, path);
                    if name == "web::resource" {
                        add(file, lines, "ANY", path, call.at, path);
                    }
                }
            }
        }
    }
    for method in ["get", "post", "put", "patch", "delete"] {
        let attribute = format!("#[{method}(");
        for (at, _) in text.match_indices(&attribute) {
            let open = at + attribute.len() - 1;
            let Some(length) = bracketed(&text[open..]) else { continue };
            let inner = &text[open + 1..open + length - 1];
            if let Some(path) = parts(inner).first().and_then(|path| literal(path.trim())) {
                add(file, lines, method, path, at, inner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    fn of(text: &str, kind: Kind) -> Vec<String> {
        parse("x.rs", text)
            .of_kind(kind)
            .map(|one| format!("{}:{}", one.name, one.line))
            .collect()
    }

    #[test]
    fn derives_of_clap_are_read() {
        let text = "use clap::{Parser, Subcommand};\n#[derive(Parser)]\nstruct Cli<'a> {\n    /// x\n    #[arg(long, short)]\n    dry_run: bool,\n    #[arg(long = \"out-file\")]\n    pub out: String,\n}\n#[derive(Debug, Subcommand)]\nenum Verb {\n    /// Builds {it}\n    BuildAll { #[arg(long)] fast: bool },\n    #[command(name = \"rm\", alias = \"del\")]\n    Remove(Args),\n}\n";
        assert_eq!(of(text, Kind::CliCommand), ["build-all:13", "del:14", "rm:15"]);
        assert_eq!(of(text, Kind::ScriptFlag), ["--dry-run:5", "--out-file:7", "--fast:13"]);
    }

    #[test]
    fn builders_of_clap_are_read() {
        let text = "use clap::*;\nCommand::new(\"app\").arg(Arg::new(\"x\").long(\"all\"))\n";
        assert_eq!(of(text, Kind::CliCommand), ["app:2"]);
        assert_eq!(of(text, Kind::ScriptFlag), ["--all:2"]);
    }

    #[test]
    fn routes_of_axum_and_actix_are_read() {
        let text =
            "let app = Router::new().route(\"/health\", get(ok)).nest(\"/api\", api);\n#[post(\"/users/{id}\")]\nfn f() {}\n";
        assert_eq!(of(text, Kind::Endpoint), ["GET /health:1", "POST /users/{}:2"]);
        assert_eq!(of(text, Kind::EndpointMount), ["/api:1"]);
    }
}
