//! Tiles, what describes them, and the viewer that draws them.

use super::Desk;
use crate::page::problem::Problem;
use crate::policy::{Lang, LayerId};
use crate::server::error::{Fault, Status};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::server::snapshot::Snapshot;
use crate::server::warm;
use crate::tile::{TILE_VERSION, TileId, Tileset};
use crate::wire;

impl Desk<'_> {
    pub(super) fn style(&self, asked: &mut Asked) -> Result<Reply, Fault> {
        asked.format = Format::Json;
        let snapshot = self.snapshot(asked)?;
        let template = self.template(&snapshot, None);
        let sprite = format!(
            "{}/viewer/{}/sprite",
            self.state.public_url, self.state.assets.version
        );
        let basemap = self.state.basemap.open();
        let basemap_template = basemap
            .as_ref()
            .map_or_else(String::new, |basemap| self.basemap_template(basemap));
        let tiles = wire::style::Tiles {
            template: &template,
            tileset: snapshot.tileset(),
            lang: asked.lang,
            behind: basemap.as_ref().map(|basemap| wire::basemap::Behind {
                about: basemap.about(),
                template: &basemap_template,
            }),
        };
        let caching = if snapshot.is_readable() {
            // The operator may name another base map, or none.
            let pinned = asked.names_edition() && !self.state.basemap.is_named();
            Caching::pinned_if(pinned && asked.filled("v").is_some())
        } else {
            Caching::Never
        };
        Ok(Reply::json(wire::style::style(
            &snapshot.indexed,
            &snapshot.looks,
            &tiles,
            &sprite,
        ))
        .cached(caching))
    }

    pub(super) fn tilejson(&self, asked: &mut Asked, layer: Option<&str>) -> Result<Reply, Fault> {
        asked.format = Format::Json;
        let snapshot = self.snapshot(asked)?;
        let w = self.words(asked.lang, &snapshot);
        let one: Tileset;
        let (tileset, only) = match layer {
            Some(id) => {
                let stored = self.layer(w, &snapshot, id)?;
                one = snapshot.tiles.tileset(self.number_of(&snapshot, id));
                (&one, Some(&stored.layer))
            }
            None => (snapshot.tileset(), None),
        };
        let template = self.template(&snapshot, only.map(|layer| &layer.id));
        let tiles = wire::style::Tiles {
            template: &template,
            tileset,
            lang: asked.lang,
            behind: None,
        };
        Ok(Reply::json(wire::style::tilejson(
            &snapshot.indexed,
            &tiles,
            only,
        )))
    }

    pub(super) fn template(&self, snapshot: &Snapshot, layer: Option<&LayerId>) -> String {
        let layer = layer.map_or_else(String::new, |id| format!("/{id}"));
        format!(
            "{}/tiles/{}{layer}/{{z}}/{{x}}/{{y}}.mvt?v={TILE_VERSION}",
            self.state.public_url,
            snapshot.id()
        )
    }

    /// `{layer}.json`, `{edition}/{z}/{x}/{y}.mvt` and `{edition}/{layer}/{z}/{x}/{y}.mvt`.
    pub(super) fn tiles(&self, asked: &mut Asked, rest: &str) -> Result<Reply, Fault> {
        asked.format = Format::Json;
        if let Some(layer) = rest.strip_suffix(".json") {
            return self.tilejson(asked, Some(layer));
        }
        let fields: Vec<&str> = rest.split('/').collect();
        let (edition, layer, z, x, y) = match fields[..] {
            [edition, z, x, y] => (edition, None, z, x, y),
            [edition, layer, z, x, y] => (edition, Some(layer), z, x, y),
            _ => return Err(self.not_found(asked)),
        };
        asked.query.retain(|(key, _)| key != "edition");
        asked.query.push(("edition".to_owned(), edition.to_owned()));
        let snapshot = self.snapshot(asked)?;
        let w = self.words(asked.lang, &snapshot);
        if let Some(id) = layer {
            self.layer(w, &snapshot, id)?;
        }
        let layer = layer.and_then(|id| self.number_of(&snapshot, id));
        let y = y
            .strip_suffix(".mvt")
            .ok_or_else(|| self.not_found(asked))?;
        let id = TileId::parse(z, x, y)
            .map_err(|error| Fault::new(Status::NotFound, Problem::new(error.to_string())))?;
        let made = snapshot.tiles.tile(id, layer);
        let is_pinned = asked.names_edition() && asked.filled("v").is_some();
        Ok(warm::reply(self.state, &made, self.encoding, is_pinned))
    }

    /// `{version}/{file}` and `words/{lang}.json`.
    pub(super) fn viewer(&self, asked: &Asked, rest: &str) -> Result<Reply, Fault> {
        let (folder, name) = rest.split_once('/').ok_or_else(|| self.not_found(asked))?;
        if folder == "words" {
            let name = name.strip_suffix(".json").unwrap_or_default();
            let (code, drawing) = match name.strip_suffix("-drawing") {
                Some(code) => (code, true),
                None => (name, false),
            };
            let lang = Lang::ALL.into_iter().find(|lang| lang.code() == code);
            let lang = lang.ok_or_else(|| self.not_found(asked))?;
            let w = self.words(lang, self.current);
            let words = if drawing {
                w.drawing_words()
            } else {
                w.viewer_words()
            };
            return Ok(Reply::json(wire::words::json(&words)));
        }
        let (content_type, bytes) = self
            .state
            .assets
            .file(name)
            .ok_or_else(|| self.not_found(asked))?;
        let reply = Reply::asset(content_type, bytes.to_vec());
        Ok(if folder == self.state.assets.version {
            reply
        } else {
            reply.cached(Caching::Revalidate)
        })
    }
}
