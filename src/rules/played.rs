//! A move that was played, and where it led.

use std::sync::Arc;

use shakmaty::{
    Chess, Color, EnPassantMode, Move, Position,
    san::{San, SanPlus, Suffix},
    uci::UciMove,
    zobrist::Zobrist128,
};

use super::{ClockReading, fen_of, uci_of};

/// A position of a game, shared by all who know of it, and what tells it from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) position: Chess,
    /// Two positions are the same for the rule of repetition (FIDE Laws, 9.2) if the same moves are possible: pieces, side
    /// to move, castling rights and a legal en passant capture.
    pub(super) key: Zobrist128,
}

impl Reached {
    /// The position that a game begins with.
    pub(super) fn at_first(position: Chess) -> Reached {
        Reached { key: position.zobrist_hash(EnPassantMode::Legal), position }
    }

    fn by(&self, legal: Move) -> Reached {
        let mut position = self.position.clone();
        position.play_unchecked(legal);
        // Most moves change a few parts of the key.
        let key = self.position.update_zobrist_hash(self.key, legal, EnPassantMode::Legal);
        Reached { key: key.unwrap_or_else(|| position.zobrist_hash(EnPassantMode::Legal)), position }
    }
}

/// A move that was played, and the position after it. What people read of it is written where somebody reads it: nobody
/// reads most moves of a record that is taken up again, or any of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// Which half-move it was, counted from 1.
    pub ply: u32,
    /// The move; castling as the king's two-square step.
    pub uci: UciMove,
    /// Who is to move after it.
    pub turn: Color,
    /// The clocks after it, if there are any.
    pub clock: Option<ClockReading>,
    /// A hash of the position after it, kept beside the move so that a damaged record does not pass for a game.
    pub hash: u64,
    legal: Move,
    before: Arc<Reached>,
    after: Arc<Reached>,
}

impl Played {
    /// The move `legal` of the position `before`, with what the clocks show after it.
    pub(super) fn new(before: &Arc<Reached>, ply: u32, legal: Move, clock: Option<ClockReading>) -> Played {
        let after = before.by(legal);
        Played {
            ply,
            uci: uci_of(&before.position, legal),
            turn: after.position.turn(),
            clock,
            // The lower half is the 64-bit hash, Polyglot's, which databases have.
            hash: after.key.0 as u64,
            legal,
            before: before.clone(),
            after: Arc::new(after),
        }
    }

    /// The position after it.
    #[must_use]
    pub fn position(&self) -> &Chess {
        &self.after.position
    }

    /// The position after it as FEN has it.
    #[must_use]
    pub fn fen(&self) -> String {
        fen_of(self.position())
    }

    /// The move as a score sheet has it, with `+` or `#`.
    #[must_use]
    pub fn san(&self) -> SanPlus {
        let after = self.position();
        let suffix = || if after.is_checkmate() { Suffix::Checkmate } else { Suffix::Check };
        SanPlus { san: San::from_move(&self.before.position, self.legal), suffix: after.is_check().then(suffix) }
    }

    /// Whether it was played in the position `at`.
    pub(super) fn follows(&self, at: &Arc<Reached>) -> bool {
        Arc::ptr_eq(&self.before, at) || self.before == *at
    }

    pub(super) fn reached(&self) -> &Arc<Reached> {
        &self.after
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shakmaty::zobrist::Zobrist64;

    use super::*;

    proptest! {
        /// However a game goes, its positions' keys are those of the positions, and a move reads as it does anywhere.
        #[test]
        fn what_a_move_says_follows_from_its_positions(lots in prop::collection::vec(any::<prop::sample::Index>(), 1..200)) {
            let mut at = Arc::new(Reached::at_first(Chess::default()));
            for (ply, lot) in (1..).zip(lots) {
                let legal = at.position.legal_moves();
                if legal.is_empty() {
                    break;
                }
                let legal = legal[lot.index(legal.len())];
                let played = Played::new(&at, ply, legal, None);
                let mut after = at.position.clone();
                let san = SanPlus::from_move_and_play_unchecked(&mut after, legal);
                prop_assert_eq!((played.san(), played.position(), played.turn), (san, &after, after.turn()));
                prop_assert_eq!(played.reached().key, after.zobrist_hash(EnPassantMode::Legal));
                prop_assert_eq!(played.hash, after.zobrist_hash::<Zobrist64>(EnPassantMode::Legal).0);
                at = played.reached().clone();
            }
        }
    }
}
