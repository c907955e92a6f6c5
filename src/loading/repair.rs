//! Invalid polygons → valid ones that mean the same ground.
//!
//! Outlines are made simple first, then holes are taken off, then parts are joined, on a lattice of
//! some hundredths of a millimetre (i_overlay works in integers). Every vertex of the source comes back
//! bit for bit; only where edges cross are vertices new. It decides nothing: the numbers say what changed.

use super::finding::Mended;
use crate::geometry::distance::LocalMetres;
use crate::geometry::edges::EdgeIndex;
use crate::geometry::shape::{Part, Shape};
use crate::geometry::{Bounds, Space};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;
use std::collections::{HashMap, HashSet};

type Contour = Vec<IntPoint>;
type IntShape = Vec<Contour>;

/// The mended polygons, or `None` where no area is left; the fault itself is for the caller to fill in.
pub fn repair(polygons: &MultiPolygon<f64>, space: Space) -> Option<(MultiPolygon<f64>, Mended)> {
    let lattice = Lattice::over(polygons);
    let parts: Vec<IntShape> = polygons
        .iter()
        .flat_map(|polygon| mend(&lattice.rings(polygon)))
        .collect();
    let joined = if polygons.0.len() > 1 {
        overlay(&parts, &[], OverlayRule::Subject, FillRule::NonZero)
    } else {
        parts
    };
    let mended = MultiPolygon(joined.iter().map(|shape| lattice.polygon(shape)).collect());
    if mended.0.is_empty() {
        return None;
    }
    let (before, after) = (
        Shape::Polygons(polygons.clone()),
        Shape::Polygons(mended.clone()),
    );
    let numbers = Mended {
        fault: None,
        rings: None,
        faults: 0,
        before_m2: before.area_m2(space),
        after_m2: after.area_m2(space),
        parts_before: polygons.0.len() as u64,
        parts_after: mended.0.len() as u64,
        moved_m: moved(&before, &after, space),
    };
    Some((mended, numbers))
}

/// Ground square metres that two polygons share.
pub fn overlap_m2(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>, space: Space) -> f64 {
    let both = MultiPolygon(a.iter().chain(b).cloned().collect());
    let lattice = Lattice::over(&both);
    let shapes = |of: &MultiPolygon<f64>| of.iter().map(|p| lattice.rings(p)).collect::<Vec<_>>();
    let common = overlay(
        &shapes(a),
        &shapes(b),
        OverlayRule::Intersect,
        FillRule::EvenOdd,
    );
    let common = MultiPolygon(common.iter().map(|shape| lattice.polygon(shape)).collect());
    Shape::Polygons(common).area_m2(space)
}

/// Ground that polygons enclose between them and none of them covers, each with its ground square metres.
///
/// Areas that meet in single points enclose too: what is not covered falls apart there.
pub fn gaps<'a>(
    polygons: impl Iterator<Item = &'a MultiPolygon<f64>>,
    space: Space,
) -> Vec<(Polygon<f64>, f64)> {
    let all = MultiPolygon(polygons.flatten().cloned().collect());
    let lattice = Lattice::over(&all);
    let parts: Vec<IntShape> = all.iter().map(|part| lattice.rings(part)).collect();
    let covered = overlay(&parts, &[], OverlayRule::Subject, FillRule::NonZero);
    let around = vec![vec![frame()]];
    let open = overlay(
        &around,
        &covered,
        OverlayRule::Difference,
        FillRule::EvenOdd,
    );
    let told = |shape: &IntShape| {
        let gap = lattice.polygon(shape);
        let m2 = Shape::Polygons(MultiPolygon(vec![gap.clone()])).area_m2(space);
        (gap, m2)
    };
    let is_gap = |shape: &&IntShape| !shape[0].contains(&frame()[0]);
    open.iter().filter(is_gap).map(told).collect()
}

/// A frame round the whole lattice, with room between.
fn frame() -> Contour {
    let far = REACH as i32 + 1_000;
    vec![
        IntPoint::new(-far, -far),
        IntPoint::new(far, -far),
        IntPoint::new(far, far),
        IntPoint::new(-far, far),
    ]
}

