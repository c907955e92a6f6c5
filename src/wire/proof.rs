//! A saved answer, read again: what it was asked, where its places were, and where another document differs.

use super::answer::{FORMAT, positions};
use crate::geometry::{LonLat, Position};
use crate::places::{At, Found, Kind, Place, Resolved};
use crate::policy::EditionId;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Characters of a value that a difference tells.
const MAX_TOLD: usize = 160;

/// A JSON value with its members in their order.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Leaf(serde_json::Value),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// An answer that somebody kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    node: Node,
    /// The edition that gave it.
    pub edition: EditionId,
    /// The digest of that edition's manifest.
    pub sha256: String,
    /// The path that asked for it, with its query; large sites have none.
    pub permalink: Option<String>,
}

/// What the answer for a drawn site says of its question.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedSite {
    /// The drawing, as GeoJSON.
    pub geojson: String,
    /// The day.
    pub on: String,
    /// Metres around it within which other areas are listed.
    pub within_m: f64,
    /// The layers that answered.
    pub layers: Vec<String>,
}

/// Why a text is no saved answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SavedFault {
    /// It is no JSON, or not all of it.
    #[error("it is no JSON document: {0}")]
    Json(String),
    /// It is another document.
    #[error(
        "it is no answer for a place or a site: its member {0} is missing or is something else"
    )]
    Member(&'static str),
    /// A later version of the program wrote it.
    #[error("it is of format {0}, and this program writes format {FORMAT}")]
    Format(u64),
}

/// The first member that is not alike in two documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where it stands, as a JSON pointer (RFC 6901); empty for the whole document.
    pub pointer: String,
    /// What the first document has there.
    pub first: Option<String>,
    /// What the second has.
    pub second: Option<String>,
}

impl Saved {
    /// Reads a saved answer.
    ///
    /// # Errors
    /// The text is none.
    pub fn read(text: &str) -> Result<Self, SavedFault> {
        let node = Node::read(text)?;
        match node.get("format").and_then(Node::number) {
            None => return Err(SavedFault::Member("format")),
            Some(format) if format != f64::from(FORMAT) => {
                return Err(SavedFault::Format(format as u64));
            }
            Some(_) => {}
        }
        let edition = node.get("edition");
        let text = |of: Option<&Node>, name| Some(of?.get(name)?.text()?.to_owned());
        let id = text(edition, "id").and_then(|id| id.parse().ok());
        let edition_id = id.ok_or(SavedFault::Member("edition"))?;
        let permalink = text(Some(&node), "permalink");
        let of_place = permalink
            .as_ref()
            .is_some_and(|path| path.starts_with("/at/"));
        if !of_place && node.get("site").is_none() {
            return Err(SavedFault::Member("permalink"));
        }
        Ok(Self {
            edition: edition_id,
            sha256: text(edition, "sha256").ok_or(SavedFault::Member("edition"))?,
            permalink,
            node,
        })
    }

    /// The first member in which the saved answer and another document differ, spaces and the order of members apart.
    ///
    /// # Errors
    /// The other text is no JSON.
    pub fn difference(&self, other: &str) -> Result<Option<Difference>, SavedFault> {
        Ok(self.node.difference(&Node::read(other)?, ""))
    }

