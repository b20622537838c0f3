//! What each rule prints: the whole finding as people see it, with its frame, its help and its fix, beside the small repository that it is
//! about. One file per rule in `tests/printed`; `RUNPROOF_BLESS=1 cargo test` writes what is printed anew.
//!
//! A file is a list of steps, each of which begins with `== `: a path with the text of the file, or a word below. Behind the last step stands
//! what was printed.
//!
//! | step | does |
//! |---|---|
//! | `commit WORDS` | commits everything, a day after the commit before |
//! | `tag NAME` | tags the commit |
//! | `delete PATH`, `move PATH PATH`, `link PATH TARGET` | changes the files |
//! | `edit PATH WORDS => WORDS` | puts words in place of others |
//! | `origin ADDRESS` | tells where the repository comes from |
//! | `shallow` | forgets all commits but the last |
//! | `run ARGUMENTS` | runs the program; the last one of `lint` is what is shown |
//! | `page PATH` | shows the finding as the JSON of a page of a handbook holds it, for what `lint` does not look at |
//!
//! `\u{202E}` in a text is the letter with that number.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use serde_json::Value;

use crate::blessed::is_blessing;
use crate::support::{Folder, run};

/// What the program is started with at once.
const WORKERS: usize = 4;

#[test]
fn every_rule_prints_what_its_file_shows() {
    let explained: Value = serde_json::from_str(&run(&["explain", "--format", "json"]).stdout).expect("it is JSON");
    let rules = explained["rules"].as_array().expect("there are rules");
    let rules: Vec<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    let waiting = Mutex::new(rules.iter());
    let wrong = Mutex::new(Vec::new());
    let work = || {
        while let Some(rule) = { waiting.lock().expect("no worker panics with it").next() } {
            let said = compare(rule);
            wrong.lock().expect("no worker panics with it").extend(said);
        }
    };
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(work);
        }
    });
    let mut wrong = wrong.into_inner().expect("no worker panics with it");
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let stand = fs::read_dir(folder()).expect("the folder is there").count();
    assert_eq!(stand, rules.len(), "a file in tests/printed is of no rule");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/printed")
}

/// What is wrong with the file of a rule.
fn compare(rule: &str) -> Option<String> {
    let path = folder().join(format!("{rule}.txt"));
    let Ok(text) = fs::read_to_string(&path) else {
        return Some(format!(
            "tests/printed/{rule}.txt is missing: write the smallest repository that the rule speaks of"
        ));
    };
    let end = text.rfind("\n== ").map_or(0, |at| at + 1);
    let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let (steps, stands) = text.split_at(end);
    let printed = printed(rule, steps);
    if printed.is_empty() {
        return Some(format!("{rule} finds nothing in its own example"));
    }
    if stands == printed {
        return None;
    }
    if is_blessing() {
        fs::write(&path, format!("{steps}{printed}")).expect("the file can be written");
        return None;
    }
    Some(format!(
        "tests/printed/{rule}.txt is not as the program prints it; `RUNPROOF_BLESS=1 cargo test` writes it anew:\n{printed}"
    ))
}

/// What the rule prints at the end of the steps.
fn printed(rule: &str, steps: &str) -> String {
    let mut folder = Folder::repository();
    let mut is_committed = false;
    let mut shown = String::new();
    for step in format!("\n{steps}").split("\n== ").skip(1) {
        let (head, body) = step.split_once('\n').unwrap_or((step, ""));
        let (word, rest) = head.split_once(' ').unwrap_or((head, ""));
        let two = || rest.split_once(' ').unwrap_or_else(|| panic!("{rule}: `{head}` names two"));
        match word {
            "commit" => {
                folder.commit(rest, &[]);
                is_committed = true;
            }
            "tag" => drop(folder.git(&["tag", "--annotate", rest, "--message", rest])),
            "origin" => drop(folder.git(&["remote", "add", "origin", rest])),
            "delete" if folder.join(rest).is_dir() => fs::remove_dir_all(folder.join(rest)).expect("it can be removed"),
            "delete" => fs::remove_file(folder.join(rest)).expect("it can be removed"),
            "move" => {
                let text = folder.read(two().0);
                folder.write(two().1, text);
                fs::remove_file(folder.join(two().0)).expect("it can be removed");
            }
            "link" => link(two().1, &folder.join(two().0)),
            "edit" => {
                let (from, to) = two()
                    .1
                    .split_once(" => ")
                    .unwrap_or_else(|| panic!("{rule}: `{head}` has no arrow"));
                let text = folder.read(two().0);
                assert!(text.contains(from), "{rule}: `{from}` is not in {text}");
                folder.write(two().0, text.replace(from, to));
            }
            "shallow" => {
                let clone = Folder::empty();
                let from = format!("file://{}", folder.path().display());
                clone.git(&["clone", "--quiet", "--depth", "1", &from, "."]);
                folder = clone;
            }
            "run" => {
                if !is_committed {
                    folder.commit("Begin", &[]);
                    is_committed = true;
                }
                let mut arguments: Vec<&str> = rest.split(' ').collect();
                if arguments[0] == "lint" {
                    arguments.extend(["--fail-on", "never"]);
                }
                let ran = folder.run(&arguments);
                assert!(ran.code < 2, "{rule}: {}", ran.stderr);
                shown = of_rule(rule, &ran.stdout);
            }
            "page" => {
                let page: Value = serde_json::from_str(&folder.read(rest)).expect("the page is JSON");
                let mut found = String::new();
                in_page(rule, &page, &mut found);
                shown = found;
            }
            _ => folder.write(head, letters(&format!("{body}\n"))),
        }
    }
    shown
}

/// The findings of a rule among those that were printed.
fn of_rule(rule: &str, printed: &str) -> String {
    let head = format!("[{rule}]: ");
    let blocks = printed.split("\n\n").map(str::trim_end);
    let own: Vec<&str> = blocks
        .filter(|block| block.lines().next().is_some_and(|line| line.contains(&head)))
        .collect();
    if own.is_empty() {
        String::new()
    } else {
        format!("{}\n", own.join("\n\n"))
    }
}

fn in_page(rule: &str, value: &Value, found: &mut String) {
    if value["rule"] == rule {
        found.push_str(&format!("{value:#}\n"));
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| in_page(rule, item, found)),
        Value::Object(members) => members.values().for_each(|member| in_page(rule, member, found)),
        _ => {}
    }
}

/// A text with its letters that cannot be seen.
fn letters(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('}').expect("a letter ends in a bracket");
        let number = u32::from_str_radix(number, 16).expect("a letter has a number");
        whole.push(char::from_u32(number).expect("a letter is one"));
        whole.push_str(rest);
    }
    whole
}

#[cfg(unix)]
fn link(target: &str, path: &Path) {
    std::os::unix::fs::symlink(target, path).expect("the link can be made");
}

#[cfg(not(unix))]
fn link(target: &str, path: &Path) {
    fs::write(path, target).expect("the file can be written");
}
