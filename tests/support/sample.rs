//! The sample map of `data/`, loaded, published and served.

use groundrule::atlas::{Atlas, Draft, DraftLayer, DraftRegion};
use groundrule::loading::{LoadOptions, Loaded, Silent, load_map};
use groundrule::places::Gazetteer;
use groundrule::server::State;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// A file of the repository.
pub fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Loads a map that must not be refused.
pub fn loaded(map: &Path) -> Loaded {
    let loaded = load_map(map, &LoadOptions::default(), &Silent).expect("a map");
    assert!(!loaded.report.refuses(), "{:?}", loaded.report);
    loaded
}

/// What a load publishes.
pub fn draft(loaded: Loaded) -> Draft {
    let region = |region: groundrule::loading::RegionFile| DraftRegion::Loaded {
        name: region.name,
        space: region.space,
        shapes: region.areas,
    };
    Draft {
        map: loaded.map,
        layers: loaded
            .layers
            .into_iter()
            .map(|layer| DraftLayer::Loaded(Box::new(layer)))
            .collect(),
        regions: loaded.regions.into_iter().map(region).collect(),
        sources: Vec::new(),
        note: None,
    }
}

/// The moment at which tests take place.
pub fn now() -> jiff::Timestamp {
    "2026-11-23T12:00:00Z".parse().expect("a time")
}

/// An atlas with the sample map and its gazetteer; the folder goes with the first value.
pub fn atlas() -> (TempDir, Atlas) {
    let folder = tempfile::tempdir().expect("a folder");
    let atlas = Atlas::create(folder.path()).expect("an atlas");
    atlas
        .publish(&draft(loaded(&source("data/map.toml"))), now())
        .expect("published");
    Gazetteer::load(atlas.root(), &[source("data/gazetteer.csv")]).expect("a gazetteer");
    (folder, atlas)
}

/// A server's state over an atlas, at the tests' moment.
pub fn state(atlas: &Atlas) -> Arc<State> {
    let clock = Arc::new(now);
    Arc::new(State::open(atlas.clone(), "https://planning.example.org", clock).expect("a state"))
}
