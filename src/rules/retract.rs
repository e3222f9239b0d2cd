//! A move that was taken back: custom lets the master, and nobody else, until they have moved at another board.

use std::sync::Arc;

use shakmaty::{Chess, Color, zobrist::Zobrist128};

use super::{ClockReading, played::Reached};

/// A move that was taken back, and what is so again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retracted {
    /// The ply that was taken back, and is the next one again.
    pub ply: u32,
    /// The clocks as they were before that move; the mover's runs again from now on.
    pub clock: Option<ClockReading>,
    /// Whose draw offer stands again.
    pub offer: Option<Color>,
    /// A hash of the position that is reached again, kept with the record as that of a move is.
    pub hash: u64,
    back: Arc<Reached>,
}

impl Retracted {
    pub(super) fn new(ply: u32, clock: Option<ClockReading>, undo: &Undo) -> Retracted {
        // The lower half is the 64-bit hash that moves have too.
        let hash = undo.position.key.0 as u64;
        Retracted { ply, clock, offer: undo.offer, hash, back: undo.position.clone() }
    }

    /// The position that is reached again.
    #[must_use]
    pub fn position(&self) -> &Chess {
        &self.back.position
    }
}

/// What a move has changed beyond the list of moves and the clocks.
#[derive(Debug, Clone)]
pub(super) struct Undo {
    pub(super) position: Arc<Reached>,
    /// The positions that could be repeated up to the move, where it has made them unrepeatable.
    pub(super) repeatable: Option<Vec<Zobrist128>>,
    pub(super) offer: Option<Color>,
    pub(super) offered_at: [Option<u32>; 2],
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shakmaty::Position;

    use super::*;
    use crate::rules::{Command, Game, GameSetup, GameStatus, Millis, Refusal, uci_of};

    fn do_it(game: &mut Game, by: Color, command: &Command, at: Millis) -> Result<(), Refusal> {
        let facts = game.decide(by, command, at)?;
        facts.iter().for_each(|fact| game.apply(fact, at));
        Ok(())
    }

    proptest! {
        /// Wherever the master takes a move back, the game is what it was before that move in everything that can be seen
        /// or asked of it, but for the master's time, which goes on; and nobody else can, and nobody twice.
        #[test]
        fn a_game_is_what_it_was(
            lots in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>(), any::<bool>()), 1..120),
            white: bool,
        ) {
            let setup = GameSetup { master: Color::from_white(white), ..GameSetup::usual("5m+3s".parse().ok()) };
            let mut game = Game::set_up(setup.into());
            game.start();
            let mut now = Millis::ZERO;
            for (lot, retract, offer) in lots {
                let (mover, legal) = (game.position().turn(), game.position().legal_moves());
                if game.status() != GameStatus::Playing {
                    break;
                }
                if offer {
                    let _ = do_it(&mut game, mover.other(), &Command::OfferDraw, now);
                }
                if game.status() != GameStatus::Playing {
                    break;
                }
                now = now.plus(Millis(700));
                let (before, then) = (game.clone(), game.clock(now));
                let uci = uci_of(game.position(), legal[lot.index(legal.len())]);
                let command = Command::Move { ply: game.ply() + 1, uci };
                prop_assert_eq!(do_it(&mut game, mover, &command, now), Ok(()));
                if game.status() != GameStatus::Playing {
                    break;
                }
                prop_assert!(game.decide(game.master().other(), &Command::Retract, now).is_err());
                prop_assert_eq!(game.decide(mover, &Command::Retract, now).is_ok(), mover == game.master());
                if retract && mover == game.master() {
                    let later = now.plus(Millis(2_000));
                    prop_assert_eq!(do_it(&mut game, mover, &Command::Retract, later), Ok(()));
                    prop_assert_eq!(game.clock(later), then, "no time of either side's has gone");
                    let seen = |game: &Game| {
                        (game.position().clone(), game.ply(), game.status(), game.draw_offer(), game.due())
                    };
                    prop_assert_eq!(seen(&game), seen(&before));
                    for (command, by) in [(&command, mover), (&Command::OfferDraw, mover)] {
                        let decided = |game: &Game| game.decide(by, command, later).map(|facts| facts.len());
                        prop_assert_eq!(decided(&game), decided(&before));
                    }
                    prop_assert!(game.decide(mover, &Command::Retract, later).is_err(), "not twice");
                    now = later;
                    prop_assert_eq!(do_it(&mut game, mover, &command, now), Ok(()));
                }
            }
        }
    }
}
