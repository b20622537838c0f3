//! Signatures of the statements of releases, checked against the trust roots that the settings name. Without the feature `attestations`,
//! and without a root, nothing is checked and everything says so.

use crate::judge::context::Context;
use crate::model::evidence::Content;
use crate::model::provenance::{Checked, Statement};
use crate::model::release::Release;
use crate::source::tree::Tree;

/// Checks the signatures of releases. `head` is the tree of the branch, which holds the trust roots; `store` holds the evidence.
pub(crate) fn check(context: &Context, head: &dyn Tree, store: &dyn Tree, releases: &mut [Release]) {
    let has_any = releases
        .iter()
        .flat_map(|release| &release.evidence)
        .any(|file| matches!(&file.artifact.content, Content::Provenance(facts) if facts.signatures > 0));
    if has_any {
        checked(context, head, store, releases);
    }
}

/// Says of every signature why nobody checked it.
fn leave(releases: &mut [Release], why: &str) {
    for statement in statements(releases) {
        if matches!(statement.checked, Checked::Unverified { .. }) {
            statement.checked = Checked::Unverified { why: why.to_owned() };
        }
    }
}

fn statements(releases: &mut [Release]) -> impl Iterator<Item = &mut Statement> {
    let files = releases.iter_mut().flat_map(|release| &mut release.evidence);
    let facts = files.filter_map(|file| match &mut file.artifact.content {
        Content::Provenance(facts) => Some(facts),
        _ => None,
    });
    facts.flat_map(|facts| &mut facts.statements)
}

#[cfg(not(feature = "attestations"))]
fn checked(_: &Context, _: &dyn Tree, _: &dyn Tree, releases: &mut [Release]) {
    leave(releases, "this build of Runproof checks no signatures");
}

#[cfg(feature = "attestations")]
fn checked(context: &Context, head: &dyn Tree, store: &dyn Tree, releases: &mut [Release]) {
    let settings = &context.config.attestations;
    if settings.trusted_roots.is_empty() && settings.public_keys.is_empty() {
        return leave(releases, "the settings name no trust root");
    }
    match roots(settings, head) {
        Ok(roots) => with_roots(&roots, &settings.signers, store, releases),
        Err(why) => leave(releases, &why),
    }
}

/// The trust roots and keys of the settings; one that cannot be read keeps everything from being checked.
#[cfg(feature = "attestations")]
fn roots(settings: &crate::config::Attestations, head: &dyn Tree) -> Result<crate::parse::provenance::signature::Roots, String> {
    let mut all = crate::parse::provenance::signature::Roots::default();
    let text = |what: &str, path: &str| -> Result<String, String> {
        let listing = head.listing();
        let entry = listing.entry(path).ok_or_else(|| format!("{what} `{path}` is not there"))?;
        let bytes = head.read(entry).map_err(|_| format!("{what} `{path}` cannot be read"))?;
        String::from_utf8(bytes).map_err(|_| format!("{what} `{path}` is no text"))
    };
    for path in &settings.trusted_roots {
        let what = "the trust root";
        all.add(&text(what, path)?)
            .map_err(|why| format!("{what} `{path}` cannot be used: {why}"))?;
    }
    for path in &settings.public_keys {
        let what = "the key";
        all.add_key(path, &text(what, path)?)
            .map_err(|why| format!("{what} `{path}` cannot be used: {why}"))?;
    }
    Ok(all)
}

#[cfg(feature = "attestations")]
fn with_roots(
    roots: &crate::parse::provenance::signature::Roots,
    signers: &[crate::config::SignerConfig],
    store: &dyn Tree,
    releases: &mut [Release],
) {
    use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

    use crate::parse::provenance::bundles::bundles;

    let listing = store.listing();
    let mut files: Vec<_> = releases.iter_mut().flat_map(|release| &mut release.evidence).collect();
    files.par_iter_mut().for_each(|file| {
        let format = file.artifact.format.unwrap_or_default();
        let Content::Provenance(facts) = &mut file.artifact.content else {
            return;
        };
        if facts.signatures == 0 {
            return;
        }
        let bytes = listing.entry(&file.repository_path).and_then(|entry| store.read(entry).ok());
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let bundles = bundles(format, &text);
        for statement in &mut facts.statements {
            if statement.checked == Checked::Unsigned {
                continue;
            }
            statement.checked = match bundles.get(statement.document as usize) {
                Some(Some(bundle)) => judged(roots.check(bundle, statement), signers),
                _ => Checked::Unverified {
                    why: "the file holds no certificate to check it with".to_owned(),
                },
            };
        }
    });
}

/// Holds who signed against those who may by the settings; without any, nobody judges it.
#[cfg(feature = "attestations")]
fn judged(checked: Checked, signers: &[crate::config::SignerConfig]) -> Checked {
    let Checked::Good { signer } = checked else { return checked };
    if signers.is_empty() {
        return Checked::Good { signer };
    }
    let may = |allowed: &crate::config::SignerConfig| {
        let glob = globset::Glob::new(&allowed.identity);
        allowed.issuer == signer.issuer && glob.is_ok_and(|glob| glob.compile_matcher().is_match(&signer.identity))
    };
    if !signer.identity.is_empty() && signers.iter().any(may) {
        return Checked::Verified { signer };
    }
    Checked::Failed {
        why: format!("it is signed by `{}`, whom the settings do not name", signer.words()),
    }
}
