//! Words to fill in, in angle brackets without quotes: a shell that gets them as they are reads and writes files.

use crate::audit::rule::{Check, Context, Rule};
use crate::model::count::counted;
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::place::Span;
use crate::model::runbook::CodeKind;

/// Placeholders that a shell takes for redirections.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "placeholder-redirects",
        summary: "Unquoted `<name>` in a command is a redirection to the shell",
        severity: Severity::Info,
        confidence: Confidence::High,
        checks: "Words such as `<pod>` outside of quotes in the commands of a shell block. There is one note for a runbook, with the first \
                 commands.",
        matters: "Whoever pastes the command before filling it in makes the shell read a file called `pod` and write to whatever stands \
                  behind the bracket. A file may be emptied that way.",
        example: "`kubectl logs <pod> --tail 20`: the shell writes to a file called `--tail`.",
        fix: "Write a variable (`\"$POD\"`) and set it in a step of its own, or let the run sheet of the runbook ask for the value: it fills in \
              what stands in angle brackets before anything is copied.",
    },
    check: Check::Current(check),
};

/// How many places are shown.
const SHOWN: usize = 5;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    let shells = runbook
        .code_blocks
        .iter()
        .filter(|block| matches!(block.kind, CodeKind::Shell | CodeKind::Console));
    let found: Vec<(Span, &str)> = shells
        .flat_map(|block| &block.commands)
        .filter_map(|command| Some((command.span, unquoted(&command.text)?)))
        .collect();
    let Some((first, word)) = found.first() else { return };
    let others = found.iter().skip(1).take(SHOWN);
    let message = match found.len() {
        1 => format!("a shell reads `{word}` as a redirection"),
        count => format!(
            "a shell reads `{word}` as a redirection, and {} such words",
            counted(count as u64 - 1, "more command holds/more commands hold")
        ),
    };
    findings.push(Finding {
        message,
        help: Some("write a variable in quotes, or fill it in with the run sheet before copying".to_owned()),
        reference: Some((*word).to_owned()),
        related: others
            .map(|(span, word)| Related {
                path: context.runbook.path.clone(),
                place: Some(runbook.place(*span)),
                message: format!("`{word}`"),
            })
            .collect(),
        ..context.finding(&RULE.text, Some(*first))
    });
}

/// The first word in angle brackets of a command that stands in no quotes.
fn unquoted(command: &str) -> Option<&str> {
    let mut quote = None;
    let mut before = ' ';
    for (at, char) in command.char_indices() {
        match (quote, char) {
            (Some(open), _) if open == char && before != '\\' => quote = None,
            (None, '\'' | '"') if before != '\\' => quote = Some(char),
            (None, '#') if before.is_whitespace() => return None,
            (None, '<') if !matches!(before, '<' | '\\' | '$') => {
                let rest = &command[at..];
                let inner = rest[1..].split('>').next().unwrap_or_default();
                let is_name = inner.starts_with(|c: char| c.is_ascii_alphabetic())
                    && inner.len() <= 60
                    && rest.len() > inner.len() + 1
                    && !inner.ends_with(' ')
                    && inner
                        .chars()
                        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | ' '));
                if is_name {
                    return Some(&rest[..inner.len() + 2]);
                }
            }
            _ => {}
        }
        before = char;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn words_in_brackets_outside_of_quotes_are_found() {
        assert_eq!(unquoted("kubectl logs <pod-name> --tail 20"), Some("<pod-name>"));
        assert_eq!(unquoted("x --id=<the id>"), Some("<the id>"));
        for other in [
            "kubectl logs \"<pod>\"", "psql < dump.sql", "cat <<EOF > x", "diff <(a) <(b)", "sort <in >out", "echo x # <pod>",
            "echo '<a>'",
        ] {
            assert_eq!(unquoted(other), None, "{other}");
        }
    }
}
