//! A handbook for tests of the site: two products, releases with gates of every outcome, findings of every severity.

pub(crate) mod audit;
pub(crate) mod evidence;
pub(crate) mod hostile;
mod inventory;
pub(crate) mod markup;
pub(crate) mod text;
pub(crate) mod texts;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use sha2::{Digest, Sha256};

use crate::model::edition::EditionRunbook;
use crate::model::finding::{Confidence, Finding, Related, RuleText, Severity};
use crate::model::freshness::{Freshness, ReferenceCounts, Review, ReviewSource, State};
use crate::model::handbook::{Handbook, JudgedEdition, JudgedRunbook, MAIN_BRANCH, Product};
use crate::model::history::{Commit, Completeness};
use crate::model::inventory::Inventory;
use crate::model::place::Span;
use crate::model::population::Trail;
use crate::model::reason::Reason;
use crate::model::reference::{Resolution, Status};
use crate::model::release::{LeftOutTag, LogRow, OperationsLog};
use crate::model::runbook::Runbook;
use crate::model::theme::Theme;
use crate::model::tree::ContentId;

/// A day.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("the sample has dates")
}

/// A moment.
pub(crate) fn moment(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("the sample has moments")
}

/// A commit whose id is made of its number.
pub(crate) fn commit(number: u32, at: &str, subject: &str) -> Arc<Commit> {
    Arc::new(Commit {
        id: content_id(&number.to_string()).to_string(),
        date: moment(at),
        subject: subject.to_owned(),
        author: "Release driver".to_owned(),
    })
}

/// A handbook of two products.
pub(crate) fn handbook() -> Handbook {
    Handbook {
        title: "Harbor handbook".to_owned(),
        commit: Some(commit(99, "2026-11-20T06:10:00+00:00", "Describe the new limits")),
        today: day("2026-11-20"),
        completeness: Completeness::Full,
        source_url: Some("https://example.org/code/{revision}/{path}".to_owned()),
        head: MAIN_BRANCH.to_owned(),
        base_url: None,
        theme: Theme::default(),
        products: vec![harbor("harbor"), dispatch()],
        rules: rules(),
        clock_rules: &["review-overdue"],
        findings: vec![Finding {
            rule: "tag-left-out",
            severity: Severity::Info,
            confidence: Confidence::High,
            path: String::new(),
            place: None,
            span: None,
            reference: None,
            message: "one tag names a file".to_owned(),
            help: None,
            suggestion: None,
            fix: None,
            related: Vec::new(),
            suppression: None,
            fingerprint: String::new(),
        }],
    }
}

/// A handbook of one product, whose pages stand at the root.
pub(crate) fn single() -> Handbook {
    Handbook {
        products: vec![harbor("")],
        ..handbook()
    }
}

/// A handbook of a repository in which nothing was found.
pub(crate) fn empty() -> Handbook {
    let product = Product {
        prefix: String::new(),
        name: "Empty".to_owned(),
        summary: String::new(),
        editions: vec![JudgedEdition {
            id: "next".to_owned(),
            version: "next".to_owned(),
            commit: None,
            release: None,
            runbooks: Vec::new(),
            attachments: BTreeMap::new(),
            key: None,
        }],
        today: Vec::new(),
        moves: Vec::new(),
        licences: Vec::new(),
        releases: Vec::new(),
        coming: Vec::new(),
        left_out_tags: Vec::new(),
        gates: Vec::new(),
        logs: Vec::new(),
        exceptions: Vec::new(),
        inventory: Inventory::default(),
        duties: Vec::new(),
        support: Vec::new(),
        kept: Vec::new(),
        trail: Trail::default(),
        populations: Vec::new(),
        controls: Vec::new(),
        findings: Vec::new(),
    };
    Handbook {
        commit: None,
        source_url: None,
        head: MAIN_BRANCH.to_owned(),
        base_url: None,
        completeness: Completeness::None,
        products: vec![product],
        ..handbook()
    }
}

