//! A still map as SVG, small enough to stand inside a page: the same looks as the viewer, fewer details.
//!
//! One unit is half a pixel, so that coordinates are short whole numbers and lines stay smooth. Detail
//! gives way in steps that are named, and the shapes come from the same source as the tiles.

mod ink;
mod view;

pub use view::{around, fitting};

use self::ink::{in_units, write_paths, write_pattern};
use super::look::{Looks, Pointer as _, Stroke, passes};
use super::message::escape;
use super::standing::{area_may_stand, layer_may_stand};
use crate::answer::{Answer, IndexedEdition};
use crate::geometry::{Bounds, LonLat, Space, ostn15};
use crate::policy::{Group, Lang, Layer};
use crate::tile::{DrawnArea, DrawnLayer, EditionTiles, STEPS_PER_PIXEL, View};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Width and height in pixels.
pub(super) const WIDTH_PX: f64 = 360.0;
const HEIGHT_PX: f64 = 270.0;
/// Units a pixel.
const UNITS: f64 = 2.0;
/// Steps of a drawing to a unit.
const STEPS: i32 = STEPS_PER_PIXEL / UNITS as i32;
/// Pixels of the whole world at zoom 0.
const TILE_PX: f64 = 512.0;
/// Metres round the equator.
const EQUATOR_M: f64 = 40_075_016.685_578_49;

/// How much a still map shows; each step shows less than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Everything.
    Full,
    /// No buildings and no names, and smoother lines.
    Plain,
    /// Land, water and main roads, and the areas.
    Sparse,
    /// Land, and the areas that apply.
    Answer,
}

impl Detail {
    /// From most to least.
    pub const ALL: [Self; 4] = [Self::Full, Self::Plain, Self::Sparse, Self::Answer];

    /// How far a line may move, in pixels.
    fn tolerance_px(self) -> f64 {
        match self {
            Self::Full => 0.4,
            Self::Plain => 0.8,
            Self::Sparse => 1.5,
            Self::Answer => 2.0,
        }
    }
}

/// What still maps are drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The edition.
    pub indexed: &'a IndexedEdition,
    /// How its layers look.
    pub looks: &'a Looks,
    /// Where its shapes come from.
    pub tiles: &'a EditionTiles,
    /// The language of names.
    pub lang: Lang,
    /// Areas that are surely not in force on this day are left out.
    pub on: Date,
}

/// One still map.
#[derive(Debug, Clone, Copy)]
pub struct Still<'a> {
    /// What it is drawn from.
    pub source: Source<'a>,
    /// The middle.
    pub centre: LonLat,
    /// Zoom by 512-pixel tiles.
    pub zoom: f64,
    /// Places to mark, with what applies at them.
    pub marks: &'a [Answer],
    /// Areas to outline in ink, by layer and number in its file, in order: they are drawn on any day.
    pub outlined: &'a [(usize, u32)],
}

/// A still map of the whole of a map: its SVG and its width in metres.
#[must_use]
pub fn overview(source: Source<'_>, bounds: &Bounds) -> Option<(String, f64)> {
    let (centre, zoom) = fitting(bounds);
    let still = Still {
        source,
        centre,
        zoom,
        marks: &[],
        outlined: &[],
    };
    (!bounds.is_empty()).then(|| still.draw(Detail::Sparse))
}

/// A still map that fits some areas, given by layer and number in its file, in order; `None` for none.
#[must_use]
pub fn of_areas<'a>(source: Source<'a>, areas: &'a [(usize, u32)]) -> Option<Still<'a>> {
    let mut bounds = Bounds::EMPTY;
    for &(layer, area) in areas {
        let file = source.indexed.edition().layers()[layer].readable()?;
        for part in file.parts_of(area) {
            for corner in part.bounds.corners() {
                bounds.include(match file.space() {
                    Space::Wgs84 => corner,
                    Space::NationalGrid => ostn15::from_national_grid(corner).ok()?.coord,
                });
            }
        }
    }
    let (centre, zoom) = fitting(&bounds);
    (!bounds.is_empty()).then_some(Still {
        source,
        centre,
        zoom: zoom.min(17.0),
        marks: &[],
        outlined: areas,
    })
}

