//! The answer as JSON: what `/at/{place}.json` sends and `groundrule lookup --format json` prints.

use super::shared::{TextJson, centimetres, line, link_of};
use crate::answer::{Answer, AreaHit, IndexedEdition, LayerAnswer, Overlap, Reason, Spot, State};
use crate::atlas::Edition;
use crate::geometry::{Bng, LonLat, Position, grid_ref};
use crate::places::{At, Found, Resolved};
use crate::policy::{AreaRecord, Completeness, EditionId, Lang, LayerId, Stage, Text, link};
use serde::Serialize;

/// Version of this document: one number for every reader to look at.
pub(super) const FORMAT: u32 = 1;

#[derive(Serialize)]
struct AnswerJson<'a> {
    format: u32,
    place: PlaceJson<'a>,
    edition: EditionJson<'a>,
    on: String,
    plans: Vec<PlanJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    neighbours: Vec<NeighbourJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    insets: Vec<InsetJson<'a>>,
    layers: Vec<LayerJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<OnePlaceJson<'a>>,
    permalink: String,
}

/// One address of a postcode.
#[derive(Serialize)]
struct OnePlaceJson<'a> {
    place: PlaceJson<'a>,
    plans: Vec<PlanJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    neighbours: Vec<NeighbourJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    insets: Vec<InsetJson<'a>>,
    layers: Vec<LayerJson<'a>>,
}

#[derive(Serialize, Default)]
struct PlaceJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<TextJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postcode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uprn: Option<u64>,
    lat: Option<f64>,
    lon: Option<f64>,
    easting: Option<f64>,
    northing: Option<f64>,
    grid_reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    square_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<ExactJson>,
}

/// A position of a gazetteer with more figures than the place shows: the answer holds for this one.
#[derive(Serialize)]
struct ExactJson {
    lat: f64,
    lon: f64,
    easting: Option<f64>,
    northing: Option<f64>,
}

#[derive(Serialize)]
pub(super) struct EditionJson<'a> {
    id: String,
    sha256: &'a str,
    published: String,
}

#[derive(Serialize)]
pub(super) struct PlanJson<'a> {
    plan: &'a str,
    title: TextJson<'a>,
    stage: Option<&'static str>,
    url: Option<&'a str>,
    state: &'static str,
}

#[derive(Serialize)]
pub(super) struct NeighbourJson<'a> {
    name: TextJson<'a>,
    url: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct InsetJson<'a> {
    layer: &'a str,
    reference: &'a str,
    name: Option<TextJson<'a>>,
    layers_not_answered: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct LayerJson<'a> {
    layer: &'a str,
    group: &'static str,
    title: TextJson<'a>,
    as_at: Option<String>,
    state: &'static str,
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    states: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<AcceptedJson<'a>>,
    areas: Vec<AreaJson<'a>>,
    nearby: Vec<NearbyJson<'a>>,
}

/// Rows that are not in the layer, and why its authority says that it is complete without them.
#[derive(Serialize)]
struct AcceptedJson<'a> {
    rows_left_out: u64,
    reason: &'a str,
}

#[derive(Serialize)]
struct AreaJson<'a> {
    id: u64,
    reference: &'a str,
    name: Option<TextJson<'a>>,
    plan: Option<&'a str>,
    stage: Option<&'static str>,
    policies: Vec<PolicyJson<'a>>,
    start_date: Option<String>,
    end_date: Option<String>,
    dates_not_known: bool,
    boundary_distance_m: f64,
    on_boundary: bool,
    near_boundary: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    whole: Option<bool>,
    #[serde(flatten)]
    overlap: Option<OverlapJson>,
    url: String,
}

/// What an area has in common with a drawn site.
#[derive(Serialize)]
struct OverlapJson {
    overlap_m2: f64,
    site_percent: f64,
    area_percent: f64,
    touches: bool,
}

impl OverlapJson {
    /// To the square centimetre and the ten-thousandth of a per cent. What is some and not all is never told as none or all.
    fn of(overlap: &Overlap) -> Self {
        const STEP: f64 = 1e-4;
        let some = |number: f64| match overlap.touches {
            true => 0.0,
            false => ((number * 1e4).round() / 1e4).max(STEP),
        };
        let percent = |share: f64| {
            if share < 1.0 {
                some(share * 100.0).min(99.9999)
            } else {
                100.0
            }
        };
        Self {
            overlap_m2: some(overlap.m2),
            site_percent: percent(overlap.site_share),
            area_percent: percent(overlap.area_share),
            touches: overlap.touches,
        }
    }
}

#[derive(Serialize)]
struct PolicyJson<'a> {
    code: &'a str,
    title: Option<TextJson<'a>>,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct NearbyJson<'a> {
    id: u64,
    reference: &'a str,
    name: Option<TextJson<'a>>,
    distance_m: f64,
    near_boundary: bool,
}

