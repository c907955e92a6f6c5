//! Ground metres between coordinates of a layer's own space.
//!
//! On the National Grid a grid distance is divided by the scale factor along the line (OS guide,
//! section 6.3: Simpson's rule over both ends and the middle). In degrees it is measured on the
//! ellipsoid with the radii of the middle latitude, good to a millimetre in ten kilometres.
//!
//! Many edges are ranked on a plane that touches the ground at the place. That plane and the ground
//! part with the square of the distance; [`LocalMetres::slack_m`] bounds by how much.

use super::coord::{Bounds, Space};
use super::transverse_mercator::{GRS80, scale_factor};
use geo_types::Coord;

/// Turns coordinates near one place into metres from it, east and north.
///
/// `flatten` is exact enough to rank edges; [`LocalMetres::ground_m`] gives the metres that are reported.
#[derive(Debug, Clone, Copy)]
pub struct LocalMetres {
    space: Space,
    origin: Coord<f64>,
    /// East and north metres per unit of the space, at the origin.
    per_unit: Coord<f64>,
    /// Share by which flattened metres and ground metres may differ, for each metre of distance.
    slack: f64,
}

/// The scale of the Grid changes by at most `350 km / R²` for each metre that one goes from its middle line.
const GRID_SLACK: f64 = 1e-8;

/// Metres; a little less than any radius of the ellipsoid.
const SMALLEST_RADIUS_M: f64 = 6.3e6;

impl LocalMetres {
    /// Metres around `origin`, a coordinate of `space`.
    #[must_use]
    pub fn at(space: Space, origin: Coord<f64>) -> Self {
        let per_unit = match space {
            Space::NationalGrid => {
                let ground = 1.0 / scale_factor(origin);
                Coord {
                    x: ground,
                    y: ground,
                }
            }
            Space::Wgs84 => metres_per_degree(origin.y.to_radians()),
        };
        let slack = match space {
            Space::NationalGrid => GRID_SLACK,
            // A parallel's length changes with the tangent of the latitude; half of that to the middle of the way.
            Space::Wgs84 => (origin.y.to_radians().tan().abs() + 0.1) / SMALLEST_RADIUS_M,
        };
        Self {
            space,
            origin,
            per_unit,
            slack,
        }
    }

    /// Metres by which a flattened distance may differ from one of `metres` on the ground.
    #[must_use]
    pub fn slack_m(&self, metres: f64) -> f64 {
        self.slack * metres * metres
    }

    /// The flattened metres within which everything lies that is within `metres` on the ground.
    #[must_use]
    pub fn reach(&self, metres: f64) -> f64 {
        metres + self.slack_m(metres) + 0.001
    }

    /// Metres east and north of the origin, on a plane that touches the ground there.
    #[must_use]
    pub fn flatten(&self, coord: Coord<f64>) -> Coord<f64> {
        Coord {
            x: (coord.x - self.origin.x) * self.per_unit.x,
            y: (coord.y - self.origin.y) * self.per_unit.y,
        }
    }

    /// The coordinate that lies `metres` east and north of the origin.
    #[must_use]
    pub fn unflatten(&self, metres: Coord<f64>) -> Coord<f64> {
        Coord {
            x: self.origin.x + metres.x / self.per_unit.x,
            y: self.origin.y + metres.y / self.per_unit.y,
        }
    }

    /// Whether all of a rectangle is surely farther from the origin than `metres`.
    #[must_use]
    pub fn is_beyond(&self, bounds: &Bounds, metres: f64) -> bool {
        let reach = self.reach(metres);
        self.flattened2(bounds) > reach * reach
    }

    /// Squared flattened metres from the origin to the nearest point of a rectangle; 0 inside it.
    #[must_use]
    #[inline]
    pub(super) fn flattened2(&self, bounds: &Bounds) -> f64 {
        let (min, max) = (self.flatten(bounds.min), self.flatten(bounds.max));
        let outside = |low: f64, high: f64| low.max(-high).max(0.0);
        let (x, y) = (outside(min.x, max.x), outside(min.y, max.y));
        x * x + y * y
    }

    /// Squared flattened metres from the origin that no point of a rectangle surpasses.
    #[must_use]
    #[inline]
    pub(super) fn flattened_farthest2(&self, bounds: &Bounds) -> f64 {
        let (min, max) = (self.flatten(bounds.min), self.flatten(bounds.max));
        let (x, y) = (min.x.abs().max(max.x.abs()), min.y.abs().max(max.y.abs()));
        // A little more than that, for what is rounded on the way.
        (x * x + y * y) * (1.0 + 1e-9)
    }

    /// Ground metres from the origin to `coord`.
    #[must_use]
    pub fn ground_m(&self, coord: Coord<f64>) -> f64 {
        match self.space {
            Space::NationalGrid => {
                let grid_m = length(coord.x - self.origin.x, coord.y - self.origin.y);
                let middle = (self.origin + coord) / 2.0;
                let scale =
                    (scale_factor(self.origin) + 4.0 * scale_factor(middle) + scale_factor(coord))
                        / 6.0;
                grid_m / scale
            }
            Space::Wgs84 => {
                let lat = f64::midpoint(self.origin.y, coord.y).to_radians();
                let (nu, rho) = GRS80.radii(lat);
                let east = (coord.x - self.origin.x).to_radians() * nu * lat.cos();
                let north = (coord.y - self.origin.y).to_radians() * rho;
                length(east, north)
            }
        }
    }
}

/// The length of metres on the ground, which are neither so many nor so few that a square overflows or vanishes.
fn length(east: f64, north: f64) -> f64 {
    (east * east + north * north).sqrt()
}

/// East and north metres of a degree at a latitude in radians.
fn metres_per_degree(lat: f64) -> Coord<f64> {
    let (nu, rho) = GRS80.radii(lat);
    Coord {
        // At a pole a degree of longitude is no distance; keep it invertible.
        x: (nu * lat.cos()).to_radians().max(1e-6),
        y: rho.to_radians(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::ostn15;

    #[test]
    fn both_spaces_measure_the_same_ground() {
        // The Grid follows OSGB36, whose own scale wanders by some 20 parts in a million.
        let start = Coord {
            x: 294_614.0,
            y: 377_543.0,
        };
        let start_degrees = ostn15::from_national_grid(start).expect("Abergele").coord;
        for (east, north) in [
            (30.0, 0.0),
            (0.0, 250.0),
            (-2_000.0, 900.0),
            (7_000.0, -7_000.0),
        ] {
            let end = Coord {
                x: start.x + east,
                y: start.y + north,
            };
            let end_degrees = ostn15::from_national_grid(end).expect("Conwy").coord;
            let on_grid = LocalMetres::at(Space::NationalGrid, start).ground_m(end);
            let on_globe = LocalMetres::at(Space::Wgs84, start_degrees).ground_m(end_degrees);
            let off = (on_grid - on_globe).abs() / on_globe;
            assert!(off < 4e-5, "{east},{north}: {on_grid} and {on_globe}");
        }
    }

    #[test]
    fn a_grid_kilometre_on_the_central_meridian_is_forty_centimetres_more_on_the_ground() {
        let local = LocalMetres::at(
            Space::NationalGrid,
            Coord {
                x: 400_000.0,
                y: 300_000.0,
            },
        );
        let ground = local.ground_m(Coord {
            x: 400_000.0,
            y: 301_000.0,
        });
        assert!((ground - 1000.3989).abs() < 1e-3, "{ground}");
    }
}
