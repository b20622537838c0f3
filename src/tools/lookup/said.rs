//! What the words around a reference say of it: that somebody is yet to make it, that it stands elsewhere or on the host. Each is read from the sentence, the row, the list or the heading that a reference stands in, never from the whole page.

use crate::model::place::Span;
use crate::model::reference::{Reference, ReferenceContext};
use crate::model::runbook::CodeKind;
use crate::tools::lookup::document::Document;

/// How sentences say that what they name stands in another repository.
const ELSEWHERE: &[&str] = &[
    "repository's ", "repo's ", "repo`'s ", " in that repo", " in another repo", " of another repo", " in a separate repo",
    " in each repo", " on each repo", " of each repo", " in every repo", " on every repo", " of every repo",
    " in the other repo", "moved to another repo", "moved to a separate repo", "moved to its own repo",
    "moved into its own repo", "lives in another repo", "lives in a separate repo", "lives in its own repo",
    "lives in their own repo",
];

/// The words in front of a name and a colon that tell the reader to make it.
const LABELS: &[&str] = &[
    "add", "create", "new file", "new", "создать", "добавить", "crear", "créer", "erstellen", "新建", "创建", "作成",
];

/// The words in front of a name and a colon that head what a block shows.
const HEADS: &[&str] = &[
    "file", "filename", "path", "script", "файл", "datei", "fichier", "archivo", "文件",
];

/// What a cell or a label is called whose value is a branch.
const BRANCHES: &[&str] = &[
    "base branch", "branch", "branch name", "branches", "feature branch", "git branch", "head branch", "pr branch",
    "source branch", "target branch", "working branch",
];

impl<'edition> Document<'edition> {
    /// Whether a name is called a branch by the cell or the label in front of it, or by the word behind it: `| Branch | docs/x |`,
    /// "**Branch:** `docs/x`", "the `docs/x` branch".
    pub(crate) fn is_called_branch(&self, span: Span) -> bool {
        let line = self.line_before(span.start).to_lowercase();
        let is_mark = |c: char| !c.is_alphanumeric();
        let before = line.trim_end_matches(is_mark);
        let label = before.rsplit(['|', '.', ';', '(']).next().unwrap_or_default();
        let label = label.trim_matches(is_mark);
        let behind = self.behind(span.end).trim_start_matches(['`', '*', '_']).to_lowercase();
        let is_followed = |word: &str| {
            let rest = behind.strip_prefix(word);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        let is_led = label.ends_with(" branch") && line[before.len()..].trim_matches(['`', '"', '*', '_', ':']) == " ";
        BRANCHES.contains(&label) || is_led || is_followed(" branch") || is_followed(" branches")
    }

    /// Whether the sentence around a reference, which is no command, says that it stands in another repository.
    pub(crate) fn says_elsewhere(&self, reference: &Reference) -> bool {
        let is_told = matches!(reference.context, ReferenceContext::Inline | ReferenceContext::Prose);
        is_told && {
            let words = self.sentence(reference.span);
            self.is_pinned_action(reference)
                || self.is_of_registry(reference)
                || ELSEWHERE.iter().any(|sign| words.contains(sign))
        }
    }

    /// Whether two words with a slash are an action of a forge, which the line pins to a commit: "`org/action` | `8646ba…` |".
    fn is_pinned_action(&self, reference: &Reference) -> bool {
        let words = reference.text.trim_matches('`');
        let line = self.between(reference.span, &["\n"]);
        words.matches('/').count() == 1
            && !words.contains('.')
            && line
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }

    /// Whether two words with a slash are called what a registry has: "the `org/name` provider".
    fn is_of_registry(&self, reference: &Reference) -> bool {
        let words = reference.text.trim_matches('`');
        let behind = self.behind(reference.span.end).trim_start_matches('`').trim_start();
        let next = behind.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        words.matches('/').count() == 1 && !words.contains('.') && matches!(next, "action" | "orb" | "provider" | "providers")
    }

    /// The folder that the words right behind a reference say that it runs in: "`just apply` in `provisioning/fleet`".
    pub(crate) fn runs_in(&self, reference: &Reference) -> Option<&'edition str> {
        let behind = self.behind(reference.span.end).trim_start_matches('`').trim_start();
        let folder = behind.strip_prefix("in `").or_else(|| behind.strip_prefix("from `"))?;
        let folder = folder.split('`').next()?.trim_start_matches("./").trim_end_matches('/');
        (!folder.is_empty() && !folder.contains('\n')).then_some(folder)
    }

