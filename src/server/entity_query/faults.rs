//! The faults of a query, in the words of the national API.

use crate::wire::entity::{Context, Detail, Step};

/// Letters of a stranger's text that are told back to him.
const MAX_ECHO: usize = 200;

/// Where a field stands.
pub(in crate::server) type Loc = Vec<Step>;

/// A field of the query.
pub(in crate::server) fn query(name: &str) -> Loc {
    vec![Step::Name("query".to_owned()), Step::Name(name.to_owned())]
}

/// One value of a field that may stand several times.
pub(super) fn nth(name: &str, at: usize) -> Loc {
    let mut loc = query(name);
    loc.push(Step::At(at));
    loc
}

/// A field whose value is looked at as a whole.
pub(super) fn bare(name: &str) -> Loc {
    vec![Step::Name(name.to_owned())]
}

/// A stranger's text, cut.
pub(super) fn echo(text: &str) -> String {
    match text.char_indices().nth(MAX_ECHO) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What is wrong with a query, in the order in which it was found.
#[derive(Debug, Default)]
pub(super) struct Faults {
    details: Vec<Detail>,
}

impl Faults {
    pub(super) fn all(self) -> Vec<Detail> {
        self.details
    }

    pub(super) fn push(&mut self, loc: Loc, msg: &str, kind: &'static str) {
        self.with(loc, msg.to_owned(), kind, None);
    }

    pub(super) fn with(&mut self, loc: Loc, msg: String, kind: &'static str, ctx: Option<Context>) {
        self.details.push(Detail {
            loc,
            msg,
            kind,
            ctx,
        });
    }

    pub(super) fn no_integer(&mut self, loc: Loc) {
        self.push(loc, "value is not a valid integer", "type_error.integer");
    }

    pub(super) fn no_float(&mut self, loc: Loc) {
        self.push(loc, "value is not a valid float", "type_error.float");
    }

    pub(super) fn too_small(&mut self, loc: Loc, least: usize) {
        self.with(
            loc,
            format!("ensure this value is greater than or equal to {least}"),
            "value_error.number.not_ge",
            Some(Context::Limit(least)),
        );
    }

    pub(super) fn too_large(&mut self, loc: Loc, most: usize) {
        self.with(
            loc,
            format!("ensure this value is less than or equal to {most}"),
            "value_error.number.not_le",
            Some(Context::Limit(most)),
        );
    }

    /// A word that is none of those that there are.
    pub(super) fn no_member(&mut self, loc: Loc, words: &[&str]) {
        let permitted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        self.with(
            loc,
            format!(
                "value is not a valid enumeration member; permitted: {}",
                permitted.join(", ")
            ),
            "type_error.enum",
            Some(Context::Words(owned(words))),
        );
    }

    /// Names of datasets or typologies that do not exist.
    pub(super) fn no_such(&mut self, field: &str, plural: &str, missing: &[&str], known: &[&str]) {
        let kind = if field == "dataset" {
            "value_error.datasetvaluenotfound"
        } else {
            "value_error.typologyvaluenotfound"
        };
        self.with(
            bare(field),
            format!(
                "Requested {plural} do not exist: {}. Valid {field} names: {}",
                echo(&missing.join(",")),
                known.join(",")
            ),
            kind,
            Some(Context::Names(owned(known))),
        );
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
