//! Tests that a command chooses by their name. Runners run nothing and pass when no test has it.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::lookup::answer::{broken, resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Names of tests. One that stands nowhere in the tree is that of no test.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::TestName),
    resolve,
};

fn resolve(index: &Index<'_>, _: &Document<'_>, _: &Reference, named: &Named) -> Resolution {
    match index.source.code.mentions.get(&named.name).map(Vec::as_slice) {
        Some([first, ..]) => resolved(&first.path, Some(first.line), Reason::DefinedIn(first.path.clone())),
        Some([]) => broken(Reason::NoTestOfName(named.name.clone()), None),
        None => unverifiable(Reason::KindNotLookedUp(named.kind)),
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_name_that_stands_nowhere_is_that_of_no_test() {
        let fixture = tree(&[])
            .mentioning("restores_all", &["src/x.rs"])
            .mentioning("restores_none", &[]);
        let look_up = |name: &str| fixture.look_up(named(Kind::TestName, name, &[], ""));
        assert!(look_up("restores_all").starts_with("resolved src/x.rs"));
        assert_eq!(look_up("restores_none"), "broken (no test is called `restores_none`)");
        assert!(look_up("never_asked").starts_with("unverifiable"));
    }
}
