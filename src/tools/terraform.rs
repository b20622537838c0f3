//! Terraform and its relatives.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::sink::{Sink, Value};
use crate::tools::tool::{NONE, Tool};

/// Terraform and what is called like it.
pub(crate) const TOOL: Tool = Tool {
    names: &["terraform", "tofu", "terragrunt"],
    calls: terraform,
    ..NONE
};

/// `terraform -chdir=FOLDER plan -var-file=FILE -out=PLAN`.
fn terraform(call: &Call<'_>, sink: &mut Sink) {
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

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

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
