//! Workflows of the forge, by path, by file name or by the name that they show.

use std::collections::HashMap;

use crate::audit::resolve::document::Document;
use crate::audit::resolve::elsewhere::names_other_repository;
use crate::audit::resolve::{Index, broken, claim, ignored, is_rooted, output, resolved, unverifiable};
use crate::config::nearest::nearest;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::directory::Directory;
use crate::model::edition::Source;
use crate::model::kind::Kind;
use crate::model::place::Span;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceContext, Resolution, Status};
use crate::tools::folder;

/// Names that the forge shows for workflows that have no file.
const BUILT_IN: &[&str] = &["codeql", "copilot", "dependabot updates", "pages build and deployment"];

/// The workflows of a tree.
pub(super) struct Workflows<'source> {
    pub(super) files: Vec<&'source DefinitionFile>,
    /// The display names and file names without their ending, as `plain` writes them.
    by_name: HashMap<String, &'source DefinitionFile>,
}

impl<'source> Workflows<'source> {
    pub(super) fn new(source: &'source Source) -> Self {
        let is_ours = |file: &DefinitionFile| {
            let home = file.path.strip_suffix(folder::split(&file.path).1).unwrap_or_default();
            let home = home.trim_end_matches(".github/workflows/").trim_end_matches('/');
            [source.root.as_str(), source.product_root.as_str(), ""].contains(&home)
        };
        let mut files: Vec<&DefinitionFile> = source
            .definitions
            .values()
            .map(AsRef::as_ref)
            .filter(|file| file.format == "workflow" && is_ours(file))
            .collect();
        // A name that occurs twice means the one that is nearest to the source.
        files.sort_by_key(|file| {
            let is_within = |root: &String| folder::is_within(&file.path, root);
            (!is_within(&source.root), !is_within(&source.product_root))
        });
        let mut by_name = HashMap::new();
        for file in &files {
            let (_, name) = folder::split(&file.path);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            for name in file.name.iter().map(String::as_str).chain([stem]) {
                by_name.entry(plain(name)).or_insert(*file);
            }
        }
        Self { files, by_name }
    }
}

impl<'source> Index<'source> {
    /// The workflow with a path, a file name or a display name.
    pub(super) fn workflow_called(&self, written: &str) -> Option<&'source DefinitionFile> {
        let path = written.trim().trim_start_matches("./").trim_start_matches('/');
        let ending = format!("/{path}");
        let mut files = self.workflows.files.iter().copied();
        files
            .find(|file| file.path == path || file.path.ends_with(&ending))
            .or_else(|| self.workflows.by_name.get(&plain(written)).copied())
    }
}

