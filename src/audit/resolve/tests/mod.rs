//! Tests of looking up what tools define, as runbooks name it.

mod advised;
mod cargo;
mod cargo_package;
mod compose;
mod composer;
mod document;
mod gradle;
mod just;
mod make;
mod mise;
mod nx;
mod package;
mod python;
mod ruby;
mod taskfile;
mod workflow;
mod workflow_part;
