//! What only shows when a layer's areas are seen together: the same ground under two references.
//! Nothing is changed; it is said.

use super::finding::{Finding, Kind, Outline, shown};
use super::references::Draft;
use crate::geometry::{Kind as ShapeKind, Shape, Space};
use rayon::prelude::*;
use std::collections::HashMap;

/// Vertices and rectangle of a shape: equal for equal shapes, and seldom for others.
type Likeness = (usize, [u64; 4]);

fn likeness(shape: &Shape) -> Likeness {
    let bounds = shape.bounds();
    let sides = [bounds.min.x, bounds.min.y, bounds.max.x, bounds.max.y];
    (shape.vertices().count(), sides.map(f64::to_bits))
}

/// Areas with the very vertices of an earlier one, each with the index of its file. Points are passed over:
/// one building holds many.
pub fn same_ground(drafts: &[Draft], space: Space) -> Vec<(usize, Finding)> {
    let likenesses: Vec<Likeness> = drafts.par_iter().map(|d| likeness(&d.shape)).collect();
    let mut seen: HashMap<Likeness, Vec<usize>> = HashMap::with_capacity(drafts.len());
    let mut found = Vec::new();
    for (at, draft) in drafts.iter().enumerate() {
        if draft.shape.kind() == ShapeKind::Point {
            continue;
        }
        let alike = seen.entry(likenesses[at]).or_default();
        let twin = alike
            .iter()
            .find(|&&known| drafts[known].shape == draft.shape);
        if let Some(&twin) = twin {
            let other = shown(&drafts[twin].record.reference);
            let outline = Outline::of_shape(&draft.shape, space);
            let mut finding = Finding::new(Kind::SameGeometry { other })
                .at_row(draft.row)
                .drawn(outline);
            finding.reference = Some(shown(&draft.record.reference));
            found.push((draft.file, finding));
        } else {
            alike.push(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::AreaRecord;
    use geo_types::{LineString, MultiPolygon, Polygon};

    fn draft(row: u64, west: f64) -> Draft {
        let ring = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)];
        let ring: LineString<f64> = ring.map(|(x, y)| (3e5 + west + x, 3e5 + y)).to_vec().into();
        Draft {
            file: 0,
            row,
            record: AreaRecord {
                reference: format!("R{row}"),
                ..AreaRecord::default()
            },
            shape: Shape::Polygons(MultiPolygon(vec![Polygon::new(ring, Vec::new())])),
        }
    }

    #[test]
    fn the_same_ground_under_another_reference_is_told_with_both() {
        let drafts = [draft(1, 0.0), draft(2, 50.0), draft(3, 0.0)];
        let found = same_ground(&drafts, Space::NationalGrid);
        assert_eq!(found.len(), 1);
        let finding = &found[0].1;
        assert_eq!(
            (finding.row, finding.reference.as_deref()),
            (Some(3), Some("R3"))
        );
        let other = "R1".to_owned();
        assert_eq!(finding.kind, Kind::SameGeometry { other });
    }
}
