//! The chain of records: each names the digest of the record before it, so that a record cannot be altered or removed unseen.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, FixedOffset};

/// A record as a link of the chain of its product.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// The version of its release, for the words.
    pub(crate) version: String,
    /// The file, relative to the repository root.
    pub(crate) path: String,
    /// The SHA-256 digest of the file, 64 hex digits in lower case.
    pub(crate) digest: String,
    /// The digest of the record before it, as the record names it.
    pub(crate) prev: Option<String>,
    /// When the release went out; records without it are not put in order.
    pub(crate) released: Option<DateTime<FixedOffset>>,
}

/// What is wrong with the chain: the number of the link and a sentence without its full stop.
///
/// Where no record names another one there is no chain, and nothing to say. The newest record has none after it that would confirm
/// it: that one is held by the commit alone.
pub(crate) fn breaks(links: &[Link]) -> Vec<(usize, String)> {
    let mut breaks = Vec::new();
    if links.iter().all(|link| link.prev.is_none()) {
        return breaks;
    }
    let mut order: Vec<usize> = (0..links.len()).filter(|at| links[*at].released.is_some()).collect();
    let depths = depths(links);
    order.sort_by_key(|at| (links[*at].released, depths[*at], &links[*at].path));
    let before = |at: usize| {
        let place = order.iter().position(|other| *other == at)?;
        place.checked_sub(1).map(|place| order[place])
    };
    let mut followed: Vec<Option<usize>> = vec![None; links.len()];
    for (at, link) in links.iter().enumerate() {
        let Some(prev) = &link.prev else {
            if let Some(older) = before(at) {
                let older = &links[older].version;
                breaks.push((
                    at,
                    format!("the chain is broken: the record names no record before it, and {older} is older"),
                ));
            }
            continue;
        };
        let Some(found) = links.iter().position(|other| other.digest.eq_ignore_ascii_case(prev)) else {
            let message =
                "the chain is broken: no record has the digest that `prev` names, so the one before it was altered or removed";
            breaks.push((at, message.to_owned()));
            if let Some(older) = before(at) {
                let message = format!(
                    "the record is not the one that the record of {} was chained to, so it may have been altered",
                    link.version
                );
                breaks.push((older, message));
            }
            continue;
        };
        match followed[found] {
            Some(other) => breaks.push((
                at,
                format!(
                    "the chain forks: the record of {} names the same record before it",
                    links[other].version
                ),
            )),
            None => followed[found] = Some(at),
        }
        if link.released.is_some() && links[found].released > link.released {
            let message = format!(
                "the record is chained to that of {}, which was released later",
                links[found].version
            );
            breaks.push((at, message));
        }
    }
    breaks.sort();
    breaks
}

/// The links that another one names by their digest.
pub(crate) fn followed(links: &[Link]) -> BTreeSet<usize> {
    let is_named = |link: &Link| {
        let mut named = links.iter().filter_map(|other| other.prev.as_deref());
        named.any(|prev| prev.eq_ignore_ascii_case(&link.digest))
    };
    (0..links.len()).filter(|at| is_named(&links[*at])).collect()
}

/// Whether no link is known to be older than this one. Of those of one moment the chain itself tells which came first.
pub(crate) fn is_start(links: &[Link], at: usize) -> bool {
    let this = &links[at];
    let mut of_one_moment = Vec::new();
    for (number, other) in links.iter().enumerate().filter(|(other, _)| *other != at) {
        match (this.released, other.released) {
            (Some(mine), Some(its)) if its > mine => {}
            (Some(mine), Some(its)) if its == mine => of_one_moment.push(number),
            // What is older, and what is of no time and cannot be put in order.
            _ => return false,
        }
    }
    if of_one_moment.is_empty() {
        return true;
    }
    let depths = depths(links);
    of_one_moment.iter().all(|other| depths[*other] > depths[at])
}

/// The end of the chain, where the next record belongs: the link that was released last, and of those of one moment the one that has the
/// most before it. The last of equal ones counts.
pub(crate) fn end(links: &[Link]) -> Option<usize> {
    let depths = depths(links);
    (0..links.len()).max_by_key(|at| (links[*at].released, depths[*at]))
}

