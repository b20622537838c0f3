//! Cobertura XML, as coverage.py, istanbul, gcovr, dotnet and many others write it.
//!
//! Coverage is recounted from the lines. A line that stands under a class and again under its method, or under two classes of one
//! file, is one line.

use std::collections::HashMap;

use crate::model::evidence::{Artifact, Content, CoverageFacts, CoverageMetric};
use crate::model::finding::Problem;
use crate::parse::artifact::xml::{XmlAttributes, XmlElement, XmlEvent, XmlReader};
use crate::parse::artifact::{Format, Sniff, broken, note};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "cobertura",
    title: "Cobertura XML",
    recognizes,
    parse,
};

/// Declared rates are rounded by tools; a difference up to this is no contradiction.
const ROUNDING: f64 = 0.001;

/// A Clover report has the same root element; its first child is `project`.
fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.xml().is_some_and(|root| {
        root.name == "coverage" && root.child != "project" && !root.attributes.iter().any(|name| name == "clover")
    })
}

/// What was read so far.
#[derive(Default)]
struct Report {
    declared_lines: Option<(u64, u64)>,
    declared_branches: Option<(u64, u64)>,
    line_rate: Option<f64>,
    files: HashMap<String, HashMap<u64, Line>>,
    file: String,
    problems: Vec<Problem>,
}

/// A line of a source file.
#[derive(Clone, Copy, Default)]
struct Line {
    is_hit: bool,
    /// Conditions that were met and conditions that there are.
    branches: (u64, u64),
}

fn parse(text: &str) -> Artifact {
    let mut report = Report::default();
    let mut reader = XmlReader::new(text);
    loop {
        let step = match reader.next() {
            Ok(XmlEvent::Open(element)) => report.open(&element, reader.depth()),
            Ok(XmlEvent::Close | XmlEvent::Text(_)) => Ok(()),
            Ok(XmlEvent::End) => break,
            Err(problem) => Err(problem),
        };
        if let Err(problem) = step {
            return broken(problem);
        }
    }
    report.finish()
}

