//! Reads the modules of a crate as they are: which file names something of which other file, by the grammar of the language.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::{Node, Parser};

/// A crate: its files by path, `audit/rules/mod.rs`, in order.
pub(crate) struct House {
    pub(crate) files: BTreeMap<String, Room>,
}

/// A file with what it names.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Whether the file belongs to the tests alone.
    pub(crate) is_test: bool,
    /// The files that it names something of, and a line that does so.
    pub(crate) arrows: BTreeMap<String, usize>,
    /// Those that only its tests name something of.
    pub(crate) test_arrows: BTreeMap<String, usize>,
    /// What it names outside of the crate, apart from its tests: `std::fs::read`.
    pub(crate) outside: BTreeMap<String, usize>,
    /// Globs and names that it hands on from other layers.
    pub(crate) improper: Vec<(usize, String)>,
    /// The lists in it: a constant whose elements stand in files of their own.
    pub(crate) lists: Vec<BTreeSet<String>>,
}

type Path = Vec<String>;

/// The modules of a crate, and the files that they stand in.
struct Modules(BTreeMap<Path, String>);

impl Modules {
    /// The file of the module that holds what a path names; none where the path names a module itself.
    fn holder(&self, path: &[String]) -> Option<&String> {
        if self.0.contains_key(path) {
            return None;
        }
        (0..path.len()).rev().find_map(|length| self.0.get(&path[..length]))
    }
}

/// A module while it is read: the file's own, or one that stands in it.
struct Scope<'text> {
    text: &'text str,
    module: Path,
    is_test: bool,
    /// What local names stand for.
    names: BTreeMap<String, Path>,
}

impl House {
    /// Reads the files of a crate, by their paths from its source folder.
    pub(crate) fn read(files: &BTreeMap<String, String>) -> Self {
        let modules = Modules(files.keys().map(|path| (module_of(path), path.clone())).collect());
        let mut parser = Parser::new();
        parser
            .set_language(&tree_sitter_rust::LANGUAGE.into())
            .expect("the grammar fits the library");
        let mut rooms = BTreeMap::new();
        let mut test_modules: Vec<Path> = Vec::new();
        for (path, text) in files {
            let tree = parser.parse(text, None).expect("a text without a time limit is parsed");
            assert!(!tree.root_node().has_error(), "{path} is read whole");
            let mut room = Room::default();
            let scope = Scope {
                text,
                module: module_of(path),
                is_test: false,
                names: BTreeMap::new(),
            };
            read_module(&modules, path, tree.root_node(), scope, &mut room, &mut test_modules);
            room.arrows.remove(path);
            room.test_arrows.remove(path);
            rooms.insert(path.clone(), room);
        }
        for (path, room) in &mut rooms {
            let module = module_of(path);
            room.is_test = test_modules.iter().any(|test| module.starts_with(test));
        }
        Self { files: rooms }
    }

    /// The arrows of the program, tests apart.
    pub(crate) fn arrows(&self) -> BTreeSet<(&str, &str)> {
        let rooms = self.files.iter().filter(|(_, room)| !room.is_test);
        rooms
            .flat_map(|(from, room)| room.arrows.keys().map(move |to| (from.as_str(), to.as_str())))
            .collect()
    }
}

/// The files that reach each other by the arrows, circle by circle.
pub(crate) fn circles<'a>(arrows: &BTreeSet<(&'a str, &'a str)>) -> Vec<BTreeSet<&'a str>> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in arrows {
        next.entry(from).or_default().push(to);
    }
    let reached = |from: &'a str| {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(file) = open.pop() {
            for to in next.get(file).into_iter().flatten() {
                if reached.insert(*to) {
                    open.push(to);
                }
            }
        }
        reached
    };
    let reach: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|from| (*from, reached(from))).collect();
    let mut found: Vec<BTreeSet<&str>> = Vec::new();
    for (file, reached) in &reach {
        if !reached.contains(file) || found.iter().any(|circle| circle.contains(file)) {
            continue;
        }
        let is_back = |other: &&&str| reach.get(**other).is_some_and(|back| back.contains(file));
        found.push(reached.iter().filter(is_back).copied().collect());
    }
    found
}

