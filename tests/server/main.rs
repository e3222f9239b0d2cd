//! The server as its users meet it: the real binary, real sockets, a real database.

mod api_page;
mod bots;
mod bounds;
mod cli;
#[path = "../common/mod.rs"]
mod common;
mod contract;
mod damage;
mod database;
mod frames;
mod http;
mod human_master;
mod integrity;
mod latecomers;
mod layout;
mod masters;
mod openapi;
mod organiser;
mod pages;
mod panics;
mod patience;
#[path = "../common/planted/mod.rs"]
mod planted;
mod play;
mod receiver;
mod refusals;
mod restart;
mod seats;
mod setups;
mod standstill;
mod start;
mod start_memory;
mod storage;
#[path = "../common/stored.rs"]
mod stored;
mod upgrade;
mod watch;
mod webhooks;
