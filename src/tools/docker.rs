//! Docker and Compose.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::command::words::Word;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::tools::compose::{FORMAT, RESOLVER};
use crate::tools::tool::{NONE, Tool};

/// Docker and what is called like it.
pub(crate) const TOOL: Tool = Tool {
    names: &["docker", "podman", "nerdctl"],
    calls: docker,
    formats: &[FORMAT],
    resolvers: &[RESOLVER],
    ..NONE
};

/// Compose as a program of its own.
pub(crate) const COMPOSE: Tool = Tool {
    names: &["docker-compose", "podman-compose"],
    calls: |call, sink| compose(call, call.arguments(), sink),
    ..NONE
};

/// Options of `docker build` that take a value.
const BUILD_VALUED: &[&str] = &[
    "-f", "--file", "-t", "--tag", "--build-arg", "--target", "--platform", "--label", "--network", "--secret", "--ssh",
    "--cache-from", "--cache-to", "-o", "--output", "--progress", "--builder", "--iidfile", "--metadata-file", "--build-context",
];

/// Options of Compose itself that take a value.
const COMPOSE_VALUED: &[&str] = &[
    "-f", "--file", "-p", "--project-name", "--env-file", "--profile", "--project-directory", "--ansi", "--progress",
    "--parallel",
];

/// Options of the verbs of Compose that take a value.
const VERB_VALUED: &[&str] = &[
    "--scale", "-e", "--env", "--env-from-file", "-u", "--user", "-v", "--volume", "-w", "--workdir", "--name", "-t",
    "--timeout", "--tail", "-n", "--since", "--until", "--entrypoint", "-l", "--label", "--pull", "-p", "--publish", "--index",
    "-s", "--signal", "--wait-timeout", "--attach", "--no-attach", "--exit-code-from", "--build-arg", "--builder", "--ssh", "-m",
    "--memory", "--format", "--filter", "--status", "--policy", "--cap-add", "--cap-drop", "--progress",
];

/// Verbs of Compose whose operands are services.
const SERVICE_VERBS: &[&str] = &[
    "attach", "build", "create", "events", "images", "kill", "logs", "pause", "port", "ps", "pull", "push", "restart", "rm",
    "start", "stats", "stop", "top", "unpause", "up", "wait", "watch",
];

/// `docker build`, `docker run`, `docker compose`.
fn docker(call: &Call<'_>, sink: &mut Sink) {
    let mut arguments = Arguments::new(call.arguments(), &["-H", "--host", "-c", "--context", "--config", "-l"]);
    let verb = loop {
        match arguments.next() {
            Some(Argument::Operand(word)) if matches!(word.text.as_str(), "buildx" | "image" | "container" | "builder") => {}
            Some(Argument::Operand(word)) => break word,
            Some(_) => {}
            None => return,
        }
    };
    let rest = arguments.rest();
    match verb.text.as_str() {
        "compose" => compose(call, rest, sink),
        "build" => build(call, rest, sink),
        "run" | "create" => {
            // Behind the image everything is inside of the container.
            for argument in Arguments::new(rest, &["--env-file"]) {
                match argument {
                    Argument::Option {
                        name: "--env-file",
                        value: Some(value),
                        ..
                    } => sink.path(&call.site, &value, Evidence::Operand, &call.directory),
                    Argument::Break => return,
                    _ => {}
                }
            }
        }
        "bake" => files_of(call, rest, &["-f", "--file"], "docker buildx bake", sink),
        "stack" => files_of(call, rest, &["-c", "--compose-file"], "docker stack", sink),
        "save" | "export" => written_by(call, rest, sink),
        _ => {}
    }
}

fn build(call: &Call<'_>, words: &[Word], sink: &mut Sink) {
    default_file(call, words, sink);
    for argument in Arguments::new(words, BUILD_VALUED) {
        match argument {
            Argument::Option {
                name: "-f" | "--file",
                value: Some(value),
                ..
            } => sink.manifest(&call.site, &value, Evidence::Operand, "docker build", &call.directory),
            Argument::Option {
                name: "--iidfile" | "--metadata-file",
                value: Some(value),
                ..
            } => sink.output(&call.site, &value, &call.directory),
            Argument::Operand(word) if !matches!(word.text.as_str(), "." | "-" | "./") => {
                sink.manifest(
                    &call.site,
                    &Value::of(word),
                    Evidence::Operand,
                    "docker build",
                    &call.directory,
                );
            }
            _ => {}
        }
    }
}

