//! Ctrl-C, for commands that have something to clear away.

use crate::loading::remove_temporary;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::task::Poll;

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
        let (listens, ready) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                runtime.block_on(watched.listen(&listens));
            }
        });
        // Pressed before anybody listens, Ctrl-C would end the program at once and leave what it was writing.
        let _ = ready.recv();
        interrupt
    }

    async fn listen(&self, listens: &Sender<()>) {
        loop {
            let mut pressed = pin!(tokio::signal::ctrl_c());
            // The signal is ours from the first time that it is asked for.
            let at_once = poll_fn(|context| Poll::Ready(pressed.as_mut().poll(context))).await;
            let _ = listens.send(());
            let outcome = match at_once {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => pressed.await,
            };
            if outcome.is_err() {
                return;
            }
            let was_asked = self.is_asked.swap(true, Ordering::Relaxed);
            if was_asked || !self.is_gentle.load(Ordering::Relaxed) {
                remove_temporary();
                end_now();
            }
        }
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
