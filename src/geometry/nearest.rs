//! How far the outline of a part is from a place, in metres on the ground, and where it is nearest.

use super::coord::Bounds;
use super::distance::LocalMetres;
use super::edges::EdgeIndex;
use super::ring::{Paths, Vertices};
use geo_types::Coord;

/// Metres that are left to the flattened plane: answers give centimetres.
const NEAR_ENOUGH_M: f64 = 0.001;

/// The point of a part that is nearest to a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// The point, in the layer's own space.
    pub coord: Coord<f64>,
    /// Ground metres from the place.
    pub metres: f64,
}

impl<V: Vertices> Paths<'_, V> {
    /// The nearest point of any path to the origin of `local`, or `None` where none is within `within` metres.
    ///
    /// Nearest on the ground: where the flattened plane leaves more than a millimetre open, every edge that
    /// may be the nearest is measured on the ground.
    #[must_use]
    pub fn nearest(
        self,
        local: &LocalMetres,
        index: Option<&EdgeIndex>,
        within: f64,
    ) -> Option<Nearest> {
        let reach = local.reach(within);
        let mut best = reach * reach;
        let mut found = None;
        // There is an edge in every rectangle, so none can be nearer than all edges are.
        let bounding = |bounds: &Bounds| local.flattened_farthest2(bounds);
        self.visit_near(local, index, &mut best, bounding, |at, t, metres2, best| {
            *best = metres2;
            found = Some((at, t));
        });
        let (at, t) = found?;
        let mut nearest = self.measured(local, at, t);
        if local.slack_m(nearest.metres) > NEAR_ENOUGH_M {
            let mut best = local.reach(nearest.metres).powi(2);
            let all = |_: &Bounds| f64::INFINITY;
            self.visit_near(local, index, &mut best, all, |at, t, _, best| {
                let refined = self.refined(local, at, t);
                if refined.metres < nearest.metres {
                    nearest = refined;
                    *best = local.reach(nearest.metres).powi(2);
                }
            });
        }
        (nearest.metres <= within).then_some(nearest)
    }

    /// Hands over every edge whose flattened distance is within the root of `best`, which `found` may lower:
    /// the index of its first vertex, the share along it of its nearest point, and that point's squared distance.
    /// What `farthest2` gives for a rectangle of edges lowers `best` too.
    fn visit_near(
        self,
        local: &LocalMetres,
        index: Option<&EdgeIndex>,
        best: &mut f64,
        farthest2: impl Fn(&Bounds) -> f64,
        mut found: impl FnMut(usize, f64, f64, &mut f64),
    ) {
        let mut look = |run: std::ops::Range<usize>, best: &mut f64| {
            let mut path_end = self.end_after(run.start);
            let mut here = local.flatten(self.vertex(run.start));
            for at in run {
                if at >= path_end {
                    path_end = self.end_after(at);
                }
                // The last vertex of a ring ends an edge that was looked at; of a point, it is all there is.
                let next = if at + 1 < self.count() {
                    local.flatten(self.vertex(at + 1))
                } else {
                    here
                };
                let end = if at + 1 < path_end { next } else { here };
                if let Some((t, metres2)) = nearer_on_edge(here, end, *best) {
                    found(at, t, metres2, best);
                }
                here = next;
            }
        };
        match index {
            Some(index) => {
                let distances = |bounds: &Bounds| (local.flattened2(bounds), farthest2(bounds));
                index.visit_nearest(distances, best, &mut look);
            }
            None if self.count() > 0 => look(0..self.count(), best),
            None => {}
        }
    }

    /// A point at a share along the edge that begins at a vertex, with its metres on the ground.
    fn measured(self, local: &LocalMetres, at: usize, t: f64) -> Nearest {
        let here = self.vertex(at);
        let coord = match t {
            0.0 => here,
            1.0 => self.vertex(at + 1),
            _ => here + (self.vertex(at + 1) - here) * t,
        };
        Nearest {
            coord,
            metres: local.ground_m(coord),
        }
    }

    /// The point of an edge that is nearest on the ground, from its share along the edge on the flattened plane.
    fn refined(self, local: &LocalMetres, at: usize, t: f64) -> Nearest {
        let flattened = self.measured(local, at, t);
        let shift_m = local.slack_m(flattened.metres);
        // The nearest point lies no more than the slack along the edge from there, which takes the square
        // of its share of the way off the distance.
        if shift_m * shift_m < NEAR_ENOUGH_M / 10.0 * flattened.metres
            || at + 1 >= self.end_after(at)
        {
            return flattened;
        }
        let (a, b) = (self.vertex(at), self.vertex(at + 1));
        let (from, to) = (local.flatten(a), local.flatten(b));
        let step = (shift_m / (to.x - from.x).hypot(to.y - from.y)).min(0.25);
        let ground2 = |t: f64| local.ground_m(a + (b - a) * t).powi(2);
        let mut t = t;
        // Squared metres along an edge are all but a parabola: its lowest point is found in a step or two.
        for _ in 0..3 {
            let (before, here, after) = (ground2(t - step), ground2(t), ground2(t + step));
            let bend = before + after - 2.0 * here;
            if bend > 0.0 {
                t = (t + step / 2.0 * (before - after) / bend).clamp(0.0, 1.0);
            }
        }
        let refined = self.measured(local, at, t);
        if refined.metres < flattened.metres {
            refined
        } else {
            flattened
        }
    }
}

