//! What a file says of its coordinate system, in whatever words → a system that can be read.
//!
//! Well-known text is recognised by the EPSG code of its outermost element, else by its name and
//! parameters: a `.prj` from ArcGIS carries no code, MapInfo's National Grid not even a name. What is
//! not recognised is named in a refusal; nothing is guessed.

mod wkt;

use super::reader::Declared;
use crate::geometry::Crs;
use wkt::Element;

/// A system by code or URN: `EPSG:27700`, `urn:ogc:def:crs:EPSG::27700`, `urn:ogc:def:crs:OGC:1.3:CRS84`,
/// `http://www.opengis.net/def/crs/EPSG/0/4326`, `27700`.
pub fn of_name(name: &str) -> Declared {
    let name = name.trim();
    let parts: Vec<&str> = name
        .split([':', '/', '#'])
        .filter(|p| !p.is_empty())
        .collect();
    let last = parts.last().copied().unwrap_or_default();
    if last.eq_ignore_ascii_case("CRS84") || last.eq_ignore_ascii_case("CRS84h") {
        return Declared::Known(Crs::Wgs84);
    }
    let is_epsg = parts.len() == 1
        || parts
            .iter()
            .any(|p| p.to_ascii_uppercase().starts_with("EPSG"));
    let code = last.strip_suffix(".xml").unwrap_or(last).parse().ok();
    code.filter(|_| is_epsg)
        .and_then(Crs::from_epsg)
        .map_or_else(|| Declared::Unknown(name.to_owned()), Declared::Known)
}

/// The `crs` member of the GeoJSON of 2008, as JSON text.
pub fn of_geojson_member(json: &str) -> Declared {
    let Ok(member) = json.trim().parse::<geojson::JsonValue>() else {
        return Declared::Unknown(super::finding::shown(json));
    };
    if member.is_null() {
        return Declared::Nothing;
    }
    let properties = &member["properties"];
    let name = properties["name"].as_str().map(ToOwned::to_owned);
    let code = || properties["code"].as_u64().map(|code| code.to_string());
    match name.or_else(code) {
        Some(name) => of_name(&name),
        None => Declared::Unknown(super::finding::shown(json)),
    }
}

/// Well-known text, version 1 or 2, of any dialect; or a name as [`of_name`] takes it.
pub fn of_wkt(text: &str) -> Declared {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Declared::Nothing;
    }
    if !text.contains(['[', '(']) {
        return of_name(text);
    }
    let Some(root) = wkt::parse(text) else {
        return Declared::Unknown(super::finding::shown(text));
    };
    let root = horizontal(&root);
    // MapInfo's NonEarth and a drawing's plane: no system at all.
    if matches!(
        root.keyword.as_str(),
        "LOCAL_CS" | "ENGCRS" | "ENGINEERINGCRS"
    ) {
        return Declared::Nothing;
    }
    let crs = by_code(root).unwrap_or_else(|| by_parameters(root));
    crs.map_or_else(|| Declared::Unknown(description(root)), Declared::Known)
}

/// The part of a compound or bound system that is about the plane.
fn horizontal(root: &Element) -> &Element {
    let inner = match root.keyword.as_str() {
        "COMPD_CS" | "COMPOUNDCRS" => root.children().next(),
        "BOUNDCRS" => root
            .child(&["SOURCECRS"])
            .and_then(|source| source.children().next()),
        _ => None,
    };
    inner.map_or(root, horizontal)
}

/// By the code at the outermost element. A code that cannot be read is an answer too.
fn by_code(root: &Element) -> Option<Option<Crs>> {
    let authority = root.child(&["AUTHORITY", "ID"])?;
    let mut values = authority.values();
    let (name, code) = (values.next()?, values.next()?);
    if !name.eq_ignore_ascii_case("EPSG") && !name.eq_ignore_ascii_case("ESRI") {
        return None;
    }
    Some(code.parse().ok().and_then(Crs::from_epsg))
}

