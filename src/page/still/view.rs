//! The view: what fits in it, and what lies over it: National Grid lines and the places' marks.

use super::lettering::Anchor;
use super::{EQUATOR_M, HEIGHT_PX, Still, TILE_PX, UNITS, WIDTH_PX};
use crate::answer::{Answer, Site, Spot};
use crate::geometry::{Bounds, LonLat, Mercator, Position, ostn15};
use geo_types::Coord;
use std::fmt::Write as _;

/// Middle and zoom at which a rectangle of degrees just fits, with a margin.
#[must_use]
pub fn fitting(bounds: &Bounds) -> (LonLat, f64) {
    const WORLD: Bounds = Bounds {
        min: Coord {
            x: -180.0,
            y: -85.0,
        },
        max: Coord { x: 180.0, y: 85.0 },
    };
    let bounds = if bounds.is_empty() { &WORLD } else { bounds };
    let corner = |coord: Coord<f64>| {
        let held = LonLat::new(coord.x.clamp(-180.0, 180.0), coord.y.clamp(-85.0, 85.0));
        held.map_or(Mercator { x: 0.5, y: 0.5 }, LonLat::mercator)
    };
    let (low, high) = (corner(bounds.min), corner(bounds.max));
    let middle = Mercator {
        x: f64::midpoint(low.x, high.x),
        y: f64::midpoint(low.y, high.y),
    };
    let margin = 1.1;
    let across = ((high.x - low.x) * margin * TILE_PX / WIDTH_PX)
        .max((low.y - high.y) * margin * TILE_PX / HEIGHT_PX);
    let zoom = if across > 0.0 { -across.log2() } else { 17.0 };
    (
        middle.lonlat(),
        (zoom.clamp(0.0, 19.0) * 100.0).round() / 100.0,
    )
}

/// Middle and zoom for the map of an answer: a point from `near`, a square so that it fills about half of
/// the map, several places so that all are seen.
#[must_use]
pub fn around(answers: &[Answer], near: f64) -> (LonLat, f64) {
    let positions = answers.iter().map(|answer| answer.spot.position().lonlat);
    let bounds = Bounds::around(positions.map(LonLat::coord));
    let (middle, zoom) = fitting(&bounds.padded(bounds.width().max(bounds.height()) / 10.0));
    match answers.first().map(|answer| &answer.spot) {
        Some(Spot::Square(square, position)) => {
            let metres_at_0 = EQUATOR_M * position.lonlat.lat().to_radians().cos() / TILE_PX;
            let zoom = (metres_at_0 * WIDTH_PX / (3.0 * square.side_m())).log2();
            let zoom = (zoom.clamp(5.0, near) * 100.0).round() / 100.0;
            (position.lonlat, zoom)
        }
        Some(Spot::Site(site)) => {
            // What lies around the site is asked for with it.
            let bounds = site.degrees();
            let (middle, zoom) = fitting(&bounds);
            (
                middle,
                ((zoom - 1.0).clamp(5.0, near) * 100.0).round() / 100.0,
            )
        }
        Some(Spot::Point(position)) if answers.len() == 1 => (position.lonlat, near),
        _ => (middle, zoom.min(near)),
    }
}

/// What is written at a National Grid line: in its 100 km square, as many figures as the lines' spacing needs.
fn figures(ordinate: f64, spacing: f64) -> String {
    let width = 5 - spacing.log10().round() as usize;
    format!("{:0width$.0}", (ordinate % 100_000.0 / spacing).round())
}

/// Height of the figures at grid lines in units.
const FIGURE_SIZE: f64 = 20.0;

/// From this size on a square is seen as one.
const MIN_SQUARE_PX: f64 = 14.0;

