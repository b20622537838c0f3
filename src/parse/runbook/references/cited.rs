//! Lines of files that a sentence cites in words: "`src/db.ts` lines 10-20", "`restore()` (l.42)" behind a link to the file.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::command::path::{Claim, Evidence, claim};
use crate::command::sink::{Sink, Site};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceContext;
use crate::parse::runbook::outline::{Block, Outline};
use crate::parse::runbook::pairs::has_digit;

/// "line 12", "lines 12-20", "lines 12 to 20", "l.12", "(L12-L20)".
static CITED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?:\b[Ll]ines?\s+|\bl\.\s?|\bL)(\d{1,6})(?:(?:\s*[-–—]\s*|\s+to\s+)L?(\d{1,6}))?\b";
    Regex::new(pattern).expect("the pattern is a literal")
});

/// Endings of what no line is cited of: outputs, pictures, texts that flow.
const NO_LINES: [&str; 9] = ["csv", "gif", "jpg", "log", "md", "pdf", "png", "svg", "txt"];

/// The lines that a block cites.
pub(crate) fn citations(outline: &Outline, block: &Block, sink: &mut Sink) {
    let words = outline.words(block);
    if !has_digit(words) || !words.contains("ine") && !words.contains("l.") && !words.contains('L') {
        return;
    }
    let start = block.plain.start;
    let mut files: Option<Vec<(Range<usize>, String)>> = None;
    for captures in CITED.captures_iter(words) {
        let Some(whole) = captures.get(0) else { continue };
        let place = start + whole.start()..start + whole.end();
        let is_code = outline
            .codes_of(block)
            .iter()
            .any(|code| code.plain.start < place.end && place.start < code.plain.end);
        // `L2` alone is a cache or a layer.
        let is_level = whole.as_str().starts_with('L') && whole.len() == 2 && !words[..whole.start()].ends_with('(');
        // "Comes in L10" speaks of a level, a layer or a milestone.
        let last = words[..whole.start()].split_whitespace().next_back().unwrap_or_default();
        let is_milestone = whole.as_str().starts_with('L')
            && last.len() >= 2
            && words[..whole.start()].ends_with(' ')
            && last.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_code || is_level || is_milestone {
            continue;
        }
        let files = files.get_or_insert_with(|| named_files(outline, block));
        let behind = files.iter().find(|(file, _)| {
            let between = outline.plain.text.get(place.end..file.start);
            between.is_some_and(|words| matches!(words.trim(), "of" | "in" | "from" | "of the file" | "in the file"))
        });
        // `【F:src/x.py†L10-L20】` names the file itself.
        let marked = words[..whole.start()].strip_suffix('†').map(|before| {
            let file = before.rsplit(['【', '[', ' ']).next().unwrap_or_default();
            file.strip_prefix("F:").unwrap_or(file)
        });
        if let Some(file) = marked {
            let is_path = matches!(claim(file, Evidence::Code), Some(Claim::Path(_)));
            if is_path && has_lines(file) {
                cite(sink, outline, &place, &lines_of(&captures), file);
            }
            continue;
        }
        let before = files.iter().rev().find(|(file, _)| file.end <= place.start);
        let lead = || outline.lead(block).and_then(|lead| named_files(outline, lead).pop());
        let Some((_, file)) = behind.or(before).cloned().or_else(lead) else {
            continue;
        };
        cite(sink, outline, &place, &lines_of(&captures), &file);
    }
}

/// The lines of a citation: `12`, or `12-20`.
fn lines_of(captures: &Captures<'_>) -> String {
    let group = |at: usize| captures.get(at).map_or("", |group| group.as_str());
    match group(2) {
        "" => group(1).to_owned(),
        last => format!("{}-{last}", group(1)),
    }
}

fn cite(sink: &mut Sink, outline: &Outline, place: &Range<usize>, lines: &str, file: &str) {
    let site = Site {
        text: &outline.plain,
        base: 0,
        context: ReferenceContext::Prose,
    };
    sink.named(
        &site,
        place,
        Kind::CitedLine,
        lines,
        &[file.to_owned()],
        &Directory::Known(String::new()),
    );
}

