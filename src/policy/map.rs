//! A whole map: who publishes it, its plans, policies and layers.

use super::layer::{Layer, LayerId, Region};
use super::plan::{Plan, Policy};
use super::text::{Lang, Text};
use std::collections::BTreeMap;

/// A map as its authority describes it, without the areas.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// Its title.
    pub title: Text,
    /// Who publishes it.
    pub authority: Authority,
    /// The plans whose policies it shows.
    pub plans: Vec<Plan>,
    /// Whose plan it is where ours is not.
    pub neighbours: Vec<Neighbour>,
    /// The layers, in the order of answers.
    pub layers: Vec<Layer>,
    /// The written policies.
    pub policies: Vec<Policy>,
    /// The authority's own wording of messages, by language and key.
    pub wording: BTreeMap<(&'static str, String), String>,
    /// Sites that may embed the map.
    pub frame_ancestors: Vec<String>,
}

/// A planning authority, as people reach it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Authority {
    /// Its name.
    pub name: Text,
    /// The planning team's telephone.
    pub phone: Option<String>,
    /// The planning team's e-mail address.
    pub email: Option<String>,
    /// The colour of links and of the pin, as `#rrggbb`.
    pub accent: Option<String>,
}

/// Another planning authority next to ours.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// Its name.
    pub name: Text,
    /// Where its plan can be found.
    pub url: Option<String>,
    /// Where it is the authority.
    pub area: Region,
}

impl Map {
    /// The layer of an id.
    #[must_use]
    pub fn layer(&self, id: &LayerId) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.id == *id)
    }

    /// The plan of an id.
    #[must_use]
    pub fn plan(&self, id: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == id)
    }

    /// The policy of a plan and code.
    #[must_use]
    pub fn policy(&self, plan: &str, code: &str) -> Option<&Policy> {
        self.policies
            .iter()
            .find(|policy| policy.plan == plan && policy.code == code)
    }

    /// The authority's own wording of a message.
    #[must_use]
    pub fn wording(&self, lang: Lang, key: &str) -> Option<&str> {
        self.wording
            .get(&(lang.code(), key.to_owned()))
            .map(String::as_str)
    }

    /// Every region that the map names, layers and files alike, without repetition.
    #[must_use]
    pub fn regions(&self) -> Vec<&Region> {
        let plans = self.plans.iter().filter_map(|plan| plan.area.as_ref());
        let neighbours = self.neighbours.iter().map(|neighbour| &neighbour.area);
        let coverages = self
            .layers
            .iter()
            .filter_map(|layer| layer.coverage.as_ref());
        let mut regions: Vec<&Region> = Vec::new();
        for region in plans.chain(neighbours).chain(coverages) {
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        regions
    }
}
