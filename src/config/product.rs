//! The products of a repository with every value filled in: what `load` works from.

use std::collections::BTreeMap;

use crate::config::gate::gate;
use crate::config::support::periods;
use crate::config::{Config, ControlConfig, GateConfig, ProductConfig, usual};
use crate::model::gate::Gate;
use crate::model::support::{Keep, SupportPeriod};

/// A product with every value filled in. Globs and paths count from the repository root.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ProductPlan {
    /// The id; empty when the repository is one product without a name of its own.
    pub(crate) id: String,
    /// The name on pages; empty when the repository's own name is to be taken.
    pub(crate) name: String,
    /// One sentence about it.
    pub(crate) summary: String,
    /// The folder of the product; empty is the repository root.
    pub(crate) root: String,
    /// Globs of runbooks.
    pub(crate) runbooks: Vec<String>,
    /// Globs of files that are no runbooks.
    pub(crate) exclude: Vec<String>,
    /// Globs of files of which the part about releasing is a runbook.
    pub(crate) parts: Vec<String>,
    /// Whether the settings name the runbooks, so that a glob that matches nothing is a mistake.
    pub(crate) is_named: bool,
    /// Where references count from.
    pub(crate) source: SourcePlan,
    /// Globs of changelogs.
    pub(crate) changelogs: Vec<String>,
    /// Globs of logs.
    pub(crate) logs: Vec<String>,
    /// Globs of exports of the forge.
    pub(crate) forge_exports: Vec<String>,
    /// The evidence store.
    pub(crate) releases: String,
    /// Whether the settings name it.
    pub(crate) names_store: bool,
    /// The glob of tags that are releases; none when the product has no tags.
    pub(crate) tags: Option<String>,
    /// Its declared gates.
    pub(crate) gates: Vec<Gate>,
    /// The classes of its gates that the settings name, by gate.
    pub(crate) classes: BTreeMap<String, String>,
    /// How long evidence must exist after a release; none where nobody says.
    pub(crate) keep: Option<Keep>,
    /// Until when its release lines are supported.
    pub(crate) support: Vec<SupportPeriod>,
    /// The controls of the organisation: its own, then those of the whole repository.
    pub(crate) controls: Vec<ControlConfig>,
    /// The catalogues that get pages.
    pub(crate) catalogs: Vec<String>,
}

/// Where the references of a product count from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SourcePlan {
    /// A folder of this repository; empty is its root.
    Folder(String),
    /// Another checkout, relative to the repository root (`../service`).
    Checkout(String),
}

impl Default for SourcePlan {
    fn default() -> Self {
        Self::Folder(String::new())
    }
}

/// The products of a configuration, in its order; a configuration without products is one product at the repository root.
///
/// Without settings, the name of the repository decides as well: in `ops-runbooks` every Markdown file is a runbook.
pub(crate) fn plans(config: &Config, repository_name: &str) -> Vec<ProductPlan> {
    if config.products.is_empty() {
        let is_default = config.runbooks == Config::default().runbooks;
        let is_collection = is_default && is_collection(repository_name);
        return vec![ProductPlan {
            runbooks: if is_collection {
                usual::collection()
            } else {
                config.runbooks.clone()
            },
            exclude: if is_collection {
                [config.exclude.clone(), usual::about()].concat()
            } else {
                config.exclude.clone()
            },
            parts: if is_default { usual::parts() } else { Vec::new() },
            is_named: !is_default,
            changelogs: config.changelogs.clone(),
            logs: config.logs.clone(),
            forge_exports: config.forge_exports.clone(),
            releases: clean(&config.releases),
            names_store: config.releases != Config::default().releases,
            tags: Some(config.tags.clone()),
            gates: config.gates.iter().map(gate).collect(),
            classes: classes(&config.gates),
            keep: config.keep.as_deref().and_then(Keep::read),
            support: periods(&config.support),
            controls: config.controls.clone(),
            catalogs: config.catalogs.clone(),
            ..ProductPlan::default()
        }];
    }
    config.products.iter().map(|product| plan(config, product)).collect()
}

/// Whether a name says that the repository holds runbooks: one of its words does. `runbook-engine` is a program.
pub(crate) fn is_collection(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric()).rev();
    words
        .next()
        .is_some_and(|word| matches!(word, "runbook" | "runbooks" | "playbooks"))
        || words.any(|word| matches!(word, "runbooks" | "playbooks"))
}

/// Where the references of a product with this root count from. `/` is the root of the repository, `..` a folder above the product as long as
/// it is one of the repository; what has a name behind that is another checkout.
fn source(root: &str, written: &str) -> SourcePlan {
    let source = written.trim().trim_start_matches("./").trim_end_matches('/');
    let source = if source == "." { "" } else { source };
    if written.trim() == "/" {
        return SourcePlan::Folder(String::new());
    }
    if source.split('/').all(|part| part == "..") {
        let parts: Vec<&str> = root.split('/').filter(|part| !part.is_empty()).collect();
        let left = parts.len().checked_sub(source.split('/').count());
        if let Some(left) = left {
            return SourcePlan::Folder(parts[..left].join("/"));
        }
    }
    if source.starts_with("..") || source.starts_with('/') {
        SourcePlan::Checkout(source.to_owned())
    } else {
        SourcePlan::Folder(join(root, &clean(source)))
    }
}

