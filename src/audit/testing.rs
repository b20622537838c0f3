//! Small source trees and runbooks for the tests of this folder, made by hand: the parser is not needed to test a judgement.

mod evidence;
mod named;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate};

use crate::audit::resolve;
use crate::config::Config;
use crate::config::waivers::Waivers;
use crate::model::definition::DefinitionFile;
use crate::model::edition::{Edition, EditionRunbook, Ignores, Mention, Past, Program, Source};
use crate::model::finding::Edit;
use crate::model::freshness::State;
use crate::model::handbook::JudgedRunbook;
use crate::model::history::{Commit, Completeness, Gone, History};
use crate::model::owners::{CodeOwners, OwnerRule};
use crate::model::place::{Lines, Span};
use crate::model::reference::{Reference, Resolution};
use crate::model::runbook::{Anchors, Carrier, DateField, DateProblem, Declared, Field, Runbook};
use crate::model::tree::{ContentId, Entry, EntryKind, Listing};

pub(crate) use crate::audit::testing::evidence::evidence_file;
pub(crate) use crate::audit::testing::named::{
    called, code, code_with_values, in_command, inline, link, make, makefile, named, named_in, package, pattern, reference, root,
    script, task, tasks, unread, url, workflow,
};

/// A source tree with one runbook.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    /// What the references resolve against.
    pub(crate) source: Source,
    /// The path of the runbook.
    pub(crate) path: String,
    /// The runbook.
    pub(crate) runbook: Runbook,
    /// The id of its text.
    pub(crate) content: ContentId,
    /// What history tells.
    pub(crate) past: Past,
    /// The settings.
    pub(crate) config: Config,
}

/// A tree of these files with an empty runbook `docs/runbook.md`; today is 2026-06-15 and history is complete.
pub(crate) fn tree(paths: &[&str]) -> Fixture {
    let entry = |path: &&str| Entry {
        path: (*path).to_owned(),
        kind: EntryKind::File,
        id: ContentId::default(),
    };
    let mut entries: Vec<Entry> = paths.iter().map(entry).collect();
    entries.push(entry(&"docs/runbook.md"));
    Fixture {
        source: Source {
            listing: Arc::new(Listing::new(entries)),
            ..Source::default()
        },
        path: "docs/runbook.md".to_owned(),
        runbook: Runbook::default(),
        content: ContentId::default(),
        past: Past {
            history: History {
                completeness: Completeness::Full,
                ..History::default()
            },
            today: day("2026-06-15"),
            ..Past::default()
        },
        config: Config::default(),
    }
    .says("")
}

/// A day in ISO form.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("the day of a test is a day")
}

/// A commit of a day, by its id.
pub(crate) fn commit(id: &str, date: &str) -> Arc<Commit> {
    Arc::new(Commit {
        id: id.to_owned(),
        date: DateTime::parse_from_rfc3339(&format!("{date}T12:00:00Z")).expect("the day of a test is a day"),
        subject: format!("Change of {date}"),
        author: "the author".to_owned(),
    })
}

/// A declared date, readable or not.
pub(crate) fn declared(key: &str, text: &str) -> DateField {
    let date = text.parse().map_err(|_| {
        if text.trim().is_empty() {
            DateProblem::Empty
        } else {
            DateProblem::Unreadable
        }
    });
    DateField {
        key: key.to_owned(),
        date,
        text: text.to_owned(),
        span: Span::default(),
    }
}

/// The id of some content.
pub(crate) fn content(byte: u8) -> ContentId {
    ContentId([byte; 20])
}

/// A runbook that names these files, each of which changed since the review.
pub(crate) fn changed(paths: &[&str]) -> Fixture {
    let mut fixture = tree(paths).reviewed("2026-06-01").touched("a", "2026-06-01");
    for path in paths {
        fixture = fixture.naming(inline(path));
        fixture
            .past
            .contents
            .entry("a".to_owned())
            .or_default()
            .insert((*path).to_owned(), Some(content(1)));
        fixture.past.now.insert((*path).to_owned(), Some(content(2)));
    }
    fixture
}

impl Fixture {
    /// Adds a task file and its entry in the tree.
    pub(crate) fn with(mut self, file: DefinitionFile) -> Self {
        let mut entries = self.source.listing.entries.clone();
        entries.push(Entry {
            path: file.path.clone(),
            kind: EntryKind::File,
            id: ContentId::default(),
        });
        self.source.listing = Arc::new(Listing::new(entries));
        self.source.definitions.insert(file.path.clone(), Arc::new(file));
        self
    }

    /// Adds a file of code and its entry in the tree.
    pub(crate) fn with_code(mut self, file: DefinitionFile) -> Self {
        self = self.with_entry(&file.path, EntryKind::File);
        let code = Arc::make_mut(&mut self.source.code);
        code.files.insert(file.path.clone(), Arc::new(file));
        self
    }

