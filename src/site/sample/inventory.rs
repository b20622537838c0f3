//! What the releases of the sample are made of.

use std::collections::BTreeMap;

use crate::model::advisory::AdvisoryHit;
use crate::model::evidence::Content;
use crate::model::handbook::JudgedRelease;
use crate::model::inventory::{
    AdvisoryLife, Cause, ComponentLife, Inventory, ScanFile, Sighting, Span as Carried, Standing, Turn,
};
use crate::model::licence::{JudgedLicence, LicenceStanding};

/// How the licences that the newest release states are judged.
pub(super) fn licences(inventory: &Inventory) -> Vec<JudgedLicence> {
    let mut components: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, life) in inventory.components.iter().enumerate() {
        let newest = life.spans.first().filter(|span| span.newest == 0);
        for licence in newest.into_iter().flat_map(|span| &span.licences) {
            components.entry(licence).or_default().push(index);
        }
    }
    let judged = components.into_iter().map(|(written, components)| JudgedLicence {
        written: written.to_owned(),
        expression: Some(written.to_owned()),
        standing: Some(if written.contains("BUSL") {
            LicenceStanding::Denied
        } else {
            LicenceStanding::Allowed
        }),
        components,
    });
    judged.collect()
}

/// What the sample releases are made of, each span one release long, and one advisory that came with a component.
pub(super) fn inventory(releases: &[JudgedRelease]) -> Inventory {
    let mut bills = Vec::new();
    let mut lives: BTreeMap<String, ComponentLife> = BTreeMap::new();
    for (at, release) in releases.iter().enumerate() {
        let files = release.release.evidence.iter();
        let sboms: Vec<_> = files
            .filter_map(|file| match &file.artifact.content {
                Content::Sbom(sbom) => Some(sbom),
                _ => None,
            })
            .collect();
        if sboms.is_empty() {
            continue;
        }
        bills.push(at);
        let place = bills.len() - 1;
        for component in sboms.iter().flat_map(|sbom| &sbom.components) {
            let life = lives.entry(component.identity.clone()).or_insert_with(|| ComponentLife {
                identity: component.identity.clone(),
                name: component.name.clone(),
                kind: component.kind.clone(),
                ..ComponentLife::default()
            });
            let same = life
                .spans
                .last()
                .is_some_and(|span| span.versions == [component.version.as_str()]);
            if let (true, Some(span)) = (same, life.spans.last_mut()) {
                span.oldest = place;
                continue;
            }
            life.spans.push(Carried {
                newest: place,
                oldest: place,
                versions: vec![component.version.clone()],
                licences: Some(component.licence.clone())
                    .into_iter()
                    .filter(|licence| !licence.is_empty())
                    .collect(),
                is_direct: component.is_direct,
                has_hash: component.has_hash,
            });
        }
    }
    let hit = AdvisoryHit {
        id: "CVE-2026-0001".to_owned(),
        package: "cryptography".to_owned(),
        version: "42.0.1".to_owned(),
        severity: "HIGH".to_owned(),
        fixed: "42.0.4".to_owned(),
        aliases: vec!["GHSA-aaaa-bbbb-cccc".to_owned()],
    };
    let newest = bills[0];
    let report = ScanFile {
        path: "evidence/dependencies/trivy.json".to_owned(),
        tools: vec!["Trivy 0.60.0".to_owned()],
        made: Some("2026-11-17T08:00:00Z".to_owned()),
        data_made: None,
    };
    Inventory {
        lacks: Vec::new(),
        scans: vec![newest],
        reports: vec![vec![report.clone()]],
        components: lives.into_values().collect(),
        advisories: vec![AdvisoryLife {
            id: hit.id.clone(),
            aliases: hit.aliases.clone(),
            sightings: vec![Sighting {
                release: newest,
                files: vec![report],
                standing: Standing::Open,
                hits: vec![hit],
            }],
            turns: vec![Turn {
                release: newest,
                is_entry: true,
                cause: Cause::FirstScan,
            }],
        }],
        bills,
    }
}
