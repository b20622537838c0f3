//! Tasks of Gradle: <https://docs.gradle.org/current/userguide/more_about_tasks.html>.
//!
//! Most tasks come from plugins, which nobody can know from the tree. What a build file registers itself is known, and so are the projects
//! that a task may stand behind (`:order:app:bootRun`), where the settings name them one by one.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::directory::Directory;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::folder;
use crate::tools::format::{Format, file_name, fingerprint};
use crate::tools::gradle_call::tasks;
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::claim;
use crate::tools::lookup::document::Document;
use crate::tools::lookup::resolver::Resolver;
use crate::tools::lookup::tree::Lookup;
use crate::tools::runner::GRADLE;
use crate::tools::tool::{NONE, Tool};

/// Gradle.
pub(crate) const TOOL: Tool = Tool {
    names: &["gradle"],
    calls: |call, sink| tasks(call, call.arguments(), sink),
    formats: &[FORMAT],
    resolvers: &[Resolver::Named {
        kinds: &[Kind::Task(GRADLE)],
        resolve,
    }],
    ..NONE
};

/// Build files and settings. The tasks are those that a file registers itself; the includes of settings are the projects, as `:a:b`.
const FORMAT: Format = Format {
    name: "gradle",
    recognizes: |path| {
        let name = file_name(path);
        name.ends_with(".gradle") || name.ends_with(".gradle.kts")
    },
    parse,
};

/// `tasks.register("x")`, `tasks.register<Copy>("x")`, `tasks.create("x")`, `task x`, `task("x")`, `val x by tasks.registering`.
static TASK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"\btasks?\s*\.\s*(?:register|create)\s*(?:<[^<>()]*>)?\s*\(\s*["']([^"'$]+)["']|\btask(?:\s*<[^<>()]*>)?\s*\(\s*["']([^"'$]+)["']|^\s*task\s+([A-Za-z_]\w*)|\bval\s+([A-Za-z_]\w*)\s+by\s+tasks\s*\.\s*(?:registering|creating)"#,
    )
    .expect("the pattern is a constant that compiles")
});

/// The first word of a call of `include` in settings.
static INCLUDE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^\s*include\b\s*\(?").expect("the pattern is a constant that compiles"));

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile::complete(path, FORMAT.name);
    let text = without_comments(text);
    for (index, line) in text.lines().enumerate() {
        for captures in TASK.captures_iter(line) {
            let name = (1..=4).find_map(|group| captures.get(group));
            if let Some(name) = name {
                file.definitions.push(Definition::task(
                    GRADLE,
                    name.as_str(),
                    index as u32 + 1,
                    fingerprint(line.trim()),
                ));
            }
        }
    }
    if file_name(path).starts_with("settings.") {
        projects(&text, &mut file);
    }
    file
}

/// The projects that settings include. Where anything else than literal names makes projects, not all are known.
fn projects(text: &str, file: &mut DefinitionFile) {
    const COMPUTING: &[&str] = &[
        "projectDir", "includeBuild", "includeFlat", "apply from", "apply(", ".each", "forEach", "listFiles", "for (",
    ];
    file.is_complete = !COMPUTING.iter().any(|word| text.contains(word));
    for call in INCLUDE.find_iter(text) {
        let rest = &text[call.end()..];
        let is_bracketed = call.as_str().ends_with('(');
        let end = if is_bracketed { rest.find(')') } else { statement_end(rest) };
        let arguments = &rest[..end.unwrap_or(rest.len())];
        for part in arguments.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let quoted = part.strip_prefix(['"', '\'']).and_then(|part| part.strip_suffix(['"', '\'']));
            match quoted.filter(|name| !name.is_empty() && !name.contains(['$', '"', '\''])) {
                Some(name) => file
                    .includes
                    .push(format!(":{}", name.trim_start_matches(':').replace('/', ":"))),
                None => file.is_complete = false,
            }
        }
    }
}

/// Where a statement without brackets ends: at the end of a line that no comma ends.
fn statement_end(text: &str) -> Option<usize> {
    text.match_indices('\n')
        .map(|(at, _)| at)
        .find(|at| !text[..*at].trim_end().ends_with(','))
}

/// The text without its comments, line by line as it was.
fn without_comments(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let (mut quote, mut is_block, mut is_line) = (None, false, false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if char == '\n' {
            (quote, is_line) = (None, false);
            output.push(char);
            continue;
        }
        if is_line {
            continue;
        }
        if is_block {
            if char == '*' && chars.peek() == Some(&'/') {
                chars.next();
                is_block = false;
            }
            continue;
        }
        match (quote, char) {
            (Some(open), _) if open == char => quote = None,
            (None, '"' | '\'') => quote = Some(char),
            (None, '/') if chars.peek() == Some(&'/') => {
                is_line = true;
                continue;
            }
            (None, '/') if chars.peek() == Some(&'*') => {
                is_block = true;
                continue;
            }
            _ => {}
        }
        output.push(char);
    }
    output
}

