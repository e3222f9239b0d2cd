//! How much of a hall's record stands in the log. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    journal::Place,
    record::{event::ExhibitionId, milestone::Reach},
};

/// How much of a hall's record stands in the log, after the message that says so: of the exhibitions up to the newest, all
/// but what is said here; in a log that is new, nothing. So the last message alone says where to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The newest exhibition in it, and when that was opened, in Unix milliseconds: another database has another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    newest: Option<(i64, u64)>,
    /// Exhibitions that may go on, each with its last event that is in it; of one that is opened and no more, event 0 at its
    /// opening. Those that are over are among them for a while: who sat there goes after the end.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    open: BTreeMap<i64, Place>,
    /// How many events the others have, all together: an exhibition that is over may get one more, when a name is removed.
    #[serde(default)]
    ended: u64,
}

/// How many exhibitions that are over are told of as if they were not.
const LINGER: usize = 16;
/// Nothing of an exhibition.
const NOTHING: Place = Place { seq: 0, at_ms: 0, wall_ms: 0 };

impl Told {
    /// Takes note of exhibitions that were opened meanwhile.
    pub(super) fn meet(&mut self, reaches: &[Reach]) {
        for reach in reaches {
            if self.newest.is_none_or(|(newest, _)| reach.exhibition.0 > newest) {
                self.newest = Some((reach.exhibition.0, reach.created_at));
                self.open.insert(reach.exhibition.0, NOTHING);
            }
        }
    }

    /// From which exhibition on something may have happened that is not told, but for what was over long ago.
    pub(super) fn oldest(&self) -> ExhibitionId {
        let open = self.open.keys().next().copied();
        ExhibitionId(open.or(self.newest.map(|(newest, _)| newest)).unwrap_or_default())
    }

    /// From which event on an exhibition has to be told, if it has more.
    pub(super) fn missing(&self, reach: &Reach) -> Option<u64> {
        let told = self.open.get(&reach.exhibition.0)?;
        (reach.last_seq > told.seq || *told == NOTHING).then_some(told.seq)
    }

    /// All up to `last` is told.
    pub(super) fn tell(&mut self, id: ExhibitionId, last: Place) {
        self.open.insert(id.0, last);
    }

    /// Lets go of those that were over long ago and are told whole.
    pub(super) fn let_go(&mut self, reaches: &[Reach]) {
        let whole = |reach: &&Reach| {
            let told = self.open.get(&reach.exhibition.0);
            reach.finished && told.is_some_and(|told| told.seq == reach.last_seq)
        };
        let over: Vec<_> = reaches.iter().filter(whole).copied().collect();
        for Reach { exhibition, last_seq, .. } in over.iter().rev().skip(LINGER) {
            self.open.remove(&exhibition.0);
            self.ended += last_seq;
        }
    }

    /// What has to be in the database that goes on with this log: each exhibition that may go on, with its last event.
    pub(super) fn open(&self) -> impl Iterator<Item = (ExhibitionId, Place)> {
        self.open.iter().map(|(&id, &place)| (ExhibitionId(id), place)).filter(|(_, place)| place.seq > 0)
    }

    /// Whether the newest exhibition in the log is that of the database.
    pub(super) fn is_of(&self, reaches: &[Reach]) -> bool {
        self.newest.is_none_or(|(id, created_at)| {
            reaches.iter().any(|reach| reach.exhibition.0 == id && reach.created_at == created_at)
        })
    }

    /// Whether exhibitions that are over have got more events than were told.
    pub(super) fn ended_has_grown(&self, reaches: &[Reach]) -> bool {
        self.ended_in(reaches) > self.ended
    }

    /// All that was added to what is over is told.
    pub(super) fn tell_ended(&mut self, reaches: &[Reach]) {
        self.ended = self.ended_in(reaches);
    }

    fn ended_in(&self, reaches: &[Reach]) -> u64 {
        let known = |id| self.newest.is_some_and(|(newest, _)| id <= newest) && !self.open.contains_key(&id);
        let ended = reaches.iter().filter(|reach| known(reach.exhibition.0));
        ended.fold(0, |sum, reach| sum.saturating_add(reach.last_seq))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(id: i64, last_seq: u64, finished: bool) -> Reach {
        Reach { exhibition: ExhibitionId(id), created_at: 1000 + id.cast_unsigned(), last_seq, finished }
    }

    fn at(seq: u64) -> Place {
        Place { seq, at_ms: seq * 10, wall_ms: seq * 100 }
    }

    fn met(reaches: &[Reach]) -> Told {
        let mut told = Told::default();
        told.meet(reaches);
        told
    }

    #[test]
    fn a_new_log_is_told_all_that_there_is() {
        let reaches = [reach(1, 90, true), reach(2, 50, false), reach(3, 0, false)];
        let missing: Vec<_> = reaches.iter().map(|reach| met(&reaches).missing(reach)).collect();
        assert_eq!(missing, [Some(0); 3]);
        assert_eq!(met(&[]).missing(&reach(1, 5, false)), None);
    }

    #[test]
    fn what_is_told_is_told_once_and_what_is_new_from_its_beginning() {
        let mut told = met(&[reach(1, 3, false)]);
        told.tell(ExhibitionId(1), at(3));
        assert_eq!(told.missing(&reach(1, 3, false)), None);
        assert_eq!((told.missing(&reach(1, 5, true)), told.oldest()), (Some(3), ExhibitionId(1)));
        told.tell(ExhibitionId(1), at(5));
        let reaches = [reach(1, 6, true), reach(2, 0, false)];
        told.meet(&reaches);
        assert_eq!(told.missing(&reaches[0]), Some(5), "somebody has gone after the end");
        assert_eq!(told.missing(&reaches[1]), Some(0), "that it is open");
        told.tell(ExhibitionId(2), Place { wall_ms: 1002, ..at(0) });
        assert_eq!(told.missing(&reaches[1]), None, "nothing has happened there");
        assert_eq!(told.missing(&reach(2, 1, false)), Some(0));
    }

    #[test]
    fn of_what_was_over_long_ago_but_a_sum_is_kept() {
        let mut reaches: Vec<_> = (1..=40).map(|id| reach(id, 10, id != 2)).collect();
        let mut told = met(&reaches);
        (1..=40).for_each(|id| told.tell(ExhibitionId(id), at(10)));
        told.let_go(&reaches);
        let held = |told: &Told| told.open.keys().copied().collect::<Vec<_>>();
        assert_eq!(held(&told), [[2].as_slice(), &(25..=40).collect::<Vec<_>>()].concat());
        assert!(!told.ended_has_grown(&reaches));
        reaches[0].last_seq = 11;
        assert!(told.ended_has_grown(&reaches), "somebody's name was removed");
        told.tell_ended(&reaches);
        assert!(!told.ended_has_grown(&reaches));
    }

    #[test]
    fn another_database_is_another_and_ours_is_ours() {
        let mut told = met(&[reach(1, 3, true), reach(2, 3, false)]);
        told.tell(ExhibitionId(2), at(3));
        assert!(told.is_of(&[reach(1, 3, true), reach(2, 9, false), reach(3, 1, false)]));
        assert!(!told.is_of(&[reach(1, 3, true)]), "a backup from before");
        assert!(!told.is_of(&[Reach { created_at: 5, ..reach(2, 3, false) }]));
        assert_eq!(told.open().collect::<Vec<_>>(), [(ExhibitionId(2), at(3))]);
        assert!(Told::default().is_of(&[]), "nothing was published yet");
    }
}
