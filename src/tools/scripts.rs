//! Programs that run a script: `python x.py`, `bash x.sh`, `source .env`.

use crate::tools::interpreter::interpreter;
use crate::tools::tool::{NONE, Tool};

/// Shells and interpreters.
pub(crate) const TOOL: Tool = Tool {
    names: &[
        "python", "python3", "node", "nodemon", "tsx", "ts-node", "ruby", "perl", "php", "bash", "sh", "zsh", "Rscript",
        "source", ".", "pwsh", "powershell", "elixir", "groovy", "lua", "julia",
    ],
    calls: interpreter,
    ..NONE
};
