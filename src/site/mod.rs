//! The handbook as values: address -> bytes, streamed into a sink.
//!
//! Every page is planned first, so that two pages that want one address are found before anything is written. Then all pages are made
//! in parallel: one small template around fragments that are made once per distinct text. Pages that are the same in many editions are
//! filled in, not rendered again; `mould` tells how. The manifest comes last.

mod address;
mod assets;
mod attachments;
pub(crate) mod body;
mod built;
mod compact;
mod edition;
mod entry;
mod escape;
pub(crate) mod excerpt;
pub(crate) mod feeds;
pub(crate) mod file;
mod frame;
pub(crate) mod frozen;
mod gate_title;
mod inventory;
mod kind;
mod later;
mod link;
mod manifest;
mod markup;
mod mould;
mod moved;
mod navigation;
pub(crate) mod oscal;
pub(crate) mod pack;
mod pages;
mod present;
#[cfg(test)]
mod sample;
mod search;
mod shared;
mod sitemap;
mod sprite;
mod target;
mod templates;
#[cfg(test)]
mod tests;
mod texts;
mod theme;
mod words;

use std::fmt;

use rayon::prelude::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use tera::{Context, Tera, Value};

use crate::model::handbook::Handbook;
use crate::site::address::{Clash, Taken, file_of};
use crate::site::body::kept::Bodies;
use crate::site::feeds::FEEDS;
use crate::site::file::File;
use crate::site::frame::Made;
use crate::site::frozen::{Frozen, Key, Keys, Published, twin_of};
use crate::site::kind::Kind;
use crate::site::manifest::Entry;
use crate::site::mould::{Mould, Sort};
use crate::site::pages::KINDS;
use crate::site::pages::standing::standing;
use crate::site::present::Present;
use crate::site::shared::Site;
use crate::site::target::Target;

/// What was rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// Pages, without their JSON twins.
    pub(crate) pages: usize,
    /// Files of every sort.
    pub(crate) files: usize,
    /// The length of all files.
    pub(crate) bytes: u64,
    /// Distinct runbook texts that were written.
    pub(crate) texts: usize,
}

/// Why a site could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Different pages want the same address. Nothing was given to the sink.
    Clashes(Vec<Clash>),
    /// The theme of the repository does not fit, and why.
    Theme(String),
    /// A template and its page do not fit together: a mistake of the program, or of the theme.
    Template {
        /// The address of the page.
        address: String,
        /// What the template engine says.
        message: String,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clashes(clashes) => {
                let mut separator = "";
                for Clash { address, first, second } in clashes {
                    write!(
                        formatter,
                        "{separator}{first} and {second} would both be published at `{address}`"
                    )?;
                    separator = "; ";
                }
                Ok(())
            }
            Self::Theme(why) => formatter.write_str(why),
            Self::Template { address, message } => write!(formatter, "the page `{address}` could not be rendered: {message}"),
        }
    }
}

/// Folders of files that are no pages.
const FOLDERS: &[&str] = &["assets", "audit", "badge", "pictures"];

/// The names that no product may have, since pages and files of the handbook stand below them. Sorted.
pub(crate) fn reserved() -> Vec<&'static str> {
    let pages = KINDS.iter().flat_map(|kind| kind.reserves);
    let mut names: Vec<&str> = pages.copied().chain(FOLDERS.iter().copied()).collect();
    names.sort_unstable();
    names
}

/// A file of a site: one that was made, or one that stands in the site before and is as it would be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// A file with its bytes.
    Made(File),
    /// A file that stands already.
    Kept {
        /// The path from the root of the site.
        url: String,
        /// The length.
        bytes: u64,
    },
}

/// Renders a handbook into a sink, which is called from several threads, in any order, once per file; the manifest comes last.
pub(crate) fn render(handbook: &Handbook, sink: &(dyn Fn(File) + Sync)) -> Result<Rendered, Failure> {
    let made = |given: Given| {
        if let Given::Made(file) = given {
            sink(file);
        }
    };
    render_with(handbook, &Frozen::default(), &made).map(|(rendered, _)| rendered)
}

