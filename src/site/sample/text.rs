//! Markdown -> `Runbook` for tests of the site. The real reader lives in another layer, which this one must not know; this one
//! understands just enough to make every element that a page can show.

use crate::model::blank::{Blank, BlankPlace};
use crate::model::kind::Kind;
use std::collections::BTreeMap;
use std::sync::Arc;

use pulldown_cmark::{Alignment as From, BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::model::directory::Directory;
use crate::model::document::{Alignment, Element, Node, NodeKind, Words};
use crate::model::packed::Document;
use crate::model::place::{Lines, Span};
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind};
use crate::model::runbook::{
    CodeBlock, CodeKind, Command, Criterion, CriterionPurpose, Declared, Link, Role, Runbook, Schedule, ScheduleKind, Section,
    SectionKind, Step, Threshold,
};

/// Reads a text.
pub(crate) fn runbook(text: &str) -> Runbook {
    let mut reader = Reader {
        runbook: Runbook {
            text: Arc::from(text),
            lines: Lines::of(text),
            ..Runbook::default()
        },
        ..Reader::default()
    };
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, Span::new(range.start, range.end), text);
    }
    let mut runbook = reader.runbook;
    runbook.document = Document::of(&reader.nodes);
    sections(&mut runbook, text);
    steps(&mut runbook, &reader.items);
    lines(&mut runbook, text);
    runbook
}

#[derive(Default)]
struct Reader {
    runbook: Runbook,
    nodes: Vec<Node>,
    /// Ordered items: their spans, written numbers and the depth of their list.
    items: Vec<(Span, u64, usize)>,
    /// The next number of each open list; none for lists without numbers.
    lists: Vec<Option<u64>>,
    code: Option<(usize, Span)>,
    heading: Option<(u8, Span, String)>,
    anchors: BTreeMap<String, usize>,
}

impl Reader {
    fn push(&mut self, span: Span, kind: NodeKind) {
        self.nodes.push(Node { span, kind });
    }

