//! Terraform and its relatives.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::{Evidence, claim};
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
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
    let mut verbs: Vec<&str> = Vec::new();
    for argument in Arguments::new(call.arguments(), &["-target", "-replace"]) {
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
                "-target" | "--target" | "-replace" | "--replace" => address(call, &value, &directory, sink),
                _ => {}
            },
            Argument::Operand(word) if verbs == ["output"] => {
                output(call, &Value::of(word), &directory, sink);
                verbs.push("");
            }
            Argument::Operand(word) if takes_address(&verbs) => {
                address(call, &Value::of(word), &directory, sink);
                // `import ADDRESS ID`
                verbs.push("");
            }
            Argument::Operand(word) if verbs.len() < 2 && claim(&word.text, Evidence::Code).is_none() => verbs.push(&word.text),
            Argument::Operand(word) => sink.path(&call.site, &Value::of(word), Evidence::Code, &directory),
            _ => {}
        }
    }
}

/// Whether the next operand is an address.
fn takes_address(verbs: &[&str]) -> bool {
    matches!(verbs, ["state", "rm" | "show" | "mv"] | ["taint" | "untaint" | "import"])
}

/// An output of the configuration, as an address: `output.NAME`.
fn output(call: &Call<'_>, value: &Value<'_>, directory: &Directory, sink: &mut Sink) {
    let is_name = value.text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && value
            .text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_name && !in_name(value.text) {
        let name = format!("output.{}", value.text);
        sink.other(&call.site, &value.range, Kind::TerraformAddress, &name, directory);
    }
}

/// The first part of an address that names a block of the configuration: `module.NAME`, `TYPE.NAME`, `data.TYPE.NAME`.
fn address(call: &Call<'_>, value: &Value<'_>, directory: &Directory, sink: &mut Sink) {
    let plain = value.text.split('[').next().unwrap_or_default();
    let parts: Vec<&str> = plain.split('.').collect();
    let is_name = |part: &&str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let length = match parts.as_slice() {
        ["module", ..] => 2,
        ["data", ..] => 3,
        [kind, ..] if kind.contains('_') => 2,
        _ => return,
    };
    let Some(named) = parts.get(..length).filter(|named| named.iter().all(is_name)) else {
        return;
    };
    if !in_name(plain) {
        sink.other(&call.site, &value.range, Kind::TerraformAddress, &named.join("."), directory);
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

    #[test]
    fn addresses_are_named_by_their_block() {
        assert_eq!(
            of_commands(
                "terraform apply -target=module.aks.azurerm_x.y -target module.net\nterraform state rm 'module.db[\"a\"].x'\nterraform import aws_s3_bucket.logs my-logs\nterraform state show data.aws_x.y.id\nterraform plan -target=$T\nterraform state list\nterraform taint <address>"
            ),
            [
                "terraform-address module.aks",
                "terraform-address module.net",
                "terraform-address module.db",
                "terraform-address aws_s3_bucket.logs",
                "terraform-address data.aws_x.y",
            ]
        );
    }
}
