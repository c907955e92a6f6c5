//! The English sentence of a finding, and of what would put it right.

use super::{Done, Finding, Kind, Mended, Rings};
use crate::geometry::sweep::Fault;
use geo_types::Coord;
use std::fmt::{self, Display, Formatter};

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let layer = self.layer.as_ref().map(ToString::to_string);
        self.tell(f, layer.into_iter().chain(self.file.clone()).collect())
    }
}

/// A finding as it stands under the heading of its layer, which says the layer and, where it is the only one, the file.
pub struct UnderHeading<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Whether the layer has several files.
    pub name_file: bool,
}

impl Display for UnderHeading<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let file = self.finding.file.clone().filter(|_| self.name_file);
        self.finding.tell(f, file.into_iter().collect())
    }
}

impl Finding {
    /// Where it is, after the places already named, what it is, and what was done.
    fn tell(&self, f: &mut Formatter<'_>, named: Vec<String>) -> fmt::Result {
        self.locate(f, named)?;
        self.kind.fmt(f)?;
        if let Some(value) = &self.value {
            write!(f, " (“{value}”)")?;
        }
        f.write_str(match (self.done, self.row) {
            (Done::LeftOut, _) => "; the row was left out",
            (Done::Mended, _) => "; mended",
            (Done::Accepted, _) => "; mended, as accepted",
            (Done::Refused | Done::Said, _) => "",
        })
    }

    /// “layer, file, row 3 (REF), column x, part 1, ring 2, vertex 5, at 1, 2: ”.
    fn locate(&self, f: &mut Formatter<'_>, mut places: Vec<String>) -> fmt::Result {
        places.extend(self.row.map(|row| match &self.reference {
            Some(reference) => format!("row {row} ({reference})"),
            None => format!("row {row}"),
        }));
        places.extend(self.field.as_ref().map(|field| format!("column {field}")));
        places.extend(self.place.map(|place| {
            format!(
                "part {}, ring {}, vertex {}",
                place.part, place.ring, place.vertex
            )
        }));
        places.extend(self.position.map(|at| format!("at {}", coordinate(at))));
        if places.is_empty() {
            return Ok(());
        }
        write!(f, "{}: ", places.join(", "))
    }

    /// What would put it right, in a sentence for GIS staff.
    #[must_use]
    pub fn fix(&self) -> Option<String> {
        // What was accepted needs no advice to accept it.
        let accepted = self.done == Done::Accepted;
        (!accepted).then(|| self.kind.fix()).flatten()
    }
}

