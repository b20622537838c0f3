//! What stands in front of a service: locations of nginx and Caddy, rules of an ingress and of Traefik, probes of a container.

use crate::code::language::{Language, Reader};
use crate::code::route::add_to;
use crate::model::definition::DefinitionFile;
use crate::model::format;
use crate::model::place::Lines;

/// Configurations of proxies, by their names.
pub(super) const LANGUAGE: Language = Language {
    name: format::PROXY,
    recognizes: |path| {
        let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        name.starts_with("caddyfile")
            || (name.contains("nginx") && (name.ends_with(".conf") || name.contains(".conf.") || name.ends_with(".template")))
            || (path.contains("nginx/") && name.contains(".conf"))
            || (is_yaml && (name.contains("ingress") || name.contains("traefik") || name.contains("httproute")))
    },
    reader: Reader::Text(parse),
};

fn parse(path: &str, text: &str) -> DefinitionFile {
    let lines = Lines::of(text);
    let mut file = DefinitionFile::complete(path, LANGUAGE.name);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let offset = at;
        at += line.len();
        let code = line.trim();
        if code.starts_with('#') {
            continue;
        }
        let words: Vec<&str> = code.split_whitespace().take(12).collect();
        match words.as_slice() {
            // `location = /health {`, `location ^~ /static/ {`, `location /api {`
            ["location", sign, path, ..] if matches!(*sign, "=") => serve(&mut file, &lines, path, offset, code),
            ["location", "^~", path, ..] | ["location", path, ..] if path.starts_with('/') => {
                // The root is everything and so says nothing.
                if *path != "/" {
                    serve(&mut file, &lines, path, offset, code);
                    below(&mut file, &lines, path, offset, code);
                }
            }
            // `handle /x* {`, `handle_path /x/* {`, `reverse_proxy /api/* app:80`, `@metrics path /metrics /internal/*`
            [
                "handle" | "handle_path" | "reverse_proxy" | "route" | "respond" | "rewrite" | "redir",
                path,
                ..,
            ] if path.starts_with('/') && path.len() > 2 => {
                serve(&mut file, &lines, path, offset, code);
            }
            [matcher, "path", paths @ ..] if matcher.starts_with('@') => {
                for path in paths.iter().filter(|path| path.starts_with('/') && path.len() > 2) {
                    serve(&mut file, &lines, path, offset, code);
                }
            }
            ["path:" | "-" | "value:", ..] if code.contains("path:") || code.starts_with("value:") => {
                let path = words.last().map_or("", |path| path.trim_matches(['"', '\'']));
                if path.starts_with('/') && path.len() > 1 {
                    serve(&mut file, &lines, path, offset, code);
                    below(&mut file, &lines, path, offset, code);
                }
            }
            _ => {
                // `PathPrefix(`/api`)` of Traefik.
                if let Some((_, rest)) = code.split_once("PathPrefix(") {
                    let path = rest.split(')').next().unwrap_or_default().trim_matches(['`', '"', '\'']);
                    if path.len() > 1 {
                        below(&mut file, &lines, path, offset, code);
                    }
                }
            }
        }
    }
    file
}

fn serve(file: &mut DefinitionFile, lines: &Lines, path: &str, offset: usize, code: &str) {
    // `/x*` serves `/x` and what is below.
    match path.strip_suffix('*') {
        Some(start) => {
            add_to(file, lines, "ANY", start.trim_end_matches('/'), offset, code);
            below(file, lines, start, offset, code);
        }
        None => add_to(file, lines, "ANY", path, offset, code),
    }
}

fn below(file: &mut DefinitionFile, lines: &Lines, path: &str, offset: usize, code: &str) {
    add_to(
        file,
        lines,
        "ANY",
        &format!("{}/*", path.trim_end_matches(['/', '*'])),
        offset,
        code,
    );
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn of(text: &str) -> Vec<String> {
        parse("nginx.conf", text)
            .definitions
            .iter()
            .map(|one| format!("{}:{}", one.name, one.line))
            .collect()
    }

    #[test]
    fn locations_of_nginx_and_caddy_are_read() {
        assert_eq!(
            of("location / {\n}\nlocation = /health {\nlocation ^~ /static/ {\n"),
            ["ANY /health:3", "ANY /static:4", "ANY /static/*:4"]
        );
        assert_eq!(
            of("handle /api/* {\n@m path /metrics\n"),
            ["ANY /api:1", "ANY /api/*:1", "ANY /metrics:2"]
        );
    }

    #[test]
    fn rules_of_an_ingress_are_read() {
        assert_eq!(
            of("          - path: /grafana\n            pathType: Prefix\n"),
            ["ANY /grafana:1", "ANY /grafana/*:1"]
        );
        assert_eq!(of("rule: PathPrefix(`/api`)\n"), ["ANY /api/*:1"]);
    }
}
