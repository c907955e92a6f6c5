//! The gazetteer: postcodes, addresses and names with their positions, in one SQLite file.
//!
//! It is written whole beside the old one and swapped in, so that a reader never sees half of it.
//! Names are found by words and beginnings of words, without regard to case and diacritics.

use super::parse::Place;
use crate::geometry::{Bng, LonLat, Position};
use rusqlite::{Connection, OpenFlags, Row, params};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Name of the file in the atlas folder.
pub const FILE: &str = "places.sqlite";

/// Addresses of one postcode that are answered, at most: real postcodes have up to a hundred.
pub const MAX_ADDRESSES: usize = 500;

/// Places that one search shows, at most; it returns one more where there are more.
pub const MAX_FOUND: usize = 20;

/// Words of a search at most.
const MAX_WORDS: usize = 8;

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A town, village or feature.
    Place,
    /// A street.
    Street,
    /// A postcode's own point.
    Postcode,
    /// An address.
    Address,
}

impl Kind {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Place, "place"),
        (Self::Street, "street"),
        (Self::Postcode, "postcode"),
        (Self::Address, "address"),
    ];

    /// The kind of a word in a file; unknown words are places.
    pub(super) fn of_word(word: &str) -> Self {
        let word = word.to_ascii_lowercase();
        let known = Self::ALL.into_iter().find(|(_, name)| *name == word);
        known.map_or(Self::Place, |(kind, _)| kind)
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, word)| word)
    }
}

/// A place that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its name in Welsh, where it differs.
    pub name_cy: Option<String>,
    /// The place that it lies in.
    pub locality: Option<String>,
    /// The same in Welsh.
    pub locality_cy: Option<String>,
    /// Its postcode.
    pub postcode: Option<String>,
    /// Its UPRN.
    pub uprn: Option<u64>,
    /// Where it is.
    pub position: Position,
}

impl Found {
    /// The place as which it is best asked: by its postcode or UPRN where it has one, else by its position.
    #[must_use]
    pub fn place(&self) -> Place {
        match (self.kind, self.uprn, &self.postcode) {
            (Kind::Postcode, _, Some(postcode)) => Place::Postcode(postcode.clone()),
            (_, Some(uprn), _) => Place::Uprn(uprn),
            _ => Place::LonLat(self.position.lonlat.rounded()),
        }
    }
}

/// Why a gazetteer could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum GazetteerError {
    /// The database refused.
    #[error("the gazetteer {path} cannot be used: {error}; groundrule places load makes it anew")]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        error: rusqlite::Error,
    },
    /// A source file could not be read.
    #[error("{path} could not be read: {fault}")]
    Source {
        /// The file.
        path: PathBuf,
        /// What was wrong.
        fault: String,
    },
    /// A source file is not what it should be.
    #[error("{path} is not taken in: {fault}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// No column of a source file was recognised.
    #[error(
        "{path} has the columns {columns}; a gazetteer needs easting and northing (or longitude and latitude), and a name, postcode or uprn"
    )]
    Unrecognised {
        /// The file.
        path: PathBuf,
        /// Its columns.
        columns: String,
    },
    /// Two files of one name: the second would replace the first.
    #[error(
        "{first} and {second} have one name, by which the gazetteer tells files apart; rename one of them"
    )]
    SameName {
        /// The first file.
        first: PathBuf,
        /// The second file.
        second: PathBuf,
    },
    /// Somebody else is loading places.
    #[error("another groundrule is loading places into {0}; wait until it is done")]
    Locked(PathBuf),
    /// The new file could not take the old one's place.
    #[error("{path} could not be written: {error}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

/// An opened gazetteer. It may be asked from several threads; each takes a connection of its own.
#[derive(Debug)]
pub struct Gazetteer {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Gazetteer {
    /// Opens the gazetteer of an atlas folder, or `None` where none was loaded.
    ///
    /// # Errors
    /// A file that is no gazetteer.
    pub fn open(atlas: &Path) -> Result<Option<Self>, GazetteerError> {
        let path = atlas.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let gazetteer = Self {
            path,
            idle: Mutex::new(Vec::new()),
        };
        gazetteer.with(|connection| {
            connection.query_row("SELECT count(*) FROM word WHERE rowid = 0", [], |_| Ok(()))
        })?;
        Ok(Some(gazetteer))
    }

