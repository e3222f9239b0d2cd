//! Who has come to an exhibition, read at once.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use sqlx::SqliteConnection;

use super::line::Cast;
use crate::{
    base::secret::TokenHash,
    record::{
        event::{ExhibitionId, Guest, GuestNo},
        program::MasterSeat,
        seat_key::SeatKey,
    },
    rules::PlayerName,
};

/// All of them in one text: a row for each would take ten times as long.
const GUESTS: &str = "select json_group_array(json_array(guest, name, bot, house_level, hex(token_hash))) from guest \
     where exhibition = ?1";

/// How many there are, as the table and as its index has it. The tokens' index is asked for each guest by itself, since
/// those of other exhibitions stand between them.
const COUNTS: &str = "select count(*), \
     count(*) filter (where exists (select 1 from guest as other indexed by sqlite_autoindex_guest_2 \
         where other.token_hash = guest.token_hash and other.exhibition = ?1 and other.guest = guest.guest)) \
     from guest where exhibition = ?1";

/// Who has come, and what opens each one's seat.
#[derive(Debug)]
pub(super) struct Guests {
    pub(super) cast: Cast,
    pub(super) keys: Vec<(GuestNo, SeatKey)>,
}

#[derive(Deserialize)]
struct Row<'a>(u32, #[serde(borrow)] Cow<'a, str>, u8, Option<u8>, &'a str);

impl Row<'_> {
    /// `None` where a value is none of those that this program writes.
    fn guest(&self) -> Option<(Guest, SeatKey)> {
        let Row(number, name, bot, house, hash) = self;
        let mut token = [0; 32];
        let digits = hash.as_bytes().chunks_exact(2);
        if hash.len() != 2 * token.len() || *bot > 1 || house.is_some_and(|level| level > SeatKey::STRONGEST) {
            return None;
        }
        for (byte, digits) in token.iter_mut().zip(digits) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        let guest = Guest { number: GuestNo(*number), name: PlayerName::parse(name).ok()?, bot: *bot == 1 };
        Some((guest, SeatKey { token: TokenHash(token), house: *house }))
    }
}

/// The guests of an exhibition; `at_start` of them had a seat when the games began.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    id: ExhibitionId,
    at_start: u32,
    master: MasterSeat,
) -> Result<Guests, sqlx::Error> {
    let bad = |what: &'static str| sqlx::Error::Decode(what.into());
    let text: String = sqlx::query_scalar(GUESTS).bind(id.0).fetch_one(connection).await?;
    let rows: Vec<Row<'_>> = serde_json::from_str(&text).map_err(|_| bad("a guest's column is of the wrong type"))?;
    let (mut by_number, mut keys) = (BTreeMap::new(), Vec::with_capacity(rows.len()));
    for row in &rows {
        let (guest, key) = row.guest().ok_or_else(|| bad("a guest who never came"))?;
        keys.push((guest.number, key));
        if by_number.insert(guest.number, guest).is_some() {
            return Err(bad("a guest who is stored twice"));
        }
    }
    keys.sort_by_key(|&(number, _)| number);
    Ok(Guests { cast: Cast { guests: by_number, at_start, master }, keys })
}

/// Whether the table of guests and its index say the same of an exhibition.
pub(super) async fn agree(connection: &mut SqliteConnection, id: ExhibitionId) -> Result<bool, sqlx::Error> {
    let (table, opened): (i64, i64) = sqlx::query_as(COUNTS).bind(id.0).fetch_one(connection).await?;
    Ok(opened == table)
}
