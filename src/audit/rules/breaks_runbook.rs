//! A change takes away what a runbook names.

use crate::audit::change::cause::{Cause, cause};
use crate::audit::change::pair::{ChangeContext, Pair, is_archived};
use crate::audit::fate;
use crate::audit::rule::{Check, Rule};
use crate::audit::unit::file_now;
use crate::model::difference::FileChange;
use crate::model::edition::Edition;
use crate::model::finding::{Confidence, Edit, Finding, Fix, Related, RuleText, Safety, Severity};
use crate::model::kind::Kind;
use crate::model::place::Place;
use crate::model::place::Span;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceKind, Resolution, Status};

/// References that a change breaks.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "breaks-runbook",
        summary: "The change takes away or moves something that a runbook names",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "With `--base` or `--staged`, every reference is looked up in two trees: before the change and with it. A reference that was \
                 there before and is not there now is broken by this change, wherever it was made: the file was removed or renamed, the \
                 target, script, job or heading was taken out.\n\n\
                 Where the change itself moved or removed what was named, it is reported whatever became of the reference: also when nothing \
                 that the runbook names is left, and nobody could tell any more that the runbook is about this repository.\n\n\
                 What was missing before the change is never reported.",
        matters: "Whoever removes a target knows best what replaces it, and knows it now. Later somebody finds out in the middle of an \
                  operation.",
        example: "A change that deletes the target `db-restore` of the Makefile, while `docs/restore.md` says `make db-restore`.",
        fix: "Correct the runbook in the same change; the finding offers the new name where there is only one. Or keep what the runbook \
              names until the runbook no longer needs it.",
    },
    check: Check::Change(check),
};

fn check(context: &ChangeContext<'_>, findings: &mut Vec<Finding>) {
    for pair in context.pairs {
        for (reference, before, now) in pair.references() {
            if let Some(cause) = program_taken_out(context, reference).filter(|_| before.is_some() && !is_archived(pair)) {
                findings.push(finding(pair, reference, &cause, now));
                continue;
            }
            let Some(before) = before.filter(|before| before.status == Status::Resolved) else {
                let cause = before
                    .filter(|_| now.status == Status::Unverifiable && !is_archived(pair))
                    .and_then(|before| vanished(context, reference, before))
                    .or_else(|| {
                        let is_known = before.is_some_and(|before| before.status != Status::Broken) && !is_archived(pair);
                        folder_taken_away(context, reference, now).filter(|_| is_known)
                    });
                findings.extend(cause.map(|cause| finding(pair, reference, &cause, now)));
                continue;
            };
            match now.status {
                Status::Resolved => {
                    let cause = workflow_renamed(context, reference, before, now)
                        .or_else(|| rule_removed(context, reference, before, now));
                    if let Some(cause) = cause {
                        findings.push(finding(pair, reference, &cause, now));
                    }
                }
                Status::Broken => {
                    // Where no rule minds that it is missing, nobody has to mend it.
                    if let Some(missing) = pair.finding_about(reference) {
                        findings.push(Finding {
                            suppression: missing.suppression.clone(),
                            ..finding(pair, reference, &cause(context, reference, before), now)
                        });
                    }
                }
                // By itself nobody would miss it, but this very change took it away.
                Status::Unverifiable | Status::Ignored if !is_archived(pair) => {
                    let renamed = workflow_renamed(context, reference, before, now);
                    let cause = renamed.unwrap_or_else(|| cause(context, reference, before));
                    if is_taken_away(context, reference, &cause) {
                        findings.push(finding(pair, reference, &cause, now));
                    }
                }
                Status::Unverifiable | Status::Ignored => {}
            }
        }
    }
}

/// Whether the change moved or removed what a reference named, so that it is told whatever became of the reference.
fn is_taken_away(context: &ChangeContext<'_>, reference: &Reference, cause: &Cause) -> bool {
    // A port is no file: where the one that published it is gone, another program may listen there.
    let is_port = is_of(reference, Kind::Port);
    match cause {
        Cause::Moved { .. } | Cause::Removed { .. } | Cause::Renamed { .. } => !is_port,
        // A variable has no definition of its own: the file that read it was changed, and nothing reads it any more.
        Cause::TakenOut { .. } if is_variable(reference) => true,
        Cause::TakenOut { file, line, .. } if is_of(reference, Kind::Endpoint) => route_taken_out(context, file, *line),
        Cause::TakenOut { file, .. } => fate::defined_as(&reference.kind).is_some_and(|(kind, name)| {
            let defines = |edition| file_now(edition, file).is_some_and(|file| file.definition(kind, name).is_some());
            defines(context.base) && !defines(context.head)
        }),
        Cause::Elsewhere => false,
    }
}

