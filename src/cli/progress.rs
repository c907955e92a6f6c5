//! How a load and a batch show that they go on: a bar with rate and remaining time on a terminal, plain lines elsewhere.

pub(super) mod tiles;

use crate::loading::{Passed, Progress, Step, counted};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Where there is no terminal, a long load says how far it is this often.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// Steps of the bar.
const BAR_STEPS: u64 = 1_000;

/// Shows the steps of a load on standard error.
pub(super) struct Shown {
    bar: Option<ProgressBar>,
    far: Arc<Mutex<Far>>,
}

/// How far a load is.
#[derive(Debug)]
struct Far {
    began: Instant,
    told: Instant,
    /// Bytes of all files.
    bytes: u64,
    files: Vec<FileFar>,
    rows: u64,
}

/// How far one file is.
#[derive(Debug)]
struct FileFar {
    layer: String,
    file: String,
    bytes: u64,
    passed: Passed,
    /// Its rows, once it has been read.
    rows: Option<u64>,
    checked: u64,
    finished: bool,
}

impl FileFar {
    /// The share that is done: reading is half of the work, checking the other.
    fn share(&self) -> f64 {
        if self.finished {
            return 1.0;
        }
        let share = |done: u64, all: u64| (done as f64 / all.max(1) as f64).min(1.0);
        match self.rows {
            None => 0.5 * share(self.passed.bytes(), self.bytes),
            Some(rows) => 0.5 + 0.5 * share(self.checked, rows),
        }
    }
}

impl Far {
    fn begin(now: Instant) -> Self {
        Self {
            began: now,
            told: now,
            bytes: 0,
            files: Vec::new(),
            rows: 0,
        }
    }

    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Begun { bytes } => self.bytes = bytes,
            Step::Reading {
                layer,
                file,
                bytes,
                passed,
            } => self.files.push(FileFar {
                layer: layer.to_owned(),
                file: file.to_owned(),
                bytes,
                passed: passed.clone(),
                rows: None,
                checked: 0,
                finished: false,
            }),
            Step::Read { layer, file, rows } => {
                self.of_file(layer, file, |far| far.rows = Some(rows));
            }
            Step::Checked { layer, file, rows } => {
                self.rows += rows;
                self.of_file(layer, file, |far| far.checked += rows);
            }
            Step::Finished { layer, .. } => {
                let files = self.files.iter_mut().filter(|far| far.layer == layer);
                files.for_each(|far| far.finished = true);
            }
        }
    }

    fn of_file(&mut self, layer: &str, file: &str, change: impl FnOnce(&mut FileFar)) {
        let of_it = |far: &&mut FileFar| far.layer == layer && far.file == file;
        if let Some(far) = self.files.iter_mut().rev().find(of_it) {
            change(far);
        }
    }

    /// The share of the whole load that is done, from 0 to 1.
    fn share(&self) -> f64 {
        let done = |far: &FileFar| far.share() * far.bytes as f64;
        let done = self
            .files
            .iter()
            .map(done)
            .fold(0.0, |all, file| all + file);
        (done / self.bytes.max(1) as f64).min(1.0)
    }

    /// “41 %, 12 345 rows/s, 8 s left”; what cannot be told yet is left out.
    fn told(&self, now: Instant) -> String {
        let elapsed = now.duration_since(self.began);
        let share = self.share();
        let mut told = format!("{:.0} %", (share * 100.0).floor());
        let seconds = elapsed.as_secs_f64();
        if self.rows > 0 && seconds > 0.0 {
            let _ = write!(told, ", {:.0} rows/s", self.rows as f64 / seconds);
        }
        if let Some(left) = remaining(share, elapsed) {
            let _ = write!(told, ", {} left", for_people(left));
        }
        told
    }
}

/// How long the rest takes if it goes on as it went; nothing before there is something to judge by.
fn remaining(share: f64, elapsed: Duration) -> Option<Duration> {
    const MIN_SHARE: f64 = 0.03;
    const MIN_ELAPSED: Duration = Duration::from_secs(1);
    let tells = (MIN_SHARE..1.0).contains(&share) && elapsed >= MIN_ELAPSED;
    tells.then(|| elapsed.mul_f64((1.0 - share) / share))
}

