//! One pass over the bytes of a JSON document to learn where its top-level members begin, before
//! anything is parsed: where the features stand, what `crs` says, and that nothing is nested too deep.
//!
//! `geojson::FeatureReader` starts at the first `[`, which in many files belongs to `bbox`.

use super::MAX_DEPTH;
use std::io::{self, BufRead};

/// What the top level of a document holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Top-level members, each with the offset of its value's first byte and of the byte after it.
    pub members: Vec<(String, u64, u64)>,
    /// The document is an array.
    pub is_array: bool,
    /// Something is nested deeper than [`MAX_DEPTH`].
    pub too_deep: bool,
    /// The document ends in the middle.
    pub cut: bool,
    /// Something stands after the document.
    pub trailing: bool,
}

impl Outline {
    /// Where the value of a member starts and ends.
    pub fn member(&self, name: &str) -> Option<(u64, u64)> {
        let found = self.members.iter().find(|(key, ..)| key == name);
        found.map(|&(_, start, end)| (start, end))
    }

    /// A member that stands more than once, of which a reader sees only one.
    pub fn repeated(&self) -> Option<&str> {
        let mut keys = self.members.iter().map(|(key, ..)| key.as_str());
        let again = |key: &&str| {
            self.members
                .iter()
                .filter(|(other, ..)| other == key)
                .count()
                > 1
        };
        keys.find(again)
    }
}

/// Longest key of a top-level member that is remembered.
const MAX_KEY_BYTES: usize = 256;

#[derive(Default)]
struct Scanner {
    outline: Outline,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Text of a string at depth 1, which is a key or a value.
    text: Vec<u8>,
    key: Option<String>,
    value_start: Option<u64>,
    ended: bool,
}

/// Scans a document from its start; a BOM and white space before it are passed over.
pub fn scan(mut from: impl BufRead) -> io::Result<Outline> {
    let mut scanner = Scanner::default();
    let mut offset = 0;
    loop {
        let bytes = from.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        let mut at = 0;
        while at < length {
            // Coordinates are most of a document, and say nothing about where its members stand.
            if scanner.is_inside() {
                at += idle(&bytes[at..]);
            }
            let Some(&byte) = bytes.get(at) else { break };
            scanner.byte(offset + at as u64, byte);
            if scanner.outline.too_deep {
                return Ok(scanner.outline);
            }
            at += 1;
        }
        from.consume(length);
        offset += length as u64;
    }
    scanner.end_value(offset);
    scanner.outline.cut = !scanner.ended;
    Ok(scanner.outline)
}

/// How many bytes stand before the next one that opens or closes something.
fn idle(bytes: &[u8]) -> usize {
    let speaks = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']');
    bytes.iter().position(speaks).unwrap_or(bytes.len())
}

impl Scanner {
    /// Inside a value, between its strings.
    fn is_inside(&self) -> bool {
        self.depth > 1 && !self.in_string && !self.ended
    }

    fn byte(&mut self, at: u64, byte: u8) {
        if self.ended {
            self.after_the_end(byte);
            return;
        }
        if self.in_string {
            self.in_text(byte);
            return;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                self.text.clear();
                self.begin_value(at);
            }
            b'{' | b'[' => {
                self.begin_value(at);
                if self.depth == 0 {
                    self.outline.is_array = byte == b'[';
                }
                self.depth += 1;
                self.outline.too_deep = self.depth > MAX_DEPTH;
            }
            b'}' | b']' => self.close(at),
            b':' if self.depth == 1 => {
                self.key = Some(String::from_utf8_lossy(&self.text).into_owned());
                self.value_start = None;
            }
            b',' if self.depth == 1 => self.end_value(at),
            _ if byte.is_ascii_whitespace() => {}
            _ => self.begin_value(at),
        }
    }

    /// Only white space may stand after the document.
    fn after_the_end(&mut self, byte: u8) {
        self.outline.trailing |= !byte.is_ascii_whitespace() && byte != 0;
    }

    fn in_text(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_string = false,
            _ if self.depth == 1 && self.text.len() < MAX_KEY_BYTES => self.text.push(byte),
            _ => {}
        }
    }

    fn begin_value(&mut self, at: u64) {
        if self.depth == 1 && self.key.is_some() && self.value_start.is_none() {
            self.value_start = Some(at);
        }
    }

    fn end_value(&mut self, at: u64) {
        if let (Some(key), Some(start)) = (self.key.take(), self.value_start.take()) {
            self.outline.members.push((key, start, at));
        }
    }

    fn close(&mut self, at: u64) {
        if self.depth == 1 {
            self.end_value(at);
            self.ended = true;
        }
        self.depth = self.depth.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_wherever_they_stand() {
        let text = r#"{"bbox":[1,2], "name":"a:b,{", "features": [{"crs":1}] , "crs":{"x":"}"}}"#;
        let outline = scan(text.as_bytes()).expect("memory");
        let of = |name: &str| {
            let (start, end) = outline.member(name).expect(name);
            text[start as usize..end as usize].trim()
        };
        assert_eq!(of("bbox"), "[1,2]");
        assert_eq!(of("name"), "\"a:b,{\"");
        assert_eq!(of("features"), r#"[{"crs":1}]"#);
        assert_eq!(of("crs"), r#"{"x":"}"}"#);
        assert!(!outline.cut && !outline.is_array);
    }

    #[test]
    fn what_stands_twice_or_after_the_document_is_told() {
        let twice = scan(&br#"{"features":[], "type":1, "features":[1]}"#[..]).expect("memory");
        assert_eq!(twice.repeated(), Some("features"));
        for after in ["{}", " garbage", "]", "\n\n{\"a\":1}"] {
            let text = format!("{{\"a\":1}}{after}");
            assert!(scan(text.as_bytes()).expect("memory").trailing, "{after}");
        }
        let fine = scan(&b"{\"a\":1, \"b\":{\"a\":2}}\r\n \n"[..]).expect("memory");
        assert!(!fine.trailing && fine.repeated().is_none());
    }

    #[test]
    fn a_cut_or_deep_document_is_told_before_it_is_parsed() {
        assert!(scan(&br#"{"features":[{"a":1"#[..]).expect("memory").cut);
        let deep = "[".repeat(1_000_000);
        assert!(scan(deep.as_bytes()).expect("memory").too_deep);
    }
}
