//! Addresses of pages: parts of URLs from foreign names, and the way from one page to another.
//!
//! An address counts from the root of the site and ends in a slash (`releases/v1.8.2/`), or names a file (`404.html`). It is lower
//! case ASCII, so that no host and no file system can confuse two of them unseen.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The longest part of a URL that is written out; file systems end at 255 bytes.
const LONGEST_PART: usize = 120;

/// A part of a URL for a foreign name: ASCII letters become lower case, digits, `.`, `-` and `_` stay, every other byte becomes `~`
/// and two hex digits. Never empty, never `.` or `..`, never a hidden file.
pub(crate) fn part(name: &str) -> String {
    let mut part = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => part.push(byte as char),
            b'A'..=b'Z' => part.push(byte.to_ascii_lowercase() as char),
            b'.' if !part.is_empty() => part.push('.'),
            _ => {
                let _ = write!(part, "~{byte:02x}");
            }
        }
    }
    // Windows drops a dot at the end.
    if part.ends_with('.') {
        part.pop();
        part.push_str("~2e");
    }
    if part.is_empty() {
        part.push('~');
    }
    if is_device(&part) {
        let first = part.remove(0) as u32;
        part.insert_str(0, &format!("~{first:02x}"));
    }
    if part.len() > LONGEST_PART {
        let mut cut = LONGEST_PART - 9;
        while !part.is_char_boundary(cut) {
            cut -= 1;
        }
        let sum = fingerprint(name);
        part.truncate(cut);
        let _ = write!(part, "~{sum:08x}");
    }
    part
}

/// Whether Windows takes a name for a device, whatever its ending. The writer refuses such a path, and one file of a release may not
/// stop the whole handbook.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered.is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']))
}

/// A short number that tells long names apart (FNV-1a). It guards against accidents only: clashes are found when pages are planned.
fn fingerprint(name: &str) -> u32 {
    name.bytes()
        .fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The way from a page back to the root of the site: `../../` or empty.
pub(crate) fn root_of(address: &str) -> String {
    "../".repeat(address.matches('/').count())
}

/// The file that holds the page of an address.
pub(crate) fn file_of(address: &str) -> String {
    if address.is_empty() || address.ends_with('/') {
        format!("{address}index.html")
    } else {
        address.to_owned()
    }
}

/// Two things that want the same address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clash {
    /// The address.
    pub(crate) address: String,
    /// What wanted it first.
    pub(crate) first: String,
    /// What wanted it as well.
    pub(crate) second: String,
}

/// Addresses and who has them.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Each file with its owner.
    files: BTreeMap<String, String>,
    /// Everybody who came late.
    clashes: Vec<Clash>,
}

impl Taken {
    /// Notes that a file belongs to somebody. Files that differ only in case are the same file on many machines.
    pub(crate) fn take(&mut self, file: &str, owner: &str) {
        let key = file.to_ascii_lowercase();
        if let Some(first) = self.files.get(&key) {
            self.clashes.push(Clash {
                address: file.to_owned(),
                first: first.clone(),
                second: owner.to_owned(),
            });
        } else {
            self.files.insert(key, owner.to_owned());
        }
    }

    /// The clashes, also those where a file stands in the way of a folder.
    pub(crate) fn into_clashes(mut self) -> Vec<Clash> {
        for (file, owner) in &self.files {
            for (at, _) in file.match_indices('/') {
                if let Some(first) = self.files.get(&file[..at]) {
                    self.clashes.push(Clash {
                        address: file.clone(),
                        first: first.clone(),
                        second: owner.clone(),
                    });
                }
            }
        }
        self.clashes
    }
}

/// The element id of an exception.
pub(crate) fn exception_anchor(id: &str) -> String {
    format!("rp-x-{}", part(id))
}

/// Rows of one log that are shown, the last ones.
const LOGGED: usize = 300;

/// The rows of a log that have an address.
pub(crate) fn logged<Row>(rows: &[Row]) -> &[Row] {
    &rows[rows.len().saturating_sub(LOGGED)..]
}

/// The element id of a log, by its number on its page, from 0.
pub(crate) fn log_anchor(log: usize) -> String {
    format!("rp-log-{}", log + 1)
}

/// The element id of a row of a log, by the number of the log on its page, from 0, and the line of the row in its file.
pub(crate) fn log_row_anchor(log: usize, line: u32) -> String {
    format!("{}-{line}", log_anchor(log))
}

#[cfg(test)]
mod tests {
    use super::{Taken, file_of, part, root_of};

    #[test]
    fn parts_never_leave_their_folder() {
        assert_eq!(part("v1.8.2"), "v1.8.2");
        assert_eq!(part("../../etc/passwd"), "~2e.~2f..~2fetc~2fpasswd");
        assert_eq!(part(".."), "~2e~2e");
        assert_eq!(part(""), "~");
        assert_eq!(part("Release Notes.md"), "release~20notes.md");
        assert_eq!(
            (part("CON.xml"), part("com0"), part("console")),
            ("~63on.xml".into(), "~63om0".into(), "console".into())
        );
        assert_eq!(part("v1.2.3."), "v1.2.3~2e");
        assert_eq!(part("<img src=x>"), "~3cimg~20src~3dx~3e");
        assert!(part(&"ä".repeat(400)).len() <= 120);
    }

    #[test]
    fn addresses_know_the_way_back() {
        assert_eq!(root_of("v1.8.2/runbooks/release/"), "../../../");
        assert_eq!(root_of("404.html"), "");
        assert_eq!(file_of(""), "index.html");
        assert_eq!(file_of("gates/"), "gates/index.html");
        assert_eq!(file_of("404.html"), "404.html");
    }

    #[test]
    fn the_same_file_twice_is_a_clash_that_names_both() {
        let mut taken = Taken::default();
        taken.take("releases/index.html", "the list of releases");
        taken.take("Releases/index.html", "edition `releases`");
        taken.take("404.html", "the page for missing pages");
        taken.take("404.html/index.html", "edition `404.html`");
        let clashes = taken.into_clashes();
        assert_eq!(clashes.len(), 2);
        assert_eq!(clashes[0].first, "the list of releases");
        assert_eq!(clashes[0].second, "edition `releases`");
        assert_eq!(clashes[1].first, "the page for missing pages");
    }
}
