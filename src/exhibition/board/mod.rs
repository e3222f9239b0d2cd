//! One board: a task that owns its game, and who sits there.

mod guest;
mod handle;
mod notice;
mod recovery;
mod task;
mod visits;

pub use handle::{BoardHandle, Choice, Closed, NotDone, Situation};
pub use notice::{Attachment, ConnectionId, Departure, Dismissal, Notice, Occupant};
pub use task::{Board, Surroundings};
