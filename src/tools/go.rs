//! The commands of Go.

use crate::command::call::Call;
use crate::command::path::Evidence;
use crate::command::sink::{Sink, Value};
use crate::tools::tool::{NONE, Tool};

/// Go.
pub(crate) const TOOL: Tool = Tool {
    names: &["go"],
    calls: go,
    ..NONE
};

/// `go run ./cmd/x`: packages are folders; `./...` is all of them.
fn go(call: &Call<'_>, sink: &mut Sink) {
    for word in call.arguments() {
        if word.text.starts_with("./") && !word.text.contains("...") {
            sink.path(&call.site, &Value::of(word), Evidence::Operand, &call.directory);
        }
    }
}
