//! Names looked up: the whole name first, then names that begin so, then those that hold all words; each
//! time in the plan area and nearest to it first, towns before streets before addresses.
//!
//! A common word has hundreds of thousands of matches. Their numbers tell rank and cell, so the best are
//! chosen from the numbers alone and only those are read; and what lies about the plan area is asked for by itself,
//! so that it is never lost among the matches of a nation.

use super::cell::{self, Rank, blocks, metres_to, metres_to_cell};
use super::gazetteer::{Found, Gazetteer, GazetteerError, MAX_FOUND};
use super::postcode;
use super::store::{self, COLUMNS, Known};
use super::words::{Asked, Way};
use crate::geometry::Bounds;
use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

/// Matches whose numbers are looked at, in one pass over one source. They come by rank, so that what lies
/// beyond is less than what was seen.
const MAX_STREAMED: usize = 50_000;

/// The best of them, which are read and put in order.
const MAX_WEIGHED: usize = 300;

/// Degrees about the plan area that are its neighbourhood: some 10 km.
const ABOUT: f64 = 0.1;

/// Places that a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Matches {
    pub found: Vec<Found>,
    /// How many of the first ones have the whole text as their name.
    pub whole: usize,
}

/// How near a match lies, for choosing among numbers: smaller is better.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Weight {
    outside: bool,
    rank: Rank,
    metres: f64,
    id: i64,
    source: usize,
}

impl Eq for Weight {}

impl PartialOrd for Weight {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Weight {
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |weight: &Self| (weight.outside, weight.rank);
        place(self)
            .cmp(&place(other))
            .then(self.metres.total_cmp(&other.metres))
            .then((self.source, self.id).cmp(&(other.source, other.id)))
    }
}

