//! The players' sockets: one task each, on the games' thread.
//!
//! A socket reads frames, hands commands to its board, and tells its client what the board says. It knows no rules and
//! changes no game.

mod answers;
mod codes;
mod greeting;
mod queue;
mod session;
mod words;

pub use codes::{code as refusal_code, entry_code, seat_code};
pub use greeting::{Entrance, PATIENCE as FIRST_FRAME_WITHIN};
pub use session::{attend, serve};
