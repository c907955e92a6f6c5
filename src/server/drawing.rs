//! A drawn site as it is sent or typed: GeoJSON, or a pair of coordinates a line. The server and the terminal read it alike.

use crate::answer::site::{GivenPolygon, MAX_PARTS_NEAR, MAX_SITE_OUTLINE_M, MAX_SITE_VERTICES};
use crate::answer::{Answer, IndexedEdition, Site, SiteError, Spot, Terms};
use crate::geometry::sweep::Fault;
use crate::geometry::{Bng, LonLat, Space};
use crate::page::Words;
use geo_types::Coord;
use geojson::{FeatureCollection, GeoJson, Geometry, GeometryValue, JsonValue};
use std::sync::Arc;

/// Why a text is no site.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DrawingError {
    /// Nothing was sent or typed.
    #[error("nothing is drawn; give GeoJSON, or a pair of coordinates a line")]
    Empty,
    /// It is no GeoJSON.
    #[error("it cannot be read as GeoJSON: {why}")]
    NotGeoJson {
        /// Where reading stopped, and why.
        why: String,
    },
    /// Something other than polygons.
    #[error("it holds a {kind}; a site is a Polygon or a MultiPolygon")]
    NotPolygons {
        /// The GeoJSON type.
        kind: &'static str,
    },
    /// None or several features.
    #[error("it holds {count} features; a site is one")]
    NotOne {
        /// How many.
        count: usize,
    },
    /// A coordinate reference system that is not read here.
    #[error(
        "its crs is {name}; a site is in WGS 84 (EPSG:4326) or on the National Grid (EPSG:27700)"
    )]
    OtherCrs {
        /// As it stands in the text.
        name: String,
    },
    /// A position without two numbers.
    #[error("corner {corner} has fewer than two numbers")]
    NoPosition {
        /// The corner, from 1.
        corner: usize,
    },
    /// A line that is not a pair of coordinates.
    #[error("line {line}, “{text}”, is not a latitude and longitude or an easting and northing")]
    NotAPair {
        /// The line, from 1; lines without text do not count.
        line: usize,
        /// Its beginning.
        text: String,
    },
    /// Typed longitude before latitude.
    #[error(
        "the corners lie in Great Britain only if longitude stands first; type latitude, then longitude"
    )]
    TypedSwapped,
    /// More of the map than one answer tells.
    #[error(
        "{parts} polygons, lines and points of the map are in the site or near it; {MAX_PARTS_NEAR} are the most: ask about the site in parts"
    )]
    TooMuch {
        /// How many there are.
        parts: usize,
    },
    /// The shape itself.
    #[error(transparent)]
    Site(#[from] SiteError),
}

/// Characters of a text that a refusal repeats.
const SHOWN: usize = 40;

fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// Answers for a site.
///
/// # Errors
/// More of the map in it and near it than [`MAX_PARTS_NEAR`].
pub fn answered(
    indexed: &IndexedEdition,
    site: &Arc<Site>,
    terms: &Terms,
) -> Result<Answer, DrawingError> {
    let parts = indexed.parts_near(site, terms.within_m);
    if parts > MAX_PARTS_NEAR {
        return Err(DrawingError::TooMuch { parts });
    }
    Ok(indexed.answer(&Spot::Site(Arc::clone(site)), terms))
}

/// Reads a site from GeoJSON or typed coordinates, whichever it is.
///
/// # Errors
/// Whatever makes it no site.
pub fn read(text: &str) -> Result<Site, DrawingError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    match text.chars().next() {
        None => Err(DrawingError::Empty),
        Some('{' | '[') => of_geojson(text),
        Some(_) => of_pairs(text),
    }
}

