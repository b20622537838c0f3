//! The products of a repository with every value filled in: what `load` works from.

use crate::config::{Config, GateConfig, ProductConfig};

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
    /// Where references count from.
    pub(crate) source: SourcePlan,
    /// Globs of changelogs.
    pub(crate) changelogs: Vec<String>,
    /// Globs of logs.
    pub(crate) logs: Vec<String>,
    /// The evidence store.
    pub(crate) releases: String,
    /// The glob of tags that are releases; none when the product has no tags.
    pub(crate) tags: Option<String>,
    /// Its declared gates.
    pub(crate) gates: Vec<GateConfig>,
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
pub(crate) fn plans(config: &Config) -> Vec<ProductPlan> {
    if config.products.is_empty() {
        return vec![ProductPlan {
            runbooks: config.runbooks.clone(),
            exclude: config.exclude.clone(),
            changelogs: config.changelogs.clone(),
            logs: config.logs.clone(),
            releases: clean(&config.releases),
            tags: Some(config.tags.clone()),
            gates: config.gates.clone(),
            ..ProductPlan::default()
        }];
    }
    config.products.iter().map(|product| plan(config, product)).collect()
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
    let source = product.source.trim_end_matches('/');
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
        source: if source.starts_with("..") || source.starts_with('/') {
            SourcePlan::Checkout(source.to_owned())
        } else {
            SourcePlan::Folder(join(&root, &clean(source)))
        },
        changelogs: below(&product.changelogs, &config.changelogs),
        logs: below(&product.logs, &config.logs),
        releases: join(&root, &clean(product.releases.as_deref().unwrap_or(&config.releases))),
        tags: product.tags.clone().or_else(|| root.is_empty().then(|| config.tags.clone())),
        gates: product.gates.clone(),
        root,
    }
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
        let plan = plans(&config).remove(0);
        assert_eq!(plan.root, "services/api");
        assert_eq!(plan.name, "api");
        assert_eq!(plan.runbooks, ["services/api/*.md"]);
        assert_eq!(plan.source, SourcePlan::Folder("services/api/src".into()));
        assert_eq!(plan.releases, "services/api/releases");
        assert_eq!(
            plan.tags, None,
            "the tags of the repository are not those of a product below its root"
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
        let plan = plans(&config).remove(0);
        assert_eq!(plan.source, SourcePlan::Checkout("../service".into()));
        assert_eq!(plan.tags.as_deref(), Some("*"));
    }
}
