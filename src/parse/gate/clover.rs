//! Clover XML. Its `elements` are the sum of the other three.

use serde_json::json;

use crate::model::evidence::Artifact;
use crate::model::finding::Problem;
use crate::parse::artifact::xml::{XmlElement, elements};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::measured::Coverage;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "clover",
    title: "Clover XML",
    recognizes,
    parse,
};

/// The name here, and the attribute of what could be covered; that of what was has `covered` before it.
const METRICS: [(&str, &str); 4] = [
    ("statements", "statements"),
    ("branches", "conditionals"),
    ("functions", "methods"),
    ("elements", "elements"),
];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.xml().is_some_and(|root| {
        root.name == "coverage" && (root.child == "project" || root.attributes.iter().any(|name| name == "clover"))
    })
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    /// The sums of the metrics of projects, and of files where a project has none.
    projects: [(u64, u64); METRICS.len()],
    by_file: [(u64, u64); METRICS.len()],
    has_project: bool,
    files: u64,
    timestamp: Option<String>,
}

impl Reader {
    fn open(&mut self, above: &[String], element: &XmlElement<'_>) -> Result<(), Problem> {
        let parent = above.last().map(String::as_str);
        match (parent, element.name()) {
            (Some(parent @ ("project" | "file")), "metrics") => {
                let attributes = element.attributes()?;
                let is_project = parent == "project" && above.len() == 2;
                self.has_project |= is_project;
                let sums = if is_project { &mut self.projects } else { &mut self.by_file };
                for (sum, (_, name)) in sums.iter_mut().zip(METRICS) {
                    sum.0 = sum
                        .0
                        .saturating_add(attributes.count(&format!("covered{name}")).unwrap_or_default());
                    sum.1 = sum.1.saturating_add(attributes.count(name).unwrap_or_default());
                }
            }
            (_, "file") => self.files += 1,
            (None, _) => self.timestamp = element.attributes()?.text("generated").map(str::to_owned),
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Artifact {
        let mut coverage = Coverage::default();
        let sums = if self.has_project { self.projects } else { self.by_file };
        for ((name, attribute), (covered, total)) in METRICS.into_iter().zip(sums) {
            if name != "elements" {
                coverage.add(name, covered, total);
            }
            coverage.count(attribute, json!([covered, total]));
        }
        coverage.files(self.files);
        let mut artifact = coverage.finish();
        artifact.about.made = self.timestamp;
        artifact
    }
}

fn parse(text: &str) -> Artifact {
    let mut reader = Reader::default();
    elements(text, |above, element| reader.open(above, element)).map_or_else(broken, |()| reader.finish())
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::{count, shown};

    #[test]
    fn the_metrics_of_projects_count_and_those_of_files_stand_in() {
        let file = "<file name='a'><metrics statements='4' coveredstatements='1' methods='2' coveredmethods='2'/></file>";
        let text = format!(
            "<coverage generated='1' clover='3.2'><project><metrics statements='8' coveredstatements='2' conditionals='0' coveredconditionals='0'/>{file}</project></coverage>"
        );
        assert_eq!(
            shown(&text, Some("clover")),
            "clover; statements 2/8; branches 0/0; functions 0/0"
        );
        assert_eq!(count(&text, None, "conditionals"), "[0,0]");
        let bare = format!("<coverage generated='1'><project>{file}</project></coverage>");
        assert_eq!(shown(&bare, None), "clover; statements 1/4; branches 0/0; functions 2/2");
        assert!(shown("<coverage generated='1'><project>", None).starts_with("clover; unread"));
    }
}
