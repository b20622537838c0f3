//! The logs of a product that are kept over many releases: rollbacks, rotations, drills.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::finding::Problem;
use crate::model::release::OperationsLog;
use crate::model::version::is_same;
use crate::site::address::{log_row_anchor, logged};
use crate::site::frame::{Frame, Made};
use crate::site::kind::{Kind, PLAIN};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "logs",
    template: include_str!("../../../templates/logs.html"),
    pages,
    make,
    section: "releases",
    reserves: &["logs"],
    ..PLAIN
};

#[derive(Serialize)]
struct Facts<'site> {
    logs: Vec<Log<'site>>,
}

#[derive(Serialize)]
struct Log<'site> {
    title: &'site str,
    path: &'site str,
    columns: &'site [String],
    rows: Vec<Row<'site>>,
    total: usize,
    problems: &'site [Problem],
}

#[derive(Serialize)]
struct Row<'site> {
    /// The row as an element of the page is called.
    anchor: String,
    day: Option<NaiveDate>,
    /// The page of the release that it names.
    release: Option<String>,
    cells: &'site [String],
}

fn pages(site: &Site) -> Vec<Target> {
    site.products
        .iter()
        .enumerate()
        .filter(|(_, product)| !product.product.logs.is_empty())
        .map(|(number, product)| Target {
            address: format!("{}logs/", product.base),
            owner: "the logs".to_owned(),
            product: Some(number),
            ..Target::default()
        })
        .collect()
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let facts = Facts {
        logs: product
            .product
            .logs
            .iter()
            .enumerate()
            .map(|(number, log)| view(product, number, log))
            .collect(),
    };
    Frame::of_product(KIND.name, site, target, "Logs")
        .described(format!("Rollbacks, rotations and drills of {}.", product.product.name))
        .with(&facts)
}

fn view<'site>(product: &ProductSite, number: usize, log: &'site OperationsLog) -> Log<'site> {
    let release_of = |version: &str| {
        let release = product
            .product
            .releases
            .iter()
            .find(|release| is_same(&release.release.version, version));
        release.map(|release| product.release(release))
    };
    Log {
        title: if log.title.is_empty() { &log.path } else { &log.title },
        path: &log.path,
        columns: &log.columns,
        rows: logged(&log.rows)
            .iter()
            .map(|row| Row {
                anchor: log_row_anchor(number, row.line),
                day: row.date,
                release: row.version.as_deref().and_then(release_of),
                cells: &row.cells,
            })
            .collect(),
        total: log.rows.len(),
        problems: &log.problems,
    }
}
