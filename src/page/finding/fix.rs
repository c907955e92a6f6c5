//! What puts a finding right.

use super::what::names;
use crate::loading::finding::Kind;
use crate::page::message::Sentence;

/// The advice for a kind; `None` where there is nothing to do.
pub(super) fn of_kind(kind: &Kind) -> Option<Sentence> {
    Some(match kind {
        Kind::InvalidCoordinates | Kind::InvalidWkt { .. } | Kind::UnreadableGeometry { .. } => {
            Sentence::say("fix.draw_again")
        }
        Kind::AuthorityMissing => Sentence::say("fix.authority_missing"),
        Kind::Wgs84OutOfBounds => Sentence::say("fix.wgs84_out_of_bounds"),
        Kind::OsgbOutOfBounds => Sentence::say("fix.osgb_out_of_bounds"),
        Kind::Wgs84Flipped => Sentence::say("fix.wgs84_flipped"),
        Kind::OsgbFlipped => Sentence::say("fix.osgb_flipped"),
        Kind::FarFromCoverage { .. } => Sentence::say("fix.far_from_coverage"),
        Kind::InvalidGeometryNotFixable { .. } => Sentence::say("fix.not_fixable"),
        Kind::UnexpectedGeometryType { .. } => Sentence::say("fix.split_the_row"),
        Kind::MissingValue => Sentence::say("fix.missing_value"),
        Kind::DefaultReference { .. } => Sentence::say("fix.default_reference"),
        Kind::NumberedReference { .. } => Sentence::say("fix.numbered_reference"),
        Kind::ReferenceNotUnique { .. } => Sentence::say("fix.reference_not_unique"),
        Kind::InvalidDate { ambiguous: true } => Sentence::say("fix.date_ambiguous"),
        Kind::InvalidDate { ambiguous: false } => Sentence::say("fix.invalid_date"),
        Kind::FarPastDate | Kind::FarFutureDate => Sentence::say("fix.far_date"),
        Kind::EndBeforeStart => Sentence::say("fix.end_before_start"),
        Kind::UnknownPlan { plans } => {
            Sentence::say("fix.unknown_plan").with_list("plans", names(plans))
        }
        Kind::InvalidGeometryChanged(_) => Sentence::say("fix.invalid_geometry_changed"),
        Kind::OverlappingAreas { .. } => Sentence::say("fix.overlapping_areas"),
        Kind::UnreadableFile { .. } => Sentence::say("fix.unreadable_file"),
        Kind::CrsNotDeclared { degrees: true } => Sentence::say("fix.crs_not_declared_degrees"),
        Kind::CrsNotDeclared { degrees: false } => Sentence::say("fix.crs_not_declared_metres"),
        Kind::CrsUnknown { .. } => Sentence::say("fix.crs_unknown"),
        Kind::CrsContradicted { .. } => Sentence::say("fix.crs_contradicted"),
        Kind::NoReferenceColumn { .. } => Sentence::say("fix.no_reference_column"),
        Kind::MissingColumn {
            nearest: Some(nearest),
            ..
        } => Sentence::say("fix.column_nearest").with("nearest", nearest),
        Kind::MissingColumn { .. } => Sentence::say("fix.missing_column"),
        Kind::NoGeometryColumn { .. } => Sentence::say("fix.no_geometry_column"),
        Kind::SeveralLayers { .. } | Kind::NoSuchLayer { .. } => {
            Sentence::say("fix.name_the_layer")
        }
        Kind::NoRows => Sentence::say("fix.no_rows"),
        Kind::MissingGeometry => Sentence::say("fix.missing_geometry"),
        Kind::Spike { .. } => Sentence::say("fix.spike"),
        Kind::SameGeometry { .. } => Sentence::say("fix.same_geometry"),
        Kind::NotALink => Sentence::say("fix.not_a_link"),
        Kind::MissingWelsh { .. } => Sentence::say("fix.missing_welsh"),
        Kind::UnknownPolicy { .. } => Sentence::say("fix.unknown_policy"),
        Kind::UndecodableText { .. } | Kind::EncodingUnknown { .. } => {
            Sentence::say("fix.export_in_utf8")
        }
        Kind::MergedRowsDiffer { .. } => Sentence::say("fix.merged_rows_differ"),
        Kind::MergedRowsConflict { .. } => Sentence::say("fix.merged_rows_conflict"),
        Kind::AsAtLapsed { .. } => Sentence::say("fix.as_at_lapsed"),
        Kind::AcceptanceLapsed { .. } => Sentence::say("fix.acceptance_lapsed"),
        Kind::CrsAssumed => Sentence::say("fix.crs_assumed"),
        Kind::Gap { .. } => Sentence::say("fix.gap"),
        Kind::Sliver { .. } => Sentence::say("fix.sliver"),
        Kind::CutText { .. } => Sentence::say("fix.cut_text"),
        Kind::TooLong { .. } => Sentence::say("fix.too_long"),
        Kind::FutureEntryDate => Sentence::say("fix.future_entry_date"),
        Kind::Mojibake { .. } => Sentence::say("fix.mojibake"),
        Kind::Mercator => Sentence::say("fix.mercator"),
        Kind::MercatorFlipped => Sentence::say("fix.mercator_flipped"),
        Kind::DegreesAmongMetres => Sentence::say("fix.degrees_among_metres"),
        Kind::FarFromOthers { .. } | Kind::StrayVertex { .. } => {
            Sentence::say("fix.far_from_others")
        }
        Kind::InvalidGeometryFixed(_)
        | Kind::RingNotClosed
        | Kind::RingDropped
        | Kind::MixedKinds { .. }
        | Kind::HoleWithoutOutline
        | Kind::CombinedValue { .. }
        | Kind::RepeatedVertices { .. }
        | Kind::HeightsDropped { .. }
        | Kind::CurvesLinearised { .. }
        | Kind::Converted { .. }
        | Kind::BeyondOstn15Edge { .. }
        | Kind::EncodingGuessed { .. }
        | Kind::DeletedRows { .. }
        | Kind::LogoIgnored
        | Kind::NotHeld => return None,
    })
}
