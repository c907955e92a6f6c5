//! Where an area's name stands: in the middle of the widest place of its largest part, halfway along a
//! line, or at a point.
//!
//! The widest place is found by quartering (V. Agafonkin's polylabel, after the pole of
//! inaccessibility). Large outlines are looked at in a coarse copy; the place found is tested on the
//! outline itself, so a name never stands outside its area.

use super::grid::FinePoint;
use super::project::FinePart;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A place for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    pub at: FinePoint,
    /// How far the nearest outline is, in fine steps; 0 for lines and points.
    pub room: u32,
}

/// Vertices above which an outline is looked at in a coarse copy.
const MANY: usize = 1024;
/// Steps of the coarse copy along the longer side of the outline's rectangle.
const COARSE: f64 = 512.0;
/// The search ends when no place can be wider by more than this share of the rectangle's shorter side.
const GAIN: f64 = 0.01;
/// Squares at which the search looks at most.
const MAX_SQUARES: usize = 2000;

/// The middle of the widest place of a polygon. Of one without an inside, its first vertex.
pub(super) fn of_polygon(part: &FinePart) -> Option<Label> {
    let &first = part.points.first()?;
    let outline = Outline::of(part);
    let found = outline.widest_place().map(|(x, y, room)| Label {
        at: outline.fine(x, y),
        room: room as u32,
    });
    let inside = found.filter(|label| is_inside(label.at, part));
    Some(
        inside
            .or_else(|| on_a_level(part))
            .unwrap_or(Label { at: first, room: 0 }),
    )
}

/// The place halfway along a line.
pub(super) fn of_line(part: &FinePart) -> Option<Label> {
    let line = part.paths().next()?;
    let length = |edge: &[FinePoint]| {
        (f64::from(edge[1].x) - f64::from(edge[0].x))
            .hypot(f64::from(edge[1].y) - f64::from(edge[0].y))
    };
    let mut left = line.windows(2).map(length).sum::<f64>() / 2.0;
    for edge in line.windows(2) {
        let step = length(edge);
        if step > 0.0 && left <= step {
            let along = |a: u32, b: u32| {
                (f64::from(a) + (f64::from(b) - f64::from(a)) * (left / step)).round() as u32
            };
            let at = FinePoint {
                x: along(edge[0].x, edge[1].x),
                y: along(edge[0].y, edge[1].y),
            };
            return Some(Label { at, room: 0 });
        }
        left -= step;
    }
    line.first().map(|&at| Label { at, room: 0 })
}

/// Edges relative to the smallest corner of their rectangle, so that differences are exact enough.
struct Outline {
    corner: FinePoint,
    width: f64,
    height: f64,
    edges: Vec<[f64; 4]>,
}

impl Outline {
    fn of(part: &FinePart) -> Self {
        let corner = FinePoint {
            x: part.bounds.min.0 as u32,
            y: part.bounds.min.1 as u32,
        };
        let width = (part.bounds.max.0 - part.bounds.min.0) as f64;
        let height = (part.bounds.max.1 - part.bounds.min.1) as f64;
        let step = if part.points.len() > MANY {
            (width.max(height) / COARSE).max(1.0)
        } else {
            1.0
        };
        let snapped = |point: &FinePoint| {
            let on_step = |at: u32, from: u32| (f64::from(at - from) / step).round() * step;
            (on_step(point.x, corner.x), on_step(point.y, corner.y))
        };
        let mut edges = Vec::with_capacity(part.points.len().min(2 * MANY));
        for path in part.paths() {
            for edge in path.windows(2) {
                let (a, b) = (snapped(&edge[0]), snapped(&edge[1]));
                if a != b {
                    edges.push([a.0, a.1, b.0, b.1]);
                }
            }
        }
        Self {
            corner,
            width,
            height,
            edges,
        }
    }

