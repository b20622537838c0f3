//! Tests of looking up what `tools` says of cargo packages.

use crate::audit::testing::{called, tree};
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;

fn manifest(path: &str, name: &str) -> DefinitionFile {
    DefinitionFile {
        path: path.to_owned(),
        format: "cargo-manifest",
        name: Some(name.to_owned()),
        definitions: vec![Definition {
            kind: Kind::CargoPackage,
            name: name.to_owned(),
            line: 2,
            ..Definition::default()
        }],
        binaries: vec!["serde".to_owned()],
        is_complete: true,
        ..DefinitionFile::default()
    }
}

#[test]
fn packages_and_targets_are_looked_up() {
    let fixture =
        tree(&["core/src/main.rs", "core/src/bin/load.rs", "core/tests/all/main.rs"]).with(manifest("core/Cargo.toml", "core"));
    assert!(
        fixture
            .look_up(called(Kind::CargoPackage, "core", &[]))
            .starts_with("resolved core/Cargo.toml:2")
    );
    assert!(
        fixture
            .look_up(called(Kind::CargoPackage, "serde", &[]))
            .starts_with("resolved")
    );
    assert_eq!(
        fixture.look_up(called(Kind::CargoPackage, "corre", &[])),
        "broken (no package has this name) -> core"
    );
    for (word, name) in [(Kind::CargoBin, "core"), (Kind::CargoBin, "load"), (Kind::CargoTest, "all")] {
        assert!(fixture.look_up(called(word, name, &[])).starts_with("resolved"), "{name}");
    }
    assert_eq!(
        fixture.look_up(called(Kind::CargoBin, "loaad", &[])),
        "broken (no package has it in `src/bin` or in its manifest) -> load"
    );
}

#[test]
fn nothing_is_said_without_a_manifest() {
    assert!(
        tree(&[])
            .look_up(called(Kind::CargoPackage, "x", &[]))
            .starts_with("unverifiable")
    );
}

#[test]
fn features_are_those_of_the_package_that_is_named_or_of_any() {
    let with_feature = |path: &str, name: &str, feature: &str| {
        let mut file = manifest(path, name);
        file.definitions.push(Definition {
            kind: Kind::CargoFeature,
            name: feature.to_owned(),
            line: 4,
            ..Definition::default()
        });
        file
    };
    let fixture = tree(&[])
        .with(with_feature("core/Cargo.toml", "core", "tls"))
        .with(manifest("web/Cargo.toml", "web"));
    let look_up = |name: &str, within: &[&str]| fixture.look_up(called(Kind::CargoFeature, name, within));
    assert!(look_up("tls", &[]).starts_with("resolved core/Cargo.toml:4"));
    assert!(look_up("tls", &["core"]).starts_with("resolved core/Cargo.toml:4"));
    assert_eq!(look_up("tsl", &[]), "broken (no package has such a feature) -> tls");
    assert!(look_up("tls", &["web"]).starts_with("broken web/Cargo.toml (`web/Cargo.toml` has no such feature)"));
    for (name, within) in [("core/tls", vec![]), ("gone", vec!["serde"]), ("default", vec![])] {
        assert!(look_up(name, &within).starts_with("unverifiable"), "{name}");
    }
}
