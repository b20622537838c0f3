//! The editions of releases as an earlier run judged them, by their keys: one that is found is not read and judged again.
//!
//! They stand in the folder for caches, in one file for each product. What many editions have in common (texts, outcomes of references,
//! commits) stands there once. Only what comes back as it was is kept, and a file of another build of the program, or one that is
//! damaged, holds nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::load::attachments;
use crate::load::edition::Cache;
use crate::model::attachment::{Attachment, AttachmentKind};
use crate::model::edition::EditionRunbook;
use crate::model::finding::{Confidence, Edit, Finding, Fix, Related, Safety, Severity, Suppression};
use crate::model::freshness::Freshness;
use crate::model::handbook::JudgedRunbook;
use crate::model::history::Commit;
use crate::model::kept::{Word, word};
use crate::model::place::{Place, Span};
use crate::model::reference::Resolution;
use crate::model::tree::ContentId;
use crate::source::cache::{load, program, store};
use crate::source::repository::Repository;

/// The editions that earlier runs kept of a product.
pub(crate) struct Shelf<'a> {
    repository: Option<&'a Repository>,
    name: Vec<u8>,
    store: Store,
    commits: Vec<Arc<Commit>>,
}

/// What a judged edition holds beside what its pages show: enough to read it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// For each runbook whether only the part about releasing counts.
    pub(crate) parts: Vec<bool>,
    /// The attachments by path: the id of the content, and whether it is a picture.
    pub(crate) attachments: BTreeMap<String, (ContentId, bool)>,
}

/// An edition that is to be kept.
#[derive(Clone, Copy)]
pub(crate) struct Judged<'a> {
    /// Its key.
    pub(crate) key: &'a str,
    /// Its runbooks.
    pub(crate) runbooks: &'a [JudgedRunbook],
    /// Where all of it comes from.
    pub(crate) origin: &'a Origin,
}

/// An edition that was found.
pub(crate) struct Found {
    /// Its runbooks.
    pub(crate) runbooks: Vec<JudgedRunbook>,
    /// The files that they show or link to.
    pub(crate) attachments: BTreeMap<String, Arc<Attachment>>,
    /// Where all of it comes from.
    pub(crate) origin: Origin,
}

#[derive(Default, Deserialize, Serialize)]
struct Store {
    texts: Vec<Text>,
    resolutions: Vec<Vec<Resolution>>,
    findings: Vec<Vec<KeptFinding>>,
    freshness: Vec<Freshness>,
    commits: Vec<Commit>,
    histories: Vec<Vec<u32>>,
    editions: BTreeMap<String, KeptEdition>,
}

/// A text at its place.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
struct Text {
    path: String,
    slug: String,
    content: [u8; 20],
    is_part: bool,
}

#[derive(Default, Deserialize, Serialize)]
struct KeptEdition {
    /// Of each runbook the numbers of its text, resolutions, findings, freshness and history.
    runbooks: Vec<[u32; 5]>,
    attachments: Vec<(String, [u8; 20], bool)>,
}

/// A finding with everything that it has.
#[derive(Deserialize, Serialize)]
struct KeptFinding {
    #[serde(deserialize_with = "word")]
    rule: Word,
    severity: Severity,
    confidence: Confidence,
    path: String,
    place: Option<Place>,
    span: Option<Span>,
    reference: Option<String>,
    message: String,
    help: Option<String>,
    suggestion: Option<String>,
    fix: Option<KeptFix>,
    related: Vec<Related>,
    suppression: Option<Suppression>,
    fingerprint: String,
}

#[derive(Deserialize, Serialize)]
struct KeptFix {
    safety: Safety,
    message: String,
    edits: Vec<KeptEdit>,
}

#[derive(Deserialize, Serialize)]
struct KeptEdit {
    path: String,
    span: Span,
    place: Place,
    replacement: String,
}

impl KeptFinding {
    fn of(finding: &Finding) -> Self {
        // Every part is named, so that none is ever forgotten.
        let Finding {
            rule,
            severity,
            confidence,
            path,
            place,
            span,
            reference,
            message,
            help,
            suggestion,
            fix,
            related,
            suppression,
            fingerprint,
        } = finding.clone();
        Self {
            rule,
            severity,
            confidence,
            path,
            place,
            span,
            reference,
            message,
            help,
            suggestion,
            fix: fix.map(|Fix { safety, message, edits }| KeptFix {
                safety,
                message,
                edits: edits.into_iter().map(kept_edit).collect(),
            }),
            related,
            suppression,
            fingerprint,
        }
    }

