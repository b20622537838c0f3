//! Options and commands of clap and structopt, as their derives make them.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToKebabCase, ToLowerCamelCase, ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

use crate::code::found::{COMMAND, FLAG, Found};
use crate::code::language::{Framework, has_any};
use crate::code::rust::{Attribute, Part, attributes, is_attribute};
use crate::code::tree::{Node, Source};
use crate::model::definition::Nesting;
use crate::model::kind::Kind;

/// The derives of clap and structopt.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "rust",
    uses: |_, text| has_any(text, &["clap", "Subcommand", "Parser", "structopt", "StructOpt"]),
    words: &["enum ", "struct ", "#[arg", "#[clap", "#[command", "#[structopt"],
    defines: &[COMMAND, FLAG],
    read,
};

/// Derives that make options of fields and commands of variants.
const DERIVES: &[&str] = &["Args", "Clap", "Parser", "StructOpt", "Subcommand"];

/// Attributes that speak to clap.
const ATTRIBUTES: &[&str] = &["arg", "clap", "command", "structopt"];

/// A type that clap makes commands or options of.
struct Typed<'source> {
    name: &'source str,
    node: Node<'source>,
    attributes: Vec<Attribute<'source>>,
}

/// What the types of a file say of each other.
#[derive(Default)]
struct Links<'source> {
    /// The types whose commands stand in a type, by that type; a type of commands stands in itself.
    commands: BTreeMap<&'source str, BTreeSet<&'source str>>,
    /// The types that have operands.
    operands: BTreeSet<&'source str>,
}

fn read(source: &Source<'_>, found: &mut Found) {
    let types = types(source);
    let mut links = Links::default();
    for typed in &types {
        link(typed, &mut links);
    }
    for typed in &types {
        let casing = casing(&typed.attributes, Casing::Kebab);
        match typed.node.kind() {
            "enum_item" => variants(source, typed, casing, &links, found),
            _ => {
                if let Some(body) = typed.node.field("body") {
                    fields(source, body, casing, found);
                }
            }
        }
    }
}

/// The types of a file with a derive of clap.
fn types<'source>(source: &'source Source<'_>) -> Vec<Typed<'source>> {
    let mut types = Vec::new();
    // The attributes that wait for their item, and what they stand in.
    let mut pending: Vec<Attribute<'_>> = Vec::new();
    let mut place = None;
    for node in source.nodes().filter(|node| node.is_code()) {
        let parent = node.parent().map(Node::id);
        if is_attribute(node) {
            if place != parent {
                pending.clear();
            }
            place = parent;
            pending.extend(attributes(node));
        } else if place == parent && place.is_some() {
            let attributes = std::mem::take(&mut pending);
            place = None;
            let is_derived = attributes
                .iter()
                .any(|one| one.name == "derive" && one.parts.iter().any(|part| DERIVES.contains(&part.name)));
            let name = node.field("name").map(Node::text);
            if let Some(name) = name.filter(|_| is_derived && node.is_any(&["struct_item", "enum_item"])) {
                types.push(Typed { name, node, attributes });
            }
        }
    }
    types
}

/// The members of a body with the attributes in front of each.
fn members(body: Node<'_>) -> Vec<(Vec<Attribute<'_>>, Node<'_>)> {
    let mut members = Vec::new();
    let mut pending: Vec<Attribute<'_>> = Vec::new();
    for node in body.children() {
        if is_attribute(node) {
            pending.extend(attributes(node));
        } else if node.kind() != "visibility_modifier" {
            members.push((std::mem::take(&mut pending), node));
        }
    }
    members
}

/// The attributes that speak to clap.
fn ours<'all, 'source>(attributes: &'all [Attribute<'source>]) -> impl Iterator<Item = &'all Attribute<'source>> {
    attributes.iter().filter(|one| ATTRIBUTES.contains(&one.name))
}

