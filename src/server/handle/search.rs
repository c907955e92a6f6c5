//! `/search`: straight to a place where there is one, else the places to choose from.

use super::at::same_question;
use super::{Desk, site};
use crate::geometry::LonLat;
use crate::page::problem::Problem;
use crate::page::{search, still};
use crate::places::{Found, Place, PlaceError, Typed};
use crate::policy::Policy;
use crate::server::error::{Fault, Status};
use crate::server::reply::Reply;
use crate::server::request::{Asked, Format};
use crate::wire;

impl Desk<'_> {
    pub(super) fn results(&self, asked: &Asked, text: &str, found: &[Found]) -> Reply {
        let script = self.state.assets.script();
        let centre = self.current.bounds.centre();
        let results = search::Results {
            text,
            found,
            policies: &self.policies(text),
            gazetteer: self.state.gazetteer().is_some(),
            example: LonLat::new(centre.x, centre.y)
                .unwrap_or_else(|_| still::fitting(&self.current.bounds).0),
        };
        let site = site(self.state, self.current, &script);
        Reply::page(search::page(
            &site,
            &self.current.indexed,
            asked.lang,
            &results,
        ))
    }

    fn policies(&self, text: &str) -> Vec<&Policy> {
        self.current.indexed.edition().map().policies_about(text)
    }

    pub(super) fn search(&self, asked: &mut Asked) -> Result<Reply, Fault> {
        let path = asked.path.clone();
        asked.take_ending(&path);
        let w = self.words(asked.lang, self.current);
        let text = asked.field("q").unwrap_or_default().trim().to_owned();
        let policies = self.policies(&text);
        let found = match Typed::parse(&text) {
            Ok(typed) => match self.places(asked, &typed.place, policies.is_empty())? {
                Ok(found) => found,
                Err(path) => return Ok(Reply::see_other(path)),
            },
            // A code such as SP1 looks like a piece of a grid reference.
            Err(PlaceError::GridRef(_)) if !policies.is_empty() => Vec::new(),
            Err(error) => {
                let problem = Problem::of_place(w, &text, &error);
                return Err(Fault::new(Status::BadRequest, problem).in_field("q"));
            }
        };
        Ok(match asked.format {
            Format::Json => Reply::json(wire::place::json(&found, &policies)),
            Format::Page | Format::GeoJson => self.results(asked, &text, &found),
        })
    }

    /// The places to choose from, or the path of the only one: of a search for places only, `alone`, or of
    /// something that names its place itself.
    fn places(
        &self,
        asked: &Asked,
        place: &Place,
        alone: bool,
    ) -> Result<Result<Vec<Found>, String>, Fault> {
        let gazetteer = self.state.gazetteer();
        let found = match (place, gazetteer.as_ref()) {
            (Place::Name(name), Some(gazetteer)) => gazetteer.search(name),
            (Place::Postcode(postcode), Some(gazetteer)) => gazetteer.postcode(postcode),
            (Place::Name(_) | Place::Postcode(_), None) => Ok(Vec::new()),
            (place, _) => return Ok(Err(same_question(asked, place))),
        };
        let found = found.map_err(|error| {
            tracing::error!(%error, "the gazetteer failed");
            let w = self.words(asked.lang, self.current);
            Fault::new(Status::Failed, Problem::new(w.say("problem.failed")))
        })?;
        Ok(match (place, found.as_slice()) {
            _ if asked.format == Format::Json => Ok(found),
            (Place::Postcode(_), [_, ..]) => Err(same_question(asked, place)),
            (_, [only]) if alone => Err(same_question(asked, &only.place())),
            _ => Ok(found),
        })
    }
}
