//! Everything that can be found, from A to Z: where the link to the search leads without scripts. `inner` is the part of the list.

use serde::Serialize;

use crate::site::entry::Entry;
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::search::entries;
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "search",
    template: include_str!("../../../templates/search.html"),
    pages,
    make,
    reserves: &["search"],
    ..PLAIN
};

/// Lines on one page.
const LINES: usize = 500;

#[derive(Serialize)]
struct Facts<'site> {
    total: usize,
    parts: Vec<Part>,
    letters: Vec<Letter<'site>>,
}

#[derive(Serialize)]
struct Part {
    words: String,
    url: String,
    is_here: bool,
}

#[derive(Serialize)]
struct Letter<'site> {
    letter: &'site str,
    lines: Vec<Line<'site>>,
}

#[derive(Serialize)]
struct Line<'site> {
    words: &'site str,
    about: String,
    href: String,
}

fn address(part: usize) -> String {
    if part == 0 {
        "search/".to_owned()
    } else {
        format!("search/{}/", part + 1)
    }
}

/// The lines, put together once.
fn all<'site>(site: &'site Site) -> &'site [Entry] {
    site.entries.get_or_init(|| entries(site))
}

fn pages(site: &Site) -> Vec<Target> {
    let parts = all(site).len().div_ceil(LINES).max(1);
    (0..parts)
        .map(|inner| Target {
            address: address(inner),
            owner: "the list from A to Z".to_owned(),
            inner,
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let all = all(site);
    let shown: Vec<&Entry> = all.iter().skip(target.inner * LINES).take(LINES).collect();
    let parts = all.chunks(LINES).enumerate().filter(|_| all.len() > LINES);
    let facts = Facts {
        total: all.len(),
        parts: parts
            .map(|(index, chunk)| Part {
                words: match (chunk.first(), chunk.last()) {
                    (Some(first), Some(last)) if first.letter != last.letter => format!("{} to {}", first.letter, last.letter),
                    (Some(first), _) => first.letter.to_string(),
                    _ => String::new(),
                },
                url: address(index),
                is_here: index == target.inner,
            })
            .collect(),
        letters: shown
            .chunk_by(|left, right| left.letter == right.letter)
            .map(|chunk| Letter {
                letter: &chunk[0].letter,
                lines: chunk
                    .iter()
                    .map(|entry| Line {
                        words: &entry.words,
                        about: entry.about(),
                        href: entry.href(),
                    })
                    .collect(),
            })
            .collect(),
    };
    let mut frame = Frame::new(KIND.name, target, "Everything from A to Z");
    frame.is_unlisted = target.inner > 0;
    frame
        .described("Titles, headings and commands of this handbook, from A to Z.")
        .with(&facts)
}
