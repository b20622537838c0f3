//! SVG without everything that could run, load or leave: it is read, and what is known to be harmless is written anew.
//!
//! Pages show it as an image, where nothing in it runs; but anybody may open the copy by itself, so the copy must be harmless as well.

use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

/// Elements may stand so deep in each other.
const MAX_DEPTH: usize = 128;

/// The elements that draw. Any other is left out with all that is in it.
const ELEMENTS: &[&str] = &[
    "circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite",
    "feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA",
    "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight",
    "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence", "filter", "g", "image", "line", "linearGradient", "marker",
    "mask", "path", "pattern", "polygon", "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch", "symbol",
    "text", "textPath", "title", "tspan", "use", "a", "hatch", "hatchpath", "mesh", "view",
];

/// The picture without what could do harm; none when it is no SVG, or cannot be read.
pub(super) fn harmless(text: &str) -> Option<Vec<u8>> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut writer = Writer::new(Vec::with_capacity(text.len()));
    // The names that are open, and from which depth on everything is left out.
    let mut open: Vec<String> = Vec::new();
    let mut hidden: Option<usize> = None;
    let mut has_root = false;
    loop {
        let event = reader.read_event().ok()?;
        let (tag, is_empty) = match event {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            Event::End(_) => {
                let name = open.pop()?;
                match hidden {
                    Some(depth) if depth == open.len() => hidden = None,
                    Some(_) => {}
                    None => writer.write_event(Event::End(BytesEnd::new(name))).ok()?,
                }
                continue;
            }
            Event::Text(words) => {
                let words = words.into_inner();
                let is_style = open.last().is_some_and(|name| name == "style");
                if hidden.is_none() && has_root && !(is_style && reaches_out(&words)) {
                    writer.write_event(Event::Text(BytesText::from_escaped(words))).ok()?;
                }
                continue;
            }
            Event::CData(words) => {
                let words = words.into_inner();
                let is_style = open.last().is_some_and(|name| name == "style");
                if hidden.is_none() && has_root && !(is_style && reaches_out(&words)) {
                    writer.write_event(Event::Text(BytesText::new(&words))).ok()?;
                }
                continue;
            }
            Event::GeneralRef(name) => {
                let name = name.into_inner();
                let is_known = matches!(&*name, "amp" | "lt" | "gt" | "quot" | "apos") || name.starts_with('#');
                // In a style sheet an entity could spell what must not stand there.
                let is_style = open.last().is_some_and(|name| name == "style");
                if !is_known || is_style {
                    return None;
                }
                if hidden.is_none() {
                    let entity = format!("&{name};");
                    writer.write_event(Event::Text(BytesText::from_escaped(entity))).ok()?;
                }
                continue;
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            Event::Eof => break,
        };
        let name = tag.name().into_inner().to_owned();
        if open.is_empty() {
            if has_root || name != "svg" {
                return None;
            }
            has_root = true;
        }
        if open.len() >= MAX_DEPTH {
            return None;
        }
        let is_shown = hidden.is_none() && ELEMENTS.contains(&name.as_str());
        if is_shown {
            let copy = copy(&tag, &name, open.is_empty())?;
            let event = if is_empty { Event::Empty(copy) } else { Event::Start(copy) };
            writer.write_event(event).ok()?;
        }
        if !is_empty {
            if !is_shown && hidden.is_none() {
                hidden = Some(open.len());
            }
            open.push(name);
        }
    }
    (has_root && open.is_empty()).then(|| writer.into_inner())
}

/// The tag with its harmless attributes.
fn copy<'name>(tag: &BytesStart<'_>, name: &'name str, is_root: bool) -> Option<BytesStart<'name>> {
    let mut copy = BytesStart::new(name);
    if is_root {
        copy.push_attribute(("xmlns", "http://www.w3.org/2000/svg"));
        copy.push_attribute(("xmlns:xlink", "http://www.w3.org/1999/xlink"));
    }
    for (count, attribute) in tag.attributes().enumerate() {
        let attribute = attribute.ok()?;
        let key = attribute.key.into_inner();
        let value = quick_xml::escape::unescape(&attribute.value).ok()?;
        if count >= 256 {
            return None;
        }
        let local = key.strip_prefix("xlink:").or_else(|| key.strip_prefix("xml:")).unwrap_or(key);
        let is_link = local.eq_ignore_ascii_case("href");
        let is_harmless = if key.starts_with("xmlns") || local.contains(':') {
            false
        } else if is_link {
            is_inside(&value, name)
        } else {
            !local.to_ascii_lowercase().starts_with("on") && !reaches_out(&value) && !key.starts_with("xlink:")
        };
        if is_harmless {
            copy.push_attribute((key, value.as_ref()));
        }
    }
    Some(copy)
}

