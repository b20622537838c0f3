//! kubectl and kustomize.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::path::Evidence;
use crate::command::sink::{Sink, Value};
use crate::tools::tool::{NONE, Tool};

/// kubectl and what is called like it.
pub(crate) const TOOL: Tool = Tool {
    names: &["kubectl", "oc", "kustomize"],
    calls: kubectl,
    ..NONE
};

/// `kubectl apply -f FILE`, `-k FOLDER`, `--from-file=KEY=FILE`.
fn kubectl(call: &Call<'_>, sink: &mut Sink) {
    if call.program() == "kustomize" {
        for word in call.arguments().iter().skip(1) {
            sink.manifest(&call.site, &Value::of(word), Evidence::Operand, "kustomize", &call.directory);
        }
        return;
    }
    let verb = call.arguments().iter().find(|word| !word.text.starts_with('-'));
    // `kubectl logs -f pod` follows; `kubectl exec pod -- cmd` runs elsewhere.
    let is_manifest = verb.is_some_and(|verb| {
        [
            "apply", "create", "delete", "replace", "diff", "get", "patch", "wait", "rollout", "set", "label", "annotate",
            "kustomize", "expose",
        ]
        .contains(&verb.text.as_str())
    });
    if !is_manifest {
        return;
    }
    let valued = &[
        "-f", "--filename", "-k", "--kustomize", "--from-file", "--from-env-file", "--patch-file", "-n", "--namespace",
        "--context", "-l", "--selector", "-o", "--output",
    ];
    for argument in Arguments::new(call.arguments(), valued) {
        match argument {
            Argument::Option {
                name: "-f" | "--filename" | "-k" | "--kustomize" | "--from-env-file" | "--patch-file",
                value: Some(value),
                ..
            } => {
                for part in value.listed() {
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

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

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
}
