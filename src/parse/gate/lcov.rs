//! LCOV trace files, as geninfo, coverage.py, istanbul, grcov and llvm-cov write them.
//!
//! Coverage is recounted from the lines, because the totals are often missing or wrong. A file that is listed more than once is
//! one file: a line counts as covered when any record covers it.

use std::collections::{BTreeMap, HashMap};

use crate::model::evidence::{Anomaly, AnomalyKind, Artifact, Content, CoverageFacts, CoverageMetric};
use crate::model::finding::Problem;
use crate::parse::artifact::{Format, Sniff, anomaly, broken, note};

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
    let mut anomalies = Vec::new();
    let (mut lines, mut branches, mut functions) = (Declared::default(), Declared::default(), Declared::default());
    let mut last_line = 0;
    let mut records: u64 = 0;
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
            let message = "a line that is no record of LCOV";
            note(&mut problems, Problem::at(number, message));
            anomaly(&mut anomalies, AnomalyKind::UnreadPart, Some(number), message);
            continue;
        };
        match key.trim_start() {
            "SF" => {
                records += 1;
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
            let message = format!("the `{}` record cannot be read", short(key));
            let kind = match key.trim_start() {
                "LH" | "LF" | "BRH" | "BRF" | "FNH" | "FNF" => AnomalyKind::NoCount,
                _ => AnomalyKind::UnreadPart,
            };
            anomaly(&mut anomalies, kind, Some(number), message.clone());
            note(&mut problems, Problem::at(number, message));
        }
    }
    if open.is_some() {
        return broken(Problem::at(
            last_line,
            "the last record has no `end_of_record`, so the file is cut off",
        ));
    }
    let mut metrics = Vec::new();
    let lists_lines = sources.values().any(|source| !source.lines.is_empty());
    for (name, declared, parts) in [
        ("lines", lines, part_counts(&sources, |source| counts(&source.lines))),
        ("branches", branches, part_counts(&sources, |source| counts(&source.branches))),
        (
            "functions",
            functions,
            part_counts(&sources, |source| counts(&source.functions)),
        ),
    ] {
        below(name, declared.pair(), parts, &mut anomalies);
        metrics.extend(metric(name, declared.pair(), parts, &mut problems));
    }
    let mut artifact = Artifact {
        content: Content::Coverage(CoverageFacts {
            metrics,
            files: sources.len() as u64,
        }),
        anomalies,
        problems,
        ..Artifact::default()
    };
    artifact.counts.insert("records".to_owned(), records.into());
    // Counted is what is listed; the totals that the file gives of itself stand beside it, as `LH_LF`.
    if !lists_lines {
        artifact.counts.insert("lines".to_owned(), serde_json::json!([0, 0]));
    }
    // What nothing was said about is none of none in the words of the format, and no metric.
    if let Content::Coverage(facts) = &artifact.content
        && !facts.metrics.iter().any(|metric| metric.name == "branches")
    {
        artifact.counts.insert("branches".to_owned(), serde_json::json!([0, 0]));
    }
    artifact
}

