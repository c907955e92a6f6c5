//! A still map as SVG, small enough to stand inside a page: the same looks as the viewer, fewer details.
//!
//! One unit is half a pixel, so that coordinates are short whole numbers and lines stay smooth. Detail
//! gives way in steps that are named, and the shapes come from the same source as the tiles. `sheet` sets a
//! still map as a picture of its own, with its key and its scale; `picture` makes a PNG of that.

mod ink;
mod lettering;
mod names;
mod picture;
mod sheet;
mod view;

pub use lettering::Letters;
pub use picture::NotPainted;
pub use sheet::{MAX_SHEET_BYTES, Sheet};
pub use view::{around, fitting};

use self::ink::{in_units, write_paths, write_pattern};
use self::names::Names;
use super::look::{Looks, Pointer as _, Stroke, passes};
use super::standing::{area_may_stand, layer_may_stand};
use crate::answer::{Answer, IndexedEdition};
use crate::geometry::{Bounds, Kind, LonLat, Space, ostn15};
use crate::policy::{Group, Lang, Layer};
use crate::tile::{DrawnArea, DrawnLayer, EditionTiles, STEPS_PER_PIXEL, View};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Width and height in pixels of a still map that stands in a page.
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

/// What a still map is drawn on.
#[derive(Debug, Clone, Copy)]
pub struct Paper {
    /// Pixels across.
    pub width_px: f64,
    /// Pixels down.
    pub height_px: f64,
    /// How names and figures stand on it.
    pub letters: Letters,
}

impl Paper {
    /// A place in a page, whose style sheet draws the marks.
    pub const PAGE: Self = Self {
        width_px: WIDTH_PX,
        height_px: HEIGHT_PX,
        letters: Letters::OfPage,
    };
}

/// One still map.
#[derive(Debug, Clone, Copy)]
pub struct Still<'a> {
    /// What it is drawn on.
    pub paper: Paper,
    /// What it is drawn from.
    pub source: Source<'a>,
    /// The middle.
    pub centre: LonLat,
    /// Zoom by 512-pixel tiles.
    pub zoom: f64,
    /// Whether the middle is marked, beside the places.
    pub pinned: bool,
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
        paper: Paper::PAGE,
        source,
        centre,
        zoom,
        pinned: false,
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
        paper: Paper::PAGE,
        source,
        centre,
        zoom: zoom.min(17.0),
        pinned: false,
        marks: &[],
        outlined: areas,
    })
}

