//! Tasks in Ruby files: Rake and fastlane.
//!
//! <https://ruby.github.io/rake/doc/rakefile_rdoc.html>, <https://docs.fastlane.tools/advanced/lanes/>.

use crate::command::call::Call;
use crate::command::placeholder::in_name;
use crate::command::sink::Sink;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::{Kind, Runner};
use crate::tools::format::{Format, extension, file_name, fingerprint};
use crate::tools::runner;
use crate::tools::task_call::{TaskCall, is_task_name};
use crate::tools::tasks::{Files, Names, TaskFiles};
use crate::tools::tool::{NONE, Tool};

/// Tasks of Rake.
pub(crate) const RAKE: Tool = Tool {
    names: &["rake"],
    calls: |call, sink| TaskCall::with_arguments(runner::RAKE).read(call, call.arguments(), sink),
    formats: &[FORMAT],
    tasks: Some(TaskFiles {
        runner: runner::RAKE,
        noun: "task",
        collect: |tree, _, _| rake(tree),
        is_exact: |_, _| true,
    }),
    ..NONE
};

/// Namespaces that Rails and well-known gems fill as well. Sorted.
const SHARED: &[&str] = &[
    "action_mailbox", "action_text", "active_storage", "app", "assets", "auto_annotate", "brakeman", "bundle", "bundler",
    "cache_digests", "ci", "coverage", "css", "cucumber", "data_migrate", "db", "dev", "devise", "doc", "elasticsearch",
    "engine", "error_pages", "factory_bot", "good_job", "i18n", "importmap", "javascript", "jobs", "knapsack", "log", "parallel",
    "paper_trail", "pg_search", "rails", "railties", "rdoc", "release", "resque", "rswag", "rubocop", "searchkick", "secret",
    "sidekiq", "sitemap", "solid_queue", "spec", "stats", "strong_migrations", "sunspot", "tailwindcss", "test", "time", "tmp",
    "turbo", "vite", "webpacker", "yard", "yarn", "zeitwerk",
];

/// The names of all files of the tree. Where one of them loads others, only the namespaces are complete that nobody else fills.
fn rake(tree: Files<'_>) -> Option<Names> {
    let mut names = every(tree, runner::RAKE)?;
    let is_open = |file: &&DefinitionFile| file.open_kinds.contains(&Kind::Task(runner::RAKE));
    let files = || {
        tree.source
            .definitions
            .values()
            .map(AsRef::as_ref)
            .filter(|file| file.format == FORMAT.name)
    };
    for file in files().filter(|file| file_name(&file.path) != "Fastfile") {
        names.admit(file);
    }
    let space = |name: &str| name.split_once(':').map(|(space, _)| format!("{space}:"));
    let of = |file: &DefinitionFile| {
        file.of_kind(Kind::Task(runner::RAKE))
            .filter_map(|task| space(&task.name))
            .collect::<Vec<_>>()
    };
    let open: Vec<String> = files().filter(is_open).flat_map(of).collect();
    let mut closed: Vec<String> = names.by_name.keys().filter_map(|name| space(name)).collect();
    closed.dedup();
    closed.retain(|space| !open.contains(space) && SHARED.binary_search(&space.trim_end_matches(':')).is_err());
    // Where the name of a task is computed in front of all namespaces, it may bring one.
    if !files().any(|file| is_open(&file) && of(file).is_empty()) {
        names.closed = closed;
    }
    Some(names)
}

/// Lanes of fastlane.
pub(crate) const FASTLANE: Tool = Tool {
    names: &["fastlane"],
    calls: lane,
    tasks: Some(TaskFiles {
        runner: runner::FASTLANE,
        noun: "lane",
        collect: |tree, _, _| lanes(tree),
        is_exact: |_, name| name.contains(' '),
    }),
    ..NONE
};

/// Platforms that fastlane knows, behind which a lane stands.
const PLATFORMS: &[&str] = &["android", "ios", "mac"];

