//! `/at/{place}`: the answer for a place, as page, JSON or GeoJSON.

use super::{Desk, PLACE_ZOOM, site};
use crate::answer::{Answer, Terms};
use crate::geometry::LonLat;
use crate::page::problem::Problem;
use crate::page::still::{self, Paper, Still};
use crate::page::{MapView, answer as answer_page};
use crate::places::{Place, ResolveError, Typed};
use crate::policy::{Lang, LayerId, link};
use crate::server::consult::Consultation;
use crate::server::error::{Fault, Status};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::server::snapshot::Snapshot;
use crate::wire;

impl Desk<'_> {
    pub(super) fn at(&self, asked: &mut Asked, place: &str) -> Result<Reply, Fault> {
        let place = asked.take_ending(place).to_owned();
        let snapshot = self.snapshot(asked)?;
        let w = self.words(asked.lang, &snapshot);
        let typed = Typed::parse(&place).map_err(|error| {
            Fault::new(Status::BadRequest, Problem::of_place(w, &place, &error)).in_field("place")
        })?;
        if typed.from_link {
            return Ok(Reply::see_other(same_question(asked, &typed.place)));
        }
        let terms = self.terms(asked, &snapshot)?;
        let gazetteer = self.state.gazetteer();
        let consultation = Consultation::of_place(
            &snapshot.indexed,
            gazetteer.as_ref().as_ref(),
            typed.place.clone(),
            &terms,
        );
        let consultation = match consultation {
            Ok(consultation) => consultation,
            Err(error) => return self.not_resolved(asked, &typed.place, error),
        };
        let pinned =
            asked.names_edition() && asked.filled("on").is_some() && is_position(&typed.place);
        let caching = if consultation.is_whole() {
            Caching::pinned_if(pinned)
        } else {
            // A file that cannot be read just now may be readable again: nobody must keep what we say without it.
            Caching::Never
        };
        let Consultation { resolved, answers } = &consultation;
        Ok(match asked.format {
            Format::Json => Reply::json(wire::answer::json(
                &snapshot.indexed,
                resolved,
                answers,
                asked.lang,
            ))
            .cached(caching),
            Format::GeoJson => {
                let merged = Answer::merged(answers);
                let collection =
                    merged.map(|merged| wire::area::collection(&snapshot.indexed, &merged));
                let json = collection
                    .transpose()
                    .map_err(|damaged| self.unavailable(asked, &damaged))?;
                Reply::geojson(json.unwrap_or_default()).cached(caching)
            }
            // A page says when a newer edition was published, so it is always asked for again.
            Format::Page => self.answer_page(asked, &snapshot, &consultation),
        })
    }

    pub(super) fn terms(&self, asked: &Asked, snapshot: &Snapshot) -> Result<Terms, Fault> {
        let edition = snapshot.indexed.edition();
        let known: Vec<LayerId> = edition
            .layers()
            .iter()
            .map(|stored| stored.layer.id.clone())
            .collect();
        asked.terms(self.words(asked.lang, snapshot), self.state.today(), &known)
    }

    /// The still map on which some answers are marked.
    pub(super) fn marked<'s>(
        &'s self,
        snapshot: &'s Snapshot,
        lang: Lang,
        answers: &'s [Answer],
        (centre, zoom): (LonLat, f64),
    ) -> Still<'s> {
        Still {
            paper: Paper::PAGE,
            source: self.drawing(snapshot, lang, answers[0].on),
            centre,
            zoom,
            pinned: false,
            marks: answers,
            outlined: &[],
        }
    }

    pub(super) fn answer_page(
        &self,
        asked: &Asked,
        snapshot: &Snapshot,
        consultation: &Consultation,
    ) -> Reply {
        let script = self.state.assets.script();
        let site = site(self.state, self.current, &script);
        let query = asked.kept_query();
        let answers = &consultation.answers;
        let (centre, zoom) = still::around(answers, PLACE_ZOOM);
        let mut page = answer_page::AnswerPage {
            indexed: &snapshot.indexed,
            resolved: &consultation.resolved,
            answers,
            lang: asked.lang,
            map: MapView {
                centre,
                zoom,
                bounds: snapshot.bounds,
                still: None,
            },
            query: &query,
        };
        if asked.field("part") == Some("answer") {
            return Reply::page(answer_page::part(&site, &page));
        }
        let still = self.marked(snapshot, asked.lang, answers, (centre, zoom));
        self.with_still(Some(&still), |drawn| {
            page.map.still = drawn;
            answer_page::page(&site, &page)
        })
    }

    /// A place that is nowhere: the places that it may be, or what is wrong with it.
    pub(super) fn not_resolved(
        &self,
        asked: &Asked,
        place: &Place,
        error: ResolveError,
    ) -> Result<Reply, Fault> {
        let w = self.words(asked.lang, self.current);
        let fault = |status, problem| Err(Fault::new(status, problem).in_field("place"));
        match error {
            ResolveError::Several { name, found } if asked.format == Format::Page => {
                Ok(self.results(asked, &name, &found, &[]))
            }
            ResolveError::NoGazetteer => {
                let problem = Problem::new(w.say("search.no_gazetteer"));
                fault(Status::NotFound, problem.typed(&place.to_string()))
            }
            ResolveError::Unknown(_) | ResolveError::Several { .. } => {
                fault(Status::NotFound, Problem::unknown_place(w, place))
            }
            ResolveError::TooMany { postcode, .. } => {
                let message = w.say_with("problem.place_too_many", &[("text", &postcode)]);
                fault(Status::BadRequest, Problem::new(message))
            }
            ResolveError::Outside(_) => fault(
                Status::BadRequest,
                Problem::new(w.say("problem.place_outside")),
            ),
            ResolveError::Gazetteer(error) => {
                tracing::error!(%error, "the gazetteer failed");
                Err(Fault::new(
                    Status::Failed,
                    Problem::new(w.say("problem.failed")),
                ))
            }
        }
    }
}

/// The path that asks the same about a place by its own name: same language, query and ending.
pub(super) fn same_question(asked: &Asked, place: &Place) -> String {
    let ending = asked.format.ending();
    let path = link::in_lang(asked.lang, &link::at(&place.slug()));
    let query = asked.kept_query();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{path}{ending}{mark}{query}")
}

/// Whether a place is one position by itself: what a gazetteer says may change.
fn is_position(place: &Place) -> bool {
    matches!(place, Place::LonLat(_) | Place::Grid(_) | Place::Square(_))
}
