//! What the words around a reference say of it: that it is gone, not there yet, or kept out of git. Each is read from the sentence, the row,
//! the list or the heading that a reference stands in, never from the whole page.

use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext};
use crate::tools::lookup::document::Document;
use crate::tools::lookup::said::leads;

/// How sentences say that something is no longer there, not yet, or not in git.
const GONE: &[&str] = &[
    " any more", "been removed", "does not exist", "doesn't exist", "formerly", "is removed", "must not be there",
    "must not exist", "must be absent", "should be absent", "no such file", "never existed", "no longer", "not yet",
    "removed in", "(removed)", "(deleted)", "(gone)", "dropped in favo", "we used to", "plan to add", "planning to add",
    "replaced by", "coming soon", "should not be there", "should not exist", "superseded by", "to be created", "to be written",
    "used to be", "was removed", "was renamed", "was replaced", "were removed", "will be added", "will be created",
    "future task", "future improvement", "not implemented", "(future)", "(todo)", "(if implemented", "if it exists",
    "if it is present", "gitignored", "git-ignored", "is not tracked", "are not tracked", "untracked", "never committed",
    "not committed", "not checked in", "in this example", "not used anymore", "not used any more", "remove old ",
    "original request", "originally", "earlier draft", "produced by issue", "lands in a later", "will land", "(to-create",
    "(to create", "(to be added", "(to be generated", "(not there yet", "(when created", "suggested wrapper", "suggested script",
    "suggested alias", "suggested command", "suggested target", "proposed wrapper", "proposed script", "proposed alias",
    "proposed command", "proposed target", // The same in other languages.
    "삭제", "제거됐", "제거되었", "사라진", "없으며", "과거엔", "削除され", "廃止され", "もう存在しない", "已删除", "已移除",
    "已废弃", "gelöscht", "entfernt", "nicht mehr", "supprimé", "n'existe plus", "eliminado", "ya no existe", "removido",
    "não existe mais", "удалён", "удален", "больше нет", "a ser criado", "por crear", "à créer", "noch anzulegen",
];

/// Words that say it of what stands in front of them; in front of a noun they tell of something else: "restores deleted rows".
const GONE_ALONE: &[&str] = &["deleted", "deprecated", "planned", "retired"];

/// What may stand behind one of those words when it is said of a file.
const BEHIND_GONE: &[&str] = &[
    "after", "and", "as", "at", "because", "before", "but", "by", "command", "commands", "directories", "directory", "due",
    "during", "file", "files", "folder", "folders", "for", "from", "helper", "in", "job", "module", "now", "on", "or", "path",
    "paths", "script", "scripts", "since", "so", "target", "task", "this", "to", "together", "tool", "when", "wherever", "with",
    "workflow", "wrapper",
];

/// How sentences say that the repository has no such thing, or that it is an example.
const LACKING: &[&str] = &[
    "for example under",
    "for instance under",
    "repo does not contain",
    "repo doesn't contain",
    "repo has no ",
    "repository does not contain",
    "repository doesn't contain",
    "repository has no ",
];

/// How a sentence begins that speaks of what the one before it named.
const POINTING: &[&str] = &[
    "it ", "that directory ", "that file ", "that folder ", "that path ", "that script ", "the directory ", "the file ",
    "the folder ", "the script ", "this directory ", "this file ", "this folder ", "this path ", "this script ",
];

/// How such a sentence says that it is not there. What else is no longer so ("it no longer asks") is no word about that.
const NOT_THERE: &[&str] = &[
    "does not exist", "doesn't exist", "no longer exist", "never existed", "is gone", "is not there", "was removed",
    "was deleted", "been removed", "been deleted",
];

/// How commands say that what they name must not be there.
const REFUTED: &[&str] = &["no such file", "! test -", "test ! -", "[ ! -", "[[ ! -", "! -e ", "! ls "];

/// Words right in front of a name that deny it or send it away.
const DENYING: &[&str] = &[
    "delete", "deleted", "drop", "dropped", "formerly", "never", "no", "not", "obsolete", "of", "previously", "remove",
    "removed", "replaces", "retire", "retired", "supersedes", "than", "from", "was", // The same in other languages.
    "ersetzt", "remplace", "reemplaza", "sustituye", "substitui", "заменяет", "замещает", "заменил", "取代", "替代",
];

/// Words between one of those and the name.
const SMALL: &[&str] = &[
    "committed", "the", "tracked", "separate", "new", "a", "an", "old", "file", "files", "folder", "folders", "directory",
    "directories", "script", "scripts",
];

