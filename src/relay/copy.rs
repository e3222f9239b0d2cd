//! A hall's copy at a node: what comes from the log is played again, line by line, before anybody sees it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use super::{message::MessageError, pulse::Beat};
use crate::{
    base::{
        secret::SecretSource,
        time::{Brake, Still, Timeline},
    },
    journal::{
        Archive, DamagedRecord, Forgotten, Numbered, OpenError, Passage, Record, Replay, SqliteStore, StorageError,
        Store, StoredKind,
        feed::{Feed, Follower, News},
    },
    record::{
        bounds,
        event::{Event, ExhibitionId, GuestNo, Kind, Stage},
        seat_key::SeatKey,
        view::View,
    },
    rules::{BoardNo, Millis},
};

/// How many exhibitions of a hall may be going on here, each of which is in memory.
const MOST: usize = 200;
/// How many boards they may have, all together.
const MOST_BOARDS: usize = 30_000;
/// How far a clock may be off before it is set.
const SKEW: Millis = Millis(100);

/// A hall's copy.
#[derive(Debug)]
pub(super) struct Copy {
    store: SqliteStore,
    feed: Feed,
    brake: Brake,
    /// The exhibitions that are not over.
    played: BTreeMap<ExhibitionId, Played>,
    /// Those of which the log has lost what comes next: they stay as they are.
    torn: BTreeSet<ExhibitionId>,
    secrets: SecretSource,
}

/// An exhibition that is not over.
#[derive(Debug)]
struct Played {
    replay: Replay,
    timeline: Timeline,
}

/// What has come of a passage.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// How many events were new.
    pub(super) events: u64,
    /// Who has another name now.
    pub(super) renamed: Vec<(ExhibitionId, BoardNo)>,
    /// The exhibition's beginning is not in the log any more, so that nothing of it can be shown.
    pub(super) headless: bool,
}

