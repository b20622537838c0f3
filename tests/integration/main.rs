//! The program as its users meet it: one binary for all integration tests.

mod attacks;
mod browser;
mod build;
mod docs;
mod layers;
mod lint;
mod names;
mod records;
mod support;
