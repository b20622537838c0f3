//! The program as its users meet it: one binary for all integration tests.

mod attacks;
mod browser;
mod build;
mod docs;
mod fate;
mod layers;
mod lint;
mod records;
mod support;
