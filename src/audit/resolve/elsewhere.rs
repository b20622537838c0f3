//! Whether a section of a runbook is about another repository.

use crate::model::edition::Source;
use crate::model::place::Span;
use crate::model::runbook::Runbook;

/// Whether the section of a place sends the reader to another repository: it clones one, or links to the front page of one. What is
/// named there and was never known here belongs to that one.
pub(crate) fn is_about_another(source: &Source, runbook: &Runbook, span: Span) -> bool {
    let holding = runbook.sections.iter().filter(|section| section.body.contains(span));
    // The innermost section, and the one around it when that one says so before its first step.
    let Some(section) = holding.min_by_key(|section| section.body.end - section.body.start) else {
        return false;
    };
    let own = source
        .web_url
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .map(|(_, own)| own.to_lowercase());
    let words = section.body.of(&runbook.text);
    words
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"' | '`' | '[' | ']'))
        .filter_map(|word| {
            word.split_once("://")
                .map(|(_, address)| address)
                .or_else(|| word.strip_prefix("git@"))
        })
        .any(|address| is_front_page(address) && own.as_ref().is_none_or(|own| !is_same(address, own)))
}

/// Whether an address is that of a repository and of nothing in it.
fn is_front_page(address: &str) -> bool {
    let address = address.trim_end_matches(['/', '.', ',', ';']).trim_end_matches(".git");
    let (host, path) = address.split_once(['/', ':']).unwrap_or((address, ""));
    matches!(host, "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org")
        && path.split('/').count() == 2
        && path.split('/').all(|part| !part.is_empty())
}

/// Whether an address is that of this repository.
fn is_same(address: &str, own: &str) -> bool {
    let address = address.to_lowercase().replacen(':', "/", 1);
    let address = address.trim_end_matches(['/', '.', ',', ';']).trim_end_matches(".git");
    address == own
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::is_about_another;
    use crate::model::edition::Source;
    use crate::model::place::Span;
    use crate::model::runbook::{Runbook, Section, SectionKind};

    #[test]
    fn a_section_that_sends_to_another_repository_is_about_that_one() {
        let about = |text: &str| {
            let runbook = Runbook {
                text: Arc::from(text),
                sections: vec![Section {
                    level: 2,
                    title: "Build".to_owned(),
                    anchor: "build".to_owned(),
                    span: Span::new(0, 5),
                    body: Span::new(0, text.len()),
                    kind: SectionKind::Other,
                }],
                ..Runbook::default()
            };
            let source = Source {
                web_url: Some("https://github.com/org/app".to_owned()),
                ..Source::default()
            };
            is_about_another(&source, &runbook, Span::new(6, 7))
        };
        assert!(about("## Build\nSee [llhttp](https://github.com/org/llhttp/).\n"));
        assert!(about("## Build\ngit clone git@github.com:org/other.git\n"));
        assert!(!about("## Build\ngit clone https://github.com/org/app.git\n"));
        assert!(!about(
            "## Build\nSee https://github.com/org/other/issues/1 and https://example.org/a/b\n"
        ));
    }
}
