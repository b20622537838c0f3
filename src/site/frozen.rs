//! The pages of old editions that the build before this one made: what they are made from is the same, so they are not made again.
//!
//! A page of an old edition holds nothing but what its edition and those before it tell (`Kind::of_edition`). The key of an edition is
//! one digest of all of that, and of the key of the edition before it: the digest that its judgement follows from, how its release
//! ended, and the few words of the settings that stand on every page. With the same key the files of its pages are the same, and what
//! the manifest says of them is known.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::handbook::JudgedRelease;
use crate::site::address::file_of;
use crate::site::body::kept::Bodies;
use crate::site::body::written::hex;
use crate::site::kind::Kind;
use crate::site::manifest::Entry;
use crate::site::navigation::Navigation;
use crate::site::pages::views::ReleaseRow;
use crate::site::search::Index;
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// What is known of the pages of editions, by the keys of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Frozen {
    /// For each edition its pages, by their files.
    editions: HashMap<String, HashMap<String, Page>>,
    /// The pages of the present by their files, each with the digest of what it was made from.
    #[serde(default)]
    present: HashMap<String, (String, Page)>,
    /// Pages by their files, each with the digest of what its template was given.
    #[serde(default)]
    told: HashMap<String, (String, Page)>,
    /// The files of which nobody knows what they are made from, each with its digest and its length: one that is made again as it was need
    /// not be written, nor even be compared.
    #[serde(default)]
    others: HashMap<String, (String, u64)>,
    /// What is known of the search, in bytes: it is large, and has no need of a text form.
    #[serde(skip)]
    search: Vec<u8>,
    /// What is known of the texts.
    #[serde(skip)]
    bodies: Bodies,
}

/// What tells that a page is the same.
pub(super) enum Key<'keys> {
    /// The key of the old edition that it is about.
    Edition(&'keys str),
    /// The digest of what it is made from.
    Own(String),
    /// The digest of what its template is given.
    Told(String),
}

/// What is known of a page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Page {
    sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_sha256: Option<String>,
    bytes: u64,
    is_listed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    twin: Option<Twin>,
}

/// What is known of the JSON twin of a page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Twin {
    sha256: String,
    bytes: u64,
}

/// The files of a page in the manifest.
pub(super) struct Published {
    /// The page.
    pub(super) page: Entry,
    /// Its twin.
    pub(super) twin: Option<Entry>,
}

impl Frozen {
    /// What is known of a page.
    pub(super) fn find(&self, key: &Key<'_>, target: &Target) -> Option<Published> {
        let url = file_of(&target.address);
        let page = match key {
            Key::Edition(key) => self.editions.get(*key)?.get(&url)?,
            Key::Own(key) => of_key(&self.present, &url, key)?,
            Key::Told(key) => of_key(&self.told, &url, key)?,
        };
        let twin = page.twin.as_ref().map(|twin| Entry {
            url: twin_of(target),
            sha256: twin.sha256.clone(),
            body_sha256: None,
            bytes: twin.bytes,
            is_page: false,
            is_listed: false,
        });
        let page = Entry {
            url,
            sha256: page.sha256.clone(),
            body_sha256: page.body_sha256.clone(),
            bytes: page.bytes,
            is_page: true,
            is_listed: page.is_listed,
        };
        Some(Published { page, twin })
    }

    /// Keeps what is known of a page.
    pub(super) fn keep(&mut self, key: Key<'_>, published: &Published) {
        let Published { page, twin } = published;
        let known = Page {
            sha256: page.sha256.clone(),
            body_sha256: page.body_sha256.clone(),
            bytes: page.bytes,
            is_listed: page.is_listed,
            twin: twin.as_ref().map(|twin| Twin {
                sha256: twin.sha256.clone(),
                bytes: twin.bytes,
            }),
        };
        match key {
            Key::Edition(key) => {
                let pages = self.editions.entry(key.to_owned()).or_default();
                pages.insert(page.url.clone(), known);
            }
            Key::Own(key) => {
                self.present.insert(page.url.clone(), (key, known));
            }
            Key::Told(key) => {
                self.told.insert(page.url.clone(), (key, known));
            }
        }
    }

