//! Which package of a workspace `--filter` or `--workspace` selects, by the rules of each manager:
//! <https://pnpm.io/filtering>, <https://docs.npmjs.com/cli/using-npm/workspaces>, <https://yarnpkg.com/cli/workspace>,
//! <https://bun.sh/docs/cli/filter>.

use crate::command::call::Call;
use crate::command::sink::{Sink, Value};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::tools::folder;

/// A package of a workspace, as far as a selection sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'source> {
    /// The folder from the root of the repository.
    pub(crate) folder: &'source str,
    /// The name that the package gives itself; empty without one.
    pub(crate) name: &'source str,
}

/// What a selection comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Selection<'source> {
    /// Exactly this package, by its folder.
    One(&'source str),
    /// No package.
    Nothing,
    /// It depends on patterns, on the history or on the graph of dependencies.
    Unknown,
}

/// Adds a reference to the package that an option of a call selects.
pub(crate) fn selected(call: &Call<'_>, value: &Value<'_>, manager: &str, directory: &Directory, sink: &mut Sink) {
    let is_open = value.text.is_empty() || value.text.contains(['<', '>', '$', '`']);
    if !is_open {
        let within = [manager.to_owned()];
        sink.named(
            &call.site,
            &value.range,
            Kind::WorkspacePackage,
            value.text,
            &within,
            directory,
        );
    }
}

/// The package that a selector names, seen from the root of the workspace.
pub(crate) fn select<'source>(manager: &str, selector: &str, root: &str, members: &[Member<'source>]) -> Selection<'source> {
    // What depends on a package, or what it depends on, begins with the package: `...web`, `web^...`.
    let inner = selector.trim_start_matches("...").trim_end_matches("...");
    if inner != selector && matches!(manager, "pnpm" | "turbo") {
        let inner = inner.trim_matches('^');
        let is_missing = !inner.is_empty() && select(manager, inner, root, members) == Selection::Nothing;
        return if is_missing { Selection::Nothing } else { Selection::Unknown };
    }
    if let Some(folder) = selector.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
        && matches!(manager, "pnpm" | "turbo")
        && !folder.contains(['*', '!', '{', ','])
    {
        let is_missing = by_folder(folder, root, members) == Selection::Nothing;
        return if is_missing { Selection::Nothing } else { Selection::Unknown };
    }
    if selector == "//" || selector.contains(['*', '[', '{', '!', '^', '$', '<']) || selector.contains("...") {
        return Selection::Unknown;
    }
    let is_path = selector.starts_with("./") || selector.starts_with("../") || selector == ".";
    if is_path || manager == "npm" && selector.contains('/') && !selector.starts_with('@') {
        return by_folder(selector, root, members);
    }
    if let Some(member) = members.iter().find(|member| member.name == selector) {
        return Selection::One(member.folder);
    }
    match manager {
        // npm takes the folder of a workspace as well as its name.
        "npm" => by_folder(selector, root, members),
        // In pnpm the scope may be left out when only one package has the name without it.
        "pnpm" | "turbo" if !selector.starts_with('@') => {
            let ending = format!("/{selector}");
            let mut scoped = members
                .iter()
                .filter(|member| member.name.starts_with('@') && member.name.ends_with(&ending));
            match (scoped.next(), scoped.next()) {
                (Some(only), None) => Selection::One(only.folder),
                _ => Selection::Nothing,
            }
        }
        _ => Selection::Nothing,
    }
}

fn by_folder<'source>(selector: &str, root: &str, members: &[Member<'source>]) -> Selection<'source> {
    let Some(path) = folder::join(root, selector) else {
        return Selection::Unknown;
    };
    match members.iter().find(|member| member.folder == path) {
        Some(member) => Selection::One(member.folder),
        // A folder of several workspaces selects them all.
        None if members.iter().any(|member| folder::is_within(member.folder, &path)) => Selection::Unknown,
        None => Selection::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::{Member, Selection, select};

    const MEMBERS: &[Member<'static>] = &[
        Member {
            folder: "apps/web",
            name: "acme-web",
        },
        Member {
            folder: "apps/agents",
            name: "@acme/agents-service",
        },
        Member {
            folder: "packages/a",
            name: "@acme/ui",
        },
        Member {
            folder: "packages/b",
            name: "@other/ui",
        },
    ];

    #[test]
    fn pnpm_needs_no_scope_where_one_package_has_the_name() {
        assert_eq!(select("pnpm", "agents-service", "", MEMBERS), Selection::One("apps/agents"));
        assert_eq!(
            select("pnpm", "@acme/agents-service", "", MEMBERS),
            Selection::One("apps/agents")
        );
        assert_eq!(select("pnpm", "ui", "", MEMBERS), Selection::Nothing);
    }

    #[test]
    fn a_part_of_a_name_is_no_name() {
        assert_eq!(select("pnpm", "web", "", MEMBERS), Selection::Nothing);
        assert_eq!(select("yarn", "agents-service", "", MEMBERS), Selection::Nothing);
    }

    #[test]
    fn npm_takes_folders() {
        assert_eq!(select("npm", "apps/web", "", MEMBERS), Selection::One("apps/web"));
        assert_eq!(select("npm", "./apps/web", "", MEMBERS), Selection::One("apps/web"));
        assert_eq!(select("npm", "apps", "", MEMBERS), Selection::Unknown);
        assert_eq!(select("npm", "apps/gone", "", MEMBERS), Selection::Nothing);
    }

    #[test]
    fn a_graph_begins_with_a_package() {
        for selector in ["gone...", "...gone", "gone^...", "...^gone", "{apps/gone}"] {
            assert_eq!(select("pnpm", selector, "", MEMBERS), Selection::Nothing, "{selector}");
        }
        for selector in [
            "agents-service...", "...^acme-web", "{apps/web}", "{apps}", "...[main]", "...", "//",
        ] {
            assert_eq!(select("turbo", selector, "", MEMBERS), Selection::Unknown, "{selector}");
        }
    }

    #[test]
    fn patterns_and_graphs_are_not_judged() {
        for selector in ["@acme/*", "acme-web...", "...acme-web", "[origin/main]", "{apps/web}", "!web"] {
            assert_eq!(select("pnpm", selector, "", MEMBERS), Selection::Unknown, "{selector}");
        }
    }
}