    /// The question of an answer for a drawn site, or `None` of one for a place.
    ///
    /// # Errors
    /// The site or its terms are not all there.
    pub fn site(&self) -> Result<Option<SavedSite>, SavedFault> {
        let Some(site) = self.node.get("site") else {
            return Ok(None);
        };
        let drawn = || {
            let crs = site.get("crs")?.text()?;
            let coordinates = site.get("geometry")?.get("coordinates")?;
            let crs = serde_json::Value::from(crs);
            Some(format!(
                "{{\"type\":\"MultiPolygon\",\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":{crs}}}}},\"coordinates\":{coordinates}}}"
            ))
        };
        let layers = || {
            let Node::Array(layers) = self.node.get("layers")? else {
                return None;
            };
            let ids = layers
                .iter()
                .map(|layer| Some(layer.get("layer")?.text()?.to_owned()));
            ids.collect::<Option<Vec<String>>>()
        };
        let on = self.node.get("on").and_then(Node::text);
        let within_m = self.node.get("within_m").and_then(Node::number);
        Ok(Some(SavedSite {
            geojson: drawn().ok_or(SavedFault::Member("site"))?,
            on: on.ok_or(SavedFault::Member("on"))?.to_owned(),
            within_m: within_m.ok_or(SavedFault::Member("within_m"))?,
            layers: layers().ok_or(SavedFault::Member("layers"))?,
        }))
    }

    /// The place at the positions that the answer itself names, where it was found in a gazetteer.
    #[must_use]
    pub fn at_its_positions(&self, place: &Place) -> Option<Resolved> {
        let at = match place {
            Place::Postcode(_) => {
                let Some(Node::Array(places)) = self.node.get("places") else {
                    return None;
                };
                let found = places.iter().map(|one| found(one.get("place")?));
                let found: Vec<Found> = found.collect::<Option<_>>()?;
                At::Postcode((!found.is_empty()).then_some(found)?)
            }
            Place::Uprn(_) | Place::Name(_) => At::Entry(Box::new(found(self.node.get("place")?)?)),
            Place::LonLat(_) | Place::Grid(_) | Place::Square(_) => return None,
        };
        Some(Resolved {
            place: place.clone(),
            at,
        })
    }
}

/// An entry of a gazetteer as an answer shows it.
fn found(place: &Node) -> Option<Found> {
    let text = |node: &Node| node.text().map(str::to_owned);
    let name = place.get("name")?;
    let number = |name| place.get(name)?.number();
    let uprn = match place.get("uprn") {
        Some(Node::Leaf(uprn)) => Some(uprn.as_u64()?),
        _ => None,
    };
    let degrees = (number("lat")?, number("lon")?);
    let metres = number("easting").zip(number("northing"));
    let exact = place.get("exact").and_then(exact);
    Some(Found {
        kind: Kind::Address,
        name: name.get("en").and_then(text)?,
        name_cy: name.get("cy").and_then(text),
        locality: None,
        locality_cy: None,
        postcode: place.get("postcode").and_then(text),
        uprn,
        position: exact.or_else(|| positions(degrees, metres).next())?,
    })
}

/// A position that is told to its last figure.
fn exact(node: &Node) -> Option<Position> {
    let number = |name| node.get(name)?.number();
    let grid = match (number("easting"), number("northing")) {
        (Some(easting), Some(northing)) => Some(crate::geometry::Bng::new(easting, northing).ok()?),
        _ => None,
    };
    Some(Position {
        lonlat: LonLat::new(number("lon")?, number("lat")?).ok()?,
        grid,
    })
}

impl Node {
    fn read(text: &str) -> Result<Self, SavedFault> {
        serde_json::from_str(text).map_err(|error| SavedFault::Json(error.to_string()))
    }

    fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut members = members.iter();
        members.find_map(|(known, node)| (known == name).then_some(node))
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Leaf(value) => value.as_str(),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Leaf(value) => value.as_f64(),
            _ => None,
        }
    }

    fn difference(&self, other: &Self, pointer: &str) -> Option<Difference> {
        match (self, other) {
            (Self::Object(ours), Self::Object(theirs)) => {
                let of_theirs = theirs.iter().find_map(|(name, node)| {
                    let pointer = format!("{pointer}/{}", escaped(name));
                    differing(self.get(name), Some(node), &pointer)
                });
                of_theirs.or_else(|| {
                    let more = ours.iter().find(|(name, _)| other.get(name).is_none());
                    let (name, node) = more?;
                    differing(Some(node), None, &format!("{pointer}/{}", escaped(name)))
                })
            }
            (Self::Array(ours), Self::Array(theirs)) => (0..ours.len().max(theirs.len()))
                .find_map(|at| differing(ours.get(at), theirs.get(at), &format!("{pointer}/{at}"))),
            (ours, theirs) if ours == theirs => None,
            (ours, theirs) => Some(Difference {
                pointer: pointer.to_owned(),
                first: Some(ours.told()),
                second: Some(theirs.told()),
            }),
        }
    }

    /// The value on one line, cut where it is long.
    fn told(&self) -> String {
        let whole = self.to_string();
        match whole.char_indices().nth(MAX_TOLD) {
            Some((end, _)) => format!("{}…", &whole[..end]),
            None => whole,
        }
    }
}

