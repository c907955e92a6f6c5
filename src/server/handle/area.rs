//! `/area/{layer}/{reference}` and `/policy/{plan}/{code}`, and how a page gets its still map.

use super::{Desk, site};
use crate::atlas::Damaged;
use crate::page::problem::Problem;
use crate::page::still::{self, Detail, Still};
use crate::page::{area as area_page, policy as policy_page};
use crate::policy::Lang;
use crate::server::error::{Fault, Status};
use crate::server::limits::{HEAD_ALLOWANCE, MAX_PAGE_BYTES};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::server::snapshot::Snapshot;
use crate::tile::{Encoding, compress};
use crate::wire;
use jiff::civil::Date;

impl Desk<'_> {
    pub(super) fn area(&self, asked: &mut Asked, rest: &str) -> Result<Reply, Fault> {
        // Faults are told in the format of the ending, unless the ending turns out to be the reference's own.
        let format = asked.format;
        asked.take_ending(rest);
        let snapshot = self.snapshot(asked)?;
        let w = self.words(asked.lang, &snapshot);
        let (layer, reference) = rest.split_once('/').ok_or_else(|| self.not_found(asked))?;
        let stored = match self.layer(w, &snapshot, layer) {
            Ok(stored) => stored,
            Err(fault) => {
                return Err(self
                    .retired(asked, &snapshot, layer, reference)
                    .unwrap_or(fault));
            }
        };
        let missing = |reference: &str| {
            let values = [("reference", reference), ("layer", layer)];
            Fault::new(
                Status::NotFound,
                Problem::new(w.say_with("problem.area_not_found", &values)),
            )
        };
        let Some(file) = stored.readable() else {
            return Err(match &stored.areas {
                Some(Err(damaged)) => self.unavailable(asked, damaged),
                _ => missing(reference),
            });
        };
        let find = |reference: &str, asked: &Asked| {
            file.find(reference)
                .map_err(|damaged| self.unavailable(asked, &damaged))
        };
        // A whole reference wins over one with an ending taken off.
        let area = match find(reference, asked)? {
            Some(area) => {
                asked.format = format;
                area
            }
            None => {
                let bare = asked.take_ending(reference);
                match find(bare, asked)?.filter(|_| bare != reference) {
                    Some(area) => area,
                    None => {
                        if let Some(newer) = self.replacement(asked, file, layer, reference)? {
                            return Ok(newer);
                        }
                        let retired = self.retired(asked, &snapshot, layer, reference);
                        return Err(retired.unwrap_or_else(|| missing(reference)));
                    }
                }
            }
        };
        let caching = Caching::pinned_if(asked.names_edition());
        let failed = |damaged: Damaged| self.unavailable(asked, &damaged);
        match asked.format {
            Format::Json => Ok(Reply::json(
                wire::area::json(&stored.layer, file, area).map_err(failed)?,
            )
            .cached(caching)),
            Format::GeoJson => Ok(Reply::geojson(
                wire::area::geojson(&stored.layer, file, area).map_err(failed)?,
            )
            .cached(caching)),
            Format::Page => {
                let record = file.record(area).map_err(failed)?;
                let number = self.number_of(&snapshot, layer);
                let middle = number.and_then(|number| snapshot.tiles.middle(number, area));
                let middle = middle.unwrap_or_else(|| still::fitting(&snapshot.bounds).0);
                let about: Vec<(usize, u32)> =
                    number.map(|number| (number, area)).into_iter().collect();
                let source = self.drawing(&snapshot, asked.lang, self.state.today());
                let still = still::of_areas(source, &about);
                let script = self.state.assets.script();
                let site = site(self.state, self.current, &script);
                let query = asked.kept_query();
                let mut page = area_page::AreaPage {
                    indexed: &snapshot.indexed,
                    layer: stored,
                    record: &record,
                    size: file.areas()[area as usize].size,
                    space: file.space(),
                    middle,
                    lang: asked.lang,
                    still: None,
                    query: &query,
                };
                Ok(self.with_still(still.as_ref(), |drawn| {
                    page.still = drawn;
                    area_page::page(&site, &page)
                }))
            }
        }
    }

    pub(super) fn policy(&self, asked: &Asked, rest: &str) -> Result<Reply, Fault> {
        let snapshot = self.snapshot(asked)?;
        let w = self.words(asked.lang, &snapshot);
        let (plan, code) = rest.split_once('/').ok_or_else(|| self.not_found(asked))?;
        let policy = snapshot
            .indexed
            .edition()
            .map()
            .policy(plan, code)
            .ok_or_else(|| {
                let message = w.say_with(
                    "problem.policy_not_found",
                    &[("code", code), ("plan", plan)],
                );
                Fault::new(Status::NotFound, Problem::new(message))
            })?;
        let script = self.state.assets.script();
        let site = site(self.state, self.current, &script);
        let shown = policy_page::areas_of(&snapshot.indexed, policy);
        let mut numbers: Vec<(usize, u32)> = shown.iter().map(|area| area.number).collect();
        numbers.sort_unstable();
        let source = self.drawing(&snapshot, asked.lang, self.state.today());
        let still = still::of_areas(source, &numbers);
        let mut page = policy_page::PolicyPage {
            indexed: &snapshot.indexed,
            policy,
            areas: &shown,
            lang: asked.lang,
            still: None,
        };
        Ok(self.with_still(still.as_ref(), |drawn| {
            page.still = drawn;
            policy_page::page(&site, &page)
        }))
    }

    /// What still maps of a snapshot are drawn from.
    pub(super) fn drawing<'b>(
        &self,
        snapshot: &'b Snapshot,
        lang: Lang,
        on: Date,
    ) -> still::Source<'b> {
        still::Source {
            indexed: &snapshot.indexed,
            looks: &snapshot.looks,
            tiles: &snapshot.tiles,
            lang,
            on,
        }
    }

    /// A page with its still map, which gives way, detail by detail, until the page fits; the text never does.
    pub(super) fn with_still(
        &self,
        still: Option<&Still<'_>>,
        mut page: impl FnMut(Option<(String, f64)>) -> String,
    ) -> Reply {
        for detail in Detail::ALL {
            let Some(still) = still else { break };
            let html = page(Some(still.draw(detail)));
            if compress(html.as_bytes(), Encoding::Gzip).len() + HEAD_ALLOWANCE <= MAX_PAGE_BYTES {
                return Reply::page(html);
            }
        }
        Reply::page(page(None))
    }
}
