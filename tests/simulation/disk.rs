//! A disk of memory: what it has acknowledged survives a crash, what it has not may or may not.

use std::{
    sync::{Arc, Mutex, MutexGuard, Weak},
    time::Duration,
};

use simultan::{
    base::secret::{Token, TokenHash},
    journal::{self, Forgotten, Numbered, Renaming, StorageError, Store, StoredEvent},
    record::{
        event::{Event, ExhibitionId, GuestNo, Kind},
        program::Program,
        seat_key::SeatKey,
    },
    rules::{BoardNo, Fact, Game},
};
use tokio::time::{Instant, sleep};

use super::{
    chance::Chance,
    world::{Weather, World},
};

#[derive(Debug)]
struct Content {
    programs: Vec<Program>,
    events: Vec<Event>,
    keys: Vec<(GuestNo, SeatKey)>,
    chance: Chance,
    /// How bad it is in this life.
    weather: Option<Weather>,
    full_until: Option<Instant>,
    /// When this life began.
    began: Option<Instant>,
}

/// What a restart finds on a disk.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) program: Program,
    pub(crate) events: Vec<Event>,
    pub(crate) keys: Vec<(GuestNo, SeatKey)>,
}

/// Where somebody is, by the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    /// At a board, and whether it is theirs.
    At(BoardNo, bool),
    /// In the queue.
    Waits,
}

/// Where `guest` is after `events`.
fn spot(events: &[Event], guest: GuestNo) -> Option<Spot> {
    let mut spot = None;
    for event in events {
        let here = match spot {
            Some(Spot::At(board, _)) => Some(board),
            _ => None,
        };
        match &event.kind {
            Kind::Joined { board, guest: came } if came.number == guest => spot = Some(Spot::At(*board, true)),
            Kind::Applied { board, guest: came } if came.number == guest => spot = Some(Spot::At(*board, false)),
            Kind::Queued { guest: came } if came.number == guest => spot = Some(Spot::Waits),
            Kind::Admitted { board } if here == Some(*board) => spot = Some(Spot::At(*board, true)),
            Kind::Reseated { board, to } if here == Some(*board) => spot = Some(Spot::At(*to, true)),
            Kind::TurnedAway { board } | Kind::Left { board, .. } if here == Some(*board) => spot = None,
            Kind::Unqueued { guest: gone } if *gone == guest => spot = None,
            Kind::Started { .. } | Kind::Finished if spot == Some(Spot::Waits) => spot = None,
            _ => {}
        }
    }
    spot
}

/// Cloning gives another handle to the same disk.
#[derive(Debug, Clone)]
pub(crate) struct Disk(Arc<Mutex<Content>>);

impl Disk {
    pub(crate) fn new(chance: Chance) -> Disk {
        Disk(Arc::new(Mutex::new(Content {
            programs: Vec::new(),
            events: Vec::new(),
            keys: Vec::new(),
            chance,
            weather: None,
            full_until: None,
            began: None,
        })))
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().expect("nobody panics with it")
    }

    /// A new life begins, on this disk.
    pub(crate) fn begin(&self, weather: &Weather) {
        let mut content = self.content();
        (content.weather, content.full_until) = (Some(weather.clone()), None);
        content.began = Some(Instant::now());
    }

    /// How bad it is in this life.
    pub(crate) fn weather(&self) -> Weather {
        self.content().weather.clone().expect("a life that has begun")
    }

    pub(crate) fn began(&self) -> Instant {
        self.content().began.expect("a life that has begun")
    }

    /// What a restart finds.
    pub(crate) fn found(&self) -> Option<Found> {
        let content = self.content();
        let program = content.programs.last()?.clone();
        Some(Found { program, events: content.events.clone(), keys: content.keys.clone() })
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.content().events.clone()
    }

    /// Who is given `board`, or asks for it, by the record; or waits for a seat: what becomes of `token`.
    pub(crate) fn place_of(&self, token: &str) -> Option<Spot> {
        let content = self.content();
        let key = Token::from(token.to_owned()).hash();
        let &(guest, _) = content.keys.iter().find(|(_, known)| known.token == key)?;
        spot(&content.events, guest)
    }

