//! Clients of the Lichess Bot and Board API that are not ours, in real processes and over real sockets: they are pointed at the server
//! by its address alone, and play.
//!
//! berserk and cli-chess are the real packages. lichess-bot and BotLi are not in the package index; `clients/lichess_bot.py` and
//! `clients/botli.py` do what they do on the wire. Which Python has them is said by `SIMULTAN_LICHESS`, and how often the server is
//! killed in one game by `SIMULTAN_LICHESS_KILLS`.

mod client;
#[path = "../common/mod.rs"]
mod common;
mod cuts;
mod evening;
mod example;
mod master;
mod one_kind;
mod proxy;
mod record;
mod refusals;
mod restarts;
mod seats;
mod stream;
mod streams;
