//! A parsed text, and what a file of code defines, as bytes and back. Whatever bytes are given, nothing panics; what a value is made of is named part by part, so that none
//! is ever forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error;

use crate::code::mention::Mentions;
use crate::model::blank::{Blank, BlankPlace};
use crate::model::bytes::{Packed, put_number, put_part, put_signed};
use crate::model::declaration::{Declaration, DeclarationKind, NamedFile, Strength};
use crate::model::definition::{Definition, DefinitionFile, Nesting};
use crate::model::directory::Directory;
use crate::model::document::{Admonition, Alignment, Element, NodeKind, Phrase, Verbatim, Words};
use crate::model::finding::Problem;
use crate::model::freshness::{Fingerprint, Stamp};
use crate::model::kept::known;
use crate::model::kind::{Kind, Runner};
use crate::model::packed::Document;
use crate::model::place::{Lines, Span};
use crate::model::reference::{Named, Reference, ReferenceContext, ReferenceKind};
use crate::model::runbook::{
    Anchors, Carrier, ChecklistItem, CodeBlock, CodeKind, Command, Criterion, CriterionPurpose, DateField, DateProblem, Declared,
    Field, Held, Ignore, Link, Metadata, ReviewInterval, Role, Runbook, Schedule, ScheduleKind, Section, SectionKind, Step,
    Threshold,
};

/// A value that is kept as bytes.
pub(in crate::load) trait Kept: Sized {
    /// Writes it.
    fn put(&self, bytes: &mut Vec<u8>);
    /// Reads it; none when the bytes are of something else.
    fn get(packed: &mut Packed<'_>) -> Option<Self>;
}

macro_rules! kept_struct {
    ($type:ty { $($field:ident),* $(,)? }) => {
        impl Kept for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.put(bytes);)*
            }

            fn get(packed: &mut Packed<'_>) -> Option<Self> {
                Some(Self { $($field: Kept::get(packed)?),* })
            }
        }
    };
}

macro_rules! kept_enum {
    ($type:ty { $($number:literal $variant:ident $(($($part:ident),*))? $({$($field:ident),*})?),* $(,)? }) => {
        impl Kept for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($part),*))? $({$($field),*})? => {
                        bytes.push($number);
                        $($($part.put(bytes);)*)?
                        $($($field.put(bytes);)*)?
                    })*
                }
            }

            fn get(packed: &mut Packed<'_>) -> Option<Self> {
                Some(match packed.byte()? {
                    $($number => Self::$variant
                        $(($({ let $part = Kept::get(packed)?; $part }),*))?
                        $({$($field: Kept::get(packed)?),*})?,)*
                    _ => return None,
                })
            }
        }
    };
}

macro_rules! kept_number {
    ($($type:ty),*) => {
        $(impl Kept for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                // A number that does not fit into 64 bits is none of ours.
                put_number(bytes, u64::try_from(*self).unwrap_or(u64::MAX));
            }

            fn get(packed: &mut Packed<'_>) -> Option<Self> {
                packed.number()?.try_into().ok()
            }
        })*
    };
}

kept_number!(u8, u32, u64, usize);

impl Kept for bool {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(*self));
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(packed.byte()? != 0)
    }
}

impl Kept for u128 {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(Self::from_le_bytes(packed.bytes(16)?.try_into().ok()?))
    }
}

macro_rules! kept_text {
    ($($type:ty),*) => {
        $(impl Kept for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                put_part(bytes, self.as_bytes());
            }

            fn get(packed: &mut Packed<'_>) -> Option<Self> {
                packed.text().map(Into::into)
            }
        })*
    };
}

kept_text!(String, Box<str>, Arc<str>);

impl Kept for &'static str {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_part(bytes, self.as_bytes());
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        packed.text().map(known)
    }
}

impl<T: Kept> Kept for Option<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        match packed.byte()? {
            0 => Some(None),
            _ => T::get(packed).map(Some),
        }
    }
}

