//! References in inline code: commands, paths, endpoints, variables, workflows.
//!
//! Half of all inline code is none of these. The order of the questions decides, the most certain first.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::command::folders::Folders;
use crate::command::name::ends_with;
use crate::command::path::{Claim, Evidence, claim};
use crate::command::placeholder::{in_command, in_name};
use crate::command::simple::simple_commands;
use crate::command::sink::{Sink, Site, Value, is_workflow};
use crate::command::words::assigned;
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::reference::{ReferenceContext, ReferenceKind};
use crate::parse::runbook::dialect::shapes_text;
use crate::parse::runbook::outline::{Block, Outline};
use crate::parse::runbook::references::around::Around;
use crate::parse::runbook::references::spelling::{HOST_FOLDERS, is_written_file, of_windows};
use crate::parse::runbook::references::trigger::trigger;
use crate::tools::curl::own_endpoint;
use crate::tools::runner::JUST;
use crate::tools::{gather, is_known};

/// Longest inline code that is read.
const MAX_CODE: usize = 1_000;

/// Bytes behind a workflow that may say what starts it.
const TRIGGER_REACH: usize = 160;

/// How many pieces of code on either side are looked at for the workflow of a job.
const NEAR: usize = 12;

const METHODS: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The references in the inline code of a block. `programs` are programs that the shell blocks of the text call.
pub(crate) fn inline(outline: &Outline, block: &Block, programs: &BTreeSet<String>, sink: &mut Sink) {
    let codes: Vec<Range<usize>> = outline.codes_of(block).iter().map(|code| code.plain.clone()).collect();
    for (index, code) in outline.codes_of(block).iter().enumerate() {
        let words = outline.plain.text.get(code.plain.clone()).unwrap_or_default();
        let lead = words.len() - words.trim_start().len();
        let words = words.trim();
        if words.is_empty() || words.len() > MAX_CODE {
            continue;
        }
        if code.is_in_link {
            shown(outline, code.plain.start + lead, words, sink);
            continue;
        }
        let site = Site {
            text: &outline.plain,
            base: code.plain.start + lead,
            context: ReferenceContext::Inline,
        };
        if let Some(role) = role(&outline.plain.text[block.plain.start..code.plain.start]) {
            // The code is the argument of a role of `MyST`, not code.
            if matches!(role, "doc" | "download") {
                // `Title <page>` has the page in angle brackets.
                let inner = words.strip_suffix('>').and_then(|words| words.rfind('<')).map(|at| at + 1);
                let range = inner.map_or(0..words.len(), |at| at..words.len() - 1);
                let path = words.get(range.clone()).unwrap_or_default();
                if !path.is_empty() && !path.contains(['<', ' ', '$', '{']) && !path.contains("://") {
                    page(site, path, &range, sink);
                }
            }
            continue;
        }
        let around = Around::of(outline, block, &codes, index);
        let workflow = if around.is_job() || around.is_input() {
            near_workflow(outline, block, &codes, index)
        } else {
            None
        };
        let reader = Reader {
            site,
            words,
            around,
            programs,
            workflow,
        };
        let before = sink.references.len();
        reader.read(sink);
        if let Some(ReferenceKind::Workflow { name }) = sink.references.get(before).map(|reference| &reference.kind) {
            let within = vec![name.clone()];
            started_by(outline, block, code.plain.end, &within, sink);
        }
    }
}

/// The role of `MyST` whose argument follows some words: `` {doc}`page` ``.
fn role(before: &str) -> Option<&str> {
    let open = before.strip_suffix('}')?.rfind('{')?;
    let role = before.get(open + 1..before.len() - 1)?;
    let is_name = role.starts_with(|char: char| char.is_ascii_lowercase())
        && role
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b':' | b'-' | b'_'));
    is_name.then_some(role)
}

/// Another page of the site.
fn page(site: Site<'_>, path: &str, range: &Range<usize>, sink: &mut Sink) {
    let site = Site {
        context: ReferenceContext::Link,
        ..site
    };
    let kind = ReferenceKind::Link {
        path: path.to_owned(),
        anchor: None,
        is_image: false,
    };
    sink.add(&site, range, kind);
}

/// A path that is the words of a link. The link says where it leads; only history can tell that the words are out of date.
fn shown(outline: &Outline, start: usize, words: &str, sink: &mut Sink) {
    let Some(Claim::Path(path)) = claim(words, Evidence::Code) else {
        return;
    };
    if !path.trim_start_matches("./").contains('/') || is_workflow(&path) {
        return;
    }
    let site = Site {
        text: &outline.plain,
        base: start,
        context: ReferenceContext::Link,
    };
    let directory = root();
    sink.add(&site, &(0..words.len()), ReferenceKind::Path { path, directory });
}

