//! Areas of the shared GeoJSON files.

use crate::editions::area;
use geo_types::Geometry;
use groundrule::geometry::Shape;
use groundrule::policy::Area;

/// The areas of a shared GeoJSON file; references are row numbers.
pub fn shared_areas(path: &str) -> Option<Vec<Area>> {
    let text = std::fs::read_to_string(crate::support::shared(path)?).expect(path);
    let collection: geojson::FeatureCollection = text.parse().expect(path);
    let rows = collection.features.into_iter().enumerate();
    let areas = rows.filter_map(|(row, feature)| {
        let geometry: Geometry<f64> = feature.geometry?.try_into().ok()?;
        Some(area(&format!("row-{row}"), Shape::from_geometry(geometry)?))
    });
    Some(areas.collect())
}
