//! The freshness of a runbook as people follow it today, as a small picture for READMEs and dashboards.

use quick_xml::Writer;
use quick_xml::events::BytesText;

use crate::model::freshness::State;
use crate::site::feeds::address::badge_of;
use crate::site::feeds::feed::Feed;
use crate::site::file::File;
use crate::site::shared::{Site, title};

/// The kind.
pub(super) static FEED: Feed = Feed { files };

/// The width of a letter, in pixels: wider than most, so that nothing is cut whatever the font.
const LETTER: usize = 7;
/// Around each word, in pixels.
const PADDING: usize = 7;
/// In pixels.
const HEIGHT: usize = 20;

fn files(site: &Site) -> Vec<File> {
    let mut files = Vec::new();
    for product in &site.products {
        for at_hand in &product.at_hand {
            let runbook = at_hand.runbook;
            let Some(place) = product.runbooks.get(runbook.runbook.slug.as_str()) else {
                continue;
            };
            files.push(File {
                url: format!("{}{}", product.base, badge_of(&place.part)),
                bytes: badge(title(runbook), &of(at_hand.version), runbook.freshness.state),
            });
        }
    }
    files
}

/// The background of a state; white words on it have a contrast of at least 4.5.
fn colour(state: State) -> &'static str {
    match state {
        State::Fresh => "#1a7f37",
        State::Due => "#7a5b00",
        State::NotReviewed | State::NotChecked | State::Unknown => "#57606a",
        State::Stale => "#9a4a00",
        State::Broken => "#b42318",
    }
}

/// Whether a character may stand in XML and is seen there; marks that turn text would turn the state, too.
fn is_shown(c: char) -> bool {
    !(c.is_control() || matches!(u32::from(c), 0x202A..=0x202E | 0x2066..=0x2069 | 0xFFFE | 0xFFFF))
}

/// The edition that a badge speaks of.
fn of(version: &str) -> String {
    match version {
        "next" => "runbook on main".to_owned(),
        version => format!("runbook {}", version.chars().filter(|c| is_shown(*c)).collect::<String>()),
    }
}

fn badge(title: &str, of: &str, state: State) -> Vec<u8> {
    let (left, right) = (of, state.word().to_lowercase());
    let width = |word: &str| word.chars().count() * LETTER + 2 * PADDING;
    let (left_width, right_width) = (width(left), width(&right));
    let all = left_width + right_width;
    let mut writer = Writer::new(Vec::new());
    let svg = writer
        .create_element("svg")
        .with_attribute(("xmlns", "http://www.w3.org/2000/svg"))
        .with_attribute(("width", all.to_string().as_str()))
        .with_attribute(("height", HEIGHT.to_string().as_str()))
        .with_attribute(("role", "img"));
    let written = svg.write_inner_content(|writer| {
        let title = title.chars().filter(|c| is_shown(*c)).collect::<String>();
        let label = format!("{title}, {of}: {right}");
        writer.create_element("title").write_text_content(BytesText::new(&label))?;
        for (x, width, colour) in [(0, left_width, "#24292f"), (left_width, right_width, colour(state))] {
            writer
                .create_element("rect")
                .with_attribute(("x", x.to_string().as_str()))
                .with_attribute(("width", width.to_string().as_str()))
                .with_attribute(("height", HEIGHT.to_string().as_str()))
                .with_attribute(("fill", colour))
                .write_empty()?;
        }
        for (x, width, word) in [(0, left_width, left), (left_width, right_width, right.as_str())] {
            writer
                .create_element("text")
                .with_attribute(("x", (x + width / 2).to_string().as_str()))
                .with_attribute(("y", "14"))
                .with_attribute(("fill", "#fff"))
                .with_attribute(("font-family", "Verdana,DejaVu Sans,sans-serif"))
                .with_attribute(("font-size", "11"))
                .with_attribute(("text-anchor", "middle"))
                .write_text_content(BytesText::new(word))?;
        }
        Ok(())
    });
    written.expect("writing to memory cannot fail");
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::{badge, files, of};
    use crate::model::freshness::State;
    use crate::site::sample;
    use crate::site::shared::Site;

    #[test]
    fn a_badge_speaks_of_what_people_follow_and_says_which_edition_that_is() {
        let handbook = sample::single();
        let badges = files(&Site::of(&handbook));
        let broken = handbook.products[0]
            .today
            .iter()
            .find(|runbook| runbook.freshness.state == State::Broken);
        let broken = broken.expect("the sample breaks one that is in use");
        let url = format!("badge/{}.svg", broken.runbook.slug.replace('/', "~"));
        let found = badges.iter().find(|file| file.url == url);
        let text = String::from_utf8(found.expect(&url).bytes.clone()).expect("SVG is text");
        assert!(text.contains(", runbook v1.8.2: broken</title>"), "{text}");
    }

    #[test]
    fn a_badge_says_its_state_in_words() {
        let text = String::from_utf8(badge("Restore", &of("v1.2.0"), State::Due)).expect("SVG is text");
        assert!(text.contains("<title>Restore, runbook v1.2.0: due soon</title>"), "{text}");
        assert!(text.contains(">due soon</text>"), "{text}");
    }

    #[test]
    fn a_title_is_well_formed_whatever_it_holds() {
        let text = String::from_utf8(badge("a\u{fffe}\u{ffff}\u{1b}\u{202e}b", &of("next"), State::Fresh)).expect("SVG is text");
        assert!(text.contains("<title>ab, runbook on main: fresh</title>"), "{text}");
    }

    #[test]
    fn a_title_is_no_markup() {
        let text =
            String::from_utf8(badge("</title><script>x</script>", &of("</text><script>x"), State::Fresh)).expect("SVG is text");
        assert!(!text.contains("<script"), "{text}");
    }
}
