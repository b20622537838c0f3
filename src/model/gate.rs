//! Gates and how they went.

use serde::Serialize;

/// A check that a release must pass, whoever declared it: a runbook, the settings, or nobody but a record.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Gate {
    /// The id: the folder below `evidence/`.
    pub(crate) id: String,
    /// The name on pages.
    pub(crate) title: String,
    /// Whether configuration or a runbook declares it; else it is known from a record or from evidence only.
    pub(crate) is_declared: bool,
    /// Where it is declared, the text before the settings; empty when nothing declares it.
    pub(crate) declared_at: Vec<DeclaredAt>,
    /// The id without the moment after a release at which it is asked for, where its text asks for it at several.
    #[serde(skip)]
    pub(crate) stage_of: Option<String>,
    /// What it asks for.
    pub(crate) demand: Demand,
}

/// Where a gate is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct DeclaredAt {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The line, from 1, where it is known.
    pub(crate) line: Option<u32>,
}

/// What a gate asks for. A key that is absent demands what stands at it; absence of a demand is never a demand that is met.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Demand {
    /// Globs of what CI left behind, for `collect`; empty means by format and name.
    pub(crate) files: Vec<String>,
    /// The format or the family of formats that its evidence must have; none means what is recognised.
    pub(crate) format: Option<String>,
    /// Several families of formats of which each must be there, as a text names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) formats: Vec<String>,
    /// The tool that must have written it; none means any that the title does not contradict.
    pub(crate) tool: Option<String>,
    /// Names or globs of cases, suites or jobs that must be there and pass.
    pub(crate) required: Vec<String>,
    /// Jobs that must be there and pass, by words that stand in their names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) spoken: Vec<String>,
    /// Workflows of the forge of which a run must be among its evidence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) workflows: Vec<NamedWorkflow>,
    /// Files that a text names as evidence: what must have written them, and, of several, that each is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) named: Vec<NamedEvidence>,
    /// Tests that must at least have run: cases less skipped ones; none means one.
    pub(crate) min_tests: Option<u64>,
    /// Cases that may be skipped; none means any number.
    pub(crate) max_skipped: Option<u64>,
    /// Cases that may have passed only after another try; none means any number.
    pub(crate) max_flaky: Option<u64>,
    /// Errors of a scanner that are let through; none means zero.
    pub(crate) max_errors: Option<u64>,
    /// Warnings of a scanner that are let through; none means that any warning is inconclusive.
    pub(crate) max_warnings: Option<u64>,
    /// Findings that are let through by severity, such as `high`.
    pub(crate) max_findings: Vec<(String, u64)>,
    /// The security severity (0 to 10) that every finding must be under.
    pub(crate) security_severity_below: Option<f64>,
    /// The least value by metric; that of coverage is a percentage.
    pub(crate) at_least: Vec<(String, f64)>,
    /// The largest value by metric.
    pub(crate) at_most: Vec<(String, f64)>,
    /// Facts of a step, a sign-off or a decision that must hold, as text.
    pub(crate) expect: Vec<(String, String)>,
    /// What the evidence must be about: a component, an image, an address, an artifact; none means the released commit.
    pub(crate) subject: Option<String>,
    /// How old evidence may be at the release; none means not older than the released commit.
    pub(crate) max_age: Option<Period>,
    /// How long must be observed.
    pub(crate) window: Option<Period>,
    /// How often must be observed.
    pub(crate) every: Option<Period>,
    /// How many breaches in a row fail.
    pub(crate) breaches: Option<u64>,
    /// Moments after the start, in seconds, at which something must be looked at.
    pub(crate) checks: Vec<u64>,
    /// How far a look may be from its moment; none means a third of the smallest distance.
    pub(crate) tolerance: Option<Period>,
    /// Roles that must agree.
    pub(crate) roles: Vec<String>,
    /// Bounds of figures, each with its sign and its unit.
    pub(crate) limits: Vec<Limit>,
    /// What a text asks for and nobody can compare with anything, one sentence each: the gate is inconclusive.
    pub(crate) unread: Vec<String>,
    /// Globs of paths whose change since the release before makes the gate apply; empty means that it always applies.
    pub(crate) when: Vec<String>,
    /// The words of texts that ask for it, code between backticks. What they say of places and of what must pass is no key.
    #[serde(skip)]
    pub(crate) said: Vec<String>,
}

