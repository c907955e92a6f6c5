//! One search for entities while it runs: rectangles first, then ids and dates, then geometries, then words.

use super::coverage;
use super::dates::{DateField, DateTest, DateWanted};
use super::figure::{Figure, SAME_PLACE_M};
use super::recorded::recorded;
use super::relation::{self, Budget, Relation};
use super::{Entities, Entity, EntityQuery, MAX_ENTITY_VERTICES, Missing, TooMuch};
use crate::answer::coverage::silence;
use crate::answer::hits::{Lies, lies};
use crate::answer::index::{FileNumber, IndexedEdition};
use crate::answer::question::{Reason, Spot};
use crate::atlas::{AreaFile, Damaged, StoredArea};
use crate::policy::{AreaRecord, Completeness, Layer, PartialDate, Region};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Areas by layer and index.
type Found = BTreeSet<(usize, u32)>;

/// One search while it runs.
pub(super) struct Search<'a> {
    indexed: &'a IndexedEdition,
    query: &'a EntityQuery,
    layers: Vec<usize>,
    lies: Vec<(Spot, Lies)>,
    budget: Budget,
    not_known: BTreeMap<usize, Vec<Missing>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(indexed: &'a IndexedEdition, query: &'a EntityQuery) -> Self {
        let asked = |layer: &usize| {
            let wanted = query.layers.as_ref();
            wanted.is_none_or(|wanted| wanted.contains(layer))
        };
        let spots = query.positions.iter().map(|&position| {
            let spot = Spot::Point(position);
            let lies = lies(indexed, &spot, SAME_PLACE_M);
            (spot, lies)
        });
        Self {
            indexed,
            query,
            layers: indexed
                .answered()
                .map(|(layer, _)| layer)
                .filter(asked)
                .collect(),
            lies: spots.collect(),
            budget: Budget::of(MAX_ENTITY_VERTICES),
            not_known: BTreeMap::new(),
        }
    }

    pub(super) fn run(mut self) -> Result<Entities, TooMuch> {
        self.note_silent_layers()?;
        let places = self.at_positions();
        let mut figures: Vec<Found> = Vec::new();
        for together in &self.query.figures {
            let found = self.beside(together, places.as_ref().or(figures.last()))?;
            figures.push(found);
        }
        let narrowed: Vec<Found> = places.into_iter().chain(figures).collect();
        let mut found = Vec::new();
        for layer in self.layers.clone() {
            let Some(file) = self.file(layer) else {
                continue;
            };
            match self.of_layer(layer, file, &narrowed) {
                Ok(of_layer) => found.extend(of_layer),
                Err(_) => self.note(layer, Missing::Reason(Reason::LayerUnavailable)),
            }
        }
        // Bytes that are not what was written may have been met on the way: what lies there is missing.
        for layer in self.layers.clone() {
            if self.layer(layer).held && self.file(layer).is_none() {
                self.note(layer, Missing::Reason(Reason::LayerUnavailable));
            }
        }
        found.sort_unstable();
        Ok(Entities {
            found,
            not_known: self
                .not_known
                .into_iter()
                .flat_map(|(layer, why)| why.into_iter().map(move |why| (layer, why)))
                .collect(),
        })
    }

    fn file(&self, layer: usize) -> Option<&'a AreaFile> {
        self.indexed.file(FileNumber::Layer(layer as u16))
    }

    fn layer(&self, layer: usize) -> &'a Layer {
        &self.indexed.edition().layers()[layer].layer
    }

    fn note(&mut self, layer: usize, why: Missing) {
        let known = self.not_known.entry(layer).or_default();
        if !known.contains(&why) {
            known.push(why);
        }
    }

    /// Notes every layer that could not say "no" to what is asked.
    fn note_silent_layers(&mut self) -> Result<(), TooMuch> {
        let mut covered = HashMap::new();
        for layer in self.layers.clone() {
            for reason in self.silent(layer, &mut covered)? {
                self.note(layer, Missing::Reason(reason));
            }
        }
        Ok(())
    }

    /// Why a layer could not; `covered` remembers which regions hold every geometry that is asked about.
    fn silent(
        &mut self,
        layer: usize,
        covered: &mut HashMap<&'a Region, bool>,
    ) -> Result<Vec<Reason>, TooMuch> {
        let described = self.layer(layer);
        if !described.held {
            return Ok(vec![Reason::NotHeld]);
        }
        if self.file(layer).is_none() {
            return Ok(vec![Reason::LayerUnavailable]);
        }
        let on = self.query.on;
        let incomplete = matches!(described.completeness, Completeness::RowsLeftOut(_));
        let overdue = described.review_by.is_some_and(|day| on > day.latest());
        let mut reasons = Vec::new();
        reasons.extend(incomplete.then_some(Reason::LayerIncomplete));
        reasons.extend(overdue.then_some(Reason::LayerOutOfDate));
        for (spot, lies) in &self.lies {
            reasons.extend(silence(self.indexed, lies, described, spot, on));
        }
        // What is apart from a geometry may be anywhere.
        if self.query.figures.is_empty() || self.query.relation == Relation::Disjoint {
            return Ok(reasons);
        }
        let Some(region) = &described.coverage else {
            reasons.push(Reason::CoverageNotDeclared);
            return Ok(reasons);
        };
        let whole = match covered.get(region) {
            Some(whole) => *whole,
            None => self.covers_every_figure(region)?,
        };
        covered.insert(region, whole);
        reasons.extend((!whole).then_some(Reason::OutsideCoverage));
        Ok(reasons)
    }

    /// Whether every geometry that is asked about lies in a region.
    fn covers_every_figure(&mut self, region: &Region) -> Result<bool, TooMuch> {
        for figure in self.query.figures.iter().flatten() {
            let (indexed, on) = (self.indexed, self.query.on);
            if !coverage::covers(indexed, region, figure, on, &mut self.budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The areas that hold one of the positions; `None` where none is asked about.
    fn at_positions(&self) -> Option<Found> {
        if self.lies.is_empty() {
            return None;
        }
        let mut found = Found::new();
        for (area, lie) in self.lies.iter().flat_map(|(_, lies)| lies.iter()) {
            if let FileNumber::Layer(layer) = area.file
                && (lie.holds || lie.distance_m <= SAME_PLACE_M)
            {
                found.insert((usize::from(layer), area.area));
            }
        }
        Some(found)
    }

    /// The areas that lie as asked to one of some geometries; of those in `among`, where it is given.
    fn beside(&mut self, figures: &[Figure], among: Option<&Found>) -> Result<Found, TooMuch> {
        let mut found = Found::new();
        let asked: BTreeSet<usize> = self.layers.iter().copied().collect();
        let wanted = |key: &(usize, u32)| {
            asked.contains(&key.0) && among.is_none_or(|among| among.contains(key))
        };
        for figure in figures {
            let near = self.near(figure, &wanted);
            if self.query.relation == Relation::Disjoint {
                for &layer in &self.layers {
                    let areas = self.file(layer).map_or(0, |file| file.areas().len() as u32);
                    let all = (0..areas).map(|area| (layer, area));
                    found.extend(all.filter(|key| wanted(key) && !near.contains(key)));
                }
            }
            for &(layer, area) in &near {
                let Some(file) = self.file(layer) else {
                    continue;
                };
                if found.contains(&(layer, area))
                    || !self.has_ids_and_dates(&file.areas()[area as usize])
                {
                    continue;
                }
                if relation::holds(self.query.relation, file, area, figure, &mut self.budget)? {
                    found.insert((layer, area));
                }
            }
        }
        Ok(found)
    }

    /// The areas of which some part may meet a geometry.
    fn near(&self, figure: &Figure, wanted: &impl Fn(&(usize, u32)) -> bool) -> Found {
        let parts = self.indexed.parts_in(&figure.degrees_bounds()).into_iter();
        let areas = parts.filter_map(|part| match part.file {
            FileNumber::Layer(layer) => {
                let layer = usize::from(layer);
                Some((layer, self.file(layer)?.part(part.part).area))
            }
            FileNumber::Region(_) => None,
        });
        areas.filter(wanted).collect()
    }

    /// The areas of a layer that are in all of `narrowed` and have everything else.
    fn of_layer(
        &mut self,
        layer: usize,
        file: &AreaFile,
        narrowed: &[Found],
    ) -> Result<Vec<Entity>, Damaged> {
        let range = (layer, 0)..=(layer, u32::MAX);
        let areas: Vec<u32> = match narrowed {
            [first, others @ ..] => {
                let in_all = |key: &&(usize, u32)| others.iter().all(|other| other.contains(*key));
                first
                    .range(range)
                    .filter(in_all)
                    .map(|&(_, area)| area)
                    .collect()
            }
            [] => (0..file.areas().len() as u32).collect(),
        };
        let references = self.query.references.iter();
        let referred: Option<BTreeSet<u32>> = match self.query.references.is_empty() {
            true => None,
            false => Some(
                references
                    .map(|reference| file.find(reference))
                    .filter_map(Result::transpose)
                    .collect::<Result<_, _>>()?,
            ),
        };
        let mut found = Vec::new();
        let mut missing = Vec::new();
        for area in areas {
            let stored = &file.areas()[area as usize];
            let referred = referred.as_ref();
            if !referred.is_none_or(|areas| areas.contains(&area))
                || !self.has_ids_and_dates(stored)
            {
                continue;
            }
            if self.reads_records() {
                match self.has_words(layer, &file.record(area)?) {
                    Ok(true) => {}
                    Ok(false) => continue,
                    Err(column) => {
                        missing.push(Missing::NotRecorded(column));
                        continue;
                    }
                }
            }
            found.push(Entity {
                id: stored.id,
                layer,
                area,
            });
        }
        for why in missing {
            self.note(layer, why);
        }
        Ok(found)
    }

    /// What can be told of an area without reading what is written about it.
    fn has_ids_and_dates(&self, stored: &StoredArea) -> bool {
        let query = self.query;
        (query.ids.is_empty() || query.ids.contains(&stored.id))
            && query.period.holds(&stored.validity, query.on)
            && query.dates.iter().all(|test| match test.field {
                DateField::Start => test.wanted.holds(stored.validity.start),
                DateField::End => test.wanted.holds(stored.validity.end),
                DateField::Entry => true,
            })
    }

    fn reads_records(&self) -> bool {
        let query = self.query;
        let entered = |test: &DateTest| test.field == DateField::Entry;
        !(query.prefixes.is_empty() && query.curies.is_empty() && query.recorded.is_empty())
            || query.dates.iter().any(entered)
    }

    /// Whether an area has the words that are asked for; `Err` names a column that it does not have at all,
    /// so that nobody can say.
    fn has_words(&self, layer: usize, record: &AreaRecord) -> Result<bool, &'static str> {
        let query = self.query;
        let prefix = recorded(record, "prefix");
        let prefix = prefix.unwrap_or_else(|| self.layer(layer).id.as_str().to_owned());
        let is_curie =
            |(of, reference): &(String, String)| *of == prefix && *reference == record.reference;
        let named = (query.prefixes.is_empty() || query.prefixes.contains(&prefix))
            && (query.curies.is_empty() || query.curies.iter().any(is_curie));
        let mut unrecorded = None;
        for (column, words) in &query.recorded {
            match recorded(record, column) {
                Some(word) if !words.contains(&word) => return Ok(false),
                Some(_) => {}
                None => unrecorded = Some(*column),
            }
        }
        for test in &query.dates {
            if test.field != DateField::Entry {
                continue;
            }
            match recorded(record, "entry-date") {
                None if test.wanted != DateWanted::Empty => unrecorded = Some("entry-date"),
                entered => {
                    let entered = entered.and_then(|text| PartialDate::parse(&text).ok());
                    if !test.wanted.holds(entered) {
                        return Ok(false);
                    }
                }
            }
        }
        match unrecorded {
            Some(column) if named => Err(column),
            _ => Ok(named),
        }
    }
}
