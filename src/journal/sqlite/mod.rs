//! The store in SQLite. All of the program's SQL is here.
//!
//! | file | what it holds |
//! |---|---|
//! | `opening` | whose a file is, and bringing it up to date |
//! | `integrity` | whether it is whole: before it is used, and beside |
//! | `store` | the one connection that writes |
//! | `archive` | reading while it is written |
//! | `backup` | a copy of it while it is written |
//! | `checking` | whether a file, in use or not, is sound: every exhibition played again |
//! | `bots` | the programs that come again |
//! | `passages` | parts of records on their way to other machines |
//! | `milestones` | what webhooks tell, read where a receiver was left off |
//! | `loading` | exhibitions out of the store, each seen to be right |
//! | `inserting` | writes events |
//! | `line` | a stored event's row as text, and back |
//! | `packed`, `guests`, `rows`, `program`, `announcement` | from rows to what they stand for, and back |
//! | `forgetting` | removes a name for good |
//! | `error` | why a database can't be used |

mod announcement;
mod archive;
mod backup;
mod bots;
mod checking;
mod error;
mod forgetting;
mod guests;
mod inserting;
mod integrity;
pub(super) mod line;
mod loading;
mod milestones;
mod opening;
mod packed;
mod passages;
pub(super) mod program;
mod rows;
mod store;

pub use archive::Archive;
pub use backup::{BackupError, backup};
pub use bots::{BotError, Bots};
pub use checking::{CheckError, Finding, check};
pub use error::OpenError;
pub use integrity::Inspection;
pub use store::SqliteStore;
