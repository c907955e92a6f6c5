//! A still map as a picture of its own: the map with its scale, beside it a key of what is to be seen, below it
//! what it is of, as at which day, and who must be named.

use super::lettering::{Anchor, Letters, wrapped};
use super::picture::{self, NotPainted};
use super::{Composed, Detail, Paper, Source, Still, UNITS};
use crate::geometry::{Kind, LonLat, Position, grid_ref};
use crate::page::look::Stroke;
use crate::page::message::{Words, escape};
use crate::policy::{Group, PartialDate};
use std::fmt::Write as _;

/// Bytes of a drawing at most: what fits neither a screen nor the memory of the one who looks at it.
pub const MAX_SHEET_BYTES: usize = 2 * 1024 * 1024;

/// From this many pixels across on there is room for a key.
const KEY_FROM_PX: u32 = 480;
/// Space round things, in units.
const PAD: f64 = 20.0;
/// Heights of letters in units: of what it is, of the key, of who must be named.
const TITLE_SIZE: f64 = 27.0;
const KEY_SIZE: f64 = 25.0;
const SMALL_SIZE: f64 = 21.0;
/// Line heights to a letter's height.
const LEADING: f64 = 1.3;
/// A swatch of the key, in units.
const SWATCH: (f64, f64) = (56.0, 36.0);
/// Between a swatch and its title.
const GAP: f64 = 14.0;
/// The longest scale bar in units.
const MAX_BAR: f64 = 240.0;
const INK: &str = "#14212b";

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// What it is drawn from.
    pub source: Source<'a>,
    /// The middle of the map.
    pub centre: LonLat,
    /// Zoom by 512-pixel tiles.
    pub zoom: f64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Device pixels to a pixel: a sharper picture of the same.
    pub scale: u32,
    /// Whether the middle is marked.
    pub pinned: bool,
}

