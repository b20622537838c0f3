//! The day and the commit that the handbook was built from, beside its pages and not in them: a page of the present that says the same as
//! before stays the same file. Without JavaScript a link leads to the page that tells both.

use serde::Serialize;

use crate::site::assets;
use crate::site::file::File;
use crate::site::shared::Site;
use crate::site::words;

/// The path of the script.
pub(super) const FILE: &str = "about/build.js";

/// The function of `assets/handbook.js` that takes what the script says.
const CALL: &str = "rpBuild";

#[derive(Serialize)]
struct Build<'site> {
    /// The day that the present was judged on.
    day: String,
    /// The same as people write it.
    words: String,
    /// The commit, as people read it; none for what is not committed.
    commit: Option<&'site str>,
}

/// The script.
pub(super) fn file(site: &Site) -> File {
    let build = Build {
        day: site.handbook.today.to_string(),
        words: words::day(site.handbook.today),
        commit: site.handbook.commit.as_ref().map(|commit| commit.short_id()),
    };
    let facts = serde_json::to_string(&build).expect("strings are always JSON");
    File {
        url: FILE.to_owned(),
        bytes: format!("{CALL}({});\n", assets::value(facts)).into_bytes(),
    }
}
