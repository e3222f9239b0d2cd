//! A plan and all its answers.

use crate::plan::{Advice, Forecast};

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
