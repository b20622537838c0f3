//! Components that releases share: most of what a release is made of is what the release before it was made of.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::evidence::{Artifact, Content};
use crate::model::sbom::Component;

/// Every component that was met, once.
#[derive(Default)]
pub(super) struct Shared(HashSet<Arc<Component>>);

impl Shared {
    /// Puts components that were met already in place of equal ones.
    pub(super) fn share(&mut self, artifact: &mut Artifact) {
        let Content::Sbom(sbom) = &mut artifact.content else {
            return;
        };
        for component in &mut sbom.components {
            if let Some(known) = self.0.get(component) {
                *component = Arc::clone(known);
            } else {
                self.0.insert(Arc::clone(component));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Shared;
    use crate::model::evidence::{Artifact, Content};
    use crate::model::sbom::{Component, Sbom};

    #[test]
    fn equal_components_are_held_once() {
        let bill = |version: &str| {
            let component = |name: &str, version: &str| {
                Arc::new(Component {
                    name: name.to_owned(),
                    version: version.to_owned(),
                    ..Component::default()
                })
            };
            let sbom = Sbom {
                components: vec![component("same", "1"), component("other", version)],
                ..Sbom::default()
            };
            Artifact {
                content: Content::Sbom(Box::new(sbom)),
                ..Artifact::default()
            }
        };
        let (mut one, mut other) = (bill("1"), bill("2"));
        let mut shared = Shared::default();
        shared.share(&mut one);
        shared.share(&mut other);
        let (Content::Sbom(one), Content::Sbom(other)) = (&one.content, &other.content) else {
            panic!("both are bills");
        };
        assert!(Arc::ptr_eq(&one.components[0], &other.components[0]));
        assert_eq!(other.components[1].version, "2");
    }
}
