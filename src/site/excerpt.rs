//! A part of a site that stands alone: the pages that are wanted, with every link that would lead out of it made plain words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// A link of a page. Text of authors never holds a raw `<`, so that nothing else looks like one.
static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"<a ([^<>]*?)href="([^"<>]*)""#).expect("the pattern is well formed"));

/// A file that a page loads for itself: a script, or another form of it.
static LOADED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"<script src="([^"<>]*)"[^<>]*></script>|<link [^<>]*href="([^"<>]*)"[^<>]*>"#)
        .expect("the pattern is well formed")
});

/// The files of a site that are wanted.
pub(crate) fn excerpt(files: BTreeMap<String, Vec<u8>>, is_wanted: &dyn Fn(&str) -> bool) -> BTreeMap<String, Vec<u8>> {
    let kept: BTreeMap<String, Vec<u8>> = files.into_iter().filter(|(url, _)| is_wanted(url)).collect();
    let loosened = kept.iter().map(|(url, bytes)| {
        let is_page = std::path::Path::new(url).extension().is_some_and(|ending| ending == "html");
        match std::str::from_utf8(bytes) {
            Ok(html) if is_page => (url.clone(), loosen(url, html, &kept).into_bytes()),
            _ => (url.clone(), bytes.clone()),
        }
    });
    loosened.collect()
}

/// A page whose links lead to what is there, to its own places, or to the web.
fn loosen(url: &str, html: &str, files: &BTreeMap<String, Vec<u8>>) -> String {
    let replaced = LINK.replace_all(html, |found: &Captures<'_>| {
        let (before, link) = (&found[1], &found[2]);
        let is_elsewhere = link.contains("://") || link.starts_with("mailto:");
        let path = link.split('#').next().unwrap_or_default();
        if is_elsewhere || path.is_empty() || files.contains_key(&target(url, path)) {
            found[0].to_owned()
        } else {
            format!("<a {before}")
        }
    });
    // What is not there is not asked for, either.
    let replaced = LOADED.replace_all(&replaced, |found: &Captures<'_>| {
        let link = found.get(1).or_else(|| found.get(2)).map_or("", |link| link.as_str());
        let is_elsewhere = link.contains(':');
        if is_elsewhere || files.contains_key(&target(url, link)) {
            found[0].to_owned()
        } else {
            String::new()
        }
    });
    replaced.into_owned()
}

/// The file that a relative link of a page leads to.
fn target(url: &str, link: &str) -> String {
    let mut parts: Vec<&str> = url.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::excerpt;

    #[test]
    fn what_is_not_there_is_not_loaded() {
        let page = r#"<link rel="alternate" type="application/atom+xml" href="feed.atom" title="x"><link rel="icon" href="data:image/svg+xml,x"><link rel="stylesheet" href="../own.css"><script src="../own.js" defer></script><script src="../../later.js" defer></script><p>x</p>"#;
        let files: BTreeMap<String, Vec<u8>> = [
            ("a/p/index.html", page),
            ("a/own.css", ""),
            ("a/own.js", ""),
            ("later.js", ""),
        ]
        .into_iter()
        .map(|(url, text)| (url.to_owned(), text.as_bytes().to_vec()))
        .collect();
        let kept = excerpt(files, &|url| url.starts_with("a/"));
        let html = String::from_utf8(kept["a/p/index.html"].clone()).expect("text");
        assert_eq!(
            html,
            r#"<link rel="icon" href="data:image/svg+xml,x"><link rel="stylesheet" href="../own.css"><script src="../own.js" defer></script><p>x</p>"#
        );
    }

    #[test]
    fn links_that_lead_out_become_words() {
        let page = r##"<p>&lt;a href="../../x/index.html" <a class="go" href="../../x/index.html">out</a> <a href="../b/index.html#here">in</a> <a href="#own">own</a> <a href="https://example.org/x">web</a> <a href="data.csv">table</a></p>"##;
        let files: BTreeMap<String, Vec<u8>> = [
            ("a/p/index.html", page),
            ("a/b/index.html", "b"),
            ("a/p/data.csv", "1"),
            ("x/index.html", "out"),
        ]
        .into_iter()
        .map(|(url, text)| (url.to_owned(), text.as_bytes().to_vec()))
        .collect();
        let kept = excerpt(files, &|url| url.starts_with("a/"));
        assert_eq!(kept.len(), 3);
        let html = String::from_utf8(kept["a/p/index.html"].clone()).expect("text");
        assert_eq!(
            html,
            r##"<p>&lt;a href="../../x/index.html" <a class="go" >out</a> <a href="../b/index.html#here">in</a> <a href="#own">own</a> <a href="https://example.org/x">web</a> <a href="data.csv">table</a></p>"##
        );
    }
}
