//! `/search`: straight to a place where there is one, else the places to choose from.

use super::at::same_question;
use super::{Desk, site};
use crate::geometry::LonLat;
use crate::page::problem::Problem;
use crate::page::{search, still};
use crate::places::{Found, GazetteerError, Place, PlaceError, Typed};
use crate::policy::Policy;
use crate::server::error::{Fault, Status};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::wire;

impl Desk<'_> {
    pub(super) fn results(
        &self,
        asked: &Asked,
        text: &str,
        found: &[Found],
        meant: &[Found],
    ) -> Reply {
        let script = self.state.assets.script();
        let centre = self.current.bounds.centre();
        let results = search::Results {
            text,
            found,
            policies: &self.policies(text),
            meant,
            gazetteer: self.state.gazetteer().is_some(),
            example: LonLat::new(centre.x, centre.y)
                .unwrap_or_else(|_| still::fitting(&self.current.bounds).0),
        };
        let (indexed, lang) = (&self.current.indexed, asked.lang);
        if is_suggesting(asked) {
            let list = search::suggestions(indexed, lang, &results);
            return Reply::page(list).cached(Caching::Briefly);
        }
        let site = site(self.state, self.current, &script);
        Reply::page(search::page(&site, indexed, lang, &results))
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
            // A code such as SP1 looks like a piece of a grid reference, and so does LL227 for LL22 7….
            Err(PlaceError::GridRef(error)) => {
                let found = self.named(asked, &text)?;
                if found.is_empty() && policies.is_empty() && !is_suggesting(asked) {
                    let problem = Problem::of_place(w, &text, &PlaceError::GridRef(error));
                    return Err(Fault::new(Status::BadRequest, problem).in_field("q"));
                }
                found
            }
            Err(error) => {
                let problem = Problem::of_place(w, &text, &error);
                return Err(Fault::new(Status::BadRequest, problem).in_field("q"));
            }
        };
        let meant = match self.state.gazetteer().as_ref() {
            Some(gazetteer) if found.is_empty() => gazetteer
                .postcodes_meant(&text)
                .map_err(|error| self.gazetteer_failed(asked, &error))?,
            _ => Vec::new(),
        };
        Ok(match asked.format {
            Format::Json => Reply::json(wire::place::json(&found, &policies, &meant)),
            Format::Page | Format::GeoJson => self.results(asked, &text, &found, &meant),
        })
    }

    fn named(&self, asked: &Asked, text: &str) -> Result<Vec<Found>, Fault> {
        let gazetteer = self.state.gazetteer();
        let found = gazetteer
            .as_ref()
            .as_ref()
            .map(|gazetteer| gazetteer.search(text));
        let found = found.transpose();
        Ok(found
            .map_err(|error| self.gazetteer_failed(asked, &error))?
            .unwrap_or_default())
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
        let found = found.map_err(|error| self.gazetteer_failed(asked, &error))?;
        Ok(match (place, found.as_slice()) {
            _ if asked.format == Format::Json => Ok(found),
            (Place::Postcode(_), [first, ..]) if is_suggesting(asked) => {
                Ok(first.as_postcode().into_iter().collect())
            }
            _ if is_suggesting(asked) => Ok(found),
            (Place::Postcode(_), [_, ..]) => Err(same_question(asked, place)),
            (_, [only]) if alone => Err(same_question(asked, &only.place())),
            _ => Ok(found),
        })
    }

    fn gazetteer_failed(&self, asked: &Asked, error: &GazetteerError) -> Fault {
        tracing::error!(%error, "the gazetteer failed");
        let w = self.words(asked.lang, self.current);
        Fault::new(Status::Failed, Problem::new(w.say("problem.failed")))
    }
}

/// Whether somebody is still typing: what is asked for is the list under the field and no page.
fn is_suggesting(asked: &Asked) -> bool {
    asked.field("part") == Some("suggestions")
}
