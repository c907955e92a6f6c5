//! `policies.csv`: the written policies, by plan and code.

use super::fields::plain;
use super::nearest::nearest;
use super::reader::Quotes;
use crate::policy::{Plan, Policy, Text};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Why a table of policies cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PoliciesError {
    /// It is no table.
    #[error("{} is not a table: {why}; write plan,code,title,… in its first line", path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        why: String,
    },
    /// A column is missing.
    #[error("{} has no column “{column}”; it needs plan, code and title", path.display())]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// A column that means nothing.
    #[error("{}: the column “{column}” is not known; {right}", path.display())]
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// What would be right.
        right: String,
    },
    /// A row without something that it needs.
    #[error("{}, row {row}: the {column} is missing; every policy needs a plan, a code and a title", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// Its row.
        row: u64,
        /// The column.
        column: &'static str,
    },
    /// A plan that the map does not have.
    #[error("{}, row {row}: the map has no plan “{plan}”; its plans are: {plans}", path.display())]
    UnknownPlan {
        /// The file.
        path: PathBuf,
        /// Its row.
        row: u64,
        /// The plan as written.
        plan: String,
        /// The map's plans.
        plans: String,
    },
    /// A code that an earlier row has.
    #[error("{}, row {row}: policy {code} of plan {plan} stands in row {first} too; a code is unique in its plan", path.display())]
    Repeated {
        /// The file.
        path: PathBuf,
        /// Its row.
        row: u64,
        /// The row that had it first.
        first: u64,
        /// The plan.
        plan: String,
        /// The code.
        code: String,
    },
}

const COLUMNS: [&str; 8] = [
    "plan",
    "code",
    "title",
    "title-cy",
    "summary",
    "summary-cy",
    "url",
    "url-cy",
];

/// Reads the policies of a map's plans. With one plan the column `plan` may be absent.
///
/// # Errors
/// Anything that would leave a policy without its plan, code or title, or two alike.
pub fn read(path: &Path, text: &str, plans: &[Plan]) -> Result<Vec<Policy>, PoliciesError> {
    let path = path.to_owned();
    let not_a_table = |error: csv::Error| PoliciesError::NotATable {
        path: path.clone(),
        why: error.to_string(),
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut csv = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .from_reader(Quotes::watch(text.as_bytes(), separator(text)));
    let header = csv.headers().map_err(not_a_table)?.clone();
    let columns = Columns::find(&path, &header)?;
    let only_plan = match plans {
        [only] => Some(only.id.clone()),
        _ => None,
    };
    if columns.at[0].is_none() && only_plan.is_none() {
        return Err(PoliciesError::NoColumn {
            path,
            column: "plan",
        });
    }
    let mut policies: Vec<Policy> = Vec::new();
    let mut seen = HashSet::new();
    for (row, record) in (1..).zip(csv.records()) {
        let record = record.map_err(not_a_table)?;
        let cell = |column: usize| columns.cell(&record, column);
        let needed = |column: usize| {
            cell(column).ok_or_else(|| PoliciesError::Missing {
                path: path.clone(),
                row,
                column: COLUMNS[column],
            })
        };
        let plan = match (cell(0), &only_plan) {
            (None, Some(only)) => only.clone(),
            _ => needed(0)?,
        };
        check_plan(&path, row, &plan, plans)?;
        let policy = Policy {
            code: needed(1)?,
            title: Text::bilingual(needed(2)?, cell(3)),
            summary: Text::bilingual(cell(4).unwrap_or_default(), cell(5)),
            url: cell(6).map(|url| Text::bilingual(url, cell(7))),
            plan,
        };
        if !seen.insert((policy.plan.clone(), policy.code.clone())) {
            let same = |known: &Policy| known.plan == policy.plan && known.code == policy.code;
            let first = policies.iter().position(same).unwrap_or_default() as u64 + 1;
            return Err(PoliciesError::Repeated {
                path,
                row,
                first,
                plan: policy.plan,
                code: policy.code,
            });
        }
        policies.push(policy);
    }
    match csv.get_ref().fault(true) {
        None => Ok(policies),
        Some(why) => Err(PoliciesError::NotATable { path, why }),
    }
}

/// What stands between the columns: a comma, or a semicolon where the first line has no comma, as
/// spreadsheets write it in much of Europe.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    if first.contains(';') && !first.contains(',') {
        b';'
    } else {
        b','
    }
}