fn is_variable(reference: &Reference) -> bool {
    is_of(reference, Kind::EnvVar)
}

fn is_of(reference: &Reference, kind: Kind) -> bool {
    matches!(&reference.kind, ReferenceKind::Named(named) if named.kind == kind)
}

/// Whether the route on a line of a file is one that no file of the service has any more. The name of an endpoint in a text has neither its
/// method nor its parameters, so that the route which served it is what is compared.
fn route_taken_out(context: &ChangeContext<'_>, file: &str, line: Option<u32>) -> bool {
    let (older, newer) = (&context.base.source.code, &context.head.source.code);
    let is_read = newer.files.get(file).is_none_or(|file| file.problems.is_empty());
    let is_there = |name: &str| {
        newer
            .files
            .values()
            .any(|file| file.definition(Kind::Endpoint, name).is_some())
    };
    let mut routes = older
        .files
        .get(file)
        .into_iter()
        .flat_map(|file| file.of_kind(Kind::Endpoint));
    let served = routes.by_ref().filter(|route| Some(route.line) == line);
    let names: Vec<&str> = served.map(|route| route.name.as_str()).collect();
    is_read && !names.is_empty() && !names.into_iter().any(is_there)
}

/// The program of a command, when the change takes it out of the last manifest that defines it: whatever is asked of it then, nobody can run
/// it.
fn program_taken_out(context: &ChangeContext<'_>, reference: &Reference) -> Option<Cause> {
    let ReferenceKind::Named(named) = &reference.kind else {
        return None;
    };
    let name = named.within.first().unwrap_or(&named.name);
    let defined = |edition: &'_ Edition| {
        let program = edition.source.code.programs.get(name)?.first()?;
        Some((program.manifest.clone(), program.line))
    };
    let (file, line) = defined(context.base).filter(|_| named.kind == Kind::CliCommand && defined(context.head).is_none())?;
    Some(Cause::TakenOut {
        what: format!("the program `{name}`"),
        file,
        line: Some(line),
    })
}

/// The folder in front of what is to be filled in, when the change takes it away: as long as it was there, nothing was to be said of it.
fn folder_taken_away(context: &ChangeContext<'_>, reference: &Reference, now: &Resolution) -> Option<Cause> {
    let is_open = matches!(&reference.kind, ReferenceKind::Named(named) if named.kind == Kind::Placeholder);
    let folder = now.expected.as_ref().filter(|_| is_open && now.status == Status::Broken)?;
    let (older, newer) = (&context.base.source.listing, &context.head.source.listing);
    if !older.has_folder(folder) || newer.has_folder(folder) {
        return None;
    }
    Some(match context.difference.moved_folder(folder, older) {
        Some(to) => Cause::Moved {
            from: folder.clone(),
            to,
            old: String::new(),
            new: String::new(),
            is_exact: true,
        },
        None => Cause::Removed { path: folder.clone() },
    })
}

/// A task of which only the folder was not known where a text runs it, when the change takes it out of the last file that defined it: it
/// was there somewhere, and now it is nowhere.
fn vanished(context: &ChangeContext<'_>, reference: &Reference, before: &Resolution) -> Option<Cause> {
    let is_somewhere = matches!(
        before.reason,
        Reason::FolderNotInTree
            | Reason::FolderUnknown
            | Reason::MakeFolderNotInTree
            | Reason::MakeFolderUnknown
            | Reason::NoMakefileHere
            | Reason::NoPackageWithScript(_)
    );
    let (kind, name) = fate::defined_as(&reference.kind).filter(|_| is_somewhere)?;
    if !matches!(kind, Kind::MakeTarget | Kind::PackageScript | Kind::Task(_)) {
        return None;
    }
    let defining = |edition: &'_ Edition| {
        let mut files = edition.source.definitions.values();
        let file = files.find(|file| file.definition(kind, name).is_some())?;
        Some((file.path.clone(), file.definition(kind, name)?.line))
    };
    let (file, line) = defining(context.base)?;
    if defining(context.head).is_some() {
        return None;
    }
    match context.difference.changed.get(&file)? {
        FileChange::Removed => Some(Cause::Removed { path: file }),
        _ => Some(Cause::TakenOut {
            what: format!("the {} `{}`", kind.noun(), kind.called(name)),
            file,
            line: Some(line),
        }),
    }
}

