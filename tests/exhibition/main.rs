//! The live exhibition without a server: its own tasks, a store in memory, players as tasks, and tokio's clock paused, so
//! that hours pass at once and every moment is known.

mod bench;
mod clocks;
mod guest;
#[cfg(debug_assertions)]
mod panics;
mod receipts;
mod walk;
