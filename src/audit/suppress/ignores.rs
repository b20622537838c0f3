//! Comments of a runbook that accept findings.

use chrono::NaiveDate;

use crate::audit::due::is_archived;
use crate::audit::rule::{Check, Context, is_on};
use crate::audit::rules::{RULES, unused_ignore, waiver_expired};
use crate::audit::suppress::{HOUSEKEEPING, matches};
use crate::config::Config;
use crate::model::edition::EditionRunbook;
use crate::model::finding::{Edit, Finding, Fix, Safety, Suppression, SuppressionKind};
use crate::model::history::Completeness;
use crate::model::nearest::nearest;
use crate::model::place::Span;
use crate::model::runbook::{Ignore, Runbook};

/// Marks the findings of a runbook that its comments accept. Those that something else accepted already stay as they are.
pub(crate) fn accept(runbook: &Runbook, findings: &mut [Finding], today: NaiveDate) {
    for ignore in runbook.ignores.iter().filter(|ignore| holds(ignore, today)) {
        for finding in findings.iter_mut() {
            if finding.suppression.is_none() && ignore.rules.iter().any(|rule| rule == finding.rule) && is_meant(ignore, finding)
            {
                finding.suppression = Some(Suppression {
                    kind: SuppressionKind::Ignore,
                    reason: ignore.reason.clone(),
                    owner: None,
                    until: ignore.until,
                });
            }
        }
    }
}

/// What is wrong with the comments themselves. `findings` are all findings of the runbook.
pub(crate) fn check(context: &Context<'_>, config: &Config, findings: &[Finding]) -> Vec<Finding> {
    let runbook = &context.runbook.runbook;
    let mut found = Vec::new();
    for ignore in &runbook.ignores {
        if let Some(problem) = &ignore.problem {
            found.push(Finding {
                message: format!("the ignore accepts nothing: {problem}"),
                help: Some(
                    "`<!-- fresh-ignore: RULE reason=\"why\" until=YYYY-MM-DD -->` stands before what it is about".to_owned(),
                ),
                ..context.finding(&unused_ignore::RULE.text, Some(ignore.span))
            });
            continue;
        }
        if let Some(until) = ignore.until.filter(|until| *until < context.past.today) {
            found.push(Finding {
                message: format!("the ignore of {} ended on {until}", named(&ignore.rules)),
                help: Some("mend what it was about and remove it, or look again and give it a new day".to_owned()),
                ..context.finding(&waiver_expired::RULE.text, Some(ignore.span))
            });
            continue;
        }
        let is_used = |rule: &String| {
            let mut findings = findings.iter();
            findings.any(|finding| finding.rule == *rule && is_meant(ignore, finding))
        };
        let unused: Vec<String> = ignore.rules.iter().filter(|rule| !is_used(rule)).cloned().collect();
        if let Some(rule) = unused.iter().find(|rule| !is_rule(rule)) {
            let near = nearest(rule, RULES.iter().map(|known| known.text.id));
            found.push(Finding {
                message: format!("the ignore names `{rule}`, which is no rule"),
                help: near.map(|near| format!("did you mean `{near}`?")),
                ..context.finding(&unused_ignore::RULE.text, Some(ignore.span))
            });
        } else if !unused.is_empty() && unused.iter().all(|rule| can_tell(context, config, rule)) {
            let is_whole = unused.len() == ignore.rules.len();
            found.push(Finding {
                message: format!("there is nothing here for the ignore of {} to accept", named(&unused)),
                help: Some(if is_whole { "remove it" } else { "remove these rules from it" }.to_owned()),
                fix: is_whole.then(|| removal(context.runbook, ignore)),
                ..context.finding(&unused_ignore::RULE.text, Some(ignore.span))
            });
        }
    }
    found
}

fn holds(ignore: &Ignore, today: NaiveDate) -> bool {
    ignore.problem.is_none() && ignore.until.is_none_or(|until| today <= until)
}

/// Whether a finding stands where an ignore holds, and is about its words.
fn is_meant(ignore: &Ignore, finding: &Finding) -> bool {
    if HOUSEKEEPING.contains(&finding.rule) {
        return false;
    }
    let is_here = match (ignore.scope, finding.span) {
        (None, _) => true,
        (Some(scope), Some(span)) => scope.start <= span.start && span.start < scope.end,
        (Some(_), None) => false,
    };
    let words = finding.reference.as_deref().unwrap_or_default();
    is_here && (ignore.words.is_empty() || ignore.words.iter().any(|pattern| matches(pattern, words)))
}

fn is_rule(id: &str) -> bool {
    RULES.iter().any(|rule| rule.text.id == id)
}

/// Whether the absence of findings of a rule means something: the rule looked at this runbook, with everything that it needs.
fn can_tell(context: &Context<'_>, config: &Config, id: &str) -> bool {
    let looks = RULES.iter().any(|rule| {
        let looks = match rule.check {
            Check::Always(_) => true,
            Check::Current(_) => !is_archived(&context.runbook.runbook),
            Check::Change(_) | Check::Edition(_) | Check::Elsewhere => false,
        };
        rule.text.id == id && looks
    });
    is_on(config, id)
        && looks
        && context.past.history.completeness == Completeness::Full
        && context.edition.source.unavailable.is_none()
}

fn named(rules: &[String]) -> String {
    let rules: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
    rules.join(", ")
}

