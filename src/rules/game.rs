//! One game: what may be done in it, what follows, and how it ends.
//!
//! [`Game::decide`] never changes anything and [`Game::apply`] never refuses: between the two the facts are committed. If
//! that fails, nothing has happened.

use std::sync::Arc;

use shakmaty::{Chess, Color, Position, uci::UciMove, zobrist::Zobrist128};

use super::{
    ClockReading, ClockSettings, Command, Fact, GameClock, GameResult, GameSetup, GameStatus, Millis, Played,
    RecallError, Refusal, Retracted, Termination, mobility::can_move, played::Reached, retract::Undo,
};

const NOT_STARTED: Refusal = Refusal::NotAllowed("the exhibition has not started yet");

/// One game, its position, clocks and result. Plain data: it does not know the time.
#[derive(Debug, Clone)]
pub struct Game {
    setup: Arc<GameSetup>,
    position: Arc<Reached>,
    moves: Vec<(UciMove, Option<ClockReading>)>,
    /// The positions since the last capture or pawn's move: an earlier one can never come back.
    repeatable: Vec<Zobrist128>,
    clock: Option<GameClock>,
    status: GameStatus,
    /// Whose draw offer stands.
    offer: Option<Color>,
    /// The ply at which each side last offered, so that nobody can offer twice between two moves of their own.
    offered_at: [Option<u32>; 2],
    /// How things were before the last move, where that was the master's and can be taken back.
    undo: Option<Undo>,
}

impl Game {
    /// A game from the usual position, with White for the master, that has not been started.
    #[must_use]
    pub fn new(clock: Option<ClockSettings>) -> Game {
        Game::set_up(Arc::new(GameSetup::usual(clock)))
    }

    /// A game that has not been started.
    #[must_use]
    pub fn set_up(setup: Arc<GameSetup>) -> Game {
        let position = Reached::at_first(setup.start.clone());
        Game {
            repeatable: vec![position.key],
            position: Arc::new(position),
            moves: Vec::new(),
            clock: setup.clocks(),
            setup,
            status: GameStatus::Waiting,
            offer: None,
            offered_at: [None; 2],
            undo: None,
        }
    }

    /// From now on moves can be made.
    pub fn start(&mut self) {
        self.start_among(1);
    }

    /// The same, where `seated` opponents sit there at the exhibition's start.
    pub fn start_among(&mut self, seated: u32) {
        if self.status == GameStatus::Waiting {
            self.status = GameStatus::Playing;
            if self.setup.depends_on_seated() {
                self.setup = Arc::new(self.setup.for_seated(seated));
                self.clock = self.setup.clocks();
            }
        }
    }

    /// The end that somebody other than the players brings: the organiser, or an absence that was too long.
    pub fn settle(&self, result: GameResult, termination: Termination) -> Result<Fact, Refusal> {
        match self.status {
            GameStatus::Ended(..) => Err(Refusal::GameOver),
            GameStatus::Waiting => Err(NOT_STARTED),
            GameStatus::Playing if !self.can_end(result, termination) => {
                Err(Refusal::NotAllowed("that result does not go with that reason"))
            }
            GameStatus::Playing => Ok(ended(result, termination)),
        }
    }

    /// What would happen if `by` did this at `at`: one or two facts, for [`apply`](Self::apply) once they are safe.
    pub fn decide(&self, by: Color, command: &Command, at: Millis) -> Result<Vec<Fact>, Refusal> {
        if matches!(self.status, GameStatus::Ended(..)) {
            return Err(Refusal::GameOver);
        }
        let offered = self.offer == Some(by.other());
        match command {
            Command::Move { ply, uci } => self.decide_move(by, *ply, *uci, at),
            _ if self.status == GameStatus::Waiting => Err(NOT_STARTED),
            Command::Resign => Ok(vec![ended(GameResult::win_of(by.other()), Termination::Resignation)]),
            Command::AcceptDraw | Command::OfferDraw if offered => {
                Ok(vec![ended(GameResult::Draw, Termination::Agreement)])
            }
            Command::DeclineDraw if offered => Ok(vec![Fact::DrawDeclined { by }]),
            Command::AcceptDraw | Command::DeclineDraw => Err(Refusal::NotAllowed("there is no draw offer to answer")),
            Command::OfferDraw => self.decide_offer(by),
            Command::Retract => self.decide_retraction(by),
        }
    }

    fn decide_move(&self, by: Color, ply: u32, uci: UciMove, at: Millis) -> Result<Vec<Fact>, Refusal> {
        if ply != self.ply() + 1 {
            return Err(Refusal::StalePly);
        }
        if by != self.position().turn() {
            return Err(Refusal::NotYourTurn);
        }
        if self.status == GameStatus::Waiting {
            return Err(NOT_STARTED);
        }
        let legal = uci.to_move(self.position()).map_err(|_| Refusal::IllegalMove)?;
        let clock = self.clock.map(|clock| clock.after_move(by, at));
        let played = Played::new(&self.position, ply, legal, clock);
        let end = self.verdict(played.reached(), 2);
        let mut facts = vec![Fact::Moved(played)];
        facts.extend(end.map(|(result, termination)| ended(result, termination)));
        Ok(facts)
    }

