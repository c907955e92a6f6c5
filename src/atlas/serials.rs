//! Permanent ids: a serial for every layer and reference that was ever published, never used again.
//!
//! Each edition carries the whole list, the retired ones too, so that any edition can be the one from
//! which the next is made.

use crate::policy::LayerId;
use std::collections::BTreeMap;

/// The file of an edition that holds the list.
pub(super) const FILE: &str = "serials.csv";

/// More new areas than one edition brings.
const DISTANCE: u64 = 1_000_000;

/// Ids by layer and reference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Serials {
    known: BTreeMap<(String, String), u64>,
    last: u64,
}

impl Serials {
    /// Reads the list as an edition holds it; `None` where it is not one.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut serials = Self::default();
        let mut reader = csv::Reader::from_reader(bytes);
        for record in reader.records() {
            let record = record.ok()?;
            let id: u64 = record.get(2)?.parse().ok()?;
            let key = (record.get(0)?.to_owned(), record.get(1)?.to_owned());
            serials.known.insert(key, id);
            serials.last = serials.last.max(id);
        }
        Some(serials)
    }

    /// The list as an edition holds it.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["layer", "reference", "id"])?;
        for ((layer, reference), id) in &self.known {
            writer.write_record([layer, reference, &id.to_string()])?;
        }
        writer
            .into_inner()
            .map_err(|error| error.into_error().into())
    }

    /// Takes over the ids of another list. Where both know an area, that of the other list holds.
    pub(super) fn add(&mut self, other: Self) {
        self.known.extend(other.known);
        self.last = self.last.max(other.last);
    }

    /// Whether an area was ever given an id.
    pub(super) fn knows(&self, layer: &str, reference: &str) -> bool {
        let key = (layer.to_owned(), reference.to_owned());
        self.known.contains_key(&key)
    }

    /// The layer and reference to which an id was given.
    pub(super) fn of_id(&self, id: u64) -> Option<(&str, &str)> {
        let mut known = self.known.iter();
        let ((layer, reference), _) = known.find(|(_, given)| **given == id)?;
        Some((layer, reference))
    }

    /// Whether every area of this list is in another.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.known.keys().all(|key| other.known.contains_key(key))
    }

    /// Passes over ids that an edition which cannot be read may have given.
    pub(super) fn keep_distance(&mut self) {
        self.last += DISTANCE;
    }

    /// The id of an area, the next free one if it was never published.
    pub(super) fn id(&mut self, layer: &LayerId, reference: &str) -> u64 {
        let key = (layer.as_str().to_owned(), reference.to_owned());
        *self.known.entry(key).or_insert_with(|| {
            self.last += 1;
            self.last
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_with_its_reference_and_is_never_used_again() {
        let layer = LayerId::new("tpo").expect("an id");
        let mut serials = Serials::default();
        assert_eq!(
            (serials.id(&layer, "T/1"), serials.id(&layer, "T/2")),
            (1, 2)
        );
        let bytes = serials.to_bytes().expect("written");
        let mut later = Serials::parse(&bytes).expect("read");
        assert_eq!(later, serials);
        assert_eq!(
            later.id(&layer, "T/3"),
            3,
            "T/1 may be gone from the layer, its id is not free"
        );
        assert_eq!(later.id(&layer, "T/1"), 1);
        assert_eq!(later.of_id(2), Some(("tpo", "T/2")));
        assert_eq!(later.of_id(9), None);
    }
}
