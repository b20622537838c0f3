//! A link whose words name one host and which leads to another.

use url::Url;

use crate::audit::rule::{Check, Context, Rule};
use crate::model::finding::{Confidence, Finding, RuleText, Severity};

/// Links that say another host than they lead to.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "link-other-host",
        summary: "A link shows one host and leads to another",
        severity: Severity::Warning,
        confidence: Confidence::High,
        checks: "Links whose words are an address (`https://…` or `www.…`) of another host than that of the link. A host and its `www.`, or \
                 one below the other, are the same.",
        matters: "Whoever reads the words believes to know where the link leads.",
        example: "[https://status.example.org](https://example.com/login)",
        fix: "Write the address that the link leads to, or words that are no address.",
    },
    check: Check::Always(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let runbook = &context.runbook.runbook;
    for link in runbook.links.iter().filter(|link| !link.is_image) {
        let source = link.span.of(&runbook.text);
        let words = source
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
            .map(|(words, _)| words);
        let Some((shown, real)) = words.and_then(|words| apart(words, &link.destination)) else {
            continue;
        };
        findings.push(Finding {
            message: format!("the link shows `{shown}` and leads to `{real}`"),
            help: Some("write the address that it leads to".to_owned()),
            reference: Some(link.destination.clone()),
            ..context.finding(&RULE.text, Some(link.span))
        });
    }
}

/// The host that words show and the one that a link leads to, when they are not the same.
fn apart(words: &str, destination: &str) -> Option<(String, String)> {
    let words = words.trim_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '*' | '_' | '<' | '>'));
    let is_www = words.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    let address = if words.contains("://") {
        words.to_owned()
    } else if is_www {
        format!("https://{words}")
    } else {
        return None;
    };
    let (shown, real) = (host(&address)?, host(destination)?);
    let is_below = |one: &str, two: &str| one == two || one.ends_with(&format!(".{two}"));
    (!is_below(&shown, &real) && !is_below(&real, &shown)).then_some((shown, real))
}

/// The host of a web address, in the form that it is looked up in.
fn host(address: &str) -> Option<String> {
    let address = if address.starts_with("//") {
        format!("https:{address}")
    } else {
        address.to_owned()
    };
    if address.contains(char::is_whitespace) {
        return None;
    }
    let url = Url::parse(&address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?.trim_end_matches('.');
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn another_host_is_found() {
        let found = |words, to| apart(words, to).map(|(shown, real)| format!("{shown} {real}"));
        assert_eq!(
            found("https://status.example.org", "https://example.com/login").as_deref(),
            Some("status.example.org example.com")
        );
        assert_eq!(
            found("www.example.org", "//evil.example").as_deref(),
            Some("example.org evil.example")
        );
        // The host of the words looks like the other one, and is not.
        assert!(found("https://apple.com", "https://аpple.com").is_some());
        assert!(found("`https://example.org/x`", "http://example.org@evil.example/x").is_some());
    }

    #[test]
    fn the_same_host_and_words_that_are_no_address_are_fine() {
        for (words, to) in [
            ("https://example.org", "https://example.org/path"),
            ("www.example.org", "https://example.org"),
            ("https://example.org", "https://docs.example.org"),
            ("example.md", "https://example.com"),
            ("the status page", "https://example.com"),
            ("https://example.org", "status.md"),
            ("https://<host>/x", "https://example.com"),
            ("https://a b", "https://example.com"),
        ] {
            assert_eq!(apart(words, to), None, "{words} {to}");
        }
    }
}
