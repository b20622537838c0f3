//! Paths in commands and inline code.

use std::collections::BTreeSet;

use crate::audit::resolve::index::Index;
use crate::model::directory::Directory;
use crate::model::reason::{Reason, SeenFrom};
use crate::model::reference::{Reference, ReferenceContext, Resolution};
use crate::model::tree::EntryKind;
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::place::is_rooted;

/// What stands at a path of the tree.
pub(super) enum Found {
    /// A file, a symbolic link or a submodule.
    File,
    /// A folder.
    Folder,
    /// A symbolic link to a place of the tree where nothing stands, and that place.
    Dangling(String),
    /// It lies behind something that the tree does not show; the reason says what.
    Hidden(Reason),
    /// Nothing.
    Absent,
}

impl Index<'_> {
    /// What stands at a path from the root of the repository, without a slash at the end.
    pub(super) fn find(&self, path: &str) -> Found {
        let listing = &self.source.listing;
        if listing.has_file(path) {
            let to = self.source.dangling.get(path);
            // What git ignores or a build makes may stand there later.
            let to = to.filter(|to| !self.ignored.is_ignored(to) && claim::built_folder(to).is_none());
            return to.map_or(Found::File, |to| Found::Dangling(to.clone()));
        }
        if listing.has_folder(path) {
            return Found::Folder;
        }
        if self.has_opaque {
            for above in folder::upward(path).skip(1) {
                match listing.entry(above).map(|entry| entry.kind) {
                    Some(EntryKind::Symlink) => {
                        let inside = path.strip_prefix(above).unwrap_or_default();
                        let is_absent = |to: &String| matches!(self.find(&format!("{to}{inside}")), Found::Absent);
                        return match self.source.linked.get(above).filter(|to| is_absent(to)) {
                            Some(_) => Found::Absent,
                            None => Found::Hidden(Reason::BehindLink(above.to_owned())),
                        };
                    }
                    Some(EntryKind::Submodule) => return Found::Hidden(Reason::InSubmodule(above.to_owned())),
                    _ => {}
                }
            }
        }
        Found::Absent
    }

    /// Looks up a path of a command or of inline code.
    pub(super) fn path(&self, document: &Document<'_>, reference: &Reference, path: &str, directory: &Directory) -> Resolution {
        let written = claim::without_line(path.trim());
        let clean = written.trim_end_matches('/');
        if matches!(clean, "" | "." | "..") {
            return ignored(Reason::NoOwnPath);
        }
        if claim::is_host_path(written) {
            return self.host_path(clean);
        }
        let bases = match self.bases(document, reference, directory) {
            Ok(bases) => bases,
            Err(reason) if claim::has_placeholder(clean) => return ignored(Reason::PlaceholderAnd(Box::new(reason))),
            Err(reason) => return unverifiable(reason),
        };
        let bases = self.where_it_counts_from(document, reference, clean, directory, bases);
        let mut hidden = None;
        let mut candidates = Vec::new();
        for base in &bases {
            let Some(candidate) = folder::join(base, clean) else {
                continue;
            };
            match self.find(&candidate) {
                Found::File => {
                    let found = resolved(&candidate, None, Reason::FileThere(self.seen_from(document, base)));
                    // A text that was not read says nothing of its headings.
                    let heading = reference
                        .named_heading()
                        .filter(|_| candidate == document.path || self.source.anchors.contains_key(&candidate));
                    return match heading {
                        Some(heading) => self.anchored(document, found, heading),
                        None => found,
                    };
                }
                Found::Folder => return resolved(&candidate, None, Reason::FolderThere(self.seen_from(document, base))),
                Found::Dangling(to) => return dangling(&candidate, &to),
                Found::Hidden(reason) => hidden = hidden.or(Some(reason)),
                Found::Absent => candidates.push(candidate),
            }
        }
        if let Some(reason) = hidden {
            return unverifiable(reason);
        }
        if claim::has_placeholder(clean) {
            return ignored(Reason::Placeholder);
        }
        // A command that goes up from where it runs reads another checkout beside this one, whatever lies near the document.
        let leaves = reference.context == ReferenceContext::Command
            && bases.first().is_some_and(|base| folder::join(base, clean).is_none());
        if candidates.is_empty() || leaves {
            return ignored(Reason::OutsideRepository);
        }
        if let Some(resolution) = self.named_from_root(document, reference, clean, directory, &mut candidates) {
            return resolution;
        }
        let top = clean.trim_start_matches("./").split('/').next().unwrap_or_default();
        let is_own = folder::join(&self.source.root, top).is_some_and(|top| self.source.listing.has_folder(&top));
        if !is_own && document.is_in_clone(top) && !(self.source.web_url.is_none() && document.clones_one()) {
            return unverifiable(Reason::InCloneOfAnother);
        }
        let expected = self.expected(clean, &candidates);
        let resolution = self
            .output(document, reference, written, &candidates, expected.as_deref())
            .or_else(|| Self::about_to_be_made(document, reference, clean))
            .unwrap_or_else(|| self.missing_path(document, reference, clean, directory, &bases, &candidates));
        // What git ignores today may have been kept once, and is made now.
        let is_settled = matches!(resolution.reason, Reason::OutputIgnored | Reason::LinksToAnother);
        Resolution {
            expected: resolution.expected.or(expected).filter(|_| !is_settled),
            ..resolution
        }
    }

    /// A path from the root of the file system. Some authors mean the root of the repository.
    fn host_path(&self, path: &str) -> Resolution {
        let inside = path.trim_start_matches('/');
        let is_deep = path.starts_with('/') && inside.contains('/');
        match folder::join(&self.source.root, inside) {
            Some(candidate) if is_deep && self.source.listing.has_file(&candidate) => {
                resolved(&candidate, None, Reason::FileThere(SeenFrom::Root))
            }
            _ => ignored(Reason::NotInRepository),
        }
    }

    /// The folders that a path may count from, in order; or why that cannot be told.
    pub(super) fn bases(
        &self,
        document: &Document<'_>,
        reference: &Reference,
        directory: &Directory,
    ) -> Result<Vec<String>, Reason> {
        let mut bases = document.folders(self.source, directory);
        if reference.context == ReferenceContext::Command {
            if *directory == Directory::Unknown {
                return Err(Reason::FolderUnknown);
            }
            if bases.is_empty() {
                return Err(Reason::FolderNotInTree);
            }
            return Ok(bases);
        }
        let mut ordered = document.roots.clone();
        ordered.append(&mut bases);
        let mut seen = BTreeSet::new();
        ordered.retain(|base| seen.insert(base.clone()));
        Ok(ordered)
    }

    /// The folder that a find counted from, where that is a surprise.
    fn seen_from(&self, document: &Document<'_>, base: &str) -> SeenFrom {
        if base == self.source.root || base == self.source.product_root {
            SeenFrom::Here
        } else if base == document.folder {
            SeenFrom::Runbook
        } else {
            SeenFrom::Folder(base.to_owned())
        }
    }

    /// Whether a path belongs to the source tree or to the product of the runbook.
    pub(super) fn is_ours(&self, path: &str) -> bool {
        folder::is_within(path, &self.source.root) || folder::is_within(path, &self.source.product_root)
    }

    /// Whether a file may be what a name without a folder means: it is one of ours, and not what a release left behind. A report that is
    /// kept as evidence is of its release, and each release has one of that name.
    pub(super) fn may_mean(&self, path: &str) -> bool {
        self.is_ours(path) && !is_kept(path, &self.source.releases)
    }

    /// Whether words that do not resolve say that a file is there: their first folder exists, or they begin with a dot, or they end
    /// like a file.
    pub(super) fn is_claim(&self, path: &str, directory: &Directory) -> bool {
        if path.starts_with("./") || path.starts_with("../") {
            return true;
        }
        if is_rooted(self.source, path, directory) {
            return !claim::has_other_meaning(path);
        }
        path.contains('/') && claim::extension(path).is_some() && !claim::begins_with_host(path)
    }
}

