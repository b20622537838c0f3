//! How long release lines are supported, and what must be kept how long.

use chrono::{Days, Months, NaiveDate};
use serde::Serialize;

/// How long evidence must be kept after a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Keep {
    /// So many days.
    Days(u32),
    /// So many months of the calendar.
    Months(u32),
}

impl Keep {
    /// Reads `10y`, `10 years`, `18 months`, `90 days`, `2 w`; a number without a unit is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        let number: u32 = text[..end].parse().ok().filter(|number| (1..=100_000).contains(number))?;
        Some(match text[end..].trim().to_ascii_lowercase().as_str() {
            "y" | "yr" | "year" | "years" => Self::Months(number.checked_mul(12)?),
            "mo" | "month" | "months" => Self::Months(number),
            "w" | "week" | "weeks" => Self::Days(number.checked_mul(7)?),
            "d" | "day" | "days" => Self::Days(number),
            _ => return None,
        })
    }

    /// The last day on which something of a day must be there.
    pub(crate) fn after(self, day: NaiveDate) -> NaiveDate {
        let end = match self {
            Self::Days(days) => day.checked_add_days(Days::new(u64::from(days))),
            Self::Months(months) => day.checked_add_months(Months::new(months)),
        };
        end.unwrap_or(NaiveDate::MAX)
    }
}

impl std::fmt::Display for Keep {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (count, word) = match self {
            Self::Days(days) => (*days, "day"),
            Self::Months(months) if months % 12 == 0 => (months / 12, "year"),
            Self::Months(months) => (*months, "month"),
        };
        write!(formatter, "{count} {word}{}", if count == 1 { "" } else { "s" })
    }
}

/// The support period of a release line, as the settings declare it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct SupportPeriod {
    /// The line as people call it: `1.x`.
    pub(crate) line: String,
    /// The versions that belong to it: a glob such as `1.*`, a list, or bounds such as `>=1.0.0 <2.0.0`.
    pub(crate) releases: String,
    /// Its first day; without it the day of its first release.
    pub(crate) from: Option<NaiveDate>,
    /// Its last day.
    pub(crate) until: Option<NaiveDate>,
    /// Where it is told to users: a file, or an address.
    pub(crate) source: String,
}

/// How a support period stands today.
#[allow(clippy::enum_variant_names, reason = "the words that pages show")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SupportState {
    /// It has begun and not ended.
    Supported,
    /// Its first day is ahead.
    NotBegun,
    /// Its last day is past.
    Ended,
}

/// A support period with what it covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct JudgedSupport {
    /// The period, with its first day where anything tells it.
    pub(crate) period: SupportPeriod,
    /// How it stands today.
    pub(crate) state: SupportState,
    /// The versions of the releases that it covers, newest first.
    pub(crate) releases: Vec<String>,
}

/// What of a release must still exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct KeptRelease {
    /// The version.
    pub(crate) version: String,
    /// Its day.
    pub(crate) day: Option<NaiveDate>,
    /// The last day on which it must be there; none where its day is not known, so that nothing tells the end.
    pub(crate) until: Option<NaiveDate>,
    /// Why until then, in words.
    pub(crate) why: String,
    /// The file of its record; none where it has none, so that nothing names what must be there.
    pub(crate) record: Option<String>,
    /// The files that its record and its amendments name.
    pub(crate) files: Vec<KeptFile>,
}

impl KeptRelease {
    /// How many of its files are in a state.
    pub(crate) fn count(&self, state: KeptState) -> usize {
        self.files.iter().filter(|file| file.state == state).count()
    }
}

/// A file that must still exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct KeptFile {
    /// The path from the folder of the release.
    pub(crate) path: String,
    /// The digest that the record names, 64 hex digits; empty where no record does.
    pub(crate) recorded: String,
    /// How it stands.
    pub(crate) state: KeptState,
    /// More about that, in words; empty where the state says it.
    pub(crate) note: String,
    /// The file that names it, and the line in it.
    #[serde(skip)]
    pub(crate) named_at: Option<(String, u32)>,
}

/// Whether a file is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KeptState {
    /// It is there with the bytes that were recorded.
    There,
    /// It is there with other bytes.
    Altered,
    /// Only a pointer is there: the bytes are kept elsewhere, if they still are.
    Pointer,
    /// It is not there.
    Missing,
}

#[cfg(test)]
mod tests {
    use super::Keep;

    #[test]
    fn lengths_are_read_with_their_unit() {
        for (text, told) in [
            ("10y", "10 years"),
            ("1 year", "1 year"),
            ("18 months", "18 months"),
            ("24mo", "2 years"),
            ("2w", "14 days"),
            ("1 day", "1 day"),
        ] {
            assert_eq!(Keep::read(text).map(|keep| keep.to_string()).as_deref(), Some(told), "{text}");
        }
        for text in ["", "10", "y", "0y", "-1y", "10 m", "9999999999y", "ten years", "10y 2mo"] {
            assert_eq!(Keep::read(text), None, "{text}");
        }
        let day = "2024-02-29".parse().expect("a day");
        assert_eq!(Keep::Months(120).after(day).to_string(), "2034-02-28");
        assert_eq!(Keep::Days(100_000).after(day).to_string(), "2297-12-14");
    }
}
