//! How many bytes of a file a reader has passed, for whoever wants to know how far a load is.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number of bytes that another thread may look at.
#[derive(Debug, Clone, Default)]
pub struct Passed(Arc<AtomicU64>);

impl Passed {
    /// The bytes so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// A reader whose bytes are counted.
    pub(super) fn through<R: Read>(&self, from: R) -> Counted<R> {
        Counted {
            from,
            passed: self.clone(),
        }
    }
}

/// A reader that counts.
#[derive(Debug)]
pub struct Counted<R> {
    from: R,
    passed: Passed,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.passed.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_that_is_read_is_counted_once() {
        let passed = Passed::default();
        let mut all = String::new();
        passed
            .through(&b"reference,wkt"[..])
            .read_to_string(&mut all)
            .expect("memory");
        assert_eq!((all.as_str(), passed.bytes()), ("reference,wkt", 13));
    }
}