/// Words that ask that something passes. Sorted.
const PASSING: [&str; 13] = [
    "clean", "green", "ok", "pass", "passed", "passes", "passing", "succeed", "succeeded", "succeeds", "success", "successful",
    "successfully",
];

impl Demand {
    /// Whether the words of a text ask that everything passes, in whatever evidence there is: "all pass", "no failures", "exit code 0".
    pub(crate) fn asks_to_pass(&self) -> bool {
        self.said.iter().any(|said| {
            let lower = said.to_lowercase();
            let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.any(|word| PASSING.binary_search(&word).is_ok())
                || [
                    "0 fail", "exit code 0", "exit status 0", "exits 0", "exits with 0", "no error", "no fail", "without error",
                    "without fail", "zero error", "zero fail",
                ]
                .iter()
                .any(|phrase| lower.contains(phrase))
        })
    }

    /// Whether it asks for nothing by itself: where its files lie and when it applies is no demand, so that anything which reports no
    /// failure meets it.
    pub(crate) fn asks_nothing(&self) -> bool {
        *self
            == Self {
                files: self.files.clone(),
                named: self.named.clone(),
                when: self.when.clone(),
                said: self.said.clone(),
                tolerance: self.tolerance,
                ..Self::default()
            }
    }
}

/// A file that a text names as evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct NamedEvidence {
    /// The path or glob.
    pub(crate) path: String,
    /// The tool that must have written it; none means any.
    pub(crate) tool: Option<String>,
}

/// A workflow that a text names by its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct NamedWorkflow {
    /// The file, as written.
    pub(crate) file: String,
    /// What its runs are called; none where the repository does not hold it.
    pub(crate) name: Option<String>,
}

/// A bound of one figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Limit {
    /// What is measured, lower case.
    pub(crate) metric: String,
    /// How the figure must compare.
    pub(crate) sign: Sign,
    /// The number.
    pub(crate) value: f64,
    /// The unit as written; may be empty.
    pub(crate) unit: String,
}

impl Limit {
    /// A bound as text: `400 ms`, `< 1 %`; none where it is no number, or its sign looks the other way.
    pub(crate) fn read(metric: &str, text: &str, is_least: bool) -> Option<Self> {
        let text = text.trim();
        let signs = [
            (">=", Sign::AtLeast),
            ("≥", Sign::AtLeast),
            ("<=", Sign::AtMost),
            ("≤", Sign::AtMost),
            (">", Sign::Over),
            ("<", Sign::Under),
        ];
        let signed = signs
            .into_iter()
            .find_map(|(word, sign)| Some((sign, text.strip_prefix(word)?)));
        let usual = if is_least { Sign::AtLeast } else { Sign::AtMost };
        let (sign, rest) = signed.unwrap_or((usual, text));
        let rest = rest.trim();
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-'))
            .unwrap_or(rest.len());
        let value: f64 = rest[..end].parse().ok()?;
        (sign.is_upward() == is_least && value.is_finite()).then(|| Self {
            metric: metric.to_lowercase(),
            sign,
            value,
            unit: rest[end..].trim().to_owned(),
        })
    }
}

/// How a figure must compare with its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sign {
    /// `>=`
    AtLeast,
    /// `>`
    Over,
    /// `<=`
    AtMost,
    /// `<`
    Under,
}

impl Sign {
    /// Whether a figure meets a bound.
    pub(crate) fn holds(self, figure: f64, bound: f64) -> bool {
        match self {
            Self::AtLeast => figure >= bound,
            Self::Over => figure > bound,
            Self::AtMost => figure <= bound,
            Self::Under => figure < bound,
        }
    }

    /// Whether more is better.
    pub(crate) fn is_upward(self) -> bool {
        matches!(self, Self::AtLeast | Self::Over)
    }

    /// The bound in words, before the number: `at least`.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::AtLeast => "at least",
            Self::Over => "over",
            Self::AtMost => "at most",
            Self::Under => "under",
        }
    }
}

/// What was asked of a release, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Asked {
    /// The gates that judge it, as they were declared then.
    pub(crate) gates: Vec<Gate>,
    /// What its runbooks ask for in words that declare no gate.
    pub(crate) read: Vec<ReadDemand>,
    /// Boxes of its runbooks that name nothing to measure: a person attests them, in one checklist record.
    pub(crate) boxes: usize,
    /// Where the settings that judge it come from, as a sentence, where that is not the commit of the release.
    pub(crate) from: Option<String>,
    /// Where its runbooks and its settings ask for different things, one sentence each.
    pub(crate) differences: Vec<String>,
}

