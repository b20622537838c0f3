//! How long, how often and when something is watched, as the row of a gate says.

use crate::model::declaration::Declaration;
use crate::model::gate::{Demand, Period};
use crate::model::runbook::{Runbook, Schedule, ScheduleKind};

/// Takes the intervals and moments on the line of a gate over into its demand.
pub(super) fn read(demand: &mut Demand, runbook: &Runbook, head: &Declaration) {
    let line = runbook.lines.line(head.span.start);
    let is_of_line = |schedule: &&Schedule| runbook.lines.line(schedule.span.start) == line;
    let minutes = |minutes: u32| Some(Period(u64::from(minutes) * 60)).filter(|period| period.0 > 0);
    for schedule in runbook.schedules.iter().filter(is_of_line) {
        match schedule.kind {
            ScheduleKind::Window(length) if demand.max_age.is_none() => demand.window = demand.window.max(minutes(length)),
            ScheduleKind::Every(_, longest) => {
                let every = minutes(longest);
                demand.every = demand.every.map_or(every, |held| every.map(|every| held.min(every)));
            }
            ScheduleKind::After(moment) if schedule.text.starts_with(['T', 't']) => {
                let moment = u64::from(moment) * 60;
                if !demand.checks.contains(&moment) {
                    demand.checks.push(moment);
                }
            }
            ScheduleKind::Window(_) | ScheduleKind::After(_) | ScheduleKind::Recurring(_) | ScheduleKind::Before(_) => {}
        }
    }
    demand.checks.sort_unstable();
}