impl Gazetteer {
    /// Places of a name, or whose names begin so or hold all its words; best first. [`MAX_FOUND`] of them, and one more
    /// where there are more. Half a postcode gives the postcodes that begin so.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub fn search(&self, text: &str) -> Result<Vec<Found>, GazetteerError> {
        Ok(self.matches(text)?.found)
    }

    pub(super) fn matches(&self, text: &str) -> Result<Matches, GazetteerError> {
        let begun = self.postcodes_begun(text)?;
        if !begun.is_empty() {
            return Ok(Matches {
                found: begun,
                whole: 0,
            });
        }
        let Some(asked) = Asked::of(text) else {
            return Ok(Matches::default());
        };
        let area = self.area();
        let about = area
            .map(|area| blocks(&area.padded(ABOUT)))
            .unwrap_or_default();
        let about: Vec<String> = about.iter().map(|block| format!("\"{block}\"")).collect();
        let about = (!about.is_empty()).then(|| format!("block : ({})", about.join(" OR ")));
        let begins = format!("key : ({})", either(&asked.keys, true));
        let words = words(&asked);
        let near = |pattern: &str| {
            about
                .as_ref()
                .map(|about| format!("({pattern}) AND {about}"))
        };
        let whole = format!("key : ({})", either(&asked.keys, false));
        // Names alike are put in order together, those about the area found by themselves.
        let passes = [
            [near(&whole), Some(whole)],
            [near(&begins), None],
            [near(&words), None],
            [Some(begins), None],
            [Some(words), None],
        ];
        let mut matches = Matches::default();
        let mut seen = HashSet::new();
        for (pass, patterns) in passes.into_iter().enumerate() {
            let mut new = Vec::new();
            for pattern in patterns.into_iter().flatten() {
                let chosen = self.chosen(&pattern, area.as_ref())?.into_iter();
                new.extend(chosen.filter(|weight| seen.insert((weight.source, weight.id))));
            }
            let mut found = self.read(new, area.as_ref())?;
            if pass == 0 {
                matches.whole = found.len().min(MAX_FOUND + 1);
            }
            matches.found.append(&mut found);
            if matches.found.len() > MAX_FOUND {
                break;
            }
        }
        matches.found.truncate(MAX_FOUND + 1);
        Ok(matches)
    }

    /// The best of what matches a pattern, by their numbers.
    fn chosen(&self, pattern: &str, area: Option<&Bounds>) -> Result<Vec<Weight>, GazetteerError> {
        let mut best: BinaryHeap<Weight> = BinaryHeap::new();
        for (source, known) in self.sources().iter().enumerate() {
            if known.words == 0 {
                continue;
            }
            self.with(|connection| {
                let sql = format!(
                    "SELECT rowid FROM word_{0} WHERE word_{0} MATCH ?1",
                    known.number
                );
                let mut query = connection.prepare_cached(&sql)?;
                let mut rows = query.query([pattern])?;
                let mut streamed = 0;
                while let Some(row) = rows.next()? {
                    let id: i64 = row.get(0)?;
                    let metres = area.map_or(0.0, |area| metres_to_cell(area, id));
                    let weight = Weight {
                        outside: metres > 0.0,
                        rank: cell::rank_of(id),
                        metres,
                        id,
                        source,
                    };
                    if best.len() < MAX_WEIGHED {
                        best.push(weight);
                    } else if best.peek().is_some_and(|worst| weight < *worst) {
                        best.pop();
                        best.push(weight);
                    }
                    streamed += 1;
                    if streamed == MAX_STREAMED {
                        break;
                    }
                }
                Ok(())
            })?;
        }
        Ok(best.into_sorted_vec())
    }

    /// The places of some numbers, in order: in the area before about it, then by rank, nearness and name.
    fn read(
        &self,
        weights: Vec<Weight>,
        area: Option<&Bounds>,
    ) -> Result<Vec<Found>, GazetteerError> {
        let mut found: Vec<(Weight, Found)> = Vec::new();
        for weight in weights {
            let place = self.by_number(weight.source, weight.id)?;
            let metres = area.map_or(0.0, |area| metres_to(area, place.position.lonlat));
            let weight = Weight {
                outside: metres > 0.0,
                metres,
                ..weight
            };
            found.push((weight, place));
        }
        let length = |found: &Found| found.name.chars().count();
        found.sort_by(|(a, one), (b, other)| {
            (a.outside, a.rank)
                .cmp(&(b.outside, b.rank))
                .then(a.metres.total_cmp(&b.metres))
                .then_with(|| length(one).cmp(&length(other)))
                .then_with(|| (&one.name, &one.locality).cmp(&(&other.name, &other.locality)))
                .then((a.source, a.id).cmp(&(b.source, b.id)))
        });
        Ok(found.into_iter().map(|(_, found)| found).collect())
    }

    /// The postcodes that begin with half a one, those in the plan area first.
    fn postcodes_begun(&self, text: &str) -> Result<Vec<Found>, GazetteerError> {
        let area = self.area();
        let mut begun: Vec<(bool, String, usize, i64)> = Vec::new();
        for beginning in postcode::begun(text) {
            for (at, source) in self.sources().iter().enumerate() {
                if source.places == 0 {
                    continue;
                }
                let sql = format!(
                    "SELECT postcode, min(id) FROM place_{} WHERE postcode >= ?1 AND postcode < ?1 || '~' \
                     GROUP BY postcode LIMIT {MAX_BEGUN}",
                    source.number
                );
                self.with(|connection| {
                    let mut query = connection.prepare_cached(&sql)?;
                    let mut rows = query.query([&beginning])?;
                    while let Some(row) = rows.next()? {
                        let id: i64 = row.get(1)?;
                        let outside = area.is_some_and(|area| metres_to_cell(&area, id) > 0.0);
                        begun.push((outside, row.get(0)?, at, id));
                    }
                    Ok(())
                })?;
            }
        }
        begun.sort_unstable();
        let mut seen = HashSet::new();
        begun.retain(|(_, postcode, _, _)| seen.insert(postcode.clone()));
        begun.truncate(MAX_FOUND + 1);
        let mut found = Vec::new();
        for (_, _, at, id) in begun {
            found.extend(self.by_number(at, id)?.as_postcode());
        }
        Ok(found)
    }

    fn by_number(&self, source: usize, id: i64) -> Result<Found, GazetteerError> {
        let Known {
            number, degrees, ..
        } = self.sources()[source];
        let sql = format!("SELECT {COLUMNS} FROM place_{number} WHERE id = ?1");
        self.with(|connection| {
            let mut query = connection.prepare_cached(&sql)?;
            query.query_row([id], |row| store::found(row, degrees))
        })
    }

    /// Postcodes that are there and that a text may have been meant for: `S01 4AB` for `SO1 4AB`.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub fn postcodes_meant(&self, text: &str) -> Result<Vec<Found>, GazetteerError> {
        let mut found = Vec::new();
        for meant in postcode::meant(text) {
            let first = self.postcode(&meant)?.into_iter().next();
            found.extend(first.and_then(|found| found.as_postcode()));
        }
        found.truncate(MAX_FOUND);
        Ok(found)
    }
}

/// Postcodes of one beginning that are weighed: `LL2` has some 5,000.
const MAX_BEGUN: usize = 20_000;

/// Any of some words, in the grammar of FTS5, perhaps only begun.
fn either(ways: &[Way], begun: bool) -> String {
    let told = |way: &Way| {
        format!(
            "\"{}\"{}",
            way.text,
            if begun && way.open { "*" } else { "" }
        )
    };
    let ways: Vec<String> = ways.iter().map(told).collect();
    ways.join(" OR ")
}

/// All words, the last one perhaps only begun, in names and in what stands beside them.
fn words(asked: &Asked) -> String {
    let words = asked.words.iter();
    let words: Vec<String> = words
        .map(|ways| format!("({})", either(ways, true)))
        .collect();
    format!("{{name other}} : ({})", words.join(" AND "))
}
