//! Changesets: front matter that names packages, each with how far its version goes up, and text for its changelog.
//! <https://github.com/changesets/changesets/blob/main/docs/adding-a-changeset.md>

use crate::model::finding::Problem;
use crate::model::release::{Changeset, NoteGroup, Notes};
use crate::parse::release_log::changelog::body;
use crate::parse::release_log::heading::UNRELEASED;

/// How far a version goes up.
const BUMPS: [&str; 4] = ["major", "minor", "patch", "none"];

/// Lines of front matter that are read at most.
const MOST_LINES: usize = 1_000;

/// Reads a changeset. Without sound front matter all of the text is kept, and what is wrong is told.
pub(super) fn read(path: &str, text: &str) -> Changeset {
    let mut changeset = Changeset::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = head(text);
    if head.is_none() {
        let message = "this changeset has no front matter that names packages, between two lines of `---`";
        changeset.problems.push(Problem::at(1, message.to_owned()));
    }
    let (lines, start) = head.unwrap_or_default();
    let mut bumps: Vec<String> = Vec::new();
    for (number, line) in (2_u32..).zip(lines) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((package, bump)) = package_and_bump(line) {
            changeset.packages.push(package.to_owned());
            bumps.push(format!("{package} ({bump})"));
        } else {
            let message = format!("`{line}` is no package with `major`, `minor`, `patch` or `none`");
            changeset.problems.push(Problem::at(number, message));
        }
    }
    // Line ends in place of the front matter keep the numbers of the lines.
    let before = text.get(..start).unwrap_or_default().matches('\n').count();
    let words = text.get(start..).unwrap_or_default();
    let mut notes = Notes {
        version: UNRELEASED.to_owned(),
        path: path.to_owned(),
        ..Notes::default()
    };
    let first = body(&mut notes, &format!("{}{words}", "\n".repeat(before)));
    notes.line = first.unwrap_or(1);
    if !bumps.is_empty() {
        let title = bumps.join(", ");
        match notes.groups.first_mut().filter(|group| group.title.is_empty()) {
            Some(group) => group.title = title,
            None => notes.groups.insert(
                0,
                NoteGroup {
                    title,
                    items: Vec::new(),
                },
            ),
        }
    }
    changeset.notes = (!notes.groups.is_empty()).then_some(notes);
    changeset
}

/// The lines of the front matter, and where the text behind it starts.
fn head(text: &str) -> Option<(Vec<&str>, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "---")?;
    let (mut at, mut found) = (first.len(), Vec::new());
    for line in lines.take(MOST_LINES) {
        at += line.len();
        if line.trim_end() == "---" {
            return Some((found, at));
        }
        found.push(line);
    }
    None
}

/// `"@scope/name": minor`, with either quotes or none.
fn package_and_bump(line: &str) -> Option<(&str, &str)> {
    let (package, bump) = line.rsplit_once(':')?;
    let bump = bump.split(" #").next().unwrap_or_default();
    let (package, bump) = (bare(package), bare(bump));
    (!package.is_empty() && BUMPS.contains(&bump)).then_some((package, bump))
}

fn bare(word: &str) -> &str {
    word.trim().trim_matches(['"', '\'']).trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::read;

    /// A changeset in short: its packages, `@line`, `[title] item | item` per group, and what is wrong.
    fn check(text: &str, expected: &str) {
        let found = read(".changeset/brave-cats.md", text);
        let mut shown = vec![found.packages.join(" ")];
        if let Some(notes) = found.notes {
            shown.push(format!("@{}", notes.line));
            let groups = notes
                .groups
                .iter()
                .map(|group| format!("[{}] {}", group.title, group.items.join(" | ")));
            shown.extend(groups);
        }
        shown.extend(
            found
                .problems
                .iter()
                .map(|problem| format!("{:?}: {}", problem.line, problem.message)),
        );
        assert_eq!(shown.join("\n"), expected, "{text}");
    }

    #[test]
    fn packages_and_text_are_read() {
        check(
            "---\n\"@acme/app\": minor\n'lib': patch\nplain: none # why\n---\n\nAdd `--wait`.\n\n- one\n- two\n",
            "@acme/app lib plain\n@7\n[@acme/app (minor), lib (patch), plain (none)] Add --wait. | one | two",
        );
        check(
            "---\r\n\"a\": major\r\n---\r\n### Moves\r\n\r\nRename it.\r\n",
            "a\n@4\n[a (major)] \n[Moves] Rename it.",
        );
    }

    #[test]
    fn one_without_packages_or_text_says_what_it_has() {
        check("---\n---\n", "");
        check("---\n---\n\nNothing to release.\n", "\n@4\n[] Nothing to release.");
        check("---\n\"a\": patch\n---\n", "a\n@1\n[a (patch)] ");
    }

    #[test]
    fn what_is_malformed_is_told_and_its_text_kept() {
        let none = "Some(1): this changeset has no front matter that names packages, between two lines of `---`";
        check("Fix it.\n", &format!("\n@1\n[] Fix it.\n{none}"));
        check(
            "---\n\"a\": huge\n\"b\"\n\"c\": patch\n---\nFix.\n",
            "c\n@6\n[c (patch)] Fix.\nSome(2): `\"a\": huge` is no package with `major`, `minor`, `patch` or `none`\nSome(3): `\"b\"` is no package with `major`, `minor`, `patch` or `none`",
        );
        check("", &format!("\n{none}"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "(---\n)?[-\"':a-z \n#é]{0,60}") {
            read("x.md", &text);
        }
    }
}
