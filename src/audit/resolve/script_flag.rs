//! Options of the scripts and programs of the repository.

use crate::audit::resolve::foreign::is_foreign_program;
use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::edition::Program;
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::folder;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Options of scripts.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::ScriptFlag),
    resolve,
};

fn resolve(index: &Index<'_>, document: &Document<'_>, _reference: &Reference, named: &Named) -> Resolution {
    let Some(owner) = named.within.first() else {
        return unverifiable(Reason::WithinUnsaid);
    };
    let flag = named.name.as_str();
    let is_script = !owner.contains(' ') && (owner.contains('/') || owner.contains('.'));
    if !is_script {
        return of_program(index, owner, flag);
    }
    let folders = document.folders(index.source, &named.directory);
    if folders.is_empty() {
        return unverifiable(Reason::FolderUnknownForIt);
    }
    // Where the script is found from the root instead, its options are looked up there.
    let homes = folders.iter().map(String::as_str).chain([index.source.root.as_str()]);
    let mut paths = homes.filter_map(|home| folder::join(home, owner));
    let Some(path) = paths.find(|path| index.source.listing.has_file(path)) else {
        return unverifiable(Reason::OwnerNotHere(owner.to_owned()));
    };
    let Some(file) = index.source.code.files.get(&path) else {
        return unverifiable(Reason::LanguageUnread(path.clone()));
    };
    let (files, is_whole) = sourced(index, file);
    if let Some((file, definition)) = files.iter().find_map(|file| Some((file, known(file, flag)?))) {
        return resolved(&file.path, Some(definition.line), Reason::DefinedIn(file.path.clone()));
    }
    if is_built_in(flag) {
        return resolved(&path, None, Reason::EveryProgram);
    }
    let has_flags = file.of_kind(Kind::ScriptFlag).next().is_some();
    if !has_flags && file.format != format::SHELL {
        return unverifiable(Reason::OptionsUnknown(path.clone()));
    }
    if !file.knows_all(Kind::ScriptFlag) || !(file.knows_all(Kind::Parser) || is_whole) {
        return unverifiable(Reason::OptionsOpenInFile(path.clone()));
    }
    missing(flag, files.iter().flat_map(|file| file.of_kind(Kind::ScriptFlag)), &path)
}

/// Scripts that one script reads in at most.
const MAX_SOURCED: usize = 20;

/// A shell script with those that it reads in, and whether they tell all of its options.
fn sourced<'source>(index: &Index<'source>, script: &'source DefinitionFile) -> (Vec<&'source DefinitionFile>, bool) {
    let mut files = vec![script];
    let mut is_whole = script.format == format::SHELL;
    let mut at = 0;
    while let Some(file) = files.get(at).copied().filter(|file| file.format == format::SHELL) {
        at += 1;
        for include in &file.includes {
            let mut places = file.places_of(include).into_iter();
            let read = places
                .find_map(|place| index.source.code.files.get(&place))
                .map(AsRef::as_ref);
            match read {
                Some(read) if files.len() < MAX_SOURCED => {
                    is_whole &= read.knows_all(Kind::ScriptFlag);
                    if !files.iter().any(|known| known.path == read.path) {
                        files.push(read);
                    }
                }
                _ => is_whole = false,
            }
        }
    }
    // Each function that the arguments are given to must be one of those.
    is_whole &= files.iter().flat_map(|file| &file.binaries).all(|name| {
        let mut read = files.iter();
        read.any(|file| file.definition(Kind::ShellFunction, name).is_some())
    });
    (files, is_whole)
}

/// The option of a program: the files of its package together define it.
fn of_program(index: &Index<'_>, owner: &str, flag: &str) -> Resolution {
    let code = &index.source.code;
    let Some(programs) = code.programs.get(owner) else {
        return if is_foreign_program(owner) {
            ignored(Reason::ProgramNotDefined)
        } else {
            unverifiable(Reason::OwnerNotHere(owner.to_owned()))
        };
    };
    let files = || {
        programs
            .iter()
            .flat_map(|program: &Program| &program.files)
            .filter_map(|path| code.files.get(path))
    };
    if let Some((file, definition)) = files().find_map(|file| Some((file, known(file, flag)?))) {
        return resolved(&file.path, Some(definition.line), Reason::DefinedIn(file.path.clone()));
    }
    let home = programs.first().map_or("", |program| program.manifest.as_str());
    if is_built_in(flag) {
        return resolved(home, None, Reason::EveryProgram);
    }
    if files().all(|file| file.of_kind(Kind::ScriptFlag).next().is_none()) {
        return unverifiable(Reason::OptionsUnknown(owner.to_owned()));
    }
    if files().any(|file| !file.knows_all(Kind::ScriptFlag)) {
        return unverifiable(Reason::OptionsOpen(owner.to_owned()));
    }
    missing(flag, files().flat_map(|file| file.of_kind(Kind::ScriptFlag)), owner)
}

