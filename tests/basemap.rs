//! A base map beside our layers: what is served of it, and that nothing it does harms them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use axum::http::{StatusCode, header};
use groundrule::atlas::Atlas;
use groundrule::server::{State, limits};
use groundrule::tile::basemap as archive;
use serde_json::Value as Json;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use support::http::{self, Answer};
use support::sample;

static SAMPLE: LazyLock<(tempfile::TempDir, Atlas)> = LazyLock::new(sample::atlas);

/// A tile of our own that has something in it.
const OURS: &str = "/tiles/current/14/7993/5365.mvt";

async fn ask(state: &Arc<State>, path: &str, encoding: &str) -> Answer {
    http::ask(state, path, &[(header::ACCEPT_ENCODING, encoding)]).await
}

async fn get(state: &Arc<State>, path: &str) -> Answer {
    ask(state, path, "identity").await
}

fn serving(path: &Path) -> Arc<State> {
    let state = Arc::into_inner(sample::state(&SAMPLE.1)).unwrap();
    Arc::new(state.with_basemap(Some(path.to_owned())))
}

/// Zoom, column and row from the north, and the bytes.
type Tile = ((u8, u32, u32), Vec<u8>);

/// A PNG of one pixel.
fn picture(shade: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 1, 1);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[shade]).unwrap();
    writer.finish().unwrap();
    out
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An MBTiles file: what it says of itself, and its tiles by zoom, column and row from the north.
fn mbtiles(path: &Path, facts: &[(&str, &str)], tiles: &[Tile]) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "CREATE TABLE metadata (name text, value text);
         CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
         CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);",
    )
    .unwrap();
    for (name, value) in facts {
        db.execute("INSERT INTO metadata VALUES (?1, ?2)", [name, value])
            .unwrap();
    }
    for ((z, x, y), bytes) in tiles {
        let from_south = (1u32 << z) - 1 - y;
        db.execute(
            "INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)",
            rusqlite::params![z, x, from_south, bytes],
        )
        .unwrap();
    }
}

/// A number as PMTiles writes it in a directory.
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number as u8) | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A PMTiles archive, written by the letter of its specification: a header, a directory, a description, tiles.
fn pmtiles(path: &Path, metadata: &str, kind: u8, packing: u8, tiles: &[Tile]) {
    let id = |&(z, x, y): &(u8, u32, u32)| {
        let at = pmtiles::TileCoord::new(z, x, y).unwrap();
        pmtiles::TileId::from(at).value()
    };
    let mut tiles: Vec<(u64, &Vec<u8>)> = tiles.iter().map(|(at, bytes)| (id(at), bytes)).collect();
    tiles.sort();
    let mut directory = Vec::new();
    varint(tiles.len() as u64, &mut directory);
    let mut last = 0;
    for (id, _) in &tiles {
        varint(id - last, &mut directory);
        last = *id;
    }
    for _ in &tiles {
        varint(1, &mut directory);
    }
    for (_, bytes) in &tiles {
        varint(bytes.len() as u64, &mut directory);
    }
    for number in 0..tiles.len() {
        varint(u64::from(number == 0), &mut directory);
    }
    let data: Vec<u8> = tiles
        .iter()
        .flat_map(|(_, bytes)| bytes.iter().copied())
        .collect();
    let root = 127u64;
    let about = root + directory.len() as u64;
    let from = about + metadata.len() as u64;
    let mut file = b"PMTiles\x03".to_vec();
    for number in [
        root,
        directory.len() as u64,
        about,
        metadata.len() as u64,
        from,
        0,
        from,
        data.len() as u64,
    ] {
        file.extend(number.to_le_bytes());
    }
    for _ in 0..3 {
        file.extend((tiles.len() as u64).to_le_bytes());
    }
    // Clustered; nothing packed inside; how tiles are packed and what they are; zooms.
    file.extend([1, 1, packing, kind, 0, 14]);
    for degrees in [-5.0, 52.0, -4.0, 53.0] {
        file.extend(((degrees * 1e7) as i32).to_le_bytes());
    }
    file.push(10);
    file.extend([0; 8]);
    assert_eq!(file.len(), 127);
    file.extend(directory);
    file.extend(metadata.bytes());
    file.extend(data);
    fs::write(path, file).unwrap();
}

const FACTS: [(&str, &str); 5] = [
    ("name", "Grey"),
    ("format", "png"),
    ("bounds", "-5,52,-4,53"),
    ("minzoom", "0"),
    (
        "attribution",
        "<a href='https://x'>&copy; The <b>Council</b> & others</a>",
    ),
];

fn raster(folder: &Path) -> PathBuf {
    let path = folder.join("grey map?.mbtiles");
    let tiles = [((0, 0, 0), picture(200)), ((3, 2, 1), picture(100))];
    mbtiles(&path, &FACTS, &tiles);
    path
}

