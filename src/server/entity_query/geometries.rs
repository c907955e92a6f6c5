//! The geometries of a query: well-known text, and those of entities named by number, reference or CURIE.

use super::Reading;
use super::faults::{self, bare, echo};
use crate::answer::{Entity, Figure, FigureError, FileNumber, MAX_ENTITY_VERTICES};
use crate::atlas::AreaFile;
use crate::geometry::Shape;
use crate::server::limits::MAX_ENTITY_GEOMETRIES;
use crate::wire::entity::Context;
use geozero::ToGeo as _;
use geozero::wkt::Wkt;

/// Brackets within brackets that well-known text of polygons has at most.
const MAX_DEPTH: usize = 3;

impl Reading<'_> {
    /// The geometries to compare with: of each way in which they are named, one list.
    pub(super) fn figures(&mut self) -> Vec<Vec<Figure>> {
        let named = [
            "geometry",
            "geometry_entity",
            "geometry_reference",
            "geometry_curie",
        ];
        let count: usize = named
            .iter()
            .map(|name| self.asked.every(name).count())
            .sum();
        if count > MAX_ENTITY_GEOMETRIES {
            self.faults.with(
                faults::query("geometry"),
                format!("ensure this value has at most {MAX_ENTITY_GEOMETRIES} items"),
                "value_error.list.max_items",
                Some(Context::Limit(MAX_ENTITY_GEOMETRIES)),
            );
            return Vec::new();
        }
        let written = self.written();
        let of_entities = named[1..]
            .iter()
            .map(|name| self.entities_of(name))
            .collect::<Vec<_>>();
        let mut left = MAX_ENTITY_VERTICES;
        let mut lists = vec![written];
        for entities in of_entities {
            lists.push(self.of_entities(&entities, &mut left));
        }
        lists.retain(|list| !list.is_empty());
        lists
    }

    /// `geometry`: longitude first, WGS 84.
    fn written(&mut self) -> Vec<Figure> {
        let mut figures = Vec::new();
        for text in self.asked.every("geometry") {
            match figure(text) {
                Ok(figure) => figures.push(figure),
                Err(_) if text.starts_with('{') || text.contains("{\"type\"") => self.faults.push(
                    bare("geometry"),
                    "Expected WKT format, received GeoJSON instead",
                    "value_error.invalidgeometry",
                ),
                Err(reason) => self.faults.with(
                    bare("geometry"),
                    format!("Invalid geometry {}", echo(text)),
                    "value_error.invalidgeometry",
                    Some(Context::Reason(reason)),
                ),
            }
        }
        figures
    }

    /// The entities of one of the fields that name them. One that is not there is a fault: a list that it
    /// did not narrow would look as if nothing lay there.
    fn entities_of(&mut self, field: &'static str) -> Vec<Entity> {
        let mut all = Vec::new();
        for (at, text) in self.asked.every(field).enumerate() {
            let found = match (field, text.split_once(':')) {
                ("geometry_entity", _) => {
                    let id = text.parse().ok();
                    let entity = id.and_then(|id| self.known.indexed.entity(id));
                    entity.into_iter().collect()
                }
                ("geometry_reference", _) => self.referred(None, text),
                (_, Some((dataset, reference))) => self.referred(Some(dataset), reference),
                (_, None) => Vec::new(),
            };
            if found.is_empty() {
                self.faults.push(
                    faults::nth(field, at),
                    &format!("entity not found: {}", echo(text)),
                    "value_error.entitynotfound",
                );
            }
            all.extend(found);
        }
        all
    }

    /// The areas of a reference, of one layer or all.
    fn referred(&self, dataset: Option<&str>, reference: &str) -> Vec<Entity> {
        let indexed = self.known.indexed;
        let wanted = |id: &str| dataset.is_none_or(|dataset| dataset == id);
        let layers = indexed
            .answered()
            .filter(|(_, layer)| wanted(layer.id.as_str()));
        let found = layers.filter_map(|(layer, _)| {
            let file = file(indexed, layer)?;
            let area = file.find(reference).ok()??;
            let id = file.areas()[area as usize].id;
            Some(Entity { id, layer, area })
        });
        found.collect()
    }

    /// The geometries of some entities.
    fn of_entities(&mut self, entities: &[Entity], left: &mut usize) -> Vec<Figure> {
        let mut figures = Vec::new();
        for entity in entities {
            let Some(file) = file(self.known.indexed, entity.layer) else {
                continue;
            };
            let parts = file.parts_of(entity.area);
            let vertices = parts.map(|part| part.paths().count()).sum();
            let Some(rest) = left.checked_sub(vertices) else {
                self.faults.with(
                    faults::query("geometry_entity"),
                    format!("ensure these geometries have at most {MAX_ENTITY_VERTICES} vertices"),
                    "value_error.number.not_le",
                    Some(Context::Limit(MAX_ENTITY_VERTICES)),
                );
                return figures;
            };
            *left = rest;
            figures.extend(Figure::of_area(file, entity.area));
        }
        figures
    }
}

