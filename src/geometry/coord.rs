//! The coordinate types: each plane and each unit has its own, so that none is taken for another.
//!
//! Longitude stands before latitude and easting before northing, always. A value that exists is
//! finite and inside its plane; later stages never check again.

use geo_types::Coord;

/// Longitude and latitude in degrees, WGS 84 (ETRS89 is taken as equal; they differ by under a metre).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

/// Easting and northing in metres on the British National Grid (OSGB36, EPSG:27700).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bng {
    easting: f64,
    northing: f64,
}

/// A point of the Web Mercator square: `x` grows east from 180° W, `y` grows south from 85.0511° N; both run 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mercator {
    /// Share of the world's width, from the west.
    pub x: f64,
    /// Share of the world's height, from the north.
    pub y: f64,
}

/// Why two numbers are not a coordinate.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CoordError {
    /// Not a number, or infinite.
    #[error("the coordinate is not a finite number; give two decimal numbers")]
    NotFinite,
    /// Longitude beyond ±180° or latitude beyond ±90°.
    #[error(
        "longitude {lon}, latitude {lat} is not on the globe; longitude runs from -180 to 180 and latitude from -90 to 90"
    )]
    OffTheGlobe {
        /// Degrees east, as given.
        lon: f64,
        /// Degrees north, as given.
        lat: f64,
    },
    /// Outside the 700 km by 1,300 km of the lettered National Grid.
    #[error(
        "easting {easting}, northing {northing} is off the National Grid; eastings run from 0 to 700000 and northings from 0 to 1300000"
    )]
    OffTheGrid {
        /// Metres east, as given.
        easting: f64,
        /// Metres north, as given.
        northing: f64,
    },
}

impl LonLat {
    /// A checked position: `lon` in −180…180 and `lat` in −90…90 degrees.
    ///
    /// # Errors
    /// Anything not finite or off the globe.
    pub fn new(lon: f64, lat: f64) -> Result<Self, CoordError> {
        if !lon.is_finite() || !lat.is_finite() {
            return Err(CoordError::NotFinite);
        }
        if lon.abs() > 180.0 || lat.abs() > 90.0 {
            return Err(CoordError::OffTheGlobe { lon, lat });
        }
        Ok(Self { lon, lat })
    }

    /// Degrees east of Greenwich.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north of the equator.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// The same position to at most seven decimals (about a centimetre), as links carry it.
    #[must_use]
    pub fn rounded(self) -> Self {
        // Adding nothing turns −0 into 0.
        let round = |degrees: f64| (degrees * 1e7).round() / 1e7 + 0.0;
        Self {
            lon: round(self.lon),
            lat: round(self.lat),
        }
    }

    /// `x` = longitude, `y` = latitude, in degrees.
    #[must_use]
    pub fn coord(self) -> Coord<f64> {
        Coord {
            x: self.lon,
            y: self.lat,
        }
    }

    /// Where the position lies in the Web Mercator square (latitudes beyond ±85.0511° are held at its edge).
    #[must_use]
    pub fn mercator(self) -> Mercator {
        const MAX_LAT: f64 = 85.051_128_779_806_59;
        let phi = self.lat.clamp(-MAX_LAT, MAX_LAT).to_radians();
        Mercator {
            x: (self.lon + 180.0) / 360.0,
            y: 0.5 - phi.tan().asinh() / std::f64::consts::TAU,
        }
    }
}

impl Mercator {
    /// The longitude and latitude of a point of the square; outside it, the nearest point on the globe.
    #[must_use]
    pub fn lonlat(self) -> LonLat {
        let lat = ((0.5 - self.y) * std::f64::consts::TAU).sinh().atan();
        LonLat {
            lon: (self.x * 360.0 - 180.0).clamp(-180.0, 180.0),
            lat: lat.to_degrees(),
        }
    }

    /// `x`, `y` as a plain coordinate.
    #[must_use]
    pub fn coord(self) -> Coord<f64> {
        Coord {
            x: self.x,
            y: self.y,
        }
    }
}

impl Bng {
    /// How far the lettered National Grid reaches east, in metres.
    pub const MAX_EASTING: f64 = 700_000.0;
    /// How far the lettered National Grid reaches north, in metres.
    pub const MAX_NORTHING: f64 = 1_300_000.0;

    /// A checked position on the lettered National Grid, its edges included.
    ///
    /// # Errors
    /// Anything not finite or off the grid.
    pub fn new(easting: f64, northing: f64) -> Result<Self, CoordError> {
        if !easting.is_finite() || !northing.is_finite() {
            return Err(CoordError::NotFinite);
        }
        let on_grid = (0.0..=Self::MAX_EASTING).contains(&easting)
            && (0.0..=Self::MAX_NORTHING).contains(&northing);
        if !on_grid {
            return Err(CoordError::OffTheGrid { easting, northing });
        }
        Ok(Self { easting, northing })
    }

    /// Metres east of the grid's origin.
    #[must_use]
    pub fn easting(self) -> f64 {
        self.easting
    }

    /// Metres north of the grid's origin.
    #[must_use]
    pub fn northing(self) -> f64 {
        self.northing
    }

    /// `x` = easting, `y` = northing, in metres.
    #[must_use]
    pub fn coord(self) -> Coord<f64> {
        Coord {
            x: self.easting,
            y: self.northing,
        }
    }
}

