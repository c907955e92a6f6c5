use groundrule::answer::IndexedEdition;
use groundrule::atlas::Atlas;
use groundrule::geometry::LonLat;
use groundrule::tile::{Budget, EditionTiles, TileId};
use std::sync::Arc;
use std::time::Instant;
fn br(raw: &[u8], q: i32) -> usize {
    let p = brotli::enc::BrotliEncoderParams {
        quality: q,
        lgwin: 22,
        size_hint: raw.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &raw[..], &mut out, &p).unwrap();
    out.len()
}
// args: atlas list|session [q]
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let atlas = Atlas::open(&args[1]).unwrap();
    let indexed = Arc::new(IndexedEdition::new(atlas.current_edition().unwrap()));
    let q: i32 = args.get(3).map_or(11, |q| q.parse().unwrap());
    let tiles = EditionTiles::new(Arc::clone(&indexed), Budget::default());
    let t = Instant::now();
    tiles.tile(TileId::WORLD, Some(0));
    println!("first tile {:?}", t.elapsed());
    if args[2] == "list" {
        let list =
            std::fs::read_to_string(args.get(4).map_or("/work/shared/bench/tiles_A.txt", |s| s))
                .unwrap();
        let ids: Vec<TileId> = list
            .split_whitespace()
            .map(|t| t.parse().unwrap())
            .collect();
        let t = Instant::now();
        let made: Vec<_> = ids
            .iter()
            .map(|&id| {
                let t = Instant::now();
                let m = tiles.tile(id, None);
                (m, t.elapsed())
            })
            .collect();
        let all = t.elapsed();
        println!(
            "{} tiles in {:?}: {:.0}/s one thread",
            ids.len(),
            all,
            ids.len() as f64 / all.as_secs_f64()
        );
        let mut slow: Vec<_> = made.iter().map(|m| m.1).collect();
        slow.sort();
        println!(
            "p50 {:?} p90 {:?} max {:?}",
            slow[slow.len() / 2],
            slow[slow.len() * 9 / 10],
            slow.last().unwrap()
        );
        let mut by_zoom = std::collections::BTreeMap::<u8, Vec<(usize, usize)>>::new();
        let mut sizes = vec![];
        for (id, (m, _)) in ids.iter().zip(&made) {
            if let Some(b) = &m.body {
                let s = br(b.raw(), q);
                sizes.push(s);
                by_zoom.entry(id.z()).or_default().push((b.raw().len(), s));
            }
        }
        sizes.sort();
        println!(
            "median {} max {} sum {}",
            sizes[sizes.len() / 2],
            sizes.last().unwrap(),
            sizes.iter().sum::<usize>()
        );
        for (z, v) in by_zoom {
            println!(
                "z{z}: {} tiles, raw {}, br {}",
                v.len(),
                v.iter().map(|x| x.0).sum::<usize>() / v.len(),
                v.iter().map(|x| x.1).sum::<usize>() / v.len()
            );
        }
    } else {
        let centres: Vec<(f64, f64)> = if args[2] == "real" {
            vec![
                (-2.3597, 51.3811),
                (-2.4815, 51.2875),
                (-2.4966, 51.4132),
                (-2.2700, 51.3000),
                (-2.5600, 51.3300),
            ]
        } else {
            vec![
                (-3.7509, 53.0720),
                (-3.8975, 53.0690),
                (-3.7900, 52.9615),
                (-3.8535, 53.0536),
                (-3.8242, 53.1580),
            ]
        };
        for (w, h) in [(375.0, 667.0), (1366.0, 768.0)] {
            let (mut total, mut raw, mut n) = (0, 0, 0);
            let mut zoom = [0usize; 17];
            for &(lon, lat) in &centres {
                let c = LonLat::new(lon, lat).unwrap().mercator();
                let mut seen = std::collections::BTreeSet::new();
                let mut views: Vec<(u8, f64)> = (12..=16).rev().map(|z| (z, 0.0)).collect();
                views.extend([(12, 1.0), (12, 2.0), (12, 3.0)]);
                for (z, pan) in views {
                    let world = 512.0 * 2f64.powi(i32::from(z));
                    let (cx, cy) = (c.x * world + pan * w, c.y * world);
                    let t = |v: f64| (v / 512.0).floor() as u32;
                    for x in t(cx - w / 2.0)..=t(cx + w / 2.0) {
                        for y in t(cy - h / 2.0)..=t(cy + h / 2.0) {
                            seen.insert((z, x, y));
                        }
                    }
                }
                for (z, x, y) in seen {
                    n += 1;
                    if let Some(b) = &tiles
                        .tile(TileId::new(u32::from(z), x, y).unwrap(), None)
                        .body
                    {
                        let s = br(b.raw(), q);
                        total += s;
                        zoom[z as usize] += s;
                        raw += b.raw().len();
                    }
                }
            }
            println!(
                "{w}x{h}: {} tiles, raw {} KB, br{q} {:.1} KB, by zoom {:?}",
                n / 5,
                raw / 5 / 1000,
                total as f64 / 5000.0,
                zoom[12..].iter().map(|z| z / 5000).collect::<Vec<_>>()
            );
        }
    }
}
