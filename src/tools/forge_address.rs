//! What an address of a repository on a forge leads to, as far as the tree can tell. Nothing is fetched.

use percent_encoding::percent_decode_str;

use crate::model::version::without_v;
use crate::tools::folder;

/// What an address of this repository leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file or folder of a main branch, with what stands behind `#`.
    File {
        /// The path from the root of the repository.
        path: String,
        /// The heading or the line, decoded; none without one.
        fragment: Option<String>,
    },
    /// A workflow by its file: `actions/workflows/ci.yml`, with or without its badge.
    Workflow(String),
    /// A workflow by the name that it shows: `workflows/Name/badge.svg`.
    WorkflowNamed(String),
    /// What a tag or a release holds.
    Tag(String),
    /// A page that the forge does not have under this name, and the name that it has: `issue/3` for `issues/3`.
    Mistyped {
        /// The part of the address that is wrong.
        wrong: String,
        /// What it should be.
        right: String,
    },
}

/// Names of main branches. What stands on any other branch or commit is not what stands here.
const BRANCHES: &[&str] = &["HEAD", "develop", "main", "master", "trunk"];

/// What an address leads to, when it is one of a repository, which is given by its own address.
pub(crate) fn place(address: &str, repository: &str) -> Option<Place> {
    let (_, address) = address.split_once("://")?;
    let address = address.strip_prefix("www.").unwrap_or(address);
    let (_, repository) = repository.split_once("://")?;
    let repository = repository.trim_end_matches('/').trim_end_matches(".git");
    let raw = repository
        .strip_prefix("github.com/")
        .map(|name| format!("raw.githubusercontent.com/{name}"));
    let Some(rest) = behind(address, repository) else {
        return file(behind(address, &raw?)?);
    };
    let rest = rest.strip_prefix("-/").unwrap_or(rest);
    let kinds = ["blob/", "tree/", "raw/", "edit/", "blame/"];
    if let Some(rest) = kinds.iter().find_map(|kind| rest.strip_prefix(kind)) {
        return file(rest).or_else(|| tag_of(rest));
    }
    let plain = rest.split(['#', '?']).next().unwrap_or_default();
    let parts: Vec<&str> = plain.trim_end_matches('/').split('/').collect();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        ["actions", "workflows", name, ..] if has_yaml_ending(name) => Some(Place::Workflow(decoded(name))),
        ["workflows", name, "badge.svg"] => Some(Place::WorkflowNamed(decoded(name))),
        ["releases", "tag" | "download", tag, ..] if !tag.is_empty() => Some(Place::Tag(decoded(tag))),
        ["archive", "refs", "tags", file] => Some(Place::Tag(decoded(without_ending(file)))),
        ["archive", file] if file.starts_with('v') && file[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            Some(Place::Tag(decoded(without_ending(file))))
        }
        [wrong @ ("issue" | "pulls" | "discussion"), number] if is_number(number) => {
            let right = match *wrong {
                "issue" => "issues",
                "pulls" => "pull",
                _ => "discussions",
            };
            Some(Place::Mistyped {
                wrong: format!("{wrong}/{number}"),
                right: format!("{right}/{number}"),
            })
        }
        _ => None,
    }
}

/// The address of a page that a path of a link means on a forge that keeps its own pages behind `-`, which no folder is called:
/// `/group/project/-/issues` and, from a text of the repository whose address is `own`, `../-/issues`. An empty address is one of nothing
/// that is known.
pub(crate) fn page_of_forge(path: &str, own: Option<&str>) -> Option<String> {
    let own = own.map(|own| own.trim_end_matches('/').trim_end_matches(".git"));
    let (host, project) = own
        .and_then(|own| own.split_once("://"))
        .map_or(("", ""), |(_, own)| own.split_once('/').unwrap_or((own, "")));
    if host == "github.com" {
        return None;
    }
    let (before, rest) = match path.strip_prefix("-/") {
        Some(rest) => ("", rest),
        None => path.split_once("/-/")?,
    };
    let is_own = match before.strip_prefix('/') {
        Some(before) => before.eq_ignore_ascii_case(project),
        None => before.split('/').all(|part| matches!(part, "" | "." | "..")),
    };
    Some(match own.filter(|_| is_own) {
        Some(own) => format!("{own}/-/{rest}"),
        None => String::new(),
    })
}

/// A file of a main branch: `main/docs/x.md#y`.
fn file(rest: &str) -> Option<Place> {
    let rest = rest.strip_prefix("refs/heads/").unwrap_or(rest);
    let (place, fragment) = match rest.split_once('#') {
        Some((place, fragment)) => (place, Some(fragment)),
        None => (rest, None),
    };
    let place = place.split('?').next().unwrap_or_default();
    let (branch, path) = place.split_once('/')?;
    if !BRANCHES.contains(&branch) {
        return None;
    }
    let path = folder::join("", &decoded(path)).filter(|path| !path.is_empty())?;
    Some(Place::File {
        path,
        fragment: fragment.map(decoded).filter(|fragment| !fragment.is_empty()),
    })
}

