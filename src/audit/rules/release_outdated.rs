//! A command installs an old release of this very repository, or an address names a tag that is not there.

use std::cmp::Ordering;

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reference::ReferenceKind;
use crate::model::version::{is_same, without_v};
use crate::tools::forge_address::{Place, place};
use crate::tools::lookup::claim;

/// Releases that are not the newest.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "release-outdated",
        summary: "A command installs an old release of this repository, or an address names a tag that is not there",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        checks: "Addresses of releases, tags and archives of this repository, and words of commands that pin it (`NAME==1.2.0`, `NAME@v1.2.0`, \
                 `NAME:1.2.0`), are compared with the tags. A tag that is not there is reported; so is a version that is older than the \
                 newest tag of the same form, as a note. Nothing is said where no tags are known, as in most shallow clones.",
        matters: "The reader installs what was current when the text was written, or gets a page that says 404.",
        example: "`pip install app==1.2.0`, while the newest tag is `v1.5.0`.",
        fix: "Write the newest version, or a variable that the reader sets, or an address such as `/releases/latest`.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let tags = &context.past.tags;
    if tags.is_empty() {
        return;
    }
    let runbook = &context.runbook.runbook;
    let mut seen: Vec<Span> = Vec::new();
    if let Some(own) = context.edition.source.web_url.as_deref() {
        for reference in &runbook.references {
            let ReferenceKind::Named(named) = &reference.kind else {
                continue;
            };
            if named.kind != Kind::Url {
                continue;
            }
            let Some(Place::Tag(tag)) = place(&named.name, own) else {
                continue;
            };
            // A tag that a variable or another command fills in is none of those that are there.
            if claim::has_placeholder(&tag) || tag.contains(['(', '`', '%']) {
                continue;
            }
            if let Some(finding) = judged(context, tags, &tag, true) {
                seen.push(reference.span);
                let (place, span) = (Some(runbook.place(reference.span)), Some(reference.span));
                let reference = Some(reference.text.clone());
                findings.push(Finding {
                    place,
                    span,
                    reference,
                    ..finding
                });
            }
        }
    }
    let name = &context.edition.source.repository_name;
    if name.len() < 3 {
        return;
    }
    for command in runbook.code_blocks.iter().flat_map(|block| &block.commands) {
        if seen.iter().any(|span| command.span.contains(*span)) {
            continue;
        }
        let Some((word, version)) = command
            .text
            .split_whitespace()
            .find_map(|word| Some((word, pinned(word, name)?)))
        else {
            continue;
        };
        if let Some(finding) = judged(context, tags, version, false) {
            let (place, span) = (Some(runbook.place(command.span)), Some(command.span));
            findings.push(Finding {
                place,
                span,
                reference: Some(word.to_owned()),
                ..finding
            });
        }
    }
}

/// What is to be said of a tag or a version. Only an address claims that its tag is there: packages may be published under other names.
fn judged(context: &Context<'_>, tags: &[String], written: &str, is_address: bool) -> Option<Finding> {
    let known = tags.iter().find(|tag| is_same(tag, written));
    let about = context.finding(&RULE.text, None);
    let Some(known) = known else {
        return is_address.then(|| Finding {
            message: format!("the repository has no tag `{written}`"),
            help: newest_like(tags, written).map(|newest| format!("the newest is `{newest}`")),
            ..about
        });
    };
    let newest = newest_like(tags, known).filter(|newest| *newest != known)?;
    Some(Finding {
        severity: Severity::Info,
        message: format!("`{known}` is an old release"),
        help: Some(format!("the newest is `{newest}`")),
        ..about
    })
}

/// The version that a word pins a package of some name to: `app==1.2.0`, `@acme/app@1.2.0`, `ghcr.io/acme/app:1.2.0`.
fn pinned<'word>(word: &'word str, name: &str) -> Option<&'word str> {
    let word = word.trim_matches(['"', '\'']);
    let (package, version) = word
        .split_once("==")
        .or_else(|| word.rsplit_once('@').filter(|(package, _)| !package.is_empty()))
        .or_else(|| word.rsplit_once(':'))?;
    let last = package.rsplit('/').next().unwrap_or(package);
    (last.eq_ignore_ascii_case(name) && numbers(version).is_some()).then_some(version)
}

/// The numbers of a plain release such as `v1.2.3`; none for pre-releases and names.
fn numbers(tag: &str) -> Option<Vec<u64>> {
    let parts: Vec<&str> = without_v(tag).split('.').collect();
    let numbers: Option<Vec<u64>> = parts.iter().map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| (2..=4).contains(&numbers.len()))
}

/// The newest tag that is written like another one.
fn newest_like<'tag>(tags: &'tag [String], like: &str) -> Option<&'tag String> {
    let has_letter = like.starts_with('v');
    let parts = numbers(like)?.len();
    let alike = tags.iter().filter_map(|tag| {
        let numbers = numbers(tag)?;
        (tag.starts_with('v') == has_letter && numbers.len() == parts).then_some((numbers, tag))
    });
    alike
        .max_by(|(left, _), (right, _)| match left.cmp(right) {
            Ordering::Equal => Ordering::Greater,
            other => other,
        })
        .map(|(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    use super::pinned;
    use crate::audit::testing::{Fixture, tree, url};

    fn fixture(address: &str, tags: &[&str]) -> Fixture {
        let mut fixture = tree(&[]).naming(url(address));
        fixture.source.web_url = Some("https://github.com/org/app".to_owned());
        fixture.past.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        fixture
    }

    #[test]
    fn addresses_of_tags_are_compared_with_the_tags() {
        let findings = |address: &str, tags: &[&str]| fixture(address, tags).findings("release-outdated");
        let address = "https://github.com/org/app/releases/tag/v1.2.0";
        assert!(findings(address, &["v1.2.0", "v1.1.9", "2024-01"]).is_empty());
        assert!(findings(address, &[]).is_empty(), "a shallow clone knows no tags");
        assert!(findings(address, &["v1.2.0", "v1.10.0"])[0].starts_with("info"));
        assert!(findings(address, &["v1.3.0"])[0].starts_with("warning"));
        assert!(findings("https://github.com/org/app/releases/latest", &["v1.3.0"]).is_empty());
        assert!(findings("https://github.com/org/other/releases/tag/v9.0.0", &["v1.3.0"]).is_empty());
    }

    #[test]
    fn words_that_pin_the_package_are_known() {
        for word in ["app==1.2.0", "@acme/app@1.2.0", "ghcr.io/acme/app:v1.2.0", "\"app==1.2.0\""] {
            assert!(pinned(word, "app").is_some(), "{word}");
        }
        for word in [
            "app", "apple==1.2.0", "app@latest", "postgres:16.1", "http://app:8080", "app==1",
        ] {
            assert_eq!(pinned(word, "app"), None, "{word}");
        }
    }
}
