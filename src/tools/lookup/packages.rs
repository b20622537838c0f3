//! Packages of npm and its relatives, and the workspaces that they belong to.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::model::definition::DefinitionFile;
use crate::model::edition::Source;
use crate::model::format;
use crate::tools::folder;
use crate::tools::package_filter::Member;

/// The packages of a tree and the workspaces that they belong to.
pub(crate) struct Packages<'source> {
    /// The package of each folder.
    pub(crate) by_folder: BTreeMap<&'source str, &'source DefinitionFile>,
    /// The workspaces, by the folder of their root.
    pub(crate) workspaces: BTreeMap<&'source str, Workspace<'source>>,
}

/// A workspace and its packages.
pub(crate) struct Workspace<'source> {
    /// The packages.
    pub(crate) members: Vec<Member<'source>>,
    /// The file that could not be read, so that a name may be missing here for that reason.
    pub(crate) unread: Option<&'source str>,
}

impl<'source> Packages<'source> {
    pub(crate) fn new(source: &'source Source) -> Self {
        let of_format = |format| source.definitions.values().filter(move |file| file.format == format);
        let by_folder: BTreeMap<&str, &DefinitionFile> = of_format(format::PACKAGE_JSON)
            .map(|file| (folder::split(&file.path).0, file.as_ref()))
            .collect();
        let mut globs: BTreeMap<&str, &DefinitionFile> = by_folder
            .iter()
            .filter(|(_, file)| !file.includes.is_empty())
            .map(|(folder, file)| (*folder, *file))
            .collect();
        // pnpm reads its own file and not the field of the package.
        globs.extend(of_format(format::PNPM_WORKSPACE).map(|file| (folder::split(&file.path).0, file.as_ref())));
        let workspaces = globs
            .into_iter()
            .map(|(root, file)| (root, Workspace::new(root, file, &by_folder)))
            .collect();
        Self { by_folder, workspaces }
    }
}

impl<'source> Workspace<'source> {
    fn new(
        root: &'source str,
        file: &'source DefinitionFile,
        packages: &BTreeMap<&'source str, &'source DefinitionFile>,
    ) -> Self {
        let (excluded, included): (Vec<&str>, Vec<&str>) = file
            .includes
            .iter()
            .map(String::as_str)
            .partition(|glob| glob.starts_with('!'));
        let included = glob_set(&included);
        let excluded = glob_set(&excluded);
        let mut workspace = Self {
            members: Vec::new(),
            unread: (!file.problems.is_empty()).then_some(file.path.as_str()),
        };
        for (folder, package) in packages {
            let Some(inside) = folder.strip_prefix(root).map(|inside| inside.trim_start_matches('/')) else {
                continue;
            };
            let is_member =
                inside.is_empty() || folder::is_within(folder, root) && included.is_match(inside) && !excluded.is_match(inside);
            if !is_member {
                continue;
            }
            if !package.problems.is_empty() {
                workspace.unread.get_or_insert(package.path.as_str());
            }
            workspace.members.push(Member {
                folder,
                name: package.name.as_deref().unwrap_or_default(),
            });
        }
        workspace
    }
}

fn glob_set(globs: &[&str]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        let clean = glob.trim_start_matches('!').trim_start_matches("./").trim_end_matches('/');
        if let Ok(glob) = GlobBuilder::new(clean).literal_separator(true).build() {
            builder.add(glob);
        }
    }
    builder.build().unwrap_or_default()
}
