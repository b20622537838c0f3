//! What a text says apart from comments, form and pinned versions, so that an edit that changes nothing for its readers is no change.
//!
//! Two texts with the same number may be taken for each other by a runbook. Where a text is not understood, less is taken away from it:
//! then an edit is shown that means little, which is better than one that is hidden. The numbers are written into runbooks, so what is
//! taken away may not change lightly.

mod comments;
mod pins;
mod structured;

use std::borrow::Cow;

use crate::model::edition::FileText;
use crate::model::stable::{Bytes, stable};
use crate::parse::normal::comments::{Family, family};

/// Texts that are longer are compared byte for byte.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Bytes at the head of a text in which a program says that it wrote the text.
const HEAD_BYTES: usize = 1_000;

/// The fingerprint of the text of a file. The path tells its language.
pub(crate) fn file_text(path: &str, bytes: &[u8]) -> FileText {
    let is_text = bytes.len() <= MAX_BYTES && !bytes.iter().take(8_000).any(|byte| *byte == 0);
    if !is_text {
        return FileText {
            fingerprint: stable(Bytes(bytes)),
            is_generated: false,
        };
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    FileText {
        fingerprint: stable(normal(path, text)),
        is_generated: is_generated(text),
    }
}

/// The text without what means nothing to its readers.
pub(crate) fn normal(path: &str, text: &str) -> String {
    let text: Cow<'_, str> = if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    };
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if matches!(extension, "md" | "mdx" | "markdown" | "rst" | "adoc" | "txt") && !pins::is_requirements(&name) {
        return words(&text);
    }
    if let Some(canonical) = structured::canonical(extension, &text) {
        return canonical;
    }
    let family = family(&name, extension);
    let stripped = family.map_or_else(|| text.clone(), |family| comments::stripped(&text, family).into());
    lines(&stripped, family, &name)
}

/// The lines without blank ones, without blanks at their ends, and with pinned versions as a class.
fn lines(text: &str, family: Option<&Family>, name: &str) -> String {
    let keeps_indent = family.is_none_or(|family| family.keeps_indent);
    let mut normal = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim_end();
        if line.trim_start().is_empty() {
            continue;
        }
        let line = pins::without_versions(name, line);
        if keeps_indent {
            normal.push_str(&line);
        } else {
            push_words(&line, &mut normal);
        }
        normal.push('\n');
    }
    normal
}

/// Prose: its words, whatever their lines. The comments of HTML are no words.
fn words(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("<!--") {
        push_words(before, &mut normal);
        normal.push(' ');
        rest = behind.split_once("-->").map_or("", |(_, after)| after);
    }
    push_words(rest, &mut normal);
    normal.truncate(normal.trim_end().len());
    normal
}

/// Adds words with one blank between them.
fn push_words(line: &str, normal: &mut String) {
    for (index, word) in line.split_whitespace().enumerate() {
        if index > 0 {
            normal.push(' ');
        }
        normal.push_str(word);
    }
}

