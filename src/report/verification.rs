//! What a check of the evidence store and of a site found, for the terminal and as JSON.

use crate::model::count;
use crate::model::verification::Verification;
use crate::report::dossier::state;
use crate::report::visible::{escaped, visible};
use crate::report::words::counted;

/// A check for people: the first thing that differs, every other one, and what was checked.
pub(crate) fn text(verification: &Verification) -> String {
    let mut lines = Vec::new();
    for (at, found) in verification.differences.iter().enumerate() {
        let order = if at == 0 { "first" } else { "also" };
        let line = found.line.map(|line| format!(":{line}")).unwrap_or_default();
        let version = if found.version.is_empty() {
            String::new()
        } else {
            format!("{}  ", found.version)
        };
        lines.push(format!(
            "{order:<5}  {version}{}{line}: {}: {}",
            found.path,
            found.kind.word(),
            found.message
        ));
        if !found.help.is_empty() {
            lines.push(format!("       {}", found.help));
        }
    }
    lines.extend(
        verification
            .unchecked
            .iter()
            .map(|sentence| format!("not checked: {sentence}")),
    );
    for release in &verification.releases {
        let product = if release.product.is_empty() {
            String::new()
        } else {
            format!("{} ", release.product)
        };
        lines.push(format!("{product}{}: {}", release.version, state(release.state)));
    }
    let of_store = vec![
        counted(verification.releases.len(), "release"),
        format!(
            "{} ({})",
            counted(verification.files, "file"),
            count::counted(verification.bytes, "byte")
        ),
        format!("{} of the chain", counted(verification.links, "link")),
        format!(
            "{} held against git or the next one",
            counted(verification.committed, "record")
        ),
    ];
    let is_store = verification.pages == 0 || !verification.releases.is_empty();
    let mut checked = if is_store { of_store } else { Vec::new() };
    if verification.pages > 0 {
        let of = if verification.is_pack { "pack" } else { "site" };
        checked.push(format!("{} of the {of}", counted(verification.pages, "file")));
    }
    let result = match verification.differences.len() {
        0 if verification.unheld > 0 => format!("nothing differs, and {} not checked", counted(verification.unheld, "record")),
        0 => "nothing differs".to_owned(),
        count => counted(count, "thing differs/things differ"),
    };
    lines.push(format!("checked {}: {result}", checked.join(", ")));
    lines.iter().map(|line| format!("{}\n", visible(line))).collect()
}

/// A check for programs, schema `runproof-verify/1`.
pub(crate) fn json(verification: &Verification) -> String {
    let value = serde_json::json!({
        "schema": "runproof-verify/1",
        "is_clean": verification.differences.is_empty(),
        "releases": verification.releases,
        "files": verification.files,
        "bytes": verification.bytes,
        "links": verification.links,
        "committed": verification.committed,
        "unheld": verification.unheld,
        "pages": verification.pages,
        "differences": verification.differences,
        "unchecked": verification.unchecked,
    });
    escaped(&format!("{value:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::{json, text};
    use crate::model::verification::{Difference, DifferenceKind, Verification};

    #[test]
    fn the_first_difference_is_named_first_and_every_other_one_too() {
        let difference = |path: &str| Difference {
            kind: DifferenceKind::FileChanged,
            version: "v1".to_owned(),
            path: path.to_owned(),
            line: Some(3),
            message: "it is another one".to_owned(),
            help: "restore it".to_owned(),
        };
        let verification = Verification {
            differences: vec![difference("a\u{1b}"), difference("b")],
            ..Verification::default()
        };
        let told = text(&verification);
        assert!(
            told.starts_with("first  v1  a␛:3: changed: it is another one\n       restore it\nalso   v1  b:3"),
            "{told}"
        );
        assert!(told.ends_with("2 things differ\n"), "{told}");
        assert!(json(&verification).contains("\"is_clean\": false"));
        assert!(text(&Verification::default()).ends_with("nothing differs\n"));
        let unheld = Verification {
            unheld: 2,
            ..Verification::default()
        };
        assert!(text(&unheld).ends_with("nothing differs, and 2 records not checked\n"));
    }
}