    fn found(&self) -> Finding {
        Finding {
            rule: self.rule,
            severity: self.severity,
            confidence: self.confidence,
            path: self.path.clone(),
            place: self.place,
            span: self.span,
            reference: self.reference.clone(),
            message: self.message.clone(),
            help: self.help.clone(),
            suggestion: self.suggestion.clone(),
            fix: self.fix.as_ref().map(|fix| Fix {
                safety: fix.safety,
                message: fix.message.clone(),
                edits: fix.edits.iter().map(found_edit).collect(),
            }),
            related: self.related.clone(),
            suppression: self.suppression.clone(),
            fingerprint: self.fingerprint.clone(),
        }
    }
}

fn kept_edit(edit: Edit) -> KeptEdit {
    let Edit {
        path,
        span,
        place,
        replacement,
    } = edit;
    KeptEdit {
        path,
        span,
        place,
        replacement,
    }
}

fn found_edit(edit: &KeptEdit) -> Edit {
    Edit {
        path: edit.path.clone(),
        span: edit.span,
        place: edit.place,
        replacement: edit.replacement.clone(),
    }
}

impl<'a> Shelf<'a> {
    /// What earlier runs kept of a product; nothing where nothing is to be kept.
    pub(crate) fn of(repository: Option<&'a Repository>, product: &str) -> Self {
        let name = format!("editions 1 {} {product}", program()).into_bytes();
        let bytes = repository.and_then(|repository| load(repository.cache()?, repository.root(), &name));
        let store: Store = bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        let commits = store.commits.iter().cloned().map(Arc::new).collect();
        Self {
            repository,
            name,
            store,
            commits,
        }
    }

    /// An edition; none when it was not kept, or when a text of it cannot be read.
    pub(crate) fn find(&self, key: &str, cache: &Cache) -> Option<Found> {
        let repository = self.repository?;
        let edition = self.store.editions.get(key)?;
        let mut origin = Origin::default();
        let mut runbooks = Vec::with_capacity(edition.runbooks.len());
        for [text, resolutions, findings, freshness, history] in &edition.runbooks {
            let text = self.store.texts.get(*text as usize)?;
            let content = ContentId(text.content);
            let history = self.store.histories.get(*history as usize)?;
            let commits = history.iter().map(|commit| self.commits.get(*commit as usize).cloned());
            let findings = self.store.findings.get(*findings as usize)?;
            origin.parts.push(text.is_part);
            runbooks.push(JudgedRunbook {
                runbook: EditionRunbook {
                    path: text.path.clone(),
                    slug: text.slug.clone(),
                    content,
                    runbook: cache.text(content, text.is_part, || repository.content(content).ok())?,
                },
                resolutions: self.store.resolutions.get(*resolutions as usize)?.clone(),
                findings: findings.iter().map(KeptFinding::found).collect(),
                freshness: self.store.freshness.get(*freshness as usize)?.clone(),
                commits: commits.collect::<Option<_>>()?,
            });
        }
        let mut found = BTreeMap::new();
        for (path, content, is_picture) in &edition.attachments {
            let content = ContentId(*content);
            let attachment = attachments::of_content(cache, content, *is_picture, || repository.content(content).ok())?;
            origin.attachments.insert(path.clone(), (content, *is_picture));
            found.insert(path.clone(), attachment);
        }
        Some(Found {
            runbooks,
            attachments: found,
            origin,
        })
    }

    /// Keeps editions in place of those of earlier runs. What is kept already is left alone.
    pub(crate) fn close(&self, editions: &[Judged<'_>]) {
        let Some((repository, folder)) = self.repository.and_then(|repository| Some((repository, repository.cache()?))) else {
            return;
        };
        let is_known = |edition: &Judged<'_>| self.store.editions.contains_key(edition.key);
        if editions.len() == self.store.editions.len() && editions.iter().all(is_known) {
            return;
        }
        let mut packer = Packer::default();
        for edition in editions {
            packer.add(edition);
        }
        let text = serde_json::to_vec(&packer.store).ok();
        if let Some(text) = text.filter(|text| packer.comes_back(text)) {
            store(folder, repository.root(), &self.name, &text);
        }
    }
}

/// Puts what editions have in common into one place.
#[derive(Default)]
struct Packer<'a> {
    store: Store,
    /// The last runbook at each path, with its numbers: its neighbours are mostly the same.
    last: HashMap<&'a str, (&'a JudgedRunbook, bool, [u32; 5])>,
    commits: HashMap<&'a str, u32>,
    /// What was put there, to be compared with what comes back.
    resolutions: Vec<&'a [Resolution]>,
    findings: Vec<&'a [Finding]>,
    freshness: Vec<&'a Freshness>,
}

