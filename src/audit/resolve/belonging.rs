//! Whether a runbook is about this tree at all. Handbooks for many repositories name the files of others, and a missing file of
//! another repository is no finding. What is certain stays; what is only likely needs something else that speaks for this tree.

use std::collections::HashSet;

use crate::audit::resolve::{Index, folder, is_rooted, unverifiable};
use crate::model::edition::Source;
use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::model::runbook::Runbook;

/// So many missing paths, and none that is there, say that a runbook is about another repository.
const FOREIGN: usize = 3;
/// The most folders of one name that are looked at.
const SAME_NAME_LIMIT: usize = 200;

impl Index<'_> {
    /// Takes back what cannot be said of a runbook that names nothing of this tree.
    pub(super) fn take_back(&self, runbook: &Runbook, references: &[Reference], resolutions: &mut [Resolution]) {
        let is_home = references
            .iter()
            .zip(&*resolutions)
            .any(|(reference, resolution)| resolution.status == Status::Resolved && speaks_for_tree(&reference.kind));
        let missing: HashSet<&str> = references
            .iter()
            .zip(&*resolutions)
            .filter(|(reference, resolution)| resolution.status == Status::Broken && is_place(&reference.kind))
            .map(|(reference, _)| reference.text.as_str())
            .collect();
        let is_foreign = !is_home && missing.len() >= FOREIGN;
        for (reference, resolution) in references.iter().zip(resolutions) {
            let is_settled = matches!(resolution.status, Status::Resolved) || !is_place(&reference.kind);
            if !is_settled && is_known_to_be_gone(&runbook.text, reference) {
                *resolution = unverifiable("the text itself says that it is not there");
                continue;
            }
            if resolution.status != Status::Broken || !is_place(&reference.kind) {
                continue;
            }
            if is_foreign {
                let reason = "nothing that the runbook names is in this repository, so it seems to be about another one";
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(reason)
                };
            } else if !self.is_certain(reference, resolution, is_home) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    suggestion: resolution.suggestion.take(),
                    ..unverifiable("not there, but nothing says that it belongs to this repository")
                };
            }
        }
    }

    /// Whether a missing path certainly belongs to this tree: its first folder is there, or a file of its name or its folder is
    /// there elsewhere, or a command of a runbook about this tree uses it.
    fn is_certain(&self, reference: &Reference, resolution: &Resolution, is_home: bool) -> bool {
        let (path, directory) = match &reference.kind {
            ReferenceKind::Path { path, directory } => (path.as_str(), directory),
            ReferenceKind::Glob { pattern, directory } => (pattern.as_str(), directory),
            _ => return true,
        };
        let is_used = is_home && reference.context == ReferenceContext::Command;
        is_used || is_rooted(self.source, path, directory) || resolution.suggestion.is_some() || self.has_folder_like(path)
    }

    /// Whether the folder of a path, of at least two parts, stands somewhere in the tree.
    fn has_folder_like(&self, path: &str) -> bool {
        let (parent, _) = folder::split(path.trim_start_matches("./").trim_start_matches("../"));
        let (above, name) = folder::split(parent);
        let ending = format!("/{parent}");
        let same = self.folders_by_name.get(name).into_iter().flatten().take(SAME_NAME_LIMIT);
        !above.is_empty() && same.into_iter().any(|folder| folder.ends_with(&ending))
    }
}

/// Words of sentences that say that what they name is gone, or is still to come.
const GONE: &[&str] = &[
    "been removed",
    "deleted",
    "does not exist",
    "doesn't exist",
    "formerly",
    "never existed",
    "no longer exists",
    "not yet",
    "planned",
    "removed in",
    "replaced by",
    "retired",
    "superseded by",
    "to be created",
    "to be written",
    "was removed",
    "was replaced",
    "were removed",
    "will be added",
    "will be created",
];

/// The most bytes of a sentence on either side of a path that are looked at.
const SENTENCE_LIMIT: usize = 300;

