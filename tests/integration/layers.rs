//! Holds the table of `src/lib.rs`, which layer may import which; and that inside the layers no files import each other in a circle.

mod house;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use house::{House, circles};

/// What only the layers with a door to the world may name.
const WORLD: [&str; 7] = [
    "std::env", "std::fs", "std::net", "std::process", "std::time::SystemTime", "chrono::Utc::now", "chrono::Local",
];

/// A row of the table: what a layer may import, and whether it may name what is outside.
#[derive(Debug, Default, PartialEq)]
struct Layer {
    imports: BTreeSet<String>,
    is_door: bool,
}

/// The table in the documentation of the crate.
fn table(text: &str) -> BTreeMap<String, Layer> {
    let names = |cell: &str| {
        let names = cell.split(',').map(|name| name.trim().trim_matches('`').to_owned());
        names.collect::<BTreeSet<String>>()
    };
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | "));
    let mut table = BTreeMap::new();
    let mut for_all = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [layers, imports, door, ..] = cells.as_slice() else {
            continue;
        };
        if *layers == "layer" {
            continue;
        }
        for layer in names(layers) {
            let imports = match *imports {
                "nothing of ours" => BTreeSet::new(),
                "all" => {
                    for_all.push(layer.clone());
                    BTreeSet::new()
                }
                imports => names(imports),
            };
            let is_door = door.starts_with("yes");
            table.insert(layer, Layer { imports, is_door });
        }
    }
    let all: BTreeSet<String> = table.keys().cloned().collect();
    for layer in for_all {
        table.entry(layer).or_default().imports.clone_from(&all);
    }
    table
}

/// The layer of a file: its folder, or its own name.
fn layer_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// What in a house is against the table.
fn against_the_table(house: &House, table: &BTreeMap<String, Layer>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, room) in &house.files {
        let own = layer_of(path);
        if matches!(own, "lib" | "main") {
            continue;
        }
        let Some(layer) = table.get(own) else {
            wrong.push(format!("{path} is in no layer of the table"));
            continue;
        };
        for (to, line) in room.arrows.iter().chain(&room.test_arrows) {
            let other = layer_of(to);
            if other != own && !layer.imports.contains(other) {
                wrong.push(format!(
                    "{path}:{line} names something of {to}, and `{own}` may not import `{other}`"
                ));
            }
        }
        for (name, line) in &room.outside {
            if !layer.is_door && !room.is_test && WORLD.iter().any(|world| name.starts_with(world)) {
                wrong.push(format!("{path}:{line} names `{name}`, and `{own}` has no door to the world"));
            }
        }
        wrong.extend(room.improper.iter().map(|(line, what)| format!("{path}:{line}: {what}")));
    }
    wrong
}

/// The circles of a house.
fn round_about(house: &House) -> Vec<String> {
    let arrows = house.arrows();
    let told = circles(&arrows).into_iter().map(|circle| {
        let inside = arrows
            .iter()
            .filter(|(from, to)| circle.contains(from) && circle.contains(to));
        let lines = inside.map(|(from, to)| format!("\n  {from}:{} -> {to}", house.files[*from].arrows[*to]));
        format!("a circle of {} files:{}", circle.len(), lines.collect::<String>())
    });
    told.collect()
}

/// Entries of a list that name their list, or one another: what they share belongs in a file below both.
fn entries_that_look_up(house: &House) -> Vec<String> {
    let mut wrong = Vec::new();
    for (list, room) in &house.files {
        for entries in &room.lists {
            for entry in entries {
                for (to, line) in &house.files[entry].arrows {
                    let is_up = to == list || entries.contains(to);
                    if is_up {
                        wrong.push(format!(
                            "{entry}:{line} names something of {to}, and both belong to the list in {list}"
                        ));
                    }
                }
            }
        }
    }
    wrong
}

fn rust_files(folder: &Path, from: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("the source folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            rust_files(&path, from, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(from).expect("the file is below the folder");
            let text = fs::read_to_string(&path).expect("the source file can be read");
            files.insert(relative.to_string_lossy().replace('\\', "/"), text);
        }
    }
}

/// The crate as it stands, and its table.
static TODAY: LazyLock<(House, BTreeMap<String, Layer>)> = LazyLock::new(|| {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = BTreeMap::new();
    rust_files(&source, &source, &mut files);
    assert!(files.len() > 10, "the source files were found");
    let table = table(&files["lib.rs"]);
    (House::read(&files), table)
});

