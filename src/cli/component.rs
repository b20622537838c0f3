//! `runproof component` and `runproof advisory`: which releases contain something.

use clap::{Args, ValueEnum};
use semver::VersionReq;

use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::{Terminal, visible};
use crate::error::{Error, Result};
use crate::judge::inventory::inventories;
use crate::model::inventory::{AdvisoryLife, ComponentLife, ProductInventory, Standing};
use crate::report::inventory::{Match, advisory_json, advisory_text, json, text};

/// Show which releases contain a component
///
/// The name is that of the package, its package URL, or a part of it with `*`. A range behind `@` keeps the releases that contain a
/// version in it: `log4j-core@<2.17.1`. Exits with 1 when a release contains it, so that a pipeline can stop.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  runproof component lodash\n  runproof component 'log4j-core@<2.17.1'\n  runproof component 'pkg:npm/*' --format json"
)]
pub(crate) struct Arguments {
    /// The component, with a range of versions behind `@` if need be
    #[arg(value_name = "NAME[@RANGE]")]
    name: String,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Show when an advisory was in releases, and why it came and went
///
/// Exits with 1 when the newest scan of a product found it and nothing stands against it, with 3 where no release was scanned.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  runproof advisory CVE-2021-44228\n  runproof advisory GHSA-jfh8-c2jp-5v3q --format json")]
pub(crate) struct AdvisoryArguments {
    /// The id, or another name of it
    #[arg(value_name = "ID")]
    id: String,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A form of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// What is asked for.
struct Wanted {
    name: globset::GlobMatcher,
    range: Option<VersionReq>,
}

impl Wanted {
    fn of(text: &str) -> Result<Self> {
        // `@scope/name@^1` has two.
        let at = text.rfind('@').filter(|at| *at > 0 && !text[..*at].ends_with('/'));
        let (name, range) = at.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])));
        let wrong = |reason: &dyn std::fmt::Display| Error::usage(format!("`{text}` names no component")).caused_by(reason);
        let glob = globset::GlobBuilder::new(name)
            .case_insensitive(true)
            .build()
            .map_err(|error| wrong(&error))?;
        let range = range.map(|range| {
            VersionReq::parse(range).map_err(|error| {
                wrong(&error)
                    .with_help("a range is `=1.2.3`, `<2.17.1`, `>=1.0, <1.4`, or `^2`; without an operator `1.2` means `^1.2`")
            })
        });
        Ok(Self {
            name: glob.compile_matcher(),
            range: range.transpose()?,
        })
    }

    fn names(&self, life: &ComponentLife) -> bool {
        self.name.is_match(&life.name) || self.name.is_match(&life.identity)
    }

    /// Whether a version is in the range: none where nobody can say, since it is no semantic version.
    fn holds(&self, version: &str) -> Option<bool> {
        let Some(range) = &self.range else { return Some(true) };
        let plain = version.trim_start_matches(['v', 'V']);
        let padded = match plain.split('.').count() {
            1 => format!("{plain}.0.0"),
            2 => format!("{plain}.0"),
            _ => plain.to_owned(),
        };
        Some(range.matches(&semver::Version::parse(&padded).ok()?))
    }
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let wanted = Wanted::of(&arguments.name)?;
    let context = common.open()?;
    let products = inventories(&context)?;
    if products.iter().all(|product| product.inventory.bills.is_empty()) {
        let error = Error::unjudged("no release has a bill of materials, so nobody can say what it contains");
        return Err(error.with_help("collect a CycloneDX or SPDX file as evidence of a release"));
    }
    let matches: Vec<Match> = products.iter().flat_map(|product| matches(product, &wanted)).collect();
    terminal.print(&match arguments.format {
        Format::Json => format!("{:#}\n", json(&matches, &products)),
        Format::Text => visible(&text(&matches, &products, &arguments.name)),
    });
    Ok(if matches.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}

fn matches<'product>(product: &'product ProductInventory, wanted: &Wanted) -> Vec<Match<'product>> {
    let mut found = Vec::new();
    for life in product.inventory.components.iter().filter(|life| wanted.names(life)) {
        for span in &life.spans {
            let held: Vec<(&str, Option<bool>)> = span
                .versions
                .iter()
                .map(|version| (version.as_str(), wanted.holds(version)))
                .collect();
            let mut versions: Vec<&str> = held
                .iter()
                .filter(|(_, holds)| *holds != Some(false))
                .map(|(version, _)| *version)
                .collect();
            versions.dedup();
            if versions.is_empty() {
                continue;
            }
            let is_unsure = held.iter().any(|(_, holds)| holds.is_none());
            for place in span.newest..=span.oldest {
                let release = product.inventory.bills[place];
                found.push((
                    release,
                    Match {
                        product: &product.name,
                        release: &product.versions[release],
                        life,
                        versions: versions.clone(),
                        is_unsure,
                        is_direct: span.is_direct,
                    },
                ));
            }
        }
    }
    found.sort_by(|(left, one), (right, other)| (left, &one.life.identity).cmp(&(right, &other.life.identity)));
    found.into_iter().map(|(_, found)| found).collect()
}

pub(crate) fn run_advisory(arguments: &AdvisoryArguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    let context = common.open()?;
    let products = inventories(&context)?;
    if products.iter().all(|product| product.inventory.scans.is_empty()) {
        let error = Error::unjudged("no release has the report of a scan for advisories, so nobody can say");
        return Err(error.with_help(
            "collect the report of a scanner, such as Trivy, Grype, OSV-Scanner or an audit, as evidence of a release",
        ));
    }
    let is_it = |life: &&AdvisoryLife| {
        std::iter::once(&life.id)
            .chain(&life.aliases)
            .any(|name| name.eq_ignore_ascii_case(&arguments.id))
    };
    let found: Vec<(&ProductInventory, &AdvisoryLife)> = products
        .iter()
        .flat_map(|product| {
            product
                .inventory
                .advisories
                .iter()
                .filter(is_it)
                .map(move |life| (product, life))
        })
        .collect();
    terminal.print(&match arguments.format {
        Format::Json => format!("{:#}\n", advisory_json(&found)),
        Format::Text => visible(&advisory_text(&found, &products, &arguments.id)),
    });
    let is_open = found.iter().any(|(product, life)| {
        let newest = product.inventory.scans.first();
        life.sightings
            .iter()
            .any(|sighting| Some(&sighting.release) == newest && sighting.standing == Standing::Open)
    });
    Ok(if is_open { Outcome::Findings } else { Outcome::Clean })
}

#[cfg(test)]
mod tests {
    use super::Wanted;
    use crate::model::inventory::ComponentLife;

    #[test]
    fn a_name_and_a_range_are_told_apart() {
        let life = |identity: &str, name: &str| ComponentLife {
            identity: identity.to_owned(),
            name: name.to_owned(),
            ..ComponentLife::default()
        };
        let scoped = life("pkg:npm/%40s/a", "@s/a");
        let wanted = Wanted::of("@s/a@<2").expect("it is a name with a range");
        assert!(wanted.names(&scoped));
        assert_eq!(
            [wanted.holds("1.9"), wanted.holds("v2.0.0"), wanted.holds("x")],
            [Some(true), Some(false), None]
        );
        assert!(Wanted::of("@s/a").expect("it is a name").names(&scoped));
        assert!(Wanted::of("pkg:npm/*").expect("it is a glob").names(&life("pkg:npm/b", "b")));
        assert!(!Wanted::of("a").expect("it is a name").names(&life("pkg:npm/ab", "ab")));
        assert!(Wanted::of("a@nothing").is_err());
    }
}
