//! What a client would rather have: the lists with qualities of RFC 9110, section 12.5.

use axum::http::{HeaderMap, HeaderName};

/// How much a client wants `name` by a header such as `Accept` or `Accept-Encoding`, from 0 to 1.
///
/// The most exact entry counts: the name itself, then its type with any subtype, then anything. What is
/// not listed is not wanted.
pub(super) fn quality(headers: &HeaderMap, header: &HeaderName, name: &str) -> f64 {
    let any_subtype = name.split_once('/').map(|(kind, _)| format!("{kind}/*"));
    let exactness = |entry: &str| {
        if entry.eq_ignore_ascii_case(name) {
            Some(3)
        } else if any_subtype
            .as_deref()
            .is_some_and(|any| entry.eq_ignore_ascii_case(any))
        {
            Some(2)
        } else {
            ["*", "*/*"].contains(&entry).then_some(1)
        }
    };
    let values = headers.get_all(header).into_iter();
    let entries = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    entries
        .filter_map(|entry| {
            let mut fields = entry.split(';').map(str::trim);
            let exactness = exactness(fields.next()?)?;
            Some((exactness, fields.find_map(q).unwrap_or(1.0)))
        })
        .max_by_key(|(exactness, _)| *exactness)
        .map_or(0.0, |(_, quality)| quality)
}

/// The value of a field `q=0.5`; one that cannot be read counts as not wanted.
fn q(field: &str) -> Option<f64> {
    let (name, value) = field.split_once('=')?;
    let value = value.trim().parse::<f64>().unwrap_or(0.0);
    name.trim()
        .eq_ignore_ascii_case("q")
        .then(|| value.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, header::ACCEPT};

    fn wanted(value: &'static str, name: &str) -> f64 {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(value))]);
        quality(&headers, &ACCEPT, name)
    }

    #[test]
    fn the_most_exact_entry_counts_in_any_case_and_with_any_spacing() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(wanted(browser, "text/html"), 1.0);
        assert_eq!(wanted(browser, "application/json"), 0.8);
        assert_eq!(wanted("text/html;q=0, */*", "text/html"), 0.0);
        assert_eq!(wanted("APPLICATION/JSON ; Q=0.5", "application/json"), 0.5);
        assert_eq!(wanted("text/*;q=0.3, */*;q=0.1", "text/html"), 0.3);
        assert_eq!(wanted("gzip, br;Q=0", "br"), 0.0);
        assert_eq!(wanted("*", "br"), 1.0);
        assert_eq!(wanted("", "br"), 0.0);
        assert_eq!(wanted("br;q=x", "br"), 0.0);
    }
}