/// The tag of `v1.2.3/docs/x.md`; only a name with a number is certainly one.
fn tag_of(rest: &str) -> Option<Place> {
    let name = rest.strip_prefix("refs/tags/").unwrap_or(rest);
    let name = name.split(['/', '#', '?']).next().unwrap_or_default();
    let number = without_v(name);
    let is_version = number.split('.').count() >= 3
        && number
            .split('.')
            .take(3)
            .all(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    is_version.then(|| Place::Tag(decoded(name)))
}

fn has_yaml_ending(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.eq_ignore_ascii_case("yml") || ending.eq_ignore_ascii_case("yaml")
}

fn without_ending(file: &str) -> &str {
    [".tar.gz", ".zip", ".tgz"]
        .iter()
        .find_map(|ending| file.strip_suffix(ending))
        .unwrap_or(file)
}

fn decoded(words: &str) -> String {
    percent_decode_str(words).decode_utf8_lossy().into_owned()
}

/// What stands behind the address of a repository; owners and names are the same in any case of letters.
fn behind<'address>(address: &'address str, repository: &str) -> Option<&'address str> {
    let head = address.get(..repository.len())?;
    let rest = address.get(repository.len()..)?;
    head.eq_ignore_ascii_case(repository).then(|| rest.strip_prefix('/'))?
}

#[cfg(test)]
mod tests {
    use super::{Place, page_of_forge, place};

    fn of(address: &str) -> Option<Place> {
        place(address, "https://github.com/org/app")
    }

    fn file(path: &str, fragment: Option<&str>) -> Place {
        Place::File {
            path: path.to_owned(),
            fragment: fragment.map(str::to_owned),
        }
    }

    #[test]
    fn files_of_main_branches_are_places_of_the_tree() {
        assert_eq!(
            of("https://github.com/org/app/blob/main/docs/a.md#b"),
            Some(file("docs/a.md", Some("b")))
        );
        assert_eq!(of("https://github.com/Org/App/tree/HEAD/src/?x=1"), Some(file("src", None)));
        assert_eq!(of("http://www.github.com/org/app/blob/main/x.md"), Some(file("x.md", None)));
        assert_eq!(
            of("https://raw.githubusercontent.com/org/app/main/x.sh"),
            Some(file("x.sh", None))
        );
        assert_eq!(
            of("https://github.com/org/app/blob/refs/heads/main/x%20y.md"),
            Some(file("x y.md", None))
        );
        for other in [
            "https://github.com/org/app2/blob/main/x.md",
            "https://github.com/org/app/blob/feature/x.md",
            "https://github.com/org/app/blob/main/../../x.md",
            "https://github.com/org/app/blob/0a1b2c3/x.sh",
            "https://github.com/org/app/tree/main",
            "https://github.com/org/app/pull/1",
            "https://github.com/org/app",
            "nothing",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn addresses_of_another_forge_are_read_alike() {
        assert_eq!(
            place(
                "https://gitlab.example/group/sub/app/-/blob/main/docs/x.md?plain=1#L3",
                "https://gitlab.example/group/sub/app"
            ),
            Some(file("docs/x.md", Some("L3")))
        );
    }

    #[test]
    fn a_forge_keeps_its_own_pages_behind_a_hyphen() {
        let of = |path: &str| page_of_forge(path, Some("https://gitlab.com/group/sub/app.git"));
        let own = Some("https://gitlab.com/group/sub/app/-/issues/1".to_owned());
        for path in ["/group/sub/app/-/issues/1", "../../-/issues/1", "-/issues/1", "./-/issues/1"] {
            assert_eq!(of(path), own, "{path}");
        }
        assert_eq!(of("/group/other/-/issues/1"), Some(String::new()));
        for path in ["docs/x.md", "docs/-x/y.md", "docs/-", "a-/b.md"] {
            assert_eq!(of(path), None, "{path}");
        }
        assert_eq!(page_of_forge("../-/issues", None), Some(String::new()));
        assert_eq!(page_of_forge("../-/issues", Some("https://github.com/org/app")), None);
    }

    #[test]
    fn workflows_tags_and_slips_are_known() {
        let workflow = |name: &str| Some(Place::Workflow(name.to_owned()));
        assert_eq!(
            of("https://github.com/org/app/actions/workflows/ci.yml/badge.svg?branch=main"),
            workflow("ci.yml")
        );
        assert_eq!(
            of("https://github.com/org/app/workflows/My%20CI/badge.svg"),
            Some(Place::WorkflowNamed("My CI".to_owned()))
        );
        for address in [
            "https://github.com/org/app/releases/tag/v1.2.0",
            "https://github.com/org/app/releases/download/v1.2.0/app.tar.gz",
            "https://github.com/org/app/archive/refs/tags/v1.2.0.tar.gz",
            "https://github.com/org/app/blob/v1.2.0/README.md",
        ] {
            assert_eq!(of(address), Some(Place::Tag("v1.2.0".to_owned())), "{address}");
        }
        assert_eq!(
            of("https://github.com/org/app/issue/349"),
            Some(Place::Mistyped {
                wrong: "issue/349".to_owned(),
                right: "issues/349".to_owned()
            })
        );
        assert_eq!(of("https://github.com/org/app/issues/349"), None);
        assert_eq!(of("https://github.com/org/app/releases/latest"), None);
    }
}
