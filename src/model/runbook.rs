//! A runbook as it was understood, with the place of everything in its source.

use std::sync::{Arc, OnceLock};

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::blank::Blank;
use crate::model::declaration::Declaration;
use crate::model::directory::Directory;
use crate::model::finding::Problem;
use crate::model::freshness::Stamp;
use crate::model::packed::Document;
use crate::model::place::{Lines, Place, Span};
use crate::model::reference::Reference;

/// A Markdown file that tells people how to operate or release something. One value per distinct text: it knows neither its path
/// nor its edition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runbook {
    /// The text, as UTF-8: a byte order mark is removed, UTF-16 is decoded, invalid bytes became U+FFFD (and a problem).
    pub(crate) text: Arc<str>,
    /// The line starts of the text.
    pub(crate) lines: Lines,
    /// The first heading of level 1, else the front matter title, else the first heading; none in a text without any.
    pub(crate) title: Option<String>,
    /// The first paragraph as plain text, for lists of runbooks.
    pub(crate) summary: Option<String>,
    /// What the text says about itself.
    pub(crate) metadata: Metadata,
    /// The text as nodes, for rendering.
    pub(crate) document: Document,
    /// The headings in writing order.
    pub(crate) sections: Vec<Section>,
    /// The steps: items of ordered lists, in writing order, nested ones after their parent.
    pub(crate) steps: Vec<Step>,
    /// The code blocks, fenced and indented.
    pub(crate) code_blocks: Vec<CodeBlock>,
    /// The links and images.
    pub(crate) links: Vec<Link>,
    /// The items of task lists.
    pub(crate) checklist: Vec<ChecklistItem>,
    /// Criteria and thresholds.
    pub(crate) criteria: Vec<Criterion>,
    /// Times and intervals.
    pub(crate) schedules: Vec<Schedule>,
    /// What the text asks of a release, in writing order.
    pub(crate) declarations: Vec<Declaration>,
    /// The roles that the text names, in writing order, each once.
    pub(crate) roles: Vec<Role>,
    /// Everything in the repository that the text names.
    pub(crate) references: Vec<Reference>,
    /// Every anchor that a link may name.
    pub(crate) anchors: Anchors,
    /// The comments that accept findings, in writing order.
    pub(crate) ignores: Vec<Ignore>,
    /// What could not be read or understood.
    pub(crate) problems: Vec<Problem>,
    /// Words that rules look for in the whole text.
    pub(crate) held: Held,
}

/// Whether words that rules look for in a whole text may stand in it. Each is looked for when somebody asks for the first time: a text is
/// judged in every edition that holds it, and most texts hold none of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    /// Words that hold the place of others.
    pub(crate) placeholders: OnceLock<bool>,
    /// Notes of the author.
    pub(crate) notes: OnceLock<bool>,
    /// Words that tell the reader to save what is shown.
    pub(crate) saves: OnceLock<bool>,
    /// Words about one person in several seats.
    pub(crate) seats: OnceLock<bool>,
    /// Parts of addresses of a release.
    pub(crate) releases: OnceLock<bool>,
}

/// The anchors of a text, each list sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Anchors {
    /// Those of the forge, and those that the author wrote: headings, `id` and `name` attributes of HTML, ids in braces.
    pub(crate) plain: Vec<String>,
    /// Those that only generators of sites give to headings.
    pub(crate) other: Vec<String>,
}

/// A comment that accepts findings: `<!-- fresh-ignore: path-missing reason="made by step 3" until=2027-01-31 -->`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ignore {
    /// The rules that it names, as written.
    pub(crate) rules: Vec<String>,
    /// The words that it is limited to; without any it holds for every finding of its rules.
    pub(crate) words: Vec<String>,
    /// Why, in the words of the author.
    pub(crate) reason: String,
    /// The last day on which it holds.
    pub(crate) until: Option<NaiveDate>,
    /// The bytes that it holds for; none when it holds for the file as a whole, also for what has no place in it.
    pub(crate) scope: Option<Span>,
    /// The comment.
    pub(crate) span: Span,
    /// The comment that ends it, of one that stands around something.
    pub(crate) end: Option<Span>,
    /// Why it accepts nothing, in one line, lower case, no full stop; none when it works.
    pub(crate) problem: Option<String>,
}

impl Runbook {
    /// Whether an item of a list with numbers is no step but a condition under which somebody goes back.
    pub(crate) fn is_criterion(&self, step: &Step) -> bool {
        let section = step.section.and_then(|section| self.sections.get(section as usize));
        section.is_some_and(|section| section.kind == SectionKind::RollbackCriteria)
    }

