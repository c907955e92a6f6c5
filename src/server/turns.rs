//! Turns: so many may work on one kind of thing at a time, so many more may wait, and others are told to come again.
//!
//! Work and waiting each hold a thread, and threads are what all other requests need too.

use std::sync::{Condvar, Mutex, PoisonError};

/// The turns at one kind of work.
pub(super) struct Turns {
    at_once: usize,
    waiting: usize,
    now: Mutex<Now>,
    freed: Condvar,
}

#[derive(Default)]
struct Now {
    at_work: usize,
    waiting: usize,
}

/// A turn, given back when it is dropped.
pub(super) struct Turn<'a>(&'a Turns);

impl Turns {
    /// `at_once` may work while `waiting` wait.
    pub(super) fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            at_once,
            waiting,
            now: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// The next turn; `None` at once where as many wait as may.
    pub(super) fn take(&self) -> Option<Turn<'_>> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.at_work >= self.at_once {
            if now.waiting >= self.waiting {
                return None;
            }
            now.waiting += 1;
            while now.at_work >= self.at_once {
                now = self.freed.wait(now).unwrap_or_else(PoisonError::into_inner);
            }
            now.waiting -= 1;
        }
        now.at_work += 1;
        Some(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut now = self.0.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.at_work -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::mpsc;

    #[test]
    fn one_who_waits_gets_the_turn_that_is_given_back_and_one_too_many_is_sent_away() {
        let turns = Arc::new(Turns::new(1, 1));
        let first = turns.take().expect("the first turn");
        let (tell, told) = mpsc::channel();
        let others = Arc::clone(&turns);
        let second = std::thread::spawn(move || {
            let turn = others.take();
            tell.send(turn.is_some()).expect("somebody listens");
        });
        while turns.now.lock().expect("no panic").waiting == 0 {
            std::thread::yield_now();
        }
        assert!(turns.take().is_none(), "one works and one waits");
        assert!(told.try_recv().is_err(), "it waits");
        drop(first);
        assert_eq!(told.recv(), Ok(true));
        second.join().expect("the second turn ends");
        assert!(turns.take().is_some());
    }
}
