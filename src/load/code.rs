//! Source code, as far as the runbooks of an edition ask for it: which files are read, and what is looked for in them.
//!
//! Nothing is read when nothing asks. A file is read once for everything that is asked of it, all files at the same time, and what one
//! content says is remembered for all editions.

pub(in crate::load) mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::code::mention::Search;
use crate::code::{Asked, language_of};
use crate::load::code::read::{CodeCache, Reading, Task, key_of_search};
use crate::model::definition::DefinitionFile;
use crate::model::edition::{Code, EditionRunbook, Mention, Program};
use crate::model::format;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceKind;
use crate::model::tree::{Entry, EntryKind, Listing};
use crate::source::tree::Tree;
use crate::tools::lookup::claim;

/// Files of one program that are read.
const MAX_PROGRAM_FILES: usize = 2_000;

/// Folders of code that somebody else wrote, or that is made.
const FOREIGN: &[&str] = &[
    "node_modules", "vendor", "third_party", "dist", "build", ".venv", "venv", "site-packages", "target", ".next", "Pods",
    ".yarn", "__pycache__", "bower_components",
];

/// Endings of files that hold no text, or no name of a variable.
const SILENT: &[&str] = &[
    "7z", "avif", "bin", "bmp", "bz2", "class", "css", "csv", "eot", "exe", "gif", "gz", "heic", "icns", "ico", "jar", "jpeg",
    "jpg", "lock", "lockb", "map", "md", "markdown", "mdx", "min.js", "mov", "mp3", "mp4", "o", "otf", "parquet", "pdf", "png",
    "po", "rst", "snap", "so", "svg", "tar", "tgz", "ttf", "wasm", "webp", "zip",
];

/// What the runbooks of an edition ask of the code.
#[derive(Debug, Default)]
struct Wanted {
    /// Scripts as written.
    scripts: BTreeSet<String>,
    /// Programs by name, and modules as `python -m MODULE`.
    programs: BTreeSet<String>,
    /// Names of variables.
    variables: BTreeSet<String>,
    /// Names of tests.
    tests: BTreeSet<String>,
    terraform: bool,
    objects: bool,
    endpoints: bool,
    settings: bool,
}

impl Wanted {
    fn of(runbooks: &[EditionRunbook]) -> Self {
        let mut wanted = Self::default();
        let named = runbooks
            .iter()
            .flat_map(|runbook| &runbook.runbook.references)
            .filter_map(|reference| match &reference.kind {
                ReferenceKind::Named(named) => Some((named, reference.text.as_str())),
                _ => None,
            });
        for (named, text) in named {
            match named.kind {
                Kind::ScriptFlag => {
                    for owner in &named.within {
                        if is_script(owner) {
                            wanted.scripts.insert(owner.clone());
                        } else {
                            wanted.programs.insert(owner.clone());
                        }
                    }
                }
                Kind::CliCommand => {
                    wanted.programs.insert(named.within.first().unwrap_or(&named.name).clone());
                }
                Kind::EnvVar => {
                    // Images read `X_FILE` where they read `X`.
                    wanted.variables.extend(named.name.strip_suffix("_FILE").map(str::to_owned));
                    wanted.variables.insert(named.name.clone());
                }
                Kind::TestName => {
                    wanted.tests.insert(named.name.clone());
                }
                Kind::TerraformAddress => wanted.terraform = true,
                Kind::KubernetesObject => wanted.objects = true,
                Kind::Endpoint => {
                    wanted.endpoints = true;
                    // A path that a program compares by hand is a route that no framework tells.
                    let path = named.name.split(['?', '#']).next().unwrap_or_default();
                    if path.starts_with('/') && path[1..].contains('/') && !claim::has_placeholder(path) {
                        wanted.variables.insert(path.trim_end_matches('/').to_owned());
                    }
                    wanted.variables.extend(claim::address_of(text).map(str::to_owned));
                }
                Kind::Threshold | Kind::Version => wanted.settings = true,
                _ => {}
            }
        }
        wanted
    }
}

/// The folders in front of what is to be filled in, of the paths in some runbooks.
fn folders_asked(runbooks: &[EditionRunbook]) -> impl Iterator<Item = String> {
    let references = runbooks.iter().flat_map(|runbook| &runbook.runbook.references);
    references.filter_map(|reference| match &reference.kind {
        ReferenceKind::Named(named) if named.kind == Kind::Placeholder => claim::fixed(&named.name).map(str::to_owned),
        _ => None,
    })
}

