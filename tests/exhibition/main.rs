//! The live exhibition without a server: its own tasks, a store in memory, players as tasks, and tokio's clock paused, so
//! that hours pass at once and every moment is known.

mod bench;
mod clocks;
mod guest;
mod panics;
mod passes;
#[path = "../common/planted/panics.rs"]
mod planted;
mod receipts;
mod walk;
