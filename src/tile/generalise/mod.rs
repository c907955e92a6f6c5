//! Which vertices of the polygons of an edition are drawn at which zoom, chosen once for all tiles.
//!
//! The rings of all layers are cut into arcs where borders part (`junctions`, `arcs`), and each arc keeps
//! at each zoom the vertices that it needs to stay within half a pixel (`choose`). A border that
//! two areas share, in one layer or in two, is one arc: both draw the same line in every tile. The choice is kept as
//! bits (`layout`), and is the same whenever it is made.

mod arcs;
mod choose;
mod junctions;
mod layout;

use super::grid::metres_a_step;
use super::pieces::PartNumber;
use super::project::{FinePart, project, project_one_by_one, project_some};
use crate::atlas::store::StoreError;
use crate::atlas::{AreaFile, Edition, Kept, PartView};
use crate::geometry::{Kind, Space};
use arcs::visit_arcs;
use choose::{Chooser, ZOOMS};
use junctions::{Junctions, passed};
use layout::LayerMade;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use std::ops::Range;

/// The folder and the file in it in which an edition keeps the choice.
const KEPT_IN: &str = "arcs";
const KEPT_AS: &str = "all";

/// Parts that are worked on before their results are put together.
const PARTS_AT_ONCE: u32 = 4096;

/// The vertices chosen for an edition.
pub(super) struct Generalised {
    bytes: Bytes,
}

/// Where the choice lies.
enum Bytes {
    /// With the edition, as it was prepared.
    Kept(Kept),
    /// In memory: it was not prepared, or by another version.
    Made(Vec<u8>),
}

impl Generalised {
    /// The choice that was prepared for an edition, or one made now.
    pub(super) fn of(edition: &Edition) -> Self {
        let bytes = match kept(edition) {
            Some(kept) => Bytes::Kept(kept),
            None => Bytes::Made(generalise(edition)),
        };
        Self { bytes }
    }

    fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Kept(kept) => kept,
            Bytes::Made(made) => made,
        }
    }

    /// A polygon as it is drawn at a zoom; `None` where it lies beyond the reach of OSTN15.
    pub(super) fn drawn(
        &self,
        number: PartNumber,
        z: u8,
        view: &PartView<'_>,
        space: Space,
    ) -> Option<FinePart> {
        let layer = layout::layer_of(self.bytes(), u64::from(number.layer));
        let found = layer.and_then(|layer| Some((layer.range(number.part)?, layer)));
        let Some((range, layer)) = found.filter(|(range, _)| !range.is_empty()) else {
            return project(space, view.paths());
        };
        if layer.is_one_by_one(number.part) && range.len() == view.paths().count() {
            return project_some(space, view.paths(), layer.drawn(range, z));
        }
        let whole = project(space, view.paths())?;
        if whole.points.len() == range.len() {
            Some(some_of(&whole, layer.drawn(range, z)))
        } else {
            Some(whole)
        }
    }

    /// The largest distance between a layer's borders and where they are drawn, in metres, at each zoom from 0 on.
    /// `None` for a layer without polygons.
    pub(super) fn deviation_m(&self, layer: usize) -> Option<[f64; ZOOMS]> {
        let layer = layout::layer_of(self.bytes(), layer as u64)?;
        (!layer.is_empty()).then_some(layer.deviation_m)
    }
}

/// The vertices at some places of a part, its rings closed.
fn some_of(whole: &FinePart, places: impl Iterator<Item = usize>) -> FinePart {
    let mut places = places.peekable();
    let (mut points, mut ends) = (Vec::new(), Vec::new());
    for &end in &whole.ends {
        let start = points.len();
        while let Some(at) = places.next_if(|&at| at < end as usize) {
            points.push(whole.points[at]);
        }
        let first = points.get(start).copied();
        points.extend(first);
        ends.push(points.len() as u32);
    }
    FinePart::new(points, ends)
}

/// Keeps with an edition the choice of its polygons' vertices, where it is not kept yet and all layers can be read: no
/// server makes it then.
///
/// # Errors
/// What the system refuses.
pub fn keep_choice(edition: &Edition) -> Result<(), StoreError> {
    let shelf = edition.derived(KEPT_IN, layout::VERSION);
    // Borders end elsewhere where a layer is missing that shares them: what is chosen without it is not kept.
    let mut layers = edition.layers().iter();
    let is_whole = layers.all(|stored| stored.areas.is_none() || stored.readable().is_some());
    if !is_whole || kept(edition).is_some() {
        return Ok(());
    }
    match shelf.writer()? {
        Some(writer) => writer.write(KEPT_AS, &generalise(edition)),
        // Somebody else is at it.
        None => Ok(()),
    }
}

fn kept(edition: &Edition) -> Option<Kept> {
    let kept = edition.derived(KEPT_IN, layout::VERSION).map(KEPT_AS)?;
    (layout::layers(&kept) == Some(edition.layers().len())).then_some(kept)
}

/// Chooses the vertices of all polygons of an edition, by as many threads as there are: the bytes to be kept with
/// it.
fn generalise(edition: &Edition) -> Vec<u8> {
    let files: Vec<Option<&AreaFile>> = edition
        .layers()
        .iter()
        .map(|stored| stored.readable().filter(|file| has_polygons(file)))
        .collect();
    let junctions = find_junctions(files.iter().flatten().copied());
    let layers: Vec<LayerMade> = files
        .iter()
        .map(|file| file.map_or_else(LayerMade::default, |file| choose_layer(file, &junctions)))
        .collect();
    layout::bytes(&layers)
}

