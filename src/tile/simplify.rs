//! Leaves out of a path the vertices without which no line moves by more than a tolerance, after Douglas
//! and Peucker (1973). Each path by itself: for drawings, not for tiles, whose neighbours must agree.

use super::grid::TilePoint;

/// The path with both its ends. A closed ring stays closed; one that lies within the tolerance of a line
/// comes out with fewer than four points.
pub(super) fn simplified(path: &[TilePoint], tolerance: f64) -> Vec<TilePoint> {
    if path.len() < 3 {
        return path.to_vec();
    }
    let last = path.len() - 1;
    let mut keep = vec![false; path.len()];
    (keep[0], keep[last]) = (true, true);
    let mut stretches = vec![(0, last)];
    while let Some((from, to)) = stretches.pop() {
        let farthest = (from + 1..to)
            .map(|at| (distance(path[at], path[from], path[to]), at))
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        if let Some((off, at)) = farthest
            && off > tolerance
        {
            keep[at] = true;
            stretches.extend([(from, at), (at, to)]);
        }
    }
    let kept = path.iter().zip(&keep).filter(|(_, keep)| **keep);
    kept.map(|(&point, _)| point).collect()
}

/// From a point to the stretch a–b, which may be a single point.
fn distance(point: TilePoint, a: TilePoint, b: TilePoint) -> f64 {
    let (dx, dy) = (
        f64::from(b.x) - f64::from(a.x),
        f64::from(b.y) - f64::from(a.y),
    );
    let (px, py) = (
        f64::from(point.x) - f64::from(a.x),
        f64::from(point.y) - f64::from(a.y),
    );
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 {
        ((px * dx + py * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (px - t * dx).hypot(py - t * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_vertex_left_out_lies_farther_than_the_tolerance_from_what_is_kept() {
        let wave: Vec<TilePoint> = (0..400)
            .map(|x| TilePoint {
                x: x * 5,
                y: (f64::from(x).sin() * 40.0 + f64::from(x % 7)) as i32,
            })
            .collect();
        for tolerance in [0.0, 3.0, 25.0, 1000.0] {
            let kept = simplified(&wave, tolerance);
            assert!(kept.len() <= wave.len() && kept[0] == wave[0] && kept.last() == wave.last());
            for &point in &wave {
                let nearest = kept
                    .windows(2)
                    .map(|edge| distance(point, edge[0], edge[1]));
                assert!(nearest.fold(f64::INFINITY, f64::min) <= tolerance);
            }
        }
        assert_eq!(simplified(&wave, 1000.0).len(), 2);
    }

    #[test]
    fn a_ring_stays_closed_and_keeps_its_corners() {
        let ring = [(0, 0), (50, 1), (100, 0), (100, 100), (0, 100), (0, 0)]
            .map(|(x, y)| TilePoint { x, y });
        let kept = simplified(&ring, 5.0);
        assert_eq!(kept.len(), 5);
        assert_eq!(kept.first(), kept.last());
    }
}
