//! Names on a still map: each where there is room for it, the more important first.

use super::lettering::{Anchor, Letters, width};
use std::cmp::Reverse;
use std::fmt::Write as _;

/// Height of the letters in units.
const SIZE: f64 = 24.0;

/// The names of a still map.
#[derive(Default)]
pub(super) struct Names(Vec<Name>);

struct Name {
    /// The place of its stroke among all, bottom first.
    rank: usize,
    at: (i32, i32),
    text: String,
}

impl Names {
    pub(super) fn add(&mut self, rank: usize, at: (i32, i32), text: String) {
        self.0.push(Name { rank, at, text });
    }

    /// Those that do not lie over one of a higher rank, nor over one before them in the file.
    fn placed(&self) -> Vec<&Name> {
        let mut order: Vec<&Name> = self.0.iter().collect();
        order.sort_by_key(|name| Reverse(name.rank));
        let mut placed: Vec<(&Name, [f64; 4])> = Vec::new();
        for name in order {
            let (x, y) = (f64::from(name.at.0), f64::from(name.at.1));
            let half = width(&name.text, SIZE) / 2.0 + 6.0;
            let room = [x - half, y - SIZE, x + half, y + SIZE / 3.0];
            let free = placed.iter().all(|(_, taken)| {
                room[2] < taken[0] || taken[2] < room[0] || room[3] < taken[1] || taken[3] < room[1]
            });
            if free {
                placed.push((name, room));
            }
        }
        placed.into_iter().map(|(name, _)| name).collect()
    }

    pub(super) fn write(&self, letters: Letters, svg: &mut String) {
        let mut texts = String::new();
        for name in self.placed() {
            let at = (f64::from(name.at.0), f64::from(name.at.1));
            letters.write(&name.text, at, SIZE, Anchor::Middle, &mut texts);
        }
        // Our typeface is a light one, and thin over a map.
        let stronger = if letters == Letters::Outlines {
            format!("<g fill=\"#14212b\" stroke=\"#14212b\" stroke-width=\".8\">{texts}</g>")
        } else {
            String::new()
        };
        let _ = write!(
            svg,
            "<g font-size=\"{SIZE}\" fill=\"#14212b\" stroke=\"#fff\" stroke-width=\"5\" stroke-linejoin=\"round\" paint-order=\"stroke\" text-anchor=\"middle\">{texts}</g>{stronger}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_way_to_a_more_important_one_that_lies_over_it() {
        let mut names = Names::default();
        names.add(1, (200, 100), "Pentref".to_owned());
        names.add(2, (220, 104), "Abergwaelod".to_owned());
        names.add(1, (600, 100), "Llan".to_owned());
        let placed: Vec<&str> = names
            .placed()
            .into_iter()
            .map(|name| name.text.as_str())
            .collect();
        assert_eq!(placed, ["Abergwaelod", "Llan"]);
    }
}
