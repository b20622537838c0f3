//! Who and when, from the raw bytes of commits and tag objects.

use chrono::{DateTime, FixedOffset, TimeZone, Utc};
use git2::Oid;

use crate::model::history::Commit;

/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// A person and a moment, as `author`, `committer` and `tagger` lines hold them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The name, without the mail address.
    pub(crate) name: String,
    /// The moment in the zone of the person, clamped to the years 1970 to 9999.
    pub(crate) date: DateTime<FixedOffset>,
}

/// The head lines of a raw object and its message.
pub(crate) struct RawText<'bytes> {
    head: &'bytes [u8],
    /// What follows the empty line after the head.
    pub(crate) message: &'bytes [u8],
}

impl<'bytes> RawText<'bytes> {
    /// Splits a raw commit or tag object.
    pub(crate) fn of(bytes: &'bytes [u8]) -> Self {
        match bytes.windows(2).position(|pair| pair == b"\n\n") {
            Some(at) => Self {
                head: &bytes[..=at],
                message: &bytes[at + 2..],
            },
            None => Self {
                head: bytes,
                message: b"",
            },
        }
    }

    /// The value of the first head line with a name. Lines that continue another one begin with a blank and have no name.
    pub(crate) fn field(&self, name: &str) -> Option<&'bytes [u8]> {
        self.head
            .split(|byte| *byte == b'\n')
            .find_map(|line| line.strip_prefix(name.as_bytes())?.strip_prefix(b" "))
    }

    /// Text of the object in the encoding that it declares: UTF-8, Latin-1, or with U+FFFD for what cannot be read.
    pub(crate) fn decode(&self, bytes: &[u8]) -> String {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return text.to_owned();
        }
        let encoding = self.field("encoding").unwrap_or_default().to_ascii_lowercase();
        if [b"iso-8859-1".as_slice(), b"iso8859-1", b"latin1", b"latin-1"].contains(&encoding.as_slice()) {
            return bytes.iter().map(|byte| char::from(*byte)).collect();
        }
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// The mail address of a head line.
    pub(crate) fn mail(&self, name: &str) -> String {
        let line = self.field(name).unwrap_or_default();
        let mut parts = line.splitn(2, |byte| *byte == b'<');
        let address = parts.nth(1).unwrap_or_default();
        let address = address.split(|byte| *byte == b'>').next().unwrap_or_default();
        self.decode(address).trim().to_owned()
    }

    /// The person and the moment of a head line.
    pub(crate) fn stamp(&self, name: &str) -> Option<Stamp> {
        let line = self.field(name)?;
        let (person, moment) = match line.iter().rposition(|byte| *byte == b'>') {
            Some(at) => (&line[..at], &line[at + 1..]),
            None => (line, b"".as_slice()),
        };
        let name = person.split(|byte| *byte == b'<').next().unwrap_or_default();
        let moment = String::from_utf8_lossy(moment);
        let mut words = moment.split_ascii_whitespace();
        let seconds = words.next().unwrap_or_default();
        let zone = words.next().unwrap_or_default();
        Some(Stamp {
            name: self.decode(name).trim().to_owned(),
            date: date(seconds, zone),
        })
    }
}

/// A commit as pages and rules show it, from its raw bytes.
pub(crate) fn parse_commit(id: Oid, bytes: &[u8]) -> Commit {
    let raw = RawText::of(bytes);
    let author = raw.stamp("author");
    let message = raw.decode(raw.message);
    Commit {
        id: id.to_string(),
        subject: message.trim_start().lines().next().unwrap_or_default().trim_end().to_owned(),
        date: author.as_ref().map_or_else(|| date("0", ""), |stamp| stamp.date),
        author: author.map(|stamp| stamp.name).unwrap_or_default(),
    }
}

/// A moment from `seconds` and `+hhmm`, clamped to the years 1970 to 9999; an impossible zone counts as UTC.
fn date(seconds: &str, zone: &str) -> DateTime<FixedOffset> {
    // Only digits with a sign can be out of range; anything else is no date and counts as 1970, as git has it.
    let is_number = seconds.bytes().all(|byte| byte.is_ascii_digit()) && !seconds.is_empty();
    let seconds = seconds
        .parse::<i64>()
        .unwrap_or(if is_number { LAST_SECOND } else { 0 })
        .clamp(0, LAST_SECOND);
    let offset = zone_seconds(zone).filter(|offset| (0..=LAST_SECOND).contains(&(seconds + i64::from(*offset))));
    let zone = offset
        .and_then(FixedOffset::east_opt)
        .or_else(|| FixedOffset::east_opt(0))
        .expect("an offset of zero is a zone");
    zone.timestamp_opt(seconds, 0)
        .single()
        .unwrap_or_else(|| DateTime::<Utc>::UNIX_EPOCH.into())
}

/// The seconds east of UTC of `+hhmm`.
fn zone_seconds(zone: &str) -> Option<i32> {
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    Some(sign * (number / 100 * 3600 + number % 100 * 60))
}

#[cfg(test)]
mod tests {
    use git2::Oid;

    use super::{RawText, date, parse_commit};

    fn commit(text: &str) -> crate::model::history::Commit {
        parse_commit(Oid::from_bytes(&[7; 20]).unwrap(), text.as_bytes())
    }

    #[test]
    fn author_date_and_subject_are_read() {
        let commit = commit(
            "tree x\nauthor The Driver <d@example.org> 1700000000 +0530\ncommitter C <c> 1 +0000\n\n\nShip it \r\nmore\n\nBody\n",
        );
        assert_eq!(commit.author, "The Driver");
        assert_eq!(commit.subject, "Ship it");
        assert_eq!(commit.date.to_rfc3339(), "2023-11-15T03:43:20+05:30");
        assert_eq!(commit.short_id(), "0707070");
    }

    #[test]
    fn dates_stay_between_1970_and_9999() {
        assert_eq!(date("-1", "+0000").to_rfc3339(), "1970-01-01T00:00:00+00:00");
        assert_eq!(date("0", "-0100").to_rfc3339(), "1970-01-01T00:00:00+00:00");
        assert_eq!(
            date("99999999999999999999", "+0000").to_rfc3339(),
            "9999-12-31T23:59:59+00:00"
        );
        assert_eq!(date("253402300799", "+0100").to_rfc3339(), "9999-12-31T23:59:59+00:00");
        assert_eq!(date("60", "+9999").to_rfc3339(), "1970-01-01T00:01:00+00:00");
        assert_eq!(date("x", "y").to_rfc3339(), "1970-01-01T00:00:00+00:00");
    }

    #[test]
    fn latin_1_is_read_when_it_is_declared() {
        let bytes = b"author J\xfcrgen <j> 1 +0000\nencoding ISO-8859-1\n\n\xfcber";
        let raw = RawText::of(bytes);
        assert_eq!(raw.stamp("author").map(|stamp| stamp.name).as_deref(), Some("J\u{fc}rgen"));
        assert_eq!(raw.decode(raw.message), "\u{fc}ber");
        let undeclared = RawText::of(b"author J\xfcrgen <j> 1 +0000\n\n");
        assert_eq!(
            undeclared.stamp("author").map(|stamp| stamp.name).as_deref(),
            Some("J\u{fffd}rgen")
        );
    }

    #[test]
    fn damaged_commits_still_have_words() {
        let commit = commit("nothing here");
        assert_eq!((commit.author.as_str(), commit.subject.as_str()), ("", ""));
        assert_eq!(commit.date.timestamp(), 0);
    }
}
