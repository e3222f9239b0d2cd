//! A game for everybody: long, legal, and never over by itself.

use std::sync::{Arc, LazyLock};

use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use shakmaty::{Color, Position, Role, uci::UciMove};

use super::scenario::MOST_MOVES;
use crate::rules::{Command, Fact, Game, Millis, uci_of};

static SCRIPT: LazyLock<Arc<[UciMove]>> = LazyLock::new(|| write().into());

/// The script: as many half-moves as the longest game that can be planned.
pub(super) fn script() -> Arc<[UciMove]> {
    SCRIPT.clone()
}

/// Draws quiet moves, and lets the rules themselves say which of them would end the game.
fn write() -> Vec<UciMove> {
    let mut chance = ChaCha8Rng::seed_from_u64(24);
    let mut game = Game::new(None);
    game.start();
    let mut moves = Vec::new();
    while moves.len() < 2 * MOST_MOVES as usize {
        let position = game.position();
        let by = position.turn();
        // A pawn's move before the fifty-move rule comes near; captures never, so that material lasts.
        let stale = position.halfmoves() > 60;
        let mut legal: Vec<_> = position.legal_moves().into_iter().filter(|m| !m.is_capture()).collect();
        if stale {
            legal.sort_by_key(|m| m.role() != Role::Pawn);
        } else if !legal.is_empty() {
            let first = chance.random_range(..legal.len());
            legal.rotate_left(first);
        }
        let facts = legal.into_iter().find_map(|m| quiet(&game, by, uci_of(position, m)));
        let facts = facts.unwrap_or_else(|| any(&game, by));
        for fact in &facts {
            game.apply(fact, Millis::ZERO);
            if let Fact::Moved(played) = fact {
                moves.push(played.uci);
            }
        }
    }
    moves
}

/// The move's facts, if the game goes on after it.
fn quiet(game: &Game, by: Color, uci: UciMove) -> Option<Vec<Fact>> {
    let facts = game.decide(by, &Command::Move { ply: game.ply() + 1, uci }, Millis::ZERO).ok()?;
    (facts.len() == 1).then_some(facts)
}

/// Where every quiet move would end the game, a capture.
fn any(game: &Game, by: Color) -> Vec<Fact> {
    let legal = game.position().legal_moves();
    let facts = legal.iter().find_map(|&m| quiet(game, by, uci_of(game.position(), m)));
    facts.expect("the script's seed was chosen so that it never gets stuck, which a test shows")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_as_long_as_the_longest_game() {
        assert_eq!(script().len(), 2 * MOST_MOVES as usize);
    }
}
