//! What a stranger sends, turned into checked values: language, format, day, edition, layers, metres.

use super::accept;
use super::error::{Fault, Status};
use super::limits::MAX_NAMED_LAYERS;
use super::lookups::Form;
use crate::answer::{MAX_WITHIN_M, Terms};
use crate::page::Words;
use crate::page::problem::Problem;
use crate::policy::{EditionId, Lang, LayerId};
use crate::tile::basemap::Accepted;
use axum::http::{HeaderMap, Uri, header};
use jiff::civil::Date;
use std::cmp::Ordering;

/// The shape in which an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Page,
    Json,
    GeoJson,
}

impl Format {
    /// The ending of a path that asks for it.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Page => "",
            Self::Json => ".json",
            Self::GeoJson => ".geojson",
        }
    }
}

/// A request, read once: its language, its path without the language, its query.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub lang: Lang,
    /// The path, decoded, without `/cy`.
    pub path: String,
    pub query: Vec<(String, String)>,
    /// By the `Accept` header; an ending of the path overrules it.
    pub format: Format,
    /// What a body that was packed already may be packed as.
    pub accepted: Accepted,
    /// As what many answers are wanted, where the header prefers one form of rows.
    pub rows: Option<Form>,
}

impl Asked {
    pub(super) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let path = decode(uri.path(), false);
        let (path_lang, path) = match path.strip_prefix("/cy") {
            Some("") => (Lang::Cy, "/".to_owned()),
            Some(rest) if rest.starts_with('/') => (Lang::Cy, rest.to_owned()),
            _ => (Lang::En, path),
        };
        let query = fields(uri.query().unwrap_or_default());
        let asked_lang = query
            .iter()
            .find(|(key, _)| key == "lang")
            .map(|(_, value)| value.as_str());
        let lang = match asked_lang {
            Some("cy") => Lang::Cy,
            Some("en") => Lang::En,
            _ => path_lang,
        };
        Self {
            lang,
            path,
            query,
            format: by_accept(headers),
            accepted: accepted(headers),
            rows: rows_by_accept(headers),
        }
    }

    /// Takes in the fields of a form that was posted; they stand before those of the address.
    pub(super) fn take_form(&mut self, form: &str) {
        let mut all = fields(form);
        all.append(&mut self.query);
        self.query = all;
        match self.field("lang") {
            Some("cy") => self.lang = Lang::Cy,
            Some("en") => self.lang = Lang::En,
            _ => {}
        }
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Takes the ending of a path off and notes the format that it asks for.
    pub(super) fn take_ending<'a>(&mut self, text: &'a str) -> &'a str {
        for (ending, format) in [(".geojson", Format::GeoJson), (".json", Format::Json)] {
            if let Some(rest) = text.strip_suffix(ending) {
                self.format = format;
                return rest;
            }
        }
        text
    }

    /// A field that says something: an empty one counts as absent.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.field(name).filter(|text| !text.is_empty())
    }

    /// The name of an edition, where one is named that stays what it is.
    fn edition_name(&self) -> Option<&str> {
        self.filled("edition").filter(|text| *text != "current")
    }

    /// Whether the address names its edition, so that what it gives never changes.
    pub(super) fn names_edition(&self) -> bool {
        self.edition_name().is_some()
    }

    /// The edition that is named, if one is.
    pub(super) fn edition(&self, w: Words<'_>) -> Result<Option<EditionId>, Fault> {
        let Some(text) = self.edition_name() else {
            return Ok(None);
        };
        let id = text.parse();
        id.map(Some).map_err(|_| {
            let message = w.say_with("problem.edition_unknown", &[("id", text)]);
            Fault::new(Status::NotFound, Problem::new(message)).in_field("edition")
        })
    }

    /// How it is asked: the day, the metres and the layers, with today where no day is named.
    pub(super) fn terms(
        &self,
        w: Words<'_>,
        today: Date,
        known: &[LayerId],
    ) -> Result<Terms, Fault> {
        let bad = |field: &'static str, message: String| {
            Fault::new(Status::BadRequest, Problem::new(message)).in_field(field)
        };
        let on = match self.filled("on") {
            Some(text) => text
                .parse::<Date>()
                .ok()
                .filter(|day| day.to_string() == text)
                .ok_or_else(|| bad("on", w.say_with("problem.date", &[("text", text)])))?,
            None => today,
        };
        let within_m = match self.filled("within") {
            Some(text) => {
                let metres = text
                    .parse::<f64>()
                    .ok()
                    .filter(|metres| (0.0..=MAX_WITHIN_M).contains(metres));
                let max = MAX_WITHIN_M.to_string();
                metres.ok_or_else(|| {
                    bad(
                        "within",
                        w.say_with("problem.number", &[("text", text), ("max", &max)]),
                    )
                })?
            }
            None => Terms::DEFAULT_WITHIN_M,
        };
        let layers = match self.filled("layers") {
            Some(text) => {
                let mut layers = Vec::new();
                let names: Vec<&str> = text.split(',').collect();
                if names.len() > MAX_NAMED_LAYERS {
                    let max = MAX_NAMED_LAYERS.to_string();
                    let message = w.say_with("problem.too_many_layers", &[("max", &max)]);
                    return Err(bad("layers", message));
                }
                for name in names {
                    let found = known.iter().find(|id| id.as_str() == name);
                    layers.push(
                        found
                            .cloned()
                            .ok_or_else(|| bad("layers", unknown_layer(w, name, known)))?,
                    );
                }
                Some(layers)
            }
            None => None,
        };
        Ok(Terms {
            on,
            within_m,
            layers,
        })
    }

    /// The fields of the query that belong to an answer, as they go on in its links.
    pub(super) fn kept_query(&self) -> String {
        let kept = self.query.iter().filter(|(key, value)| {
            ["on", "edition", "within", "layers"].contains(&key.as_str()) && !value.is_empty()
        });
        let fields: Vec<String> = kept
            .map(|(key, value)| format!("{key}={}", crate::policy::link::encode(value, ",")))
            .collect();
        fields.join("&")
    }
}

