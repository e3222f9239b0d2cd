//! The store in SQLite. All of the program's SQL is here.
//!
//! | file | what it holds |
//! |---|---|
//! | `opening` | whose a file is, and bringing it up to date |
//! | `integrity` | whether it is whole: before it is used, and beside |
//! | `store` | the one connection that writes |
//! | `archive` | reading while it is written |
//! | `loading` | exhibitions out of the store, each seen to be right |
//! | `packed`, `guests`, `rows`, `program`, `announcement` | from rows to what they stand for, and back |
//! | `forgetting` | removes a name for good |
//! | `error` | why a database can't be used |

mod announcement;
mod archive;
mod error;
mod forgetting;
mod guests;
mod integrity;
mod loading;
mod opening;
mod packed;
mod program;
mod rows;
mod store;

pub use archive::Archive;
pub use error::OpenError;
pub use integrity::Inspection;
pub use store::SqliteStore;
