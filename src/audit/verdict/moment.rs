//! Where the time of a release begins.

use chrono::{DateTime, Utc};

use crate::audit::verdict::time::moment;
use crate::model::evidence::Integrity;
use crate::model::release::Release;

/// When what was released began to run: the end of its deployment to production, else the moment of its record.
pub(super) fn start(release: &Release) -> Option<DateTime<Utc>> {
    let deployed = release
        .evidence
        .iter()
        .filter(|file| file.integrity == Integrity::Recorded && file.artifact.format == Some("deployment"));
    let mut ends = deployed.filter_map(|file| {
        let fact = |name: &str| {
            let facts = &file.artifact.about.facts;
            facts.iter().find(|(fact, _)| fact == name).map(|(_, value)| value.as_str())
        };
        fact("environment").filter(|environment| environment.eq_ignore_ascii_case("production"))?;
        Some(moment(fact("deployed_at")?)?.at)
    });
    let recorded = || Some(release.record.as_ref()?.released?.to_utc());
    ends.next().or_else(recorded)
}
