//! A layer's rows → its contents: references made unique, overlaps told where areas are exclusive, and
//! whether the layer is whole.

use super::open::{LayerDraft, accept};
use super::{FindingList, LoadOptions};
use crate::geometry::{Bounds, Kind as ShapeKind, Shape};
use crate::loading::finding::{Finding, Kind, Outline, shown};
use crate::loading::oddities;
use crate::loading::references::{self, Draft};
use crate::loading::repair;
use crate::loading::report::LayerReport;
use crate::loading::source::SourceFile;
use crate::loading::validate::mean_width_m;
use crate::policy::{Area, Completeness, Layer, LayerContents};
use geo_types::MultiPolygon;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::BTreeSet;

/// A layer, done.
#[derive(Debug)]
pub struct Finished {
    pub contents: LayerContents,
    pub report: LayerReport,
    pub sources: Vec<SourceFile>,
}

/// Ground that exclusive areas may share: borders drawn twice differ by slivers.
const MAX_SHARED_M2: f64 = 1.0;

/// Puts a layer together.
pub fn finish(mut draft: LayerDraft, mut layer: Layer, options: &LoadOptions) -> Finished {
    let names: Vec<String> = draft.files.iter().map(|file| file.name.clone()).collect();
    let drafts = std::mem::take(&mut draft.drafts);
    let resolved = references::resolve(drafts, draft.source.duplicates, draft.space, &names);
    draft.left_out += resolved.left_out;
    let mut drafts = resolved.drafts;
    for (file, mut finding) in resolved.findings {
        accept(&mut finding, options);
        draft.tell_of(file, finding);
    }
    if draft.source.exclusive {
        drafts = without_overlaps(drafts, &mut draft, options);
    }
    if draft.source.without_gaps {
        tell_gaps(&drafts, &mut draft);
    }
    for (file, finding) in oddities::same_ground(&drafts, draft.space) {
        draft.tell_of(file, finding);
    }
    if let Some(finding) = mixed_kinds(&drafts) {
        draft.tell_of(0, finding);
    }
    layer.completeness = completeness(&draft);
    let report = report(&layer, &draft, &drafts);
    let areas = drafts.into_iter().map(|draft| Area {
        record: draft.record,
        shape: draft.shape,
    });
    Finished {
        contents: LayerContents {
            space: draft.space,
            areas: areas.collect(),
            layer,
        },
        report,
        sources: draft.sources,
    }
}

fn completeness(draft: &LayerDraft) -> Completeness {
    let rows = draft.left_out;
    let empty = draft.files.iter().any(|file| file.rows == 0);
    match (&draft.source.incomplete, rows) {
        _ if draft.source.files.is_empty() => Completeness::Whole,
        (Some(reason), rows) if rows > 0 || empty => Completeness::Accepted {
            rows,
            reason: reason.clone(),
        },
        (_, 0) if !draft.failed => Completeness::Whole,
        (_, rows) => Completeness::RowsLeftOut(rows),
    }
}

fn mixed_kinds(drafts: &[Draft]) -> Option<Finding> {
    let count = |kind: ShapeKind| {
        drafts
            .iter()
            .filter(|draft| draft.shape.kind() == kind)
            .count() as u64
    };
    let (polygons, lines, points) = (
        count(ShapeKind::Polygon),
        count(ShapeKind::Line),
        count(ShapeKind::Point),
    );
    let kinds = [polygons, lines, points]
        .into_iter()
        .filter(|count| *count > 0)
        .count();
    (kinds > 1).then(|| {
        Finding::new(Kind::MixedKinds {
            polygons,
            lines,
            points,
        })
    })
}

