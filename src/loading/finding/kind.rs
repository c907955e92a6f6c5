//! The rules: every kind of finding, its machine word and how grave it is.

use super::Severity;
use super::detail::{Differs, Mixture, Rings, Shows, Unmendable};
use crate::geometry::Crs;
use crate::geometry::sweep::Fault;

/// What mending an invalid polygon did to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mended {
    /// How edges met at the gravest fault; `None` where rings merely lay wrong.
    pub fault: Option<Fault>,
    /// Which rings meet or lie wrong there; `None` where one ring meets itself.
    pub rings: Option<Rings>,
    /// How many places were wrong.
    pub faults: u64,
    /// Ground square metres as drawn: each outline less its holes, loops drawn backwards less too.
    pub before_m2: f64,
    /// Ground square metres of the mended polygons.
    pub after_m2: f64,
    /// Polygons as drawn.
    pub parts_before: u64,
    /// Polygons after mending.
    pub parts_after: u64,
    /// How far the outline moved at most, in metres.
    pub moved_m: f64,
}

impl Mended {
    /// A repair that changes an area by more than this many square metres must be accepted.
    pub const MAX_CHANGE_M2: f64 = 1.0;
    /// A repair that changes an area by more than this share must be accepted.
    pub const MAX_CHANGE_SHARE: f64 = 0.001;

    /// Ground square metres gained, or lost where negative.
    #[must_use]
    pub fn change_m2(&self) -> f64 {
        self.after_m2 - self.before_m2
    }

    /// Whether somebody must look at it before it is published.
    #[must_use]
    pub fn changes_the_area(&self) -> bool {
        let change = self.change_m2().abs();
        change > Self::MAX_CHANGE_M2 || change > Self::MAX_CHANGE_SHARE * self.before_m2.abs()
    }
}

