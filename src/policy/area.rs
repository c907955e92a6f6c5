//! One policy area: what is written about it, and while it is loaded, its geometry.

use super::plan::PlanId;
use super::text::Text;
use super::validity::Validity;
use crate::geometry::Shape;

/// A property as its source typed it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Text.
    Text(String),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(n) => n.fmt(f),
            Self::Number(n) => n.fmt(f),
            Self::Flag(b) => b.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// What is written about an area.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AreaRecord {
    /// Unique in its layer and permanent; may hold slashes, as `HOU/1`.
    pub reference: String,
    /// Its name, where it has one.
    pub name: Option<Text>,
    /// Codes of the policies that apply in it.
    pub policies: Vec<String>,
    /// The plan of those policies, where it is not the layer's.
    pub plan: Option<PlanId>,
    /// When it is in force.
    pub validity: Validity,
    /// The document that made it.
    pub document_url: Option<String>,
    /// The page about it.
    pub documentation_url: Option<String>,
    /// Anything the authority wrote beside it.
    pub notes: Option<String>,
    /// References of areas that it replaced.
    pub supersedes: Vec<String>,
    /// All other columns of the source, in their order.
    pub properties: Vec<(String, Value)>,
}

/// An area on its way from a file to an edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// What is written about it.
    pub record: AreaRecord,
    /// Where it is, in its layer's space.
    pub shape: Shape,
}
