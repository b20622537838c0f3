//! A module or resource that a command of Terraform addresses is in no configuration.

use crate::audit::rule::{Check, Rule};
use crate::audit::rules::missing::report;
use crate::model::finding::{Confidence, RuleText, Severity};
use crate::model::kind::Kind;

/// Addresses that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "terraform-address-missing",
        summary: "A command of Terraform addresses a module or resource that no configuration has",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Addresses behind `-target`, `-replace`, `state show`, `state rm`, `state mv`, `taint` and `import` are looked up by their first \
                 part among the blocks of the `.tf` files: where the command runs, or in the whole tree. A resource is reported only where one \
                 of nearly the same name is there, since modules that are fetched have resources of their own.",
        matters: "Terraform stops with an error in the middle of a recovery, or takes a plan for the whole system where only a part was meant.",
        example: "`terraform apply -target=module.aks_cluster`, while `main.tf` has `module \"aks\"`.",
        fix: "Write the address as it is today. The finding offers the nearest one.",
    },
    check: Check::Current(|context, findings| {
        report(
            context,
            &RULE.text,
            |kind| kind == Kind::TerraformAddress,
            "blocks",
            |_, _, _| (RULE.text.severity, RULE.text.confidence),
            findings,
        );
    }),
};

#[cfg(test)]
mod tests {
    use crate::audit::testing::{code, named, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_module_that_is_called_otherwise_is_an_error() {
        let fixture = tree(&["main.tf"])
            .with_code(code("terraform", "main.tf", Kind::TerraformAddress, &["module.aks"]))
            .naming(named(Kind::TerraformAddress, "module.aks", &[], ""))
            .naming(named(Kind::TerraformAddress, "module.aks_cluster", &[], ""));
        assert_eq!(
            fixture.findings("terraform-address-missing"),
            ["error docs/runbook.md:2 `module.aks_cluster`: no file of Terraform has `module.aks_cluster` -> module.aks"]
        );
    }
}
