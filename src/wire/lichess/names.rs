//! What games and players are called.

use serde_json::{Value, json};

use crate::{record::event::ExhibitionId, rules::BoardNo, wire::outbound::to_json};

/// A game's name there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GameId {
    /// The exhibition.
    pub exhibition: ExhibitionId,
    /// The board.
    pub board: BoardNo,
}

impl GameId {
    /// Reads what [`Display`](std::fmt::Display) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<GameId> {
        let (exhibition, board) = text.strip_prefix('e')?.split_once('b')?;
        let id = GameId { exhibition: ExhibitionId(exhibition.parse().ok()?), board: BoardNo(board.parse().ok()?) };
        // One way of writing each.
        (id.exhibition.0 > 0 && id.board.0 > 0 && id.to_string() == text).then_some(id)
    }
}

/// Like `e12b0007`: no shorter than Lichess's own, and letters and digits alone.
impl std::fmt::Display for GameId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "e{:02}b{:04}", self.exhibition.0, self.board.0)
    }
}

/// One of the two who play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LichessUser {
    /// As it is shown. Clients find their own colour by it.
    pub name: String,
    /// Whether it is a program.
    pub bot: bool,
}

impl LichessUser {
    /// The name as it is compared.
    #[must_use]
    pub fn id(&self) -> String {
        self.name.to_lowercase()
    }

    pub(super) fn title(&self) -> Option<&'static str> {
        self.bot.then_some("BOT")
    }

    pub(super) fn player(&self) -> Value {
        json!({ "id": self.id(), "name": self.name, "title": self.title() })
    }

    /// An account.
    #[must_use]
    pub fn account(&self) -> String {
        let mut account = json!({ "id": self.id(), "username": self.name, "perfs": {} });
        if let Some(title) = self.title() {
            account["title"] = title.into();
        }
        to_json(&account)
    }
}
