//! What a search found, as JSON.

use super::shared::{TextJson, line};
use crate::geometry::Bng;
use crate::places::Found;
use crate::policy::link;
use serde::Serialize;

#[derive(Serialize)]
struct Results<'a> {
    results: Vec<Result<'a>>,
}

#[derive(Serialize)]
struct Result<'a> {
    kind: &'static str,
    name: TextJson<'a>,
    locality: Option<TextJson<'a>>,
    postcode: Option<&'a str>,
    uprn: Option<u64>,
    lat: f64,
    lon: f64,
    easting: Option<f64>,
    northing: Option<f64>,
    url: String,
}

/// The places, best first, each with the path of its answer.
#[must_use]
pub fn json(found: &[Found]) -> String {
    line(&Results {
        results: found.iter().map(result).collect(),
    })
}

fn result(found: &Found) -> Result<'_> {
    let lonlat = found.position.lonlat.rounded();
    Result {
        kind: found.kind.word(),
        name: TextJson::named(&found.name, found.name_cy.as_deref()),
        locality: found
            .locality
            .as_deref()
            .map(|name| TextJson::named(name, found.locality_cy.as_deref())),
        postcode: found.postcode.as_deref(),
        uprn: found.uprn,
        lat: lonlat.lat(),
        lon: lonlat.lon(),
        easting: found.position.grid.map(Bng::easting),
        northing: found.position.grid.map(Bng::northing),
        url: link::at(&found.place().slug()),
    }
}
