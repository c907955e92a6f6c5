//! Draws a view of an edition as plain paths, for the still maps in pages and in print.
//!
//! Made for few bytes: simplified to a tolerance, cut to the view, in tenths of a pixel. Each outline is
//! simplified by itself, so between neighbours a gap may open as wide as the tolerance; tiles have none.

use super::cut;
use super::grid::{FinePoint, FineRect, TilePoint, TileRect};
use super::id::{MAX_ZOOM, TileId};
use super::pieces::PartNumber;
use super::project::FinePart;
use super::rings::straightened;
use super::simplify::simplified;
use super::tiles::EditionTiles;
use crate::geometry::{Kind, LonLat, Mercator};
use crate::policy::Layer;
use std::sync::Arc;

/// Steps of a drawing to a pixel.
pub const STEPS_PER_PIXEL: i32 = 10;
/// The deepest zoom that is drawn: there a pixel is 9 cm of ground in Wales.
pub const MAX_VIEW_ZOOM: f64 = 18.0;
/// Pixels along a side of a view at most: its area is what a drawing costs.
pub const MAX_VIEW_PIXELS: u32 = 4096;
/// Pixels that are drawn beyond each side, so that no outline is seen along the edge.
const MARGIN: u32 = 8;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// The place in the middle.
    pub centre: LonLat,
    /// As in web maps: at zoom 0 the world is 512 pixels wide, each zoom doubles it. Held at 0 to [`MAX_VIEW_ZOOM`].
    pub zoom: f64,
    /// Pixels across, [`MAX_VIEW_PIXELS`] at most.
    pub width: u32,
    /// Pixels down, [`MAX_VIEW_PIXELS`] at most.
    pub height: u32,
}

/// A layer with something in the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnLayer {
    /// Index into the edition's layers.
    pub layer: usize,
    /// Its areas in the view, in the file's order.
    pub areas: Vec<DrawnArea>,
}

/// An area in the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnArea {
    /// Its permanent id.
    pub id: u64,
    /// Its index in its layer's file.
    pub area: u32,
    /// Polygons are closed rings to be filled by the even-odd rule, the first point not repeated; lines
    /// are open; each point is a path of its own.
    pub kind: Kind,
    /// Paths in [`STEPS_PER_PIXEL`] steps, `x` from the left and `y` from the top of the view.
    pub paths: Vec<Vec<(i32, i32)>>,
}

impl EditionTiles {
    /// The layers that `wanted` lets through, as they lie in a view, no line farther than `tolerance` pixels
    /// from where it should be. Layers below their `min_zoom` are left out, as from tiles. What is too
    /// small to draw is a square of one pixel.
    #[must_use]
    pub fn draw(
        &self,
        view: &View,
        wanted: impl Fn(&Layer) -> bool,
        tolerance: f64,
    ) -> Vec<DrawnLayer> {
        let sheet = Sheet::of(view, tolerance);
        let mut parts = self.parts_in(&sheet.reach.degrees());
        let mut layers = Vec::new();
        for (number, stored) in self.indexed.edition().layers().iter().enumerate() {
            let shown = f64::from(stored.layer.min_zoom) <= sheet.zoom && wanted(&stored.layer);
            let Some(file) = stored.readable().filter(|_| shown) else {
                continue;
            };
            let mut areas: Vec<(u32, Sketch)> = Vec::new();
            for part in parts.remove(&(number as u16)).unwrap_or_default() {
                let view = file.part(part);
                let number = PartNumber {
                    layer: number as u16,
                    part,
                };
                let Some(piece) = self.pieces.seen_by(sheet.tile, number, &view, file.space())
                else {
                    continue;
                };
                let kind = file.areas()[view.area as usize].kind;
                if areas.last().is_none_or(|(area, _)| *area != view.area) {
                    areas.push((view.area, Sketch::default()));
                }
                if let Some((_, sketch)) = areas.last_mut() {
                    sketch.add(&sheet, kind, &piece);
                }
            }
            let drawn = areas.into_iter().filter_map(|(area, sketch)| {
                let stored = &file.areas()[area as usize];
                let paths = sketch.finish();
                (!paths.is_empty()).then_some(DrawnArea {
                    id: stored.id,
                    area,
                    kind: stored.kind,
                    paths,
                })
            });
            let areas: Vec<DrawnArea> = drawn.collect();
            if !areas.is_empty() {
                layers.push(DrawnLayer {
                    layer: number,
                    areas,
                });
            }
        }
        layers
    }
}

/// The view in numbers.
struct Sheet {
    zoom: f64,
    /// Drawing steps to a fine step.
    scale: f64,
    /// The view's top left corner on the fine grid.
    corner: (f64, f64),
    /// What is drawn, on the fine grid and in drawing steps.
    reach: FineRect,
    rect: TileRect,
    /// A tile that sees all of it.
    tile: TileId,
    /// In drawing steps.
    tolerance: f64,
}

