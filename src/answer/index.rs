//! An R-tree over the envelopes of all parts of all layers and regions of an edition.
//!
//! Envelopes are longitudes and latitudes, rounded outwards: the tree may offer a part too many, never
//! one too few. A file's parts stand in the order of a curve that fills the plane, so some that follow each
//! other lie close together: the tree holds the envelope of each such run, and theirs are looked through one
//! after another. A nation's tree stays small enough for the processor's cache.

use crate::atlas::{AreaFile, Edition, PartView};
use crate::geometry::{Bounds, Envelope, Kind, LonLat, Position, Side, Space, in_degrees};
use crate::policy::Region;
use geo_types::Coord;
use rstar::{AABB, RStarInsertionStrategy, RTree, RTreeObject, RTreeParams};
use std::cell::OnceCell;
use std::convert::Infallible;
use std::ops::ControlFlow;

/// An edition that can be asked.
#[derive(Debug)]
pub struct IndexedEdition {
    edition: Edition,
    tree: RTree<IndexedRun, WideNodes>,
    part_count: usize,
    /// The files of the map's regions, by their number.
    file_regions: Vec<Region>,
}

/// Nodes of the tree are wide: fewer of them are visited, one after another in memory.
#[derive(Debug)]
struct WideNodes;

impl RTreeParams for WideNodes {
    const MIN_SIZE: usize = 6;
    const MAX_SIZE: usize = 16;
    const REINSERTION_COUNT: usize = 4;
    type DefaultInsertionStrategy = RStarInsertionStrategy;
}

/// Which file of areas: layers by their place in the map, regions after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileNumber {
    /// Index into the edition's layers.
    Layer(u16),
    /// Index into the map's regions that came as files.
    Region(u16),
}

/// A part that the tree offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartRef {
    /// The file that holds it.
    pub file: FileNumber,
    /// Its index in the file.
    pub part: u32,
}

/// An area of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AreaRef {
    /// The file that holds it.
    pub file: FileNumber,
    /// Its index in the file.
    pub area: u32,
}

/// Parts of one run.
const RUN: usize = 8;

/// Some parts of a file that follow each other.
#[derive(Debug, Clone)]
struct IndexedRun {
    /// The first of them.
    first: PartRef,
    envelope: AABB<[f32; 2]>,
}

impl RTreeObject for IndexedRun {
    type Envelope = AABB<[f32; 2]>;
    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

impl IndexedEdition {
    /// Indexes every part of an edition: O(n log n) in the number of parts.
    #[must_use]
    pub fn new(edition: Edition) -> Self {
        let mut runs = Vec::new();
        let mut part_count = 0;
        let mut add = |file: FileNumber, areas: &AreaFile| {
            part_count += areas.part_count();
            let starts = (0..).step_by(RUN);
            runs.extend(
                starts
                    .zip(areas.envelopes().chunks(RUN))
                    .map(|(part, run)| {
                        let around = run.iter().copied().reduce(Envelope::with);
                        IndexedRun {
                            first: PartRef { file, part },
                            envelope: aabb(around.unwrap_or(run[0])),
                        }
                    }),
            );
        };
        for (number, stored) in edition.layers().iter().enumerate() {
            if let Some(Ok(areas)) = &stored.areas {
                add(FileNumber::Layer(number as u16), areas);
            }
        }
        let file_regions = file_regions(&edition);
        for (number, region) in file_regions.iter().enumerate() {
            if let Some(areas) = edition.region(region) {
                add(FileNumber::Region(number as u16), areas);
            }
        }
        Self {
            edition,
            tree: RTree::bulk_load_with_params(runs),
            part_count,
            file_regions,
        }
    }

    /// The edition.
    #[must_use]
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// How many parts there are of all areas.
    #[must_use]
    pub fn part_count(&self) -> usize {
        self.part_count
    }

    /// A rectangle of degrees round everything that is answered: where there is a map to look at.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        for stored in self
            .edition
            .layers()
            .iter()
            .filter(|stored| stored.layer.is_answered())
        {
            if let Some(areas) = stored.readable() {
                bounds.include_bounds(&in_degrees(areas.space(), &areas.bounds()));
            }
        }
        bounds
    }

    /// Every part whose envelope meets a rectangle of degrees, in the order of files and parts.
    #[must_use]
    pub fn parts_in(&self, degrees: &Bounds) -> Vec<PartRef> {
        let mut found = Vec::new();
        self.visit_parts_in(degrees, |part| found.push(part));
        found.sort_unstable();
        found
    }

    /// Hands over every part whose envelope meets a rectangle of degrees, in any order.
    pub(super) fn visit_parts_in(&self, degrees: &Bounds, mut visit: impl FnMut(PartRef)) {
        let wanted = Envelope::of_degrees(degrees);
        let all = self
            .tree
            .locate_in_envelope_intersecting_int(aabb(wanted), |run| {
                let PartRef { file, part: first } = run.first;
                let run = self
                    .file(file)
                    .and_then(|areas| areas.envelopes().get(first as usize..));
                for (part, envelope) in (first..).zip(run.unwrap_or_default().iter().take(RUN)) {
                    if envelope.intersects(wanted) {
                        visit(PartRef { file, part });
                    }
                }
                ControlFlow::<Infallible>::Continue(())
            });
        let ControlFlow::Continue(()) = all;
    }

    /// Puts every area of a layer that holds a position into `held`, in the order of layers and areas, in force or
    /// not. A point on an outline is in the area; lines and points hold nothing.
    pub fn areas_at(&self, position: &Position, held: &mut Vec<AreaRef>) {
        self.areas_holding(position.lonlat, |space| position.in_space(space), held);
    }