fn harbor(prefix: &str) -> Product {
    let texts = Texts::default();
    let older = texts::older_release();
    let today = [
        ("runbooks/handover.md", "hand-over", texts::HANDOVER),
        ("runbooks/incident.md", "incident", texts::INCIDENT),
        ("runbooks/release.md", "release-process", texts::RELEASE),
        ("runbooks/restore.md", "restore", texts::RESTORE),
        ("runbooks/rotate.md", "rotate-keys", texts::ROTATE),
    ];
    let edition = |id: &str, commit: Arc<Commit>, release: Option<usize>, files: &[(&str, &str, &str)]| JudgedEdition {
        id: id.to_owned(),
        version: id.to_owned(),
        commit: Some(commit),
        release,
        runbooks: files
            .iter()
            .map(|(path, slug, text)| judged(&texts, path, slug, text))
            .collect(),
        attachments: BTreeMap::new(),
        key: None,
    };
    Product {
        prefix: prefix.to_owned(),
        name: "Harbor API".to_owned(),
        summary: "Takes orders, moves them to the dispatch worker and bills them.".to_owned(),
        editions: vec![
            edition(
                "next",
                commit(99, "2026-11-20T06:10:00+00:00", "Describe the new limits"),
                None,
                &today,
            ),
            edition(
                "v1.9.0-rc.1",
                commit(60, "2026-11-19T08:00:00+00:00", "Prepare v1.9.0-rc.1"),
                Some(0),
                &today[1..],
            ),
            edition(
                "v1.8.2",
                commit(50, "2026-11-17T08:55:00+00:00", "Prepare v1.8.2"),
                Some(1),
                &today[1..],
            ),
            edition(
                "v1.8.1",
                commit(40, "2026-11-02T09:00:00+00:00", "Prepare v1.8.1"),
                Some(2),
                &[today[1], ("runbooks/release.md", "release-process", &older), today[3]],
            ),
            edition(
                "v1.8.0",
                commit(30, "2026-10-14T09:00:00+00:00", "Prepare v1.8.0"),
                Some(3),
                &[
                    ("runbooks/release.md", "release-process", &older),
                    today[3],
                    ("runbooks/old.md", "old-way", "# The old way\n\nGone.\n"),
                ],
            ),
        ],
        // What v1.8.2 says, looked at today: the same texts, two of them behind the main branch.
        moves: Vec::new(),
        licences: inventory::licences(&inventory::inventory(&evidence::releases())),
        today: today[1..]
            .iter()
            .map(|(path, slug, text)| judged(&texts, path, slug, text))
            .collect(),
        inventory: inventory::inventory(&evidence::releases()),
        releases: evidence::releases(),
        coming: evidence::coming(),
        left_out_tags: vec![
            LeftOutTag {
                name: "nightly".to_owned(),
                reason: "not a version".to_owned(),
            },
            LeftOutTag {
                name: "v0.0.0-file".to_owned(),
                reason: "names a file, not a commit".to_owned(),
            },
        ],
        gates: evidence::gates(),
        logs: vec![OperationsLog {
            path: "docs/rollback-log.md".to_owned(),
            title: "Rollback log".to_owned(),
            columns: ["Date", "Version", "Why", "Minutes"].map(ToOwned::to_owned).to_vec(),
            rows: vec![LogRow {
                line: 5,
                date: Some(day("2026-10-15")),
                version: Some("v1.8.0".to_owned()),
                back_to: None,
                cells: ["2026-10-15", "v1.8.0", "Queue did not drain", "22"]
                    .map(ToOwned::to_owned)
                    .to_vec(),
            }],
            problems: Vec::new(),
        }],
        exceptions: Vec::new(),
        duties: Vec::new(),
        support: audit::support(),
        kept: audit::kept(),
        trail: audit::trail(),
        populations: audit::populations(),
        controls: audit::controls(),
        findings: vec![Finding {
            rule: "artifact-unreadable",
            severity: Severity::Warning,
            confidence: Confidence::High,
            path: "releases/v1.8.1/evidence/image-scan/trivy.sarif".to_owned(),
            place: None,
            span: None,
            reference: None,
            message: "the file ends in the middle of an object".to_owned(),
            help: Some("collect it again".to_owned()),
            suggestion: None,
            fix: None,
            related: Vec::new(),
            suppression: None,
            fingerprint: String::new(),
        }],
    }
}

