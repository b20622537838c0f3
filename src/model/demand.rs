//! What a gate asks for, in words: the same on a page, in the terminal and in what a program reads.

use crate::model::count::counted;
use crate::model::gate::Demand;

impl Demand {
    /// What it asks for, one phrase each.
    pub(crate) fn in_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(
            self.format
                .as_ref()
                .map(|format| format!("evidence as {}", format_name(format))),
        );
        words.extend(
            self.formats
                .iter()
                .map(|format| format!("evidence as {}", format_name(format))),
        );
        words.extend(self.tool.as_ref().map(|tool| format!("written by {tool}")));
        words.extend(self.subject.as_ref().map(|subject| format!("about {subject}")));
        words.extend(self.roles.iter().map(|role| format!("{role} agrees")));
        words.extend(
            self.min_tests
                .map(|least| format!("at least {}", counted(least, "test run/tests run"))),
        );
        for (most, what) in [
            (self.max_skipped, "skipped case"),
            (self.max_flaky, "flaky case"),
            (self.max_errors, "error"),
            (self.max_warnings, "warning"),
        ] {
            words.extend(most.map(|most| format!("at most {}", counted(most, what))));
        }
        for (severity, most) in &self.max_findings {
            words.push(format!("at most {} of {severity} severity", counted(*most, "finding")));
        }
        words.extend(
            self.security_severity_below
                .map(|severity| format!("security severity under {severity}")),
        );
        words.extend(self.required.iter().map(|name| format!("{name} passes")));
        words.extend(self.spoken.iter().map(|name| format!("a job of the name {name} passes")));
        words.extend(
            self.workflows
                .iter()
                .map(|workflow| format!("a run of {} passes", workflow.file)),
        );
        if self.named.len() > 1 {
            words.extend(self.named.iter().map(|named| format!("{} is there", named.path)));
        }
        for named in &self.named {
            words.extend(named.tool.as_ref().map(|tool| format!("{} is written by {tool}", named.path)));
        }
        let least = self.at_least.iter();
        words.extend(least.map(|(metric, least)| format!("{metric} at least {least}")));
        let most = self.at_most.iter();
        words.extend(most.map(|(metric, most)| format!("{metric} at most {most}")));
        for limit in &self.limits {
            let bound = format!("{} {} {} {}", limit.metric, limit.sign.words(), limit.value, limit.unit);
            words.push(bound.trim_end().to_owned());
        }
        words.extend(self.expect.iter().map(|(fact, value)| format!("{fact} is {value}")));
        words.extend(self.max_age.map(|age| format!("not older than {age}")));
        words.extend(self.window.map(|window| format!("watched for {window}")));
        words.extend(self.every.map(|every| format!("looked at every {every}")));
        words.extend(
            self.breaches
                .map(|breaches| format!("{breaches} breach{} in a row fail", if breaches == 1 { "" } else { "es" })),
        );
        if !self.checks.is_empty() {
            let moments: Vec<String> = self.checks.iter().map(|check| moment(*check)).collect();
            words.push(format!("looked at {}", moments.join(", ")));
        }
        words.extend(self.unread.iter().map(|unread| unread.trim_end_matches('.').to_owned()));
        if !self.when.is_empty() {
            words.push(format!("only when {} changed", self.when.join(" or ")));
        }
        words
    }
}

/// How formats are called that settings write in small letters, so that one demand has one name wherever it was written.
const FORMATS: [&str; 8] = ["Cobertura", "CTRF", "JUnit", "LCOV", "SARIF", "step record", "TAP", "TRX"];

/// The name of a format that a runbook or the settings ask for.
fn format_name(format: &str) -> String {
    let plain = format.replace('-', " ");
    let known = FORMATS.iter().find(|name| name.eq_ignore_ascii_case(&plain));
    known.map_or_else(|| format.to_owned(), |name| (*name).to_owned())
}

/// A moment after the start: `T+15m`.
fn moment(seconds: u64) -> String {
    match seconds {
        0 => "T+0".to_owned(),
        _ if seconds.is_multiple_of(60) => format!("T+{}m", seconds / 60),
        _ => format!("T+{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::gate::{Demand, Period};

    #[test]
    fn a_format_has_one_name_in_settings_and_in_runbooks() {
        let asked = |format: &str| {
            let demand = Demand {
                format: Some(format.to_owned()),
                ..Demand::default()
            };
            demand.in_words().join(", ")
        };
        assert_eq!(asked("sarif"), "evidence as SARIF");
        assert_eq!(asked("SARIF"), asked("sarif"));
        assert_eq!(asked("step-record"), asked("step record"));
        assert_eq!(
            asked("cyclonedx-json"),
            "evidence as cyclonedx-json",
            "one of a family keeps its own name"
        );
    }

    #[test]
    fn one_is_not_many() {
        let demand = Demand {
            max_skipped: Some(1),
            max_errors: Some(0),
            max_findings: [("high".to_owned(), 1)].into(),
            min_tests: Some(1),
            ..Demand::default()
        };
        assert_eq!(
            demand.in_words(),
            [
                "at least 1 test run",
                "at most 1 skipped case",
                "at most 0 errors",
                "at most 1 finding of high severity"
            ]
        );
    }

    #[test]
    fn every_part_of_a_demand_is_told() {
        let demand = Demand {
            min_tests: Some(1_284),
            max_errors: Some(0),
            window: Period::read("1 day"),
            every: Period::read("30 minutes"),
            breaches: Some(2),
            checks: vec![0, 900, 90],
            unread: vec!["“p9”: not read.".to_owned()],
            ..Demand::default()
        };
        assert_eq!(
            demand.in_words(),
            [
                "at least 1,284 tests run",
                "at most 0 errors",
                "watched for 1 day",
                "looked at every 30 minutes",
                "2 breaches in a row fail",
                "looked at T+0, T+15m, T+90s",
                "“p9”: not read",
            ]
        );
    }
}