    /// Whether `token` has ever led to `board`, by the record: what is told may be so no more when it is heard.
    pub(crate) fn has_led_to(&self, token: &str, board: u64) -> bool {
        let content = self.content();
        let key = Token::from(token.to_owned()).hash();
        let Some(&(guest, _)) = content.keys.iter().find(|(_, known)| known.token == key) else { return false };
        let came = content.events.iter().any(|event| match &event.kind {
            Kind::Joined { board: at, guest: came } | Kind::Applied { board: at, guest: came } => {
                came.number == guest && u64::from(at.0) == board
            }
            _ => false,
        });
        let moved = (1..=content.events.len())
            .filter(|&count| matches!(content.events[count - 1].kind, Kind::Reseated { to, .. } if u64::from(to.0) == board))
            .any(|count| matches!(spot(&content.events[..count], guest), Some(Spot::At(at, _)) if u64::from(at.0) == board));
        came || moved
    }

    /// Who has a seat, or asks for it, and by what secret.
    pub(crate) fn holders(&self) -> Vec<TokenHash> {
        let content = self.content();
        let holds = |&&(guest, _): &&(GuestNo, SeatKey)| matches!(spot(&content.events, guest), Some(Spot::At(..)));
        content.keys.iter().filter(holds).map(|(_, key)| key.token).collect()
    }

    pub(crate) fn stored_moves(&self, board: u64, ply: u64) -> Vec<String> {
        let stored = |event: &Event| match &event.kind {
            Kind::Game { board: on, fact: Fact::Moved(played) } => {
                (u64::from(on.0) == board && u64::from(played.ply) == ply).then(|| played.uci.to_string())
            }
            _ => None,
        };
        self.content().events.iter().filter_map(stored).collect()
    }
}

/// What becomes of one commit.
enum Fate {
    Stored,
    Refused,
    /// It fails, and nobody can tell whether it was stored.
    Unknown {
        stored: bool,
    },
}

impl Content {
    fn fate(&mut self) -> (Duration, Fate) {
        let weather = self.weather.clone().expect("a life that has begun");
        let latency = match self.chance.of_thousand(weather.slow) {
            true => self.chance.millis(100, 9000),
            false => self.chance.millis(0, 6),
        };
        let now = Instant::now();
        if self.chance.of_thousand(weather.refused) {
            self.full_until = Some(now + self.chance.millis(0, 60_000));
        }
        let fate = if self.full_until.is_some_and(|until| now < until) {
            Fate::Refused
        } else if self.chance.of_thousand(weather.unknown) {
            Fate::Unknown { stored: self.chance.of_thousand(500) }
        } else {
            Fate::Stored
        };
        (latency, fate)
    }
}

/// The disk as the server holds it.
#[derive(Debug)]
pub(crate) struct Held {
    disk: Disk,
    world: Weak<World>,
}

impl Held {
    pub(crate) fn new(world: &Arc<World>) -> Held {
        Held { disk: world.disk.clone(), world: Arc::downgrade(world) }
    }

    async fn write(&self, what: &str, store: impl FnOnce(&mut Content)) -> Result<(), StorageError> {
        let world = self.world.upgrade().expect("the world outlives the server");
        let (latency, fate) = self.disk.content().fate();
        world.point("a commit begins");
        sleep(latency / 2).await;
        if matches!(fate, Fate::Stored | Fate::Unknown { stored: true }) {
            store(&mut self.disk.content());
            world.point("a commit is on the disk");
        }
        sleep(latency / 2).await;
        match fate {
            Fate::Stored => {
                world.note(format_args!("stored: {what}"));
                world.point("a commit is acknowledged");
                Ok(())
            }
            Fate::Refused => {
                world.note(format_args!("refused: {what}"));
                Err(StorageError::Refused("the disk is full".to_owned()))
            }
            Fate::Unknown { stored } => {
                world.note(format_args!("failed in the dark, stored {stored}: {what}"));
                Err(StorageError::Unknown)
            }
        }
    }
}

