//! Alerts of code scanning, as the API of GitHub exports them.

use crate::parse::artifact::Format;
use crate::parse::artifact::tree::Node;
use crate::parse::gate::alerts::{self, Alert};
use crate::parse::gate::scan::Hit;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "code-scanning-alerts",
    title: "Code scanning alerts",
    recognizes: |sniff| {
        sniff.is_empty_list_of("code-scanning-alerts") || sniff.has_first_keys(&["state", "most_recent_instance"])
    },
    parse: |text| alerts::read(text, "code scanning", alert),
};

fn alert(entry: &Node<'_>) -> Alert {
    let rule = entry.at("rule");
    let instance = entry.at("most_recent_instance");
    let severity = [rule.at("security_severity_level"), rule.at("severity")];
    Alert {
        severity: severity
            .iter()
            .find_map(|severity| severity.text())
            .unwrap_or_default()
            .to_owned(),
        hit: Hit {
            rule: rule.at("id").words(),
            message: rule.at("description").words(),
            path: instance.path(&["location", "path"]).words(),
            line: instance.path(&["location", "start_line"]).count(),
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn the_severity_for_security_wins() {
        let one = |rule: &str| {
            format!(
                r#"{{"state": "open", "rule": {{"id": "r", {rule}}}, "most_recent_instance": {{"location": {{"path": "a", "start_line": 2}}}}}}"#
            )
        };
        let text = format!(
            "[{}, {}]",
            one(r#""severity": "note", "security_severity_level": "critical""#),
            one(r#""severity": "warning""#)
        );
        assert_eq!(
            shown(&text, Some("code-scanning-alerts")),
            "code-scanning-alerts; error 1; warning 1; conclusive"
        );
        assert!(shown(&text[..90], None).contains("unread"));
    }
}