impl<'a> Packer<'a> {
    fn add(&mut self, edition: &Judged<'a>) {
        let Judged { key, runbooks, origin } = *edition;
        let mut kept = KeptEdition::default();
        for (judged, is_part) in runbooks.iter().zip(&origin.parts) {
            let path = judged.runbook.path.as_str();
            let last = self.last.get(path).copied();
            let numbers = self.numbers(judged, *is_part, last);
            self.last.insert(path, (judged, *is_part, numbers));
            kept.runbooks.push(numbers);
        }
        let attachments = origin.attachments.iter();
        kept.attachments = attachments
            .map(|(path, (content, is_picture))| (path.clone(), content.0, *is_picture))
            .collect();
        self.store.editions.insert(key.to_owned(), kept);
    }

    fn numbers(
        &mut self,
        judged: &'a JudgedRunbook,
        is_part: bool,
        last: Option<(&'a JudgedRunbook, bool, [u32; 5])>,
    ) -> [u32; 5] {
        let same = |is_same: fn(&JudgedRunbook, &JudgedRunbook) -> bool, place: usize| {
            last.filter(|(other, _, _)| is_same(judged, other))
                .map(|(_, _, numbers)| numbers[place])
        };
        let text = same(
            |one, other| one.runbook.slug == other.runbook.slug && one.runbook.content == other.runbook.content,
            0,
        );
        let text = text.filter(|_| last.is_some_and(|(_, other, _)| other == is_part));
        let resolutions = same(|one, other| one.resolutions == other.resolutions, 1);
        let findings = same(|one, other| one.findings == other.findings, 2);
        let freshness = same(|one, other| one.freshness == other.freshness, 3);
        let history = same(|one, other| one.commits == other.commits, 4);
        [
            text.unwrap_or_else(|| {
                let text = Text {
                    path: judged.runbook.path.clone(),
                    slug: judged.runbook.slug.clone(),
                    content: judged.runbook.content.0,
                    is_part,
                };
                put(&mut self.store.texts, text)
            }),
            resolutions.unwrap_or_else(|| {
                self.resolutions.push(&judged.resolutions);
                put(&mut self.store.resolutions, judged.resolutions.clone())
            }),
            findings.unwrap_or_else(|| {
                self.findings.push(&judged.findings);
                put(
                    &mut self.store.findings,
                    judged.findings.iter().map(KeptFinding::of).collect(),
                )
            }),
            freshness.unwrap_or_else(|| {
                self.freshness.push(&judged.freshness);
                put(&mut self.store.freshness, judged.freshness.clone())
            }),
            history.unwrap_or_else(|| {
                let commits = judged.commits.iter().map(|commit| {
                    let number = self.commits.entry(&commit.id);
                    *number.or_insert_with(|| put(&mut self.store.commits, Commit::clone(commit)))
                });
                let commits = commits.collect();
                put(&mut self.store.histories, commits)
            }),
        ]
    }

    /// Whether everything comes back from a text as it was put there.
    fn comes_back(&self, text: &[u8]) -> bool {
        let Ok(back) = serde_json::from_slice::<Store>(text) else {
            return false;
        };
        let findings = |kept: &Vec<KeptFinding>| kept.iter().map(KeptFinding::found).collect::<Vec<_>>();
        back.texts == self.store.texts
            && back.resolutions.iter().eq(self.resolutions.iter().copied())
            && back.findings.iter().map(findings).eq(self.findings.iter().copied())
            && back.freshness.iter().eq(self.freshness.iter().copied())
            && back.commits == self.store.commits
            && back.histories == self.store.histories
    }
}

/// Puts something at the end of a list, and gives its number.
fn put<T>(list: &mut Vec<T>, one: T) -> u32 {
    list.push(one);
    list.len() as u32 - 1
}

/// Where the attachments of an edition come from.
pub(crate) fn attachment_origins(
    attachments: &BTreeMap<String, Arc<Attachment>>,
    content: impl Fn(&str) -> Option<ContentId>,
) -> BTreeMap<String, (ContentId, bool)> {
    let origins = attachments.iter().filter_map(|(path, attachment)| {
        let is_picture = matches!(attachment.kind, AttachmentKind::Picture(..));
        Some((path.clone(), (content(path)?, is_picture)))
    });
    origins.collect()
}

#[cfg(test)]
mod tests {
    use super::{Judged, Origin, Shelf};
    use crate::load::edition::Cache;
    use crate::model::finding::{Confidence, Edit, Finding, Fix, Safety, Severity};
    use crate::model::freshness::{Freshness, ReferenceCounts, State};
    use crate::model::handbook::JudgedRunbook;
    use crate::model::kind::Kind;
    use crate::model::place::{Place, Span};
    use crate::model::reason::Reason;
    use crate::model::reference::{Resolution, Status};
    use crate::source::testing::TestRepository;
    use crate::source::tree::content_id;

