//! `/entity.json`, `/entity.geojson` and `/entity/{entity}`: the national Entity API over an edition.

use super::Desk;
use crate::answer::{Entities, Entity, Missing, Reason, TooMuch};
use crate::atlas::StoredLayer;
use crate::policy::{Layer, LayerId, link};
use crate::server::entity_query::{self, Known, Wanted, faults, links};
use crate::server::error::{Fault, Status};
use crate::server::limits::MAX_PAGE_VERTICES;
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::server::snapshot::Snapshot;
use crate::wire::entity::{self as twin, Context, Detail};
use axum::http::StatusCode;

impl Desk<'_> {
    pub(super) fn entities(&self, asked: &mut Asked) -> Result<Reply, Fault> {
        let path = asked.path.clone();
        asked.take_ending(&path);
        let snapshot = self.snapshot(asked)?;
        let gazetteer = self.state.gazetteer();
        let known = Known {
            indexed: &snapshot.indexed,
            gazetteer: gazetteer.as_ref().as_ref(),
            today: self.state.today(),
        };
        let wanted = match entity_query::read(asked, &known) {
            Ok(wanted) => wanted,
            Err(details) => return Ok(refused(&details)),
        };
        match snapshot.indexed.entities(&wanted.query) {
            Ok(found) => self.entity_page(asked, &snapshot, &wanted, &found),
            Err(too_much) => Ok(refused(&[of_too_much(too_much)])),
        }
    }

    fn entity_page(
        &self,
        asked: &Asked,
        snapshot: &Snapshot,
        wanted: &Wanted,
        found: &Entities,
    ) -> Result<Reply, Fault> {
        let count = found.found.len();
        let shown = &found.found[wanted.paging.of(count)];
        let drawn = asked.format == Format::GeoJson || wanted.fields.want("geometry");
        if drawn && shown.len() > 1 && vertices(snapshot, shown) > MAX_PAGE_VERTICES {
            return Ok(refused(&[of_page()]));
        }
        let middle = |layer, area| snapshot.tiles.middle(layer, area);
        let page = twin::Page {
            indexed: &snapshot.indexed,
            entities: found,
            shown,
            links: links(&self.state.public_url, asked, wanted.paging, count),
            absent: &wanted.absent,
            ignored: &wanted.ignored,
            fields: &wanted.fields,
            middle: &middle,
        };
        let failed = |damaged| self.unavailable(asked, &damaged);
        let reply = match asked.format {
            Format::GeoJson => Reply::geojson(page.geojson().map_err(failed)?),
            Format::Json | Format::Page => Reply::json(page.json().map_err(failed)?),
        };
        let lost = Missing::Reason(Reason::LayerUnavailable);
        let whole = found.not_known.iter().all(|(_, why)| *why != lost);
        let dated = asked.filled("on").is_some() || !wanted.day_matters;
        Ok(reply.cached(if whole {
            Caching::pinned_if(asked.names_edition() && dated && asked.filled("q").is_none())
        } else {
            // What cannot be read just now may be readable again.
            Caching::Never
        }))
    }

    pub(super) fn entity(&self, asked: &mut Asked, rest: &str) -> Result<Reply, Fault> {
        let number = asked.take_ending(rest);
        let snapshot = self.snapshot(asked)?;
        let id = number.parse::<u64>().ok().filter(|id| *id > 0);
        let Some(id) = id else {
            return Err(self.not_found(asked));
        };
        let Some(entity) = snapshot.indexed.entity(id) else {
            return self.no_entity(asked, &snapshot, id);
        };
        let failed = |damaged| self.unavailable(asked, &damaged);
        let middle = |layer, area| snapshot.tiles.middle(layer, area);
        let indexed = &snapshot.indexed;
        let caching = Caching::pinned_if(asked.names_edition());
        Ok(match asked.format {
            Format::Json => Reply::json(twin::json(indexed, entity, &middle).map_err(failed)?),
            Format::GeoJson => Reply::geojson(twin::geojson(indexed, entity).map_err(failed)?),
            Format::Page => return self.to_area(asked, &snapshot, entity),
        }
        .cached(caching))
    }

    /// A person is sent on to the area's page.
    fn to_area(&self, asked: &Asked, snapshot: &Snapshot, entity: Entity) -> Result<Reply, Fault> {
        let stored = &snapshot.indexed.edition().layers()[entity.layer];
        let Some(file) = stored.readable() else {
            return Err(self.not_found(asked));
        };
        let record = file
            .record(entity.area)
            .map_err(|damaged| self.unavailable(asked, &damaged))?;
        let path = link::area(stored.layer.id.as_str(), &record.reference);
        let query = asked.kept_query();
        let mark = if query.is_empty() { "" } else { "?" };
        let path = link::in_lang(asked.lang, &format!("{path}{mark}{query}"));
        Ok(Reply::see_other(path))
    }

    /// Of a number that the edition has not: moved to what replaced it, gone, or never given.
    fn no_entity(&self, asked: &Asked, snapshot: &Snapshot, id: u64) -> Result<Reply, Fault> {
        let told = |status: Status, message: &str, instead: Option<&str>| {
            let reply = Reply::json(twin::fault(message, "entity", instead));
            Ok(reply.with_status(status.code()).cached(Caching::Never))
        };
        let edition = snapshot.indexed.edition();
        let atlas = self.state.atlas();
        let layer_of = |(layer, reference)| Some((LayerId::new(layer).ok()?, reference));
        let known = atlas.published_as(edition, id).and_then(layer_of);
        let answered = |(layer, _): &(LayerId, String)| {
            let described = edition.map().layer(layer);
            described.is_none_or(Layer::is_answered)
        };
        let Some((layer, reference)) = known.filter(answered) else {
            return told(Status::NotFound, "entity not found", None);
        };
        let stored = edition.layer(layer.as_str());
        if stored.is_some_and(|stored| stored.areas.is_some() && stored.readable().is_none()) {
            let fault = format!("the areas of {layer} cannot be read just now");
            return told(Status::Unavailable, &fault, None);
        }
        if let Some(file) = stored.and_then(StoredLayer::readable) {
            let failed = |damaged| self.unavailable(asked, &damaged);
            if let Some(newer) = file.replaced_by(&reference).map_err(failed)?
                && let Some(area) = file.find(&newer).map_err(failed)?
            {
                let ending = asked.format.ending();
                let path = format!("/entity/{}{ending}", file.areas()[area as usize].id);
                return Ok(Reply::moved(path));
            }
        }
        let last = atlas.last_holding(edition.id(), &layer, &reference);
        let path = last.map(|last| format!("/entity/{id}{}?edition={last}", asked.format.ending()));
        let message = format!("Entity {id} has been removed");
        told(Status::Gone, &message, path.as_deref())
    }
}

/// Vertices of some areas together.
fn vertices(snapshot: &Snapshot, entities: &[Entity]) -> usize {
    let layers = snapshot.indexed.edition().layers();
    let files = entities
        .iter()
        .filter_map(|entity| Some((entity, layers[entity.layer].readable()?)));
    let parts = files.flat_map(|(entity, file)| file.parts_of(entity.area));
    parts.map(|part| part.paths().count()).sum()
}

pub(super) fn refused(details: &[Detail]) -> Reply {
    Reply::json(twin::faults(details))
        .with_status(StatusCode::UNPROCESSABLE_ENTITY)
        .cached(Caching::Never)
}

fn of_too_much(too_much: TooMuch) -> Detail {
    Detail {
        loc: faults::query("geometry"),
        msg: too_much.to_string(),
        kind: "value_error.toomuch",
        ctx: None,
    }
}

fn of_page() -> Detail {
    Detail {
        loc: faults::query("limit"),
        msg: format!(
            "the geometries of this page have more than {MAX_PAGE_VERTICES} vertices; ask for fewer entities, or leave them out with exclude_field=geometry"
        ),
        kind: "value_error.toomuch",
        ctx: Some(Context::Limit(MAX_PAGE_VERTICES)),
    }
}
