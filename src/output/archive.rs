//! A ZIP archive that is the same bytes for the same files, whatever the machine: sorted, one fixed time, plain files with plain names, and
//! nothing packed, so that no version of a compressor is in the way.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::{Error, Result};

/// The files of an archive by their names.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Packs files. A name that some program could take for another place is an error.
pub(crate) fn zip(files: &Files) -> Result<Vec<u8>> {
    let failed = |error: &dyn std::fmt::Display| Error::usage("the archive cannot be written").caused_by(error);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for (name, bytes) in files {
        if !is_sane(name) {
            return Err(failed(&format!("`{name}` is no name that every system can unpack")));
        }
        if let Some(other) = folded.insert(name.to_lowercase(), name) {
            return Err(failed(&format!("`{other}` and `{name}` are one file on some systems")));
        }
        let options = options.large_file(bytes.len() as u64 >= u64::from(u32::MAX));
        writer.start_file(name.as_str(), options).map_err(|error| failed(&error))?;
        writer.write_all(bytes).map_err(|error| failed(&error))?;
    }
    Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
}

/// Whether every system unpacks a name below the folder that it is unpacked in, under this very name.
pub(crate) fn is_sane(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= 200
            && part != "."
            && part != ".."
            && !part.ends_with(['.', ' '])
            && !part.starts_with(' ')
            && part
                .chars()
                .all(|c| !c.is_control() && !matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'))
    };
    name.len() <= 1_000 && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use proptest::prelude::{any, proptest};

    use super::{Files, is_sane, zip};

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn the_same_files_are_the_same_bytes_and_can_be_read_back() {
        let one = files(&[("pack/b.txt", "two"), ("pack/a/ü.txt", "one"), ("pack/empty", "")]);
        let bytes = zip(&one).expect("it is packed");
        assert_eq!(bytes, zip(&one).expect("it is packed again"));
        assert_ne!(
            bytes,
            zip(&files(&[("pack/b.txt", "twO"), ("pack/a/ü.txt", "one"), ("pack/empty", "")])).expect("it is packed")
        );
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("it is an archive");
        let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
        assert_eq!(names, ["pack/a/ü.txt", "pack/b.txt", "pack/empty"]);
        let mut text = String::new();
        let mut file = archive.by_name("pack/b.txt").expect("it is in there");
        file.read_to_string(&mut text).expect("it is read");
        assert_eq!(
            (text.as_str(), file.is_symlink(), file.unix_mode()),
            ("two", false, Some(0o100_644))
        );
        assert_eq!(file.last_modified().map(|time| time.year()), Some(1980));
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "", "/a", "../a", "a/../b", "a//b", "a/", "C:/a", "a\\b", "a/.", "a\nb", "a ", "a.",
        ] {
            assert!(!is_sane(name), "{name:?}");
            assert!(zip(&files(&[(name, "x")])).is_err(), "{name:?}");
        }
        assert!(is_sane("pack/releases/v1.0.0/evidence/a~2/.hidden"));
        assert!(
            zip(&files(&[("a/B", "x"), ("a/b", "y")])).is_err(),
            "one file on some systems"
        );
    }

    proptest! {
        #[test]
        fn any_name_is_packed_or_refused(name in any::<String>()) {
            assert_eq!(zip(&files(&[(&name, "x")])).is_ok(), is_sane(&name));
        }
    }
}