/// Whether what a flag belongs to is a file, not a program.
fn is_script(owner: &str) -> bool {
    !owner.contains(' ') && (owner.contains('/') || owner.contains('.'))
}

/// What the code says of the names in some runbooks. `root` is the folder of the source.
pub(crate) fn code(
    cache: &CodeCache,
    tree: &dyn Tree,
    root: &str,
    definitions: &BTreeMap<String, Arc<DefinitionFile>>,
    runbooks: &[EditionRunbook],
) -> Code {
    let mut wanted = Wanted::of(runbooks);
    let listing = tree.listing();
    // A folder that is not there may be one that the code makes.
    wanted
        .variables
        .extend(folders_asked(runbooks).filter(|folder| !listing.has_folder(folder)));
    let search = Search::new(
        wanted.variables.difference(&wanted.tests).cloned().collect(),
        wanted.tests.iter().cloned().collect(),
    );
    let mut tasks: BTreeMap<&str, Task> = BTreeMap::new();
    let files = || {
        let is_file = |entry: &&Entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable);
        listing
            .below(root)
            .iter()
            .filter(is_file)
            .filter(|entry| !is_foreign(&entry.path))
    };
    for script in &wanted.scripts {
        for entry in with_ending(listing, script) {
            tasks.entry(&entry.path).or_default().asked = Some(Asked::Everything);
        }
    }
    let programs = programs(cache, tree, &wanted, definitions, &files().collect::<Vec<_>>());
    for path in programs.values().flatten().flat_map(|program| &program.files) {
        if let Some(entry) = listing.entry(path) {
            tasks.entry(&entry.path).or_default().asked = Some(Asked::Everything);
        }
    }
    if wanted.endpoints || wanted.settings || wanted.terraform || wanted.objects {
        for entry in files() {
            let is_wanted = match language_of(&entry.path).map(|language| language.name) {
                Some("setting" | "package-bin") => wanted.settings,
                Some("terraform") => wanted.terraform,
                Some("yaml") => wanted.objects && !is_test(&entry.path),
                Some("shell" | "powershell") | None => false,
                Some("openapi" | "proxy") => wanted.endpoints,
                Some(_) => wanted.endpoints && !is_test(&entry.path),
            };
            if is_wanted {
                tasks.entry(&entry.path).or_default().asked.get_or_insert(Asked::Routes);
            }
        }
    }
    if search.is_some() {
        let texts: BTreeSet<&str> = runbooks.iter().map(|runbook| runbook.path.as_str()).collect();
        for entry in files().filter(|entry| !is_silent(&entry.path) && !texts.contains(entry.path.as_str())) {
            tasks.entry(&entry.path).or_default().is_searched = true;
        }
    }
    let tasks: Vec<(&Entry, Task)> = tasks
        .into_iter()
        .filter_map(|(path, task)| Some((listing.entry(path)?, task)))
        .collect();
    let searched = search.as_ref().map(key_of_search);
    let read: Vec<Reading> = tasks
        .par_iter()
        .map(|(entry, task)| cache.read(tree, entry, *task, search.as_ref().zip(searched)))
        .collect();
    let sourced = sourced(cache, tree, &read);
    let mut code = Code {
        programs,
        files: sourced,
        ..Code::default()
    };
    if let Some(search) = &search {
        code.mentions
            .extend(search.names().iter().map(|name| (name.clone(), Vec::new())));
    }
    for ((entry, _), (file, mentions)) in tasks.iter().zip(read) {
        if let Some(file) = file {
            code.files.insert(entry.path.clone(), file);
        }
        let (Some(mentions), Some(search)) = (mentions, &search) else {
            continue;
        };
        code.prefixes.extend(mentions.prefixes.iter().cloned());
        for (index, line, default) in &mentions.found {
            let name = &search.names()[*index];
            let mention = Mention {
                path: entry.path.clone(),
                line: *line,
                default: default.clone(),
            };
            code.mentions.entry(name.clone()).or_default().push(mention);
        }
    }
    code.prefixes.sort();
    code.prefixes.dedup();
    code
}

/// Scripts that are read in by scripts, at most.
const MAX_SOURCED: usize = 200;

