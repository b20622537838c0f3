//! `runproof component` and `runproof advisory`: which releases contain something.

use clap::{Args, ValueEnum};

use crate::audit::version_order::Range;
use crate::cli::common::Common;
use crate::cli::outcome::Outcome;
use crate::cli::terminal::{Terminal, visible};
use crate::error::{Error, Result};
use crate::judge::inventory::inventories;
use crate::model::inventory::{AdvisoryLife, ComponentLife, ProductInventory};
use crate::report::inventory::{Match, Scanned, Untold, advisory_json, advisory_text, json, text};

/// Show which releases contain a component
///
/// The name is that of the package with or without its group, its package URL, or a part of it with `*`. A range behind `@` keeps the
/// releases that contain a version in it, as the writers of its kind of package write ranges: `log4j-core@<2.17.1`, `@[2.0,2.15)`, `@^1.2`,
/// `@~=1.4`; a bare `1.2.3` is that version, and `1.2` all that begin so. Exits with 1 when a release contains it, or a scan of one found it
/// there, so that a pipeline can stop.
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

/// Letters that a part of a name must have to be offered.
const MIN_PART: usize = 3;

/// Slips of the finger by which a name may differ to be offered.
const MAX_DISTANCE: usize = 2;

/// Names that are offered.
const MAX_NEAR: usize = 5;

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
    range: Option<Range>,
}

impl Wanted {
    fn of(text: &str) -> Result<Self> {
        // `@scope/name@^1` has two.
        let at = text.rfind('@').filter(|at| *at > 0 && !text[..*at].ends_with('/'));
        let (name, range) = at.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])));
        let wrong = |reason: &dyn std::fmt::Display| Error::usage(format!("`{text}` names no component")).caused_by(reason);
        if !name.contains(|c: char| c.is_alphanumeric() || c == '*') {
            return Err(
                wrong(&"there is no name in it").with_help("a name is `lodash`, `@scope/name`, `group/name` or a package URL")
            );
        }
        let glob = globset::GlobBuilder::new(&told(name))
            .case_insensitive(true)
            .build()
            .map_err(|error| wrong(&error))?;
        let range = range.map(|range| {
            Range::read(range).ok_or_else(|| {
                wrong(&format!("`{range}` is no range of versions")).with_help(
                    "a range is `1.2.3`, `<2.17.1`, `>=1.0, <1.4`, `^2 || ^3`, `~=1.4`, `1.x` or `[2.0,2.15)`; `1.2` is every version that begins so",
                )
            })
        });
        Ok(Self {
            name: glob.compile_matcher(),
            range: range.transpose()?,
        })
    }

    fn names(&self, life: &ComponentLife) -> bool {
        self.calls(&life.name) || self.name.is_match(told(&life.identity))
    }

    /// Whether a package of that name is meant, with or without its group.
    fn calls(&self, package: &str) -> bool {
        let name = told(package);
        // What is in a scope of npm is another package than the one without it; elsewhere the group is often left out.
        let short = name
            .rsplit_once('/')
            .map(|(_, short)| short)
            .filter(|_| !name.starts_with('@'));
        self.name.is_match(&name) || short.is_some_and(|short| self.name.is_match(short))
    }

    /// Whether a version is in the range: none where nobody can say, since there is no version.
    fn holds(&self, identity: &str, version: &str) -> Option<bool> {
        let Some(range) = &self.range else { return Some(true) };
        let is_one = version.contains(|c: char| c.is_ascii_digit());
        is_one.then(|| range.holds(identity, version))
    }
}

/// A name as it is compared: `group:name` is `group/name`, `%40` is `@`, and Python knows no difference between `_`, `.` and `-`.
fn told(name: &str) -> String {
    let name = name.replace("%40", "@");
    let (kind, rest) = match name.split_once('/') {
        Some((kind, rest)) if kind.starts_with("pkg:") => (Some(kind), rest),
        _ => (None, name.as_str()),
    };
    let rest = rest.replace(':', "/").replace('_', "-");
    kind.map_or_else(|| rest.clone(), |kind| format!("{kind}/{rest}"))
}