/// The rule of a make target that only its name in `.PHONY` outlives: make says that there is nothing to be done, and succeeds.
fn rule_removed(context: &ChangeContext<'_>, reference: &Reference, before: &Resolution, now: &Resolution) -> Option<Cause> {
    let ReferenceKind::MakeTarget { target, .. } = &reference.kind else {
        return None;
    };
    let file = before.target.as_ref().filter(|file| now.target.as_ref() == Some(*file))?;
    let has_rule = |edition: &Edition| {
        let task = edition.source.definitions.get(file)?.definition(Kind::MakeTarget, target)?;
        Some(task.fingerprint != 0 || task.interface != 0)
    };
    (has_rule(context.base)? && !has_rule(context.head)?).then(|| Cause::TakenOut {
        what: format!("the rule of the make target `{target}`"),
        file: file.clone(),
        line: before.target_line,
    })
}

/// The workflow that a text calls by the name that it shows, when the change gives it another one: its file may still be called alike.
fn workflow_renamed(context: &ChangeContext<'_>, reference: &Reference, before: &Resolution, now: &Resolution) -> Option<Cause> {
    let name = match &reference.kind {
        ReferenceKind::Workflow { name } => name,
        ReferenceKind::Named(named) if named.kind == Kind::WorkflowName => &named.name,
        _ => return None,
    };
    let is_same = |file: &&String| now.target.as_ref() == Some(*file) || now.status == Status::Ignored;
    let file = before.target.as_ref().filter(is_same)?;
    let shown = |edition: &Edition| edition.source.definitions.get(file).and_then(|file| file.name.clone());
    let (old, new) = (shown(context.base)?, shown(context.head)?);
    let is_called = |shown: &str| shown.trim().eq_ignore_ascii_case(name.trim());
    (is_called(&old) && !is_called(&new)).then(|| Cause::Renamed {
        what: format!("the workflow `{old}`"),
        old: name.clone(),
        name: new,
        file: file.clone(),
        line: 1,
    })
}

fn finding(pair: &Pair<'_>, reference: &Reference, cause: &Cause, now: &Resolution) -> Finding {
    let text = &reference.text;
    let message = match cause {
        Cause::Moved { from, to, .. } => format!("this change moves `{from}` to `{to}`, and the runbook still names `{text}`"),
        Cause::Removed { path } => format!("this change removes `{path}`, and the runbook still names `{text}`"),
        Cause::TakenOut { what, file, .. } => {
            format!("this change takes {what} out of `{file}`, and the runbook still names `{text}`")
        }
        Cause::Renamed { what, name, .. } => {
            format!("this change renames {what} to `{name}`, and the runbook still names `{text}`")
        }
        Cause::Elsewhere => format!("`{text}` was there before this change and is not any more: {}", now.reason),
    };
    let fix = fix(pair, reference, cause);
    let instead = fix
        .as_ref()
        .and_then(|fix| fix.edits.first())
        .map(|edit| edit.replacement.clone());
    let edit = match (&instead, &now.suggestion) {
        (Some(instead), _) => format!("write `{instead}` in the runbook"),
        (None, Some(suggestion)) => format!("write what replaces it in the runbook (there is `{suggestion}`)"),
        (None, None) => "write in the runbook what replaces it".to_owned(),
    };
    Finding {
        message,
        help: Some(format!(
            "{edit}, or keep what it names; where the step is right nevertheless, waive the finding with a reason"
        )),
        suggestion: instead.or_else(|| now.suggestion.clone()),
        fix,
        related: related(cause),
        ..pair.about(&RULE.text, reference)
    }
}