impl Sheet {
    fn of(view: &View, tolerance: f64) -> Self {
        // What is not a number is drawn as the whole world.
        let zoom = if view.zoom.is_nan() {
            0.0
        } else {
            view.zoom.clamp(0.0, MAX_VIEW_ZOOM)
        };
        let (width, height) = (
            view.width.min(MAX_VIEW_PIXELS),
            view.height.min(MAX_VIEW_PIXELS),
        );
        let fine_per_pixel = (32.0 - 9.0 - zoom).exp2();
        let centre = view.centre.mercator();
        let corner =
            |at: f64, pixels: u32| at * 32f64.exp2() - f64::from(pixels) / 2.0 * fine_per_pixel;
        let corner = (corner(centre.x, width), corner(centre.y, height));
        let margin = f64::from(MARGIN) * fine_per_pixel;
        let low = |from: f64| (from - margin).floor() as i64;
        let high = |from: f64, pixels: u32| {
            (from + f64::from(pixels) * fine_per_pixel + margin).ceil() as i64
        };
        let steps = |pixels: u32| (pixels as i32) * STEPS_PER_PIXEL;
        let reach = FineRect {
            min: (low(corner.0), low(corner.1)),
            max: (high(corner.0, width), high(corner.1, height)),
        };
        Self {
            zoom,
            scale: f64::from(STEPS_PER_PIXEL) / fine_per_pixel,
            corner,
            reach,
            rect: TileRect {
                min: TilePoint {
                    x: -steps(MARGIN),
                    y: -steps(MARGIN),
                },
                max: TilePoint {
                    x: steps(width + MARGIN),
                    y: steps(height + MARGIN),
                },
            },
            tile: smallest_tile_over(&reach),
            tolerance: tolerance.max(0.0) * f64::from(STEPS_PER_PIXEL),
        }
    }

    fn place(&self, point: FinePoint) -> TilePoint {
        let step = |at: u32, from: f64| ((f64::from(at) - from) * self.scale).round() as i32;
        TilePoint {
            x: step(point.x, self.corner.0),
            y: step(point.y, self.corner.1),
        }
    }

    /// A path in drawing steps, simplified.
    fn path(&self, path: &[FinePoint]) -> Vec<TilePoint> {
        let mut points: Vec<TilePoint> = path.iter().map(|&point| self.place(point)).collect();
        points.dedup();
        simplified(&points, self.tolerance)
    }
}

/// The deepest tile that holds a rectangle; the world for one that reaches beyond it.
fn smallest_tile_over(rect: &FineRect) -> TileId {
    let holding = |(x, y): (i64, i64), z: u8| {
        let share = |at: i64| at as f64 / 32f64.exp2();
        let place = Mercator {
            x: share(x),
            y: share(y),
        };
        TileId::holding(place, z).ok()
    };
    let same = (0..=MAX_ZOOM)
        .rev()
        .find_map(|z| holding(rect.min, z).filter(|tile| holding(rect.max, z) == Some(*tile)));
    same.unwrap_or(TileId::WORLD)
}

/// What is drawn of one area.
#[derive(Default)]
struct Sketch {
    paths: Vec<Vec<(i32, i32)>>,
    /// A place of it that has no extent in the view.
    speck: Option<TilePoint>,
}

impl Sketch {
    fn add(&mut self, sheet: &Sheet, kind: Kind, piece: &Arc<FinePart>) {
        let near = cut::near(piece, &sheet.reach);
        for path in near.paths() {
            let drawn = match kind {
                Kind::Polygon => vec![cut::ring_in(sheet.path(path), sheet.rect)],
                Kind::Line => cut::line_in(sheet.path(path), sheet.rect),
                Kind::Point => vec![path.iter().map(|&point| sheet.place(point)).collect()],
            };
            for path in drawn {
                self.add_path(sheet, kind, path);
            }
        }
    }

    fn add_path(&mut self, sheet: &Sheet, kind: Kind, path: Vec<TilePoint>) {
        let mut inside = path
            .iter()
            .copied()
            .filter(|&point| sheet.rect.holds_strictly(point));
        let speck = inside.next();
        let path = match kind {
            Kind::Polygon => {
                let mut ring = straightened(&path);
                ring.pop();
                ring
            }
            Kind::Line | Kind::Point => path,
        };
        let least = match kind {
            Kind::Polygon => 3,
            Kind::Line => 2,
            Kind::Point => 1,
        };
        if path.len() < least {
            self.speck = self.speck.or(speck);
        } else if kind != Kind::Point || speck.is_some() {
            self.paths
                .push(path.into_iter().map(|point| (point.x, point.y)).collect());
        }
    }

    fn finish(mut self) -> Vec<Vec<(i32, i32)>> {
        if let Some(at) = self.speck.filter(|_| self.paths.is_empty()) {
            let half = STEPS_PER_PIXEL / 2;
            let corners = [(-half, -half), (half, -half), (half, half), (-half, half)];
            self.paths
                .push(corners.map(|(dx, dy)| (at.x + dx, at.y + dy)).to_vec());
        }
        self.paths
    }
}
