//! Tiles that are asked for often, packed as small as can be while nobody waits for it.

use super::limits::{MAX_WAITING_TILES, REST_AFTER_PACKING};
use crate::tile::MadeTile;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The row of tiles that wait.
#[derive(Debug)]
pub(super) struct Packing {
    row: Sender<Arc<MadeTile>>,
    front: Mutex<Receiver<Arc<MadeTile>>>,
}

impl Default for Packing {
    fn default() -> Self {
        let (row, front) = channel(MAX_WAITING_TILES);
        Self {
            row,
            front: Mutex::new(front),
        }
    }
}

impl Packing {
    /// Puts a tile into the row; where it is full, the tile comes again when it is asked for again.
    pub(super) fn later(&self, made: &Arc<MadeTile>) {
        if self.row.try_send(Arc::clone(made)).is_err() {
            tracing::debug!("too many tiles wait to be packed smaller");
        }
    }

    /// Packs one tile after another, and rests after each for longer than it took: at most a quarter of one
    /// core is taken from answers.
    pub(super) async fn work(&self) {
        let mut front = self.front.lock().await;
        while let Some(made) = front.recv().await {
            let begun = Instant::now();
            let packed = tokio::task::spawn_blocking(move || {
                if let Some(tile) = &made.body {
                    tile.pack_smallest();
                }
            });
            if packed.await.is_err() {
                tracing::error!("packing a tile failed");
            }
            tokio::time::sleep(begun.elapsed() * REST_AFTER_PACKING).await;
        }
    }
}
