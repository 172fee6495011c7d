//! The node binary: `run`, `dev`, `check-config`, `store`.

use std::process::ExitCode;

use clap::Parser;
use trellis_node::command::Arguments;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    Arguments::parse().execute()
}
