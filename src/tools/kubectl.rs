//! kubectl and kustomize.

use std::borrow::Cow;

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::path::{Evidence, claim};
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::command::words::Word;
use crate::model::kind::Kind;
use crate::tools::tool::{NONE, Tool};

/// kubectl and what is called like it.
pub(crate) const TOOL: Tool = Tool {
    names: &["kubectl", "oc", "kustomize"],
    calls: kubectl,
    ..NONE
};

/// Options that take a value. `-f` of `logs` follows, and `-p` of it shows what was before.
const VALUED: &[&str] = &[
    "-f", "--filename", "-k", "--kustomize", "--from-file", "--from-env-file", "--patch-file", "-n", "--namespace", "--context",
    "--cluster", "--kubeconfig", "-l", "--selector", "-o", "--output", "-c", "--container", "--timeout", "--for", "--replicas",
    "--to-revision", "--revision", "-p", "--patch", "--type", "--field-selector", "--sort-by", "--port", "--target-port",
    "--name", "--as", "--token", "-s", "--server", "--grace-period", "--min", "--max", "--cpu-percent", "--from",
];

/// Options of `logs`, `exec` and `port-forward` that take a value.
const INSIDE_VALUED: &[&str] = &[
    "-n", "--namespace", "--context", "--cluster", "--kubeconfig", "-l", "--selector", "-c", "--container", "--tail", "--since",
    "--since-time", "--limit-bytes", "--address", "--pod-running-timeout", "--max-log-requests", "--as", "--token", "-s",
    "--server",
];

/// Verbs that read manifests.
const READING: &[&str] = &[
    "apply", "create", "delete", "replace", "diff", "get", "patch", "wait", "rollout", "set", "label", "annotate", "kustomize",
    "expose",
];

/// The types whose objects are looked up, with the other words for them.
const TYPES: &[(&str, &[&str])] = &[
    ("configmap", &["cm", "configmaps"]),
    ("cronjob", &["cj", "cronjobs"]),
    ("daemonset", &["ds", "daemonsets"]),
    ("deployment", &["deploy", "deployments"]),
    ("ingress", &["ing", "ingresses"]),
    ("job", &["jobs"]),
    ("secret", &["secrets"]),
    ("service", &["svc", "services"]),
    ("statefulset", &["sts", "statefulsets"]),
];

