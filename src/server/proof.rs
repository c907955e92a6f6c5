//! Whether a saved answer is what its edition says: recomputed, and compared byte for byte.

use super::consult::{Consultation, all_read};
use super::drawing::{self, DrawingError};
use super::request::Asked;
use crate::answer::{Answer, IndexedEdition, Terms};
use crate::page::Words;
use crate::places::{Gazetteer, PlaceError, ResolveError, Typed};
use crate::policy::{Lang, LayerId};
use crate::wire;
use crate::wire::proof::{Difference, Saved, SavedFault, SavedSite};
use axum::http::{HeaderMap, Uri};
use std::sync::Arc;

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
    /// The drawing in it is no site.
    #[error("the site in the answer is none: {0}")]
    Site(#[from] DrawingError),
    /// A member is missing, or what was recomputed is no document.
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
    let proof = Proof {
        indexed,
        saved,
        text,
    };
    if let Some(site) = saved.site()? {
        return proof.of_site(&site);
    }
    let (asked, terms) = proof.asked()?;
    let place = asked.path.strip_prefix("/at/").unwrap_or_default();
    let place = Typed::parse(place)?.place;
    let lang = asked.lang;
    let found = Consultation::of_place(indexed, gazetteer, place.clone(), &terms);
    let today = match found {
        Ok(found) => Ok(proof.of_place(&found, lang)?),
        Err(error @ ResolveError::Gazetteer(_)) => return Err(error.into()),
        Err(error) => Err(error),
    };
    if let Ok(verdict @ (Verdict::Same | Verdict::Rewritten)) = today {
        return Ok(verdict);
    }
    let Some(resolved) = saved.at_its_positions(&place) else {
        return Ok(today?);
    };
    let then = proof.of_place(&Consultation::at(indexed, resolved, &terms), lang)?;
    Ok(match (then, today) {
        (Verdict::Same | Verdict::Rewritten, Ok(Verdict::Different(difference))) => {
            Verdict::Moved(difference)
        }
        (Verdict::Same | Verdict::Rewritten, Err(error)) => Verdict::NotFound(error.to_string()),
        (then, _) => then,
    })
}

/// One comparison.
struct Proof<'a> {
    indexed: &'a IndexedEdition,
    saved: &'a Saved,
    text: &'a str,
}

impl Proof<'_> {
    /// What the saved answer was asked, by its permalink.
    fn asked(&self) -> Result<(Asked, Terms), ProofFault> {
        let permalink = self.saved.permalink.as_deref().unwrap_or_default();
        let fault = || ProofFault::Permalink(permalink.to_owned());
        let uri: Uri = permalink.parse().map_err(|_| fault())?;
        let asked = Asked::of(&uri, &HeaderMap::new());
        // A permalink names its day: no other day may stand in for it.
        asked.filled("on").ok_or_else(fault)?;
        let w = Words::of(Lang::En, None);
        let terms = asked.terms(w, jiff::civil::Date::ZERO, &self.layers());
        let terms = terms.map_err(|_| fault())?;
        Ok((asked, terms))
    }

    fn layers(&self) -> Vec<LayerId> {
        let layers = self.indexed.edition().layers().iter();
        layers.map(|stored| stored.layer.id.clone()).collect()
    }

    fn of_place(&self, found: &Consultation, lang: Lang) -> Result<Verdict, ProofFault> {
        self.readable(&found.answers)?;
        let again = wire::answer::json(self.indexed, &found.resolved, &found.answers, lang);
        self.compared(&again)
    }

    /// A site is drawn in its answer. Where that has no permalink, it does not say whether all layers
    /// were asked and in which language: any of these that gives the answer proves it.
    fn of_site(&self, site: &SavedSite) -> Result<Verdict, ProofFault> {
        let drawn = Arc::new(drawing::of_geojson(&site.geojson)?);
        let questions = if self.saved.permalink.is_some() {
            let (asked, terms) = self.asked()?;
            vec![(terms, asked.lang)]
        } else {
            let named = |id: &LayerId| site.layers.iter().any(|layer| layer == id.as_str());
            let only = self.layers().into_iter().filter(named).collect();
            let on = site.on.parse().map_err(|_| SavedFault::Member("on"))?;
            let within_m = site.within_m;
            let asking = [None, Some(only)].map(|layers| Terms {
                on,
                within_m,
                layers,
            });
            let langs = [Lang::En, Lang::Cy];
            let asking = asking.iter();
            asking
                .flat_map(|terms| langs.map(|lang| (terms.clone(), lang)))
                .collect()
        };
        let mut verdict = None;
        for (terms, lang) in questions {
            let answer = drawing::answered(self.indexed, &drawn, &terms)?;
            self.readable(std::slice::from_ref(&answer))?;
            let again = wire::site::json(self.indexed, &drawn, &answer, lang);
            match self.compared(&again)? {
                Verdict::Different(difference) => {
                    verdict.get_or_insert(Verdict::Different(difference));
                }
                same => return Ok(same),
            }
        }
        verdict.ok_or(SavedFault::Member("site").into())
    }

    fn compared(&self, again: &str) -> Result<Verdict, ProofFault> {
        if again == self.text {
            return Ok(Verdict::Same);
        }
        Ok(match self.saved.difference(again)? {
            None => Verdict::Rewritten,
            Some(difference) => Verdict::Different(difference),
        })
    }

    /// Nothing is proved by files that cannot be read.
    fn readable(&self, answers: &[Answer]) -> Result<(), ProofFault> {
        let lost = self.unreadable(answers);
        if lost.is_empty() {
            return Ok(());
        }
        Err(ProofFault::Unreadable(lost.join(", ")))
    }

    /// Layers of the edition whose files are there and cannot be read, where the answer needs them.
    fn unreadable(&self, answers: &[Answer]) -> Vec<&str> {
        if all_read(answers) {
            return Vec::new();
        }
        let layers = self.indexed.edition().layers().iter();
        let lost = layers.filter(|stored| stored.areas.is_some() && stored.readable().is_none());
        lost.map(|stored| stored.layer.id.as_str()).collect()
    }
}
