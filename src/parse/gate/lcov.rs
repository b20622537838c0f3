//! LCOV trace files, as geninfo, coverage.py, istanbul, grcov and llvm-cov write them.
//!
//! Coverage is recounted from the lines, because the totals are often missing or wrong. A file that is listed more than once is
//! one file: a line counts as covered when any record covers it.

use std::collections::{BTreeMap, HashMap};

use crate::model::evidence::{Artifact, Content, CoverageFacts, CoverageMetric};
use crate::model::finding::Problem;
use crate::parse::artifact::{Format, Sniff, broken, note};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "lcov",
    title: "LCOV",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.first_line().is_some_and(|line| {
        let line = if line.starts_with('#') {
            sniff
                .text
                .lines()
                .map(str::trim)
                .find(|line| !line.is_empty() && !line.starts_with('#'))
                .unwrap_or_default()
        } else {
            line
        };
        line.starts_with("TN:") || line.starts_with("SF:")
    })
}

/// One source file, whatever the number of its records.
#[derive(Default)]
struct Source<'text> {
    lines: HashMap<u64, bool>,
    branches: HashMap<(&'text str, &'text str, &'text str), bool>,
    functions: HashMap<&'text str, bool>,
}

/// A total that the records give of themselves.
#[derive(Clone, Copy, Default)]
struct Declared {
    covered: Option<u64>,
    total: Option<u64>,
}

impl Declared {
    fn pair(self) -> Option<(u64, u64)> {
        Some((self.covered?, self.total?))
    }
}

fn parse(text: &str) -> Artifact {
    let mut sources: BTreeMap<&str, Source<'_>> = BTreeMap::new();
    let mut open: Option<&str> = None;
    let mut aliases: HashMap<&str, &str> = HashMap::new();
    let mut problems = Vec::new();
    let (mut lines, mut branches, mut functions) = (Declared::default(), Declared::default(), Declared::default());
    let mut last_line = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        last_line = number;
        if line.trim() == "end_of_record" {
            open = None;
            aliases.clear();
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            note(&mut problems, Problem::at(number, "a line that is no record of LCOV"));
            continue;
        };
        match key.trim_start() {
            "SF" => {
                open = Some(value);
                sources.entry(value).or_default();
                continue;
            }
            "TN" => continue,
            _ => {}
        }
        let Some(source) = open.and_then(|path| sources.get_mut(path)) else {
            note(
                &mut problems,
                Problem::at(number, format!("`{}` before any `SF`", short(key))),
            );
            continue;
        };
        let is_read = match key.trim_start() {
            "DA" => line_record(value, source),
            "BRDA" => branch_record(value, source),
            "FN" => function_record(value, source),
            "FNDA" => value
                .split_once(',')
                .and_then(|(hits, name)| Some((is_hit(hits)?, name)))
                .map(|(is_hit, name)| *source.functions.entry(name).or_default() |= is_hit),
            "FNL" => {
                let (index, place) = value.split_once(',').unwrap_or((value, ""));
                aliases.insert(index, place);
                source.functions.entry(place).or_default();
                Some(())
            }
            "FNA" => alias_record(value, source, &aliases),
            "LH" => sum(&mut lines.covered, value),
            "LF" => sum(&mut lines.total, value),
            "BRH" => sum(&mut branches.covered, value),
            "BRF" => sum(&mut branches.total, value),
            "FNH" => sum(&mut functions.covered, value),
            "FNF" => sum(&mut functions.total, value),
            // Version, checksums of files, MC/DC records: nothing that is counted here.
            _ => Some(()),
        };
        if is_read.is_none() {
            note(
                &mut problems,
                Problem::at(number, format!("the `{}` record cannot be read", short(key))),
            );
        }
    }
    if open.is_some() {
        return broken(Problem::at(
            last_line,
            "the last record has no `end_of_record`, so the file is cut off",
        ));
    }
    let mut metrics = Vec::new();
    for (name, declared, parts) in [
        ("lines", lines, part_counts(&sources, |source| counts(&source.lines))),
        ("branches", branches, part_counts(&sources, |source| counts(&source.branches))),
        (
            "functions",
            functions,
            part_counts(&sources, |source| counts(&source.functions)),
        ),
    ] {
        metrics.extend(metric(name, declared.pair(), parts, &mut problems));
    }
    Artifact {
        format: None,
        content: Content::Coverage(CoverageFacts {
            metrics,
            files: sources.len() as u64,
        }),
        problems,
    }
}

