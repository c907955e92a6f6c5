//! The definition of each space as well-known text (OGC 01-009), as EPSG has it: for files that must
//! carry it whole.

use super::coord::Space;

const NATIONAL_GRID: &str = r#"PROJCS["OSGB36 / British National Grid",GEOGCS["OSGB36",DATUM["Ordnance_Survey_of_Great_Britain_1936",SPHEROID["Airy 1830",6377563.396,299.3249646,AUTHORITY["EPSG","7001"]],AUTHORITY["EPSG","6277"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4277"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",49],PARAMETER["central_meridian",-2],PARAMETER["scale_factor",0.9996012717],PARAMETER["false_easting",400000],PARAMETER["false_northing",-100000],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","27700"]]"#;

const WGS84: &str = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]"#;

impl Space {
    /// The name that EPSG gives it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NationalGrid => "OSGB36 / British National Grid",
            Self::Wgs84 => "WGS 84",
        }
    }

    /// Its definition as well-known text, with its EPSG codes. The axes of EPSG:4326 are named latitude
    /// first; files hold longitude first all the same, as GeoPackage and FlatGeobuf want it.
    #[must_use]
    pub fn definition(self) -> &'static str {
        match self {
            Self::NationalGrid => NATIONAL_GRID,
            Self::Wgs84 => WGS84,
        }
    }
}
