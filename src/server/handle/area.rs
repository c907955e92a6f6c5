//! `/area/{layer}/{reference}` and `/policy/{plan}/{code}`.

use super::{Desk, PLACE_ZOOM, site};
use crate::atlas::Damaged;
use crate::page::problem::Problem;
use crate::page::{MapView, area as area_page, policy as policy_page, still};
use crate::server::error::{Fault, Status};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::wire;

impl Desk<'_> {
    pub(super) fn area(&self, asked: &mut Asked, rest: &str) -> Result<Reply, Fault> {
        // Faults are told in the format of the ending, unless the ending turns out to be the reference's own.
        let format = asked.format;
        asked.take_ending(rest);
        let snapshot = self.snapshot(asked)?;
        let w = self.words(asked.lang, &snapshot);
        let (layer, reference) = rest.split_once('/').ok_or_else(|| self.not_found(asked))?;
        let stored = self.layer(w, &snapshot, layer)?;
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
                find(bare, asked)?
                    .filter(|_| bare != reference)
                    .ok_or_else(|| missing(reference))?
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
                let still = still::of_area(
                    &snapshot.indexed,
                    &snapshot.looks,
                    &snapshot.tiles,
                    stored,
                    area,
                );
                let script = self.state.assets.script();
                let site = site(self.state, self.current, &script);
                let query = asked.kept_query();
                let page = area_page::AreaPage {
                    indexed: &snapshot.indexed,
                    layer: stored,
                    record: &record,
                    size: file.areas()[area as usize].size,
                    space: file.space(),
                    middle,
                    lang: asked.lang,
                    map: MapView {
                        centre: middle,
                        zoom: PLACE_ZOOM,
                        bounds: snapshot.bounds,
                        still,
                    },
                    query: &query,
                };
                Ok(Reply::page(area_page::page(&site, &page)))
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
        Ok(Reply::page(policy_page::page(
            &site,
            &snapshot.indexed,
            policy,
            asked.lang,
        )))
    }
}
