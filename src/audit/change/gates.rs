//! What a change does to the demands of a runbook: gates pair by name, bounds by metric; what asks for less than before is a loss.

use std::collections::BTreeSet;

use crate::model::declaration::{Declaration, DeclarationKind, Strength};

/// Something that a text asked for, and asks for less or not at all now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Loss<'change> {
    /// What it was.
    pub(crate) before: &'change Declaration,
    /// What it is now; none when it is gone.
    pub(crate) now: Option<&'change Declaration>,
}

/// The gates that are gone. A gate that was renamed asks for the same metric under another name, or keeps most of its words.
pub(crate) fn removed<'change>(before: &'change [Declaration], now: &'change [Declaration]) -> Vec<Loss<'change>> {
    let (unmatched, mut left) = unmatched_gates(before, now);
    let metrics: BTreeSet<String> = bounds(now).map(|bound| plain(&bound.metric)).collect();
    let known: BTreeSet<String> = bounds(before).map(|bound| plain(&bound.metric)).collect();
    let mut losses = Vec::new();
    for gate in unmatched {
        // Another gate took over what it measures.
        let own: Vec<String> = bounds(before)
            .filter(|bound| bound.group == gate.group)
            .map(|bound| plain(&bound.metric))
            .collect();
        let is_renamed = !own.is_empty() && own.iter().all(|metric| metrics.contains(metric) && known.contains(metric));
        let near = left.iter().position(|other| shared(&gate.name, &other.name));
        match near {
            Some(at) => drop(left.remove(at)),
            None if is_renamed => {}
            None => losses.push(Loss { before: gate, now: None }),
        }
    }
    losses
}

/// The demands that ask for less: a laxer number, a number that is gone while its gate stays, a condition that was added, a role or an
/// archive that was dropped.
pub(crate) fn loosened<'change>(before: &'change [Declaration], now: &'change [Declaration]) -> Vec<Loss<'change>> {
    let gone: BTreeSet<u32> = removed(before, now).iter().map(|loss| loss.before.group).collect();
    let stays = |declaration: &Declaration| !gone.contains(&declaration.group);
    let mut losses = Vec::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for bound in bounds(before).filter(|bound| !bound.value.is_empty() && stays(bound)) {
        let Some((at, next)) = partner(bound, now, &taken) else {
            // A criterion that is gone, or a number that its gate lost.
            losses.push(Loss {
                before: bound,
                now: None,
            });
            continue;
        };
        taken.insert(at);
        if is_laxer(bound, next) {
            losses.push(Loss {
                before: bound,
                now: Some(next),
            });
        }
    }
    for kind in [DeclarationKind::Signoff, DeclarationKind::Archive] {
        let names: BTreeSet<String> = now.iter().filter(|other| other.kind == kind).map(key).collect();
        for other in before.iter().filter(|other| other.kind == kind && stays(other)) {
            if !key(other).is_empty() && !names.contains(&key(other)) {
                losses.push(Loss {
                    before: other,
                    now: None,
                });
            }
        }
    }
    added_conditions(before, now, &mut losses);
    losses.sort_by_key(|loss| loss.before.span);
    losses
}

/// Gates that held always and hold only sometimes now.
fn added_conditions<'change>(before: &'change [Declaration], now: &'change [Declaration], losses: &mut Vec<Loss<'change>>) {
    let of_group = |all: &'change [Declaration], group: u32| {
        all.iter()
            .find(|other| other.kind == DeclarationKind::Condition && other.group == group)
    };
    for gate in gates(before).filter(|gate| of_group(before, gate.group).is_none()) {
        let next = gates(now).find(|other| plain(&other.name) == plain(&gate.name));
        if let Some(condition) = next.and_then(|next| of_group(now, next.group)) {
            losses.push(Loss {
                before: gate,
                now: Some(condition),
            });
        }
    }
}

fn gates(declarations: &[Declaration]) -> impl Iterator<Item = &Declaration> {
    declarations
        .iter()
        .filter(|declaration| declaration.kind == DeclarationKind::Gate)
}

