//! A part of an exhibition's record on its way to another machine. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    damage::DamagedRecord,
    sqlite::{
        line::{self, Cast},
        program,
    },
    stored::StoredEvent,
};
use crate::{
    record::{
        event::{ExhibitionId, Guest, GuestNo},
        program::{MasterSeat, Program},
    },
    rules::PlayerName,
};

/// A part of an exhibition's record, whole in itself: with what has been read before it, it can be played again elsewhere.
/// Of secrets there are none in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// What it is about, and where it ends.
    pub head: Head,
    /// Each event's row as a list in JSON, a line each.
    pub lines: String,
}

/// What a passage is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The exhibition's number.
    pub exhibition: i64,
    /// When it was opened, in Unix milliseconds: another database has another exhibition of the same number.
    pub created_ms: u64,
    /// The events are those after this number.
    pub after: u64,
    /// The last one.
    pub last: Place,
    /// With the first events: the settings that it was opened with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<String>,
    /// Whether a person is the master.
    pub human: bool,
    /// How many had a seat when the games began.
    pub seated_at_start: u32,
    /// Whoever the events name: number, name, and whether it is a program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<(u32, String, bool)>,
}

/// An event, by its number and by when it was: a database that was restored from a backup and went on has others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64, u64)", into = "(u64, u64, u64)")]
pub struct Place {
    /// Its number.
    pub seq: u64,
    /// When it was decided, in the exhibition's own time.
    pub at_ms: u64,
    /// When it was stored, in Unix milliseconds.
    pub wall_ms: u64,
}

impl From<(u64, u64, u64)> for Place {
    fn from((seq, at_ms, wall_ms): (u64, u64, u64)) -> Place {
        Place { seq, at_ms, wall_ms }
    }
}

impl From<Place> for (u64, u64, u64) {
    fn from(Place { seq, at_ms, wall_ms }: Place) -> (u64, u64, u64) {
        (seq, at_ms, wall_ms)
    }
}

impl Passage {
    /// The settings that the exhibition was opened with; `None` where they are not in it, or never were written.
    #[must_use]
    pub fn program(&self) -> Option<Program> {
        let program = program::read(self.head.opening.as_deref()?, self.head.master())?;
        (program.created_at == self.head.created_ms).then_some(program)
    }

    /// Its events, each as it is stored.
    pub fn events(&self) -> Result<impl Iterator<Item = Result<StoredEvent, DamagedRecord>>, DamagedRecord> {
        let Head { exhibition, after, seated_at_start, .. } = self.head;
        let exhibition = ExhibitionId(exhibition);
        let bad = |what| DamagedRecord::Value { exhibition, seq: after, what };
        let guest = |(number, name, bot): &(u32, String, bool)| {
            let number = GuestNo(*number);
            Some((number, Guest { number, name: PlayerName::parse(name).ok()?, bot: *bot }))
        };
        let named: Option<BTreeMap<_, _>> = self.head.guests.iter().map(guest).collect();
        let guests = named.ok_or_else(|| bad("a name that nobody can have"))?;
        let cast = Cast { guests, at_start: seated_at_start, master: self.head.master() };
        let lines = line::unpack(&self.lines, exhibition, after, cast);
        Ok(lines)
    }
}

impl Head {
    /// Who the master is. What opens a human one's seat is not known here: no secret has this hash.
    fn master(&self) -> MasterSeat {
        if self.human { MasterSeat::Human([0; 32]) } else { MasterSeat::Engine }
    }
}
