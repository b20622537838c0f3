//! What a run sheet adds to a text, as it is written. What is ticked is a step, a box, or a block of commands that stands in neither; where a
//! text has none of them, a section; at last the text as a whole.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::model::blank::{Blank, BlankPlace};
use crate::model::place::Span;
use crate::model::runbook::{CodeBlock, CodeKind, Runbook, ScheduleKind, SectionKind};
use crate::site::body::fields::{Field, Fields, is_secret};
use crate::site::escape::{self, Reading};

/// What a run sheet asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    /// The values.
    pub(crate) fields: Vec<Field>,
    /// What is ticked, in writing order; inner ones before the outer.
    pub(crate) units: Vec<Unit>,
}

/// Something that is done, and ticked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The id, which stays while the text around it changes: `step-3`, `box-2`, `command-1`.
    pub(crate) id: String,
    /// What is done, in the words of the author.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) span: Span,
    /// Whether it is done only when something calls for it, such as a step of a rollback.
    pub(crate) is_aside: bool,
    /// Whether two people do it.
    pub(crate) needs_two: bool,
    /// Whether its tick is `T+0`.
    pub(crate) starts_clock: bool,
    /// Whether the text has a box for it already.
    pub(super) has_box: bool,
}

/// A sheet that is being written.
pub(super) struct Draft {
    pub(super) fields: Fields,
    pub(super) units: Vec<Unit>,
    /// What the commands of the text ask for, by the words that stand for it; the longest first.
    asked: Vec<(String, Blank)>,
    /// Sections whose steps are done only when something calls for them, and whether also their boxes are.
    asides: Vec<(Span, bool)>,
    zero: Option<u32>,
    pub(super) is_by_section: bool,
    pub(super) boxes: usize,
    pub(super) commands: usize,
    /// The section that waits for its end, and where its words begin.
    pub(super) section: Option<(usize, usize)>,
}

/// Letters of the name of what is ticked.
const MOST_LETTERS: usize = 200;

/// Words of headings of what is read, or done, only when something calls for it.
const ASIDES: &[&str] = &[
    "appendix", "background", "contacts", "escalation", "example", "faq", "fails", "failure", "glossary", "history", "if ",
    "optional", "reference", "related", "see also", "troubleshoot",
];

/// Words of what two people do.
const TWO: &[&str] = &[
    "four eyes", "four-eyes", "second pair of eyes", "second person", "two people", "two persons", "two-person", "two roles",
];

/// A search for all of them in letters of any case.
static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let built = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .prefilter(false)
        .build(TWO);
    built.expect("a few short words are no large automaton")
});

impl Draft {
    /// The sheet of a text, before anything is written.
    pub(super) fn of(runbook: &Runbook) -> Self {
        let is_rollback = |kind| matches!(kind, SectionKind::Rollback | SectionKind::RollbackCriteria);
        let asides = runbook
            .sections
            .iter()
            .filter(|section| section.level > 1)
            .filter_map(|section| {
                let title = section.title.to_lowercase();
                let is_aside = is_rollback(section.kind)
                    || ASIDES
                        .iter()
                        .any(|word| title.starts_with(word) || title.contains(&format!(" {}", word.trim())));
                is_aside.then_some((section.body, is_rollback(section.kind)))
            });
        let zero = runbook
            .schedules
            .iter()
            .find(|schedule| schedule.kind == ScheduleKind::After(0));
        let has_commands = runbook.code_blocks.iter().any(is_commands);
        Self {
            fields: Fields::default(),
            asked: asked(runbook),
            units: Vec::new(),
            asides: asides.collect(),
            zero: zero.map(|schedule| schedule.span.start),
            is_by_section: runbook.steps.is_empty() && runbook.checklist.is_empty() && !has_commands,
            boxes: 0,
            commands: 0,
            section: None,
        }
    }

    /// The values that were asked for up to here.
    pub(super) fn fields(&mut self) -> &mut Fields {
        &mut self.fields
    }

    /// Code in a sentence: what the commands ask for is filled in there, too.
    pub(super) fn code_in_words(&mut self, html: &mut String, words: &str) {
        let Self { asked, fields, .. } = self;
        let (mut done, mut at) = (0, 0);
        while let Some(char) = words[at..].chars().next() {
            let found = asked.iter().find(|(known, _)| {
                let ends = |outer: Option<char>, inner: Option<char>| {
                    let is_word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
                    !(is_word(outer) && is_word(inner))
                };
                words[at..].strip_prefix(known.as_str()).is_some_and(|after| {
                    ends(words[..at].chars().next_back(), known.chars().next())
                        && ends(after.chars().next(), known.chars().next_back())
                })
            });
            if let Some((known, blank)) = found {
                escape::code(html, &words[done..at], Reading::Code);
                fields.mention(html, blank, known);
                at += known.len();
                done = at;
            } else {
                at += char.len_utf8();
            }
        }
        escape::code(html, &words[done..], Reading::Code);
    }

