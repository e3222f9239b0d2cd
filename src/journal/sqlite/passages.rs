//! Parts of records on their way to other machines: events' rows as text, and what they refer to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::{Connection, Row};

use super::{
    Archive, OpenError,
    guests::Guests,
    packed, program,
    rows::{int, uint},
};
use crate::{
    journal::{DamagedRecord, StoredEvent},
    record::{
        event::{ExhibitionId, Guest, GuestNo},
        program::{MasterSeat, Program},
    },
    rules::PlayerName,
};

/// How long a passage should be at most, in bytes: a single event may be longer.
const LENGTH: i64 = 256 * 1024;
/// How many events it has at most.
const EVENTS: i64 = 2048;

/// Up to which event a passage goes: as many as have room, and one in any case. An event is about a hundred bytes, and the
/// settings that `details` may be.
const LAST: &str = "select seq, at_ms, wall_ms from \
     (select seq, at_ms, wall_ms, sum(100 + coalesce(length(details), 0)) over (order by seq) as size \
         from event where exhibition = ?1 and seq > ?2 order by seq limit ?4) \
     where size <= ?3 or seq = ?2 + 1 order by seq desc limit 1";
const GUESTS: &str = "select guest, name, bot from guest where exhibition = ?1 and guest in \
     (select guest from event where exhibition = ?1 and seq > ?2 and seq <= ?3 and guest is not null) order by guest";
/// What comes after an exhibition's end is that alone.
const RENAMED: &str = "select id, (select seq from event as told where told.exhibition = id and told.kind = 'finished' \
         order by seq desc limit 1) as end \
     from exhibition join event on event.exhibition = id and event.seq = last_seq \
     where finished_ms is not null and event.kind = 'renamed' and id > ? order by id limit ?";
const EXHIBITION: &str = "select created_ms, coalesce(seated_at_start, 0) as seated, opening, \
     master_token_hash is not null as human from exhibition where id = ?";

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
pub struct Place {
    /// Its number.
    pub seq: u64,
    /// When it was decided, in the exhibition's own time.
    pub at_ms: u64,
    /// When it was stored, in Unix milliseconds.
    pub wall_ms: u64,
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
        let guests = Guests::named(
            named.ok_or_else(|| bad("a name that nobody can have"))?,
            seated_at_start,
            self.head.master(),
        );
        let lines = packed::unpack(&self.lines, exhibition, after, guests);
        Ok(lines)
    }
}

impl Head {
    /// Who the master is. What opens a human one's seat is not known here: no secret has this hash.
    fn master(&self) -> MasterSeat {
        if self.human { MasterSeat::Human([0; 32]) } else { MasterSeat::Engine }
    }
}

impl Archive {
    /// The next events of an exhibition after event `after`, as many as should go together; `None` where there are none. That it
    /// is open is told of with its first events, or by itself where it has none.
    pub async fn passage(&mut self, id: ExhibitionId, after: u64) -> Result<Option<Passage>, OpenError> {
        let read = self.read_passage(id, after).await;
        read.map_err(|error| OpenError::Sql { path: self.path.clone(), error })
    }

    async fn read_passage(&mut self, id: ExhibitionId, after: u64) -> Result<Option<Passage>, sqlx::Error> {
        // All of it as of one moment: a name may be removed meanwhile.
        let mut moment = self.connection.begin().await?;
        let last = sqlx::query(LAST).bind(id.0).bind(int(after)).bind(LENGTH).bind(EVENTS);
        let last = last.fetch_optional(&mut *moment).await?;
        let row = sqlx::query(EXHIBITION).bind(id.0).fetch_one(&mut *moment).await?;
        let created_ms = uint(row.try_get("created_ms")?);
        let last = match &last {
            Some(last) => place(last)?,
            None if after == 0 => Place { seq: 0, at_ms: 0, wall_ms: created_ms },
            None => return Ok(None),
        };
        let to = int(last.seq);
        let lines = packed::between(&mut moment, id, int(after) + 1, to).await?;
        let named = sqlx::query_as(GUESTS).bind(id.0).bind(int(after)).bind(to);
        let head = Head {
            exhibition: id.0,
            created_ms,
            after,
            last,
            opening: if after == 0 { row.try_get("opening")? } else { None },
            human: row.try_get("human")?,
            seated_at_start: row.try_get("seated")?,
            guests: named.fetch_all(&mut *moment).await?,
        };
        Ok(Some(Passage { head, lines }))
    }

    /// Exhibitions after `from` that are over and in which a name was removed since, each with the number of its end.
    pub async fn renamed_after_the_end(
        &mut self,
        from: ExhibitionId,
        most: u32,
    ) -> Result<Vec<(ExhibitionId, u64)>, OpenError> {
        let rows = sqlx::query_as(RENAMED).bind(from.0).bind(most).fetch_all(&mut self.connection).await;
        let rows: Vec<(i64, i64)> = rows.map_err(|error| OpenError::Sql { path: self.path.clone(), error })?;
        Ok(rows.into_iter().map(|(id, end)| (ExhibitionId(id), uint(end))).collect())
    }

    /// Where event `seq` of an exhibition stands, if it is there.
    pub async fn place(&mut self, id: ExhibitionId, seq: u64) -> Result<Option<Place>, OpenError> {
        let sql = "select seq, at_ms, wall_ms from event where exhibition = ? and seq = ?";
        let row = sqlx::query(sql).bind(id.0).bind(int(seq)).fetch_optional(&mut self.connection).await;
        let place = row.and_then(|row| row.as_ref().map(place).transpose());
        place.map_err(|error| OpenError::Sql { path: self.path.clone(), error })
    }
}

fn place(row: &sqlx::sqlite::SqliteRow) -> Result<Place, sqlx::Error> {
    let number = |column| row.try_get(column).map(uint);
    Ok(Place { seq: number("seq")?, at_ms: number("at_ms")?, wall_ms: number("wall_ms")? })
}