    /// Adds a program of `pyproject.toml` with the files that define its commands.
    pub(crate) fn with_program(mut self, name: &str, files: &[&str]) -> Self {
        let program = Program {
            manifest: "pyproject.toml".to_owned(),
            line: 1,
            files: files.iter().map(|path| (*path).to_owned()).collect(),
        };
        let code = Arc::make_mut(&mut self.source.code);
        code.programs.entry(name.to_owned()).or_default().push(program);
        self
    }

    /// Says where a variable stands in the files of the tree; nowhere without files.
    pub(crate) fn mentioning(mut self, name: &str, paths: &[&str]) -> Self {
        let mention = |path: &&str| Mention {
            path: (*path).to_owned(),
            line: 1,
            default: None,
        };
        let code = Arc::make_mut(&mut self.source.code);
        code.mentions.insert(name.to_owned(), paths.iter().map(mention).collect());
        self
    }

    /// Adds a symbolic link or a submodule.
    pub(crate) fn with_entry(mut self, path: &str, kind: EntryKind) -> Self {
        let mut entries = self.source.listing.entries.clone();
        entries.push(Entry {
            path: path.to_owned(),
            kind,
            id: ContentId::default(),
        });
        self.source.listing = Arc::new(Listing::new(entries));
        self
    }

    /// Adds the `.gitignore` of the root.
    pub(crate) fn ignoring(mut self, patterns: &str) -> Self {
        self.source.ignores = Ignores {
            files: vec![(String::new(), Arc::from(patterns))],
        };
        self
    }

    /// Sets the anchors of a file; of the runbook itself by its path.
    pub(crate) fn anchors(mut self, path: &str, anchors: &[&str]) -> Self {
        let anchors = Anchors {
            plain: anchors.iter().map(|anchor| (*anchor).to_owned()).collect(),
            other: Vec::new(),
        };
        if path == self.path {
            self.runbook.anchors = anchors;
        } else {
            self.source.anchors.insert(path.to_owned(), Arc::new(anchors));
        }
        self
    }

    /// Sets the text of the runbook.
    pub(crate) fn says(mut self, text: &str) -> Self {
        self.runbook.text = Arc::from(text);
        self.runbook.lines = Lines::of(text);
        self
    }

    /// Adds a reference; where its words are not in the text yet, they are added as a line.
    pub(crate) fn naming(mut self, mut reference: Reference) -> Self {
        if !self.runbook.text.contains(&reference.text) {
            let text = format!("{}{}\n", self.runbook.text, reference.text);
            self = self.says(&text);
        }
        let start = self.runbook.text.find(&reference.text).expect("the words were added");
        reference.span = Span::new(start, start + reference.text.len());
        self.runbook.references.push(reference);
        self
    }

    /// Sets the declared review date.
    pub(crate) fn reviewed(mut self, text: &str) -> Self {
        self.runbook.metadata.reviewed = Some(declared("Last Reviewed", text));
        self
    }

    /// Sets the declared date of the last edit.
    pub(crate) fn updated(mut self, text: &str) -> Self {
        self.runbook.metadata.updated = Some(declared("Last Updated", text));
        self
    }

    /// Sets the status.
    pub(crate) fn status(mut self, status: &str) -> Self {
        self.runbook.metadata.status = Some(Declared {
            value: status.to_owned(),
            span: Span::default(),
        });
        self
    }

    /// Adds a commit that touched the runbook; the newest first.
    pub(crate) fn touched(mut self, id: &str, date: &str) -> Self {
        let commits = self.past.history.touches.entry(self.path.clone()).or_default();
        commits.push(commit(id, date));
        self
    }

    /// Sets the code owners: patterns, each with its owners apart by blanks.
    pub(crate) fn owned_by(mut self, rules: &[(&str, &str)]) -> Self {
        let rule = |(index, (pattern, owners)): (usize, &(&str, &str))| OwnerRule {
            pattern: (*pattern).to_owned(),
            owners: owners.split_whitespace().map(str::to_owned).collect(),
            line: index as u32 + 1,
        };
        self.source.code_owners = Some(Arc::new(CodeOwners {
            path: "CODEOWNERS".to_owned(),
            rules: rules.iter().enumerate().map(rule).collect(),
        }));
        self
    }

    /// Puts a line `**Key:** value` into the text; owners and dates of the last update are understood.
    pub(crate) fn declaring(mut self, key: &str, value: &str) -> Self {
        let start = self.runbook.text.len();
        let line = format!("**{key}:** {value}");
        let text = format!("{}{line}\n", self.runbook.text);
        self = self.says(&text);
        let span = Span::new(start, start + line.len());
        let metadata = &mut self.runbook.metadata;
        metadata.fields.push(Field {
            key: key.to_owned(),
            value: value.to_owned(),
            span,
            carrier: Carrier::Bold,
        });
        match key {
            "Owner" if value != "TBD" => metadata.owners.push(Declared {
                value: value.to_owned(),
                span,
            }),
            "Last Updated" => {
                metadata.updated = Some(DateField {
                    span,
                    ..declared(key, value)
                });
            }
            _ => {}
        }
        self
    }

