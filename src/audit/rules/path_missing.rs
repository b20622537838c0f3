//! A path that a runbook names is not in the tree.

use crate::audit::alike::{is_one_folder_off, is_reordered};
use crate::audit::fate::{self, Fate};
use crate::audit::resolve;
use crate::audit::resolve::elsewhere::is_about_another;
use crate::audit::rule::{Check, Context, Rule};
use crate::config::product::is_collection;
use crate::model::directory::Directory;
use crate::model::edition::Source;
use crate::model::finding::{Confidence, Finding, RuleText, Safety, Severity};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::tools::lookup::claim;
use crate::tools::lookup::place::is_rooted;

/// Paths that are not there.
pub(crate) const RULE: Rule = Rule {
    text: RuleText {
        id: "path-missing",
        summary: "A path that the runbook names is not in the repository",
        severity: Severity::Error,
        confidence: Confidence::High,
        checks: "Every path in a command or in inline code is looked up among the tracked files: from the root of the source, from the \
                 folder of the product, from the folder of the runbook, and in commands from the folder that `cd` went to.\n\n\
                 Words count as a path only when their first folder exists at the top of the source, when they begin with `./` or \
                 `../`, or when they end like a file and something else says that they belong to this repository. Outputs that git ignores, files that a step of the runbook writes, placeholders, \
                 and paths of the host are not judged. A path in a command, or in inline code below an existing folder, is an error; \
                 other paths are warnings, unless history knows that they were there. A missing script is an error where its folder \
                 holds scripts of the same language. A path that the whole history never knew is a \
                 warning in a sentence when nothing like it is there, or when its section sends the reader to another repository; without \
                 an ending, in a folder that is not there either, it is a note.",
        matters: "A step that names a file that is gone stops the reader in the middle of an operation, and says nothing about what \
                  replaced the file.",
        example: "Restore with `scripts/restore_db.sh`, while the repository holds `scripts/restore-database.sh`.",
        fix: "Write the path that is right today. The finding offers it when a file of the same or nearly the same name exists. When \
              the file is made by the steps themselves, let git ignore it, or write it in a command of the runbook before it is used.",
    },
    check: Check::Current(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (reference, resolution) in context.references_with(Status::Broken) {
        let (path, directory) = match &reference.kind {
            ReferenceKind::Path { path, directory } => (path.as_str(), directory),
            // The folders in front of what is to be filled in.
            ReferenceKind::Named(named) if matches!(named.kind, Kind::Placeholder | Kind::Output) => {
                (resolution.expected.as_deref().unwrap_or(&named.name), &named.directory)
            }
            _ => continue,
        };
        let is_open = matches!(reference.kind, ReferenceKind::Named(_));
        let is_moved = !is_open && matches!(fate::of(context.past, resolution), Fate::Moved(..));
        let is_elsewhere =
            is_moved || resolve::is_in_another_case(resolution) || matches!(resolution.reason, Reason::HeadingMissing(..));
        if is_elsewhere || reference.context == ReferenceContext::FrontMatter {
            // Those are the subjects of other rules.
            continue;
        }
        let (severity, confidence) = weight(context, reference, resolution, path, directory);
        let source = &context.edition.source;
        if let Some(there) = at_the_top(source, path).filter(|_| !is_open) {
            findings.push(Finding {
                severity,
                confidence,
                message: format!("`{}` is not below `{}`, where names of this product count from", reference.text, source.root),
                help: Some(format!(
                    "`{there}` is there from the root of the repository: `source = \"/\"` of the product in the settings lets its names count from there"
                )),
                ..context.about(&RULE.text, reference)
            });
            continue;
        }
        let suggestion = resolution
            .suggestion
            .as_deref()
            .filter(|near| !is_other_folder(context, resolution, path, near));
        let help = match suggestion {
            Some(suggestion) => format!("there is `{suggestion}`"),
            None => "write the path that is right today, or remove the step".to_owned(),
        };
        let told = fate::told(context.past, resolution);
        findings.push(Finding {
            severity,
            confidence,
            message: match &resolution.reason {
                Reason::MissingAndElse(_) => format!(
                    "`{}` is not in the repository{told}, and neither is most of what the runbook names",
                    reference.text
                ),
                reason @ Reason::LinkDangling(..) => format!("{reason}{told}"),
                _ if is_open => format!("the folder of `{}` is not in the repository{told}", reference.text),
                _ => format!("`{}` is not in the repository{told}", reference.text),
            },
            help: Some(help),
            suggestion: suggestion.map(str::to_owned),
            fix: suggestion
                .and_then(|suggestion| context.rewrite(reference.span, resolve::file_words(path), suggestion, Safety::Unsafe)),
            related: fate::related(context.past, resolution),
            ..context.about(&RULE.text, reference)
        });
    }
}

/// A path that is there from the root of the repository, though the names of the product count from a folder below.
fn at_the_top<'path>(source: &Source, path: &'path str) -> Option<&'path str> {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let is_there = path.contains('/') && (source.listing.has_file(path) || source.listing.has_folder(path));
    (!source.root.is_empty() && is_there).then_some(path)
}