/// Whether lines of a file are cited: its ending says that it is code or settings.
fn has_lines(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| !NO_LINES.contains(&ending.as_str()))
}

/// The files that a block names: in code, as the target of a link, or in words right in front of "line". In their order.
fn named_files(outline: &Outline, block: &Block) -> Vec<(Range<usize>, String)> {
    let text = outline.plain.text.as_str();
    let file = |words: &str| match claim(words, Evidence::Code) {
        Some(Claim::Path(path)) if has_lines(&path) => Some(path),
        _ => None,
    };
    let codes = outline.codes_of(block).iter().filter(|code| !code.is_in_link);
    let mut files: Vec<(Range<usize>, String)> = codes
        .filter_map(|code| Some((code.plain.clone(), file(text.get(code.plain.clone())?.trim())?)))
        .collect();
    let links = outline.links.iter().filter(|link| block.plain.contains(&link.plain.start));
    files.extend(links.filter_map(|link| {
        let path = link.link.destination.split('#').next().unwrap_or_default();
        Some((link.plain.clone(), file(path)?))
    }));
    let words = outline.words(block);
    for captures in CITED.captures_iter(words) {
        let Some(whole) = captures.get(0) else { continue };
        let before = words[..whole.start()].trim_end().trim_end_matches([',', ':', '(']).trim_end();
        let word = before
            .rsplit(|char: char| char.is_whitespace() || matches!(char, '(' | '[' | '`'))
            .next();
        let Some(word) = word.filter(|word| !word.is_empty()) else {
            continue;
        };
        let at = block.plain.start + before.len() - word.len();
        if let Some(path) = file(word) {
            files.push((at..at + word.len(), path));
        }
    }
    files.sort_by_key(|(range, _)| range.start);
    files
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::references::shown::of;

    fn cited(text: &str) -> Vec<String> {
        of(text).into_iter().filter(|line| line.starts_with("cited-line")).collect()
    }

    #[test]
    fn lines_belong_to_the_file_beside_them() {
        assert_eq!(
            cited("See `infra/stack.ts` lines 10–20, then stack.ts line 7 (`x`, line 9).\n"),
            [
                "cited-line 10-20 of infra/stack.ts",
                "cited-line 7 of stack.ts",
                "cited-line 9 of stack.ts"
            ]
        );
        assert_eq!(
            cited("[Stack](../infra/stack.ts) - `A` (l.708), `B` (L840-L850)\n"),
            [
                "cited-line 708 of ../infra/stack.ts",
                "cited-line 840-850 of ../infra/stack.ts"
            ]
        );
        assert_eq!(
            cited("It is in `a/x.py` lines 1 to 5. It:\n\n1. stops (lines 2-3)\n2. see line 4 of `b.go`\n"),
            ["cited-line 1-5 of a/x.py", "cited-line 2-3 of a/x.py", "cited-line 4 of b.go"]
        );
        assert_eq!(
            cited("In `a/new.ts`: move `Part` (lines 3-9 from `old.ts`) there, then `b.ts` from line 4.\n"),
            ["cited-line 3-9 of old.ts", "cited-line 4 of b.ts"]
        );
    }

    #[test]
    fn a_mark_that_names_its_file_cites_that_one() {
        assert_eq!(
            cited("It is restored within minutes.【F:ops/x.yml†L160-L199】【F:ops/y.py†L175-L310】【F:docs/z.md†L1-L9】\n"),
            ["cited-line 160-199 of ops/x.yml", "cited-line 175-310 of ops/y.py"]
        );
    }

    #[test]
    fn a_number_without_a_file_is_no_citation() {
        for text in [
            "Look at line 12 of the output.\n",
            "The guard in `ci/x.yml` does nothing until the folder is made in L10.\n",
            "`README.md` line 3\n",
            "`out/x.log` line 3\n",
            "`src/x.py` has 12 lines, the outline 3 and `line 4` too\n",
            "The deadline 3 of `x.py`, L4 cache\n\n",
        ] {
            assert_eq!(cited(text), Vec::<String>::new(), "{text}");
        }
    }
}