fn dispatch() -> Product {
    let texts = Texts::default();
    let runbook = judged(
        &texts,
        "dispatch/runbooks/operate.md",
        "operate",
        "# Operate the worker\n\n## Steps\n\n1. Look at the queue\n2. Drain it\n",
    );
    Product {
        prefix: "dispatch".to_owned(),
        name: "Dispatch worker".to_owned(),
        summary: String::new(),
        editions: vec![JudgedEdition {
            id: "next".to_owned(),
            version: "next".to_owned(),
            commit: Some(commit(99, "2026-11-20T06:10:00+00:00", "Describe the new limits")),
            release: None,
            runbooks: vec![runbook],
            attachments: BTreeMap::new(),
            key: None,
        }],
        today: Vec::new(),
        moves: Vec::new(),
        licences: Vec::new(),
        releases: Vec::new(),
        coming: Vec::new(),
        left_out_tags: Vec::new(),
        gates: Vec::new(),
        logs: Vec::new(),
        exceptions: Vec::new(),
        inventory: Inventory::default(),
        duties: Vec::new(),
        support: Vec::new(),
        kept: Vec::new(),
        trail: Trail::default(),
        populations: Vec::new(),
        controls: Vec::new(),
        findings: Vec::new(),
    }
}

/// Texts that were read already, so that editions share them.
#[derive(Default)]
pub(crate) struct Texts {
    read: std::cell::RefCell<BTreeMap<String, Arc<Runbook>>>,
}

impl Texts {
    fn read(&self, text: &str) -> Arc<Runbook> {
        Arc::clone(
            self.read
                .borrow_mut()
                .entry(text.to_owned())
                .or_insert_with(|| Arc::new(text::runbook(text))),
        )
    }
}

/// Words in the sample texts that are wrong, and how.
const WRONG: &[(&str, &str, Severity, &str, Option<&str>)] = &[
    (
        "make audit-eval",
        "make-target-missing",
        Severity::Error,
        "`make audit-eval` is not in `Makefile`",
        Some("make eval-gate"),
    ),
    (
        "../docs/DEPLOYMENT.md#undo",
        "path-missing",
        Severity::Error,
        "`docs/DEPLOYMENT.md` is not in the repository",
        Some("docs/ops/deploy.md"),
    ),
    (
        "cd deploy/production",
        "source-drifted",
        Severity::Warning,
        "`deploy/production` changed since the review",
        None,
    ),
    (
        "backups/YYYY",
        "path-missing",
        Severity::Info,
        "`backups/` is written by a step, so it is not looked for",
        None,
    ),
    (
        "#nothing",
        "anchor-missing",
        Severity::Warning,
        "no heading is called `#nothing`",
        Some("#late-shift"),
    ),
];

