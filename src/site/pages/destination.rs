//! Where a link to a file leads from the page of a runbook: to a page of the edition, a copy in the site, the web, or nowhere.

use std::borrow::Cow;
use std::hash::Hash;

use crate::model::attachment::AttachmentKind;
use crate::model::digest::Values;
use crate::model::handbook::{JudgedEdition, JudgedRunbook};
use crate::model::reference::{ReferenceContext, ReferenceKind, Status};
use crate::site::address::part;
use crate::site::body::marks::Marks;
use crate::site::body::written::{Body, LinkTarget, Written};
use crate::site::link::{self, FileLink, resolve};
use crate::site::shared::{ProductSite, Site};
use crate::site::target::Target;

/// A text that is read as part of an edition.
pub(super) struct Reading<'site> {
    /// The page that shows it.
    pub(super) target: &'site Target,
    /// The runbook as it was released.
    pub(super) released: &'site JudgedRunbook,
    /// What the addresses of files on the web name the edition by.
    pub(super) revision: Option<&'site str>,
    /// The first page of the edition, as its readers know it.
    pub(super) index: &'site str,
    /// The way from the page to the root.
    pub(super) root: &'site str,
}

/// The text of a runbook with its marks, and with links that lead from the page to where they should.
pub(super) fn fragment(site: &Site, reading: &Reading<'_>, written: &Written, marks: &Marks) -> String {
    written.assemble(marks, |link, file| leads(site, reading, link, file))
}

/// Adds where all links of a text to files lead.
pub(super) fn add_links(site: &Site, reading: &Reading<'_>, body: &Body, values: &mut Values) {
    for (link, file) in body.links() {
        leads(site, reading, link, file).hash(values);
    }
}

/// Where a link to a file leads.
fn leads(site: &Site, reading: &Reading<'_>, link: u32, file: &FileLink) -> LinkTarget {
    let Reading {
        target,
        released,
        revision,
        index,
        root,
    } = reading;
    let product = site.product(target);
    let edition = product.editions[target.outer].edition;
    match destination(product, target, released, link, file) {
        Destination::Runbook(other) => {
            let anchor = file.anchor.as_deref().and_then(|anchor| site.body(other).anchor(anchor));
            let slug = other.runbook.slug.as_str();
            let page = if product.is_old(target) {
                format!("{root}{}index.html", product.text(target.outer, slug))
            } else {
                format!("{root}{index}runbooks/{}/index.html", part(slug))
            };
            LinkTarget::Page(match anchor {
                Some(anchor) => format!("{page}#{anchor}"),
                None => page,
            })
        }
        Destination::File(path) => file_target(site, edition, *revision, root, &path, file),
        Destination::Nowhere(path) => LinkTarget::Nowhere(path.into_owned()),
    }
}

/// Where a link to a file leads: a picture to its copy, anything else to the web, or to its copy where the web does not have it.
fn file_target(
    site: &Site,
    edition: &JudgedEdition,
    revision: Option<&str>,
    root: &str,
    path: &str,
    file: &FileLink,
) -> LinkTarget {
    let copy = edition
        .attachments
        .get(path)
        .and_then(|attachment| Some((attachment, site.attachments.address(path, attachment)?)));
    if let Some((attachment, address)) = &copy
        && let AttachmentKind::Picture(_, size) = attachment.kind
    {
        return LinkTarget::Picture(format!("{root}{address}"), size);
    }
    let anchor = file.anchor.as_deref().filter(|anchor| !anchor.is_empty());
    if let Some(address) = site.source(revision, path) {
        return LinkTarget::Web(match anchor {
            Some(anchor) => format!("{address}#{}", link::fragment(anchor)),
            None => address,
        });
    }
    match copy {
        Some((_, address)) => LinkTarget::Page(format!("{root}{address}index.html{}", line_of(anchor))),
        None => LinkTarget::Nowhere(path.to_owned()),
    }
}

/// The line of a copy that `L10` or `L10-L20` names.
fn line_of(anchor: Option<&str>) -> String {
    let line = anchor
        .and_then(|anchor| anchor.strip_prefix('L'))
        .and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
    line.map(|line| format!("#L{line}")).unwrap_or_default()
}

/// Where a link to a file leads from a page.
pub(super) enum Destination<'site> {
    /// To a runbook of the same edition.
    Runbook(&'site JudgedRunbook),
    /// To a file on the web.
    File(Cow<'site, str>),
    /// To a file that is not there.
    Nowhere(Cow<'site, str>),
}

pub(super) fn destination<'site>(
    product: &'site ProductSite,
    target: &Target,
    judged: &'site JudgedRunbook,
    link: u32,
    file: &'site FileLink,
) -> Destination<'site> {
    let place = &product.editions[target.outer];
    let runbook = &judged.runbook.runbook;
    let words = runbook.links.get(link as usize).map(|link| link.span).unwrap_or_default();
    // References stand in writing order, so the one of the link is found without looking at all of them.
    let first = runbook
        .references
        .partition_point(|reference| reference.span.start < words.start);
    let resolution = runbook.references[first..]
        .iter()
        .zip(judged.resolutions.get(first..).unwrap_or_default())
        .take_while(|(reference, _)| reference.span.start < words.end)
        .find(|(reference, _)| {
            reference.context == ReferenceContext::Link || matches!(reference.kind, ReferenceKind::Link { .. })
        })
        .map(|(_, resolution)| resolution);
    let path = resolution
        .filter(|resolution| resolution.status == Status::Resolved)
        .and_then(|resolution| resolution.target.as_deref())
        .map(Cow::Borrowed)
        .or_else(|| resolve(&judged.runbook.path, file).map(Cow::Owned));
    let Some(path) = path else {
        return Destination::Nowhere(Cow::Borrowed(&file.path));
    };
    if let Some(other) = place.at_path(&path) {
        return Destination::Runbook(other);
    }
    if resolution.is_some_and(|resolution| resolution.status == Status::Broken) {
        return Destination::Nowhere(path);
    }
    Destination::File(path)
}
