//! Files that a program looks for by itself where it runs, though no word of the command names them: the `Dockerfile` of
//! `docker build .`, the `cdk.json` of `cdk deploy`.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::reason::{Reason, SeenFrom};
use crate::model::reference::{Named, Reference, ReferenceContext, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Needed files.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::NeededFile),
    resolve,
};

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let listing = &index.source.listing;
    if reference.context != ReferenceContext::Command {
        // A sentence names the command and says nothing of where to run it.
        return ignored(Reason::NoPathOfRepository);
    }
    if named.directory == Directory::Unknown {
        return unverifiable(Reason::FolderUnknown);
    }
    let folders = document.folders(index.source, &named.directory);
    if folders.is_empty() {
        return unverifiable(Reason::FolderNotInTree);
    }
    let places: Vec<String> = folders.iter().filter_map(|home| folder::join(home, &named.name)).collect();
    if let Some(path) = places.iter().find(|path| listing.has_file(path)) {
        return resolved(path, None, Reason::FileThere(SeenFrom::Here));
    }
    let (below, name) = folder::split(&named.name);
    let is_context = |home: &String| folder::join(home, below).is_some_and(|context| listing.has_folder(&context));
    if !below.is_empty() && !folders.iter().any(is_context) {
        // The folder has a reference of its own.
        return ignored(Reason::NoPathOfRepository);
    }
    // A step may write it, and a sentence may say where the reader is.
    let text: &str = &document.runbook.text;
    let is_written =
        document.written.paths.keys().any(|path| folder::split(path).1 == name) || text.contains(&format!("`{name}`"));
    let same: Vec<&str> = listing
        .named(name)
        .filter(|entry| index.is_ours(&entry.path))
        .map(|entry| entry.path.as_str())
        .take(20)
        .collect();
    // A step that goes there may stand anywhere in the text.
    let goes = |path: &&str| {
        let home = folder::split(path).0;
        !home.is_empty() && ["cd ", "cd ./"].iter().any(|cd| text.contains(&format!("{cd}{home}")))
    };
    let is_spoken_of = same.iter().any(goes)
        || same
            .iter()
            .any(|path| document.speaks_of(reference.span.start, folder::split(path).0));
    if is_written || is_spoken_of {
        return unverifiable(Reason::ReaderMakesIt);
    }
    // A repository that has none at all builds something else.
    let Some(first) = same.first() else {
        return ignored(Reason::NoPathOfRepository);
    };
    let suggestion = (same.len() == 1).then(|| (*first).to_owned());
    broken(Reason::MissingWhereRun(named.name.clone()), suggestion)
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_needed_file_is_looked_for_where_the_command_runs() {
        let fixture = tree(&["api/Dockerfile", "web/x.js"]);
        let look_up = |name: &str, folder: &str| fixture.look_up(named(Kind::NeededFile, name, &["docker build"], folder));
        assert!(look_up("Dockerfile", "api").starts_with("resolved api/Dockerfile"));
        assert!(look_up("api/Dockerfile", "").starts_with("resolved api/Dockerfile"));
        assert_eq!(
            look_up("Dockerfile", ""),
            "broken (there is no `Dockerfile` where the command runs) -> api/Dockerfile"
        );
        assert!(look_up("web/Dockerfile", "").starts_with("broken"));
        assert!(look_up("Dockerfile", "gone").starts_with("unverifiable"));
        assert!(look_up("cdk.json", "").starts_with("ignored"));
        let said = tree(&["api/Dockerfile"]).says("Go to the `api` folder.\n\n");
        let mut reference = named(Kind::NeededFile, "Dockerfile", &["docker build"], "");
        reference.span = crate::model::place::Span::new(24, 25);
        assert!(said.look_up(reference).starts_with("unverifiable"));
    }
}