impl Document<'_> {
    /// Whether the words around a reference say that what it names is no longer there, not yet, or not in git; of a block of commands
    /// the line says it.
    pub(crate) fn says_gone(&self, reference: &Reference) -> bool {
        if matches!(reference.context, ReferenceContext::Command | ReferenceContext::Block) {
            let words = self.between(reference.span, &["\n"]);
            let is_refuted = reference.context == ReferenceContext::Command && REFUTED.iter().any(|sign| words.contains(sign));
            return is_refuted || is_gone(&words) || self.is_subject_of_gone(reference.span);
        }
        self.is_struck(reference.span)
            || is_gone(&self.sentence(reference.span))
            || self.is_gone_by_next(reference.span)
            || self.is_denied(reference.span)
            || self.is_renamed_here(reference)
            || self.is_row_of_gone(reference.span)
            || self.is_row_of_plan(reference.span)
            || self.is_paragraph_of_gone(reference.span)
            || is_lead_of_gone(self.before(reference.span.start))
    }

    /// Whether the words right behind a command in a sentence say that there is none any more: "the `tool x` command was removed".
    fn is_subject_of_gone(&self, span: Span) -> bool {
        const GOING: &[&str] = &["deleted", "dropped", "gone", "removed", "retired"];
        const FORMS: &[&str] = &["was", "were", "is", "are", "been"];
        let behind = self.behind(span.end);
        let Some(words) = behind.strip_prefix('`') else { return false };
        let words = words.split(['.', ',', ';', '`']).next().unwrap_or_default();
        let words: Vec<&str> = words.split_whitespace().take(6).collect();
        words
            .windows(2)
            .any(|pair| FORMS.contains(&pair[0]) && GOING.contains(&pair[1]))
    }

    /// Whether the sentence behind that of a place speaks of what it names, and says that it is gone: "This file does not exist".
    fn is_gone_by_next(&self, span: Span) -> bool {
        let behind = self.behind(span.end);
        let paragraph = behind.split("\n\n").next().unwrap_or_default();
        let ends = [". ", ".\n"].iter().filter_map(|mark| paragraph.find(mark)).min();
        let next = ends.and_then(|end| paragraph.get(end + 1..)).unwrap_or_default();
        let next = next.trim_start().to_lowercase().replace('\n', " ");
        let next = next.split(". ").next().unwrap_or_default();
        POINTING.iter().any(|words| next.starts_with(words)) && NOT_THERE.iter().any(|words| next.contains(words))
    }

    /// Whether a place is struck through: `~~...~~` on its line.
    fn is_struck(&self, span: Span) -> bool {
        let before = self.line_before(span.start);
        let after = self.behind(span.end).lines().next().unwrap_or_default();
        before.matches("~~").count() % 2 == 1 && after.contains("~~")
    }

    /// Whether the words right in front of a name deny it: "not `x`", "instead of `x`", "delete `x` and `y`".
    fn is_denied(&self, span: Span) -> bool {
        let line = self.before(span.start).to_lowercase();
        let sentence = line.rfind("\n\n").map_or(line.as_str(), |at| &line[at..]);
        let mut rest = sentence.trim_end_matches('`').trim_end_matches(['*', '_', '(', ' ', '\n']);
        // The other names of a row come first: "delete `a`, `b` and `c`".
        for _ in 0..8 {
            let before = rest
                .trim_end_matches("and")
                .trim_end_matches("or")
                .trim_end_matches(['+', ',', ' ', '\n']);
            let Some(inner) = before.strip_suffix('`') else { break };
            let Some(open) = inner.rfind('`') else { break };
            if inner[open..].contains('\n') {
                break;
            }
            rest = inner[..open].trim_end_matches(['(', ' ', '\n', '*']);
        }
        let mut words = rest.rsplit(|c: char| c.is_whitespace()).filter(|word| !word.is_empty());
        let mut word = words.next();
        while word.is_some_and(|word| SMALL.contains(&word)) {
            word = words.next();
        }
        let Some(word) = word.map(|word| word.trim_start_matches(['(', '*', '_'])) else {
            return false;
        };
        if matches!(word, "use" | "run" | "call") {
            return matches!(words.next(), Some("not" | "never" | "don't" | "don\u{2019}t"));
        }
        if !DENYING.contains(&word) {
            return false;
        }
        match word {
            "of" => words.next() == Some("instead"),
            "than" => words.next() == Some("rather"),
            "from" => words.next().is_some_and(|verb| matches!(verb, "renamed" | "moved")),
            "was" => rest.ends_with("(was") || rest.ends_with(" this was"),
            _ => true,
        }
    }

    /// Whether a name is the left side of an arrow whose right side is like it: "`shared/old` → `shared/new`" tells of a change.
    fn is_renamed_here(&self, reference: &Reference) -> bool {
        let behind = self.behind(reference.span.end);
        let behind = behind
            .trim_start_matches(['`', '*', '_', ')'])
            .trim_start_matches([' ', '\n']);
        let arrows = ["→", "->", "=>", "⇒", "➜", "⟶"];
        let Some(right) = arrows.iter().find_map(|arrow| behind.strip_prefix(arrow)) else {
            return false;
        };
        let right: String = right.trim_start().chars().take_while(|c| *c != '\n').take(200).collect();
        let words = reference.text.trim_matches(['`', '"', ' ']);
        let first = words
            .split('/')
            .next()
            .filter(|first| words.contains('/') && !first.is_empty());
        let last = words.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        first.is_some_and(|first| right.contains(&format!("{first}/"))) || last.len() >= 4 && right.contains(last)
    }

    /// Whether the paragraph of a place begins by saying that all of it is still to come: "**Not currently implemented.** Place it under
    /// `x`". A sentence that tells what to do until then names what is there.
    fn is_paragraph_of_gone(&self, span: Span) -> bool {
        const HEADS: &[&str] = &[
            "future work",
            "not built yet",
            "not currently implemented",
            "not implemented",
            "not implemented yet",
            "not yet built",
            "not yet implemented",
            "planned",
            "planned work",
            "to be implemented",
        ];
        const UNTIL_THEN: &[&str] = &["instead", "until ", "meanwhile", "for now", "use ", "run ", "see ", "today"];
        let before = self.before(span.start);
        let paragraph = &before[before.rfind("\n\n").map_or(0, |at| at + 2)..];
        let is_mark = |c: char| !c.is_alphanumeric();
        let Some((head, _)) = paragraph.trim_start_matches(is_mark).split_once(['.', ':']) else {
            return false;
        };
        let head = head.trim_end_matches(is_mark).to_lowercase();
        let sentence = self.sentence(span);
        HEADS.contains(&head.as_str()) && !UNTIL_THEN.iter().any(|words| sentence.contains(words))
    }

    /// Whether a row of a table about features says in a cell of its own that this one is planned.
    fn is_row_of_plan(&self, span: Span) -> bool {
        const FEATURES: &[&str] = &["capability", "component", "feature", "function", "functionality", "module"];
        const PLANNED: &[&str] = &[
            "not built", "not implemented", "not started", "planned", "proposed", "unbuilt",
        ];
        let is_mark = |c: char| !c.is_alphanumeric();
        let row = self.between(span, &["\n"]);
        let is_planned = row.trim().starts_with('|') && row.split('|').any(|cell| PLANNED.contains(&cell.trim_matches(is_mark)));
        is_planned && {
            let mut above = self.before(span.start).rsplit('\n').skip(1);
            let head = above.by_ref().take_while(|line| line.trim_start().starts_with('|')).last();
            let first = head
                .and_then(|head| head.split('|').nth(1))
                .unwrap_or_default()
                .to_lowercase();
            first.split(is_mark).any(|word| FEATURES.contains(&word))
        }
    }

    /// Whether a cell of the row that a place stands in begins by saying that something is gone or kept out of git.
    fn is_row_of_gone(&self, span: Span) -> bool {
        let line = self.between(span, &["\n"]);
        let row = line.trim();
        row.starts_with('|')
            && row
                .split('|')
                .map(|cell| cell.trim().trim_start_matches(['*', '_', '`', '~']))
                .any(|cell| {
                    [
                        "deleted", "removed", "retired", "gone", "superseded", "no longer", "gitignored", "git-ignored",
                        "untracked", "not tracked",
                    ]
                    .iter()
                    .any(|word| cell.starts_with(word))
                })
    }
}

