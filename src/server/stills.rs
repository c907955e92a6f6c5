//! Still maps that were made, kept by bytes, and turns at making others.

use super::limits::{MAX_KEPT_STILL_BYTES, MAX_STILLS_AT_ONCE, MAX_WAITING_STILLS};
use super::turns::Turns;
use crate::page::still::NotPainted;
use crate::tile::EncodedTile;
use quick_cache::{Weighter, sync::Cache};
use std::sync::Arc;

/// The still maps of one server.
pub(super) struct Stills {
    kept: Cache<String, Arc<EncodedTile>, Weight>,
    turns: Turns,
}

/// Why there is no still map.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotMade {
    /// Too many requests wait for one.
    #[error("too many still maps are asked for at once")]
    Busy,
    #[error(transparent)]
    NotPainted(#[from] NotPainted),
}

#[derive(Clone)]
struct Weight;

impl Weighter<String, Arc<EncodedTile>> for Weight {
    fn weight(&self, name: &String, body: &Arc<EncodedTile>) -> u64 {
        body.weight() + name.len() as u64
    }
}

impl Default for Stills {
    fn default() -> Self {
        /// About what one picture occupies.
        const USUAL_BYTES: u64 = 64 * 1024;
        Self {
            kept: Cache::with_weighter(
                (MAX_KEPT_STILL_BYTES / USUAL_BYTES) as usize,
                MAX_KEPT_STILL_BYTES,
                Weight,
            ),
            turns: Turns::new(MAX_STILLS_AT_ONCE, MAX_WAITING_STILLS),
        }
    }
}

impl Stills {
    /// The picture of a name that says all that makes it; it is kept where it is `whole`.
    pub(super) fn of(
        &self,
        name: &str,
        whole: bool,
        make: impl FnOnce() -> Result<Vec<u8>, NotPainted>,
    ) -> Result<Arc<EncodedTile>, NotMade> {
        let kept = || self.kept.get(name).filter(|_| whole);
        if let Some(kept) = kept() {
            return Ok(kept);
        }
        let _turn = self.turns.take().ok_or(NotMade::Busy)?;
        // Somebody who worked while we waited may have made the same.
        if let Some(kept) = kept() {
            return Ok(kept);
        }
        let made = Arc::new(EncodedTile::new(make()?));
        if whole {
            self.kept.insert(name.to_owned(), Arc::clone(&made));
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_made_once_unless_something_is_missing_in_it() {
        let stills = Stills::default();
        let mut made = 0;
        let mut ask = |whole| {
            let picture = stills.of("a", whole, || {
                made += 1;
                Ok(vec![made])
            });
            picture.expect("a picture").raw().to_vec()
        };
        assert_eq!(
            [ask(false), ask(true), ask(true), ask(false)],
            [[1], [2], [2], [3]]
        );
        assert!(matches!(
            stills.of("b", true, || Err(NotPainted::TooMuch(1))),
            Err(NotMade::NotPainted(_))
        ));
    }
}
