//! The brackets of a coordinate system's well-known text, as a tree: `KEYWORD["text",number,CHILD[…]]`.

/// How deep brackets may be nested: no real system needs more than ten.
const MAX_DEPTH: usize = 32;
/// Bytes of text read: the longest definitions have some ten thousand.
const MAX_BYTES: usize = 256 * 1024;

/// One element.
#[derive(Debug, PartialEq)]
pub struct Element {
    /// In capitals.
    pub keyword: String,
    items: Vec<Item>,
}

#[derive(Debug, PartialEq)]
enum Item {
    Value(String),
    Element(Element),
}

impl Element {
    /// Texts, numbers and bare words directly in the element.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|item| match item {
            Item::Value(value) => Some(value.as_str()),
            Item::Element(_) => None,
        })
    }

    /// Elements directly in the element.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        self.items.iter().filter_map(|item| match item {
            Item::Element(element) => Some(element),
            Item::Value(_) => None,
        })
    }

    /// The first child of one of the keywords.
    pub fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.children()
            .find(|child| keywords.contains(&child.keyword.as_str()))
    }

    /// The first element of one of the keywords at any depth.
    pub fn descendant(&self, keywords: &[&str]) -> Option<&Self> {
        self.child(keywords)
            .or_else(|| self.children().find_map(|child| child.descendant(keywords)))
    }
}

/// Parses one element; `None` where the text is not one.
pub fn parse(text: &str) -> Option<Element> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut rest = text.trim();
    let element = element(&mut rest, 0)?;
    rest.trim().is_empty().then_some(element)
}

fn element(rest: &mut &str, depth: usize) -> Option<Element> {
    let open = rest.find(['[', '('])?;
    let keyword = rest[..open].trim().to_ascii_uppercase();
    let is_word = keyword
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_');
    if depth > MAX_DEPTH || !is_word {
        return None;
    }
    *rest = &rest[open + 1..];
    let mut items = Vec::new();
    loop {
        *rest = rest.trim_start();
        items.push(item(rest, depth)?);
        *rest = rest.trim_start();
        let next = rest.chars().next()?;
        *rest = &rest[next.len_utf8()..];
        match next {
            ',' => {}
            ']' | ')' => return Some(Element { keyword, items }),
            _ => return None,
        }
    }
}

fn item(rest: &mut &str, depth: usize) -> Option<Item> {
    if let Some(quoted) = rest.strip_prefix('"') {
        let mut value = String::new();
        let mut tail = quoted;
        loop {
            let end = tail.find('"')?;
            value.push_str(&tail[..end]);
            tail = &tail[end + 1..];
            // A doubled quotation mark stands for one.
            let Some(more) = tail.strip_prefix('"') else {
                break;
            };
            value.push('"');
            tail = more;
        }
        *rest = tail;
        return Some(Item::Value(value));
    }
    let end = rest.find([',', '[', '(', ']', ')'])?;
    if matches!(rest.as_bytes()[end], b'[' | b'(') {
        return element(rest, depth + 1).map(Item::Element);
    }
    let value = rest[..end].trim().to_owned();
    *rest = &rest[end..];
    Some(Item::Value(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_become_a_tree() {
        let root = parse(r#"A["x ""y""", 1.5, EAST, b(2), C[D[3]]]"#).expect("well formed");
        assert_eq!(
            root.values().collect::<Vec<_>>(),
            ["x \"y\"", "1.5", "EAST"]
        );
        assert_eq!(root.child(&["B"]).expect("b").values().next(), Some("2"));
        assert_eq!(
            root.descendant(&["D"]).expect("d").values().next(),
            Some("3")
        );
    }

    #[test]
    fn what_is_cut_or_too_deep_is_none() {
        for text in ["A[", "A[\"x", "A[1]]", "[1]x", "", "A", "é[1]"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"A[".repeat(100_000)), None);
    }
}
