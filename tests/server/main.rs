//! The server as its users meet it: the real binary, real sockets, a real database.

mod api_page;
mod bad_input;
mod batches;
mod bots;
mod bounds;
mod broadcast;
mod cli;
#[path = "../common/mod.rs"]
mod common;
mod contract;
mod damage;
mod database;
mod delay;
mod deploy;
mod entry;
mod evening;
mod first_snapshot;
mod forgetting;
mod frames;
mod http;
mod human_master;
mod integrity;
mod keeping;
mod latecomers;
mod layout;
mod list;
mod masters;
mod node;
mod openapi;
mod orders;
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
mod results;
mod seats;
mod setups;
mod standstill;
mod start;
mod start_memory;
mod storage;
#[path = "../common/stored.rs"]
mod stored;
mod strength;
mod upgrade;
mod watch;
mod webhooks;
mod whole_evening;
