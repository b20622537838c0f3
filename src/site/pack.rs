//! Which pages of a handbook belong into the audit pack of a period.

use crate::model::handbook::Product;
use crate::model::population::Population;
use crate::site::address::part;

/// The address of the page that a pack begins with.
pub(crate) fn start(product: &Product, population: &Population) -> String {
    format!("{}audit/{}/", base(product), part(&population.period.id))
}

/// How the addresses of the wanted files begin.
pub(crate) fn wanted(product: &Product, population: &Population) -> Vec<String> {
    let base = base(product);
    let mut wanted: Vec<String> = ["audit/", "duties/", "exceptions/", "gates/", "logs/"]
        .iter()
        .map(|folder| format!("{base}{folder}"))
        .collect();
    wanted.extend(["about/", "assets/", "how-to-read/", "pictures/"].map(str::to_owned));
    for shipped in &population.shipped {
        let releases = product.releases.iter();
        let Some(release) = releases
            .into_iter()
            .find(|release| release.release.version == shipped.version)
        else {
            continue;
        };
        wanted.push(format!("{base}releases/{}/", part(&release.release.slug)));
        if let Some(edition) = release.edition.and_then(|edition| product.editions.get(edition)) {
            wanted.push(format!("{base}{}/", part(&edition.id)));
        }
    }
    wanted
}

fn base(product: &Product) -> String {
    if product.prefix.is_empty() {
        String::new()
    } else {
        format!("{}/", part(&product.prefix))
    }
}