impl Sheet<'_> {
    /// The picture as SVG, with text as text.
    ///
    /// # Errors
    /// Too much lies in the view.
    pub fn svg(&self) -> Result<String, NotPainted> {
        self.drawn(Letters::Text)
    }

    /// The picture as PNG.
    ///
    /// # Errors
    /// Too much lies in the view, or it cannot be painted.
    pub fn png(&self) -> Result<Vec<u8>, NotPainted> {
        let svg = self.drawn(Letters::Outlines)?;
        picture::png(&svg, (self.width * self.scale, self.height * self.scale))
    }

    /// With as much detail as the bytes allow. Areas never give way, only how smooth their lines are and what lies behind them.
    fn drawn(&self, letters: Letters) -> Result<String, NotPainted> {
        for detail in [Detail::Full, Detail::Plain, Detail::Sparse] {
            let svg = self.with_detail(letters, detail);
            if svg.len() <= MAX_SHEET_BYTES {
                return Ok(svg);
            }
        }
        Err(NotPainted::TooMuch(MAX_SHEET_BYTES))
    }

    fn with_detail(&self, letters: Letters, detail: Detail) -> String {
        let layout = Layout::of(self, self.width >= KEY_FROM_PX);
        let still = self.still(letters, &layout);
        let drawn = still.compose(detail);
        if layout.key > 0.0 && !self.has_key(&drawn) {
            let layout = Layout::of(self, false);
            let still = self.still(letters, &layout);
            let drawn = still.compose(detail);
            return self.put_together(&still, &layout, drawn, detail);
        }
        self.put_together(&still, &layout, drawn, detail)
    }

    fn words(&self) -> Words<'_> {
        let map = self.source.indexed.edition().map();
        Words::of(self.source.lang, Some(map))
    }

    fn still(&self, letters: Letters, layout: &Layout) -> Still<'_> {
        Still {
            paper: Paper {
                width_px: layout.map.0 / UNITS,
                height_px: layout.map.1 / UNITS,
                letters,
            },
            source: self.source,
            centre: self.centre,
            zoom: self.zoom,
            pinned: self.pinned,
            marks: &[],
            outlined: &[],
        }
    }

    /// The layers that the key tells of, in the map's order.
    fn keyed<'b>(&'b self, drawn: &'b Composed) -> impl Iterator<Item = (usize, Kind)> + 'b {
        let layers = self.source.indexed.edition().layers();
        let seen = drawn.seen.iter().map(|(&layer, &kind)| (layer, kind));
        seen.filter(|(layer, _)| layers[*layer].layer.group != Group::Context)
    }

    fn has_key(&self, drawn: &Composed) -> bool {
        self.keyed(drawn).next().is_some()
    }

    fn put_together(
        &self,
        still: &Still<'_>,
        layout: &Layout,
        mut drawn: Composed,
        detail: Detail,
    ) -> String {
        let letters = still.paper.letters;
        let key = self.key(still, layout, &mut drawn, detail);
        let mut map = String::new();
        still.write(&drawn, &mut map);
        scale_bar(self.words(), still, &mut map);
        let w = self.words();
        let (all_w, all_h) = (layout.all.0, layout.all.1);
        let (map_w, map_h) = layout.map;
        let place = place_name(w, self.centre);
        let lines = map_lines(map_w, map_h, layout.key > 0.0);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {all_w} {all_h}\" lang=\"{}\" role=\"img\" font-family=\"system-ui,sans-serif\">\
             <title>{}</title><rect width=\"{all_w}\" height=\"{all_h}\" fill=\"#fff\"/>\
             <svg width=\"{map_w}\" height=\"{map_h}\">{map}</svg>{lines}{key}{}</svg>",
            self.width * self.scale,
            self.height * self.scale,
            w.lang.code(),
            escape(&w.say_with("map.still", &[("place", &place)])),
            self.strip(layout, letters)
        )
    }

    /// What is to be seen, each with a swatch drawn as on the map.
    fn key(
        &self,
        still: &Still<'_>,
        layout: &Layout,
        drawn: &mut Composed,
        detail: Detail,
    ) -> String {
        if layout.key <= 0.0 {
            return String::new();
        }
        let (w, letters) = (self.words(), still.paper.letters);
        let left = layout.map.0 + PAD;
        let top = PAD + KEY_SIZE;
        let mut heading = Texts::new(letters, KEY_SIZE, true);
        heading.line(&w.say("viewer.key"), (left, top));
        let mut y = top + KEY_SIZE * 0.7;
        let strokes = still.strokes(detail);
        let titles: Vec<(usize, Kind, String)> = self
            .keyed(drawn)
            .map(|(layer, kind)| (layer, kind, self.key_title(layer, &strokes)))
            .collect();
        let room = layout.map.1 - y - PAD;
        let usual = Rows::of(layout, KEY_SIZE);
        let rows = if titles.iter().map(|item| usual.height(&item.2)).sum::<f64>() <= room {
            usual
        } else {
            Rows::of(layout, SMALL_SIZE)
        };
        let mut texts = Texts::new(letters, rows.size, false);
        let mut swatches = String::new();
        for (number, (layer, kind, title)) in titles.iter().enumerate() {
            let lines = rows.lines(title);
            let height = rows.height(title);
            let last = number + 1 == titles.len();
            let more_below = if last { 0.0 } else { rows.size * LEADING };
            if y + height + more_below > layout.map.1 - PAD / 2.0 {
                let rest = w.plural("map.key_more", titles.len() - number);
                for line in wrapped(&rest, rows.size, layout.key - 2.0 * PAD) {
                    y += rows.size * LEADING;
                    texts.line(&line, (left, y));
                }
                break;
            }
            let id = format!("k{layer}");
            let shape = match kind {
                Kind::Polygon => "M2 2h52v32H2z",
                Kind::Line => "M2 27L20 9 36 27 54 9",
                Kind::Point => "M28 18h0",
            };
            let _ = write!(
                swatches,
                "<defs><path id=\"{id}\" d=\"{shape}\"/></defs><g transform=\"translate({left} {y:.0}) scale({})\">",
                rows.swatch
            );
            for stroke in strokes.iter().filter(|stroke| stroke.layer == *layer) {
                still.use_shape(stroke, &id, &mut swatches, &mut drawn.patterns);
            }
            swatches.push_str("</g>");
            let middle = y + SWATCH.1 * rows.swatch / 2.0 + rows.size * 0.36;
            for (row, line) in lines.iter().enumerate() {
                let x = left + SWATCH.0 * rows.swatch + GAP;
                texts.line(line, (x, middle + row as f64 * rows.size * LEADING));
            }
            y += height;
        }
        format!("{swatches}{}{}", heading.done(INK), texts.done(INK))
    }

    /// A layer's title in the key, which says where its plan is not adopted.
    fn key_title(&self, layer: usize, strokes: &[&Stroke]) -> String {
        let w = self.words();
        let stored = &self.source.indexed.edition().layers()[layer];
        let title = stored.layer.title.in_lang(w.lang);
        let mut of_layer = strokes.iter().filter(|stroke| stroke.layer == layer);
        if of_layer.any(|stroke| stroke.emerging) {
            format!("{title} {}", w.say("viewer.emerging"))
        } else {
            title.to_owned()
        }
    }

    /// What it is of, and who must be named.
    fn strip(&self, layout: &Layout, letters: Letters) -> String {
        let mut title = Texts::new(letters, TITLE_SIZE, true);
        let mut small = Texts::new(letters, SMALL_SIZE, false);
        let mut y = layout.map.1 + PAD * 0.4;
        for line in &layout.title {
            y += TITLE_SIZE * LEADING;
            title.line(line, (PAD, y));
        }
        for line in &layout.small {
            y += SMALL_SIZE * LEADING;
            small.line(line, (PAD, y));
        }
        format!("{}{}", title.done(INK), small.done("#4a5760"))
    }

    fn title(&self) -> String {
        let edition = self.source.indexed.edition();
        let w = self.words();
        let date = w.date(PartialDate::of_day(self.source.on));
        let values = [
            ("map", edition.map().title.in_lang(w.lang)),
            ("date", &date),
            ("id", &edition.id().to_string()),
        ];
        w.say_with("map.sheet", &values)
    }

    /// Who must be named, and what cannot be shown.
    fn notes(&self) -> Vec<String> {
        let w = self.words();
        let edition = self.source.indexed.edition();
        let mut notes = Vec::new();
        for stored in edition.layers() {
            if stored.areas.is_some() && stored.readable().is_none() {
                let layer = stored.layer.title.in_lang(w.lang);
                notes.push(w.say_with("map.not_shown", &[("layer", layer)]));
            }
        }
        let mut named: Vec<&str> = Vec::new();
        for text in edition
            .layers()
            .iter()
            .filter_map(|stored| stored.layer.attribution.as_ref())
        {
            let text = text.in_lang(w.lang);
            if !named.contains(&text) {
                named.push(text);
            }
        }
        if !named.is_empty() {
            notes.push(named.join(" · "));
        }
        notes
    }
}