/// A runbook with a judgement that fits its text.
pub(crate) fn judged(texts: &Texts, path: &str, slug: &str, text: &str) -> JudgedRunbook {
    let runbook = texts.read(text);
    let mut findings: Vec<Finding> = WRONG
        .iter()
        .filter_map(|(words, rule, severity, message, suggestion)| {
            let start = text.find(words)?;
            let span = Span::new(start, start + words.len());
            Some(Finding {
                rule,
                severity: *severity,
                confidence: Confidence::High,
                path: path.to_owned(),
                place: Some(runbook.place(span)),
                span: Some(span),
                reference: Some((*words).to_owned()),
                message: (*message).to_owned(),
                help: suggestion.map(|_| "it was removed in `a41f9c2`".to_owned()),
                suggestion: suggestion.map(ToOwned::to_owned),
                related: vec![Related {
                    path: "Makefile".to_owned(),
                    place: None,
                    message: "the targets stand here".to_owned(),
                }],
                fix: None,
                suppression: None,
                fingerprint: String::new(),
            })
        })
        .collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let resolutions: Vec<Resolution> = runbook
        .references
        .iter()
        .map(|reference| {
            let is_wrong = WRONG
                .iter()
                .any(|(words, _, severity, ..)| *severity == Severity::Error && reference.text.contains(words));
            let status = match reference.text.as_str() {
                _ if is_wrong => Status::Broken,
                words if words.starts_with('<') => Status::Ignored,
                words if words.starts_with("dashboards/") => Status::Unverifiable,
                _ => Status::Resolved,
            };
            Resolution {
                status,
                target: (status == Status::Resolved && reference.text.starts_with(".github")).then(|| reference.text.clone()),
                target_line: None,
                reason: Reason::Words(if status == Status::Unverifiable {
                    "a dashboard is no file of the repository".to_owned()
                } else {
                    String::new()
                }),
                suggestion: None,
                expected: None,
                changed_since_review: Some(reference.text.starts_with(".github")),
            }
        })
        .collect();
    let count = |status: Status| resolutions.iter().filter(|resolution| resolution.status == status).count() as u32;
    let counts = ReferenceCounts {
        resolved: count(Status::Resolved),
        broken: count(Status::Broken),
        accepted: 0,
        unverifiable: count(Status::Unverifiable),
        ignored: count(Status::Ignored),
        changed: 1,
    };
    let review = |on: &str, source| Some(Review { on: day(on), source });
    let (state, reason, reviewed, due) = match slug {
        "release-process" if text.contains("make audit-eval") => (
            State::Broken,
            "two references are broken, so it cannot be followed to the end",
            review("2026-08-28", ReviewSource::Declared),
            Some("2026-11-26"),
        ),
        "release-process" => (
            State::Stale,
            "what it names changed since the review",
            review("2026-08-28", ReviewSource::Declared),
            Some("2026-11-26"),
        ),
        "restore" => (
            State::Due,
            "the next review is due in 6 days",
            review("2026-05-30", ReviewSource::Updated),
            Some("2026-11-26"),
        ),
        "hand-over" => (State::Unknown, "nothing tells when it was last reviewed", None, None),
        "operate" => (
            State::NotReviewed,
            "nobody has confirmed it; last edited on 13 Jul 2026",
            review("2026-07-13", ReviewSource::Commit),
            Some("2026-10-11"),
        ),
        _ => (
            State::Fresh,
            "everything that it names is there, and it was reviewed on 1 Nov 2026",
            review("2026-11-01", ReviewSource::Declared),
            Some("2027-01-30"),
        ),
    };
    JudgedRunbook {
        runbook: EditionRunbook {
            path: path.to_owned(),
            slug: slug.to_owned(),
            content: content_id(text),
            runbook,
        },
        resolutions,
        findings,
        freshness: Freshness {
            state,
            reason: reason.to_owned(),
            reasons: Vec::new(),
            reviewed,
            due: due.map(day),
            counts,
            duties: Vec::new(),
        },
        commits: vec![
            commit(45, "2026-11-10T11:00:00+00:00", "Say who approves"),
            commit(12, "2026-05-30T11:00:00+02:00", "Write it down"),
        ],
    }
}

/// An id that is the same for the same text.
pub(crate) fn content_id(text: &str) -> ContentId {
    let digest = Sha256::digest(text.as_bytes());
    let mut id = [0; 20];
    id.copy_from_slice(&digest[..20]);
    ContentId(id)
}

fn rules() -> Vec<RuleText> {
    let rule = |id, summary, severity| RuleText {
        id,
        summary,
        severity,
        confidence: Confidence::High,
        checks: "Looks the name up in the repository at the commit of the edition.\n\nPlaceholders such as `<tag>` are left alone.",
        matters: "Somebody follows the runbook at night and stands there with a command that is gone.",
        example: "```sh\nmake audit-eval\n```",
        fix: "Name what is there, or take the step out.",
    };
    vec![
        rule("anchor-missing", "links to headings that are not there", Severity::Warning),
        rule("artifact-unreadable", "artifacts that no format can read", Severity::Warning),
        rule("make-target-missing", "`make` targets that no Makefile has", Severity::Error),
        rule("path-missing", "paths that are not in the repository", Severity::Error),
        rule("source-drifted", "files that changed since the review", Severity::Warning),
    ]
}