/// Degrees to seven decimals, metres to two.
fn coordinate(at: Coord<f64>) -> String {
    if at.x.abs() <= 180.0 && at.y.abs() <= 180.0 {
        format!("{:.7}, {:.7}", at.x, at.y)
    } else {
        format!("{:.2}, {:.2}", at.x, at.y)
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidCoordinates => f.write_str("a coordinate is not a finite number"),
            Self::InvalidWkt { why } => write!(f, "the geometry is not well-known text: {why}"),
            Self::UnreadableGeometry { why } => write!(f, "the geometry cannot be read: {why}"),
            Self::Wgs84OutOfBounds => f.write_str("longitude beyond ±180° or latitude beyond ±90°"),
            Self::OsgbOutOfBounds => {
                f.write_str("more than 5 km outside the area of the National Grid (OSTN15)")
            }
            Self::Wgs84Flipped => f.write_str("latitude stands before longitude"),
            Self::OsgbFlipped => f.write_str("northing stands before easting"),
            Self::FarFromCoverage { km } => {
                write!(f, "{km:.0} km from the authority's area")
            }
            Self::InvalidGeometryNotFixable { why } => {
                write!(f, "the polygon is not valid and cannot be mended: {why}")
            }
            Self::UnexpectedGeometryType { found } => {
                write!(f, "one row holds {found}; an area is made of one kind")
            }
            Self::MissingValue => f.write_str("the reference is missing, as in every row"),
            Self::DefaultReference { given } => write!(
                f,
                "the reference is missing; the area is called “{given}” until it has one, and links to it will not last"
            ),
            Self::ReferenceNotUnique {
                first_row,
                first_file,
            } => match first_file {
                Some(file) => write!(
                    f,
                    "the reference is not unique: row {first_row} of {file} has it too"
                ),
                None => write!(f, "the reference is not unique: row {first_row} has it too"),
            },
            Self::InvalidDate { ambiguous: true } => {
                f.write_str("the date is ambiguous: day or month may stand first")
            }
            Self::InvalidDate { ambiguous: false } => f.write_str("the value is not a date"),
            Self::FarPastDate => f.write_str("the date is before the year 1000"),
            Self::FarFutureDate => f.write_str("the date is after the year 2200"),
            Self::EndBeforeStart => f.write_str("the end date is not after the start date"),
            Self::UnknownPlan { .. } => f.write_str("the plan is not one of the map"),
            Self::InvalidGeometryChanged(mended) => {
                write!(f, "{mended}; that changes the area")
            }
            Self::OverlappingAreas { other, m2 } => write!(
                f,
                "the area overlaps “{other}” by {m2:.2} m², and the layer's areas are exclusive"
            ),
            Self::UnreadableFile { why, rows_before } if *rows_before > 0 => {
                write!(f, "the file cannot be read after row {rows_before}: {why}")
            }
            Self::UnreadableFile { why, .. } => write!(f, "the file cannot be read: {why}"),
            Self::CrsNotDeclared { degrees: true } => {
                f.write_str("the file holds degrees but names no coordinate system")
            }
            Self::CrsNotDeclared { degrees: false } => {
                f.write_str("the file holds metres but names no coordinate system")
            }
            Self::CrsUnknown { named } => {
                write!(f, "the coordinate system “{named}” cannot be read")
            }
            Self::NoReferenceColumn { columns } => write!(
                f,
                "no column holds references; the columns are: {}",
                list(columns)
            ),
            Self::MissingColumn {
                wanted_for,
                columns,
                ..
            } => write!(
                f,
                "there is no such column for {wanted_for}; the columns are: {}",
                list(columns)
            ),
            Self::NoGeometryColumn { columns } => write!(
                f,
                "no column holds geometry; the columns are: {}",
                list(columns)
            ),
            Self::SeveralLayers { names } => {
                write!(f, "the file holds several layers: {}", list(names))
            }
            Self::NoSuchLayer { wanted, names } => write!(
                f,
                "the file holds no layer “{wanted}”; it holds: {}",
                list(names)
            ),
            Self::NoRows => f.write_str("the file holds no rows"),
            Self::InvalidGeometryFixed(mended) => mended.fmt(f),
            Self::RingNotClosed => f.write_str("a ring does not end where it began"),
            Self::RingDropped => f.write_str("a ring or line without extent"),
            Self::MissingGeometry => f.write_str("the row has no geometry"),
            Self::Spike { spikes, length_m } => {
                write!(
                    f,
                    "the outline turns back along itself: a spike of {length_m:.1} m"
                )?;
                match spikes {
                    1 => Ok(()),
                    _ => write!(f, ", the first of {spikes}"),
                }
            }
            Self::SameGeometry { other } => {
                write!(f, "the area has the very outline of “{other}”")
            }
            Self::NotALink => {
                f.write_str("the link is not an http or https address, so it is not shown")
            }
            Self::MissingWelsh { rows, others } => write!(
                f,
                "{} no Welsh name, and {} one",
                counted_as(*rows, "row has", "rows have"),
                counted_as(*others, "row has", "rows have")
            ),
            Self::UnknownPolicy { plan: Some(plan) } => {
                write!(f, "the policy is not in policies.csv for plan {plan}")
            }
            Self::UnknownPolicy { plan: None } => {
                f.write_str("the area names a policy but neither it nor its layer names a plan")
            }
            Self::UndecodableText { encoding, values } => write!(
                f,
                "{} hold letters that {encoding} does not have; they show as �",
                counted(*values, "value")
            ),
            Self::MixedKinds {
                polygons,
                lines,
                points,
            } => write!(
                f,
                "the layer mixes kinds: {polygons} rows of polygons, {lines} of lines, {points} of points"
            ),
            Self::MergedRowsDiffer { kept_row } => write!(
                f,
                "rows that were merged into one area differ here; row {kept_row} was kept"
            ),
            Self::MergedRowsConflict { first_row, field } => write!(
                f,
                "the row has the reference of row {first_row} but {field}, so the two are not one area"
            ),
            Self::HoleWithoutOutline => {
                f.write_str("a hole lies in no outline and was taken as a polygon")
            }
            Self::CrsContradicted { said, declared } => {
                write!(f, "the file {declared}, and {said} was said")
            }
            Self::CombinedValue { rows, overlap_m2 } if *overlap_m2 > 0.0 => write!(
                f,
                "{rows} rows became one area; {overlap_m2:.2} m² were in more than one of them"
            ),
            Self::CombinedValue { rows, .. } => write!(f, "{rows} rows became one area"),
            Self::NumberedReference { given } => {
                write!(
                    f,
                    "the reference is repeated; this area is “{given}” as long as the rows before it stay, and links to it will not last"
                )
            }
            Self::RepeatedVertices { vertices, rows } => write!(
                f,
                "{} repeating the one before, in {}, dropped",
                counted_as(*vertices, "vertex", "vertices"),
                counted(*rows, "row")
            ),
            Self::HeightsDropped { rows } => write!(
                f,
                "heights or measures of {} dropped",
                counted(*rows, "row")
            ),
            Self::CurvesLinearised { rows } => write!(
                f,
                "arcs in {} became straight edges that lie within 1 mm of them",
                counted(*rows, "row")
            ),
            Self::Converted { from, to } => write!(f, "converted from {from} to EPSG:{to}"),
            Self::CrsAssumed => f.write_str(
                "the text names no coordinate system and holds degrees: taken as WGS 84",
            ),
            Self::BeyondOstn15Edge { vertices } => write!(
                f,
                "{} up to 5 km outside the area of OSTN15; the shift of its edge is held there",
                counted_as(*vertices, "vertex lies", "vertices lie")
            ),
            Self::EncodingGuessed { encoding } => write!(
                f,
                "the encoding of text is not declared; its bytes say {encoding}"
            ),
            Self::EncodingUnknown { declared, used } => write!(
                f,
                "the declared encoding “{declared}” is not known; {used} was used"
            ),
            Self::DeletedRows { rows } => {
                write!(f, "{} marked as deleted passed over", counted(*rows, "row"))
            }
            Self::LogoIgnored => f.write_str("the logo is not shown yet"),
            Self::AuthorityMissing => {
                f.write_str("the map names no authority, so its pages cannot say whom to ask")
            }
            Self::NotHeld => {
                f.write_str("the layer has no file, so it is not held and answers “not known”")
            }
            Self::AsAtLapsed { date } => write!(
                f,
                "the layer's former source was true on {date}; of this one the day is not known"
            ),
            Self::AcceptanceLapsed { reason } => write!(
                f,
                "“accepted: {reason}” was said of the layer's former source and does not hold for this one"
            ),
            Self::Sliver {
                slivers,
                width_m,
                m2,
            } => {
                write!(
                    f,
                    "a polygon is thinner than the layer is accurate: {width_m:.3} m wide on average, {m2:.2} m²"
                )?;
                match slivers {
                    1 => Ok(()),
                    _ => write!(f, ", the thinnest of {slivers}"),
                }
            }
            Self::CutText { values, width } => write!(
                f,
                "{} fill the {width} bytes of the column, so that their ends may be cut off",
                counted(*values, "value")
            ),
            Self::TooLong { characters, most } => {
                write!(
                    f,
                    "the text has {characters} characters; at most {most} are of use here"
                )
            }
            Self::FutureEntryDate => f.write_str("the entry date is in the future"),
            Self::Mojibake {
                values,
                encoding,
                repaired,
            } => write!(
                f,
                "{} read as if written in another encoding than {encoding}; the first would say “{repaired}”",
                counted(*values, "value")
            ),
            Self::Mercator => f.write_str("the coordinate is in Web Mercator (EPSG:3857)"),
            Self::MercatorFlipped => f.write_str(
                "the coordinate is in Web Mercator (EPSG:3857), northing before easting",
            ),
            Self::DegreesAmongMetres => {
                f.write_str("the coordinate is in degrees and the file in metres")
            }
            Self::FarFromOthers { km } => {
                write!(f, "{km:.0} km from the middle of the layer's other rows")
            }
            Self::StrayVertex { km } => {
                write!(f, "one vertex is {km:.0} km from all others of the row")
            }
        }
    }
}

