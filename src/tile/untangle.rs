//! Gives rings a common vertex wherever rounding made their edges meet.
//!
//! A vertex that came to lie on another edge is put into it, exactly, and into that edge's twin in a
//! neighbour. Where edges of one group cross, the nearest unit becomes a vertex of *every* edge of the layer that passes through that unit's
//! square (snap rounding, after Hobby 1999, of the crossings alone): neighbours that share an edge
//! bend it at the same place, so no gap opens between them.

use super::grid::{TilePoint, turn};
use super::meet::meetings;
use super::rings::Rings;

/// Rings that are looked at together: those of one part, or of one area.
#[derive(Debug)]
pub(super) struct Group {
    pub rings: Rings,
    /// Some edges meet, or were bent: the rings may no longer bound a polygon as they stand.
    pub tangled: bool,
}

/// Bending an edge can make it cross another. Real maps need two or three rounds; what is left after
/// so many is rounded group by group.
const MAX_ROUNDS: usize = 12;

/// Leaves no two edges of a group crossing between vertices. Only the groups named are `suspects` at
/// first; every edge that is bent makes its group one.
pub(super) fn untangle(groups: &mut [Group], mut suspects: Vec<usize>) {
    for _ in 0..MAX_ROUNDS {
        let (mut touched, mut crossings) = (Vec::new(), Vec::new());
        for &at in &suspects {
            let found = meetings(&groups[at].rings);
            if found.any {
                groups[at].tangled = true;
                touched.extend(found.nodes.iter().map(|&(_, unit)| unit));
                groups[at].rings.insert(found.nodes);
                crossings.extend(found.crossings);
            }
        }
        // An edge that is bent later goes through the vertices on it: its twin in a neighbour has the same ones.
        touched.sort_unstable();
        touched.dedup();
        if !touched.is_empty() {
            for group in groups.iter_mut() {
                group.rings.insert(group.meeting(&touched, lies_on));
            }
        }
        if crossings.is_empty() {
            return;
        }
        crossings.sort_unstable();
        crossings.dedup();
        suspects = (0..groups.len())
            .filter(|&at| groups[at].bend_through(&crossings))
            .collect();
    }
    tracing::debug!(
        groups = suspects.len(),
        "edges still cross after {MAX_ROUNDS} rounds"
    );
}

impl Group {
    /// Bends every edge that passes through the square of one of these units, sorted, and says whether any did.
    fn bend_through(&mut self, units: &[TilePoint]) -> bool {
        let bends = self.meeting(units, passes_through);
        let any = !bends.is_empty();
        if any {
            self.rings.insert(bends);
            self.tangled = true;
        }
        any
    }

    /// The edges that meet some units, sorted, each with the unit; ends left aside.
    fn meeting(
        &self,
        units: &[TilePoint],
        meets: impl Fn(TilePoint, TilePoint, TilePoint) -> bool,
    ) -> Vec<(usize, TilePoint)> {
        let mut found = Vec::new();
        for (at, a, b) in self.rings.edges() {
            let low = units.partition_point(|unit| unit.x < a.x.min(b.x));
            let high = a.x.max(b.x);
            let near = units[low..].iter().take_while(|unit| unit.x <= high);
            for &unit in near.filter(|&&unit| unit != a && unit != b) {
                if meets(a, b, unit) {
                    found.push((at, unit));
                }
            }
        }
        found
    }
}

/// Whether an edge runs exactly through a unit.
fn lies_on(a: TilePoint, b: TilePoint, unit: TilePoint) -> bool {
    (a.y.min(b.y)..=a.y.max(b.y)).contains(&unit.y) && turn(a, b, unit) == 0
}

