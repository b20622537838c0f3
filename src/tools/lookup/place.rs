//! Whether words point into this tree.

use crate::model::directory::Directory;
use crate::model::edition::Source;
use crate::model::place::Span;
use crate::tools::folder;
use crate::tools::lookup::document::Document;

/// Whether the first part of a path is a folder at the top of the source or of the product, or of the folder that it counts from.
pub(crate) fn is_rooted(source: &Source, path: &str, directory: &Directory) -> bool {
    let path = path.trim_start_matches("./");
    let Some((first, _)) = path.split_once('/') else {
        return false;
    };
    let written = match directory {
        Directory::Known(written) => written.as_str(),
        Directory::Host(_) | Directory::Unknown => "",
    };
    // Behind a `cd`, a path may count from the root all the same.
    let is_folder = |root: &&String| {
        let inside = folder::join(root, written).and_then(|folder| folder::join(&folder, first));
        let tops = [inside, folder::join(root, first)];
        tops.into_iter().flatten().any(|top| source.listing.has_folder(&top))
    };
    !matches!(first, ".." | "") && [&source.root, &source.product_root].iter().any(is_folder)
}

/// Whether words hold the address of a repository of a forge that is not called like this one.
pub(crate) fn names_other_repository(words: &str, own: &str) -> bool {
    ["github.com/", "gitlab.com/"].iter().any(|forge| {
        words.match_indices(forge).any(|(at, _)| {
            let path = &words[at + forge.len()..];
            let mut parts = path.split(['/', ')', '>', '#', '?', '"', '`', ' ', '\n']);
            let (owner, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let name = name.trim_end_matches(['.', ',']).trim_end_matches(".git");
            !owner.is_empty()
                && !matches!(owner, "orgs" | "settings" | "features")
                && !name.is_empty()
                && !name.eq_ignore_ascii_case(own)
        })
    })
}

/// The lines around a place, up to the nearest empty ones.
pub(crate) fn paragraph(document: &Document<'_>, span: Span) -> String {
    let before = document.before(span.start).rsplit("\n\n").next().unwrap_or_default();
    let behind = document.behind(span.end).split("\n\n").next().unwrap_or_default();
    format!("{before} {behind}")
}