/// Numbers of a projection, found under any of the names that dialects give them.
struct Projection<'a> {
    root: &'a Element,
}

impl Projection<'_> {
    fn parameter(&self, names: &[&str]) -> Option<f64> {
        let conversion = self.root.child(&["CONVERSION", "DERIVINGCONVERSION"]);
        let holder = conversion.unwrap_or(self.root);
        let holds = |element: &&Element| {
            element.keyword == "PARAMETER"
                && element.values().next().is_some_and(|name| {
                    let name = name.to_lowercase().replace([' ', '-'], "_");
                    names.contains(&name.as_str())
                })
        };
        holder.children().find(holds)?.values().nth(1)?.parse().ok()
    }

    /// Whether its origin, scale and offsets are the given ones.
    fn is(&self, origin: (f64, f64), scale: f64, offset: (f64, f64)) -> bool {
        let near = |value: Option<f64>, wanted: f64, by: f64| {
            value.is_some_and(|value| (value - wanted).abs() <= by)
        };
        near(
            self.parameter(&[
                "central_meridian",
                "longitude_of_natural_origin",
                "longitude_of_origin",
            ]),
            origin.0,
            1e-9,
        ) && near(
            self.parameter(&["latitude_of_origin", "latitude_of_natural_origin"]),
            origin.1,
            1e-9,
        ) && near(
            self.parameter(&["scale_factor", "scale_factor_at_natural_origin"]),
            scale,
            1e-11,
        ) && near(self.parameter(&["false_easting"]), offset.0, 1e-6)
            && near(self.parameter(&["false_northing"]), offset.1, 1e-6)
    }
}

fn by_parameters(root: &Element) -> Option<Crs> {
    match root.keyword.as_str() {
        "PROJCS" | "PROJCRS" | "PROJECTEDCRS" => projected(root),
        "GEOGCS" | "GEOGCRS" | "GEODCRS" | "GEOGRAPHICCRS" | "GEODETICCRS" => geographic(root),
        _ => None,
    }
}

fn projected(root: &Element) -> Option<Crs> {
    if !in_metres(root) {
        return None;
    }
    let base = root.child(&["GEOGCS", "BASEGEOGCRS", "BASEGEODCRS"])?;
    let axis_m = semi_major(base)?;
    let near = |wanted: f64| (axis_m - wanted).abs() < 0.01;
    let name = root.values().next().unwrap_or_default().to_lowercase();
    let method = root
        .descendant(&["PROJECTION", "METHOD"])
        .and_then(|method| method.values().next())
        .unwrap_or_default()
        .to_lowercase()
        .replace(' ', "_");
    let is_mercator = name.contains("web_mercator")
        || name.contains("pseudo-mercator")
        || method.contains("mercator_auxiliary_sphere")
        || method.contains("pseudo_mercator");
    if is_mercator && (near(6_378_137.0)) {
        return Some(Crs::WebMercator);
    }
    if !method.starts_with("transverse_mercator") {
        return None;
    }
    let projection = Projection { root };
    if near(6_377_563.396) && projection.is((-2.0, 49.0), 0.999_601_271_7, (400_000.0, -100_000.0))
    {
        Some(Crs::NationalGrid)
    } else if near(6_377_340.189) && projection.is((-8.0, 53.5), 1.000_035, (200_000.0, 250_000.0))
    {
        let older = name.contains("tm65");
        Some(if older {
            Crs::IrishGrid65
        } else {
            Crs::IrishGrid75
        })
    } else if near(6_378_137.0) && projection.is((-8.0, 53.5), 0.999_82, (600_000.0, 750_000.0)) {
        Some(Crs::IrishTm)
    } else if near(6_378_137.0) && projection.is((-3.0, 0.0), 0.9996, (500_000.0, 0.0)) {
        match geographic(base)? {
            Crs::Etrs89 => Some(Crs::Utm30Etrs89),
            Crs::Wgs84 => Some(Crs::Utm30Wgs84),
            _ => None,
        }
    } else {
        None
    }
}

