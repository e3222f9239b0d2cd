//! How positions and moves are written.

use shakmaty::{Chess, EnPassantMode, Move, Position, fen::Fen, uci::UciMove};

/// A position's FEN, with the en passant square only where such a capture is legal.
#[must_use]
pub fn fen_of(position: &Chess) -> String {
    // Long enough for any.
    let mut fen = String::with_capacity(92);
    Fen::from_position(position, EnPassantMode::Legal).append_to_string(&mut fen);
    fen
}

/// A legal move of `position` as UCI writes it: castling as the king's two steps, or in Chess960 as king takes rook.
#[must_use]
pub fn uci_of(position: &Chess, legal: Move) -> UciMove {
    legal.to_uci(position.castles().mode())
}
