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
use crate::site::body::written::hex;
use crate::site::kind::Kind;
use crate::site::manifest::Entry;
use crate::site::navigation::Navigation;
use crate::site::pages::views::ReleaseRow;
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
}

/// What tells that a page is the same.
pub(super) enum Key<'keys> {
    /// The key of the old edition that it is about.
    Edition(&'keys str),
    /// The digest of what it is made from.
    Own(String),
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
            Key::Own(key) => self.present.get(&url).filter(|(known, _)| known == key).map(|(_, page)| page)?,
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
        }
    }

    /// How many pages are known.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.editions.values().map(HashMap::len).sum()
    }
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
    use std::sync::Mutex;

    use super::Frozen;
    use crate::model::gate::ReleaseState;
    use crate::model::handbook::Handbook;
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

    #[test]
    fn whatever_changes_the_site_is_the_one_that_is_made_anew() {
        let start = with_keys();
        let (old, _, frozen) = made(&start, &Frozen::default(), &BTreeMap::new());
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
    fn a_day_later_every_page_of_an_old_edition_is_kept() {
        let mut handbook = with_keys();
        let (old, _, frozen) = made(&handbook, &Frozen::default(), &BTreeMap::new());
        handbook.today = handbook.today.succ_opt().expect("there is a next day");
        let (_, kept, later) = made(&handbook, &frozen, &old);
        assert!(kept > frozen.len());
        assert_eq!(later, frozen);
    }
}
