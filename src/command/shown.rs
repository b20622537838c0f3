//! References as lines of text, for tests.

use crate::model::directory::Directory;
use crate::model::reference::ReferenceKind;

/// Kind, name, what else is known, and ` in FOLDER` where it is not the root.
pub(crate) fn line(kind: &ReferenceKind) -> String {
    let place = |directory: &Directory| match directory {
        Directory::Known(folder) if folder.is_empty() => String::new(),
        Directory::Known(folder) => format!(" in {folder}"),
        Directory::Host(folder) => format!(" in {folder}"),
        Directory::Unknown => " in ?".to_owned(),
    };
    match kind {
        ReferenceKind::Path { path, directory } => format!("path {path}{}", place(directory)),
        ReferenceKind::Glob { pattern, directory } => format!("glob {pattern}{}", place(directory)),
        ReferenceKind::Link { path, anchor, is_image } => {
            let word = if *is_image { "image" } else { "link" };
            anchor
                .as_ref()
                .map_or_else(|| format!("{word} {path}"), |anchor| format!("{word} {path}#{anchor}"))
        }
        ReferenceKind::MakeTarget { target, directory, file } => {
            let file = file.as_ref().map_or(String::new(), |file| format!(" of {file}"));
            format!("make {target}{file}{}", place(directory))
        }
        ReferenceKind::PackageScript {
            manager,
            script,
            is_explicit,
            workspace,
            directory,
        } => {
            let sure = if *is_explicit { "" } else { "?" };
            let workspace = workspace
                .as_ref()
                .map_or(String::new(), |workspace| format!(" of {workspace}"));
            format!("{manager} {script}{sure}{workspace}{}", place(directory))
        }
        ReferenceKind::Workflow { name } => format!("workflow {name}"),
        ReferenceKind::Named(named) => {
            let within = match named.within.as_slice() {
                [] => String::new(),
                within => format!(" of {}", within.join(", ")),
            };
            let name = named.kind.called(&named.name);
            format!("{} {name}{within}{}", named.kind, place(&named.directory))
        }
    }
}
