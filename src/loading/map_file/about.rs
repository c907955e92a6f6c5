//! What a map says of itself: its authority, its plans and its neighbours.

use super::regions::Regions;
use super::section::Section;
use crate::loading::finding::Kind;
use crate::loading::nearest::nearest;
use crate::policy::{Authority, Neighbour, PartialDate, Plan, Stage, Text};

/// The `authority` table, and what is to be told of it. Without one the authority goes by the map's title.
pub fn authority(document: &Section, title: &Text) -> (Authority, Vec<Kind>) {
    let Some(section) = document.section("authority") else {
        let authority = Authority {
            name: title.clone(),
            ..Authority::default()
        };
        return (authority, vec![Kind::AuthorityMissing]);
    };
    let name = section.both("name");
    if name.is_none() {
        section.wrong("name", "is missing", "write the authority's name");
    }
    let authority = Authority {
        name: name.unwrap_or_default(),
        phone: section.text("phone"),
        email: section.text("email"),
        accent: accent(&section),
    };
    let logo = section.text("logo").map(|_| Kind::LogoIgnored);
    section.finish();
    (authority, logo.into_iter().collect())
}

fn accent(authority: &Section) -> Option<String> {
    let colours = authority.section("colours")?;
    let accent = colours.text("accent").filter(|accent| {
        let figures = accent.strip_prefix('#').unwrap_or_default();
        let good = figures.len() == 6 && figures.bytes().all(|b| b.is_ascii_hexdigit());
        if !good {
            colours.wrong(
                "accent",
                &format!("“{accent}” is not a colour"),
                "write it as \"#1d5c63\"",
            );
        }
        good
    });
    colours.finish();
    accent
}

/// The `[[plan]]` tables.
pub fn plans(document: &Section, regions: &mut Regions) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    for mut section in document.sections("plan") {
        let id = section
            .needed("id", "write a short name as in id = \"ldp-2013\"")
            .unwrap_or_default();
        section.name = format!("[[plan]] {id}");
        if plans.iter().any(|known| known.id == id) {
            section.wrong("id", "stands twice", "give every plan an id of its own");
        }
        let title = section
            .both("title")
            .unwrap_or_else(|| Text::english(id.clone()));
        plans.push(Plan {
            id,
            title,
            area: regions.of(&section, "area"),
            stages: stages(&section),
            url: section.text("url"),
        });
        section.finish();
    }
    plans
}

fn stages(plan: &Section) -> Vec<(Stage, PartialDate)> {
    let mut stages: Vec<(Stage, PartialDate)> = Vec::new();
    for section in plan.sections("stages") {
        let word = section.needed("stage", "write stage = \"adopted\"");
        let from = section.date("from");
        if from.is_none() && section.value("from").is_none() {
            section.wrong("from", "is missing", "write from = \"2013-10-24\"");
        }
        let stage = word.and_then(|word| {
            let stage = Stage::parse(&word);
            if stage.is_none() {
                let words = Stage::ALL.map(|(_, word)| word);
                let right = nearest(&word, words).map_or_else(
                    || format!("write one of {}", words.join(", ")),
                    |near| format!("did you mean “{near}”?"),
                );
                section.wrong("stage", &format!("“{word}” is not known"), &right);
            }
            stage
        });
        if let (Some(stage), Some(from)) = (stage, from) {
            if stages
                .last()
                .is_some_and(|(_, before)| before.earliest() > from.earliest())
            {
                section.wrong(
                    "from",
                    "is before the stage above it",
                    "write stages in the order of their dates",
                );
            }
            stages.push((stage, from));
        }
        section.finish();
    }
    stages
}

/// The `[[neighbour]]` tables.
pub fn neighbours(document: &Section, regions: &mut Regions) -> Vec<Neighbour> {
    let mut neighbours = Vec::new();
    for mut section in document.sections("neighbour") {
        let name = section.both("name");
        section.name = format!(
            "[[neighbour]] {}",
            name.as_ref().map_or("", |name| &name.en)
        );
        if name.is_none() {
            section.wrong("name", "is missing", "write the neighbour's name");
        }
        let area = regions.of(&section, "area");
        if area.is_none() && section.value("area").is_none() {
            section.wrong(
                "area",
                "is missing",
                "name the layer or file that is the neighbour's area",
            );
        }
        let url = section.text("url");
        section.finish();
        if let (Some(name), Some(area)) = (name, area) {
            neighbours.push(Neighbour { name, url, area });
        }
    }
    neighbours
}
