//! Changelogs, notes of one release and tag messages.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::model::finding::Problem;
use crate::model::release::{NoteGroup, Notes};
use crate::model::version::without_v;
use crate::parse::release_log::blocks::{Block, BlockKind, blocks};
use crate::parse::release_log::date;
use crate::parse::release_log::heading::{UNRELEASED, VersionHeading, version_heading};

/// A changelog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changelog {
    /// The notes of each version in the order of the file. Notes under a heading that is only a date have no version; what is not
    /// released yet has the version [`UNRELEASED`].
    pub(crate) notes: Vec<Notes>,
    /// What could not be understood.
    pub(crate) problems: Vec<Problem>,
}

/// Bold words alone in a paragraph are a title up to this length.
const MAX_TITLE: usize = 80;

/// The level of a bold paragraph that stands for a heading: below all headings.
const BOLD: u8 = 7;

pub(super) fn read(path: &str, text: &str) -> Changelog {
    let mut changelog = Changelog::default();
    let mut level = BOLD;
    let mut name: Option<String> = None;
    let mut told = HashMap::new();
    for block in blocks(&as_markdown(path, text)) {
        let heading = begins_version(&block, level, changelog.notes.last());
        match heading.filter(|heading| is_of_name(heading, name.as_deref())) {
            Some(heading) => {
                level = heading_level(&block).unwrap_or(BOLD);
                if heading.version != UNRELEASED && !heading.version.is_empty() {
                    name.get_or_insert_with(|| heading.name.clone());
                }
                begin(path, &block, heading, &mut told, &mut changelog);
            }
            None => {
                if let Some(notes) = changelog.notes.last_mut() {
                    add(notes, block);
                }
            }
        }
    }
    if changelog.notes.is_empty() && !text.trim().is_empty() {
        let message = "no heading names a version or a date";
        changelog.problems.push(Problem::of_file(message));
    }
    changelog
}

pub(super) fn notes(path: &str, text: &str) -> Notes {
    let mut notes = Notes {
        path: path.to_owned(),
        line: 1,
        ..Notes::default()
    };
    for (at, block) in blocks(text).into_iter().enumerate() {
        match version_heading(&block.text) {
            Some(heading) if at == 0 && heading_level(&block).is_some() => {
                notes.version = heading.version;
                notes.date = heading.date;
                notes.is_yanked = heading.is_yanked;
                notes.line = block.line;
            }
            _ => add(&mut notes, block),
        }
    }
    // A title that is not about the version says nothing about it.
    if let [first, _, ..] = notes.groups.as_slice()
        && first.items.is_empty()
    {
        notes.groups.remove(0);
    }
    notes
}

pub(super) fn tag_message(text: &str) -> Notes {
    let mut notes = Notes::default();
    let message = text
        .find("\n-----BEGIN ")
        .map_or(text, |at| text.get(..at).unwrap_or_default());
    for block in blocks(message) {
        if is_trailer(&block.text) {
            continue;
        }
        match version_heading(&block.text) {
            Some(heading) if notes.version.is_empty() && notes.groups.is_empty() && !heading.has_more => {
                notes.version = heading.version;
                notes.date = heading.date;
            }
            _ => add(&mut notes, block),
        }
    }
    notes
}

/// The heading of a version, if a block is one. Below a version, a heading with more words than version and date is a title.
fn begins_version(block: &Block, level: u8, last: Option<&Notes>) -> Option<VersionHeading> {
    let Some(own) = heading_level(block) else {
        return dated_line(block, last);
    };
    let heading = version_heading(&block.text)?;
    let is_below = last.is_some() && own > level;
    let is_plain = !heading.has_more && !heading.version.is_empty();
    (!is_below || is_plain).then_some(heading)
}

/// Whether a heading leads with a version as the first one of the file does: with the same name before it or none, or with a day that
/// confirms it. `Removal of API v1` is a title within the notes of a version.
fn is_of_name(heading: &VersionHeading, first: Option<&str>) -> bool {
    let is_named = !heading.name.is_empty();
    !is_named || heading.date.is_some() || first.is_none_or(|first| first == heading.name)
}

