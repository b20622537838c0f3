//! Alerts of secret scanning, as the API of GitHub exports them. The secret itself stands in the export: it is not kept.

use crate::parse::artifact::Format;
use crate::parse::artifact::tree::Node;
use crate::parse::gate::alerts::{self, Alert};
use crate::parse::gate::scan::Hit;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "secret-scanning-alerts",
    title: "Secret scanning alerts",
    recognizes: |sniff| sniff.is_empty_list_of("secret-scanning-alerts") || sniff.has_first_keys(&["state", "secret_type"]),
    parse: |text| alerts::read(text, "secret scanning", alert),
};

fn alert(entry: &Node<'_>) -> Alert {
    Alert {
        severity: "critical".to_owned(),
        hit: Hit {
            rule: entry.at("secret_type").words(),
            message: "a secret".to_owned(),
            ..Hit::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;
    use crate::parse::recognise::read;

    #[test]
    fn the_secret_is_not_kept() {
        let text = r#"[{"state": "open", "secret_type": "token", "secret": "hunter2"}, {"state": "resolved", "secret_type": "token", "secret": "hunter3"}]"#;
        assert_eq!(
            shown(text, Some("secret-scanning-alerts")),
            "secret-scanning-alerts; error 1; suppressed 1; conclusive"
        );
        assert!(!format!("{:?}", read(text.as_bytes(), None)).contains("hunter"));
        assert!(shown(&text[..60], None).contains("unread"));
    }
}
