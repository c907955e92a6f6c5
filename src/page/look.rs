//! How each layer of a map looks: the classes of `styles/` brought to the layers of an edition.
//!
//! `styles/README.md` has the rules. The MapLibre style, the viewer and the still maps all draw from
//! what comes out here, so that they agree.

use crate::answer::IndexedEdition;
use crate::atlas::Edition;
use crate::geometry::Kind;
use crate::policy::{Group, Layer};
use crate::tile::{Budget, EditionTiles, MAX_ZOOM, Shown};
use serde_json::{Map as Object, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A MapLibre style layer without id and source, as `styles/classes.json` has it.
pub type Fragment = Object<String, Json>;

/// How the layers of one edition look, bottom first.
#[derive(Debug, Clone)]
pub struct Looks {
    /// The colour behind everything.
    pub background: String,
    /// What is drawn, in order.
    pub strokes: Vec<Stroke>,
    /// The patterns that are used, by name, as `styles/patterns.json` has them.
    pub patterns: BTreeMap<String, Json>,
}

/// One style layer.
#[derive(Debug, Clone)]
pub struct Stroke {
    /// Index into the edition's layers.
    pub layer: usize,
    /// Which fragment of its layer, from 1.
    pub number: usize,
    /// What to draw and how.
    pub fragment: Fragment,
    /// Whether it draws the layer's label points rather than its areas.
    pub labels: bool,
    /// Whether its layer belongs to a plan that is not adopted.
    pub emerging: bool,
}

struct Styles {
    base: Json,
    classes: Json,
    patterns: Json,
}

static STYLES: LazyLock<Styles> = LazyLock::new(|| {
    let parse = |text| serde_json::from_str(text).expect("the styles are part of the program");
    Styles {
        base: parse(include_str!("../../styles/base.json")),
        classes: parse(include_str!("../../styles/classes.json")),
        patterns: parse(include_str!("../../styles/patterns.json")),
    }
});

/// The skeleton of a MapLibre style.
#[must_use]
pub fn base() -> &'static Json {
    &STYLES.base
}

/// In this order, bottom first; labels lie above all.
const GROUPS: [Group; 4] = [
    Group::Context,
    Group::Constraints,
    Group::Proposals,
    Group::Boundary,
];

/// A fragment's place among all, compared member by member.
type Rank = (usize, i64, i64, i64, usize);

impl Looks {
    /// The looks of an edition's layers. Layers that are not held have none.
    #[must_use]
    pub fn of(edition: &Edition) -> Self {
        let mut turns: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut background = base()["layers"][0]["paint"]["background-color"].clone();
        let mut ranked: Vec<(Rank, Stroke)> = Vec::new();
        for (place, stored) in edition.layers().iter().enumerate() {
            let layer = &stored.layer;
            let class = class_of(layer.id.as_str());
            let emerging = is_emerging(edition, layer);
            let kinds = stored.readable().map_or_else(Vec::new, |file| {
                let all = [Kind::Polygon, Kind::Line, Kind::Point];
                all.into_iter()
                    .filter(|kind| file.areas().iter().any(|area| area.kind == *kind))
                    .collect()
            });
            if let Some(colour) = class.and_then(|(_, class)| class.get("background")) {
                background = colour.clone();
            }
            let order = class.map_or(-1, |(order, _)| order as i64);
            let fragments = fragments(
                layer,
                class.map(|(_, class)| class),
                emerging,
                &kinds,
                &mut turns,
            );
            for (n, fragment) in fragments.into_iter().enumerate() {
                let rank = rank(layer, place, order, n, &fragment);
                let labels = fragment.pointer("metadata", "groundrule:labels").is_some();
                ranked.push((
                    rank,
                    Stroke {
                        layer: place,
                        number: n + 1,
                        fragment,
                        labels,
                        emerging,
                    },
                ));
            }
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        let strokes: Vec<Stroke> = ranked.into_iter().map(|(_, stroke)| stroke).collect();
        let used = strokes
            .iter()
            .filter_map(|stroke| stroke.fragment.pointer("paint", "fill-pattern")?.as_str());
        let patterns = used
            .map(|name| (name.to_owned(), STYLES.patterns[name].clone()))
            .collect();
        Self {
            background: background.as_str().unwrap_or("#ffffff").to_owned(),
            strokes,
            patterns,
        }
    }
}

/// The tiles of an edition with what its looks show: those that are served, prepared and archived.
#[must_use]
pub fn shown_tiles(indexed: Arc<IndexedEdition>, budget: Budget) -> EditionTiles {
    let shown = Looks::of(indexed.edition()).shown(indexed.edition());
    EditionTiles::new(indexed, budget).styled(shown)
}

impl Looks {
    /// What of each layer these looks show, so that tiles can leave the rest out.
    #[must_use]
    pub fn shown(&self, edition: &Edition) -> Vec<Shown> {
        let layers = 0..edition.layers().len();
        layers.map(|layer| self.shown_of(layer)).collect()
    }

