//! What an artifact is, by its content: the list of formats is that of `gate`, `provenance`, `record` and `sbom`.
//!
//! The name of a file decides nothing. A declared format is compared with what the content says, never put in its place.

use std::borrow::Cow;

use crate::model::evidence::{AnomalyKind, Artifact, Content};
use crate::model::finding::Problem;
use crate::parse::artifact::decode::{decode, line_at};
use crate::parse::artifact::json;
use crate::parse::artifact::json::top::{self, Outline};
use crate::parse::artifact::xml::{XmlEvent, XmlReader};
use crate::parse::artifact::{Format, MAX_BYTES, Shape, Sniff, XmlRoot, anomaly, by_sight, counts, unread};
use crate::parse::{gate, provenance, record, sbom};
use crate::tools::family;

/// Every format, sorted by name in its folder.
pub(crate) fn formats() -> impl Iterator<Item = &'static Format> {
    let formats = gate::FORMATS.iter().chain(provenance::FORMATS);
    formats.chain(record::FORMATS).chain(sbom::FORMATS)
}

/// The format with this name, upper and lower case being equal.
pub(crate) fn format(name: &str) -> Option<&'static Format> {
    formats().find(|format| format.name.eq_ignore_ascii_case(name))
}

/// Whether a gate may ask for a format or a family of formats by this name.
pub(crate) fn is_known(name: &str) -> bool {
    format(name).is_some() || !family::formats(name).is_empty()
}

/// Looks at the outer shape of a file.
#[cfg(test)]
pub(crate) fn sniff(bytes: &[u8]) -> Sniff<'_> {
    let mut sniff = unseen(bytes);
    look(&mut sniff);
    sniff
}

/// A file as text, at whose shape nobody looked.
fn unseen(bytes: &[u8]) -> Sniff<'_> {
    let (shape, (text, encoding_problems)) = match by_sight::binary(bytes) {
        Some(kind) => (Shape::Binary(kind), (Cow::Borrowed(""), Vec::new())),
        None => (Shape::Text, decode(bytes)),
    };
    Sniff {
        text,
        shape,
        encoding_problems,
        declared: None,
        flaw: None,
    }
}

/// Looks at the outer shape of a text, to its end.
fn look(sniff: &mut Sniff<'_>) {
    if matches!(sniff.shape, Shape::Binary(_)) {
        return;
    }
    (sniff.shape, sniff.flaw) = match sniff.text.trim_start().bytes().next() {
        None => (Shape::Empty, None),
        Some(b'<') => xml_shape(&sniff.text),
        Some(b'{' | b'[') => json_shape(&sniff.text),
        Some(_) => (Shape::Text, None),
    };
}

