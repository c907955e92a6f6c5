//! All tiles of an edition: those that are prepared ahead, those that are at hand, and all of them in one file.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/made_up.rs"]
mod made_up;
#[path = "support/pmtiles.rs"]
mod pmtiles;
mod support;

use axum::http::{HeaderMap, StatusCode, header};
use groundrule::answer::IndexedEdition;
use groundrule::atlas::{Atlas, Draft};
use groundrule::geometry::{LonLat, Space};
use groundrule::page::look::shown_tiles;
use groundrule::server::State;
use groundrule::tile::{
    Archived, Budget, EditionTiles, EncodedTile, Encoding, MAX_PREPARED_ZOOM, MadeTile, Prepared,
    TILE_VERSION, TileId,
};
use made_up::{Random, rough_ring, shape};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use support::http;
use support::{drafts, sample};

/// A map with tiles that are worth preparing, and with some that are not.
fn heavy() -> Draft {
    let mut random = Random(20_261_125);
    let layers = [drafts::layer("flood-zone"), drafts::layer("sssi")];
    let mut areas = |id: &str, count: u32, vertices: usize| {
        let area = |number| {
            let middle = (
                -3.9 + 0.12 * f64::from(number % 3),
                53.0 + 0.1 * f64::from(number / 3),
            );
            let ring = rough_ring(&mut random, middle, 0.04, vertices, 0.3);
            drafts::area(&format!("{id}/{number}"), shape(&[&ring]))
        };
        (0..count).map(area).collect::<Vec<_>>()
    };
    let (flood, sssi) = (areas("F", 4, 5_000), areas("S", 9, 60));
    let areas = vec![("flood-zone", flood), ("sssi", sssi)];
    drafts::draft(drafts::map(&layers), Space::Wgs84, areas)
}

fn tiles(atlas: &Atlas) -> EditionTiles {
    let indexed = IndexedEdition::new(atlas.current_edition().unwrap());
    shown_tiles(Arc::new(indexed), Budget::default())
}

fn go_on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// The folder of the prepared tiles of the current edition.
fn shelf(atlas: &Atlas) -> PathBuf {
    let id = atlas.current().unwrap().unwrap();
    atlas.folder(id).join("derived/tiles")
}

fn kept(atlas: &Atlas) -> Vec<String> {
    let entries = fs::read_dir(shelf(atlas)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "lock" && name != "gave-way")
        .collect();
    names.sort();
    names
}

fn name_of(tile: TileId) -> String {
    format!("{}-{}-{}.tile", tile.z(), tile.x(), tile.y())
}

/// Whether a tile came packed as small as can be, which no tile is that was just made.
fn was_prepared(made: &MadeTile) -> bool {
    let body = made.body.as_ref().unwrap();
    body.pack(Encoding::Brotli).tag.ends_with("-br11\"")
}

fn raw(made: &MadeTile) -> Option<&[u8]> {
    made.body.as_ref().map(EncodedTile::raw)
}

#[test]
fn heavy_tiles_of_low_zooms_are_prepared_and_are_what_would_be_made() {
    let (_folder, atlas) = drafts::publish(&heavy());
    let fresh = tiles(&atlas);
    let heavy = fresh.heavy();
    assert_eq!(heavy[0], TileId::WORLD);
    assert!(heavy.iter().all(|tile| tile.z() <= MAX_PREPARED_ZOOM));
    assert!(heavy.iter().any(|tile| tile.z() == MAX_PREPARED_ZOOM));
    let made: Vec<_> = heavy.iter().map(|&tile| fresh.tile(tile, None)).collect();
    let told = AtomicU64::new(0);
    let count = |_: u64, all: u64| {
        told.fetch_max(all, Ordering::Relaxed);
        ControlFlow::Continue(())
    };
    let all = heavy.len() as u64;
    let prepared = fresh.prepare(&count).unwrap();
    assert_eq!(prepared, Prepared::All { new: all, kept: 0 });
    assert_eq!(told.into_inner(), all);
    let mut names: Vec<String> = heavy.iter().map(|&tile| name_of(tile)).collect();
    names.sort();
    assert_eq!(kept(&atlas), names);
    let served = tiles(&atlas);
    for (&tile, made) in heavy.iter().zip(&made) {
        let prepared = served.tile(tile, None);
        assert!(was_prepared(&prepared) && !was_prepared(made), "{tile}");
        assert!(raw(made) == raw(&prepared), "{tile}");
        for encoding in [Encoding::Gzip, Encoding::Identity] {
            let tags = [made, &prepared]
                .map(|made| made.body.as_ref().unwrap().pack(encoding).tag.clone());
            assert_eq!(tags[0], tags[1], "{tile}");
        }
        // A tile of one layer is another tile.
        assert!(!was_prepared(&served.tile(tile, Some(0))), "{tile}");
    }
    let light = served.pyramid(None).flatten().take(200);
    for tile in light.filter(|tile| !heavy.contains(tile)) {
        let made = served.tile(tile, None);
        assert!(made.body.is_none() || !was_prepared(&made), "{tile}");
    }
    let again = tiles(&atlas).prepare(&go_on).unwrap();
    assert_eq!(again, Prepared::All { new: 0, kept: all });
    let id = atlas.current().unwrap().unwrap();
    assert!(atlas.verify(id).unwrap().is_whole());
}