#[tokio::test]
async fn pictures_are_served_with_what_describes_them_and_lie_under_what_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let state = serving(&raster(folder.path()));
    let about = get(&state, "/basemap.json").await.json();
    assert_eq!(about["attribution"], "© The Council &amp; others");
    assert_eq!(
        (&about["minzoom"], &about["maxzoom"]),
        (&Json::from(0), &Json::from(3))
    );
    let template = about["tiles"][0].as_str().unwrap();
    let local = template
        .strip_prefix("https://planning.example.org")
        .unwrap();
    let at = local
        .replace("{z}", "3")
        .replace("{x}", "2")
        .replace("{y}", "1");
    let tile = get(&state, &at).await;
    assert_eq!((tile.status, tile.body), (StatusCode::OK, picture(100)));
    let tile = get(&state, "/basemap/3/2/1.png").await;
    assert_eq!(tile.header(header::CONTENT_TYPE), "image/png");
    assert_eq!(tile.header(header::CACHE_CONTROL), "public, no-cache");
    assert!(
        get(&state, &at)
            .await
            .header(header::CACHE_CONTROL)
            .contains("immutable")
    );

    let style = get(&state, "/style.json?edition=2026-11-23.1&v=1").await;
    assert_eq!(
        style.header(header::CACHE_CONTROL),
        "public, no-cache",
        "another base map may be named"
    );
    let style = style.json();
    assert_eq!(style["sources"]["basemap"]["type"], "raster");
    let layers = style["layers"].as_array().unwrap();
    let place = |wanted: &dyn Fn(&Json) -> bool| layers.iter().position(wanted).unwrap();
    let behind = place(&|layer| layer["type"] == "raster");
    let of = |name: &str| place(&|layer| layer["source-layer"] == name);
    assert!(of("land") < behind && behind < of("flood-zone-3"));
    assert!(
        behind < place(&|layer| layer["type"] == "symbol"),
        "names lie above it"
    );

    let none = get(&state, "/basemap/3/0/0").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert_eq!(none.message(), "The base map has no tile there.");
    for wrong in [
        "3/8/0",
        "23/0/0",
        "../../etc/passwd",
        "0/0/0/grey map?.mbtiles",
    ] {
        let answer = get(&state, &format!("/basemap/{}", wrong.replace(' ', "%20"))).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test]
async fn vector_tiles_are_passed_on_as_they_are_stored_or_unpacked_for_those_who_must_have_it_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vector.pmtiles");
    let tile = b"no layers, but bytes all the same".repeat(20);
    let metadata = r#"{"name":"Zoomstack","attribution":"OS","vector_layers":[{"id":"sea","fields":{}},{"id":"roads_local","fields":{}},{"id":"names","fields":{}}]}"#;
    let tiles = [
        ((5, 15, 10), gzipped(&tile)),
        ((14, 7993, 5365), gzipped(b"another")),
    ];
    pmtiles(&path, metadata, 1, 2, &tiles);
    let state = serving(&path);
    let packed = ask(&state, "/basemap/5/15/10", "gzip").await;
    assert_eq!(packed.header(header::CONTENT_ENCODING), "gzip");
    assert_eq!(
        packed.header(header::CONTENT_TYPE),
        "application/vnd.mapbox-vector-tile"
    );
    assert_eq!(packed.body, gzipped(&tile), "as it is stored");
    assert_eq!(
        ask(&state, "/basemap/5/15/10", "gzip, br").await.body,
        gzipped(&tile)
    );
    let plain = get(&state, "/basemap/5/15/10").await;
    assert_eq!(
        (plain.header(header::CONTENT_ENCODING), &plain.body),
        ("", &tile)
    );
    let mut back = Vec::new();
    let other = ask(&state, "/basemap/5/15/10", "br").await;
    brotli::Decompressor::new(&other.body[..], 4096)
        .read_to_end(&mut back)
        .unwrap();
    assert_eq!((other.header(header::CONTENT_ENCODING), back), ("br", tile));
    assert_eq!(
        get(&state, "/basemap/5/0/0").await.status,
        StatusCode::NOT_FOUND
    );

    let about = get(&state, "/basemap.json").await.json();
    assert_eq!(about["vector_layers"].as_array().unwrap().len(), 3);
    assert_eq!(about["bounds"], serde_json::json!([-5.0, 52.0, -4.0, 53.0]));
    let style = get(&state, "/style.json").await.json();
    assert_eq!(style["sources"]["basemap"]["type"], "vector");
    let layers = style["layers"].as_array().unwrap();
    let behind: Vec<&str> = layers
        .iter()
        .filter(|layer| layer["source"] == "basemap")
        .map(|layer| layer["source-layer"].as_str().unwrap())
        .collect();
    assert_eq!(
        behind,
        ["sea", "roads_local"],
        "a schema that is known is drawn by its names"
    );
}