/// The format of a file that names its format before anything else. Looking at the rest of it costs as much as reading it.
fn announced(sniff: &mut Sniff<'_>) -> Option<&'static Format> {
    if !sniff.text.trim_start().starts_with('{') {
        return None;
    }
    sniff.shape = Shape::JsonObject(top::opening(&sniff.text));
    sbom::ANNOUNCED.iter().find(|format| (format.recognizes)(sniff))
}

/// Reads an artifact of any format. What no format knows is kept as unread, with a problem that says what it looks like.
pub(crate) fn read(bytes: &[u8], declared: Option<&str>) -> Artifact {
    if bytes.len() > MAX_BYTES {
        return unread(format!(
            "the file has {} MB, and files over {} MB are not read",
            bytes.len() / (1024 * 1024),
            MAX_BYTES / (1024 * 1024)
        ));
    }
    let mut sniff = unseen(bytes);
    sniff.declared = declared.map(str::to_ascii_lowercase);
    let found = announced(&mut sniff).or_else(|| {
        look(&mut sniff);
        formats().find(|format| (format.recognizes)(&sniff))
    });
    let mut artifact = if let Some(format) = found {
        let (text, mended) = match sniff.shape {
            Shape::JsonObject(_) | Shape::JsonArray(_) => json::mend_surrogates(&sniff.text),
            _ => (Cow::Borrowed(&*sniff.text), None),
        };
        let mut artifact = (format.parse)(&text);
        artifact.format = Some(format.name);
        artifact.problems.extend(mended);
        counts::complete(&mut artifact);
        // What a crash left on the disk.
        if let Some(at) = text.find('\0').filter(|_| !matches!(artifact.content, Content::Unread)) {
            let line = line_at(text.as_bytes(), at);
            let message = "a NUL stands in it, which is part of no text: the file is damaged";
            anomaly(&mut artifact.anomalies, AnomalyKind::UnreadPart, Some(line), message);
        }
        artifact
    } else {
        let mut artifact = unread(by_sight::words(&sniff));
        artifact.counts.extend(counts::of_lines(&sniff));
        artifact
    };
    artifact.problems.splice(0..0, sniff.encoding_problems);
    artifact.problems.extend(contradiction(declared, found, &sniff.shape));
    artifact
}

/// What speaks against the declared format of a file, in words.
fn contradiction(declared: Option<&str>, found: Option<&Format>, shape: &Shape) -> Option<Problem> {
    let declared = declared?;
    if matches!(shape, Shape::Empty) {
        return None;
    }
    let of_family = family::formats(declared);
    if let (false, Some(found)) = (of_family.is_empty(), found)
        && of_family.contains(&found.name)
    {
        return None;
    }
    let Some(wanted) = format(declared).or_else(|| of_family.first().and_then(|name| format(name))) else {
        return Some(Problem::of_file(format!(
            "the declared format `{declared}` is none that is read; known are {}",
            names().join(", ")
        )));
    };
    match found {
        Some(found) if found.name == wanted.name => None,
        Some(found) => Some(Problem::of_file(format!(
            "the file is declared as {} and is {}",
            wanted.title, found.title
        ))),
        None => Some(Problem::of_file(format!(
            "the file is declared as {} and does not look like it",
            wanted.title
        ))),
    }
}

/// The names of all formats in alphabetical order.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = formats().map(|format| format.name).collect();
    names.sort_unstable();
    names
}

fn xml_shape(text: &str) -> (Shape, Option<Problem>) {
    let mut root = XmlRoot::default();
    let mut reader = XmlReader::new(text);
    loop {
        match reader.next() {
            Ok(XmlEvent::Open(element)) if reader.depth() == 1 => {
                element.name().clone_into(&mut root.name);
                let (names, namespace) = element.names_and_namespace();
                root.attributes = names;
                root.namespace = namespace;
            }
            Ok(XmlEvent::Open(element)) => {
                element.name().clone_into(&mut root.child);
                return (Shape::Xml(root), None);
            }
            Ok(XmlEvent::Close | XmlEvent::End) => return (Shape::Xml(root), None),
            Ok(XmlEvent::Text(_)) => {}
            Err(problem) => {
                if root.name.is_empty() {
                    reader.doctype().clone_into(&mut root.name);
                }
                let shape = if root.name.is_empty() { Shape::Text } else { Shape::Xml(root) };
                return (shape, Some(problem));
            }
        }
    }
}

