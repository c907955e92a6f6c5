//! Which areas of an edition have what is asked for: ids, words, dates, and how they lie to places and
//! geometries. The questions are those of the national Entity API; here they are checked values.
//!
//! A search lists what is held and cannot say "not known" of what is not, so beside the areas it gives
//! the layers whose areas may be missing from the list, each with its reason.

mod coverage;
mod dates;
mod figure;
mod recorded;
mod relation;
mod search;

pub use dates::{DateField, DateTest, DateWanted, Period};
pub use figure::{Figure, FigureError, MAX_FIGURE_PARTS, published_shape};
pub use recorded::{kebab, recorded};
pub use relation::Relation;

use super::index::{FileNumber, IndexedEdition};
use super::question::Reason;
use crate::geometry::Position;
use crate::policy::Layer;
use jiff::civil::Date;
use search::Search;

/// What is asked of the areas of an edition. All of it must hold; a list that is empty asks nothing.
#[derive(Debug, Clone)]
pub struct EntityQuery {
    /// Only these layers, as indexes into the edition's; `None` asks every layer that is answered.
    pub layers: Option<Vec<usize>>,
    /// One of these permanent ids.
    pub ids: Vec<u64>,
    /// One of these references.
    pub references: Vec<String>,
    /// One of these prefixes.
    pub prefixes: Vec<String>,
    /// One of these prefixes with its reference.
    pub curies: Vec<(String, String)>,
    /// For each name of a column that the source may have brought, one of these words.
    pub recorded: Vec<(&'static str, Vec<String>)>,
    /// All of these.
    pub dates: Vec<DateTest>,
    /// Whether it has ended.
    pub period: Period,
    /// The day that is taken for today.
    pub on: Date,
    /// One of these positions lies in the area, its outline included.
    pub positions: Vec<Position>,
    /// For each of these lists, the area lies so to one of its geometries.
    pub figures: Vec<Vec<Figure>>,
    /// How it lies to them.
    pub relation: Relation,
}

impl EntityQuery {
    /// Every area of every layer, on a day.
    #[must_use]
    pub fn all(on: Date) -> Self {
        Self {
            layers: None,
            ids: Vec::new(),
            references: Vec::new(),
            prefixes: Vec::new(),
            curies: Vec::new(),
            recorded: Vec::new(),
            dates: Vec::new(),
            period: Period::All,
            on,
            positions: Vec::new(),
            figures: Vec::new(),
            relation: Relation::Within,
        }
    }
}

/// One area of an answered layer. They order by their permanent ids, which are unique over all layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entity {
    /// Its permanent id.
    pub id: u64,
    /// Index into the edition's layers.
    pub layer: usize,
    /// Its index in the layer's file.
    pub area: u32,
}

/// Why areas of a layer may be missing from a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Missing {
    /// For a reason that also keeps an answer from saying no.
    Reason(Reason),
    /// A column was asked for that some of its areas do not have.
    NotRecorded(&'static str),
}

impl Missing {
    /// The word that data use for it.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Reason(reason) => reason.word().to_owned(),
            Self::NotRecorded(column) => format!("{}_not_recorded", column.replace('-', "_")),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entities {
    /// The areas, by their ids.
    pub found: Vec<Entity>,
    /// Layers of which areas may be missing, in the map's order, with the reasons.
    pub not_known: Vec<(usize, Missing)>,
}

/// More vertices would have to be compared than one request may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the geometry meets areas of more than {MAX_ENTITY_VERTICES} vertices; ask for fewer datasets at once, or for a smaller geometry"
)]
pub struct TooMuch;

/// Vertices of areas and geometries that one search compares at most: some seconds of work.
pub const MAX_ENTITY_VERTICES: usize = 2_000_000;

impl IndexedEdition {
    /// The area of a permanent id, where its layer is answered and can be read.
    #[must_use]
    pub fn entity(&self, id: u64) -> Option<Entity> {
        self.answered().find_map(|(layer, _)| {
            let file = self.file(FileNumber::Layer(layer as u16))?;
            let area = file.areas().iter().position(|area| area.id == id)? as u32;
            Some(Entity { id, layer, area })
        })
    }

    /// The layers that are answered, with their indexes.
    pub fn answered(&self) -> impl Iterator<Item = (usize, &Layer)> {
        let layers = self.edition().layers().iter().map(|stored| &stored.layer);
        layers.enumerate().filter(|(_, layer)| layer.is_answered())
    }

    /// The areas that a query asks for.
    ///
    /// # Errors
    /// A geometry that would have to be compared with too much.
    pub fn entities(&self, query: &EntityQuery) -> Result<Entities, TooMuch> {
        Search::new(self, query).run()
    }
}
