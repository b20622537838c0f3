//! Recipes of just: <https://just.systems/man/en/>.

use std::collections::{HashSet, VecDeque};

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::entered;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::Sink;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::tools::folder;
use crate::tools::format::{Format, extension, file_name, fingerprint};
use crate::tools::runner::JUST;
use crate::tools::task_call::is_task_name;
use crate::tools::tasks::{Files, INCLUDE_LIMIT, Names, TaskFiles};
use crate::tools::tool::{NONE, Tool};

/// Recipes, aliases, imports and modules.
pub(crate) const TOOL: Tool = Tool {
    names: &["just"],
    calls: just,
    formats: &[FORMAT],
    reads: |file| {
        let (home, _) = folder::split(&file.path);
        let written = file.includes.iter().map(|include| include.trim_start_matches('?'));
        let places = written.map(|include| include.split_once('=').map_or(include, |(_, place)| place));
        places
            .filter(|place| !place.is_empty())
            .filter_map(|place| folder::join(home, place))
            .collect()
    },
    tasks: Some(TaskFiles {
        runner: JUST,
        noun: "recipe",
        collect,
        is_exact: |_, _| true,
    }),
    ..NONE
};

/// `just RECIPE ARGUMENTS`: what follows the recipe is for the recipe. The recipe belongs to the file that is given, if one is.
fn just(call: &Call<'_>, sink: &mut Sink) {
    let mut directory = call.directory.clone();
    let mut files = Vec::new();
    let mut is_value = false;
    for argument in Arguments::new(
        call.arguments(),
        &[
            "-f", "--justfile", "-d", "--working-directory", "--set", "--shell", "--shell-arg", "--dotenv-filename", "-E",
            "--dotenv-path", "--chooser", "--color", "--command-color", "--dump-format", "--list-heading", "--list-prefix",
            "--tempdir", "--timestamp-format",
        ],
    ) {
        match argument {
            Argument::Option {
                name: "-f" | "--justfile",
                value: Some(value),
                ..
            } => {
                sink.path(&call.site, &value, Evidence::Operand, &call.directory);
                files.push(value.text.to_owned());
            }
            // `--set NAME VALUE`
            Argument::Option { name: "--set", .. } => is_value = true,
            Argument::Operand(_) if is_value => is_value = false,
            Argument::Option {
                name: "-c" | "--command" | "--completions" | "--evaluate",
                ..
            } => return,
            // The justfile of the home of whoever runs it.
            Argument::Option {
                name: "-g" | "--global-justfile",
                ..
            } => directory = Directory::Unknown,
            // Without a file this only says where recipes run.
            Argument::Option {
                name: "-d" | "--working-directory",
                value: Some(value),
                ..
            } if files.is_empty() => directory = entered(&directory, value.text),
            Argument::Operand(word) if !word.text.contains('=') => {
                let is_open = in_name(&word.text) || word.text == "...";
                if is_open || is_task_name(&word.text.replace('/', ":")) {
                    let range = call.start()..word.range.end;
                    // `just sub/build` runs `build` of the justfile in `sub`.
                    let (folder, recipe) = match word.text.rsplit_once('/') {
                        Some((folder, recipe)) if !is_open && files.is_empty() && !recipe.is_empty() => (folder, recipe),
                        _ => ("", word.text.as_str()),
                    };
                    if !folder.is_empty() {
                        directory = entered(&directory, folder);
                    }
                    sink.task(&call.site, &range, JUST, recipe, &files, &directory);
                }
                return;
            }
            _ => {}
        }
    }
}

/// The names that just looks for; it takes any case, and people write these.
const NAMES: &[&str] = &["justfile", "Justfile", ".justfile", "JUSTFILE", ".Justfile"];

fn collect(tree: Files<'_>, folder: &str, given: &[String]) -> Option<Names> {
    if let Some(given) = given.last() {
        let file = tree.file_of(&folder::join(folder, given)?, FORMAT.name)?;
        let mut names = Names::of(&file.path);
        tree.add_justfile(file, &mut names);
        return Some(names);
    }
    let mut first = tree.file_above(folder, NAMES, FORMAT.name)?;
    let mut names = Names::of(&first.path);
    loop {
        tree.add_justfile(first, &mut names);
        // With the setting `fallback`, just goes on in the folders above.
        let (home, _) = folder::split(&first.path);
        let above = folder::upward(home).nth(1);
        let next = above.and_then(|above| tree.file_above(above, NAMES, FORMAT.name));
        match next.filter(|_| first.definition(Kind::JustSetting, "fallback").is_some()) {
            Some(next) => first = next,
            None => return Some(names),
        }
    }
}

