//! What the steps of a runbook make themselves: such a path need not be in the tree.

use std::collections::{HashMap, HashSet};

use crate::model::place::Span;
use crate::model::runbook::Runbook;
use crate::tools::folder;

/// Words before a path that say that a step writes it. Only forms that order or describe an action: "recorded in" is a claim.
const WRITING: &[&str] = &[
    "archive", "archives", "copies", "copy", "create", "creates", "dump", "dumps", "emit", "emits", "export", "exports",
    "generate", "generated", "generates", "maintain", "move", "moves", "produce", "produces", "record", "save", "saves", "stash",
    "stashes", "store", "stores", "write", "writes", "written",
];

/// Words that say so of a document, too. "Record it in `docs/log.md`" names a log that is kept already.
const MAKING: &[&str] = &[
    "create", "creates", "generate", "generates", "stash", "stashes", "write", "writes",
];

/// Words that may stand between the word for writing and the path.
const BETWEEN: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "following", "in", "into", "is", "it", "new", "old", "our", "the", "them", "to",
    "under", "your",
];

/// What is written, between the word for writing and the path.
const OBJECTS: &[&str] = &[
    "artifact", "artifacts", "backup", "brief", "evidence", "file", "files", "json", "log", "logs", "output", "page",
    "post-mortem", "postmortem", "repo", "report", "reports", "repository", "results", "script", "short", "summary", "workflow",
];

/// Options that name a file to write.
const OUTPUT_OPTIONS: &[&str] = &[
    "-o", "--out", "--out-dir", "--outfile", "--output", "--output-dir", "--output-file", "--summary-path",
];

/// What the commands of a runbook write.
pub(crate) struct Written {
    /// The paths as they are written, without `./` and without a slash at the end, each with the place of the first command that
    /// writes it.
    pub(crate) paths: HashMap<String, u32>,
    /// Those that nothing is put into but what has a name of its own: `mkdir -p apps`, `mv x apps/`.
    pub(crate) only_made: HashSet<String>,
}

impl Written {
    /// What the commands of a runbook write.
    pub(crate) fn by(runbook: &Runbook) -> Self {
        let (mut paths, mut only_made, mut filled) = (HashMap::new(), HashSet::new(), HashSet::new());
        for command in runbook.code_blocks.iter().flat_map(|block| &block.commands) {
            for path in written_by(&command.text) {
                let known = if is_only_made(&command.text, &path) {
                    &mut only_made
                } else {
                    &mut filled
                };
                known.insert(path.clone());
                paths.entry(path).or_insert(command.span.start);
            }
        }
        only_made.retain(|path| !filled.contains(path));
        Self { paths, only_made }
    }
}

/// Whether a command makes a folder, or puts something with a name into it, and nothing that nobody can tell.
fn is_only_made(command: &str, path: &str) -> bool {
    let parts = command
        .split(['&', ';', '|'])
        .map(str::trim)
        .filter(|part| part.contains(path));
    let mut parts = parts.filter(|part| written_by(part).iter().any(|written| written == path));
    parts.all(|part| {
        let part = part.strip_prefix("sudo ").unwrap_or(part);
        let is_named = |part: &str| !part.contains(['*', '$']) && !part.contains("/. ") && !part.contains("/ ");
        part.starts_with("mkdir ")
            || (part.starts_with("mv ") || part.starts_with("cp ")) && part.ends_with('/') && is_named(part)
    })
}

