//! The usual names of columns, by which a gazetteer's files and tables of places to look up are understood.

pub(super) const EASTING: &[&str] = &[
    "easting",
    "eastings",
    "x",
    "xcoordinate",
    "geometryx",
    "oseast1m",
    "east1m",
];
pub(super) const NORTHING: &[&str] = &[
    "northing",
    "northings",
    "y",
    "ycoordinate",
    "geometryy",
    "osnrth1m",
    "north1m",
];
pub(super) const LONGITUDE: &[&str] = &["longitude", "lon", "lng", "long"];
pub(super) const LATITUDE: &[&str] = &["latitude", "lat"];
pub(super) const UPRN: &[&str] = &["uprn", "bs7666uprn"];
pub(super) const POSTCODE: &[&str] = &["postcode", "pcds", "pcd", "postcodelocator"];
pub(super) const NAME: &[&str] = &[
    "name",
    "name1",
    "address",
    "fulladdress",
    "singlelineaddress",
    "locaddress",
];

/// A column's name as those above are written: without case, punctuation and byte order mark.
pub(super) fn plain(column: &str) -> String {
    let letters = column.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}