/// A text of another markup as Markdown, line by line: underlined and overlined titles of reStructuredText become headings.
fn as_markdown<'text>(path: &str, text: &'text str) -> Cow<'text, str> {
    if !path.to_ascii_lowercase().ends_with(".rst") {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let rule = |line: &str| {
        let mark = line.chars().next().filter(char::is_ascii_punctuation)?;
        (line.len() >= 3 && line.chars().all(|c| c == mark)).then_some(mark)
    };
    // The level of a title is the place of its mark in the file; one that has a line above it, too, is another mark.
    let mut marks: Vec<(char, bool)> = Vec::new();
    let mut converted = String::with_capacity(text.len() + 64);
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let under = lines.get(at + 1).copied().and_then(rule);
        let title = |line: &str| !line.trim().is_empty() && rule(line).is_none();
        let over = rule(line).filter(|mark| {
            let next = lines.get(at + 1).copied().unwrap_or_default();
            title(next) && lines.get(at + 2).copied().and_then(rule) == Some(*mark)
        });
        let mut heading = |mark: char, is_over: bool, words: &str| {
            let level = marks.iter().position(|known| *known == (mark, is_over)).unwrap_or_else(|| {
                marks.push((mark, is_over));
                marks.len() - 1
            });
            format!("{} {}\n", "#".repeat((level + 1).min(6)), words.trim())
        };
        if let Some(mark) = over {
            converted.push('\n');
            converted.push_str(&heading(mark, true, lines[at + 1]));
            converted.push('\n');
            at += 3;
        } else if let Some(mark) = under.filter(|_| title(line) && !line.starts_with(' ')) {
            converted.push_str(&heading(mark, false, line));
            converted.push('\n');
            at += 2;
        } else {
            // Directives and targets are no notes.
            if !line.starts_with(".. ") {
                converted.push_str(line);
            }
            converted.push('\n');
            at += 1;
        }
    }
    Cow::Owned(converted)
}

/// A paragraph or an item that holds a version, its date and nothing else, such as `**1.2.0** (2026-01-02)`.
fn dated_line(block: &Block, last: Option<&Notes>) -> Option<VersionHeading> {
    let is_line = matches!(block.kind, BlockKind::Paragraph | BlockKind::Item);
    let is_short = is_line && block.text.len() <= MAX_TITLE;
    let heading = is_short.then(|| version_heading(&block.text))??;
    let is_told = last.is_some_and(|notes| without_v(&notes.version) == without_v(&heading.version));
    (heading.date.is_some() && !heading.version.is_empty() && !heading.has_more && !is_told).then_some(heading)
}

/// The level of a heading, or of a bold paragraph that stands for one.
fn heading_level(block: &Block) -> Option<u8> {
    match block.kind {
        BlockKind::Heading(level) => Some(level),
        BlockKind::Paragraph if block.is_bold && block.text.len() <= MAX_TITLE => Some(BOLD),
        _ => None,
    }
}

/// Begins the notes of a version. `told` holds the line of each name and version so far.
fn begin(
    path: &str,
    block: &Block,
    heading: VersionHeading,
    told: &mut HashMap<(String, String), u32>,
    changelog: &mut Changelog,
) {
    if let Some(words) = &heading.bad_date {
        let message = format!("`{words}` is no date, or may be two; write YYYY-MM-DD");
        changelog.problems.push(Problem::at(block.line, message));
    }
    if !heading.version.is_empty() {
        let key = (heading.name, without_v(&heading.version).to_owned());
        let earlier = *told.entry(key).or_insert(block.line);
        if earlier != block.line {
            let message = format!("{} has notes at line {earlier} already", heading.version);
            changelog.problems.push(Problem::at(block.line, message));
        }
    }
    if heading.version == UNRELEASED && !changelog.notes.is_empty() {
        let message = "what is not released stands below what is";
        changelog.problems.push(Problem::at(block.line, message));
    }
    changelog.notes.push(Notes {
        version: heading.version,
        date: heading.date,
        is_yanked: heading.is_yanked,
        groups: Vec::new(),
        path: path.to_owned(),
        line: block.line,
    });
}

/// Adds all of a text to the notes; the line of its first block.
pub(super) fn body(notes: &mut Notes, text: &str) -> Option<u32> {
    let mut first = None;
    for block in blocks(text) {
        first = first.or(Some(block.line));
        add(notes, block);
    }
    first
}