fn counted(count: u64, noun: &str) -> String {
    counted_as(count, noun, &format!("{noun}s"))
}

fn counted_as(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

impl Display for Mended {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.fault, self.rings) {
            (Some(Fault::Crossing), None) => "the outline crosses itself",
            (Some(Fault::Crossing), Some(Rings::HoleAndOutline)) => "a hole crosses its outline",
            (Some(Fault::Crossing), Some(Rings::TwoHoles)) => "two holes cross",
            (Some(Fault::Crossing), Some(Rings::TwoPolygons)) => "two polygons of the area cross",
            (Some(Fault::Overlap), None) => "the outline runs along itself",
            (Some(Fault::Overlap), Some(Rings::HoleAndOutline)) => "a hole runs along its outline",
            (Some(Fault::Overlap), Some(Rings::TwoHoles)) => "two holes run along each other",
            (Some(Fault::Overlap), Some(Rings::TwoPolygons)) => {
                "two polygons of the area run along each other"
            }
            (Some(Fault::SelfTouch), _) => "a ring touches itself",
            (None, Some(Rings::HoleAndOutline)) => "a hole lies outside its outline",
            (None, Some(Rings::TwoHoles)) => "a hole lies in another hole",
            (None, Some(Rings::TwoPolygons)) => "a polygon lies in another polygon of the area",
            (None, None) => "rings lie where they may not",
        })?;
        if self.faults > 1 {
            write!(f, " in {} places", self.faults)?;
        }
        write!(
            f,
            "; area {:.2} m² before, {:.2} m² after ({:+.2}), {} before, {} after, moved by {:.3} m at most",
            self.before_m2,
            self.after_m2,
            without_sign_of_nothing(self.change_m2()),
            counted(self.parts_before, "polygon"),
            self.parts_after,
            self.moved_m
        )
    }
}

