//! `groundrule export OUT.pmtiles`: the tiles of an edition in one file.

use super::ExportArguments;
use crate::answer::IndexedEdition;
use crate::atlas::export::{ExportError, write_aside};
use crate::atlas::{Edition, StoredLayer};
use crate::cli::exit::{Exit, Refused, Usage};
use crate::cli::interrupt::Interrupt;
use crate::cli::progress::tiles::ShownTiles;
use crate::cli::{Terminal, editions::bytes_told};
use crate::loading::counted;
use crate::page::look::shown_tiles;
use crate::tile::{Archived, Budget, MAX_ZOOM};
use crate::wire;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// The ending of an archive of tiles.
pub(super) const ENDING: &str = "pmtiles";

/// Whether a file is to be an archive of tiles.
pub(super) fn is_meant(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING))
}

/// Writes the archive and says what is in it.
pub(super) fn run(
    arguments: &ExportArguments,
    edition: Edition,
    chosen: Option<usize>,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<Exit> {
    let max_zoom = max_zoom(arguments)?;
    let interrupt = Interrupt::watch();
    interrupt.gently();
    let begun = Instant::now();
    let layers = edition.layers().iter().enumerate();
    let mine = layers.filter(|(number, _)| chosen.is_none_or(|chosen| chosen == *number));
    for (_, stored) in mine {
        check(stored, terminal)?;
    }
    let tiles = shown_tiles(Arc::new(IndexedEdition::new(edition)), Budget::default());
    let indexed = tiles.indexed();
    let mut tileset = tiles.tileset(chosen);
    if tileset.min_zoom > max_zoom {
        let sentence = format!(
            "there is nothing down to zoom {max_zoom}: the first tiles are at zoom {}",
            tileset.min_zoom
        );
        return Err(Refused(sentence).into());
    }
    tileset.end_at(max_zoom);
    let only = chosen.map(|number| &indexed.edition().layers()[number].layer);
    let metadata = wire::archive::metadata(indexed, &tileset, only, arguments.lang.lang());
    let archived = Archived {
        layer: chosen,
        tileset: &tileset,
        metadata: &metadata,
    };
    let shown = ShownTiles::begin("writing tiles");
    let watch = |done, all| {
        shown.tiles(done, all);
        if interrupt.is_asked() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let out = &arguments.out;
    let written = write_aside(out, arguments.force, |aside| {
        let file = File::create(aside).map_err(|source| ExportError::Io {
            path: out.clone(),
            source,
        })?;
        Ok::<_, anyhow::Error>(tiles.archive(&archived, file, &watch)?)
    });
    shown.end();
    let written = written?;
    let bytes = std::fs::metadata(out).map_or(0, |file| file.len());
    writeln!(
        terminal.out,
        "exported {} of edition {}, zoom {} to {max_zoom}, to {}: {} in {:.1} s",
        counted(written.tiles, "tile"),
        indexed.edition().id(),
        tileset.min_zoom,
        out.display(),
        bytes_told(bytes),
        begun.elapsed().as_secs_f64()
    )?;
    Ok(Exit::Done)
}

fn max_zoom(arguments: &ExportArguments) -> Result<u8, Usage> {
    match arguments.max_zoom {
        None => Ok(MAX_ZOOM),
        Some(zoom) if zoom <= MAX_ZOOM => Ok(zoom),
        Some(zoom) => Err(Usage(format!(
            "--max-zoom {zoom} is deeper than the deepest zoom of our tiles, {MAX_ZOOM}"
        ))),
    }
}

/// Reads a layer through before anything is made of it; one that is not held is said.
fn check(stored: &StoredLayer, terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    match &stored.areas {
        Some(Ok(areas)) => Ok(areas.scrub()?),
        Some(Err(damaged)) => Err(damaged.clone().into()),
        None => Ok(writeln!(
            terminal.err,
            "{}: not held, so it is not in the file",
            stored.layer.id
        )?),
    }
}
