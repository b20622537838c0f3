//! Helm: charts and their values.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::path::Evidence;
use crate::command::sink::{Sink, Value};
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
            Argument::Operand(word) => {
                sink.manifest(&call.site, &Value::of(word), Evidence::Code, call.program(), &call.directory);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn charts_of_a_registry_are_no_paths() {
        assert_eq!(
            of_commands("helm upgrade --install app ./charts/app -f charts/app/values.yaml -n x\nhelm install r bitnami/redis"),
            ["manifest ./charts/app of helm", "manifest charts/app/values.yaml of helm"]
        );
    }
}
