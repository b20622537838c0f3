//! Whether a runbook is about this tree at all. Handbooks for many repositories name the files of others, and a missing file of
//! another repository is no finding. What is certain stays; what is only likely needs something else that speaks for this tree.

use std::collections::HashSet;

use crate::audit::resolve::elsewhere::{is_saved, other_clone, says_elsewhere};
use crate::audit::resolve::index::Index;
use crate::config::product::is_collection;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::tools::folder;
use crate::tools::lookup::answer::{ignored, unverifiable};
use crate::tools::lookup::document::Document;
use crate::tools::lookup::place::{is_rooted, names_other_repository};

/// So many missing paths, and none that is there, say that a runbook is about another repository.
const FOREIGN: usize = 3;
/// The most folders of one name that are looked at.
const SAME_NAME_LIMIT: usize = 200;

impl Index<'_> {
    /// Whether a path begins with a folder that is here: what is missing there may well have been here once.
    fn is_below_known(&self, reference: &Reference) -> bool {
        let claimed = reference.kind.claimed_path();
        claimed.is_some_and(|(path, directory)| is_rooted(self.source, path, directory))
    }

    /// Takes back what cannot be said of a runbook that names nothing of this tree.
    pub(super) fn take_back(&self, document: &Document<'_>, resolutions: &mut [Resolution]) {
        let references = document.runbook.references.as_slice();
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
        let points_elsewhere = !is_home && references.iter().any(|reference| self.is_other_repository(reference));
        // A repository that collects runbooks, or a runbook that names much and of which little is here.
        let absent = references
            .iter()
            .zip(&*resolutions)
            .filter(|(reference, resolution)| is_absent_path(reference, resolution) && !self.is_below_known(reference));
        let absent: HashSet<&str> = absent.map(|(reference, _)| reference.text.as_str()).collect();
        let present = references
            .iter()
            .zip(&*resolutions)
            .filter(|(reference, resolution)| resolution.status == Status::Resolved && speaks_for_tree(&reference.kind));
        let present: HashSet<&str> = present.map(|(reference, _)| reference.text.as_str()).collect();
        let is_mostly_elsewhere =
            is_collection(&self.source.repository_name) || absent.len() >= FOREIGN && absent.len() > 2 * present.len();
        let named: HashSet<String> = references
            .iter()
            .zip(&*resolutions)
            .filter(|(_, resolution)| resolution.status == Status::Resolved)
            .filter_map(|(_, resolution)| resolution.target.as_deref())
            .filter(|target| target.contains('/'))
            .map(|target| folder::split(target).1.to_owned())
            .collect();
        let cloned = other_clone(&document.runbook.text, &self.source.repository_name);
        for (reference, resolution) in references.iter().zip(resolutions) {
            let is_settled = matches!(resolution.status, Status::Resolved) || !is_place(&reference.kind);
            let is_told = matches!(reference.context, ReferenceContext::Inline | ReferenceContext::Prose);
            if resolution.status == Status::Broken && is_file(&reference.kind) && document.says_elsewhere(reference) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(Reason::SaidElsewhere)
                };
                continue;
            }
            let is_refuted = reference.context == ReferenceContext::Command && is_file(&reference.kind);
            if !is_settled && (is_told || is_refuted) && document.says_gone(reference) {
                *resolution = unverifiable(Reason::SaidNotThere);
                continue;
            }
            if resolution.status != Status::Broken {
                continue;
            }
            if name_of(&reference.kind).is_some_and(is_capitals) {
                *resolution = ignored(Reason::Placeholder);
                continue;
            }
            if cloned.is_some_and(|at| at < reference.span.start) && is_from_elsewhere(&reference.kind) {
                *resolution = unverifiable(Reason::CloneEarlier);
                continue;
            }
            if is_from_elsewhere(&reference.kind) || matches!(reference.kind, ReferenceKind::Workflow { .. }) {
                if is_mostly_elsewhere {
                    *resolution = unverifiable(Reason::RunbookElsewhere);
                    continue;
                }
                if document.says_gone(reference) {
                    *resolution = unverifiable(Reason::Gone);
                    continue;
                }
            }
            if reference
                .kind
                .claimed_path()
                .is_some_and(|(path, _)| is_saved(&document.runbook.text, path))
            {
                *resolution = unverifiable(Reason::InRunbookSaved);
                continue;
            }
            if is_shown(document, &reference.kind) {
                *resolution = unverifiable(Reason::InRunbookShown);
                continue;
            }
            if script_beside(reference).is_some_and(|name| named.contains(name)) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    suggestion: resolution.suggestion.take(),
                    ..unverifiable(Reason::FolderNamedElsewhere)
                };
                continue;
            }
            if self.counts_from_above(reference, resolution) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    suggestion: resolution.suggestion.take(),
                    ..unverifiable(Reason::SeenFromAbove)
                };
                continue;
            }
            if is_file(&reference.kind)
                && reference.context == ReferenceContext::Command
                && says_elsewhere(document.lead(reference.span.start), &self.source.repository_name)
            {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(Reason::SaidElsewhere)
                };
                continue;
            }
            // Of what is missing without a trace nobody knows the repository; history takes this back for what was here once. What lies
            // below a folder of this tree is about this tree.
            let is_loose = resolution.suggestion.is_none() && !self.is_below_known(reference);
            if is_mostly_elsewhere && is_file(&reference.kind) && is_loose {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(Reason::RunbookElsewhere)
                };
                continue;
            }
            if points_elsewhere && is_from_elsewhere(&reference.kind) {
                *resolution = unverifiable(Reason::NothingHereAndLinks);
                continue;
            }
            if !is_place(&reference.kind) {
                continue;
            }
            if (is_foreign || is_mostly_elsewhere)
                && self.is_below_known(reference)
                && let (ReferenceKind::Path { path, .. }, None) = (&reference.kind, &resolution.suggestion)
            {
                // Below a folder of this tree it is about this tree, but as likely as not the whole text is of another time or place.
                resolution.reason = Reason::MissingAndElse(path.clone());
                continue;
            }
            if is_foreign && !self.is_below_known(reference) {
                let reason = Reason::NothingHere;
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    ..unverifiable(reason)
                };
            } else if !self.is_certain(reference, resolution, is_home) {
                *resolution = Resolution {
                    expected: resolution.expected.take(),
                    suggestion: resolution.suggestion.take(),
                    ..unverifiable(Reason::NoClaim)
                };
            }
        }
    }

    /// Whether a reference is the address of another repository of a forge.
    fn is_other_repository(&self, reference: &Reference) -> bool {
        let ReferenceKind::Named(named) = &reference.kind else {
            return false;
        };
        named.kind == Kind::Url && names_other_repository(&named.name, &self.source.repository_name)
    }

    /// Whether a path is there without its first part, and that part is no folder here but likely that of the checkout, or of another
    /// repository beside it: `service/scripts/x.sh`.
    fn counts_from_above(&self, reference: &Reference, resolution: &Resolution) -> bool {
        let (ReferenceKind::Path { path, .. }, Some(_)) = (&reference.kind, &resolution.suggestion) else {
            return false;
        };
        let path = path.split(':').next().unwrap_or(path);
        let Some((first, rest)) = path.split_once('/').filter(|(first, _)| !first.starts_with('.')) else {
            return false;
        };
        let is_of_name = self
            .source
            .repository_name
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.eq_ignore_ascii_case(first));
        let is_named = is_of_name || first.eq_ignore_ascii_case(&self.source.repository_name);
        let is_here = |path: &str| path.contains('/') && self.source.listing.has_file(path);
        let inner = rest.split_once('/').map_or("", |(_, inner)| inner);
        let listing = &self.source.listing;
        (is_named || !listing.has_folder(first)) && (is_here(rest) || is_named && is_here(inner))
    }

    /// Whether a missing path certainly belongs to this tree: its first folder is there, or a file of its name or its folder is
    /// there elsewhere, or a command of a runbook about this tree uses it.
    fn is_certain(&self, reference: &Reference, resolution: &Resolution, is_home: bool) -> bool {
        let (path, directory) = match (reference.kind.claimed_path(), &reference.kind) {
            (Some(claimed), _) => claimed,
            (None, ReferenceKind::Glob { pattern, directory }) => (pattern.as_str(), directory),
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

/// Whether a reference is a path with a folder that is not here, whether or not it was judged.
fn is_absent_path(reference: &Reference, resolution: &Resolution) -> bool {
    let is_path = reference.kind.claimed_path().is_some_and(|(path, _)| {
        let path = path.trim_start_matches("./");
        path.contains('/') && !path.starts_with(['/', '~', '$', '.']) && !path.contains(['<', '$', '{', '*'])
    });
    is_path && resolution.target.is_none() && resolution.status != Status::Resolved && resolution.reason != Reason::Placeholder
}

/// Whether a block of the runbook that holds no commands shows something of the name: the reader is to write a Compose file, or a
/// `package.json`, and then uses what it defines.
fn is_shown(document: &Document<'_>, kind: &ReferenceKind) -> bool {
    let name = match kind {
        ReferenceKind::MakeTarget { target, .. } => target.as_str(),
        ReferenceKind::PackageScript { script, .. } => script.as_str(),
        ReferenceKind::Named(Named {
            kind: Kind::Task(_),
            name,
            ..
        }) => name.rsplit(' ').next().unwrap_or_default(),
        ReferenceKind::Named(named) if is_from_elsewhere(kind) => named.name.as_str(),
        _ => return false,
    };
    document.shows(name)
}

/// The name of a task, a service, a workflow or a part of one; none for what is a path.
fn name_of(kind: &ReferenceKind) -> Option<&str> {
    match kind {
        ReferenceKind::MakeTarget { target, .. } => Some(target),
        ReferenceKind::PackageScript { script, .. } => Some(script),
        ReferenceKind::Workflow { name } => Some(name),
        ReferenceKind::Named(named) if is_from_elsewhere(kind) => named.name.rsplit(' ').next(),
        _ => None,
    }
}

/// Whether a name is all capitals, as a word that stands for any name: `TARGET`, `SERVICE_NAME`.
fn is_capitals(name: &str) -> bool {
    let letters = name.bytes().filter(u8::is_ascii_uppercase).count();
    letters >= 3
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-'))
}

/// Whether a reference of this kind names something that each repository has its own of: a task, a service, a workflow by its name.
fn is_from_elsewhere(kind: &ReferenceKind) -> bool {
    match kind {
        ReferenceKind::MakeTarget { .. } | ReferenceKind::PackageScript { .. } => true,
        ReferenceKind::Workflow { name } => !name.contains('/'),
        ReferenceKind::Named(named) => matches!(
            named.kind,
            Kind::Task(_) | Kind::ComposeService | Kind::ComposeProfile | Kind::WorkflowJob | Kind::WorkflowInput
        ),
        _ => false,
    }
}

/// Whether a reference of this kind, when it is there, shows that the runbook is about this tree. Links are about the documents.
fn speaks_for_tree(kind: &ReferenceKind) -> bool {
    if let Some((path, _)) = kind.claimed_path() {
        return path.trim_start_matches("./").contains('/') || path.starts_with("./");
    }
    match kind {
        ReferenceKind::Glob { .. }
        | ReferenceKind::MakeTarget { .. }
        | ReferenceKind::PackageScript { .. }
        | ReferenceKind::Workflow { .. } => true,
        // A task has a name that its repository gave it; a service is called `api` everywhere.
        ReferenceKind::Named(named) => matches!(named.kind, Kind::Task(_)),
        ReferenceKind::Path { .. } | ReferenceKind::Link { .. } => false,
    }
}

/// Whether a reference of this kind is a path or a pattern of paths, and no link: where a link leads is certain.
fn is_file(kind: &ReferenceKind) -> bool {
    matches!(kind, ReferenceKind::Path { .. } | ReferenceKind::Glob { .. })
}

/// The name of a script that a command runs from the folder where the reader is: `./restore.sh`.
fn script_beside(reference: &Reference) -> Option<&str> {
    let ReferenceKind::Path { path, .. } = &reference.kind else {
        return None;
    };
    let name = path.strip_prefix("./").filter(|name| !name.contains('/'))?;
    (reference.context == ReferenceContext::Command).then_some(name)
}

/// Whether a reference of this kind names a place in a tree.
fn is_place(kind: &ReferenceKind) -> bool {
    kind.claimed_path().is_some() || matches!(kind, ReferenceKind::Glob { .. } | ReferenceKind::Workflow { .. })
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{Fixture, in_command, inline, make, makefile, named, tasks, tree, workflow};
    use crate::model::kind::Kind;
    use crate::model::place::Span;
    use crate::model::reference::{Reference, Status};
    use crate::model::runbook::{CodeBlock, CodeKind};

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
    fn what_the_reader_is_told_to_save_may_be_missing() {
        let says = |text: &str| {
            let fixture = tree(&["scripts/x.sh"]).says(text);
            statuses(fixture, vec![in_command("./scripts/check.sh", "")])
        };
        assert_eq!(says("# Save as: `scripts/check.sh`\n"), [Status::Unverifiable]);
        assert_eq!(says("# Save as: scripts/check.shx\n"), [Status::Broken]);
        assert_eq!(says("Run scripts/check.sh.\n"), [Status::Broken]);
    }

    #[test]
    fn capitals_stand_for_any_name_unless_that_very_name_is_defined() {
        let fixture = || tree(&["scripts/x.sh"]).with(makefile("Makefile", &["check", "RELEASE"]));
        assert_eq!(
            statuses(
                fixture(),
                vec![make("TARGET", ""), make("RELEASE", ""), make("GO", ""), make("target", "")]
            ),
            [Status::Ignored, Status::Resolved, Status::Broken, Status::Broken]
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
    fn a_task_of_a_runbook_that_only_links_to_another_repository_is_not_judged() {
        let url = |address: &str| named(Kind::Url, address, &[], "");
        let fixture = || tree(&["src/x.py"]).with(makefile("Makefile", &["check"]));
        let elsewhere = url("https://github.com/team/service");
        assert_eq!(
            statuses(fixture(), vec![elsewhere.clone(), make("gone", "")])[1],
            Status::Unverifiable
        );
        assert_eq!(
            statuses(fixture(), vec![elsewhere, make("gone", ""), make("check", "")])[1],
            Status::Broken
        );
        assert_eq!(
            statuses(fixture(), vec![url("https://example.org/a/b"), make("gone", "")])[1],
            Status::Broken
        );
    }

    #[test]
    fn a_task_behind_the_clone_of_another_repository_is_not_judged() {
        let statuses_of = |text: &str| {
            let mut fixture = tree(&["src/x.py"]).with(makefile("Makefile", &["check"])).says(text);
            fixture.source.repository_name = "service".to_owned();
            statuses(fixture, vec![make("gone", ""), make("check", "")])[0]
        };
        let text = |url: &str| format!("git clone {url}\nmake gone\n");
        assert_eq!(statuses_of(&text("https://example.org/team/other.git")), Status::Unverifiable);
        assert_eq!(statuses_of(&text("git@example.org:team/service.git")), Status::Broken);
        assert_eq!(statuses_of(&text("<url>")), Status::Broken);
        assert_eq!(
            statuses_of("make gone\ngit clone https://example.org/team/other\n"),
            Status::Broken
        );
    }

    #[test]
    fn tasks_of_a_collection_of_runbooks_are_not_judged() {
        let mut fixture = tree(&["src/x.py"]).with(makefile("Makefile", &["check"]));
        fixture.source.repository_name = "platform-runbooks".to_owned();
        let references = || vec![make("gone", ""), make("check", "")];
        assert_eq!(
            statuses(fixture.clone(), references()),
            [Status::Unverifiable, Status::Resolved]
        );
        fixture.source.repository_name = "platform".to_owned();
        assert_eq!(statuses(fixture, references())[0], Status::Broken);
    }

    #[test]
    fn a_path_below_a_folder_of_this_tree_is_about_this_tree_whatever_the_repository_is_called() {
        let mut fixture = tree(&["src/x.py", "src/restore-database.sh"]);
        fixture.source.repository_name = "platform-runbooks".to_owned();
        let references = || {
            vec![
                in_command("src/worker/gone.py", ""),
                inline("src/worker/gone.py"),
                inline("src/restore_database.sh"),
                inline("elsewhere/worker/gone.py"),
                inline("src/x.py"),
            ]
        };
        assert_eq!(
            statuses(fixture.clone(), references()),
            [
                Status::Broken,
                Status::Broken,
                Status::Broken,
                Status::Unverifiable,
                Status::Resolved
            ]
        );
        // Nothing but the folder speaks for it, so nobody is stopped.
        let told = references()
            .into_iter()
            .fold(fixture.clone(), Fixture::naming)
            .findings("path-missing");
        assert_eq!(
            told.iter().filter(|finding| finding.starts_with("warning")).count(),
            2,
            "{told:?}"
        );
        fixture.source.repository_name = "platform".to_owned();
        assert_eq!(statuses(fixture, references())[..3], [Status::Broken; 3]);
    }

    #[test]
    fn a_path_that_counts_from_above_the_checkout_is_not_judged() {
        let status = |path: &str| {
            let mut fixture = tree(&["scripts/redis/trace.rb", "runbooks/a.md", "docs/x.md"]);
            fixture.source.repository_name = "team-runbooks".to_owned();
            statuses(fixture, vec![inline(path)])[0]
        };
        assert_eq!(status("runbooks/scripts/redis/trace.rb"), Status::Unverifiable);
        assert_eq!(
            status("docs/scripts/redis/trace.rb"),
            Status::Broken,
            "`docs` is another folder"
        );
        assert_eq!(status("scripts/redi/trace.rb"), Status::Broken);
    }

    #[test]
    fn a_script_that_the_runbook_names_with_its_folder_may_run_there() {
        let fixture = || tree(&["scripts/x.sh", "scripts/y.sh"]);
        assert_eq!(
            statuses(fixture(), vec![in_command("./x.sh", ""), inline("scripts/x.sh")]),
            [Status::Unverifiable, Status::Resolved]
        );
        assert_eq!(
            statuses(fixture(), vec![in_command("./x.sh", ""), inline("scripts/y.sh")]),
            [Status::Broken, Status::Resolved]
        );
    }

    #[test]
    fn tasks_of_a_runbook_that_is_mostly_about_another_repository_are_not_judged() {
        let fixture = || tree(&["src/x.py"]).with(makefile("Makefile", &["check"]));
        let mut references = vec![make("gone", ""), make("check", "")];
        references.extend(["lib/a.ts", "lib/b.ts", "lib/c.ts"].map(inline));
        assert_eq!(statuses(fixture(), references)[0], Status::Unverifiable);
        let mut references = vec![make("gone", ""), make("check", ""), inline("src/x.py")];
        references.extend(["lib/a.ts", "lib/b.ts", "lib/c.ts"].map(inline));
        assert_eq!(statuses(fixture(), references)[0], Status::Broken);
    }

    #[test]
    fn what_the_sentence_says_is_gone_need_not_be_there() {
        let status_of = |text: &str| {
            let fixture = tree(&[])
                .with(tasks("workflow", ".github/workflows/ci.yml", &["lint"]))
                .says(text);
            statuses(fixture, vec![workflow("backup.yml")])[0]
        };
        assert_eq!(
            status_of("Its writer `backup.yml` was deleted in May.\n"),
            Status::Unverifiable
        );
        assert_eq!(status_of("Old dumps were deleted. Run `backup.yml` now.\n"), Status::Broken);
    }

    #[test]
    fn a_block_of_the_runbook_may_define_what_it_uses() {
        let block = |text: &str| CodeBlock {
            language: "yaml".to_owned(),
            kind: CodeKind::Text,
            span: Span::default(),
            content: Span::default(),
            text: text.to_owned(),
            commands: Vec::new(),
            blanks: Vec::new(),
            section: None,
        };
        let status_of = |text: &str| {
            let mut fixture = tree(&[]).with(tasks("compose", "compose.yml", &["api"]));
            fixture.runbook.code_blocks.push(block(text));
            statuses(fixture, vec![named(Kind::ComposeService, "replica", &[], "")])[0]
        };
        assert_eq!(status_of("services:\n  replica:\n    image: x\n"), Status::Unverifiable);
        assert_eq!(status_of("services:\n  my-replica:\n    image: replica\n"), Status::Broken);
    }

    #[test]
    fn a_runbook_that_names_nothing_of_this_tree_is_about_another() {
        let gone = |folder: &str| ["a", "b", "c"].map(|name| inline(&format!("{folder}/{name}.yml"))).to_vec();
        assert_eq!(statuses(tree(&["config/x.yml"]), gone("settings")), [Status::Unverifiable; 3]);
        // The more is gone, the louder it is said.
        assert_eq!(statuses(tree(&["config/x.yml"]), gone("config")), [Status::Broken; 3]);
        let mut references = gone("config");
        references.push(inline("config/x.yml"));
        assert_eq!(statuses(tree(&["config/x.yml"]), references)[..3], [Status::Broken; 3]);
    }
}
