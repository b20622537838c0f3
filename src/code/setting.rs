//! Files that settle a number: the versions of tools that a repository asks for, and the thresholds of its checks.

use crate::code::language::{Language, Reader};
use crate::code::scan::fingerprint;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;

/// Settings of tools, by their names.
pub(super) const LANGUAGE: Language = Language {
    name: "setting",
    recognizes: |path| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_docker =
            name == "Dockerfile" || name.starts_with("Dockerfile.") || name.ends_with(".Dockerfile") || name == "Containerfile";
        is_docker
            || [
                ".nvmrc", ".node-version", ".python-version", ".ruby-version", ".tool-versions", "mise.toml", ".mise.toml",
                "rust-toolchain", "rust-toolchain.toml", "go.mod", "pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini",
                ".coveragerc", "Cargo.toml", "Makefile", "justfile", "codecov.yml", ".codecov.yml",
            ]
            .contains(&name)
            || name.starts_with(".nycrc")
            || path.starts_with(".github/workflows/")
    },
    reader: Reader::Text(parse),
};

/// Keys of thresholds in all formats, and the threshold that each settles.
const THRESHOLDS: &[(&str, &str)] = &[
    ("fail_under", "coverage"),
    ("--cov-fail-under", "coverage"),
    ("--fail-under-lines", "coverage"),
    ("--fail-under", "coverage"),
    ("COVERAGE_THRESHOLD", "coverage"),
    ("COVERAGE_MIN", "coverage"),
    ("MIN_COVERAGE", "coverage"),
    ("coverage_threshold", "coverage"),
    ("--check-coverage --lines", "coverage"),
    ("\"lines\"", "coverage"),
    ("retention-days", "artifact retention"),
    ("--audit-level", "audit level"),
];

fn parse(path: &str, text: &str) -> DefinitionFile {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut file = DefinitionFile::complete(path, LANGUAGE.name);
    versions(name, text, &mut file);
    for (index, line) in text.lines().enumerate() {
        let code = line.trim();
        if code.starts_with(['#', ';']) || code.starts_with("//") {
            continue;
        }
        for (key, threshold) in THRESHOLDS {
            if let Some((before, rest)) = code.split_once(key)
                && !before.ends_with(|char: char| char.is_alphanumeric() || char == '_')
                && let Some(value) = value(rest)
            {
                push(&mut file, Kind::Threshold, threshold, value, index);
                break;
            }
        }
    }
    file
}

/// The literal behind a key: `= 80`, `: "80"`, `=80`, ` 80`, `:-80}`, `?= 80`.
fn value(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches([' ', '=', ':', '"', '\'', '?', '-', '\t']);
    let length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
        .count();
    let value = rest[..length].trim_end_matches('.');
    let is_plain = value.parse::<f64>().is_ok() || matches!(value, "low" | "moderate" | "high" | "critical");
    is_plain.then_some(value)
}

fn push(file: &mut DefinitionFile, kind: Kind, name: &str, value: &str, index: usize) {
    file.definitions.push(Definition {
        kind,
        name: name.to_owned(),
        value: Some(value.to_owned()),
        line: index as u32 + 1,
        interface: fingerprint(value),
        fingerprint: fingerprint(value),
        ..Definition::default()
    });
}