fn resolve(lookup: &Lookup<'_>, document: &Document<'_>, _: &Reference, named: &Named) -> Resolution {
    let name = named.name.as_str();
    if claim::has_placeholder(name) {
        return ignored(Reason::Placeholder);
    }
    if named.directory == Directory::Unknown {
        return unverifiable(Reason::FolderUnknown);
    }
    let files = lookup.files();
    let settings = document
        .task_folders(lookup.source, &named.directory)
        .into_iter()
        .find_map(|home| {
            let settings = files.file_above(&home, &["settings.gradle.kts", "settings.gradle"], FORMAT.name)?;
            Some((home, settings))
        });
    let root = settings.as_ref().map_or("", |(_, file)| folder::split(&file.path).0);
    let (project, task) = name.rsplit_once(':').unwrap_or(("", name));
    // A path that does not begin with a colon counts from the project that the command runs in.
    let project = match &settings {
        Some((home, _)) if !name.starts_with(':') && home.len() > root.len() => {
            let below = home[root.len()..].trim_matches('/').replace('/', ":");
            format!(":{below}{}{project}", if project.is_empty() { "" } else { ":" })
        }
        _ if project.is_empty() => String::new(),
        _ => format!(":{}", project.trim_start_matches(':')),
    };
    if let Some((_, settings)) = &settings
        && settings.is_complete
        && settings.problems.is_empty()
        && !settings.includes.is_empty()
        && name.contains(':')
        && !project.is_empty()
        && !is_project(&settings.includes, &project)
    {
        let near = nearest(&project, settings.includes.iter().map(String::as_str));
        return Resolution {
            target: Some(settings.path.clone()),
            ..broken(
                Reason::NoSuch {
                    name: project.clone(),
                    noun: "project",
                    file: settings.path.clone(),
                    elsewhere: None,
                    doubt: None,
                },
                near.map(|near| format!("{near}:{task}")),
            )
        };
    }
    // The build file of the project first; then those of the whole build, which may register tasks for all projects.
    let home = folder::join(root, &project.trim_start_matches(':').replace(':', "/")).unwrap_or_default();
    let own = files.file_in(&home, &["build.gradle.kts", "build.gradle"], FORMAT.name);
    let all = lookup.source.definitions.values().map(AsRef::as_ref);
    let all = all.filter(|file| file.format == FORMAT.name && folder::is_within(&file.path, root));
    let mut found = own.into_iter().chain(all).filter_map(|file| {
        let definition = file.definition(Kind::Task(GRADLE), task)?;
        Some((file.path.as_str(), definition.line))
    });
    match found.next() {
        Some((path, line)) => resolved(path, Some(line), Reason::A("task")),
        None => unverifiable(Reason::TaskOfPlugin),
    }
}

/// Whether a path is that of a project, or of a folder of projects, which is one as well.
fn is_project(includes: &[String], path: &str) -> bool {
    includes.iter().any(|include| {
        let rest = include.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

#[cfg(test)]
mod tests {
    use super::{FORMAT, parse};
    use crate::model::kind::Kind;
    use crate::tools::runner::GRADLE;
    use crate::tools::testing::of_commands;

    fn tasks(text: &str) -> Vec<String> {
        let file = parse("build.gradle.kts", text);
        file.of_kind(Kind::Task(GRADLE))
            .map(|task| format!("{}:{}", task.name, task.line))
            .collect()
    }

    #[test]
    fn tasks_that_a_build_file_registers_are_known() {
        assert!((FORMAT.recognizes)("app/build.gradle.kts") && (FORMAT.recognizes)("gradle/publish.gradle"));
        assert_eq!(
            tasks(
                "tasks.register(\"deploy\") {\n}\ntasks.register<Copy>(\"pack\") { }\ntask seed {\n}\ntask('drop', type: Exec)\nval docs by tasks.registering(Copy::class)\n"
            ),
            ["deploy:1", "pack:3", "seed:4", "drop:6", "docs:7"]
        );
        for text in [
            "// tasks.register(\"old\")\n",
            "/* task old { }\n*/\n",
            "tasks.named(\"test\") { }\n",
            "tasks.register(\"$name\") { }\n",
            "val taskName = \"x\"\n",
        ] {
            assert_eq!(tasks(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn projects_of_settings_are_known_where_they_are_named() {
        let projects = |text: &str| {
            let file = parse("settings.gradle.kts", text);
            (file.includes.join(" "), file.is_complete)
        };
        assert_eq!(
            projects("rootProject.name = \"x\"\ninclude(\n  \"common\", // shared\n  \"order:app\"\n)\n"),
            (":common :order:app".to_owned(), true)
        );
        assert_eq!(
            projects("include ':a',\n  ':b'\ninclude 'c'\n"),
            (":a :b :c".to_owned(), true)
        );
        for text in [
            "include(name)\n",
            "include(\":a\")\nproject(\":a\").projectDir = file(\"x\")\n",
            "includeBuild(\"plugins\")\ninclude(\"a\")\n",
            "file(\".\").listFiles().forEach { include(it.name) }\n",
        ] {
            assert!(!projects(text).1, "{text}");
        }
    }

    #[test]
    fn the_values_of_options_are_no_tasks() {
        assert_eq!(
            of_commands("./gradlew :app:test --tests OrderTest -x lint clean\ngradle -p services/api build --console plain"),
            [
                "path ./gradlew",
                "task gradle :app:test",
                "task gradle clean",
                "task gradle build in services/api",
                "path services/api"
            ]
        );
    }
}
