//! Whether a gate that is asked for only when some paths changed is asked for: what its globs name, and what of that changed.

use globset::{GlobBuilder, GlobMatcher};

use crate::model::gate::{Gate, Outcome};
use crate::model::release::Release;

/// What a condition names: a path stands for itself, and a folder for what is in it. None where it is no glob.
pub(crate) fn matcher(glob: &str) -> Option<GlobMatcher> {
    let glob = glob.trim_start_matches("./").trim_start_matches('/');
    let is_path = !glob.contains(['*', '?', '[', '{']);
    let glob = match glob.trim_end_matches('/') {
        path if is_path => format!("{path}{{,/**}}"),
        _ if glob.ends_with('/') => format!("{glob}**"),
        glob => glob.to_owned(),
    };
    Some(GlobBuilder::new(&glob).empty_alternates(true).build().ok()?.compile_matcher())
}

/// What the condition of a gate makes of a release that has no evidence for it; none where it has no condition, or where nobody can tell
/// what changed. A condition that names nothing in either release excuses nothing: it is misspelt, or what it names is elsewhere.
pub(super) fn without_evidence(release: &Release, gate: &Gate) -> Option<(Outcome, String)> {
    let when = &gate.demand.when;
    let changed = release.changed.as_ref().filter(|_| !when.is_empty())?;
    let conditions = when.join("`, `");
    let matchers: Vec<GlobMatcher> = when.iter().filter_map(|glob| matcher(glob)).collect();
    let is_named = |path: &&String| matchers.iter().any(|matcher| matcher.is_match(path));
    if let Some(path) = changed.paths.iter().find(is_named) {
        let reason = format!(
            "The release has no evidence for the gate `{}`, and `{path}` changed, so that it applies.",
            gate.id
        );
        return Some((Outcome::Missing, reason));
    }
    if when.iter().all(|glob| changed.unnamed.contains(glob)) {
        let reason = format!(
            "Nothing in this release or the one before it is called `{conditions}`, so nobody can tell whether the gate `{}` applies. Write the path as it stands in the repository, counted from its root, or say in an event `not-applicable` of the record why it does not apply.",
            gate.id
        );
        return Some((Outcome::Inconclusive, reason));
    }
    (matchers.len() == when.len()).then(|| {
        let reason = format!("It does not apply: nothing that `{conditions}` names changed since the release before.");
        (Outcome::NotApplicable, reason)
    })
}

#[cfg(test)]
mod tests {
    use super::{matcher, without_evidence};
    use crate::model::gate::{Demand, Gate, Outcome};
    use crate::model::release::{Changed, Release};

    #[test]
    fn a_condition_names_a_path_a_folder_or_what_its_glob_matches() {
        let is_match = |glob: &str, path: &str| matcher(glob).is_some_and(|matcher| matcher.is_match(path));
        for (glob, path) in [
            ("prompts", "prompts/a.txt"),
            ("prompts/", "prompts/a/b.txt"),
            ("./prompts/**", "prompts/a.txt"),
            ("/src/a.rs", "src/a.rs"),
            ("**/*.sql", "db/a.sql"),
        ] {
            assert!(is_match(glob, path), "{glob} {path}");
        }
        assert!(!is_match("prompts", "prompts.md") && !is_match("src/a.rs", "lib/src/a.rs"));
        assert!(matcher("a[").is_none());
    }

    #[test]
    fn a_condition_that_names_nothing_excuses_nothing() {
        let outcome = |when: &[&str], paths: &[&str], unnamed: &[&str]| {
            let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
            let gate = Gate {
                id: "eval".to_owned(),
                demand: Demand {
                    when: own(when),
                    ..Demand::default()
                },
                ..Gate::default()
            };
            let release = Release {
                changed: Some(Changed {
                    paths: own(paths),
                    unnamed: own(unnamed),
                }),
                ..Release::default()
            };
            without_evidence(&release, &gate).map(|(outcome, _)| outcome)
        };
        assert_eq!(outcome(&["prompts/**"], &["src/a"], &[]), Some(Outcome::NotApplicable));
        assert_eq!(outcome(&["prompts/**"], &["prompts/a"], &[]), Some(Outcome::Missing));
        assert_eq!(
            outcome(&["promts/**"], &["src/a"], &["promts/**"]),
            Some(Outcome::Inconclusive)
        );
        assert_eq!(
            outcome(&["prompts/**", "app/prompts/**"], &["src/a"], &["app/prompts/**"]),
            Some(Outcome::NotApplicable),
            "a path that counts from one of several folders is in one of them"
        );
        assert_eq!(outcome(&[], &["src/a"], &[]), None);
    }
}
