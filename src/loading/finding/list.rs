//! Findings of one layer, with a flood of one kind cut short but always counted.

use super::{Done, Finding, Severity};
use std::collections::BTreeMap;

/// Findings of one kind in one layer that are kept one by one: a file of a million bad rows makes a
/// report that can still be read, and held in memory.
pub const MAX_KEPT_OF_A_KIND: usize = 200;

/// How many findings there are of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// How grave.
    pub severity: Severity,
    /// The machine word of the kind.
    pub word: &'static str,
    /// What was done.
    pub done: Done,
    /// All of them.
    pub count: u64,
    /// Those that are listed one by one.
    pub kept: u64,
}

/// Findings in the order of the source, and exact totals.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FindingList {
    kept: Vec<Finding>,
    totals: BTreeMap<(Severity, &'static str, Done), (u64, u64)>,
}

impl FindingList {
    /// Adds a finding; past [`MAX_KEPT_OF_A_KIND`] it is only counted.
    pub fn add(&mut self, finding: Finding) {
        let key = (finding.severity, finding.kind.word(), finding.done);
        let (count, kept) = self.totals.entry(key).or_default();
        *count += 1;
        if *kept < MAX_KEPT_OF_A_KIND as u64 {
            *kept += 1;
            self.kept.push(finding);
        }
    }

    /// The findings that were kept, in the order of the source.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.kept.iter()
    }

    /// Totals, errors first.
    #[must_use]
    pub fn totals(&self) -> Vec<Total> {
        let total = |(&(severity, word, done), &(count, kept))| Total {
            severity,
            word,
            done,
            count,
            kept,
        };
        self.totals.iter().map(total).collect()
    }

    /// How many findings of a severity there are, those only counted included.
    #[must_use]
    pub fn count(&self, severity: Severity) -> u64 {
        let of_it = self.totals.iter().filter(|(key, _)| key.0 == severity);
        of_it.map(|(_, (count, _))| count).sum()
    }

    /// How many findings of a kind there are, those only counted included.
    #[must_use]
    pub fn count_of(&self, word: &str) -> u64 {
        let of_it = self.totals.iter().filter(|(key, _)| key.1 == word);
        of_it.map(|(_, (count, _))| count).sum()
    }

    /// Whether any of them refuses the load.
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.totals.keys().any(|key| key.2 == Done::Refused)
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.totals.is_empty()
    }
}

impl Extend<Finding> for FindingList {
    fn extend<T: IntoIterator<Item = Finding>>(&mut self, findings: T) {
        findings.into_iter().for_each(|finding| self.add(finding));
    }
}

impl<'a> IntoIterator for &'a FindingList {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    #[test]
    fn a_flood_is_cut_short_but_counted_to_the_last() {
        let mut list = FindingList::default();
        list.extend((1..=1000).map(|row| Finding::new(Kind::MissingValue).at_row(row)));
        list.add(Finding::new(Kind::LogoIgnored));
        assert_eq!(list.iter().count(), MAX_KEPT_OF_A_KIND + 1);
        assert_eq!(list.count(Severity::Error), 1000);
        assert_eq!(list.count_of("missing-value"), 1000);
        assert_eq!(list.totals()[0].kept, MAX_KEPT_OF_A_KIND as u64);
        assert!(list.refuses());
    }
}