fn has_polygons(file: &AreaFile) -> bool {
    file.areas().iter().any(|area| area.kind == Kind::Polygon)
}

fn find_junctions<'a>(files: impl Iterator<Item = &'a AreaFile>) -> Junctions {
    let mut all = Vec::new();
    for file in files {
        for parts in some_at_once(file) {
            let found: Vec<Vec<_>> = parts
                .into_par_iter()
                .filter_map(|part| polygon(file, part))
                .map(|(part, _)| passed(&part).collect())
                .collect();
            all.reserve(found.iter().map(Vec::len).sum());
            all.extend(found.into_iter().flatten());
        }
    }
    Junctions::of(all)
}

/// A part on the fine grid, where it is a polygon that can be drawn.
fn polygon(file: &AreaFile, part: u32) -> Option<(FinePart, bool)> {
    let view = file.part(part);
    (view.kind == Kind::Polygon)
        .then(|| project_one_by_one(file.space(), view.paths()))
        .flatten()
}

fn some_at_once(file: &AreaFile) -> impl Iterator<Item = Range<u32>> {
    let count = file.part_count() as u32;
    (0..count)
        .step_by(PARTS_AT_ONCE as usize)
        .map(move |from| from..count.min(from + PARTS_AT_ONCE))
}

fn choose_layer(file: &AreaFile, junctions: &Junctions) -> LayerMade {
    let mut made = LayerMade::default();
    for parts in some_at_once(file) {
        let chosen: Vec<Chosen> = parts
            .into_par_iter()
            .map_init(Chooser::default, |chooser, part| {
                polygon(file, part).map_or_else(Chosen::default, |(part, one_by_one)| Chosen {
                    one_by_one,
                    ..choose_part(chooser, &part, junctions)
                })
            })
            .collect();
        for chosen in chosen {
            for (all, here) in made.deviation_m.iter_mut().zip(chosen.deviation_m) {
                *all = all.max(here);
            }
            if !made.push(&chosen.masks, chosen.one_by_one) {
                tracing::warn!(
                    "a layer has too many vertices to choose among them; it is drawn with all"
                );
                return LayerMade::default();
            }
        }
    }
    made
}

/// What was chosen for a part.
#[derive(Default)]
struct Chosen {
    /// Of each vertex a bit for each zoom; of the one that closes a ring none.
    masks: Vec<u32>,
    one_by_one: bool,
    deviation_m: [f64; ZOOMS],
}

fn choose_part(chooser: &mut Chooser, part: &FinePart, junctions: &Junctions) -> Chosen {
    let mut chosen = Chosen {
        masks: vec![0; part.points.len()],
        ..Chosen::default()
    };
    let mut start = 0;
    let mut arc = Vec::new();
    for ring in part.paths() {
        let masks = &mut chosen.masks[start..start + ring.len()];
        start += ring.len();
        if let [mask] = masks {
            // Smaller than a step: a place is all that it is.
            *mask = (1 << ZOOMS) - 1;
        }
        visit_arcs(
            ring,
            |at| junctions.contains(ring[at]),
            |places| {
                arc.clear();
                arc.extend(places.iter().map(|&at| ring[at]));
                chooser.choose(&arc);
                for (&at, &mask) in places.iter().zip(&chooser.masks) {
                    masks[at] |= mask;
                }
                let by_the_equator = arc
                    .iter()
                    .map(|point| point.y)
                    .min_by_key(|y| y.abs_diff(1 << 31));
                let metres = by_the_equator.map_or(0.0, metres_a_step);
                for (all, &steps) in chosen.deviation_m.iter_mut().zip(&chooser.off) {
                    *all = all.max(steps * metres);
                }
            },
        );
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(part: &FinePart) -> Chosen {
        let junctions = Junctions::of(passed(part).collect());
        choose_part(&mut Chooser::default(), part, &junctions)
    }

    #[test]
    fn a_ring_smaller_than_a_step_stays_a_place_at_every_zoom() {
        let dot = FinePart::of_rings(&[&[(7, 7)], &[(9, 9), (9, 9)]]);
        let chosen = chosen(&dot);
        assert!(
            chosen
                .masks
                .iter()
                .take(2)
                .all(|&mask| mask == (1 << ZOOMS) - 1)
        );
        let mut layer = LayerMade::default();
        assert!(layer.push(&chosen.masks, false));
    }

    #[test]
    fn an_outline_and_an_island_in_its_hole_choose_the_same_vertices() {
        let wave = |at: u32| (1 << 31) + at * 40 + at * at % 977;
        let hole: Vec<(u32, u32)> = (0..300)
            .map(|at| (wave(at), (1 << 30) + at * at % 4001))
            .chain((0..300).rev().map(|at| (wave(at), (1 << 30) + 90_000)))
            .chain([(wave(0), 1 << 30)])
            .collect();
        let mut island = hole.clone();
        island.reverse();
        let outline: &[_] = &[(5, 5), (5, u32::MAX), (u32::MAX, 5), (5, 5)];
        let both = FinePart::of_rings(&[outline, &hole, &island]);
        let masks = chosen(&both).masks;
        let of = |from: usize| -> Vec<_> {
            let ends = from..from + hole.len() - 1;
            let mut all: Vec<_> = ends.map(|at| (both.points[at], masks[at])).collect();
            all.sort_unstable();
            all
        };
        assert_eq!(of(outline.len()), of(outline.len() + hole.len()));
    }
}
