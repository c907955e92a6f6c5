//! `POST /lookups`: many places in, their answers out, both in a stream.

use super::{Desk, at_desk};
use crate::page::problem::Problem;
use crate::server::body::BodyFault;
use crate::server::error::{Fault, Status};
use crate::server::limits::{MAX_LOOKUP_ROWS, MAX_LOOKUP_TIME};
use crate::server::lookups::{Ahead, Batch, BatchFault, Form, Table, TableFault, not_taken};
use crate::server::posted::{Begun, Streamed, Work};
use crate::server::reply::{Caching, Reply};
use crate::server::request::{Asked, Format};
use crate::server::snapshot::State;
use crate::tile::Encoding;
use std::sync::Arc;

/// Refuses what can be refused before the first answer, or begins.
pub(in crate::server) fn begin(state: &Arc<State>, mut asked: Asked, streamed: Streamed) -> Begun {
    // Whoever posts rows reads data.
    asked.format = Format::Json;
    let mut work = None;
    let head = at_desk(state, asked, Encoding::Identity, |desk, asked| {
        let (head, begun) = desk.lookups(asked, streamed)?;
        work = Some(begun);
        Ok(head)
    });
    match work {
        Some(work) => Begun::Goes(head, work),
        None => Begun::Refused(head),
    }
}

impl Desk<'_> {
    fn lookups(&self, asked: &Asked, streamed: Streamed) -> Result<(Reply, Work), Fault> {
        let snapshot = self.snapshot(asked)?;
        let w = self.words(asked.lang, &snapshot);
        let form = match streamed.content_type.as_str() {
            "text/csv" => Some(Form::Csv),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => {
                Some(Form::Lines)
            }
            // Nothing is named, or curl names what it always does: the first letter tells.
            "" | "application/octet-stream" | "application/x-www-form-urlencoded" => None,
            _ => {
                let problem = Problem::new(w.say("lookups.media"));
                return Err(Fault::new(Status::Unsupported, problem).in_field("content-type"));
            }
        };
        let terms = self.terms(asked, &snapshot)?;
        let place = Arc::clone(&self.state.batches).try_acquire_owned();
        let place = place
            .map_err(|_| Fault::new(Status::Unavailable, Problem::new(w.say("lookups.busy"))))?;
        let Streamed {
            incoming,
            mut outgoing,
            ..
        } = streamed;
        let table =
            Table::open(Ahead::of(incoming, MAX_LOOKUP_TIME), form).map_err(
                |fault| match &fault {
                    TableFault::Read(error) => match body_fault(error) {
                        Some(fault) => self.not_taken(asked, fault),
                        None => Fault::new(Status::BadRequest, Problem::new(not_taken(w, &fault))),
                    },
                    _ => Fault::new(Status::BadRequest, Problem::new(not_taken(w, &fault))),
                },
            )?;
        let form = asked.rows.unwrap_or(table.form());
        let head = match form {
            Form::Csv => Reply::csv_stream(),
            Form::Lines => Reply::lines_stream(),
        };
        let gazetteer = self.state.gazetteer();
        let lang = asked.lang;
        let work = move || {
            let batch = Batch {
                indexed: &snapshot.indexed,
                gazetteer: gazetteer.as_ref().as_ref(),
                terms,
                lang,
                form,
                max_rows: Some(MAX_LOOKUP_ROWS),
            };
            match batch.answer(table, &mut outgoing, &mut |_| {}) {
                Ok(tally) => tracing::debug!(?tally, "many look-ups"),
                // The last line says it, or nobody is left to be told.
                Err(fault @ (BatchFault::Read(_) | BatchFault::Write(_))) => {
                    tracing::debug!(%fault, "many look-ups ended early");
                }
            }
            drop(place);
        };
        Ok((head.cached(Caching::Never), Box::new(work)))
    }
}

/// What was wrong with a body, inside the error of its reader.
fn body_fault(error: &std::io::Error) -> Option<&BodyFault> {
    error.get_ref()?.downcast_ref()
}
