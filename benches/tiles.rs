//! Bytes and times of tiles: `cargo bench --bench tiles -- ../shared ATLAS_OF_A [--quick]`.
//!
//! For data set A of `../shared/bench`: the fixed list of tiles, and the session of `sessions.json` on both
//! screens; for the real map of Bath & North East Somerset the same session. Bytes as they are and compressed
//! by gzip and by Brotli 5 and 11, shares of each layer and of each kind of content; then tiles a second, cold.
//! `--quick` leaves out Brotli 11 and times. One word more, `--tiles FILE`, writes each tile's bytes to compare.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

#[path = "../tests/support/mvt_shares.rs"]
mod mvt_shares;
#[path = "../tests/support/sample.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod sample;

use geo_types::Coord;
use groundrule::answer::IndexedEdition;
use groundrule::atlas::Atlas;
use groundrule::geometry::{LonLat, Mercator, ostn15};
use groundrule::loading::{LoadOptions, Silent, load_map};
use groundrule::page::look::Looks;
use groundrule::tile::{Budget, EditionTiles, Encoding, MAX_ZOOM, TileId};
use mvt_shares::{Shares, shares};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Pixels that a tile is wide at its own zoom.
const TILE_PIXELS: f64 = 512.0;

/// Zooms of a session: it opens at the first and goes out to the last.
const ZOOMS: (u8, u8) = (16, 12);

/// Screen widths that a session pans east.
const PANS: u32 = 3;

/// The middle of Bath, its edge, Keynsham, Midsomer Norton, and Chew Valley.
const REAL_CENTRES: [(f64, f64); 5] = [
    (-2.3597, 51.3811),
    (-2.3372, 51.3676),
    (-2.4966, 51.4142),
    (-2.4852, 51.2856),
    (-2.6098, 51.3377),
];

/// A place of the sample map.
const SAMPLE_PLACE: (f64, f64) = (240_262.0, 305_398.0);

/// The files of the real map: as what a council would publish each, the column that names a row, and that of its name.
const REAL: [(&str, &str, &str, &str); 16] = [
    ("banes_conservation_ar", "conservation-area", "name", "name"),
    ("banes_green_belt", "green-belt", "gb", ""),
    (
        "banes_gss_amenity_grass",
        "amenity-green-space",
        "ethos_id",
        "site_name",
    ),
    (
        "banes_gss_parks_recreation",
        "park",
        "ethos_id",
        "site_name",
    ),
    ("banes_gss_allotments", "allotment", "ethos_id", "site_name"),
    (
        "banes_gss_outdoorsport_pitches",
        "pitch",
        "ethos_id",
        "site_name",
    ),
    (
        "banes_gss_playspace_children",
        "play-space",
        "ethos_id",
        "site_name",
    ),
    ("ne_aonb", "aonb", "code", "name"),
    ("ne_sssi", "sssi", "objectid", "sssi_name"),
    ("ne_ancient_woodland", "ancient-woodland", "themid", "name"),
    (
        "ne_local_nature_reserves",
        "local-nature-reserve",
        "reference",
        "lnr_name",
    ),
    (
        "ne_special_areas_conservation",
        "sac",
        "sac_code",
        "sac_name",
    ),
    (
        "ne_agricultural_land_class",
        "agricultural-land",
        "ogr_fid",
        "alc_grade",
    ),
    (
        "he_scheduled_monuments",
        "scheduled-monument",
        "listentry",
        "name",
    ),
    (
        "he_listed_buildings",
        "listed-building",
        "listentry",
        "name",
    ),
    ("os_parishes", "parish", "code", "name"),
];

/// How a body is sent, and by which figure it stands in the tables.
const WAYS: [&str; 4] = ["raw", "gzip", "br 5", "br 11"];

struct Asked {
    shared: String,
    atlas: String,
    quick: bool,
    written: Option<String>,
}

fn main() {
    // `cargo bench` adds `--bench`.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let (Some(shared), Some(atlas)) = (words.next(), words.next()) else {
        println!("cargo bench --bench tiles -- ../shared ATLAS_OF_A [--quick] [--tiles FILE]");
        return;
    };
    let mut asked = Asked {
        shared,
        atlas,
        quick: false,
        written: None,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--quick" => asked.quick = true,
            "--tiles" => asked.written = words.next(),
            other => panic!("{other} is not understood"),
        }
    }
    let sessions = fs::read_to_string(format!("{}/bench/sessions.json", asked.shared)).unwrap();
    let sessions: Json = serde_json::from_str(&sessions).unwrap();

    let atlas = Atlas::open(Path::new(&asked.atlas)).unwrap();
    let a = Arc::new(IndexedEdition::new(atlas.current_edition().unwrap()));
    let list = listed(&format!("{}/bench/tiles_A.txt", asked.shared));
    println!("A, the list of {} tiles", list.len());
    measure_list(&a, &list, &asked);
    let centres: Vec<LonLat> = sessions["centres"]
        .as_array()
        .unwrap()
        .iter()
        .map(place)
        .collect();
    measure_sessions("A", &a, &centres, &sessions, &asked);

    let folder = tempfile::tempdir().unwrap();
    let real = real_map(&asked.shared, folder.path());
    let centres = REAL_CENTRES.map(|(lon, lat)| LonLat::new(lon, lat).unwrap());
    measure_sessions("the real map", &real, &centres, &sessions, &asked);
    let (_sample_folder, atlas) = sample::atlas();
    let indexed = Arc::new(IndexedEdition::new(atlas.current_edition().unwrap()));
    let (easting, northing) = SAMPLE_PLACE;
    let at = ostn15::from_national_grid(Coord {
        x: easting,
        y: northing,
    })
    .unwrap()
    .coord;
    let centre = LonLat::new(at.x, at.y).unwrap();
    measure_sessions("the sample map", &indexed, &[centre], &sessions, &asked);
    if !asked.quick {
        times(&a, &list);
    }
}

