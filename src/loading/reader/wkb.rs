//! Well-known binary, as GeoPackage keeps it → geometry as drawn, arcs made straight.
//!
//! Written here because a count in the bytes must be held against the bytes that are left before
//! anything is allocated for it, and nesting against the stack: geozero 0.15 asks for 47 GB on
//! the word of 38 bytes.

use super::arc::straighten;
use super::{MAX_DEPTH, MAX_ROW_VERTICES};
use crate::loading::drawn::{Drawn, Piece};
use geo_types::Coord;

/// The geometry of a GeoPackage blob; `None` where it says that it is empty.
///
/// # Errors
/// What is wrong with it.
pub fn of_geopackage(blob: &[u8]) -> Result<Option<Drawn>, String> {
    let [b'G', b'P', _, flags, ..] = *blob else {
        return Err("it does not begin as a GeoPackage geometry".to_owned());
    };
    if flags & 0b0010_0000 != 0 {
        return Err("it is of an extended GeoPackage type".to_owned());
    }
    let envelope = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err("its header is damaged".to_owned()),
    };
    let wkb = blob.get(8 + envelope..).ok_or("it ends in its header")?;
    // The flag for empty is bit 4; some writers leave the body empty without it.
    if flags & 0b0001_0000 != 0 || wkb.is_empty() {
        return Ok(None);
    }
    let drawn = of_wkb(wkb)?;
    Ok((!drawn.is_empty()).then_some(drawn))
}

/// The geometry of plain or extended well-known binary.
///
/// # Errors
/// What is wrong with it.
pub fn of_wkb(bytes: &[u8]) -> Result<Drawn, String> {
    let mut reader = Reader {
        rest: bytes,
        drawn: Drawn::default(),
    };
    reader.geometry(0)?;
    Ok(reader.drawn)
}

struct Reader<'a> {
    rest: &'a [u8],
    drawn: Drawn,
}

