//! `/site`: the answer for a drawn site, from its corners in a link, from a form, or from GeoJSON that is posted.

use super::{Desk, PLACE_ZOOM, site};
use crate::answer::{Answer, Site};
use crate::page::MapView;
use crate::page::problem::Problem;
use crate::page::site::{SitePage, Typed, answer_page, form_page};
use crate::page::still;
use crate::policy::link;
use crate::server::consult::all_read;
use crate::server::drawing::{self, DrawingError};
use crate::server::error::{Fault, Status};
use crate::server::posted::Posted;
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::wire;
use std::sync::Arc;

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

impl Desk<'_> {
    /// `GET /site`: the form, or the answer for the corners in the link.
    pub(super) fn site(&self, asked: &mut Asked) -> Result<Reply, Fault> {
        let path = asked.path.clone();
        asked.take_ending(&path);
        let Some(points) = asked.field("points").map(str::to_owned) else {
            return match asked.format {
                Format::Page => Ok(self.site_form(asked, None)),
                Format::Json | Format::GeoJson => self.not_drawn(asked, &DrawingError::Empty),
            };
        };
        asked
            .query
            .push(("geometry".to_owned(), points.replace(';', "\n")));
        let drawn = drawing::of_pairs(&points);
        let pinned = asked.names_edition() && asked.filled("on").is_some();
        self.answer_drawn(asked, drawn, Caching::pinned_if(pinned))
    }

    /// `POST /site`: a form, or a drawing as it is.
    pub(super) fn post_site(&self, asked: &mut Asked, posted: &Posted) -> Result<Reply, Fault> {
        let path = asked.path.clone();
        asked.take_ending(&path);
        let text = String::from_utf8_lossy(&posted.bytes);
        if posted.content_type != FORM {
            return self.answer_drawn(asked, drawing::read(&text), Caching::Never);
        }
        asked.take_form(&text);
        let geometry = asked.field("geometry").unwrap_or_default();
        let drawn = drawing::read(geometry);
        if let (Ok(points), Format::Page) = (drawn.as_ref().map(Site::points), asked.format)
            && let Some(points) = points
            && self.terms(asked, self.current).is_ok()
        {
            // The answer gets an address that can be kept and sent.
            let kept = asked.kept_query();
            let mark = if kept.is_empty() { "" } else { "&" };
            let path = link::in_lang(asked.lang, &link::site(&points));
            return Ok(Reply::see_other(format!("{path}{mark}{kept}")));
        }
        self.answer_drawn(asked, drawn, Caching::Never)
    }

    fn answer_drawn(
        &self,
        asked: &Asked,
        drawn: Result<Site, DrawingError>,
        caching: Caching,
    ) -> Result<Reply, Fault> {
        let snapshot = self.snapshot(asked)?;
        let drawn = match drawn {
            Ok(drawn) => Arc::new(drawn),
            Err(error) => return self.not_drawn(asked, &error),
        };
        let terms = match self.terms(asked, &snapshot) {
            Ok(terms) => terms,
            Err(fault) => return self.wrong_field(asked, fault),
        };
        let answer = match drawing::answered(&snapshot.indexed, &drawn, &terms) {
            Ok(answer) => answer,
            Err(error) => return self.not_drawn(asked, &error),
        };
        let answers = std::slice::from_ref(&answer);
        let caching = if all_read(answers) {
            caching
        } else {
            Caching::Never
        };
        Ok(match asked.format {
            Format::Json => {
                let json = wire::site::json(&snapshot.indexed, &drawn, &answer, asked.lang);
                Reply::json(json).cached(caching)
            }
            Format::GeoJson => {
                let json = wire::area::collection(&snapshot.indexed, &answer)
                    .map_err(|damaged| self.unavailable(asked, &damaged))?;
                Reply::geojson(json).cached(caching)
            }
            // A page says when a newer edition was published, so it is always asked for again.
            Format::Page => {
                let kept = if caching == Caching::Never {
                    Caching::Never
                } else {
                    Caching::Revalidate
                };
                self.drawn_page(asked, &snapshot, &drawn, answers)
                    .cached(kept)
            }
        })
    }

    fn drawn_page(
        &self,
        asked: &Asked,
        snapshot: &crate::server::snapshot::Snapshot,
        drawn: &Site,
        answers: &[Answer],
    ) -> Reply {
        let script = self.state.assets.script();
        let site = site(self.state, self.current, &script);
        let (centre, zoom) = still::around(answers, PLACE_ZOOM + 2.0);
        let query = asked.kept_query();
        let mut page = SitePage {
            indexed: &snapshot.indexed,
            drawn,
            answer: &answers[0],
            lang: asked.lang,
            map: MapView {
                centre,
                zoom,
                bounds: snapshot.bounds,
                still: None,
            },
            query: &query,
            typed: typed(asked, drawn),
        };
        let still = self.marked(snapshot, asked.lang, answers, (centre, zoom));
        self.with_still(Some(&still), |drawn| {
            page.map.still = drawn;
            answer_page(&site, &page)
        })
    }

    /// What is wrong with the drawing: at the field where it was typed, or as data.
    fn not_drawn(&self, asked: &Asked, error: &DrawingError) -> Result<Reply, Fault> {
        let w = self.words(asked.lang, self.current);
        let problem = Problem::new(error.sentence(w));
        self.wrong_field(
            asked,
            Fault::new(Status::BadRequest, problem).in_field("geometry"),
        )
    }

    fn wrong_field(&self, asked: &Asked, fault: Fault) -> Result<Reply, Fault> {
        match (asked.format, fault.field) {
            (Format::Page, Some(field)) => {
                let wrong = (field, fault.problem.message);
                let reply = self.site_form(asked, Some(wrong));
                Ok(reply
                    .with_status(fault.status.code())
                    .cached(Caching::Never))
            }
            _ => Err(fault),
        }
    }

    fn site_form(&self, asked: &Asked, wrong: Option<(&'static str, String)>) -> Reply {
        let snapshot = self.current;
        let source = self.drawing(snapshot, asked.lang, self.state.today());
        let (centre, zoom) = still::fitting(&snapshot.bounds);
        let map = MapView {
            centre,
            zoom,
            bounds: snapshot.bounds,
            still: still::overview(source, &snapshot.bounds),
        };
        let field = |name: &str| asked.field(name).unwrap_or_default().to_owned();
        let typed = Typed {
            geometry: field("geometry"),
            on: field("on"),
            within: field("within"),
            layers: field("layers"),
            wrong,
        };
        let script = self.state.assets.script();
        let site = site(self.state, self.current, &script);
        Reply::page(form_page(&site, &snapshot.indexed, asked.lang, map, typed))
    }
}

/// What to put into the form to change the site: its corners, one a line, where a link can carry them.
fn typed(asked: &Asked, drawn: &Site) -> Typed {
    let field = |name: &str| asked.field(name).unwrap_or_default().to_owned();
    Typed {
        geometry: drawn.points().unwrap_or_default().replace(';', "\n"),
        on: field("on"),
        within: field("within"),
        layers: field("layers"),
        wrong: None,
    }
}
