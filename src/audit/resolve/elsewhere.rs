//! Whether a section of a runbook is about another repository.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::audit::prose::{holds_once, search};
use crate::model::edition::Source;
use crate::model::place::Span;
use crate::model::runbook::Runbook;
use crate::tools::lookup::claim;

/// Whether the section of a place sends the reader to another repository: it clones one, or links to the front page of one. What is
/// named there and was never known here belongs to that one.
pub(crate) fn is_about_another(source: &Source, runbook: &Runbook, span: Span) -> bool {
    let holding = runbook.sections.iter().filter(|section| section.body.contains(span));
    // The innermost section, and the one around it when that one says so before its first step.
    let Some(section) = holding.min_by_key(|section| section.body.end - section.body.start) else {
        return false;
    };
    let own = source
        .web_url
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .map(|(_, own)| own.to_lowercase());
    let words = section.body.of(&runbook.text);
    // Few sections name a host of repositories.
    HOST.is_match(words.as_bytes())
        && words
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"' | '`' | '[' | ']'))
            .filter_map(|word| {
                word.split_once("://")
                    .map(|(_, address)| address)
                    .or_else(|| word.strip_prefix("git@"))
            })
            .any(|address| is_front_page(address) && own.as_ref().is_none_or(|own| !is_same(address, own)))
}

/// Where repositories stand.
const HOSTS: [&str; 4] = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

/// A search for all of them.
static HOST: LazyLock<Regex> = LazyLock::new(|| search(&HOSTS));

/// Whether an address is that of a repository and of nothing in it.
fn is_front_page(address: &str) -> bool {
    let address = address.trim_end_matches(['/', '.', ',', ';']).trim_end_matches(".git");
    let (host, path) = address.split_once(['/', ':']).unwrap_or((address, ""));
    HOSTS.contains(&host) && path.split('/').count() == 2 && path.split('/').all(|part| !part.is_empty())
}

/// Whether an address is that of this repository.
fn is_same(address: &str, own: &str) -> bool {
    let address = address.to_lowercase().replacen(':', "/", 1);
    let address = address.trim_end_matches(['/', '.', ',', ';']).trim_end_matches(".git");
    address == own
}

/// Where a text first clones a repository that is not called like this one.
pub(super) fn other_clone(text: &str, own: &str) -> Option<u32> {
    const CLONE: &str = "git clone ";
    let clones = memchr::memmem::find_iter(text.as_bytes(), CLONE.as_bytes());
    let other = clones.map(|at| (at, &text[at + CLONE.len()..])).find(|(_, rest)| {
        let line = rest.lines().next().unwrap_or_default();
        let address = line
            .split_whitespace()
            .find(|word| word.contains("://") || word.contains('@') || word.contains('/'));
        let name = address.and_then(|address| address.trim_end_matches(['/', '`', '.']).rsplit('/').next());
        let name = name.map(|name| name.trim_end_matches(".git"));
        let is_named = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        name.is_some_and(|name| is_named(name) && !name.eq_ignore_ascii_case(own))
    })?;
    (!own.is_empty()).then_some(other.0 as u32)
}

/// How a line tells the reader to save what is shown.
const SAVES: &[&str] = &["save as", "save this as", "save it as", "save the following as"];

/// A search for all of it.
static SEARCH: LazyLock<Regex> = LazyLock::new(|| search(SAVES));

/// Whether a line of a text tells the reader to save what it shows under a path: `# Save as: scripts/x.sh`.
pub(super) fn is_saved(runbook: &Runbook, path: &str) -> bool {
    let text = &runbook.text;
    let path = path.trim_start_matches("./");
    let tells = |line: &&str| {
        let line = line.to_lowercase();
        SAVES.iter().any(|words| line.contains(words))
    };
    let names = |line: &str| {
        let mut words = line.split(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '*' | ',' | ':'));
        words.any(|word| word.trim_start_matches("./").trim_end_matches('.') == path)
    };
    // Few texts tell anybody to save anything, and few lines name it.
    let holds = |line: &&str| line.contains(path);
    !path.is_empty()
        && holds_once(runbook, &runbook.held.saves, &SEARCH)
        && text.contains(path)
        && text.lines().filter(holds).filter(tells).any(names)
}

