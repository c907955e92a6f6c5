//! The gazetteer: postcodes, addresses and names with their positions, in one SQLite file.
//!
//! It is written whole beside the old one and swapped in, so that a reader never sees half of it.
//! Names are found by words and beginnings of words, without regard to case and diacritics.

use super::parse::Place;
use super::store::{self, COLUMNS, Known};
use super::words::holds;
use crate::geometry::{Bounds, Position};
use crate::policy::Lang;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Name of the file in the atlas folder.
pub const FILE: &str = "places.sqlite";

/// Addresses of one postcode that are answered, at most: real postcodes have up to a hundred.
pub const MAX_ADDRESSES: usize = 500;

/// Places that one search shows, at most; it returns one more where there are more.
pub const MAX_FOUND: usize = 20;

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

    /// Its name in the other language than a page's, where a text was found by that one and not by the page's own.
    #[must_use]
    pub fn other_name(&self, lang: Lang, text: &str) -> Option<&str> {
        let welsh = self.name_cy.as_deref()?;
        let (own, other) = match lang {
            Lang::En => (self.name.as_str(), welsh),
            Lang::Cy => (welsh, self.name.as_str()),
        };
        (holds(other, text) && !holds(own, text)).then_some(other)
    }

    /// Its postcode, where it is: the one point of it that is at hand.
    #[must_use]
    pub fn as_postcode(&self) -> Option<Self> {
        Some(Self {
            kind: Kind::Postcode,
            name: self.postcode.clone()?,
            name_cy: None,
            uprn: None,
            ..self.clone()
        })
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
    /// A column that was named is not there.
    #[error("{path} has no column {column}; it has {columns}")]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The column that was named.
        column: String,
        /// Its columns.
        columns: String,
    },
    /// A field that places do not have.
    #[error("places have no field “{field}”; they have {known}", known = super::recognise::FIELDS.join(", "))]
    UnknownField {
        /// The word.
        field: String,
    },
    /// More sources than a gazetteer holds.
    #[error(
        "a gazetteer holds {} sources at most; load the folder or the archive that the files are in, which is one source",
        super::load::MAX_SOURCES
    )]
    TooManySources,
    /// The file is of an earlier version.
    #[error("{0} was made by an earlier version; remove it and load its sources again")]
    Outdated(PathBuf),
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
    sources: Vec<Known>,
    idle: Mutex<Vec<Connection>>,
    area: Mutex<Option<Bounds>>,
}

/// Statements that a connection keeps ready: a few for each source.
const STATEMENTS: usize = 1024;

impl Gazetteer {
    /// Opens the gazetteer of an atlas folder, or `None` where none was loaded.
    ///
    /// # Errors
    /// A file that is no gazetteer, or one of an earlier version.
    pub fn open(atlas: &Path) -> Result<Option<Self>, GazetteerError> {
        let path = atlas.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let mut gazetteer = Self {
            path,
            sources: Vec::new(),
            idle: Mutex::new(Vec::new()),
            area: Mutex::new(None),
        };
        let (version, sources) = gazetteer.with(|connection| {
            let version = store::version(connection)?;
            let current = version == store::VERSION;
            let sources = current.then(|| store::sources(connection)).transpose()?;
            // A file that is no database shows only when something is read.
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            Ok((version, sources))
        })?;
        gazetteer.sources = match sources {
            Some(sources) => sources,
            None => {
                tracing::debug!(version, "a gazetteer of another version");
                return Err(GazetteerError::Outdated(gazetteer.path));
            }
        };
        Ok(Some(gazetteer))
    }

