//! Ctrl-C, for commands that have something to clear away.

use crate::loading::remove_temporary;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a shell says of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Whether Ctrl-C was pressed, and what it does.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt {
    is_gentle: Arc<AtomicBool>,
    is_asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// From now on Ctrl-C takes away what is unpacked before it ends the program. An edition that is being
    /// written is left to the next load, as after any other end.
    pub(super) fn watch() -> Self {
        let interrupt = Self::default();
        let watched = interrupt.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let pressed = || {
                let runtime = runtime.as_ref().ok()?;
                runtime.block_on(tokio::signal::ctrl_c()).ok()
            };
            while pressed().is_some() {
                let was_asked = watched.is_asked.swap(true, Ordering::Relaxed);
                if was_asked || !watched.is_gentle.load(Ordering::Relaxed) {
                    remove_temporary();
                    end_now();
                }
            }
        });
        interrupt
    }

    /// From now on the work looks itself whether it is to stop; pressed again, Ctrl-C ends the program at once.
    pub(super) fn gently(&self) {
        self.is_gentle.store(true, Ordering::Relaxed);
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Relaxed)
    }
}

#[expect(
    clippy::exit,
    reason = "the other threads are reading files and cannot be asked to stop"
)]
fn end_now() {
    std::process::exit(INTERRUPTED);
}
