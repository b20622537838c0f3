//! A manifest that a command of a runbook reads is not in the tree.

use crate::audit::alike::is_one_folder_off;
use crate::audit::fate::{self, Fate};
use crate::audit::rule::{Check, Context, Rule};
use crate::audit::rules::missing::renaming;
use crate::model::finding::{Confidence, Finding, RuleText, Severity};
use crate::model::kind::Kind;
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::tools::lookup::place::is_rooted;

/// Manifests that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "manifest-missing",
        summary: "A manifest that a command of the runbook reads is not in the repository",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "The files and folders that programs of a deployment read are looked up like paths: `kubectl apply -f` and `-k`, `kustomize build`, `helm` charts and \
                 values, `terraform -chdir`, `docker build` with its file and context, Compose and stack files, `ansible-playbook`, `alembic -c`, `skaffold -f`, \
                 `supabase --file`. So are the files that a program looks for by itself: the `Dockerfile` of `docker build .`, the `cdk.json` of `cdk deploy`; a \
                 missing one is a warning.\n\n\
                 Addresses, standard input, placeholders, outputs that git ignores, and files that a step of the runbook writes are not judged. Below a folder that \
                 is there it is an error, elsewhere a warning.",
        matters: "The step stops in the middle of a deployment, and says nothing about what replaced the manifest.",
        example: "Run `kubectl apply -f k8s/api.yaml`, while the manifest lies at `deploy/k8s/api.yaml`.",
        fix: "Write the path that is right today. The finding offers it when a file of the same or nearly the same name exists.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let ReferenceKind::Named(named) = &reference.kind else {
            continue;
        };
        if named.kind == Kind::NeededFile {
            findings.push(needed(context, reference, named, resolution.suggestion.as_deref()));
            continue;
        }
        if named.kind != Kind::Manifest {
            continue;
        }
        let (severity, confidence) = weight(context, reference, named, resolution);
        let help = match &resolution.suggestion {
            Some(suggestion) => format!("there is `{suggestion}`"),
            None => "write the path that is right today, or remove the step".to_owned(),
        };
        let program = named.within.first().map_or("the command", String::as_str);
        findings.push(Finding {
            severity,
            confidence,
            message: format!("`{}`, which `{program}` reads, is not in the repository", reference.text),
            help: Some(help),
            suggestion: resolution.suggestion.clone(),
            fix: resolution
                .suggestion
                .as_ref()
                .and_then(|right| renaming(context, reference, &named.name, right)),
            ..context.about(&RULE.text, reference)
        });
    }
}

/// A file that a program looks for by itself; the reader may stand elsewhere than the text says.
fn needed(context: &Context<'_>, reference: &Reference, named: &Named, right: Option<&str>) -> Finding {
    let program = named.within.first().map_or("the command", String::as_str);
    let help = match right {
        Some(right) => format!("there is `{right}`: say in which folder to run it, or name the file"),
        None => "say in which folder to run it, or name the file".to_owned(),
    };
    Finding {
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        message: format!("`{program}` looks for `{}` here, which is not in the repository", named.name),
        help: Some(help),
        suggestion: right.map(str::to_owned),
        ..context.about(&RULE.text, reference)
    }
}

/// Sure below a folder that is there; another place may be one of another repository.
fn weight(context: &Context<'_>, reference: &Reference, named: &Named, resolution: &Resolution) -> (Severity, Confidence) {
    let is_rooted = is_rooted(&context.edition.source, &named.name, &named.directory);
    let is_relative = named.name.starts_with("./") || named.name.starts_with("../");
    // A place that no commit ever had, with nothing like it, is likely one that the reader has: `kustomize build ./my-config`.
    let is_strange = !is_rooted && resolution.suggestion.is_none() && matches!(fate::of(context.past, resolution), Fate::Never);
    let is_command = matches!(reference.context, ReferenceContext::Command | ReferenceContext::Inline);
    let is_one_folder_off = resolution
        .suggestion
        .as_deref()
        .is_some_and(|near| is_one_folder_off(&named.name, near));
    if is_command && (is_rooted || is_relative || is_one_folder_off) && !is_strange {
        (Severity::Error, Confidence::High)
    } else {
        (Severity::Warning, Confidence::Medium)
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_manifest_below_a_folder_that_is_there_is_an_error() {
        let fixture = tree(&["k8s/api.yaml"]).naming(named(Kind::Manifest, "k8s/apo.yaml", &["kubectl"], ""));
        assert_eq!(
            fixture.findings("manifest-missing"),
            [
                "error docs/runbook.md:1 `k8s/apo.yaml`: `k8s/apo.yaml`, which `kubectl` reads, is not in the repository -> k8s/api.yaml"
            ]
        );
        assert!(fixture.findings("path-missing").is_empty());
    }

    #[test]
    fn a_manifest_of_a_folder_that_is_not_there_is_a_warning_at_most() {
        let fixture = tree(&["src/x.py"])
            .naming(named(Kind::Manifest, "src/x.py", &["kubectl"], ""))
            .naming(named(Kind::Manifest, "overlays/prod/a.yaml", &["kubectl"], ""));
        assert_eq!(
            fixture.findings("manifest-missing"),
            [
                "warning docs/runbook.md:2 `overlays/prod/a.yaml`: `overlays/prod/a.yaml`, which `kubectl` reads, is not in the repository"
            ]
        );
    }

    #[test]
    fn manifests_that_are_there_outputs_and_placeholders_are_fine() {
        let fixture = tree(&["k8s/api.yaml"])
            .ignoring("/build\n")
            .naming(named(Kind::Manifest, "k8s/api.yaml", &["kubectl"], ""))
            .naming(named(Kind::Manifest, "build/all.yaml", &["kubectl"], ""))
            .naming(named(Kind::Manifest, "k8s/<env>.yaml", &["kubectl"], ""));
        assert!(fixture.findings("manifest-missing").is_empty());
    }
}