/// `docker build CONTEXT` reads the `Dockerfile` of the context, unless it is told another file.
fn default_file(call: &Call<'_>, words: &[Word], sink: &mut Sink) {
    let is_told = words.iter().any(|word| {
        let name = word.text.split('=').next().unwrap_or_default();
        matches!(name, "-f" | "--file" | "--call" | "--check" | "-")
    });
    let mut operands = Arguments::new(words, BUILD_VALUED).filter_map(|argument| match argument {
        Argument::Operand(word) => Some(word),
        _ => None,
    });
    let (Some(context), None) = (operands.next(), operands.next()) else {
        return;
    };
    let text = context.text.as_str();
    let is_local = !text.starts_with(['/', '~', '$', '-', '.']) || matches!(text, "." | "./") || text.starts_with("./");
    if is_told || call.program() == "podman" || !is_local || text.contains([':', '@', '*']) || in_name(text) {
        return;
    }
    let folder = text.trim_start_matches("./").trim_end_matches('/');
    let folder = if folder == "." { "" } else { folder };
    let name = if folder.is_empty() {
        "Dockerfile".to_owned()
    } else {
        format!("{folder}/Dockerfile")
    };
    let range = call.start()..context.range.end;
    let within = ["docker build".to_owned()];
    sink.named(&call.site, &range, Kind::NeededFile, &name, &within, &call.directory);
}

/// Compose files, profiles and services. Profiles and services belong to the files that are given, which count from the folder of
/// the command.
fn compose(call: &Call<'_>, words: &[Word], sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut files = Vec::new();
    let mut profiles = Vec::new();
    let mut arguments = Arguments::new(words, COMPOSE_VALUED);
    let verb = loop {
        match arguments.next() {
            Some(Argument::Option {
                name,
                value: Some(value),
                ..
            }) => match name {
                "-f" | "--file" => {
                    sink.manifest(&call.site, &value, Evidence::Operand, "docker compose", &call.directory);
                    files.push(value.text.to_owned());
                }
                "--env-file" => sink.path(&call.site, &value, Evidence::Operand, &call.directory),
                "--project-directory" => directory = entered(&directory, value.text),
                "--profile" => profiles.push(value),
                _ => {}
            },
            Some(Argument::Operand(word)) => break Some(word.text.as_str()),
            Some(_) => {}
            None => break None,
        }
    };
    if !files.is_empty() {
        // Given files count from where the command runs; only without them the folder of the project is searched.
        directory = call.directory.clone();
    }
    for profile in profiles {
        let word = match profile.text {
            "*" => continue,
            name if in_name(name) => Kind::Placeholder,
            _ => Kind::ComposeProfile,
        };
        sink.named(&call.site, &profile.range, word, profile.text, &files, &directory);
    }
    let verb = verb.unwrap_or_default();
    let is_inside = matches!(verb, "run" | "exec");
    if verb == "cp" {
        return copy(call, arguments.rest(), &files, &directory, sink);
    }
    if !is_inside && !SERVICE_VERBS.contains(&verb) {
        return;
    }
    for argument in Arguments::new(arguments.rest(), VERB_VALUED) {
        match argument {
            Argument::Operand(word) => {
                let is_name = word
                    .text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
                if in_name(&word.text) {
                    sink.other(&call.site, &word.range, Kind::Placeholder, &word.text, &directory);
                } else if is_name && !word.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                    sink.named(&call.site, &word.range, Kind::ComposeService, &word.text, &files, &directory);
                }
                // What follows runs inside of the service, or is a port.
                if is_inside || verb == "port" {
                    return;
                }
            }
            Argument::Option {
                name: "--scale",
                value: Some(value),
                ..
            } => {
                if let Some((service, _)) = value.text.split_once('=').filter(|(service, _)| !in_name(service)) {
                    let value = value.tail(&call.site, value.text);
                    let range = value.range.start..(value.range.start + service.len()).min(value.range.end);
                    sink.named(&call.site, &range, Kind::ComposeService, service, &files, &directory);
                }
            }
            Argument::Option {
                name: "--env-from-file",
                value: Some(value),
                ..
            } => sink.path(&call.site, &value, Evidence::Operand, &call.directory),
            _ => {}
        }
    }
}

