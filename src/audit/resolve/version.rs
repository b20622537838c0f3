//! Versions of tools against what the repository asks for.

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::definition::Definition;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::lookup::answer::{broken, resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Versions of tools.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::Version),
    resolve,
};

/// Versions as a half-open range of `[major, minor]`; a missing end is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    from: (u32, u32),
    to: (u32, u32),
}

const ANY: Range = Range {
    from: (0, 0),
    to: (u32::MAX, 0),
};

fn resolve(index: &Index<'_>, document: &Document<'_>, _reference: &Reference, named: &Named) -> Resolution {
    let Some((tool, wanted)) = named
        .name
        .split_once(' ')
        .and_then(|(tool, version)| Some((tool, range(version)?)))
    else {
        return unverifiable(Reason::VersionUnreadable);
    };
    let mut facts: Vec<(&str, &Definition, Range)> = Vec::new();
    let mut is_open = false;
    for file in index.source.code.files.values() {
        for definition in file.of_kind(Kind::Version).filter(|definition| definition.name == tool) {
            match definition.value.as_deref().and_then(range) {
                Some(known) => facts.push((&file.path, definition, known)),
                None => is_open = true,
            }
        }
    }
    // The nearest file tells most: beside the text, then at the root.
    facts.sort_by_key(|(path, definition, _)| {
        let is_near = !document.folder.is_empty() && path.starts_with(document.folder);
        (!is_near, path.matches('/').count(), *path, definition.line)
    });
    let Some((first, definition, _)) = facts.first() else {
        return unverifiable(Reason::NoFileSettlesVersion);
    };
    if let Some((path, definition, _)) = facts.iter().find(|(_, _, known)| overlap(wanted, *known)) {
        return resolved(path, Some(definition.line), Reason::Agrees((*path).to_owned()));
    }
    if is_open {
        return unverifiable(Reason::VersionInOtherForm);
    }
    let said = definition.value.as_deref().unwrap_or_default();
    Resolution {
        target: Some((*first).to_owned()),
        target_line: Some(definition.line),
        ..broken(
            Reason::AsksForOther((*first).to_owned(), tool.to_owned(), said.to_owned()),
            None,
        )
    }
}

fn overlap(left: Range, right: Range) -> bool {
    left.from < right.to && right.from < left.to
}

/// The range of `20`, `>=18`, `^18 || >=20`, `>=3.11,<4`, `3.12.x`, `v20.1.0`; none for names such as `lts/*`.
fn range(text: &str) -> Option<Range> {
    let text = text.trim();
    if text.is_empty() || text.len() > 100 {
        return None;
    }
    // Alternatives become one range from the lowest to the highest: milder, and no gap is ever named.
    let mut whole: Option<Range> = None;
    for alternative in text.split("||") {
        let mut both = ANY;
        for part in alternative.split([',', ' ']).filter(|part| !part.is_empty()) {
            let part = simple(part)?;
            both = Range {
                from: both.from.max(part.from),
                to: both.to.min(part.to),
            };
        }
        whole = Some(match whole {
            None => both,
            Some(known) => Range {
                from: known.from.min(both.from),
                to: known.to.max(both.to),
            },
        });
    }
    whole
}

fn simple(part: &str) -> Option<Range> {
    let signs = part
        .bytes()
        .take_while(|byte| !byte.is_ascii_alphanumeric() && *byte != b'*')
        .count();
    let (sign, version) = part.split_at(signs);
    let version = version.strip_prefix('v').unwrap_or(version);
    if version == "*" || version == "x" {
        return Some(ANY);
    }
    let mut numbers = Vec::new();
    for number in version.split('.') {
        if matches!(number, "x" | "X" | "*") {
            break;
        }
        // `1.0.0-rc1`: the number in front.
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        numbers.push(number[..digits].parse::<u32>().ok()?);
        if digits < number.len() {
            break;
        }
    }
    let major = *numbers.first()?;
    let minor = numbers.get(1).copied();
    let from = (major, minor.unwrap_or(0));
    let next = match minor {
        Some(minor) => (major, minor + 1),
        None => (major + 1, 0),
    };
    Some(match sign {
        ">=" => Range { from, ..ANY },
        ">" => Range { from, ..ANY },
        "<" => Range {
            to: from.max((0, 1)),
            ..ANY
        },
        "<=" => Range { to: next, ..ANY },
        "^" => Range {
            from,
            to: (major + 1, 0),
        },
        "~=" if numbers.len() == 2 => Range {
            from,
            to: (major + 1, 0),
        },
        "~" | "~=" | "" | "=" | "==" | "===" => Range { from, to: next },
        "!=" => ANY,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{overlap, range};
    use crate::audit::testing::{called, code_with_values, tree};
    use crate::model::kind::Kind;

    #[test]
    fn ranges_are_compared() {
        let agree = |left: &str, right: &str| overlap(range(left).unwrap(), range(right).unwrap());
        for (left, right) in [
            (">=16", ">=18"),
            ("20", "v20.11.1"),
            ("3.11", ">=3.10,<3.13"),
            ("20", "^18 || ^20"),
            ("9", "9.1.0"),
            (">=20", "20.x"),
            ("1.80", ">=1.75"),
        ] {
            assert!(agree(left, right), "{left} {right}");
        }
        for (left, right) in [("16", ">=18"), ("3.9", ">=3.10"), ("8", "9.1.0"), ("1.70", ">=1.75")] {
            assert!(!agree(left, right), "{left} {right}");
        }
        assert_eq!(range("lts/*"), None);
    }

    #[test]
    fn a_version_is_wrong_only_when_nothing_agrees() {
        let fixture = tree(&[])
            .with_code(code_with_values("setting", ".nvmrc", Kind::Version, &[("node", "20")]))
            .with_code(code_with_values(
                "setting",
                "web/package.json",
                Kind::Version,
                &[("node", ">=22")],
            ));
        assert_eq!(
            fixture.look_up(called(Kind::Version, "node 22", &[])),
            "resolved web/package.json:1 (`web/package.json` agrees)"
        );
        assert_eq!(
            fixture.look_up(called(Kind::Version, "node 16", &[])),
            "broken .nvmrc:1 (`.nvmrc` asks for node 20)"
        );
        assert!(
            fixture
                .look_up(called(Kind::Version, "node >=16", &[]))
                .starts_with("resolved")
        );
        assert!(
            fixture
                .look_up(called(Kind::Version, "python 3.9", &[]))
                .starts_with("unverifiable")
        );
    }
}
