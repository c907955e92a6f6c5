//! From a checked request to an answer: one call into the other rooms, one conversion.
//!
//! One file a resource; here is what they share: the request's desk, its snapshot, its faults.

mod area;
mod at;
mod basemap;
mod dataset;
mod entity;
mod gone;
mod history;
mod lookups;
mod search;
mod site;
mod stills;
mod tiles;

pub(super) use lookups::begin as stream;

use super::body::BodyFault;
use super::error::{Fault, Status};
use super::posted::Posted;
use super::reply::{Caching, Reply};
use super::request::{Asked, unknown_layer};
use super::snapshot::{Snapshot, State};
use crate::atlas::edition::OpenError;
use crate::atlas::store::StoreError;
use crate::atlas::{Damaged, StoredLayer};
use crate::page::problem::Problem;
use crate::page::{MapView, Site, Words, home, still};
use crate::policy::{Lang, LayerId, link};
use crate::tile::Encoding;
use std::sync::Arc;

/// Zoom at which the viewer opens on a place.
const PLACE_ZOOM: f64 = 16.0;

/// Answers a request.
pub(super) fn answer(state: &State, asked: Asked, encoding: Encoding) -> Reply {
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is not general over the desk's lifetime"
    )]
    at_desk(state, asked, encoding, |desk, asked| desk.answer(asked))
}

/// Answers a request whose body was taken whole.
pub(super) fn post(state: &State, asked: Asked, encoding: Encoding, posted: &Posted) -> Reply {
    at_desk(state, asked, encoding, |desk, asked| {
        desk.post(asked, posted)
    })
}

/// Answers a request whose body could not be taken.
pub(super) fn not_taken(state: &State, asked: Asked, fault: &BodyFault) -> Reply {
    at_desk(state, asked, Encoding::Identity, |desk, asked| {
        Err(desk.not_taken(asked, fault))
    })
}

fn at_desk(
    state: &State,
    mut asked: Asked,
    encoding: Encoding,
    work: impl FnOnce(&Desk<'_>, &mut Asked) -> Result<Reply, Fault>,
) -> Reply {
    let current = state.current();
    let desk = Desk {
        state,
        current: &current,
        encoding,
    };
    let outcome = work(&desk, &mut asked);
    outcome.unwrap_or_else(|fault| {
        let script = state.assets.script();
        let site = site(state, &current, &script);
        fault.reply(&site, &current.indexed, &asked)
    })
}

fn site<'a>(state: &'a State, current: &Snapshot, script: &'a str) -> Site<'a> {
    Site {
        public_url: &state.public_url,
        has_public_url: state.has_public_url,
        today: state.today(),
        newest: current.id(),
        css: &state.assets.page_css,
        script,
    }
}

/// One request and the snapshot that it took.
struct Desk<'a> {
    state: &'a State,
    current: &'a Arc<Snapshot>,
    encoding: Encoding,
}