impl Still<'_> {
    /// Units from the left and the top of a position.
    pub(super) fn units(&self, lonlat: LonLat) -> (f64, f64) {
        let (middle, at) = (self.centre.mercator(), lonlat.mercator());
        let world = TILE_PX * self.zoom.exp2() * UNITS;
        (
            (at.x - middle.x) * world + self.width() / 2.0,
            (at.y - middle.y) * world + self.height() / 2.0,
        )
    }

    /// Units of a position on the National Grid.
    fn grid_units(&self, easting: f64, northing: f64) -> Option<(f64, f64)> {
        let there = ostn15::from_national_grid(Coord {
            x: easting,
            y: northing,
        })
        .ok()?
        .coord;
        Some(self.units(LonLat::new(there.x, there.y).ok()?))
    }

    /// How wide the map is on the ground, along its middle.
    pub(super) fn width_m(&self) -> f64 {
        EQUATOR_M * self.centre.lat().to_radians().cos() / TILE_PX / self.zoom.exp2()
            * self.paper.width_px
    }

    /// National Grid lines, as far apart as the zoom asks, with the last figures of their references.
    pub(super) fn grid_lines(&self, svg: &mut String) {
        let Some(middle) = Position::of_lonlat(self.centre).grid else {
            return;
        };
        let reach = self.width_m();
        let spacing = [100.0, 1_000.0, 10_000.0, 100_000.0]
            .into_iter()
            .find(|spacing| spacing / reach * self.paper.width_px >= self.paper.letters.grid_px());
        // Lines 100 km apart have letters between them, no figures; a page's map is never so wide.
        let Some(spacing) = spacing.filter(|spacing| *spacing < 100_000.0) else {
            return;
        };
        let (east, north) = (middle.easting(), middle.northing());
        let (width, height) = (self.width(), self.height());
        let (mut lines, mut slips) = (String::new(), String::new());
        let mut line = |a: (f64, f64), b: (f64, f64)| {
            let _ = write!(lines, "M{:.0} {:.0}L{:.0} {:.0}", a.0, a.1, b.0, b.1);
        };
        let mut slip = |text: &str, at: (f64, f64)| {
            let letters = self.paper.letters;
            letters.write(text, at, FIGURE_SIZE, Anchor::Start, &mut slips);
        };
        let steps = (reach / spacing).ceil() as i32;
        for step in -steps..=steps {
            let on_line =
                |ordinate: f64| ((ordinate / spacing).floor() + f64::from(step)) * spacing;
            let (easting, northing) = (on_line(east), on_line(north));
            if let (Some(a), Some(b)) = (
                self.grid_units(easting, north - reach),
                self.grid_units(easting, north + reach),
            ) {
                line(a, b);
                let x = a.0 + (b.0 - a.0) * ((height - a.1) / (b.1 - a.1));
                if (20.0..width - 30.0).contains(&x) {
                    let at = (x + 4.0, height - 6.0);
                    slip(&figures(easting, spacing), at);
                }
            }
            if let (Some(a), Some(b)) = (
                self.grid_units(east - reach, northing),
                self.grid_units(east + reach, northing),
            ) {
                line(a, b);
                let y = a.1 + (b.1 - a.1) * (-a.0 / (b.0 - a.0));
                if (20.0..height - 30.0).contains(&y) {
                    slip(&figures(northing, spacing), (4.0, y - 4.0));
                }
            }
        }
        let _ = write!(
            svg,
            "<path d=\"{lines}\" stroke=\"#2b6777\" stroke-opacity=\".45\"/><g font-size=\"{FIGURE_SIZE}\" fill=\"#1d5c63\" stroke=\"#fff\" stroke-width=\"4\" paint-order=\"stroke\">{slips}</g>"
        );
    }

    /// A ring and cross-hair round the place, dots where there are several; a square by its outline, where that is large enough to see.
    pub(super) fn marks(&self, svg: &mut String) {
        let mut places: Vec<(i64, i64)> = Vec::new();
        for answer in self.marks {
            if let Spot::Site(site) = &answer.spot {
                self.site(site, svg);
                continue;
            }
            if let Some(path) = self.square(&answer.spot) {
                let _ = write!(
                    svg,
                    "<path d=\"{path}\" {}/>",
                    self.paper.letters.mark("pin", false)
                );
                continue;
            }
            let (x, y) = self.units(answer.spot.position().lonlat);
            let place = (x.round() as i64, y.round() as i64);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        if self.pinned {
            let (x, y) = self.units(self.centre);
            places.push((x.round() as i64, y.round() as i64));
        }
        let path = match places[..] {
            [] => return,
            [(x, y)] => {
                let r = self.paper.letters.ring();
                let (across, arm) = (2 * r, r + 2);
                format!(
                    "M{} {y}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0h-{arm}M{x} {}v-{arm}M{} {y}h{arm}M{x} {}v{arm}",
                    x - r,
                    y - r,
                    x + r,
                    y + r
                )
            }
            _ => places
                .iter()
                .fold(String::new(), |path, (x, y)| path + &format!("M{x} {y}h0")),
        };
        let dots = places.len() > 1;
        let [halo, pin] = ["halo", "pin"].map(|name| self.paper.letters.mark(name, dots));
        let _ = write!(
            svg,
            "<defs><path id=\"pin\" d=\"{path}\"{}/></defs><use href=\"#pin\" {halo}/><use href=\"#pin\" {pin}/>",
            self.paper.letters.steady()
        );
    }

    /// The red line of a drawn site, dashed over white, so that it is known without its colour too.
    fn site(&self, site: &Site, svg: &mut String) {
        let mut path = String::new();
        for ring in site.degree_rings() {
            let (mut pen, mut last) = ('M', None);
            for corner in ring {
                let Ok(corner) = LonLat::new(corner.x, corner.y) else {
                    continue;
                };
                let (x, y) = self.units(corner);
                // Steps that are too small to see would only cost bytes.
                if last.is_none_or(|(a, b): (f64, f64)| (x - a).hypot(y - b) >= 1.5) {
                    let _ = write!(path, "{pen}{x:.0} {y:.0}");
                    (pen, last) = ('L', Some((x, y)));
                }
            }
            path.push('Z');
        }
        let _ = write!(
            svg,
            "<defs><path id=\"site\" d=\"{path}\" fill=\"none\" stroke-linejoin=\"round\"/></defs><use href=\"#site\" stroke=\"#fff\" stroke-width=\"12\"/><use href=\"#site\" stroke=\"#c8102e\" stroke-width=\"6\" stroke-dasharray=\"16 6\"/>"
        );
    }

    /// The outline of a square that is large enough to see.
    fn square(&self, spot: &Spot) -> Option<String> {
        let Spot::Square(square, _) = spot else {
            return None;
        };
        if square.side_m() <= self.width_m() / self.paper.width_px * MIN_SQUARE_PX {
            return None;
        }
        let corners = square.bounds().corners();
        let corners = corners
            .into_iter()
            .filter_map(|corner| self.grid_units(corner.x, corner.y));
        let points: Vec<String> = corners.map(|(x, y)| format!("{x:.0} {y:.0}")).collect();
        Some(format!("M{}Z", points.join("L")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_the_figures_of_the_live_map() {
        let told = [
            figures(294_600.0, 100.0),
            figures(377_000.0, 1_000.0),
            figures(305_000.0, 1_000.0),
            figures(380_000.0, 10_000.0),
        ];
        assert_eq!(told, ["946", "77", "05", "8"]);
    }
}
