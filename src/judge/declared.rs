//! Which gates judge a release: those that its own runbooks declare, and those of the settings of its own commit. Where that commit has
//! no settings, older or younger ones stand in, and the release says so: today's never move a verdict of the past unseen.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::audit::asked;
use crate::audit::asked::joined::{Contradiction, joined, known};
use crate::config::product::{ProductPlan, SourcePlan, plans};
use crate::config::read;
use crate::judge::context::Context;
use crate::judge::workflows;
use crate::load::edition::{Cache, runbooks};
use crate::model::gate::{Asked, Gate, ReadDemand};
use crate::model::release::Release;
use crate::model::runbook::Runbook;
use crate::model::tree::ContentId;
use crate::source::history::touches;
use crate::source::repository::Repository;
use crate::source::tree::Tree;

/// What judges the releases of one product.
pub(crate) struct Declarer<'a> {
    context: &'a Context,
    plan: &'a ProductPlan,
    cache: &'a Cache,
    /// The settings that were read, by content.
    known: HashMap<ContentId, Option<Arc<ProductPlan>>>,
    /// The oldest settings that declare gates of the product, once somebody asked; none inside when there are none.
    oldest: OnceCell<Option<(String, Arc<ProductPlan>)>>,
}

/// The settings that judge a release.
struct Settings {
    plan: Arc<ProductPlan>,
    /// Why they are not those of its commit, as a sentence.
    from: Option<String>,
}

impl<'a> Declarer<'a> {
    /// Of a product.
    pub(crate) fn new(context: &'a Context, plan: &'a ProductPlan, cache: &'a Cache) -> Self {
        Self {
            context,
            plan,
            cache,
            known: HashMap::new(),
            oldest: OnceCell::new(),
        }
    }

    /// What was asked of a release.
    pub(crate) fn asked_of(&mut self, release: &Release, is_newest: bool) -> Asked {
        // Of what was never recorded only the newest is asked, and only by its own commit: every older tag would have to be read for gates
        // that nothing can pass, and what no commit is known of was never asked for anything.
        let is_asked_itself = is_newest && release.commit.is_some() && release.commit_is_present;
        if !release.is_recorded() && !is_asked_itself {
            return Asked::default();
        }
        self.declared_for(release)
    }

    /// What the commit of a release declares for it, also where nothing was recorded or collected yet.
    pub(crate) fn declared_for(&mut self, release: &Release) -> Asked {
        let settings = self.settings(release);
        let commit = release.commit.as_ref().filter(|_| release.commit_is_present);
        let tree = commit
            .or(release.recorded_by.as_ref())
            .zip(self.context.repository.as_ref())
            .and_then(|(commit, repository)| repository.tree(commit).ok());
        let (texts, declared) = tree
            .map(|tree| {
                let texts = runbooks(self.cache, &tree, &settings.plan);
                let declared = gates_of(&texts, &settings.plan, &tree);
                (texts, declared)
            })
            .unwrap_or_default();
        let (gates, contradictions) = joined(&settings.plan.gates, &declared, &known(release));
        Asked {
            gates,
            read: read_of(&texts),
            boxes: texts.iter().map(|(_, runbook)| asked::boxes(runbook)).sum(),
            from: settings.from,
            differences: contradictions.iter().map(told).collect(),
        }
    }

    /// What is asked today, by the settings and the runbooks of a tree.
    pub(crate) fn today(&self, tree: &dyn Tree, releases: &[Release]) -> (Vec<Gate>, Vec<Contradiction>) {
        let texts = runbooks(self.cache, tree, self.plan);
        let known: Vec<_> = releases.first().map(known).unwrap_or_default();
        joined(&self.plan.gates, &gates_of(&texts, self.plan, tree), &known)
    }

