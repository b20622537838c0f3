//! pytest: the files that it runs, and the markers that choose among its tests.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::sink::Sink;
use crate::model::kind::Kind;
use crate::tools::files::files;
use crate::tools::tool::{NONE, Tool};

/// pytest.
pub(crate) const TOOL: Tool = Tool {
    names: &["pytest"],
    calls: |call, sink| {
        markers(call, sink);
        files(call, sink);
    },
    ..NONE
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
