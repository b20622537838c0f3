//! Folders that commands name, from the folder that they run in.

use crate::command::placeholder::in_name;
use crate::model::directory::Directory;

/// Longest folder that is followed; what is deeper is nowhere in a real tree.
const MAX_FOLDER: usize = 400;

/// A path from a folder of the source tree; unknown when it leaves the tree.
pub(crate) fn joined(folder: &str, path: &str) -> Directory {
    if folder.len() + path.len() > MAX_FOLDER {
        return Directory::Unknown;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Directory::Unknown;
                }
            }
            part => parts.push(part),
        }
    }
    Directory::Known(parts.join("/"))
}

/// A folder that an option names, from the folder of the command.
pub(crate) fn entered(directory: &Directory, folder: &str) -> Directory {
    match directory {
        Directory::Known(_) if in_name(folder) || folder.starts_with(['/', '~', '$']) => Directory::Unknown,
        Directory::Known(outer) => joined(outer, folder),
        Directory::Unknown => Directory::Unknown,
    }
}
