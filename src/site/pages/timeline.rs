//! What happened to a release, in order of time.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use crate::model::handbook::JudgedRelease;
use crate::site::gate_title::gate_title;

use crate::site::shared::ProductSite;
use crate::site::words;

/// Something that happened to a release.
#[derive(Serialize)]
pub(super) struct Event<'site> {
    at: String,
    #[serde(skip)]
    moment: DateTime<FixedOffset>,
    #[serde(rename = "event")]
    what: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<String>,
}

/// What happened, in order of time: the record, and what git knows on top.
pub(super) fn timeline<'site>(product: &'site ProductSite, judged: &'site JudgedRelease) -> Vec<Event<'site>> {
    let release = &judged.release;
    let mut events: Vec<Event> = Vec::new();
    let mut add = |moment: DateTime<FixedOffset>,
                   event: &'site str,
                   by: Option<&'site str>,
                   note: Option<&'site str>,
                   gate: Option<&str>| {
        let gate = gate.map(|gate| gate_title(product, gate));
        events.push(Event {
            at: words::moment(moment),
            moment,
            what: event,
            by,
            note,
            gate,
        });
    };
    let commit = judged
        .edition
        .and_then(|edition| product.editions.get(edition))
        .and_then(|edition| edition.edition.commit.as_ref());
    if let Some(commit) = commit {
        add(commit.date, "committed", None, Some(&commit.subject), None);
    }
    let recorded = release.record.as_ref().map_or(&[][..], |record| &record.timeline);
    if let Some(tag) = &release.tag
        && let Some(date) = tag.date
        && !recorded.iter().any(|event| event.event == "tagged")
    {
        add(date, "tagged", tag.tagger.as_deref(), None, None);
    }
    if let Some(record) = &release.record
        && let Some(released) = record.released
        && !recorded
            .iter()
            .any(|event| matches!(event.event.as_str(), "deployed" | "released"))
    {
        add(released, "released", None, None, None);
    }
    for event in recorded {
        add(
            event.at,
            &event.event,
            event.by.as_deref(),
            event.note.as_deref(),
            event.gate.as_deref(),
        );
    }
    events.sort_by_key(|event| event.moment);
    events
}

/// The day of all events, when it is one.
pub(super) fn one_day(timeline: &[Event]) -> Option<NaiveDate> {
    let day = timeline.first()?.moment.to_utc().date_naive();
    timeline
        .iter()
        .all(|event| event.moment.to_utc().date_naive() == day)
        .then_some(day)
}
