//! `/editions` and `/changes/{a}/{b}`: what was published when, and what changed from one to another.

use super::{Desk, site};
use crate::atlas::store::Listed;
use crate::page::problem::Problem;
use crate::page::{changes as changes_page, editions as editions_page};
use crate::policy::{EditionId, link};
use crate::server::compare::{NotCompared, is_whole};
use crate::server::error::{Fault, Status};
use crate::server::limits::{
    MAX_CHANGED_VERTICES, MAX_CHANGES_IN_DATA, MAX_CHANGES_SHOWN, MAX_EDITIONS_SHOWN,
};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::wire;

impl Desk<'_> {
    pub(super) fn editions(&self, asked: &mut Asked) -> Result<Reply, Fault> {
        let path = asked.path.clone();
        asked.take_ending(&path);
        let before = match asked.filled("before") {
            Some(text) => Some(self.edition_id(asked, text)?),
            None => None,
        };
        let ids = self.state.atlas().ids().map_err(|error| {
            tracing::error!(%error, "the editions cannot be listed");
            let w = self.words(asked.lang, self.current);
            Fault::new(
                Status::Unavailable,
                Problem::new(w.say("problem.unavailable")),
            )
        })?;
        let newest_first = ids.iter().rev();
        let wanted: Vec<EditionId> = newest_first
            .filter(|&&id| before.is_none_or(|before| id < before))
            .copied()
            .collect();
        // One more than is shown: the last one's changes are told from it.
        let read = wanted.iter().take(MAX_EDITIONS_SHOWN + 1);
        let read: Vec<Listed> = read.map(|&id| self.state.atlas().listed(id)).collect();
        let shown = read.iter().enumerate().take(MAX_EDITIONS_SHOWN);
        let shown: Vec<_> = shown
            .map(|(at, listed)| {
                let older = read[at + 1..].iter().find(|older| older.manifest.is_ok());
                let since = older.filter(|_| listed.manifest.is_ok());
                (listed, since.map(|older| older.id))
            })
            .collect();
        let left = wanted.len() - shown.len();
        let last = shown.last().filter(|_| left > 0);
        let older = last.map(|(listed, _)| (listed.id, left));
        let current = self.current.indexed.edition();
        Ok(match asked.format {
            Format::Json | Format::GeoJson => {
                Reply::json(wire::editions::json(current.id(), &shown, older))
            }
            Format::Page => {
                let script = self.state.assets.script();
                let list = editions_page::List {
                    listed: &shown,
                    older,
                    before,
                };
                let site = site(self.state, self.current, &script);
                Reply::page(editions_page::page(&site, current, asked.lang, &list))
            }
        })
    }

    pub(super) fn changes(&self, asked: &mut Asked, rest: &str) -> Result<Reply, Fault> {
        let rest = asked.take_ending(rest).to_owned();
        let (before, after) = rest.split_once('/').ok_or_else(|| self.not_found(asked))?;
        let pinned = before != "current" && after != "current";
        let id = |text: &str| match text {
            "current" => Ok(self.current.id()),
            text => self.edition_id(asked, text),
        };
        let (before, after) = (id(before)?, id(after)?);
        let changes = self.state.changes(before, after);
        let changes = changes.map_err(|error| self.not_compared(asked, error))?;
        let caching = if is_whole(&changes) {
            Caching::pinned_if(pinned)
        } else {
            // A layer that cannot be read just now may be readable again.
            Caching::Never
        };
        // Each layer gets an equal share: one that was drawn anew must not hide the others.
        let share = |all: usize| (all / changes.layers.len().max(1)).max(1);
        let reply = match asked.format {
            Format::Json => Reply::json(wire::changes::json(&changes, share(MAX_CHANGES_IN_DATA))),
            Format::GeoJson => {
                Reply::geojson(wire::changes::geojson(&changes, MAX_CHANGED_VERTICES))
            }
            Format::Page => {
                let script = self.state.assets.script();
                let site = site(self.state, self.current, &script);
                let path = format!("/changes/{rest}");
                let most = share(MAX_CHANGES_SHOWN);
                Reply::page(changes_page::in_frame::page(
                    &site, &changes, &path, asked.lang, most,
                ))
            }
        };
        Ok(reply.cached(caching))
    }

    /// An edition's id as it was typed.
    fn edition_id(&self, asked: &Asked, text: &str) -> Result<EditionId, Fault> {
        text.parse().map_err(|_| {
            let w = self.words(asked.lang, self.current);
            let message = w.say_with("problem.edition_unknown", &[("id", text)]);
            let mut problem = Problem::new(message);
            problem.way_out = Some(self.all_editions(asked));
            Fault::new(Status::NotFound, problem).in_field("edition")
        })
    }

    /// Text and path of the list of editions.
    fn all_editions(&self, asked: &Asked) -> (String, String) {
        let w = self.words(asked.lang, self.current);
        let path = link::in_lang(asked.lang, "/editions");
        (w.say("changes.editions_link"), path)
    }

    fn not_compared(&self, asked: &Asked, error: NotCompared) -> Fault {
        match error {
            NotCompared::Store(error) => {
                let way_out = self.all_editions(asked);
                self.not_opened(asked, error, way_out).in_field("edition")
            }
            NotCompared::Busy => {
                let w = self.words(asked.lang, self.current);
                Fault::new(Status::Unavailable, Problem::new(w.say("problem.busy")))
            }
        }
    }
}
