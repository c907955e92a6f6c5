//! Leaves out of a path the vertices without which no line moves by more than a tolerance, after Douglas
//! and Peucker (1973). Each path by itself: for drawings and for lines, not for outlines, whose neighbours
//! must agree.

use super::grid::{FinePoint, TilePoint};

/// The path with both its ends. A closed ring stays closed; one that lies within the tolerance of a line
/// comes out with fewer than four points.
pub(super) fn simplified(path: &[TilePoint], tolerance: f64) -> Vec<TilePoint> {
    let place = |point: &TilePoint| (f64::from(point.x), f64::from(point.y));
    kept(path, &[], tolerance, place)
}

/// A line on the fine grid with both its ends and the vertices at `pinned`, in ascending order: lines that
/// meet it there meet it still. The tolerance is in fine steps.
pub(super) fn line(path: &[FinePoint], pinned: &[u32], tolerance: f64) -> Vec<FinePoint> {
    kept(path, pinned, tolerance, |point| {
        (f64::from(point.x), f64::from(point.y))
    })
}

fn kept<P: Copy>(
    path: &[P],
    pinned: &[u32],
    tolerance: f64,
    place: impl Fn(&P) -> (f64, f64),
) -> Vec<P> {
    if path.len() < 3 {
        return path.to_vec();
    }
    let last = path.len() - 1;
    let mut keep = vec![false; path.len()];
    let mut stretches = Vec::new();
    let mut from = 0;
    for to in pinned.iter().map(|&at| at as usize).chain([last]) {
        (keep[from], keep[to]) = (true, true);
        stretches.push((from, to));
        from = to;
    }
    while let Some((from, to)) = stretches.pop() {
        let ends = (place(&path[from]), place(&path[to]));
        let farthest = (from + 1..to)
            .map(|at| (distance(place(&path[at]), ends.0, ends.1), at))
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
fn distance(point: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (px, py) = (point.0 - a.0, point.1 - a.1);
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
                let place = |point: TilePoint| (f64::from(point.x), f64::from(point.y));
                let nearest = kept
                    .windows(2)
                    .map(|edge| distance(place(point), place(edge[0]), place(edge[1])));
                assert!(nearest.fold(f64::INFINITY, f64::min) <= tolerance);
            }
        }
        assert_eq!(simplified(&wave, 1000.0).len(), 2);
    }

    #[test]
    fn a_line_keeps_the_vertices_at_which_others_meet_it() {
        let straight: Vec<FinePoint> = (0..10).map(|x| FinePoint { x: x * 100, y: 7 }).collect();
        assert_eq!(line(&straight, &[], 1.0).len(), 2);
        let kept = line(&straight, &[3, 4], 1.0);
        assert_eq!(
            kept.iter().map(|point| point.x).collect::<Vec<_>>(),
            [0, 300, 400, 900]
        );
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