/// The same beside a site whose old editions are known: their pages are not made again. Gives what is known of them now.
pub(crate) fn render_with(
    handbook: &Handbook,
    known: &Frozen,
    sink: &(dyn Fn(Given) + Sync),
) -> Result<(Rendered, Frozen), Failure> {
    let site = prepared_beside(handbook, known.bodies());
    let mut feeds: Vec<File> = FEEDS.iter().flat_map(|feed| (feed.files)(&site)).collect();
    feeds.extend(later::files(&site));
    let mut files = assets::files().to_vec();
    theme::dress(&handbook.theme, &mut files).map_err(Failure::Theme)?;
    files.extend(site.attachments.files());
    files.extend(built::files(&site));
    let pages = plan(&site, &feeds)?;
    let tera = templates::engine(&site).map_err(Failure::Theme)?;
    files.extend(feeds);
    let keys = Keys::of(&site);
    let mut frozen = Frozen::default();
    frozen.keep_bodies(texts::known(handbook, &site.bodies, known.bodies()));
    // What is no page need not wait for the pages, and is not kept until they are made.
    let give = |file: File, entry: Entry| {
        let is_there = known.holds(&entry);
        sink(if is_there {
            Given::Kept {
                url: file.url,
                bytes: entry.bytes,
            }
        } else {
            Given::Made(file)
        });
        entry
    };
    let given = files.into_par_iter().map(|file| {
        let entry = Entry::of(&file);
        give(file, entry)
    });
    let mut entries: Vec<Entry> = given.collect();
    entries.reserve(2 * pages.len() + SPARE);
    for entry in &entries {
        frozen.note(entry);
    }
    let mut add = |key: Option<Key<'_>>, published: Published| {
        if let Some(key) = key {
            frozen.keep(key, &published);
        } else {
            frozen.note(&published.page);
            published.twin.iter().for_each(|twin| frozen.note(twin));
        }
        entries.push(published.page);
        entries.extend(published.twin);
    };
    let present = Present::of(&site);
    let named = pages.par_iter().map(|(kind, target)| {
        let of_edition = keys.find(&site, kind, target).map(Key::Edition);
        let key = of_edition.or_else(|| present.key(&site, kind, target).map(Key::Own))?;
        let published = known.find(&key, target);
        Some((key, published))
    });
    let mut made_from = Vec::new();
    let named: Vec<Option<(Key<'_>, Option<Published>)>> = named.collect();
    let mut named = named.into_iter();
    let mut pages = pages;
    pages.retain(|_| {
        let (key, published) = match named.next().flatten() {
            Some((key, Some(published))) => (key, published),
            other => {
                made_from.push(other.map(|(key, _)| key));
                return true;
            }
        };
        give_kept(&published, sink);
        add(Some(key), published);
        false
    });
    let ((found, index), made) = rayon::join(
        || {
            let mut found = Vec::new();
            let index = search::files(&site, known.search(), &mut |file| match file {
                search::Found::Made(file) => {
                    let entry = Entry::of(&file);
                    found.push(give(file, entry));
                }
                search::Found::Kept(url) => found.extend(known.other(&url).inspect(|entry| {
                    sink(Given::Kept { url, bytes: entry.bytes });
                })),
            });
            (found, index)
        },
        || {
            let pages = groups(&site, &pages).into_par_iter();
            pages
                .map(|group| publish(&site, &tera, (&present, known), group, &give, sink))
                .collect::<Result<Vec<_>, _>>()
        },
    );
    for (key, (own, published)) in made_from.into_iter().zip(made?.into_iter().flatten()) {
        add(key.or_else(|| own.map(Key::Told)), published);
    }
    for entry in &found {
        frozen.note(entry);
    }
    frozen.keep_search(&index);
    entries.extend(found);
    let mut rendered = Rendered {
        pages: entries.iter().filter(|entry| entry.is_page).count(),
        texts: site.bodies.len(),
        ..Rendered::default()
    };
    for (url, text) in sitemap::files(handbook.base_url.as_deref(), &entries) {
        let bytes = text.into_bytes();
        let file = File { url, bytes };
        let entry = Entry::of(&file);
        let entry = give(file, entry);
        frozen.note(&entry);
        entries.push(entry);
    }
    // The manifest is long where there are many pages, and nothing is needed for it but the entries.
    drop((pages, named, site));
    rendered.files = entries.len() + 1;
    rendered.bytes = entries.iter().map(|entry| entry.bytes).sum();
    let manifest = manifest::file(entries);
    rendered.bytes += manifest.bytes.len() as u64;
    sink(Given::Made(manifest));
    Ok((rendered, frozen))
}

/// A site that knows where each text stands.
#[cfg(test)]
fn prepared(handbook: &Handbook) -> Site<'_> {
    prepared_beside(handbook, &Bodies::default())
}

/// The same, with what an earlier build knew of texts.
fn prepared_beside<'handbook>(handbook: &'handbook Handbook, known: &Bodies) -> Site<'handbook> {
    let mut site = Site::beside(handbook, known);
    let standing: Vec<_> = site.products.iter().map(|product| standing(&site, product)).collect();
    for (product, standing) in site.products.iter_mut().zip(standing) {
        product.standing = standing;
    }
    site
}

/// Every page with its kind, in the order of the kinds.
fn plan(site: &Site, feeds: &[File]) -> Result<Vec<(&'static Kind, Target)>, Failure> {
    let mut taken = Taken::default();
    for file in assets::files() {
        taken.take(&file.url, "a file of the site itself");
    }
    for file in site.attachments.files() {
        taken.take(&file.url, "a picture");
    }
    for url in [built::SCRIPT, built::STYLE] {
        taken.take(url, "what the handbook was built from");
    }
    taken.take(manifest::FILE, "the manifest");
    taken.take(sitemap::ROBOTS, "the word to search engines");
    taken.take(sitemap::FILE, "the map of the site");
    for file in feeds {
        taken.take(&file.url, "a file for other programs");
    }
    let mut pages = Vec::new();
    for kind in KINDS.iter().copied() {
        for target in (kind.pages)(site) {
            taken.take(&file_of(&target.address), &target.owner);
            // Whose it is matters only where two want one address.
            let owner = String::new();
            pages.push((kind, Target { owner, ..target }));
        }
    }
    let clashes = taken.into_clashes();
    if clashes.is_empty() {
        Ok(pages)
    } else {
        Err(Failure::Clashes(clashes))
    }
}

