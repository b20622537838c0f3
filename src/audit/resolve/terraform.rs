//! Addresses of Terraform: `terraform apply -target=module.NAME`, looked up among the blocks of the configuration.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Modules, resources and data of Terraform.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::TerraformAddress),
    resolve,
};

/// The files of the folder where the command runs are its configuration. Where there is none the folder is not known, and any will do.
fn resolve(index: &Index<'_>, document: &Document<'_>, _: &Reference, named: &Named) -> Resolution {
    let folders = document.folders(index.source, &named.directory);
    let all = || index.source.code.files.values().filter(|file| file.format == "terraform");
    let here: Vec<&DefinitionFile> = all()
        .filter(|file| folders.iter().any(|home| folder::split(&file.path).0 == home))
        .map(AsRef::as_ref)
        .collect();
    let everywhere: Vec<&DefinitionFile> = all().map(AsRef::as_ref).collect();
    if everywhere.is_empty() {
        return unverifiable(Reason::KindNotLookedUp(named.kind));
    }
    let find = |files: &[&DefinitionFile]| {
        let mut files = files.iter();
        files.find_map(|file| Some((file.path.clone(), file.definition(Kind::TerraformAddress, &named.name)?.line)))
    };
    if let Some((path, line)) = find(&here).or_else(|| find(&everywhere)) {
        return resolved(&path, Some(line), Reason::DefinedIn(path.clone()));
    }
    let known = if here.is_empty() { &everywhere } else { &here };
    let names = || known.iter().flat_map(|file| file.of_kind(Kind::TerraformAddress));
    let suggestion = suggestion(&named.name, names);
    // Modules are written by people, and so are the outputs of the folder where the command runs; the address of a resource may be one of a
    // module that is fetched.
    let is_output_here = named.name.starts_with("output.") && !here.is_empty();
    if !named.name.starts_with("module.") && !is_output_here && suggestion.is_none() {
        return unverifiable(Reason::KindNotLookedUp(named.kind));
    }
    broken(Reason::NoTerraformAddress(named.name.clone()), suggestion)
}

/// The name that is near, or the only one of the same kind that goes on where the other ends: `module.aks` for `module.aks_cluster`.
fn suggestion<'file, Names>(name: &str, names: impl Fn() -> Names) -> Option<String>
where
    Names: Iterator<Item = &'file Definition>,
{
    let (kind, _) = name.rsplit_once('.')?;
    let of_kind = || {
        names()
            .map(|one| one.name.as_str())
            .filter(|one| one.rsplit_once('.').is_some_and(|(other, _)| other == kind))
    };
    if let Some(near) = nearest(name, of_kind()) {
        return Some(near.to_owned());
    }
    let goes_on = |short: &str, long: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(['_', '-']));
    let mut alike = of_kind().filter(|one| goes_on(one, name) || goes_on(name, one));
    let only = alike.next()?;
    alike.all(|other| other == only).then(|| only.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{code, named, tree};
    use crate::model::kind::Kind;

    #[test]
    fn a_module_is_looked_up_where_the_command_runs_and_then_anywhere() {
        let fixture = tree(&["infra/main.tf", "other/main.tf"])
            .with_code(code(
                "terraform",
                "infra/main.tf",
                Kind::TerraformAddress,
                &["module.aks", "azurerm_x.one"],
            ))
            .with_code(code("terraform", "other/main.tf", Kind::TerraformAddress, &["module.net"]));
        let look_up = |name: &str, folder: &str| fixture.look_up(named(Kind::TerraformAddress, name, &[], folder));
        assert!(look_up("module.aks", "infra").starts_with("resolved infra/main.tf"));
        assert!(look_up("module.net", "infra").starts_with("resolved other/main.tf"));
        assert_eq!(
            look_up("module.aks_cluster", "infra"),
            "broken (no file of Terraform has `module.aks_cluster`) -> module.aks"
        );
        assert_eq!(
            look_up("module.gone", "infra"),
            "broken (no file of Terraform has `module.gone`)"
        );
        assert!(look_up("aws_x.gone", "infra").starts_with("unverifiable"));
        assert!(look_up("azurerm_x.oen", "infra").ends_with("-> azurerm_x.one"));
        assert!(
            tree(&[])
                .look_up(named(Kind::TerraformAddress, "module.x", &[], ""))
                .starts_with("unverifiable")
        );
    }
}
