//! How a site lies to the areas in it and near it.

use super::overlap::{Common, common_m2, total_m2};
use super::{Drawn, Site};
use crate::answer::hits::{ANYWHERE_M, Lie, Lies};
use crate::answer::index::{AreaRef, FileNumber, IndexedEdition};
use crate::answer::question::Overlap;
use crate::atlas::{AreaFile, PartView};
use crate::geometry::mutual::{Outlines, line_meets, mutual};
use crate::geometry::{Bounds, Kind, LocalMetres, Space, Vertices};
use geo_types::Coord;
use std::collections::BTreeMap;

/// What a site and the areas of layers have in common, by file and the area's index in it.
pub(in crate::answer) type Overlaps = BTreeMap<(FileNumber, u32), Overlap>;

/// How a site lies to every area within `within_m` metres of it.
pub(in crate::answer) fn lies(
    indexed: &IndexedEdition,
    site: &Site,
    within_m: f64,
) -> (Lies, Overlaps) {
    let layers = indexed.edition().layers();
    let accuracies = layers.iter().map(|stored| stored.layer.accuracy_m);
    let near = site.reach(accuracies.fold(within_m, f64::max));
    let (mut all, mut overlaps) = (Vec::new(), Overlaps::new());
    let parts = indexed.parts_in(&near);
    // Parts come in the order of files and of areas in them.
    let area_of = |part: &crate::answer::PartRef| {
        let file = indexed.file(part.file)?;
        Some((part.file, file.part(part.part).area))
    };
    for of_area in parts.chunk_by(|a, b| area_of(a) == area_of(b)) {
        let number = of_area[0].file;
        let Some(file) = indexed.file(number) else {
            continue;
        };
        let Some(drawn) = site.in_space(file.space()) else {
            continue;
        };
        let views: Vec<PartView<'_>> = of_area.iter().map(|part| file.part(part.part)).collect();
        let area = views[0].area;
        let accuracy_m = indexed.accuracy_m(number);
        let reach_m = within_m.max(accuracy_m);
        let lie = match file.areas()[area as usize].kind {
            Kind::Polygon => {
                let common = Common::of(&views, drawn);
                let whole_area = views.len() == file.parts_of(area).count();
                if common.meet && matches!(number, FileNumber::Layer(_)) {
                    let overlap = overlap(file, area, &views, drawn, site, common, whole_area);
                    overlaps.insert((number, area), overlap);
                }
                of_polygon(&views, drawn, common, within_m, reach_m)
            }
            Kind::Line | Kind::Point => of_line(&views, drawn, accuracy_m, within_m, reach_m),
        };
        if let Some(lie) = lie {
            all.push((AreaRef { file: number, area }, lie));
        }
    }
    (Lies::from_parts(all), overlaps)
}

impl Common {
    /// What an area, of which these are the parts near the site, has in common with it.
    fn of(views: &[PartView<'_>], drawn: &Drawn) -> Self {
        let mut common = Self {
            inside: true,
            ..Self::default()
        };
        let mut covered = vec![false; drawn.polygons.len()];
        for view in views {
            let mut part_inside = false;
            for (site, covered) in drawn.outlines().zip(&mut covered) {
                let found = mutual(outlines(view), site);
                common.meet |= found.meet;
                common.both |= found.both;
                common.outline |= found.first_outline;
                *covered |= found.both && !found.only_second;
                part_inside |= found.both && !found.only_first;
            }
            common.inside &= part_inside;
        }
        common.whole = covered.iter().all(|covered| *covered);
        common
    }
}

/// A part of a file, to be compared with a site.
pub(super) fn outlines<'a>(view: &PartView<'a>) -> Outlines<'a, impl Vertices + use<'a>> {
    Outlines {
        paths: view.paths(),
        index: view.edge_index(),
        bounds: view.bounds,
    }
}