    fn finding() -> Finding {
        Finding {
            rule: "path-missing",
            severity: Severity::Error,
            confidence: Confidence::High,
            path: "docs/a.md".to_owned(),
            place: Some(Place::of_line(3)),
            span: Some(Span::new(4, 9)),
            reference: Some("x \" y".to_owned()),
            message: "it is not there".to_owned(),
            help: None,
            suggestion: Some("y".to_owned()),
            fix: Some(Fix {
                safety: Safety::Unsafe,
                message: "write `y`".to_owned(),
                edits: vec![Edit {
                    path: "docs/a.md".to_owned(),
                    span: Span::new(1, 2),
                    place: Place::of_line(1),
                    replacement: "y".to_owned(),
                }],
            }),
            related: Vec::new(),
            suppression: None,
            fingerprint: "abc".to_owned(),
        }
    }

    fn resolution(reason: Reason) -> Resolution {
        Resolution {
            status: Status::Broken,
            target: None,
            target_line: Some(7),
            expected: Some("docs/b.md".to_owned()),
            reason,
            suggestion: None,
            changed_since_review: Some(false),
        }
    }

    #[test]
    fn an_edition_comes_back_as_it_was() {
        let Some(test) = TestRepository::new() else { return };
        let text = "# Deploy\n\n1. Ship\n";
        test.commit(&[("docs/a.md", text)], "first");
        let folder = tempfile::tempdir().expect("a folder can be made");
        let repository = test.open().with_cache(Some(folder.path().to_path_buf()));
        let cache = Cache::default();
        let content = content_id(text.as_bytes());
        let runbook = cache.text(content, false, || Some(text.into())).expect("it is a text");
        let commit = repository
            .head()
            .expect("it is there")
            .map(std::sync::Arc::new)
            .expect("there is one");
        let judged = JudgedRunbook {
            runbook: crate::model::edition::EditionRunbook {
                path: "docs/a.md".to_owned(),
                slug: "a".to_owned(),
                content,
                runbook,
            },
            resolutions: vec![
                resolution(Reason::A("make target")),
                resolution(Reason::KindNotLookedUp(Kind::TestName)),
                resolution(Reason::PlaceholderAnd(Box::new(Reason::NoSuch {
                    name: "x".to_owned(),
                    noun: "target",
                    file: "Makefile".to_owned(),
                    elsewhere: None,
                    doubt: None,
                }))),
            ],
            findings: vec![finding()],
            freshness: Freshness {
                state: State::Broken,
                reason: "it names what is not there".to_owned(),
                reasons: Vec::new(),
                reviewed: None,
                due: None,
                counts: ReferenceCounts::default(),
                duties: Vec::new(),
            },
            commits: vec![commit],
        };
        let mut other = judged.clone();
        other.freshness.state = State::Stale;
        let origin = Origin {
            parts: vec![false],
            ..Origin::default()
        };
        let all = [
            ("one", vec![judged.clone()]),
            ("two", vec![other]),
            ("three", vec![judged.clone()]),
        ];
        let pairs: Vec<Judged<'_>> = all
            .iter()
            .map(|(key, runbooks)| Judged {
                key,
                runbooks,
                origin: &origin,
            })
            .collect();
        let shelf = Shelf::of(Some(&repository), "p");
        assert!(shelf.find("one", &cache).is_none());
        shelf.close(&pairs);
        let shelf = Shelf::of(Some(&repository), "p");
        assert!(shelf.find("four", &cache).is_none() && Shelf::of(Some(&repository), "q").find("one", &cache).is_none());
        for (key, runbooks) in &all {
            let found = shelf.find(key, &cache).expect("it was kept");
            assert_eq!(format!("{:?}", found.runbooks), format!("{runbooks:?}"), "{key}");
            assert_eq!(found.origin, origin);
        }
        assert_eq!(shelf.store.texts.len(), 1, "what is the same stands there once");
        // A kind that does not come back by its word: nothing is kept rather than something else.
        let mut odd = judged;
        odd.resolutions = vec![resolution(Reason::KindNotLookedUp(Kind::Task(
            crate::model::kind::Runner::of("mise"),
        )))];
        let odd = [odd];
        let one = Judged {
            key: "odd",
            runbooks: &odd,
            origin: &origin,
        };
        shelf.close(&[one]);
        assert!(Shelf::of(Some(&repository), "p").find("odd", &cache).is_none());
        let bare = test.open();
        Shelf::of(Some(&bare), "p").close(&pairs);
        assert!(Shelf::of(Some(&bare), "p").find("one", &cache).is_none());
    }
}
