//! The groundrule program.

use groundrule::cli::{Terminal, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut terminal = Terminal {
        out: &mut std::io::stdout().lock(),
        err: &mut std::io::stderr(),
    };
    run(std::env::args_os(), &mut terminal).into()
}
