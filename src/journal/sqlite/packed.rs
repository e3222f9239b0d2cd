//! Stored events on their way back, many to a row.
//!
//! sqlx sends each row from SQLite's thread to ours by itself, each column copied: half a million events would take
//! seconds and a gigabyte. So SQL makes one text of some hundred of them, and while we play those again SQLite's thread
//! is at the next ones already.

use std::{borrow::Borrow, str::FromStr};

use futures_util::{Stream, TryStreamExt, future::ready};
use shakmaty::uci::UciMove;
use sqlx::SqliteConnection;

use super::{announcement, guests::Guests, program};
use crate::{
    journal::{DamagedRecord, StoredEvent, StoredKind},
    record::event::{ExhibitionId, Guest, GuestNo, PassedBy, PausedBy},
    rules::{BoardNo, GameResult, Millis, Termination, color_from_name},
};

/// An event is a line: a list in JSON, which tells a number from a text of digits, and nothing from either. Line breaks in
/// a text are escaped; commas stand in details alone, which come last.
macro_rules! packed {
    () => {
        "group_concat(case kind when 'moved' \
         then json_array(exhibition, seq, at_ms, wall_ms, kind, board, ply, uci, white_ms, black_ms, position) \
         when 'retracted' \
         then json_array(exhibition, seq, at_ms, wall_ms, kind, board, ply, white_ms, black_ms, position) \
         else case when guest is not null then json_array(exhibition, seq, at_ms, wall_ms, kind, board, guest) \
         when details is not null then json_array(exhibition, seq, at_ms, wall_ms, kind, board, details) \
         else json_array(exhibition, seq, at_ms, wall_ms, kind, board, by_whom, result, termination) end end, char(10))"
    };
}

/// A text for each 512 events, in their order, as far as there should be any and one beyond. Longer texts would take
/// longer: they do not fit into the processor's cache.
const ALL: &str = concat!(
    "with recursive chunk (first) as (select 1 union all select first + 512 from chunk where first + 512 <= ?2 + 1) \
     select (select ",
    packed!(),
    " from event where exhibition = ?1 and seq between first and first + 511) from chunk"
);

/// Those from one number to another.
const BETWEEN: &str = concat!("select ", packed!(), " from event where exhibition = ?1 and seq between ?2 and ?3");

/// Those that one board's game follows from.
const OF_BOARD: &str = concat!(
    "select ",
    packed!(),
    " from event where exhibition = ?1 and (board = ?2 or kind in ('started', 'changed', 'joined', 'applied', 'admitted', 'turned_away', 'left', 'reseated'))"
);

/// An exhibition's events up to `last`, packed. That they come in their order is seen when they are played again.
pub(super) fn all(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
    last: i64,
) -> impl Stream<Item = Result<String, sqlx::Error>> {
    let rows = sqlx::query_scalar(ALL).bind(id.0).bind(last).fetch(connection);
    // A gap ends it: where the last number is damaged there might be billions of texts with nothing in them.
    rows.try_take_while(|text: &Option<String>| ready(Ok(text.is_some()))).map_ok(Option::unwrap_or_default)
}

/// The events from number `from` to number `to`, packed.
pub(super) async fn between(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
    from: i64,
    to: i64,
) -> Result<String, sqlx::Error> {
    let query = sqlx::query_scalar(BETWEEN).bind(id.0).bind(from).bind(to);
    let text: Option<String> = query.fetch_one(connection).await?;
    Ok(text.unwrap_or_default())
}

/// The events that a board's game follows from, packed.
pub(super) async fn of_board(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
    board: BoardNo,
) -> Result<String, sqlx::Error> {
    let text: Option<String> = sqlx::query_scalar(OF_BOARD).bind(id.0).bind(board.0).fetch_one(connection).await?;
    Ok(text.unwrap_or_default())
}

