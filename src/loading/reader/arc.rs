//! Circular arcs through three points → short straight edges.

use geo_types::Coord;

/// How far an edge may lie from its arc: a millimetre, in metres or (as 1e-8) in degrees.
const MAX_OFF_M: f64 = 0.001;
const MAX_OFF_DEGREES: f64 = 1e-8;
/// Edges for one arc at most: enough for a millimetre on a radius of 5 km.
const MAX_EDGES: f64 = 10_000.0;

/// The vertices of a chain of arcs given by start, middle, end, middle, end, …; middles and ends stay as they are.
///
/// `None` where the count is not odd.
pub fn straighten(points: &[Coord<f64>]) -> Option<Vec<Coord<f64>>> {
    if points.is_empty() {
        return Some(Vec::new());
    }
    if points.len().is_multiple_of(2) {
        return None;
    }
    let mut out = vec![points[0]];
    for start in (0..points.len() - 1).step_by(2) {
        arc(
            &mut out,
            points[start],
            points[start + 1],
            points[start + 2],
        );
    }
    Some(out)
}

fn arc(out: &mut Vec<Coord<f64>>, start: Coord<f64>, middle: Coord<f64>, end: Coord<f64>) {
    let off = max_off(start);
    let curved = |_: &Coord<f64>| !is_straight(start, middle, end, off);
    let Some(centre) = centre(start, middle, end).filter(curved) else {
        out.extend([middle, end]);
        return;
    };
    let angle = |point: Coord<f64>| (point.y - centre.y).atan2(point.x - centre.x);
    let full = std::f64::consts::TAU;
    let (a, b, c) = (angle(start), angle(middle), angle(end));
    let anticlockwise = if start == end {
        true
    } else {
        (b - a).rem_euclid(full) < (c - a).rem_euclid(full)
    };
    let sweep = |from: f64, to: f64| {
        let turn = (to - from).rem_euclid(full);
        if anticlockwise { turn } else { turn - full }
    };
    let radius = (start.x - centre.x).hypot(start.y - centre.y);
    let circle = Circle {
        centre,
        radius,
        off,
    };
    circle.along(out, a, sweep(a, b));
    out.push(middle);
    circle.along(out, b, sweep(b, c));
    out.push(end);
}

/// How far an edge may lie from its arc, in the units of the arc. Its start tells which those are: the
/// centre of a flat arc in degrees may lie anywhere.
fn max_off(start: Coord<f64>) -> f64 {
    let degrees = start.x.abs() <= 360.0 && start.y.abs() <= 90.0;
    if degrees { MAX_OFF_DEGREES } else { MAX_OFF_M }
}

/// Whether the two chords of an arc lie as near to it as edges may. Of such an arc the centre is so far
/// away, or so much a matter of rounding, that vertices reckoned from it would lie metres off.
fn is_straight(start: Coord<f64>, middle: Coord<f64>, end: Coord<f64>, off: f64) -> bool {
    let (to, on, all) = (middle - start, end - middle, end - start);
    // An arc of less than half a circle turns by less than a right angle at its middle.
    let onwards = to.x * on.x + to.y * on.y > 0.0;
    let twice_area = (to.x * all.y - to.y * all.x).abs();
    let (to, on, all) = (to.x.hypot(to.y), on.x.hypot(on.y), all.x.hypot(all.y));
    // Height over a chord: chord² / 8 radii, and the radius is the product of the sides over four areas.
    let longest = to.max(on);
    onwards && longest * longest * twice_area <= off * 4.0 * to * on * all
}

struct Circle {
    centre: Coord<f64>,
    radius: f64,
    off: f64,
}

impl Circle {
    /// Vertices strictly between two angles.
    fn along(&self, out: &mut Vec<Coord<f64>>, from: f64, turn: f64) {
        let step = 2.0 * (1.0 - (self.off / self.radius).min(1.0)).acos();
        let edges = (turn.abs() / step).ceil().clamp(1.0, MAX_EDGES);
        for edge in 1..edges as usize {
            let (sin, cos) = (from + turn * edge as f64 / edges).sin_cos();
            out.push(Coord {
                x: self.centre.x + self.radius * cos,
                y: self.centre.y + self.radius * sin,
            });
        }
    }
}

