//! Checkstyle XML, which many linters write. An error without a severity is an error.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::evidence::Artifact;
use crate::model::finding::Problem;
use crate::parse::artifact::xml::{XmlElement, elements};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::scan::{Hit, Scan};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "checkstyle",
    title: "Checkstyle XML",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.xml().is_some_and(|root| root.name == "checkstyle")
}

/// What was read so far.
struct Reader {
    scan: Scan,
    severities: BTreeMap<String, u64>,
    file: String,
    files: u64,
    total: u64,
}

impl Reader {
    fn open(&mut self, element: &XmlElement<'_>) -> Result<(), Problem> {
        let attributes = element.attributes()?;
        let text = |name: &str| attributes.text(name).unwrap_or_default();
        match element.name() {
            "file" => {
                self.files += 1;
                text("name").clone_into(&mut self.file);
            }
            "error" => {
                let severity = attributes
                    .text("severity")
                    .filter(|severity| !severity.is_empty())
                    .unwrap_or("error");
                *self.severities.entry(severity.to_owned()).or_default() += 1;
                self.total += 1;
                self.scan.add(
                    severity,
                    Hit {
                        rule: text("source").to_owned(),
                        message: text("message").to_owned(),
                        path: self.file.clone(),
                        line: attributes.count("line"),
                    },
                );
            }
            "exception" => self.scan.doubt("the linter met an exception of its own"),
            _ => {}
        }
        Ok(())
    }

    fn finish(mut self) -> Artifact {
        if self.files == 0 {
            self.scan
                .doubt("the report names no file, so nothing says that any was looked at");
        }
        self.scan.count("files", self.files);
        self.scan.count("total", self.total);
        self.scan.count("by_severity", json!(self.severities));
        self.scan.finish()
    }
}

fn parse(text: &str) -> Artifact {
    let mut reader = Reader {
        scan: Scan::of("a linter that writes Checkstyle"),
        severities: BTreeMap::new(),
        file: String::new(),
        files: 0,
        total: 0,
    };
    elements(text, |_, element| reader.open(element)).map_or_else(broken, |()| reader.finish())
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn errors_count_by_severity() {
        let text = "<checkstyle version='8'><file name='a'><error line='3' severity='warning' message='m'/><error/></file><file name='b'/></checkstyle>";
        assert_eq!(shown(text, Some("checkstyle")), "checkstyle; error 1; warning 1; conclusive");
        assert_eq!(
            (count(text, None, "files"), count(text, None, "by_severity")),
            ("2".to_owned(), r#"{"error":1,"warning":1}"#.to_owned())
        );
    }

    #[test]
    fn a_report_without_files_or_with_exceptions_is_not_clean() {
        for (text, expected) in [
            ("<checkstyle><file name='a'/></checkstyle>", "checkstyle; conclusive"),
            (
                "<checkstyle/>",
                "checkstyle; inconclusive; ! the report names no file, so nothing says that any was looked at",
            ),
            (
                "<checkstyle><file name='a'><exception>x</exception></file></checkstyle>",
                "checkstyle; inconclusive; ! the linter met an exception of its own",
            ),
        ] {
            assert_eq!(shown(text, None), expected);
        }
        assert!(shown("<checkstyle><file>", None).starts_with("checkstyle; unread"));
    }
}
