//! Cobertura XML, as coverage.py, istanbul, gcovr, dotnet and many others write it.
//!
//! Coverage is recounted from the lines. A line that stands under two classes of one file is one line. The lines of methods count only
//! where a class has none of its own: tools repeat them there, and some list others.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::model::about::About;
use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, Content, CoverageFacts, CoverageMetric};
use crate::model::finding::Problem;
use crate::parse::artifact::xml::{XmlAttributes, XmlElement, XmlEvent, XmlReader};
use crate::parse::artifact::{Format, Sniff, anomaly, broken, note};
use crate::parse::gate::plain::first_line;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "cobertura",
    title: "Cobertura XML",
    recognizes,
    parse,
};

/// Declared rates are rounded by tools; a difference up to this is no contradiction.
const ROUNDING: f64 = 0.001;

/// How far the rate of a package may be under its lines.
const PARTS: f64 = 0.05;

/// What the root element of other reports does not have. `Clover`, `SonarQube` and several tools of .NET have a root of the same name.
const TOTALS: &[&str] = &[
    "branch-rate", "branches-covered", "branches-valid", "line-rate", "lines-covered", "lines-valid",
];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.xml().is_some_and(|root| {
        let has = |names: &[&str]| root.attributes.iter().any(|name| names.contains(&name.as_str()));
        let is_like = matches!(root.child.as_str(), "packages" | "sources") || has(TOTALS);
        root.name == "coverage" && root.child != "project" && !has(&["clover"]) && is_like
    })
}

