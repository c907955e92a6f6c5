//! `map.json`: how an edition keeps the map's description. Twins of the domain types, because what
//! lies on disk must read the same for ever while the domain types may change.

use super::Damaged;
use crate::policy::{
    Authority, Class, Completeness, FileSettings, Group, Importance, Lang, Layer, LayerId, Map,
    Neighbour, PartialDate, Plan, Policy, Region, Stage, Text,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The file of an edition that holds the description.
pub(super) const FILE: &str = "map.json";

#[derive(Serialize, Deserialize)]
struct StoredMap {
    title: StoredText,
    authority: StoredAuthority,
    plans: Vec<StoredPlan>,
    neighbours: Vec<StoredNeighbour>,
    layers: Vec<StoredLayer>,
    policies: Vec<StoredPolicy>,
    wording: BTreeMap<String, BTreeMap<String, String>>,
    frame_ancestors: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredText {
    en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cy: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredAuthority {
    name: StoredText,
    phone: Option<String>,
    email: Option<String>,
    accent: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredRegion {
    Layer(String),
    File(String),
}

#[derive(Serialize, Deserialize)]
struct StoredPlan {
    id: String,
    title: StoredText,
    area: Option<StoredRegion>,
    stages: Vec<(String, String)>,
    url: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredNeighbour {
    name: StoredText,
    url: Option<String>,
    area: StoredRegion,
}

#[derive(Serialize, Deserialize)]
struct StoredPolicy {
    plan: String,
    code: String,
    title: StoredText,
    summary: StoredText,
    url: Option<StoredText>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredCompleteness {
    Whole,
    RowsLeftOut(u64),
    Accepted { rows: u64, reason: String },
}

#[derive(Serialize, Deserialize)]
struct StoredLayer {
    id: String,
    title: StoredText,
    group: String,
    plan: Option<String>,
    inset: Option<String>,
    coverage: Option<StoredRegion>,
    held: bool,
    completeness: StoredCompleteness,
    accuracy_m: f64,
    as_at: Option<String>,
    review_by: Option<String>,
    detail_zoom: u8,
    min_zoom: u8,
    tile_properties: Vec<String>,
    /// Absent where nothing is said of it.
    #[serde(default, skip_serializing_if = "StoredImportance::is_silent")]
    importance: StoredImportance,
    licence: Option<String>,
    attribution: Option<StoredText>,
    downloadable: bool,
    /// Absent in editions of the first versions.
    #[serde(default)]
    exclusive: bool,
    /// Absent in editions of the first versions.
    #[serde(default)]
    without_gaps: bool,
    /// Absent in editions of the first versions.
    #[serde(default)]
    file_settings: StoredFileSettings,
}

#[derive(Serialize, Deserialize, Default)]
struct StoredFileSettings {
    fields: Vec<(String, String)>,
    date_format: Option<String>,
    crs: Option<u32>,
    source_layer: Option<String>,
    duplicates: Option<String>,
}

#[derive(Serialize, Deserialize, Default, PartialEq)]
struct StoredImportance {
    column: Option<String>,
    /// What the column says, the style's word for it, and the zoom from which it is drawn.
    classes: Vec<(Vec<String>, String, u8)>,
    rank: Option<String>,
}

impl StoredImportance {
    fn is_silent(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&Importance> for StoredImportance {
    fn from(importance: &Importance) -> Self {
        let classes = importance.classes.iter();
        Self {
            column: importance.column.clone(),
            classes: classes
                .map(|of| (of.values.clone(), of.class.clone(), of.min_zoom))
                .collect(),
            rank: importance.rank.clone(),
        }
    }
}

impl From<StoredImportance> for Importance {
    fn from(stored: StoredImportance) -> Self {
        let class = |(values, class, min_zoom)| Class {
            values,
            class,
            min_zoom,
        };
        Self {
            column: stored.column,
            classes: stored.classes.into_iter().map(class).collect(),
            rank: stored.rank,
        }
    }
}

/// The description as bytes.
pub(super) fn to_bytes(map: &Map) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec_pretty(&StoredMap::from(map))
}

/// The description of bytes that this program wrote.
pub(super) fn parse(bytes: &[u8]) -> Result<Map, Damaged> {
    let damaged = |fault: String| Damaged::new(FILE, fault);
    let stored: StoredMap =
        serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
    stored
        .into_map()
        .ok_or_else(|| damaged("it names something that this version does not know".to_owned()))
}

impl From<&Text> for StoredText {
    fn from(text: &Text) -> Self {
        Self {
            en: text.en.clone(),
            cy: text.cy.clone(),
        }
    }
}

impl From<StoredText> for Text {
    fn from(text: StoredText) -> Self {
        Self {
            en: text.en,
            cy: text.cy,
        }
    }
}

impl From<&Region> for StoredRegion {
    fn from(region: &Region) -> Self {
        match region {
            Region::Layer(id) => Self::Layer(id.to_string()),
            Region::File(name) => Self::File(name.clone()),
        }
    }
}

impl StoredRegion {
    fn into_region(self) -> Option<Region> {
        Some(match self {
            Self::Layer(id) => Region::Layer(LayerId::new(id).ok()?),
            Self::File(name) => Region::File(name),
        })
    }
}

impl From<&Map> for StoredMap {
    fn from(map: &Map) -> Self {
        let mut wording: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for ((lang, key), text) in &map.wording {
            wording
                .entry((*lang).to_owned())
                .or_default()
                .insert(key.clone(), text.clone());
        }
        Self {
            title: (&map.title).into(),
            authority: StoredAuthority {
                name: (&map.authority.name).into(),
                phone: map.authority.phone.clone(),
                email: map.authority.email.clone(),
                accent: map.authority.accent.clone(),
            },
            plans: map.plans.iter().map(StoredPlan::from).collect(),
            neighbours: map
                .neighbours
                .iter()
                .map(|neighbour| StoredNeighbour {
                    name: (&neighbour.name).into(),
                    url: neighbour.url.clone(),
                    area: (&neighbour.area).into(),
                })
                .collect(),
            layers: map.layers.iter().map(StoredLayer::from).collect(),
            policies: map
                .policies
                .iter()
                .map(|policy| StoredPolicy {
                    plan: policy.plan.clone(),
                    code: policy.code.clone(),
                    title: (&policy.title).into(),
                    summary: (&policy.summary).into(),
                    url: policy.url.as_ref().map(StoredText::from),
                })
                .collect(),
            wording,
            frame_ancestors: map.frame_ancestors.clone(),
        }
    }
}

impl StoredMap {
    fn into_map(self) -> Option<Map> {
        let mut wording = BTreeMap::new();
        for (lang, messages) in self.wording {
            let lang = Lang::ALL
                .into_iter()
                .find(|known| known.code() == lang)?
                .code();
            wording.extend(messages.into_iter().map(|(key, text)| ((lang, key), text)));
        }
        let neighbour = |stored: StoredNeighbour| {
            Some(Neighbour {
                name: stored.name.into(),
                url: stored.url,
                area: stored.area.into_region()?,
            })
        };
        let policy = |stored: StoredPolicy| Policy {
            plan: stored.plan,
            code: stored.code,
            title: stored.title.into(),
            summary: stored.summary.into(),
            url: stored.url.map(Text::from),
        };
        Some(Map {
            title: self.title.into(),
            authority: Authority {
                name: self.authority.name.into(),
                phone: self.authority.phone,
                email: self.authority.email,
                accent: self.authority.accent,
            },
            plans: self
                .plans
                .into_iter()
                .map(StoredPlan::into_plan)
                .collect::<Option<_>>()?,
            neighbours: self
                .neighbours
                .into_iter()
                .map(neighbour)
                .collect::<Option<_>>()?,
            layers: self
                .layers
                .into_iter()
                .map(StoredLayer::into_layer)
                .collect::<Option<_>>()?,
            policies: self.policies.into_iter().map(policy).collect(),
            wording,
            frame_ancestors: self.frame_ancestors,
        })
    }
}

impl From<&Plan> for StoredPlan {
    fn from(plan: &Plan) -> Self {
        Self {
            id: plan.id.clone(),
            title: (&plan.title).into(),
            area: plan.area.as_ref().map(StoredRegion::from),
            stages: plan
                .stages
                .iter()
                .map(|(stage, from)| (stage.word().to_owned(), from.to_string()))
                .collect(),
            url: plan.url.clone(),
        }
    }
}

impl StoredPlan {
    fn into_plan(self) -> Option<Plan> {
        let stages = self
            .stages
            .iter()
            .map(|(stage, from)| Some((Stage::parse(stage)?, PartialDate::parse(from).ok()?)));
        Some(Plan {
            stages: stages.collect::<Option<_>>()?,
            id: self.id,
            title: self.title.into(),
            area: optional(self.area, StoredRegion::into_region)?,
            url: self.url,
        })
    }
}

impl From<&Layer> for StoredLayer {
    fn from(layer: &Layer) -> Self {
        Self {
            id: layer.id.to_string(),
            title: (&layer.title).into(),
            group: layer.group.word().to_owned(),
            plan: layer.plan.clone(),
            inset: layer.inset.as_ref().map(LayerId::to_string),
            coverage: layer.coverage.as_ref().map(StoredRegion::from),
            held: layer.held,
            completeness: match &layer.completeness {
                Completeness::Whole => StoredCompleteness::Whole,
                Completeness::RowsLeftOut(rows) => StoredCompleteness::RowsLeftOut(*rows),
                Completeness::Accepted { rows, reason } => StoredCompleteness::Accepted {
                    rows: *rows,
                    reason: reason.clone(),
                },
            },
            accuracy_m: layer.accuracy_m,
            as_at: layer.as_at.map(|date| date.to_string()),
            review_by: layer.review_by.map(|date| date.to_string()),
            detail_zoom: layer.detail_zoom,
            min_zoom: layer.min_zoom,
            tile_properties: layer.tile_properties.clone(),
            importance: StoredImportance::from(&layer.importance),
            licence: layer.licence.clone(),
            attribution: layer.attribution.as_ref().map(StoredText::from),
            downloadable: layer.downloadable,
            exclusive: layer.exclusive,
            without_gaps: layer.without_gaps,
            file_settings: StoredFileSettings::from(&layer.file_settings),
        }
    }
}

impl From<&FileSettings> for StoredFileSettings {
    fn from(settings: &FileSettings) -> Self {
        let FileSettings {
            fields,
            date_format,
            crs,
            source_layer,
            duplicates,
        } = settings.clone();
        Self {
            fields,
            date_format,
            crs,
            source_layer,
            duplicates,
        }
    }
}

impl From<StoredFileSettings> for FileSettings {
    fn from(stored: StoredFileSettings) -> Self {
        Self {
            fields: stored.fields,
            date_format: stored.date_format,
            crs: stored.crs,
            source_layer: stored.source_layer,
            duplicates: stored.duplicates,
        }
    }
}

impl StoredLayer {
    fn into_layer(self) -> Option<Layer> {
        let date = |text: String| PartialDate::parse(&text).ok();
        Some(Layer {
            id: LayerId::new(self.id).ok()?,
            title: self.title.into(),
            group: Group::parse(&self.group)?,
            plan: self.plan,
            inset: optional(self.inset, |id| LayerId::new(id).ok())?,
            coverage: optional(self.coverage, StoredRegion::into_region)?,
            held: self.held,
            completeness: match self.completeness {
                StoredCompleteness::Whole => Completeness::Whole,
                StoredCompleteness::RowsLeftOut(rows) => Completeness::RowsLeftOut(rows),
                StoredCompleteness::Accepted { rows, reason } => {
                    Completeness::Accepted { rows, reason }
                }
            },
            accuracy_m: self.accuracy_m,
            as_at: optional(self.as_at, date)?,
            review_by: optional(self.review_by, date)?,
            detail_zoom: self.detail_zoom,
            min_zoom: self.min_zoom,
            tile_properties: self.tile_properties,
            importance: self.importance.into(),
            licence: self.licence,
            attribution: self.attribution.map(Text::from),
            downloadable: self.downloadable,
            exclusive: self.exclusive,
            without_gaps: self.without_gaps,
            file_settings: self.file_settings.into(),
        })
    }
}

/// Absent stays absent; present must convert.
fn optional<A, B>(value: Option<A>, convert: impl FnOnce(A) -> Option<B>) -> Option<Option<B>> {
    match value {
        None => Some(None),
        Some(value) => convert(value).map(Some),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A map that uses every kind of thing a description holds.
    pub(in crate::atlas) fn sample() -> Map {
        let id = |id: &str| LayerId::new(id).expect("an id");
        let date = |text: &str| PartialDate::parse(text).expect("a date");
        Map {
            title: Text::bilingual("Sample", Some("Enghraifft".to_owned())),
            authority: Authority {
                name: Text::english("Council"),
                phone: Some("01632 960123".to_owned()),
                ..Authority::default()
            },
            plans: vec![Plan {
                id: "ldp-2013".to_owned(),
                title: Text::english("LDP"),
                area: Some(Region::Layer(id("plan-area"))),
                stages: vec![
                    (Stage::Deposit, date("2011-04")),
                    (Stage::Adopted, date("2013-10-24")),
                ],
                url: None,
            }],
            neighbours: vec![Neighbour {
                name: Text::english("Park"),
                url: None,
                area: Region::File("park".to_owned()),
            }],
            layers: vec![Layer {
                id: id("conservation-area"),
                title: Text::bilingual(
                    "Conservation areas",
                    Some("Ardaloedd cadwraeth".to_owned()),
                ),
                group: Group::Constraints,
                plan: None,
                inset: None,
                coverage: Some(Region::Layer(id("plan-area"))),
                held: true,
                completeness: Completeness::Accepted {
                    rows: 2,
                    reason: "two are being redrawn".to_owned(),
                },
                accuracy_m: 2.5,
                as_at: Some(date("2026-10")),
                review_by: None,
                detail_zoom: 12,
                min_zoom: 0,
                tile_properties: vec!["class".to_owned()],
                importance: Importance {
                    column: Some("type".to_owned()),
                    classes: vec![Class {
                        values: vec!["A Road".to_owned()],
                        class: "a".to_owned(),
                        min_zoom: 7,
                    }],
                    rank: Some("size".to_owned()),
                },
                licence: Some("OGL-UK-3.0".to_owned()),
                attribution: None,
                downloadable: true,
                exclusive: true,
                without_gaps: true,
                file_settings: FileSettings {
                    fields: vec![("reference".to_owned(), "CA_REF".to_owned())],
                    date_format: Some("%d/%m/%Y".to_owned()),
                    crs: Some(27700),
                    source_layer: Some("CA".to_owned()),
                    duplicates: Some("merge".to_owned()),
                },
            }],
            policies: vec![Policy {
                plan: "ldp-2013".to_owned(),
                code: "CTH/2".to_owned(),
                title: Text::english("Conservation areas"),
                summary: Text::english("Keep what makes the area special."),
                url: Some(Text::english("https://example.org/#CTH-2")),
            }],
            wording: BTreeMap::from([(("cy", "answer.heading".to_owned()), "Pennawd".to_owned())]),
            frame_ancestors: vec!["https://example.org".to_owned()],
        }
    }

    #[test]
    fn a_description_reads_back_as_written() {
        let bytes = to_bytes(&sample()).expect("written");
        assert_eq!(parse(&bytes), Ok(sample()));
    }

    #[test]
    fn what_this_version_does_not_know_is_damage_and_not_a_guess() {
        let bytes = to_bytes(&sample()).expect("written");
        let text = String::from_utf8(bytes)
            .expect("JSON")
            .replace("\"constraints\"", "\"wishes\"");
        assert!(parse(text.as_bytes()).is_err());
        assert!(parse(b"{").is_err());
    }
}