/// Every kind of finding. Words in [`Kind::word`] are kept: scripts read them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// A vertex is not a number, or infinite.
    InvalidCoordinates,
    /// Text that should be WKT is not.
    InvalidWkt {
        /// What the parser said.
        why: String,
    },
    /// A geometry that its format's reader cannot make sense of.
    UnreadableGeometry {
        /// What is wrong with it.
        why: String,
    },
    /// A longitude beyond ±180° or a latitude beyond ±90°.
    Wgs84OutOfBounds,
    /// More than 5 km outside the area of OSTN15.
    OsgbOutOfBounds,
    /// Latitude stands before longitude.
    Wgs84Flipped,
    /// Northing stands before easting.
    OsgbFlipped,
    /// The row, or a vertex of it, lies far from the authority's area.
    FarFromCoverage {
        /// Kilometres from the area's bounds.
        km: f64,
    },
    /// Nothing is left of a polygon when it is mended.
    InvalidGeometryNotFixable {
        /// Why not.
        why: Unmendable,
    },
    /// A row mixes polygons, lines or points.
    UnexpectedGeometryType {
        /// What it holds.
        found: Mixture,
    },
    /// No row of the layer has a reference.
    MissingValue,
    /// A row without a reference among others that have one; it is called by its row for now.
    DefaultReference {
        /// The reference that it is given.
        given: String,
    },
    /// A reference that an earlier row of the layer has.
    ReferenceNotUnique {
        /// Row of its first use.
        first_row: u64,
        /// File of its first use, where it is another one.
        first_file: Option<String>,
    },
    /// A value that is not a date.
    InvalidDate {
        /// It might be one, day first or month first.
        ambiguous: bool,
    },
    /// A date before the year 1000.
    FarPastDate,
    /// A date after the year 2200.
    FarFutureDate,
    /// The end date is not after the start date.
    EndBeforeStart,
    /// An area names a plan that the map does not have.
    UnknownPlan {
        /// The plans of the map.
        plans: Vec<String>,
    },
    /// Mending changes the area by more than may pass unseen.
    InvalidGeometryChanged(Mended),
    /// Two areas of a layer that says its areas are exclusive overlap.
    OverlappingAreas {
        /// The other area's reference.
        other: String,
        /// Ground square metres in both.
        m2: f64,
    },
    /// Ground that the areas of a layer without gaps enclose and none of them covers.
    Gap {
        /// Its ground square metres.
        m2: f64,
    },
    /// A file that its reader gave up on.
    UnreadableFile {
        /// What the reader said.
        why: String,
        /// Rows read before.
        rows_before: u64,
    },
    /// The file names no coordinate system.
    CrsNotDeclared {
        /// Whether its coordinates could be degrees.
        degrees: bool,
    },
    /// The file names a coordinate system that cannot be read.
    CrsUnknown {
        /// What it names.
        named: String,
    },
    /// The map or the command says another coordinate system than the file.
    CrsContradicted {
        /// What the map or the command said.
        said: Crs,
        /// What the file does instead.
        shows: Shows,
    },
    /// No column holds references.
    NoReferenceColumn {
        /// The columns that there are.
        columns: Vec<String>,
    },
    /// A column that was named is not there.
    MissingColumn {
        /// What it was wanted for.
        wanted_for: &'static str,
        /// The columns that there are.
        columns: Vec<String>,
        /// The one most like it.
        nearest: Option<String>,
    },
    /// No column holds geometry.
    NoGeometryColumn {
        /// The columns that there are.
        columns: Vec<String>,
    },
    /// The file holds several layers and none was named.
    SeveralLayers {
        /// Their names.
        names: Vec<String>,
    },
    /// The file does not hold the layer that was named.
    NoSuchLayer {
        /// The layer that was named.
        wanted: String,
        /// Those that it holds.
        names: Vec<String>,
    },
    /// The file holds no rows at all.
    NoRows,
    /// A polygon was invalid and has been mended.
    InvalidGeometryFixed(Mended),
    /// A ring did not end where it began.
    RingNotClosed,
    /// A ring or line without extent was dropped.
    RingDropped,
    /// The row has no geometry.
    MissingGeometry,
    /// An outline turns back along itself at a vertex.
    Spike {
        /// How many the row has.
        spikes: u64,
        /// How far the first stands out, in metres.
        length_m: f64,
    },
    /// The very geometry of another area of the layer.
    SameGeometry {
        /// The other area's reference.
        other: String,
    },
    /// A link that is neither http nor https.
    NotALink,
    /// Rows are named in English alone where others of the file are named in Welsh too.
    MissingWelsh {
        /// How many.
        rows: u64,
        /// How many have a Welsh name.
        others: u64,
    },
    /// An area names a policy that policies.csv does not have.
    UnknownPolicy {
        /// The plan in which it was looked for.
        plan: Option<String>,
    },
    /// Polygons thinner than the layer is accurate.
    Sliver {
        /// How many the row has.
        slivers: u64,
        /// Mean width of the thinnest, in metres.
        width_m: f64,
        /// Its ground square metres.
        m2: f64,
    },
    /// Texts that fill the column of a .dbf to its last byte, so that their ends may be missing.
    CutText {
        /// How many.
        values: u64,
        /// Bytes that the column holds.
        width: u64,
    },
    /// A text longer than its use can bear.
    TooLong {
        /// Characters that it has.
        characters: u64,
        /// Characters that it may have.
        most: u64,
    },
    /// An entry date after the day of the load.
    FutureEntryDate,
    /// Texts that were decoded by another encoding than they are written in.
    Mojibake {
        /// How many of the column.
        values: u64,
        /// The encoding that they are likely written in.
        encoding: &'static str,
        /// What the first of them then says.
        repaired: String,
    },
    /// Coordinates of Web Mercator in a file that is not taken for that.
    Mercator,
    /// The same, with northing before easting.
    MercatorFlipped,
    /// Longitude and latitude in a file of National Grid metres.
    DegreesAmongMetres,
    /// The row lies far from all others of its layer, where the authority's area is not known.
    FarFromOthers {
        /// Kilometres from the middle of the others.
        km: f64,
    },
    /// One vertex lies far from all others of its row, where the authority's area is not known.
    StrayVertex {
        /// Kilometres from the bounds of the others.
        km: f64,
    },
    /// Letters that the declared encoding does not have.
    UndecodableText {
        /// The encoding.
        encoding: String,
        /// Values concerned.
        values: u64,
    },
    /// The layer holds more than one of polygons, lines and points.
    MixedKinds {
        /// Rows of polygons.
        polygons: u64,
        /// Rows of lines.
        lines: u64,
        /// Rows of points.
        points: u64,
    },
    /// Rows that were merged differ in a column.
    MergedRowsDiffer {
        /// The row whose value was kept.
        kept_row: u64,
    },
    /// Rows that should be merged differ in what an area has only one of.
    MergedRowsConflict {
        /// The row with which it cannot be merged.
        first_row: u64,
        /// What differs.
        differs: Differs,
    },
    /// A hole lies in no outline and was taken as a polygon of its own.
    HoleWithoutOutline,
    /// Several rows became one area.
    CombinedValue {
        /// How many rows.
        rows: u64,
        /// Ground square metres that were in more than one of them.
        overlap_m2: f64,
    },
    /// A repeated reference was numbered.
    NumberedReference {
        /// The reference given.
        given: String,
    },
    /// Vertices that repeat the one before them were dropped.
    RepeatedVertices {
        /// Vertices dropped.
        vertices: u64,
        /// Rows that had some.
        rows: u64,
    },
    /// Heights or measures were dropped.
    HeightsDropped {
        /// Rows that had some.
        rows: u64,
    },
    /// Arcs became short straight edges.
    CurvesLinearised {
        /// Rows that had some.
        rows: u64,
    },
    /// Coordinates were converted into the layer's space.
    Converted {
        /// The system of the file.
        from: Crs,
        /// EPSG code of the space that the layer is kept in.
        to: u16,
    },
    /// A table without a declared system holds degrees: taken as WGS 84.
    CrsAssumed,
    /// Vertices lie up to 5 km outside the area of OSTN15, where its edge is held.
    BeyondOstn15Edge {
        /// How many.
        vertices: u64,
    },
    /// The encoding of text is not declared and was told from the bytes.
    EncodingGuessed {
        /// The encoding.
        encoding: String,
    },
    /// The declared encoding is not known.
    EncodingUnknown {
        /// What was declared.
        declared: String,
        /// What was used.
        used: String,
    },
    /// Rows marked as deleted were passed over.
    DeletedRows {
        /// How many.
        rows: u64,
    },
    /// The logo is not shown yet.
    LogoIgnored,
    /// The map names no authority.
    AuthorityMissing,
    /// A layer of the map has no file.
    NotHeld,
    /// The layer's former file was true on a day that says nothing of the new one.
    AsAtLapsed {
        /// The day.
        date: String,
    },
    /// Rows left out of the layer's former file were accepted; that says nothing of the new one.
    AcceptanceLapsed {
        /// Why they were accepted.
        reason: String,
    },
}