fn written_by(command: &str) -> Vec<String> {
    let words: Vec<&str> = command
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'']))
        .collect();
    let mut paths = Vec::new();
    let mut inside = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied();
        if matches!(*word, ">" | ">>" | "2>" | "&>" | "tee") || OUTPUT_OPTIONS.contains(word) {
            paths.extend(next.filter(|next| !next.starts_with('-')));
        } else if let Some((option, value)) = word.split_once('=') {
            paths.extend(OUTPUT_OPTIONS.contains(&option).then_some(value));
        } else if let Some(path) = word.strip_prefix('>') {
            paths.extend((!path.is_empty()).then_some(path.trim_start_matches('>')));
        }
    }
    // `cp a b && touch c`: each part has a tool and its operands.
    for part in words.split(|word| matches!(*word, "&&" | "||" | ";" | "|")) {
        let part = part.strip_prefix(&["sudo"]).unwrap_or(part);
        let operands: Vec<&str> = part.iter().skip(1).copied().filter(|word| !word.starts_with('-')).collect();
        match part.first().copied() {
            Some("touch" | "mkdir" | "tee") => paths.extend(operands),
            Some("cp" | "mv" | "ln" | "rsync" | "install") if operands.len() > 1 => {
                paths.extend(operands.last());
                inside.extend(into_folder(&operands));
            }
            // What is fetched from a bucket, a host or a container is written here.
            Some("aws") if operands.first() == Some(&"s3") && matches!(operands.get(1), Some(&("cp" | "mv" | "sync"))) => {
                paths.extend(operands.get(3));
            }
            Some("gsutil" | "docker" | "podman" | "kubectl" | "oc" | "rclone")
                if matches!(operands.first(), Some(&("cp" | "copy" | "copyto" | "rsync"))) =>
            {
                paths.extend(operands.get(2));
            }
            Some("scp") if operands.len() > 1 => paths.extend(operands.last()),
            Some("git") if matches!(operands.first().copied(), Some("clone")) => paths.extend(operands.get(2)),
            Some("git") if operands.get(..2) == Some(&["worktree", "add"]) => paths.extend(operands.get(2)),
            Some("python" | "python3") if part.get(1..3) == Some(&["-m", "venv"]) => paths.extend(part.get(3)),
            Some("uv") if operands.first() == Some(&"venv") => paths.extend(operands.get(1)),
            // What is unpacked somewhere lies there.
            Some("tar" | "bsdtar") => paths.extend(after(part, &["-C", "--directory"])),
            Some("unzip") => paths.extend(after(part, &["-d"])),
            // `curl -O https://host/x.yml` keeps the name of what it fetches.
            Some("curl") if part.iter().any(|word| is_switch_of(word, 'O') || *word == "--remote-name") => {
                paths.extend(operands.iter().filter_map(|address| fetched_as(address)));
            }
            Some("wget") if !part.iter().any(|word| is_switch_of(word, 'O') || is_switch_of(word, 'P')) => {
                paths.extend(operands.iter().filter_map(|address| fetched_as(address)));
            }
            Some("openssl" | "ssh-keygen") => paths.extend(after(part, &["-out", "-keyout", "-f"])),
            _ => {}
        }
    }
    let clean = |path: &str| path.trim_start_matches("./").trim_end_matches([';', '/']).to_owned();
    let paths = paths.into_iter().map(clean).chain(inside);
    paths.filter(|path| !path.is_empty() && path != ".").collect()
}

/// What lies in a folder after its operands were copied there: `cp a/x.sh bin/` makes `bin/x.sh`.
fn into_folder(operands: &[&str]) -> Vec<String> {
    let Some((folder, sources)) = operands.split_last().filter(|(folder, _)| folder.ends_with('/')) else {
        return Vec::new();
    };
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    let names = sources.iter().map(|source| folder::split(source.trim_end_matches('/')).1);
    names
        .filter(|name| !name.is_empty() && !name.contains(['*', '$']) && !folder.is_empty())
        .map(|name| format!("{folder}/{name}"))
        .collect()
}

/// Whether a word is a row of short options that holds a letter: `-fsSLO`.
fn is_switch_of(word: &str, letter: char) -> bool {
    word.strip_prefix('-')
        .is_some_and(|letters| letters.contains(letter) && letters.chars().all(|char| char.is_ascii_alphabetic()))
}

/// The name that a program gives what it fetches from an address.
fn fetched_as(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (_, name) = rest.split(['?', '#']).next()?.rsplit_once('/')?;
    (!name.is_empty()).then_some(name)
}

