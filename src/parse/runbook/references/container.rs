//! Docker, Compose, Kubernetes, Helm, Terraform.

use crate::model::kind::Kind;
use crate::parse::runbook::commands::placeholder::in_name;
use crate::parse::runbook::commands::words::Word;
use crate::parse::runbook::references::arguments::{Argument, Arguments};
use crate::parse::runbook::references::command::Call;
use crate::parse::runbook::references::make::entered;
use crate::parse::runbook::references::path::Evidence;
use crate::parse::runbook::references::sink::{Sink, Value};

/// Options of `docker build` that take a value.
const BUILD_VALUED: [&str; 20] = [
    "-f",
    "--file",
    "-t",
    "--tag",
    "--build-arg",
    "--target",
    "--platform",
    "--label",
    "--network",
    "--secret",
    "--ssh",
    "--cache-from",
    "--cache-to",
    "-o",
    "--output",
    "--progress",
    "--builder",
    "--iidfile",
    "--metadata-file",
    "--build-context",
];

/// Options of Compose itself that take a value.
const COMPOSE_VALUED: [&str; 10] = [
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--env-file",
    "--profile",
    "--project-directory",
    "--ansi",
    "--progress",
    "--parallel",
];

/// Options of the verbs of Compose that take a value.
const VERB_VALUED: [&str; 42] = [
    "--scale",
    "-e",
    "--env",
    "--env-from-file",
    "-u",
    "--user",
    "-v",
    "--volume",
    "-w",
    "--workdir",
    "--name",
    "-t",
    "--timeout",
    "--tail",
    "-n",
    "--since",
    "--until",
    "--entrypoint",
    "-l",
    "--label",
    "--pull",
    "-p",
    "--publish",
    "--index",
    "-s",
    "--signal",
    "--wait-timeout",
    "--attach",
    "--no-attach",
    "--exit-code-from",
    "--build-arg",
    "--builder",
    "--ssh",
    "-m",
    "--memory",
    "--format",
    "--filter",
    "--status",
    "--policy",
    "--cap-add",
    "--cap-drop",
    "--progress",
];

/// Verbs of Compose whose operands are services.
const SERVICE_VERBS: [&str; 19] = [
    "attach", "build", "create", "events", "images", "kill", "logs", "pause", "port", "ps", "pull", "push", "restart", "rm",
    "start", "stop", "top", "unpause", "up",
];