/// `docker compose cp SERVICE:/path local`, or the other way round.
fn copy(call: &Call<'_>, words: &[Word], files: &[String], directory: &Directory, sink: &mut Sink) {
    let operands = Arguments::new(words, &["--index"]).filter_map(|argument| match argument {
        Argument::Operand(word) => Some(word),
        _ => None,
    });
    for (index, word) in operands.enumerate() {
        match word.text.split_once(':') {
            // `C:` is a drive.
            Some((service, _)) if service.len() > 1 => {
                let quote = usize::from(call.site.words(&word.range).starts_with(['"', '\'']));
                let start = word.range.start + quote;
                let range = start..(start + service.len()).min(word.range.end);
                if in_name(service) {
                    sink.other(&call.site, &range, Kind::Placeholder, service, directory);
                } else {
                    sink.named(&call.site, &range, Kind::ComposeService, service, files, directory);
                }
            }
            Some(_) => {}
            None if index == 0 => sink.path(&call.site, &Value::of(word), Evidence::Operand, &call.directory),
            None => sink.output(&call.site, &Value::of(word), &call.directory),
        }
    }
}

fn files_of(call: &Call<'_>, words: &[Word], options: &'static [&'static str], program: &str, sink: &mut Sink) {
    for argument in Arguments::new(words, options) {
        if let Argument::Option {
            name,
            value: Some(value),
            ..
        } = argument
            && options.contains(&name)
        {
            sink.manifest(&call.site, &value, Evidence::Operand, program, &call.directory);
        }
    }
}

fn written_by(call: &Call<'_>, words: &[Word], sink: &mut Sink) {
    for argument in Arguments::new(words, &["-o", "--output"]) {
        if let Argument::Option { value: Some(value), .. } = argument {
            sink.output(&call.site, &value, &call.directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn compose_names_files_profiles_and_services() {
        assert_eq!(
            of_commands(
                "docker compose -f a.yml -f ops/b.yml --profile ops run --rm migrate up head\ndocker compose up -d --scale api=2 api\ndocker-compose logs -f --tail 50 web"
            ),
            [
                "manifest a.yml of docker compose",
                "manifest ops/b.yml of docker compose",
                "compose-profile ops of a.yml, ops/b.yml",
                "compose-service migrate of a.yml, ops/b.yml",
                "compose-service api",
                "compose-service api",
                "compose-service web",
            ]
        );
        assert_eq!(
            of_commands("docker compose -f <file>.yml up <service>\ndocker compose down -v\ndocker compose config x"),
            ["placeholder <file>.yml", "placeholder <service>"]
        );
    }

    #[test]
    fn what_is_copied_names_its_service() {
        assert_eq!(
            of_commands(
                "docker compose -f a.yml cp db:/var/x.sql x.sql\ndocker compose cp ./conf/x.ini web:/etc/\ndocker compose cp C:\\x web:/y"
            ),
            [
                "manifest a.yml of docker compose",
                "compose-service db of a.yml",
                "output x.sql",
                "path ./conf/x.ini",
                "compose-service web",
                "compose-service web",
            ]
        );
        assert_eq!(of_commands("docker cp db:/x y"), [""; 0]);
    }

    #[test]
    fn values_of_options_are_no_services() {
        assert_eq!(
            of_commands(
                "docker compose --parallel 2 kill -s SIGHUP proxy\ndocker compose up --wait --wait-timeout 60 --exit-code-from api api\ndocker compose ps --format json --status running db"
            ),
            ["compose-service proxy", "compose-service api", "compose-service db"]
        );
    }

    #[test]
    fn images_ports_and_volumes_are_no_paths() {
        assert_eq!(
            of_commands(
                "docker build -f apps/a/Dockerfile -t team/app:1 apps/a\ndocker build .\ndocker run -p 80:80/tcp -v ./x:/x --env-file ../a.env team/app ./run.sh\ndocker push ghcr.io/team/app"
            ),
            [
                "manifest apps/a/Dockerfile of docker build",
                "manifest apps/a of docker build",
                "needed-file Dockerfile of docker build",
                "path ../a.env"
            ]
        );
    }
}
