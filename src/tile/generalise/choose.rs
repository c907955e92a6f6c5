//! Chooses for each zoom the vertices of an arc that are drawn: the cheapest way from end to end on which no
//! vertex that is left out lies farther than the zoom's tolerance from the line as it is drawn.
//!
//! The line is measured as it comes out, between *rounded* vertices, so that the choice and the rounding
//! share one tolerance. A cone from each vertex holds the directions in which a straight line stays near
//! all that follows (Imai and Iri 1988), and a shortest path picks among the lines that are allowed by
//! what they cost in a tile. Shallow zooms start from what a deeper one kept, with the tolerance made
//! narrower by how far that is from the source, so the bound holds for every vertex of the source.

use super::super::grid::{FinePoint, ZoomGrid, tolerance};
use super::super::id::MAX_ZOOM;

/// Zooms, the shallowest first.
pub(super) const ZOOMS: usize = MAX_ZOOM as usize + 1;

/// A zoom starts from the vertices that this many zooms deeper kept: the straight lines between them are nearer
/// to the source than 0.016 px, which with the rounding of both ends (0.471 px) is still within the tolerance.
const DEEPER: usize = 5;

/// Vertices that one drawn edge may leave out of those it starts from. Bounds the work on straight lines.
const MAX_LEFT_OUT: usize = 255;

/// What a drawn vertex costs beside the bits of its two numbers.
const VERTEX_COST: u32 = 3;

/// Chooses vertices; keeps its memory from one arc to the next.
#[derive(Default)]
pub(super) struct Chooser {
    /// Of each vertex of the arc, a bit for each zoom at which it is drawn.
    pub masks: Vec<u32>,
    /// The largest distance of a vertex from the drawn line at each zoom, in fine steps.
    pub off: [f64; ZOOMS],
    source: Vec<Spot>,
    steps: Vec<Step>,
    ways: Vec<Way>,
    chains: Vec<Vec<u32>>,
}

/// A vertex relative to the arc's first, in fine steps.
#[derive(Clone, Copy, Default)]
struct Spot {
    x: f64,
    y: f64,
}

/// A vertex from which a zoom starts.
#[derive(Clone, Copy)]
struct Step {
    /// Its place in the arc.
    at: u32,
    spot: Spot,
    /// Where rounding puts it.
    rounded: Spot,
    /// The same in units.
    unit: (i64, i64),
    /// How far it may lie from the drawn line.
    tolerance: f64,
}

/// The cheapest way to a vertex.
#[derive(Clone, Copy)]
struct Way {
    cost: u32,
    from: u32,
}

impl Spot {
    fn minus(self, other: Self) -> Self {
        Self {
            x: self.x - other.x,
            y: self.y - other.y,
        }
    }

    fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }
}

impl Chooser {
    /// Chooses for an arc; its ends are drawn at every zoom.
    pub(super) fn choose(&mut self, arc: &[FinePoint]) {
        self.masks.clear();
        self.masks.resize(arc.len(), 0);
        self.off = [0.0; ZOOMS];
        let Some(&first) = arc.first() else {
            return;
        };
        self.source.clear();
        self.source.extend(arc.iter().map(|point| Spot {
            x: f64::from(point.x) - f64::from(first.x),
            y: f64::from(point.y) - f64::from(first.y),
        }));
        self.chains.resize(ZOOMS, Vec::new());
        for z in (0..ZOOMS).rev() {
            let mut chain = std::mem::take(&mut self.chains[z]);
            chain.clear();
            if arc.len() < 3 {
                chain.extend(0..arc.len() as u32);
            } else {
                self.begin(arc, z);
                self.find_ways();
                self.follow(&mut chain);
            }
            for &at in &chain {
                self.masks[at as usize] |= 1 << z;
            }
            self.off[z] = self.farthest(arc, z, &chain);
            self.chains[z] = chain;
        }
    }

