//! Lines of files that a sentence cites in words. The file has a reference of its own, which says when it is not there.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::kind::Kind;
use crate::model::reason::{Reason, SeenFrom};
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{ignored, resolved};
use crate::tools::lookup::document::Document;

/// Cited lines.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::CitedLine),
    resolve,
};

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let listing = &index.source.listing;
    let file = named.within.first().map_or("", String::as_str);
    let line = reference.cited_lines().map(|(first, _)| first);
    let bases = index.bases(document, reference, &named.directory).unwrap_or_default();
    let mut places = bases.iter().filter_map(|base| folder::join(base, file));
    if let Some(path) = places.find(|path| listing.has_file(path)) {
        return resolved(&path, line, Reason::FileThere(SeenFrom::Here));
    }
    // A name without a folder is the only file of that name.
    let mut same = listing.named(file).filter(|entry| index.may_mean(&entry.path));
    match (same.next(), same.next()) {
        (Some(only), None) if !file.contains('/') => resolved(&only.path, line, Reason::OnlyFileOfName),
        _ => ignored(Reason::NoPathOfRepository),
    }
}
