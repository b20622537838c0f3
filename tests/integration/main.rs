//! The program as its users meet it: one binary for all integration tests.

mod attacks;
mod attacks_in_browser;
#[path = "../../src/model/blessed.rs"]
mod blessed;
mod browser;
mod build;
mod change;
mod clocks;
mod coverage;
mod declared_gates;
mod docs;
mod earned;
mod evidence;
mod fate;
mod first_contact;
mod fleet;
mod formats;
mod frozen;
mod init;
mod inventory;
mod killed;
mod layers;
mod lint;
mod markdown;
mod moves;
mod names;
mod outside;
mod pack;
mod printed;
#[cfg(unix)]
mod recipes;
mod records;
mod release;
mod review;
mod serve;
mod support;
mod suppress;
mod theme;
mod told;
mod upgrades;
