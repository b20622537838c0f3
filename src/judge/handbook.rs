//! The way through the program: everything that a handbook holds is read, then judged.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::audit;
use crate::config::product::{ProductPlan, SourcePlan, plans};
use crate::error::Result;
use crate::judge;
use crate::judge::context::{Context, Subject};
use crate::judge::edition::Judge;
use crate::judge::kept::{Found, Judged, Origin, Shelf, attachment_origins};
use crate::judge::key::Keys;
use crate::judge::released::{duties_then, judge_releases};
use crate::judge::releases::Verdicts;
use crate::judge::standing::{of_controls, standing};
use crate::judge::store::store;
use crate::judge::theme::theme;
use crate::judge::watcher::Watcher;
use crate::load::attachments::attachments;
use crate::load::discovery::runbook_paths;
use crate::load::edition::{Cache, Revision, edition, edition_of_texts};
use crate::load::registers::registers;
use crate::load::releases::{Releases, releases};
use crate::load::trail::trail;
use crate::model::attachment::Attachment;
use crate::model::edition::Edition;
use crate::model::finding::Finding;
use crate::model::handbook::{Handbook, JudgedEdition, JudgedRunbook, Product};
use crate::model::history::Commit;
use crate::model::population::{Period, Trail};
use crate::model::release::Release;
use crate::source::history::seen::View;
use crate::source::tags::{FoundTag, tags};
use crate::source::tree::Tree;

/// What was read before, by its content: a text that did not change since is not read again.
#[derive(Default)]
pub(crate) struct Memory(Cache);

/// Reads and judges everything. With `worktree` the files of the worktree take the place of the head of the branch.
pub(crate) fn read(context: &Context, worktree: bool, progress: &dyn Watcher) -> Result<Handbook> {
    read_again(context, worktree, &Memory::default(), progress)
}

/// The same by a program that has read much of it before.
pub(crate) fn read_again(context: &Context, worktree: bool, memory: &Memory, progress: &dyn Watcher) -> Result<Handbook> {
    let handbook = read_with(context, worktree, None, &memory.0, progress)?;
    memory.0.forget_unused();
    Ok(handbook)
}

/// The same, with one period for auditors in place of those of the settings.
pub(crate) fn read_period(context: &Context, period: &Period, progress: &dyn Watcher) -> Result<Handbook> {
    read_with(context, false, Some(period), &Cache::default(), progress)
}

fn read_with(
    context: &Context,
    worktree: bool,
    period: Option<&Period>,
    cache: &Cache,
    progress: &dyn Watcher,
) -> Result<Handbook> {
    if let Some(repository) = &context.repository {
        cache.recall(repository);
    }
    let subject = context.subject(None, worktree)?;
    let tags = context.repository.as_ref().map(tags).transpose()?.unwrap_or_default();
    let theme = theme(&context.config.theme, subject.tree.as_ref())?;
    let plans = plans(&context.config, &context.name());
    let mut products = Vec::new();
    for plan in &plans {
        let reader = Reader {
            context,
            plan,
            cache,
            subject: &subject,
            period,
            progress,
        };
        products.push(reader.product(&tags, plans.len() == 1)?);
    }
    cache.keep();
    let findings = about_the_repository(&mut products);
    Ok(Handbook {
        title: context.title(),
        commit: subject.commit,
        today: context.today,
        completeness: context.completeness(),
        source_url: context.source_url(),
        head: context.head_in_words(),
        base_url: context.config.base_url.clone(),
        theme,
        products,
        rules: audit::rule_texts(),
        clock_rules: audit::clock::REVIEWS,
        findings,
    })
}

/// Takes the findings that name no file out of the products: they are about the repository, and every product has met them.
fn about_the_repository(products: &mut [Product]) -> Vec<Finding> {
    let mut taken: Vec<Finding> = Vec::new();
    for product in products {
        let (general, own) = std::mem::take(&mut product.findings)
            .into_iter()
            .partition(|finding| finding.path.is_empty());
        product.findings = own;
        taken.extend(
            general
                .into_iter()
                .filter(|finding| !taken.contains(finding))
                .collect::<Vec<_>>(),
        );
    }
    taken
}

