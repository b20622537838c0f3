//! The runbooks that stand beside one: of its edition, or of its folder where there are many.

use std::borrow::Cow;
use std::hash::Hash;
use std::ops::Range;

use serde::Serialize;

use crate::model::digest::Values;
use crate::model::handbook::JudgedRunbook;
use crate::site::address::part;
use crate::site::edition::{EditionSite, folder};
use crate::site::escape;
use crate::site::markup::Markup;
use crate::site::shared::{ProductSite, title};
use crate::site::sprite;
use crate::site::target::Target;
use crate::site::words::look_of;

/// Beyond so many only those of the same folder are listed.
const MOST: usize = 40;

/// Of those of a folder with more only the nearest are listed: more would not be seen beside the text, and stand in a list of their own.
const NEAREST: usize = 20;

/// The runbooks beside one.
#[derive(Serialize)]
pub(super) struct Shelf<'site> {
    /// The folder, when only its runbooks are listed.
    folder: Option<&'site str>,
    /// Whether there is another one beside it.
    is_shown: bool,
    /// The list, written here: it stands on every page of the folder, and is most of what a page holds beside its text.
    rows: Markup,
    /// How many there are, when not all are listed.
    more: Option<usize>,
    before: Option<Row<'site>>,
    after: Option<Row<'site>>,
    /// Those that name it.
    mentions: Vec<Row<'site>>,
}

#[derive(Serialize)]
struct Row<'site> {
    title: &'site str,
    part: String,
}

fn row(judged: &JudgedRunbook) -> Row<'_> {
    Row {
        title: title(judged),
        part: part(&judged.runbook.slug),
    }
}

/// Writes a line of the list.
fn line(html: &mut String, judged: &JudgedRunbook, is_here: bool) {
    let id = judged.freshness.state.id();
    let look = look_of(id);
    html.push_str("<li><a class=\"");
    html.push_str(look.map_or("none", |look| look.tone));
    html.push_str("\" href=\"../");
    escape::text(html, &part(&judged.runbook.slug));
    html.push_str("/index.html\"");
    html.push_str(if is_here { " aria-current=\"page\">" } else { ">" });
    sprite::push_icon(html, look.map_or("none", |look| look.icon));
    html.push_str("<span>");
    escape::text(html, title(judged));
    html.push_str("<span class=\"sr\">, ");
    escape::text(html, &look.map_or(id, |look| look.word).to_lowercase());
    html.push_str("</span></span></a></li>");
}

/// Which runbooks stand on the shelf of a page.
struct Place<'site> {
    /// Those of the edition, or of the folder where there are many.
    listed: Cow<'site, [usize]>,
    /// The place of the page among them.
    at: usize,
    /// Those that are shown.
    shown: Range<usize>,
    is_long: bool,
}

impl<'site> Place<'site> {
    fn of(edition: &'site EditionSite<'_>, count: usize, here: usize) -> Self {
        let is_long = count > MOST;
        let listed: Cow<[usize]> = if is_long {
            Cow::Borrowed(edition.beside(here))
        } else {
            Cow::Owned((0..count).collect())
        };
        // In a folder with very many only the neighbours are listed.
        let at = listed.binary_search(&here).unwrap_or_default();
        let most = if is_long && listed.len() > MOST { NEAREST } else { MOST };
        let from = at.saturating_sub(most / 2).min(listed.len().saturating_sub(most));
        Self {
            at,
            shown: from..listed.len().min(from + most),
            listed,
            is_long,
        }
    }

    /// The runbooks before and after the page.
    fn neighbours(&self) -> [Option<usize>; 2] {
        [self.at.checked_sub(1), Some(self.at + 1)].map(|at| self.listed.get(at?).copied())
    }
}

/// Adds what stands on the shelf of a page.
pub(super) fn add_shelf(product: &ProductSite, target: &Target, values: &mut Values) {
    let all = product.followed(target.outer, target.is_latest);
    let edition = &product.editions[target.outer];
    let place = Place::of(edition, all.len(), target.inner);
    (all.len(), place.at, &place.shown).hash(values);
    let mut add = |judged: &JudgedRunbook| (&judged.runbook.slug, title(judged), judged.freshness.state).hash(values);
    for index in &place.listed[place.shown.clone()] {
        add(&all[*index]);
    }
    for index in place.neighbours().into_iter().flatten() {
        add(&all[index]);
    }
    for judged in edition.mentions(target.inner) {
        add(judged);
    }
}

/// The shelf of a page.
pub(super) fn shelf<'site>(product: &'site ProductSite, target: &Target) -> Shelf<'site> {
    let all = product.followed(target.outer, target.is_latest);
    let here = &all[target.inner];
    let own = folder(here);
    let edition = &product.editions[target.outer];
    let place = Place::of(edition, all.len(), target.inner);
    let shown = &place.listed[place.shown.clone()];
    let mut rows = String::with_capacity(shown.len() * 256);
    for index in shown {
        line(&mut rows, &all[*index], *index == target.inner);
    }
    let [before, after] = place.neighbours().map(|index| Some(row(&all[index?])));
    let mentions = edition.mentions(target.inner);
    Shelf {
        folder: place.is_long.then_some(own).filter(|folder| !folder.is_empty()),
        is_shown: shown.len() > 1,
        rows: Markup::vetted(&rows),
        more: place.is_long.then_some(all.len()),
        before,
        after,
        mentions: mentions.map(row).collect(),
    }
}