impl<'source> Files<'source> {
    /// Adds the recipes of a justfile, of its imports, and of its modules with their name in front.
    fn add_justfile(self, root: &DefinitionFile, names: &mut Names) {
        let mut seen = HashSet::from([(root.path.clone(), String::new())]);
        let mut queue = VecDeque::from([(root, String::new())]);
        while let Some((file, prefix)) = queue.pop_front() {
            names.admit_below(&prefix, file);
            for recipe in file.of_kind(Kind::Task(JUST)) {
                names.add(&format!("{prefix}{}", recipe.name), &file.path, recipe.line);
            }
            for include in &file.includes {
                let written = include.trim_start_matches('?');
                let module = written.split_once('=');
                let found = match module {
                    Some((name, path)) => self.module_of(file, name, path),
                    None => self.imported(file, written),
                };
                let prefix = match module {
                    Some((name, _)) => format!("{prefix}{name}::"),
                    None => prefix.clone(),
                };
                if module.is_some() {
                    names.groups.push(prefix.trim_end_matches(':').to_owned());
                }
                match found {
                    Some(found) if seen.len() < INCLUDE_LIMIT => {
                        if seen.insert((found.path.clone(), prefix.clone())) {
                            queue.push_back((found, prefix));
                        }
                    }
                    _ => names.hide_below(&prefix, Reason::IncludeMissing(file.path.clone(), written.to_owned())),
                }
            }
        }
    }

    fn imported(self, file: &DefinitionFile, written: &str) -> Option<&'source DefinitionFile> {
        let (home, _) = folder::split(&file.path);
        self.file_of(&folder::join(home, written)?, FORMAT.name)
    }

    /// The file of a module: at the path that is written, or where its name says.
    fn module_of(self, file: &DefinitionFile, name: &str, written: &str) -> Option<&'source DefinitionFile> {
        let (home, _) = folder::split(&file.path);
        let place = folder::join(home, if written.is_empty() { name } else { written })?;
        let beside = self
            .file_of(&format!("{place}.just"), FORMAT.name)
            .filter(|_| written.is_empty());
        let inside = || self.file_in(&place, &["mod.just", NAMES[0], NAMES[1], NAMES[2]], FORMAT.name);
        self.file_of(&place, FORMAT.name).or(beside).or_else(inside)
    }
}

/// Justfiles. They define recipes and aliases, each a `just-recipe`, and the setting `fallback`, a `just-setting`.
///
/// The includes are imports as their path, and modules as `name=path`, with an empty path where the name says where the module is. A
/// `?` at the start marks one that need not be there.
const FORMAT: Format = Format {
    name: "just",
    recognizes: |path| {
        let name = file_name(path);
        name.eq_ignore_ascii_case("justfile") || name.eq_ignore_ascii_case(".justfile") || extension(path) == "just"
    },
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile::complete(path, FORMAT.name);
    let mut string_end = None;
    let mut is_in_recipe = false;
    for (index, line) in text.lines().enumerate() {
        if let Some(end) = string_end {
            if line.contains(end) {
                string_end = None;
            }
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        // Everything that is indented is the body of a recipe.
        if line.starts_with(char::is_whitespace) {
            if let Some(task) = file.definitions.last_mut().filter(|_| is_in_recipe && !is_comment(line)) {
                task.fingerprint = fingerprint((task.fingerprint, words(line)));
            }
            continue;
        }
        if line.starts_with(['#', '[']) {
            continue;
        }
        is_in_recipe = false;
        let number = index as u32 + 1;
        let first = line.split_whitespace().next().unwrap_or_default();
        let rest = line[first.len()..].trim();
        match first.trim_end_matches('?') {
            "import" if rest.starts_with(['"', '\'']) => include(&mut file, first, "", rest),
            "mod" if !rest.starts_with(':') => {
                let (name, path) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                include(&mut file, first, name, path.trim());
            }
            "alias" if rest.contains(":=") => {
                let name = rest.split(":=").next().unwrap_or_default().trim();
                push(&mut file, Kind::Task(JUST), name, number, rest);
            }
            "set" => {
                let (name, value) = rest.split_once(":=").unwrap_or((rest, "true"));
                if name.trim() == "fallback" && !value.contains("false") {
                    push(&mut file, Kind::JustSetting, "fallback", number, "");
                }
            }
            "export" if rest.contains(":=") => {}
            _ => {
                if let Some(name) = recipe_name(line) {
                    push(&mut file, Kind::Task(JUST), name, number, line);
                    is_in_recipe = true;
                } else {
                    string_end = ["'''", "\"\"\""].into_iter().find(|quote| line.matches(quote).count() == 1);
                }
            }
        }
    }
    file
}

/// Adds an import, or a module by its name.
fn include(file: &mut DefinitionFile, keyword: &str, name: &str, written: &str) {
    let optional = if keyword.ends_with('?') { "?" } else { "" };
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
    let path = match quote {
        Some(quote) => written[1..].split(quote).next().unwrap_or_default(),
        // A module may stand with a comment behind it.
        None if written.is_empty() || written.starts_with('#') => "",
        None => {
            file.is_complete = false;
            return;
        }
    };
    if name.is_empty() {
        file.includes.push(format!("{optional}{path}"));
    } else if is_name(name) {
        file.includes.push(format!("{optional}{name}={path}"));
    }
}

/// Adds a definition that begins at a line; the body of a recipe is taken in as it is read.
fn push(file: &mut DefinitionFile, kind: Kind, name: &str, line: u32, head: &str) {
    if is_name(name) {
        let head = fingerprint(words(head));
        file.definitions.push(Definition {
            kind,
            name: name.to_owned(),
            line,
            // Parameters with their defaults, and what is run before.
            interface: head,
            fingerprint: head,
            ..Definition::default()
        });
    }
}

/// A line apart from how it is spaced.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// Whether a line of a body is a comment; the first line of a script in another language is none.
fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') && !line.starts_with("#!")
}