    fn settings(&mut self, release: &Release) -> Settings {
        let released = release.commit.clone().filter(|_| release.commit_is_present);
        if let Some(plan) = released.and_then(|commit| self.settings_at(&commit)) {
            return Settings { plan, from: None };
        }
        if let Some((commit, plan)) = release
            .recorded_by
            .clone()
            .and_then(|commit| self.settings_at(&commit).map(|plan| (commit, plan)))
        {
            let from = format!(
                "The commit of the release declares no gates in its settings; those of {}, which added the record, judge it.",
                short(&commit)
            );
            return Settings { plan, from: Some(from) };
        }
        if self.oldest.get().is_none() {
            let oldest = self.oldest_settings();
            let _ = self.oldest.set(oldest);
        }
        if let Some(Some((commit, plan))) = self.oldest.get() {
            let from = format!(
                "Neither the commit of the release nor the one that added its record declares gates in its settings; those of {}, the \
                 oldest that do, judge it.",
                short(commit)
            );
            return Settings {
                plan: Arc::clone(plan),
                from: Some(from),
            };
        }
        let from = (!self.plan.gates.is_empty())
            .then(|| "No settings of the past declare gates for this release; those of today judge it.".to_owned());
        Settings {
            plan: Arc::new(self.plan.clone()),
            from,
        }
    }

    /// The product as the settings of a commit have it, where they declare gates for it.
    fn settings_at(&mut self, commit: &str) -> Option<Arc<ProductPlan>> {
        let repository = self.context.repository.as_ref()?;
        let tree = repository.tree(commit).ok()?;
        let entry = tree.listing().entry(read::FILE)?.clone();
        if let Some(plan) = self.known.get(&entry.id) {
            return plan.clone();
        }
        let text = tree.read(&entry).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let plan = text.and_then(|text| self.plan_of(&text));
        self.known.insert(entry.id, plan.clone());
        plan
    }

    fn plan_of(&self, text: &str) -> Option<Arc<ProductPlan>> {
        let config = read::read(text, read::FILE, &[]).ok()?;
        let mut plans = plans(&config, &self.context.name());
        let own = plans.iter().position(|other| other.id == self.plan.id);
        let of_root = || plans.iter().position(|other| other.root == self.plan.root);
        // Where there was one product only, it was this one by another name.
        let at = own.or_else(of_root).or_else(|| (plans.len() == 1).then_some(0))?;
        let plan = plans.swap_remove(at);
        (!plan.gates.is_empty()).then(|| Arc::new(plan))
    }

    fn oldest_settings(&mut self) -> Option<(String, Arc<ProductPlan>)> {
        let repository: &Repository = self.context.repository.as_ref()?;
        let head = repository.head().ok()??;
        let history = touches(repository, &head.id, &[read::FILE.to_owned()]).ok()?;
        let commits = history.touches.get(read::FILE)?.clone();
        commits
            .iter()
            .rev()
            .find_map(|commit| Some((commit.id.clone(), self.settings_at(&commit.id)?)))
    }
}

/// The folders that the paths of a runbook of a product may count from.
pub(crate) fn roots(plan: &ProductPlan) -> Vec<&str> {
    let mut roots = vec![""];
    let source = match &plan.source {
        SourcePlan::Folder(folder) => folder.as_str(),
        SourcePlan::Checkout(_) => "",
    };
    for root in [plan.root.as_str(), source] {
        if !roots.contains(&root) {
            roots.push(root);
        }
    }
    roots
}

/// The gates that runbooks of a tree declare, in the order of their paths.
pub(crate) fn gates_of(texts: &[(String, Arc<Runbook>)], plan: &ProductPlan, tree: &dyn Tree) -> Vec<Gate> {
    let roots = roots(plan);
    let gates = texts.iter().flat_map(|(path, runbook)| asked::gates(path, runbook, &roots));
    let mut gates: Vec<Gate> = gates.collect();
    workflows::resolve(&mut gates, tree, plan);
    gates
}

fn read_of(texts: &[(String, Arc<Runbook>)]) -> Vec<ReadDemand> {
    texts.iter().flat_map(|(path, runbook)| asked::read(path, runbook)).collect()
}

/// A contradiction as a sentence.
fn told(found: &Contradiction) -> String {
    let place = |at: &Option<crate::model::gate::DeclaredAt>| match at {
        Some(at) => match at.line {
            Some(line) => format!("`{}`, line {line},", at.path),
            None => format!("`{}`", at.path),
        },
        None => "another place".to_owned(),
    };
    format!(
        "For the gate {}, {} asks for `{}` of {} and {} for `{}`: the stricter judges.",
        found.title,
        place(&found.text_at),
        found.key,
        found.text,
        place(&found.other_at),
        found.other
    )
}

fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}
