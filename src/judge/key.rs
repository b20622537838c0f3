//! What the edition of a release is judged from, in one digest: with the same digest the judgement is the same. It follows from what the
//! commit of the release contains, from the day, and from the settings; not from what came after it.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use crate::config::product::{ProductPlan, SourcePlan};
use crate::judge::context::Context;
use crate::model::digest::hex;
use crate::model::history::Commit;
use crate::model::release::Release;
use crate::source::cache::program;
use crate::source::history::ignored::configured_revisions;
use crate::source::state::is_whole;

/// What all editions of a product have in common.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    shared: String,
}

impl Keys {
    /// The keys of the editions of a product. None where something is read that has no digest of its own: a folder without a repository, a
    /// clone that does not hold all of its history, another checkout.
    pub(crate) fn of(context: &Context, plan: &ProductPlan) -> Option<Self> {
        let repository = context.repository.as_ref().filter(|repository| is_whole(repository))?;
        if matches!(plan.source, SourcePlan::Checkout(_)) {
            return None;
        }
        let waivers = context.root_file(&context.config.waivers).ok()?;
        let settings = context.config_file.as_ref().map(|file| &file.text);
        let objects = repository.objects();
        let shared = format!(
            "{:?}",
            (
                program(),
                plan,
                settings,
                waivers,
                context.name(),
                context.web_url(),
                context.source_url(),
                objects.replaced_ids(),
                configured_revisions(repository),
            )
        );
        Some(Self { shared })
    }

    /// The key of the edition of a release, which is judged as of a day.
    pub(crate) fn of_release(&self, release: &Release, commit: &Commit, day: NaiveDate) -> String {
        let mut digest = Sha256::new();
        for part in [&self.shared, &release.slug, &release.version, &commit.id, &day.to_string()] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        hex(&digest.finalize())
    }
}
