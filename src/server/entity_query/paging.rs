//! Pages of a list: `limit` and `offset`, and the addresses of the other pages.

use super::faults;
use super::{Asked, Reading};
use crate::policy::link;
use crate::server::limits::MAX_ENTITIES_SHOWN;
use crate::wire::entity::Links;
use std::ops::Range;

/// Entities on a page unless a client asks otherwise.
const DEFAULT_LIMIT: usize = 10;

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Paging {
    pub limit: usize,
    pub offset: usize,
}

impl Paging {
    /// The places of the page in a list of so many.
    pub(in crate::server) fn of(self, count: usize) -> Range<usize> {
        let start = self.offset.min(count);
        start..start.saturating_add(self.limit).min(count)
    }
}

impl Reading<'_> {
    pub(super) fn paging(&mut self) -> Paging {
        let mut number = |name: &'static str, least: usize, most: usize| {
            let text = self.asked.every(name).last()?;
            let Ok(number) = text.parse::<i128>() else {
                self.faults.no_integer(faults::query(name));
                return None;
            };
            if number < least as i128 {
                self.faults.too_small(faults::query(name), least);
                return None;
            }
            let number = usize::try_from(number)
                .ok()
                .filter(|number| *number <= most);
            if number.is_none() {
                self.faults.too_large(faults::query(name), most);
            }
            number
        };
        Paging {
            limit: number("limit", 1, MAX_ENTITIES_SHOWN).unwrap_or(DEFAULT_LIMIT),
            offset: number("offset", 0, i32::MAX as usize).unwrap_or(0),
        }
    }
}

/// The addresses of the other pages of a list of `count`; none where one page holds all.
pub(in crate::server) fn links(
    public_url: &str,
    asked: &Asked,
    paging: Paging,
    count: usize,
) -> Links {
    let Paging { limit, offset } = paging;
    if count <= limit {
        return Links::default();
    }
    let page = |offset: usize| Some(address(public_url, asked, limit, offset));
    let before = offset.checked_sub(limit);
    Links {
        first: page(0),
        last: page((count - 1) / limit * limit),
        next: offset
            .checked_add(limit)
            .filter(|next| *next < count)
            .and_then(page),
        prev: before.filter(|_| offset > 0).and_then(page),
    }
}

/// The same query at another offset.
fn address(public_url: &str, asked: &Asked, limit: usize, offset: usize) -> String {
    let kept = asked
        .query
        .iter()
        .filter(|(name, _)| name != "offset" && name != "limit");
    let mut fields: Vec<String> = kept
        .map(|(name, value)| format!("{}={}", link::encode(name, ""), link::encode(value, "")))
        .collect();
    fields.push(format!("limit={limit}"));
    if offset > 0 {
        fields.push(format!("offset={offset}"));
    }
    let path = link::encode(&asked.path, "/");
    format!("{public_url}{path}?{}", fields.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_and_the_last_one_is_not_empty() {
        let uri = "/entity.json?dataset=tpo&geometry=POINT(1%202)&offset=4&limit=2";
        let asked = Asked::of(&uri.parse().expect(uri), &axum::http::HeaderMap::new());
        let paging = |offset| Paging { limit: 2, offset };
        let of = |offset, count| links("https://example.org", &asked, paging(offset), count);
        let start = "https://example.org/entity.json?dataset=tpo&geometry=POINT%281%202%29&limit=2";
        let middle = of(4, 8);
        assert_eq!(middle.first.as_deref(), Some(start));
        assert_eq!(middle.last, Some(format!("{start}&offset=6")));
        assert_eq!(middle.next, Some(format!("{start}&offset=6")));
        assert_eq!(middle.prev, Some(format!("{start}&offset=2")));
        assert_eq!(of(6, 8).next, None);
        assert_eq!((of(0, 8).prev, of(0, 2).first), (None, None));
        assert_eq!(paging(6).of(7), 6..7);
        assert_eq!(paging(9).of(7), 7..7);
    }
}
