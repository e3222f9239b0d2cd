//! The ledger: which number an event gets, and who hears of it once it is stored.

use std::collections::{BTreeMap, HashMap};

use tokio::sync::oneshot;

use super::{
    feed::{Feed, News},
    store::{Entry, Numbered, StorageError},
};
use crate::record::event::{Event, ExhibitionId};

/// Who waits for an outcome.
pub(super) type Reply<T> = oneshot::Sender<Result<T, StorageError>>;

/// Entries that belong together, and who waits for them.
pub(super) type Append = (ExhibitionId, Vec<Entry>, Reply<()>);

/// Each exhibition's last number, and the way to its followers.
#[derive(Debug)]
pub(super) struct Ledger {
    feed: Feed,
    /// Reads the wall, for dates; a simulation gives its own.
    wall_clock: fn() -> u64,
    seqs: HashMap<ExhibitionId, u64>,
}

impl Ledger {
    /// A ledger of exhibitions that nothing has happened in yet; `feed` is told what does.
    pub(super) fn new(feed: Feed, wall_clock: fn() -> u64) -> Ledger {
        Ledger { feed, wall_clock, seqs: HashMap::new() }
    }

    /// Numbers go on after `seq`.
    pub(super) fn resume(&mut self, exhibition: ExhibitionId, seq: u64) {
        self.seqs.insert(exhibition, seq);
    }

    /// The lines that the store is to keep. Their numbers are spent only by [`publish`](Self::publish).
    pub(super) fn number(&self, appends: Vec<Append>) -> (Vec<Numbered>, Vec<Reply<()>>) {
        let wall = (self.wall_clock)();
        let mut next = HashMap::new();
        let mut lines = Vec::with_capacity(appends.len() + 8);
        let mut replies = Vec::with_capacity(appends.len());
        for (exhibition, entries, reply) in appends {
            let seq = next.entry(exhibition).or_insert_with(|| self.seqs.get(&exhibition).copied().unwrap_or(0));
            for Entry { at, kind, seat } in entries {
                *seq += 1;
                lines.push(Numbered { exhibition, event: Event { seq: *seq, at, wall, kind }, seat });
            }
            replies.push(reply);
        }
        (lines, replies)
    }

    /// Tells the followers what is stored, one message an exhibition.
    pub(super) fn publish(&mut self, lines: Vec<Numbered>) {
        let mut by_exhibition: BTreeMap<ExhibitionId, Vec<Event>> = BTreeMap::new();
        for Numbered { exhibition, event, .. } in lines {
            self.seqs.insert(exhibition, event.seq);
            by_exhibition.entry(exhibition).or_default().push(event);
        }
        for (id, events) in by_exhibition {
            self.feed.publish(News::Happened { id, events: events.into() });
        }
    }

    /// Numbers and publishes what no store has to keep first.
    pub(super) fn pass_on(&mut self, id: ExhibitionId, entries: Vec<Entry>) {
        let wall = (self.wall_clock)();
        let seq = self.seqs.entry(id).or_insert(0);
        let number = |Entry { at, kind, .. }| {
            *seq += 1;
            Event { seq: *seq, at, wall, kind }
        };
        let events = entries.into_iter().map(number).collect();
        self.feed.publish(News::Happened { id, events });
    }
}