impl Index<'_> {
    /// Looks up a workflow.
    pub(super) fn workflow(&self, document: &Document<'_>, reference: &Reference, written: &str) -> Resolution {
        let name = written.trim();
        if claim::has_placeholder(name) {
            return ignored(Reason::Placeholder);
        }
        let files = &self.workflows.files;
        if matches!(claim::extension(name), Some("yml" | "yaml")) {
            return self.workflow_file(document, reference, name);
        }
        if let Some(file) = self.workflows.by_name.get(&plain(name)) {
            // `gh` takes the name that is shown, letter by letter, or the file name with its ending.
            let is_shown = |file: &&DefinitionFile| {
                file.name
                    .as_deref()
                    .is_some_and(|shown| shown.trim().eq_ignore_ascii_case(name))
            };
            let shown = file.name.clone().filter(|_| reference.context == ReferenceContext::Command);
            if let Some(shown) = shown.filter(|_| !files.iter().any(|file| is_shown(file))) {
                return broken(Reason::NoWorkflowCalled(name.to_owned()), Some(shown));
            }
            return resolved(&file.path, None, Reason::A("workflow"));
        }
        if files.is_empty() {
            return unverifiable(Reason::NoWorkflows);
        }
        if BUILT_IN.contains(&plain(name).as_str()) {
            return unverifiable(Reason::ForgeMayRunIt);
        }
        if let Some(file) = files.iter().find(|file| !file.problems.is_empty()) {
            return Resolution {
                target: Some(file.path.clone()),
                ..unverifiable(Reason::CouldNotBeRead(file.path.clone()))
            };
        }
        let job = files.iter().find_map(|file| {
            let is_it = |task: &&Definition| {
                [Some(&task.name), task.value.as_ref()]
                    .into_iter()
                    .flatten()
                    .any(|one| plain(one) == plain(name))
            };
            let task = file.of_kind(Kind::WorkflowJob).find(is_it)?;
            Some((file, task))
        });
        if let Some((file, task)) = job {
            return resolved(&file.path, Some(task.line), Reason::JobOfWorkflow);
        }
        if names_other_repository(&paragraph(document, reference.span), &self.source.repository_name) {
            return unverifiable(Reason::LinksToAnother);
        }
        let names = files.iter().filter_map(|file| file.name.as_deref());
        if reference.context != ReferenceContext::Command && !is_called_workflow(&document.runbook.text, reference.span) {
            return unverifiable(Reason::WorkflowMaybe);
        }
        broken(
            Reason::NoWorkflowCalled(name.to_owned()),
            nearest(name, names).map(str::to_owned),
        )
    }

    /// A workflow by its path or its file name.
    fn workflow_file(&self, document: &Document<'_>, reference: &Reference, name: &str) -> Resolution {
        let files = &self.workflows.files;
        let path = name.trim_start_matches("./").trim_start_matches('/');
        let (_, base) = folder::split(path);
        if base
            .split('.')
            .next()
            .is_some_and(|stem| matches!(stem, "X" | "Y" | "FOO" | "NAME" | "foo" | "xxx"))
        {
            return ignored(Reason::Placeholder);
        }
        let is_named = |file: &&&DefinitionFile| file.path == path || file.path.ends_with(&format!("/{path}"));
        if let Some(file) = files.iter().find(is_named) {
            return resolved(&file.path, None, Reason::A("workflow"));
        }
        let roots = [self.source.root.as_str(), self.source.product_root.as_str(), ""];
        let places = roots.iter().flat_map(|root| {
            let in_workflows = folder::join(root, ".github/workflows").and_then(|workflows| folder::join(&workflows, path));
            [folder::join(root, path).filter(|_| path.contains('/')), in_workflows]
        });
        if let Some(place) = places.flatten().find(|place| self.source.listing.has_file(place)) {
            return resolved(&place, None, Reason::A("workflow"));
        }
        let claims_place = path.starts_with(".github/") && is_rooted(self.source, path, &Directory::Known(String::new()));
        let base_place = format!(".github/workflows/{}", folder::split(path).1);
        let expected = folder::join(&self.source.root, &base_place);
        if files.is_empty() && !claims_place {
            return Resolution {
                expected,
                ..unverifiable(Reason::NoWorkflows)
            };
        }
        if output::is_destination(&document.runbook.text, reference.span, path) {
            return ignored(Reason::WrittenByStep);
        }
        let (folder, base) = folder::split(path);
        // A file with this name somewhere else is no workflow of the forge, but it may be what is meant.
        let by_name = self.source.listing.named(base).next();
        if let (Some(entry), "") = (by_name, folder) {
            return Resolution {
                status: Status::Unverifiable,
                target: Some(entry.path.clone()),
                ..unverifiable(Reason::WorkflowAt(entry.path.clone()))
            };
        }
        let near = nearest(base, files.iter().map(|file| folder::split(&file.path).1));
        let suggestion = near.and_then(|near| folder::join(folder, near));
        Resolution {
            expected,
            ..broken(Reason::NoWorkflowFile(base.to_owned()), suggestion)
        }
    }
}

/// Whether the word "workflow" stands right before or behind a name. A "pipeline", or a workflow three words before, may be anything.
fn is_called_workflow(text: &str, span: Span) -> bool {
    let edge = |c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '*' | '_' | ':' | '“' | '”');
    let (Some(before), Some(after)) = (text.get(..span.start as usize), text.get(span.end as usize..)) else {
        return false;
    };
    let begins = |words: &str| words.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("workflow"));
    let before = before.trim_end_matches(edge);
    let last_word = before
        .len()
        .checked_sub(8)
        .and_then(|at| before.get(at..))
        .unwrap_or_default();
    begins(after.trim_start_matches(edge)) || begins(last_word)
}

/// The lines around a place, up to the nearest empty ones.
pub(super) fn paragraph(document: &Document<'_>, span: Span) -> String {
    let before = document.before(span.start).rsplit("\n\n").next().unwrap_or_default();
    let behind = document.behind(span.end).split("\n\n").next().unwrap_or_default();
    format!("{before} {behind}")
}