    /// Whether the list that a reference stands in is about a file of the host: "Config: `/etc/default/app`" over it.
    pub(crate) fn is_about_host(&self, reference: &Reference) -> bool {
        leads(self.before(reference.span.start)).iter().any(|lead| {
            ["`/etc/", "`/usr/", "`/opt/", "`/var/"]
                .iter()
                .any(|place| lead.contains(place))
        })
    }

    /// Whether the words in front of a name tell the reader to make what it names: "**Create:** `x`", "commit a new `x`", "draft at `x`".
    pub(crate) fn says_made(&self, reference: &Reference) -> bool {
        let lead = self.plain_lead(reference.span.start);
        let label = lead.strip_suffix(':').map(str::trim_end);
        let is_label = label.is_some_and(|label| {
            let label = label.trim_end_matches(['*', '_', ' ']);
            LABELS.iter().any(|word| {
                label.strip_suffix(word).is_some_and(|before| {
                    before.trim_end_matches(['*', '_']).ends_with(|c: char| c.is_whitespace()) || before.is_empty()
                })
            })
        });
        let ends = |words: &[&str]| words.iter().any(|words| lead.ends_with(words));
        // "**Deliverables:**" over a list of files that a plan will bring.
        let is_to_come = || {
            leads(self.before(reference.span.start)).iter().any(|lead| {
                let lead = lead.to_lowercase();
                let lead = lead.trim_matches(|char: char| !char.is_alphabetic());
                matches!(
                    lead,
                    "deliverable" | "deliverables" | "files to create" | "new files" | "to be created"
                )
            })
        };
        is_label
            || self.is_marked_new(reference.span)
            || is_to_come()
            || self.is_task_to_add(reference.span)
            || self.is_in_plans(reference.span)
            || self.is_made_as(&lead, reference)
            || self.is_new_name(reference.span)
            || ends(&[" draft at", "draft in"])
            || ends(&[
                "commit a", "commit an", "commit a new", "add a new", "create a", "create a new", "introduce a", "copy this to",
            ])
            || ends(&[
                "copy it to", "copy this file to", "copy this template to", "document it under", "document them under",
            ])
    }

    /// Whether the words right behind a name say that it is to come: "`src/x.ts` (new)".
    fn is_marked_new(&self, span: Span) -> bool {
        let behind = self
            .behind(span.end)
            .trim_start_matches(['`', '*', '_'])
            .trim_start_matches(' ');
        let mark = behind.strip_prefix(['(', '[']).unwrap_or_default();
        let mark = mark.split([')', ']', ',', ';', '\n']).next().unwrap_or_default().trim();
        [
            "new", "new file", "to be written", "to come", "proposed", "neu", "nuevo", "nouveau", "novo", "新規", "新增",
        ]
        .iter()
        .any(|word| mark.eq_ignore_ascii_case(word))
    }

