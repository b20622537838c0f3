//! The program as its users meet it: one binary for all integration tests.

mod browser;
mod layers;