/// The coordinates in which a layer is kept, exactly as its source gave them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Space {
    /// Eastings and northings in metres, EPSG:27700.
    NationalGrid,
    /// Longitudes and latitudes in degrees, EPSG:4326.
    Wgs84,
}

impl Space {
    /// The EPSG code under which the space is written to files.
    #[must_use]
    pub fn epsg(self) -> u16 {
        match self {
            Self::NationalGrid => 27700,
            Self::Wgs84 => 4326,
        }
    }
}

/// One position in every space in which a layer may be kept. The one that was given is exact, the
/// other is its OSTN15 transformation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Longitude and latitude.
    pub lonlat: LonLat,
    /// Easting and northing; `None` where the National Grid does not reach.
    pub grid: Option<Bng>,
}

impl Position {
    /// The position's coordinate in a layer's own space, or `None` off the National Grid.
    #[must_use]
    pub fn in_space(&self, space: Space) -> Option<Coord<f64>> {
        match space {
            Space::NationalGrid => self.grid.map(Bng::coord),
            Space::Wgs84 => Some(self.lonlat.coord()),
        }
    }
}

/// An axis-parallel rectangle in some plane, its edges included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The smallest `x` and `y`.
    pub min: Coord<f64>,
    /// The largest `x` and `y`.
    pub max: Coord<f64>,
}

impl Bounds {
    /// Bounds that hold nothing, to be grown by [`Bounds::include`].
    pub const EMPTY: Self = Self {
        min: Coord {
            x: f64::INFINITY,
            y: f64::INFINITY,
        },
        max: Coord {
            x: f64::NEG_INFINITY,
            y: f64::NEG_INFINITY,
        },
    };

    /// The smallest rectangle around the coordinates; [`Bounds::EMPTY`] for none.
    pub fn around(coords: impl IntoIterator<Item = Coord<f64>>) -> Self {
        let mut bounds = Self::EMPTY;
        for coord in coords {
            bounds.include(coord);
        }
        bounds
    }

    /// Grows the rectangle to hold `coord`.
    pub fn include(&mut self, coord: Coord<f64>) {
        self.min.x = self.min.x.min(coord.x);
        self.min.y = self.min.y.min(coord.y);
        self.max.x = self.max.x.max(coord.x);
        self.max.y = self.max.y.max(coord.y);
    }

    /// Grows the rectangle to hold `other`.
    pub fn include_bounds(&mut self, other: &Self) {
        if !other.is_empty() {
            self.include(other.min);
            self.include(other.max);
        }
    }

    /// Whether nothing was included yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.min.x > self.max.x
    }

    /// Whether `coord` lies inside or on the edge.
    #[must_use]
    pub fn contains(&self, coord: Coord<f64>) -> bool {
        (self.min.x..=self.max.x).contains(&coord.x) && (self.min.y..=self.max.y).contains(&coord.y)
    }

    /// Whether the rectangles share at least a point.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    /// Whether `other` lies wholly inside, edges allowed.
    #[must_use]
    pub fn contains_bounds(&self, other: &Self) -> bool {
        self.contains(other.min) && self.contains(other.max)
    }

    /// The rectangle grown by `by` on every side.
    #[must_use]
    pub fn padded(&self, by: f64) -> Self {
        Self {
            min: Coord {
                x: self.min.x - by,
                y: self.min.y - by,
            },
            max: Coord {
                x: self.max.x + by,
                y: self.max.y + by,
            },
        }
    }

    /// The middle of the rectangle.
    #[must_use]
    pub fn centre(&self) -> Coord<f64> {
        Coord {
            x: f64::midpoint(self.min.x, self.max.x),
            y: f64::midpoint(self.min.y, self.max.y),
        }
    }

    /// Extent along x.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.max.x - self.min.x
    }

    /// Extent along y.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.max.y - self.min.y
    }

    /// The four corners, anticlockwise from the smallest.
    #[must_use]
    pub fn corners(&self) -> [Coord<f64>; 4] {
        let (min, max) = (self.min, self.max);
        [
            min,
            Coord { x: max.x, y: min.y },
            max,
            Coord { x: min.x, y: max.y },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mercator_and_back_is_the_same_place() -> Result<(), CoordError> {
        let conwy = LonLat::new(-3.8264, 53.2826)?;
        let back = conwy.mercator().lonlat();
        assert!((back.lon() - conwy.lon()).abs() < 1e-12);
        assert!((back.lat() - conwy.lat()).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn the_equator_at_greenwich_is_the_middle_of_the_square() -> Result<(), CoordError> {
        let middle = LonLat::new(0.0, 0.0)?.mercator();
        assert!((middle.x - 0.5).abs() < 1e-15 && (middle.y - 0.5).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn what_is_not_a_coordinate_is_refused() {
        assert_eq!(LonLat::new(f64::NAN, 0.0), Err(CoordError::NotFinite));
        assert!(LonLat::new(181.0, 0.0).is_err());
        assert!(LonLat::new(0.0, -90.1).is_err());
        assert!(Bng::new(701_000.0, 0.0).is_err());
        assert!(Bng::new(0.0, -0.1).is_err());
        assert!(Bng::new(0.0, 0.0).is_ok(), "the origin is on the grid");
    }
}
