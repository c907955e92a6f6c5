//! Areas that are not in an edition any more: those that were replaced have moved, the others are gone.

use super::Desk;
use crate::atlas::AreaFile;
use crate::page::problem::Problem;
use crate::policy::{LayerId, link};
use crate::server::error::{Fault, Status};
use crate::server::reply::Reply;
use crate::server::request::Asked;
use crate::server::snapshot::Snapshot;

/// Endings of an address that are a format's and not the reference's own.
const ENDINGS: [&str; 3] = ["", ".json", ".geojson"];

impl Desk<'_> {
    /// The way to the area that replaced another, in the same format and language.
    pub(super) fn replacement(
        &self,
        asked: &Asked,
        file: &AreaFile,
        layer: &str,
        reference: &str,
    ) -> Result<Option<Reply>, Fault> {
        for ending in ENDINGS {
            let Some(bare) = reference.strip_suffix(ending) else {
                continue;
            };
            let newer = file.replaced_by(bare);
            if let Some(newer) = newer.map_err(|damaged| self.unavailable(asked, &damaged))? {
                let mut path = link::area(layer, &newer) + ending;
                let query = asked.kept_query();
                if !query.is_empty() {
                    path = format!("{path}?{query}");
                }
                return Ok(Some(Reply::moved(link::in_lang(asked.lang, &path))));
            }
        }
        Ok(None)
    }

    /// The fault of an area that was published once, with the way to the edition that last held it.
    pub(super) fn retired(
        &self,
        asked: &Asked,
        snapshot: &Snapshot,
        layer: &str,
        reference: &str,
    ) -> Option<Fault> {
        let atlas = self.state.atlas();
        let edition = snapshot.indexed.edition();
        let bare = ENDINGS
            .into_iter()
            .filter_map(|ending| reference.strip_suffix(ending))
            .find(|bare| atlas.was_published(edition, layer, bare))?;
        let w = self.words(asked.lang, snapshot);
        let values = [("reference", bare), ("layer", layer)];
        let mut problem = Problem::new(w.say_with("problem.area_retired", &values));
        let id = LayerId::new(layer).ok()?;
        if let Some(last) = atlas.last_holding(edition.id(), &id, bare) {
            let path = link::in_lang(asked.lang, &link::area(layer, bare));
            let name = last.to_string();
            problem.way_out = Some((
                w.say_with("problem.area_retired_link", &[("id", &name)]),
                format!("{path}?edition={last}"),
            ));
        }
        Some(Fault::new(Status::Gone, problem))
    }
}
