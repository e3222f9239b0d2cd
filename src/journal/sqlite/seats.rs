//! An exhibition's seats, read at once.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use sqlx::SqliteConnection;

use crate::{
    base::secret::TokenHash,
    record::{event::ExhibitionId, seat_key::SeatKey},
    rules::{BoardNo, PlayerName},
};

/// All of them, or one board's, in one text: a row for each would take ten times as long.
const SEATS: &str = "select json_group_array(json_array(board, name, bot, house, hex(token_hash))) from seat \
     where exhibition = ?1 and (?2 is null or board = ?2)";

/// How many there are, as the table and as each index has it. The tokens' index is asked for each seat by itself, since
/// those of other exhibitions stand between them.
const COUNTS: &str = "select count(*), \
     (select count(*) from seat indexed by sqlite_autoindex_seat_2 where exhibition = ?1), \
     count(*) filter (where exists (select 1 from seat as other indexed by sqlite_autoindex_seat_2 \
         where other.exhibition = ?1 and other.name = seat.name and other.board = seat.board)), \
     count(*) filter (where exists (select 1 from seat as other indexed by sqlite_autoindex_seat_3 \
         where other.token_hash = seat.token_hash and other.exhibition = ?1 and other.board = seat.board)) \
     from seat where exhibition = ?1";

/// Who sits where, and what opens each seat.
#[derive(Debug, Default)]
pub(super) struct Seats {
    by_board: BTreeMap<BoardNo, Seat>,
    /// How many were taken when the games began.
    pub(super) at_start: u32,
}

#[derive(Debug)]
pub(super) struct Seat {
    pub(super) name: PlayerName,
    pub(super) bot: bool,
    key: SeatKey,
}

impl Seats {
    pub(super) fn at(&self, board: BoardNo) -> Option<&Seat> {
        self.by_board.get(&board)
    }

    pub(super) fn len(&self) -> usize {
        self.by_board.len()
    }

    pub(super) fn into_keys(self) -> Vec<(BoardNo, SeatKey)> {
        self.by_board.into_iter().map(|(board, seat)| (board, seat.key)).collect()
    }
}

#[derive(Deserialize)]
struct Row<'a>(u32, #[serde(borrow)] Cow<'a, str>, u8, u8, &'a str);

impl Row<'_> {
    /// `None` where a value is none of those that this program writes.
    fn seat(&self) -> Option<(BoardNo, Seat)> {
        let Row(board, name, bot, house, hash) = self;
        let flag = |value: u8| (value <= 1).then_some(value == 1);
        let mut token = [0; 32];
        let digits = hash.as_bytes().chunks_exact(2);
        if hash.len() != 2 * token.len() {
            return None;
        }
        for (byte, digits) in token.iter_mut().zip(digits) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        let key = SeatKey { token: TokenHash(token), house: flag(*house)? };
        Some((BoardNo(*board), Seat { name: PlayerName::parse(name).ok()?, bot: flag(*bot)?, key }))
    }
}

/// The seats of an exhibition, or of one of its boards; `at_start` of them were taken when the games began.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
    board: Option<BoardNo>,
    at_start: u32,
) -> Result<Seats, sqlx::Error> {
    let bad = |what: &'static str| sqlx::Error::Decode(what.into());
    let query = sqlx::query_scalar(SEATS).bind(id.0).bind(board.map(|board| board.0));
    let text: String = query.fetch_one(connection).await?;
    let rows: Vec<Row<'_>> = serde_json::from_str(&text).map_err(|_| bad("a seat's column is of the wrong type"))?;
    let by_board: Option<BTreeMap<_, _>> = rows.iter().map(Row::seat).collect();
    let by_board = by_board.ok_or_else(|| bad("a seat that was never taken"))?;
    if by_board.len() != rows.len() {
        return Err(bad("a seat that is stored twice"));
    }
    Ok(Seats { by_board, at_start })
}

/// Whether the table of seats and its indexes say the same of an exhibition.
pub(super) async fn agree(connection: &mut SqliteConnection, id: ExhibitionId) -> Result<bool, sqlx::Error> {
    let (table, names, named, opened): (i64, i64, i64, i64) =
        sqlx::query_as(COUNTS).bind(id.0).fetch_one(connection).await?;
    Ok([names, named, opened] == [table; 3])
}
