//! The words of a block as the readers of gates look at them, and the lists of words that decide.

use std::ops::Range;
use std::sync::LazyLock;

use crate::parse::runbook::pairs::Pairs;

/// A word and where it stands.
pub(super) type Placed<'a> = (Range<usize>, &'a str);

/// The words of a block: in lower case and with code blanked out, so that offsets stay as they are.
#[derive(Debug)]
pub(crate) struct Words<'text> {
    /// As written.
    pub(crate) text: &'text str,
    /// In lower case (ASCII), code blanked out.
    pub(crate) lower: String,
    /// The inline code: where it stands, and what it is.
    pub(crate) codes: Vec<(Range<usize>, &'text str)>,
    /// Where the words of `lower` stand.
    tokens: Vec<Range<usize>>,
    /// What rules most phrases out without looking for them in `lower`.
    pairs: Pairs,
    /// The kinds of all words together.
    kinds: Kinds,
}

impl<'text> Words<'text> {
    /// The words of a text with the places of its inline code.
    pub(crate) fn new(text: &'text str, codes: &[Range<usize>]) -> Self {
        let mut bytes = text.as_bytes().to_ascii_lowercase();
        let mut kept = Vec::new();
        for code in codes {
            if let Some(words) = text.get(code.clone()) {
                bytes[code.clone()].fill(b' ');
                kept.push((code.clone(), words));
            }
        }
        // Code begins and ends at characters, so what is left is sound.
        let lower = String::from_utf8(bytes).unwrap_or_else(|_| text.to_ascii_lowercase());
        let tokens = tokens(&lower);
        let kinds = tokens.iter().fold(0, |kinds, token| kinds | kinds_of(&lower[token.clone()]));
        Self {
            text,
            pairs: Pairs::of(&lower),
            lower,
            codes: kept,
            tokens,
            kinds,
        }
    }

    /// The words one after the other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| &self.lower[token.clone()])
    }

    /// The text with its code between backticks.
    pub(crate) fn with_code(&self) -> String {
        let mut text = self.text.to_owned();
        for (range, code) in self.codes.iter().rev() {
            text.replace_range(range.clone(), &format!("`{code}`"));
        }
        text
    }

    /// The words with their places.
    pub(crate) fn placed(&self) -> Vec<(Range<usize>, &str)> {
        self.tokens
            .iter()
            .map(|token| (token.clone(), &self.lower[token.clone()]))
            .collect()
    }

    /// Whether some word is of one of some kinds.
    pub(crate) fn has(&self, kinds: Kinds) -> bool {
        self.kinds & kinds != 0
    }

    /// Whether a phrase stands in it.
    pub(crate) fn says(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.find(phrase).is_some())
    }

    /// Where a phrase stands first.
    pub(crate) fn find(&self, phrase: &str) -> Option<usize> {
        if self.pairs.may_hold(phrase) {
            self.lower.find(phrase)
        } else {
            None
        }
    }

    /// Whether a phrase stands in some of its words.
    pub(crate) fn says_in(&self, part: &str, phrases: &[&str]) -> bool {
        phrases
            .iter()
            .any(|phrase| self.pairs.may_hold(phrase) && part.contains(phrase))
    }

    /// The first word that is neither a mark, a time nor a phase; where it begins.
    pub(crate) fn opening(&self) -> Option<(usize, &str)> {
        let token = self.tokens.iter().find(|token| {
            let word = &self.lower[(*token).clone()];
            let is_time = word.bytes().all(|byte| byte.is_ascii_digit()) && self.lower[token.end..].starts_with(':')
                || self.lower[..token.start].ends_with(':') && word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit());
            !is_time
        })?;
        // Code in front of the first word is what the line begins with.
        if self.codes.first().is_some_and(|(code, _)| code.start < token.start) {
            return None;
        }
        Some((token.start, &self.lower[token.clone()]))
    }
}

/// What a byte is to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// A letter or a digit.
    Word,
    /// A part of a word, where one has begun.
    Hyphen,
    /// It ends a word.
    Other,
    /// It begins a character that is not ASCII.
    Wide,
}

/// Nearly all characters are ASCII, and what they are is known without looking further.
const SORTS: [Sort; 256] = {
    let mut sorts = [Sort::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        sorts[byte] = match byte as u8 {
            b'-' => Sort::Hyphen,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => Sort::Word,
            128.. => Sort::Wide,
            _ => Sort::Other,
        };
        byte += 1;
    }
    sorts
};

