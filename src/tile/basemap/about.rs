//! What a base map says of itself, checked: its zooms and bounds, who must be named, its layers.

use super::MAX_BASEMAP_ZOOM;
use serde_json::Value as Json;

/// Source layers of a base map that are told of.
const MAX_LAYERS: usize = 200;
/// Characters of a name or an attribution.
const MAX_TEXT: usize = 1000;
/// Where a web map's world ends.
const WORLD: [f64; 4] = [-180.0, -85.0511, 180.0, 85.0511];

/// What a base map says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Its name.
    pub name: String,
    /// Who must be named, as plain text.
    pub attribution: String,
    /// Whether its tiles are vector tiles; else they are pictures.
    pub vector: bool,
    /// The shallowest zoom of its tiles.
    pub min_zoom: u8,
    /// The deepest.
    pub max_zoom: u8,
    /// West, south, east and north in degrees.
    pub bounds: [f64; 4],
    /// The source layers of its vector tiles.
    pub layers: Vec<String>,
}

/// What an archive gave.
pub(super) struct Parts {
    pub vector: bool,
    pub min_zoom: u8,
    pub max_zoom: u8,
    pub bounds: [f64; 4],
    pub name: Option<String>,
    pub attribution: Option<String>,
    /// JSON with `vector_layers`, and perhaps the name and the attribution.
    pub description: String,
}

impl About {
    pub(super) fn of(parts: Parts) -> Self {
        // A description that cannot be read says nothing, and the tiles are there all the same.
        let said: Json = serde_json::from_str(&parts.description).unwrap_or_default();
        let text = |own: Option<String>, name: &str| {
            let text = own.or_else(|| said[name].as_str().map(str::to_owned));
            plain(&text.unwrap_or_default())
        };
        let layers = said["vector_layers"].as_array().into_iter().flatten();
        let ids = layers.filter_map(|layer| layer["id"].as_str());
        let [west, south, east, north] = parts.bounds;
        let whole = parts.bounds.iter().all(|degrees| degrees.is_finite())
            && (-180.0..=180.0).contains(&west)
            && (-180.0..=180.0).contains(&east)
            && south.abs() <= 90.0
            && north.abs() <= 90.0
            && west < east
            && south < north;
        let max_zoom = parts.max_zoom.min(MAX_BASEMAP_ZOOM);
        Self {
            name: text(parts.name, "name"),
            attribution: text(parts.attribution, "attribution"),
            vector: parts.vector,
            min_zoom: parts.min_zoom.min(max_zoom),
            max_zoom,
            bounds: if whole { parts.bounds } else { WORLD },
            layers: ids.take(MAX_LAYERS).map(str::to_owned).collect(),
        }
    }
}

/// Text without the tags that attributions are often dressed in, its references read.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.chars().take(MAX_TEXT) {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            c if c.is_control() => text.push(' '),
            c => text.push(c),
        }
    }
    let references = [
        ("&copy;", "©"),
        ("&#169;", "©"),
        ("&nbsp;", " "),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    for (reference, letter) in references {
        text = text.replace(reference, letter);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(description: &str) -> Parts {
        Parts {
            vector: true,
            min_zoom: 3,
            max_zoom: 99,
            bounds: [2.0, 50.0, 1.0, 51.0],
            name: None,
            attribution: None,
            description: description.to_owned(),
        }
    }

    #[test]
    fn who_must_be_named_is_told_as_text() {
        let html = r#"<a href="https://x" onclick="a()">&copy; OS &amp; others</a>  <b>2026</b>"#;
        assert_eq!(plain(html), "© OS & others 2026");
    }

    #[test]
    fn what_cannot_be_true_is_not_believed() {
        let about = About::of(parts(
            r#"{"name":"Base","vector_layers":[{"id":"water"},{}]}"#,
        ));
        assert_eq!((about.min_zoom, about.max_zoom), (3, MAX_BASEMAP_ZOOM));
        assert_eq!(about.bounds, WORLD);
        assert_eq!(
            (about.name.as_str(), about.layers),
            ("Base", vec!["water".to_owned()])
        );
        assert!(About::of(parts("no JSON")).layers.is_empty());
    }
}
