//! The groundrule program.

use groundrule::cli::{Terminal, run};
use std::process::ExitCode;

/// Answers are made of many short texts: it takes a seventh off a whole answer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut terminal = Terminal {
        out: &mut std::io::stdout().lock(),
        err: &mut std::io::stderr(),
    };
    run(std::env::args_os(), &mut terminal).into()
}
