//! What a finding is, in a clause that begins in a small letter: it stands after the place.

use crate::geometry::sweep::Fault;
use crate::loading::finding::{
    Differs, Kind, Mended, Mixture, Rings, Shows, Unmendable, shown as fit_to_show,
};
use crate::page::message::{Part, Sentence};

/// The clause of a kind.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each kind, so that none is forgotten"
)]
pub(super) fn of_kind(kind: &Kind) -> Sentence {
    match kind {
        Kind::InvalidCoordinates => Sentence::say("finding.invalid_coordinates"),
        Kind::InvalidWkt { why } => Sentence::say("finding.invalid_wkt").with_english("why", why),
        Kind::UnreadableGeometry { why } => {
            Sentence::say("finding.unreadable_geometry").with_english("why", why)
        }
        Kind::Wgs84OutOfBounds => Sentence::say("finding.wgs84_out_of_bounds"),
        Kind::OsgbOutOfBounds => Sentence::say("finding.osgb_out_of_bounds"),
        Kind::Wgs84Flipped => Sentence::say("finding.wgs84_flipped"),
        Kind::OsgbFlipped => Sentence::say("finding.osgb_flipped"),
        Kind::FarFromCoverage { km } => {
            Sentence::say("finding.far_from_coverage").with("km", format!("{km:.0}"))
        }
        Kind::InvalidGeometryNotFixable { why } => match why {
            Unmendable::TooManyFaults => Sentence::say("finding.not_fixable_too_many"),
            Unmendable::NoGround => Sentence::say("finding.not_fixable_no_ground"),
            Unmendable::StillFaulty => Sentence::say("finding.not_fixable_still_faulty"),
            Unmendable::NoExtent => Sentence::say("finding.not_fixable_no_extent"),
        },
        Kind::UnexpectedGeometryType { found } => mixture(*found),
        Kind::MissingValue => Sentence::say("finding.missing_value"),
        Kind::DefaultReference { given } => {
            Sentence::say("finding.default_reference").with("given", given)
        }
        Kind::ReferenceNotUnique {
            first_row,
            first_file: Some(file),
        } => Sentence::say("finding.reference_not_unique_file")
            .with("row", first_row)
            .with("file", file),
        Kind::ReferenceNotUnique { first_row, .. } => {
            Sentence::say("finding.reference_not_unique").with("row", first_row)
        }
        Kind::InvalidDate { ambiguous: true } => Sentence::say("finding.date_ambiguous"),
        Kind::InvalidDate { ambiguous: false } => Sentence::say("finding.invalid_date"),
        Kind::FarPastDate => Sentence::say("finding.far_past_date"),
        Kind::FarFutureDate => Sentence::say("finding.far_future_date"),
        Kind::EndBeforeStart => Sentence::say("finding.end_before_start"),
        Kind::UnknownPlan { .. } => Sentence::say("finding.unknown_plan"),
        Kind::InvalidGeometryChanged(mended) => {
            Sentence::say("finding.mended_changed").with_clause("mended", mending(mended))
        }
        Kind::OverlappingAreas { other, m2 } => Sentence::say("finding.overlapping_areas")
            .with("other", other)
            .with("m2", format!("{m2:.2}")),
        Kind::UnreadableFile { why, rows_before } if *rows_before > 0 => {
            Sentence::say("finding.unreadable_file_after")
                .with("row", rows_before)
                .with_english("why", why)
        }
        Kind::UnreadableFile { why, .. } => {
            Sentence::say("finding.unreadable_file").with_english("why", why)
        }
        Kind::CrsNotDeclared { degrees: true } => Sentence::say("finding.crs_not_declared_degrees"),
        Kind::CrsNotDeclared { degrees: false } => Sentence::say("finding.crs_not_declared_metres"),
        Kind::CrsUnknown { named } => Sentence::say("finding.crs_unknown").with("named", named),
        Kind::CrsContradicted { said, shows } => {
            shown(shows).with_english("said", &said.to_string())
        }
        Kind::NoReferenceColumn { columns } => {
            Sentence::say("finding.no_reference_column").with_list("columns", names(columns))
        }
        Kind::MissingColumn {
            wanted_for,
            columns,
            ..
        } => Sentence::say("finding.missing_column")
            .with("wanted", wanted_for)
            .with_list("columns", names(columns)),
        Kind::NoGeometryColumn { columns } => {
            Sentence::say("finding.no_geometry_column").with_list("columns", names(columns))
        }
        Kind::SeveralLayers { names: several } => {
            Sentence::say("finding.several_layers").with_list("names", names(several))
        }
        Kind::NoSuchLayer {
            wanted,
            names: others,
        } => Sentence::say("finding.no_such_layer")
            .with("wanted", wanted)
            .with_list("names", names(others)),
        Kind::NoRows => Sentence::say("finding.no_rows"),
        Kind::InvalidGeometryFixed(mended) => mending(mended),
        Kind::RingNotClosed => Sentence::say("finding.ring_not_closed"),
        Kind::RingDropped => Sentence::say("finding.ring_dropped"),
        Kind::MissingGeometry => Sentence::say("finding.missing_geometry"),
        Kind::Spike { spikes, length_m } => {
            Sentence::count("finding.spike", *spikes).with("length", format!("{length_m:.1}"))
        }
        Kind::SameGeometry { other } => Sentence::say("finding.same_geometry").with("other", other),
        Kind::NotALink => Sentence::say("finding.not_a_link"),
        Kind::MissingWelsh { rows, others } => Sentence::say("finding.missing_welsh")
            .with_clause(
                "without",
                Sentence::count("finding.rows_without_welsh", *rows),
            )
            .with_clause("with", Sentence::count("finding.rows_with_welsh", *others)),
        Kind::UnknownPolicy { plan: Some(plan) } => {
            Sentence::say("finding.unknown_policy").with("plan", plan)
        }
        Kind::UnknownPolicy { plan: None } => Sentence::say("finding.unknown_policy_no_plan"),
        Kind::UndecodableText { encoding, values } => {
            Sentence::count("finding.undecodable_text", *values).with("encoding", encoding)
        }
        Kind::MixedKinds {
            polygons,
            lines,
            points,
        } => Sentence::say("finding.mixed_kinds")
            .with("polygons", polygons)
            .with("lines", lines)
            .with("points", points),
        Kind::MergedRowsDiffer { kept_row } => {
            Sentence::say("finding.merged_rows_differ").with("row", kept_row)
        }
        Kind::MergedRowsConflict { first_row, differs } => match differs {
            Differs::Plan => Sentence::say("finding.merged_rows_plan"),
            Differs::Dates => Sentence::say("finding.merged_rows_dates"),
        }
        .with("row", first_row),
        Kind::HoleWithoutOutline => Sentence::say("finding.hole_without_outline"),
        Kind::CombinedValue { rows, overlap_m2 } if *overlap_m2 > 0.0 => {
            Sentence::count("finding.combined_overlap", *rows)
                .with("m2", format!("{overlap_m2:.2}"))
        }
        Kind::CombinedValue { rows, .. } => Sentence::count("finding.combined", *rows),
        Kind::NumberedReference { given } => {
            Sentence::say("finding.numbered_reference").with("given", given)
        }
        Kind::RepeatedVertices { vertices, rows } => {
            Sentence::count("finding.repeated_vertices", *vertices)
                .with_clause("rows", Sentence::count("report.rows", *rows))
        }
        Kind::HeightsDropped { rows } => Sentence::count("finding.heights_dropped", *rows),
        Kind::CurvesLinearised { rows } => Sentence::count("finding.curves_linearised", *rows),
        Kind::Converted { from, to } => Sentence::say("finding.converted")
            .with_english("from", &from.to_string())
            .with("to", to),
        Kind::CrsAssumed => Sentence::say("finding.crs_assumed"),
        Kind::BeyondOstn15Edge { vertices } => {
            Sentence::count("finding.beyond_ostn15_edge", *vertices)
        }
        Kind::EncodingGuessed { encoding } => {
            Sentence::say("finding.encoding_guessed").with("encoding", encoding)
        }
        Kind::EncodingUnknown { declared, used } => Sentence::say("finding.encoding_unknown")
            .with("declared", declared)
            .with("used", used),
        Kind::DeletedRows { rows } => Sentence::count("finding.deleted_rows", *rows),
        Kind::LogoIgnored => Sentence::say("finding.logo_ignored"),
        Kind::AuthorityMissing => Sentence::say("finding.authority_missing"),
        Kind::NotHeld => Sentence::say("finding.not_held"),
        Kind::AsAtLapsed { date } => Sentence::say("finding.as_at_lapsed").with("date", date),
        Kind::AcceptanceLapsed { reason } => {
            Sentence::say("finding.acceptance_lapsed").with("reason", reason)
        }
        Kind::Gap { m2 } => Sentence::say("finding.gap").with("m2", format!("{m2:.2}")),
        Kind::Sliver {
            slivers,
            width_m,
            m2,
        } => Sentence::count("finding.sliver", *slivers)
            .with("width", format!("{width_m:.3}"))
            .with("m2", format!("{m2:.2}")),
        Kind::CutText { values, width } => {
            Sentence::count("finding.cut_text", *values).with("width", width)
        }
        Kind::TooLong { characters, most } => Sentence::say("finding.too_long")
            .with("characters", characters)
            .with("most", most),
        Kind::FutureEntryDate => Sentence::say("finding.future_entry_date"),
        Kind::Mojibake {
            values,
            encoding,
            repaired,
        } => Sentence::count("finding.mojibake", *values)
            .with("encoding", encoding)
            .with("repaired", repaired),
        Kind::Mercator => Sentence::say("finding.mercator"),
        Kind::MercatorFlipped => Sentence::say("finding.mercator_flipped"),
        Kind::DegreesAmongMetres => Sentence::say("finding.degrees_among_metres"),
        Kind::FarFromOthers { km } => {
            Sentence::say("finding.far_from_others").with("km", format!("{km:.0}"))
        }
        Kind::StrayVertex { km } => {
            Sentence::say("finding.stray_vertex").with("km", format!("{km:.0}"))
        }
    }
}

