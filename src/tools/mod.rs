//! What is known of each tool: one file per tool or family of tools, one entry per tool in one list.
//!
//! The list imports its entries, an entry never the list or another entry; what they share stands in files below both.

mod cargo;
mod cargo_xtask;
pub(crate) mod folder;
pub(crate) mod forge_address;
pub(crate) mod format;
pub(crate) mod json;
mod just;
mod mise;
mod python;
mod ruby;
pub(crate) mod runner;
mod script_map;
mod taskfile;
pub(crate) mod tasks;
pub(crate) mod toml;
pub(crate) mod tool;
pub(crate) mod tox;
pub(crate) mod yaml;

use crate::tools::tool::Tool;

/// Every tool whose tasks are looked up, by file. The tasks of another one are unverifiable.
pub(crate) const TOOLS: &[Tool] = &[
    cargo::TOOL,
    just::TOOL,
    mise::TOOL,
    python::HATCH,
    python::INVOKE,
    python::NOX,
    python::PDM,
    python::POE,
    python::TOX,
    ruby::FASTLANE,
    ruby::RAKE,
    script_map::COMPOSER,
    script_map::DENO,
    script_map::LERNA,
    script_map::NX,
    script_map::TURBO,
    taskfile::TOOL,
];
