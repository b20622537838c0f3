//! The population of a period and a sample of it, as `sample` asks for them, without a handbook around them.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::audit::population::known::Known;
use crate::audit::population::sample::draw;
use crate::audit::{self, population};
use crate::error::{Error, Result};
use crate::judge::context::Context;
use crate::judge::dossier;
use crate::load::edition::{Cache, runbooks};
use crate::load::trail::trail;
use crate::model::evidence::Integrity;
use crate::model::population::{Deployment, Listed, Period, Population, Trail};
use crate::model::quote::Quote;
use crate::model::release::Release;
use crate::model::runbook::SectionKind;
use crate::model::sample::{Backwards, Sample, Traced, TracedRelease};

/// What is asked.
pub(crate) struct Request<'a> {
    /// The product, where the repository has several.
    pub(crate) product: Option<&'a str>,
    /// The first day.
    pub(crate) from: NaiveDate,
    /// The last day.
    pub(crate) to: NaiveDate,
    /// How many are drawn.
    pub(crate) size: usize,
    /// What they are drawn by.
    pub(crate) seed: &'a str,
}

/// Draws a sample of the changes of a period and traces each.
pub(crate) fn sample(context: &Context, request: &Request<'_>) -> Result<Sample> {
    let subject = context.subject(None, false)?;
    let head = subject.head.as_ref().map(|head| head.id.as_str());
    let known = of_product(dossier::known(context, false)?, request.product)?;
    let repository = context.repository.as_ref();
    let releases = &known.found.releases;
    let mut trail = trail(
        repository,
        head,
        subject.tree.as_ref(),
        &known.plan,
        releases,
        Some(request.from),
    )?;
    population::attested::attest(&mut trail.changes, &releases.iter().collect::<Vec<_>>());
    let population = population::population(
        &Known {
            trail: &trail,
            releases: releases.iter().collect(),
            left_out_tags: &known.found.left_out_tags,
            logs: &known.found.logs,
            exceptions: known.judged.iter().map(|judged| judged.exceptions.as_slice()).collect(),
            runbooks: Vec::new(),
        },
        &Period::between(request.from, request.to),
    );
    if population.changes.is_empty() {
        let error = Error::unjudged(format!("no change lies between {} and {}", request.from, request.to));
        return Err(error.with_help("changes count on their committer date, in UTC; both days belong to the period"));
    }
    let ids: Vec<&str> = population.changes.iter().map(|at| trail.changes[*at].id.as_str()).collect();
    let drawn = draw(request.seed, request.size, &ids);
    let mut tracer = Tracer {
        context,
        known: &known,
        cache: Cache::default(),
        ways: HashMap::new(),
    };
    let mut members = Vec::with_capacity(drawn.len());
    for at in drawn {
        members.push(tracer.trace(&trail, &population, population.changes[at])?);
    }
    let mut emergencies = Vec::new();
    for listed in &population.emergencies {
        emergencies.push(tracer.trace(&trail, &population, listed.change)?);
    }
    Ok(Sample {
        product: known.plan.name.clone(),
        seed: request.seed.to_owned(),
        size: request.size,
        population: population.changes.len(),
        digest: population.digest,
        period: population.period,
        head: trail.head,
        is_whole: trail.is_whole,
        members,
        emergencies,
    })
}

/// Follows a deployment back: the release that it was of, what let that through, and what it brought. It is named by its id, or by a commit or a
/// digest that it is of.
pub(crate) fn backwards(context: &Context, worktree: bool, product: Option<&str>, words: &str) -> Result<Backwards> {
    let all = dossier::known(context, worktree)?;
    if let Some(product) = product.filter(|product| !all.iter().any(|known| known.plan.id == *product)) {
        return Err(dossier::no_product(product, all.iter().map(|known| known.plan.id.as_str())));
    }
    let mut named: Vec<(&dossier::Known, &Release, Vec<Deployment>)> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    for known in all
        .iter()
        .filter(|known| product.is_none_or(|product| known.plan.id == product))
    {
        for release in &known.found.releases {
            let deployments = audit::deployments::deployments(release);
            ids.extend(deployments.iter().map(|deployment| deployment.id.clone()));
            let found: Vec<Deployment> = deployments
                .into_iter()
                .filter(|deployment| deployment.is_named(words))
                .collect();
            if !found.is_empty() {
                named.push((known, release, found));
            }
        }
    }
    let (known, release, deployments) = match named.as_slice() {
        [] => {
            let error = Error::usage(format!("no release has a deployment `{words}`"));
            let shown: Vec<&str> = ids.iter().take(5).map(String::as_str).collect();
            return Err(error.with_help(if shown.is_empty() {
                "nothing in the repository says that anything was deployed: no event of a record, and no file that a forge wrote"
                    .to_owned()
            } else {
                format!(
                    "the newest are `{}`; a commit or a digest names one as well",
                    shown.join("`, `")
                )
            }));
        }
        [(known, release, deployments)] => (*known, *release, deployments.clone()),
        several => {
            let versions: Vec<String> = several
                .iter()
                .map(|(known, release, _)| {
                    if known.plan.id.is_empty() {
                        release.version.clone()
                    } else {
                        format!("{} of {}", release.version, known.plan.id)
                    }
                })
                .collect();
            let error = Error::usage(format!(
                "several releases have a deployment `{words}`: {}",
                versions.join(", ")
            ));
            return Err(error.with_help("name it by its id, or say which product with `--product`"));
        }
    };
    let subject = context.subject(None, worktree)?;
    let head = subject.head.as_ref().map(|head| head.id.as_str());
    let trail = trail(
        context.repository.as_ref(),
        head,
        subject.tree.as_ref(),
        &known.plan,
        &known.found.releases,
        None,
    )?;
    let mut tracer = Tracer {
        context,
        known,
        cache: Cache::default(),
        ways: HashMap::new(),
    };
    let traced = tracer.release(&release.version)?;
    let version = Some(release.version.as_str());
    let changes = trail.changes.into_iter();
    Ok(Backwards {
        product: known.plan.name.clone(),
        deployments,
        release: traced,
        changes: changes.filter(|change| change.release.as_deref() == version).collect(),
        is_whole: trail.is_whole,
    })
}

