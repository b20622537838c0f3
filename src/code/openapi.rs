//! `OpenAPI` documents: the paths that a service promises. <https://spec.openapis.org/oas/latest.html>

use crate::code::language::{Language, Reader};
use crate::code::route::{add_to, joined, mount_to};
use crate::model::definition::DefinitionFile;
use crate::model::place::Lines;

/// `OpenAPI` and Swagger documents, by their usual names.
pub(super) const LANGUAGE: Language = Language {
    name: "openapi",
    recognizes: |path| {
        let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        (name.contains("openapi") || name.contains("swagger"))
            && [".json", ".yaml", ".yml"].iter().any(|ending| name.ends_with(ending))
    },
    reader: Reader::Text(parse),
};

/// The lines are read, not the document: the paths are keys that begin with a slash, two steps deep at most, and large documents are
/// common.
fn parse(path: &str, text: &str) -> DefinitionFile {
    let lines = Lines::of(text);
    let mut file = DefinitionFile::complete(path, LANGUAGE.name);
    let base = text
        .lines()
        .map(str::trim)
        .find_map(|line| line.strip_prefix("basePath:").or_else(|| line.strip_prefix("\"basePath\":")))
        .map_or("", |base| base.trim().trim_matches(['"', '\'', ',']));
    let base = if base.starts_with('/') { base } else { "" };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let offset = at;
        at += line.len();
        let code = line.trim();
        let key = code.trim_start_matches(['"', '\'']);
        if key.starts_with('/') {
            let end = key.find(['"', '\'', ':']).unwrap_or(key.len());
            // A colon inside a path such as `/v1/x:run`.
            let end = if key[end..].starts_with(':') && !key[end + 1..].starts_with([' ', '\n']) && key.len() > end + 1 {
                key.rfind(':').unwrap_or(end)
            } else {
                end
            };
            add_to(&mut file, &lines, "ANY", &joined(base, &key[..end]), offset, code);
        } else if let Some(url) = code.strip_prefix("- url:").or_else(|| code.strip_prefix("\"url\":")) {
            // `servers: - url: https://example.org/api`. A field of a schema may be called `url` as well, with a table behind it.
            let url = url.trim().trim_matches(['"', '\'', ',']);
            let path = url.split_once("://").map_or(url, |(_, rest)| rest);
            let path = path.find('/').map_or("", |at| &path[at..]);
            mount_to(&mut file, &lines, path, offset, path);
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn paths_are_read_from_yaml_and_json() {
        let names = |text: &str| {
            parse("openapi.yaml", text)
                .definitions
                .iter()
                .map(|one| one.name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names("openapi: 3.1.0\nservers:\n  - url: https://x.org/api\npaths:\n  /users/{id}:\n    get:\n  '/x': {}\n"),
            ["/api", "ANY /users/{}", "ANY /x"]
        );
        assert_eq!(
            names("servers:\n  - url: '{scheme}://{host}/v2'\n  - url: '{host}'\n  - url: /api\npaths:\n  /x:\n"),
            ["/v2", "/api", "ANY /x"]
        );
        assert_eq!(
            names("{\n \"paths\": {\n  \"/x\": {\n   \"properties\": {\n    \"url\": {\n     \"type\": \"string\"\n"),
            ["ANY /x"],
            "a field of a schema is no server"
        );
        assert_eq!(
            names("{\n \"basePath\": \"/v1\",\n \"paths\": {\n  \"/a/{b}\": {}\n }\n}\n"),
            ["ANY /v1/a/{}"]
        );
    }
}
