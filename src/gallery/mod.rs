//! The gallery: everybody who only looks. It has a thread and a loop of its own, and reads the feed and the archive.
//!
//! Listening is here too: pages, lists and the handshakes of all sockets are this thread's. A player's connection is
//! handed over to the games' thread once it is a WebSocket; nothing else of the gallery reaches there but the
//! organiser's requests, through the [`Desk`].
//!
//! | file | what it holds |
//! |---|---|
//! | `open` | opens a hall's when everything is there |
//! | `router` | every address that there is at a hall |
//! | `shown` | of these, what only shows something: the same at a node |
//! | `pages` | the pages, as they are embedded in the binary |
//! | `not_yet` | what is answered until every exhibition has been taken up whole |
//! | `api` | the HTTP part of the contract that everybody may ask, and a spectator's way to the socket |
//! | `entrance` | the sockets of those who take part |
//! | `figures` | how the server is, for programs that watch over it |
//! | `addresses` | where other machines find the server |
//! | `list` | which exhibitions there are, a page at a time |
//! | `results` | how an exhibition went, board by board |
//! | `authorise` | whether a request is the organiser's |
//! | `organiser` | what only the organiser may do: opening, starting |
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
//! | `parcel` | its snapshot over HTTP: named, and compressed once for all |
//! | `large_answers` | a bound on what long answers hold |
//! | `desk` | what the gallery asks of the games' thread |
//! | `viewing` | what whoever only looks may need |
//! | `state` | what a hall's requests may need beyond that |
//!
//! A node shows halls that are elsewhere, as they tell it of themselves, and changes nothing anywhere:
//!
//! | file | what it holds |
//! |---|---|
//! | `node` | what is the same at every host, and which hall a host means |
//! | `hosts` | halls in the names of hosts |
//! | `branches` | the halls that are shown |
//! | `distant` | a hall that is elsewhere: where it is, and whether it is heard |
//! | `elsewhere` | a hall's addresses at a node, and from there to the hall |
//! | `halls_page` | which halls there are |

mod addresses;
mod adviser;
mod api;
mod audience;
mod authorise;
mod body;
mod bots;
mod branches;
mod description;
mod desk;
mod distant;
mod elsewhere;
mod entrance;
mod etag;
mod figures;
mod find;
mod forecast_cache;
mod forecasts;
mod halls_page;
mod hosts;
mod hub;
mod large_answers;
mod list;
mod master;
mod node;
mod not_yet;
mod open;
mod orders;
mod organiser;
mod pages;
mod parcel;
mod picture;
mod results;
mod room;
mod router;
mod seats;
mod shown;
mod state;
mod suggestion;
mod viewing;
mod watch;

pub use audience::Audience;
pub use branches::{Branch, Branches, NodePremises};
pub use desk::{Desk, RekeyError};
pub use distant::Reception;
pub use hub::Hub;
pub use large_answers::LargeAnswers;
pub use open::{open, shut};
pub use state::Premises;
pub use viewing::{MetricsFor, OrganiserKey};
pub use watch::{Gate, Ticket, watch};
