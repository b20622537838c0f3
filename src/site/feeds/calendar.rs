//! The days on which reviews and recurring duties are due, as a calendar to subscribe to: <https://www.rfc-editor.org/rfc/rfc5545>.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use crate::model::handbook::JudgedRunbook;
use crate::site::body::written::hex;
use crate::site::feeds::address::REVIEWS_ICS;
use crate::site::feeds::feed::Feed;
use crate::site::file::File;
use crate::site::pages::views::owners;
use crate::site::shared::{ProductSite, Site, title};

/// The kind.
pub(super) static FEED: Feed = Feed { files };

/// Bytes of a line before it is folded, without its end.
const LINE: usize = 75;

fn files(site: &Site) -> Vec<File> {
    site.products.iter().map(|product| file(site, product)).collect()
}

fn file(site: &Site, product: &ProductSite) -> File {
    // The same handbook is the same file, so the stamp is that of the commit, not of the clock.
    let stamp = match &site.handbook.commit {
        Some(commit) => commit.date.with_timezone(&Utc).format("%Y%m%dT%H%M%SZ").to_string(),
        None => format!("{}T000000Z", compact(site.handbook.today)),
    };
    let mut calendar = Calendar(String::new());
    calendar.line("BEGIN", "VCALENDAR");
    calendar.line("VERSION", "2.0");
    calendar.line("PRODID", concat!("-//Runproof//Runproof ", env!("CARGO_PKG_VERSION"), "//EN"));
    calendar.text("X-WR-CALNAME", &format!("{}: runbook reviews", product.product.name));
    for runbook in product.at_hand.iter().map(|at_hand| at_hand.runbook) {
        if let Some(due) = runbook.freshness.due {
            let about = format!("{}\n{}", runbook.runbook.path, runbook.freshness.reason);
            let event = Event {
                identity: format!("{}\n{}", product.product.prefix, runbook.runbook.slug),
                due,
                summary: format!("Review: {}", title(runbook)),
                about,
            };
            calendar.event(&event, runbook, &stamp);
        }
        for duty in &runbook.freshness.duties {
            let Some(due) = duty.due else { continue };
            let event = Event {
                identity: format!("{}\n{}\n{}", product.product.prefix, runbook.runbook.slug, duty.what),
                due,
                summary: format!("Due: {}", duty.what),
                about: format!("{}\n{}", runbook.runbook.path, duty.interval),
            };
            calendar.event(&event, runbook, &stamp);
        }
    }
    calendar.line("END", "VCALENDAR");
    File {
        url: format!("{}{REVIEWS_ICS}", product.base),
        bytes: calendar.0.into_bytes(),
    }
}

/// Something that is due on a day.
struct Event {
    /// What it is known by in every build.
    identity: String,
    due: NaiveDate,
    summary: String,
    about: String,
}

/// The lines of a calendar.
struct Calendar(String);

impl Calendar {
    fn event(&mut self, event: &Event, runbook: &JudgedRunbook, stamp: &str) {
        let identity = hex(&Sha256::digest(event.identity.as_bytes()));
        self.line("BEGIN", "VEVENT");
        self.line("UID", &format!("review-{}@runproof.invalid", &identity[..32]));
        self.line("DTSTAMP", stamp);
        self.line("DTSTART;VALUE=DATE", &compact(event.due));
        // A review moves the day on, so the number of the day grows with every revision of the event.
        self.line("SEQUENCE", &event.due.num_days_from_ce().to_string());
        self.text("SUMMARY", &event.summary);
        let owners = owners(runbook).join(", ");
        let owners = if owners.is_empty() {
            String::new()
        } else {
            format!("\nOwner: {owners}")
        };
        self.text("DESCRIPTION", &format!("{}{owners}", event.about));
        self.text("CATEGORIES", runbook.freshness.state.word());
        self.line("TRANSP", "TRANSPARENT");
        self.line("END", "VEVENT");
    }

    /// A property whose value is text, which is escaped (section 3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in value.chars() {
            match c {
                '\n' => escaped.push_str("\\n"),
                '\\' | ';' | ',' => {
                    escaped.push('\\');
                    escaped.push(c);
                }
                c if c.is_control() => {}
                c => escaped.push(c),
            }
        }
        self.line(name, &escaped);
    }

    /// A property, folded after 75 bytes (section 3.1).
    fn line(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{value}");
        let mut length = 0;
        for c in line.chars() {
            if length + c.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                length = 1;
            }
            length += c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }
}

fn compact(day: NaiveDate) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(text, "{:04}{:02}{:02}", day.year(), day.month(), day.day());
    text
}

#[cfg(test)]
mod tests {
    use super::Calendar;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut calendar = Calendar(String::new());
        calendar.text("SUMMARY", &"ä".repeat(100));
        let lines: Vec<&str> = calendar.0.split("\r\n").collect();
        assert!(lines.len() > 2 && lines.iter().all(|line| line.len() <= 75), "{lines:?}");
        assert!(lines[1].starts_with(' '));
        let joined = calendar.0.replace("\r\n ", "");
        assert_eq!(joined, format!("SUMMARY:{}\r\n", "ä".repeat(100)));
    }

    #[test]
    fn no_text_begins_a_property_of_its_own() {
        let mut calendar = Calendar(String::new());
        calendar.text("SUMMARY", "a;b,c\\d\r\nATTACH:x");
        assert_eq!(calendar.0, "SUMMARY:a\\;b\\,c\\\\d\\nATTACH:x\r\n");
    }
}
