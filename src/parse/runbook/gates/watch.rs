//! Windows of watching after a release, and what recurs.

use crate::model::declaration::{DeclarationKind, Strength};
use crate::model::runbook::{Schedule, ScheduleKind};
use crate::parse::runbook::gates::mode::Mode;
use crate::parse::runbook::gates::sink::{Says, Sink, Source};
use crate::parse::runbook::gates::words::{WATCHING, Words};
use crate::parse::runbook::outline::Block;

/// What recurs although nobody says when it was last done.
fn is_duty_noun(word: &str) -> bool {
    [
        "backup", "backups", "restore", "restores", "drill", "drills", "rotation", "rotations", "rotate", "automation",
        "renewal", "renew", "audit", "audits", "patching", "verification", "testing", "exercise", "review", "reviews",
        "recovery", "snapshot", "snapshots", "cleanup", "maintenance", "failover", "scan", "scans", "certificates",
        "credentials", "keys", "secrets", "key", "token", "tokens", "secret", "password", "passwords", "certificate",
    ]
    .contains(&word)
}

/// The windows and duties of a block. `is_breach` says that its durations belong to a criterion.
pub(crate) fn read(source: &Source<'_>, block: &Block, words: &Words<'_>, mode: Mode, is_breach: bool, sink: &mut Sink) {
    if day_range(words) {
        window(source, block, 0..words.text.len(), "", "", sink);
        return;
    }
    retention(source, block, words, sink);
    let schedules = source.schedules_of(block);
    let is_watch = words.has(WATCHING);
    let mut moments: Vec<String> = Vec::new();
    for schedule in schedules {
        match schedule.kind {
            ScheduleKind::After(minutes) if schedule.text.starts_with(['T', 't']) => moments.push(minutes.to_string()),
            ScheduleKind::Every(short, long) if is_watch => {
                let value = if short == long {
                    short.to_string()
                } else {
                    format!("{short}-{long}")
                };
                window_at(schedule, &value, "min", sink);
            }
            ScheduleKind::Window(minutes) if is_watch && !is_breach && !is_age(schedule) => {
                let (value, unit) = if minutes % 60 == 0 {
                    (minutes / 60, "h")
                } else {
                    (minutes, "min")
                };
                window_at(schedule, &value.to_string(), unit, sink);
            }
            ScheduleKind::Recurring(days) if mode != Mode::Off && is_duty(words, schedule) => {
                duty(source, block, words, &days.to_string(), sink);
            }
            _ => {}
        }
    }
    if !moments.is_empty() {
        window(source, block, 0..words.text.len(), &moments.join(","), "min", sink);
    }
    steady_minutes(source, block, words, is_breach, sink);
}

/// "within the last 90 days" is an age and no window.
fn is_age(schedule: &Schedule) -> bool {
    let text = schedule.text.to_lowercase();
    text.starts_with("within") || text.starts_with("last") || text.starts_with("at ")
}

/// "Day 0-30: daily review".
fn day_range(words: &Words<'_>) -> bool {
    let rest = words.lower.trim_start_matches(|char: char| !char.is_alphanumeric());
    let Some(days) = rest.strip_prefix("day ").or_else(|| rest.strip_prefix("days ")) else {
        return false;
    };
    let Some((range, _)) = days.split_once(':') else {
        return false;
    };
    range.contains(['-', '–'])
        && range
            .split(['-', '–'])
            .all(|day| !day.trim().is_empty() && day.trim().bytes().all(|byte| byte.is_ascii_digit()))
}

/// "no errors for 5 consecutive minutes".
fn steady_minutes(source: &Source<'_>, block: &Block, words: &Words<'_>, is_breach: bool, sink: &mut Sink) {
    if is_breach || !words.says(&["consecutive", "successive"]) {
        return;
    }
    let tokens = words.placed();
    for (at, (range, word)) in tokens.iter().enumerate() {
        let is_count = word.bytes().all(|byte| byte.is_ascii_digit());
        let unit = tokens.get(at + 2).map_or("", |(_, word)| *word);
        let is_consecutive = tokens
            .get(at + 1)
            .is_some_and(|(_, word)| matches!(*word, "consecutive" | "successive"));
        if is_count && is_consecutive && matches!(unit, "minutes" | "hours" | "days") {
            let end = tokens[at + 2].0.end;
            let value = (*word).to_owned();
            window(source, block, range.start..end, &value, unit, sink);
        }
    }
}