    /// As [`IndexedEdition::areas_at`], of a longitude and latitude, which are brought onto the National Grid
    /// only where an area of a layer on it may hold them.
    pub fn areas_at_degrees(&self, lonlat: LonLat, held: &mut Vec<AreaRef>) {
        let position = OnceCell::new();
        let in_space = |space| match space {
            Space::Wgs84 => Some(lonlat.coord()),
            Space::NationalGrid => position
                .get_or_init(|| Position::of_lonlat(lonlat))
                .in_space(space),
        };
        self.areas_holding(lonlat, in_space, held);
    }

    fn areas_holding(
        &self,
        lonlat: LonLat,
        in_space: impl Fn(Space) -> Option<Coord<f64>>,
        held: &mut Vec<AreaRef>,
    ) {
        held.clear();
        let here = lonlat.coord();
        let degrees = Bounds {
            min: here,
            max: here,
        };
        let mut few = Few::new();
        let mut test = |few: &mut Few<'_>| {
            // All are brought near before the first is tested: the memory that they wait for is waited for once.
            few.touch();
            for (file, coord, part) in few.drain() {
                if part.side(coord) != Side::Outside {
                    held.push(AreaRef {
                        file,
                        area: part.area,
                    });
                }
            }
        };
        self.visit_parts_in(&degrees, |part_ref| {
            let FileNumber::Layer(_) = part_ref.file else {
                return;
            };
            let Some(file) = self.file(part_ref.file) else {
                return;
            };
            let part = file.part(part_ref.part);
            if part.kind == Kind::Polygon
                && let Some(coord) = in_space(file.space())
                && few.push((part_ref.file, coord, part))
            {
                test(&mut few);
            }
        });
        test(&mut few);
        held.sort_unstable();
        held.dedup();
    }

    /// The file of a number, where it can be read.
    #[must_use]
    pub fn file(&self, number: FileNumber) -> Option<&AreaFile> {
        match number {
            FileNumber::Layer(layer) => self.edition.layers().get(layer as usize)?.readable(),
            FileNumber::Region(region) => {
                self.edition.region(self.file_regions.get(region as usize)?)
            }
        }
    }

    /// How truly the areas of a file are drawn, in metres; a region is taken as it is.
    pub(super) fn accuracy_m(&self, number: FileNumber) -> f64 {
        match number {
            FileNumber::Layer(layer) => self.edition.layers()[layer as usize].layer.accuracy_m,
            FileNumber::Region(_) => 0.0,
        }
    }

    /// The region of a number.
    #[must_use]
    pub fn file_region(&self, number: u16) -> Option<&Region> {
        self.file_regions.get(number as usize)
    }

    /// A part, where its file can be read.
    #[must_use]
    pub fn part(&self, part: PartRef) -> Option<PartView<'_>> {
        Some(self.file(part.file)?.part(part.part))
    }

    /// The number of a region's file.
    pub(super) fn number_of(&self, region: &Region) -> Option<FileNumber> {
        match region {
            Region::Layer(id) => {
                let layers = self.edition.layers();
                let number = layers.iter().position(|stored| stored.layer.id == *id)?;
                Some(FileNumber::Layer(number as u16))
            }
            Region::File(_) => {
                let number = self.file_regions.iter().position(|known| known == region)?;
                Some(FileNumber::Region(number as u16))
            }
        }
    }
}

/// Parts that wait for being tested.
struct Few<'a> {
    all: [Option<(FileNumber, Coord<f64>, PartView<'a>)>; FEW],
    count: usize,
}

/// So many parts are tested together.
const FEW: usize = 16;

impl<'a> Few<'a> {
    fn new() -> Self {
        Self {
            all: [None; FEW],
            count: 0,
        }
    }

    /// Adds one, and says whether there is no room for another.
    fn push(&mut self, part: (FileNumber, Coord<f64>, PartView<'a>)) -> bool {
        self.all[self.count] = Some(part);
        self.count += 1;
        self.count == FEW
    }

    /// Reads a little of each, so that the processor fetches them from memory side by side.
    fn touch(&self) {
        let touched = self.all[..self.count].iter().flatten();
        std::hint::black_box(touched.fold(0, |sum, (_, coord, part)| sum ^ part.touch(*coord)));
    }

    fn drain(&mut self) -> impl Iterator<Item = (FileNumber, Coord<f64>, PartView<'a>)> + '_ {
        let count = std::mem::take(&mut self.count);
        self.all[..count].iter_mut().filter_map(Option::take)
    }
}

fn file_regions(edition: &Edition) -> Vec<Region> {
    let regions = edition.map().regions().into_iter();
    let files = regions.filter(|region| matches!(region, Region::File(_)));
    files.cloned().collect()
}

fn aabb(Envelope([west, south, east, north]): Envelope) -> AABB<[f32; 2]> {
    AABB::from_corners([west, south], [east, north])
}

/// A rectangle of degrees round a position that surely holds everything within some metres of it.
pub(super) fn around(lonlat: Coord<f64>, metres: f64) -> Bounds {
    let lat_degrees = metres / 110_000.0;
    let widest = (lonlat.y.abs() + lat_degrees).min(89.9);
    let lon_degrees = lat_degrees / widest.to_radians().cos();
    Bounds {
        min: Coord {
            x: lonlat.x - lon_degrees,
            y: lonlat.y - lat_degrees,
        },
        max: Coord {
            x: lonlat.x + lon_degrees,
            y: lonlat.y + lat_degrees,
        },
    }
}