    /// What could not be read. That a review is damaged is told on its own.
    pub(crate) fn unread(&self) -> impl Iterator<Item = &Problem> {
        let damaged = self.metadata.damaged_stamp.as_ref().map(|stamp| stamp.value.as_str());
        self.problems
            .iter()
            .filter(move |problem| Some(problem.message.as_str()) != damaged)
    }

    /// The place of a span of the text.
    pub(crate) fn place(&self, span: Span) -> Place {
        self.lines.place(span, &self.text)
    }
}

/// What a runbook says about itself. Each value keeps the words that it was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// Every field that was found, in writing order, also those that have no meaning to the tool.
    pub(crate) fields: Vec<Field>,
    /// When somebody last reviewed the text (`last_reviewed_on`, `Last Verified`, ...).
    pub(crate) reviewed: Option<DateField>,
    /// When the text was last edited, by its own word (`Last Updated`); a weaker claim than `reviewed`.
    pub(crate) updated: Option<DateField>,
    /// How long a review lasts, in days (`review_in: 12 months`); calendar months count as the calendar says, see `ReviewInterval`.
    pub(crate) interval: Option<Declared<ReviewInterval>>,
    /// When the next review is due, where the text names the day itself.
    pub(crate) next_review: Option<DateField>,
    /// Who answers for the text: teams or roles.
    pub(crate) owners: Vec<Declared<String>>,
    /// The version that the text gives itself.
    pub(crate) version: Option<Declared<String>>,
    /// `status: archived` and the like, lower case.
    pub(crate) status: Option<Declared<String>>,
    /// `criticality: high`, lower case.
    pub(crate) criticality: Option<Declared<String>>,
    /// The title of the front matter.
    pub(crate) title: Option<Declared<String>>,
    /// The stable page id of the front matter.
    pub(crate) id: Option<Declared<String>>,
    /// The review that the tool wrote into the text.
    pub(crate) stamp: Option<Stamp>,
    /// Why a review that the tool wrote into the text cannot be read any more, and where it stands.
    pub(crate) damaged_stamp: Option<Declared<String>>,
    /// Whether that review is one of a newer version of the program, which can read it.
    pub(crate) has_newer_stamp: bool,
    /// Where the front matter stands, fences included.
    pub(crate) front_matter: Option<Span>,
}

/// One `key: value` of the head or the foot of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The key as written.
    pub(crate) key: String,
    /// The value as written.
    pub(crate) value: String,
    /// Where key and value stand.
    pub(crate) span: Span,
    /// How it was written down.
    pub(crate) carrier: Carrier,
}

/// How a metadata field was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Carrier {
    /// YAML (or TOML) front matter.
    FrontMatter,
    /// `**Key:** value` or `**Key**: value`.
    Bold,
    /// `Key: value`.
    Plain,
    /// `_Key: value_`.
    Italic,
    /// A row of a two-column table.
    Table,
    /// An HTML comment.
    Comment,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared<T> {
    /// The value.
    pub(crate) value: T,
    /// Where key and value stand.
    pub(crate) span: Span,
}

/// A date as it was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DateField {
    /// The key as written.
    pub(crate) key: String,
    /// The date, or why there is none.
    pub(crate) date: Result<NaiveDate, DateProblem>,
    /// The value as written.
    pub(crate) text: String,
    /// Where key and value stand.
    pub(crate) span: Span,
}

/// Why a declared date is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateProblem {
    /// Nothing, `TBD`, `YYYY-MM-DD`, `pending`.
    Empty,
    /// `03/04/2026`: day or month first?
    Ambiguous,
    /// No form that is known.
    Unreadable,
}

/// How long a review lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum ReviewInterval {
    /// So many days.
    Days(u32),
    /// So many calendar months.
    Months(u32),
}

/// A heading and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// 1 to 6.
    pub(crate) level: u8,
    /// The heading as plain text.
    pub(crate) title: String,
    /// The anchor by the GitHub algorithm, without `#`.
    pub(crate) anchor: String,
    /// The heading itself.
    pub(crate) span: Span,
    /// From the heading to the next heading of the same or a higher level.
    pub(crate) body: Span,
    /// What the heading announces.
    pub(crate) kind: SectionKind,
}

/// What a heading announces, as far as its words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SectionKind {
    /// What must be true before.
    Before,
    /// What to do.
    Steps,
    /// What to check afterwards.
    Checks,
    /// When to roll back.
    RollbackCriteria,
    /// How to roll back.
    Rollback,
    /// Something that recurs: rotation, restore drill.
    Duty,
    /// Anything else.
    Other,
}