/// Takes an ignore out, with the comment that ends it.
fn removal(runbook: &EditionRunbook, ignore: &Ignore) -> Fix {
    let text = runbook.runbook.text.as_ref();
    let edits = [Some(ignore.span), ignore.end].into_iter().flatten().map(|comment| {
        let span = with_line(text, comment);
        Edit {
            path: runbook.path.clone(),
            span,
            place: runbook.runbook.place(span),
            replacement: String::new(),
        }
    });
    Fix {
        safety: Safety::Safe,
        message: "remove the ignore".to_owned(),
        edits: edits.collect(),
    }
}

/// A comment with its line where nothing else stands on it, else with the blanks before it.
fn with_line(text: &str, comment: Span) -> Span {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let before = text[..start].trim_end_matches([' ', '\t']).len();
    let after = text[end..].trim_start_matches([' ', '\t', '\r']);
    let is_alone = before == 0 || text[..before].ends_with('\n');
    if is_alone && (after.is_empty() || after.starts_with('\n')) {
        return Span::new(before, (text.len() - after.len() + 1).min(text.len()));
    }
    if is_alone { comment } else { Span::new(before, end) }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::audit::testing::{Fixture, inline, tree};
    use crate::config::Level;
    use crate::model::finding::{Finding, SuppressionKind};
    use crate::model::place::Span;
    use crate::model::runbook::Ignore;

    /// An ignore of the whole text, unless a scope is set.
    fn ignore(rules: &[&str]) -> Ignore {
        Ignore {
            rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
            words: Vec::new(),
            reason: "made by step 3".to_owned(),
            until: None,
            scope: None,
            span: Span::new(0, 8),
            end: None,
            problem: None,
        }
    }

    fn with(ignore: Ignore) -> Fixture {
        let mut fixture = tree(&["src/x.py"])
            .says("<!--  -->\n")
            .naming(inline("src/gone.py"))
            .naming(inline("src/lost.py"))
            .reviewed("2026-06-01");
        fixture.runbook.ignores.push(ignore);
        fixture
    }

    fn accepted(fixture: &Fixture) -> Vec<String> {
        let findings = fixture.judged().findings;
        let accepted = findings.into_iter().filter(|finding| finding.suppression.is_some());
        accepted.filter_map(|finding| finding.reference).collect()
    }

    #[test]
    fn an_ignore_accepts_findings_of_its_rules_in_its_scope() {
        let all = with(ignore(&["path-missing"]));
        assert_eq!(accepted(&all), ["src/gone.py", "src/lost.py"]);
        let is_ignored = |finding: &Finding| {
            finding
                .suppression
                .as_ref()
                .is_some_and(|why| why.kind == SuppressionKind::Ignore && why.reason == "made by step 3")
        };
        assert!(all.judged().findings.iter().all(is_ignored));
        let first = Ignore {
            scope: Some(Span::new(0, 15)),
            ..ignore(&["path-missing"])
        };
        assert_eq!(accepted(&with(first)), ["src/gone.py"]);
        let words = Ignore {
            words: vec!["src/l*".to_owned()],
            ..ignore(&["path-missing"])
        };
        assert_eq!(accepted(&with(words)), ["src/lost.py"]);
        assert!(accepted(&with(ignore(&["link-broken"]))).is_empty());
    }

    #[test]
    fn a_runbook_whose_findings_are_accepted_is_not_broken() {
        let broken = with(ignore(&["link-broken"])).judged().freshness.state;
        let accepted = with(ignore(&["path-missing"])).judged().freshness.state;
        assert!(accepted < broken, "{accepted:?} {broken:?}");
    }

    #[test]
    fn an_ignore_that_accepts_nothing_is_reported() {
        let unused = with(ignore(&["link-broken"])).findings("unused-ignore");
        assert_eq!(unused.len(), 1);
        assert!(
            unused[0].contains("nothing here for the ignore of `link-broken`"),
            "{unused:?}"
        );
        assert!(with(ignore(&["path-missing"])).findings("unused-ignore").is_empty());
        let typo = with(ignore(&["path-mising"])).findings("unused-ignore");
        assert!(typo[0].contains("`path-mising`, which is no rule"), "{typo:?}");
        let without_reason = Ignore {
            problem: Some("it gives no reason".to_owned()),
            ..ignore(&["path-missing"])
        };
        let fixture = with(without_reason);
        assert!(fixture.findings("unused-ignore")[0].contains("gives no reason"));
        assert!(accepted(&fixture).is_empty());
    }

    #[test]
    fn nothing_is_said_where_it_cannot_be_told() {
        let mut off = with(ignore(&["link-broken"]));
        off.config.rules.insert("link-broken".to_owned(), Level::Off);
        assert!(off.findings("unused-ignore").is_empty());
        assert!(with(ignore(&["breaks-runbook"])).findings("unused-ignore").is_empty());
        let mut shallow = with(ignore(&["link-broken"]));
        shallow.past.history.completeness = crate::model::history::Completeness::Shallow;
        assert!(shallow.findings("unused-ignore").is_empty());
    }

    #[test]
    fn an_ignore_stops_working_after_its_last_day() {
        let until = |day: &str| Ignore {
            until: day.parse::<NaiveDate>().ok(),
            ..ignore(&["path-missing"])
        };
        let last_day = with(until("2026-06-15"));
        assert_eq!(accepted(&last_day).len(), 2, "today is the last day");
        assert!(last_day.findings("waiver-expired").is_empty());
        let over = with(until("2026-06-14"));
        assert!(accepted(&over).is_empty());
        assert!(over.findings("waiver-expired")[0].contains("ended on 2026-06-14"));
        assert!(over.findings("unused-ignore").is_empty());
    }
}
