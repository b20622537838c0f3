//! Programs of a deployment that cannot work without the files that they are given.

use crate::tools::files::files;
use crate::tools::tool::{NONE, Tool};

/// What they are given are manifests.
pub(crate) const TOOL: Tool = Tool {
    names: &["alembic", "ansible-playbook", "skaffold", "supabase"],
    calls: |call, sink| {
        let before = sink.references.len();
        files(call, sink);
        sink.mark_manifests(before, call.program());
    },
    ..NONE
};