/// The tiles as a server makes them.
fn served(indexed: &Arc<IndexedEdition>) -> EditionTiles {
    let shown = Looks::of(indexed.edition()).shown(indexed.edition());
    EditionTiles::new(Arc::clone(indexed), Budget::default()).styled(shown)
}

fn place(pair: &Json) -> LonLat {
    LonLat::new(pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap()).unwrap()
}

fn listed(file: &str) -> Vec<TileId> {
    let text = fs::read_to_string(file).unwrap();
    text.split_whitespace()
        .map(|tile| tile.parse().unwrap())
        .collect()
}

/// The real map, loaded from its files into a folder.
fn real_map(shared: &str, folder: &Path) -> Arc<IndexedEdition> {
    let data = fs::canonicalize(format!("{shared}/data/banes")).unwrap();
    let mut map = "title = { en = \"The real map\" }\n".to_owned();
    for (file, id, reference, name) in REAL {
        let group = if id == "parish" {
            "boundary"
        } else {
            "constraints"
        };
        let named = if name.is_empty() {
            String::new()
        } else {
            format!(", name = {name:?}")
        };
        writeln!(
            map,
            "\n[[layer]]\nid = {id:?}\nfile = {:?}\ngroup = {group:?}\ntitle = {{ en = {id:?} }}\n\
             duplicate-references = \"merge\"\nfields = {{ reference = {reference:?}{named} }}",
            data.join(format!("{file}.geojson"))
        )
        .unwrap();
    }
    let path = folder.join("map.toml");
    fs::write(&path, map).unwrap();
    let options = LoadOptions {
        accept_errors: true,
        accept_repairs: true,
        ..LoadOptions::default()
    };
    let loaded = load_map(&path, &options, &Silent).unwrap();
    let atlas = Atlas::create(folder.join("atlas")).unwrap();
    atlas
        .publish(&sample::draft(loaded), sample::now())
        .unwrap();
    Arc::new(IndexedEdition::new(atlas.current_edition().unwrap()))
}

/// A tile's bytes in each way; 0 where that was not asked for.
fn weigh(tiles: &EditionTiles, tile: TileId, quick: bool) -> ([usize; 4], Shares) {
    let made = tiles.tile(tile, None);
    let Some(body) = &made.body else {
        return ([0; 4], Shares::default());
    };
    let brotli_11 = if quick { 0 } else { best(body.raw()).len() };
    let bytes = [
        body.raw().len(),
        body.body(Encoding::Gzip).len(),
        body.body(Encoding::Brotli).len(),
        brotli_11,
    ];
    (bytes, shares(body.raw()))
}

/// Brotli at its most.
fn best(raw: &[u8]) -> Vec<u8> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: raw.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &raw[..], &mut out, &params).unwrap();
    out
}

fn measure_list(indexed: &Arc<IndexedEdition>, list: &[TileId], asked: &Asked) {
    let tiles = served(indexed);
    let weighed: Vec<_> = list
        .iter()
        .map(|&tile| weigh(&tiles, tile, asked.quick))
        .collect();
    for (way, name) in WAYS.iter().enumerate() {
        let mut bytes: Vec<usize> = weighed.iter().map(|(bytes, _)| bytes[way]).collect();
        bytes.sort_unstable();
        let sum: usize = bytes.iter().sum();
        println!(
            "  {name:>5}: median {:>7}, 9 of 10 {:>7}, most {:>8}, all {:>9}",
            bytes[bytes.len() / 2],
            bytes[bytes.len() * 9 / 10],
            bytes[bytes.len() - 1],
            sum
        );
    }
    let mut by_zoom: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
    for (tile, (bytes, _)) in list.iter().zip(&weighed) {
        by_zoom.entry(tile.z()).or_default().push(bytes[2]);
    }
    let told: Vec<String> = by_zoom
        .iter_mut()
        .map(|(z, bytes)| {
            bytes.sort_unstable();
            format!("z{z} {}/{}", bytes[bytes.len() / 2], bytes[bytes.len() - 1])
        })
        .collect();
    println!("  br 5, median/most: {}", told.join(", "));
    let mut gave_way: BTreeMap<String, usize> = BTreeMap::new();
    for &tile in list {
        let detail = tiles.tile(tile, None).detail;
        if !detail.is_full() {
            let told = format!(
                "{} half pixels, points up to {}",
                detail.half_pixels(),
                detail.points_up_to()
            );
            *gave_way.entry(told).or_default() += 1;
        }
    }
    println!("  detail gave way: {gave_way:?}");
    let mut all = Shares::default();
    weighed.iter().for_each(|(_, shares)| all.add(shares));
    print!("{all}");
    if let Some(file) = &asked.written {
        let lines =
            list.iter()
                .zip(&weighed)
                .fold(String::new(), |mut lines, (tile, (bytes, _))| {
                    writeln!(lines, "{tile} {bytes:?}").unwrap();
                    lines
                });
        fs::write(file, lines).unwrap();
    }
}

