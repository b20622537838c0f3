//! Manifests: the files and folders that programs of a deployment read.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::directory::Directory;
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceContext, Resolution, Status};
use crate::tools::folder;
use crate::tools::lookup::answer::broken;
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::place::is_rooted;

/// A manifest is a path with all that protects one; only the rule that reports it is another.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Manifest),
    resolve,
};

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let outcome = index.path(document, reference, &named.name, &named.directory);
    if outcome.status == Status::Ignored && reference.context == ReferenceContext::Command {
        return beside(index, document, reference, named, &outcome)
            .or_else(|| below_folder(index, document, named, &outcome))
            .unwrap_or(outcome);
    }
    outcome
}

/// A bare name says nothing about a place, but Compose looks for it where the command runs: it is missing when a file there is called
/// nearly the same.
fn beside(
    index: &Index<'_>,
    document: &Document<'_>,
    reference: &Reference,
    named: &Named,
    outcome: &Resolution,
) -> Option<Resolution> {
    let name = named.name.trim_start_matches("./");
    let is_bare = !name.contains('/') && !claim::has_placeholder(name) && !claim::is_host_path(name);
    if !is_bare || document.is_remote(reference.span.start) || document.written.paths.contains_key(name) {
        return None;
    }
    let Directory::Known(written) = &named.directory else {
        return None;
    };
    let home = folder::join(&index.source.root, written)?;
    if named.within != ["docker compose"] {
        return among_its_like(index, named, name, &home).filter(|_| outcome.reason == Reason::NoPathOfRepository);
    }
    let files = index
        .source
        .definitions
        .values()
        .filter(|file| file.format == format::COMPOSE);
    let names: Vec<&str> = files
        .map(|file| folder::split(&file.path))
        .filter(|(folder, _)| *folder == home)
        .map(|(_, name)| name)
        .collect();
    let near = nearest(name, names.iter().copied());
    // `compose.prod.yml` where `compose.yml` is there: one file of the same services for another place.
    let stem = |name: &str| name.split('.').next().map(str::to_owned);
    let is_variant = || names.iter().any(|known| stem(known) == stem(name)) && !index.source.listing.named(name).any(|_| true);
    if near.is_none() && !is_variant() {
        return None;
    }
    Some(Resolution {
        expected: folder::join(&home, name),
        ..broken(Reason::MissingWhereRun(name.to_owned()), near.map(str::to_owned))
    })
}

/// What programs read besides the file that they are told, which says that they run where it stands: a bare name means a file there.
const SIGNS: &[(&str, &[&str])] = &[
    ("alembic", &[".ini"]),
    ("ansible-playbook", &[".yml", ".yaml"]),
    ("dotnet", &[".csproj", ".fsproj", ".sln", ".slnx"]),
    ("mvn", &["pom.xml"]),
];

/// A bare name that a program is given where its own files stand: `ansible-playbook site.yml` beside other playbooks, `mvn -pl core` beside
/// the `pom.xml` of the modules. A file of that name elsewhere may be the one that the reader stands beside.
fn among_its_like(index: &Index<'_>, named: &Named, name: &str, home: &str) -> Option<Resolution> {
    let [program] = named.within.as_slice() else { return None };
    let (_, signs) = SIGNS.iter().find(|(known, _)| known == program)?;
    let names = || index.children.get(home).into_iter().flatten().copied();
    let is_file = |name: &&str| folder::join(home, name).is_some_and(|path| index.source.listing.has_file(&path));
    let is_sign = |name: &&str| signs.iter().any(|sign| name.ends_with(sign));
    // A name with an ending is one of those beside it, one without is a folder.
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
    let is_like = match ending(name) {
        Some(own) => names()
            .filter(is_file)
            .filter(is_sign)
            .any(|other| ending(other).as_ref() == Some(&own)),
        None => *program == "mvn" && names().any(|other| other == "pom.xml"),
    };
    if !is_like || index.source.listing.named(name).any(|_| true) || index.folders_by_name.contains_key(name) {
        return None;
    }
    let expected = folder::join(home, name)?;
    let suggestion = nearest(name, names().filter(|other| ending(other) == ending(name)));
    Some(Resolution {
        expected: Some(expected),
        ..broken(Reason::MissingWhereRun(name.to_owned()), suggestion.map(str::to_owned))
    })
}

