//! Files of Docker Compose: <https://docs.docker.com/reference/compose-file/>.

use serde_json::{Map, Value};

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceContext, Resolution};
use crate::tools::folder;
use crate::tools::format::{Format, extension, file_name, file_of, fingerprint};
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::resolver::Resolver;
use crate::tools::lookup::tree::Lookup;
use crate::tools::tasks::{INCLUDE_LIMIT, Names};
use crate::tools::yaml;

/// Compose files. They define services (`compose-service`) and profiles (`compose-profile`, at the first service that has it).
///
/// The includes are those of `include`. A file of a fitting name that holds no services is no Compose file, and is not complete.
pub(crate) const FORMAT: Format = Format {
    name: "compose",
    recognizes,
    parse,
};

/// Any name may be given with `-f`; these are the ones that people give.
fn recognizes(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let is_named = ["compose", "stack", "docker"].iter().any(|word| name.contains(word));
    let folder = path.to_ascii_lowercase();
    let is_placed = ["docker/", "compose/", "stacks/", "deploy/"]
        .iter()
        .any(|part| folder.contains(part));
    let is_other =
        path.contains(".github/") || path.contains("templates/") || name.contains("taskfile") || name.contains("pipeline");
    matches!(extension(path), "yml" | "yaml") && (is_named || is_placed) && !is_other
}

fn parse(path: &str, text: &str) -> DefinitionFile {
    file_of(path, FORMAT.name, yaml::read(text), |value, file| {
        file.name = value.get("name").and_then(Value::as_str).map(str::to_owned);
        let is_compose = value.get("services").is_some_and(Value::is_object) || value.get("include").is_some_and(Value::is_array);
        if !is_compose {
            return;
        }
        file.is_complete = true;
        let mut all = Vec::new();
        for (name, line, service) in yaml::entries(&value, text, &["services"]) {
            let service = merged(service);
            let stands_for = fingerprint(unpinned(&service).to_string());
            all.push(stands_for);
            if service.get("extends").is_some() {
                // What is extended may bring profiles.
                file.open_kinds = vec![Kind::ComposeProfile];
            }
            for profile in strings(service.get("profiles")) {
                if file.definition(Kind::ComposeProfile, profile).is_none() {
                    file.definitions.push(definition(Kind::ComposeProfile, profile, line, 0, 0));
                }
            }
            file.definitions
                .push(definition(Kind::ComposeService, name, line, interface(&service), stands_for));
            for port in published(&service) {
                file.definitions.push(Definition {
                    value: Some(name.to_owned()),
                    ..definition(Kind::Port, &port, line, 0, stands_for)
                });
            }
        }
        // A profile is the services that have it, which the fingerprint of the file stands for.
        file.fingerprint = fingerprint(all);
        for definition in &mut file.definitions {
            if definition.kind == Kind::ComposeProfile {
                definition.fingerprint = file.fingerprint;
            }
        }
        for include in value.get("include").and_then(Value::as_array).into_iter().flatten() {
            let paths = include
                .as_str()
                .map_or_else(|| strings(include.get("path")), |path| vec![path]);
            if paths.is_empty() {
                file.is_complete = false;
            }
            for path in paths {
                if path.contains(['$', ':', '@']) {
                    file.is_complete = false;
                } else {
                    file.includes.push(path.to_owned());
                }
            }
        }
    })
}

fn definition(kind: Kind, name: &str, line: u32, interface: u128, fingerprint: u128) -> Definition {
    Definition {
        kind,
        name: name.to_owned(),
        line,
        interface,
        fingerprint,
        ..Definition::default()
    }
}

/// A text, or the texts of a list.
fn strings(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A service with its merge keys (`<<: *common`) worked in, one level deep, as YAML 1.1 and Compose do it.
fn merged(service: &Value) -> Value {
    let Some(object) = service.as_object() else {
        return service.clone();
    };
    let mut merged = Map::new();
    let bases = match object.get("<<") {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(base) => vec![base],
        None => Vec::new(),
    };
    for base in bases.into_iter().rev().filter_map(Value::as_object) {
        merged.extend(base.clone());
    }
    merged.extend(
        object
            .iter()
            .filter(|(key, _)| *key != "<<")
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    Value::Object(merged)
}

/// A service without the tag and digest of its image: a pin that moves on changes nothing that a runbook says.
fn unpinned(service: &Value) -> Value {
    let mut service = service.clone();
    if let Some(Value::String(image)) = service.get_mut("image") {
        let name = image_name(image).to_owned();
        *image = name;
    }
    service
}

/// The name of an image without tag and digest. The port of a registry is no tag.
fn image_name(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    // `${IMAGE:-nginx:1}` is left as it is: its colon belongs to the default.
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') && !tag.contains('}') => name,
        _ => image,
    }
}

/// The ports of this machine that a service is reached at; one that a variable chooses counts as its default.
fn published(service: &Value) -> Vec<String> {
    let ports = service.get("ports").and_then(Value::as_array).into_iter().flatten();
    let host = |port: &Value| match port {
        Value::String(text) => {
            let text = text.split('/').next().unwrap_or(text);
            let text = filled_in(text);
            let (host, _) = text.rsplit_once(':')?;
            Some(host.rsplit(':').next().unwrap_or(host).to_owned())
        }
        Value::Object(parts) => match parts.get("published")? {
            Value::String(text) => Some(filled_in(text)),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        },
        _ => None,
    };
    let is_port = |port: &String| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    ports.filter_map(host).filter(is_port).collect()
}

