//! `curl` and its relatives: endpoints of the service, URLs of others, files that are sent and written.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::name::ends_with;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::model::kind::Kind;
use crate::tools::tool::{NONE, Tool};

/// Programs that ask servers.
pub(crate) const TOOL: Tool = Tool {
    names: &["curl", "wget", "http", "https", "hey", "grpcurl"],
    calls: web,
    ..NONE
};

/// Options of curl and wget that take a value.
const VALUED: &[&str] = &[
    "-X", "--request", "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "-F",
    "--form", "-T", "--upload-file", "-u", "--user", "-o", "--output", "-O", "-w", "--write-out", "-A", "--user-agent", "-e",
    "--referer", "-b", "--cookie", "-c", "--cookie-jar", "--cacert", "--cert", "--key", "-K", "--config", "-m", "--max-time",
    "--connect-timeout", "--retry", "--resolve", "--post-data",
];

/// The endpoints and files that a call names.
fn web(call: &Call<'_>, sink: &mut Sink) {
    let is_curl = call.program() == "curl";
    // `curl -O` and `-sSfO` take no value.
    for argument in Arguments::new(call.arguments(), &VALUED) {
        match argument {
            Argument::Operand(word) => url(call, &Value::of(word), sink),
            Argument::Option {
                name,
                value: Some(value),
                ..
            } => match name {
                "-O" if is_curl => url(call, &value, sink),
                "-o" | "--output" | "-O" | "--cookie-jar" => sink.output(&call.site, &value, &call.directory),
                "-d" | "--data" | "--data-binary" | "--json" | "-F" | "--form" | "--data-urlencode" => sent(call, &value, sink),
                "-T" | "--upload-file" | "-K" | "--config" | "--cacert" | "--cert" => {
                    sink.path(&call.site, &value, Evidence::Code, &call.directory);
                }
                "--url" => url(call, &value, sink),
                _ => {}
            },
            _ => {}
        }
    }
}

/// `@file`, `name=@file`.
fn sent(call: &Call<'_>, value: &Value<'_>, sink: &mut Sink) {
    let path = match value.text.split_once('@') {
        Some(("", path)) => path,
        Some((name, path)) if name.ends_with('=') && !name.contains(['{', ' ']) => path,
        _ => return,
    };
    let path = path.split(';').next().unwrap_or(path);
    let value = value.tail(&call.site, path);
    sink.path(&call.site, &value, Evidence::Operand, &call.directory);
}

fn url(call: &Call<'_>, value: &Value<'_>, sink: &mut Sink) {
    if let Some(path) = own_endpoint(value.text) {
        let word = if in_name(path) { Kind::Placeholder } else { Kind::Endpoint };
        sink.other(&call.site, &value.range, word, path, &call.directory);
        if let Some(port) = own_port(value.text) {
            sink.other(&call.site, &value.range, Kind::Port, port, &call.directory);
        }
    } else if value.text.starts_with("http://") || value.text.starts_with("https://") {
        sink.other(&call.site, &value.range, Kind::Url, value.text, &call.directory);
    }
}

/// The port of a URL on this machine.
fn own_port(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':')?;
    let is_port = (2..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    (matches!(name, "localhost" | "127.0.0.1" | "0.0.0.0") && is_port).then_some(port)
}

/// The path of a URL of the service itself: on this machine, or on a host that a variable or a placeholder names.
pub(crate) fn own_endpoint(url: &str) -> Option<&str> {
    let (host, path) = match url.split_once("://") {
        Some((scheme, rest)) => {
            if !matches!(scheme, "http" | "https") {
                return None;
            }
            let end = rest.find('/').unwrap_or(rest.len());
            rest.split_at(end)
        }
        None if url.starts_with(['$', '<', '{']) || url.starts_with("localhost") => {
            let end = url.find('/').unwrap_or(url.len());
            url.split_at(end)
        }
        None => return None,
    };
    let name = host.split(':').next().unwrap_or_default();
    let is_own = matches!(name, "localhost" | "127.0.0.1" | "0.0.0.0" | "[")
        || host.starts_with(['$', '<', '{'])
        || ends_with(name, &["local"]);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    // A list of addresses is none.
    if host.contains(',') || path.contains("//") {
        return None;
    }
    (is_own && path.len() > 1).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::own_endpoint;
    use crate::tools::testing::of_commands;

    #[test]
    fn calls_name_endpoints_and_files() {
        assert_eq!(
            of_commands(
                "curl -sSf http://localhost:8000/health | head\ncurl -X POST $URL/api/x -d @body/a.json -o out.json\ncurl -F file=\"@b.txt\" https://example.org/u\nwget -O x.tgz https://example.org/x.tgz"
            ),
            [
                "endpoint /health",
                "port 8000",
                "endpoint /api/x",
                "path body/a.json",
                "output out.json",
                "path b.txt",
                "url https://example.org/u",
                "output x.tgz",
                "url https://example.org/x.tgz",
            ]
        );
        assert!(of_commands("curl -H 'Accept: text/html' -d 'a@b.md' -w '%{http_code}'").is_empty());
    }

    #[test]
    fn endpoints_of_the_service_are_told_from_urls_of_others() {
        for (url, path) in [
            ("http://localhost:8000/health?x=1", Some("/health")),
            ("$BASE_URL/metrics", Some("/metrics")),
            ("https://${HOST}/api/x", Some("/api/x")),
            ("http://<host>/ready", Some("/ready")),
            ("localhost:3000/x", Some("/x")),
            ("http://localhost:8000/", None),
            ("https://example.org/health", None),
            ("s3://bucket/x", None),
            ("health", None),
            ("http://localhost:3000,http://localhost:8000", None),
        ] {
            assert_eq!(own_endpoint(url), path, "{url}");
        }
    }
}
