//! Parts of workflows: jobs, inputs, triggers, and the secrets that they read.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::place::Span;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceKind, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unread, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::place::{names_other_repository, paragraph};
use crate::tools::lookup::resolver::Resolver;
use crate::tools::lookup::tree::Lookup;
use crate::tools::lookup::workflows::plain;
use crate::tools::tasks::matches;

/// Jobs, by their id or by the name that the forge shows.
pub(crate) const JOB: Resolver = Resolver::Named {
    kinds: &[Kind::WorkflowJob],
    resolve: job,
};

/// Inputs of a dispatch or of a call.
pub(crate) const INPUT: Resolver = Resolver::Named {
    kinds: &[Kind::WorkflowInput],
    resolve: input,
};

/// What starts a workflow.
pub(crate) const TRIGGER: Resolver = Resolver::Named {
    kinds: &[Kind::WorkflowTrigger],
    resolve: trigger,
};

/// Secrets. One that no workflow reads may be read by anything else.
pub(crate) const SECRET: Resolver = Resolver::Named {
    kinds: &[Kind::Secret],
    resolve: secret,
};

/// Files of other systems that run jobs.
const OTHER_SYSTEMS: &[&str] = &[
    ".circleci/config.yml", ".buildkite/pipeline.yml", ".drone.yml", ".travis.yml", "Jenkinsfile", "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
];

/// Words near a name that say that a job is one of a pipeline and not of a cluster, a queue or a clock.
const PIPELINE_WORDS: &[&str] = &[
    "workflow", "github actions", "gitlab", "pipeline", " ci ", " ci.", " ci,", "ci job",
];

fn job(lookup: &Lookup<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    if claim::has_placeholder(&named.name) {
        return ignored(Reason::Placeholder);
    }
    let within = lookup.workflow_within(named);
    let inside = match within {
        Within::Found(file) => vec![file],
        Within::Missing | Within::Unsaid => lookup.pipelines(),
    };
    if let Some((file, job)) = inside.iter().find_map(|file| Some((*file, job_of(file, &named.name)?))) {
        return resolved(&file.path, Some(job.line), Reason::JobOfWorkflow);
    }
    if matches!(within, Within::Missing) {
        return unverifiable(Reason::WorkflowMissing);
    }
    if inside.is_empty() {
        return unverifiable(Reason::NoWorkflows);
    }
    if let Some(resolution) = lookup.job_gap(&inside) {
        return resolution;
    }
    // "The protected `production` job" is any job that deploys there.
    if let Some(file) = inside.iter().find(|file| file.binaries.contains(&named.name)) {
        return resolved(&file.path, None, Reason::EnvironmentOfWorkflow);
    }
    // "Any `running` job" speaks of the state of a job of another kind.
    let states = [
        "cancelled", "completed", "failed", "pending", "queued", "running", "skipped", "stuck", "succeeded",
    ];
    if states.contains(&named.name.as_str()) {
        return ignored(Reason::JobMaybe);
    }
    let is_said = !named.within.is_empty();
    if !is_said && lookup.has_other_pipelines() {
        return unverifiable(Reason::OtherSystemMayRunJob);
    }
    if !is_said && names_other_repository(&paragraph(document, reference.span), &lookup.source.repository_name) {
        return unverifiable(Reason::LinksToAnother);
    }
    if !is_said && !says_pipeline(document, reference.span) && !has_twins(document, named, &inside) {
        return ignored(Reason::JobMaybe);
    }
    let jobs = || inside.iter().flat_map(|file| file.of_kind(Kind::WorkflowJob));
    let names = jobs()
        .map(|job| job.name.as_str())
        .chain(jobs().filter_map(|job| job.value.as_deref()));
    let suggestion = nearest(&named.name, names).map(str::to_owned);
    match inside.as_slice() {
        [only] if is_said => Resolution {
            target: Some(only.path.clone()),
            ..broken(
                Reason::NoSuch {
                    name: named.name.clone(),
                    noun: "job",
                    file: only.path.clone(),
                    elsewhere: lookup.elsewhere(|file| job_of(file, &named.name)),
                    doubt: None,
                },
                suggestion,
            )
        },
        _ => broken(Reason::NoWorkflowHas("a job", named.name.clone()), suggestion),
    }
}

/// Whether a text names other jobs in the same way, and they are jobs of workflows: then this one is meant as such, too.
fn has_twins(document: &Document<'_>, named: &Named, inside: &[&DefinitionFile]) -> bool {
    let others = document.runbook.references.iter().filter_map(|other| match &other.kind {
        ReferenceKind::Named(other) if other.kind == Kind::WorkflowJob && other.name != named.name => Some(other.name.as_str()),
        _ => None,
    });
    let is_compound = named.name.contains(['-', '_']);
    is_compound
        && others
            .filter(|name| name.contains(['-', '_']))
            .any(|name| inside.iter().any(|file| job_of(file, name).is_some()))
}

