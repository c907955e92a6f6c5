//! Tiles that are at hand: answered on the thread that moves bytes, without a thread of their own, a
//! compression or a sum.
//!
//! Only what is asked for exactly as our own TileJSON writes it, of the current edition, is answered here. All
//! else, and every tile that must be made first, takes the way of all requests, which gives the same answer.

use super::reply::{Caching, Reply};
use super::snapshot::{Snapshot, State};
use crate::tile::{Encoding, MadeTile, TILE_VERSION, TileId};
use axum::http::{HeaderMap, Uri};
use std::sync::Arc;

/// The reply for a tile that is at hand in the encoding that the client takes.
pub(super) fn tile(state: &State, uri: &Uri, headers: &HeaderMap) -> Option<Reply> {
    let rest = uri.path().strip_prefix("/tiles/")?;
    let versioned = is_of_this_version(uri.query())?;
    let snapshot = state.current();
    let asked = Asked::of(rest, &snapshot)?;
    let made = snapshot.tiles.at_hand(asked.tile, asked.layer)?;
    let encoding = super::reply::accepted(headers);
    let is_ready = |made: &MadeTile| {
        let body = made.body.as_ref();
        body.is_none_or(|body| body.at_hand(encoding).is_some())
    };
    is_ready(&made).then(|| reply(state, &made, encoding, asked.is_pinned && versioned))
}

/// The reply for a tile that was made.
pub(super) fn reply(
    state: &State,
    made: &Arc<MadeTile>,
    encoding: Encoding,
    is_pinned: bool,
) -> Reply {
    let caching = if made.is_whole() {
        Caching::pinned_if(is_pinned)
    } else {
        // A tile without a layer that cannot be read just now must not be kept by anybody.
        Caching::Never
    };
    let Some(tile) = &made.body else {
        return Reply::empty_tile().cached(caching);
    };
    if encoding == Encoding::Brotli && tile.is_worth_more() {
        state.pack_later(made);
    }
    Reply::tile(encoding, tile).cached(caching)
}

/// A tile's address, as far as it is written in its one plain form.
struct Asked {
    tile: TileId,
    layer: Option<usize>,
    is_pinned: bool,
}

impl Asked {
    fn of(rest: &str, snapshot: &Snapshot) -> Option<Self> {
        let mut fields = rest.strip_suffix(".mvt")?.rsplit('/');
        let (y, x, z) = (fields.next()?, fields.next()?, fields.next()?);
        let (layer, edition) = match (fields.next()?, fields.next(), fields.next()) {
            (edition, None, None) => (None, edition),
            (layer, Some(edition), None) => (Some(snapshot.layer_number(layer)?), edition),
            _ => return None,
        };
        let is_pinned = edition == snapshot.name();
        (is_pinned || edition == "current").then_some(())?;
        Some(Self {
            tile: TileId::parse(z, x, y).ok()?,
            layer,
            is_pinned,
        })
    }
}

/// Whether a query names the version of what makes our tiles; `None` where it says anything else.
fn is_of_this_version(query: Option<&str>) -> Option<bool> {
    match query {
        None => Some(false),
        Some(query) => {
            let version = query.strip_prefix("v=")?.parse::<u32>().ok()?;
            (version == TILE_VERSION).then_some(true)
        }
    }
}
