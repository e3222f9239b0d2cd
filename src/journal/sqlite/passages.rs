//! Parts of records on their way to other machines: events' rows as text, and what they refer to.

use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    Archive, OpenError, packed, program,
    rows::{int, uint},
};
use crate::{
    journal::{Head, Passage, Place},
    record::event::ExhibitionId,
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
/// The end of the game that the last event of a passage is about, where it comes next.
const END: &str = "select next.seq, next.at_ms, next.wall_ms from event as next join event as last \
     on last.exhibition = next.exhibition and last.seq = next.seq - 1 and last.board = next.board \
     where next.exhibition = ?1 and next.seq = ?2 + 1 and next.kind = 'ended'";
const GUESTS: &str = "select guest, name, bot from guest where exhibition = ?1 and guest in \
     (select guest from event where exhibition = ?1 and seq > ?2 and seq <= ?3 and guest is not null) order by guest";
/// Somebody went, or a name was removed.
const AFTER_THE_END: &str = "select id, (select seq from event as told where told.exhibition = id and told.kind = 'finished' \
         order by seq desc limit 1) as end \
     from exhibition join event on event.exhibition = id and event.seq = last_seq \
     where finished_ms is not null and event.kind <> 'finished' and id > ? order by id limit ?";
const EXHIBITION: &str = "select created_ms, coalesce(seated_at_start, 0) as seated, opening, \
     master_token_hash is not null as human from exhibition where id = ?";

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
        let last = whole(&mut moment, id, last).await?;
        let to = int(last.seq);
        let lines = packed::between(&mut moment, id, int(after) + 1, to).await?;
        let lines = settings_for_others(lines)?;
        let named = sqlx::query_as(GUESTS).bind(id.0).bind(int(after)).bind(to);
        let head = Head {
            exhibition: id.0,
            created_ms,
            after,
            last,
            opening: if after == 0 { Some(for_others(row.try_get("opening")?)?) } else { None },
            human: row.try_get("human")?,
            seated_at_start: row.try_get("seated")?,
            guests: named.fetch_all(&mut *moment).await?,
        };
        Ok(Some(Passage { head, lines }))
    }

    /// Exhibitions after `from` that are over and in which something has happened since, each with the number of its end.
    pub async fn gone_on_after_the_end(
        &mut self,
        from: ExhibitionId,
        most: u32,
    ) -> Result<Vec<(ExhibitionId, u64)>, OpenError> {
        let rows = sqlx::query_as(AFTER_THE_END).bind(from.0).bind(most).fetch_all(&mut self.connection).await;
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

/// A move that ends its game and that end were stored together, and are told together: a record that stops between them can't
/// be taken up.
async fn whole(connection: &mut SqliteConnection, id: ExhibitionId, last: Place) -> Result<Place, sqlx::Error> {
    let end = sqlx::query(END).bind(id.0).bind(int(last.seq)).fetch_optional(connection).await?;
    end.as_ref().map_or(Ok(last), place)
}

fn place(row: &SqliteRow) -> Result<Place, sqlx::Error> {
    let number = |column| row.try_get(column).map(uint);
    Ok(Place { seq: number("seq")?, at_ms: number("at_ms")?, wall_ms: number("wall_ms")? })
}

/// Settings without what is to be known in the hall alone.
fn for_others(text: &str) -> Result<String, sqlx::Error> {
    program::for_others(text).ok_or_else(|| sqlx::Error::Decode("settings that were never written".into()))
}

/// The same in events that say that settings have changed.
fn settings_for_others(lines: String) -> Result<String, sqlx::Error> {
    const CHANGED: &str = ",\"changed\",null,";
    if !lines.contains(CHANGED) {
        return Ok(lines);
    }
    let bad = || sqlx::Error::Decode("an event that was never written".into());
    let one = |line: &str| {
        let Some((beginning, details)) = line.split_once(CHANGED) else { return Ok(line.to_owned()) };
        let details = details.strip_suffix(']').and_then(|details| serde_json::from_str::<String>(details).ok());
        let details = serde_json::to_string(&for_others(&details.ok_or_else(bad)?)?).map_err(|_| bad())?;
        Ok(format!("{beginning}{CHANGED}{details}]"))
    };
    let lines: Result<Vec<_>, sqlx::Error> = lines.lines().map(one).collect();
    Ok(lines?.join("\n"))
}
