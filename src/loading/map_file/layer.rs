//! A `[[layer]]` table: the layer as people see it, and how its files are to be read.

use super::regions::Regions;
use super::section::Section;
use super::{Duplicates, LayerSource};
use crate::geometry::Crs;
use crate::loading::fields::Field;
use crate::loading::nearest::nearest;
use crate::loading::{crs, dates, reader};
use crate::policy::{Class, Completeness, Group, Importance, Layer, LayerId, Plan, Region, Text};
use std::path::Path;
use toml::de::DeValue;

/// What a layer's table is read against.
pub struct Around<'a> {
    pub folder: &'a Path,
    pub plans: &'a [Plan],
    pub layers: &'a [LayerId],
    /// The coverage of layers that say none.
    pub coverage: Option<&'a Region>,
}

/// The ids of all layers, those that are not ids left out.
pub fn ids(document: &Section) -> Vec<LayerId> {
    let sections = document.sections("layer");
    let ids = sections
        .iter()
        .filter_map(|section| LayerId::new(section.text("id")?).ok());
    ids.collect()
}

/// One layer; `None` where it has no id.
pub fn read(
    mut section: Section,
    around: &Around,
    regions: &mut Regions,
) -> Option<(Layer, LayerSource)> {
    let id = section.needed("id", "write a short name as in id = \"conservation-area\"")?;
    section.name = format!("[[layer]] {id}");
    let id = match LayerId::new(id) {
        Ok(id) => id,
        Err(error) => {
            section.wrong("id", "cannot be used", &error.to_string());
            return None;
        }
    };
    if around.layers.iter().filter(|known| **known == id).count() > 1 {
        section.wrong("id", "stands twice", "give every layer an id of its own");
    }
    let source = source(&section, &id, around.folder);
    let importance = importance(&section);
    let own_coverage = regions.of(&section, "coverage");
    let layer = Layer {
        title: section.both("title").unwrap_or_else(|| title_of(&id)),
        group: group(&section),
        plan: plan(&section, around.plans),
        inset: inset(&section, around.layers),
        coverage: own_coverage.or_else(|| around.coverage.cloned()),
        held: !source.files.is_empty(),
        completeness: Completeness::Whole,
        accuracy_m: section.number("accuracy-m", Layer::DEFAULT_ACCURACY_M, (0.0, 10_000.0)),
        as_at: section.date("as-at"),
        review_by: section.date("review-by"),
        detail_zoom: section.zoom("detail-zoom", Layer::DEFAULT_DETAIL_ZOOM),
        min_zoom: section.zoom("min-zoom", 0),
        tile_properties: tile_properties(&section, &importance),
        importance,
        licence: section.text("licence"),
        attribution: section.both("attribution"),
        downloadable: section.flag("downloadable", false),
        exclusive: source.exclusive,
        without_gaps: source.without_gaps,
        file_settings: source.settings(),
        id,
    };
    section.finish();
    Some((layer, source))
}

/// `conservation-area` → `Conservation area`.
pub fn title_of(id: &LayerId) -> Text {
    let words = id.as_str().replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    Text::english(first.into_iter().chain(letters).collect::<String>())
}

fn source(section: &Section, id: &LayerId, folder: &Path) -> LayerSource {
    let files = section
        .texts("file")
        .iter()
        .map(|file| folder.join(file))
        .collect();
    LayerSource {
        id: id.clone(),
        files,
        source_layer: section.text("source-layer"),
        crs: declared_crs(section),
        kept_crs: None,
        fields: fields(section),
        kept_fields: Vec::new(),
        date_format: date_format(section),
        duplicates: duplicates(section),
        exclusive: section.flag("exclusive", false),
        without_gaps: section.flag("no-gaps", false),
        incomplete: incomplete(section),
    }
}

/// What the map asks for, and the class, which the style reads, where the map tells classes apart.
fn tile_properties(section: &Section, importance: &Importance) -> Vec<String> {
    let mut names = section.texts("tile-properties");
    if importance.column.is_some() && names.iter().all(|name| name != "class") {
        names.push("class".to_owned());
    }
    names
}

fn importance(section: &Section) -> Importance {
    let importance = Importance {
        column: section.text("class"),
        classes: section
            .sections("classes")
            .into_iter()
            .filter_map(class)
            .collect(),
        rank: section.text("rank"),
    };
    let said = [
        ("class", importance.column.is_some()),
        ("classes", !importance.classes.is_empty()),
        ("rank", importance.rank.is_some()),
    ];
    let context = section.text("group").as_deref() == Some(Group::Context.word());
    for (key, _) in said.iter().filter(|(_, said)| *said && !context) {
        let right = "other layers show every area: leave it out, or use tile-properties";
        section.wrong(key, "is for layers of the group context alone", right);
    }
    if importance.column.is_none() && !importance.classes.is_empty() {
        let right = "name the column that says what each line or point is";
        section.wrong("class", "is missing", right);
    }
    importance
}