    /// What is known of the search, as long as all of its files are known.
    pub(super) fn search(&self) -> Option<Index> {
        let index = Index::get(&self.search)?;
        let is_there = index.urls().all(|url| self.others.contains_key(&url));
        is_there.then_some(index)
    }

    /// Keeps what is known of the search.
    pub(super) fn keep_search(&mut self, index: &Index) {
        self.search = index.put();
    }

    /// What is known of the texts.
    pub(crate) fn bodies(&self) -> &Bodies {
        &self.bodies
    }

    /// Keeps what is known of the texts.
    pub(crate) fn keep_bodies(&mut self, bodies: Bodies) {
        self.bodies = bodies;
    }

    /// What is known of the search, in bytes.
    pub(crate) fn search_bytes(&mut self) -> &mut Vec<u8> {
        &mut self.search
    }

    /// A file that nobody knows what it is made from.
    pub(super) fn other(&self, url: &str) -> Option<Entry> {
        let (sha256, bytes) = self.others.get(url)?;
        Some(Entry {
            url: url.to_owned(),
            sha256: sha256.clone(),
            body_sha256: None,
            bytes: *bytes,
            is_page: false,
            is_listed: false,
        })
    }

    /// Keeps the digest of a file.
    pub(super) fn note(&mut self, entry: &Entry) {
        self.others.insert(entry.url.clone(), (entry.sha256.clone(), entry.bytes));
    }

    /// Whether a file that was made is the one that stands there.
    pub(super) fn holds(&self, entry: &Entry) -> bool {
        let is_same = |sha256: &str, bytes: u64| *sha256 == *entry.sha256 && bytes == entry.bytes;
        let other = self.others.get(&entry.url);
        let page = || {
            self.present
                .get(&entry.url)
                .or_else(|| self.told.get(&entry.url))
                .map(|(_, page)| page)
        };
        other.is_some_and(|(sha256, bytes)| is_same(sha256, *bytes))
            || page().is_some_and(|page| is_same(&page.sha256, page.bytes))
    }

    /// How many pages are known.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.editions.values().map(HashMap::len).sum::<usize>() + self.present.len()
    }
}

/// A page that has a key.
fn of_key<'pages>(pages: &'pages HashMap<String, (String, Page)>, url: &str, key: &str) -> Option<&'pages Page> {
    let (known, page) = pages.get(url)?;
    (known == key).then_some(page)
}

/// The file of the twin of a page.
pub(super) fn twin_of(target: &Target) -> String {
    format!("{}index.json", target.address)
}

/// The keys of the editions of all products, in their order; none for those that are not over, or of which something has no digest.
pub(super) struct Keys(Vec<Vec<Option<String>>>);

impl Keys {
    /// The keys of a site.
    pub(super) fn of(site: &Site) -> Self {
        let handbook = site.handbook;
        // A template of a theme may say anything on a page, and the day of the build as well.
        if !handbook.theme.templates.is_empty() {
            return Self(Vec::new());
        }
        let navigation = Navigation::of(site);
        let names: Vec<(&str, &str)> = site
            .products
            .iter()
            .map(|product| (product.product.name.as_str(), product.base.as_str()))
            .collect();
        let shared = format!(
            "{:?}",
            (
                env!("CARGO_PKG_VERSION"),
                &handbook.title,
                &handbook.base_url,
                &handbook.source_url,
                handbook.completeness,
                site.is_single(),
                names,
                navigation.fixed(),
            )
        );
        Self(site.products.iter().map(|product| keys(product, &shared)).collect())
    }

    /// The key of the edition that a page is about.
    pub(super) fn find(&self, site: &Site, kind: &Kind, target: &Target) -> Option<&str> {
        let product = target.product.filter(|_| kind.of_edition && !target.is_latest)?;
        let key = self.0.get(product)?.get(target.outer)?.as_deref()?;
        site.product(target).is_old(target).then_some(key)
    }
}

