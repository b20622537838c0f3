//! What the registers of a product hold: exceptions, duties and the rows of its logs.

use crate::model::release::OperationsLog;
use crate::site::address::{exception_anchor, log_row_anchor, logged};
use crate::site::gate_title::gate_title;
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
            title: format!("{}: {}", exception.id, gate_title(product, &exception.gate)),
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

#[cfg(test)]
mod tests {
    use super::pages;
    use crate::model::register::{
        DeclaredDuty, DutyState, Exception, ExceptionMatch, ExceptionState, JudgedDuty, JudgedException,
    };
    use crate::site::sample;
    use crate::site::shared::Site;

    #[test]
    fn registers_are_found_by_their_ids_and_words_at_their_places() {
        let mut sample = sample::single();
        let product = &mut sample.products[0];
        product.exceptions = vec![JudgedException {
            exception: Exception {
                id: "EX-7".to_owned(),
                gate: "tests".to_owned(),
                rationale: "the flaky clock".to_owned(),
                owner: "platform".to_owned(),
                matches: ExceptionMatch {
                    rules: vec!["CVE-2024-7".to_owned()],
                    ..ExceptionMatch::default()
                },
                ..Exception::default()
            },
            state: ExceptionState::Ended,
            reasons: Vec::new(),
            used_by: Vec::new(),
            late_for: Vec::new(),
        }];
        product.duties = vec![JudgedDuty {
            duty: DeclaredDuty {
                id: "restore".to_owned(),
                title: "Restore a backup".to_owned(),
                ..DeclaredDuty::default()
            },
            state: DutyState::CannotBeTold,
            last: None,
            last_line: None,
            done: Vec::new(),
            due: None,
            reason: "its log is not there".to_owned(),
        }];
        let rows: Vec<u32> = product.logs.iter().flat_map(|log| &log.rows).map(|row| row.line).collect();
        assert!(!rows.is_empty(), "the sample has a log with a row");
        let site = Site::of(&sample);
        let found: Vec<_> = pages(&site.products[0]).collect();
        let of = |kind: char| found.iter().find(|page| page.kind == kind).expect("it is there");
        let (exception, duty, log) = (of('x'), of('d'), of('o'));
        assert_eq!((exception.slug.as_str(), exception.state.as_str()), ("EX-7", "ended"));
        assert_eq!(exception.parts[0].text, "the flaky clock; CVE-2024-7");
        assert!(
            exception
                .parts
                .iter()
                .all(|part| part.anchor == "rp-x-ex-7" || part.anchor == "rp-x-EX-7")
        );
        assert!(duty.parts[0].text.starts_with("Duty, cannot be told: its log is not there"));
        assert_eq!(log.parts.len(), rows.len());
        assert_eq!(log.parts[0].anchor, format!("rp-log-1-{}", rows[0]));
    }
}
