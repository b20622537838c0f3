//! Helm: charts and their values.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::model::kind::Kind;
use crate::tools::tool::{NONE, Tool};

/// Helm and what is called like it.
pub(crate) const TOOL: Tool = Tool {
    names: &["helm", "helmfile"],
    calls: helm,
    ..NONE
};

/// Values and charts; a chart of a registry (`bitnami/redis`) is no path.
fn helm(call: &Call<'_>, sink: &mut Sink) {
    let valued = &[
        "-f", "--values", "--set-file", "-n", "--namespace", "--version", "--set", "--set-string", "--kube-context", "--repo",
        "--timeout", "-e", "--environment",
    ];
    let takes_charts = matches!(
        call.verb(),
        "dep" | "dependency" | "diff" | "install" | "lint" | "package" | "template" | "upgrade"
    );
    for argument in Arguments::new(call.arguments(), valued) {
        match argument {
            Argument::Option {
                name: "-f" | "--values" | "--file",
                value: Some(value),
                ..
            } => {
                for part in value.listed() {
                    sink.manifest(&call.site, &part, Evidence::Operand, call.program(), &call.directory);
                }
            }
            Argument::Operand(word) if takes_charts && is_chart(&word.text) => {
                let within = [call.program().to_owned()];
                sink.named(&call.site, &word.range, Kind::Manifest, &word.text, &within, &call.directory);
            }
            Argument::Operand(word) => {
                sink.manifest(&call.site, &Value::of(word), Evidence::Code, call.program(), &call.directory);
            }
            _ => {}
        }
    }
}

/// Whether a word may be the folder of a chart. `repository/chart` has the same form: whether its first part is a folder is for the tree
/// to say.
fn is_chart(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
    word.contains('/') && !word.starts_with(['/', '.', '-']) && word.bytes().all(is_plain) && !in_name(word)
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn charts_of_a_registry_are_no_paths() {
        assert_eq!(
            of_commands("helm upgrade --install app ./charts/app -f charts/app/values.yaml -n x\nhelm install r bitnami/redis"),
            [
                "manifest ./charts/app of helm",
                "manifest charts/app/values.yaml of helm",
                "manifest bitnami/redis of helm"
            ]
        );
        assert_eq!(
            of_commands(
                "helm package deploy/app\nhelm dependency update ops/app\nhelm upgrade app stable/app\nhelm show values stable/app"
            ),
            [
                "manifest deploy/app of helm",
                "manifest ops/app of helm",
                "manifest stable/app of helm"
            ]
        );
    }
}