fn keys(product: &ProductSite, shared: &str) -> Vec<Option<String>> {
    let of_product = &product.product;
    let about = format!(
        "{:?}",
        (
            &of_product.name,
            &of_product.summary,
            &product.base,
            product.latest.is_some(),
            &of_product.gates
        )
    );
    let mut keys: Vec<Option<String>> = Vec::with_capacity(product.editions.len());
    let mut before = Some("the oldest".to_owned());
    for edition in (0..product.editions.len()).rev() {
        let own = product.editions[edition].edition.key.as_ref();
        let release = product.release_of(edition);
        let parts = own
            .zip(release)
            .zip(before)
            .and_then(|((own, release), before)| Some([own.clone(), told(product, release)?, before]));
        before = parts.map(|parts| {
            let mut digest = Sha256::new();
            for part in [shared, &about].into_iter().chain(parts.iter().map(String::as_str)) {
                digest.update((part.len() as u64).to_le_bytes());
                digest.update(part);
            }
            hex(&digest.finalize())
        });
        keys.push(before.clone());
    }
    keys.reverse();
    keys
}

/// What the pages of an edition may tell of its release: more of it than they do, since a page that is made again is the same page.
fn told(product: &ProductSite, release: &JudgedRelease) -> Option<String> {
    let row = serde_json::to_string(&ReleaseRow::of(product, release)).ok()?;
    let components = release.components.as_ref();
    let components = components.map(|changes| (&changes.base, changes.changes.len(), changes.unchanged));
    let judged = (&release.asked, &release.verdict, &release.exceptions, &release.separation);
    let record = release.release.record.as_ref().map(|record| record.outcome);
    Some(format!("{row} {:?}", (judged, components, &release.release.date, record)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use super::Frozen;
    use crate::model::freshness::State;
    use crate::model::gate::ReleaseState;
    use crate::model::handbook::{Handbook, JudgedRunbook};
    use crate::model::history::Completeness;
    use crate::model::reference::Status;
    use crate::site::sample;
    use crate::site::{Given, render_with};

    type Change = fn(&mut Handbook);

    /// A handbook whose old editions have keys, as one that was read from a repository.
    fn with_keys() -> Handbook {
        let mut handbook = sample::single();
        for edition in &mut handbook.products[0].editions {
            edition.key = edition.release.map(|_| format!("key of {}", edition.id));
        }
        handbook
    }

    /// What is made, and how many files are kept; those that are kept are taken from the site before.
    fn made(handbook: &Handbook, known: &Frozen, old: &BTreeMap<String, Vec<u8>>) -> (BTreeMap<String, Vec<u8>>, usize, Frozen) {
        let files = Mutex::new((BTreeMap::new(), 0));
        let sink = |given: Given| {
            let mut files = files.lock().expect("nothing panics with it");
            match given {
                Given::Made(file) => {
                    files.0.insert(file.url, file.bytes);
                }
                Given::Kept { url, bytes } => {
                    let kept = old.get(&url).expect("what is kept stood there").clone();
                    assert_eq!(kept.len() as u64, bytes, "{url}");
                    files.0.insert(url, kept);
                    files.1 += 1;
                }
            }
        };
        let (_, frozen) = render_with(handbook, known, &sink).expect("it renders");
        let (files, kept) = files.into_inner().expect("nothing panics with it");
        (files, kept, frozen)
    }

    #[test]
    fn pages_of_old_editions_are_kept_and_the_site_is_the_same() {
        let handbook = with_keys();
        let (cold, none, frozen) = made(&handbook, &Frozen::default(), &BTreeMap::new());
        assert_eq!(none, 0);
        let (warm, kept, again) = made(&handbook, &frozen, &cold);
        assert_eq!(frozen, again);
        assert!(kept > frozen.len() && frozen.len() > 10, "{kept} of {}", frozen.len());
        assert!(warm == cold, "a site with pages that were kept is another one");
    }

    /// Makes the site after each change anew, and with what was kept before it: both are the same bytes.
    fn warm_is_cold(changes: &[(&str, Change)]) {
        let start = with_keys();
        let (old, _, frozen) = made(&start, &Frozen::default(), &BTreeMap::new());
        for (what, change) in changes {
            let mut handbook = start.clone();
            change(&mut handbook);
            let (cold, _, _) = made(&handbook, &Frozen::default(), &BTreeMap::new());
            let (warm, _, _) = made(&handbook, &frozen, &old);
            let differing: Vec<&String> = cold.keys().filter(|url| cold.get(*url) != warm.get(*url)).collect();
            assert!(differing.is_empty() && cold.len() == warm.len(), "{what}: {differing:?}");
        }
    }

    #[test]
    fn whatever_changes_the_site_is_the_one_that_is_made_anew() {
        let changes: [(&str, Change); 11] = [
            ("the theme", |handbook| {
                let banner = ("banner.html".to_owned(), "<p>Draft</p>".to_owned());
                handbook.theme.templates.extend([banner]);
            }),
            ("the title", |handbook| "Other".clone_into(&mut handbook.title)),
            ("the address", |handbook| {
                handbook.base_url = Some("https://example.org/x/".to_owned());
            }),
            ("the sources", |handbook| {
                handbook.source_url = Some("https://example.org/{revision}/{path}".to_owned());
            }),
            ("the day", |handbook| {
                handbook.today = handbook.today.succ_opt().expect("there is a next day");
            }),
            ("the name", |handbook| "Other".clone_into(&mut handbook.products[0].name)),
            ("a gate", |handbook| {
                for gate in &mut handbook.products[0].gates {
                    "Other".clone_into(&mut gate.title);
                }
            }),
            ("what was asked for", |handbook| {
                for release in &mut handbook.products[0].releases {
                    release.asked.gates.clear();
                }
            }),
            ("a verdict", |handbook| {
                for release in &mut handbook.products[0].releases {
                    release.verdict.state = ReleaseState::RolledBack;
                }
            }),
            ("all editions withdrawn", |handbook| {
                for release in &mut handbook.products[0].releases {
                    release.verdict.state = ReleaseState::Withdrawn;
                }
            }),
            ("an old text", |handbook| {
                let edition = handbook.products[0].editions.last_mut().expect("there is one");
                edition.key = Some("other".to_owned());
                edition.runbooks.pop();
            }),
        ];
        warm_is_cold(&changes);
    }

    /// The main branch of the sample, and the edition in use as it is today.
    fn present(handbook: &mut Handbook, mut change: impl FnMut(&mut JudgedRunbook)) {
        let product = &mut handbook.products[0];
        let next = product.editions.iter_mut().filter(|edition| edition.release.is_none());
        let next = next.flat_map(|edition| &mut edition.runbooks);
        next.chain(&mut product.today).for_each(&mut change);
    }

    /// Another text at the place of a runbook.
    fn retold(judged: &mut JudgedRunbook, text: &str) {
        judged.runbook.runbook = Arc::new(sample::text::runbook(text));
        judged.runbook.content = sample::content_id(text);
        judged.resolutions.truncate(judged.runbook.runbook.references.len());
        judged.findings.clear();
    }

    #[test]
    fn whatever_changes_in_the_present_the_site_is_the_one_that_is_made_anew() {
        let changes: [(&str, Change); 18] = [
            ("the commit", |handbook| {
                let commit = handbook.commit.as_mut().map(Arc::make_mut).expect("there is one");
                commit.id = "0".repeat(40);
            }),
            ("no commit", |handbook| handbook.commit = None),
            ("how much is known", |handbook| handbook.completeness = Completeness::Shallow),
            ("a text", |handbook| {
                let mut is_first = true;
                present(handbook, |judged| {
                    if std::mem::take(&mut is_first) {
                        retold(judged, "# Other\n\n## Rollback\n\n1. Wait\n");
                    }
                });
            }),
            ("all texts", |handbook| {
                present(handbook, |judged| retold(judged, "# Same\n\n1. Wait\n"));
            }),
            ("states", |handbook| {
                present(handbook, |judged| judged.freshness.state = State::Broken);
            }),
            ("reasons", |handbook| {
                present(handbook, |judged| judged.freshness.reason.push_str(" and more"));
            }),
            ("outcomes", |handbook| {
                present(handbook, |judged| {
                    judged.resolutions.iter_mut().for_each(|resolution| {
                        resolution.status = Status::Broken;
                        resolution.target = None;
                    });
                });
            }),
            ("findings", |handbook| present(handbook, |judged| judged.findings.clear())),
            ("changes", |handbook| present(handbook, |judged| judged.commits.clear())),
            ("names", |handbook| {
                present(handbook, |judged| judged.runbook.slug.push_str("-2"));
            }),
            ("places", |handbook| {
                present(handbook, |judged| judged.runbook.path.insert_str(0, "moved/"));
            }),
            ("what is shown", |handbook| {
                for edition in &mut handbook.products[0].editions {
                    edition.attachments.clear();
                }
            }),
            ("a runbook that is gone", |handbook| {
                handbook.products[0].editions[0].runbooks.remove(0);
            }),
            ("no main branch", |handbook| {
                handbook.products[0].editions.remove(0);
                for release in &mut handbook.products[0].releases {
                    release.edition = release.edition.and_then(|edition| edition.checked_sub(1));
                }
                handbook.products[0].moves.clear();
            }),
            ("moves", |handbook| handbook.products[0].moves.clear()),
            ("a version", |handbook| {
                for edition in &mut handbook.products[0].editions {
                    edition.version.push_str("-x");
                }
                for release in &mut handbook.products[0].releases {
                    release.release.version.push_str("-x");
                }
            }),
            ("gates that a list is evidence of", |handbook| {
                for gate in &mut handbook.products[0].gates {
                    gate.is_declared = true;
                    gate.demand.format = Some("checklist".to_owned());
                }
                handbook.products[0].gates.truncate(1);
            }),
        ];
        warm_is_cold(&changes);
    }

    #[test]
    fn a_commit_and_a_day_change_no_page_that_says_the_same() {
        let start = with_keys();
        let (before, _, frozen) = made(&start, &Frozen::default(), &BTreeMap::new());
        let mut handbook = start.clone();
        handbook.today = handbook.today.succ_opt().expect("there is a next day");
        let commit = handbook.commit.as_mut().map(Arc::make_mut).expect("there is one");
        commit.id = "0".repeat(40);
        for edition in handbook.products[0]
            .editions
            .iter_mut()
            .filter(|edition| edition.release.is_none())
        {
            edition.commit.clone_from(&handbook.commit);
        }
        let (after, _, again) = made(&handbook, &frozen, &before);
        assert_eq!(frozen.present, again.present);
        assert!(frozen.present.len() > 10);
        let is_of_runbook = |url: &&String| url.contains("runbooks/") && url.ends_with("index.html") && !url.contains("badge");
        let changed: Vec<&String> = after
            .keys()
            .filter(is_of_runbook)
            .filter(|url| before.get(*url) != after.get(*url))
            .collect();
        assert!(changed.is_empty(), "{changed:?}");
    }

    #[test]
    fn a_day_later_every_page_of_an_old_edition_is_kept() {
        let mut handbook = with_keys();
        let (old, _, frozen) = made(&handbook, &Frozen::default(), &BTreeMap::new());
        handbook.today = handbook.today.succ_opt().expect("there is a next day");
        let (_, kept, later) = made(&handbook, &frozen, &old);
        assert!(kept > frozen.len());
        assert_eq!((later.editions, later.present), (frozen.editions, frozen.present));
    }
}
