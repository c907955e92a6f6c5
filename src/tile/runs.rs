//! Puts lines end to end: a road that its source cuts at every junction becomes one run again.
//!
//! Two ends at one place join where their lines are of one kind: the only two of that kind, or among
//! more the two that go on straightest. The same lines give the same runs, whatever tile asks.

use geo_types::Coord;

/// Lines of one kind that may meet at a place and still be joined; more are a knot and stay apart.
const MAX_MEETING: usize = 16;

/// The cosine between two ways out of a place below which one goes on as the other: a turn of under 60°.
const STRAIGHT_ON: f64 = -0.5;

/// Stands for an end that no other end joins, and for a part in no run.
const NONE: u32 = u32::MAX;

/// A line that may be joined to others.
pub(super) struct Line {
    /// Its part in the layer's file.
    pub part: u32,
    /// Lines of one kind carry the same name and class.
    pub kind: u32,
    /// The zoom from which on it is drawn.
    pub from_zoom: u8,
    /// Where it begins, and its vertex after that.
    pub begin: (Coord<f64>, Coord<f64>),
    /// Where it ends, and its vertex before that.
    pub end: (Coord<f64>, Coord<f64>),
}

/// One line in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    /// Its part in the layer's file.
    pub part: u32,
    /// Whether the run goes along it from its end to its beginning.
    pub backwards: bool,
    /// The zoom from which on a line of another run is drawn that meets the run where this link begins.
    pub met_from: u8,
}

/// The runs of a layer.
#[derive(Debug, Default)]
pub(super) struct Runs {
    links: Vec<Link>,
    /// Of each run, the index after its last link.
    ends: Vec<u32>,
    /// Of each run, its first part in the file and the zoom from which on it is drawn.
    first: Vec<(u32, u8)>,
    /// Of each part of the file, its run.
    run_of: Vec<u32>,
}

impl Runs {
    /// The runs of some lines of a file of so many parts.
    pub(super) fn of(lines: &[Line], parts: usize) -> Self {
        let nodes = Nodes::of(lines);
        let mut runs = Self {
            run_of: vec![NONE; parts],
            ..Self::default()
        };
        for (number, line) in lines.iter().enumerate() {
            if runs.run_of[line.part as usize] == NONE {
                runs.walk(lines, &nodes, nodes.beginning(number as u32));
                runs.first.push((line.part, line.from_zoom));
            }
        }
        runs
    }

    /// Adds the run that starts at an end.
    fn walk(&mut self, lines: &[Line], nodes: &Nodes, start: u32) {
        let run = self.ends.len() as u32;
        let mut at = start;
        while at != NONE {
            let line = &lines[at as usize / 2];
            if self.run_of[line.part as usize] != NONE {
                break;
            }
            self.run_of[line.part as usize] = run;
            self.links.push(Link {
                part: line.part,
                backwards: at % 2 == 1,
                met_from: nodes.met_from[at as usize],
            });
            at = nodes.partner[at as usize ^ 1];
        }
        self.ends.push(self.links.len() as u32);
    }

    /// The run of a part.
    pub(super) fn of_part(&self, part: u32) -> Option<u32> {
        let run = self.run_of.get(part as usize).copied();
        run.filter(|&run| run != NONE)
    }

    /// The lines of a run, in its order.
    pub(super) fn links(&self, run: u32) -> &[Link] {
        let run = run as usize;
        let start = run.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.links[start as usize..self.ends[run] as usize]
    }

    /// The first part of a run in the file, and the zoom from which on the run is drawn.
    pub(super) fn first(&self, run: u32) -> (u32, u8) {
        self.first[run as usize]
    }
}

/// How the ends of lines meet. End 2n is where line n begins, end 2n + 1 where it ends.
struct Nodes {
    /// Of each end, the one that goes on from there.
    partner: Vec<u32>,
    /// Of each end, the zoom from which on another line than these two is drawn there.
    met_from: Vec<u8>,
}

