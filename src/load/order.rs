//! Where a release stands among the others of its product: line by line, and in its line by version or by time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::load::version::Order;
use crate::model::release::Release;

/// How many days after its last release a line without a prefix no longer leads, where another line went on.
const ASLEEP: i64 = 365;

/// The place of each line: the one without a prefix leads as long as it goes on, then comes the one with the youngest release.
fn places(releases: &[(Option<Order>, Release)]) -> BTreeMap<String, usize> {
    // Several lines often go out on one day.
    type Moment = Option<(NaiveDate, Option<DateTime<Utc>>)>;
    let mut newest: BTreeMap<&str, Moment> = BTreeMap::new();
    for (_, release) in releases {
        let date = release.date.as_ref();
        let moment = date.map(|date| (date.day, date.at.map(|at| at.to_utc())));
        let known = newest.entry(&release.line).or_default();
        *known = (*known).max(moment);
    }
    let youngest = newest.values().max().copied().flatten();
    let is_awake = |moment: Moment| match (moment, youngest) {
        (Some((day, _)), Some((youngest, _))) => (youngest - day).num_days() <= ASLEEP,
        _ => true,
    };
    let mut lines: Vec<(&str, Moment)> = newest.into_iter().collect();
    lines.sort_by_key(|(line, moment)| (!(line.is_empty() && is_awake(*moment)), Reverse(*moment), *line));
    let numbered = lines.into_iter().enumerate();
    numbered.map(|(place, (line, _))| (line.to_owned(), place)).collect()
}

/// Line by line, the leading one first, and newest first: by version where all of a line can be compared, else by date. A line that
/// went from years to other numbers, or back, is in order of time. Both are total orders, so the result is the same everywhere.
pub(super) fn sort(releases: &mut Vec<Release>) {
    // What a version is ordered by is asked of each once, since there may be thousands.
    let mut ordered: Vec<(Option<Order>, Release)> = std::mem::take(releases)
        .into_iter()
        .map(|release| (Order::of(&release.version), release))
        .collect();
    let mut orders: BTreeMap<&str, Vec<Option<&Order>>> = BTreeMap::new();
    for (order, release) in &ordered {
        orders.entry(&release.line).or_default().push(order.as_ref());
    }
    let by_version: BTreeSet<String> = orders
        .into_iter()
        .filter(|(_, orders)| {
            let years = orders.iter().flatten().filter(|order| order.is_of_a_year()).count();
            orders.iter().all(Option::is_some) && (years == 0 || years == orders.len())
        })
        .map(|(line, _)| line.to_owned())
        .collect();
    let places = places(&ordered);
    ordered.sort_by(|(left_order, left), (right_order, right)| {
        let by_date = || {
            let day = |release: &Release| release.date.as_ref().map(|date| (date.day, date.at.map(|at| at.to_utc())));
            day(right).cmp(&day(left))
        };
        let by_number = || right_order.cmp(left_order);
        let order = places[&left.line].cmp(&places[&right.line]).then_with(|| {
            if by_version.contains(&left.line) {
                by_number().then_with(by_date)
            } else {
                by_date().then_with(by_number)
            }
        });
        order.then_with(|| right.version.cmp(&left.version))
    });
    releases.extend(ordered.into_iter().map(|(_, release)| release));
}

#[cfg(test)]
mod tests {
    use super::sort;
    use crate::model::release::{Release, ReleaseDate, ReleaseSource};

    /// The versions in the order of the handbook, each given as line, version and day.
    fn sorted(releases: &[(&str, &str, &str)]) -> Vec<String> {
        let mut releases: Vec<Release> = releases
            .iter()
            .map(|(line, version, day)| Release {
                version: (*version).to_owned(),
                line: (*line).to_owned(),
                date: Some(ReleaseDate {
                    day: day.parse().expect("a day"),
                    at: None,
                    source: ReleaseSource::Tag,
                }),
                ..Release::default()
            })
            .collect();
        sort(&mut releases);
        releases.into_iter().map(|release| release.version).collect()
    }

    #[test]
    fn the_line_that_goes_on_leads() {
        let old = ("", "v3.3.1", "2019-10-08");
        let tool = ("tool/", "tool/v5.8.1", "2026-02-10");
        let lib = ("api/", "api/v0.21.1", "2026-02-09");
        assert_eq!(sorted(&[lib, old, tool]), ["tool/v5.8.1", "api/v0.21.1", "v3.3.1"]);
        let main = ("", "v4.0.0", "2025-10-08");
        assert_eq!(
            sorted(&[lib, main, tool, old]),
            ["v4.0.0", "v3.3.1", "tool/v5.8.1", "api/v0.21.1"],
            "the one without a word leads as long as it goes on"
        );
    }
}
