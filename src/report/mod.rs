//! A plan's figures for reading, for programs, and as a picture. Pure: figures in, text out.

mod answers;
mod data;
mod svg;
mod table;

pub use answers::{forecast, no_forecast, remaining_forecast};
pub use data::{csv, json};
pub use svg::picture;
pub use table::table;

use crate::{
    plan::{Advice, Forecast, Quantiles},
    rules::WalkMode,
};

/// A plan and all its answers.
#[derive(Debug, Clone)]
pub struct Plan {
    /// For each number of boards, for each walk.
    pub forecasts: Vec<Forecast>,
    /// What fits into the time that was asked about.
    pub advice: Option<Advice>,
    /// Whether figures are spread over many runs, and not those of the one exhibition that was held.
    pub spread: bool,
}

/// A walk's name in a sentence.
fn walk_name(walk: WalkMode) -> &'static str {
    match walk {
        WalkMode::InTurn => "in turn",
        WalkMode::ReadyFirst => "ready first",
        WalkMode::OneAtATime => "one at a time",
    }
}

/// `1:02:03`, hours first.
fn clock(millis: u64) -> String {
    let seconds = (millis + 500) / 1000;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn quantiles(quantiles: Quantiles) -> [u64; 3] {
    [quantiles.p10, quantiles.p50, quantiles.p90]
}