fn after<'word>(words: &[&'word str], options: &[&str]) -> Vec<&'word str> {
    let pairs = words.windows(2);
    pairs.filter(|pair| options.contains(&pair[0])).map(|pair| pair[1]).collect()
}

/// Whether a command unpacks an archive where it runs, so that nobody can tell what lies there afterwards.
fn unpacks(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    words.split(|word| matches!(*word, "&&" | "||" | ";" | "|")).any(|part| {
        let part = part.strip_prefix(&["sudo"]).unwrap_or(part);
        let (Some(program), first) = (part.first(), part.get(1).copied().unwrap_or_default()) else {
            return false;
        };
        let has = |options: &[&str]| part.iter().any(|word| options.contains(word));
        match *program {
            "tar" | "bsdtar" => {
                let is_extract = !first.starts_with("--") && first.contains('x') || has(&["-x", "--extract", "--get"]);
                is_extract && !has(&["-C", "--directory"])
            }
            "unzip" => !has(&["-d", "-l", "-t"]),
            "7z" | "unar" => first == "x",
            _ => false,
        }
    })
}

/// Whether a command of the same block, in front of a place, unpacked an archive.
pub(crate) fn is_behind_archive(runbook: &Runbook, place: Span) -> bool {
    let mut blocks = runbook.code_blocks.iter();
    let block = blocks.find(|block| block.span.contains(place));
    let mut commands = block.into_iter().flat_map(|block| &block.commands);
    commands.any(|command| command.span.start < place.start && !command.span.contains(place) && unpacks(&command.text))
}

/// The folders above what the commands of a runbook make, with the place of the first that does: `mkdir -p a/b/c` makes `a` and `a/b` as
/// well, where they are not there.
pub(crate) fn folders_made(runbook: &Runbook) -> HashMap<String, u32> {
    let mut first = HashMap::new();
    for command in runbook.code_blocks.iter().flat_map(|block| &block.commands) {
        // What is given to git was made before, where it is not there yet.
        for part in command.text.split(['&', ';', '|']) {
            let added = part.trim().strip_prefix("git add ").unwrap_or_default();
            for path in added
                .split_whitespace()
                .filter(|word| !word.starts_with(['-', '.']) && word.contains('/'))
            {
                let path = path.trim_matches(['"', '\'']).trim_end_matches('/');
                first.entry(path.to_owned()).or_insert(command.span.start);
            }
        }
        if !command.text.contains("mkdir") {
            continue;
        }
        for path in written_by(&command.text) {
            for above in folder::upward(&path).filter(|above| !above.is_empty()) {
                first.entry(above.to_owned()).or_insert(command.span.start);
            }
        }
    }
    first
}