/// The module that a file is: `audit/rules/mod.rs` is `audit::rules`.
fn module_of(path: &str) -> Path {
    let path = path.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" => Path::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// Whether an attribute before an item keeps it for the tests.
fn is_for_tests(attributes: &[&str]) -> bool {
    let is_test = |attribute: &&str| attribute.contains("cfg(test)") || attribute.contains("cfg(all(test");
    attributes.iter().any(is_test)
}

fn read_module(
    modules: &Modules,
    file: &str,
    node: Node<'_>,
    mut scope: Scope<'_>,
    room: &mut Room,
    test_modules: &mut Vec<Path>,
) {
    let mut bodies: Vec<(Node<'_>, bool)> = Vec::new();
    let mut inner: Vec<(Node<'_>, bool)> = Vec::new();
    let mut attributes: Vec<&str> = Vec::new();
    for item in node.named_children(&mut node.walk()) {
        match item.kind() {
            "attribute_item" => {
                attributes.push(words(item, scope.text));
                continue;
            }
            "inner_attribute_item" => scope.is_test |= is_for_tests(&[words(item, scope.text)]),
            "line_comment" | "block_comment" => continue,
            _ => {}
        }
        let is_test = scope.is_test || is_for_tests(&attributes);
        attributes.clear();
        match item.kind() {
            "mod_item" => {
                let name = item
                    .child_by_field_name("name")
                    .map(|name| words(name, scope.text).to_owned());
                let mut module = scope.module.clone();
                module.extend(name.clone());
                if item.child_by_field_name("body").is_some() {
                    inner.push((item, is_test));
                } else {
                    if is_test {
                        test_modules.push(module.clone());
                    }
                    scope.names.extend(name.map(|name| (name, module)));
                }
            }
            _ => bodies.push((item, is_test)),
        }
    }
    // Names count in the whole module, wherever they are brought in.
    let mut uses = Vec::new();
    for (body, is_test) in &bodies {
        find(*body, "use_declaration", &mut |declaration| {
            let tree = declaration.child_by_field_name("argument").expect("a use names something");
            let is_handed_on = declaration
                .named_children(&mut declaration.walk())
                .any(|part| part.kind() == "visibility_modifier");
            let mut leaves = Vec::new();
            flatten(tree, scope.text, &Path::new(), &mut leaves);
            let line = declaration.start_position().row + 1;
            uses.extend(leaves.into_iter().map(|leaf| (leaf, line, *is_test, is_handed_on)));
        });
    }
    for ((path, name, is_glob), line, is_test, is_handed_on) in uses {
        let Some(path) = absolute(&scope, &path) else {
            if !is_test {
                room.outside.entry(path.join("::")).or_insert(line);
            }
            continue;
        };
        let shown = path.join("::");
        let is_of_another_layer = path.first() != scope.module.first();
        if is_glob {
            let is_own_parent = scope.module.starts_with(&path);
            if is_own_parent {
                room.improper.push((line, "a glob over a parent".to_owned()));
            }
        } else if is_handed_on && is_of_another_layer && !scope.module.is_empty() {
            room.improper
                .push((line, format!("`{shown}` is handed on from another layer")));
        }
        let whole = if is_glob {
            [path.as_slice(), &["*".to_owned()]].concat()
        } else {
            path.clone()
        };
        arrow(modules, &whole, line, is_test, room);
        scope.names.insert(name, path);
    }
    for (body, is_test) in bodies {
        read_body(modules, file, body, &scope, is_test, room);
    }
    for (item, is_test) in inner {
        let name = item
            .child_by_field_name("name")
            .map(|name| words(name, scope.text).to_owned());
        let body = item.child_by_field_name("body").expect("the module stands here");
        let mut module = scope.module.clone();
        module.extend(name);
        let scope = Scope {
            text: scope.text,
            module,
            is_test,
            names: BTreeMap::new(),
        };
        read_module(modules, file, body, scope, room, test_modules);
    }
}

/// Reads the paths of an item, those in macros included.
fn read_body(modules: &Modules, file: &str, node: Node<'_>, scope: &Scope<'_>, is_test: bool, room: &mut Room) {
    let mut note = |text: &str, line: usize| {
        let path: Path = text
            .split(['<', ' ', '\n'])
            .next()
            .unwrap_or_default()
            .split("::")
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect();
        match absolute(scope, &path) {
            Some(path) => arrow(modules, &path, line, is_test, room),
            None if !is_test && path.len() > 1 => {
                room.outside.entry(path.join("::")).or_insert(line);
            }
            None => {}
        }
    };
    let mut open = vec![node];
    let mut lists = Vec::new();
    while let Some(node) = open.pop() {
        let line = node.start_position().row + 1;
        match node.kind() {
            "use_declaration" | "visibility_modifier" | "line_comment" | "block_comment" | "string_literal" => continue,
            "scoped_identifier" | "scoped_type_identifier" => {
                note(words(node, scope.text), line);
                // A path in a path is the beginning of it; only what stands between angle brackets is another one.
                let mut inner = node.child_by_field_name("path");
                while let Some(path) = inner.filter(|path| path.kind().starts_with("scoped_")) {
                    inner = path.child_by_field_name("path");
                }
                open.extend(inner);
                continue;
            }
            "token_tree" => tokens(node, scope.text, &mut note),
            "const_item" | "static_item" => lists.extend(node.child_by_field_name("value")),
            _ => {}
        }
        open.extend(node.named_children(&mut node.walk()));
    }
    for value in lists {
        let mut entries = BTreeSet::new();
        find(value, "array_expression", &mut |array| {
            for element in array.named_children(&mut array.walk()) {
                let text = words(element, scope.text).trim_start_matches('&');
                let path: Path = text.split("::").map(str::to_owned).collect();
                let holder = absolute(scope, &path).and_then(|path| modules.holder(&path).cloned());
                entries.extend(holder.filter(|holder| holder != file));
            }
        });
        if entries.len() > 1 && !is_test {
            room.lists.push(entries);
        }
    }
}

/// The paths among the tokens of a macro.
fn tokens(node: Node<'_>, text: &str, note: &mut impl FnMut(&str, usize)) {
    let mut path = String::new();
    let mut line = 0;
    for token in node.children(&mut node.walk()) {
        let is_name = matches!(token.kind(), "identifier" | "crate" | "self" | "super" | "type_identifier");
        let is_joint = token.kind() == "::";
        if is_joint || (is_name && (path.is_empty() || path.ends_with("::"))) {
            if path.is_empty() {
                line = token.start_position().row + 1;
            }
            path.push_str(words(token, text));
            continue;
        }
        if path.contains("::") {
            note(path.trim_matches(':'), line);
        }
        path.clear();
        if is_name {
            path.push_str(words(token, text));
            line = token.start_position().row + 1;
        }
    }
    if path.contains("::") {
        note(path.trim_matches(':'), line);
    }
}

fn arrow(modules: &Modules, path: &[String], line: usize, is_test: bool, room: &mut Room) {
    if let Some(holder) = modules.holder(path) {
        let arrows = if is_test { &mut room.test_arrows } else { &mut room.arrows };
        arrows.entry(holder.clone()).or_insert(line);
    }
}

/// A path counted from the root of the crate; none when it leaves the crate, or begins with a name of the module itself.
fn absolute(scope: &Scope<'_>, path: &[String]) -> Option<Path> {
    let (first, rest) = path.split_first()?;
    let mut module = scope.module.clone();
    let mut rest = rest;
    match first.as_str() {
        "crate" => module.clear(),
        "self" => {}
        "super" => {
            module.pop();
            while let Some((next, further)) = rest.split_first().filter(|(next, _)| *next == "super") {
                debug_assert_eq!(next, "super");
                module.pop();
                rest = further;
            }
        }
        name => module.clone_from(scope.names.get(name)?),
    }
    module.extend(rest.iter().cloned());
    Some(module)
}

/// The leaves of a tree of uses: the path, the local name, and whether everything is taken.
fn flatten(node: Node<'_>, text: &str, before: &[String], leaves: &mut Vec<(Path, String, bool)>) {
    let join = |node: Node<'_>| {
        let parts = words(node, text).split("::").map(|part| part.trim().to_owned());
        before.iter().cloned().chain(parts).collect::<Path>()
    };
    match node.kind() {
        "use_list" => {
            for child in node.named_children(&mut node.walk()) {
                flatten(child, text, before, leaves);
            }
        }
        "scoped_use_list" => {
            let path = node.child_by_field_name("path").map_or_else(|| before.to_vec(), join);
            if let Some(list) = node.child_by_field_name("list") {
                flatten(list, text, &path, leaves);
            }
        }
        "use_as_clause" => {
            let (Some(path), Some(alias)) = (node.child_by_field_name("path"), node.child_by_field_name("alias")) else {
                return;
            };
            leaves.push((join(path), words(alias, text).to_owned(), false));
        }
        "use_wildcard" => {
            let path = node.named_child(0).map_or_else(|| before.to_vec(), join);
            leaves.push((path, "*".to_owned(), true));
        }
        "self" if !before.is_empty() => {
            leaves.push((before.to_vec(), before.last().cloned().unwrap_or_default(), false));
        }
        "identifier" | "scoped_identifier" | "crate" | "self" | "super" => {
            let path = join(node);
            let name = path.last().cloned().unwrap_or_default();
            leaves.push((path, name, false));
        }
        _ => {}
    }
}

fn find<'tree>(node: Node<'tree>, kind: &str, found: &mut impl FnMut(Node<'tree>)) {
    if node.kind() == kind {
        found(node);
        return;
    }
    // A module that stands in the file is read by itself.
    if node.kind() != "mod_item" {
        let children: Vec<Node<'tree>> = node.named_children(&mut node.walk()).collect();
        for child in children {
            find(child, kind, found);
        }
    }
}

fn words<'text>(node: Node<'_>, text: &'text str) -> &'text str {
    &text[node.byte_range()]
}
