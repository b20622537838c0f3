//! `runproof explain`: what a rule checks, why it matters, an example and the fix.

use clap::{Args, ValueEnum};

use crate::audit;
use crate::cli::Outcome;
use crate::cli::terminal::Terminal;
use crate::config::nearest::nearest;
use crate::error::{Error, Result};
use crate::model::finding::RuleText;

/// Explain a rule
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  runproof explain path-missing\n  runproof explain            # lists every rule")]
pub(crate) struct Arguments {
    /// The id of the rule; without it every rule is listed
    rule: Option<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome> {
    let rules = audit::rule_texts();
    let chosen = match &arguments.rule {
        Some(id) => vec![find(&rules, id)?],
        None => rules.iter().collect(),
    };
    let text = match (arguments.format, &arguments.rule) {
        (Format::Json, _) => format!("{:#}\n", serde_json::json!({ "schema": "runproof-rules/1", "rules": chosen })),
        (Format::Text, Some(_)) => chosen.iter().map(|rule| whole(rule)).collect(),
        (Format::Text, None) => list(&chosen),
    };
    terminal.print(&text);
    Ok(Outcome::Clean)
}

fn find<'rules>(rules: &'rules [RuleText], id: &str) -> Result<&'rules RuleText> {
    rules.iter().find(|rule| rule.id == id).ok_or_else(|| {
        let help = match nearest(id, rules.iter().map(|rule| rule.id)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`runproof explain` lists every rule".to_owned(),
        };
        Error::usage(format!("there is no rule `{id}`")).with_help(help)
    })
}

fn list(rules: &[&RuleText]) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    rules
        .iter()
        .map(|rule| format!("{:width$}  {:7}  {}\n", rule.id, rule.severity.word(), rule.summary))
        .collect()
}

fn whole(rule: &RuleText) -> String {
    format!(
        "{} ({}): {}\n\nWhat it checks\n\n{}\n\nWhy it matters\n\n{}\n\nExample\n\n{}\n\nHow to fix it\n\n{}\n",
        rule.id,
        rule.severity.word(),
        rule.summary,
        rule.checks,
        rule.matters,
        rule.example,
        rule.fix
    )
}
