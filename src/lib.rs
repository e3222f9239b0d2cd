//! Simultan: simultaneous chess exhibitions on one thread.
//!
//! A master plays many opponents by going from board to board and making one move at each. Here every game is a task,
//! the walk is a task, every connection is a task, and one current-thread runtime takes turns between them: it does to
//! tasks what the master does to boards.
//!
//! # A move's way
//!
//! Each step is one file's job, and nothing flows back:
//!
//! [`doors::websocket`] a frame, stamped with its arrival → [`wire`] a message → [`doors::players`] the seat's board →
//! [`exhibition::board`] its inbox → [`rules::Game::decide`] facts → [`journal`] a number and the commit →
//! [`journal::feed`] for everybody who watches, and [`rules::Game::apply`] on the board → [`wire`] → the socket.
//!
//! A refusal is the only short cut: from `decide` to the one socket. So a fact reaches a socket by one path, after its
//! commit: the mover's receipt *is* the `moved` that all others get.
//!
//! # Folders, from the top down
//!
//! Imports run downwards only, and nowhere in a circle; `tests/server/layout.rs` has the table and reads the code.
//!
//! | folder | what it is | what it may not do |
//! |---|---|---|
//! | [`cli`] | the command line, what it prints, and all of it put together | |
//! | [`gallery`] | who only looks, on the second thread: pages, lists, spectators, figures | touch a game |
//! | [`doors`] | how anybody comes in: listening, bounds, whose page it is, sockets | know the rules of chess |
//! | [`lichess`] | another door: bots that speak Lichess's API, on the second thread | know the rules of chess |
//! | [`webhook`] | who is told elsewhere: signed messages to an organiser's other programs | touch a game |
//! | [`relay`] | the log beside a hall: telling it, and following it elsewhere | touch a game |
//! | [`plan`] | exhibitions held on a paused clock, what they say, and how it is shown | touch a socket, a file or a process in a rehearsal |
//! | [`exhibition`] | one evening: seats, boards, the walk, the master | know sockets or the wire |
//! | [`journal`] | what is true: decide, *commit*, tell | know sockets or the wire |
//! | [`wire`] | the contract as types, the only JSON, and PGN. Pure | wait |
//! | [`record`] | what happened, and what everybody sees of it. Pure | wait |
//! | [`base`] | time, chance, watching a value, figures, panics | know exhibitions |
//! | [`engine`] | a UCI engine as a child process, and the house engine | know boards, clocks, players |
//! | [`rules`] | chess, clocks, results and the walk as values. Pure | read a clock, wait, import another folder |
//!
//! Each folder's own page says which file holds what. Where a change belongs:
//!
//! | to change | look in |
//! |---|---|
//! | who may sit down, and where | `exhibition/seats`, `exhibition/task` |
//! | how the master walks | `rules/walk`, `exhibition/master` |
//! | what decides the master's moves | `exhibition/policy`, `engine` |
//! | what a human master may do | `rules/wish`, `exhibition/human`, `wire/master`, `static/js/master` |
//! | a bound on strangers | `doors/limits`, then `docs/limits.md` |
//! | a message or a field on the wire | `wire`, then `docs/protocol.md` |
//! | an address | `gallery/shown` where it only shows something, else `gallery/router` |
//! | what a node answers for halls elsewhere | `gallery/node`, `gallery/elsewhere`, then `docs/protocol.md` |
//! | a setting of an exhibition | `exhibition/settings` and what stands beside it, `cli/config`, `static/js/settings-fields`, `record/event`, `journal/sqlite` |
//! | a new kind of event | `record/event`; the compiler shows the rest |
//! | what is stored | `migrations`, `journal/sqlite` |
//! | what other programs are told | `record/milestone`, `wire/webhook`, then `docs/webhooks.md` |
//! | a page | `static` |
//!
//! # What is always so
//!
//! - A game is changed by its board's task alone, one decision at a time, after the commit.
//! - No lock is held while waiting, and nothing on the loop blocks: engines are child processes, SQLite has its own
//!   thread, spectators have theirs.
//! - Shared code uses `select!` with `biased;`, so that a run under tokio's paused clock is the same each time.
//!
//! # What is deliberately absent
//!
//! Accounts, ratings and a chat between people (what bots write is passed on, and forgotten); a second model of an
//! exhibition for planning or tests; chess rules in the browser.

pub mod base;
pub mod cli;
pub mod doors;
pub mod engine;
pub mod exhibition;
pub mod gallery;
pub mod journal;
pub mod lichess;
pub mod plan;
pub mod record;
pub mod relay;
pub mod rules;
pub mod webhook;
pub mod wire;
