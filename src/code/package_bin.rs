//! `package.json`: the programs that a package installs, and the versions that it asks for.
//! <https://docs.npmjs.com/cli/configuring-npm/package-json>

use serde_json::Value;

use crate::code::language::{Language, Reader};
use crate::code::scan::fingerprint;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;

/// `package.json`. What its scripts are called is read elsewhere.
pub(super) const LANGUAGE: Language = Language {
    name: "package-bin",
    recognizes: |path| path == "package.json" || path.ends_with("/package.json"),
    reader: Reader::Text(parse),
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile::new(path, LANGUAGE.name);
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return file;
    };
    file.is_complete = true;
    file.name = value.get("name").and_then(Value::as_str).map(str::to_owned);
    let mut add = |kind: Kind, name: &str, said: &str| {
        let quoted = format!("\"{}\"", if kind == Kind::Version { said } else { name });
        let line = text.lines().position(|line| line.contains(&quoted)).unwrap_or(0) as u32 + 1;
        file.definitions.push(Definition {
            kind,
            name: name.to_owned(),
            value: Some(said.to_owned()),
            line,
            interface: fingerprint(said),
            fingerprint: fingerprint(said),
            ..Definition::default()
        });
    };
    match value.get("bin") {
        Some(Value::String(target)) => {
            let name = value.get("name").and_then(Value::as_str).unwrap_or_default();
            add(Kind::Program, name.rsplit('/').next().unwrap_or(name), target);
        }
        Some(Value::Object(programs)) => {
            for (name, target) in programs {
                add(Kind::Program, name, target.as_str().unwrap_or_default());
            }
        }
        _ => {}
    }
    for (name, version) in value.get("engines").and_then(Value::as_object).into_iter().flatten() {
        if let Some(version) = version.as_str() {
            add(Kind::Version, name, version);
        }
    }
    for (name, version) in value.get("volta").and_then(Value::as_object).into_iter().flatten() {
        if let Some(version) = version.as_str() {
            add(Kind::Version, name, version);
        }
    }
    if let Some((name, version)) = value
        .get("packageManager")
        .and_then(Value::as_str)
        .and_then(|said| said.split_once('@'))
    {
        // `pnpm@9.1.0+sha512.abc`
        add(Kind::Version, name, version.split('+').next().unwrap_or(version));
    }
    file
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::code::testing::valued;

    #[test]
    fn programs_and_versions_are_read() {
        let text = "{\n\"name\": \"@acme/tool\",\n\"bin\": \"cli.js\",\n\"engines\": {\n\"node\": \">=20\"},\n\"packageManager\": \"pnpm@9.1.0+sha1.x\"}";
        let found = valued(&parse("package.json", text));
        assert_eq!(
            found,
            ["program tool cli.js:1", "version node >=20:5", "version pnpm 9.1.0:1"]
        );
    }
}
