//! What the schemas of bills of materials forbid and what is read all the same. Each kind is told once, with a count.

use std::borrow::Borrow;
use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime};

use crate::model::evidence::{Anomaly, AnomalyKind};
use crate::model::finding::Problem;
use crate::model::sbom::{Component, is_hex};
use crate::parse::artifact::{anomaly, note};

/// What was met, by kind.
#[derive(Default)]
pub(crate) struct Oddities {
    nameless: u64,
    typeless: u64,
    hashes: u64,
    licences: u64,
    times: u64,
    twice: u64,
}

impl Oddities {
    /// Looks at the type and the name of a component.
    pub(crate) fn see_component(&mut self, kind: &str, name: &str) {
        self.typeless += u64::from(kind.trim().is_empty());
        self.nameless += u64::from(name.trim().is_empty());
    }

    /// Looks at a hash.
    pub(crate) fn see_hash(&mut self, algorithm: &str, content: &str) {
        let content = content.trim();
        let is_good = matches!(content.len(), 32 | 40 | 64 | 96 | 128) && is_hex(content) && !algorithm.trim().is_empty();
        self.hashes += u64::from(!is_good);
    }

    /// Looks at a choice of licence: one licence with either an id or a name, or one expression.
    pub(crate) fn see_licence(&mut self, licence: Option<(&str, &str)>, expression: &str) {
        let has_expression = !expression.trim().is_empty();
        let is_good = licence.map_or(has_expression, |(id, name)| {
            id.trim().is_empty() != name.trim().is_empty() && !has_expression
        });
        self.licences += u64::from(!is_good);
    }

    /// Looks at a time; JSON asks for a zone, XML does not.
    pub(crate) fn see_time(&mut self, time: &str) {
        let time = time.trim();
        let is_good = time.is_empty()
            || DateTime::parse_from_rfc3339(time).is_ok()
            || NaiveDateTime::parse_from_str(time, "%Y-%m-%dT%H:%M:%S%.f").is_ok();
        self.times += u64::from(!is_good);
    }

    /// Adds what was met elsewhere in the file.
    pub(crate) fn add(&mut self, other: &Self) {
        self.nameless += other.nameless;
        self.typeless += other.typeless;
        self.hashes += other.hashes;
        self.licences += other.licences;
        self.times += other.times;
        self.twice += other.twice;
    }

    /// Looks at the references of components, each of which is to stand for one.
    pub(crate) fn see_references<'text>(&mut self, references: impl Iterator<Item = &'text str>) {
        let mut seen = HashSet::new();
        let named = references.filter(|reference| !reference.is_empty());
        self.twice += named.filter(|reference| !seen.insert(*reference)).count() as u64;
    }

    /// Says what was met.
    pub(crate) fn tell(&self, problems: &mut Vec<Problem>) {
        for (count, one, many) in [
            (self.nameless, "component has no name", "components have no name"),
            (self.typeless, "component has no type", "components have no type"),
            (
                self.hashes,
                "hash is not as its algorithm has it",
                "hashes are not as their algorithms have them",
            ),
            (
                self.licences,
                "choice of licence is none, or is two",
                "choices of licence are none, or are two",
            ),
            (self.times, "time is none", "times are none"),
            (
                self.twice,
                "reference stands for a second component",
                "references stand for a second component",
            ),
        ] {
            if count > 0 {
                let words = if count == 1 { one } else { many };
                note(
                    problems,
                    Problem::of_file(format!("{count} {words}, which the schema forbids")),
                );
            }
        }
    }
}

/// Tells components without a name: a bill that lists what it does not name is not whole.
pub(crate) fn nameless<C: Borrow<Component>>(components: &[C], anomalies: &mut Vec<Anomaly>) {
    let is_nameless = |component: &Component| component.name.trim().is_empty() && component.purl.trim().is_empty();
    let nameless = components
        .iter()
        .filter(|component| is_nameless((*component).borrow()))
        .count();
    if nameless > 0 {
        let message = format!("{nameless} of {} components have no name", components.len());
        anomaly(anomalies, AnomalyKind::NotWhole, None, message);
    }
}

#[cfg(test)]
mod tests {
    use super::{Oddities, nameless};
    use crate::model::sbom::Component;

    #[test]
    fn what_names_nothing_is_told() {
        let named = |name: &str, purl: &str| Component {
            name: name.to_owned(),
            purl: purl.to_owned(),
            ..Component::default()
        };
        let mut anomalies = Vec::new();
        nameless(&[named("a", ""), named("", "pkg:npm/a@1")], &mut anomalies);
        assert!(anomalies.is_empty());
        nameless(&[named("a", ""), named(" ", "")], &mut anomalies);
        assert_eq!(anomalies[0].message, "1 of 2 components have no name");
    }

    #[test]
    fn each_kind_is_told_once_with_its_count() {
        let mut oddities = Oddities::default();
        oddities.see_component("library", "a");
        oddities.see_component("", " ");
        oddities.see_component("library", "");
        oddities.see_hash("MD5", &"a".repeat(32));
        oddities.see_hash("SHA-256", "a1");
        oddities.see_hash("", &"a".repeat(40));
        oddities.see_licence(Some(("MIT", "")), "");
        oddities.see_licence(None, "MIT OR ISC");
        oddities.see_licence(Some(("MIT", "mine")), "");
        oddities.see_licence(None, " ");
        for time in [
            "",
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.1+02:00",
            "2026-01-02T03:04:05",
            "2026-01-02",
            "today",
        ] {
            oddities.see_time(time);
        }
        let mut problems = Vec::new();
        oddities.tell(&mut problems);
        let words: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            words,
            [
                "2 components have no name, which the schema forbids",
                "1 component has no type, which the schema forbids",
                "2 hashes are not as their algorithms have them, which the schema forbids",
                "2 choices of licence are none, or are two, which the schema forbids",
                "2 times are none, which the schema forbids",
            ]
        );
    }
}
