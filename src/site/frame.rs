//! The frame of a page: its heading, where it stands, what a reader must know before reading it.

use std::cmp::Ordering;

use serde::Serialize;
use tera::Value;

use crate::model::gate::ReleaseState;
use crate::site::address::root_of;
use crate::site::markup::Markup;
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;
use crate::site::words;

/// A page with everything that its template needs.
pub(crate) struct Made {
    /// What templates see as `page`.
    pub(crate) page: Value,
    /// What templates see as `facts`.
    pub(crate) facts: Value,
    /// What only the template needs, as `extra`: what is shown first, and where it leads.
    pub(crate) extra: Value,
    /// The JSON twin; none for pages that state no facts.
    pub(crate) twin: Option<Vec<u8>>,
    /// The text of a runbook.
    pub(crate) body: Option<Markup>,
    /// The digest of that text.
    pub(crate) body_sha256: Option<String>,
}

/// The frame of a page.
#[derive(Debug, Serialize)]
pub(crate) struct Frame {
    /// The kind of page.
    pub(crate) kind: &'static str,
    /// The title of the window, without the name of the handbook.
    pub(crate) title: String,
    /// One sentence for search engines.
    pub(crate) description: String,
    /// The address.
    pub(crate) address: String,
    /// The way to the root of the site.
    pub(crate) root: String,
    /// The way from the start, without the page itself.
    pub(crate) crumbs: Vec<Crumb>,
    /// The edition that is read, as in the switcher.
    pub(crate) edition: Option<String>,
    /// The version that is read, in words.
    pub(crate) version: Option<String>,
    /// The switcher.
    pub(crate) versions: Value,
    /// The address that search engines shall know for it, when it is another one.
    pub(crate) canonical: Option<String>,
    /// Whether search engines shall leave it out.
    pub(crate) is_unlisted: bool,
    /// What a reader must know first.
    pub(crate) notice: Option<Notice>,
    /// Whether there is a JSON twin.
    pub(crate) has_twin: bool,
}

/// A step on the way to a page.
#[derive(Debug, Serialize)]
pub(crate) struct Crumb {
    /// The words.
    pub(crate) text: String,
    /// Where it leads.
    pub(crate) address: String,
}

/// What a reader of an edition must know first.
#[derive(Debug, Serialize)]
pub(crate) struct Notice {
    /// `info`, `warn` or `fail`.
    pub(crate) tone: &'static str,
    /// The first sentence.
    pub(crate) text: String,
    /// The words of the link.
    pub(crate) link: String,
    /// Where the link leads; empty for none.
    pub(crate) address: String,
}

#[derive(Serialize)]
struct Twin<'page, F> {
    schema: &'static str,
    kind: &'static str,
    title: &'page str,
    url: &'page str,
    root: &'page str,
    facts: &'page F,
}

impl Frame {
    /// A frame with nothing but kind, title and address.
    pub(crate) fn new(kind: &'static str, target: &Target, title: impl Into<String>) -> Self {
        Self {
            kind,
            title: title.into(),
            description: String::new(),
            root: root_of(&target.address),
            address: target.address.clone(),
            crumbs: Vec::new(),
            edition: None,
            version: None,
            versions: Value::none(),
            canonical: None,
            is_unlisted: false,
            notice: None,
            has_twin: true,
        }
    }

    /// The frame of a page below a product: the crumbs begin with the product where there are several.
    pub(crate) fn of_product(kind: &'static str, site: &Site, target: &Target, title: impl Into<String>) -> Self {
        let product = site.product(target);
        let mut frame = Self::new(kind, target, title);
        frame.versions = product.versions.clone();
        if !site.is_single() {
            frame.crumbs.push(Crumb {
                text: product.product.name.clone(),
                address: product.base.clone(),
            });
        }
        frame
    }

    /// Another step on the way.
    #[must_use]
    pub(crate) fn below(mut self, text: impl Into<String>, address: impl Into<String>) -> Self {
        self.crumbs.push(Crumb {
            text: text.into(),
            address: address.into(),
        });
        self
    }

