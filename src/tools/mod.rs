//! What is known of each tool: one file per tool, one entry per tool in one list.

pub(crate) mod runner;
