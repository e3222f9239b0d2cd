//! An account's event streams: where its clients hear of games that begin and end.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::stream::{Line, Lines};
use crate::wire::lichess::GameId;

/// A client that was told of a game needs this long to open its stream: told again meanwhile, some would play it twice.
const TOLD: Duration = Duration::from_millis(2500);

/// One event stream.
#[derive(Debug)]
struct Stream {
    number: u64,
    lines: Lines,
    /// When it was told of which game's beginning.
    told: HashMap<GameId, Instant>,
}

/// Who is told of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// All streams.
    All,
    /// One.
    One(u64),
    /// All, also those that have just been told: whoever asks has perhaps not listened yet.
    Asking,
}

/// An account's event streams. A client may have several; all of them hear the same.
#[derive(Debug, Default)]
pub(super) struct Events(Mutex<Vec<Stream>>);

impl Events {
    /// Another one, of `most`, the oldest making room; its number tells it from others.
    pub(super) fn open(&self, lines: Lines, most: usize) -> u64 {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let mut streams = self.streams();
        streams.retain(|stream| stream.lines.are_read());
        if streams.len() >= most {
            streams.remove(0);
        }
        streams.push(Stream { number, lines, told: HashMap::new() });
        number
    }

    /// Tells of a game that is on.
    pub(super) fn announce(&self, id: GameId, line: &Line, to: To) {
        self.streams().retain_mut(|stream| {
            let recent = stream.told.get(&id).is_some_and(|told| told.elapsed() < TOLD);
            let meant = match to {
                To::All => !recent,
                To::One(number) => !recent && number == stream.number,
                To::Asking => true,
            };
            if !meant {
                return stream.lines.are_read();
            }
            stream.told.insert(id, Instant::now());
            stream.lines.send(line.clone())
        });
    }

    /// Tells of a game that is over.
    pub(super) fn finish(&self, id: GameId, line: &Line) {
        self.streams().retain_mut(|stream| {
            stream.told.remove(&id);
            stream.lines.send(line.clone())
        });
    }

    /// Nothing is told any more.
    pub(super) fn break_off(&self) {
        self.streams().clear();
    }

    fn streams(&self) -> MutexGuard<'_, Vec<Stream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