impl<T: Kept, E: Kept> Kept for Result<T, E> {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.is_ok()));
        match self {
            Ok(value) => value.put(bytes),
            Err(error) => error.put(bytes),
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(match packed.byte()? {
            0 => Err(E::get(packed)?),
            _ => Ok(T::get(packed)?),
        })
    }
}

impl<T: Kept> Kept for Vec<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.len() as u64);
        for value in self {
            value.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        // Each value has a byte at least, so that no room is taken for values that cannot come.
        let count = packed.count(1)?;
        let mut values = Self::with_capacity(count);
        for _ in 0..count {
            values.push(T::get(packed)?);
        }
        Some(values)
    }
}

impl<T: Kept> Kept for Box<[T]> {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.len() as u64);
        for value in self {
            value.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Vec::get(packed).map(Into::into)
    }
}

impl<T: Kept> Kept for Box<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        T::put(self, bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        T::get(packed).map(Self::new)
    }
}

impl<K: Kept + Ord, V: Kept> Kept for BTreeMap<K, V> {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.len() as u64);
        for (key, value) in self {
            key.put(bytes);
            value.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        (0..packed.count(1)?)
            .map(|_| Some((K::get(packed)?, V::get(packed)?)))
            .collect()
    }
}

impl<K: Kept + Ord> Kept for BTreeSet<K> {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_number(bytes, self.len() as u64);
        for key in self {
            key.put(bytes);
        }
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        (0..packed.count(1)?).map(|_| K::get(packed)).collect()
    }
}

impl<A: Kept, B: Kept, C: Kept> Kept for (A, B, C) {
    fn put(&self, bytes: &mut Vec<u8>) {
        let (first, second, third) = self;
        first.put(bytes);
        second.put(bytes);
        third.put(bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some((A::get(packed)?, B::get(packed)?, C::get(packed)?))
    }
}

impl Kept for NaiveDate {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_signed(bytes, self.num_days_from_ce().into());
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Self::from_num_days_from_ce_opt(packed.signed()?.try_into().ok()?)
    }
}

impl Kept for Range<usize> {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.start.put(bytes);
        self.end.put(bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(usize::get(packed)?..usize::get(packed)?)
    }
}

impl Kept for Kind {
    fn put(&self, bytes: &mut Vec<u8>) {
        let runner = match self {
            Self::Task(runner) => runner.word(),
            _ => "",
        };
        put_part(bytes, runner.as_bytes());
        put_part(bytes, self.word().as_bytes());
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        let (runner, word) = (packed.text()?, packed.text()?);
        if !runner.is_empty() {
            return Some(Self::Task(Runner::of(known(runner))));
        }
        let word: serde::de::value::StrDeserializer<'_, Error> = word.into_deserializer();
        Self::deserialize(word).ok()
    }
}

impl<T: Kept> Kept for Declared<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        let Self { value, span } = self;
        value.put(bytes);
        span.put(bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        Some(Self {
            value: Kept::get(packed)?,
            span: Kept::get(packed)?,
        })
    }
}

/// What was looked for; what was not is looked for when somebody asks.
impl Kept for OnceLock<bool> {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.get().copied().put(bytes);
    }

    fn get(packed: &mut Packed<'_>) -> Option<Self> {
        let known: Option<bool> = Kept::get(packed)?;
        Some(known.map_or_else(Self::new, Self::from))
    }
}

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
kept_struct!(Problem { line, message });
kept_struct!(DefinitionFile {
    path,
    format,
    name,
    definitions,
    is_complete,
    open_kinds,
    includes,
    binaries,
    fingerprint,
    problems
});
kept_struct!(Definition {
    kind,
    name,
    value,
    line,
    is_pattern,
    interface,
    fingerprint,
    nesting
});
kept_struct!(Nesting { within, holds, is_group });
kept_struct!(Mentions { found, prefixes });
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
