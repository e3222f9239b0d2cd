//! The store in SQLite. All of the program's SQL is here.
//!
//! | file | what it holds |
//! |---|---|
//! | `opening` | whose a file is, and bringing it up to date |
//! | `integrity` | whether it is whole: before it is used, and beside |
//! | `store` | the one connection that writes |
//! | `archive` | reading while it is written |
//! | `milestones` | what webhooks tell, read where a receiver was left off |
//! | `loading` | exhibitions out of the store, each seen to be right |
//! | `packed`, `seats`, `rows`, `setups` | from rows to what they stand for, and back |
//! | `error` | why a database can't be used |

mod archive;
mod error;
mod integrity;
mod loading;
mod milestones;
mod opening;
mod packed;
mod rows;
mod seats;
mod setups;
mod store;

pub use archive::Archive;
pub use error::OpenError;
pub use integrity::Inspection;
pub use store::SqliteStore;
