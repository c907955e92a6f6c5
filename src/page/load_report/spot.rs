//! The small map of a finding: the area's outline in grey, the faulty spot marked, a scale bar in metres.
//! North is up.

use crate::geometry::Bounds;
use crate::geometry::distance::LocalMetres;
use crate::loading::finding::Outline;
use crate::page::message::{Words, escape};
use geo_types::Coord;
use std::fmt::Write as _;

/// Pixels of a map.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 220.0;
/// Pixels round what is drawn; the scale bar stands in the lower ones.
const MARGIN: f64 = 20.0;
const FOOT: f64 = 40.0;
/// The longest scale bar, in pixels.
const MAX_BAR: f64 = 120.0;
/// An area without extent is drawn in a square of this many metres.
const LEAST_M: f64 = 10.0;

/// Metres round the middle of what is drawn → pixels.
struct Frame {
    metres: LocalMetres,
    pixels_per_m: f64,
}

impl Frame {
    fn around(outline: &Outline, spot: Option<Coord<f64>>) -> Option<Self> {
        let vertices = outline.paths().iter().flatten().copied();
        let bounds = Bounds::around(vertices.chain(spot));
        if bounds.is_empty() {
            return None;
        }
        let metres = LocalMetres::at(outline.space(), bounds.centre());
        let (min, max) = (metres.flatten(bounds.min), metres.flatten(bounds.max));
        let across = (WIDTH - 2.0 * MARGIN) / (max.x - min.x).max(LEAST_M);
        let up = (HEIGHT - MARGIN - FOOT) / (max.y - min.y).max(LEAST_M);
        let pixels_per_m = across.min(up);
        pixels_per_m.is_normal().then_some(Self {
            metres,
            pixels_per_m,
        })
    }

    fn pixel(&self, at: Coord<f64>) -> Coord<f64> {
        let metres = self.metres.flatten(at);
        Coord {
            x: WIDTH / 2.0 + metres.x * self.pixels_per_m,
            y: (HEIGHT + MARGIN - FOOT) / 2.0 - metres.y * self.pixels_per_m,
        }
    }

    /// The longest round number of metres that fits the bar.
    fn bar_m(&self) -> f64 {
        let most = MAX_BAR / self.pixels_per_m;
        let power = 10_f64.powf(most.log10().floor());
        let steps = [5.0, 2.0, 1.0].map(|step| step * power);
        steps.into_iter().find(|m| *m <= most).unwrap_or(power)
    }
}

/// The map, or none where there is nothing to draw.
pub fn svg(w: Words<'_>, outline: &Outline, spot: Option<Coord<f64>>) -> Option<String> {
    let spot = spot.filter(|at| at.x.is_finite() && at.y.is_finite());
    let frame = Frame::around(outline, spot)?;
    let label = match spot {
        Some(_) => w.say("report.map_with_spot"),
        None => w.say("report.map_of_area"),
    };
    let label = escape(&label);
    let mut svg = format!(
        "<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">"
    );
    area(&mut svg, outline, &frame);
    if let Some(spot) = spot {
        mark(&mut svg, frame.pixel(spot));
    }
    scale_bar(&mut svg, &frame);
    svg.push_str("</svg>");
    Some(svg)
}

/// All rings as one path, so that holes stay empty; lines stay open, points become dots.
fn area(svg: &mut String, outline: &Outline, frame: &Frame) {
    let (mut rings, mut lines, mut dots) = (String::new(), String::new(), String::new());
    for path in outline.paths() {
        let drawn = match path.as_slice() {
            [] => continue,
            [_] => &mut dots,
            [first, .., last] if first == last => &mut rings,
            _ => &mut lines,
        };
        for (at, vertex) in path.iter().enumerate() {
            let pixel = frame.pixel(*vertex);
            let verb = if at == 0 { 'M' } else { 'L' };
            let _ = write!(drawn, "{verb}{:.1} {:.1}", pixel.x, pixel.y);
        }
        if let [_] = path.as_slice() {
            dots.push_str("h0");
        }
    }
    for (class, path) in [("ring", rings), ("line", lines), ("dot", dots)] {
        if !path.is_empty() {
            let _ = write!(svg, "<path class=\"{class}\" d=\"{path}\"/>");
        }
    }
}