    /// The sentence for search engines.
    #[must_use]
    pub(crate) fn described(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The page with its facts and their twin.
    pub(crate) fn with<F: Serialize>(self, facts: &F) -> Made {
        let twin = self.has_twin.then(|| {
            let twin = Twin {
                schema: "runproof-page/1",
                kind: self.kind,
                title: &self.title,
                url: &self.address,
                root: &self.root,
                facts,
            };
            let mut bytes = serde_json::to_vec(&twin).expect("page facts have text keys only");
            bytes.push(b'\n');
            bytes
        });
        Made {
            page: Value::from_serializable(&self),
            facts: Value::from_serializable(facts),
            extra: Value::none(),
            twin,
            body: None,
            body_sha256: None,
        }
    }
}

/// How an edition stands to the one in use, which together with the text of a runbook decides what its notice says.
pub(crate) fn standing(product: &ProductSite, edition: usize) -> (Option<ReleaseState>, Option<Ordering>) {
    (
        product.release_of(edition).map(|release| release.verdict.state),
        product.latest.map(|latest| edition.cmp(&latest)),
    )
}

/// What a reader of an edition must know first, and how the text of a runbook differs from the version in use.
pub(crate) fn notice(site: &Site, product: &ProductSite, edition: usize, version: &str, slug: Option<&str>) -> Option<Notice> {
    let (state, order) = standing(product, edition);
    let (mut tone, mut text) = match state {
        Some(ReleaseState::Withdrawn) => ("fail", format!("{version} was withdrawn. Do not use it.")),
        Some(ReleaseState::RolledBack) => ("fail", format!("{version} was rolled back.")),
        _ => ("warn", String::new()),
    };
    let latest = product.latest;
    let is_next = product.editions[edition].edition.release.is_none();
    if order == Some(Ordering::Equal) {
        return (!text.is_empty()).then(|| Notice {
            tone,
            text,
            link: String::new(),
            address: String::new(),
        });
    }
    let is_newer = order == Some(Ordering::Less) && !is_next;
    if text.is_empty() {
        text = if is_next {
            tone = "info";
            "You are reading the main branch, which is not released.".to_owned()
        } else if is_newer {
            tone = "info";
            format!("You are reading {version}, which is newer than the version in use.")
        } else {
            format!("You are reading the handbook as it was for {version}.")
        };
    }
    let Some(latest) = latest else {
        if is_next {
            "You are reading the main branch. No release has a handbook yet.".clone_into(&mut text);
        }
        return Some(Notice {
            tone,
            text,
            link: String::new(),
            address: String::new(),
        });
    };
    let current = &product.editions[latest].edition.version;
    let Some(slug) = slug else {
        return Some(Notice {
            tone,
            text,
            link: format!("Read the current version, {current}"),
            address: product.latest_address(),
        });
    };
    let here = product.editions[edition].with_slug(slug);
    let there = product.editions[latest].with_slug(slug);
    let difference = match (here, there) {
        (Some(here), Some(there)) if here.runbook.content == there.runbook.content => {
            if tone == "warn" {
                tone = "info";
            }
            format!(" Same text as the current version, {current}.")
        }
        (Some(here), Some(there)) => match site.body(here).steps_changed(site.body(there)) {
            0 => " The current version has other words and the same steps.".to_owned(),
            steps => format!(
                " The current version differs: {}.",
                words::counted(steps, "step changed/steps changed")
            ),
        },
        (Some(_), None) => format!(" This runbook is not in the current version, {current}."),
        (None, _) => String::new(),
    };
    text.push_str(&difference);
    let address = format!("{}runbooks/{}/", product.latest_address(), crate::site::address::part(slug));
    let link = match there {
        Some(_) => format!("Read it in {current}"),
        None => String::new(),
    };
    Some(Notice {
        tone,
        text,
        address: if link.is_empty() { String::new() } else { address },
        link,
    })
}