    /// Says that a path went away on a day, and where it went.
    pub(crate) fn gone(mut self, path: &str, to: Option<&str>, date: &str) -> Self {
        let gone = Gone {
            commit: commit("gone", date),
            renamed_to: to.map(str::to_owned),
            is_exact: false,
        };
        self.past.gone.insert(path.to_owned(), gone);
        self
    }

    /// Says that the whole history does not know a path.
    pub(crate) fn never(mut self, path: &str) -> Self {
        self.past.never.insert(path.to_owned());
        self
    }

    /// The text of the runbook after the fixes of a rule.
    pub(crate) fn fixed(&self, rule: &str) -> String {
        let edition = self.edition();
        let judged = vec![self.judged()];
        let of_edition = crate::audit::judge_edition(&edition, &judged, &self.past, &self.config);
        let findings = judged[0].findings.iter().chain(&of_edition);
        let fixes = findings
            .filter(|finding| finding.rule == rule)
            .filter_map(|finding| finding.fix.clone());
        let mut edits: Vec<Edit> = fixes.flat_map(|fix| fix.edits).collect();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
        let mut text = self.runbook.text.to_string();
        for edit in edits {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
        }
        text
    }

    /// The edition with the one runbook.
    pub(crate) fn edition(&self) -> Edition {
        Edition {
            id: "next".to_owned(),
            commit: None,
            texts_of: None,
            runbooks: vec![EditionRunbook {
                path: self.path.clone(),
                slug: "runbook".to_owned(),
                content: self.content,
                runbook: Arc::new(self.runbook.clone()),
            }],
            source: Arc::new(self.source.clone()),
        }
    }

    /// The outcome of looking the references up.
    pub(crate) fn resolutions(&self) -> Vec<Resolution> {
        let edition = self.edition();
        resolve::resolve_all(&edition).remove(0)
    }

    /// The outcome for one reference as text: status, target and line, reason, suggestion.
    pub(crate) fn look_up(&self, reference: Reference) -> String {
        let fixture = self.clone().naming(reference);
        let resolution = fixture.resolutions().pop().expect("there is an outcome for every reference");
        let status = format!("{:?}", resolution.status).to_lowercase();
        let line = resolution.target_line.map(|line| format!(":{line}")).unwrap_or_default();
        let target = resolution.target.map(|target| format!(" {target}{line}")).unwrap_or_default();
        let suggestion = resolution
            .suggestion
            .map(|suggestion| format!(" -> {suggestion}"))
            .unwrap_or_default();
        format!("{status}{target} ({}){suggestion}", resolution.reason)
    }

    /// The judgement on the runbook.
    pub(crate) fn judged(&self) -> JudgedRunbook {
        let edition = self.edition();
        let mut judged = crate::audit::judge(
            &edition,
            resolve::resolve_all(&edition),
            &self.past,
            &self.config,
            &Waivers::default(),
        );
        judged.pop().expect("the edition has one runbook")
    }

    /// The freshness of the runbook with its reason.
    pub(crate) fn state(&self) -> (State, String) {
        let freshness = self.judged().freshness;
        (freshness.state, freshness.reason)
    }

    /// For each reference whether its target changed since the review.
    pub(crate) fn resolutions_marked(&self) -> Vec<Option<bool>> {
        let judged = self.judged();
        judged
            .resolutions
            .iter()
            .map(|resolution| resolution.changed_since_review)
            .collect()
    }

    /// The findings of a rule as text: severity, line, words, message, suggestion.
    pub(crate) fn findings(&self, rule: &str) -> Vec<String> {
        let edition = self.edition();
        let judged = crate::audit::judge(
            &edition,
            resolve::resolve_all(&edition),
            &self.past,
            &self.config,
            &Waivers::default(),
        );
        let of_runbook = judged.iter().flat_map(|judged| judged.findings.clone());
        let of_edition = crate::audit::judge_edition(&edition, &judged, &self.past, &self.config);
        let mut lines = BTreeMap::new();
        for (index, finding) in of_runbook
            .chain(of_edition)
            .filter(|finding| finding.rule == rule)
            .enumerate()
        {
            let line = finding.place.map_or(0, |place| place.line);
            let words = finding.reference.map(|words| format!(" `{words}`")).unwrap_or_default();
            let suggestion = finding.suggestion.map(|words| format!(" -> {words}")).unwrap_or_default();
            let text = format!(
                "{} {}:{line}{words}: {}{suggestion}",
                finding.severity.word(),
                finding.path,
                finding.message
            );
            lines.insert((line, index), text);
        }
        lines.into_values().collect()
    }
}
