//! The one door for what a stranger sends after the headers, and for answers that are sent as they are made.
//!
//! A body is taken whole, up to a number of bytes, or read as it comes, up to a number of bytes; a
//! client that falls silent is not waited for. An answer in a stream waits for a slow reader and
//! holds no more than a few pieces for it. What the bytes mean is not known here.

use super::limits::{BODY_PATIENCE, PIECE_PATIENCE};
use axum::body::{Body, Bytes};
use http_body_util::BodyExt as _;
use http_body_util::channel::{Channel, Sender};
use std::io::{self, Read, Write};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Why a body is not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyFault {
    /// It is longer than what is read.
    #[error("the body has more than {limit} bytes; send no more than that")]
    TooLong {
        /// Bytes that are read at most.
        limit: usize,
    },
    /// Nothing came for [`BODY_PATIENCE`].
    #[error("the rest of the body did not come in time")]
    TooSlow,
    /// The connection broke, or what came is no HTTP.
    #[error("the body broke off: {0}")]
    Broken(#[from] axum::Error),
}

/// The next piece of a body, or `None` at its end.
async fn piece(body: &mut Body) -> Result<Option<Bytes>, BodyFault> {
    loop {
        let frame = timeout(BODY_PATIENCE, body.frame())
            .await
            .map_err(|_| BodyFault::TooSlow)?;
        match frame.transpose()? {
            None => return Ok(None),
            // Trailers say nothing to us.
            Some(frame) => {
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes));
                }
            }
        }
    }
}

