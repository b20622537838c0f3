//! pytest: the files that it runs, and the markers that choose among its tests.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::model::kind::Kind;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, Resolution};
use crate::tools::files::files;
use crate::tools::lookup::answer::{resolved, unverifiable};
use crate::tools::lookup::document::Document;
use crate::tools::lookup::resolver::Resolver;
use crate::tools::lookup::tree::Lookup;
use crate::tools::test_filter::test_name;
use crate::tools::tool::{NONE, Tool};

/// pytest.
pub(crate) const TOOL: Tool = Tool {
    names: &["pytest"],
    calls: |call, sink| {
        markers(call, sink);
        tests(call, sink);
        files(call, sink);
    },
    resolvers: &[MARKERS],
    ..NONE
};

/// Markers of pytest. A marker that is not registered still runs, so none is ever missing.
const MARKERS: Resolver = Resolver::Named {
    kinds: &[Kind::PytestMarker],
    resolve: marker,
};

/// `pytest -m integration`.
fn markers(call: &Call<'_>, sink: &mut Sink) {
    for argument in Arguments::new(call.arguments(), &["-m"]) {
        if let Argument::Option {
            name: "-m",
            value: Some(value),
            ..
        } = argument
        {
            sink.other(&call.site, &value.range, Kind::PytestMarker, value.text, &call.directory);
        }
    }
}

/// `pytest tests/x.py::TestStore::test_restore`.
fn tests(call: &Call<'_>, sink: &mut Sink) {
    for word in call.arguments() {
        let Some((_, names)) = word.text.split_once(".py::") else {
            continue;
        };
        for name in names.split("::") {
            let value = Value::of(word).tail(&call.site, name);
            // A class is one by its place, whatever it is called.
            let is_class = name.len() > 5
                && name.starts_with("Test")
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && !in_name(name);
            if is_class {
                sink.other(&call.site, &value.range, Kind::TestName, name, &call.directory);
            } else {
                test_name(call, name, &value.range, sink);
            }
        }
    }
}

fn marker(lookup: &Lookup<'_>, _document: &Document<'_>, _reference: &Reference, named: &Named) -> Resolution {
    let names = named.name.split(|char: char| !(char.is_alphanumeric() || char == '_'));
    let names: Vec<&str> = names.filter(|name| !matches!(*name, "" | "and" | "or" | "not")).collect();
    let find = |name: &str| {
        let mut files = lookup.source.definitions.values();
        files.find_map(|file| Some((file.path.as_str(), file.definition(Kind::PytestMarker, name)?.line)))
    };
    match names
        .iter()
        .map(|name| find(name))
        .collect::<Option<Vec<_>>>()
        .and_then(|found| found.first().copied())
    {
        Some((path, line)) => resolved(path, Some(line), Reason::RegisteredIn(path.to_owned())),
        None => unverifiable(Reason::MarkerUnregistered),
    }
}
