//! Lines that runbooks cite, as they were when the words were written: what stood there then may stand elsewhere now.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::model::edition::{Edition, Past};
use crate::model::reference::{Resolution, Status};
use crate::source::history::contents_at;
use crate::source::repository::Repository;

/// The fewest characters of a line that is known again.
const DISTINCT: usize = 8;
/// The most citations that are looked at.
const MOST: usize = 200;

/// The lines on which what each cited line held stands now, by the runbook and the place of the citation; only for what stood there once and
/// stands in one other place now.
pub(crate) fn moved(
    repository: &Repository,
    edition: &Edition,
    resolutions: &[Vec<Resolution>],
    past: &Past,
) -> Result<BTreeMap<(String, u32), u32>> {
    let mut moved = BTreeMap::new();
    let mut looked_at = 0;
    for (runbook, outcomes) in edition.runbooks.iter().zip(resolutions) {
        let Some(last) = past.history.edits(&runbook.path).next() else {
            continue;
        };
        for (reference, outcome) in runbook.runbook.references.iter().zip(outcomes) {
            let (Some((line, _)), Some(path), Status::Resolved) = (reference.cited_lines(), &outcome.target, outcome.status)
            else {
                continue;
            };
            let Some(now) = edition.source.cited.get(path) else {
                continue;
            };
            looked_at += 1;
            if looked_at > MOST {
                return Ok(moved);
            }
            let held = contents_at(repository, &last.id, std::slice::from_ref(path))?;
            let Some(then) = held.get(path).copied().flatten().and_then(|id| repository.content(id).ok()) else {
                continue;
            };
            let then = String::from_utf8_lossy(&then);
            if let Some(to) = new_line(&then, now, line as usize) {
                moved.insert((runbook.path.clone(), reference.span.start), to);
            }
        }
    }
    Ok(moved)
}

/// The line on which what stood on a line before stands now; none when it still stands there or near it, or cannot be known again.
fn new_line(then: &str, now: &str, line: usize) -> Option<u32> {
    const NEAR: usize = 2;
    let at = line.checked_sub(1)?;
    let words = then.lines().nth(at)?.trim();
    if words.chars().count() < DISTINCT || then.lines().filter(|other| other.trim() == words).count() != 1 {
        return None;
    }
    let mut same = now.lines().enumerate().filter(|(_, other)| other.trim() == words);
    let (to, _) = same.next().filter(|_| same.next().is_none())?;
    (to.abs_diff(at) > NEAR).then(|| u32::try_from(to + 1).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::new_line;

    #[test]
    fn a_line_that_moved_on_is_known_again() {
        let then = "import os\nTIMEOUT = 30\n";
        assert_eq!(
            new_line(then, "import os\nimport re\nimport sys\nX = 1\nTIMEOUT = 30\n", 2),
            Some(5)
        );
        for now in [
            then,
            "import os\n\n\nTIMEOUT = 30\n",
            "import os\nTIMEOUT = 60\n",
            "TIMEOUT = 30\n\n\n\n\n\nTIMEOUT = 30\n",
        ] {
            assert_eq!(new_line(then, now, 2), None, "{now}");
        }
        assert_eq!(new_line("}\n", "\n\n\n\n}\n", 1), None, "everybody writes such a line");
        assert_eq!(new_line(then, "", 9), None);
        assert_eq!(new_line(then, "", 0), None);
    }
}