fn check_plan(path: &Path, row: u64, plan: &str, plans: &[Plan]) -> Result<(), PoliciesError> {
    if plans.iter().any(|known| known.id == plan) {
        return Ok(());
    }
    let names: Vec<&str> = plans.iter().map(|plan| plan.id.as_str()).collect();
    Err(PoliciesError::UnknownPlan {
        path: path.to_owned(),
        row,
        plan: super::finding::shown(plan),
        plans: if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        },
    })
}

/// Where each of [`COLUMNS`] stands.
struct Columns {
    at: [Option<usize>; COLUMNS.len()],
}

impl Columns {
    fn find(path: &Path, header: &csv::StringRecord) -> Result<Self, PoliciesError> {
        let mut at = [None; COLUMNS.len()];
        for (index, name) in header.iter().enumerate() {
            let known = COLUMNS
                .iter()
                .position(|column| plain(column) == plain(name.trim()));
            let Some(column) = known else {
                return Err(PoliciesError::UnknownColumn {
                    path: path.to_owned(),
                    column: super::finding::shown(name),
                    right: match nearest(name, COLUMNS) {
                        Some(nearest) => format!("did you mean “{nearest}”?"),
                        None => format!("the columns are: {}", COLUMNS.join(", ")),
                    },
                });
            };
            at[column] = at[column].or(Some(index));
        }
        for (column, name) in [(1, "code"), (2, "title")] {
            if at[column].is_none() {
                return Err(PoliciesError::NoColumn {
                    path: path.to_owned(),
                    column: name,
                });
            }
        }
        Ok(Self { at })
    }

    fn cell(&self, record: &csv::StringRecord, column: usize) -> Option<String> {
        let text = record.get(self.at[column]?)?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plans(ids: &[&str]) -> Vec<Plan> {
        let plan = |id: &&str| Plan {
            id: (*id).to_owned(),
            title: Text::english("LDP"),
            area: None,
            stages: Vec::new(),
            url: None,
        };
        ids.iter().map(plan).collect()
    }

    fn read_text(text: &str, ids: &[&str]) -> Result<Vec<Policy>, String> {
        read(Path::new("policies.csv"), text, &plans(ids)).map_err(|error| error.to_string())
    }

    #[test]
    fn policies_are_read_in_both_languages() {
        let text = "Plan,code,title,Title CY,summary,url\nldp,CTH/2,Heritage,Treftadaeth,,https://x\nldp,H1,Homes,,Where homes may be,\n";
        let policies = read_text(text, &["ldp", "new"]).expect("read");
        assert_eq!(policies[0].title.cy.as_deref(), Some("Treftadaeth"));
        assert_eq!(policies[0].url, Some(Text::english("https://x")));
        assert_eq!(policies[1].summary.en, "Where homes may be");
        assert_eq!(
            read_text("code,title\nH1,Homes\n", &["ldp"]).expect("one plan")[0].plan,
            "ldp"
        );
    }

    #[test]
    fn semicolons_between_the_columns_are_understood() {
        let text = "plan;code;title\nldp;H1;Homes, of all kinds\n";
        let policies = read_text(text, &["ldp", "new"]).expect("read");
        assert_eq!(policies[0].title.en, "Homes, of all kinds");
    }

    #[test]
    fn every_refusal_names_row_and_remedy() {
        let refused = |text: &str| read_text(text, &["ldp", "new"]).expect_err(text);
        assert!(refused("plan,code,titel\nldp,1,x\n").contains("did you mean “title”"));
        assert!(
            refused("plan,code,title\nldq,1,x\n")
                .contains("row 1: the map has no plan “ldq”; its plans are: ldp, new")
        );
        assert!(
            refused("plan,code,title\nldp,1,x\nldp,1,y\n")
                .contains("row 2: policy 1 of plan ldp stands in row 1")
        );
        assert!(refused("plan,code,title\nldp,,x\n").contains("row 1: the code is missing"));
        assert!(refused("code,title\n1,x\n").contains("no column “plan”"));
        assert!(
            refused("plan,code,title\nldp,1,\"x\nldp,2,y\n")
                .contains("a quotation mark of row 1 is never closed")
        );
    }
}
