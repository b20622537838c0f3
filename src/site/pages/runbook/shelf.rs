//! The runbooks that stand beside one: of its edition, or of its folder where there are many.

use serde::Serialize;

use crate::model::handbook::JudgedRunbook;
use crate::site::address::part;
use crate::site::edition::folder;
use crate::site::escape;
use crate::site::markup::Markup;
use crate::site::shared::{ProductSite, title};
use crate::site::sprite;
use crate::site::target::Target;
use crate::site::words::look_of;

/// Beyond so many only those of the same folder are listed.
const MOST: usize = 40;

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

/// The shelf of a page.
pub(super) fn shelf<'site>(product: &'site ProductSite, target: &Target) -> Shelf<'site> {
    let all = product.followed(target.outer, target.is_latest);
    let here = &all[target.inner];
    let is_long = all.len() > MOST;
    let own = folder(here);
    let edition = &product.editions[target.outer];
    let every: Vec<usize>;
    let listed = if is_long {
        edition.beside(target.inner)
    } else {
        every = (0..all.len()).collect();
        &every
    };
    // In a folder with very many only the neighbours are listed.
    let place = listed.binary_search(&target.inner).unwrap_or_default();
    let from = place.saturating_sub(MOST / 2);
    let shown = &listed[from..listed.len().min(from + MOST)];
    let mut rows = String::with_capacity(shown.len() * 256);
    for index in shown {
        line(&mut rows, &all[*index], *index == target.inner);
    }
    let neighbour = |at: Option<usize>| at.and_then(|at| listed.get(at)).map(|index| row(&all[*index]));
    let mentions = edition.mentions(target.inner);
    Shelf {
        folder: is_long.then_some(own).filter(|folder| !folder.is_empty()),
        is_shown: shown.len() > 1,
        rows: Markup::vetted(&rows),
        more: is_long.then_some(all.len()),
        before: neighbour(place.checked_sub(1)),
        after: neighbour(Some(place + 1)),
        mentions: mentions.map(row).collect(),
    }
}
