//! The text of `runproof-waivers.toml` -> checked waivers: findings that a role or team answers for, up to a day.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use crate::config::read::File;
use crate::config::schema::closed_schema;
use crate::error::Result;

/// The version of the form that is read.
const SCHEMA: &str = "runproof-waivers/1";

/// The waivers of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waivers {
    /// The file that they stand in, from the root of the repository.
    pub(crate) path: String,
    /// The waivers, in the order of the file.
    pub(crate) waivers: Vec<Waiver>,
}

/// One waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiver {
    /// The id of the rule.
    pub(crate) rule: String,
    /// Which files, as a glob from the root of the repository.
    pub(crate) path: String,
    /// Which words of findings, with `*` for any; `*` alone also for findings that are about no words.
    pub(crate) words: String,
    /// The role or team that answers for it.
    pub(crate) owner: String,
    /// Why.
    pub(crate) reason: String,
    /// The last day on which it holds.
    pub(crate) expires: NaiveDate,
    /// The line that it begins at, from 1.
    pub(crate) line: u32,
}

/// Findings that a role or team answers for, up to a day.
#[derive(JsonSchema)]
#[schemars(title = "runproof-waivers.toml")]
#[allow(
    dead_code,
    reason = "the shape is published as a schema; values are read one by one, so that errors name their line"
)]
struct Written {
    /// The version of the form of this file, `runproof-waivers/1`. Without it the file is of the first.
    schema: Option<String>,
    /// The waivers.
    waiver: Option<Vec<WrittenWaiver>>,
}

/// Accepts findings of one rule in some files. Every key is required.
#[derive(JsonSchema)]
#[allow(
    dead_code,
    reason = "the shape is published as a schema; values are read one by one, so that errors name their line"
)]
struct WrittenWaiver {
    /// The id of the rule, such as `path-missing`.
    rule: String,
    /// Which files, as a glob from the root of the repository.
    path: String,
    /// Which words of findings, with `*` for any; `*` alone also for findings that are about no words.
    #[schemars(rename = "match")]
    words: String,
    /// The role or team that answers for it.
    owner: String,
    /// Why it is accepted.
    reason: String,
    /// The last day on which it holds, as YYYY-MM-DD.
    expires: String,
}

/// The keys of a waiver.
const KEYS: [&str; 6] = ["rule", "path", "match", "owner", "reason", "expires"];

/// The JSON Schema of the file.
pub(crate) fn schema() -> Value {
    closed_schema::<Written>()
}

/// Reads waivers. `path` is named in errors, which tell the line, the mistake and the remedy.
pub(crate) fn read(text: &str, path: &str) -> Result<Waivers> {
    let file = File::new(text, path);
    let table = DeTable::parse(text).map_err(|error| file.error(error.span(), error.message()))?;
    file.check_form(table.get_ref(), SCHEMA)?;
    let schema = schema();
    file.check_keys(table.get_ref(), &schema, &schema, "")?;
    let mut waivers = Vec::new();
    for (key, value) in table.get_ref().iter().filter(|(key, _)| key.get_ref() != "schema") {
        let DeValue::Array(items) = value.get_ref() else {
            let error = file.error(Some(key.span()), "`waiver` is no list of tables");
            return Err(error.with_help("each waiver begins with `[[waiver]]`"));
        };
        for item in items {
            let DeValue::Table(table) = item.get_ref() else {
                let error = file.error(Some(item.span()), "a waiver is a table");
                return Err(error.with_help("each waiver begins with `[[waiver]]`"));
            };
            waivers.push(waiver(&file, table, item.span())?);
        }
    }
    Ok(Waivers {
        path: path.to_owned(),
        waivers,
    })
}

