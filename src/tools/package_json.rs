//! Packages of npm and its relatives: <https://docs.npmjs.com/cli/configuring-npm/package-json>.

use serde_json::Value;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::format;
use crate::model::kind::Kind;
use crate::tools::format::{Format, file_name, file_of, fingerprint};
use crate::tools::json;
use crate::tools::runner::NX;

/// `package.json`. Its tasks are its scripts, its includes the globs of its workspaces.
pub(crate) const FORMAT: Format = Format {
    name: format::PACKAGE_JSON,
    recognizes: |path| file_name(path) == "package.json" && !path.contains("node_modules/"),
    parse,
};

/// Binaries whose package has another name. Everything else is called like its package, or like the scope of a `cli` package.
const BINARIES: &[(&str, &[&str])] = &[
    ("@angular/cli", &["ng"]),
    ("@babel/cli", &["babel"]),
    ("@biomejs/biome", &["biome"]),
    ("@changesets/cli", &["changeset"]),
    ("@commitlint/cli", &["commitlint"]),
    ("@graphql-codegen/cli", &["graphql-codegen", "gql-gen"]),
    ("@hey-api/openapi-ts", &["openapi-ts"]),
    ("@lhci/cli", &["lhci"]),
    ("@nestjs/cli", &["nest"]),
    ("@openapitools/openapi-generator-cli", &["openapi-generator-cli"]),
    ("@playwright/test", &["playwright"]),
    ("@sentry/cli", &["sentry-cli"]),
    ("@sveltejs/kit", &["svelte-kit"]),
    ("@tauri-apps/cli", &["tauri"]),
    ("@vue/cli-service", &["vue-cli-service"]),
    ("aws-cdk", &["cdk"]),
    ("cross-env", &["cross-env", "cross-env-shell"]),
    ("firebase-tools", &["firebase"]),
    ("netlify-cli", &["netlify", "ntl"]),
    ("npm-check-updates", &["ncu", "npm-check-updates"]),
    ("npm-run-all", &["npm-run-all", "run-s", "run-p"]),
    ("npm-run-all2", &["npm-run-all", "npm-run-all2", "run-s", "run-p"]),
    ("react-scripts", &["react-scripts"]),
    ("sequelize-cli", &["sequelize", "sequelize-cli"]),
    ("serverless", &["serverless", "sls"]),
    ("svelte-check", &["svelte-check"]),
    ("typescript", &["tsc", "tsserver"]),
    ("webpack-cli", &["webpack", "webpack-cli"]),
    ("webpack-dev-server", &["webpack-dev-server"]),
];

fn parse(path: &str, text: &str) -> DefinitionFile {
    file_of(path, FORMAT.name, json::read(text), |value, file| {
        file.is_complete = true;
        file.name = value.get("name").and_then(Value::as_str).map(str::to_owned);
        file.definitions = json::entries(&value, text, "scripts")
            .into_iter()
            .filter(|(_, _, command)| command.is_string())
            .map(|(name, line, command)| Definition {
                kind: Kind::PackageScript,
                fingerprint: fingerprint(command.as_str()),
                name: name.to_owned(),
                line,
                ..Definition::default()
            })
            .collect();
        let workspaces = value.get("workspaces");
        let globs = workspaces.and_then(|value| value.as_array().or_else(|| value.get("packages")?.as_array()));
        file.includes = globs
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        file.binaries = binaries(&value);
        // Targets of Nx may stand here as well.
        if value
            .get("nx")
            .is_some_and(|nx| nx.get("targets").is_some() || nx.get("name").is_some())
        {
            file.open_kinds.push(Kind::Task(NX));
        }
    })
}

/// What the dependencies of a package may install, sorted.
fn binaries(value: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for kind in ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] {
        let packages = value.get(kind).and_then(Value::as_object);
        for package in packages.into_iter().flat_map(|packages| packages.keys()) {
            match BINARIES.iter().find(|(name, _)| name == package) {
                Some((_, binaries)) => names.extend(binaries.iter().map(|name| (*name).to_owned())),
                None => names.extend(likely_binaries(package)),
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

fn likely_binaries(package: &str) -> impl Iterator<Item = String> {
    let (scope, name) = package
        .strip_prefix('@')
        .and_then(|name| name.split_once('/'))
        .unwrap_or(("", package));
    let without_cli = name.strip_suffix("-cli").map(str::to_owned);
    let of_scope = (name == "cli").then(|| scope.to_owned());
    [Some(name.to_owned()), without_cli, of_scope].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::parse;

    const TEXT: &str = r#"{
  "name": "@acme/web",
  "workspaces": { "packages": ["apps/*"] },
  "scripts": {
    "lint": "eslint .", "test": "vitest",
    "test:e2e": "playwright test"
  },
  "config": { "scripts": { "hidden": "x" } },
  "devDependencies": { "typescript": "5", "@acme/cli": "1", "turbo": "2" }
}
"#;

    #[test]
    fn scripts_have_their_lines() {
        let file = parse("package.json", TEXT);
        let definitions: Vec<(&str, u32)> = file.definitions.iter().map(|task| (task.name.as_str(), task.line)).collect();
        assert_eq!(definitions, [("lint", 5), ("test", 5), ("test:e2e", 6)]);
        assert_eq!(file.name.as_deref(), Some("@acme/web"));
        assert_eq!(file.includes, ["apps/*"]);
        assert!(file.is_complete);
    }

    #[test]
    fn a_script_is_its_command() {
        let of = |text: &str| parse("package.json", text).definitions[0].fingerprint;
        let before = of(r#"{"version": "1", "scripts": {"a": "x"}}"#);
        assert_eq!(before, of("{\n  \"version\": \"2\",\n  \"scripts\": { \"a\": \"x\" }\n}"));
        assert_ne!(before, of(r#"{"version": "1", "scripts": {"a": "x --fast"}}"#));
    }

    #[test]
    fn binaries_of_dependencies_are_guessed_from_their_names() {
        assert_eq!(
            parse("package.json", TEXT).binaries,
            ["acme", "cli", "tsc", "tsserver", "turbo"]
        );
    }

    #[test]
    fn a_broken_package_is_one_problem_with_its_line() {
        let file = parse("package.json", "{\n  \"scripts\": {\n    \"a\": \"b\",\n  }\n}\n");
        assert_eq!(file.problems.len(), 1);
        assert_eq!(file.problems[0].line, Some(4));
        assert!(!file.is_complete && file.definitions.is_empty());
    }
}
