//! A WebSocket as both threads use it, and how much may come in over it.

mod intake;
mod link;
mod metered;
mod outgoing;

pub use link::{Incoming, Link, Unsent, Upgraded};
pub use metered::Transport;