fn bounds(declarations: &[Declaration]) -> impl Iterator<Item = &Declaration> {
    declarations
        .iter()
        .filter(|declaration| matches!(declaration.kind, DeclarationKind::Threshold | DeclarationKind::Criterion))
}

/// The gates whose name is nowhere on the other side: those before, and those now.
fn unmatched_gates<'change>(
    before: &'change [Declaration],
    now: &'change [Declaration],
) -> (Vec<&'change Declaration>, Vec<&'change Declaration>) {
    let mut left: Vec<&Declaration> = gates(now).collect();
    let mut unmatched = Vec::new();
    for gate in gates(before) {
        match left.iter().position(|other| plain(&other.name) == plain(&gate.name)) {
            Some(at) => drop(left.remove(at)),
            None => unmatched.push(gate),
        }
    }
    (unmatched, left)
}

/// What a bound is now: the same metric and kind, best under the same name.
fn partner<'change>(
    bound: &Declaration,
    now: &'change [Declaration],
    taken: &BTreeSet<usize>,
) -> Option<(usize, &'change Declaration)> {
    let candidates = now
        .iter()
        .enumerate()
        .filter(|(at, other)| other.kind == bound.kind && !taken.contains(at) && plain(&other.metric) == plain(&bound.metric));
    candidates.min_by_key(|(at, other)| (plain(&other.name) != plain(&bound.name), *at))
}

/// Whether a bound asks for less than before. Bounds compare in one unit and one direction; a bound without a number asks for nothing.
fn is_laxer(before: &Declaration, now: &Declaration) -> bool {
    let direction = |declaration: &Declaration| declaration.comparison.chars().next();
    if now.value.is_empty() || now.comparison.is_empty() && !before.comparison.is_empty() {
        return true;
    }
    let (Some(old), Some(new)) = (quantity(before), quantity(now)) else {
        return false;
    };
    if direction(before) != direction(now) || old.1 != new.1 {
        // Another unit or direction cannot be compared, and is told by no number.
        return direction(before) != direction(now) && direction(now).is_some() && direction(before).is_some();
    }
    // A demand "at least" and a breach "below" ask for less with a smaller number; so many breaches in a row are never a demand.
    let is_run = before.unit == "consecutive";
    let is_least = (direction(before) == Some('>')) == (before.kind == DeclarationKind::Threshold) && !is_run;
    if is_least { new.0 < old.0 } else { new.0 > old.0 }
}

/// The number of a bound in the smallest unit of its kind, and that kind.
fn quantity(declaration: &Declaration) -> Option<(f64, String)> {
    let value: f64 = declaration.value.replace([',', ' '], "").parse().ok()?;
    let unit = declaration.unit.to_lowercase();
    let (factor, kind) = match unit.as_str() {
        "ms" => (0.001, "time"),
        "s" | "sec" | "secs" | "second" | "seconds" => (1.0, "time"),
        "m" | "min" | "mins" | "minute" | "minutes" => (60.0, "time"),
        "h" | "hr" | "hrs" | "hour" | "hours" => (3_600.0, "time"),
        "d" | "day" | "days" => (86_400.0, "time"),
        "week" | "weeks" => (604_800.0, "time"),
        "month" | "months" => (2_592_000.0, "time"),
        "percent" => (1.0, "%"),
        other => (1.0, other),
    };
    Some((value * factor, kind.to_owned()))
}

/// What a sign-off or an archive is known by.
fn key(declaration: &Declaration) -> String {
    if declaration.kind == DeclarationKind::Archive {
        declaration.evidence.join(" ")
    } else {
        plain(&declaration.name)
    }
}

/// The letters of a name, so that a number or a mark in it does not matter.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for word in name.split(|char: char| !char.is_alphabetic()).filter(|word| !word.is_empty()) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(&word.to_lowercase());
    }
    plain
}

/// Whether two names share more than half of their words.
fn shared(one: &str, other: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> { plain(name).split(' ').map(str::to_owned).collect() };
    let (one, other) = (words(one), words(other));
    one.intersection(&other).count() * 2 > one.len().max(other.len())
}