/// The answers for a place, one for each of its positions, as one line of JSON.
///
/// `lang` chooses between a policy's English and Welsh address; every text is given in all its languages.
#[must_use]
pub fn json(
    indexed: &IndexedEdition,
    resolved: &Resolved,
    answers: &[Answer],
    lang: Lang,
) -> String {
    let Some(merged) = Answer::together(answers) else {
        return String::new();
    };
    let writer = Writer { indexed, lang };
    let edition = indexed.edition();
    let (several, places) = match &resolved.at {
        At::Postcode(found) => (true, writer.places(found, answers)),
        At::Square(..) => (true, Vec::new()),
        At::Point(_) | At::Entry(_) => (false, Vec::new()),
    };
    let document = AnswerJson {
        format: FORMAT,
        place: place(resolved),
        edition: EditionJson::of(edition),
        on: merged.on.to_string(),
        plans: writer.plans(&merged),
        neighbours: writer.neighbours(&merged),
        insets: writer.insets(&merged),
        layers: merged
            .layers
            .iter()
            .map(|layer| writer.layer(layer, several))
            .collect(),
        places,
        permalink: permalink(resolved, &merged, edition.id(), lang),
    };
    line(&document)
}

impl<'a> EditionJson<'a> {
    pub(super) fn of(edition: &'a Edition) -> Self {
        Self {
            id: edition.id().to_string(),
            sha256: edition.sha256(),
            published: edition.published().to_string(),
        }
    }
}

/// The path that gives this document again, for ever.
pub(super) fn permalink(
    resolved: &Resolved,
    answer: &Answer,
    edition: EditionId,
    lang: Lang,
) -> String {
    let path = link::permalink(&resolved.place.slug(), edition, answer.on);
    let lang = match lang {
        Lang::En => "",
        Lang::Cy => "&lang=cy",
    };
    format!("{path}{}{lang}", answer.kept_query())
}

fn place(resolved: &Resolved) -> PlaceJson<'_> {
    match &resolved.at {
        At::Point(position) => at(position),
        At::Square(square, position) => PlaceJson {
            grid_reference: Some(square.to_string()),
            square_m: Some(square.side_m()),
            ..at(position)
        },
        At::Entry(found) => entry(found),
        At::Postcode(found) => {
            let first = &found[0];
            let one_point = found.iter().all(|other| other.position == first.position);
            let position = if one_point {
                at(&first.position)
            } else {
                PlaceJson::default()
            };
            PlaceJson {
                postcode: first.postcode.as_deref(),
                ..position
            }
        }
    }
}

fn entry(found: &Found) -> PlaceJson<'_> {
    PlaceJson {
        name: Some(TextJson::named(&found.name, found.name_cy.as_deref())),
        postcode: found.postcode.as_deref(),
        uprn: found.uprn,
        exact: exact(&found.position),
        ..at(&found.position)
    }
}

/// The positions that a place may have, as precisely as it is told: by its metres, then by its degrees.
pub(super) fn positions(
    (lat, lon): (f64, f64),
    metres: Option<(f64, f64)>,
) -> impl Iterator<Item = Position> {
    let by_metres = metres
        .and_then(|(easting, northing)| Position::of_grid(Bng::new(easting, northing).ok()?).ok());
    let by_degrees = LonLat::new(lon, lat).ok().map(Position::of_lonlat);
    let told = move |position: &Position| {
        let again = at(position);
        (again.lat, again.lon) == (Some(lat), Some(lon))
            && again.easting.zip(again.northing) == metres
    };
    by_metres.into_iter().chain(by_degrees).filter(told)
}

/// All figures of a position, where it is not the one that is read from those that are told.
fn exact(position: &Position) -> Option<ExactJson> {
    let told = at(position);
    let degrees = told.lat.zip(told.lon)?;
    let read = positions(degrees, told.easting.zip(told.northing)).next();
    (read != Some(*position)).then(|| ExactJson {
        lat: position.lonlat.lat(),
        lon: position.lonlat.lon(),
        easting: position.grid.map(Bng::easting),
        northing: position.grid.map(Bng::northing),
    })
}

fn at(position: &Position) -> PlaceJson<'static> {
    let lonlat = position.lonlat.rounded();
    PlaceJson {
        lat: Some(lonlat.lat()),
        lon: Some(lonlat.lon()),
        easting: position.grid.map(|grid| centimetres(grid.easting())),
        northing: position.grid.map(|grid| centimetres(grid.northing())),
        grid_reference: position
            .grid
            .and_then(|grid: Bng| grid_ref::reference(grid, 5)),
        ..PlaceJson::default()
    }
}

/// What the twins of one document have in common.
pub(super) struct Writer<'a> {
    pub indexed: &'a IndexedEdition,
    pub lang: Lang,
}

