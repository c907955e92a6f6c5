//! What the program's exit code says to scripts.

use crate::atlas::export::ExportError;
use crate::atlas::store::StoreError;
use crate::loading::{LoadError, MapFileError};
use crate::places::{GazetteerError, ResolveError};
use crate::server::Refusal;
use crate::server::drawing::DrawingError;
use crate::tile::ArchiveError;

/// An exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Refused: nothing changed, and the report says why. Also: no answer.
    Refused = 1,
    /// The command line was not understood, or says what cannot be meant.
    Usage = 2,
    /// It could not be done: a file that cannot be read or written, a damaged edition.
    Failed = 3,
    /// Ctrl-C ended it: what shells say then.
    Interrupted = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Something that was asked for is refused, with the reason; nothing changed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(pub String);

/// The command line says something that cannot be meant.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub String);

/// A load that came to nothing. Its sentence says what the system said, so that is not said again.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotLoaded(pub LoadError);

/// The code of an error: what the command line cannot mean, what is refused; all else could not be done.
pub(super) fn of_error(error: &anyhow::Error) -> Exit {
    let unknown_field = matches!(
        error.downcast_ref(),
        Some(GazetteerError::UnknownField { .. })
    );
    let usage = unknown_field
        || error.is::<Usage>()
        || error.is::<crate::policy::edition::EditionIdError>();
    if usage {
        return Exit::Usage;
    }
    match error.downcast_ref() {
        Some(ArchiveError::Stopped) => return Exit::Interrupted,
        Some(ArchiveError::Empty(_)) => return Exit::Refused,
        _ => {}
    }
    let of_store = |error: &StoreError| {
        matches!(
            error,
            StoreError::Locked(_) | StoreError::Moved { .. } | StoreError::NoneCurrent { .. }
        )
    };
    let of_gazetteer = |error: &GazetteerError| {
        matches!(
            error,
            GazetteerError::Locked(_)
                | GazetteerError::SameName { .. }
                | GazetteerError::Unrecognised { .. }
                | GazetteerError::NoColumn { .. }
                | GazetteerError::TooManySources
                | GazetteerError::Outdated(_)
                | GazetteerError::Content { .. }
        )
    };
    let of_lookup =
        |error: &Refusal| !matches!(error, Refusal::Resolve(ResolveError::Gazetteer(_)));
    let of_export = |error: &ExportError| matches!(error, ExportError::Exists(_));
    let refused = error.is::<Refused>()
        || error.is::<DrawingError>()
        || error.downcast_ref().is_some_and(of_export)
        || error.downcast_ref().is_some_and(of_store)
        || error.downcast_ref().is_some_and(of_gazetteer)
        || error.downcast_ref().is_some_and(of_lookup);
    match error.downcast_ref() {
        Some(NotLoaded(error)) => of_load(error),
        None if refused => Exit::Refused,
        None => Exit::Failed,
    }
}

/// The code of a load that came to nothing.
fn of_load(error: &LoadError) -> Exit {
    match error {
        LoadError::Io { .. }
        | LoadError::NoProgram { .. }
        | LoadError::MapFile(MapFileError::Io { .. }) => Exit::Failed,
        LoadError::MapFile(_) | LoadError::NothingPiped | LoadError::TooMuchPiped { .. } => {
            Exit::Refused
        }
        LoadError::UnknownField(_)
        | LoadError::HalfAPosition
        | LoadError::FieldsOfMap
        | LoadError::NoFiles
        | LoadError::NoLayerId { .. }
        | LoadError::SameLayer { .. } => Exit::Usage,
    }
}