/// The scripts that the scripts read in, and those that these read in.
fn sourced(cache: &CodeCache, tree: &dyn Tree, read: &[Reading]) -> BTreeMap<String, Arc<DefinitionFile>> {
    let task = Task {
        asked: Some(Asked::Everything),
        is_searched: false,
    };
    let is_shell = |file: &&Arc<DefinitionFile>| file.format == format::SHELL;
    let mut files = BTreeMap::new();
    let mut open: Vec<Arc<DefinitionFile>> = read
        .iter()
        .filter_map(|(file, _)| file.as_ref())
        .filter(is_shell)
        .cloned()
        .collect();
    while let Some(file) = open.pop().filter(|_| files.len() < MAX_SOURCED) {
        for place in file.includes.iter().flat_map(|include| file.places_of(include)) {
            let is_file = |entry: &&Entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable);
            let entry = tree.listing().entry(&place).filter(is_file);
            let Some(entry) = entry.filter(|entry| !files.contains_key(&entry.path)) else {
                continue;
            };
            if let Some(file) = cache.read(tree, entry, task, None).0.filter(|file| is_shell(&file)) {
                files.insert(entry.path.clone(), Arc::clone(&file));
                open.push(file);
            }
        }
    }
    files
}

fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| FOREIGN.contains(&part))
}

/// Whether a file holds tests, which make services and parsers of their own.
fn is_test(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    folder.split('/').any(|part| {
        matches!(
            part,
            "test" | "tests" | "__tests__" | "spec" | "e2e" | "fixtures" | "testdata" | "__mocks__" | "mocks"
        )
    }) || name.starts_with("test_")
        || name.starts_with("conftest")
        || name.contains("_test.")
        || name.contains(".test.")
        || name.contains(".spec.")
        || name.contains(".stories.")
}

fn is_silent(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    SILENT.contains(&ending.as_str())
        || matches!(
            name,
            "package-lock.json" | "pnpm-lock.yaml" | "go.sum" | "npm-shrinkwrap.json"
        )
        || name.ends_with(".min.js")
        || name.ends_with(".ipynb")
}

/// The files whose path ends like a path that was written.
fn with_ending<'listing>(listing: &'listing Listing, written: &str) -> Vec<&'listing Entry> {
    let written = written.rsplit("../").next().unwrap_or(written);
    let written = written.trim_start_matches("./").trim_start_matches('/');
    let name = written.rsplit('/').next().unwrap_or_default();
    let is_file = |entry: &&Entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable);
    listing
        .named(name)
        .filter(is_file)
        .filter(|entry| ends_with_path(&entry.path, written))
        .collect()
}

/// The programs that are asked for and that the repository defines.
fn programs(
    cache: &CodeCache,
    tree: &dyn Tree,
    wanted: &Wanted,
    definitions: &BTreeMap<String, Arc<DefinitionFile>>,
    files: &[&Entry],
) -> BTreeMap<String, Vec<Program>> {
    let mut found: BTreeMap<String, Vec<Program>> = BTreeMap::new();
    if wanted.programs.is_empty() {
        return found;
    }
    let mut add = |name: &str, manifest: &str, line: u32, files: Vec<String>| {
        found.entry(name.to_owned()).or_default().push(Program {
            manifest: manifest.to_owned(),
            line,
            files,
        });
    };
    let is_wanted = |name: &str| wanted.programs.contains(name);
    for file in definitions.values() {
        let folder = folder_of(&file.path);
        match file.format {
            "pyproject" => {
                for program in file.of_kind(Kind::Program).filter(|program| is_wanted(&program.name)) {
                    let module = program
                        .value
                        .as_deref()
                        .unwrap_or_default()
                        .split(':')
                        .next()
                        .unwrap_or_default();
                    add(&program.name, &file.path, program.line, python_files(module, folder, files));
                }
            }
            "cargo-manifest" => {
                let sources = || below(files, &join(folder, "src"), &["rs"]);
                for program in file.of_kind(Kind::CargoBin).filter(|program| is_wanted(&program.name)) {
                    add(&program.name, &file.path, program.line, sources());
                }
                for package in file.of_kind(Kind::CargoPackage) {
                    let is_program = files.iter().any(|entry| entry.path == join(folder, "src/main.rs"));
                    let has_bin = file.definition(Kind::CargoBin, &package.name).is_some();
                    if is_program && !has_bin && is_wanted(&package.name) {
                        add(&package.name, &file.path, package.line, sources());
                    }
                    if is_wanted("cargo run") && folder.is_empty() {
                        add("cargo run", &file.path, package.line, sources());
                    }
                }
                let bins = format!("{}/", join(folder, "src/bin"));
                for entry in files.iter().filter(|entry| entry.path.starts_with(&bins)) {
                    let name = entry.path[bins.len()..].trim_end_matches("/main.rs").trim_end_matches(".rs");
                    if !name.contains('/') && is_wanted(name) && file.definition(Kind::CargoBin, name).is_none() {
                        add(name, &entry.path, 1, sources());
                    }
                }
            }
            _ => {}
        }
    }
    for entry in files.iter().filter(|entry| entry.path.ends_with("package.json")) {
        let task = Task {
            asked: Some(Asked::Everything),
            is_searched: false,
        };
        let Some(file) = cache.read(tree, entry, task, None).0 else {
            continue;
        };
        for program in file.of_kind(Kind::Program).filter(|program| is_wanted(&program.name)) {
            let sources = below(files, folder_of(&entry.path), &["js", "mjs", "cjs", "ts", "mts", "tsx"]);
            let sources = sources.into_iter().filter(|path| !is_test(path)).collect();
            add(&program.name, &entry.path, program.line, sources);
        }
    }
    for name in &wanted.programs {
        if let Some(module) = name.strip_prefix("python -m ") {
            let sources = python_files(module, "", files);
            let (path, main) = (
                format!("{}.py", module.replace('.', "/")),
                format!("{}/__main__.py", module.replace('.', "/")),
            );
            let home = files
                .iter()
                .find(|entry| ends_with_path(&entry.path, &path) || ends_with_path(&entry.path, &main));
            if let Some(home) = home {
                add(name, &home.path, 1, sources);
            }
            continue;
        }
        // A folder of Go with a `main` package is a program of its name.
        let main = format!("cmd/{name}/main.go");
        if let Some(entry) = files.iter().find(|entry| ends_with_path(&entry.path, &main)) {
            let module = entry.path[..entry.path.len() - main.len()].trim_end_matches('/').to_owned();
            let sources = below(files, &module, &["go"])
                .into_iter()
                .filter(|path| !path.ends_with("_test.go"))
                .collect();
            add(name, &entry.path, 1, sources);
        }
    }
    found
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    }
}

