//! Layers: areas of one kind, what is known of where they are complete, and how they are shown.

use super::area::Area;
use super::importance::Importance;
use super::plan::PlanId;
use super::text::Text;
use super::validity::PartialDate;
use crate::geometry::Space;

/// The id of a layer: `[a-z][a-z0-9-]*`, not `current` and not ending in `-label`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LayerId(String);

/// Why a text is not a layer's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not a layer id; use small letters, figures and hyphens, a letter first, as in conservation-area; “current” and names ending in “-label” are taken"
)]
pub struct LayerIdError(pub String);

/// Letters of an id at most: it stands in URLs and in every tile.
const MAX_ID_LETTERS: usize = 64;

impl LayerId {
    /// A checked id.
    ///
    /// # Errors
    /// Anything that is not of the form above.
    pub fn new(id: impl Into<String>) -> Result<Self, LayerIdError> {
        let id = id.into();
        let letters_fit = id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let fits = letters_fit
            && id.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
            && id.len() <= MAX_ID_LETTERS
            && id != "current"
            && !id.ends_with("-label");
        if fits {
            Ok(Self(id))
        } else {
            Err(LayerIdError(id))
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for LayerId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a layer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Policies of a plan.
    Proposals,
    /// Designations made under other law.
    Constraints,
    /// Lines that divide: plan areas, settlements, parishes, insets.
    Boundary,
    /// Drawn so that a person recognises the spot; never answered.
    Context,
}

impl Group {
    /// Every group, with the word that maps and answers use for it.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Proposals, "proposals"),
        (Self::Constraints, "constraints"),
        (Self::Boundary, "boundary"),
        (Self::Context, "context"),
    ];

    /// The group of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(_, name)| *name == word)
            .map(|(group, _)| group)
    }

    /// The word for the group.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(group, _)| *group == self)
            .map_or("", |(_, word)| word)
    }
}

/// A stretch of country: that of a layer's areas, or that of a file which came with the map.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Region {
    /// The areas of a layer of this map.
    Layer(LayerId),
    /// A file of its own, by the name under which the edition keeps it.
    File(String),
}

impl Region {
    /// The name of a region that is a file's.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::File(name) => Some(name),
            Self::Layer(_) => None,
        }
    }
}

/// Whether a layer holds every row of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// Every row is there.
    Whole,
    /// Rows were left out: the layer cannot say no.
    RowsLeftOut(u64),
    /// Rows were left out and the authority says why that may be: the layer says no, with the reason shown.
    Accepted {
        /// How many.
        rows: u64,
        /// The authority's words.
        reason: String,
    },
}

/// A layer as the map describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Its id.
    pub id: LayerId,
    /// Its title.
    pub title: Text,
    /// What it is for.
    pub group: Group,
    /// The plan whose policies it shows, unless an area names its own.
    pub plan: Option<PlanId>,
    /// The boundary layer that frames the inset map to which it belongs.
    pub inset: Option<LayerId>,
    /// Where it is known to be complete; `None` where nobody declared it.
    pub coverage: Option<Region>,
    /// Whether any areas are held at all.
    pub held: bool,
    /// Whether all rows of its source are held.
    pub completeness: Completeness,
    /// How truly its lines are drawn, in metres: nearer than this is near the boundary.
    pub accuracy_m: f64,
    /// When its source was true.
    pub as_at: Option<PartialDate>,
    /// After this day its "no" is not known.
    pub review_by: Option<PartialDate>,
    /// From this zoom on every area is a feature of its own in the tiles.
    pub detail_zoom: u8,
    /// Below this zoom the layer is not in the tiles.
    pub min_zoom: u8,
    /// Properties, beside the id and reference, that the map wants in the tiles.
    pub tile_properties: Vec<String>,
    /// Of context: what its lines and points are, and which matter most.
    pub importance: Importance,
    /// Licence of the data, as an SPDX id.
    pub licence: Option<String>,
    /// Who must be named.
    pub attribution: Option<Text>,
    /// Whether the public may download it.
    pub downloadable: bool,
    /// Whether its areas must not overlap, whatever is loaded into it.
    pub exclusive: bool,
    /// Whether its areas leave no ground out between them, as wards do, whatever is loaded into it.
    pub without_gaps: bool,
    /// How its files are read.
    pub file_settings: FileSettings,
}

/// How the files of a layer are read: kept with it, so that its next file is read as the last one was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileSettings {
    /// Our fields, by their words, and the columns that hold them.
    pub fields: Vec<(String, String)>,
    /// How dates are written, where not in ISO 8601.
    pub date_format: Option<String>,
    /// EPSG code of the coordinate system of files that do not say.
    pub crs: Option<u32>,
    /// The layer within files that hold several.
    pub source_layer: Option<String>,
    /// What is done with rows that share a reference, by its word; `None` where nobody said.
    pub duplicates: Option<String>,
}

impl Layer {
    /// Accuracy where a map does not say, in metres.
    pub const DEFAULT_ACCURACY_M: f64 = 2.0;
    /// Where a map does not say from which zoom on areas are drawn one by one.
    pub const DEFAULT_DETAIL_ZOOM: u8 = 12;

    /// Whether its features in the tiles carry their reference: all do but those of context, which the map
    /// must ask for.
    #[must_use]
    pub fn tells_reference(&self) -> bool {
        self.group != Group::Context || self.tile_properties.iter().any(|name| name == "reference")
    }

    /// Whether answers speak of it.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.group != Group::Context
    }
}

/// A layer with everything in it: what loading makes and publishing keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerContents {
    /// The description.
    pub layer: Layer,
    /// The coordinates that the areas are in.
    pub space: Space,
    /// The areas.
    pub areas: Vec<Area>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_what_urls_and_tiles_can_carry() {
        for id in ["conservation-area", "a", "flood-zone-3"] {
            assert!(LayerId::new(id).is_ok(), "{id}");
        }
        for id in [
            "",
            "3d",
            "Conservation",
            "a b",
            "current",
            "road-label",
            "-a",
            "å",
            &"a".repeat(65),
        ] {
            assert!(LayerId::new(id).is_err(), "{id}");
        }
    }
}
