//! The files of a theme: text -> checked values. Whoever may commit to a repository may change how its handbook looks, and must not be able
//! to make a browser do anything: no value leads to another file, and no template brings a script or a tag that steers the page.

use crate::error::{Error, Result};

/// The largest file of a theme, in bytes.
pub(crate) const LIMIT: usize = 256 << 10;

/// Functions that a value may call.
const FUNCTIONS: [&str; 15] = [
    "calc", "clamp", "color-mix", "hsl", "hsla", "hwb", "lab", "lch", "light-dark", "max", "min", "oklab", "oklch", "rgb", "rgba",
];

/// Tags that lead elsewhere or run something, whatever the policy of the page says.
const REFUSED: [&str; 11] = [
    "applet", "base", "embed", "frame", "frameset", "iframe", "meta", "noscript", "object", "portal", "style",
];

/// What may stand behind `<script` and `<link`: files of the site itself.
const OWN: [(&str, &str); 2] = [
    ("script", " src=\"{{ page.root }}assets/"),
    ("link", " rel=\"stylesheet\" href=\"{{ page.root }}assets/"),
];

/// Reads a file of tokens: one `:root { --name: value; }`, and comments.
pub(crate) fn tokens(text: &str, path: &str) -> Result<Vec<(String, String)>> {
    let text = without_comments(text.trim_start_matches('\u{FEFF}'));
    let wrong = |at: usize, what: &str| {
        let error = Error::usage(format!("{path}:{}: {what}", line(&text, at)));
        Err(error.with_help("a file of tokens is one `:root { --name: value; … }` and nothing else"))
    };
    let start = text.len() - text.trim_start().len();
    let Some(rest) = text[start..].strip_prefix(":root") else {
        return wrong(start, "the tokens do not begin with `:root`");
    };
    let Some(rest) = rest.trim_start().strip_prefix('{') else {
        return wrong(start, "`:root` is not followed by `{`");
    };
    let mut at = text.len() - rest.len();
    let Some(end) = rest.find('}').map(|length| at + length) else {
        return wrong(at, "the `{` is not closed");
    };
    let after = end + 1;
    if let Some(more) = text[after..].find(|char: char| !char.is_whitespace()) {
        return wrong(after + more, "something stands behind the tokens");
    }
    let mut found: Vec<(String, String)> = Vec::new();
    for part in text[at..end].split(';') {
        let here = at + (part.len() - part.trim_start().len());
        at += part.len() + 1;
        if part.trim().is_empty() {
            continue;
        }
        let Some((name, value)) = part.split_once(':').map(|(name, value)| (name.trim(), value.trim())) else {
            return wrong(here, "a token has no value");
        };
        let is_name = name.strip_prefix("--").is_some_and(|name| {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !name.is_empty() && name.bytes().all(plain)
        });
        if !is_name {
            return wrong(here, &format!("`{name}` is no token: they begin with `--`"));
        }
        if let Some(objection) = value_objection(value) {
            return wrong(here, &format!("the value of `{name}` {objection}"));
        }
        if found.iter().any(|(other, _)| other == name) {
            return wrong(here, &format!("`{name}` stands twice"));
        }
        found.push((name.to_owned(), value.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    Ok(found)
}

/// Why a value may not stand in the style sheet.
fn value_objection(value: &str) -> Option<String> {
    if value.is_empty() || value.len() > 500 {
        return Some("is empty, or has more than 500 bytes".to_owned());
    }
    let is_plain = |char: char| char.is_ascii_alphanumeric() || " \t\n\r#%.,()\"'/+-*_".contains(char);
    if let Some(odd) = value.chars().find(|char| !is_plain(*char)) {
        return Some(format!("holds `{}`", odd.escape_debug()));
    }
    if ['"', '\''].iter().any(|quote| value.matches(*quote).count() % 2 == 1) {
        return Some("has a quote without its other".to_owned());
    }
    let mut depth = 0_u32;
    for (at, char) in value.char_indices() {
        match char {
            '(' => {
                let before = &value[..at];
                let name = before
                    .rsplit(|char: char| !char.is_ascii_alphanumeric() && char != '-')
                    .next();
                let name = name.unwrap_or_default().to_ascii_lowercase();
                let is_grouping = name.is_empty() && depth > 0;
                if !is_grouping && !FUNCTIONS.contains(&name.as_str()) {
                    return Some(format!(
                        "calls `{name}()`, which no token may; there are {}",
                        FUNCTIONS.join(", ")
                    ));
                }
                depth += 1;
            }
            ')' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some("closes a bracket that is not open".to_owned()),
            },
            _ => {}
        }
    }
    (depth > 0).then(|| "has a bracket that is not closed".to_owned())
}

/// A text in which comments are blanks; the lines stay.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        let (inside, after) = comment.split_once("*/").unwrap_or((comment, ""));
        out.push(' ');
        out.extend(inside.chars().filter(|char| *char == '\n'));
        rest = after;
    }
    out + rest
}

fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Refuses a template that could bring more than shapes and words.
pub(crate) fn check_template(text: &str, path: &str) -> Result<()> {
    let wrong = |at: usize, what: &str| {
        let error = Error::usage(format!("{path}:{}: {what}", line(text, at)));
        Err(error.with_help("a template gives pages another shape; scripts, policy and addresses are those of the program"))
    };
    for (at, _) in text.match_indices('<') {
        let behind = &text[at + 1..];
        if behind.starts_with("!--") || behind.starts_with(|char: char| char.is_whitespace() || char == '=') {
            continue;
        }
        // `{{ <name … /> }}` and `<%` are of the template language: a component stands in brackets of its own.
        let is_component = text[..at].trim_end().ends_with("{{");
        let name: String = behind
            .trim_start_matches('/')
            .chars()
            .take_while(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '!'))
            .collect();
        let next = behind.trim_start_matches('/')[name.len()..].chars().next();
        let is_whole = next.is_some_and(|char| char.is_whitespace() || matches!(char, '>' | '/'));
        if name.is_empty() || !is_whole {
            return wrong(at, "the name of a tag is not written out");
        }
        if is_component {
            continue;
        }
        let lower = name.to_ascii_lowercase();
        if REFUSED.contains(&lower.as_str()) {
            return wrong(at, &format!("a template may not hold `<{lower}>`"));
        }
        let own = OWN.iter().find(|(tag, _)| *tag == lower);
        if let Some((_, must)) = own.filter(|_| !behind.starts_with('/')) {
            let rest = behind[name.len()..].strip_prefix(must);
            let file = rest.and_then(|rest| rest.split('"').next()).unwrap_or_default();
            let is_file = !file.is_empty()
                && file
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'.'));
            if !is_file || file.contains("..") {
                return wrong(
                    at,
                    &format!("`<{lower}>` may only begin `<{lower}{must}`, with a file of the site"),
                );
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check_template, tokens};

    fn refused(text: &str) -> String {
        match tokens(text, "t.css") {
            Ok(found) => panic!("{text}: {found:?}"),
            Err(error) => error.message,
        }
    }

    #[test]
    fn tokens_are_read_with_their_values() {
        let text = "/* ours */\n:root {\n  --link: light-dark(#005a9c, #9cf); /* blue */\n  --sans: \"Source Sans 3\", Arial,\n    sans-serif;\n  --measure: calc(40rem + (2 * 1ch))\n}\n";
        let found = tokens(text, "t.css").expect("they are read");
        let expected = [
            ("--link", "light-dark(#005a9c, #9cf)"),
            ("--sans", "\"Source Sans 3\", Arial, sans-serif"),
            ("--measure", "calc(40rem + (2 * 1ch))"),
        ];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(tokens(":root{}", "t.css").expect("nothing is fine").is_empty());
    }

    #[test]
    fn what_is_no_token_is_refused_with_its_line() {
        for (text, words) in [
            ("", "t.css:1: the tokens do not begin with `:root`"),
            ("\n@import \"x\";", "t.css:2: the tokens do not begin"),
            (":root{--a:1;}\nbody{display:none}", "t.css:2: something stands behind"),
            (":root{--a:1", "not closed"),
            (":root{\n--a:1;\n--a:2}", "t.css:3: `--a` stands twice"),
            (":root{color:red}", "`color` is no token"),
            (":root{--a}", "has no value"),
            (":root{--a:}", "is empty"),
            (":root{--a:url(https://example.org/x)}", "holds `:`"),
            (":root{--a:url(//example.org/x)}", "calls `url()`"),
            (":root{--a:URL (\"x\")}", "calls `()`"),
            (":root{--a:image-set(\"x\" 1x)}", "calls `image-set()`"),
            (":root{--a:var(--b)}", "calls `var()`"),
            (":root{--a:calc(1px}", "not closed"),
            (":root{--a:1px)}", "not open"),
            (":root{--a:\"x}", "quote without its other"),
            (":root{--a:\\75rl(x)}", "holds `\\\\`"),
            (":root{--a:</style>}", "holds `<`"),
            (":root{--a:1 !important}", "holds `!`"),
            (":root{--a:{b:c}}", "something stands behind"),
            (":root{--A:1}", "is no token"),
        ] {
            let said = refused(text);
            assert!(said.contains(words), "{text}: {said}");
        }
    }

    #[test]
    fn a_template_brings_shapes_and_words_only() {
        for good in [
            "{% extends \"base.html\" %}{% block page %}<main id=\"rp-main\"><p>{{ a < b }} {{ <findings rows={x} root={y} /> }}</p></main>{% endblock %}",
            "<!-- note --><hr><br/>a < b, a <= b",
            "<script src=\"{{ page.root }}assets/run-sheet.js\" defer></script>",
            "<link rel=\"stylesheet\" href=\"{{ page.root }}assets/audit.css\">",
        ] {
            assert!(check_template(good, "t.html").is_ok(), "{good}");
        }
        for (bad, words) in [
            ("\n<script>alert(1)</script>", "t.html:2: `<script>` may only begin"),
            ("<SCRIPT src=x>", "may only begin"),
            ("<script src=\"{{ page.root }}index.json\">", "may only begin"),
            ("<script src=\"{{ page.root }}assets/../x.js\">", "may only begin"),
            ("<script src=\"{{ page.root }}assets/{{ x }}\">", "may only begin"),
            ("<link rel=\"preload\" href=\"x\">", "may only begin"),
            ("<meta http-equiv=\"refresh\" content=\"0;url=x\">", "may not hold `<meta>`"),
            ("<Base href=x>", "may not hold `<base>`"),
            ("<iframe src=x>", "may not hold `<iframe>`"),
            ("<{{ \"meta\" }} x>", "not written out"),
            ("<me{{ \"ta\" }} x>", "not written out"),
            ("<{% if x %}meta{% endif %}>", "not written out"),
            ("<{# x #}meta>", "not written out"),
            ("<", "not written out"),
            ("</", "not written out"),
        ] {
            match check_template(bad, "t.html") {
                Ok(()) => panic!("{bad}"),
                Err(error) => assert!(error.message.contains(words), "{bad}: {}", error.message),
            }
        }
    }
}
