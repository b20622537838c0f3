//! The population of a period: every change and every version, reconciled list against list, with what was left out and why. Completeness
//! comes before content.

pub(crate) mod attested;
pub(crate) mod known;
mod lists;
mod reconcile;
pub(crate) mod sample;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::audit::population::known::Known;
use crate::audit::separation::{self, Around};
use crate::config::{Audit, AuditPeriod};
use crate::model::digest::sha256;
use crate::model::population::{Change, Input, LeftOut, Period, Population};
use crate::model::release::Release;
use crate::model::separation::Separation;

/// Names that are kept of what is left out.
const NAMED: usize = 12;

/// The periods that have pages: that of today, and those before it in which anything happened, newest first.
pub(crate) fn periods(known: &Known<'_>, settings: &Audit, today: NaiveDate) -> Vec<Period> {
    let mut periods = Vec::new();
    let days = known.trail.changes.iter().map(Change::day);
    let days: Vec<NaiveDate> = days
        .chain(known.releases.iter().filter_map(|release| Some(release.date.as_ref()?.day)))
        .collect();
    let Some(first) = days.iter().min().copied() else {
        return periods;
    };
    let mut day = today;
    while periods.len() < settings.periods as usize {
        let Some(period) = period_of(day, settings.period) else {
            break;
        };
        if periods.is_empty() || days.iter().any(|day| period.holds(*day)) {
            periods.push(period.clone());
        }
        match period.from.pred_opt() {
            Some(before) if before >= first => day = before,
            _ => break,
        }
    }
    periods
}

/// The first day that any page of the settings can ask for.
pub(crate) fn since(settings: &Audit, today: NaiveDate) -> Option<NaiveDate> {
    let months = match settings.period {
        AuditPeriod::Month => 1,
        AuditPeriod::Quarter => 3,
        AuditPeriod::Year => 12,
    };
    // Periods without anything in them are passed over; three times as far back is looked for others.
    let back = settings.periods.saturating_mul(months).saturating_mul(3);
    period_of(today, settings.period)?.from.checked_sub_months(Months::new(back))
}

/// The period of the calendar that a day lies in.
fn period_of(day: NaiveDate, length: AuditPeriod) -> Option<Period> {
    let (month, months) = match length {
        AuditPeriod::Month => (day.month(), 1),
        AuditPeriod::Quarter => (day.month0() / 3 * 3 + 1, 3),
        AuditPeriod::Year => (1, 12),
    };
    let from = NaiveDate::from_ymd_opt(day.year(), month, 1)?;
    let to = from.checked_add_months(Months::new(months))?.checked_sub_days(Days::new(1))?;
    Some(Period::between(from, to))
}

/// Everything of a product that belongs to a period.
pub(crate) fn population(known: &Known<'_>, period: &Period) -> Population {
    let trail = known.trail;
    let changes: Vec<usize> = (0..trail.changes.len())
        .filter(|at| period.holds(trail.changes[*at].day()))
        .collect();
    let shipped = reconcile::shipped(known, period, &changes);
    let differences = reconcile::differences(known, period, &changes, &shipped);
    let inputs = inputs(known, period, &changes);
    let lines = inputs
        .iter()
        .map(|input| format!("{}\0{}\0{}\n", input.kind, input.name, input.digest));
    let digest = sha256(lines.collect::<String>());
    let lists = lists::lists(trail, &known.releases, &changes);
    Population {
        left_out: left_out(known, period),
        separation: separation(known, period, &changes),
        period: period.clone(),
        changes,
        shipped,
        differences,
        direct: lists.direct,
        self_approved: lists.self_approved,
        bypassed: lists.bypassed,
        emergencies: lists.emergencies,
        unreviewed: lists.unreviewed,
        inputs,
        digest,
    }
}