    /// Whether a line in front of a place tells the reader to make a file of a name: "Create a file of credentials (`credentials-x`)".
    pub(crate) fn says_made_before(&self, name: &str, span: Span) -> bool {
        const VERBS: &[&str] = &[
            "create", "creates", "generate", "save", "write", "download", "store", "export",
        ];
        let before = self.before(span.start);
        let marked = format!("`{name}`");
        before.lines().filter(|line| line.contains(&marked)).any(|line| {
            let lead = line.split(&marked).next().unwrap_or_default().to_lowercase();
            let sentence = lead.rsplit(". ").next().unwrap_or_default().to_owned();
            sentence
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| VERBS.contains(&word))
        })
    }

    /// Whether a command is run only where what it names is there: `[ -f x.sh ] && ./x.sh`, `if [ -x x.sh ]; then`.
    pub(crate) fn is_guarded(&self, reference: &Reference, clean: &str) -> bool {
        const TESTS: &[&str] = &["-d", "-e", "-f", "-r", "-s", "-x"];
        let lead = self.before(reference.span.end);
        let block = lead.rfind("```").map_or(lead, |at| &lead[at..]);
        let name = clean.trim_start_matches("./");
        block.match_indices(name).any(|(at, _)| {
            let tested = block[..at].trim_end_matches("./").trim_end_matches(['"', '\'']).trim_end();
            let (before, sign) = tested.rsplit_once([' ', '\t']).unwrap_or(("", tested));
            let is_tested = TESTS.contains(&sign) && before.trim_end().ends_with(['[', 't']) && !before.trim_end().ends_with('!');
            let end = reference.span.end as usize - (block.len() - at - name.len());
            let rest = self.behind(end as u32).trim_start_matches(['"', '\'', ' ', ']']);
            let rest = rest.trim_start_matches([';', '\n', ' ']);
            is_tested && (rest.starts_with("&&") || rest.starts_with("then"))
        })
    }

    /// Whether a place stands in a section about what is to come.
    pub(crate) fn is_in_plans(&self, span: Span) -> bool {
        const PLANS: &[&str] = &[
            "backlog", "future enhancements", "future improvements", "future work", "planned", "planned work", "roadmap",
        ];
        let mut around = self
            .runbook
            .sections
            .iter()
            .filter(|section| section.level > 1 && section.body.contains(span));
        around.any(|section| {
            let title = section.title.to_lowercase();
            let is_marked = ["(planned", "(scheduled", "(future", "(not yet", "(coming"]
                .iter()
                .any(|mark| title.contains(mark));
            is_marked || PLANS.contains(&title.trim_matches(|c: char| !c.is_alphabetic()))
        })
    }

    /// Whether a place stands in an open task that adds what it names, and nothing else: "- [ ] Add `a/b.ts` + `a/c.ts`."
    fn is_task_to_add(&self, span: Span) -> bool {
        const VERBS: &[&str] = &[
            "add", "create", "write", "добавить", "создать", "crear", "añadir", "criar", "adicionar", "créer", "ajouter",
            "anlegen", "erstellen", "hinzufügen", "新增", "创建", "作成",
        ];
        const JOINING: &[&str] = &["", "+", ",", "&", "and", "y", "e", "et", "und", "и", "或", "、", ", and"];
        let before = self.line_before(span.start);
        let item = before.trim_start().trim_start_matches(['-', '*', '+', ' ']);
        let Some(words) = item.strip_prefix("[ ]") else { return false };
        let words = words.to_lowercase();
        let mut parts = words.split('`');
        let verb = parts.next().unwrap_or_default().trim_matches([' ', '*', ':']);
        // Between pieces of code stands nothing but what joins them.
        let joins = |words: &str| JOINING.contains(&words.trim());
        let is_first = parts.skip(1).step_by(2).all(joins);
        let behind = self.behind(span.end).lines().next().unwrap_or_default();
        let behind = behind.trim_start_matches('`').trim_end().trim_end_matches(['.', ';']);
        let is_last = behind.is_empty() || behind.ends_with('`') && behind.split('`').step_by(2).all(joins);
        VERBS.contains(&verb) && is_first && is_last
    }

    /// Whether a path in brackets tells where what the sentence makes is to lie: "create a new `v2` file (`data/v2/file`)".
    fn is_made_as(&self, lead: &str, reference: &Reference) -> bool {
        let line = self.line_before(reference.span.start);
        if !line.trim_end_matches('`').trim_end().ends_with('(') {
            return false;
        }
        let Some(at) = ["create a new `", "add a new `", "create a `", "add a `"]
            .iter()
            .filter_map(|words| Some(lead.rfind(words)? + words.len()))
            .max()
        else {
            return false;
        };
        let name = lead[at..].split('`').next().unwrap_or_default();
        !lead[at..].contains(". ") && !name.is_empty() && reference.text.to_lowercase().contains(name)
    }

    /// Whether a name is the one that something is renamed or copied to: "rename `a` to `b`".
    fn is_new_name(&self, span: Span) -> bool {
        let before = self.before(span.start).to_lowercase();
        let trimmed = before.trim_end_matches(['`', '*', '_', ' ', '\n', '"']);
        let Some(rest) = ["to", "into"].iter().find_map(|word| trimmed.strip_suffix(word)) else {
            return false;
        };
        let near = rest.char_indices().rev().nth(300).map_or(rest, |(at, _)| &rest[at..]);
        rest.ends_with([' ', '\n'])
            && rest.trim_end().ends_with('`')
            && ["renam", "copy ", "copied", "duplicate"]
                .iter()
                .any(|word| near.contains(word))
    }

    /// Whether a block right under the line of a name shows what the reader is to put there: "**File**: `x`" over a block that is no
    /// command, or "use an `x`:".
    pub(crate) fn is_shown_below(&self, reference: &Reference) -> bool {
        let behind = self.behind(reference.span.end);
        let (line, rest) = behind.split_once('\n').unwrap_or((behind, ""));
        let lead = self.plain_lead(reference.span.start);
        let rest_of_line = line.trim_matches(['`', '*', '_', ' ', ')', '"']);
        let label = lead.trim_end_matches([':', '*', '_', ' ']);
        let is_head = HEADS.contains(&label) || label.is_empty() || label.chars().all(|c| c == '#' || c == ' ');
        let is_headed = is_head && matches!(rest_of_line, "" | ":");
        let is_one = lead.ends_with(" a") || lead.ends_with(" an") || lead == "a" || lead == "an";
        let is_introduced = is_one && line.trim_end().ends_with(':') && line.len() <= 80;
        // "**Settings (config/app.json):**" is the title of the block.
        let title = line.trim_end().trim_start_matches('`').trim_end_matches(['*', '_']);
        let is_title = self.line_before(reference.span.start).trim_end_matches('`').ends_with('(')
            && matches!(title.trim_end_matches(['*', '_']), "):" | ")")
            && line.len() <= 8;
        if !is_headed && !is_introduced && !is_title {
            return false;
        }
        let below = rest.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        if !below.trim_start().starts_with("```") && !below.trim_start().starts_with("~~~") {
            return false;
        }
        let blocks = &self.runbook.code_blocks;
        let next = blocks.partition_point(|block| block.span.start < reference.span.end);
        // A program is the content of a file, commands are not.
        blocks
            .get(next)
            .is_some_and(|block| block.kind != CodeKind::Shell || block.text.starts_with("#!"))
    }

    /// The words of the line in front of a place, in lower case, without the marks of code, emphasis and lists.
    fn plain_lead(&self, at: u32) -> String {
        let line = self.line_before(at).to_lowercase();
        let line = line.trim_end_matches(['`', '*', '_', '"', '(', ' ']);
        let line = line.trim_start_matches(['>', ' ', '-', '*', '+', '_']);
        line.replace("**", "").trim().to_owned()
    }
}

/// The lines over the list that a text ends in: the items that hold it, and the line in front of the whole list.
pub(super) fn leads(before: &str) -> Vec<&str> {
    let unquoted = |line: &str| {
        let behind = line.trim_start_matches('>');
        let behind = if behind.len() < line.len() {
            behind.strip_prefix(' ').unwrap_or(behind)
        } else {
            behind
        };
        line.len() - behind.len()
    };
    let mut leads = Vec::new();
    let mut lines = before.rsplit('\n');
    let Some(own) = lines.next() else { return leads };
    let own = &own[unquoted(own)..];
    let mut indent = indent_of(own);
    if !is_item(own) && indent == 0 {
        return leads;
    }
    for line in lines.take(40) {
        let line = &line[unquoted(line)..];
        if line.trim().is_empty() {
            continue;
        }
        let here = indent_of(line);
        if here >= indent && (is_item(line) || here > 0) {
            continue;
        }
        leads.push(line);
        if !is_item(line) && here == 0 {
            break;
        }
        indent = here;
    }
    leads
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether a line is an item of a list.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || line.starts_with("+ ")
        || number.len() < line.len() && (number.starts_with(". ") || number.starts_with(") "))
}
