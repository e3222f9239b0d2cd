//! The gallery: everybody who only looks. It has a thread and a loop of its own, and reads the feed and the archive.
//!
//! Listening is here too: pages, lists and the handshakes of all sockets are this thread's. A player's connection is
//! handed over to the games' thread once it is a WebSocket; nothing else of the gallery reaches there but the
//! organiser's requests, through the [`Desk`].
//!
//! | file | what it holds |
//! |---|---|
//! | `open` | opens it when everything is there |
//! | `router` | every address there is |
//! | `pages` | the pages, as they are embedded in the binary |
//! | `not_yet` | what is answered until every exhibition has been taken up whole |
//! | `api` | the HTTP part of the contract that everybody may ask, and the way to the sockets |
//! | `description` | all of the HTTP part for programs, as OpenAPI has it (`openapi.json`) |
//! | `organiser` | what only the organiser may do |
//! | `forecasts`, `forecast_cache` | how long it will take; computed beside the loop, and remembered |
//! | `watch` | a spectator's socket |
//! | `find` | an exhibition by its address, out of the archive where it is over |
//! | `hub` | a view of every exhibition, and its last events as every spectator gets them |
//! | `large_answers` | a bound on what long answers hold |
//! | `desk` | what the gallery asks of the games' thread |
//! | `state` | what every request may need |

mod api;
mod description;
mod desk;
mod find;
mod forecast_cache;
mod forecasts;
mod hub;
mod large_answers;
mod master;
mod not_yet;
mod open;
mod organiser;
mod pages;
mod router;
mod state;
mod watch;

pub use desk::{Desk, RekeyError, StartError};
pub use hub::Hub;
pub use large_answers::LargeAnswers;
pub use open::{open, shut};
pub use state::{MetricsFor, OrganiserKey, Premises};
pub use watch::{Gate, Ticket, watch};
