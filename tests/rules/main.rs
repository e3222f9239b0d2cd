//! The rules as values: whole games, every way to end one, and what holds for any game.

mod ends;
mod games;
#[path = "../common/pgn.rs"]
mod pgn;
mod properties;

use shakmaty::{Color, Position, uci::UciMove};
use simultan::rules::{Command, Fact, Game, GameResult, GameStatus, Millis, Played, Refusal, Termination};

/// A game that has been started, without clocks.
fn started() -> Game {
    let mut game = Game::new(None);
    game.start();
    game
}

/// Decides and applies, as a board does it when the disk is well.
fn act(game: &mut Game, by: Color, command: &Command, at: Millis) -> Result<Vec<Fact>, Refusal> {
    let facts = game.decide(by, command, at)?;
    for fact in &facts {
        game.apply(fact, at);
    }
    Ok(facts)
}

/// Plays the next move; gives it, and how the game ended with it.
fn play(game: &mut Game, uci: UciMove, at: Millis) -> (Played, Option<(GameResult, Termination)>) {
    let command = Command::Move { ply: game.ply() + 1, uci };
    let facts = act(game, game.position().turn(), &command, at).unwrap_or_else(|error| panic!("{uci}: {error}"));
    let end = match facts.get(1) {
        Some(Fact::Ended { result, termination }) => Some((*result, *termination)),
        None => None,
        other => panic!("a move brings an end or nothing: {other:?}"),
    };
    match &facts[0] {
        Fact::Moved(played) => (played.clone(), end),
        other => panic!("a move is a move: {other:?}"),
    }
}

/// Plays moves as UCI has them, as long as the game is on; gives the ply at which it ended, and how.
fn play_all(game: &mut Game, moves: &str) -> Option<(u32, GameResult, Termination)> {
    for uci in moves.split_whitespace() {
        let (played, end) = play(game, uci.parse().expect("a move"), Millis::ZERO);
        if let Some((result, termination)) = end {
            assert_eq!(game.status(), GameStatus::Ended(result, termination));
            return Some((played.ply, result, termination));
        }
    }
    None
}
