//! What goes over the wire: the contract of `docs/protocol.md` as types. The only JSON in the program, and pure.
//!
//! | file | what it holds |
//! |---|---|
//! | `clock` | a game's clocks |
//! | `codes` | error codes, close codes, sizes |
//! | `desk` | what the organiser is told of seats, and whoever sits down over HTTP |
//! | `events` | what spectators are told of what happens |
//! | `halls` | what a node tells of halls that are elsewhere |
//! | `inbound` | what an opponent's client may say |
//! | `lichess` | what clients of the Lichess API are told |
//! | `master` | what a human master may say, and what they alone are told |
//! | `outbound` | what a player is told |
//! | `pages` | what everybody may see: snapshots, records, lists |
//! | `pgn` | games for other chess programs |
//! | `webhook` | what an organiser's other programs are told |
//! | `results` | how it went, board by board: for programs and for spreadsheets |

mod clock;
mod codes;
mod desk;
mod events;
mod halls;
mod inbound;
pub mod lichess;
mod master;
mod outbound;
mod pages;
pub mod pgn;
mod results;
mod webhook;

pub use codes::{Close, Code, LONGEST_ANSWERED, LONGEST_FRAME, SUBPROTOCOL};
pub use desk::{bots, new_bot, place_taken, seat_taken, seats, suggestion, waiting};
pub use events::event_frame;
pub use halls::{HallLine, halls, signal_frame};
pub use inbound::{Choices, ClientMessage, Join, WireError, parse};
pub use master::{MasterMessage, chat_frame, master_error, parse_master, visit_frame, walk_frame};
pub(crate) use outbound::Addressee;
pub use outbound::{ServerMessage, error_body};
pub use pages::{addresses, board_record, exhibition_list, snapshot};
pub use results::{results, results_csv};
pub use webhook::webhook;