/// Whether the words in front of a block of commands send the reader to another repository: "in the root of the kubernetes/kubernetes repo,
/// run", "from a checkout of `api`", "the scripts live in `acme/tools`".
/// A name that is a folder of this tree, by `is_folder`, names no repository. One without its owner has to look like a name: marked as code,
/// linked, or of several words with hyphens.
pub(super) fn says_elsewhere(before: &str, own: &str, is_folder: impl Fn(&str) -> bool) -> bool {
    let lower = before.to_lowercase();
    // What has a root, is checked out or is cloned is a repository, called so or not.
    let whole = ["root of ", "checkout of ", "clone of "];
    let starts = [
        "root of ", "checkout of ", "clone of ", "live in ", "lives in ", "in the ", "in your ", "from the ",
    ];
    let ends = ["repo", "repository", "checkout", "clone"];
    if !ends.iter().chain(&whole).any(|word| lower.contains(word)) {
        return false;
    }
    let clean = |word: &str| {
        word.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')' | '`' | '*' | '"' | ',' | '.' | ':' | ';'))
            .to_owned()
    };
    starts.iter().any(|start| {
        lower.match_indices(start).any(|(at, _)| {
            let mut words = lower[at + start.len()..].split_whitespace().take(5).peekable();
            words.next_if(|word| matches!(*word, "the" | "your" | "a" | "our"));
            let Some(written) = words.next().filter(|word| word.contains(char::is_alphanumeric)) else {
                return false;
            };
            let mut words = words.map(clean);
            let name = clean(written);
            let name = name.split("](").next().unwrap_or_default().trim_end_matches([']', '`']);
            let is_said = words.next().is_some_and(|word| ends.contains(&word.as_str()));
            let mut parts = name.split('/');
            let (owner, short) = (parts.next().unwrap_or_default(), parts.next());
            let is_full = short.is_some_and(|short| !short.is_empty() && !owner.is_empty()) && parts.next().is_none();
            let is_own = short.unwrap_or(owner).eq_ignore_ascii_case(own);
            let is_name = name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
            let is_repository = is_said || whole.contains(start) && !is_folder(name);
            let is_marked = is_said && short.is_none() && !is_folder(owner);
            let is_linked = written
                .split_once("](http")
                .is_some_and(|(_, address)| address.contains(owner));
            let is_like_name = written.starts_with(['`', '[']) || owner.contains('-') && !owner.starts_with("mono");
            is_name && !is_own && (is_full && is_repository || is_marked && is_like_name || is_linked && short.is_none())
        })
    })
}

/// The repository that the words beside a name say it stands in: "In `acme/infra`, edit `x`", "`x` in [acme/infra](...)". Words of a
/// sentence that are in no code are one only where they begin with the owner of this repository.
pub(super) fn repository_beside<'text>(before: &'text str, behind: &'text str, owner: Option<&str>) -> Option<&'text str> {
    const VERBS: &[&str] = &["change", "check", "edit", "file", "in", "open", "see", "set", "the", "update"];
    let full = |words: &'text str, is_marked: bool| {
        let (before, after) = words.split_once('/')?;
        let is_part = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        };
        let is_named = is_part(before) && is_part(after) && claim::extension(after).is_none();
        let is_own = owner.is_some_and(|owner| owner.eq_ignore_ascii_case(before));
        (is_named && (is_marked || is_own)).then_some(words)
    };
    // In front: the place, and then at most a verb.
    let in_front = || {
        let lead = before.trim_end_matches(['`', ' ', '\n', '*']);
        let lead = lead.rsplit("\n\n").next().unwrap_or(lead);
        let words = lead.rsplit(|c: char| c.is_whitespace()).filter(|word| !word.is_empty());
        let is_verb = |word: &str| VERBS.contains(&word.to_lowercase().trim_matches([',', ':']));
        let mut verbs = 0;
        let mut words = words.skip_while(|word| {
            verbs += 1;
            verbs <= 2 && is_verb(word)
        });
        let place = words.next()?;
        let bare = place
            .trim_end_matches([',', ':', ')', '*'])
            .trim_start_matches(['(', '*', '[']);
        let is_marked = bare.contains('`') || place.contains("](");
        let name = bare.split("](").next().unwrap_or(bare).trim_matches(['`', ']']);
        let word = words.next().unwrap_or_default();
        let word = word.trim_start_matches(['(', '*', '-']).to_lowercase();
        let is_placed = matches!(word.as_str(), "in" | "from" | "of" | "inside" | "within");
        full(name, is_marked).filter(|_| is_placed)
    };
    if let Some(name) = in_front() {
        return Some(name);
    }
    // Behind: "in", and then the place in code.
    let behind = behind.trim_start_matches(['`', '*', ' ', '\n']);
    let rest = ["in `", "of `", "from `", "in the `"]
        .iter()
        .find_map(|lead| behind.strip_prefix(lead))?;
    full(rest.split('`').next()?, true)
}

