//! The house engine.

mod search;
mod uci;

pub use uci::run;
