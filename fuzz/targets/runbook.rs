//! Any bytes as a runbook.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| runproof::fuzzing::runbook(bytes));
