//! What is said at a board. It is not kept: bots greet and thank.

use std::collections::VecDeque;

use crate::{
    doors::token_bucket::{Rate, TokenBucket},
    wire::lichess::GameId,
};

/// How many lines a board remembers.
const REMEMBERED: usize = 20;
/// How long a line is, in characters. Some clients say more: it is cut.
const LONGEST: usize = 140;
/// How much is said at a board; what comes faster is heard by nobody.
const PACE: Rate = Rate { per_second: 0.2, burst: 10.0 };

/// Who is to hear a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// The two who play.
    Player,
    /// Those who watch.
    Spectator,
}

impl Room {
    /// The contract's word for it, and Lichess's.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Room::Player => "player",
            Room::Spectator => "spectator",
        }
    }

    /// The one that is called so.
    pub(super) fn parse(text: &str) -> Option<Room> {
        [Room::Player, Room::Spectator].into_iter().find(|room| room.as_str() == text)
    }
}

/// A line that was said.
#[derive(Debug, Clone)]
pub struct Said {
    /// Where.
    pub game: GameId,
    /// For whom.
    pub room: Room,
    /// By whom.
    pub name: String,
    /// What.
    pub text: String,
}

/// What is said at one board.
#[derive(Debug)]
pub(super) struct Chat {
    lines: VecDeque<Said>,
    allowance: TokenBucket,
}

impl Chat {
    pub(super) fn new() -> Chat {
        Chat { lines: VecDeque::new(), allowance: TokenBucket::at(PACE) }
    }

    /// Takes in a line, if there is anything in it and it has not become too much.
    pub(super) fn say(&mut self, mut said: Said) -> Option<&Said> {
        said.text = visible(&said.text);
        if said.text.is_empty() || !self.allowance.spend() {
            return None;
        }
        if self.lines.len() == REMEMBERED {
            self.lines.pop_front();
        }
        self.lines.push_back(said);
        self.lines.back()
    }

    /// What was said to the players.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Said> {
        self.lines.iter().filter(|said| said.room == Room::Player)
    }
}

/// A line as it is shown: nothing that moves the writing about, and no more than fits.
fn visible(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_unseen(*c));
    let cut: String = plain.take(LONGEST).collect();
    cut.trim().to_owned()
}

fn is_unseen(c: char) -> bool {
    use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
    c.general_category_group() == GeneralCategoryGroup::Other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{record::event::ExhibitionId, rules::BoardNo};

    fn said(text: &str) -> Said {
        let game = GameId { exhibition: ExhibitionId(1), board: BoardNo(1) };
        Said { game, room: Room::Player, name: "Bot".to_owned(), text: text.to_owned() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_is_cut_and_says_something() {
        let mut chat = Chat::new();
        assert_eq!(chat.say(said(&"x".repeat(1000))).map(|said| said.text.len()), Some(140));
        assert!(chat.say(said(" \n\u{202e}\u{7}")).is_none());
        assert_eq!(chat.say(said(" Good\tluck\n")).map(|said| said.text.clone()).as_deref(), Some("Good luck"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_too_fast_is_not_heard_and_old_lines_go() {
        let mut chat = Chat::new();
        let heard = (0..50).filter(|number| chat.say(said(&number.to_string())).is_some()).count();
        assert_eq!((heard, chat.lines().count()), (10, 10));
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        let heard = (0..50).filter(|number| chat.say(said(&number.to_string())).is_some()).count();
        assert_eq!((heard, chat.lines().count()), (10, 20));
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        assert!(chat.say(said("last")).is_some());
        assert_eq!(chat.lines().last().map(|said| said.text.clone()).as_deref(), Some("last"));
        assert_eq!(chat.lines().count(), 20);
    }
}