/// A change that shows as nothing has no sign.
fn without_sign_of_nothing(change: f64) -> f64 {
    if change.abs() < 0.005 { 0.0 } else { change }
}

impl Kind {
    /// What would put it right; `None` where there is nothing to do.
    fn fix(&self) -> Option<String> {
        let fix = match self {
            Self::InvalidCoordinates
            | Self::InvalidWkt { .. }
            | Self::UnreadableGeometry { .. } => "Draw or export the row's geometry again.",
            Self::AuthorityMissing => {
                "Write authority = { name = \"…\", phone = \"…\", email = \"…\" } into the map.toml."
            }
            Self::Wgs84OutOfBounds => {
                "Check the file's coordinate system; say --crs EPSG:27700 if it is the National Grid."
            }
            Self::OsgbOutOfBounds => {
                "Check the file's coordinate system, and the row for a stray vertex."
            }
            Self::Wgs84Flipped => "Export the file with longitude before latitude.",
            Self::OsgbFlipped => "Export the file with easting before northing.",
            Self::FarFromCoverage { .. } => {
                "Check the file's coordinate system, and the row for a stray vertex; rows outside the authority's area can be left out with --accept-errors."
            }
            Self::InvalidGeometryNotFixable { .. } => {
                "Draw the row's geometry again, or leave it out with --accept-errors."
            }
            Self::UnexpectedGeometryType { .. } => "Split the row into one row for each kind.",
            Self::MissingValue => {
                "Name another column for the reference, or give the rows references."
            }
            Self::DefaultReference { .. } => "Give the row a reference.",
            Self::NumberedReference { .. } => "Give each area its own reference.",
            Self::ReferenceNotUnique { .. } => {
                "Give each area its own reference, or, in a map.toml, say duplicate-references = \"merge\" if the rows are parts of one area, or \"separate\" if they are areas of their own."
            }
            Self::InvalidDate { ambiguous: true } => {
                "Write dates as 2013-10-24, or, in a map.toml, say date-format = \"%d/%m/%Y\" if the day stands first."
            }
            Self::InvalidDate { ambiguous: false } => {
                "Write dates as 2013-10-24, or 2013-10 or 2013 where the day is not known, or, in a map.toml, say date-format."
            }
            Self::FarPastDate | Self::FarFutureDate => {
                "Leave the date empty where none is known or none is set."
            }
            Self::EndBeforeStart => {
                "The end date is the first day on which the area no longer applies; it must be after the start date."
            }
            Self::UnknownPlan { plans } => {
                return Some(format!("Name one of the map's plans: {}.", list(plans)));
            }
            Self::InvalidGeometryChanged(_) => {
                "Look at the row and redraw it, or keep the mended area with --accept-repairs."
            }
            Self::OverlappingAreas { .. } => {
                "Redraw the border between the two areas, or, in the map.toml, take exclusive = true off the layer."
            }
            Self::UnreadableFile { .. } => "Copy or export the file again.",
            Self::CrsNotDeclared { degrees: true } => {
                "Say --crs EPSG:4326 if its degrees are WGS 84."
            }
            Self::CrsNotDeclared { degrees: false } => {
                "Say --crs EPSG:27700 if it is the National Grid."
            }
            Self::CrsUnknown { .. } => {
                "Export it in EPSG:27700 or EPSG:4326; if the name is wrong, take it out of the file and say --crs."
            }
            Self::CrsContradicted { .. } => {
                "What is said counts only where the file does not say: leave crs away if the file is right, or correct the file."
            }
            Self::NoReferenceColumn { .. } => {
                "Say which column holds references: --fields reference=COLUMN."
            }
            Self::MissingColumn {
                nearest: Some(nearest),
                ..
            } => return Some(format!("Did you mean “{nearest}”?")),
            Self::MissingColumn { .. } => "Name one of the columns.",
            Self::NoGeometryColumn { .. } => {
                "Say which: --fields geometry=COLUMN for well-known text, or --fields x=COLUMN,y=COLUMN."
            }
            Self::SeveralLayers { .. } | Self::NoSuchLayer { .. } => {
                "Name one of them as source-layer in a map.toml, or export it to a file of its own."
            }
            Self::NoRows => {
                "Check the export; if there are truly none, say incomplete = \"accepted: REASON\" in a map.toml."
            }
            Self::MissingGeometry => {
                "Give the row a geometry; until then the layer is incomplete and answers “not known” where it would say no, unless a map.toml says incomplete = \"accepted: REASON\"."
            }
            Self::Spike { .. } => "Look at the vertex and take it out if nothing is there.",
            Self::SameGeometry { .. } => {
                "Take one of the two rows out, or redraw the one that was copied."
            }
            Self::NotALink => "Write the whole address, as https://example.org/document.pdf.",
            Self::MissingWelsh { .. } => "Fill the column of Welsh names for every area.",
            Self::UnknownPolicy { .. } => "Add the policy to policies.csv, or mend the code.",
            Self::UndecodableText { .. } | Self::EncodingUnknown { .. } => {
                "Export the file in UTF-8, with its .cpg file."
            }
            Self::MergedRowsDiffer { .. } => "Make the rows say the same.",
            Self::MergedRowsConflict { .. } => {
                "Make the rows say the same, or, in a map.toml, say duplicate-references = \"separate\" so that each stays an area of its own."
            }
            Self::AsAtLapsed { .. } => "Say as-at in a map.toml.",
            Self::AcceptanceLapsed { .. } => {
                "If rows are left out again, say incomplete = \"accepted: REASON\" in a map.toml."
            }
            Self::CrsAssumed => {
                "Say --crs EPSG:4326, or crs = \"EPSG:4326\" in a map.toml, to confirm it."
            }
            Self::Sliver { .. } => "Look at the polygon and take it out if nothing is there.",
            Self::CutText { .. } => "Export the file as GeoPackage, which does not cut texts off.",
            Self::TooLong { .. } => "Shorten the text.",
            Self::FutureEntryDate => "Write the day on which the row was entered.",
            Self::Mojibake { .. } => {
                "Export the file in UTF-8, and say so in its .cpg file if it has one."
            }
            Self::Mercator => {
                "Export in EPSG:27700 or EPSG:4326, or say --crs EPSG:3857 if the whole file is in it and does not say so."
            }
            Self::MercatorFlipped => "Export in EPSG:27700 or EPSG:4326.",
            Self::DegreesAmongMetres => "Export every row in the file's coordinate system.",
            Self::FarFromOthers { .. } | Self::StrayVertex { .. } => {
                "Check the row's coordinates; say coverage in the map.toml so that what is far from it is refused."
            }
            _ => return None,
        };
        Some(fix.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Place, shown};
    use super::*;

    #[test]
    fn a_sentence_says_where_what_and_what_was_done() {
        let mended = Mended {
            fault: Some(Fault::Crossing),
            rings: None,
            faults: 2,
            before_m2: 697_450.657,
            after_m2: 697_450.387,
            parts_before: 1,
            parts_after: 2,
            moved_m: 0.0,
        };
        let mut finding = Finding::new(Kind::InvalidGeometryFixed(mended))
            .in_file("conservation_areas.shp")
            .at_row(24)
            .at_vertex(
                Place {
                    part: 1,
                    ring: 1,
                    vertex: 13,
                },
                Coord {
                    x: 372_100.125,
                    y: 168_000.5,
                },
            );
        finding.reference = Some("Bath".to_owned());
        assert_eq!(
            finding.to_string(),
            "conservation_areas.shp, row 24 (Bath), part 1, ring 1, vertex 13, at 372100.12, 168000.50: \
             the outline crosses itself in 2 places; area 697450.66 m² before, 697450.39 m² after (-0.27), \
             1 polygon before, 2 after, moved by 0.000 m at most; mended"
        );
    }

    #[test]
    fn what_was_accepted_needs_no_advice_to_accept_it() {
        let mut finding = Finding::new(Kind::InvalidGeometryChanged(Mended {
            fault: None,
            rings: None,
            faults: 1,
            before_m2: 10.0,
            after_m2: 5.0,
            parts_before: 1,
            parts_after: 1,
            moved_m: 0.0,
        }));
        assert!(
            finding
                .fix()
                .is_some_and(|fix| fix.contains("--accept-repairs"))
        );
        finding.done = Done::Accepted;
        assert_eq!(finding.fix(), None);
    }

    #[test]
    fn what_a_stranger_wrote_cannot_break_a_report() {
        assert_eq!(shown("a\u{1b}[31m\nb"), "a [31m b");
        assert_eq!(shown(&"x".repeat(200)).chars().count(), 81);
    }
}