/// A name as it is compared: lower case, one kind of separator, without a word such as "workflow" at its end.
pub(super) fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || c == '-' || c == '_')
        .filter(|word| !word.is_empty())
        .collect();
    let words = match words.split_last() {
        Some((last, rest)) if !rest.is_empty() && matches!(*last, "workflow" | "pipeline" | "action") => rest,
        _ => &words[..],
    };
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::audit::testing::{Fixture, tasks, tree, unread, workflow};
    use crate::model::definition::DefinitionFile;

    fn named(path: &str, name: &str, jobs: &[&str]) -> DefinitionFile {
        DefinitionFile {
            name: Some(name.to_owned()),
            ..tasks("workflow", path, jobs)
        }
    }

    fn fixture() -> Fixture {
        tree(&["charts/values.yaml"])
            .with(named(".github/workflows/cli-ci.yml", "Starter Console CI", &["verify"]))
            .with(named(".github/workflows/build-images.yml", "build-images", &["build"]))
    }

    #[test]
    fn workflows_are_found_by_path_file_and_name() {
        let fixture = fixture();
        for name in [
            ".github/workflows/cli-ci.yml",
            "cli-ci.yml",
            "Starter Console CI",
            "starter console ci workflow",
            "cli-ci",
        ] {
            assert_eq!(
                fixture.look_up(workflow(name)),
                "resolved .github/workflows/cli-ci.yml (a workflow)",
                "{name}"
            );
        }
        assert_eq!(
            fixture.look_up(workflow("Build images")),
            "resolved .github/workflows/build-images.yml (a workflow)"
        );
        assert_eq!(
            fixture.look_up(workflow("verify")),
            "resolved .github/workflows/cli-ci.yml:1 (a job of the workflow)"
        );
    }

    #[test]
    fn a_missing_workflow_is_broken_with_the_nearest_name() {
        let fixture = fixture();
        assert_eq!(
            fixture.look_up(workflow("cli-cl.yml")),
            "broken (there is no workflow `cli-cl.yml`) -> cli-ci.yml"
        );
        assert_eq!(
            fixture.look_up(workflow(".github/workflows/build-image.yml")),
            "broken (there is no workflow `build-image.yml`) -> .github/workflows/build-images.yml"
        );
        let called = fixture.says("Wait for the `Nightly` workflow.\n");
        assert_eq!(
            called.look_up(workflow("Nightly")),
            "broken (no workflow is called `Nightly`)"
        );
    }

    #[test]
    fn a_name_that_is_not_called_a_workflow_may_be_anything() {
        for text in [
            "the `Nightly` pipeline\n",
            "our migration workflow (`Nightly` strict by default)\n",
            "`Nightly`\n",
        ] {
            assert!(
                fixture().says(text).look_up(workflow("Nightly")).starts_with("unverifiable "),
                "{text}"
            );
        }
        for text in ["the workflow `Nightly`\n", "**Nightly** Workflow\n"] {
            assert!(
                fixture().says(text).look_up(workflow("Nightly")).starts_with("broken "),
                "{text}"
            );
        }
    }

    #[test]
    fn a_workflow_next_to_a_link_to_another_repository_may_be_one_of_that() {
        let text = "The [pipeline](https://github.com/team/charts/blob/main/x.yml) runs:\n- Triggers the `Nightly` workflow\n";
        assert_eq!(
            fixture().says(text).look_up(workflow("Nightly")),
            "unverifiable (the paragraph links to another repository)"
        );
    }

    #[test]
    fn a_workflow_that_the_reader_is_to_add_is_no_claim() {
        let fixture = fixture().says("Add the following workflow file to your repository at `.github/workflows/docs.yml`:\n");
        assert!(
            fixture
                .look_up(workflow(".github/workflows/docs.yml"))
                .starts_with("ignored ")
        );
    }

    #[test]
    fn what_the_forge_runs_by_itself_and_what_cannot_be_read_is_not_judged() {
        assert!(fixture().look_up(workflow("CodeQL")).starts_with("unverifiable "));
        assert!(tree(&[]).look_up(workflow("CI")).starts_with("unverifiable "));
        let unreadable = fixture().with(unread("workflow", ".github/workflows/broken.yml"));
        assert_eq!(
            unreadable.look_up(workflow("Nightly")),
            "unverifiable .github/workflows/broken.yml (`.github/workflows/broken.yml` could not be read)"
        );
    }

    #[test]
    fn a_path_is_found_where_the_workflows_of_the_source_were_not_read() {
        let mut fixture = tree(&[".github/workflows/release.yml", "runbooks/api/source/x.py"]);
        fixture.source.root = "runbooks/api/source".to_owned();
        assert_eq!(
            fixture.look_up(workflow(".github/workflows/release.yml")),
            "resolved .github/workflows/release.yml (a workflow)"
        );
        assert_eq!(
            fixture.look_up(workflow("release.yml")),
            "resolved .github/workflows/release.yml (a workflow)"
        );
        let fixture = tree(&[".github/dependabot.yml"]);
        assert!(fixture.look_up(workflow(".github/workflows/gone.yml")).starts_with("broken "));
    }

    #[test]
    fn a_file_elsewhere_is_no_workflow() {
        assert_eq!(
            fixture().look_up(workflow("values.yaml")),
            "unverifiable charts/values.yaml (no workflow, but there is `charts/values.yaml`)"
        );
    }

    #[test]
    fn names_are_compared_without_their_form() {
        assert_eq!(plain("Build-Images workflow"), plain("build images"));
        assert_eq!(plain("Workflow"), "workflow");
    }
}
