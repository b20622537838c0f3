//! Services and profiles of Docker Compose.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use crate::audit::resolve::document::Document;
use crate::audit::resolve::{Index, Resolver, broken, claim, ignored, resolved, unverifiable};
use crate::config::nearest::nearest;
use crate::model::definition::DefinitionFile;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceContext, Resolution};
use crate::tools::folder;
use crate::tools::tasks::{INCLUDE_LIMIT, Names};

/// Services and profiles, in the files that a command gives or in those that Compose looks for.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::ComposeService | Kind::ComposeProfile),
    resolve,
};

/// The names that Compose looks for, in its order.
const NAMES: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
/// Files that Compose reads on top of them.
const OVERRIDES: &[&str] = &[
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yaml",
    "docker-compose.override.yml",
];

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let noun = if named.kind == Kind::ComposeProfile {
        "profile"
    } else {
        "service"
    };
    if claim::has_placeholder(&named.name) {
        return ignored(Reason::Placeholder);
    }
    if let Some(reason) = elsewhere(document, reference, named) {
        return unverifiable(reason);
    }
    let folders = document.folders(index.source, &named.directory);
    if folders.is_empty() {
        return unverifiable(Reason::FolderNotInTree);
    }
    let mut missing: Option<Arc<Names>> = None;
    let mut gap = None;
    for folder in &folders {
        let collect = || index.compose_names(folder, named);
        let Some(names) = index.names(named.kind, folder, &named.within, collect) else {
            continue;
        };
        if let Some((path, line)) = names.find(&named.name) {
            return resolved(path, Some(line), Reason::A(noun));
        }
        gap = gap.or_else(|| names.gap.clone());
        missing = missing.or(Some(names));
    }
    match (missing, gap) {
        (_, Some((reason, target))) => Resolution {
            target,
            ..unverifiable(reason)
        },
        (Some(names), None) => absent(index, document, reference, named, &names, noun),
        (None, None) => {
            let elsewhere = index.defining(named.kind, &named.name).next();
            unverifiable(Reason::NoComposeFile(elsewhere.map(str::to_owned)))
        }
    }
}

/// Why the command cannot be followed to files of the tree.
fn elsewhere(document: &Document<'_>, reference: &Reference, named: &Named) -> Option<Reason> {
    if named.directory == Directory::Unknown {
        return Some(Reason::FolderUnknown);
    }
    if document.chooses_compose_files() {
        return Some(Reason::ComposeFilesByVariable);
    }
    if named
        .within
        .iter()
        .any(|file| claim::has_placeholder(file) || claim::is_host_path(file) || file == "-")
    {
        return Some(Reason::ComposeFileNotOfTree);
    }
    document.is_remote(reference.span.start).then_some(Reason::OnAnotherHost)
}

impl Index<'_> {
    /// The services or profiles of the files that a command reads; none when there is no file at all.
    fn compose_names(&self, folder: &str, named: &Named) -> Option<Names> {
        let mut queue = VecDeque::new();
        let mut names;
        if named.within.is_empty() {
            let first = self.files().file_above(folder, NAMES, "compose")?;
            let (home, _) = folder::split(&first.path);
            names = Names::of(&first.path);
            queue.push_back(first);
            queue.extend(
                OVERRIDES
                    .iter()
                    .filter_map(|name| self.files().file_of(&folder::join(home, name)?, "compose")),
            );
        } else {
            let paths: Vec<String> = named.within.iter().filter_map(|file| folder::join(folder, file)).collect();
            names = Names::of(paths.first()?);
            let is_there = paths.iter().any(|path| self.source.listing.has_file(path));
            if !is_there {
                return None;
            }
            for path in &paths {
                match self.files().file_of(path, "compose") {
                    Some(file) => queue.push_back(file),
                    None if self.source.listing.has_file(path) => names.hide(Reason::NotReadAsCompose(path.to_owned())),
                    None => names.hide(Reason::Missing(path.to_owned())),
                }
            }
        }
        let mut seen: HashSet<&str> = queue.iter().map(|file| file.path.as_str()).collect();
        while let Some(file) = queue.pop_front() {
            admit(file, named.kind, &mut names);
            let (home, _) = folder::split(&file.path);
            for include in &file.includes {
                match folder::join(home, include).and_then(|path| self.files().file_of(&path, "compose")) {
                    Some(found) if seen.len() < INCLUDE_LIMIT => {
                        if seen.insert(&found.path) {
                            queue.push_back(found);
                        }
                    }
                    _ => names.hide(Reason::IncludeUnread(file.path.clone(), include.to_owned())),
                }
            }
        }
        Some(names)
    }
}

/// Takes in the names of a file.
fn admit(file: &DefinitionFile, kind: Kind, names: &mut Names) {
    names.admit(file);
    if file.open_kinds.contains(&kind) {
        names.hide(Reason::ExtendsServices(file.path.clone()));
    }
    names.add_all(file, kind);
}

