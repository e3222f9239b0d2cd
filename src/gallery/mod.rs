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
//! | `addresses` | where other machines find the server |
//! | `list` | which exhibitions there are, a page at a time |
//! | `results` | how an exhibition went, board by board |
//! | `organiser` | what only the organiser may do: opening, starting, and who may at all |
//! | `orders`, `seats` | what the organiser wants of an exhibition, and of a seat; sitting down over HTTP |
//! | `suggestion`, `adviser` | what an engine thinks of a position |
//! | `bots` | the programs that come again |
//! | `body` | what a request brings along |
//! | `description` | all of the HTTP part for programs, as OpenAPI has it (`openapi.json`) |
//! | `forecasts`, `forecast_cache` | how long it will take; computed beside the loop, and remembered |
//! | `watch` | a spectator's socket |
//! | `etag` | by which a client that has a content already need not take it again |
//! | `find` | an exhibition by its address, out of the archive where it is over |
//! | `audience` | who looks |
//! | `hub` | every exhibition, as everybody sees it and as it is |
//! | `room` | one exhibition, and where spectators see it later, what they see of it |
//! | `picture` | an exhibition up to one of its events, and the last of them as every spectator gets them |
//! | `large_answers` | a bound on what long answers hold |
//! | `desk` | what the gallery asks of the games' thread |
//! | `state` | what every request may need |

mod addresses;
mod adviser;
mod api;
mod audience;
mod body;
mod bots;
mod description;
mod desk;
mod etag;
mod find;
mod forecast_cache;
mod forecasts;
mod hub;
mod large_answers;
mod list;
mod master;
mod not_yet;
mod open;
mod orders;
mod organiser;
mod pages;
mod picture;
mod results;
mod room;
mod router;
mod seats;
mod state;
mod suggestion;
mod watch;

pub use audience::Audience;
pub use desk::{Desk, RekeyError};
pub use hub::Hub;
pub use large_answers::LargeAnswers;
pub use open::{open, shut};
pub use state::{MetricsFor, OrganiserKey, Premises};
pub use watch::{Gate, Ticket, watch};