/// Whether the head of a text says that a program wrote it: <https://go.dev/s/generatedcode>, and the `@generated` of many others.
fn is_generated(text: &str) -> bool {
    let end = (0..=HEAD_BYTES.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default();
    let head = text[..end].to_ascii_lowercase();
    head.contains("@generated") || head.contains("generated") && head.contains("do not edit")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use proptest::sample::select;

    use super::{file_text, normal};

    /// Names of files of every family.
    const NAMES: &[&str] = &[
        "a.sh", "a.py", "a.rs", "a.ts", "a.sql", "a.html", "a.ini", "a.lua", "a.css", "Dockerfile", "Makefile", "a.yml",
        "a.json", "a.toml", "a.md", "a.unknown",
    ];

    fn is_same(path: &str, one: &str, two: &str) -> bool {
        file_text(path, one.as_bytes()) == file_text(path, two.as_bytes())
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_number(path in select(NAMES), bytes in any::<Vec<u8>>()) {
            file_text(path, &bytes);
        }

        #[test]
        fn any_soup_of_signs_has_a_number(path in select(NAMES), text in "[a\"'`#/*;<>!{}:,=@.1\n\\\\ -]{0,120}") {
            file_text(path, text.as_bytes());
        }

        #[test]
        fn line_ends_and_blanks_at_line_ends_do_not_count(path in select(NAMES), lines in proptest::collection::vec("[a-z(){};]{1,12}", 0..12)) {
            let plain = lines.join("\n");
            prop_assert_eq!(normal(path, &plain), normal(path, &(lines.join("  \r\n") + "\r\n\r\n")));
            // An empty line in a value of YAML is part of the value.
            if path != "a.yml" {
                prop_assert_eq!(normal(path, &plain), normal(path, &lines.join("\n\n \n")));
            }
        }

        #[test]
        fn comments_do_not_count(lines in proptest::collection::vec("[a-z(){}=+ ]{1,12}", 1..12), note in "[a-zA-Z0-9'\" ]{0,20}") {
            for (path, mark) in [("a.sh", "#"), ("a.py", "#"), ("a.rs", "//"), ("a.ts", "//"), ("a.sql", "--"), ("a.lisp", ";"), ("Makefile", "#")] {
                let plain = lines.join("\n");
                let noted: Vec<String> = lines.iter().map(|line| format!("{line} {mark} {note}\n{mark}{note}")).collect();
                prop_assert_eq!(normal(path, &plain), normal(path, &noted.join("\n")), "{}", path);
            }
        }

        #[test]
        fn strings_count(left in "[a-z#/;*-]{1,12}", right in "[a-z#/;*-]{1,12}") {
            for path in ["a.sh", "a.py", "a.rs", "a.ts", "a.sql", "a.go"] {
                let of = |words: &str| normal(path, &format!("x = \"{words}\"\n"));
                prop_assert_eq!(of(&left) == of(&right), left == right, "{}", path);
            }
        }
    }

    #[test]
    fn a_comment_of_each_family_is_silent_and_a_change_is_not() {
        for (path, before, same, other) in [
            (
                "a.sh",
                "#!/bin/sh\nrun \"a # b\"\n",
                "#!/bin/sh\n# why\nrun \"a # b\" # so\n\n",
                "#!/bin/sh\nrun \"a # c\"\n",
            ),
            (
                "a.sh", "echo $# ${#x} a#b\n", "echo $# ${#x} a#b # n\n", "echo $# ${#y} a#b\n",
            ),
            (
                "a.py",
                "x = '''\n# text\n'''\n",
                "x = '''\n# text\n''' # n\n",
                "x = '''\n# other\n'''\n",
            ),
            (
                "a.rs",
                "fn a<'a>(x: &'a str) {}\n",
                "/* n */\nfn a<'a>(x: &'a str)  {} // it's\n",
                "fn a<'a>(x: &'a [u8]) {}\n",
            ),
            (
                "a.ts",
                "a(`// ${x}`, \"http://b\", 'c')\n",
                "a(`// ${x}`, \"http://b\", 'c') // d\n",
                "a(`// ${y}`, \"http://b\", 'c')\n",
            ),
            ("a.ts", "a(/\\/\\//, b)\n", "a(/\\/\\//, b) // n\n", "a(/\\/\\//, c)\n"),
            ("a.sql", "select '--x' -- y\n", "select '--x'\n", "select '--z'\n"),
            ("a.html", "<p>a</p>\n", "<!-- n\n n -->\n<p>a</p>\n", "<p>b</p>\n"),
            (
                "a.css",
                "a { b: url(http://c) }\n",
                "a { b: url(http://c) } /* n */\n",
                "a { b: url(http://d) }\n",
            ),
            ("a.ini", "a=1\n", "; n\n# n\na=1\n", "a=2\n"),
            ("Makefile", "a: b\n\tx\n", "# n\na: b # n\n\tx\n", "a: b\n\ty\n"),
            ("Dockerfile", "FROM a\nRUN x\n", "# n\nFROM a\n\nRUN x\n", "FROM a\nRUN y\n"),
            ("a.md", "One two\nthree\n", "One\ntwo three <!-- n -->\n", "One two four\n"),
        ] {
            assert!(is_same(path, before, same), "{path}: {before:?} is {same:?}");
            assert!(!is_same(path, before, other), "{path}: {before:?} is not {other:?}");
        }
    }

    #[test]
    fn structure_counts_and_form_does_not() {
        for (path, before, same, other) in [
            (
                "a.json",
                "{\"a\": 1, \"b\": [1, 2]}",
                "{\n  \"b\": [1,2],\n  \"a\": 1\n}\n",
                "{\"a\": 1, \"b\": [2, 1]}",
            ),
            ("a.json", "{\"a\": 1}", "{\n // n\n \"a\": 1, /* n */\n}", "{\"a\": 2,}"),
            (
                "a.yml",
                "a: 1\nb: [x, z]\n",
                "# n\nb:\n  - x # n\n  - \"z\"\na: 1\n",
                "a: 1\nb: [x]\n",
            ),
            ("a.yml", "a: {{ x }}\n  b\n", "a: {{ x }} # n\n\n  b\n", "a: {{ y }}\n  b\n"),
            ("a.yml", "a: 1\n---\nb: 2\n", "a: 1 # n\n---\nb: 2\n", "a: 1\n---\nb: 3\n"),
            (
                "a.toml",
                "a = 1\n[b]\nc = 'x'\n",
                "# n\na = 1\n\n[b]\nc = \"x\"\n",
                "a = 1\n[b]\nc = 'y'\n",
            ),
        ] {
            assert!(is_same(path, before, same), "{path}: {before:?} is {same:?}");
            assert!(!is_same(path, before, other), "{path}: {before:?} is not {other:?}");
        }
    }

    #[test]
    fn moved_pins_are_silent_and_other_values_are_not() {
        for (path, before, same) in [
            (
                "a.yml",
                "steps: [{uses: actions/checkout@v4}]",
                "steps: [{uses: actions/checkout@0123456789012345678901234567890123456789}]",
            ),
            (
                "compose.yml",
                "services: {a: {image: 'r.io:5000/b/c:1.2@sha256:12'}}",
                "services: {a: {image: 'r.io:5000/b/c:2'}}",
            ),
            (
                "a.json",
                "{\"dependencies\": {\"a\": \"^1.2\"}}",
                "{\"dependencies\": {\"a\": \"^2.0\"}}",
            ),
            (
                "a.toml",
                "[dependencies]\na = { version = \"1.2\", features = [\"x\"] }",
                "[dependencies]\na = { version = \"2\", features = [\"x\"] }",
            ),
            (
                "pyproject.toml",
                "[project]\ndependencies = [\"a>=1.2\"]",
                "[project]\ndependencies = [\"a>=2.0,<3\"]",
            ),
            (
                "Dockerfile",
                "FROM --platform=x python:3.11-slim@sha256:aa AS b\n",
                "FROM --platform=x python:3.12 AS b\n",
            ),
            ("requirements.txt", "a==1.2\nb[c]>=3 ; x\n", "a==1.3\nb[c]>=4 ; x\n"),
            (
                "a.sh",
                "V=1.2.3\nget v2.0.1-rc.1 sha256:0123456789012345678901234567890123456789012345678901234567890123\n",
                "V=1.2.4\nget v2.0.2 sha256:1123456789012345678901234567890123456789012345678901234567890123\n",
            ),
        ] {
            assert!(is_same(path, before, same), "{path}: {before:?} is {same:?}");
        }
        for (path, before, other) in [
            ("a.sh", "ping 10.0.0.1\n", "ping 10.0.0.2\n"),
            ("a.yml", "threshold: 0.5\n", "threshold: 0.9\n"),
            ("a.yml", "steps: [{uses: a/b@v4}]", "steps: [{uses: a/c@v4}]"),
            (
                "compose.yml",
                "services: {a: {image: 'b:1'}}",
                "services: {a: {image: 'c:1'}}",
            ),
            (
                "a.json",
                "{\"dependencies\": {\"a\": \"^1.2\"}}",
                "{\"dependencies\": {\"b\": \"^1.2\"}}",
            ),
            ("Dockerfile", "FROM a:1\n", "FROM b:1\n"),
            ("requirements.txt", "a==1.2\n", "b==1.2\n"),
        ] {
            assert!(!is_same(path, before, other), "{path}: {before:?} is not {other:?}");
        }
    }

    /// The numbers stand in runbooks, so a change of them makes every stamp look old.
    #[test]
    fn the_numbers_stay_as_they_are() {
        for (path, text, number) in [
            ("a.sh", "#!/bin/sh\nrun a # b\n", "d2310f21a309833dfd3a6a30283bac95"),
            (
                "a.json",
                "{\"b\": [1, \"x\"], \"a\": null}",
                "6be294d6ace7179842f02843f7a58efd",
            ),
            ("a.ts", "a( `b` );\n", "d3bedd4c73feab818b5b01263c371682"),
        ] {
            assert_eq!(
                format!("{:032x}", file_text(path, text.as_bytes()).fingerprint),
                number,
                "{path}"
            );
        }
    }

    #[test]
    fn generated_texts_say_so_in_their_head() {
        assert!(file_text("a.go", b"// Code generated by protoc. DO NOT EDIT.\n").is_generated);
        assert!(file_text("a.rs", b"// @generated\n").is_generated);
        assert!(!file_text("a.rs", b"// Do not edit this by hand\nfn a() {}\n").is_generated);
    }

    #[test]
    fn hostile_texts_cost_no_square() {
        let begin = std::time::Instant::now();
        for piece in [
            "/*", "\"", "'''", "<!--", "\\\"", "#", "[", "- ", "{\"a\":", "1.2.3", "a: &a [*a]\n",
        ] {
            let text = piece.repeat(100_000 / piece.len());
            for path in NAMES {
                file_text(path, text.as_bytes());
            }
        }
        assert!(begin.elapsed() < std::time::Duration::from_secs(300), "{:?}", begin.elapsed());
    }
}