    /// Says which rectangle of degrees searches are asked from: of names alike, those in it or nearest to it come first.
    pub fn set_area(&self, area: Bounds) {
        let known = (!area.is_empty()).then_some(area);
        *self.area.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// The rectangle that searches are asked from.
    pub(super) fn area(&self) -> Option<Bounds> {
        *self.area.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it was loaded from.
    pub(super) fn sources(&self) -> &[Known] {
        &self.sources
    }

    fn failed(&self, error: rusqlite::Error) -> GazetteerError {
        GazetteerError::Database {
            path: self.path.clone(),
            error,
        }
    }

    pub(super) fn with<T>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, GazetteerError> {
        let idle = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect().map_err(|error| self.failed(error))?,
        };
        let answer = ask(&connection).map_err(|error| self.failed(error))?;
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(connection);
        }
        Ok(answer)
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // The file is never written again once it has its name, so nobody needs to be kept off it.
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -4096;")?;
        Ok(connection)
    }

    /// The addresses of a postcode (as it is printed, `BA1 1LZ`), or the postcode's own points where no address is known.
    /// The first [`MAX_ADDRESSES`] of them: where [`Gazetteer::count_at`] says that there are more, they are not all.
    /// An address that two sources have is answered once, and points come from one source only.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub fn postcode(&self, postcode: &str) -> Result<Vec<Found>, GazetteerError> {
        let mut found = self.at_postcode(postcode)?;
        found.truncate(MAX_ADDRESSES);
        Ok(found)
    }

    /// How many addresses a postcode has, or points of its own where no address is known.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub fn count_at(&self, postcode: &str) -> Result<usize, GazetteerError> {
        Ok(self.at_postcode(postcode)?.len())
    }

    fn at_postcode(&self, postcode: &str) -> Result<Vec<Found>, GazetteerError> {
        let mut addresses: Vec<Found> = Vec::new();
        let mut points: Vec<Found> = Vec::new();
        for source in self.sources.iter().filter(|source| source.places > 0) {
            let found: Vec<Found> = self.with(|connection| {
                let sql = format!(
                    "SELECT {COLUMNS} FROM place_{} WHERE postcode = ?1 ORDER BY id LIMIT {MAX_READ}",
                    source.number
                );
                let mut query = connection.prepare_cached(&sql)?;
                let rows = query.query_map([postcode], |row| store::found(row, source.degrees))?;
                rows.collect()
            })?;
            let (of_source, others): (Vec<Found>, Vec<Found>) = found
                .into_iter()
                .partition(|found| found.kind == Kind::Address);
            let known: std::collections::HashSet<u64> =
                addresses.iter().filter_map(|found| found.uprn).collect();
            let is_new = |found: &Found| found.uprn.is_none_or(|uprn| !known.contains(&uprn));
            addresses.extend(of_source.into_iter().filter(is_new));
            if points.is_empty() {
                points = others;
            }
        }
        Ok(if addresses.is_empty() {
            points
        } else {
            addresses
        })
    }

    /// The address of a UPRN; where one source has its name and another only its position, the name.
    ///
    /// # Errors
    /// A database that cannot be read.
    pub fn uprn(&self, uprn: u64) -> Result<Option<Found>, GazetteerError> {
        let Ok(key) = i64::try_from(uprn) else {
            return Ok(None);
        };
        let named = self.sources.iter().filter(|source| source.places > 0);
        for source in named {
            let sql = format!(
                "SELECT {COLUMNS} FROM place_{} WHERE uprn = ?1 ORDER BY id LIMIT 1",
                source.number
            );
            let found = self.first(&sql, key, |row| store::found(row, source.degrees))?;
            if found.is_some() {
                return Ok(found);
            }
        }
        for source in self.sources.iter().filter(|source| source.uprns > 0) {
            let sql = format!("SELECT x, y FROM uprn_{} WHERE uprn = ?1", source.number);
            let found = self.first(&sql, key, |row| store::bare(uprn, source.degrees, row))?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn first(
        &self,
        sql: &str,
        key: i64,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<Found>,
    ) -> Result<Option<Found>, GazetteerError> {
        self.with(|connection| {
            let mut query = connection.prepare_cached(sql)?;
            let mut rows = query.query([key])?;
            rows.next()?.map(read).transpose()
        })
    }
}

/// Places of one postcode and source that are read at most: far more than any has.
const MAX_READ: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Bng;
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
