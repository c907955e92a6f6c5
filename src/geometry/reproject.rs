//! From a source's coordinates into the space in which its layer is kept.
//!
//! National Grid and WGS 84 / ETRS89 coordinates pass through untouched, bit for bit. Others are
//! converted vertex by vertex, with vertices added along an edge wherever the straight edge of the
//! source would leave the straight edge of the space by more than a centimetre.

use super::coord::Space;
use super::crs::Crs;
use super::distance::LocalMetres;
use super::ostn15;
use super::shape::Shape;
use super::transverse_mercator::project_airy;
use geo_types::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use proj4rs::proj::Proj;

/// How far an edge may move by being kept straight in another space, in metres.
const MAX_EDGE_SHIFT_M: f64 = 0.01;
/// How often an edge is halved at most: 1,024 pieces.
const MAX_HALVINGS: u32 = 10;

/// Why a coordinate could not be converted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{x}, {y} is not a coordinate of {crs}")]
pub struct ReprojectError {
    /// First ordinate as given.
    pub x: f64,
    /// Second ordinate as given.
    pub y: f64,
    /// The system that was declared.
    pub crs: Crs,
}

/// Converts from one [`Crs`] into the space in which a layer is kept.
#[derive(Debug)]
pub struct Reprojector {
    crs: Crs,
    space: Space,
    projection: Option<(Proj, Proj)>,
}

impl Reprojector {
    /// A converter for coordinates of `crs` into its own [`Crs::space`].
    #[must_use]
    pub fn new(crs: Crs) -> Self {
        Self::into_space(crs, crs.space())
    }

    /// A converter for coordinates of `crs` into `space`, through OSTN15 where the two differ in datum.
    #[must_use]
    pub fn into_space(crs: Crs, space: Space) -> Self {
        let definition = match crs {
            Crs::NationalGrid | Crs::Wgs84 | Crs::Etrs89 | Crs::Osgb36 | Crs::WebMercator => None,
            Crs::IrishGrid65 | Crs::IrishGrid75 => Some(
                "+proj=tmerc +lat_0=53.5 +lon_0=-8 +k=1.000035 +x_0=200000 +y_0=250000 +a=6377340.189 +b=6356034.447938534 \
                 +towgs84=482.5,-130.6,564.6,-1.042,-0.214,-0.631,8.15 +units=m +no_defs",
            ),
            Crs::IrishTm => Some(
                "+proj=tmerc +lat_0=53.5 +lon_0=-8 +k=0.99982 +x_0=600000 +y_0=750000 +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs",
            ),
            Crs::Utm30Etrs89 => {
                Some("+proj=utm +zone=30 +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs")
            }
            Crs::Utm30Wgs84 => Some("+proj=utm +zone=30 +datum=WGS84 +units=m +no_defs"),
        };
        let projection = definition.map(|text| {
            let of = |text: &str| {
                Proj::from_proj_string(text).expect("the definitions above are well formed")
            };
            (of(text), of("+proj=longlat +datum=WGS84 +no_defs"))
        });
        Self {
            crs,
            space,
            projection,
        }
    }

