//! The overview tiles of an edition that was published, prepared so that nobody waits for them.

use super::Terminal;
use super::exit::Exit;
use super::interrupt::Interrupt;
use super::progress::tiles::ShownTiles;
use crate::answer::IndexedEdition;
use crate::atlas::{Atlas, Edition};
use crate::loading::counted;
use crate::page::look::shown_tiles;
use crate::policy::EditionId;
use crate::tile::{Budget, Detail, MAX_TILE_BYTES, Prepared, keep_choice};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

/// Chooses the vertices that tiles are drawn with. The edition is whole without that: each server does it again then.
pub(super) fn choose(edition: &Edition) {
    if let Err(error) = keep_choice(edition) {
        tracing::warn!(edition = %edition.id(), %error, "what tiles are drawn with is not prepared");
    }
}

/// Prepares what is not prepared yet, and says so in one line; Ctrl-C leaves the rest.
pub(super) fn prepare(
    atlas: &Atlas,
    id: EditionId,
    interrupt: &Interrupt,
) -> anyhow::Result<(Exit, String)> {
    interrupt.gently();
    let begun = Instant::now();
    let edition = atlas.edition(id)?;
    choose(&edition);
    let indexed = Arc::new(IndexedEdition::new(edition));
    let tiles = shown_tiles(indexed, Budget::default());
    let shown = ShownTiles::begin("preparing overview tiles");
    let prepared = tiles.prepare(&|done, all| {
        shown.tiles(done, all);
        if interrupt.is_asked() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    shown.end();
    Ok(match prepared? {
        Prepared::All { new: 0, kept: 0 } => (
            Exit::Done,
            format!("{id} is light: each of its tiles is made when it is asked for"),
        ),
        Prepared::All { new, kept } => {
            let seconds = begun.elapsed().as_secs_f64();
            let before = match kept {
                0 => String::new(),
                _ => format!(", {kept} more had been prepared before"),
            };
            let new = counted(new, "overview tile");
            let mut told = format!("prepared {new} of {id} in {seconds:.1} s{before}");
            for (tile, detail) in tiles.gave_way() {
                told += &format!("\n  {tile}: {}", gave_way(detail));
            }
            (Exit::Done, told)
        }
        Prepared::Stopped { done, all } => (
            Exit::Interrupted,
            format!(
                "{done} of {all} overview tiles of {id} are prepared; the others are made when they are asked for, and \
                 groundrule editions prepare makes them ahead"
            ),
        ),
        Prepared::Elsewhere => (
            Exit::Done,
            format!("another groundrule is preparing the overview tiles of {id}"),
        ),
    })
}

/// How detail gave way in a tile that would have been too heavy.
fn gave_way(detail: Detail) -> String {
    let off = f64::from(detail.half_pixels()) / 2.0;
    let mut told = format!("lines are up to {off} px off, to stay under {MAX_TILE_BYTES} bytes");
    if detail.dissolves_all() {
        told += "; areas are dissolved below their layer's detail";
    }
    if detail.points_up_to() > 0 {
        told += &format!("; areas up to {} px are points", detail.points_up_to());
    }
    told
}

/// As [`prepare`], after an edition was published: that is done, whatever comes of its tiles. What is to be said
/// goes where progress goes.
pub(super) fn after_publishing(
    atlas: &Atlas,
    id: EditionId,
    interrupt: &Interrupt,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<Exit> {
    // What was published is to be read before the tiles are done.
    terminal.out.flush()?;
    let (exit, told) = prepare(atlas, id, interrupt).unwrap_or_else(|error| {
        let told = format!(
            "the overview tiles of {id} are not prepared and are made when they are asked for: {error:#}"
        );
        (Exit::Done, told)
    });
    writeln!(terminal.err, "{told}")?;
    Ok(exit)
}
