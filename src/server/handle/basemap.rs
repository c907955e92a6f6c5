//! `/basemap.json` and `/basemap/{z}/{x}/{y}`: the base map that the operator named, beside our layers.

use super::Desk;
use crate::page::problem::Problem;
use crate::server::basemap::NoTile;
use crate::server::error::{Fault, Status};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::tile::basemap::{Basemap, MAX_BASEMAP_ZOOM};
use crate::wire;
use std::sync::Arc;

impl Desk<'_> {
    pub(super) fn basemap_json(&self, asked: &mut Asked) -> Result<Reply, Fault> {
        asked.format = Format::Json;
        let basemap = self.open_basemap(asked)?;
        let template = self.basemap_template(&basemap);
        Ok(Reply::json(wire::basemap::tilejson(
            basemap.about(),
            &template,
        )))
    }

    /// `{z}/{x}/{y}`, a name of the kind of tile after it or not.
    pub(super) fn basemap_tile(&self, asked: &mut Asked, rest: &str) -> Result<Reply, Fault> {
        asked.format = Format::Json;
        let basemap = self.open_basemap(asked)?;
        let w = self.words(asked.lang, self.current);
        let absent = |message| Fault::new(Status::NotFound, Problem::new(message));
        let at = address(rest).ok_or_else(|| absent(w.say("problem.basemap_address")))?;
        let tile = self.state.basemap.tile(&basemap, at, asked.accepted);
        let tile = tile.map_err(|error| {
            let message = match error {
                NoTile::Busy => w.say("problem.basemap_busy"),
                NoTile::Damaged(error) => {
                    tracing::error!(%error, tile = rest, "a tile of the base map cannot be read");
                    w.say("problem.basemap_damaged")
                }
            };
            Fault::new(Status::Unavailable, Problem::new(message))
        })?;
        let tile = tile.ok_or_else(|| absent(w.say("problem.basemap_empty")))?;
        let pinned = asked.field("v") == Some(basemap.version());
        Ok(Reply::basemap(tile).cached(Caching::pinned_if(pinned)))
    }

    fn open_basemap(&self, asked: &Asked) -> Result<Arc<Basemap>, Fault> {
        let w = self.words(asked.lang, self.current);
        self.state.basemap.open().ok_or_else(|| {
            let (status, message) = if self.state.basemap.is_named() {
                (Status::Unavailable, w.say("problem.basemap_damaged"))
            } else {
                (Status::NotFound, w.say("problem.basemap_none"))
            };
            Fault::new(status, Problem::new(message))
        })
    }

    /// Address of a tile of the base map, with what tells this archive from another.
    pub(super) fn basemap_template(&self, basemap: &Basemap) -> String {
        format!(
            "{}/basemap/{{z}}/{{x}}/{{y}}?v={}",
            self.state.public_url,
            basemap.version()
        )
    }
}

/// A tile of the grid, the endings that clients like to see taken off.
fn address(text: &str) -> Option<(u8, u32, u32)> {
    let endings = [".mvt", ".pbf", ".png", ".jpg", ".jpeg", ".webp"];
    let bare = endings.iter().find_map(|ending| text.strip_suffix(ending));
    let plain = |text: &str| -> Option<u32> {
        let figures = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        figures.then(|| text.parse().ok()).flatten()
    };
    let fields: Vec<u32> = bare
        .unwrap_or(text)
        .split('/')
        .map(plain)
        .collect::<Option<_>>()?;
    let [z, x, y] = fields[..] else { return None };
    let z = u8::try_from(z).ok().filter(|&z| z <= MAX_BASEMAP_ZOOM)?;
    let side = 1u32 << z;
    (x < side && y < side).then_some((z, x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_outside_the_grid_has_no_address() {
        assert_eq!(address("0/0/0"), Some((0, 0, 0)));
        assert_eq!(address("12/2007/1330.png"), Some((12, 2007, 1330)));
        let wrong = [
            "23/0/0", "3/8/0", "3/0/8", "3/-1/0", "3/0", "3/0/0/0", "a/0/0", "3/+1/0", "",
        ];
        for text in wrong {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
