//! Nothing of a file forges a line, an annotation, an element or a terminal sequence, in any form.

use std::sync::Arc;

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use crate::model::finding::{Edit, Finding, Fix, Related, Safety, Severity, Suppression, SuppressionKind};
use crate::model::fingerprint;
use crate::model::place::Span;
use crate::model::reason::Reason;
use crate::model::report::Report;
use crate::report::format::Style;
use crate::report::tests::{finding, references, report};
use crate::report::{FORMATS, REFERENCE_FORMATS, write, write_references};

/// Pieces that act somewhere: in a terminal, a log viewer, JSON, XML, Markdown, a table or a path.
const PIECES: &[&str] = &[
    "\u{1b}[2K\u{1b}[1A",
    "\u{1b}]52;c;aGk=\u{7}",
    "\u{1b}]8;;http://e.example\u{1b}\\",
    "\u{9b}31m",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}",
    "\u{e0041}",
    "\0",
    "\r",
    "\n",
    "\r\n",
    "\u{85}",
    "\t",
    "::error file=x::y",
    "\n::set-env name=PATH::/e",
    "%0A::add-mask::x",
    "##[error]z",
    "\n##vso[task.setvariable variable=x]y",
    "##teamcity[x]",
    "##",
    "[",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "</failure>",
    "&amp;",
    "\"'",
    "<img src=x onerror=alert(1)>",
    "</details>",
    "|",
    "`",
    "```",
    "@team",
    "#123",
    "www.e.example",
    "https://e.example/x",
    "](https://e.example)",
    "![x](y)",
    "\\",
    ",line=1::pwn",
    "\u{fffe}",
    "\u{10ffff}",
    "{0}",
    "a",
    " ",
    ":",
    "é",
    "日本",
    "../",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![8 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn findings() -> impl Strategy<Value = Vec<Finding>> {
    let severity = prop_oneof![Just(Severity::Error), Just(Severity::Warning), Just(Severity::Info)];
    let one = (text(), text(), text(), text(), severity, any::<bool>());
    let one = one.prop_map(|(path, message, words, other, severity, is_placed)| {
        let body = format!("x {words} y");
        let whole = finding(&body, &words);
        let edit = Edit {
            path: path.clone(),
            span: whole.span.unwrap_or_default(),
            place: whole.place.unwrap_or_default(),
            replacement: other.clone(),
        };
        Finding {
            severity,
            place: whole.place.filter(|_| is_placed),
            span: whole.span.filter(|_| is_placed),
            help: Some(other.clone()),
            suggestion: Some(other.clone()),
            fix: Some(Fix {
                safety: Safety::Unsafe,
                message: other.clone(),
                edits: vec![edit],
            }),
            related: vec![Related {
                path: other.clone(),
                place: whole.place,
                message: message.clone(),
            }],
            message,
            path,
            ..whole
        }
    });
    prop::collection::vec(one, 1..4)
}

fn hostile(mut findings: Vec<Finding>) -> Report {
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    fingerprint::fill(&mut findings);
    let mut made = report("x", Vec::new());
    for finding in &findings {
        let body = format!("x {} y", finding.reference.as_deref().unwrap_or_default());
        made.texts.insert(finding.path.clone(), Arc::from(body));
    }
    let accepted = findings[0].clone();
    made.suppressed = vec![Finding {
        suppression: Some(Suppression {
            kind: SuppressionKind::Ignore,
            reason: accepted.message.clone(),
            owner: accepted.help.clone(),
            until: None,
        }),
        ..accepted
    }];
    made.findings = findings;
    made.root = Some("/srv/x".to_owned());
    made.source_url = Some("https://example.org/{path}".to_owned());
    made
}

/// What acts in a log, if there is anything: a control character, a hidden one, the beginning of a command.
fn acting(output: &str) -> Option<String> {
    let hidden = output.chars().find(|c| {
        c.is_control() && *c != '\n'
            || matches!(u32::from(*c), 0xAD | 0x61C | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x2069 | 0xFEFF | 0xE0000..=0xE007F)
    });
    let log = ["##[", "##vso[", "##teamcity["]
        .into_iter()
        .find(|command| output.contains(command));
    hidden.map(|c| format!("{c:?}")).or_else(|| log.map(str::to_owned))
}

fn is_command(line: &&str) -> bool {
    line.trim_start().starts_with("::")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_of_a_file_acts_in_a_log(findings in findings()) {
        let report = hostile(findings);
        for format in FORMATS {
            let output = write(format.name, &report, Style::default());
            prop_assert_eq!(acting(&output), None, "{}: {}", format.name, output);
            let commands = output.lines().filter(is_command).count();
            let expected = if format.name == "github" { report.findings.len() } else { 0 };
            prop_assert_eq!(commands, expected, "{}: {}", format.name, output);
        }
    }

    #[test]
    fn a_line_is_a_finding(findings in findings()) {
        let report = hostile(findings);
        let lines = |format| write(format, &report, Style::default()).lines().count();
        let findings = report.findings.len();
        prop_assert_eq!(lines("concise"), findings);
        prop_assert_eq!(lines("rdjsonl"), findings);
        prop_assert_eq!(lines("json-lines"), findings + 2);
        prop_assert_eq!(lines("github"), findings);
        let table = write("markdown", &report, Style::default());
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).collect();
        prop_assert_eq!(rows.len(), findings + 2);
        prop_assert!(rows.iter().all(|row| row.matches('|').count() == 5), "{}", table);
    }

    #[test]
    fn json_tells_the_bytes_of_the_file(findings in findings()) {
        let report = hostile(findings);
        for format in ["json", "sarif", "gitlab", "rdjson"] {
            let output = write(format, &report, Style::default());
            let value: serde_json::Value = serde_json::from_str(&output).expect("it is JSON");
            if format == "json" {
                for (item, finding) in value["findings"].as_array().into_iter().flatten().zip(&report.findings) {
                    prop_assert_eq!(item["path"].as_str(), Some(finding.path.as_str()));
                    prop_assert_eq!(item["message"].as_str(), Some(finding.message.as_str()));
                    prop_assert_eq!(item["reference"].as_str(), finding.reference.as_deref());
                }
            }
        }
    }

    #[test]
    fn sarif_names_files_by_relative_addresses(findings in findings()) {
        let report = hostile(findings);
        let value: serde_json::Value = serde_json::from_str(&write("sarif", &report, Style::default())).expect("it is JSON");
        let base = url::Url::parse("https://root.example/r/").expect("it is an address");
        for result in value["runs"][0]["results"].as_array().into_iter().flatten() {
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap_or_default();
            prop_assert!(!uri.is_empty() && uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{}", uri);
            if !uri.starts_with('/') {
                let joined = base.join(uri).expect("it can be joined");
                prop_assert_eq!(joined.host_str(), Some("root.example"));
            }
        }
    }

    #[test]
    fn junit_is_well_formed_and_has_the_cases_that_it_counts(findings in findings()) {
        let report = hostile(findings);
        let output = write("junit", &report, Style::default());
        let mut reader = quick_xml::Reader::from_str(&output);
        reader.config_mut().check_end_names = true;
        let (mut cases, mut depth) = (0, 0_i32);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(quick_xml::events::Event::Start(start)) => {
                    depth += 1;
                    cases += usize::from(start.name().as_ref() == "testcase");
                }
                Ok(quick_xml::events::Event::Empty(start)) => cases += usize::from(start.name().as_ref() == "testcase"),
                Ok(quick_xml::events::Event::End(_)) => depth -= 1,
                Ok(quick_xml::events::Event::Comment(_) | quick_xml::events::Event::CData(_)) => prop_assert!(false, "forged: {}", output),
                Ok(_) => {}
                Err(error) => prop_assert!(false, "{}: {}", error, output),
            }
        }
        prop_assert_eq!(depth, 0);
        prop_assert!(output.contains(&format!("tests=\"{cases}\" ")), "{}", output);
    }

    #[test]
    fn markdown_forges_no_markup_mention_or_link(findings in findings()) {
        let mut report = hostile(findings);
        // Addresses of the source hold the path, percent-encoded inside an attribute; they are ours.
        report.source_url = None;
        // The empty comments are ours.
        let output = write("markdown", &report, Style::default()).replace("<!-- -->", "·");
        for forged in ["<img", "@", " #123", ">#123", "www.", "https://e.", "](", "![", "```", "-->", "<!--", "</failure", "onerror=", "\\"] {
            prop_assert!(!output.contains(forged), "`{}` in {}", forged, output);
        }
        let open = output.matches("<details>").count();
        prop_assert_eq!(open, output.matches("</details>").count());
    }

    #[test]
    fn references_are_harmless_too(words in text(), path in text()) {
        let mut report = references();
        report.references[0].reference.text = words.clone();
        report.references[0].reference.span = Span::new(0, 1);
        report.references[1].path = path;
        report.references[1].resolution.reason = Reason::Words(words);
        for format in REFERENCE_FORMATS {
            let output = write_references(format.name, &report, Style::default());
            prop_assert_eq!(acting(&output), None, "{}: {}", format.name, output);
            prop_assert_eq!(output.lines().filter(is_command).count(), 0, "{}: {}", format.name, output);
        }
    }

    #[test]
    fn only_our_own_sequences_reach_a_terminal(findings in findings()) {
        let style = Style { has_color: true, has_links: true, width: Some(80) };
        let output = write("text", &hostile(findings), style);
        for sequence in output.split('\u{1b}').skip(1) {
            let is_color = sequence.strip_prefix('[').and_then(|rest| rest.split_once('m'));
            let is_color = is_color.is_some_and(|(codes, _)| codes.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'));
            let is_link = sequence.starts_with("]8;;file:///srv/x/") || sequence.starts_with("]8;;") || sequence.starts_with('\\');
            prop_assert!(is_color || is_link, "{:?}", sequence);
            prop_assert!(!sequence.starts_with("]8;;http"), "{:?}", sequence);
        }
        let is_clean = !output.contains(['\u{7}', '\u{9b}', '\r', '\0']);
        prop_assert!(is_clean);
    }
}
