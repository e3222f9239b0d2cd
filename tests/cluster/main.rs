//! Halls that publish, and nodes that follow, on real NATS servers: nothing is missing at a node, nothing twice, nothing out of
//! order and nothing else than in the hall's own table, whatever is killed, stopped or slow meanwhile.
//!
//! `SIMULTAN_NATS_SERVER` is where nats-server is. `SIMULTAN_CLUSTER_FAULTS` and `SIMULTAN_CLUSTER_EVENTS` say how long the storm
//! lasts; `SIMULTAN_SEED` repeats its choices.

mod books;
#[path = "../durability/chance.rs"]
mod chance;
#[path = "../common/mod.rs"]
mod common;
mod crowd;
mod junk;
mod nats;
mod outage;
mod rivals;
mod showing;
mod slow;
mod storm;
mod watcher;