    fn event(&mut self, event: Event<'_>, span: Span, text: &str) {
        let words = |words: &str| {
            if span.of(text) == words {
                Words::Source(span)
            } else {
                Words::Owned(words.into())
            }
        };
        match event {
            Event::Start(tag) => self.start(tag, span, text),
            Event::End(tag) => self.end(tag, span),
            Event::Text(found) => {
                if let Some((index, content)) = &mut self.code {
                    let block = &mut self.runbook.code_blocks[*index];
                    if block.text.is_empty() {
                        *content = span;
                    }
                    block.text.push_str(&found);
                    block.blanks = blanks(&block.text);
                    block.content = Span {
                        start: content.start,
                        end: span.end,
                    };
                } else if let Some((_, _, title)) = &mut self.heading {
                    title.push_str(&found);
                }
                let kind = NodeKind::Text(words(&found));
                self.push(span, kind);
            }
            Event::Code(found) => {
                if let Some((_, _, title)) = &mut self.heading {
                    title.push_str(&found);
                }
                self.push(span, NodeKind::Code(Words::Owned(found.as_ref().into())));
                self.runbook.references.push(Reference {
                    kind: ReferenceKind::Named(Named {
                        kind: Kind::Output,
                        name: found.to_string(),
                        within: Vec::new(),
                        directory: Directory::Unknown,
                    }),
                    text: found.to_string(),
                    span,
                    context: ReferenceContext::Inline,
                });
            }
            Event::Html(found) | Event::InlineHtml(found) => {
                let kind = NodeKind::RawHtml(words(&found));
                self.push(span, kind);
            }
            Event::SoftBreak => self.push(span, NodeKind::SoftBreak),
            Event::HardBreak => self.push(span, NodeKind::HardBreak),
            Event::Rule => self.push(span, NodeKind::Rule),
            Event::TaskListMarker(is_done) => self.push(span, NodeKind::TaskBox(is_done)),
            Event::FootnoteReference(label) => self.push(span, NodeKind::FootnoteReference(label.as_ref().into())),
            Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Span, text: &str) {
        let element = match tag {
            Tag::Paragraph => Element::Paragraph,
            Tag::Heading { level, .. } => {
                self.heading = Some((level as u8, span, String::new()));
                // The anchor is known when the words are.
                Element::Heading {
                    level: level as u8,
                    anchor: "".into(),
                }
            }
            Tag::BlockQuote(None) => Element::Quote,
            Tag::BlockQuote(Some(kind)) => Element::Alert(match kind {
                BlockQuoteKind::Note => "note",
                BlockQuoteKind::Tip => "tip",
                BlockQuoteKind::Important => "important",
                BlockQuoteKind::Warning => "warning",
                BlockQuoteKind::Caution => "caution",
            }),
            Tag::List(start) => {
                self.lists.push(start);
                Element::List(start)
            }
            Tag::Item => {
                let written = span
                    .of(text)
                    .chars()
                    .take_while(char::is_ascii_digit)
                    .collect::<String>()
                    .parse()
                    .ok();
                let number = match self.lists.last() {
                    Some(Some(_)) => written,
                    _ => None,
                };
                if let Some(number) = number {
                    let depth = self.lists.iter().filter(|list| list.is_some()).count();
                    self.items.push((span, number, depth));
                }
                Element::Item { number }
            }
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                let word = info.split_whitespace().next().unwrap_or_default().to_lowercase();
                let is_plain = word.len() <= 32
                    && word
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"+#_-".contains(&byte));
                let kind = match word.as_str() {
                    "sh" | "bash" | "shell" => CodeKind::Shell,
                    "console" => CodeKind::Console,
                    "powershell" => CodeKind::OtherShell,
                    _ => CodeKind::Text,
                };
                let index = self.runbook.code_blocks.len();
                self.runbook.code_blocks.push(CodeBlock {
                    language: if is_plain { word } else { String::new() },
                    kind,
                    span,
                    content: Span::default(),
                    text: String::new(),
                    commands: Vec::new(),
                    blanks: Vec::new(),
                    section: None,
                });
                self.code = Some((index, span));
                Element::CodeBlock(index as u32)
            }
            Tag::Table(alignments) => Element::Table(
                alignments
                    .iter()
                    .map(|alignment| match alignment {
                        From::None => Alignment::None,
                        From::Left => Alignment::Left,
                        From::Center => Alignment::Center,
                        From::Right => Alignment::Right,
                    })
                    .collect(),
            ),
            Tag::TableHead => Element::TableHead,
            Tag::TableRow => Element::TableRow,
            Tag::TableCell => Element::TableCell,
            Tag::Emphasis => Element::Emphasis,
            Tag::Strong => Element::Strong,
            Tag::Strikethrough => Element::Strikethrough,
            Tag::Link { dest_url, title, .. } => Element::Link(self.link(&dest_url, &title, span, false)),
            Tag::Image { dest_url, title, .. } => Element::Image(self.link(&dest_url, &title, span, true)),
            Tag::FootnoteDefinition(label) => Element::Footnote(label.as_ref().into()),
            // Lines of raw HTML stand without an element of their own.
            _ => return,
        };
        self.push(span, NodeKind::Open(element));
    }

    fn link(&mut self, destination: &str, title: &str, span: Span, is_image: bool) -> u32 {
        self.runbook.links.push(Link {
            destination: destination.to_owned(),
            title: title.to_owned(),
            span,
            is_image,
        });
        if !destination.contains(':') {
            let (path, anchor) = destination
                .split_once('#')
                .map_or((destination, None), |(path, anchor)| (path, Some(anchor)));
            self.runbook.references.push(Reference {
                kind: ReferenceKind::Link {
                    path: path.to_owned(),
                    anchor: anchor.map(ToOwned::to_owned),
                    is_image,
                },
                text: destination.to_owned(),
                span,
                context: ReferenceContext::Link,
            });
        }
        self.runbook.links.len() as u32 - 1
    }

    fn end(&mut self, tag: TagEnd, span: Span) {
        match tag {
            TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => return,
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::CodeBlock => self.code = None,
            TagEnd::Heading(_) => self.end_heading(),
            _ => {}
        }
        self.push(span, NodeKind::Close);
    }

    fn end_heading(&mut self) {
        let Some((level, span, title)) = self.heading.take() else {
            return;
        };
        let plain: String = title
            .to_lowercase()
            .chars()
            .filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'))
            .map(|character| if character == ' ' { '-' } else { character })
            .collect();
        let seen = self.anchors.entry(plain.clone()).or_default();
        let anchor = if *seen == 0 {
            plain.clone()
        } else {
            format!("{plain}-{seen}")
        };
        *seen += 1;
        let open = self.nodes.iter_mut().rev().find_map(|node| match &mut node.kind {
            NodeKind::Open(Element::Heading { anchor, .. }) => Some(anchor),
            _ => None,
        });
        if let Some(open) = open {
            *open = anchor.as_str().into();
        }
        let words = title.to_lowercase();
        let kind = if words.contains("when to roll") || words.contains("rollback criteria") {
            SectionKind::RollbackCriteria
        } else if words.contains("rollback") || words.contains("roll back") {
            SectionKind::Rollback
        } else if words.contains("before") {
            SectionKind::Before
        } else if words.contains("check") || words.contains("verify") {
            SectionKind::Checks
        } else if words.contains("steps") || words.contains("procedure") {
            SectionKind::Steps
        } else {
            SectionKind::Other
        };
        if level == 1 && self.runbook.title.is_none() {
            self.runbook.title = Some(title.clone());
        }
        self.runbook.anchors.plain.push(anchor.clone());
        self.runbook.sections.push(Section {
            level,
            title,
            anchor,
            span,
            body: span,
            kind,
        });
    }
}