/// Whether a path is another one, or ends with it behind a slash.
fn ends_with_path(path: &str, ending: &str) -> bool {
    path.strip_suffix(ending)
        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The files below a folder with one of some endings.
fn below(files: &[&Entry], folder: &str, endings: &[&str]) -> Vec<String> {
    let prefix = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    files
        .iter()
        .filter(|entry| entry.path.starts_with(&prefix))
        .filter(|entry| {
            entry
                .path
                .rsplit_once('.')
                .is_some_and(|(_, ending)| endings.contains(&ending))
        })
        .take(MAX_PROGRAM_FILES)
        .map(|entry| entry.path.clone())
        .collect()
}

/// The files of the package that holds a module: a module that is one file alone, or everything below the outermost package.
fn python_files(module: &str, folder: &str, files: &[&Entry]) -> Vec<String> {
    let path = module.replace('.', "/");
    let names = [
        format!("{path}.py"),
        format!("{path}/__main__.py"),
        format!("{path}/__init__.py"),
    ];
    let is_home = |entry: &&&Entry| names.iter().any(|name| ends_with_path(&entry.path, name));
    let mut homes: Vec<&&Entry> = files.iter().filter(is_home).collect();
    homes.sort_by_key(|entry| (!entry.path.starts_with(folder), entry.path.len()));
    let Some(home) = homes.first() else { return Vec::new() };
    let Some(at) = home.path.find(&path) else { return Vec::new() };
    let package = path.split('/').next().unwrap_or_default();
    let top = format!("{}{package}", &home.path[..at]);
    let mut sources: Vec<String> = below(files, &top, &["py"])
        .into_iter()
        .filter(|path| !is_test(path))
        .collect();
    if !sources.contains(&home.path) {
        sources.push(home.path.clone());
        sources.sort();
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::{is_foreign, is_script, is_silent, is_test};

    #[test]
    fn scripts_are_told_from_programs() {
        assert!(is_script("scripts/x") && is_script("x.sh") && is_script("./x"));
        assert!(!is_script("app") && !is_script("python -m a.b"));
    }

    #[test]
    fn what_says_nothing_is_not_read() {
        assert!(is_foreign("a/node_modules/x.js") && !is_foreign("a/modules/x.js"));
        assert!(is_test("tests/x.py") && is_test("a/x.test.ts") && !is_test("a/latest.py"));
        assert!(is_silent("a.png") && is_silent("docs/x.md") && is_silent("package-lock.json") && !is_silent(".env.example"));
    }
}
