//! `groundrule layers`: what the current edition holds.

use super::exit::Exit;
use super::{AtlasArgument, Terminal};
use crate::atlas::Atlas;
use crate::policy::{Completeness, Region};

/// Lists the layers in the map's order.
pub(super) fn list(argument: &AtlasArgument, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let atlas = Atlas::open(&argument.atlas)?;
    let edition = atlas.current_edition()?;
    writeln!(terminal.out, "edition {}", edition.id())?;
    let mut damaged = false;
    for stored in edition.layers() {
        let layer = &stored.layer;
        let holds = match &stored.areas {
            None => "not held".to_owned(),
            Some(Err(error)) => {
                damaged = true;
                error.to_string()
            }
            Some(Ok(file)) => format!("{} areas, EPSG:{}", file.areas().len(), file.space().epsg()),
        };
        let coverage = match &layer.coverage {
            None => "coverage not declared".to_owned(),
            Some(Region::Layer(id)) => format!("complete in {id}"),
            Some(Region::File(name)) => format!("complete in {name}"),
        };
        let completeness = match &layer.completeness {
            Completeness::Whole => String::new(),
            Completeness::RowsLeftOut(rows) => format!(", incomplete: {rows} rows left out"),
            Completeness::Accepted { rows, reason } => format!(", {rows} rows left out: {reason}"),
        };
        let (id, group) = (&layer.id, layer.group.word());
        writeln!(
            terminal.out,
            "{id:<40} {group:<12} {holds}; {coverage}{completeness}"
        )?;
    }
    Ok(if damaged { Exit::Refused } else { Exit::Done })
}
