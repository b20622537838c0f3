//! Which releases contain a component, and when an advisory came and went, as text and JSON.

use serde_json::{Value, json};

use crate::model::change::Lack;
use crate::model::inventory::{AdvisoryLife, ComponentLife, ProductInventory, Standing};
use crate::report::words::counted;

/// A component in a release.
pub(crate) struct Match<'product> {
    /// The product.
    pub(crate) product: &'product str,
    /// The version of the release.
    pub(crate) release: &'product str,
    /// The component.
    pub(crate) life: &'product ComponentLife,
    /// Its versions there that are asked for.
    pub(crate) versions: Vec<&'product str>,
    /// Some of the versions could not be compared with the range.
    pub(crate) is_unsure: bool,
    /// Whether the subject names it; none where nobody tells.
    pub(crate) is_direct: Option<bool>,
}

/// A package that a scan found in a release, of which the bill of materials does not list it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scanned<'product> {
    /// The product.
    pub(crate) product: &'product str,
    /// The version of the release.
    pub(crate) release: &'product str,
    /// The package, in the words of the scan.
    pub(crate) package: &'product str,
    /// Its version, as the scan has it.
    pub(crate) version: &'product str,
    /// The advisory that it was found for.
    pub(crate) advisory: &'product str,
}

/// A release of which nobody can tell whether it contains a component.
pub(crate) struct Untold<'product> {
    /// The product.
    pub(crate) product: &'product str,
    /// The version of the release.
    pub(crate) release: &'product str,
    /// The component.
    pub(crate) identity: &'product str,
    /// The bill of materials that is missing.
    pub(crate) lack: &'product Lack,
}

/// Releases that say nothing: they have no bill of materials.
fn without_bill(products: &[ProductInventory]) -> usize {
    products
        .iter()
        .map(|product| product.versions.len() - product.inventory.bills.len())
        .sum()
}

/// What was meant, maybe.
fn offered(near: &[&str]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("did you mean {}?\n", near.join(", "))
}

/// Everything as lines of text.
pub(crate) fn text(
    matches: &[Match],
    scanned: &[Scanned],
    untold: &[Untold],
    near: &[&str],
    products: &[ProductInventory],
    name: &str,
) -> String {
    let mut text = String::new();
    for found in matches {
        let how = match found.is_direct {
            Some(true) => ", direct",
            Some(false) => ", through others",
            None => "",
        };
        let unsure = if found.is_unsure {
            "; some versions cannot be compared with the range"
        } else {
            ""
        };
        text.push_str(&format!(
            "{} {}  {} {}{how}{unsure}\n",
            found.product,
            found.release,
            found.life.identity,
            found.versions.join(", ")
        ));
    }
    for one in untold {
        text.push_str(&format!(
            "{} {}  {} not known: {}\n",
            one.product, one.release, one.identity, one.lack
        ));
    }
    if matches.is_empty() {
        text.push_str(&format!("no bill of materials of a release lists `{name}`\n"));
    }
    for one in scanned {
        text.push_str(&format!(
            "{} {}  a scan found {}, for {}\n",
            one.product,
            one.release,
            format!("{} {}", one.package, one.version).trim(),
            one.advisory
        ));
    }
    if matches.is_empty() {
        text.push_str(&offered(near));
    }
    let bills: usize = products.iter().map(|product| product.inventory.bills.len()).sum();
    text.push_str(&format!("looked at {} with a bill of materials", counted(bills, "release")));
    match without_bill(products) {
        0 => text.push('\n'),
        1 => text.push_str("; 1 has none, and nothing is known of it\n"),
        more => text.push_str(&format!("; {more} have none, and nothing is known of them\n")),
    }
    text
}

