//! Objects of Kubernetes: `kubectl rollout undo deploy/api`, looked up in the manifests of the repository.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::lookup::answer::{resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Objects of the types that people name in commands.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::KubernetesObject),
    resolve,
};

/// A cluster holds more than the manifests of one repository say: charts, overlays and operators make objects and give them names. So what
/// no manifest has may be there all the same. That a change takes one out of the manifests is told by the change check.
fn resolve(index: &Index<'_>, _: &Document<'_>, _: &Reference, named: &Named) -> Resolution {
    let files = || index.source.code.files.values();
    let found = files().find_map(|file| Some((&file.path, file.definition(Kind::KubernetesObject, &named.name)?.line)));
    if let Some((path, line)) = found {
        return resolved(path, Some(line), Reason::DefinedIn(path.clone()));
    }
    let of = named.name.split('/').next().unwrap_or_default();
    let names = files()
        .flat_map(|file| file.of_kind(Kind::KubernetesObject))
        .map(|object| object.name.as_str())
        .filter(|name| name.split('/').next() == Some(of));
    Resolution {
        suggestion: nearest(&named.name, names).map(str::to_owned),
        ..unverifiable(Reason::NoObject(named.name.clone()))
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::change::testing::change;
    use crate::audit::testing::{Fixture, code, named, tree};
    use crate::model::kind::Kind;

    fn with(names: &[&str]) -> Fixture {
        tree(&[]).with_code(code("yaml", "k8s/api.yaml", Kind::KubernetesObject, names))
    }

    #[test]
    fn an_object_is_looked_up_in_the_manifests() {
        let look_up = |name: &str| with(&["deployment/api", "service/api"]).look_up(named(Kind::KubernetesObject, name, &[], ""));
        assert!(look_up("deployment/api").starts_with("resolved k8s/api.yaml"));
        assert!(look_up("service/api").starts_with("resolved k8s/api.yaml"));
        assert_eq!(
            look_up("deployment/apy"),
            "unverifiable (no manifest of the repository has `deployment/apy`) -> deployment/api"
        );
        assert_eq!(
            look_up("secret/api"),
            "unverifiable (no manifest of the repository has `secret/api`)"
        );
    }

    #[test]
    fn a_change_that_takes_one_out_of_the_manifests_is_told() {
        let before = with(&["deployment/api"]).naming(named(Kind::KubernetesObject, "deployment/api", &[], ""));
        let mut now = before.clone();
        let code = std::sync::Arc::make_mut(&mut now.source.code);
        code.files.clear();
        now = now.with_code(crate::audit::testing::code(
            "yaml",
            "k8s/api.yaml",
            Kind::KubernetesObject,
            &["deployment/backend"],
        ));
        now.give("k8s/api.yaml", 7);
        let findings = change(&before, &now).of("breaks-runbook");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(change(&before, &before).of("breaks-runbook").is_empty());
    }
}
