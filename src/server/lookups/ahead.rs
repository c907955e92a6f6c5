//! Reads a source ahead, on a thread of its own.
//!
//! A simple client sends all of its rows before it reads the first answer. If its rows were read no
//! faster than it takes their answers, both sides would wait for each other for ever. So what a
//! client sends is taken at once, and the source itself bounds how much that is.

use crate::server::limits::UNWANTED_PATIENCE;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes that are read at once.
const READ_BYTES: usize = 64 * 1024;

/// What was read and is not taken yet.
#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// The source ended, well or with this error.
    ended: Option<io::Result<()>>,
    /// Since when nobody takes any more.
    left: Option<Instant>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    more: Condvar,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A source that is read ahead.
#[derive(Debug)]
pub(in crate::server) struct Ahead {
    shared: Arc<Shared>,
    taken: Vec<u8>,
    at: usize,
    until: Instant,
}

impl Ahead {
    /// Begins to read. The source must be bounded: all of it may come to lie in memory. What is not taken
    /// in `time` is not given any more: reading it fails.
    pub(in crate::server) fn of(mut source: impl Read + Send + 'static, time: Duration) -> Self {
        let until = Instant::now() + time;
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            let mut read = vec![0; READ_BYTES];
            loop {
                let outcome = source.read(&mut read);
                let mut waiting = of_thread.waiting();
                let unwanted = waiting.left.is_some();
                match outcome {
                    // The rest is read all the same, for a while: a client may not look for an answer before.
                    Ok(count) if count > 0 && unwanted => {}
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Ok(count) if count > 0 => waiting.bytes.extend_from_slice(&read[..count]),
                    outcome => waiting.ended = Some(outcome.map(|_| ())),
                }
                of_thread.more.notify_one();
                let enough = |left: Instant| left.elapsed() > UNWANTED_PATIENCE;
                let late = Instant::now() > until;
                if waiting.ended.is_some() || late || waiting.left.is_some_and(enough) {
                    // Whoever waits for more learns that there is none.
                    waiting
                        .ended
                        .get_or_insert_with(|| Err(io::ErrorKind::TimedOut.into()));
                    of_thread.more.notify_one();
                    return;
                }
            }
        });
        Self {
            shared,
            taken: Vec::new(),
            at: 0,
            until,
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() > self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if self.at == self.taken.len() {
            self.taken.clear();
            self.at = 0;
            let mut waiting = self.shared.waiting();
            while waiting.bytes.is_empty() && waiting.ended.is_none() {
                let more = self.shared.more.wait(waiting);
                waiting = more.unwrap_or_else(PoisonError::into_inner);
            }
            std::mem::swap(&mut self.taken, &mut waiting.bytes);
            if self.taken.is_empty() {
                // An error is told once, and is the end.
                return match waiting.ended.replace(Ok(())) {
                    Some(Err(error)) => Err(error),
                    Some(Ok(())) | None => Ok(0),
                };
            }
        }
        let count = buffer.len().min(self.taken.len() - self.at);
        buffer[..count].copy_from_slice(&self.taken[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.shared.waiting().left = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn what_is_read_ahead_is_the_source_to_its_error() {
        struct Broken(u8);
        impl Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                match self.0 {
                    100.. => Err(io::ErrorKind::ConnectionReset.into()),
                    count if count.is_multiple_of(3) => Err(io::ErrorKind::Interrupted.into()),
                    count => {
                        buffer[0] = count;
                        Ok(1)
                    }
                }
            }
        }
        let mut read = Vec::new();
        let error = Ahead::of(Broken(0), HOUR).read_to_end(&mut read);
        assert_eq!(
            error.expect_err("broken").kind(),
            io::ErrorKind::ConnectionReset
        );
        let expected: Vec<u8> = (1..100).filter(|count| count % 3 != 0).collect();
        assert_eq!(read, expected);
        let whole = vec![7; 1_000_000];
        let mut read = Vec::new();
        Ahead::of(io::Cursor::new(whole.clone()), HOUR)
            .read_to_end(&mut read)
            .expect("read");
        assert_eq!(read, whole);
        let late = Ahead::of(io::Cursor::new(whole), Duration::ZERO).read(&mut [0; 10]);
        assert_eq!(late.expect_err("late").kind(), io::ErrorKind::TimedOut);
    }
}
