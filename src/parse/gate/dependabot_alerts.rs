//! Alerts of Dependabot, as the API of GitHub exports them.

use crate::parse::artifact::Format;
use crate::parse::artifact::tree::Node;
use crate::parse::gate::alerts::{self, Alert};
use crate::parse::gate::scan::Hit;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "dependabot-alerts",
    title: "Dependabot alerts",
    recognizes: |sniff| sniff.is_empty_list_of("dependabot-alerts") || sniff.has_first_keys(&["state", "security_advisory"]),
    parse: |text| alerts::read(text, "Dependabot", alert),
};

fn alert(entry: &Node<'_>) -> Alert {
    let advisory = entry.at("security_advisory");
    let severity = [entry.path(&["security_vulnerability", "severity"]), advisory.at("severity")];
    Alert {
        severity: severity
            .iter()
            .find_map(|severity| severity.text())
            .unwrap_or_default()
            .to_owned(),
        hit: Hit {
            rule: advisory.at("ghsa_id").words(),
            message: advisory.at("summary").words(),
            path: entry.path(&["dependency", "package", "name"]).words(),
            line: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn open_alerts_count_and_dismissed_ones_are_suppressed() {
        let one = |state: &str| {
            format!(r#"{{"number": 1, "state": "{state}", "security_advisory": {{"ghsa_id": "G", "severity": "high"}}}}"#)
        };
        let text = format!("[{}, {}, {}, {}]", one("open"), one("dismissed"), one("fixed"), one("odd"));
        assert_eq!(
            shown(&text, Some("dependabot-alerts")),
            "dependabot-alerts; error 2; suppressed 1; conclusive"
        );
        let page = format!("[{}]", vec![one("fixed"); 100].join(","));
        assert_eq!(
            shown(&page, None),
            "dependabot-alerts; inconclusive; ! the export lists 100 alerts, which is as many as one page has"
        );
        assert_eq!(shown("[]", Some("dependabot-alerts")), "dependabot-alerts; conclusive");
        assert!(shown(&text[..60], Some("dependabot-alerts")).contains("unread"));
    }
}
