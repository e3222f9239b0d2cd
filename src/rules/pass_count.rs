//! How many passes opponents have, and have used.

use std::collections::{BTreeMap, BTreeSet};

use super::BoardNo;

/// The most passes that can be agreed.
pub const MOST_PASSES: u32 = 9;

/// How many passes opponents have, and how many they have used.
#[derive(Debug, Clone, Default)]
pub(super) struct PassCount {
    /// `None` for no limit.
    pub(super) limit: Option<u32>,
    used: BTreeMap<BoardNo, u32>,
    /// Whoever has asked the master, who stood there, to go on.
    pub(super) dismissed: Option<BoardNo>,
    /// Whoever has done so, until the walk has gone past once: that is what was asked for, and costs nothing more.
    pub(super) excused: BTreeSet<BoardNo>,
    /// The boards that nobody sits at yet for certain, or where the end is on its way to the disk: nobody thinks there.
    pub(super) apart: BTreeSet<BoardNo>,
}

impl PassCount {
    pub(super) fn new(limit: Option<u32>, used: impl IntoIterator<Item = (BoardNo, u32)>) -> PassCount {
        PassCount {
            limit,
            used: used.into_iter().collect(),
            dismissed: None,
            excused: BTreeSet::new(),
            apart: BTreeSet::new(),
        }
    }

    /// How many are left; `None` for no limit.
    pub(super) fn left(&self, board: BoardNo) -> Option<u32> {
        let used = self.used.get(&board).copied().unwrap_or_default();
        self.limit.map(|limit| limit.saturating_sub(used))
    }

    pub(super) fn use_one(&mut self, board: BoardNo) {
        *self.used.entry(board).or_default() += 1;
    }
}
