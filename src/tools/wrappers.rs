//! Programs that run another one in an environment.

use crate::command::call::Call;
use crate::command::sink::{Sink, Value};
use crate::tools::tool::{NONE, Tool};
use crate::tools::wrapped::{requirements, verb, wrapped};

/// `npx PROGRAM`.
pub(crate) const PLAIN: Tool = Tool {
    names: &["npx", "bunx", "uvx", "dotenv"],
    calls: |call, sink| wrapped(call, call.arguments(), sink),
    ..NONE
};

/// `poetry run PROGRAM`.
pub(crate) const RUN: Tool = Tool {
    names: &["poetry", "rye", "pipenv", "conda", "pipx", "doppler", "op", "infisical"],
    calls: |call, sink| match verb(call.arguments()) {
        ("run", words) => wrapped(call, words, sink),
        _ => requirements(call, sink),
    },
    ..NONE
};

/// `bundle exec PROGRAM`.
pub(crate) const BUNDLE: Tool = Tool {
    names: &["bundle"],
    calls: |call, sink| match verb(call.arguments()) {
        ("exec", words) => wrapped(call, words, sink),
        _ => requirements(call, sink),
    },
    ..NONE
};

/// `aws-vault exec PROFILE -- PROGRAM`, `direnv exec FOLDER PROGRAM`.
pub(crate) const EXEC: Tool = Tool {
    names: &["aws-vault", "direnv", "chamber"],
    calls: |call, sink| match verb(call.arguments()) {
        ("exec", words) => wrapped(call, words.get(1..).unwrap_or_default(), sink),
        _ => requirements(call, sink),
    },
    ..NONE
};

/// `uv run PROGRAM`, `uv pip`, `uv venv FOLDER`.
pub(crate) const UV: Tool = Tool {
    names: &["uv"],
    calls: uv,
    ..NONE
};

fn uv(call: &Call<'_>, sink: &mut Sink) {
    let words = call.arguments();
    match verb(words) {
        ("run", words) => wrapped(call, words, sink),
        ("pip", rest) => call.run(&words[words.len() - rest.len() - 1..], &call.directory, sink),
        ("venv", words) => {
            if let Some(folder) = words.first().filter(|word| !word.text.starts_with('-')) {
                sink.output(&call.site, &Value::of(folder), &call.directory);
            }
        }
        _ => requirements(call, sink),
    }
}