#[test]
fn imports_run_one_way() {
    let (house, table) = &*TODAY;
    let wrong = against_the_table(house, table);
    assert!(wrong.is_empty(), "against the table in src/lib.rs:\n{}", wrong.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let (house, _) = &*TODAY;
    let wrong = round_about(house);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn entries_know_neither_their_list_nor_each_other() {
    let (house, _) = &*TODAY;
    let wrong = entries_that_look_up(house);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A house of files, told as `path` and text.
fn house(files: &[(&str, &str)]) -> House {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    House::read(&files.collect())
}

/// The arrows that a text in `a/b.rs` draws, in a house where `a/mod.rs`, `a/c.rs`, `d/mod.rs` and `d/e.rs` stand.
fn drawn(text: &str) -> Vec<String> {
    let house = house(&[
        ("lib.rs", "mod a;\nmod d;"),
        ("a/mod.rs", "mod b;\nmod c;\npub struct Top;"),
        ("a/c.rs", "pub struct C;"),
        ("d/mod.rs", "pub mod e;\npub fn f() {}"),
        ("d/e.rs", "pub struct E;"),
        ("a/b.rs", text),
    ]);
    house.files["a/b.rs"].arrows.keys().cloned().collect()
}

#[test]
fn paths_are_read_wherever_they_stand() {
    assert_eq!(
        drawn("use crate::{\n    a::{\n        c::C,\n        Top,\n    },\n    d::e,\n};\nfn f(_: e::E) {}"),
        ["a/c.rs", "a/mod.rs", "d/e.rs"]
    );
    assert_eq!(drawn("use super::c::C as Other;"), ["a/c.rs"]);
    assert_eq!(drawn("use super::super::d::f;"), ["d/mod.rs"]);
    assert_eq!(
        drawn("use crate::d;\nfn f() { d::e::E; }"),
        ["d/e.rs"],
        "a module by its name"
    );
    assert_eq!(drawn("use crate::d;"), [""; 0], "a module that is only named");
    assert_eq!(drawn("fn f() -> Vec<crate::d::e::E> { todo!() }"), ["d/e.rs"]);
    assert_eq!(
        drawn("use crate::d;\nfn f() { println!(\"{:?}\", (1, d::f())); }"),
        ["d/mod.rs"],
        "in a macro"
    );
    assert_eq!(drawn("use crate::d::*;"), ["d/mod.rs"], "a glob");
}

#[test]
fn words_that_import_nothing_draw_nothing() {
    assert_eq!(
        drawn("// use crate::d::f;\n/* crate::d::e::E */\nconst A: &str = \"crate::d::f\";"),
        [""; 0]
    );
    assert_eq!(
        drawn("#[cfg(test)]\nmod tests {\n    use crate::d::f;\n}"),
        [""; 0],
        "tests apart"
    );
    assert_eq!(
        drawn("mod inner {\n    pub fn f() {}\n}\nfn g() { inner::f(); }"),
        [""; 0],
        "a module of its own"
    );
    assert_eq!(
        drawn("use std::collections::BTreeMap;\nenum E { A }\nfn f() -> E { E::A }"),
        [""; 0]
    );
}

const TABLE: &str = "//! | layer | may import | may do I/O |\n//! |---|---|---|\n//! | low | nothing of ours | no |\n//! | high | low | no |\n//! | top | all | yes (disk) |\n";

#[test]
fn the_table_fails_an_arrow_back_up() {
    let table = table(TABLE);
    assert_eq!(table["top"].imports.len(), 3);
    let right = [
        ("low.rs", "pub fn f() {}"),
        ("high.rs", "use crate::low::f;"),
        (
            "top.rs",
            "use std::fs::read;\nuse crate::{high, low::f};\nfn g() { high::g(); }",
        ),
    ];
    assert_eq!(against_the_table(&house(&right), &table), [""; 0]);
    let wrong = |path: &str, text: &str| {
        let mut files = right.to_vec();
        files.retain(|(known, _)| *known != path);
        files.push((path, text));
        against_the_table(&house(&files), &table)
    };
    let up = "low.rs:2 names something of high.rs, and `low` may not import `high`";
    assert_eq!(wrong("low.rs", "use crate::{\n    high::g,\n};"), [up.replace(":2", ":1")]);
    assert_eq!(wrong("low.rs", "\nfn f() { crate::high::g(); }"), [up]);
    assert_eq!(
        wrong("low.rs", "#[cfg(test)]\nmod tests { use crate::high::g; }"),
        [up],
        "tests as well"
    );
    assert_eq!(wrong("other.rs", ""), ["other.rs is in no layer of the table"]);
    assert_eq!(
        wrong("low.rs", "fn f() { let _ = std::fs::read(\"x\"); }"),
        ["low.rs:1 names `std::fs::read`, and `low` has no door to the world"]
    );
    assert_eq!(
        wrong("high.rs", "pub(crate) use crate::low::f;"),
        ["high.rs:1: `low::f` is handed on from another layer"]
    );
    assert_eq!(
        wrong("low.rs", "mod tests { use super::*; }"),
        ["low.rs:1: a glob over a parent"]
    );
}

#[test]
fn a_circle_is_told() {
    let line = [
        ("a.rs", "use crate::b::B;"),
        ("b.rs", "use crate::c::C;"),
        ("c.rs", "pub struct C;"),
    ];
    assert_eq!(round_about(&house(&line)), [""; 0]);
    let mut round = line;
    round[2].1 = "fn f() -> crate::a::A { todo!() }";
    let found = round_about(&house(&round));
    assert_eq!(
        found,
        ["a circle of 3 files:\n  a.rs:1 -> b.rs\n  b.rs:1 -> c.rs\n  c.rs:1 -> a.rs"]
    );
    round[2].1 = "#[cfg(test)]\nmod tests { use crate::a::A; }";
    assert_eq!(round_about(&house(&round)), [""; 0], "a test may look up");
}

#[test]
fn an_entry_may_name_neither_its_list_nor_another_entry() {
    let files = |one: &'static str| {
        let list = "mod one;\nmod two;\nmod shape;\npub const ALL: &[&shape::Shape] = &[&one::ENTRY, &two::ENTRY];";
        let two = "use crate::list::shape::Shape;\npub const ENTRY: Shape = Shape;";
        house(&[
            ("list/mod.rs", list),
            ("list/one.rs", one),
            ("list/two.rs", two),
            ("list/shape.rs", "pub struct Shape;"),
        ])
    };
    assert_eq!(entries_that_look_up(&files("use super::shape::Shape;")), [""; 0]);
    let up = entries_that_look_up(&files("use super::ALL;"));
    assert_eq!(
        up,
        ["list/one.rs:1 names something of list/mod.rs, and both belong to the list in list/mod.rs"]
    );
    let aside = entries_that_look_up(&files("fn f() { super::two::ENTRY; }"));
    assert_eq!(
        aside,
        ["list/one.rs:1 names something of list/two.rs, and both belong to the list in list/mod.rs"]
    );
}