/// The pages in groups of those that are the same but for the words of their editions. See `mould`.
fn groups<'pages>(site: &Site, pages: &'pages [(&'static Kind, Target)]) -> Vec<&'pages [(&'static Kind, Target)]> {
    pages
        .chunk_by(|(kind, left), (other, right)| std::ptr::eq(*kind, *other) && (kind.is_same)(site, left, right))
        .collect()
}

/// Tells a sink that the files of a page stand already.
fn give_kept(published: &Published, sink: &(dyn Fn(Given) + Sync)) {
    for file in [Some(&published.page), published.twin.as_ref()].into_iter().flatten() {
        sink(Given::Kept {
            url: file.url.clone(),
            bytes: file.bytes,
        });
    }
}

/// Room for entries of what is no page, most of all of the search.
const SPARE: usize = 1_024;

/// Room for what stands around a text.
const AROUND: usize = 16 * 1024;

/// A page and its twin before they are given away.
struct Page {
    html: Vec<u8>,
    twin: Option<Vec<u8>>,
    body_sha256: Option<String>,
    is_listed: bool,
}

/// A page with the digest of all that its template is given, where that is known.
type Told = (Option<String>, Published);

/// Gives pages that are the same but for the words of their editions: one is rendered, the others are filled in. One whose template is
/// given what it was given before is not rendered.
fn publish(
    site: &Site,
    tera: &Tera,
    (present, known): (&Present, &Frozen),
    pages: &[(&'static Kind, Target)],
    given: &(dyn Fn(File, Entry) -> Entry + Sync),
    sink: &(dyn Fn(Given) + Sync),
) -> Result<Vec<Told>, Failure> {
    let mut all = Vec::with_capacity(pages.len());
    let mut give = |target: &Target, html: Vec<u8>, twin: Option<Vec<u8>>, body_sha256: Option<String>, is_listed: bool| {
        let file = File {
            url: file_of(&target.address),
            bytes: html,
        };
        let page = Entry::of_page(&file, body_sha256, is_listed);
        let page = given(file, page);
        let twin = twin.map(|bytes| {
            let url = twin_of(target);
            let file = File { url, bytes };
            let entry = Entry::of(&file);
            given(file, entry)
        });
        all.push((None, Published { page, twin }));
    };
    match pages {
        [] => {}
        [(kind, target)] => {
            let made = (kind.make)(site, target);
            let key = present.told(site, kind, target, &made);
            if let Some(published) = key.as_ref().and_then(|key| known.find(&Key::Told(key.clone()), target)) {
                give_kept(&published, sink);
                return Ok(vec![(key, published)]);
            }
            let page = page(site, tera, kind, target, made)?;
            give(target, page.html, page.twin, page.body_sha256, page.is_listed);
            if let Some((own, _)) = all.last_mut() {
                *own = key;
            }
        }
        [(kind, first), ..] => {
            let with_gaps = Target {
                has_gaps: true,
                ..first.clone()
            };
            let page = page(site, tera, kind, &with_gaps, (kind.make)(site, &with_gaps))?;
            let html = Mould::of(&page.html, &site.gaps, Sort::Html);
            let twin = page.twin.map(|twin| Mould::of(&twin, &site.gaps, Sort::Json));
            for (_, target) in pages {
                let mut words = site.product(target).editions[target.outer].words.clone();
                words.say(&(kind.says)(site, target));
                let twin = twin.as_ref().map(|twin| twin.fill(&words));
                give(target, html.fill(&words), twin, page.body_sha256.clone(), page.is_listed);
            }
        }
    }
    Ok(all)
}

fn page(site: &Site, tera: &Tera, kind: &Kind, target: &Target, made: Made) -> Result<Page, Failure> {
    let Made {
        page,
        facts,
        extra,
        twin,
        body,
        body_sha256,
    } = made;
    let says = |name: &str| page.get_from_path(name).is_some_and(Value::is_truthy);
    let is_listed = !says("is_unlisted") && !says("canonical");
    let room = AROUND + body.as_ref().map_or(0, markup::Markup::len);
    let mut context = Context::new();
    context.insert_value("page", page);
    context.insert("section", kind.section);
    context.insert("is_dated", &kind.is_dated);
    context.insert_value("facts", facts);
    context.insert_value("extra", extra);
    context.insert_value("product", site.product_value(target));
    context.insert_value("body", body.map_or_else(Value::none, markup::Markup::into_value));
    let mut html = Vec::with_capacity(room);
    let rendered = tera.render_to(kind.name, &context, &mut html);
    rendered.map_err(|error| Failure::Template {
        address: target.address.clone(),
        message: error.to_string(),
    })?;
    Ok(Page {
        html: sprite::put_in(html),
        twin,
        body_sha256,
        is_listed,
    })
}