    /// Sets up the vertices from which a zoom starts.
    fn begin(&mut self, arc: &[FinePoint], z: usize) {
        let (grid, tolerance) = (ZoomGrid::of(z as u8), tolerance(z as u8));
        let first = arc[0];
        let step = |at: u32, tolerance: f64| {
            let point = arc[at as usize];
            let unit = (grid.unit(point.x), grid.unit(point.y));
            Step {
                at,
                spot: self.source[at as usize],
                rounded: Spot {
                    x: grid.step(unit.0) - f64::from(first.x),
                    y: grid.step(unit.1) - f64::from(first.y),
                },
                unit,
                tolerance,
            }
        };
        self.steps.clear();
        if z + DEEPER >= ZOOMS {
            self.steps
                .extend((0..arc.len() as u32).map(|at| step(at, tolerance)));
            return;
        }
        let chain = &self.chains[z + DEEPER];
        let mut before = 0.0;
        for (number, &at) in chain.iter().enumerate() {
            // How far the source lies from the straight line to the next.
            let after = chain.get(number + 1).map_or(0.0, |&next| {
                let (a, b) = (self.source[at as usize], self.source[next as usize]);
                farthest_of(&self.source[at as usize..next as usize], a, b)
            });
            self.steps
                .push(step(at, (tolerance - f64::max(before, after)).max(0.0)));
            before = after;
        }
    }

    /// Finds the cheapest way to each vertex.
    fn find_ways(&mut self) {
        let steps = &self.steps[..];
        self.ways.clear();
        self.ways.resize(
            steps.len(),
            Way {
                cost: u32::MAX,
                from: 0,
            },
        );
        self.ways[0].cost = 0;
        for from in 0..steps.len() - 1 {
            let so_far = self.ways[from].cost;
            let start = &steps[from];
            let mut cone = Cone::default();
            let last = steps.len().min(from + 2 + MAX_LEFT_OUT);
            for to in from + 1..last {
                let end = &steps[to];
                let along = end.rounded.minus(start.rounded);
                let allowed = to == from + 1
                    || cone.holds(along)
                        && (along.dot(along) >= cone.farthest
                            || none_beyond(&steps[from + 1..to], start, end));
                if allowed {
                    let cost = so_far + cost(start.unit, end.unit);
                    if cost < self.ways[to].cost {
                        self.ways[to] = Way {
                            cost,
                            from: from as u32,
                        };
                    }
                }
                if !cone.narrow(end.spot.minus(start.rounded), end.tolerance) {
                    break;
                }
            }
        }
    }

    /// The vertices on the cheapest way to the last one.
    fn follow(&self, chain: &mut Vec<u32>) {
        let mut at = self.steps.len() - 1;
        chain.push(self.steps[at].at);
        while at > 0 {
            at = self.ways[at].from as usize;
            chain.push(self.steps[at].at);
        }
        chain.reverse();
    }

    /// How far a vertex of the source lies from the drawn line at most.
    fn farthest(&self, arc: &[FinePoint], z: usize, chain: &[u32]) -> f64 {
        let grid = ZoomGrid::of(z as u8);
        let rounded = |at: u32| {
            let point = arc[at as usize];
            Spot {
                x: grid.step(grid.unit(point.x)) - f64::from(arc[0].x),
                y: grid.step(grid.unit(point.y)) - f64::from(arc[0].y),
            }
        };
        let edges = chain.windows(2).map(|edge| {
            let between = &self.source[edge[0] as usize..=edge[1] as usize];
            farthest_of(between, rounded(edge[0]), rounded(edge[1]))
        });
        edges.fold(0.0, f64::max)
    }
}

/// The directions from a point in which a straight line passes near enough to all that it leaves out.
#[derive(Default)]
struct Cone {
    /// Its sides, clockwise as drawn from the left one to the right one; `None` while every direction will do.
    sides: Option<(Spot, Spot)>,
    /// The square of the largest distance of what is left out.
    farthest: f64,
}

