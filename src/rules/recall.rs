//! Whether what is stored can have happened: a disk's word is believed as far as it follows from the game.

use shakmaty::{Color, Position};

use super::{ClockReading, Command, Fact, Game, GameResult, GameStatus, Millis, RecallError, Retracted, Termination};

impl Game {
    /// A stored retraction as the fact it was, for [`apply`](Self::apply) after a restart.
    pub fn recall_retraction(
        &self,
        ply: u32,
        banks: Option<(Millis, Millis)>,
        hash: u64,
    ) -> Result<Retracted, RecallError> {
        match self.decide(self.master(), &Command::Retract, Millis::ZERO).as_deref() {
            Ok([Fact::Retracted(retracted)])
                if (retracted.ply, retracted.hash) == (ply, hash)
                    && retracted.clock.map(|clock| (clock.white, clock.black)) == banks =>
            {
                Ok(retracted.clone())
            }
            _ => Err(RecallError::Impossible("a move is taken back that can't be")),
        }
    }

    /// Whether `fact` can be this game's next. What is legal as a move was seen by [`recall`](Self::recall).
    pub fn check(&self, fact: &Fact) -> Result<(), RecallError> {
        if self.status() != GameStatus::Playing {
            return Err(RecallError::Impossible("something happens in a game that is not being played"));
        }
        let due = match fact {
            // That the move is legal shows that there is one.
            Fact::Moved(played) if self.is_next(played) => self.draw_due(),
            _ => self.due(),
        };
        if due.is_some_and(|due| due != *fact) {
            return Err(RecallError::Impossible("a game goes on though its position has ended it"));
        }
        let (possible, what) = match fact {
            Fact::Moved(played) => (self.admits(played.clock), "the clocks after a move can't be right"),
            Fact::Retracted(_) => {
                (self.decides(self.master(), &Command::Retract, fact), "a move is taken back that can't be")
            }
            Fact::DrawOffered { by } => {
                (self.decides(*by, &Command::OfferDraw, fact), "a draw is offered where none can be")
            }
            Fact::DrawDeclined { by } => {
                (self.decides(*by, &Command::DeclineDraw, fact), "a draw is declined that nobody has offered")
            }
            Fact::Ended { result, termination } => {
                (self.can_end(*result, *termination), "the result and its reason do not go with the game")
            }
        };
        if possible { Ok(()) } else { Err(RecallError::Impossible(what)) }
    }

    fn decides(&self, by: Color, command: &Command, fact: &Fact) -> bool {
        self.decide(by, command, Millis::ZERO).is_ok_and(|facts| facts == [fact.clone()])
    }

    /// A side's time grows by no more than the increment, and only with its own move.
    fn admits(&self, after: Option<ClockReading>) -> bool {
        let mover = self.position().turn();
        // No time passes until the beginning of time.
        match (self.game_clock().map(|clock| clock.after_move(mover, Millis::ZERO)), after) {
            (Some(most), Some(after)) => {
                let (own, others) = ((after.white, most.white), (after.black, most.black));
                let (own, others) = mover.fold_wb((own, others), (others, own));
                own.0 <= own.1 && others.0 == others.1
            }
            (most, after) => most.is_none() && after.is_none(),
        }
    }

    pub(super) fn can_end(&self, result: GameResult, termination: Termination) -> bool {
        match termination {
            // Due, and so seen to be the very end that is due.
            Termination::Checkmate
            | Termination::Stalemate
            | Termination::ThreefoldRepetition
            | Termination::FiftyMoves
            | Termination::InsufficientMaterial => self.due().is_some(),
            Termination::Resignation => result.winner().is_some(),
            Termination::Agreement => result == GameResult::Draw && self.draw_offer().is_some(),
            Termination::TimeForfeit => self.flag(Millis(u64::MAX)) == Some(Fact::Ended { result, termination }),
            // Nobody's but the organiser's to settle.
            Termination::Abandonment | Termination::Adjudication => result != GameResult::Unknown,
            Termination::Aborted => result == GameResult::Unknown,
        }
    }
}
