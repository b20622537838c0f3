//! Files of an evidence store.

use crate::model::evidence::{Artifact, Evidence, Integrity};

/// A file that the record of a release `v1` lists. What stands below `evidence/` is of the gate of its folder.
pub(crate) fn evidence_file(path: &str, artifact: Artifact) -> Evidence {
    let gate = path.strip_prefix("evidence/").and_then(|rest| rest.split('/').next());
    Evidence {
        path: path.to_owned(),
        repository_path: format!("releases/v1/{path}"),
        gate: gate.map(str::to_owned),
        sha256: String::new(),
        bytes: 9,
        integrity: Integrity::Recorded,
        artifact,
        excerpt: None,
    }
}