fn differing(first: Option<&Node>, second: Option<&Node>, pointer: &str) -> Option<Difference> {
    match (first, second) {
        (Some(first), Some(second)) => first.difference(second, pointer),
        (first, second) => Some(Difference {
            pointer: pointer.to_owned(),
            first: first.map(Node::told),
            second: second.map(Node::told),
        }),
    }
}

/// A member's name in a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(value) => value.fmt(f),
            Self::Array(items) => {
                f.write_str("[")?;
                for (number, item) in items.iter().enumerate() {
                    let comma = if number > 0 { "," } else { "" };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (number, (name, node)) in members.iter().enumerate() {
                    let comma = if number > 0 { "," } else { "" };
                    write!(
                        f,
                        "{comma}{}:{node}",
                        serde_json::Value::from(name.as_str())
                    )?;
                }
                f.write_str("}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Nodes;
        impl<'de> Visitor<'de> for Nodes {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Leaf(serde_json::Value::Null))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Leaf(value.into()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
                Ok(Node::Leaf(value.into()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
                Ok(Node::Leaf(value.into()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
                Ok(Node::Leaf(value.into()))
            }
            fn visit_str<E>(self, value: &str) -> Result<Node, E> {
                Ok(Node::Leaf(value.into()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
                let mut array = Vec::new();
                while let Some(item) = items.next_element()? {
                    array.push(item);
                }
                Ok(Node::Array(array))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
                let mut object: Vec<(String, Node)> = Vec::new();
                while let Some((name, node)) = members.next_entry::<String, Node>()? {
                    // Which of two would count is not for us to choose.
                    if object.iter().any(|(known, _)| *known == name) {
                        let told = format!("two members are called {name}");
                        return Err(serde::de::Error::custom(told));
                    }
                    object.push((name, node));
                }
                Ok(Node::Object(object))
            }
        }
        deserializer.deserialize_any(Nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(first: &str, second: &str) -> Option<Difference> {
        let node = |text| Node::read(text).expect("JSON");
        node(first).difference(&node(second), "")
    }

    #[test]
    fn spaces_escapes_and_the_order_of_members_make_no_difference() {
        let again = "{\n \"b\": [1, 2.0],\n \"a\": \"\\u0175\"}\n";
        assert_eq!(difference("{\"a\":\"ŵ\",\"b\":[1,2.0]}", again), None);
    }

    #[test]
    fn the_first_difference_is_named_by_its_pointer_with_both_values() {
        let told = |first, second| {
            let found = difference(first, second).expect("a difference");
            let value = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
            format!(
                "{} {} {}",
                found.pointer,
                value(found.first),
                value(found.second)
            )
        };
        assert_eq!(
            told(
                r#"{"z":1,"layers":[{"state":"applies"}]}"#,
                r#"{"z":1,"layers":[{"state":"not_known"}]}"#
            ),
            r#"/layers/0/state "applies" "not_known""#
        );
        assert_eq!(
            told(r#"{"a/b~":[1]}"#, r#"{"a/b~":[1,{"c":2}]}"#),
            r#"/a~1b~0/1 nothing {"c":2}"#
        );
        assert_eq!(told(r#"{"a":1,"b":null}"#, r#"{"a":1}"#), "/b null nothing");
        assert_eq!(told("[]", "{}"), " [] {}");
    }

    #[test]
    fn a_document_of_another_kind_is_no_saved_answer() {
        let fault = |text| Saved::read(text).expect_err("none").to_string();
        assert!(fault("{\"format\":1,").starts_with("it is no JSON document"));
        assert!(fault("{\"format\":1,\"format\":1}").contains("two members are called format"));
        assert!(fault("{}").contains("its member format"));
        assert!(fault("{\"format\":2}").contains("format 2"));
        assert!(fault("{\"format\":1,\"edition\":{\"id\":\"x\"}}").contains("its member edition"));
        let deep = "[".repeat(100_000);
        assert!(fault(&deep).starts_with("it is no JSON document"));
    }
}