    fn shown_of(&self, layer: usize) -> Shown {
        let strokes = || self.strokes.iter().filter(|stroke| stroke.layer == layer);
        let from = |labels: bool| {
            let own = strokes().filter(|stroke| stroke.labels == labels);
            own.map(|stroke| first_tile_zoom(&stroke.fragment)).min()
        };
        let mut classes = Vec::new();
        for filter in strokes().filter_map(|stroke| stroke.fragment.get("filter")) {
            properties_of(filter, &mut classes);
        }
        Shown {
            // A layer that nothing is known of is not taken away.
            areas_from: from(false).unwrap_or(0),
            names_from: from(true).unwrap_or(MAX_ZOOM),
            classes,
        }
    }
}

/// The zoom whose tiles a fragment is drawn from when it first shows.
fn first_tile_zoom(fragment: &Fragment) -> u8 {
    let zoom = fragment.get("minzoom").and_then(Json::as_f64);
    zoom.map_or(0, |zoom| zoom.clamp(0.0, f64::from(MAX_ZOOM)) as u8)
}

/// The properties that an expression asks for, each once.
fn properties_of(expression: &Json, found: &mut Vec<String>) {
    let Some(list) = expression.as_array() else {
        return;
    };
    if let [operator, Json::String(name)] = list.as_slice()
        && operator == "get"
        && !found.contains(name)
    {
        found.push(name.clone());
    }
    list.iter().for_each(|inner| properties_of(inner, found));
}

/// Looks two names deep.
pub(super) trait Pointer {
    fn pointer(&self, outer: &str, inner: &str) -> Option<&Json>;
}

impl Pointer for Fragment {
    fn pointer(&self, outer: &str, inner: &str) -> Option<&Json> {
        self.get(outer)?.get(inner)
    }
}

/// The class whose longest name stands in the id between hyphens, with its place among the classes.
fn class_of(id: &str) -> Option<(usize, &'static Json)> {
    let id = format!("-{id}-");
    let classes = STYLES.classes["classes"].as_array()?;
    let mut best: Option<(usize, usize, &Json)> = None;
    for (order, class) in classes.iter().enumerate() {
        for name in class["layers"].as_array()?.iter().filter_map(Json::as_str) {
            let longest = best.is_none_or(|(length, ..)| name.len() > length);
            if longest && id.contains(&format!("-{name}-")) {
                best = Some((name.len(), order, class));
            }
        }
    }
    best.map(|(_, order, class)| (order, class))
}

/// Whether a layer shows a plan that was not adopted when the edition was published.
fn is_emerging(edition: &Edition, layer: &Layer) -> bool {
    let plan = layer.plan.as_ref().and_then(|id| edition.map().plan(id));
    let stage = plan.and_then(|plan| plan.on(edition.id().day).0);
    stage.is_some_and(crate::policy::Stage::is_emerging)
}

fn fragments(
    layer: &Layer,
    class: Option<&Json>,
    emerging: bool,
    kinds: &[Kind],
    turns: &mut BTreeMap<&'static str, usize>,
) -> Vec<Fragment> {
    let listed = |value: &Json| -> Vec<Fragment> {
        let fragments = value.as_array().into_iter().flatten();
        fragments
            .filter_map(|fragment| fragment.as_object().cloned())
            .collect()
    };
    let own_emerging = class
        .and_then(|class| class.get("emerging"))
        .filter(|_| emerging);
    let mut fragments = match class {
        Some(class) => listed(&class["draw"]),
        None => {
            let choices = STYLES.classes["defaults"][layer.group.word()].as_array();
            let turn = turns.entry(layer.group.word()).or_insert(0);
            let chosen = choices.and_then(|choices| choices.get(*turn % choices.len().max(1)));
            *turn += 1;
            chosen.map_or_else(Vec::new, listed)
        }
    };
    if let Some(own) = own_emerging {
        fragments = listed(own);
    } else if emerging {
        fragments.iter_mut().for_each(make_emerging);
    }
    let draws_points = fragments
        .iter()
        .any(|fragment| fragment["type"] == "circle");
    if kinds.contains(&Kind::Point) && layer.group != Group::Context && !draws_points {
        fragments.extend(listed(&STYLES.classes["points"]));
    }
    fragments.retain(|fragment| {
        let drawn: &[Kind] = match fragment["type"].as_str() {
            Some("fill") => &[Kind::Polygon],
            Some("line") => &[Kind::Polygon, Kind::Line],
            Some("circle") => &[Kind::Point],
            _ => &[Kind::Polygon, Kind::Line, Kind::Point],
        };
        drawn.iter().any(|kind| kinds.contains(kind))
    });
    fragments
}

/// Fills paler, outlines broken: a plan that is not adopted.
fn make_emerging(fragment: &mut Fragment) {
    let kind = fragment["type"].as_str().unwrap_or_default().to_owned();
    let Some(paint) = fragment
        .entry("paint")
        .or_insert_with(|| json!({}))
        .as_object_mut()
    else {
        return;
    };
    if kind == "fill" {
        let opacity = paint
            .get("fill-opacity")
            .and_then(Json::as_f64)
            .unwrap_or(1.0);
        paint.insert("fill-opacity".to_owned(), json!(opacity / 2.0));
    } else if kind == "line" && !paint.contains_key("line-dasharray") {
        paint.insert("line-dasharray".to_owned(), json!([3, 1.5]));
    }
}

/// Context by the order of the classes, other groups with the map file's first layer on top; labels above all.
fn rank(layer: &Layer, place: usize, order: i64, n: usize, fragment: &Fragment) -> Rank {
    let context = layer.group == Group::Context;
    let (order, place) = if context {
        (order, place as i64)
    } else {
        (0, -(place as i64))
    };
    if fragment["type"] == "symbol" {
        return (GROUPS.len(), i64::from(context), order, place, n);
    }
    let group = GROUPS
        .iter()
        .position(|group| *group == layer.group)
        .unwrap_or(0);
    let lift = fragment
        .pointer("metadata", "groundrule:rank")
        .and_then(Json::as_i64)
        .unwrap_or(0);
    (group, lift, order, place, n)
}

/// The value of a number at a zoom: a plain one, or one interpolated by zoom, linearly or exponentially.
#[must_use]
pub(super) fn at_zoom(value: &Json, zoom: f64) -> Option<f64> {
    if let Some(number) = value.as_f64() {
        return Some(number);
    }
    let list = value.as_array()?;
    let base = match (list.first()?.as_str()?, list.get(1)?.as_array()?.as_slice()) {
        ("interpolate", [kind]) if kind == "linear" => 1.0,
        ("interpolate", [kind, base]) if kind == "exponential" => base.as_f64()?,
        _ => return None,
    };
    let stops: Vec<(f64, f64)> = list
        .get(3..)?
        .chunks(2)
        .filter_map(|stop| Some((stop[0].as_f64()?, stop.get(1)?.as_f64()?)))
        .collect();
    let (first, last) = (stops.first()?, stops.last()?);
    if zoom <= first.0 {
        return Some(first.1);
    }
    let pair = stops.windows(2).find(|pair| zoom <= pair[1].0);
    let Some(&[low, high]) = pair else {
        return Some(last.1);
    };
    let share = if (base - 1.0).abs() < 1e-9 {
        (zoom - low.0) / (high.0 - low.0)
    } else {
        (base.powf(zoom - low.0) - 1.0) / (base.powf(high.0 - low.0) - 1.0)
    };
    Some(low.1 + (high.1 - low.1) * share)
}

/// Whether a feature whose properties `get` gives passes a filter; an unknown filter lets nothing pass.
#[must_use]
pub(super) fn passes(filter: Option<&Json>, get: &dyn Fn(&str) -> Option<String>) -> bool {
    let Some(filter) = filter else { return true };
    let Some([operator, rest @ ..]) = filter.as_array().map(Vec::as_slice) else {
        return false;
    };
    let property = |value: &Json| -> Option<String> {
        let pair = value.as_array()?;
        (pair.first()? == "get")
            .then(|| get(pair.get(1)?.as_str()?))
            .flatten()
    };
    match (operator.as_str(), rest) {
        (Some("!"), [inner]) => !passes(Some(inner), get),
        (Some("all"), all) => all.iter().all(|inner| passes(Some(inner), get)),
        (Some("any"), any) => any.iter().any(|inner| passes(Some(inner), get)),
        (Some("=="), [left, right]) => property(left).as_deref() == right.as_str(),
        (Some("!="), [left, right]) => property(left).as_deref() != right.as_str(),
        (Some("has"), [name]) => name.as_str().and_then(get).is_some(),
        (Some("in"), [left, literal]) => {
            let choices = literal
                .as_array()
                .and_then(|literal| literal.get(1)?.as_array());
            let found = property(left);
            choices.is_some_and(|choices| {
                choices
                    .iter()
                    .any(|choice| choice.as_str() == found.as_deref() && found.is_some())
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_is_known_by_the_longest_name_in_its_id() {
        let class =
            |id: &str| class_of(id).map(|(_, class)| class["id"].as_str().unwrap_or_default());
        assert_eq!(class("rldp-housing-allocation"), Some("housing-allocation"));
        assert_eq!(class("flood-zone-3"), Some("flood-zone-3"));
        assert_eq!(
            class("flood-zone-3a"),
            Some("flood-zone-2"),
            "any other flood zone"
        );
        assert_eq!(class("wilding"), None);
    }

    #[test]
    fn numbers_follow_the_zoom() {
        let value = json!(["interpolate", ["linear"], ["zoom"], 10, 1, 16, 4]);
        for (zoom, expected) in [(5.0, 1.0), (13.0, 2.5), (20.0, 4.0)] {
            assert_eq!(at_zoom(&value, zoom), Some(expected));
        }
        let value = json!(["interpolate", ["exponential", 2], ["zoom"], 0, 0, 2, 3]);
        assert_eq!(at_zoom(&value, 1.0), Some(1.0));
        assert_eq!(at_zoom(&json!(["get", "x"]), 1.0), None);
    }

    #[test]
    fn filters_choose_by_a_property() {
        let get = |name: &str| (name == "class").then(|| "b".to_owned());
        let filter = json!(["in", ["get", "class"], ["literal", ["a", "b"]]]);
        assert!(passes(Some(&filter), &get));
        assert!(!passes(Some(&json!(["!", filter])), &get));
        assert!(passes(Some(&json!(["==", ["get", "class"], "b"])), &get));
        assert!(!passes(Some(&json!(["within", {}])), &get));
        assert!(passes(None, &get));
    }
}
