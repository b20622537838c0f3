//! Java and Kotlin: routes of Spring and of JAX-RS.

use crate::code::language::{Language, Reader};
use crate::code::route::{add_to, joined, mount_to};
use crate::code::scan::{arguments, calls, named, strings};
use crate::model::definition::DefinitionFile;
use crate::model::place::Lines;

/// Java and Kotlin.
pub(super) const LANGUAGE: Language = Language {
    name: "spring",
    recognizes: |path| path.ends_with(".java") || path.ends_with(".kt"),
    reader: Reader::Text(parse),
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let lines = Lines::of(text);
    let mut file = DefinitionFile::complete(path, LANGUAGE.name);
    let class = text.find("class ").unwrap_or(text.len());
    let mut prefixes = Vec::new();
    for name in ["@RequestMapping", "@Path", "@HttpExchange"] {
        for call in calls(text, name) {
            if call.at < class {
                prefixes.extend(paths(call.arguments));
            } else {
                register(&lines, &mut file, &prefixes, "ANY", call);
            }
        }
    }
    for prefix in &prefixes {
        mount_to(&mut file, &lines, prefix, 0, prefix);
    }
    for (name, method) in [
        ("@GetMapping", "GET"),
        ("@PostMapping", "POST"),
        ("@PutMapping", "PUT"),
        ("@PatchMapping", "PATCH"),
        ("@DeleteMapping", "DELETE"),
    ] {
        for call in calls(text, name) {
            register(&lines, &mut file, &prefixes, method, call);
        }
        // Without brackets it serves the prefix itself.
        for (at, _) in text.match_indices(name) {
            if !text[at + name.len()..].starts_with(['(', ' ']) {
                for prefix in &prefixes {
                    add_to(&mut file, &lines, method, prefix, at, prefix);
                }
            }
        }
    }
    file
}

fn register(lines: &Lines, file: &mut DefinitionFile, prefixes: &[&str], method: &str, call: crate::code::scan::Call<'_>) {
    let found = paths(call.arguments);
    let none = [""];
    let prefixes = if prefixes.is_empty() { &none[..] } else { prefixes };
    for prefix in prefixes {
        for path in if found.is_empty() { vec![""] } else { found.clone() } {
            add_to(file, lines, method, &joined(prefix, path), call.at, call.arguments);
        }
    }
}

/// The paths of an annotation: `"/x"`, `value = "/x"`, `{"/x", "/y"}`.
fn paths(text: &str) -> Vec<&str> {
    let found = arguments(text);
    let value = named(&found, "value").or_else(|| named(&found, "path")).or_else(|| {
        found
            .first()
            .filter(|argument| argument.name.is_empty())
            .map(|argument| argument.value)
    });
    strings(value.unwrap_or_default()).map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    #[test]
    fn mappings_are_joined_with_the_class() {
        let text = "@RestController\n@RequestMapping(\"/api/users\")\npublic class A {\n  @GetMapping(\"/{id}\")\n  X f() {}\n  @PostMapping\n  X g() {}\n  @RequestMapping(value = {\"/a\", \"/b\"}, method = PUT)\n  X h() {}\n}\n";
        let mut found: Vec<String> = parse("A.java", text)
            .of_kind(Kind::Endpoint)
            .map(|one| one.name.clone())
            .collect();
        found.sort();
        assert_eq!(
            found,
            ["ANY /api/users/a", "ANY /api/users/b", "GET /api/users/{}", "POST /api/users"]
        );
    }
}