    fn failed(&self, error: rusqlite::Error) -> GazetteerError {
        GazetteerError::Database {
            path: self.path.clone(),
            error,
        }
    }

    fn with<T>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, GazetteerError> {
        let idle = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                Connection::open_with_flags(&self.path, flags)
                    .map_err(|error| self.failed(error))?
            }
        };
        let answer = ask(&connection).map_err(|error| self.failed(error))?;
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(connection);
        }
        Ok(answer)
    }

    /// The addresses of a postcode (as it is printed, `BA1 1LZ`), or the postcode's own points where no address is known.
    /// The first [`MAX_ADDRESSES`] of them: where [`Gazetteer::count_at`] says that there are more, they are not all.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub fn postcode(&self, postcode: &str) -> Result<Vec<Found>, GazetteerError> {
        self.with(|connection| {
            let mut query = connection
                .prepare_cached(&format!("{SELECT} {AT_POSTCODE} ORDER BY id LIMIT ?2"))?;
            let rows = query.query_map(params![postcode, MAX_ADDRESSES as i64], read)?;
            rows.collect()
        })
    }

    /// How many addresses a postcode has, or points of its own where no address is known.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub fn count_at(&self, postcode: &str) -> Result<usize, GazetteerError> {
        let count: i64 = self.with(|connection| {
            let sql = format!("SELECT count(*) FROM place {AT_POSTCODE}");
            connection
                .prepare_cached(&sql)?
                .query_row([postcode], |row| row.get(0))
        })?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The address of a UPRN.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub fn uprn(&self, uprn: u64) -> Result<Option<Found>, GazetteerError> {
        let Ok(uprn) = i64::try_from(uprn) else {
            return Ok(None);
        };
        self.with(|connection| {
            let mut query = connection
                .prepare_cached(&format!("{SELECT} WHERE uprn = ?1 ORDER BY id LIMIT 1"))?;
            let mut rows = query.query_map([uprn], read)?;
            rows.next().transpose()
        })
    }

    /// Places whose names hold all the words of a text, the last word perhaps only begun; best first.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub fn search(&self, text: &str) -> Result<Vec<Found>, GazetteerError> {
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(MAX_WORDS)
            .map(|word| format!("\"{word}\""))
            .collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let pattern = format!("{}*", words.join(" "));
        let exact = text.trim().to_lowercase();
        self.with(|connection| {
            // The whole name first, then towns before streets before addresses, then the shortest name.
            let mut query = connection.prepare_cached(&format!(
                "{SELECT} WHERE id IN (SELECT rowid FROM word WHERE word MATCH ?1 LIMIT 2000) \
                 ORDER BY lower(name) <> ?2 AND lower(ifnull(name_cy, '')) <> ?2, \
                          CASE kind WHEN 'place' THEN 0 WHEN 'street' THEN 1 WHEN 'postcode' THEN 2 ELSE 3 END, \
                          length(name), name, id LIMIT ?3"
            ))?;
            let rows = query.query_map(params![pattern, exact, MAX_FOUND as i64 + 1], read)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })
    }
}

const SELECT: &str = "SELECT kind, name, name_cy, locality, locality_cy, postcode, uprn, easting, northing, lon, lat FROM place";

