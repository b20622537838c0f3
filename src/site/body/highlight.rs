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

/// The words that the grammar of the shell knows as keywords.
const SHELL_WORDS: &[&str] = &[
    "case", "declare", "do", "done", "elif", "else", "esac", "export", "fi", "for", "function", "if", "in", "local", "readonly",
    "select", "then", "time", "typeset", "unset", "unsetenv", "until", "while",
];

/// Whether a shell text is nothing but commands with plain operands, in which no word has a class: most blocks are, and then the grammar
/// need not be asked.
fn is_words_only(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'\n' | b'-' | b'_' | b'.' | b'/' | b':');
    // What begins in another way may be no command to the grammar, which then reads on as it can.
    let is_begun = |line: &str| {
        let line = line.trim_start_matches(' ');
        line.is_empty() || line.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '.' | '/'))
    };
    text.bytes().all(is_plain)
        && text.split('\n').all(is_begun)
        && !text.split([' ', '\n']).any(|word| SHELL_WORDS.contains(&word))
}

/// The words of a block that have a class, in order, none inside another. Empty for languages without a grammar.
pub(super) fn painted(language: &str, text: &str) -> Vec<Painted> {
    // The flags of a command are no constants, and nearly every command has some.
    let is_shell = grammar(language) == Some("bash");
    if is_shell && is_words_only(text) {
        return Vec::new();
    }
    let configuration = grammar(language).and_then(|name| GRAMMARS.get(name)?.as_ref());
    let Some(configuration) = configuration.filter(|_| text.len() <= LONGEST) else {
        return Vec::new();
    };
    by_grammar(configuration, is_shell, text)
}

/// The same by a grammar.
fn by_grammar(configuration: &HighlightConfiguration, is_shell: bool, text: &str) -> Vec<Painted> {
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
    use proptest::collection::vec;
    use proptest::prelude::{Strategy as _, prop_oneof, proptest};
    use proptest::sample::select;

    use super::{GRAMMARS, SHELL_WORDS, by_grammar, is_words_only, painted};

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

    #[test]
    fn commands_with_plain_operands_are_words_only() {
        for text in [
            "./deploy.sh --component 7 --wait\nmake verify\n",
            "curl -sSf http://localhost:8000/health\n",
            "",
        ] {
            assert!(is_words_only(text), "{text}");
        }
        for text in [
            "echo \"x\"\n", "a # b\n", "A=1 b\n", "for x in a\n", "a $B\n", "export\n", "a\r\n", "é\n",
        ] {
            assert!(!is_words_only(text), "{text}");
        }
    }

    proptest! {
        /// The grammar has no class for a text that it is not asked about.
        #[test]
        fn what_is_words_only_has_no_class(
            pieces in vec(
                prop_oneof![
                    "[a-zA-Z0-9_./:-]{1,6}",
                    "[a-z./]{1,3}",
                    select(SHELL_WORDS).prop_map(|word| format!("{word}x")),
                    select(vec![" ", " ", "\n", "\n\n", "  ", "-", "--", "-x", ":", ".", "test", "coproc", "exec", "2", "[", "=", "|", ">"])
                        .prop_map(str::to_owned),
                ],
                0..24,
            )
        ) {
            let text = pieces.concat();
            let bash = GRAMMARS["bash"].as_ref().expect("there is one");
            assert!(!is_words_only(&text) || by_grammar(bash, true, &text).is_empty(), "{text:?}");
        }
    }
}
