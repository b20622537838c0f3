//! Go: commands and flags of cobra and of the standard library, routes of `net/http`, chi, gin and echo.

use crate::model::definition::{Definition, DefinitionFile};
use crate::model::kind::Kind;
use crate::model::place::Lines;
use crate::parse::code::Language;
use crate::parse::code::route::{add, mount};
use crate::parse::code::scan::{calls, fingerprint, literal, parts, quoted};

/// Go.
pub(super) const LANGUAGE: Language = Language {
    name: "go",
    recognizes: |path| path.ends_with(".go") && !path.ends_with("_test.go"),
    parse,
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let lines = Lines::of(text);
    let mut file = DefinitionFile::complete(path, LANGUAGE.name);
    let has_cobra = text.contains("cobra.");
    let has_flags = text.contains("flag") || text.contains("Flags()") || text.contains("kingpin") || text.contains("cli.");
    let push = |file: &mut DefinitionFile, kind: Kind, name: String, at: usize, code: &str| {
        file.definitions.push(Definition {
            kind,
            line: lines.line(at as u32),
            interface: fingerprint(&name),
            fingerprint: fingerprint(code),
            name,
            ..Definition::default()
        });
    };
    if has_cobra {
        for key in ["Use:", "Aliases:"] {
            for (at, _) in text.match_indices(key) {
                let value = text[at + key.len()..].trim_start();
                if key == "Use:"
                    && let Some(words) = quoted(value).and_then(|length| literal(&value[..length]))
                {
                    let name = words.split(' ').next().unwrap_or_default();
                    push(&mut file, Kind::CliCommand, name.to_owned(), at, name);
                } else if key == "Use:" {
                    file.open_kinds.push(Kind::CliCommand);
                } else {
                    let list = value.split('}').next().unwrap_or_default();
                    for (_, name) in crate::parse::code::scan::strings(list) {
                        push(&mut file, Kind::CliCommand, name.to_owned(), at, name);
                    }
                }
            }
        }
    }
    if has_flags {
        // `flag.String("x", ...)`, `cmd.Flags().BoolVarP(&x, "force", "f", ...)`: the first literal is the name.
        let kinds = [
            "String",
            "Bool",
            "Int",
            "Duration",
            "Float64",
            "Uint",
            "StringSlice",
            "StringArray",
            "Int64",
            "Count",
        ];
        for kind in kinds {
            for ending in ["", "Var", "P", "VarP"] {
                let name = format!(".{kind}{ending}");
                for call in calls(text, &name) {
                    let receiver = &text[text[..call.at].rfind(['\n', ';', '=']).map_or(0, |start| start + 1)..call.at];
                    if !receiver.to_lowercase().contains("flag") && !receiver.trim().ends_with("fs") {
                        continue;
                    }
                    let found = parts(call.arguments);
                    let position = usize::from(ending.starts_with("Var"));
                    match found.get(position).and_then(|value| literal(value.trim())) {
                        Some(flag) => push(&mut file, Kind::ScriptFlag, format!("--{flag}"), call.at, call.arguments),
                        None => file.open_kinds.push(Kind::ScriptFlag),
                    }
                }
            }
        }
        if text.contains("AddFlagSet(")
            || text.contains("AddGoFlagSet(")
            || text.contains("BindFlags(")
            || text.contains("AddFlags(")
        {
            file.open_kinds.push(Kind::ScriptFlag);
        }
    }
    routes(text, &lines, &mut file);
    file.open_kinds.sort_unstable();
    file.open_kinds.dedup();
    file
}

fn routes(text: &str, lines: &Lines, file: &mut DefinitionFile) {
    for name in [".HandleFunc", ".Handle"] {
        for call in calls(text, name) {
            let Some(path) = parts(call.arguments).first().and_then(|path| literal(path.trim())) else {
                continue;
            };
            // `GET /x` since Go 1.22.
            let (method, path) = match path.split_once(' ') {
                Some((method, path)) => (method, path),
                None => ("ANY", path),
            };
            if !path.starts_with('/') {
                continue;
            }
            // A path with a slash at its end serves everything below.
            let below = format!("{path}*");
            let path = if path.len() > 1 && path.ends_with('/') { &below } else { path };
            add(file, lines, method, path, call.at, path);
        }
    }
    let routers = ["gin", "chi", "echo", "fiber", "mux"];
    if !routers.iter().any(|router| text.contains(router)) {
        return;
    }
    for method in [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "Get", "Post", "Put", "Patch", "Delete", "Head", "Any",
    ] {
        let name = format!(".{method}");
        for call in calls(text, &name) {
            let found = parts(call.arguments);
            if found.len() < 2 {
                continue;
            }
            if let Some(path) = found
                .first()
                .and_then(|path| literal(path.trim()))
                .filter(|path| path.is_empty() || path.starts_with('/'))
            {
                add(file, lines, method, path, call.at, path);
            }
        }
    }
    for name in [".Group", ".Route", ".Mount", ".PathPrefix"] {
        for call in calls(text, name) {
            if let Some(path) = parts(call.arguments)
                .first()
                .and_then(|path| literal(path.trim()))
                .filter(|path| path.starts_with('/'))
            {
                mount(file, lines, path, call.at, path);
                if matches!(name, ".Mount" | ".PathPrefix") {
                    add(
                        file,
                        lines,
                        "ANY",
                        &format!("{}/*", path.trim_end_matches('/')),
                        call.at,
                        path,
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::model::kind::Kind;

    fn of(text: &str, kind: Kind) -> Vec<String> {
        parse("x.go", text)
            .of_kind(kind)
            .map(|one| format!("{}:{}", one.name, one.line))
            .collect()
    }

    #[test]
    fn cobra_is_read() {
        let text = "var c = &cobra.Command{\n\tUse:   \"migrate [flags]\",\n\tAliases: []string{\"mig\"},\n}\nc.Flags().BoolVarP(&x, \"force\", \"f\", false, \"\")\nflag.String(\"addr\", \"x\", \"y\")\n";
        assert_eq!(of(text, Kind::CliCommand), ["migrate:2", "mig:3"]);
        assert_eq!(of(text, Kind::ScriptFlag), ["--addr:6", "--force:5"]);
    }

    #[test]
    fn routes_are_read() {
        let text = "import \"github.com/gin-gonic/gin\"\nmux.HandleFunc(\"GET /healthz\", f)\nhttp.Handle(\"/static/\", g)\nr.GET(\"/users/:id\", h)\nv1 := r.Group(\"/api\")\n";
        assert_eq!(
            of(text, Kind::Endpoint),
            ["GET /healthz:2", "ANY /static/*:3", "GET /users/{}:4"]
        );
        assert_eq!(of(text, Kind::EndpointMount), ["/api:5"]);
    }
}
