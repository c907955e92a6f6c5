//! How a load shows that it goes on: a moving line on a terminal, plain lines elsewhere.

use crate::loading::{Progress, Step, counted};
use indicatif::{ProgressBar, ProgressDrawTarget};
use std::io::IsTerminal as _;
use std::time::Duration;

/// Shows the steps of a load on standard error.
pub(super) struct Shown {
    bar: Option<ProgressBar>,
}

impl Shown {
    /// A moving line where standard error is a terminal.
    pub(super) fn begin() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar }
    }

    /// Takes the moving line away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn step(&self, step: Step<'_>) {
        let line = match step {
            Step::Reading { layer, file } => format!("{layer}: reading {file}"),
            Step::Read { layer, file, rows } => {
                format!("{layer}: checking {} of {file}", counted(rows, "row"))
            }
            Step::Finished { layer, areas } => format!("{layer}: {}", counted(areas, "area")),
        };
        match (&self.bar, step) {
            (Some(bar), _) => bar.set_message(line),
            (None, Step::Finished { .. }) => eprintln!("{line}"),
            (None, _) => {}
        }
    }
}