fn measure_sessions(
    name: &str,
    indexed: &Arc<IndexedEdition>,
    centres: &[LonLat],
    sessions: &Json,
    asked: &Asked,
) {
    let tiles = served(indexed);
    for screen in sessions["screens"].as_array().unwrap() {
        let (width, height) = (screen[0].as_f64().unwrap(), screen[1].as_f64().unwrap());
        let (mut bytes, mut most, mut count) = ([0; 4], 0, 0);
        let mut all = Shares::default();
        for &centre in centres {
            for tile in session(centre, width, height) {
                let (here, shares) = weigh(&tiles, tile, asked.quick);
                bytes
                    .iter_mut()
                    .zip(here)
                    .for_each(|(sum, here)| *sum += here);
                most = most.max(here[2]);
                count += 1;
                all.add(&shares);
            }
        }
        let told: Vec<String> = WAYS
            .iter()
            .zip(bytes)
            .map(|(way, bytes)| {
                format!("{way} {:.1} kB", bytes as f64 / centres.len() as f64 / 1e3)
            })
            .collect();
        println!(
            "{name}, session at {width}×{height}: {}; {:.1} tiles, most br 5 {most}",
            told.join(", "),
            count as f64 / centres.len() as f64
        );
        print!("{all}");
    }
}

/// The tiles that a session asks for, each once.
fn session(centre: LonLat, width: f64, height: f64) -> BTreeSet<TileId> {
    let mut asked = BTreeSet::new();
    let centre = centre.mercator();
    for z in (ZOOMS.1..=ZOOMS.0).rev() {
        asked.extend(cover(centre, z, width, height));
    }
    let world = TILE_PIXELS * f64::from(ZOOMS.1).exp2();
    for pan in 1..=PANS {
        let east = Mercator {
            x: centre.x + f64::from(pan) * width / world,
            y: centre.y,
        };
        asked.extend(cover(east, ZOOMS.1, width, height));
    }
    asked
}

/// The tiles of a zoom that a screen shows.
fn cover(centre: Mercator, z: u8, width: f64, height: f64) -> Vec<TileId> {
    assert!(z <= MAX_ZOOM);
    let world = TILE_PIXELS * f64::from(z).exp2();
    let at = |dx: f64, dy: f64| {
        let corner = Mercator {
            x: centre.x + dx / 2.0 / world,
            y: centre.y + dy / 2.0 / world,
        };
        TileId::holding(corner, z).unwrap()
    };
    let (first, last) = (at(-width, -height), at(width, height));
    let rows = first.y()..=last.y();
    rows.flat_map(|y| (first.x()..=last.x()).map(move |x| (x, y)))
        .map(|(x, y)| TileId::new(u32::from(z), x, y).unwrap())
        .collect()
}

/// Tiles a second with nothing kept from before, compressed by Brotli 5, on one thread and on two.
fn times(indexed: &Arc<IndexedEdition>, list: &[TileId]) {
    for threads in [1, 2] {
        let tiles = served(indexed);
        let started = Instant::now();
        let mut each: Vec<Duration> = std::thread::scope(|scope| {
            let work: Vec<_> = (0..threads)
                .map(|first| {
                    let own = list.iter().skip(first).step_by(threads);
                    let tiles = &tiles;
                    scope.spawn(move || own.map(|&tile| timed(tiles, tile)).collect::<Vec<_>>())
                })
                .collect();
            work.into_iter()
                .flat_map(|work| work.join().unwrap())
                .collect()
        });
        let all = started.elapsed();
        each.sort_unstable();
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "cold, {threads} thread(s): {:.0} tiles/s, p50 {:.2} ms, p99 {:.1} ms, most {:.1} ms",
            list.len() as f64 / all.as_secs_f64(),
            ms(each[each.len() / 2]),
            ms(each[each.len() * 99 / 100]),
            ms(each[each.len() - 1])
        );
    }
}

fn timed(tiles: &EditionTiles, tile: TileId) -> Duration {
    let started = Instant::now();
    let made = tiles.tile(tile, None);
    std::hint::black_box(made.body.as_ref().map(|body| body.body(Encoding::Brotli)));
    started.elapsed()
}