/// By the datum's name: ellipsoids alone do not tell ETRS89 from other systems on GRS 80.
fn geographic(root: &Element) -> Option<Crs> {
    let datum = root.child(&["DATUM", "ENSEMBLE", "GEODETICDATUM"])?;
    let letters = |text: &str| -> String {
        text.to_lowercase()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect()
    };
    let name = letters(datum.values().next()?);
    // ArcGIS puts a D_ before a datum's name.
    let plain = name.strip_prefix('d').unwrap_or(&name);
    match plain {
        "wgs1984" | "wgs84" | "worldgeodeticsystem1984" | "worldgeodeticsystem1984ensemble" => {
            Some(Crs::Wgs84)
        }
        "etrs1989"
        | "etrs89"
        | "europeanterrestrialreferencesystem1989"
        | "europeanterrestrialreferencesystem1989ensemble" => Some(Crs::Etrs89),
        "osgb1936" | "osgb36" | "ordnancesurveyofgreatbritain1936" => Some(Crs::Osgb36),
        _ => None,
    }
}

/// The unit of a projected system's own coordinates, which stands last.
fn in_metres(root: &Element) -> bool {
    let unit = root
        .children()
        .filter(|child| matches!(child.keyword.as_str(), "UNIT" | "LENGTHUNIT"))
        .last()
        .and_then(|unit| unit.values().nth(1))
        .and_then(|factor| factor.parse::<f64>().ok());
    unit.is_none_or(|factor| (factor - 1.0).abs() < 1e-12)
}

fn semi_major(base: &Element) -> Option<f64> {
    let ellipsoid = base.descendant(&["SPHEROID", "ELLIPSOID"])?;
    ellipsoid.values().nth(1)?.parse().ok()
}