/// `kubectl apply -f FILE`, `-k FOLDER`, `--from-file=KEY=FILE`, and the objects that commands name.
fn kubectl(call: &Call<'_>, sink: &mut Sink) {
    if call.program() == "kustomize" {
        for word in call.arguments().iter().skip(1) {
            sink.manifest(&call.site, &Value::of(word), Evidence::Operand, "kustomize", &call.directory);
        }
        return;
    }
    let verb = Arguments::new(call.arguments(), VALUED).find_map(|argument| match argument {
        Argument::Operand(word) => Some(word.text.as_str()),
        _ => None,
    });
    let verb = verb.unwrap_or_default();
    objects(call, verb, sink);
    // `kubectl logs -f pod` follows; `kubectl exec pod -- cmd` runs elsewhere.
    if !READING.contains(&verb) {
        return;
    }
    for argument in Arguments::new(call.arguments(), VALUED) {
        match argument {
            Argument::Option {
                name: "-f" | "--filename" | "-k" | "--kustomize" | "--from-env-file" | "--patch-file",
                value: Some(value),
                ..
            } => {
                for part in value.listed() {
                    let text = certain(part.text);
                    let part = Value {
                        text: text.as_ref(),
                        range: part.range,
                    };
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

/// A path that looks like an object of Kubernetes (`deploy/prod`) as one that can be nothing else. A host names a repository elsewhere.
fn certain(path: &str) -> Cow<'_, str> {
    let first = path.split('/').next().unwrap_or_default();
    let is_plain = path.contains('/') && !first.is_empty() && !first.contains(['.', ':', '$', '<', '{', '~', '-']);
    if is_plain && claim(path, Evidence::Operand).is_none() {
        Cow::Owned(format!("./{path}"))
    } else {
        Cow::Borrowed(path)
    }
}

/// The objects that a command names: `deploy/api`, or `deployment api`.
fn objects(call: &Call<'_>, verb: &str, sink: &mut Sink) {
    let is_inside = matches!(verb, "logs" | "exec" | "port-forward" | "attach");
    let is_many = matches!(verb, "get" | "describe" | "delete");
    let is_one = matches!(
        verb,
        "edit" | "scale" | "autoscale" | "rollout" | "set" | "expose" | "label" | "annotate" | "patch" | "wait"
    );
    if !is_inside && !is_many && !is_one {
        return;
    }
    let valued = if is_inside { INSIDE_VALUED } else { VALUED };
    let operands: Vec<&Word> = Arguments::new(call.arguments(), valued)
        .take_while(|argument| !matches!(argument, Argument::Break))
        .filter_map(|argument| match argument {
            Argument::Operand(word) => Some(word),
            _ => None,
        })
        .collect();
    let skipped = if matches!(verb, "rollout" | "set") { 2 } else { 1 };
    let operands = operands.get(skipped..).unwrap_or_default();
    let Some((first, rest)) = operands.split_first() else {
        return;
    };
    if first.text.contains('/') {
        let more = if is_many { rest } else { &[] };
        for word in std::iter::once(first).chain(more) {
            if let Some((of, name)) = word.text.split_once('/') {
                object(call, word, of, name, sink);
            }
        }
        return;
    }
    if is_inside {
        // A pod, whose name a controller makes.
        return;
    }
    let count = if is_many { rest.len() } else { 1 };
    for word in rest.iter().take(count) {
        object(call, word, &first.text, &word.text, sink);
    }
}

fn object(call: &Call<'_>, word: &Word, of: &str, name: &str, sink: &mut Sink) {
    let of = of.split('.').next().unwrap_or(of).to_ascii_lowercase();
    let known = TYPES
        .iter()
        .find(|(known, others)| *known == of || others.contains(&of.as_str()));
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    if let (Some((of, _)), true) = (known, is_name && !name.is_empty() && !in_name(name)) {
        let name = format!("{of}/{name}");
        sink.other(&call.site, &word.range, Kind::KubernetesObject, &name, &call.directory);
    }
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn objects_are_named_with_their_type() {
        assert_eq!(
            of_commands(
                "kubectl rollout undo deploy/api\nkubectl logs -f deploy/api -c app\nkubectl -n x get svc/api\nkubectl get deployment api web -o yaml\nkubectl set image deployment/api api=team/api:1\nkubectl exec -it sts/db -- psql svc/x\nkubectl scale --replicas 3 statefulset db"
            ),
            [
                "kubernetes-object deployment/api",
                "kubernetes-object deployment/api",
                "kubernetes-object service/api",
                "kubernetes-object deployment/api",
                "kubernetes-object deployment/web",
                "kubernetes-object deployment/api",
                "kubernetes-object statefulset/db",
                "kubernetes-object statefulset/db",
            ]
        );
    }

    #[test]
    fn pods_other_types_and_what_is_made_or_filled_in_are_no_objects() {
        assert_eq!(
            of_commands(
                "kubectl logs api-0\nkubectl get pods\nkubectl get pod api-0\nkubectl create deployment api --image x\nkubectl rollout undo deploy/$NAME\nkubectl get node/x\nkubectl port-forward svc/<name> 1:1\nkubectl logs deployment"
            ),
            [""; 0]
        );
    }

    #[test]
    fn a_folder_that_looks_like_an_object_is_a_manifest_all_the_same() {
        assert_eq!(
            of_commands("kubectl apply -k deploy/overlays/prod\nkubectl apply -k github.com/org/app/deploy?ref=v1"),
            ["manifest ./deploy/overlays/prod of kubectl"]
        );
    }

    #[test]
    fn manifests_are_paths() {
        assert_eq!(
            of_commands(
                "kubectl -n prod apply -f k8s/a.yaml,k8s/b.yaml\nkubectl apply -k overlays/prod\nkubectl rollout restart deploy/api\nkubectl logs -f deploy/api\nkubectl create cm x --from-file=k=conf/x.conf"
            ),
            [
                "manifest k8s/a.yaml of kubectl",
                "manifest k8s/b.yaml of kubectl",
                "manifest overlays/prod of kubectl",
                "kubernetes-object deployment/api",
                "kubernetes-object deployment/api",
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
}
