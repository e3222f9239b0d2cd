//! A second door for bots: the part of the Lichess Bot and Board API that its clients need, so that they sit down by
//! changing their base URL.
//!
//! Behind it are the same boards. A seat's task sits at its board as a player's socket does: it hands commands over, and what it
//! tells is what was committed. It runs where HTTP is spoken; the games' thread does no more for it than for a socket.
//!
//! | file | what it holds |
//! |---|---|
//! | `router` | every address |
//! | `accounts`, `games`, `seeking` | what stands at them |
//! | `signed` | whoever makes a request |
//! | `refusal` | why not, in words and with a status that clients know |
//! | `stream` | lines of JSON, as they come |
//! | `lobby` | whose tokens were shown, and who comes again |
//! | `account` | who a token is: its seats, and the streams that are open |
//! | `events` | the streams that tell of games that begin and end |
//! | `seat` | the task of one seat |
//! | `asks` | what is asked of it |
//! | `game` | what a notice comes to in lines, and a question in answers |
//! | `act` | what a client wants in a game: commands, and the notice that says it is done |
//! | `sheet` | a game as it was last told, and when |
//! | `chat` | what is said at a board |
//! | `errand` | what is asked of the games' thread |

mod account;
mod accounts;
mod act;
mod asks;
mod chat;
mod errand;
mod events;
mod game;
mod games;
mod lobby;
mod refusal;
mod router;
mod seat;
mod seeking;
mod sheet;
mod signed;
mod stream;

pub use chat::{Room, Said};
pub use errand::{Errand, MOST_SEATS, seat_secret};
pub use lobby::{LASTING, Lobby};
pub use router::router;