/// Totals that cannot be, or that say less than the records give.
fn below(name: &str, says: Option<(u64, u64)>, (covered, total): (u64, u64), anomalies: &mut Vec<Anomaly>) {
    let Some((says_covered, says_total)) = says else { return };
    if says_covered > says_total {
        let message = format!("the file says that {says_covered} of {says_total} {name} are covered");
        anomaly(anomalies, AnomalyKind::CoveredOverTotal, None, message);
    } else if total > 0 && u128::from(says_covered) * u128::from(total) < u128::from(covered) * u128::from(says_total) {
        let message = format!("the file says {says_covered} of {says_total} {name} of itself and lists {covered} of {total}");
        anomaly(anomalies, AnomalyKind::RateBelowLines, None, message);
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
        Err(_) => text
            .parse::<f64>()
            .ok()
            .filter(|hits| hits.is_finite())
            .map(|hits| hits > 0.0),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::parse;
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    /// The metrics in short, then the problems.
    fn check(text: &str, expected: &[&str]) {
        let artifact = parse(text);
        let mut got = Vec::new();
        if let Content::Coverage(facts) = &artifact.content {
            got.push(format!("{} files", facts.files));
            got.extend(facts.metrics.iter().map(|metric| {
                let declared = metric.declared.map(|(covered, total)| format!(", says {covered}/{total}"));
                format!(
                    "{} {}/{}{}",
                    metric.name,
                    metric.covered,
                    metric.total,
                    declared.unwrap_or_default()
                )
            }));
        }
        got.extend(
            artifact
                .problems
                .iter()
                .map(|problem| format!("{:?}: {}", problem.line, problem.message)),
        );
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn lines_branches_and_functions_are_recounted() {
        check(
            "TN:\nSF:a.rs\nFN:1,main\nFN:5,9,a<b,c>\nFNDA:2,main\nFNDA:0,a<b,c>\nDA:1,2\nDA:2,0,abc\n\nBRDA:1,0,0,1\nBRDA:1,0,1,-\nLF:2\nLH:1\nend_of_record\n",
            &["1 files", "lines 1/2, says 1/2", "branches 1/2", "functions 1/2"],
        );
    }

    #[test]
    fn records_of_one_file_are_merged_and_odd_counts_understood() {
        check(
            "SF:a\r\nDA:1,0\r\nDA:2,-1\r\nDA:3,1e+06\r\nend_of_record\r\nSF:a\r\nDA:1,4\r\nend_of_record\r\n",
            &["1 files", "lines 2/3"],
        );
    }

    #[test]
    fn words_in_the_branch_field_are_kept_apart() {
        check(
            "SF:a.py\nDA:2,1\nBRDA:2,0,jump to line 3,1\nBRDA:2,0,jump to line 5, or exit,0\nBRF:2\nBRH:1\nend_of_record\n",
            &["1 files", "lines 1/1", "branches 1/2, says 1/2"],
        );
    }

    #[test]
    fn functions_of_lcov_2_may_have_several_names() {
        check(
            "SF:a\nDA:1,1\nFNL:0,10,12\nFNA:0,0,one\nFNA:0,3,two\nFNL:1,20\nFNA:1,0,three\nend_of_record\n",
            &["1 files", "lines 1/1", "functions 1/2"],
        );
    }

    #[test]
    fn totals_that_contradict_the_lines_are_told() {
        check(
            "SF:a\nDA:1,1\nDA:2,0\nLF:1\nLH:1\nend_of_record\n",
            &[
                "1 files",
                "lines 1/2, says 1/1",
                "None: the file says 1 of 1 lines of itself and lists 1 of 2",
            ],
        );
        check(
            "SF:a\nLF:4\nLH:3\nBRF:0\nBRH:0\nend_of_record\n",
            &[
                "1 files",
                "lines 3/4, says 3/4",
                "branches 0/0, says 0/0",
                "None: no lines are listed; the figures are the file's own totals",
            ],
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line_and_half_a_file_is_refused() {
        check(
            "DA:1,1\nSF:a\nDA:x,1\nnothing\nend_of_record\n",
            &[
                "1 files",
                "lines 0/0",
                "Some(1): `DA` before any `SF`",
                "Some(3): the `DA` record cannot be read",
                "Some(4): a line that is no record of LCOV",
            ],
        );
        check(
            "SF:a\nDA:1,1\n",
            &["Some(2): the last record has no `end_of_record`, so the file is cut off"],
        );
    }

    #[test]
    fn comments_may_stand_before_the_first_record() {
        assert_eq!(
            read(b"# made by hand\nSF:a\nDA:1,1\nend_of_record\n", None).format,
            Some("lcov")
        );
        assert_eq!(read(b"# a text\nSFX\n", None).format, None);
    }

    #[test]
    fn what_cannot_be_is_an_anomaly() {
        use crate::model::evidence::AnomalyKind as Kind;
        for (records, expected) in [
            ("DA:1,1\nLF:1\nLH:1", vec![]),
            ("DA:1,1\nDA:2,1\nLF:2\nLH:1", vec![Kind::RateBelowLines]),
            ("DA:1,0\nLF:2\nLH:2", vec![]),
            ("DA:1,1\nLF:1\nLH:9", vec![Kind::CoveredOverTotal]),
            ("DA:1,inf", vec![Kind::UnreadPart]),
            ("DA:1,NaN\nLF:x", vec![Kind::UnreadPart, Kind::NoCount]),
            ("DA:1,-1\nDA:2,1e+06\nDA:3,0,checksum", vec![]),
            ("hello", vec![Kind::UnreadPart]),
        ] {
            let artifact = parse(&format!("SF:a\n{records}\nend_of_record\n"));
            let kinds: Vec<_> = artifact.anomalies.into_iter().map(|anomaly| anomaly.kind).collect();
            assert_eq!(kinds, expected, "{records}");
        }
    }

    proptest! {
        #[test]
        fn any_records_are_read(text in "((SF|DA|BRDA|FN|FNDA|FNL|FNA|LF|LH|BRF|TN|x):[a1,é.\\-]{0,9}\n|end_of_record\n){0,12}") {
            let _ = parse(&text);
        }
    }
}
