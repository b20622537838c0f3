//! The program: hands its arguments to the library and returns its exit code.

use std::process::ExitCode;

/// A handbook is many short strings that live for one page; with the allocator of the system they were a sixth of the CPU time of a build.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    runproof::run(std::env::args_os())
}