    fn decide_offer(&self, by: Color) -> Result<Vec<Fact>, Refusal> {
        let own_last_move = (0..=self.ply()).rev().find(|&ply| ply == 0 || self.setup.mover_of(ply) == by).unwrap_or(0);
        if self.offered_at[index(by)].is_some_and(|ply| ply >= own_last_move) {
            return Err(Refusal::NotAllowed(
                "you have offered a draw since your last move: the next offer comes with the next move",
            ));
        }
        Ok(vec![Fact::DrawOffered { by }])
    }

    fn decide_retraction(&self, by: Color) -> Result<Vec<Fact>, Refusal> {
        let undo = self.undo.as_ref().filter(|_| by == self.master());
        let undo = undo.ok_or(Refusal::NotAllowed("there is no move of yours here that can be taken back"))?;
        Ok(vec![Fact::Retracted(Retracted::new(self.ply(), self.clock_before_last_move(), undo))])
    }

    /// What the clocks showed when the last move was made.
    fn clock_before_last_move(&self) -> Option<ClockReading> {
        let &(_, Some(mut reading)) = self.moves.last()? else { return None };
        if self.moves.len() == 1 {
            return self.setup.clocks().map(|clock| clock.reading(Millis::ZERO));
        }
        let (mover, increment) = (self.position().turn().other(), self.setup.clock?.increment);
        let bank = mover.fold_wb(&mut reading.white, &mut reading.black);
        *bank = bank.since(increment);
        reading.running = Some(mover);
        Some(reading)
    }

    /// The end of the game that `reached`, just reached, brings by itself; `before` says how often a threefold repetition
    /// is among the positions that are taken in.
    fn verdict(&self, reached: &Reached, before: usize) -> Option<(GameResult, Termination)> {
        let position = &reached.position;
        if !can_move(position) {
            return Some(match position.is_check() {
                true => (GameResult::win_of(position.turn().other()), Termination::Checkmate),
                false => (GameResult::Draw, Termination::Stalemate),
            });
        }
        self.draw(reached, before).map(|termination| (GameResult::Draw, termination))
    }

    /// The draw that `reached` brings by itself where a move is possible.
    fn draw(&self, reached: &Reached, before: usize) -> Option<Termination> {
        let Reached { position, key } = reached;
        if position.is_insufficient_material() {
            return Some(Termination::InsufficientMaterial);
        }
        if position.halfmoves() > 0 && self.repeatable.iter().filter(|&earlier| earlier == key).count() >= before {
            return Some(Termination::ThreefoldRepetition);
        }
        (position.halfmoves() >= 100).then_some(Termination::FiftyMoves)
    }

    /// The end that the last move has brought, in a game that has no result yet: they are stored together.
    #[must_use]
    pub fn due(&self) -> Option<Fact> {
        let playing = self.status == GameStatus::Playing;
        let (result, termination) = self.verdict(&self.position, 3).filter(|_| playing)?;
        Some(ended(result, termination))
    }

    /// The same where a move is known to be possible.
    pub(super) fn draw_due(&self) -> Option<Fact> {
        let playing = self.status == GameStatus::Playing;
        self.draw(&self.position, 3).filter(|_| playing).map(|termination| ended(GameResult::Draw, termination))
    }

    /// Whether `played` was played in the position now.
    pub(super) fn is_next(&self, played: &Played) -> bool {
        played.follows(&self.position)
    }

    /// What follows if a flag has fallen at `now`: nothing otherwise.
    #[must_use]
    pub fn flag(&self, now: Millis) -> Option<Fact> {
        let loser = self.running_clock()?.flagged(now)?;
        let result = match self.position().has_insufficient_material(loser.other()) {
            true => GameResult::Draw,
            false => GameResult::win_of(loser.other()),
        };
        Some(ended(result, Termination::TimeForfeit))
    }