/// A whole body of at most `limit` bytes.
///
/// # Errors
/// More bytes, a client that falls silent, a connection that breaks.
pub(super) async fn whole(mut body: Body, limit: usize) -> Result<Vec<u8>, BodyFault> {
    let taking = async {
        let mut bytes = Vec::new();
        while let Some(piece) = piece(&mut body).await? {
            if piece.len() > limit - bytes.len() {
                return Err(BodyFault::TooLong { limit });
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    };
    // One byte now and then would never be silence: a whole body has its time too.
    timeout(BODY_PATIENCE * 3, taking)
        .await
        .unwrap_or(Err(BodyFault::TooSlow))
}

/// A body as it comes, to be read on a thread of its own (never on one that moves bytes).
///
/// Reads fail with the [`BodyFault`] inside.
pub(super) struct Incoming {
    body: Body,
    runtime: Handle,
    waiting: Bytes,
    limit: usize,
    left: usize,
}

impl Incoming {
    /// At most `limit` bytes of a body.
    pub(super) fn new(body: Body, runtime: Handle, limit: usize) -> Self {
        Self {
            body,
            runtime,
            waiting: Bytes::new(),
            limit,
            left: limit,
        }
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.waiting.is_empty() {
            match self.runtime.block_on(piece(&mut self.body)) {
                Ok(None) => return Ok(0),
                Ok(Some(piece)) if piece.len() > self.left => {
                    return Err(io::Error::other(BodyFault::TooLong { limit: self.limit }));
                }
                Ok(Some(piece)) => {
                    self.left -= piece.len();
                    self.waiting = piece;
                }
                Err(fault) => return Err(io::Error::other(fault)),
            }
        }
        let taken = self.waiting.split_to(buffer.len().min(self.waiting.len()));
        buffer[..taken.len()].copy_from_slice(&taken);
        Ok(taken.len())
    }
}

/// Bytes of one piece of an answer in a stream.
const PIECE_BYTES: usize = 16 * 1024;

/// Pieces that wait for a slow reader, at most.
const PIECES_WAITING: usize = 4;

/// An answer that is sent as it is written, from a thread of its own (never from one that moves bytes).
///
/// A write waits while the reader is slow, and fails once the reader is gone.
pub(super) struct Outgoing {
    sender: Sender<Bytes>,
    runtime: Handle,
    written: Vec<u8>,
}

impl Outgoing {
    /// Where to write, and the body that carries it away.
    pub(super) fn new(runtime: Handle) -> (Self, Body) {
        let (sender, channel) = Channel::<Bytes>::new(PIECES_WAITING);
        let outgoing = Self {
            sender,
            runtime,
            written: Vec::with_capacity(PIECE_BYTES),
        };
        (outgoing, Body::new(channel))
    }
}

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.extend_from_slice(bytes);
        if self.written.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    /// Sends what was written so far. What is not flushed before the end is not sent.
    fn flush(&mut self) -> io::Result<()> {
        if self.written.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(
            &mut self.written,
            Vec::with_capacity(PIECE_BYTES),
        ));
        let sender = &mut self.sender;
        let sending = async { timeout(PIECE_PATIENCE, sender.send_data(piece)).await };
        match self.runtime.block_on(sending) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufRead as _;

    fn of_pieces(count: usize) -> Body {
        let (mut sender, channel) = Channel::<Bytes>::new(1);
        tokio::spawn(async move {
            for _ in 0..count {
                if sender
                    .send_data(Bytes::from_static(b"0123456789"))
                    .await
                    .is_err()
                {
                    return;
                }
            }
        });
        Body::new(channel)
    }

    #[tokio::test]
    async fn a_body_is_taken_whole_up_to_its_limit_and_not_a_byte_more() {
        assert_eq!(whole(of_pieces(3), 30).await.expect("whole").len(), 30);
        let fault = whole(of_pieces(3), 29).await.expect_err("too long");
        assert!(matches!(fault, BodyFault::TooLong { limit: 29 }));
        assert!(whole(Body::empty(), 0).await.expect("nothing").is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_falls_silent_is_not_waited_for() {
        let (_sender, channel) = Channel::<Bytes>::new(1);
        let fault = whole(Body::new(channel), 10).await.expect_err("silence");
        assert!(matches!(fault, BodyFault::TooSlow));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_sends_a_byte_now_and_then_has_its_time_too() {
        let (mut sender, channel) = Channel::<Bytes>::new(1);
        tokio::spawn(async move {
            while sender.send_data(Bytes::from_static(b"0")).await.is_ok() {
                tokio::time::sleep(BODY_PATIENCE / 2).await;
            }
        });
        let fault = whole(Body::new(channel), 1000)
            .await
            .expect_err("a trickle");
        assert!(matches!(fault, BodyFault::TooSlow));
    }

    #[tokio::test]
    async fn a_body_is_read_as_it_comes_and_an_answer_leaves_as_it_is_written() {
        let runtime = Handle::current();
        let incoming = Incoming::new(of_pieces(5000), runtime.clone(), 50_000);
        let (mut outgoing, body) = Outgoing::new(runtime);
        let work = tokio::task::spawn_blocking(move || -> io::Result<()> {
            let mut reader = io::BufReader::new(incoming);
            loop {
                let bytes = reader.fill_buf()?;
                if bytes.is_empty() {
                    return outgoing.flush();
                }
                outgoing.write_all(bytes)?;
                let count = bytes.len();
                reader.consume(count);
            }
        });
        let bytes = axum::body::to_bytes(body, 60_000).await.expect("all of it");
        work.await.expect("a thread").expect("read and written");
        assert_eq!(bytes.len(), 50_000);
    }

    #[tokio::test]
    async fn a_stream_that_is_too_long_fails_with_its_limit() {
        let mut incoming = Incoming::new(of_pieces(3), Handle::current(), 25);
        let read = tokio::task::spawn_blocking(move || {
            let mut all = Vec::new();
            (incoming.read_to_end(&mut all).expect_err("too long"), all)
        });
        let (error, all) = read.await.expect("a thread");
        assert_eq!(all.len(), 20);
        assert!(error.to_string().contains("25 bytes"), "{error}");
    }

    #[tokio::test]
    async fn writing_to_a_reader_that_is_gone_fails() {
        let (mut outgoing, body) = Outgoing::new(Handle::current());
        drop(body);
        let written = tokio::task::spawn_blocking(move || outgoing.write_all(&[0; 100_000]));
        let error = written.await.expect("a thread").expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
