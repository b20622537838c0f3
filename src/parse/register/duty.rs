//! `duties.yaml`: what must recur.

use crate::model::finding::Problem;
use crate::model::register::DeclaredDuty;
use crate::parse::register::fields::Fields;
use crate::parse::runbook::metadata::date::interval;

/// The keys of a duty.
const KEYS: &[&str] = &["id", "title", "every", "runbook", "log", "subject", "workflow", "owner"];

/// Reads the duties of a file and the problems met.
pub(crate) fn parse(path: &str, text: &str) -> (Vec<DeclaredDuty>, Vec<Problem>) {
    let mut fields = match Fields::of_text(text) {
        Ok(fields) => fields,
        Err(problem) => return (Vec::new(), vec![problem]),
    };
    let mut problems = Vec::new();
    let mut duties = Vec::new();
    for mut item in fields.maps("duties") {
        let title = item.words("title");
        let id = item.words("id").or_else(|| title.clone()).unwrap_or_default();
        let line = line_of(text, &id);
        let every = item.words("every").unwrap_or_default();
        let known = interval(&every);
        if known.is_none() {
            let message = format!("`every: {every}` of the duty `{id}` is no length of time; write `90 days` or `1 month`");
            problems.push(Problem { line, message });
        }
        duties.push(DeclaredDuty {
            path: path.to_owned(),
            line,
            title: title.unwrap_or_else(|| id.clone()),
            id,
            every,
            interval: known,
            runbook: item.words("runbook"),
            log: item.words("log"),
            subject: item.words("subject"),
            workflow: item.words("workflow"),
            workflow_name: None,
            owner: item.words("owner").unwrap_or_default(),
        });
        let unknown = item.unknown(KEYS);
        problems.extend(unknown.into_iter().map(|problem| Problem { line, ..problem }));
    }
    if duties.is_empty() {
        problems.push(Problem::of_file("there is no list `duties` with entries in it"));
    }
    problems.extend(fields.unknown(&["duties"]));
    (duties, problems)
}

/// The line that names an id.
fn line_of(text: &str, id: &str) -> Option<u32> {
    let is_here = |line: &str| {
        let line = line.trim_start_matches(['-', ' ']);
        let value = line.strip_prefix("id:").or_else(|| line.strip_prefix("title:"));
        value.is_some_and(|value| value.trim().trim_matches(['"', '\'']) == id)
    };
    text.lines().position(is_here).map(|index| index as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::runbook::ReviewInterval;

    #[test]
    fn duties_are_read_with_their_lines() {
        let text = "duties:\n  - id: drill\n    title: Restore a backup\n    every: monthly\n    log: logs/drill.md\n    owner: operator\n  - id: scan\n    every: 1 week\n";
        let (duties, problems) = parse("duties.yaml", text);
        assert_eq!(problems, []);
        assert_eq!(duties.len(), 2);
        assert_eq!(
            (duties[0].line, duties[0].interval),
            (Some(2), Some(ReviewInterval::Months(1)))
        );
        assert_eq!((duties[1].line, duties[1].title.as_str()), (Some(7), "scan"));
    }

    #[test]
    fn what_is_not_understood_is_told_and_kept() {
        let (duties, problems) = parse(
            "duties.yaml",
            "duties:\n  - id: drill\n    every: now and then\n    evry: x\n",
        );
        assert_eq!(duties.len(), 1);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(problems[0].line, Some(2));
        for text in ["", "[]", "duties: 1", "duties: {"] {
            assert!(!parse("duties.yaml", text).1.is_empty(), "{text:?}");
        }
    }
}
