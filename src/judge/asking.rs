//! What the settings, the exceptions and the waivers of the two sides of a change ask for, read from their trees, and what the change does
//! to it.

use std::collections::BTreeMap;

use crate::audit;
use crate::audit::change::settings::{Asking, Checking, findings, of_check};
use crate::audit::rules::RULES;
use crate::config::product::plans;
use crate::config::{Config, Level, read, waivers};
use crate::judge::context::Context;
use crate::judge::declared;
use crate::load::edition::{Cache, runbooks};
use crate::load::registers::registers;
use crate::model::finding::{Finding, Severity};
use crate::source::tree::Tree;

/// One side of a change.
struct Side {
    config: Config,
    asking: Vec<Asking>,
    checking: Checking,
}

/// What a change lets the settings, the exceptions and the waivers ask for less.
pub(crate) fn loosened(context: &Context, [base, head]: [&dyn Tree; 2], cache: &Cache) -> Vec<Finding> {
    let path = context.config_file.as_ref().map_or(read::FILE, |file| file.name.as_str());
    let is_same = |path: &str| {
        let id = |tree: &dyn Tree| tree.listing().entry(path).map(|entry| entry.id);
        id(base) == id(head)
    };
    // Without a change of any of these files nothing can be asked for less.
    let names = [path, context.config.waivers.as_str()];
    let exceptions = |tree: &dyn Tree| -> Vec<_> {
        let entries = tree.listing().entries.iter();
        let own = entries.filter(|entry| entry.path.split('/').any(|part| part == "exceptions"));
        own.map(|entry| (entry.path.clone(), entry.id)).collect()
    };
    let is_still = exceptions(base) == exceptions(head);
    if is_still && names.into_iter().all(is_same) {
        return Vec::new();
    }
    let (Some(before), Some(now)) = (side(context, base, path, cache), side(context, head, path, cache)) else {
        return Vec::new();
    };
    let normal = |id: &str| {
        let rule = RULES.iter().find(|rule| rule.text.id == id)?;
        Some(match rule.text.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Info => Level::Info,
        })
    };
    let mut found = findings(path, &before.asking, &now.asking);
    found.extend(of_check(path, &before.checking, &now.checking, normal));
    // The levels from before the change: it must not quieten what is said of it.
    audit::rule::apply_levels(&before.config, &mut found);
    found
}

/// The text of a file of a tree; none where it is not there or no text.
fn text(tree: &dyn Tree, path: &str) -> Option<String> {
    let entry = tree.listing().entry(path)?;
    String::from_utf8(tree.read(entry).ok()?).ok()
}

/// The settings of a side and their text, which is empty where it has none; none where they cannot be read.
pub(super) fn settings(tree: &dyn Tree, path: &str) -> Option<(Config, String)> {
    let text = text(tree, path).unwrap_or_default();
    Some((read::read(&text, path, &[]).ok()?, text))
}

/// What one side asks for; none where its settings cannot be read, so that nothing can be compared.
fn side(context: &Context, tree: &dyn Tree, path: &str, cache: &Cache) -> Option<Side> {
    let (config, text_of_settings) = settings(tree, path)?;
    let origins: BTreeMap<String, u32> = read::origins(&text_of_settings).into_iter().collect();
    let asking = plans(&config, &context.name()).into_iter().enumerate().map(|(number, plan)| {
        let prefix = if config.products.is_empty() {
            String::new()
        } else {
            format!("products[{number}].")
        };
        let gates = plan.gates.iter().enumerate().map(|(at, gate)| {
            let prefix = format!("{prefix}gates[{at}].");
            let lines = origins
                .iter()
                .filter_map(|(key, line)| Some((key.strip_prefix(&prefix)?.to_owned(), *line)));
            (gate.clone(), lines.collect())
        });
        let texts = runbooks(cache, tree, &plan);
        Asking {
            product: plan.id.clone(),
            root: plan.root.clone(),
            gates: gates.collect(),
            texts: declared::gates_of(&texts, &plan, tree),
            exceptions: registers(tree, &plan, &mut Vec::new()).exceptions,
        }
    });
    Some(Side {
        asking: asking.collect(),
        checking: checking(&config, &origins, tree),
        config,
    })
}

fn checking(config: &Config, origins: &BTreeMap<String, u32>, tree: &dyn Tree) -> Checking {
    let line = |key: &str| origins.get(key).copied().unwrap_or_default();
    let days = [
        ("critical-days", config.freshness.critical_days),
        ("high-days", config.freshness.high_days),
        ("normal-days", config.freshness.normal_days),
    ];
    let read = text(tree, &config.waivers).and_then(|text| waivers::read(&text, &config.waivers).ok());
    let waivers = read.into_iter().flat_map(|read| read.waivers);
    Checking {
        levels: config
            .rules
            .iter()
            .map(|(id, level)| (id.clone(), (*level, line(&format!("rules.{id}")))))
            .collect(),
        days: days
            .into_iter()
            .map(|(key, days)| (key, (days, line(&format!("freshness.{key}")))))
            .collect(),
        waivers: waivers
            .map(|waiver| {
                let words = format!("`{}` for `{}` in `{}`", waiver.rule, waiver.words, waiver.path);
                (words, (waiver.expires, waiver.line))
            })
            .collect(),
        waivers_path: config.waivers.clone(),
    }
}