#[test]
fn preparing_that_was_stopped_goes_on_where_it_was() {
    let (_folder, atlas) = drafts::publish(&heavy());
    let stop_at = 5;
    let stop = |done: u64, _: u64| {
        if done >= stop_at {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let Prepared::Stopped { done, all } = tiles(&atlas).prepare(&stop).unwrap() else {
        panic!("not stopped");
    };
    assert!(stop_at <= done && done < all, "{done} of {all}");
    assert_eq!(kept(&atlas).len() as u64, done);
    // Both kinds are served until then.
    let served = tiles(&atlas);
    let heavy = served.heavy();
    let prepared = heavy
        .iter()
        .filter(|&&tile| was_prepared(&served.tile(tile, None)));
    assert_eq!(prepared.count() as u64, done);
    assert_eq!(
        tiles(&atlas).prepare(&go_on).unwrap(),
        Prepared::All {
            new: all - done,
            kept: done
        }
    );
}

/// Changes a prepared tile on disk.
fn spoil(atlas: &Atlas, tile: TileId, change: impl FnOnce(&mut Vec<u8>)) {
    let path = shelf(atlas).join(name_of(tile));
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(&path, &bytes).unwrap();
}

#[test]
fn a_prepared_tile_that_is_damaged_or_of_another_version_or_edition_is_passed_over_and_made_again()
{
    let (folder, atlas) = drafts::publish(&heavy());
    let first = tiles(&atlas);
    let heavy = first.heavy();
    let before: Vec<_> = heavy[..5]
        .iter()
        .map(|&tile| first.tile(tile, None))
        .collect();
    first.prepare(&go_on).unwrap();
    let [flipped, cut, empty, older, swapped] = heavy[..5] else {
        panic!("{heavy:?}");
    };
    spoil(&atlas, flipped, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
    });
    spoil(&atlas, cut, |bytes| bytes.truncate(bytes.len() - 1));
    spoil(&atlas, empty, Vec::clear);
    // What an earlier version of this program made is whole, and still not what this one makes.
    spoil(&atlas, older, |bytes| {
        assert_eq!(bytes[16..20], TILE_VERSION.to_le_bytes());
        bytes[16] = bytes[16].wrapping_sub(1);
        bytes.truncate(bytes.len() - 64);
        let sum = groundrule::atlas::manifest::digest(bytes);
        bytes.extend(sum.as_bytes());
    });
    let other = fs::read(shelf(&atlas).join(name_of(older))).unwrap();
    spoil(&atlas, swapped, |bytes| *bytes = other);
    let served = tiles(&atlas);
    for (&tile, before) in heavy.iter().zip(&before) {
        let made = served.tile(tile, None);
        assert!(!was_prepared(&made), "{tile}");
        assert!(raw(&made) == raw(before), "{tile}");
    }
    assert!(was_prepared(&served.tile(heavy[5], None)));
    let id = atlas.current().unwrap().unwrap();
    let damaged = atlas.verify(id).unwrap().damaged;
    assert_eq!(damaged.len(), 2, "{damaged:?}");
    assert!(
        damaged
            .iter()
            .all(|one| one.file.starts_with("derived/tiles/"))
    );
    let (new, kept) = (5, heavy.len() as u64 - 5);
    let mended = tiles(&atlas).prepare(&go_on).unwrap();
    assert_eq!(mended, Prepared::All { new, kept });
    assert!(atlas.verify(id).unwrap().is_whole());

    // The next edition has tiles of its own, though the folder of the last were copied into it.
    let old = shelf(&atlas);
    let mut next = heavy_with_one_area_less();
    next.note = Some("one area less".to_owned());
    atlas.publish(&next, drafts::now()).unwrap();
    copy_folder(&old, &shelf(&atlas));
    let served = tiles(&atlas);
    assert!(!was_prepared(&served.tile(TileId::WORLD, None)));
    drop(folder);
}

fn heavy_with_one_area_less() -> Draft {
    let mut draft = heavy();
    let groundrule::atlas::DraftLayer::Loaded(contents) = &mut draft.layers[0] else {
        panic!("loaded");
    };
    contents.areas.pop();
    draft
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn a_prepared_tile_is_not_served_once_a_layer_of_it_is_found_damaged() {
    let (_folder, atlas) = drafts::publish(&heavy());
    tiles(&atlas).prepare(&go_on).unwrap();
    let served = tiles(&atlas);
    let id = atlas.current().unwrap().unwrap();
    let file = atlas.folder(id).join("layers/sssi.fgb");
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, &bytes).unwrap();
    assert!(served.tile(TileId::WORLD, None).is_whole());
    assert_eq!(served.indexed().edition().scrub().len(), 1);
    let made = served.tile(TileId::WORLD, None);
    assert!(!made.is_whole() && !was_prepared(&made));
    assert!(served.prepare(&go_on).is_ok(), "all are there already");
    fs::remove_dir_all(shelf(&atlas)).unwrap();
    let refused = served.prepare(&go_on).unwrap_err().to_string();
    assert!(refused.contains("layer sssi is damaged"), "{refused}");
    assert_eq!(kept(&atlas), Vec::<String>::new());
}

/// What a router answers.
async fn ask(
    state: &Arc<State>,
    path: &str,
    headers: &[(header::HeaderName, &str)],
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let answer = http::ask(state, path, headers).await;
    (answer.status, answer.headers, answer.body)
}

/// Writes the archive of a map into memory and reads it again.
fn archive(tiles: &EditionTiles, layer: Option<usize>, max_zoom: u8) -> pmtiles::Archive {
    let mut tileset = tiles.tileset(layer);
    tileset.end_at(max_zoom);
    let archived = Archived {
        layer,
        tileset: &tileset,
        metadata: "{}",
    };
    let mut file = Cursor::new(Vec::new());
    let written = tiles.archive(&archived, &mut file, &go_on).unwrap();
    let read = pmtiles::read(file.get_ref());
    assert_eq!(written.tiles, read.tiles.len() as u64);
    read
}

#[tokio::test]
async fn an_archive_holds_every_tile_of_the_server_byte_for_byte_and_no_other() {
    let (_folder, atlas) = sample::atlas();
    let state = sample::state(&atlas);
    let deepest = 14;
    let archived = archive(&tiles(&atlas), None, deepest);
    let tileset = tiles(&atlas).tileset(None);
    let bounds = tileset.bounds.unwrap();
    let mut served = BTreeMap::new();
    for z in 0..=deepest {
        let at = |x, y| TileId::holding(LonLat::new(x, y).unwrap().mercator(), z).unwrap();
        let (first, last) = (
            at(bounds.min.x, bounds.max.y),
            at(bounds.max.x, bounds.min.y),
        );
        let side = (1u32 << z) - 1;
        // One more on every side: what TileJSON's bounds leave out is empty indeed.
        for x in first.x().saturating_sub(1)..=(last.x() + 1).min(side) {
            for y in first.y().saturating_sub(1)..=(last.y() + 1).min(side) {
                let path = format!("/tiles/current/{z}/{x}/{y}.mvt");
                let (status, headers, body) = ask(&state, &path, &[]).await;
                assert!(headers.get(header::CONTENT_ENCODING).is_none());
                if status == StatusCode::NO_CONTENT {
                    assert_eq!(headers[header::CACHE_CONTROL], "public, no-cache");
                } else {
                    assert_eq!(status, StatusCode::OK, "{path}");
                    served.insert((z, x, y), body);
                }
            }
        }
    }
    assert!(served.len() > 100, "{}", served.len());
    let addresses =
        |tiles: &BTreeMap<(u8, u32, u32), Vec<u8>>| tiles.keys().copied().collect::<Vec<_>>();
    assert_eq!(addresses(&archived.tiles), addresses(&served));
    for (at, tile) in &archived.tiles {
        assert!(served[at] == *tile, "{at:?}");
    }
    assert_eq!((archived.min_zoom, archived.max_zoom), (0, deepest));
    assert!((archived.bounds[0] - bounds.min.x).abs() < 1e-6);
    assert!((archived.bounds[3] - bounds.max.y).abs() < 1e-6);
}

#[test]
fn tiles_that_are_alike_stand_once_in_an_archive_and_many_tiles_in_several_directories() {
    let layer = drafts::layer("green-wedge");
    let wide = drafts::square(-4.2, 52.8, 0.75);
    let areas = vec![("green-wedge", vec![drafts::area("GW", wide)])];
    let draft = drafts::draft(drafts::map(&[layer]), Space::Wgs84, areas);
    let (_folder, atlas) = drafts::publish(&draft);
    let archived = archive(&tiles(&atlas), None, 16);
    let full = archived
        .tiles
        .values()
        .filter(|tile| tile.len() < 120)
        .count();
    assert!(full > 20_000, "{full} of {}", archived.tiles.len());
    assert!(archived.contents < 2_000, "{}", archived.contents);
    let mut random = Random(7);
    let many = (0..6_500).map(|number| {
        let (x, y) = (random.between(-4.4, -3.4), random.between(52.6, 53.4));
        drafts::area(&format!("T{number}"), drafts::square(x, y, 0.000_2))
    });
    let areas = vec![("tpo", many.collect())];
    let draft = drafts::draft(drafts::map(&[drafts::layer("tpo")]), Space::Wgs84, areas);
    let (_folder, atlas) = drafts::publish(&draft);
    let archived = archive(&tiles(&atlas), None, 16);
    assert!(archived.has_leaves, "{}", archived.tiles.len());
    let alone = archive(&tiles(&atlas), Some(0), 12);
    assert!(
        alone
            .tiles
            .iter()
            .all(|(at, tile)| archived.tiles[at] == *tile)
    );
}

#[tokio::test]
async fn a_tile_at_hand_is_answered_as_it_was_when_it_was_made() {
    let (_folder, atlas) = sample::atlas();
    let version = format!("?v={TILE_VERSION}");
    for (path, status) in [
        ("/tiles/2026-11-23.1/14/7993/5365.mvt", StatusCode::OK),
        ("/tiles/current/14/7993/5365.mvt", StatusCode::OK),
        (
            "/tiles/2026-11-23.1/conservation-area/14/7993/5365.mvt",
            StatusCode::OK,
        ),
        ("/tiles/2026-11-23.1/14/0/0.mvt", StatusCode::NO_CONTENT),
        ("/tiles/current/14/0/0.mvt", StatusCode::NO_CONTENT),
        ("/tiles/current/14/0/00.mvt", StatusCode::NOT_FOUND),
        ("/tiles/current/wishes/14/0/0.mvt", StatusCode::NOT_FOUND),
        ("/tiles/2026-11-22.1/14/7993/5365.mvt", StatusCode::GONE),
    ] {
        for query in ["", &version, "?v=", "?v=0", "?v=1&lang=cy"] {
            for encoding in ["br", "gzip", "identity"] {
                let state = sample::state(&atlas);
                let path = format!("{path}{query}");
                let headers = [(header::ACCEPT_ENCODING, encoding)];
                let made = ask(&state, &path, &headers).await;
                let at_hand = ask(&state, &path, &headers).await;
                assert_eq!(made.0, status, "{path}");
                assert_eq!(made, at_hand, "{path} {encoding}");
                let Some(tag) = made.1.get(header::ETAG) else {
                    continue;
                };
                let has = [
                    headers[0].clone(),
                    (header::IF_NONE_MATCH, tag.to_str().unwrap()),
                ];
                let told = ask(&state, &path, &has).await;
                if status == StatusCode::OK {
                    assert_eq!(told.0, StatusCode::NOT_MODIFIED, "{path} {encoding}");
                    assert_eq!(told.1[header::ETAG], made.1[header::ETAG]);
                    assert!(told.2.is_empty());
                }
            }
        }
    }
}

#[tokio::test]
async fn a_tile_asked_for_often_comes_to_be_sent_in_fewer_bytes_and_who_has_it_keeps_it() {
    let (_folder, atlas) = sample::atlas();
    let state = sample::state(&atlas);
    let packing = tokio::spawn(Arc::clone(&state).pack());
    let path = format!("/tiles/2026-11-23.1/13/3996/2682.mvt?v={TILE_VERSION}");
    let br = (header::ACCEPT_ENCODING, "br");
    let (status, first, quick) = ask(&state, &path, std::slice::from_ref(&br)).await;
    assert_eq!(status, StatusCode::OK);
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    let (headers, best) = loop {
        let (_, headers, body) = ask(&state, &path, std::slice::from_ref(&br)).await;
        if headers[header::ETAG] != first[header::ETAG] {
            break (headers, body);
        }
        assert!(body == quick, "one tag, one body");
        assert!(std::time::Instant::now() < deadline, "it was never packed");
        tokio::task::yield_now().await;
    };
    assert!(best.len() < quick.len(), "{} {}", best.len(), quick.len());
    let unpacked = |packed: &[u8]| {
        let mut raw = Vec::new();
        brotli::BrotliDecompress(&mut &packed[..], &mut raw).unwrap();
        raw
    };
    assert!(unpacked(&best) == unpacked(&quick));
    for tag in [&first[header::ETAG], &headers[header::ETAG]] {
        let has = [br.clone(), (header::IF_NONE_MATCH, tag.to_str().unwrap())];
        let (status, told, body) = ask(&state, &path, &has).await;
        assert_eq!(status, StatusCode::NOT_MODIFIED);
        assert_eq!(told[header::ETAG], tag, "the bytes that the client has");
        assert!(body.is_empty());
    }
    packing.abort();
}
