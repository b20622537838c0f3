//! Tests of the site as a whole.

mod audit;
mod firsts;
mod followed;
mod hostile;
mod moulds;
mod pages;
mod speed;
mod standing;

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::model::handbook::Handbook;
use crate::site::file::File;
use crate::site::{render, sample};

/// A site in memory.
pub(in crate::site) fn site(handbook: &Handbook) -> BTreeMap<String, Vec<u8>> {
    let files = Mutex::new(BTreeMap::new());
    let keep = |file: File| {
        let previous = files
            .lock()
            .expect("nothing panics with it")
            .insert(file.url.clone(), file.bytes);
        assert!(previous.is_none(), "{} was given twice", file.url);
    };
    render(handbook, &keep).unwrap_or_else(|failure| panic!("{failure}"));
    files.into_inner().expect("nothing panicked with it")
}

/// The pages of a site as text.
fn pages(files: &BTreeMap<String, Vec<u8>>) -> impl Iterator<Item = (&str, &str)> {
    files
        .iter()
        .filter(|(url, _)| url.ends_with("/index.html") || matches!(url.as_str(), "index.html" | "404.html"))
        .map(|(url, bytes)| (url.as_str(), std::str::from_utf8(bytes).expect("pages are UTF-8")))
}

#[test]
fn a_sample_is_written_to_a_folder_to_be_looked_at() {
    let Some(folder) = std::env::var_os("RUNPROOF_SAMPLE_SITE") else {
        println!("skipped: RUNPROOF_SAMPLE_SITE is not set");
        return;
    };
    let evil = sample::hostile::handbook(&sample::hostile::PAYLOADS.join(" "));
    for (name, handbook) in [
        ("two", sample::handbook()),
        ("one", sample::single()),
        ("empty", sample::empty()),
        ("evil", evil),
    ] {
        for (url, bytes) in site(&handbook) {
            let path = std::path::Path::new(&folder).join(name).join(url);
            std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
            std::fs::write(path, bytes).expect("the file can be written");
        }
    }
}
