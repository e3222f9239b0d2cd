//! Whether somebody can move at all.

use shakmaty::{Bitboard, Chess, Position, attacks};

/// Whether there is a legal move. Asked after each move, and in most positions answered at a glance.
pub(super) fn can_move(position: &Chess) -> bool {
    can_surely_move(position) || !position.legal_moves().is_empty()
}

/// Whether no check is to be met and some pawn can step forward that no line joins with its king, so that it can't be
/// pinned.
fn can_surely_move(position: &Chess) -> bool {
    let (board, turn) = (position.board(), position.turn());
    let Some(king) = board.king_of(turn) else { return false };
    let free = board.by_piece(turn.pawn()) & !attacks::queen_attacks(king, Bitboard::EMPTY);
    let steps = free.shift(turn.fold_wb(8, -8)) & !board.occupied();
    steps.any() && !position.is_check()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shakmaty::CastlingMode;

    use super::*;

    proptest! {
        /// A glance never sees a move where there is none.
        #[test]
        fn a_glance_is_right(lots in prop::collection::vec(any::<prop::sample::Index>(), 1..300)) {
            let mut position = Chess::default();
            for lot in lots {
                let legal = position.legal_moves();
                prop_assert!(!can_surely_move(&position) || !legal.is_empty());
                prop_assert_eq!(can_move(&position), !legal.is_empty());
                if legal.is_empty() {
                    break;
                }
                position.play_unchecked(legal[lot.index(legal.len())]);
            }
        }
    }

    #[test]
    fn who_is_pinned_checked_or_blocked_is_looked_at_closely() {
        for (fen, can) in [
            ("k7/8/8/8/8/8/5q2/7K w - - 0 1", false),
            ("k7/8/8/8/8/P7/1r4q1/7K w - - 0 1", false),
            ("k7/8/8/8/p7/P7/5q2/7K w - - 0 1", false),
            ("5N1k/6p1/8/4B3/8/1B6/8/K7 b - - 0 1", false),
        ] {
            let position = fen.parse::<shakmaty::fen::Fen>().expect(fen).into_position(CastlingMode::Standard);
            let position: Chess = position.expect(fen);
            assert_eq!((can_surely_move(&position), can_move(&position)), (false, can), "{fen}");
        }
    }
}
