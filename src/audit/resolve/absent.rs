//! What to say of a path that is at none of its places: it is made, stands in for others, was meant otherwise, or is missing.

use crate::audit::resolve::elsewhere::is_of_revision;
use crate::audit::resolve::index::Index;
use crate::audit::resolve::path::{Found, is_program};
use crate::model::directory::Directory;
use crate::model::reason::{Reason, SeenFrom};
use crate::model::reference::{Named, Reference, ReferenceContext, Resolution};
use crate::tools::folder;
use crate::tools::forge_address::{Place, place};
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::output;
use crate::tools::lookup::place::is_rooted;

impl Index<'_> {
    /// The folders that a path of a command counts from. One that goes up counts from one place: where the command runs. The commands of
    /// a README that stands among the files of a folder run there.
    pub(super) fn where_it_counts_from(
        &self,
        document: &Document<'_>,
        reference: &Reference,
        clean: &str,
        directory: &Directory,
        bases: Vec<String>,
    ) -> Vec<String> {
        if reference.context != ReferenceContext::Command || !clean.starts_with("../") {
            return bases;
        }
        let Directory::Known(written) = directory else {
            return bases;
        };
        let here = folder::join(document.folder, written);
        if self.is_among_code(document)
            && let Some(here) = here.clone().filter(|here| bases.contains(here))
        {
            return vec![here];
        }
        let first = bases.first().cloned();
        let mut counted = bases;
        counted.retain(|base| Some(base) == first.as_ref() || Some(base) == here.as_ref());
        counted
    }

    /// Whether a document is the README of a folder of code below the root: beside it stand files that are no documents.
    fn is_among_code(&self, document: &Document<'_>) -> bool {
        let (_, name) = folder::split(document.path);
        let is_readme = name.to_ascii_lowercase().starts_with("readme.");
        let is_code = |name: &&str| {
            let listing = &self.source.listing;
            let is_file = folder::join(document.folder, name).is_some_and(|path| listing.has_file(&path));
            is_file
                && !matches!(
                    claim::extension(name),
                    None | Some("md" | "mdx" | "png" | "svg" | "jpg" | "gif")
                )
        };
        is_readme && !document.folder.is_empty() && self.children.get(document.folder).into_iter().flatten().any(is_code)
    }

    /// A path behind a `cd` that begins with a folder of the root instead: it is there when the `cd` of an earlier block or line was only
    /// meant for that, and otherwise the root is a place where it was looked for.
    pub(super) fn named_from_root(
        &self,
        document: &Document<'_>,
        reference: &Reference,
        clean: &str,
        directory: &Directory,
        candidates: &mut Vec<String>,
    ) -> Option<Resolution> {
        let Directory::Known(written) = directory else { return None };
        let clean = clean.trim_start_matches("./");
        if reference.context != ReferenceContext::Command || written.is_empty() || clean.starts_with('.') {
            return None;
        }
        let candidate = folder::join(&self.source.root, clean)?;
        let (top, _) = clean.split_once('/')?;
        let is_rooted = folder::join(&self.source.root, top).is_some_and(|top| self.source.listing.has_folder(&top));
        let is_local = candidates.iter().any(|candidate| {
            let above = candidate.strip_suffix(clean).map(|base| format!("{base}{top}"));
            above.is_some_and(|above| self.source.listing.has_folder(&above))
        });
        let found = self.find(&candidate);
        let goes_back = document.is_carried(reference) || document.starts_each_line_anew(reference);
        let is_at_root = matches!(found, Found::File) && goes_back;
        if !is_rooted || is_local && !is_at_root {
            return None;
        }
        match found {
            Found::File if document.is_carried(reference) || document.is_on_own_line(reference) => {
                Some(resolved(&candidate, None, Reason::FileThere(SeenFrom::Root)))
            }
            Found::Folder if document.is_carried(reference) || document.is_entered(reference) => {
                Some(resolved(&candidate, None, Reason::FolderThere(SeenFrom::Root)))
            }
            Found::Absent => {
                candidates.push(candidate);
                None
            }
            _ => None,
        }
    }

    /// Where a path that is not there was looked for: a name without a folder at the first place; of the places that a path with folders
    /// may count from, the one whose folder is there.
    pub(super) fn expected(&self, clean: &str, candidates: &[String]) -> Option<String> {
        if !clean.trim_start_matches("./").contains('/') {
            return candidates.first().cloned();
        }
        let has_folder = |candidate: &&String| {
            let (parent, _) = folder::split(candidate);
            !parent.is_empty() && self.source.listing.has_folder(parent)
        };
        let best = candidates.iter().find(has_folder).cloned();
        best.or_else(|| self.below_folder_like(clean))
            .or_else(|| candidates.first().cloned())
    }

    /// A path below the only folder of the tree that ends like its own: `src/api/x.ts` is expected in `apps/server/src/api`.
    fn below_folder_like(&self, clean: &str) -> Option<String> {
        let (parent, name) = folder::split(clean.trim_start_matches("./").trim_start_matches("../"));
        let (above, last) = folder::split(parent);
        let ending = format!("/{parent}");
        let mut same = self
            .folders_by_name
            .get(last)?
            .iter()
            .take(200)
            .filter(|folder| folder.ends_with(&ending));
        let only = same.next().filter(|_| !above.is_empty() && same.next().is_none())?;
        folder::join(only, name)
    }

    /// The only folder of the tree that has the name of a missing one, when it is a name that nobody else would give.
    pub(super) fn folder_called(&self, missing: &str) -> Option<String> {
        let (_, name) = folder::split(missing);
        let [only] = self.folders_by_name.get(name)?.as_slice() else {
            return None;
        };
        (name.len() >= 8 && name.contains(['-', '_'])).then(|| (*only).to_owned())
    }

    /// What to say of a path that is at none of its candidates.
    pub(super) fn missing_path(
        &self,
        document: &Document<'_>,
        reference: &Reference,
        clean: &str,
        directory: &Directory,
        bases: &[String],
        candidates: &[String],
    ) -> Resolution {
        let relative = clean.trim_start_matches("./");
        if reference.context == ReferenceContext::Link {
            return self.words_of_link(document, reference, relative);
        }
        if let Some((base, candidate, actual)) = self.in_another_case(bases, clean) {
            let written = folder::relative(base, actual);
            let prefix = if clean.starts_with("./") { "./" } else { "" };
            return Resolution {
                expected: Some(candidate),
                ..broken(Reason::InAnotherCase, Some(format!("{prefix}{written}")))
            };
        }
        if !relative.contains('/') && !clean.starts_with('.') {
            let outcome = self.bare_name(relative);
            let is_open = outcome.reason == Reason::NoPathOfRepository;
            return match self.script_beside(document, reference, relative, bases).filter(|_| is_open) {
                Some(missing) => missing,
                None => outcome,
            };
        }
        // `./x.sh` in a command runs here or not at all; in a sentence the reader knows where it lies.
        let is_exact = clean.starts_with("../") && self.is_among_code(document);
        if (relative.contains('/') || reference.context != ReferenceContext::Command)
            && !(is_exact && reference.context == ReferenceContext::Command)
            && let Some(hint) = self.hint(relative)
        {
            return hint;
        }
        // The reader has a file of data where they stand; where the tree has several of that name, it says nothing about which.
        if reference.context == ReferenceContext::Command && claim::is_data_here(clean) {
            let mut same = self.source.listing.named(relative).filter(|entry| self.may_mean(&entry.path));
            if same.next().is_some() && same.next().is_some() {
                return unverifiable(Reason::SeveralOfName);
            }
        }
        // Prose and the content of files name many things; only what begins with a folder that is there is about this repository.
        let is_strict = matches!(reference.context, ReferenceContext::Prose | ReferenceContext::Block);
        if !self.is_claim(clean, directory) || is_strict && !is_rooted(self.source, clean, directory) {
            return ignored(Reason::NoPathOfRepository);
        }
        if reference.context == ReferenceContext::Inline
            && claim::extension(clean).is_none()
            && document.is_called_branch(reference.span)
        {
            return ignored(Reason::NoPathOfRepository);
        }
        if let Some(path) = candidates.iter().find_map(|candidate| self.abbreviated(candidate)) {
            return unverifiable(Reason::OnlyPathLikeThis(path));
        }
        let base = bases.first().map_or("", String::as_str);
        let suggestion = candidates.first().and_then(|candidate| self.suggestion(base, candidate));
        // A report of one day, in a folder that is not there yet.
        let (above, name) = folder::split(relative);
        let is_new = |above: &str| folder::join(base, above).is_some_and(|above| matches!(self.find(&above), Found::Absent));
        if suggestion.is_none() && claim::has_day(name) && is_new(above) {
            return unverifiable(Reason::ReaderMakesIt);
        }
        if suggestion.is_none() && claim::stands_for_others(relative) {
            return ignored(Reason::Placeholder);
        }
        if claim::is_kept_by_program(relative) {
            return unverifiable(Reason::KeptByProgram);
        }
        let relative = relative.to_owned();
        let reason = if base.is_empty() {
            Reason::Missing(relative)
        } else {
            Reason::MissingIn(relative, base.to_owned())
        };
        broken(reason, suggestion)
    }

    /// A path that is the words of a link, which leads wherever it leads: that it was here once is for history to say. Where the link
    /// leads to another repository, the path is of that one.
    fn words_of_link(&self, document: &Document<'_>, reference: &Reference, words: &str) -> Resolution {
        let behind = document.behind(reference.span.end).trim_start_matches(['`', '*', '_']);
        let destination = behind.strip_prefix("](").unwrap_or_default();
        let destination = destination.split([')', ' ', '\n']).next().unwrap_or_default();
        let leads_to = if destination.contains("://") {
            match self.source.web_url.as_deref().and_then(|own| place(destination, own)) {
                Some(Place::File { path, .. }) => Some(path),
                _ => return unverifiable(Reason::LinksToAnother),
            }
        } else {
            folder::join(document.folder, destination.split('#').next().unwrap_or_default())
        };
        // The link leads to a file of this name in another place: who types the words ends nowhere. Words may be a part of the path.
        let is_there = |path: &String| self.source.listing.has_file(path) && folder::split(path).1 == folder::split(words).1;
        match leads_to.filter(is_there) {
            Some(path)
                if !path.ends_with(&format!("/{words}"))
                    && path != words
                    && is_rooted(self.source, words, &Directory::Known(String::new())) =>
            {
                broken(Reason::Missing(words.to_owned()), Some(path))
            }
            _ => ignored(Reason::NoPathOfRepository),
        }
    }

    /// Whether a path that is not there is the output of something: ignored by git, written by a step, or of a build. Only the place where
    /// it was expected may be that of a build: no folder beside the document was ever built into.
    pub(super) fn output(
        &self,
        document: &Document<'_>,
        reference: &Reference,
        written: &str,
        candidates: &[String],
        expected: Option<&str>,
    ) -> Option<Resolution> {
        // What a command runs is a file.
        let is_run =
            reference.context == ReferenceContext::Command && is_program(document.line_before(reference.span.start), written);
        let is_ignored = |candidate: &String| {
            if is_run {
                self.ignored.is_ignored_file(candidate)
            } else {
                self.ignored.is_ignored(candidate)
            }
        };
        if candidates.iter().any(is_ignored) {
            return Some(ignored(Reason::OutputIgnored));
        }
        let clean = written.trim_start_matches("./").trim_end_matches('/');
        // `tar xzf app.tar.gz` and `./app --version`: it lay in the archive.
        if is_run && !clean.contains('/') && output::is_behind_archive(document.runbook, reference.span) {
            return Some(ignored(Reason::WrittenByStep));
        }
        // A command that reads comes too late when it comes before the one that writes.
        let is_written = |above: &str| {
            let first = document.written.paths.get(above);
            // A folder that is here holds what it held, and what a command puts there by name.
            let is_kept = || {
                above != clean
                    && document.written.only_made.contains(above)
                    && candidates.iter().any(|candidate| {
                        let kept = candidate.strip_suffix(clean).and_then(|base| folder::join(base, above));
                        kept.is_some_and(|kept| self.source.listing.has_folder(&kept))
                    })
            };
            first
                .filter(|_| !is_kept())
                .is_some_and(|first| reference.context != ReferenceContext::Command || *first <= reference.span.start)
        };
        if folder::upward(clean).any(|above| !above.is_empty() && is_written(above)) {
            return Some(ignored(Reason::WrittenByStep));
        }
        // A folder that is not there is made together with what is made below it.
        let is_new = |above: &str| {
            let is_absent =
                folder::join(&self.source.root, above).is_some_and(|folder| matches!(self.find(&folder), Found::Absent));
            let made = document.makes(above).filter(|_| is_absent);
            made.is_some_and(|made| reference.context != ReferenceContext::Command || made <= reference.span.start)
        };
        if folder::upward(clean).any(|above| !above.is_empty() && is_new(above)) {
            return Some(ignored(Reason::WrittenByStep));
        }
        let filled = claim::filled_folder(written).and_then(|first| folder::join(&self.source.root, first));
        if reference.context == ReferenceContext::Command
            && filled.is_some_and(|filled| matches!(self.find(&filled), Found::Absent))
        {
            return Some(ignored(Reason::WrittenByStep));
        }
        if output::is_destination(&document.runbook.text, reference.span, written) {
            return Some(ignored(Reason::WrittenByStep));
        }
        let place = expected.map(|expected| if is_run { folder::split(expected).0 } else { expected });
        let built = place.and_then(claim::built_folder);
        let is_built = built.is_some_and(|built| matches!(self.find(built), Found::Absent));
        is_built.then(|| ignored(Reason::BuildOutput))
    }

    /// A path that is not there because the reader is to make it: a new file that is committed, or one that a sentence about adding
    /// something describes.
    pub(super) fn about_to_be_made(document: &Document<'_>, reference: &Reference, clean: &str) -> Option<Resolution> {
        let is_made = match reference.context {
            ReferenceContext::Command => {
                let before = document.line_before(reference.span.start);
                before.contains("git add ")
                    || document.is_guarded(reference, clean)
                    || document.is_in_plans(reference.span)
                    || is_of_revision(before)
                    || document.is_listed_to_make(reference)
                    || !clean.trim_start_matches("./").contains('/')
                        && (document.is_fetched(reference)
                            || document.says_made_before(clean.trim_start_matches("./"), reference.span))
            }
            ReferenceContext::Inline | ReferenceContext::Prose if clean.contains('/') => {
                let sentence = document.sentence(reference.span);
                document.line_before(reference.span.start).ends_with("`git add ")
                    || [
                        "create if absent", "create it if ", "(create on ", "(created on ", "or similar)", "when adding ",
                        "when you add ", "to add a new ", "adding a new ", "for each new ", "for every new ", " if the team ",
                        " if you prefer",
                    ]
                    .iter()
                    .any(|words| sentence.contains(words))
                    || document.orders(clean.trim_start_matches("./"))
            }
            _ => false,
        };
        is_made.then(|| unverifiable(Reason::ReaderMakesIt))
    }

    /// Something that a command writes claims nothing, but the folder that it is written into must be there: history knows whether it was.
    pub(super) fn made(&self, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
        let made = ignored(Reason::MadeByStep);
        let clean = named.name.trim_start_matches("./").trim_end_matches('/');
        let (parent, _) = folder::split(clean);
        let is_place =
            parent.contains('/') && !claim::is_host_path(clean) && !claim::has_placeholder(clean) && !clean.starts_with("../");
        let is_written = reference.context == ReferenceContext::Command
            && document.line_before(reference.span.start).trim_end().ends_with('>');
        if !is_place || !is_written {
            return made;
        }
        let is_made = folder::upward(parent).any(|above| document.written.paths.contains_key(above));
        let Some(place) = folder::join(&self.source.root, parent).filter(|_| !is_made) else {
            return made;
        };
        let is_known = !matches!(self.find(&place), Found::Absent)
            || self.ignored.is_ignored(&place)
            || claim::built_folder(&place).is_some()
            || named.directory != Directory::Known(String::new());
        Resolution {
            expected: (!is_known).then_some(place),
            ..made
        }
    }

    /// A script that an interpreter is given by its bare name, in a folder that holds others of its language: `node seed.js`.
    fn script_beside(&self, document: &Document<'_>, reference: &Reference, name: &str, bases: &[String]) -> Option<Resolution> {
        let is_command = reference.context == ReferenceContext::Command;
        let base = bases
            .first()
            .filter(|_| is_command && is_interpreted(document.line_before(reference.span.start)))?;
        let ending = claim::extension(name).filter(|ending| SCRIPTS.contains(ending) && !name.contains(".config."))?;
        let is_alike = |name: &&str| {
            let is_file = || folder::join(base, name).is_some_and(|path| self.source.listing.has_file(&path));
            // A file of settings is no script beside others: `vite.config.ts`.
            claim::extension(name) == Some(ending) && !name.contains(".config.") && is_file()
        };
        let has_others = self.children.get(base.as_str()).into_iter().flatten().any(is_alike);
        let is_elsewhere = || document.is_remote(reference.span.start);
        if !has_others || is_elsewhere() {
            return None;
        }
        let expected = folder::join(base, name)?;
        let suggestion = self.suggestion(base, &expected);
        Some(Resolution {
            expected: Some(expected),
            ..broken(Reason::MissingWhereRun(name.to_owned()), suggestion)
        })
    }

    /// A name without a folder claims nothing about a place; the only file of that name is what it means.
    fn bare_name(&self, name: &str) -> Resolution {
        let mut same = self.source.listing.named(name).filter(|entry| self.may_mean(&entry.path));
        match (same.next(), same.next()) {
            (Some(only), None) => resolved(&only.path, None, Reason::OnlyFileOfName),
            (Some(_), Some(_)) => unverifiable(Reason::SeveralOfName),
            (None, _) => {
                // `goreleaser.yaml` for `.goreleaser.yaml`.
                // `deploy.yaml` for the only `deploy.yml`.
                let other = name.strip_suffix(".yaml").map(|stem| format!("{stem}.yml"));
                let other = other.or_else(|| name.strip_suffix(".yml").map(|stem| format!("{stem}.yaml")));
                let mut same = other.iter().flat_map(|other| self.source.listing.named(other));
                if let (Some(only), None) = (same.next(), same.next())
                    && self.may_mean(&only.path)
                    && !is_of_any_project(name)
                {
                    return Resolution {
                        expected: Some(folder::join(folder::split(&only.path).0, name).unwrap_or_default()),
                        ..broken(Reason::Missing(name.to_owned()), other.clone())
                    };
                }
                let hidden = folder::join(&self.source.root, &format!(".{name}"));
                match hidden.filter(|hidden| claim::extension(name).is_some() && self.source.listing.has_file(hidden)) {
                    Some(_) => broken(Reason::Missing(name.to_owned()), Some(format!(".{name}"))),
                    None => ignored(Reason::NoPathOfRepository),
                }
            }
        }
    }
}

