//! The text of `runproof.toml` -> checked settings. The JSON Schema is made from the types, and unknown keys are found with it.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use crate::config::schema::{resolve, schema};
use crate::config::support;
use crate::config::{CATALOGS, CLASSES, Config, GateConfig, SCHEMA};
use crate::error::{Error, Result};
use crate::model::form;
use crate::model::gate::Period;
use crate::model::nearest::nearest;
use crate::model::place::{Lines, Span};

/// The name of the settings file at the root of a repository.
pub(crate) const FILE: &str = "runproof.toml";

/// Reads settings. `path` is named in errors, which tell the line, the mistake and the remedy; `reserved` are names that no product may
/// have.
pub(crate) fn read(text: &str, path: &str, reserved: &[&str]) -> Result<Config> {
    let file = File::new(text, path);
    let table = DeTable::parse(text).map_err(|error| file.error(error.span(), error.message()))?;
    file.check_form(table.get_ref(), SCHEMA)?;
    let schema = schema();
    file.check_keys(table.get_ref(), &schema, &schema, "")?;
    file.check_texts(table.get_ref())?;
    let mut config: Config = toml::from_str(text).map_err(|error| file.error(error.span(), error.message()))?;
    file.check_values(&config, reserved)?;
    let table = table.get_ref();
    let own = config.controls.iter_mut().zip(file.item_lines(table, "controls"));
    own.for_each(|(control, line)| control.line = line);
    for (product, item) in config.products.iter_mut().zip(items(table, "products")) {
        let Some(table) = item.get_ref().as_table() else { continue };
        let own = product.controls.iter_mut().zip(file.item_lines(table, "controls"));
        own.for_each(|(control, line)| control.line = line);
    }
    config.base_url = config.base_url.as_deref().map(|url| file.base_url(url)).transpose()?;
    Ok(config)
}

/// The address of a site as it stands in pages: encoded, with a slash at its end; or why it is none, in words.
pub(crate) fn checked_base(address: &str) -> Result<String, String> {
    let mut url = Url::parse(address).map_err(|error| format!("`{address}`: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(format!("`{address}` is no address on the web"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("`{address}` has a user, a query or a fragment"));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url.into())
}

/// The keys that a settings file sets, as dotted paths with their line; elements of arrays are counted from 0.
pub(crate) fn origins(text: &str) -> Vec<(String, u32)> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let lines = Lines::of(text);
    let mut found = Vec::new();
    collect_origins(table.get_ref(), "", &lines, &mut found);
    found
}

fn collect_origins(table: &DeTable<'_>, prefix: &str, lines: &Lines, found: &mut Vec<(String, u32)>) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{prefix}.{}", key.get_ref())
        };
        match value.get_ref() {
            DeValue::Table(table) => collect_origins(table, &path, lines, found),
            DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_table()) => {
                for (index, item) in items.iter().enumerate() {
                    if let DeValue::Table(table) = item.get_ref() {
                        collect_origins(table, &format!("{path}[{index}]"), lines, found);
                    }
                }
            }
            _ => found.push((path, lines.line(key.span().start as u32))),
        }
    }
}

/// The items of a list of a table.
fn items<'table, 'text>(table: &'table DeTable<'text>, key: &str) -> impl Iterator<Item = &'table Spanned<DeValue<'text>>> {
    let list = table.get(key).and_then(|value| value.get_ref().as_array());
    list.into_iter().flat_map(|list| list.iter())
}

/// A settings file with what its errors need.
pub(crate) struct File<'text> {
    text: &'text str,
    path: &'text str,
    lines: Lines,
}

impl<'text> File<'text> {
    /// A file with its name for errors.
    pub(crate) fn new(text: &'text str, path: &'text str) -> Self {
        Self {
            text,
            path,
            lines: Lines::of(text),
        }
    }

    /// The lines where the items of a list begin, from 1.
    fn item_lines(&self, table: &DeTable<'_>, key: &str) -> Vec<u32> {
        items(table, key).map(|item| self.line(item.span().start)).collect()
    }

