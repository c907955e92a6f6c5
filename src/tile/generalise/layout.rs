//! The chosen vertices of an edition as bytes: for each layer and zoom a bit for every vertex of the fine grid, so
//! that any part at any zoom is read without a look at the others.
//!
//! All numbers are little-endian. First the version, the number of layers and an entry for each; then, where
//! the entry says, the index of each part's first vertex, a bit for each part that has the vertices of its source one by one,
//! and a plane of bits for each zoom.

use super::choose::ZOOMS;
use std::ops::Range;

/// Raised with each change of the layout or of what is chosen.
pub(super) const VERSION: u32 = 1;

/// Bytes before the first entry.
const HEAD: usize = 16;
/// Bytes of an entry: parts, vertices, where the layer begins, and the deviation at each zoom.
const ENTRY: usize = 24 + ZOOMS * 8;

/// A layer while its vertices are chosen.
#[derive(Default)]
pub(super) struct LayerMade {
    starts: Vec<u32>,
    one_by_one: Vec<u64>,
    planes: [Vec<u64>; ZOOMS],
    vertices: u32,
    /// The largest deviation at each zoom, in metres.
    pub deviation_m: [f64; ZOOMS],
}

impl LayerMade {
    /// Adds a part: of each of its vertices the zooms at which it is drawn. Says whether there was room for it.
    pub(super) fn push(&mut self, masks: &[u32], one_by_one: bool) -> bool {
        let part = self.starts.len();
        let Some(end) = u32::try_from(masks.len())
            .ok()
            .and_then(|count| self.vertices.checked_add(count))
        else {
            return false;
        };
        self.starts.push(self.vertices);
        self.one_by_one.resize(part / 64 + 1, 0);
        self.one_by_one[part / 64] |= u64::from(one_by_one) << (part % 64);
        let words = end as usize / 64 + 1;
        for plane in &mut self.planes {
            plane.resize(words, 0);
        }
        for (at, &mask) in (self.vertices as usize..).zip(masks) {
            let mut zooms = mask;
            while zooms != 0 {
                let z = zooms.trailing_zeros() as usize;
                self.planes[z][at / 64] |= 1 << (at % 64);
                zooms &= zooms - 1;
            }
        }
        self.vertices = end;
        true
    }
}

/// The bytes of all layers of an edition, in its order; layers without polygons are empty.
pub(super) fn bytes(layers: &[LayerMade]) -> Vec<u8> {
    let mut to = Vec::new();
    to.extend(u64::from(VERSION).to_le_bytes());
    to.extend((layers.len() as u64).to_le_bytes());
    let mut offset = HEAD + layers.len() * ENTRY;
    for layer in layers {
        to.extend((layer.starts.len() as u64).to_le_bytes());
        to.extend(u64::from(layer.vertices).to_le_bytes());
        to.extend((offset as u64).to_le_bytes());
        for metres in layer.deviation_m {
            to.extend(metres.to_le_bytes());
        }
        offset += Sections::of(layer.starts.len(), layer.vertices as usize).length();
    }
    to.reserve_exact(offset - to.len());
    for layer in layers {
        for start in layer.starts.iter().chain([&layer.vertices]) {
            to.extend(start.to_le_bytes());
        }
        let sections = Sections::of(layer.starts.len(), layer.vertices as usize);
        let one_by_one = layer.one_by_one.iter().copied().chain(std::iter::repeat(0));
        for word in one_by_one.take(sections.part_words) {
            to.extend(word.to_le_bytes());
        }
        for plane in &layer.planes {
            let plane = plane.iter().copied().chain(std::iter::repeat(0));
            for word in plane.take(sections.plane_words) {
                to.extend(word.to_le_bytes());
            }
        }
    }
    to
}

/// How long the sections of a layer are.
struct Sections {
    starts: usize,
    part_words: usize,
    plane_words: usize,
}

impl Sections {
    fn of(parts: usize, vertices: usize) -> Self {
        Self {
            starts: (parts + 1) * 4,
            part_words: parts / 64 + 1,
            plane_words: vertices / 64 + 1,
        }
    }

    fn length(&self) -> usize {
        self.starts + (self.part_words + ZOOMS * self.plane_words) * 8
    }
}

/// What was chosen for one layer.
pub(super) struct LayerKept<'a> {
    bytes: &'a [u8],
    sections: Sections,
    pub deviation_m: [f64; ZOOMS],
}

/// How many layers the bytes are of; `None` where they are of another version or cut short.
pub(super) fn layers(bytes: &[u8]) -> Option<usize> {
    let count = number(bytes, 8)?;
    let fits = number(bytes, 0)? == u64::from(VERSION)
        && (0..count).all(|layer| layer_of(bytes, layer).is_some());
    fits.then_some(count as usize)
}

