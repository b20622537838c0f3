//! A parsed text as bytes and back.

use std::sync::Arc;

use crate::model::blank::{Blank, BlankPlace};
use crate::model::bytes::Packed;
use crate::model::declaration::{Declaration, DeclarationKind, NamedFile, Strength};
use crate::model::directory::Directory;
use crate::model::document::{Admonition, Alignment, Element, NodeKind, Phrase, Verbatim, Words};
use crate::model::freshness::{Fingerprint, Stamp};
use crate::model::packed::Document;
use crate::model::place::{Lines, Span};
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind};
use crate::model::runbook::{
    Anchors, Carrier, ChecklistItem, CodeBlock, CodeKind, Command, Criterion, CriterionPurpose, DateField, DateProblem, Field,
    Held, Ignore, Link, Metadata, ReviewInterval, Role, Runbook, Schedule, ScheduleKind, Section, SectionKind, Step, Threshold,
};

use crate::load::learned::form::Kept;

kept_struct!(Held {
    placeholders,
    notes,
    saves,
    seats,
    releases,
});

impl Kept for Runbook {
    fn put(&self, bytes: &mut Vec<u8>) {
        let Self {
            text,
            lines: _,
            title,
            summary,
            metadata,
            document,
            sections,
            steps,
            code_blocks,
            links,
            checklist,
            criteria,
            schedules,
            declarations,
            roles,
            references,
            anchors,
            ignores,
            problems,
            held,
        } = self;
        text.put(bytes);
        title.put(bytes);
        summary.put(bytes);
        metadata.put(bytes);
        document.put(bytes);
        sections.put(bytes);
        steps.put(bytes);
        code_blocks.put(bytes);
        links.put(bytes);
        checklist.put(bytes);
        criteria.put(bytes);
        schedules.put(bytes);
        declarations.put(bytes);
        roles.put(bytes);
        references.put(bytes);
        anchors.put(bytes);
        ignores.put(bytes);
        problems.put(bytes);
        held.put(bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        let text: Arc<str> = Kept::get(packed)?;
        Some(Self {
            lines: Lines::of(&text),
            text,
            title: Kept::get(packed)?,
            summary: Kept::get(packed)?,
            metadata: Kept::get(packed)?,
            document: Kept::get(packed)?,
            sections: Kept::get(packed)?,
            steps: Kept::get(packed)?,
            code_blocks: Kept::get(packed)?,
            links: Kept::get(packed)?,
            checklist: Kept::get(packed)?,
            criteria: Kept::get(packed)?,
            schedules: Kept::get(packed)?,
            declarations: Kept::get(packed)?,
            roles: Kept::get(packed)?,
            references: Kept::get(packed)?,
            anchors: Kept::get(packed)?,
            ignores: Kept::get(packed)?,
            problems: Kept::get(packed)?,
            held: Kept::get(packed)?,
        })
    }
}

kept_struct!(Span { start, end });
kept_struct!(Document {
    bytes,
    others,
    count,
    has_html,
    has_code
});
kept_struct!(Metadata {
    fields,
    reviewed,
    updated,
    interval,
    next_review,
    owners,
    version,
    status,
    criticality,
    title,
    id,
    stamp,
    damaged_stamp,
    has_newer_stamp,
    front_matter,
});
kept_struct!(Field {
    key,
    value,
    span,
    carrier
});
kept_struct!(DateField { key, date, text, span });
kept_struct!(Stamp {
    on,
    by,
    refs,
    outdated,
    span
});
kept_struct!(Fingerprint { interface, body });
kept_struct!(Section {
    level,
    title,
    anchor,
    span,
    body,
    kind
});
kept_struct!(Step {
    number,
    written,
    text,
    span,
    section
});
kept_struct!(CodeBlock {
    language,
    kind,
    span,
    content,
    text,
    commands,
    blanks,
    section
});
kept_struct!(Command {
    text,
    span,
    directory,
    has_placeholder
});
kept_struct!(Blank {
    range,
    name,
    label,
    place,
    is_without_v
});
kept_struct!(Link {
    destination,
    title,
    span,
    is_image
});
kept_struct!(ChecklistItem {
    text,
    is_done,
    span,
    section
});
kept_struct!(Criterion {
    text,
    metric,
    threshold,
    purpose,
    span
});
kept_struct!(Threshold { comparison, value, unit });
kept_struct!(Schedule {
    text,
    kind,
    span,
    what,
    last,
    next
});
kept_struct!(Declaration {
    kind,
    strength,
    group,
    name,
    metric,
    comparison,
    value,
    unit,
    condition,
    evidence,
    format,
    formats,
    tool,
    required,
    spoken,
    workflows,
    files,
    said,
    text,
    span
});
kept_struct!(NamedFile { path, words });
kept_struct!(Role { name, duty, span });
kept_struct!(Reference {
    kind,
    text,
    span,
    context
});
kept_struct!(Named {
    kind,
    name,
    within,
    directory
});
kept_struct!(Anchors { plain, other });
kept_struct!(Ignore {
    rules,
    words,
    reason,
    until,
    scope,
    span,
    end,
    problem
});
kept_struct!(Admonition { kind, title });

kept_enum!(Carrier { 0 FrontMatter, 1 Bold, 2 Plain, 3 Italic, 4 Table, 5 Comment });
kept_enum!(DateProblem { 0 Empty, 1 Ambiguous, 2 Unreadable });
kept_enum!(ReviewInterval { 0 Days(count), 1 Months(count) });
kept_enum!(SectionKind { 0 Before, 1 Steps, 2 Checks, 3 RollbackCriteria, 4 Rollback, 5 Duty, 6 Other });
kept_enum!(CodeKind { 0 Shell, 1 Console, 2 OtherShell, 3 Text });
kept_enum!(Directory { 0 Known(path), 1 Unknown, 2 Host(path) });
kept_enum!(BlankPlace { 0 Bare, 1 Double, 2 Single, 3 Plain, 4 Choice });
kept_enum!(CriterionPurpose { 0 Promote, 1 Rollback, 2 Alert });
kept_enum!(ScheduleKind { 0 After(minutes), 1 Every(from, to), 2 Window(minutes), 3 Recurring(days), 4 Before(minutes) });
kept_enum!(DeclarationKind { 0 Gate, 1 Threshold, 2 Condition, 3 Signoff, 4 Window, 5 Duty, 6 Criterion, 7 Archive, 8 Unread });
kept_enum!(Strength { 0 Declared, 1 Read });
kept_enum!(ReferenceContext { 0 Command, 1 Block, 2 Inline, 3 Link, 4 Prose, 5 FrontMatter });
kept_enum!(ReferenceKind {
    0 Path { path, directory },
    1 Glob { pattern, directory },
    2 Link { path, anchor, is_image },
    3 MakeTarget { target, directory, file },
    4 PackageScript { manager, script, is_explicit, workspace, directory },
    5 Workflow { name },
    6 Named(named),
});
kept_enum!(Words { 0 Source(span), 1 Owned(words) });
kept_enum!(Verbatim { 0 Formula, 1 Text });
kept_enum!(Alignment { 0 None, 1 Left, 2 Center, 3 Right });
kept_enum!(Phrase { 0 Code, 1 Inserted, 2 Key, 3 Mark, 4 Small, 5 Sub, 6 Sup });
kept_enum!(NodeKind {
    0 Open(element), 1 Close, 2 Text(words), 3 Code(words), 4 RawHtml(words), 5 SoftBreak, 6 HardBreak, 7 Rule, 8 TaskBox(is_done),
    9 FootnoteReference(name), 10 Place(name), 11 Verbatim(kind, words), 12 Template(words),
});
kept_enum!(Element {
    0 Paragraph, 1 Heading { level, anchor }, 2 Quote, 3 Alert(kind), 4 List(first), 5 Item { number }, 6 CodeBlock(number),
    7 Table(columns), 8 TableHead, 9 TableRow, 10 TableCell, 11 Emphasis, 12 Strong, 13 Strikethrough, 14 Link(number),
    15 Image(number), 16 Footnote(name), 17 Admonition(admonition), 18 Details(is_open), 19 Summary, 20 Division(side),
    21 Phrase(phrase), 22 Anchor(name), 23 Picture(words),
});
