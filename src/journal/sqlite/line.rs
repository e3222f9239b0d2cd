//! A stored event's row as text, and back. Pure.

use std::{borrow::Borrow, collections::BTreeMap, str::FromStr};

use shakmaty::uci::UciMove;

use super::{announcement, program};
use crate::{
    journal::{DamagedRecord, StoredEvent, StoredKind},
    record::{
        event::{ExhibitionId, Guest, GuestNo, PassedBy, PausedBy},
        program::MasterSeat,
    },
    rules::{BoardNo, GameResult, Millis, Termination, color_from_name},
};

/// Whom rows speak of.
#[derive(Debug, Default)]
pub(in crate::journal) struct Cast {
    pub(in crate::journal) guests: BTreeMap<GuestNo, Guest>,
    /// How many had a seat when the games began.
    pub(in crate::journal) at_start: u32,
    /// Who the master is.
    pub(in crate::journal) master: MasterSeat,
}

/// The events in a text; `after` is the number before its first, for saying where it can't be read.
pub(in crate::journal) fn unpack(
    text: &str,
    exhibition: ExhibitionId,
    after: u64,
    cast: impl Borrow<Cast>,
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
        let kind = columns.kind(kind, cast.borrow()).ok_or_else(|| bad("a value that was never written"))?;
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
    fn kind(&mut self, kind: &str, cast: &Cast) -> Option<StoredKind> {
        let stored = match kind {
            "moved" => {
                let board = self.board()?;
                let (ply, uci) = (self.number()?, UciMove::from_ascii(self.text()?.as_bytes()).ok()?);
                let (white, black) = (self.optional()?, self.optional()?);
                let banks = white.zip(black).map(|(white, black)| (Millis(white), Millis(black)));
                let hash = self.number::<i64>()?.cast_unsigned();
                return self.next().is_none().then_some(StoredKind::Moved { board, ply, uci, banks, hash });
            }
            "joined" => StoredKind::Joined { board: self.board()?, guest: self.guest(cast)? },
            "applied" => StoredKind::Applied { board: self.board()?, guest: self.guest(cast)? },
            "admitted" => StoredKind::Admitted { board: self.board()? },
            "turned_away" => StoredKind::TurnedAway { board: self.board()? },
            "left" => StoredKind::Left { board: self.board()?, guest: self.guest(cast)? },
            "queued" => {
                let _ = self.next()?;
                StoredKind::Queued { guest: self.guest(cast)? }
            }
            "unqueued" => {
                let _ = self.next()?;
                StoredKind::Unqueued { guest: GuestNo(self.number()?) }
            }
            "renamed" => {
                let (board, guest) = (self.board()?, self.guest(cast)?);
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
                StoredKind::Changed(program::read(&self.details()?, cast.master)?.into())
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
            "started" => StoredKind::Started { seated: cast.at_start },
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

    fn guest(&mut self, cast: &Cast) -> Option<Guest> {
        cast.guests.get(&GuestNo(self.number()?)).cloned()
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
        let event = unpack(line, ExhibitionId(1), 6, &Cast::default()).next().expect("a line");
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
