//! Takes from a part what a rectangle needs of it, in two steps that give neighbours the same line.
//!
//! *Near* drops vertices of which the rectangle sees nothing and moves none: every edge that reaches
//! the rectangle stays the edge that it was. *Cut*, after rounding to tile units, is Sutherland and
//! Hodgman's algorithm with each crossing rounded the same way from whichever end it is reached.

use super::grid::{FinePoint, FineRect, Frame, TilePoint, TileRect, round_div};
use super::project::FinePart;

/// The part without what the rectangle does not see. Rings stay closed; paths that lie wholly beyond
/// one side are dropped, which never leaves a hole without its outline.
pub(super) fn near(part: &FinePart, rect: &FineRect) -> FinePart {
    let (mut points, mut ends) = (Vec::new(), Vec::new());
    for path in part.paths() {
        let start = points.len();
        if near_path(path, rect, &mut points) == 0 {
            ends.push(points.len() as u32);
        } else {
            points.truncate(start);
        }
    }
    FinePart::new(points, ends)
}

/// Pushes the vertices of a path that matter to the rectangle, and gives the sides beyond which all lie.
///
/// A vertex may go where it and both its neighbours lie beyond one and the same side: the triangle of
/// the three does not meet the rectangle, so going straight changes nothing there.
fn near_path(path: &[FinePoint], rect: &FineRect, out: &mut Vec<FinePoint>) -> u8 {
    let start = out.len();
    let mut shared = u8::MAX;
    // The sides beyond which the last two kept vertices lie.
    let (mut before_last, mut last) = (0, 0);
    for &point in path {
        let beyond = rect.sides_beyond(point);
        shared &= beyond;
        if out.len() >= start + 2 && before_last & last & beyond != 0 {
            out.pop();
        } else {
            before_last = last;
        }
        last = beyond;
        out.push(point);
    }
    shared
}

/// A closed ring in tile units, cut to what is drawn; empty where nothing is left.
pub(super) fn ring(path: &[FinePoint], frame: Frame) -> Vec<TilePoint> {
    ring_in(rounded(path, frame), frame.drawn())
}

/// A closed ring cut to a rectangle; empty where nothing is left.
pub(super) fn ring_in(mut ring: Vec<TilePoint>, rect: TileRect) -> Vec<TilePoint> {
    let mut kept = Vec::with_capacity(ring.len());
    for side in sides(rect) {
        if ring.iter().all(|&point| side.keeps(point)) {
            continue;
        }
        for edge in ring.windows(2) {
            let (a, b) = (edge[0], edge[1]);
            match (side.keeps(a), side.keeps(b)) {
                (true, true) => kept.push(b),
                (true, false) => kept.push(side.meet(a, b)),
                (false, true) => kept.extend([side.meet(a, b), b]),
                (false, false) => {}
            }
        }
        let first = kept.first().copied();
        kept.extend(first);
        std::mem::swap(&mut ring, &mut kept);
        kept.clear();
    }
    ring.dedup();
    ring
}

/// The pieces of a line in tile units that are drawn; a piece may be a single point.
pub(super) fn line(path: &[FinePoint], frame: Frame) -> Vec<Vec<TilePoint>> {
    line_in(rounded(path, frame), frame.drawn())
}

/// The pieces of a line in a rectangle; a piece may be a single point.
pub(super) fn line_in(line: Vec<TilePoint>, rect: TileRect) -> Vec<Vec<TilePoint>> {
    let mut pieces = vec![line];
    for side in sides(rect) {
        pieces = pieces
            .iter()
            .flat_map(|piece| cut_line(piece, side))
            .collect();
    }
    for piece in &mut pieces {
        piece.dedup();
    }
    pieces
}

