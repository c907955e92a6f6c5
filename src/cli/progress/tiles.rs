//! How far work on many tiles is.

use super::{PLAIN_EVERY, for_people, remaining};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Shows how many tiles are done, on standard error.
pub(in crate::cli) struct ShownTiles {
    bar: Option<ProgressBar>,
    what: &'static str,
    began: Instant,
    told: Mutex<Instant>,
}

impl ShownTiles {
    /// A bar where standard error is a terminal, lines elsewhere; `what` is what is being done.
    pub(in crate::cli) fn begin(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{bar:24} {wide_msg}") {
                bar.set_style(style);
            }
            bar.set_message(what);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        let began = Instant::now();
        Self {
            bar,
            what,
            began,
            told: Mutex::new(began),
        }
    }

    /// So many of so many tiles are done.
    pub(in crate::cli) fn tiles(&self, done: u64, all: u64) {
        let now = Instant::now();
        if let Some(bar) = &self.bar {
            bar.set_length(all);
            bar.set_position(done);
            bar.set_message(self.far(done, all, now));
            return;
        }
        let mut last = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(*last) >= PLAIN_EVERY {
            *last = now;
            eprintln!("{}", self.far(done, all, now));
        }
    }

    /// “preparing overview tiles: 41 of 120, 8 s left”; what cannot be told yet is left out.
    fn far(&self, done: u64, all: u64, now: Instant) -> String {
        let share = done as f64 / all.max(1) as f64;
        let left = remaining(share, now.duration_since(self.began));
        let left = left.map_or_else(String::new, |left| format!(", {} left", for_people(left)));
        format!("{}: {done} of {all}{left}", self.what)
    }

    /// Takes the bar away.
    pub(in crate::cli) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_counted_and_the_rest_is_foretold_once_it_can_be() {
        let shown = ShownTiles {
            bar: None,
            what: "writing tiles",
            began: Instant::now(),
            told: Mutex::new(Instant::now()),
        };
        assert_eq!(shown.far(0, 120, shown.began), "writing tiles: 0 of 120");
        let later = shown.began + Duration::from_secs(4);
        let told = shown.far(30, 120, later);
        assert_eq!(told, "writing tiles: 30 of 120, 12 s left");
    }
}
