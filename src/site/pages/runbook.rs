//! A runbook as it stands in one edition: whether it can be trusted, what to do, and everything that it names.
//! `outer` is the edition, `inner` the runbook in it.

mod findings;
mod named;
mod origin;
mod shelf;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::freshness::State;
use crate::model::handbook::JudgedRunbook;
use crate::model::runbook::{Runbook, ScheduleKind, SectionKind};
use crate::site::address::{part, root_of};
use crate::site::body;
use crate::site::body::shape::known_fields;
use crate::site::body::written::Body;
use crate::site::frame::{Frame, Made, notice};
use crate::site::kind::{Kind, PLAIN};
use crate::site::later;
use crate::site::markup::Markup;
use crate::site::mould::short;
use crate::site::pages::destination::{Reading, fragment};
use crate::site::pages::failing::{failing, verdict};
use crate::site::pages::marked::{marks, rollback};
use crate::site::pages::runbook::findings::{
    AcceptedFacts, Counts, DutyFacts, FindingFacts, MOST_FINDINGS, MOST_REASONS, accepted, duties, findings, number, reasons,
};
use crate::site::pages::runbook::named::{ChangedFiles, CriterionFacts, ReferenceFacts, changed, criteria, references, rows};
use crate::site::pages::runbook::origin::made_from;
use crate::site::pages::runbook::shelf::{Shelf, shelf};
use crate::site::pages::views::{EditionView, FreshnessFacts, owners, printed};
use crate::site::shared::{Site, title};
use crate::site::target::Target;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "runbook",
    template: include_str!("../../../templates/runbook.html"),
    pages,
    make,
    made_from: Some(made_from),
    of_edition: true,
    section: "runbooks",
    ..PLAIN
};

/// Headings in the table of contents.
const MOST_HEADINGS: usize = 40;

#[derive(Serialize)]
struct Facts<'site> {
    product: &'site str,
    edition: EditionView<'site>,
    path: &'site str,
    slug: &'site str,
    /// The git blob id of the text.
    content: String,
    /// The digest of the rendered text, as in the manifest.
    body_sha256: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title_anchor: Option<&'site str>,
    owners: Vec<&'site str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_version: Option<&'site str>,
    /// The judgement that counts for who follows the page: of today on `latest` and on the main branch, else as released.
    freshness: FreshnessFacts<'site>,
    /// On `latest`: what was true on the day of the release. It never changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_released: Option<FreshnessFacts<'site>>,
    /// How much there is of the lists below, which end after the first thousand.
    counts: Counts,
    findings: Vec<FindingFacts<'site>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<AcceptedFacts<'site>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    duties: Vec<DutyFacts<'site>>,
    headings: Vec<HeadingFacts<'site>>,
    steps: Vec<StepFacts<'site>>,
    checklist: usize,
    references: Vec<ReferenceFacts<'site>>,
    criteria: Vec<CriterionFacts<'site>>,
    roles: Vec<RoleFacts<'site>>,
    schedules: Vec<ScheduleFacts<'site>>,
    /// What the text says about itself, in its own words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldFacts<'site>>,
    problems: Vec<ProblemFacts<'site>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_change: Option<ChangeFacts<'site>>,
    history: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

/// The facts that the template of the program shows; of some lists only how long they are.
#[derive(Serialize)]
struct Shown<'facts, 'site> {
    edition: &'facts EditionView<'site>,
    path: &'site str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title_anchor: Option<&'site str>,
    owners: &'facts [&'site str],
    #[serde(skip_serializing_if = "Option::is_none")]
    text_version: Option<&'site str>,
    freshness: &'facts FreshnessFacts<'site>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_released: Option<&'facts FreshnessFacts<'site>>,
    counts: &'facts Counts,
    findings: Vec<()>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    accepted: &'facts [AcceptedFacts<'site>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    duties: &'facts [DutyFacts<'site>],
    steps: Vec<()>,
    references: Vec<()>,
    roles: &'facts [RoleFacts<'site>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'facts [FieldFacts<'site>],
    problems: &'facts [ProblemFacts<'site>],
    #[serde(skip_serializing_if = "Option::is_none")]
    last_change: Option<&'facts ChangeFacts<'site>>,
    history: &'facts str,
}

