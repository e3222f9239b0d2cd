//! An account's event streams: where its clients hear of games that begin and end.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until},
};

use super::stream::{Line, Lines};
use crate::wire::lichess::GameId;

/// A client that was told of a game needs this long to open its stream: told again meanwhile, some would play it twice.
const TOLD: Duration = Duration::from_millis(2500);
/// A client that is told of several games at once takes some of them for the last: so far apart they are told.
const APART: Duration = Duration::from_millis(400);

/// Who is told of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// All streams.
    All,
    /// One.
    One(u64),
    /// All, also those that have just been told: whoever asks has perhaps not listened yet.
    Asking,
    /// All, those that have just been told a little later: a client has left the game, or has not come to it.
    Again,
}

/// One event stream.
#[derive(Debug)]
struct Stream {
    number: u64,
    lines: Lines,
    /// What is still to be told, on its way to who tells it.
    starts: mpsc::UnboundedSender<(GameId, Line)>,
    /// Which games these are: one of each at most.
    pending: HashSet<GameId>,
    /// When it was told of which game's beginning.
    told: HashMap<GameId, Instant>,
}

#[derive(Debug, Default)]
struct State {
    streams: Vec<Stream>,
    /// Games whose own stream is open: a client plays twice that is told of what it plays.
    played: HashSet<GameId>,
}

/// An account's event streams. A client may have several; all of them hear the same.
#[derive(Debug, Default)]
pub(super) struct Events(Mutex<State>);

impl Events {
    /// Another one, of `most`, the oldest making room; its number tells it from others.
    pub(super) fn open(self: &Arc<Self>, lines: Lines, most: usize) -> u64 {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let (starts, to_tell) = mpsc::unbounded_channel();
        let mut state = self.state();
        state.streams.retain(|stream| stream.lines.are_read());
        if state.streams.len() >= most {
            state.streams.remove(0);
        }
        state.streams.push(Stream { number, lines, starts, pending: HashSet::new(), told: HashMap::new() });
        drop(state);
        tokio::spawn(self.clone().tell_one_by_one(number, to_tell));
        number
    }

    /// Tells of a game that is on, unless it is played already.
    pub(super) fn announce(&self, id: GameId, line: &Line, to: To) {
        let mut state = self.state();
        if state.played.contains(&id) {
            return;
        }
        for stream in &mut state.streams {
            let recent = stream.told.get(&id).is_some_and(|told| told.elapsed() < TOLD);
            let meant = match to {
                To::All => !recent,
                To::One(number) => !recent && number == stream.number,
                To::Asking | To::Again => true,
            };
            if to == To::Asking {
                stream.told.remove(&id);
            }
            if meant && stream.pending.insert(id) {
                // Where nobody tells it any more the stream is gone.
                let _ = stream.starts.send((id, line.clone()));
            }
        }
    }

    /// Tells one stream of one game after the other.
    async fn tell_one_by_one(self: Arc<Self>, number: u64, mut starts: mpsc::UnboundedReceiver<(GameId, Line)>) {
        while let Some((id, line)) = starts.recv().await {
            if let Some(told) = self.told(number, id) {
                sleep_until(told + TOLD).await;
            }
            if self.tell(number, id, line) {
                sleep(APART).await;
            }
        }
    }

    /// When a stream was told of a game.
    fn told(&self, number: u64, id: GameId) -> Option<Instant> {
        let state = self.state();
        let stream = state.streams.iter().find(|stream| stream.number == number)?;
        stream.told.get(&id).copied()
    }

    /// Tells a stream of a game; whether there was still reason to.
    fn tell(&self, number: u64, id: GameId, line: Line) -> bool {
        let mut state = self.state();
        let played = state.played.contains(&id);
        let Some(stream) = state.streams.iter_mut().find(|stream| stream.number == number) else { return false };
        if !stream.pending.remove(&id) || played {
            return false;
        }
        stream.told.insert(id, Instant::now());
        stream.lines.send(line)
    }

    /// A game's own stream is open, or none is any more.
    pub(super) fn is_played(&self, id: GameId, played: bool) {
        let mut state = self.state();
        if played {
            state.played.insert(id);
        } else {
            state.played.remove(&id);
        }
    }

    /// Whether any game's own stream is open.
    pub(super) fn is_any_played(&self) -> bool {
        !self.state().played.is_empty()
    }

    /// Tells of a game that is over.
    pub(super) fn finish(&self, id: GameId, line: &Line) {
        let mut state = self.state();
        state.played.remove(&id);
        state.streams.retain_mut(|stream| {
            stream.told.remove(&id);
            stream.pending.remove(&id);
            stream.lines.send(line.clone())
        });
    }

    /// Nothing is told any more.
    pub(super) fn break_off(&self) {
        self.state().streams.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
