//! The file of waivers: findings that a role or team answers for, up to a day.

use chrono::NaiveDate;
use globset::GlobBuilder;

use crate::audit::rule::{apply_levels, is_on};
use crate::audit::rules::{RULES, waiver_expired, waiver_orphaned};
use crate::audit::suppress::{HOUSEKEEPING, matches};
use crate::config::Config;
use crate::config::waivers::{Waiver, Waivers};
use crate::model::finding::{Finding, Suppression, SuppressionKind};
use crate::model::nearest::nearest;
use crate::model::place::Place;

/// Marks the findings that a waiver accepts. Those that something else accepted already stay as they are.
pub(crate) fn accept(waivers: &Waivers, findings: &mut [Finding], today: NaiveDate) {
    for waiver in waivers.waivers.iter().filter(|waiver| today <= waiver.expires) {
        for finding in findings.iter_mut() {
            if finding.suppression.is_none() && is_meant(waiver, finding) {
                finding.suppression = Some(Suppression {
                    kind: SuppressionKind::Waiver,
                    reason: waiver.reason.clone(),
                    owner: Some(waiver.owner.clone()),
                    until: Some(waiver.expires),
                });
            }
        }
    }
}

/// What is wrong with the waivers themselves. `findings` are all findings of a run over everything; none where less was judged, so
/// that nothing can be said about waivers that match nothing.
pub(crate) fn check(waivers: &Waivers, findings: Option<&[Finding]>, today: NaiveDate, config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    for waiver in &waivers.waivers {
        let what = format!("the waiver of `{}` for `{}`", waiver.rule, waiver.path);
        let finding = |rule| Finding {
            place: Some(Place::of_line(waiver.line)),
            reference: Some(waiver.words.clone()),
            ..Finding::of(rule, &waivers.path)
        };
        if RULES.iter().all(|rule| rule.text.id != waiver.rule) {
            let near = nearest(&waiver.rule, RULES.iter().map(|rule| rule.text.id));
            found.push(Finding {
                message: format!("{what} accepts nothing: there is no such rule"),
                help: near.map(|near| format!("did you mean `{near}`?")),
                ..finding(&waiver_orphaned::RULE.text)
            });
        } else if waiver.expires < today {
            found.push(Finding {
                message: format!("{what} ended on {}; {} answers for it", waiver.expires, waiver.owner),
                help: Some("mend what it was about and remove it, or look again and give it a new day".to_owned()),
                ..finding(&waiver_expired::RULE.text)
            });
        } else if let Some(findings) = findings
            && is_on(config, &waiver.rule)
            && !findings.iter().any(|finding| is_meant(waiver, finding))
        {
            found.push(Finding {
                message: format!("{what} matches nothing any more"),
                help: Some("remove it".to_owned()),
                ..finding(&waiver_orphaned::RULE.text)
            });
        }
    }
    apply_levels(config, &mut found);
    found
}

fn is_meant(waiver: &Waiver, finding: &Finding) -> bool {
    if waiver.rule != finding.rule || HOUSEKEEPING.contains(&finding.rule) {
        return false;
    }
    // The glob is compiled last: most findings are not meant by their words already.
    matches(&waiver.words, finding.reference.as_deref().unwrap_or_default()) && is_at(&waiver.path, &finding.path)
}

/// Whether a glob matches a path. The settings checked the glob.
fn is_at(glob: &str, path: &str) -> bool {
    if !glob.contains(['*', '?', '[', '{', '\\']) {
        return glob == path;
    }
    let glob = GlobBuilder::new(glob).literal_separator(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
}

#[cfg(test)]
mod tests {
    use super::{accept, check};
    use crate::audit::testing::{day, inline, tree};
    use crate::config::waivers::{Waivers, read};
    use crate::config::{Config, Level};
    use crate::model::finding::Finding;

    fn waivers(rule: &str, path: &str, words: &str, expires: &str) -> Waivers {
        let text = format!(
            "[[waiver]]\nrule = \"{rule}\"\npath = \"{path}\"\nmatch = \"{words}\"\nowner = \"Platform\"\nreason = \"moves in May\"\nexpires = {expires}\n"
        );
        read(&text, "runproof-waivers.toml").expect("the waivers of a test can be read")
    }

    fn findings() -> Vec<Finding> {
        tree(&["src/x.py"])
            .naming(inline("src/gone.py"))
            .naming(inline("src/lost.py"))
            .judged()
            .findings
    }

    fn accepted(waivers: &Waivers) -> Vec<String> {
        let mut findings = findings();
        accept(waivers, &mut findings, day("2026-06-15"));
        let accepted = findings.into_iter().filter(|finding| finding.suppression.is_some());
        accepted.filter_map(|finding| finding.reference).collect()
    }

    #[test]
    fn a_waiver_accepts_what_it_matches() {
        assert_eq!(
            accepted(&waivers("path-missing", "docs/**", "*/gone.py", "2026-06-15")),
            ["src/gone.py"]
        );
        assert_eq!(accepted(&waivers("path-missing", "docs/*.md", "*", "2027-01-01")).len(), 2);
        for nothing in [
            waivers("link-broken", "docs/**", "*", "2027-01-01"),
            waivers("path-missing", "ops/**", "*", "2027-01-01"),
            waivers("path-missing", "*.md", "*", "2027-01-01"),
            waivers("path-missing", "docs/**", "gone.py", "2027-01-01"),
            waivers("path-missing", "docs/**", "*", "2026-06-14"),
        ] {
            assert!(accepted(&nothing).is_empty(), "{nothing:?}");
        }
    }

    #[test]
    fn waivers_that_are_over_or_match_nothing_are_reported() {
        let rules = |waivers: &Waivers, config: &Config| {
            let found = check(waivers, Some(&findings()), day("2026-06-15"), config);
            found.iter().map(|finding| finding.rule).collect::<Vec<_>>()
        };
        let config = Config::default();
        assert_eq!(
            rules(&waivers("path-missing", "docs/**", "*", "2026-06-14"), &config),
            ["waiver-expired"]
        );
        assert_eq!(
            rules(&waivers("path-missing", "docs/**", "x", "2027-06-14"), &config),
            ["waiver-orphaned"]
        );
        assert_eq!(
            rules(&waivers("path-mising", "docs/**", "*", "2027-06-14"), &config),
            ["waiver-orphaned"]
        );
        assert!(rules(&waivers("path-missing", "docs/**", "*", "2027-06-14"), &config).is_empty());
        let mut off = Config::default();
        off.rules.insert("link-broken".to_owned(), Level::Off);
        assert!(rules(&waivers("link-broken", "docs/**", "*", "2027-06-14"), &off).is_empty());
    }

    #[test]
    fn nothing_is_orphaned_where_less_was_judged() {
        let waivers = waivers("path-missing", "docs/**", "x", "2027-06-14");
        assert!(check(&waivers, None, day("2026-06-15"), &Config::default()).is_empty());
    }
}
