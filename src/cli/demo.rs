//! `groundrule demo`: the sample map, loaded into an atlas of its own and served.

use super::exit::{Exit, NotLoaded};
use super::prepare::choose;
use super::{Terminal, load, now, serve};
use crate::atlas::Atlas;
use crate::loading::{LoadOptions, Silent, load_map};
use crate::places::Gazetteer;
use anyhow::Context as _;
use clap::Args;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

macro_rules! sample {
    ($($name:literal),* $(,)?) => {
        /// The files of the sample map, compiled in so that the program shows it anywhere.
        const SAMPLE: &[(&str, &[u8])] = &[$(($name, include_bytes!(concat!("../../data/", $name)))),*];
    };
}

sample![
    "map.toml",
    "policies.csv",
    "gazetteer.csv",
    "abergwaelod-inset.geojson",
    "building.geojson",
    "community.geojson",
    "conservation-area.csv",
    "contaminated-land-coverage.geojson",
    "contaminated-land.geojson",
    "employment-allocation.geojson",
    "flood-zone-2.geojson",
    "flood-zone-3.geojson",
    "green-wedge.geojson",
    "gwaelod-national-park.geojson",
    "housing-allocation.geojson",
    "land.geojson",
    "listed-building.csv",
    "minerals-safeguarding.geojson",
    "mixed-use-allocation.geojson",
    "open-space.geojson",
    "place-name.geojson",
    "plan-area.geojson",
    "primary-shopping-area.geojson",
    "railway.geojson",
    "rldp-green-wedge.geojson",
    "rldp-housing-allocation.geojson",
    "road.geojson",
    "scheduled-monument.geojson",
    "settlement-boundary.geojson",
    "special-landscape-area.geojson",
    "sssi.geojson",
    "street.geojson",
    "town-centre.geojson",
    "tree-preservation-zone.geojson",
    "water.geojson",
    "woodland.geojson",
];

/// Links worth following: path, and what is to be seen there.
const LINKS: [(&str, &str); 3] = [
    (
        "/at/240262,305398",
        "the High Street by the harbour: a conservation area, two flood zones, the inset map",
    ),
    (
        "/at/239300,307345",
        "a metre inside the line of the green wedge, next to a housing allocation",
    ),
    (
        "/cy/at/237800,306150",
        "in Welsh: the plan at deposit would build on a green wedge of the adopted one, partly in a flood zone",
    ),
];

/// Loads and serves the sample.
pub(super) fn run(arguments: &DemoArguments, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let folder = Folder::make()?;
    let files = folder.0.join("files");
    fs::create_dir(&files).with_context(|| format!("making {}", files.display()))?;
    for (name, bytes) in SAMPLE {
        fs::write(files.join(name), bytes).with_context(|| format!("writing {name}"))?;
    }
    let loaded =
        load_map(&files.join("map.toml"), &LoadOptions::default(), &Silent).map_err(NotLoaded)?;
    let summary = (
        loaded.report.layers.len(),
        loaded
            .report
            .layers
            .iter()
            .map(|layer| layer.areas)
            .sum::<u64>(),
    );
    let atlas = Atlas::create(folder.0.join("atlas"))?;
    let id = atlas.publish(
        &load::draft(loaded, None, Some("the sample map".to_owned())),
        now(),
    )?;
    choose(&atlas.edition(id)?);
    let places = Gazetteer::load(atlas.root(), &[files.join("gazetteer.csv")])?;
    writeln!(
        terminal.out,
        "Cantre'r Gwaelod, an invented district: {} layers, {} areas, {} places, published as edition {id}",
        summary.0,
        summary.1,
        places.iter().map(|loaded| loaded.places).sum::<u64>()
    )?;
    serve::serve(
        atlas,
        arguments.listen,
        None,
        None,
        terminal,
        |terminal, address, _| {
            writeln!(terminal.out, "\n  {address}/\n")?;
            for (path, what) in LINKS {
                writeln!(terminal.out, "  {address}{path}\n      {what}")?;
            }
            writeln!(terminal.out, "\nCtrl-C stops it.")
        },
    )
}

/// A folder that is removed when the demonstration ends.
struct Folder(PathBuf);

impl Folder {
    fn make() -> anyhow::Result<Self> {
        let name = format!("groundrule-demo-{}", std::process::id());
        let path: &Path = &std::env::temp_dir().join(name);
        fs::create_dir_all(path).with_context(|| format!("making {}", path.display()))?;
        Ok(Self(path.to_owned()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the demonstration's folder stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_sample_map_is_compiled_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let mut there: Vec<String> = fs::read_dir(folder)
            .expect("the sample map")
            .flatten()
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name != "README.md")
            .collect();
        there.sort_unstable();
        let mut known: Vec<&str> = SAMPLE.iter().map(|(name, _)| *name).collect();
        known.sort_unstable();
        assert_eq!(known, there);
    }
}