/// What stands at the head of every geometry.
#[derive(Clone, Copy)]
struct Head {
    little: bool,
    kind: u32,
    /// Numbers per vertex.
    numbers: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or("it is cut short")?;
        self.rest = rest;
        Ok(*taken)
    }

    fn integer(&mut self, little: bool) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(if little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    /// A count of things that take at least `bytes_each`.
    fn count(&mut self, little: bool, bytes_each: usize) -> Result<usize, String> {
        let count = self.integer(little)? as usize;
        if count > self.rest.len() / bytes_each || count > MAX_ROW_VERTICES {
            return Err(format!("it counts {count} where there is no room for them"));
        }
        Ok(count)
    }

    fn head(&mut self) -> Result<Head, String> {
        const Z: u32 = 0x8000_0000;
        const M: u32 = 0x4000_0000;
        const SRID: u32 = 0x2000_0000;
        let [order] = self.take()?;
        let little = order != 0;
        let code = self.integer(little)?;
        if code & SRID != 0 {
            self.integer(little)?;
        }
        let plain = code & !(Z | M | SRID);
        let by_thousands = match plain / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(format!("its type {code} is not known")),
        };
        let by_flags = usize::from(code & Z != 0) + usize::from(code & M != 0);
        let extra = by_thousands.max(by_flags);
        self.drawn.had_heights |= extra > 0;
        Ok(Head {
            little,
            kind: plain % 1000,
            numbers: 2 + extra,
        })
    }

    fn geometry(&mut self, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} deep"));
        }
        let head = self.head()?;
        match head.kind {
            1 => {
                let point = self.vertex(head)?;
                // A point of NaN stands for an empty one.
                if !(point.x.is_nan() && point.y.is_nan()) {
                    self.drawn.pieces.push(Piece::Point(point));
                }
            }
            2 | 8 | 9 => {
                let line = self.curve_of(head, depth)?;
                self.drawn.pieces.push(Piece::Line(line));
            }
            3 | 17 => {
                let rings = self.rings(head)?;
                self.add_polygon(rings);
            }
            10 => {
                let count = self.count(head.little, 9)?;
                let rings = (0..count)
                    .map(|_| self.curve(depth + 1))
                    .collect::<Result<_, _>>()?;
                self.add_polygon(rings);
            }
            4..=7 | 11 | 12 | 15 | 16 => {
                for _ in 0..self.count(head.little, 9)? {
                    self.geometry(depth + 1)?;
                }
            }
            other => return Err(format!("its type {other} is not known")),
        }
        Ok(())
    }

    fn add_polygon(&mut self, rings: Vec<Vec<Coord<f64>>>) {
        if !rings.is_empty() {
            self.drawn.pieces.push(Piece::Polygon(rings));
        }
    }

    /// A line, an arc or a chain of both, with its own head.
    fn curve(&mut self, depth: usize) -> Result<Vec<Coord<f64>>, String> {
        if depth > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} deep"));
        }
        let head = self.head()?;
        self.curve_of(head, depth)
    }

    fn curve_of(&mut self, head: Head, depth: usize) -> Result<Vec<Coord<f64>>, String> {
        match head.kind {
            2 => self.path(head),
            8 => {
                self.drawn.had_curves = true;
                straighten(&self.path(head)?)
                    .ok_or_else(|| "an arc has an even number of points".to_owned())
            }
            9 => {
                let mut chain: Vec<Coord<f64>> = Vec::new();
                for _ in 0..self.count(head.little, 9)? {
                    let piece = self.curve(depth + 1)?;
                    // Each piece begins where the one before ended.
                    let shared = usize::from(!chain.is_empty() && chain.last() == piece.first());
                    chain.extend_from_slice(&piece[shared..]);
                }
                Ok(chain)
            }
            other => Err(format!("a curve of type {other} is not known")),
        }
    }

    fn rings(&mut self, head: Head) -> Result<Vec<Vec<Coord<f64>>>, String> {
        let count = self.count(head.little, 4)?;
        (0..count).map(|_| self.path(head)).collect()
    }

    fn path(&mut self, head: Head) -> Result<Vec<Coord<f64>>, String> {
        let count = self.count(head.little, head.numbers * 8)?;
        (0..count).map(|_| self.vertex(head)).collect()
    }

    fn vertex(&mut self, head: Head) -> Result<Coord<f64>, String> {
        let mut number = || {
            self.take().map(|bytes| {
                if head.little {
                    f64::from_le_bytes(bytes)
                } else {
                    f64::from_be_bytes(bytes)
                }
            })
        };
        let vertex = Coord {
            x: number()?,
            y: number()?,
        };
        for _ in 2..head.numbers {
            number()?;
        }
        Ok(vertex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wkb(kind: u32, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![1];
        bytes.extend(kind.to_le_bytes());
        bytes.extend(body);
        bytes
    }

    fn numbers(values: &[f64]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    #[test]
    fn a_polygon_with_heights_is_read_flat() {
        let ring = numbers(&[0.0, 0.0, 9.0, 1.0, 0.0, 9.0, 1.0, 1.0, 9.0, 0.0, 0.0, 9.0]);
        let body: Vec<u8> = [&1_u32.to_le_bytes()[..], &4_u32.to_le_bytes(), &ring].concat();
        for kind in [1003, 0x8000_0003] {
            let drawn = of_wkb(&wkb(kind, &body)).expect("a polygon");
            assert!(drawn.had_heights);
            assert_eq!(drawn.vertices().count(), 4);
        }
    }

    #[test]
    fn a_count_without_bytes_behind_it_allocates_nothing() {
        let huge = u32::MAX.to_le_bytes();
        for kind in 1..=17 {
            assert!(of_wkb(&wkb(kind, &huge)).is_err(), "{kind}");
        }
        let one_ring = [&1_u32.to_le_bytes()[..], &huge].concat();
        assert!(of_wkb(&wkb(3, &one_ring)).is_err());
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
        let mut bytes = Vec::new();
        for _ in 0..200_000 {
            bytes.extend(wkb(7, &1_u32.to_le_bytes()));
        }
        assert!(of_wkb(&bytes).expect_err("deep").contains("nested"));
        let compound: Vec<u8> = std::iter::repeat_n(wkb(9, &1_u32.to_le_bytes()), 200_000)
            .flatten()
            .collect();
        assert!(of_wkb(&compound).is_err());
    }

    #[test]
    fn a_chain_of_a_line_and_an_arc_is_one_path() {
        let line = [&2_u32.to_le_bytes()[..], &numbers(&[0.0, 0.0, 1000.0, 0.0])].concat();
        let arc = [
            &3_u32.to_le_bytes()[..],
            &numbers(&[1000.0, 0.0, 1500.0, 500.0, 1000.0, 1000.0]),
        ]
        .concat();
        let chain = [&2_u32.to_le_bytes()[..], &wkb(2, &line), &wkb(8, &arc)].concat();
        let drawn = of_wkb(&wkb(9, &chain)).expect("a chain");
        assert!(drawn.had_curves);
        let vertices: Vec<_> = drawn.vertices().collect();
        assert!(vertices.len() > 50);
        assert_eq!(
            vertices
                .windows(2)
                .filter(|pair| pair[0] == pair[1])
                .count(),
            0
        );
    }

    #[test]
    fn an_empty_geometry_of_a_geopackage_is_none() {
        let empty = [b'G', b'P', 0, 0b0001_0001, 0, 0, 0, 0];
        assert_eq!(of_geopackage(&empty), Ok(None));
        assert!(of_geopackage(b"GP").is_err());
        assert!(of_geopackage(&[b'G', b'P', 0, 0b0000_1001, 0, 0, 0, 0]).is_err());
    }
}