/// The outcome for a name that the files do not have.
fn absent(
    index: &Index<'_>,
    document: &Document<'_>,
    reference: &Reference,
    named: &Named,
    names: &Names,
    noun: &'static str,
) -> Resolution {
    let files = if named.within.is_empty() {
        names.file.clone()
    } else {
        named.within.join("`, `")
    };
    let other = index.defining(named.kind, &named.name).next();
    let reason = Reason::NoSuch {
        name: named.name.clone(),
        noun,
        file: files,
        elsewhere: other.map(str::to_owned),
        doubt: None,
    };
    // Without files, a sentence or a runbook that uses other files elsewhere may mean those.
    let is_loose = named.within.is_empty()
        && (reference.context != ReferenceContext::Command
            || other.is_some_and(|path| document.runbook.text.contains(folder::split(path).1)));
    let mut resolution = if other.is_some() && is_loose {
        unverifiable(reason)
    } else {
        broken(
            reason,
            nearest(&named.name, names.by_name.keys().map(String::as_str)).map(str::to_owned),
        )
    };
    resolution.target = Some(names.file.clone());
    resolution
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, named, tasks, tree, unread};
    use crate::model::definition::DefinitionFile;
    use crate::model::directory::Directory;
    use crate::model::kind::Kind;
    use crate::model::place::Span;
    use crate::model::reference::ReferenceContext;
    use crate::model::runbook::{CodeBlock, CodeKind, Command};

    fn with_profile(mut file: DefinitionFile, profile: &str) -> DefinitionFile {
        let mut definition = file.definitions[0].clone();
        definition.kind = Kind::ComposeProfile;
        profile.clone_into(&mut definition.name);
        file.definitions.push(definition);
        file
    }

    fn fixture() -> Fixture {
        tree(&["web/x.ts"])
            .with(with_profile(tasks("compose", "docker-compose.yml", &["api", "db"]), "ops"))
            .with(tasks("compose", "docker-compose.override.yml", &["mail"]))
            .with(tasks("compose", "docker-compose.prod.yml", &["worker"]))
    }

    fn service(name: &str, files: &[&str], folder: &str) -> crate::model::reference::Reference {
        named(Kind::ComposeService, name, files, folder)
    }

    #[test]
    fn without_files_compose_looks_for_its_own() {
        let fixture = fixture();
        assert_eq!(
            fixture.look_up(service("api", &[], "")),
            "resolved docker-compose.yml:1 (a service)"
        );
        assert_eq!(
            fixture.look_up(service("api", &[], "web")),
            "resolved docker-compose.yml:1 (a service)"
        );
        assert_eq!(
            fixture.look_up(service("mail", &[], "")),
            "resolved docker-compose.override.yml:1 (a service)"
        );
        assert_eq!(
            fixture.look_up(service("apo", &[], "")),
            "broken docker-compose.yml (`apo` is no service of `docker-compose.yml`) -> api"
        );
        assert_eq!(
            fixture.look_up(service("worker", &[], "")),
            "broken docker-compose.yml (`worker` is no service of `docker-compose.yml`; `docker-compose.prod.yml` has it)"
        );
    }

    #[test]
    fn given_files_are_the_ones_that_count() {
        let fixture = fixture();
        let files = ["docker-compose.yml", "docker-compose.prod.yml"];
        assert_eq!(
            fixture.look_up(service("worker", &files, "")),
            "resolved docker-compose.prod.yml:1 (a service)"
        );
        assert!(fixture.look_up(service("mail", &files, "")).starts_with("broken "));
        for given in ["gone.yml", "web/x.ts", "<file>.yml", "/srv/compose.yml"] {
            assert!(
                fixture.look_up(service("api", &[given], "")).starts_with("unverifiable "),
                "{given}"
            );
        }
    }

    #[test]
    fn profiles_are_found_and_missed() {
        let profile = |name: &str| fixture().look_up(named(Kind::ComposeProfile, name, &[], ""));
        assert_eq!(profile("ops"), "resolved docker-compose.yml:1 (a profile)");
        assert!(profile("jobs").starts_with("broken "));
    }

    #[test]
    fn what_may_mean_other_files_is_not_judged() {
        let mut inline = service("worker", &[], "");
        inline.context = ReferenceContext::Inline;
        assert!(fixture().look_up(inline).starts_with("unverifiable "));
        let said = fixture().says("export COMPOSE_FILE=x.yml\n");
        assert!(said.look_up(service("gone", &[], "")).starts_with("unverifiable "));
        let broken = tree(&[]).with(unread("compose", "compose.yml"));
        assert_eq!(
            broken.look_up(service("api", &[], "")),
            "unverifiable compose.yml (`compose.yml` could not be read)"
        );
        assert!(tree(&[]).look_up(service("api", &[], "")).starts_with("unverifiable "));
    }

    #[test]
    fn services_of_another_host_are_not_judged() {
        let text = "ssh ops@host\ndocker compose logs gone\n";
        let command = |text: &str, start: usize| Command {
            text: text.to_owned(),
            span: Span::new(start, start + text.len()),
            directory: Directory::Known(String::new()),
            has_placeholder: false,
        };
        let mut remote = fixture().says(text);
        remote.runbook.code_blocks.push(CodeBlock {
            language: "bash".to_owned(),
            kind: CodeKind::Shell,
            span: Span::new(0, text.len()),
            content: Span::new(0, text.len()),
            text: text.to_owned(),
            commands: vec![command("ssh ops@host", 0), command("docker compose logs gone", 13)],
            section: None,
        });
        assert_eq!(
            remote.look_up(service("gone", &[], "")),
            "unverifiable (an earlier step goes to another host)"
        );
    }

    #[test]
    fn includes_are_followed() {
        let fixture = tree(&[])
            .with(DefinitionFile {
                includes: vec!["infra/compose.yml".to_owned()],
                ..tasks("compose", "compose.yml", &["api"])
            })
            .with(tasks("compose", "infra/compose.yml", &["db"]));
        assert_eq!(
            fixture.look_up(service("db", &[], "")),
            "resolved infra/compose.yml:1 (a service)"
        );
    }
}
