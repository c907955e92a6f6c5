//! Prepares beside a published edition what its tiles are made from, so that no server has to.

use crate::atlas::Atlas;
use crate::atlas::store::StoreError;
use crate::policy::EditionId;
use crate::tile::{KEPT_AS, generalise};

/// Chooses the vertices that tiles draw and keeps the choice with the edition. The edition is whole without it:
/// where it cannot be kept, each server makes it again.
pub(super) fn prepare(atlas: &Atlas, id: EditionId) {
    let kept = || -> Result<(), StoreError> {
        // What cannot be opened is told by whoever serves it.
        let Ok(edition) = atlas.edition(id) else {
            return Ok(());
        };
        edition.keep_derived(KEPT_AS, &generalise(&edition))
    };
    if let Err(error) = kept() {
        tracing::warn!(edition = %id, %error, "what tiles are made from is not prepared; each server will do so");
    }
}
