//! What the registers of a product hold: exceptions, duties and the rows of its logs.

use crate::model::release::OperationsLog;
use crate::site::address::{exception_anchor, log_row_anchor, logged};
use crate::site::search::index::{Page, Part};
use crate::site::search::words::word;
use crate::site::shared::ProductSite;

/// The pages of all registers of a product.
pub(super) fn pages<'site>(product: &'site ProductSite) -> impl Iterator<Item = Page<'site>> {
    exceptions(product).chain(duties(product)).chain(logs(product))
}

fn row<'site>(anchor: String, text: String) -> Part<'site> {
    Part {
        kind: 'w',
        anchor: anchor.into(),
        text: text.into(),
        ..Part::default()
    }
}

fn exceptions<'site>(product: &'site ProductSite) -> impl Iterator<Item = Page<'site>> {
    product.product.exceptions.iter().map(|judged| {
        let exception = &judged.exception;
        let gate = product.product.gates.iter().find(|gate| gate.id == exception.gate);
        let gate = gate.map_or(exception.gate.as_str(), |gate| gate.title.as_str());
        let says = [&exception.rationale, &exception.compensating_control, &exception.ticket];
        let of = [&exception.matches.package, &exception.matches.path].into_iter().flatten();
        let words = says.into_iter().chain(&exception.matches.rules).chain(of);
        let words: Vec<&str> = words.map(String::as_str).filter(|word| !word.is_empty()).collect();
        let anchor = exception_anchor(&exception.id);
        let people = format!("Owner: {}. Approved by: {}.", exception.owner, exception.approved_by);
        Page {
            kind: 'x',
            url: format!("{}exceptions/", product.base),
            slug: exception.id.clone(),
            title: format!("{}: {gate}", exception.id),
            state: word(&judged.state),
            parts: vec![row(anchor.clone(), words.join("; ")), row(anchor, people)],
            ..Page::default()
        }
    })
}

fn duties<'site>(product: &'site ProductSite) -> impl Iterator<Item = Page<'site>> {
    product.product.duties.iter().map(|judged| {
        let duty = &judged.duty;
        let state = word(&judged.state);
        let says = format!(
            "Duty, {}: {}. Every {}; {}",
            state.replace('-', " "),
            judged.reason,
            duty.every,
            duty.owner
        );
        Page {
            kind: 'd',
            url: format!("{}duties/", product.base),
            slug: duty.id.clone(),
            title: duty.title.clone(),
            state,
            parts: vec![row("rp-duties".to_owned(), says)],
            ..Page::default()
        }
    })
}

fn logs<'site>(product: &'site ProductSite) -> impl Iterator<Item = Page<'site>> {
    let log = |(number, log): (usize, &'site OperationsLog)| Page {
        kind: 'o',
        url: format!("{}logs/", product.base),
        slug: log.path.clone(),
        title: if log.title.is_empty() { &log.path } else { &log.title }.clone(),
        parts: logged(&log.rows)
            .iter()
            .map(|entry| row(log_row_anchor(number, entry.line), entry.cells.join(", ")))
            .collect(),
        ..Page::default()
    };
    product.product.logs.iter().enumerate().map(log)
}
