//! What the organiser has settled about an exhibition.

use std::{collections::BTreeMap, sync::Arc};

use crate::rules::{BoardNo, ClockSettings, GameSetup, Millis, PlayerName, Setups, WalkMode};

/// What is settled about an exhibition. Another one takes its place when the organiser changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its name on the front page and in PGN.
    pub name: Arc<str>,
    /// How many boards there are, 1 to 10,000.
    pub boards: u32,
    /// The time control, or none, as in a hall.
    pub clock: Option<ClockSettings>,
    /// How the games begin.
    pub setups: Arc<Setups>,
    /// The order of the master's visits.
    pub walk: WalkMode,
    /// Until the end of which round a free seat can be taken after the start; 0: not at all.
    pub late_rounds: u32,
    /// How often an opponent who has not moved is left until the next round, 0 to 9; `None` for no limit.
    pub passes: Option<u32>,
    /// How long the master waits at a board whose opponent has not moved and has no pass left.
    pub grace: Millis,
    /// Whether a human master may take a move back.
    pub retract: bool,
    /// How long an engine master thinks about a move.
    pub think: Millis,
    /// The master's name.
    pub master: Arc<str>,
    /// Who the master is.
    pub seat: MasterSeat,
    /// When it was opened, in Unix milliseconds.
    pub created_at: u64,
    /// Who may come, and when it begins and ends.
    pub evening: Evening,
}

/// Who may come to an exhibition, when it begins and ends, and who sees it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evening {
    /// What the organiser tells everybody about it; may be empty.
    pub text: Arc<str>,
    /// The strength that an engine master is held to, where it can be.
    pub elo: Option<u32>,
    /// What has to be said to sit down, in capitals; `None`: nothing.
    pub code: Option<Arc<str>>,
    /// Whether who asks for a seat has it.
    pub admission: Admission,
    /// When it begins by itself, in Unix milliseconds.
    pub starts_at: Option<u64>,
    /// After how much play no visit begins any more.
    pub closes_after: Option<Millis>,
    /// An opponent gone for so long whose turn it is has lost.
    pub absent_after: Option<Millis>,
    /// So much later do spectators see everything.
    pub delay: Millis,
    /// Whether the lines that bots write are shown.
    pub chat: bool,
    /// Seats that are kept for somebody.
    pub reserved: Arc<BTreeMap<BoardNo, PlayerName>>,
}

impl Default for Evening {
    fn default() -> Evening {
        Evening {
            text: Arc::default(),
            elo: None,
            code: None,
            admission: Admission::default(),
            starts_at: None,
            closes_after: None,
            absent_after: None,
            delay: Millis::ZERO,
            chat: true,
            reserved: Arc::default(),
        }
    }
}

/// Whether who asks for a seat has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Admission {
    /// At once.
    #[default]
    Open,
    /// Once the organiser lets them in.
    Approval,
}

impl Admission {
    /// The contract's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Admission::Open => "open",
            Admission::Approval => "approval",
        }
    }

    /// The one that is called so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Admission> {
        [Admission::Open, Admission::Approval].into_iter().find(|admission| admission.as_str() == text)
    }
}

impl Program {
    /// Whether any game has a clock.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        self.clock.is_some() || self.setups.own.values().any(|own| matches!(own.clock, Some(Some(_))))
    }

    /// What is settled about the game on a board.
    #[must_use]
    pub fn setup(&self, board: BoardNo) -> GameSetup {
        self.setups.on(board, self.clock)
    }

    /// Two boards without clocks, for tests.
    #[cfg(test)]
    pub(crate) fn of_a_test() -> Program {
        Program {
            name: "A test".into(),
            boards: 2,
            clock: None,
            setups: Arc::default(),
            walk: WalkMode::InTurn,
            late_rounds: 0,
            passes: None,
            grace: Millis::ZERO,
            retract: true,
            think: Millis::ZERO,
            master: "Master".into(),
            seat: MasterSeat::Engine,
            created_at: 0,
            evening: Evening::default(),
        }
    }
}

/// Who makes the master's moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MasterSeat {
    /// A program of the server's.
    #[default]
    Engine,
    /// A person, who shows the secret with this SHA-256.
    Human([u8; 32]),
}
