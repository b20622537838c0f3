//! The frame of a page: its heading, where it stands, what a reader must know before reading it.

use serde::Serialize;
use tera::Value;

use crate::model::gate::ReleaseState;
use crate::site::address::root_of;
use crate::site::markup::Markup;
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;
use crate::site::words;

/// Room for a twin: most are a little smaller.
const TWIN: usize = 8 * 1024;

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
    /// What stands beside the title on every sheet of paper: the commit and the day of a release. Empty for pages that tell their own.
    pub(crate) printed: String,
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
    /// Whether it speaks of the present, and therefore tells the day and the commit that it was made from. Pages about a day that is over
    /// hold nothing of the present, so that they stay as they are byte by byte.
    pub(crate) is_of_today: bool,
    /// The script that tells the page of an old edition what came after it.
    pub(crate) later: Option<String>,
    /// What that script knows the text of the page by.
    pub(crate) text: Option<String>,
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
#[derive(Debug, Hash, Serialize)]
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
            printed: String::new(),
            versions: Value::none(),
            canonical: None,
            is_unlisted: false,
            notice: None,
            has_twin: true,
            is_of_today: true,
            later: None,
            text: None,
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

    /// A page about a day that is over: nothing of the present is written into it.
    #[must_use]
    pub(crate) fn of_its_day(mut self) -> Self {
        self.is_of_today = false;
        self.versions = Value::none();
        self
    }

    /// The sentence for search engines.
    #[must_use]
    pub(crate) fn described(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// What stands on every sheet of paper beside the title.
    #[must_use]
    pub(crate) fn printed(mut self, words: impl Into<String>) -> Self {
        self.printed = words.into();
        self
    }

    /// The page with its facts and their twin.
    pub(crate) fn with<F: Serialize>(self, facts: &F) -> Made {
        self.made(facts, Value::from_serializable(facts))
    }

    /// The page with its facts and their twin, and those of the facts that its template shows. A template of a theme may show any.
    pub(crate) fn with_shown<F: Serialize, S: Serialize>(self, site: &Site, facts: &F, shown: &S) -> Made {
        if site.handbook.theme.templates.is_empty() {
            self.made(facts, Value::from_serializable(shown))
        } else {
            self.with(facts)
        }
    }

    fn made<F: Serialize>(self, facts: &F, shown: Value) -> Made {
        let twin = self.has_twin.then(|| {
            let twin = Twin {
                schema: "runproof-page/1",
                kind: self.kind,
                title: &self.title,
                url: &self.address,
                root: &self.root,
                facts,
            };
            let mut bytes = Vec::with_capacity(TWIN);
            serde_json::to_writer(&mut bytes, &twin).expect("page facts have text keys only");
            bytes.push(b'\n');
            bytes
        });
        Made {
            page: Value::from_serializable(&self),
            facts: shown,
            extra: Value::none(),
            twin,
            body: None,
            body_sha256: None,
        }
    }
}

/// What a reader of an edition must know first. The page of an old edition knows of nothing that came after it; what did is told by the
/// script beside it, and by the page that its link leads to.
pub(crate) fn notice(site: &Site, target: &Target, version: &str, slug: Option<&str>) -> Option<Notice> {
    let product = site.product(target);
    let own = match product.release_of(target.outer).map(|release| release.verdict.state) {
        Some(ReleaseState::Withdrawn) => Some(format!("{version} was withdrawn. Do not use it.")),
        Some(ReleaseState::RolledBack) => Some(format!("{version} was rolled back.")),
        _ => None,
    };
    let is_next = product.editions[target.outer].edition.release.is_none();
    if is_next {
        return Some(of_main(site, product, target.outer, slug));
    }
    let tone = if own.is_some() { "fail" } else { "warn" };
    if target.is_latest {
        return own.map(|text| Notice {
            tone,
            text,
            link: String::new(),
            address: String::new(),
        });
    }
    let part = slug.map(|slug| format!("runbooks/{}/", crate::site::address::part(slug)));
    let (link, address) = match (product.latest, part) {
        (Some(_), Some(part)) => ("Read it in the version in use", product.latest_address() + &part),
        (Some(_), None) => ("Read the version in use", product.latest_address()),
        (None, _) => ("All editions", format!("{}editions/", product.base)),
    };
    Some(Notice {
        tone,
        text: own.unwrap_or_else(|| format!("You are reading the handbook as it was for {version}.")),
        link: link.to_owned(),
        address,
    })
}

/// What a reader of the main branch must know, and how the text of a runbook differs from the version in use.
fn of_main(site: &Site, product: &ProductSite, edition: usize, slug: Option<&str>) -> Notice {
    let mut notice = Notice {
        tone: "info",
        text: format!("You are reading {}, which is not released.", site.handbook.head),
        link: String::new(),
        address: String::new(),
    };
    let Some(latest) = product.latest else {
        notice.text = format!("You are reading {}. No release has a handbook yet.", site.handbook.head);
        return notice;
    };
    let current = &product.editions[latest].edition.version;
    let Some(slug) = slug else {
        notice.link = format!("Read the current version, {current}");
        notice.address = product.latest_address();
        return notice;
    };
    let here = product.editions[edition].with_slug(slug);
    let there = product.editions[latest].with_slug(slug);
    match (here, there) {
        (Some(here), Some(there)) if here.runbook.content == there.runbook.content => {
            notice
                .text
                .push_str(&format!(" Same text as the current version, {current}."));
        }
        (Some(here), Some(there)) => match site.body(here).steps_changed(site.body(there)) {
            0 => notice
                .text
                .push_str(" The current version has other words and the same steps."),
            steps => notice.text.push_str(&format!(
                " The current version differs: {}.",
                words::counted(steps, "step changed/steps changed")
            )),
        },
        (Some(_), None) => notice
            .text
            .push_str(&format!(" This runbook is not in the current version, {current}.")),
        (None, _) => {}
    }
    if there.is_some() {
        notice.link = format!("Read it in {current}");
        notice.address = format!("{}runbooks/{}/", product.latest_address(), crate::site::address::part(slug));
    }
    notice
}
