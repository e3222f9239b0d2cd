//! Where a game can begin.

use shakmaty::{CastlingMode, Chess, Position, PositionError, PositionErrorKinds, fen::Fen};

use super::{mobility::can_move, notation::fen_of};

/// How many positions Chess960 begins with.
pub const CHESS960_POSITIONS: u32 = 960;

/// Why no game can begin in a position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum StartError {
    #[error(
        "a start position is `standard`, `chess960`, an opening like `kings-gambit`, or a FEN like `rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1`"
    )]
    Unreadable,
    #[error("no game can begin in that position: {0}")]
    Illegal(&'static str),
    #[error("a game would be over in that position before its first move")]
    Over,
}

/// Whether a game with this start is one of Chess960: castling is then written as king takes rook.
#[must_use]
pub fn is_chess960(start: &Chess) -> bool {
    start.castles().mode() == CastlingMode::Chess960
}

/// Whether it is the usual start of usual chess, the counters of moves included.
#[must_use]
pub fn is_usual_start(start: &Chess) -> bool {
    // Equal positions are the same for the rules of repetition, which look at neither.
    let counters = (start.halfmoves(), start.fullmoves().get());
    !is_chess960(start) && counters == (0, 1) && *start == Chess::default()
}

/// The position that a FEN describes, for a game to begin with. Castling rights that are none in usual chess are taken as
/// those of Chess960.
pub fn start_from_fen(text: &str) -> Result<Chess, StartError> {
    let fen: Fen = text.trim().parse().map_err(|_| StartError::Unreadable)?;
    let standard = fen.clone().into_position::<Chess>(CastlingMode::Standard);
    let position = match standard {
        Err(error) if error.kinds() == PositionErrorKinds::INVALID_CASTLING_RIGHTS => {
            fen.into_position(CastlingMode::Chess960)
        }
        other => other,
    };
    let position: Chess =
        position.map_err(|error: PositionError<Chess>| StartError::Illegal(sentence(error.kinds())))?;
    let drawn = position.is_insufficient_material() || position.halfmoves() >= 100;
    if drawn || !can_move(&position) { Err(StartError::Over) } else { Ok(position) }
}

fn sentence(kinds: PositionErrorKinds) -> &'static str {
    let sentences = [
        (PositionErrorKinds::EMPTY_BOARD, "the board is empty"),
        (PositionErrorKinds::MISSING_KING, "a king is missing"),
        (PositionErrorKinds::TOO_MANY_KINGS, "there are too many kings"),
        (PositionErrorKinds::PAWNS_ON_BACKRANK, "a pawn stands on the first or the last rank"),
        (PositionErrorKinds::INVALID_CASTLING_RIGHTS, "the castling rights do not go with the kings and rooks"),
        (PositionErrorKinds::INVALID_EP_SQUARE, "no pawn can have passed the en passant square"),
        (PositionErrorKinds::OPPOSITE_CHECK, "the side that is not to move stands in check"),
        (PositionErrorKinds::IMPOSSIBLE_CHECK, "no move can have given that check"),
        (PositionErrorKinds::TOO_MUCH_MATERIAL, "there are more pieces than pawns can have become"),
    ];
    sentences.into_iter().find(|&(kind, _)| kinds.contains(kind)).map_or("it is against the rules", |(_, why)| why)
}

/// Chess960's position `number`, 0 to 959, as Reinhard Scharnagl has numbered them: 518 is the usual one.
/// Greater numbers begin again.
#[must_use]
pub fn chess960_start(number: u32) -> Chess {
    let rank = back_rank(number % CHESS960_POSITIONS);
    let fen = format!("{}/pppppppp/8/8/8/8/PPPPPPPP/{rank} w KQkq - 0 1", rank.to_lowercase());
    let fen: Fen = fen.parse().expect("all pieces stand on one rank");
    fen.into_position(CastlingMode::Chess960).expect("the king stands between the rooks")
}

