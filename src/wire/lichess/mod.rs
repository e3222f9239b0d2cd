//! What clients of the Lichess Bot and Board API are told, in the words that they read.
//!
//! Which fields there are, of which type and under which name, is Lichess's (its API reference, version 2.0.165): its clients
//! stop without a word where one is missing. Times are milliseconds in game streams and seconds in events.
//!
//! | file | what it holds |
//! |---|---|
//! | `announcement` | a game in a line: events, lists, challenges |
//! | `game` | a game, as its opponent's client sees it |
//! | `inbound` | what clients send |
//! | `names` | what games and players are called |
//! | `terms` | how fast, which variant, how it ended |

mod announcement;
mod game;
mod inbound;
mod names;
mod terms;

pub use announcement::GameInfo;
pub use game::LichessGame;
pub use inbound::{NoFields, fields, truth};
pub use names::{GameId, LichessUser};

use serde_json::{Map, Value, json};

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

/// JSON none of whose lines is JSON: some clients read a stream's lines without a look at the answer's status, and take one that
/// can be read for an event. One that can't be read makes them try again.
#[must_use]
pub fn no_line(json: &str) -> String {
    json.replacen('{', "{\n", 1)
}

/// That something was done.
#[must_use]
pub fn done() -> String {
    to_json(&json!({ "ok": true }))
}

/// Who each token is, if it is anybody's. All may do the same.
#[must_use]
pub fn tested_tokens<'a>(tokens: impl IntoIterator<Item = (&'a str, Option<&'a LichessUser>)>) -> String {
    const SCOPES: &str = "bot:play,board:play,challenge:read,challenge:write";
    let about = |user: &LichessUser| json!({ "userId": user.id(), "scopes": SCOPES, "expires": null });
    let tokens = tokens.into_iter().map(|(token, user)| (token.to_owned(), user.map(about).unwrap_or_default()));
    to_json(&tokens.collect::<Map<String, Value>>())
}

/// The games that are on.
#[must_use]
pub fn now_playing(mut games: Vec<GameInfo>) -> String {
    games.sort_by_key(|game| game.id);
    let turns = games.iter().filter(|game| game.is_own_turn).count();
    let games: Vec<Value> = games.into_iter().map(|game| game.value).collect();
    to_json(&json!({ "nowPlaying": games, "nbMyTurn": turns }))
}

/// Who of these is there.
#[must_use]
pub fn statuses<'a>(names: impl IntoIterator<Item = (&'a str, bool)>) -> String {
    let about = |(name, online): (&str, bool)| json!({ "id": name.to_lowercase(), "name": name, "online": online });
    to_json(&names.into_iter().map(about).collect::<Vec<Value>>())
}

/// What was said to the players, by whom.
#[must_use]
pub fn chat_lines<'a>(lines: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let line = |(name, text): (&str, &str)| json!({ "user": name, "text": text });
    to_json(&lines.into_iter().map(line).collect::<Vec<Value>>())
}

/// What a client hears that waits for the answer to a challenge.
pub const ACCEPTED: &str = r#"{"done":"accepted"}"#;
