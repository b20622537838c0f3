//! The table of runbooks, as several kinds of pages show it. It is written here, since such lists are long: by a template each row would cost
//! several times as much.

use crate::model::freshness::{ReviewSource, State};
use crate::site::escape;
use crate::site::markup::{Markup, push_path, push_status, push_words};
use crate::site::pages::views::RunbookRow;
use crate::site::words::{self, sentence};

/// What stands above the rows.
const HEAD: &str = "<table class=\"cards\"><caption class=\"sr\">Runbooks, those in need first</caption><thead><tr><th scope=\"col\">Runbook</th>\
                    <th scope=\"col\">State</th><th scope=\"col\">Why</th><th scope=\"col\">Reviewed</th><th scope=\"col\">Due</th>\
                    <th scope=\"col\">Owner</th></tr></thead><tbody>";

/// The table of some runbooks; `root` is the way from the page to the root of the site.
pub(super) fn table(rows: &[RunbookRow<'_>], root: &str) -> Markup {
    let mut html = String::with_capacity(HEAD.len() + rows.len() * 640);
    html.push_str(HEAD);
    for one in rows {
        row(&mut html, one, root);
    }
    html.push_str("</tbody></table>");
    Markup::vetted(&html)
}

fn row(html: &mut String, row: &RunbookRow<'_>, root: &str) {
    html.push_str("\n<tr><td class=\"key-cell\"><a href=\"");
    escape::text(html, root);
    escape::text(html, &row.url);
    html.push_str("index.html\">");
    escape::text(html, row.title);
    html.push_str("</a><span class=\"xs muted path\">");
    push_path(html, row.path);
    html.push_str("</span>");
    if row.only_in.is_some() {
        html.push_str("<span class=\"xs muted path\">on main only</span>");
    }
    html.push_str("</td><td class=\"tag\">");
    push_status(html, row.state.id(), None);
    html.push_str("</td><td>");
    push_words(html, &sentence(row.reason));
    if let Some(finding) = row.finding.as_ref().filter(|_| row.state != State::Fresh) {
        html.push_str("<span class=\"xs muted why\">");
        push_words(html, &sentence(finding.message));
        if let Some(line) = finding.line {
            html.push_str(&format!(" Line {line}."));
        }
        if row.findings > 1 {
            html.push_str(&format!(" And {} more.", row.findings - 1));
        }
        html.push_str("</span>");
    }
    html.push_str("</td><td data-l=\"Reviewed\">");
    let reviewed = row.reviewed.map(|review| (words::time(review.on), review.source));
    match &reviewed {
        Some((day, ReviewSource::Commit)) => html.push_str(&format!("<span class=\"muted\">never; last edited {day}</span>")),
        Some((day, ReviewSource::Updated)) => html.push_str(&format!("{day} <span class=\"muted\">edited</span>")),
        Some((day, _)) => html.push_str(day),
        None => html.push_str("<span class=\"muted\">unknown</span>"),
    }
    html.push_str("</td><td data-l=\"Due\">");
    let is_edit = matches!(reviewed, Some((_, ReviewSource::Commit)));
    match row.due.filter(|_| !is_edit) {
        Some(due) => html.push_str(&words::time(due)),
        None => html.push_str("<span class=\"muted\">none</span>"),
    }
    html.push_str("</td><td data-l=\"Owner\">");
    for (at, owner) in row.owners.iter().enumerate() {
        if at > 0 {
            html.push_str(", ");
        }
        escape::text(html, owner);
    }
    if row.owners.is_empty() {
        html.push_str("<span class=\"muted\">none named</span>");
    }
    html.push_str("</td></tr>");
}