/// How bad it is: sure in a command, and in inline code where the path ends like one and begins with a folder that is there. What
/// history knows was there. What the whole history never knew, and nothing like it is there, may belong to something else.
fn weight(
    context: &Context<'_>,
    reference: &Reference,
    resolution: &Resolution,
    path: &str,
    directory: &Directory,
) -> (Severity, Confidence) {
    let is_rooted = is_rooted(&context.edition.source, path, directory);
    let is_relative = path.starts_with("./") || path.starts_with("../");
    let ends_like_path = path.ends_with('/')
        || matches!(reference.kind, ReferenceKind::Named(_))
        || path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let source = &context.edition.source;
    let is_elsewhere = || is_about_another(source, &context.runbook.runbook, reference.span);
    let (was_there, is_foreign, is_of_another) = match fate::of(context.past, resolution) {
        Fate::Deleted(_) | Fate::Moved(..) => (true, false, false),
        Fate::Never => {
            let near = resolution
                .suggestion
                .as_deref()
                // The words of a link are another claim than what it leads to.
                .filter(|near| reference.context == ReferenceContext::Link || !is_named_itself(context, reference, near));
            (false, !is_near(path, near), is_elsewhere())
        }
        Fate::Unknown => (false, false, false),
    };
    let is_reordered = resolution
        .suggestion
        .as_deref()
        .is_some_and(|near| is_reordered(resolve::file_words(path), near));
    // `env/dev.tfvars`, behind `cd terraform`, for the only file of that name, in `terraform/environments`.
    let is_one_folder_off = *directory != Directory::Known(String::new())
        && resolution
            .suggestion
            .as_deref()
            .is_some_and(|near| is_one_folder_off(path, near));
    // What begins with a folder of this tree is of this tree, however much else is missing, unless it collects runbooks of others.
    let is_own_step =
        is_rooted && reference.context == ReferenceContext::Command && ends_like_path && !is_collection(&source.repository_name);
    let is_lonely = matches!(resolution.reason, Reason::MissingAndElse(_)) && !was_there && !is_own_step;
    let is_sure = !is_of_another
        && !is_lonely
        && match reference.context {
            ReferenceContext::Command => {
                // `bin/rails` of a container, or `bin/x` of another checkout.
                // And so is a file of data right where the reader stands, which the repository never had: `./my-config.yaml`.
                let is_vague = is_foreign && (!ends_like_path || claim::is_data_here(path));
                (is_rooted || is_relative || was_there || is_one_folder_off) && !is_vague
            }
            ReferenceContext::Inline | ReferenceContext::Link => {
                // A name without a folder may be that of another place, unless the root held it and no other project would.
                let is_own = path.trim_start_matches("./").contains('/')
                    || resolution.expected.as_deref() == Some(path) && path.matches(['-', '_', '.']).count() >= 2;
                let is_path = ends_like_path || is_reordered || was_there && is_rooted && is_own;
                (is_rooted || was_there && is_own) && is_path && (!is_foreign || is_among_scripts(context, resolution))
            }
            // Words of a sentence are a path for certain when history knows them as one.
            ReferenceContext::Prose => is_rooted && was_there && ends_like_path,
            ReferenceContext::Block | ReferenceContext::FrontMatter => false,
        };
    // Words with a slash in a sentence that history never knew, nothing is like, and that do not end like a path: a name of something else.
    let has_folder = resolution
        .expected
        .as_deref()
        .and_then(|expected| expected.rsplit_once('/'))
        .is_some_and(|(folder, _)| source.listing.has_folder(folder));
    // And code that a sentence names where little else of the text is here, is of the program that the text is about.
    let is_code = claim::extension(path) != Some("md");
    let is_vague = is_foreign
        && reference.context == ReferenceContext::Inline
        && resolution.suggestion.is_none()
        && (is_lonely && is_code || !ends_like_path && !has_folder);
    // What a collection of runbooks of many repositories names, and no commit ever held, is as likely as not that of the program that it is about.
    let is_of_others = is_lonely
        && is_foreign
        && resolution.suggestion.is_none()
        && (reference.context == ReferenceContext::Command || reference.context == ReferenceContext::Prose && is_code)
        && is_collection(&source.repository_name);
    if is_sure {
        (Severity::Error, Confidence::High)
    } else if is_vague || is_of_others {
        (Severity::Info, Confidence::Medium)
    } else {
        (Severity::Warning, Confidence::Medium)
    }
}