fn mark(svg: &mut String, at: Coord<f64>) {
    let Coord { x, y } = at;
    for class in ["halo", "spot"] {
        let _ = write!(
            svg,
            "<path class=\"{class}\" d=\"M{:.1} {y:.1}h8m6 0h8M{x:.1} {:.1}v8m0 6v8M{:.1} {y:.1}a8 8 0 1 0 16 0a8 8 0 1 0 -16 0\"/>",
            x - 11.0,
            y - 11.0,
            x - 8.0
        );
    }
}

fn scale_bar(svg: &mut String, frame: &Frame) {
    let metres = frame.bar_m();
    let (left, right) = (MARGIN, MARGIN + metres * frame.pixels_per_m);
    let y = HEIGHT - 10.0;
    let _ = write!(
        svg,
        "<path class=\"bar\" d=\"M{left:.1} {:.1}v5H{right:.1}v-5\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
        y - 5.0,
        right + 6.0,
        y + 1.0,
        metres_in_words(metres)
    );
}

/// “200 m”, “20,000 m”, “0.5 m”.
fn metres_in_words(metres: f64) -> String {
    if metres < 1.0 {
        return format!("{} m", (metres * 1000.0).round() / 1000.0);
    }
    let digits = format!("{metres:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} m")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Space;
    use crate::policy::Lang;

    fn map(outline: &Outline, spot: Option<Coord<f64>>) -> Option<String> {
        svg(Words::of(Lang::En, None), outline, spot)
    }

    fn outline(ring: &[(f64, f64)], space: Space) -> Outline {
        let ring: Vec<_> = ring.iter().map(|&(x, y)| Coord { x, y }).collect();
        Outline::of_paths([ring.as_slice()].into_iter(), space)
    }

    const SQUARE: [(f64, f64); 5] = [
        (3e5, 3e5),
        (3e5 + 1000.0, 3e5),
        (3e5 + 1000.0, 3e5 + 1000.0),
        (3e5, 3e5 + 1000.0),
        (3e5, 3e5),
    ];

    #[test]
    fn a_square_kilometre_has_a_bar_of_half_a_kilometre_and_north_is_up() {
        let outline = outline(&SQUARE, Space::NationalGrid);
        let north_west = Coord {
            x: 3e5,
            y: 3e5 + 1000.0,
        };
        let frame = Frame::around(&outline, None).expect("a frame");
        let (top, bottom) = (
            frame.pixel(north_west),
            frame.pixel(Coord { x: 3e5, y: 3e5 }),
        );
        assert!(top.y < bottom.y && (top.x - bottom.x).abs() < 1e-6);
        assert!((bottom.y - top.y - 160.0).abs() < 0.1);
        let svg = map(&outline, Some(north_west)).expect("a map");
        assert!(svg.contains(">500 m<"), "{svg}");
        assert!(svg.contains("class=\"ring\"") && svg.contains("class=\"spot\""));
    }

    #[test]
    fn degrees_are_drawn_in_metres() {
        let square = [(-3.5, 53.0), (-3.4, 53.0), (-3.4, 53.1), (-3.5, 53.0)];
        let svg = map(&outline(&square, Space::Wgs84), None).expect("a map");
        assert!(svg.contains(">5,000 m<"), "{svg}");
    }

    #[test]
    fn a_point_is_a_dot_and_nothing_is_no_map() {
        let dot = map(&outline(&[(3e5, 3e5)], Space::NationalGrid), None).expect("a map");
        assert!(dot.contains("class=\"dot\""));
        assert_eq!(map(&outline(&[], Space::NationalGrid), None), None);
    }
}