/// What is needed to read one product.
struct Reader<'a> {
    context: &'a Context,
    plan: &'a ProductPlan,
    cache: &'a Cache,
    subject: &'a Subject,
    /// The only period that auditors get, where one is asked for.
    period: Option<&'a Period>,
    progress: &'a dyn Watcher,
}

/// A release that gets an edition.
struct Pinned {
    /// The index of the release.
    release: usize,
    commit: Arc<Commit>,
    /// The day that its edition is judged as of.
    day: NaiveDate,
    key: Option<String>,
    held: Held,
}

/// What is known of the edition of a release.
enum Held {
    /// Its files, to be read and judged.
    Tree(Box<dyn Tree>),
    /// The judgement of an earlier run.
    Found(Found),
}

/// The releases that get an edition.
#[derive(Default)]
struct Chosen {
    pinned: Vec<Pinned>,
    /// For each release why it has none.
    absent: Vec<Option<String>>,
    /// The keys of those that hold no runbook.
    empty: Vec<String>,
}

impl Reader<'_> {
    fn product(&self, tags: &[FoundTag], is_only: bool) -> Result<Product> {
        let name = if self.plan.name.is_empty() {
            self.context.name()
        } else {
            self.plan.name.clone()
        };
        self.progress.begin(&format!("{name}: reading releases"), 1);
        let store = store(self.context, self.plan, self.subject.tree.as_ref())?;
        let mut found = releases(self.context.repository.as_ref(), tags, store.source(), self.plan);
        let head = self.subject.tree.as_ref();
        judge::attestations::check(self.context, head, store.source().tree, &mut found.releases);
        let registers = registers(head, self.plan, &mut found.findings);
        let today = self.context.today;
        let Verdicts {
            gates,
            findings: mut of_releases,
            releases: verdicts,
        } = judge::releases::judge(
            self.context,
            self.plan,
            (self.subject.tree.as_ref(), self.cache),
            &registers.exceptions,
            &mut found,
        );
        audit::rule::apply_levels(&self.context.config, &mut of_releases);
        found.findings.append(&mut of_releases);
        let keys = Keys::of(self.context, self.plan);
        let shelf = Shelf::of(self.context.repository.as_ref().filter(|_| keys.is_some()), &self.plan.id);
        let Chosen { pinned, absent, empty } = self.chosen(&found, keys.as_ref(), &shelf)?;
        let judge = self.judge(&pinned)?;
        let checkout = match &self.plan.source {
            SourcePlan::Folder(_) => None,
            SourcePlan::Checkout(path) => Some(self.context.checkout(path)),
        };
        let head = Revision {
            id: "next".to_owned(),
            commit: self.subject.commit.clone(),
            tree: self.subject.tree.as_ref(),
            checkout: checkout
                .as_ref()
                .map(|checkout| checkout.as_ref().map(|tree| tree as &dyn Tree).map_err(Clone::clone)),
            repository_name: self.context.name(),
            web_url: self.context.web_url(),
        };
        let (editions, origins) = self.editions(&judge, &head, pinned, &found.releases, &mut found.findings)?;
        let nothing = Origin::default();
        let judged = editions.iter().zip(&origins).filter_map(|(edition, origin)| {
            Some(Judged {
                key: edition.key.as_deref()?,
                runbooks: &edition.runbooks,
                origin,
            })
        });
        let without = empty.iter().map(|key| Judged {
            key,
            runbooks: &[],
            origin: &nothing,
        });
        shelf.close(&judged.chain(without).collect::<Vec<_>>());
        let moves = judge::moves::moves(self.context, &editions)?;
        let inventory = audit::inventory::inventory(&found.releases, &registers.exceptions, today);
        let licences = audit::licences::judge(&self.context.config.licences, &inventory);
        let late = judge::releases::late(&found.releases, &verdicts);
        let mut releases = judge_releases(found.releases, verdicts, &editions, absent);
        let then = duties_then(&registers.duties, &releases, &found.logs, today);
        for (release, duties) in releases.iter_mut().zip(then) {
            release.duties = duties;
        }
        let used: Vec<(String, String)> = releases
            .iter()
            .flat_map(|release| {
                let version = &release.release.version;
                release.exceptions.iter().map(|applied| (applied.id.clone(), version.clone()))
            })
            .collect();
        let all: Vec<&Release> = releases.iter().map(|judged| &judged.release).collect();
        let mut standing = standing(self.context, self.plan, &registers, &all, &found.logs, &used, &late);
        audit::rule::apply_levels(&self.context.config, &mut standing.findings);
        found.findings.extend(standing.findings);
        let mut product = Product {
            prefix: if is_only { String::new() } else { self.plan.id.clone() },
            name,
            summary: self.plan.summary.clone(),
            editions,
            today: Vec::new(),
            moves,
            releases,
            coming: found.coming,
            left_out_tags: found.left_out_tags,
            gates,
            logs: found.logs,
            exceptions: standing.exceptions,
            inventory,
            licences,
            duties: standing.duties,
            support: standing.support,
            kept: standing.kept,
            trail: Trail::default(),
            populations: Vec::new(),
            controls: Vec::new(),
            findings: found.findings,
        };
        self.changes(&mut product)?;
        self.controls(&mut product);
        product.today = self.today(&judge, &head, &product)?;
        Ok(product)
    }

    /// The controls of a product, and what is wrong with them.
    fn controls(&self, product: &mut Product) {
        let releases: Vec<&Release> = product.releases.iter().map(|judged| &judged.release).collect();
        let then = judge::controls::at_releases(self.context, &self.plan.id, &releases);
        product.controls = audit::controls::judge(product, self.plan, &then);
        let releases: Vec<_> = product
            .releases
            .iter()
            .map(|judged| (&judged.release, &judged.verdict))
            .collect();
        let of_product = (product.gates.as_slice(), releases.as_slice());
        let mut findings = of_controls(self.context, self.plan, self.cache, of_product, &product.support);
        audit::rule::apply_levels(&self.context.config, &mut findings);
        product.findings.extend(findings);
    }

    /// The changes of a product, and the periods that auditors get.
    fn changes(&self, product: &mut Product) -> Result<()> {
        let settings = &self.context.config.audit;
        if settings.periods == 0 && self.period.is_none() {
            return Ok(());
        }
        let releases: Vec<Release> = product.releases.iter().map(|judged| judged.release.clone()).collect();
        let head = self.subject.head.as_ref().map(|head| head.id.as_str());
        let since = match self.period {
            Some(period) => Some(period.from),
            None => audit::population::since(settings, self.context.today),
        };
        let tree = self.subject.tree.as_ref();
        product.trail = trail(self.context.repository.as_ref(), head, tree, self.plan, &releases, since)?;
        audit::population::attested::attest(&mut product.trail.changes, &releases.iter().collect::<Vec<_>>());
        let runbooks = product.releases.iter().map(|judged| {
            let edition = judged.edition.and_then(|edition| product.editions.get(edition));
            edition.map(|edition| edition.runbooks.as_slice()).unwrap_or_default()
        });
        let known = audit::population::known::Known {
            trail: &product.trail,
            releases: releases.iter().collect(),
            left_out_tags: &product.left_out_tags,
            logs: &product.logs,
            exceptions: product.releases.iter().map(|judged| judged.exceptions.as_slice()).collect(),
            runbooks: runbooks.collect(),
        };
        let periods = match self.period {
            Some(period) => vec![period.clone()],
            None => audit::population::periods(&known, settings, self.context.today),
        };
        let populations = periods.iter().map(|period| audit::population::population(&known, period));
        product.populations = populations.collect();
        Ok(())
    }

    /// The texts of the edition in use, judged today against the head: what happens to somebody who follows them.
    fn today(&self, judge: &Judge<'_>, head: &Revision<'_>, product: &Product) -> Result<Vec<JudgedRunbook>> {
        let in_use = product.in_use().and_then(|index| product.editions.get(index));
        let Some((edition, commit)) = in_use.and_then(|edition| Some((edition, edition.commit.clone()?))) else {
            return Ok(Vec::new());
        };
        let texts: Vec<_> = edition.runbooks.iter().map(|judged| judged.runbook.clone()).collect();
        judge.see(vec![View {
            commit: commit.id.clone(),
            paths: texts.iter().map(|runbook| runbook.path.clone()).collect(),
        }])?;
        let edition = edition_of_texts(self.cache, self.plan, head, commit, texts);
        Ok(judge.edition(&edition, self.context.today)?.0)
    }

    /// The releases whose commit is there and holds runbooks, newest first; for the others why they have no edition.
    fn chosen(&self, found: &Releases, keys: Option<&Keys>, shelf: &Shelf<'_>) -> Result<Chosen> {
        let known: Vec<Result<Option<Pinned>>> = found
            .releases
            .par_iter()
            .enumerate()
            .map(|(index, release)| match keys {
                Some(keys) => self.known(index, release, keys, shelf),
                None => Ok(None),
            })
            .collect();
        let settings = &self.context.config.editions;
        let mut chosen = Chosen::default();
        for ((index, release), known) in found.releases.iter().enumerate().zip(known) {
            let over = settings.limit.filter(|limit| chosen.pinned.len() >= *limit as usize);
            let reason = self.absent(release).or_else(|| {
                let limit = over?;
                Some(format!(
                    "only the newest {limit} releases get an edition; `editions.limit` changes that"
                ))
            });
            if reason.is_some() {
                chosen.absent.push(reason);
                continue;
            }
            let pinned = match known? {
                Some(known) => Some(known),
                None => self.read(index, release, keys)?,
            };
            let is_empty = |pinned: &Pinned| match &pinned.held {
                Held::Found(found) => found.runbooks.is_empty(),
                Held::Tree(tree) => runbook_paths(tree.as_ref(), self.plan).is_empty(),
            };
            match pinned {
                Some(pinned) if !is_empty(&pinned) => {
                    chosen.pinned.push(pinned);
                    chosen.absent.push(None);
                }
                pinned => {
                    chosen.empty.extend(pinned.and_then(|pinned| pinned.key));
                    chosen.absent.push(Some("it holds no runbooks".to_owned()));
                }
            }
        }
        Ok(chosen)
    }

    /// Why a release has no edition, as far as it can be told without its files.
    fn absent(&self, release: &Release) -> Option<String> {
        let reason = if release.commit.is_none() {
            "no tag and no record names its commit"
        } else if !release.commit_is_present {
            "this clone does not have its commit; fetch it to see its runbooks"
        } else if release.is_prerelease() && !self.context.config.editions.prereleases {
            "pre-releases get no edition; `editions.prereleases = true` changes that"
        } else {
            return None;
        };
        Some(reason.to_owned())
    }

    /// The edition of a release as an earlier run judged it.
    fn known(&self, index: usize, release: &Release, keys: &Keys, shelf: &Shelf<'_>) -> Result<Option<Pinned>> {
        let Some(revision) = release.commit.as_deref().filter(|_| self.absent(release).is_none()) else {
            return Ok(None);
        };
        let Some(commit) = self.context.commit(revision)? else {
            return Ok(None);
        };
        let day = self.day(release, &commit);
        let key = keys.of_release(release, &commit, day);
        let found = shelf.find(&key, self.cache).map(Held::Found);
        Ok(found.map(|held| Pinned {
            release: index,
            commit,
            day,
            key: Some(key),
            held,
        }))
    }

    /// The edition of a release with its files.
    fn read(&self, index: usize, release: &Release, keys: Option<&Keys>) -> Result<Option<Pinned>> {
        let subject = self.context.subject(release.commit.as_deref(), false)?;
        Ok(subject.commit.map(|commit| {
            let day = self.day(release, &commit);
            Pinned {
                release: index,
                key: keys.map(|keys| keys.of_release(release, &commit, day)),
                commit,
                day,
                held: Held::Tree(subject.tree),
            }
        }))
    }

    /// The day that the edition of a release is judged as of: that of the release, as far as it is not to come.
    fn day(&self, release: &Release, commit: &Commit) -> NaiveDate {
        let day = release
            .date
            .as_ref()
            .map_or_else(|| crate::load::edition::day(commit), |date| date.day);
        day.min(self.context.today)
    }

    /// The judge of all editions, who has walked the history of their runbooks once.
    fn judge(&self, pinned: &[Pinned]) -> Result<Judge<'_>> {
        let views = pinned.iter().filter_map(|pinned| match &pinned.held {
            Held::Tree(tree) => Some(View {
                commit: pinned.commit.id.clone(),
                paths: runbook_paths(tree.as_ref(), self.plan),
            }),
            Held::Found(_) => None,
        });
        let views = views.collect();
        let paths = runbook_paths(self.subject.tree.as_ref(), self.plan);
        self.progress.begin(&format!("{}: reading history", self.plan.id), 1);
        let judge = Judge::new(self.context, self.subject.head.as_deref(), &paths)?;
        judge.see(views)?;
        Ok(judge)
    }

    fn editions(
        &self,
        judge: &Judge<'_>,
        head: &Revision<'_>,
        pinned: Vec<Pinned>,
        releases: &[Release],
        findings: &mut Vec<Finding>,
    ) -> Result<(Vec<JudgedEdition>, Vec<Origin>)> {
        self.progress
            .begin(&format!("{}: judging editions", self.plan.id), pinned.len() + 1);
        findings.extend(
            self.subject
                .skipped
                .iter()
                .filter(|finding| finding.path.starts_with(&self.plan.root))
                .cloned(),
        );
        let edition_next = edition(self.cache, self.plan, head, None, findings)?;
        let (runbooks, edition_findings) = judge.edition(&edition_next, self.context.today)?;
        findings.extend(edition_findings);
        let mut editions = vec![JudgedEdition {
            id: "next".to_owned(),
            version: "next".to_owned(),
            commit: self.subject.commit.clone(),
            release: None,
            runbooks,
            attachments: self.attachments(head.tree, &edition_next),
            key: None,
        }];
        self.progress.step();
        let mut origins = vec![Origin::default()];
        let older: Vec<Result<(JudgedEdition, Origin)>> = pinned
            .into_par_iter()
            .map(|pinned| self.older(pinned, releases, judge))
            .collect();
        for edition in older {
            let (edition, origin) = edition?;
            editions.push(edition);
            origins.push(origin);
        }
        Ok((editions, origins))
    }

    /// The edition of a release, judged as of the day of the release.
    fn older(&self, pinned: Pinned, releases: &[Release], judge: &Judge<'_>) -> Result<(JudgedEdition, Origin)> {
        let release = &releases[pinned.release];
        let Found {
            runbooks,
            attachments,
            origin,
        } = match pinned.held {
            Held::Found(found) => found,
            Held::Tree(tree) => {
                let revision = Revision {
                    id: release.slug.clone(),
                    commit: Some(Arc::clone(&pinned.commit)),
                    tree: tree.as_ref(),
                    checkout: None,
                    repository_name: self.context.name(),
                    web_url: self.context.web_url(),
                };
                let edition = edition(self.cache, self.plan, &revision, None, &mut Vec::new())?;
                let (runbooks, _) = judge.edition(&edition, pinned.day)?;
                let attachments = self.attachments(tree.as_ref(), &edition);
                let content = |path: &str| tree.listing().entry(path).map(|entry| entry.id);
                let parts = runbooks.iter().map(|judged| self.cache.is_part(&judged.runbook));
                let origin = Origin {
                    parts: parts.collect(),
                    attachments: attachment_origins(&attachments, content),
                };
                Found {
                    runbooks,
                    attachments,
                    origin,
                }
            }
        };
        self.progress.step();
        let edition = JudgedEdition {
            id: release.slug.clone(),
            version: release.version.clone(),
            commit: Some(pinned.commit),
            release: Some(pinned.release),
            runbooks,
            attachments,
            key: pinned.key,
        };
        Ok((edition, origin))
    }

    /// The files that runbooks show or link to. Texts are copied only where nobody can read them on the web.
    fn attachments(&self, tree: &dyn Tree, edition: &Edition) -> BTreeMap<String, Arc<Attachment>> {
        let with_texts = edition.commit.is_none() || self.context.source_url().is_none();
        attachments(self.cache, tree, edition, with_texts)
    }
}
