//! The datasets of areas that the national API has, whether or not our map does.
//!
//! A client that asks for a score of them at once must not be refused for one that this map does not
//! hold: of such a one the list says that it is not held. Any other name is a slip, and refused.

/// Names of datasets of geographies in the digital-land specification, in their order.
const NAMES: [&str; 96] = [
    "agricultural-land-classification",
    "air-quality-management-area",
    "ancient-woodland",
    "archaeological-priority-area",
    "area-of-outstanding-natural-beauty",
    "article-4-direction-area",
    "asset-of-community-value",
    "battlefield",
    "best-and-most-versatile-agricultural-land",
    "border",
    "brownfield-land",
    "brownfield-site",
    "buffer-zone",
    "building-preservation-notice",
    "built-up-area",
    "central-activities-zone",
    "certificate-of-immunity",
    "coastal-change-management-area",
    "common-land-and-village-green",
    "conservation-area",
    "contaminated-land",
    "control-of-major-accident-hazards-site",
    "design-code-area",
    "development-plan-boundary",
    "development-policy-area",
    "educational-establishment",
    "employment-allocation",
    "flood-risk-zone",
    "flood-storage-area",
    "flood-zone-1",
    "flood-zone-2",
    "flood-zone-3",
    "green-belt",
    "guardianship-site-and-english-heritage-site",
    "gypsy-and-traveller-site",
    "heritage-action-zone",
    "heritage-at-risk",
    "heritage-coast",
    "historic-non-designed-rural-landscape-local-landscape-area",
    "historic-stone-quarry",
    "housing-allocation",
    "hs2-safeguarded-area",
    "infrastructure-project",
    "internal-drainage-district",
    "listed-building",
    "listed-building-outline",
    "local-authority-district",
    "local-green-space",
    "local-nature-recovery-strategy",
    "local-nature-reserve",
    "local-plan-boundary",
    "local-planning-authority",
    "local-resilience-forum-boundary",
    "locally-listed-building",
    "london-square",
    "long-established-woodland",
    "long-protected-woodland",
    "main-river",
    "metropolitan-open-land",
    "mineral-safeguarding-area",
    "national-nature-reserve",
    "national-park",
    "nature-improvement-area",
    "non-designated-and-locally-listed-historic-asset",
    "non-designated-archeology-asset-of-national-importance",
    "nuclear-safety-zone",
    "open-space",
    "parish",
    "park-and-garden",
    "planning-application",
    "proposed-ramsar-site",
    "protected-land",
    "protected-view",
    "protected-wreck-site",
    "public-safety-zone-around-airport",
    "ramsar",
    "region",
    "safeguarded-aerodrome",
    "safeguarded-military-explosives-site",
    "safeguarded-wharf",
    "safety-hazard-area",
    "scheduled-monument",
    "self-and-custom-buildarea",
    "site-of-special-scientific-interest",
    "special-area-of-conservation",
    "special-protection-area",
    "suitable-alternative-green-space",
    "title-boundary",
    "transport-access-node",
    "tree",
    "tree-preservation-zone",
    "ward",
    "wildbelt",
    "wildlife",
    "world-heritage-site",
    "world-heritage-site-buffer-zone",
];

/// The national dataset of a name.
pub(super) fn dataset(name: &str) -> Option<&'static str> {
    let at = NAMES.binary_search(&name).ok()?;
    Some(NAMES[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        for name in NAMES {
            assert_eq!(dataset(name), Some(name));
        }
        assert_eq!(dataset("conservation-areas"), None);
    }
}
