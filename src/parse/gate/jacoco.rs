//! `JaCoCo` XML. The counters of its packages are summed; those of the report are what it says of itself, and count where it lists none.

use crate::model::evidence::Artifact;
use crate::model::finding::Problem;
use crate::parse::artifact::xml::{XmlElement, elements};
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::measured::Coverage;
use crate::parse::gate::moments::Moments;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "jacoco",
    title: "JaCoCo XML",
    recognizes,
    parse,
};

/// The type of a counter, and the name of the metric here.
const METRICS: &[(&str, &str)] = &[
    ("LINE", "lines"),
    ("BRANCH", "branches"),
    ("METHOD", "functions"),
    ("INSTRUCTION", "instructions"),
    ("CLASS", "classes"),
    ("COMPLEXITY", "complexity"),
];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.xml().is_some_and(|root| {
        root.name == "report" && matches!(root.child.as_str(), "sessioninfo" | "group" | "package" | "counter")
    })
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    report: [Option<(u64, u64)>; METRICS.len()],
    packages: [Option<(u64, u64)>; METRICS.len()],
    files: u64,
    moments: Moments,
}

impl Reader {
    fn open(&mut self, above: &[String], element: &XmlElement<'_>) -> Result<(), Problem> {
        let parent = above.last().map(String::as_str);
        match (parent, element.name()) {
            (Some(parent @ ("report" | "package")), "counter") => {
                let attributes = element.attributes()?;
                let kind = attributes.text("type").unwrap_or_default();
                if let Some(at) = METRICS.iter().position(|(name, _)| *name == kind) {
                    let sums = if parent == "report" {
                        &mut self.report
                    } else {
                        &mut self.packages
                    };
                    let number = |name: &str| {
                        attributes
                            .count(name)
                            .ok_or_else(|| Problem::of_file(format!("a counter of {kind} says no number for `{name}`")))
                    };
                    let (covered, missed) = (number("covered")?, number("missed")?);
                    let sum = sums[at].get_or_insert((0, 0));
                    sum.0 = sum.0.saturating_add(covered);
                    sum.1 = sum.1.saturating_add(covered.saturating_add(missed));
                }
            }
            (_, "sourcefile") => self.files += 1,
            (_, "sessioninfo") => {
                let attributes = element.attributes()?;
                self.moments.see(attributes.text("start").unwrap_or_default());
                self.moments.see(attributes.text("dump").unwrap_or_default());
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Artifact {
        let mut coverage = Coverage::default();
        for ((_, name), (own, listed)) in METRICS.iter().zip(self.report.into_iter().zip(self.packages)) {
            coverage.compare(name, listed, own);
        }
        coverage.files(self.files);
        let mut artifact = coverage.finish();
        self.moments.tell(&mut artifact.about);
        artifact
    }
}

fn parse(text: &str) -> Artifact {
    let mut reader = Reader::default();
    elements(text, |above, element| reader.open(above, element)).map_or_else(broken, |()| reader.finish())
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn the_sessions_say_when_they_ran() {
        let text = "<report name='x'><sessioninfo id='a' start='1500000000000' dump='1500000001000'/><counter type='LINE' missed='2' covered='6'/></report>";
        assert_eq!(
            crate::parse::recognise::read(text.as_bytes(), None).about.times,
            ["1500000000000", "1500000001000"]
        );
    }

    #[test]
    fn a_report_that_says_more_than_its_packages_is_told() {
        let of = |package: &str| {
            let text = format!(
                "<report name='x'><package name='p'><counter type='LINE' {package}/></package><counter type='LINE' missed='0' covered='80'/></report>"
            );
            match crate::parse::recognise::read(text.as_bytes(), None).content {
                crate::model::evidence::Content::Coverage(facts) => {
                    (facts.metrics[0].covered, facts.metrics[0].total, facts.metrics[0].declared)
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(of("missed='60' covered='20'"), (20, 80, Some((80, 80))));
        assert_eq!(of("missed='0' covered='80'"), (80, 80, Some((80, 80))));
    }

    #[test]
    fn the_counters_of_the_report_count() {
        let package = "<package name='p'><class name='c'><counter type='LINE' missed='9' covered='9'/></class><counter type='LINE' missed='2' covered='6'/></package>";
        let text = format!(
            "<!DOCTYPE report PUBLIC '-//JACOCO//DTD Report 1.1//EN' 'report.dtd'><report name='x'><sessioninfo id='a'/>{package}<counter type='LINE' missed='2' covered='6'/><counter type='BRANCH' missed='1' covered='0'/></report>"
        );
        assert_eq!(shown(&text, Some("jacoco")), "jacoco; lines 6/8; branches 0/1");
        let bare = format!("<report name='x'>{package}{package}</report>");
        assert_eq!(shown(&bare, None), "jacoco; lines 12/16");
        assert!(shown("<report><package>", None).starts_with("jacoco; unread"));
        for counter in ["missed='-9' covered='9'", "covered='9'", "missed='1' covered='9.5'"] {
            let text = format!("<report><counter type='LINE' {counter}/></report>");
            assert!(shown(&text, None).starts_with("jacoco; unread"), "{counter}");
        }
        assert!(shown("<report><other/></report>", None).starts_with("none"));
    }
}