impl Cone {
    fn holds(&self, along: Spot) -> bool {
        self.sides.is_none_or(|sides| between(along, sides))
    }

    /// Leaves only directions that pass a point, as seen from the start, within a tolerance; says whether any is left.
    fn narrow(&mut self, to: Spot, tolerance: f64) -> bool {
        let square = to.dot(to);
        self.farthest = self.farthest.max(square);
        let room = square - tolerance * tolerance;
        if room <= 0.0 {
            return true;
        }
        let long = room.sqrt();
        let aside = |tolerance: f64| Spot {
            x: to.x * long - to.y * tolerance,
            y: to.x * tolerance + to.y * long,
        };
        let new = (aside(-tolerance), aside(tolerance));
        let Some(old) = self.sides else {
            self.sides = Some(new);
            return true;
        };
        let left = if between(new.0, old) {
            new.0
        } else if between(old.0, new) {
            old.0
        } else {
            return false;
        };
        let right = if between(new.1, old) {
            new.1
        } else if between(old.1, new) {
            old.1
        } else {
            return false;
        };
        self.sides = Some((left, right));
        true
    }
}

/// Whether a direction lies between two that are less than half a turn apart, or on one of them.
fn between(direction: Spot, (left, right): (Spot, Spot)) -> bool {
    left.cross(direction) >= 0.0
        && direction.cross(right) >= 0.0
        && (left.dot(direction) > 0.0 || right.dot(direction) > 0.0)
}

/// Whether nothing that an edge leaves out lies beyond its end by more than it may.
fn none_beyond(left_out: &[Step], start: &Step, end: &Step) -> bool {
    let along = end.rounded.minus(start.rounded);
    let length = along.dot(along);
    left_out.iter().all(|step| {
        let beyond = step.spot.minus(end.rounded);
        step.spot.minus(start.rounded).dot(along) <= length
            || beyond.dot(beyond) <= step.tolerance * step.tolerance
    })
}

/// About how many bits a vertex takes in a tile, after another.
fn cost(from: (i64, i64), to: (i64, i64)) -> u32 {
    let bits = |from: i64, to: i64| u64::BITS - (to - from).unsigned_abs().leading_zeros();
    let (x, y) = (bits(from.0, to.0), bits(from.1, to.1));
    if x + y == 0 { 0 } else { VERTEX_COST + x + y }
}