fn sections(runbook: &mut Runbook, text: &str) {
    if runbook.title.is_none() {
        runbook.title = runbook.sections.first().map(|section| section.title.clone());
    }
    let starts: Vec<(u8, u32)> = runbook
        .sections
        .iter()
        .map(|section| (section.level, section.span.start))
        .collect();
    for (index, section) in runbook.sections.iter_mut().enumerate() {
        let next = starts[index + 1..].iter().find(|(level, _)| *level <= section.level);
        section.body = Span {
            start: section.span.start,
            end: next.map_or(text.len() as u32, |(_, start)| *start),
        };
    }
    runbook.summary = text
        .split("\n\n")
        .map(str::trim)
        .find(|paragraph| paragraph.starts_with(char::is_alphabetic))
        .map(|paragraph| paragraph.replace('\n', " "));
    let places: Vec<u32> = starts.iter().map(|(_, start)| *start).collect();
    let section_of = |at: u32| {
        places
            .partition_point(|start| *start <= at)
            .checked_sub(1)
            .map(|index| index as u32)
    };
    for block in &mut runbook.code_blocks {
        block.section = section_of(block.span.start);
    }
}

/// Steps with their numbers; where a list was flattened (`3.` and then `1.` at the same depth) the nesting is restored.
fn steps(runbook: &mut Runbook, items: &[(Span, u64, usize)]) {
    let mut stack: Vec<(usize, u64)> = Vec::new();
    let mut flat: Option<u64> = None;
    for (span, written, depth) in items {
        stack.retain(|(other, _)| other < depth);
        let outer: Vec<u64> = stack.iter().map(|(_, number)| *number).collect();
        let previous = runbook.steps.last().filter(|step| step.number.len() > outer.len()).cloned();
        let follows = |step: &Step| step.section == section_at(runbook, span.start);
        let mut number = outer.clone();
        match (&previous, flat) {
            (Some(step), None) if *written == 1 && step.written > 1 && follows(step) => {
                flat = Some(step.written);
                number.extend([step.written, 1]);
            }
            (Some(step), Some(parent)) if *written == parent + 1 && *written != step.written + 1 => {
                flat = None;
                number.push(*written);
            }
            (Some(step), Some(parent)) if follows(step) && *written == step.written + 1 => number.extend([parent, *written]),
            _ => {
                flat = None;
                number.push(*written);
            }
        }
        let first = span.of(&runbook.text).lines().next().unwrap_or_default();
        let words =
            first.trim_start_matches(|character: char| character.is_ascii_digit() || matches!(character, '.' | ')' | ' '));
        let step = Step {
            number: number.clone(),
            written: *written,
            text: words.replace(['`', '*'], ""),
            span: *span,
            section: section_at(runbook, span.start),
        };
        stack.push((*depth, *number.last().unwrap_or(written)));
        runbook.steps.push(step);
    }
}