/// The job of a file with a name: its id, the name that the forge shows, or both with the name of the workflow in front.
fn job_of<'file>(file: &'file DefinitionFile, name: &str) -> Option<&'file Definition> {
    // `deploy:` is the key as the file has it.
    let name = name.trim_end_matches(':');
    let wanted = plain(name);
    let is_it = |job: &&Definition| {
        let shown = job.value.as_deref();
        job.name == name
            || plain(&job.name) == wanted
            || shown.is_some_and(|shown| plain(shown) == wanted || shown.contains('*') && matches(shown, name))
    };
    file.of_kind(Kind::WorkflowJob).find(is_it)
}

/// Whether the sentence around a name, or the cell of a table, is about pipelines.
fn says_pipeline(document: &Document<'_>, span: Span) -> bool {
    let words = document.sentence(span);
    PIPELINE_WORDS.iter().any(|word| words.contains(word))
}

fn input(lookup: &Lookup<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    // "Tunable by `workflow_dispatch` inputs" names the event.
    let is_event = matches!(
        named.name.as_str(),
        "workflow_dispatch" | "workflow_call" | "repository_dispatch"
    );
    if is_event || claim::has_placeholder(&named.name) {
        return ignored(Reason::Placeholder);
    }
    let inside = match lookup.workflow_within(named) {
        Within::Found(file) => vec![file],
        Within::Missing => return unverifiable(Reason::WorkflowMissing),
        Within::Unsaid => lookup.workflows().files.clone(),
    };
    let found = inside
        .iter()
        .find_map(|file| Some((*file, file.definition(Kind::WorkflowInput, &named.name)?)));
    if let Some((file, input)) = found {
        return resolved(&file.path, Some(input.line), Reason::InputOfWorkflow);
    }
    if let Some(file) = inside.iter().find(|file| !file.problems.is_empty()) {
        return unread(&file.path);
    }
    let inputs = || inside.iter().flat_map(|file| file.of_kind(Kind::WorkflowInput));
    let suggestion = nearest(&named.name, inputs().map(|input| input.name.as_str())).map(str::to_owned);
    match inside.as_slice() {
        [only] if !named.within.is_empty() => Resolution {
            target: Some(only.path.clone()),
            ..broken(
                Reason::NoSuch {
                    name: named.name.clone(),
                    noun: "input",
                    file: only.path.clone(),
                    elsewhere: lookup.elsewhere(|file| file.definition(Kind::WorkflowInput, &named.name)),
                    doubt: None,
                },
                suggestion,
            )
        },
        _ if !says_dispatch(document, reference.span) => ignored(Reason::InputMaybe),
        _ if inputs().next().is_none() => unverifiable(Reason::NoWorkflowTakesInput),
        _ => broken(Reason::NoWorkflowHas("an input", named.name.clone()), suggestion),
    }
}

/// Whether the words in front of a name speak of starting a workflow by hand.
fn says_dispatch(document: &Document<'_>, span: Span) -> bool {
    let before = document.before(span.start);
    // The paragraph in front of a list belongs to it.
    let blocks: Vec<&str> = before.rsplit("\n\n").take(2).collect();
    blocks.iter().any(|block| {
        let block = block.to_lowercase();
        block.contains("workflow dispatch") || block.contains("workflow_dispatch") || block.contains("dispatch the workflow")
    })
}

fn trigger(lookup: &Lookup<'_>, _: &Document<'_>, _: &Reference, named: &Named) -> Resolution {
    let Within::Found(file) = lookup.workflow_within(named) else {
        return unverifiable(Reason::WorkflowMissing);
    };
    if !file.problems.is_empty() {
        return unread(&file.path);
    }
    let events: Vec<&Definition> = file.of_kind(Kind::WorkflowTrigger).collect();
    let event_of = |names: &[&str]| events.iter().find(|event| names.contains(&event.name.as_str()));
    // Nothing but this starts a workflow by hand, whatever else may start it.
    if named.name == "workflow_dispatch" && !events.is_empty() && event_of(&["workflow_dispatch"]).is_none() {
        let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
        return Resolution {
            target: Some(file.path.clone()),
            ..broken(
                Reason::StartedBy(file.path.clone(), shown_list(&names), shown(&named.name)),
                None,
            )
        };
    }
    let found = match named.name.strip_prefix("push:tags:") {
        Some(pattern) => events.iter().find(|event| {
            let filter = event.name.strip_prefix("push:tags:");
            filter.is_some_and(|filter| are_alike(filter, pattern))
        }),
        None if named.name == "pull_request" => event_of(&["pull_request", "pull_request_target", "merge_group"]),
        None => event_of(&[&named.name]),
    };
    if let Some(event) = found {
        return resolved(&file.path, Some(event.line), Reason::TriggerOfWorkflow);
    }
    if events.is_empty() || event_of(&["workflow_call", "workflow_run", "repository_dispatch"]).is_some() {
        return unverifiable(Reason::OtherWorkflowMayStart);
    }
    let is_push = named.name.starts_with("push:");
    let has_filters = events.iter().any(|event| event.name.starts_with("push:"));
    let hides_tags = events.iter().any(|event| event.name.starts_with("push:tags-ignore:"));
    if is_push && (event_of(&["push"]).is_some() && !has_filters || hides_tags || event_of(&["release", "create"]).is_some()) {
        return unverifiable(Reason::FilterInOtherWords);
    }
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    Resolution {
        target: Some(file.path.clone()),
        ..broken(
            Reason::StartedBy(file.path.clone(), shown_list(&names).clone(), shown(&named.name).clone()),
            None,
        )
    }
}

