//! Manifests of checksums: `sha256sum` and its kin, in the form of GNU and of BSD.

use crate::model::evidence::{Artifact, Content};
use crate::model::finding::Problem;
use crate::model::provenance::{Provenance, ProvenanceSubject, Signature, Statement};
use crate::parse::artifact::{Format, Sniff, broken, note};

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "checksums",
    title: "Checksums",
    recognizes,
    parse,
};

/// Algorithms by the number of hex digits.
const ALGORITHMS: &[(usize, &str)] = &[
    (32, "md5"),
    (40, "sha1"),
    (56, "sha224"),
    (64, "sha256"),
    (96, "sha384"),
    (128, "sha512"),
];

fn recognizes(sniff: &Sniff<'_>) -> bool {
    let mut lines = sniff.text.lines().filter(|line| !is_blank(line));
    sniff.first_line().is_some() && lines.next().and_then(entry).is_some()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

/// The algorithm, the digest and the name in a line.
fn entry(line: &str) -> Option<(String, &str, &str)> {
    let line = line.trim_end();
    if let Some((algorithm, rest)) = line.split_once(" (")
        && let Some((name, digest)) = rest.rsplit_once(") = ")
    {
        let kind = algorithm.to_ascii_lowercase().replace('-', "");
        return (is_digest(digest) && kind.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !kind.is_empty())
            .then_some((kind, digest, name));
    }
    let (digest, name) = line.strip_prefix('\\').unwrap_or(line).split_at_checked(line.find(' ')?)?;
    let (_, algorithm) = ALGORITHMS.iter().find(|(length, _)| *length == digest.len())?;
    let name = name.strip_prefix("  ").or_else(|| name.strip_prefix(" *"))?;
    (is_digest(digest) && !name.trim().is_empty()).then(|| ((*algorithm).to_owned(), digest, name))
}

fn is_digest(digest: &str) -> bool {
    digest.len() >= 32 && digest.len().is_multiple_of(2) && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn parse(text: &str) -> Artifact {
    let mut problems = Vec::new();
    let mut subjects: Vec<ProvenanceSubject> = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !is_blank(line)) {
        let Some((algorithm, digest, name)) = entry(line) else {
            return broken(Problem::at(at as u32 + 1, "the line is no checksum of a file"));
        };
        let digest = format!("{algorithm}:{}", digest.to_ascii_lowercase());
        let known = subjects.iter().find(|subject| subject.name == name);
        if let Some(other) = known.and_then(|subject| subject.digests.first())
            && other.split(':').next() == Some(algorithm.as_str())
            && *other != digest
        {
            note(
                &mut problems,
                Problem::at(at as u32 + 1, "a file is listed twice, with different checksums"),
            );
        }
        subjects.push(ProvenanceSubject {
            name: name.trim_start_matches("./").to_owned(),
            digests: vec![digest],
        });
    }
    Artifact {
        content: Content::Provenance(Box::new(Provenance {
            signature: Signature::Absent,
            documents: 1,
            statements: vec![Statement {
                subjects,
                ..Statement::default()
            }],
            ..Provenance::default()
        })),
        problems,
        ..Artifact::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::Content;
    use crate::parse::recognise::read;

    #[test]
    fn both_forms_are_read() {
        let sha256 = "a".repeat(64);
        let sha1 = "B".repeat(40);
        let text = format!(
            "# made by hand\n{sha256}  ./dist/app.whl\n{sha1} *app.tar.gz\n\nSHA512 (a b.zip) = {}\n",
            "c".repeat(128)
        );
        let artifact = read(text.as_bytes(), None);
        assert_eq!((artifact.format, artifact.problems.as_slice()), (Some("checksums"), &[][..]));
        let Content::Provenance(provenance) = artifact.content else {
            panic!("it is read");
        };
        let subjects = &provenance.statements[0].subjects;
        let names: Vec<_> = subjects
            .iter()
            .map(|subject| (subject.name.as_str(), &subject.digests[0][..8]))
            .collect();
        assert_eq!(
            names,
            [
                ("dist/app.whl", "sha256:a"),
                ("app.tar.gz", "sha1:bbb"),
                ("a b.zip", "sha512:c")
            ]
        );
    }

    #[test]
    fn other_texts_are_no_checksums_and_broken_lines_are_refused() {
        let digest = "a".repeat(64);
        for text in [
            format!("{digest}\n"),
            format!("{digest} name"),
            "abc  name".to_owned(),
            format!("{}  x", "g".repeat(64)),
        ] {
            assert_eq!(read(text.as_bytes(), None).format, None, "{text}");
        }
        let artifact = read(format!("{digest}  a\n{}  b", "a".repeat(63)).as_bytes(), None);
        assert_eq!((artifact.format, artifact.problems[0].line), (Some("checksums"), Some(2)));
        assert!(matches!(artifact.content, Content::Unread));
        let twice = read(format!("{digest}  a\n{}  a", "b".repeat(64)).as_bytes(), None);
        assert_eq!(twice.problems[0].message, "a file is listed twice, with different checksums");
    }
}
