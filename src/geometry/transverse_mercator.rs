//! The transverse Mercator projection of the National Grid, on any ellipsoid, and its scale.
//!
//! Krüger's series in the third flattening n, to n⁴ (Karney, "Transverse Mercator with an accuracy
//! of a few nanometers", 2011). The series in OS's "A guide to coordinate systems in Great Britain"
//! agree with it to a millimetre on the mainland, but not with their own inverse in the far west.

use geo_types::Coord;
use std::sync::LazyLock;

/// An ellipsoid by its semi-axes in metres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ellipsoid {
    /// Semi-major axis.
    pub a: f64,
    /// Semi-minor axis.
    pub b: f64,
}

/// Of ETRS89 and, to a tenth of a millimetre, of WGS 84.
pub(super) const GRS80: Ellipsoid = Ellipsoid {
    a: 6_378_137.0,
    b: 6_356_752.314_140,
};

/// Of OSGB36.
pub(super) const AIRY_1830: Ellipsoid = Ellipsoid {
    a: 6_377_563.396,
    b: 6_356_256.909,
};

/// Scale on the central meridian.
const F0: f64 = 0.999_601_271_7;
/// True origin: 49° N, 2° W.
const LAT_0: f64 = 49.0 * std::f64::consts::PI / 180.0;
const LON_0: f64 = -2.0 * std::f64::consts::PI / 180.0;
/// Easting and northing of the true origin, in metres.
const E0: f64 = 400_000.0;
const N0: f64 = -100_000.0;

impl Ellipsoid {
    /// Eccentricity squared.
    pub(super) fn e2(self) -> f64 {
        (self.a * self.a - self.b * self.b) / (self.a * self.a)
    }

    /// Radii of curvature at a latitude in radians, in metres: across the meridian (ν) and along it (ρ).
    pub(super) fn radii(self, lat: f64) -> (f64, f64) {
        let w = 1.0 - self.e2() * lat.sin().powi(2);
        let nu = self.a / w.sqrt();
        (nu, nu * (1.0 - self.e2()) / w)
    }
}

/// The series for one ellipsoid.
struct Kruger {
    ellipsoid: Ellipsoid,
    /// Radius of the circle as long as the meridian, times F0.
    radius: f64,
    /// From the conformal sphere to the plane, and back.
    alpha: [f64; 4],
    beta: [f64; 4],
}

impl Kruger {
    fn of(ellipsoid: Ellipsoid) -> Self {
        let n = (ellipsoid.a - ellipsoid.b) / (ellipsoid.a + ellipsoid.b);
        let (n2, n3, n4) = (n * n, n * n * n, n * n * n * n);
        Self {
            ellipsoid,
            radius: F0 * ellipsoid.a / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0),
            alpha: [
                n / 2.0 - 2.0 / 3.0 * n2 + 5.0 / 16.0 * n3 + 41.0 / 180.0 * n4,
                13.0 / 48.0 * n2 - 3.0 / 5.0 * n3 + 557.0 / 1440.0 * n4,
                61.0 / 240.0 * n3 - 103.0 / 140.0 * n4,
                49561.0 / 161_280.0 * n4,
            ],
            beta: [
                n / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3 - n4 / 360.0,
                n2 / 48.0 + n3 / 15.0 - 437.0 / 1440.0 * n4,
                17.0 / 480.0 * n3 - 37.0 / 840.0 * n4,
                4397.0 / 161_280.0 * n4,
            ],
        }
    }

    /// Tangent of the conformal latitude, of the tangent of a latitude.
    fn conformal(&self, tan: f64) -> f64 {
        let e = self.ellipsoid.e2().sqrt();
        let sigma = (e * (e * tan / tan.hypot(1.0)).atanh()).sinh();
        tan * sigma.hypot(1.0) - sigma * tan.hypot(1.0)
    }

    /// Tangent of the latitude, of the tangent of its conformal latitude, by Newton's steps.
    fn geodetic(&self, conformal: f64) -> f64 {
        let e2 = self.ellipsoid.e2();
        let mut tan = conformal / (1.0 - e2);
        for _ in 0..3 {
            let reached = self.conformal(tan);
            let slope =
                (1.0 - e2) * tan.hypot(1.0) * reached.hypot(1.0) / (1.0 + (1.0 - e2) * tan * tan);
            tan += (conformal - reached) / slope;
        }
        tan
    }

    /// Distance of the true origin from the equator, in radii.
    fn origin(&self) -> f64 {
        let xi = self.conformal(LAT_0.tan()).atan();
        xi + sums(&self.alpha, xi, 0.0).0
    }
}

