//! What a runbook asks for again and again, and when it is to be done next, as far as the text itself tells.

use chrono::Days;

use crate::model::freshness::Duty;
use crate::model::place::Span;
use crate::model::runbook::{Runbook, ScheduleKind};

/// The duties of a runbook, in writing order.
pub(crate) fn duties(runbook: &Runbook) -> Vec<Duty> {
    // How often the text itself is to be reviewed is told by the clock.
    let metadata = &runbook.metadata;
    let interval = metadata.interval.as_ref().map(|interval| interval.span);
    let next = metadata.next_review.as_ref().map(|next| next.span);
    let is_review = |span: Span| [interval, next].into_iter().flatten().any(|field| field.contains(span));
    let schedules = runbook.schedules.iter().filter(|schedule| !is_review(schedule.span));
    schedules
        .filter_map(|schedule| {
            let ScheduleKind::Recurring(days) = schedule.kind else {
                return None;
            };
            let by_interval = schedule
                .last
                .and_then(|last| last.checked_add_days(Days::new(u64::from(days))));
            Some(Duty {
                what: schedule.what.clone(),
                interval: schedule.text.clone(),
                days,
                last: schedule.last,
                due: schedule.next.or(by_interval),
                place: runbook.place(schedule.span),
            })
        })
        .collect()
}
