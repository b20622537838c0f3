//! gitleaks 8 in JSON. What was found is a secret: neither it nor the line around it is kept, and neither is the author.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::about::About;
use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "gitleaks",
    title: "gitleaks report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.is_empty_list_of("gitleaks")
        || sniff.has_first_keys(&["RuleID", "File"])
        || sniff.has_first_keys(&["RuleID", "Fingerprint"])
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of("gitleaks");
    let mut rules = BTreeMap::new();
    for found in report.items() {
        if !found.is_object() {
            scan.doubt("an entry of the report is no object");
        }
        let rule = found.at("RuleID").words();
        *rules.entry(rule.clone()).or_insert(0_u64) += 1;
        About::add(&mut scan.about.commits, &found.at("Commit").words());
        let hit = Hit {
            rule,
            message: "a secret".to_owned(),
            path: found.at("File").words(),
            line: found.at("StartLine").count(),
        };
        // The commit, the file, the rule and the line: nothing of the secret.
        scan.add_error_known_as(hit, &found.at("Fingerprint").words());
    }
    // The commits are those that brought the secrets, not the one that was scanned.
    scan.about.commits.clear();
    scan.count("findings", report.items().len());
    scan.count("by_rule", json!(rules));
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    #[test]
    fn secrets_are_counted_and_never_kept() {
        let text = br#"[{"RuleID": "aws-key", "File": "a.tf", "StartLine": 2, "Secret": "hunter2", "Match": "key=hunter2", "Author": "x", "Fingerprint": "f"}]"#;
        let artifact = read(text, None);
        assert_eq!(artifact.format, Some("gitleaks"));
        assert!(!format!("{artifact:?}").contains("hunter2"));
        assert_eq!(artifact.counts["by_rule"]["aws-key"], 1);
        let Content::Findings(facts) = artifact.content else {
            panic!("they are findings");
        };
        assert_eq!(facts.levels, [("error".to_owned(), 1)]);
        assert_eq!(facts.findings[0].fingerprints, ["f"]);
    }

    #[test]
    fn an_empty_list_is_a_report_only_where_it_is_declared_as_one() {
        for text in [&b"[]"[..], b" [ ]\n", b"null"] {
            let artifact = read(text, Some("gitleaks"));
            assert!(matches!(&artifact.content, Content::Findings(facts) if facts.levels.is_empty() && facts.is_conclusive));
            for declared in [None, Some("junit"), Some("trivy")] {
                assert!(matches!(read(text, declared).content, Content::Unread), "{declared:?}");
            }
        }
        assert!(matches!(read(br#"[{"RuleID": "a", "File": "#, None).content, Content::Unread));
    }
}
