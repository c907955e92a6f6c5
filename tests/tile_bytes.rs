//! The bytes of the sample map's tiles, which may not creep up: `BLESS=1` writes the figures anew, to be done
//! where they fell or rose on purpose.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/editions.rs"]
mod editions;
mod support;

use editions::tiles_over;
use groundrule::answer::IndexedEdition;
use groundrule::page::look::Looks;
use groundrule::tile::{Budget, EditionTiles, Encoding, MAX_TILE_BYTES};
use std::fmt::Write as _;
use std::sync::Arc;

/// By how much the whole may grow before somebody must say that it is meant.
const MAY_GROW: f64 = 1.02;

#[test]
fn the_sample_maps_pyramid_does_not_grow_unnoticed() {
    let (_atlas_folder, atlas) = support::sample::atlas();
    let indexed = Arc::new(IndexedEdition::new(atlas.current_edition().unwrap()));
    let shown = Looks::of(indexed.edition()).shown(indexed.edition());
    let tiles = EditionTiles::new(indexed, Budget::default()).styled(shown);
    let bounds = tiles.tileset(None).bounds.unwrap();
    let mut figures = String::new();
    let mut total = 0;
    for z in 6..=16 {
        let (mut bytes, mut most) = (0, 0);
        for tile in tiles_over(&bounds, z) {
            let made = tiles.tile(tile, None);
            let weight = made
                .body
                .as_ref()
                .map_or(0, |body| body.body(Encoding::Brotli).len());
            assert!(weight <= MAX_TILE_BYTES, "{tile}: {weight} bytes");
            bytes += weight;
            most = most.max(weight);
        }
        total += bytes;
        writeln!(
            figures,
            "zoom {z}: {bytes} bytes by Brotli, the heaviest tile {most}"
        )
        .unwrap();
    }
    writeln!(figures, "all: {total}").unwrap();
    let file = support::sample::source("tests/golden/tile_bytes.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &figures).unwrap();
    }
    let known = std::fs::read_to_string(&file).unwrap();
    let known_total = known.lines().find_map(|line| line.strip_prefix("all: "));
    let known_total: usize = known_total.unwrap().parse().unwrap();
    println!("{figures}");
    assert!(
        total as f64 <= known_total as f64 * MAY_GROW,
        "{total} bytes, {known_total} before:\n{figures}before:\n{known}"
    );
}
