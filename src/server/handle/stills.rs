//! `/map/{lat},{lon},{zoom}.svg` and `.png`: a still map as a picture of its own.

use super::Desk;
use crate::geometry::LonLat;
use crate::page::Words;
use crate::page::problem::Problem;
use crate::page::still::{NotPainted, Sheet};
use crate::server::error::{Fault, Status};
use crate::server::limits::{
    DEFAULT_STILL_PX, MAX_STILL_PIXELS, MAX_STILL_PX, MAX_STILL_SCALE, MIN_STILL_PX,
};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::server::stills::NotMade;
use crate::tile::MAX_VIEW_ZOOM;

/// The shape of a still map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Svg,
    Png,
}

impl Desk<'_> {
    pub(super) fn map(&self, asked: &mut Asked, rest: &str) -> Result<Reply, Fault> {
        asked.format = Format::Json;
        let snapshot = self.snapshot(asked)?;
        let w = self.words(asked.lang, &snapshot);
        let unreadable = || {
            Fault::new(Status::NotFound, Problem::new(w.say("problem.still_path"))).in_field("map")
        };
        let (name, shape) = [(".svg", Shape::Svg), (".png", Shape::Png)]
            .into_iter()
            .find_map(|(ending, shape)| Some((rest.strip_suffix(ending)?, shape)))
            .ok_or_else(unreadable)?;
        let (centre, zoom) = middle_and_zoom(name).ok_or_else(unreadable)?;
        let number = |field, low, high, usual| number(asked, w, field, low, high, usual);
        let [default_width, default_height] = DEFAULT_STILL_PX;
        let (width, height, scale) = (
            number("width", MIN_STILL_PX, MAX_STILL_PX, default_width)?,
            number("height", MIN_STILL_PX, MAX_STILL_PX, default_height)?,
            number("scale", 1, MAX_STILL_SCALE, 1)?,
        );
        let pixels = u64::from(width) * u64::from(height) * u64::from(scale) * u64::from(scale);
        if pixels > MAX_STILL_PIXELS {
            let max = MAX_STILL_PIXELS.to_string();
            let message = w.say_with("problem.still_too_large", &[("max", &max)]);
            return Err(Fault::new(Status::BadRequest, Problem::new(message)).in_field("width"));
        }
        let on = self.terms(asked, &snapshot)?.on;
        let sheet = Sheet {
            source: self.drawing(&snapshot, asked.lang, on),
            centre,
            zoom,
            width,
            height,
            scale,
            pinned: asked.field("pin") != Some("no"),
        };
        let edition = snapshot.id();
        let picture = format!(
            "{edition} {on} {} {shape:?} {} {} {zoom} {width} {height} {scale} {}",
            asked.lang.code(),
            centre.lat(),
            centre.lon(),
            sheet.pinned
        );
        let whole = snapshot.is_readable();
        let made = self.state.stills.of(&picture, whole, || match shape {
            Shape::Svg => sheet.svg().map(String::into_bytes),
            Shape::Png => sheet.png(),
        });
        let made = made.map_err(|error| not_made(w, &error))?;
        let pinned = asked.names_edition() && asked.filled("on").is_some();
        let caching = if whole {
            Caching::pinned_if(pinned)
        } else {
            // A picture without a layer that cannot be read just now must not be kept by anybody.
            Caching::Never
        };
        Ok(match shape {
            Shape::Svg => Reply::svg(self.encoding, &made),
            Shape::Png => Reply::png(&made),
        }
        .cached(caching))
    }
}

/// `{lat},{lon},{zoom}`, each a plain decimal number of WGS 84 degrees or of a zoom by 512-pixel tiles.
fn middle_and_zoom(text: &str) -> Option<(LonLat, f64)> {
    let fields: Vec<f64> = text.split(',').map(plain_number).collect::<Option<_>>()?;
    let [lat, lon, zoom] = fields[..] else {
        return None;
    };
    // A web map's world ends there.
    let on_map = lat.abs() <= 85.0 && (0.0..=MAX_VIEW_ZOOM).contains(&zoom);
    let centre = LonLat::new(lon, lat).ok().filter(|_| on_map)?;
    Some((centre, zoom))
}

/// A number in figures: no exponent, no infinity.
fn plain_number(text: &str) -> Option<f64> {
    let figures = text.trim();
    let plain = figures.len() <= 24
        && figures
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    figures.parse().ok().filter(|_| plain)
}

/// A whole number of the query between two others.
fn number(
    asked: &Asked,
    w: Words<'_>,
    field: &'static str,
    low: u32,
    high: u32,
    usual: u32,
) -> Result<u32, Fault> {
    let Some(text) = asked.filled(field) else {
        return Ok(usual);
    };
    let number = text.parse().ok();
    number
        .filter(|number| (low..=high).contains(number))
        .ok_or_else(|| {
            let (min, max) = (low.to_string(), high.to_string());
            let values = [("text", text), ("min", min.as_str()), ("max", max.as_str())];
            let message = w.say_with("problem.number_between", &values);
            Fault::new(Status::BadRequest, Problem::new(message)).in_field(field)
        })
}

fn not_made(w: Words<'_>, error: &NotMade) -> Fault {
    let (status, message) = match error {
        NotMade::Busy => (Status::Unavailable, w.say("problem.still_busy")),
        NotMade::NotPainted(NotPainted::TooMuch(_)) => {
            (Status::BadRequest, w.say("problem.still_too_much"))
        }
        NotMade::NotPainted(error @ NotPainted::Drawing(_)) => {
            tracing::error!(%error, "a still map was not made");
            (Status::Failed, w.say("problem.failed"))
        }
    };
    Fault::new(status, Problem::new(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_map_is_named_by_its_middle_and_its_zoom() {
        let read = |text| middle_and_zoom(text).map(|(at, zoom)| (at.lat(), at.lon(), zoom));
        assert_eq!(read("52.6,-4.42356,14.5"), Some((52.6, -4.42356, 14.5)));
        let wrong = [
            "52.6,-4.4",
            "52.6,-4.4,19",
            "52.6,-4.4,-1",
            "86,0,3",
            "52.6,-181,3",
            "1e1,2,3",
            "NaN,0,1",
            "52.6,-4.4,inf",
            "",
            ",,",
            "52.6,-4.4,14,1",
        ];
        for text in wrong {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