fn tokens(lower: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::with_capacity(lower.len() / 6 + 1);
    let bytes = lower.as_bytes();
    // Whether a character that is not ASCII is a letter or a digit, and how many bytes it has.
    let wide = |at: usize| {
        let char = lower[at..].chars().next().unwrap_or(' ');
        (char.is_alphanumeric(), char.len_utf8())
    };
    let mut at = 0;
    while at < bytes.len() {
        let (begins, length) = match SORTS[usize::from(bytes[at])] {
            Sort::Word => (true, 1),
            Sort::Wide => wide(at),
            _ => (false, 1),
        };
        if !begins {
            at += length;
            continue;
        }
        let start = at;
        at += length;
        let mut end = at;
        while let Some(byte) = bytes.get(at) {
            match SORTS[usize::from(*byte)] {
                Sort::Word => {
                    at += 1;
                    end = at;
                }
                Sort::Hyphen => at += 1,
                Sort::Other => break,
                Sort::Wide => {
                    let (goes_on, length) = wide(at);
                    if !goes_on {
                        break;
                    }
                    at += length;
                    end = at;
                }
            }
        }
        // Hyphens behind a word are none of it.
        tokens.push(start..end);
    }
    tokens
}

/// Kinds of words, one bit for each.
pub(crate) type Kinds = u16;

/// Tools and kinds of checks that leave evidence.
pub(crate) const TOOL: Kinds = 1;
/// Words that say that something is as it should be.
pub(crate) const STATE: Kinds = 1 << 1;
/// Words that say that somebody prepared something, which leaves no evidence.
pub(crate) const PREPARATION: Kinds = 1 << 2;
/// Verbs that a step begins with.
pub(crate) const STEP: Kinds = 1 << 3;
/// What somebody counts and wants none of.
pub(crate) const UNWANTED: Kinds = 1 << 4;
/// What is measured.
pub(crate) const MEASURE: Kinds = 1 << 5;
/// Words for watching.
pub(crate) const WATCHING: Kinds = 1 << 6;
/// Words that may say that something is kept.
pub(crate) const KEEPING: Kinds = 1 << 7;

/// The words of each kind.
const LISTS: &[(Kinds, &[&str])] = &[
    (
        TOOL,
        &[
            "coverage", "lint", "linter", "linting", "lints", "eslint", "ruff", "clippy", "typecheck", "typechecks",
            "type-check", "e2e", "end-to-end", "smoke", "playwright", "cypress", "pytest", "vitest", "jest", "codeql", "bandit",
            "trivy", "grype", "snyk", "semgrep", "gitleaks", "sonarqube", "coverity", "sbom", "lighthouse", "attestation",
            "attestations", "ci", "workflow", "workflows", "pipeline", "pipelines", "test", "tests", "scan", "scans", "audit",
            "build", "builds", "migration", "migrations", "regression", "preflight", "pre-flight", "checks",
        ],
    ),
    (
        STATE,
        &[
            "green", "pass", "passes", "passed", "passing", "succeed", "succeeds", "succeeded", "successful", "successfully",
            "clean", "protected", "approved", "healthy", "operational", "pullable", "reachable", "resolved", "idempotent",
        ],
    ),
    (
        PREPARATION,
        &[
            "selected", "assigned", "identified", "configured", "documented", "reviewed", "created", "set", "scheduled",
            "prepared", "announced", "notified", "captured", "recorded", "uploaded", "updated", "enabled", "pinned", "shared",
            "added", "seeded", "planned", "drafted", "published", "tagged", "linked", "attached", "ready", "available", "posted",
            "defined",
        ],
    ),
    (
        STEP,
        &[
            "add", "allow", "announce", "apply", "archive", "assign", "bump", "build", "capture", "close", "collect",
            "communicate", "complete", "configure", "copy", "create", "cut", "decide", "decision", "delete", "deploy", "disable",
            "document", "download", "draft", "enable", "expand", "export", "fill", "fix", "freeze", "generate", "get", "go",
            "identify", "increase", "install", "make", "mark", "merge", "monitor", "move", "notify", "obtain", "open", "perform",
            "pin", "post", "prepare", "promote", "publish", "pull", "push", "reboot", "record", "reduce", "remove", "replace",
            "request", "restart", "restore", "review", "revoke", "roll", "rotate", "scale", "schedule", "select", "send", "set",
            "share", "ship", "start", "stop", "submit", "switch", "tag", "track", "trigger", "update", "upgrade", "upload",
            "use", "wait", "watch", "write", "escalate", "rebuild", "see",
        ],
    ),
    (
        UNWANTED,
        &[
            "errors", "failures", "violations", "vulnerabilities", "bugs", "issues", "alerts", "findings", "warnings", "defects",
            "incidents", "regressions", "blockers", "leaks", "cves", "critical", "criticals", "high", "severe", "breaches",
            "drops", "crashes", "skips", "skipped", "flakes", "secrets", "p0", "p1", "sev1", "sev-1", "high-severity",
            "advisories", "outages", "exceptions", "todos", "duplicates", "loss",
        ],
    ),
    (
        MEASURE,
        &[
            "accuracy", "availability", "budget", "coverage", "cpu", "error", "errors", "failures", "latency", "lighthouse",
            "load", "memory", "metric", "metrics", "performance", "rate", "rates", "saturation", "slo", "slos", "spread",
            "throughput", "uptime", "usage", "utilization", "score", "scores", "evaluation", "conversion", "cost", "bundle",
        ],
    ),
    (
        WATCHING,
        &[
            "monitor", "monitored", "monitoring", "watch", "watching", "observe", "observation", "observing", "track", "soak",
            "soaking", "bake", "hypercare", "stable", "stability", "check", "checks", "checking", "poll", "stabilization",
            "verify",
        ],
    ),
    (
        KEEPING,
        &[
            "archive", "archived", "retained", "persisted", "captured", "stored", "saved", "record", "recorded", "records",
            "upload", "uploads", "uploaded", "save", "store", "stores", "capture", "attach", "attached", "retention",
        ],
    ),
];

