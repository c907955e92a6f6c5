//! Watches the quotation marks of separated text on its way to the parser, which takes the end of the
//! file for the end of a quoted value: a mark that is never closed would swallow every row after it.

use std::io::{self, Read};

/// Where in a value the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a value.
    Start,
    /// In a value without marks.
    Plain,
    /// Between two marks.
    Quoted,
    /// After a mark that ends the value, or is the first of two that stand for one.
    Closed,
}

/// A stream of separated text.
#[derive(Debug)]
pub struct Quotes<R> {
    from: R,
    delimiter: u8,
    state: State,
    /// Records ended so far; the header is the first.
    records: u64,
    /// Whether the record holds anything: the parser passes over empty lines.
    begun: bool,
    /// The quoted value has gone on to another line.
    spans_lines: bool,
    /// The record in which a value over several lines ends in the middle.
    broken: Option<u64>,
}

impl<R> Quotes<R> {
    /// Watches what is read.
    pub fn watch(from: R, delimiter: u8) -> Self {
        Self {
            from,
            delimiter,
            state: State::Start,
            records: 0,
            begun: false,
            spans_lines: false,
            broken: None,
        }
    }

    /// What is wrong with the marks read so far; `ended` is whether that was all. Rows count from 1
    /// after the header.
    pub fn fault(&self, ended: bool) -> Option<String> {
        if let Some(record) = self.broken {
            return Some(format!(
                "a quotation mark of row {record} is closed on a later line, in the middle of a value"
            ));
        }
        (ended && self.state == State::Quoted).then(|| match self.records {
            0 => "a quotation mark of the first line is never closed".to_owned(),
            row => format!("a quotation mark of row {row} is never closed"),
        })
    }

    fn byte(&mut self, byte: u8) {
        if self.state == State::Quoted {
            match byte {
                b'"' => self.state = State::Closed,
                b'\n' => self.spans_lines = true,
                _ => {}
            }
            return;
        }
        let ends_line = matches!(byte, b'\n' | b'\r');
        if ends_line || byte == self.delimiter {
            self.begun |= !ends_line;
            if ends_line && self.begun {
                self.records += 1;
                self.begun = false;
            }
            self.state = State::Start;
            return;
        }
        self.begun = true;
        self.state = match (self.state, byte) {
            (State::Start, b'"') => {
                self.spans_lines = false;
                State::Quoted
            }
            (State::Closed, b'"') => State::Quoted,
            (State::Closed, _) => {
                if self.spans_lines {
                    self.broken.get_or_insert(self.records);
                }
                State::Plain
            }
            _ => State::Plain,
        };
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        buffer[..read].iter().for_each(|&byte| self.byte(byte));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<String> {
        let mut quotes = Quotes::watch(text.as_bytes(), b',');
        io::copy(&mut quotes, &mut io::sink()).expect("memory");
        quotes.fault(true)
    }

    #[test]
    fn a_mark_that_is_never_closed_is_told_by_its_row() {
        let told = fault("a,b\n1,x\n2,\"The Old Mill\n3,y\n").expect("a fault");
        assert_eq!(told, "a quotation mark of row 2 is never closed");
        let told = fault("a,b\n\n1,\"Mill\n2,\"Inn\"\n").expect("a fault");
        assert!(told.contains("row 1 is closed on a later line"), "{told}");
        assert!(fault("\"a,b\n1,x\n").is_some_and(|told| told.contains("first line")));
    }

    #[test]
    fn marks_as_they_should_be_are_left_alone() {
        for text in [
            "a,b\r\n1,\"over\r\ntwo lines\"\r\n",
            "a,b\n1,\"he said \"\"no\"\"\"\n",
            "a,b\n1,5\" pipe\n2,\"x\"",
            "a,b\n1,\"Smith\" House\n",
            "a,b\n\"\",\"\"\n",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }
}
