//! The store in SQLite. All of the program's SQL is here.

mod archive;
mod opening;
mod rows;
mod store;

pub use archive::Archive;
pub use opening::OpenError;
pub use store::SqliteStore;