    fn fine(&self, x: f64, y: f64) -> FinePoint {
        FinePoint {
            x: self.corner.x.saturating_add(x.round() as u32),
            y: self.corner.y.saturating_add(y.round() as u32),
        }
    }

    /// Distance to the nearest edge, negative outside.
    fn distance(&self, x: f64, y: f64) -> f64 {
        let (mut inside, mut nearest) = (false, f64::INFINITY);
        for &[ax, ay, bx, by] in &self.edges {
            if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
                inside = !inside;
            }
            let (dx, dy) = (bx - ax, by - ay);
            let t = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            let (ox, oy) = (x - ax - t * dx, y - ay - t * dy);
            nearest = nearest.min(ox * ox + oy * oy);
        }
        let distance = nearest.sqrt();
        if inside { distance } else { -distance }
    }

    /// The middle of the widest place and its distance from the outline; `None` without an inside.
    fn widest_place(&self) -> Option<(f64, f64, f64)> {
        let (short, long) = (self.width.min(self.height), self.width.max(self.height));
        if short <= 0.0 {
            return None;
        }
        let half = short.max(long / 32.0) / 2.0;
        let mut queue = BinaryHeap::new();
        let mut best = self.square(self.width / 2.0, self.height / 2.0, 0.0);
        let (mut x, mut y) = (half, half);
        while y - half < self.height {
            while x - half < self.width {
                queue.push(self.square(x, y, half));
                x += 2.0 * half;
            }
            (x, y) = (half, y + 2.0 * half);
        }
        for _ in 0..MAX_SQUARES {
            let Some(square) = queue.pop() else {
                break;
            };
            if square.distance > best.distance {
                best = square;
            }
            if square.at_most - best.distance <= GAIN * short {
                break;
            }
            let half = square.half / 2.0;
            for (dx, dy) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
                queue.push(self.square(square.x + dx, square.y + dy, half));
            }
        }
        (best.distance > 0.0).then_some((best.x, best.y, best.distance))
    }

    fn square(&self, x: f64, y: f64, half: f64) -> Square {
        let distance = self.distance(x, y);
        Square {
            x,
            y,
            half,
            distance,
            at_most: distance + half * std::f64::consts::SQRT_2,
        }
    }
}

/// A square that is searched: the greatest is the one that may hold the widest place.
#[derive(Clone, Copy)]
struct Square {
    x: f64,
    y: f64,
    half: f64,
    /// From its middle to the outline.
    distance: f64,
    /// From any of its points to the outline.
    at_most: f64,
}

