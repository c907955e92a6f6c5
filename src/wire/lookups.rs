//! Many answers: a row of CSV each, for spreadsheets, or a line of JSON each, for programs.
//!
//! A row holds the cells that came, then what was found there; a line holds what came as `input`, and
//! as `answer` the document of a single look-up, to the byte. Where there is no answer, `error` says why.

use super::answer::permalink;
use super::cells::{given, line, list, text};
use crate::answer::{Answer, IndexedEdition, LayerAnswer, Reason, State};
use crate::places::Resolved;
use crate::policy::{Lang, LayerId};
use std::borrow::Cow;
use std::collections::HashSet;

/// Stands before the name of a column that came, where a column of ours has that name.
const INPUT_PREFIX: &str = "input:";

/// By this Excel shows “ŵ” and not “Åµ”.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What stands in a layer's cell where an inset map silences it.
const NOT_ANSWERED: &str = "not_answered";

/// The columns of a table of answers.
#[derive(Debug, Clone)]
pub struct Sheet {
    given: Vec<String>,
    added: Vec<String>,
    /// Answered layers, as indexes into the edition's.
    layers: Vec<usize>,
}

/// What is told of each layer, in this order; the first is named as the layer.
const OF_LAYER: [&str; 5] = ["", "-references", "-policies", "-reason", "-near-boundary"];

/// Columns that stand before those of the layers.
const OF_ROW: [&str; 5] = ["error", "edition", "on", "permalink", "plans"];

impl Sheet {
    /// The columns that came, then those for the answered layers of an edition, or for some of them.
    #[must_use]
    pub fn new(indexed: &IndexedEdition, only: Option<&[LayerId]>, given: &[String]) -> Self {
        let layers = indexed.edition().layers().iter().enumerate();
        let layers: Vec<usize> = layers
            .filter(|(_, stored)| {
                let id = &stored.layer.id;
                stored.layer.is_answered() && only.is_none_or(|only| only.contains(id))
            })
            .map(|(number, _)| number)
            .collect();
        let mut taken: HashSet<String> = OF_ROW.into_iter().map(str::to_owned).collect();
        let ids = layers
            .iter()
            .map(|&number| indexed.edition().layers()[number].layer.id.as_str());
        // A layer's own name is surely its own: `tpo-reason` may be a layer beside `tpo`.
        taken.extend(ids.clone().map(str::to_owned));
        let mut added: Vec<String> = OF_ROW.into_iter().map(str::to_owned).collect();
        for id in ids {
            for ending in OF_LAYER {
                added.push(if ending.is_empty() {
                    id.to_owned()
                } else {
                    free(&mut taken, format!("{id}{ending}"), |name| {
                        name.push_str("-2");
                    })
                });
            }
        }
        let prefixed = |name: &mut String| name.insert_str(0, INPUT_PREFIX);
        let given = given
            .iter()
            .map(|name| free(&mut taken, name.clone(), prefixed))
            .collect();
        Self {
            given,
            added,
            layers,
        }
    }

    /// How many columns came.
    #[must_use]
    pub fn given(&self) -> usize {
        self.given.len()
    }

    /// The row of names, after a byte order mark if the table that came had one.
    #[must_use]
    pub fn header(&self, with_mark: bool) -> String {
        let names = self.given.iter().chain(&self.added);
        let names: Vec<String> = names.map(|name| given(name)).collect();
        let mark = if with_mark { BYTE_ORDER_MARK } else { "" };
        format!("{mark}{}", line(&names))
    }

