//! The paths under which places, areas and policies are found: a public contract, kept for ever.

use super::edition::EditionId;
use super::text::Lang;
use jiff::civil::Date;

/// The path of an area's page. Slashes of a reference stand as they are.
#[must_use]
pub fn area(layer: &str, reference: &str) -> String {
    format!("/area/{layer}/{}", encode(reference, "/"))
}

/// The path of a policy's page. Slashes of a code stand as they are.
#[must_use]
pub fn policy(plan: &str, code: &str) -> String {
    format!("/policy/{}/{}", encode(plan, ""), encode(code, "/"))
}

/// The path of the answer for a place, by its slug.
#[must_use]
pub fn at(slug: &str) -> String {
    format!("/at/{}", encode(slug, ",:"))
}

/// The path of the answer for a place as one edition gives it for one day.
#[must_use]
pub fn permalink(slug: &str, edition: EditionId, on: Date) -> String {
    format!("{}?edition={edition}&on={on}", at(slug))
}

/// The path of the answer for a drawn site, by its corners as one pair after another with semicolons between.
#[must_use]
pub fn site(points: &str) -> String {
    format!("/site?points={}", encode(points, ",;"))
}

/// The path of the answer for a drawn site as one edition gives it for one day.
#[must_use]
pub fn site_permalink(points: &str, edition: EditionId, on: Date) -> String {
    format!("{}&edition={edition}&on={on}", site(points))
}

/// The path of what changed from one edition to another.
#[must_use]
pub fn changes(before: EditionId, after: EditionId) -> String {
    format!("/changes/{before}/{after}")
}

/// The same path in a language: Welsh pages stand under `/cy`.
#[must_use]
pub fn in_lang(lang: Lang, path: &str) -> String {
    match lang {
        Lang::En => path.to_owned(),
        Lang::Cy => format!("/cy{path}"),
    }
}

/// A text as it stands in a URL: unreserved characters, and those of `keep`, as they are.
#[must_use]
pub fn encode(text: &str, keep: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric()
            || b"-._~".contains(&byte)
            || keep.as_bytes().contains(&byte);
        if plain {
            out.push(byte as char);
        } else {
            out.extend([
                '%',
                HEX[usize::from(byte >> 4)] as char,
                HEX[usize::from(byte & 15)] as char,
            ]);
        }
    }
    out
}

/// A link that may stand in a page: `http` or `https` only, so that no file can slip in a script.
#[must_use]
pub fn safe(url: &str) -> Option<&str> {
    let lower = url.trim_start().get(..8)?.to_ascii_lowercase();
    (lower.starts_with("https://") || lower.starts_with("http://")).then_some(url.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_safe_in_a_path_and_keeps_its_slashes() {
        assert_eq!(area("tpo", "HOU/1"), "/area/tpo/HOU/1");
        assert_eq!(area("tpo", "a b?#ŷ%"), "/area/tpo/a%20b%3F%23%C5%B7%25");
        assert_eq!(policy("ldp-2013", "CTH/2"), "/policy/ldp-2013/CTH/2");
        assert_eq!(at("53.28437,-3.58221"), "/at/53.28437,-3.58221");
        assert_eq!(in_lang(Lang::Cy, "/at/1,2"), "/cy/at/1,2");
    }

    #[test]
    fn only_web_links_are_safe() {
        assert_eq!(
            safe(" https://example.org/a "),
            Some("https://example.org/a")
        );
        assert_eq!(safe("HTTP://example.org"), Some("HTTP://example.org"));
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.org",
            "ftp://a",
            "",
            "http",
        ] {
            assert_eq!(safe(url), None, "{url}");
        }
    }
}