fn json_shape(text: &str) -> (Shape, Option<Problem>) {
    let Outline { members, is_array, flaw } = top::outline(text);
    let shape = if is_array {
        Shape::JsonArray(members)
    } else {
        Shape::JsonObject(members)
    };
    (shape, flaw)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use proptest::prelude::{any, prop, proptest};

    use super::{MAX_BYTES, Shape, formats, names, read, sniff};
    use crate::model::evidence::Content;

    fn messages(bytes: &[u8], declared: Option<&str>) -> String {
        let artifact = read(bytes, declared);
        let lines: Vec<_> = artifact.problems.iter().map(|problem| problem.message.clone()).collect();
        lines.join("\n")
    }

    #[test]
    fn every_format_has_a_name_of_its_own() {
        let names = names();
        let mut unique = names.clone();
        unique.dedup();
        assert_eq!(names, unique, "names are unique");
        for format in formats() {
            let is_kebab = format
                .name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            assert!(is_kebab, "{} is kebab-case", format.name);
            assert!(!format.title.is_empty(), "{} has a title", format.name);
        }
    }

    #[test]
    fn shapes_are_seen_through_byte_order_marks_and_utf_16() {
        let text = "\u{feff}<a:testsuite xmlns:a='urn:x' tests='1'><a:testcase/></a:testsuite>";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.as_bytes(), &wide] {
            let Shape::Xml(root) = sniff(bytes).shape else {
                panic!("it is XML");
            };
            assert_eq!(
                (root.name.as_str(), root.namespace.as_str(), root.child.as_str()),
                ("testsuite", "urn:x", "testcase")
            );
        }
        assert_eq!(sniff(b" \n\t").shape, Shape::Empty);
        assert_eq!(sniff(b"PK\x03\x04rest").shape, Shape::Binary("a ZIP archive"));
    }

    #[test]
    fn content_decides_and_a_declared_format_is_only_compared() {
        let report = b"<testsuite tests='1'><testcase name='a'/></testsuite>";
        assert_eq!(messages(report, None), "");
        assert_eq!(messages(report, Some("JUnit")), "");
        assert_eq!(
            messages(report, Some("sarif")),
            "the file is declared as SARIF and is JUnit XML"
        );
        assert_eq!(
            messages(b"all fine", Some("junit")),
            "no known format\nthe file is declared as JUnit XML and does not look like it"
        );
        assert!(messages(report, Some("no-such")).starts_with("the declared format `no-such` is none that is read; known are "));
    }

    #[test]
    fn empty_and_oversized_files_are_named() {
        assert_eq!(messages(b"", None), "the file is empty");
        assert_eq!(messages(b"\n  \n", Some("junit")), "the file is empty");
        let large = vec![b' '; MAX_BYTES + 1];
        assert_eq!(
            messages(&large, None),
            "the file has 64 MB, and files over 64 MB are not read"
        );
    }

    #[test]
    fn hostile_files_are_refused_fast() {
        let mut laughs = String::from("<?xml version='1.0'?><!DOCTYPE testsuites [<!ENTITY l0 'ha'>");
        for level in 1..10 {
            let before = format!("&l{};", level - 1).repeat(10);
            laughs.extend(["<!ENTITY l", &level.to_string(), " '", &before, "'>"]);
        }
        laughs.push_str("]><testsuites><testcase name='&l9;'/></testsuites>");
        let secret = "<!DOCTYPE testsuites SYSTEM 'x.dtd' [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><testsuites>&x;</testsuites>";
        let nested = format!("<testsuites>{}", "<a>".repeat(1_000_000));
        let attributes: Vec<_> = (0..1_000_000).map(|at| format!(" a{at}=''")).collect();
        let attributes = format!("<testsuites{}/>", attributes.concat());
        let brackets = "[".repeat(1_000_000);
        let objects = "{\"runs\":".repeat(1_000_000);
        let components = format!("{{\"bomFormat\":\"CycloneDX\",{}", "\"components\":[{".repeat(200_000));
        for bytes in [
            laughs.as_str(),
            secret,
            &nested,
            &attributes,
            &brackets,
            &objects,
            &components,
        ] {
            let begun = Instant::now();
            let artifact = read(bytes.as_bytes(), None);
            assert!(matches!(artifact.content, Content::Unread), "{}", &bytes[..40]);
            assert!(!artifact.problems.is_empty(), "{}", &bytes[..40]);
            assert!(begun.elapsed() < Duration::from_secs(60), "{}", &bytes[..40]);
        }
        assert!(messages(laughs.as_bytes(), None).contains("entities or an internal subset"));
        assert_eq!(read(laughs.as_bytes(), None).format, Some("junit"));
    }

    #[test]
    fn only_the_document_types_that_tools_write_are_let_through() {
        let coverage = "<coverage line-rate='1'/>";
        let report = "<report name='x'><counter type='LINE' missed='0' covered='1'/></report>";
        for (declaration, root) in [
            (
                "coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\"",
                coverage,
            ),
            ("coverage SYSTEM 'https://example.org/xml/coverage-03.dtd' ", coverage),
            ("report PUBLIC '-//JACOCO//DTD Report 1.1//EN' 'report.dtd'", report),
            ("report PUBLIC '-//JACOCO//DTD Report 1.1//EN' 'report.dtd'[ ]", report),
            (
                "report SYSTEM 'https://www.jacoco.org/jacoco/trunk/coverage/report.dtd'",
                report,
            ),
        ] {
            let text = format!("<?xml version='1.0'?><!DOCTYPE {declaration}>{root}");
            let artifact = read(text.as_bytes(), None);
            assert!(
                artifact.problems.iter().all(|problem| !problem.message.contains("refused")),
                "{text}"
            );
            assert!(artifact.format.is_some(), "{text}");
        }
        for (declaration, root) in [
            ("coverage SYSTEM 'coverage-04.dtd' [<!ENTITY x 'y'>]", coverage),
            ("coverage SYSTEM 'http://example.org/x.dtd'", coverage),
            ("coverage", coverage),
            ("report SYSTEM 'report.dtd'", report),
            ("report SYSTEM 'https://example.org/jacoco.org/report.dtd'", report),
            ("report PUBLIC '-//JACOCO//DTD Report 1.1//EN' 'report.dtd'[%x;]", report),
            (
                "testsuites SYSTEM 'file:///etc/passwd'",
                "<testsuites><testsuite tests='1'><testcase name='a'/></testsuite></testsuites>",
            ),
            ("testsuite", "<testsuite tests='1'><testcase name='a'/></testsuite>"),
            (
                "bom PUBLIC '-//X//EN' 'http://example.org/coverage-04.dtd'",
                "<bom xmlns='http://cyclonedx.org/schema/bom/1.5'/>",
            ),
        ] {
            let text = format!("<?xml version='1.0'?><!DOCTYPE {declaration}>{root}");
            assert!(messages(text.as_bytes(), None).contains("refused"), "{text}");
        }
    }

    /// Every file below a folder, in a stable order.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("the folder can be read") {
                let path = entry.expect("the entry can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }

    #[test]
    fn truncated_and_altered_samples_are_read_without_a_panic() {
        let Some(samples) = std::env::var_os("RUNPROOF_SAMPLES") else {
            println!("skipped: RUNPROOF_SAMPLES is not set");
            return;
        };
        let mut read_whole = 0;
        for path in files(Path::new(&samples)) {
            let bytes = fs::read(&path).expect("the sample can be read");
            if bytes.len() > 100_000 {
                continue;
            }
            let whole = read(&bytes, None);
            let is_structured = whole.format.is_some_and(|format| {
                !matches!(
                    format,
                    "checksums" | "go-cover" | "lcov" | "openmetrics" | "spdx-tag-value" | "spdx-yaml" | "tap"
                )
            }) && !matches!(whole.content, Content::Unread);
            read_whole += u64::from(is_structured);
            let end = bytes.trim_ascii_end().len();
            for part in 0..10 {
                let cut = read(&bytes[..end.saturating_sub(1) * part / 9], None);
                if is_structured {
                    assert!(matches!(cut.content, Content::Unread), "{} cut at {part}/9", path.display());
                }
            }
            // A plain generator of numbers: the same places in every run.
            let mut seed = bytes.len() as u64;
            for _ in 0..10 {
                let mut altered = bytes.clone();
                for _ in 0..3 {
                    seed = seed
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let at = (seed >> 33) as usize % altered.len().max(1);
                    if let Some(byte) = altered.get_mut(at) {
                        *byte ^= (seed >> 20) as u8;
                    }
                }
                let _ = read(&altered, Some("junit"));
            }
        }
        assert!(read_whole > 380, "{read_whole} samples were read whole");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = read(&bytes, Some("junit"));
        }
    }
}
