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
//! [`link`] a frame, stamped with its arrival → [`wire`] a message → [`players`] the seat's board → [`board`] its inbox →
//! [`rules::Game::decide`] facts → [`journal`] a number and the commit → [`feed`] for everybody who watches, and
//! [`rules::Game::apply`] on the board → [`wire`] → the socket.
//!
//! A refusal is the only short cut: from `decide` to the one socket. So a fact reaches a socket by one path, after its
//! commit: the mover's receipt *is* the `moved` that all others get.
//!
//! # Rooms, in reading order
//!
//! | room | what it is | what it may not do |
//! |---|---|---|
//! | [`rules`] | chess, clocks, results and the walk as values | read a clock, wait, import another room |
//! | [`event`], [`view`], [`pgn`], [`seats`] | what happened; what everybody sees of it; games for other programs; whose seat is whose. Pure | wait |
//! | [`wire`] | the contract as types, the only JSON | wait |
//! | [`secret`], [`time`] | chance and time, each behind one door | |
//! | [`watched`] | a value, and those who wait for it to change | |
//! | [`rescue`] | what becomes of a task that panics | |
//! | [`plant`] | bugs that tests plant and must find; none in a release build | |
//! | [`journal`] | the writer of truth: decide, *commit*, tell | know sockets |
//! | [`feed`] | what was committed, on its way to the gallery's thread | wait |
//! | [`floor`], [`board`] | who waits for the master; one task a game | know the wire |
//! | [`engine`], [`mind`] | a UCI engine as a child process; what decides the master's moves | |
//! | [`master`], [`usher`] | the walk's task; telling opponents how far it is | know the wire |
//! | [`exhibition`], [`hall`] | seats and starts; which exhibitions there are | know the wire |
//! | [`guard`], [`allowance`] | bounds on what strangers can make grow; whose pages may speak to the server | know chess |
//! | [`link`] | a WebSocket, and how much may come in over it | know chess |
//! | [`players`] | the players' sockets, on the games' thread | |
//! | [`gallery`] | a second thread: pages, lists, spectators, figures | touch a game |
//! | [`plan`], [`report`], [`planning`] | exhibitions held on a paused clock, what they say, and how it is shown | touch a socket, a file or a process in a rehearsal |
//! | [`settings`], [`config`], [`bot`], [`house`], [`server`] | what an organiser settles; the command line; bots, also the server's own; all of it together | |
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
//! Accounts, ratings and chat; a second model of an exhibition for planning or tests; chess rules in the browser.

pub mod allowance;
pub mod board;
pub mod bot;
pub mod config;
pub mod engine;
pub mod event;
pub mod exhibition;
pub mod feed;
pub mod floor;
pub mod gallery;
pub mod guard;
pub mod hall;
pub mod house;
pub mod journal;
pub mod lag;
pub mod link;
pub mod master;
pub mod metrics;
pub mod mind;
pub mod pgn;
pub mod plan;
pub mod planning;
pub mod plant;
pub mod players;
pub mod report;
pub mod rescue;
pub mod rules;
pub mod seats;
pub mod secret;
pub mod server;
pub mod settings;
pub mod time;
pub mod usher;
pub mod view;
pub mod watched;
pub mod wire;