impl Still<'_> {
    /// The SVG, and how many metres it is wide.
    #[must_use]
    pub fn draw(&self, detail: Detail) -> (String, f64) {
        let drawn = self.compose(detail);
        let (width, height) = (self.width(), self.height());
        let mut svg = format!("<svg viewBox=\"0 0 {width} {height}\">");
        self.write(&drawn, &mut svg);
        svg.push_str("</svg>");
        (svg, self.width_m())
    }

    /// The map by itself, without the element round it.
    fn write(&self, drawn: &Composed, svg: &mut String) {
        svg.push_str("<defs>");
        for name in &drawn.patterns {
            if let Some(pattern) = self.source.looks.patterns.get(name) {
                write_pattern(name, pattern, svg);
            }
        }
        let _ = write!(
            svg,
            "{}</defs><rect width=\"{}\" height=\"{}\" fill=\"{}\"/>{}",
            drawn.shapes,
            self.width(),
            self.height(),
            self.source.looks.background,
            drawn.body
        );
        self.grid_lines(svg);
        self.marks(svg);
        drawn.names.write(self.paper.letters, svg);
    }

    /// Units across.
    fn width(&self) -> f64 {
        self.paper.width_px * UNITS
    }

    /// Units down.
    fn height(&self) -> f64 {
        self.paper.height_px * UNITS
    }

    /// Shapes and strokes of all that is shown.
    fn compose(&self, detail: Detail) -> Composed {
        let view = View {
            centre: self.centre,
            zoom: self.zoom,
            width: self.paper.width_px as u32,
            height: self.paper.height_px as u32,
        };
        let applying: BTreeSet<u64> = self
            .marks
            .iter()
            .flat_map(|answer| &answer.layers)
            .flat_map(|layer| layer.areas.iter().map(|hit| hit.id))
            .collect();
        let strokes = self.strokes(detail);
        let numbers = strokes.iter().map(|stroke| stroke.layer);
        let numbers = numbers.chain(self.outlined.iter().map(|&(layer, _)| layer));
        let shown: BTreeSet<&str> = numbers.map(|layer| self.layer(layer).id.as_str()).collect();
        let drawn = self.source.tiles.draw(
            &view,
            |layer| shown.contains(layer.id.as_str()),
            detail.tolerance_px(),
        );
        let mut composed = Composed::default();
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
            if let Some(area) = areas.iter().find(|area| self.is_seen(area)) {
                composed.seen.insert(layer.layer, area.kind);
            }
            for stroke in strokes.iter().filter(|stroke| stroke.layer == layer.layer) {
                self.shape(stroke, &areas, &mut composed);
            }
        }
        for stroke in strokes {
            let id = self.shape_id(stroke);
            if composed.ids.contains(&id) {
                self.use_shape(stroke, &id, &mut composed.body, &mut composed.patterns);
            }
        }
        self.outlines(&drawn, &mut composed.body);
        composed
    }

    /// What is drawn at this zoom and detail, bottom first.
    fn strokes(&self, detail: Detail) -> Vec<&Stroke> {
        let all = self.source.looks.strokes.iter();
        all.filter(|stroke| self.is_shown(stroke, detail)).collect()
    }

    /// Whether something of an area lies within the paper's edges.
    fn is_seen(&self, area: &DrawnArea) -> bool {
        let (width, height) = (self.width() as i32, self.height() as i32);
        area.paths.iter().any(|path| {
            let (mut low, mut high) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
            for (x, y) in path.iter().map(|&point| in_units(point)) {
                low = (low.0.min(x), low.1.min(y));
                high = (high.0.max(x), high.1.max(y));
            }
            low.0 < width && low.1 < height && high.0 > 0 && high.1 > 0
        })
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
            let [halo, pin] = ["halo", "pin"].map(|name| self.paper.letters.mark(name, false));
            let _ = write!(
                body,
                "<defs><path id=\"about\" d=\"{path}\"{}/></defs><use href=\"#about\" {halo}/><use href=\"#about\" {pin}/>",
                self.paper.letters.steady()
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
    fn shape(&self, stroke: &Stroke, areas: &[&DrawnArea], out: &mut Composed) {
        let filter = stroke.fragment.get("filter");
        let passing = areas
            .iter()
            .filter(|area| passes(filter, &|name| self.property(stroke.layer, area.area, name)));
        if stroke.fragment["type"] == "symbol" {
            passing.for_each(|area| self.label(stroke, area, &mut out.names));
            return;
        }
        let id = self.shape_id(stroke);
        if out.ids.contains(&id) {
            return;
        }
        let mut path = String::new();
        for area in passing {
            write_paths(area, &mut path);
        }
        if !path.is_empty() {
            let _ = write!(out.shapes, "<path id=\"{id}\" d=\"{path}\"/>");
            out.ids.insert(id);
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

    fn label(&self, stroke: &Stroke, area: &DrawnArea, names: &mut Names) {
        let Some(&at) = area.paths.first().and_then(|path| path.first()) else {
            return;
        };
        let (x, y) = in_units(at);
        let (width, height) = (self.width() as i32, self.height() as i32);
        let inside = (60..width - 60).contains(&x) && (24..height - 12).contains(&y);
        if let Some(name) = self
            .property(stroke.layer, area.area, "name")
            .filter(|_| inside)
        {
            let strokes = &self.source.looks.strokes;
            let rank = strokes.iter().position(|other| std::ptr::eq(other, stroke));
            names.add(rank.unwrap_or(0), (x, y), name);
        }
    }
}

/// What was drawn, before it is put together.
#[derive(Default)]
struct Composed {
    /// What strokes refer to.
    shapes: String,
    ids: BTreeSet<String>,
    body: String,
    names: Names,
    /// The patterns that are used.
    patterns: BTreeSet<String>,
    /// The layers of which something is to be seen, and of what kind that is.
    seen: BTreeMap<usize, Kind>,
}
