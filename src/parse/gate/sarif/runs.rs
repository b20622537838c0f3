//! What each run of a log holds, counted as the log has it: the level is the one that the tool gave, whatever a security severity makes
//! of it, and results that are gone since the baseline are counted apart.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The counts of a run.
#[derive(Default)]
pub(super) struct RunCounts {
    /// The name of the tool.
    pub(super) tool: String,
    /// Every result that the run lists.
    pub(super) results: u64,
    /// Results by level; suppressed and absent ones are not among them.
    pub(super) levels: BTreeMap<&'static str, u64>,
    /// Results that somebody suppressed.
    pub(super) suppressed: u64,
    /// What the invocations say of their end.
    pub(super) ends: Vec<bool>,
    /// Results by what became of them since the baseline.
    pub(super) since_baseline: BTreeMap<String, u64>,
}

/// The counts of a log under flat names.
pub(super) fn counts(version: Option<&str>, runs: &[RunCounts]) -> Map<String, Value> {
    let mut levels: BTreeMap<&str, u64> = BTreeMap::new();
    for run in runs {
        for (level, count) in &run.levels {
            *levels.entry(level).or_default() += count;
        }
    }
    let sum = |count: fn(&RunCounts) -> u64| runs.iter().map(count).sum::<u64>();
    let counts = json!({
        "version": version,
        "results": sum(|run| run.results),
        "active_by_level": levels,
        "suppressed": sum(|run| run.suppressed),
        "absent": sum(|run| run.since_baseline.get("absent").copied().unwrap_or_default()),
        "runs": runs.iter().map(run).collect::<Vec<Value>>(),
    });
    match counts {
        Value::Object(counts) => counts,
        _ => Map::new(),
    }
}

fn run(run: &RunCounts) -> Value {
    let mut counts = json!({
        "tool": run.tool,
        "results": run.results,
        "active_by_level": run.levels,
        "suppressed": run.suppressed,
    });
    if run.ends.contains(&false) {
        counts["executionSuccessful"] = json!(run.ends);
    }
    if !run.since_baseline.is_empty() {
        counts["baselineState"] = json!(run.since_baseline);
    }
    counts
}
