//! A game in a line: on event streams, in lists, and as the challenge that would have led to it.

use serde_json::{Value, json};
use shakmaty::{Position, uci::UciMove};

use super::{game::LichessGame, names::GameId, terms::Ending};
use crate::{
    rules::{Millis, color_name, fen_of},
    wire::outbound::to_json,
};

/// A game as a list shows it.
#[derive(Debug, Clone)]
pub struct GameInfo {
    pub(super) id: GameId,
    pub(super) is_own_turn: bool,
    pub(super) value: Value,
}

impl LichessGame {
    /// `gameStart`
    #[must_use]
    pub fn game_start(&self, since: Millis) -> String {
        to_json(&json!({ "type": "gameStart", "game": self.info_value(since) }))
    }

    /// `gameFinish`
    #[must_use]
    pub fn game_finish(&self) -> String {
        to_json(&json!({ "type": "gameFinish", "game": self.info_value(Millis::ZERO) }))
    }

    /// The game as a list shows it.
    #[must_use]
    pub fn info(&self, since: Millis) -> GameInfo {
        GameInfo { id: self.id, is_own_turn: self.is_own_turn(), value: self.info_value(since) }
    }

    fn info_value(&self, since: Millis) -> Value {
        let own_bank = self.color.fold_wb(self.banks(since)[0], self.banks(since)[1]);
        let (ending, speed) = (Ending::of(self.status), self.speed());
        let mut info = json!({
            "gameId": self.id.to_string(),
            "id": self.id.to_string(),
            "fullId": self.id.to_string(),
            "fen": fen_of(&self.position),
            "color": color_name(self.color),
            "lastMove": self.moves.last().map(UciMove::to_string).unwrap_or_default(),
            "source": "simul",
            "status": { "id": ending.number(), "name": ending.name() },
            "variant": self.variant().described(),
            "speed": speed.key(),
            "perf": speed.key(),
            "rated": false,
            "hasMoved": self.moves.len() > usize::from(self.start.turn() != self.color),
            "isMyTurn": self.is_own_turn(),
            "secondsLeft": own_bank.0 / 1000,
            "opponent": { "id": self.master.id(), "username": self.master.name },
            "compat": { "bot": true, "board": true },
        });
        self.add_winner(info.as_object_mut().expect("an object"));
        info
    }

    /// The challenge that would have led to this game, for a client that has asked for it.
    #[must_use]
    pub fn challenge(&self) -> String {
        let (initial, increment) = self.control();
        let [limit, increment] = [initial, increment].map(|time| time.0 / 1000);
        let speed = self.speed();
        to_json(&json!({
            "id": self.id.to_string(),
            "url": format!("/e/{}", self.id.exhibition),
            "status": "created",
            "challenger": self.own.player(),
            "destUser": self.master.player(),
            "variant": self.variant().described(),
            "rated": false,
            "speed": speed.key(),
            "timeControl": {
                "type": "clock",
                "limit": limit,
                "increment": increment,
                "show": format!("{}+{increment}", limit / 60),
            },
            "color": color_name(self.color),
            "finalColor": color_name(self.color),
            "perf": { "icon": "", "name": speed.name() },
            "direction": "out",
        }))
    }
}