/// Where things stand, in units.
struct Layout {
    all: (f64, f64),
    map: (f64, f64),
    /// How wide the key is; 0 without one.
    key: f64,
    title: Vec<String>,
    small: Vec<String>,
}

impl Layout {
    fn of(sheet: &Sheet<'_>, with_key: bool) -> Self {
        let all = (
            f64::from(sheet.width) * UNITS,
            f64::from(sheet.height) * UNITS,
        );
        let room = all.0 - 2.0 * PAD;
        // Readers' own fonts may be wider than ours.
        let title = wrapped(&sheet.title(), TITLE_SIZE, room * 0.82);
        let small: Vec<String> = sheet
            .notes()
            .iter()
            .flat_map(|note| wrapped(note, SMALL_SIZE, room * 0.9))
            .collect();
        let strip = PAD
            + title.len() as f64 * TITLE_SIZE * LEADING
            + small.len() as f64 * SMALL_SIZE * LEADING;
        let key = if with_key {
            (all.0 * 0.3).clamp(340.0, 560.0)
        } else {
            0.0
        };
        // Whole pixels, so that the map's edges are sharp.
        let even = |units: f64| (units / UNITS).round() * UNITS;
        Self {
            all,
            map: (even(all.0 - key), even((all.1 - strip).max(all.1 / 3.0))),
            key,
            title,
            small,
        }
    }
}

/// How the key's rows stand: smaller where there are many.
struct Rows {
    size: f64,
    /// How much smaller than usual a swatch is.
    swatch: f64,
    /// How wide a title may be.
    most: f64,
}

impl Rows {
    fn of(layout: &Layout, size: f64) -> Self {
        let swatch = if size < KEY_SIZE { 0.75 } else { 1.0 };
        // Readers' own fonts may be wider than ours.
        let most = (layout.key - 2.0 * PAD - SWATCH.0 * swatch - GAP) * 0.94;
        Self { size, swatch, most }
    }

    fn lines(&self, title: &str) -> Vec<String> {
        wrapped(title, self.size, self.most)
    }

    fn height(&self, title: &str) -> f64 {
        let text = self.lines(title).len() as f64 * self.size * LEADING;
        text.max(SWATCH.1 * self.swatch) + 11.0 * self.swatch
    }
}