/// The other side: the file that the change touched.
fn related(cause: &Cause) -> Vec<Related> {
    let one = |path: &str, line: Option<u32>, message: String| {
        vec![Related {
            path: path.to_owned(),
            place: line.map(Place::of_line),
            message,
        }]
    };
    match cause {
        Cause::Moved { from, to, .. } => one(to, None, format!("was `{from}` before this change")),
        Cause::Removed { path } => one(path, None, "removed by this change".to_owned()),
        Cause::TakenOut { what, file, line } => {
            let line = line
                .map(|line| format!(", where it stood on line {line}"))
                .unwrap_or_default();
            one(file, None, format!("changed: {what} is no longer there{line}"))
        }
        Cause::Renamed {
            what, file, name, line, ..
        } => one(file, Some(*line), format!("{what} is called `{name}` here")),
        Cause::Elsewhere => Vec::new(),
    }
}

/// The edit that mends the reference, where what it names has one new name.
fn fix(pair: &Pair<'_>, reference: &Reference, cause: &Cause) -> Option<Fix> {
    let runbook = &pair.judged.runbook;
    let (old, new, safety) = match cause {
        Cause::Moved { old, new, is_exact, .. } => {
            let safety = if *is_exact { Safety::Safe } else { Safety::Unsafe };
            (old.as_str(), new.as_str(), safety)
        }
        Cause::Renamed { old, name, .. } => (old.as_str(), name.as_str(), Safety::Unsafe),
        _ => return None,
    };
    if old.is_empty() {
        return None;
    }
    // The words must stand in the text exactly once and as a word, or else it is not clear what to replace.
    let written = reference.span.of(&runbook.runbook.text);
    let mut places = written.match_indices(old).filter(|(at, _)| is_word(written, *at, old.len()));
    let at = places.next().filter(|_| places.next().is_none())?.0;
    let start = reference.span.start as usize + at;
    let span = Span::new(start, start + old.len());
    Some(Fix {
        safety,
        message: format!("write `{new}`"),
        edits: vec![Edit {
            path: runbook.path.clone(),
            span,
            place: runbook.runbook.place(span),
            replacement: new.to_owned(),
        }],
    })
}

/// Whether some bytes of a text are a whole name and no part of a longer one.
fn is_word(text: &str, at: usize, length: usize) -> bool {
    let belongs = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let before = text[..at].chars().next_back();
    let after = text[at + length..].chars().next();
    !before.is_some_and(belongs) && !after.is_some_and(belongs)
}

#[cfg(test)]
mod tests {
    use crate::audit::change::testing::change;
    use crate::audit::testing::{code, in_command, inline, make, makefile, named_in, package, script, tasks, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::finding::Safety;
    use crate::model::kind::Kind;
    use crate::model::reference::ReferenceContext;

    #[test]
    fn a_target_that_the_change_deletes_is_reported_with_both_sides() {
        let before = tree(&[])
            .with(makefile("Makefile", &["build", "ship"]))
            .naming(make("ship", ""))
            .naming(make("build", ""));
        let mut now = before.clone();
        now.define(makefile("Makefile", &["build"]), 2);
        let findings = change(&before, &now).of("breaks-runbook");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(
            findings[0].message,
            "this change takes the make target `ship` out of `Makefile`, and the runbook still names `make ship`"
        );
        assert_eq!(findings[0].place.map(|place| place.line), Some(1));
        assert_eq!(findings[0].related[0].path, "Makefile");
    }

    #[test]
    fn a_file_that_moved_has_a_fix() {
        let before = tree(&["scripts/old.sh", "scripts/x.sh"]).naming(in_command("./scripts/old.sh", ""));
        let mut now = before.clone();
        now.give("scripts/old.sh", 7);
        let mut before = before;
        before.give("scripts/old.sh", 7);
        now.rename("scripts/old.sh", "scripts/new.sh");
        let findings = change(&before, &now).of("breaks-runbook");
        let fix = findings[0].fix.as_ref().expect("the new place is known");
        assert_eq!(fix.safety, Safety::Safe);
        assert_eq!(fix.edits[0].replacement, "scripts/new.sh");
        assert_eq!(findings[0].suggestion.as_deref(), Some("scripts/new.sh"));
    }

    #[test]
    fn a_task_that_is_nowhere_any_more_is_told_wherever_it_was_run() {
        let before = tree(&["docs/x.md"])
            .with(package("web/package.json", "web", &["e2e", "build"]))
            .naming(script("pnpm e2e", ""))
            .naming(script("pnpm build", ""));
        let mut now = before.clone();
        now.define(package("web/package.json", "web", &["build"]), 2);
        let findings = change(&before, &now).of("breaks-runbook");
        let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            ["this change takes the package script `e2e` out of `web/package.json`, and the runbook still names `pnpm e2e`"]
        );
        // Another package still has it.
        let before = before.with(package("app/package.json", "app", &["e2e"]));
        let now = now.with(package("app/package.json", "app", &["e2e"]));
        assert!(change(&before, &now).of("breaks-runbook").is_empty());
    }