/// The outcome for a symbolic link that leads to a place of the tree where nothing stands. What became of that is for history to say.
pub(super) fn dangling(link: &str, to: &str) -> Resolution {
    Resolution {
        expected: Some(to.to_owned()),
        ..broken(Reason::LinkDangling(link.to_owned(), to.to_owned()), None)
    }
}

/// Whether a file is one that a release left behind: `releases/v1.2.0/evidence/tests/junit.xml`, `releases/v1.2.0/record.json`.
fn is_kept(path: &str, releases: &str) -> bool {
    let below = path.strip_prefix(releases).filter(|_| !releases.is_empty());
    let of_release = below.and_then(|below| below.strip_prefix('/')?.split_once('/'));
    of_release.is_some_and(|(_, file)| file == "record.json" || file.starts_with("evidence/"))
}

/// Whether a path of a command is what it runs: nothing stands in front of it on its line, or what ends another command.
pub(super) fn is_program(before: &str, path: &str) -> bool {
    let before = before.trim_end();
    let before = before.strip_suffix("sudo").unwrap_or(before).trim_end();
    path.starts_with("./")
        && !path.ends_with('/')
        && (before.is_empty() || before.ends_with(['&', ';', '|', '(', '$', '>']) && !before.ends_with("->"))
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{in_command, inline, reference, tree};
    use crate::model::directory::Directory;
    use crate::model::place::Span;
    use crate::model::reference::{ReferenceContext, ReferenceKind};
    use crate::model::runbook::{CodeBlock, CodeKind, Command};
    use crate::model::tree::EntryKind;

    #[test]
    fn inline_code_counts_from_the_root_first_and_then_from_the_document() {
        let fixture = tree(&["README.md", "docs/README.md", "docs/ops/a.md", "src/main.py"]);
        assert_eq!(fixture.look_up(inline("README.md")), "resolved README.md (the file is there)");
        assert_eq!(
            fixture.look_up(inline("ops/a.md")),
            "resolved docs/ops/a.md (the file is there, seen from the folder of the runbook)"
        );
        assert_eq!(fixture.look_up(inline("./src/")), "resolved src (the folder is there)");
        assert_eq!(
            fixture.look_up(inline("src/main.py:12")),
            "resolved src/main.py (the file is there)"
        );
        assert_eq!(
            fixture.look_up(inline("../src")),
            "resolved src (the folder is there, seen from the folder of the runbook)"
        );
    }

    #[test]
    fn the_other_ending_of_yaml_is_another_file() {
        let fixture = tree(&[".github/workflows/ship-it.yml", "k8s/config.yaml", "a/pair.yml", "b/pair.yml"]);
        assert_eq!(
            fixture.look_up(inline("ship-it.yaml")),
            "broken (there is no `ship-it.yaml`) -> ship-it.yml"
        );
        for other in ["config.yml", "pair.yaml", "other.yaml"] {
            assert!(!fixture.look_up(inline(other)).starts_with("broken"), "{other}");
        }
    }

    #[test]
    fn commands_count_from_their_folder() {
        let fixture = tree(&["web/scripts/x.sh", "scripts/y.sh"]);
        assert_eq!(
            fixture.look_up(in_command("./scripts/x.sh", "web")),
            "resolved web/scripts/x.sh (the file is there, seen from `web`)"
        );
        assert_eq!(
            fixture.look_up(in_command("scripts/y.sh", "web")),
            "broken (there is no `scripts/y.sh` in `web`) -> ../scripts/y.sh"
        );
        assert_eq!(
            fixture.look_up(in_command("scripts/y.sh", "gone")),
            "unverifiable (the command runs in a folder that is not in the tree)"
        );
    }

    #[test]
    fn a_command_in_an_unknown_folder_is_not_judged() {
        let kind = ReferenceKind::Path {
            path: "scripts/x.sh".to_owned(),
            directory: Directory::Unknown,
        };
        let reference = reference("scripts/x.sh", kind, ReferenceContext::Command);
        assert_eq!(
            tree(&["scripts/y.sh"]).look_up(reference),
            "unverifiable (the folder that the command runs in is not known)"
        );
    }

    #[test]
    fn the_folder_of_a_fresh_clone_is_the_root() {
        let mut fixture = tree(&["scripts/x.sh"]);
        fixture.source.repository_name = "horadus".to_owned();
        assert_eq!(
            fixture.look_up(in_command("./scripts/x.sh", "horadus")),
            "resolved scripts/x.sh (the file is there)"
        );
        assert_eq!(
            fixture.look_up(in_command("./x.sh", "horadus/scripts")),
            "resolved scripts/x.sh (the file is there, seen from `scripts`)"
        );
    }

    #[test]
    fn a_product_counts_from_its_source_and_from_its_own_folder() {
        let mut fixture = tree(&[
            "runbooks/api/source/src/main.py",
            "runbooks/api/logs/a.md",
            "runbooks/web/source/src/only.py",
        ]);
        fixture.source.root = "runbooks/api/source".to_owned();
        fixture.source.product_root = "runbooks/api".to_owned();
        fixture.path = "runbooks/api/docs/runbook.md".to_owned();
        assert_eq!(
            fixture.look_up(inline("src/main.py")),
            "resolved runbooks/api/source/src/main.py (the file is there)"
        );
        assert_eq!(
            fixture.look_up(inline("logs/a.md")),
            "resolved runbooks/api/logs/a.md (the file is there)"
        );
        assert_eq!(
            fixture.look_up(inline("src/only.py")),
            "broken (there is no `src/only.py` in `runbooks/api/source`)"
        );
    }

    #[test]
    fn a_missing_path_below_a_known_folder_is_broken_with_the_nearest_name() {
        let fixture = tree(&["docs/trackers/complete/MILESTONE.md", "docs/trackers/TRACKER.md"]);
        assert_eq!(
            fixture.look_up(inline("docs/trackers/MILESTONE.md")),
            "broken (there is no `docs/trackers/MILESTONE.md`) -> docs/trackers/complete/MILESTONE.md"
        );
        assert_eq!(
            fixture.look_up(inline("docs/trackers/TRAKER.md")),
            "broken (there is no `docs/trackers/TRAKER.md`) -> docs/trackers/TRACKER.md"
        );
        assert_eq!(
            fixture.look_up(inline("docs/traker/TRACKER.md")),
            "broken (there is no `docs/traker/TRACKER.md`) -> docs/trackers/TRACKER.md"
        );
    }

    #[test]
    fn the_same_parts_in_another_order_are_offered() {
        let fixture = tree(&["infra/aws/projects/x.tf", "infra/gcp/x.tf"]);
        assert_eq!(
            fixture.look_up(inline("infra/projects/aws")),
            "broken (there is no `infra/projects/aws`) -> infra/aws/projects"
        );
        let fixture = tree(&["infra/aws/projects/x.tf", "projects/infra/aws/x.tf"]);
        assert_eq!(
            fixture.look_up(inline("infra/projects/aws")),
            "broken (there is no `infra/projects/aws`)"
        );
    }

    #[test]
    fn another_case_is_another_path() {
        assert_eq!(
            tree(&["docs/Deploy.md"]).look_up(inline("docs/deploy.md")),
            "broken (it is there in another case of letters) -> docs/Deploy.md"
        );
    }

    #[test]
    fn the_only_path_with_the_same_ending_is_a_hint() {
        let fixture = tree(&[
            "packages/console/README.md",
            "a/tools/x.ts",
            "b/tools/x.ts",
            "agents/src/api/routes.py",
        ]);
        assert_eq!(
            fixture.look_up(inline("console/README.md")),
            "unverifiable (not there; `packages/console/README.md` is the only path that ends like this) -> packages/console/README.md"
        );
        assert_eq!(
            fixture.look_up(inline("tools/x.ts")),
            "unverifiable (several paths end like this)"
        );
        assert_eq!(
            fixture.look_up(inline("src/api/")),
            "unverifiable (not there; `agents/src/api` is the only path that ends like this) -> agents/src/api"
        );
    }

    #[test]
    fn what_a_release_left_behind_is_not_what_a_name_means() {
        let mut fixture = tree(&[
            "releases/v1/evidence/tests/junit.xml",
            "releases/v1/record.json",
            "out/releases/notes.txt",
        ]);
        fixture.source.releases = "releases".to_owned();
        assert_eq!(fixture.look_up(inline("junit.xml")), "ignored (no path of the repository)");
        assert_eq!(fixture.look_up(inline("record.json")), "ignored (no path of the repository)");
        assert_eq!(
            fixture.look_up(inline("releases/v1/record.json")),
            "resolved releases/v1/record.json (the file is there)",
            "the whole path names it"
        );
        assert_eq!(
            fixture.look_up(inline("notes.txt")),
            "resolved out/releases/notes.txt (the only file of this name)"
        );
    }

    #[test]
    fn a_script_that_lies_elsewhere_is_a_hint_in_a_sentence_and_broken_in_a_command() {
        let fixture = tree(&["ops/bin/tag.sh"]);
        assert_eq!(
            fixture.look_up(inline("./tag.sh")),
            "unverifiable (not there; `ops/bin/tag.sh` is the only path that ends like this) -> ops/bin/tag.sh"
        );
        assert_eq!(
            fixture.look_up(in_command("./tag.sh", "")),
            "broken (there is no `tag.sh`) -> ops/bin/tag.sh"
        );
    }

    #[test]
    fn a_bare_name_is_the_only_file_of_that_name_or_no_claim() {
        let fixture = tree(&["deploy/values.yaml", "a/x.py", "b/x.py"]);
        assert_eq!(
            fixture.look_up(inline("values.yaml")),
            "resolved deploy/values.yaml (the only file of this name)"
        );
        assert_eq!(fixture.look_up(inline("x.py")), "unverifiable (several files have this name)");
        assert_eq!(
            fixture.look_up(inline("frontend-sbom.json")),
            "ignored (no path of the repository)"
        );
        assert_eq!(fixture.look_up(inline(".env.compose")), "ignored (no path of the repository)");
    }

    #[test]
    fn words_with_slashes_are_not_always_paths() {
        let fixture = tree(&["deploy/x.yml", "src/x.py"]);
        for words in [
            "80/tcp", "i/o", "text/html", "team/rollout", "origin/main", "deploy/api", "ghcr.io/x/y.json", "owner/repo",
        ] {
            assert!(fixture.look_up(inline(words)).starts_with("ignored "), "{words}");
        }
    }

    #[test]
    fn prose_must_name_a_folder_that_is_there() {
        let fixture = tree(&["src/x.py"]);
        let mut prose = inline("tools/gone.py");
        prose.context = ReferenceContext::Prose;
        assert_eq!(fixture.look_up(prose), "ignored (no path of the repository)");
        let mut prose = inline("src/gone.py");
        prose.context = ReferenceContext::Prose;
        assert_eq!(fixture.look_up(prose), "broken (there is no `src/gone.py`)");
    }

    #[test]
    fn placeholders_and_places_of_the_host_are_ignored() {
        let fixture = tree(&["docs/x.md", "src/app/[id]/page.tsx"]);
        for path in [
            "docs/<name>.md", "docs/path/to/x", "docs/YYYY-MM-DD.md", "docs/vX.Y.Z.md", "/var/log/x.log", "~/x/y.sh",
            "C:\\x\\y.bat",
        ] {
            assert!(fixture.look_up(inline(path)).starts_with("ignored "), "{path}");
        }
        assert!(fixture.look_up(inline("src/app/[id]/page.tsx")).starts_with("resolved "));
        assert_eq!(fixture.look_up(inline("../../x.md")), "ignored (outside of the repository)");
    }

    #[test]
    fn outputs_are_ignored() {
        let fixture = tree(&["var/keep", "docs/x.md"]).ignoring("/artifacts\n*.local\n");
        assert_eq!(
            fixture.look_up(inline("artifacts/agent/x.json")),
            "ignored (an output that git ignores)"
        );
        assert_eq!(
            fixture.look_up(inline("docs/.env.local")),
            "ignored (an output that git ignores)"
        );
        assert_eq!(
            fixture.look_up(inline("./target/release/app")),
            "ignored (an output of a build)"
        );
        let fixture = fixture.says("Store the evidence under `var/evidence/` now.\n");
        assert_eq!(
            fixture.look_up(inline("var/evidence/")),
            "ignored (written by a step of the runbook)"
        );
    }

    #[test]
    fn a_folder_that_a_command_fills_is_an_output() {
        let fixture = tree(&["scripts/backup.sh"]);
        let look_up = |path: &str| fixture.look_up(in_command(path, ""));
        assert_eq!(look_up("./backups"), "ignored (written by a step of the runbook)");
        assert_eq!(look_up("logs/state.json"), "ignored (written by a step of the runbook)");
        assert!(!look_up("./backup.d").contains("written by a step"));
        let fixture = tree(&["logs/kept.md"]);
        assert_eq!(
            fixture.look_up(in_command("logs/gone.md", "")),
            "broken (there is no `logs/gone.md`)"
        );
        let fixture = tree(&["docs/x.md"]);
        let filed = |words: &str| fixture.says(words).look_up(inline("docs/notes/"));
        assert_eq!(
            filed("Agree. File under `docs/notes/` then.\n"),
            "ignored (written by a step of the runbook)"
        );
        let fixture = tree(&["docs/x.md"]);
        assert_eq!(
            fixture
                .says("See the file under `docs/notes/` then.\n")
                .look_up(inline("docs/notes/")),
            "broken (there is no `docs/notes`)"
        );
    }

    #[test]
    fn what_a_command_of_the_runbook_writes_is_an_output() {
        let mut fixture = tree(&["config/x.yml"]);
        fixture.runbook.code_blocks.push(CodeBlock {
            language: "bash".to_owned(),
            kind: CodeKind::Shell,
            span: Span::default(),
            content: Span::default(),
            text: String::new(),
            commands: vec![Command {
                text: "cp config/x.yml config/local.yml".to_owned(),
                span: Span::default(),
                directory: Directory::Known(String::new()),
                has_placeholder: false,
            }],
            blanks: Vec::new(),
            section: None,
        });
        assert_eq!(
            fixture.look_up(in_command("config/local.yml", "")),
            "ignored (written by a step of the runbook)"
        );
        assert_eq!(
            fixture.look_up(in_command("config/gone.yml", "")),
            "broken (there is no `config/gone.yml`)"
        );
    }

    #[test]
    fn what_lies_behind_a_link_or_in_a_submodule_cannot_be_told() {
        let fixture = tree(&[])
            .with_entry("vendor/lib", EntryKind::Submodule)
            .with_entry("current", EntryKind::Symlink);
        assert_eq!(
            fixture.look_up(inline("vendor/lib/x.c")),
            "unverifiable (it lies in the submodule `vendor/lib`)"
        );
        assert_eq!(
            fixture.look_up(inline("current/x.c")),
            "unverifiable (it lies behind the symbolic link `current`)"
        );
        assert_eq!(
            fixture.look_up(inline("vendor/lib")),
            "resolved vendor/lib (the file is there)"
        );
    }

    #[test]
    fn what_is_not_in_the_folder_that_a_link_leads_to_is_missing() {
        let mut fixture = tree(&["releases/a/x.sh"]).with_entry("current", EntryKind::Symlink);
        fixture.source.linked = [("current".to_owned(), "releases/a".to_owned())].into();
        assert!(fixture.look_up(inline("current/x.sh")).starts_with("unverifiable "));
        assert!(
            fixture
                .look_up(crate::audit::testing::link("../current/gone.sh"))
                .starts_with("broken ")
        );
    }

    #[test]
    fn a_symbolic_link_to_nothing_is_broken() {
        let mut fixture = tree(&["docs/real.md"])
            .with_entry("docs/old.md", EntryKind::Symlink)
            .with_entry("docs/made.md", EntryKind::Symlink)
            .ignoring("/made.md\n");
        let to = |path: &str, to: &str| (path.to_owned(), to.to_owned());
        fixture.source.dangling = [to("docs/old.md", "docs/gone.md"), to("docs/made.md", "made.md")].into();
        let words = "broken (`docs/old.md` is a symbolic link to `docs/gone.md`, which is not there)";
        assert_eq!(fixture.look_up(inline("docs/old.md")), words);
        assert_eq!(fixture.look_up(in_command("docs/old.md", "")), words);
        assert_eq!(fixture.look_up(crate::audit::testing::link("old.md")), words);
        assert!(
            fixture.look_up(inline("docs/made.md")).starts_with("resolved"),
            "git ignores it"
        );
        assert!(fixture.look_up(inline("docs/real.md")).starts_with("resolved"));
    }

    #[test]
    fn nothing_is_judged_without_a_source() {
        let mut fixture = tree(&[]);
        fixture.source.unavailable = Some("the checkout `../service` is not there".to_owned());
        assert_eq!(
            fixture.look_up(inline("src/x.py")),
            "unverifiable (the checkout `../service` is not there)"
        );
    }
}
