//! Families of formats: what people call "SPDX" is a document of SPDX in any of its forms. The one place where a word for a format is joined
//! with the formats that are read.

/// A family of formats of evidence.
#[derive(Debug)]
struct Family {
    /// What people call it.
    name: &'static str,
    /// The formats that belong to it, as they are read.
    formats: &'static [&'static str],
    /// Whether it has another meaning in small letters.
    is_capital: bool,
    /// Words behind the name that make something else of it: "SPDX identifiers" stand in sources, "JUnit tests" are tests in Java.
    other: &'static [&'static str],
}

/// The families, by name.
const FAMILIES: [Family; 10] = [
    family("Cobertura", &["cobertura"]),
    family("CTRF", &["ctrf"]),
    family("CycloneDX", &["cyclonedx-json", "cyclonedx-xml"]),
    Family {
        other: &[
            "4", "5", "6", "case", "cases", "jupiter", "platform", "runner", "suite", "suites", "test", "testing", "tests",
        ],
        ..family("JUnit", &["junit"])
    },
    family("LCOV", &["lcov"]),
    family("SARIF", &["sarif"]),
    Family {
        other: &[
            "expression", "expressions", "header", "headers", "id", "identifier", "identifiers", "ids", "licence", "licences",
            "license", "licenses", "list", "tag", "tags",
        ],
        ..family("SPDX", &["spdx-json", "spdx-tag-value", "spdx-yaml", "spdx3-json"])
    },
    family("step record", &["step-record"]),
    Family {
        is_capital: true,
        ..family("TAP", &["tap"])
    },
    Family {
        is_capital: true,
        ..family("TRX", &["trx"])
    },
];

/// Words that leave a choice, or only give an example: none of the formats beside them is asked for by itself. Sorted.
const CHOICE: [&str; 9] = [
    "any", "e.g", "either", "equivalent", "like", "optional", "optionally", "or", "preferably",
];

/// Words in front of a format that take it back or tell where something comes from. Sorted.
const TAKEN_BACK: [&str; 8] = ["from", "instead", "never", "no", "non", "not", "than", "without"];

/// What a format may be called beside its name: "SPDX-JSON", "CycloneDX-based". Sorted.
const BESIDE: [&str; 8] = [
    "based", "compatible", "compliant", "format", "formatted", "json", "xml", "yaml",
];

const fn family(name: &'static str, formats: &'static [&'static str]) -> Family {
    Family {
        name,
        formats,
        is_capital: false,
        other: &[],
    }
}

fn named(name: &str) -> Option<&'static Family> {
    let name = name.trim();
    FAMILIES.iter().find(|family| family.name.eq_ignore_ascii_case(name))
}

/// Whether a format is the one that is asked for, or of the family that is.
pub(crate) fn is_of(format: &str, wanted: &str) -> bool {
    let is_member = |family: &Family| family.formats.iter().any(|own| own.eq_ignore_ascii_case(format));
    format.eq_ignore_ascii_case(wanted.trim()) || named(wanted).is_some_and(is_member)
}

/// The formats of a family; none where the name is that of no family.
pub(crate) fn formats(name: &str) -> &'static [&'static str] {
    named(name).map_or(&[], |family| family.formats)
}

