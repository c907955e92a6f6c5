//! Single files without a map: which layer each is, and how it is described.

use super::{LoadError, LoadOptions, Region, file_name};
use crate::geometry::Crs;
use crate::loading::fields::Field;
use crate::loading::finding::{Finding, Kind, shown};
use crate::loading::load::Coverage;
use crate::loading::map_file::{Duplicates, LayerSource, region_name, title_of};
use crate::policy::{Completeness, FileSettings, Group, Layer, LayerId, Map};
use std::path::{Path, PathBuf};

/// Endings of files that another one brings along, as a shell's `*` names them too.
const BROUGHT_ALONG: [&str; 17] = [
    "shx", "dbf", "prj", "cpg", "qpj", "qmd", "sbn", "sbx", "dat", "map", "id", "ind", "mid",
    "xsd", "gfs", "xml", "lock",
];

/// The files of each layer, in the order in which they were named.
pub fn by_layer(
    files: &[PathBuf],
    layer: Option<&LayerId>,
) -> Result<Vec<(LayerId, Vec<PathBuf>)>, LoadError> {
    let files: Vec<PathBuf> = files
        .iter()
        .filter(|file| !is_brought_along(file, files))
        .cloned()
        .collect();
    if files.is_empty() {
        return Err(LoadError::NoFiles);
    }
    if let Some(layer) = layer {
        return Ok(vec![(layer.clone(), files)]);
    }
    let mut groups: Vec<(LayerId, Vec<PathBuf>)> = Vec::new();
    for file in files {
        let id = id_of(&file)?;
        if let Some((_, first)) = groups.iter().find(|(known, _)| *known == id) {
            return Err(LoadError::SameLayer {
                first: file_name(&first[0]),
                second: file_name(&file),
                id,
            });
        }
        groups.push((id, vec![file]));
    }
    Ok(groups)
}

/// Whether a file belongs to another that was named.
fn is_brought_along(file: &Path, files: &[PathBuf]) -> bool {
    let ending = file
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    BROUGHT_ALONG.contains(&ending.as_str())
        && files
            .iter()
            .any(|other| other != file && other.file_stem() == file.file_stem())
}

/// `Conservation_Areas 2024.zip` → `conservation-areas-2024`.
fn id_of(file: &Path) -> Result<LayerId, LoadError> {
    let unpacked = match file.extension() {
        Some(ending) if ending == "gz" => Path::new(file.file_stem().unwrap_or_default()),
        _ => file,
    };
    let name = unpacked
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut id = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    LayerId::new(id.trim_end_matches('-')).map_err(|_| LoadError::NoLayerId { name })
}

/// The region that `--coverage` names, for the layers that are loaded. A file gets the name of a region
/// that nothing else of the `known` map uses: two files of one name are two regions.
pub fn coverage(
    options: &LoadOptions,
    layers: &[&LayerId],
    known: Option<&Map>,
    regions: &mut Vec<(String, PathBuf)>,
) -> Option<Region> {
    match options.coverage.as_ref()? {
        Coverage::Layer(id) => Some(Region::Layer(id.clone())),
        Coverage::File(path) => {
            let kept = known.map(|known| without(known, layers));
            let taken = |name: &str| {
                kept.as_ref().is_some_and(|kept| {
                    let regions = kept.regions().into_iter();
                    regions.filter_map(Region::file).any(|known| known == name)
                })
            };
            let name = region_name(path, taken);
            regions.push((name.clone(), path.clone()));
            Some(Region::File(name))
        }
    }
}

/// A map without the layers that are about to be replaced.
fn without(map: &Map, layers: &[&LayerId]) -> Map {
    let mut map = map.clone();
    map.layers.retain(|layer| !layers.contains(&&layer.id));
    map
}