/// Reads a GeoJSON polygon or multipolygon, bare, as a feature, or as a collection of one feature.
///
/// Positions are longitude and latitude (RFC 7946), or eastings and northings where a `crs` member of the 2008 format says so.
///
/// # Errors
/// Whatever makes it no site.
pub fn of_geojson(text: &str) -> Result<Site, DrawingError> {
    let not = |why: &dyn std::fmt::Display| DrawingError::NotGeoJson {
        why: shown(&why.to_string()),
    };
    let document: JsonValue = text.parse().map_err(|error| not(&error))?;
    let space = space(&document)?;
    let parsed = text.parse::<GeoJson>().map_err(|error| not(&error))?;
    let geometry = match parsed {
        GeoJson::Geometry(geometry) => Some(geometry),
        GeoJson::Feature(feature) => feature.geometry,
        GeoJson::FeatureCollection(FeatureCollection { mut features, .. }) => {
            match (features.pop(), features.len()) {
                (Some(feature), 0) => feature.geometry,
                (one, others) => {
                    let count = others + usize::from(one.is_some());
                    return Err(DrawingError::NotOne { count });
                }
            }
        }
    };
    Ok(Site::new(space, &polygons(geometry)?)?)
}

/// The space that the document declares; WGS 84 where it declares none.
fn space(document: &JsonValue) -> Result<Space, DrawingError> {
    let member = &document["crs"];
    if member.is_null() {
        return Ok(Space::Wgs84);
    }
    let name = member["properties"]["name"].as_str();
    let code = member["properties"]["code"].as_u64();
    let name = name.map_or_else(
        || code.map(|code| code.to_string()),
        |name| Some(name.to_owned()),
    );
    let name = name.unwrap_or_else(|| member.to_string());
    let ending = name.rsplit([':', '/']).next().unwrap_or_default();
    match ending {
        "27700" => Ok(Space::NationalGrid),
        // ETRS89 is taken as equal to WGS 84, as everywhere here.
        "4326" | "4258" | "CRS84" => Ok(Space::Wgs84),
        _ => Err(DrawingError::OtherCrs { name: shown(&name) }),
    }
}

fn polygons(geometry: Option<Geometry>) -> Result<Vec<GivenPolygon>, DrawingError> {
    let given = match geometry.map(|geometry| geometry.value) {
        None => return Err(DrawingError::Empty),
        Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
        Some(other) => {
            let kind = other.type_name();
            return Err(DrawingError::NotPolygons { kind });
        }
    };
    let mut corner = 0;
    let mut polygons = Vec::new();
    for polygon in given {
        let mut rings = Vec::new();
        for ring in polygon {
            let mut coords = Vec::new();
            for position in ring {
                corner += 1;
                match *position.as_slice() {
                    // Heights say nothing about a plan.
                    [x, y, ..] => coords.push(Coord { x, y }),
                    _ => return Err(DrawingError::NoPosition { corner }),
                }
            }
            rings.push(coords);
        }
        polygons.push(rings);
    }
    Ok(polygons)
}

/// Reads corners in order, one pair a line or with semicolons between: latitude and longitude, or easting and northing.
///
/// # Errors
/// Whatever makes it no site.
pub fn of_pairs(text: &str) -> Result<Site, DrawingError> {
    let lines = text.split([';', '\n', '\r']).map(str::trim);
    let mut pairs = Vec::new();
    for (at, line) in lines.filter(|line| !line.is_empty()).enumerate() {
        // One more than is allowed is refused as too many.
        if pairs.len() > MAX_SITE_VERTICES + 1 {
            break;
        }
        pairs.push(pair(line).ok_or_else(|| DrawingError::NotAPair {
            line: at + 1,
            text: shown(line),
        })?);
    }
    let in_degrees = |&(a, b): &(f64, f64)| LonLat::new(b, a).is_ok();
    if pairs.iter().all(in_degrees) {
        let ring = pairs.iter().map(|&(lat, lon)| Coord { x: lon, y: lat });
        let site = Site::new(Space::Wgs84, &[vec![ring.collect()]]);
        return site.map_err(|error| match error {
            SiteError::Swapped => DrawingError::TypedSwapped,
            other => other.into(),
        });
    }
    let on_grid = |&(a, b): &(f64, f64)| Bng::new(a, b).is_ok();
    if let Some(line) = pairs.iter().position(|pair| !on_grid(pair)) {
        let (a, b) = pairs[line];
        return Err(DrawingError::NotAPair {
            line: line + 1,
            text: format!("{a}, {b}"),
        });
    }
    let ring = pairs.iter().map(|&(x, y)| Coord { x, y });
    Ok(Site::new(Space::NationalGrid, &[vec![ring.collect()]])?)
}

