//! What an exhibition's events say about time.

use shakmaty::Color;

use crate::{
    journal::feed::News,
    record::event::{Event, Kind},
    rules::{Fact, GameResult, GameSetup, Millis, Termination},
};

/// How long opponents have waited for a visit: from their reply, or from the start, until the master came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waits {
    /// Half of the waits were no longer.
    pub p50: Millis,
    /// All but one in twenty were no longer.
    pub p95: Millis,
    /// The longest.
    pub max: Millis,
}

impl Waits {
    fn of(mut waits: Vec<Millis>) -> Waits {
        waits.sort_unstable();
        let at = |percent: usize| waits.get(nearest_rank(waits.len(), percent)).copied().unwrap_or_default();
        Waits { p50: at(50), p95: at(95), max: waits.last().copied().unwrap_or_default() }
    }
}

/// A stay at a board or a wait for it, for pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The board, counted from 1.
    pub board: u32,
    /// When it began.
    pub from: Millis,
    /// When it ended.
    pub to: Millis,
}

/// The times of one exhibition, from its start on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Up to the master's last move.
    pub master: Millis,
    /// Up to the last reply.
    pub total: Millis,
    /// Rounds: the most visits that any board had.
    pub rounds: u64,
    /// How long the master stood idle before the last move, since nobody waited.
    pub idle: Millis,
    /// How long the opponents waited.
    pub wait: Waits,
    /// On how many boards the master lost on time.
    pub master_flags: u32,
    /// How many opponents lost on time, or drew since the master could not mate.
    pub opponent_flags: u32,
    /// The master's stays, from coming to a board to the move there.
    pub visits: Vec<Span>,
    /// The opponents' waits, from a reply to the visit that answers it.
    pub waits: Vec<Span>,
}

struct Board {
    /// The colour that the master plays there.
    master: Color,
    /// Whether it waits for the master from the start on.
    master_begins: bool,
    waiting_since: Option<Millis>,
    /// The wait that the present visit has ended, and when it began.
    visit: Option<(Millis, Millis)>,
    visits: u64,
}

impl Board {
    fn new(setup: &GameSetup) -> Board {
        Board {
            master: setup.master,
            master_begins: setup.master_begins(),
            waiting_since: None,
            visit: None,
            visits: 0,
        }
    }
}

/// What has been heard of an exhibition so far.
#[derive(Default)]
pub(super) struct Chronicle {
    start: Millis,
    boards: Vec<Board>,
    /// Where the master stands.
    here: Option<usize>,
    figures: Figures,
    last_move: Millis,
    last_reply: Millis,
}

impl Chronicle {
    /// What has been published since the last call.
    pub(super) fn add(&mut self, news: &[News]) {
        for news in news {
            match news {
                News::Opened { view, .. } => {
                    self.boards = view.boards.iter().map(|board| Board::new(&board.setup)).collect();
                }
                News::Happened { events, .. } => events.iter().for_each(|event| self.take(event)),
            }
        }
    }

    fn take(&mut self, event: &Event) {
        match &event.kind {
            Kind::Started { .. } => {
                self.start = event.at;
                let waiting = self.boards.iter_mut().filter(|board| board.master_begins);
                waiting.for_each(|board| board.waiting_since = Some(event.at));
            }
            Kind::Visit { board, .. } => {
                // Who was waited for in vain has not been visited.
                if let Some(left) = self.here.replace(board.index()).filter(|&left| left != board.index()) {
                    self.boards[left].visit = None;
                }
                let here = &mut self.boards[board.index()];
                here.visit = Some((here.waiting_since.take().unwrap_or(event.at), event.at));
            }
            Kind::Game { board, fact: Fact::Moved(played) } if played.turn == self.boards[board.index()].master => {
                self.boards[board.index()].waiting_since = Some(event.at);
                self.last_reply = self.last_reply.max(event.at);
            }
            Kind::Game { board, fact: Fact::Moved(_) } => {
                self.leave(board.index(), event.at, true);
                self.last_move = self.last_move.max(event.at);
            }
            Kind::Game { board, fact: Fact::Ended { result, termination } } => {
                self.leave(board.index(), event.at, false);
                self.boards[board.index()].waiting_since = None;
                self.flag(board.index(), *result, *termination, event.at);
            }
            _ => {}
        }
    }

    /// The master's stay at a board is over: they have moved, or the game has ended under their eyes. If it had ended
    /// before they looked, they have not been there.
    fn leave(&mut self, index: usize, at: Millis, moved: bool) {
        let Some((since, from)) = self.boards[index].visit.take() else { return };
        if moved || at > from {
            let board = u32::try_from(index + 1).unwrap_or(u32::MAX);
            self.boards[index].visits += 1;
            self.figures.waits.push(Span { board, from: since, to: from });
            self.figures.visits.push(Span { board, from, to: at });
        }
    }

    fn flag(&mut self, index: usize, result: GameResult, termination: Termination, at: Millis) {
        if termination != Termination::TimeForfeit {
            return;
        }
        // The master's clock runs only where the opponent has moved: whoever did not win, or could not, has flagged.
        self.last_reply = self.last_reply.max(at);
        if result.winner() == Some(self.boards[index].master.other()) {
            self.figures.master_flags += 1;
        } else {
            self.figures.opponent_flags += 1;
        }
    }

    /// What it says of a whole exhibition.
    pub(super) fn figures(mut self) -> Figures {
        let figures = &mut self.figures;
        figures.master = self.last_move.since(self.start);
        figures.total = self.last_reply.max(self.last_move).since(self.start);
        figures.rounds = self.boards.iter().map(|board| board.visits).max().unwrap_or(0);
        let busy: u64 = figures.visits.iter().map(|visit| visit.to.since(visit.from).0).sum();
        figures.idle = figures.master.since(Millis(busy));
        figures.wait = Waits::of(figures.waits.iter().map(|wait| wait.to.since(wait.from)).collect());
        self.figures
    }
}

/// The place of the `percent`th percentile among `count` sorted values, by nearest rank.
pub(super) fn nearest_rank(count: usize, percent: usize) -> usize {
    (count * percent).div_ceil(100).saturating_sub(1)
}
