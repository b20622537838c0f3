//! coverage.py in JSON. Its `percent_covered` mixes lines and branches: what is kept are the counts.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::tree;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::gate::measured::Coverage;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "coverage-py",
    title: "coverage.py JSON",
    recognizes,
    parse,
};

/// A metric, the key of what was covered and of what could be.
const METRICS: &[(&str, &str, &str)] = &[
    ("lines", "covered_lines", "num_statements"),
    ("branches", "covered_branches", "num_branches"),
    // It calls the lines that can run statements.
    ("statements", "covered_lines", "num_statements"),
];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff.has_key("totals") && sniff.has_key("files") && (sniff.has_key("meta") || sniff.text.contains("\"percent_covered\""))
}

fn parse(text: &str) -> Artifact {
    let report = match tree(text) {
        Ok(report) => report,
        Err(problem) => return broken(problem),
    };
    let mut coverage = Coverage::default();
    let files = report.at("files").members();
    for (_, file) in files {
        for (name, covered, total) in METRICS {
            let summary = file.at("summary");
            if let (Some(covered), Some(total)) = (summary.at(covered).count(), summary.at(total).count()) {
                coverage.add(name, covered, total);
            }
        }
    }
    let totals = report.at("totals");
    for (name, covered, total) in METRICS {
        if let (Some(covered), Some(total)) = (totals.at(covered).count(), totals.at(total).count()) {
            coverage.declare(name, covered, total);
        }
    }
    coverage.says_none("lines");
    let figure = |key: &str| totals.at(key).count();
    let both = |keys: [&str; 2]| keys.iter().filter_map(|key| figure(key)).fold(0, u64::saturating_add);
    let percent = totals.at("percent_covered").number().and_then(serde_json::Number::as_f64);
    let all = (
        both(["covered_lines", "covered_branches"]),
        both(["num_statements", "num_branches"]),
    );
    coverage.says("of lines and branches", percent, all);
    for (what, missing, (_, covered, total)) in [
        ("lines", "missing_lines", METRICS[0]),
        ("branches", "missing_branches", METRICS[1]),
    ] {
        if let (Some(covered), Some(total)) = (figure(covered), figure(total)) {
            coverage.misses(what, figure(missing), (covered, total));
        }
    }
    coverage.files(files.len() as u64);
    coverage.count("totals", totals.json());
    let mut artifact = coverage.finish();
    artifact.about.made = report.path(&["meta", "timestamp"]).text().map(str::to_owned);
    let version = report.path(&["meta", "version"]).words();
    crate::model::about::About::add(&mut artifact.about.tools, format!("coverage.py {version}").trim());
    artifact
}

#[cfg(test)]
mod tests {
    use crate::parse::gate::testing::shown;

    #[test]
    fn lines_and_branches_are_kept_apart() {
        let text = r#"{"meta": {"version": "7"}, "files": {"a.py": {"summary": {"covered_lines": 3, "num_statements": 4, "covered_branches": 1, "num_branches": 2}},
            "b.py": {"summary": {"covered_lines": 1, "num_statements": 6}}}, "totals": {"covered_lines": 4, "num_statements": 10}}"#;
        assert_eq!(
            shown(text, Some("coverage-py")),
            "coverage-py; lines 4/10; branches 1/2; statements 4/10"
        );
        assert_eq!(
            shown(
                r#"{"meta": {}, "files": {}, "totals": {"covered_lines": 4, "num_statements": 10}}"#,
                None
            ),
            "coverage-py; lines 4/10; statements 4/10"
        );
        assert_eq!(shown(r#"{"meta": {}, "files": {}, "totals": {}}"#, None), "coverage-py");
        assert!(shown(&text[..200], Some("coverage-py")).contains("unread"));
    }
}