/// The fields of a query or a form, decoded.
fn fields(text: &str) -> Vec<(String, String)> {
    let fields = text.split('&').filter(|field| !field.is_empty());
    fields
        .map(|field| {
            let (key, value) = field.split_once('=').unwrap_or((field, ""));
            (decode(key, true), decode(value, true))
        })
        .collect()
}

/// The sentence for a layer that is not there, with those that are.
pub(super) fn unknown_layer(w: Words<'_>, name: &str, known: &[LayerId]) -> String {
    let known: Vec<&str> = known.iter().map(LayerId::as_str).collect();
    w.say_with(
        "problem.layer_not_found",
        &[("layer", name), ("known", &known.join(", "))],
    )
}

/// The best of our formats by the `Accept` header: a page, unless a program wants data more.
fn by_accept(headers: &HeaderMap) -> Format {
    let offers = [
        ("text/html", Format::Page),
        ("application/geo+json", Format::GeoJson),
        ("application/json", Format::Json),
    ];
    let quality = |name: &str| accept::quality(headers, &header::ACCEPT, name);
    let best = offers
        .into_iter()
        .map(|(name, format)| (quality(name), format))
        // The first of equals wins: browsers that say */* get the page.
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.filter(|(quality, _)| *quality > 0.0)
        .map_or(Format::Page, |(_, format)| format)
}

/// The encodings that the `Accept-Encoding` header takes.
fn accepted(headers: &HeaderMap) -> Accepted {
    let takes = |name| accept::quality(headers, &header::ACCEPT_ENCODING, name) > 0.0;
    Accepted {
        brotli: takes("br"),
        gzip: takes("gzip"),
    }
}

/// The form of rows that the `Accept` header prefers, if it prefers one.
fn rows_by_accept(headers: &HeaderMap) -> Option<Form> {
    let quality = |name: &str| accept::quality(headers, &header::ACCEPT, name);
    let csv = quality("text/csv");
    let lines = quality("application/x-ndjson").max(quality("application/ndjson"));
    match csv.total_cmp(&lines) {
        Ordering::Greater => Some(Form::Csv),
        Ordering::Less => Some(Form::Lines),
        Ordering::Equal => None,
    }
}

/// Undoes percent encoding; bytes that are no UTF-8 become replacement characters. A plus is a space in a query.
pub(super) fn decode(text: &str, in_query: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = |byte: u8| (byte as char).to_digit(16);
        match (first, after) {
            (b'%', [high, low, tail @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                let digit = |byte: u8| hex(byte).unwrap_or(0) as u8;
                bytes.push(digit(*high) << 4 | digit(*low));
                rest = tail;
                continue;
            }
            (b'+', _) if in_query => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str) -> Asked {
        Asked::of(&uri.parse().expect(uri), &HeaderMap::new())
    }

    #[test]
    fn the_welsh_twin_stands_under_cy() {
        assert_eq!(
            (asked("/cy/at/1,2").lang, asked("/cy/at/1,2").path.as_str()),
            (Lang::Cy, "/at/1,2")
        );
        assert_eq!(
            (asked("/cy").lang, asked("/cy").path.as_str()),
            (Lang::Cy, "/")
        );
        assert_eq!(
            (asked("/cyfle").lang, asked("/cyfle").path.as_str()),
            (Lang::En, "/cyfle")
        );
        assert_eq!(asked("/at/1,2?lang=cy").lang, Lang::Cy);
    }

    #[test]
    fn what_is_percent_encoded_is_read_and_what_is_not_stays() {
        assert_eq!(asked("/at/SH%209461%207754").path, "/at/SH 9461 7754");
        assert_eq!(asked("/area/tpo/HOU%2F1").path, "/area/tpo/HOU/1");
        assert_eq!(asked("/at/%E0%B8").path, "/at/\u{fffd}");
        assert_eq!(asked("/at/100%").path, "/at/100%");
        assert_eq!(
            asked("/search?q=Stryd+Fawr%2C").field("q"),
            Some("Stryd Fawr,")
        );
    }

    #[test]
    fn days_metres_and_layers_are_checked() {
        let known = [LayerId::new("tpo").expect("an id")];
        let w = Words::of(Lang::En, None);
        let terms = |uri: &str| asked(uri).terms(w, jiff::civil::date(2026, 11, 23), &known);
        let good = terms("/?on=2020-02-29&within=10&layers=tpo").expect("good");
        assert_eq!(
            (good.on, good.within_m),
            (jiff::civil::date(2020, 2, 29), 10.0)
        );
        assert_eq!(good.layers, Some(known.to_vec()));
        for bad in [
            "on=2021-02-29",
            "on=today",
            "within=-1",
            "within=NaN",
            "within=1e9",
            "layers=x",
            "layers=tpo,",
        ] {
            assert!(terms(&format!("/?{bad}")).is_err(), "{bad}");
        }
        assert_eq!(
            terms("/?on=&within=")
                .expect("empty fields count as absent")
                .on,
            jiff::civil::date(2026, 11, 23)
        );
    }
}