    /// The line of an offset, from 1.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        self.lines.line(offset as u32)
    }

    /// An error at a place of the file.
    pub(crate) fn error(&self, span: Option<Range<usize>>, message: &str) -> Error {
        let message = message.lines().next().unwrap_or_default();
        match span {
            Some(range) => {
                let place = self.lines.place(Span::new(range.start, range.end), self.text);
                Error::usage(format!("{}:{}:{}: {message}", self.path, place.line, place.column))
            }
            None => Error::usage(format!("{}: {message}", self.path)),
        }
    }

    /// Refuses a file of a newer form with a word, before any of its keys is taken for a mistake. One without `schema` is of the first form.
    pub(crate) fn check_form(&self, table: &DeTable<'_>, ours: &str) -> Result<()> {
        let Some((_, value)) = table.iter().find(|(key, _)| key.get_ref() == "schema") else {
            return Ok(());
        };
        let written = value.get_ref().as_str().unwrap_or_default();
        let Some(objection) = form::objection(written, ours) else {
            return Ok(());
        };
        let error = self.error(Some(value.span()), &objection);
        Err(error.with_help(if form::is_newer(written, ours) {
            form::REMEDY.to_owned()
        } else {
            format!("write `schema = \"{ours}\"`, or leave it out")
        }))
    }

    /// Refuses keys that the schema does not know, at any depth, with the nearest key that it does know.
    pub(crate) fn check_keys(&self, table: &DeTable<'_>, schema: &Value, root: &Value, prefix: &str) -> Result<()> {
        let schema = resolve(schema, root);
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return Ok(());
        };
        for (key, value) in table {
            let name: &str = key.get_ref();
            let Some(property) = properties.get(name) else {
                let near = nearest(name, properties.keys().map(String::as_str));
                let known = properties.keys().cloned().collect::<Vec<_>>().join("`, `");
                let help = near.map_or_else(
                    || format!("known keys are `{known}`"),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(self
                    .error(Some(key.span()), &format!("unknown key `{prefix}{name}`"))
                    .with_help(help));
            };
            let path = format!("{prefix}{name}.");
            match value.get_ref() {
                DeValue::Table(table) => self.check_keys(table, property, root, &path)?,
                DeValue::Array(items) => {
                    let property = resolve(property, root);
                    for item in items {
                        if let (DeValue::Table(table), Some(schema)) = (item.get_ref(), property.get("items")) {
                            self.check_keys(table, schema, root, &path)?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses control characters and marks that turn text, in names and values: all of them are shown somewhere.
    fn check_texts(&self, table: &DeTable<'_>) -> Result<()> {
        let hides = |text: &str| {
            let hidden = text.chars().find(|c| {
                c.is_control() && !matches!(c, '\n' | '\t') || matches!(u32::from(*c), 0x2028..=0x202E | 0x2066..=0x2069 | 0xFEFF)
            });
            hidden.map(|c| {
                format!(
                    "a name or value holds the character U+{:04X}, which cannot be seen",
                    u32::from(c)
                )
            })
        };
        let mut values: Vec<_> = Vec::new();
        for (key, value) in table {
            if let Some(message) = hides(key.get_ref()) {
                return Err(self.error(Some(key.span()), &message).with_help("take it out"));
            }
            if key.get_ref() != "about" && value.get_ref().as_str().is_some_and(|text| text.contains('\n')) {
                return Err(self
                    .error(Some(value.span()), "a value holds a line end")
                    .with_help("write it in one line"));
            }
            values.push(value);
        }
        while let Some(value) = values.pop() {
            match value.get_ref() {
                DeValue::String(text) => {
                    if let Some(message) = hides(text) {
                        return Err(self.error(Some(value.span()), &message).with_help("take it out"));
                    }
                }
                DeValue::Array(items) => values.extend(items.iter()),
                DeValue::Table(table) => self.check_texts(table)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses values of a gate that nothing could meet, or that everything would.
    fn check_demand(&self, gate: &GateConfig) -> Result<()> {
        let place = |needle: &str| self.text.find(needle).map(|at| at..at + needle.len());
        let coverage = [
            "lines", "branches", "functions", "statements", "instructions", "regions", "methods", "classes",
        ];
        for (metric, value) in gate.at_least.iter().chain(&gate.at_most) {
            let is_coverage = coverage.contains(&metric.as_str());
            if !value.is_finite() || (is_coverage && !(0.0..=100.0).contains(value)) {
                let words = if is_coverage { "percentage" } else { "number" };
                return Err(self.error(place(metric), &format!("`{metric} = {value}` is no {words}")));
            }
        }
        if let Some(severity) = gate
            .security_severity_below
            .filter(|severity| !(0.0..=10.0).contains(severity))
        {
            return Err(self.error(
                place("security-severity-below"),
                &format!("`security-severity-below = {severity}` is no number from 0 to 10"),
            ));
        }
        for (key, period) in [
            ("max-age", &gate.max_age),
            ("window", &gate.window),
            ("every", &gate.every),
            ("tolerance", &gate.tolerance),
        ] {
            if let Some(period) = period.as_deref().filter(|period| Period::read(period).is_none()) {
                let error = self.error(place(period), &format!("`{key} = \"{period}\"` is no length of time"));
                return Err(error.with_help("write it as `90 days`, `12 h` or `15 min`"));
            }
        }
        if let Some(check) = gate.checks.iter().find(|check| Period::after_start(check).is_none()) {
            let error = self.error(place(check), &format!("`{check}` is no moment after the start"));
            return Err(error.with_help("write it as `0`, `15m` or `T+15m`"));
        }
        if let Some(role) = gate.roles.iter().find(|role| role.trim().is_empty()) {
            return Err(self.error(
                place("roles"),
                &format!("`roles` of `{}` names nobody with `{role}`", gate.id),
            ));
        }
        for glob in gate.files.iter().chain(&gate.required).chain(&gate.when) {
            if let Err(error) = globset::Glob::new(glob) {
                return Err(self.error(place(glob), &format!("`{glob}` is no glob: {}", error.kind())));
            }
        }
        Ok(())
    }

    /// The address of the site, whole.
    fn base_url(&self, url: &str) -> Result<String> {
        checked_base(url).map_err(|why| {
            let error = self.error(
                self.text.find("base-url").map(|at| at..at + "base-url".len()),
                &format!("`base-url` is not where a site can be: {why}"),
            );
            error.with_help("for example `https://team.example.org/handbook/`")
        })
    }

    /// Refuses names of catalogues and classes that there are not, and controls without an id.
    fn check_controls(&self, config: &Config) -> Result<()> {
        let place = |needle: &str| {
            self.text
                .find(needle)
                .filter(|_| !needle.is_empty())
                .map(|at| at..at + needle.len())
        };
        let unknown = |word: &str, what: &str, known: &[&str]| {
            let error = self.error(place(word), &format!("there is no {what} `{word}`"));
            let help = nearest(word, known.iter().copied()).map_or_else(
                || format!("there are `{}`", known.join("`, `")),
                |near| format!("did you mean `{near}`?"),
            );
            error.with_help(help)
        };
        if let Some(catalog) = config.catalogs.iter().find(|catalog| !CATALOGS.contains(&catalog.as_str())) {
            return Err(unknown(catalog, "catalogue", &CATALOGS));
        }
        let gates = config.products.iter().flat_map(|product| &product.gates).chain(&config.gates);
        let controls = || {
            config
                .products
                .iter()
                .flat_map(|product| &product.controls)
                .chain(&config.controls)
        };
        let classes = gates
            .filter_map(|gate| gate.class.as_ref())
            .chain(controls().flat_map(|control| &control.classes));
        if let Some(class) = { classes }.find(|class| !CLASSES.contains(&class.as_str())) {
            return Err(unknown(class, "class of gates", &CLASSES));
        }
        if controls().any(|control| control.id.trim().is_empty()) {
            return Err(self.error(place("[[controls]]"), "a control has no `id`"));
        }
        let mut lists = config
            .products
            .iter()
            .map(|product| &product.controls)
            .chain(std::iter::once(&config.controls));
        let twice = lists.find_map(|list| {
            let mut ids = BTreeSet::new();
            list.iter().find(|control| !ids.insert(&control.id))
        });
        if let Some(control) = twice {
            return Err(self.error(place(&control.id), &format!("two controls have the id `{}`", control.id)));
        }
        Ok(())
    }

    /// The lists of licences hold globs.
    fn check_licences(&self, config: &Config) -> Result<()> {
        let licences = &config.licences;
        for name in licences.allow.iter().chain(&licences.review).chain(&licences.deny) {
            if let Err(error) = globset::Glob::new(name) {
                let place = self.text.find(name.as_str()).map(|at| at..at + name.len());
                let error = self.error(place, &format!("`{name}` is no glob: {}", error.kind()));
                return Err(error.with_help("write the name of a licence of the SPDX list, or a glob such as `BSD-*`"));
            }
        }
        Ok(())
    }

    /// Trust roots lie in the repository, and who may sign is named whole.
    fn check_attestations(&self, config: &Config) -> Result<()> {
        let place = |needle: &str| self.text.find(needle).map(|at| at..at + needle.len());
        for (key, paths) in [
            ("trusted-roots", &config.attestations.trusted_roots),
            ("public-keys", &config.attestations.public_keys),
        ] {
            for path in paths {
                if path.is_empty() || path.starts_with('/') || path.split('/').any(|part| part == "..") {
                    let message = format!("`{path}` is no file inside the repository");
                    return Err(self
                        .error(place(key), &message)
                        .with_help("commit what signatures are checked with"));
                }
            }
        }
        for signer in &config.attestations.signers {
            if signer.identity.trim_matches(['*', '?', ' ']).is_empty() {
                let error = self.error(place("attestations.signers"), "a signer needs an `identity`");
                return Err(error.with_help("without any signer, a signature that holds is good and its signer is not judged"));
            }
            // Without somebody who vouches for it, an identity is what the authority itself wrote.
            if signer.issuer.is_empty() && signer.identity.contains(['*', '?', '[', '{']) {
                let message = format!("a signer with a pattern needs an `issuer`: `{}`", signer.identity);
                let error = self.error(place(&signer.identity), &message);
                return Err(error.with_help("only an identity that is written out may stand without one"));
            }
            if let Err(error) = globset::Glob::new(&signer.identity) {
                let message = format!("`{}` is no glob: {}", signer.identity, error.kind());
                return Err(self.error(place(&signer.identity), &message));
            }
        }
        Ok(())
    }

    fn check_values(&self, config: &Config, reserved: &[&str]) -> Result<()> {
        self.check_licences(config)?;
        self.check_attestations(config)?;
        let place = |needle: &str| self.text.find(needle).map(|at| at..at + needle.len());
        let out = config.out.trim_end_matches('/');
        if matches!(out, "" | "." | "..") || out.starts_with('/') || out.split('/').any(|part| part == "..") {
            let error = self.error(
                place("out"),
                &format!("`out` must be a folder inside the repository, not `{}`", config.out),
            );
            return Err(error.with_help("leave it out for `site`; to write elsewhere use `runproof build --out FOLDER`"));
        }
        let waivers = &config.waivers;
        if waivers.is_empty() || waivers.starts_with('/') || waivers.split('/').any(|part| part == "..") {
            return Err(self.error(
                place("waivers"),
                &format!("`waivers` must be a file inside the repository, not `{waivers}`"),
            ));
        }
        if let Some(url) = config
            .source_url
            .as_ref()
            .filter(|url| !url.contains("{path}") || !url.starts_with("http"))
        {
            let error = self.error(
                place("source-url"),
                &format!("`source-url` is not a web address with `{{path}}`: `{url}`"),
            );
            return Err(error.with_help("for example `https://example.org/team/service/blob/{revision}/{path}`"));
        }
        self.check_controls(config)?;
        if let Some(wrong) = support::wrong(config) {
            return Err(self.error(place(&wrong.at), &wrong.message).with_help(wrong.help));
        }
        let mut ids = BTreeSet::new();
        for product in &config.products {
            let id = product.id.as_str();
            let is_plain = !id.is_empty()
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if !is_plain || id.starts_with('-') {
                let error = self.error(
                    place(id).filter(|_| !id.is_empty()),
                    &format!("`{id}` cannot be the id of a product"),
                );
                return Err(error.with_help("use lower-case letters, digits and hyphens: the id is a part of URLs"));
            }
            if reserved.contains(&id) {
                let error = self.error(
                    place(id),
                    &format!("the product id `{id}` is the name of a page of the handbook"),
                );
                return Err(error.with_help("choose another id; the name on pages is free"));
            }
            if !ids.insert(id) {
                return Err(self.error(place(id), &format!("two products have the id `{id}`")));
            }
            if product.root.split('/').any(|part| part == "..") || product.root.starts_with('/') {
                return Err(self.error(
                    place(&product.root),
                    &format!("the root of `{id}` lies outside the repository"),
                ));
            }
        }
        let products = config.products.iter().flat_map(|product| &product.gates);
        for gate in config.gates.iter().chain(products) {
            if gate.id.is_empty() || gate.id.contains('/') {
                let error = self.error(place(&gate.id), &format!("`{}` cannot be the id of a gate", gate.id));
                return Err(error.with_help("the id is the name of a folder below `evidence/`"));
            }
            self.check_demand(gate)?;
        }
        let globs = [&config.runbooks, &config.exclude, &config.changelogs, &config.logs]
            .into_iter()
            .flatten();
        let below = config.products.iter().flat_map(|product| {
            [&product.runbooks, &product.exclude, &product.changelogs, &product.logs]
                .into_iter()
                .flatten()
                .flatten()
        });
        for glob in globs.chain(below) {
            if let Err(error) = globset::Glob::new(glob) {
                return Err(self.error(place(glob), &format!("`{glob}` is no glob: {}", error.kind())));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{SCHEMA, origins, read, schema};
    use crate::config::{Config, Level};

    fn error(text: &str) -> String {
        let error = read(text, "runproof.toml", &["releases"]).expect_err("the text is wrong");
        error
            .help
            .as_ref()
            .map_or_else(|| error.message.clone(), |help| format!("{}\n{help}", error.message))
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        assert_eq!(read("", "runproof.toml", &["releases"]).expect("it reads"), Config::default());
    }

    #[test]
    fn values_are_read_at_every_depth() {
        let text = "title = \"Ops\"\n[freshness]\ncritical-days = 30\n[rules]\npath-missing = \"off\"\n[[products]]\nid = \"api\"\n[[products.gates]]\nid = \"unit\"\nat-least = { lines = 80 }\n";
        let config = read(text, "runproof.toml", &["releases"]).expect("it reads");
        assert_eq!(
            (
                config.title.as_deref().unwrap_or_default(),
                config.freshness.critical_days,
                config.freshness.high_days
            ),
            ("Ops", 30, 180)
        );
        assert_eq!(config.rules.get("path-missing"), Some(&Level::Off));
        assert_eq!(config.products[0].gates[0].at_least.get("lines"), Some(&80.0));
    }

    #[test]
    fn unknown_keys_are_refused_with_a_suggestion() {
        assert_eq!(
            error("titel = \"x\"\n"),
            "runproof.toml:1:1: unknown key `titel`\ndid you mean `title`?"
        );
        let nested = "[[products]]\nid = \"a\"\n[[products.gates]]\nid = \"u\"\nmin-test = 3\n";
        assert_eq!(
            error(nested),
            "runproof.toml:5:1: unknown key `products.gates.min-test`\ndid you mean `min-tests`?"
        );
    }

    #[test]
    fn wrong_values_are_refused_with_their_line() {
        assert!(error("title = 3\n").starts_with("runproof.toml:1:9: invalid type: integer `3`, expected a string"));
        assert!(error("[rules]\npath-missing = \"loud\"\n").contains("runproof.toml:2:16: unknown variant `loud`"));
        assert!(error("out = \"../x\"\n").contains("must be a folder inside the repository"));
        assert!(error("[[products]]\nid = \"releases\"\n").contains("is the name of a page"));
        assert!(error("[[products]]\nid = \"A b\"\n").contains("cannot be the id of a product"));
        assert!(error("[[products]]\nid = \"a\"\n[[products]]\nid = \"a\"\n").contains("two products"));
        assert!(error("runbooks = [\"a{\"]\n").contains("is no glob"));
        assert!(error("source-url = \"javascript:{path}\"\n").contains("is not a web address"));
        assert!(error("title = \n").starts_with("runproof.toml:1:"));
        assert!(error("catalogs = [\"soc\"]\n").ends_with("there is no catalogue `soc`\ndid you mean `soc2`?"));
        assert!(error("[[controls]]\nid = \"A\"\nclasses = [\"tests\"]\n").contains("there is no class of gates `tests`"));
        assert!(error("[[controls]]\ntitle = \"A\"\n").contains("a control has no `id`"));
        assert!(error("[[controls]]\nid = \"A\"\n[[controls]]\nid = \"A\"\n").contains("two controls have the id"));
    }

    #[test]
    fn a_newer_form_is_refused_before_its_keys_are_and_older_ones_are_read() {
        for older in ["", "schema = \"runproof-settings/1\"\n"] {
            let config = read(&format!("{older}title = \"Ops\"\n"), "runproof.toml", &[]).expect("it is read");
            assert_eq!(config.schema, SCHEMA);
        }
        let newer = "[handbook]\nname = \"Ops\"\n[new.table]\nkey = 1\n";
        let error = read(&format!("schema = \"runproof-settings/2\"\n{newer}"), "runproof.toml", &[]).expect_err("it is newer");
        assert_eq!(
            error.message,
            "runproof.toml:1:10: the schema `runproof-settings/2` is of a newer Runproof, and this one reads up to `runproof-settings/1`"
        );
        assert_eq!(error.help.as_deref(), Some(crate::model::form::REMEDY));
        for wrong in ["\"runproof/1\"", "1", "\"\""] {
            let error = read(&format!("schema = {wrong}\n"), "runproof.toml", &[]).expect_err("it is none");
            assert!(
                error.message.contains("is not read, only `runproof-settings/1` is"),
                "{}",
                error.message
            );
        }
    }

    #[test]
    fn rule_ids_are_free_keys() {
        assert!(read("[rules]\nsome-future-rule = \"info\"\n", "runproof.toml", &["releases"]).is_ok());
    }

    #[test]
    fn origins_name_the_lines_of_what_is_set() {
        let text = "title = \"Ops\"\n\n[freshness]\ncritical-days = 30\n[[products]]\nid = \"api\"\n";
        let expected = [("freshness.critical-days", 4), ("products[0].id", 6), ("title", 1)];
        let mut found = origins(text);
        found.sort();
        assert_eq!(found, expected.map(|(path, line)| (path.to_owned(), line)));
    }

    #[test]
    fn the_schema_describes_every_key() {
        let schema = schema();
        let properties = schema["properties"].as_object().expect("it has properties");
        for (name, property) in properties {
            assert!(property.get("description").is_some(), "`{name}` has a description");
        }
        assert_eq!(schema["additionalProperties"], false);
    }
}