/// Places in the table of words; many more than words, so that most others fall into an empty one.
const PLACES: usize = 4_096;

/// The words of all lists with their kinds, by a small number that is made from a word.
struct Table {
    /// Which places hold a word, one bit for each.
    taken: [u64; PLACES / 64],
    places: Vec<Vec<(&'static str, Kinds)>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        taken: [0; PLACES / 64],
        places: vec![Vec::new(); PLACES],
    };
    for (kind, words) in LISTS {
        for word in *words {
            let number = number(word);
            table.taken[number / 64] |= 1 << (number % 64);
            let place = &mut table.places[number];
            match place.iter_mut().find(|(known, _)| known == word) {
                Some((_, kinds)) => *kinds |= kind,
                None => place.push((word, *kind)),
            }
        }
    }
    table
});

fn number(word: &str) -> usize {
    let bytes = word.as_bytes();
    let byte = |at: usize| bytes.get(at).map_or(0, |byte| usize::from(*byte));
    (bytes.len() * 131 + byte(0) * 31 + byte(bytes.len() / 2) * 257 + byte(bytes.len().saturating_sub(1)) * 7) % PLACES
}

/// The kinds of a word.
pub(crate) fn kinds_of(word: &str) -> Kinds {
    let table = &*TABLE;
    let number = number(word);
    if (table.taken[number / 64] >> (number % 64)) & 1 == 0 {
        return 0;
    }
    let place = &table.places[number];
    place.iter().find(|(known, _)| *known == word).map_or(0, |(_, kinds)| *kinds)
}

/// Whether a word is a tool or a kind of check.
pub(crate) fn is_tool(word: &str) -> bool {
    kinds_of(word) & TOOL != 0
}

/// Whether a word says that something is as it should be.
pub(crate) fn is_state(word: &str) -> bool {
    kinds_of(word) & STATE != 0
}

/// Whether a step begins with a word.
pub(crate) fn is_step(word: &str) -> bool {
    kinds_of(word) & STEP != 0
}

/// Whether somebody counts what a word names, and wants none of it.
pub(crate) fn is_unwanted(word: &str) -> bool {
    kinds_of(word) & UNWANTED != 0
}

/// Verbs that ask for a look.
pub(crate) fn is_verify(word: &str) -> bool {
    matches!(word, "verify" | "confirm" | "ensure" | "validate" | "assert")
}

/// Numbers that stand for an agreement that nobody wrote down.
pub(crate) const VAGUE: &[&str] = &[
    "within sla", "performance slas", "meets sla", "acceptable", "agreed threshold", "agreed level", "thresholds met",
    "threshold met", "no or few", "within budget", "within threshold", "within limit", "within normal", "beyond threshold",
    "within expected", "slos passing", "cold-start thresholds",
];

/// Whether a metric is better when it is large; none when its name does not tell.
pub(crate) fn is_better_large(metric: &str) -> Option<bool> {
    let words = || metric.split(|char: char| !char.is_alphanumeric());
    let is_small = |word: &str| {
        [
            "latency", "error", "errors", "warning", "warnings", "age", "violations", "violation", "failures", "failure", "lag",
            "duration", "time", "drop", "drops", "bleed", "size", "cost", "exception", "exceptions", "bugs", "critical", "high",
            "medium", "vulnerabilities", "findings", "skipped", "flaky", "cpu", "memory", "saturation", "fallback", "restarts",
            "p50", "p90", "p95", "p99", "complexity", "duplication", "lcp", "cls", "inp", "tbt", "fcp", "ttfb", "issues",
        ]
        .contains(&word)
    };
    let is_large = |word: &str| {
        [
            "coverage", "availability", "success", "uptime", "score", "scores", "throughput", "accuracy", "recall", "precision",
            "f1", "pass", "freshness", "performance", "accessibility", "seo", "retention", "lines", "branches", "functions",
            "statements", "approvals", "reviewers", "mutation",
        ]
        .contains(&word)
    };
    if words().any(is_small) {
        Some(false)
    } else if words().any(is_large) {
        Some(true)
    } else {
        None
    }
}
