//! What a change did to make a reference fail.

use crate::audit::change::pair::ChangeContext;
use crate::audit::unit::file_now;
use crate::model::difference::FileChange;
use crate::model::kind::Kind;
use crate::model::reference::{Reference, ReferenceKind, Resolution};

/// What a change did to the thing that a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It moved a file or folder.
    Moved {
        /// The earlier path.
        from: String,
        /// The path now.
        to: String,
        /// The earlier path as the reference has it.
        old: String,
        /// What the reference would have to say instead.
        new: String,
        /// Whether nothing in it changed.
        is_exact: bool,
    },
    /// It removed a file or folder.
    Removed {
        /// The path.
        path: String,
    },
    /// It took a definition out of a file.
    TakenOut {
        /// What it was: "the make target `ship`".
        what: String,
        /// The file.
        file: String,
        /// The line that it stood on.
        line: Option<u32>,
    },
    /// It gave a definition another name.
    Renamed {
        /// What it was: "the make target `ship`".
        what: String,
        /// The name before.
        old: String,
        /// The name now.
        name: String,
        /// The file.
        file: String,
        /// The line now.
        line: u32,
    },
    /// Something else, such as a file that came in the way.
    Elsewhere,
}

/// What the change did to what a reference named in the tree before it.
pub(crate) fn cause(context: &ChangeContext<'_>, reference: &Reference, before: &Resolution) -> Cause {
    let Some(target) = before.target.as_deref() else {
        return Cause::Elsewhere;
    };
    let older = &context.base.source.listing;
    let newer = &context.head.source.listing;
    match context.difference.changed.get(target) {
        Some(FileChange::Removed) => {
            let moved = context.difference.moved.get(target);
            moved.map_or_else(
                || Cause::Removed { path: target.to_owned() },
                |one| moved_to(reference, target, &one.to, one.is_exact),
            )
        }
        Some(FileChange::Modified) => taken_out(context, reference, target, before.target_line),
        Some(FileChange::Added) => Cause::Elsewhere,
        None if older.has_folder(target) && !newer.has_folder(target) => match context.difference.moved_folder(target, older) {
            Some(to) => moved_to(reference, target, &to, true),
            None => Cause::Removed { path: target.to_owned() },
        },
        None => Cause::Elsewhere,
    }
}

fn moved_to(reference: &Reference, from: &str, to: &str, is_exact: bool) -> Cause {
    // Only a path that is written from the root can be written anew without knowing what it counts from.
    let written = match &reference.kind {
        ReferenceKind::Path { path, .. } | ReferenceKind::Link { path, .. } => path.as_str(),
        _ => "",
    };
    let (old, new) = rewritten(written, from, to).unwrap_or_default();
    Cause::Moved {
        from: from.to_owned(),
        to: to.to_owned(),
        old,
        new,
        is_exact,
    }
}

/// The part of a written path that has to change, and what it has to become. A path that counts from some folder keeps counting from it
/// as long as the new place lies below that folder, too.
fn rewritten(written: &str, from: &str, to: &str) -> Option<(String, String)> {
    let bare = written.trim_start_matches("./").trim_end_matches('/');
    if bare.is_empty() || bare.starts_with("../") {
        // `../scripts/a.sh`: the part behind the dots must be the end of the path.
        let rest = bare.trim_start_matches("../");
        let above = from.strip_suffix(rest)?;
        let moved = to.strip_prefix(above)?;
        return (!rest.is_empty()).then(|| (rest.to_owned(), moved.to_owned()));
    }
    let above = from.strip_suffix(bare.trim_start_matches('/'))?;
    let moved = to.strip_prefix(above)?;
    Some((bare.trim_start_matches('/').to_owned(), moved.to_owned()))
}

/// What became of a definition whose file is still there.
fn taken_out(context: &ChangeContext<'_>, reference: &Reference, file: &str, line: Option<u32>) -> Cause {
    let (kind, name) = match &reference.kind {
        ReferenceKind::MakeTarget { target, .. } => (Kind::MakeTarget, target.as_str()),
        ReferenceKind::PackageScript { script, .. } => (Kind::PackageScript, script.as_str()),
        ReferenceKind::Link {
            anchor: Some(anchor), ..
        } => {
            return Cause::TakenOut {
                what: format!("the heading `{anchor}`"),
                file: file.to_owned(),
                line,
            };
        }
        ReferenceKind::Named(named) => (named.kind, named.name.as_str()),
        _ => return Cause::Elsewhere,
    };
    let what = format!("the {} `{}`", kind.noun(), kind.called(name));
    match renamed(context, file, kind, name) {
        Some((new, line)) => Cause::Renamed {
            what,
            old: kind.called(name),
            name: kind.called(&new),
            file: file.to_owned(),
            line,
        },
        None => Cause::TakenOut {
            what,
            file: file.to_owned(),
            line,
        },
    }
}

/// The new name of a definition, and its line: the only one that came into the file and says exactly the same.
fn renamed(context: &ChangeContext<'_>, file: &str, kind: Kind, name: &str) -> Option<(String, u32)> {
    let (before, now) = (file_now(context.base, file)?, file_now(context.head, file)?);
    let fingerprint = before.definition(kind, name)?.fingerprint;
    // Two that said the same before cannot be told apart.
    if fingerprint == 0 || before.of_kind(kind).filter(|one| one.fingerprint == fingerprint).count() > 1 {
        return None;
    }
    let mut same = now
        .definitions
        .iter()
        .filter(|one| one.kind == kind && one.fingerprint == fingerprint && before.definition(kind, &one.name).is_none());
    let one = same.next().filter(|_| same.next().is_none())?;
    Some((one.name.clone(), one.line))
}

#[cfg(test)]
mod tests {
    use super::rewritten;

    #[test]
    fn a_path_keeps_what_it_counts_from() {
        let of = |written, from, to| rewritten(written, from, to).map(|(old, new)| format!("{old} -> {new}"));
        assert_eq!(
            of("scripts/a.sh", "scripts/a.sh", "ops/a.sh").as_deref(),
            Some("scripts/a.sh -> ops/a.sh")
        );
        assert_eq!(of("./a.sh", "scripts/a.sh", "scripts/b.sh").as_deref(), Some("a.sh -> b.sh"));
        assert_eq!(
            of("a.sh", "scripts/a.sh", "ops/a.sh"),
            None,
            "another folder cannot be written so"
        );
        assert_eq!(
            of("../scripts/a.sh", "scripts/a.sh", "ops/a.sh").as_deref(),
            Some("scripts/a.sh -> ops/a.sh")
        );
        assert_eq!(of("../b.md", "docs/b.md", "guide/b.md"), None);
        assert_eq!(of("scripts/", "scripts", "ops").as_deref(), Some("scripts -> ops"));
        assert_eq!(of("", "a", "b"), None);
    }
}
