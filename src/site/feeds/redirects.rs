//! Addresses that moved: `redirects.json` for whoever reads it, and `_redirects` as Netlify and Cloudflare Pages read it,
//! <https://docs.netlify.com/routing/redirects/>. Where a host reads neither, the page at the old address says where the text is.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::site::feeds::feed::Feed;
use crate::site::file::File;
use crate::site::moved::name_in;
use crate::site::shared::Site;

/// The kind.
pub(super) static FEED: Feed = Feed { files };

#[derive(Serialize)]
struct Redirects<'site> {
    schema: &'static str,
    redirects: Vec<Redirect<'site>>,
}

#[derive(Serialize)]
struct Redirect<'site> {
    from: &'site str,
    to: &'site str,
}

fn files(site: &Site) -> Vec<File> {
    let moved = moved(site);
    let list = Redirects {
        schema: "runproof-redirects/1",
        redirects: moved.iter().map(|(from, to)| Redirect { from, to }).collect(),
    };
    let mut json = serde_json::to_vec(&list).expect("strings are always JSON");
    json.push(b'\n');
    let mut files = vec![File {
        url: "redirects.json".to_owned(),
        bytes: json,
    }];
    if !moved.is_empty() {
        let base = base_path(site.handbook.base_url.as_deref());
        let lines: String = moved
            .iter()
            .map(|(from, to)| format!("{base}{from}* {base}{to}:splat 301\n"))
            .collect();
        files.push(File {
            url: "_redirects".to_owned(),
            bytes: lines.into_bytes(),
        });
    }
    files
}

/// Old addresses with the new ones, of every edition and of `latest`.
fn moved(site: &Site) -> BTreeMap<String, String> {
    let mut moved = BTreeMap::new();
    for product in site.products.iter().filter(|product| !product.product.moves.is_empty()) {
        for slug in &product.slugs {
            for edition in 0..product.editions.len() {
                let Some(name) = name_in(product, slug, edition) else {
                    continue;
                };
                moved.insert(product.runbook(edition, slug), product.runbook(edition, name));
                if product.latest == Some(edition) {
                    let latest = |slug: &str| format!("{}runbooks/{}/", product.latest_address(), product.runbooks[slug].part);
                    moved.insert(latest(slug), latest(name));
                }
            }
        }
    }
    moved
}

/// The path of an address of a site, from its slash on.
fn base_path(base_url: Option<&str>) -> &str {
    let behind_scheme = base_url.and_then(|url| url.split_once("://")).map(|(_, rest)| rest);
    behind_scheme
        .and_then(|rest| rest.find('/').map(|at| &rest[at..]))
        .unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::{base_path, files};
    use crate::model::handbook::RunbookMove;
    use crate::site::sample;
    use crate::site::shared::Site;

    fn texts(handbook: &crate::model::handbook::Handbook) -> Vec<(String, String)> {
        let site = Site::of(handbook);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("redirects are text");
        files(&site).into_iter().map(|file| (file.url, text(file.bytes))).collect()
    }

    #[test]
    fn a_renamed_runbook_is_found_under_its_old_address_in_every_edition() {
        let mut handbook = sample::single();
        // `old-way` was in v1.8.0 alone, the last of five editions; `incident` came in v1.8.1.
        handbook.products[0].moves = vec![RunbookMove {
            from: "old-way".to_owned(),
            to: "incident".to_owned(),
            in_edition: 3,
        }];
        let texts = texts(&handbook);
        assert_eq!(texts[0].0, "redirects.json");
        let wanted = r#"{"from":"latest/runbooks/old-way/","to":"latest/runbooks/incident/"}"#;
        assert!(texts[0].1.contains(wanted), "{}", texts[0].1);
        assert!(
            texts[0]
                .1
                .contains(r#"{"from":"v1.8.0/runbooks/incident/","to":"v1.8.0/runbooks/old-way/"}"#)
        );
        assert!(
            texts[1]
                .1
                .contains("/next/runbooks/old-way/* /next/runbooks/incident/:splat 301\n")
        );
    }

    #[test]
    fn nothing_moved_is_an_empty_list_and_no_file_for_hosts() {
        let texts = texts(&sample::single());
        assert_eq!(texts.len(), 1);
        assert!(texts[0].1.ends_with("\"redirects\":[]}\n"));
    }

    #[test]
    fn redirects_of_a_site_below_a_path_begin_there() {
        assert_eq!(base_path(Some("https://example.org/team/handbook/")), "/team/handbook/");
        assert_eq!(base_path(Some("https://example.org/")), "/");
        assert_eq!(base_path(None), "/");
    }
}
