//! Whether a saved answer is what its edition says: recomputed, and compared byte for byte.

use super::consult::Consultation;
use super::request::Asked;
use crate::answer::{IndexedEdition, Terms};
use crate::atlas::StoredLayer;
use crate::page::Words;
use crate::places::{Gazetteer, Place, PlaceError, ResolveError, Typed};
use crate::policy::{Lang, LayerId};
use crate::wire;
use crate::wire::proof::{Difference, Saved, SavedFault};
use axum::http::{HeaderMap, Uri};

/// What the comparison came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The same bytes.
    Same,
    /// The same members with the same values, written otherwise: other spaces, line ends or escapes.
    Rewritten,
    /// Something else.
    Different(Difference),
    /// The edition says the same of the positions in the answer, but the gazetteer has other entries for the place now.
    Moved(Difference),
    /// The same, and the gazetteer cannot say where the place is.
    NotFound(String),
}

/// Why nothing can be compared.
#[derive(Debug, thiserror::Error)]
pub enum ProofFault {
    /// The edition has the name of the one that gave the answer, and is another.
    #[error(
        "edition {id} of this atlas is not the one that gave the answer: its sha256 is {ours}, that of the answer's edition {theirs}"
    )]
    OtherEdition {
        /// The name.
        id: String,
        /// The digest of the edition that is here.
        ours: String,
        /// The digest in the answer.
        theirs: String,
    },
    /// The answer's own link does not say what was asked.
    #[error("the answer's permalink {0} does not say what was asked")]
    Permalink(String),
    /// It names no place.
    #[error("the answer's permalink names no place: {0}")]
    Place(#[from] PlaceError),
    /// The place has no position.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// Files of the edition are damaged, so that it cannot say what it said.
    #[error(
        "the layers {0} of the edition cannot be read; groundrule verify says which files are damaged"
    )]
    Unreadable(String),
    /// What was recomputed is no document.
    #[error(transparent)]
    Document(#[from] SavedFault),
}

/// Recomputes a saved answer from its edition and compares. `text` is what was read as `saved`.
///
/// A place that a gazetteer knows is recomputed as the gazetteer has it now, and, if that is not the
/// answer that was saved, at the positions that the answer names.
///
/// # Errors
/// It cannot be recomputed.
pub fn prove(
    indexed: &IndexedEdition,
    gazetteer: Option<&Gazetteer>,
    saved: &Saved,
    text: &str,
) -> Result<Verdict, ProofFault> {
    let edition = indexed.edition();
    if edition.sha256() != saved.sha256 {
        return Err(ProofFault::OtherEdition {
            id: edition.id().to_string(),
            ours: edition.sha256().to_owned(),
            theirs: saved.sha256.clone(),
        });
    }
    let (place, terms, lang) = asked(indexed, saved)?;
    let proof = Proof {
        indexed,
        lang,
        saved,
        text,
    };
    let found = Consultation::of_place(indexed, gazetteer, place.clone(), &terms);
    let today = match found {
        Ok(found) => Ok(proof.compared(&found)?),
        Err(error @ ResolveError::Gazetteer(_)) => return Err(error.into()),
        Err(error) => Err(error),
    };
    if let Ok(verdict @ (Verdict::Same | Verdict::Rewritten)) = today {
        return Ok(verdict);
    }
    let Some(resolved) = saved.at_its_positions(&place) else {
        return Ok(today?);
    };
    let then = proof.compared(&Consultation::at(indexed, resolved, &terms))?;
    Ok(match (then, today) {
        (Verdict::Same | Verdict::Rewritten, Ok(Verdict::Different(difference))) => {
            Verdict::Moved(difference)
        }
        (Verdict::Same | Verdict::Rewritten, Err(error)) => Verdict::NotFound(error.to_string()),
        (then, _) => then,
    })
}

/// What a saved answer was asked, by its permalink.
fn asked(indexed: &IndexedEdition, saved: &Saved) -> Result<(Place, Terms, Lang), ProofFault> {
    let fault = || ProofFault::Permalink(saved.permalink.clone());
    let uri: Uri = saved.permalink.parse().map_err(|_| fault())?;
    let asked = Asked::of(&uri, &HeaderMap::new());
    let text = asked.path.strip_prefix("/at/").ok_or_else(fault)?;
    let layers = indexed.edition().layers().iter();
    let known: Vec<LayerId> = layers
        .map(|stored: &StoredLayer| stored.layer.id.clone())
        .collect();
    // A permalink names its day: no other day may stand in for it.
    asked.filled("on").ok_or_else(fault)?;
    let w = Words::of(Lang::En, None);
    let terms = asked.terms(w, jiff::civil::Date::ZERO, &known);
    let terms = terms.map_err(|_| fault())?;
    Ok((Typed::parse(text)?.place, terms, asked.lang))
}

/// One comparison.
struct Proof<'a> {
    indexed: &'a IndexedEdition,
    lang: Lang,
    saved: &'a Saved,
    text: &'a str,
}

impl Proof<'_> {
    fn compared(&self, found: &Consultation) -> Result<Verdict, ProofFault> {
        let lost = self.unreadable(found);
        if !lost.is_empty() {
            return Err(ProofFault::Unreadable(lost.join(", ")));
        }
        let again = wire::answer::json(self.indexed, &found.resolved, &found.answers, self.lang);
        if again == self.text {
            return Ok(Verdict::Same);
        }
        Ok(match self.saved.difference(&again)? {
            None => Verdict::Rewritten,
            Some(difference) => Verdict::Different(difference),
        })
    }

    /// Layers of the edition whose files are there and cannot be read, where the answer needs them.
    fn unreadable(&self, found: &Consultation) -> Vec<&str> {
        if found.is_whole() {
            return Vec::new();
        }
        let layers = self.indexed.edition().layers().iter();
        let lost = layers.filter(|stored| stored.areas.is_some() && stored.readable().is_none());
        lost.map(|stored| stored.layer.id.as_str()).collect()
    }
}