/// What was read so far.
#[derive(Default)]
struct Report {
    declared_lines: Option<(u64, u64)>,
    declared_branches: Option<(u64, u64)>,
    line_rate: Option<f64>,
    /// The package that is read: its name, the rate it says of itself, and its lines as they are listed, covered and all.
    package: (String, Option<f64>, (u64, u64)),
    /// The same of the class that is read.
    class: (String, Option<f64>, (u64, u64)),
    branch_rate: Option<f64>,
    counts: Map<String, Value>,
    about: About,
    anomalies: Vec<Anomaly>,
    files: HashMap<String, HashMap<u64, Line>>,
    file: String,
    /// The depth of the element `methods` that is open.
    methods: Option<usize>,
    /// Whether the open class has lines of its own, and those of its methods.
    has_lines: bool,
    method_lines: Vec<(u64, Line)>,
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
        self.methods = self.methods.filter(|methods| depth > *methods);
        match element.name() {
            "coverage" if depth == 1 => {
                let attributes = element.attributes()?;
                self.check(&attributes, element.line());
                for (name, count) in [
                    ("line-rate", "declared_line_rate"),
                    ("branch-rate", "declared_branch_rate"),
                    ("lines-covered", "lines_covered_attr"),
                    ("lines-valid", "lines_valid_attr"),
                ] {
                    let says = attributes.text(name).map(|says| (count.to_owned(), first_line(says).into()));
                    self.counts.extend(says);
                }
                self.declared_lines = attributes.count("lines-covered").zip(attributes.count("lines-valid"));
                self.declared_branches = attributes.count("branches-covered").zip(attributes.count("branches-valid"));
                self.line_rate = attributes.text("line-rate").and_then(rate);
                self.branch_rate = attributes.text("branch-rate").and_then(rate);
                // Some tools write 0 for a time that they do not know.
                let time = attributes.text("timestamp").map(first_line).filter(|time| time.len() > 1);
                self.about.times.extend(time);
            }
            "methods" => self.methods = Some(depth),
            "package" => {
                self.end_class();
                self.end_package();
                let attributes = element.attributes()?;
                let name = attributes.text("name").map(first_line).unwrap_or_default();
                self.package = (name, attributes.text("line-rate").and_then(rate), (0, 0));
            }
            "class" => {
                self.end_class();
                let attributes = element.attributes()?;
                let file = attributes.text("filename").or(attributes.text("name")).unwrap_or_default();
                self.class = (first_line(file), attributes.text("line-rate").and_then(rate), (0, 0));
                if file != self.file {
                    file.clone_into(&mut self.file);
                }
                if !self.files.contains_key(&self.file) {
                    self.files.insert(self.file.clone(), HashMap::new());
                }
            }
            "line" => {
                let attributes = element.attributes()?;
                if self.line(&attributes, element.line()).is_none() {
                    let message = "a line without a number or hits that can be read";
                    note(&mut self.problems, Problem::at(element.line(), message));
                    anomaly(&mut self.anomalies, AnomalyKind::UnreadPart, Some(element.line()), message);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Tells totals that are no figures, or that say that more is covered than there is.
    fn check(&mut self, attributes: &XmlAttributes<'_>, line: u32) {
        for name in ["lines-covered", "lines-valid", "branches-covered", "branches-valid"] {
            let text = attributes.text(name).map(str::trim).unwrap_or_default();
            if !text.is_empty() && attributes.count(name).is_none() {
                let message = format!("`{name}` is `{}`, which is no count", first_line(text));
                anomaly(&mut self.anomalies, AnomalyKind::NoCount, Some(line), message);
            }
        }
        for name in ["line-rate", "branch-rate"] {
            let text = attributes.text(name).map(str::trim).unwrap_or_default();
            match rate(text) {
                None if !text.is_empty() => {
                    let message = format!("`{name}` is `{}`, which is no rate", first_line(text));
                    anomaly(&mut self.anomalies, AnomalyKind::NoCount, Some(line), message);
                }
                Some(rate) if !(0.0..=1.0 + ROUNDING).contains(&rate) => {
                    let message = format!("`{name}` is {rate}, which is no share of a whole");
                    anomaly(&mut self.anomalies, AnomalyKind::CoveredOverTotal, Some(line), message);
                }
                _ => {}
            }
        }
        for (covered, valid) in [("lines-covered", "lines-valid"), ("branches-covered", "branches-valid")] {
            if let Some((covered, valid)) = attributes.count(covered).zip(attributes.count(valid)).filter(|(c, v)| c > v) {
                let message = format!("the file says that {covered} of {valid} are covered");
                anomaly(&mut self.anomalies, AnomalyKind::CoveredOverTotal, Some(line), message);
            }
        }
    }

    fn line(&mut self, attributes: &XmlAttributes<'_>, at: u32) -> Option<()> {
        let number: u64 = attributes.count("number")?;
        let hits = attributes.text("hits")?.trim();
        let hits: f64 = hits.parse().ok().filter(|hits: &f64| hits.is_finite())?;
        let mut line = Line {
            is_hit: hits > 0.0,
            branches: (0, 0),
        };
        if let Some((covered, total)) = attributes.text("condition-coverage").and_then(conditions) {
            if covered > total {
                let message = format!("a line says that {covered} of {total} conditions are met");
                anomaly(&mut self.anomalies, AnomalyKind::CoveredOverTotal, Some(at), message);
            }
            line.branches = (covered.min(total), total);
        }
        self.files.get(&self.file)?;
        if self.methods.is_some() {
            self.method_lines.push((number, line));
        } else {
            self.has_lines = true;
            self.add(number, line);
        }
        Some(())
    }

    fn add(&mut self, number: u64, line: Line) {
        for (covered, all) in [&mut self.package.2, &mut self.class.2] {
            *covered += u64::from(line.is_hit);
            *all += 1;
        }
        if let Some(file) = self.files.get_mut(&self.file) {
            let known = file.entry(number).or_default();
            known.is_hit |= line.is_hit;
            known.branches.0 = known.branches.0.max(line.branches.0);
            known.branches.1 = known.branches.1.max(line.branches.1);
        }
    }

    /// The lines of methods count where the class has none of its own.
    fn end_class(&mut self) {
        let lines = std::mem::take(&mut self.method_lines);
        if !self.has_lines {
            for (number, line) in lines {
                self.add(number, line);
            }
        }
        self.has_lines = false;
        self.methods = None;
        let class = std::mem::take(&mut self.class);
        self.part("class", class);
    }

    fn finish(mut self) -> Artifact {
        self.end_class();
        self.end_package();
        let mut lines = (0, 0);
        let mut branches: (u64, u64) = (0, 0);
        for line in self.files.values().flat_map(HashMap::values) {
            lines.0 += u64::from(line.is_hit);
            lines.1 += 1;
            branches.0 = line.branches.0.saturating_add(branches.0);
            branches.1 = line.branches.1.saturating_add(branches.1);
        }
        self.compare(lines);
        self.below("line", self.declared_lines, self.line_rate, lines);
        // Without branches the rate is written as 0, which is no measurement.
        let branch_rate = self.branch_rate.filter(|rate| *rate > 0.0);
        self.below(
            "branch",
            self.declared_branches.filter(|(_, total)| *total > 0),
            branch_rate,
            branches,
        );
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
            about: self.about,
            counts: self.counts,
            anomalies: self.anomalies,
            problems: self.problems,
            ..Artifact::default()
        }
    }

    /// The end of a package: its own rate may not be far lower than what its lines give. Tools count what stands twice in their own ways,
    /// so that a small difference says nothing.
    fn end_package(&mut self) {
        let package = std::mem::take(&mut self.package);
        self.part("package", package);
    }

    fn part(&mut self, kind: &str, (name, rate, (covered, all)): (String, Option<f64>, (u64, u64))) {
        let Some(rate) = rate.filter(|_| all > 0) else {
            return;
        };
        if rate + PARTS < covered as f64 / all as f64 {
            let message = format!("the {kind} `{name}` says a line rate of {rate} of itself and lists {covered} of {all}");
            anomaly(&mut self.anomalies, AnomalyKind::RateBelowLines, None, message);
        }
    }

    /// Totals or rates that say less than the lines give: one of the two is not of this run.
    fn below(&mut self, what: &str, says: Option<(u64, u64)>, rate: Option<f64>, (covered, total): (u64, u64)) {
        if total == 0 {
            return;
        }
        let listed = covered as f64 / total as f64;
        let of_counts = says
            .filter(|(_, total)| *total > 0)
            .map(|(covered, total)| covered as f64 / total as f64);
        for says in [of_counts, rate]
            .into_iter()
            .flatten()
            .filter(|says| says + ROUNDING < listed)
        {
            let message = format!("the file says a {what} rate of {says} of itself and lists {covered} of {total}");
            anomaly(&mut self.anomalies, AnomalyKind::RateBelowLines, None, message);
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
    fn lines_of_methods_count_only_where_a_class_has_none() {
        check(
            "lines-covered='2' lines-valid='3'",
            "<class filename='a'><methods><method><lines><line number='1' hits='1'/></lines></method></methods>\
             <lines><line number='1' hits='0'/><line number='2' hits='0'/></lines></class>\
             <class filename='a'><lines><line number='3' hits='4294967296'/></lines></class>",
            &[
                "1 files",
                "lines 1/3, says 2/3",
                "the file says 2 of 3 lines of itself and lists 1 of 3",
            ],
        );
    }

    #[test]
    fn a_class_without_lines_of_its_own_has_those_of_its_methods() {
        check(
            "",
            "<class filename='a'><methods><method><lines><line number='1' hits='1'/></lines></method></methods><lines/></class>",
            &["1 files", "lines 1/1"],
        );
    }

    #[test]
    fn a_class_that_says_less_than_its_lines_is_told() {
        for (rate, count) in [("0.5", 0), ("0.46", 0), ("0.2", 1), ("", 0), ("0.9", 0)] {
            let text = format!(
                "<coverage><packages><package><classes><class filename='a' line-rate='{rate}'><methods/><lines><line number='1' hits='1'/>\
                 <line number='2' hits='0'/></lines></class></classes></package></packages></coverage>"
            );
            assert_eq!(parse(&text).anomalies.len(), count, "{rate}");
        }
    }

    #[test]
    fn what_cannot_be_is_an_anomaly() {
        use crate::model::evidence::AnomalyKind as Kind;
        let lines = "<class filename='a'><lines><line number='1' hits='1'/><line number='2' hits='HITS'/></lines></class>";
        for (attributes, hits, expected) in [
            ("line-rate='1' lines-covered='2' lines-valid='2'", "1", vec![]),
            ("line-rate='0.9999'", "1", vec![]),
            ("branch-rate='0'", "-1", vec![]),
            ("line-rate='0.1'", "1", vec![Kind::RateBelowLines]),
            ("line-rate='0.9'", "0", vec![]),
            ("lines-covered='1' lines-valid='4'", "1", vec![Kind::RateBelowLines]),
            ("lines-covered='9' lines-valid='4'", "1", vec![Kind::CoveredOverTotal]),
            ("line-rate='1.5'", "1", vec![Kind::CoveredOverTotal]),
            ("line-rate='-0.5'", "0", vec![Kind::CoveredOverTotal, Kind::RateBelowLines]),
            ("line-rate='NaN'", "1", vec![Kind::NoCount]),
            ("lines-valid='many'", "1", vec![Kind::NoCount]),
            ("", "inf", vec![Kind::UnreadPart]),
            ("", "NaN", vec![Kind::UnreadPart]),
            ("", "x", vec![Kind::UnreadPart]),
        ] {
            let text = format!("<coverage {attributes}>{}</coverage>", lines.replace("HITS", hits));
            let kinds: Vec<_> = parse(&text).anomalies.into_iter().map(|anomaly| anomaly.kind).collect();
            assert_eq!(kinds, expected, "{text}");
        }
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

    #[test]
    fn other_reports_with_a_root_of_that_name_are_none() {
        for text in [
            "<coverage version='1'><file path='a'><lineToCover lineNumber='1' covered='true'/></file></coverage>",
            "<coverage profilerVersion='1'><module><method/></module></coverage>",
            "<coverage version='0.3'><assembly name='a'/></coverage>",
            "<coverage/>",
        ] {
            assert_eq!(read(text.as_bytes(), None).format, None, "{text}");
        }
        let text = "<coverage line-rate='0,5' lines-covered='1' lines-valid='2'><package><class filename='a'><methods><method><lines>\
            <line number='1' hits='1'/><line number='2' hits='0'/></lines></method></methods></class></package></coverage>";
        let artifact = read(text.as_bytes(), None);
        assert_eq!(artifact.format, Some("cobertura"));
        let counts = ["declared_line_rate", "lines_covered_attr", "lines_valid_attr"].map(|name| artifact.counts[name].clone());
        assert_eq!(counts, ["0,5", "1", "2"]);
        assert_eq!(artifact.counts["recomputed_unique_lines"], serde_json::json!([1, 2]));
    }
}
