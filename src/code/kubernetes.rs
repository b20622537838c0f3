//! Manifests of Kubernetes: the objects in them, by their type and name.

use crate::code::found::Found;
use crate::code::language::{Language, Reader};
use crate::code::scan::fingerprint;
use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;

/// Files of YAML that no other language takes. Whether they hold objects, their text tells.
pub(super) const LANGUAGE: Language = Language {
    name: "yaml",
    recognizes: |path| path.ends_with(".yaml") || path.ends_with(".yml"),
    reader: Reader::Text(parse),
};

/// The types whose objects people name in commands.
const TYPES: &[&str] = &[
    "configmap", "cronjob", "daemonset", "deployment", "ingress", "job", "secret", "service", "statefulset",
];

/// What one document of a file says so far.
#[derive(Default)]
struct Object<'text> {
    of: &'text str,
    name: Option<(&'text str, u32)>,
    is_in_metadata: bool,
    /// How far the keys of the metadata stand in, as soon as one was seen.
    indent: Option<usize>,
    lines: Vec<&'text str>,
}

/// Block style, as people write it. The name of a template is not known before it is filled in.
fn parse(path: &str, text: &str) -> DefinitionFile {
    let mut found = Found::new(path, LANGUAGE.name, text);
    if text.contains("apiVersion:") && text.contains("kind:") {
        let mut object = Object::default();
        for (at, line) in text.lines().enumerate() {
            if line.starts_with("---") {
                push(&mut found.file, &std::mem::take(&mut object));
            } else {
                read(&mut object, line, at as u32 + 1);
            }
        }
        push(&mut found.file, &object);
    }
    found.finish()
}

fn read<'text>(object: &mut Object<'text>, line: &'text str, number: u32) {
    let content = line.trim();
    if content.is_empty() || content.starts_with('#') {
        return;
    }
    object.lines.push(content);
    let indent = line.len() - line.trim_start().len();
    if indent == 0 {
        object.is_in_metadata = content == "metadata:";
        if let Some(of) = content.strip_prefix("kind:") {
            object.of = value(of);
        }
        return;
    }
    if !object.is_in_metadata || content.starts_with("{{") {
        return;
    }
    let is_own = *object.indent.get_or_insert(indent) == indent;
    if let Some(name) = content.strip_prefix("name:").filter(|_| is_own && object.name.is_none()) {
        object.name = Some((value(name), number));
    }
}

/// A plain or quoted value without the comment behind it.
fn value(words: &str) -> &str {
    let words = words.split(" #").next().unwrap_or(words).trim();
    words.trim_matches(['"', '\''])
}

fn push(file: &mut DefinitionFile, object: &Object<'_>) {
    let Some((name, line)) = object.name else { return };
    let of = object.of.to_ascii_lowercase();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if !TYPES.contains(&of.as_str()) || name.is_empty() || !name.chars().all(is_plain) {
        return;
    }
    // The same object under another name says the same of everything else.
    let nameless = |line: &&str| -> String {
        let words = line.split_inclusive(|c| !is_plain(c));
        words.filter(|word| word.trim_end_matches(|c| !is_plain(c)) != name).collect()
    };
    let said: Vec<String> = object.lines.iter().map(nameless).collect();
    file.definitions.push(Definition {
        kind: Kind::KubernetesObject,
        name: format!("{of}/{name}"),
        line,
        fingerprint: fingerprint(&said.join("\n")),
        ..Definition::default()
    });
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    fn names(text: &str) -> Vec<String> {
        let file = parse("k8s/x.yaml", text);
        let objects = file.of_kind(Kind::KubernetesObject);
        objects.map(|one| format!("{} {}", one.name, one.line)).collect()
    }

    #[test]
    fn objects_are_named_with_their_type() {
        let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    name: no\n  name: \"api\" # ours\nspec:\n  template:\n    metadata:\n      name: inner\n---\napiVersion: v1\nkind: Service\nmetadata: \n  name: api\n";
        assert_eq!(names(text), ["deployment/api 6", "service/api 15"]);
    }

    #[test]
    fn templates_other_types_and_other_files_have_none() {
        assert!(names("apiVersion: v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}-api\n").is_empty());
        assert!(names("apiVersion: v1\nkind: Kustomization\nmetadata:\n  name: x\n").is_empty());
        assert!(names("kind: Deployment\nmetadata:\n  name: x\n").is_empty());
        assert!(names("apiVersion: v1\nkind: Deployment\nmetadata:\n  labels:\n    name: x\n").is_empty());
        assert!(names("apiVersion:\nkind:\nmetadata:\n\tname:\n---\n---").is_empty());
    }

    #[test]
    fn another_name_alone_keeps_the_fingerprint() {
        let of = |name: &str| {
            let text = format!("apiVersion: v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  app: \"{name}\"\n");
            parse("x.yaml", &text).definitions[0].fingerprint
        };
        assert_eq!(of("api"), of("backend"));
    }
}
