//! Gradle, whose tasks are not looked up.

use crate::tools::runner::GRADLE;
use crate::tools::task_call::TaskCall;
use crate::tools::tool::{NONE, Tool};

/// Gradle.
pub(crate) const TOOL: Tool = Tool {
    names: &["gradle"],
    calls: |call, sink| TaskCall::of(GRADLE).read(call, call.arguments(), sink),
    ..NONE
};