/// Whether an edge meets the unit's square, half a unit to each side, edges included.
fn passes_through(a: TilePoint, b: TilePoint, unit: TilePoint) -> bool {
    // The edge ends on whole units, so its box holds the unit or misses the square.
    if unit.y < a.y.min(b.y) || unit.y > a.y.max(b.y) {
        return false;
    }
    // The square's corner farthest to each side of the line, in half units.
    let off = 2 * turn(a, b, unit);
    let reach = i64::from(b.x - a.x).abs() + i64::from(b.y - a.y).abs();
    off.abs() <= reach
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(all: &[&[(i32, i32)]]) -> Group {
        let mut rings = Rings::default();
        for ring in all {
            let ring: Vec<_> = ring.iter().map(|&(x, y)| TilePoint { x, y }).collect();
            rings.push(&ring);
        }
        Group {
            rings,
            tangled: false,
        }
    }

    fn at(x: i32, y: i32) -> TilePoint {
        TilePoint { x, y }
    }

    #[test]
    fn an_edge_passes_through_the_units_that_it_comes_within_half_a_unit_of() {
        assert!(
            passes_through(at(0, 0), at(4, 2), at(1, 1)),
            "touches its corner"
        );
        assert!(passes_through(at(0, 0), at(4, 2), at(2, 1)));
        assert!(!passes_through(at(0, 0), at(40, 2), at(10, 2)));
        assert!(
            !passes_through(at(0, 0), at(4, 4), at(5, 5)),
            "beyond its end"
        );
        assert!(passes_through(at(7, 0), at(7, 9), at(7, 3)));
    }

    #[test]
    fn both_neighbours_of_an_edge_that_is_crossed_bend_it_at_the_same_unit() {
        // The left area's second ring crosses the edge that it shares with the right one.
        let left = group(&[
            &[(0, 0), (10, 3), (11, 14), (0, 14), (0, 0)],
            &[(4, 0), (5, 9), (8, 3), (4, 0)],
        ]);
        let right = group(&[&[(10, 3), (0, 0), (20, 0), (20, 14), (11, 14), (10, 3)]]);
        let mut groups = [left, right];
        untangle(&mut groups, vec![0]);
        let crossed = at(4, 1);
        for group in &groups {
            assert!(
                group.rings.points.contains(&crossed),
                "{:?}",
                group.rings.points
            );
            assert!(group.tangled);
        }
        assert_eq!(meetings(&groups[0].rings).crossings, []);
    }

    #[test]
    fn a_vertex_on_an_edge_is_in_the_neighbours_edge_too_so_that_both_bend_alike() {
        // The left area touches its own border at (2, 3); farther on a thin piece of it crosses the border.
        let left = group(&[
            &[(0, 0), (2, 3), (-7, 9), (-9, 0), (0, 0)],
            &[(0, 0), (4, 6), (-1, 12), (2, 3), (0, 0)],
            &[(3, 4), (9, 5), (2, 6), (3, 4)],
        ]);
        let right = group(&[&[(4, 6), (0, 0), (20, 0), (20, 14), (4, 6)]]);
        let mut groups = [left, right];
        untangle(&mut groups, vec![0]);
        let border = |group: &Group| {
            let mut edges: Vec<_> = group
                .rings
                .edges()
                .map(|(_, a, b)| (a.min(b), a.max(b)))
                .filter(|(a, b)| (0..=4).contains(&a.x) && (0..=4).contains(&b.x))
                .collect();
            edges.sort_unstable();
            edges.dedup();
            edges
        };
        let own = border(&groups[0]);
        for edge in border(&groups[1]) {
            assert!(own.contains(&edge), "{edge:?} of {own:?}");
        }
        assert!(groups[1].rings.points.contains(&at(2, 3)));
    }

    #[test]
    fn a_group_without_meetings_stays_as_it_is() {
        let mut groups = [group(&[&[(0, 0), (9, 0), (9, 9), (0, 0)]])];
        let before = groups[0].rings.clone();
        untangle(&mut groups, vec![0]);
        assert!(!groups[0].tangled);
        assert_eq!(groups[0].rings, before);
    }
}
