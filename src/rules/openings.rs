//! Openings that everybody knows by name, for games to begin with.

use shakmaty::Chess;

use super::{notation::fen_of, start::start_from_fen};

/// An opening, and the position that it leads to.
#[derive(Debug, PartialEq, Eq)]
pub struct Opening {
    /// What it is called in settings.
    pub name: &'static str,
    /// Its position, where the next move is the games' first.
    pub fen: &'static str,
}

/// All that can be chosen.
pub const OPENINGS: [Opening; 10] = [
    Opening { name: "italian", fen: "r1bqkbnr/pppp1ppp/2n5/4p3/2B1P3/5N2/PPPP1PPP/RNBQK2R b KQkq - 3 3" },
    Opening { name: "spanish", fen: "r1bqkbnr/pppp1ppp/2n5/1B2p3/4P3/5N2/PPPP1PPP/RNBQK2R b KQkq - 3 3" },
    Opening { name: "scotch", fen: "r1bqkbnr/pppp1ppp/2n5/4p3/3PP3/5N2/PPP2PPP/RNBQKB1R b KQkq - 0 3" },
    Opening { name: "kings-gambit", fen: "rnbqkbnr/pppp1ppp/8/4p3/4PP2/8/PPPP2PP/RNBQKBNR b KQkq - 0 2" },
    Opening { name: "evans-gambit", fen: "r1bqk1nr/pppp1ppp/2n5/2b1p3/1PB1P3/5N2/P1PP1PPP/RNBQK2R b KQkq - 0 4" },
    Opening { name: "sicilian", fen: "rnbqkbnr/pp1ppppp/8/2p5/4P3/8/PPPP1PPP/RNBQKBNR w KQkq - 0 2" },
    Opening { name: "french", fen: "rnbqkbnr/pppp1ppp/4p3/8/4P3/8/PPPP1PPP/RNBQKBNR w KQkq - 0 2" },
    Opening { name: "caro-kann", fen: "rnbqkbnr/pp1ppppp/2p5/8/4P3/8/PPPP1PPP/RNBQKBNR w KQkq - 0 2" },
    Opening { name: "queens-gambit", fen: "rnbqkbnr/ppp1pppp/8/3p4/2PP4/8/PP2PPPP/RNBQKBNR b KQkq - 0 2" },
    Opening { name: "kings-indian", fen: "rnbqkb1r/pppppp1p/5np1/8/2PP4/8/PP2PPPP/RNBQKBNR w KQkq - 0 3" },
];

impl Opening {
    /// The one that is called so.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Opening> {
        OPENINGS.iter().find(|opening| opening.name == name)
    }

    /// The one that leads to this position, counters of moves included.
    #[must_use]
    pub fn of(position: &Chess) -> Option<&'static Opening> {
        let fen = fen_of(position);
        OPENINGS.iter().find(|opening| opening.fen == fen)
    }

    /// Its position.
    #[must_use]
    pub fn position(&self) -> Chess {
        start_from_fen(self.fen).expect("a game can begin there")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use shakmaty::{Position, san::San};

    use super::*;

    #[test]
    fn each_is_where_its_moves_lead() {
        let moves = [
            ("italian", "e4 e5 Nf3 Nc6 Bc4"),
            ("spanish", "e4 e5 Nf3 Nc6 Bb5"),
            ("scotch", "e4 e5 Nf3 Nc6 d4"),
            ("kings-gambit", "e4 e5 f4"),
            ("evans-gambit", "e4 e5 Nf3 Nc6 Bc4 Bc5 b4"),
            ("sicilian", "e4 c5"),
            ("french", "e4 e6"),
            ("caro-kann", "e4 c6"),
            ("queens-gambit", "d4 d5 c4"),
            ("kings-indian", "d4 Nf6 c4 g6"),
        ];
        assert_eq!(moves.iter().map(|(name, _)| *name).collect::<HashSet<_>>().len(), OPENINGS.len());
        for (name, moves) in moves {
            let mut position = Chess::default();
            for san in moves.split(' ') {
                let san: San = san.parse().expect("a move");
                let legal = san.to_move(&position).expect(name);
                position.play_unchecked(legal);
            }
            let opening = Opening::named(name).expect(name);
            assert_eq!(opening.fen, fen_of(&position), "{name}");
            assert_eq!(Opening::of(&opening.position()), Some(opening));
        }
        assert_eq!(Opening::of(&Chess::default()), None);
    }
}