/// The events in a text; `after` is the number before its first, for saying where it can't be read.
pub(super) fn unpack(
    text: &str,
    exhibition: ExhibitionId,
    after: u64,
    guests: impl Borrow<Guests>,
) -> impl Iterator<Item = Result<StoredEvent, DamagedRecord>> {
    (after + 1..).zip(text.lines()).map(move |(seq, line)| {
        let bad = |what| DamagedRecord::Value { exhibition, seq, what };
        let mut columns = Columns::of(line).ok_or_else(|| bad("it can't be read"))?;
        let missing = "a column is missing or of the wrong type";
        let (whose, seq, at, wall, kind) = columns.beginning().ok_or_else(|| bad(missing))?;
        // SQLite does not look at it while it goes from row to row.
        if whose != exhibition.0 {
            return Err(bad("another exhibition's event stands there"));
        }
        let kind = columns.kind(kind, guests.borrow()).ok_or_else(|| bad("a value that was never written"))?;
        Ok(StoredEvent { seq, at: Millis(at), wall, kind })
    })
}

/// What is left of a line.
struct Columns<'a>(Option<&'a str>);

impl<'a> Columns<'a> {
    fn of(line: &'a str) -> Option<Columns<'a>> {
        Some(Columns(Some(line.strip_prefix('[')?.strip_suffix(']')?)))
    }

    /// As `split` would do it, whose search pays for itself in longer columns alone.
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let end = rest.bytes().position(|byte| byte == b',');
        self.0 = end.map(|end| &rest[end + 1..]);
        Some(end.map_or(rest, |end| &rest[..end]))
    }

    fn beginning(&mut self) -> Option<(i64, u64, u64, u64, &'a str)> {
        Some((self.number()?, self.number()?, self.number()?, self.number()?, self.text()?))
    }

    /// `None` where a value is none of those that this program writes for this kind of event.
    fn kind(&mut self, kind: &str, guests: &Guests) -> Option<StoredKind> {
        let stored = match kind {
            "moved" => {
                let board = self.board()?;
                let (ply, uci) = (self.number()?, UciMove::from_ascii(self.text()?.as_bytes()).ok()?);
                let (white, black) = (self.optional()?, self.optional()?);
                let banks = white.zip(black).map(|(white, black)| (Millis(white), Millis(black)));
                let hash = self.number::<i64>()?.cast_unsigned();
                return self.next().is_none().then_some(StoredKind::Moved { board, ply, uci, banks, hash });
            }
            "joined" => StoredKind::Joined { board: self.board()?, guest: self.guest(guests)? },
            "applied" => StoredKind::Applied { board: self.board()?, guest: self.guest(guests)? },
            "admitted" => StoredKind::Admitted { board: self.board()? },
            "turned_away" => StoredKind::TurnedAway { board: self.board()? },
            "left" => StoredKind::Left { board: self.board()?, guest: self.guest(guests)? },
            "queued" => {
                let _ = self.next()?;
                StoredKind::Queued { guest: self.guest(guests)? }
            }
            "unqueued" => {
                let _ = self.next()?;
                StoredKind::Unqueued { guest: GuestNo(self.number()?) }
            }
            "renamed" => {
                let (board, guest) = (self.board()?, self.guest(guests)?);
                StoredKind::Renamed { board, guest: guest.number, name: guest.name }
            }
            "reseated" => {
                let board = self.board()?;
                StoredKind::Reseated { board, to: BoardNo(self.details()?.parse().ok()?) }
            }
            "announced" => {
                let _ = self.next()?;
                StoredKind::Announced(announcement::read(&self.details()?)?)
            }
            "changed" => {
                let _ = self.next()?;
                StoredKind::Changed(program::read(&self.details()?, guests.master)?.into())
            }
            "closed" => StoredKind::Closed,
            "connected" => StoredKind::Connected { board: self.board()? },
            "disconnected" => StoredKind::Disconnected { board: self.board()? },
            "retracted" => {
                let (board, ply) = (self.board()?, self.number()?);
                let (white, black) = (self.optional()?, self.optional()?);
                let banks = white.zip(black).map(|(white, black)| (Millis(white), Millis(black)));
                let hash = self.number::<i64>()?.cast_unsigned();
                return self.next().is_none().then_some(StoredKind::Retracted { board, ply, banks, hash });
            }
            "visit" => StoredKind::Visit { board: self.board()?, excursion: false },
            "excursion" => StoredKind::Visit { board: self.board()?, excursion: true },
            "passed" => StoredKind::Passed { board: self.board()?, by: PassedBy::parse(self.text()?)? },
            "grace" => StoredKind::Grace { board: self.board()? },
            "paused" => {
                let _ = self.next()?;
                StoredKind::Paused { by: PausedBy::parse(self.text()?)? }
            }
            "continued" => StoredKind::Continued,
            "started" => StoredKind::Started { seated: guests.at_start },
            "finished" => StoredKind::Finished,
            "draw_offered" => StoredKind::DrawOffered { board: self.board()?, by: color_from_name(self.text()?)? },
            "draw_declined" => StoredKind::DrawDeclined { board: self.board()?, by: color_from_name(self.text()?)? },
            "ended" => {
                let (board, _) = (self.board()?, self.next()?);
                let (result, termination) = (GameResult::parse(self.text()?)?, Termination::parse(self.text()?)?);
                StoredKind::Ended { board, result, termination }
            }
            _ => return None,
        };
        Some(stored)
    }

