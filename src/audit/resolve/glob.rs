//! Patterns of paths. They are evaluated, never compared as text.

use globset::GlobBuilder;

use crate::audit::resolve::index::Index;
use crate::audit::resolve::path::Found;
use crate::model::directory::Directory;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Reference, ReferenceKind, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;

impl Index<'_> {
    /// Looks up a pattern: at least one tracked file must match it.
    pub(super) fn glob(
        &self,
        document: &Document<'_>,
        reference: &Reference,
        pattern: &str,
        directory: &Directory,
    ) -> Resolution {
        let clean = pattern.trim();
        // Folders of routes are called `[id]` or `(group)`, so that a path may look like a pattern.
        let as_path = clean.trim_end_matches('/');
        if claim::is_host_path(clean) {
            return ignored(Reason::NotInRepository);
        }
        let bases = match self.bases(document, reference, directory) {
            Ok(bases) => bases,
            Err(reason) => return unverifiable(reason),
        };
        let mut candidates = Vec::new();
        for base in &bases {
            let Some(candidate) = folder::join(base, as_path) else {
                continue;
            };
            if let Found::File | Found::Folder = self.find(&candidate) {
                return resolved(&candidate, None, Reason::PathThere);
            }
            candidates.push(candidate);
        }
        // Braces are alternatives of a pattern here, everything else that stands for something is not.
        if claim::has_placeholder(&clean.replace(['{', '}'], "")) {
            return ignored(Reason::Placeholder);
        }
        if candidates.is_empty() {
            return ignored(Reason::OutsideRepository);
        }
        // `./packages/api[dev,docs]` is a package with its extras.
        let package = candidates.iter().find_map(|candidate| {
            let (folder, extras) = candidate.strip_suffix(']')?.rsplit_once('[')?;
            let is_extras = extras.contains(',') || document.line_before(reference.span.start).contains("pip");
            (is_extras && matches!(self.find(folder), Found::Folder)).then(|| folder.to_owned())
        });
        if let Some(folder) = package {
            return resolved(&folder, None, Reason::PathThere);
        }
        for candidate in &candidates {
            // A slash at the end asks for a folder.
            let wanted = if clean.ends_with('/') {
                format!("{candidate}/")
            } else {
                candidate.clone()
            };
            match self.first_match(&wanted) {
                Ok(Some(first)) => {
                    // `{a,b}.yaml` names each of the files.
                    if let Some(missing) = self.missing_choice(&wanted).filter(|_| clean.contains('/')) {
                        let shown = folder::relative(&bases[0], &missing);
                        return Resolution {
                            expected: Some(missing),
                            ..broken(Reason::Missing(shown), None)
                        };
                    }
                    return resolved(&folder_of_pattern(candidate, &first), None, Reason::Matches(first.clone()));
                }
                Ok(None) => {}
                Err(reason) => return unverifiable(reason),
            }
        }
        let samples: Vec<String> = candidates.iter().map(|candidate| sample(candidate)).collect();
        if let Some(resolution) = self.output(
            document,
            reference,
            &sample(clean),
            &samples,
            samples.first().map(String::as_str),
        ) {
            return resolution;
        }
        // A copy that a step makes has such a name; and of several patterns of a loop one may match nothing.
        if document.written.paths.keys().any(|path| is_met_by(clean, path)) {
            return ignored(Reason::WrittenByStep);
        }
        if self.has_other_in_loop(document, reference) {
            return unverifiable(Reason::OneOfSeveralPatterns);
        }
        let (above, last) = folder::split(clean);
        let is_new = |candidate: &String| matches!(self.find(folder::split(candidate).0), Found::Absent);
        if claim::has_day(last) && !above.is_empty() && candidates.iter().all(is_new) {
            return unverifiable(Reason::ReaderMakesIt);
        }
        if !clean.contains('/') || !self.is_claim(clean, directory) || clean.starts_with('*') {
            return ignored(Reason::NoPatternOfRepository);
        }
        // A pattern that matches below another folder counts from there.
        if let Ok(Some(first)) = self.first_match(&format!("**/{}", as_path.trim_start_matches("./"))) {
            return unverifiable(Reason::OnlyPathLikeThis(first));
        }
        let base = bases.first().map_or("", String::as_str);
        let near = candidates.first().and_then(|candidate| self.near_pattern(base, candidate));
        broken(Reason::NoTrackedFile, near)
    }

    /// The first path of a pattern of choices and nothing else that is not there: `b.yaml` of `{a,b}.yaml`. Short choices such as
    /// `{ts,tsx}` are endings, of which one is enough.
    fn missing_choice(&self, pattern: &str) -> Option<String> {
        let (before, rest) = pattern.split_once('{')?;
        let (choices, after) = rest.split_once('}')?;
        let is_plain = |words: &str| !words.contains(['*', '?', '[', ']', '{', '}', '!']);
        let is_ending = before.ends_with('.') || !after.contains('.');
        if !choices.contains(',')
            || choices.contains("..")
            || !is_plain(before)
            || !is_plain(after)
            || !is_plain(choices)
            || is_ending
        {
            return None;
        }
        let paths = choices.split(',').map(|choice| format!("{before}{}{after}", choice.trim()));
        let mut missing = paths.filter(|path| matches!(self.find(path), Found::Absent) && !self.ignored.is_ignored(path));
        missing.next()
    }

    /// Whether a pattern is one of several that a loop goes through, of which another matches: `for file in a/*.yaml a/*.json`.
    fn has_other_in_loop(&self, document: &Document<'_>, reference: &Reference) -> bool {
        let before = document.line_before(reference.span.start);
        if !before.trim_start().starts_with("for ") || !before.contains(" in ") {
            return false;
        }
        let line = reference.span.start as usize - before.len();
        let mut others = document
            .others_in_block(reference)
            .filter(|other| other.span != reference.span);
        others.any(|other| match &other.kind {
            ReferenceKind::Glob { pattern, .. } => {
                let is_on_line = other.span.start as usize >= line && !document.line_before(other.span.start).contains('\n') && {
                    let text = &document.runbook.text;
                    let (from, to) = (
                        reference.span.start.min(other.span.start),
                        reference.span.start.max(other.span.start),
                    );
                    text.get(from as usize..to as usize)
                        .is_some_and(|between| !between.contains('\n'))
                };
                let candidate = folder::join(&self.source.root, pattern.trim());
                is_on_line && candidate.is_some_and(|candidate| matches!(self.first_match(&candidate), Ok(Some(_))))
            }
            _ => false,
        })
    }

    /// The pattern with its first missing folder written as a neighbour of it is, when files match then.
    fn near_pattern(&self, base: &str, candidate: &str) -> Option<String> {
        let missing = literal_folder(candidate);
        let existing = folder::upward(missing).find(|above| self.source.listing.has_folder(above))?;
        let rest = missing[existing.len()..].trim_start_matches('/');
        let first = rest.split('/').next().filter(|first| !first.is_empty())?;
        let siblings = self.children.get(existing)?.iter().copied().take(2_000);
        let near = nearest(first, siblings)?;
        let behind = &candidate[existing.len() + usize::from(!existing.is_empty()) + first.len()..];
        let pattern = folder::join(existing, near).map(|folder| format!("{folder}{behind}"))?;
        let is_met = matches!(self.first_match(&pattern), Ok(Some(_)));
        is_met.then(|| folder::relative(base, &pattern))
    }

    /// The first tracked file that matches a pattern, or lies in a folder that does; the answer is kept.
    fn first_match(&self, pattern: &str) -> Result<Option<String>, Reason> {
        let lock = || self.globs.lock().expect("no thread panics while it holds the answers");
        if let Some(known) = lock().get(pattern) {
            return Ok(known.clone());
        }
        let alternatives = with_ranges(pattern.trim_end_matches('/'));
        let glob = GlobBuilder::new(&alternatives)
            .literal_separator(true)
            .empty_alternates(true)
            .build();
        let glob = glob.map_err(|_| Reason::PatternUnreadable)?.compile_matcher();
        let literal = literal_folder(pattern);
        let wants_folder = pattern.ends_with('/');
        let is_match = |path: &str| {
            let mut folders = folder::upward(path).skip(1).take_while(|above| above.len() > literal.len());
            !wants_folder && glob.is_match(path) || folders.any(|above| glob.is_match(above))
        };
        let mut paths = self.source.listing.below(literal).iter().map(|entry| entry.path.as_str());
        let first = paths.find(|path| is_match(path)).map(str::to_owned);
        lock().insert(pattern.to_owned(), first.clone());
        Ok(first)
    }
}