/// The nearest point of the edge a–b to the origin, as its share along the edge and its squared distance,
/// where that is no farther than `best`.
#[inline]
fn nearer_on_edge(a: Coord<f64>, b: Coord<f64>, best: f64) -> Option<(f64, f64)> {
    let along = b - a;
    let dot = -(a.x * along.x + a.y * along.y);
    #[expect(
        clippy::manual_clamp,
        reason = "clamp keeps what is no number, where 0 is wanted"
    )]
    // Divided and clamped without a question, which would be guessed wrongly half of the time. An edge
    // without length has the share 0/0, which is no number, and `max` prefers the 0.
    let t = (dot / (along.x * along.x + along.y * along.y))
        .max(0.0)
        .min(1.0);
    let point = a + along * t;
    let metres2 = point.x * point.x + point.y * point.y;
    (metres2 <= best).then_some((t, metres2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::coord::Space;
    use crate::geometry::shape::Part;

    fn square_with_hole() -> Part {
        let ring = |min: f64, max: f64| {
            [(min, min), (max, min), (max, max), (min, max), (min, min)]
                .map(|(x, y)| Coord { x, y })
        };
        let mut part = Part::default();
        part.push(&ring(0.0, 10.0));
        part.push(&ring(4.0, 6.0));
        part
    }

    #[test]
    fn the_nearest_point_of_the_outline_is_found_from_inside_and_outside() {
        let part = square_with_hole();
        for index in [None, Some(EdgeIndex::build(part.paths()))] {
            let nearest = |x: f64, y: f64, within: f64| {
                let local = LocalMetres::at(Space::NationalGrid, Coord { x, y });
                part.paths().nearest(&local, index.as_ref(), within)
            };
            let inside = nearest(1.0, 5.0, 100.0).expect("near");
            assert_eq!(inside.coord, Coord { x: 0.0, y: 5.0 });
            let outside = nearest(13.0, 14.0, 100.0).expect("near");
            assert_eq!(outside.coord, Coord { x: 10.0, y: 10.0 });
            assert!((outside.metres - 5.0).abs() < 0.01, "{}", outside.metres);
            assert!(nearest(20.0, 5.0, 9.0).is_none());
            assert_eq!(nearest(4.0, 5.0, 9.0).expect("on it").metres, 0.0);
        }
    }

    #[test]
    fn of_two_edges_that_tie_on_the_plane_the_one_nearer_on_the_ground_is_told() {
        let mut part = Part::default();
        let ring = [
            (200_000.0, 270_000.0),
            (400_000.0, 270_000.0),
            (400_000.0, 470_000.0),
            (200_000.0, 470_000.0),
            (200_000.0, 270_000.0),
        ];
        part.push(&ring.map(|(x, y)| Coord { x, y }));
        let place = Coord {
            x: 303_000.0,
            y: 367_000.0,
        };
        let local = LocalMetres::at(Space::NationalGrid, place);
        let least = (0..=2_000_000)
            .step_by(50)
            .map(|step| f64::from(step) / 10.0)
            .flat_map(|along| {
                [
                    (200_000.0 + along, 270_000.0),
                    (200_000.0 + along, 470_000.0),
                    (200_000.0, 270_000.0 + along),
                    (400_000.0, 270_000.0 + along),
                ]
            })
            .map(|(x, y)| local.ground_m(Coord { x, y }))
            .fold(f64::INFINITY, f64::min);
        let told = part.paths().nearest(&local, None, 1e8).expect("somewhere");
        assert!(
            (told.metres - least).abs() < 0.01,
            "{} and {least}",
            told.metres
        );
    }

    #[test]
    fn the_nearest_point_of_a_far_slanting_edge_is_nearest_on_the_globe() {
        let mut part = Part::default();
        part.push(&[(-4.0, 52.0), (-2.6, 54.0)].map(|(x, y)| Coord { x, y }));
        for origin in [(-3.0, 52.2), (-3.9, 53.4), (-3.4, 52.8)] {
            let local = LocalMetres::at(
                Space::Wgs84,
                Coord {
                    x: origin.0,
                    y: origin.1,
                },
            );
            let least = (0..=1_000_000)
                .map(|step| f64::from(step) / 1e6)
                .map(|t| {
                    local.ground_m(Coord {
                        x: -4.0 + 1.4 * t,
                        y: 52.0 + 2.0 * t,
                    })
                })
                .fold(f64::INFINITY, f64::min);
            let told = part.paths().nearest(&local, None, 1e8).expect("somewhere");
            assert!(
                (told.metres - least).abs() < 0.01,
                "{} and {least}",
                told.metres
            );
        }
    }
}
