//! Who may do what: every address and every message by every role, and what is told to whom.

mod client;
#[path = "../common/mod.rs"]
mod common;
mod dependencies;
mod described;
mod headers;
mod lichess;
mod masters;
mod messages;
mod names;
mod routes;
mod tokens;
mod traversal;
