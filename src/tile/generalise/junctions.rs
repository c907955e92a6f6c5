//! Where arcs end: vertices that rings do not all pass in the same way.
//!
//! A vertex between the same two neighbours in every ring that has it is the inside of one common border.
//! Anywhere else borders part, and the vertex stays. Equal vertices of the source are equal on the fine
//! grid, so it makes no difference in which layer or which direction a border is met.

use super::super::grid::FinePoint;
use super::super::project::FinePart;
use rayon::slice::ParallelSliceMut as _;

/// A vertex as one ring passes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Passed {
    point: FinePoint,
    /// Stands for its two neighbours, in either order.
    between: u32,
}

/// The vertices of every ring of a part, as they are passed.
pub(super) fn passed(part: &FinePart) -> impl Iterator<Item = Passed> {
    part.paths().flat_map(|ring| {
        let count = ring.len().saturating_sub(1);
        (0..count).map(move |at| {
            let before = ring[if at == 0 { count - 1 } else { at - 1 }];
            Passed {
                point: ring[at],
                between: mixed(before).wrapping_add(mixed(ring[at + 1])),
            }
        })
    })
}

/// A number that tells points apart.
fn mixed(point: FinePoint) -> u32 {
    let both = u64::from(point.x) << 32 | u64::from(point.y);
    let spread = (both ^ both >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((spread ^ spread >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as u32
}

/// The junctions of all rings.
#[derive(Debug, Default)]
pub(super) struct Junctions {
    /// In order.
    points: Vec<FinePoint>,
    /// A bit for each value of some bits of a point's number: most vertices are told by it that they are none.
    sieve: Vec<u64>,
}

/// Bits of the sieve for each junction, at least.
const SIEVE_BITS: usize = 16;

impl Junctions {
    /// The junctions of rings of which every vertex is given, in any order.
    pub(super) fn of(mut all: Vec<Passed>) -> Self {
        all.par_sort_unstable();
        let mut points = Vec::new();
        for run in all.chunk_by(|a, b| a.point == b.point) {
            if run.iter().any(|passed| passed.between != run[0].between) {
                points.push(run[0].point);
            }
        }
        drop(all);
        points.shrink_to_fit();
        let words = (points.len() * SIEVE_BITS / 64).next_power_of_two();
        let mut sieve = vec![0u64; words];
        for &point in &points {
            let (word, bit) = place(point, words);
            sieve[word] |= 1 << bit;
        }
        Self { points, sieve }
    }

    /// Whether arcs end at a vertex.
    pub(super) fn contains(&self, point: FinePoint) -> bool {
        let (word, bit) = place(point, self.sieve.len());
        self.sieve[word] >> bit & 1 == 1 && self.points.binary_search(&point).is_ok()
    }
}

/// Where a point's bit stands in a sieve of so many words, a power of two.
fn place(point: FinePoint, words: usize) -> (usize, u32) {
    let number = mixed(point);
    ((number >> 6) as usize & (words - 1), number & 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn junctions(rings: &[&[(u32, u32)]]) -> Vec<(u32, u32)> {
        let mut all = Vec::new();
        for ring in rings {
            let points: Vec<_> = ring.iter().map(|&(x, y)| FinePoint { x, y }).collect();
            let ends = vec![points.len() as u32];
            all.extend(passed(&FinePart::new(points, ends)));
        }
        let junctions = Junctions::of(all);
        for ring in rings {
            for &(x, y) in *ring {
                let point = FinePoint { x, y };
                assert_eq!(junctions.contains(point), junctions.points.contains(&point));
            }
        }
        junctions.points.iter().map(|p| (p.x, p.y)).collect()
    }

    const LEFT: &[(u32, u32)] = &[(0, 0), (5, 0), (6, 4), (5, 9), (0, 9), (0, 0)];
    const RIGHT: &[(u32, u32)] = &[(5, 9), (6, 4), (5, 0), (12, 0), (12, 9), (5, 9)];

    #[test]
    fn borders_part_at_the_ends_of_what_two_rings_share() {
        assert_eq!(junctions(&[LEFT, RIGHT]), [(5, 0), (5, 9)]);
    }

    #[test]
    fn the_same_ring_twice_whichever_way_has_no_junction() {
        let mut back = LEFT.to_vec();
        back.reverse();
        assert!(junctions(&[LEFT, &back]).is_empty());
    }

    #[test]
    fn a_third_border_that_ends_on_a_shared_one_makes_a_junction_there() {
        let whole: &[_] = &[(0, 0), (5, 0), (12, 0), (12, 9), (5, 9), (0, 9), (0, 0)];
        let all = junctions(&[LEFT, RIGHT, whole]);
        assert_eq!(all, [(5, 0), (5, 9)], "a parish round its wards");
    }

    #[test]
    fn a_ring_that_touches_itself_or_another_in_a_vertex_has_a_junction_there() {
        let eight: &[_] = &[(0, 0), (4, 4), (8, 0), (8, 8), (4, 4), (0, 8), (0, 0)];
        assert_eq!(junctions(&[eight]), [(4, 4)]);
        let corner: &[_] = &[(12, 9), (20, 9), (20, 20), (12, 9)];
        assert_eq!(junctions(&[RIGHT, corner]), [(12, 9)]);
    }

    #[test]
    fn an_edge_there_and_back_is_passed_the_same_way() {
        assert!(junctions(&[&[(0, 0), (4, 4), (0, 0)]]).is_empty());
    }
}
