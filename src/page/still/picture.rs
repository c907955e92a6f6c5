//! A still map as a PNG: painted from its SVG, then brought down to a palette, since a map has few colours.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use std::collections::BTreeMap;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum NotPainted {
    /// So much lies in the view that the drawing is larger than it may be.
    #[error("the drawing has more than {0} bytes")]
    TooMuch(usize),
    /// Our own drawing could not be painted.
    #[error("the drawing cannot be painted: {0}")]
    Drawing(String),
}

/// Paints an SVG of a size in pixels.
pub(super) fn png(svg: &str, (width, height): (u32, u32)) -> Result<Vec<u8>, NotPainted> {
    let failed = |why: &dyn std::fmt::Display| NotPainted::Drawing(why.to_string());
    let tree = Tree::from_str(svg, &Options::default()).map_err(|error| failed(&error))?;
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| failed(&"it has no pixels"))?;
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    // The sheet is opaque, so colours are not multiplied by anything.
    let pixels: Vec<[u8; 3]> = pixmap
        .data()
        .chunks_exact(4)
        .map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    let (palette, indices) = in_palette(&pixels);
    encoded(pixmap.width(), pixmap.height(), &palette, &indices).map_err(|error| failed(&error))
}

fn encoded(
    width: u32,
    height: u32,
    palette: &[[u8; 3]],
    indices: &[u8],
) -> Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    // Neighbours in a palette have nothing to do with each other.
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(indices)?;
    writer.finish()?;
    Ok(out)
}

/// Colours of a palette at most: an index is a byte.
const MAX_COLOURS: usize = 256;

/// A palette of the most frequent colours, and each pixel as an index into it. Colours that differ by less than
/// can be seen are one; one that is left out becomes the nearest of those that are there.
fn in_palette(pixels: &[[u8; 3]]) -> (Vec<[u8; 3]>, Vec<u8>) {
    let mut exact: BTreeMap<[u8; 3], u32> = BTreeMap::new();
    for pixel in pixels {
        *exact.entry(*pixel).or_insert(0) += 1;
    }
    // A shade is a cube of eight steps each way; its most frequent colour stands for it.
    let mut shades: BTreeMap<[u8; 3], (u32, u32, [u8; 3])> = BTreeMap::new();
    for (&colour, &count) in &exact {
        let shade = shades
            .entry(colour.map(|part| part >> 3))
            .or_insert((0, 0, colour));
        shade.0 += count;
        if count > shade.1 {
            (shade.1, shade.2) = (count, colour);
        }
    }
    let mut ranked: Vec<(u32, [u8; 3])> = shades
        .into_values()
        .map(|(all, _, colour)| (all, colour))
        .collect();
    if exact.len() <= MAX_COLOURS {
        ranked = exact
            .iter()
            .map(|(&colour, &count)| (count, colour))
            .collect();
    }
    ranked.sort_by_key(|&(count, colour)| (std::cmp::Reverse(count), colour));
    ranked.truncate(MAX_COLOURS);
    let palette: Vec<[u8; 3]> = ranked.into_iter().map(|(_, colour)| colour).collect();
    let known: BTreeMap<[u8; 3], u8> = exact
        .keys()
        .map(|&colour| (colour, nearest(&palette, colour)))
        .collect();
    let indices = pixels.iter().map(|pixel| known[pixel]).collect();
    (palette, indices)
}

/// The nearest colour of a palette, the first of equals.
fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> u8 {
    let apart = |other: &[u8; 3]| -> i32 {
        let parts = colour.iter().zip(other);
        parts
            .map(|(&a, &b)| (i32::from(a) - i32::from(b)).pow(2))
            .sum()
    };
    let found = palette
        .iter()
        .enumerate()
        .min_by_key(|(place, other)| (apart(other), *place));
    found.map_or(0, |(place, _)| place as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_as_they_are() {
        let pixels = [[1, 2, 3], [1, 2, 4], [1, 2, 3], [255, 0, 0]];
        let (palette, indices) = in_palette(&pixels);
        let back: Vec<[u8; 3]> = indices
            .iter()
            .map(|&index| palette[usize::from(index)])
            .collect();
        assert_eq!(back, pixels);
        assert_eq!(palette[0], [1, 2, 3], "the most frequent first");
    }

    #[test]
    fn of_many_colours_each_pixel_keeps_one_close_to_its_own() {
        let mut pixels = Vec::new();
        for step in 0..=255u8 {
            for other in 0..20u8 {
                pixels.push([step, 255 - step, other * 2]);
            }
        }
        let (palette, indices) = in_palette(&pixels);
        assert!(palette.len() <= MAX_COLOURS);
        for (pixel, index) in pixels.iter().zip(indices) {
            for (part, seen) in pixel.iter().zip(palette[usize::from(index)]) {
                assert!(part.abs_diff(seen) <= 12, "{pixel:?}");
            }
        }
    }
}
