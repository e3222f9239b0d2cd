//! Who means harm, and who only is in the way: the server under attack, while honest games go on.

mod attack;
#[path = "../common/mod.rs"]
mod common;
mod conformance;
mod crowd;
mod honest;
mod idle;
mod memory;
mod siege;
mod spectators;
mod stranger;
mod usage;

/// Those who measure go one after the other.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