/// The addresses of a postcode, or whatever else has it where there are none.
const AT_POSTCODE: &str = "WHERE postcode = ?1 AND (kind = 'address' OR NOT EXISTS \
    (SELECT 1 FROM place AS other WHERE other.postcode = ?1 AND other.kind = 'address'))";

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let wrong = |column: usize| {
        rusqlite::Error::InvalidColumnType(
            column,
            "position".to_owned(),
            rusqlite::types::Type::Real,
        )
    };
    let lonlat = LonLat::new(row.get(9)?, row.get(10)?).map_err(|_| wrong(9))?;
    let grid = match (row.get::<_, Option<f64>>(7)?, row.get::<_, Option<f64>>(8)?) {
        (Some(easting), Some(northing)) => Some(Bng::new(easting, northing).map_err(|_| wrong(7))?),
        _ => None,
    };
    Ok(Found {
        kind: Kind::of_word(&row.get::<_, String>(0)?),
        name: row.get(1)?,
        name_cy: row.get(2)?,
        locality: row.get(3)?,
        locality_cy: row.get(4)?,
        postcode: row.get(5)?,
        uprn: row
            .get::<_, Option<i64>>(6)?
            .and_then(|uprn| u64::try_from(uprn).ok()),
        position: Position { lonlat, grid },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn gazetteer(csv: &str) -> (tempfile::TempDir, Gazetteer) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("places.csv");
        fs::write(&file, csv).expect("written");
        Gazetteer::load(folder.path(), &[file]).expect("loaded");
        let gazetteer = Gazetteer::open(folder.path())
            .expect("opened")
            .expect("there");
        (folder, gazetteer)
    }

    const SOME: &str = "kind,name,name-cy,locality,postcode,uprn,easting,northing\n\
        place,Llŷn,,,,,230000,335000\n\
        street,High Street,Stryd Fawr,Abergele,,,294614,377543\n\
        address,1 High Street,1 Stryd Fawr,Abergele,LL22 7AA,11,294610,377540\n\
        address,2 High Street,2 Stryd Fawr,Abergele,ll227aa,12,294620,377545\n\
        postcode,LL22 7AA,,,LL22 7AA,,294615,377542\n";

    fn names(found: &[Found]) -> Vec<&str> {
        found.iter().map(|place| place.name.as_str()).collect()
    }

    #[test]
    fn a_postcode_gives_its_addresses_and_its_own_point_only_without_them() {
        let (_folder, gazetteer) = gazetteer(SOME);
        let found = gazetteer.postcode("LL22 7AA").expect("asked");
        assert_eq!(names(&found), ["1 High Street", "2 High Street"]);
        assert_eq!(found[0].position.grid.map(Bng::easting), Some(294_610.0));
        assert!(gazetteer.postcode("LL22 7AB").expect("asked").is_empty());
        assert_eq!(
            gazetteer.uprn(12).expect("asked").expect("there").name,
            "2 High Street"
        );
        assert_eq!(gazetteer.uprn(u64::MAX).expect("asked"), None);
    }

    #[test]
    fn names_are_found_without_diacritics_and_by_their_beginnings() {
        let (_folder, gazetteer) = gazetteer(SOME);
        assert_eq!(names(&gazetteer.search("llyn").expect("asked")), ["Llŷn"]);
        assert_eq!(
            names(&gazetteer.search("stryd fa").expect("asked"))[0],
            "High Street"
        );
        assert_eq!(
            names(&gazetteer.search("abergele 2").expect("asked")),
            ["2 High Street"]
        );
        for hostile in [
            "\"",
            "*",
            "a OR b",
            "NEAR(",
            "text:",
            "'; DROP TABLE place",
            "",
            "—",
        ] {
            gazetteer.search(hostile).expect(hostile);
        }
    }

    #[test]
    fn loading_a_file_again_replaces_its_places_and_a_bad_file_changes_nothing() {
        let (folder, gazetteer) = gazetteer(SOME);
        let other = folder.path().join("other.csv");
        fs::write(
            &other,
            "postcode,easting,northing\nLL22 7AB,294700,377600\n,,\n",
        )
        .expect("written");
        let loaded = Gazetteer::load(folder.path(), std::slice::from_ref(&other)).expect("loaded");
        assert_eq!((loaded[0].places, loaded[0].left_out_count), (1, 1));
        let bad = folder.path().join("bad.csv");
        fs::write(&bad, "colour,size\nred,9\n").expect("written");
        let error = Gazetteer::load(folder.path(), &[bad])
            .expect_err("no coordinates")
            .to_string();
        assert!(error.contains("colour, size"), "{error}");
        fs::write(
            folder.path().join("places.csv"),
            "name,easting,northing\nTy Gwyn,294700,377600\n",
        )
        .expect("written");
        Gazetteer::load(folder.path(), &[folder.path().join("places.csv")]).expect("loaded");
        drop(gazetteer);
        let gazetteer = Gazetteer::open(folder.path())
            .expect("opened")
            .expect("there");
        assert!(
            gazetteer.search("high").expect("asked").is_empty(),
            "replaced"
        );
        assert_eq!(
            gazetteer.postcode("LL22 7AB").expect("asked").len(),
            1,
            "kept"
        );
    }
}
