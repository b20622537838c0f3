//! `runproof explain`: what a rule checks, why it matters, an example and the fix.

use clap::{Args, ValueEnum};

use crate::audit;
use crate::audit::rules::renamed;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::Terminal;
use crate::error::{Error, Result};
use crate::model::finding::RuleText;
use crate::model::nearest::nearest;

/// Explain a rule
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof explain path-missing\n  runproof explain            # lists every rule\n  runproof explain --format markdown > rules.md"
)]
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
    Markdown,
}

/// The widest that a paragraph is set; longer lines are hard to read.
const WIDEST: usize = 100;

pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome> {
    let rules = audit::rule_texts();
    let chosen = match &arguments.rule {
        Some(id) => vec![find(&rules, id, terminal)?],
        None => rules.iter().collect(),
    };
    let width = terminal.style().width.map_or(WIDEST, |width| WIDEST.min(width.into()));
    let text = match (arguments.format, &arguments.rule) {
        (Format::Json, _) => format!("{:#}\n", serde_json::json!({ "schema": "runproof-rules/1", "rules": chosen })),
        (Format::Markdown, _) => chosen.iter().map(|rule| markdown(rule)).collect::<Vec<_>>().join("\n"),
        (Format::Text, Some(_)) => chosen.iter().map(|rule| whole(rule, width)).collect(),
        (Format::Text, None) => list(&chosen),
    };
    terminal.print(&text);
    Ok(Outcome::Clean)
}

fn find<'rules>(rules: &'rules [RuleText], id: &str, terminal: &Terminal) -> Result<&'rules RuleText> {
    let current = renamed::current(id);
    if current != id {
        terminal.note(&format!("`{id}` is called `{current}` now\n"));
    }
    rules.iter().find(|rule| rule.id == current).ok_or_else(|| {
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

fn whole(rule: &RuleText, width: usize) -> String {
    format!(
        "{} ({}): {}\n\nWhat it checks\n\n{}\n\nWhy it matters\n\n{}\n\nExample\n\n{}\n\nHow to fix it\n\n{}\n",
        rule.id,
        rule.severity.word(),
        rule.summary,
        wrapped(rule.checks, width),
        wrapped(rule.matters, width),
        rule.example,
        wrapped(rule.fix, width)
    )
}

fn markdown(rule: &RuleText) -> String {
    let longest = rule.example.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!(
        "## {}\n\n{} ({}).\n\n### What it checks\n\n{}\n\n### Why it matters\n\n{}\n\n### Example\n\n{fence}text\n{}\n{fence}\n\n### How to fix it\n\n{}\n",
        rule.id,
        rule.summary,
        rule.severity.word(),
        rule.checks,
        rule.matters,
        rule.example,
        rule.fix
    )
}

/// Paragraphs with their lines broken anew between words.
fn wrapped(text: &str, width: usize) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let mut lines = String::new();
        let mut length = 0;
        for word in paragraph.split_whitespace() {
            let more = word.chars().count();
            if length > 0 && length + 1 + more > width {
                lines.push('\n');
                length = 0;
            } else if length > 0 {
                lines.push(' ');
                length += 1;
            }
            lines.push_str(word);
            length += more;
        }
        lines
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn paragraphs_are_wrapped_between_words() {
        let text = wrapped("one two\nthree four\n\nincomprehensibilities a", 9);
        assert_eq!(text, "one two\nthree\nfour\n\nincomprehensibilities\na");
    }
}