/// What the words behind a workflow say starts it.
fn started_by(outline: &Outline, block: &Block, at: usize, within: &[String], sink: &mut Sink) {
    let end = block.plain.end.min(at + TRIGGER_REACH);
    let Some(behind) = outline.plain.text.get(at..end) else {
        return;
    };
    if let Some((range, name)) = trigger(behind) {
        let site = Site {
            text: &outline.plain,
            base: at,
            context: ReferenceContext::Prose,
        };
        sink.named(&site, &range, Kind::WorkflowTrigger, &name, within, &root());
    }
}

fn root() -> Directory {
    Directory::Known(String::new())
}

/// One piece of inline code.
struct Reader<'text> {
    site: Site<'text>,
    words: &'text str,
    around: Around,
    programs: &'text BTreeSet<String>,
    /// The only workflow that is named in the same block, or in the block in front of the list.
    workflow: Option<&'text str>,
}

/// The only file of a workflow that stands in code next to the code at an index.
fn near_workflow<'text>(outline: &'text Outline, block: &Block, codes: &[Range<usize>], index: usize) -> Option<&'text str> {
    let text = outline.plain.text.as_str();
    let file = |code: &Range<usize>| {
        let words = text.get(code.clone()).unwrap_or_default().trim();
        let is_file = is_workflow(words) || is_yaml(words) && !words.contains(['/', ' ']);
        is_file.then_some(words)
    };
    let only = |mut files: Vec<&'text str>| {
        files.sort_unstable();
        files.dedup();
        match files.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    };
    let beside = codes.iter().enumerate().skip(index.saturating_sub(NEAR)).take(2 * NEAR);
    let beside = beside.filter(|(at, _)| *at != index);
    let beside: Vec<&str> = beside.filter_map(|(_, code)| file(code)).collect();
    if !beside.is_empty() {
        return only(beside);
    }
    let lead = outline.lead(block)?;
    let codes = outline.codes_of(lead).iter().take(2 * NEAR);
    only(codes.filter_map(|code| file(&code.plain)).collect())
}