impl Asked {
    /// How many gates passed of which nothing was asked but evidence.
    pub(crate) fn passed_without_demand(&self, verdict: &ReleaseVerdict) -> usize {
        let is_bare = |judged: &&GateVerdict| {
            let asked = self.gates.iter().find(|gate| gate.id == judged.gate);
            judged.outcome == Outcome::Passed
                && asked.is_none_or(|gate| gate.demand.asks_nothing() && !gate.demand.asks_to_pass())
        };
        verdict.gates.iter().filter(is_bare).count()
    }
}

/// Something that a runbook of a release asks for in words that declare no gate: it is shown, and judges nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ReadDemand {
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The words.
    pub(crate) text: String,
}

/// A length of time in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Period(pub(crate) u64);

impl Period {
    /// Reads `90 days`, `12h`, `15 min`, `2 w`; a number without a unit is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = text[..end].parse().ok()?;
        let unit = match text[end..].trim().to_ascii_lowercase().as_str() {
            "s" | "sec" | "second" | "seconds" => 1,
            "m" | "min" | "minute" | "minutes" => 60,
            "h" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 604_800,
            _ => return None,
        };
        number.checked_mul(unit).filter(|seconds| *seconds > 0).map(Self)
    }
}

impl Period {
    /// Reads a moment after the start in seconds: `0`, `15m`, `T+15m`.
    pub(crate) fn after_start(text: &str) -> Option<u64> {
        let text = text.trim();
        let text = text.strip_prefix(['T', 't']).map_or(text, str::trim_start);
        let text = text.strip_prefix('+').map_or(text, str::trim_start);
        if text.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ') == "0" {
            return Some(0);
        }
        Self::read(text).map(|period| period.0)
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
        let (unit, word) = units
            .into_iter()
            .find(|(unit, _)| self.0 >= *unit && self.0.is_multiple_of(*unit))
            .unwrap_or((1, "second"));
        let count = self.0 / unit;
        write!(formatter, "{count} {word}{}", if count == 1 { "" } else { "s" })
    }
}

/// The outcome of a gate for a release, fail-closed: only `Passed`, `Accepted` and `NotApplicable` let a release through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// Measured, and good.
    Passed,
    /// Failed, and somebody accepted it for a time.
    Accepted,
    /// The release did not need it, and says why.
    NotApplicable,
    /// It did not run: a job that was skipped, neutral or cancelled, a step that was left out.
    Skipped,
    /// Measured, and nothing to compare it with; or the evidence contradicts itself.
    Inconclusive,
    /// The evidence is in no record.
    Unrecorded,
    /// The evidence has nothing in it: no tests, no lines.
    Empty,
    /// There is no evidence, or it does not speak about what is asked for.
    Missing,
    /// The evidence is older than what was released, or than the gate allows.
    Stale,
    /// The evidence is about something else: another commit, gate, tool or release.
    WrongSubject,
    /// The evidence is not as it was recorded.
    Altered,
    /// The evidence cannot be read.
    Unreadable,
    /// Failed, and what accepted it is over.
    AcceptedExpired,
    /// Measured, and bad.
    Failed,
}

impl Outcome {
    /// Whether a release may pass with it.
    pub(crate) fn lets_through(self) -> bool {
        matches!(self, Self::Passed | Self::Accepted | Self::NotApplicable)
    }

    /// The word for it, the same on pages, in the terminal and in findings.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Passed => "Passed",
            Self::Accepted => "Accepted",
            Self::NotApplicable => "Not applicable",
            Self::Skipped => "Skipped",
            Self::Inconclusive => "Inconclusive",
            Self::Unrecorded => "Not recorded",
            Self::Empty => "Empty",
            Self::Missing => "No evidence",
            Self::Stale => "Stale",
            Self::WrongSubject => "About something else",
            Self::Altered => "Altered",
            Self::Unreadable => "Unreadable",
            Self::AcceptedExpired => "Exception ended",
            Self::Failed => "Failed",
        }
    }
}

/// How a gate went for a release, with the arithmetic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct GateVerdict {
    /// The gate, by id.
    pub(crate) gate: String,
    /// The outcome.
    pub(crate) outcome: Outcome,
    /// The value in words: `2,184 passed, 0 failed`, `lines 83.1 % (12,041 of 14,490)`.
    pub(crate) value: String,
    /// Why the outcome is what it is, one sentence per step.
    pub(crate) reasons: Vec<String>,
    /// The evidence files, by path from the folder of the release.
    pub(crate) evidence: Vec<String>,
}

