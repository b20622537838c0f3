//! Which words of a code block are keywords, strings, numbers, names of values and comments. Decided when the handbook is built, so that
//! pages need no script for it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use tree_sitter_highlight::{HighlightConfiguration, HighlightEvent, Highlighter};

/// A longer block stays plain.
const LONGEST: usize = 64 * 1024;

/// What the grammars call things, and the class that the style sheet knows. Other names stay plain.
const NAMES: [(&str, &str); 6] = [
    ("comment", "c"),
    ("constant", "n"),
    ("keyword", "k"),
    ("number", "n"),
    ("property", "p"),
    ("string", "s"),
];

/// A word and its class.
pub(super) type Painted = (Range<usize>, &'static str);

type Make = fn() -> Option<HighlightConfiguration>;

fn configuration(language: &tree_sitter::Language, name: &str, query: &str) -> Option<HighlightConfiguration> {
    let mut configuration = HighlightConfiguration::new(language.clone(), name, query, "", "").ok()?;
    configuration.configure(&NAMES.map(|(name, _)| name));
    Some(configuration)
}

/// The grammars by name. Each is made when the first block asks for it.
static GRAMMARS: LazyLock<HashMap<&'static str, LazyLock<Option<HighlightConfiguration>, Make>>> = LazyLock::new(|| {
    let grammars: [(&str, Make); 9] = [
        ("bash", || {
            configuration(&tree_sitter_bash::LANGUAGE.into(), "bash", tree_sitter_bash::HIGHLIGHT_QUERY)
        }),
        ("go", || {
            configuration(&tree_sitter_go::LANGUAGE.into(), "go", tree_sitter_go::HIGHLIGHTS_QUERY)
        }),
        ("javascript", || {
            let query = tree_sitter_javascript::HIGHLIGHT_QUERY;
            configuration(&tree_sitter_javascript::LANGUAGE.into(), "javascript", query)
        }),
        ("json", || {
            configuration(&tree_sitter_json::LANGUAGE.into(), "json", tree_sitter_json::HIGHLIGHTS_QUERY)
        }),
        ("python", || {
            configuration(
                &tree_sitter_python::LANGUAGE.into(),
                "python",
                tree_sitter_python::HIGHLIGHTS_QUERY,
            )
        }),
        ("rust", || {
            configuration(&tree_sitter_rust::LANGUAGE.into(), "rust", tree_sitter_rust::HIGHLIGHTS_QUERY)
        }),
        ("toml", || {
            configuration(
                &tree_sitter_toml_ng::LANGUAGE.into(),
                "toml",
                tree_sitter_toml_ng::HIGHLIGHTS_QUERY,
            )
        }),
        ("typescript", || {
            let query = format!(
                "{}{}",
                tree_sitter_javascript::HIGHLIGHT_QUERY,
                tree_sitter_typescript::HIGHLIGHTS_QUERY
            );
            configuration(&tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), "typescript", &query)
        }),
        ("yaml", || {
            configuration(&tree_sitter_yaml::LANGUAGE.into(), "yaml", tree_sitter_yaml::HIGHLIGHTS_QUERY)
        }),
    ];
    grammars.into_iter().map(|(name, make)| (name, LazyLock::new(make))).collect()
});

thread_local! {
    static HIGHLIGHTER: RefCell<Highlighter> = RefCell::new(Highlighter::new());
}

/// The grammar for a language as authors write it.
fn grammar(language: &str) -> Option<&'static str> {
    Some(match language {
        "sh" | "bash" | "shell" | "zsh" | "ksh" | "env" | "dotenv" => "bash",
        "go" | "golang" => "go",
        "js" | "javascript" | "mjs" | "jsx" => "javascript",
        "json" | "jsonc" | "json5" => "json",
        "py" | "python" | "python3" => "python",
        "rs" | "rust" => "rust",
        "toml" => "toml",
        "ts" | "typescript" | "tsx" => "typescript",
        "yaml" | "yml" => "yaml",
        _ => return None,
    })
}

/// The words of a block that have a class, in order, none inside another. Empty for languages without a grammar.
pub(super) fn painted(language: &str, text: &str) -> Vec<Painted> {
    let configuration = grammar(language).and_then(|name| GRAMMARS.get(name)?.as_ref());
    // The flags of a command are no constants, and nearly every command has some.
    let is_shell = grammar(language) == Some("bash");
    let Some(configuration) = configuration.filter(|_| text.len() <= LONGEST) else {
        return Vec::new();
    };
    HIGHLIGHTER.with_borrow_mut(|highlighter| {
        let Ok(events) = highlighter.highlight(configuration, text.as_bytes(), None, None, |_| None) else {
            return Vec::new();
        };
        let mut found: Vec<Painted> = Vec::new();
        let mut open = Vec::new();
        for event in events {
            match event {
                Ok(HighlightEvent::HighlightStart(highlight)) => open.push(highlight.0),
                Ok(HighlightEvent::HighlightEnd) => {
                    open.pop();
                }
                Ok(HighlightEvent::Source { start, end }) => {
                    let class = open.last().and_then(|index| NAMES.get(*index)).map(|(_, class)| *class);
                    let class = class.filter(|class| !is_shell || *class != "n");
                    let is_text = text.is_char_boundary(start) && text.is_char_boundary(end);
                    if let Some(class) = class.filter(|_| is_text && start < end) {
                        match found.last_mut() {
                            Some((range, last)) if range.end == start && *last == class => range.end = end,
                            _ => found.push((start..end, class)),
                        }
                    }
                }
                Err(_) => return Vec::new(),
            }
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::{GRAMMARS, painted};

    #[test]
    fn every_grammar_fits_its_query() {
        for (name, grammar) in &*GRAMMARS {
            assert!(grammar.is_some(), "{name}");
        }
    }

    #[test]
    fn words_have_classes() {
        let classes = |language: &str, text: &str| {
            painted(language, text)
                .into_iter()
                .map(|(range, class)| format!("{class}:{}", &text[range]))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            classes("sh", "if true; then echo \"x\"; fi # why\n"),
            ["k:if", "k:then", "s:\"x\"", "k:fi", "c:# why"]
        );
        assert_eq!(classes("yaml", "a: 1 # b\n"), ["p:a", "n:1", "c:# b"]);
        assert_eq!(classes("cobol", "MOVE A TO B\n"), [""; 0]);
    }
}
