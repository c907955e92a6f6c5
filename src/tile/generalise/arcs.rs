//! Cuts rings into arcs: stretches between junctions, each walked the same way whichever ring it is met in.

use super::super::grid::FinePoint;

/// Hands over each arc of a closed ring, as places in the ring, in the direction that all rings agree on.
/// `is_junction` says of a place whether arcs end there. A ring without junctions is one arc that begins and ends
/// at its smallest vertex.
pub(super) fn visit_arcs(
    ring: &[FinePoint],
    is_junction: impl Fn(usize) -> bool,
    mut visit: impl FnMut(&[usize]),
) {
    let count = ring.len().saturating_sub(1);
    if count == 0 {
        return;
    }
    let mut ends: Vec<usize> = (0..count).filter(|&at| is_junction(at)).collect();
    if ends.is_empty() {
        ends.extend((0..count).min_by_key(|&at| ring[at]));
    }
    let mut arc = Vec::new();
    for (number, &from) in ends.iter().enumerate() {
        let to = ends.get(number + 1).map_or(ends[0] + count, |&next| next);
        arc.clear();
        arc.extend((from..=to).map(|at| if at < count { at } else { at - count }));
        let forwards = arc.iter().map(|&at| ring[at]);
        if forwards.gt(arc.iter().rev().map(|&at| ring[at])) {
            arc.reverse();
        }
        visit(&arc);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(coords: &[(u32, u32)]) -> Vec<FinePoint> {
        coords.iter().map(|&(x, y)| FinePoint { x, y }).collect()
    }

    fn arcs(ring: &[FinePoint], junctions: &[(u32, u32)]) -> Vec<Vec<(u32, u32)>> {
        let mut all = Vec::new();
        let place = |at: usize| (ring[at].x, ring[at].y);
        visit_arcs(
            ring,
            |at| junctions.contains(&place(at)),
            |arc| all.push(arc.iter().map(|&at| place(at)).collect()),
        );
        all.sort_unstable();
        all
    }

    const SQUARE: [(u32, u32); 5] = [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)];

    #[test]
    fn an_island_begins_at_its_smallest_vertex_wherever_and_whichever_way_its_ring_is_written() {
        let expected = arcs(&ring(&SQUARE), &[]);
        assert_eq!(expected, [[(0, 0), (0, 9), (9, 9), (9, 0), (0, 0)]]);
        let turned = [(9, 9), (9, 0), (0, 0), (0, 9), (9, 9)];
        assert_eq!(arcs(&ring(&turned), &[]), expected);
        let backwards: Vec<_> = turned.iter().rev().copied().collect();
        assert_eq!(arcs(&ring(&backwards), &[]), expected);
    }

    #[test]
    fn a_border_that_two_rings_share_is_the_same_arc_walked_from_either_side() {
        let left = ring(&[(0, 0), (5, 0), (6, 4), (5, 9), (0, 9), (0, 0)]);
        let right = ring(&[(5, 9), (6, 4), (5, 0), (12, 0), (12, 9), (5, 9)]);
        let ends = [(5, 0), (5, 9)];
        let border = vec![(5, 0), (6, 4), (5, 9)];
        for ring in [left, right] {
            let arcs = arcs(&ring, &ends);
            assert_eq!(arcs.len(), 2);
            assert!(arcs.contains(&border), "{arcs:?}");
        }
    }

    #[test]
    fn a_ring_with_one_junction_is_one_arc_from_it_to_itself() {
        let arcs = arcs(&ring(&SQUARE), &[(9, 9)]);
        assert_eq!(arcs, [[(9, 9), (0, 9), (0, 0), (9, 0), (9, 9)]]);
    }

    #[test]
    fn a_ring_of_one_point_has_no_arc() {
        assert!(arcs(&ring(&[(3, 3)]), &[]).is_empty());
    }
}