impl GateVerdict {
    /// Adds a sentence that decides nothing, in front of the one that does: that one is said last.
    pub(crate) fn remark(&mut self, sentence: String) {
        let at = self.reasons.len().saturating_sub(1);
        self.reasons.insert(at, sentence);
    }
}

/// How a release went as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ReleaseVerdict {
    /// The gates in the order of the configuration, then by id.
    pub(crate) gates: Vec<GateVerdict>,
    /// The gates that let the release through.
    pub(crate) let_through: u64,
    /// The state as a whole.
    pub(crate) state: ReleaseState,
    /// What contradicts the record, one sentence each.
    pub(crate) contradictions: Vec<String>,
    /// Why it is not proven although its gates may be: what is wrong with the record, one sentence each.
    pub(crate) reasons: Vec<String>,
}

/// The state of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReleaseState {
    /// Every gate let it through.
    Proven,
    /// Every gate let it through, at least one by exception.
    Accepted,
    /// At least one gate did not let it through and none failed, and it was shipped.
    OpenGates,
    /// At least one gate failed, and it was shipped.
    Failed,
    /// It was undone.
    RolledBack,
    /// It must not be used.
    Withdrawn,
    /// A file, the record, or the chain of records is not as it was recorded, so that its gates prove nothing as a whole.
    Contradicted,
    /// There is no record, no gate, or a record that is not whole or that nothing confirms.
    Unproven,
}

/// How a release stood when it went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AsReleased {
    /// The state.
    pub(crate) state: ReleaseState,
    /// The gates that had not let it through, by id.
    pub(crate) open: Vec<String>,
}

impl ReleaseState {
    /// The word for it, the same on pages and in the terminal.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Proven => "Proven",
            Self::Accepted => "Accepted",
            Self::OpenGates => "Shipped with open gates",
            Self::Failed => "Failed",
            Self::RolledBack => "Rolled back",
            Self::Withdrawn => "Withdrawn",
            Self::Contradicted => "Contradicted",
            Self::Unproven => "Not proven",
        }
    }

    /// Whether it was shipped and then taken back.
    pub(crate) fn is_taken_back(self) -> bool {
        matches!(self, Self::RolledBack | Self::Withdrawn)
    }
}

#[cfg(test)]
mod tests {
    use super::{Limit, Period};

    #[test]
    fn bounds_have_signs_and_units_or_are_refused() {
        let of = |text: &str, is_least| {
            let limit = Limit::read("Error rate", text, is_least)?;
            Some(format!(
                "{} {} {} {}",
                limit.metric,
                limit.sign.words(),
                limit.value,
                limit.unit
            ))
        };
        assert_eq!(of("< 1 %", false).as_deref(), Some("error rate under 1 %"));
        assert_eq!(of("400ms", false).as_deref(), Some("error rate at most 400 ms"));
        assert_eq!(of("≥ 0.92", true).as_deref(), Some("error rate at least 0.92 "));
        for (text, is_least) in [("< 1 %", true), ("> 1", false), ("", true), ("few", false), ("1.2.3", false)] {
            assert_eq!(of(text, is_least), None, "{text}");
        }
    }

    #[test]
    fn moments_after_the_start_are_read() {
        for (text, seconds) in [
            ("0", Some(0)),
            ("T+0", Some(0)),
            ("0m", Some(0)),
            ("T+15m", Some(900)),
            ("2 h", Some(7_200)),
            ("T", None),
            ("15", None),
            ("soon", None),
            ("-5m", None),
        ] {
            assert_eq!(Period::after_start(text), seconds, "{text}");
        }
    }

    #[test]
    fn periods_are_read_and_written() {
        for (text, written) in [
            ("90 days", "90 days"),
            ("12h", "12 hours"),
            ("90 min", "90 minutes"),
            ("1 w", "7 days"),
            ("1 day", "1 day"),
        ] {
            assert_eq!(Period::read(text).map(|period| period.to_string()).as_deref(), Some(written));
        }
        for text in [
            "", "90", "h", "0 days", "-1 h", "1 fortnight", "99999999999999999999 h", "18446744073709551615 w",
        ] {
            assert_eq!(Period::read(text), None, "{text}");
        }
    }
}