/// The number of a position that [`chess960_start`] gives.
#[must_use]
pub fn chess960_number(start: &Chess) -> Option<u32> {
    let fen = fen_of(start);
    let rank = fen.split('/').next()?.to_uppercase();
    let number = (0..CHESS960_POSITIONS).find(|&number| back_rank(number) == rank)?;
    (is_chess960(start) && fen == fen_of(&chess960_start(number))).then_some(number)
}

fn back_rank(number: u32) -> String {
    let mut squares = [None; 8];
    let (number, light) = (number / 4, number % 4);
    squares[2 * light as usize + 1] = Some('B');
    let (number, dark) = (number / 4, number % 4);
    squares[2 * dark as usize] = Some('B');
    let (knights, queen) = (number / 6, number % 6);
    put(&mut squares, queen, 'Q');
    // Which two of the five squares that are left then.
    let pairs = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)];
    let (first, second) = pairs[knights as usize];
    put(&mut squares, second, 'N');
    put(&mut squares, first, 'N');
    for piece in ['R', 'K', 'R'] {
        put(&mut squares, 0, piece);
    }
    squares.into_iter().flatten().collect()
}

/// On the `nth` free square, counted from 0.
fn put(squares: &mut [Option<char>; 8], nth: u32, piece: char) {
    if let Some(free) = squares.iter_mut().filter(|square| square.is_none()).nth(nth as usize) {
        *free = Some(piece);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::rules::uci_of;

    #[test]
    fn all_960_positions_are_there_in_their_places() {
        let known = [(0, "BBQNNRKR"), (1, "BQNBNRKR"), (518, "RNBQKBNR"), (534, "RNBKQBNR"), (959, "RKRNNQBB")];
        for (number, rank) in known {
            assert_eq!(back_rank(number), rank, "{number}");
        }
        let all: HashSet<_> = (0..CHESS960_POSITIONS).map(|number| fen_of(&chess960_start(number))).collect();
        assert_eq!(all.len(), 960);
        assert!((0..CHESS960_POSITIONS).step_by(37).all(|n| chess960_number(&chess960_start(n)) == Some(n)));
        assert_eq!(chess960_number(&Chess::default()), None);
    }

    #[test]
    fn castling_is_written_as_the_start_asks() {
        for (start, castles) in [
            (start_from_fen("4k3/8/8/8/8/8/8/R3K2R w KQ - 0 1").expect("usual"), ["e1c1", "e1g1"]),
            (start_from_fen("4k3/8/8/8/8/8/8/1R2K1R1 w GB - 0 1").expect("Chess960"), ["e1b1", "e1g1"]),
        ] {
            let legal = start.legal_moves();
            let mut written: Vec<_> =
                legal.iter().filter(|m| m.is_castle()).map(|&m| uci_of(&start, m).to_string()).collect();
            written.sort();
            assert_eq!(written, castles);
        }
    }

    #[test]
    fn what_is_no_start_is_refused_with_a_reason() {
        for (fen, reason) in [
            ("", "a start position is"),
            ("rnbqkbnr", "a start position is"),
            ("8/8/8/8/8/8/8/8 w - - 0 1", "no game can begin in that position: the board is empty"),
            ("8/8/4k3/8/8/8/4P3/8 w - - 0 1", "a king is missing"),
            ("4k2P/8/8/8/8/8/8/4K3 w - - 0 1", "a pawn stands"),
            ("4k3/8/8/8/8/8/8/4K2R w KQ - 0 1", "castling rights"),
            ("4k3/4R3/8/8/8/8/8/4K3 w - - 0 1", "not to move stands in check"),
            ("4k3/8/8/8/8/8/8/4K3 w - - 0 1", "would be over"),
            ("7k/5Q2/6K1/8/8/8/8/8 b - - 0 1", "would be over"),
            ("4k3/8/8/8/8/8/8/4K2R w K - 100 80", "would be over"),
        ] {
            let refused = start_from_fen(fen).expect_err(fen).to_string();
            assert!(refused.contains(reason), "{fen}: {refused}");
        }
    }
}
