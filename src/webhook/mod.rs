//! Webhooks: an organiser's other programs are told that an exhibition began, of each game's end, and of its own. Signed
//! and sent as [Standard Webhooks](https://www.standardwebhooks.com) has it, so that receivers can use its libraries.
//!
//! What is told is read from the record, each receiver from where it was left off; the feed only says that there may be
//! more. So a receiver that is away for hours costs nothing, and hears all of it after a restart too.
//!
//! | file | what it holds |
//! |---|---|
//! | `receiver` | where messages are sent |
//! | `key` | what they are signed with |
//! | `client` | one try to hand one over |
//! | `patience` | when it is tried again, and until when. Pure |
//! | `progress` | what a receiver has been told. Pure |
//! | `book` | the file that remembers it |
//! | `courier` | one receiver's task: reads, sends, tries again, remembers |
//! | `couriers` | all of them, from the settings to their end |

mod book;
mod client;
mod courier;
mod couriers;
mod key;
mod patience;
mod progress;
mod receiver;

pub use couriers::{Couriers, Receivers, WebhookError};
pub use receiver::{ParseReceiverError, Receiver};