impl Nodes {
    fn of(lines: &[Line]) -> Self {
        let mut ends: Vec<(u64, u64, u32)> = Vec::with_capacity(2 * lines.len());
        for (number, line) in lines.iter().enumerate() {
            for (side, (at, _)) in [line.begin, line.end].into_iter().enumerate() {
                // Adding nothing makes −0 and 0 one place.
                let key = ((at.x + 0.0).to_bits(), (at.y + 0.0).to_bits());
                ends.push((key.0, key.1, 2 * number as u32 + side as u32));
            }
        }
        ends.sort_unstable();
        let mut nodes = Self {
            partner: vec![NONE; ends.len()],
            met_from: vec![u8::MAX; ends.len()],
        };
        for node in ends.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let mut here: Vec<u32> = node.iter().map(|end| end.2).collect();
            here.sort_by_key(|&end| (lines[end as usize / 2].kind, end));
            for alike in
                here.chunk_by(|a, b| lines[*a as usize / 2].kind == lines[*b as usize / 2].kind)
            {
                nodes.join(lines, alike);
            }
            nodes.note_others(lines, &here);
        }
        nodes
    }

    /// Joins ends of one kind at one place.
    fn join(&mut self, lines: &[Line], ends: &[u32]) {
        if let [a, b] = *ends {
            self.pair(a, b);
            return;
        }
        if ends.len() > MAX_MEETING {
            return;
        }
        let mut pairs = Vec::new();
        for (at, &a) in ends.iter().enumerate() {
            for &b in &ends[at + 1..] {
                let cosine = cosine(lines, a, b);
                if cosine < STRAIGHT_ON {
                    pairs.push((cosine, a, b));
                }
            }
        }
        pairs.sort_by(|one, other| {
            let ties = (one.1, one.2).cmp(&(other.1, other.2));
            one.0.total_cmp(&other.0).then(ties)
        });
        for (_, a, b) in pairs {
            if self.partner[a as usize] == NONE && self.partner[b as usize] == NONE {
                self.pair(a, b);
            }
        }
    }

    fn pair(&mut self, a: u32, b: u32) {
        self.partner[a as usize] = b;
        self.partner[b as usize] = a;
    }

    /// Says of each end at a place from which zoom on others are drawn there.
    fn note_others(&mut self, lines: &[Line], here: &[u32]) {
        if here.len() < 3 {
            return;
        }
        let zoom = |end: u32| lines[end as usize / 2].from_zoom;
        let mut first: Vec<(u8, u32)> = here.iter().map(|&end| (zoom(end), end)).collect();
        first.sort_unstable();
        for &end in here {
            let other = first
                .iter()
                .find(|(_, of)| *of != end && *of != self.partner[end as usize]);
            self.met_from[end as usize] = other.map_or(u8::MAX, |(zoom, _)| *zoom);
        }
    }

    /// The end at which the run of a line begins; where it goes round, the line's own beginning.
    fn beginning(&self, line: u32) -> u32 {
        let mut at = 2 * line;
        loop {
            let before = self.partner[at as usize];
            if before == NONE || before / 2 == line {
                return if before == NONE { at } else { 2 * line };
            }
            at = before ^ 1;
        }
    }
}

/// Of the angle between the ways out of a place along two lines.
fn cosine(lines: &[Line], a: u32, b: u32) -> f64 {
    let way = |end: u32| {
        let line = &lines[end as usize / 2];
        let (at, towards) = if end % 2 == 1 { line.end } else { line.begin };
        towards - at
    };
    let (a, b) = (way(a), way(b));
    let lengths = a.x.hypot(a.y) * b.x.hypot(b.y);
    if lengths > 0.0 {
        (a.x * b.x + a.y * b.y) / lengths
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(part: u32, kind: u32, from: (f64, f64), to: (f64, f64)) -> Line {
        let (from, to) = (Coord::from(from), Coord::from(to));
        Line {
            part,
            kind,
            from_zoom: 5 + kind as u8,
            begin: (from, to),
            end: (to, from),
        }
    }

    fn told(runs: &Runs) -> Vec<String> {
        (0..runs.ends.len() as u32)
            .map(|run| {
                let links = runs
                    .links(run)
                    .iter()
                    .map(|link| format!("{}{}", if link.backwards { "-" } else { "" }, link.part));
                links.collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn a_road_cut_at_its_junctions_is_one_run_whichever_way_its_links_were_drawn() {
        // A high street from west to east in four links, two of them drawn backwards, and a side street.
        let lines = [
            line(0, 0, (2.0, 0.0), (1.0, 0.0)),
            line(1, 0, (2.0, 0.0), (3.0, 0.0)),
            line(2, 1, (2.0, 5.0), (2.0, 0.0)),
            line(3, 0, (0.0, 0.0), (1.0, 0.0)),
            line(4, 0, (4.0, 0.0), (3.0, 0.0)),
        ];
        let runs = Runs::of(&lines, 6);
        assert_eq!(told(&runs), ["4 -1 0 -3", "2"]);
        assert_eq!(runs.first(0), (0, 5));
        assert_eq!((runs.of_part(3), runs.of_part(2)), (Some(0), Some(1)));
        assert_eq!(runs.of_part(5), None);
        let met: Vec<u8> = runs.links(0).iter().map(|link| link.met_from).collect();
        let never = u8::MAX;
        assert_eq!(met, [never, never, 6, never], "the side street, from 6 on");
    }

    #[test]
    fn at_a_fork_the_straightest_two_go_on_and_a_ring_is_one_run() {
        let lines = [
            line(0, 0, (0.0, 0.0), (10.0, 0.0)),
            line(1, 0, (10.0, 0.0), (20.0, 9.0)),
            line(2, 0, (10.0, 0.0), (20.0, 1.0)),
            line(3, 1, (0.0, 50.0), (9.0, 50.0)),
            line(4, 1, (9.0, 50.0), (5.0, 55.0)),
            line(5, 1, (0.0, 50.0), (5.0, 55.0)),
        ];
        assert_eq!(told(&Runs::of(&lines, 6)), ["0 2", "1", "3 4 -5"]);
    }

    #[test]
    fn lines_of_other_kinds_and_knots_stay_apart_and_a_loop_on_itself_ends() {
        let mut lines = vec![
            line(0, 0, (0.0, 0.0), (1.0, 0.0)),
            line(1, 1, (1.0, 0.0), (2.0, 0.0)),
            line(2, 2, (7.0, 7.0), (7.0, 7.0)),
        ];
        for spoke in 0..20u32 {
            let angle = f64::from(spoke) * std::f64::consts::TAU / 20.0;
            let to = (90.0 + angle.cos(), 90.0 + angle.sin());
            lines.push(line(3 + spoke, 3, (90.0, 90.0), to));
        }
        let runs = Runs::of(&lines, 23);
        assert_eq!(runs.ends.len(), 23);
        assert_eq!(told(&runs)[..3], ["0", "1", "2"]);
    }
}