fn versions(name: &str, text: &str, file: &mut DefinitionFile) {
    let lines = || text.lines().map(str::trim).enumerate();
    let first = || lines().find(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let unquoted = |value: &str| value.trim().trim_matches(['"', '\'', ',']).to_owned();
    match name {
        ".nvmrc" | ".node-version" => {
            if let Some((index, line)) = first() {
                push(file, Kind::Version, "node", line, index);
            }
        }
        ".python-version" => {
            for (index, line) in lines().filter(|(_, line)| !line.is_empty()) {
                push(file, Kind::Version, "python", line, index);
            }
        }
        ".ruby-version" => {
            if let Some((index, line)) = first() {
                push(file, Kind::Version, "ruby", line, index);
            }
        }
        ".tool-versions" => {
            for (index, line) in lines() {
                let mut words = line.split_whitespace();
                if let (Some(tool), Some(version)) = (words.next(), words.next()) {
                    push(file, Kind::Version, tool_name(tool), version, index);
                }
            }
        }
        "mise.toml" | ".mise.toml" => {
            for (index, line) in lines() {
                if let Some((tool, version)) = line.split_once('=') {
                    push(
                        file,
                        Kind::Version,
                        tool_name(tool.trim().trim_matches('"')),
                        &unquoted(version),
                        index,
                    );
                }
            }
        }
        "rust-toolchain" => {
            if let Some((index, line)) = first().filter(|(_, line)| !line.starts_with('[')) {
                push(file, Kind::Version, "rust", line, index);
            } else {
                keyed(text, "channel", "rust", file);
            }
        }
        "rust-toolchain.toml" => keyed(text, "channel", "rust", file),
        "Cargo.toml" => keyed(text, "rust-version", "rust", file),
        "pyproject.toml" => keyed(text, "requires-python", "python", file),
        "setup.cfg" => keyed(text, "python_requires", "python", file),
        "go.mod" => {
            for (index, line) in lines() {
                for key in ["go ", "toolchain go"] {
                    if let Some(version) = line.strip_prefix(key) {
                        // The directive names the oldest version that will do.
                        push(file, Kind::Version, "go", &format!(">={}", version.trim()), index);
                    }
                }
            }
        }
        _ if name.contains("ockerfile") || name == "Containerfile" => {
            for (index, line) in lines() {
                let Some(image) = line
                    .strip_prefix("FROM ")
                    .and_then(|rest| rest.split_whitespace().find(|word| !word.starts_with("--")))
                else {
                    continue;
                };
                let Some((image, tag)) = image.rsplit_once(':') else {
                    continue;
                };
                let tool = match image.rsplit('/').next().unwrap_or(image) {
                    "golang" => "go",
                    tool @ ("node" | "python" | "ruby" | "rust" | "postgres" | "redis") => tool,
                    _ => continue,
                };
                push(file, Kind::Version, tool, tag.split('-').next().unwrap_or(tag), index);
            }
        }
        // `node-version: 20` of the actions that set a tool up.
        _ => {
            for (index, line) in lines() {
                let line = line.trim_start_matches("- ");
                for (key, tool) in [
                    ("node-version:", "node"),
                    ("python-version:", "python"),
                    ("go-version:", "go"),
                    ("toolchain:", "rust"),
                ] {
                    if let Some(values) = line.strip_prefix(key) {
                        for value in values.trim().trim_matches(['[', ']']).split(',') {
                            push(file, Kind::Version, tool, &unquoted(value), index);
                        }
                    }
                }
            }
        }
    }
}

fn keyed(text: &str, key: &str, tool: &str, file: &mut DefinitionFile) {
    for (index, line) in text.lines().enumerate() {
        if let Some((name, value)) = line.split_once('=')
            && name.trim() == key
        {
            let value = value
                .trim()
                .split(" #")
                .next()
                .unwrap_or_default()
                .trim()
                .trim_matches(['"', '\'']);
            // A minimum: newer versions will do.
            let value = if key == "rust-version" {
                format!(">={value}")
            } else {
                value.to_owned()
            };
            push(file, Kind::Version, tool, &value, index);
        }
    }
}

/// The name of a tool as people write it.
fn tool_name(tool: &str) -> &str {
    match tool {
        "nodejs" => "node",
        "golang" => "go",
        tool => tool,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn of(path: &str, text: &str) -> Vec<String> {
        parse(path, text)
            .definitions
            .iter()
            .map(|one| {
                format!(
                    "{} {} {}:{}",
                    one.kind,
                    one.name,
                    one.value.clone().unwrap_or_default(),
                    one.line
                )
            })
            .collect()
    }

    #[test]
    fn versions_are_read_where_tools_read_them() {
        assert_eq!(of(".nvmrc", "v20.1\n"), ["version node v20.1:1"]);
        assert_eq!(
            of(".tool-versions", "nodejs 20.1.0\npython 3.12\n"),
            ["version node 20.1.0:1", "version python 3.12:2"]
        );
        assert_eq!(of("go.mod", "module x\n\ngo 1.22.1\n"), ["version go >=1.22.1:3"]);
        assert_eq!(
            of("a/Dockerfile", "FROM --platform=x python:3.12-slim AS b\nFROM scratch\n"),
            ["version python 3.12:1"]
        );
        assert_eq!(
            of("rust-toolchain.toml", "[toolchain]\nchannel = \"1.80\"\n"),
            ["version rust 1.80:2"]
        );
        assert_eq!(
            of(".github/workflows/ci.yml", "        node-version: [18, '20']\n"),
            ["version node 18:1", "version node 20:1"]
        );
    }

    #[test]
    fn thresholds_are_read_from_all_their_places() {
        assert_eq!(
            of("pyproject.toml", "[tool.coverage.report]\nfail_under = 80 # why\n"),
            ["threshold coverage 80:2"]
        );
        assert_eq!(
            of("Makefile", "test:\n\tpytest --cov-fail-under=75\n"),
            ["threshold coverage 75:2"]
        );
        assert_eq!(
            of(
                ".github/workflows/x.yml",
                "  COVERAGE_THRESHOLD: '90'\n  run: npm audit --audit-level=high\n"
            ),
            ["threshold coverage 90:1", "threshold audit level high:2"]
        );
        assert!(of("Makefile", "# fail_under = 80\nX_fail_under = 3\n").is_empty());
    }
}
