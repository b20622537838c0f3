//! `ESLint` in JSON. What `--max-warnings` allowed is not in the file: the gate says it.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "eslint",
    title: "ESLint report",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.is_empty_list_of("eslint") || sniff.has_first_keys(&["filePath", "messages"])
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut scan = Scan::of("ESLint");
    if report.items().is_empty() {
        scan.doubt("the report names no file, so nothing was looked at");
    }
    let (mut errors, mut warnings, mut fatal, mut suppressed) = (0, 0, 0, 0);
    for file in report.items() {
        if !file.is_object() {
            scan.doubt("an entry of the report is no object");
        }
        let path = file.at("filePath").words();
        let (mut listed_errors, mut listed_warnings) = (0, 0);
        for message in file.at("messages").items() {
            let is_fatal = message.at("fatal").flag() == Some(true);
            fatal += u64::from(is_fatal);
            let is_warning = message.at("severity").count() == Some(1) && !is_fatal;
            if is_warning {
                listed_warnings += 1;
            } else {
                listed_errors += 1;
            }
            scan.add(
                if is_warning { "warning" } else { "error" },
                Hit {
                    rule: message.at("ruleId").words(),
                    message: message.at("message").words(),
                    path: path.clone(),
                    line: message.at("line").count(),
                },
            );
        }
        let declared_errors = file.at("errorCount").count().unwrap_or(listed_errors);
        let declared_warnings = file.at("warningCount").count().unwrap_or(listed_warnings);
        for (declared, listed, word) in [
            (declared_errors, listed_errors, "error"),
            (declared_warnings, listed_warnings, "warning"),
        ] {
            if declared > listed {
                scan.note(format!(
                    "a file says that it has more of level `{word}` than it lists; the worse counts"
                ));
                scan.add_counted(word, declared - listed, "not listed");
            }
        }
        errors += declared_errors.max(listed_errors);
        warnings += declared_warnings.max(listed_warnings);
        suppressed += file.at("suppressedMessages").items().len() as u64;
    }
    scan.suppress(suppressed);
    scan.count("files", report.items().len());
    scan.count("errors", errors);
    scan.count("fatal", fatal);
    scan.count("warnings", warnings);
    scan.count("suppressed", suppressed);
    scan.finish()
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    fn check(text: &str) -> (String, u64, bool) {
        let artifact = read(text.as_bytes(), Some("eslint"));
        let Content::Findings(facts) = artifact.content else {
            panic!("{:?}", artifact.problems);
        };
        let levels: Vec<_> = facts.levels.iter().map(|(level, count)| format!("{level} {count}")).collect();
        (levels.join(", "), facts.suppressed, facts.is_conclusive)
    }

    #[test]
    fn messages_are_recounted_and_the_worse_counts() {
        let file = |messages: &str, errors: u64, warnings: u64| {
            format!(
                r#"[{{"filePath": "a.js", "messages": [{messages}], "suppressedMessages": [{{}}], "errorCount": {errors}, "warningCount": {warnings}}}]"#
            )
        };
        let one = r#"{"ruleId": "x", "severity": 2, "line": 3}, {"severity": 1}"#;
        assert_eq!(check(&file(one, 1, 1)), ("error 1, warning 1".to_owned(), 1, true));
        assert_eq!(check(&file(one, 3, 1)), ("error 3, warning 1".to_owned(), 1, true));
        assert_eq!(
            check(&file(r#"{"severity": 1, "fatal": true}"#, 0, 0)),
            ("error 1".to_owned(), 1, true)
        );
        assert_eq!(check(&file(r#"{"severity": "odd"}"#, 0, 0)), ("error 1".to_owned(), 1, true));
        assert_eq!(check(&file("", 0, 0)), (String::new(), 1, true));
    }

    #[test]
    fn a_run_over_no_files_is_not_clean() {
        assert_eq!(check("[]"), (String::new(), 0, false));
        assert!(matches!(read(b"[]", Some("ruff-like")).content, Content::Unread));
        assert!(matches!(
            read(br#"[{"filePath": "a", "messages": [}]"#, None).content,
            Content::Unread
        ));
    }
}