impl Kind {
    /// What mending did, where something was mended.
    #[must_use]
    pub fn mended(&self) -> Option<&Mended> {
        match self {
            Self::InvalidGeometryChanged(mended) | Self::InvalidGeometryFixed(mended) => {
                Some(mended)
            }
            _ => None,
        }
    }

    /// The machine word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::InvalidCoordinates => "invalid-coordinates",
            Self::InvalidWkt { .. } => "invalid-wkt",
            Self::UnreadableGeometry { .. } => "unreadable-geometry",
            Self::Wgs84OutOfBounds => "wgs84-out-of-bounds",
            Self::OsgbOutOfBounds => "osgb-out-of-bounds",
            Self::Wgs84Flipped => "wgs84-flipped",
            Self::OsgbFlipped => "osgb-flipped",
            Self::FarFromCoverage { .. } => "far-from-coverage",
            Self::InvalidGeometryNotFixable { .. } => "invalid-geometry-not-fixable",
            Self::UnexpectedGeometryType { .. } => "unexpected-geometry-type",
            Self::MissingValue => "missing-value",
            Self::DefaultReference { .. } => "default-value",
            Self::ReferenceNotUnique { .. } => "reference-values-are-not-unique",
            Self::InvalidDate { .. } => "invalid-date",
            Self::FarPastDate => "far-past-date",
            Self::FarFutureDate => "far-future-date",
            Self::EndBeforeStart => "end-date-not-after-start-date",
            Self::UnknownPlan { .. } => "unknown-plan",
            Self::InvalidGeometryChanged(_) => "invalid-geometry-changed",
            Self::OverlappingAreas { .. } => "overlapping-areas",
            Self::UnreadableFile { .. } => "unreadable-file",
            Self::CrsNotDeclared { .. } => "crs-not-declared",
            Self::CrsUnknown { .. } => "crs-unknown",
            Self::NoReferenceColumn { .. } => "no-reference-column",
            Self::MissingColumn { .. } => "missing-column",
            Self::NoGeometryColumn { .. } => "no-geometry-column",
            Self::SeveralLayers { .. } => "several-layers",
            Self::NoSuchLayer { .. } => "no-such-layer",
            Self::NoRows => "no-rows",
            Self::InvalidGeometryFixed(_) => "invalid-geometry-fixed",
            Self::RingNotClosed => "ring-not-closed",
            Self::RingDropped => "ring-dropped",
            Self::MissingGeometry => "missing-geometry",
            Self::Spike { .. } => "spike",
            Self::SameGeometry { .. } => "same-geometry",
            Self::NotALink => "not-a-link",
            Self::MissingWelsh { .. } => "missing-welsh",
            Self::UnknownPolicy { .. } => "unknown-policy",
            Self::UndecodableText { .. } => "undecodable-text",
            Self::MixedKinds { .. } => "mixed-geometry-types",
            Self::MergedRowsDiffer { .. } => "merged-rows-differ",
            Self::MergedRowsConflict { .. } => "merged-rows-conflict",
            Self::HoleWithoutOutline => "hole-without-outline",
            Self::CrsContradicted { .. } => "crs-contradicted",
            Self::CombinedValue { .. } => "combined-value",
            Self::NumberedReference { .. } => "numbered-reference",
            Self::RepeatedVertices { .. } => "repeated-vertices",
            Self::HeightsDropped { .. } => "heights-dropped",
            Self::CurvesLinearised { .. } => "curves-linearised",
            Self::Converted { .. } => "converted",
            Self::CrsAssumed => "crs-assumed",
            Self::BeyondOstn15Edge { .. } => "beyond-ostn15-edge",
            Self::EncodingGuessed { .. } => "encoding-guessed",
            Self::EncodingUnknown { .. } => "encoding-unknown",
            Self::DeletedRows { .. } => "deleted-rows",
            Self::LogoIgnored => "logo-ignored",
            Self::AuthorityMissing => "authority-missing",
            Self::NotHeld => "not-held",
            Self::AsAtLapsed { .. } => "as-at-lapsed",
            Self::AcceptanceLapsed { .. } => "acceptance-lapsed",
            Self::Gap { .. } => "gap",
            Self::Sliver { .. } => "sliver",
            Self::CutText { .. } => "cut-text",
            Self::TooLong { .. } => "too-long",
            Self::FutureEntryDate => "future-entry-date",
            Self::Mojibake { .. } => "mojibake",
            Self::Mercator => "mercator",
            Self::MercatorFlipped => "mercator-flipped",
            Self::DegreesAmongMetres => "degrees-among-metres",
            Self::FarFromOthers { .. } => "far-from-others",
            Self::StrayVertex { .. } => "stray-vertex",
        }
    }

    /// How grave it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::InvalidCoordinates
            | Self::InvalidWkt { .. }
            | Self::UnreadableGeometry { .. }
            | Self::Wgs84OutOfBounds
            | Self::OsgbOutOfBounds
            | Self::Wgs84Flipped
            | Self::OsgbFlipped
            | Self::FarFromCoverage { .. }
            | Self::InvalidGeometryNotFixable { .. }
            | Self::UnexpectedGeometryType { .. }
            | Self::MissingValue
            | Self::ReferenceNotUnique { .. }
            | Self::InvalidDate { .. }
            | Self::FarPastDate
            | Self::FarFutureDate
            | Self::EndBeforeStart
            | Self::UnknownPlan { .. }
            | Self::InvalidGeometryChanged(_)
            | Self::OverlappingAreas { .. }
            | Self::MergedRowsConflict { .. }
            | Self::UnreadableFile { .. }
            | Self::CrsNotDeclared { .. }
            | Self::CrsUnknown { .. }
            | Self::CrsContradicted { .. }
            | Self::NoReferenceColumn { .. }
            | Self::MissingColumn { .. }
            | Self::NoGeometryColumn { .. }
            | Self::SeveralLayers { .. }
            | Self::NoSuchLayer { .. }
            | Self::NoRows
            | Self::Mercator
            | Self::MercatorFlipped
            | Self::DegreesAmongMetres => Severity::Error,
            Self::InvalidGeometryFixed(_)
            | Self::DefaultReference { .. }
            | Self::RingNotClosed
            | Self::RingDropped
            | Self::MissingGeometry
            | Self::UnknownPolicy { .. }
            | Self::Spike { .. }
            | Self::SameGeometry { .. }
            | Self::NotALink
            | Self::UndecodableText { .. }
            | Self::MixedKinds { .. }
            | Self::MergedRowsDiffer { .. }
            | Self::HoleWithoutOutline
            | Self::NumberedReference { .. }
            | Self::AuthorityMissing
            | Self::EncodingUnknown { .. }
            | Self::Gap { .. }
            | Self::Sliver { .. }
            | Self::CutText { .. }
            | Self::TooLong { .. }
            | Self::FutureEntryDate
            | Self::Mojibake { .. }
            | Self::FarFromOthers { .. }
            | Self::StrayVertex { .. } => Severity::Warning,
            Self::CombinedValue { .. }
            | Self::MissingWelsh { .. }
            | Self::RepeatedVertices { .. }
            | Self::HeightsDropped { .. }
            | Self::CurvesLinearised { .. }
            | Self::Converted { .. }
            | Self::CrsAssumed
            | Self::BeyondOstn15Edge { .. }
            | Self::EncodingGuessed { .. }
            | Self::DeletedRows { .. }
            | Self::LogoIgnored
            | Self::NotHeld
            | Self::AsAtLapsed { .. }
            | Self::AcceptanceLapsed { .. } => Severity::Notice,
        }
    }

    /// Whether the row is left out although nobody has to accept that.
    pub(super) fn leaves_out(&self) -> bool {
        matches!(self, Self::MissingGeometry)
    }

    /// Whether a warning of this kind says that something was mended.
    pub(super) fn mends(&self) -> bool {
        matches!(
            self,
            Self::InvalidGeometryFixed(_)
                | Self::RingNotClosed
                | Self::RingDropped
                | Self::HoleWithoutOutline
        )
    }
}
