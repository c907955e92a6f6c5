//! Every size that a stranger can raise, in one place, and what each protects.

use std::time::Duration;

/// Connections at once: each costs a task and some buffers.
pub const MAX_CONNECTIONS: usize = 2048;

/// Bytes of a request's line and headers together: nothing of ours comes near it.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;

/// How long a client may take to send its headers.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client may take none of what is sent to it.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Editions other than the current one that are held open for pinned links; the longest unused is closed.
pub const MAX_OPEN_EDITIONS: usize = 4;

/// Layers that a query may name.
pub const MAX_NAMED_LAYERS: usize = 100;

/// Bytes of an answer page on the wire with its headers: what fits the first flight of a slow connection.
pub const MAX_PAGE_BYTES: usize = 14_336;

/// Bytes kept of that for the response's headers.
pub const HEAD_ALLOWANCE: usize = 900;

/// How often the atlas is looked at for a new current edition.
pub const WATCH_EVERY: Duration = Duration::from_secs(1);

/// How often the open edition's files are read through and checked again.
pub const SCRUB_EVERY: Duration = Duration::from_secs(600);

/// How long requests under way may take after a stop was asked for.
pub const DRAIN: Duration = Duration::from_secs(10);
