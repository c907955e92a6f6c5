//! A place well inside an area: where its name stands, and where a link to it opens.

use super::facts::main_part;
use super::grid::FineRect;
use super::label;
use super::pieces::PartNumber;
use super::tiles::EditionTiles;
use crate::geometry::{Kind, LonLat};

impl EditionTiles {
    /// The widest place of an area's largest part; of a line its middle, of points the first. `None` where the
    /// layer cannot be read. Exact to a centimetre or two, as drawn.
    #[must_use]
    pub fn middle(&self, layer: usize, area: u32) -> Option<LonLat> {
        let file = self.indexed.edition().layers().get(layer)?.readable()?;
        let part = main_part(file, area);
        let number = PartNumber {
            layer: layer as u16,
            part,
        };
        let whole = self.pieces.whole(number, &file.part(part), file.space())?;
        let at = match file.areas()[area as usize].kind {
            Kind::Polygon => label::of_polygon(&whole)?.at,
            Kind::Line => label::of_line(&whole)?.at,
            Kind::Point => *whole.points.first()?,
        };
        Some(FineRect::around(&[at]).centre().lonlat())
    }
}