    /// The sheet.
    pub(super) fn into_sheet(mut self) -> Sheet {
        // A text that is nothing but what a rollback does is no aside.
        if self.units.iter().all(|unit| unit.is_aside) {
            self.units.iter_mut().for_each(|unit| unit.is_aside = false);
        }
        Sheet {
            fields: self.fields.list,
            units: self.units,
        }
    }

    pub(super) fn add(&mut self, text: &str, id: String, name: &str, span: Span, has_box: bool) -> usize {
        let start = Span {
            start: span.start,
            end: span.start,
        };
        let asides = self.asides.iter().filter(|(section, _)| section.contains(start));
        let is_aside = asides.fold(false, |aside, (_, is_rollback)| aside || *is_rollback || !has_box);
        let starts_clock = self.zero.is_some_and(|zero| span.start <= zero && zero < span.end);
        if starts_clock {
            // The first one only, which is the outer one.
            self.zero = None;
        }
        let name = name.trim().trim_end_matches([':', '.']);
        let end = name.char_indices().nth(MOST_LETTERS).map_or(name.len(), |(end, _)| end);
        let name = name[..end].to_owned();
        // A step that holds nothing but another list is called by its number.
        let name = if name.trim().is_empty() { id.replace('-', " ") } else { name };
        self.units.push(Unit {
            id,
            name,
            span,
            is_aside,
            needs_two: SEARCH.is_match(span.of(text).as_bytes()),
            starts_clock,
            has_box,
        });
        self.units.len() - 1
    }
}

/// What the commands of a text ask for, but for what must not be kept: that stands nowhere but where it is needed.
fn asked(runbook: &Runbook) -> Vec<(String, Blank)> {
    let mut asked: Vec<(String, Blank)> = Vec::new();
    for block in runbook.code_blocks.iter().filter(|block| is_commands(block)) {
        for blank in block
            .blanks
            .iter()
            .filter(|blank| blank.place != BlankPlace::Choice && !is_secret(&blank.name))
        {
            let words = &block.text[blank.range.clone()];
            if !asked.iter().any(|(known, _)| known == words) {
                asked.push((words.to_owned(), blank.clone()));
            }
        }
    }
    asked.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    asked
}

/// Whether somebody types what a block holds.
pub(super) fn is_commands(block: &CodeBlock) -> bool {
    matches!(block.kind, CodeKind::Shell | CodeKind::Console | CodeKind::OtherShell) && !block.text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::Draft;
    use crate::model::blank::{Blank, BlankPlace};
    use crate::model::place::Span;
    use crate::model::runbook::{CodeBlock, CodeKind, Runbook};

    fn block(kind: CodeKind, text: &str, blanks: &[(&str, &str, BlankPlace)]) -> CodeBlock {
        let blank = |(words, name, place): &(&str, &str, BlankPlace)| {
            let start = text.find(words).expect("it is there");
            Blank {
                range: start..start + words.len(),
                name: (*name).to_owned(),
                label: (*name).to_owned(),
                place: *place,
                is_without_v: *words == "X.Y.Z",
            }
        };
        CodeBlock {
            language: "sh".to_owned(),
            kind,
            span: Span::default(),
            content: Span::default(),
            text: text.to_owned(),
            commands: Vec::new(),
            blanks: blanks.iter().map(blank).collect(),
            section: None,
        }
    }

    #[test]
    fn sentences_show_what_commands_ask_for_and_nothing_else() {
        let runbook = Runbook {
            code_blocks: vec![
                block(
                    CodeKind::Shell,
                    "ship X.Y.Z <region> <api-token> [--force]",
                    &[
                        ("X.Y.Z", "version", BlankPlace::Bare),
                        ("<region>", "region", BlankPlace::Plain),
                        ("<api-token>", "api-token", BlankPlace::Bare),
                        ("[--force]", "force", BlankPlace::Choice),
                    ],
                ),
                block(CodeKind::Text, "<other>", &[("<other>", "other", BlankPlace::Bare)]),
            ],
            ..Runbook::default()
        };
        let mut draft = Draft::of(&runbook);
        let mut shown = |words: &str| {
            let mut html = String::new();
            draft.code_in_words(&mut html, words);
            html
        };
        let version = "<var data-v=\"version\" data-q=\"prose\" data-bare>X.Y.Z</var>";
        assert_eq!(shown("tag vX.Y.Z"), "tag vX.Y.Z", "a part of a word is none");
        assert_eq!(shown("X.Y.Z"), version);
        assert_eq!(shown("é X.Y.Z-rc & X.Y.Z2"), format!("é {version}-rc &amp; X.Y.Z2"));
        assert_eq!(
            shown("in/<region>/v"),
            "in/<var data-v=\"region\" data-q=\"prose\">&lt;region&gt;</var>/v"
        );
        for plain in ["", "<api-token>", "[--force]", "<other>", "make check"] {
            assert!(!shown(plain).contains("<var"), "{plain}");
        }
        let fields: Vec<String> = draft.into_sheet().fields.into_iter().map(|field| field.name).collect();
        assert_eq!(fields, ["version", "region"]);
    }
}