    /// The row of a place that was found.
    #[must_use]
    pub fn answered(
        &self,
        indexed: &IndexedEdition,
        cells: &[Cow<'_, str>],
        resolved: &Resolved,
        answers: &[Answer],
        lang: Lang,
    ) -> String {
        let Some(merged) = Answer::together(answers) else {
            return self.refused(cells, "");
        };
        let edition = indexed.edition();
        let mut row = self.of_given(cells);
        let plans = merged.plans.iter().map(|here| {
            let id = &edition.map().plans[here.plan].id;
            if here.known {
                Cow::Borrowed(id.as_str())
            } else {
                Cow::Owned(format!("{id} ({})", State::NotKnown.word()))
            }
        });
        let plans: Vec<Cow<'_, str>> = plans.collect();
        row.extend([
            String::new(),
            edition.id().to_string(),
            merged.on.to_string(),
            text(&permalink(resolved, &merged, edition.id(), lang)),
            text(&list(plans.iter().map(AsRef::as_ref))),
        ]);
        for &number in &self.layers {
            let found = merged.layers.iter().find(|layer| layer.layer == number);
            row.extend(match found {
                Some(layer) => of_layer(layer),
                None => silenced(&merged, &edition.layers()[number].layer.id),
            });
        }
        line(&row)
    }

    /// The row of a place that was not found, with a sentence that says why.
    #[must_use]
    pub fn refused(&self, cells: &[Cow<'_, str>], error: &str) -> String {
        let mut row = self.of_given(cells);
        row.push(text(error));
        row.resize(self.given.len() + self.added.len(), String::new());
        line(&row)
    }

    /// One cell a column that came; what stands beyond the last column stands in the last cell.
    fn of_given(&self, cells: &[Cow<'_, str>]) -> Vec<String> {
        let width = self.given.len();
        let mut row: Vec<String> = cells.iter().take(width).map(|cell| given(cell)).collect();
        if cells.len() > width
            && let Some(last) = row.last_mut()
            && cells[width..].iter().any(|cell| !cell.is_empty())
        {
            *last = given(&cells[width - 1..].join(","));
        }
        row.resize(width, String::new());
        row
    }
}

/// A name that is nobody else's, changed until it is.
fn free(taken: &mut HashSet<String>, mut name: String, change: impl Fn(&mut String)) -> String {
    while !taken.insert(name.clone()) {
        change(&mut name);
    }
    name
}

/// The five cells of a layer.
fn of_layer(layer: &LayerAnswer) -> [String; 5] {
    let references = layer
        .areas
        .iter()
        .map(|area| area.record.reference.as_str());
    let policies = layer.areas.iter().flat_map(|area| &area.record.policies);
    let mut codes: Vec<&str> = Vec::new();
    for code in policies {
        if !codes.contains(&code.as_str()) {
            codes.push(code);
        }
    }
    // Of a postcode or a square: what holds somewhere need not hold everywhere.
    let in_part = layer.states.len() > 1 || layer.areas.iter().any(|area| !area.whole);
    let reasons = in_part.then_some("in_part");
    let reasons = reasons.into_iter().chain(layer.reason.map(Reason::word));
    let inside = layer.areas.iter().filter(|area| area.near_boundary);
    let outside = layer.nearby.iter().filter(|near| near.near_boundary);
    let near = inside
        .map(|area| &area.record)
        .chain(outside.map(|near| &near.record));
    [
        layer.state.word().to_owned(),
        text(&list(references)),
        text(&list(codes)),
        list(reasons),
        text(&list(near.map(|record| record.reference.as_str()))),
    ]
}

/// The cells of a layer that says nothing here, because an inset map stands for it.
fn silenced(answer: &Answer, layer: &LayerId) -> [String; 5] {
    let inset = answer
        .insets
        .iter()
        .find(|inset| inset.silent.contains(layer));
    let reason = inset.map(|inset| format!("inset:{}", inset.layer));
    [
        NOT_ANSWERED.to_owned(),
        String::new(),
        String::new(),
        reason.unwrap_or_default(),
        String::new(),
    ]
}

/// A line of JSON for a place that was found: `input` as it came, and the document of a single look-up.
#[must_use]
pub fn answered(input: &str, document: &str) -> String {
    let document = document.trim_end_matches('\n');
    format!("{{\"input\":{input},\"answer\":{document}}}\n")
}

/// A line of JSON for a place that was not found.
#[must_use]
pub fn refused(input: &str, error: &str) -> String {
    format!("{{\"input\":{input},\"error\":{}}}\n", json_text(error))
}

/// A text as JSON.
#[must_use]
pub fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The cells of a row as an object, each under the name of its column.
#[must_use]
pub fn json_object(names: &[String], cells: &[Cow<'_, str>]) -> String {
    let mut object = String::from("{");
    for (number, name) in names.iter().enumerate() {
        let cell = cells.get(number).map_or("", AsRef::as_ref);
        let comma = if number > 0 { "," } else { "" };
        object.push_str(&format!("{comma}{}:{}", json_text(name), json_text(cell)));
    }
    object.push('}');
    object
}

/// Names of columns, each made nobody else's.
#[must_use]
pub fn apart(names: &[String]) -> Vec<String> {
    let mut taken = HashSet::new();
    let numbered = |name: &mut String| name.push_str("-2");
    let apart = names
        .iter()
        .map(|name| free(&mut taken, name.clone(), numbered));
    apart.collect()
}

/// The members of an object with their values as text (nothing for null), or `None` where a line is no object.
#[must_use]
pub fn members(line: &str) -> Option<Vec<(String, String)>> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).ok()?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text,
        // Display of a number has no exponent, which a place never has.
        serde_json::Value::Number(number) if number.is_f64() => {
            number.as_f64().unwrap_or_default().to_string()
        }
        other => other.to_string(),
    };
    let members = object.into_iter().map(|(name, value)| (name, text(value)));
    Some(members.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_of_an_object_are_texts_and_anything_else_is_no_row() {
        let line =
            r#"{"uprn": 100012345678, "lat": 5.138152e1, "lon": -2.5, "id": null, "a": [1]}"#;
        let mut found = members(line).expect("an object");
        found.sort();
        let expected = [
            ("a", "[1]"),
            ("id", ""),
            ("lat", "51.38152"),
            ("lon", "-2.5"),
            ("uprn", "100012345678"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(found, expected);
        for line in ["", "12", "[1]", "{\"a\":", "{\"a\":1} {\"b\":2}"] {
            assert_eq!(members(line), None, "{line}");
        }
    }

    #[test]
    fn columns_of_one_name_are_told_apart() {
        let names = ["a", "b", "a", "a"].map(str::to_owned);
        assert_eq!(apart(&names), ["a", "b", "a-2", "a-2-2"]);
        let cells = [Cow::Borrowed("1"), Cow::Borrowed("x \"y\"")];
        assert_eq!(
            json_object(&apart(&names[..2]), &cells),
            r#"{"a":"1","b":"x \"y\""}"#
        );
    }
}