/// Lines of text that look alike.
struct Texts {
    letters: Letters,
    size: f64,
    bold: bool,
    out: String,
}

impl Texts {
    fn new(letters: Letters, size: f64, bold: bool) -> Self {
        Self {
            letters,
            size,
            bold,
            out: String::new(),
        }
    }

    fn line(&mut self, text: &str, at: (f64, f64)) {
        self.letters
            .write(text, at, self.size, Anchor::Start, &mut self.out);
    }

    /// The group. Our typeface is a light one: its outlines are drawn a little stronger, and stronger still where they are bold.
    fn done(self, ink: &str) -> String {
        let Self {
            letters,
            size,
            bold,
            out,
        } = self;
        let weight = match (letters, bold) {
            (Letters::Outlines, true) => format!(" stroke=\"{ink}\" stroke-width=\"1.3\""),
            (Letters::Outlines, false) => format!(" stroke=\"{ink}\" stroke-width=\".5\""),
            (_, true) => " font-weight=\"600\"".to_owned(),
            (_, false) => String::new(),
        };
        format!("<g font-size=\"{size}\" fill=\"{ink}\"{weight}>{out}</g>")
    }
}

/// The rules below the map and beside it.
fn map_lines(width: f64, height: f64, with_key: bool) -> String {
    let beside = if with_key {
        format!("M{width} 0V{height}")
    } else {
        String::new()
    };
    format!("<path d=\"M0 {height}h9999{beside}\" stroke=\"#c9c4ba\" stroke-width=\"2\"/>")
}

/// A bar of a round number of metres, above the map's lower right corner.
fn scale_bar(w: Words<'_>, still: &Still<'_>, svg: &mut String) {
    let metres_a_unit = still.width_m() / still.width();
    let most = metres_a_unit * MAX_BAR.min(still.width() / 3.0);
    let Some(metres) = round_length(most) else {
        return;
    };
    let long = metres / metres_a_unit;
    let (right, y) = (still.width() - 24.0, still.height() - 40.0);
    let left = right - long;
    let path = format!("M{left:.1} {:.1}v14h{long:.1}v-14", y - 14.0);
    for (colour, width) in [("#fff", 9), (INK, 4)] {
        let _ = write!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
        );
    }
    let letters = still.paper.letters;
    let mut text = String::new();
    let words = w.length(metres);
    let at = (right - long / 2.0, y - 12.0);
    letters.write(&words, at, SMALL_SIZE + 1.0, Anchor::Middle, &mut text);
    // The figures at the edges are those within this square of 100 km.
    if let Some(square) = hundred_km_square(still.centre) {
        let at = (left - 34.0, y);
        letters.write(&square, at, SMALL_SIZE + 1.0, Anchor::Middle, &mut text);
    }
    let _ = write!(
        svg,
        "<g font-size=\"{}\" fill=\"{INK}\" stroke=\"#fff\" stroke-width=\"5\" stroke-linejoin=\"round\" paint-order=\"stroke\" text-anchor=\"middle\">{text}</g>",
        SMALL_SIZE + 1.0
    );
}

/// The longest of 1, 2 and 5 with noughts that is not longer.
fn round_length(most: f64) -> Option<f64> {
    if most < 1.0 {
        return None;
    }
    let unit = 10f64.powf(most.log10().floor());
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|times| times * unit)
        .find(|length| *length <= most)
}

/// The letters of the National Grid square that a place lies in.
fn hundred_km_square(lonlat: LonLat) -> Option<String> {
    let reference = grid_ref::reference(Position::of_lonlat(lonlat).grid?, 5)?;
    reference.split(' ').next().map(str::to_owned)
}

/// A place by its grid reference, else by its coordinates.
fn place_name(w: Words<'_>, lonlat: LonLat) -> String {
    let grid = Position::of_lonlat(lonlat).grid;
    let reference = grid.and_then(|grid| grid_ref::reference(grid, 5));
    reference.unwrap_or_else(|| w.coordinates(lonlat))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_bar_is_of_a_round_length() {
        let lengths = [0.4, 1.0, 4.9, 87.0, 250.0, 5_000.0, 31_000.0].map(round_length);
        assert_eq!(
            lengths,
            [
                None,
                Some(1.0),
                Some(2.0),
                Some(50.0),
                Some(200.0),
                Some(5_000.0),
                Some(20_000.0)
            ]
        );
    }
}
