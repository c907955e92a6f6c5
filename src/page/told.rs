//! An answer told in the words of one language: the sentences that pages, copied text and the
//! terminal have in common.

mod absent;
mod plot;
mod whose;

use self::absent::{Absent, Unknown};
use self::plot::Around;
use self::whose::Share;
use super::message::{Html, Words};
use crate::answer::{Answer, AreaHit, IndexedEdition, LayerAnswer, Site as DrawnSite};
use crate::places::{At, Found, Resolved};
use crate::policy::{AreaRecord, Group, Layer, Plan, Stage, Text, Validity, link};

/// An answer in sentences.
pub(super) struct Told {
    /// The place's name: what was typed, or the square that it lies in.
    pub place: String,
    /// The same as HTML, marked as English where a Welsh page has no other name for it.
    pub place_html: Html,
    /// Its coordinates, where it is one point or square.
    pub coordinates: Vec<String>,
    /// What to know about the place itself.
    pub notes: Vec<String>,
    /// The inset maps that it is on.
    pub insets: Vec<String>,
    /// How many areas apply, and of how many layers we cannot say.
    pub sentence: String,
    /// Whose plan it is.
    pub plans: Vec<PlanLine>,
    /// What applies, by kind.
    pub groups: Vec<Section>,
    /// Areas that only touch a site, along their outlines.
    pub touching: Vec<Item>,
    /// What is near a site, by layer.
    pub around: Vec<Around>,
    /// Layers that do not apply, but whose line is nearer than it was drawn truly.
    pub near: Vec<Absent>,
    /// The other layers that do not apply.
    pub absent: Vec<Absent>,
    /// Layers of which we cannot say, by the reason.
    pub unknown: Vec<Unknown>,
    /// How many they are.
    pub unknown_count: usize,
    /// Addresses of a postcode, each with the path of its own answer.
    pub addresses: Vec<(Html, String)>,
}

pub(super) struct PlanLine {
    pub sentence: String,
    pub url: Option<String>,
    pub link: Option<String>,
    /// It tells of a line that is nearer than it was drawn truly.
    pub near: bool,
}

pub(super) struct Section {
    pub heading: String,
    /// The stage of a plan that is not adopted.
    pub emerging: Option<String>,
    /// Lines that only divide: plan areas, communities, insets.
    pub boundary: bool,
    pub items: Vec<Item>,
}

/// One area that applies, or may.
pub(super) struct Item {
    /// Whether it was in force for sure.
    pub sure: bool,
    pub layer_id: String,
    pub area_id: u64,
    pub path: String,
    pub layer: Html,
    pub layer_plain: String,
    /// The area's name, where it says more than its layer's title.
    pub name: Option<Html>,
    pub name_plain: String,
    pub policies: Vec<PolicyLine>,
    pub facts: Vec<String>,
    pub warnings: Vec<String>,
    /// That it does not hold all of the place.
    pub partly: Option<String>,
}

pub(super) struct PolicyLine {
    pub code: String,
    pub title: Option<Html>,
    pub title_plain: String,
    pub summary: Option<Html>,
    pub path: Option<String>,
    pub url: Option<String>,
}

/// Tells the answers for a place, one for each of its positions.
pub(super) fn tell(
    w: Words<'_>,
    indexed: &IndexedEdition,
    resolved: &Resolved,
    answers: &[Answer],
) -> Option<(Told, Answer)> {
    let merged = Answer::merged(answers)?;
    let teller = Teller {
        w,
        indexed,
        subject: Subject::Place(resolved),
        answers,
    };
    let place = place_name(w, resolved);
    let place_html = match &resolved.at {
        At::Entry(found) => told_entry(w, found),
        _ => w.plain_html(&place),
    };
    Some((teller.told(place, place_html, &merged), merged))
}

/// Tells the answer for a drawn site.
pub(super) fn tell_site(
    w: Words<'_>,
    indexed: &IndexedEdition,
    site: &DrawnSite,
    answer: &Answer,
) -> Told {
    let teller = Teller {
        w,
        indexed,
        subject: Subject::Site(site),
        answers: std::slice::from_ref(answer),
    };
    let place = w.say_with("site.name", &[("size", &plot::ground(w, site.area_m2()))]);
    let place_html = w.plain_html(&place);
    teller.told(place, place_html, answer)
}

