//! What a handbook is made from, in one digest: when it is the same, so is the handbook.

use sha2::{Digest as _, Sha256};

use crate::config::product::{SourcePlan, plans};
use crate::judge::context::Context;
use crate::judge::place::Place;
use crate::model::digest::hex;
use crate::source::cache::program;
use crate::source::state::state;

/// The digest. None where something is read that has no digest of its own: a worktree, another checkout, a folder of artifacts, a clone
/// that does not hold all of its history.
pub(crate) fn inputs(context: &Context, base_url: Option<&str>) -> Option<String> {
    let repository = context.repository.as_ref()?;
    repository.head().ok()??;
    let name = context.name();
    let is_elsewhere = plans(&context.config, &name)
        .iter()
        .any(|plan| matches!(plan.source, SourcePlan::Checkout(_)));
    if is_elsewhere || matches!(context.evidence, Place::Folder(_)) {
        return None;
    }
    let waivers = context.root_file(&context.config.waivers).ok()?;
    let root = context.root.canonicalize().ok()?;
    let settings = context.config_file.as_ref();
    let parts = [
        program().to_owned(),
        state(repository)?,
        context.today.to_string(),
        format!("{settings:?}"),
        format!("{waivers:?}"),
        format!("{:?}", context.evidence),
        root.display().to_string(),
        format!(
            "{:?}",
            (
                name,
                context.title(),
                context.head_in_words(),
                context.web_url(),
                context.source_url(),
                base_url
            )
        ),
    ];
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    Some(hex(&digest.finalize()))
}