/// Tells areas that overlap an earlier one; with errors accepted they are left out.
fn without_overlaps(
    drafts: Vec<Draft>,
    layer: &mut LayerDraft,
    options: &LoadOptions,
) -> Vec<Draft> {
    let boxes = drafts.iter().enumerate().map(|(at, draft)| {
        let bounds = draft.shape.bounds();
        let rectangle =
            Rectangle::from_corners([bounds.min.x, bounds.min.y], [bounds.max.x, bounds.max.y]);
        GeomWithData::new(rectangle, at)
    });
    let tree = RTree::bulk_load(boxes.collect());
    let mut overlapping = BTreeSet::new();
    for (at, draft) in drafts.iter().enumerate() {
        let bounds = draft.shape.bounds();
        let bounds = AABB::from_corners([bounds.min.x, bounds.min.y], [bounds.max.x, bounds.max.y]);
        let mut earlier: Vec<usize> = tree
            .locate_in_envelope_intersecting(bounds)
            .map(|known| known.data)
            .filter(|&known| known < at && !overlapping.contains(&known))
            .collect();
        earlier.sort_unstable();
        for known in earlier {
            let (Shape::Polygons(a), Shape::Polygons(b)) = (&drafts[known].shape, &draft.shape)
            else {
                continue;
            };
            let m2 = repair::overlap_m2(a, b, layer.space);
            if m2 > MAX_SHARED_M2 {
                let other = shown(&drafts[known].record.reference);
                let mut finding =
                    Finding::new(Kind::OverlappingAreas { other, m2 }).at_row(draft.row);
                finding.outline = Some(Outline::of_shape(&draft.shape, layer.space));
                finding.reference = Some(shown(&draft.record.reference));
                accept(&mut finding, options);
                layer.tell_of(draft.file, finding);
                overlapping.insert(at);
            }
        }
    }
    layer.left_out += overlapping.len() as u64;
    let mut at = 0..;
    let keep = |_: &Draft| at.next().is_some_and(|at| !overlapping.contains(&at));
    drafts.into_iter().filter(keep).collect()
}

/// Ground that a layer without gaps may leave out: borders drawn twice, each vertex rounded to the
/// decimetre of its own survey, differ by slivers, however long.
const MIN_GAP_M2: f64 = 1.0;
const MIN_GAP_WIDTH_M: f64 = 0.1;

/// Tells ground that the areas enclose and none of them covers, each by a row that borders on it.
fn tell_gaps(drafts: &[Draft], layer: &mut LayerDraft) {
    let polygons = drafts.iter().filter_map(|draft| match &draft.shape {
        Shape::Polygons(polygons) => Some(polygons),
        _ => None,
    });
    let gaps = repair::gaps(polygons, layer.space);
    let bounds: Vec<Bounds> = drafts.iter().map(|draft| draft.shape.bounds()).collect();
    for (gap, m2) in gaps {
        if m2 <= MIN_GAP_M2 || mean_width_m(&gap, layer.space) < MIN_GAP_WIDTH_M {
            continue;
        }
        let position = gap.exterior().0.first().copied();
        let beside = position.and_then(|at| {
            let near = drafts.iter().zip(&bounds);
            let mut near = near.filter(|(_, bounds)| bounds.contains(at));
            near.find(|(draft, _)| draft.shape.vertices().any(|vertex| vertex == at))
        });
        let gap = Shape::Polygons(MultiPolygon(vec![gap]));
        let mut finding = Finding::new(Kind::Gap { m2 });
        finding.position = position;
        finding.outline = Some(Outline::of_shape(&gap, layer.space));
        let mut file = 0;
        if let Some((draft, _)) = beside {
            finding.row = Some(draft.row);
            finding.reference = Some(shown(&draft.record.reference));
            file = draft.file;
        }
        layer.tell_of(file, finding);
    }
}

fn report(layer: &Layer, draft: &LayerDraft, drafts: &[Draft]) -> LayerReport {
    let shapes = || drafts.iter().map(|draft| &draft.shape);
    let holes = |shape: &Shape| match shape {
        Shape::Polygons(polygons) => polygons.iter().map(|p| p.interiors().len()).sum(),
        _ => 0,
    };
    let mut findings = FindingList::default();
    findings.extend(draft.findings.iter().cloned());
    LayerReport {
        id: layer.id.clone(),
        files: draft.files.iter().map(|file| file.name.clone()).collect(),
        formats: draft.files.iter().map(|file| file.format.clone()).collect(),
        crs: draft.files.iter().map(|file| file.crs.clone()).collect(),
        rows: draft.files.iter().map(|file| file.rows).sum(),
        left_out: draft.left_out,
        areas: drafts.len() as u64,
        parts: shapes().map(|shape| shape.part_count() as u64).sum(),
        holes: shapes().map(holes).sum::<usize>() as u64,
        vertices: shapes().map(|shape| shape.vertices().count() as u64).sum(),
        completeness: layer.completeness.clone(),
        findings,
    }
}