/// Adds a block to the notes: a title begins a group, everything else is an item of the last one.
fn add(notes: &mut Notes, block: Block) {
    if heading_level(&block).is_some() {
        notes.groups.push(NoteGroup {
            title: block.text.trim_end_matches(':').to_owned(),
            items: Vec::new(),
        });
        return;
    }
    // The comparison that many changelogs put under the heading is a link for the forge, no note.
    if block.is_link && block.text.contains("..") {
        return;
    }
    // Some changelogs put the day under the heading.
    if notes.date.is_none()
        && notes.groups.is_empty()
        && block.kind == BlockKind::Paragraph
        && let Some(day) = only_date(&block.text)
    {
        notes.date = Some(day);
        return;
    }
    let words = match block.kind {
        BlockKind::TableHead => return,
        BlockKind::Row => block.cells.join(", "),
        _ => block.text,
    };
    if notes.groups.is_empty() {
        notes.groups.push(NoteGroup::default());
    }
    let Some(group) = notes.groups.last_mut() else { return };
    match group.items.last_mut() {
        Some(item) if block.kind == BlockKind::ItemMore => {
            item.push(' ');
            item.push_str(&words);
        }
        _ => group.items.push(words),
    }
}

/// The day of a text that says nothing else.
fn only_date(text: &str) -> Option<NaiveDate> {
    let found = date::find(text)?;
    let rest = format!("{}{}", text.get(..found.start)?, text.get(found.end..)?).to_lowercase();
    let is_filler = |word: &str| word.is_empty() || matches!(word, "released" | "release" | "date" | "on" | "published");
    rest.split(|c: char| !c.is_alphanumeric())
        .all(is_filler)
        .then_some(found.day)
        .flatten()
}

