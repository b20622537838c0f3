//! The verdict of each release as an in-toto statement with a verification summary (SLSA VSA v1), for other programs. It is not signed, and
//! says so: whoever publishes the site can sign the file as it is.
//!
//! <https://slsa.dev/spec/v1.0/verification_summary>, <https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::model::evidence::Integrity;
use crate::model::gate::{Gate, ReleaseState};
use crate::model::handbook::JudgedRelease;
use crate::site::body::written::hex;
use crate::site::feeds::address::STATEMENT;
use crate::site::feeds::feed::Feed;
use crate::site::file::File;
use crate::site::shared::{ProductSite, Site};

/// The kind.
pub(super) static FEED: Feed = Feed { files };

fn files(site: &Site) -> Vec<File> {
    let mut files = Vec::new();
    for product in &site.products {
        for judged in &product.product.releases {
            files.extend(statement(site, product, judged).map(|statement| File {
                url: format!("{}{STATEMENT}", product.release(judged)),
                bytes: format!("{statement:#}\n").into_bytes(),
            }));
        }
    }
    files
}

/// The statement on a release; none where its commit is not known, so that there is nothing that it could be about.
fn statement(site: &Site, product: &ProductSite, judged: &JudgedRelease) -> Option<Value> {
    let release = &judged.release;
    let commit = release.commit.as_deref()?;
    let place = repository(site.handbook.source_url.as_deref());
    let revision = release
        .tag
        .as_ref()
        .map_or_else(|| commit.to_owned(), |tag| format!("refs/tags/{}", tag.name));
    let uri = |path: &str| match &place {
        Some(place) => format!("git+{place}#{path}"),
        None => path.to_owned(),
    };
    let resource = match &place {
        Some(place) => format!("git+{place}@{revision}"),
        None => format!("git:{commit}"),
    };
    let is_passed = matches!(judged.verdict.state, ReleaseState::Proven | ReleaseState::Accepted);
    let levels = match judged.verdict.state {
        ReleaseState::Proven => json!(["SLSA_BUILD_LEVEL_UNEVALUATED", "RUNPROOF_RELEASE_PROVEN"]),
        ReleaseState::Accepted => json!(["SLSA_BUILD_LEVEL_UNEVALUATED", "RUNPROOF_RELEASE_ACCEPTED"]),
        _ => json!(["FAILED"]),
    };
    let of_release = |gate: &&Gate| judged.verdict.gates.iter().any(|verdict| verdict.gate == gate.id);
    let gates: Vec<&Gate> = product.product.gates.iter().filter(of_release).collect();
    let policy = gates
        .iter()
        .find_map(|gate| gate.declared_at.first())
        .map_or("", |at| &at.path);
    let policy_digest = hex(&Sha256::digest(serde_json::to_vec(&gates).unwrap_or_default()));
    let record = release.record.as_ref().zip(release.record_digest.as_ref());
    let mut inputs: Vec<Value> = record
        .into_iter()
        .map(|(record, digest)| json!({ "uri": uri(&record.path), "digest": { "sha256": digest } }))
        .collect();
    inputs.extend(
        release
            .amendments
            .iter()
            .map(|amendment| json!({ "uri": uri(&amendment.path), "digest": { "sha256": amendment.digest } })),
    );
    let recorded = release.evidence.iter().filter(|file| file.integrity == Integrity::Recorded);
    inputs.extend(recorded.map(|file| json!({ "uri": uri(&file.repository_path), "digest": { "sha256": file.sha256 } })));
    Some(json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": release.version, "uri": resource, "digest": { "gitCommit": commit } }],
        "predicateType": "https://slsa.dev/verification_summary/v1",
        "predicate": {
            "verifier": { "id": "urn:x-runproof:verifier", "version": { "runproof": env!("CARGO_PKG_VERSION") } },
            "timeVerified": format!("{}T00:00:00Z", site.handbook.today),
            "resourceUri": resource,
            "policy": { "uri": uri(policy), "digest": { "sha256": policy_digest } },
            "inputAttestations": inputs,
            "verificationResult": if is_passed { "PASSED" } else { "FAILED" },
            "verifiedLevels": levels,
            "slsaVersion": "1.0",
            "runproof": {
                "state": judged.verdict.state,
                "signed": false,
                "gates": judged.verdict.gates.iter().map(|gate| json!({ "id": gate.gate, "outcome": gate.outcome })).collect::<Vec<_>>(),
            },
        },
    }))
}

/// The address of the repository, from the pattern of its files.
fn repository(source_url: Option<&str>) -> Option<String> {
    let url = source_url?;
    let end = ["/-/blob/", "/blob/", "/src/", "/{revision}"]
        .into_iter()
        .filter_map(|part| url.find(part))
        .min()?;
    Some(url[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{files, repository};
    use crate::site::sample;
    use crate::site::shared::Site;

    #[test]
    fn every_release_with_a_commit_has_a_statement_that_says_that_it_is_not_signed() {
        let handbook = sample::handbook();
        let site = Site::of(&handbook);
        let made = files(&site);
        let releases = handbook.products.iter().flat_map(|product| &product.releases);
        assert_eq!(
            made.len(),
            releases.filter(|release| release.release.commit.is_some()).count()
        );
        assert!(!made.is_empty());
        for file in made {
            let value: Value = serde_json::from_slice(&file.bytes).expect("it is JSON");
            let predicate = &value["predicate"];
            assert_eq!(value["predicateType"], "https://slsa.dev/verification_summary/v1");
            assert_eq!(predicate["runproof"]["signed"], false);
            let is_passed = predicate["verificationResult"] == "PASSED";
            assert_eq!(is_passed, predicate["verifiedLevels"][0] != "FAILED", "{file:?}");
            assert!(value["subject"][0]["digest"]["gitCommit"].is_string());
        }
    }

    #[test]
    fn the_repository_is_told_by_the_addresses_of_its_files() {
        let of = |url| repository(Some(url));
        assert_eq!(
            of("https://github.com/o/r/blob/{revision}/{path}").as_deref(),
            Some("https://github.com/o/r")
        );
        assert_eq!(
            of("https://gitlab.com/g/r/-/blob/{revision}/{path}").as_deref(),
            Some("https://gitlab.com/g/r")
        );
        assert_eq!(of("https://example.org/{path}"), None);
    }
}
