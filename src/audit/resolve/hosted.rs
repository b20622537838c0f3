//! What a command names behind `cd /opt/app`: a folder of a host, which is a clone of this repository or is not.

use crate::audit::resolve::index::Index;
use crate::model::directory::Directory;
use crate::model::reference::{Reference, ReferenceKind, Resolution, Status};
use crate::tools::folder;
use crate::tools::lookup::document::Document;

impl Index<'_> {
    /// Looks up what a command names in a folder of a host. In a clone of this repository it counts from there, and what is missing is
    /// missing. Elsewhere nobody can tell that it is missing; that it is here under the same words is told, so that a change that takes
    /// it away is known to break the text.
    pub(super) fn hosted(&self, document: &Document<'_>, reference: &Reference, place: &str) -> Resolution {
        let counted = |directory: Directory| {
            let reference = Reference {
                kind: reference.kind.counted_from(&directory),
                ..reference.clone()
            };
            self.resolve_here(document, &reference)
        };
        if let Some(inside) = document.inside_clone(place) {
            return counted(Directory::Known(inside.to_owned()));
        }
        if says_enough(&reference.kind) {
            let parts: Vec<&str> = place.split('/').filter(|part| !part.is_empty() && *part != "~").collect();
            let tails = (1..=parts.len()).map(|first| parts[first..].join("/"));
            let folders = tails.filter(|tail| {
                let inside = folder::join(&self.source.root, tail);
                inside.is_some_and(|inside| tail.is_empty() || self.source.listing.has_folder(&inside))
            });
            let mut found = folders.map(|tail| counted(Directory::Known(tail)));
            if let Some(found) = found.find(|found| found.status == Status::Resolved) {
                return found;
            }
        }
        counted(Directory::Unknown)
    }
}

/// Whether words are more than what any folder may hold: a name without a folder may be found anywhere.
fn says_enough(kind: &ReferenceKind) -> bool {
    match kind {
        ReferenceKind::Path { path, .. } => path.trim_end_matches('/').contains('/') && !path.starts_with("../"),
        ReferenceKind::Glob { pattern, .. } => pattern.contains('/') && !pattern.starts_with("../"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, reference, tree};
    use crate::model::directory::Directory;
    use crate::model::place::Span;
    use crate::model::reference::{Reference, ReferenceContext, ReferenceKind};
    use crate::model::runbook::{CodeBlock, CodeKind, Command};

    fn path(path: &str, folder: &str) -> Reference {
        let kind = ReferenceKind::Path {
            path: path.to_owned(),
            directory: Directory::Host(folder.to_owned()),
        };
        reference(path, kind, ReferenceContext::Command)
    }

    /// A tree whose runbook has a block of commands, each with the folder of a host that it begins in.
    fn running(commands: &[(&str, &str)]) -> Fixture {
        let mut fixture = tree(&["scripts/deploy.sh", "api/run.sh", "docs/runbook.md"]);
        let commands = commands.iter().map(|(folder, text)| Command {
            text: (*text).to_owned(),
            span: Span::new(0, 1),
            directory: Directory::Host((*folder).to_owned()),
            has_placeholder: false,
        });
        fixture.runbook.code_blocks.push(CodeBlock {
            language: "bash".to_owned(),
            kind: CodeKind::Shell,
            span: Span::new(0, 1),
            content: Span::new(0, 1),
            text: String::new(),
            commands: commands.collect(),
            blanks: Vec::new(),
            section: None,
        });
        fixture
    }

    #[test]
    fn what_is_here_under_the_same_words_is_found() {
        let fixture = running(&[]);
        assert!(
            fixture
                .look_up(path("./scripts/deploy.sh", "/opt/app"))
                .starts_with("resolved scripts/deploy.sh")
        );
        assert!(
            fixture
                .look_up(path("./run.sh", "/opt/app/api"))
                .starts_with("resolved api/run.sh")
        );
        // A name alone may be in any folder, and what is not here may be there.
        assert!(fixture.look_up(path("run.sh", "/opt/app/api")).starts_with("unverifiable"));
        assert!(
            fixture
                .look_up(path("./scripts/gone.sh", "/opt/app"))
                .starts_with("unverifiable")
        );
    }

    #[test]
    fn what_a_clone_does_not_hold_is_missing() {
        let clone = running(&[("/opt/app", "git pull --ff-only")]);
        assert!(clone.look_up(path("./scripts/gone.sh", "/opt/app")).starts_with("broken"));
        assert!(
            clone
                .look_up(path("./run.sh", "/opt/app/api"))
                .starts_with("resolved api/run.sh")
        );
        assert!(
            clone
                .look_up(path("./scripts/gone.sh", "/opt/application"))
                .starts_with("unverifiable")
        );
        // Another clone beside it: nobody says which of them is this repository.
        let two = running(&[("/opt/app", "git pull"), ("/opt/site", "git fetch")]);
        assert!(two.look_up(path("./scripts/gone.sh", "/opt/app")).starts_with("unverifiable"));
        assert!(
            running(&[("/opt/app", "ls")])
                .look_up(path("./scripts/gone.sh", "/opt/app"))
                .starts_with("unverifiable")
        );
    }

    #[test]
    fn a_sentence_says_where_the_clone_is() {
        let says = |text: &str| running(&[]).says(text).look_up(path("./scripts/gone.sh", "/srv/x"));
        assert!(says("Clone the repo to `/srv/x` first.\n").starts_with("broken"));
        assert!(says("- Repository directory: `/srv/x/`\n").starts_with("broken"));
        assert!(says("- Data directory: `/srv/x`\n").starts_with("unverifiable"));
        assert!(says("Clone the repo, then fill `/srv/x/.env`.\n").starts_with("unverifiable"));
    }
}
