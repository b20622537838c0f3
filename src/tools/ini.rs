//! Environments of tox, programs and test markers in `tox.ini`, `setup.cfg` and `pytest.ini`: <https://tox.wiki/en/latest/config.html>.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::format;
use crate::tools::format::{Format, file_name, fingerprint};
use crate::tools::python_programs;
use crate::tools::runner::TOX;
use crate::tools::tox::{names, spelled_out};

/// Settings of tox. Names are those of references: `tox lint`. Factors in braces are spelled out; what is taken from another section leaves
/// the file open.
pub(crate) const FORMAT: Format = Format {
    name: format::TOX,
    recognizes: |path| matches!(file_name(path), "tox.ini" | "setup.cfg" | "pytest.ini"),
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile::complete(path, FORMAT.name);
    python_programs::of_sections(text, &mut file);
    for environment in names(text) {
        let Some(names) = spelled_out(&environment.name) else {
            file.is_complete = false;
            continue;
        };
        let body = fingerprint(&environment.body);
        let of_line = |name: &String| Definition::task(TOX, name, environment.line, body);
        file.definitions.extend(names.iter().map(of_line));
    }
    file
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::tools::testing::called;

    #[test]
    fn sections_and_the_list_name_environments() {
        let file = parse(
            "tox.ini",
            "[tox]\nenvlist =\n    py311, lint\n    docs\nskip = x\n[testenv]\ncommands = y\n[testenv:docs]\ncommands = sphinx\n",
        );
        let found = called(&file);
        assert_eq!(
            found,
            [
                ("tox py311".to_owned(), 3),
                ("tox lint".to_owned(), 3),
                ("tox docs".to_owned(), 4),
                ("tox docs".to_owned(), 8)
            ]
        );
        assert!(file.is_complete);
    }

    #[test]
    fn factors_are_spelled_out() {
        let file = parse(
            "tox.ini",
            "[tox]\nenvlist = py{310,311}, lint\n[testenv:{a,b}]\ncommands = x\n",
        );
        let names: Vec<&str> = file.definitions.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["py310", "py311", "lint", "a", "b"]);
        assert!(file.is_complete);
        assert!(!parse("tox.ini", "[tox]\nenvlist = {[base]list}, lint\n").is_complete);
    }
}