/// Whether the sentence around a path says that it is gone or planned: then its author knows.
fn is_known_to_be_gone(text: &str, reference: &Reference) -> bool {
    if !matches!(reference.context, ReferenceContext::Inline | ReferenceContext::Prose) {
        return false;
    }
    let (start, end) = (reference.span.start as usize, reference.span.end as usize);
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else {
        return false;
    };
    let far = before.len().saturating_sub(SENTENCE_LIMIT);
    let from = (far..=before.len()).find(|at| before.is_char_boundary(*at)).unwrap_or(0);
    let far = after.len().min(SENTENCE_LIMIT);
    let to = (0..=far).rev().find(|at| after.is_char_boundary(*at)).unwrap_or(0);
    let ends = [". ", ".\n", "\n\n", "\n- ", "\n* ", "\n|", "\n#", "? ", "! ", "; "];
    let before = &before[from..];
    let after = &after[..to];
    let begin = ends
        .iter()
        .filter_map(|end| before.rfind(end).map(|at| at + end.len()))
        .max()
        .unwrap_or(0);
    let stop = ends.iter().filter_map(|end| after.find(end)).min().unwrap_or(after.len());
    let sentence = format!("{} {}", &before[begin..], &after[..stop]).to_lowercase();
    GONE.iter().any(|words| sentence.contains(words))
}

/// Whether the section of a place sends the reader to another repository: it clones one, or links to the front page of one. What is
/// named there and was never known here belongs to that one.
pub(crate) fn is_about_another(source: &Source, runbook: &Runbook, span: Span) -> bool {
    let holding = runbook.sections.iter().filter(|section| section.body.contains(span));
    // The innermost section, and the one around it when that one says so before its first step.
    let Some(section) = holding.min_by_key(|section| section.body.end - section.body.start) else {
        return false;
    };
    let own = source
        .web_url
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .map(|(_, own)| own.to_lowercase());
    let words = section.body.of(&runbook.text);
    words
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"' | '`' | '[' | ']'))
        .filter_map(|word| {
            word.split_once("://")
                .map(|(_, address)| address)
                .or_else(|| word.strip_prefix("git@"))
        })
        .any(|address| is_front_page(address) && own.as_ref().is_none_or(|own| !is_same(address, own)))
}

/// Whether an address is that of a repository and of nothing in it.
fn is_front_page(address: &str) -> bool {
    let address = address.trim_end_matches(['/', '.', ',', ';']).trim_end_matches(".git");
    let (host, path) = address.split_once(['/', ':']).unwrap_or((address, ""));
    matches!(host, "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org")
        && path.split('/').count() == 2
        && path.split('/').all(|part| !part.is_empty())
}

/// Whether an address is that of this repository.
fn is_same(address: &str, own: &str) -> bool {
    let address = address.to_lowercase().replacen(':', "/", 1);
    let address = address.trim_end_matches(['/', '.', ',', ';']).trim_end_matches(".git");
    address == own
}

/// Whether a reference of this kind, when it is there, shows that the runbook is about this tree. Links are about the documents.
fn speaks_for_tree(kind: &ReferenceKind) -> bool {
    match kind {
        ReferenceKind::Path { path, .. } => path.trim_start_matches("./").contains('/') || path.starts_with("./"),
        ReferenceKind::Glob { .. }
        | ReferenceKind::MakeTarget { .. }
        | ReferenceKind::PackageScript { .. }
        | ReferenceKind::Workflow { .. } => true,
        ReferenceKind::Link { .. } | ReferenceKind::Named(_) => false,
    }
}