/// Two numbers with a comma, spaces or both between.
fn pair(line: &str) -> Option<(f64, f64)> {
    let mut numbers = line.split([',', ' ', '\t']).filter(|text| !text.is_empty());
    let mut number = || {
        let text = numbers.next()?;
        // What Rust reads as a number and people do not.
        let plain = text.starts_with(|c: char| c.is_ascii_digit() || "-+.".contains(c));
        text.parse::<f64>()
            .ok()
            .filter(|number| plain && number.is_finite())
    };
    let pair = (number()?, number()?);
    numbers.next().is_none().then_some(pair)
}

impl DrawingError {
    /// The sentence for a page.
    #[must_use]
    pub fn sentence(&self, w: Words<'_>) -> String {
        let n = |n: usize| n.to_string();
        match self {
            Self::Empty | Self::Site(SiteError::Nothing) => w.say("site.problem_empty"),
            Self::NotGeoJson { .. } => w.say("site.problem_not_geojson"),
            Self::NotPolygons { kind } => {
                w.say_with("site.problem_not_polygons", &[("kind", kind)])
            }
            Self::NotOne { count } => w.say_with("site.problem_not_one", &[("n", &n(*count))]),
            Self::OtherCrs { name } => w.say_with("site.problem_crs", &[("name", name)]),
            Self::NoPosition { corner } => {
                w.say_with("site.problem_no_position", &[("corner", &n(*corner))])
            }
            Self::NotAPair { line, text } => {
                let line = n(*line);
                w.say_with(
                    "site.problem_not_a_pair",
                    &[("line", &line), ("text", text)],
                )
            }
            Self::TooMuch { parts } => w.say_with(
                "site.problem_too_much",
                &[("n", &n(*parts)), ("max", &n(MAX_PARTS_NEAR))],
            ),
            Self::TypedSwapped => w.say("site.problem_typed_swapped"),
            Self::Site(error) => shape_sentence(error, w),
        }
    }
}