/// Whether the sentence says that the path at a place is written by a step: "write the report to `reports/x.json`". Documents
/// are kept by people, so that only an order to make a missing one says so: "create `docs/drills.md`", "add `docs/drills.md`:" over what
/// it is to hold.
pub(crate) fn is_destination(text: &str, span: Span, path: &str) -> bool {
    let is_document = path.to_lowercase().ends_with(".md");
    let verbs = if is_document { MAKING } else { WRITING };
    let end = (span.start as usize).min(text.len());
    let Some(before) = text.get(..end) else {
        return false;
    };
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let mut names_file = false;
    // What stands in code before the path is another thing: "move `a.json` into `b/`".
    let line = before[line_start..].trim_end_matches('`');
    let above;
    // A sentence goes on from the line above.
    let line = match before[..line_start]
        .strip_suffix('\n')
        .and_then(|above| above.rsplit('\n').next())
    {
        Some(last) if is_continued(last, line) => {
            above = format!(
                "{} {}",
                last.trim_start_matches(['>', ' ']),
                line.trim_start_matches(['>', ' '])
            );
            above.as_str()
        }
        _ => line,
    };
    let prose: Vec<&str> = line.split('`').step_by(2).collect();
    let prose = prose.join(" ");
    // "File under `notes/`" at the beginning of a sentence.
    let sentence = prose
        .rsplit(". ")
        .next()
        .unwrap_or(&prose)
        .trim()
        .trim_start_matches(['-', '*', '+', '>', ' ']);
    let lower = sentence.to_lowercase();
    let is_filed = lower.strip_prefix("file ").is_some_and(|rest| {
        rest == "under"
            || [
                "a copy in", "a copy under", "it under", "it in", "them under", "the report in", "a report in",
            ]
            .contains(&rest)
    });
    if is_filed {
        return true;
    }
    let behind = text.get(span.end as usize..).unwrap_or_default().trim_start_matches('`');
    if sentence.eq_ignore_ascii_case("add") && behind.starts_with(":\n") {
        return true;
    }
    let words = prose.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '-');
    for word in words.rev().filter(|word| !matches!(*word, "" | "etc.")).take(10) {
        let lower = word.to_lowercase();
        if word.ends_with('.') {
            return false;
        }
        if verbs.contains(&lower.as_str()) {
            return true;
        }
        if matches!(lower.as_str(), "add" | "adds" | "put") {
            return names_file && !is_document;
        }
        names_file |= matches!(lower.as_str(), "file" | "files" | "page" | "script" | "workflow");
        if !OBJECTS.contains(&lower.as_str()) && !BETWEEN.contains(&lower.as_str()) {
            return false;
        }
    }
    false
}

/// Whether the words right in front of a path order to make it: "Create `docs/drills.md` on the first drill".
pub(crate) fn is_ordered(text: &str, span: Span) -> bool {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let line = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .trim_end_matches(['`', '*', '"', ' ']);
    let mut words = line
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '*' | ':'))
        .filter(|word| !word.is_empty());
    let last = words.find(|word| !matches!(*word, "a" | "an" | "the" | "new" | "file" | "folder" | "directory"));
    last.is_some_and(|word| matches!(word.to_lowercase().as_str(), "create" | "creates"))
        || text.get(span.end as usize..).is_some_and(|behind| {
            let behind = behind.trim_start_matches('`').trim_start();
            [
                "(create ", "(created ", "(crear ", "(se crea ", "(criar ", "(créer ", "(anlegen", "(wird angelegt",
                "(wird erstellt", "(создать ",
            ]
            .iter()
            .any(|words| behind.starts_with(words))
        })
}

/// Whether a line goes on with the sentence of the one above: neither begins anything of its own.
fn is_continued(above: &str, line: &str) -> bool {
    let begins = |line: &str| {
        let line = line.trim_start_matches(['>', ' ']);
        let is_numbered = line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')'])
            && line.starts_with(|c: char| c.is_ascii_digit());
        line.is_empty() || line.starts_with(['#', '|', '-', '*', '+', '`', '~']) || is_numbered
    };
    // The path itself may stand at the beginning.
    let line = line.trim_start_matches(['>', ' ']);
    let is_own = !line.is_empty() && begins(line);
    let is_over =
        |above: &str| above.trim_start_matches(['>', ' ']).is_empty() || above.trim_start().starts_with(['#', '|', '`', '~']);
    !is_own && !is_over(above)
}

#[cfg(test)]
mod tests {
    use super::{is_destination, written_by};
    use crate::model::place::Span;