fn window(source: &Source<'_>, block: &Block, range: std::ops::Range<usize>, value: &str, unit: &str, sink: &mut Sink) {
    sink.read(
        source.outline,
        block,
        range,
        DeclarationKind::Window,
        Says {
            value: value.to_owned(),
            unit: unit.to_owned(),
            ..Says::default()
        },
    );
}

fn window_at(schedule: &Schedule, value: &str, unit: &str, sink: &mut Sink) {
    sink.push_at(
        schedule.span,
        &schedule.text,
        (DeclarationKind::Window, Strength::Read),
        Says {
            value: value.to_owned(),
            unit: unit.to_owned(),
            ..Says::default()
        },
    );
}

/// Whether what recurs is something that somebody does, and no description of how things are.
fn is_duty(words: &Words<'_>, schedule: &Schedule) -> bool {
    let phrase = schedule.text.to_ascii_lowercase();
    let first = phrase.split_whitespace().next().unwrap_or_default();
    let before = words.lower.find(first).map_or(words.lower.as_str(), |at| &words.lower[..at]);
    let in_front: Vec<&str> = before
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    let is_label = |word: &str| {
        let word = word.trim_matches(|char: char| !char.is_alphanumeric());
        matches!(word, "frequency" | "cadence" | "schedule" | "interval" | "rotation")
    };
    let is_verb = |word: &str| {
        [
            "run", "perform", "rotate", "test", "review", "conduct", "do", "repeat", "execute", "renew", "verify", "audit",
            "hold", "exercise",
        ]
        .contains(&word)
    };
    let begins = in_front.is_empty()
        || in_front.len() <= 2 && in_front.iter().any(|word| is_label(word))
        || in_front.len() <= 1 && is_verb(in_front[0]);
    let is_in_brackets = before.trim_end().ends_with('(');
    let ends_sentence = in_front.first().is_some_and(|word| is_verb(word)) && in_front.len() <= 8;
    let names_duty = words.iter().any(is_duty_noun);
    let is_labelled = in_front.iter().any(|word| is_label(word));
    is_labelled && begins || names_duty && (begins || is_in_brackets || ends_sentence)
}

fn duty(source: &Source<'_>, block: &Block, words: &Words<'_>, days: &str, sink: &mut Sink) {
    let name: String = words
        .text
        .split(['.', '\n'])
        .next()
        .unwrap_or_default()
        .chars()
        .take(80)
        .collect();
    sink.read(
        source.outline,
        block,
        0..words.text.len(),
        DeclarationKind::Duty,
        Says {
            value: days.to_owned(),
            unit: "days".to_owned(),
            ..Says::name(&name)
        },
    );
}

/// "Keep at least 14 days retention", "Retention Policy: 30 days".
fn retention(source: &Source<'_>, block: &Block, words: &Words<'_>, sink: &mut Sink) {
    if !words.says(&["retention", "retain"]) {
        return;
    }
    let tokens = words.placed();
    let Some(at) = tokens.iter().position(|(_, word)| matches!(*word, "retention" | "retain")) else {
        return;
    };
    let is_opening = at <= 1
        || tokens
            .first()
            .is_some_and(|(_, word)| matches!(*word, "keep" | "retain" | "store" | "maintain"));
    let number = tokens.iter().enumerate().find_map(|(at, (_, word))| {
        let unit = tokens.get(at + 1).map(|(_, word)| *word)?;
        let is_count = word.bytes().all(|byte| byte.is_ascii_digit());
        (is_count && matches!(unit, "day" | "days" | "weeks" | "months" | "years")).then(|| ((*word).to_owned(), unit.to_owned()))
    });
    let Some((value, unit)) = number.filter(|_| is_opening) else {
        return;
    };
    sink.read(
        source.outline,
        block,
        0..words.text.len(),
        DeclarationKind::Duty,
        Says {
            name: "retention".to_owned(),
            metric: "retention".to_owned(),
            comparison: ">=",
            value,
            unit,
            ..Says::default()
        },
    );
}