/// What looks like something else in a sentence (`deploy/api` is an object of Kubernetes) is a path where a program reads it: it is missing
/// when its first folder is there.
fn below_folder(index: &Index<'_>, document: &Document<'_>, named: &Named, outcome: &Resolution) -> Option<Resolution> {
    let name = named.name.trim_start_matches("./").trim_end_matches('/');
    let expected = outcome
        .expected
        .clone()
        .filter(|_| outcome.reason == Reason::NoPathOfRepository)?;
    let is_open = claim::has_placeholder(name) || claim::is_host_path(name) || document.written.paths.contains_key(name);
    if is_open || !is_rooted(index.source, name, &named.directory) {
        return None;
    }
    let suggestion = index.suggestion("", &expected);
    Some(Resolution {
        expected: Some(expected),
        ..broken(Reason::Missing(name.to_owned()), suggestion)
    })
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{named, tasks, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_manifest_is_protected_like_a_path() {
        let fixture = tree(&["k8s/api.yaml", "docs/x.md"]).ignoring("/build\n");
        let look_up = |path: &str| fixture.look_up(named(Kind::Manifest, path, &["kubectl"], ""));
        assert_eq!(look_up("k8s/api.yaml"), "resolved k8s/api.yaml (the file is there)");
        assert_eq!(look_up("k8s/apo.yaml"), "broken (there is no `k8s/apo.yaml`) -> k8s/api.yaml");
        for other in ["build/x.yaml", "k8s/<env>.yaml", "/tmp/x.yaml", "x.yaml"] {
            assert!(look_up(other).starts_with("ignored "), "{other}");
        }
    }

    #[test]
    fn a_compose_file_is_missing_where_another_is_called_nearly_the_same() {
        let fixture = tree(&[]).with(tasks("compose", "docker-compose.prod.yml", &["api"]));
        let look_up = |name: &str, within: &str| fixture.look_up(named(Kind::Manifest, name, &[within], ""));
        assert_eq!(
            look_up("docker-compose.prd.yml", "docker compose"),
            "broken (there is no `docker-compose.prd.yml` where the command runs) -> docker-compose.prod.yml"
        );
        assert_eq!(
            look_up("docker-compose.monitoring.yml", "docker compose"),
            "broken (there is no `docker-compose.monitoring.yml` where the command runs)",
            "beside another for the same services"
        );
        for (name, within) in [("stack.yml", "docker compose"), ("docker-compose.prd.yml", "kubectl")] {
            assert!(look_up(name, within).starts_with("ignored "), "{name}");
        }
        // Another of the same family is not there.
        assert_eq!(
            look_up("docker-compose.staging.yml", "docker compose"),
            "broken (there is no `docker-compose.staging.yml` where the command runs)"
        );
        let other = tree(&[]).with(tasks("compose", "ops/docker-compose.prod.yml", &["api"]));
        let staging = named(Kind::Manifest, "docker-compose.staging.yml", &["docker compose"], "");
        assert!(other.look_up(staging).starts_with("ignored "), "no family where it runs");
    }

    #[test]
    fn a_bare_name_is_missing_among_its_like() {
        let fixture = tree(&[
            "ansible/site.yml", "App.sln", "pom.xml", "core/pom.xml", "k8s/x.yml", "tools/pom.xml",
        ]);
        let look_up = |name: &str, within: &str, folder: &str| fixture.look_up(named(Kind::Manifest, name, &[within], folder));
        assert_eq!(
            look_up("sites.yml", "ansible-playbook", "ansible"),
            "broken (there is no `sites.yml` where the command runs) -> site.yml"
        );
        assert!(look_up("Gone.sln", "dotnet", "").starts_with("broken"));
        assert!(look_up("gone", "mvn", "").starts_with("broken"));
        assert!(look_up("core", "mvn", "").starts_with("resolved"));
        // Nothing of the kind stands there, it stands elsewhere, or the program is not known to.
        for (name, within, folder) in [
            ("site.yml", "ansible-playbook", "core"),
            ("x.yml", "ansible-playbook", "ansible"),
            ("gone", "mvn", "ansible"),
            ("tools", "mvn", "core"),
            ("gone.yml", "kubectl", "ansible"),
            ("hosts.ini", "ansible-playbook", "ansible"),
        ] {
            assert!(!look_up(name, within, folder).starts_with("broken"), "{name} of {within}");
        }
    }

    #[test]
    fn what_a_program_reads_is_a_path_whatever_it_looks_like() {
        let fixture = tree(&["deploy/k8s/app.yaml"]);
        let look_up = |path: &str| fixture.look_up(named(Kind::Manifest, path, &["kubectl"], ""));
        assert!(look_up("deploy/k8s").starts_with("resolved"));
        assert_eq!(look_up("deploy/k9s"), "broken (there is no `deploy/k9s`) -> deploy/k8s");
        assert!(
            look_up("overlays/prod").starts_with("ignored"),
            "nothing says that it is here"
        );
        assert!(look_up("deploy/<env>").starts_with("ignored"));
    }
}
