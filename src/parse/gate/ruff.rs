//! ruff in JSON, as one list and as one value a line. What does not parse has the code `invalid-syntax`, or none.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::trees;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "ruff",
    title: "ruff report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.is_empty_list_of("ruff")
        || sniff.has_first_keys(&["filename", "location", "code"])
        || (sniff.has_key("filename") && sniff.has_key("location") && sniff.has_key("code") && sniff.has_key("end_location"))
}

fn parse(text: &str) -> Artifact {
    let values = match trees(text) {
        Ok(values) => values,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of("ruff");
    let (mut total, mut syntax, mut fixable) = (0_u64, 0_u64, 0_u64);
    if values.iter().any(|value| !value.is_object() && !value.is_list()) {
        scan.doubt("the report is no list of findings");
    }
    let entries = values.iter().flat_map(|value| {
        if value.is_object() {
            std::slice::from_ref(value)
        } else {
            value.items()
        }
    });
    for found in entries {
        if !found.is_object() {
            scan.doubt("an entry of the report is no object");
        }
        total += 1;
        let code = found.at("code").words();
        syntax += u64::from(code.is_empty() || code == "invalid-syntax");
        fixable += u64::from(found.at("fix").is_object());
        let severity = found.at("severity").text().unwrap_or("error");
        scan.add(
            severity,
            Hit {
                rule: if code.is_empty() { "invalid-syntax".to_owned() } else { code },
                message: found.at("message").words(),
                path: found.at("filename").words(),
                line: found.path(&["location", "row"]).count(),
            },
        );
    }
    scan.count("total", total);
    scan.count("syntax", syntax);
    scan.count("fixable", fixable);
    if values.len() > 1 {
        scan.count("types", serde_json::json!({ "?": values.len() }));
    }
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    const ONE: &str =
        r#"{"cell": null, "code": "E401", "end_location": {}, "filename": "a.py", "fix": {"edits": []}, "location": {"row": 3}}"#;

    #[test]
    fn both_forms_are_read() {
        let list = format!(
            "[{ONE}, {}]",
            r#"{"code": null, "filename": "b.py", "location": {}, "fix": null}"#
        );
        assert_eq!(shown(&list, Some("ruff")), "ruff; error 2; conclusive");
        assert_eq!(
            (count(&list, None, "syntax"), count(&list, None, "fixable")),
            ("1".to_owned(), "1".to_owned())
        );
        assert_eq!(shown(&format!("{ONE}\n{ONE}\n"), None), "ruff; error 2; conclusive");
        assert_eq!(
            shown(&format!("{ONE}\n{{\"code\""), None),
            "ruff; unread; ! not valid JSON: EOF while parsing an object (line 2)"
        );
        assert_eq!(
            shown(&format!("[{ONE}, 3]"), None),
            "ruff; error 2; inconclusive; ! an entry of the report is no object"
        );
    }

    #[test]
    fn an_empty_list_is_clean_only_where_ruff_is_declared() {
        assert_eq!(shown("[]", Some("ruff")), "ruff; conclusive");
        assert!(shown("[]", None).starts_with("none; unread"));
        assert!(shown("[]", Some("gitleaks")).starts_with("gitleaks; conclusive"));
    }
}