/// `Signed-off-by: …` and the like.
fn is_trailer(text: &str) -> bool {
    text.split_once(": ").is_some_and(|(key, _)| {
        key.contains('-') && key.ends_with("-by") && key.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::{Notes, notes, read, tag_message};

    /// Notes in short: `version date @line`, then `[title] item | item` per group.
    fn shown(notes: &Notes) -> String {
        let mut lines = vec![format!(
            "{} {}{} @{}",
            notes.version,
            notes.date.map(|date| date.to_string()).unwrap_or_default(),
            if notes.is_yanked { " yanked" } else { "" },
            notes.line
        )];
        lines.extend(
            notes
                .groups
                .iter()
                .map(|group| format!("[{}] {}", group.title, group.items.join(" | "))),
        );
        lines.join("\n")
    }

    fn check(text: &str, expected: &str) {
        let changelog = read("CHANGELOG.md", text);
        let mut got: Vec<String> = changelog.notes.iter().map(shown).collect();
        got.extend(
            changelog
                .problems
                .iter()
                .map(|problem| format!("{:?}: {}", problem.line, problem.message)),
        );
        assert_eq!(got.join("\n"), expected);
    }

    #[test]
    fn keep_a_changelog_is_read() {
        check(
            "# Changelog\n\nAll notable changes.\n\n## [Unreleased]\n\n## [1.1.0] - 2026-02-03\n\n### Added\n\n- `one` and\n  [two](x)\n  - three\n\n### Fixed\n- four\n\n## [1.0.0] - 2026-01-02 [YANKED]\n\nFirst.\n\n[Unreleased]: https://example.org\n[1.1.0]: https://example.org\n",
            "Unreleased  @5\n1.1.0 2026-02-03 @7\n[Added] one and two | three\n[Fixed] four\n1.0.0 2026-01-02 yanked @18\n[] First.",
        );
    }

    #[test]
    fn dated_and_underlined_headings_are_read() {
        check(
            "1.2.0 / 2026-01-02\n==================\n\n  * one\n  * two\n\n1.1.0 / 2025-12-01\n==================\n\n  * three\n",
            "1.2.0 2026-01-02 @1\n[] one | two\n1.1.0 2025-12-01 @7\n[] three",
        );
        check(
            "## 2026-01-02\n- one\n\n## 2025-12-01\n### Security\n- two\n",
            " 2026-01-02 @1\n[] one\n 2025-12-01 @4\n[Security] two",
        );
        check(
            "**1.2.0** (2026-01-02)\n\nReleased on 2026-01-02\n",
            "1.2.0 2026-01-02 @1\n[] Released on 2026-01-02",
        );
        check("Nothing here.\n", "None: no heading names a version or a date");
        check(
            "**1.2.0**\n\n- one\n\n**1.1.0**\n\n- two\n",
            "1.2.0  @1\n[] one\n1.1.0  @5\n[] two",
        );
    }

    #[test]
    fn names_before_versions_and_comparison_links_are_known() {
        check(
            "# Changelog\n\n## mdBook 0.4.40\n[v0.4.39...v0.4.40](https://example.org/compare)\n\n### Fixed\n\n- one\n\n## mdBook 0.4.39\n",
            "0.4.40  @3\n[Fixed] one\n0.4.39  @10",
        );
    }

    #[test]
    fn a_title_that_ends_with_a_version_is_no_release() {
        check(
            "# Changelog\n\n## 1.2.3 / 2024-01-02\n\n- one\n\n### Removal of API v1\n\n- two\n\n## Support v2\n\n- three\n\n## 1.2.2\n\n- old\n",
            "1.2.3 2024-01-02 @3\n[] one\n[Removal of API v1] two\n[Support v2] three\n1.2.2  @15\n[] old",
        );
    }

    #[test]
    fn the_day_may_stand_below_the_heading() {
        check(
            "### Changelog\n\n#### [v1.2.3](https://example.org/v1.2.2...v1.2.3)\n\n> 20 January 2021\n\n- one\n\n#### v1.2.2\n\nRelease date: 2021-01-02\n\n#### v1.2.1\n\nWe met on 2021-01-01.\n",
            "v1.2.3 2021-01-20 @3\n[] one\nv1.2.2 2021-01-02 @9\nv1.2.1  @13\n[] We met on 2021-01-01.",
        );
    }

    #[test]
    fn restructured_text_is_read() {
        let text = "=======\nHistory\n=======\n\n.. towncrier\n\n1.1.0 (2024-01-02)\n~~~~~~~~~~~~~~~~~~\n\n* one\n\nFixes\n^^^^^\n\n* two\n\n1.0.0\n~~~~~\n\n* three\n";
        let shown: Vec<String> = read("HISTORY.rst", text).notes.iter().map(shown).collect();
        assert_eq!(
            shown.join("\n"),
            "1.1.0 2024-01-02 @7\n[] one\n[Fixes] two\n1.0.0  @17\n[] three"
        );
    }

    #[test]
    fn headings_of_several_levels_may_begin_versions() {
        check(
            "# [2.0.0](x) (2026-03-01)\n\n### Breaking changes for 1.9 users\n\n* one\n\n## [1.9.1](y) (2026-02-01)\n\n### 1.9.0 clients keep working\n* two\n",
            "2.0.0 2026-03-01 @1\n[Breaking changes for 1.9 users] one\n1.9.1 2026-02-01 @7\n[1.9.0 clients keep working] two",
        );
    }

    #[test]
    fn versions_twice_and_dates_that_are_none_are_told() {
        check(
            "## 1.1.0 - 2026-02-30\n## v1.1.0 - 03/04/2026\n## Unreleased\n",
            "1.1.0  @1\nv1.1.0  @2\nUnreleased  @3\nSome(1): `2026-02-30` is no date, or may be two; write YYYY-MM-DD\nSome(2): `03/04/2026` is no date, or may be two; write YYYY-MM-DD\nSome(2): v1.1.0 has notes at line 1 already\nSome(3): what is not released stands below what is",
        );
    }

    #[test]
    fn notes_of_one_release_are_one_entry() {
        let text = "# Release v1.4.0 (2026-01-02)\n\nSummary.\n\n## Known issues\n\n- one\n\n## 1.3.9 clients\n\n- two\n";
        assert_eq!(
            shown(&notes("notes.md", text)),
            "v1.4.0 2026-01-02 @1\n[] Summary.\n[Known issues] one\n[1.3.9 clients] two"
        );
        assert_eq!(shown(&notes("notes.md", "# Highlights\n\n- one\n")), "  @1\n[Highlights] one");
    }

    #[test]
    fn tag_messages_keep_what_they_say_beside_the_version() {
        assert_eq!(shown(&tag_message("v1.2.0\n")), "v1.2.0  @0");
        assert_eq!(
            shown(&tag_message(
                "Release v1.2.0\n\nFixes the\nlogin.\n\n* one\n* two\n\nSigned-off-by: release driver <x>\n-----BEGIN PGP SIGNATURE-----\nabc\n"
            )),
            "v1.2.0  @0\n[] Fixes the login. | one | two"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[#*`\\[\\]()|<>!a-cé0-9 .\\-=\n]{0,80}") {
            let _ = (read("a", &text), notes("b", &text), tag_message(&text));
        }
    }
}
