//! `groundrule layers`: what the current edition holds.

use super::exit::Exit;
use super::{AtlasArgument, Terminal};
use crate::atlas::Atlas;
use crate::loading::counted;
use crate::policy::{Completeness, Region};

/// Lists the layers in the map's order.
pub(super) fn list(argument: &AtlasArgument, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let atlas = Atlas::open(&argument.atlas)?;
    let edition = atlas.current_edition()?;
    writeln!(terminal.out, "edition {}", edition.id())?;
    let mut damaged = false;
    let ids = edition
        .layers()
        .iter()
        .map(|stored| stored.layer.id.as_str().len());
    let width = ids.max().unwrap_or_default();
    for stored in edition.layers() {
        let layer = &stored.layer;
        let holds = match &stored.areas {
            None => "not held".to_owned(),
            Some(Err(error)) => {
                damaged = true;
                error.to_string()
            }
            Some(Ok(file)) => {
                let areas = counted(file.areas().len() as u64, "area");
                format!("{areas}, EPSG:{}", file.space().epsg())
            }
        };
        let coverage = match &layer.coverage {
            None => "coverage not declared".to_owned(),
            Some(Region::Layer(id)) => format!("complete in {id}"),
            Some(Region::File(name)) => format!("complete in {name}"),
        };
        let region = layer.coverage.as_ref();
        let unreadable = match region.filter(|region| edition.region(region).is_none()) {
            // The layer's own line says what is wrong with it.
            Some(Region::Layer(_)) => ", which cannot be read",
            Some(Region::File(_)) => {
                damaged = true;
                ", which is damaged"
            }
            None => "",
        };
        let completeness = match &layer.completeness {
            Completeness::Whole => String::new(),
            Completeness::RowsLeftOut(rows) => {
                format!(", incomplete: {} left out", counted(*rows, "row"))
            }
            Completeness::Accepted { rows, reason } => {
                format!(", {} left out: {reason}", counted(*rows, "row"))
            }
        };
        let (id, group) = (layer.id.as_str(), layer.group.word());
        writeln!(
            terminal.out,
            "{id:<width$}  {group:<11}  {holds}; {coverage}{unreadable}{completeness}"
        )?;
    }
    Ok(if damaged { Exit::Failed } else { Exit::Done })
}
