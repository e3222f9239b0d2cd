//! What clients of the Lichess Bot and Board API are told, in the words that they read.
//!
//! Which fields there are, of which type and under which name, is Lichess's (its API reference, version 2.0.165): its clients
//! stop without a word where one is missing. Times are milliseconds in game streams and seconds in events.
//!
//! | file | what it holds |
//! |---|---|
//! | `game` | a game, as its opponent's client sees it |
//! | `names` | what games and players are called |
//! | `terms` | how fast, which variant, how it ended |

mod game;
mod names;
mod terms;

pub use game::LichessGame;
pub use names::{GameId, LichessUser};

use serde_json::json;

use super::outbound::to_json;

/// `chatLine`
#[must_use]
pub fn chat_line(room: &str, name: &str, text: &str) -> String {
    to_json(&json!({ "type": "chatLine", "room": room, "username": name, "text": text }))
}

/// An error, as Lichess tells it.
#[must_use]
pub fn lichess_error(sentence: &str) -> String {
    to_json(&json!({ "error": sentence }))
}
