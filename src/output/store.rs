//! Writes what was collected into the evidence store: the files first, the record last, so that a record never names what is not there.

use std::path::Path;

use crate::error::{Error, Result};
use crate::folder::door::{Missing, door};
use crate::output::file::put;

/// Writes files below the root of the repository, in their order, and then removes others. No link is followed below the root.
pub(crate) fn write(root: &Path, files: &[(String, Vec<u8>)], gone: &[String]) -> Result<()> {
    for (path, bytes) in files {
        put(&root.join(path), &[root], bytes)?;
    }
    for path in gone {
        let place = root.join(path);
        let removed = door(&place, &[root], Missing::Fail).and_then(|(folder, name)| {
            let name = String::from_utf8(name).map_err(std::io::Error::other)?;
            folder.remove_file(&name)
        });
        removed.map_err(|error| Error::usage(format!("failed to remove `{path}`")).caused_by(&error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::write;

    #[test]
    fn files_are_written_with_their_folders_and_old_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old"), "x").unwrap();
        let files = [
            ("a/b/c".to_owned(), b"1".to_vec()),
            ("a/record.json".to_owned(), b"2".to_vec()),
        ];
        write(folder.path(), &files, &["old".to_owned()]).unwrap();
        assert_eq!(fs::read(folder.path().join("a/b/c")).unwrap(), b"1");
        assert!(!folder.path().join("old").exists());
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_the_root() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("releases")).unwrap();
        let files = [("releases/v1/record.json".to_owned(), b"1".to_vec())];
        assert!(write(folder.path(), &files, &[]).is_err());
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}
