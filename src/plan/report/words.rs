//! What tables, pictures and data have in common.

use crate::{plan::Quantiles, rules::WalkMode};

/// A walk's name in a sentence.
pub(super) fn walk_name(walk: WalkMode) -> &'static str {
    match walk {
        WalkMode::InTurn => "in turn",
        WalkMode::ReadyFirst => "ready first",
        WalkMode::UrgentFirst => "urgent first",
        WalkMode::OneAtATime => "one at a time",
    }
}

/// `1:02:03`, hours first.
pub(super) fn clock(millis: u64) -> String {
    let seconds = (millis + 500) / 1000;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

pub(super) fn quantiles(quantiles: Quantiles) -> [u64; 3] {
    [quantiles.p10, quantiles.p50, quantiles.p90]
}