/// Whether a script was looked for in a folder that holds scripts of its language: nobody else has it, and no step makes one.
fn is_among_scripts(context: &Context<'_>, resolution: &Resolution) -> bool {
    const SCRIPTS: &[&str] = &["bash", "cjs", "js", "mjs", "pl", "ps1", "py", "rb", "sh", "ts"];
    let Some(expected) = resolution.expected.as_deref() else {
        return false;
    };
    let Some((folder, name)) = expected.rsplit_once('/') else {
        return false;
    };
    let Some((_, ending)) = name.rsplit_once('.').filter(|(_, ending)| SCRIPTS.contains(ending)) else {
        return false;
    };
    let beside = context.edition.source.listing.below(folder).iter();
    beside
        .filter_map(|entry| entry.path.strip_prefix(folder)?.strip_prefix('/'))
        .any(|other| !other.contains('/') && other.rsplit_once('.').is_some_and(|(_, other)| other == ending))
}

/// Whether what is offered for a folder that was deleted is another folder: what the deleted one held is gone, and is not there.
fn is_other_folder(context: &Context<'_>, resolution: &Resolution, path: &str, near: &str) -> bool {
    let name = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    matches!(fate::of(context.past, resolution), Fate::Deleted(_)) && !name(path).contains('.') && name(path) != name(near)
}

/// Whether the runbook names what is offered itself, near by: then something else was meant, such as a new file beside it.
fn is_named_itself(context: &Context<'_>, reference: &Reference, near: &str) -> bool {
    const REACH: u32 = 400;
    let near = near.trim_start_matches("../").trim_start_matches("./");
    context.references_with(Status::Resolved).any(|(other, resolution)| {
        let is_beside = other.span.start.abs_diff(reference.span.start) <= REACH;
        is_beside && resolution.target.as_deref().is_some_and(|target| target.ends_with(near))
    })
}

