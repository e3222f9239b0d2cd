//! One board: a task that owns its game, and who sits there.

mod handle;
mod recovery;
mod task;
mod visits;

pub use handle::{Attachment, BoardHandle, Choice, Closed, ConnectionId, NotDone, Notice, Situation};
pub use task::{Board, Surroundings};