impl Reader<'_> {
    fn read(&self, sink: &mut Sink) {
        let whole = 0..self.words.len();
        let value = Value {
            text: self.words,
            range: whole.clone(),
        };
        let first = self.words.split_whitespace().next().unwrap_or_default();
        if let Some(path) = of_windows(first) {
            let directory = root();
            return sink.add(&self.site, &(0..first.len()), ReferenceKind::Path { path, directory });
        }
        if self.words.contains(char::is_whitespace) {
            return self.several_words(&whole, sink);
        }
        // Words tell less than a command: a path that they call made may be a claim elsewhere in the text.
        match claim(self.words, Evidence::Code) {
            Some(Claim::Path(path)) => {
                if is_workflow(&path) || (!path.contains('/') && is_yaml(&path) && self.around.is_workflow(&path)) {
                    sink.add(&self.site, &whole, ReferenceKind::Workflow { name: path });
                } else if self.around.is_made(&path) {
                    sink.other(&self.site, &whole, Kind::Output, &path, &root());
                } else {
                    sink.path(&self.site, &value, Evidence::Code, &root());
                }
            }
            Some(Claim::Glob(pattern)) if self.around.is_made(&pattern) => {
                sink.other(&self.site, &whole, Kind::Output, &pattern, &root());
            }
            Some(_) => sink.path(&self.site, &value, Evidence::Code, &root()),
            None => self.no_path(&whole, sink),
        }
    }

    /// Code of one word that claims no path.
    fn no_path(&self, whole: &Range<usize>, sink: &mut Sink) {
        if self.words.contains("://") || self.words.starts_with("localhost") {
            return self.url(whole, sink);
        }
        if self.words.starts_with('/') {
            return self.endpoint(self.words, whole, sink);
        }
        if let Some(name) = variable(self.words) {
            let word = if self.around.is_secret() { Kind::Secret } else { Kind::EnvVar };
            return sink.other(&self.site, &(0..name.len()), word, name, &root());
        }
        if self.is_placeholder() {
            return sink.other(&self.site, whole, Kind::Placeholder, self.words, &root());
        }
        self.name(whole, sink);
    }

    /// Whether code of one word is something to fill in. Brackets alone are tables of TOML, a tag of HTML is a tag.
    fn is_placeholder(&self) -> bool {
        if let Some(tag) = self.words.strip_prefix('<').and_then(|words| words.strip_suffix('>')) {
            let is_component =
                tag.starts_with(|char: char| char.is_ascii_uppercase()) && tag.chars().any(|char| char.is_ascii_lowercase());
            return !shapes_text(tag)
                && !matches!(tag, "html" | "head" | "body" | "script" | "link" | "meta" | "style")
                && !is_component;
        }
        !self.words.starts_with('[') && (in_command(self.words) || (in_name(self.words) && self.words.contains('<')))
    }

    /// Code of one word that is neither a path nor a variable: what the words around it say.
    fn name(&self, whole: &Range<usize>, sink: &mut Sink) {
        if !is_identifier(self.words) {
            return;
        }
        let next = self.around.next.trim_start();
        let sentence = format!("{} {}", self.around.before, self.around.next);
        let within: Vec<String> = self.workflow.map(str::to_owned).into_iter().collect();
        if self.around.is_job() {
            sink.named(&self.site, whole, Kind::WorkflowJob, self.words, &within, &root());
        } else if self.around.is_input() && self.words.starts_with(|char: char| char.is_ascii_lowercase()) {
            sink.named(&self.site, whole, Kind::WorkflowInput, self.words, &within, &root());
        } else if self.around.is_workflow(self.words) && !is_known(self.words) {
            self.workflow(whole, sink);
        } else if next.starts_with("make target")
            || (next.starts_with("target") && sentence.contains("make"))
            || ((self.words.contains("target") || self.words.contains('-'))
                && self
                    .words
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
                && next
                    .strip_prefix("in the ")
                    .or_else(|| next.strip_prefix("of the "))
                    .unwrap_or(next)
                    .trim_start_matches(['[', '`'])
                    .starts_with("makefile"))
        {
            let kind = ReferenceKind::MakeTarget {
                target: self.words.to_owned(),
                directory: root(),
                file: None,
            };
            sink.add(&self.site, whole, kind);
        } else if next.starts_with("script in") && next.contains("package.json") {
            let kind = ReferenceKind::PackageScript {
                manager: "npm",
                script: self.words.to_owned(),
                is_explicit: true,
                workspace: None,
                directory: root(),
            };
            sink.add(&self.site, whole, kind);
        } else if next.starts_with("recipe") && sentence.contains("just") {
            sink.other(&self.site, whole, Kind::Task(JUST), self.words, &root());
        }
    }

    /// A command, an endpoint with its method, a variable with its value, the name of a workflow.
    fn several_words(&self, whole: &Range<usize>, sink: &mut Sink) {
        let mut words = self.words.split_whitespace();
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        if METHODS.contains(&first) && (second.starts_with('/') || second.contains("://")) {
            let path = own_endpoint(second).unwrap_or(second);
            return self.endpoint(path, whole, sink);
        }
        let (start, first) = if matches!(first, "$" | "%" | "#" | ">") {
            (self.words.find(second).unwrap_or_default(), second)
        } else {
            (0, first)
        };
        if self.is_command(first) {
            return self.command(start, sink);
        }
        if let Some(name) = variable(first)
            && (second == "=" || second == ":" || first.contains('=') || first.ends_with(':'))
        {
            let word = if self.around.is_secret() { Kind::Secret } else { Kind::EnvVar };
            return sink.other(&self.site, &(0..name.len()), word, name, &root());
        }
        if self.around.is_workflow(self.words) {
            self.workflow(whole, sink);
        }
    }

    /// The name of a workflow; one that may be a way of working is left to a later judge.
    fn workflow(&self, whole: &Range<usize>, sink: &mut Sink) {
        if self.around.is_certain_workflow(self.words) {
            let kind = ReferenceKind::Workflow {
                name: self.words.to_owned(),
            };
            sink.add(&self.site, whole, kind);
        } else {
            sink.other(&self.site, whole, Kind::WorkflowName, self.words, &root());
        }
    }

    /// Whether code of several words is a command, by its first word.
    fn is_command(&self, first: &str) -> bool {
        if first.starts_with("./") && first.len() > 2 {
            return true;
        }
        if is_known(first) || self.programs.contains(first) {
            // `go live`, `test it`: words of English are commands only in lower case, which they are; prose in code is rare.
            return true;
        }
        if assigned(first).is_some() {
            let program = self.words.split_whitespace().find(|word| assigned(word).is_none());
            return program.is_some_and(|program| is_known(program) || program.starts_with("./"));
        }
        let is_script = ends_with(first, &["sh", "py"]);
        // `pre-launch high` is a grade, `starter-console release db` a command.
        let is_compound = [
            "pre-", "post-", "non-", "multi-", "single-", "high-", "low-", "co-", "re-", "self-", "cross-", "read-", "end-",
            "one-", "two-",
        ]
        .iter()
        .any(|prefix| first.starts_with(prefix));
        let is_own = first.contains('-')
            && !is_compound
            && first.starts_with(|char: char| char.is_ascii_lowercase())
            && first
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        is_script || is_own
    }

    fn command(&self, start: usize, sink: &mut Sink) {
        let command = &self.words[start..];
        let site = Site {
            base: self.site.base + start,
            ..self.site
        };
        let mut folders = Folders::default();
        for command in simple_commands(command, &mut folders) {
            gather(&command, site, sink);
        }
    }

    fn url(&self, whole: &Range<usize>, sink: &mut Sink) {
        if let Some(path) = own_endpoint(self.words) {
            return self.endpoint(path, whole, sink);
        }
        if in_name(self.words) || in_command(self.words) {
            sink.other(&self.site, whole, Kind::Placeholder, self.words, &root());
        } else if self.words.starts_with("http") {
            sink.other(&self.site, whole, Kind::Url, self.words, &root());
        }
    }

    fn endpoint(&self, path: &str, whole: &Range<usize>, sink: &mut Sink) {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let is_path = path.chars().all(|char| {
            char.is_alphanumeric()
                || matches!(
                    char,
                    '/' | '-' | '_' | '.' | ':' | '{' | '}' | '*' | '?' | '=' | '&' | '<' | '>' | '[' | ']' | '~' | '@'
                )
        });
        // `/25` is how large a network is.
        let bits = path.strip_prefix('/').and_then(|bits| bits.parse::<u8>().ok());
        let is_of_network = bits.is_some_and(|bits| bits <= 128);
        if !is_path || first.is_empty() || !path.starts_with('/') || is_of_network {
            return;
        }
        if !HOST_FOLDERS.contains(&first) {
            sink.other(&self.site, whole, Kind::Endpoint, path, &root());
        } else if path == self.words && is_written_file(path) {
            // `/lib/app/x.ex` may be one of the host, or count from the root of the repository: the tree tells.
            let (path, directory) = (path.to_owned(), root());
            sink.add(&self.site, whole, ReferenceKind::Path { path, directory });
        }
    }
}

