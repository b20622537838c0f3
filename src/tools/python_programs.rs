//! Python projects: the programs that they install, and the markers of their tests.
//! <https://packaging.python.org/en/latest/specifications/pyproject-toml/>,
//! <https://setuptools.pypa.io/en/latest/userguide/entry_point.html>, <https://docs.pytest.org/en/stable/how-to/mark.html>

use ::toml::{Table, Value};

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::tools::format::{file_name, fingerprint};
use crate::tools::toml;

fn push(file: &mut DefinitionFile, kind: Kind, name: &str, value: Option<&str>, line: u32) {
    file.definitions.push(Definition {
        kind,
        name: name.to_owned(),
        value: value.map(str::to_owned),
        line,
        fingerprint: fingerprint((name, value)),
        ..Definition::default()
    });
}

/// Adds the programs and markers of a `pyproject.toml`. The value of a program is the function that it calls: `pkg.cli:main`.
pub(crate) fn of_project(table: &Table, text: &str, file: &mut DefinitionFile) {
    let at = |path: &[&str]| toml::at(table, path);
    for place in [
        &["project", "scripts"][..],
        &["project", "gui-scripts"],
        &["tool", "poetry", "scripts"],
    ] {
        for (name, target) in at(place).and_then(Value::as_table).into_iter().flatten() {
            let target = target
                .as_str()
                .or_else(|| target.get("reference").or_else(|| target.get("callable"))?.as_str());
            push(file, Kind::Program, name, target, line_of(text, name));
        }
    }
    // Programs that the build computes are not known.
    let dynamic = at(&["project", "dynamic"]).and_then(Value::as_array);
    if dynamic.into_iter().flatten().any(|one| one.as_str() == Some("scripts")) {
        file.open_kinds.push(Kind::Program);
    }
    let markers = at(&["tool", "pytest", "ini_options", "markers"]).and_then(Value::as_array);
    for marker in markers.into_iter().flatten().filter_map(Value::as_str) {
        let name = marker_name(marker);
        push(file, Kind::PytestMarker, name, None, line_containing(text, marker));
    }
}

/// The name of `slow: takes long` and `timeout(seconds): ...`.
fn marker_name(marker: &str) -> &str {
    marker.split([':', '(', ' ']).next().unwrap_or_default()
}

/// The first line that gives a key a value.
fn line_of(text: &str, key: &str) -> u32 {
    let is_key = |line: &str| {
        line.split_once('=')
            .is_some_and(|(name, _)| name.trim().trim_matches(['"', '\'']) == key)
    };
    text.lines().position(is_key).map_or(1, |index| index as u32 + 1)
}

fn line_containing(text: &str, words: &str) -> u32 {
    text.lines()
        .position(|line| line.contains(words))
        .map_or(1, |index| index as u32 + 1)
}

/// Adds `console_scripts` of `setup.cfg` and `markers` of `[pytest]`: a key and indented lines behind it.
pub(crate) fn of_sections(text: &str, file: &mut DefinitionFile) {
    let mut key = "";
    for (index, line) in text.lines().enumerate() {
        let code = line.trim();
        if code.is_empty() || code.starts_with(['#', ';']) {
            continue;
        }
        let mut value = code;
        if !line.starts_with([' ', '\t']) {
            let (name, rest) = code.split_once('=').unwrap_or((code, ""));
            key = name.trim();
            value = rest.trim();
        }
        let line = index as u32 + 1;
        match key {
            "console_scripts" | "gui_scripts" => {
                if let Some((name, target)) = value.split_once('=') {
                    push(file, Kind::Program, name.trim(), Some(target.trim()), line);
                }
            }
            "markers" if !value.is_empty() => push(file, Kind::PytestMarker, marker_name(value), None, line),
            "name" if file_name(&file.path) == "setup.cfg" && !value.is_empty() => file.name = Some(value.to_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::valued;
    use crate::tools::format_of;

    fn of(path: &str, text: &str) -> Vec<String> {
        let format = format_of(path).expect("it is a file of Python");
        valued(&(format.parse)(path, text))
    }

    #[test]
    fn programs_and_markers_are_read() {
        let text = "[project]\nname = \"x\"\n[project.scripts]\nops = \"pkg.cli:main\"\n[tool.poetry.scripts]\nold = { reference = \"a:b\" }\n[tool.pytest.ini_options]\nmarkers = [\n  \"slow: takes long\",\n]\n";
        assert_eq!(
            of("pyproject.toml", text),
            ["program ops pkg.cli:main:4", "program old a:b:6", "pytest-marker slow :9"]
        );
    }

    #[test]
    fn older_files_are_read() {
        let text = "[metadata]\nname = x\n[options.entry_points]\nconsole_scripts =\n    ops = pkg.cli:main\n";
        assert_eq!(of("setup.cfg", text), ["program ops pkg.cli:main:5"]);
        assert_eq!(
            of("pytest.ini", "[pytest]\nmarkers =\n    slow: x\n    db(name): y\n"),
            ["pytest-marker slow :3", "pytest-marker db :4"]
        );
    }
}
