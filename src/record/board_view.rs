//! One board as everybody can see it: the fold of its events.

use std::sync::Arc;

use shakmaty::{Chess, Color, Position, san::SanPlus, uci::UciMove};

use super::{
    board_figures::BoardFigures,
    event::{Event, Guest, GuestNo},
};
use crate::rules::{
    BoardNo, ClockReading, Fact, GameClock, GameResult, GameSetup, Millis, Played, PlayerName, Retracted, Termination,
};

/// Who sits at a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Their number.
    pub guest: GuestNo,
    /// Their name.
    pub name: PlayerName,
    /// A program, by its own word.
    pub bot: bool,
    /// Whether a connection is there now.
    pub connected: bool,
    /// Since when there is none, in the exhibition's own time.
    pub away_since: Option<Millis>,
    /// The same in Unix milliseconds.
    pub away_since_date: Option<u64>,
}

impl Seat {
    pub(super) fn of(guest: &Guest) -> Seat {
        let Guest { number, name, bot } = guest.clone();
        Seat { guest: number, name, bot, connected: true, away_since: None, away_since_date: None }
    }

    pub(super) fn connect(&mut self, connected: bool, event: &Event) {
        self.connected = connected;
        (self.away_since, self.away_since_date) = match connected {
            true => (None, None),
            false => (self.away_since.or(Some(event.at)), self.away_since_date.or(Some(event.wall))),
        };
    }
}

/// A move as the score sheet keeps it.
#[derive(Debug, Clone)]
pub struct SheetMove {
    /// The move as UCI has it.
    pub uci: UciMove,
    /// The move as a person writes it.
    pub san: SanPlus,
    /// The clocks after it.
    pub clock: Option<ClockReading>,
    /// When it was made, in the exhibition's own time.
    pub at: Millis,
}

/// One board as everybody can see it.
#[derive(Debug, Clone)]
pub struct BoardView {
    /// Its number.
    pub board: BoardNo,
    /// What was settled about its game.
    pub setup: Arc<GameSetup>,
    /// Who sits there, if anybody.
    pub seat: Option<Seat>,
    /// Who asks for the seat, if anybody.
    pub applicant: Option<Seat>,
    /// Every move so far.
    pub sheet: Vec<SheetMove>,
    /// The master's moves that were taken back, and as which ply they had been made.
    pub taken_back: Vec<(u32, SanPlus)>,
    /// The position now.
    pub position: Chess,
    /// Whose draw offer stands.
    pub draw_offer: Option<Color>,
    /// How many passes were used.
    pub passes_used: u32,
    /// How often the walk has gone past since the opponent's last move.
    pub missed: u32,
    /// How it ended, if it has.
    pub end: Option<(GameResult, Termination)>,
    /// The event since which it waits for the master, and when that was, if it is the master's turn.
    pub waits_since: Option<(u64, Millis)>,
    /// What it has cost in time.
    pub figures: BoardFigures,
    clock: Option<GameClock>,
    pub(super) playing: bool,
}

impl BoardView {
    pub(super) fn new(board: BoardNo, setup: Arc<GameSetup>) -> BoardView {
        BoardView {
            board,
            seat: None,
            applicant: None,
            sheet: Vec::new(),
            taken_back: Vec::new(),
            position: setup.start.clone(),
            draw_offer: None,
            passes_used: 0,
            missed: 0,
            end: None,
            waits_since: None,
            figures: BoardFigures::default(),
            clock: setup.clocks(),
            setup,
            playing: false,
        }
    }

    /// What is settled about a game that has not begun.
    pub(super) fn set_up(&mut self, setup: GameSetup) {
        if *self.setup != setup {
            self.position = setup.start.clone();
            self.clock = setup.clocks();
            self.setup = setup.into();
        }
    }

    /// Who has the seat, or asks for it.
    #[must_use]
    pub fn guest(&self) -> Option<&Seat> {
        self.seat.as_ref().or(self.applicant.as_ref())
    }

    /// The same, to change it.
    pub(super) fn guest_mut(&mut self) -> Option<&mut Seat> {
        self.seat.as_mut().or(self.applicant.as_mut())
    }

    /// So many opponents are there at the exhibition's start.
    pub(super) fn seat(&mut self, seated: u32) {
        if self.setup.depends_on_seated() {
            self.setup = self.setup.for_seated(seated).into();
            self.clock = self.setup.clocks();
        }
    }

    /// The game is on.
    pub(super) fn begin(&mut self, event: &Event) {
        self.playing = true;
        self.figures.begin(event.at);
        self.waits_since = (self.turn() == self.setup.master).then_some((event.seq, event.at));
    }

    /// The contract's word for how far the game is.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match (self.end, self.playing) {
            (Some(_), _) => "ended",
            (None, true) => "playing",
            (None, false) => "waiting",
        }
    }

    /// Whether the game is on.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.playing && self.end.is_none()
    }

    /// Who is to move.
    #[must_use]
    pub fn turn(&self) -> Color {
        self.position.turn()
    }

    /// The last moment at which whoever is to move still can, where a clock runs.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        self.clock?.deadline()
    }

    /// What the clocks show at `now`.
    #[must_use]
    pub fn clock(&self, now: Millis) -> Option<ClockReading> {
        self.clock.map(|clock| clock.reading(now))
    }

    /// Every position of the game, the initial one first.
    #[must_use]
    pub fn positions(&self) -> Vec<Chess> {
        let mut position = self.setup.start.clone();
        let mut positions = vec![position.clone()];
        for record in &self.sheet {
            let Ok(legal) = record.uci.to_move(&position) else { break };
            position.play_unchecked(legal);
            positions.push(position.clone());
        }
        positions
    }

    pub(super) fn apply(&mut self, fact: &Fact, at: Millis) {
        match fact {
            Fact::Moved(played) => self.apply_move(played, at),
            Fact::Retracted(retracted) => self.apply_retraction(retracted, at),
            Fact::DrawOffered { by } => self.draw_offer = Some(*by),
            Fact::DrawDeclined { .. } => self.draw_offer = None,
            Fact::Ended { result, termination } => {
                self.end = Some((*result, *termination));
                self.draw_offer = None;
                if let Some(clock) = &mut self.clock {
                    clock.stop(at);
                }
            }
        }
    }

    fn apply_retraction(&mut self, retracted: &Retracted, at: Millis) {
        self.draw_offer = retracted.offer;
        self.taken_back.extend(self.sheet.pop().map(|last| (retracted.ply, last.san)));
        self.position = retracted.position().clone();
        if let (Some(clock), Some(reading)) = (&mut self.clock, retracted.clock) {
            clock.set(reading, at);
        }
    }

    fn apply_move(&mut self, played: &Played, at: Millis) {
        if self.draw_offer == Some(played.turn) {
            self.draw_offer = None;
        }
        self.sheet.push(SheetMove { uci: played.uci, san: played.san(), clock: played.clock, at });
        self.position = played.position().clone();
        if let (Some(clock), Some(reading)) = (&mut self.clock, played.clock) {
            clock.set(reading, at);
        }
    }
}