fn waiver(file: &File<'_>, table: &DeTable<'_>, span: std::ops::Range<usize>) -> Result<Waiver> {
    let value = |wanted: &str| table.iter().find(|(key, _)| key.get_ref() == wanted).map(|(_, value)| value);
    let missing: Vec<&str> = KEYS.into_iter().filter(|key| value(key).is_none()).collect();
    if !missing.is_empty() {
        let error = file.error(Some(span), &format!("the waiver has no `{}`", missing.join("`, `")));
        return Err(
            error.with_help("a waiver tells what is accepted, why, who answers for it and until when; every key is required")
        );
    }
    let text = |key: &str| -> Result<String> {
        let value = value(key).expect("missing keys were refused above");
        let words = match value.get_ref() {
            DeValue::String(words) => words.trim(),
            _ => "",
        };
        if words.is_empty() {
            return Err(file.error(Some(value.span()), &format!("`{key}` is no text")));
        }
        Ok(words.to_owned())
    };
    let expires = value("expires").expect("missing keys were refused above");
    let day = match expires.get_ref() {
        DeValue::Datetime(day) => day.to_string(),
        DeValue::String(day) => day.trim().to_owned(),
        _ => String::new(),
    };
    let expires = day.parse().map_err(|_| {
        let error = file.error(Some(expires.span()), "`expires` is no day");
        error.with_help("write it as YYYY-MM-DD")
    })?;
    let path = text("path")?;
    if let Err(error) = globset::Glob::new(&path) {
        let span = value("path").map(toml::Spanned::span);
        return Err(file.error(span, &format!("`{path}` is no glob: {}", error.kind())));
    }
    Ok(Waiver {
        rule: text("rule")?,
        path,
        words: text("match")?,
        owner: text("owner")?,
        reason: text("reason")?,
        expires,
        line: file.line(span.start),
    })
}

#[cfg(test)]
mod tests {
    use super::{KEYS, SCHEMA, read, schema};

    const WAIVER: &str = "[[waiver]]\nrule = \"path-missing\"\npath = \"docs/**\"\nmatch = \"scripts/*\"\nowner = \"Platform\"\nreason = \"moves in May\"\nexpires = 2027-01-31\n";

    fn error(text: &str) -> String {
        let error = read(text, "w.toml").expect_err("the text is wrong");
        format!("{} ({})", error.message, error.help.unwrap_or_default())
    }

    #[test]
    fn waivers_are_read_with_their_lines() {
        let text = format!("# ours\n\n{WAIVER}\n{}", WAIVER.replace("2027-01-31", "\"2027-02-01\""));
        let waivers = read(&text, "w.toml").expect("it reads");
        let found: Vec<(String, u32)> = waivers
            .waivers
            .iter()
            .map(|waiver| (waiver.expires.to_string(), waiver.line))
            .collect();
        assert_eq!(found, [("2027-01-31".to_owned(), 3), ("2027-02-01".to_owned(), 11)]);
        assert!(read("", "w.toml").expect("it reads").waivers.is_empty());
        let marked = format!("schema = \"{SCHEMA}\"\n{WAIVER}");
        assert_eq!(read(&marked, "w.toml").expect("it reads").waivers.len(), 1);
        let newer = error(&marked.replace("/1", "/2").replace("owner", "answers"));
        assert!(
            newer.starts_with("w.toml:1:10: the schema `runproof-waivers/2` is of a newer Runproof"),
            "{newer}"
        );
    }

    #[test]
    fn what_is_missing_unknown_or_wrong_is_refused_with_its_line() {
        assert!(error(&WAIVER.replace("owner = \"Platform\"\n", "")).starts_with("w.toml:1:1: the waiver has no `owner`"));
        let typo = error(&WAIVER.replace("owner", "onwer"));
        assert!(
            typo.starts_with("w.toml:5:1: unknown key `waiver.onwer`") && typo.contains("did you mean `owner`?"),
            "{typo}"
        );
        assert!(error(&WAIVER.replace("\"moves in May\"", "\" \"")).starts_with("w.toml:6:10: `reason` is no text"));
        assert!(error(&WAIVER.replace("2027-01-31", "\"soon\"")).contains("`expires` is no day (write it as YYYY-MM-DD)"));
        assert!(error(&WAIVER.replace("2027-01-31", "2027-01-31T10:00:00Z")).contains("is no day"));
        assert!(error(&WAIVER.replace("docs/**", "docs/{")).contains("is no glob"));
        assert!(error("waiver = 3\n").contains("no list of tables"));
        assert!(error("[[waiver]\n").starts_with("w.toml:1:"));
    }

    #[test]
    fn the_schema_asks_for_every_key() {
        let schema = schema();
        let waiver = &schema["definitions"]["WrittenWaiver"];
        let required: Vec<&str> = waiver["required"]
            .as_array()
            .expect("keys are required")
            .iter()
            .filter_map(|key| key.as_str())
            .collect();
        assert!(KEYS.iter().all(|key| required.contains(key)), "{required:?}");
        assert_eq!(waiver["additionalProperties"], false);
    }
}
