//! The template engine: templates that are part of the program, and the few filters that they use.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use tera::{Kwargs, State, Tera, Value};

use crate::site::markup::{Markup, push_status};
use crate::site::mould;
use crate::site::navigation::Navigation;
use crate::site::pages::KINDS;
use crate::site::shared::Site;
use crate::site::{assets, escape, sprite, theme, words};

/// Templates that pages share, by the names that they use; each kind of page brings its own. Sorted.
const SHARED: &[(&str, &str)] = &[
    (theme::PLACES[0], ""),
    ("base.html", include_str!("../../templates/base.html")),
    (theme::PLACES[1], ""),
    ("parts.html", include_str!("../../templates/parts.html")),
];

/// The engine with everything that all pages share, and the templates of the theme in place of those of the program; or why they do not
/// fit.
pub(super) fn engine(site: &Site) -> Result<Tera, String> {
    let mut tera = Tera::new();
    // Everything is escaped, whatever a template is called.
    tera.autoescape_on([""]);
    tera.set_escape_fn(escape::write_text);
    // `capitalize` makes every other letter small, and `EX-1` is no `ex-1`.
    tera.register_filter("begun", |text: &str, _: Kwargs, _: &State| words::begun(text));
    tera.register_filter("bytes", |length: u64, _: Kwargs, _: &State| words::bytes(length));
    tera.register_filter("count", |number: u64, _: Kwargs, _: &State| words::count(number));
    tera.register_filter("counted", |number: u64, kwargs: Kwargs, _: &State| {
        kwargs.must_get::<&str>("of").map(|word| words::counted(number, word))
    });
    tera.register_filter("day", |iso: &str, _: Kwargs, _: &State| time(iso, &words::day_of_iso(iso)));
    tera.register_filter("day_words", |iso: &str, _: Kwargs, _: &State| words::day_of_iso(iso));
    tera.register_filter("event_icon", |event: &str, _: Kwargs, _: &State| words::event(event).0);
    tera.register_filter("event_tone", |event: &str, _: Kwargs, _: &State| words::event(event).1);
    tera.register_filter("icon", |name: &str, _: Kwargs, _: &State| {
        Markup::vetted(&sprite::icon(name)).into_value()
    });
    tera.register_filter("moment", |text: &str, _: Kwargs, _: &State| moment(text));
    tera.register_filter("path", |text: &str, _: Kwargs, _: &State| Markup::of_path(text).into_value());
    tera.register_filter("sentence", |text: &str, _: Kwargs, _: &State| {
        Markup::of_words(&words::sentence(text)).into_value()
    });
    tera.register_filter("shape", |id: &str, _: Kwargs, _: &State| {
        Markup::vetted(&sprite::icon(words::look_of(id).map_or("none", |look| look.icon))).into_value()
    });
    tera.register_filter("short", |digest: &str, _: Kwargs, _: &State| mould::short(digest).to_owned());
    tera.register_filter("status", |id: &str, kwargs: Kwargs, _: &State| {
        kwargs.get::<&str>("words").map(|words| status(id, words))
    });
    tera.register_filter("tone", |id: &str, _: Kwargs, _: &State| {
        words::look_of(id).map_or("none", |look| look.tone)
    });
    tera.register_filter("word", |id: &str, _: Kwargs, _: &State| {
        words::look_of(id).map_or(id, |look| look.word).to_owned()
    });
    tera.register_filter("words", |text: &str, _: Kwargs, _: &State| {
        Markup::of_words(text).into_value()
    });
    let own = KINDS.iter().map(|kind| (kind.name, kind.template));
    tera.add_raw_templates(SHARED.iter().copied().chain(own))
        .expect("the templates of the program are well formed");
    let themed = theme::templates(&site.handbook.theme)?;
    if !themed.is_empty() {
        // Nothing that a theme writes may turn text of authors into markup.
        tera.register_filter("safe", |_: &str, _: Kwargs, _: &State| {
            Err::<Value, _>(tera::Error::message("a theme may not use the filter `safe`"))
        });
        tera.add_raw_templates(themed)
            .map_err(|error| format!("a template of the theme cannot be read: {error}"))?;
    }
    let global = tera.global_context();
    global.insert_value("site", site.value.clone());
    global.insert("navigation", &Navigation::of(site));
    global.insert("policy", assets::POLICY);
    Ok(tera)
}

/// A status as shape, word and tone, with other words where they are given.
fn status(id: &str, other: Option<&str>) -> Value {
    let mut html = String::with_capacity(128);
    push_status(&mut html, id, other);
    Markup::vetted(&html).into_value()
}

fn time(iso: &str, words: &str) -> Value {
    let mut html = "<time datetime=\"".to_owned();
    escape::text(&mut html, iso);
    html.push_str("\">");
    escape::text(&mut html, words);
    html.push_str("</time>");
    Markup::vetted(&html).into_value()
}

/// A moment as people write it, in UTC: `17 Nov 2026, 09:02 UTC` for `2026-11-17T10:02:40+01:00`. A day alone is that day; what is
/// neither stays as it is written.
fn moment(text: &str) -> Value {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return time(&words::moment(at), &words::moment_in_words(at));
    }
    // Many tools write no zone, so that nobody can say which moment in UTC it is.
    if let Ok(at) = text.replacen(' ', "T", 1).parse::<NaiveDateTime>() {
        let words = format!("{}, {} (no zone given)", words::day(at.date()), at.format("%H:%M"));
        return time(&at.format("%Y-%m-%dT%H:%M:%S").to_string(), &words);
    }
    match text.parse::<NaiveDate>() {
        Ok(day) => time(text, &words::day(day)),
        Err(_) => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{SHARED, moment};
    use crate::site::pages::KINDS;

    #[test]
    fn moments_are_in_utc_and_nothing_else_is_called_a_time() {
        for (text, html) in [
            (
                "2026-11-17T10:02:40+01:00",
                "<time datetime=\"2026-11-17T09:02:40Z\">17 Nov 2026, 09:02 UTC</time>",
            ),
            (
                "2026-11-28T21:20:38.5",
                "<time datetime=\"2026-11-28T21:20:38\">28 Nov 2026, 21:20 (no zone given)</time>",
            ),
            (
                "2026-11-28 21:20:38",
                "<time datetime=\"2026-11-28T21:20:38\">28 Nov 2026, 21:20 (no zone given)</time>",
            ),
            ("2026-11-07", "<time datetime=\"2026-11-07\">7 Nov 2026</time>"),
            ("2026-13-07", "2026-13-07"),
            ("late <b>", "late <b>"),
        ] {
            assert_eq!(moment(text).to_string(), html);
        }
    }

    #[test]
    fn no_template_marks_anything_as_safe_by_itself() {
        let own = KINDS.iter().map(|kind| (kind.name, kind.template));
        for (name, text) in SHARED.iter().copied().chain(own) {
            for (index, line) in text.lines().enumerate() {
                assert!(!line.contains("safe"), "{name}:{}: {line}", index + 1);
                assert!(
                    !line.contains(" style=") && !line.contains("<style"),
                    "{name}:{}: {line}",
                    index + 1
                );
            }
        }
    }

    #[test]
    fn vetted_markup_is_made_in_one_place() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/site");
        let mut folders = vec![source];
        let mut makers = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the folder can be read") {
                let path = entry.expect("the entry can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else if std::fs::read_to_string(&path)
                    .expect("the file can be read")
                    .contains(concat!("safe", "_string("))
                {
                    makers.push(path.file_name().expect("a file has a name").to_owned());
                }
            }
        }
        assert_eq!(makers, ["markup.rs"]);
    }
}
