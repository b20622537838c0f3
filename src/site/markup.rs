//! Markup that is safe to stand in a page as it is. This is the only type that the templates do not escape; it is made only from
//! strings that went through `escape`, and only in the modules that build markup in code.

use serde::Serialize;
use tera::Value;

use crate::site::words::look_of;
use crate::site::{escape, sprite};

/// Vetted markup. Templates print it as it is because its value carries the mark itself; none of them says so on its own.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Markup(Value);

impl Default for Markup {
    /// No markup.
    fn default() -> Self {
        Self::vetted("")
    }
}

impl Markup {
    /// Markup that the code has built with everything foreign in it escaped.
    pub(crate) fn vetted(html: &str) -> Self {
        Self(Value::safe_string(html))
    }

    /// Plain words in which pieces between backticks are code, as findings are written.
    pub(crate) fn of_words(words: &str) -> Self {
        let mut html = String::with_capacity(words.len() + 32);
        push_words(&mut html, words);
        Self::vetted(&html)
    }

    /// Code that may hold a path.
    pub(crate) fn of_path(path: &str) -> Self {
        let mut html = String::with_capacity(path.len() + 16);
        push_path(&mut html, path);
        Self::vetted(&html)
    }

    /// How long it is.
    pub(crate) fn len(&self) -> usize {
        self.0.as_str().map_or(0, str::len)
    }

    /// The value for a template.
    pub(crate) fn into_value(self) -> Value {
        self.0
    }
}

/// Appends plain words in which pieces between backticks are code.
pub(crate) fn push_words(html: &mut String, words: &str) {
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((inside, remaining)) = after.split_once('`') else {
            break;
        };
        escape::text(html, before);
        // `` ` `` and empty pairs are no code.
        if inside.trim().is_empty() {
            html.push('`');
            escape::text(html, inside);
            html.push('`');
        } else {
            html.push_str("<code>");
            push_path(html, inside.trim());
            html.push_str("</code>");
        }
        rest = remaining;
    }
    escape::text(html, rest);
}

/// Appends code that may hold a path, which breaks behind a slash before it breaks within a name.
pub(crate) fn push_path(html: &mut String, path: &str) {
    for (at, part) in path.split_inclusive('/').enumerate() {
        if at > 0 {
            html.push_str("<wbr>");
        }
        escape::code(html, part, escape::Reading::Code);
    }
}

/// Appends a status as shape, word and tone, with other words where they are given.
pub(crate) fn push_status(html: &mut String, id: &str, other: Option<&str>) {
    let look = look_of(id);
    html.push_str("<span class=\"st ");
    html.push_str(look.map_or("none", |look| look.tone));
    html.push_str("\">");
    sprite::push_icon(html, look.map_or("none", |look| look.icon));
    escape::text(html, other.or(look.map(|look| look.word)).unwrap_or(id));
    html.push_str("</span>");
}

#[cfg(test)]
mod tests {
    use super::push_words;

    fn marked(words: &str) -> String {
        let mut html = String::new();
        push_words(&mut html, words);
        html
    }

    #[test]
    fn a_path_breaks_behind_its_slashes() {
        assert_eq!(marked("see `docs/a/b.md`"), "see <code>docs/<wbr>a/<wbr>b.md</code>");
        assert_eq!(marked("`docs/` or/and"), "<code>docs/</code> or/and");
    }

    #[test]
    fn backticks_become_code_and_everything_else_is_text() {
        assert_eq!(
            marked("`make <x>` is not in `Makefile`"),
            "<code>make &lt;x&gt;</code> is not in <code>Makefile</code>"
        );
        assert_eq!(marked("a ` b <i>"), "a ` b &lt;i&gt;");
    }
}
