//! Coverage profiles of Go. With `-coverpkg` a block is listed once for each package that ran it: the mode says how to merge.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::evidence::Artifact;
use crate::model::finding::Problem;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::measured::Coverage;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "go-cover",
    title: "Go coverage profile",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.first_line().is_some_and(|line| line.starts_with("mode: "))
}

fn parse(text: &str) -> Artifact {
    let mut blocks: BTreeMap<&str, (u64, bool)> = BTreeMap::new();
    let mut files = BTreeSet::new();
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at as u32 + 1, line.trim())) {
        if line.is_empty() || line.starts_with("mode: ") {
            continue;
        }
        let Some((place, statements, count)) = block(line) else {
            return broken(Problem::at(at, "the line is no block of a coverage profile"));
        };
        files.insert(place.rsplit_once(':').map_or(place, |(file, _)| file));
        let block = blocks.entry(place).or_insert((statements, false));
        block.1 |= count > 0;
    }
    let mut coverage = Coverage::default();
    for (statements, is_covered) in blocks.into_values() {
        coverage.add("statements", if is_covered { statements } else { 0 }, statements);
    }
    coverage.files(files.len() as u64);
    coverage.finish()
}

/// `file.go:1.2,3.4 2 1`: the place, the statements in it and how often it ran.
fn block(line: &str) -> Option<(&str, u64, u64)> {
    let (rest, count) = line.rsplit_once(' ')?;
    let (place, statements) = rest.rsplit_once(' ')?;
    let (_, span) = place.rsplit_once(':')?;
    let is_position = |text: &str| {
        text.split_once('.')
            .is_some_and(|(line, column)| [line, column].iter().all(|part| part.parse::<u32>().is_ok()))
    };
    let (begin, end) = span.split_once(',')?;
    (is_position(begin) && is_position(end)).then_some((place, statements.parse().ok()?, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn a_block_that_ran_once_is_covered() {
        let text = "mode: set\na/b.go:1.2,3.4 2 0\na/b.go:1.2,3.4 2 1\na/b.go:5.1,6.2 3 0\nc.go:1.1,2.2 1 7\n";
        assert_eq!(shown(text, Some("go-cover")), "go-cover; statements 3/6");
        assert_eq!(shown("mode: atomic\n", None), "go-cover");
        assert_eq!(
            shown("mode: set\na.go:1.2,3.4 2\n", None),
            "go-cover; unread; ! the line is no block of a coverage profile (line 2)"
        );
    }
}