/// Whether the beginning of a text says that the scripts or commands that it is about live in another repository, which it links to:
/// "the [data repo](https://github.com/org/data), where the scripts and sheets all live".
pub(super) fn says_all_elsewhere(text: &str, own: &str, web_url: Option<&str>) -> bool {
    let end = text.match_indices("\n## ").nth(1).map_or(text.len(), |(at, _)| at);
    let mut end = end.min(3_000);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if !HOSTS.iter().any(|host| text[..end].contains(host)) {
        return false;
    }
    let own_address = web_url
        .and_then(|url| url.split_once("://"))
        .map(|(_, own)| own.to_lowercase());
    let subjects = ["script", "command", "workflow", "tooling", "makefile", "source code"];
    let verbs = [" live", " lives", " sit ", " sits ", " are kept in", " is kept in"];
    text[..end].split("\n\n").any(|paragraph| {
        let lower = paragraph.to_lowercase();
        let says = subjects.iter().any(|word| lower.contains(word)) && verbs.iter().any(|word| lower.contains(word));
        says && paragraph
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"' | '`' | '[' | ']'))
            .filter_map(|word| word.split_once("://").map(|(_, address)| address))
            .any(|address| {
                let name = address
                    .trim_end_matches(['/', '.', ','])
                    .rsplit('/')
                    .next()
                    .unwrap_or_default();
                is_front_page(address)
                    && !name.trim_end_matches(".git").eq_ignore_ascii_case(own)
                    && own_address.as_ref().is_none_or(|own| !is_same(address, own))
            })
    })
}