impl<'facts, 'site> Shown<'facts, 'site> {
    fn of(facts: &'facts Facts<'site>) -> Self {
        Self {
            edition: &facts.edition,
            path: facts.path,
            title_anchor: facts.title_anchor,
            owners: &facts.owners,
            text_version: facts.text_version,
            freshness: &facts.freshness,
            as_released: facts.as_released.as_ref(),
            counts: &facts.counts,
            findings: vec![(); facts.findings.len()],
            accepted: &facts.accepted,
            duties: &facts.duties,
            steps: vec![(); facts.steps.len()],
            references: vec![(); facts.references.len()],
            roles: &facts.roles,
            fields: &facts.fields,
            problems: &facts.problems,
            last_change: facts.last_change.as_ref(),
            history: &facts.history,
        }
    }
}

/// What the page shows on top of the facts.
#[derive(Serialize)]
struct Extra<'site> {
    /// The runbooks that stand beside this one.
    shelf: Option<Shelf<'site>>,
    /// The entries of the bar at the bottom of small screens.
    jump: Vec<Jump>,
    /// The table of contents.
    contents: Vec<Content<'site>>,
    /// The reasons of the panel, worst first.
    reasons: Markup,
    /// The rows of the table of references.
    references: Markup,
    /// Files that it names and that changed since the review.
    changed: Option<ChangedFiles<'site>>,
    /// Findings that the panel has no room for.
    more: usize,
    /// Criteria without a number.
    undeclared: Vec<CriterionFacts<'site>>,
    /// Where the file can be read, without a line.
    source: Option<String>,
    /// Whether a commit was checked; else it was the working tree.
    is_committed: bool,
    /// The commit that was checked, as people read it; none where it is that of the build, which stands beside the page.
    checked_at: Option<&'site str>,
    /// What the branch of that commit is called.
    head: &'site str,
    /// How the last review is known, in words.
    review: &'static str,
    /// Whether the judgement is of today; else it is of the day of the release.
    is_today: bool,
    /// The state in a few words: `Broken: step 4 of 5`.
    verdict: String,
    /// The first step that fails, where the runbook is broken.
    failing: Option<FailingFacts<'site>>,
    /// The run sheet of the text, relative to the page.
    run: Option<String>,
    /// The page of the same runbook on the main branch, where a reader of `latest` finds what was mended since.
    on_main: Option<String>,
}

/// What the banner says of the steps that fail.
#[derive(Serialize)]
struct FailingFacts<'site> {
    /// `step 4 of 5`.
    words: String,
    is_one: bool,
    /// The place of the first of them.
    id: &'site str,
    message: &'site str,
}

#[derive(Serialize)]
struct Content<'site> {
    id: &'site str,
    title: &'site str,
    is_inner: bool,
}

#[derive(Serialize)]
struct HeadingFacts<'site> {
    id: &'site str,
    title: &'site str,
    level: u8,
    kind: SectionKind,
}

#[derive(Serialize)]
struct StepFacts<'site> {
    id: &'site str,
    number: String,
    text: &'site str,
    line: u32,
}

#[derive(Serialize)]
struct RoleFacts<'site> {
    name: &'site str,
    #[serde(skip_serializing_if = "str::is_empty")]
    duty: &'site str,
}

#[derive(Serialize)]
struct FieldFacts<'site> {
    key: &'site str,
    value: &'site str,
}

#[derive(Serialize)]
struct ScheduleFacts<'site> {
    text: &'site str,
    meaning: ScheduleKind,
    line: u32,
}

#[derive(Serialize)]
struct ProblemFacts<'site> {
    line: Option<u32>,
    message: &'site str,
}

#[derive(Serialize)]
struct ChangeFacts<'site> {
    commit: &'site str,
    day: NaiveDate,
    subject: &'site str,
}

#[derive(Serialize)]
struct Jump {
    word: &'static str,
    /// Where it leads, relative to the page.
    href: String,
    is_rollback: bool,
}

fn pages(site: &Site) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, product) in site.products.iter().enumerate() {
        for (slug, outer, inner) in product.held() {
            let edition = &product.editions[outer];
            let path = &edition.edition.runbooks[inner].runbook.path;
            let target = |address: &str, is_latest| Target {
                address: format!("{address}runbooks/{}/", part(slug)),
                owner: format!("runbook `{path}` of {}", edition.edition.version),
                product: Some(number),
                outer,
                inner,
                is_latest,
                ..Target::default()
            };
            // Where the text stands in an older edition, a small page leads to it.
            if product.stands(outer, slug) == outer {
                targets.push(target(&edition.address, false));
            }
            if product.latest == Some(outer) {
                targets.push(target(&product.latest_address(), true));
            }
        }
    }
    targets
}