/// What was wrong with a polygon, and what mending did to it.
fn mending(mended: &Mended) -> Sentence {
    let change = without_sign_of_nothing(mended.change_m2());
    Sentence::say("finding.mended")
        .with_clause("fault", fault(mended))
        .with("before", format!("{:.2}", mended.before_m2))
        .with("after", format!("{:.2}", mended.after_m2))
        .with("change", format!("{change:+.2}"))
        .with_clause(
            "polygons",
            Sentence::count("report.polygons", mended.parts_before),
        )
        .with("parts_after", mended.parts_after)
        .with("moved", format!("{:.3}", mended.moved_m))
}

/// What was wrong at the gravest fault, and in how many places.
fn fault(mended: &Mended) -> Sentence {
    let count = |key| Sentence::count(key, mended.faults.max(1));
    match (mended.fault, mended.rings) {
        (Some(Fault::Crossing), None) => count("finding.crossing"),
        (Some(Fault::Crossing), Some(Rings::HoleAndOutline)) => count("finding.crossing_hole"),
        (Some(Fault::Crossing), Some(Rings::TwoHoles)) => count("finding.crossing_holes"),
        (Some(Fault::Crossing), Some(Rings::TwoPolygons)) => count("finding.crossing_polygons"),
        (Some(Fault::Overlap), None) => count("finding.overlap"),
        (Some(Fault::Overlap), Some(Rings::HoleAndOutline)) => count("finding.overlap_hole"),
        (Some(Fault::Overlap), Some(Rings::TwoHoles)) => count("finding.overlap_holes"),
        (Some(Fault::Overlap), Some(Rings::TwoPolygons)) => count("finding.overlap_polygons"),
        (Some(Fault::SelfTouch), _) => count("finding.self_touch"),
        (None, None) => count("finding.misplaced"),
        (None, Some(Rings::HoleAndOutline)) => count("finding.misplaced_hole"),
        (None, Some(Rings::TwoHoles)) => count("finding.misplaced_holes"),
        (None, Some(Rings::TwoPolygons)) => count("finding.misplaced_polygons"),
    }
}

