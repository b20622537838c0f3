//! Commands that stand under a heading such as "Preflight" are gates, one a line.

use crate::model::declaration::{DeclarationKind, Strength};
use crate::model::place::Span;
use crate::parse::runbook::gates::heading::GateSections;
use crate::parse::runbook::gates::mode::Mode;
use crate::parse::runbook::gates::sink::{Says, Sink, Source};

/// Reads the code blocks of a text.
pub(crate) fn read(text: &str, source: &Source<'_>, sections: &GateSections, sink: &mut Sink) {
    for fence in &source.outline.fences {
        let Some(section) = fence.section.filter(|section| sections.get(*section).is_none()) else {
            continue;
        };
        let title = source.outline.headings[section].title.to_lowercase();
        let is_asked =
            ["preflight", "pre-flight", "gate"].iter().any(|word| title.contains(word)) && source.modes[section] == Mode::Gates;
        let language = fence
            .info
            .as_deref()
            .unwrap_or_default()
            .split([' ', '{', ','])
            .next()
            .unwrap_or_default();
        let is_shell = matches!(language, "" | "bash" | "sh" | "shell" | "zsh" | "console");
        let lead = fence
            .lead
            .and_then(|lead| source.outline.blocks.get(lead))
            .map(|lead| source.outline.words(lead).to_lowercase())
            .unwrap_or_default();
        let is_optional = ["optional", "skip", "example", "for instance", "e.g.", "fix", "only used"]
            .iter()
            .any(|word| lead.contains(word));
        // A list of everything one can run is no gate.
        let is_whole = source.outline.headings[section].level > 1 && title != "running the gate";
        if is_asked && is_shell && is_whole && !is_optional {
            commands(text, fence.content, sink);
        }
    }
}

fn commands(text: &str, content: Span, sink: &mut Sink) {
    let mut at = content.start as usize;
    let mut is_continued = false;
    for line in content.of(text).split_inclusive('\n') {
        let words = line.trim();
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let is_command = !words.is_empty()
            && !words.starts_with(['#', '>', '|', '}'])
            && ![
                "cd ", "export ", "source ", "echo ", "set ", "git fetch", "git pull", "git checkout",
            ]
            .iter()
            .any(|word| words.starts_with(word));
        if is_command && !is_continued {
            let command = words.trim_start_matches("$ ").trim_end_matches('\\').trim_end();
            sink.begin();
            let says = Says {
                evidence: vec![command.to_owned()],
                ..Says::name(command)
            };
            sink.push_at(
                Span::new(start, start + words.len()),
                words,
                (DeclarationKind::Gate, Strength::Read),
                says,
            );
        }
        is_continued = words.ends_with('\\');
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::gates::tests::read;

    #[test]
    fn commands_of_a_preflight_are_gates() {
        assert_eq!(
            read(
                "## 1) Preflight\n\nRun all:\n\n```bash\n# all\nmake lint \\\n  -k\n./check.sh\n```\n\nOptional skips:\n\n```bash\nSKIP=1 ./check.sh\n```\n"
            ),
            ["7 gate make lint [make lint]", "9 gate ./check.sh [./check.sh]"]
        );
        assert!(read("## Deploy\n\n```bash\nmake deploy\n```\n").is_empty());
        assert!(read("## Preflight\n\n```json\n{}\n```\n").is_empty());
    }
}