/// Whether the words of a command in front of a path name a revision that the path is of: `git checkout abc123 -- `. `HEAD` is what is there.
pub(super) fn is_of_revision(before: &str) -> bool {
    let command = before
        .rsplit(['&', ';', '|'])
        .next()
        .unwrap_or(before)
        .trim_start()
        .trim_start_matches("$ ");
    let Some(words) = command.strip_prefix("git ") else {
        return false;
    };
    let mut words = words.split_whitespace();
    let verb = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    let has_revision = words.iter().any(|word| !word.starts_with('-') && !word.starts_with("HEAD"));
    matches!(verb, "checkout" | "restore" | "show" | "diff" | "log") && words.contains(&"--") && has_revision
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_beside_a_name_say_in_which_repository_it_is() {
        let beside = |text: &str| {
            let at = text.find("x.yaml").expect("it is there");
            super::repository_beside(&text[..at], &text[at + "x.yaml".len()..], Some("acme")).map(str::to_owned)
        };
        for text in [
            "In `acme/infra`, edit `x.yaml`.",
            "In acme/infra `x.yaml` holds it.",
            "see `x.yaml` in `acme/infra`",
            "- in [acme/infra](https://github.com/acme/infra): `x.yaml`",
            "from `acme/infra` the file `x.yaml`",
        ] {
            assert_eq!(beside(text).as_deref(), Some("acme/infra"), "{text}");
        }
        for text in [
            "In staging/production, edit `x.yaml`.",
            "Edit `x.yaml` in acme.",
            "In `docs/a.md`, edit `x.yaml`.",
            "`acme/infra`\n\n`x.yaml`",
            "`x.yaml`",
            "Merge acme/infra, then `x.yaml`.",
        ] {
            assert_eq!(beside(text), None, "{text}");
        }
    }

    use std::sync::Arc;

    use super::{is_about_another, says_all_elsewhere};
    use crate::model::edition::Source;
    use crate::model::place::Span;
    use crate::model::runbook::{Runbook, Section, SectionKind};

    #[test]
    fn a_preface_says_where_everything_lives() {
        let says = |text: &str| says_all_elsewhere(text, "app", Some("https://github.com/org/app"));
        assert!(says(
            "# A\n\n> See the [data repo](https://github.com/org/data), where the scripts all live.\n\n## B\n"
        ));
        assert!(!says("# A\n\nThe scripts live in [here](https://github.com/org/app).\n"));
        assert!(!says(
            "# A\n\nSee the [data repo](https://github.com/org/data).\n\nThe scripts live in `scripts/`.\n"
        ));
        assert!(!says(
            "# A\n\n## B\n\nx\n\n## C\n\nThe scripts live in https://github.com/org/data\n"
        ));
    }

    #[test]
    fn the_root_of_a_repository_is_that_of_another_by_its_full_name() {
        let says = |text: &str| super::says_elsewhere(text, "app", |name| name == "packages/api");
        assert!(says("In the root of kubernetes/kubernetes run:\n"));
        assert!(says("From a checkout of `acme/tools`:\n"));
        assert!(says("From the `os-upgrade` repository root:\n"));
        assert!(says("In the chef-repo repository, run:\n"));
        assert!(says(
            "Update the secrets in the [`chef-repo`](https://example.org/chef-repo) repository:\n"
        ));
        assert!(says(
            "Use these commands in the [`chef-repo`](https://example.org/ops/chef-repo/-/tree/master):\n"
        ));
        for text in [
            "In the root of packages/api run:\n",
            "In the repository see the [guide](https://example.org/guide/) in the [steps](https://example.org/x):\n",
            "In the root of acme/app run:\n",
            "In the `app` repository run:\n",
            "In the same repository run:\n",
            "In the `scripts` folder of the repository run:\n",
            "At the root of the project run:\n",
            "In acme/tools run:\n",
        ] {
            assert!(!says(text), "{text}");
        }
    }

    #[test]
    fn a_section_that_sends_to_another_repository_is_about_that_one() {
        let about = |text: &str| {
            let runbook = Runbook {
                text: Arc::from(text),
                sections: vec![Section {
                    level: 2,
                    title: "Build".to_owned(),
                    anchor: "build".to_owned(),
                    span: Span::new(0, 5),
                    body: Span::new(0, text.len()),
                    kind: SectionKind::Other,
                }],
                ..Runbook::default()
            };
            let source = Source {
                web_url: Some("https://github.com/org/app".to_owned()),
                ..Source::default()
            };
            is_about_another(&source, &runbook, Span::new(6, 7))
        };
        assert!(about("## Build\nSee [llhttp](https://github.com/org/llhttp/).\n"));
        assert!(about("## Build\ngit clone git@github.com:org/other.git\n"));
        assert!(!about("## Build\ngit clone https://github.com/org/app.git\n"));
        assert!(!about(
            "## Build\nSee https://github.com/org/other/issues/1 and https://example.org/a/b\n"
        ));
    }

    #[test]
    fn a_path_of_another_revision_is_not_looked_for_here() {
        assert!(super::is_of_revision("git checkout abc1234 -- "));
        assert!(super::is_of_revision("cd x && git show v1.2 -- "));
        for before in [
            "git checkout HEAD -- ", "git checkout -- ", "git add ", "git log --oneline ", "bash ",
        ] {
            assert!(!super::is_of_revision(before), "{before}");
        }
    }
}