    /// The last moment at which the side to move can still move in time.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        self.running_clock()?.deadline()
    }

    /// The clocks as values.
    pub(super) fn game_clock(&self) -> Option<&GameClock> {
        self.clock.as_ref()
    }

    fn running_clock(&self) -> Option<&GameClock> {
        self.clock.as_ref().filter(|_| self.status == GameStatus::Playing)
    }

    /// Takes in what [`decide`](Self::decide), [`flag`](Self::flag) or [`recall`](Self::recall) said and the journal has
    /// stored, as of `at`, the time it was decided.
    pub fn apply(&mut self, fact: &Fact, at: Millis) {
        match fact {
            Fact::Moved(played) => self.apply_move(played, at),
            Fact::Retracted(retracted) => self.apply_retraction(retracted, at),
            Fact::DrawOffered { by } => {
                self.offer = Some(*by);
                self.offered_at[index(*by)] = Some(self.ply());
            }
            Fact::DrawDeclined { .. } => self.offer = None,
            Fact::Ended { result, termination } => {
                self.status = GameStatus::Ended(*result, *termination);
                self.offer = None;
                if let Some(clock) = &mut self.clock {
                    clock.stop(at);
                }
            }
        }
    }

    fn apply_move(&mut self, played: &Played, at: Millis) {
        assert!(self.is_next(played), "only this game's own facts are applied");
        let (offer, offered_at) = (self.offer, self.offered_at);
        let position = std::mem::replace(&mut self.position, played.reached().clone());
        self.moves.push((played.uci, played.clock));
        let repeatable = (self.position().halfmoves() == 0).then(|| std::mem::take(&mut self.repeatable));
        let by_master = played.turn != self.master();
        self.undo = by_master.then_some(Undo { position, repeatable, offer, offered_at });
        self.repeatable.push(self.position.key);
        if let (Some(clock), Some(reading)) = (&mut self.clock, played.clock) {
            clock.set(reading, at);
        }
        if self.offer == Some(played.turn) {
            self.offer = None;
        }
    }

    fn apply_retraction(&mut self, retracted: &Retracted, at: Millis) {
        let undo = self.undo.take().filter(|_| retracted.ply == self.ply());
        let undo = undo.expect("only this game's own facts are applied");
        self.position = undo.position;
        self.moves.pop();
        self.repeatable.pop();
        self.repeatable = undo.repeatable.unwrap_or_else(|| std::mem::take(&mut self.repeatable));
        (self.offer, self.offered_at) = (undo.offer, undo.offered_at);
        if let (Some(clock), Some(reading)) = (&mut self.clock, retracted.clock) {
            clock.set(reading, at);
        }
    }

    /// The stored move `uci` as the fact it was, for [`apply`](Self::apply) after a restart.
    pub fn recall(
        &self,
        ply: u32,
        uci: UciMove,
        clock: Option<ClockReading>,
        hash: u64,
    ) -> Result<Played, RecallError> {
        let expected = self.ply() + 1;
        if ply != expected {
            return Err(RecallError::Ply { expected, found: ply });
        }
        let legal = uci.to_move(self.position()).map_err(|_| RecallError::Illegal(ply))?;
        let played = Played::new(&self.position, ply, legal, clock);
        if played.hash == hash { Ok(played) } else { Err(RecallError::Position(ply)) }
    }

    /// The stored move that `by` has sent again, if that is what `ply` and `uci` are.
    #[must_use]
    pub fn played_before(&self, by: Color, ply: u32, uci: UciMove) -> Option<Played> {
        let place = (ply as usize).checked_sub(1)?;
        let &(stored, clock) = self.moves.get(place)?;
        if self.setup.mover_of(ply) != by {
            return None;
        }
        let mut position = self.setup.start.clone();
        for (earlier, _) in &self.moves[..place] {
            let legal = earlier.to_move(&position).ok()?;
            position.play_unchecked(legal);
        }
        let legal = uci.to_move(&position).ok()?;
        let played = Played::new(&Arc::new(Reached::at_first(position)), ply, legal, clock);
        (played.uci == stored).then_some(played)
    }

    /// How many half-moves have been played.
    #[must_use]
    pub fn ply(&self) -> u32 {
        u32::try_from(self.moves.len()).unwrap_or(u32::MAX)
    }

    /// The position now.
    #[must_use]
    pub fn position(&self) -> &Chess {
        &self.position.position
    }

    /// What was settled about it before its first move.
    #[must_use]
    pub fn setup(&self) -> &GameSetup {
        &self.setup
    }

    /// The colour that the master plays.
    #[must_use]
    pub fn master(&self) -> Color {
        self.setup.master
    }

    /// The position the game began with.
    #[must_use]
    pub fn initial(&self) -> &Chess {
        &self.setup.start
    }

    /// The moves so far.
    pub fn moves(&self) -> impl ExactSizeIterator<Item = UciMove> + '_ {
        self.moves.iter().map(|&(uci, _)| uci)
    }

    /// Where the game stands.
    #[must_use]
    pub fn status(&self) -> GameStatus {
        self.status
    }

    /// Whose draw offer stands.
    #[must_use]
    pub fn draw_offer(&self) -> Option<Color> {
        self.offer
    }

    /// What the clocks show at `now`, if there are any.
    #[must_use]
    pub fn clock(&self, now: Millis) -> Option<ClockReading> {
        self.clock.map(|clock| clock.reading(now))
    }

    /// Whether it is the master's turn in a game that is being played.
    #[must_use]
    pub fn waits_for_master(&self) -> bool {
        self.waits_for(self.master())
    }

    /// Whether `color` is the one to move in a game that is being played.
    #[must_use]
    pub fn waits_for(&self, color: Color) -> bool {
        self.status == GameStatus::Playing && self.position().turn() == color
    }
}

fn ended(result: GameResult, termination: Termination) -> Fact {
    Fact::Ended { result, termination }
}

fn index(color: Color) -> usize {
    color.fold_wb(0, 1)
}