/// Whether words say that something is gone.
fn is_gone(words: &str) -> bool {
    let words = without_conditions(words);
    let is_said = |sign: &&str| {
        words.match_indices(*sign).any(|(at, _)| {
            // "Run it when no longer needed" is no word about the file.
            let before = words[..at].trim_end();
            let is_relative = before
                .strip_suffix("that")
                .is_some_and(|noun| !noun.trim_end().ends_with('`'))
                && (sign.starts_with("was ") || sign.starts_with("were ") || sign.starts_with("been "));
            let is_condition = *sign == "no longer"
                && ["when", "once", "if", "that are", "which are"]
                    .iter()
                    .any(|word| before.ends_with(word));
            !is_condition && !is_relative
        })
    };
    GONE.iter().chain(LACKING).any(is_said) || GONE_ALONE.iter().any(|word| is_gone_alone(words, word))
}

/// The words of a sentence without the clauses that tell when something else is so: "if the pod was deleted, run `x`", "`x` fails when the
/// bucket does not exist". What is said of a file stays.
fn without_conditions(words: &str) -> &str {
    const HEADS: &[&str] = &["after", "if", "once", "unless", "until", "when", "whenever"];
    const TAILS: &[&str] = &[
        " after the ", " if any ", " if the ", " once the ", " until the ", " when a ", " when an ", " when the ",
    ];
    const FILES: &[&str] = &[
        "command", "directory", "file", "folder", "path", "script", "target", "workflow",
    ];
    let mut words = words;
    let begin = words.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '`');
    let first = begin.split(' ').next().unwrap_or_default();
    let is_of_file = |words: &str| {
        words
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| FILES.contains(&word) || word == "it")
    };
    if HEADS.contains(&first)
        && let Some((head, rest)) = begin.split_once(',')
        && !head.contains('`')
        && !is_of_file(head)
    {
        words = rest;
    }
    if let Some(at) = TAILS.iter().filter_map(|tail| words.rfind(tail)).max()
        && !words[at..].contains('`')
        && !is_of_file(&words[at..])
        && words[..at].contains('`')
    {
        words = &words[..at];
    }
    words
}