/// How a system that cannot be read names itself.
fn description(root: &Element) -> String {
    let name = root.values().next().unwrap_or("unnamed");
    let code = root.child(&["AUTHORITY", "ID"]).map(|id| {
        let parts: Vec<&str> = id.values().take(2).collect();
        format!(" ({})", parts.join(":"))
    });
    super::finding::shown(&format!("{name}{}", code.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From ArcGIS: no code anywhere.
    const ESRI: &str = r#"PROJCS["British_National_Grid",GEOGCS["GCS_OSGB_1936",DATUM["D_OSGB_1936",SPHEROID["Airy_1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",400000.0],PARAMETER["False_Northing",-100000.0],PARAMETER["Central_Meridian",-2.0],PARAMETER["Scale_Factor",0.9996012717],PARAMETER["Latitude_Of_Origin",49.0],UNIT["Meter",1.0]]"#;

    /// From `ogrinfo -wkt_format WKT1` on a MapInfo file: no name either.
    const MAPINFO: &str = r#"PROJCS["unnamed",GEOGCS["unnamed",DATUM["Ordnance_Survey_of_Great_Britain_1936",SPHEROID["Airy 1930",6377563.396,299.3249646]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",49],PARAMETER["central_meridian",-2],PARAMETER["scale_factor",0.9996012717],PARAMETER["false_easting",400000],PARAMETER["false_northing",-100000],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH]]"#;

    #[test]
    fn the_national_grid_is_known_in_every_dialect() {
        let wkt2 = r#"PROJCRS["x",BASEGEOGCRS["OSGB36",DATUM["Ordnance Survey of Great Britain 1936",ELLIPSOID["Airy 1830",6377563.396,299.3249646,LENGTHUNIT["metre",1]]],ID["EPSG",4277]],CONVERSION["British National Grid",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",49,ANGLEUNIT["degree",0.017]],PARAMETER["Longitude of natural origin",-2],PARAMETER["Scale factor at natural origin",0.9996012717],PARAMETER["False easting",400000],PARAMETER["False northing",-100000]],CS[Cartesian,2],AXIS["(E)",east],LENGTHUNIT["metre",1]]"#;
        for text in [ESRI, MAPINFO, wkt2, "EPSG:27700"] {
            assert_eq!(of_wkt(text), Declared::Known(Crs::NationalGrid), "{text}");
        }
    }

    #[test]
    fn the_outermost_code_counts_and_not_one_inside() {
        let coded = r#"PROJCS["OSGB36 / British National Grid",GEOGCS["OSGB36",DATUM["d",SPHEROID["Airy 1830",6377563.396,299.3249646,AUTHORITY["EPSG","7001"]]],AUTHORITY["EPSG","4277"]],PROJECTION["x"],AUTHORITY["EPSG","27700"]]"#;
        assert_eq!(of_wkt(coded), Declared::Known(Crs::NationalGrid));
        let french = coded.replace("27700", "2154");
        assert_eq!(
            of_wkt(&french),
            Declared::Unknown("OSGB36 / British National Grid (EPSG:2154)".to_owned())
        );
        let with_heights = format!(
            r#"COMPD_CS["with heights",{coded},VERT_CS["ODN",AUTHORITY["EPSG","5701"]],AUTHORITY["EPSG","7405"]]"#
        );
        assert_eq!(of_wkt(&with_heights), Declared::Known(Crs::NationalGrid));
    }

    #[test]
    fn a_system_that_differs_in_one_parameter_is_not_taken_for_the_grid() {
        for (from, to) in [
            ("400000.0", "400001.0"),
            ("0.9996012717", "0.9996"),
            ("6377563.396", "6378137"),
            (r#"["Meter",1.0]"#, r#"["Foot",0.3048]"#),
        ] {
            let other = ESRI.replace(from, to);
            assert!(matches!(of_wkt(&other), Declared::Unknown(_)), "{to}");
        }
    }

    #[test]
    fn degrees_are_known_by_their_datum() {
        let degrees = |datum: &str| {
            format!(
                r#"GEOGCS["x",DATUM["{datum}",SPHEROID["s",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#
            )
        };
        assert_eq!(of_wkt(&degrees("D_WGS_1984")), Declared::Known(Crs::Wgs84));
        assert_eq!(
            of_wkt(&degrees("D_ETRS_1989")),
            Declared::Known(Crs::Etrs89)
        );
        assert_eq!(
            of_wkt(&degrees("D_OSGB_1936")),
            Declared::Known(Crs::Osgb36)
        );
        assert!(matches!(
            of_wkt(&degrees("D_North_American_1983")),
            Declared::Unknown(_)
        ));
    }

    #[test]
    fn names_and_urns_are_read() {
        let cases = [
            ("urn:ogc:def:crs:EPSG::27700", Crs::NationalGrid),
            ("urn:ogc:def:crs:OGC:1.3:CRS84", Crs::Wgs84),
            ("http://www.opengis.net/def/crs/EPSG/0/4258", Crs::Etrs89),
            (
                "http://www.opengis.net/gml/srs/epsg.xml#3857",
                Crs::WebMercator,
            ),
            ("EPSG:900913", Crs::WebMercator),
        ];
        for (name, crs) in cases {
            assert_eq!(of_name(name), Declared::Known(crs), "{name}");
        }
        assert_eq!(
            of_name("EPSG:2154"),
            Declared::Unknown("EPSG:2154".to_owned())
        );
        let member = r#"{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::27700"}}"#;
        assert_eq!(
            of_geojson_member(member),
            Declared::Known(Crs::NationalGrid)
        );
        assert_eq!(of_geojson_member("null"), Declared::Nothing);
    }

    #[test]
    fn a_plane_that_is_nowhere_on_earth_declares_nothing() {
        let local = r#"LOCAL_CS["Nonearth",UNIT["Meter",1.0]]"#;
        assert_eq!(of_wkt(local), Declared::Nothing);
        let engineering = r#"ENGCRS["Plane",EDATUM["x"],CS[Cartesian,2]]"#;
        assert_eq!(of_wkt(engineering), Declared::Nothing);
    }
}
