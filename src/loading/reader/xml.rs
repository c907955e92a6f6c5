//! The tags and texts of an XML document, one after the other, with nesting checked: a document that
//! is cut or crossed is an error at once. Knows no schemas, fetches nothing, expands only the five
//! entities of XML and numbered characters.

use super::MAX_DEPTH;

/// What comes next in a document.
#[derive(Debug, PartialEq)]
pub enum Event<'a> {
    /// An element begins: its local name and the text of its attributes.
    Start(&'a str, &'a str),
    /// The element that began last ends.
    End(&'a str),
    /// Text, entities expanded.
    Text(String),
}

/// Walks over a document.
pub struct Scanner<'a> {
    rest: &'a str,
    open: Vec<&'a str>,
    /// An element without content was begun; its end comes next.
    end_next: bool,
}

impl<'a> Scanner<'a> {
    /// A walk from the start of a document.
    pub fn new(document: &'a str) -> Self {
        Self {
            rest: document,
            open: Vec::new(),
            end_next: false,
        }
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    /// What is wrong with the document.
    pub fn next(&mut self) -> Result<Option<Event<'a>>, String> {
        if std::mem::take(&mut self.end_next) {
            return Ok(self.open.pop().map(Event::End));
        }
        loop {
            if self.rest.is_empty() {
                return match self.open.last() {
                    Some(name) => Err(format!("it ends in the middle: <{name}> is not closed")),
                    None => Ok(None),
                };
            }
            if let Some(event) = self.step()? {
                return Ok(Some(event));
            }
        }
    }

    fn step(&mut self) -> Result<Option<Event<'a>>, String> {
        let Some(tag) = self.rest.strip_prefix('<') else {
            let end = self.rest.find('<').unwrap_or(self.rest.len());
            let text = expand(&self.rest[..end]);
            self.rest = &self.rest[end..];
            return Ok((!self.open.is_empty()).then_some(Event::Text(text)));
        };
        if let Some(comment) = tag.strip_prefix("!--") {
            self.rest = after(comment, "-->")?.1;
        } else if let Some(data) = tag.strip_prefix("![CDATA[") {
            let (text, rest) = after(data, "]]>")?;
            self.rest = rest;
            return Ok(Some(Event::Text(text.to_owned())));
        } else if let Some(instruction) = tag.strip_prefix('?') {
            self.rest = after(instruction, "?>")?.1;
        } else if let Some(doctype) = tag.strip_prefix('!') {
            let (text, rest) = after(doctype, ">")?;
            if text.contains('[') {
                return Err("it defines entities of its own, which are not read".to_owned());
            }
            self.rest = rest;
        } else {
            return self.tag(tag).map(Some);
        }
        Ok(None)
    }

    fn tag(&mut self, tag: &'a str) -> Result<Event<'a>, String> {
        let end = end_of_tag(tag).ok_or("it ends in the middle of a tag")?;
        let (inner, rest) = (&tag[..end], &tag[end + 1..]);
        self.rest = rest;
        if let Some(name) = inner.strip_prefix('/') {
            let name = local(name.trim());
            return match self.open.pop() {
                Some(open) if open == name => Ok(Event::End(name)),
                Some(open) => Err(format!("</{name}> stands where </{open}> should")),
                None => Err(format!("</{name}> ends what never began")),
            };
        }
        let (inner, empty) = match inner.strip_suffix('/') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        let name_end = inner.find(char::is_whitespace).unwrap_or(inner.len());
        let name = local(&inner[..name_end]);
        self.open.push(name);
        if self.open.len() > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} deep"));
        }
        self.end_next = empty;
        Ok(Event::Start(name, &inner[name_end..]))
    }
}

fn after<'a>(text: &'a str, mark: &str) -> Result<(&'a str, &'a str), String> {
    text.split_once(mark)
        .ok_or_else(|| format!("it ends before {mark}"))
}

/// The `>` that ends a tag, which is not one inside quotation marks.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(mark), byte) if mark == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The value of an attribute.
pub fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        let (key, tail) = rest.split_once('=')?;
        let tail = tail.trim_start();
        let quote = tail.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = tail[1..].split_once(quote)?;
        if local(key.trim()) == name {
            return Some(expand(value));
        }
        rest = after;
    }
}

/// Text with its entities expanded; unknown ones stay as they are.
fn expand(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest[1..]
            .split_once(';')
            .filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, tail)| Some((character(name)?, tail))) {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(document: &str) -> Result<Vec<String>, String> {
        let mut scanner = Scanner::new(document);
        let mut events = Vec::new();
        while let Some(event) = scanner.next()? {
            events.push(match event {
                Event::Start(name, _) => format!("<{name}"),
                Event::End(name) => format!("{name}>"),
                Event::Text(text) => text,
            });
        }
        Ok(events)
    }

    #[test]
    fn tags_texts_and_entities_are_told_apart() {
        let document =
            "<?xml?><!-- <no> --><k:a x='1>2'>T&amp;C &#375;&#x2c;&odd;<![CDATA[<b>]]><b/></k:a>\n";
        assert_eq!(
            events(document).expect("well formed"),
            ["<a", "T&C ŷ,&odd;", "<b>", "<b", "b>", "a>"]
        );
    }

    #[test]
    fn what_is_cut_crossed_deep_or_defines_entities_is_an_error() {
        for document in [
            "<a><b></a>",
            "<a>",
            "<a",
            "</a>",
            "<!-- x",
            "<a><![CDATA[x</a>",
        ] {
            assert!(events(document).is_err(), "{document}");
        }
        assert!(events(&"<a>".repeat(100_000)).is_err());
        assert!(events("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").is_err());
    }

    #[test]
    fn attributes_are_found_by_name() {
        let attributes = r##" schemaUrl="#x" name='a &lt; b'"##;
        assert_eq!(attribute(attributes, "name").as_deref(), Some("a < b"));
        assert_eq!(attribute(attributes, "id"), None);
    }
}
