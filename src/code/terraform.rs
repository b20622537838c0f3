//! Files of Terraform: the addresses of their modules, resources and data.

use crate::code::found::Found;
use crate::code::language::{Language, Reader};
use crate::code::scan::fingerprint;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;

/// Configurations of Terraform, by their ending.
pub(super) const LANGUAGE: Language = Language {
    name: "terraform",
    recognizes: |path| path.ends_with(".tf"),
    reader: Reader::Text(parse),
};

/// Blocks stand at the beginning of a line: `module "NAME" {`, `resource "TYPE" "NAME" {`.
fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut found = Found::new(path, LANGUAGE.name, text);
    for (at, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace();
        let Some(block @ ("module" | "resource" | "data" | "output")) = words.next() else {
            continue;
        };
        let labels: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        let name = match (block, labels.as_slice()) {
            ("module", [name]) => format!("module.{name}"),
            ("output", [name]) => format!("output.{name}"),
            ("resource", [of, name]) => format!("{of}.{name}"),
            ("data", [of, name]) => format!("data.{of}.{name}"),
            _ => continue,
        };
        found.file.definitions.push(Definition {
            kind: Kind::TerraformAddress,
            fingerprint: fingerprint(&name),
            name,
            line: at as u32 + 1,
            ..Definition::default()
        });
    }
    found.finish()
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    #[test]
    fn blocks_have_addresses() {
        let file = parse(
            "x.tf",
            "module \"aks\" {\n  source = \"./x\"\n}\nresource \"aws_s3_bucket\" \"logs\" {}\ndata \"aws_x\" \"y\" {\n}\n# module \"no\" {\nmodule aks {\nresource \"only\" {\nvariable \"v\" {}\noutput \"url\" {\n",
        );
        let names: Vec<(&str, u32)> = file
            .of_kind(Kind::TerraformAddress)
            .map(|one| (one.name.as_str(), one.line))
            .collect();
        assert_eq!(
            names,
            [
                ("module.aks", 1),
                ("aws_s3_bucket.logs", 4),
                ("data.aws_x.y", 5),
                ("output.url", 11)
            ]
        );
        assert!(parse("x.tf", "\"\"\" {\nmodule").definitions.is_empty());
    }
}