/// The product that is asked for; the only one where nobody says.
fn of_product(known: Vec<dossier::Known>, product: Option<&str>) -> Result<dossier::Known> {
    let ids: Vec<String> = known.iter().map(|known| known.plan.id.clone()).collect();
    let mut of = known
        .into_iter()
        .filter(|known| product.is_none_or(|product| known.plan.id == product));
    match (of.next(), of.next()) {
        (Some(known), None) => Ok(known),
        (None, _) => Err(dossier::no_product(
            product.unwrap_or_default(),
            ids.iter().map(String::as_str),
        )),
        (Some(_), Some(_)) => {
            let error = Error::usage(format!(
                "the repository has {} products, and a population is of one",
                ids.len()
            ));
            Err(error.with_help(format!("say which, with `--product`: `{}`", ids.join("`, `"))))
        }
    }
}

/// Follows changes to what came of them.
struct Tracer<'a> {
    context: &'a Context,
    known: &'a dossier::Known,
    cache: Cache,
    /// The ways back that runbooks of a commit tell.
    ways: HashMap<String, Vec<Quote>>,
}

impl Tracer<'_> {
    fn trace(&mut self, trail: &Trail, population: &Population, at: usize) -> Result<Traced> {
        let change = trail.changes[at].clone();
        let lists = [
            &population.direct, &population.self_approved, &population.bypassed, &population.emergencies,
        ];
        let why = |list: &Vec<Listed>| {
            let place = list.binary_search_by_key(&at, |listed| listed.change).ok()?;
            Some(list[place].why.clone())
        };
        let remarks = lists.into_iter().filter_map(why).collect();
        let shipped_in = match &change.release {
            Some(version) => Some(self.release(version)?),
            None => None,
        };
        Ok(Traced {
            change,
            remarks,
            shipped_in,
        })
    }

    fn release(&mut self, version: &str) -> Result<TracedRelease> {
        let mut traced = TracedRelease {
            version: version.to_owned(),
            ..TracedRelease::default()
        };
        let releases = &self.known.found.releases;
        let Some(place) = releases.iter().position(|release| release.version == version) else {
            return Ok(traced);
        };
        let (release, judged) = (&releases[place], &self.known.judged[place]);
        traced.state = Some(judged.verdict.state);
        traced.commit.clone_from(&release.commit);
        traced.day = release.date.as_ref().map(|date| date.day.to_string()).unwrap_or_default();
        traced.gates = judged.verdict.gates.len();
        let open = judged.verdict.gates.iter().filter(|gate| !gate.outcome.lets_through());
        traced.open = open.map(|gate| gate.gate.clone()).collect();
        traced.let_through = traced.gates - traced.open.len();
        traced.exceptions = judged.exceptions.iter().map(|applied| applied.id.clone()).collect();
        traced.exceptions.dedup();
        traced.approvals = population::approvals(release);
        traced.deployments = audit::deployments::deployments(release);
        traced.record = release.record.as_ref().map(|record| record.path.clone());
        traced.record_digest.clone_from(&release.record_digest);
        let intact = release.evidence.iter().filter(|file| file.integrity == Integrity::Recorded);
        traced.evidence = (intact.count(), release.evidence.len());
        let notes = release.notes.iter().find(|notes| !notes.path.is_empty());
        traced.changelog = notes.map(|notes| format!("{}:{}", notes.path, notes.line));
        if let Some(commit) = release.commit.as_ref().filter(|_| release.commit_is_present) {
            traced.way_back = self.way_back(commit)?;
        }
        Ok(traced)
    }

    /// The sections of the runbooks of a commit that tell how to undo a release.
    fn way_back(&mut self, commit: &str) -> Result<Vec<Quote>> {
        if let Some(known) = self.ways.get(commit) {
            return Ok(known.clone());
        }
        let subject = self.context.subject(Some(commit), false)?;
        let mut found = Vec::new();
        for (path, runbook) in runbooks(&self.cache, subject.tree.as_ref(), &self.known.plan) {
            let sections = runbook
                .sections
                .iter()
                .filter(|section| section.kind == SectionKind::Rollback);
            found.extend(sections.map(|section| Quote {
                path: path.clone(),
                line: runbook.place(section.span).line,
                text: section.title.clone(),
            }));
        }
        self.ways.insert(commit.to_owned(), found.clone());
        Ok(found)
    }
}
