//! One board: a task that owns its game, and who sits there.

mod guest;
mod handle;
mod recovery;
mod task;
mod visits;

pub use handle::{
    Attachment, BoardHandle, Choice, Closed, ConnectionId, Departure, Dismissal, NotDone, Notice, Occupant, Situation,
};
pub use task::{Board, Surroundings};
