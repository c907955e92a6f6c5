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

/// Editions that one page of `/editions` lists: the manifest of each is read.
pub const MAX_EDITIONS_SHOWN: usize = 50;

/// Changed areas that a page of `/changes` lists, shared by the layers that changed; all are counted.
pub const MAX_CHANGES_SHOWN: usize = 600;

/// Changed areas that its JSON lists, shared in the same way.
pub const MAX_CHANGES_IN_DATA: usize = 20_000;

/// Vertices of the pieces in its GeoJSON: some tens of megabytes of text.
pub const MAX_CHANGED_VERTICES: usize = 500_000;

/// Comparisons of two editions that are kept, with what they found and the files that they opened.
pub const MAX_KEPT_COMPARISONS: usize = 4;

/// Requests that may wait for a comparison under way: each holds a thread. Others are told to come again.
pub const MAX_WAITING_COMPARISONS: usize = 8;

/// Layers that a query may name.
pub const MAX_NAMED_LAYERS: usize = 100;

/// Entities that one page of `/entity.json` lists, as in the national API.
pub const MAX_ENTITIES_SHOWN: usize = 500;

/// Geometries that one search for entities names: each is compared with all areas near it.
pub const MAX_ENTITY_GEOMETRIES: usize = 100;

/// Vertices of the geometries on one page of entities: some tens of megabytes of text. One entity alone is always given.
pub const MAX_PAGE_VERTICES: usize = 1_000_000;

/// Bytes of an answer page on the wire with its headers: what fits the first flight of a slow connection.
pub const MAX_PAGE_BYTES: usize = 14_336;

/// Bytes kept of that for the response's headers.
pub const HEAD_ALLOWANCE: usize = 900;

/// Bytes of a drawn site: [`crate::answer::site::MAX_SITE_VERTICES`] corners with all their decimals.
pub const MAX_SITE_BYTES: usize = 256 * 1024;

/// Tiles that wait to be packed smaller: each is held whole. Others are packed when they are asked for again.
pub const MAX_WAITING_TILES: usize = 64;

/// After a tile was packed smaller, no other is for so many times as long: answers come first.
pub const REST_AFTER_PACKING: u32 = 3;
/// Pixels across and down of a still map for which no size is asked.
pub const DEFAULT_STILL_PX: [u32; 2] = [600, 450];

/// Pixels along a side of a still map at least: less has no room for its words.
pub const MIN_STILL_PX: u32 = 200;

/// Pixels along a side of a still map at most.
pub const MAX_STILL_PX: u32 = 2000;

/// Device pixels to a pixel of a still map.
pub const MAX_STILL_SCALE: u32 = 3;

/// Device pixels of a still map altogether: each is held in four bytes while it is painted.
pub const MAX_STILL_PIXELS: u64 = 4_000_000;

/// Still maps that are made at a time: each takes a core.
pub const MAX_STILLS_AT_ONCE: usize = 2;

/// Requests that may wait for a still map: each holds a thread. Others are told to come again.
pub const MAX_WAITING_STILLS: usize = 16;

/// Bytes of the still maps that are kept.
pub const MAX_KEPT_STILL_BYTES: u64 = 32 * 1024 * 1024;

/// Tiles of the base map that are read at a time: each takes a thread, and a slow disk must not take them all.
pub const MAX_BASEMAP_TILES_AT_ONCE: usize = 8;

/// Requests that may wait for a tile of the base map. Others are told to come again.
pub const MAX_WAITING_BASEMAP_TILES: usize = 64;

/// How often the atlas is looked at for a new current edition.
pub const WATCH_EVERY: Duration = Duration::from_secs(1);

/// How often the open edition's files are read through and checked again.
pub const SCRUB_EVERY: Duration = Duration::from_secs(600);

/// How long a client may send nothing of a body that it has begun; three times as long for the whole of a short one.
pub const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// How long requests under way may take after a stop was asked for.
pub const DRAIN: Duration = Duration::from_secs(10);

/// Bytes of one row of many look-ups: it is held whole. No address comes near it.
pub const MAX_ROW_BYTES: usize = 64 * 1024;

/// Rows that one request may ask at once: each is a look-up.
pub const MAX_LOOKUP_ROWS: u64 = 100_000;

/// Bytes of a request for many look-ups: they are taken as fast as they come, and may all lie in memory.
pub const MAX_LOOKUP_BYTES: usize = 16 * 1024 * 1024;

/// How long a request for many look-ups may send and be answered: it holds one of the few places for them.
pub const MAX_LOOKUP_TIME: Duration = Duration::from_secs(15 * 60);

/// How long the rest of a request is read whose answer was sent already: a connection that is closed before may lose the answer.
pub const UNWANTED_PATIENCE: Duration = Duration::from_secs(10);

/// How long a client may take for one piece of a streamed answer, so that a trickle does not count as reading.
pub const PIECE_PATIENCE: Duration = Duration::from_secs(60);

/// Requests for many look-ups that are answered at a time, so that single ones stay quick. Others are told to come again.
pub const MAX_BATCHES_AT_ONCE: usize = 2;
