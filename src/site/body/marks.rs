//! What is wrong, said at the block where it stands.

use crate::model::finding::{Finding, Severity, Suppression};
use crate::model::place::Span;
use crate::site::words::sentence;
use crate::site::{escape, markup};

/// How loud a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MarkTone {
    /// The block cannot be followed as written.
    Fail,
    /// The block may mislead.
    Warn,
    /// Somebody accepted what stands there as it is.
    Accepted,
}

/// What is wrong in a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// The notes that are shown.
    pub(crate) notes: Vec<Mark>,
    /// Where every error begins, sorted, also those for whose note there is no room.
    pub(crate) broken: Vec<u32>,
}

impl Marks {
    /// Whether an error begins in a span.
    pub(super) fn is_broken(&self, span: Span) -> bool {
        let first = self.broken.partition_point(|start| *start < span.start);
        self.broken.get(first).is_some_and(|start| *start <= span.end)
    }
}

/// A finding at its place in a text.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// The words in question.
    pub(crate) span: Span,
    /// The note.
    pub(crate) html: String,
}

impl Mark {
    /// The mark of a finding, when it is loud enough to stand in the text. `id` is the element id of the note, `rule` the way to the
    /// page of the rule, where it has one, `mended` that to another text in which nothing fails.
    pub(crate) fn of(finding: &Finding, id: &str, rule: Option<&str>, mended: Option<&str>) -> Option<Self> {
        let span = finding.span?;
        let tone = match finding.severity {
            Severity::Info => return None,
            _ if finding.suppression.is_some() => MarkTone::Accepted,
            Severity::Error => MarkTone::Fail,
            Severity::Warning => MarkTone::Warn,
        };
        Some(Self {
            span,
            html: note(finding, tone, id, rule, mended.filter(|_| tone == MarkTone::Fail)),
        })
    }

    /// The first byte of the words.
    pub(crate) fn start(&self) -> Span {
        Span {
            start: self.span.start,
            end: self.span.start,
        }
    }
}

/// That somebody accepted it, until when, and why.
fn accepted(suppression: &Suppression) -> String {
    let until = suppression.until.map(|day| format!(" until {day}")).unwrap_or_default();
    let why = match suppression.reason.as_str() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    sentence(&format!("accepted as it is{until}{why}"))
}

fn note(finding: &Finding, tone: MarkTone, id: &str, rule: Option<&str>, mended: Option<&str>) -> String {
    let (class, icon) = match tone {
        MarkTone::Fail => ("fail", "fail"),
        MarkTone::Warn => ("warn", "warn"),
        MarkTone::Accepted => ("none", "minus"),
    };
    let mut html = String::with_capacity(320);
    html.push_str("<p class=\"margin-note ");
    html.push_str(class);
    html.push_str("\" id=\"");
    escape::text(&mut html, id);
    html.push_str("\"><svg class=\"icon\" aria-hidden=\"true\"><use href=\"#rp-i-");
    html.push_str(icon);
    html.push_str("\"/></svg><span><b>");
    markup::push_words(&mut html, &sentence(&finding.message));
    html.push_str("</b>");
    if let Some(suppression) = &finding.suppression {
        html.push(' ');
        markup::push_words(&mut html, &accepted(suppression));
        html.push_str("</span></p>");
        return html;
    }
    if let Some(help) = &finding.help {
        html.push(' ');
        markup::push_words(&mut html, &sentence(help));
    }
    let is_named = |suggestion: &str| {
        finding
            .help
            .as_deref()
            .is_some_and(|help| help.contains(&format!("`{suggestion}`")))
    };
    if finding.suggestion.as_deref().is_some_and(is_named) {
        html.push_str(" Check it before you use it.");
    } else if let Some(suggestion) = &finding.suggestion {
        html.push_str(" The nearest match is <code>");
        escape::code(&mut html, suggestion, escape::Reading::Code);
        html.push_str("</code>; check it before you use it.");
    }
    if let Some(mended) = mended {
        html.push_str(" <a href=\"");
        escape::text(&mut html, mended);
        html.push_str("\">Read the text on main, in which no error was found</a>");
    }
    if let Some(rule) = rule {
        html.push_str(" <a href=\"");
        escape::text(&mut html, rule);
        html.push_str("\">Why this matters</a>");
    }
    html.push_str("</span></p>");
    html
}