/// How many links stand before each one, as the chain itself says.
fn depths(links: &[Link]) -> Vec<usize> {
    let places: HashMap<String, usize> = links
        .iter()
        .enumerate()
        .rev()
        .map(|(at, link)| (link.digest.to_ascii_lowercase(), at))
        .collect();
    let before = |at: usize| {
        links[at]
            .prev
            .as_ref()
            .and_then(|prev| places.get(&prev.to_ascii_lowercase()))
            .copied()
    };
    let mut depths: Vec<Option<usize>> = vec![None; links.len()];
    for at in 0..links.len() {
        let mut way = vec![at];
        let mut known = None;
        while let Some(next) = before(way[way.len() - 1]) {
            known = depths[next];
            // A circle has no beginning.
            if known.is_some() || way.len() > links.len() {
                break;
            }
            way.push(next);
        }
        let first = known.map_or(0, |known| known + 1);
        for (above, at) in way.into_iter().rev().enumerate() {
            depths[at] = Some(first + above);
        }
    }
    depths.into_iter().map(Option::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::{Link, breaks, end, followed, is_start};
    use chrono::DateTime;

    fn link(version: &str, digest: &str, prev: Option<&str>, day: u32) -> Link {
        Link {
            version: version.to_owned(),
            path: format!("releases/{version}/record.json"),
            digest: digest.to_owned(),
            prev: prev.map(str::to_owned),
            released: DateTime::parse_from_rfc3339(&format!("2026-01-{day:02}T10:00:00Z")).ok(),
        }
    }

    fn told(links: &[Link]) -> Vec<String> {
        let told = |(at, message): (usize, String)| {
            let words: Vec<&str> = message.split(' ').take(5).collect();
            format!("{} {}", links[at].version, words.join(" "))
        };
        breaks(links).into_iter().map(told).collect()
    }

    #[test]
    fn a_whole_chain_and_no_chain_are_silent() {
        let whole = [
            link("v3", "C", Some("b"), 3),
            link("v1", "A", None, 1),
            link("v2", "B", Some("a"), 2),
        ];
        assert_eq!(told(&whole), [""; 0]);
        assert_eq!(told(&[link("v1", "a", None, 1), link("v2", "b", None, 2)]), [""; 0]);
    }

    #[test]
    fn the_first_link_and_the_followed_ones_are_known() {
        let links = [
            link("v3", "C", Some("b"), 3),
            link("v1", "A", None, 1),
            link("v2", "B", Some("a"), 2),
        ];
        assert_eq!(followed(&links).into_iter().collect::<Vec<_>>(), [1, 2]);
        assert_eq!([0, 1, 2].map(|at| is_start(&links, at)), [false, true, false]);
        assert!(is_start(&links[..1], 0), "a single record is the start");
    }

    #[test]
    fn an_altered_record_breaks_the_chain_at_itself_and_at_the_one_after_it() {
        let altered = [
            link("v1", "x", None, 1),
            link("v2", "b", Some("a"), 2),
            link("v3", "c", Some("b"), 3),
        ];
        assert_eq!(told(&altered), ["v1 the record is not the", "v2 the chain is broken: no"]);
    }

    #[test]
    fn records_of_one_moment_are_in_the_order_of_their_chain() {
        let chain = [
            link("v10", "b", Some("a"), 1),
            link("v11", "c", Some("b"), 1),
            link("v9", "a", None, 1),
        ];
        assert!(told(&chain).is_empty());
        assert_eq!([0, 1, 2].map(|at| is_start(&chain, at)), [false, false, true]);
        assert_eq!(end(&chain), Some(1));
        assert_eq!(end(&chain[..1]), Some(0));
        assert_eq!(end(&[]), None);
        // A second beginning is told, and a circle ends.
        let two = [
            link("v1", "a", None, 1),
            link("v2", "b", None, 1),
            link("v3", "c", Some("b"), 1),
        ];
        assert_eq!(told(&two), ["v2 the chain is broken: the"]);
        assert!((0..3).all(|at| !is_start(&two, at)));
        let circle = [link("v1", "a", Some("b"), 1), link("v2", "b", Some("a"), 1)];
        assert!(end(&circle).is_some());
    }

    #[test]
    fn a_link_left_out_a_fork_and_a_turn_in_time_are_told() {
        let left_out = [
            link("v1", "a", None, 1),
            link("v2", "b", None, 2),
            link("v3", "c", Some("b"), 3),
        ];
        assert_eq!(told(&left_out), ["v2 the chain is broken: the"]);
        let fork = [
            link("v1", "a", None, 1),
            link("v2", "b", Some("a"), 2),
            link("v3", "c", Some("a"), 3),
        ];
        assert_eq!(told(&fork), ["v3 the chain forks: the record"]);
        let turned = [link("v1", "a", Some("b"), 1), link("v2", "b", None, 2)];
        assert!(told(&turned).contains(&"v1 the record is chained to".to_owned()));
    }
}