/// Whether a path that is there is clearly the one that was meant: the same name in another folder, or a slip of the pen.
fn is_near(path: &str, suggestion: Option<&str>) -> bool {
    let Some(suggestion) = suggestion else { return false };
    let name = |path: &str| {
        path.trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
    let (one, two) = (name(resolve::file_words(path)), name(suggestion));
    let plain = |name: &str| name.replace(['-', '_', '.'], "");
    // `incident.md` for `incident-response.md`: one name goes on where the other ends. What belongs to a version is a family.
    let goes_on = |short: &str, long: &str| {
        let short = short.rsplit_once('.').map_or(short, |(stem, _)| stem);
        let is_numbered = short.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
        short.len() >= 4 && !is_numbered && long.strip_prefix(short).is_some_and(|rest| rest.starts_with(['-', '_', '.']))
    };
    one == two
        || is_reordered(resolve::file_words(path), suggestion)
        || ending(&one) == ending(&two) && (goes_on(&one, &two) || goes_on(&two, &one))
        || ending(&one) == ending(&two) && (plain(&one) == plain(&two) || strsim::damerau_levenshtein(&one, &two) <= 2)
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{in_command, inline, tree};
    use crate::model::reference::{Reference, ReferenceContext};

    #[test]
    fn a_path_below_a_folder_that_is_there_is_an_error() {
        let fixture = tree(&["scripts/restore-database.sh"]).naming(inline("scripts/restore_database.sh"));
        assert_eq!(
            fixture.findings("path-missing"),
            [
                "error docs/runbook.md:1 `scripts/restore_database.sh`: `scripts/restore_database.sh` is not in the repository -> scripts/restore-database.sh"
            ]
        );
    }

    #[test]
    fn a_script_among_scripts_is_an_error_although_history_never_knew_it() {
        let level = |paths: &[&str], path: &str| {
            let told = tree(paths).never(path).naming(inline(path)).findings("path-missing");
            told.first()
                .map_or_else(String::new, |told| told.split(' ').next().unwrap_or_default().to_owned())
        };
        assert_eq!(level(&["ops/deploy.sh"], "ops/rotate_keys.sh"), "error");
        assert_eq!(level(&["ops/deploy.py"], "ops/rotate_keys.sh"), "warning");
        assert_eq!(level(&["ops/deploy.sh"], "ops/guide.md"), "warning");
        assert_eq!(level(&["ops/deploy.sh"], "ops/slack/hook"), "info");
        assert_eq!(level(&["ops/deploy.sh"], "ops/slack"), "warning");
    }

    #[test]
    fn a_file_of_the_reader_is_a_warning() {
        let level = |path: &str| {
            let fixture = tree(&["src/x.py"])
                .never(path.trim_start_matches("./"))
                .naming(inline("src/x.py"));
            let told = fixture.naming(in_command(path, "")).findings("path-missing");
            told.first()
                .map_or_else(String::new, |told| told.split(' ').next().unwrap_or_default().to_owned())
        };
        assert_eq!(level("./app.yaml"), "warning");
        assert_eq!(level("./deploy.sh"), "error");
        assert_eq!(level("./ops/app.yaml"), "error");
    }

    #[test]
    fn a_path_in_a_command_is_an_error() {
        let fixture = tree(&["src/x.py"])
            .naming(in_command("./deploy.sh", ""))
            .naming(inline("src/x.py"));
        assert_eq!(
            fixture.findings("path-missing"),
            ["error docs/runbook.md:1 `./deploy.sh`: `./deploy.sh` is not in the repository"]
        );
    }

    #[test]
    fn a_path_that_only_ends_like_one_is_a_warning() {
        let fixture = tree(&["src/x.py", "api/app/jobs/x.py"])
            .naming(inline("app/jobs/gone.py"))
            .naming(inline("src/gone"));
        assert_eq!(
            fixture.findings("path-missing"),
            [
                "warning docs/runbook.md:1 `app/jobs/gone.py`: `app/jobs/gone.py` is not in the repository",
                "warning docs/runbook.md:2 `src/gone`: `src/gone` is not in the repository"
            ]
        );
    }

    #[test]
    fn what_history_never_knew_and_nothing_is_like_is_a_warning_in_a_sentence() {
        let fixture = |reference| tree(&["src/x.py"]).never("src/worker/gone.py").naming(reference);
        assert_eq!(
            fixture(inline("src/worker/gone.py")).findings("path-missing"),
            [
                "warning docs/runbook.md:1 `src/worker/gone.py`: `src/worker/gone.py` is not in the repository, and never was in its history"
            ]
        );
        assert!(fixture(in_command("src/worker/gone.py", "")).findings("path-missing")[0].starts_with("error "));
    }

    #[test]
    fn words_of_a_sentence_are_an_error_when_history_knows_them() {
        let prose = || Reference {
            context: ReferenceContext::Prose,
            ..inline("src/worker/gone.py")
        };
        let fixture = || tree(&["src/x.py"]).naming(prose());
        assert!(fixture().findings("path-missing")[0].starts_with("warning "));
        let known = fixture().gone("src/worker/gone.py", None, "2026-05-02");
        assert!(known.findings("path-missing")[0].starts_with("error "));
    }

    #[test]
    fn paths_that_are_there_and_outputs_are_not_reported() {
        let fixture = tree(&["scripts/x.sh"])
            .ignoring("artifacts/\n")
            .naming(inline("scripts/x.sh"))
            .naming(inline("artifacts/report.json"))
            .naming(inline("80/tcp"));
        assert!(fixture.findings("path-missing").is_empty());
    }

    #[test]
    fn an_archived_runbook_is_not_judged() {
        let fixture = tree(&["scripts/x.sh"]).naming(inline("scripts/gone.sh")).status("archived");
        assert!(fixture.findings("path-missing").is_empty());
    }
}