/// Whether a link stays in the picture: a place in it, or a picture that it holds itself.
fn is_inside(value: &str, element: &str) -> bool {
    let value = value.trim();
    if value.starts_with('#') {
        return element != "a";
    }
    let is_picture = ["png", "jpeg", "jpg", "gif", "webp"]
        .iter()
        .any(|kind| value.starts_with(&format!("data:image/{kind};base64,")));
    element == "image" && is_picture
}

/// Whether words of a style sheet or an attribute could load something or run.
fn reaches_out(words: &str) -> bool {
    let plain: String = words
        .chars()
        .filter(|character| !character.is_whitespace() && !character.is_control())
        .flat_map(char::to_lowercase)
        .collect();
    // An escape or a comment could spell anything.
    if plain.contains('\\') || plain.contains("/*") && plain.contains("url") {
        return true;
    }
    let loads = plain.match_indices("url(").any(|(at, _)| {
        let inside = plain[at + 4..].trim_start_matches(['"', '\'']);
        !inside.starts_with('#')
    });
    loads
        || [
            "@import", "javascript:", "expression(", "-moz-binding", "behavior:", "image-set(", "@font-face", "data:text",
        ]
        .iter()
        .any(|word| plain.contains(word))
}

#[cfg(test)]
mod tests {
    use super::harmless;

    fn svg(inside: &str) -> Option<String> {
        let text = format!("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">{inside}</svg>");
        harmless(&text).map(|bytes| String::from_utf8(bytes).expect("what is written is text"))
    }

    const HEAD: &str =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\">";

    #[test]
    fn what_draws_stays() {
        for inside in [
            "<g fill=\"red\"><path d=\"M0 0h9\"/></g>",
            "<text x=\"1\">a &amp; b</text>",
            "<style>.a{fill:url(#b)}</style><use xlink:href=\"#c\"/>",
            "<image href=\"data:image/png;base64,AA==\"/>",
        ] {
            assert_eq!(svg(inside), Some(format!("{HEAD}{inside}</svg>")));
        }
    }

    #[test]
    fn what_runs_or_loads_goes() {
        for inside in [
            "<script>x</script>",
            "<foreignObject><iframe src=\"x\"/></foreignObject>",
            "<animate attributeName=\"href\" values=\"javascript:x\"/>",
            "<set attributeName=\"onload\" to=\"x\"/>",
            "<handler>x</handler>",
            "<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\">x</h:script>",
        ] {
            assert_eq!(svg(inside), Some(format!("{HEAD}</svg>")), "{inside}");
        }
        for (inside, left) in [
            ("<rect onload=\"x\" ONCLICK=\"y\"/>", "<rect/>"),
            ("<use href=\"//evil.example#x\"/>", "<use/>"),
            ("<image href=\"https://evil.example/x.png\"/>", "<image/>"),
            ("<image href=\"data:image/svg+xml;base64,AA==\"/>", "<image/>"),
            ("<a href=\"javascript:x\"><rect/></a>", "<a><rect/></a>"),
            ("<style>@import 'x';</style>", "<style></style>"),
            ("<style>@im\\70ort 'x';</style>", "<style></style>"),
            ("<rect style=\"fill:url( https://evil.example/x )\"/>", "<rect/>"),
            ("<rect fill=\"url('#a')\"/>", "<rect fill=\"url(&apos;#a&apos;)\"/>"),
        ] {
            assert_eq!(svg(inside), Some(format!("{HEAD}{left}</svg>")), "{inside}");
        }
    }

    #[test]
    fn what_cannot_be_judged_is_no_picture() {
        for inside in ["&evil;", "<g>", "<style>&#64;import</style>"] {
            assert_eq!(svg(inside), None, "{inside}");
        }
        assert_eq!(harmless("<html><svg/></html>"), None);
        assert_eq!(harmless("<svg/><svg/>"), None);
        assert_eq!(harmless(&"<g>".repeat(100_000)), None);
        assert_eq!(harmless(&format!("<svg>{}", "<g>".repeat(100_000))), None);
    }
}