impl Desk<'_> {
    fn answer(&self, asked: &mut Asked) -> Result<Reply, Fault> {
        let path = asked.path.clone();
        match path.as_str() {
            "/" => return Ok(self.home(asked)),
            "/search" | "/search.json" => return self.search(asked),
            "/site" | "/site.json" | "/site.geojson" => return self.site(asked),
            "/editions" | "/editions.json" => return self.editions(asked),
            "/entity" | "/entity.json" | "/entity.geojson" => return self.entities(asked),
            "/dataset.json" => return self.datasets(asked),
            "/style.json" => return self.style(asked),
            "/basemap.json" => return self.basemap_json(asked),
            "/tiles.json" => return self.tilejson(asked, None),
            "/health/live" => return Ok(Reply::text("live\n").cached(Caching::Never)),
            "/health/ready" => return Ok(self.ready()),
            "/favicon.ico" => return Err(self.not_found(asked)),
            _ => {}
        }
        if let Some(place) = path.strip_prefix("/at/") {
            return self.at(asked, place);
        }
        if let Some(rest) = path.strip_prefix("/area/") {
            return self.area(asked, rest);
        }
        if let Some(rest) = path.strip_prefix("/entity/") {
            return self.entity(asked, rest);
        }
        if let Some(rest) = path.strip_prefix("/dataset/") {
            return self.dataset(asked, rest);
        }
        if let Some(rest) = path.strip_prefix("/policy/") {
            return self.policy(asked, rest);
        }
        if let Some(rest) = path.strip_prefix("/changes/") {
            return self.changes(asked, rest);
        }
        if let Some(rest) = path.strip_prefix("/basemap/") {
            return self.basemap_tile(asked, rest);
        }
        if let Some(rest) = path.strip_prefix("/map/") {
            return self.map(asked, rest);
        }
        if let Some(rest) = path.strip_prefix("/tiles/") {
            return self.tiles(asked, rest);
        }
        if let Some(rest) = path.strip_prefix("/viewer/") {
            return self.viewer(asked, rest);
        }
        Err(self.not_found(asked))
    }

    fn post(&self, asked: &mut Asked, posted: &Posted) -> Result<Reply, Fault> {
        match asked.path.as_str() {
            "/site" | "/site.json" | "/site.geojson" => self.post_site(asked, posted),
            _ => Err(self.not_found(asked)),
        }
    }

    fn not_taken(&self, asked: &Asked, fault: &BodyFault) -> Fault {
        let w = self.words(asked.lang, self.current);
        let (status, message) = match fault {
            BodyFault::TooLong { limit } => {
                let limit = limit.to_string();
                let message = w.say_with("problem.body_too_long", &[("max", &limit)]);
                (Status::TooLarge, message)
            }
            BodyFault::TooSlow | BodyFault::Broken(_) => {
                (Status::Timeout, w.say("problem.body_broke_off").to_owned())
            }
        };
        Fault::new(status, Problem::new(message))
    }

    fn words<'b>(&self, lang: Lang, snapshot: &'b Snapshot) -> Words<'b> {
        Words::of(lang, Some(snapshot.indexed.edition().map()))
    }

    fn not_found(&self, asked: &Asked) -> Fault {
        let w = self.words(asked.lang, self.current);
        Fault::new(Status::NotFound, Problem::new(w.say("problem.not_found")))
    }

    fn unavailable(&self, asked: &Asked, damaged: &Damaged) -> Fault {
        tracing::error!(%damaged, "a file cannot be read");
        let w = self.words(asked.lang, self.current);
        Fault::new(
            Status::Unavailable,
            Problem::new(w.say("problem.unavailable")),
        )
    }

    /// The edition that the request names, or the current one.
    fn snapshot(&self, asked: &Asked) -> Result<Arc<Snapshot>, Fault> {
        let w = self.words(asked.lang, self.current);
        let Some(id) = asked.edition(w)? else {
            return Ok(Arc::clone(self.current));
        };
        self.state.edition(id).map_err(|error| {
            let today = link::in_lang(asked.lang, &link::encode(&asked.path, "/,:"));
            let way_out = (w.say("problem.today_link"), today);
            self.not_opened(asked, error, way_out).in_field("edition")
        })
    }

    /// The fault of an edition that is not there or cannot be opened.
    fn not_opened(&self, asked: &Asked, error: StoreError, way_out: (String, String)) -> Fault {
        let w = self.words(asked.lang, self.current);
        match error {
            StoreError::Open(OpenError::Absent(id)) => {
                // Editions come in order: an older one that is not there was pruned, a newer one never was.
                let name = id.to_string();
                let values = [("id", name.as_str())];
                let (status, message) = if id < self.current.id() {
                    let message = w.say_with("problem.edition_not_found", &values);
                    (Status::Gone, message)
                } else {
                    let message = w.say_with("problem.edition_unknown", &values);
                    (Status::NotFound, message)
                };
                let mut problem = Problem::new(message);
                problem.way_out = Some(way_out);
                Fault::new(status, problem)
            }
            other => {
                tracing::error!(error = %other, "an edition cannot be opened");
                Fault::new(
                    Status::Unavailable,
                    Problem::new(w.say("problem.unavailable")),
                )
            }
        }
    }

    fn home(&self, asked: &Asked) -> Reply {
        let snapshot = self.current;
        let bounds = snapshot.bounds;
        let source = self.drawing(snapshot, asked.lang, self.state.today());
        let still = still::overview(source, &bounds);
        let (centre, zoom) = still::fitting(&bounds);
        let map = MapView {
            centre,
            zoom,
            bounds,
            still,
        };
        let script = self.state.assets.script();
        let site = site(self.state, self.current, &script);
        Reply::page(home::page(&site, &snapshot.indexed, asked.lang, map))
    }

    fn layer<'b>(
        &self,
        w: Words<'_>,
        snapshot: &'b Snapshot,
        id: &str,
    ) -> Result<&'b StoredLayer, Fault> {
        let edition = snapshot.indexed.edition();
        edition.layer(id).ok_or_else(|| {
            let known: Vec<LayerId> = edition
                .layers()
                .iter()
                .map(|stored| stored.layer.id.clone())
                .collect();
            Fault::new(Status::NotFound, Problem::new(unknown_layer(w, id, &known)))
                .in_field("layer")
        })
    }

    fn number_of(&self, snapshot: &Snapshot, id: &str) -> Option<usize> {
        snapshot.layer_number(id)
    }

    fn ready(&self) -> Reply {
        let damaged = self
            .current
            .indexed
            .edition()
            .layers()
            .iter()
            .filter(|stored| stored.areas.is_some() && stored.readable().is_none());
        let damaged: Vec<&str> = damaged.map(|stored| stored.layer.id.as_str()).collect();
        let edition = self.current.id();
        let text = if damaged.is_empty() {
            format!("ready {edition}\n")
        } else {
            format!("ready {edition}, without {}\n", damaged.join(", "))
        };
        Reply::text(&text).cached(Caching::Never)
    }
}