impl Report {
    fn open(&mut self, element: &XmlElement<'_>, depth: usize) -> Result<(), Problem> {
        match element.name() {
            "coverage" if depth == 1 => {
                let attributes = element.attributes()?;
                self.declared_lines = attributes.count("lines-covered").zip(attributes.count("lines-valid"));
                self.declared_branches = attributes.count("branches-covered").zip(attributes.count("branches-valid"));
                self.line_rate = attributes.text("line-rate").and_then(rate);
            }
            "class" => {
                let attributes = element.attributes()?;
                let file = attributes.text("filename").or(attributes.text("name")).unwrap_or_default();
                if file != self.file {
                    file.clone_into(&mut self.file);
                }
                if !self.files.contains_key(&self.file) {
                    self.files.insert(self.file.clone(), HashMap::new());
                }
            }
            "line" => {
                let attributes = element.attributes()?;
                if self.line(&attributes).is_none() {
                    note(
                        &mut self.problems,
                        Problem::at(element.line(), "a line without a number or hits that can be read"),
                    );
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn line(&mut self, attributes: &XmlAttributes<'_>) -> Option<()> {
        let number: u64 = attributes.count("number")?;
        let hits = attributes.text("hits")?.trim();
        let hits: f64 = hits.parse().ok()?;
        let line = self.files.get_mut(&self.file)?.entry(number).or_default();
        line.is_hit |= hits > 0.0;
        if let Some((covered, total)) = attributes.text("condition-coverage").and_then(conditions) {
            line.branches.0 = line.branches.0.max(covered.min(total));
            line.branches.1 = line.branches.1.max(total);
        }
        Some(())
    }

    fn finish(mut self) -> Artifact {
        let mut lines = (0, 0);
        let mut branches: (u64, u64) = (0, 0);
        for line in self.files.values().flat_map(HashMap::values) {
            lines.0 += u64::from(line.is_hit);
            lines.1 += 1;
            branches.0 = line.branches.0.saturating_add(branches.0);
            branches.1 = line.branches.1.saturating_add(branches.1);
        }
        self.compare(lines);
        let mut metrics = vec![CoverageMetric {
            name: "lines",
            covered: lines.0,
            total: lines.1,
            declared: self.declared_lines,
        }];
        // Without branches the rate is written as 0, which is no measurement.
        let declared = self.declared_branches.filter(|(_, total)| *total > 0);
        if branches.1 > 0 || declared.is_some() {
            metrics.push(CoverageMetric {
                name: "branches",
                covered: branches.0,
                total: branches.1,
                declared,
            });
        }
        Artifact {
            content: Content::Coverage(CoverageFacts {
                metrics,
                files: self.files.len() as u64,
            }),
            problems: self.problems,
            ..Artifact::default()
        }
    }

    /// Notes where the totals of the file contradict its lines.
    fn compare(&mut self, (covered, total): (u64, u64)) {
        let message = match (self.declared_lines, self.line_rate) {
            (Some((says_covered, says_total)), _) if (says_covered, says_total) != (covered, total) => {
                format!("the file says {says_covered} of {says_total} lines of itself and lists {covered} of {total}")
            }
            (None, Some(rate)) if total > 0 && (rate - covered as f64 / total as f64).abs() > ROUNDING => {
                format!("the file says a line rate of {rate} of itself and lists {covered} of {total} lines")
            }
            (None, Some(_)) if total == 0 => "the file says a line rate of itself and lists no lines".to_owned(),
            _ => return,
        };
        note(&mut self.problems, Problem::of_file(message));
    }
}

/// A rate from 0 to 1, with a comma where the language of the machine has one.
fn rate(text: &str) -> Option<f64> {
    text.trim()
        .replace(',', ".")
        .parse()
        .ok()
        .filter(|rate: &f64| rate.is_finite())
}

/// `50% (1/2)`.
fn conditions(text: &str) -> Option<(u64, u64)> {
    let inside = text.split_once('(')?.1.split_once(')')?.0;
    let (covered, total) = inside.split_once('/')?;
    Some((covered.trim().parse().ok()?, total.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::parse;
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    /// The metrics in short, then the problems.
    fn check(attributes: &str, classes: &str, expected: &[&str]) {
        let text =
            format!("<coverage {attributes}><packages><package><classes>{classes}</classes></package></packages></coverage>");
        let artifact = parse(&text);
        let mut got = Vec::new();
        if let Content::Coverage(facts) = &artifact.content {
            got.push(format!("{} files", facts.files));
            got.extend(facts.metrics.iter().map(|metric| {
                let declared = metric.declared.map(|(covered, total)| format!(", says {covered}/{total}"));
                format!(
                    "{} {}/{}{}",
                    metric.name,
                    metric.covered,
                    metric.total,
                    declared.unwrap_or_default()
                )
            }));
        }
        got.extend(artifact.problems.iter().map(|problem| problem.message.clone()));
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn lines_of_methods_and_of_classes_in_one_file_are_counted_once() {
        check(
            "lines-covered='2' lines-valid='3'",
            "<class filename='a'><methods><method><lines><line number='1' hits='1'/></lines></method></methods>\
             <lines><line number='1' hits='0'/><line number='2' hits='0'/></lines></class>\
             <class filename='a'><lines><line number='3' hits='4294967296'/></lines></class>",
            &["1 files", "lines 2/3, says 2/3"],
        );
    }

    #[test]
    fn conditions_are_branches() {
        check(
            "branches-covered='1' branches-valid='2'",
            "<class filename='a'><lines><line number='1' hits='1' branch='true' condition-coverage='50% (1/2)'/></lines></class>",
            &["1 files", "lines 1/1", "branches 1/2, says 1/2"],
        );
        check(
            "branch-rate='0' branches-covered='0' branches-valid='0'",
            "<class filename='a'><lines><line number='1' hits='1'/></lines></class>",
            &["1 files", "lines 1/1"],
        );
    }

    #[test]
    fn rates_with_a_comma_are_compared_with_the_lines() {
        let class = "<class filename='a'><lines><line number='1' hits='1'/><line number='2' hits='0'/></lines></class>";
        check("line-rate='0,5'", class, &["1 files", "lines 1/2"]);
        check(
            "line-rate='0,76'",
            class,
            &[
                "1 files",
                "lines 1/2",
                "the file says a line rate of 0.76 of itself and lists 1 of 2 lines",
            ],
        );
        check("", class, &["1 files", "lines 1/2"]);
        check(
            "line-rate='1'",
            "",
            &[
                "0 files",
                "lines 0/0",
                "the file says a line rate of itself and lists no lines",
            ],
        );
        check(
            "lines-covered='9' lines-valid='10'",
            "",
            &[
                "0 files",
                "lines 0/0, says 9/10",
                "the file says 9 of 10 lines of itself and lists 0 of 0",
            ],
        );
    }

    #[test]
    fn lines_that_cannot_be_read_are_told() {
        check(
            "",
            "<class filename='a'><lines><line number='x' hits='1'/><line number='1' hits='-1'/></lines></class>",
            &["1 files", "lines 0/1", "a line without a number or hits that can be read"],
        );
    }

    #[test]
    fn clover_reports_are_not_taken_for_cobertura() {
        let clover = read(b"<coverage generated='1'><project><metrics/></project></coverage>", None);
        assert_eq!(clover.format, Some("clover"));
    }

    proptest! {
        #[test]
        fn any_mixture_of_elements_is_read(
            text in "<coverage>(<(class|line|lines)( (filename|number|hits|condition-coverage)=\"[a1(/)%é]{0,6}\"){0,2}/?>|</(class|lines)>){0,12}</coverage>"
        ) {
            let _ = parse(&text);
        }
    }
}
