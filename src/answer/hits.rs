//! Which areas of which files hold a spot, and how it lies in them. No dates, no layers' words.

use super::index::{AreaRef, FileNumber, IndexedEdition, around};
use super::question::Spot;
use super::square::{Cover, cover, distance_m};
use crate::atlas::PartView;
use crate::geometry::{Bounds, Kind, LocalMetres, Position, Side, Space, in_degrees};
use crate::policy::Layer;
use geo_types::Coord;

/// How a spot lies to one area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lie {
    /// The area holds the spot, or some of the square.
    pub holds: bool,
    /// It holds the whole square.
    pub whole: bool,
    /// The spot is on the outline, or the outline runs through the square.
    pub on_boundary: bool,
    /// Ground metres from the point, or the middle of the square, to the nearest outline.
    pub distance_m: f64,
    /// Ground metres from the nearest point of the spot; infinite beyond what was asked for.
    pub spot_distance_m: f64,
}

/// The areas that hold the spot or are near it, in the order of files and areas.
#[derive(Debug, Default)]
pub(super) struct Lies {
    all: Vec<(AreaRef, Lie)>,
}

impl Lies {
    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(AreaRef, Lie)> + '_ {
        self.all.iter()
    }

    /// Those of one file, each by its index there.
    pub(super) fn of(&self, file: FileNumber) -> impl Iterator<Item = (u32, Lie)> + '_ {
        let start = self.all.partition_point(|(area, _)| area.file < file);
        let of_file = self.all[start..].iter();
        of_file
            .take_while(move |(area, _)| area.file == file)
            .map(|(area, lie)| (area.area, *lie))
    }

    /// How the spot lies to an area that is among them.
    pub(super) fn to(&self, file: FileNumber, area: u32) -> Option<Lie> {
        let area = AreaRef { file, area };
        let at = self.all.binary_search_by(|(known, _)| known.cmp(&area));
        Some(self.all[at.ok()?].1)
    }

    pub(super) fn from_parts(mut parts: Vec<(AreaRef, Lie)>) -> Self {
        parts.sort_unstable_by_key(|(area, _)| *area);
        parts.dedup_by(|(area, lie), (known, joined)| {
            let same = area == known;
            if same {
                *joined = joined.with(*lie);
            }
            same
        });
        Self { all: parts }
    }
}

/// A point in one space, with the metres round it.
#[derive(Clone, Copy)]
struct Here {
    coord: Coord<f64>,
    local: LocalMetres,
}

impl Here {
    fn of(position: &Position, space: Space) -> Option<Self> {
        let coord = position.in_space(space)?;
        let local = LocalMetres::at(space, coord);
        Some(Self { coord, local })
    }
}

/// A rectangle of degrees that surely holds everything within `within_m` metres of the spot, or within the
/// accuracy of any layer.
pub(super) fn near(indexed: &IndexedEdition, spot: &Spot, within_m: f64) -> Bounds {
    let accuracies = indexed
        .edition()
        .layers()
        .iter()
        .map(|stored| stored.layer.accuracy_m);
    let reach_m = accuracies.fold(within_m, f64::max);
    match spot {
        Spot::Site(site) => site.reach(reach_m),
        Spot::Point(position) => around(position.lonlat.coord(), reach_m + 1.0),
        Spot::Square(square, position) => {
            let mut near = in_degrees(Space::NationalGrid, &square.bounds());
            near.include_bounds(&around(position.lonlat.coord(), reach_m + square.side_m()));
            near
        }
    }
}

