//! What a gate asks for, in words: the same on a page, in the terminal and in what a program reads.

use crate::model::gate::Demand;

impl Demand {
    /// What it asks for, one phrase each.
    pub(crate) fn in_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(self.format.as_ref().map(|format| format!("evidence as {format}")));
        words.extend(self.formats.iter().map(|format| format!("evidence as {format}")));
        words.extend(self.tool.as_ref().map(|tool| format!("written by {tool}")));
        words.extend(self.subject.as_ref().map(|subject| format!("about {subject}")));
        words.extend(self.roles.iter().map(|role| format!("{role} agrees")));
        words.extend(self.min_tests.map(|least| match least {
            1 => "at least 1 test run".to_owned(),
            least => format!("at least {} tests run", grouped(least)),
        }));
        for (most, what) in [
            (self.max_skipped, "skipped cases"),
            (self.max_flaky, "flaky cases"),
            (self.max_errors, "errors"),
            (self.max_warnings, "warnings"),
        ] {
            words.extend(most.map(|most| format!("at most {} {what}", grouped(most))));
        }
        for (severity, most) in &self.max_findings {
            words.push(format!("at most {} findings of {severity} severity", grouped(*most)));
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

/// A number with a comma behind each thousand.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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
