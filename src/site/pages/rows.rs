//! Long lists in parts: a table of ten thousand rows is no page. The first part stands at the address of the list.

use serde::Serialize;

use crate::site::target::Target;
use crate::site::words;

/// Rows in one part.
pub(super) const ROWS: usize = 500;

/// A part of a list, as its pages link to it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Part {
    /// `501 to 1,000`.
    pub(super) name: String,
    url: String,
    is_here: bool,
}

/// The pages of a list of so many rows, of which `first` is the first; `inner` is the part.
pub(super) fn pages(first: &Target, rows: usize) -> Vec<Target> {
    let part = |inner| Target {
        address: address(&first.address, inner),
        inner,
        ..first.clone()
    };
    (0..count(rows)).map(part).collect()
}

/// The parts of a list whose first page has an address; none where there is only one.
pub(super) fn parts(list: &str, rows: usize, here: usize) -> Vec<Part> {
    let parts = count(rows);
    let part = |inner: usize| {
        let (first, last) = (inner * ROWS + 1, ((inner + 1) * ROWS).min(rows));
        Part {
            name: format!("{} to {}", words::count(first as u64), words::count(last as u64)),
            url: address(list, inner),
            is_here: inner == here,
        }
    };
    (0..parts).filter(|_| parts > 1).map(part).collect()
}

/// The rows of a part.
pub(super) fn of<T>(rows: impl IntoIterator<Item = T>, part: usize) -> Vec<T> {
    rows.into_iter().skip(part * ROWS).take(ROWS).collect()
}

fn count(rows: usize) -> usize {
    rows.div_ceil(ROWS).max(1)
}

/// The address of the part that holds a row, counted from 0.
pub(super) fn holding(list: &str, row: usize) -> String {
    address(list, row / ROWS)
}

/// The address of a part. No name of a runbook or release becomes one of these.
fn address(list: &str, part: usize) -> String {
    match part {
        0 => list.to_owned(),
        part => format!("{list}~page-{}/", part + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{ROWS, holding, of, pages, parts};
    use crate::site::address;
    use crate::site::target::Target;

    #[test]
    fn a_short_list_is_one_page_and_a_long_one_has_parts() {
        let first = Target {
            address: "v1/".to_owned(),
            ..Target::default()
        };
        let addresses = |rows| -> Vec<String> { pages(&first, rows).into_iter().map(|page| page.address).collect() };
        assert_eq!(addresses(0), ["v1/"]);
        assert_eq!(addresses(ROWS), ["v1/"]);
        assert_eq!(addresses(ROWS + 1), ["v1/", "v1/~page-2/"]);
        assert!(parts("v1/", ROWS, 0).is_empty());
        let names: Vec<String> = parts("v1/", 1_234, 1).into_iter().map(|part| part.name).collect();
        assert_eq!(names, ["1 to 500", "501 to 1,000", "1,001 to 1,234"]);
        assert_eq!(of(0..1_234, 2).len(), 234);
        assert_eq!(
            [0, ROWS - 1, ROWS].map(|row| holding("v1/", row)),
            ["v1/", "v1/", "v1/~page-2/"].map(str::to_owned)
        );
    }

    #[test]
    fn no_name_of_a_repository_becomes_the_address_of_a_part() {
        for name in ["~page-2", "page-2", "/page-2", "\u{7e}page-2"] {
            assert_ne!(address::part(name), "~page-2");
        }
    }
}