fn overlap(
    file: &AreaFile,
    area: u32,
    views: &[PartView<'_>],
    drawn: &Drawn,
    site: &Site,
    common: Common,
    all_parts: bool,
) -> Overlap {
    let inside = common.inside && all_parts;
    let total_m2 = total_m2(file, area, drawn);
    let in_space_m2 = match (common.both, common.whole, inside) {
        (false, ..) => 0.0,
        (true, true, _) => drawn.area_m2,
        (true, false, true) => total_m2,
        (true, false, false) => common_m2(views, drawn),
    };
    let share = |of: f64| (in_space_m2 / of).clamp(0.0, 1.0);
    let site_share = if common.whole {
        1.0
    } else {
        share(drawn.area_m2)
    };
    Overlap {
        // One measure for the site and its pieces, whatever space a layer is kept in.
        m2: site_share * site.area_m2(),
        site_share,
        area_share: if inside { 1.0 } else { share(total_m2) },
        touches: common.meet && !common.both,
    }
}

fn of_polygon(
    views: &[PartView<'_>],
    drawn: &Drawn,
    common: Common,
    within_m: f64,
    reach_m: f64,
) -> Option<Lie> {
    let metres = if common.outline {
        0.0
    } else {
        // The line round a place that is inside is told however far it is.
        let reach_m = if common.meet { f64::INFINITY } else { reach_m };
        distance_m(views, drawn, reach_m)
    };
    (common.meet || metres <= within_m).then_some(Lie {
        holds: common.meet,
        whole: common.whole,
        on_boundary: common.outline,
        distance_m: metres,
        spot_distance_m: metres,
    })
}

/// A line or a point has no inside: it is in the site as far as it was drawn truly.
fn of_line(
    views: &[PartView<'_>],
    drawn: &Drawn,
    accuracy_m: f64,
    within_m: f64,
    reach_m: f64,
) -> Option<Lie> {
    let meets = views.iter().any(|view| {
        let mut sites = drawn.outlines();
        sites.any(|site| line_meets(outlines(view), site))
    });
    let metres = if meets {
        0.0
    } else {
        distance_m(views, drawn, reach_m)
    };
    let holds = metres <= accuracy_m;
    (holds || metres <= within_m).then_some(Lie {
        holds,
        whole: false,
        on_boundary: meets,
        distance_m: metres,
        spot_distance_m: metres,
    })
}

/// Ground metres between outlines that do not meet; infinite beyond `reach_m`.
///
/// The shortest way between two lines begins or ends at a vertex of one of them.
fn distance_m(views: &[PartView<'_>], drawn: &Drawn, reach_m: f64) -> f64 {
    let mut best = f64::INFINITY;
    let mut reach = reach_m;
    for view in views {
        for site in drawn.outlines() {
            for metres in [
                from_vertices(site, outlines(view), drawn.space, reach),
                from_vertices(outlines(view), site, drawn.space, reach),
            ] {
                best = best.min(metres.unwrap_or(f64::INFINITY));
                reach = reach.min(best);
            }
        }
    }
    best
}

/// Ground metres from the vertices of one to the edges of another, where that is no more than `reach_m`.
fn from_vertices<A: Vertices, B: Vertices>(
    from: Outlines<'_, A>,
    to: Outlines<'_, B>,
    space: Space,
    reach_m: f64,
) -> Option<f64> {
    let mut best = reach_m;
    let mut near = grown(space, &to.bounds, best);
    let mut found = None;
    let mut look = |vertex: Coord<f64>| {
        if !near.contains(vertex) {
            return;
        }
        let local = LocalMetres::at(space, vertex);
        if let Some(nearest) = to.paths.nearest(&local, to.index, best.min(ANYWHERE_M)) {
            best = nearest.metres;
            near = grown(space, &to.bounds, best);
            found = Some(best);
        }
    };
    match from.index {
        Some(index) => {
            let near = grown(space, &to.bounds, reach_m);
            index.visit(
                |bounds| bounds.intersects(&near),
                |run| run.for_each(|at| look(from.paths.vertex(at))),
            );
        }
        None => from.paths.vertices().for_each(look),
    }
    found
}

/// A rectangle that surely holds everything within some ground metres of another.
fn grown(space: Space, bounds: &Bounds, metres: f64) -> Bounds {
    match space {
        // Grid metres and ground metres differ by less than a thousandth.
        Space::NationalGrid => bounds.padded(metres * 1.001),
        Space::Wgs84 if metres.is_finite() => {
            let mut grown = *bounds;
            for corner in bounds.corners() {
                grown.include_bounds(&super::around(corner, metres));
            }
            grown
        }
        Space::Wgs84 => bounds.padded(f64::INFINITY),
    }
}