/// Whole seconds, or minutes and seconds.
fn for_people(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

impl Shown {
    /// A bar where standard error is a terminal.
    pub(super) fn begin() -> Self {
        let far = Arc::new(Mutex::new(Far::begin(Instant::now())));
        let bar = std::io::stderr().is_terminal().then(|| bar(&far));
        Self { bar, far }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(far: &Arc<Mutex<Far>>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(BAR_STEPS), ProgressDrawTarget::stderr());
    let shared = Arc::clone(far);
    let told = move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
        let far = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = text.write_str(&far.told(Instant::now()));
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {told}  {wide_msg}") {
        bar.set_style(style.with_key("told", told));
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

impl Progress for Shown {
    fn step(&self, step: Step<'_>) {
        let now = Instant::now();
        let mut far = self.far.lock().unwrap_or_else(PoisonError::into_inner);
        far.step(step);
        let share = far.share();
        let late = (now.duration_since(far.told) >= PLAIN_EVERY).then(|| far.told(now));
        if late.is_some() {
            far.told = now;
        }
        drop(far);
        let line = match step {
            Step::Reading { layer, file, .. } => format!("{layer}: reading {file}"),
            Step::Read { layer, file, rows } => {
                format!("{layer}: checking {} of {file}", counted(rows, "row"))
            }
            Step::Finished { layer, areas } => format!("{layer}: {}", counted(areas, "area")),
            Step::Begun { .. } | Step::Checked { .. } => String::new(),
        };
        match (&self.bar, step) {
            (Some(bar), _) => {
                bar.set_position((share * BAR_STEPS as f64) as u64);
                if !line.is_empty() {
                    bar.set_message(line);
                }
            }
            (None, Step::Finished { .. }) => eprintln!("{line}"),
            (None, _) => {
                if let Some(told) = late {
                    eprintln!("{told}");
                }
            }
        }
    }
}

/// Shows how many rows of a batch are answered, on standard error.
pub(super) struct ShownRows {
    bar: Option<ProgressBar>,
    far: Arc<RowsFar>,
    told: Mutex<Instant>,
}

/// How far a batch is.
#[derive(Debug)]
struct RowsFar {
    began: Instant,
    /// Bytes of the file, where its size is known.
    bytes: Option<u64>,
    passed: Arc<AtomicU64>,
    rows: AtomicU64,
}

impl RowsFar {
    /// The share that was read, which is a little more than what was answered.
    fn share(&self) -> Option<f64> {
        let bytes = self.bytes?;
        let passed = self.passed.load(Ordering::Relaxed);
        Some((passed as f64 / bytes.max(1) as f64).min(1.0))
    }

    /// “41 %, 12345 rows, 9876 rows/s, 8 s left”; what cannot be told is left out.
    fn told(&self, now: Instant) -> String {
        let elapsed = now.duration_since(self.began);
        let rows = self.rows.load(Ordering::Relaxed);
        let seconds = elapsed.as_secs_f64().max(0.001);
        let mut told = String::new();
        if let Some(share) = self.share() {
            let _ = write!(told, "{:.0} %, ", (share * 100.0).floor());
        }
        let rate = rows as f64 / seconds;
        let _ = write!(told, "{}, {rate:.0} rows/s", counted(rows, "row"));
        if let Some(left) = self.share().and_then(|share| remaining(share, elapsed)) {
            let _ = write!(told, ", {} left", for_people(left));
        }
        told
    }
}

impl ShownRows {
    /// A bar where standard error is a terminal; `passed` counts the bytes that were read of `bytes`.
    pub(super) fn begin(bytes: Option<u64>, passed: Arc<AtomicU64>) -> Self {
        let began = Instant::now();
        let far = Arc::new(RowsFar {
            began,
            bytes,
            passed,
            rows: AtomicU64::new(0),
        });
        let bar = std::io::stderr().is_terminal().then(|| bar_of_rows(&far));
        Self {
            bar,
            far,
            told: Mutex::new(began),
        }
    }

    /// So many rows are answered.
    pub(super) fn rows(&self, rows: u64) {
        self.far.rows.store(rows, Ordering::Relaxed);
        // Neither the clock nor the bar need be asked for every row.
        const EVERY: u64 = 256;
        if !rows.is_multiple_of(EVERY) {
            return;
        }
        if let Some(bar) = &self.bar {
            let share = self.far.share().unwrap_or_default();
            bar.set_position((share * BAR_STEPS as f64) as u64);
            return;
        }
        let now = Instant::now();
        let mut last = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(*last) >= PLAIN_EVERY {
            *last = now;
            eprintln!("{}", self.far.told(now));
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar_of_rows(far: &Arc<RowsFar>) -> ProgressBar {
    let shared = Arc::clone(far);
    let told = move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
        let _ = text.write_str(&shared.told(Instant::now()));
    };
    let template = if far.bytes.is_some() {
        "{bar:24} {told}"
    } else {
        "{spinner} {told}"
    };
    let bar = ProgressBar::with_draw_target(Some(BAR_STEPS), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.with_key("told", told));
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_goes_by_the_bytes_of_the_files_and_the_rest_by_what_is_done() {
        let began = Instant::now();
        let mut far = Far::begin(began);
        let passed = Passed::default();
        far.step(Step::Begun { bytes: 400 });
        for (layer, bytes) in [("a", 300), ("b", 100)] {
            far.step(Step::Reading {
                layer,
                file: "x.fgb",
                bytes,
                passed: &passed,
            });
        }
        assert_eq!(far.told(began), "0 %");
        far.step(Step::Read {
            layer: "a",
            file: "x.fgb",
            rows: 1_000,
        });
        far.step(Step::Checked {
            layer: "a",
            file: "x.fgb",
            rows: 500,
        });
        // Three quarters of 300 bytes, nothing of the other 100.
        assert!((far.share() - 0.5625).abs() < 1e-9);
        let later = began + Duration::from_secs(9);
        assert_eq!(far.told(later), "56 %, 56 rows/s, 7 s left");
        far.step(Step::Finished {
            layer: "a",
            areas: 1_000,
        });
        assert!((far.share() - 0.75).abs() < 1e-9);
    }

    #[test]
    fn a_batch_tells_its_share_only_where_its_size_is_known() {
        let began = Instant::now();
        let mut far = RowsFar {
            began,
            bytes: Some(4_000),
            passed: Arc::new(AtomicU64::new(1_000)),
            rows: AtomicU64::new(500),
        };
        let later = began + Duration::from_secs(5);
        let told = far.told(later);
        assert_eq!(told, "25 %, 500 rows, 100 rows/s, 15 s left");
        far.bytes = None;
        assert_eq!(far.told(later), "500 rows, 100 rows/s");
    }

    #[test]
    fn nothing_is_foretold_before_there_is_something_to_judge_by() {
        assert_eq!(remaining(0.5, Duration::from_millis(200)), None);
        assert_eq!(remaining(0.01, Duration::from_secs(60)), None);
        assert_eq!(remaining(1.0, Duration::from_secs(60)), None);
        let rest = remaining(0.25, Duration::from_secs(60)).expect("a rest");
        assert_eq!(for_people(rest), "3 min 00 s");
    }
}