/// Names that came near what nobody found, the nearest first.
fn near<'name>(asked: &str, names: impl Iterator<Item = &'name str>) -> Vec<&'name str> {
    let asked = asked.trim_matches('*').to_lowercase();
    let mut near: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let short = lower.rsplit('/').next().unwrap_or_default();
            let distance = strsim::damerau_levenshtein(&asked, &lower).min(strsim::damerau_levenshtein(&asked, short));
            let is_part = asked.len() >= MIN_PART && lower.contains(&asked);
            (is_part || distance <= MAX_DISTANCE && distance < asked.len()).then_some((distance, name))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().map(|(_, name)| name).take(MAX_NEAR).collect()
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
    let all = || products.iter().flat_map(|product| &product.inventory.components);
    let near = if matches.is_empty() && !all().any(|life| wanted.names(life)) {
        let name = arguments
            .name
            .rsplit_once('@')
            .map_or(arguments.name.as_str(), |(name, _)| name);
        let name = if name.is_empty() { &arguments.name } else { name };
        near(name, all().map(|life| life.name.as_str()))
    } else {
        Vec::new()
    };
    let is_listed = |one: &Scanned| {
        matches
            .iter()
            .any(|found| (found.product, found.release) == (one.product, one.release))
    };
    let scanned: Vec<Scanned> = products
        .iter()
        .flat_map(|product| scanned(product, &wanted))
        .filter(|one| !is_listed(one))
        .collect();
    let untold: Vec<Untold> = products.iter().flat_map(|product| untold(product, &wanted)).collect();
    terminal.print(&match arguments.format {
        Format::Json => format!("{:#}\n", json(&matches, &scanned, &untold, &near, &products)),
        Format::Text => visible(&text(&matches, &scanned, &untold, &near, &products, &arguments.name)),
    });
    Ok(if matches.is_empty() && scanned.is_empty() {
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
                .map(|version| (version.as_str(), wanted.holds(&life.identity, version)))
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

/// The releases in which a scan for advisories found it, newest first.
fn scanned<'product>(product: &'product ProductInventory, wanted: &Wanted) -> Vec<Scanned<'product>> {
    let mut found = Vec::new();
    for life in &product.inventory.advisories {
        for sighting in &life.sightings {
            let hits = sighting
                .hits
                .iter()
                .filter(|hit| wanted.calls(&hit.package) && wanted.holds(&hit.package, &hit.version) != Some(false));
            found.extend(hits.map(|hit| {
                let one = Scanned {
                    product: &product.name,
                    release: &product.versions[sighting.release],
                    package: &hit.package,
                    version: &hit.version,
                    advisory: &life.id,
                };
                (sighting.release, one)
            }));
        }
    }
    found.sort_by(|(left, one), (right, other)| (left, one).cmp(&(right, other)));
    found.dedup();
    found.into_iter().map(|(_, one)| one).collect()
}

/// The releases of which nobody can tell, since a bill of materials is missing.
fn untold<'product>(product: &'product ProductInventory, wanted: &Wanted) -> Vec<Untold<'product>> {
    let inventory = &product.inventory;
    let mut found = Vec::new();
    for life in inventory.components.iter().filter(|life| wanted.names(life)) {
        for place in &life.unknown {
            let release = product.versions[inventory.bills[*place]].as_str();
            found.extend(
                inventory
                    .lacks
                    .iter()
                    .find(|lack| lack.version == release)
                    .map(|lack| Untold {
                        product: &product.name,
                        release,
                        identity: &life.identity,
                        lack,
                    }),
            );
        }
    }
    found
}

pub(crate) fn run_advisory(arguments: &AdvisoryArguments, common: &Common, terminal: &Terminal) -> Result<Outcome> {
    if arguments.id.trim().is_empty() {
        let error = Error::usage("an empty id names no advisory");
        return Err(error.with_help("an id is `CVE-2021-44228`, `GHSA-jfh8-c2jp-5v3q`, or what the scanner calls it"));
    }
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
    let ids = || {
        let lives = products.iter().flat_map(|product| &product.inventory.advisories);
        lives
            .flat_map(|life| std::iter::once(&life.id).chain(&life.aliases))
            .map(String::as_str)
    };
    let near = if found.is_empty() {
        near(&arguments.id, ids())
    } else {
        Vec::new()
    };
    terminal.print(&match arguments.format {
        Format::Json => format!("{:#}\n", advisory_json(&found, &near)),
        Format::Text => visible(&advisory_text(&found, &near, &products, &arguments.id)),
    });
    let is_open = found.iter().any(|(product, life)| {
        let newest = product.inventory.scans.first();
        life.sightings
            .iter()
            .any(|sighting| Some(&sighting.release) == newest && sighting.standing.is_open())
    });
    Ok(if is_open { Outcome::Findings } else { Outcome::Clean })
}

