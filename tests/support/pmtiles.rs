//! A reader of PMTiles version 3, written from its specification and not from any writer.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::io::Read as _;

/// What an archive says and holds.
#[allow(dead_code, reason = "each test file uses some of it")]
pub struct Archive {
    pub min_zoom: u8,
    pub max_zoom: u8,
    /// West, south, east and north in degrees.
    pub bounds: [f64; 4],
    pub metadata: serde_json::Value,
    /// The unpacked tile of each zoom, column and row.
    pub tiles: BTreeMap<(u8, u32, u32), Vec<u8>>,
    /// Contents that stand in the file.
    pub contents: u64,
    /// Whether it has directories below the first.
    pub has_leaves: bool,
}

struct Entry {
    id: u64,
    run: u64,
    length: usize,
    offset: usize,
}

/// Reads all of an archive, and checks what the specification asks for.
pub fn read(file: &[u8]) -> Archive {
    assert_eq!(&file[..8], b"PMTiles\x03");
    let number = |at: usize| u64::from_le_bytes(file[at..at + 8].try_into().unwrap()) as usize;
    let section = |at: usize| &file[number(at)..number(at) + number(at + 8)];
    let degrees =
        |at: usize| f64::from(i32::from_le_bytes(file[at..at + 4].try_into().unwrap())) / 1e7;
    let (root, metadata, leaves, data) = (section(8), section(24), section(40), section(56));
    assert!(
        number(8) + number(16) <= 16_384,
        "the root is in the first 16 KiB"
    );
    // Clustered; directories and tiles by gzip; tiles are vector tiles.
    assert_eq!(file[96..100], [1, 2, 2, 1]);
    let mut entries = Vec::new();
    let mut last_end = 0;
    walk(root, leaves, &mut entries);
    let mut tiles = BTreeMap::new();
    for entry in &entries {
        // What is clustered goes forwards, or back to what stood before.
        assert!(entry.offset == last_end || entry.offset + entry.length <= last_end);
        last_end = last_end.max(entry.offset + entry.length);
        let tile = gunzip(&data[entry.offset..entry.offset + entry.length]);
        for id in entry.id..entry.id + entry.run {
            assert!(tiles.insert(address(id), tile.clone()).is_none());
        }
    }
    assert_eq!(last_end, data.len(), "nothing else stands among the tiles");
    assert_eq!(number(72), tiles.len());
    assert_eq!(number(80), entries.len());
    Archive {
        min_zoom: file[100],
        max_zoom: file[101],
        bounds: [102, 106, 110, 114].map(degrees),
        metadata: serde_json::from_slice(&gunzip(metadata)).unwrap(),
        tiles,
        contents: number(88) as u64,
        has_leaves: !leaves.is_empty(),
    }
}

fn walk(packed: &[u8], leaves: &[u8], entries: &mut Vec<Entry>) {
    let bytes = gunzip(packed);
    let mut rest = bytes.as_slice();
    let mut next = || {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (&byte, after) = rest.split_first().unwrap();
            rest = after;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    };
    let count = next() as usize;
    let mut id = 0;
    let ids: Vec<u64> = (0..count)
        .map(|_| {
            id += next();
            id
        })
        .collect();
    let runs: Vec<u64> = (0..count).map(|_| next()).collect();
    let lengths: Vec<usize> = (0..count).map(|_| next() as usize).collect();
    let mut end = 0;
    for at in 0..count {
        let offset = match next() as usize {
            0 => end,
            offset => offset - 1,
        };
        end = offset + lengths[at];
        if runs[at] == 0 {
            walk(&leaves[offset..end], leaves, entries);
        } else {
            assert!(
                entries
                    .last()
                    .is_none_or(|last| last.id + last.run <= ids[at])
            );
            entries.push(Entry {
                id: ids[at],
                run: runs[at],
                length: lengths[at],
                offset,
            });
        }
    }
}

fn gunzip(packed: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut out)
        .unwrap();
    out
}

/// Zoom, column and row of a place on the Hilbert curves of all zooms, one after another.
fn address(id: u64) -> (u8, u32, u32) {
    let (mut z, mut first) = (0u8, 0u64);
    while id - first >= 1 << (2 * u32::from(z)) {
        first += 1 << (2 * u32::from(z));
        z += 1;
    }
    let mut rest = id - first;
    let (mut x, mut y) = (0u64, 0u64);
    for level in 0..u32::from(z) {
        let side = 1u64 << level;
        let right = 1 & (rest / 2);
        let down = 1 & (rest ^ right);
        if down == 0 {
            if right == 1 {
                x = side - 1 - x;
                y = side - 1 - y;
            }
            std::mem::swap(&mut x, &mut y);
        }
        x += side * right;
        y += side * down;
        rest /= 4;
    }
    (z, x as u32, y as u32)
}