fn says(attributes: &[Attribute<'_>], word: &str) -> bool {
    ours(attributes).any(|one| one.part(word).is_some())
}

/// The last name of a type, out of `Option`, `Vec` and `Box`: `Option<crate::DbCommand>` is `DbCommand`.
fn type_name(node: Node<'_>) -> &str {
    let text = node.text().trim_end_matches('>');
    let inner = text.rsplit('<').next().unwrap_or(text).trim();
    inner.rsplit("::").next().unwrap_or(inner).trim()
}

/// Whether a member holds commands.
fn holds_commands(attributes: &[Attribute<'_>]) -> bool {
    says(attributes, "subcommand")
}

fn link<'source>(typed: &Typed<'source>, links: &mut Links<'source>) {
    let Some(body) = typed.node.field("body") else { return };
    if typed.node.kind() == "enum_item" {
        links.commands.entry(typed.name).or_default().insert(typed.name);
        return;
    }
    for (attributes, member) in members(body) {
        let Some(kind) = member
            .field("type")
            .or(Some(member).filter(|node| node.kind() != "field_declaration"))
        else {
            continue;
        };
        if holds_commands(&attributes) {
            links.commands.entry(typed.name).or_default().insert(type_name(kind));
        } else if !["long", "short", "flatten", "skip", "global"]
            .iter()
            .any(|word| says(&attributes, word))
        {
            links.operands.insert(typed.name);
        }
    }
}

/// The commands that the variants of an enumeration are.
fn variants(source: &Source<'_>, typed: &Typed<'_>, casing: Casing, links: &Links<'_>, found: &mut Found) {
    let Some(body) = typed.node.field("body") else { return };
    for (attributes, variant) in members(body) {
        let Some(identifier) = variant.field("name") else { continue };
        if says(&attributes, "external_subcommand") {
            found.open(COMMAND);
            found.open(FLAG);
            continue;
        }
        if says(&attributes, "skip") {
            continue;
        }
        let casing = self::casing(&attributes, casing);
        let body = variant.field("body");
        let inner = body.filter(|body| body.kind() == "ordered_field_declaration_list");
        let inner = inner.and_then(|body| body.field("type"));
        if says(&attributes, "flatten") {
            flattened(source, inner, COMMAND, found);
            continue;
        }
        let nesting = nesting(typed, &attributes, body, inner, links);
        // The name stands in front of its aliases, which point at their attribute.
        let mut given = None;
        for attribute in ours(&attributes) {
            for key in ["alias", "visible_alias", "aliases", "visible_aliases"] {
                for name in values(attribute, key) {
                    found.command(name, attribute.at, attribute.code, nesting.clone());
                }
            }
            if let Some(part) = attribute.part("name") {
                given = Some(part.literal());
            }
        }
        match given.unwrap_or_else(|| Some(casing.of(identifier.text()))) {
            Some(name) => found.command(name, identifier.start(), variant.code(), nesting),
            None => found.open(COMMAND),
        }
        if let Some(body) = body.filter(|body| body.kind() == "field_declaration_list") {
            fields(source, body, casing, found);
        }
    }
}

/// Where the command of a variant stands, and the type of its own commands.
fn nesting(
    typed: &Typed<'_>,
    attributes: &[Attribute<'_>],
    body: Option<Node<'_>>,
    inner: Option<Node<'_>>,
    links: &Links<'_>,
) -> Nesting {
    let mut nesting = Nesting {
        within: Some(typed.name.to_owned()),
        ..Nesting::default()
    };
    if let Some(inner) = inner {
        let name = type_name(inner);
        if holds_commands(attributes) {
            nesting.holds = Some(name.to_owned());
            nesting.is_group = true;
        } else if let Some(commands) = links.commands.get(name) {
            nesting.holds = commands.iter().next().map(|name| (*name).to_owned());
            nesting.is_group = !links.operands.contains(name);
        }
        return nesting;
    }
    let members = body.map(members).unwrap_or_default();
    for (attributes, member) in &members {
        if holds_commands(attributes)
            && let Some(kind) = member.field("type")
        {
            nesting.holds = Some(type_name(kind).to_owned());
            nesting.is_group = true;
        }
    }
    let is_option = |attributes: &[Attribute<'_>]| {
        ["long", "short", "subcommand", "flatten", "skip"]
            .iter()
            .any(|word| says(attributes, word))
    };
    nesting.is_group &= members.iter().all(|(attributes, _)| is_option(attributes));
    nesting
}

/// The plain strings of `alias = "x"`, `aliases = ["x", "y"]`.
fn values(attribute: &Attribute<'_>, key: &str) -> Vec<String> {
    let value = attribute.part(key).and_then(|part| part.value);
    value.map(Node::literals).unwrap_or_default()
}

/// Fields with `#[arg(long)]`, `#[clap(long = "x")]` and their aliases.
fn fields(source: &Source<'_>, body: Node<'_>, casing: Casing, found: &mut Found) {
    for (attributes, field) in members(body) {
        let is_option = says(&attributes, "long") || says(&attributes, "short");
        let passes_on = ["trailing_var_arg", "last"].iter().any(|word| says(&attributes, word))
            || (says(&attributes, "allow_hyphen_values") && !is_option);
        if passes_on {
            // What stands behind it belongs to another program.
            found.open(FLAG);
        }
        let own = self::casing(&attributes, casing);
        let identifier = field.field("name").map_or("", Node::text);
        let id = ours(&attributes)
            .filter_map(|one| one.part("id").or_else(|| one.part("name")))
            .find_map(Part::literal);
        for attribute in ours(&attributes) {
            if is_option {
                for key in ["alias", "visible_alias", "aliases", "visible_aliases"] {
                    for name in values(attribute, key) {
                        found.flag(format!("--{name}"), attribute.at, attribute.code);
                    }
                }
            }
            let Some(long) = attribute.part("long") else { continue };
            let name = match long.value {
                Some(_) => long.literal(),
                None => id.clone().or_else(|| Some(own.of(identifier))),
            };
            match name {
                Some(name) => found.flag(format!("--{name}"), attribute.at, attribute.code),
                None => found.open(FLAG),
            }
        }
        if says(&attributes, "flatten") {
            flattened(source, field.field("type"), FLAG, found);
        }
    }
}

/// What is flattened in: the fields and variants of a type of another crate are not seen.
fn flattened(source: &Source<'_>, kind: Option<Node<'_>>, opens: Kind, found: &mut Found) {
    let Some(kind) = kind else {
        found.open(opens);
        return;
    };
    let name = type_name(kind);
    let path = kind.text();
    let path = path.rsplit('<').next().unwrap_or(path).trim();
    let is_ours = ["crate::", "super::", "self::"].iter().any(|start| path.starts_with(start))
        || source
            .nodes()
            .filter(|node| node.is_any(&["struct_item", "enum_item"]))
            .any(|node| node.field("name").map(Node::text) == Some(name))
        || source.of_kind("use_declaration").any(|node| {
            let text = node.code();
            let argument = node.field("argument").map_or("", Node::text);
            let is_here = ["crate", "super", "self"].iter().any(|start| argument.starts_with(start));
            is_here
                && text
                    .split(|char: char| !(char.is_alphanumeric() || char == '_'))
                    .any(|word| word == name)
        });
    if !is_ours {
        found.open(opens);
        if opens == COMMAND {
            found.open(FLAG);
        }
    }
}

/// How names of types and fields become names of commands and options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Casing {
    Camel,
    Kebab,
    Lower,
    Pascal,
    ScreamingSnake,
    Snake,
    Upper,
    Verbatim,
}

impl Casing {
    /// The word of `rename_all`, in any form.
    fn named(word: &str) -> Option<Self> {
        Some(match word.to_pascal_case().to_lowercase().as_str() {
            "camel" | "camelcase" => Self::Camel,
            "kebab" | "kebabcase" => Self::Kebab,
            "lower" | "lowercase" => Self::Lower,
            "pascal" | "pascalcase" => Self::Pascal,
            "screamingsnake" | "screamingsnakecase" => Self::ScreamingSnake,
            "snake" | "snakecase" => Self::Snake,
            "upper" | "uppercase" => Self::Upper,
            "verbatim" | "verbatimcase" => Self::Verbatim,
            _ => return None,
        })
    }

    fn of(self, name: &str) -> String {
        let name = name.strip_prefix("r#").unwrap_or(name);
        match self {
            Self::Camel => name.to_lower_camel_case(),
            Self::Kebab => name.to_kebab_case(),
            Self::Lower => name.to_snake_case().replace('_', ""),
            Self::Pascal => name.to_pascal_case(),
            Self::ScreamingSnake => name.to_shouty_snake_case(),
            Self::Snake => name.to_snake_case(),
            Self::Upper => name.to_shouty_snake_case().replace('_', ""),
            Self::Verbatim => name.to_owned(),
        }
    }
}

/// What `rename_all` says, or what holds around.
fn casing(attributes: &[Attribute<'_>], around: Casing) -> Casing {
    ours(attributes)
        .filter_map(|one| one.part("rename_all")?.literal())
        .find_map(|word| Casing::named(&word))
        .unwrap_or(around)
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{bare, names, read, tree};
    use crate::model::kind::Kind;

    #[test]
    fn derives_are_read() {
        let text = "use clap::{Parser, Subcommand};\n#[derive(Parser)]\nstruct Cli<'a> {\n    /// x\n    #[arg(long, short)]\n    dry_run: bool,\n    #[arg(long = \"out-file\")]\n    pub out: String,\n}\n#[derive(Debug, Subcommand)]\nenum Verb {\n    /// Builds {it}\n    BuildAll { #[arg(long)] fast: bool },\n    #[command(name = \"rm\", alias = \"del\")]\n    Remove(Args),\n}\n";
        let file = read("x.rs", text);
        assert_eq!(names(&file, Kind::CliCommand), ["build-all:13", "del:14", "rm:15"]);
        assert_eq!(names(&file, Kind::ScriptFlag), ["--dry-run:5", "--out-file:7", "--fast:13"]);
        assert!(file.knows_all(Kind::ScriptFlag) && file.knows_all(Kind::CliCommand));
    }

    fn commands(head: &str, body: &str) -> Vec<String> {
        bare(
            &read(
                "x.rs",
                &format!("use clap::Subcommand;\n#[derive(Subcommand)]\n{head}\nenum C {{ {body} }}\n"),
            ),
            Kind::CliCommand,
        )
    }

    #[test]
    fn names_are_those_that_heck_makes() {
        assert_eq!(
            commands(
                "",
                "Base64Encode, OAuth2Login, HTTPServer, Ipv4Only, S3Sync, DBMigrate, K8sDeploy"
            ),
            [
                "base64-encode", "o-auth2-login", "http-server", "ipv4-only", "s3-sync", "db-migrate", "k8s-deploy"
            ]
        );
        assert_eq!(commands("#[command(rename_all = \"snake_case\")]", "DryRun"), ["dry_run"]);
        assert_eq!(commands("#[clap(rename_all = \"SCREAMING-KEBAB\")]", "DryRun"), ["dry-run"]);
        assert_eq!(commands("#[command(rename_all = \"lower\")]", "DryRun"), ["dryrun"]);
        assert_eq!(commands("#[command(rename_all = \"verbatim\")]", "DryRun"), ["DryRun"]);
        assert_eq!(
            commands("", "#[command(name = \"x-1\", visible_aliases = [\"a\", \"b\"])] One, r#Type"),
            ["a", "b", "x-1", "type"]
        );
        assert_eq!(
            commands("", "#[command(visible_alias = \"o\")] One, #[command(skip)] Two"),
            ["o", "one"]
        );
    }

    #[test]
    fn signs_in_attributes_and_comments_are_only_signs() {
        let text = "use clap::Parser;\n#[derive(Parser)]\n#[command(about = r#\"has \"}\" and #[arg(long)] gone: X\"#)]\nstruct Cli {\n    // #[arg(long)] removed: bool,\n    /* { #[arg(long)] old: bool */\n    #[arg(long, value_delimiter = '{', help = \"a ) and ]\")]\n    one: String,\n    #[arg(long, default_value = r\"}\\\")]\n    two: String,\n    #[arg(short = '\"', long)]\n    three: String,\n}\nconst USAGE: &str = \"#[derive(Parser)] struct X { #[arg(long)] four: bool }\";\n";
        let file = read("x.rs", text);
        assert_eq!(bare(&file, Kind::ScriptFlag), ["--one", "--two", "--three"]);
        assert!(file.knows_all(Kind::ScriptFlag));
    }

    #[test]
    fn commands_stand_in_commands() {
        let text = "use clap::*;\n#[derive(Parser)]\nstruct Cli { #[command(subcommand)] verb: Verb }\n#[derive(Subcommand)]\nenum Verb { Db(Db), Run { name: String, #[command(subcommand)] what: What }, #[command(subcommand)] User(UserVerb) }\n#[derive(Args)]\nstruct Db { #[arg(long)] url: String, #[command(subcommand)] verb: Option<DbVerb> }\n#[derive(Subcommand)]\nenum DbVerb { Migrate, Seed }\n#[derive(Subcommand)]\nenum What { This }\n#[derive(Subcommand)]\nenum UserVerb { Add }\n";
        assert_eq!(tree(&read("x.rs", text)), ["db! [migrate seed]", "run [this]", "user! [add]"]);
    }

    #[test]
    fn what_is_passed_on_or_stands_elsewhere_stays_open() {
        let of = |body: &str| {
            let file = read(
                "x.rs",
                &format!("use clap::*;\nuse crate::shared::Ours;\n#[derive(Args)]\nstruct A {{ {body} }}\n"),
            );
            file.knows_all(Kind::ScriptFlag)
        };
        assert!(!of("#[arg(trailing_var_arg = true)] rest: Vec<String>"));
        assert!(!of("#[command(flatten)] other: other_crate::Flags"));
        assert!(!of("#[arg(long = NAME)] x: bool"));
        assert!(of("#[command(flatten)] other: Ours"));
        assert!(of("#[arg(long, allow_hyphen_values = true)] x: String"));
        let external = "use clap::*;\n#[derive(Subcommand)]\nenum C { #[command(external_subcommand)] Other(Vec<String>) }\n";
        assert!(!read("x.rs", external).knows_all(Kind::CliCommand));
    }

    #[test]
    fn an_error_opens_only_what_it_lies_in() {
        let sound = "use clap::*;\n#[derive(Args)]\nstruct A { #[arg(long)] x: bool }\n";
        assert!(read("x.rs", &format!("{sound}fn f() {{ let x = ; }}\n")).knows_all(Kind::ScriptFlag));
        let broken = "use clap::*;\n#[derive(Args)]\nstruct A { #[arg(long)] x: bool, #[arg(long y: bool }\n";
        assert!(!read("x.rs", broken).knows_all(Kind::ScriptFlag));
    }
}
