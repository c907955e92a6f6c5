//! Lettering: text in a picture, as text that the reader's own fonts draw, or as outlines that look the same anywhere.
//!
//! The outlines are those of a typeface that a crate ships. They need no font of the machine, so a picture
//! has the same bytes wherever it is made.

use crate::page::message::escape;
use std::fmt::Write as _;
use std::sync::LazyLock;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

static FACE: LazyLock<Face<'static>> = LazyLock::new(|| {
    Face::parse(epaint_default_fonts::UBUNTU_LIGHT, 0).expect("the typeface is part of the program")
});

/// How text stands in a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// As text in a page, whose style sheet says how marks look.
    OfPage,
    /// As text in a picture of its own.
    Text,
    /// As outlines.
    Outlines,
}

/// Which end of a line of text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
}

impl Letters {
    /// Writes a line of text with its base line at a place. As text it takes size and anchor from the group round it.
    pub(super) fn write(
        self,
        text: &str,
        at: (f64, f64),
        size: f64,
        anchor: Anchor,
        out: &mut String,
    ) {
        let (x, y) = at;
        if self != Self::Outlines {
            let _ = write!(
                out,
                "<text x=\"{x:.0}\" y=\"{y:.0}\">{}</text>",
                escape(text)
            );
            return;
        }
        let x = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width(text, size) / 2.0,
        };
        let scale = scale(size);
        let mut pen = Pen {
            x,
            y,
            scale,
            path: String::new(),
        };
        for glyph in text.chars().map(glyph) {
            FACE.outline_glyph(glyph, &mut pen);
            pen.x += advance(glyph) * scale;
        }
        if !pen.path.is_empty() {
            let _ = write!(out, "<path d=\"{}\"/>", pen.path);
        }
    }

    /// What keeps a mark's line as wide as it is, however large a page shows the map.
    pub(super) fn steady(self) -> &'static str {
        match self {
            Self::OfPage => " vector-effect=\"non-scaling-stroke\"",
            Self::Text | Self::Outlines => "",
        }
    }

    /// Radius of the ring round a place, in units; pages show the map larger than it is drawn.
    pub(super) fn ring(self) -> i64 {
        if self == Self::OfPage { 11 } else { 14 }
    }

    /// Pixels between grid lines at least.
    pub(super) fn grid_px(self) -> f64 {
        if self == Self::OfPage { 60.0 } else { 45.0 }
    }

    /// The attributes of a mark's line: `pin`, or `halo` beneath it; wider where it is made of dots.
    pub(super) fn mark(self, name: &str, dots: bool) -> String {
        if self == Self::OfPage {
            let dots = if dots { " dots" } else { "" };
            return format!("class=\"{name}{dots}\"");
        }
        let (colour, width) = match (name, dots) {
            ("halo", false) => ("#fff", 10),
            ("halo", true) => ("#fff", 24),
            (_, false) => ("#14212b", 4),
            (_, true) => ("#14212b", 16),
        };
        format!(
            "fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"round\""
        )
    }
}

/// How wide a line of text is about; as text, the reader's font decides.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let advances = text.chars().map(|c| advance(glyph(c)));
    advances.sum::<f64>() * scale(size)
}

/// Text in lines of a width at most; a word that is wider stands on a line of its own.
pub(super) fn wrapped(text: &str, size: f64, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(word, size) + size / 4.0 <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Whether the typeface has a letter.
#[cfg(test)]
fn holds(letter: char) -> bool {
    FACE.glyph_index(letter).is_some()
}

/// A letter's shape, or the empty box of one that the typeface does not have.
fn glyph(letter: char) -> GlyphId {
    FACE.glyph_index(letter).unwrap_or(GlyphId(0))
}

fn advance(glyph: GlyphId) -> f64 {
    f64::from(FACE.glyph_hor_advance(glyph).unwrap_or(0))
}

fn scale(size: f64) -> f64 {
    size / f64::from(FACE.units_per_em())
}

/// Writes outlines as path data.
struct Pen {
    x: f64,
    y: f64,
    scale: f64,
    path: String,
}

impl Pen {
    fn put(&mut self, command: &str, points: &[(f32, f32)]) {
        self.path.push_str(command);
        for &(x, y) in points {
            let (x, y) = (
                self.x + f64::from(x) * self.scale,
                self.y - f64::from(y) * self.scale,
            );
            let _ = write!(self.path, "{x:.2} {y:.2} ");
        }
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.put("M", &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.put("L", &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.put("Q", &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.put("C", &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.path.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_welsh_and_english_can_be_drawn() {
        let circumflexed = "âêîôûŵŷÂÊÎÔÛŴŶ";
        let others = "àèìòùẁỳáéíóúẃýäëïöüẅÿÁÉÍÓÚÄËÏÖÜ";
        let marks = "'’‘“”–—©·≈±²°£&%()/,.:;!?-+0123456789";
        let plain = ('a'..='z').chain('A'..='Z');
        let missing: String = circumflexed
            .chars()
            .chain(others.chars())
            .chain(marks.chars())
            .chain(plain)
            .filter(|&letter| !holds(letter))
            .collect();
        assert_eq!(missing, "");
    }

    #[test]
    fn lines_break_between_words_and_none_is_wider_than_it_may_be() {
        let text = "Parth perygl llifogydd 3 (heb ei fabwysiadu)";
        let lines = wrapped(text, 26.0, 260.0);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| width(line, 26.0) <= 260.0));
        assert_eq!(lines.join(" "), text);
        assert_eq!(wrapped("Llanfairpwllgwyngyll", 26.0, 10.0).len(), 1);
    }
}
