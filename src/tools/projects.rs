//! Programs that build a project of several, which is a folder or a file of the tree: `dotnet` and Maven.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::name::ends_with;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::command::words::Word;
use crate::model::kind::Kind;
use crate::tools::tool::{NONE, Tool};

/// The command line of .NET.
pub(crate) const DOTNET: Tool = Tool {
    names: &["dotnet"],
    calls: dotnet,
    ..NONE
};

/// Maven by its own name; its wrapper is a script of the repository.
pub(crate) const MAVEN: Tool = Tool {
    names: &["mvn"],
    calls: |call, sink| maven(call, call.arguments(), sink),
    ..NONE
};

/// Options of `dotnet` that take a value.
const DOTNET_VALUED: &[&str] = &[
    "-a", "--arch", "--artifacts-path", "-c", "--collect", "--configuration", "--context", "-d", "--diag", "-f", "--filter",
    "--framework", "-k", "--api-key", "-l", "--launch-profile", "--logger", "-o", "--os", "--output", "--project", "-r",
    "--results-directory", "--runtime", "-s", "--settings", "--source", "--startup-project", "-v", "--verbosity",
    "--version-suffix",
];

/// The commands whose first operand is a project, a solution or the folder of one.
const OF_PROJECT: &[&str] = &[
    "add", "build", "clean", "format", "list", "msbuild", "pack", "publish", "remove", "restore", "sln", "test",
];

/// Options of Maven that take a value.
const MAVEN_VALUED: &[&str] = &[
    "-b", "--builder", "-f", "--file", "-gs", "--global-settings", "-l", "--log-file", "-P", "--activate-profiles", "-pl",
    "--projects", "-rf", "--resume-from", "-s", "--settings", "-t", "--toolchains", "-T", "--threads",
];

/// `dotnet run --project src/Api`, `dotnet test tests/Api.Tests/Api.Tests.csproj`, `dotnet ef database update -p src/Data -s src/Api`.
fn dotnet(call: &Call<'_>, sink: &mut Sink) {
    let Some((verb, arguments)) = call.arguments().split_first() else {
        return;
    };
    let is_ef = verb.text == "ef";
    let mut is_first = true;
    for argument in Arguments::new(arguments, DOTNET_VALUED) {
        match argument {
            Argument::Option {
                name: "--project" | "--startup-project",
                value: Some(value),
                ..
            } => project(call, &value, "dotnet", sink),
            Argument::Option {
                name,
                value: Some(value),
                ..
            } if is_ef && name == "-s" => project(call, &value, "dotnet", sink),
            Argument::Option {
                name: "--settings",
                value: Some(value),
                ..
            } => sink.path(&call.site, &value, Evidence::Operand, &call.directory),
            Argument::Option {
                name: "-o" | "--output" | "--results-directory" | "--artifacts-path",
                value: Some(value),
                ..
            } => sink.output(&call.site, &value, &call.directory),
            Argument::Operand(word) if is_first => {
                is_first = false;
                let is_project = word.text.contains('/') || ends_with(&word.text, &["csproj", "fsproj", "sln", "slnx", "vbproj"]);
                if OF_PROJECT.contains(&verb.text.as_str()) && is_project {
                    project(call, &Value::of(word), "dotnet", sink);
                }
            }
            // Behind it come the arguments of the program that is run.
            Argument::Break => return,
            _ => {}
        }
    }
}

/// `mvn -pl core,services/api -am verify`, `mvn -f app/pom.xml package`.
pub(crate) fn maven(call: &Call<'_>, arguments: &[Word], sink: &mut Sink) {
    for argument in Arguments::new(arguments, MAVEN_VALUED) {
        match argument {
            Argument::Option {
                name: "-pl" | "--projects",
                value: Some(value),
                ..
            } => {
                for part in value.listed() {
                    // `!web` leaves a module out; `:web` and `org.acme:web` name one by its artifact.
                    let module = part.text.trim_start_matches(['!', '+', '?']);
                    if !module.contains(':') && !module.starts_with('-') {
                        let module = part.tail(&call.site, module);
                        project(call, &module, "mvn", sink);
                    }
                }
            }
            Argument::Option {
                name: "-f" | "--file" | "-s" | "--settings",
                value: Some(value),
                ..
            } => sink.manifest(&call.site, &value, Evidence::Operand, "mvn", &call.directory),
            Argument::Break => return,
            _ => {}
        }
    }
}

/// A project by its folder or by its file, from where the command runs.
fn project(call: &Call<'_>, value: &Value<'_>, program: &str, sink: &mut Sink) {
    let text = value.text;
    let is_name = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/'));
    if text.is_empty() || text == "." || text.starts_with('/') || !is_name || in_name(text) {
        return;
    }
    let within = [program.to_owned()];
    sink.named(&call.site, &value.range, Kind::Manifest, text, &within, &call.directory);
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn projects_of_dotnet_are_files_or_folders() {
        assert_eq!(
            of_commands(
                "dotnet run --project src/Api -- --seed data/x.json\ndotnet test tests/Api.Tests/Api.Tests.csproj --filter Category=Unit\ndotnet ef database update --project Data --startup-project src/Api\ndotnet build -c Release\ndotnet publish App.sln -o out/app"
            ),
            [
                "manifest src/Api of dotnet",
                "manifest tests/Api.Tests/Api.Tests.csproj of dotnet",
                "manifest Data of dotnet",
                "manifest src/Api of dotnet",
                "manifest App.sln of dotnet",
                "output out/app",
            ]
        );
    }

    #[test]
    fn what_is_no_project_of_dotnet_is_none() {
        assert!(
            of_commands(
                "dotnet tool install -g dotnet-ef\ndotnet run --project $PROJECT\ndotnet run --project /opt/app\ndotnet --info\ndotnet build -p:Version=1.2.3\ndotnet"
            )
            .is_empty()
        );
    }

    #[test]
    fn modules_of_maven_are_folders() {
        assert_eq!(
            of_commands("mvn -pl core,services/api -am verify\nmvn -pl '!web' package\nmvn -f app/pom.xml clean install"),
            [
                "manifest core of mvn",
                "manifest services/api of mvn",
                "manifest web of mvn",
                "manifest app/pom.xml of mvn",
            ]
        );
        assert_eq!(of_commands("./mvnw -pl core test"), ["path ./mvnw", "manifest core of mvn"]);
        assert!(of_commands("mvn -pl :core,org.acme:web test\nmvn -T 4 -P prod deploy\nmvn -pl $M test").is_empty());
    }
}