/// The definition of a flag. Argparse takes the beginning of a long option for the whole when there is one such option.
fn known<'file>(file: &'file DefinitionFile, flag: &str) -> Option<&'file Definition> {
    if let Some(definition) = file.definition(Kind::ScriptFlag, flag) {
        return Some(definition);
    }
    let plain = |name: &str| name.replace('_', "-").to_lowercase();
    if let Some(definition) = file
        .of_kind(Kind::ScriptFlag)
        .find(|one| plain(&one.name) == plain(flag))
        .filter(|_| file.format == format::JAVASCRIPT)
    {
        return Some(definition);
    }
    if file.format == "powershell" {
        // In any case of letters, and as short as it is still the only one.
        let lower = flag.to_ascii_lowercase();
        let mut alike = file
            .of_kind(Kind::ScriptFlag)
            .filter(|one| one.name.to_ascii_lowercase().starts_with(&lower));
        return alike
            .next()
            .filter(|one| one.name.eq_ignore_ascii_case(flag) || alike.next().is_none());
    }
    let mut beginnings = file.of_kind(Kind::ScriptFlag).filter(|one| one.name.starts_with(flag));
    beginnings.next().filter(|_| file.format == format::PYTHON && flag.len() > 3)
}

fn is_built_in(flag: &str) -> bool {
    const OF_POWERSHELL: [&str; 8] = [
        "-confirm", "-debug", "-erroraction", "-informationaction", "-progressaction", "-verbose", "-warningaction", "-whatif",
    ];
    matches!(flag, "--help" | "--version" | "--install-completion" | "--show-completion")
        || !flag.starts_with("--") && OF_POWERSHELL.contains(&flag.to_ascii_lowercase().as_str())
}

fn missing<'file>(flag: &str, known: impl Iterator<Item = &'file Definition>, owner: &str) -> Resolution {
    let names: Vec<&str> = known.map(|one| one.name.as_str()).collect();
    let suggestion = nearest(
        flag,
        names
            .iter()
            .copied()
            .filter(|name| name.starts_with("--") || !flag.starts_with("--")),
    )
    .map(str::to_owned);
    Resolution {
        target: Some(owner.to_owned()),
        ..broken(Reason::DoesNotDefine(owner.to_owned()), suggestion)
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::{called, code, tree};
    use crate::model::definition::DefinitionFile;
    use crate::model::kind::Kind;

    fn script(format: &'static str, path: &str) -> DefinitionFile {
        code(format, path, Kind::ScriptFlag, &["--dry-run", "--limit"])
    }

    #[test]
    fn flags_of_scripts_are_looked_up() {
        let fixture = tree(&[]).with_code(script("shell", "scripts/x.sh"));
        assert_eq!(
            fixture.look_up(called(Kind::ScriptFlag, "--dry-run", &["scripts/x.sh"])),
            "resolved scripts/x.sh:1 (defined in `scripts/x.sh`)"
        );
        assert_eq!(
            fixture.look_up(called(Kind::ScriptFlag, "--dryrun", &["./scripts/x.sh"])),
            "broken scripts/x.sh (`scripts/x.sh` does not define it) -> --dry-run"
        );
        assert!(
            fixture
                .look_up(called(Kind::ScriptFlag, "--help", &["scripts/x.sh"]))
                .starts_with("resolved")
        );
        assert!(
            fixture
                .look_up(called(Kind::ScriptFlag, "--x", &["scripts/gone.sh"]))
                .starts_with("unverifiable")
        );
    }

    #[test]
    fn the_beginning_of_an_option_is_enough_for_argparse() {
        let fixture = tree(&[]).with_code(script("python", "x.py"));
        assert!(
            fixture
                .look_up(called(Kind::ScriptFlag, "--dry", &["x.py"]))
                .starts_with("resolved")
        );
    }

    #[test]
    fn what_a_script_hands_on_is_not_judged() {
        let open = DefinitionFile {
            open_kinds: vec![Kind::ScriptFlag],
            ..script("shell", "x.sh")
        };
        assert!(
            tree(&[])
                .with_code(open)
                .look_up(called(Kind::ScriptFlag, "--gone", &["x.sh"]))
                .starts_with("unverifiable")
        );
    }

    #[test]
    fn flags_of_programs_are_looked_up_in_all_their_files() {
        let fixture = tree(&[])
            .with_code(script("python", "app/a.py"))
            .with_code(code("python", "app/b.py", Kind::ScriptFlag, &["--all"]))
            .with_program("app", &["app/a.py", "app/b.py"]);
        assert!(
            fixture
                .look_up(called(Kind::ScriptFlag, "--all", &["app"]))
                .starts_with("resolved app/b.py:1")
        );
        assert!(
            fixture
                .look_up(called(Kind::ScriptFlag, "--gone", &["app"]))
                .starts_with("broken")
        );
        assert!(
            fixture
                .look_up(called(Kind::ScriptFlag, "--gone", &["other"]))
                .starts_with("ignored")
        );
    }
}