#[cfg(test)]
mod tests {
    use super::{Wanted, near, scanned};
    use crate::model::advisory::AdvisoryHit;
    use crate::model::inventory::{AdvisoryLife, ComponentLife, ProductInventory, Sighting};

    fn life(identity: &str, name: &str) -> ComponentLife {
        ComponentLife {
            identity: identity.to_owned(),
            name: name.to_owned(),
            ..ComponentLife::default()
        }
    }

    #[test]
    fn a_name_and_a_range_are_told_apart() {
        let scoped = life("pkg:npm/%40s/a", "@s/a");
        let wanted = Wanted::of("@s/a@<2").expect("it is a name with a range");
        assert!(wanted.names(&scoped));
        let holds = |version: &str| wanted.holds(&scoped.identity, version);
        assert_eq!([holds("1.9"), holds("v2.0.0"), holds("")], [Some(true), Some(false), None]);
        assert!(Wanted::of("@s/a").expect("it is a name").names(&scoped));
        assert!(Wanted::of("pkg:npm/*").expect("it is a glob").names(&life("pkg:npm/b", "b")));
        for text in ["a@nothing", "", "@", "a@", "@s/a@<", "[", "//"] {
            assert!(Wanted::of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_component_is_found_under_every_name_that_people_give_it() {
        let log4j = life(
            "pkg:maven/org.apache.logging.log4j/log4j-core",
            "org.apache.logging.log4j/log4j-core",
        );
        let python = life("pkg:pypi/django-rest", "Django_Rest");
        let scoped = life("pkg:npm/%40types/node", "@types/node");
        for (asked, component, expected) in [
            ("log4j-core", &log4j, true),
            ("org.apache.logging.log4j/log4j-core", &log4j, true),
            ("org.apache.logging.log4j:log4j-core", &log4j, true),
            ("pkg:maven/org.apache.logging.log4j/log4j-core", &log4j, true),
            ("LOG4J-*", &log4j, true),
            ("log4j", &log4j, false),
            ("log4j-core-x", &log4j, false),
            ("django-rest", &python, true),
            ("Django_Rest", &python, true),
            ("pkg:npm/@types/node", &scoped, true),
            ("pkg:npm/%40types/node", &scoped, true),
            ("node", &scoped, false),
            ("a", &life("pkg:npm/ab", "ab"), false),
        ] {
            assert_eq!(Wanted::of(asked).expect("it is a name").names(component), expected, "{asked}");
        }
    }

    #[test]
    fn what_a_scan_found_is_told_where_no_bill_lists_it() {
        let sighting = |release, package: &str, version: &str| Sighting {
            release,
            hits: vec![AdvisoryHit {
                package: package.to_owned(),
                version: version.to_owned(),
                ..AdvisoryHit::default()
            }],
            ..Sighting::default()
        };
        let mut product = ProductInventory {
            name: "p".to_owned(),
            versions: vec!["v2".to_owned(), "v1".to_owned()],
            ..ProductInventory::default()
        };
        product.inventory.advisories = vec![AdvisoryLife {
            id: "CVE-1".to_owned(),
            sightings: vec![sighting(1, "libssl3", "3.0.14"), sighting(0, "org.a:b", "1.0")],
            ..AdvisoryLife::default()
        }];
        let told = |asked: &str| -> Vec<(String, String)> {
            let wanted = Wanted::of(asked).expect("it is a name");
            let found = scanned(&product, &wanted);
            found
                .iter()
                .map(|one| (one.release.to_owned(), one.version.to_owned()))
                .collect()
        };
        assert_eq!(told("libssl3"), [("v1".to_owned(), "3.0.14".to_owned())]);
        assert_eq!(told("libssl3@<3.0.15"), [("v1".to_owned(), "3.0.14".to_owned())]);
        assert!(told("libssl3@<3.0.14").is_empty());
        assert!(told("libssl").is_empty());
        assert_eq!(told("b"), [("v2".to_owned(), "1.0".to_owned())], "without its group");
    }

    #[test]
    fn what_comes_near_is_offered() {
        let names = ["minimatch", "log4j-core", "log4j-api", "org/log4j-core", "a"];
        assert_eq!(near("minimtch", names.into_iter()), ["minimatch"]);
        assert_eq!(
            near("log4j", names.into_iter()),
            ["log4j-api", "log4j-core", "org/log4j-core"]
        );
        assert!(near("zz", names.into_iter()).is_empty());
    }
}