    #[test]
    fn a_workflow_that_a_sentence_calls_by_the_name_it_showed_is_told() {
        let shown = |name: &str| DefinitionFile {
            name: Some(name.to_owned()),
            ..tasks("workflow", ".github/workflows/preview.yml", &["a"])
        };
        let before =
            tree(&[])
                .with(shown("Preview"))
                .naming(named_in(ReferenceContext::Prose, "Preview", Kind::WorkflowName, "Preview"));
        let mut now = before.clone();
        now.define(shown("Preview Deployment"), 2);
        let findings = change(&before, &now).of("breaks-runbook");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(
            findings[0].message,
            "this change renames the workflow `Preview` to `Preview Deployment`, and the runbook still names `Preview`"
        );
    }

    #[test]
    fn a_route_that_a_sentence_names_is_told_when_no_file_has_it_any_more() {
        let with = |files: &[(&str, u8, &[&str])]| {
            let named = named_in(ReferenceContext::Inline, "/users/7/notes", Kind::Endpoint, "/users/7/notes");
            let mut fixture = tree(&[]).naming(named);
            for (path, byte, routes) in files {
                fixture.give(path, *byte);
                fixture = fixture.with_code(code("javascript", path, Kind::Endpoint, routes));
            }
            fixture
        };
        let before = with(&[("src/api.js", 1, &["GET /health", "GET /users/{}/notes"])]);
        let told = |now: &[(&str, u8, &[&str])]| {
            let findings = change(&before, &with(now)).of("breaks-runbook");
            findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        let gone = told(&[("src/api.js", 2, &["GET /health", "GET /users/{}/remarks"])]);
        assert_eq!(
            gone,
            ["this change takes the endpoint `/users/7/notes` out of `src/api.js`, and the runbook still names `/users/7/notes`"]
        );
        assert!(told(&[("src/api.js", 2, &["GET /users/{}/notes"])]).is_empty());
        let moved: &[(&str, u8, &[&str])] = &[
            ("src/api.js", 2, &["GET /health"]),
            ("src/users.js", 3, &["GET /users/{}/notes"]),
        ];
        assert!(told(moved).is_empty(), "it stands in another file");
    }

    #[test]
    fn what_was_missing_before_is_not_reported() {
        let before = tree(&["scripts/x.sh"]).naming(in_command("scripts/gone.sh", ""));
        let mut now = before.clone();
        now.give("scripts/x.sh", 9);
        assert!(change(&before, &now).of("breaks-runbook").is_empty());
    }

    #[test]
    fn a_reference_that_left_the_runbook_with_its_file_is_no_break() {
        let before = tree(&["scripts/a.sh", "scripts/b.sh"]).naming(inline("scripts/a.sh"));
        let mut now = tree(&["scripts/b.sh"]).naming(inline("scripts/b.sh"));
        now.give("docs/runbook.md", 5);
        assert!(change(&before, &now).of("breaks-runbook").is_empty());
    }

    #[test]
    fn an_archived_runbook_is_not_broken() {
        let before = tree(&["scripts/a.sh", "scripts/b.sh"])
            .naming(inline("scripts/a.sh"))
            .status("archived");
        let mut now = before.clone();
        now.remove("scripts/a.sh");
        assert!(change(&before, &now).of("breaks-runbook").is_empty());
    }
}