/// Σ cⱼ sin 2jξ cosh 2jη and Σ cⱼ cos 2jξ sinh 2jη.
fn sums(coefficients: &[f64; 4], xi: f64, eta: f64) -> (f64, f64) {
    let (mut of_xi, mut of_eta) = (0.0, 0.0);
    for (j, c) in (1..).zip(coefficients) {
        let twice = f64::from(2 * j);
        of_xi += c * (twice * xi).sin() * (twice * eta).cosh();
        of_eta += c * (twice * xi).cos() * (twice * eta).sinh();
    }
    (of_xi, of_eta)
}

static ON_GRS80: LazyLock<(Kruger, f64)> = LazyLock::new(|| with_origin(GRS80));
static ON_AIRY: LazyLock<(Kruger, f64)> = LazyLock::new(|| with_origin(AIRY_1830));

fn with_origin(ellipsoid: Ellipsoid) -> (Kruger, f64) {
    let kruger = Kruger::of(ellipsoid);
    let origin = kruger.origin();
    (kruger, origin)
}

/// Easting and northing in metres of an OSGB36 longitude (`x`) and latitude (`y`) in degrees, exactly on the Grid.
pub(super) fn project_airy(degrees: Coord<f64>) -> Coord<f64> {
    project(&ON_AIRY, degrees)
}

/// Easting and northing in metres of an ETRS89 longitude and latitude in degrees, on the Grid's plane before OSTN15's shift.
pub(super) fn project_grs80(degrees: Coord<f64>) -> Coord<f64> {
    project(&ON_GRS80, degrees)
}

/// The inverse of [`project_grs80`].
pub(super) fn unproject_grs80(metres: Coord<f64>) -> Coord<f64> {
    unproject(&ON_GRS80, metres)
}

fn project((kruger, origin): &(Kruger, f64), degrees: Coord<f64>) -> Coord<f64> {
    let (sin, cos) = (degrees.x.to_radians() - LON_0).sin_cos();
    let conformal = kruger.conformal(degrees.y.to_radians().tan());
    let xi = conformal.atan2(cos);
    let eta = (sin / conformal.hypot(cos)).asinh();
    let (more_xi, more_eta) = sums(&kruger.alpha, xi, eta);
    Coord {
        x: E0 + kruger.radius * (eta + more_eta),
        y: N0 + kruger.radius * (xi + more_xi - origin),
    }
}

fn unproject((kruger, origin): &(Kruger, f64), metres: Coord<f64>) -> Coord<f64> {
    let xi = (metres.y - N0) / kruger.radius + origin;
    let eta = (metres.x - E0) / kruger.radius;
    let (less_xi, less_eta) = sums(&kruger.beta, xi, eta);
    let (xi, eta) = (xi - less_xi, eta - less_eta);
    let conformal = xi.sin() / eta.sinh().hypot(xi.cos());
    Coord {
        x: (LON_0 + eta.sinh().atan2(xi.cos())).to_degrees(),
        y: kruger.geodetic(conformal).atan().to_degrees(),
    }
}

/// Grid metres per ground metre at an easting and northing: 0.9996 on the central meridian, more to either side.
///
/// To second order in the distance from the meridian; the next term is under 1e-7 on the Grid.
pub(super) fn scale_factor(metres: Coord<f64>) -> f64 {
    let lat = LAT_0 + (metres.y - N0) / (AIRY_1830.a * F0);
    let (nu, rho) = AIRY_1830.radii(lat);
    let de = metres.x - E0;
    F0 * (1.0 + de * de / (2.0 * F0 * F0 * nu * rho))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the OS guide, annexe C.1: Caister water tower on the Airy ellipsoid.
    #[test]
    fn the_worked_example_of_the_guide_comes_out_to_the_millimetre() {
        let degrees = Coord {
            x: 1.0 + 43.0 / 60.0 + 4.5177 / 3600.0,
            y: 52.0 + 39.0 / 60.0 + 27.2531 / 3600.0,
        };
        let metres = project_airy(degrees);
        assert!(
            (metres.x - 651_409.903).abs() < 2e-3 && (metres.y - 313_177.270).abs() < 2e-3,
            "{metres:?}"
        );
    }

    #[test]
    fn projecting_and_back_is_the_same_place_to_a_micrometre() {
        for lon in -10..=4 {
            for lat in 49..=61 {
                let degrees = Coord {
                    x: f64::from(lon),
                    y: f64::from(lat),
                };
                let back = unproject_grs80(project_grs80(degrees));
                assert!(
                    (back.x - degrees.x).abs() < 1e-11 && (back.y - degrees.y).abs() < 1e-11,
                    "{degrees:?} {back:?}"
                );
            }
        }
    }
}
