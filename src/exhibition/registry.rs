//! Every exhibition that can be played in, and which one is `current`.

use std::{
    collections::BTreeMap,
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::watch;
use tracing::{Instrument, info, info_span};

use super::{
    handle::ExhibitionHandle,
    policy::PolicyMaker,
    task::{Exhibition, Services},
};
use crate::{
    base::{
        secret::{SecretSource, Token},
        time::Timeline,
    },
    journal::{
        Entry, Forgotten, Record, Renaming, StorageError,
        feed::{Feed, News},
        replay,
    },
    record::{
        board_view::BoardView,
        event::{ExhibitionId, GuestNo, Kind, Stage},
        program::Program,
        seat_key::SeatKey,
    },
};

/// Which exhibition an address means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// `current`: the one opened last.
    Current,
    /// One by its number.
    Id(ExhibitionId),
}

/// The text names no exhibition that could exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchExhibition;

impl FromStr for Which {
    type Err = NoSuchExhibition;

    fn from_str(text: &str) -> Result<Which, NoSuchExhibition> {
        if text == "current" {
            return Ok(Which::Current);
        }
        // One way of writing each number: `01` and `+1` are no ids.
        let id = text.parse().ok().filter(|id: &i64| id.to_string() == text);
        id.map(|id| Which::Id(ExhibitionId(id))).ok_or(NoSuchExhibition)
    }
}

/// Why an exhibition can't be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// It does not exist.
    #[error("there is no such exhibition")]
    NoSuchExhibition,
    /// It is over, and not the last one.
    #[error("this exhibition has ended")]
    Ended,
}

/// How often a start tries to store what a store that works refuses.
const TRIES: u32 = 3;

/// The registry. Cloning gives another handle to the same one.
#[derive(Debug, Clone)]
pub struct Registry(Arc<Shared>);

struct Shared {
    services: Services,
    feed: Feed,
    policies: PolicyMaker,
    /// Held for a look or an entry, never while waiting.
    rooms: Mutex<Rooms>,
    /// The one opened last.
    newest: watch::Sender<Option<ExhibitionId>>,
}

struct Rooms {
    secrets: SecretSource,
    open: BTreeMap<ExhibitionId, ExhibitionHandle>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("premises", &self.services).finish_non_exhaustive()
    }
}

impl Registry {
    /// An empty registry.
    #[must_use]
    pub fn new(services: Services, feed: Feed, policies: PolicyMaker, secrets: SecretSource) -> Registry {
        let rooms = Mutex::new(Rooms { secrets, open: BTreeMap::new() });
        let newest = watch::Sender::new(None);
        Registry(Arc::new(Shared { services, feed, policies, rooms, newest }))
    }

    /// A new secret for a human master.
    #[must_use]
    pub fn master_token(&self) -> Token {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner).secrets.token("sm_")
    }

    /// Opens a new exhibition, which becomes the current one.
    pub async fn open(&self, program: Program) -> Result<ExhibitionHandle, StorageError> {
        let id = self.0.services.journal.create(program.clone()).await?;
        let record = replay(id, program, Vec::new()).expect("nothing can be wrong with nothing");
        Ok(self.enter(record, &[]))
    }

    /// Takes up an exhibition where it stood when the server stopped. Where nothing can be stored it waits until it can:
    /// whoever was connected then is on the record as gone before anybody sees it.
    pub async fn take_up(&self, record: Record, keys: &[(GuestNo, SeatKey)]) -> Result<ExhibitionHandle, StorageError> {
        let (id, at) = (record.view.id, record.view.at);
        let connected = |board: &&BoardView| board.guest().is_some_and(|seat| seat.connected);
        let gone: Vec<_> = record.view.boards.iter().filter(connected).map(|board| board.board).collect();
        let handle = self.enter(record, keys);
        let journal = &self.0.services.journal;
        let mut outcome = Ok(());
        for _ in 0..TRIES {
            if gone.is_empty() {
                break;
            }
            let gone = gone.iter().map(|&board| Entry::new(at, Kind::Disconnected { board })).collect();
            outcome = journal.append(id, gone).await;
            if !matches!(outcome, Err(StorageError::Refused(_))) {
                break;
            }
            // The server's start waits for this: where nothing will be stored any more, it must end and not hang.
            journal.sound_or_gone().await?;
        }
        outcome.map(|()| handle)
    }

    fn enter(&self, record: Record, keys: &[(GuestNo, SeatKey)]) -> ExhibitionHandle {
        let Record { view, games, events, earlier } = record;
        let timeline = Timeline::from(view.at, self.0.services.journal.pace());
        info!(exhibition = %view.id, boards = view.program.boards, stage = view.stage.as_str(), "exhibition ready");
        let mut rooms = self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let secrets = rooms.secrets.fork();
        let (services, policies) = (self.0.services.clone(), self.0.policies.clone());
        let (handle, exhibition) = Exhibition::new(&view, games, keys, timeline.clone(), services, policies, secrets);
        self.0.services.tasks.spawn(exhibition.run().instrument(info_span!("exhibition", exhibition = %view.id)));
        // Those that are over and not the last one are left; who is still in them keeps them until they go.
        rooms.open.retain(|_, other| other.stage() != Stage::Finished);
        rooms.open.insert(view.id, handle.clone());
        self.0.newest.send_replace(Some(view.id));
        // None of its tasks has run yet: what happens there is told after this.
        self.0.feed.publish(News::Opened { view: Arc::new(view), last: events.into(), earlier, timeline });
        handle
    }

    /// Removes a name from the records of an exhibition that is over and not open any more.
    pub async fn forget(&self, id: ExhibitionId, forgotten: Forgotten, renamed: Renaming) -> Result<(), StorageError> {
        self.0.services.journal.forget(id, forgotten, Some(renamed)).await
    }

    /// Every exhibition that can be entered, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<ExhibitionHandle> {
        let rooms = self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.open.values().cloned().collect()
    }

    /// Follows which exhibition was opened last.
    #[must_use]
    pub fn newest(&self) -> watch::Receiver<Option<ExhibitionId>> {
        self.0.newest.subscribe()
    }

    /// The exhibition that an address means.
    pub fn find(&self, which: Which) -> Result<ExhibitionHandle, EntryError> {
        let rooms = self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let last = rooms.open.last_key_value();
        let handle = match which {
            Which::Current => last.map(|(_, handle)| handle),
            Which::Id(id) => rooms.open.get(&id),
        };
        handle.cloned().ok_or(match (which, last) {
            (Which::Id(id), Some((&last, _))) if (1..last.0).contains(&id.0) => EntryError::Ended,
            _ => EntryError::NoSuchExhibition,
        })
    }
}