/// `docker build`, `docker run`, `docker compose`.
pub(crate) fn docker(call: &Call<'_>, sink: &mut Sink) {
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
    for argument in Arguments::new(words, &BUILD_VALUED) {
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

/// Compose files, profiles and services. Profiles and services belong to the files that are given, which count from the folder of
/// the command.
pub(crate) fn compose(call: &Call<'_>, words: &[Word], sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut files = Vec::new();
    let mut profiles = Vec::new();
    let mut arguments = Arguments::new(words, &COMPOSE_VALUED);
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
    if !is_inside && !SERVICE_VERBS.contains(&verb) {
        return;
    }
    for argument in Arguments::new(arguments.rest(), &VERB_VALUED) {
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

/// `kubectl apply -f FILE`, `-k FOLDER`, `--from-file=KEY=FILE`.
pub(crate) fn kubectl(call: &Call<'_>, sink: &mut Sink) {
    if call.program() == "kustomize" {
        for word in call.arguments().iter().skip(1) {
            sink.manifest(&call.site, &Value::of(word), Evidence::Operand, "kustomize", &call.directory);
        }
        return;
    }
    let verb = call.arguments().iter().find(|word| !word.text.starts_with('-'));
    // `kubectl logs -f pod` follows; `kubectl exec pod -- cmd` runs elsewhere.
    let is_manifest = verb.is_some_and(|verb| {
        matches!(
            verb.text.as_str(),
            "apply"
                | "create"
                | "delete"
                | "replace"
                | "diff"
                | "get"
                | "patch"
                | "wait"
                | "rollout"
                | "set"
                | "label"
                | "annotate"
                | "kustomize"
                | "expose"
        )
    });
    if !is_manifest {
        return;
    }
    let valued = &[
        "-f",
        "--filename",
        "-k",
        "--kustomize",
        "--from-file",
        "--from-env-file",
        "--patch-file",
        "-n",
        "--namespace",
        "--context",
        "-l",
        "--selector",
        "-o",
        "--output",
    ];
    for argument in Arguments::new(call.arguments(), valued) {
        match argument {
            Argument::Option {
                name: "-f" | "--filename" | "-k" | "--kustomize" | "--from-env-file" | "--patch-file",
                value: Some(value),
                ..
            } => {
                for part in listed(&value) {
                    sink.manifest(&call.site, &part, Evidence::Operand, call.program(), &call.directory);
                }
            }
            Argument::Option {
                name: "--from-file",
                value: Some(value),
                ..
            } => {
                let path = value.text.split_once('=').map_or(value.text, |(_, path)| path);
                let value = value.tail(&call.site, path);
                sink.path(&call.site, &value, Evidence::Operand, &call.directory);
            }
            Argument::Break => return,
            _ => {}
        }
    }
}

/// The parts of `a.yaml,b.yaml`.
fn listed<'word>(value: &Value<'word>) -> Vec<Value<'word>> {
    if !value.text.contains(',') || value.range.len() != value.text.len() {
        return vec![value.clone()];
    }
    let mut at = value.range.start;
    value
        .text
        .split(',')
        .map(|part| {
            let part_value = Value {
                text: part,
                range: at..at + part.len(),
            };
            at += part.len() + 1;
            part_value
        })
        .collect()
}

/// Values and charts; a chart of a registry (`bitnami/redis`) is no path.
pub(crate) fn helm(call: &Call<'_>, sink: &mut Sink) {
    let valued = &[
        "-f",
        "--values",
        "--set-file",
        "-n",
        "--namespace",
        "--version",
        "--set",
        "--set-string",
        "--kube-context",
        "--repo",
        "--timeout",
        "-e",
        "--environment",
    ];
    for argument in Arguments::new(call.arguments(), valued) {
        match argument {
            Argument::Option {
                name: "-f" | "--values" | "--file",
                value: Some(value),
                ..
            } => {
                for part in listed(&value) {
                    sink.manifest(&call.site, &part, Evidence::Operand, call.program(), &call.directory);
                }
            }
            Argument::Operand(word) => {
                sink.manifest(&call.site, &Value::of(word), Evidence::Code, call.program(), &call.directory);
            }
            _ => {}
        }
    }
}

/// `terraform -chdir=FOLDER plan -var-file=FILE -out=PLAN`.
pub(crate) fn terraform(call: &Call<'_>, sink: &mut Sink) {
    let mut directory = call.directory.clone();
    for argument in Arguments::new(call.arguments(), &[]) {
        match argument {
            Argument::Option {
                name,
                value: Some(value),
                ..
            } => match name {
                "-chdir" => {
                    sink.manifest(&call.site, &value, Evidence::Operand, call.program(), &directory);
                    directory = entered(&directory, value.text);
                }
                "-var-file" | "--var-file" => {
                    sink.manifest(&call.site, &value, Evidence::Operand, call.program(), &directory);
                }
                "-backend-config" | "--backend-config" => sink.path(&call.site, &value, Evidence::Code, &directory),
                "-out" | "--out" | "-generate-config-out" => sink.output(&call.site, &value, &directory),
                _ => {}
            },
            Argument::Operand(word) => sink.path(&call.site, &Value::of(word), Evidence::Code, &directory),
            _ => {}
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
    use crate::parse::runbook::references::shown::of_commands;

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
                "path ../a.env"
            ]
        );
    }

    #[test]
    fn manifests_are_paths_and_objects_are_not() {
        assert_eq!(
            of_commands(
                "kubectl apply -f k8s/a.yaml,k8s/b.yaml -n prod\nkubectl apply -k overlays/prod\nkubectl rollout restart deploy/api\nkubectl logs -f deploy/api\nkubectl create cm x --from-file=k=conf/x.conf"
            ),
            [
                "manifest k8s/a.yaml of kubectl",
                "manifest k8s/b.yaml of kubectl",
                "manifest overlays/prod of kubectl",
                "path conf/x.conf"
            ]
        );
        assert_eq!(
            of_commands(
                "kubectl apply -f https://example.org/x.yaml\nkubectl apply -f -\nkubectl apply -f $FILE\nkubectl delete -f <env>.yaml"
            ),
            ["placeholder <env>.yaml"]
        );
    }

    #[test]
    fn charts_of_a_registry_are_no_paths() {
        assert_eq!(
            of_commands("helm upgrade --install app ./charts/app -f charts/app/values.yaml -n x\nhelm install r bitnami/redis"),
            ["manifest ./charts/app of helm", "manifest charts/app/values.yaml of helm"]
        );
    }

    #[test]
    fn terraform_works_in_its_folder() {
        assert_eq!(
            of_commands("terraform -chdir=infra/prod plan -var-file=prod.tfvars -out=p.plan\nterraform apply p.tfplan"),
            [
                "manifest infra/prod of terraform",
                "manifest prod.tfvars of terraform in infra/prod",
                "output p.plan in infra/prod"
            ]
        );
    }
}