/// What a place is called in the page's language: its name in the gazetteer, else its grid reference, else its coordinates.
fn place_name(w: Words<'_>, resolved: &Resolved) -> String {
    let of_position = |position: &crate::geometry::Position| {
        let reference = position
            .grid
            .and_then(|grid| crate::geometry::grid_ref::reference(grid, 5));
        reference.unwrap_or_else(|| format!("{}, {}", position.lonlat.lat(), position.lonlat.lon()))
    };
    match &resolved.at {
        At::Point(position) => of_position(position),
        At::Square(square, _) => square.to_string(),
        At::Entry(found) => entry_name(found).in_lang(w.lang).to_owned(),
        At::Postcode(found) => found[0]
            .postcode
            .clone()
            .unwrap_or_else(|| of_position(&found[0].position)),
    }
}

/// A gazetteer's entry with its locality.
fn entry_name(found: &Found) -> Text {
    let locality = |name: &str, locality: Option<&String>| match locality {
        Some(locality) if !name.contains(locality.as_str()) => format!("{name}, {locality}"),
        _ => name.to_owned(),
    };
    let cy = found
        .name_cy
        .as_ref()
        .map(|name| locality(name, found.locality_cy.as_ref().or(found.locality.as_ref())));
    Text::bilingual(locality(&found.name, found.locality.as_ref()), cy)
}

/// A gazetteer's entry in the page's language.
pub(super) fn told_entry(w: Words<'_>, found: &Found) -> Html {
    w.told(&entry_name(found))
}

/// What an area is called: its name, else its reference.
pub(super) fn area_name(record: &AreaRecord) -> Text {
    record
        .name
        .clone()
        .unwrap_or_else(|| Text::english(record.reference.clone()))
}

struct Teller<'a> {
    w: Words<'a>,
    indexed: &'a IndexedEdition,
    subject: Subject<'a>,
    answers: &'a [Answer],
}

/// What an answer is about.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Place(&'a Resolved),
    Site(&'a DrawnSite),
}

impl Subject<'_> {
    /// Where its place is; of a site, nothing.
    fn at(&self) -> Option<&At> {
        match self {
            Self::Place(resolved) => Some(&resolved.at),
            Self::Site(_) => None,
        }
    }
}

