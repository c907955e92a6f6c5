//! Ink: shapes as path data, and a style's paint as SVG attributes.

use super::{STEPS, Still, UNITS};
use crate::geometry::Kind;
use crate::page::look::{Fragment, Pointer as _, Stroke, at_zoom};
use crate::tile::DrawnArea;
use std::collections::BTreeSet;
use std::fmt::Write as _;

impl Still<'_> {
    /// Draws a shape with one stroke's paint.
    pub(super) fn use_shape(
        &self,
        stroke: &Stroke,
        id: &str,
        body: &mut String,
        used: &mut BTreeSet<String>,
    ) {
        let fragment = &stroke.fragment;
        let number = |name: &str| {
            fragment
                .pointer("paint", name)
                .and_then(|value| at_zoom(value, self.zoom))
        };
        let text = |name: &str| {
            fragment
                .pointer("paint", name)
                .and_then(|value| value.as_str())
        };
        match fragment["type"].as_str() {
            Some("fill") => {
                let fill = match text("fill-pattern") {
                    Some(pattern) => {
                        used.insert(pattern.to_owned());
                        format!("url(#{pattern})")
                    }
                    None => text("fill-color").unwrap_or("none").to_owned(),
                };
                let _ = write!(
                    body,
                    "<use href=\"#{id}\" fill=\"{fill}\" fill-rule=\"evenodd\"{}/>",
                    opacity(number("fill-opacity"))
                );
            }
            Some("line") => {
                let width = number("line-width").unwrap_or(1.0);
                let colour = text("line-color").unwrap_or("#000");
                let dash = dashes(fragment, width);
                let cap = fragment
                    .pointer("layout", "line-cap")
                    .and_then(|cap| cap.as_str());
                let cap = cap.map_or_else(String::new, |cap| format!(" stroke-linecap=\"{cap}\""));
                // A band along the inside of an outline is twice as wide, with its outer half cut off.
                let inside = fragment.pointer("paint", "line-offset").is_some();
                let (wide, clip) = if inside {
                    let clip = format!("c{id}-{}", stroke.number);
                    let _ = write!(
                        body,
                        "<clipPath id=\"{clip}\"><use href=\"#{id}\" clip-rule=\"evenodd\"/></clipPath>"
                    );
                    (2.0 * width, format!(" clip-path=\"url(#{clip})\""))
                } else {
                    (width, String::new())
                };
                let _ = write!(
                    body,
                    "<use href=\"#{id}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{}\"{dash}{cap}{clip}{}/>",
                    short(wide * UNITS),
                    opacity(number("line-opacity"))
                );
            }
            Some("circle") => {
                // A point is a path without length; a round cap of the circle's width draws it.
                let radius = number("circle-radius").unwrap_or(3.0);
                let colour = text("circle-color").unwrap_or("#000");
                let edge = text("circle-stroke-color").unwrap_or("#fff");
                let edge_px = number("circle-stroke-width").unwrap_or(0.0);
                for (colour, px) in [(edge, radius + edge_px), (colour, radius)] {
                    let width = short(px * 2.0 * UNITS);
                    let _ = write!(
                        body,
                        "<use href=\"#{id}\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"round\"/>"
                    );
                }
            }
            _ => {}
        }
    }
}

/// A point of a drawing in whole units.
pub(super) fn in_units((x, y): (i32, i32)) -> (i32, i32) {
    let round = |steps: i32| (steps + STEPS / 2).div_euclid(STEPS);
    (round(x), round(y))
}

/// Relative path data in whole units: two numbers a vertex, most of them of one or two digits.
pub(super) fn write_paths(area: &DrawnArea, out: &mut String) {
    for path in &area.paths {
        let mut points: Vec<(i32, i32)> = path.iter().map(|&point| in_units(point)).collect();
        points.dedup();
        let Some((&first, rest)) = points.split_first() else {
            continue;
        };
        let _ = write!(out, "M{} {}", first.0, first.1);
        if rest.is_empty() {
            // Something that is only a point is drawn as one, by the round end of its outline.
            out.push_str("h0");
            continue;
        }
        let (mut x, mut y) = first;
        for (number, &(next_x, next_y)) in rest.iter().enumerate() {
            let (dx, dy) = (next_x - x, next_y - y);
            let before = if number == 0 {
                "l"
            } else if dx < 0 {
                ""
            } else {
                " "
            };
            let between = if dy < 0 { "" } else { " " };
            let _ = write!(out, "{before}{dx}{between}{dy}");
            (x, y) = (next_x, next_y);
        }
        if area.kind == Kind::Polygon {
            out.push('z');
        }
    }
}

pub(super) fn write_pattern(name: &str, pattern: &serde_json::Value, out: &mut String) {
    let Some(list) = pattern.as_array() else {
        return;
    };
    let Some(size) = list.first().and_then(serde_json::Value::as_f64) else {
        return;
    };
    let _ = write!(
        out,
        "<pattern id=\"{name}\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\" patternTransform=\"scale({UNITS})\" fill=\"none\" stroke-linecap=\"round\">"
    );
    for stroke in list.iter().skip(1).filter_map(serde_json::Value::as_array) {
        if let [colour, width, path] = stroke.as_slice() {
            let (colour, path) = (
                colour.as_str().unwrap_or("#000"),
                path.as_str().unwrap_or_default(),
            );
            let _ = write!(
                out,
                "<path d=\"{path}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
            );
        }
    }
    out.push_str("</pattern>");
}

/// Dashes are given in line widths.
fn dashes(fragment: &Fragment, width: f64) -> String {
    let Some(list) = fragment
        .pointer("paint", "line-dasharray")
        .and_then(|list| list.as_array())
    else {
        return String::new();
    };
    let units: Vec<String> = list
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .map(|dash| short(dash * width * UNITS))
        .collect();
    format!(" stroke-dasharray=\"{}\"", units.join(" "))
}

fn opacity(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| {
        format!(" opacity=\"{}\"", short(value))
    })
}

/// A number with two decimals at most, and no needless ones.
fn short(number: f64) -> String {
    format!("{}", (number * 100.0).round() / 100.0)
}
