//! The engine room: a UCI engine as a child process, and the house engine that is always at hand.
//!
//! | file | what it holds |
//! |---|---|
//! | [`mod@line`] | one line of an engine's output, parsed; pure |
//! | `settings` | [`EngineSettings`]: what to run, and how long it is waited for |
//! | `launch` | brings an engine to life: a child process, or in a simulation a conversation in memory |
//! | `pipe` | the conversation with one engine: greeted, read line by line, ended |
//! | `error` | [`EngineError`]: what a person can do about it |
//! | [`process`] | [`Engine`]: asks, checks, and replaces a process that failed |
//! | `on_demand` | [`OnDemand`]: an engine that need not be there yet |
//! | `strength` | how an engine is held to a strength |
//! | [`house`] | `simultan engine`: littlewing behind a UCI front, run as a child like any other engine |
//!
//! # What this room may not do
//!
//! It imports std, tokio, shakmaty, tracing, thiserror, rustix and (in `house` only) littlewing, and no other
//! room of the crate. It knows positions and moves, not boards, clocks, players or exhibitions. Nothing
//! a player wrote reaches an engine: [`Question`] holds what shakmaty accepted, and what is written to
//! the pipe is serialised from that. Nothing an engine wrote reaches a game unless it is a legal move
//! in the position asked about.

mod error;
pub mod house;
mod launch;
pub mod line;
mod on_demand;
mod pipe;
pub mod process;
mod settings;
mod strength;

pub use error::EngineError;
pub use line::Score;
pub use on_demand::OnDemand;
pub use process::{Engine, Question, Thought};
pub use settings::{EngineSettings, Launch, Patience};
