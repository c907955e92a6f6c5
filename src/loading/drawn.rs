//! Geometry as a file draws it: points, lines and rings with every vertex as it came, open rings and
//! repeated vertices included. Nothing is judged here; `validate` does that.

use geo_types::Coord;

/// One point, one line, or one polygon (outline first, then holes).
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Point(Coord<f64>),
    Line(Vec<Coord<f64>>),
    Polygon(Vec<Vec<Coord<f64>>>),
}

/// The geometry of one row, all its nested parts in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawn {
    pub pieces: Vec<Piece>,
    /// Heights or measures stood beside x and y.
    pub had_heights: bool,
    /// Arcs were turned into straight edges.
    pub had_curves: bool,
    /// Holes that lay in no outline.
    pub stray_holes: u64,
}

impl Piece {
    /// The paths of the piece: a polygon's rings, else the one line or point.
    pub fn paths(&self) -> Vec<&[Coord<f64>]> {
        match self {
            Self::Point(point) => vec![std::slice::from_ref(point)],
            Self::Line(line) => vec![line],
            Self::Polygon(rings) => rings.iter().map(Vec::as_slice).collect(),
        }
    }
}

impl Drawn {
    /// Drawn as one piece.
    pub fn of(piece: Piece) -> Self {
        Self {
            pieces: vec![piece],
            ..Self::default()
        }
    }

    /// Every vertex.
    pub fn vertices(&self) -> impl Iterator<Item = Coord<f64>> + '_ {
        let paths = self.pieces.iter().flat_map(Piece::paths);
        paths.flat_map(|path| path.iter().copied())
    }

    /// How many vertices there are.
    pub fn vertex_count(&self) -> usize {
        let paths = self.pieces.iter().flat_map(Piece::paths);
        paths.map(<[_]>::len).sum()
    }

    /// Whether nothing is drawn: no pieces, or only pieces without vertices.
    pub fn is_empty(&self) -> bool {
        self.pieces
            .iter()
            .all(|piece| piece.paths().iter().all(|path| path.is_empty()))
    }
}
