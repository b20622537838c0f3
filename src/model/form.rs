//! The form of a file that the program writes and reads again, as its `schema` names it: `runproof-record/1` is the first version of the
//! form of records. An older version is read; a newer one is refused with a word, since nobody knows here what it means.

/// Why a written form is not read; none when it is. `ours` is the newest version that is read, and every one before it is read as well.
pub(crate) fn objection(written: &str, ours: &str) -> Option<String> {
    match standing(written, ours) {
        Standing::Read => None,
        Standing::Newer => Some(format!(
            "the schema `{written}` is of a newer Runproof, and this one reads up to `{ours}`"
        )),
        Standing::Foreign => Some(format!("the schema `{written}` is not read, only `{ours}` is")),
    }
}

/// Whether a written form is of a newer version of the program.
pub(crate) fn is_newer(written: &str, ours: &str) -> bool {
    standing(written, ours) == Standing::Newer
}

/// What to do about a file of a newer version.
pub(crate) const REMEDY: &str = "install the version of Runproof that wrote it, or a newer one";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Read,
    Newer,
    Foreign,
}

fn standing(written: &str, ours: &str) -> Standing {
    let parts = |text: &str| -> Option<(String, u32)> {
        let (name, version) = text.rsplit_once('/')?;
        let is_number = version.bytes().all(|byte| byte.is_ascii_digit()) && !version.starts_with('0');
        // A number that is too large for any counter is newer than all of them.
        is_number
            .then(|| (name.to_owned(), version.parse().unwrap_or(u32::MAX)))
            .filter(|_| !version.is_empty())
    };
    match (parts(written), parts(ours)) {
        (Some((name, version)), Some((known, newest))) if name == known => {
            if version > newest {
                Standing::Newer
            } else {
                Standing::Read
            }
        }
        _ => Standing::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_newer, objection};

    #[test]
    fn older_forms_are_read_newer_ones_are_refused_with_a_word_and_others_are_named() {
        let ours = "runproof-record/3";
        for read in ["runproof-record/1", "runproof-record/2", "runproof-record/3"] {
            assert_eq!(objection(read, ours), None, "{read}");
        }
        for newer in [
            "runproof-record/4",
            "runproof-record/10",
            "runproof-record/99999999999999999999",
        ] {
            assert!(is_newer(newer, ours), "{newer}");
            let said = objection(newer, ours).expect("it is refused");
            assert!(
                said.ends_with("is of a newer Runproof, and this one reads up to `runproof-record/3`"),
                "{said}"
            );
        }
        for foreign in [
            "", "/", "runproof-record", "runproof-record/", "runproof-record/0", "runproof-record/01", "runproof-record/x",
            "runproof-record/-1", "runproof-step/1", "x/runproof-record/1", "/3",
        ] {
            assert!(!is_newer(foreign, ours), "{foreign}");
            let said = objection(foreign, ours).expect("it is refused");
            assert!(said.contains("is not read, only"), "{said}");
        }
    }
}
