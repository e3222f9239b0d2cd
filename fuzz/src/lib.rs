//! What the fuzz targets share: the server's rooms, and what is expected of them.
//!
//! The rooms are compiled from the server's own files. They ask for no socket and no disk, so that HTTP and SQLite, which
//! would take minutes to build, are left out; coverage is measured in them and in what they read text with.

#![allow(dead_code, unused_imports, reason = "the rest of the server uses it")]

pub mod memory;
#[path = "../../tests/common/pgn.rs"]
mod pgn_reader;
#[path = "../../src/rules/mod.rs"]
pub mod rules;
#[path = "../../src/wire/mod.rs"]
pub mod wire;

/// Time, without secrets and figures.
#[path = "../../src/base"]
pub mod base {
    pub mod ordered_watch;
    pub mod present;
    pub mod time;
}

/// What happened, without the keys of seats.
#[path = "../../src/record"]
pub mod record {
    pub mod board_figures;
    pub mod board_view;
    pub mod bounds;
    pub mod earlier;
    pub mod event;
    pub mod highlights;
    pub mod lasting_bot;
    pub mod milestone;
    pub mod program;
    pub mod standing;
    pub mod summary;
    pub mod view;
    pub mod walk_figures;
}

/// The engine room without the house engine.
#[path = "../../src/engine"]
pub mod engine {
    mod error;
    mod launch;
    pub mod line;
    mod pipe;
    pub mod process;
    mod settings;
    mod strength;

    pub use error::EngineError;
    pub use line::Score;
    pub use process::{Engine, Question, Thought};
    pub use settings::{EngineSettings, Launch, Patience};
}

/// What an organiser settles.
#[path = "../../src/exhibition"]
pub mod exhibition {
    pub mod setting_values;
    pub mod settings;
    pub mod settings_error;
    mod settings_program;
    pub mod setup_choices;
    pub mod wishes;
}

/// What comes from the log, without NATS.
#[path = "../../src/relay"]
pub mod relay {
    mod message;
    mod pulse;
    mod told;

    pub use message::{Message, MessageError};
    pub use pulse::Pulse;
}

/// The journal's way back from stored lines, without the stores.
#[path = "../../src/journal"]
pub mod journal {
    mod damage;
    mod passage;
    mod possible;
    mod replay;
    mod stored;

    /// Rows as text, without the database.
    mod sqlite {
        mod announcement;
        pub(super) mod line;
        pub(super) mod program;
    }

    pub use damage::DamagedRecord;
    pub use passage::{Head, Passage, Place};
    pub use replay::{Record, Replay, recall, replay};
    pub use stored::{StoredEvent, StoredKind};
}

/// What a forecast's query says.
#[path = "../../src/plan"]
pub mod plan {
    mod scenario;

    pub use scenario::{BoardRange, Moves, ParseSpreadError, Scenario, ScenarioError, Spread};
}

/// A game as another program would read it from a PGN file.
#[derive(Debug, PartialEq, Eq)]
pub struct ReadGame {
    pub white: String,
    pub black: String,
    pub moves: Vec<String>,
    pub result: String,
}

/// Reads a PGN file with a reader that knows the standard and not our writer; panics where it is no PGN.
pub fn read_pgn(text: &str) -> Vec<ReadGame> {
    let game = |game: pgn_reader::PgnGame| ReadGame {
        white: game.tag("White").to_owned(),
        black: game.tag("Black").to_owned(),
        moves: game.moves,
        result: game.result,
    };
    pgn_reader::read(text).into_iter().map(game).collect()
}