/// The name of the recipe that a line begins: `name parameter='default' *rest: dependencies`.
fn recipe_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix('@').unwrap_or(line);
    let end = line.find(|c: char| !is_name_char(c))?;
    let (name, rest) = line.split_at(end);
    if !is_name(name) {
        return None;
    }
    let mut quote = None;
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            // `name := value` is an assignment.
            (None, ':') => return (chars.peek() != Some(&'=')).then_some(name),
            (None, _) => {}
        }
    }
    None
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_name_char)
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    fn names(text: &str) -> Vec<(String, u32)> {
        let file = parse("justfile", text);
        file.definitions.into_iter().map(|task| (task.name, task.line)).collect()
    }

    #[test]
    fn recipes_and_aliases_are_tasks() {
        let text = "set shell := [\"bash\"]\nversion := '1'\nalias m := migrate\n\n# doc\n[private]\nmigrate target='a:b': _check_env\n    echo {{target}}\n@build *args:\n    cargo build\n";
        let found = names(text);
        assert_eq!(
            found,
            [("m".to_owned(), 3), ("migrate".to_owned(), 7), ("build".to_owned(), 9)]
        );
    }

    #[test]
    fn the_variable_that_is_asked_for_is_no_recipe() {
        let called = crate::tools::testing::of_commands;
        assert_eq!(
            called("just --evaluate VERSION\njust --completions bash\njust --command ls"),
            [""; 0]
        );
    }

    #[test]
    fn the_body_of_a_recipe_defines_nothing() {
        assert_eq!(names("a:\n    b: c\n\tc: d\n"), [("a".to_owned(), 1)]);
        assert!(names("\u{2003}a<.\u{1bff3}: b\n").is_empty());
    }

    #[test]
    fn a_recipe_is_its_head_and_its_body() {
        let of = |text: &str| parse("justfile", text).definitions[0].clone();
        let fingerprint = |text: &str| of(text).fingerprint;
        assert_eq!(
            fingerprint("a:\n  x\nb:\n  y\n"),
            fingerprint("# why\na:\n    # how\n    x\n\nb:\n  z\n")
        );
        assert_ne!(fingerprint("a:\n  x\n"), fingerprint("a:\n  y\n"));
        assert_eq!(of("a b='1':\n  x\n").interface, of("a  b='1':\n  y\n").interface);
        assert_ne!(of("a b='1':\n  x\n").interface, of("a b='2':\n  x\n").interface);
    }

    #[test]
    fn imports_and_modules_are_kept_with_their_names() {
        let file = parse(
            "justfile",
            "import 'ci.just'\nimport? \"local.just\"\nmod docs\nmod? ops 'deploy/ops.just' # why\nset fallback\nimport-data:\n  x\n",
        );
        assert_eq!(file.includes, ["ci.just", "?local.just", "docs=", "?ops=deploy/ops.just"]);
        assert_eq!(file.definitions[0].kind, Kind::JustSetting);
        assert_eq!(file.definitions[1].name, "import-data");
        assert!(file.is_complete);
    }

    #[test]
    fn a_computed_import_hides_names() {
        assert!(!parse("justfile", "mod ops f'{{x}}'\n").is_complete);
    }
}
