//! What a search found, places and policies, as JSON.

use super::shared::{TextJson, line};
use crate::geometry::Bng;
use crate::places::Found;
use crate::places::gazetteer::MAX_FOUND;
use crate::policy::{Policy, link};
use serde::Serialize;

#[derive(Serialize)]
struct Results<'a> {
    results: Vec<Result<'a>>,
    /// Whether there are more places than stand here.
    more: bool,
    policies: Vec<PolicyResult<'a>>,
    /// Postcodes that were perhaps meant, where nothing was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    meant: Vec<Result<'a>>,
}

#[derive(Serialize)]
struct PolicyResult<'a> {
    plan: &'a str,
    code: &'a str,
    title: TextJson<'a>,
    url: String,
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

/// The places, best first, each with the path of its answer, and the policies with those of their pages.
#[must_use]
pub fn json(found: &[Found], policies: &[&Policy], meant: &[Found]) -> String {
    let policies = policies.iter().map(|policy| PolicyResult {
        plan: &policy.plan,
        code: &policy.code,
        title: TextJson::from(&policy.title),
        url: link::policy(&policy.plan, &policy.code),
    });
    line(&Results {
        results: found.iter().take(MAX_FOUND).map(result).collect(),
        more: found.len() > MAX_FOUND,
        policies: policies.collect(),
        meant: meant.iter().map(result).collect(),
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