fn plan(config: &Config, product: &ProductConfig) -> ProductPlan {
    let root = clean(&product.root);
    let below = |globs: &Option<Vec<String>>, default: &[String]| -> Vec<String> {
        globs
            .as_deref()
            .unwrap_or(default)
            .iter()
            .map(|glob| join(&root, glob))
            .collect()
    };
    ProductPlan {
        id: product.id.clone(),
        name: if product.name.is_empty() {
            product.id.clone()
        } else {
            product.name.clone()
        },
        summary: product.summary.clone(),
        runbooks: below(&product.runbooks, &config.runbooks),
        exclude: below(&product.exclude, &config.exclude),
        source: source(&root, &product.source),
        changelogs: below(&product.changelogs, &config.changelogs),
        logs: below(&product.logs, &config.logs),
        // Requests belong to the repository, so that without a word of the product its exports are those of all.
        forge_exports: product
            .forge_exports
            .as_ref()
            .map_or_else(|| config.forge_exports.clone(), |_| below(&product.forge_exports, &[])),
        parts: Vec::new(),
        is_named: product.runbooks.is_some(),
        releases: join(&root, &clean(product.releases.as_deref().unwrap_or(&config.releases))),
        names_store: product.releases.is_some() || config.releases != Config::default().releases,
        tags: product.tags.clone().or_else(|| root.is_empty().then(|| config.tags.clone())),
        gates: product.gates.iter().map(gate).collect(),
        classes: classes(&product.gates),
        keep: product
            .keep
            .as_ref()
            .or(config.keep.as_ref())
            .and_then(|keep| Keep::read(keep)),
        support: periods(if product.support.is_empty() {
            &config.support
        } else {
            &product.support
        }),
        controls: [product.controls.clone(), config.controls.clone()].concat(),
        catalogs: config.catalogs.clone(),
        root,
    }
}

/// The classes that gates are given.
fn classes(gates: &[GateConfig]) -> BTreeMap<String, String> {
    gates
        .iter()
        .filter_map(|gate| Some((gate.id.clone(), gate.class.clone()?)))
        .collect()
}

/// A path without `./` before and `/` behind it.
fn clean(path: &str) -> String {
    path.trim_start_matches("./").trim_matches('/').to_owned()
}

/// `below` inside `folder`; either may be empty.
fn join(folder: &str, below: &str) -> String {
    match (folder.is_empty(), below.is_empty()) {
        (true, _) => below.to_owned(),
        (false, true) => folder.to_owned(),
        (false, false) => format!("{folder}/{below}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{SourcePlan, plans};
    use crate::config::{Config, ProductConfig};

    #[test]
    fn paths_of_a_product_count_from_its_root() {
        let product = ProductConfig {
            id: "api".into(),
            root: "./services/api/".into(),
            source: "src".into(),
            runbooks: Some(vec!["*.md".into()]),
            ..ProductConfig::default()
        };
        let config = Config {
            products: vec![product],
            ..Config::default()
        };
        let plan = plans(&config, "x").remove(0);
        assert_eq!(plan.root, "services/api");
        assert_eq!(plan.name, "api");
        assert_eq!(plan.runbooks, ["services/api/*.md"]);
        assert_eq!(plan.source, SourcePlan::Folder("services/api/src".into()));
        let folder = |path: &str| SourcePlan::Folder(path.to_owned());
        let checkout = |path: &str| SourcePlan::Checkout(path.to_owned());
        for (written, expected) in [
            ("", folder("services/api")),
            (".", folder("services/api")),
            ("/", folder("")),
            ("..", folder("services")),
            ("../..", folder("")),
            ("../../", folder("")),
            ("../../..", checkout("../../..")),
            ("../service", checkout("../service")),
            ("/srv/app", checkout("/srv/app")),
        ] {
            assert_eq!(super::source("services/api", written), expected, "{written}");
        }
        assert_eq!(plan.releases, "services/api/releases");
        assert_eq!(
            plan.tags, None,
            "the tags of the repository are not those of a product below its root"
        );
    }

    #[test]
    fn the_name_of_the_repository_may_say_that_it_holds_runbooks() {
        let globs = |name: &str| plans(&Config::default(), name).remove(0).runbooks;
        assert_eq!(globs("ops-runbooks"), ["**/*.{md,markdown,mdx,md.erb}"]);
        assert_eq!(globs("runbookish")[0], Config::default().runbooks[0]);
        let config = Config {
            runbooks: vec!["ops/*.md".into()],
            ..Config::default()
        };
        assert_eq!(
            plans(&config, "ops-runbooks").remove(0).runbooks,
            ["ops/*.md"],
            "settings win"
        );
    }

    #[test]
    fn a_source_outside_the_repository_is_a_checkout() {
        let product = ProductConfig {
            id: "api".into(),
            source: "../service/".into(),
            ..ProductConfig::default()
        };
        let config = Config {
            products: vec![product],
            ..Config::default()
        };
        let plan = plans(&config, "x").remove(0);
        assert_eq!(plan.source, SourcePlan::Checkout("../service".into()));
        assert_eq!(plan.tags.as_deref(), Some("*"));
    }
}
