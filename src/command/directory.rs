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
        _ if is_of_host(folder) => host(folder),
        Directory::Known(_) if in_name(folder) || folder.starts_with(['/', '~', '$']) => Directory::Unknown,
        Directory::Known(outer) => joined(outer, folder),
        Directory::Host(outer) => below(outer, folder),
        Directory::Unknown => Directory::Unknown,
    }
}

/// Whether a folder is one of a host, written out: `/opt/app`, `~/app`.
pub(crate) fn is_of_host(folder: &str) -> bool {
    let inside = folder.strip_prefix("~/").or_else(|| folder.strip_prefix('/'));
    inside.is_some_and(|inside| {
        !inside.trim_matches('/').is_empty()
            && inside.len() <= MAX_FOLDER
            && inside
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-'))
    })
}

/// A folder of a host, without a slash at the end.
pub(crate) fn host(folder: &str) -> Directory {
    Directory::Host(folder.trim_end_matches('/').to_owned())
}

/// A folder that is entered from one of a host; unknown when it leaves it.
pub(crate) fn below(outer: &str, folder: &str) -> Directory {
    if in_name(folder) || folder.starts_with(['/', '~', '$']) || outer.len() + folder.len() > MAX_FOLDER {
        return Directory::Unknown;
    }
    let mut parts: Vec<&str> = outer.split('/').collect();
    for part in folder.split('/') {
        match part {
            "" | "." => {}
            // `/opt` and above is no clone of anything.
            ".." if parts.len() > 2 => {
                parts.pop();
            }
            ".." => return Directory::Unknown,
            part => parts.push(part),
        }
    }
    Directory::Host(parts.join("/"))
}