fn section_at(runbook: &Runbook, at: u32) -> Option<u32> {
    let before = runbook.sections.iter().take_while(|section| section.span.start <= at).count();
    before.checked_sub(1).map(|index| index as u32)
}

/// Commands, schedules, roles, criteria and owners, line by line.
fn lines(runbook: &mut Runbook, text: &str) {
    let mut directory = String::new();
    for block in &mut runbook.code_blocks {
        if !matches!(block.kind, CodeKind::Shell | CodeKind::Console) {
            continue;
        }
        let mut at = block.content.start;
        for line in block.content.of(text).split_inclusive('\n') {
            let prompt = if block.kind == CodeKind::Console {
                line.strip_prefix("$ ").map(|_| 2)
            } else {
                Some(0)
            };
            let words = line.trim_end();
            if let Some(prompt) = prompt.filter(|_| !words.is_empty()) {
                let command = &words[prompt.min(words.len())..];
                if let Some(folder) = command.strip_prefix("cd ") {
                    folder.clone_into(&mut directory);
                }
                block.commands.push(Command {
                    text: command.to_owned(),
                    span: Span {
                        start: at + prompt as u32,
                        end: at + words.len() as u32,
                    },
                    directory: Directory::Known(directory.clone()),
                    has_placeholder: command.contains('<'),
                });
            }
            at += line.len() as u32;
        }
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        for (offset, _) in line.match_indices("T+") {
            let words: String = line[offset..]
                .chars()
                .take_while(|character| character.is_ascii_alphanumeric() || *character == '+')
                .collect();
            let minutes: String = words.chars().filter(char::is_ascii_digit).collect();
            runbook.schedules.push(Schedule {
                span: Span::new(at + offset, at + offset + words.len()),
                text: words,
                kind: ScheduleKind::After(minutes.parse().unwrap_or_default()),
                what: String::new(),
                last: None,
                next: None,
            });
        }
        let span = Span::new(at, at + line.trim_end().len());
        if let Some(owner) = line.strip_prefix("**Owner:** ") {
            runbook.metadata.owners.push(Declared {
                value: owner.trim().to_owned(),
                span,
            });
        }
        if let Some((name, duty)) = line.strip_prefix("- Role: ").and_then(|role| role.split_once(", ")) {
            runbook.roles.push(Role {
                name: name.to_owned(),
                duty: duty.trim().to_owned(),
                span,
            });
        }
        if let Some(words) = line
            .strip_prefix("- ")
            .filter(|words| words.contains("error rate") || words.contains("latency"))
        {
            let number: String = words.chars().filter(char::is_ascii_digit).collect();
            runbook.criteria.push(Criterion {
                text: words.trim().to_owned(),
                metric: "error rate".to_owned(),
                threshold: (!number.is_empty()).then(|| Threshold {
                    comparison: ">",
                    value: number,
                    unit: "%".to_owned(),
                }),
                purpose: CriterionPurpose::Rollback,
                span,
            });
        }
        at += line.len();
    }
    runbook.references.sort_by_key(|reference| reference.span);
}

/// What the commands of a sample have to fill in: words in angle brackets, and versions.
fn blanks(text: &str) -> Vec<Blank> {
    let mut blanks = Vec::new();
    for (at, _) in text.match_indices(['<', 'v']) {
        let rest = &text[at..];
        let length = match rest.strip_prefix('<').and_then(|inside| Some((inside, inside.find('>')?))) {
            Some((inside, end)) if inside[..end].chars().all(|c| c.is_ascii_alphabetic() || c == '-') && end > 0 => end + 2,
            _ if rest.starts_with("vX.Y.Z") => 6,
            _ => continue,
        };
        blanks.push(Blank {
            range: at..at + length,
            name: rest[..length].trim_matches(['<', '>']).to_lowercase(),
            label: rest[..length].trim_matches(['<', '>']).to_owned(),
            place: BlankPlace::Bare,
            is_without_v: false,
        });
    }
    blanks
}