/// `fastlane beta`, `fastlane ios beta`. What stands behind a lane is given to it.
fn lane(call: &Call<'_>, sink: &mut Sink) {
    if let [platform, lane, ..] = call.arguments()
        && PLATFORMS.contains(&platform.text.as_str())
        && is_task_name(&lane.text)
        && !lane.text.contains([':', '='])
        && !in_name(&lane.text)
    {
        let name = format!("{} {}", platform.text, lane.text);
        let range = call.start()..lane.range.end;
        return sink.task(&call.site, &range, runner::FASTLANE, &name, &[], &call.directory);
    }
    TaskCall::with_arguments(runner::FASTLANE).read(call, call.arguments(), sink);
}

/// The lanes of all files of the tree. A word alone may be an action of fastlane; a lane behind its platform is one of theirs, and one of
/// all platforms may stand there, too.
fn lanes(tree: Files<'_>) -> Option<Names> {
    let mut names = every(tree, runner::FASTLANE)?;
    for file in tree
        .source
        .definitions
        .values()
        .filter(|file| file_name(&file.path) == "Fastfile")
    {
        names.admit(file);
    }
    let common: Vec<(String, String, u32)> = names
        .by_name
        .iter()
        .filter(|(name, _)| !name.contains(' '))
        .map(|(name, (path, line))| (name.clone(), path.clone(), *line))
        .collect();
    for (name, path, line) in common {
        for platform in PLATFORMS.iter().filter(|platform| **platform != name) {
            names.add(&format!("{platform} {name}"), &path, line);
        }
    }
    Some(names)
}

/// The names of every file of the tree: which of them are loaded is decided by code.
fn every(tree: Files<'_>, runner: Runner) -> Option<Names> {
    let mut names: Option<Names> = None;
    let is_own = |file: &DefinitionFile| {
        file.format == FORMAT.name && (file_name(&file.path) == "Fastfile") == (runner == runner::FASTLANE)
    };
    for file in tree.source.definitions.values().filter(|file| is_own(file)) {
        names
            .get_or_insert_with(|| Names::of(&file.path))
            .add_all(file, Kind::Task(runner));
    }
    names
}

/// Rakefiles and Fastfiles. Names are those of references: `rake db:seed`, `fastlane beta`. Both are programs that may load others: complete
/// is one that loads nothing but the standard library; where it computes the names of tasks its kind of them is open.
const FORMAT: Format = Format {
    name: "ruby-tasks",
    recognizes: |path| {
        let name = file_name(path);
        matches!(name, "Rakefile" | "rakefile" | "Rakefile.rb" | "rakefile.rb" | "Fastfile") || extension(path) == "rake"
    },
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut file = DefinitionFile::complete(path, FORMAT.name);
    let runner = if file_name(path) == "Fastfile" {
        runner::FASTLANE
    } else {
        runner::RAKE
    };
    // The namespaces around a line, by their indents: people indent what is inside.
    let mut around: Vec<(usize, &str)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let words = line.trim_start();
        let depth = line.len() - words.len();
        if words.is_empty() || words.starts_with('#') {
            continue;
        }
        while around.last().is_some_and(|(indent, _)| *indent >= depth) {
            around.pop();
        }
        let (keyword, rest) = words.split_once([' ', '(']).unwrap_or((words, ""));
        let name = symbol(rest);
        match (keyword, name) {
            ("namespace" | "platform", Some(name)) => around.push((depth, name)),
            ("task" | "multitask" | "lane", Some(name)) => {
                let prefix: Vec<&str> = around.iter().map(|(_, name)| *name).collect();
                let separator = if runner == runner::RAKE { ":" } else { " " };
                let whole = [prefix.as_slice(), &[name]].concat().join(separator);
                push(&mut file, runner, &whole, index as u32 + 1, words);
                if let Some(platform) = prefix.first().filter(|_| runner == runner::FASTLANE) {
                    push(&mut file, runner, platform, index as u32 + 1, words);
                }
            }
            ("task" | "multitask" | "namespace", None) => {
                file.is_complete = false;
                file.open_kinds = vec![Kind::Task(runner)];
            }
            _ => {
                file.is_complete &= !loads_others(words);
                if let Some(task) = file.definitions.last_mut() {
                    task.fingerprint = fingerprint((task.fingerprint, words));
                }
            }
        }
    }
    file
}