/// A layer of the edition; `None` where there are no bytes of it.
pub(super) fn layer_of(bytes: &[u8], layer: u64) -> Option<LayerKept<'_>> {
    if layer >= number(bytes, 8)? {
        return None;
    }
    let entry = HEAD + usize::try_from(layer).ok()? * ENTRY;
    let at = |field: usize| usize::try_from(number(bytes, entry + field)?).ok();
    let (parts, vertices, start) = (at(0)?, at(8)?, at(16)?);
    let mut deviation_m = [0.0; ZOOMS];
    for (z, metres) in deviation_m.iter_mut().enumerate() {
        *metres = f64::from_bits(number(bytes, entry + 24 + z * 8)?);
    }
    let sections = Sections::of(parts, vertices);
    let bytes = bytes.get(start..start.checked_add(sections.length())?)?;
    Some(LayerKept {
        bytes,
        sections,
        deviation_m,
    })
}

impl LayerKept<'_> {
    /// Whether nothing was chosen: the layer has no polygons.
    pub(super) fn is_empty(&self) -> bool {
        self.range(0).is_none()
    }

    /// The vertices of a part among all of the layer's; `None` for a part that it does not have.
    pub(super) fn range(&self, part: u32) -> Option<Range<usize>> {
        let at = part as usize * 4;
        let start = |at: usize| {
            let bytes = self.bytes[..self.sections.starts].get(at..at + 4)?;
            Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
        };
        let range = start(at)?..start(at + 4)?;
        (range.start <= range.end && range.end <= self.sections.plane_words * 64).then_some(range)
    }

    /// Whether a part has the vertices of its source one by one.
    pub(super) fn is_one_by_one(&self, part: u32) -> bool {
        let word = number(self.bytes, self.sections.starts + part as usize / 64 * 8);
        word.is_some_and(|word| word >> (part % 64) & 1 == 1)
    }

    /// Of a range of vertices those that are drawn at a zoom, counted from the first of the range.
    pub(super) fn drawn(&self, range: Range<usize>, z: u8) -> impl Iterator<Item = usize> + '_ {
        let before = self.sections.part_words + usize::from(z) * self.sections.plane_words;
        let plane = self.sections.starts + before * 8;
        let words = range.start / 64..range.end.div_ceil(64);
        let first = range.start;
        words.flat_map(move |at| {
            let mut word = number(self.bytes, plane + at * 8).unwrap_or(0);
            if at == range.start / 64 {
                word &= u64::MAX << (range.start % 64);
            }
            if at == range.end / 64 {
                word &= !(u64::MAX << (range.end % 64));
            }
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
                word &= word - 1;
                Some(at * 64 + bit - first)
            })
        })
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_reads_back_part_by_part_and_zoom_by_zoom() {
        let masks = |seed: u32, count: u32| -> Vec<u32> {
            (0..count)
                .map(|at| (at + seed).wrapping_mul(2_654_435_761) >> 7 & 0x1_ffff)
                .collect()
        };
        let parts = [
            masks(1, 70),
            masks(2, 0),
            masks(3, 58),
            masks(4, 64),
            masks(5, 1000),
        ];
        let mut layer = LayerMade::default();
        for (number, part) in parts.iter().enumerate() {
            assert!(layer.push(part, number % 2 == 0));
        }
        layer.deviation_m[9] = 2.5;
        let bytes = bytes(&[LayerMade::default(), layer]);
        assert_eq!(layers(&bytes), Some(2));
        let layer = layer_of(&bytes, 1).expect("a layer");
        assert_eq!(layer.deviation_m[9].to_bits(), 2.5f64.to_bits());
        for (number, part) in parts.iter().enumerate() {
            assert_eq!(layer.is_one_by_one(number as u32), number % 2 == 0);
            let range = layer.range(number as u32).expect("a part");
            for z in 0..ZOOMS as u8 {
                let drawn: Vec<usize> = layer.drawn(range.clone(), z).collect();
                let expected = (0..part.len()).filter(|&at| part[at] >> z & 1 == 1);
                assert_eq!(
                    drawn,
                    expected.collect::<Vec<_>>(),
                    "part {number} zoom {z}"
                );
            }
        }
        assert_eq!(layer.range(5), None);
        assert!(
            layer_of(&bytes, 0)
                .expect("an empty layer")
                .range(0)
                .is_none()
        );
    }

    #[test]
    fn bytes_cut_short_and_of_another_version_are_not_read() {
        let mut layer = LayerMade::default();
        assert!(layer.push(&[1, 2, 3], true));
        let whole = bytes(&[layer]);
        for length in [0, 7, 15, 100, whole.len() - 1] {
            assert_eq!(layers(&whole[..length]), None, "{length} bytes");
        }
        let mut other = whole;
        other[0] += 1;
        assert_eq!(layers(&other), None);
    }
}