/// A layer's description: the one it has, or a plain one. When the new file was true is not known.
pub fn description(id: &LayerId, known: Option<&Map>, coverage: Option<Region>) -> Layer {
    if let Some(layer) = known.and_then(|map| map.layer(id)) {
        return Layer {
            held: true,
            coverage: coverage.or_else(|| layer.coverage.clone()),
            as_at: None,
            ..layer.clone()
        };
    }
    Layer {
        id: id.clone(),
        title: title_of(id),
        group: Group::Constraints,
        plan: None,
        inset: None,
        coverage,
        held: true,
        completeness: Completeness::Whole,
        accuracy_m: Layer::DEFAULT_ACCURACY_M,
        as_at: None,
        review_by: None,
        detail_zoom: Layer::DEFAULT_DETAIL_ZOOM,
        min_zoom: 0,
        tile_properties: Vec::new(),
        importance: crate::policy::Importance::default(),
        licence: None,
        attribution: None,
        downloadable: false,
        exclusive: false,
        without_gaps: false,
        file_settings: FileSettings::default(),
    }
}

/// What the new files of a layer do not take over from the former ones.
pub fn lapsed(layer: &Layer) -> Vec<Finding> {
    let as_at = layer.as_at.map(|date| Kind::AsAtLapsed {
        date: date.to_string(),
    });
    let accepted = match &layer.completeness {
        Completeness::Accepted { reason, .. } => Some(Kind::AcceptanceLapsed {
            reason: shown(reason),
        }),
        _ => None,
    };
    let about = |kind| Finding {
        layer: Some(layer.id.clone()),
        ..Finding::new(kind)
    };
    as_at.into_iter().chain(accepted).map(about).collect()
}

/// How the files of a layer are read: as its last ones were, but for what is said now.
pub fn source(
    id: LayerId,
    files: Vec<PathBuf>,
    layer: &Layer,
    options: &LoadOptions,
    fields: &[(Field, String)],
) -> LayerSource {
    let kept = &layer.file_settings;
    let duplicates = || Duplicates::parse(kept.duplicates.as_deref()?);
    LayerSource {
        id,
        files,
        source_layer: options
            .source_layer
            .clone()
            .or_else(|| kept.source_layer.clone()),
        crs: options.crs,
        kept_crs: kept.crs.and_then(Crs::from_epsg),
        kept_fields: still_kept(fields, &kept.fields),
        fields: fields.to_vec(),
        date_format: options
            .date_format
            .clone()
            .or_else(|| kept.date_format.clone()),
        duplicates: options.duplicates.or_else(duplicates).unwrap_or_default(),
        exclusive: layer.exclusive,
        without_gaps: layer.without_gaps,
        // What was accepted was accepted of the rows of another file.
        incomplete: None,
    }
}

/// Of the fields that are kept the ones that are not said anew.
fn still_kept(said: &[(Field, String)], kept: &[(String, String)]) -> Vec<(Field, String)> {
    let is_said = |field: &Field| said.iter().any(|(known, _)| known == field);
    let kept = kept.iter().filter_map(|(word, column)| {
        let field = Field::parse(word).filter(|field| !is_said(field))?;
        Some((field, column.clone()))
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_layer_of_its_name_and_its_companions_are_no_layers() {
        let files = [
            "x/Conservation_Areas 2024.shp",
            "x/Conservation_Areas 2024.dbf",
            "x/tpo.gpkg",
        ];
        let files = files.map(PathBuf::from);
        let groups = by_layer(&files, None).expect("ids");
        let ids: Vec<&str> = groups.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["conservation-areas-2024", "tpo"]);
        let packed = by_layer(&[PathBuf::from("wards.geojsonl.gz")], None).expect("an id");
        assert_eq!(packed[0].0.as_str(), "wards");
        let one = LayerId::new("all").expect("an id");
        assert_eq!(by_layer(&files, Some(&one)).expect("one")[0].1.len(), 2);
    }

    #[test]
    fn names_that_make_no_id_or_the_same_one_are_refused() {
        let refused = |names: &[&str]| {
            let files: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
            by_layer(&files, None).expect_err("refused").to_string()
        };
        assert!(refused(&["2024.shp"]).contains("--layer"));
        assert!(refused(&["a/tpo.shp", "b/tpo.gpkg"]).contains("both be layer tpo"));
        assert!(refused(&[]).contains("no file"));
    }
}
