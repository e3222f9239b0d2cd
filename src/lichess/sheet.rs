//! A game as it was last told, and when that was: clocks that run are told as they are at the moment of telling.

use std::ops::{Deref, DerefMut};

use tokio::time::Instant;

use crate::{
    base::time::millis,
    rules::Millis,
    wire::lichess::{GameInfo, LichessGame},
};

/// A game, and since when it is so.
#[derive(Debug)]
pub(super) struct Sheet {
    game: LichessGame,
    as_of: Instant,
}

impl Sheet {
    pub(super) fn new(game: LichessGame) -> Sheet {
        Sheet { game, as_of: Instant::now() }
    }

    pub(super) fn full(&self) -> String {
        self.game.full(self.since())
    }

    pub(super) fn state(&self) -> String {
        self.game.state(self.since())
    }

    pub(super) fn game_start(&self) -> String {
        self.game.game_start(self.since())
    }

    pub(super) fn info(&self) -> GameInfo {
        self.game.info(self.since())
    }

    fn since(&self) -> Millis {
        millis(self.as_of.elapsed())
    }

    /// The clocks show what they show from now on.
    pub(super) fn set_as_of_now(&mut self) {
        self.as_of = Instant::now();
    }
}

impl Deref for Sheet {
    type Target = LichessGame;

    fn deref(&self) -> &LichessGame {
        &self.game
    }
}

impl DerefMut for Sheet {
    fn deref_mut(&mut self) -> &mut LichessGame {
        &mut self.game
    }
}
