//! `/search`: straight to a place where there is one, else the places to choose from.

use super::{Desk, site};
use crate::geometry::LonLat;
use crate::page::problem::Problem;
use crate::page::{search, still};
use crate::places::{Found, Place, Typed};
use crate::policy::link;
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

    pub(super) fn search(&self, asked: &mut Asked) -> Result<Reply, Fault> {
        let path = asked.path.clone();
        asked.take_ending(&path);
        let w = self.words(asked.lang, self.current);
        let text = asked.field("q").unwrap_or_default().trim().to_owned();
        let fault = |error: &_| {
            Fault::new(Status::BadRequest, Problem::of_place(w, &text, error)).in_field("q")
        };
        let typed = Typed::parse(&text).map_err(|error| fault(&error))?;
        let to = |place: &Place| link::in_lang(asked.lang, &link::at(&place.slug()));
        let gazetteer = self.state.gazetteer();
        let found = match (&typed.place, gazetteer.as_ref()) {
            (Place::Name(name), Some(gazetteer)) => gazetteer.search(name),
            (Place::Postcode(postcode), Some(gazetteer)) => gazetteer.postcode(postcode),
            (Place::Name(_) | Place::Postcode(_), None) => Ok(Vec::new()),
            (place, _) => return Ok(Reply::see_other(to(place))),
        };
        let found = found.map_err(|error| {
            tracing::error!(%error, "the gazetteer failed");
            Fault::new(Status::Failed, Problem::new(w.say("problem.failed")))
        })?;
        if asked.format == Format::Json {
            return Ok(Reply::json(wire::place::json(&found)));
        }
        match (&typed.place, found.as_slice()) {
            (Place::Postcode(_), [_, ..]) => Ok(Reply::see_other(to(&typed.place))),
            (_, [only]) => Ok(Reply::see_other(to(&only.place()))),
            _ => Ok(self.results(asked, &text, &found)),
        }
    }
}