/// One polygon: its outline made simple, less its holes made simple.
fn mend(rings: &[Contour]) -> Vec<IntShape> {
    let Some((outline, holes)) = rings.split_first() else {
        return Vec::new();
    };
    let ground = simple(outline);
    let holes: Vec<IntShape> = holes.iter().flat_map(simple).collect();
    if holes.is_empty() {
        return ground;
    }
    overlay(&ground, &holes, OverlayRule::Difference, FillRule::NonZero)
}

/// The ground that one ring encloses. Where it winds round some ground twice, that ground is inside
/// or outside, whichever gives the area nearer to the ring's own signed area.
fn simple(ring: &Contour) -> Vec<IntShape> {
    let rings = [vec![ring.clone()]];
    let odd = overlay(&rings, &[], OverlayRule::Subject, FillRule::EvenOdd);
    let any = overlay(&rings, &[], OverlayRule::Subject, FillRule::NonZero);
    let meant = twice_area(ring).abs();
    let off = |shapes: &[IntShape]| {
        let total: i128 = shapes.iter().flatten().map(twice_area).sum();
        (total.abs() - meant).abs()
    };
    if off(&any) < off(&odd) { any } else { odd }
}

fn overlay(
    subject: &[IntShape],
    clip: &[IntShape],
    rule: OverlayRule,
    fill: FillRule,
) -> Vec<IntShape> {
    let options = IntOverlayOptions {
        ogc: true,
        ..IntOverlayOptions::keep_all_points()
    };
    // One thread: rows are mended side by side already.
    let solver = Solver {
        multithreading: None,
        ..Solver::AUTO
    };
    let (subject, clip) = (subject.to_vec(), clip.to_vec());
    let mut shapes =
        Overlay::with_shapes_options(&subject, &clip, options, solver).overlay(rule, fill);
    // Holes come out anticlockwise too (i_overlay 4.5 with `ogc`), which the next overlay would fill.
    for (at, ring) in shapes
        .iter_mut()
        .flat_map(|shape| shape.iter_mut().enumerate())
    {
        if (twice_area(ring) > 0) != (at == 0) {
            ring.reverse();
        }
    }
    shapes
}

/// Twice the signed area in units of the lattice.
fn twice_area(ring: &Contour) -> i128 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(a, b)| i128::from(a.x) * i128::from(b.y) - i128::from(b.x) * i128::from(a.y))
        .sum()
}

/// Integer points under the coordinates of some polygons, and the way back.
struct Lattice {
    origin: Coord<f64>,
    /// A power of two, so that scaling loses nothing.
    scale: f64,
    source: HashMap<IntPoint, Coord<f64>>,
}

/// Points each way from the middle: i_overlay's products of differences must fit into 64 bits.
const REACH: f64 = (1 << 28) as f64;

impl Lattice {
    fn over(polygons: &MultiPolygon<f64>) -> Self {
        let vertices = || Shape::Polygons(polygons.clone());
        let bounds: Bounds = vertices().bounds();
        let half = (bounds.width().max(bounds.height()) / 2.0).max(f64::MIN_POSITIVE);
        let mut lattice = Self {
            origin: bounds.centre(),
            scale: (REACH / half).log2().floor().clamp(-60.0, 60.0).exp2(),
            source: HashMap::new(),
        };
        for vertex in vertices().vertices() {
            let point = lattice.point(vertex);
            lattice.source.entry(point).or_insert(vertex);
        }
        lattice
    }

    fn point(&self, coord: Coord<f64>) -> IntPoint {
        let scaled = (coord - self.origin) * self.scale;
        IntPoint::new(scaled.x.round() as i32, scaled.y.round() as i32)
    }

    /// A ring's points without its last vertex, which repeats the first.
    fn rings(&self, polygon: &Polygon<f64>) -> Vec<Contour> {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        rings
            .map(|ring| {
                let open = ring.0.split_last().map_or(&[][..], |(_, open)| open);
                open.iter().map(|&vertex| self.point(vertex)).collect()
            })
            .collect()
    }

