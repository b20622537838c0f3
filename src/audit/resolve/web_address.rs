//! Addresses on the web. Those of this very repository are looked up; nothing is fetched.

use crate::audit::resolve::anchor::anchor_in;
use crate::audit::resolve::index::Index;
use crate::audit::resolve::path::{Found, dangling};
use crate::audit::resolve::resolver::Resolver;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution, Status};
use crate::tools::forge_address::{Place, place};
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;

/// Looks up addresses.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Url),
    resolve,
};

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    if let Some(right) = slip_of_scheme(&named.name) {
        return broken(Reason::SchemeMistyped(right.to_owned()), Some(right.to_owned()));
    }
    match index.source.web_url.as_deref().and_then(|own| place(&named.name, own)) {
        Some(_) if claim::has_placeholder(&named.name) => ignored(Reason::Placeholder),
        Some(Place::Workflow(name) | Place::WorkflowNamed(name)) => workflow(index, document, reference, &name),
        other => index.own_place(other),
    }
}

impl Index<'_> {
    /// What an address of a page of the forge leads to, as far as it is one of this repository.
    pub(super) fn own_address(&self, address: &str) -> Resolution {
        self.own_place(self.source.web_url.as_deref().and_then(|own| place(address, own)))
    }

    fn own_place(&self, place: Option<Place>) -> Resolution {
        match place {
            Some(Place::File { path, fragment }) => file(self, &path, fragment.as_deref()),
            // The tags are no part of the tree; a rule of its own knows them.
            Some(Place::Tag(_)) => unverifiable(Reason::AddressOfTag),
            Some(Place::Mistyped { wrong, right }) => broken(Reason::AddressMistyped(wrong), Some(right)),
            Some(Place::Workflow(_) | Place::WorkflowNamed(_)) | None => unverifiable(Reason::AddressOutside),
        }
    }
}

/// A file or folder. The address counts from the root of the repository, whatever the source of the product is.
fn file(index: &Index<'_>, path: &str, fragment: Option<&str>) -> Resolution {
    match index.find(path) {
        Found::File => match fragment.and_then(|fragment| Some((fragment, index.source.anchors.get(path)?))) {
            Some((fragment, anchors)) => {
                match anchor_in(path, &anchors.plain, index.other_anchors(path, &anchors.other), fragment) {
                    missing if missing.status == Status::Broken => missing,
                    _ => resolved(path, None, Reason::OwnAddress),
                }
            }
            None => resolved(path, None, Reason::OwnAddress),
        },
        Found::Folder => resolved(path, None, Reason::OwnAddress),
        Found::Dangling(to) => dangling(path, &to),
        Found::Hidden(reason) => unverifiable(reason),
        Found::Absent if index.ignored.is_ignored(path) => ignored(Reason::OutputIgnored),
        Found::Absent => Resolution {
            expected: Some(path.to_owned()),
            ..broken(Reason::MissingHere(path.to_owned()), None)
        },
    }
}

/// The page or the badge of a workflow.
fn workflow(index: &Index<'_>, document: &Document<'_>, reference: &Reference, name: &str) -> Resolution {
    let files = &index.lookup.workflows().files;
    if files.is_empty() {
        return unverifiable(Reason::NoWorkflows);
    }
    if matches!(claim::extension(name), Some("yml" | "yaml")) {
        return index.lookup.workflow(document, reference, name);
    }
    if let Some(file) = index.lookup.workflow_called(name) {
        return resolved(&file.path, None, Reason::A("workflow"));
    }
    if let Some(file) = files.iter().find(|file| !file.problems.is_empty()) {
        return unverifiable(Reason::CouldNotBeRead(file.path.clone()));
    }
    let names = files.iter().filter_map(|file| file.name.as_deref());
    broken(
        Reason::NoWorkflowCalled(name.to_owned()),
        nearest(name, names).map(str::to_owned),
    )
}

/// The scheme that was meant by one that is a letter away from it: `htps://`, `ttps://`.
fn slip_of_scheme(address: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = address.split_once("://") else {
        // `https:/example.org` lacks a slash.
        let one = |right: &&str| {
            address
                .strip_prefix(*right)
                .is_some_and(|rest| rest.starts_with(":/") && rest.len() > 2)
        };
        return ["https", "http"].into_iter().find(one);
    };
    let scheme = scheme.to_ascii_lowercase();
    if rest.is_empty() || matches!(scheme.as_str(), "http" | "https" | "ftp" | "ftps" | "sftp" | "ssh") {
        return None;
    }
    let near = |right: &&&str| strsim::osa_distance(&scheme, right) == 1;
    ["https", "http"].iter().find(near).copied()
}

#[cfg(test)]
mod tests {
    use super::slip_of_scheme;
    use crate::audit::testing::{Fixture, named, tasks, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;

    #[test]
    fn a_scheme_with_one_slash_is_a_slip() {
        assert_eq!(slip_of_scheme("https:/example.org/x"), Some("https"));
        assert_eq!(slip_of_scheme("http:/example.org"), Some("http"));
        for address in ["https://example.org", "mailto:a@example.org", "https:/", "tel:/1"] {
            assert_eq!(slip_of_scheme(address), None, "{address}");
        }
    }

    #[test]
    fn a_scheme_that_is_a_letter_away_is_a_slip() {
        assert_eq!(slip_of_scheme("htps://example.org"), Some("https"));
        assert_eq!(slip_of_scheme("ttp://example.org"), Some("http"));
        for other in [
            "https://example.org", "ftp://example.org", "s3://bucket/x", "grpc://x", "https:x", "hxxps://x",
        ] {
            assert_eq!(slip_of_scheme(other), None, "{other}");
        }
    }

    fn status(fixture: Fixture, address: &str) -> String {
        let mut fixture = fixture;
        fixture.source.web_url = Some("https://github.com/org/app".to_owned());
        fixture.look_up(named(Kind::Url, address, &[], ""))
    }

    #[test]
    fn own_addresses_are_looked_up() {
        let workflow = || DefinitionFile {
            name: Some("CI".to_owned()),
            ..tasks("workflow", ".github/workflows/ci.yml", &["build"])
        };
        let fixture = || tree(&["docs/x.md"]).with(workflow());
        assert_eq!(
            status(fixture(), "https://github.com/org/app/blob/main/docs/x.md"),
            "resolved docs/x.md (an address of this repository)"
        );
        assert!(status(fixture(), "https://github.com/org/app/blob/main/docs/gone.md").starts_with("broken"));
        assert!(status(fixture(), "https://github.com/org/app/workflows/CI/badge.svg").starts_with("resolved"));
        assert!(status(fixture(), "https://github.com/org/app/workflows/Checks/badge.svg").starts_with("broken"));
        assert!(status(fixture(), "https://github.com/org/app/actions/workflows/gone.yml/badge.svg").starts_with("broken"));
        assert!(status(fixture(), "https://github.com/org/app/issue/3").starts_with("broken"));
        assert!(status(fixture(), "https://github.com/org/app/issues/3").starts_with("unverifiable"));
        assert!(status(fixture(), "https://github.com/org/other/blob/main/docs/gone.md").starts_with("unverifiable"));
        assert!(status(tree(&[]), "https://github.com/org/app/workflows/CI/badge.svg").starts_with("unverifiable"));
    }
}