impl Still<'_> {
    /// The SVG, and how many metres it is wide.
    #[must_use]
    pub fn draw(&self, detail: Detail) -> (String, f64) {
        let view = View {
            centre: self.centre,
            zoom: self.zoom,
            width: WIDTH_PX as u32,
            height: HEIGHT_PX as u32,
        };
        let applying: BTreeSet<u64> = self
            .marks
            .iter()
            .flat_map(|answer| &answer.layers)
            .flat_map(|layer| layer.areas.iter().map(|hit| hit.id))
            .collect();
        let strokes: Vec<&Stroke> = self
            .source
            .looks
            .strokes
            .iter()
            .filter(|stroke| self.is_shown(stroke, detail))
            .collect();
        let numbers = strokes.iter().map(|stroke| stroke.layer);
        let numbers = numbers.chain(self.outlined.iter().map(|&(layer, _)| layer));
        let shown: BTreeSet<&str> = numbers.map(|layer| self.layer(layer).id.as_str()).collect();
        let drawn = self.source.tiles.draw(
            &view,
            |layer| shown.contains(layer.id.as_str()),
            detail.tolerance_px(),
        );
        let mut defs = Defs::default();
        for layer in &drawn {
            let context = self.layer(layer.layer).group == Group::Context;
            let only_applying = detail == Detail::Answer && !context;
            let areas: Vec<&DrawnArea> = layer
                .areas
                .iter()
                .filter(|area| {
                    self.is_outlined(layer.layer, area)
                        || self.stands(layer.layer, area)
                            && (!only_applying || applying.contains(&area.id))
                })
                .collect();
            for stroke in strokes.iter().filter(|stroke| stroke.layer == layer.layer) {
                self.shape(stroke, &areas, &mut defs);
            }
        }
        let mut body = String::new();
        let mut used = BTreeSet::new();
        for stroke in strokes
            .iter()
            .filter(|stroke| defs.ids.contains(&self.shape_id(stroke)))
        {
            self.use_shape(stroke, &mut body, &mut used);
        }
        self.outlines(&drawn, &mut body);
        let mut patterns = String::new();
        for name in used {
            if let Some(pattern) = self.source.looks.patterns.get(&name) {
                write_pattern(&name, pattern, &mut patterns);
            }
        }
        let (width, height) = (WIDTH_PX * UNITS, HEIGHT_PX * UNITS);
        let mut svg = format!(
            "<svg viewBox=\"0 0 {width} {height}\"><defs>{patterns}{}</defs>",
            defs.shapes
        );
        let _ = write!(
            svg,
            "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>{body}",
            self.source.looks.background
        );
        self.grid_lines(&mut svg);
        self.marks(&mut svg);
        let _ = write!(
            svg,
            "<g font-size=\"24\" fill=\"#14212b\" stroke=\"#fff\" stroke-width=\"5\" paint-order=\"stroke\" text-anchor=\"middle\">{}</g>",
            defs.labels
        );
        svg.push_str("</svg>");
        (svg, self.width_m())
    }

    /// Whether a stroke is drawn at this zoom and detail.
    fn is_shown(&self, stroke: &Stroke, detail: Detail) -> bool {
        let layer = self.layer(stroke.layer);
        let zoom = |name: &str| {
            stroke
                .fragment
                .get(name)
                .and_then(serde_json::Value::as_f64)
        };
        let in_zoom = zoom("minzoom").is_none_or(|min| self.zoom >= min)
            && zoom("maxzoom").is_none_or(|max| self.zoom < max);
        let kind = stroke.fragment["type"].as_str().unwrap_or_default();
        let id = layer.id.as_str();
        let wanted = match (layer.group, detail) {
            (Group::Context, Detail::Full) => true,
            (Group::Context, Detail::Plain) => id != "building" && kind != "symbol",
            (Group::Context, Detail::Sparse) => {
                kind != "symbol" && ["land", "water", "road"].contains(&id)
            }
            (Group::Context, Detail::Answer) => kind == "fill" && id == "land",
            (_, _) => kind != "symbol",
        };
        let names = kind != "symbol"
            || stroke
                .fragment
                .pointer("layout", "symbol-placement")
                .is_none();
        in_zoom && wanted && names && f64::from(layer.min_zoom) <= self.zoom.ceil()
    }

    fn layer(&self, number: usize) -> &Layer {
        &self.source.indexed.edition().layers()[number].layer
    }

    fn stands(&self, layer: usize, area: &DrawnArea) -> bool {
        let edition = self.source.indexed.edition();
        let (stored, on) = (&edition.layers()[layer], self.source.on);
        layer_may_stand(edition, stored, on) && area_may_stand(stored, area.area, on)
    }

    fn is_outlined(&self, layer: usize, area: &DrawnArea) -> bool {
        self.outlined.binary_search(&(layer, area.area)).is_ok()
    }

    /// The areas that the map is about, in ink over paper.
    fn outlines(&self, drawn: &[DrawnLayer], body: &mut String) {
        let mut path = String::new();
        for layer in drawn {
            let of_layer = layer.areas.iter();
            of_layer
                .filter(|area| self.is_outlined(layer.layer, area))
                .for_each(|area| write_paths(area, &mut path));
        }
        if !path.is_empty() {
            let _ = write!(
                body,
                "<defs><path id=\"about\" d=\"{path}\" vector-effect=\"non-scaling-stroke\"/></defs><use href=\"#about\" class=\"halo\"/><use href=\"#about\" class=\"pin\"/>"
            );
        }
    }

    /// Strokes of one layer that draw the same areas share a shape.
    fn shape_id(&self, stroke: &Stroke) -> String {
        let same = |other: &&Stroke| {
            other.layer == stroke.layer
                && other.fragment.get("filter") == stroke.fragment.get("filter")
        };
        let first = self
            .source
            .looks
            .strokes
            .iter()
            .find(same)
            .map_or(0, |first| first.number);
        format!("s{}-{first}", stroke.layer)
    }

    /// Writes the shape that a stroke draws, once for all strokes that share it; of names, the names.
    fn shape(&self, stroke: &Stroke, areas: &[&DrawnArea], defs: &mut Defs) {
        let filter = stroke.fragment.get("filter");
        let passing = areas
            .iter()
            .filter(|area| passes(filter, &|name| self.property(stroke.layer, area.area, name)));
        if stroke.fragment["type"] == "symbol" {
            passing.for_each(|area| self.label(stroke.layer, area, &mut defs.labels));
            return;
        }
        if defs.ids.contains(&self.shape_id(stroke)) {
            return;
        }
        let mut path = String::new();
        for area in passing {
            write_paths(area, &mut path);
        }
        if !path.is_empty() {
            let _ = write!(
                defs.shapes,
                "<path id=\"{}\" d=\"{path}\"/>",
                self.shape_id(stroke)
            );
            defs.ids.insert(self.shape_id(stroke));
        }
    }

    fn property(&self, layer: usize, area: u32, name: &str) -> Option<String> {
        let edition = self.source.indexed.edition();
        let record = edition.layers()[layer].readable()?.record(area).ok()?;
        match name {
            "name" => record
                .name
                .map(|name| name.in_lang(self.source.lang).to_owned()),
            "reference" => Some(record.reference),
            _ => record
                .properties
                .into_iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.to_string()),
        }
    }

    fn label(&self, layer: usize, area: &DrawnArea, labels: &mut String) {
        let Some(&at) = area.paths.first().and_then(|path| path.first()) else {
            return;
        };
        let (x, y) = in_units(at);
        let (width, height) = ((WIDTH_PX * UNITS) as i32, (HEIGHT_PX * UNITS) as i32);
        let inside = (60..width - 60).contains(&x) && (24..height - 12).contains(&y);
        if let Some(name) = self.property(layer, area.area, "name").filter(|_| inside) {
            let _ = write!(labels, "<text x=\"{x}\" y=\"{y}\">{}</text>", escape(&name));
        }
    }
}

/// What strokes refer to.
#[derive(Default)]
struct Defs {
    shapes: String,
    ids: BTreeSet<String>,
    labels: String,
}
