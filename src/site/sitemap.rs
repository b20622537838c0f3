//! What search engines are told: `robots.txt`, and where the address of the site is known a map of its pages,
//! <https://www.sitemaps.org/protocol.html>.

use crate::site::escape::text;
use crate::site::manifest::Entry;

/// The word to search engines.
pub(super) const ROBOTS: &str = "robots.txt";
/// The map of the site.
pub(super) const FILE: &str = "sitemap.xml";

/// The most addresses of one file, as the protocol says.
const MOST: usize = 50_000;

/// The files about the pages of a site, each by its path with its text.
pub(super) fn files(base: Option<&str>, entries: &[Entry]) -> Vec<(String, String)> {
    let file = |url: &str, text: String| (url.to_owned(), text);
    let robots = "User-agent: *\nAllow: /\n";
    let Some(base) = base else {
        return vec![file(ROBOTS, robots.to_owned())];
    };
    let mut pages: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.is_listed)
        .map(|entry| entry.url.strip_suffix("index.html").unwrap_or(&entry.url))
        .collect();
    pages.sort_unstable();
    let address = |path: &str| {
        let mut escaped = String::new();
        text(&mut escaped, &format!("{base}{path}"));
        escaped
    };
    let mut files = vec![file(ROBOTS, format!("{robots}Sitemap: {base}{FILE}\n"))];
    let parts: Vec<&[&str]> = pages.chunks(MOST).collect();
    let map = |pages: &[&str]| {
        let mut map = String::from(HEAD);
        map.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
        for page in pages {
            map.push_str(&format!("<url><loc>{}</loc></url>\n", address(page)));
        }
        map.push_str("</urlset>\n");
        map
    };
    if let [pages] = parts.as_slice() {
        files.push(file(FILE, map(pages)));
        return files;
    }
    let mut index = String::from(HEAD);
    index.push_str("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (at, pages) in parts.iter().enumerate() {
        let name = format!("sitemap-{}.xml", at + 1);
        index.push_str(&format!("<sitemap><loc>{}</loc></sitemap>\n", address(&name)));
        files.push(file(&name, map(pages)));
    }
    index.push_str("</sitemapindex>\n");
    files.push(file(FILE, index));
    files
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

#[cfg(test)]
mod tests {
    use super::{FILE, MOST, files};
    use crate::site::file::File;
    use crate::site::manifest::Entry;

    fn page(url: &str, is_listed: bool) -> Entry {
        let file = File {
            url: url.to_owned(),
            bytes: Vec::new(),
        };
        Entry::of_page(&file, None, is_listed)
    }

    fn text<'files>(files: &'files [(String, String)], path: &str) -> &'files str {
        let file = files.iter().find(|(name, _)| name == path);
        &file.expect("the file is there").1
    }

    #[test]
    fn pages_that_are_listed_stand_in_the_map_by_their_whole_address() {
        let entries = [page("b/index.html", true), page("index.html", true), page("404.html", false)];
        let files = files(Some("https://example.org/x&y/"), &entries);
        let map = text(&files, FILE);
        let at: Vec<&str> = map.lines().filter(|line| line.starts_with("<url>")).collect();
        assert_eq!(
            at,
            [
                "<url><loc>https://example.org/x&amp;y/</loc></url>",
                "<url><loc>https://example.org/x&amp;y/b/</loc></url>"
            ]
        );
        assert!(text(&files, "robots.txt").ends_with("Sitemap: https://example.org/x&y/sitemap.xml\n"));
    }

    #[test]
    fn without_an_address_there_is_no_map_and_many_pages_have_several() {
        assert_eq!(files(None, &[page("index.html", true)]).len(), 1);
        let entries: Vec<Entry> = (0..=MOST).map(|at| page(&format!("{at}/index.html"), true)).collect();
        let files = files(Some("https://example.org/"), &entries);
        assert_eq!(files.len(), 4);
        assert_eq!(text(&files, FILE).matches("<sitemap>").count(), 2);
        assert_eq!(text(&files, "sitemap-2.xml").matches("<url>").count(), 1);
    }
}
