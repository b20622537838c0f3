//! The rules and how often each finds something now.

use serde::Serialize;

use crate::model::finding::{Confidence, Severity};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Entry, Kind, Leads, PLAIN};
use crate::site::pages::found::found;
use crate::site::shared::Site;
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "rules",
    template: include_str!("../../../templates/rules.html"),
    pages,
    make,
    section: "rules",
    entry: Some(Entry {
        text: "Rules",
        order: 2,
        leads: Leads::Site("rules/"),
    }),
    reserves: &["rules"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    rules: Vec<Row<'site>>,
}

#[derive(Serialize)]
struct Row<'site> {
    id: &'site str,
    url: String,
    summary: &'site str,
    severity: Severity,
    confidence: Confidence,
    findings: usize,
}

fn pages(_: &Site) -> Vec<Target> {
    vec![Target {
        address: "rules/".to_owned(),
        owner: "the list of rules".to_owned(),
        ..Target::default()
    }]
}

fn make(site: &Site, target: &Target) -> Made {
    let facts = Facts {
        rules: site
            .handbook
            .rules
            .iter()
            .map(|rule| Row {
                id: rule.id,
                url: site.rule(rule.id).unwrap_or_default(),
                summary: rule.summary,
                severity: rule.severity,
                confidence: rule.confidence,
                findings: found(site, rule.id).count(),
            })
            .collect(),
    };
    Frame::new(KIND.name, target, "Rules")
        .described("What is checked in runbooks, and why.")
        .with(&facts)
}
