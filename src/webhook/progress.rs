//! What a receiver has been told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::record::{event::ExhibitionId, milestone::Reach};

/// What a receiver has been told: of the exhibitions up to the newest it knows of, all but what is said here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The newest exhibition that it knows of, and when that was opened: another database has another one.
    newest: Option<(i64, u64)>,
    /// Exhibitions whose end it has not been told, each with the event up to which it has been told all.
    open: BTreeMap<i64, u64>,
}

impl Progress {
    /// A receiver that is new: it is told what happens from now on.
    pub(super) fn from_now(reaches: &[Reach]) -> Progress {
        let mut progress = Progress::default();
        progress.meet(reaches);
        let now = |reach: &&Reach| !reach.finished;
        progress.open = reaches.iter().filter(now).map(|reach| (reach.exhibition.0, reach.last_seq)).collect();
        progress
    }

    /// A receiver that is taken up, if this is what it was told of the same database. A backup that was restored may have
    /// less in it than was told: what comes then is new.
    pub(super) fn taken_up(mut self, reaches: &[Reach]) -> Option<Progress> {
        if let Some((id, created_at)) = self.newest {
            let same = |reach: &&Reach| reach.exhibition.0 == id && reach.created_at == created_at;
            reaches.iter().find(same)?;
        }
        for reach in reaches {
            if let Some(seq) = self.open.get_mut(&reach.exhibition.0) {
                *seq = (*seq).min(reach.last_seq);
            }
        }
        Some(self)
    }

    /// Takes note of exhibitions that were opened meanwhile.
    pub(super) fn meet(&mut self, reaches: &[Reach]) {
        for reach in reaches {
            if self.newest.is_none_or(|(newest, _)| reach.exhibition.0 > newest) {
                self.newest = Some((reach.exhibition.0, reach.created_at));
                self.open.insert(reach.exhibition.0, 0);
            }
        }
    }

    /// From which exhibition on there may be something that it has not been told.
    pub(super) fn from(&self) -> ExhibitionId {
        let oldest = self.open.keys().next().copied();
        ExhibitionId(oldest.or(self.newest.map(|(newest, _)| newest)).unwrap_or_default())
    }

    /// Up to which event it has been told all of an exhibition, if it has not been told of its end.
    pub(super) fn told(&self, id: ExhibitionId) -> Option<u64> {
        self.open.get(&id.0).copied()
    }

    /// It has been told all up to `seq`, which was the end where `finished`.
    pub(super) fn tell(&mut self, id: ExhibitionId, seq: u64, finished: bool) {
        if finished {
            self.open.remove(&id.0);
        } else {
            self.open.insert(id.0, seq);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(id: i64, last_seq: u64, finished: bool) -> Reach {
        Reach { exhibition: ExhibitionId(id), created_at: 1000 + id.cast_unsigned(), last_seq, finished }
    }

    #[test]
    fn who_is_new_is_told_what_comes_and_nothing_old() {
        let mut progress = Progress::from_now(&[reach(1, 90, true), reach(2, 50, false), reach(3, 7, false)]);
        let told = |progress: &Progress| [1, 2, 3, 4].map(|id| progress.told(ExhibitionId(id)));
        assert_eq!(told(&progress), [None, Some(50), Some(7), None]);
        assert_eq!(progress.from(), ExhibitionId(2));
        progress.tell(ExhibitionId(2), 60, true);
        progress.tell(ExhibitionId(3), 9, false);
        progress.meet(&[reach(3, 9, false), reach(4, 2, false)]);
        assert_eq!(told(&progress), [None, None, Some(9), Some(0)], "the fourth is told from its beginning");
        assert_eq!(progress.from(), ExhibitionId(3));
    }

    #[test]
    fn who_is_taken_up_goes_on_where_they_were() {
        let mut progress = Progress::from_now(&[reach(1, 90, false)]);
        progress.tell(ExhibitionId(1), 120, false);
        let whole = progress.clone().taken_up(&[reach(1, 200, true), reach(2, 5, false)]);
        assert_eq!(whole.as_ref(), Some(&progress), "what came meanwhile is met when it is looked for");
        let restored = progress.clone().taken_up(&[reach(1, 100, false)]).expect("the same database");
        assert_eq!(restored.told(ExhibitionId(1)), Some(100));
        let strange = Reach { created_at: 7, ..reach(1, 200, false) };
        assert_eq!(progress.clone().taken_up(&[strange]), None, "another database");
        assert_eq!(progress.taken_up(&[]), None);
        let empty = Progress::from_now(&[]);
        assert_eq!(empty.clone().taken_up(&[]), Some(empty), "nothing had happened when it was new");
    }
}