fn make(site: &Site, target: &Target) -> Made {
    let product = site.product(target);
    let place = &product.editions[target.outer];
    let edition = place.edition;
    let released = &edition.runbooks[target.inner];
    let judged = &product.followed(target.outer, target.is_latest)[target.inner];
    let is_today = edition.release.is_none() || !std::ptr::eq(judged, released);
    let runbook = &*judged.runbook.runbook;
    let body = site.body(judged);
    let root = root_of(&target.address);
    let written = body::write(runbook, body);
    let (marks, marked) = marks(site, target, judged, &written);
    let slug = judged.runbook.slug.as_str();
    let view = EditionView::of(product, target.outer);
    let index = if target.is_latest {
        product.latest_address()
    } else {
        view.url.to_string()
    };
    let head = product.editions.iter().find(|site| site.edition.release.is_none());
    let on_main = head
        .filter(|head| target.is_latest && head.with_slug(slug).is_some())
        .map(|head| format!("{}runbooks/{}/", head.address, part(slug)));
    let commit = if is_today { &site.handbook.commit } else { &edition.commit };
    let checked_at = commit.as_ref().filter(|_| !is_today).map(|commit| short(&commit.id));
    let source = site.source(place.revision(), &judged.runbook.path);
    let frame = frame(site, target, &view, &index, judged);
    let reading = Reading {
        target,
        released,
        revision: place.revision(),
        index: &index,
        root: &root,
    };
    let fragment = fragment(site, &reading, &written, &marks);
    let facts = Facts {
        product: &product.product.name,
        edition: view,
        path: &judged.runbook.path,
        slug,
        content: judged.runbook.content.to_string(),
        body_sha256: &written.sha256,
        summary: runbook.summary.as_deref(),
        title_anchor: body.title_anchor.as_deref().filter(|anchor| !anchor.is_empty()),
        owners: owners(judged),
        text_version: runbook.metadata.version.as_ref().map(|version| version.value.as_str()),
        freshness: FreshnessFacts::of(judged),
        as_released: (target.is_latest && is_today).then(|| FreshnessFacts::of(released)),
        counts: Counts::of(judged),
        findings: findings(site, judged, body, &marked, MOST_FINDINGS),
        accepted: accepted(judged),
        duties: duties(judged),
        headings: body
            .headings
            .iter()
            .map(|heading| HeadingFacts {
                id: &heading.id,
                title: &heading.title,
                level: heading.level,
                kind: heading.kind,
            })
            .collect(),
        steps: steps(runbook, body),
        checklist: runbook.checklist.len(),
        references: references(judged),
        criteria: criteria(runbook, |_| true),
        roles: runbook
            .roles
            .iter()
            .map(|role| RoleFacts {
                name: &role.name,
                duty: &role.duty,
            })
            .collect(),
        fields: known_fields(runbook)
            .into_iter()
            .map(|field| FieldFacts {
                key: &field.key,
                value: &field.value,
            })
            .collect(),
        schedules: runbook
            .schedules
            .iter()
            .map(|schedule| ScheduleFacts {
                text: &schedule.text,
                meaning: schedule.kind,
                line: runbook.lines.line(schedule.span.start),
            })
            .collect(),
        problems: runbook
            .problems
            .iter()
            .map(|problem| ProblemFacts {
                line: problem.line,
                message: &problem.message,
            })
            .collect(),
        last_change: judged.commits.first().map(|commit| ChangeFacts {
            commit: &commit.id,
            day: commit.date.date_naive(),
            subject: &commit.subject,
        }),
        history: format!("{}runbooks/{}/", product.base, part(slug)),
        source,
    };
    let extra = Extra {
        is_committed: commit.is_some(),
        checked_at,
        head: &site.handbook.head,
        is_today,
        on_main,
        run: product
            .sheet(target.outer, target.is_latest, slug)
            .map(|address| format!("{root}{address}index.html")),
        references: rows(&facts.references),
        reasons: reasons(
            facts.findings.get(..MOST_REASONS).unwrap_or(&facts.findings),
            facts.source.as_deref(),
            &root,
        ),
        ..extra(
            judged,
            body,
            facts.source.clone(),
            rollback(site, place, target.inner).map(|way| match way.other.filter(|_| product.is_old(target)) {
                Some(other) => {
                    let text = product.text(target.outer, &other.runbook.slug);
                    format!("{root}{text}index.html{}", way.anchor)
                }
                None => way.link_beside(),
            }),
        )
    };
    let extra = Extra {
        // The page of an old edition may stand for several, with other runbooks beside it in each.
        shelf: (!product.is_old(target)).then(|| shelf(product, target)),
        ..extra
    };
    let mut made = frame.with_shown(site, &facts, &Shown::of(&facts));
    made.extra = tera::Value::from_serializable(&extra);
    made.body = Some(Markup::vetted(&fragment));
    made.body_sha256 = Some(written.sha256);
    made
}

