//! A small likeness of the area that a finding is about: enough to recognise it on a map of a hand's
//! width, never enough to publish. A report may hold hundreds of them.

use crate::geometry::{Bounds, Shape, Space};
use geo_types::Coord;

/// Vertices of a likeness, all paths together.
pub const MAX_OUTLINE_VERTICES: usize = 200;

/// Findings of one kind in one layer that keep a likeness; the report of a hopeless file stays small.
pub const MAX_OUTLINES_OF_A_KIND: usize = 50;

/// The first tolerance is this share of the area's longer side: under a pixel of a small map.
const FINEST_SHARE: f64 = 1.0 / 800.0;

/// Simplified paths of an area, in the space of the finding's position.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    space: Space,
    paths: Vec<Vec<Coord<f64>>>,
}

impl Outline {
    /// The likeness of a shape.
    #[must_use]
    pub fn of_shape(shape: &Shape, space: Space) -> Self {
        match shape {
            Shape::Polygons(polygons) => {
                let rings = polygons.iter().flat_map(|polygon| {
                    std::iter::once(polygon.exterior()).chain(polygon.interiors())
                });
                Self::of_paths(rings.map(|ring| ring.0.as_slice()), space)
            }
            Shape::Lines(lines) => {
                Self::of_paths(lines.iter().map(|line| line.0.as_slice()), space)
            }
            Shape::Points(points) => {
                let points: Vec<Coord<f64>> = points.iter().map(|point| point.0).collect();
                Self::of_paths(points.chunks(1), space)
            }
        }
    }

    /// The likeness of paths; vertices that are not numbers are passed over.
    pub fn of_paths<'a>(paths: impl Iterator<Item = &'a [Coord<f64>]>, space: Space) -> Self {
        let finite = |path: &[Coord<f64>]| -> Vec<Coord<f64>> {
            let vertices = path.iter().copied();
            vertices
                .filter(|at| at.x.is_finite() && at.y.is_finite())
                .collect()
        };
        let mut paths: Vec<Vec<Coord<f64>>> = paths.map(finite).collect();
        let bounds = Bounds::around(paths.iter().flatten().copied());
        let mut tolerance = bounds.width().max(bounds.height()) * FINEST_SHARE;
        while count(&paths) > MAX_OUTLINE_VERTICES {
            let coarser: Vec<_> = paths.iter().map(|path| thinned(path, tolerance)).collect();
            paths = coarser.into_iter().filter(|path| path.len() > 3).collect();
            tolerance = (tolerance * 2.0).max(f64::MIN_POSITIVE);
        }
        if paths.is_empty() && !bounds.is_empty() {
            let [a, b, c, d] = bounds.corners();
            paths.push(vec![a, b, c, d, a]);
        }
        Self { space, paths }
    }

    /// The space of its coordinates.
    #[must_use]
    pub fn space(&self) -> Space {
        self.space
    }

    /// Its paths: rings end where they began, a path of one vertex is a point.
    #[must_use]
    pub fn paths(&self) -> &[Vec<Coord<f64>>] {
        &self.paths
    }
}

fn count(paths: &[Vec<Coord<f64>>]) -> usize {
    paths.iter().map(Vec::len).sum()
}

/// A path without the vertices that stand nearer than `tolerance` to the last one kept; its ends stay.
fn thinned(path: &[Coord<f64>], tolerance: f64) -> Vec<Coord<f64>> {
    let mut kept: Vec<Coord<f64>> = Vec::new();
    for &at in path {
        let near = |last: &Coord<f64>| (at.x - last.x).hypot(at.y - last.y) < tolerance;
        if !kept.last().is_some_and(near) {
            kept.push(at);
        }
    }
    if kept.len() > 1
        && let Some(&end) = path.last()
        && kept.last() != Some(&end)
    {
        kept.push(end);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(vertices: u32, radius: f64) -> Vec<Coord<f64>> {
        let angle =
            |at: u32| f64::from(at % vertices) / f64::from(vertices) * std::f64::consts::TAU;
        let at = |at: u32| Coord {
            x: 3e5 + radius * angle(at).cos(),
            y: 3e5 + radius * angle(at).sin(),
        };
        (0..=vertices).map(at).collect()
    }

    #[test]
    fn a_large_outline_becomes_a_small_one_of_the_same_extent() {
        let ring = circle(100_000, 500.0);
        let small = Outline::of_paths([ring.as_slice()].into_iter(), Space::NationalGrid);
        let vertices = count(small.paths());
        assert!(
            (40..=MAX_OUTLINE_VERTICES).contains(&vertices),
            "{vertices}"
        );
        assert_eq!(small.paths()[0].first(), small.paths()[0].last());
        let bounds = Bounds::around(small.paths().iter().flatten().copied());
        assert!((bounds.width() - 1000.0).abs() < 20.0);
    }

    #[test]
    fn a_thousand_crumbs_are_drawn_as_the_box_that_holds_them() {
        let crumbs: Vec<_> = (0..1000)
            .map(|at| {
                circle(5, 1.0)
                    .into_iter()
                    .map(|c| Coord {
                        x: c.x + 40.0 * f64::from(at),
                        y: c.y,
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        let small = Outline::of_paths(crumbs.iter().map(Vec::as_slice), Space::NationalGrid);
        assert_eq!(small.paths().len(), 1);
        assert!(count(small.paths()) <= MAX_OUTLINE_VERTICES);
    }

    #[test]
    fn what_is_no_number_is_not_drawn() {
        let path = [
            Coord { x: 1.0, y: 1.0 },
            Coord {
                x: f64::NAN,
                y: 2.0,
            },
        ];
        let small = Outline::of_paths([path.as_slice()].into_iter(), Space::Wgs84);
        assert_eq!(small.paths(), [vec![path[0]]]);
    }
}
