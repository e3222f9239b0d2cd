//! The journal: the only writer of truth.
//!
//! One task owns the store. It takes whatever waits at the moment, from all games, commits it as one transaction, and only
//! then gives out the numbers, publishes the events and answers those who wait: decide, commit, tell. A commit runs to its
//! end whatever happens to the one who asked for it.
//!
//! | file | what it holds |
//! |---|---|
//! | `store` | what the journal asks of whatever keeps its lines |
//! | `handle` | the way to the journal |
//! | `writer` | its task: group commit, answering |
//! | `ledger` | numbering and publishing |
//! | `sqlite` | the store in SQLite: all of the program's SQL |
//! | `memory` | a store that forgets, for plans |
//! | `stored` | what is kept of an event |
//! | `possible` | whether what is stored beside the games can have happened |
//! | `damage` | what can be wrong with a record |
//! | `passage` | a part of a record on its way to another machine |
//! | `replay` | from stored lines back to events and games |
//! | `feed` | what was committed, on its way to those who follow |

mod damage;
pub mod feed;
mod handle;
mod ledger;
mod memory;
mod passage;
mod possible;
mod replay;
mod sqlite;
mod store;
mod stored;
mod writer;

pub use damage::DamagedRecord;
pub use handle::{Journal, Pending, Pulse};
pub use memory::MemoryStore;
pub use passage::{Head, Passage, Place};
pub use replay::{Record, Replay, recall, replay};
pub use sqlite::{
    Archive, BackupError, BotError, Bots, CheckError, Finding, Inspection, OpenError, SqliteStore, backup, check,
};
pub use store::{Entry, Forgotten, Numbered, Renaming, StorageError, Store};
pub use stored::{StoredEvent, StoredKind};
pub use writer::Writer;