/// The frame of a page. `index` is the first page of the edition, as its readers know it.
fn frame(site: &Site, target: &Target, view: &EditionView, index: &str, judged: &JudgedRunbook) -> Frame {
    let product = site.product(target);
    let slug = judged.runbook.slug.as_str();
    let title = title(judged);
    let mut frame = Frame::of_product(KIND.name, site, target, title)
        .below(format!("Runbooks of {}", view.version), index)
        .described(format!("{title}, as at {}: {}", view.version, judged.freshness.reason));
    frame.address = format!("{index}runbooks/{}/", part(slug));
    frame.edition = Some(view.id.to_string());
    frame.version = Some(view.version.to_string());
    frame.notice = notice(site, target, &view.version, Some(slug));
    if let Some(release) = product.release_of(target.outer) {
        frame = frame.printed(printed(&release.release));
    }
    frame.is_unlisted = frame.notice.as_ref().is_some_and(|notice| notice.tone == "fail");
    if product.is_old(target) {
        frame = frame.of_its_day();
        frame.later = Some(later::of_runbook(product, slug));
        frame.text = Some(later::text_id(judged));
        // Search engines shall know one address for each runbook: that of the version in use.
        frame.canonical = product
            .latest
            .map(|_| format!("{}runbooks/{}/", product.latest_address(), part(slug)));
    } else if let Some(runbook) = product.runbooks.get(slug) {
        frame.versions = product.versions_of(runbook);
    }
    frame
}

fn steps<'site>(runbook: &'site Runbook, body: &'site Body) -> Vec<StepFacts<'site>> {
    runbook
        .steps
        .iter()
        .zip(body.step_ids())
        .map(|(step, id)| StepFacts {
            id,
            number: number(&step.number),
            text: &step.text,
            line: runbook.lines.line(step.span.start),
        })
        .collect()
}

fn extra<'site>(
    judged: &'site JudgedRunbook,
    body: &'site Body,
    source: Option<String>,
    rollback: Option<String>,
) -> Extra<'site> {
    let first = |kind: SectionKind| Some(format!("#{}", body.heading(kind)?.id));
    let jump = [
        ("Steps", first(SectionKind::Steps), false),
        ("Checks", first(SectionKind::Checks), false),
        ("Rollback", rollback, true),
    ]
    .into_iter()
    .filter_map(|(word, href, is_rollback)| {
        Some(Jump {
            word,
            href: href?,
            is_rollback,
        })
    })
    .collect();
    let outer = body.headings.iter().filter(|heading| heading.level == 2).count();
    let deepest = if outer > MOST_HEADINGS / 2 { 2 } else { 3 };
    let active = judged.findings.iter().filter(|finding| finding.suppression.is_none()).count();
    let failing = (judged.freshness.state == State::Broken)
        .then(|| failing_facts(judged, body))
        .flatten();
    Extra {
        verdict: verdict(judged),
        shelf: None,
        jump,
        contents: body
            .headings
            .iter()
            .filter(|heading| heading.level <= deepest)
            .take(MOST_HEADINGS)
            .map(|heading| Content {
                id: &heading.id,
                title: &heading.title,
                is_inner: heading.level > 2,
            })
            .collect(),
        reasons: Markup::default(),
        references: Markup::default(),
        changed: changed(judged),
        more: active.saturating_sub(MOST_REASONS),
        undeclared: criteria(&judged.runbook.runbook, Option::is_none),
        source,
        is_committed: false,
        checked_at: None,
        head: "",
        review: review_words(judged),
        is_today: false,
        failing,
        on_main: None,
        run: None,
    }
}

fn failing_facts<'site>(judged: &'site JudgedRunbook, body: &'site Body) -> Option<FailingFacts<'site>> {
    let failing = failing(judged)?;
    Some(FailingFacts {
        is_one: failing.count == 1,
        id: body.step_ids().get(failing.first)?,
        words: failing.words,
        message: failing.message,
    })
}

fn review_words(judged: &JudgedRunbook) -> &'static str {
    use crate::model::freshness::ReviewSource;
    match judged.freshness.reviewed.as_ref().map(|review| review.source) {
        // The day of an edit is no review, and is told as what it is.
        Some(ReviewSource::Declared | ReviewSource::Stamp | ReviewSource::Commit) => "",
        Some(ReviewSource::Trailer) => "reviewed, says a commit",
        Some(ReviewSource::Updated) => "edited, by its own word; no review is declared",
        None => "nothing tells when",
    }
}