    /// Whether coordinates pass through untouched.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.crs.space() == self.space
            && matches!(self.crs, Crs::NationalGrid | Crs::Wgs84 | Crs::Etrs89)
    }

    /// Converts one coordinate.
    ///
    /// # Errors
    /// A coordinate that the projection cannot turn back, or that OSTN15 does not reach.
    pub fn coord(&self, from: Coord<f64>) -> Result<Coord<f64>, ReprojectError> {
        let own = self.in_own_space(from)?;
        let shifted = match (self.crs.space(), self.space) {
            (Space::Wgs84, Space::NationalGrid) => ostn15::to_national_grid(own),
            (Space::NationalGrid, Space::Wgs84) => ostn15::from_national_grid(own),
            _ => return Ok(own),
        };
        shifted
            .map(|shifted| shifted.coord)
            .map_err(|_| self.refused(from))
    }

    fn refused(&self, from: Coord<f64>) -> ReprojectError {
        ReprojectError {
            x: from.x,
            y: from.y,
            crs: self.crs,
        }
    }

    /// One coordinate in the space that the system itself leads to.
    fn in_own_space(&self, from: Coord<f64>) -> Result<Coord<f64>, ReprojectError> {
        let refused = || self.refused(from);
        if !from.x.is_finite() || !from.y.is_finite() {
            return Err(refused());
        }
        let to = match (self.crs, &self.projection) {
            (Crs::Osgb36, _) => project_airy(from),
            (Crs::WebMercator, _) => {
                const EQUATOR_M: f64 = 6_378_137.0;
                Coord {
                    x: (from.x / EQUATOR_M).to_degrees(),
                    y: (from.y / EQUATOR_M).sinh().atan().to_degrees(),
                }
            }
            (_, Some((source, degrees))) => {
                let mut point = (from.x, from.y, 0.0);
                proj4rs::transform::transform(source, degrees, &mut point)
                    .map_err(|_| refused())?;
                Coord {
                    x: point.0.to_degrees(),
                    y: point.1.to_degrees(),
                }
            }
            (_, None) => from,
        };
        if to.x.is_finite() && to.y.is_finite() {
            Ok(to)
        } else {
            Err(refused())
        }
    }

    /// Converts a shape, adding vertices where straight edges would bend.
    ///
    /// # Errors
    /// The first coordinate that cannot be converted.
    pub fn shape(&self, shape: Shape) -> Result<Shape, ReprojectError> {
        if self.is_identity() {
            return Ok(shape);
        }
        Ok(match shape {
            Shape::Polygons(polygons) => Shape::Polygons(MultiPolygon(
                polygons
                    .into_iter()
                    .map(|polygon| {
                        let (shell, holes) = polygon.into_inner();
                        let holes = holes
                            .iter()
                            .map(|hole| self.path(hole))
                            .collect::<Result<_, _>>()?;
                        Ok(Polygon::new(self.path(&shell)?, holes))
                    })
                    .collect::<Result<_, _>>()?,
            )),
            Shape::Lines(lines) => Shape::Lines(MultiLineString(
                lines
                    .iter()
                    .map(|line| self.path(line))
                    .collect::<Result<_, _>>()?,
            )),
            Shape::Points(points) => Shape::Points(MultiPoint(
                points
                    .iter()
                    .map(|point| self.coord(point.0).map(Point))
                    .collect::<Result<_, _>>()?,
            )),
        })
    }

    fn path(&self, path: &LineString<f64>) -> Result<LineString<f64>, ReprojectError> {
        let mut out = Vec::with_capacity(path.0.len());
        let Some(&first) = path.0.first() else {
            return Ok(LineString(out));
        };
        out.push(self.coord(first)?);
        for edge in path.0.windows(2) {
            let start = out[out.len() - 1];
            let end = self.coord(edge[1])?;
            self.along((edge[0], start), (edge[1], end), MAX_HALVINGS, &mut out)?;
            out.push(end);
        }
        Ok(LineString(out))
    }

    /// Pushes the vertices that an edge needs between its ends, each end given in both spaces.
    fn along(
        &self,
        start: (Coord<f64>, Coord<f64>),
        end: (Coord<f64>, Coord<f64>),
        halvings: u32,
        out: &mut Vec<Coord<f64>>,
    ) -> Result<(), ReprojectError> {
        let middle = (start.0 + end.0) / 2.0;
        let bent = self.coord(middle)?;
        let straight = (start.1 + end.1) / 2.0;
        let off = match self.space {
            Space::NationalGrid => (bent.x - straight.x).hypot(bent.y - straight.y),
            space @ Space::Wgs84 => LocalMetres::at(space, bent).ground_m(straight),
        };
        if off > MAX_EDGE_SHIFT_M && halvings > 0 {
            self.along(start, (middle, bent), halvings - 1, out)?;
            out.push(bent);
            self.along((middle, bent), end, halvings - 1, out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::line_string;

    /// One place in Dublin through PROJ 9.1 (`gdaltransform -s_srs OGC:CRS84 -t_srs EPSG:…`).
    #[test]
    fn known_places_come_out_of_every_system() {
        let dublin = Coord {
            x: -6.2603,
            y: 53.3498,
        };
        let known = [
            (
                Crs::WebMercator,
                Coord {
                    x: -696_893.408,
                    y: 7_047_965.392,
                },
            ),
            (
                Crs::IrishTm,
                Coord {
                    x: 715_826.507,
                    y: 734_697.593,
                },
            ),
            (
                Crs::IrishGrid75,
                Coord {
                    x: 315_900.562,
                    y: 234_671.359,
                },
            ),
            (
                Crs::Utm30Etrs89,
                Coord {
                    x: 283_006.140,
                    y: 5_916_139.547,
                },
            ),
            (
                Crs::Utm30Wgs84,
                Coord {
                    x: 283_006.140,
                    y: 5_916_139.547,
                },
            ),
        ];
        for (crs, from) in known {
            let got = Reprojector::new(crs).coord(from).expect("in Dublin");
            let off = LocalMetres::at(Space::Wgs84, dublin).ground_m(got);
            assert!(off < 0.01, "{crs}: {got:?} is {off} m away");
        }
    }

    #[test]
    fn what_is_kept_as_it_came_passes_bit_for_bit() {
        let odd = Coord {
            x: 0.1 + 0.2,
            y: 1e-300,
        };
        for crs in [Crs::NationalGrid, Crs::Wgs84, Crs::Etrs89] {
            assert_eq!(Reprojector::new(crs).coord(odd), Ok(odd));
        }
    }

    #[test]
    fn web_mercator_comes_onto_the_grid_through_ostn15() {
        let onto_grid = Reprojector::into_space(Crs::WebMercator, Space::NationalGrid);
        assert!(!onto_grid.is_identity());
        let degrees: Coord<f64> = Coord {
            x: -0.0785,
            y: 51.5035,
        };
        let mercator = Coord {
            x: degrees.x.to_radians() * 6_378_137.0,
            y: degrees.y.to_radians().tan().asinh() * 6_378_137.0,
        };
        let expected = ostn15::to_national_grid(degrees).expect("Southwark").coord;
        let got = onto_grid.coord(mercator).expect("Southwark");
        assert!((got - expected).x.hypot((got - expected).y) < 1e-6);
        let nowhere = Coord {
            x: 12_000_000.0,
            y: 0.0,
        };
        assert!(onto_grid.coord(nowhere).is_err(), "Sumatra");
    }

    #[test]
    fn a_long_edge_is_bent_by_added_vertices_and_moves_by_under_a_centimetre() {
        let utm = Reprojector::new(Crs::Utm30Etrs89);
        let edge = line_string![(x: 400_000.0, y: 5_900_000.0), (x: 440_000.0, y: 5_920_000.0)];
        let Ok(Shape::Lines(bent)) = utm.shape(Shape::Lines(MultiLineString(vec![edge.clone()])))
        else {
            panic!("a line stays a line");
        };
        let bent = &bent.0[0].0;
        assert!(
            bent.len() > 8,
            "40 km need more than {} vertices",
            bent.len()
        );
        for share in 0..=1000 {
            let on_source = edge.0[0] + (edge.0[1] - edge.0[0]) * (f64::from(share) / 1000.0);
            let there = utm.coord(on_source).expect("in zone 30");
            let local = LocalMetres::at(Space::Wgs84, there);
            let off = bent
                .windows(2)
                .map(|pair| {
                    let (a, b) = (local.flatten(pair[0]), local.flatten(pair[1]));
                    let along = b - a;
                    let t = (-(a.x * along.x + a.y * along.y)
                        / (along.x * along.x + along.y * along.y))
                        .clamp(0.0, 1.0);
                    (a + along * t).x.hypot((a + along * t).y)
                })
                .fold(f64::INFINITY, f64::min);
            assert!(off < 0.012, "{off} m off at {share}/1000");
        }
    }
}
