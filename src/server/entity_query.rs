//! A query of the national Entity API, turned into checked values or into its faults, in the words that
//! clients of that API know (those of its validation library, pydantic 1).
//!
//! A field that asks nothing, being unknown or incomplete, is told as ignored: it must not look as if the
//! list had been narrowed by it.

mod dates;
pub(super) mod faults;
mod geometries;
mod national;
mod paging;

pub(super) use paging::{Paging, links};

use super::request::Asked;
use crate::answer::{EntityQuery, IndexedEdition, Period, Relation, kebab};
use crate::geometry::{LonLat, Position};
use crate::places::{At, Gazetteer, Place, Typed};
use crate::wire::entity::{Detail, Fields};
use faults::Faults;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A search as it was asked.
pub(super) struct Wanted {
    pub query: EntityQuery,
    pub paging: Paging,
    pub fields: Fields,
    /// Datasets of the national API that are asked for and are no layers of the map.
    pub absent: Vec<&'static str>,
    /// Fields of the query without effect.
    pub ignored: Vec<String>,
    /// Whether the same query may give another list tomorrow, of the same edition.
    pub day_matters: bool,
}

/// What a query is read against.
pub(super) struct Known<'a> {
    pub indexed: &'a IndexedEdition,
    pub gazetteer: Option<&'a Gazetteer>,
    pub today: Date,
}

/// Fields that have an effect, beside those of dates.
const FIELDS: [&str; 25] = [
    "dataset",
    "typology",
    "entity",
    "reference",
    "prefix",
    "curie",
    "organisation_entity",
    "quality",
    "period",
    "entries",
    "longitude",
    "latitude",
    "q",
    "geometry",
    "geometry_entity",
    "geometry_reference",
    "geometry_curie",
    "geometry_relation",
    "limit",
    "offset",
    "field",
    "exclude_field",
    "edition",
    "lang",
    "on",
];

/// The only typology of what a policies map holds.
const TYPOLOGIES: [&str; 1] = ["geography"];

/// Reads a query.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn read(asked: &Asked, known: &Known<'_>) -> Result<Wanted, Vec<Detail>> {
    let mut reading = Reading {
        asked,
        known,
        faults: Faults::default(),
    };
    let on = reading.on();
    let (dates, idle_dates) = reading.dates();
    let (layers, absent) = reading.layers();
    let query = EntityQuery {
        layers,
        ids: reading.numbers("entity"),
        references: reading.texts("reference"),
        prefixes: reading.texts("prefix"),
        curies: reading.curies("curie"),
        recorded: reading.recorded(),
        dates,
        period: reading.period(),
        on,
        positions: reading.positions(),
        relation: reading.relation(),
        figures: reading.figures(),
    };
    let paging = reading.paging();
    reading.typologies();
    let details = reading.faults.all();
    if !details.is_empty() {
        return Err(details);
    }
    let layers = known.indexed.answered();
    let mut asked_layers = layers.filter(|(number, _)| {
        let layers = query.layers.as_ref();
        layers.is_none_or(|layers| layers.contains(number))
    });
    Ok(Wanted {
        day_matters: query.period != Period::All
            || !query.positions.is_empty()
            || !query.figures.is_empty()
            || asked_layers.any(|(_, layer)| layer.review_by.is_some()),
        fields: fields(asked),
        ignored: ignored(asked, idle_dates),
        absent,
        query,
        paging,
    })
}

/// A query while it is read.
struct Reading<'a> {
    asked: &'a Asked,
    known: &'a Known<'a>,
    faults: Faults,
}

impl Asked {
    /// Every value of a field that says something.
    fn every(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.query.iter().filter(move |(key, _)| key == name);
        let values = named.map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty())
    }
}