    fn guest(&mut self, guests: &Guests) -> Option<Guest> {
        guests.get(GuestNo(self.number()?)).cloned()
    }

    /// The rest of the line, a text.
    fn details(&mut self) -> Option<String> {
        serde_json::from_str(self.0.take()?).ok()
    }

    fn number<T: FromStr>(&mut self) -> Option<T> {
        self.next()?.parse().ok()
    }

    fn optional(&mut self) -> Option<Option<u64>> {
        match self.next()? {
            "null" => Some(None),
            number => number.parse().ok().map(Some),
        }
    }

    fn board(&mut self) -> Option<BoardNo> {
        self.number().map(BoardNo)
    }

    fn text(&mut self) -> Option<&'a str> {
        self.next()?.strip_prefix('"')?.strip_suffix('"')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<String, String> {
        let event = unpack(line, ExhibitionId(1), 6, &Guests::default()).next().expect("a line");
        event.map(|event| format!("{:?}", event.kind)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(
            read(r#"[1,7,1,2,"visit",3,null,null,null]"#),
            Ok("Visit { board: BoardNo(3), excursion: false }".to_owned())
        );
        let played = read(r#"[1,7,1,2,"moved",3,1,"e2e4",null,null,-1]"#).expect("a move");
        assert!(played.contains("ply: 1") && played.contains(&format!("hash: {}", u64::MAX)), "{played}");
        let timed = read(r#"[1,7,1,2,"moved",3,1,"e2e4",4,5,-1]"#).expect("a move");
        assert!(timed.contains("banks: Some((Millis(4), Millis(5)))"), "{timed}");
    }

    #[test]
    fn what_was_never_written_is_not() {
        for line in [
            r#"[1,7,1,2,"moved",3,1,"e2e4",null,null,null]"#,
            r#"[1,7,1,2,"moved",3,1,"e2e4",null,null,1.0]"#,
            r#"[1,7,1,2,"moved",3,1,"e2e4",null,"5",1]"#,
            r#"[1,7,1,2,"moved",3,"1","e2e4",null,null,1]"#,
            r#"[1,7,1,2,"moved",3,1,5,null,null,1]"#,
            r#"[1,7,1,2,"moved",3,1,"e2,e4",null,null,1]"#,
            r#"[1,7,1,2,"moved",3,1,"e2e4\u0000",null,null,1]"#,
            r#"[1,7,1,2,"moved",3,1,"e2e4",null,null,1,1]"#,
            r#"[1,7,1,2,"moved",null,1,"e2e4",null,null,1]"#,
            r#"[1,7,1,2,"moved",-3,1,"e2e4",null,null,1]"#,
            r#"[1,7,1,2,"visit",null,null,null,null]"#,
            r#"[1,7,1,2,"joined",3,null,null,null]"#,
            r#"[1,7,1,2,"ended",3,null,"1-0",null]"#,
            r#"[1,7,1,2,"draw_offered",3,"green",null,null]"#,
            r#"[1,7,1,2,"cheated",3,null,null,null]"#,
        ] {
            let refused = read(line).expect_err(line);
            assert_eq!(refused, "exhibition 1, event 7: a value that was never written", "{line}");
        }
        for line in [
            r#"[1,"7",1,2,"visit",3,null,null,null]"#,
            r#"[1,7,null,2,"visit",3,null,null,null]"#,
            "[1,7,1,-2,null]",
            "[]",
        ] {
            assert!(read(line).expect_err(line).ends_with("a column is missing or of the wrong type"), "{line}");
        }
        let strange = read(r#"[2,7,1,2,"visit",3,null,null,null]"#).expect_err("another's");
        assert_eq!(strange, "exhibition 1, event 7: another exhibition's event stands there");
    }
}