/// Who did what for each release of a period.
fn separation(known: &Known<'_>, period: &Period, changes: &[usize]) -> Vec<Separation> {
    let in_period = known.releases.iter().enumerate();
    let in_period = in_period.filter(|(_, release)| release.date.as_ref().is_some_and(|date| period.holds(date.day)));
    in_period
        .map(|(at, release)| {
            let changes = changes.iter().map(|at| &known.trail.changes[*at]);
            let version = Some(release.version.as_str());
            let changes: Vec<&Change> = changes.filter(|change| change.release.as_deref() == version).collect();
            let around = Around {
                exceptions: known.exceptions.get(at).copied().unwrap_or_default(),
                changes: Some(&changes),
                runbooks: known.runbooks.get(at).copied().unwrap_or_default(),
            };
            separation::of(release, around)
        })
        .collect()
}

/// Who agreed to a release, when, and where that is written; one line each.
pub(crate) fn approvals(release: &Release) -> Vec<String> {
    let approvals = separation::approvals(release).into_iter().map(|act| {
        let at = act.moment().map(|at| at.format(", at %Y-%m-%d %H:%M UTC").to_string());
        let role = if act.role == act.holder() || act.role.is_empty() {
            String::new()
        } else {
            format!(" as {}", act.role)
        };
        format!("{}{role}{} ({})", act.holder(), at.unwrap_or_default(), act.from)
    });
    approvals.collect()
}

/// What does not count, and why.
fn left_out(known: &Known<'_>, period: &Period) -> Vec<LeftOut> {
    let mut left_out = Vec::new();
    let elsewhere = known.trail.elsewhere.iter().filter(|day| period.holds(**day)).count();
    if elsewhere > 0 {
        left_out.push(LeftOut {
            reason: format!("changes of the period that touch nothing below `{}`", known.trail.folder),
            count: elsewhere,
            names: Vec::new(),
        });
    }
    let undated: Vec<String> = known
        .releases
        .iter()
        .filter(|release| release.date.is_none())
        .map(|release| release.version.clone())
        .collect();
    if !undated.is_empty() {
        left_out.push(LeftOut {
            reason: "versions whose day nothing tells, so that they lie in no period".to_owned(),
            count: undated.len(),
            names: undated.into_iter().take(NAMED).collect(),
        });
    }
    let mut reasons: Vec<&str> = known.left_out_tags.iter().map(|tag| tag.reason.as_str()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    for reason in reasons {
        let names: Vec<String> = known
            .left_out_tags
            .iter()
            .filter(|tag| tag.reason == reason)
            .map(|tag| tag.name.clone())
            .collect();
        left_out.push(LeftOut {
            reason: format!("tags of any time that are no release: {reason}"),
            count: names.len(),
            names: names.into_iter().take(NAMED).collect(),
        });
    }
    left_out
}

/// What the counts of a period rest on, sorted: nothing outside the period is among it, but the files that hold several.
fn inputs(known: &Known<'_>, period: &Period, changes: &[usize]) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |kind: &'static str, name: &str, digest: &str| {
        inputs.push(Input {
            kind,
            name: name.to_owned(),
            digest: digest.to_owned(),
        });
    };
    for at in changes {
        let change = &known.trail.changes[*at];
        add("change", &change.id, change.release.as_deref().unwrap_or_default());
    }
    for release in &known.releases {
        if !release.date.as_ref().is_some_and(|date| period.holds(date.day)) {
            continue;
        }
        let commit = release.commit.as_deref().unwrap_or_default();
        if let Some(tag) = &release.tag {
            add("tag", &tag.name, commit);
        }
        if let Some(record) = &release.record {
            add("record", &record.path, release.record_digest.as_deref().unwrap_or_default());
        }
        for amendment in &release.amendments {
            add("amendment", &amendment.path, &amendment.digest);
        }
        for notes in release.notes.iter().filter(|notes| !notes.path.is_empty()) {
            add("changelog", &format!("{}:{}", notes.path, notes.line), &notes.version);
        }
    }
    for log in known.logs {
        for row in log.rows.iter().filter(|row| row.date.is_some_and(|day| period.holds(day))) {
            add("log", &log.path, &sha256(row.cells.join("\0")));
        }
    }
    for export in &known.trail.exports {
        add("export", &export.path, &export.sha256);
    }
    inputs.sort();
    inputs.dedup();
    inputs
}

#[cfg(test)]
mod tests;