/// Whether a word stands for itself in some words, and not in front of a noun.
fn is_gone_alone(words: &str, word: &str) -> bool {
    words.match_indices(word).any(|(at, _)| {
        let behind = &words[at + word.len()..];
        let Some(next) = behind.strip_prefix([' ', '\n']) else {
            return true;
        };
        let next = next.trim_start();
        let noun = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        noun.is_empty() || BEHIND_GONE.binary_search(&noun).is_ok()
    })
}

/// Whether the words over the list that a text ends in say that its items are gone: "Deleted in phase 6:". Words that send the reader on
/// ("if it was deleted, run:") say nothing of the items.
fn is_lead_of_gone(before: &str) -> bool {
    leads(before).into_iter().any(tells_of_gone)
}

fn tells_of_gone(line: &str) -> bool {
    let line = line.trim().trim_end_matches(['*', '_']).to_lowercase();
    let says = ["gone", "removed", "deleted", "retired"].iter().any(|word| {
        line.trim_start_matches(|c: char| !c.is_alphanumeric())
            .split(|c: char| !c.is_alphanumeric())
            .take(6)
            .any(|other| other == *word)
    });
    let sends = ["if ", "when ", "after ", "run", "restore", "recover", "use "];
    line.ends_with([':', '：'])
        && (says || is_gone(&line))
        && !sends
            .iter()
            .any(|word| line.starts_with(word) || line.contains(&format!(" {word}")))
}

#[cfg(test)]
mod tests {
    use super::{BEHIND_GONE, is_gone, is_lead_of_gone};

    #[test]
    fn a_word_in_front_of_a_noun_tells_of_something_else() {
        assert!(BEHIND_GONE.is_sorted());
        for words in [
            "`x` was deleted in v2",
            "`x` (deprecated)",
            "`x` is deprecated.",
            "the deleted file `x`",
            "planned: `x`",
            "deleted `x`",
            "`x` is no longer needed",
            "`x` is retired and gone",
            "coming soon",
            "if `x` does not exist, create it",
            "create `x` if it does not exist",
            "use `x` when the file does not exist",
            "if the script was removed, skip `x`",
            "`x` was dropped in favour of `y`",
            "we used to run `x`",
            "`x` (removed)",
            "we plan to add `x`",
        ] {
            assert!(is_gone(words), "{words}");
        }
        for words in [
            "`x` restores deleted rows",
            "`x` prints the planned changes",
            "removes deprecated users with `x`",
            "run `x` when no longer needed",
            "`x` cleans objects that are no longer used",
            "`x` restores a row that was removed",
            "if the deployment was deleted, run `x`",
            "when the pod no longer responds, run `x`",
            "`x` fails when the bucket does not exist",
        ] {
            assert!(!is_gone(words), "{words}");
        }
    }

    #[test]
    fn the_words_over_a_list_say_that_its_items_are_gone() {
        for text in [
            "Gone (deleted in phase 6):\n\n- `a/b`\n- ",
            "> **Removed in 2.0:**\n> - ",
            "- Kept: x\n- Deleted since:\n  - `a`\n  - ",
            "사라진 것 (Phase 6에서 삭제):\n\n- ",
        ] {
            assert!(is_lead_of_gone(text), "{text}");
        }
        for text in [
            "Run these:\n\n- ",
            "If the row was deleted, run:\n\n- ",
            "Deleted rows come back.\n\n- ",
            "Deleted:\n\nAnother text.\n\n- ",
            "Deleted:\n\n",
            "- Deleted:\n- ",
        ] {
            assert!(!is_lead_of_gone(text), "{text}");
        }
    }
}