/// Why nothing more is taken from a hall's log.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum CopyError {
    #[error("what its log says can't have happened: {0}")]
    Damaged(#[from] DamagedRecord),
    #[error(
        "exhibition {0} is another one than before: remove this node's copy of the hall to follow its new database"
    )]
    Another(ExhibitionId),
    #[error("exhibition {id} is known here up to event {known}, and the log goes on after {after}")]
    Gap { id: ExhibitionId, known: u64, after: u64 },
    #[error("exhibition {0} has settings that were never written")]
    Settings(ExhibitionId),
    #[error("exhibition {0}, event {1}: {2}")]
    Beyond(ExhibitionId, u64, &'static str),
    #[error("more than {MOST} of its exhibitions are going on at once, or more than {MOST_BOARDS} boards")]
    TooMany,
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error(transparent)]
    Unreadable(#[from] OpenError),
    #[error("this node's copy of it can't be written: {0}")]
    Storage(#[from] StorageError),
}

impl Copy {
    /// Opens the copy at `path`, made where there is none, with what shows it: all that happens, and what has happened long
    /// ago.
    pub(super) async fn open(path: &Path, secrets: SecretSource) -> Result<(Copy, Follower, Archive), OpenError> {
        let mut store = SqliteStore::open_copy(path).await?;
        let (unfinished, archive) = (store.unfinished().await?, store.archive().await?);
        let (feed, brake, played, torn) = (Feed::default(), Brake::new(), BTreeMap::new(), BTreeSet::new());
        let mut copy = Copy { store, feed, brake, played, torn, secrets };
        let follower = copy.feed.follow();
        for (record, _) in unfinished {
            copy.take_up(record);
        }
        Ok((copy, follower, archive))
    }

    fn take_up(&mut self, record: Record) {
        let timeline = Timeline::from(record.view.at, &self.brake.pace());
        // Until the hall says that it runs.
        timeline.hold_from_the_beginning(Still::Unheard);
        self.feed.publish(News::Opened {
            view: Arc::new(record.view.clone()),
            last: record.events.as_slice().into(),
            earlier: record.earlier.clone(),
            timeline: timeline.clone(),
        });
        if record.view.stage != Stage::Finished {
            self.played.insert(record.view.id, Played { replay: record.into(), timeline });
        }
    }

    /// Takes in what the log says of an exhibition. What is known already, a message that came twice say, is dropped. After an
    /// error nothing more is to be taken, as what was taken in is not stored.
    pub(super) async fn take(&mut self, passage: &Passage) -> Result<Taken, CopyError> {
        let id = ExhibitionId(passage.head.exhibition);
        let mut taken = Taken::default();
        if self.torn.contains(&id) || self.has(id, passage).await? {
            return Ok(taken);
        }
        let Some((mut replay, timeline)) = self.replay(id, passage).await? else {
            taken.headless = true;
            return Ok(taken);
        };
        if replay.view().program.created_at != passage.head.created_ms {
            return Err(CopyError::Another(id));
        }
        if passage.head.after > replay.seq() {
            let known = replay.seq();
            if let Some(timeline) = timeline {
                self.played.insert(id, Played { replay, timeline });
            }
            return Err(CopyError::Gap { id, known, after: passage.head.after });
        }
        let mut lines = Vec::new();
        for line in passage.events()? {
            let line = line?;
            if line.seq <= replay.seq() {
                continue;
            }
            let guests = replay.view().guests;
            if newcomer(&line.kind).is_some_and(|guest| guest.0 > guests.saturating_add(1)) {
                return Err(CopyError::Beyond(id, line.seq, "a guest came out of turn"));
            }
            let named = name_of(replay.view(), &line.kind);
            let event = replay.follow(line)?;
            if let Some(what) = bounds::beyond_in(&event.kind, event.at, event.wall) {
                return Err(CopyError::Beyond(id, event.seq, what));
            }
            lines.push(self.numbered(id, event, guests));
            if let Some(forgotten) = named {
                self.keep(&mut lines, &mut taken, id).await?;
                self.store.forget(id, &forgotten, None).await?;
                taken.renamed.push((id, forgotten.board));
            }
        }
        // What can be played and not be taken up would stand in the way of the next start.
        replay.is_sound()?;
        let goes_on = timeline.filter(|_| replay.view().stage != Stage::Finished);
        if goes_on.is_some() && !self.has_room_for(replay.view().boards.len()) {
            return Err(CopyError::TooMany);
        }
        self.keep(&mut lines, &mut taken, id).await?;
        if let Some(timeline) = goes_on {
            self.played.insert(id, Played { replay, timeline });
        }
        Ok(taken)
    }

    /// Whether another exhibition of so many boards may be going on.
    fn has_room_for(&self, boards: usize) -> bool {
        let others: usize = self.played.values().map(|played| played.replay.view().boards.len()).sum();
        self.played.len() < MOST && others + boards <= MOST_BOARDS
    }

    /// The log is another one: what the one before had lost may be in it.
    pub(super) fn begin_anew(&mut self) {
        self.torn.clear();
    }

    /// The log has lost what comes next in an exhibition: it stays as it is here.
    pub(super) fn tear(&mut self, id: ExhibitionId) {
        if let Some(Played { timeline, .. }) = self.played.remove(&id) {
            timeline.hold(Still::Unheard);
        }
        self.torn.insert(id);
    }

    /// Whether an exhibition that is over is known so far already: it need not be played again to see that.
    async fn has(&mut self, id: ExhibitionId, passage: &Passage) -> Result<bool, CopyError> {
        if self.played.contains_key(&id) {
            return Ok(false);
        }
        match self.store.extent(id).await? {
            Some((created, _)) if created != passage.head.created_ms => Err(CopyError::Another(id)),
            Some((_, last)) => Ok(last >= passage.head.last.seq),
            None => Ok(false),
        }
    }

    /// The exhibition as far as it is here, and its time where it is not over; a new one is opened. `None` where its beginning
    /// is missing.
    async fn replay(
        &mut self,
        id: ExhibitionId,
        passage: &Passage,
    ) -> Result<Option<(Replay, Option<Timeline>)>, CopyError> {
        if let Some(Played { replay, timeline }) = self.played.remove(&id) {
            return Ok(Some((replay, Some(timeline))));
        }
        if let Some(record) = self.store.archive().await?.load(id).await? {
            return Ok(Some((record.into(), None)));
        }
        if passage.head.after > 0 {
            return Ok(None);
        }
        let program = passage.program().filter(|_| id.0 > 0).ok_or(CopyError::Settings(id))?;
        if let Some(what) = bounds::beyond(&program) {
            return Err(CopyError::Beyond(id, 0, what));
        }
        if !self.has_room_for(program.boards as usize) {
            return Err(CopyError::TooMany);
        }
        self.store.create_as(id, &program).await?;
        let replay = Replay::new(id, program, u64::MAX);
        let record = Record { view: replay.view().clone(), games: Vec::new(), events: Vec::new(), earlier: None };
        self.take_up(record);
        let timeline = self.played.remove(&id).map(|played| played.timeline);
        Ok(Some((replay, timeline)))
    }

    /// The event as the store takes it. Who comes for the first time gets a secret that nobody knows: nobody sits down here.
    fn numbered(&mut self, exhibition: ExhibitionId, event: Event, guests: u32) -> Numbered {
        let seat = match &event.kind {
            Kind::Joined { guest, .. } | Kind::Applied { guest, .. } | Kind::Queued { guest }
                if guest.number > GuestNo(guests) =>
            {
                Some(SeatKey { token: self.secrets.token("").hash(), house: None })
            }
            _ => None,
        };
        Numbered { exhibition, event, seat }
    }

    /// Stores events, and shows them.
    async fn keep(&mut self, lines: &mut Vec<Numbered>, taken: &mut Taken, id: ExhibitionId) -> Result<(), CopyError> {
        if lines.is_empty() {
            return Ok(());
        }
        self.store.append(lines).await?;
        taken.events += lines.len() as u64;
        let events = lines.drain(..).map(|line| line.event).collect();
        self.feed.publish(News::Happened { id, events });
        Ok(())
    }

    /// Sets the clocks by the hall's.
    pub(super) fn beat(&self, beats: &[Beat]) {
        for beat in beats {
            let (now, id) = (Millis(beat.now_ms), ExhibitionId(beat.id));
            let Some(Played { timeline, .. }) = self.played.get(&id).filter(|_| bounds::is_time(now)) else { continue };
            let off = now.since(timeline.now()).max(timeline.now().since(now));
            let turns = timeline.runs() != beat.runs;
            if turns && !beat.runs {
                timeline.hold(Still::Unheard);
            }
            if turns || off >= SKEW {
                timeline.set(now);
            }
            if turns && beat.runs {
                timeline.go_on(Still::Unheard);
            }
        }
    }

    /// Nothing is heard of the hall: its clocks may stand.
    pub(super) fn hold(&self) {
        self.played.values().for_each(|played| played.timeline.hold(Still::Unheard));
    }

    pub(super) async fn close(self) {
        self.store.close().await;
    }
}

/// Whose name is removed by an event, as far as is known: a name that is but changed is removed too.
fn name_of(view: &View, kind: &StoredKind) -> Option<Forgotten> {
    let StoredKind::Renamed { board, .. } = kind else { return None };
    // Nobody has looked yet whether there is such a board.
    let seen = view.boards.get((board.0 as usize).checked_sub(1)?)?;
    seen.guest().map(|guest| Forgotten { board: *board, name: guest.name.clone() })
}

/// Who comes with an event, for the first time or again.
fn newcomer(kind: &StoredKind) -> Option<GuestNo> {
    match kind {
        StoredKind::Joined { guest, .. } | StoredKind::Applied { guest, .. } | StoredKind::Queued { guest } => {
            Some(guest.number)
        }
        _ => None,
    }
}
