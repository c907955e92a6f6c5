//! Cuts rings and lines off at an upright rectangle.
//!
//! Rings by Sutherland and Hodgman (1974), one side after the other: linear in the vertices. Where a
//! concave ring leaves the rectangle and comes back, its pieces stay joined along the rectangle's
//! edge; whoever needs simple rings mends that.

use super::coord::Bounds;
use geo_types::Coord;

/// One side of a rectangle.
#[derive(Clone, Copy)]
enum Cut {
    Left(f64),
    Right(f64),
    Bottom(f64),
    Top(f64),
}

impl Cut {
    fn keeps(self, point: Coord<f64>) -> bool {
        match self {
            Self::Left(x) => point.x >= x,
            Self::Right(x) => point.x <= x,
            Self::Bottom(y) => point.y >= y,
            Self::Top(y) => point.y <= y,
        }
    }

    /// Where the edge a–b meets the side's line; exact in the ordinate of the line.
    fn meet(self, a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
        // The same result whichever end is named first: neighbours must be cut at the same point.
        let (a, b) = if (a.x, a.y) <= (b.x, b.y) {
            (a, b)
        } else {
            (b, a)
        };
        match self {
            Self::Left(x) | Self::Right(x) => Coord {
                x,
                y: a.y + (b.y - a.y) * ((x - a.x) / (b.x - a.x)),
            },
            Self::Bottom(y) | Self::Top(y) => Coord {
                x: a.x + (b.x - a.x) * ((y - a.y) / (b.y - a.y)),
                y,
            },
        }
    }
}

fn cuts(to: &Bounds) -> [Cut; 4] {
    [
        Cut::Left(to.min.x),
        Cut::Right(to.max.x),
        Cut::Bottom(to.min.y),
        Cut::Top(to.max.y),
    ]
}

/// The part of a closed ring inside `to`, closed again; empty where nothing is inside.
#[must_use]
pub fn ring(ring: &[Coord<f64>], to: &Bounds) -> Vec<Coord<f64>> {
    let bounds = Bounds::around(ring.iter().copied());
    if !bounds.intersects(to) {
        return Vec::new();
    }
    if to.contains_bounds(&bounds) {
        return ring.to_vec();
    }
    let mut from = ring.to_vec();
    let mut kept = Vec::with_capacity(ring.len());
    for cut in cuts(to) {
        for edge in from.windows(2) {
            let (a, b) = (edge[0], edge[1]);
            match (cut.keeps(a), cut.keeps(b)) {
                (true, true) => kept.push(b),
                (true, false) => kept.push(cut.meet(a, b)),
                (false, true) => kept.extend([cut.meet(a, b), b]),
                (false, false) => {}
            }
        }
        if let Some(&first) = kept.first()
            && kept.last() != Some(&first)
        {
            kept.push(first);
        }
        std::mem::swap(&mut from, &mut kept);
        kept.clear();
    }
    from
}

/// The pieces of a line inside `to`.
#[must_use]
pub fn line(line: &[Coord<f64>], to: &Bounds) -> Vec<Vec<Coord<f64>>> {
    let mut pieces = vec![line.to_vec()];
    if to.contains_bounds(&Bounds::around(line.iter().copied())) {
        return pieces;
    }
    for cut in cuts(to) {
        pieces = pieces
            .iter()
            .flat_map(|piece| cut_line(piece, cut))
            .collect();
    }
    pieces
}

fn cut_line(line: &[Coord<f64>], cut: Cut) -> Vec<Vec<Coord<f64>>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Coord<f64>> = line
        .first()
        .copied()
        .filter(|&p| cut.keeps(p))
        .into_iter()
        .collect();
    for edge in line.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        match (cut.keeps(a), cut.keeps(b)) {
            (true, true) => piece.push(b),
            (true, false) => {
                piece.push(cut.meet(a, b));
                pieces.push(std::mem::take(&mut piece));
            }
            (false, true) => piece = vec![cut.meet(a, b), b],
            (false, false) => {}
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Bounds = Bounds {
        min: Coord { x: 0.0, y: 0.0 },
        max: Coord { x: 10.0, y: 10.0 },
    };

    fn coords(points: &[(f64, f64)]) -> Vec<Coord<f64>> {
        points.iter().map(|&(x, y)| Coord { x, y }).collect()
    }

    #[test]
    fn a_ring_round_the_rectangle_becomes_the_rectangle() {
        let round = coords(&[
            (-5.0, -5.0),
            (15.0, -5.0),
            (15.0, 15.0),
            (-5.0, 15.0),
            (-5.0, -5.0),
        ]);
        let clipped = ring(&round, &BOX);
        assert_eq!(clipped.first(), clipped.last(), "closed");
        for corner in BOX.corners() {
            assert!(clipped.contains(&corner), "{corner:?} in {clipped:?}");
        }
    }

    #[test]
    fn a_ring_inside_stays_and_one_outside_goes() {
        let inside = coords(&[(1.0, 1.0), (2.0, 1.0), (1.0, 2.0), (1.0, 1.0)]);
        assert_eq!(ring(&inside, &BOX), inside);
        let outside = coords(&[(11.0, 1.0), (12.0, 1.0), (11.0, 2.0), (11.0, 1.0)]);
        assert_eq!(ring(&outside, &BOX), []);
        let round_the_corner = coords(&[(9.0, 12.0), (12.0, 9.0), (12.0, 12.0), (9.0, 12.0)]);
        assert!(
            ring(&round_the_corner, &BOX).len() < 4,
            "touches no more than the corner"
        );
    }

    #[test]
    fn neighbours_are_cut_at_the_same_point_whichever_way_their_edge_runs() {
        let (a, b) = (Coord { x: -3.7, y: 1.1 }, Coord { x: 8.3, y: 7.9 });
        assert_eq!(Cut::Left(0.0).meet(a, b), Cut::Left(0.0).meet(b, a));
        assert_eq!(Cut::Top(5.0).meet(a, b), Cut::Top(5.0).meet(b, a));
    }

    #[test]
    fn a_line_through_the_rectangle_twice_is_two_pieces() {
        let zigzag = coords(&[(-5.0, 2.0), (15.0, 2.0), (15.0, 8.0), (-5.0, 8.0)]);
        let pieces = line(&zigzag, &BOX);
        assert_eq!(
            pieces,
            [
                coords(&[(0.0, 2.0), (10.0, 2.0)]),
                coords(&[(10.0, 8.0), (0.0, 8.0)])
            ]
        );
    }
}
