//! The day and the commit that the handbook was built from, beside its pages and not in them: a page of the present that says the same as
//! before stays the same file. A script tells both; without JavaScript a style sheet does, on paper too, and a link leads to the page about them.

use serde::Serialize;

use crate::site::assets;
use crate::site::file::File;
use crate::site::shared::Site;
use crate::site::words;

/// The path of the script.
pub(super) const SCRIPT: &str = "about/build.js";

/// The path of the style sheet, which only a browser without JavaScript asks for.
pub(super) const STYLE: &str = "about/build.css";

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

/// The script and the style sheet.
pub(super) fn files(site: &Site) -> [File; 2] {
    let build = Build {
        day: site.handbook.today.to_string(),
        words: words::day(site.handbook.today),
        commit: site.handbook.commit.as_ref().map(|commit| commit.short_id()),
    };
    let facts = serde_json::to_string(&build).expect("strings are always JSON");
    [
        File {
            url: SCRIPT.to_owned(),
            bytes: format!("{CALL}({});\n", assets::value(facts)).into_bytes(),
        },
        File {
            url: STYLE.to_owned(),
            bytes: style(&build).into_bytes(),
        },
    ]
}

/// What the script would fill in, as words behind those that the page holds. A day and digits of hexadecimals need no escape.
fn style(build: &Build) -> String {
    let day = &build.words;
    let at = build.commit.map_or_else(String::new, |commit| {
        format!("[data-built=at]::after{{content:\" at {commit}\"}}[data-built=commit]::after{{content:\": {commit}\"}}")
    });
    let line = build.commit.map_or_else(
        || format!("checked on {day}"),
        |commit| format!("built from {commit}, checked on {day}"),
    );
    format!(
        "[data-built=day]::after{{content:\", {day}\"}}[data-built=line]::after{{content:\" ({line})\"}}{at}@media print{{:root{{--run:attr(data-print) \" \\B7  \
         {}\"}}}}\n",
        line.replace(", ", " \\B7  ")
    )
}

#[cfg(test)]
mod tests {
    use super::{Build, style};

    /// What the style sheet says of a build of 3 November.
    fn said(commit: Option<&str>) -> String {
        style(&Build {
            day: "2026-11-03".to_owned(),
            words: "3 Nov 2026".to_owned(),
            commit,
        })
    }

    #[test]
    fn the_day_and_the_commit_are_told_without_javascript() {
        let style = said(Some("2ac8fac"));
        assert!(style.contains("[data-built=day]::after{content:\", 3 Nov 2026\"}"), "{style}");
        assert!(style.contains("[data-built=commit]::after{content:\": 2ac8fac\"}"), "{style}");
        assert!(style.contains(" (built from 2ac8fac, checked on 3 Nov 2026)"), "{style}");
        assert!(
            style.contains("--run:attr(data-print) \" \\B7  built from 2ac8fac \\B7  checked on 3 Nov 2026\""),
            "{style}"
        );
    }

    #[test]
    fn nothing_is_said_of_a_commit_where_none_is() {
        let style = said(None);
        assert!(!style.contains("data-built=commit"), "{style}");
        assert!(style.contains(" (checked on 3 Nov 2026)"), "{style}");
    }
}
