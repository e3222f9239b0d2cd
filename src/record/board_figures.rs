//! What a board has cost in time.

use crate::rules::{Fact, Millis};

/// What a board has cost in time. All times are the exhibition's own, which stands still in breaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BoardFigures {
    /// How long the master stood there while it was their turn, up to a move of theirs or the game's end.
    pub master: Millis,
    /// How long it was the opponent's turn, up to a move of theirs or the game's end.
    pub opponent: Millis,
    /// The longest time at once that is in `master`.
    pub longest_visit: Millis,
    /// How often the master has come.
    pub visits: u32,
    /// When the game ended.
    pub ended: Option<Millis>,
    /// Since when it is the turn of whoever is to move: since the move before, or since the game is on.
    turn_began: Millis,
}

impl BoardFigures {
    /// The game is on.
    pub(super) fn begin(&mut self, at: Millis) {
        self.turn_began = at;
    }

    /// Takes in what happens to the game in a turn of the master's or of the opponent's; the master `came` there, if they
    /// stand there. Answers how long whose turn it was took over it.
    pub(super) fn take(&mut self, fact: &Fact, masters: bool, came: Option<Millis>, at: Millis) -> Millis {
        let took = match fact {
            Fact::DrawOffered { .. } | Fact::DrawDeclined { .. } => return Millis::ZERO,
            // The same turn begins again.
            Fact::Retracted(_) => Millis::ZERO,
            Fact::Moved(_) | Fact::Ended { .. } if !masters => at.since(self.turn_began),
            // Where the master has waited for the opponent, that was the opponent's time; and elsewhere it is none.
            Fact::Moved(_) | Fact::Ended { .. } => at.since(came.unwrap_or(at).max(self.turn_began)),
        };
        if masters {
            self.master = self.master.plus(took);
            self.longest_visit = self.longest_visit.max(took);
        } else {
            self.opponent = self.opponent.plus(took);
        }
        if matches!(fact, Fact::Ended { .. }) {
            self.ended = Some(at);
        }
        self.turn_began = at;
        took
    }
}
