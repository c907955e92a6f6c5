//! Files that say where something holds: coverages, plan areas and neighbours' areas. Only their
//! geometry counts. From them and from layers of that use comes the authority's own area.

use super::open::{self, LayerDraft};
use super::{LoadError, LoadOptions};
use crate::geometry::{Bounds, Shape, Space};
use crate::loading::finding::Finding;
use crate::loading::reader::{self, Wanted};
use crate::loading::source::{SourceFile, Sources, file_name};
use crate::loading::validate::{Checker, Tally};
use crate::loading::whereabouts::in_degrees;
use crate::policy::{LayerId, Map, Region};
use rayon::prelude::*;
use std::path::Path;

/// A file named as a region.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionFile {
    /// The name that regions of the map have for it.
    pub name: String,
    /// The coordinates that it is kept in.
    pub space: Space,
    /// Its areas.
    pub areas: Vec<Shape>,
}

/// A region on its way.
#[derive(Debug)]
pub struct OpenRegion {
    pub file: RegionFile,
    pub findings: Vec<Finding>,
    pub sources: Vec<SourceFile>,
}

/// Reads a region.
pub fn open(name: &str, path: &Path, options: &LoadOptions) -> Result<OpenRegion, LoadError> {
    let sources = Sources::default();
    let mut region = OpenRegion {
        file: RegionFile {
            name: name.to_owned(),
            space: Space::Wgs84,
            areas: Vec::new(),
        },
        findings: Vec::new(),
        sources: Vec::new(),
    };
    if let Err(error) = region.fill(path, options, &sources) {
        region.findings.push(LoadError::or_finding(error)?);
    }
    let file = file_name(path);
    for finding in &mut region.findings {
        finding.file.get_or_insert_with(|| file.clone());
    }
    region.sources = sources.into_files();
    Ok(region)
}

impl OpenRegion {
    fn fill(
        &mut self,
        path: &Path,
        options: &LoadOptions,
        sources: &Sources,
    ) -> Result<(), reader::ReadError> {
        let mut contents = reader::read(path, &Wanted::default(), sources)?;
        self.findings.append(&mut contents.notes);
        let said = open::Said {
            here: None,
            elsewhere: options.crs,
        };
        let crs = open::decide(&contents, said, &mut self.findings)
            .map_err(reader::ReadError::Content)?;
        let space = crs.space();
        self.file.space = space;
        let checker = Checker::new(crs, space, options.accept_repairs);
        if contents.rows.is_empty() {
            self.findings.push(open::no_rows(false));
        }
        let checked: Vec<_> = contents
            .rows
            .into_par_iter()
            .map(|row| (row.number, open::check_geometry(row.geometry, &checker)))
            .collect();
        let mut tally = Tally::default();
        for (row, (shape, findings, more)) in checked {
            tally = tally.and(more);
            self.file.areas.extend(shape);
            self.findings.extend(findings.into_iter().map(|finding| {
                let mut finding = finding.at_row(row);
                open::accept(&mut finding, options);
                finding
            }));
        }
        self.findings
            .extend(open::counted(tally, &checker, crs, space));
        Ok(())
    }
}

/// Regions where the authority's own plans and layers hold; neighbours' areas are not among them.
fn own_regions(map: &Map) -> impl Iterator<Item = &Region> {
    let plans = map.plans.iter().filter_map(|plan| plan.area.as_ref());
    plans.chain(
        map.layers
            .iter()
            .filter_map(|layer| layer.coverage.as_ref()),
    )
}

/// Layers that are themselves the measure of where others should lie.
pub fn layers_that_bound(map: &Map) -> Vec<LayerId> {
    let layers = own_regions(map).filter_map(|region| match region {
        Region::Layer(id) => Some(id.clone()),
        Region::File(_) => None,
    });
    layers.collect()
}

/// The rectangle in degrees round the authority's area, where anything says what that is.
pub fn authority_area(
    map: &Map,
    drafts: &[LayerDraft],
    regions: &[OpenRegion],
    options: &LoadOptions,
) -> Option<Bounds> {
    let mut area = Bounds::EMPTY;
    let mut include = |shapes: &mut dyn Iterator<Item = &Shape>, space: Space| {
        for bounds in shapes.filter_map(|shape| in_degrees(&shape.bounds(), space)) {
            area.include_bounds(&bounds);
        }
    };
    for region in own_regions(map) {
        match region {
            Region::Layer(id) => {
                if let Some(draft) = drafts.iter().find(|draft| draft.source.id == *id) {
                    include(
                        &mut draft.drafts.iter().map(|area| &area.shape),
                        draft.space,
                    );
                }
            }
            Region::File(name) => {
                if let Some(open) = regions.iter().find(|open| open.file.name == *name) {
                    include(&mut open.file.areas.iter(), open.file.space);
                }
            }
        }
    }
    if area.is_empty() {
        options.authority_area
    } else {
        Some(area)
    }
}