impl<'a> Writer<'a> {
    fn places(&self, found: &'a [Found], answers: &'a [Answer]) -> Vec<OnePlaceJson<'a>> {
        let answer_at = |found: &Found| {
            answers.iter().find(
                |answer| matches!(answer.spot, Spot::Point(position) if position == found.position),
            )
        };
        let with_answer = found
            .iter()
            .filter_map(|found| Some((found, answer_at(found)?)));
        with_answer
            .map(|(found, answer)| OnePlaceJson {
                place: entry(found),
                plans: self.plans(answer),
                neighbours: self.neighbours(answer),
                insets: self.insets(answer),
                layers: answer
                    .layers
                    .iter()
                    .map(|layer| self.layer(layer, false))
                    .collect(),
            })
            .collect()
    }

    pub(super) fn plans(&self, answer: &Answer) -> Vec<PlanJson<'a>> {
        let plans = &self.indexed.edition().map().plans;
        let plans = answer.plans.iter().map(|here| (here, &plans[here.plan]));
        plans
            .map(|(here, plan)| PlanJson {
                plan: &plan.id,
                title: (&plan.title).into(),
                stage: here.stage.map(Stage::word),
                url: plan.url.as_deref(),
                state: if here.known {
                    State::Applies
                } else {
                    State::NotKnown
                }
                .word(),
            })
            .collect()
    }

    pub(super) fn neighbours(&self, answer: &Answer) -> Vec<NeighbourJson<'a>> {
        let neighbours = &self.indexed.edition().map().neighbours;
        let here = answer.neighbours.iter().map(|&number| &neighbours[number]);
        here.map(|neighbour| NeighbourJson {
            name: (&neighbour.name).into(),
            url: neighbour.url.as_deref(),
        })
        .collect()
    }

    pub(super) fn insets<'b>(&self, answer: &'b Answer) -> Vec<InsetJson<'b>> {
        let insets = answer.insets.iter();
        insets
            .map(|inset| InsetJson {
                layer: inset.layer.as_str(),
                reference: &inset.name.reference,
                name: inset.name.name.as_ref().map(TextJson::from),
                layers_not_answered: inset.silent.iter().map(LayerId::as_str).collect(),
            })
            .collect()
    }

    pub(super) fn layer<'b>(&self, answer: &'b LayerAnswer, several: bool) -> LayerJson<'b>
    where
        'a: 'b,
    {
        let layer = &self.indexed.edition().layers()[answer.layer].layer;
        LayerJson {
            layer: layer.id.as_str(),
            group: layer.group.word(),
            title: (&layer.title).into(),
            as_at: layer.as_at.map(|date| date.to_string()),
            state: answer.state.word(),
            reason: answer.reason.map(Reason::word),
            states: several.then(|| answer.states.iter().map(|state| state.word()).collect()),
            accepted: match &layer.completeness {
                Completeness::Accepted { rows, reason } => Some(AcceptedJson {
                    rows_left_out: *rows,
                    reason,
                }),
                Completeness::Whole | Completeness::RowsLeftOut(_) => None,
            },
            areas: answer
                .areas
                .iter()
                .map(|hit| self.area(layer.id.as_str(), hit, several))
                .collect(),
            nearby: answer
                .nearby
                .iter()
                .map(|near| NearbyJson {
                    id: near.id,
                    reference: &near.record.reference,
                    name: name(&near.record),
                    distance_m: centimetres(near.distance_m),
                    near_boundary: near.near_boundary,
                })
                .collect(),
        }
    }

    fn area<'b>(&self, layer: &str, hit: &'b AreaHit, several: bool) -> AreaJson<'b>
    where
        'a: 'b,
    {
        let map = self.indexed.edition().map();
        let plan = hit.plan.map(|number| map.plans[number].id.as_str());
        let policies = hit.record.policies.iter().map(|code| {
            let known = plan.and_then(|plan| map.policy(plan, code));
            PolicyJson {
                code,
                title: known.map(|policy| TextJson::from(&policy.title)),
                url: link_of(known.and_then(|policy| policy.url.as_ref()), self.lang),
            }
        });
        AreaJson {
            id: hit.id,
            reference: &hit.record.reference,
            name: name(&hit.record),
            plan,
            stage: hit.stage.map(Stage::word),
            policies: policies.collect(),
            start_date: hit.record.validity.start.map(|date| date.to_string()),
            end_date: hit.record.validity.end.map(|date| date.to_string()),
            dates_not_known: hit.dates_not_known,
            boundary_distance_m: centimetres(hit.boundary_distance_m),
            on_boundary: hit.on_boundary,
            near_boundary: hit.near_boundary,
            whole: several.then_some(hit.whole),
            overlap: hit.overlap.as_ref().map(OverlapJson::of),
            url: link::area(layer, &hit.record.reference),
        }
    }
}

fn name(record: &AreaRecord) -> Option<TextJson<'_>> {
    record.name.as_ref().map(|name: &Text| name.into())
}