fn cut_line(line: &[TilePoint], side: Side) -> Vec<Vec<TilePoint>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<TilePoint> = line
        .first()
        .copied()
        .filter(|&p| side.keeps(p))
        .into_iter()
        .collect();
    for edge in line.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        match (side.keeps(a), side.keeps(b)) {
            (true, true) => piece.push(b),
            (true, false) => {
                piece.push(side.meet(a, b));
                pieces.push(std::mem::take(&mut piece));
            }
            (false, true) => piece = vec![side.meet(a, b), b],
            (false, false) => {}
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn rounded(path: &[FinePoint], frame: Frame) -> Vec<TilePoint> {
    let mut points: Vec<TilePoint> = Vec::with_capacity(path.len());
    for &point in path {
        let here = frame.place(point);
        if points.last() != Some(&here) {
            points.push(here);
        }
    }
    points
}

/// One side of a rectangle.
#[derive(Clone, Copy)]
enum Side {
    Left(i32),
    Right(i32),
    Top(i32),
    Bottom(i32),
}

fn sides(rect: TileRect) -> [Side; 4] {
    [
        Side::Left(rect.min.x),
        Side::Right(rect.max.x),
        Side::Top(rect.min.y),
        Side::Bottom(rect.max.y),
    ]
}

impl Side {
    fn keeps(self, point: TilePoint) -> bool {
        match self {
            Self::Left(x) => point.x >= x,
            Self::Right(x) => point.x <= x,
            Self::Top(y) => point.y >= y,
            Self::Bottom(y) => point.y <= y,
        }
    }

    /// The unit on the side nearest to where the edge a–b meets it, whichever end is named first.
    fn meet(self, a: TilePoint, b: TilePoint) -> TilePoint {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let (dx, dy) = (
            i64::from(b.x) - i64::from(a.x),
            i64::from(b.y) - i64::from(a.y),
        );
        match self {
            Self::Left(x) | Self::Right(x) => TilePoint {
                x,
                y: a.y + round_div(dy * (i64::from(x) - i64::from(a.x)), dx) as i32,
            },
            Self::Top(y) | Self::Bottom(y) => TilePoint {
                x: a.x + round_div(dx * (i64::from(y) - i64::from(a.y)), dy) as i32,
                y,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::grid::turn;

    fn points(coords: &[(i32, i32)]) -> Vec<TilePoint> {
        coords.iter().map(|&(x, y)| TilePoint { x, y }).collect()
    }

    /// Of 2,048 units, 32 fine steps each; its corner is the middle of the world.
    fn frame() -> Frame {
        Frame::of("16/32768/32768".parse().expect("a tile"))
    }

    fn fine(coords: &[(i32, i32)]) -> Vec<FinePoint> {
        let step = |unit: i32| ((1i64 << 31) + (i64::from(unit) << 5)) as u32;
        let point = |&(x, y): &(i32, i32)| FinePoint {
            x: step(x),
            y: step(y),
        };
        coords.iter().map(point).collect()
    }

    fn part(path: &[(i32, i32)]) -> FinePart {
        FinePart::new(fine(path), vec![path.len() as u32])
    }

    #[test]
    fn a_ring_round_the_tile_becomes_the_tile_and_its_buffer() {
        let round = [
            (-500, -500),
            (2040, -500),
            (2040, 2040),
            (-500, 2040),
            (-500, -500),
        ];
        let ring = ring(&fine(&round), frame());
        let corners = points(&[(-32, -32), (2040, -32), (2040, 2040), (-32, 2040)]);
        assert_eq!(ring.len(), 5, "{ring:?}");
        assert!(
            corners.iter().all(|corner| ring.contains(corner)),
            "{ring:?}"
        );
    }

    #[test]
    fn neighbours_are_cut_at_the_same_unit_whichever_way_their_edge_runs() {
        let mut forth = points(&[(-77, 13), (1500, 411)]);
        let one = Side::Left(-32).meet(forth[0], forth[1]);
        forth.reverse();
        assert_eq!(one, Side::Left(-32).meet(forth[0], forth[1]));
        assert!(
            turn(forth[0], forth[1], one).abs() <= 1577,
            "within a unit of the edge"
        );
    }

    #[test]
    fn what_the_rectangle_does_not_see_is_dropped_and_what_it_sees_is_cut_the_same() {
        // A comb whose teeth reach into the tile from the left, on a long way round outside.
        let mut comb = Vec::new();
        for tooth in 0..40 {
            let y = tooth * 40;
            comb.extend([
                (-900, y),
                (-40, y),
                (tooth * 30, y + 10),
                (-40, y + 20),
                (-900, y + 20),
            ]);
        }
        comb.extend([(-950, 1800), (-1000, 900), (-990, 300), (-900, 0)]);
        let whole = part(&comb);
        let seen = near(&whole, &frame().reach());
        assert!(seen.points.len() < whole.points.len());
        assert_eq!(ring(&seen.points, frame()), ring(&whole.points, frame()));
        assert_eq!(seen.points.first(), seen.points.last(), "closed");
    }

    #[test]
    fn a_path_beyond_one_side_is_dropped_and_one_round_a_corner_is_not() {
        let beyond = part(&[(-900, 0), (-800, 5), (-700, 900), (-900, 0)]);
        assert_eq!(near(&beyond, &frame().reach()).ends.len(), 0);
        let corner = part(&[(-900, 5), (5, -900), (-900, -900), (-900, 5)]);
        assert_eq!(near(&corner, &frame().reach()).ends.len(), 1);
    }

    #[test]
    fn a_line_through_the_tile_twice_is_two_pieces() {
        let zigzag = fine(&[
            (-500, 200),
            (600, 200),
            (600, 800),
            (-500, 800),
            (-600, 1000),
        ]);
        let pieces = line(&zigzag, frame());
        assert_eq!(
            pieces,
            [points(&[(-32, 200), (600, 200), (600, 800), (-32, 800)])]
        );
        let twice = fine(&[(-500, 200), (100, 200), (-500, 300), (100, 400)]);
        assert_eq!(line(&twice, frame()).len(), 2);
    }
}
