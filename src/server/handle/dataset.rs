//! `/dataset.json` and `/dataset/{dataset}.json`: the layers as the datasets of the national API.

use super::Desk;
use super::entity::refused;
use crate::server::entity_query::{self, Known};
use crate::server::error::{Fault, Status};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::server::snapshot::Snapshot;
use crate::wire;

impl Desk<'_> {
    pub(super) fn datasets(&self, asked: &mut Asked) -> Result<Reply, Fault> {
        asked.format = Format::Json;
        let snapshot = self.snapshot(asked)?;
        let known = Known {
            indexed: &snapshot.indexed,
            gazetteer: None,
            today: self.state.today(),
        };
        let wanted = match entity_query::read(asked, &known) {
            Ok(wanted) => wanted,
            Err(details) => return Ok(refused(&details)),
        };
        let layers = snapshot.indexed.answered().map(|(layer, _)| layer);
        let named = |layer: &usize| {
            let only = wanted.query.layers.as_ref();
            only.is_none_or(|only| only.contains(layer))
        };
        let layers: Vec<usize> = layers.filter(named).collect();
        let json = wire::dataset::json(&snapshot.indexed, &layers, &wanted.fields);
        Ok(Reply::json(json).cached(caching(asked, &snapshot)))
    }

    pub(super) fn dataset(&self, asked: &mut Asked, rest: &str) -> Result<Reply, Fault> {
        let name = asked.take_ending(rest).to_owned();
        asked.format = Format::Json;
        let snapshot = self.snapshot(asked)?;
        let mut layers = snapshot.indexed.answered();
        let found = layers.find(|(_, layer)| layer.id.as_str() == name);
        Ok(match found {
            Some((layer, _)) => Reply::json(wire::dataset::one(&snapshot.indexed, layer))
                .cached(caching(asked, &snapshot)),
            None => Reply::json(wire::entity::fault("dataset not found", "dataset", None))
                .with_status(Status::NotFound.code())
                .cached(Caching::Never),
        })
    }
}

/// Kept for ever where the edition is named, unless a file cannot be read just now.
fn caching(asked: &Asked, snapshot: &Snapshot) -> Caching {
    if snapshot.is_readable() {
        Caching::pinned_if(asked.names_edition())
    } else {
        Caching::Never
    }
}