impl Teller<'_> {
    fn told(&self, place: String, place_html: Html, answer: &Answer) -> Told {
        let (near, absent) = self.absent(answer);
        let unknown = self.unknown(answer);
        let unknown_count = unknown.iter().map(|group| group.layers.len()).sum();
        let touching = self.touching(answer);
        Told {
            place_html,
            place,
            coordinates: self.coordinates(),
            notes: self.notes(),
            insets: self.insets(answer),
            sentence: self.sentence(self.count(answer), touching.len(), unknown_count),
            plans: self.plans(answer),
            groups: self.groups(answer),
            touching,
            around: self.around(answer),
            near,
            absent,
            unknown,
            unknown_count,
            addresses: self.addresses(),
        }
    }

    fn coordinates(&self) -> Vec<String> {
        let position = match self.subject {
            Subject::Site(site) => site.position(),
            Subject::Place(resolved) => match &resolved.at {
                At::Point(position) | At::Square(_, position) => position,
                At::Entry(found) => &found.position,
                At::Postcode(found) if found.len() == 1 => &found[0].position,
                At::Postcode(_) => return Vec::new(),
            },
        };
        let mut lines = Vec::new();
        if let Some(grid) = position.grid {
            let (easting, northing) = (
                format!("{:.0}", grid.easting().floor()),
                format!("{:.0}", grid.northing().floor()),
            );
            lines.push(self.w.say_with(
                "answer.grid",
                &[("easting", &easting), ("northing", &northing)],
            ));
        }
        lines.push(self.w.coordinates(position.lonlat));
        lines
    }

    fn notes(&self) -> Vec<String> {
        let w = self.w;
        let mut notes = Vec::new();
        match self.subject.at() {
            None => notes.push(w.say("site.note")),
            Some(At::Square(square, _)) => {
                notes.push(w.say_with("answer.square", &[("side", &w.length(square.side_m()))]));
            }
            Some(At::Postcode(found)) if found[0].uprn.is_some() => {
                notes.push(w.count("answer.postcode_addresses", found.len(), &[]));
                notes.push(w.say("answer.not_the_plot"));
            }
            Some(At::Postcode(_)) => notes.push(w.say("answer.postcode_point")),
            Some(At::Entry(_)) => notes.push(w.say("answer.not_the_plot")),
            Some(At::Point(_)) => {}
        }
        notes
    }

    fn insets(&self, answer: &Answer) -> Vec<String> {
        let insets = answer.insets.iter().map(|inset| {
            let name = area_name(&inset.name);
            let values = [("inset", name.in_lang(self.w.lang))];
            self.w.say_with("answer.inset", &values)
        });
        insets.collect()
    }

    /// A plan's title with the stage that it has reached.
    fn plan_heading(&self, plan: &Plan, stage: Option<Stage>) -> String {
        let title = plan.title.in_lang(self.w.lang);
        match stage.filter(|stage| stage.is_emerging()) {
            Some(stage) => {
                let stage = stage_name(self.w, stage);
                self.w.say_with(
                    "answer.plan_emerging",
                    &[("plan", title), ("stage", &stage)],
                )
            }
            None => self.w.say_with("answer.plan_adopted", &[("plan", title)]),
        }
    }

    fn layer_of(&self, answer: &LayerAnswer) -> &Layer {
        &self.indexed.edition().layers()[answer.layer].layer
    }

    fn sentence(&self, applying: usize, touching: usize, unknown: usize) -> String {
        let mut sentence = self.w.count("answer.areas", applying, &[]);
        if touching > 0 {
            sentence.push(' ');
            sentence.push_str(&self.w.plural("site.touching_count", touching));
        }
        if unknown > 0 {
            sentence.push(' ');
            sentence.push_str(&self.w.plural("answer.unknown_count", unknown));
        }
        sentence
    }

    /// Areas that apply for sure, lines that only divide left out.
    fn count(&self, answer: &Answer) -> usize {
        let counted = answer
            .layers
            .iter()
            .filter(|layer| self.layer_of(layer).group != Group::Boundary);
        counted
            .flat_map(|layer| &layer.areas)
            .filter(|hit| !hit.dates_not_known && !plot::touches(hit))
            .count()
    }

    /// Each plan's policies apart, adopted or emerging, then what is made under other law, then lines that only divide.
    fn groups(&self, answer: &Answer) -> Vec<Section> {
        let w = self.w;
        let plans = &self.indexed.edition().map().plans;
        let section = |heading, emerging, boundary| Section {
            heading,
            emerging,
            boundary,
            items: Vec::new(),
        };
        let mut groups: Vec<Section> = plans
            .iter()
            .map(|plan| {
                let stage = plan.on(answer.on).0;
                let emerging = stage.filter(|stage| stage.is_emerging()).map(|stage| {
                    let stage = stage_name(w, stage);
                    w.say_with("answer.stage_emerging", &[("stage", &stage)])
                });
                section(self.plan_heading(plan, stage), emerging, false)
            })
            .collect();
        groups.push(section(w.say("answer.group_other"), None, false));
        groups.push(section(w.say("answer.group_constraints"), None, false));
        groups.push(section(w.say("answer.group_boundary"), None, true));
        for layer_answer in &answer.layers {
            let layer = self.layer_of(layer_answer);
            for hit in layer_answer.areas.iter().filter(|hit| !plot::touches(hit)) {
                let group = match (layer.group, hit.plan) {
                    (Group::Proposals, Some(plan)) => plan,
                    (Group::Proposals, None) => plans.len(),
                    (Group::Constraints, _) => plans.len() + 1,
                    (Group::Boundary | Group::Context, _) => plans.len() + 2,
                };
                groups[group].items.push(self.item(layer, hit));
            }
        }
        let here = |number: usize| {
            answer
                .plans
                .iter()
                .any(|here| here.plan == number && here.known)
        };
        let kept = groups.into_iter().enumerate();
        kept.filter(|(number, group)| {
            !group.items.is_empty() || (*number < plans.len() && here(*number))
        })
        .map(|(_, group)| group)
        .collect()
    }

    fn item(&self, layer: &Layer, hit: &AreaHit) -> Item {
        let w = self.w;
        let name = area_name(&hit.record);
        let mut facts = match self.subject {
            Subject::Site(_) => self.lie_of_site(hit),
            Subject::Place(_) => vec![self.lie(layer, hit)],
        };
        let Validity { start, end } = hit.record.validity;
        facts.extend(start.map(|date| w.say_with("answer.since", &[("date", &w.date(date))])));
        facts.extend(end.map(|date| w.say_with("answer.until", &[("date", &w.date(date))])));
        let mut warnings = Vec::new();
        if hit.near_boundary && !plot::plainly_in_part(hit) {
            warnings.push(w.say_with("answer.near", &[("accuracy", &w.length(layer.accuracy_m))]));
        }
        if hit.dates_not_known {
            warnings.push(w.say("answer.dates_unknown"));
        }
        Item {
            sure: !hit.dates_not_known,
            layer_id: layer.id.to_string(),
            area_id: hit.id,
            path: link::in_lang(
                w.lang,
                &link::area(layer.id.as_str(), &hit.record.reference),
            ),
            layer: w.told(&layer.title),
            layer_plain: layer.title.in_lang(w.lang).to_owned(),
            name: (name.en != layer.title.en).then(|| w.told(&name)),
            name_plain: name.in_lang(w.lang).to_owned(),
            policies: hit
                .record
                .policies
                .iter()
                .map(|code| self.policy(hit.plan, code))
                .collect(),
            facts,
            warnings,
            partly: self.partly(layer, hit),
        }
    }

    /// How the place lies to the area's outline.
    fn lie(&self, layer: &Layer, hit: &AreaHit) -> String {
        let w = self.w;
        let file = self
            .indexed
            .edition()
            .layer(layer.id.as_str())
            .and_then(|stored| stored.readable());
        let is_polygon = file
            .and_then(|file| file.areas().iter().find(|area| area.id == hit.id))
            .is_none_or(|area| area.kind == crate::geometry::Kind::Polygon);
        if hit.on_boundary && is_polygon {
            w.say("answer.on_line")
        } else if is_polygon {
            w.say_with(
                "answer.inside",
                &[("distance", &w.distance(hit.boundary_distance_m))],
            )
        } else {
            w.say_with(
                "answer.line_feature",
                &[("distance", &w.distance(hit.boundary_distance_m))],
            )
        }
    }

    /// What to say of an area that does not hold the whole square, or not all addresses.
    fn partly(&self, layer: &Layer, hit: &AreaHit) -> Option<String> {
        let holds = |answer: &Answer| {
            let mut layers = answer.layers.iter();
            let of_layer = layers.find(|of| self.layer_of(of).id == layer.id);
            of_layer.is_some_and(|of| of.areas.iter().any(|area| area.id == hit.id))
        };
        match self.share(hit.whole, holds) {
            Share::All => None,
            // How much of the site it covers is told already.
            Share::OfSite => None,
            Share::OfSquare => Some(self.w.say("answer.partly_square")),
            Share::OfAddresses(n, of) => Some(
                self.w
                    .say_with("answer.partly_addresses", &[("n", &n), ("of", &of)]),
            ),
        }
    }

    fn policy(&self, plan: Option<usize>, code: &str) -> PolicyLine {
        let w = self.w;
        let map = self.indexed.edition().map();
        let plan = plan.map(|number| map.plans[number].id.as_str());
        let known = plan.and_then(|plan| map.policy(plan, code));
        PolicyLine {
            code: code.to_owned(),
            title: known.map(|policy| w.told(&policy.title)),
            title_plain: known.map_or_else(String::new, |policy| {
                policy.title.in_lang(w.lang).to_owned()
            }),
            summary: known
                .filter(|policy| !policy.summary.en.is_empty())
                .map(|policy| w.told(&policy.summary)),
            path: known
                .map(|policy| link::in_lang(w.lang, &link::policy(&policy.plan, &policy.code))),
            url: known
                .and_then(|policy| policy.url.as_ref())
                .and_then(|url| link::safe(url.in_lang(w.lang)))
                .map(str::to_owned),
        }
    }

    fn addresses(&self) -> Vec<(Html, String)> {
        let Some(At::Postcode(found)) = self.subject.at() else {
            return Vec::new();
        };
        let with_uprn = found.iter().filter_map(|place| Some((place, place.uprn?)));
        with_uprn
            .map(|(place, uprn)| {
                let path = link::in_lang(self.w.lang, &link::at(&format!("uprn:{uprn}")));
                (told_entry(self.w, place), path)
            })
            .collect()
    }
}

/// The name of a stage: the family `stage.` of the catalogue.
pub(super) fn stage_name(w: Words<'_>, stage: Stage) -> String {
    w.say(&format!("stage.{}", stage.word()))
}