/// A change that shows as nothing has no sign.
fn without_sign_of_nothing(change: f64) -> f64 {
    if change.abs() < 0.005 { 0.0 } else { change }
}

fn mixture(found: Mixture) -> Sentence {
    let Mixture::Several {
        polygons,
        lines,
        points,
    } = found
    else {
        return Sentence::say("finding.another_type");
    };
    let counts = [
        (polygons, Sentence::count("report.polygons", polygons)),
        (lines, Sentence::count("report.lines", lines)),
        (points, Sentence::count("report.points", points)),
    ];
    let there = counts.into_iter().filter(|(count, _)| *count > 0);
    let found = there.map(|(_, clause)| Part::Clause(clause)).collect();
    Sentence::say("finding.several_types").with_list("found", found)
}

fn shown(shows: &Shows) -> Sentence {
    match shows {
        Shows::Declares(system) => {
            Sentence::say("finding.crs_contradicted").with_english("declared", &system.to_string())
        }
        Shows::DeclaresUnread(named) => {
            Sentence::say("finding.crs_contradicted_unread").with("declared", named)
        }
        Shows::MeansByFormat { format, system } => Sentence::say("finding.crs_contradicted_format")
            .with_english("declared", &system.to_string())
            .with("format", format),
        Shows::HoldsDegrees => Sentence::say("finding.crs_contradicted_degrees"),
    }
}

/// Names, or the word for none.
pub(super) fn names(names: &[String]) -> Vec<Part> {
    if names.is_empty() {
        vec![Part::Clause(Sentence::say("finding.none"))]
    } else {
        names
            .iter()
            .map(|name| Part::Name(fit_to_show(name)))
            .collect()
    }
}