/// Whether many repositories have a file of this name, so that it may be that of another.
fn is_of_any_project(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    const COMMON: &[&str] = &[
        "Chart", "action", "app", "application", "catalog-info", "compose", "config", "configmap", "daemonset", "default",
        "deployment", "docker-compose", "hpa", "ingress", "kustomization", "main", "manifest", "mkdocs", "namespace", "openapi",
        "secret", "secrets", "service", "settings", "statefulset", "swagger", "values",
    ];
    COMMON.contains(&stem) || stem.starts_with('.') || stem.len() < 4
}

/// Endings of the scripts of interpreters.
const SCRIPTS: &[&str] = &["cjs", "js", "mjs", "php", "pl", "py", "rb", "sh", "ts", "tsx"];

/// Whether an interpreter stands right in front of a word, behind nothing but its options: `python -u `, `npx tsx watch `.
fn is_interpreted(before: &str) -> bool {
    const INTERPRETERS: &[&str] = &[
        "bash", "bun", "deno", "node", "nodemon", "perl", "php", "python", "python3", "ruby", "sh", "source", "ts-node", "tsx",
    ];
    let mut words = before.split_whitespace().rev().filter(|word| !word.starts_with('-'));
    let is_interpreter = |word: &str| INTERPRETERS.contains(&word.rsplit(['/', '`', '(']).next().unwrap_or(word));
    match words.next() {
        Some("run" | "watch" | "serve" | "start") => words.next().is_some_and(|word| is_interpreter(word) || word == "pm2"),
        Some(word) => is_interpreter(word),
        None => false,
    }
}

#[cfg(test)]
mod tests;