/// Whether a path that a command writes is one of those that a pattern is about. What the shell fills in stands for anything.
fn is_met_by(pattern: &str, path: &str) -> bool {
    let glob = GlobBuilder::new(pattern.trim_start_matches("./"))
        .literal_separator(true)
        .empty_alternates(true)
        .build();
    pattern.contains('/') && glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
}

/// A pattern with the ranges of a shell written out: `atlas-{1..3}.md` is `atlas-{1,2,3}.md`.
fn with_ranges(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once('{') {
        written.push_str(before);
        written.push('{');
        rest = behind;
        let Some((inner, _)) = behind.split_once('}') else { break };
        let Some((first, last)) = inner.split_once("..") else {
            continue;
        };
        let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>()) else {
            continue;
        };
        if first <= last && last - first < 100 {
            let numbers: Vec<String> = (first..=last).map(|number| number.to_string()).collect();
            written.push_str(&numbers.join(","));
            rest = &behind[inner.len()..];
        }
    }
    written.push_str(rest);
    written
}

/// The folder before the first sign of a pattern.
fn literal_folder(pattern: &str) -> &str {
    let end = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    pattern[..end].rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a pattern means: its folder, or the file that it matches where it has none.
fn folder_of_pattern(pattern: &str, first: &str) -> String {
    match literal_folder(pattern) {
        "" => first.to_owned(),
        folder => folder.to_owned(),
    }
}

/// A path that the pattern would match, to ask whether git ignores such paths.
fn sample(pattern: &str) -> String {
    pattern.replace("**", "x").replace(['*', '?'], "x")
}

#[cfg(test)]
mod tests {
    use super::{literal_folder, sample};
    use crate::audit::testing::{pattern, tree};

    #[test]
    fn patterns_are_evaluated() {
        let fixture = tree(&["deploy/a.yaml", "deploy/k8s/b.yaml", "src/app/[id]/page.tsx"]).ignoring("var/\n");
        assert_eq!(
            fixture.look_up(pattern("deploy/*.yaml")),
            "resolved deploy (matches `deploy/a.yaml`)"
        );
        assert_eq!(
            fixture.look_up(pattern("**/b.yaml")),
            "resolved deploy/k8s/b.yaml (matches `deploy/k8s/b.yaml`)"
        );
        assert_eq!(
            fixture.look_up(pattern("deploy/{k8s,helm}/*.yaml")),
            "resolved deploy (matches `deploy/k8s/b.yaml`)"
        );
        assert_eq!(
            fixture.look_up(pattern("deploy/{a,c}.yaml")),
            "broken (there is no `deploy/c.yaml`)",
            "each of the choices is a file"
        );
        assert_eq!(
            fixture.look_up(pattern("deploy/a.{yaml,yml}")),
            "resolved deploy (matches `deploy/a.yaml`)",
            "of endings one is enough"
        );
        assert_eq!(
            fixture.look_up(pattern("deploy/a{,-prod}.yaml")),
            "broken (there is no `deploy/a-prod.yaml`)",
            "nothing at all is a choice as well"
        );
        assert_eq!(
            fixture.look_up(pattern("deploy/{,k8s/}*.yaml")),
            "resolved deploy (matches `deploy/a.yaml`)"
        );
        assert_eq!(
            fixture.look_up(pattern("deploy/*/")),
            "resolved deploy (matches `deploy/k8s/b.yaml`)"
        );
        assert_eq!(
            fixture.look_up(pattern("src/app/[id]/page.tsx")),
            "resolved src/app/[id]/page.tsx (the path is there)"
        );
        assert_eq!(
            fixture.look_up(pattern("deploy/*.json")),
            "broken (no tracked file matches the pattern)"
        );
        assert_eq!(
            fixture.look_up(pattern("var/reports/x-*.json")),
            "ignored (an output that git ignores)"
        );
        assert_eq!(
            fixture.look_up(pattern("v*")),
            "ignored (no pattern of paths of the repository)"
        );
        assert_eq!(
            fixture.look_up(pattern("*_FILE")),
            "ignored (no pattern of paths of the repository)"
        );
        assert_eq!(fixture.look_up(pattern("deploy/<env>/*.yaml")), "ignored (a placeholder)");
    }

    #[test]
    fn the_literal_part_of_a_pattern_is_its_folder() {
        assert_eq!(literal_folder("docs/ops/*.md"), "docs/ops");
        assert_eq!(literal_folder("docs/op*/x.md"), "docs");
        assert_eq!(literal_folder("*.md"), "");
        assert_eq!(sample("var/reports/db-*.json"), "var/reports/db-x.json");
    }
}
