//! The log beside a hall: what is committed is told to NATS JetStream, and nodes elsewhere show it. Nothing of it runs where it
//! is not asked for.
//!
//! The hall's database is the truth, and the log is behind it: no game and no receipt waits for NATS. What comes from the log is
//! somebody else's word, and is looked at like a record from a disk.
//!
//! | file | what it holds |
//! |---|---|
//! | `address`, `connection` | where NATS is, and the way there |
//! | `subject` | where a hall's messages are found |
//! | `stream` | how the stream is made that keeps them |
//! | `trouble` | what can be wrong with it |
//! | `message`, `told` | a message of the log, and how much stands in it by then |
//! | `pulse` | a hall's sign of life |
//! | `outbox` | what is to be told next |
//! | `publisher` | tells it |
//! | `hearing`, `standing`, `heartbeat` | what the publisher hears, how it stands, and its sign of life |
//! | `reading` | reads the log in its order |
//! | `follower` | a node: follows the log of all halls |
//! | `halls` | the halls at a node, and what is heard of each |
//! | `copy`, `copies` | a hall's copy at a node, and the folder of all |
//! | `showing` | what pages are told of it |

mod address;
mod connection;
mod copies;
mod copy;
mod follower;
mod halls;
mod hearing;
mod heartbeat;
mod message;
mod outbox;
mod publisher;
mod pulse;
mod reading;
mod showing;
mod standing;
mod stream;
mod subject;
mod told;
mod trouble;

pub use address::{NatsAddress, ParseNatsAddressError};
pub use connection::{Link, LinkError};
pub use copies::{Copies, CopiesError};
pub use copy::CopyError;
pub use follower::{FollowError, Following, Node};
pub use message::{Message, MessageError, Opening};
pub use publisher::{Publisher, Publishing};
pub use pulse::{Beat, Pulse};
pub use showing::Showing;
pub use stream::{Keeping, init};
pub use told::Told;
pub use trouble::Trouble;