/// How the spot lies to every area within `within_m` metres of it.
pub(super) fn lies(indexed: &IndexedEdition, spot: &Spot, within_m: f64) -> Lies {
    let near = near(indexed, spot, within_m);
    let position = spot.position();
    let on_grid = Here::of(position, Space::NationalGrid);
    let on_globe = Here::of(position, Space::Wgs84);
    let mut parts = Vec::new();
    indexed.visit_parts_in(&near, |part_ref| {
        let Some(areas) = indexed.file(part_ref.file) else {
            return;
        };
        let space = areas.space();
        let Some(here) = (match space {
            Space::NationalGrid => on_grid,
            Space::Wgs84 => on_globe,
        }) else {
            return;
        };
        let part = areas.part(part_ref.part);
        let kind = part.kind;
        let accuracy_m = indexed.accuracy_m(part_ref.file);
        let lie = match spot {
            // A site is compared with an area as a whole; see `site::lies`.
            Spot::Site(_) => None,
            Spot::Point(_) => of_point(&part, kind, &here, within_m, accuracy_m),
            Spot::Square(square, _) => {
                // The middle is less than a side from every point of the square.
                let reach_m = within_m.max(accuracy_m);
                let from_middle = reach_m + square.side_m();
                of_point(&part, kind, &here, from_middle, accuracy_m).and_then(|middle| {
                    let cover = cover(&part, kind, space, square, accuracy_m);
                    let distance_m = || distance_m(&part, space, square, reach_m);
                    of_square(middle, cover, distance_m, within_m)
                })
            }
        };
        if let Some(lie) = lie {
            let area = AreaRef {
                file: part_ref.file,
                area: part.area,
            };
            parts.push((area, lie));
        }
    });
    Lies::from_parts(parts)
}

impl Lie {
    /// Whether the outline is no farther from the spot than a layer is accurate.
    pub(super) fn is_near(&self, layer: &Layer) -> bool {
        self.on_boundary || self.spot_distance_m <= layer.accuracy_m
    }

    /// The lie to an area of which these are the lies to two parts.
    fn with(self, other: Self) -> Self {
        let inside = |lie: Self| lie.holds && !lie.on_boundary;
        Self {
            holds: self.holds || other.holds,
            whole: self.whole || other.whole,
            on_boundary: (self.on_boundary || other.on_boundary) && !inside(self) && !inside(other),
            distance_m: self.distance_m.min(other.distance_m),
            spot_distance_m: self.spot_distance_m.min(other.spot_distance_m),
        }
    }
}

/// Farther than anything on the globe: the boundary of an area that holds the place is told however far it is.
pub(super) const ANYWHERE_M: f64 = 1e8;

/// A place is on a line that is told as 0.00 metres away: nothing nearer can be known of rounded coordinates.
const ON_LINE_M: f64 = 0.005;

fn of_point(
    part: &PartView<'_>,
    kind: Kind,
    here: &Here,
    within_m: f64,
    accuracy_m: f64,
) -> Option<Lie> {
    let side = match kind {
        Kind::Polygon => part.side(here.coord),
        _ => Side::Outside,
    };
    let reach = if side == Side::Outside {
        within_m.max(accuracy_m)
    } else {
        ANYWHERE_M
    };
    if here.local.is_beyond(&part.bounds, reach) {
        return None;
    }
    let distance_m = if side == Side::Boundary {
        0.0
    } else {
        let index = part.edge_index();
        part.paths().nearest(&here.local, index, reach)?.metres
    };
    // A line or a point has no inside: it holds what is as near as it was drawn truly.
    let close = kind != Kind::Polygon && distance_m <= accuracy_m;
    let holds = close || side != Side::Outside;
    (holds || distance_m <= within_m).then_some(Lie {
        holds,
        whole: holds,
        on_boundary: side == Side::Boundary || (kind != Kind::Polygon && distance_m < ON_LINE_M),
        distance_m,
        spot_distance_m: distance_m,
    })
}

/// Joins how the middle of a square lies with what the square as a whole does.
fn of_square(
    middle: Lie,
    cover: Cover,
    distance_m: impl FnOnce() -> Option<f64>,
    within_m: f64,
) -> Option<Lie> {
    let holds = cover != Cover::None;
    // An outline that runs through the square leaves open on which side a place in it lies.
    let on_boundary = cover == Cover::Some;
    let spot_distance_m = if on_boundary {
        0.0
    } else {
        distance_m().unwrap_or(f64::INFINITY)
    };
    (holds || spot_distance_m <= within_m).then_some(Lie {
        holds,
        whole: cover == Cover::Whole,
        on_boundary,
        distance_m: middle.distance_m,
        spot_distance_m,
    })
}
