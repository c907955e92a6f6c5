//! Square metres on the ground of rings in a layer's own space.
//!
//! On the National Grid the area of the plane is divided by the square of the scale factor at one
//! place. In degrees it is the area on the ellipsoid that the straight edges enclose.

use super::coord::Space;
use super::ring::{Paths, Vertices};
use super::transverse_mercator::{GRS80, scale_factor};
use geo_types::Coord;

/// Measures areas near one place.
#[derive(Debug, Clone, Copy)]
pub struct GroundArea {
    space: Space,
    origin: Coord<f64>,
    /// Ground square metres of a square unit of the Grid.
    per_unit: f64,
}

impl GroundArea {
    /// Areas around `origin`, a coordinate of `space`: there the scale of the Grid is taken.
    #[must_use]
    pub fn at(space: Space, origin: Coord<f64>) -> Self {
        let per_unit = match space {
            Space::NationalGrid => 1.0 / scale_factor(origin).powi(2),
            Space::Wgs84 => 1.0,
        };
        Self {
            space,
            origin,
            per_unit,
        }
    }

    /// Signed square metres of a ring, positive anticlockwise; its last coordinate may repeat the first.
    #[must_use]
    pub fn ring_m2(&self, ring: impl Iterator<Item = Coord<f64>> + Clone) -> f64 {
        let next = ring.clone().skip(1).chain(ring.clone().take(1));
        let edges = ring.zip(next);
        let sum: f64 = edges.map(|(a, b)| self.beside(a, b)).sum();
        sum * self.per_unit
    }

    /// What one edge adds: twice the Gauss rule of two points is exact for the Grid and to a part in 10¹² on the ellipsoid.
    fn beside(&self, a: Coord<f64>, b: Coord<f64>) -> f64 {
        let (a, b) = (a - self.origin, b - self.origin);
        match self.space {
            Space::NationalGrid => (a.x * b.y - b.x * a.y) / 2.0,
            Space::Wgs84 => {
                let half = 0.5 / 3f64.sqrt();
                let at = |share: f64| {
                    let here = a + (b - a) * share;
                    let (nu, rho) = GRS80.radii((self.origin.y + here.y).to_radians());
                    let cos = (self.origin.y + here.y).to_radians().cos();
                    here.x.to_radians() * nu * rho * cos
                };
                (at(0.5 - half) + at(0.5 + half)) / 2.0 * (b.y - a.y).to_radians()
            }
        }
    }

    /// Square metres of a polygon: its first ring less the others.
    #[must_use]
    pub fn polygon_m2<V: Vertices>(&self, paths: Paths<'_, V>) -> f64 {
        let rings = paths.ranges().enumerate();
        rings
            .map(|(ring, range)| {
                let vertices = range.map(|at| paths.vertex(at));
                let area = self.ring_m2(vertices).abs();
                if ring == 0 { area } else { -area }
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::shape::Part;

    #[test]
    fn a_cell_of_the_globe_has_the_area_of_the_ellipsoid() {
        // From 53° to 54° north, one degree wide: q(φ) of the authalic latitude gives 7 392 km².
        let (e2, a) = (0.006_694_380_022_9_f64, 6_378_137.0_f64);
        let e = e2.sqrt();
        let q = |lat: f64| {
            let s = lat.to_radians().sin();
            (1.0 - e2) * (s / (1.0 - e2 * s * s) - ((1.0 - e * s) / (1.0 + e * s)).ln() / (2.0 * e))
        };
        let truth = 1f64.to_radians() * a * a / 2.0 * (q(54.0) - q(53.0));
        let corners = [(-4.0, 53.0), (-3.0, 53.0), (-3.0, 54.0), (-4.0, 54.0)];
        let mut part = Part::default();
        part.push(&corners.map(|(x, y)| Coord { x, y }));
        let ground = GroundArea::at(Space::Wgs84, Coord { x: -3.2, y: 53.2 });
        let found = ground.polygon_m2(part.paths());
        assert!((found / truth - 1.0).abs() < 1e-8, "{found} and {truth}");
    }

    #[test]
    fn a_hectare_of_the_grid_is_divided_by_the_square_of_the_scale() {
        let at = |x: f64, y: f64| Coord {
            x: 400_000.0 + x,
            y: 300_000.0 + y,
        };
        let mut part = Part::default();
        part.push(&[
            at(0.0, 0.0),
            at(100.0, 0.0),
            at(100.0, 100.0),
            at(0.0, 100.0),
        ]);
        let ground = GroundArea::at(Space::NationalGrid, at(50.0, 50.0));
        let found = ground.polygon_m2(part.paths());
        assert!(
            (found - 10_000.0 / 0.999_601_27_f64.powi(2)).abs() < 1e-3,
            "{found}"
        );
    }
}