#[tokio::test]
async fn an_archive_that_is_damaged_at_a_tile_says_so_there_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    for (name, good) in [
        ("a.pmtiles", "/basemap/0/0/0"),
        ("b.mbtiles", "/basemap/0/0/0"),
    ] {
        let path = folder.path().join(name);
        let noise: Vec<u8> = (0..60_000u32).map(|n| (n * n % 251) as u8).collect();
        let large = [picture(7), noise].concat();
        let tiles = [((0, 0, 0), picture(9)), ((1, 1, 1), large)];
        if name.ends_with("pmtiles") {
            pmtiles(&path, "{}", 2, 1, &tiles);
        } else {
            mbtiles(&path, &FACTS, &tiles);
        }
        let state = serving(&path);
        assert_eq!(
            get(&state, "/basemap/1/1/1").await.status,
            StatusCode::OK,
            "{name}"
        );
        let whole = fs::metadata(&path).unwrap().len();
        fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(whole - 30_000)
            .unwrap();
        let broken = get(&state, "/basemap/1/1/1").await;
        assert_eq!(broken.status, StatusCode::SERVICE_UNAVAILABLE, "{name}");
        assert!(
            broken.message().starts_with("The base map cannot be read"),
            "{name}"
        );
        assert_eq!(broken.header(header::CACHE_CONTROL), "no-store");
        assert_eq!(get(&state, OURS).await.status, StatusCode::OK);
        assert_eq!(get(&state, "/style.json").await.status, StatusCode::OK);
        if name.ends_with("pmtiles") {
            assert_eq!(get(&state, good).await.status, StatusCode::OK, "{name}");
        }
    }
}

#[tokio::test]
async fn an_archive_that_is_not_there_or_no_archive_leaves_the_server_as_it_is_and_is_taken_in_when_it_comes()
 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("later.mbtiles");
    let state = serving(&path);
    let absent = get(&state, "/basemap/0/0/0").await;
    assert_eq!(absent.status, StatusCode::SERVICE_UNAVAILABLE);
    let style = get(&state, "/style.json").await.json();
    assert!(style["sources"]["basemap"].is_null());
    fs::write(&path, b"this is no database, however long it is made").unwrap();
    state.look();
    assert_eq!(
        get(&state, "/basemap.json").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    fs::remove_file(&path).unwrap();
    fs::rename(raster(folder.path()), &path).unwrap();
    state.look();
    assert_eq!(get(&state, "/basemap/0/0/0").await.status, StatusCode::OK);
    fs::remove_file(&path).unwrap();
    state.look();
    assert_eq!(
        get(&state, "/basemap/0/0/0").await.status,
        StatusCode::OK,
        "what is open goes on being read"
    );

    let none = sample::state(&SAMPLE.1);
    let answer = get(&none, "/basemap.json").await;
    assert_eq!(
        (answer.status, answer.message().as_str()),
        (StatusCode::NOT_FOUND, "No base map is served here.")
    );
}

#[tokio::test]
async fn every_cut_and_many_a_flipped_byte_of_an_archive_is_an_answer_and_never_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spoilt.pmtiles");
    pmtiles(
        &path,
        r#"{"name":"x"}"#,
        2,
        1,
        &[((0, 0, 0), picture(1)), ((2, 1, 1), picture(2))],
    );
    let good = fs::read(&path).unwrap();
    let mut opened = 0;
    for at in 0..good.len() {
        for spoilt in [
            good[..at].to_vec(),
            [&good[..at], &[good[at] ^ 0xff], &good[at + 1..]].concat(),
        ] {
            fs::write(&path, spoilt).unwrap();
            let Ok(basemap) = archive::Basemap::open(&path) else {
                continue;
            };
            opened += 1;
            for (z, x, y) in [(0, 0, 0), (2, 1, 1), (22, 9, 9)] {
                let _ = basemap.tile(z, x, y);
            }
        }
    }
    assert!(opened > 20, "{opened} of them could be opened");
}

#[test]
fn the_documentation_has_the_bounds_of_the_program() {
    let text = fs::read_to_string(sample::source("docs/basemap.md")).unwrap();
    for (name, value) in [
        ("MAX_BASEMAP_TILE_BYTES", archive::MAX_BASEMAP_TILE_BYTES),
        ("MAX_BASEMAP_PART_BYTES", archive::MAX_BASEMAP_PART_BYTES),
        ("MAX_BASEMAP_ZOOM", usize::from(archive::MAX_BASEMAP_ZOOM)),
        (
            "MAX_BASEMAP_TILES_AT_ONCE",
            limits::MAX_BASEMAP_TILES_AT_ONCE,
        ),
        (
            "MAX_WAITING_BASEMAP_TILES",
            limits::MAX_WAITING_BASEMAP_TILES,
        ),
    ] {
        assert!(
            text.contains(&format!("| `{name}` | {value} |")),
            "{name} is {value}"
        );
    }
}
