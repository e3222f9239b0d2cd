//! What a node tells of halls that are elsewhere: which there are, and how they are heard.

use serde_json::{Value, json};

use super::{outbound::to_json, pages::listed};
use crate::record::summary::Summary;

/// A hall as a node knows it.
#[derive(Debug)]
pub struct HallLine {
    /// What it is called.
    pub name: String,
    /// Whether the address that was asked means it.
    pub here: bool,
    /// The host at which this node shows it; `None` where it has none.
    pub host: Option<String>,
    /// Where the hall itself is; `None` where it has not said.
    pub address: Option<String>,
    /// For how long it has not been heard; `None` while it is.
    pub lost_ms: Option<u64>,
    /// Why nothing newer comes.
    pub stopped: Option<String>,
    /// How many watch it at this node.
    pub spectators: usize,
    /// What goes on there, or was last.
    pub exhibitions: Vec<Summary>,
}

/// The halls, in the order given.
#[must_use]
pub fn halls(halls: &[HallLine]) -> String {
    let lines: Vec<Value> = halls
        .iter()
        .map(|hall| {
            json!({
                "hall": hall.name,
                "here": hall.here,
                "host": hall.host,
                "address": hall.address,
                "signal": { "lost_ms": hall.lost_ms, "stopped": hall.stopped },
                "spectators": hall.spectators,
                "exhibitions": hall.exhibitions.iter().map(listed).collect::<Vec<_>>(),
            })
        })
        .collect();
    to_json(&lines)
}

/// How the hall is heard, for those who watch an exhibition of it: for how long nothing has come, or `None` where it is
/// heard; and why nothing newer will come.
#[must_use]
pub fn signal_frame(lost_ms: Option<u64>, stopped: Option<&str>) -> String {
    match stopped {
        Some(stopped) => to_json(&json!({ "type": "signal", "lost_ms": lost_ms, "stopped": stopped })),
        None => to_json(&json!({ "type": "signal", "lost_ms": lost_ms })),
    }
}