    fn coord(&self, point: IntPoint) -> Coord<f64> {
        let new = || Coord {
            x: self.origin.x + f64::from(point.x) / self.scale,
            y: self.origin.y + f64::from(point.y) / self.scale,
        };
        self.source.get(&point).copied().unwrap_or_else(new)
    }

    fn polygon(&self, shape: &IntShape) -> Polygon<f64> {
        let mut rings = shape
            .iter()
            .map(|ring| LineString(ring.iter().map(|&point| self.coord(point)).collect()));
        // `Polygon::new` closes the rings.
        Polygon::new(
            rings.next().unwrap_or(LineString(Vec::new())),
            rings.collect(),
        )
    }
}

/// Metres from any vertex of one outline that the other lacks to that other, at most.
fn moved(before: &Shape, after: &Shape, space: Space) -> f64 {
    reach(before, after, space).max(reach(after, before, space))
}

fn reach(from: &Shape, to: &Shape, space: Space) -> f64 {
    let bits = |coord: Coord<f64>| (coord.x.to_bits(), coord.y.to_bits());
    let kept: HashSet<_> = to.vertices().map(bits).collect();
    let mut all = Part::default();
    for part in to.parts() {
        for range in part.paths().ranges() {
            all.push(&part.vertices[range]);
        }
    }
    let index = EdgeIndex::build(all.paths());
    let distance = |vertex| {
        let local = LocalMetres::at(space, vertex);
        let nearest = all.paths().nearest(&local, Some(&index), f64::INFINITY);
        nearest.map_or(f64::INFINITY, |nearest| nearest.metres)
    };
    from.vertices()
        .filter(|vertex| !kept.contains(&bits(*vertex)))
        .map(distance)
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{line_string, polygon};

    /// Grid coordinates near Conwy, from offsets in metres.
    fn ring(offsets: &[(f64, f64)]) -> LineString<f64> {
        let at = |&(x, y): &(f64, f64)| Coord {
            x: 278_000.1 + x,
            y: 377_700.3 + y,
        };
        LineString(offsets.iter().map(at).collect())
    }

    fn mended(polygons: Vec<Polygon<f64>>) -> (MultiPolygon<f64>, Mended) {
        repair(&MultiPolygon(polygons), Space::NationalGrid).expect("something is left")
    }

    #[test]
    fn a_bow_tie_becomes_two_triangles_that_keep_its_vertices() {
        let bow_tie = ring(&[
            (0.0, 0.0),
            (20.0, 20.0),
            (20.0, 0.0),
            (0.0, 20.0),
            (0.0, 0.0),
        ]);
        let (polygons, numbers) = mended(vec![Polygon::new(bow_tie.clone(), vec![])]);
        assert_eq!(polygons.0.len(), 2);
        assert!((numbers.after_m2 - 200.0).abs() < 0.2, "{numbers:?}");
        assert!(numbers.before_m2.abs() < 1e-6 && numbers.changes_the_area());
        let after: Vec<Coord<f64>> = Shape::Polygons(polygons).vertices().collect();
        for vertex in &bow_tie.0 {
            assert!(after.contains(vertex), "{vertex:?} is kept bit for bit");
        }
    }

    #[test]
    fn a_spike_goes_and_its_length_is_told() {
        let spiked = ring(&[
            (0.0, 0.0),
            (10.0, 0.0),
            (15.0, 0.0),
            (10.0, 0.0),
            (10.0, 10.0),
            (0.0, 0.0),
        ]);
        let (polygons, numbers) = mended(vec![Polygon::new(spiked, vec![])]);
        assert_eq!(polygons.0[0].exterior().0.len(), 4);
        assert!(!numbers.changes_the_area());
        assert!((numbers.moved_m - 5.0).abs() < 0.01, "{numbers:?}");
    }

    #[test]
    fn parts_that_overlap_are_joined_and_not_cut_out() {
        let square = |x: f64| {
            Polygon::new(
                ring(&[
                    (x, 0.0),
                    (x + 10.0, 0.0),
                    (x + 10.0, 10.0),
                    (x, 10.0),
                    (x, 0.0),
                ]),
                vec![],
            )
        };
        let (polygons, numbers) = mended(vec![square(0.0), square(5.0)]);
        assert_eq!(polygons.0.len(), 1);
        assert!((numbers.after_m2 - 150.0).abs() < 0.2);
    }

    #[test]
    fn a_hole_outside_its_outline_goes_and_one_across_it_is_cut() {
        let outline = ring(&[
            (0.0, 0.0),
            (10.0, 0.0),
            (10.0, 10.0),
            (0.0, 10.0),
            (0.0, 0.0),
        ]);
        let hole = |x: f64| ring(&[(x, 2.0), (x + 4.0, 2.0), (x + 4.0, 6.0), (x, 6.0), (x, 2.0)]);
        let (_, outside) = mended(vec![Polygon::new(outline.clone(), vec![hole(20.0)])]);
        assert!((outside.after_m2 - 100.0).abs() < 0.2);
        let (_, across) = mended(vec![Polygon::new(outline, vec![hole(8.0)])]);
        assert!((across.after_m2 - 92.0).abs() < 0.2);
    }

    #[test]
    fn ground_that_a_ring_winds_round_twice_stays_inside() {
        let twice = ring(&[
            (0.0, 0.0),
            (10.0, 0.0),
            (10.0, 10.0),
            (2.0, 10.0),
            (2.0, 5.0),
            (8.0, 5.0),
            (8.0, 12.0),
            (0.0, 12.0),
            (0.0, 0.0),
        ]);
        let (_, numbers) = mended(vec![Polygon::new(twice, vec![])]);
        assert!(numbers.change_m2().abs() < 31.0, "{numbers:?}");
    }

    #[test]
    fn a_hole_that_a_ring_makes_by_winding_is_still_one_when_parts_are_joined() {
        let key = ring(&[
            (0.0, 0.0),
            (30.0, 0.0),
            (30.0, 30.0),
            (15.0, 30.0),
            (15.0, 20.0),
            (20.0, 20.0),
            (20.0, 10.0),
            (10.0, 10.0),
            (10.0, 20.0),
            (15.0, 20.0),
            (15.0, 30.0),
            (0.0, 30.0),
            (0.0, 0.0),
        ]);
        let away = ring(&[(50.0, 0.0), (60.0, 0.0), (60.0, 10.0), (50.0, 0.0)]);
        let (polygons, numbers) =
            mended(vec![Polygon::new(key, vec![]), Polygon::new(away, vec![])]);
        assert_eq!(polygons.0[0].interiors().len(), 1);
        assert!((numbers.after_m2 - 850.0).abs() < 1.0, "{numbers:?}");
    }

    #[test]
    fn a_ring_that_encloses_nothing_leaves_nothing() {
        let flat = polygon!(exterior: [(x: 0.0, y: 0.0), (x: 5.0, y: 5.0), (x: 10.0, y: 10.0)], interiors: []);
        assert!(repair(&MultiPolygon(vec![flat]), Space::NationalGrid).is_none());
    }

    #[test]
    fn shared_ground_is_measured() {
        let square = |x: f64| {
            MultiPolygon(vec![Polygon::new(
                line_string![(x: x, y: 0.0), (x: x + 10.0, y: 0.0), (x: x + 10.0, y: 10.0), (x: x, y: 10.0)],
                vec![],
            )])
        };
        let m2 = overlap_m2(&square(300_000.0), &square(300_008.0), Space::NationalGrid);
        assert!((m2 - 20.0).abs() < 0.1, "{m2}");
        assert!(overlap_m2(&square(0.0), &square(10.0), Space::NationalGrid) < 1e-6);
    }

    #[test]
    fn ground_between_areas_is_a_gap_and_ground_beside_them_is_not() {
        let block = |x: f64, y: f64, width: f64, height: f64| {
            let offsets = [
                (x, y),
                (x + width, y),
                (x + width, y + height),
                (x, y + height),
                (x, y),
            ];
            MultiPolygon(vec![Polygon::new(ring(&offsets), vec![])])
        };
        // Four blocks round a court of 10 by 10 metres, with a kiosk of 2 by 2 in it.
        let mut blocks = vec![
            block(0.0, 0.0, 30.0, 10.0),
            block(0.0, 20.0, 30.0, 10.0),
            block(0.0, 10.0, 10.0, 10.0),
            block(20.0, 10.0, 10.0, 10.0),
            block(14.0, 14.0, 2.0, 2.0),
        ];
        let found = gaps(blocks.iter(), Space::NationalGrid);
        assert_eq!(found.len(), 1);
        assert!((found[0].1 - 96.0).abs() < 0.2, "{}", found[0].1);
        assert_eq!(found[0].0.interiors().len(), 1);
        // With one block away the court is open.
        blocks.remove(3);
        assert_eq!(gaps(blocks.iter(), Space::NationalGrid), []);
    }

    #[test]
    fn areas_that_meet_in_single_points_enclose_ground_too() {
        let area = |offsets: &[(f64, f64)]| MultiPolygon(vec![Polygon::new(ring(offsets), vec![])]);
        // Four squares round a court, each touching the next with a corner only.
        let square = |x: f64, y: f64| {
            area(&[
                (x, y),
                (x + 10.0, y),
                (x + 10.0, y + 10.0),
                (x, y + 10.0),
                (x, y),
            ])
        };
        let court = [
            square(0.0, 10.0),
            square(10.0, 0.0),
            square(20.0, 10.0),
            square(10.0, 20.0),
        ];
        // A lens between two areas that meet at its two tips.
        let lens = [
            area(&[(0.0, 0.0), (20.0, 0.0), (10.0, -5.0), (0.0, 0.0)]),
            area(&[
                (0.0, 0.0),
                (10.0, 5.0),
                (20.0, 0.0),
                (20.0, 20.0),
                (0.0, 20.0),
                (0.0, 0.0),
            ]),
        ];
        for (areas, m2) in [(&court[..], 100.0), (&lens[..], 50.0)] {
            let found = gaps(areas.iter(), Space::NationalGrid);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!((found[0].1 - m2).abs() < 0.2, "{}", found[0].1);
        }
    }

    /// How often a ring winds round a point, positive anticlockwise.
    fn winding(ring: &LineString<f64>, point: Coord<f64>) -> i32 {
        let mut winding = 0;
        for edge in ring.0.windows(2) {
            let (a, b) = (edge[0], edge[1]);
            let left = (b.x - a.x) * (point.y - a.y) - (point.x - a.x) * (b.y - a.y) > 0.0;
            match (a.y <= point.y, b.y <= point.y) {
                (true, false) if left => winding += 1,
                (false, true) if !left => winding -= 1,
                _ => {}
            }
        }
        winding
    }

    proptest::proptest! {
        /// The oracle is the winding number; ground that is wound round more often may be either.
        #[test]
        fn ground_wound_round_once_is_inside_and_ground_never_wound_round_is_not(
            corners in proptest::collection::vec((0..20_i32, 0..20_i32), 3..14)
        ) {
            let mut offsets: Vec<(f64, f64)> =
                corners.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
            offsets.push(offsets[0]);
            let scribble = ring(&offsets);
            let polygons = MultiPolygon(vec![Polygon::new(scribble.clone(), vec![])]);
            let mended = repair(&polygons, Space::NationalGrid).map(|(mended, _)| mended);
            for column in 0..20 {
                for row in 0..20 {
                    // Off every edge between whole numbers up to 20.
                    let point = Coord {
                        x: 278_000.1 + f64::from(column) + 0.517_3,
                        y: 377_700.3 + f64::from(row) + 0.491_7,
                    };
                    let inside = mended.as_ref().is_some_and(|mended| {
                        Shape::Polygons(mended.clone()).parts().iter().any(|part| {
                            part.paths().side(point, None) == crate::geometry::Side::Inside
                        })
                    });
                    match winding(&scribble, point) {
                        0 => proptest::prop_assert!(!inside, "{point:?}"),
                        1 | -1 => proptest::prop_assert!(inside, "{point:?}"),
                        _ => {}
                    }
                }
            }
            if let Some(mended) = mended {
                proptest::prop_assert_eq!(super::super::validate::find_faults(&mended), None);
            }
        }
    }
}