/// One step: an item of an ordered list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The author's own number as a path: `[3, 2]` is step 2 inside step 3. Where a nested list was flattened (`3.` followed by
    /// `1.`, `2.` at the same indent) the nesting is restored.
    pub(crate) number: Vec<u64>,
    /// The number as the author typed it.
    pub(crate) written: u64,
    /// The first line as plain text.
    pub(crate) text: String,
    /// The whole item.
    pub(crate) span: Span,
    /// The index of the section that holds it, if any.
    pub(crate) section: Option<u32>,
}

/// A fenced or indented code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeBlock {
    /// The first word of the info string, lower case, when it is `[a-z0-9+#_-]{1,32}`; empty otherwise.
    pub(crate) language: String,
    /// What the block holds.
    pub(crate) kind: CodeKind,
    /// The whole block with its fences.
    pub(crate) span: Span,
    /// The lines between the fences.
    pub(crate) content: Span,
    /// The content as shown: indentation of an enclosing list removed, line ends normalised to `\n`.
    pub(crate) text: String,
    /// The commands, in writing order; empty unless the block is a shell block.
    pub(crate) commands: Vec<Command>,
    /// What must be filled in before the block can be used, in writing order, none over another.
    pub(crate) blanks: Vec<Blank>,
    /// The index of the section that holds it, if any.
    pub(crate) section: Option<u32>,
}

/// What a code block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CodeKind {
    /// Commands only.
    Shell,
    /// Prompts, commands and output.
    Console,
    /// Commands of PowerShell or cmd, which are shown but not judged.
    OtherShell,
    /// Anything else.
    Text,
}

/// One command: a line of a shell block with its continuation lines, or inline code that is a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// The command as it would be typed, prompt removed, continuation lines joined by a blank.
    pub(crate) text: String,
    /// From the first to the last byte in the source.
    pub(crate) span: Span,
    /// The folder that it runs in.
    pub(crate) directory: Directory,
    /// Whether a placeholder stands in it, so that it cannot be run as written.
    pub(crate) has_placeholder: bool,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The destination as written, entities and escapes resolved.
    pub(crate) destination: String,
    /// The title, or empty.
    pub(crate) title: String,
    /// The link with its words.
    pub(crate) span: Span,
    /// Whether it is an image.
    pub(crate) is_image: bool,
}

/// An item of a task list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChecklistItem {
    /// The words as plain text.
    pub(crate) text: String,
    /// Ticked in the file itself, which a shared runbook should not be.
    pub(crate) is_done: bool,
    /// The item.
    pub(crate) span: Span,
    /// The index of the section that holds it, if any.
    pub(crate) section: Option<u32>,
}

/// A condition with or without a number: "error rate > 1 %", "readiness stays `not_ready` for more than 5 minutes".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Criterion {
    /// The words as plain text.
    pub(crate) text: String,
    /// What is measured, lower case: `error rate`, `coverage`; empty when the words do not tell.
    pub(crate) metric: String,
    /// The comparison and the number, where there is one.
    pub(crate) threshold: Option<Threshold>,
    /// What the criterion decides.
    pub(crate) purpose: CriterionPurpose,
    /// Where it stands.
    pub(crate) span: Span,
}

/// What a criterion decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CriterionPurpose {
    /// The release may go on.
    Promote,
    /// The release must be undone.
    Rollback,
    /// Somebody must look.
    Alert,
}

/// A comparison with a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Threshold {
    /// `>`, `>=`, `<`, `<=` or `=`.
    pub(crate) comparison: &'static str,
    /// The number exactly as written, such as `0.1`.
    pub(crate) value: String,
    /// The unit as written: `%`, `ms`, `h`, `days`; or empty.
    pub(crate) unit: String,
}

/// A time or an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// The words as written.
    pub(crate) text: String,
    /// What they mean.
    pub(crate) kind: ScheduleKind,
    /// Where they stand.
    pub(crate) span: Span,
    /// What recurs, in the words of the text: the first cell of a row, a heading, a sentence. Empty for what does not recur.
    pub(crate) what: String,
    /// When it was last done, by the word of the text; only for what recurs.
    pub(crate) last: Option<NaiveDate>,
    /// When it is to be done next, by the word of the text; only for what recurs.
    pub(crate) next: Option<NaiveDate>,
}

/// What the words of a schedule mean. All lengths are in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ScheduleKind {
    /// `T+15m`: a moment after the release.
    After(u32),
    /// "every 15-30 minutes": the shortest and the longest distance.
    Every(u32, u32),
    /// "first 24 h", "for 12 hours": a window.
    Window(u32),
    /// "monthly", "every 90 days": something that recurs for good, in days.
    Recurring(u32),
    /// "1 week before": a moment before the release.
    Before(u32),
}

/// A role and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Role {
    /// The name as written.
    pub(crate) name: String,
    /// What it does, as plain text, or empty.
    pub(crate) duty: String,
    /// Where it stands.
    pub(crate) span: Span,
}