impl Store for Held {
    async fn create(&mut self, program: &Program) -> Result<ExhibitionId, StorageError> {
        self.write("an exhibition", |content| content.programs.push(program.clone())).await?;
        Ok(ExhibitionId(1))
    }

    async fn rekey(&mut self, exhibition: ExhibitionId, key: [u8; 32]) -> Result<(), StorageError> {
        let _ = (exhibition, key);
        Ok(())
    }

    async fn forget(
        &mut self,
        exhibition: ExhibitionId,
        forgotten: &Forgotten,
        renamed: Option<Renaming>,
    ) -> Result<(), StorageError> {
        let _ = (exhibition, forgotten, renamed);
        Ok(())
    }

    async fn append(&mut self, lines: &[Numbered]) -> Result<(), StorageError> {
        let what: Vec<String> =
            lines.iter().map(|line| format!("{} {}", line.event.seq, name(&line.event.kind))).collect();
        self.write(&what.join(", "), |content| {
            for line in lines {
                content.events.push(line.event.clone());
                let came = match &line.event.kind {
                    Kind::Joined { guest, .. } | Kind::Applied { guest, .. } | Kind::Queued { guest } => {
                        Some(guest.number)
                    }
                    _ => None,
                };
                content.keys.extend(came.zip(line.seat));
            }
        })
        .await
    }

    async fn recall(&mut self, exhibition: ExhibitionId, board: BoardNo) -> Result<Game, StorageError> {
        let content = self.disk.content();
        let stored = content.events.iter().map(StoredEvent::from);
        let program = content.programs.last().expect("an exhibition").clone();
        Ok(journal::recall(exhibition, program, board, stored).expect("a whole record"))
    }

    async fn probe(&mut self) -> Result<(), StorageError> {
        self.write("a probe", |_| {}).await
    }

    async fn close(self) {}
}

fn name(kind: &Kind) -> String {
    match kind {
        Kind::Joined { board, guest } => format!("guest {} joined {board}", guest.number.0),
        Kind::Applied { board, guest } => format!("guest {} applied for {board}", guest.number.0),
        Kind::Admitted { board } => format!("admitted at {board}"),
        Kind::TurnedAway { board } => format!("turned away from {board}"),
        Kind::Left { board, .. } => format!("left {board}"),
        Kind::Queued { guest } => format!("guest {} waits", guest.number.0),
        Kind::Unqueued { guest } => format!("guest {} waits no more", guest.0),
        Kind::Renamed { board, .. } => format!("renamed at {board}"),
        Kind::Reseated { board, to } => format!("from {board} to {to}"),
        Kind::Announced(announcement) => format!("announced: {announcement:?}"),
        Kind::Changed(_) => "settled anew".to_owned(),
        Kind::Closed => "closed".to_owned(),
        Kind::Connected { board } => format!("connected {board}"),
        Kind::Disconnected { board } => format!("disconnected {board}"),
        Kind::Started { .. } => "started".to_owned(),
        Kind::Finished => "finished".to_owned(),
        Kind::Visit { board, .. } => format!("visit {board}"),
        Kind::Passed { board, by, .. } => format!("{board} passed by {}", by.as_str()),
        Kind::Grace { board } => format!("grace for {board}"),
        Kind::Paused { by } => format!("paused by {}", by.as_str()),
        Kind::Continued => "continued".to_owned(),
        Kind::Game { board, fact: Fact::Retracted(retracted) } => format!("{}. taken back on {board}", retracted.ply),
        Kind::Game { board, fact: Fact::Moved(played) } => format!("{}. {} on {board}", played.ply, played.uci),
        Kind::Game { board, fact: Fact::DrawOffered { .. } } => format!("draw offered on {board}"),
        Kind::Game { board, fact: Fact::DrawDeclined { .. } } => format!("draw declined on {board}"),
        Kind::Game { board, fact: Fact::Ended { result, termination } } => {
            format!("{} by {} on {board}", result.as_str(), termination.as_str())
        }
    }
}