/// Whether a text declares something, or only says it in other words.
pub(crate) fn is_declared(declaration: &Declaration) -> bool {
    declaration.strength == Strength::Declared
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{loosened, removed};
    use crate::model::declaration::{Declaration, DeclarationKind};

    /// A gate with a bound, such as `coverage >= 80 %`.
    pub(crate) fn gate(group: u32, name: &str, bound: &str) -> Vec<Declaration> {
        let mut all = vec![Declaration::named(DeclarationKind::Gate, group, name)];
        all.extend(limit(DeclarationKind::Threshold, group, name, bound));
        all
    }

    fn limit(kind: DeclarationKind, group: u32, name: &str, bound: &str) -> Option<Declaration> {
        let mut parts = bound.split(' ');
        let metric = parts.next().filter(|metric| !metric.is_empty())?;
        let mut threshold = Declaration::named(kind, group, name);
        metric.clone_into(&mut threshold.metric);
        threshold.comparison = match parts.next() {
            Some(">=") => ">=",
            Some("<=") => "<=",
            Some(">") => ">",
            Some("<") => "<",
            _ => "",
        };
        threshold.value = parts.next().unwrap_or_default().to_owned();
        threshold.unit = parts.next().unwrap_or_default().to_owned();
        Some(threshold)
    }

    #[test]
    fn laxer_numbers_are_losses() {
        for (before, now, is_loss) in [
            ("coverage >= 80 %", "coverage >= 60 %", true),
            ("coverage >= 80 %", "coverage >= 90 %", false),
            ("latency <= 500 ms", "latency <= 1 s", true),
            ("latency <= 500 ms", "latency <= 0.5 s", false),
            ("latency <= 500 ms", "latency", true),
            ("latency <= 500 ms", "", true),
            ("coverage >= 80 %", "coverage <= 80 %", true),
            ("checks >= 2 consecutive", "checks >= 5 consecutive", true),
            ("checks >= 5 consecutive", "checks >= 2 consecutive", false),
        ] {
            let (before, now) = (gate(1, "A", before), gate(7, "A", now));
            assert_eq!(loosened(&before, &now).len(), usize::from(is_loss), "{before:?} {now:?}");
            assert!(removed(&before, &now).is_empty());
        }
        for (before, now, is_loss) in [
            ("rate > 1 %", "rate > 5 %", true),
            ("rate > 5 %", "rate > 1 %", false),
            ("up < 99 %", "up < 98 %", true),
        ] {
            let all = |bound| {
                limit(DeclarationKind::Criterion, 1, "c", bound)
                    .into_iter()
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                loosened(&all(before), &all(now)).len(),
                usize::from(is_loss),
                "{before} {now}"
            );
        }
    }

    #[test]
    fn moving_and_renaming_is_no_loss() {
        let before = [gate(1, "Coverage ≥ 80 %", "coverage >= 80 %"), gate(2, "Security scan", "")].concat();
        let now = [
            gate(5, "Image security scan", ""),
            gate(6, "Tests cover it", "coverage >= 85 %"),
        ]
        .concat();
        assert!(removed(&before, &now).is_empty());
        assert!(loosened(&before, &now).is_empty());
    }

    #[test]
    fn what_is_gone_is_a_loss() {
        let before = [gate(1, "Coverage", "coverage >= 80 %"), gate(2, "Lint", "")].concat();
        let now = gate(1, "Lint", "");
        let losses = removed(&before, &now);
        assert_eq!(losses.len(), 1);
        assert_eq!(losses[0].before.name, "Coverage");
        assert!(loosened(&before, &now).is_empty(), "told once");
        let role = [
            Declaration::named(DeclarationKind::Signoff, 3, "Lead"),
            Declaration::named(DeclarationKind::Signoff, 4, "Owner"),
        ];
        assert_eq!(loosened(&role, &role[..1]).len(), 1);
        let mut condition = Declaration::named(DeclarationKind::Condition, 1, "Lint");
        "docs changed".clone_into(&mut condition.condition);
        let with = [now.clone(), vec![condition]].concat();
        assert_eq!(loosened(&now, &with).len(), 1);
        assert!(loosened(&with, &now).is_empty());
    }
}