/// A metric from its recount. Branches and functions that nothing was said about were not measured.
fn metric(
    name: &'static str,
    declared: Option<(u64, u64)>,
    (mut covered, mut total): (u64, u64),
    problems: &mut Vec<Problem>,
) -> Option<CoverageMetric> {
    if total == 0 && declared.is_none() && name != "lines" {
        return None;
    }
    if let Some((says_covered, says_total)) = declared {
        if total == 0 && says_total > 0 {
            note(
                problems,
                Problem::of_file(format!("no {name} are listed; the figures are the file's own totals")),
            );
            (covered, total) = (says_covered.min(says_total), says_total);
        } else if (says_covered, says_total) != (covered, total) {
            let message = format!("the file says {says_covered} of {says_total} {name} of itself and lists {covered} of {total}");
            note(problems, Problem::of_file(message));
        }
    }
    Some(CoverageMetric {
        name,
        covered,
        total,
        declared,
    })
}

fn part_counts(sources: &BTreeMap<&str, Source<'_>>, count: impl Fn(&Source<'_>) -> (u64, u64)) -> (u64, u64) {
    sources
        .values()
        .map(count)
        .fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
}

fn counts<K>(parts: &HashMap<K, bool>) -> (u64, u64) {
    let covered = parts.values().filter(|is_hit| **is_hit).count();
    (covered as u64, parts.len() as u64)
}

/// `DA:line,hits[,checksum]`.
fn line_record(value: &str, source: &mut Source<'_>) -> Option<()> {
    let mut fields = value.split(',');
    let line: u64 = fields.next()?.trim().parse().ok()?;
    let is_hit = is_hit(fields.next()?)?;
    *source.lines.entry(line).or_default() |= is_hit;
    Some(())
}

/// `BRDA:line,block,branch,taken`, where coverage.py puts words into the branch, commas included.
fn branch_record<'text>(value: &'text str, source: &mut Source<'text>) -> Option<()> {
    let (rest, taken) = value.rsplit_once(',')?;
    let (line, rest) = rest.split_once(',')?;
    let (block, branch) = rest.split_once(',')?;
    line.trim().parse::<u64>().ok()?;
    let is_taken = taken.trim() != "-" && is_hit(taken)?;
    *source.branches.entry((line, block, branch)).or_default() |= is_taken;
    Some(())
}

/// `FN:line[,end],name`, where the name may hold commas.
fn function_record<'text>(value: &'text str, source: &mut Source<'text>) -> Option<()> {
    let (line, rest) = value.split_once(',')?;
    line.trim().parse::<u64>().ok()?;
    let name = match rest.split_once(',') {
        Some((end, name)) if end.trim().parse::<u64>().is_ok() => name,
        _ => rest,
    };
    source.functions.entry(name).or_default();
    Some(())
}

/// `FNA:index,hits,name` of LCOV 2, where several names may stand for one function.
fn alias_record<'text>(value: &'text str, source: &mut Source<'text>, aliases: &HashMap<&str, &'text str>) -> Option<()> {
    let (index, rest) = value.split_once(',')?;
    let is_hit = is_hit(rest.split(',').next()?)?;
    let place = aliases.get(index)?;
    *source.functions.entry(place).or_default() |= is_hit;
    Some(())
}

/// Whether a count says that something ran. Counts may be negative (an overflow of gcov, which tells nothing) or floats.
fn is_hit(text: &str) -> Option<bool> {
    let text = text.trim();
    match text.parse::<i64>() {
        Ok(hits) => Some(hits > 0),
        Err(_) => text.parse::<f64>().ok().filter(|hits| !hits.is_nan()).map(|hits| hits > 0.0),
    }
}

fn sum(total: &mut Option<u64>, value: &str) -> Option<()> {
    let value: u64 = value.trim().parse().ok()?;
    *total = Some(total.unwrap_or_default().saturating_add(value));
    Some(())
}

fn short(key: &str) -> String {
    key.chars().take(20).collect()
}