    #[test]
    fn what_is_unpacked_somewhere_lies_there() {
        assert_eq!(written_by("tar xzf a.tgz -C config/bundle"), ["config/bundle"]);
        assert_eq!(written_by("unzip a.zip -d ./out/x/"), ["out/x"]);
        assert!(written_by("tar czf a.tgz config").is_empty());
        assert!(written_by("unzip a.zip").is_empty());
        assert_eq!(written_by("curl -fsSLO https://x.y/z/a.yml?b=c"), ["a.yml"]);
        assert_eq!(written_by("wget -q https://x.y/b.sh && bash b.sh"), ["b.sh"]);
        assert!(written_by("curl -fsSL https://x.y/a.yml").is_empty());
        assert_eq!(written_by("wget -O c.sh https://x.y/b.sh"), [""; 0]);
        for command in [
            "tar xzf a.tgz",
            "tar -xvf a.tar",
            "curl -L x.y | tar xz",
            "sudo tar --extract -f a.tar",
            "unzip a.zip",
            "7z x a.7z",
        ] {
            assert!(super::unpacks(command), "{command}");
        }
        for command in [
            "tar czf a.tgz x", "tar xzf a.tgz -C out", "unzip a.zip -d out", "unzip -l a.zip", "7z a b.7z", "tar", "cat x",
        ] {
            assert!(!super::unpacks(command), "{command}");
        }
    }

    #[test]
    fn commands_that_write_are_known() {
        assert_eq!(written_by("pg_dump db > backups/db.sql"), ["backups/db.sql"]);
        assert_eq!(
            written_by("cp .env.example ./.env && mkdir -p var/reports/"),
            [".env", "var/reports"]
        );
        assert_eq!(written_by("tool --output=out/x.json in.json"), ["out/x.json"]);
        assert_eq!(
            written_by("aws s3 cp s3://b/x.sql ./dump.sql --endpoint-url https://e"),
            ["dump.sql"]
        );
        assert_eq!(written_by("kubectl cp ns/pod:/x out/x"), ["out/x"]);
        assert_eq!(written_by("python3 -m venv .venv"), [".venv"]);
        assert_eq!(written_by("python scripts/x.py --check docs/y.json"), Vec::<String>::new());
    }

    fn destination(text: &str, path: &str) -> bool {
        let start = text.find(path).expect("the path is in the text");
        is_destination(text, Span::new(start, start + path.len()), path)
    }

    #[test]
    fn a_sentence_that_orders_to_write_names_an_output() {
        assert!(destination(
            "Emits `var/reports/x.json` with timestamps",
            "var/reports/x.json"
        ));
        assert!(destination("Write the report to `reports/x.json`.", "reports/x.json"));
        assert!(destination(
            "- Move old `a/current.json` into `a/history/` first",
            "a/history/"
        ));
        assert!(destination("and store evidence under `evidence/`", "evidence/"));
    }

    #[test]
    fn a_document_is_made_only_where_that_is_ordered() {
        assert!(destination("Create `docs/drills.md` on the first drill.", "docs/drills.md"));
        assert!(destination(
            "- Add `docs/x/README.md`:\n\n```md\n# X\n```\n",
            "docs/x/README.md"
        ));
        assert!(destination(
            "The manager\nwrites a brief postmortem in\n`docs/a/post.md` on what worked.\n",
            "docs/a/post.md"
        ));
        assert!(!destination("Add `docs/x/README.md` to the list.", "docs/x/README.md"));
        assert!(!destination("Record the drill in `docs/drills.md`.", "docs/drills.md"));
        assert!(!destination(
            "Write it down.\n\n`docs/drills.md` holds the rest.",
            "docs/drills.md"
        ));
        assert!(!destination("- write\n- `docs/drills.md`\n", "docs/drills.md"));
        assert!(!destination(
            "First write the report\n\n`docs/drills.md` holds the rest.",
            "docs/drills.md"
        ));
    }

    #[test]
    fn a_sentence_that_points_at_a_file_does_not() {
        assert!(!destination("Read `config/x.json` first.", "config/x.json"));
        assert!(!destination("Copy the text from `config/x.json`.", "config/x.json"));
        assert!(!destination("`make export` needs `config/x.json`.", "config/x.json"));
        assert!(!destination("Write it down. See `config/x.json`.", "config/x.json"));
        assert!(!destination("Log the update in `docs/log.md` and go on.", "docs/log.md"));
        assert!(!destination("Create a ticket, then run `scripts/x.sh`", "scripts/x.sh"));
    }
}
