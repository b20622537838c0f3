//! Packages of Cargo, their targets and their features.

use crate::model::definition::DefinitionFile;
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, resolved, unverifiable};
use crate::tools::lookup::document::Document;
use crate::tools::lookup::resolver::Resolver;
use crate::tools::lookup::tree::Lookup;

/// Packages, programs, tests and examples of Cargo.
pub(crate) const RESOLVER: Resolver = Resolver::Named {
    kinds: &[
        Kind::CargoBin,
        Kind::CargoExample,
        Kind::CargoFeature,
        Kind::CargoPackage,
        Kind::CargoTest,
    ],
    resolve,
};

fn resolve(lookup: &Lookup<'_>, document: &Document<'_>, _reference: &Reference, named: &Named) -> Resolution {
    let source = lookup.source;
    let manifests: Vec<&DefinitionFile> = source
        .definitions
        .values()
        .map(AsRef::as_ref)
        .filter(|file| file.format == format::CARGO_MANIFEST)
        .collect();
    if manifests.is_empty() {
        return unverifiable(Reason::NoCargoManifest);
    }
    if document.folders(source, &named.directory).is_empty() {
        return unverifiable(Reason::FolderUnknownForIt);
    }
    // `name@1.2` and `path#name` are specifications of packages.
    let name = named.name.split('@').next().unwrap_or_default();
    if ["whatever", "foo", "bar", "example", "some-", "your", "my-"]
        .iter()
        .any(|word| name.contains(word))
    {
        return unverifiable(Reason::MaybeToFillIn);
    }
    if name.contains(['#', '/', '*', '?', '$']) {
        return unverifiable(Reason::SpecificationUnread);
    }
    if named.kind == Kind::CargoFeature {
        return feature(&manifests, named, name);
    }
    for file in &manifests {
        if let Some(definition) = file.definition(named.kind, name) {
            return resolved(&file.path, Some(definition.line), Reason::DefinedIn(file.path.clone()));
        }
    }
    if manifests.iter().any(|file| !file.problems.is_empty()) {
        return unverifiable(Reason::ManifestUnread);
    }
    let homes = || {
        manifests
            .iter()
            .filter(|file| file.name.is_some())
            .map(|file| folder::split(&file.path).0)
    };
    let place = match named.kind {
        Kind::CargoPackage => {
            if manifests
                .iter()
                .any(|file| file.binaries.iter().any(|package| package == name))
            {
                return resolved(&manifests[0].path, None, Reason::Dependency);
            }
            let names = manifests.iter().filter_map(|file| file.name.as_deref());
            return broken(Reason::NoPackageCalledSo, nearest(name, names).map(str::to_owned));
        }
        Kind::CargoBin => {
            // The program of a package with `src/main.rs` is called like the package.
            let by_name = manifests.iter().find(|file| {
                let main = folder::join(folder::split(&file.path).0, "src/main.rs");
                file.name.as_deref() == Some(name) && main.is_some_and(|main| source.listing.has_file(&main))
            });
            if let Some(file) = by_name {
                return resolved(&file.path, None, Reason::ProgramOf(file.path.clone()));
            }
            "src/bin"
        }
        Kind::CargoTest => "tests",
        _ => "examples",
    };
    let is_there = |path: &Option<String>| path.as_deref().is_some_and(|path| source.listing.has_file(path));
    for home in homes() {
        for inner in [format!("{place}/{name}.rs"), format!("{place}/{name}/main.rs")] {
            let path = folder::join(home, &inner);
            if is_there(&path) {
                let path = path.unwrap_or_default();
                return resolved(&path, None, Reason::At(path.clone()));
            }
        }
    }
    let siblings: Vec<&str> = homes()
        .filter_map(|home| folder::join(home, place))
        .flat_map(|folder| {
            source
                .listing
                .below(&folder)
                .iter()
                .filter_map(move |entry| entry.path.get(folder.len() + 1..))
        })
        .map(|path| path.trim_end_matches("/main.rs").trim_end_matches(".rs"))
        .filter(|name| !name.contains('/'))
        .collect();
    let defined = manifests
        .iter()
        .flat_map(|file| file.of_kind(named.kind))
        .map(|one| one.name.as_str());
    let suggestion = nearest(name, siblings.into_iter().chain(defined)).map(str::to_owned);
    broken(Reason::NoTargetOfPackages(place), suggestion)
}

/// A feature of the packages that a command names, or of any package.
fn feature(manifests: &[&DefinitionFile], named: &Named, name: &str) -> Resolution {
    let is_named = |file: &&&DefinitionFile| file.name.as_ref().is_some_and(|name| named.within.contains(name));
    let asked: Vec<&DefinitionFile> = manifests.iter().filter(is_named).copied().collect();
    let is_certain = asked.len() == named.within.len();
    let of = if asked.is_empty() { manifests } else { asked.as_slice() };
    let found = of
        .iter()
        .find_map(|file| Some((file, file.definition(Kind::CargoFeature, name)?)));
    if let Some((file, feature)) = found {
        return resolved(&file.path, Some(feature.line), Reason::DefinedIn(file.path.clone()));
    }
    if !is_certain || manifests.iter().any(|file| !file.problems.is_empty()) {
        return unverifiable(Reason::ManifestUnread);
    }
    if name == "default" {
        return unverifiable(Reason::SpecificationUnread);
    }
    let names = of
        .iter()
        .flat_map(|file| file.of_kind(Kind::CargoFeature))
        .map(|one| one.name.as_str());
    let only = match asked.as_slice() {
        [only] => Some(only.path.clone()),
        _ => None,
    };
    Resolution {
        target: only.clone(),
        ..broken(Reason::NoSuchFeature(only), nearest(name, names).map(str::to_owned))
    }
}