impl Ord for Square {
    fn cmp(&self, other: &Self) -> Ordering {
        // Ties in a fixed order, so that the place never depends on the heap.
        self.at_most
            .total_cmp(&other.at_most)
            .then_with(|| other.y.total_cmp(&self.y))
            .then_with(|| other.x.total_cmp(&self.x))
    }
}
impl PartialOrd for Square {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Square {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Square {}

/// Whether a point is inside an odd number of rings; exact, the outline itself counting for neither side.
fn is_inside(point: FinePoint, part: &FinePart) -> bool {
    let (x, y) = (i128::from(point.x), i128::from(point.y));
    let edges = part.paths().flat_map(|path| path.windows(2));
    edges.fold(false, |inside, edge| {
        let (a, b) = (edge[0], edge[1]);
        if (a.y > point.y) == (b.y > point.y) {
            return inside;
        }
        let (ax, ay) = (i128::from(a.x), i128::from(a.y));
        let side = (i128::from(b.x) - ax) * (y - ay) - (i128::from(b.y) - ay) * (x - ax);
        inside != ((side > 0) != (b.y > a.y))
    })
}

/// The middle of the longest stretch inside on a few levels of the rectangle: for outlines too thin for quarters.
fn on_a_level(part: &FinePart) -> Option<Label> {
    const LEVELS: i64 = 16;
    let (top, bottom) = (part.bounds.min.1, part.bounds.max.1);
    let mut longest: Option<(f64, FinePoint)> = None;
    for level in 1..LEVELS {
        let y = top + (bottom - top) * level / LEVELS;
        let mut crossings: Vec<f64> = part
            .paths()
            .flat_map(|path| path.windows(2))
            .filter(|edge| (i64::from(edge[0].y) > y) != (i64::from(edge[1].y) > y))
            .map(|edge| {
                let (a, b) = (edge[0], edge[1]);
                let share = (y as f64 - f64::from(a.y)) / (f64::from(b.y) - f64::from(a.y));
                f64::from(a.x) + (f64::from(b.x) - f64::from(a.x)) * share
            })
            .collect();
        crossings.sort_unstable_by(f64::total_cmp);
        for inside in crossings.chunks_exact(2) {
            let length = inside[1] - inside[0];
            let at = FinePoint {
                x: f64::midpoint(inside[0], inside[1]).round() as u32,
                y: y as u32,
            };
            if longest.is_none_or(|(known, _)| length > known) && is_inside(at, part) {
                longest = Some((length, at));
            }
        }
    }
    longest.map(|(_, at)| Label { at, room: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_in_the_widest_place_and_not_in_the_hole() {
        // A square with a large hole to its left.
        let outline: &[_] = &[(0, 0), (1000, 0), (1000, 600), (0, 600), (0, 0)];
        let hole: &[_] = &[(50, 50), (50, 550), (600, 550), (600, 50), (50, 50)];
        let label = of_polygon(&FinePart::of_rings(&[outline, hole])).expect("somewhere");
        assert!((195..=205).contains(&label.room), "{label:?}");
        assert!((790..=810).contains(&label.at.x), "{label:?}");
    }

    #[test]
    fn a_crescents_name_stands_in_the_crescent() {
        let mut ring: Vec<(u32, u32)> = Vec::new();
        let at = |angle: f64, radius: f64, x: f64| {
            (
                (1e6 + x + radius * angle.cos()) as u32,
                (1e6 + radius * angle.sin()) as u32,
            )
        };
        for step in 0..2000 {
            ring.push(at(
                f64::from(step) * std::f64::consts::TAU / 2000.0,
                1e6,
                0.0,
            ));
        }
        let mut hole: Vec<_> = (0..2000)
            .map(|step| {
                at(
                    -f64::from(step) * std::f64::consts::TAU / 2000.0,
                    0.9e6,
                    0.9e5,
                )
            })
            .collect();
        ring.push(ring[0]);
        hole.push(hole[0]);
        let moon = FinePart::of_rings(&[&ring, &hole]);
        let label = of_polygon(&moon).expect("somewhere");
        assert!(is_inside(label.at, &moon), "{label:?}");
        assert!(
            label.at.x < 300_000,
            "the widest place is in the west: {label:?}"
        );
    }

    #[test]
    fn a_sliver_has_its_name_inside_and_one_without_an_inside_at_its_first_vertex() {
        let sliver =
            FinePart::of_rings(&[&[(0, 0), (1_000_000, 3_000), (1_000_000, 3_004), (0, 0)]]);
        let label = of_polygon(&sliver).expect("somewhere");
        assert!(is_inside(label.at, &sliver), "{label:?}");
        let flat = FinePart::of_rings(&[&[(7, 7), (900, 7), (7, 7)]]);
        assert_eq!(
            of_polygon(&flat).expect("somewhere").at,
            FinePoint { x: 7, y: 7 }
        );
    }

    #[test]
    fn a_lines_name_stands_halfway_along() {
        let line = FinePart::of_rings(&[&[(0, 0), (100, 0), (100, 300)]]);
        assert_eq!(
            of_line(&line).expect("somewhere").at,
            FinePoint { x: 100, y: 100 }
        );
        let dot = FinePart::of_rings(&[&[(5, 5)]]);
        assert_eq!(
            of_line(&dot).expect("somewhere").at,
            FinePoint { x: 5, y: 5 }
        );
    }
}
