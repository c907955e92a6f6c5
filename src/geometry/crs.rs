//! The coordinate reference systems that sources may be in, by EPSG code.
//!
//! Two of them are kept as they come (see [`Space`]); the others are converted on loading. What is
//! not listed here is refused by name: guessing puts a boundary in the wrong place.

use super::coord::Space;

/// A coordinate reference system of a source file. Coordinates are easting then northing, or
/// longitude then latitude, whatever order the file's own axes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Crs {
    /// EPSG:27700, British National Grid, metres.
    NationalGrid,
    /// EPSG:4326, WGS 84, degrees (and CRS84).
    Wgs84,
    /// EPSG:4258, ETRS89, degrees.
    Etrs89,
    /// EPSG:4277, OSGB36, degrees on the Airy ellipsoid.
    Osgb36,
    /// EPSG:3857, Web Mercator, metres at the equator.
    WebMercator,
    /// EPSG:29902, Irish Grid (1965), metres.
    IrishGrid65,
    /// EPSG:29903, Irish Grid (1975), metres.
    IrishGrid75,
    /// EPSG:2157, Irish Transverse Mercator, metres.
    IrishTm,
    /// EPSG:25830, ETRS89 / UTM zone 30N, metres.
    Utm30Etrs89,
    /// EPSG:32630, WGS 84 / UTM zone 30N, metres.
    Utm30Wgs84,
}

impl Crs {
    /// Every system that can be read.
    pub const ALL: [Self; 10] = [
        Self::NationalGrid,
        Self::Wgs84,
        Self::Etrs89,
        Self::Osgb36,
        Self::WebMercator,
        Self::IrishGrid65,
        Self::IrishGrid75,
        Self::IrishTm,
        Self::Utm30Etrs89,
        Self::Utm30Wgs84,
    ];

    /// The system of an EPSG code, or `None` where it cannot be read. 900913 and 3785 are old codes of Web Mercator.
    #[must_use]
    pub fn from_epsg(code: u32) -> Option<Self> {
        let code = match code {
            900_913 | 3785 | 102_100 => 3857,
            other => other,
        };
        Self::ALL.into_iter().find(|crs| crs.epsg() == code)
    }

    /// The EPSG code.
    #[must_use]
    pub fn epsg(self) -> u32 {
        match self {
            Self::NationalGrid => 27700,
            Self::Wgs84 => 4326,
            Self::Etrs89 => 4258,
            Self::Osgb36 => 4277,
            Self::WebMercator => 3857,
            Self::IrishGrid65 => 29902,
            Self::IrishGrid75 => 29903,
            Self::IrishTm => 2157,
            Self::Utm30Etrs89 => 25830,
            Self::Utm30Wgs84 => 32630,
        }
    }

    /// The name under which GIS staff know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NationalGrid => "British National Grid",
            Self::Wgs84 => "WGS 84",
            Self::Etrs89 => "ETRS89",
            Self::Osgb36 => "OSGB36 latitude and longitude",
            Self::WebMercator => "Web Mercator",
            Self::IrishGrid65 => "Irish Grid (TM65)",
            Self::IrishGrid75 => "Irish Grid (TM75)",
            Self::IrishTm => "Irish Transverse Mercator",
            Self::Utm30Etrs89 => "ETRS89 / UTM zone 30N",
            Self::Utm30Wgs84 => "WGS 84 / UTM zone 30N",
        }
    }

    /// Whether coordinates are degrees rather than metres.
    #[must_use]
    pub fn in_degrees(self) -> bool {
        matches!(self, Self::Wgs84 | Self::Etrs89 | Self::Osgb36)
    }

    /// The space in which a layer from this system is kept.
    #[must_use]
    pub fn space(self) -> Space {
        match self {
            Self::NationalGrid | Self::Osgb36 => Space::NationalGrid,
            _ => Space::Wgs84,
        }
    }
}

impl std::fmt::Display for Crs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EPSG:{} ({})", self.epsg(), self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_is_found_by_its_code() {
        for crs in Crs::ALL {
            assert_eq!(Crs::from_epsg(crs.epsg()), Some(crs));
        }
        assert_eq!(Crs::from_epsg(900_913), Some(Crs::WebMercator));
        assert_eq!(Crs::from_epsg(2154), None);
    }
}
