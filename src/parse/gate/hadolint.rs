//! hadolint in JSON.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "hadolint",
    title: "hadolint report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.is_empty_list_of("hadolint") || sniff.has_first_keys(&["file", "line", "code", "level"])
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of("hadolint");
    if !report.is_list() {
        scan.doubt("the report is no list of findings");
    }
    let mut levels = BTreeMap::new();
    for found in report.items() {
        let level = found.at("level").words();
        *levels.entry(level.clone()).or_insert(0_u64) += 1;
        scan.add(
            &level,
            Hit {
                rule: found.at("code").words(),
                message: found.at("message").words(),
                path: found.at("file").words(),
                line: found.at("line").count(),
            },
        );
    }
    scan.count("total", report.items().len());
    scan.count("by_level", json!(levels));
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn levels_are_counted_and_unknown_ones_are_errors() {
        let one = |level: &str| format!(r#"{{"file": "Dockerfile", "line": 3, "code": "DL1", "level": "{level}"}}"#);
        let text = format!("[{}, {}, {}]", one("error"), one("info"), one("style"));
        assert_eq!(shown(&text, Some("hadolint")), "hadolint; error 1; note 2; conclusive");
        assert_eq!(count(&text, None, "by_level"), r#"{"error":1,"info":1,"style":1}"#);
        assert!(shown(&format!("[{}]", one("odd")), None).starts_with("hadolint; error 1;"));
        assert!(shown("[null, 3]", Some("hadolint")).starts_with("none;"));
        assert!(shown(&text[..90], None).contains("unread"));
    }
}
