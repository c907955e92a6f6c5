//! An index over the edges of one part: rectangles round runs of neighbouring edges, in levels.
//!
//! Edges that follow each other along an outline lie close together, so runs of them in the order
//! of the file make tight rectangles and nothing needs sorting. It costs about two bytes an edge.

use super::coord::Bounds;
use super::ring::{Paths, Vertices};
use std::ops::Range;

/// Edges in one lowest rectangle, and rectangles in each one above.
const RUN: usize = 16;

/// Parts with fewer vertices than this are quicker to walk than to index.
pub const WORTH_INDEXING: usize = 96;

/// Rectangles over runs of edges of some [`Paths`], lowest level first.
#[derive(Debug)]
pub struct EdgeIndex {
    levels: Vec<Vec<Bounds>>,
    vertices: usize,
}

impl EdgeIndex {
    /// Builds the index in one pass over the vertices, O(n).
    pub fn build<V: Vertices>(paths: Paths<'_, V>) -> Self {
        let vertices = paths.count();
        let run_bounds = |start: usize| {
            // The vertex after the run is the far end of its last edge.
            let end = (start + RUN + 1).min(vertices);
            Bounds::around((start..end).map(|at| paths.vertex(at)))
        };
        let mut level: Vec<Bounds> = (0..vertices).step_by(RUN).map(run_bounds).collect();
        let mut levels = Vec::new();
        while level.len() > 1 {
            let above = level
                .chunks(RUN)
                .map(|run| {
                    let mut bounds = Bounds::EMPTY;
                    run.iter().for_each(|b| bounds.include_bounds(b));
                    bounds
                })
                .collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Self { levels, vertices }
    }

    /// Hands every run of vertices whose rectangles all pass `wanted` to `found`, in order.
    pub fn visit(
        &self,
        mut wanted: impl FnMut(&Bounds) -> bool,
        mut found: impl FnMut(Range<usize>),
    ) {
        self.descend(self.levels.len() - 1, 0, &mut wanted, &mut found);
    }

    fn descend(
        &self,
        level: usize,
        at: usize,
        wanted: &mut impl FnMut(&Bounds) -> bool,
        found: &mut impl FnMut(Range<usize>),
    ) {
        let Some(bounds) = self.levels[level].get(at) else {
            return;
        };
        if !wanted(bounds) {
            return;
        }
        if level == 0 {
            found(self.run(at));
            return;
        }
        for child in at * RUN..(at + 1) * RUN {
            self.descend(level - 1, child, wanted, found);
        }
    }

    /// Goes over all vertices in order, in runs: each with whether its rectangle passes `wanted`. One that
    /// does not pass is handed over whole, however long, since its rectangle holds all its edges.
    pub fn walk(
        &self,
        mut wanted: impl FnMut(&Bounds) -> bool,
        mut run: impl FnMut(Range<usize>, bool),
    ) {
        self.step(self.levels.len() - 1, 0, &mut wanted, &mut run);
    }

    fn step(
        &self,
        level: usize,
        at: usize,
        wanted: &mut impl FnMut(&Bounds) -> bool,
        run: &mut impl FnMut(Range<usize>, bool),
    ) {
        let Some(bounds) = self.levels[level].get(at) else {
            return;
        };
        if level == 0 || !wanted(bounds) {
            let each = RUN.pow(level as u32 + 1);
            let vertices = at * each..((at + 1) * each).min(self.vertices);
            run(vertices, level == 0 && wanted(bounds));
            return;
        }
        for child in at * RUN..(at + 1) * RUN {
            self.step(level - 1, child, wanted, run);
        }
    }

    /// Hands runs to `look`, the nearer rectangles of each level first, but for those that are farther away than
    /// `best`, which `look` lowers. `distances` gives the distance of a rectangle, and one that no edge in it
    /// surpasses, which lowers `best` as well; all are in the same measure, squared or not.
    pub fn visit_nearest(
        &self,
        distances: impl Fn(&Bounds) -> (f64, f64),
        best: &mut f64,
        look: &mut impl FnMut(Range<usize>, &mut f64),
    ) {
        self.near(self.levels.len() - 1, 0, &distances, best, look);
    }

    fn near(
        &self,
        level: usize,
        at: usize,
        distances: &impl Fn(&Bounds) -> (f64, f64),
        best: &mut f64,
        look: &mut impl FnMut(Range<usize>, &mut f64),
    ) {
        if level == 0 {
            look(self.run(at), best);
            return;
        }
        let children = &self.levels[level - 1];
        let first = at * RUN;
        let mut waiting = [(0.0, 0); RUN];
        let mut count = 0;
        for (child, bounds) in (first..).zip(&children[first..children.len().min(first + RUN)]) {
            let (distance, farthest) = distances(bounds);
            *best = best.min(farthest);
            if distance <= *best {
                // Few are near enough to wait: each is put in its place among them.
                let place = waiting[..count].partition_point(|&(other, _)| other <= distance);
                waiting.copy_within(place..count, place + 1);
                waiting[place] = (distance, child);
                count += 1;
            }
        }
        for &(far, child) in &waiting[..count] {
            if far > *best {
                return;
            }
            self.near(level - 1, child, distances, best, look);
        }
    }

    /// Hands every pair of runs whose rectangles meet to `found`, each pair once and each run with itself.
    pub fn visit_meeting_pairs(&self, mut found: impl FnMut(Range<usize>, Range<usize>)) {
        self.meet(self.levels.len() - 1, 0, 0, &mut found);
    }

    fn meet(
        &self,
        level: usize,
        left: usize,
        right: usize,
        found: &mut impl FnMut(Range<usize>, Range<usize>),
    ) {
        let rectangles = &self.levels[level];
        let (Some(a), Some(b)) = (rectangles.get(left), rectangles.get(right)) else {
            return;
        };
        if !a.intersects(b) {
            return;
        }
        if level == 0 {
            found(self.run(left), self.run(right));
            return;
        }
        for first in left * RUN..(left + 1) * RUN {
            let from = if left == right { first } else { right * RUN };
            for second in from..(right + 1) * RUN {
                self.meet(level - 1, first, second, found);
            }
        }
    }

    fn run(&self, at: usize) -> Range<usize> {
        at * RUN..((at + 1) * RUN).min(self.vertices)
    }
}