/// Whether two patterns of tags mean the same as far as people write them: `v*` for `v[0-9]+.*`.
fn are_alike(filter: &str, written: &str) -> bool {
    let literal = |pattern: &str| {
        let end = pattern
            .find(|c: char| c.is_ascii_digit() || matches!(c, '*' | '[' | '?' | '+' | '('))
            .unwrap_or(pattern.len());
        pattern[..end].to_owned()
    };
    let (one, two) = (literal(filter), literal(written));
    one.starts_with(&two) || two.starts_with(&one)
}

/// A trigger in words: `push of a tag v*`.
fn shown(name: &str) -> String {
    let mut parts = name.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(event), Some(filter), Some(pattern)) => format!("{event} ({filter} `{pattern}`)"),
        _ => name.to_owned(),
    }
}

fn shown_list(names: &[&str]) -> String {
    let plain: Vec<&str> = names.iter().copied().filter(|name| !name.contains(':')).collect();
    let filters: Vec<String> = names
        .iter()
        .filter(|name| name.contains(':'))
        .map(|name| shown(name))
        .collect();
    let is_refined = |event: &&&str| !filters.iter().any(|filter| filter.starts_with(&format!("{event} (")));
    let mut all: Vec<String> = plain.iter().filter(is_refined).map(|name| (*name).to_owned()).collect();
    all.extend(filters);
    if all.is_empty() {
        "nothing".to_owned()
    } else {
        all.join(", ")
    }
}

fn secret(lookup: &Lookup<'_>, _: &Document<'_>, _: &Reference, named: &Named) -> Resolution {
    let found = lookup
        .workflows()
        .files
        .iter()
        .find_map(|file| Some((file, file.definition(Kind::Secret, &named.name)?)));
    match found {
        Some((file, secret)) => resolved(&file.path, Some(secret.line), Reason::ReadByWorkflow),
        None => unverifiable(Reason::SecretMayBeReadElsewhere),
    }
}

/// The workflow that a part belongs to.
enum Within<'source> {
    /// The text does not say.
    Unsaid,
    /// This one.
    Found(&'source DefinitionFile),
    /// One that is not there, which is reported on its own.
    Missing,
}

impl<'source> Lookup<'source> {
    fn workflow_within(&self, named: &Named) -> Within<'source> {
        let Some(written) = named.within.first() else {
            return Within::Unsaid;
        };
        match self.workflow_called(written) {
            Some(file) => Within::Found(file),
            None => Within::Missing,
        }
    }

    /// Which other workflow has what is missing in one.
    fn elsewhere(&self, find: impl Fn(&'source DefinitionFile) -> Option<&'source Definition>) -> Option<String> {
        let found = self.workflows().files.iter().copied().find(|file| find(file).is_some());
        found.map(|file| file.path.clone())
    }

    /// The workflows of the forge, or the pipeline of the other forge.
    fn pipelines(&self) -> Vec<&'source DefinitionFile> {
        let gitlab = self
            .source
            .definitions
            .values()
            .filter(|file| file.format == format::GITLAB_CI);
        self.workflows()
            .files
            .iter()
            .copied()
            .chain(gitlab.map(AsRef::as_ref))
            .collect()
    }

    /// Why further jobs cannot be excluded: a file that could not be read, or jobs of a workflow of another repository.
    fn job_gap(&self, files: &[&DefinitionFile]) -> Option<Resolution> {
        for file in files {
            if !file.problems.is_empty() {
                return Some(unread(&file.path));
            }
            if !file.is_complete {
                return Some(unverifiable(Reason::JobsFromElsewhere(file.path.clone())));
            }
            for include in &file.includes {
                let is_here = include
                    .strip_prefix("./")
                    .or(Some(include))
                    .is_some_and(|path| self.source.definitions.contains_key(path));
                if !is_here {
                    return Some(unverifiable(Reason::JobsFrom(file.path.clone(), include.to_owned())));
                }
            }
            // The jobs of a called workflow are shown as `caller / job`.
            let called = file.includes.iter().any(|include| include.starts_with("./"));
            if called && files.len() == 1 {
                return Some(unverifiable(Reason::JobsFromWorkflow(file.path.clone())));
            }
        }
        None
    }

    fn has_other_pipelines(&self) -> bool {
        let roots = [self.source.root.as_str(), self.source.product_root.as_str(), ""];
        roots.iter().any(|root| {
            OTHER_SYSTEMS
                .iter()
                .filter_map(|name| folder::join(root, name))
                .any(|path| self.source.listing.has_file(&path))
        })
    }
}
