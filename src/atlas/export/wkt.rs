//! An area's geometry as well-known text, every number in the fewest figures that read back the same.

use crate::atlas::{AreaFile, PartView};
use crate::geometry::Kind;
use std::fmt::Write as _;

/// The geometry of an area in its own coordinates.
pub(super) fn geometry(file: &AreaFile, area: u32) -> String {
    let (word, depth) = match file.areas()[area as usize].kind {
        Kind::Polygon => ("MULTIPOLYGON", 2),
        Kind::Line => ("MULTILINESTRING", 1),
        Kind::Point => ("MULTIPOINT", 1),
    };
    let mut text = format!("{word} (");
    for (at, part) in file.parts_of(area).enumerate() {
        text.push_str(if at > 0 { ", " } else { "" });
        text.push_str(if depth == 2 { "(" } else { "" });
        paths(&mut text, &part);
        text.push_str(if depth == 2 { ")" } else { "" });
    }
    text.push(')');
    text
}

fn paths(text: &mut String, part: &PartView<'_>) {
    let vertices = part.paths();
    for (at, range) in vertices.ranges().enumerate() {
        text.push_str(if at > 0 { ", (" } else { "(" });
        let first = range.start;
        for at in range {
            let vertex = vertices.vertex(at);
            let comma = if at > first { ", " } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}{} {}", vertex.x, vertex.y);
        }
        text.push(')');
    }
}