/// A text with each variable as its default: `${PORT:-8080}:80`. One without a default stays.
fn filled_in(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((variable, behind)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        let default = variable.split_once(":-").or_else(|| variable.split_once('-'));
        filled.push_str(default.map_or("$", |(_, default)| default));
        rest = behind;
    }
    filled + rest
}

/// What a user of a service sees: its image, ports and profiles, what is started before it, and the defaults of its environment.
fn interface(service: &Value) -> u128 {
    let part = |key: &str| service.get(key).map(ToString::to_string);
    let image = service.get("image").and_then(Value::as_str).map(image_name);
    fingerprint((image, ["ports", "profiles", "depends_on", "environment"].map(part)))
}

/// Services and profiles, in the files that a command gives or in those that Compose looks for.
pub(crate) const RESOLVER: Resolver = Resolver::Named {
    kinds: &[Kind::ComposeService, Kind::ComposeProfile],
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

fn resolve(lookup: &Lookup<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
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
    let folders = document.folders(lookup.source, &named.directory);
    if folders.is_empty() {
        return unverifiable(Reason::FolderNotInTree);
    }
    let mut missing: Option<Arc<Names>> = None;
    let mut gap = None;
    for folder in &folders {
        let collect = || lookup.compose_names(folder, named);
        let Some(names) = lookup.names(named.kind, folder, &named.within, collect) else {
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
        (Some(names), None) => absent(lookup, document, reference, named, &names, noun),
        (None, None) => {
            let elsewhere = lookup.defining(named.kind, &named.name).next();
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

impl Lookup<'_> {
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
    lookup: &Lookup<'_>,
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
    let other = lookup.defining(named.kind, &named.name).next();
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
    use super::{image_name, parse, recognizes};
    use crate::model::kind::Kind;

    const TEXT: &str = "name: app\nx-common: &common\n  restart: always\n  profiles: [ops]\nservices:\n  api:\n    image: team/api:1.2\n    ports: ['80:80']\n  migrate:\n    <<: *common\n    image: team/api:1.2\n  worker:\n    build: .\n    profiles: [jobs, ops]\ninclude:\n  - infra/compose.yml\n  - path: [a.yml, b.yml]\n";

    #[test]
    fn the_ports_of_this_machine_are_those_in_front() {
        let file = parse(
            "compose.yml",
            "services:\n  a:\n    ports: ['80', '127.0.0.1:8081:80', '${P:-8082}:80/tcp', '${Q}:80', '9000-9001:9000-9001']\n  b:\n    ports:\n      - {target: 80, published: 8083}\n",
        );
        let ports: Vec<_> = file.of_kind(Kind::Port).map(|port| port.name.as_str()).collect();
        assert_eq!(ports, ["8081", "8082", "9000-9001", "8083"]);
    }

    #[test]
    fn services_and_profiles_have_their_lines() {
        let file = parse("compose.yml", TEXT);
        let of = |kind: Kind| file.of_kind(kind).map(|one| (one.name.clone(), one.line)).collect::<Vec<_>>();
        assert_eq!(
            of(Kind::ComposeService),
            [("api".to_owned(), 6), ("migrate".to_owned(), 9), ("worker".to_owned(), 12)]
        );
        assert_eq!(of(Kind::ComposeProfile), [("ops".to_owned(), 9), ("jobs".to_owned(), 12)]);
        assert_eq!(file.includes, ["infra/compose.yml", "a.yml", "b.yml"]);
        assert!(file.is_complete && file.problems.is_empty());
    }

    #[test]
    fn a_pin_that_moves_on_is_no_change_and_a_port_is_one_of_the_interface() {
        let of = |text: &str| parse("compose.yml", text).definitions[0].clone();
        let before = of("services:\n  api:\n    image: team/api:1.2@sha256:00\n    ports: ['80:80']\n    command: x\n");
        let pinned = of("services:\n  api: # why\n    image: team/api:1.3\n    ports: ['80:80']\n    command: x\n");
        let inside = of("services:\n  api:\n    image: team/api:1.3\n    ports: ['80:80']\n    command: y\n");
        let outside = of("services:\n  api:\n    image: team/api:1.3\n    ports: ['81:80']\n    command: x\n");
        assert_eq!(before, pinned);
        assert!(before.fingerprint != inside.fingerprint && before.interface == inside.interface);
        assert!(before.interface != outside.interface);
        assert_eq!(image_name("registry:5000/a/b"), "registry:5000/a/b");
        assert_eq!(image_name("registry:5000/a/b:1"), "registry:5000/a/b");
    }

    #[test]
    fn what_is_remote_or_no_compose_file_is_not_complete() {
        assert!(!parse("compose.yml", "include:\n  - oci://x/y\nservices:\n  a: {}\n").is_complete);
        assert!(!parse("docker/values.yml", "image: x\n").is_complete);
        let extended = parse("compose.yml", "services:\n  a:\n    extends: {file: b.yml, service: a}\n");
        assert!(extended.knows_all(Kind::ComposeService) && !extended.knows_all(Kind::ComposeProfile));
    }

    #[test]
    fn names_of_compose_files_are_known() {
        for path in [
            "compose.yaml", "docker-compose.prod.yml", "ops/compose.e2e.yml", "deploy/local.yml", "stack.yml",
        ] {
            assert!(recognizes(path), "{path}");
        }
        for path in [
            ".github/workflows/docker.yml",
            "chart/templates/docker.yaml",
            "values.yml",
            "compose.json",
        ] {
            assert!(!recognizes(path), "{path}");
        }
    }
}
