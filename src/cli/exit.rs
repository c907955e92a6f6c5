//! What the program's exit code says to scripts.

use crate::atlas::store::StoreError;

/// An exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Refused: nothing changed, and the report says why. Also: no answer, or something is not whole.
    Refused = 1,
    /// The command line was not understood.
    Usage = 2,
    /// It could not be done: a file that cannot be read or written, a damaged atlas.
    Failed = 3,
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

/// The code of an error: refusals say so themselves, all else could not be done.
pub(super) fn of_error(error: &anyhow::Error) -> Exit {
    let refused = error.is::<Refused>()
        || matches!(error.downcast_ref(), Some(StoreError::Locked(_)))
        || error.is::<crate::server::Refusal>()
        || error.is::<crate::policy::edition::EditionIdError>();
    if refused { Exit::Refused } else { Exit::Failed }
}
