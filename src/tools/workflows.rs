//! Workflows of the forge, by path, by file name or by the name that they show.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::place::Span;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceContext, ReferenceKind, Resolution, Status};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::output;
use crate::tools::lookup::place::{is_rooted, names_other_repository, paragraph};
use crate::tools::lookup::resolver::Resolver;
use crate::tools::lookup::tree::Lookup;
use crate::tools::lookup::workflows::plain;

/// Names that the forge shows for workflows that have no file.
const BUILT_IN: &[&str] = &["codeql", "copilot", "dependabot updates", "pages build and deployment"];

impl<'source> Lookup<'source> {
    /// The workflow with a path, a file name or a display name.
    pub(crate) fn workflow_called(&self, written: &str) -> Option<&'source DefinitionFile> {
        let path = written.trim().trim_start_matches("./").trim_start_matches('/');
        let ending = format!("/{path}");
        let mut files = self.workflows().files.iter().copied();
        files
            .find(|file| file.path == path || file.path.ends_with(&ending))
            .or_else(|| self.workflows().by_name.get(&plain(written)).copied())
    }
}

/// Workflows.
pub(crate) const RESOLVER: Resolver = Resolver::Reference {
    looks_up: |kind| match kind {
        ReferenceKind::Workflow { .. } => true,
        ReferenceKind::Named(named) => named.kind == Kind::WorkflowName,
        _ => false,
    },
    resolve: |lookup, document, reference| match &reference.kind {
        ReferenceKind::Workflow { name } => lookup.workflow(document, reference, name),
        ReferenceKind::Named(named) => lookup.workflow_shown(&named.name),
        _ => unverifiable(Reason::NoWorkflows),
    },
};

impl Lookup<'_> {
    /// Looks up what a sentence calls a workflow. A name that none shows may be any way of working.
    fn workflow_shown(&self, name: &str) -> Resolution {
        let is_shown = |file: &&&DefinitionFile| {
            let shown = file.name.as_deref();
            shown.is_some_and(|shown| shown.trim().eq_ignore_ascii_case(name.trim()))
        };
        match self.workflows().files.iter().find(is_shown) {
            Some(file) => resolved(&file.path, None, Reason::A("workflow")),
            None => ignored(Reason::WorkflowMaybe),
        }
    }

    /// Looks up a workflow.
    pub(crate) fn workflow(&self, document: &Document<'_>, reference: &Reference, written: &str) -> Resolution {
        let name = written.trim();
        if claim::has_placeholder(name) {
            return ignored(Reason::Placeholder);
        }
        let files = &self.workflows().files;
        if matches!(claim::extension(name), Some("yml" | "yaml")) {
            return self.workflow_file(document, reference, name);
        }
        if let Some(file) = self.workflows().by_name.get(&plain(name)) {
            // `gh` takes the name that is shown, letter by letter, or the file name with its ending.
            let is_shown = |file: &&DefinitionFile| {
                file.name
                    .as_deref()
                    .is_some_and(|shown| shown.trim().eq_ignore_ascii_case(name))
            };
            let shown = file.name.clone().filter(|_| reference.context == ReferenceContext::Command);
            if let Some(shown) = shown.filter(|_| !files.iter().any(is_shown)) {
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
        let files = &self.workflows().files;
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
        // The repositories that are made of this one have it: `templates/cicd/deploy.yml`.
        let mut same = self.source.listing.named(base);
        if let Some(entry) = same.find(|entry| folder == ".github/workflows" && is_of_template(&entry.path)) {
            return Resolution {
                expected,
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

/// Whether a file is one of which other repositories are made.
fn is_of_template(path: &str) -> bool {
    const FOLDERS: &[&str] = &["boilerplate", "scaffold", "scaffolding", "skeleton", "template", "templates"];
    let (folder, _) = folder::split(path);
    folder.split('/').any(|part| FOLDERS.contains(&part))
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