impl Reading<'_> {
    fn texts(&self, name: &str) -> Vec<String> {
        self.asked.every(name).map(str::to_owned).collect()
    }

    /// Whole numbers from 1 on.
    fn numbers(&mut self, name: &'static str) -> Vec<u64> {
        let mut numbers = Vec::new();
        for (at, text) in self.asked.every(name).enumerate() {
            let loc = faults::nth(name, at);
            match text.parse::<i128>() {
                Ok(number) if number < 1 => self.faults.too_small(loc, 1),
                // A number that is too large for an id is the number of nothing.
                Ok(number) => numbers.push(u64::try_from(number).unwrap_or(u64::MAX)),
                Err(_) => self.faults.no_integer(loc),
            }
        }
        numbers
    }

    fn curies(&mut self, name: &'static str) -> Vec<(String, String)> {
        let mut curies = Vec::new();
        for text in self.asked.every(name) {
            match text.split_once(':') {
                Some((prefix, reference)) if !prefix.is_empty() && !reference.trim().is_empty() => {
                    curies.push((prefix.to_owned(), reference.to_owned()));
                }
                _ => self.faults.push(
                    faults::bare(name),
                    "curie must be in form 'prefix:reference'",
                    "value_error.digitallandvalidation",
                ),
            }
        }
        curies
    }

    /// The layers that are asked for, and the national datasets that are none.
    fn layers(&mut self) -> (Option<Vec<usize>>, Vec<&'static str>) {
        let layers = self.known.indexed.answered();
        let known: Vec<(usize, &str)> = layers
            .map(|(number, layer)| (number, layer.id.as_str()))
            .collect();
        let mut wanted = BTreeSet::new();
        let (mut absent, mut missing) = (Vec::new(), Vec::new());
        for name in self.asked.every("dataset") {
            match (
                known.iter().find(|(_, id)| *id == name),
                national::dataset(name),
            ) {
                (Some(&(number, _)), _) => {
                    wanted.insert(number);
                }
                (None, Some(name)) if absent.contains(&name) => {}
                (None, Some(name)) => absent.push(name),
                (None, None) => missing.push(name),
            }
        }
        if !missing.is_empty() {
            let names: Vec<&str> = known.iter().map(|(_, id)| *id).collect();
            self.faults.no_such("dataset", "datasets", &missing, &names);
        }
        let narrowed = !(wanted.is_empty() && absent.is_empty());
        let layers = narrowed.then(|| wanted.into_iter().collect());
        (layers, absent)
    }

    fn typologies(&mut self) {
        let missing: Vec<&str> = self
            .asked
            .every("typology")
            .filter(|name| !TYPOLOGIES.contains(name))
            .collect();
        if !missing.is_empty() {
            self.faults
                .no_such("typology", "typologies", &missing, &TYPOLOGIES);
        }
    }

    fn recorded(&mut self) -> Vec<(&'static str, Vec<String>)> {
        let organisations = self.numbers("organisation_entity");
        let columns = [
            (
                "organisation-entity",
                organisations.iter().map(u64::to_string).collect(),
            ),
            ("quality", self.texts("quality")),
        ];
        let asked = columns.into_iter();
        asked
            .filter(|(_, words): &(_, Vec<String>)| !words.is_empty())
            .collect()
    }

    /// `period`, or `entries` as it was called before.
    fn period(&mut self) -> Period {
        const WORDS: [&str; 3] = ["all", "current", "historical"];
        let (mut current, mut historical) = (false, false);
        for name in ["period", "entries"] {
            for (at, word) in self.asked.every(name).enumerate() {
                match word {
                    "all" => (current, historical) = (true, true),
                    "current" => current = true,
                    "historical" => historical = true,
                    _ => self.faults.no_member(faults::nth(name, at), &WORDS),
                }
            }
        }
        match (current, historical) {
            (true, false) => Period::Current,
            (false, true) => Period::Historical,
            _ => Period::All,
        }
    }

    fn relation(&mut self) -> Relation {
        let Some(word) = self.asked.every("geometry_relation").last() else {
            return Relation::Within;
        };
        Relation::parse(word).unwrap_or_else(|| {
            let words = Relation::ALL.map(|(_, word)| word);
            self.faults
                .no_member(faults::query("geometry_relation"), &words);
            Relation::Within
        })
    }

    /// The day that is taken for today: ours, so that a list can be asked for again.
    fn on(&mut self) -> Date {
        let Some(text) = self.asked.filled("on") else {
            return self.known.today;
        };
        let day = text.parse::<Date>().ok();
        day.filter(|day| day.to_string() == text)
            .unwrap_or_else(|| {
                let loc = faults::query("on");
                self.faults
                    .push(loc, "invalid date format", "value_error.date");
                self.known.today
            })
    }

    /// `q`, a postcode or UPRN; else `longitude` and `latitude`.
    fn positions(&mut self) -> Vec<Position> {
        if let Some(text) = self
            .asked
            .filled("q")
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            return self.found(text);
        }
        let mut number = |name: &'static str| {
            let text = self.asked.every(name).last()?;
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            if number.is_none() {
                self.faults.no_float(faults::query(name));
            }
            Some(number)
        };
        match (number("longitude"), number("latitude")) {
            (None, None) => Vec::new(),
            (Some(Some(lon)), Some(Some(lat))) => match LonLat::new(lon, lat) {
                Ok(lonlat) => vec![Position::of_lonlat(lonlat)],
                Err(error) => {
                    let loc = faults::query("latitude");
                    self.faults.push(loc, &error.to_string(), "value_error");
                    Vec::new()
                }
            },
            (Some(_), Some(_)) => Vec::new(),
            (lon, _) => {
                // One of them alone would ask for everything.
                let name = if lon.is_none() {
                    "longitude"
                } else {
                    "latitude"
                };
                self.faults
                    .push(faults::query(name), "field required", "value_error.missing");
                Vec::new()
            }
        }
    }

    /// The positions of a postcode's addresses, or of a UPRN.
    fn found(&mut self, text: &str) -> Vec<Position> {
        let refused = |reason: String| (faults::query("q"), reason);
        let resolved = Typed::parse(text)
            .map_err(|error| refused(error.to_string()))
            .and_then(|typed| match typed.place {
                Place::Square(_) => Err(refused(format!("“{text}” is no postcode and no UPRN"))),
                place => place
                    .resolve(self.known.gazetteer)
                    .map_err(|error| refused(error.to_string())),
            });
        match resolved.map(|resolved| resolved.at) {
            Ok(At::Point(position) | At::Square(_, position)) => vec![position],
            Ok(At::Entry(found)) => vec![found.position],
            Ok(At::Postcode(found)) => found.iter().map(|found| found.position).collect(),
            Err((loc, reason)) => {
                self.faults.push(loc, &reason, "value_error.placenotfound");
                Vec::new()
            }
        }
    }
}

fn fields(asked: &Asked) -> Fields {
    let names = |name: &str| -> BTreeSet<String> {
        let lists = asked.every(name).flat_map(|list| list.split(','));
        lists.map(kebab).filter(|name| !name.is_empty()).collect()
    };
    let only = names("field");
    Fields {
        only: (!only.is_empty()).then_some(only),
        without: names("exclude_field"),
    }
}

fn ignored(asked: &Asked, mut idle: Vec<String>) -> Vec<String> {
    for (name, _) in &asked.query {
        let known = FIELDS.contains(&name.as_str()) || dates::is_field(name);
        if !known && !idle.contains(name) {
            idle.push(name.clone());
        }
    }
    idle
}
