//! Runproof: a release handbook that proves itself.
//!
//! One command reads a git repository, its runbooks, release logs, bills of materials and gate artifacts, and renders a versioned,
//! static handbook; a freshness checker flags the runbooks that no longer tell the truth. The crate has one public door: [`run`].
//!
//! The folders are the pipeline, and imports run one way:
//!
//! ```text
//! source -> parse -> model -> audit -> site / report -> output
//! (bytes)            (values)  (judgement)              (bytes)
//! ```
//!
//! | layer | may import | may do I/O |
//! |---|---|---|
//! | model, error | nothing of ours | no |
//! | code | model | no |
//! | command | model, code | no |
//! | tools | model, code, command | no |
//! | parse | model, code, command, tools | no |
//! | report | model | no |
//! | config | model, error | no (text in) |
//! | folder | nothing of ours | yes (disk) |
//! | source | model, error, folder | yes (disk, git) |
//! | audit | model, config, tools | no; no clock: `today` is an argument |
//! | site | model, config | no; no clock |
//! | load | source, parse, tools, code, config, model, error | through source |
//! | judge | load, parse, tools, audit, source, config, model, error | through source |
//! | output | site, error, folder | yes (disk; the loopback for a preview) |
//! | bench | source, parse, audit, model, error | through source |
//! | cli | all | yes (stdout, environment, clock, exit code) |
//!
//! `tests/integration/layers.rs` holds this table.

mod error;
mod folder;
mod model;

mod config;

mod code;
mod command;
mod tools;

mod parse;
mod source;

mod load;

mod audit;
mod report;
mod site;

mod judge;

mod output;

mod cli;

pub use cli::run;

#[doc(hidden)]
pub mod bench;

/// The way in for the fuzz targets in `fuzz/`. It exists in their builds only, so the library keeps its one door.
#[cfg(fuzzing)]
pub mod fuzzing {
    /// Reads a runbook and fails when what comes out is not sound.
    pub fn runbook(bytes: &[u8]) {
        crate::parse::runbook::soundness::check(bytes);
    }
}
