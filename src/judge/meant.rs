//! Which version of which product somebody means who writes a whole tag, as pipelines do: `api/v1.4.0`, `web@1.2.0`.

use std::collections::BTreeSet;

use crate::config::product::{ProductPlan, plans};
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::load::tagged::matcher;
use crate::load::version::{line_of, take_apart};
use crate::source::tags::names;

/// A version of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meant {
    /// The product, where somebody named it or its tags tell.
    pub(crate) product: Option<String>,
    /// The version.
    pub(crate) version: String,
}

/// The version and the product that a name means. A version without the name of a line before it stays as it is.
pub(crate) fn meant(context: &Context, name: &str, product: Option<&str>) -> Result<Meant> {
    let tags = match &context.repository {
        Some(repository) => names(repository)?,
        None => Vec::new(),
    };
    of_plans(&plans(&context.config, &context.name()), &tags, name, product)
}

fn of_plans(plans: &[ProductPlan], tags: &[String], name: &str, product: Option<&str>) -> Result<Meant> {
    let as_given = || Meant {
        product: product.map(str::to_owned),
        version: name.to_owned(),
    };
    let Some(apart) = take_apart(name).filter(|apart| !line_of(&apart.prefix).is_empty()) else {
        return Ok(as_given());
    };
    let is_tag_of = |plan: &&ProductPlan| {
        matcher(plan).is_some_and(|tags| tags.is_match(name)) && product.is_none_or(|product| plan.id == product)
    };
    let of: Vec<&ProductPlan> = plans.iter().filter(is_tag_of).collect();
    let [plan] = of.as_slice() else {
        return Ok(as_given());
    };
    let matcher = matcher(plan);
    let is_own = |tag: &&String| matcher.as_ref().is_some_and(|tags| tags.is_match(tag));
    let own = tags.iter().filter(is_own).filter_map(|tag| take_apart(tag));
    let prefixes: Vec<String> = own.map(|version| version.prefix).collect();
    let lines: BTreeSet<&str> = prefixes.iter().map(|prefix| line_of(prefix)).collect();
    if lines.iter().any(|line| *line != line_of(&apart.prefix)) {
        let error = Error::usage(format!(
            "`{name}` is one of {} lines of tags of one product",
            lines.len().max(2)
        ));
        return Err(error.with_help(
            "records are kept for each product: declare them as `[[products]]` in runproof.toml, each with its own `tags`",
        ));
    }
    Ok(Meant {
        product: product
            .or(Some(plan.id.as_str()).filter(|id| !id.is_empty()))
            .map(str::to_owned),
        version: apart.version,
    })
}

#[cfg(test)]
mod tests {
    use super::of_plans;
    use crate::config::product::ProductPlan;

    fn plan(id: &str, tags: &str) -> ProductPlan {
        ProductPlan {
            id: id.to_owned(),
            tags: Some(tags.to_owned()),
            ..ProductPlan::default()
        }
    }

    #[test]
    fn a_whole_tag_names_product_and_version() {
        let plans = [plan("api", "api/v*"), plan("web", "web@*")];
        let tags = ["api/v1.3.0", "web@1.2.0"].map(str::to_owned);
        let told = |name: &str, product| {
            let meant = of_plans(&plans, &tags, name, product).expect("it is told");
            format!("{} {}", meant.product.unwrap_or_default(), meant.version)
        };
        assert_eq!(told("api/v1.4.0", None), "api v1.4.0", "also before there is the tag");
        assert_eq!(told("web@1.2.0", None), "web 1.2.0");
        assert_eq!(told("web@1.2.0", Some("web")), "web 1.2.0");
        assert_eq!(told("web@1.2.0", Some("api")), "api web@1.2.0", "no tag of that product");
        assert_eq!(told("v1.4.0", None), " v1.4.0");
        assert_eq!(told("v1.4.0", Some("api")), "api v1.4.0");
    }

    #[test]
    fn one_product_has_one_line_of_tags() {
        let all = [plan("", "*")];
        let one = ["app/v1.0.0"].map(str::to_owned);
        let meant = of_plans(&all, &one, "app/v1.1.0", None).expect("it is told");
        assert_eq!((meant.product, meant.version.as_str()), (None, "v1.1.0"));
        let two = ["app/v1.0.0", "lib/v1.0.0"].map(str::to_owned);
        let error = of_plans(&all, &two, "app/v1.1.0", None).expect_err("whose record would it be?");
        assert!(error.to_string().contains("one of 2 lines"), "{error}");
    }
}
