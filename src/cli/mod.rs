//! The command line, what it prints, and all of it put together.
//!
//! | file | what it holds |
//! |---|---|
//! | `config` | the command line, and the same settings from the environment |
//! | `engine_args` | which engine, as several commands ask it |
//! | `run` | one command, from its words to the exit code |
//! | `log` | how log lines look, and what is never in them |
//! | `signals` | Ctrl-C, SIGTERM, and files that may not grow |
//! | `server` | `simultan serve`: puts the rooms together, and takes them apart in order |
//! | `host` | the games' side of the organiser's requests |
//! | `masters` | what plays as the master |
//! | `gallery_thread` | the gallery's thread, and its runtime |
//! | `webhook_thread` | the webhooks' thread, and its runtime |
//! | `limit_args` | bounds on what strangers can make grow, as several commands take them |
//! | `relay_args` | the log beside a hall, as several commands ask for it |
//! | `relay_thread` | the log's thread, and its runtime |
//! | `log_stream` | `simultan log init` |
//! | `node` | `simultan gallery`: the halls of a log |
//! | `banner` | where to go, printed at the start |
//! | `demo` | `simultan demo` |
//! | `bot_token` | `simultan bot-token` |
//! | `keeping` | `simultan backup` and `simultan check` |
//! | `planning` | `simultan plan` |
//! | `bot` | `simultan bot`: an opponent over WebSocket |
//! | `house_bots` | the server's own bots, clients like any other |

mod banner;
pub mod bot;
mod bot_token;
pub mod config;
mod demo;
pub mod engine_args;
mod gallery_thread;
mod host;
pub mod house_bots;
mod keeping;
pub mod limit_args;
mod log;
mod log_stream;
mod masters;
mod node;
pub mod planning;
pub mod relay_args;
mod relay_thread;
mod run;
pub mod server;
mod signals;
mod webhook_thread;

pub use log::log_panics;
pub use run::run;
