//! The answer for a drawn site as JSON: what `POST /site` sends and `groundrule lookup --site FILE --format json` prints.

use super::answer::{EditionJson, FORMAT, InsetJson, LayerJson, NeighbourJson, PlanJson, Writer};
use super::shared::{centimetres, line};
use crate::answer::{Answer, IndexedEdition, Site};
use crate::geometry::{Bng, Space};
use crate::policy::{Lang, link};
use serde::Serialize;

#[derive(Serialize)]
struct SiteAnswerJson<'a> {
    format: u32,
    site: SiteJson,
    edition: EditionJson<'a>,
    on: String,
    within_m: f64,
    plans: Vec<WholePlanJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    neighbours: Vec<NeighbourJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    insets: Vec<InsetJson<'a>>,
    layers: Vec<LayerJson<'a>>,
    permalink: Option<String>,
}

#[derive(Serialize)]
struct SiteJson {
    /// Ground square metres.
    area_m2: f64,
    vertices: usize,
    /// The middle of the rectangle round it.
    lat: f64,
    lon: f64,
    easting: Option<f64>,
    northing: Option<f64>,
    /// West, south, east, north.
    bounds: [f64; 4],
    /// The system of the geometry: as it was drawn.
    crs: String,
    geometry: GeometryJson,
}

#[derive(Serialize)]
struct GeometryJson {
    r#type: &'static str,
    coordinates: Vec<Vec<Vec<[f64; 2]>>>,
}

/// A plan, with whether all of the site is in its area.
#[derive(Serialize)]
struct WholePlanJson<'a> {
    #[serde(flatten)]
    plan: PlanJson<'a>,
    whole: bool,
}

/// The answer for a site, as one line of JSON.
///
/// `lang` chooses between a policy's English and Welsh address; every text is given in all its languages.
#[must_use]
pub fn json(indexed: &IndexedEdition, site: &Site, answer: &Answer, lang: Lang) -> String {
    let writer = Writer { indexed, lang };
    let edition = indexed.edition();
    let plans = writer.plans(answer).into_iter().zip(&answer.plans);
    let layers = answer.layers.iter();
    line(&SiteAnswerJson {
        format: FORMAT,
        site: of_site(site),
        edition: EditionJson::of(edition),
        on: answer.on.to_string(),
        within_m: answer.within_m,
        plans: plans
            .map(|(plan, here)| WholePlanJson {
                plan,
                whole: here.whole && here.known,
            })
            .collect(),
        neighbours: writer.neighbours(answer),
        insets: writer.insets(answer),
        layers: layers.map(|layer| writer.layer(layer, true)).collect(),
        permalink: permalink(indexed, site, answer, lang),
    })
}

/// The path that gives this document again, for ever; only small sites of one ring have one.
fn permalink(indexed: &IndexedEdition, site: &Site, answer: &Answer, lang: Lang) -> Option<String> {
    let path = link::site_permalink(&site.points()?, indexed.edition().id(), answer.on);
    let lang = match lang {
        Lang::En => "",
        Lang::Cy => "&lang=cy",
    };
    Some(format!("{path}{}{lang}", answer.kept_query()))
}

fn of_site(site: &Site) -> SiteJson {
    let position = site.position();
    let lonlat = position.lonlat.rounded();
    let degrees = site.degrees();
    let crs = match site.drawn_in() {
        Space::NationalGrid => "EPSG:27700",
        Space::Wgs84 => "EPSG:4326",
    };
    let ordinates = |ring: &[geo_types::Coord<f64>]| ring.iter().map(|c| [c.x, c.y]).collect();
    let polygons = site
        .rings()
        .map(|rings| rings.into_iter().map(ordinates).collect());
    let grid = |of: fn(Bng) -> f64| position.grid.map(|grid| centimetres(of(grid)));
    SiteJson {
        area_m2: centimetres(site.area_m2()),
        vertices: site.corners(),
        lat: lonlat.lat(),
        lon: lonlat.lon(),
        easting: grid(Bng::easting),
        northing: grid(Bng::northing),
        bounds: [degrees.min.x, degrees.min.y, degrees.max.x, degrees.max.y],
        crs: crs.to_owned(),
        geometry: GeometryJson {
            r#type: "MultiPolygon",
            coordinates: polygons.collect(),
        },
    }
}
