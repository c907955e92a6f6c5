//! Of what the bytes of a tile are: counted through its protobuf fields, layer by layer.

use std::collections::BTreeMap;
use std::fmt;

/// The bytes of some tiles before compression.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    /// Of each source layer: bytes, features, vertices.
    pub layers: BTreeMap<String, [usize; 3]>,
    pub geometry: usize,
    pub tags: usize,
    pub ids: usize,
    pub keys_and_values: usize,
    /// Everything of `…-label` layers, counted nowhere else.
    pub labels: usize,
    /// Names, extents, lengths.
    pub rest: usize,
}

impl Shares {
    pub fn add(&mut self, other: &Self) {
        for (name, counts) in &other.layers {
            let own = self.layers.entry(name.clone()).or_default();
            own.iter_mut()
                .zip(counts)
                .for_each(|(own, more)| *own += more);
        }
        self.geometry += other.geometry;
        self.tags += other.tags;
        self.ids += other.ids;
        self.keys_and_values += other.keys_and_values;
        self.labels += other.labels;
        self.rest += other.rest;
    }
}

impl fmt::Display for Shares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: usize = self.layers.values().map(|counts| counts[0]).sum();
        let share = |bytes: usize| 100.0 * bytes as f64 / all.max(1) as f64;
        writeln!(
            f,
            "    geometry {:.1} %, tags {:.1}, ids {:.1}, keys and values {:.1}, labels {:.1}, rest {:.1}",
            share(self.geometry),
            share(self.tags),
            share(self.ids),
            share(self.keys_and_values),
            share(self.labels),
            share(self.rest)
        )?;
        let mut layers: Vec<_> = self.layers.iter().collect();
        layers.sort_by_key(|(_, counts)| std::cmp::Reverse(counts[0]));
        for (name, [bytes, features, vertices]) in layers.into_iter().take(10) {
            let part = share(*bytes);
            writeln!(
                f,
                "    {part:5.1} % {name}: {features} features, {vertices} vertices"
            )?;
        }
        Ok(())
    }
}

/// One field: its number, its bytes where it has a length, and how long all of it is.
struct Field<'a> {
    number: u64,
    bytes: &'a [u8],
    length: usize,
}

/// The fields of a message.
fn fields(mut rest: &[u8]) -> Vec<Field<'_>> {
    let mut all = Vec::new();
    while !rest.is_empty() {
        let before = rest.len();
        let tag = varint(&mut rest);
        let mut bytes = &rest[..0];
        match tag & 7 {
            0 => drop(varint(&mut rest)),
            1 => rest = &rest[8..],
            2 => {
                let length = varint(&mut rest) as usize;
                (bytes, rest) = rest.split_at(length);
            }
            5 => rest = &rest[4..],
            other => panic!("a field of kind {other}"),
        }
        let length = before - rest.len();
        all.push(Field {
            number: tag >> 3,
            bytes,
            length,
        });
    }
    all
}

fn varint(rest: &mut &[u8]) -> u64 {
    let (mut value, mut shift) = (0, 0);
    loop {
        let (&byte, after) = rest.split_first().expect("a number ends");
        *rest = after;
        value |= u64::from(byte & 127) << shift;
        shift += 7;
        if byte < 128 {
            return value;
        }
    }
}

/// Of what a tile is made.
pub fn shares(tile: &[u8]) -> Shares {
    let mut shares = Shares::default();
    for layer in fields(tile) {
        let inside = fields(layer.bytes);
        let name = inside
            .iter()
            .find(|field| field.number == 1)
            .expect("a name");
        let name = String::from_utf8_lossy(name.bytes).into_owned();
        let label = name.ends_with("-label");
        let counts = shares.layers.entry(name).or_default();
        counts[0] += layer.length;
        let mut counted = 0;
        for field in &inside {
            match field.number {
                2 => {
                    counts[1] += 1;
                    for part in fields(field.bytes) {
                        let (own, of) = match part.number {
                            1 => (part.length, &mut shares.ids),
                            2 => (part.length, &mut shares.tags),
                            4 => {
                                counts[2] += vertices(part.bytes);
                                (part.length, &mut shares.geometry)
                            }
                            _ => continue,
                        };
                        if !label {
                            *of += own;
                            counted += own;
                        }
                    }
                }
                3 | 4 if !label => {
                    shares.keys_and_values += field.length;
                    counted += field.length;
                }
                _ => {}
            }
        }
        if label {
            shares.labels += layer.length;
        } else {
            shares.rest += layer.length - counted;
        }
    }
    shares
}

fn vertices(mut commands: &[u8]) -> usize {
    let mut count = 0;
    while !commands.is_empty() {
        let command = varint(&mut commands);
        if command & 7 != 7 {
            count += (command >> 3) as usize;
            for _ in 0..2 * (command >> 3) {
                varint(&mut commands);
            }
        }
    }
    count
}