fn is_yaml(path: &str) -> bool {
    ends_with(path, &["yml", "yaml"])
}

fn is_identifier(word: &str) -> bool {
    word.len() <= 80
        && word.starts_with(|char: char| char.is_ascii_alphabetic())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':' | b'.'))
}

/// The name of a variable, alone or with its value: `DATABASE_URL`, `ENABLE_X=false`.
pub(crate) fn variable(word: &str) -> Option<&str> {
    let name = word.split(['=', ':']).next()?;
    let is_name = name.len() >= 4
        && name.starts_with(|char: char| char.is_ascii_uppercase())
        && name.contains('_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.ends_with('_');
    let is_set = word.len() > name.len() && word.as_bytes()[name.len()] == b'=';
    let is_short = is_set && name.len() >= 2 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (is_name || is_short).then_some(name)
}

#[cfg(test)]
mod tests {
    use crate::parse::runbook::references::shown::of;

    #[test]
    fn commands_and_paths_in_code_are_read() {
        assert_eq!(
            of("Run `make check`, `$ npm run x`, `./x.sh --go`, `cd apps/a && just up` or `docs/x.md#L5`.\n"),
            [
                "make check",
                "npm x",
                "path ./x.sh",
                "script-flag --go of ./x.sh",
                "path apps/a",
                "just-recipe up in apps/a",
                "path docs/x.md",
            ]
        );
        assert_eq!(
            of("Run `app-cli sync now` or `SKIP_X=1 ./y.sh`\n"),
            ["cli-command sync now of app-cli", "env-var SKIP_X", "path ./y.sh"]
        );
    }

    #[test]
    fn half_of_all_code_is_no_reference() {
        assert!(
            of("`main`, `not_ready`, `User`, `make`, `--flag`, `v*`, `*_FILE`, `$HOME`, `and/or`, `noeviction`, `starter_providers`, `/etc/hosts`, `#release`, `a b c`, `pre-launch high`, `[toml.table]`, `<br>`, `/25`, `/128`\n")
                .is_empty()
        );
    }

    #[test]
    fn endpoints_variables_and_urls_are_told_apart() {
        assert_eq!(
            of(
                "`GET /health/ready`, `/api/v1/{id}`, `http://localhost:1/x`, `https://example.org/y`, `DATABASE_URL`, `ENABLE_X=false`, `vX.Y.Z`, `<good-tag>`\n"
            ),
            [
                "endpoint /health/ready",
                "endpoint /api/v1/{id}",
                "endpoint /x",
                "url https://example.org/y",
                "env-var DATABASE_URL",
                "env-var ENABLE_X of =",
                "placeholder vX.Y.Z",
                "placeholder <good-tag>",
            ]
        );
    }

    #[test]
    fn workflows_are_named_by_file_and_by_name() {
        assert_eq!(
            of("Trigger `.github/workflows/a.yml`; the `b.yml` workflow; `Release Readiness` and `Nightly` workflows.\n"),
            [
                "workflow .github/workflows/a.yml",
                "workflow b.yml",
                "workflow Release Readiness",
                "workflow Nightly",
            ]
        );
        assert_eq!(
            of("Use GitHub Actions workflow:\n- `Backend Image` builds `it`.\n"),
            ["workflow Backend Image"]
        );
        assert_eq!(of("The CI gate: `build-images` workflow\n"), ["workflow build-images"]);
    }

    #[test]
    fn a_workflow_is_often_just_a_way_of_working() {
        assert_eq!(
            of(
                "- migration workflow (`db-gate` strict)\n- the `main` workflow\n- `TASK-303` workflow owners\n- `make x` workflow\n- `horadus` workflow\n"
            ),
            ["make x", "workflow-name horadus"]
        );
        assert!(of("The workflow runs:\n- `lint`\n- `test`\n").is_empty());
    }

    #[test]
    fn jobs_inputs_secrets_and_targets_are_named_by_the_words_around() {
        assert_eq!(
            of(
                "Wait for `verify` job.\n\nAdd GitHub secrets:\n- `API_USER` = name\n\nUse workflow dispatch with:\n- `registry` = `ghcr.io`\n\nThe `db-up` make target.\n"
            ),
            [
                "workflow-job verify", "secret API_USER", "workflow-input registry", "make db-up"
            ]
        );
    }

    #[test]
    fn a_job_and_an_input_belong_to_the_only_workflow_next_to_them() {
        assert_eq!(
            of(
                "The `verify` job of `.github/workflows/release.yml`.\n\nUse workflow dispatch of `deploy.yml` with:\n- `registry` = x\n\nThe `a` job in `b.yml` or `c.yml`.\n"
            ),
            [
                "workflow-job verify of .github/workflows/release.yml",
                "workflow .github/workflows/release.yml",
                "path deploy.yml",
                "workflow-input registry of deploy.yml",
                "workflow-job a",
                "path b.yml",
                "path c.yml",
            ]
        );
    }

    #[test]
    fn a_sentence_may_say_what_starts_a_workflow() {
        assert_eq!(
            of("`.github/workflows/release.yml` runs on tags `v*`.\n"),
            [
                "workflow .github/workflows/release.yml",
                "workflow-trigger push:tags:v* of .github/workflows/release.yml",
            ]
        );
    }

    #[test]
    fn what_words_say_is_made_is_an_output() {
        assert_eq!(
            of(
                "- artifacts stored under `artifacts/coverage/`\n- Maintain `artifacts/o/` snapshot\n- Emits `var/x-*.json`\n- `a/b.json` is generated\n- Record it in `docs/log.md`\n- Log it in `docs/b.md`\n- The production file lives in `ops/c.yml`\n"
            ),
            [
                "output artifacts/coverage/",
                "output artifacts/o/",
                "output var/x-*.json",
                "output a/b.json",
                "path docs/log.md",
                "path docs/b.md",
                "path ops/c.yml",
            ]
        );
        assert_eq!(
            of("The workflow which publishes:\n- SBOMs: `a-sbom.json`, `b-sbom.json`.\n\nUpdate the docs:\n- `README.md`\n"),
            ["output a-sbom.json", "output b-sbom.json", "path README.md"]
        );
    }

    #[test]
    fn the_argument_of_a_role_is_no_code() {
        assert_eq!(
            of("See {doc}`/guides/release`, {ref}`some-label`, {py:func}`a.b` and {env} `GET /x`.\n"),
            ["link /guides/release", "endpoint /x"]
        );
    }

    #[test]
    fn code_in_a_link_makes_the_claim_of_the_link_and_a_path_another() {
        assert_eq!(
            of("[`docs/x.md`](y.md) [`z.md`](https://example.org/z.md)\n"),
            ["path docs/x.md", "link y.md", "url https://example.org/z.md"]
        );
    }
}
