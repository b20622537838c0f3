//! Other spellings of paths in inline code.

use crate::command::name::{Extension, extension};
use crate::command::path::{Claim, Evidence, claim};

/// First folders of paths on a host, which no service serves.
pub(super) const HOST_FOLDERS: &[&str] = &[
    "Applications", "Library", "Users", "bin", "boot", "data", "dev", "etc", "home", "lib", "mnt", "opt", "private", "proc",
    "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var", "workspace", "workspaces",
];

/// Whether a path ends like a file that people write.
pub(super) fn is_written_file(path: &str) -> bool {
    extension(path.rsplit('/').next().unwrap_or(path)) == Some(Extension::Written)
}

/// The path that a word names as Windows writes it: `.\build\x.ps1`.
pub(super) fn of_windows(word: &str) -> Option<String> {
    let is_own = word.contains('\\') && !word.contains(['/', ':', '%', '$']) && !word.starts_with('\\');
    let path = Some(word.replace('\\', "/")).filter(|path| is_own && !path.contains("//"))?;
    let is_path = is_written_file(&path) && matches!(claim(&path, Evidence::Code), Some(Claim::Path(_)));
    is_path.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::of_windows;
    use crate::parse::runbook::references::shown::of;

    #[test]
    fn paths_of_windows_are_paths() {
        assert_eq!(of_windows(".\\build\\x.ps1").as_deref(), Some("./build/x.ps1"));
        assert_eq!(of_windows("docs\\a.md").as_deref(), Some("docs/a.md"));
        for word in [
            "C:\\x\\a.ps1", "%TEMP%\\a.txt", "\\\\host\\a.txt", "HKLM\\Software", "a\\nb", "x", "\\d+.md", "",
        ] {
            assert_eq!(of_windows(word), None, "{word}");
        }
    }

    #[test]
    fn the_words_behind_a_path_of_windows_are_its_arguments() {
        assert_eq!(of("Run `.\\build\\x.ps1 -tag [Tag]`.\n"), ["path ./build/x.ps1"]);
        assert_eq!(
            of("Edit `/lib/app/x.ex` and `/etc/hosts`, call `/api/x`.\n"),
            ["path /lib/app/x.ex", "endpoint /api/x"]
        );
    }
}
