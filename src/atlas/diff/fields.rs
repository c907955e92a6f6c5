//! Which attributes of an area differ, with what they said before and say after.

use crate::policy::AreaRecord;

/// One attribute that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name: digital-land's for our own fields, the source's for the others.
    pub field: String,
    /// What it said; `None` where it said nothing.
    pub before: Option<String>,
    /// What it says.
    pub after: Option<String>,
}

/// The attributes that differ, our own first.
pub(super) fn changed(before: &AreaRecord, after: &AreaRecord) -> Vec<FieldChange> {
    let (then, now) = (told(before), told(after));
    let value = |fields: &[(String, String)], name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone())
    };
    let gone = then.iter().filter(|(name, _)| value(&now, name).is_none());
    let names = now.iter().chain(gone).map(|(name, _)| name);
    let compared = names.map(|name| FieldChange {
        field: name.clone(),
        before: value(&then, name),
        after: value(&now, name),
    });
    compared
        .filter(|change| change.before != change.after)
        .collect()
}

/// Every attribute that says something, as name and text.
fn told(record: &AreaRecord) -> Vec<(String, String)> {
    let name = record.name.as_ref();
    let date = |date: Option<crate::policy::PartialDate>| date.map(|date| date.to_string());
    let list = |items: &[String]| (!items.is_empty()).then(|| items.join(";"));
    let own = [
        ("name", name.map(|name| name.en.clone())),
        ("name-cy", name.and_then(|name| name.cy.clone())),
        ("policies", list(&record.policies)),
        ("plan", record.plan.clone()),
        ("start-date", date(record.validity.start)),
        ("end-date", date(record.validity.end)),
        ("document-url", record.document_url.clone()),
        ("documentation-url", record.documentation_url.clone()),
        ("notes", record.notes.clone()),
        ("supersedes", list(&record.supersedes)),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value));
    let others = record.properties.iter();
    let others = others.map(|(name, value)| (name.clone(), Some(value.to_string())));
    own.into_iter()
        .chain(others)
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}
