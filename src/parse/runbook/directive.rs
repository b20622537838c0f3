//! Blocks that `MyST` puts around Markdown: a fence called `{note}`. To a plain parser it is code; to its readers it is text with steps in it.
//!
//! The marks are replaced byte for byte, so that every span still fits: the line that opens a block becomes a quote, its body is read.

use std::borrow::Cow;

/// Directives whose body is Markdown, sorted. The body of any other is code, a table, a list of pages.
const MARKDOWN: &[&str] = &[
    "admonition", "aside", "attention", "card", "caution", "danger", "deprecated", "details", "div", "dropdown", "epigraph",
    "error", "grid", "grid-item", "grid-item-card", "highlights", "hint", "important", "margin", "note", "pull-quote", "seealso",
    "sidebar", "tab-item", "tab-set", "tabbed", "tip", "todo", "topic", "versionadded", "versionchanged", "warning",
];

/// The text with such blocks opened; borrowed, and thus free, for any other text.
pub(crate) fn opened(text: &str) -> Cow<'_, str> {
    if !text.contains("```{") && !text.contains("~~~{") {
        return Cow::Borrowed(text);
    }
    let edits = directives(&lines(text));
    if edits.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for (at, byte) in edits {
        // Only ASCII is replaced, by ASCII.
        if bytes.get(at).is_some_and(u8::is_ascii) {
            bytes[at] = byte;
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// A line with its place, without its end.
struct Line<'text> {
    start: usize,
    words: &'text str,
}

impl Line<'_> {
    /// The blanks in front of the words.
    fn indent(&self) -> usize {
        self.words.len() - self.words.trim_start_matches(' ').len()
    }

    /// The edits that blank it out.
    fn blanked(&self) -> impl Iterator<Item = (usize, u8)> + '_ {
        let bytes = self.words.bytes().enumerate().filter(|(_, byte)| byte.is_ascii());
        bytes.map(|(at, _)| (self.start + at, b' '))
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let words = line.trim_end_matches(['\n', '\r']);
        let one = Line { start, words };
        start += line.len();
        one
    });
    lines.collect()
}

/// An open fence.
struct Frame {
    mark: u8,
    count: usize,
    /// Whether its body is Markdown.
    is_open: bool,
    /// How many edits were made before it.
    edits: usize,
}

/// The edits that open the directives.
fn directives(lines: &[Line<'_>]) -> Vec<(usize, u8)> {
    let mut edits: Vec<(usize, u8)> = Vec::new();
    let mut frames: Vec<Frame> = Vec::new();
    // Options of a directive stand right behind its first line.
    let mut options = Options::None;
    for line in lines {
        let indent = line.indent();
        let rest = &line.words[indent..];
        let mark = rest.bytes().next().unwrap_or_default();
        let count = rest.bytes().take_while(|byte| *byte == mark).count();
        let is_fence = matches!(mark, b'`' | b'~') && count >= 3;
        let behind = if is_fence { rest[count..].trim() } else { "" };
        let closes = |frame: &Frame| is_fence && behind.is_empty() && mark == frame.mark && count >= frame.count;
        match frames.last() {
            Some(frame) if closes(frame) => {
                if frame.is_open {
                    edits.extend(line.blanked());
                }
                frames.pop();
                options = Options::None;
                continue;
            }
            Some(frame) if !frame.is_open => continue,
            _ => {}
        }
        if is_fence && !behind.contains('`') {
            let name = behind
                .strip_prefix('{')
                .and_then(|name| name.split_once('}'))
                .map(|(name, _)| name);
            let is_open = name.is_some_and(|name| MARKDOWN.binary_search(&name).is_ok());
            frames.push(Frame {
                mark,
                count,
                is_open,
                edits: edits.len(),
            });
            if is_open {
                open(line, indent, count, &mut edits);
                options = Options::Colons;
            }
            continue;
        }
        options = options.after(line.words.trim());
        if options != Options::None {
            edits.extend(line.blanked());
        }
    }
    // What is never closed runs to the end, and nothing from there on was opened.
    if let Some(frame) = frames.first() {
        edits.truncate(frame.edits);
    }
    edits
}

/// Makes the first line of a directive a quote with its name: ```` ```{note} Title ```` is read as `>  *note* Title`.
fn open(line: &Line<'_>, indent: usize, count: usize, edits: &mut Vec<(usize, u8)>) {
    let start = line.start + indent;
    // Four blanks behind the sign of a quote would be code.
    let signs = count.saturating_sub(4).max(1);
    for at in 0..count {
        edits.push((start + at, if at < signs { b'>' } else { b' ' }));
    }
    let rest = &line.words[indent..];
    for brace in ['{', '}'] {
        if let Some(at) = rest.find(brace) {
            edits.push((start + at, b'*'));
        }
    }
}

/// Where the options of a directive are being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Options {
    /// Not any more.
    None,
    /// `:name: value` lines may follow.
    Colons,
    /// Between two lines of `---`.
    Yaml,
}

impl Options {
    fn after(self, line: &str) -> Self {
        let is_option = line.strip_prefix(':').is_some_and(|rest| {
            let name = rest.split(':').next().unwrap_or_default();
            rest.len() > name.len() && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        });
        match self {
            Self::Colons if is_option => Self::Colons,
            Self::Colons if line == "---" => Self::Yaml,
            // The line that ends it is the last one.
            Self::Yaml if line == "---" => Self::Colons,
            Self::Yaml => Self::Yaml,
            Self::None | Self::Colons => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MARKDOWN, opened};

    #[test]
    fn the_list_is_sorted() {
        assert!(MARKDOWN.is_sorted());
    }

    #[test]
    fn the_body_of_a_directive_is_text() {
        let text = "A\n\n```{important} Read\n:class: x\n\nUse `a/b.yml`.\n```\n\nB\n";
        assert_eq!(
            opened(text),
            "A\n\n>  *important* Read\n         \n\nUse `a/b.yml`.\n   \n\nB\n"
        );
    }

    #[test]
    fn directives_nest_and_keep_their_code() {
        let text = "`````{tab-set}\n````{tab-item} AWS\n:sync: aws\n```bash\nmake x\n```\n````\n`````\n";
        assert_eq!(
            opened(text),
            ">    *tab-set*\n>   *tab-item* AWS\n          \n```bash\nmake x\n```\n    \n     \n"
        );
    }

    #[test]
    fn code_and_what_is_never_closed_stay_as_they_are() {
        for text in [
            "````md\n```{note}\nx\n```\n````\n",
            "```{code-block} bash\nmake x\n```\n",
            "```{note}\nUse `x`.\n",
            "```{note}\n```bash\nmake x\n```\n",
            "Write ```{note}``` here.\n",
        ] {
            assert_eq!(opened(text), text);
        }
    }
}
