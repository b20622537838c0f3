//! The raw files of an audit pack: records, evidence, exceptions, logs and exports of a period, byte for byte.

use std::collections::BTreeMap;

use crate::config::product::plans;
use crate::error::Result;
use crate::judge::context::Context;
use crate::judge::store::store;
use crate::model::handbook::Product;
use crate::model::population::Population;
use crate::model::tree::EntryKind;
use crate::source::tree::Tree;

/// The raw files of a period.
#[derive(Debug, Default)]
pub(crate) struct Raw {
    /// The bytes by path, from the root of the repository.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// What is not among them, and why.
    pub(crate) left_out: Vec<String>,
}

/// Reads the raw files of a period of a product.
pub(crate) fn raw(context: &Context, product: &Product, population: &Population) -> Result<Raw> {
    let mut raw = Raw::default();
    let subject = context.subject(None, false)?;
    let plans = plans(&context.config, &context.name());
    let Some(plan) = plans.iter().find(|plan| plan.id == product.prefix || plans.len() == 1) else {
        return Ok(raw);
    };
    let store = store(context, plan, subject.tree.as_ref())?;
    let tree = store.source().tree;
    for shipped in &population.shipped {
        let release = product
            .releases
            .iter()
            .find(|release| release.release.version == shipped.version);
        let Some(release) = release.map(|release| &release.release) else {
            continue;
        };
        let paths = release.record.iter().map(|record| &record.path);
        let mut paths = paths.chain(release.evidence.iter().map(|file| &file.repository_path));
        let folder = paths.find_map(|path| folder_of(path, &plan.releases));
        if let Some(folder) = folder {
            take(tree, &folder, &mut raw);
        }
    }
    let head = subject.tree.as_ref();
    let logs = product.logs.iter().map(|log| &log.path);
    let exceptions = product.exceptions.iter().map(|judged| &judged.exception.path);
    let exports = product.trail.exports.iter().map(|export| &export.path);
    let duties = product.duties.iter().map(|judged| &judged.duty.path);
    for path in logs.chain(exceptions).chain(exports).chain(duties) {
        take_file(head, path, &mut raw);
    }
    Ok(raw)
}

/// The folder of a release that a file of the store lies in.
fn folder_of(path: &str, store: &str) -> Option<String> {
    let below = path.strip_prefix(store)?.strip_prefix('/')?;
    let (name, _) = below.split_once('/')?;
    Some(format!("{store}/{name}"))
}

fn take(tree: &dyn Tree, folder: &str, raw: &mut Raw) {
    let paths: Vec<String> = tree.listing().below(folder).iter().map(|entry| entry.path.clone()).collect();
    for path in paths {
        take_file(tree, &path, raw);
    }
}

fn take_file(tree: &dyn Tree, path: &str, raw: &mut Raw) {
    if raw.files.contains_key(path) {
        return;
    }
    let left_out = match tree.listing().entry(path) {
        Some(entry) if matches!(entry.kind, EntryKind::File | EntryKind::Executable) => match tree.read(entry) {
            Ok(bytes) => {
                raw.files.insert(path.to_owned(), bytes);
                return;
            }
            Err(_) => "it cannot be read from the repository",
        },
        Some(_) => "it is no plain file",
        None => "it is not at the head of the branch",
    };
    raw.left_out.push(format!("{path}: {left_out}"));
}