/// Whether a line reads in what may define further tasks, or makes some by a class of a gem.
fn loads_others(words: &str) -> bool {
    const STANDARD: &[&str] = &[
        "English", "benchmark", "bundler/setup", "csv", "date", "digest", "erb", "etc", "fileutils", "io/console", "json",
        "logger", "net/http", "open-uri", "open3", "optparse", "pathname", "rake", "rake/clean", "rbconfig", "rubygems",
        "securerandom", "set", "shellwords", "tempfile", "time", "tmpdir", "uri", "yaml", "zlib",
    ];
    let called = words.split([' ', '(']).next().unwrap_or_default();
    match called {
        // Every file of tasks is read.
        _ if words.contains(".rake") => false,
        "require" => !STANDARD
            .iter()
            .any(|name| words.contains(&format!("'{name}'")) || words.contains(&format!("\"{name}\""))),
        "load" | "import" | "import_from_git" | "require_relative" | "rule" | "file" | "directory" | "eval" | "instance_eval" => {
            true
        }
        _ => [
            "Task.new", "TaskLib", "load_tasks", "install_tasks", "define_task", ".load ", "Tasks.new", "Dir.glob", "Dir[",
        ]
        .iter()
        .any(|sign| words.contains(sign)),
    }
}

fn push(file: &mut DefinitionFile, runner: Runner, name: &str, line: u32, head: &str) {
    file.definitions.push(Definition {
        interface: fingerprint(head),
        ..Definition::task(runner, name, line, fingerprint(head))
    });
}

/// The literal name at the start of arguments: `:seed`, `"seed"`, `seed: :environment`.
fn symbol(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.' | '?');
    let name = if let Some(rest) = rest.strip_prefix(':') {
        let rest = rest.trim_start_matches('"');
        rest.split(|c: char| !is_name(c) || c == ':').next()
    } else if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        rest[1..].split(quote).next().filter(|name| name.chars().all(is_name))
    } else {
        let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
        rest[name.len()..].starts_with(": ").then_some(name)
    };
    name.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn tasks_carry_their_namespaces() {
        let text = "task default: :test\nnamespace :db do\n  desc 'x'\n  task :seed, [:env] => :environment do |t|\n    run\n  end\n  namespace 'dump' do\n    task 'all' do\n    end\n  end\nend\ntask \"a-b\" do\nend\ntask name do\nend\n";
        let found: Vec<(String, u32)> = parse("Rakefile", text)
            .definitions
            .into_iter()
            .map(|task| (task.kind.called(&task.name), task.line))
            .collect();
        assert_eq!(
            found,
            [
                ("rake default".to_owned(), 1),
                ("rake db:seed".to_owned(), 4),
                ("rake db:dump:all".to_owned(), 8),
                ("rake a-b".to_owned(), 12)
            ]
        );
    }

    #[test]
    fn lanes_are_read() {
        let file = parse(
            "fastlane/Fastfile",
            "platform :ios do\n  lane :beta do\n  end\nend\nlane :clean do\nend\n",
        );
        let found: Vec<String> = file.definitions.iter().map(|task| task.kind.called(&task.name)).collect();
        assert_eq!(found, ["fastlane ios beta", "fastlane ios", "fastlane clean"]);
    }

    #[test]
    fn a_file_that_loads_others_or_computes_names_is_not_complete() {
        let is_complete = |text: &str| parse("Rakefile", text).is_complete;
        assert!(is_complete(
            "require 'json'\nrequire \"rake/clean\"\nDir.glob('lib/tasks/*.rake').each { |f| load f }\ntask :a do\nend\n"
        ));
        for text in [
            "require_relative 'config/application'\nRails.application.load_tasks\n",
            "require 'bundler/gem_tasks'\n",
            "RSpec::Core::RakeTask.new(:spec)\n",
            "%w[a b].each do |name|\n  task name do\n  end\nend\n",
        ] {
            assert!(!is_complete(text), "{text}");
        }
    }
}