/// How far the farthest of some spots lies from the stretch a–b.
fn farthest_of(spots: &[Spot], a: Spot, b: Spot) -> f64 {
    let along = b.minus(a);
    let length = along.dot(along);
    let square = spots.iter().map(|&spot| {
        let to = spot.minus(a);
        let share = if length > 0.0 {
            (to.dot(along) / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let off = Spot {
            x: to.x - share * along.x,
            y: to.y - share * along.y,
        };
        off.dot(off)
    });
    square.fold(0.0, f64::max).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arc(points: impl IntoIterator<Item = (u32, u32)>) -> Vec<FinePoint> {
        points
            .into_iter()
            .map(|(x, y)| FinePoint { x, y })
            .collect()
    }

    /// A line that wanders off, with turns of every size.
    fn walk(count: usize, stride: f64, seed: u64) -> Vec<FinePoint> {
        let mut state = seed;
        let mut random = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1u32 << 31) - 0.5
        };
        let (mut x, mut y, mut way) = (2.1e9, 1.4e9, 0.0);
        let points = (0..count).map(|_| {
            way += 2.5 * random();
            x += stride * f64::cos(way);
            y += stride * f64::sin(way);
            FinePoint {
                x: x as u32,
                y: y as u32,
            }
        });
        let mut points: Vec<FinePoint> = points.collect();
        points.dedup();
        points
    }

    fn kept(chooser: &Chooser, z: usize) -> Vec<usize> {
        let masks = chooser.masks.iter().enumerate();
        masks
            .filter(|(_, mask)| *mask >> z & 1 == 1)
            .map(|(at, _)| at)
            .collect()
    }

    /// From every vertex of the source to the nearest drawn edge, whichever it is.
    fn hausdorff(arc: &[FinePoint], kept: &[usize], z: usize) -> f64 {
        let grid = ZoomGrid::of(z as u8);
        let exact = |point: &FinePoint| Spot {
            x: f64::from(point.x),
            y: f64::from(point.y),
        };
        let drawn: Vec<Spot> = kept
            .iter()
            .map(|&at| Spot {
                x: grid.step(grid.unit(arc[at].x)),
                y: grid.step(grid.unit(arc[at].y)),
            })
            .collect();
        let nearest = arc.iter().map(|point| {
            let edges = drawn.windows(2);
            let off = edges.map(|edge| farthest_of(&[exact(point)], edge[0], edge[1]));
            off.fold(f64::INFINITY, f64::min)
        });
        nearest.fold(0.0, f64::max)
    }

    #[test]
    fn no_vertex_left_out_lies_farther_than_the_tolerance_from_the_rounded_line() {
        let mut chooser = Chooser::default();
        for (number, stride) in [30.0, 300.0, 4000.0, 90_000.0].into_iter().enumerate() {
            let arc = walk(600, stride, 7 + number as u64);
            chooser.choose(&arc);
            for z in 0..ZOOMS {
                let kept = kept(&chooser, z);
                assert_eq!((kept[0], *kept.last().expect("ends")), (0, arc.len() - 1));
                let (off, told) = (hausdorff(&arc, &kept, z), chooser.off[z]);
                assert!(off <= told + 1e-6, "zoom {z}: {off} and {told} told");
                assert!(told <= tolerance(z as u8) * 1.000_001, "zoom {z}: {told}");
            }
            assert!(kept(&chooser, 9).len() < arc.len() / 2 || stride > 1000.0);
        }
    }

    #[test]
    fn vertices_on_a_straight_line_go_and_a_corner_stays() {
        let line = arc((0..900).map(|at| (1 << 31, (1 << 30) + at * 500)));
        let mut chooser = Chooser::default();
        chooser.choose(&line);
        assert!(kept(&chooser, 16).len() <= 2 + 900 / MAX_LEFT_OUT);
        assert_eq!(kept(&chooser, 10).len(), 2);
        let corner = arc((0..40).map(|at| {
            let (x, y) = if at < 20 { (at, 0) } else { (20, at - 20) };
            ((1 << 31) + x * 4096, (1 << 30) + y * 4096)
        }));
        chooser.choose(&corner);
        for z in [14, 16] {
            assert!(
                kept(&chooser, z).iter().any(|at| (19..=21).contains(at)),
                "zoom {z}"
            );
            assert!(kept(&chooser, z).len() <= 4, "zoom {z}");
        }
    }

    #[test]
    fn a_line_that_turns_back_on_itself_keeps_the_place_where_it_turns() {
        let (x, y) = (1 << 31, 1 << 30);
        let there_and_back = arc([
            (x, y),
            (x + 90_000, y + 20),
            (x + 180_000, y),
            (x + 20_000, y + 9),
        ]);
        let mut chooser = Chooser::default();
        chooser.choose(&there_and_back);
        assert!(kept(&chooser, 16).contains(&2) && kept(&chooser, 10).contains(&2));
        assert_eq!(kept(&chooser, 0), [0, 3]);
    }

    #[test]
    fn arcs_of_one_edge_and_of_one_point_are_kept_as_they_are() {
        let mut chooser = Chooser::default();
        for count in 1..=2 {
            chooser.choose(&walk(count, 5000.0, 3));
            assert!((0..ZOOMS).all(|z| kept(&chooser, z).len() == count));
        }
    }
}