/// The centre of the circle through three points, `None` where they lie on a line. Start and end
/// alike: a whole circle, whose middle point lies opposite.
fn centre(start: Coord<f64>, middle: Coord<f64>, end: Coord<f64>) -> Option<Coord<f64>> {
    if start == end {
        return (start != middle).then(|| (start + middle) / 2.0);
    }
    let (b, c) = (middle - start, end - start);
    let twice = 2.0 * (b.x * c.y - b.y * c.x);
    let (b2, c2) = (b.x * b.x + b.y * b.y, c.x * c.x + c.y * c.y);
    let from_start = Coord {
        x: (c.y * b2 - b.y * c2) / twice,
        y: (b.x * c2 - c.x * b2) / twice,
    };
    let found = from_start.x.is_finite() && from_start.y.is_finite();
    found.then(|| start + from_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    #[test]
    fn every_vertex_lies_on_the_circle_and_no_edge_leaves_it_by_a_millimetre() {
        let arc = straighten(&[
            at(500_100.0, 200_000.0),
            at(500_000.0, 200_100.0),
            at(499_900.0, 200_000.0),
        ])
        .expect("odd");
        assert!(arc.len() > 100, "{}", arc.len());
        assert!(arc.contains(&at(500_000.0, 200_100.0)), "the middle stays");
        for pair in arc.windows(2) {
            for point in [pair[0], (pair[0] + pair[1]) / 2.0] {
                let off = (point - at(500_000.0, 200_000.0))
                    .x
                    .hypot(point.y - 200_000.0)
                    - 100.0;
                assert!(off.abs() < 0.001_001, "{off}");
            }
        }
    }

    #[test]
    fn tight_arcs_and_whole_circles_lie_within_a_centimetre_and_come_back_to_their_start() {
        let middle = at(294_614.0, 377_543.0);
        let on = |radius: f64, turn: f64| middle + at(radius * turn.cos(), radius * turn.sin());
        for radius in [0.02, 0.5, 3.0, 80.0, 2_500.0, 60_000.0] {
            let arcs = [
                // A few degrees, most of the way round, and the whole way by two and by three points.
                vec![on(radius, 0.0), on(radius, 0.02), on(radius, 0.04)],
                vec![on(radius, 1.0), on(radius, -2.0), on(radius, 0.9)],
                vec![
                    on(radius, 0.0),
                    on(radius, std::f64::consts::PI),
                    on(radius, 0.0),
                ],
            ];
            for points in arcs {
                let path = straighten(&points).expect("odd");
                assert_eq!((path.first(), path.last()), (points.first(), points.last()));
                for pair in path.windows(2) {
                    for point in [pair[0], (pair[0] + pair[1]) / 2.0] {
                        let from = point - middle;
                        let off = from.x.hypot(from.y) - radius;
                        assert!(off.abs() < 0.01, "{off} m of a radius of {radius}");
                    }
                }
                let turned: f64 = path
                    .windows(2)
                    .map(|pair| {
                        let (a, b) = (pair[0] - middle, pair[1] - middle);
                        (a.x * b.y - a.y * b.x).atan2(a.x * b.x + a.y * b.y)
                    })
                    .sum();
                let whole = points[0] == points[2];
                assert!(
                    !whole || (turned.abs() - std::f64::consts::TAU).abs() < 1e-6,
                    "{turned}"
                );
            }
        }
    }

    #[test]
    fn a_circle_given_by_two_points_comes_round_and_a_line_stays_one() {
        let circle = straighten(&[at(0.0, 0.0), at(2000.0, 0.0), at(0.0, 0.0)]).expect("odd");
        assert!(circle.iter().any(|p| p.y > 999.0) && circle.iter().any(|p| p.y < -999.0));
        let line = straighten(&[at(0.0, 0.0), at(1.0, 1.0), at(2.0, 2.0)]).expect("odd");
        assert_eq!(line.len(), 3);
        assert_eq!(straighten(&[at(0.0, 0.0), at(1.0, 1.0)]), None);
    }

    #[test]
    fn an_arc_that_is_all_but_straight_keeps_to_its_chord() {
        // The middle is off the chord by the rounding of its coordinates alone.
        for chord in [1.0, 50.0, 100.0, 500.0, 5000.0] {
            for step in 0..720 {
                let (sin, cos) = (f64::from(step) / 114.6).sin_cos();
                let start = at(500_000.1 + f64::from(step) / 7.0, 200_000.3);
                let share = 0.2 + 0.6 * f64::from(step) / 720.0;
                let along = |share: f64| start + at(cos, sin) * (chord * share);
                let (middle, end) = (along(share), along(1.0));
                let arc = straighten(&[start, middle, end]).expect("odd");
                assert_eq!(arc, [start, middle, end], "{chord} {step}");
            }
        }
    }

    #[test]
    fn a_flat_arc_that_bends_by_more_than_may_be_is_still_an_arc() {
        // 2 cm over a chord of 100 m: a radius of 62.5 km.
        let arc = straighten(&[
            at(500_000.0, 200_000.0),
            at(500_050.0, 200_000.02),
            at(500_100.0, 200_000.0),
        ])
        .expect("odd");
        assert!((4..100).contains(&arc.len()), "{}", arc.len());
        let (radius, foot) = (62_500.01, 200_000.02 - 62_500.01);
        for pair in arc.windows(2) {
            let half_way = (pair[0] + pair[1]) / 2.0;
            let off = (half_way.x - 500_050.0).hypot(half_way.y - foot) - radius;
            assert!(off.abs() < 0.001_001, "{off}");
        }
    }

    #[test]
    fn a_flat_arc_in_degrees_is_measured_in_degrees_wherever_its_centre_lies() {
        // A chord of a tenth of a degree, 3e-5 off it: the centre lies some 42 degrees to the north.
        let points = [at(-3.6, 53.2), at(-3.55, 53.199_97), at(-3.5, 53.2)];
        let arc = straighten(&points).expect("odd");
        assert!(arc.len() > 20, "{}", arc.len());
    }
}
