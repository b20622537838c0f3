//! Manifests: the files and folders that programs of a deployment read.

use crate::audit::resolve::document::Document;
use crate::audit::resolve::{Index, Resolver};
use crate::model::reference::{Named, Reference, Resolution};

/// A manifest is a path with all that protects one; only the rule that reports it is another.
pub(super) const RESOLVER: Resolver = Resolver {
    words: &["manifest"],
    resolve,
};

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    index.path(document, reference, &named.name, &named.directory)
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tree};

    #[test]
    fn a_manifest_is_protected_like_a_path() {
        let fixture = tree(&["k8s/api.yaml", "docs/x.md"]).ignoring("/build\n");
        let look_up = |path: &str| fixture.look_up(named("manifest", path, &["kubectl"], ""));
        assert_eq!(look_up("k8s/api.yaml"), "resolved k8s/api.yaml (the file is there)");
        assert_eq!(look_up("k8s/apo.yaml"), "broken (there is no `k8s/apo.yaml`) -> k8s/api.yaml");
        for other in ["build/x.yaml", "k8s/<env>.yaml", "/tmp/x.yaml", "x.yaml"] {
            assert!(look_up(other).starts_with("ignored "), "{other}");
        }
    }
}
