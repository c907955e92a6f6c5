//! An address from the parts in which BS 7666 keeps it, as address lists of councils are exported:
//! the building within a building (SAO), the building (PAO), the street.

/// The columns of the parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parts {
    organisation: Option<usize>,
    inner: Object,
    outer: Object,
    street: Option<usize>,
}

/// An addressable object: a text, and a number or a range of numbers with letters behind them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Object {
    text: Option<usize>,
    start: [Option<usize>; 2],
    end: [Option<usize>; 2],
}

impl Object {
    fn find(letter: &str, usual: &impl Fn(&[&str]) -> Option<usize>) -> Self {
        let find = |rest: &str| usual(&[&format!("{letter}{rest}")]);
        Self {
            text: find("text"),
            start: [find("startnumber"), find("startsuffix")],
            end: [find("endnumber"), find("endsuffix")],
        }
    }

    /// Text and number, each if there is one: `FLAT A`, `12B-14`.
    fn told(
        &self,
        text: &mut impl FnMut(Option<usize>) -> Option<String>,
    ) -> (Option<String>, Option<String>) {
        let mut number = |[number, suffix]: [Option<usize>; 2]| {
            let number = text(number)?;
            Some(format!("{number}{}", text(suffix).unwrap_or_default()))
        };
        let range = match (number(self.start), number(self.end)) {
            (Some(start), Some(end)) => Some(format!("{start}-{end}")),
            (start, _) => start,
        };
        (text(self.text), range)
    }
}

impl Parts {
    /// The columns of an address in parts, where there are such.
    pub(super) fn find(usual: &impl Fn(&[&str]) -> Option<usize>) -> Option<Self> {
        let street = usual(&[
            "streetdescriptor",
            "streetdescription",
            "street",
            "streetname",
        ]);
        let parts = Self {
            organisation: usual(&["organisation", "organisationname", "laorganisation"]),
            inner: Object::find("sao", usual),
            outer: Object::find("pao", usual),
            street,
        };
        let names = parts.outer.text.is_some() || parts.outer.start[0].is_some();
        (names && street.is_some()).then_some(parts)
    }

    /// The address on one line: `Flat 2, Tŷ Mawr, 12A High Street`.
    pub(super) fn name(
        &self,
        text: &mut impl FnMut(Option<usize>) -> Option<String>,
    ) -> Option<String> {
        let (inner, inner_number) = self.inner.told(text);
        let (outer, outer_number) = self.outer.told(text);
        let street = text(self.street);
        let beside = |number: Option<String>, rest: Option<String>| match (number, rest) {
            (Some(number), Some(rest)) => Some(format!("{number} {rest}")),
            (number, rest) => number.or(rest),
        };
        let pieces = [
            text(self.organisation),
            inner,
            inner_number,
            outer,
            beside(outer_number, street),
        ];
        let pieces: Vec<String> = pieces.into_iter().flatten().collect();
        (!pieces.is_empty()).then(|| pieces.join(", "))
    }
}
