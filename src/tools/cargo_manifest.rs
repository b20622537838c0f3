//! Packages of Cargo: their names, programs, tests and examples. <https://doc.rust-lang.org/cargo/reference/cargo-targets.html>

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::format;
use crate::model::kind::Kind;
use crate::tools::format::{Format, file_name, file_of, fingerprint};
use crate::tools::toml;

/// `Cargo.toml`. Its includes are the members of the workspace, its binaries the packages that it depends on. Targets that Cargo
/// finds by their place (`src/bin/x.rs`) are not in the file.
pub(crate) const FORMAT: Format = Format {
    name: format::CARGO_MANIFEST,
    recognizes: |path| file_name(path) == "Cargo.toml",
    parse,
};

/// The tables of targets, and the kind of what they define.
const TARGETS: [(&str, Kind); 4] = [
    ("bin", Kind::CargoBin),
    ("example", Kind::CargoExample),
    ("test", Kind::CargoTest),
    ("bench", Kind::CargoBench),
];

fn parse(path: &str, text: &str) -> DefinitionFile {
    file_of(path, FORMAT.name, toml::read(text), |table, file| {
        file.is_complete = true;
        let named = |name: &str| format!("\"{name}\"");
        let line_of = |name: &str| {
            text.lines()
                .position(|line| line.contains(&named(name)))
                .map_or(1, |index| index as u32 + 1)
        };
        let name = table
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(::toml::Value::as_str);
        file.name = name.map(str::to_owned);
        if let Some(name) = name {
            file.definitions.push(Definition {
                kind: Kind::CargoPackage,
                name: name.to_owned(),
                line: line_of(name),
                fingerprint: fingerprint(name),
                ..Definition::default()
            });
        }
        for (key, kind) in TARGETS {
            for target in table.get(key).and_then(::toml::Value::as_array).into_iter().flatten() {
                if let Some(name) = target.get("name").and_then(::toml::Value::as_str) {
                    let path = target.get("path").and_then(::toml::Value::as_str);
                    file.definitions.push(Definition {
                        kind,
                        name: name.to_owned(),
                        value: path.map(str::to_owned),
                        line: line_of(name),
                        fingerprint: fingerprint((name, path)),
                        ..Definition::default()
                    });
                }
            }
        }
        let features = toml::entries(&table, text, &["features"]);
        let optional = ["dependencies", "build-dependencies"].into_iter().flat_map(|key| {
            let packages = toml::entries(&table, text, &[key]).into_iter();
            packages.filter(|(_, _, package)| package.get("optional").and_then(::toml::Value::as_bool) == Some(true))
        });
        let of_targets = table.get("target").and_then(::toml::Value::as_table);
        let of_targets = of_targets.into_iter().flat_map(|targets| targets.keys()).flat_map(|target| {
            let packages = toml::entries(&table, text, &["target", target, "dependencies"]).into_iter();
            packages.filter(|(_, _, package)| package.get("optional").and_then(::toml::Value::as_bool) == Some(true))
        });
        for (name, line, enables) in features.into_iter().chain(optional).chain(of_targets) {
            file.definitions.push(Definition {
                kind: Kind::CargoFeature,
                name: name.to_owned(),
                line,
                fingerprint: fingerprint(enables.to_string()),
                ..Definition::default()
            });
        }
        let members = table.get("workspace").and_then(|workspace| workspace.get("members"));
        let members = members.and_then(::toml::Value::as_array).into_iter().flatten();
        file.includes = members.filter_map(::toml::Value::as_str).map(str::to_owned).collect();
        let workspace = table.get("workspace").and_then(::toml::Value::as_table);
        for table in [Some(&table), workspace].into_iter().flatten() {
            for key in ["dependencies", "dev-dependencies", "build-dependencies"] {
                let packages = table.get(key).and_then(::toml::Value::as_table);
                file.binaries
                    .extend(packages.into_iter().flat_map(|packages| packages.keys().cloned()));
            }
        }
        file.binaries.sort();
        file.binaries.dedup();
    })
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    #[test]
    fn packages_and_targets_are_read() {
        let file = parse(
            "Cargo.toml",
            "[package]\nname = \"core\"\n[[bin]]\nname = \"run-it\"\npath = \"src/x.rs\"\n[workspace]\nmembers = [\"a/*\"]\n[dependencies]\nserde = \"1\"\n",
        );
        let found: Vec<String> = file
            .definitions
            .iter()
            .map(|one| format!("{} {}:{}", one.kind, one.name, one.line))
            .collect();
        assert_eq!(found, ["cargo-package core:2", "cargo-bin run-it:4"]);
        assert_eq!(file.includes, ["a/*"]);
        assert_eq!(file.binaries, ["serde"]);
    }

    #[test]
    fn features_and_optional_packages_are_features() {
        let file = parse(
            "Cargo.toml",
            "[package]\nname = \"core\"\n[features]\ntls = []\n[dependencies]\nserde = { version = \"1\", optional = true }\nlog = \"1\"\n[target.'cfg(unix)'.dependencies]\nnix = { version = \"1\", optional = true }\n",
        );
        let features = file.definitions.iter().filter(|one| one.kind == Kind::CargoFeature);
        let features: Vec<(&str, u32)> = features.map(|one| (one.name.as_str(), one.line)).collect();
        let names: Vec<&str> = features.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["tls", "serde", "nix"]);
        assert_eq!(features[..2], [("tls", 4), ("serde", 6)]);
    }

    #[test]
    fn a_broken_manifest_is_a_problem_with_its_line() {
        assert_eq!(parse("Cargo.toml", "[package]\nname = \n").problems[0].line, Some(2));
    }
}
