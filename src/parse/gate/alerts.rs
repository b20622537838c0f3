//! What the exports of alerts of a forge share. A list that is as long as a page may be one page of many.

use crate::parse::artifact::tree::Node;
use crate::parse::gate::scan::{Hit, Scan};

/// Lengths that a page has by default and at most.
const PAGES: &[usize] = &[30, 100];

/// What an alert says.
pub(crate) struct Alert {
    pub(crate) severity: String,
    pub(crate) hit: Hit,
}

/// Reads a list of alerts: open ones count, dismissed ones are suppressed, fixed ones are gone, and any other state counts.
pub(crate) fn read(report: &Node<'_>, tool: &str, alert: fn(&Node<'_>) -> Alert) -> Scan {
    let mut scan = Scan::of(tool);
    let entries = report.items();
    for entry in entries {
        if !entry.is_object() {
            scan.doubt("an entry of the export is no object");
        }
        match entry.at("state").text() {
            Some("fixed") => {}
            Some("dismissed" | "auto_dismissed" | "resolved") => scan.suppress(1),
            _ => {
                let Alert { severity, hit } = alert(entry);
                scan.add(&severity, hit);
            }
        }
    }
    if PAGES.contains(&entries.len()) {
        scan.doubt(format!(
            "the export lists {} alerts, which is as many as one page has",
            entries.len()
        ));
    }
    scan.count("total", entries.len());
    scan
}