fn shape_sentence(error: &SiteError, w: Words<'_>) -> String {
    match error {
        SiteError::Nothing => w.say("site.problem_empty"),
        SiteError::TooManyCorners { corners } => w.say_with(
            "site.problem_too_many",
            &[
                ("n", &corners.to_string()),
                ("max", &MAX_SITE_VERTICES.to_string()),
            ],
        ),
        SiteError::TooFewCorners { corner } => {
            w.say_one("site.problem_too_few", "corner", &corner.to_string())
        }
        SiteError::Elsewhere { corner, x, y, .. } => w.say_with(
            "site.problem_elsewhere",
            &[
                ("corner", &corner.to_string()),
                ("x", &x.to_string()),
                ("y", &y.to_string()),
            ],
        ),
        SiteError::Swapped => w.say("site.problem_swapped"),
        SiteError::LooksLikeGrid => w.say("site.problem_looks_like_grid"),
        SiteError::LeavesTheGrid { corner } => {
            w.say_one("site.problem_leaves_grid", "corner", &corner.to_string())
        }
        SiteError::NotSimple {
            fault,
            corner,
            other,
            ..
        } => {
            let (corner, other) = (corner.to_string(), other.to_string());
            let values = [("corner", corner.as_str()), ("other", other.as_str())];
            match fault {
                Fault::Crossing => w.say_with("site.problem_crosses", &values),
                Fault::Overlap => w.say_with("site.problem_runs_along", &values),
                Fault::SelfTouch => w.say_with("site.problem_touches_itself", &values),
            }
        }
        SiteError::HoleOutside { corner } => {
            w.say_one("site.problem_hole", "corner", &corner.to_string())
        }
        SiteError::OnEachOther { corner } => {
            w.say_one("site.problem_on_each_other", "corner", &corner.to_string())
        }
        SiteError::NoArea { corner } => {
            w.say_one("site.problem_no_area", "corner", &corner.to_string())
        }
        SiteError::TooLong { metres } => w.say_with(
            "site.problem_too_long",
            &[
                ("length", &w.distance(*metres)),
                ("max", &w.length(MAX_SITE_OUTLINE_M)),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RING: &str = "[[-3.58,53.28],[-3.57,53.28],[-3.57,53.29],[-3.58,53.28]]";

    #[test]
    fn geojson_is_read_bare_as_a_feature_and_as_a_collection_of_one() {
        let polygon = format!(r#"{{"type":"Polygon","coordinates":[{RING}]}}"#);
        let feature = format!(r#"{{"type":"Feature","properties":null,"geometry":{polygon}}}"#);
        let collection = format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#);
        let multi = format!(r#"{{"type":"MultiPolygon","coordinates":[[{RING}]]}}"#);
        let site = read(&polygon).expect("a site");
        assert_eq!((site.corners(), site.drawn_in()), (3, Space::Wgs84));
        for text in [
            feature.clone(),
            collection.clone(),
            multi,
            format!("\u{feff} {polygon}\n"),
        ] {
            assert_eq!(read(&text).expect("a site"), site);
        }
        let two = format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#);
        assert_eq!(read(&two), Err(DrawingError::NotOne { count: 2 }));
        let point = r#"{"type":"Point","coordinates":[-3.58,53.28]}"#;
        assert_eq!(
            read(point),
            Err(DrawingError::NotPolygons { kind: "Point" })
        );
        assert!(matches!(read("{"), Err(DrawingError::NotGeoJson { .. })));
        assert!(matches!(
            read(&"[".repeat(100_000)),
            Err(DrawingError::NotGeoJson { .. })
        ));
        assert_eq!(read(" "), Err(DrawingError::Empty));
    }

    #[test]
    fn the_crs_of_2008_is_read_and_others_are_named() {
        let of = |crs: &str| {
            format!(
                r#"{{"type":"Polygon","crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"coordinates":[[[300000,370000],[300100,370000],[300100,370100]]]}}"#
            )
        };
        let site = read(&of("urn:ogc:def:crs:EPSG::27700")).expect("on the Grid");
        assert_eq!(site.drawn_in(), Space::NationalGrid);
        assert_eq!(read(&of("EPSG:27700")).expect("the same"), site);
        let other = read(&of("EPSG:29902"));
        assert!(matches!(other, Err(DrawingError::OtherCrs { name }) if name == "EPSG:29902"));
        let degrees = read(&of("urn:ogc:def:crs:OGC:1.3:CRS84"));
        assert_eq!(degrees, Err(SiteError::LooksLikeGrid.into()));
    }

    #[test]
    fn pairs_are_typed_as_people_type_them() {
        let site = of_pairs("53.28,-3.58\n53.28 -3.57\r\n\n 53.29 ,\t-3.57").expect("a site");
        assert_eq!(
            site,
            of_pairs("53.28,-3.58;53.28,-3.57;53.29,-3.57").expect("a link")
        );
        let grid = of_pairs("300000,370000;300100,370000;300100,370100").expect("on the Grid");
        assert_eq!(grid.drawn_in(), Space::NationalGrid);
        let not = |text: &str, line: usize| {
            let found = of_pairs(text);
            assert!(
                matches!(found, Err(DrawingError::NotAPair { line: at, .. }) if at == line),
                "{found:?}"
            );
        };
        not("53.28,-3.58;53.28;53.29,-3.57", 2);
        not("53.28,-3.58;53.28,NaN;53.29,-3.57", 2);
        not("53.28,-3.58;53.28,-3.57,1;53.29,-3.57", 2);
        not("53.28,-3.58;300100,370000;300100,370100", 1);
        let turned = of_pairs("-3.58,53.28;-3.57,53.28;-3.57,53.29");
        assert_eq!(turned, Err(DrawingError::TypedSwapped));
    }
}