fn class(section: Section) -> Option<Class> {
    let values = section.texts("values");
    if values.is_empty() {
        let right = "list what the column says, as values = [\"A Road\"]";
        section.wrong("values", "is missing", right);
    }
    let class = section.needed("class", "write the style's word for them, as class = \"a\"");
    let class = class.map(|class| Class {
        values,
        class,
        min_zoom: section.zoom("min-zoom", 0),
    });
    section.finish();
    class
}

fn declared_crs(section: &Section) -> Option<Crs> {
    let name = section.text("crs")?;
    match crs::of_name(&name) {
        reader::Declared::Known(crs) => Some(crs),
        _ => {
            let known = Crs::ALL
                .map(|crs| format!("EPSG:{}", crs.epsg()))
                .join(", ");
            section.wrong(
                "crs",
                &format!("“{name}” cannot be read"),
                &format!("write one of {known}"),
            );
            None
        }
    }
}

fn fields(section: &Section) -> Vec<(Field, String)> {
    let Some(table) = section.section("fields") else {
        return Vec::new();
    };
    let mut fields = Vec::new();
    for (key, value) in table.entries() {
        let Some(field) = Field::parse(key) else {
            let words = Field::ALL.map(|(_, word)| word);
            let right = nearest(key, words).map_or_else(
                || format!("the fields are: {}", words.join(", ")),
                |near| format!("did you mean “{near}”?"),
            );
            section.wrong(
                "fields",
                &format!(
                    "has “{}”, which is no field",
                    crate::loading::finding::shown(key)
                ),
                &right,
            );
            continue;
        };
        match value.get_ref() {
            DeValue::String(column) => fields.push((field, column.to_string())),
            _ => section.wrong(
                "fields",
                &format!("has no column name for {key}"),
                "write the column's name in quotation marks",
            ),
        }
    }
    let has = |field: Field| fields.iter().any(|(known, _)| *known == field);
    for (one, other, word) in [(Field::X, Field::Y, "y"), (Field::Y, Field::X, "x")] {
        if has(one) && !has(other) {
            section.wrong(
                "fields",
                &format!("names a column for {} and none for {word}", one.word()),
                "name both, or geometry for well-known text",
            );
        }
    }
    fields.sort();
    fields
}

fn date_format(section: &Section) -> Option<String> {
    let format = section.text("date-format")?;
    if !dates::is_format(&format) {
        section.wrong(
            "date-format",
            &format!("“{format}” is not a format of dates"),
            "write it as \"%d/%m/%Y\"",
        );
    }
    Some(format)
}

fn duplicates(section: &Section) -> Duplicates {
    let word = section.text("duplicate-references");
    let Some(word) = word else {
        return Duplicates::Refuse;
    };
    Duplicates::parse(&word).unwrap_or_else(|| {
        section.wrong(
            "duplicate-references",
            &format!("“{word}” is not known"),
            "write \"refuse\", \"merge\" (rows are parts of one area) or \"separate\" (rows are areas of their own)",
        );
        Duplicates::Refuse
    })
}

fn incomplete(section: &Section) -> Option<String> {
    let text = section.text("incomplete")?;
    if text == "refuse" {
        return None;
    }
    let reason = text
        .strip_prefix("accepted:")
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    if reason.is_none() {
        section.wrong(
            "incomplete",
            &format!("“{text}” is not known"),
            "write \"refuse\" or \"accepted: REASON\"",
        );
    }
    reason.map(ToOwned::to_owned)
}

fn group(section: &Section) -> Group {
    let words = Group::ALL.map(|(_, word)| word);
    let right = format!("write one of {}", words.join(", "));
    let Some(word) = section.needed("group", &right) else {
        return Group::Constraints;
    };
    Group::parse(&word).unwrap_or_else(|| {
        let right = nearest(&word, words).map_or(right, |near| format!("did you mean “{near}”?"));
        section.wrong("group", &format!("“{word}” is not known"), &right);
        Group::Constraints
    })
}

fn plan(section: &Section, plans: &[Plan]) -> Option<String> {
    let id = section.text("plan")?;
    if plans.iter().all(|plan| plan.id != id) {
        let ids: Vec<&str> = plans.iter().map(|plan| plan.id.as_str()).collect();
        let right = match nearest(&id, ids.iter().copied()) {
            Some(near) => format!("did you mean “{near}”?"),
            None => "describe it under [[plan]]".to_owned(),
        };
        section.wrong("plan", &format!("“{id}” is no plan of this map"), &right);
    }
    Some(id)
}

fn inset(section: &Section, layers: &[LayerId]) -> Option<LayerId> {
    let id = section.text("inset")?;
    let known = layers.iter().find(|layer| layer.as_str() == id).cloned();
    if known.is_none() {
        section.wrong(
            "inset",
            &format!("“{id}” is no layer of this map"),
            "name the boundary layer of the inset",
        );
    }
    known
}
