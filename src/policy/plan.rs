//! Plans, the stages that they pass through, and the written policies that they hold.

use super::layer::Region;
use super::text::Text;
use super::validity::{InForce, PartialDate, reached};
use jiff::civil::Date;

/// The id of a plan in its map, such as `ldp-2013`.
pub type PlanId = String;

/// A development plan: the document whose policies some layers show.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Its id in the map.
    pub id: PlanId,
    /// Its title.
    pub title: Text,
    /// Where it is the plan; `None` means wherever the map reaches.
    pub area: Option<Region>,
    /// The stages that it has reached, in order of their dates.
    pub stages: Vec<(Stage, PartialDate)>,
    /// Where the written plan can be read.
    pub url: Option<String>,
}

/// How far a plan has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Being prepared.
    Draft,
    /// Published for comment.
    Deposit,
    /// Before an inspector.
    Examination,
    /// In force.
    Adopted,
    /// Replaced by another plan.
    Superseded,
    /// Given up.
    Withdrawn,
}

impl Stage {
    /// Every stage, with the word that maps and answers use for it.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Draft, "draft"),
        (Self::Deposit, "deposit"),
        (Self::Examination, "examination"),
        (Self::Adopted, "adopted"),
        (Self::Superseded, "superseded"),
        (Self::Withdrawn, "withdrawn"),
    ];

    /// The stage of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(_, name)| *name == word)
            .map(|(stage, _)| stage)
    }

    /// The word for the stage.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(stage, _)| *stage == self)
            .map_or("", |(_, word)| word)
    }

    /// Proposed but not yet adopted: shown apart from what is in force.
    #[must_use]
    pub fn is_emerging(self) -> bool {
        matches!(self, Self::Draft | Self::Deposit | Self::Examination)
    }

    /// No longer a plan.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Superseded | Self::Withdrawn)
    }
}

impl Plan {
    /// The stage that the plan had reached on a day, and whether its policies stood on that day.
    ///
    /// A plan without stages is taken as adopted. Before its first stage, and once superseded or
    /// withdrawn, its policies do not apply. A partial date of a stage that straddles the day leaves
    /// the plan at the stage before, unless that decides between applying and not: then it is not known.
    #[must_use]
    pub fn on(&self, day: Date) -> (Option<Stage>, InForce) {
        if self.stages.is_empty() {
            return (Some(Stage::Adopted), InForce::Yes);
        }
        let stands = |stage: Option<Stage>| stage.is_some_and(|stage| !stage.is_over());
        let mut surely = None;
        let mut perhaps = None;
        for &(stage, from) in &self.stages {
            match reached(from, day) {
                InForce::Yes => (surely, perhaps) = (Some(stage), Some(stage)),
                InForce::NotKnown => perhaps = Some(stage),
                InForce::No => {}
            }
        }
        let in_force = match (stands(surely), stands(perhaps)) {
            (true, true) => InForce::Yes,
            (false, false) => InForce::No,
            _ => InForce::NotKnown,
        };
        (surely.or(perhaps), in_force)
    }
}

/// One written policy. Its code is unique only within its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The plan that holds it.
    pub plan: PlanId,
    /// Its code, such as `CTH/2`.
    pub code: String,
    /// Its title.
    pub title: Text,
    /// What it means, in a plain sentence or two; empty where nobody wrote one.
    pub summary: Text,
    /// Where its words can be read, in English and perhaps in Welsh.
    pub url: Option<Text>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn plan(stages: &[(Stage, &str)]) -> Plan {
        Plan {
            id: "ldp".to_owned(),
            title: Text::english("LDP"),
            area: None,
            stages: stages
                .iter()
                .map(|&(stage, from)| (stage, PartialDate::parse(from).expect(from)))
                .collect(),
            url: None,
        }
    }

    #[test]
    fn a_plan_is_at_the_last_stage_that_it_reached() {
        let plan = plan(&[
            (Stage::Deposit, "2011-04"),
            (Stage::Adopted, "2013-10-24"),
            (Stage::Superseded, "2026-06-01"),
        ]);
        assert_eq!(plan.on(date(2010, 1, 1)), (None, InForce::No));
        assert_eq!(
            plan.on(date(2012, 1, 1)),
            (Some(Stage::Deposit), InForce::Yes)
        );
        assert_eq!(
            plan.on(date(2013, 10, 24)),
            (Some(Stage::Adopted), InForce::Yes)
        );
        assert_eq!(
            plan.on(date(2026, 6, 1)),
            (Some(Stage::Superseded), InForce::No)
        );
    }

    #[test]
    fn a_partial_date_decides_only_where_it_must() {
        let plan = plan(&[
            (Stage::Deposit, "2011-04"),
            (Stage::Adopted, "2013"),
            (Stage::Withdrawn, "2020"),
        ]);
        assert_eq!(
            plan.on(date(2011, 4, 3)).1,
            InForce::NotKnown,
            "perhaps not begun"
        );
        assert_eq!(
            plan.on(date(2013, 4, 3)),
            (Some(Stage::Deposit), InForce::Yes),
            "stands either way"
        );
        assert_eq!(
            plan.on(date(2020, 4, 3)),
            (Some(Stage::Adopted), InForce::NotKnown)
        );
    }
}
