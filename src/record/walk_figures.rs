//! The master's walk in figures.

use crate::rules::{BoardNo, Millis};

/// The master's walk in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WalkFigures {
    /// When the games began.
    pub started: Option<Millis>,
    /// When the last one ended.
    pub finished: Option<Millis>,
    /// How many boards the master has come to.
    pub visits: u64,
    /// How many rounds are complete: the walk has come back to a board not behind the last.
    pub rounds: u64,
    /// How long each of them took, in milliseconds.
    pub round_lengths: Vec<u32>,
    /// When the present round began.
    pub round_began: Option<Millis>,
    /// The time the master has spent at boards, on their turn, up to moving there.
    pub master: Millis,
    /// The time the opponents have taken from the master's move to their own.
    pub opponents: Millis,
    visit: Option<(BoardNo, Millis)>,
    /// The last board in the walk's own order, and with which event the master came there.
    own: Option<(BoardNo, u64)>,
}

impl WalkFigures {
    /// How long a complete round took on average.
    #[must_use]
    pub fn round(&self) -> Option<Millis> {
        let span = self.round_began?.since(self.started?).0;
        span.checked_div(self.rounds).map(Millis)
    }

    /// When the master came to the board where they stand.
    #[must_use]
    pub fn visit_began(&self) -> Option<Millis> {
        self.visit.map(|(_, at)| at)
    }

    pub(super) fn visit(&mut self, board: BoardNo, excursion: bool, seq: u64, at: Millis) {
        if !excursion {
            if self.own.is_some_and(|(last, _)| board <= last) {
                self.rounds += 1;
                let length = at.since(self.round_began.unwrap_or(at)).0;
                self.round_lengths.push(u32::try_from(length).unwrap_or(u32::MAX));
                self.round_began = Some(at);
            }
            self.own = Some((board, seq));
        }
        self.visits += 1;
        self.visit = Some((board, at));
    }

    /// Where the master stands.
    #[must_use]
    pub fn at(&self) -> Option<BoardNo> {
        self.visit.map(|(board, _)| board)
    }

    /// The last board in the walk's own order, and with which event the master came there.
    pub(super) fn last_in_order(&self) -> Option<(BoardNo, u64)> {
        self.own
    }

    /// When the master came to `board`, if they stand there.
    pub(super) fn came_to(&self, board: BoardNo) -> Option<Millis> {
        self.visit.filter(|(visited, _)| *visited == board).map(|(_, at)| at)
    }

    /// A move, for which its side took so long.
    pub(super) fn moved(&mut self, by_master: bool, took: Millis) {
        let side = if by_master { &mut self.master } else { &mut self.opponents };
        *side = side.plus(took);
    }
}