fn file(indexed: &crate::answer::IndexedEdition, layer: usize) -> Option<&AreaFile> {
    indexed.file(FileNumber::Layer(layer as u16))
}

/// The geometry of a text, or why it is none.
fn figure(text: &str) -> Result<Figure, String> {
    let text = match text.split_once(';') {
        Some((srid, rest)) if srid.trim().eq_ignore_ascii_case("SRID=4326") => rest.trim(),
        _ => text,
    };
    let end = end(text)?;
    if !text[end..].trim().is_empty() {
        return Err("something stands after it".to_owned());
    }
    let geometry = Wkt(text).to_geo().map_err(|error| error.to_string())?;
    if matches!(geometry, geo_types::Geometry::GeometryCollection(_)) {
        return Err("a collection has no inside and no boundary; send its geometries".to_owned());
    }
    let shape = Shape::from_geometry(geometry).ok_or("it has no points")?;
    Figure::of_degrees(shape).map_err(|error: FigureError| error.to_string())
}

/// Where the outermost bracket closes. The parser of the text stops there, and goes as deep as brackets do.
fn end(text: &str) -> Result<usize, String> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' if depth == MAX_DEPTH => return Err("its brackets are nested too deep".to_owned()),
            b'(' => depth += 1,
            b')' if depth == 1 => return Ok(at + 1),
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            _ => {}
        }
    }
    Err("its brackets do not close".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_text_in_any_case_is_read_and_anything_else_refused() {
        for text in [
            "POINT(-3.5 53.2)",
            "point (-3.5 53.2)",
            "SRID=4326;POINT(-3.5 53.2)",
            "MULTIPOLYGON (((0 50, 1 50, 1 51, 0 50)))",
            "LINESTRING(0 50, 1 51)",
            "POLYGON((0 50,3 50,3 53,0 50),(1 50.2,2 50.2,2 51,1 50.2))",
            "POINT Z (1 2 3)",
        ] {
            assert!(figure(text).is_ok(), "{text}: {:?}", figure(text).err());
        }
        let deep = "GEOMETRYCOLLECTION(".repeat(800);
        for text in [
            "",
            "POINT",
            "POINT EMPTY",
            "POINT(1)",
            "POINT(nan 1)",
            "POINT(inf 1)",
            "POINT(200 1)",
            "POINT(1 2) POINT(1 2)",
            "POLYGON((0 0,1 1,1 0,0 1,0 0))",
            "POLYGON((0 0,1 1))",
            "LINESTRING(1 1)",
            "GEOMETRYCOLLECTION(POINT(1 2))",
            "SRID=27700;POINT(1 2)",
            "CIRCULARSTRING(0 0,1 1,2 0)",
            "'; DROP TABLE entity",
            &deep,
        ] {
            assert!(figure(text).is_err(), "{text}");
        }
    }
}