/// Whether a reference of this kind names a place in a tree.
fn is_place(kind: &ReferenceKind) -> bool {
    matches!(
        kind,
        ReferenceKind::Path { .. } | ReferenceKind::Glob { .. } | ReferenceKind::Workflow { .. }
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::is_about_another;
    use crate::audit::testing::{Fixture, in_command, inline, tree};
    use crate::model::edition::Source;
    use crate::model::place::Span;
    use crate::model::reference::{Reference, Status};
    use crate::model::runbook::{Runbook, Section, SectionKind};

    fn statuses(fixture: Fixture, references: Vec<Reference>) -> Vec<Status> {
        let fixture = references.into_iter().fold(fixture, Fixture::naming);
        fixture
            .resolutions()
            .into_iter()
            .map(|resolution| resolution.status)
            .collect()
    }

    #[test]
    fn a_script_without_a_folder_needs_something_else_of_this_tree() {
        let fixture = || tree(&["scripts/x.sh"]);
        assert_eq!(statuses(fixture(), vec![in_command("./gradlew", "")]), [Status::Unverifiable]);
        assert_eq!(
            statuses(fixture(), vec![in_command("./gradlew", ""), in_command("scripts/x.sh", "")]),
            [Status::Broken, Status::Resolved]
        );
    }

    #[test]
    fn a_path_of_an_unknown_folder_needs_more() {
        let fixture = || tree(&["scripts/x.sh", "apps/api/src/app/services/a.py", "b/deploy.sh"]);
        assert_eq!(
            statuses(fixture(), vec![inline("tools/gone.js"), inline("scripts/x.sh")]),
            [Status::Unverifiable, Status::Resolved]
        );
        assert_eq!(
            statuses(fixture(), vec![in_command("tools/gone.js", ""), inline("scripts/x.sh")]),
            [Status::Broken, Status::Resolved]
        );
        assert_eq!(
            statuses(fixture(), vec![inline("app/services/worker.py")]),
            [Status::Broken],
            "its folder is there"
        );
        assert_eq!(
            statuses(fixture(), vec![inline("tools/deploy.sh")]),
            [Status::Broken],
            "its file is there elsewhere"
        );
    }

    #[test]
    fn a_path_that_the_text_itself_calls_gone_or_planned_is_no_claim() {
        let status = |text: &str| {
            let fixture = tree(&["scripts/x.sh"]).says(text).naming(inline("scripts/gone.sh"));
            fixture.resolutions()[0].status
        };
        assert_eq!(status("`scripts/gone.sh` was deleted in March.\n"), Status::Unverifiable);
        assert_eq!(status("- Restore: `scripts/gone.sh` (planned)\n"), Status::Unverifiable);
        assert_eq!(status("The old job was deleted. Run `scripts/gone.sh`.\n"), Status::Broken);
        assert_eq!(status("Delete rows with `scripts/gone.sh`.\n"), Status::Broken);
    }

    #[test]
    fn a_section_that_sends_to_another_repository_is_about_that_one() {
        let about = |text: &str| {
            let runbook = Runbook {
                text: Arc::from(text),
                sections: vec![Section {
                    level: 2,
                    title: "Build".to_owned(),
                    anchor: "build".to_owned(),
                    span: Span::new(0, 5),
                    body: Span::new(0, text.len()),
                    kind: SectionKind::Other,
                }],
                ..Runbook::default()
            };
            let source = Source {
                web_url: Some("https://github.com/org/app".to_owned()),
                ..Source::default()
            };
            is_about_another(&source, &runbook, Span::new(6, 7))
        };
        assert!(about("## Build\nSee [llhttp](https://github.com/org/llhttp/).\n"));
        assert!(about("## Build\ngit clone git@github.com:org/other.git\n"));
        assert!(!about("## Build\ngit clone https://github.com/org/app.git\n"));
        assert!(!about(
            "## Build\nSee https://github.com/org/other/issues/1 and https://example.org/a/b\n"
        ));
    }

    #[test]
    fn a_runbook_that_names_nothing_of_this_tree_is_about_another() {
        let gone = || vec![inline("config/a.yml"), inline("config/b.yml"), inline("config/c.yml")];
        assert_eq!(statuses(tree(&["config/x.yml"]), gone()), [Status::Unverifiable; 3]);
        let mut references = gone();
        references.push(inline("config/x.yml"));
        assert_eq!(statuses(tree(&["config/x.yml"]), references)[..3], [Status::Broken; 3]);
        assert_eq!(
            statuses(tree(&["config/x.yml"]), vec![inline("config/a.yml")]),
            [Status::Broken]
        );
    }
}