/// Everything as one JSON object.
pub(crate) fn json(
    matches: &[Match],
    scanned: &[Scanned],
    untold: &[Untold],
    near: &[&str],
    products: &[ProductInventory],
) -> Value {
    let scanned: Vec<Value> = scanned
        .iter()
        .map(|one| {
            json!({
                "product": one.product,
                "release": one.release,
                "package": one.package,
                "version": one.version,
                "advisory": one.advisory,
            })
        })
        .collect();
    let found: Vec<Value> = matches
        .iter()
        .map(|found| {
            json!({
                "product": found.product,
                "release": found.release,
                "identity": found.life.identity,
                "name": found.life.name,
                "versions": found.versions,
                "is_direct": found.is_direct,
                "is_unsure": found.is_unsure,
            })
        })
        .collect();
    let untold: Vec<Value> = untold
        .iter()
        .map(|one| {
            json!({
                "product": one.product,
                "release": one.release,
                "identity": one.identity,
                "missing_bill": one.lack.bill,
                "seen_in": one.lack.seen_in,
            })
        })
        .collect();
    json!({ "schema": "runproof-component/1", "found": found, "in_scans": scanned, "not_known": untold, "near": near, "releases_without_bill": without_bill(products) })
}

/// An advisory as lines of text.
pub(crate) fn advisory_text(
    found: &[(&ProductInventory, &AdvisoryLife)],
    near: &[&str],
    products: &[ProductInventory],
    id: &str,
) -> String {
    let mut text = String::new();
    for (product, life) in found {
        text.push_str(&format!("{}: {}", product.name, life.id));
        if !life.aliases.is_empty() {
            text.push_str(&format!(", also {}", life.aliases.join(", ")));
        }
        text.push('\n');
        for turn in &life.turns {
            let way = if turn.is_entry { "came with" } else { "went with" };
            text.push_str(&format!("  {way} {}: {}\n", product.versions[turn.release], turn.cause));
        }
        for sighting in &life.sightings {
            let packages: Vec<String> = sighting
                .hits
                .iter()
                .map(|hit| format!("{} {}", hit.package, hit.version).trim().to_owned())
                .collect();
            let standing = match &sighting.standing {
                Standing::Open => "open".to_owned(),
                Standing::Accepted {
                    exception,
                    is_over: false,
                } => format!("accepted by {exception}"),
                Standing::Accepted {
                    exception,
                    is_over: true,
                } => format!("accepted by {exception}, whose last day is over"),
                Standing::AcceptedExpired { exception } => {
                    format!("open: {exception} had ended when it was released, so that it accepted nothing")
                }
                Standing::Stated { status, why } if why.is_empty() => format!("stated as {status}"),
                Standing::Stated { status, why } => format!("stated as {status}: {why}"),
            };
            text.push_str(&format!(
                "  in {}: {}, {standing}\n",
                product.versions[sighting.release],
                packages.join(", ")
            ));
        }
    }
    let scans: usize = products.iter().map(|product| product.inventory.scans.len()).sum();
    let all: usize = products.iter().map(|product| product.versions.len()).sum();
    if found.is_empty() {
        text.push_str(&format!("no scan found `{id}`\n"));
        text.push_str(&offered(near));
    }
    text.push_str(&format!("looked at the scans of {scans} of {}\n", counted(all, "release")));
    text
}

/// An advisory as one JSON object.
pub(crate) fn advisory_json(found: &[(&ProductInventory, &AdvisoryLife)], near: &[&str]) -> Value {
    let found: Vec<Value> = found
        .iter()
        .map(|(product, life)| {
            let version = |release: usize| product.versions[release].as_str();
            json!({
                "product": product.name,
                "id": life.id,
                "aliases": life.aliases,
                "turns": life.turns.iter().map(|turn| json!({
                    "release": version(turn.release),
                    "is_entry": turn.is_entry,
                    "cause": turn.cause,
                })).collect::<Vec<_>>(),
                "sightings": life.sightings.iter().map(|sighting| json!({
                    "release": version(sighting.release),
                    "packages": sighting.hits,
                    "files": sighting.files,
                    "standing": sighting.standing,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "schema": "runproof-advisory/1", "found": found, "near": near })
}
