//! Addresses on the web. Those of this very repository are looked up; nothing is fetched.

use percent_encoding::percent_decode_str;

use crate::audit::resolve::index::Index;
use crate::audit::resolve::path::Found;
use crate::audit::resolve::resolver::Resolver;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;

/// Looks up addresses.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Url),
    resolve,
};

/// Names of main branches. What stands on any other branch, tag or commit is not what stands here.
const BRANCHES: &[&str] = &["HEAD", "develop", "main", "master", "trunk"];

fn resolve(index: &Index<'_>, _: &Document<'_>, _: &Reference, named: &Named) -> Resolution {
    let own = index.source.web_url.as_deref().and_then(|own| path_of(&named.name, own));
    let Some(path) = own else {
        return unverifiable(Reason::AddressOutside);
    };
    if claim::has_placeholder(&path) {
        return ignored(Reason::Placeholder);
    }
    // The address counts from the root of the repository, whatever the source of the product is.
    match index.find(&path) {
        Found::File | Found::Folder => resolved(&path, None, Reason::OwnAddress),
        Found::Hidden(reason) => unverifiable(reason),
        Found::Absent if index.ignored.is_ignored(&path) => ignored(Reason::OutputIgnored),
        Found::Absent => Resolution {
            expected: Some(path.clone()),
            ..broken(Reason::MissingHere(path.clone()), None)
        },
    }
}

/// The path of a file or folder on a main branch that an address of a repository leads to; none for any other address.
fn path_of(address: &str, repository: &str) -> Option<String> {
    let (_, address) = address.split_once("://")?;
    let (_, repository) = repository.split_once("://")?;
    let repository = repository.trim_end_matches('/').trim_end_matches(".git");
    let raw = repository
        .strip_prefix("github.com/")
        .map(|name| format!("raw.githubusercontent.com/{name}"));
    let rest = behind(address, repository).map(|rest| {
        let rest = rest.strip_prefix("-/").unwrap_or(rest);
        let kinds = ["blob/", "tree/", "raw/", "edit/", "blame/"];
        kinds.iter().find_map(|kind| rest.strip_prefix(kind))
    });
    let rest = rest.unwrap_or_else(|| behind(address, &raw?))?;
    let rest = rest.strip_prefix("refs/heads/").unwrap_or(rest);
    let rest = rest.split(['#', '?']).next().unwrap_or_default();
    let (branch, path) = rest.split_once('/')?;
    if !BRANCHES.contains(&branch) {
        return None;
    }
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    folder::join("", &decoded).filter(|path| !path.is_empty())
}

/// What stands behind the address of a repository; owners and names are the same in any case of letters.
fn behind<'address>(address: &'address str, repository: &str) -> Option<&'address str> {
    let head = address.get(..repository.len())?;
    let rest = address.get(repository.len()..)?;
    head.eq_ignore_ascii_case(repository).then(|| rest.strip_prefix('/'))?
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn addresses_of_the_forges_name_paths() {
        let own = "https://github.com/org/app";
        for (address, path) in [
            (
                "https://github.com/org/app/blob/main/docs/a%20b.md?plain=1#L3",
                Some("docs/a b.md"),
            ),
            ("https://github.com/ORG/app/tree/master/docs/", Some("docs")),
            ("https://raw.githubusercontent.com/org/app/main/x.sh", Some("x.sh")),
            ("https://raw.githubusercontent.com/org/app/refs/heads/main/x.sh", Some("x.sh")),
            ("https://github.com/org/app/tree/main", None),
            ("https://github.com/org/app/blob/0a1b2c3/x.sh", None),
            ("https://github.com/org/app-two/blob/main/x.sh", None),
            ("https://github.com/org/app/pull/1", None),
        ] {
            assert_eq!(path_of(address, own).as_deref(), path, "{address}");
        }
        let gitlab = "https://gitlab.example/group/sub/app";
        assert_eq!(
            path_of("https://gitlab.example/group/sub/app/-/blob/main/docs/x.md", gitlab).as_deref(),
            Some("docs/x.md")
        );
    }
}