/// The families that some words ask for, each once, as people call them. None where the words leave a choice.
pub(crate) fn asked(text: &str) -> Vec<&'static str> {
    let mut asked = Vec::new();
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let plains: Vec<String> = words.iter().map(|word| plain(word)).collect();
    let leaves_choice = plains.iter().any(|word| CHOICE.binary_search(&word.as_str()).is_ok());
    if leaves_choice || words.contains(&"/") || text.contains("such as") {
        return Vec::new();
    }
    for (at, word) in words.iter().enumerate() {
        if word.contains('/') {
            let mut parts = word.split('/').map(plain);
            // "SPDX/CycloneDX" leaves a choice, and a path names no format.
            if parts.all(|part| named(&part).is_some()) {
                return Vec::new();
            }
            continue;
        }
        let is_taken_back = at
            .checked_sub(1)
            .into_iter()
            .chain(at.checked_sub(2).filter(|at| plains[*at] == "instead"))
            .any(|at| TAKEN_BACK.binary_search(&plains[at].as_str()).is_ok());
        let next = plains.get(at + 1).map_or("", String::as_str);
        for part in word.split(['+', '&', ',']) {
            let part = part.trim_matches(|c: char| !c.is_alphanumeric());
            let (name, beside) = part.split_once(['-', '@']).unwrap_or((part, ""));
            let beside = beside.to_ascii_lowercase();
            let is_beside = beside.is_empty()
                || beside.starts_with(|c: char| c.is_ascii_digit())
                || beside.split('-').all(|word| BESIDE.binary_search(&word).is_ok());
            let two = format!("{} {next}", name.to_ascii_lowercase());
            let Some(family) = named(name).or_else(|| named(two.trim_end_matches('s'))) else {
                continue;
            };
            let is_written = !family.is_capital || name == family.name;
            let is_other = family.other.contains(&next);
            if is_beside && is_written && !is_other && !is_taken_back && !asked.contains(&family.name) {
                asked.push(family.name);
            }
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::{BESIDE, CHOICE, FAMILIES, TAKEN_BACK, asked, formats, is_of};

    #[test]
    fn a_family_is_asked_for_by_its_name_and_met_by_each_of_its_formats() {
        assert!(is_of("spdx-json", "SPDX") && is_of("spdx3-json", "spdx") && is_of("junit", "JUnit"));
        assert!(is_of("spdx-json", "SPDX-JSON"), "a format by its own name");
        assert!(!is_of("cyclonedx-json", "SPDX") && !is_of("spdx-json", "spdx-yaml") && !is_of("spdx-json", ""));
        assert_eq!(formats("CycloneDX"), ["cyclonedx-json", "cyclonedx-xml"]);
        assert!(formats("spdx-json").is_empty() && formats("").is_empty());
    }

    #[test]
    fn words_for_formats_are_demands() {
        for (text, expected) in [
            ("SPDX", &["SPDX"][..]),
            ("CycloneDX 1.5, attached", &["CycloneDX"]),
            ("published in SPDX-2.3 format", &["SPDX"]),
            ("SARIF without errors", &["SARIF"]),
            ("JUnit all green", &["JUnit"]),
            ("JUnit XML", &["JUnit"]),
            ("SPDX and CycloneDX", &["SPDX", "CycloneDX"]),
            ("SPDX+CycloneDX", &["SPDX", "CycloneDX"]),
            ("a step record", &["step record"]),
            ("TAP report", &["TAP"]),
            ("CycloneDX-JSON", &["CycloneDX"]),
        ] {
            assert_eq!(asked(text), expected, "{text}");
        }
    }

    #[test]
    fn a_choice_another_meaning_and_what_is_taken_back_are_no_demand() {
        for text in [
            "SPDX or CycloneDX",
            "either SPDX, CycloneDX",
            "SPDX/CycloneDX",
            "SPDX / CycloneDX",
            "SPDX, CycloneDX or equivalent",
            "a standard such as SPDX",
            "SPDX identifiers in every file",
            "SPDX license list",
            "JUnit tests pass",
            "JUnit 5 green",
            "JUnit suites",
            "not SPDX",
            "converted from CycloneDX",
            "instead of SPDX",
            "no SARIF",
            "the brew tap is updated",
            "dist/spdx/bom.json",
            "bom.spdx.json",
            "e.g. SPDX",
            "SPDX-Tools run",
            "all green",
            "",
        ] {
            assert!(asked(text).is_empty(), "{text}: {:?}", asked(text));
        }
    }

    #[test]
    fn the_lists_are_sorted() {
        assert!(CHOICE.is_sorted() && TAKEN_BACK.is_sorted() && BESIDE.is_sorted());
        assert!(FAMILIES.is_sorted_by_key(|family| family.name.to_lowercase()));
    }
}
