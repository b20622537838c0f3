//! Bills of materials.

pub(crate) mod cyclonedx_json;
pub(crate) mod cyclonedx_xml;
mod gaps;
pub(crate) mod licence;
pub(crate) mod oddities;
pub(crate) mod purl;
pub(crate) mod spdx3_json;
pub(crate) mod spdx_document;
pub(crate) mod spdx_json;
pub(crate) mod spdx_tag_value;
pub(crate) mod spdx_yaml;
pub(crate) mod syft;
pub(crate) mod vex;
mod ways;

use crate::parse::artifact::Format;

/// Every format of bills of materials, sorted by name.
pub(crate) const FORMATS: &[Format] = &[
    cyclonedx_json::FORMAT,
    cyclonedx_xml::FORMAT,
    spdx3_json::FORMAT,
    spdx_json::FORMAT,
    spdx_tag_value::FORMAT,
    spdx_yaml::FORMAT,
    syft::FORMAT,
];

/// Formats that say their name in a text at the top of the file. Whatever else such a file holds, it is of that format.
pub(crate) const ANNOUNCED: &[Format] = &[cyclonedx_json::FORMAT, spdx_json::FORMAT];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    fn samples() -> Option<PathBuf> {
        let samples = std::env::var_os("RUNPROOF_SAMPLES").map(|folder| Path::new(&folder).join("sbom"));
        if samples.is_none() {
            println!("skipped: RUNPROOF_SAMPLES is not set");
        }
        samples
    }

    #[test]
    fn every_sample_has_the_figures_that_were_counted_apart_from_us() {
        let Some(samples) = samples() else {
            return;
        };
        let table = fs::read_to_string(samples.join("expected-open.tsv")).expect("the expectations can be read");
        let mut rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        let head = rows.next().expect("the table has a head");
        let (mut compared, mut differences) = (0, Vec::new());
        for row in rows {
            let cell = |name: &str| head.iter().position(|key| *key == name).and_then(|at| row.get(at)).copied();
            let text = |name: &str| cell(name).unwrap_or_default();
            let format = match text("kind") {
                "cyclonedx-json" => "cyclonedx-json",
                "cyclonedx-xml" => "cyclonedx-xml",
                "spdx2-json" => "spdx-json",
                // The other kinds are compared in `parse::artifact::samples`.
                _ => continue,
            };
            let file = format!("{}/{}", text("repo").replace('/', "+"), text("path"));
            let bytes = fs::read(samples.join(&file)).expect("the sample can be read");
            let artifact = read(&bytes, None);
            let Content::Sbom(sbom) = &artifact.content else {
                if !format.is_empty() {
                    differences.push(format!("{file}: unread: {:?}", artifact.problems));
                }
                continue;
            };
            compared += 1;
            let comps = if format == "spdx-json" {
                sbom.top_level
            } else {
                sbom.components.len() as u64
            };
            let version = match format {
                "spdx-json" => format!("SPDX-{}", sbom.standard_version),
                _ => sbom.standard_version.clone(),
            };
            let mut got = vec![("kind", artifact.format.unwrap_or_default().to_owned()), ("ver", version)];
            for (column, count) in [
                ("comps", comps),
                ("top", sbom.top_level),
                ("files", sbom.files),
                ("edges", sbom.edges),
                ("deps", sbom.dependency_records),
                ("vulns", sbom.vulnerabilities),
                ("purls", sbom.purls),
            ] {
                got.push((column, count.to_string()));
            }
            for (column, got) in got {
                let expected = if column == "kind" { format } else { text(column) };
                if !expected.is_empty() && expected != got {
                    differences.push(format!("{file}: {column}: expected {expected}, got {got}"));
                }
            }
        }
        assert_eq!(differences, Vec::<String>::new());
        assert_eq!(compared, 559, "samples were compared");
    }

    #[test]
    fn identities_of_three_generators_tell_the_same_changes() {
        let Some(samples) = samples() else {
            return;
        };
        let versions = |name: &str| {
            let bytes = fs::read(samples.join("generated").join(name)).expect("the sample can be read");
            let Content::Sbom(sbom) = read(&bytes, None).content else {
                panic!("{name} is read");
            };
            // The licence stands beside the version: it does not change on its own here.
            let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for component in sbom.components {
                versions
                    .entry(component.identity.clone())
                    .or_default()
                    .push(format!("{} {}", component.version, component.licence));
            }
            for versions in versions.values_mut() {
                versions.sort();
            }
            versions
        };
        for (before, after, expected) in [("1.4.0", "1.5.0", [1, 0, 5]), ("1.5.0", "2.0.0", [7, 16, 43])] {
            for (prefix, suffix) in [("npm-", ".cdx.json"), ("npm-", ".spdx.json"), ("cyclonedx-npm-", ".cdx.json")] {
                let old = versions(&format!("{prefix}{before}{suffix}"));
                let new = versions(&format!("{prefix}{after}{suffix}"));
                let added = new.keys().filter(|identity| !old.contains_key(*identity)).count();
                let removed = old.keys().filter(|identity| !new.contains_key(*identity)).count();
                let both = new.iter().filter_map(|(identity, now)| Some((old.get(identity)?, now)));
                let changed = both.filter(|(then, now)| then != now).count();
                assert_eq!([added, removed, changed], expected, "{prefix}{before}{suffix}");
            }
        }
    }
}
